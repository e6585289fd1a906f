"""Benchmark the cost and accuracy of draws.

Run ``python benchmarks/uncertainty.py``; it prints seconds, memory and errors, and writes nothing.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterable
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from riktvarden import assumptions, model, tables, uncertainty
from riktvarden.results import Results

FloatArray = NDArray[np.float64]

ASSUMPTIONS = 80
"""Number of assumptions to draw, multiplied by copying if needed."""
SEEDS = 12
MEGABYTE = 2**20
GROUPS = 12


def measured(task: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of a task, and the peak memory of a second run, as tracing is slow."""
    began = time.perf_counter()
    task()
    seconds = time.perf_counter() - began
    tracemalloc.start()
    task()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return seconds, peak / MEGABYTE


def many(graded: assumptions.Assumptions) -> dict[str, assumptions.Assumption]:
    """Return the number of assumptions that the benchmark needs."""
    drawn = [item for item in graded.values() if item.distribution == "pert"]
    return {f"assumption_{number}": drawn[number % len(drawn)] for number in range(ASSUMPTIONS)}


def sampling(names: dict[str, assumptions.Assumption], codes: list[str]) -> None:
    """Time drawing, and a Sobol analysis of a trivial model."""
    streams = {"st": codes, "specialists": codes}
    seconds, peak = measured(lambda: uncertainty.sample(names, streams))
    print(
        f"sample {uncertainty.DRAWS:,} x ({len(names)} assumptions + 2 x {len(codes)} regions): "
        f"{seconds:.2f} s, {peak:.0f} MiB"
    )
    groups = {f"group_{number}": list(names)[number::GROUPS] for number in range(GROUPS)}
    weight = np.random.default_rng(1).random((len(names), len(codes)))

    def free(drawn: uncertainty.Sample) -> FloatArray:
        return np.hstack(list(drawn.assumptions.values())) @ weight

    seconds, peak = measured(lambda: uncertainty.sobol_indices(groups, free, names, streams))
    runs = uncertainty.POINTS * (GROUPS + 2)
    print(
        f"indices of {GROUPS} groups and {len(codes)} outputs, the {runs:,} draws of a trivial model: "
        f"{seconds:.1f} s, {peak:.0f} MiB"
    )


def growth(run: Callable[[int], object]) -> None:
    """Time a run at 1, 4 and 16 times the usual number of draws."""
    for times in (1, 4, 16):
        seconds, peak = measured(lambda: run(times * uncertainty.DRAWS))  # noqa: B023 - called at once
        print(f"whole model, {times * uncertainty.DRAWS:6,} draws: {seconds:6.2f} s, {peak:6.0f} MiB")


def sobol(names: Iterable[str], draws: int, seed: int) -> FloatArray:
    """Return scrambled Sobol points in the order of the names, with a separate seed for every request of the model."""
    columns = list(names)
    rng = np.random.default_rng([seed, len(columns), *columns[0].encode()])
    points = stats.qmc.Sobol(len(columns), rng=rng).random(draws)
    return np.clip(points, np.finfo(float).eps, 1 - np.finfo(float).eps)


def random(names: Iterable[str], draws: int, seed: int) -> FloatArray:
    """Return plain random numbers, for comparison."""
    columns = list(names)
    return np.random.default_rng([seed, *columns[0].encode()]).random((draws, len(columns)))


def exactness(run: Callable[[int, int], Results]) -> None:
    """Print the variation of interval ends between seeds, by sampling method."""
    print(f"standard deviation between {SEEDS} seeds, share of the width of the 80 % interval; median over the outputs")
    for name, points in (("random", random), ("Latin hypercube", uncertainty.stratified), ("Sobol", sobol)):
        with mock.patch.object(uncertainty, "stratified", points):
            ends = np.array([spread(run(uncertainty.DRAWS, seed)) for seed in range(SEEDS)])
        width = (ends[:, 2] - ends[:, 0]).mean(axis=0)
        moved = ends[:, :, width > 0].std(axis=0) / width[width > 0]
        middle = np.nanmedian(moved, axis=1)
        print(
            f"  {name:16} " + ", ".join(f"{p} {share:.2%}" for p, share in zip(("P10", "P50", "P90"), middle, strict=True))
        )


def spread(results: Results) -> FloatArray:
    """Return the interval ends of every output, (end, output)."""
    flat = [uncertainty.interval(draw) for draw in results.draws.values() if len(draw) == uncertainty.DRAWS]
    return np.concatenate([np.array(ends).reshape(3, -1) for ends in flat], axis=1)


def main() -> None:
    """Print the cost and accuracy of the parts and the whole."""
    graded = assumptions.read()
    data = {name: tables.read(name) for name in model.TABLES}
    sampling(many(graded), data["regions"]["region"].to_list())
    growth(lambda draws: model.run(data, graded, draws))
    if "--exactness" in sys.argv:
        exactness(lambda draws, seed: model.run(data, graded, draws, seed))


if __name__ == "__main__":
    main()
