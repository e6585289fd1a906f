"""Results of the professions in words: ranges of areas, indices, and the names and colours of what they are about."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.language import Language

COLOUR = {name: charts.NAMED[each.shown.colour] for name, each in PROFESSIONS.items()}
"""Profession → its colour where the professions share a chart."""

PRINCIPAL = {"region": "regionerna", "municipality": "kommunerna", "both": "en huvudman för båda"}


class Range(NamedTuple):
    """A result without a value: the ends of its 80 % interval."""

    low: float
    high: float


def rows_of(context: Context, profession: str, measure: str, principal: str = "", region: str = "") -> pd.DataFrame:
    """One measure of a profession by area, or in one region; without a principal, all care together.

    Returns
    -------
    pandas.DataFrame
        Rows of the results, indexed by region.
    """
    rows = context.result_rows("principals", region) if region else context.results.principals
    wanted = rows["principal"] == principal if principal else rows["principal"].isin(["all", "both"])
    chosen = rows.loc[
        wanted & (rows["profession"] == profession) & (rows["measure"] == measure) & (rows["municipality"] == "")
    ]
    return chosen.set_index("region")


def indices(t: Language, rows: pd.DataFrame) -> list[str]:
    """Indices in words; the nation's is 100 without an interval, as that is what it is measured against."""
    exact = (rows["low"] == rows["high"]).to_list()
    written = t.estimates(rows)
    return [t.number(value) if alone else text for value, alone, text in zip(rows["value"], exact, written, strict=True)]


def range_of(rows: pd.DataFrame, code: str) -> Range:
    """The range of one area."""
    return Range(float(rows["low"][code]), float(rows["high"][code]))


def between(t: Language, found: Range) -> str:
    """A range in words, with as many decimals as its size needs."""
    digits = 0 if found.high >= 10 else 1 if found.high >= 1 else 2
    return t.number(found.low) if found.low == found.high else t.interval(*found, digits)


def ranges(t: Language, rows: pd.DataFrame) -> list[str]:
    """The range of each row in words."""
    return [between(t, Range(low, high)) for low, high in rows[["low", "high"]].to_numpy(float)]


def rounded(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with no more digits than they can bear."""
    return rows.round({"value": 1, "low": 2, "high": 2})


ENDS = ["value", "low", "high"]
