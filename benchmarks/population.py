"""Benchmark the population against plain loops over regions, sexes and ages.

Run ``python benchmarks/population.py``; it prints seconds of both, their ratio and their difference.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden import population, tables
from riktvarden.population import BREAKS, BY_SEX, CHILDBEARING, CUT, FIVE_YEAR, NINE, OPEN_AGE, POOLED_FROM, SEXES, TEN_YEAR

AGES = range(OPEN_AGE + 1)
RUNS = 5

Cell = tuple[object, ...]
Cells = dict[Cell, float]


def group_of(age: int, starts: tuple[int, ...]) -> int:
    """Return the number of the age group of an age."""
    return max(number for number, first in enumerate(starts) if first <= age)


FIVE = [group_of(age, FIVE_YEAR) for age in AGES]
NINTH = [group_of(age, NINE) for age in AGES]
CUT_AT = [group_of(age, CUT) for age in AGES]
TENTH = [group_of(age, TEN_YEAR) for age in AGES]


def raked(seed: Cells, margins: list[tuple[Callable[[Cell], Cell | None], Cells]]) -> Cells:
    """Scale the cells to each margin in turn until they fit."""
    cells = dict(seed)
    of = [({cell: name(cell) for cell in cells}, totals) for name, totals in margins]
    while True:
        worst = 0.0
        for names, totals in of:
            sums = dict.fromkeys(totals, 0.0)
            for cell, persons in cells.items():
                if (total := names[cell]) is not None:
                    sums[total] += persons
            worst = max(worst, *(abs(sums[key] - whole) / max(whole, 1) for key, whole in totals.items()))
            for cell in cells:
                if (total := names[cell]) is not None and sums[total] > 0:
                    cells[cell] *= totals[total] / sums[total]
        if worst <= population.TOLERANCE:
            return cells


def older(people: Cells, codes: list[str]) -> Cells:
    """Move everyone to the next age."""
    moved = dict.fromkeys(people, 0.0)
    for code in codes:
        for sex in SEXES:
            for age in AGES:
                moved[code, sex, min(age + 1, OPEN_AGE)] += people[code, sex, age]
    return moved


class Found(NamedTuple):
    """Rates of some years, by region, sex and age unless stated otherwise."""

    hazard: Cells
    surviving: Cells
    at_birth: Cells
    """By region and sex."""
    migration: Cells
    fertility: dict[str, float]
    """By region."""
    share: dict[str, float]
    """Share of each sex among the newborn."""


def rates_of(people: dict[int, Cells], died: dict[int, Cells], flows: range, codes: list[str]) -> Found:
    """Estimate the rates of some years cell by cell."""
    counted = {code: [year for year in flows if code not in BREAKS.get(year, ())] for code in codes}
    observed: Cells = {}
    exposed: Cells = {}
    for code in codes:
        for sex in SEXES:
            for age in AGES:
                key = code, sex, age
                observed[key] = sum(died[year][key] for year in counted[code])
                exposed[key] = sum((people[year - 1][key] + people[year][key]) / 2 for year in counted[code])
    rate = {
        (sex, age): sum(observed[code, sex, age] for code in codes) / sum(exposed[code, sex, age] for code in codes)
        for sex in SEXES
        for age in AGES
    }
    surviving: Cells = {}
    hazard: Cells = {}
    at_birth: Cells = {}
    for group in range(len(FIVE_YEAR)):
        inside = [age for age in AGES if FIVE[age] == group]
        both = {
            (code, sex): (
                sum(observed[code, sex, age] for age in inside),
                sum(rate[sex, age] * exposed[code, sex, age] for age in inside),
            )
            for code in codes
            for sex in SEXES
        }
        excess = sum((found - expected) ** 2 - expected for found, expected in both.values())
        variance = max(excess / sum(expected**2 for _, expected in both.values()), 0)
        for (code, sex), (found, expected) in both.items():
            risk = (variance * found + 1) / (variance * expected + 1)
            for age in inside:
                hazard[code, sex, age] = rate[sex, age] * risk
                surviving[code, sex, age] = math.exp(-rate[sex, age] * risk)
    for code in codes:
        for sex in SEXES:
            reached, lived = 1.0, []
            for age in AGES:
                after = reached * surviving[code, sex, age]
                if age < OPEN_AGE:
                    lived.append((reached + after) / 2)
                else:
                    lived.append(reached / -math.log(surviving[code, sex, age]))
                reached = after
            at_birth[code, sex] = lived[0]
            for age in AGES[:-2]:
                surviving[code, sex, age] = lived[age + 1] / lived[age]
            surviving[code, sex, OPEN_AGE - 1] = surviving[code, sex, OPEN_AGE] = lived[-1] / (lived[-1] + lived[-2])
    migration: Cells = {}
    for code in codes:
        for sex in SEXES:
            gained, present = [0.0] * len(AGES), [0.0] * len(AGES)
            for year in counted[code]:
                for age in AGES:
                    key, end = (code, sex, age), min(age, OPEN_AGE - 1)
                    start = people[year - 1][key]
                    gained[end] -= start * surviving[key]
                    present[end] += start * (1 + surviving[key]) / 2
                    if age:
                        gained[age - 1] += people[year][key]
            for age in AGES:
                pool = [age] if age < POOLED_FROM else list(range(POOLED_FROM, OPEN_AGE))
                migration[code, sex, age] = sum(gained[one] for one in pool) / sum(present[one] for one in pool)
    bearing = range(*CHILDBEARING)
    born = {
        (code, sex): sum(people[year][code, sex, 0] / at_birth[code, sex] for year in counted[code])
        for code in codes
        for sex in SEXES
    }
    fertility = {}
    for code in codes:
        women = sum(
            people[year - 1][code, "F", age] * (1 + migration[code, "F", age] / 2) + people[year][code, "F", age]
            for year in counted[code]
            for age in bearing
        )
        fertility[code] = sum(born[code, sex] for sex in SEXES) / (women / 2)
    girls, boys = (sum(born[code, sex] for code in codes) for sex in SEXES)
    share = {"F": girls / (girls + boys), "M": boys / (girls + boys)}
    return Found(hazard, surviving, at_birth, migration, fertility, share)


def stepped(start: Cells, at: Found, codes: list[str]) -> Cells:
    """Project all regions by one year."""
    half = {key: start[key] * at.migration[key] / 2 for key in start}
    present = {key: start[key] + half[key] for key in start}
    alive = older({key: present[key] * at.surviving[key] for key in start}, codes)
    late = older(half, codes)
    end = {key: alive[key] + late[key] for key in start}
    for code in codes:
        women = sum((present[code, "F", age] + end[code, "F", age]) / 2 for age in range(*CHILDBEARING))
        for sex in SEXES:
            end[code, sex, 0] += at.fertility[code] * women * at.share[sex] * at.at_birth[code, sex]
    return end


def of_the_year(start: Cells, at: Found, codes: list[str], deaths: Cells, net: Cells) -> Found:
    """Replace the window's external migration and mortality by the nation's."""
    migration, surviving, at_birth = {}, {}, {}
    for sex in SEXES:
        people = {age: sum(start[code, sex, age] for code in codes) for age in AGES}
        for age in AGES:
            end = min(age + 1, OPEN_AGE)
            gained = sum(start[code, sex, age] * at.migration[code, sex, age] for code in codes)
            before = people[age] if end < OPEN_AGE else people[OPEN_AGE - 1] + people[OPEN_AGE]
            for code in codes:
                migration[code, sex, age] = at.migration[code, sex, age] - gained / people[age] + net[sex, end] / before
        factor = {}
        for group in range(len(FIVE_YEAR)):
            meant = own = 0.0
            for end in range(1, OPEN_AGE + 1):
                if FIVE[end] == group:
                    from_ages = [end - 1] if end < OPEN_AGE else [OPEN_AGE - 1, OPEN_AGE]
                    before = sum(people[age] for age in from_ages)
                    alive = sum(start[code, sex, age] * at.surviving[code, sex, age] for code in codes for age in from_ages)
                    meant -= before * math.log1p(-deaths[sex, end] / before)
                    own -= before * math.log(alive / before)
            factor[group] = meant / own
        for code in codes:
            at_birth[code, sex] = at.at_birth[code, sex] ** factor[0]
            for age in AGES:
                surviving[code, sex, age] = at.surviving[code, sex, age] ** factor[FIVE[min(age + 1, OPEN_AGE)]]
    return at._replace(migration=migration, surviving=surviving, at_birth=at_birth)


def straightforward(given: Mapping[str, pd.DataFrame]) -> tuple[np.ndarray, np.ndarray]:
    """Compute the same regions and municipalities cell by cell."""
    codes = sorted(given["regions"]["region"])
    nation: Cells = {}
    nation_deaths: Cells = {}
    nation_net: Cells = {}
    for row in given["population_nation"].itertuples():
        nation[row.year, row.sex, row.age] = row.population
        nation_deaths[row.year, row.sex, row.age] = row.deaths
        nation_net[row.year, row.sex, row.age] = row.immigration - row.emigration
    labels = population.age_labels(FIVE_YEAR)
    groups, group_deaths = (
        {
            (row.year, row.region, row.sex, labels.index(row.age_group)): getattr(row, value)
            for row in given[f"{value}_region_age_group"].itertuples()
        }
        for value in ("population", "deaths")
    )
    people: dict[int, Cells] = {}
    died: dict[int, Cells] = {}
    for value, found in (("population", people), ("deaths", died)):
        frame = given[f"{value}_region_age"]
        for row in frame.to_dict("records"):
            cells = found.setdefault(row["year"], {})
            for age in AGES:
                cells[row["region"], row["sex"], age] = float(row[f"age_{age}"])
    base = max(year for year, *_ in groups)

    def of_nation(cell: Cell) -> Cell:
        return cell[1:]

    def in_year(table: Cells, year: int) -> Cells:
        return {key[1:]: value for key, value in table.items() if key[0] == year}

    def by_age(year: int, sex: str) -> list[float]:
        at_end = [nation_deaths[year, sex, age] for age in AGES]
        pattern = [at_end[age] / 2 + (at_end[age + 1] / 2 if age < OPEN_AGE else 0) for age in AGES]
        pattern[0] += at_end[0] / 2
        return pattern

    for year in range(max(people) + 1, base + 1):
        seed = older(people[year - 1], codes)
        for code in codes:
            for sex in SEXES:
                seed[code, sex, 0] = people[year - 1][code, sex, 0]
        five = {key: float(value) for key, value in in_year(groups, year).items()}
        margins = [(of_nation, in_year(nation, year)), (lambda cell: (*cell[:2], FIVE[cell[2]]), five)]
        people[year] = raked(seed, margins)
        died[year] = {}
        for sex in SEXES:
            pattern = by_age(year, sex)
            for code in codes:
                weight = [
                    pattern[age] * people[year][code, sex, age] / sum(people[year][other, sex, age] for other in codes)
                    for age in AGES
                ]
                for group in range(len(FIVE_YEAR)):
                    inside = [age for age in AGES if FIVE[age] == group]
                    total = sum(weight[age] for age in inside)
                    for age in inside:
                        share = weight[age] / total if total > 0 else 1 / len(inside)
                        died[year][code, sex, age] = group_deaths[year, code, sex, group] * share

    municipalities = given["municipalities"].sort_values("municipality")
    home = dict(zip(municipalities["municipality"], municipalities["region"], strict=True))
    by_sex_labels = [f"{first}-{first + 4}" for first in BY_SEX]
    by_sex = given["population_municipality_age_sex"]
    counts = {
        (row.municipality, row.sex, by_sex_labels.index(row.age_group)): float(row.population)
        for row in by_sex.itertuples()
    }
    middle: Cells = {}
    for (municipality, sex, group), persons in counts.items():
        key = home[municipality], sex, group
        middle[key] = middle.get(key, 0) + persons

    def in_middle(cell: Cell) -> Cell | None:
        number = FIVE[cell[2]] - BY_SEX[0] // 5
        return (*cell[:2], number) if 0 <= number < len(BY_SEX) else None

    tens = population.age_labels(TEN_YEAR)
    decades = {
        (row.year, row.region, row.sex, tens.index(row.age_group)): float(row.population)
        for row in given["population_region_ten_year"].itertuples()
    }
    at = rates_of(people, died, range(base - population.WINDOW + 1, base + 1), codes)
    five_year, base = base, max(year for year, *_ in decades)
    for year in range(five_year + 1, base + 1):
        margins = [(lambda cell: (*cell[:2], TENTH[cell[2]]), in_year(decades, year))]
        if year == by_sex["year"].max():
            margins.append((in_middle, middle))
        people[year] = raked(stepped(people[year - 1], at, codes), [*margins, (of_nation, in_year(nation, year))])
        died[year] = {}
        for sex in SEXES:
            pattern = by_age(year, sex)
            for age in AGES:
                expected = {code: people[year][code, sex, age] * at.hazard[code, sex, age] for code in codes}
                for code in codes:
                    died[year][code, sex, age] = pattern[age] * expected[code] / sum(expected.values())
    at = rates_of(people, died, range(base - population.WINDOW + 1, base + 1), codes)
    noisy: Cells = {}
    old: Cells = {}
    for row in given["population_municipality_65"].itertuples():
        if row.year > base:
            noisy[home[row.municipality],] = noisy.get((home[row.municipality],), 0) + row.population
        else:
            old[row.municipality,] = row.population * row.share_65 / 100
    for year in range(base + 1, population.LAST_YEAR + 1):
        start, whole = people[year - 1], in_year(nation, year)
        now = of_the_year(start, at, codes, in_year(nation_deaths, year), in_year(nation_net, year))
        margins = []
        if year == base + 1:
            times = sum(whole.values()) / sum(noisy.values())
            margins.append((lambda cell: cell[:1], {key: persons * times for key, persons in noisy.items()}))
        people[year] = raked(stepped(start, now, codes), [*margins, (of_nation, whole)])

    grouped = given["population_municipality_age_group"]
    nine = population.age_labels(NINE)
    both_sexes = {(row.municipality, nine.index(row.age_group)): row.population for row in grouped.itertuples()}
    then: Cells = {}
    for (code, sex, age), persons in people[int(grouped["year"].max())].items():
        then[code, sex, CUT_AT[age]] = then.get((code, sex, CUT_AT[age]), 0) + persons
    into = [max(group_of(first, CUT), 1) for first in BY_SEX]
    own: Cells = {}
    region: Cells = {}
    for (municipality, sex, group), persons in counts.items():
        for found, place in ((own, municipality), (region, home[municipality])):
            found[place, sex, into[group]] = found.get((place, sex, into[group]), 0) + persons
    width = [*np.diff(CUT), math.inf]
    seed = {}
    for municipality, code in home.items():
        for group in range(len(CUT)):
            if into.count(group) * 5 == width[group]:
                for sex in SEXES:
                    seed[municipality, sex, group] = own[municipality, sex, group]
                continue
            shares = {}
            for sex in SEXES:
                shares[sex] = then[code, sex, group] / sum(then[code, other, group] for other in SEXES)
                if into.count(group):
                    shares[sex] *= own[municipality, sex, group] / sum(own[municipality, s, group] for s in SEXES)
                    shares[sex] /= region[code, sex, group] / sum(region[code, s, group] for s in SEXES)
            for sex in SEXES:
                seed[municipality, sex, group] = (
                    both_sexes[municipality, NINTH[CUT[group]]] * shares[sex] / sum(shares.values())
                )
    regions_nine: dict[int, Cells] = {}
    for year in range(base, population.LAST_YEAR + 1):
        for (code, sex, age), persons in people[year].items():
            cells = regions_nine.setdefault(year, {})
            cells[code, sex, NINTH[age]] = cells.get((code, sex, NINTH[age]), 0) + persons
    regions_cut: Cells = {}
    for (code, sex, age), persons in people[base].items():
        regions_cut[code, sex, CUT_AT[age]] = regions_cut.get((code, sex, CUT_AT[age]), 0) + persons
    of_year = given["population_municipality"].query("year == @base")
    parts: Cells = {}
    for code in codes:
        own_places = [municipality for municipality, region_code in home.items() if region_code == code]
        exact = sum(people[base][code, sex, age] for sex in SEXES for age in AGES if age >= 65)
        for municipality in own_places:
            parts[municipality, True] = old[municipality,] * exact / sum(old[other,] for other in own_places)
    for row in of_year.itertuples():
        parts[row.municipality, False] = row.population - parts[row.municipality, True]
    cut = raked(
        seed,
        [(lambda cell: (cell[0], CUT[cell[2]] >= 65), parts), (lambda cell: (home[cell[0]], *cell[1:]), regions_cut)],
    )
    start = {}
    for (municipality, sex, group), persons in cut.items():
        key = municipality, sex, NINTH[CUT[group]]
        start[key] = start.get(key, 0) + persons
    years = range(base, population.LAST_YEAR + 1)
    regions = np.array([[[[people[y][c, s, a] for y in years] for a in AGES] for s in SEXES] for c in codes])
    local = np.array(
        [
            [
                [
                    [start[m, s, g] / regions_nine[base][c, s, g] * cells[c, s, g] for cells in regions_nine.values()]
                    for g in range(len(NINE))
                ]
                for s in SEXES
            ]
            for m, c in home.items()
        ]
    )
    return regions, local


def main() -> None:
    """Print the time of both, and their difference."""
    given = tables.read_all()
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        found = population.model_population(given)
        taken.append(time.process_time() - began)
    began = time.process_time()
    regions, municipalities = straightforward(given)
    slow = time.process_time() - began
    pairs = ((found.regions, regions), (found.municipalities, municipalities))
    apart = max(float((np.abs(ours - theirs) / np.maximum(theirs, 1)).max()) for ours, theirs in pairs)
    fast = min(taken)
    print(f"{regions.size + municipalities.size:,} cells: arrays {fast:.3f} s, loops {slow:.1f} s, {slow / fast:.0f} times")
    print(f"largest relative difference {apart:.1e}")
    assert apart < 1e-9


if __name__ == "__main__":
    main()
