"""The inhabitants (method b) by area, age and sex, from the tables to the last year of the outlook.

A population is an array (region, sex, age): 21 regions in order of code, women before men, ages 0 to 100 and over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from . import given

SEXES = ("F", "M")
AGES = 101
OLDEST = 100
FIVE = [(low, low + 5) for low in range(0, 90, 5)] + [(90, AGES)]
TEN = [(0, 15)] + [(low, low + 10) for low in range(15, 85, 10)] + [(85, AGES)]
NINE = [(0, 18), (18, 30), (30, 40), (40, 50), (50, 60), (60, 70), (70, 80), (80, 90), (90, AGES)]
CUT = [(0, 18), (18, 30), (30, 40), (40, 50), (50, 60), (60, 65), (65, 70), (70, 80), (80, 90), (90, AGES)]
"""The nine groups of municipalities, with the one around 65 cut in two."""

RATES_FROM = 10
"""Years of flows behind the rates."""

POOLED = 90
"""Age from which all share one rate of migration."""


def label(group: tuple[int, int]) -> str:
    """The name of an age group in the tables."""
    low, end = group
    return f"{low}+" if end == AGES else f"{low}-{end - 1}"


# --- tables as arrays ---------------------------------------------------------------------------------


def single_years(name: str, year: int) -> np.ndarray:
    """A table of the regions with a column per age, (region, sex, age)."""
    rows = given.table(name)
    rows = rows.loc[rows["year"] == year].set_index(["region", "sex"])[[f"age_{age}" for age in range(AGES)]]
    cell = dict(zip(rows.index, rows.to_numpy(float), strict=True))
    return np.array([[cell[region, sex] for sex in SEXES] for region in given.regions()])


def groups_of_regions(name: str, column: str, year: int, groups: list[tuple[int, int]]) -> np.ndarray:
    """A table of the regions by age group, (region, sex, group)."""
    rows = given.table(name)
    cell = rows.loc[rows["year"] == year].set_index(["region", "sex", "age_group"])[column].to_dict()
    return np.array(
        [[[cell[region, sex, label(group)] for group in groups] for sex in SEXES] for region in given.regions()], float
    )


def nation(column: str, year: int) -> np.ndarray:
    """A column of the nation's table, (sex, age)."""
    cell = _nation(column)
    return np.array([[cell[year, sex, age] for age in range(AGES)] for sex in SEXES], float)


@cache
def _nation(column: str) -> dict[tuple[int, str, int], float]:
    return given.table("population_nation").set_index(["year", "sex", "age"])[column].to_dict()


def counted_by_sex() -> np.ndarray:
    """Persons of the municipalities by sex and five-year group from 15 to 74, (municipality, sex, group)."""
    rows = given.table("population_municipality_age_sex")
    cell = rows.loc[rows["year"] == rows["year"].max()]
    cell = cell.set_index(["municipality", "sex", "age_group"])["population"].to_dict()
    fives = [(low, low + 5) for low in range(15, 75, 5)]
    return np.array(
        [[[cell[town, sex, label(five)] for five in fives] for sex in SEXES] for town in given.municipalities()], float
    )


def summed(persons: np.ndarray, groups: list[tuple[int, int]]) -> np.ndarray:
    """Sum single years of age (last axis) to groups."""
    return np.stack([persons[..., low:end].sum(axis=-1) for low, end in groups], axis=-1)


def a_year_older(persons: np.ndarray) -> np.ndarray:
    """Move everyone to the next age; the two last ages become the open one, and age 0 is empty."""
    older = np.zeros_like(persons)
    for age in range(OLDEST):
        older[..., age + 1] += persons[..., age]
    older[..., OLDEST] += persons[..., OLDEST]
    return older


# --- iterative proportional fitting -------------------------------------------------------------------


def factor(wanted: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return the scaling factor; 1 for empty cells."""
    return np.where(found > 0, wanted / np.where(found > 0, found, 1), 1.0)


def settled(now: np.ndarray, before: np.ndarray) -> bool:
    """Return whether a round no longer changes any cell."""
    return bool((np.abs(now - before) <= 1e-13 * before).all())


def fitted(
    start: np.ndarray,
    whole: np.ndarray,
    groups: Sequence[tuple[np.ndarray, list[tuple[int, int]]]] = (),
    totals: np.ndarray | None = None,
) -> np.ndarray:
    """Scale (region, sex, age) in turn until it has the nation's cells, the regions' age groups and their totals."""
    people = start.copy()
    for _ in range(50_000):
        before = people.copy()
        people *= factor(whole, people.sum(axis=0))
        if totals is not None:
            people *= factor(totals, people.sum(axis=(1, 2)))[:, None, None]
        for wanted, ages in groups:
            for place, (low, end) in enumerate(ages):
                block = people[..., low:end]
                block *= factor(wanted[..., place], block.sum(axis=-1))[..., None]
        if settled(people, before):
            return people
    raise ArithmeticError("the margins contradict each other")


# --- rates --------------------------------------------------------------------------------------------


@dataclass
class Rates:
    """Rates that project the regions by one year."""

    surviving: np.ndarray
    """ℓ(x+1)/ℓ(x) by age at the start, the two last ages alike, (region, sex, age)."""
    newborn: np.ndarray
    """Share of those born in the year who are alive at its end, (region, sex)."""
    migration: np.ndarray
    """u by age at the start, (region, sex, age)."""
    children: np.ndarray
    """Births per woman aged 15 to 49, (region,)."""
    boys: float
    """Share of boys among those born."""
    risk: np.ndarray
    """Hazard of death by age, (region, sex, age)."""


def rates(people: dict[int, np.ndarray], deaths: dict[int, np.ndarray], last: int) -> Rates:
    """Rates of the ten years up to `last`."""
    years = range(last - RATES_FROM + 1, last + 1)
    died = sum(deaths[year] for year in years)
    lived = sum((people[year - 1] + people[year]) / 2 for year in years)

    z = died.sum(axis=0) / lived.sum(axis=0)
    hazard = np.empty_like(lived)
    for low, end in FIVE:
        here = died[..., low:end].sum(axis=-1)
        expected = (z * lived)[..., low:end].sum(axis=-1)
        spread = max(0.0, ((here - expected) ** 2 - expected).sum() / (expected**2).sum())
        # (Z + 1/τ²) / (Ê + 1/τ²), which is 1 where τ² is 0.
        relative = (here * spread + 1) / (expected * spread + 1)
        hazard[..., low:end] = z[:, low:end] * relative[..., None]

    alive = np.ones_like(hazard)
    for age in range(1, AGES):
        alive[..., age] = alive[..., age - 1] * np.exp(-hazard[..., age - 1])
    years_lived = np.empty_like(hazard)
    for age in range(OLDEST):
        years_lived[..., age] = (alive[..., age] + alive[..., age + 1]) / 2
    years_lived[..., OLDEST] = alive[..., OLDEST] / hazard[..., OLDEST]
    surviving = np.empty_like(hazard)
    for age in range(OLDEST - 1):
        surviving[..., age] = years_lived[..., age + 1] / years_lived[..., age]
    both = years_lived[..., OLDEST] / (years_lived[..., OLDEST - 1] + years_lived[..., OLDEST])
    surviving[..., OLDEST - 1] = surviving[..., OLDEST] = both
    newborn = years_lived[..., 0]

    gained, present = np.zeros_like(hazard), np.zeros_like(hazard)
    for year in years:
        start, end = people[year - 1], people[year]
        for age in range(OLDEST - 1):
            gained[..., age] += end[..., age + 1] - start[..., age] * surviving[..., age]
            present[..., age] += start[..., age] * (1 + surviving[..., age]) / 2
        old = start[..., OLDEST - 1] + start[..., OLDEST]
        gained[..., OLDEST - 1] += end[..., OLDEST] - old * both
        present[..., OLDEST - 1] += old * (1 + both) / 2
    migration = np.empty_like(hazard)
    for age in range(POOLED):
        migration[..., age] = gained[..., age] / present[..., age]
    pooled = gained[..., POOLED:].sum(axis=-1) / present[..., POOLED:].sum(axis=-1)
    migration[..., POOLED:] = pooled[..., None]

    born = sum(people[year][..., 0] / newborn for year in years)
    women = 0
    for year in years:
        start, end = people[year - 1][:, 0, 15:50], people[year][:, 0, 15:50]
        women += (start * (1 + migration[:, 0, 15:50] / 2) + end).sum(axis=-1) / 2
    return Rates(
        surviving=surviving,
        newborn=newborn,
        migration=migration,
        children=born.sum(axis=-1) / women,
        boys=born[:, 1].sum() / born.sum(),
        risk=hazard,
    )


def a_year_ahead(people: np.ndarray, at: Rates) -> np.ndarray:
    """Project one year: half of the migrants are present from the start, half arrive at the end."""
    half = people * at.migration / 2
    after = a_year_older((people + half) * at.surviving) + a_year_older(half)
    women = (people + half)[:, 0, 15:50] / 2 + after[:, 0, 15:50] / 2
    born = at.children * women.sum(axis=-1)
    after[:, 0, 0] = born * (1 - at.boys) * at.newborn[:, 0]
    after[:, 1, 0] = born * at.boys * at.newborn[:, 1]
    return after


def under_the_nation(people: np.ndarray, at: Rates, year: int) -> Rates:
    """Rates with the nation's own migration over its border and its own deaths of a projected year."""
    at_start = people.sum(axis=0)
    at_end = a_year_older(at_start)
    between = at.migration - (people * at.migration).sum(axis=0) / at_start
    across = (nation("immigration", year) - nation("emigration", year)) / np.where(at_end > 0, at_end, 1)
    external = np.empty_like(across)
    external[:, :OLDEST], external[:, OLDEST] = across[:, 1:], across[:, OLDEST]

    died = nation("deaths", year)
    alive = a_year_older((people * at.surviving).sum(axis=0))
    meant = -at_end[:, 1:] * np.log(1 - died[:, 1:] / at_end[:, 1:])
    own = -at_end[:, 1:] * np.log(alive[:, 1:] / at_end[:, 1:])
    # The first column is of age 1 at the end of the year.
    times = np.ones_like(at_end)
    for low, end in FIVE:
        ages = slice(max(low - 1, 0), end - 1)
        times[:, low:end] = (meant[:, ages].sum(axis=1) / own[:, ages].sum(axis=1))[:, None]
    surviving = at.surviving.copy()
    for age in range(AGES):
        surviving[..., age] = at.surviving[..., age] ** times[:, min(age + 1, OLDEST)]
    return Rates(surviving, at.newborn ** times[:, 0], between + external, at.children, at.boys, at.risk)


# --- what is known ------------------------------------------------------------------------------------


def deaths_by_age(year: int) -> np.ndarray:
    """The nation's deaths by age at death: half of those who would have had a birthday in the year died before it."""
    at_end = nation("deaths", year)
    by_age = np.zeros_like(at_end)
    by_age[:, 0] = at_end[:, 0]
    for age in range(1, AGES):
        by_age[:, age] += at_end[:, age] / 2
        by_age[:, age - 1] += at_end[:, age] / 2
    return by_age


def known(base_year: int) -> tuple[dict[int, np.ndarray], dict[int, np.ndarray]]:
    """Persons at the end of each year and deaths in it, by region, sex and age, to the base year."""
    last_single = int(given.table("population_region_age")["year"].max())
    last_five = int(given.table("population_region_age_group")["year"].max())
    people, deaths = {}, {}
    for year in range(last_five - 2 * RATES_FROM, last_single + 1):
        people[year] = single_years("population_region_age", year)
        deaths[year] = single_years("deaths_region_age", year)

    for year in range(last_single + 1, last_five + 1):
        start = a_year_older(people[year - 1])
        start[..., 0] = people[year - 1][..., 0]
        groups = groups_of_regions("population_region_age_group", "population", year, FIVE)
        people[year] = fitted(start, nation("population", year), [(groups, FIVE)])
        expected = people[year] / people[year].sum(axis=0) * deaths_by_age(year)
        counted = groups_of_regions("deaths_region_age_group", "deaths", year, FIVE)
        deaths[year] = np.zeros_like(expected)
        for place, (low, end) in enumerate(FIVE):
            pattern = expected[..., low:end]
            size = pattern.sum(axis=-1, keepdims=True)
            even = np.full_like(pattern, 1 / (end - low))
            share = np.where(size > 0, pattern / np.where(size > 0, size, 1), even)
            deaths[year][..., low:end] = counted[..., [place]] * share

    at = rates(people, deaths, last_five)
    fives_of_regions = np.zeros((len(given.regions()), 2, 12))
    for town, counts in zip(given.municipalities(), counted_by_sex(), strict=True):
        fives_of_regions[given.regions().index(given.region_of()[town])] += counts
    for year in range(last_five + 1, base_year + 1):
        groups = [(groups_of_regions("population_region_ten_year", "population", year, TEN), TEN)]
        if year == given.table("population_municipality_age_sex")["year"].max():
            groups.append((fives_of_regions, [(low, low + 5) for low in range(15, 75, 5)]))
        people[year] = fitted(a_year_ahead(people[year - 1], at), nation("population", year), groups)
        expected = people[year] * at.risk
        deaths[year] = expected / expected.sum(axis=0) * deaths_by_age(year)
    return people, deaths


# --- municipalities -----------------------------------------------------------------------------------


def share_of_sex(persons: np.ndarray) -> np.ndarray:
    """Share of women and of men, (sex, group)."""
    both = persons.sum(axis=0)
    return np.where(both > 0, persons / np.where(both > 0, both, 1), 0.5)


def of_municipalities(people: dict[int, np.ndarray], base_year: int) -> np.ndarray:
    """Persons in the base year by municipality, sex and the nine age groups."""
    towns, regions, home = given.municipalities(), given.regions(), given.region_of()
    rows = given.table("population_municipality_age_group")
    grouped = int(rows["year"].max())
    nine = rows.loc[rows["year"] == grouped].set_index(["municipality", "age_group"])["population"].to_dict()

    # Five-year groups from 15 to 74 by sex, in the groups that they fall in; 15-19 says more of 18-29 than of children.
    counts = counted_by_sex()
    into = [1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6, 7]
    later = np.zeros((len(towns), 2, len(CUT)))
    for five, group in enumerate(into):
        later[..., group] += counts[..., five]
    whole = [group for group, (low, end) in enumerate(CUT) if into.count(group) * 5 == end - low]
    then = {region: share_of_sex(summed(people[grouped][place], CUT)) for place, region in enumerate(regions)}
    later_of_region = {
        region: share_of_sex(sum(later[place] for place, town in enumerate(towns) if home[town] == region))
        for region in regions
    }
    start = np.empty_like(later)
    for place, town in enumerate(towns):
        region = home[town]
        shares = then[region] * share_of_sex(later[place]) / later_of_region[region]
        shares = shares / shares.sum(axis=0)
        for group, (low, _) in enumerate(CUT):
            published = nine[town, label(next(one for one in NINE if one[0] <= low < one[1]))]
            start[place, :, group] = later[place, :, group] if group in whole else published * shares[:, group]

    rows = given.table("population_municipality")
    heads = rows.loc[rows["year"] == base_year].set_index("municipality")["population"].to_dict()
    rows = given.table("population_municipality_65")
    older_share = rows.loc[rows["year"] == base_year].set_index("municipality")["share_65"].to_dict()
    found = np.empty_like(start)
    for at, region in enumerate(regions):
        wanted = summed(people[base_year][at], CUT)
        mine = [place for place, town in enumerate(towns) if home[town] == region]
        older = np.array([older_share[towns[place]] * heads[towns[place]] for place in mine])
        older *= wanted[:, 6:].sum() / older.sum()
        all_ages = np.array([heads[towns[place]] for place in mine], float)
        cells = start[mine]
        for _ in range(50_000):
            before = cells.copy()
            cells[..., :6] *= factor(all_ages - older, cells[..., :6].sum(axis=(1, 2)))[:, None, None]
            cells[..., 6:] *= factor(older, cells[..., 6:].sum(axis=(1, 2)))[:, None, None]
            cells *= factor(wanted, cells.sum(axis=0))
            if settled(cells, before):
                break
        found[mine] = cells
    joined = [found[..., :5], found[..., 5:7].sum(axis=-1, keepdims=True), found[..., 7:]]
    return np.concatenate(joined, axis=-1)


# --- all together -------------------------------------------------------------------------------------


@dataclass
class Inhabitants:
    """Inhabitants used by the other modules."""

    years: list[int]
    regions: dict[int, np.ndarray]
    """Year → persons by region, sex and age."""
    towns: np.ndarray
    """Persons in the base year by municipality, sex and the nine groups."""

    @property
    def base_year(self) -> int:
        return self.years[0]

    def of_region(self, place: int, year: int) -> float:
        return float(self.regions[year][place].sum())

    def of_nation(self, year: int) -> float:
        return float(self.regions[year].sum())

    def towns_in(self, year: int) -> np.ndarray:
        """Persons of the municipalities in a later year: each keeps its share of its region in every cell."""
        codes, home = given.regions(), given.region_of()
        place = [codes.index(home[town]) for town in given.municipalities()]
        now, then = (summed(self.regions[one], NINE)[place] for one in (self.base_year, year))
        return self.towns / now * then


def published_totals() -> pd.Series:
    """Persons at the end of every year with a published number, by region and year."""
    found: dict[tuple[str, int], float] = {}
    towns = given.table("population_municipality")
    towns = towns.assign(region=towns["municipality"].map(given.region_of()))
    for rows in (towns, given.table("population_region_age_group"), given.table("population_region")):
        found |= rows.groupby(["region", "year"])["population"].sum().to_dict()
    return pd.Series(found).sort_index()


@cache
def project(base_year: int, last_year: int) -> Inhabitants:
    """The inhabitants from the base year to the last year."""
    people, deaths = known(base_year)
    at = rates(people, deaths, base_year)
    towns = given.table("population_municipality_65")
    towns = towns.assign(region=towns["municipality"].map(given.region_of()))
    for year in range(base_year + 1, last_year + 1):
        ahead = a_year_ahead(people[year - 1], under_the_nation(people[year - 1], at, year))
        whole = nation("population", year)
        newer = towns.loc[towns["year"] == year].groupby("region")["population"].sum()
        # Newer totals of the municipalities say what the regions' shares are.
        totals = newer.loc[given.regions()].to_numpy(float) / newer.sum() * whole.sum() if len(newer) else None
        people[year] = fitted(ahead, whole, totals=totals)
    years = list(range(base_year, last_year + 1))
    return Inhabitants(years, {year: people[year] for year in years}, of_municipalities(people, base_year))
