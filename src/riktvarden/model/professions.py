"""Guideline values of the professions, from minutes of care needed, for regions and municipalities."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import need, supply
from riktvarden.model.inputs import People
from riktvarden.model.weights import (
    Places,
    Requirement,
    beside_use,
    distress_profile,
    in_distress,
    profile,
    team,
    travel,
    working_time,
)
from riktvarden.parameters import Parameters
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.specification import Contact

FloatArray = NDArray[np.float64]

FACTORS = ("age", "need_index", "travel")
"""What moves a requirement from the national one, in the order of the waterfall; tasks moved from doctors are no part."""


@dataclass(frozen=True)
class Today:
    """Full-time equivalents at work today in the nation, (draw, 1)."""

    region: FloatArray
    municipality: FloatArray

    @property
    def total(self) -> FloatArray:
        """Region and municipality together."""
        return self.region + self.municipality


@dataclass(frozen=True)
class Need:
    """What one profession's care needs, in full-time equivalents."""

    region: FloatArray
    """The regions' part, (draw, municipality)."""
    municipality: FloatArray
    """The municipalities' part, (draw, municipality)."""
    by_year: FloatArray
    """Both, (draw, area, year)."""
    contributions: FloatArray
    """Head count's share of the nation's need, then what each of `FACTORS` adds, (draw, 1 + factor, municipality), before
    tasks are moved from doctors."""

    @property
    def total(self) -> FloatArray:
        """Both principals, (draw, municipality)."""
        return self.region + self.municipality


def today(p: Parameters, people: People, profession: str) -> Today:
    """Full-time equivalents at work in primary care today, from the published numbers (method E6, first level)."""
    heads = PROFESSIONS[profession].at_work(p, people.heads.sum())
    each = p.careers.fte_per_care_professional
    return Today(supply.full_time_equivalents(heads.region, each), supply.full_time_equivalents(heads.municipality, each))


def municipal_shares(p: Parameters, tables: Mapping[str, pd.DataFrame], people: People, profession: str) -> FloatArray:
    """Share of care at home that is the municipality's, (draw, municipality): the county's own, else the assumption."""
    responsible = PROFESSIONS[profession].at_home
    if responsible is None:
        return np.zeros((p.draws, len(people.municipalities)))
    rows = tables["responsibility"]
    own = rows.loc[rows["care"] == responsible.of_care].set_index("region")["municipal_share"]
    by_municipality = own.reindex(people.codes).to_numpy(float)[people.region_of]
    return np.where(np.isnan(by_municipality), responsible.municipal_share(p), by_municipality)


def needed(
    p: Parameters,
    tables: Mapping[str, pd.DataFrame],
    people: People,
    at: Places,
    profession: str,
    zeta: FloatArray | float,
    doctors: Requirement,
) -> Need:
    """Full-time equivalents that the care of one profession needs (methods E1-E5).

    Parameters
    ----------
    p
        Assumptions.
    tables
        The checked tables.
    people, at
        Inhabitants and places.
    profession
        One of `PROFESSIONS`.
    zeta
        Weight of need against use in the care of mental ill-health.
    doctors
        The requirement of general practitioners, from whom tasks may be moved.
    """
    work = _contacts_of(p, people, profession, zeta)
    minutes = need.minutes(people.cells, work.contacts, work.unmet, work.minutes)
    by_age = minutes.sum(axis=-1)
    index = need.deviation(np.broadcast_to(at.need_index**p.need.need_exponent, by_age.shape), by_age)
    journeys = np.zeros((*by_age.shape, len(work.at_home)))
    for kind in np.flatnonzero(work.at_home):
        journeys[..., kind] = travel(p, people, at, 1.0, work.minutes[:, [kind]])
    whole = minutes * index[..., None] * (1 + journeys)
    at_home = municipal_shares(p, tables, people, profession)[..., None] * work.at_home
    parts = need.by_principal(whole, at_home)
    hours, allowance = available_hours(p), working_time(p, profession).allowance
    region, municipality = (need.wisn(part.sum(axis=-1), hours, allowance) for part in parts)
    fte_per_minute = need.wisn(1.0, hours, allowance)
    moved = team(p).professions[:, [list(PROFESSIONS).index(profession)]] / team(p).doctor
    taken_over = moved * doctors.municipalities
    by_year = moved[..., None] * doctors.by_year
    per_person = work.contacts * (work.minutes * (1 + work.unmet) * fte_per_minute)[..., None]
    for at_home_only in np.unique(work.at_home):
        kinds = work.at_home == at_home_only
        by_year = by_year + people.by_year(per_person[:, kinds].sum(axis=1), index * (1 + journeys[..., kinds][..., 0]))
    steps = [np.broadcast_to(people.heads, by_age.shape), by_age, by_age * index, whole.sum(axis=-1)]
    nation = (region + municipality).sum(axis=-1, keepdims=True)
    scaled = [step / step.sum(axis=-1, keepdims=True) * nation for step in steps]
    contributions = np.stack([scaled[0], *(b - a for a, b in itertools.pairwise(scaled))], axis=1)
    return Need(region + taken_over, municipality, by_year, contributions)


def available_hours(p: Parameters) -> FloatArray:
    """Working hours in a full-time year, (draw, 1): leave, sickness and training together, as they are published."""
    return need.available_hours(
        p.working_time.possible_working_days, 0.0, p.working_time.days_away, 0.0, 0.0, p.working_time.hours_per_day
    )


class PerPerson(NamedTuple):
    """What a person of each sex and age asks of one profession, before unmet need, place and travel."""

    office: FloatArray
    """Full-time equivalents for contacts that patients come to, (cell,)."""
    home: FloatArray
    """Full-time equivalents for contacts at home, (cell,)."""
    home_minutes: float
    """Minutes of a contact at home; 0 where there are none."""


def per_person(p: Parameters, people: People, profession: str, zeta: float) -> PerPerson:
    """Full-time equivalents per person at one set of assumptions, each (1, 1): see `needed`."""
    work = _contacts_of(p, people, profession, zeta)
    each = need.wisn(1.0, available_hours(p), working_time(p, profession).allowance)[0, 0]
    fte = (work.contacts * work.minutes[..., None])[0] * each
    return PerPerson(
        office=fte[~work.at_home].sum(axis=0),
        home=fte[work.at_home].sum(axis=0),
        home_minutes=float(work.minutes[0, work.at_home].sum()),
    )


class _Work(NamedTuple):
    """What a profession does with patients; the last axis but one is the kind of contact."""

    contacts: FloatArray
    """Contacts per person and year, (draw, contact, cell)."""
    minutes: FloatArray
    """Minutes per contact, (draw, contact)."""
    unmet: FloatArray
    """Unmet need, share of the contacts made, (draw, contact)."""
    at_home: NDArray[np.bool_]
    """Whether the contact is at the patient's home, (contact,); one kind at most."""


def _contacts_of(p: Parameters, people: People, profession: str, zeta: FloatArray | float) -> _Work:
    if not PROFESSIONS[profession].contacts:
        treated = _treatment_per_person(p, people, profession, zeta)[:, None]
        length = p.mental_health.minutes_per_session
        return _Work(treated / length[..., None], length, np.zeros_like(length), np.array([False]))
    kinds = PROFESSIONS[profession].contacts
    return _Work(
        np.stack([_contacts(p, people, kind) for kind in kinds], axis=1),
        np.hstack([kind.minutes(p) for kind in kinds]),
        np.hstack([p.need.unmet_need_share] * len(kinds)),
        np.array([kind.at_home for kind in kinds]),
    )


def _contacts(p: Parameters, people: People, kind: Contact) -> FloatArray:
    """Contacts per person and year, (draw, cell), that give the published total in its own year."""
    nation = people.past[kind.year(p)]
    each = kind.each(p)
    total = kind.total(p) * kind.scale * (1 - each if kind.complement else each)
    return need.anchored(_shape(p, people, kind)[:, None], nation, total)[:, 0]


def _shape(p: Parameters, people: People, kind: Contact) -> FloatArray:
    """Contacts by sex and age, need beside use where need is published, (draw, cell)."""
    if kind.profile is None:
        return np.broadcast_to(people.children, (p.draws, len(people.children))).astype(float)
    use = profile(kind.profile(p))
    return use if kind.need is None else beside_use(p, use, kind.need, people.past[kind.year(p)])


def _treatment_per_person(p: Parameters, people: People, profession: str, zeta: FloatArray | float) -> FloatArray:
    """Minutes of psychological treatment per person by cell: need blended with use (method E3), (draw, cell)."""
    nation = people.cells.sum(axis=0)
    shape, prevalence = distress_profile(p), in_distress(p, nation)
    one = np.eye(len(nation))
    treated = need.treatment_minutes(
        one,
        prevalence,
        p.mental_health.treated_in_primary_care_share,
        p.mental_health.sessions_per_treatment,
        p.mental_health.minutes_per_session,
    )
    # Today's staff, as the minutes they have for patients, spread as the need is.
    hours = today(p, people, profession).total * available_hours(p) * (1 - working_time(p, profession).allowance)
    use = need.anchored(shape[:, None], nation, 60 * hours)[:, 0]
    return need.blended(treated, use, zeta)
