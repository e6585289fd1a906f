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
from riktvarden.professions.shared import SPECIAL_HOUSING
from riktvarden.professions.specification import Contact

FloatArray = NDArray[np.float64]

FACTORS = ("age", "principal", "need_index", "travel")
"""What moves a requirement from the national one, in the order of the waterfall; tasks moved from doctors are no part. The
principal moves it where region and municipality give care at home by different members of the team."""

SETTINGS = ("centre", "home", "municipal")
"""Where care is given, see `riktvarden.professions.specification.Contact`; arrays over settings have those that a
profession has, in this order."""


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


def joint(tables: Mapping[str, pd.DataFrame], people: People) -> NDArray[np.bool_]:
    """Whether one principal has both the region's and the municipality's care, (municipality,)."""
    principal = tables["municipal_principals"].set_index("municipality")["principal"]
    return (principal.reindex(people.municipalities) == "joint").to_numpy()


def municipal_shares(p: Parameters, tables: Mapping[str, pd.DataFrame], people: People, profession: str) -> FloatArray:
    """Share of the care in ordinary housing that is the municipality's, (draw, municipality): the county's own, or assumed.

    A joint principal gives it all, and its recipients are counted as municipal.
    """
    responsible = PROFESSIONS[profession].at_home
    if responsible is None:
        return np.zeros((p.draws, len(people.municipalities)))
    rows = tables["responsibility"]
    own = rows.loc[rows["care"] == responsible.of_care].set_index("region")["municipal_share"]
    by_municipality = own.reindex(people.codes).to_numpy(float)[people.region_of]
    by_municipality = np.where(joint(tables, people), 1.0, by_municipality)
    return np.where(np.isnan(by_municipality), responsible.municipal_share(p), by_municipality)


class Divided(NamedTuple):
    """How the minutes of care in each setting come to a profession, by principal."""

    municipal: FloatArray
    """Share that is the municipality's, (draw, municipality, setting); the region has the rest."""
    region_staff: FloatArray
    """The profession's share of the region's part, (draw, 1, setting)."""
    municipal_staff: FloatArray
    """Its share of the municipality's part, (draw, 1, setting)."""

    @property
    def own(self) -> FloatArray:
        """Minutes of the profession per minute of care, (draw, municipality, setting)."""
        return (1 - self.municipal) * self.region_staff + self.municipal * self.municipal_staff


def divided(p: Parameters, people: People, profession: str, at_home: FloatArray) -> Divided:
    """Divide care between principals and the staff of each (method E7).

    Parameters
    ----------
    p
        Assumptions.
    people
        Inhabitants.
    profession
        The profession.
    at_home
        From `municipal_shares`.
    """
    settings, one = _settings(profession), np.ones((p.draws, 1))
    responsible = PROFESSIONS[profession].at_home
    region = responsible.region_staff(p) if responsible and responsible.region_staff else one
    municipality = responsible.municipal_staff(p) if responsible and responsible.municipal_staff else one
    of = {"centre": (0 * at_home, one, one), "home": (at_home, region, municipality)}
    of["municipal"] = (np.ones_like(at_home), one, municipality)
    shares, regions, municipalities = zip(*(of[setting] for setting in settings), strict=True)
    return Divided(
        np.stack(np.broadcast_arrays(*shares), axis=-1),
        np.stack(np.broadcast_arrays(*regions), axis=-1),
        np.stack(np.broadcast_arrays(*municipalities), axis=-1),
    )


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
    at_home = municipal_shares(p, tables, people, profession)
    asked = _asked(p, people, profession, at_home, zeta)
    parts = divided(p, people, profession, at_home)
    each = parts.own
    care = need.minutes(people.cells, asked.minutes, np.zeros(1), np.ones(1))
    own = care * each
    by_age = own.sum(axis=-1)
    index = need.deviation(np.broadcast_to(at.need_index**p.need.need_exponent, by_age.shape), by_age)
    whole = care * index[..., None]
    factor = index
    if "home" in asked.settings:
        factor = index * (1 + travel(p, people, at, 1.0, asked.home_minutes))
        whole[..., asked.settings.index("home")] *= factor / index
    divided_care = need.by_principal(whole, parts.municipal)
    hours, allowance = available_hours(p), working_time(p, profession).allowance
    region, municipality = (
        need.wisn((part * staff).sum(axis=-1), hours, allowance)
        for part, staff in zip(divided_care, (parts.region_staff, parts.municipal_staff), strict=True)
    )
    fte_per_minute = need.wisn(1.0, hours, allowance)
    moved = team(p).professions[:, [list(PROFESSIONS).index(profession)]] / team(p).doctor
    taken_over = moved * doctors.municipalities
    by_year = moved[..., None] * doctors.by_year
    per_person = asked.minutes * fte_per_minute[..., None]
    # Elsewhere than at home the profession has the same part in every municipality.
    elsewhere = [place for place, setting in enumerate(asked.settings) if setting != "home"]
    same = per_person[:, elsewhere] * each[:, 0, elsewhere, None]
    by_year = by_year + people.by_year(same.sum(axis=1), index)
    if "home" in asked.settings:
        at_the_home = asked.settings.index("home")
        by_year = by_year + people.by_year(per_person[:, at_the_home], factor * each[..., at_the_home])
    mean = own.sum(axis=1, keepdims=True) / care.sum(axis=1, keepdims=True)
    steps = [
        np.broadcast_to(people.heads, by_age.shape),
        (care * mean).sum(axis=-1),
        by_age,
        by_age * index,
        (whole * each).sum(axis=-1),
    ]
    nation = (region + municipality).sum(axis=-1, keepdims=True)
    scaled = [step / step.sum(axis=-1, keepdims=True) * nation for step in steps]
    contributions = np.stack([scaled[0], *(b - a for a, b in itertools.pairwise(scaled))], axis=1)
    return Need(region + taken_over, municipality, by_year, contributions)


class Use(NamedTuple):
    """Full-time equivalents that today's contacts take in the nation, (draw, 1)."""

    region: FloatArray
    municipality: FloatArray
    special_housing: FloatArray
    """The municipality's part in special housing."""


def used(p: Parameters, tables: Mapping[str, pd.DataFrame], people: People, at: Places, profession: str) -> Use:
    """Full-time equivalents that today's contacts take, of a profession whose need is built from contacts.

    No need is unmet here and no tasks are moved. At home the regions' part is what their own staff were counted to do.
    """
    p = p.but(need_age_weight=0.0)  # contacts as they are made
    at_home = municipal_shares(p, tables, people, profession)
    parts, settings = divided(p, people, profession, at_home), _settings(profession)
    nation = people.cells.sum(axis=0)
    region, municipality, housing = (np.zeros((1, 1)) for _ in Use._fields)
    road = travel(p, people, at, 1.0, np.ones((1, 1)))  # minutes of a journey

    def visits(each: FloatArray, share: FloatArray) -> FloatArray:
        """Contacts of the municipalities' persons, each municipality with its own share, (draw, 1)."""
        return np.vecdot(each, share @ people.cells)[:, None]

    for kind in PROFESSIONS[profession].contacts:
        each, minutes, place = _contacts(p, people, kind, at_home), kind.minutes(p), settings.index(kind.where)
        of_region, of_municipality = parts.region_staff[:, 0, [place]], parts.municipal_staff[:, 0, [place]]
        made = (each @ nation)[:, None]
        if kind.where == "centre":
            region = region + made * minutes * of_region
        elif kind.where == "municipal":
            municipality = municipality + made * minutes * of_municipality
            housing = housing + made * minutes * of_municipality * (kind.called == SPECIAL_HOUSING)
        else:
            municipal = visits(each, at_home) * minutes + visits(each, at_home * road)
            municipality = municipality + municipal * of_municipality
            if kind.by_region is not None:
                theirs = visits(each, 1 - at_home)
                journey = visits(each, (1 - at_home) * road) / np.where(theirs > 0, theirs, 1.0)
                since = made / (each @ people.past[p.contacts.contacts_year])[:, None]
                region = region + kind.by_region(p) * since * (minutes + journey) * of_region
    hours, allowance = available_hours(p), working_time(p, profession).allowance
    return Use(*(need.wisn(part, hours, allowance) for part in (region, municipality, housing)))


def available_hours(p: Parameters) -> FloatArray:
    """Working hours in a full-time year, (draw, 1): leave, sickness and training together, as they are published."""
    return need.available_hours(
        p.working_time.possible_working_days, 0.0, p.working_time.days_away, 0.0, 0.0, p.working_time.hours_per_day
    )


class PerPerson(NamedTuple):
    """What a person of each sex and age asks of one profession's team, before unmet need, place and travel."""

    settings: tuple[str, ...]
    """Those of `SETTINGS` that the profession has."""
    fte: FloatArray
    """Full-time equivalents, (setting, cell)."""
    home_minutes: float
    """Minutes of a contact at home; 0 where there are none."""


def per_person(p: Parameters, people: People, profession: str, at_home: FloatArray, zeta: float) -> PerPerson:
    """Full-time equivalents per person at one set of assumptions, each (1, 1): see `needed`."""
    asked = _asked(p.but(unmet_need_share=0.0), people, profession, at_home, zeta)
    each = need.wisn(1.0, available_hours(p), working_time(p, profession).allowance)[0, 0]
    return PerPerson(asked.settings, asked.minutes[0] * each, float(asked.home_minutes[0, 0]))


class _Asked(NamedTuple):
    """What a person of each sex and age asks of a profession's team in a year."""

    settings: tuple[str, ...]
    """Those of `SETTINGS` that the profession has."""
    minutes: FloatArray
    """Minutes per person and year, unmet need included, (draw, setting, cell)."""
    home_minutes: FloatArray
    """Minutes of a contact at home, (draw, 1); 0 where there are none."""


def _settings(profession: str) -> tuple[str, ...]:
    there: set[str] = {kind.where for kind in PROFESSIONS[profession].contacts} or {SETTINGS[0]}
    return tuple(setting for setting in SETTINGS if setting in there)


def _asked(p: Parameters, people: People, profession: str, at_home: FloatArray, zeta: FloatArray | float) -> _Asked:
    kinds, settings = PROFESSIONS[profession].contacts, _settings(profession)
    if not kinds:
        treated = _treatment_per_person(p, people, profession, zeta)[:, None]
        return _Asked(settings, treated, np.zeros((p.draws, 1)))
    minutes = np.zeros((p.draws, len(settings), people.cells.shape[1]))
    for kind in kinds:
        each = need.grown(_contacts(p, people, kind, at_home), {"unmet need": p.need.unmet_need_share}) * kind.minutes(p)
        minutes[:, settings.index(kind.where)] += each
    home = next((kind.minutes(p) for kind in kinds if kind.at_home), np.zeros((p.draws, 1)))
    return _Asked(settings, minutes, home)


def _contacts(p: Parameters, people: People, kind: Contact, at_home: FloatArray) -> FloatArray:
    """Contacts per person and year, (draw, cell), that give the published total in its own year.

    Municipal recipients in ordinary housing live where the municipality gives the care; elsewhere as many of each age
    need it.
    """
    counted = people.past[kind.year(p)]
    if kind.at_home:
        there = people.cells.sum(axis=0)
        given = at_home @ people.cells
        counted = counted * np.divide(given, there, out=np.zeros_like(given), where=there > 0)
    each: FloatArray | float = 1.0 if kind.each is None else kind.each(p)
    total = kind.total(p) * kind.scale * (1 - each if kind.complement else each)
    return need.anchored(_shape(p, people, kind, counted)[:, None], counted, total)[:, 0]


def _shape(p: Parameters, people: People, kind: Contact, counted: FloatArray) -> FloatArray:
    """Contacts by sex and age of those counted, need beside use where need is published, (draw, cell)."""
    if kind.profile is None:
        return np.broadcast_to(people.children, (p.draws, len(people.children))).astype(float)
    use = profile(kind.profile(p))
    return use if kind.need is None else beside_use(p, use, kind.need, counted)


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
