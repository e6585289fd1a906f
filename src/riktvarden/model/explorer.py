"""What a reader may try: assumptions to move, what a browser needs for it, and the model's answers to check it by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riktvarden import guideline, need, supply
from riktvarden.model import careers, chain, costs, general_practice, inputs, professions, weights
from riktvarden.model.cells import known
from riktvarden.names import REFERENCE, SETTINGS, TARGET
from riktvarden.parameters import NAMES, Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.uncertainty import Sample

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

MOVABLE = tuple(name for group in SETTINGS.values() for name in group)

DIGITS = 10
"""Significant digits that numbers go to the browser with: far more than its answers are compared to."""


@dataclass(frozen=True)
class Explored:
    """The model's answers to some settings; areas have the nation last, years begin with the base year."""

    requirement: FloatArray
    """Full-time specialists that the norm asks for, (setting, area, year)."""
    starters: FloatArray
    """Starters per year that sustain the requirement, (setting, area, year)."""
    positions: FloatArray
    """Positions that they fill, not rounded, (setting, area, year)."""
    whole_positions: FloatArray
    """Positions of the base year, in whole numbers that sum to the nation's, (setting, area)."""
    fte: FloatArray
    """Full-time specialists if today's intake goes on, (setting, area, year)."""
    in_training: FloatArray
    """Persons in training if it does, (setting, area, year)."""
    coverage_a: FloatArray
    """(setting, area, year)."""
    coverage_b: FloatArray
    """(setting, area, year)."""
    starters_target: FloatArray
    """Starters per year that meet the norm in the target year, (setting, area); infinite where none can, or where the
    nation would need more than the applicants."""
    cost_reference: FloatArray
    """Cost if today's intake goes on, SEK, (setting, area, year)."""
    cost_target: FloatArray
    """Cost if the norm is met in the target year, SEK, (setting, area, year); not a number where it cannot be."""
    need: FloatArray
    """Full-time equivalents of the professions, (setting, profession, area, year)."""
    municipal_requirement: FloatArray
    """Full-time specialists in the base year, (setting, municipality)."""
    regions_part: FloatArray
    """The regions' part of the professions in the base year, (setting, profession, municipality)."""
    municipalities_part: FloatArray
    """The municipalities' part, likewise."""


def explore(on: chain.Base, settings: Mapping[str, ArrayLike]) -> Explored:
    """Run the model with some assumptions at other values than their own, all else in the middle.

    It is the model that every other result comes from, so that a browser which agrees with it agrees with the report.

    Parameters
    ----------
    on
        What no assumption of `MOVABLE` changes.
    settings
        Some of `MOVABLE`, each (setting,); those left out keep their central value.

    Raises
    ------
    ValueError
        If a name is none of `MOVABLE`.
    """
    if unknown := sorted(set(settings) - set(MOVABLE)):
        raise ValueError(f"these cannot be moved: {', '.join(unknown)}")
    values = {name: np.atleast_1d(np.asarray(given, float))[:, None] for name, given in settings.items()}
    count = max((len(given) for given in values.values()), default=1)
    middle = on.central()
    drawn = Sample(
        {name: np.broadcast_to(values.get(name, one), (count, one.shape[1])) for name, one in middle.assumptions.items()},
        {stream: np.broadcast_to(each, (count, each.shape[1])) for stream, each in middle.regional.items()},
    )
    found = chain.doctors(on, drawn)
    p, required = found.p, found.required.by_year
    norm = general_practice.norm(p, found.have, required)
    a, b = general_practice.coverage(p, found.have.fte, found.have.in_training, required)
    starters, reference, target = _by_target_year(on, found)
    needs = [
        professions.needed(p, on.tables, on.people, on.at, name, p.mental_health.need_weight, found.required)
        for name in PROFESSIONS
    ]
    exact = norm["st_positions_guideline"]
    return Explored(
        requirement=required,
        starters=norm["st_starters_guideline"],
        positions=exact,
        whole_positions=inputs.with_nation(guideline.largest_remainder(exact[:, :-1, 0]).astype(float)),
        fte=found.have.fte,
        in_training=found.have.in_training,
        coverage_a=a,
        coverage_b=b,
        starters_target=starters,
        cost_reference=reference,
        cost_target=target,
        need=np.stack([each.by_year for each in needs], axis=1),
        municipal_requirement=found.required.municipalities,
        regions_part=np.stack([each.region for each in needs], axis=1),
        municipalities_part=np.stack([each.municipality for each in needs], axis=1),
    )


def _by_target_year(on: chain.Base, found: chain.Doctors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Starters that meet the norm in each setting's own target year, and the cost of the two paths."""
    chosen = found.p.principals.target_year[:, 0]
    shape = found.required.by_year.shape
    starters, reference, target = np.empty(shape[:2]), np.empty(shape), np.empty(shape)
    for year in np.unique(chosen):
        mine = chosen == year
        people = replace(on.people, target_year=int(year))
        one = _only(found, mine)
        asked = general_practice.starters_for(one.p, people, one.have, one.required.by_year, int(year))
        possible = np.asarray(np.isfinite(asked).all(axis=1))
        pool = general_practice.applicants(one.p, [one.p.st.first_adjustable_intake], people.base_year)[:, 0]
        asked[:, -1] = np.where(asked[:, -1] > pool, np.inf, asked[:, -1])
        starters[mine] = asked
        reference[mine], target[mine] = np.nan, np.nan
        if possible.any():
            costed = costs.priced(people, _only(one, possible))
            at = np.flatnonzero(mine)[possible]
            reference[at], target[at] = (costed[path].total for path in (REFERENCE, TARGET))
    return starters, reference, target


def _only(found: chain.Doctors, which: NDArray[np.bool_]) -> chain.Doctors:
    """One pass of general practice for some of its draws."""
    have = general_practice.Supply(**{each.name: getattr(found.have, each.name)[which] for each in fields(found.have)})
    required = replace(found.required, by_year=found.required.by_year[which])
    stocks = inputs.Stocks(**{each.name: getattr(found.stocks, each.name)[which] for each in fields(found.stocks)})
    return chain.Doctors(found.p.only(which), required, stocks, have)


# --- what the browser computes from ---------------------------------------------------------------------


def prepared(on: chain.Base) -> dict[str, Any]:
    """Everything that the formulas need and no setting changes, as plain numbers and lists for a browser.

    The inhabitants by age and sex go with it, as the factors of a municipality weigh its own inhabitants.
    """
    people, at = on.people, on.at
    p = Parameters.of(on.central().assumptions)
    one = {name: float(p[name].flat[0]) for name in NAMES}
    doctor = weights.profile(weights.doctor_contacts(p))
    distance = weights.distance(p, people, at)[0]
    return {
        "settings": {name: one[name] for name in MOVABLE},
        "years": people.years.tolist(),
        "areas": list(people.areas),
        "municipalities": list(people.municipalities),
        "region_of": people.region_of.tolist(),
        "shown": shown(on),
        "cells": _plain(people.cells),
        "regional_cells": _plain(people.regional_cells),
        "need_index": _plain(at.need_index),
        "travel_minutes": _plain(need.travel_factor(distance, one["road_speed"], 1.0, 1.0)),
        "isolated": (at.density < one["isolated_density"]).tolist(),
        "doctor": {
            "profile": _plain(doctor[0] / need.mean_workload(people.cells, doctor)[0]),
            "minutes": one["minutes_doctor_contact"],
        },
        "team": {
            "back_up": one["task_shift_back_up"],
            "each": _plain(_taken_over(p)),
        },
        "professions": {name: _profession(on, p, name) for name in PROFESSIONS},
        "training": {
            "persons": _stock(on, "persons_per_position", "st"),
            "growth": one["st_growth"],
            "first": one["first_adjustable_intake"],
            "applicants": float(general_practice.applicants(p, [p.st.first_adjustable_intake], people.base_year)[0, 0]),
            "middle": one["st_share_mid_training"] * one["st_share_at_own_unit"] * one["inhabitants_per_st_mid"],
        },
        "specialists": {
            "fte": _stock(on, "fte_per_specialist", "specialists"),
            "abroad": float(general_practice.from_abroad(p)[0, 0]),
            "moving": one["specialist_move_rate"],
        },
        "career": _career(on, p, one),
        "cost": _cost(p, one),
    }


def shown(on: chain.Base) -> dict[str, list[bool]]:
    """Say for which areas, the nation last, the numbers in training and at work are published."""
    published = known(on.found)
    return {"st": published.st.tolist(), "specialists": published.specialists.tolist()}


NODES = 10
"""Values of a setting that a stock is computed at; the polynomial through them agrees to far more than the test asks."""


def _stock(on: chain.Base, setting: str, stock: str) -> dict[str, Any]:
    """Regions' stock in the base year as it follows one setting: Chebyshev coefficients, (region, coefficient).

    What is published of regions is weighed together (method A4), so that no simple formula gives it.
    """
    low, high = on.assumptions[setting].low, on.assumptions[setting].high
    at = np.cos(np.pi * (np.arange(NODES) + 0.5) / NODES)
    middle = on.central()
    each = middle.assumptions | {setting: ((low + high + (high - low) * at) / 2)[:, None]}
    drawn = {name: np.broadcast_to(value, (NODES, value.shape[1])) for name, value in each.items()}
    regional = {name: np.broadcast_to(value, (NODES, value.shape[1])) for name, value in middle.regional.items()}
    found = getattr(inputs.stocks_drawn(Parameters.of(drawn), on.found, on.people, regional), stock)[:, :-1]
    return {"low": low, "high": high, "series": _plain(np.polynomial.chebyshev.chebfit(at, found, NODES - 1).T)}


def _taken_over(p: Parameters) -> FloatArray:
    """Full-time equivalents of each profession per full-time doctor moved to the team, if both took equally long."""
    return weights.team(p.but(task_shift_share=1.0, task_shift_relative_time=1.0)).professions[0]


def _profession(on: chain.Base, p: Parameters, name: str) -> dict[str, Any]:
    """What one profession needs per person of each age and sex, full-time equivalents, before unmet need and place."""
    own = professions.municipal_shares(p, on.tables, on.people, name)
    parts = professions.divided(p, on.people, name, own)
    use, whole = (professions.per_person(p, on.people, name, own, weight) for weight in (0.0, 1.0))
    return {
        "settings": list(use.settings),
        "use": _plain(use.fte),
        "need": _plain(whole.fte),
        "home_minutes": use.home_minutes,
        "has_unmet": bool(PROFESSIONS[name].contacts),
        "region": _plain(((1 - parts.municipal) * parts.region_staff)[0].T),
        "municipality": _plain((parts.municipal * parts.municipal_staff)[0].T),
    }


def _career(on: chain.Base, p: Parameters, one: Mapping[str, float]) -> dict[str, Any]:
    """Ages and exits of specialists, of which the retirement and the multiplier of all exits may be moved."""
    career = careers.career(p, careers.SPECIALISTS, on.deaths)
    return {
        "ages": careers.AGES.tolist(),
        "deaths": _plain(on.deaths),
        "stock": _plain(career.stock_ages[0]),
        "entering": _plain(career.entry_ages[0]),
        "retirement_spread": one["retirement_spread_doctors"],
        "retirement_from": supply.FIRST_RETIREMENT_AGE,
        "other_exits": one["other_exit_rate_doctors"],
        "older_fte_ratio": one["older_fte_ratio"],
        "older_fte_from": one["older_from_age"],
    }


def _cost(p: Parameters, one: Mapping[str, float]) -> dict[str, float]:
    """Prices of general practice, SEK, and what they are multiplied by."""
    each = {name: float(np.squeeze(price)) for name, price in costs.prices(p)._asdict().items()}
    return each | {
        "hours": float(professions.available_hours(p)[0, 0]),
        "agency": one["agency_doctors_nation"],
    }


def limits(assumptions: Assumptions) -> dict[str, tuple[float, float]]:
    """Give the ends between which each of `MOVABLE` may be moved: those of the assumption."""
    return {name: (assumptions[name].low, assumptions[name].high) for name in MOVABLE}


def _plain(values: ArrayLike) -> Any:  # noqa: ANN401 - nested lists
    """Write numbers as lists, with no more digits than are needed and whole ones as such."""
    if isinstance(values, np.ndarray) and values.ndim:
        return [_plain(each) for each in values]
    number = float(f"{float(np.asarray(values)):.{DIGITS}g}")
    return int(number) if number.is_integer() else number
