"""Benchmark the whole model and how its cost scales.

Run ``python benchmarks/model.py``; it prints wall time, processor time and peak memory, and writes nothing. Regions are
multiplied by copying.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from riktvarden import assumptions, model, tables, uncertainty
from riktvarden.model import careers, chain, general_practice, inputs, professions, sensitivity, weights
from riktvarden.model.inputs import People, with_nation
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS

FloatArray = NDArray[np.float64]

TIMES = (1, 4, 16)
FEWEST = uncertainty.DRAWS // TIMES[-1]
MEBIBYTE = 2**20


def measured(task: Callable[[], object]) -> str:
    """Return wall time, processor time, and the peak memory of a second run, as tracing is slow."""
    clock, processor = time.perf_counter(), time.process_time()
    task()
    seconds, busy = time.perf_counter() - clock, time.process_time() - processor
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return f"{seconds:7.2f} s, {busy:7.2f} s of processor, {peak / MEBIBYTE:6.0f} MiB"


def multiplied(people: People, at: weights.Places, times: int) -> tuple[People, weights.Places]:
    """Return synthetic inhabitants: every region and municipality copied a number of times."""
    count = len(people.codes)
    home = np.concatenate([people.region_of + copy * count for copy in range(times)])
    many = replace(
        people,
        codes=[f"{code}-{copy}" for copy in range(times) for code in people.codes],
        municipalities=[f"{code}-{copy}" for copy in range(times) for code in people.municipalities],
        region_of=home,
        total=with_nation(np.tile(people.total[:-1], (times, 1)), axis=0),
        cells=np.tile(people.cells, (times, 1)),
        regional_cells=np.tile(people.regional_cells, (times, 1, 1)),
    )
    return many, weights.Places(**{name: np.tile(values, times) for name, values in vars(at).items()})


def regions(on: chain.Base, times: int, draws: int) -> Callable[[], object]:
    """Run the chain of general practice and the four professions with copied regions."""
    drawn = on.sample(draws)
    p = Parameters.of(drawn.assumptions)
    people, at = multiplied(on.people, on.at, times)
    one = inputs.stocks_drawn(p, on.found, on.people, drawn.regional)
    parts = ((name, np.tile(values[:, :-1], times)) for name, values in vars(one).items())
    stocks = inputs.Stocks(**{name: with_nation(values) for name, values in parts})
    off_list = np.tile(uncertainty.quantile(on.assumptions["off_list_deviation"], drawn.regional["off_list"]), times)
    tabled = {**on.tables, "responsibility": on.tables["responsibility"].iloc[:0]}

    def run() -> None:
        required = weights.requirement(p, people, at, off_list, p.inhabitants_per_specialist)
        have = general_practice.supplied(p, people, stocks, careers.career(p, "general_practice", on.deaths))
        general_practice.starters_for(p, people, have, required.by_year, people.target_year)
        for name in PROFESSIONS:
            professions.needed(p, tabled, people, at, name, p.need_weight, required)

    return run


def main() -> None:
    """Print the cost of the whole model and its parts."""
    data, graded = tables.read_all(), assumptions.read()
    for times in TIMES:
        draws = times * FEWEST
        seconds = measured(lambda: model.run(data, graded, draws))  # noqa: B023 - called at once
        print(f"whole model, {draws:5,} draws:                {seconds}")
    on = chain.base(data, graded)
    for times in TIMES:
        count = times * len(on.people.codes)
        print(f"chain, {FEWEST} draws, {count:3} regions:           {measured(regions(on, times, FEWEST))}")
    evaluate = sensitivity.evaluator(on)
    drawn = on.sample()
    print(f"chain without rows, {uncertainty.DRAWS:,} draws:         {measured(lambda: evaluate(drawn))}")
    tornado = sensitivity.tornado(on)
    moving = set(tornado["assumption"])
    runs = sensitivity.POINTS * (len(sensitivity.groups(on, moving)) + 2)
    seconds = measured(lambda: sensitivity.indices(on, moving))
    print(f"indices of all outputs, {runs:,} draws:     {seconds}")
    seconds = measured(lambda: sensitivity.measure_next(on, drawn, tornado))
    print(f"what to measure next, {uncertainty.DRAWS:,} draws:       {seconds}")


if __name__ == "__main__":
    main()
