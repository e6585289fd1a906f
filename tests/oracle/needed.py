"""Need of the inhabitants: full-time specialists by the norm (C1-C5), the four professions by minutes (E1-E7)."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from . import given
from .inhabitants import NINE, SEXES, Inhabitants, nation, summed

PROFESSIONS = ("district_nurse", "physiotherapist", "occupational_therapist", "psychologist")

MILLION = 1e6

Cells = dict[tuple[str, int], float]
"""A number for each sex and first age of a group."""

CELLS = [(sex, low) for sex in SEXES for low, _ in NINE]
"""Every cell, in the order of the arrays of inhabitants."""


def relative_contacts(v: given.Values, name: str) -> Cells:
    """Contacts per person against men of 18-59 years."""
    found = {}
    for sex, low in CELLS:
        band = "children" if low < 18 else "80_plus" if low >= 80 else "60_79" if low >= 60 else ""
        of_age = v[f"{name}_{band}"] if band else 1.0
        found[sex, low] = of_age * (v[f"{name}_women"] if sex == "F" else 1.0)
    return found


def relative_distress(v: given.Values) -> Cells:
    """Prevalence of distress against men of 30-59 years; children are not asked."""
    found = {}
    for sex, low in CELLS:
        of_age = 0.0 if low < 18 else v.distress_18_29_ratio if low < 30 else v.distress_60_plus_ratio if low >= 60 else 1.0
        found[sex, low] = of_age * (v.distress_women_ratio if sex == "F" else 1.0)
    return found


MULTIMORBID = (
    ("multimorbid_under_25", 0, 25),
    ("multimorbid_25_44", 25, 45),
    ("multimorbid_45_64", 45, 65),
    ("multimorbid_65_74", 65, 75),
    ("multimorbid_75_84", 75, 85),
    ("multimorbid_85_plus", 85, 95),
)
"""Shares with two or more chronic conditions, with the ages they are of; the open ages are taken to end at 95."""


def multimorbid(v: given.Values, low: int, end: int) -> float:
    """The share at the middle of an age group, on a straight line between the middles of the published ages."""
    middle = (low + end) / 2
    known = [((first + last) / 2, v[name]) for name, first, last in MULTIMORBID]
    if middle <= known[0][0]:
        return known[0][1]
    for (before, one), (after, other) in itertools.pairwise(known):
        if middle <= after:
            return one + (other - one) * (middle - before) / (after - before)
    return known[-1][1]


def needed_by_age(v: given.Values, name: str, there: Cells) -> Cells:
    """Contacts per person that illness or reduced function asks for, in any unit (C1)."""
    if name == "function":
        found = relative_contacts(v, "home_care")
        for (sex, low), one in found.items():
            of_age = (
                v.home_care_60_79 * v.function_80_plus_ratio
                if low >= 80
                else one / (v.home_care_women if sex == "F" else 1)
            )
            found[sex, low] = of_age * (v.function_women_ratio if sex == "F" else 1.0)
        return found
    distress = relative_distress(v)
    adults = sum(persons for (_, low), persons in there.items() if low >= 18)
    level = v.serious_distress_prevalence * adults / sum(distress[cell] * there[cell] for cell in CELLS)
    ends = dict(NINE)
    return {
        (sex, low): 1
        + (v.multimorbid_contact_ratio - 1) * multimorbid(v, low, ends[low])
        + (v.distress_contact_ratio - 1) * level * distress[sex, low]
        for sex, low in CELLS
    }


def beside_use(v: given.Values, use: Cells, name: str, there: Cells) -> Cells:
    """Need by age weighed against use, the nation's mean of either being one (C1)."""
    other, persons = needed_by_age(v, name, there), sum(there.values())
    means = [sum(each[cell] * there[cell] for cell in CELLS) / persons for each in (other, use)]
    zeta = v.need_age_weight
    return {cell: zeta * other[cell] / means[0] + (1 - zeta) * use[cell] / means[1] for cell in CELLS}


def as_array(cells: Cells) -> np.ndarray:
    """Cells as (sex, group)."""
    return np.array([cells[cell] for cell in CELLS]).reshape(len(SEXES), len(NINE))


# --- places (C1, C3, E4) ------------------------------------------------------------------------------


@dataclass
class Town:
    """Properties of a municipality."""

    code: str
    region: str
    heads: float
    raw_index: float = math.nan
    own_weight: float = math.nan
    index: float = math.nan
    """Need index shrunk towards the group's mean."""
    density: float = math.nan
    kilometres: float = math.nan
    """Mean distance to a centre, as the crow flies."""
    factors: dict[str, float] = field(default_factory=dict)
    """Of the specialists' requirement, in order."""
    steps: list[float] = field(default_factory=list)
    """The requirement by head count, and after each factor."""


COMPONENTS = ("aged_under_5", "born_abroad", "living_alone", "single_parent", "moved_in", "unemployed", "low_education")


def by_county(v: given.Values) -> tuple[dict[str, float], dict[str, float]]:
    """Weighted components of the Care Need Index per inhabitant: all of them, and those not counted in municipalities."""
    rows = given.table("care_need_components_region").set_index("region")
    each = {
        code: {name: v[f"cni_weight_{name}"] * rows.loc[code, name] / rows.loc[code, "population"] for name in COMPONENTS}
        for code in given.regions()
    }
    whole = {code: sum(parts.values()) for code, parts in each.items()}
    return whole, {code: whole[code] - parts["born_abroad"] for code, parts in each.items()}


def brought_down(measure: dict[str, float], found: list[Town], x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A measure of counties in every municipality by ridge regression, refitted without each county; its slopes (C1)."""
    codes = list(measure)
    means = np.array(
        [
            np.average(
                x[[town.region == code for town in found]],
                axis=0,
                weights=[town.heads for town in found if town.region == code],
            )
            for code in codes
        ]
    )
    middle, spread = means.mean(axis=0), means.std(axis=0)
    z, y = (means - middle) / spread, np.array([measure[code] for code in codes])

    def solved(penalty: float, rows: np.ndarray) -> np.ndarray:
        """Constant and slopes from the normal equations."""
        design = np.column_stack([np.ones(len(rows)), z[rows]])
        charge = np.diag([0.0] + [penalty] * z.shape[1])
        return np.linalg.solve(design.T @ design + charge, design.T @ y[rows])

    def missed(penalty: float) -> float:
        squares = 0.0
        for place in range(len(codes)):
            constant, *slopes = solved(penalty, np.delete(np.arange(len(codes)), place))
            squares += (y[place] - constant - z[place] @ np.array(slopes)) ** 2
        return squares

    best = min((2.0**power for power in range(-2, 7)), key=missed)
    slopes = solved(best, np.arange(len(codes)))[1:] / spread
    of_region = {code: means[place] for place, code in enumerate(codes)}
    value = [measure[town.region] + (row - of_region[town.region]) @ slopes for town, row in zip(found, x, strict=True)]
    return np.array(value), slopes


def to_county(values: dict[str, float], county: dict[str, float], found: list[Town]) -> dict[str, float]:
    """Municipalities of each county shifted alike to the county's own mean."""
    gap = {}
    for code, own in county.items():
        members = [town for town in found if town.region == code]
        gap[code] = own - sum(values[town.code] * town.heads for town in members) / sum(town.heads for town in members)
    return {town.code: values[town.code] + gap[town.region] for town in found}


def towns(v: given.Values, who: Inhabitants) -> list[Town]:
    """Every municipality, with its need index (C1, E4) and roads (C3)."""
    home = given.region_of()
    education, abroad = given.table("education_municipality"), given.table("born_abroad_municipality")
    adults = education.groupby("municipality")["population"].sum()
    low_education = education.loc[education["level"].isin(["1", "2"])].groupby("municipality")["population"].sum()
    abroad = abroad.set_index("municipality")
    undated = given.table("municipality_covariates").set_index("municipality")
    group_of = given.table("municipalities").set_index("municipality")["skr_group"]

    codes = given.municipalities()
    found = [Town(code, home[code], float(who.towns[place].sum())) for place, code in enumerate(codes)]
    shares, counted = np.empty((len(codes), 3)), np.empty((len(codes), 3))
    for place, code in enumerate(codes):
        shares[place] = (
            low_education[code] / adults[code],
            undated.loc[code, "unemployment"] / 100,
            undated.loc[code, "single_person_households"] / 100,
        )
        counted[place] = adults[code], adults[code], abroad.loc[code, "population"]
    county, rest = by_county(v)
    value, slopes = brought_down(rest, found, shares)
    persons = sum(town.heads for town in found)
    mean = sum(county[town.region] * town.heads for town in found) / persons
    raw, variance = {}, {}
    for place, town in enumerate(found):
        share, of = abroad.loc[town.code, "born_abroad"] / abroad.loc[town.code, "population"], shares[place]
        raw[town.code] = (value[place] + v.cni_weight_born_abroad * share) / mean
        noise = v.cni_weight_born_abroad**2 * share * (1 - share) / abroad.loc[town.code, "population"]
        variance[town.code] = noise + sum(slopes**2 * of * (1 - of) / counted[place])
    relative = {code: score / mean for code, score in county.items()}
    raw = to_county(raw, relative, found)

    drawn_in = {}
    for group in group_of.unique():
        members = [town for town in found if group_of[town.code] == group]
        middle = sum(raw[town.code] for town in members) / len(members)
        noise = {town.code: variance[town.code] / mean**2 for town in members}
        squares = sum((raw[town.code] - middle) ** 2 for town in members)
        between = math.inf
        if len(members) >= 4:
            between = max(0.0, squares / (len(members) - 3) - sum(noise.values()) / len(members))
        for town in members:
            town.raw_index = raw[town.code]
            town.own_weight = 1.0 if between == math.inf else between / (between + noise[town.code])
            drawn_in[town.code] = town.own_weight * town.raw_index + (1 - town.own_weight) * middle
    index = to_county(drawn_in, relative, found)

    for town in found:
        town.index = index[town.code]
        town.density = undated.loc[town.code, "density"]
        outside = 1 - undated.loc[town.code, "share_in_localities"] / 100
        served = min(persons / v.health_centres, town.heads)
        town.kilometres = outside * 2 / 3 * math.sqrt(served / (town.density * math.pi))
    return found


def travel(v: given.Values, town: Town, minutes: float) -> float:
    """Minutes on the road, there and back, per minute of a contact at the patient's home."""
    return 60 * 2 * town.kilometres / v.travel_speed / minutes


def deviations(raw: list[float], level: list[float]) -> list[float]:
    """Factors as deviations whose mean, weighted with the need they meet, is one."""
    mean = sum(one * weight for one, weight in zip(raw, level, strict=True)) / sum(level)
    return [one / mean for one in raw]


# --- specialists (C1-C5) ------------------------------------------------------------------------------


def moved_to(v: given.Values, profession: str) -> float:
    """Share of the doctors' contacts moved to a profession (C4)."""
    return v.task_shift_share * v[f"task_shift_to_{profession}"]


def left_to_doctors(v: given.Values) -> float:
    """Return the share of the doctors' minutes remaining after moving tasks."""
    moved = sum(moved_to(v, profession) for profession in PROFESSIONS)
    return 1 - moved * (1 - v.task_shift_back_up * v.task_shift_relative_time)


@dataclass
class Requirement:
    """Full-time specialists required by the norm."""

    towns: list[Town]
    by_year: dict[int, np.ndarray]
    """(region,)."""

    def now(self) -> list[float]:
        return [town.steps[-1] for town in self.towns]


def requirement(v: given.Values, who: Inhabitants) -> Requirement:
    """Full-time specialists by municipality in the base year, and by region and year."""
    places = towns(v, who)
    there = dict(zip(CELLS, who.towns.sum(axis=0).ravel(), strict=True))
    contacts = as_array(beside_use(v, relative_contacts(v, "doctor_contacts"), "morbidity", there))
    mean_contacts = (who.towns * contacts).sum() / who.towns.sum()
    # The median of what varies between regions, as all are in the middle of their distribution.
    off_list = given.median("off_list_deviation", v.off_list_deviation)
    level = [town.heads / v.inhabitants_per_specialist for town in places]
    for town, each in zip(places, level, strict=True):
        town.steps = [each]

    def apply(name: str, raw: list[float]) -> None:
        nonlocal level
        found = deviations(raw, level)
        level = [each * one for each, one in zip(level, found, strict=True)]
        for town, one, each in zip(places, found, level, strict=True):
            town.factors[name] = one
            town.steps.append(each)

    ages = [float((who.towns[place] * contacts).sum()) / (town.heads * mean_contacts) for place, town in enumerate(places)]
    apply("age", ages)
    apply("need_index", [town.index**v.need_exponent for town in places])
    on_the_road = [v.doctor_contacts_with_travel * travel(v, town, v.minutes_doctor_contact) for town in places]
    apply("sparsity", [1 + one for one in on_the_road])
    apply("off_list", [1 / (1 - off_list)] * len(places))
    for town in places:
        town.steps.append(town.steps[-1] * left_to_doctors(v))

    by_year = {}
    for year in who.years:
        there, regions = who.towns_in(year), dict.fromkeys(given.regions(), 0.0)
        for place, town in enumerate(places):
            need = float((there[place] * contacts).sum()) / mean_contacts / v.inhabitants_per_specialist
            for name, one in town.factors.items():
                # Ages are counted person by person.
                need *= 1.0 if name == "age" else one
            regions[town.region] += need * left_to_doctors(v)
        by_year[year] = np.array(list(regions.values()))
    return Requirement(places, by_year)


# --- the four professions (E1-E7) ---------------------------------------------------------------------


@dataclass
class Contact:
    """One kind of contact at the central values."""

    shape: Cells
    total: float
    """In the nation and year."""
    year: int
    minutes: float
    at_home: bool = False
    need: str = ""
    """What its need by age is published as; empty where nothing is."""


def children_only() -> Cells:
    return {(sex, low): float(low < 18) for sex, low in CELLS}


def contacts(v: given.Values, profession: str) -> list[Contact]:
    """Return the contacts of a profession other than psychologists."""
    of, home = int(v.contacts_year), int(v.recipients_year)

    def at_home(kind: str) -> Contact:
        visits = v.home_care_recipients * v[f"home_{kind}_visits_per_recipient"]
        return Contact(relative_contacts(v, "home_care"), visits, home, v[f"minutes_home_{kind}_visit"], True, "function")

    if profession == "district_nurse":
        return [
            Contact(
                relative_contacts(v, "nurse_contacts"),
                v.nurse_visits * MILLION * v.district_nurse_share_of_nurse_visits,
                of,
                v.minutes_nurse_visit,
                need="morbidity",
            ),
            Contact(
                relative_contacts(v, "telephone_contacts"),
                v.telephone_contacts_all * MILLION * v.district_nurse_share_of_telephone_contacts,
                of,
                v.minutes_telephone_contact,
                need="morbidity",
            ),
            Contact(
                children_only(),
                v.child_health_visits * MILLION * v.district_nurse_share_of_child_health,
                of,
                v.minutes_child_health_visit,
            ),
            at_home("nursing"),
        ]
    visits = v.rehabilitation_visits * MILLION
    if profession == "physiotherapist":
        made = visits * v.physiotherapist_share_of_rehabilitation_visits
        shape = relative_contacts(v, "physiotherapy_contacts")
        return [Contact(shape, made, of, v.minutes_physiotherapy_visit), at_home("physiotherapy")]
    made = visits * (1 - v.physiotherapist_share_of_rehabilitation_visits)
    shape = relative_contacts(v, "occupational_therapy_contacts")
    return [Contact(shape, made, of, v.minutes_occupational_therapy_visit), at_home("occupational_therapy")]


def hours(v: given.Values) -> float:
    """Hours in a full-time year (E2)."""
    return (v.possible_working_days - v.days_away) * v.hours_per_day


def patient_time(v: given.Values, studied: str) -> float:
    """Share of the working time that is for patients, direct time held to the cap (E2): 1 - CAS."""
    direct, indirect = v[f"direct_time_share_{studied}"], v[f"indirect_time_share_{studied}"]
    return (direct + indirect) * min(1.0, v.direct_time_cap / direct)


def patient_time_of(v: given.Values, profession: str) -> float:
    return patient_time(v, "nurse" if profession == "district_nurse" else "allied")


def full_time(v: given.Values, profession: str, minutes: float) -> float:
    """Convert minutes with patients to full-time equivalents (E2)."""
    return minutes / (60 * hours(v)) / patient_time_of(v, profession)


def at_work(v: given.Values, who: Inhabitants, profession: str) -> tuple[float, float]:
    """Full-time equivalents of the regions and of the municipalities today (E6)."""
    if profession == "district_nurse":
        persons = (
            v.district_nurses_in_regions * v.district_nurse_private_gross_up,
            v.municipal_nurses * v.district_nurse_share_municipal,
        )
    elif profession == "physiotherapist":
        persons = (
            v.physiotherapists_all_sectors * v.physiotherapist_share_primary_care,
            v.physiotherapists_all_sectors * v.physiotherapist_share_municipal,
        )
    elif profession == "occupational_therapist":
        persons = v.occupational_therapists_region, v.occupational_therapists_municipal
    else:
        employed = v.psychologists_per_100000 * who.of_nation(who.base_year) / 100_000
        persons = employed * v.psychologist_share_primary_care, 0.0
    return persons[0] * v.fte_per_care_professional, persons[1] * v.fte_per_care_professional


def minutes_each(v: given.Values, who: Inhabitants, profession: str) -> list[tuple[Cells, float]]:
    """Minutes a year that a person of each cell needs (E1, E3), with the minutes of a visit where it is at home, or 0."""
    if profession == "psychologist":
        there = dict(zip(CELLS, who.towns.sum(axis=0).ravel(), strict=True))
        shape = relative_distress(v)
        weighted = sum(shape[cell] * there[cell] for cell in CELLS)
        adults = sum(persons for (_, low), persons in there.items() if low >= 18)
        ill = v.serious_distress_prevalence * adults
        session = v.sessions_per_treatment * v.minutes_per_session
        by_need = ill * v.treated_in_primary_care_share * session
        by_use = 60 * sum(at_work(v, who, profession)) * hours(v) * patient_time_of(v, profession)
        together = v.need_weight * by_need + (1 - v.need_weight) * by_use
        return [({cell: shape[cell] * together / weighted for cell in CELLS}, 0.0)]
    found = []
    for kind in contacts(v, profession):
        then = summed(np.stack([nation("population", kind.year)]), NINE)[0].ravel()
        there = dict(zip(CELLS, then, strict=True))
        shape = beside_use(v, kind.shape, kind.need, there) if kind.need else kind.shape
        made = sum(shape[cell] * persons for cell, persons in there.items())
        each = {cell: shape[cell] * kind.total / made * (1 + v.unmet_need_share) * kind.minutes for cell in CELLS}
        found.append((each, kind.minutes if kind.at_home else 0.0))
    return found


@dataclass
class Need:
    """Full-time equivalents required by the care of one profession."""

    of_region: list[float]
    """By municipality, the region's part."""
    of_municipality: list[float]
    by_year: dict[int, np.ndarray]
    """(region,)."""
    contributions: dict[str, list[float]]
    """By municipality: the head count's share of the nation's need, then what each step adds."""


def municipal_share(v: given.Values, profession: str, region: str) -> float:
    """Share of the care at home that is the municipality's (E7)."""
    nursing = profession == "district_nurse"
    care = "home_nursing" if nursing else "home_rehabilitation"
    assumed = v.municipal_share_home_care if nursing else v.municipal_share_home_rehabilitation
    own = own_shares().get((region, care), math.nan)
    return assumed if math.isnan(own) else own


@cache
def own_shares() -> dict[tuple[str, str], float]:
    """The county's own share, NaN where it has none, by region and care."""
    return given.table("responsibility").set_index(["region", "care"])["municipal_share"].to_dict()


def need_of(v: given.Values, who: Inhabitants, profession: str, doctors: Requirement) -> Need:
    """Full-time equivalents of one of the four professions."""
    places = doctors.towns
    kinds = [(as_array(each), at_home) for each, at_home in minutes_each(v, who, profession)]
    demanded = [sum(float((who.towns[place] * each).sum()) for each, _ in kinds) for place in range(len(places))]
    index = deviations([town.index**v.need_exponent for town in places], demanded)
    # A doctor who does less frees minutes for the profession, in the shares of both that are for patients.
    taken = moved_to(v, profession) * v.task_shift_relative_time
    taken *= patient_time(v, "doctor") / patient_time_of(v, profession) / left_to_doctors(v)

    of_region, of_municipality = [], []
    for place, town in enumerate(places):
        mine, theirs = taken * town.steps[-1], 0.0
        for each, visit in kinds:
            minutes = float((who.towns[place] * each).sum()) * index[place]
            if visit:
                minutes *= 1 + travel(v, town, visit)
            share = municipal_share(v, profession, town.region) if visit else 0.0
            mine += full_time(v, profession, minutes * (1 - share))
            theirs += full_time(v, profession, minutes * share)
        of_region.append(mine)
        of_municipality.append(theirs)

    by_year = {}
    for year in who.years:
        there, regions = who.towns_in(year), dict(zip(given.regions(), taken * doctors.by_year[year], strict=True))
        for place, town in enumerate(places):
            for each, visit in kinds:
                minutes = float((there[place] * each).sum()) * index[place]
                regions[town.region] += full_time(v, profession, minutes * (1 + (travel(v, town, visit) if visit else 0)))
        by_year[year] = np.array(list(regions.values()))

    # Each step shares out the same national need, less what is taken over from doctors.
    own = [
        mine + theirs - taken * town.steps[-1]
        for mine, theirs, town in zip(of_region, of_municipality, places, strict=True)
    ]
    with_index = [one * each for one, each in zip(demanded, index, strict=True)]
    levels = [
        [one / sum(step) * sum(own) for one in step] for step in ([t.heads for t in places], demanded, with_index, own)
    ]
    contributions = {"inhabitants": levels[0]}
    for name, before, after in zip(("age", "need_index", "travel"), levels[:-1], levels[1:], strict=True):
        contributions[name] = [end - start for start, end in zip(before, after, strict=True)]
    return Need(of_region, of_municipality, by_year, contributions)
