"""Visits to primary care over the years: totals, change, the private share, and where a series breaks."""

from __future__ import annotations

import pandas as pd

from riktvarden.codes import NATION

SERIES = {
    "general_practice": ("general_practice", "doctor"),
    "nursing": ("nursing", "other"),
    "rehabilitation": ("physiotherapy_and_occupational_therapy", "other"),
    "child_health": ("child_health", "other"),
    "maternal_health": ("maternal_health", "other"),
    "home_care": ("home_care", "other"),
    "other": ("other_primary_care", "other"),
}
"""Series of visits → area of care, and whether to doctors or to others."""

JUMP = 0.2
"""Change from one year to the next, up or down, from which a region's series is marked as a possible break."""


def of_series(visits: pd.DataFrame) -> pd.DataFrame:
    """Sum the visits of each of `SERIES` over kinds of visits.

    Parameters
    ----------
    visits
        ``region, year, sector, care_area, provider, visits``.

    Returns
    -------
    pandas.DataFrame
        ``series, region, year, sector, visits``; sector ``all`` is public and private together.
    """
    parts = []
    for series, (area, provider) in SERIES.items():
        own = visits.loc[(visits["care_area"] == area) & (visits["provider"] == provider)]
        summed = own.groupby(["region", "year", "sector"], as_index=False)["visits"].sum()
        whole = summed.groupby(["region", "year"], as_index=False)["visits"].sum().assign(sector="all")
        parts.append(pd.concat([summed, whole], ignore_index=True).assign(series=series))
    rows = pd.concat(parts, ignore_index=True)
    columns = ["series", "region", "year", "sector", "visits"]
    return rows[columns].sort_values(columns[:4], ignore_index=True)


def jumps(rows: pd.DataFrame, least: float = JUMP) -> pd.DataFrame:
    """Find the years in which a region's series changes so much that its reporting may have changed.

    Parameters
    ----------
    rows
        ``series, region, year, visits``, one row a year.
    least
        Change from the year before from which it counts.

    Returns
    -------
    pandas.DataFrame
        ``series, region, year, change``; the nation is not looked at.
    """
    ordered = rows.loc[rows["region"] != NATION].sort_values(["series", "region", "year"])
    before = ordered.groupby(["series", "region"])["visits"].shift()
    changed = ordered.assign(change=ordered["visits"] / before - 1)
    found = changed.loc[(before > 0) & (changed["change"].abs() >= least)]
    return found[["series", "region", "year", "change"]].reset_index(drop=True)


def private_share(rows: pd.DataFrame) -> pd.Series:
    """Return the share of the visits that private units receive.

    Parameters
    ----------
    rows
        Visits of one series and year: ``region, sector, visits``; sector ``all`` is the whole.

    Returns
    -------
    pandas.Series
        Fractions, indexed by region; 0 where no private unit has reported a visit.
    """
    wide = rows.pivot_table(index="region", columns="sector", values="visits", aggfunc="sum")
    return (wide["private"].fillna(0.0) / wide["all"]).rename("private_share")


def inhabitants(*populations: pd.DataFrame) -> pd.Series:
    """Sum inhabitants over sexes and ages by region and year, and for the nation.

    Parameters
    ----------
    populations
        Tables with ``region, year, population``; a year in more than one of them is taken from the first.

    Returns
    -------
    pandas.Series
        Persons at the end of the year, indexed by region and year.
    """
    parts = [rows.groupby(["region", "year"])["population"].sum() for rows in populations]
    joined = pd.concat(parts)
    regions = joined.loc[~joined.index.duplicated()]
    nation = regions.groupby("year").sum()
    nation.index = pd.MultiIndex.from_product([[NATION], nation.index], names=["region", "year"])
    return pd.concat([nation, regions]).sort_index()


def per_1000(rows: pd.DataFrame, people: pd.Series) -> pd.Series:
    """Divide visits by the inhabitants at the end of the same year.

    Parameters
    ----------
    rows
        ``region, year, visits``.
    people
        Persons, indexed by region and year.

    Returns
    -------
    pandas.Series
        Visits per 1 000 inhabitants, in the order of `rows`.
    """
    index = pd.MultiIndex.from_frame(rows[["region", "year"]])
    return pd.Series(1000 * rows["visits"].to_numpy(float) / people.reindex(index).to_numpy(float), rows.index)
