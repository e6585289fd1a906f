"""Costs: price of an hour and a year of work, cost of a path, and its present value, by principal."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

MONTHS = 12


class UnitCost(NamedTuple):
    """Cost of one full-time employee."""

    pay: FloatArray
    """Pay per year."""
    on_cost: FloatArray
    """Employer's contributions and pensions per year."""
    overheads: FloatArray
    """Indirect and direct overheads per year."""
    per_year: FloatArray
    """Total per year."""
    per_hour: FloatArray
    """Cost per hour at work."""


def unit_cost(
    monthly_pay: ArrayLike, on_cost: ArrayLike, indirect: ArrayLike, direct_overhead: ArrayLike, hours: ArrayLike
) -> UnitCost:
    """Compute the cost of a full-time year and of an hour at work (method g).

    ``(pay + on-cost + indirect + direct overhead · (pay + on-cost)) / hours``. The cost of education before employment
    is not included.

    Parameters
    ----------
    monthly_pay
        Pay for full time, SEK a month.
    on_cost
        Employer's contributions and pensions, share of pay.
    indirect
        Indirect overheads, SEK a year: premises, administration, information technology.
    direct_overhead
        Direct overheads, share of pay and on-cost: management and support close to the work.
    hours
        Hours at work in a full-time year.

    Returns
    -------
    UnitCost
        SEK, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If the hours are not positive or a cost is negative.
    """
    worked = np.asarray(hours, float)
    if (worked <= 0).any():
        raise ValueError("a full-time year must have hours at work")
    if any((np.asarray(cost, float) < 0).any() for cost in (monthly_pay, on_cost, indirect, direct_overhead)):
        raise ValueError("pay, on-costs and overheads cannot be negative")
    pay = MONTHS * np.asarray(monthly_pay, float)
    contributions = pay * np.asarray(on_cost, float)
    overheads = np.asarray(indirect, float) + np.asarray(direct_overhead, float) * (pay + contributions)
    per_year = pay + contributions + overheads
    return UnitCost(pay, contributions, overheads, per_year, per_year / worked)


def price_level(amount: ArrayLike, index_from: ArrayLike, index_to: ArrayLike) -> FloatArray:
    """Move an amount to the price level of another year: ``amount · index_to / index_from``.

    Parameters
    ----------
    amount
        Amount at the price level of its own year.
    index_from, index_to
        The index in that year and in the year wanted, above 0; with yearly growth g, ``(1 + g)^year``.

    Returns
    -------
    numpy.ndarray
        Amount at the level wanted.

    Raises
    ------
    ValueError
        If an index is not positive.
    """
    before, after = np.asarray(index_from, float), np.asarray(index_to, float)
    if (before <= 0).any() or (after <= 0).any():
        raise ValueError("a price index must be positive")
    return np.asarray(amount, float) * after / before


class Prices(NamedTuple):
    """Unit prices of a path, each broadcastable to (…, principal, year)."""

    st_year: FloatArray | float
    """Full-time year of a doctor in specialist training, SEK."""
    supervision_hours: FloatArray | float
    """Hours that a specialist supervises one person in training, a year."""
    supervision_hour: FloatArray | float
    """Hour of a specialist, SEK."""
    rotation_year: FloatArray | float
    """Courses, travel and payments to other clinics for one person in training, SEK a year."""
    specialist_year: FloatArray | float
    """Full-time year of an employed specialist, SEK."""
    agency_year: FloatArray | float
    """Full-time year of an agency doctor, SEK."""


class PathCost(NamedTuple):
    """Cost of a path, (…, principal, year), SEK a year."""

    training: FloatArray
    """Pay, on-cost and overheads of doctors in specialist training."""
    supervision: FloatArray
    """Their supervision."""
    rotation: FloatArray
    """Their courses and time elsewhere."""
    specialists: FloatArray
    """Employed specialists."""
    agency_replaced: FloatArray
    """Cost of employing instead of hiring; negative if it saves."""
    total: FloatArray
    """Sum of the components."""


def path_cost(
    st_positions: ArrayLike,
    st_persons: ArrayLike,
    specialist_fte: ArrayLike,
    agency_replaced_fte: ArrayLike,
    prices: Prices,
) -> PathCost:
    """Compute the cost of a path by principal and year (method g).

    ``C = B c_ST + T (h_sup c_sup + rotation) + F c_S - A (c_agency - c_S)``. It is the total cost, not the addition by
    the advice: the care that doctors in training provide is not deducted, and a difference between two paths is the
    difference of two totals.

    Parameters
    ----------
    st_positions
        Filled positions for specialist training (B): full-time years paid.
    st_persons
        Persons in specialist training (T), each with a supervisor.
    specialist_fte
        Full-time years of specialists (F), without their hours of supervision, which would otherwise be paid twice.
    agency_replaced_fte
        Full-time years of agency doctors that employed specialists have replaced (A), a part of F.
    prices
        Unit prices at one price level.

    Returns
    -------
    PathCost
        By component and in total.

    Raises
    ------
    ValueError
        If a number of doctors or a price is negative, or more agency doctors are replaced than there are specialists.
    """
    positions, persons = np.asarray(st_positions, float), np.asarray(st_persons, float)
    specialists, replaced = np.asarray(specialist_fte, float), np.asarray(agency_replaced_fte, float)
    if any((numbers < 0).any() for numbers in (positions, persons, specialists, replaced)):
        raise ValueError("a number of doctors cannot be negative")
    if any((np.asarray(price) < 0).any() for price in prices):
        raise ValueError("a price cannot be negative")
    if (replaced > specialists).any():
        raise ValueError("more agency doctors are replaced than there are specialists to replace them")
    training = positions * prices.st_year
    supervision = persons * prices.supervision_hours * prices.supervision_hour
    rotation = persons * prices.rotation_year
    employed = specialists * prices.specialist_year
    saved = -replaced * (prices.agency_year - prices.specialist_year)
    return PathCost(training, supervision, rotation, employed, saved, training + supervision + rotation + employed + saved)


def break_even(cost: ArrayLike, worth: ArrayLike) -> FloatArray:
    """Compute how much must be replaced or avoided for a cost to pay for itself: ``cost / worth`` (method g).

    Parameters
    ----------
    cost
        What is paid, SEK.
    worth
        What each unit avoided would have cost at the same price level, SEK.

    Returns
    -------
    numpy.ndarray
        Units, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If the cost is negative, or a unit is worth nothing.
    """
    paid, saved = np.asarray(cost, float), np.asarray(worth, float)
    if (paid < 0).any():
        raise ValueError("a cost cannot be negative")
    if (saved <= 0).any():
        raise ValueError("what is worth nothing pays for no cost")
    return np.asarray(paid / saved)


def net_present_value(costs: ArrayLike, years: ArrayLike, rate: ArrayLike, base_year: float) -> FloatArray:
    """Compute the present value of costs in the base year: ``Σ C_t / (1 + d)^(t - base year)`` (method g).

    Parameters
    ----------
    costs
        Costs at one price level, (…, year).
    years
        Calendar years of the last axis.
    rate
        Yearly discount rate (d), broadcastable to `costs` without its last axis, e.g. (draw, 1).
    base_year
        Calendar year of the present value.

    Returns
    -------
    numpy.ndarray
        Amounts, shaped as `costs` without its last axis.

    Raises
    ------
    ValueError
        If the rate is -1 or below, or costs and years do not match.
    """
    paid, discount, when = np.asarray(costs, float), np.asarray(rate, float), np.asarray(years, float)
    if (discount <= -1).any():
        raise ValueError("a discount rate must be above -1")
    if paid.shape[-1:] != when.shape:
        raise ValueError("there must be one year for each cost")
    return np.asarray((paid * (1 + discount[..., None]) ** (base_year - when)).sum(axis=-1))
