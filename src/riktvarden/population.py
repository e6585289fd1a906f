"""How many people live where, and how old they are: answers for the requirement and the region pages."""

from __future__ import annotations

import numpy as np
import pandas as pd


def totals(cells: pd.DataFrame, by: list[str]) -> pd.Series:
    """Sum population cells over every column that is not asked for.

    Parameters
    ----------
    cells
        Tidy population with a column ``population`` (persons on 31 December).
    by
        Columns to keep.

    Returns
    -------
    pandas.Series
        Persons, indexed by `by`.
    """
    return cells.groupby(by, sort=True)["population"].sum()


def nearest(totals: pd.Series, day: pd.Timestamp) -> float:
    """Population at the published year-end nearest to a day.

    Parameters
    ----------
    totals
        Persons on 31 December, indexed by year.
    day
        Any date.

    Returns
    -------
    float
        Persons; of two year-ends equally near the earlier one.
    """
    ends = pd.to_datetime(totals.index.astype(str) + "-12-31")
    return float(totals.iloc[int(np.abs((ends - day).days).argmin())])


def with_shares(cells: pd.DataFrame, within: list[str]) -> pd.DataFrame:
    """Add each cell's share of the persons in its group.

    Parameters
    ----------
    cells
        Tidy population with a column ``population`` (persons).
    within
        Columns that define the group whose shares sum to one.

    Returns
    -------
    pandas.DataFrame
        `cells` with a column ``share`` (fraction).
    """
    whole = cells.groupby(within)["population"].transform("sum")
    return cells.assign(share=cells["population"] / whole)


def project_with_constant_shares(population: np.ndarray, nation_now: float, nation_then: float | np.ndarray) -> np.ndarray:
    """Carry regional totals forward with today's share of the nation.

    Parameters
    ----------
    population
        Persons today, last axis region.
    nation_now, nation_then
        Persons in the nation today and in the projected year.

    Returns
    -------
    numpy.ndarray
        Persons in the projected year, last axis region; sums to `nation_then`.
    """
    return population * (np.asarray(nation_then) / nation_now)


def comparable_regions(regions: pd.DataFrame, population: pd.Series, count: int = 3) -> dict[str, list[str]]:
    """Name the regions most like each region in size and density.

    Likeness is the Euclidean distance between standardised log population and log inhabitants per km².

    Parameters
    ----------
    regions
        Rows with ``region`` and ``land_area`` (km²).
    population
        Persons, indexed by region.
    count
        How many to name.

    Returns
    -------
    dict
        For each region code the codes of its nearest regions, nearest first, ties by code.
    """
    frame = regions.set_index("region").assign(population=population)
    features = np.log(np.column_stack([frame["population"], frame["population"] / frame["land_area"]]).astype(float))
    standard = (features - features.mean(axis=0)) / features.std(axis=0)
    distance = np.linalg.norm(standard[:, None, :] - standard[None, :, :], axis=-1)
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
    codes = frame.index.to_numpy()
    return {code: list(codes[row]) for code, row in zip(codes, nearest, strict=True)}
