"""Estimate the doctors in each region from all published figures: a closed-form normal model of log densities."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from riktvarden.baseline.st import Heads, date_width, half_unit, years_between
from riktvarden.codes import NATION

FloatArray = NDArray[np.float64]


class Drawn(Protocol):
    """Draws of assumptions by name, each (draw, 1)."""

    def __getitem__(self, name: str, /) -> FloatArray:
        """Return one assumption."""
        ...


"""Assumption → its draws, (draw, 1)."""

EVERY = "*"
"""Code for all regions, each with the same weight."""

LEVEL_SD = 0.5
"""Prior standard deviation of the common level of log density: so wide that it is uninformative."""

ITERATIONS = 4
"""Iterations of linearising the sum of the regions; the fourth changes no stock by as much as a millionth."""

TAIL = 0.05
"""Share of the draws on one side of a published figure below which it is a question."""


@dataclass(frozen=True)
class Evidence:
    """Published figures on one kind of doctors, as log densities at the figures' own dates."""

    codes: list[str]
    """The regions in order."""
    inhabitants: FloatArray
    """At the base date, (region,)."""
    covariates: FloatArray
    """Standardised, (region, covariate); 0 where a region has none."""
    unknown: FloatArray
    """1 where a region has no such covariate, else 0, (region, covariate)."""
    rows: pd.DataFrame
    """``regions, quantity, figure, kind, measure, factor, power, error, published, density`` (logarithm of persons or
    full-time equivalents per inhabitant), ``nation`` (the same of the nation where the figure is relative to it, else
    NaN), ``years`` (to the base date), ``width`` (years within which the date may lie), ``spread`` (log sd of rounding
    and of a published range), ``form``, ``heads`` and ``norm`` (what turns a density into the published number)."""

    def without(self, region: str) -> Evidence:
        """Return the same evidence without the figures on one region alone."""
        return replace(self, rows=self.rows.loc[self.rows["regions"] != region])

    @property
    def design(self) -> FloatArray:
        """Weights of the regions in each figure, (figure, region).

        A figure on several regions is read as the weighted mean of their logarithms, which is right to the first
        order where their densities are alike.
        """
        weight = np.zeros((len(self.rows), len(self.codes)))
        for place, regions in enumerate(self.rows["regions"]):
            inside = np.array([regions == EVERY or code in regions.split() for code in self.codes])
            size = np.where(inside, 1.0 if regions == EVERY else self.inhabitants, 0.0)
            weight[place] = size / size.sum()
        return weight


COVARIATES = ("primary_care_doctors_fte_per_1000_inhabitants", "region_employed_doctors_all_fte")
"""Measures of published figures on doctors of all kinds: per 1 000 in primary care, and in all care of the region."""


def covariates(published: pd.DataFrame, codes: list[str]) -> tuple[FloatArray, FloatArray]:
    """Return log densities of doctors of all kinds, standardised over the regions that have them.

    Parameters
    ----------
    published
        Published figures: ``region, year, measure, value``.
    codes
        The regions in order.

    Returns
    -------
    tuple of numpy.ndarray
        Covariates with mean 0 and standard deviation 1, (region, covariate), 0 if missing; and indicators, 1 if missing,
        else 0.
    """
    cells = published.loc[published["year"].notna()].set_index(["measure", "year", "region"])["value"].sort_index()
    per_inhabitant, counted = (
        cells[measure].loc[lambda of: of.index.isin(codes, level="region")] for measure in COVARIATES
    )
    people = cells["population"]
    with_people = counted.loc[counted.index.isin(people.index.unique("year"), level="year")]
    in_primary_care = per_inhabitant[_widest(per_inhabitant)].reindex(codes)
    in_all, heads = (of[_widest(with_people)].reindex(codes) for of in (counted, people))
    logs = np.log(np.column_stack([in_primary_care, in_all / heads]).astype(float))
    standard = (logs - np.nanmean(logs, axis=0)) / np.nanstd(logs, axis=0, ddof=1)
    return np.nan_to_num(standard), np.isnan(logs).astype(float)


def _widest(cells: pd.Series) -> int:
    """Return the newest of the years that most regions are published in; by year and region."""
    regions = cells.groupby(level="year").size()
    return int(regions.index[regions == regions.max()].max())


def evidence(
    table: pd.DataFrame,
    published: pd.DataFrame,
    inhabitants: pd.Series,
    heads: Heads,
    quantity: str,
    day: pd.Timestamp,
    own: pd.DataFrame | None = None,
) -> Evidence:
    """Convert published and returned figures on one quantity to log densities.

    Parameters
    ----------
    table
        Interpretation of each figure: ``regions, quantity, figure, figure_high, relative_to, form, value, dated, precision,
        kind, measure, factor, power, error``.
    published
        Published figures: ``figure, region, year, measure, value``.
    inhabitants
        At the base date, indexed by region.
    heads
        Inhabitants of a region, or of the nation, on a day.
    quantity
        ``"st"`` or ``"specialists"``.
    day
        The base date.
    own
        The regions' returns, ``region, measure, value, half_width, dated, figure``; only persons in training are used.

    Returns
    -------
    Evidence
        Evidence for `posterior`.

    Raises
    ------
    ValueError
        If a figure is not published or has no positive density.
    """
    codes = list(inhabitants.index)
    rows = table.loc[table["quantity"] == quantity].sort_values("figure", kind="stable")
    rows = rows.fillna({"factor": "", "figure_high": "", "relative_to": "", "power": 0.0})
    figures = published.set_index("figure")
    values, of_year = figures["value"].to_dict(), figures["year"].to_dict()
    if absent := {*rows["figure"], *rows["figure_high"], *rows["relative_to"]} - {"", *values}:
        raise ValueError(f"no published figure {', '.join(sorted(absent))}")
    resolved = []
    for row in rows.to_dict("records"):
        value = float(values[row["figure"]]) if pd.isna(row["value"]) else float(row["value"])
        other = row["relative_to"]
        spread = half_unit(value) / np.sqrt(3) / value if row["form"] != "count" else 0.0
        if row["figure_high"]:
            # The ends of a printed range are taken as percentiles 10 and 90.
            high = float(values[row["figure_high"]])
            spread = np.log(high / value) / (2 * stats.norm.ppf(0.9))
            value = np.sqrt(value * high)
        inside = NATION if row["regions"] == EVERY else row["regions"]
        there = sum(heads(code, row["dated"]) for code in inside.split())
        norm = float(values[other]) if row["form"] == "more_to_norm" else np.nan
        compared = np.nan
        if other and row["form"] != "more_to_norm":
            then = pd.Timestamp(int(of_year[other]), 12, 31)
            compared = _density(row["form"], float(values[other]), heads(NATION, then), norm)
        resolved.append(
            {
                **{name: row[name] for name in READ},
                "published": value,
                "density": _density(row["form"], value, there, norm),
                "nation": compared,
                "years": years_between(pd.Series([row["dated"]]), day)[0],
                "width": date_width(pd.Series([row["precision"]]))[0],
                "spread": spread,
                "heads": there,
                "norm": norm,
            }
        )
    if own is not None and quantity == "st":
        resolved += _returned(own, heads, day)
    frame = pd.DataFrame(resolved, columns=[*READ, *RESOLVED])
    if not np.isfinite(frame["density"]).all():
        raise ValueError("a published figure on doctors must give a positive density")
    known, unknown = covariates(published, codes)
    return Evidence(codes, inhabitants.to_numpy(float), known, unknown, frame)


READ = ["regions", "quantity", "figure", "form", "kind", "measure", "factor", "power", "error"]
RESOLVED = ["published", "density", "nation", "years", "width", "spread", "heads", "norm"]

FEWEST = 0.5
"""Persons substituted for a returned zero, whose logarithm does not exist."""


def _density(form: str, value: float, heads: float, norm: float) -> float:
    """Return the logarithm of doctors per inhabitant behind a figure."""
    per_head = {
        "count": value / heads,
        "per_1000": value / 1_000,
        "per_100000": value / 100_000,
        "inhabitants_per": 1 / value,
        "more_to_norm": 1 / norm - value / heads,
    }[form]
    return float(np.log(per_head)) if per_head > 0 else np.nan


def _as_published(form: str, density: FloatArray, heads: float, norm: float) -> FloatArray:
    """Return the number that a density would be published as: the inverse of `_density`."""
    per_head = np.exp(density)
    forms = {
        "count": per_head * heads,
        "per_1000": per_head * 1_000,
        "per_100000": per_head * 100_000,
        "inhabitants_per": 1 / per_head,
        "more_to_norm": (1 / norm - per_head) * heads,
    }
    return np.asarray(forms[form])


def _returned(own: pd.DataFrame, heads: Heads, day: pd.Timestamp) -> list[dict[str, object]]:
    """Return the persons in the regions' returns as evidence; suppressed counts are left out here too."""
    shown = own.loc[(own["measure"] == "persons") & own["value"].notna()]
    found = []
    for row in shown.to_dict("records"):
        value = max(float(row["value"]), FEWEST)
        there = heads(row["region"], row["dated"])
        found.append(
            {
                **dict.fromkeys(READ, ""),
                "regions": row["region"],
                "quantity": "st",
                "figure": row["figure"],
                "form": "count",
                "kind": "exact",
                "measure": "persons",
                "power": 0.0,
                "error": "st_count_error",
                "published": value,
                "density": np.log(value / there),
                "nation": np.nan,
                "years": years_between(pd.Series([row["dated"]]), day)[0],
                "width": 0.0,
                "spread": float(row["half_width"]) / np.sqrt(3) / value,
                "heads": there,
                "norm": np.nan,
            }
        )
    return found


# --- the model ----------------------------------------------------------------------------------------


class Normal(NamedTuple):
    """Normal distributions of the regions' log densities, one for each draw of the assumptions."""

    mean: FloatArray
    """(draw, region)."""
    covariance: FloatArray
    """(draw, region, region)."""


class Observed(NamedTuple):
    """Figures as linear observations of the log densities."""

    design: FloatArray
    """(figure, region)."""
    value: FloatArray
    """At the base date and in the quantity itself, (draw, figure)."""
    covariance: FloatArray
    """Covariance of the errors, (draw, figure, figure)."""


def prior(
    level: ArrayLike, spread: ArrayLike, explained: ArrayLike, known: FloatArray, unknown: FloatArray | None = None
) -> Normal:
    """Return the prior of the log densities: a common level, covariates and a deviation of each region.

    ``x = level + Z β + u`` with ``β ~ N(0, ρ σ² / k)`` for k standardised covariates and ``u ~ N(0, (1 - ρ) σ²)``
    independent between regions: σ is the total spread between regions, ρ the part that covariates are assumed to
    explain (a ridge). A covariate that a region lacks has mean 0 and variance 1.

    Parameters
    ----------
    level
        Centre of the common level, which is all but free (`LEVEL_SD`), (draw, 1).
    spread
        Standard deviation of log density between regions (σ), (draw, 1).
    explained
        Part of its variance that covariates explain (ρ), (draw, 1).
    known
        Standardised covariates (Z), (region, covariate).
    unknown
        1 if a region lacks a covariate, else 0, shaped as `known`.

    Returns
    -------
    Normal
        Prior of the log densities.
    """
    regions, count = known.shape
    variance = np.asarray(spread, float)[..., None] ** 2
    share = np.asarray(explained, float)[..., None]
    lacking = np.zeros(regions) if unknown is None else unknown.sum(axis=1)
    alike = (known @ known.T + np.diag(lacking)) / count
    covariance = variance * ((1 - share) * np.eye(regions) + share * alike) + LEVEL_SD**2
    return Normal(np.broadcast_to(np.asarray(level, float), (len(covariance), regions)), covariance)


def condition(before: Normal, seen: Observed) -> Normal:
    """Condition normal distributions on linear observations.

    ``G = K Aᵀ (A K Aᵀ + Σ)⁻¹``, mean ``m + G (y - A m)``, covariance ``K - G A K``.

    Parameters
    ----------
    before
        Prior with mean m and covariance K.
    seen
        Observations y with design A and errors Σ.

    Returns
    -------
    Normal
        The posterior.
    """
    if not len(seen.design):
        return before
    crossed = seen.design @ before.covariance
    within = crossed @ seen.design.T + seen.covariance
    gain = np.linalg.solve(within, crossed)
    residual = seen.value - before.mean @ seen.design.T
    mean = before.mean + (residual[:, None, :] @ gain)[:, 0]
    return Normal(mean, before.covariance - np.swapaxes(gain, 1, 2) @ crossed)


def toward_total(before: Normal, inhabitants: FloatArray, total: FloatArray, log_sd: FloatArray) -> Normal:
    """Condition log densities on the logarithm of the sum of the regions' stocks, linearised at the posterior mode.

    The sum is an observation with an error, not an identity: scaling every draw to its total would remove the
    variation that regions share. Draws sum to slightly more than their mode, by half the variance of a region's log.

    Parameters
    ----------
    before
        Log densities.
    inhabitants
        (region,).
    total
        Stock of the nation, (draw, 1).
    log_sd
        Standard deviation of the logarithm of the sum about it, (draw, 1).

    Returns
    -------
    Normal
        Log densities given the total.
    """
    mode, share, gain, spread = before.mean, before.mean, before.mean, before.mean
    for _ in range(ITERATIONS):
        stock = inhabitants * np.exp(mode)
        total_at_mode = stock.sum(axis=1, keepdims=True)
        share = stock / total_at_mode
        spread = (before.covariance @ share[..., None])[..., 0]
        gain = spread / ((share * spread).sum(axis=1, keepdims=True) + log_sd**2)
        expected = np.log(total_at_mode) + (share * (before.mean - mode)).sum(axis=1, keepdims=True)
        mode = before.mean + gain * (np.log(total) - expected)
    return Normal(mode, before.covariance - gain[:, :, None] * spread[:, None, :])


class Names(NamedTuple):
    """Assumptions of the model of one quantity."""

    spread: str
    explained: str
    growth: str
    """Error of the nation's figure, if the quantity has one."""
    growth_sd: str
    bias: str
    """Error common to all figures on one measure, if there is one."""
    nation_error: str


MODELS = {
    "st": Names(
        "st_density_log_sd", "st_density_explained_share", "st_growth", "st_growth_regional_sd", "", "st_nation_error"
    ),
    "specialists": Names(
        "specialist_density_log_sd",
        "st_density_explained_share",
        "",
        "specialist_growth_regional_sd",
        "specialist_measure_bias",
        "specialist_nation_error",
    ),
}
"""Quantity → the assumptions of its model."""


def observed(found: Evidence, p: Drawn, total: FloatArray, names: Names) -> Observed:
    """Convert figures to the base date and to the quantity itself, with their errors.

    A figure moves with the nation's growth; the possible deviation of the region's growth adds to its error with every
    year. Figures relative to the nation's at the same time move with the nation's stock. A factor, such as full-time
    equivalents per person, is drawn. All figures on one measure share an error, if the model has one.

    Parameters
    ----------
    found
        Evidence.
    p
        Assumptions, each (draw, 1).
    total
        Stock of the nation at the base date, (draw, 1).
    names
        The assumptions of the model.

    Returns
    -------
    Observed
        One observation for each row of the evidence.
    """
    rows = found.rows
    years = rows["years"].to_numpy(float)
    growth = np.log1p(p[names.growth]) if names.growth else np.zeros_like(total)
    relative = rows["nation"].notna().to_numpy()
    nation_now = np.log(total / found.inhabitants.sum())
    moved = np.where(relative, nation_now - rows["nation"].fillna(0.0).to_numpy(float), years * growth)
    one = np.ones_like(total)
    factors = np.hstack([np.log(p[name]) if name else 0 * one for name in rows["factor"]] or [one[:, :0]])
    errors = np.hstack([p[name] for name in rows["error"]] or [one[:, :0]])
    variance = (
        errors**2
        + (p[names.growth_sd] * years) ** 2
        + (rows["width"].to_numpy(float) * growth) ** 2 / 12
        + rows["spread"].to_numpy(float) ** 2
    )
    covariance = variance[:, :, None] * np.eye(len(rows))
    if names.bias:
        measure = rows["measure"].to_numpy()
        covariance = covariance + p[names.bias][..., None] ** 2 * (measure[:, None] == measure)
    value = rows["density"].to_numpy(float) + moved + rows["power"].to_numpy(float) * factors
    return Observed(found.design, value, covariance)


def posterior(found: Evidence, p: Drawn, total: FloatArray, quantity: str) -> Normal:
    """Return the log densities of every region given all evidence and the nation's stock (method A4).

    Parameters
    ----------
    found
        Evidence on the quantity.
    p
        Assumptions, each (draw, 1).
    total
        Stock of the nation at the base date, (draw, 1).
    quantity
        One of `MODELS`.

    Returns
    -------
    Normal
        One distribution for each draw.
    """
    names = MODELS[quantity]
    level = np.log(total / found.inhabitants.sum())
    before = prior(level, p[names.spread], p[names.explained], found.covariates, found.unknown)
    seen = condition(before, observed(found, p, total, names))
    return toward_total(seen, found.inhabitants, total, p[names.nation_error])


def drawn(found: Evidence, p: Drawn, total: FloatArray, quantity: str, uniform: FloatArray) -> FloatArray:
    """Draw stocks of every region at the base date: ``N exp(m + L z)``, L the Cholesky factor, ``z = Φ⁻¹(uniform)``.

    Parameters
    ----------
    found, p, total, quantity
        As `posterior`.
    uniform
        Independent uniform numbers in (0, 1), (draw, region); 0.5 everywhere gives the mode.

    Returns
    -------
    numpy.ndarray
        Persons or full-time equivalents, (draw, region).
    """
    after = posterior(found, p, total, quantity)
    factor = np.linalg.cholesky(after.covariance)
    score = stats.norm.ppf(uniform)
    return np.asarray(found.inhabitants * np.exp(after.mean + (factor @ score[..., None])[..., 0]))


def drawn_without(
    found: Evidence, p: Drawn, total: FloatArray, quantity: str, region: str, uniform: FloatArray
) -> FloatArray:
    """Draw the stock of one region without the figures on it alone.

    Parameters
    ----------
    found, p, total, quantity
        As `posterior`.
    region
        The region left out.
    uniform
        Uniform numbers, (draw,).

    Returns
    -------
    numpy.ndarray
        Persons or full-time equivalents, (draw,).
    """
    place = found.codes.index(region)
    after = posterior(found.without(region), p, total, quantity)
    sd = np.sqrt(after.covariance[:, place, place])
    return np.asarray(found.inhabitants[place] * np.exp(after.mean[:, place] + sd * stats.norm.ppf(uniform)))


# --- checks -------------------------------------------------------------------------------------------


def compared(found: Evidence, p: Drawn, total: FloatArray, quantity: str, stocks: FloatArray) -> pd.DataFrame:
    """Predict each published figure from the model, at its own date and in its own measure.

    Parameters
    ----------
    found, p, total, quantity
        As `posterior`.
    stocks
        Drawn stocks, (draw, region).

    Returns
    -------
    pandas.DataFrame
        ``region, figure, quantity, measure, published, low, high`` (percentiles 5 and 95 of the model) and ``question``
        (whether the published number lies outside).
    """
    seen = observed(found, p, total, MODELS[quantity])
    model = np.log(stocks / found.inhabitants) @ seen.design.T
    rows, published = found.rows, found.rows["published"].to_numpy(float)
    then = rows["density"].to_numpy(float) + model - seen.value
    reported = [
        _as_published(form, then[:, place], heads, norm)
        for place, (form, heads, norm) in enumerate(zip(rows["form"], rows["heads"], rows["norm"], strict=True))
    ]
    low, high = np.quantile(reported, [TAIL, 1 - TAIL], axis=1)
    frame = rows[["regions", "figure", "quantity", "measure", "published"]].rename(columns={"regions": "region"})
    return frame.assign(low=low, high=high, question=(published < low) | (published > high)).reset_index(drop=True)


def each_alone(
    found: Evidence, p: Drawn, total: FloatArray, quantity: str, region: str, required: ArrayLike = np.nan
) -> pd.DataFrame:
    """Return the stock and coverage of a region implied by each figure alone.

    Parameters
    ----------
    found, p, total, quantity
        As `posterior`.
    region
        The region; figures on several regions together are read as if it had their mean density.
    required
        What the region requires, (draw, 1) or a number.

    Returns
    -------
    pandas.DataFrame
        ``region, figure, measure, value, low, high`` (stock; percentiles 50, 10 and 90) and ``coverage, coverage_low,
        coverage_high``.
    """
    own = np.array([region in regions.split() for regions in found.rows["regions"]])
    seen = observed(found, p, total, MODELS[quantity])
    stocks = found.inhabitants[found.codes.index(region)] * np.exp(seen.value[:, own])
    low, middle, high = np.quantile(stocks, [0.1, 0.5, 0.9], axis=0)
    cover_low, cover, cover_high = np.quantile(stocks / np.asarray(required, float), [0.1, 0.5, 0.9], axis=0)
    frame = found.rows.loc[own, ["figure", "measure"]].reset_index(drop=True)
    frame.insert(0, "region", region)
    return frame.assign(value=middle, low=low, high=high, coverage=cover, coverage_low=cover_low, coverage_high=cover_high)


class Hits(NamedTuple):
    """Accuracy of predicting left-out regions from the others."""

    regions: int
    mean_absolute: float
    """Mean absolute error of the logarithm."""
    root_mean_square: float
    """Root mean square error of the logarithm."""
    inside: float
    """Share of the regions inside their 80 % interval."""


def hits(left_out: pd.DataFrame) -> Hits:
    """Score a leave-one-out check.

    Parameters
    ----------
    left_out
        ``value, low, middle, high``, a row per region.

    Returns
    -------
    Hits
        Errors of the middle and coverage of the interval.
    """
    error = np.log(left_out["middle"].to_numpy(float) / left_out["value"].to_numpy(float))
    inside = left_out["value"].between(left_out["low"], left_out["high"])
    return Hits(len(error), float(np.abs(error).mean()), float(np.sqrt((error**2).mean())), float(inside.mean()))
