"""Guideline values of the professions: one level for the nation, and how each area lies to it, by principal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import need, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import professions
from riktvarden.model.inputs import People
from riktvarden.model.professions import Need, Today
from riktvarden.names import NURSE
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy

FloatArray = NDArray[np.float64]

GUIDELINE_COLUMNS = ["municipality", "cooperation", "principal", *COLUMNS]

DIGITS = 3
"""Significant digits of a value: regions differ by a few per cent, which two would hide."""

FINEST = 0.1
"""Full-time equivalents below which values are not distinguished."""

HOURS_PER_YEAR = 24 * 365.25

CONTRADICTED = "contradicted"
"""Qualifier of what is withdrawn: use and staff contradict each other."""

FLOORED = ("physiotherapist", "occupational_therapist")
"""Professions of which a municipality has at least so many, see `floor`."""


COUNTED = ("fte_today", "inhabitants_per_fte_today", "fte_supply", "supply_growth", "places_today")
"""Measures of who is there, which no contradiction takes away."""


def rounded(values: ArrayLike, finest: float = 0.0) -> FloatArray:
    """Round to `DIGITS` significant digits, but not finer than a step; what is not finite stays so."""
    given = np.asarray(values, float)
    finite = np.where(np.isfinite(given), given, 0.0)
    size = 10.0 ** (np.floor(np.log10(np.maximum(np.abs(finite), 1e-9))) - DIGITS + 1)
    step = np.maximum(size, finest)
    return np.where(np.isfinite(given), np.rint(finite / step) * step, given)


class Part(NamedTuple):
    """One principal's care of one profession in some areas."""

    principal: str
    region: list[str]
    municipality: str | list[str]
    cooperation: str | list[str]
    persons: FloatArray
    """Inhabitants, (area,)."""
    draws: FloatArray
    """Full-time equivalents, (draw, area)."""
    central: FloatArray
    """The same at the central values, (area,)."""
    floor: FloatArray | None = None
    """Full-time equivalents below which no such area can be staffed, (draw, 1)."""


class Whole(NamedTuple):
    """The nation, which every area of one principal is compared with."""

    persons: float
    draws: FloatArray
    """Full-time equivalents, (draw, 1)."""
    central: float
    level: float
    """The profession's level, the median of the draws of all its care, over what it is at the central values."""


def floor(p: Parameters, profession: str) -> FloatArray | None:
    """Full-time equivalents that care in a municipality takes however few live there, (draw, 1); None where nothing does.

    So many nurses are on duty at all hours of the year, and so many of each therapist are there.
    """
    if profession == NURSE:
        return p.professions.nurses_on_duty_least * HOURS_PER_YEAR / professions.available_hours(p)
    return p.professions.therapists_least if profession in FLOORED else None


def rows(
    found: Need,
    central: Need,
    people: People,
    profession: str,
    today: Today,
    tables: Mapping[str, pd.DataFrame],
    least: FloatArray | None,
) -> pd.DataFrame:
    """Full-time equivalents, inhabitants per full-time equivalent and index of every area, by principal.

    The value of an area is the nation's level, the median of its draws, times the area's index at the central values;
    the principals' parts have the same level. The interval of a value holds both; that of the index the area's relation
    to the nation alone.

    Parameters
    ----------
    found, central
        Need of the draws, and at the central values.
    people
        Inhabitants.
    profession
        The profession, or `NURSE`.
    today
        Who is at work, (draw, 1).
    tables
        The checked tables.
    least
        From `floor`.

    Returns
    -------
    pandas.DataFrame
        `GUIDELINE_COLUMNS`: ``fte_need``, ``inhabitants_per_fte`` and ``need_index`` of areas and principals, of
        co-operating municipalities too; ``fte_floor`` and ``fte_with_floor`` of municipalities and co-operations;
        ``fte_today`` and ``enough``, the chance that today's staff suffice, of the nation.
    """
    frames = []
    level = float(np.median(found.total.sum(axis=-1)) / central.total.sum())
    stocks = {"region": today.region, "municipality": today.municipality, "all": today.total}
    for principal, stock in stocks.items():
        draws, value = (getattr(each, "total" if principal == "all" else principal) for each in (found, central))
        if not draws.any() or (profession == NURSE and principal != "municipality"):
            continue
        nation = Whole(float(people.heads.sum()), draws.sum(axis=-1, keepdims=True), float(value.sum()), level)
        of_municipality = least if principal == "municipality" else None
        parts = list(_parts(principal, draws, value[0], people, tables, of_municipality))
        frames += [_cells(part, nation, people, profession) for part in parts]
        frames.append(_today(principal, stock, nation, people, profession))
    return pd.concat(frames, ignore_index=True)[GUIDELINE_COLUMNS]


def _parts(
    principal: str,
    draws: FloatArray,
    value: FloatArray,
    people: People,
    tables: Mapping[str, pd.DataFrame],
    least: FloatArray | None,
) -> Iterator[Part]:
    """The nation, regions, municipalities and co-operations of one principal; a joint one is listed beside its region."""
    joint = professions.joint(tables, people)
    own = np.ones(len(joint), bool) if principal == "all" else ~joint
    heads = people.heads
    sums = [people.regional(each * own) for each in (heads, draws, value)]
    for place, each in enumerate((heads, draws, value)):
        sums[place][..., -1] = each.sum(axis=-1)
    alone = people.regional((~joint).astype(float)) == 0
    names = np.where(alone, "both", principal) if principal == "all" else np.full(len(alone), principal)
    there = ~alone | (principal == "all")
    codes = np.asarray(people.areas)
    for name in dict.fromkeys(names[there]):
        of = there & (names == name)
        yield Part(name, codes[of].tolist(), "", "", sums[0][of], sums[1][:, of], sums[2][of])
    regions, towns = codes[people.region_of], np.asarray(people.municipalities)
    for name, of in ((principal, own & ~joint), ("both", joint & (principal == "all"))):
        if of.any():
            yield Part(name, regions[of].tolist(), towns[of].tolist(), "", heads[of], draws[:, of], value[of], least)
    if principal == "municipality":
        groups = tables["municipal_principals"].set_index("municipality")["cooperation"].reindex(people.municipalities)
        member = pd.get_dummies(groups.reset_index(drop=True)).astype(float)
        if len(member.columns):
            into = member.to_numpy()
            yield Part(
                principal,
                [code[:2] for code in towns[into.argmax(axis=0)]],
                "",
                list(member.columns),
                heads @ into,
                draws @ into,
                value @ into,
                least,
            )


def _cells(part: Part, nation: Whole, people: People, profession: str) -> pd.DataFrame:
    method = PROFESSIONS[profession].method if profession in PROFESSIONS else "E1"
    # The principals' parts and the areas have one level, so that they sum to the whole.
    value = nation.level * part.central
    index = need.index(part.draws / part.persons, nation.draws / nation.persons)
    whole = need.index(part.central / part.persons, nation.central / nation.persons)
    measures: list[tuple[str, str, str, ArrayLike, FloatArray | None]] = [
        ("fte_need", "FTE", f"{method}; E2; E5; E6", rounded(value, FINEST), part.draws),
        (
            "inhabitants_per_fte",
            "inhabitants per FTE",
            "E5; E6",
            rounded(need.inhabitants_per_fte(part.persons, value)),
            None,
        ),
        ("need_index", "index, nation = 100", "E1; E6", whole, index),
    ]
    if part.floor is not None:
        with_floor = np.maximum(part.draws, part.floor)
        middle = np.maximum(value, np.median(part.floor))
        measures += [
            ("fte_floor", "FTE", "E5", rounded(np.full(len(value), np.median(part.floor)), FINEST), part.floor),
            ("fte_with_floor", "FTE", f"{method}; E2; E5; E6", rounded(middle, FINEST), with_floor),
        ]
    frames: list[pd.DataFrame] = []
    for measure, unit, source, values, draws in measures:
        cells = tidy(
            part.region, measure, unit, source, year=people.base_year, value=values, draws=draws, profession=profession
        )
        if measure == "fte_need":
            needed = cells[["low", "high"]].to_numpy(float).T
        if draws is None:
            # Most inhabitants share one full-time equivalent where the fewest are needed.
            fewest, most = needed
            cells = cells.assign(
                low=need.inhabitants_per_fte(part.persons, most), high=need.inhabitants_per_fte(part.persons, fewest)
            )
        finest = 0.0 if draws is None else FINEST
        if measure != "need_index":
            cells = cells.assign(low=rounded(cells["low"], finest), high=rounded(cells["high"], finest))
        frames.append(cells.assign(municipality=part.municipality, cooperation=part.cooperation, principal=part.principal))
    return pd.concat(frames, ignore_index=True)


def _today(principal: str, stock: FloatArray, nation: Whole, people: People, profession: str) -> pd.DataFrame:
    """Who is at work in the nation, and the chance that they are enough."""
    middle = rounded(np.median(stock, axis=0), FINEST)
    at_work = tidy(
        [NATION], "fte_today", "FTE", "E6", year=people.base_year, value=middle, draws=stock, profession=profession
    )
    enough = tidy(
        [NATION],
        "enough",
        "probability",
        "E5; E6",
        year=people.base_year,
        value=uncertainty.probability_met(stock, nation.draws),
        profession=profession,
    )
    at_work = at_work.assign(low=rounded(at_work["low"], FINEST), high=rounded(at_work["high"], FINEST))
    low, each_has, high = (
        rounded(need.inhabitants_per_fte(nation.persons, at_work[end])) for end in ("high", "value", "low")
    )
    shared = at_work.assign(
        measure="inhabitants_per_fte_today", unit="inhabitants per FTE", value=each_has, low=low, high=high
    )
    cells = pd.concat([at_work, shared, enough], ignore_index=True)
    return cells.assign(municipality="", cooperation="", principal=principal)


def withdraw(cells: pd.DataFrame, withdrawn: NDArray[np.bool_]) -> pd.DataFrame:
    """Take away values and intervals where use and staff contradict each other, and say so."""
    withdrawn = withdrawn & ~cells["measure"].isin(COUNTED).to_numpy()
    blank = {"value": np.nan, "low": np.nan, "high": np.nan, "status": "missing", "qualifier": CONTRADICTED}
    return cells.assign(**{column: cells[column].mask(withdrawn, value) for column, value in blank.items()})
