"""Inputs for the interactive page: adjustable assumptions, data for the browser, and model results to check it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import guideline, need, supply
from riktvarden.model import careers, chain, costs, general_practice, inputs, professions, team, weights
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
"""Significant digits of numbers sent to the browser: far more than the tolerance of the comparison."""


@dataclass(frozen=True)
class Explored:
    """Results of the model for some settings; areas have the nation last, years begin with the base year."""

    requirement: FloatArray
    """Full-time specialists required by the norm, (setting, area, year)."""
    starters: FloatArray
    """Starters per year that sustain the requirement, (setting, area, year)."""
    positions: FloatArray
    """Positions that they fill, unrounded, (setting, area, year)."""
    whole_positions: FloatArray
    """Positions of the base year, in whole numbers that sum to the nation's, (setting, area)."""
    fte: FloatArray
    """Full-time specialists if today's intake continues, (setting, area, year)."""
    in_training: FloatArray
    """Persons in training if today's intake continues, (setting, area, year)."""
    coverage_a: FloatArray
    """(setting, area, year)."""
    coverage_b: FloatArray
    """(setting, area, year)."""
    starters_target: FloatArray
    """Starters per year that meet the norm in the target year, (setting, area); infinite if impossible, or if the
    nation would need more than the applicants."""
    cost_reference: FloatArray
    """Cost if today's intake continues, SEK, (setting, area, year)."""
    cost_target: FloatArray
    """Cost if the norm is met in the target year, SEK, (setting, area, year); NaN if it cannot be."""
    need: FloatArray
    """Full-time equivalents of the professions, (setting, profession, area, year)."""
    municipal_requirement: FloatArray
    """Full-time specialists in the base year, (setting, municipality)."""
    regions_part: FloatArray
    """The regions' part of the professions in the base year, (setting, profession, municipality)."""
    municipalities_part: FloatArray
    """The municipalities' part, likewise."""
    team_saving: FloatArray
    """Cost that the least-cost team saves in the base year, SEK, (setting, area)."""


def explore(on: chain.Base, settings: Mapping[str, ArrayLike]) -> Explored:
    """Run the model with other values of some assumptions, all else at the central values.

    This is the model behind all other results, so that a browser that agrees with it agrees with the report.

    Parameters
    ----------
    on
        Inputs independent of the assumptions of `MOVABLE`.
    settings
        Some of `MOVABLE`, each (setting,); the others keep their central value.

    Raises
    ------
    ValueError
        If a name is not in `MOVABLE`.
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
        team_saving=_team_saving(on, p, required[..., 0]),
    )


def spans(on: chain.Base) -> pd.DataFrame:
    """Move one setting at a time to the ends of its range, for the nation.

    Returns
    -------
    pandas.DataFrame
        ``setting, measure, value, at_low, at_high``: positions, coverage A in the target year and the need of all the
        professions, in the order of `MOVABLE`.
    """
    ends = limits(on.assumptions)
    central = {name: float(values[0, 0]) for name, values in on.central().assumptions.items() if name in MOVABLE}
    tried = {
        name: [central[name], *(ends[name][end] if name == moved else central[name] for moved in MOVABLE for end in (0, 1))]
        for name in MOVABLE
    }
    found = explore(on, tried)
    at = np.asarray(tried["target_year"], int) - int(on.people.years[0])
    measured = {
        "positions": found.whole_positions[:, -1],
        "coverage_a_target": found.coverage_a[np.arange(len(at)), -1, at],
        "need": found.need[:, :, -1, 0].sum(axis=1),
    }
    frames = [
        pd.DataFrame({"setting": MOVABLE, "measure": name, "value": each[0], "at_low": each[1::2], "at_high": each[2::2]})
        for name, each in measured.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _team_saving(on: chain.Base, p: Parameters, required: FloatArray) -> FloatArray:
    """Cost that the least-cost team saves where at most the setting's share of the contacts is moved, (setting, area)."""
    longer = p.task_shift.task_shift_relative_time / on.assumptions["task_shift_relative_time"].value
    return required / weights.team(p).doctor * team.saved_per_doctor(on.tables["team_tasks"], p, longer)[:, None]


def _by_target_year(on: chain.Base, found: chain.Doctors) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Compute the starters that meet the norm in each setting's target year, and the cost of the two paths."""
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
    """Select some draws of an evaluation of general practice."""
    have = general_practice.Supply(**{each.name: getattr(found.have, each.name)[which] for each in fields(found.have)})
    required = replace(found.required, by_year=found.required.by_year[which])
    stocks = inputs.Stocks(**{each.name: getattr(found.stocks, each.name)[which] for each in fields(found.stocks)})
    return chain.Doctors(found.p.only(which), required, stocks, have)


# --- what the browser computes from ---------------------------------------------------------------------


def prepared(on: chain.Base) -> dict[str, Any]:
    """Return the inputs of the formulas that are independent of the settings, as numbers and lists for a browser.

    They include inhabitants by age and sex, as the factors of a municipality weight its own inhabitants.
    """
    people, at = on.people, on.at
    p = Parameters.of(on.central().assumptions)
    one = {name: float(p[name].flat[0]) for name in NAMES}
    use, needed = (weights.doctor_profile(p.but(need_age_weight=weight), people)[0] for weight in (0.0, 1.0))
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
        "travel_minutes": _plain(need.travel_factor(distance, one["travel_speed"], 1.0, 1.0)),
        "doctor": {
            "use": _plain(use),
            "need": _plain(needed),
            "minutes": one["minutes_doctor_contact"],
        },
        "team": {
            "back_up": one["task_shift_back_up"],
            "each": _plain(_taken_over(p)),
            "tasks": [
                {name: each if isinstance(each, str) else _plain(each) for name, each in row.items()}
                for row in team.compact(on.tables["team_tasks"], p)
            ],
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
    """Return for each area, the nation last, whether the numbers in training and at work are published."""
    published = known(on.found)
    return {"st": published.st.tolist(), "specialists": published.specialists.tolist()}


NODES = 10
"""Number of values of a setting at which a stock is computed; interpolation is far more exact than the test requires."""


def _stock(on: chain.Base, setting: str, stock: str) -> dict[str, Any]:
    """Return the regions' base-year stock as a function of one setting: Chebyshev coefficients, (region, coefficient).

    Published figures of regions are combined (method A4), so there is no simple formula.
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
    """Return FTE of each profession per full-time doctor moved to the team, if both took equally long."""
    return weights.team(p.but(task_shift_share=1.0, task_shift_relative_time=1.0)).professions[0]


def _profession(on: chain.Base, p: Parameters, name: str) -> dict[str, Any]:
    """Return FTE of one profession needed per person of each age and sex, before unmet need and place."""
    own = professions.municipal_shares(p, on.tables, on.people, name)
    parts = professions.divided(p, on.people, name, own)
    use, whole = (
        professions.per_person(p.but(need_age_weight=weight), on.people, name, own, weight) for weight in (0.0, 1.0)
    )
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
    """Return ages and exits of specialists, with adjustable retirement and multiplier of all exits."""
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
    """Return the prices of general practice, SEK, and their multipliers."""
    each = {name: float(np.squeeze(price)) for name, price in costs.prices(p)._asdict().items()}
    return each | {
        "hours": float(professions.available_hours(p)[0, 0]),
        "agency": one["agency_doctors_nation"],
    }


def limits(assumptions: Assumptions) -> dict[str, tuple[float, float]]:
    """Return the range of each of `MOVABLE`: that of the assumption."""
    return {name: (assumptions[name].low, assumptions[name].high) for name in MOVABLE}


def _plain(values: ArrayLike) -> Any:  # noqa: ANN401 - nested lists
    """Convert numbers to lists, with only the necessary digits and whole numbers as integers."""
    if isinstance(values, np.ndarray) and values.ndim:
        return [_plain(each) for each in values]
    number = float(f"{float(np.asarray(values)):.{DIGITS}g}")
    return int(number) if number.is_integer() else number
