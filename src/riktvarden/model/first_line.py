"""The first line of care for mental ill-health as a function: how large a team children, young people and adults need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from riktvarden import need
from riktvarden.baseline.personnel import AGES, FUNCTION
from riktvarden.model import chain, inputs, professions
from riktvarden.model.inputs import People
from riktvarden.model.weights import Places, distress_profile, working_time
from riktvarden.parameters import Parameters
from riktvarden.population import SEXES
from riktvarden.results import COLUMNS, tidy
from riktvarden.uncertainty import Sample

FloatArray = NDArray[np.float64]

STEPS = ("guidance", "treatment", "extended")
"""Steps of the care: assessment and guidance, brief treatment, longer psychological treatment."""

BANDS = (0, 16, 30, 60, 65)
"""First ages of the groups within which need is alike and that `AGES` are made of."""

SURVEYED = (16, 84)
"""Ages that the survey of distress is of; older people are taken to be as those of 60 and over."""

PATIENTS = {"0-15": "children", "16-29": "young", "30-64": "adults", "65+": "adults"}
"""Age group → whom the table ``stepped_care`` means."""

GROUPS: dict[str, tuple[int, ...]] = {"0-15": (0,), "16-29": (1,), "30-64": (2, 3), "65+": (4,)}
"""Age group → its places in `BANDS`."""

ADULTS, EVERYONE = "30+", "all"

TEAMS: dict[str, tuple[str, ...]] = {"0-15": ("0-15",), "16-29": ("16-29",), ADULTS: ("30-64", "65+"), EVERYONE: AGES}
"""Whom a team is for → age groups."""

PSYCHOTHERAPIST = "psychotherapist"
"""Has another profession as well."""

WORKS_AS = {"psychiatric_nurse": "district_nurse"}
"""Group of `FUNCTION` → profession whose working time it has; the others have that of psychologists."""

EVERY = 5
"""Years between those that are shown."""

SOURCE = "E9; E2; b; stepped_care"


def mix_of(table: pd.DataFrame) -> FloatArray:
    """Read who does what: share of the minutes, (patients, step, group of `FUNCTION`).

    Parameters
    ----------
    table
        The checked table ``stepped_care``; patients are in the order of `PATIENTS`.
    """
    keys = pd.MultiIndex.from_product([list(dict.fromkeys(PATIENTS.values())), STEPS, FUNCTION])
    shares = table.set_index(["patients", "step", "profession"])["share"].reindex(keys)
    return shares.to_numpy(float).reshape(-1, len(STEPS), len(FUNCTION))


def prevalence(p: Parameters, ages: FloatArray) -> FloatArray:
    """Share in serious distress by sex and band, so that of those surveyed as many are as the survey says (method E9).

    Parameters
    ----------
    p
        Assumptions.
    ages
        The nation's inhabitants in the base year, (sex, age).

    Returns
    -------
    numpy.ndarray
        (draw, sex, band), the bands being those of `BANDS`; not a number below the age of 16.
    """
    of = p.mental_health
    one = np.ones_like(of.distress_women_ratio)
    by_band = np.hstack([one, of.distress_18_29_ratio, one, of.distress_60_plus_ratio, of.distress_60_plus_ratio])
    by_sex = {"F": of.distress_women_ratio, "M": one}
    shape = np.stack([by_band * by_sex[sex] for sex in SEXES], axis=1)
    youngest, oldest = SURVEYED
    inside = np.zeros_like(ages)
    inside[:, youngest : oldest + 1] = ages[:, youngest : oldest + 1]
    surveyed = banded(inside)
    level = of.serious_distress_prevalence * surveyed.sum() / (shape * surveyed).sum(axis=(1, 2))[:, None]
    found = shape * level[..., None]
    found[..., 0] = np.nan
    return np.asarray(found)


def banded(ages: ArrayLike, axis: int = -1) -> FloatArray:
    """Sum single years of age to `BANDS`."""
    return np.asarray(np.add.reduceat(np.asarray(ages, float), BANDS, axis=axis))


class Load(NamedTuple):
    """What the first line does for one person in need, (draw, patients) or (draw, patients, step)."""

    met: FloatArray
    """Persons met."""
    minutes: FloatArray
    """Minutes by step."""


def load(p: Parameters) -> Load:
    """Care of one person in distress, and of one child met, by whom it is for (method E9).

    All whom the first line meets get guidance, and those treated are among them. The minutes of treatment are those of
    method E3, shared between brief and longer treatment.
    """
    of = p.mental_health
    one = np.ones_like(of.first_line_met_share)
    treated = np.hstack([of.first_line_children_treated_share, *[of.treated_in_primary_care_share] * 2])
    met = np.maximum(np.hstack([one, *[of.first_line_met_share] * 2]), treated)
    sessions = treated * of.sessions_per_treatment * of.minutes_per_session
    guidance = met * of.first_line_guidance_contacts * of.first_line_guidance_minutes
    longer = of.first_line_extended_share
    return Load(met, np.stack([guidance, sessions * (1 - longer), sessions * longer], axis=-1))


def fte_per_person(p: Parameters, mix: FloatArray) -> FloatArray:
    """Full-time equivalents per person in need, (draw, patients, group of `FUNCTION`) (methods E2 and E9).

    Parameters
    ----------
    p
        Assumptions.
    mix
        From `mix_of`.
    """
    hours = professions.available_hours(p)
    each = np.hstack(
        [need.wisn(1.0, hours, working_time(p, WORKS_AS.get(who, "psychologist")).allowance) for who in FUNCTION]
    )
    return np.asarray(np.einsum("dps,psf->dpf", load(p).minutes, mix) * each[:, None, :])


def counted_once(p: Parameters, fte: FloatArray) -> dict[str, FloatArray]:
    """Count psychotherapists under their other profession (method E9).

    Parameters
    ----------
    p
        Assumptions.
    fte
        Full-time equivalents by group of `FUNCTION`, (draw, …, group).

    Returns
    -------
    dict of numpy.ndarray
        Group without psychotherapists → full-time equivalents, (draw, …), which sum to the same.
    """
    both = fte[..., FUNCTION.index(PSYCHOTHERAPIST)]
    share = {
        "psychologist": p.mental_health.psychotherapist_psychologist_share,
        "counsellor": p.mental_health.psychotherapist_counsellor_share,
    }
    share["other"] = 1 - share["psychologist"] - share["counsellor"]
    wide = {who: part.reshape(-1, *[1] * (both.ndim - 1)) for who, part in share.items()}
    return {
        who: fte[..., place] + (both * wide[who] if who in wide else 0.0)
        for place, who in enumerate(FUNCTION)
        if who != PSYCHOTHERAPIST
    }


def in_need(p: Parameters, people: People, at: Places, uniform: FloatArray, children: FloatArray) -> FloatArray:
    """Persons in distress from the age of 16, and children met below it (methods b and E9).

    Parameters
    ----------
    p
        Assumptions.
    people, at
        Inhabitants and places; a region's need follows the index of its municipalities.
    uniform
        Uniform numbers for the population that there will be, (draw, area).
    children
        Share of the children who are met, (draw, 1).

    Returns
    -------
    numpy.ndarray
        (draw, region, sex, band, year).
    """
    cells = np.moveaxis(banded(np.moveaxis(people.ages, 2, -1)), -1, 2)
    share = prevalence(p, people.ages[..., 0].sum(axis=0))
    share[..., 0] = children
    by_age = np.einsum("mc,dc->dm", people.cells, distress_profile(p))
    factor = np.broadcast_to(at.need_index**p.need.need_exponent, by_age.shape)
    of_region = (people.regional(by_age * factor) / people.regional(by_age))[:, None, None, :-1]
    # The index moves need between regions and leaves the nation's, of every sex and age.
    index = need.deviation(of_region, np.moveaxis(cells[..., 0], 0, -1))
    expected = np.einsum("rsby,dsb,dsbr->drsby", cells, share, index)
    whole = inputs.with_nation(expected.sum(axis=(2, 3)), axis=1)
    # The same factor for all ages: what is known of the error is known of totals.
    there = inputs.uncertain(whole, people, uniform) / whole
    return np.asarray(expected * there[:, :-1, None, None])


class _Pass(NamedTuple):
    """One pass: the central values, or the draws with the children's scenario at one of its ends."""

    p: Parameters
    persons: FloatArray
    """In need, (draw, region, sex, band, year)."""
    fte: FloatArray
    """Per person in need, (draw, patients, group)."""
    met: FloatArray
    """Per person in need, (draw, patients)."""


def function(on: chain.Base, drawn: Sample) -> pd.DataFrame:
    """Give the first line's patients and team for the nation and every region, from now to the last year (method E9).

    Children are a scenario with ends of its own: intervals that include them reach from the tenth percentile at its low
    end to the ninetieth at its high end.

    Parameters
    ----------
    on, drawn
        What no draw changes, and the draws.

    Returns
    -------
    pandas.DataFrame
        ``age_group, sex`` and `COLUMNS`: ``first_line_persons`` and ``first_line_fte`` by age group and sex (profession
        ``all``); ``first_line_fte`` and ``first_line_fte_per_10000`` of the group's inhabitants by group of `FUNCTION`, for
        `TEAMS`; ``first_line_fte_counted_once`` by other profession.
    """
    last = on.people.years[-1]
    years = sorted(
        {on.people.base_year, on.people.target_year, last, *range(-(-on.people.base_year // EVERY) * EVERY, last, EVERY)}
    )
    people, scenario = _only(on.people, years), on.assumptions["first_line_children_share"]
    mix = mix_of(on.tables["stepped_care"])
    passes = [
        _pass(sample, people, on.at, mix, children)
        for sample, children in ((on.central(), scenario.value), (drawn, scenario.low), (drawn, scenario.high))
    ]
    return pd.concat([*_by_group(passes, people), *_by_profession(passes, people)], ignore_index=True)[
        ["age_group", "sex", *COLUMNS]
    ]


def _only(people: People, years: list[int]) -> People:
    """Keep some years."""
    which = np.asarray(years) - people.base_year
    return replace(
        people,
        years=people.years[which],
        total=people.total[:, which],
        spread=people.spread[:, which],
        regional_cells=people.regional_cells[..., which],
        ages=people.ages[..., which],
    )


def _pass(sample: Sample, people: People, at: Places, mix: FloatArray, children: float) -> _Pass:
    p = Parameters.of(sample.assumptions)
    share = np.full_like(p.mental_health.first_line_children_share, children)
    persons = in_need(p, people, at, sample.regional["population"], share)
    return _Pass(p, persons, fte_per_person(p, mix), load(p).met)


def _of_patients(group: str) -> int:
    return list(dict.fromkeys(PATIENTS.values())).index(PATIENTS[group])


def _rows(people: People, measure: str, unit: str, values: list[FloatArray], has_children: bool) -> pd.DataFrame:
    """Write one measure, each of the three passes (draw, area, year)."""
    about = {
        "areas": np.repeat(people.areas, len(people.years)),
        "measure": measure,
        "unit": unit,
        "source": SOURCE,
        "year": np.tile(people.years, len(people.areas)),
        "value": values[0][0].ravel(),
        "qualifier": "scenario" if has_children else "",
    }
    flat = [each.reshape(len(each), -1) for each in values]
    rows = tidy(**about, draws=flat[1])
    return rows.assign(high=tidy(**about, draws=flat[2])["high"]) if has_children else rows


def _by_group(passes: list[_Pass], people: People) -> Iterator[pd.DataFrame]:
    """Patients and staff by age group and sex."""
    for measure, unit in (("first_line_persons", "persons per year"), ("first_line_fte", "FTE")):
        each = []
        for one in passes:
            by_patients = one.met if measure == "first_line_persons" else one.fte.sum(axis=-1)
            parts = [
                one.persons[..., GROUPS[group], :].sum(axis=3) * by_patients[:, _of_patients(group), None, None, None]
                for group in AGES
            ]
            each.append(np.stack(parts, axis=2))  # (draw, region, group, sex, year)
        for place, group in enumerate((*AGES, EVERYONE)):
            for sex, which in (("F", [SEXES.index("F")]), ("M", [SEXES.index("M")]), ("total", [0, 1])):
                chosen = slice(place, place + 1) if group != EVERYONE else slice(None)
                values = [inputs.with_nation(part[:, :, chosen][..., which, :].sum(axis=(2, 3)), axis=1) for part in each]
                rows = _rows(people, measure, unit, values, group in ("0-15", EVERYONE))
                yield rows.assign(age_group=group, sex=sex, profession="all")


def _by_profession(passes: list[_Pass], people: People) -> Iterator[pd.DataFrame]:
    """The team by profession."""
    heads = np.moveaxis(banded(np.moveaxis(people.ages, 2, -1)), -1, 2).sum(axis=1)  # (region, band, year)
    for team, groups in TEAMS.items():
        has_children = "0-15" in groups
        each = [
            inputs.with_nation(
                np.sum(
                    [
                        one.persons[..., GROUPS[group], :].sum(axis=(2, 3))[..., None]
                        * one.fte[:, None, None, _of_patients(group)]
                        for group in groups
                    ],
                    axis=0,
                ),
                axis=1,
            )
            for one in passes
        ]  # (draw, area, year, profession)
        inhabitants = inputs.with_nation(heads[:, [band for group in groups for band in GROUPS[group]]].sum(axis=1), axis=0)
        for place, who in enumerate((*FUNCTION, EVERYONE)):
            fte = [part.sum(axis=-1) if who == EVERYONE else part[..., place] for part in each]
            about = {"age_group": team, "sex": "total", "profession": who}
            if who != EVERYONE:  # the sum is there by age group
                yield _rows(people, "first_line_fte", "FTE", fte, has_children).assign(**about)
            density = [10_000 * part / inhabitants for part in fte]
            yield _rows(people, "first_line_fte_per_10000", "FTE per 10 000 inhabitants", density, has_children).assign(
                **about
            )
        if team == EVERYONE:
            once = [counted_once(one.p, part) for one, part in zip(passes, each, strict=True)]
            for who in once[0]:
                rows = _rows(people, "first_line_fte_counted_once", "FTE", [part[who] for part in once], has_children)
                yield rows.assign(age_group=team, sex="total", profession=who)
