"""How sure a figure is: reproducible draws of the assumptions and the intervals they give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumption

FloatArray = NDArray[np.float64]
Draws = dict[str, FloatArray]

LOG2_DRAWS = 12
SEED = 2026


class Sample(NamedTuple):
    """Draws of every assumption, and uniform numbers for what varies between regions."""

    assumptions: Draws
    """For each name an array (draw, 1)."""
    regional: Draws
    """For each stream an array (draw, region) of uniform numbers in (0, 1)."""


def quantile(assumption: Assumption, uniform: FloatArray) -> FloatArray:
    """Quantiles of an assumption's distribution; low and high are the ends of its support.

    Parameters
    ----------
    assumption
        Value, low, high and the name of the distribution.
    uniform
        Probabilities in (0, 1).

    Returns
    -------
    numpy.ndarray
        Values in the assumption's unit. Fixed values and scenarios are constant: scenarios are compared
        side by side, never drawn.
    """
    low, mode, high = assumption.low, assumption.value, assumption.high
    width = high - low
    match assumption.distribution:
        case "uniform":
            return np.asarray(stats.uniform.ppf(uniform, loc=low, scale=width))
        case "triangular":
            return np.asarray(stats.triang.ppf(uniform, (mode - low) / width, loc=low, scale=width))
        case "pert":
            shape = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
            return np.asarray(stats.beta.ppf(uniform, *shape, loc=low, scale=width))
        case _:
            return np.full_like(uniform, mode)


def sample(
    assumptions: Mapping[str, Assumption],
    streams: Mapping[str, int],
    log2_draws: int = LOG2_DRAWS,
    seed: int = SEED,
) -> Sample:
    """Draw assumptions and regional deviations from one scrambled Sobol sequence (method f).

    Parameters
    ----------
    assumptions
        Assumptions by name; each takes one dimension in the order of the names.
    streams
        Name and number of regions of each set of regional uniforms.
    log2_draws
        Binary logarithm of the number of draws.
    seed
        Seed of the scrambling; the same seed gives the same draws.

    Returns
    -------
    Sample
        Draws of the assumptions and of the regional uniforms.
    """
    names = sorted(assumptions)
    dimensions = len(names) + sum(streams.values())
    points = stats.qmc.Sobol(dimensions, scramble=True, rng=seed).random_base2(log2_draws)
    # Scrambled points can touch 0; the quantile functions need the open interval.
    points = np.clip(points, np.finfo(float).eps, 1 - np.finfo(float).eps)
    drawn = {name: quantile(assumptions[name], points[:, [i]]) for i, name in enumerate(names)}
    edges = np.cumsum([len(names), *streams.values()])
    regional = {name: points[:, start:stop] for name, start, stop in zip(streams, edges[:-1], edges[1:], strict=True)}
    return Sample(drawn, regional)


class Interval(NamedTuple):
    """Percentiles 10, 50 and 90: an 80 % interval and its middle."""

    low: FloatArray
    middle: FloatArray
    high: FloatArray


def interval(draws: ArrayLike) -> Interval:
    """Percentiles 10, 50 and 90 over the first axis.

    Parameters
    ----------
    draws
        Draws, first axis draw. NaN in a draw makes the interval NaN.

    Returns
    -------
    Interval
        Each shaped as `draws` without its first axis.
    """
    low, middle, high = np.quantile(np.asarray(draws, float), [0.1, 0.5, 0.9], axis=0)
    return Interval(low, middle, high)


def widen_to_step(low: ArrayLike, high: ArrayLike, step: float = 5.0) -> tuple[FloatArray, FloatArray]:
    """Round an interval outwards to whole steps, so that rounding never narrows it.

    Parameters
    ----------
    low, high
        Ends of intervals.
    step
        The step to round to, in the unit of the ends.

    Returns
    -------
    tuple of numpy.ndarray
        Lower ends rounded down and upper ends rounded up.
    """
    return np.floor(np.asarray(low) / step) * step, np.ceil(np.asarray(high) / step) * step
