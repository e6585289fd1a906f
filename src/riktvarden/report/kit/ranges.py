"""Results of the professions in words: ranges of areas, indices, and the names and colours of what they are about."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts
from riktvarden.report.kit.context import Context

COLOUR = {name: charts.NAMED[each.shown.colour] for name, each in PROFESSIONS.items()}
"""Profession → its colour where the professions share a chart."""

PRINCIPAL = {"region": "regionerna", "municipality": "kommunerna", "both": "en huvudman för båda"}


class Range(NamedTuple):
    """A result without a value: the ends of its 80 % interval."""

    low: float
    high: float


class Estimate(NamedTuple):
    """A result with a value and the ends of its 80 % interval; NaN where it is withdrawn."""

    value: float
    low: float
    high: float


def rows_of(context: Context, profession: str, measure: str, principal: str = "", region: str = "") -> pd.DataFrame:
    """One measure of a profession by area, or in one region; without a principal, all care together.

    Returns
    -------
    pandas.DataFrame
        Rows of the guideline values, indexed by region.
    """
    rows = context.result_rows("guidelines", region) if region else context.results.guidelines
    whole = (rows["municipality"] == "") & (rows["cooperation"] == "")
    chosen = rows.loc[whole & (rows["profession"] == profession) & (rows["measure"] == measure)]
    return of_principal(chosen, principal).set_index("region")


def municipal(rows: pd.DataFrame, measure: str, principal: str = "") -> pd.DataFrame:
    """One measure of guideline values by municipality; without a principal, all care together."""
    chosen = rows.loc[(rows["municipality"] != "") & (rows["measure"] == measure)]
    return of_principal(chosen, principal).set_index("municipality")


def estimate_of(rows: pd.DataFrame, code: str) -> Estimate:
    """The value and interval of one area."""
    return Estimate(*(float(rows[end][code]) for end in ("value", "low", "high")))


def of_principal(rows: pd.DataFrame, principal: str = "") -> pd.DataFrame:
    """The rows of one principal; without one, of all care together, whether or not one principal has it all."""
    return rows.loc[rows["principal"] == principal if principal else rows["principal"].isin(["all", "both"])]


def range_of(rows: pd.DataFrame, code: str) -> Range:
    """The range of one area."""
    return Range(float(rows["low"][code]), float(rows["high"][code]))


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with no more digits than they can bear."""
    return rows.round({"value": 1, "low": 2, "high": 2})


ENDS = ["value", "low", "high"]
