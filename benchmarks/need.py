"""Benchmark need and requirement on whole arrays against a loop over municipalities.

All figures are synthetic. Run `python benchmarks/need.py`; it prints seconds (best of three runs), their ratio and the
largest relative difference.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import need

FloatArray = NDArray[np.float64]

MUNICIPALITIES, PROFESSIONS, CONTACTS, GROUPS, CLASSES = 290, 4, 3, 18, 9
AVAILABLE_HOURS, ALLOWANCE = 1640.0, 0.3
RUNS = 3


class Inputs(NamedTuple):
    """Inputs of both implementations."""

    population: FloatArray
    """(municipality, group)."""
    contacts: FloatArray
    """(profession, contact, group)."""
    unmet: FloatArray
    """(profession, contact)."""
    duration: FloatArray
    """(profession, contact)."""
    municipal: FloatArray
    """(profession, municipality, contact)."""
    variance: FloatArray
    """(profession, municipality)."""
    classes: NDArray[np.int64]
    """(municipality,)."""


def synthetic() -> Inputs:
    """Create a synthetic country."""
    rng = np.random.default_rng(1)
    return Inputs(
        rng.lognormal(6.5, 0.9, (MUNICIPALITIES, 1)) * rng.uniform(0.5, 1.5, (MUNICIPALITIES, GROUPS)),
        rng.uniform(0, 4, (PROFESSIONS, CONTACTS, GROUPS)),
        rng.uniform(0, 0.3, (PROFESSIONS, CONTACTS)),
        rng.uniform(10, 80, (PROFESSIONS, CONTACTS)),
        rng.uniform(0, 1, (PROFESSIONS, MUNICIPALITIES, CONTACTS)),
        rng.uniform(1e2, 1e4, (PROFESSIONS, MUNICIPALITIES)),
        rng.integers(0, CLASSES, MUNICIPALITIES),
    )


def arrays(given: Inputs) -> FloatArray:
    """Compute shrunken guideline values of region and municipality, (principal, profession, municipality)."""
    minutes = need.minutes(given.population, given.contacts, given.unmet, given.duration)
    parts = np.stack(need.by_principal(minutes, given.municipal)).sum(axis=-1)
    fte = need.wisn(parts, AVAILABLE_HOURS, ALLOWANCE)
    values = need.inhabitants_per_fte(given.population.sum(axis=-1), fte)
    return need.shrunk(values, given.variance, given.classes).value


def loop(given: Inputs) -> FloatArray:
    """Compute the same in loops over municipality, profession and contact."""
    people = pd.DataFrame(given.population)
    rows = []
    for profession in range(PROFESSIONS):
        profile = pd.DataFrame(given.contacts[profession])
        for municipality in range(MUNICIPALITIES):
            here = people.loc[municipality]
            region = municipal = 0.0
            for contact in range(CONTACTS):
                visits = (here * profile.loc[contact]).sum()
                met = visits * (1 + given.unmet[profession, contact]) * given.duration[profession, contact]
                share = given.municipal[profession, municipality, contact]
                region += met * (1 - share)
                municipal += met * share
            for principal, minutes in enumerate((region, municipal)):
                fte = minutes / (60 * AVAILABLE_HOURS) / (1 - ALLOWANCE)
                own, noise = here.sum() / fte, given.variance[profession, municipality]
                rows.append((principal, profession, municipality, given.classes[municipality], own, noise))
    frame = pd.DataFrame(rows, columns=["principal", "profession", "municipality", "class", "value", "variance"])
    shrunken = []
    for _, members in frame.groupby(["principal", "profession", "class"]):
        distance = members["value"] - members["value"].mean()
        between = max((distance**2).sum() / (len(members) - 3) - members["variance"].mean(), 0.0)
        kept = between / (between + members["variance"])
        shrunken.append(members["value"].mean() + kept * distance)
    frame["shrunken"] = pd.concat(shrunken)
    frame = frame.sort_values(["principal", "profession", "municipality"])
    return np.asarray(frame["shrunken"]).reshape(2, PROFESSIONS, MUNICIPALITIES)


def best(task: Callable[[], object]) -> float:
    """Time a task; the fastest of a few runs was disturbed least."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        task()
        taken.append(time.perf_counter() - began)
    return min(taken)


def main() -> None:
    """Print both times, their ratio and the difference of the results."""
    given = synthetic()
    quick, slow = best(lambda: arrays(given)), best(lambda: loop(given))
    apart = np.abs(arrays(given) / loop(given) - 1).max()
    print(f"{MUNICIPALITIES} municipalities x {PROFESSIONS} professions x {CONTACTS} contacts x {GROUPS} groups")
    print(f"arrays {quick * 1000:8.2f} ms   loop {slow * 1000:8.0f} ms   {slow / quick:,.0f} times   apart {apart:.1e}")


if __name__ == "__main__":
    main()
