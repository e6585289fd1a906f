"""Build times are shown as they were measured, and every change that is timed has words."""

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from riktvarden.report import Language
from riktvarden.report.reference import build_times


@pytest.fixture
def found(benchmark_of: Callable[[str], ModuleType]) -> dict[str, Any]:
    """A made-up measurement: the n-th change took n hundredths of the 200 seconds of a book from nothing."""
    changes = benchmark_of("changes")
    names = [*changes.CHANGES, *changes.SERVED]
    whole = changes.Spent(200.0, 300.0)
    runs = [{changes.WHOLE: whole} | {name: changes.Spent(2.0 * n, 3.0 * n) for n, name in enumerate(names, start=1)}]
    builds = changes.summary(runs, dict.fromkeys(names, 0.05))
    machine = {"date": "2026-12-01", "cores": 2, "load": [4.0, 5.0], "repeats": 3, "regions": 3, "peak_megabytes": 1500.4}
    return {"builds": builds, **machine}


@pytest.mark.parametrize("code", ["sv", "en"])
def test_each_change_has_its_share_and_its_aim(found: dict[str, Any], code: str) -> None:
    t = Language(code)
    table = build_times.table(t, found)
    assert table.data.set_index("change").loc["sentence", ["seconds", "ratio", "at_most"]].to_list() == [4.0, 0.02, 0.05]
    assert set(table.data["change"]) | {build_times.WHOLE} == set(found["builds"])
    row = list(table.cells.loc[t(build_times.CHANGED["sentence"])])
    assert row == [t.percent(0.02, 1), t.percent(0.05, 1), t.number(4.0, 1)]
    assert not table.data.isna().any(axis=None)


@pytest.mark.parametrize("code", ["sv", "en"])
def test_the_machine_is_described(found: dict[str, Any], code: str) -> None:
    said = build_times.machine(Language(code), found)
    assert all(each in said for each in ("2026", "200", Language(code).number(1500), Language(code).spelled(3)))


@pytest.mark.parametrize("is_measured", [True, False])
def test_without_a_measurement_the_page_says_so(
    found: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str], is_measured: bool
) -> None:
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"a": {}} | ({"changes": found} if is_measured else {})), encoding="utf-8")
    assert bool(build_times.read(results)) == is_measured
    build_times.show_measured(Language("sv"), results)
    assert ("inte mätt än" in capsys.readouterr().out) != is_measured


def test_the_stored_measurement_is_of_the_changes_that_are_timed_now() -> None:
    if found := build_times.read():
        assert set(found["builds"]) == {*build_times.CHANGED, build_times.WHOLE}
        assert all(found["builds"][name]["ratio"] > 0 for name in build_times.CHANGED)
