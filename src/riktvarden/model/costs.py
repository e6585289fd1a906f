"""Costs of the advice by principal and year, their present value, and the effect of redistribution."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import economics, guideline, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import chain, general_practice, path_to_norm, professions
from riktvarden.model.cells import known
from riktvarden.model.inputs import People, with_nation
from riktvarden.names import DIFFERENCE, PROGRAMME, REFERENCE, TARGET
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.results import COLUMNS, tidy
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

DOCTORS = ("specialist", "st")

PAID = (*DOCTORS, *PROFESSIONS)
"""Paid groups of staff."""

PRINCIPALS = ("region", "municipality")


def pay_of(p: Parameters, who: str) -> tuple[FloatArray, int]:
    """Return the monthly pay of one of `PAID`, (draw, 1), and its year."""
    match who:
        case "specialist":
            return p.economics.monthly_pay_specialist, p.economics.pay_year_specialist
        case "st":
            return p.economics.monthly_pay_st, p.economics.pay_year_st
    profession = PROFESSIONS[who]
    return profession.monthly_pay(p), profession.pay_year(p)


def unit_cost(p: Parameters, who: str, principal: str) -> economics.UnitCost:
    """Compute the cost of a full-time year and of an hour at work, at the price level of `price_year` (method g).

    Parameters
    ----------
    p
        Assumptions.
    who
        One of `PAID`.
    principal
        One of `PRINCIPALS`, for the employer's on-cost.

    Returns
    -------
    riktvarden.economics.UnitCost
        SEK, each (draw, 1).
    """
    monthly, paid_in = pay_of(p, who)
    grown = (1 + p.economics.pay_growth) ** (p.economics.price_year - paid_in)
    pay = economics.price_level(monthly, 1.0, grown)
    on_cost = {"region": p.economics.employer_on_cost_region, "municipality": p.economics.employer_on_cost_municipality}[
        principal
    ]
    return economics.unit_cost(
        pay, on_cost, p.economics.indirect_overhead, p.economics.direct_overhead, professions.available_hours(p)
    )


def unit_costs(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Compute the unit costs of all groups of staff in the report.

    Returns
    -------
    pandas.DataFrame
        ``who, principal, pay_year, part, value, low, high, unit, status``; parts are pay, on-cost, overheads, a year
        and an hour, at the level of the assumed price year.
    """
    at_value, draws = (Parameters.of(sample.assumptions) for sample in (on.central(), drawn))
    employers = dict.fromkeys(DOCTORS, ("region",)) | {each.name: each.employers for each in PROFESSIONS.values()}
    rows = []
    for who, principals in employers.items():
        for principal in principals:
            central, spread = unit_cost(at_value, who, principal), unit_cost(draws, who, principal)
            for part, one, many in zip(central._fields, central, spread, strict=True):
                low, _, high = uncertainty.interval(many[:, 0])
                year = pay_of(at_value, who)[1]
                unit = "SEK per hour" if part == "per_hour" else "SEK per year"
                rows.append((who, principal, year, part, float(one[0, 0]), float(low), float(high), unit, "estimated"))
    columns = ["who", "principal", "pay_year", "part", "value", "low", "high", "unit", "status"]
    return pd.DataFrame(rows, columns=columns)


def prices(p: Parameters) -> economics.Prices:
    """Return the unit prices of general practice, each (draw, 1, 1)."""
    specialist, training = unit_cost(p, "specialist", "region"), unit_cost(p, "st", "region")
    each = economics.Prices(
        st_year=training.per_year,
        supervision_hours=p.economics.supervision_hours,
        supervision_hour=specialist.per_hour,
        rotation_year=p.economics.rotation_cost,
        specialist_year=specialist.per_year,
        agency_year=specialist.per_year * p.economics.agency_cost_ratio,
    )
    return economics.Prices(*(np.asarray(price)[..., None] for price in each))


# --- paths of general practice --------------------------------------------------------------------------


class Staffing(NamedTuple):
    """One path of general practice, each (draw, region, year)."""

    training: FloatArray
    """Persons in training."""
    fte: FloatArray
    """Full-time equivalents of specialists."""
    replaced: FloatArray
    """Full-time equivalents of agency doctors replaced by specialists beyond today's path."""


def paths(people: People, found: chain.Doctors, programme: FloatArray | None = None) -> dict[str, Staffing]:
    """Return the staffing of today's intake, the path within the limits and the constant intake (method D1).

    Parameters
    ----------
    people
        Inhabitants.
    found
        One pass of general practice.
    programme
        Starters of the path within the limits, (region, year), from `path_to_norm.intake`; None if there is none.

    Returns
    -------
    dict of Staffing
        By `REFERENCE`, `PROGRAMME` if there is one, and `TARGET`.
    """
    p, have = found.p, found.have
    intakes = {} if programme is None else {PROGRAMME: programme[None]}
    intakes[TARGET] = general_practice.starters_for(p, people, have, found.required.by_year, people.target_year)[:, :-1]
    followed = {name: general_practice.with_intake(p, people, have, intake) for name, intake in intakes.items()}
    before = have.fte[:, :-1]
    staffing = {
        name: Staffing(path.in_training[:, :-1], path.fte[:, :-1], _replaced(p, path.fte[:, :-1] - before))
        for name, path in followed.items()
    }
    return {REFERENCE: Staffing(have.in_training[:, :-1], before, np.zeros_like(before))} | staffing


def _replaced(p: Parameters, more: FloatArray) -> FloatArray:
    """Return agency doctors replaced by specialists beyond today's path, up to the national total, (draw, region, year).

    Numbers by region are not published: a saving limited by the nation's number is shared in proportion to the
    specialists who make it.
    """
    gained = np.maximum(more, 0.0)
    whole = gained.sum(axis=1, keepdims=True)
    hired = p.economics.agency_doctors_nation[..., None]
    return gained * np.minimum(1.0, hired / np.where(whole > 0, whole, 1.0))


def _cost(p: Parameters, path: Staffing) -> economics.PathCost:
    """Price one path; hours of supervision are paid once."""
    supervising = path.training * (p.economics.supervision_hours / professions.available_hours(p))[..., None]
    positions = path.training / p.st.persons_per_position[..., None]
    return economics.path_cost(positions, path.training, path.fte - supervising, path.replaced, prices(p))


def by_year(on: chain.Base, drawn: Sample, programme: pd.DataFrame) -> pd.DataFrame:
    """Compute the cost of the paths of general practice by principal and year, at one price level (method g).

    Parameters
    ----------
    on, drawn
        Inputs shared by all draws, and the draws.
    programme
        The path within the limits, as `riktvarden.results.Results.programme`; its starters are the same in every draw.

    Returns
    -------
    pandas.DataFrame
        ``path`` and `COLUMNS`: ``cost_training, cost_supervision, cost_rotation, cost_specialists,
        cost_agency_replaced`` and ``cost_total`` in SEK. A region whose stock is unpublished has an interval only.
    """
    people, shown = on.people, known(on.found)
    intake = path_to_norm.intake(programme, people)
    central, spread = (priced(people, chain.doctors(on, one), intake) for one in (on.central(), drawn))
    years = len(people.years)
    frames = [
        tidy(
            np.repeat(people.areas, years),
            "cost_" + part,
            "SEK per year",
            "D1; g" if path == TARGET else "g" if path == REFERENCE else "D2; g",
            year=np.tile(people.years, len(people.areas)),
            value=value[0].ravel(),
            draws=draws.reshape(len(draws), -1),
            valued=np.repeat(shown.st & shown.specialists, years),
            without_value="estimated",
        ).assign(path=path)
        for path, one in central.items()
        for part, value, draws in zip(one._fields, one, spread[path], strict=True)
    ]
    return pd.concat(frames, ignore_index=True)[["path", *COLUMNS]]


def priced(people: People, found: chain.Doctors, programme: FloatArray | None = None) -> dict[str, economics.PathCost]:
    """Return the cost of the `paths`, and of the path within the limits less today's; (draw, area, year), SEK."""
    regional = {name: _cost(found.p, path) for name, path in paths(people, found, programme).items()}
    costs = {name: economics.PathCost(*(with_nation(part, axis=1) for part in cost)) for name, cost in regional.items()}
    if programme is None:
        return costs
    apart = (after - before for before, after in zip(costs[REFERENCE], costs[PROGRAMME], strict=True))
    return costs | {DIFFERENCE: economics.PathCost(*apart)}


def discount_rates(on: chain.Base) -> tuple[float, float, float]:
    """Return the lowest, central and highest discount rate, per year."""
    rate = on.assumptions["discount_rate"]
    return rate.low, rate.value, rate.high


def present_value(on: chain.Base, drawn: Sample, programme: pd.DataFrame) -> pd.DataFrame:
    """Compute the present value of the extra cost of the path to the norm, at each discount rate.

    Parameters
    ----------
    on, drawn, programme
        As `by_year`.

    Returns
    -------
    pandas.DataFrame
        ``rate`` and `COLUMNS`: the nation and the regions, SEK in the base year, from the year after it to the last;
        no rows if no path is within the limits.
    """
    people, shown = on.people, known(on.found)
    intake = path_to_norm.intake(programme, people)
    if intake is None:
        return pd.DataFrame(columns=["rate", *COLUMNS])
    apart = [priced(people, chain.doctors(on, one), intake)[DIFFERENCE].total[..., 1:] for one in (on.central(), drawn)]
    frames = []
    for each in discount_rates(on):
        value, draws = (economics.net_present_value(cost, people.years[1:], each, people.base_year) for cost in apart)
        frames.append(
            tidy(
                people.areas,
                "present_value",
                "SEK",
                "D2; g",
                year=people.base_year,
                value=value[0],
                draws=draws,
                valued=shown.st & shown.specialists,
                without_value="estimated",
            ).assign(rate=each)
        )
    return pd.concat(frames, ignore_index=True)[["rate", *COLUMNS]]


# --- gaps ---------------------------------------------------------------------------------------------


def gaps(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Compute gross gap, surplus and net gap of specialists, and the part that redistribution closes.

    Only the net gap, that of the nation, has a value: the other parts depend on regions whose stock is unpublished, and
    have intervals only.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`: ``gap_gross, gap_surplus, gap_net, gap_closed_by_redistribution`` of the nation in the base year and,
        with today's intake, in the target year.
    """
    people = on.people
    both = [_gap(chain.doctors(on, one, chain.until(people, people.target_year))) for one in (on.central(), drawn)]
    frames = [
        tidy(
            [NATION],
            f"gap_{part}",
            "FTE",
            "C2; b",
            year=year,
            value=getattr(at_value, part),
            draws=getattr(draws, part)[:, None],
            valued=part == "net",
            without_value="estimated",
        )
        for year, at_value, draws in zip((people.base_year, people.target_year), *both, strict=True)
        for part in guideline.NetGap._fields
    ]
    return pd.concat(frames, ignore_index=True)


def _gap(found: chain.Doctors) -> tuple[guideline.NetGap, guideline.NetGap]:
    """Return the gaps in the first and, if today's intake continues, the last of the years, each (draw,)."""
    lacking = (found.required.by_year - found.have.fte)[:, :-1]
    return guideline.net_gap(lacking[..., 0]), guideline.net_gap(lacking[..., -1])


# --- the professions -------------------------------------------------------------------------------


def of_professions(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Compute the yearly cost of the professions' need and of today's staff, by principal, in the base year.

    Returns
    -------
    pandas.DataFrame
        ``principal`` and `COLUMNS`, ranges in SEK: ``cost_need, cost_today`` and ``cost_difference`` of the nation.
    """
    people = chain.until(on.people, on.people.base_year)
    p, doctors = Parameters.of(drawn.assumptions), chain.required(on, drawn, people)
    frames = []
    for name in PROFESSIONS:
        wanted, today = chain.need_now(on, drawn, doctors, name), professions.today(p, people, name)
        for principal in PRINCIPALS:
            needed = getattr(wanted, principal).sum(axis=-1, keepdims=True)
            if not needed.any():
                continue
            each = unit_cost(p, name, principal).per_year
            costs = needed * each, getattr(today, principal) * each
            for measure, draws in zip(
                ("cost_need", "cost_today", "cost_difference"), (*costs, costs[0] - costs[1]), strict=True
            ):
                rows = tidy(
                    [NATION],
                    measure,
                    "SEK per year",
                    "E1; g",
                    year=people.base_year,
                    draws=draws,
                    valued=False,
                    without_value="estimated",
                    profession=name,
                )
                frames.append(rows.assign(principal=principal))
    return pd.concat(frames, ignore_index=True)[["principal", *COLUMNS]]
