"""A measure of large areas brought down to the places in them: fitted on covariates, summing to the areas, with its error.

The measure is a mean over inhabitants, such as a share. It is then as linear in the covariates of a place as in those of an
area, so that slopes found between areas hold within them, unless what the covariates leave out differs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

PENALTIES = tuple(2.0**power for power in range(-2, 7))
"""Penalties that are tried, in areas: with λ the slopes count as if λ more areas had shown none."""


class Fitted(NamedTuple):
    """A measure by place, with what it was fitted by."""

    value: FloatArray
    """Measure of each place; its weighted mean over an area is the area's, (place,)."""
    slopes: FloatArray
    """Change of the measure per unit of each covariate, (covariate,)."""
    penalty: float
    """The penalty among those tried whose predictions of areas left out are nearest."""
    missed: FloatArray
    """What each area has less what the other areas predict of it, (area,)."""
    slope_errors: FloatArray
    """Square root of the slopes' covariance: times independent standard normal scores their error, (covariate, score)."""
    own_sd: float
    """Standard deviation of what is a place's own, beyond its area and covariates."""
    distance: FloatArray
    """Covariates of each place less those of its area, (place, covariate)."""
    share: FloatArray
    """Weight of each place within its area, (place,)."""
    area_of: NDArray[np.intp]
    """Area of each place, (place,)."""


def fitted(
    measure: ArrayLike,
    covariates: ArrayLike,
    weight: ArrayLike,
    area_of: ArrayLike,
    penalties: tuple[float, ...] = PENALTIES,
) -> Fitted:
    """Fit a measure of areas on covariates by ridge regression, and bring it down to places (method C1).

    The slopes minimise ``Σ (y_a - α - z_a'β)² + λ β'β`` over the areas, z their covariates with mean 0 and standard
    deviation 1; the λ tried whose predictions ``ŷ`` of areas left out (``r_a / (1 - h_a)``, h the leverage) err least is
    taken. A place in area a then has ``y_a + (x - x_a)'β``: the area's residual is spread evenly over it.

    Slopes err with the covariance ``σ² (Z'Z + λ I)⁻¹``, σ² the residual variance over the degrees of freedom. An area
    averages what is each place's own, so that this has the variance ``τ² = mean of (y_a - ŷ_a)² / Σ s²``, s the places'
    shares of the area: were the errors of places in one area alike, it would be less.

    Parameters
    ----------
    measure
        Measure of each area, (area,).
    covariates
        Covariates of each place, (place, covariate), as means over its inhabitants.
    weight
        Inhabitants of each place, (place,).
    area_of
        Area of each place, (place,), whole numbers from 0.
    penalties
        Penalties to try, above 0.

    Raises
    ------
    ValueError
        If an area has no place, a covariate is the same in all areas, a number is not finite, a weight or penalty is not
        positive, or there are fewer than three areas.
    """
    y, x, size, area = (
        np.asarray(measure, float),
        np.asarray(covariates, float),
        np.asarray(weight, float),
        np.asarray(area_of),
    )
    for what, numbers in (("measure", y), ("covariate", x), ("weight", size)):
        if not np.isfinite(numbers).all():
            at = np.argwhere(~np.isfinite(numbers))[0]
            raise ValueError(f"{what} must be finite, not at place {', '.join(map(str, at))}")
    if not (size > 0).all():
        raise ValueError(f"weight must be above 0, not {size.min():g} at place {size.argmin()}")
    if len(y) < 3:
        raise ValueError(f"three areas or more are needed to leave one out, not {len(y)}")
    if not penalties or min(penalties) <= 0:
        raise ValueError("penalties must be above 0")
    if empty := sorted(set(range(len(y))) - set(area.tolist())):
        raise ValueError(f"no place lies in area {empty[0]}")
    share = size / np.bincount(area, size)[area]
    of_area = _means(x, share, area, len(y))
    spread = of_area.std(axis=0)
    if (spread == 0).any():
        raise ValueError(f"covariate {int(np.argmin(spread))} is the same in all areas")
    left, scale, right = np.linalg.svd((of_area - of_area.mean(axis=0)) / spread, full_matrices=False)
    apart = y - y.mean()
    kept = scale**2 / (scale**2 + np.asarray(penalties)[:, None])
    leverage = 1 / len(y) + kept @ (left**2).T
    residual = apart - (kept * (left.T @ apart)) @ left.T
    without = residual / (1 - leverage)
    best = int((without**2).mean(axis=1).argmin())
    shrunken = scale**2 + penalties[best]
    sigma = np.sqrt((residual[best] ** 2).sum() / (len(y) - leverage[best].sum()))
    slopes = right.T @ (scale / shrunken * (left.T @ apart)) / spread
    distance = x - of_area[area]
    return Fitted(
        value=y[area] + distance @ slopes,
        slopes=slopes,
        penalty=penalties[best],
        missed=without[best],
        slope_errors=sigma * (right.T / np.sqrt(shrunken)) / spread[:, None],
        own_sd=float(np.sqrt((without[best] ** 2 / np.bincount(area, share**2)).mean())),
        distance=distance,
        share=share,
        area_of=area,
    )


def benchmarked(value: ArrayLike, measure: ArrayLike, share: ArrayLike, area_of: ArrayLike) -> FloatArray:
    """Shift the places of each area alike, so that their weighted mean is the area's.

    Parameters
    ----------
    value
        Values of places, (place,).
    measure
        What each area has, (area,).
    share
        Weight of each place within its area, (place,).
    area_of
        Area of each place, (place,).
    """
    own, area, whole = np.asarray(value, float), np.asarray(area_of), np.asarray(measure, float)
    return own + (whole - _means(own[:, None], np.asarray(share, float), area, len(whole))[:, 0])[area]


def errors(found: Fitted, slope_scores: FloatArray, place_scores: FloatArray) -> FloatArray:
    """Errors of places, whose weighted mean over each area is 0 (method f).

    Parameters
    ----------
    found
        What was fitted.
    slope_scores
        Independent standard normal scores of the slopes, (draw, covariate).
    place_scores
        Independent standard normal scores of the places, (draw, place).

    Returns
    -------
    numpy.ndarray
        In the unit of the measure, (draw, place).
    """
    member = np.zeros((len(found.area_of), found.area_of.max() + 1))
    member[np.arange(len(found.area_of)), found.area_of] = found.share
    own = found.own_sd * place_scores
    return (slope_scores @ found.slope_errors.T) @ found.distance.T + own - (own @ member)[:, found.area_of]


def _means(values: FloatArray, share: FloatArray, area: NDArray[np.intp], count: int) -> FloatArray:
    """Weighted means of each area, (area, column)."""
    sums = np.zeros((count, values.shape[1]))
    np.add.at(sums, area, values * share[:, None])
    return sums
