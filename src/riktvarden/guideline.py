"""From a requirement of specialists to coverage, yearly starters and training positions."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def coverage_a(specialist_fte: ArrayLike, requirement: ArrayLike) -> FloatArray:
    """Share of the requirement that specialists meet: ``A = F / R`` (method C6).

    Parameters
    ----------
    specialist_fte
        Full-time equivalents of specialists; doctors in training are never counted here.
    requirement
        Full-time equivalents required.

    Returns
    -------
    numpy.ndarray
        Fraction of the requirement.
    """
    return np.asarray(specialist_fte, float) / np.asarray(requirement, float)


def coverage_b(
    specialist_fte: ArrayLike,
    st_mid_fte: ArrayLike,
    requirement: ArrayLike,
    weight: ArrayLike,
    presence: ArrayLike = 1.0,
) -> FloatArray:
    """Coverage when doctors in the middle of their training count in part (method C6).

    ``B = (F + ω s T_mid) / R``.

    Parameters
    ----------
    specialist_fte
        Full-time equivalents of specialists.
    st_mid_fte
        Full-time equivalents of ST doctors in the middle of their training, and of those only.
    requirement
        Full-time equivalents of specialists required.
    weight
        Inhabitants per specialist over inhabitants per ST doctor in mid-training, inverted (ω).
    presence
        Share of the time at the own unit (s).

    Returns
    -------
    numpy.ndarray
        Fraction of the requirement.
    """
    in_training = np.asarray(weight, float) * np.asarray(presence, float) * np.asarray(st_mid_fte, float)
    return (np.asarray(specialist_fte, float) + in_training) / np.asarray(requirement, float)


def steady_state_intake(
    requirement: ArrayLike, exit_rate: ArrayLike, completion: ArrayLike, fte_per_specialist: ArrayLike
) -> FloatArray:
    """Yearly starters that keep the requirement met for ever: ``I = R δ / (c φ)`` (method D3).

    Moves between regions cancel: in the steady state arrivals are spread as the requirement is, so the
    share that stays (β) leaves the formula.

    Parameters
    ----------
    requirement
        Full-time equivalents of specialists required.
    exit_rate
        Share of specialists who leave in a year (δ).
    completion
        Share of starters who complete (c).
    fte_per_specialist
        Full-time equivalents per specialist (φ).

    Returns
    -------
    numpy.ndarray
        Persons per year.
    """
    leaving = np.asarray(requirement, float) / np.asarray(fte_per_specialist, float) * np.asarray(exit_rate)
    return leaving / np.asarray(completion, float)


def training_stock(intake: ArrayLike, mean_duration: ArrayLike) -> FloatArray:
    """Persons in training under a constant intake: ``T = I E[D]`` (method D4, Little's law).

    Parameters
    ----------
    intake
        Persons per year.
    mean_duration
        Mean calendar years from start to certificate.

    Returns
    -------
    numpy.ndarray
        Persons.
    """
    return np.asarray(intake, float) * np.asarray(mean_duration, float)


def funded_positions(persons: ArrayLike, persons_per_position: ArrayLike, vacancy_rate: ArrayLike) -> FloatArray:
    """Positions to fund for a number of persons in training: ``B = T / ppp / (1 - v)`` (method D4).

    Parameters
    ----------
    persons
        Persons in training.
    persons_per_position
        Persons who share one position.
    vacancy_rate
        Share of the funded positions that stand empty.

    Returns
    -------
    numpy.ndarray
        Positions.
    """
    filled = np.asarray(persons, float) / np.asarray(persons_per_position, float)
    return filled / (1 - np.asarray(vacancy_rate, float))


def intake_years(first_intake: ArrayLike, target_year: ArrayLike, duration: ArrayLike) -> FloatArray:
    """Years of intake that finish before the target year ends (n).

    Intake is even over the year, so that the last cohort counts in part.

    Parameters
    ----------
    first_intake
        First calendar year whose intake can be changed.
    target_year
        Calendar year in whose end the requirement is to be met.
    duration
        Calendar years from start to certificate.

    Returns
    -------
    numpy.ndarray
        Years; below one the target is infeasible by training alone.
    """
    return np.asarray(target_year, float) + 1 - np.asarray(first_intake, float) - np.asarray(duration, float)


def required_intake(
    reference_intake: ArrayLike,
    gap_fte: ArrayLike,
    intake_years: ArrayLike,
    active_share: ArrayLike,
    fte_per_specialist: ArrayLike,
) -> FloatArray:
    """Constant yearly intake that closes a gap by the target year (method D1).

    ``I* = I0 + (R_T - F_T) / (n ρ φ)``. Where less than a year's intake can finish in time the answer is
    infinite, which readers are shown as "infeasible by training alone", never as a large number.

    Parameters
    ----------
    reference_intake
        Persons per year behind the projected supply (I0).
    gap_fte
        Requirement less projected supply in the target year, full-time equivalents.
    intake_years
        Years of intake that can be changed and finish in time (n).
    active_share
        Share of those starters at work in the target year (ρ).
    fte_per_specialist
        Full-time equivalents per specialist (φ).

    Returns
    -------
    numpy.ndarray
        Persons per year; infinite where n is below one.
    """
    n = np.asarray(intake_years, float)
    per_yearly_starter = np.maximum(n, 1.0) * np.asarray(active_share, float) * np.asarray(fte_per_specialist, float)
    needed = np.asarray(reference_intake, float) + np.asarray(gap_fte, float) / per_yearly_starter
    return np.where(n >= 1, needed, np.inf)


def largest_remainder(values: ArrayLike) -> NDArray[np.int64]:
    """Round to integers that sum to the rounded total (Hamilton's method).

    Parameters
    ----------
    values
        Non-negative numbers, one axis.

    Returns
    -------
    numpy.ndarray
        Integers in the same order; ties go to the earlier value.

    Raises
    ------
    ValueError
        If a value is negative or not finite.
    """
    exact = np.asarray(values, float)
    if not np.isfinite(exact).all() or (exact < 0).any():
        raise ValueError("only finite, non-negative numbers can be shared out")
    floor = np.floor(exact)
    left_over = round(float(exact.sum())) - int(floor.sum())
    order = np.argsort(floor - exact, kind="stable")
    floor[order[:left_over]] += 1
    return floor.astype(np.int64)
