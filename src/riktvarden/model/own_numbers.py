"""A region's or municipality's own counts: what they do to its values and intervals, with what a browser needs to follow.

The draws are summed up by normal distributions of logarithms: one of the region's stocks, and for each year one of what a
person of each stock contributes. Counts condition the first (`conditioned`); the values of a year follow from both
(`outlook`). Each end of a published interval is then moved as the distribution moved (`moved`), so that a page shows the
published values until a count is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from riktvarden import supply
from riktvarden.model import careers, chain, costs, general_practice, inputs
from riktvarden.names import AS_PERSONS
from riktvarden.parameters import Parameters
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

STOCKS = ("persons", "positions", "starters", "specialists", "older")
"""What a region counts: persons in ST, funded positions, a year's starters, full-time specialists, and the share of these
that are aged 60 or over."""

PARTS = ("younger", "later", "training", "starting", "others", "chance", "required")
"""What the specialists of a year come from, in full-time equivalents: what is left of a full-time specialist under 60 and
of one who is older, what a person in training and a yearly starter add, the inflow from elsewhere; then how chance changes
their sum, and what the norm requires."""

DIGITS = 7
"""Significant digits of the numbers sent to the browser."""

HALF_UNIT_SD = 0.5 / math.sqrt(3)
"""Standard deviation of the rounding of a count to a whole number."""

TENTH = float(ndtri(0.9))
"""Half width of an 80 per cent interval in standard deviations."""

LEAST_CHANCE = 1e-4
"""Chances that are nearer to 0 or 1 are read as this far from them: no sample of draws knows more."""


Interval = tuple[float, float, float]
"""Value, low and high."""


class Normal(NamedTuple):
    """A normal distribution of logarithms."""

    mean: FloatArray
    covariance: FloatArray


@dataclass(frozen=True)
class Year:
    """The distribution of `PARTS` in one year."""

    year: int
    parts: Normal


@dataclass(frozen=True)
class Prior:
    """All that the values of a region follow from before anything is counted."""

    stocks: Normal
    """Of `STOCKS`."""
    years: Sequence[Year]
    """In order; the last is that by which the norm is to be met."""
    reach: tuple[float, float]
    """Mean and standard deviation of the logarithm of the full-time specialists of the last year per starter a year, from
    the first year in which the intake can change."""
    sharing: float
    """Standard deviation of the logarithm of positions per person: how far a region may be from the nation."""
    starter_cost: float
    """Cost in the last year of one more starter a year, SEK."""
    older_fte: float
    """Full-time equivalents of a specialist aged 60 or over, who are counted in persons."""
    centre: tuple[float, float]
    """Mean and standard deviation of the logarithm of full-time equivalents per specialist at a health centre."""
    training: Interval
    """Years from start to specialist."""


@dataclass(frozen=True)
class Outlook:
    """The values of one year, from distributions of logarithms."""

    specialists: tuple[float, float]
    """Mean and standard deviation of the logarithm of full-time specialists."""
    coverage: tuple[float, float]
    """The same of specialists over requirement."""


def conditioned(prior: Normal, counts: Mapping[int, tuple[float, float]]) -> Normal:
    """Condition a normal distribution on measured components (the conjugate update).

    ``m' = m + C H' (H C H' + E)⁻¹ (y - H m)`` and ``C' = C - C H' (H C H' + E)⁻¹ H C``.

    Parameters
    ----------
    prior
        Distribution of logarithms.
    counts
        Place of a component → its measured logarithm, and the standard deviation of the error of that.
    """
    if not counts:
        return prior
    at = np.array(sorted(counts))
    seen, error = np.array([counts[place] for place in at]).T
    cross = prior.covariance[:, at]
    gain = np.linalg.solve(prior.covariance[np.ix_(at, at)] + np.diag(error**2), cross.T).T
    return Normal(prior.mean + gain @ (seen - prior.mean[at]), prior.covariance - gain @ cross.T)


def after(prior: Prior, counts: Mapping[str, float]) -> Normal:
    """Return the distribution of a region's stocks after some of them have been counted.

    A count is exact to the nearest whole number. The starters of one year vary by chance around those of a usual year;
    when what is known of the other stocks has been learnt from them, they are themselves taken to continue. A region's
    positions per person may differ from the nation's by as much as these are uncertain, and so may the full-time
    equivalents of specialists who are counted in persons.

    Parameters
    ----------
    prior
        The region before.
    counts
        Some of `STOCKS` → the count, the older as a share of the specialists; `AS_PERSONS` may replace the latter.

    Raises
    ------
    ValueError
        If a name is not counted, a count is not positive, or specialists are counted twice.
    """
    if unknown := sorted(set(counts) - {*STOCKS, AS_PERSONS}):
        raise ValueError(f"these are not counted: {', '.join(unknown)}")
    if wrong := [name for name, count in counts.items() if not (count > 0 and math.isfinite(count))]:
        raise ValueError(f"a count must be positive: {', '.join(wrong)}")
    if {"specialists", AS_PERSONS} <= set(counts):
        raise ValueError("specialists are counted either full-time or in persons")
    full_time = counts.get("specialists", math.exp(prior.stocks.mean[STOCKS.index("specialists")]))
    if AS_PERSONS in counts:
        full_time = counts[AS_PERSONS] * math.exp(prior.centre[0])
    seen = {}
    for name, count in counts.items():
        error, level = HALF_UNIT_SD / (count * full_time if name == "older" else count), math.log(count)
        if name == "starters":
            error = math.hypot(error, 1 / math.sqrt(count))
        elif name == "positions":
            error = math.hypot(error, prior.sharing)
        elif name == AS_PERSONS:
            error, level = math.hypot(error, prior.centre[1]), math.log(full_time)
        seen[STOCKS.index("specialists" if name == AS_PERSONS else name)] = level, error
    mean, covariance = conditioned(prior.stocks, seen)
    for name in ("starters", "positions"):
        if name in counts:
            place = STOCKS.index(name)
            mean, covariance = mean.copy(), covariance.copy()
            mean[place] = math.log(counts[name])
            covariance[place] = covariance[:, place] = 0.0
    return Normal(mean, covariance)


class _Composed(NamedTuple):
    """Specialists of a year at the medians, with how they change with the logarithms of stocks and of parts."""

    specialists: float
    by_stock: FloatArray
    by_part: FloatArray


def _composed(stocks: FloatArray, parts: FloatArray) -> _Composed:
    """Put the specialists of a year together at the medians; the requirement is no part of them."""
    persons, _, starters, specialists, older = np.exp(stocks)
    younger_left, older_left, per_person, per_starter, others, chance, _ = np.exp(parts)
    young, old = specialists * (1 - older) * younger_left, specialists * older * older_left
    from_training, from_starters = persons * per_person, starters * per_starter
    total = young + old + from_training + from_starters + others
    by_share = old - specialists * older * younger_left
    by_stock = chance * np.array([from_training, 0.0, from_starters, young + old, by_share])
    by_part = chance * np.array([young, old, from_training, from_starters, others, total, 0.0])
    return _Composed(chance * total, by_stock, by_part)


def outlook(stocks: Normal, year: Year) -> Outlook:
    """Return the specialists and the coverage of one year, to the first order in the logarithms.

    Parameters
    ----------
    stocks
        Distribution of `STOCKS`, before or after a count.
    year
        What each contributes.
    """
    found = _composed(stocks.mean, year.parts.mean)
    by_stock, by_part = found.by_stock / found.specialists, found.by_part / found.specialists
    against = by_part - np.eye(len(PARTS))[-1]
    of_stocks = by_stock @ stocks.covariance @ by_stock
    level = math.log(found.specialists)
    return Outlook(
        specialists=(level, math.sqrt(of_stocks + by_part @ year.parts.covariance @ by_part)),
        coverage=(level - float(year.parts.mean[-1]), math.sqrt(of_stocks + against @ year.parts.covariance @ against)),
    )


def asked(stocks: Normal, prior: Prior) -> tuple[float, float]:
    """Return the starters a year by whom the region meets the norm in the last year, if the other regions go on as now.

    Returns
    -------
    tuple of float
        Mean and standard deviation, persons; below zero if fewer than nobody would do.
    """
    last, per_starter = prior.years[-1].parts, math.exp(prior.reach[0])
    found, required = _composed(stocks.mean, last.mean), math.exp(last.mean[-1])
    starters = math.exp(stocks.mean[STOCKS.index("starters")])
    missing = (required - found.specialists) / per_starter
    by_stock = -found.by_stock / per_starter
    by_stock[STOCKS.index("starters")] += starters
    by_part = -found.by_part / per_starter
    by_part[-1] += required / per_starter
    variance = (
        by_stock @ stocks.covariance @ by_stock + by_part @ last.covariance @ by_part + (missing * prior.reach[1]) ** 2
    )
    return starters + missing, math.sqrt(variance)


def moved(reported: ArrayLike, before: tuple[float, float], now: tuple[float, float]) -> FloatArray:
    """Move a published value and the ends of its interval as a distribution of the logarithm has moved and narrowed."""
    z = (np.log(np.asarray(reported, float)) - before[0]) / before[1]
    return np.asarray(np.exp(now[0] + z * now[1]), float)


def moved_chance(reported: float, before: tuple[float, float], now: tuple[float, float]) -> float:
    """Move a published chance that a logarithm exceeds zero as its distribution has moved and narrowed."""
    return float(ndtr(reading(reported) - before[0] / before[1] + now[0] / now[1]))


def reading(chance: float) -> float:
    """Return how many standard deviations a normal mean with such a chance to exceed zero is above it."""
    return float(ndtri(min(max(chance, LEAST_CHANCE), 1 - LEAST_CHANCE)))


class Staffed(NamedTuple):
    """Staff beside need."""

    short: Interval
    """Full-time equivalents short of the need, its value, low and high; negative where there are more."""
    chance: float
    """That the staff suffice."""


def staffed(need: Interval, staff: float, least: Interval | None = None) -> Staffed:
    """Compare counted staff with a need and its 80 per cent interval, whose logarithm is taken as normal.

    Parameters
    ----------
    need
        Value, low and high, all positive.
    staff
        Full-time equivalents, not negative.
    least
        The same of the minimum staffing where that exceeds the need: the staff suffice if they suffice for both, which is
        taken to be as likely as the less likely of the two (no chance is larger than that).
    """
    chances = [_suffice(bound, staff) for bound in (need, least) if bound]
    value, low, high = (max(ends) for ends in zip(need, least or need, strict=True))
    return Staffed((value - staff, low - staff, high - staff), min(chances))


def _suffice(need: Interval, staff: float) -> float:
    """Return the chance that a need is at most the staff."""
    value, low, high = need
    spread = math.log(high / low) / (2 * TENTH)
    if not staff or not spread:
        return float(staff >= value)
    return float(ndtr(math.log(staff / math.sqrt(low * high)) / spread))


# --- the report's draws, summed up ------------------------------------------------------------------------


def priors(on: chain.Base, drawn: Sample, years: Sequence[int]) -> dict[str, Prior]:
    """Sum up the draws of every region.

    Parameters
    ----------
    on
        Inputs shared by all draws.
    drawn
        The draws.
    years
        Years to look at, the last being that by which the norm is to be met.
    """
    stocks, parts = components(on, drawn, years)
    p, people = Parameters.of(drawn.assumptions), on.people
    at = [year - people.base_year for year in years]
    reach = np.log(_reach(p, people.base_year + at[-1], on, drawn))
    sharing = float(np.log(p.st.persons_per_position * (1 - p.st.st_vacancy_rate)).std())
    training = _training_years(on, p)
    centre = np.log(p.specialists.fte_per_centre_specialist)
    cost, older_fte = _starter_cost(on, years[-1]), _older_fte(on)
    return {
        code: Prior(
            stocks=_normal(stocks[:, place]),
            years=[Year(year, _normal(parts[:, place, :, number])) for number, year in enumerate(years)],
            reach=(float(reach.mean()), float(reach.std())),
            sharing=sharing,
            starter_cost=cost,
            older_fte=older_fte,
            centre=(float(centre.mean()), float(centre.std())),
            training=training,
        )
        for place, code in enumerate(people.codes)
    }


def components(on: chain.Base, drawn: Sample, years: Sequence[int]) -> tuple[FloatArray, FloatArray]:
    """Take the specialists of each draw apart.

    Returns
    -------
    tuple of numpy.ndarray
        Logarithms of `STOCKS`, (draw, region, stock), and of `PARTS`, (draw, region, part, year).
    """
    p, people = Parameters.of(drawn.assumptions), on.people
    stocks = inputs.stocks_drawn(p, on.found, people, drawn.regional)
    career = careers.career(p, careers.SPECIALISTS, on.deaths)
    expected = general_practice.supplied(p, people, stocks, career)
    have = general_practice.by_chance(p, career, expected, drawn.regional["chance"])
    required = chain.required(on, drawn, people).by_year
    at = [year - people.base_year for year in years]
    horizon = len(people.years) - 1
    duration, completion, stay = p.st.calendar_training_years, p.st.completion_share, p.specialists.stay_share
    staying = (1 - p.careers.specialist_move_rate) ** np.arange(horizon + 1)
    older = career.stock_ages * (careers.AGES >= careers.OLDER_FROM)
    left = {
        name: supply.survival(career.leaving, group / group.sum(axis=(1, 2), keepdims=True), horizon, career.fte)
        for name, group in (("younger", career.stock_ages - older), ("later", older))
    }
    share = left["later"][:, 0] * older.sum(axis=(1, 2)) / p.specialists.fte_per_specialist[:, 0]
    kept = {name: each / each[:, :1] * staying for name, each in left.items()}
    finishing = supply.completions_of_stock(np.ones_like(duration), np.log1p(p.st.st_growth), duration, completion, horizon)
    entered = career.inflow_left(max(horizon, len(careers.AGES)))[:, :horizon] * staying[:, 1:]
    of_one = _from_base(stay * supply.over_cohorts(finishing.reshape(len(stay), -1), entered))
    of_starter = _from_base(stay * supply.over_cohorts(np.ones((1, horizon)), expected.per_starter))
    working, training, intake = stocks.specialists[:, :-1], stocks.st[:, :-1], expected.intake[:, :-1]
    own = working[..., None] * (
        (1 - share)[:, None, None] * kept["younger"][:, None] + share[:, None, None] * kept["later"][:, None]
    )
    own = own + training[..., None] * of_one[:, None] + intake[..., None] * of_starter[:, None]
    others = expected.fte[:, :-1] - own
    shape = own.shape
    each = {
        "younger": kept["younger"][:, None],
        "later": kept["later"][:, None],
        "training": of_one[:, None],
        "starting": of_starter[:, None],
        "others": others,
        "chance": have.fte[:, :-1] / expected.fte[:, :-1],
        "required": required[:, :-1],
    }
    parts = np.stack([np.broadcast_to(each[name], shape)[..., at] for name in PARTS], axis=2)
    counted = (
        training,
        general_practice.positions(p, training),
        intake,
        working,
        np.broadcast_to(share[:, None], working.shape),
    )
    return np.log(np.stack(counted, axis=-1)), np.log(np.maximum(parts, NOTHING))


NOTHING = 1e-6
"""What stands for nothing, whose logarithm is not a number: in the base year nobody has come since."""


def _from_base(later: FloatArray) -> FloatArray:
    """Put the base year, in which nobody has come yet, before the years after it."""
    return np.pad(later, ((0, 0), (1, 0)))


def _reach(p: Parameters, year: int, on: chain.Base, drawn: Sample) -> FloatArray:
    """Return the region's full-time specialists in a year per starter a year from the first that can change, (draw,)."""
    career = careers.career(p, careers.SPECIALISTS, on.deaths)
    horizon = year - on.people.base_year
    completing = supply.completion_increments(p.st.calendar_training_years, p.st.completion_share)[:, 0]
    lags = year - int(p.st.first_adjustable_intake) + 1
    per_starter = supply.over_cohorts(_fitted(completing, horizon), career.inflow_left(max(horizon, len(careers.AGES))))
    return np.asarray(p.specialists.stay_share[:, 0] * per_starter[:, :lags].sum(axis=-1), float)


def _fitted(values: FloatArray, length: int) -> FloatArray:
    return np.pad(values, ((0, 0), (0, max(length - values.shape[-1], 0))))[:, :length]


def _starter_cost(on: chain.Base, year: int) -> float:
    """Return the cost in a year of one more starter a year, who has replaced no agency doctor, SEK (method g)."""
    middle = on.central()
    p = Parameters.of(middle.assumptions)
    price = {name: float(np.squeeze(each)) for name, each in costs.prices(p)._asdict().items()}
    lags = year - int(p.st.first_adjustable_intake) + 1
    training = float(supply.in_training_share(p.st.calendar_training_years, p.st.completion_share, lags).sum())
    working = float(_reach(p, year, on, middle)[0])
    supervised = price["supervision_hours"] * price["supervision_hour"]
    st_year = price["st_year"] / float(p.st.persons_per_position[0, 0]) + supervised + price["rotation_year"]
    return training * st_year + working * price["specialist_year"]


def _training_years(on: chain.Base, p: Parameters) -> Interval:
    """Return the assumed years from start to specialist with the ends between which 80 per cent of the draws are."""
    low, high = np.quantile(p.st.calendar_training_years, [0.1, 0.9])
    middle = Parameters.of(on.central().assumptions).st.calendar_training_years
    return float(np.squeeze(middle)), float(low), float(high)


def _older_fte(on: chain.Base) -> float:
    """Return the mean full-time equivalents of the specialists aged 60 or over."""
    career = careers.career(Parameters.of(on.central().assumptions), careers.SPECIALISTS, on.deaths)
    older = career.stock_ages[0] * (careers.AGES >= careers.OLDER_FROM)
    return float((older * career.fte[0]).sum() / older.sum())


def _normal(logs: FloatArray) -> Normal:
    """Return the median and the covariance of draws of logarithms, (draw, component)."""
    return Normal(np.median(logs, axis=0), np.cov(logs, rowvar=False))


# --- what the browser computes from -----------------------------------------------------------------------


def prepared(prior: Prior) -> dict[str, Any]:
    """Return what `after`, `outlook` and `asked` compute from, as numbers and lists for a browser."""
    return {
        "stocks": _plain_normal(prior.stocks),
        "years": [{"year": one.year, **_plain_normal(one.parts)} for one in prior.years],
        "reach": [_plain(each) for each in prior.reach],
        "sharing": _plain(prior.sharing),
        "cost": _plain(prior.starter_cost),
        "older": _plain(prior.older_fte),
        "centre": [_plain(each) for each in prior.centre],
        "training": [_plain(each, 4) for each in prior.training],
    }


def rounded(prior: Prior) -> Prior:
    """Return a prior with the digits that a browser gets."""
    return Prior(
        _read(_plain_normal(prior.stocks)),
        [Year(one.year, _read(_plain_normal(one.parts))) for one in prior.years],
        (_plain(prior.reach[0]), _plain(prior.reach[1])),
        _plain(prior.sharing),
        _plain(prior.starter_cost),
        _plain(prior.older_fte),
        (_plain(prior.centre[0]), _plain(prior.centre[1])),
        prior.training,
    )


def _plain_normal(normal: Normal) -> dict[str, list[float]]:
    """Return the mean and the lower half of the covariance, row by row."""
    lower = normal.covariance[np.tril_indices(len(normal.mean))]
    return {"mean": [_plain(each) for each in normal.mean], "half": [_plain(each, 4) for each in lower]}


def _read(plain: Mapping[str, list[float]]) -> Normal:
    count = len(plain["mean"])
    covariance = np.zeros((count, count))
    covariance[np.tril_indices(count)] = plain["half"]
    return Normal(np.array(plain["mean"]), covariance + np.tril(covariance, -1).T)


def _plain(value: float, digits: int = DIGITS) -> float:
    return 0.0 if abs(value) < NOTHING**2 else float(f"{value:.{digits}g}")
