"""Benchmark the linear programme for 21 regions and 25 years, feasible and infeasible.

All figures are synthetic. Run `python benchmarks/programme.py`; nothing is written.
"""

from __future__ import annotations

import dataclasses
import time

import numpy as np

from riktvarden import guideline, supply

REGIONS, YEARS, BASE_YEAR, RUNS = 21, 25, 2020, 3
EXIT, DURATION, COMPLETION, FTE, GROWTH = 0.045, 6.5, 0.93, 0.75, 0.03


def synthetic() -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], guideline.Options]:
    """Create regions of very different size with two thirds of their need covered."""
    rng = np.random.default_rng(1)
    size = rng.lognormal(0, 0.9, REGIONS)
    size /= size.sum()
    required = 8000 * size[:, None] * (1 + 0.003 * np.arange(1, YEARS + 1))
    persons, in_training = 7000 * size * rng.uniform(0.85, 1.15, REGIONS), 3300 * size
    certified = supply.completion_increments(DURATION, COMPLETION)
    remaining = supply.in_training_share(DURATION, COMPLETION, YEARS)
    left = (1 - EXIT) ** np.arange(YEARS + 1)
    lasting = (1 - EXIT / 2) * left[:-1]
    per_starter = np.append(certified, np.zeros(YEARS - len(certified)))
    kernel = FTE * supply.over_cohorts(per_starter, lasting)
    coming = supply.completions_of_stock(in_training, GROWTH, DURATION, COMPLETION, YEARS)
    base = FTE * supply.linear_path(persons, coming, left, lasting)[:, 1:]
    steady = guideline.steady_state_intake(required, FTE * (1 - EXIT / 2) / EXIT, COMPLETION)
    options = guideline.Options(
        base_year=BASE_YEAR,
        target_year=2042,
        first_intake=2027,
        duration=DURATION,
        training_share=remaining,
        base_in_training=supply.in_training_of_stock(in_training, GROWTH, DURATION, COMPLETION, YEARS),
        discount=0.03,
        change_weight=0.1,
        surplus_weight=0.01,
        first_job=supply.spread_first_job(np.eye(REGIONS), 0.8, size).T,
        smoothing=0.15,
        applicants=np.full(YEARS, 1000.0),
        supervision=1.0,
        fte_per_specialist=FTE,
        rotation=np.outer(2 * in_training, np.ones(YEARS)),
        terminal=0.3,
        steady_intake=steady,
    )
    return (required, base, kernel, in_training / DURATION), options


def timed(arguments: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray], options: guideline.Options, label: str) -> None:
    """Print the best time of a few runs, and the result."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        found = guideline.programme(*arguments, options)
        taken.append(time.perf_counter() - began)
    print(
        f"{label:<30} {min(taken):6.2f} s   {found.status}{''.join(f', {name}' for name in found.binding)}; "
        f"first feasible year {found.first_feasible_year}"
    )


def main() -> None:
    """Time the programme in several variants."""
    arguments, options = synthetic()
    timed(arguments, options, "all limits, first jobs spread")
    timed(arguments, dataclasses.replace(options, first_job=None), "all limits, all stay")
    timed(arguments, dataclasses.replace(options, target_year=2036), "a target too near")
    timed(arguments, dataclasses.replace(options, target_year=2030), "nearer than the training")


if __name__ == "__main__":
    main()
