"""How much more or less care the inhabitants of a place need than the nation's mean: for every requirement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from riktvarden import need, small_area
from riktvarden.model.inputs import People
from riktvarden.names import COMPONENTS, COVARIATES
from riktvarden.parameters import Parameters
from riktvarden.population import NINE, SEXES, age_labels, newest_year
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.specification import Profile

FloatArray = NDArray[np.float64]

FACTORS = ("age", "need_index", "sparsity", "off_list")
"""What moves a general practitioner's requirement from the norm, in the order of the waterfall; tasks moved beyond today's
are a scenario and move every place alike."""

NEGLIGIBLE = 0.01
"""Part of the variance of the index, over regions and draws, below which a factor leaves it."""

GROUPS = tuple(age_labels(NINE))
"""Age groups that municipalities are published in."""

BANDS = {
    "0-17": "children",
    "60-69": "aged_60_79",
    "70-79": "aged_60_79",
    "80-89": "aged_80_plus",
    "90+": "aged_80_plus",
}
"""Age groups whose contacts are stated against those of ages 18-59 → field of a profile."""


def component_weights(p: Parameters) -> FloatArray:
    """Weight of each of `COMPONENTS` in the Care Need Index, (component,)."""
    return np.array([getattr(p.geography, f"cni_weight_{component}") for component in COMPONENTS])


def doctor_contacts(p: Parameters) -> Profile:
    """How contacts with doctors vary with sex and age."""
    return Profile(
        p.workload.doctor_contacts_women,
        p.workload.doctor_contacts_children,
        p.workload.doctor_contacts_60_79,
        p.workload.doctor_contacts_80_plus,
    )


def profile(contacts: Profile) -> FloatArray:
    """Contacts per person by sex and age, relative to men of 18-59 years.

    Parameters
    ----------
    contacts
        How the contacts vary with sex and age.

    Returns
    -------
    numpy.ndarray
        Relative contacts, (draw, cell), the cells being sex × age group in the order of `SEXES` and `GROUPS`.
    """
    one = np.ones_like(contacts.women)
    of_band = contacts._asdict()
    ages = np.hstack([of_band[BANDS[group]] if group in BANDS else one for group in GROUPS])
    by_sex = {"F": contacts.women, "M": one}
    return np.hstack([ages * by_sex[sex] for sex in SEXES])


def distress_profile(p: Parameters) -> FloatArray:
    """Prevalence of psychological distress by sex and age, relative to men of 30-59 years; nothing below 18.

    The surveys begin at 16 and the published groups of municipalities at 18: children and young people are
    missing, never zero.

    Returns
    -------
    numpy.ndarray
        Relative prevalence, (draw, cell).
    """
    one = np.ones_like(p.mental_health.distress_women_ratio)
    young = {"0-17": np.zeros_like(one), "18-29": p.mental_health.distress_18_29_ratio}
    old = dict.fromkeys(("60-69", "70-79", "80-89", "90+"), p.mental_health.distress_60_plus_ratio)
    ages = np.hstack([(young | old).get(group, one) for group in GROUPS])
    return np.hstack([ages * {"F": p.mental_health.distress_women_ratio, "M": one}[sex] for sex in SEXES])


# --- need by age (method C1) ----------------------------------------------------------------------------


MULTIMORBID_AGES = (12.5, 35.0, 55.0, 70.0, 80.0, 90.0)
"""Middle of the ages that multimorbidity is published for: below 25, 25-44, 45-64, 65-74, 75-84 and from 85."""


def morbidity(p: Parameters, nation: FloatArray) -> FloatArray:
    """Contacts per person that illness asks for, relative to one who is not ill: ``1 + (k_mm - 1) m + (k_dist - 1) d``.

    Parameters
    ----------
    p
        Assumptions: the share with two or more chronic conditions m by age, alike for women and men as no figures by
        sex are published, that in serious distress d by age and sex, and how many more contacts either has.
    nation
        The nation's inhabitants, (cell,), of whose adults the share in distress is.

    Returns
    -------
    numpy.ndarray
        Relative contacts, (draw, cell).
    """
    of = p.workload
    known = np.hstack(
        [
            of.multimorbid_under_25,
            of.multimorbid_25_44,
            of.multimorbid_45_64,
            of.multimorbid_65_74,
            of.multimorbid_75_84,
            of.multimorbid_85_plus,
        ]
    )
    # Between the middles of the published ages on straight lines; the open last group is past them.
    middles = (np.array(NINE) + np.append(NINE[1:], NINE[-1] + 10)) / 2
    each = np.array([np.interp(middles, MULTIMORBID_AGES, one) for one in np.eye(len(MULTIMORBID_AGES))])
    ill = np.hstack([known @ each] * len(SEXES))
    return 1 + (of.multimorbid_contact_ratio - 1) * ill + (of.distress_contact_ratio - 1) * in_distress(p, nation)


def in_distress(p: Parameters, nation: FloatArray) -> FloatArray:
    """Share in serious psychological distress, (draw, cell): of all adults the published share."""
    shape, adults = distress_profile(p), nation[np.tile(np.asarray(NINE) > 0, len(SEXES))].sum()
    return need.anchored(shape[:, None], nation, p.mental_health.serious_distress_prevalence * adults)[:, 0]


def function(p: Parameters, _: FloatArray) -> FloatArray:
    """Contacts at home per person that reduced function asks for, (draw, cell): of the oldest and women as published."""
    of = p.workload
    return profile(
        Profile(
            of.function_women_ratio,
            of.home_care_children,
            of.home_care_60_79,
            of.home_care_60_79 * of.function_80_plus_ratio,
        )
    )


BY_NEED = {"morbidity": morbidity, "function": function}
"""What a contact's need by age is taken from (`Contact.need`)."""


def beside_use(p: Parameters, use: FloatArray, by_need: Literal["morbidity", "function"], nation: FloatArray) -> FloatArray:
    """Weigh what is needed by age and sex against what is used: ``ζ n / n̄ + (1 - ζ) v / v̄`` (method C1).

    Parameters
    ----------
    p
        Assumptions, among them the weight.
    use
        Contacts per person as they are used, (draw, cell).
    by_need
        What the need is taken from.
    nation
        The inhabitants counted, (cell,) or (draw, cell), over which either averages one: the weight moves contacts
        between ages and leaves their sum as it is.

    Returns
    -------
    numpy.ndarray
        Relative contacts, (draw, cell).
    """
    needed, used = (each / need.mean_workload(nation[..., None, :], each) for each in (BY_NEED[by_need](p, nation), use))
    return need.blended(needed, used, p.need.need_age_weight)


def doctor_profile(p: Parameters, people: People) -> FloatArray:
    """Contacts with doctors by sex and age, need beside use; the nation's mean is one, (draw, cell)."""
    return beside_use(p, profile(doctor_contacts(p)), "morbidity", people.cells.sum(axis=0))


# --- places (methods C1 and E4) -------------------------------------------------------------------------


def county_components(tables: Mapping[str, pd.DataFrame], counties: list[str]) -> tuple[FloatArray, FloatArray]:
    """Persons that the Care Need Index counts, and the inhabitants they are of.

    Returns
    -------
    tuple of numpy.ndarray
        Persons, (county, component) in the order of `COMPONENTS`, and inhabitants, (county,).
    """
    rows = tables["care_need_components_region"].set_index("region").loc[counties]
    return rows[list(COMPONENTS)].to_numpy(float), rows["population"].to_numpy(float)


class Shares(NamedTuple):
    """Shares that are known of every municipality, each (municipality, …), and how many persons each rests on."""

    born_abroad: FloatArray
    """The component of the Care Need Index that is counted in every municipality, (municipality,)."""
    inhabitants: FloatArray
    """Persons that it rests on, (municipality,)."""
    covariates: FloatArray
    """In the order of `COVARIATES`, (municipality, covariate)."""
    counted: FloatArray
    """Persons that each covariate rests on, (municipality, covariate)."""


def known_shares(tables: Mapping[str, pd.DataFrame], municipalities: list[str]) -> Shares:
    """Read what the index is brought down to municipalities by; unemployment and single households are undated."""
    abroad = newest_year(tables["born_abroad_municipality"]).set_index("municipality").loc[municipalities]
    levels = newest_year(tables["education_municipality"]).pivot_table(
        index="municipality", columns="level", values="population", aggfunc="sum"
    )
    undated = tables["municipality_covariates"].set_index("municipality")
    adults, everyone = levels.sum(axis=1), abroad["population"]
    shares = {
        "low_education": levels[list(BELOW_UPPER_SECONDARY)].sum(axis=1) / adults,
        "unemployed": undated["unemployment"] / 100,
        "single_households": undated["single_person_households"] / 100,
    }
    counted = {"low_education": adults, "unemployed": adults, "single_households": everyone}
    first, second = (pd.DataFrame(columns).loc[municipalities, list(COVARIATES)] for columns in (shares, counted))
    return Shares(
        (abroad["born_abroad"] / everyone).to_numpy(float),
        everyone.to_numpy(float),
        first.to_numpy(float),
        second.to_numpy(float),
    )


BELOW_UPPER_SECONDARY = ("1", "2")
"""Levels of education."""


@dataclass(frozen=True)
class Places:
    """What is known of each municipality beside its inhabitants."""

    need_index: FloatArray
    """Care Need Index, the nation's being 1, small municipalities drawn towards their group (method E4); averages the
    county's own, (municipality,) or where it was drawn (draw, municipality)."""
    raw_index: FloatArray
    """The same before shrinkage, (municipality,)."""
    weight_of_own: FloatArray
    """Share of the index that is the municipality's own (B of method E4), (municipality,)."""
    fit: small_area.Fitted
    """The components that are not counted in municipalities, weighted, per inhabitant."""
    county_score: FloatArray
    """Weighted count of all components per inhabitant, (county,)."""
    nation_score: float
    """The same of the nation in the base year."""
    density: FloatArray
    """Inhabitants per km², undated, (municipality,)."""
    outside: FloatArray
    """Share living outside localities, undated, (municipality,)."""


def places(tables: Mapping[str, pd.DataFrame], people: People, weights: FloatArray) -> Places:
    """Read the places: the Care Need Index of counties brought down to municipalities, density and settlement.

    Those born abroad are counted in every municipality. The other components are fitted on the counties and brought
    down by `riktvarden.small_area`.

    Parameters
    ----------
    tables
        The checked tables.
    people
        Inhabitants.
    weights
        Weights of the components, (component,).
    """
    persons, inhabitants = county_components(tables, people.codes)
    per_inhabitant = persons / inhabitants[:, None] * weights
    score = need.care_need_index(persons, inhabitants, weights).score / inhabitants
    of_abroad, known = COMPONENTS.index("born_abroad"), known_shares(tables, people.municipalities)
    fit = small_area.fitted(score - per_inhabitant[:, of_abroad], known.covariates, people.heads, people.region_of)
    nation = float(score @ people.base[:-1] / people.base[-1])
    own = (fit.value + weights[of_abroad] * known.born_abroad) / nation
    index = small_area.benchmarked(own, score / nation, fit.share, fit.area_of)
    # A small municipality's shares are as uncertain as counts of independent persons would be.
    abroad = weights[of_abroad] ** 2 * known.born_abroad * (1 - known.born_abroad) / known.inhabitants
    others = (fit.slopes**2 * known.covariates * (1 - known.covariates) / known.counted).sum(axis=1)
    groups = tables["municipalities"].set_index("municipality")["skr_group"].reindex(people.municipalities)
    shrunk = need.shrunk(index, (abroad + others) / nation**2, pd.factorize(groups)[0])
    undated = tables["municipality_covariates"].set_index("municipality").reindex(people.municipalities)
    return Places(
        need_index=small_area.benchmarked(shrunk.value, score / nation, fit.share, fit.area_of),
        raw_index=index,
        weight_of_own=shrunk.weight,
        fit=fit,
        county_score=score,
        nation_score=nation,
        density=undated["density"].to_numpy(float),
        outside=1 - undated["share_in_localities"].to_numpy(float) / 100,
    )


def drawn(at: Places, uniform: Mapping[str, FloatArray]) -> Places:
    """Let the index of the municipalities err as its fit does; each county keeps its own.

    Parameters
    ----------
    at
        Places at their central values.
    uniform
        Uniform numbers in (0, 1): ``need_slopes``, (draw, covariate), and ``need_own``, (draw, municipality).
    """
    apart = small_area.errors(at.fit, ndtri(uniform["need_slopes"]), ndtri(uniform["need_own"]))
    return replace(at, need_index=at.need_index + apart / at.nation_score)


@dataclass(frozen=True)
class Requirement:
    """Full-time specialists that the norm asks for, with what moves it from place to place."""

    at: Places
    """The places, with their need index as it was drawn."""
    factors: Mapping[str, FloatArray]
    """Deviations by name, each (draw, municipality), averaging one over the nation."""
    by_year: FloatArray
    """Full-time equivalents, (draw, area, year), the nation last."""
    municipalities: FloatArray
    """Full-time equivalents in the base year, (draw, municipality)."""
    contributions: FloatArray
    """In the base year the norm by head count, then what each factor adds, FTE, (draw, 1 + factor, area); with today's
    team."""


def requirement(
    p: Parameters,
    people: People,
    at: Places,
    off_list: FloatArray,
    norm: FloatArray,
    without: Collection[str] = (),
) -> Requirement:
    """Full-time specialists by area and year (methods C1-C3, C5).

    Every factor is a deviation that averages one over the nation in the base year, so that none of them moves
    the norm; after the base year only the inhabitants and their ages change.

    Parameters
    ----------
    p
        Assumptions.
    people, at
        Inhabitants and places.
    off_list
        Share of the time on duties off the list, (draw, region).
    norm
        Inhabitants per full-time specialist, broadcast to (draw, 1).
    without
        Names of `FACTORS` to switch off.
    """
    doctor = doctor_profile(p, people)
    heads = people.heads
    factors: dict[str, FloatArray] = {}
    level = np.broadcast_to(heads / norm, (len(doctor), len(heads)))

    def include(name: str, factor: FloatArray) -> FloatArray:
        """Turn the factor into a deviation from what the earlier ones left, and remember it."""
        factors[name] = need.deviation(np.broadcast_to(factor, level.shape), level)
        return level if name in without else level * factors[name]

    mean_load = need.mean_workload(people.cells, doctor)
    level = include("age", need.age_sex_weight(people.cells, doctor, mean_load))
    level = include("need_index", at.need_index**p.need.need_exponent)
    level = include(
        "sparsity", 1 + travel(p, people, at, p.geography.doctor_contacts_with_travel, p.geography.minutes_doctor_contact)
    )
    level = include("off_list", need.off_list(np.ones_like(level), off_list[:, people.region_of]))
    # Tasks moved beyond today's do lower the requirement: the team is no deviation from the nation's mean.
    level = level * team(p).doctor
    steps = need.waterfall(heads / norm, factors, without)
    constant = np.prod([factors[name] for name in FACTORS[1:] if name not in without], axis=0, initial=1.0) * team(p).doctor
    per_head = mean_load if "age" in without else doctor
    by_year = people.by_year(per_head * np.ones_like(doctor) / mean_load / norm, constant * np.ones_like(level))
    contributions = np.stack(
        [people.regional(step) for step in (np.broadcast_to(heads / norm, level.shape), *steps.contributions.values())],
        axis=1,
    )
    return Requirement(at, factors, by_year, level, contributions)


def working_time(p: Parameters, profession: str) -> need.WorkingTime:
    """How a profession's working time divides, each (draw, 1): direct time is held to the cap (method E3)."""
    of = PROFESSIONS[profession]
    return need.capped_direct_share(of.direct_time(p), of.indirect_time(p), p.working_time.direct_time_cap)


class Team(NamedTuple):
    """What moving tasks from doctors to the team does (method C4), per full-time doctor before."""

    doctor: FloatArray
    """Full-time doctors after, (draw, 1)."""
    professions: FloatArray
    """Full-time equivalents of each of `riktvarden.professions.PROFESSIONS`, (draw, profession)."""


def team(p: Parameters) -> Team:
    """Move the scenario's share of the doctors' contacts to the professions."""
    moved = p.task_shift.task_shift_share * np.hstack([each.taken_over(p) for each in PROFESSIONS.values()])
    after = need.task_shift(
        1 / p.geography.minutes_doctor_contact,
        p.geography.minutes_doctor_contact,
        moved[..., None],
        p.task_shift.task_shift_relative_time[..., None],
        p.task_shift.task_shift_back_up,
    )
    doctor = need.capped_direct_share(
        p.working_time.direct_time_share_doctor, p.working_time.indirect_time_share_doctor, p.working_time.direct_time_cap
    )
    theirs = np.hstack([working_time(p, name).allowance for name in PROFESSIONS])
    per_minute = after.profession_minutes * (1 - doctor.allowance) / (1 - theirs)
    return Team(after.doctor_minutes[:, None], per_minute)


def travel(p: Parameters, people: People, at: Places, share: FloatArray | float, minutes: FloatArray) -> FloatArray:
    """Travel minutes per contact minute (method C3), (draw, municipality): settlement and distance."""
    return need.travel_factor(distance(p, people, at), p.geography.travel_speed, minutes, share)


def distance(p: Parameters, people: People, at: Places) -> FloatArray:
    """Kilometres, as the crow flies, to the health centre on average, (draw, municipality)."""
    return need.mean_distance(at.outside, served(p, people), at.density)


def served(p: Parameters, people: People) -> FloatArray:
    """Inhabitants that a health centre serves, (draw, municipality)."""
    # Every municipality has a centre of its own, however few it serves.
    return np.minimum(people.heads.sum() / p.geography.health_centres, people.heads)


def within_minutes(p: Parameters, people: People, at: Places, minutes: float) -> FloatArray:
    """Share of the inhabitants who reach a health centre within some minutes, (draw, area)."""
    near = need.share_within(minutes, at.outside, served(p, people), at.density, p.geography.travel_speed)
    return people.regional(near * people.heads) / people.base
