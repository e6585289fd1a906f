"""Supply, starters, positions and coverage of general practice by area and year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from riktvarden import guideline, supply
from riktvarden.model.careers import AGES, Career
from riktvarden.model.inputs import People, Stocks, with_nation
from riktvarden.parameters import Parameters

FloatArray = NDArray[np.float64]


def time_in_training(p: Parameters) -> FloatArray:
    """Return the mean calendar years in training of starters, (draw, 1)."""
    return supply.mean_time_in_training(p.st.calendar_training_years, p.st.completion_share)


def from_abroad(p: Parameters) -> FloatArray:
    """Return certificates from abroad whose holders come to live in Sweden, persons per year (method A6)."""
    return np.maximum(
        supply.net_certificates(p.specialists.foreign_certificates, p.specialists.never_resident_certificates), 0.0
    )


@dataclass(frozen=True)
class Supply:
    """Supply of every area, with the kernel of a changed intake; years from the base year on."""

    fte: FloatArray
    """Full-time equivalents of specialists if today's intake continues, (draw, area, year)."""
    fte_before: FloatArray
    """The same from today's specialists, those in training and those from abroad alone, (draw, area, year)."""
    in_training: FloatArray
    """Persons in training if today's intake continues, (draw, area, year)."""
    in_training_before: FloatArray
    """Persons remaining of those in training today, (draw, area, year)."""
    intake: FloatArray
    """Starters in the base year implied by today's number in training, (draw, area)."""
    per_starter: FloatArray
    """Full-time equivalents of a starter at the end of the start's own year and of each later one, (draw, lag)."""
    fte_years: FloatArray
    """Full-time equivalents of one new specialist summed over the whole career, (draw, 1)."""
    abroad_lasting: FloatArray
    """Steady-state full-time equivalents of the inflow from abroad, (draw, area)."""
    destination: FloatArray
    """Weight of each region as a destination of movers, the same in every draw, (draw, region)."""


def supplied(p: Parameters, people: People, stocks: Stocks, career: Career) -> Supply:
    """Project stock, training and inflow to the last year (method b).

    All regions share exits by age. Moves between regions after the first job are those of today's specialists, of
    those in training today and of those from abroad; those of later cohorts are assumed to cancel out.

    Parameters
    ----------
    p
        Assumptions.
    people
        Inhabitants.
    stocks
        Stocks of every region, none missing.
    career
        Ages and exits of specialists.
    """
    horizon = len(people.years) - 1
    duration, completion = p.st.calendar_training_years, p.st.completion_share
    destination = people.base[:-1] / people.base[-1]
    training, growth = stocks.st[:, :-1], np.log1p(p.st.st_growth)
    intake = supply.newest_starters(training, growth, duration, completion)
    every_year = np.repeat(intake[..., None], horizon, axis=-1)
    finishing = supply.completions_of_stock(training, growth, duration, completion, horizon)
    from_elsewhere = from_abroad(p) * destination
    abroad = np.broadcast_to(from_elsewhere[..., None], finishing.shape)
    stay, weight = p.specialists.stay_share, destination[None]
    persons = stocks.specialists[:, :-1] / p.specialists.fte_per_specialist
    kept, whole = career.stock_left(horizon), career.inflow_left(max(horizon, len(AGES)))
    entered = whole[:, :horizon]
    arriving = supply.spread_first_job(finishing, stay, weight) + abroad
    before = supply.moved_path(
        persons, arriving, kept[:, None], entered[:, None], p.careers.specialist_move_rate[..., None], weight[:, None]
    )
    completing = supply.completion_increments(duration, completion)
    per_starter = supply.over_cohorts(_padded(completing[:, 0], horizon), entered)
    of_intake = np.zeros_like(before)
    of_intake[..., 1:] = supply.over_cohorts(supply.spread_first_job(every_year, stay, weight), per_starter[:, None])
    left = np.concatenate(
        [training[..., None], supply.in_training_of_stock(training, growth, duration, completion, horizon)], axis=-1
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
        fte_years=whole[:, : len(AGES)].sum(axis=-1, keepdims=True),
        abroad_lasting=with_nation(
            supply.lasting_stock(from_elsewhere, whole[:, : len(AGES)], p.careers.specialist_move_rate, weight)
        ),
        destination=np.broadcast_to(destination, training.shape),
    )


def by_chance(p: Parameters, career: Career, expected: Supply, uniform: FloatArray) -> Supply:
    """Add binomial variation to the number of specialists, which matters most in small regions (method f).

    Of today's N specialists a share S is still at work, binomially; later entrants are Poisson. Their sum has mean E and
    variance ``E - N S²``, like a binomial number with probability ``N S² / E``. Each region keeps its quantile over the
    years.

    Parameters
    ----------
    p
        Assumptions.
    career
        Ages and exits of specialists.
    expected
        Supply in expectation.
    uniform
        Uniform numbers in (0, 1), (draw, region); one half gives the expectation.
    """
    fte = _over(expected.fte, p.specialists.fte_per_specialist)
    persons = expected.fte[:, :-1] / fte
    left = career.stock_left(persons.shape[-1] - 1, in_fte=False)[:, None]
    certain = persons[..., :1] * left**2 / persons
    drawn = supply.binomial_noise(persons, np.clip(certain, np.finfo(float).tiny, 1.0), uniform[..., None])
    return replace(expected, fte=with_nation(drawn * fte, axis=1))


def _padded(values: FloatArray, length: int) -> FloatArray:
    """Truncate or pad with zeros along the last axis."""
    filled = np.zeros((*values.shape[:-1], length))
    filled[..., : values.shape[-1]] = values[..., :length]
    return filled


# --- what holds the norm --------------------------------------------------------------------------------


def sustaining(p: Parameters, have: Supply, required: FloatArray) -> FloatArray:
    """Compute the starters per year that sustain a requirement, by region of training (method D3).

    The careers are those of the projection, and each region trains as many as all regions require after the new
    specialists have moved to their first job.

    Parameters
    ----------
    required
        Full-time equivalents, (draw, area) or (draw, area, year), the nation last.

    Returns
    -------
    numpy.ndarray
        Persons per year, shaped as `required`; the regions sum to the nation.
    """
    wanted = required.reshape(*required.shape[:2], -1)
    working = guideline.steady_state_intake(
        wanted[:, :-1], have.fte_years[..., None], p.st.completion_share[..., None], have.abroad_lasting[:, :-1, None]
    )
    trained = supply.trained_for(working, p.specialists.stay_share, have.destination)
    return with_nation(trained, axis=1).reshape(required.shape)


def norm(p: Parameters, have: Supply, required: FloatArray) -> dict[str, FloatArray]:
    """Compute starters, persons and positions that sustain a requirement (methods D3 and D4), each shaped as it."""
    intake = sustaining(p, have, required)
    persons = guideline.training_stock(intake, _over(required, time_in_training(p)))
    return {
        "st_starters_guideline": intake,
        "st_persons_guideline": persons,
        "st_positions_guideline": positions(p, persons),
    }


def positions(p: Parameters, persons: FloatArray) -> FloatArray:
    """Compute the funded positions taken up by persons in training (method D4), shaped as `persons`."""
    return guideline.funded_positions(
        persons, _over(persons, p.st.persons_per_position), _over(persons, p.st.st_vacancy_rate)
    )


def lasting(p: Parameters, have: Supply) -> FloatArray:
    """Compute the steady-state full-time equivalents of today's intake, (draw, area): the inverse of `sustaining`."""
    completing = p.st.completion_share * have.intake[:, :-1]
    working = supply.spread_first_job(completing[..., None], p.specialists.stay_share, have.destination)[..., 0]
    return with_nation(have.fte_years * working + have.abroad_lasting[:, :-1])


def _over(like: FloatArray, per_draw: FloatArray) -> FloatArray:
    """Reshape an assumption, (draw, 1), to the number of axes of an array by draw."""
    return per_draw.reshape(len(per_draw), *[1] * (like.ndim - 1))


# --- what another intake gives ----------------------------------------------------------------------------


class Course(NamedTuple):
    """Supply under a given intake, each (draw, area, year) from the base year on."""

    fte: FloatArray
    """Full-time equivalents of specialists."""
    in_training: FloatArray
    """Persons in training."""


def with_intake(p: Parameters, people: People, have: Supply, intake: ArrayLike) -> Course:
    """Project another intake from the first year that can be changed; until then today's continues (method b).

    Parameters
    ----------
    intake
        Starters per year by region of training, (draw, region), (draw, region, year) or (1, region, year), the years
        being those after the base year.

    Returns
    -------
    Course
        Counterparts of `Supply.fte` and `Supply.in_training` for today's intake.
    """
    later = people.years[1:]
    starting = np.asarray(intake, float)
    starting = starting[..., None] if starting.ndim == 2 else starting
    more = np.where(later >= p.st.first_adjustable_intake, starting - have.intake[:, :-1, None], 0.0)
    working = supply.spread_first_job(more, p.specialists.stay_share, have.destination)
    remaining = supply.in_training_share(p.st.calendar_training_years, p.st.completion_share, len(later))
    fte, training = have.fte.copy(), have.in_training.copy()
    fte[..., 1:] += with_nation(supply.over_cohorts(working, have.per_starter[:, None]), axis=1)
    training[..., 1:] += with_nation(supply.over_cohorts(more, remaining), axis=1)
    return Course(fte, training)


def coverage(
    p: Parameters, fte: FloatArray, in_training: FloatArray, required: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Compute coverage A and B (method C6), shaped as the requirement."""
    in_middle = _over(required, p.st.st_share_mid_training) * in_training / _over(required, p.st.persons_per_position)
    weight = _over(required, p.specialists.inhabitants_per_st_mid / p.specialists.inhabitants_per_specialist)
    return (
        guideline.coverage_a(fte, required),
        guideline.coverage_b(fte, in_middle, required, weight, _over(required, p.st.st_share_at_own_unit)),
    )


def starters_for(p: Parameters, people: People, have: Supply, required: FloatArray, target_year: int) -> FloatArray:
    """Compute the constant yearly starters from the first adjustable year that meet the requirement (method D1).

    All regions are solved jointly, as some of those trained in one work in another. No region is advised fewer than
    needed to replace leavers (method D3). Infinite if no cohort can finish in time: infeasible by training alone.

    Parameters
    ----------
    required
        Full-time equivalents, (draw, area, year).
    target_year
        Year at whose end the requirement is to be met.

    Returns
    -------
    numpy.ndarray
        Persons per year, (draw, area); the regions sum to the nation.
    """
    at = target_year - people.base_year
    gap = required[:, :-1, at] - have.fte[:, :-1, at]
    years = guideline.intake_years(p.st.first_adjustable_intake, target_year, p.st.calendar_training_years)
    per_yearly = cumulative(p, have, target_year)
    active = per_yearly / (np.maximum(years, 1.0) * p.specialists.fte_per_specialist)
    trained = supply.trained_for(gap[..., None], p.specialists.stay_share, have.destination)[..., 0]
    wanted = guideline.required_intake(have.intake[:, :-1], trained, years, active, p.specialists.fte_per_specialist)
    return with_nation(np.maximum(wanted, sustaining(p, have, required[..., at])[:, :-1]))


def applicants(p: Parameters, years: ArrayLike, base_year: int) -> FloatArray:
    """Return the doctors able and willing to start, (draw, year)."""
    ahead = np.asarray(years, float) - base_year - 1
    return p.programme.st_applicants * (1 + p.programme.st_applicants_growth) ** ahead


def cumulative(p: Parameters, have: Supply, target_year: int) -> FloatArray:
    """Return FTE in a target year per yearly starter from the first adjustable year, (draw, 1)."""
    lags = target_year - p.st.first_adjustable_intake
    return have.per_starter[:, : max(lags + 1, 0)].sum(axis=-1, keepdims=True)
