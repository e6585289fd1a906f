"""The path of least starters that meets the norm, for the nation and the regions whose stock is published."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import guideline, supply
from riktvarden.model.general_practice import Supply, coverage, norm
from riktvarden.model.inputs import People, with_nation
from riktvarden.results import tidy

FloatArray = NDArray[np.float64]


def programme(p: SimpleNamespace, people: People, have: Supply, required: FloatArray) -> guideline.Programme:
    """Solve the linear programme D2 at one set of assumptions.

    Parameters
    ----------
    p
        Assumptions, each (1, 1).
    people
        Inhabitants.
    have
        Supply of every region, one draw.
    required
        Full-time equivalents required, (1, area, year).
    """
    regions, years = len(people.codes), len(people.years) - 1
    one = {name: float(getattr(p, name)[0, 0]) for name in vars(p)}
    remaining = supply.in_training_share(p.calendar_training_years[0, 0], p.completion_share[0, 0], years)
    steady = norm(p, required)["st_starters_guideline"][0, :-1, people.at_target]
    applicants = one["st_applicants"] * (1 + one["st_applicants_growth"]) ** np.arange(years)
    weight = people.base[:-1] / people.base[-1]
    options = guideline.Options(
        base_year=people.base_year,
        target_year=people.target_year,
        first_intake=int(one["first_adjustable_intake"]),
        duration=one["calendar_training_years"],
        training_share=remaining,
        base_in_training=have.in_training_before[0, :-1, 1:],
        discount=one["programme_discount"],
        change_weight=one["programme_change_weight"],
        surplus_weight=one["programme_overshoot_weight"],
        first_job=supply.spread_first_job(np.eye(regions), [one["stay_share"]], weight).T,
        smoothing=one["intake_smoothing"],
        applicants=applicants,
        supervision=one["st_per_specialist_limit"],
        fte_per_specialist=one["fte_per_specialist"],
        terminal=one["programme_terminal_band"],
        steady_intake=steady,
    )
    inputs = (required[0, :-1, 1:], have.fte_before[0, :-1, 1:], have.per_starter[0], have.intake[0, :-1])
    return guideline.programme(*inputs, options)


def answered(
    p: SimpleNamespace, people: People, have: Supply, required: FloatArray
) -> tuple[guideline.Programme, guideline.Programme, int]:
    """The programme of the target year, the one of the first year from then on that has an answer, and that year."""
    first = programme(p, people, have, required)
    if first.status == guideline.OPTIMAL or first.first_feasible_year is None:
        return first, first, people.target_year
    later = replace(people, target_year=first.first_feasible_year)
    return first, programme(p, later, have, required), later.target_year


def rows(
    p: SimpleNamespace, people: People, solved: guideline.Programme, required: FloatArray, shown: NDArray[np.bool_]
) -> pd.DataFrame:
    """The programme's path by year as tidy cells: the nation, and regions whose stock is published.

    Parameters
    ----------
    shown
        Areas whose path may be shown, the nation last.
    """
    if not np.isfinite(solved.intake).all():
        return pd.DataFrame(columns=tidy([], "", "", "").columns)
    years = people.years[1:]
    intake, fte, in_training = (with_nation(part, axis=0) for part in (solved.intake, solved.supply, solved.in_training))
    needed = required[0, :, 1:]
    a, b = (part[0] for part in coverage(p, fte[None], in_training[None], needed[None]))
    positions = guideline.positions_path(solved.in_training[None], p.persons_per_position, p.st_vacancy_rate)[0]
    areas = np.flatnonzero(shown)
    return pd.concat(
        [
            tidy(
                np.repeat(np.asarray(people.areas)[areas], len(years)),
                f"programme_{measure}",
                unit,
                source,
                year=np.tile(years, len(areas)),
                value=values[areas].ravel(),
            )
            for measure, unit, source, values in (
                ("starters", "persons per year", "D2", intake),
                ("persons_in_training", "persons", "D2; D4", in_training),
                ("positions", "positions", "D2; D4", with_nation(positions.astype(float), axis=0)),
                ("specialist_fte", "FTE", "D2; b", fte),
                ("coverage_a", "share", "D2; C6", a),
                ("coverage_b", "share", "D2; C6", b),
            )
        ],
        ignore_index=True,
    )
