"""Stocks, inflow and exits of one profession: how its workforce renews itself."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, ndtri

FloatArray = NDArray[np.float64]

FIRST_RETIREMENT_AGE = 55
"""First age with a hazard of retirement, by single year of age (method b)."""


class Moves(NamedTuple):
    """Yearly moves of specialists between regions, arguments of `mix`."""

    rate: ArrayLike
    destination: ArrayLike
    axis: int = -3


def full_time_equivalents(persons: ArrayLike, fte_per_person: ArrayLike, over: int | tuple[int, ...] = ()) -> FloatArray:
    """Convert headcount to full-time equivalents: ``F = Σ N φ`` (method b).

    Parameters
    ----------
    persons
        Headcount.
    fte_per_person
        Full-time equivalents per person.
    over
        Axes to sum over, such as sex and age (default: none).

    Returns
    -------
    numpy.ndarray
        Full-time equivalents, shaped as the arguments broadcast, without the axes summed over.
    """
    return np.sum(np.asarray(persons, float) * np.asarray(fte_per_person, float), axis=over)


def net_certificates(certificates: ArrayLike, never_resident: ArrayLike) -> FloatArray:
    """Convert certificates to persons who came to live in Sweden (method A6).

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


# --- ages and exits -----------------------------------------------------------------------------------


def age_distribution(breaks: ArrayLike, shares: ArrayLike, ages: ArrayLike) -> FloatArray:
    """Spread shares by broad age group evenly over single years of age.

    Parameters
    ----------
    breaks
        First age of each group, ascending; a group ends where the next begins, the last with the last age.
    shares
        Share of the persons in each group, (…, group); sums to one over the groups.
    ages
        Single years of age, the last open upwards.

    Returns
    -------
    numpy.ndarray
        Share of the persons at each age, (…, age); sums to one over the ages.

    Raises
    ------
    ValueError
        If shares are negative or do not sum to one, or the groups leave a gap or hold no age.
    """
    first, share, single = np.asarray(breaks, float), np.asarray(shares, float), np.asarray(ages, float)
    _shares(share, axes=-1)
    if (np.diff(single) != 1).any():
        raise ValueError("the ages must be single years without a gap")
    if share.shape[-1] != len(first) or (np.diff(first) <= 0).any():
        raise ValueError("each share needs the first age of its group, in rising order")
    if first[0] != single[0] or first[-1] > single[-1]:
        raise ValueError("the age groups must begin with the first age and each hold an age")
    group = np.searchsorted(first, single, side="right") - 1
    return share[..., group] / np.bincount(group, minlength=len(first))[group]


def retirement_hazard(ages: ArrayLike, median_age: ArrayLike, spread: ArrayLike) -> FloatArray:
    """Compute the probability of retiring within a year, by age at its start.

    The age at retirement has a logistic distribution, ``S(x) = 1 / (1 + exp((x - m) / s))`` with
    ``s = spread √3 / π``. Persons of a single year of age a are a half-year older on average, so that
    ``w_a = 1 - S(a + 3/2) / S(a + 1/2)`` from `FIRST_RETIREMENT_AGE`, nothing below it, and one at the last age.

    Parameters
    ----------
    ages
        Single years of age, the last open upwards.
    median_age
        Exact age up to which half of the staff work, years, (…).
    spread
        Standard deviation of the age at retirement, years, (…).

    Returns
    -------
    numpy.ndarray
        Probabilities, (…, age).

    Raises
    ------
    ValueError
        If a spread is not positive.
    """
    width = np.asarray(spread, float)[..., None]
    if (width <= 0).any():
        raise ValueError("the spread of the age at retirement must be positive")
    single = np.asarray(ages, float)
    scale = width * np.sqrt(3) / np.pi
    ahead = (np.asarray(median_age, float)[..., None] - single - 0.5) / scale
    hazard = np.where(single >= FIRST_RETIREMENT_AGE, 1 - expit(ahead - 1 / scale) / expit(ahead), 0.0)
    hazard[..., -1] = 1.0
    return hazard


def exit_probability(retirement: ArrayLike, other: ArrayLike, mortality: ArrayLike) -> FloatArray:
    """Compute the probability of leaving within a year for any reason: ``1 - (1 - w)(1 - o)(1 - q)`` (method b).

    Parameters
    ----------
    retirement, other, mortality
        Probabilities of leaving for each reason in the absence of the others.

    Returns
    -------
    numpy.ndarray
        Probabilities, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If a chance is outside 0 to 1.
    """
    ways = [np.asarray(way, float) for way in (retirement, other, mortality)]
    for way in ways:
        _probabilities(way)
    return 1 - (1 - ways[0]) * (1 - ways[1]) * (1 - ways[2])


def scaled(leaving: ArrayLike, multiplier: ArrayLike) -> FloatArray:
    """Multiply the cumulative hazards of exit probabilities: ``1 - (1 - q)^k`` (method b).

    Parameters
    ----------
    leaving
        Exit probabilities (q).
    multiplier
        Multiplier of ``-log(1 - q)`` (k), above 0.

    Returns
    -------
    numpy.ndarray
        Exit probabilities, shaped as the arguments broadcast; certain exits remain certain.

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1 or a multiplier is not above 0.
    """
    chance, times = np.asarray(leaving, float), np.asarray(multiplier, float)
    _probabilities(chance)
    if not (times > 0).all():
        raise ValueError("a multiplier of hazards must be above 0")
    return np.asarray(1 - (1 - chance) ** times)


def fte_by_age(
    ages: ArrayLike, age_shares: ArrayLike, fte_per_person: ArrayLike, older_ratio: ArrayLike, from_age: float
) -> FloatArray:
    """Compute full-time equivalents per person by age, with the mean of today's stock.

    Parameters
    ----------
    ages
        Single years of age.
    age_shares
        Share of today's stock at each age, (…, age); sums to one over the ages.
    fte_per_person
        Full-time equivalents per person in today's whole stock, (…).
    older_ratio
        Working time of older persons relative to younger ones, (…).
    from_age
        First age of the older.

    Returns
    -------
    numpy.ndarray
        Full-time equivalents per person, (…, age).

    Raises
    ------
    ValueError
        If the shares are negative or do not sum to one.
    """
    share = np.asarray(age_shares, float)
    _shares(share, axes=-1)
    relative = np.where(np.asarray(ages, float) >= from_age, np.asarray(older_ratio, float)[..., None], 1.0)
    mean = (share * relative).sum(axis=-1, keepdims=True)
    return np.asarray(fte_per_person, float)[..., None] * relative / mean


# --- from start to certificate ------------------------------------------------------------------------


def completion_increments(duration: ArrayLike, completion: ArrayLike) -> FloatArray:
    """Compute the share of a year's starters who complete in each later calendar year: h, summing to c (method b).

    Starts are even over the year. Those who complete do so after exactly the calendar duration D, so that the cohort's
    certificates fall in the years floor(D) and floor(D) + 1 after it: ``h_u = c max(0, 1 - |u - D|)``.

    Parameters
    ----------
    duration
        Calendar years from start to certificate (D), (…).
    completion
        Share of starters who complete (c), (…).

    Returns
    -------
    numpy.ndarray
        Fraction of starters, (…, lag), lags 0, 1, … years.

    Raises
    ------
    ValueError
        If a duration is not positive or a completion outside 0 to 1.
    """
    span, completing = _training(duration, completion)
    lag = np.arange(int(span.max()) + 2)
    return completing[..., None] * np.maximum(0.0, 1 - np.abs(lag - span[..., None]))


def in_training_share(duration: ArrayLike, completion: ArrayLike, years: int) -> FloatArray:
    """Compute the share of a year's starters still in training at the end of each later year: S_T (method A3).

    Starts are even over the year and drop-out even over the training, so that
    ``S_T(l) = ∫ (1 - (1 - c) x / D) dx`` over l to l + 1, no further than D. The sum over all lags is the mean
    time in training, ``D (1 + c) / 2``.

    Parameters
    ----------
    duration
        Calendar years from start to certificate (D), (…).
    completion
        Share of starters who complete (c), (…).
    years
        Number of lags.

    Returns
    -------
    numpy.ndarray
        Fraction of starters, (…, lag), lags 0, 1, … years.

    Raises
    ------
    ValueError
        If a duration is not positive or a completion outside 0 to 1.
    """
    span, completing = (array[..., None] for array in _training(duration, completion))
    ends = np.minimum(np.arange(years + 1), span)
    return np.diff(ends - (1 - completing) * ends**2 / (2 * span), axis=-1)


def mean_time_in_training(duration: ArrayLike, completion: ArrayLike) -> FloatArray:
    """Compute the mean calendar years in training of starters, including drop-outs: ``D (1 + c) / 2`` (method D4).

    The sum of `in_training_share` over all lags.

    Parameters
    ----------
    duration
        Calendar years from start to certificate (D).
    completion
        Share of starters who complete (c).

    Returns
    -------
    numpy.ndarray
        Years, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If a duration is not positive or a completion outside 0 to 1.
    """
    span, completing = _training(duration, completion)
    return span * (1 + completing) / 2


def newest_starters(stock: ArrayLike, growth: ArrayLike, duration: ArrayLike, completion: ArrayLike) -> FloatArray:
    """Compute the starters of the last year implied by a stock in training.

    Parameters
    ----------
    stock
        Persons in training at the end of the base year, (…).
    growth, duration, completion
        As for `completions_of_stock`.

    Returns
    -------
    numpy.ndarray
        Persons per year, shaped as `stock`.

    Raises
    ------
    ValueError
        If a duration is not positive or a completion outside 0 to 1.
    """
    starters, _ = _past_starters(growth, duration, completion)
    return np.asarray(stock, float) * starters[..., 0]


def completions_of_stock(
    stock: ArrayLike, growth: ArrayLike, duration: ArrayLike, completion: ArrayLike, horizon: int
) -> FloatArray:
    """Compute how many of today's stock in training complete in each coming year (methods b and A3).

    The stock is the remainder of past intakes that grew at a steady rate, and their h continues.

    Parameters
    ----------
    stock
        Persons in training at the end of the base year, (…).
    growth
        Yearly growth of the intake behind the stock, log rate, (…).
    duration, completion
        As for `in_training_share`.
    horizon
        Number of years ahead.

    Returns
    -------
    numpy.ndarray
        Persons per year, (…, year), the first year after the base year first.

    Raises
    ------
    ValueError
        If a duration is not positive or a completion outside 0 to 1.
    """
    return _of_stock(stock, growth, duration, completion, completion_increments(duration, completion), horizon)


def in_training_of_stock(
    stock: ArrayLike, growth: ArrayLike, duration: ArrayLike, completion: ArrayLike, horizon: int
) -> FloatArray:
    """Compute how many of today's stock are still in training at the end of each coming year (methods b and A3).

    Parameters
    ----------
    stock, growth, duration, completion, horizon
        As for `completions_of_stock`.

    Returns
    -------
    numpy.ndarray
        Persons, (…, year), the first year after the base year first.

    Raises
    ------
    ValueError
        If a duration is not positive or a completion outside 0 to 1.
    """
    lags = int(np.max(np.asarray(duration, float))) + 1
    return _of_stock(stock, growth, duration, completion, in_training_share(duration, completion, lags), horizon)


def _past_starters(growth: ArrayLike, duration: ArrayLike, completion: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return past starters per person in training today, and the share of them still in training; both (…, lag)."""
    lags = int(np.max(np.asarray(duration, float))) + 1
    remaining = in_training_share(duration, completion, lags)
    starters = np.exp(-np.asarray(growth, float)[..., None] * np.arange(lags))
    return starters / (starters * remaining).sum(axis=-1, keepdims=True), remaining


def _of_stock(
    stock: ArrayLike,
    growth: ArrayLike,
    duration: ArrayLike,
    completion: ArrayLike,
    by_lag: FloatArray,
    horizon: int,
) -> FloatArray:
    """Follow the past starters behind a stock: sum over lags l of starters l years ago × share at lag l + year."""
    starters, _ = _past_starters(growth, duration, completion)
    lags = starters.shape[-1]
    beyond = np.zeros((*by_lag.shape[:-1], lags + horizon))
    beyond[..., : min(by_lag.shape[-1], lags + horizon)] = by_lag[..., : lags + horizon]
    ahead = np.lib.stride_tricks.sliding_window_view(beyond[..., 1:], lags, axis=-1)[..., :horizon, :]
    return np.asarray(stock, float)[..., None] * (starters[..., None, :] * ahead).sum(axis=-1)


# --- stock and flow -----------------------------------------------------------------------------------


def exits(stock: ArrayLike, inflow: ArrayLike, leaving: ArrayLike) -> FloatArray:
    """Compute the persons who leave in a year: ``q (N + G / 2)``, with half of the year's inflow exposed (method b).

    Parameters
    ----------
    stock
        Persons at the start of the year.
    inflow
        Persons who enter in the year.
    leaving
        Exit probability.

    Returns
    -------
    numpy.ndarray
        Persons, shaped as the arguments broadcast.
    """
    return np.asarray(leaving, float) * (np.asarray(stock, float) + np.asarray(inflow, float) / 2)


def balance(stock: ArrayLike, inflow: ArrayLike, exits: ArrayLike) -> FloatArray:
    """Compute the persons at the end of a year: ``N' = N + G - X`` (method b).

    Parameters
    ----------
    stock
        Persons at the start.
    inflow
        Persons who enter.
    exits
        Persons who leave.

    Returns
    -------
    numpy.ndarray
        Persons, shaped as the arguments broadcast.
    """
    return np.asarray(stock, float) + np.asarray(inflow, float) - np.asarray(exits, float)


def project(
    stock: ArrayLike,
    inflow: ArrayLike,
    inflow_ages: ArrayLike,
    leaving: ArrayLike,
    moves: Moves | None = None,
) -> FloatArray:
    """Project a stock by sex and age year by year (method b).

    Each year half of the inflow is exposed to that year's exits, all grow a year older (the last age is open), and
    moves between regions, if any, take place at the end.

    Parameters
    ----------
    stock
        Persons at the end of the base year, (…, sex, age).
    inflow
        Persons who enter in each year after it, (…, year).
    inflow_ages
        Share of the inflow in each cell, by age at the start of the year, (sex, age) or (…, sex, age); sums to
        one over both.
    leaving
        Exit probability by age at the start of the year, (…, sex, age).
    moves
        Yearly moves between regions.

    Returns
    -------
    numpy.ndarray
        Persons at the end of each year, (…, sex, age, year), the base year first.

    Raises
    ------
    ValueError
        If a stock or inflow is negative, shares do not sum to one, or a probability is outside 0 to 1.
    """
    start, flow = np.asarray(stock, float), np.asarray(inflow, float)
    arriving, chance = np.asarray(inflow_ages, float), np.asarray(leaving, float)
    if (start < 0).any() or (flow < 0).any():
        raise ValueError("a stock and its inflow cannot be negative")
    _shares(arriving, axes=(-2, -1))
    _probabilities(chance)
    shape = np.broadcast_shapes(start.shape, (*flow.shape[:-1], 1, 1), arriving.shape, chance.shape)
    path = np.empty((flow.shape[-1] + 1, *shape))
    path[0] = start
    for year, opening in enumerate(path[:-1]):
        coming = flow[..., year, None, None] * arriving
        closing = _a_year_older(balance(opening, coming, exits(opening, coming, chance)))
        path[year + 1] = closing if moves is None else mix(closing, *moves)
    return np.moveaxis(path, 0, -1)


def survival(leaving: ArrayLike, age_shares: ArrayLike, horizon: int, weight: ArrayLike = 1.0) -> FloatArray:
    """Compute the share of a stock remaining after each year without inflow.

    Parameters
    ----------
    leaving
        Exit probability by age at the start of the year, (…, sex, age).
    age_shares
        Share of the stock in each cell, (…, sex, age); sums to one over both.
    horizon
        Number of years ahead.
    weight
        Weight of a person, such as full-time equivalents by age, (…, sex, age).

    Returns
    -------
    numpy.ndarray
        Persons, or their weights, per person of the stock, (…, year), years 0 to `horizon`.

    Raises
    ------
    ValueError
        If shares do not sum to one, or a probability is outside 0 to 1.
    """
    share = np.asarray(age_shares, float)
    _shares(share, axes=(-2, -1))
    return _left(np.asarray(leaving, float), share, horizon + 1, np.asarray(weight, float))


def inflow_survival(leaving: ArrayLike, inflow_ages: ArrayLike, horizon: int, weight: ArrayLike = 1.0) -> FloatArray:
    """Compute the share of a year's inflow remaining at the end of that year and of each later one.

    Parameters
    ----------
    leaving, weight
        As for `survival`.
    inflow_ages
        Share of the inflow in each cell, by age at the start of the year, (…, sex, age); sums to one over both.
    horizon
        Number of years, the year of the inflow being the first.

    Returns
    -------
    numpy.ndarray
        Persons, or their weights, per person of the inflow, (…, lag), lags 0 to `horizon` - 1.

    Raises
    ------
    ValueError
        If shares do not sum to one, or a probability is outside 0 to 1.
    """
    share, chance = np.asarray(inflow_ages, float), np.asarray(leaving, float)
    _shares(share, axes=(-2, -1))
    first_year = _a_year_older(balance(0.0, share, exits(0.0, share, chance)))
    return _left(chance, first_year, horizon, np.asarray(weight, float))


def over_cohorts(flow: ArrayLike, by_lag: ArrayLike) -> FloatArray:
    """Sum the contributions of the cohorts of all years so far: ``Σ_u flow_u k_{t-u}`` (method d).

    Starters give completions with `completion_increments` and persons in training with `in_training_share`;
    an inflow gives a stock with `inflow_survival`.

    Parameters
    ----------
    flow
        Persons who start in each year, (…, year).
    by_lag
        Contribution per person by years since the start, (…, lag); nothing beyond the last lag.

    Returns
    -------
    numpy.ndarray
        (…, year), shaped as the arguments broadcast but for the last axis, which is that of `flow`.
    """
    starting, share = np.asarray(flow, float), np.asarray(by_lag, float)
    axes = max(starting.ndim, share.ndim)
    # With reversed axes, years first and draws last, every product runs over long contiguous rows.
    starting, share = (
        np.ascontiguousarray(array.reshape((1,) * (axes - array.ndim) + array.shape).T) for array in (starting, share)
    )
    years = len(starting)
    total = np.zeros((years, *np.broadcast_shapes(starting.shape[1:], share.shape[1:])))
    for year in range(years):
        for lag in range(min(year + 1, len(share))):
            total[year] += share[lag] * starting[year - lag]
    return total.T


def linear_path(initial: ArrayLike, inflow: ArrayLike, stock_survival: ArrayLike, inflow_survival: ArrayLike) -> FloatArray:
    """Compute the stock by year if all share the same exits by age: ``N0 S(t) + Σ_u G_u K(t - u)`` (method b).

    Equal to the totals of `project` without moves, but without ages in memory.

    Parameters
    ----------
    initial
        Persons at the end of the base year, (…).
    inflow
        Persons who enter in each year after it, (…, year).
    stock_survival
        From `survival`, (…, year), one year longer than `inflow`.
    inflow_survival
        From `inflow_survival`, (…, lag).

    Returns
    -------
    numpy.ndarray
        Persons, or their weights, at the end of each year, (…, year), the base year first.

    Raises
    ------
    ValueError
        If the two survivals do not cover the years of the inflow.
    """
    flow, kept, entered = (np.asarray(array, float) for array in (inflow, stock_survival, inflow_survival))
    years = flow.shape[-1]
    if kept.shape[-1] != years + 1 or entered.shape[-1] < years:
        raise ValueError("the survivals must cover the years of the inflow")
    arrived = over_cohorts(flow, entered)
    of_stock = np.asarray(initial, float)[..., None] * kept
    path = np.broadcast_to(of_stock, (*np.broadcast_shapes(of_stock.shape[:-1], arrived.shape[:-1]), years + 1)).copy()
    path[..., 1:] += arrived
    return path


# --- between regions ----------------------------------------------------------------------------------


def spread_first_job(completions: ArrayLike, stay: ArrayLike, destination: ArrayLike) -> FloatArray:
    """Distribute new specialists to the regions of their first job (β, method b).

    A share stays in the region of training; the others go to other regions in proportion to their weights. Applied to
    an identity matrix instead of completions, it gives the matrix β, with the region of training as column.

    Parameters
    ----------
    completions
        New specialists by region of training, (…, region, year).
    stay
        Share that stays, (…, region) or (…, 1).
    destination
        Weight of each region as a destination, (…, region); sums to one over the regions.

    Returns
    -------
    numpy.ndarray
        New specialists by region of work, (…, region, year); as many as were trained.

    Raises
    ------
    ValueError
        If a share is outside 0 to 1, or weights do not sum to one or leave nowhere else to go.
    """
    staying, weight = (np.atleast_1d(np.asarray(array, float))[..., None, :] for array in (stay, destination))
    return _between_regions(np.asarray(completions, float), 1 - staying, weight, axis=-2)


def mix(stock: ArrayLike, rate: ArrayLike, destination: ArrayLike, axis: int = -3) -> FloatArray:
    """Move a share of the specialists of each region to others (method b).

    Parameters
    ----------
    stock
        Persons, one axis of which is the region.
    rate
        Share of each region's persons who move in a year, broadcast against `stock` with its region axis last.
    destination
        Weight of each region as a destination, broadcast likewise; sums to one over the regions.
    axis
        The region axis of `stock`, by default that of (…, region, sex, age).

    Returns
    -------
    numpy.ndarray
        Persons, shaped as `stock`; as many as before.

    Raises
    ------
    ValueError
        If a share is outside 0 to 1, or weights do not sum to one or leave nowhere else to go.
    """
    return _between_regions(np.asarray(stock, float), np.asarray(rate, float), np.asarray(destination, float), axis)


def _between_regions(persons: FloatArray, moving: FloatArray, weight: FloatArray, axis: int) -> FloatArray:
    """Distribute the movers of each region over all others by weight, without a matrix of pairs."""
    _probabilities(moving)
    _shares(weight, axes=-1)
    if (weight >= 1).any():
        raise ValueError("those who move need another region to go to")
    here = np.moveaxis(persons, axis, -1)
    leaving = moving * here
    # Those who leave a region cannot choose it again: they go to r' with probability w_r' / (1 - w_r).
    sent = leaving / (1 - weight)
    arriving = weight * (sent.sum(axis=-1, keepdims=True) - sent)
    return np.moveaxis(here - leaving + arriving, -1, axis)


def trained_for(arrivals: ArrayLike, stay: ArrayLike, destination: ArrayLike) -> FloatArray:
    """Compute the numbers to train in each region for given numbers of new specialists: inverts `spread_first_job`.

    Arrivals are a diagonal plus a matrix of rank one of the numbers trained, so that the Sherman-Morrison formula
    inverts it: ``a = D t + w (vᵀ t)`` with ``D = s - (1 - s) w / (1 - w)`` and ``v = (1 - s) / (1 - w)``.

    Parameters
    ----------
    arrivals
        New specialists by region of work, (…, region, year); negative where fewer are wanted.
    stay
        Share that stays in the region of training, (…, region) or (…, 1).
    destination
        Weight of each region as a destination, (…, region); sums to one over the regions.

    Returns
    -------
    numpy.ndarray
        Persons by region of training, (…, region, year); as many as arrive.

    Raises
    ------
    ValueError
        If so few stay that no number trained gives the arrivals.
    """
    weight, kept = (np.asarray(array, float)[..., None] for array in (destination, stay))
    sent = (1 - kept) / (1 - weight)
    diagonal = kept - sent * weight
    if (np.abs(diagonal) < 1e-9).any():
        raise ValueError("too few stay where they are trained for arrivals to be traced back")
    alone = np.asarray(arrivals, float) / diagonal
    spread = weight / diagonal
    return alone - spread * (sent * alone).sum(axis=-2, keepdims=True) / (1 + (sent * spread).sum(axis=-2, keepdims=True))


def moved_path(
    initial: ArrayLike,
    inflow: ArrayLike,
    stock_survival: ArrayLike,
    inflow_survival: ArrayLike,
    rate: ArrayLike,
    destination: ArrayLike,
) -> FloatArray:
    """Compute `linear_path` with yearly moves between regions at the end of each year (method b).

    All regions share exits by age, so that moves and survival commute: the inflow of k years ago has moved k + 1 times.

    Parameters
    ----------
    initial
        Persons at the end of the base year, (…, region).
    inflow
        Persons who enter in each year after it, (…, region, year).
    stock_survival, inflow_survival
        As for `linear_path`, (…, 1, year) and (…, 1, lag).
    rate
        Share of each region's persons who move in a year, broadcast to (…, year, region).
    destination
        Weight of each region as a destination, likewise; sums to one over the regions.

    Returns
    -------
    numpy.ndarray
        Persons, or their weights, at the end of each year, (…, region, year), the base year first.
    """
    flow, kept, entered = (np.asarray(array, float) for array in (inflow, stock_survival, inflow_survival))
    years = flow.shape[-1]
    stock = np.asarray(initial, float)[..., None] * kept
    path = np.zeros(np.broadcast_shapes(stock[..., 1:].shape, flow.shape))
    for lag in reversed(range(years)):
        path[..., lag:] += flow[..., : years - lag] * entered[..., [lag]]
        path[..., lag] += stock[..., lag + 1]
        path = mix(path, rate, destination, axis=-2)
    return np.concatenate([np.broadcast_to(stock[..., :1], (*path.shape[:-1], 1)), path], axis=-1)


def lasting_stock(inflow: ArrayLike, inflow_survival: ArrayLike, rate: ArrayLike, destination: ArrayLike) -> FloatArray:
    """Compute the steady stock of a constant inflow, with yearly moves between regions: the limit of `moved_path`.

    ``Σ_k K_k M^(k+1) G``: the inflow of k years ago has moved k + 1 times.

    Parameters
    ----------
    inflow
        Persons who enter each year, (…, region).
    inflow_survival
        From `inflow_survival`, (…, lag), to the end of the longest career.
    rate
        Share of each region's persons who move in a year, broadcast to (…, region).
    destination
        Weight of each region as a destination, (…, region); sums to one over the regions.

    Returns
    -------
    numpy.ndarray
        Persons, or their weights, (…, region).
    """
    cohort, stock = np.asarray(inflow, float), np.zeros(np.shape(inflow))
    moving, weight = np.asarray(rate, float), np.asarray(destination, float)
    for left in np.moveaxis(np.asarray(inflow_survival, float), -1, 0):
        cohort = mix(cohort, moving, weight, axis=-1)
        stock = stock + left[..., None] * cohort
    return stock


# --- chance -------------------------------------------------------------------------------------------


def binomial_noise(expected: ArrayLike, probability: ArrayLike, uniform: ArrayLike) -> FloatArray:
    """Draw numbers of persons with the mean and variance of a binomial distribution (method f).

    ``E + √(E (1 - p)) Φ⁻¹(u)``, clipped to 0 and E / p persons: a normal approximation in place of draws in each cell
    by age, independent of the draws of the assumptions.

    Parameters
    ----------
    expected
        Expected persons (E).
    probability
        Each person's probability (p), above 0.
    uniform
        Uniform numbers in (0, 1).

    Returns
    -------
    numpy.ndarray
        Persons, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If a probability is outside 0 to 1 or zero.
    """
    mean, chance = np.asarray(expected, float), np.asarray(probability, float)
    _probabilities(chance)
    if (chance == 0).any():
        raise ValueError("a number of persons cannot be drawn with probability 0")
    drawn = mean + np.sqrt(mean * (1 - chance)) * ndtri(np.asarray(uniform, float))
    return np.clip(drawn, 0.0, mean / chance)


# --- what cannot be -----------------------------------------------------------------------------------


def _shares(shares: FloatArray, axes: int | tuple[int, ...]) -> None:
    if (shares < 0).any() or not np.allclose(shares.sum(axis=axes), 1, rtol=0, atol=1e-9):
        raise ValueError("shares cannot be negative and must sum to one")


def _probabilities(chances: FloatArray) -> None:
    if not ((chances >= 0) & (chances <= 1)).all():
        raise ValueError("a share or probability must lie between 0 and 1")


def _training(duration: ArrayLike, completion: ArrayLike) -> tuple[FloatArray, FloatArray]:
    span, completing = np.asarray(duration, float), np.asarray(completion, float)
    if not (span > 0).all():
        raise ValueError("the duration of a training must be positive")
    _probabilities(completing)
    return span, completing


def _a_year_older(persons: FloatArray) -> FloatArray:
    older = np.zeros_like(persons)
    older[..., 1:] = persons[..., :-1]
    older[..., -1] += persons[..., -1]
    return older


def _left(leaving: FloatArray, persons: FloatArray, count: int, weight: FloatArray) -> FloatArray:
    """Return the weighted persons now and after each further year without inflow, (…, year)."""
    _probabilities(leaving)
    kept = []
    for _ in range(count):
        kept.append((persons * weight).sum(axis=(-2, -1)))
        persons = _a_year_older(persons * (1 - leaving))
    return np.stack(np.broadcast_arrays(*kept), axis=-1)
