"""The move to local care as a scenario: what contacts, minutes and staff follow if primary care gets more of the cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import supply, uncertainty
from riktvarden.codes import NATION
from riktvarden.model import professions
from riktvarden.model.weights import working_time
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.specification import MILLION
from riktvarden.results import COLUMNS, tidy

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

DOCTORS = "general_practice"

BILLION = 1e9

AIM = "primary_care_cost_share_aim"
"""Assumption whose value and high end are the two scenarios."""

CONSERVED, ADDED = "conserved", "added"
"""Whether the cost of all care stays the same, or the rest of care keeps its own and primary care's comes on top."""


def growth(now: ArrayLike, aim: ArrayLike, added: bool = False) -> FloatArray:
    """How many times primary care's cost grows when its share of the whole does (method i).

    ``a' / a`` where the whole is conserved, and ``a' (1 - a) / (a (1 - a'))`` where all the rest is.

    Parameters
    ----------
    now, aim
        Shares before and after, above 0 and below 1.
    added
        Whether the rest of care keeps its cost.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1.
    """
    before, after = (np.asarray(each, float) for each in (now, aim))
    if not ((before > 0) & (before < 1) & (after > 0) & (after < 1)).all():
        raise ValueError("the shares of the cost must lie between 0 and 1")
    whole = after / before
    return np.asarray(whole * (1 - before) / (1 - after) if added else whole)


class Care(NamedTuple):
    """What one profession does with patients in a year in what regions pay for, in the nation, each (draw, 1)."""

    contacts: FloatArray
    minutes: FloatArray
    staff: FloatArray
    """Full-time equivalents at work."""


def today(p: Parameters, profession: str, inhabitants: float, doctors: FloatArray) -> Care:
    """Contacts and minutes of the year that contacts are published for, and staff at work now, in what regions pay for.

    Contacts at home are left out, as almost all of them are the municipalities'.

    Parameters
    ----------
    p
        Assumptions.
    profession
        ``general_practice`` or one of `riktvarden.professions.PROFESSIONS`.
    inhabitants
        The nation's, for the professions that are counted per inhabitant.
    doctors
        Full-time specialists in general practice at work, (draw, 1).
    """
    if profession == DOCTORS:
        contacts = p.local_care.doctor_visits * MILLION
        return Care(contacts, contacts * p.geography.minutes_doctor_contact, doctors)
    of = PROFESSIONS[profession]
    staff = supply.full_time_equivalents(of.at_work(p, inhabitants).region, p.careers.fte_per_care_professional)
    if not of.contacts:
        # Nobody counts its sessions: they are what today's staff have time for.
        hours = staff * professions.available_hours(p) * (1 - working_time(p, profession).allowance)
        return Care(60 * hours / p.mental_health.minutes_per_session, 60 * hours, staff)
    kinds = []
    for kind in of.contacts:
        if kind.where != "centre" or kind.each is None:
            continue
        each = kind.each(p)
        contacts = kind.total(p) * kind.scale * (1 - each if kind.complement else each)
        kinds.append((contacts, contacts * kind.minutes(p)))
    contacts, minutes = (np.sum(part, axis=0) for part in zip(*kinds, strict=True))
    return Care(contacts, minutes, staff)


def more(care: Care, times: ArrayLike, contacts_per_krona: ArrayLike) -> Care:
    """What is added when the cost grows: minutes and staff as the cost does, contacts by less where they take longer.

    Parameters
    ----------
    care
        Today's.
    times
        From `growth`.
    contacts_per_krona
        Contacts per krona in the care that is moved, relative to today's.
    """
    added = np.asarray(times, float) - 1
    return Care(care.contacts * added * np.asarray(contacts_per_krona, float), care.minutes * added, care.staff * added)


def scenarios(assumptions: Assumptions, inhabitants: float, doctors: FloatArray, base_year: int) -> pd.DataFrame:
    """What the two shares of the cost would ask for, beyond today's (method i).

    Parameters
    ----------
    assumptions
        Graded assumptions by name.
    inhabitants
        The nation's.
    doctors
        Full-time specialists at work, central value and draws, (1 + draw,).
    base_year
        Year that they are of.

    Returns
    -------
    pandas.DataFrame
        ``aim, cost`` (`CONSERVED` or `ADDED`) and `COLUMNS`: ``cost_more`` (the nation, SEK a year), and
        ``contacts_more``, ``minutes_more`` and ``fte_more`` by profession, with ``fte_today``.
    """
    spread = uncertainty.sample(assumptions, {}, len(doctors) - 1).assumptions
    both = [
        (Parameters.of(values), fte[:, None])
        for values, fte in ((assumptions.at_value(), doctors[:1]), (spread, doctors[1:]))
    ]
    aims = assumptions[AIM].value, assumptions[AIM].high
    frames = [
        rows.assign(aim=aim, cost=cost)
        for aim in aims
        for cost in (CONSERVED, ADDED)
        for rows in _rows(both, inhabitants, aim, cost, base_year)
    ]
    return pd.concat(frames, ignore_index=True)[["aim", "cost", *COLUMNS]]


def cost_more(p: Parameters, times: FloatArray) -> FloatArray:
    """What is added to the net cost of primary care, SEK a year at the prices of the year it is of, (draw, 1).

    Parameters
    ----------
    p
        Assumptions.
    times
        From `growth`.
    """
    return BILLION * p.local_care.primary_care_net_cost * (times - 1)


def _rows(
    both: list[tuple[Parameters, FloatArray]], inhabitants: float, aim: float, cost: str, now: int
) -> Iterator[pd.DataFrame]:
    times = [growth(p.local_care.primary_care_cost_share, aim, cost == ADDED) for p, _ in both]
    value, draws = (cost_more(p, each) for (p, _), each in zip(both, times, strict=True))
    counted = both[0][0].contacts.contacts_year
    yield _row("cost_more", "SEK per year", "i", value, draws, "all", counted)
    for name in (DOCTORS, *PROFESSIONS):
        care = [today(p, name, inhabitants, doctors) for p, doctors in both]
        one, many = (
            more(each, factor, p.local_care.moved_care_contacts)
            for each, factor, (p, _) in zip(care, times, both, strict=True)
        )
        for measure, unit, value, draws, year in (
            ("contacts_more", "contacts per year", one.contacts, many.contacts, counted),
            ("minutes_more", "minutes per year", one.minutes, many.minutes, counted),
            ("fte_more", "FTE", one.staff, many.staff, now),
            ("fte_today", "FTE", care[0].staff, care[1].staff, now),
        ):
            yield _row(measure, unit, "i; E6", value, draws, name, year)


def _row(
    measure: str, unit: str, source: str, value: FloatArray, draws: FloatArray, profession: str, year: int
) -> pd.DataFrame:
    """Write one number of the nation, central value and draws (draw, 1)."""
    about = tidy([NATION], measure, unit, source, value=value[0], draws=draws, year=year, qualifier="scenario")
    return about.assign(profession=profession)
