"""Bayesian melding: condition assumptions on published counts by weighting and resampling prior draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

FloatArray = NDArray[np.float64]

PILOT = 500
"""Effective number of draws to which the likelihood is flattened before the proposal is fitted."""

WIDER = 1.25
"""Factor on the variance of the proposal, so that its tails cover those of the posterior."""


class Posterior(NamedTuple):
    """Weighted draws of the assumptions, given the counts."""

    uniform: FloatArray
    """Uniform numbers behind the assumptions, (draw, assumption)."""
    weights: FloatArray
    """Weights, (draw,); they sum to one."""
    effective: float
    """Effective sample size of the weights."""
    effective_prior: float
    """Effective sample size of the prior's draws weighted by likelihood alone: how far prior and counts agree."""


def log_likelihood(predicted: ArrayLike, observed: ArrayLike, sd: ArrayLike) -> FloatArray:
    """Return the log-likelihood of independent normal figures, up to a constant: ``-Σ (x - y)² / 2σ²``.

    Parameters
    ----------
    predicted
        Prediction of each figure by each draw, (draw, figure).
    observed
        The figures, (figure,).
    sd
        Standard deviation of each figure's error, (figure,), above 0.

    Returns
    -------
    numpy.ndarray
        Log-likelihood, (draw,).

    Raises
    ------
    ValueError
        If a standard deviation is not above 0.
    """
    error = np.asarray(sd, float)
    if not (error > 0).all():
        raise ValueError("the standard deviation of an error must be above 0")
    score = (np.asarray(predicted, float) - np.asarray(observed, float)) / error
    return np.asarray(-np.square(score).sum(axis=-1) / 2)


def normalised(log_weights: ArrayLike) -> FloatArray:
    """Return weights that sum to one from their logarithms, (draw,)."""
    logs = np.asarray(log_weights, float)
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def effective_sample_size(weights: ArrayLike) -> float:
    """Return the equivalent number of equally weighted draws: ``(Σ w)² / Σ w²`` (Kish).

    Parameters
    ----------
    weights
        Weights, (draw,); they need not sum to one.
    """
    given = np.asarray(weights, float)
    return float(given.sum() ** 2 / np.square(given).sum())


def systematic(weights: ArrayLike, count: int, start: float) -> NDArray[np.intp]:
    """Draw members in proportion to their weights at equal steps along the cumulated weights.

    Each member is chosen ``count × weight`` times, rounded up or down; no unbiased resampling has a lower variance.

    Parameters
    ----------
    weights
        Weights, (draw,); they sum to one.
    count
        Number of draws.
    start
        Position of the first step within its stratum, from 0 up to 1; uniform draws of it make the counts unbiased.

    Returns
    -------
    numpy.ndarray
        Positions of the members, ascending, (count,).

    Raises
    ------
    ValueError
        If a weight is negative, they do not sum to one, or the start lies outside its stratum.
    """
    given = np.asarray(weights, float)
    if (given < 0).any() or not np.isclose(given.sum(), 1):
        raise ValueError("weights cannot be negative and must sum to one")
    if not 0 <= start < 1:
        raise ValueError("the start must lie from 0 up to 1")
    ends = np.cumsum(given)
    # Rounding in the sum must not push the last step beyond the last member with a weight.
    ends[np.flatnonzero(given)[-1] :] = 1.0
    return np.searchsorted(ends, (np.arange(count) + start) / count, side="right")


def meld(
    prior: FloatArray, proposed: FloatArray, log_likelihood_of: Callable[[FloatArray], FloatArray], pilot: float = PILOT
) -> Posterior:
    """Condition independent assumptions on counts, in two stages (Bayesian melding; importance sampling).

    The prior's draws are weighted by likelihood. With precise counts and many assumptions, few draws get any weight;
    hence a normal proposal is fitted to the normal scores of the weighted draws, with the likelihood flattened until
    `pilot` draws are effective, and a second set from it is weighted by ``likelihood × prior / proposal``. Its mean and
    variances converge to those of weighting sufficiently many prior draws.

    Parameters
    ----------
    prior
        Uniform numbers in (0, 1) behind the assumptions, independent, (draw, assumption).
    proposed
        As many columns of independent uniform numbers for the second stage, (draw, assumption).
    log_likelihood_of
        Function from uniform numbers behind the assumptions, (draw, assumption), to the log-likelihood, (draw,).
    pilot
        Effective number of draws that the proposal is fitted to.

    Returns
    -------
    Posterior
        The second set and its weights.
    """
    logs = log_likelihood_of(prior)
    scores = ndtri(prior)
    flat = normalised(logs * _flattening(logs, pilot))
    mean = flat @ scores
    spread = (scores - mean) * np.sqrt(flat)[:, None]
    root = np.linalg.cholesky(spread.T @ spread * WIDER)
    drawn = ndtri(proposed)
    moved = mean + drawn @ root.T
    # Log densities of the standard normal prior and of the proposal, up to constants that all draws share.
    ratio = (np.square(drawn) - np.square(moved)).sum(axis=1) / 2
    uniform = np.clip(ndtr(moved), np.finfo(float).eps, 1 - np.finfo(float).eps)
    weights = normalised(log_likelihood_of(uniform) + ratio)
    return Posterior(uniform, weights, effective_sample_size(weights), effective_sample_size(normalised(logs)))


def _flattening(logs: FloatArray, enough: float) -> float:
    """Return the largest power of the likelihood, at most one, with so many effective draws."""
    low, high = 0.0, 1.0
    if effective_sample_size(normalised(logs)) >= enough:
        return high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if effective_sample_size(normalised(logs * middle)) >= enough else (low, middle)
    return low


def given_one(members: ArrayLike, place: int, value: float) -> FloatArray:
    """Return the expected values of all assumptions given one of them, by linear regression on it.

    Parameters
    ----------
    members
        Equally weighted draws, (draw, assumption).
    place
        Position of the known assumption.
    value
        Its value.

    Returns
    -------
    numpy.ndarray
        Expected values, (assumption,); the means if the known one does not vary.
    """
    drawn = np.asarray(members, float)
    mean = drawn.mean(axis=0)
    own = drawn[:, place] - mean[place]
    variance = np.square(own).mean()
    if variance == 0:
        return np.asarray(mean)
    slope = own @ (drawn - mean) / len(drawn) / variance
    return np.asarray(mean + slope * (value - mean[place]))
