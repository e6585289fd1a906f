"""How the stock of specialists renews itself: stocks, inflow and exits of one profession."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def full_time_equivalents(persons: ArrayLike, fte_per_person: ArrayLike) -> FloatArray:
    """Convert headcount to full-time equivalents: ``F = N φ`` (method b).

    Parameters
    ----------
    persons
        Headcount.
    fte_per_person
        Full-time equivalents per person.

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, shaped as the arguments broadcast.
    """
    return np.asarray(persons, float) * np.asarray(fte_per_person, float)


def net_certificates(certificates: ArrayLike, never_resident: ArrayLike) -> FloatArray:
    """Certificates that became people in the country (method A6).

    Parameters
    ----------
    certificates
        Specialist certificates issued in a year.
    never_resident
        Certificates whose holders never lived in Sweden.

    Returns
    -------
    numpy.ndarray
        Persons per year.
    """
    return np.asarray(certificates, float) - np.asarray(never_resident, float)


def steady_state_stock(inflow: ArrayLike, exit_rate: ArrayLike) -> FloatArray:
    """Stock at which exits equal inflow: ``N* = G / δ``.

    Parameters
    ----------
    inflow
        Persons per year.
    exit_rate
        Share of the stock that leaves in a year.

    Returns
    -------
    numpy.ndarray
        Persons.
    """
    return np.asarray(inflow, float) / np.asarray(exit_rate, float)


def long_run_stock(inflow: ArrayLike, exit_rate: ArrayLike) -> FloatArray:
    """Stock that `project_stock` approaches: ``G (1 - δ/2) / δ``, as half of a year's inflow meets its exits.

    Parameters
    ----------
    inflow
        Persons per year.
    exit_rate
        Share of the stock that leaves in a year.

    Returns
    -------
    numpy.ndarray
        Persons.
    """
    leaving = np.asarray(exit_rate, float)
    return steady_state_stock(np.asarray(inflow, float) * (1 - leaving / 2), leaving)


def project_stock(stock: ArrayLike, inflow: ArrayLike, exit_rate: ArrayLike, years: ArrayLike) -> FloatArray:
    """Stock after some years of constant inflow and exit rate.

    Closed form of ``N' = N (1 - δ) + G (1 - δ/2)``: half of a year's inflow is exposed to that year's exits.

    Parameters
    ----------
    stock
        Persons in the base year.
    inflow
        Persons per year.
    exit_rate
        Share that leaves in a year, between 0 and 1.
    years
        Years ahead, not negative.

    Returns
    -------
    numpy.ndarray
        Persons, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If an exit rate is outside (0, 1) or the years are negative.
    """
    start, entering = np.asarray(stock, float), np.asarray(inflow, float)
    leaving, span = np.asarray(exit_rate, float), np.asarray(years, float)
    if ((leaving <= 0) | (leaving >= 1)).any():
        raise ValueError("the exit rate must lie between 0 and 1")
    if (span < 0).any():
        raise ValueError("the target year lies before the base year")
    kept = (1 - leaving) ** span
    return start * kept + long_run_stock(entering, leaving) * (1 - kept)


def still_active_share(completion: ArrayLike, exit_rate: ArrayLike, intake_years: ArrayLike) -> FloatArray:
    """Share of the starters of some years' intake who are specialists at work in the target year (ρ).

    Intake and completion are even over the years: ``ρ = c (1/n) ∫₀ⁿ (1 - δ)^x dx``.

    Parameters
    ----------
    completion
        Share of starters who complete (c).
    exit_rate
        Share of specialists who leave in a year (δ), between 0 and 1.
    intake_years
        Years of intake that finish in time (n), above 0.

    Returns
    -------
    numpy.ndarray
        Fraction of starters.
    """
    leaving, n = np.asarray(exit_rate, float), np.asarray(intake_years, float)
    return np.asarray(completion, float) * (1 - (1 - leaving) ** n) / (-np.log1p(-leaving) * n)
