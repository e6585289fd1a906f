"""Published numbers of doctors in specialist training by region, aligned to one date."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

Heads = Callable[[str, pd.Timestamp], float]
"""Inhabitants of a region, by its code, on a day."""

DAYS_PER_YEAR = 365.25


def chosen_figures(
    selection: pd.DataFrame,
    published: pd.DataFrame,
    heads: Heads,
    use: str,
    returned: pd.DataFrame | None = None,
    near: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Look up the figure used for each region, published or from its return, keeping the measures apart.

    Persons, positions, financed positions and blocks are different measures and are never converted. A
    figure published per 1 000 inhabitants becomes persons with the population of its date.

    Parameters
    ----------
    selection
        Figure used for each region: ``region, use, figure, measure, dated, precision, qualifier, note``.
    published
        Published figures: ``figure, value`` and more.
    heads
        Inhabitants of a region on a day.
    use
        ``"newest"`` or ``"reference"``.
    returned
        Totals from the regions' returns, see `riktvarden.baseline.returned.region_totals`.
    near
        Date: of a published and a returned figure of one measure, the nearest to it is used (default: the newest).

    Returns
    -------
    pandas.DataFrame
        ``region, measure, value, half_width, coverage, status, qualifier, dated, precision, figure, note, classes,
        collapsed, base``; half_width is the maximum distance of the number from `value`, coverage the share of the
        region behind it, the last three are those of `riktvarden.baseline.returned.region_totals`. An estimate from a
        partial return that cannot be used or shown is kept only if there is no other figure.
    """
    rows = selection.loc[selection["use"] == use].merge(published[["figure", "value"]], on="figure", validate="many_to_one")
    is_rate = (rows["measure"] == "persons_per_1000").to_numpy()
    thousands = np.array([heads(*place) / 1000 for place in zip(rows["region"], rows["dated"], strict=True)])
    rounding = [half_unit(value) for value in rows["value"]]
    rows = rows.assign(
        value=np.where(is_rate, rows["value"] * thousands, rows["value"]),
        half_width=np.where(is_rate, rounding * thousands, 0.0),
        coverage=1.0,
        classes=0,
        collapsed="",
        base=0.0,
        measure=rows["measure"].where(~is_rate, "persons"),
        status=np.where(is_rate, "derived", "reported"),
        qualifier=rows["qualifier"].fillna(""),
    )[COLUMNS]
    if returned is not None and not returned.empty:
        own = returned.assign(precision="day", note="")[COLUMNS]
        rows = pd.concat([rows, own], ignore_index=True)
    distance = -rows["dated"].astype("int64") if near is None else (rows["dated"] - near).abs().astype("int64")
    without = (rows["status"] == "missing") | ((rows["status"] == "suppressed") & (rows["qualifier"] == "partial"))
    order = ["region", "measure", "without", "distance"]
    nearest = rows.assign(without=without, distance=distance).sort_values(order, kind="stable")
    return nearest.drop_duplicates(["region", "measure"])[COLUMNS].reset_index(drop=True)


COLUMNS = [
    "region",
    "measure",
    "value",
    "half_width",
    "coverage",
    "status",
    "qualifier",
    "dated",
    "precision",
    "figure",
    "note",
    "classes",
    "collapsed",
    "base",
]


def half_unit(printed: float) -> float:
    """Return half a unit of the last decimal that a number was printed with, e.g. 0.005 for 0.44."""
    return 0.5 * 10.0 ** -len(f"{printed:.10f}".rstrip("0").partition(".")[2])


class RatioEstimate(NamedTuple):
    """A region's total estimated from the responding units."""

    total: float
    sd: float
    """Standard deviation of the total."""
    coverage: float
    """Share of the size variable at the responding units."""


def ratio_estimate(count: ArrayLike, size: ArrayLike, whole: ArrayLike, classes: ArrayLike = 0) -> RatioEstimate:
    """Estimate a total from some units by their size, within classes of units (method A4).

    ``Y = X Σy / Σx`` with ``Var = X² (1 - f) / (n x̄²) · Σ (y - R x)² / (n - 1)``, f the share of X that responded;
    totals and variances of classes are summed. X is at least the size of the responding units.

    Parameters
    ----------
    count
        Figure reported by each unit (y).
    size
        Size of each unit (x), e.g. inhabitants on its list.
    whole
        Size of the region (X), or of each class in turn.
    classes
        Number of the class of each unit, from 0.

    Returns
    -------
    RatioEstimate
        Total, its standard deviation, and the coverage.

    Raises
    ------
    ValueError
        If fewer than two units responded in a class, or they have no size.
    """
    y, x, size_of = np.asarray(count, float), np.asarray(size, float), np.atleast_1d(np.asarray(whole, float))
    group = np.broadcast_to(np.asarray(classes, int), x.shape)

    def within(values: ArrayLike) -> FloatArray:
        return np.asarray(np.bincount(group, values, len(size_of)), float)

    n, answered = within(np.ones(len(x))), within(x)
    if (n < 2).any() or (answered <= 0).any():
        raise ValueError("a ratio estimate needs at least two units with a size in each class")
    size_of = np.maximum(size_of, answered)
    ratio = within(y) / answered
    spread = within((y - ratio[group] * x) ** 2) / (n - 1)
    variance = size_of**2 * (1 - answered / size_of) / (n * (answered / n) ** 2) * spread
    return RatioEstimate(
        float((size_of * ratio).sum()), float(np.sqrt(variance.sum())), float(answered.sum() / size_of.sum())
    )


def years_between(start: pd.Series, end: pd.Timestamp) -> FloatArray:
    """Return the years from each date to `end`, negative if the date is later.

    Parameters
    ----------
    start
        Dates.
    end
        One date.

    Returns
    -------
    numpy.ndarray
        Years of 365.25 days.
    """
    return np.asarray((end - pd.to_datetime(start)).dt.days, float) / DAYS_PER_YEAR


def date_width(precision: pd.Series) -> FloatArray:
    """Return the range in years implied by the stated precision of a date.

    Parameters
    ----------
    precision
        ``day``, ``month``, ``year`` or ``not_stated``.

    Returns
    -------
    numpy.ndarray
        Years; an unstated date is assumed to lie within a year around the one assumed.
    """
    return np.asarray(precision.map({"day": 0.0, "month": 1 / 12, "year": 1.0, "not_stated": 1.0}), float)


def align(value: ArrayLike, years: ArrayLike, growth: ArrayLike) -> FloatArray:
    """Move a stock to another date at a constant yearly growth: ``T (1 + g)^years``.

    Parameters
    ----------
    value
        Persons at the figure's own date.
    years
        Years to the common date, negative to go back.
    growth
        Yearly growth of the number in training (g).

    Returns
    -------
    numpy.ndarray
        Persons at the common date.
    """
    return np.asarray(value, float) * (1 + np.asarray(growth, float)) ** np.asarray(years, float)
