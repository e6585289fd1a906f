"""Whom the professions have to recruit, region by region and year by year, from where, and what others forecast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import guideline
from riktvarden.codes import NATION
from riktvarden.model import careers, chain, inputs, outlook, professions, weights
from riktvarden.model.careers import Career
from riktvarden.model.inputs import People
from riktvarden.names import FORECAST_YEAR
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

SOURCE = "E8; b, supply"


class Recruited(NamedTuple):
    """Persons to recruit in each year after the base year, (…, year)."""

    replacing: FloatArray
    """For those who leave."""
    growing: FloatArray
    """For need that grows; below 0 where it falls."""
    closing: FloatArray
    """For today's gap; below 0 where there are more than needed."""

    @property
    def total(self) -> FloatArray:
        """All of them."""
        return self.replacing + self.growing + self.closing


def recruited(need: ArrayLike, start: ArrayLike, stock_left: ArrayLike, inflow_left: ArrayLike, by: int) -> Recruited:
    """Persons to recruit so that the gap closes evenly until a year, and need is met from then on (method E8).

    The staff wanted is ``need_t - gap_0 max(0, 1 - t / by)``; each year recruits what is wanted less what is left of
    those of today and of those recruited before. Where more are left than wanted nobody is recruited.

    Parameters
    ----------
    need
        Full-time equivalents, (…, year), the base year first.
    start
        Full-time equivalents at work in the base year, (…).
    stock_left, inflow_left
        Full-time equivalents left of one who was there, and of one recruited, as `riktvarden.model.careers.Career` has
        them, (…, year) and (…, lag).
    by
        Years until the gap is closed, at least one.

    Returns
    -------
    Recruited
        Whose parts sum to what is recruited.

    Raises
    ------
    ValueError
        If the gap is to be closed in less than a year.
    """
    if by < 1:
        raise ValueError(f"a gap takes at least one year to close, not {by}")
    needed, kept, entered = (np.asarray(each, float) for each in (need, stock_left, inflow_left))
    at_work = np.asarray(start, float)
    persons = at_work / kept[..., 0]
    years = needed.shape[-1]
    wanted = needed - (needed[..., :1] - at_work[..., None]) * np.maximum(0.0, 1 - np.arange(years) / by)
    total = np.zeros((*needed.shape[:-1], years - 1))
    replacing, before = np.zeros_like(total), at_work
    for year in range(1, years):
        left = persons * kept[..., year]
        for earlier in range(1, year):
            left = left + total[..., earlier - 1] * entered[..., year - earlier]
        total[..., year - 1] = np.maximum(wanted[..., year] - left, 0.0) / entered[..., 0]
        replacing[..., year - 1] = (before - left) / entered[..., 0]
        before = left + total[..., year - 1] * entered[..., 0]
    growing = np.diff(needed, axis=-1) / entered[..., :1]
    return Recruited(replacing, growing, total - replacing - growing)


class Origin(NamedTuple):
    """Where those recruited come from, persons per year, (…, year)."""

    graduates: FloatArray
    """Of as many graduates as today."""
    sectors: FloatArray
    """From other sectors; not a number where nobody counts who works there."""
    more: FloatArray
    """The rest: more graduates than today."""


def origins(total: ArrayLike, graduates: ArrayLike, pool: ArrayLike) -> Origin:
    """Take today's graduates first, then those who can be recruited from other sectors, then more graduates (method E8).

    Parameters
    ----------
    total
        Persons to recruit, 0 or more.
    graduates
        Graduates of today's programmes who come to primary care in a year.
    pool
        Persons in other sectors who can be recruited in a year; not a number where nobody counts them.
    """
    wanted = np.asarray(total, float)
    first = np.minimum(wanted, graduates)
    second = np.minimum(wanted - first, pool)
    return Origin(first, second, wanted - first - np.nan_to_num(second))


def elsewhere(p: Parameters, profession: str, inhabitants: float) -> FloatArray:
    """Members who work in other sectors than primary care, (draw, 1); not a number where nobody counts them."""
    of = PROFESSIONS[profession]
    here = sum(of.at_work(p, inhabitants))
    everywhere = np.full_like(here, np.nan) if of.everywhere is None else of.everywhere(p, inhabitants)
    return np.maximum(everywhere - here, 0.0)


class Closed(NamedTuple):
    """How a gap of one profession is closed until the target year, each (draw, 1)."""

    sectors: FloatArray
    """Persons per year from other sectors; not a number where nobody counts who works there."""
    places: FloatArray
    """Places per year in the programme for the rest."""


def closed(p: Parameters, profession: str, lacking: FloatArray, career: Career, inhabitants: float, target: int) -> Closed:
    """Close the gap of the target year by recruitment from other sectors first, and by programmes for the rest (E8).

    Parameters
    ----------
    p
        Assumptions.
    profession
        The profession.
    lacking
        Full-time equivalents that today's graduates leave uncovered in the target year, (draw, 1); below 0 where too many.
    career
        Its exits.
    inhabitants
        The nation's.
    target
        Years until the target year.
    """
    education = PROFESSIONS[profession].education
    pool = elsewhere(p, profession, inhabitants) * p.education.sector_move_share
    lasting = career.inflow_left(target).sum(axis=-1, keepdims=True)
    sectors = np.clip(lacking / lasting, 0.0, pool)
    rest = lacking - np.nan_to_num(sectors) * lasting
    lags = target - education.study_years(p)
    degree, now = education.degree_share(p), education.graduates(p)
    if lags <= 0:
        return Closed(sectors, np.full_like(now, np.inf))
    per_graduate = education.entering(p) * career.inflow_left(lags).sum(axis=-1, keepdims=True)
    return Closed(sectors, guideline.places(now + rest / per_graduate, degree))


class _Pass(NamedTuple):
    recruited: Recruited
    """(draw, area, year)."""
    origin: Origin
    """(draw, area, year)."""
    closed: Closed


def needed(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Give what each profession has to recruit in every region and year, and how its gap is closed (method E8).

    Parameters
    ----------
    on, drawn
        What no draw changes, and the draws.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: ``recruitment_replacing, recruitment_growing, recruitment_closing`` and ``recruitment_need``, their sum;
        ``recruited_graduates, recruited_sectors`` and ``recruited_more_graduates``, which sum to the same; persons per
        year. For the nation ``sector_recruits`` and ``places_after_sectors``, per year until the target year.
    """
    people, passes = on.people, []
    for sample in (on.central(), drawn):
        p = Parameters.of(sample.assumptions)
        doctors = chain.required(on, sample, people)
        passes.append({name: _pass(on, sample, p, name, doctors) for name in PROFESSIONS})
    frames = [rows for name in PROFESSIONS for rows in _rows(people, name, *(one[name] for one in passes))]
    return pd.concat(frames, ignore_index=True)[COLUMNS].astype({"year": "Int64"})


def _pass(on: chain.Base, sample: Sample, p: Parameters, name: str, doctors: weights.Requirement) -> _Pass:
    people = on.people
    found = professions.needed(p, on.tables, people, on.at, name, p.mental_health.need_weight, doctors)
    needs = replace(found, by_year=inputs.uncertain(found.by_year, people, sample.regional["population"])).by_year
    career, today = careers.career(p, name, on.deaths), professions.today(p, people, name)
    horizon = len(people.years) - 1
    stock_left, inflow_left = career.stock_left(horizon)[:, None], career.inflow_left(horizon)[:, None]
    share = needs[:, :-1] / needs[:, -1:]
    start = share[..., 0] * today.total / p.careers.fte_per_care_professional * stock_left[..., 0]
    regional = recruited(needs[:, :-1], start, stock_left, inflow_left, people.at_target)
    inhabitants = people.heads.sum()
    graduates, pool = (
        each[..., None] * share[..., 1:]
        for each in (
            PROFESSIONS[name].education.graduates(p) * PROFESSIONS[name].education.entering(p),
            elsewhere(p, name, inhabitants) * p.education.sector_move_share,
        )
    )
    origin = origins(regional.total, graduates, pool)
    supplied = outlook.supply_path(p, name, today, career, horizon)
    lacking = (needs[:, -1, people.at_target] - supplied[:, people.at_target])[:, None]
    return _Pass(
        Recruited(*(inputs.with_nation(part, axis=1) for part in regional)),
        Origin(*(inputs.with_nation(part, axis=1) for part in origin)),
        closed(p, name, lacking, career, inhabitants, people.at_target),
    )


def _rows(people: People, name: str, value: _Pass, draw: _Pass) -> Iterator[pd.DataFrame]:
    years = people.years[1:]
    for measure, one, many in (
        ("recruitment_replacing", value.recruited.replacing, draw.recruited.replacing),
        ("recruitment_growing", value.recruited.growing, draw.recruited.growing),
        ("recruitment_closing", value.recruited.closing, draw.recruited.closing),
        ("recruitment_need", value.recruited.total, draw.recruited.total),
        ("recruited_graduates", value.origin.graduates, draw.origin.graduates),
        ("recruited_sectors", value.origin.sectors, draw.origin.sectors),
        ("recruited_more_graduates", value.origin.more, draw.origin.more),
    ):
        yield tidy(
            np.repeat(people.areas, len(years)),
            measure,
            "persons per year",
            SOURCE,
            year=np.tile(years, len(people.areas)),
            value=one[0].ravel(),
            draws=many.reshape(len(many), -1),
            profession=name,
        )
    for measure, unit, one, many in (
        ("sector_recruits", "persons per year", value.closed.sectors, draw.closed.sectors),
        ("places_after_sectors", "places per year", value.closed.places, draw.closed.places),
    ):
        yield tidy([NATION], measure, unit, SOURCE, year=people.target_year, value=one[0], draws=many, profession=name)


# --- what others forecast ---------------------------------------------------------------------------------

PARTS = ("base", "definition", "horizon")
"""Why a forecast and the model differ: other first year, other staff and need, other last year."""


def beside_forecasts(balance: pd.DataFrame, outlook: pd.DataFrame, base_year: int, target_year: int) -> pd.DataFrame:
    """Set the published forecasts beside the model and say what makes the difference.

    A published change from its own first year to 2035 is first brought to the model's first year, at an even rate of
    growth (*base*); what then differs in 2035 is whom and what the two count (*definition*); the model goes on to the
    target year (*horizon*).

    Parameters
    ----------
    balance
        From `riktvarden.baseline.personnel.supply_balance`.
    outlook
        Need and supply of the model by year, as `riktvarden.results.Results.outlook`.
    base_year, target_year
        The model's.

    Returns
    -------
    pandas.DataFrame
        ``profession, forecast`` (of whom), ``side`` (supply or demand), ``published, from_year, model`` and the three
        `PARTS`, as fractions, with ``difference``, their sum; ``status, source``.
    """
    published = {row["profession"]: row for row in balance.to_dict("records")}
    growth = outlook.loc[outlook["region"] == NATION].set_index(["profession", "measure", "year"])["value"] / 100 - 1
    rows = []
    for name, each in PROFESSIONS.items():
        if each.shown.forecast is None:
            continue
        printed = published[each.shown.forecast]
        figures = dict(zip(("supply", "demand"), str(printed["source"]).split(", "), strict=True))
        for side, measure in (("supply", "supply_growth"), ("demand", "need_growth")):
            change, first = float(printed[side]) / 100, int(printed["year"])
            rebased = (1 + change) ** ((FORECAST_YEAR - base_year) / (FORECAST_YEAR - first)) - 1
            then, last = (float(growth[name, measure, year]) for year in (FORECAST_YEAR, target_year))
            parts = {"base": rebased - change, "definition": then - rebased, "horizon": last - then}
            rows.append(
                {"profession": name, "forecast": each.shown.forecast, "side": side, "published": change}
                | {"from_year": first, "model": last, **parts, "difference": last - change}
                | {"status": "derived", "source": f"{figures[side]}; {measure}"}
            )
    return pd.DataFrame(rows)
