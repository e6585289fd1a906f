"""Benchmark supply on arrays against a loop with pandas over the regions.

All figures are synthetic; both follow the same equations and must agree. Run `python benchmarks/supply.py`;
nothing is written.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from riktvarden import supply

REGIONS, PROFESSIONS, SEXES, YEARS, RUNS = 21, 5, 2, 25, 3
AGES = np.arange(25, 76)
DRAWS = 4096


def synthetic() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Create stocks, inflow, its ages and exits of every region and profession."""
    rng = np.random.default_rng(1)
    stock = rng.gamma(2, 5, (REGIONS, PROFESSIONS, SEXES, len(AGES)))
    inflow = rng.gamma(5, 10, (REGIONS, PROFESSIONS, YEARS))
    young = np.exp(-(((AGES - 33) / 6) ** 2)) * np.ones((SEXES, 1))
    retirement = supply.retirement_hazard(AGES, rng.normal(66, 1, (PROFESSIONS, SEXES)), np.full((PROFESSIONS, SEXES), 3.0))
    leaving = supply.exit_probability(retirement, 0.01, 0.001 * np.exp((AGES - 25) / 15))
    return stock, inflow, young / young.sum(), leaving


def with_pandas(stock: np.ndarray, inflow: np.ndarray, inflow_ages: np.ndarray, leaving: np.ndarray) -> np.ndarray:
    """Project one region at a time with a series by profession, sex and age."""
    names = ["profession", "sex", "age"]
    cells = pd.MultiIndex.from_product([range(PROFESSIONS), range(SEXES), AGES], names=names)
    arriving = pd.Series(np.tile(inflow_ages.ravel(), PROFESSIONS), cells)
    chance = pd.Series(leaving.ravel(), cells)
    path = np.empty((*stock.shape, YEARS + 1))
    for region in range(REGIONS):
        persons = pd.Series(stock[region].ravel(), cells)
        path[region, ..., 0] = stock[region]
        for year in range(YEARS):
            coming = arriving * np.repeat(inflow[region, :, year], SEXES * len(AGES))
            remaining = (persons + coming - chance * (persons + coming / 2)).reset_index(name="persons")
            remaining["age"] = (remaining["age"] + 1).clip(upper=AGES[-1])
            persons = remaining.groupby(names)["persons"].sum().reindex(cells, fill_value=0.0)
            path[region, ..., year + 1] = persons.to_numpy().reshape(stock.shape[1:])
    return path


def without_ages(draws: int) -> float:
    """Time the paths of every draw and region of one profession, with exits shared by the regions."""
    rng = np.random.default_rng(2)
    _, _, arriving, leaving = synthetic()
    share = supply.age_distribution([25, 35, 45, 55, 65], [0.1, 0.2, 0.25, 0.25, 0.2], AGES) * np.full(
        (SEXES, 1), 1 / SEXES
    )
    multiplier, initial, inflow = (
        rng.uniform(0.7, 1.3, draws),
        rng.random((draws, REGIONS)),
        rng.random((draws, REGIONS, YEARS)),
    )
    began = time.perf_counter()
    scaled = supply.scaled(leaving[0], multiplier[:, None, None])
    kept, entered = (
        function(scaled, cells, YEARS)[:, None, :]
        for function, cells in ((supply.survival, share), (supply.inflow_survival, arriving))
    )
    supply.linear_path(initial, inflow, kept, entered)
    return time.perf_counter() - began


def main() -> None:
    """Print seconds, their ratio and the difference of the results."""
    problem = synthetic()
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        path = supply.project(*problem)
        taken.append(time.perf_counter() - began)
    began = time.perf_counter()
    slow = with_pandas(*problem)
    loop = time.perf_counter() - began
    apart = float(np.abs(path - slow).max())
    assert apart < 1e-9, f"the two paths are {apart} apart"
    print(f"{REGIONS} regions x {PROFESSIONS} professions x {SEXES} sexes x {len(AGES)} ages x {YEARS} years")
    print(f"arrays {min(taken):.4f} s, pandas {loop:.2f} s: {loop / min(taken):,.0f} times; {apart:.0e} apart")
    print(f"{DRAWS} draws x {REGIONS} regions x {YEARS} years, exits scaled and survived: {without_ages(DRAWS):.2f} s")


if __name__ == "__main__":
    main()
