"""Socialstyrelsen's own guideline values, beside the report's, once any are published."""

from __future__ import annotations

import numpy as np

from riktvarden.codes import NATION
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.ranges import estimate_of, rows_of


def beside(context: Context, measure: str, area: str = NATION, profession: str = "general_practice") -> str:
    """Compare the report's value with the one that Socialstyrelsen has published, as a sentence; empty if there is none.

    Parameters
    ----------
    context
        As everywhere.
    measure, area, profession
        What the values are of.
    """
    t, rows = context.language, context.tables["official_values"]
    rows = rows.loc[(rows["profession"] == profession) & (rows["measure"] == measure) & (rows["area"] == area)]
    if rows.empty:
        return ""
    newest = rows.sort_values("year").iloc[-1]
    theirs, value = float(newest["value"]), _ours(context, measure, area, profession)
    if not np.isfinite(value):
        return t("Socialstyrelsens eget riktvärde för {year} är {value}.").format(
            year=int(newest["year"]), value=t.number(theirs)
        )
    words = {
        1: t("Socialstyrelsens eget riktvärde för {year} är {value}. Rapportens är {difference} högre."),
        0: t("Socialstyrelsens eget riktvärde för {year} är {value}, detsamma som rapportens."),
        -1: t("Socialstyrelsens eget riktvärde för {year} är {value}. Rapportens är {difference} lägre."),
    }
    apart = round(value - theirs)
    sentence = words[(apart > 0) - (apart < 0)]
    return sentence.format(year=int(newest["year"]), value=t.number(theirs), difference=t.number(abs(apart)))


def _ours(context: Context, measure: str, area: str, profession: str) -> float:
    """Return the report's value; not a number where it shows none."""
    if profession == "general_practice":
        return context.results.cell(measure, area).value
    rows = rows_of(context, profession, measure, region=area)
    return estimate_of(rows, area).value if area in rows.index else float("nan")
