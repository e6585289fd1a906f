"""What an accepted return says of its region as a whole: the figures that the baseline takes from it."""

from __future__ import annotations

import pandas as pd

from riktvarden.returns import form

MEASURES = ("persons", "positions")
"""Figures of the form that stand for the region in the baseline."""

SMALLEST = 5
"""Smallest count of persons that is published for a region; smaller ones could point someone out."""


def region_totals(returns: pd.DataFrame) -> pd.DataFrame:
    """Give each region's own total or, where only units are listed and all of them are, their sum.

    Parameters
    ----------
    returns
        Rows as `store.read_returns` gives them.

    Returns
    -------
    pandas.DataFrame
        ``region, measure, value, status, dated, figure``; a small count is suppressed: its value is NaN.
    """
    figures = returns.loc[
        returns["measure"].isin(MEASURES)
        & (returns["sex"] == "all")
        & (returns["stage"] == "all")
        & (returns["status"] == "reported")
    ]
    keys = ["region", "reference_date", "measure"]
    is_whole = (figures["care_unit"] == form.WHOLE) & (figures["sector"] == "all")
    whole: pd.DataFrame = figures.loc[is_whole, [*keys, "value"]]
    parts = figures.loc[(figures["care_unit"] != form.WHOLE) & figures["is_complete"].astype(bool)]
    summed = parts.groupby(keys)["value"].sum().reset_index()
    totals = pd.concat([whole, summed], ignore_index=True).drop_duplicates(keys, keep="first")
    small = totals["value"].between(1, SMALLEST - 1)
    return pd.DataFrame(
        {
            "region": totals["region"],
            "measure": totals["measure"],
            "value": totals["value"].mask(small),
            "status": small.map({True: "suppressed", False: "reported"}),
            "dated": totals["reference_date"],
            "figure": [
                f"return-{region}-{day:%Y-%m-%d}"
                for region, day in zip(totals["region"], totals["reference_date"], strict=True)
            ],
        }
    )
