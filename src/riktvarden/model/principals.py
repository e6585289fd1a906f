"""The professions as tidy cells, for each principal and for education: ranges where the inputs are assumed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import guideline, need, supply, uncertainty
from riktvarden.codes import NATION
from riktvarden.model.careers import Career
from riktvarden.model.inputs import People
from riktvarden.model.professions import Need, Today
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy

FloatArray = NDArray[np.float64]

DIGITS = 2
"""Significant digits that the ends of a range are rounded outwards to."""

PRINCIPAL_COLUMNS = ["municipality", "principal", *COLUMNS]


def ranged(
    areas: ArrayLike,
    measure: str,
    unit: str,
    source: str,
    draws: FloatArray,
    *,
    year: object,
    profession: str,
    series: ArrayLike | None = None,
) -> pd.DataFrame:
    """Give cells that show a range only, as they rest mainly on assumptions (method E6), rounded outwards.

    The step has `DIGITS` significant digits of the middle; rows of one of the `series` share the step of their mean,
    so that a path has no kinks.
    """
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
    if series is not None:
        middle = middle.groupby(np.asarray(series)).transform("mean")
    size = 10.0 ** (np.floor(np.log10(np.maximum(middle.to_numpy(float), 1e-9))) - DIGITS + 1)
    low, high = uncertainty.widen_to_step(rows["low"].to_numpy(float), rows["high"].to_numpy(float), size)
    return rows.assign(low=low, high=high)


class About(TypedDict):
    """What all cells of a table share."""

    profession: str
    year: int


def by_principal(
    found: Need,
    central: Need,
    people: People,
    profession: str,
    today: Today,
    unmet: FloatArray,
    joint: NDArray[np.bool_],
) -> pd.DataFrame:
    """Guideline values of one profession for the nation, regions and municipalities, and their principals.

    Parameters
    ----------
    found, central
        Need of the draws, and at the central values.
    people
        Inhabitants.
    profession
        The profession.
    today
        Who is at work, (draw, 1).
    unmet
        Need that is not met, as a share of what is done today, (draw, 1).
    joint
        Whether one principal has both the region's and the municipality's care, (municipality,).

    Returns
    -------
    pandas.DataFrame
        `PRINCIPAL_COLUMNS`. The principal is ``region``, ``municipality``, ``both`` where one principal has all
        care, or ``all`` for both together; ``municipality`` is empty for regions and the nation. What a joint principal
        has is no part of its region's rows of ``region`` and ``municipality``, but of the nation's.
    """
    of_municipality = np.asarray(people.codes)[people.region_of]
    whole_region = people.regional((~joint).astype(float)) == 0
    about = About(profession=profession, year=people.base_year)
    frames = []
    for principal, draws in (("region", found.region), ("municipality", found.municipality), ("all", found.total)):
        if principal == "municipality" and not found.municipality.any():
            continue
        shown = np.ones(len(joint), bool) if principal == "all" else ~joint
        in_areas = ~whole_region | (principal == "all")
        areas = people.regional(draws * shown)
        areas[:, -1] = draws.sum(axis=-1)
        method = PROFESSIONS[profession].method
        source = f"{method}; E2; E5; responsibility" if principal != "all" else f"{method}; E2; E5"
        frames += [
            ranged(
                np.asarray(people.areas)[in_areas],
                "fte_need",
                "FTE",
                source,
                areas[:, in_areas],
                **about,
            ).assign(municipality="", principal=principal),
            ranged(
                of_municipality[shown],
                "fte_need",
                "FTE",
                source,
                draws[:, shown],
                **about,
            ).assign(municipality=np.asarray(people.municipalities)[shown], principal=principal),
        ]
    total, middle = found.total, central.total[0]
    heads = people.heads
    for codes, places, persons, draws, value in (
        (people.areas, "", people.regional(heads), people.regional(total), people.regional(middle)),
        (of_municipality, people.municipalities, heads, total, middle),
    ):
        per_fte = need.inhabitants_per_fte(persons, draws)
        index = need.index(draws / persons, (draws.sum(axis=-1) / persons.sum())[:, None])
        whole = need.index(value / persons, value.sum() / persons.sum())
        frames += [
            ranged(
                codes,
                "inhabitants_per_fte",
                "inhabitants per FTE",
                "E5",
                per_fte,
                **about,
            ).assign(municipality=places, principal="all"),
            tidy(
                codes,
                "need_index",
                "index, nation = 100",
                "E1; E6",
                year=people.base_year,
                value=whole,
                draws=index,
                profession=profession,
            ).assign(municipality=places, principal="all"),
        ]
    nation = people.base[-1]
    for principal, stock in (("region", today.region), ("municipality", today.municipality), ("all", today.total)):
        if not stock.any():
            continue
        frames.append(
            ranged([NATION], "fte_today", "FTE", "E6", stock, **about).assign(municipality="", principal=principal)
        )
    frames.append(
        ranged(
            [NATION],
            "inhabitants_per_fte_today",
            "inhabitants per FTE",
            "E6",
            need.inhabitants_per_fte(nation, today.total),
            **about,
        ).assign(municipality="", principal="all")
    )
    with_unmet = need.grown(today.total, {"unmet need": unmet})
    frames.append(
        ranged(
            [NATION],
            "fte_today_and_unmet",
            "FTE",
            "E1; E6",
            with_unmet,
            **about,
        ).assign(municipality="", principal="all")
    )
    rows = pd.concat(frames, ignore_index=True)
    of_joint = rows["municipality"].isin(np.asarray(people.municipalities)[joint])
    of_joint |= rows["municipality"].eq("") & rows["region"].isin(np.asarray(people.areas)[whole_region])
    rows["principal"] = rows["principal"].mask(of_joint & rows["principal"].eq("all"), "both")
    return rows[PRINCIPAL_COLUMNS]


# --- outlook and education ----------------------------------------------------------------------------


def supply_path(p: Parameters, profession: str, today: Today, career: Career, horizon: int) -> FloatArray:
    """Full-time equivalents in the nation if as many graduate as today, (draw, year)."""
    persons = (today.total / p.careers.fte_per_care_professional)[:, 0]
    education = PROFESSIONS[profession].education
    coming = np.repeat(education.graduates(p) * education.entering(p), horizon, axis=-1)
    return supply.linear_path(persons, coming, career.stock_left(horizon), career.inflow_left(horizon))


def outlook(found: Need, supplied: FloatArray, people: People, profession: str) -> pd.DataFrame:
    """Need of every area and supply of the nation by year, as ranges; `COLUMNS`."""
    years, areas = people.years, people.areas
    basis = PROFESSIONS[profession].method
    needed = ranged(
        np.repeat(areas, len(years)),
        "fte_need",
        "FTE",
        f"{basis}; E2; b",
        found.by_year.reshape(len(found.by_year), -1),
        year=np.tile(years, len(areas)),
        profession=profession,
        series=np.repeat(areas, len(years)),
    )
    nation = [NATION] * len(years)
    at_hand = ranged(nation, "fte_supply", "FTE", "E6; E8; b", supplied, year=years, profession=profession, series=nation)
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
