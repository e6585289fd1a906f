"""How much faster the whole deterministic model is on arrays than in a pandas loop over places: for maintainers.

Both start from the same inhabitants, stocks of doctors, tables and central assumptions, and answer for every area and
year: what general practice and the four other professions need, and who will be there. The loop is written from the
equations of the method, one region, municipality, year, profession and contact at a time, and shares with the model
the names of its assumptions but none of its functions. Run ``python benchmarks/deterministic.py``; it takes up
to a minute and prints seconds of processor time of one thread, their ratio and the largest relative difference.
"""

from __future__ import annotations

import os

# Numpy reads the number of threads when it is imported.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import math
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from riktvarden import assumptions, model, supply, tables, uncertainty
from riktvarden.model import careers, general_practice, inputs, path_to_norm, principals, professions, weights
from riktvarden.model.careers import AGES, ENTRY_SPREAD, GROUPS, MORTALITY_YEARS
from riktvarden.model.inputs import REFERENCE_DATE, People, Stocks
from riktvarden.model.professions import AT_HOME_MINUTES, CONTACTS, PROFESSIONS, PSYCHOLOGISTS_PER, RESPONSIBILITY
from riktvarden.population import NINE, SEXES, age_labels

FloatArray = NDArray[np.float64]
T = TypeVar("T")
Answers = dict[str, FloatArray]
"""Measure → its value by municipality, by area and year, by area or by year."""

RUNS = 5
AGREED = 1e-9
GROUP_OF = dict(zip(age_labels(NINE), NINE, strict=True))
"""Age group → its first age."""


class Given(NamedTuple):
    """What both ways start from."""

    tables: Mapping[str, pd.DataFrame]
    p: SimpleNamespace
    """Central assumptions, each (1, 1)."""
    people: People
    stocks: Stocks
    off_list: FloatArray
    """Share of the time on duties off the list, (1, region)."""


# --- on arrays ----------------------------------------------------------------------------------------


def arrays(given: Given) -> Answers:
    """Compute everything with the model's own functions."""
    p, people = given.p, given.people
    component = np.array([getattr(p, f"cni_weight_{name}")[0, 0] for name in weights.COMPONENTS])
    at = weights.places(given.tables, people, component)
    deaths = careers.mortality(given.tables["population_nation"], people.base_year)
    required = weights.requirement(p, people, at, given.off_list, p.inhabitants_per_specialist)
    have = general_practice.supplied(p, people, given.stocks, careers.career(p, "general_practice", deaths))
    sustaining = general_practice.norm(p, required.by_year)
    a, b = general_practice.coverage(p, have.fte, have.in_training, required.by_year)
    found = {
        "doctors, municipality": required.municipalities,
        "doctors, need": required.by_year,
        "doctors, supply": have.fte,
        "doctors, in training": have.in_training,
        "doctors, starters": sustaining["st_starters_guideline"],
        "doctors, positions": sustaining["st_positions_guideline"],
        "doctors, coverage A": a,
        "doctors, coverage B": b,
        "doctors, starters to the target": general_practice.starters_for(
            p, people, have, required.by_year, people.target_year
        ),
    }
    for name in PROFESSIONS:
        needed = professions.needed(p, given.tables, people, at, name, p.need_weight, required)
        today, career = professions.today(p, people, name), careers.career(p, name, deaths)
        found |= {
            f"{name}, region's part": needed.region,
            f"{name}, municipality's part": needed.municipality,
            f"{name}, need": needed.by_year,
            f"{name}, supply": principals.supply_path(p, name, today, career, len(people.years) - 1),
        }
    return {measure: values[0] for measure, values in found.items()}


# --- one place at a time ------------------------------------------------------------------------------


class Frames(NamedTuple):
    """The same start as an analyst would have it."""

    tables: Mapping[str, pd.DataFrame]
    v: SimpleNamespace
    """Central assumptions."""
    years: list[int]
    target_year: int
    inhabitants: pd.DataFrame
    """region, municipality, sex, group, persons in the base year."""
    regional: pd.DataFrame
    """Persons by (region, sex, group), a column per year."""
    past: Mapping[int, pd.Series]
    """The nation's persons by (sex, group) in earlier years."""
    doctors: pd.DataFrame
    """By region: specialists (FTE), training (persons at the reference date) and off_list."""


def framed(given: Given) -> Frames:
    """Lay out the start as frames."""
    people = given.people
    cells = pd.MultiIndex.from_product([SEXES, GROUP_OF], names=["sex", "group"])
    wide = pd.DataFrame(people.cells, columns=cells)
    wide.index = pd.MultiIndex.from_arrays(
        [np.asarray(people.codes)[people.region_of], people.municipalities], names=["region", "municipality"]
    )
    in_regions = pd.MultiIndex.from_product([people.codes, SEXES, GROUP_OF], names=["region", "sex", "group"])
    years = [int(year) for year in people.years]
    return Frames(
        tables=given.tables,
        v=SimpleNamespace(**{name: float(value[0, 0]) for name, value in vars(given.p).items()}),
        years=years,
        target_year=people.target_year,
        inhabitants=wide.melt(value_name="persons", ignore_index=False).reset_index(),
        regional=pd.DataFrame(people.regional_cells.reshape(-1, len(years)), in_regions, years),
        past={year: pd.Series(persons, cells) for year, persons in people.past.items()},
        doctors=pd.DataFrame(
            {
                "specialists": given.stocks.specialists[0, :-1],
                "training": given.stocks.st[0, :-1],
                "off_list": given.off_list[0],
            },
            people.codes,
        ),
    )


def profile(cells: pd.Index, v: SimpleNamespace, contacts: str | None) -> pd.Series:
    """Contacts per person relative to men of 18-59 years; without a name, one for children only."""
    relative = pd.Series(1.0, cells)
    for sex, group in cells:
        first = GROUP_OF[group]
        if contacts is None:
            relative[sex, group] = float(first < 18)
            continue
        if sex == "F":
            relative[sex, group] *= getattr(v, f"{contacts}_women")
        if first < 18:
            relative[sex, group] *= getattr(v, f"{contacts}_children")
        elif first >= 80:
            relative[sex, group] *= getattr(v, f"{contacts}_80_plus")
        elif first >= 60:
            relative[sex, group] *= getattr(v, f"{contacts}_60_79")
    return relative


def distress(cells: pd.Index, v: SimpleNamespace) -> pd.Series:
    """Prevalence of distress relative to men of 30-59 years, nothing below 18."""
    relative = pd.Series(1.0, cells)
    for sex, group in cells:
        first = GROUP_OF[group]
        if sex == "F":
            relative[sex, group] *= v.distress_women_ratio
        if first < 18:
            relative[sex, group] = 0.0
        elif first < 30:
            relative[sex, group] *= v.distress_18_29_ratio
        elif first >= 60:
            relative[sex, group] *= v.distress_60_plus_ratio
    return relative


def full_time_hours(v: SimpleNamespace) -> float:
    """Working hours in a full-time year (method E2)."""
    return (v.possible_working_days - v.days_away) * v.hours_per_day


def patient_share(v: SimpleNamespace, profession: str) -> float:
    """Share of the working time that is for patients."""
    return v.patient_time_share_nurse if profession == "district_nurse" else v.patient_time_share_allied


def today(v: SimpleNamespace, profession: str, inhabitants: float) -> float:
    """Persons at work in the nation's primary care, both principals (method E6)."""
    if profession == "district_nurse":
        return (
            v.district_nurses_in_regions * v.district_nurse_private_gross_up
            + v.municipal_nurses * v.district_nurse_share_municipal
        )
    if profession == "physiotherapist":
        in_primary_care = v.physiotherapist_share_primary_care + v.physiotherapist_share_municipal
        return v.physiotherapists_all_sectors * in_primary_care
    if profession == "occupational_therapist":
        return v.occupational_therapists_region + v.occupational_therapists_municipal
    return v.psychologists_per_100000 * inhabitants / PSYCHOLOGISTS_PER * v.psychologist_share_primary_care


def entering(v: SimpleNamespace, profession: str) -> float:
    """Persons who come to the nation's primary care from education each year."""
    if profession == "district_nurse":
        return v.specialist_nurse_graduates * v.district_nurse_share_of_graduates * v.district_nurse_entry_share
    if profession == "physiotherapist":
        return v.physiotherapist_graduates * (v.physiotherapist_share_primary_care + v.physiotherapist_share_municipal)
    if profession == "occupational_therapist":
        here = v.occupational_therapists_region + v.occupational_therapists_municipal
        return v.occupational_therapist_graduates * min(here / v.occupational_therapists_all, 1)
    return v.psychologist_graduates * v.psychologist_share_primary_care


def per_person(start: Frames, nation: pd.Series) -> dict[tuple[str, int, bool], pd.Series]:
    """Work per person by (profession, contact, whether at home): relative for doctors, else minutes a year (E1, E3)."""
    v = start.v
    found = {("doctor", 0, False): profile(nation.index, v, "doctor_contacts")}
    for profession in PROFESSIONS:
        for number, kind in enumerate(CONTACTS[profession]):
            shape = profile(nation.index, v, kind.profile)
            made = (shape * start.past[int(getattr(v, kind.year))]).sum()
            share = getattr(v, kind.each)
            total = getattr(v, kind.total) * kind.scale * (1 - share if kind.complement else share)
            minutes = shape * total / made * (1 + v.unmet_need_share) * getattr(v, kind.minutes)
            found[profession, number, kind.at_home] = minutes
    shape = distress(nation.index, v)
    made = (shape * nation).sum()
    adults = sum(persons for (_, group), persons in nation.items() if GROUP_OF[group] >= 18)
    prevalence = shape * v.serious_distress_prevalence * adults / made
    treatment = prevalence * v.treated_in_primary_care_share * v.sessions_per_treatment * v.minutes_per_session
    at_work = today(v, "psychologist", nation.sum()) * v.fte_per_care_professional
    use = shape * 60 * at_work * full_time_hours(v) * patient_share(v, "psychologist") / made
    found["psychologist", 0, False] = v.need_weight * treatment + (1 - v.need_weight) * use
    return found


def workload(start: Frames, each: Mapping[tuple[str, int, bool], pd.Series]) -> pd.DataFrame:
    """Work of every municipality, year and contact: a municipality keeps its share of its region in each cell."""
    per_cell = {contact: work.to_dict() for contact, work in each.items()}
    rows = []
    for region, members in start.inhabitants.join(start.regional, on=["region", "sex", "group"]).groupby("region"):
        for municipality, here in members.groupby("municipality"):
            for year in start.years:
                sums = dict.fromkeys(per_cell, 0.0)
                columns = ["sex", "group", "persons", start.years[0], year]
                for sex, group, persons, region_now, region_then in here[columns].itertuples(index=False, name=None):
                    living = persons / region_now * region_then
                    for contact, work in per_cell.items():
                        sums[contact] += living * work[sex, group]
                rows += [
                    (profession, at_home, region, municipality, year, amount)
                    for (profession, _, at_home), amount in sums.items()
                ]
    return pd.DataFrame(rows, columns=["profession", "at_home", "region", "municipality", "year", "work"])


def places(start: Frames) -> pd.DataFrame:
    """By municipality: region, heads, need index (C1, E4), density, mean kilometres to a centre (C3)."""
    v = start.v
    education = dict(tuple(start.tables["education_municipality"].groupby("municipality")))
    background = dict(tuple(start.tables["foreign_background_municipality"].groupby("municipality")))
    heads = start.inhabitants.groupby("municipality")["persons"].sum()
    home = start.tables["municipalities"].set_index("municipality")
    undated = start.tables["municipality_covariates"].set_index("municipality")
    weight = {name: getattr(v, f"cni_weight_{name}") for name in weights.COMPONENTS}
    rows = []
    for municipality, persons in heads.items():
        schooled, born, other = education[municipality], background[municipality], undated.loc[municipality]
        adults, everyone = schooled["population"].sum(), born["population"].sum()
        low = schooled.loc[schooled["level"].isin(["1", "2"]), "population"].sum()
        shares = {
            "low_education": (low / adults, adults),
            "born_abroad": (born.loc[born["background"] == "foreign", "population"].sum() / everyone, everyone),
            "unemployed": (other["unemployment"] / 100, adults),
            "living_alone": (other["single_person_households"] / 100, everyone),
        }
        score = sum(weight[name] * share for name, (share, _) in shares.items())
        variance = sum(weight[name] ** 2 * share * (1 - share) / counted for name, (share, counted) in shares.items())
        catchment = heads.sum() / v.health_centres / other["density"]
        outside = 1 - other["share_in_localities"] / 100
        distance = v.road_detour * outside * 2 / 3 * math.sqrt(catchment / math.pi)
        where = home.loc[municipality]
        rows.append(
            (municipality, where["region"], where["skr_group"], persons, score, variance, other["density"], distance)
        )
    names = ["municipality", "region", "skr_group", "heads", "score", "variance", "density", "distance"]
    found = pd.DataFrame(rows, columns=names).set_index("municipality")
    nation = (found["score"] * found["heads"]).sum() / found["heads"].sum()
    found["index"], found["variance"] = found["score"] / nation, found["variance"] / nation**2
    for _, group in found.groupby("skr_group"):
        if len(group) < 4:
            continue
        mean, noise = group["index"].mean(), group["variance"]
        between = max(((group["index"] - mean) ** 2).sum() / (len(group) - 3) - noise.mean(), 0.0)
        found.loc[group.index, "index"] = mean + between / (between + noise) * (group["index"] - mean)
    return found


def deviating(level: pd.Series, factor: pd.Series) -> pd.Series:
    """Multiply by a factor made a deviation from the nation (method C2)."""
    return level * factor / ((level * factor).sum() / level.sum())


def travelling(v: SimpleNamespace, place: pd.DataFrame, minutes: float, share: float) -> pd.Series:
    """One plus travel minutes per contact minute (method C3)."""
    return 1 + share * 60 * 2 * place["distance"] / v.road_speed / minutes


def doctors_of(start: Frames, place: pd.DataFrame, work: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Full-time specialists required, by municipality in the base year and by (region, year) (methods C1-C5)."""
    v = start.v
    own = work.loc[work["profession"] == "doctor"]
    now = own.loc[own["year"] == start.years[0]].set_index("municipality")["work"]
    per_unit = place["heads"].sum() / now.sum() / v.inhabitants_per_specialist
    level = deviating(now * per_unit, place["index"] ** v.need_exponent)
    level = deviating(level, travelling(v, place, v.minutes_doctor_contact, v.doctor_contacts_with_travel))
    least = pd.Series(
        {
            name: max(full_time, v.minimum_doctors if place.loc[name, "density"] < v.isolated_density else 0.0)
            for name, full_time in level.items()
        }
    )
    level = deviating(level, least / level)
    level = deviating(level, 1 / (1 - place["region"].map(start.doctors["off_list"])))
    level = level * (1 - moved_from_doctors(v))
    multiplier = level / now
    by_year: dict[tuple[str, int], float] = defaultdict(float)
    for row in own.itertuples():
        by_year[row.region, row.year] += row.work * multiplier[row.municipality]
    return level, pd.Series(by_year)


def moved_from_doctors(v: SimpleNamespace) -> float:
    """Share of the doctors' minutes that the other professions take over (method C4)."""
    parts = sum(getattr(v, f"task_shift_to_{profession}") for profession in PROFESSIONS)
    return v.task_shift_share * parts * (1 - v.task_shift_back_up * v.task_shift_relative_time)


def taken_over(v: SimpleNamespace, profession: str) -> float:
    """Full-time equivalents that a profession takes over, per full-time doctor left (method C4)."""
    minutes = v.task_shift_share * getattr(v, f"task_shift_to_{profession}") * v.task_shift_relative_time
    return minutes * v.patient_time_share_doctor / patient_share(v, profession) / (1 - moved_from_doctors(v))


def needed(
    start: Frames, place: pd.DataFrame, work: pd.DataFrame, profession: str, doctors: tuple[pd.Series, pd.Series]
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """The region's and the municipality's part by municipality, and both by (region, year) (methods E1-E3, E7)."""
    v = start.v
    own = work.loc[work["profession"] == profession]
    minutes = own.loc[own["year"] == start.years[0]].groupby("municipality")["work"].sum()
    index = deviating(minutes, place["index"] ** v.need_exponent) / minutes
    municipal, journeys = pd.Series(0.0, place.index), pd.Series(1.0, place.index)
    if profession in RESPONSIBILITY:
        journeys = travelling(v, place, getattr(v, AT_HOME_MINUTES[profession]), 1.0)
        care, assumed = RESPONSIBILITY[profession]
        agreed = start.tables["responsibility"].set_index(["care", "region"]).loc[care, "municipal_share"]
        municipal = place["region"].map(agreed).fillna(getattr(v, assumed))
    per_minute = 1 / (60 * full_time_hours(v) * patient_share(v, profession))
    parts = {principal: dict.fromkeys(place.index, 0.0) for principal in ("region", "municipality")}
    by_year: dict[tuple[str, int], float] = defaultdict(float)
    for row in own.itertuples():
        full_time = row.work * index[row.municipality] * per_minute
        if row.at_home:
            full_time *= journeys[row.municipality]
        by_year[row.region, row.year] += full_time
        if row.year == start.years[0]:
            share = municipal[row.municipality] if row.at_home else 0.0
            parts["region"][row.municipality] += full_time * (1 - share)
            parts["municipality"][row.municipality] += full_time * share
    more = taken_over(v, profession)
    return (
        pd.Series(parts["region"]) + more * doctors[0],
        pd.Series(parts["municipality"]),
        pd.Series(by_year) + more * doctors[1],
    )


# --- who will be there --------------------------------------------------------------------------------


class Working(NamedTuple):
    """Ages and exits of one profession, by age with a column per sex."""

    stock: pd.DataFrame
    """Share of today's stock."""
    entry: pd.DataFrame
    """Share of a year's inflow."""
    leaving: pd.DataFrame
    """Exit probability."""
    fte: pd.Series
    """Full-time equivalents per person."""


def working(start: Frames, profession: str) -> Working:
    """Follow the published ages and the assumed exits (method b)."""
    v, group = start.v, GROUPS[profession]
    women, older, entry = (
        getattr(v, f"{group.plural}_{name}") for name in ("women_share", f"{group.older_from}_plus_share", "entry_age")
    )
    scale = v.retirement_spread * math.sqrt(3) / math.pi

    def at_work(age: float) -> float:
        return 1 / (1 + math.exp((age - getattr(v, group.retirement)) / scale))

    retiring = pd.Series(0.0, AGES)
    for age in AGES:
        if age >= supply.FIRST_RETIREMENT_AGE:
            retiring[age] = 1 - at_work(age + 1.5) / at_work(age + 0.5)
    retiring[AGES[-1]] = 1.0
    spread, entering_at, left = pd.Series(0.0, AGES), pd.Series(0.0, AGES), 1.0
    first = int(entry) - ENTRY_SPREAD
    for age in AGES:
        if first <= age < group.older_from:
            spread[age] = (1 - older) / (group.older_from - first)
        elif age >= group.older_from:
            spread[age] = left
            left *= 1 - retiring[age]
        if abs(age - int(entry)) <= ENTRY_SPREAD:
            entering_at[age] = 1 / (2 * ENTRY_SPREAD + 1)
    spread.loc[group.older_from :] *= older / spread.loc[group.older_from :].sum()
    relative = pd.Series([v.older_fte_ratio if age >= v.older_from_age else 1.0 for age in AGES], AGES)
    fte = getattr(v, group.fte) * relative / (spread * relative).sum()

    nation = start.tables["population_nation"]
    base = start.years[0]
    newest = nation.loc[(nation["kind"] == "observed") & nation["year"].between(base - MORTALITY_YEARS + 1, base)]
    leaving = pd.DataFrame(0.0, AGES, list(SEXES))
    for sex in SEXES:
        for age in AGES:
            cell = newest.loc[(newest["sex"] == sex) & (newest["age"] == age)]
            died = cell["deaths"].sum() / (cell["population"].sum() + cell["deaths"].sum() / 2)
            leaving.loc[age, sex] = 1 - (1 - retiring[age]) * (1 - getattr(v, group.other_exits)) * (1 - died)
    by_sex = dict(zip(SEXES, (women, 1 - women), strict=True))
    stock = pd.DataFrame({sex: spread * share for sex, share in by_sex.items()})
    if profession == "general_practice":
        may_stay = leaving.iloc[:-1]
        hazard, there = -np.log(1 - may_stay), stock.iloc[:-1]

        def beyond(multiple: float) -> float:
            return (there * np.exp(-multiple * hazard)).sum().sum() - (1 - v.specialist_exit_rate)

        leaving.iloc[:-1] = 1 - np.exp(-brentq(beyond, 0.0, 100.0, xtol=1e-15) * hazard)
    return Working(stock, pd.DataFrame({sex: entering_at * share for sex, share in by_sex.items()}), leaving, fte)


def a_year_later(stock: pd.DataFrame, coming: float, at: Working) -> pd.DataFrame:
    """Let people come, leave and grow a year older; half of those who come can leave (method b)."""
    arriving = coming * at.entry
    remaining = stock + arriving - at.leaving * (stock + arriving / 2)
    older = remaining.shift(1, fill_value=0.0)
    older.iloc[-1] += remaining.iloc[-1]
    return older


def full_time(stock: pd.DataFrame, at: Working) -> float:
    """Full-time equivalents of a stock."""
    return sum((stock[sex] * at.fte).sum() for sex in SEXES)


def alone(stock: float, coming: list[float], at: Working) -> list[float]:
    """Full-time equivalents in each year, the first being today's."""
    persons = stock * at.stock
    path = [full_time(persons, at)]
    for arriving in coming:
        persons = a_year_later(persons, arriving, at)
        path.append(full_time(persons, at))
    return path


class Training(NamedTuple):
    """Lags of the training of one starter."""

    completing: list[float]
    """Share who complete so many years later."""
    remaining: list[float]
    """Share still in training at the end of the year so many years later."""


def trained(v: SimpleNamespace, years: int) -> Training:
    """Follow one starter (methods b and A3)."""
    duration, completion = v.calendar_training_years, v.completion_share

    def until(time: float) -> float:
        end = min(time, duration)
        return end - (1 - completion) * end**2 / (2 * duration)

    lags = range(years + math.ceil(duration) + 1)
    return Training(
        [completion * max(0.0, 1 - abs(lag - duration)) for lag in lags], [until(lag + 1) - until(lag) for lag in lags]
    )


def specialists(start: Frames, place: pd.DataFrame) -> dict[str, pd.DataFrame | pd.Series]:
    """Specialists (FTE) and persons in training by year (row) and region, and today's starters by region (method b)."""
    v, years = start.v, start.years
    at, lag = working(start, "general_practice"), trained(v, len(years))
    heads = place.groupby("region")["heads"].sum()
    weight = heads / heads.sum()
    codes = list(weight.index)
    since = years[0] - REFERENCE_DATE.year
    training = start.doctors["training"] * (1 + v.st_growth) ** since
    cohorts = range(math.floor(v.calendar_training_years) + 1)
    past = {ago: (1 + v.st_growth) ** -ago for ago in cohorts}
    per_person_in_training = sum(past[ago] * lag.remaining[ago] for ago in cohorts)
    starters = training / per_person_in_training

    def first_jobs(finishing: dict[str, float]) -> dict[str, float]:
        begun = {code: v.stay_share * finishing[code] for code in codes}
        for origin in codes:
            for code in codes:
                if code != origin:
                    begun[code] += (1 - v.stay_share) * finishing[origin] * weight[code] / (1 - weight[origin])
        return begun

    abroad = max(v.foreign_certificates - v.never_resident_certificates, 0.0)
    stock = {code: start.doctors.loc[code, "specialists"] / v.fte_per_specialist * at.stock for code in codes}
    of_intake = dict.fromkeys(codes, 0.0 * at.stock)
    supplied = [{code: full_time(stock[code], at) for code in codes}]
    in_training = [dict(training)]
    for ahead in range(1, len(years)):
        finishing, new, left = {}, {}, {}
        for code in codes:
            before = training[code] / per_person_in_training
            finishing[code] = before * sum(past[ago] * lag.completing[ago + ahead] for ago in cohorts)
            left[code] = before * sum(past[ago] * lag.remaining[ago + ahead] for ago in cohorts)
            new[code] = sum(starters[code] * lag.completing[ahead - begun] for begun in range(1, ahead + 1))
            left[code] += sum(starters[code] * lag.remaining[ahead - begun] for begun in range(1, ahead + 1))
        begun_of_stock, begun_of_intake = first_jobs(finishing), first_jobs(new)
        for code in codes:
            stock[code] = a_year_later(stock[code], begun_of_stock[code] + abroad * weight[code], at)
            of_intake[code] = a_year_later(of_intake[code], begun_of_intake[code], at)
        after = {code: (1 - v.specialist_move_rate) * stock[code] for code in codes}
        for origin in codes:
            for code in codes:
                if code != origin:
                    after[code] = after[code] + stock[origin] * (
                        v.specialist_move_rate * weight[code] / (1 - weight[origin])
                    )
        stock = after
        supplied.append({code: full_time(stock[code], at) + full_time(of_intake[code], at) for code in codes})
        in_training.append(left)
    return {"supply": pd.DataFrame(supplied, years), "in training": pd.DataFrame(in_training, years), "starters": starters}


def to_the_target(start: Frames, place: pd.DataFrame, gap: pd.Series, now: pd.Series) -> FloatArray:
    """Constant yearly starters of each region, and of the nation for itself, that close the gap (method D1)."""
    v = start.v
    years = start.target_year - int(v.first_adjustable_intake) + 1
    if years - v.calendar_training_years < 1:
        return np.full(len(gap) + 1, np.inf)
    lag = trained(v, years)
    path = alone(0.0, lag.completing[:years], working(start, "general_practice"))
    per_yearly = sum(path[1:])
    heads = place.groupby("region")["heads"].sum()
    weight = heads / heads.sum()
    first_job = np.empty((len(gap), len(gap)))
    for column, origin in enumerate(gap.index):
        for row, code in enumerate(gap.index):
            sent = (1 - v.stay_share) * weight[code] / (1 - weight[origin])
            first_job[row, column] = v.stay_share if code == origin else sent
    wanted = np.append(np.linalg.solve(first_job, gap.to_numpy()), gap.sum())
    return np.maximum(np.append(now.to_numpy(), now.sum()) + wanted / per_yearly, 0.0)


def by_area(values: pd.Series) -> FloatArray:
    """From (region, year) to an array of areas and years, the nation last."""
    wide = values.unstack()  # noqa: PD010 - of a series by two keys
    return np.vstack([wide.to_numpy(), wide.sum().to_numpy()])


def loop(start: Frames) -> Answers:
    """Compute the same one region, municipality, year, profession and contact at a time."""
    v = start.v
    place = places(start)
    nation = start.inhabitants.groupby(["sex", "group"], sort=False)["persons"].sum()
    work = workload(start, per_person(start, nation))
    doctors = doctors_of(start, place, work)
    have = specialists(start, place)
    required = by_area(doctors[1])
    fte, in_training = (by_area(have[name].T.stack()) for name in ("supply", "in training"))  # noqa: PD013 - by two keys
    starters, positions, coverage_a, coverage_b = (np.empty_like(required) for _ in range(4))
    for area in range(len(required)):
        for year in range(len(start.years)):
            full_time_needed = required[area, year]
            starting = full_time_needed * v.specialist_exit_rate / (v.completion_share * v.fte_per_specialist)
            persons = starting * v.calendar_training_years * (1 + v.completion_share) / 2
            middle = v.st_share_mid_training * in_training[area, year] / v.persons_per_position
            as_specialists = v.inhabitants_per_st_mid / v.inhabitants_per_specialist * v.st_share_at_own_unit * middle
            starters[area, year] = starting
            positions[area, year] = persons / v.persons_per_position / (1 - v.st_vacancy_rate)
            coverage_a[area, year] = fte[area, year] / full_time_needed
            coverage_b[area, year] = (fte[area, year] + as_specialists) / full_time_needed
    gap = doctors[1].xs(start.target_year, level=1) - have["supply"].loc[start.target_year]
    found = {
        "doctors, municipality": doctors[0].to_numpy(),
        "doctors, need": required,
        "doctors, supply": fte,
        "doctors, in training": in_training,
        "doctors, starters": starters,
        "doctors, positions": positions,
        "doctors, coverage A": coverage_a,
        "doctors, coverage B": coverage_b,
        "doctors, starters to the target": to_the_target(start, place, gap, have["starters"]),
    }
    for name in PROFESSIONS:
        of_region, of_municipality, by_year = needed(start, place, work, name, doctors)
        coming = [entering(v, name)] * (len(start.years) - 1)
        found |= {
            f"{name}, region's part": of_region.to_numpy(),
            f"{name}, municipality's part": of_municipality.to_numpy(),
            f"{name}, need": by_area(by_year),
            f"{name}, supply": np.array(alone(today(v, name, nation.sum()), coming, working(start, name))),
        }
    return found


# --- both ---------------------------------------------------------------------------------------------


def timed(task: Callable[[], T], runs: int = 1) -> tuple[T, float]:
    """Give what a task answers, and the median seconds of processor time it takes."""
    taken = []
    for _ in range(runs):
        began = time.process_time()
        found = task()
        taken.append(time.process_time() - began)
    return found, statistics.median(taken)


def apart(ours: FloatArray, theirs: FloatArray) -> float:
    """Largest relative difference of two arrays; absolute where the second is nought."""
    if ours.shape != theirs.shape:
        raise ValueError(f"the two ways answer for {ours.shape} and {theirs.shape} cells")
    difference = np.abs(np.subtract(ours, theirs, out=np.zeros(ours.shape), where=ours != theirs))
    return float(np.divide(difference, np.abs(theirs), out=difference.copy(), where=theirs != 0).max())


def central() -> tuple[Given, float]:
    """Read what both start from, at the central values, and time the projection of the inhabitants."""
    given, graded = tables.read_all(), assumptions.read()
    p = SimpleNamespace(**{name: np.full((1, 1), graded[name].value) for name in model.ASSUMPTIONS})
    people, projecting = timed(lambda: inputs.people(given, graded))
    middle = {stream: np.full((1, len(people.codes)), 0.5) for stream in model.STREAMS}
    stocks = inputs.stocks_drawn(p, inputs.published(given, people), people, middle)
    off_list = uncertainty.quantile(graded["off_list_deviation"], middle["off_list"])
    return Given(given, p, people, stocks, off_list), projecting


def main() -> None:
    """Print how long both take and how far they differ, and how long the linear programme takes."""
    given, projecting = central()
    people, p = given.people, given.p
    quick, fast = timed(lambda: arrays(given), RUNS)
    frames = framed(given)
    plain, slow = timed(lambda: loop(frames))
    differences = {measure: apart(quick[measure], plain[measure]) for measure in quick}
    worst = max(differences, key=differences.__getitem__)
    cells = sum(values.size for values in quick.values())
    print(
        f"{len(people.codes)} regions, {len(people.municipalities)} municipalities, {1 + len(PROFESSIONS)} professions, "
        f"{people.years[0]}-{people.years[-1]}: {cells:,} cells"
    )
    print(f"arrays {fast:.3f} s, pandas {slow:.1f} s: {slow / fast:,.0f} times")
    print(f"largest relative difference {differences[worst]:.0e} ({worst})")
    print(f"inhabitants of all years, which both start from: {projecting:.2f} s")
    deaths = careers.mortality(given.tables["population_nation"], people.base_year)
    have = general_practice.supplied(p, people, given.stocks, careers.career(p, "general_practice", deaths))
    required = quick["doctors, need"][None]
    solved, solving = timed(lambda: path_to_norm.programme(p, people, have, required), RUNS)
    told = ", ".join([solved.status, *solved.binding])
    print(f"linear programme {solving:.2f} s, {len(people.codes)} regions x {len(people.years) - 1} years: {told}")
    if solved.first_feasible_year is not None:
        aim = replace(people, target_year=solved.first_feasible_year)
        found, finding = timed(lambda: path_to_norm.programme(p, aim, have, required), RUNS)
        print(f"its first feasible year {aim.target_year} as target {finding:.2f} s: {found.status}")
    if not all(difference <= AGREED for difference in differences.values()):
        raise SystemExit("the two ways do not agree")


if __name__ == "__main__":
    main()
