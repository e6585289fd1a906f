"""What one more specialist in general practice must replace or avoid to pay for the post."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import economics, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import chain, costs, professions
from riktvarden.parameters import Parameters
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

AGENCY = tuple(f"agency_gp_framework_price_zone{zone}" for zone in (1, 2, 3))
"""Published prices of an hour of an agency doctor, by zone of travel."""
CONTACT = "cost_per_weighted_contact_primary_care"
"""Published cost of a weighted contact in primary care, by region."""
STAYS = "avoidable_inpatient_chronic_per_100k"
"""Published avoidable stays in hospital for chronic conditions per 100 000 inhabitants and year."""
ADMISSIONS = "acute_admission"
"""Outcome of the studies of continuity that is nearest to those stays."""

PER = 100_000


def break_even(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Compute what one more full-time specialist must replace or avoid in a year to pay for the post (method g).

    No published cost of a stay in hospital is at hand, so it is the reverse for stays: what each would have to cost if all
    avoidable ones of a specialist's inhabitants were avoided, and if as many were as in studies of continuity.

    Returns
    -------
    pandas.DataFrame
        ``measure, value, low, high, unit, source``: ``cost`` of the post; ``agency_share_zone1`` to ``3``, the share of a
        full-time year of an agency doctor; ``weighted_contacts``; ``stays``, those among the inhabitants of one specialist;
        ``stays_avoided`` and ``stay_price_studies``, with the studies' shortest and longest relation as ends; and
        ``stay_price_all``. Prices are at the level of the assumed price year.
    """
    figures = on.tables["published_st"]
    central, spread = (dict(_computed(Parameters.of(sample.assumptions), figures)) for sample in (on.central(), drawn))
    avoided = _avoided(on.tables)
    rows = []
    for measure, unit, source in MEASURES:
        value, draws = float(np.median(central[measure])), spread[measure]
        low, _, high = uncertainty.interval(draws.reshape(-1))
        rows.append((measure, value, float(low), float(high), unit, source))
    found = {row[0]: row[1:4] for row in rows}
    stays, price = found["stays"][0], found["stay_price_all"]
    least, most = avoided
    rows.append(("stays_avoided", np.nan, stays * least, stays * most, "stays per year", "continuity_effects"))
    rows.append(("stay_price_studies", np.nan, price[1] / most, price[2] / least, "SEK per stay", "continuity_effects; g"))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high", "unit", "source"])


MEASURES = (
    ("cost", "SEK per year", "g"),
    *((f"agency_share_zone{zone}", "share of a full-time year", "published_st; g") for zone in (1, 2, 3)),
    ("weighted_contacts", "weighted contacts per year", "published_st; g"),
    ("stays", "stays per year", "published_st; inhabitants_per_specialist"),
    ("stay_price_all", "SEK per stay", "published_st; g"),
)
"""Measure, its unit and what it rests on."""


def _computed(p: Parameters, figures: pd.DataFrame) -> Iterator[tuple[str, FloatArray]]:
    """Give each of `MEASURES`, (draw, …)."""
    cost = costs.unit_cost(p, "specialist", "region").per_year
    yield "cost", cost
    hours = professions.available_hours(p)
    for zone, name in enumerate(AGENCY, start=1):
        price = _at_price_year(p, _of(figures, name))
        yield f"agency_share_zone{zone}", economics.break_even(cost, price * hours)
    yield "weighted_contacts", economics.break_even(cost, _at_price_year(p, _of(figures, CONTACT)))
    stays = p.specialists.inhabitants_per_specialist * _of(figures, STAYS)["value"].to_numpy(float) / PER
    yield "stays", stays
    yield "stay_price_all", economics.break_even(cost, stays)


def _of(figures: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Rows of one measure: the nation's or, where it has none, the regions'."""
    rows = figures.loc[figures["measure"] == measure]
    nation = rows.loc[rows["region"] == NATION]
    return rows if nation.empty else nation


def _at_price_year(p: Parameters, figures: pd.DataFrame) -> FloatArray:
    """Bring published amounts to the level of the price year, (draw, figure)."""
    grown = (1 + p.economics.pay_growth) ** (p.economics.price_year - figures["year"].to_numpy(float))
    return economics.price_level(figures["value"].to_numpy(float), 1.0, grown)


def _avoided(tables: Mapping[str, pd.DataFrame]) -> tuple[float, float]:
    """Smallest and largest share of acute admissions that studies of continuity find fewer."""
    effects = tables["continuity_effects"].merge(tables["published_professions"][["figure", "value"]], on="figure")
    fewer = 1 - effects.loc[effects["outcome"] == ADMISSIONS, "value"]
    return float(fewer.min()), float(fewer.max())
