"""From the requirement to starters, positions and coverage of every area and year, for general practice."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from riktvarden import guideline, supply
from riktvarden.baseline import st
from riktvarden.model.careers import Career
from riktvarden.model.inputs import REFERENCE_DATE, People, Stocks, with_nation

FloatArray = NDArray[np.float64]


def norm(p: SimpleNamespace, required: FloatArray) -> dict[str, FloatArray]:
    """Starters, persons and positions that sustain a requirement (methods D3 and D4); shaped as it is."""
    extra = (slice(None), slice(None), *[None] * (required.ndim - 2))
    exit_rate, completion, fte = (
        getattr(p, name)[extra] for name in ("specialist_exit_rate", "completion_share", "fte_per_specialist")
    )
    intake = guideline.steady_state_intake(required, exit_rate, completion, fte)
    persons = guideline.training_stock(intake, time_in_training(p)[extra])
    positions = guideline.funded_positions(persons, p.persons_per_position[extra], p.st_vacancy_rate[extra])
    return {
        "st_starters_guideline": intake,
        "st_persons_guideline": persons,
        "st_positions_guideline": positions,
    }


def time_in_training(p: SimpleNamespace) -> FloatArray:
    """Mean calendar years in training of those who start, (draw, 1)."""
    return supply.mean_time_in_training(p.calendar_training_years, p.completion_share)


def inflow(p: SimpleNamespace) -> FloatArray:
    """New specialists per year in the nation, (draw, 1): completed training here, and certificates from abroad."""
    return p.domestic_completions + from_abroad(p)


def from_abroad(p: SimpleNamespace) -> FloatArray:
    """Certificates from abroad whose holders come to live here, persons per year (method A6)."""
    return np.maximum(supply.net_certificates(p.foreign_certificates, p.never_resident_certificates), 0.0)


def reference_intake(p: SimpleNamespace) -> FloatArray:
    """Starters per year behind the domestic completions assumed today, (draw, 1)."""
    return p.domestic_completions / p.completion_share


@dataclass(frozen=True)
class Supply:
    """Supply of every area, with what a changed intake would add to it; years from the base year on."""

    fte: FloatArray
    """Full-time equivalents of specialists if today's intake goes on, (draw, area, year)."""
    fte_before: FloatArray
    """The same from today's specialists, those in training and those from abroad alone, (draw, area, year)."""
    in_training: FloatArray
    """Persons in training if today's intake goes on, (draw, area, year)."""
    in_training_before: FloatArray
    """Persons left of those in training today, (draw, area, year)."""
    intake: FloatArray
    """Starters per year today, (draw, area)."""
    per_starter: FloatArray
    """Full-time equivalents of a starter at the end of the start's own year and of each later one, (draw, lag)."""


def supplied(p: SimpleNamespace, people: People, stocks: Stocks, career: Career) -> Supply:
    """Follow stock, training and inflow to the last year (method b).

    All regions share exits by age. Moves between regions after the first job are those of today's specialists, of
    those in training today and of those from abroad; those of later cohorts are taken to cancel.

    Parameters
    ----------
    p
        Assumptions, each (draw, 1).
    people
        Inhabitants.
    stocks
        Stocks of every region, none missing.
    career
        Ages and exits of specialists.
    """
    horizon = len(people.years) - 1
    growth, duration, completion = p.st_growth, p.calendar_training_years, p.completion_share
    destination = people.base[:-1] / people.base[-1]
    since = people.base_year - REFERENCE_DATE.year
    training = st.align(stocks.st[:, :-1], since, growth)
    share = training / training.sum(axis=1, keepdims=True)
    intake = reference_intake(p) * share
    every_year = np.repeat(intake[..., None], horizon, axis=-1)
    steady = np.log1p(growth)
    finishing = supply.completions_of_stock(training, steady, duration, completion, horizon)
    abroad = np.broadcast_to((from_abroad(p) * destination)[..., None], finishing.shape)
    stay, weight = p.stay_share, destination[None]
    persons = stocks.specialists[:, :-1] / p.fte_per_specialist
    kept, entered = career.stock_left(horizon)[:, None, :], career.inflow_left(horizon)[:, None, :]
    arriving = supply.spread_first_job(finishing, stay, weight) + abroad
    before = supply.moved_path(persons, arriving, kept, entered, p.specialist_move_rate[..., None], weight[:, None])
    completing = supply.completion_increments(duration, completion)
    per_starter = supply.over_cohorts(_padded(completing[:, 0], horizon), career.inflow_left(horizon))
    of_intake = np.zeros_like(before)
    of_intake[..., 1:] = supply.over_cohorts(supply.spread_first_job(every_year, stay, weight), per_starter[:, None])
    left = np.concatenate(
        [training[..., None], supply.in_training_of_stock(training, steady, duration, completion, horizon)], axis=-1
    )
    started = np.zeros_like(left)
    started[..., 1:] = supply.over_cohorts(every_year, supply.in_training_share(duration, completion, horizon))
    return Supply(
        fte=with_nation(before + of_intake, axis=1),
        fte_before=with_nation(before, axis=1),
        in_training=with_nation(left + started, axis=1),
        in_training_before=with_nation(left, axis=1),
        intake=with_nation(intake),
        per_starter=per_starter,
    )


def _padded(values: FloatArray, length: int) -> FloatArray:
    """Cut or fill with zeros along the last axis."""
    filled = np.zeros((*values.shape[:-1], length))
    filled[..., : values.shape[-1]] = values[..., :length]
    return filled


def coverage(
    p: SimpleNamespace, fte: FloatArray, in_training: FloatArray, required: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Coverage A and B (method C6), shaped as the requirement."""
    extra = (slice(None), slice(None), *[None] * (required.ndim - 2))
    in_middle = p.st_share_mid_training[extra] * in_training / p.persons_per_position[extra]
    weight = p.inhabitants_per_specialist[extra] ** -1.0 * p.inhabitants_per_st_mid[extra]
    return (
        guideline.coverage_a(fte, required),
        guideline.coverage_b(fte, in_middle, required, weight, p.st_share_at_own_unit[extra]),
    )


def starters_for(p: SimpleNamespace, people: People, have: Supply, required: FloatArray, target_year: int) -> FloatArray:
    """Constant yearly starters from the first year that can be changed which meet the requirement (method D1).

    All regions are answered together, as some of those trained in one work in another. Infinite where no
    cohort can finish in time: infeasible by training alone.

    Parameters
    ----------
    required
        Full-time equivalents, (draw, area, year).
    target_year
        Year at whose end the requirement is to be met.

    Returns
    -------
    numpy.ndarray
        Persons per year, (draw, area), none below zero; the nation is answered for itself.
    """
    at = target_year - people.base_year
    gap = required[..., at] - have.fte[..., at]
    years = guideline.intake_years(p.first_adjustable_intake, target_year, p.calendar_training_years)
    per_yearly = cumulative(p, have, target_year)
    active = per_yearly / (np.maximum(years, 1.0) * p.fte_per_specialist)
    destination = people.base[:-1] / people.base[-1]
    trained = supply.trained_for(gap[:, :-1, None], p.stay_share, destination[None])[..., 0]
    wanted = np.hstack([trained, gap[:, -1:]])
    return np.maximum(guideline.required_intake(have.intake, wanted, years, active, p.fte_per_specialist), 0.0)


def cumulative(p: SimpleNamespace, have: Supply, target_year: int) -> FloatArray:
    """Full-time equivalents in a target year per yearly starter from the first year that can be changed, (draw, 1)."""
    lags = target_year - int(p.first_adjustable_intake[0, 0])
    return have.per_starter[:, : max(lags + 1, 0)].sum(axis=-1, keepdims=True)
