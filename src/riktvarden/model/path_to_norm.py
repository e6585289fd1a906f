"""The path with fewest starters that meets the norm in every region: solution, first feasible year and uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import guideline, supply, uncertainty
from riktvarden.model import general_practice
from riktvarden.model.cells import PERSON_STEP, Known
from riktvarden.model.general_practice import Supply, applicants, coverage, sustaining, with_intake
from riktvarden.model.inputs import People, with_nation
from riktvarden.names import EVERY_REGION, MOST_OF_EVERY_REGION, NATION_ALONE, OPTIMAL
from riktvarden.parameters import Parameters
from riktvarden.results import tidy

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Aim:
    """Share of the requirement to be met in each region; the nation's is always met."""

    regional: float


def aims(p: Parameters) -> dict[str, Aim]:
    """Return the aims compared side by side, the advice first: every region, most of every region, the nation alone."""
    return {
        EVERY_REGION: Aim(1.0),
        MOST_OF_EVERY_REGION: Aim(p.programme.programme_regional_coverage),
        NATION_ALONE: Aim(0.0),
    }


def programme(
    p: Parameters, people: People, have: Supply, required: FloatArray, aim: Aim | None = None
) -> guideline.Programme:
    """Solve the linear programme D2 at one set of assumptions.

    From the first adjustable intake, no region starts fewer than sustain the norm of the year, or than it can reach by
    then if today's intake is lower. The terminal band therefore limits the intake from above only.

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
    aim
        Aim (default: the whole norm in every region).
    """
    regions, years = len(people.codes), people.years[1:]
    remaining = supply.in_training_share(p.st.calendar_training_years[0, 0], p.st.completion_share[0, 0], len(years))
    steady = np.maximum(sustaining(p, have, required)[0, :-1, 1:], 0.0)
    first_intake = p.st.first_adjustable_intake
    changes = np.maximum(years - first_intake + 1, 0)
    reachable = have.intake[0, :-1, None] * (1 + float(p.programme.intake_smoothing[0, 0])) ** changes
    options = guideline.Options(
        base_year=people.base_year,
        target_year=people.target_year,
        first_intake=first_intake,
        duration=float(p.st.calendar_training_years[0, 0]),
        training_share=remaining,
        base_in_training=have.in_training_before[0, :-1, 1:],
        coverage=(aim or Aim(1.0)).regional,
        change_weight=p.programme.programme_change_weight,
        surplus_weight=p.programme.programme_overshoot_weight,
        first_job=supply.spread_first_job(np.eye(regions), [float(p.specialists.stay_share[0, 0])], have.destination[0]).T,
        smoothing=float(p.programme.intake_smoothing[0, 0]),
        applicants=applicants(p, years, people.base_year)[0],
        supervision=float(p.st.st_per_specialist_limit[0, 0]),
        fte_per_specialist=float(p.specialists.fte_per_specialist[0, 0]),
        capacity=people.total[:-1, 1:] / float(p.programme.listed_per_st_doctor[0, 0]),
        terminal=p.programme.programme_terminal_band,
        steady_intake=steady,
        least=np.minimum(steady, reachable),
    )
    inputs = (required[0, :-1, 1:], have.fte_before[0, :-1, 1:], have.per_starter[0], have.intake[0, :-1])
    return guideline.programme(*inputs, options)


@dataclass(frozen=True)
class Answer:
    """The programme of one aim in the first feasible year."""

    asked: guideline.Programme
    """Programme of the target year."""
    solved: guideline.Programme
    """Programme of the first feasible year from the target year on; NaN if there is none."""
    year: int | None
    """Year in which `solved` meets the norm."""


def answered(p: Parameters, people: People, have: Supply, required: FloatArray, aim: Aim | None = None) -> Answer:
    """Solve for the target year or, if that is infeasible, the first feasible year; arguments as `programme`."""
    asked = programme(p, people, have, required, aim)
    year = asked.first_feasible_year
    if asked.status == OPTIMAL or year is None:
        return Answer(asked, asked, year)
    return Answer(asked, programme(p, replace(people, target_year=year), have, required, aim), year)


def variants(answers: Mapping[str, Answer], p: Parameters, people: People, required: FloatArray) -> pd.DataFrame:
    """Compare the aims in the nation at the central values.

    Returns
    -------
    pandas.DataFrame
        ``aim, regional_coverage, target_status, binding, year`` and, where a path is found, ``starters_most,
        starters_most_year, starters_last, positions_last, coverage_last`` (the last year of the outlook).
    """
    share = {name: aim.regional for name, aim in aims(p).items()}
    rows = []
    for name, answer in answers.items():
        row = {
            "aim": name,
            "regional_coverage": share[name],
            "target_status": answer.asked.status,
            "binding": ", ".join(answer.asked.binding),
            "year": answer.year,
        }
        if answer.year is not None:
            starters = answer.solved.intake.sum(axis=0)
            last = answer.solved.in_training.sum(axis=0)[None, -1:]
            row |= {
                "starters_most": starters.max(),
                "starters_most_year": int(people.years[1 + starters.argmax()]),
                "starters_last": starters[-1],
                "positions_last": float(general_practice.positions(p, last)[0, 0]),
                "coverage_last": answer.solved.supply.sum(axis=0)[-1] / required[0, -1, -1],
            }
        rows.append(row)
    return pd.DataFrame(rows).astype({"year": "Int64"})


def rows(
    central: tuple[Parameters, Supply, FloatArray],
    spread: tuple[Parameters, Supply, FloatArray],
    people: People,
    solved: guideline.Programme,
    shown: Known,
) -> pd.DataFrame:
    """Project the programme's starters in every draw: the path of each region by year as tidy cells.

    The starters from the first adjustable year are advice, the same in every draw and shown for every region. Their
    outcome also depends on today's stocks: a region with unpublished stocks gets intervals only.

    Parameters
    ----------
    central, spread
        Assumptions, supply and requirement at the central values and in the draws.
    people
        Inhabitants.
    solved
        The programme.
    shown
        Whether the stock of each area is published.
    """
    if not np.isfinite(solved.intake).all():
        return pd.DataFrame(columns=tidy([], "", "", "").columns)
    areas, years = np.asarray(people.areas), people.years[1:]
    at_value, draws = (_followed(*one, people, solved.intake) for one in (central, spread))
    whole = guideline.positions_path(
        at_value["persons_in_training"][:, :-1], central[0].st.persons_per_position, central[0].st.st_vacancy_rate
    )
    at_value["positions"] = with_nation(whole.astype(float), axis=1)
    by_year = {"region": np.repeat(areas, len(years)), "year": np.tile(years, len(areas))}
    advised = np.tile(years >= central[0].st.first_adjustable_intake, len(areas))
    frames = [
        tidy(
            by_year["region"],
            "programme_starters",
            "persons per year",
            "D2",
            year=by_year["year"],
            value=with_nation(solved.intake, axis=0).ravel(),
            draws=np.repeat(spread[1].intake, len(years), axis=1),
            valued=advised | np.repeat(shown.st, len(years)),
            ranged=~advised,
            without_value="estimated",
        )
    ]
    masks = {"st": shown.st, "specialists": shown.specialists, "both": shown.st & shown.specialists}
    for measure, (unit, source, needs) in PATHS.items():
        frames.append(
            tidy(
                by_year["region"],
                f"programme_{measure}",
                unit,
                source,
                year=by_year["year"],
                value=at_value[measure].ravel(),
                draws=draws[measure].reshape(len(draws[measure]), -1),
                valued=np.repeat(masks[needs], len(years)),
                without_value="estimated",
                step=0.0 if unit == "share" else PERSON_STEP,
            )
        )
    met = uncertainty.probability_met(draws["coverage_a"], 1.0)
    frames.append(
        tidy(by_year["region"], "programme_norm_met", "probability", "D2; C6", year=by_year["year"], value=met.ravel())
    )
    return pd.concat(frames, ignore_index=True)


PATHS = {
    "persons_in_training": ("persons", "D2; D4", "st"),
    "positions": ("positions", "D2; D4", "st"),
    "specialist_fte": ("FTE", "D2; b", "specialists"),
    "coverage_a": ("share", "D2; C6", "specialists"),
    "coverage_b": ("share", "D2; C6", "both"),
}
"""Outcome of the programme's starters → unit, method, and the stock that must be published for a value."""


def _followed(
    p: Parameters, have: Supply, required: FloatArray, people: People, intake: FloatArray
) -> dict[str, FloatArray]:
    """Compute the outcomes of the starters by year after the base year, each (draw, area, year)."""
    path = with_intake(p, people, have, intake[None])
    fte, training = (part[..., 1:] for part in path)
    a, b = coverage(p, fte, training, required[..., 1:])
    return {
        "persons_in_training": training,
        "positions": general_practice.positions(p, training),
        "specialist_fte": fte,
        "coverage_a": a,
        "coverage_b": b,
    }


def intake(programme_rows: pd.DataFrame, people: People) -> FloatArray | None:
    """Return the path's starters from its rows, (region, year) after the base year; NaN before the first change.

    None if no path was found.
    """
    own = programme_rows.loc[programme_rows["measure"] == "programme_starters"]
    if own.empty:
        return None
    wide = own.pivot_table(index="region", columns="year", values="value", dropna=False)
    return wide.reindex(index=people.codes, columns=people.years[1:]).to_numpy(float)
