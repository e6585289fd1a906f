"""How sure a figure is: reproducible draws of the assumptions and the intervals they give."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumption

FloatArray = NDArray[np.float64]
Draws = dict[str, FloatArray]

DRAWS = 4096
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


def stratified(names: Iterable[str], draws: int, seed: int) -> FloatArray:
    """Latin hypercube of uniform numbers in which each name keeps its own column for ever.

    Every column depends on its name and the seed alone, so that adding an assumption or a region changes
    no other draw: results of two runs differ by what was changed, not by noise.

    Parameters
    ----------
    names
        Names of the columns.
    draws
        Number of draws; each column has one in every stratum of width 1/draws.
    seed
        Seed of all columns.

    Returns
    -------
    numpy.ndarray
        Numbers in (0, 1), (draw, name).
    """
    columns = [
        stats.qmc.LatinHypercube(1, rng=np.random.default_rng([seed, *name.encode()])).random(draws) for name in names
    ]
    points = np.hstack(columns) if columns else np.empty((draws, 0))
    return np.clip(points, np.finfo(float).eps, 1 - np.finfo(float).eps)


def sample(
    assumptions: Mapping[str, Assumption],
    streams: Mapping[str, Sequence[str]],
    draws: int = DRAWS,
    seed: int = SEED,
) -> Sample:
    """Draw assumptions and regional deviations (method f).

    Parameters
    ----------
    assumptions
        Assumptions by name.
    streams
        For each set of regional uniforms the region codes.
    draws
        Number of draws.
    seed
        The same seed gives the same draws.

    Returns
    -------
    Sample
        Draws of the assumptions and of the regional uniforms.
    """
    uniform = stratified(assumptions, draws, seed)
    drawn = {name: quantile(item, uniform[:, [i]]) for i, (name, item) in enumerate(assumptions.items())}
    regional = {
        stream: stratified([f"{stream}:{code}" for code in codes], draws, seed) for stream, codes in streams.items()
    }
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
        Draws, first axis draw. A draw without an answer is infinite: an end that falls among such draws is NaN.

    Returns
    -------
    Interval
        Each shaped as `draws` without its first axis.
    """
    # Taking draws that exist, not points between them, keeps infinity out of the arithmetic.
    ends = np.quantile(np.asarray(draws, float), [0.1, 0.5, 0.9], axis=0, method="closest_observation")
    low, middle, high = np.where(np.isfinite(ends), ends, np.nan)
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
