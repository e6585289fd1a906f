"""Need, supply and education of the professions in the years to come, as tidy cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import guideline, supply, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import guidelines
from riktvarden.model.careers import Career
from riktvarden.model.inputs import People
from riktvarden.model.professions import Need, Today
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy

FloatArray = NDArray[np.float64]

DIGITS = 2
"""Significant digits that the ends of a range are rounded outwards to."""


def ranged(
    areas: ArrayLike,
    measure: str,
    unit: str,
    source: str,
    draws: FloatArray,
    *,
    year: object,
    profession: str,
) -> pd.DataFrame:
    """Give cells that show a range only, rounded outwards to `DIGITS` significant digits of the middle."""
    rows = tidy(
        areas,
        measure,
        unit,
        source,
        draws=draws,
        valued=False,
        without_value="estimated",
        year=year,
        profession=profession,
    )
    middle = (rows["low"] + rows["high"]) / 2
    size = 10.0 ** (np.floor(np.log10(np.maximum(middle.to_numpy(float), 1e-9))) - DIGITS + 1)
    low, high = uncertainty.widen_to_step(rows["low"].to_numpy(float), rows["high"].to_numpy(float), size)
    return rows.assign(low=low, high=high)


class About(TypedDict):
    """What all cells of a table share."""

    profession: str
    year: int


def supply_path(p: Parameters, profession: str, today: Today, career: Career, horizon: int) -> FloatArray:
    """Full-time equivalents in the nation if as many graduate as today, (draw, year)."""
    persons = (today.total / p.careers.fte_per_care_professional)[:, 0]
    education = PROFESSIONS[profession].education
    coming = np.repeat(education.graduates(p) * education.entering(p), horizon, axis=-1)
    return supply.linear_path(persons, coming, career.stock_left(horizon), career.inflow_left(horizon))


def outlook(found: Need, central: Need, supplied: FloatArray, people: People, profession: str) -> pd.DataFrame:
    """Need of every area and supply of the nation by year; `COLUMNS`.

    As in the guideline values, the need of an area is the nation's level of the year, the median of its draws, times
    the area's part at the central values.
    """
    years, areas = people.years, people.areas
    basis = PROFESSIONS[profession].method
    level = np.median(found.by_year[:, -1], axis=0)
    middle = level * central.by_year[0] / central.by_year[0, -1]
    needed = _valued(
        np.repeat(areas, len(years)),
        "fte_need",
        f"{basis}; E2; b",
        middle.ravel(),
        found.by_year.reshape(len(found.by_year), -1),
        year=np.tile(years, len(areas)),
        profession=profession,
    )
    nation = [NATION] * len(years)
    middle = np.median(supplied, axis=0)
    at_hand = _valued(nation, "fte_supply", "E6; E8; b", middle, supplied, year=years, profession=profession)
    enough = (supplied >= found.by_year[:, -1]).mean(axis=0)
    met = tidy(
        [NATION] * len(years),
        "need_met",
        "probability",
        "E8; b",
        year=years,
        value=enough,
        status="estimated",
        profession=profession,
    )
    growth = tidy(
        [NATION] * len(years),
        "need_growth",
        "index, base year = 100",
        f"{basis}; b",
        year=years,
        value=np.median(found.by_year[:, -1] / found.by_year[:, -1, :1], axis=0) * 100,
        draws=found.by_year[:, -1] / found.by_year[:, -1, :1] * 100,
        profession=profession,
    )
    change = tidy(
        [NATION] * len(years),
        "supply_growth",
        "index, base year = 100",
        "E6; E8; b",
        year=years,
        value=np.median(supplied / supplied[:, :1], axis=0) * 100,
        draws=supplied / supplied[:, :1] * 100,
        profession=profession,
    )
    return pd.concat([needed, at_hand, met, growth, change], ignore_index=True)


def _valued(
    areas: ArrayLike, measure: str, source: str, value: FloatArray, draws: FloatArray, *, year: object, profession: str
) -> pd.DataFrame:
    """Give full-time equivalents with a value, rounded as the guideline values are."""
    cells = tidy(areas, measure, "FTE", source, value=value, draws=draws, year=year, profession=profession)
    return cells.assign(**{end: guidelines.rounded(cells[end], guidelines.FINEST) for end in ("value", "low", "high")})


def places(
    p: Parameters,
    tables: Mapping[str, pd.DataFrame],
    people: People,
    profession: str,
    found: Need,
    supplied: FloatArray,
    career: Career,
) -> pd.DataFrame:
    """Places per year that the need asks of each programme, by collaborative region (method E8).

    The constant number of graduates, from the first year that a new place can give one, with which supply meets
    need in the target year; the nation's places are shared as the need is. Before that year no place helps.

    Returns
    -------
    pandas.DataFrame
        collaborative_region (empty for the nation) and `COLUMNS`.
    """
    target = people.at_target
    education = PROFESSIONS[profession].education
    degree, now = education.degree_share(p), education.graduates(p)
    lags = target - education.study_years(p)
    per_graduate = education.entering(p) * career.inflow_left(max(lags, 1)).sum(axis=-1, keepdims=True)
    lacking = (found.by_year[:, -1, target] - supplied[:, target])[:, None]
    wanted = guideline.places(now + lacking / per_graduate, degree) if lags > 0 else np.full_like(now, np.inf)
    share = _by_collaborative_region(tables, people, found.total)
    names = list(share.columns)
    unit = "places per year"
    at_base = About(profession=profession, year=people.base_year)
    at_target = About(profession=profession, year=people.target_year)
    today = ranged([NATION], "places_today", unit, "E8", guideline.places(now, degree), **at_base)
    nation = ranged([NATION], "places_needed", unit, "E8", wanted, **at_target)
    shared = ranged([NATION] * len(names), "places_needed", unit, "E8", wanted * share.to_numpy(), **at_target)
    rows = pd.concat([today, nation, shared], ignore_index=True).assign(collaborative_region=["", "", *names])
    return rows[["collaborative_region", *COLUMNS]]


def _by_collaborative_region(tables: Mapping[str, pd.DataFrame], people: People, total: FloatArray) -> pd.DataFrame:
    """Share of the need in each collaborative region; Halland's municipalities are divided between two."""
    regions = tables["regions"].set_index("region")["collaborative_region"]
    split = tables["collaborative_region_split"].set_index("municipality")["collaborative_region"]
    own = pd.Series(people.municipalities).map(split)
    belongs = own.fillna(pd.Series(np.asarray(people.codes)[people.region_of]).map(regions))
    member = pd.get_dummies(belongs).astype(float)
    sums = total @ member.to_numpy()
    return pd.DataFrame(sums / sums.sum(axis=1, keepdims=True), columns=member.columns)
