"""Benchmark the check of a large return: a synthetic workbook of 2 000 units.

Run ``python benchmarks/returns.py``; it prints seconds (best of three runs).
"""

from __future__ import annotations

import datetime
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from riktvarden.returns import form, rules, store
from riktvarden.returns.check import check, problems
from riktvarden.returns.template import write_template

UNITS = 2_000
DATE = datetime.date(2025, 12, 31)
RUNS = 3


def synthetic() -> pd.DataFrame:
    """Create a return of many small units without problems."""
    numbers = random.Random(1)  # noqa: S311 - nothing secret
    rows = []
    for unit in range(UNITS):
        women, men = numbers.randint(0, 1), numbers.randint(0, 1)
        persons = women + men
        figures: dict[str, float | None] = {field.name: None for field in form.FIELDS if field.is_figure}
        figures.update(persons=persons, women=women, men=men, positions=persons, fte=persons * 0.8, listed=500)
        sector = numbers.choice(["egen", "privat"])
        rows.append(rules.Row(unit, f"Påhittad enhet {unit}", sector, "", figures))
    return rules.tidy(rules.Answers("01", DATE, True, rows))


def best(task: Callable[[], object]) -> float:
    """Time a task; the fastest of a few runs was disturbed least."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        task()
        taken.append(time.perf_counter() - began)
    return min(taken)


def main() -> None:
    """Print the duration of the steps."""
    known = store.known()
    frame = synthetic().assign(reference_date=pd.Timestamp(DATE), is_complete=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "return.xlsx"
        began = time.perf_counter()
        write_template("01", DATE, replace(known, returns=frame), path)
        print(f"write a form of {UNITS} units   {time.perf_counter() - began:6.2f} s   {path.stat().st_size:,} bytes")
        assert len(check(path, known).frame) == len(frame)
        print(f"check it, no problems        {best(lambda: check(path, known)):6.2f} s")
        wrong = frame.assign(value=frame["value"].where(frame["sex"] != "women", 7.0))
        other = Path(folder) / "wrong.xlsx"
        write_template("01", DATE, replace(known, returns=wrong), other)
        found = len(problems(other, known))
        print(f"check it, {found:,} cells wrong   {best(lambda: problems(other, known)):6.2f} s")


if __name__ == "__main__":
    main()
