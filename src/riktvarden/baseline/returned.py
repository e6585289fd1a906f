"""What an accepted return says of its region as a whole: the figures that the baseline takes from it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from riktvarden.baseline.st import ratio_estimate

MEASURES = ("persons", "positions", "fte")
"""Figures of the form that stand for the region in the baseline."""

SIZE = "listed"
"""Figure of the form that tells how large a unit is."""

SMALLEST = 5
"""Smallest count of persons that is published for a region; smaller ones could point someone out."""

COLUMNS = ["region", "measure", "value", "half_width", "coverage", "status", "qualifier", "dated", "figure"]


def region_totals(returns: pd.DataFrame, population: pd.Series) -> pd.DataFrame:
    """Give each region's own total, the sum of its units, or an estimate from the units that answered.

    Parameters
    ----------
    returns
        Rows as regions handed them in: ``region, reference_date, care_unit, is_whole`` (the region's own total),
        ``sector, measure, sex, stage, value, status, is_complete`` (all units listed).
    population
        Inhabitants, indexed by region: the size of the region where only some of its units are listed.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`; a small count is suppressed: its value is NaN. half_width is that of a uniform distribution
        with the estimate's standard deviation, 0 for a counted total.
    """
    figures = returns.loc[
        returns["measure"].isin([*MEASURES, SIZE])
        & (returns["sex"] == "all")
        & (returns["stage"] == "all")
        & (returns["status"] == "reported")
    ]
    rows = []
    for (region, day), own in figures.groupby(["region", "reference_date"]):
        for measure, value, half_width, coverage, qualifier in _told(own, float(population.get(region, math.nan))):
            small = 0 < value < SMALLEST
            status = "suppressed" if small else "estimated" if qualifier else "reported"
            figure = f"return-{region}-{day:%Y-%m-%d}"
            rows.append(
                (region, measure, math.nan if small else value, half_width, coverage, status, qualifier, day, figure)
            )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"dated": "datetime64[us]"})


def _told(own: pd.DataFrame, inhabitants: float) -> Iterator[tuple[str, float, float, float, str]]:
    """Measure, value, half width, coverage and qualifier of one return."""
    whole = own.loc[own["is_whole"] & (own["sector"] == "all")].set_index("measure")["value"]
    units = own.loc[~own["is_whole"]]
    wide = units.pivot_table(index=["care_unit", "sector"], columns="measure", values="value", aggfunc="first")
    for measure in MEASURES:
        if measure in whole.index:
            yield measure, float(whole[measure]), 0.0, 1.0, ""
        elif measure in wide.columns and bool(units["is_complete"].all()):
            yield measure, float(wide[measure].sum()), 0.0, 1.0, ""
        elif {measure, SIZE} <= set(wide.columns):
            answered = wide[[measure, SIZE]].dropna()
            if len(answered) >= 2 and inhabitants > 0:
                found = ratio_estimate(answered[measure], answered[SIZE], inhabitants)
                yield measure, found.total, math.sqrt(3) * found.sd, found.coverage, "partial"
