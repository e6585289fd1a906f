"""Back-test of the method on past years: forecast scores, and the sensitivity of the advice to a year of data."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

FloatArray = NDArray[np.float64]

Forecast = Callable[[int, int, Sequence[int]], ArrayLike]
"""A forecaster: from origin, base window (years up to and with the origin) and horizons to (…, horizon)."""

ENOUGH_ORIGINS = 6
"""Minimum number of origins for a skill score; with fewer it says more about the years than the method."""

ENOUGH_ERRORS = 3
"""Minimum number of origins with a known outcome for the spread of their errors to give an interval."""


def crps_normal(mean: ArrayLike, sd: ArrayLike, observed: ArrayLike) -> FloatArray:
    """Compute the continuous ranked probability score of a normal forecast (method h; Gneiting and Raftery 2007).

    ``σ [z (2Φ(z) - 1) + 2φ(z) - 1/√π]`` with ``z = (observed - mean) / σ``; 0 is best.

    Parameters
    ----------
    mean, sd
        Mean and standard deviation (σ, above 0) of the forecast.
    observed
        Outcome.

    Returns
    -------
    numpy.ndarray
        Scores in the unit of the outcome, shaped as the arguments broadcast.

    Raises
    ------
    ValueError
        If a standard deviation is not above 0.
    """
    sigma = np.asarray(sd, float)
    if (sigma <= 0).any():
        raise ValueError("the standard deviation of a forecast must be above 0")
    z = (np.asarray(observed, float) - np.asarray(mean, float)) / sigma
    return np.asarray(sigma * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi)))


def crps_sample(draws: ArrayLike, observed: ArrayLike) -> FloatArray:
    """Compute the continuous ranked probability score of a forecast given as draws.

    ``E|X - y| - E|X - X'| / 2`` over the draws as they are; one draw gives the absolute error.

    Parameters
    ----------
    draws
        Draws of the forecast, first axis draw.
    observed
        Outcome, shaped as one draw.

    Returns
    -------
    numpy.ndarray
        Scores in the unit of the outcome.
    """
    ordered = np.sort(np.asarray(draws, float), axis=0)
    n = len(ordered)
    # Sorted, the mean distance of all pairs is a weighted sum: no n × n table is needed.
    weight = (2 * np.arange(1, n + 1) - n - 1) / n**2
    return np.asarray(np.abs(ordered - np.asarray(observed, float)).mean(axis=0) - np.tensordot(weight, ordered, axes=1))


def _relative_error(forecast: ArrayLike, observed: ArrayLike) -> FloatArray:
    """Return the error as a share of the outcome."""
    came = np.asarray(observed, float)
    if (came == 0).any():
        raise ValueError("a relative error needs an outcome other than 0")
    return (np.asarray(forecast, float) - came) / np.abs(came)


def mape(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Compute the mean absolute relative error, a fraction of the outcome.

    Parameters
    ----------
    forecast, observed
        Forecasts and outcomes of one shape.

    Returns
    -------
    float
        0.02 is 2 %.

    Raises
    ------
    ValueError
        If an outcome is 0.
    """
    return float(np.abs(_relative_error(forecast, observed)).mean())


def bias(forecast: ArrayLike, observed: ArrayLike) -> float:
    """Compute the mean relative error, a fraction of the outcome; above 0 if forecasts were too high.

    Parameters
    ----------
    forecast, observed
        Forecasts and outcomes of one shape.

    Returns
    -------
    float
        0.02 is 2 % too high.

    Raises
    ------
    ValueError
        If an outcome is 0.
    """
    return float(_relative_error(forecast, observed).mean())


def coverage(low: ArrayLike, high: ArrayLike, observed: ArrayLike) -> float:
    """Compute the share of outcomes within their interval, ends included.

    Parameters
    ----------
    low, high
        Ends of the intervals.
    observed
        Outcome.

    Returns
    -------
    float
        For intervals of 80 % it should be near 0.8.

    Raises
    ------
    ValueError
        If a low end lies above its high end.
    """
    lower, upper, came = np.asarray(low, float), np.asarray(high, float), np.asarray(observed, float)
    if (lower > upper).any():
        raise ValueError("an interval's low end lies above its high end")
    return float(((lower <= came) & (came <= upper)).mean())


def skill(score: ArrayLike, reference: ArrayLike) -> FloatArray:
    """Compute the skill relative to a simple method: ``1 - score / reference``.

    Parameters
    ----------
    score, reference
        Scores of which 0 is best, of the method and of the simple method.

    Returns
    -------
    numpy.ndarray
        1 is perfect, 0 no better, below 0 worse; NaN if the simple method made no error.
    """
    simple = np.asarray(reference, float)
    return 1 - np.asarray(score, float) / np.where(simple == 0, np.nan, simple)


def last_value(series: ArrayLike, horizons: Sequence[int]) -> FloatArray:
    """Forecast no change after the last observed year.

    Parameters
    ----------
    series
        Observations, (…, year), NaN where nothing was; the last year is the origin.
    horizons
        Years ahead.

    Returns
    -------
    numpy.ndarray
        (…, horizon); NaN where nothing was observed.
    """
    past = np.asarray(series, float)
    seen = np.isfinite(past)
    last = past.shape[-1] - 1 - np.argmax(seen[..., ::-1], axis=-1)
    value = np.take_along_axis(past, last[..., None], axis=-1)
    return np.repeat(value, len(horizons), axis=-1)


def linear_trend(series: ArrayLike, horizons: Sequence[int]) -> FloatArray:
    """Forecast along the least-squares line through the observed years.

    Parameters
    ----------
    series
        Observations, (…, year), consecutive years, NaN where nothing was; the last year is the origin.
    horizons
        Years ahead.

    Returns
    -------
    numpy.ndarray
        (…, horizon); NaN where fewer than two years were observed.
    """
    past = np.asarray(series, float)
    seen = np.isfinite(past)
    year = np.arange(1 - past.shape[-1], 1.0)
    count = seen.sum(axis=-1, keepdims=True)
    enough = np.where(count >= 2, count, np.nan)
    value = np.where(seen, past, 0.0)
    mid_year = (year * seen).sum(axis=-1, keepdims=True) / enough
    mid_value = value.sum(axis=-1, keepdims=True) / enough
    apart = np.where(seen, year - mid_year, 0.0)
    slope = (apart * (value - mid_value)).sum(axis=-1, keepdims=True) / (apart**2).sum(axis=-1, keepdims=True)
    return np.asarray(mid_value + slope * (np.asarray(horizons, float) - mid_year))


def rolling_origin(
    series: ArrayLike,
    years: Sequence[int],
    forecast: Forecast,
    origins: Sequence[int],
    windows: Sequence[int],
    horizons: Sequence[int],
) -> pd.DataFrame:
    """Back-test a forecast from many past years, each time as if nothing later were known (method h).

    Forecasts are points. Their intervals are normal, with the root mean square of the relative errors of earlier origins
    whose outcome was known at the origin (all series together), so that no later year is used.

    Parameters
    ----------
    series
        Observations, (…, year), NaN where nothing was.
    years
        Years of the series, consecutive.
    forecast
        Function from origin, window and horizons to points (…, horizon). It must not use years after the origin or
        before the window.
    origins
        Last known years. Origins whose window starts before the series are left out.
    windows
        Base windows, years.
    horizons
        Years ahead.

    Returns
    -------
    pandas.DataFrame
        A row per window and horizon: ``window, horizon, origins`` (number with an outcome), ``mape, bias``;
        ``judged`` (origins with an interval), ``crps`` (share of the outcome), ``coverage_80, coverage_95``;
        ``skill_last_value, skill_linear_trend`` (of the mean absolute relative error, on the same window), and
        ``reason``: why a score is missing, ``few_origins`` or ``no_outcome``, else empty.

    Raises
    ------
    ValueError
        If the years are not consecutive or do not fit the series, or an outcome is not above 0.
    """
    came, when = np.asarray(series, float), np.asarray(years, int)
    if came.shape[-1:] != when.shape or (np.diff(when) != 1).any():
        raise ValueError("the series needs one value for each of consecutive years")
    if (came[np.isfinite(came)] <= 0).any():
        raise ValueError("only outcomes above 0 can be tested against")
    tested = [
        (window, origin, [h for h in horizons if origin + h <= when[-1]])
        for window, origin in itertools.product(windows, origins)
        if when[0] <= origin - window + 1 and origin < when[-1]
    ]
    errors = [_errors(came, int(when[0]), forecast, origin, window, ahead) for window, origin, ahead in tested if ahead]
    every = pd.concat([pd.DataFrame(columns=_ERRORS, dtype=float), *errors])
    rows = [
        {"window": window, "horizon": h, **_scores(every.query("window == @window and horizon == @h"))}
        for window, h in itertools.product(windows, horizons)
    ]
    return pd.DataFrame(rows)


_ERRORS = ("window", "horizon", "origin", "own", "last_value", "linear_trend")


def _errors(
    came: FloatArray, first_year: int, forecast: Forecast, origin: int, window: int, ahead: Sequence[int]
) -> pd.DataFrame:
    """Return the relative errors of the method and of the simple ones from one origin, by series and horizon."""
    at = origin - first_year
    past, outcome = came[..., at - window + 1 : at + 1], came[..., at + np.asarray(ahead)]
    own = np.asarray(forecast(origin, window, ahead), float)
    if own.shape != outcome.shape:
        raise ValueError(f"the forecast has the shape {own.shape}, its outcome {outcome.shape}")
    if (own <= 0).any():
        raise ValueError("a forecast is not above 0")
    points = {"own": own, "last_value": last_value(past, ahead), "linear_trend": linear_trend(past, ahead)}
    frame = pd.DataFrame({name: _relative_error(point, outcome).ravel() for name, point in points.items()})
    frame["horizon"] = np.broadcast_to(np.asarray(ahead), outcome.shape).ravel()
    return frame.assign(window=window, origin=origin).dropna(subset="own")


def _scores(errors: pd.DataFrame) -> dict[str, object]:
    """Return the scores of one window and horizon."""
    origins = int(errors["origin"].nunique())
    if not origins:
        empty = dict.fromkeys(_MEASURES, np.nan)
        return {"origins": 0, "judged": 0, **empty, "reason": "no_outcome"}
    few = origins < ENOUGH_ORIGINS
    skills = {}
    for simple in ("last_value", "linear_trend"):
        both = errors.dropna(subset=simple)
        skills[f"skill_{simple}"] = (
            np.nan if few or both.empty else float(skill(both["own"].abs().mean(), both[simple].abs().mean()))
        )
    own = errors["own"].to_numpy(float)
    return {
        "origins": origins,
        "mape": mape(1 + own, np.ones_like(own)),
        "bias": bias(1 + own, np.ones_like(own)),
        **_interval_scores(errors),
        **skills,
        "reason": "few_origins" if few else "",
    }


_MEASURES = ("mape", "bias", "crps", "coverage_80", "coverage_95", "skill_last_value", "skill_linear_trend")


def _interval_scores(errors: pd.DataFrame) -> dict[str, object]:
    """Return the scores of the intervals from the errors of earlier origins."""
    squares = (errors["own"] ** 2).groupby(errors["origin"]).agg(["sum", "count"])
    year, horizon = squares.index.to_numpy(float), float(errors["horizon"].iloc[0])
    known = year + horizon <= year[:, None]
    enough = known.sum(axis=1) >= ENOUGH_ERRORS
    mean_square = (known @ squares["sum"].to_numpy(float)) / np.maximum(known @ squares["count"].to_numpy(float), 1)
    spread = errors["origin"].map(pd.Series(np.where(enough, np.sqrt(mean_square), np.nan), squares.index))
    judged = spread.notna().to_numpy()
    if not judged.any():
        return {"judged": 0, "crps": np.nan, "coverage_80": np.nan, "coverage_95": np.nan}
    # Relative to the outcome, which is thereby 1.
    middle = 1 + errors["own"].to_numpy(float)[judged]
    sd = np.maximum(spread.to_numpy(float)[judged] * middle, np.finfo(float).eps)
    within = {}
    for percent in (80, 95):
        reach = stats.norm.ppf(0.5 + percent / 200) * sd
        within[f"coverage_{percent}"] = coverage(middle - reach, middle + reach, 1.0)
    return {"judged": int(enough.sum()), "crps": float(crps_normal(middle, sd, 1.0).mean()), **within}


class AdviceChange(NamedTuple):
    """Change of the advice by the newest year of data."""

    change: FloatArray
    """Difference in the unit of the advice: with less without the newest year."""
    share: FloatArray
    """The change as a fraction of the advice without the newest year."""


def advice_change(with_newest: ArrayLike, without_newest: ArrayLike) -> AdviceChange:
    """Compute the change of a recommended intake when the newest year of data is added (method h).

    Parameters
    ----------
    with_newest, without_newest
        Recommended intake with all data and without the newest year, e.g. (region,); infinite if the target is
        infeasible by training alone.

    Returns
    -------
    AdviceChange
        NaN if either has no number; the share also if the intake was zero before.
    """
    after, before = np.asarray(with_newest, float), np.asarray(without_newest, float)
    reported = np.isfinite(after) & np.isfinite(before)
    change = np.where(reported, after, np.nan) - np.where(reported, before, np.nan)
    return AdviceChange(change, change / np.where(before == 0, np.nan, before))
