"""Careers (method b): ages and exits of the professions, and the back-cast of specialists from 2010.

Ages are the single years 20 to 75, the last open; arrays are (sex, age), women first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import given
from .inhabitants import SEXES

FIRST, LAST = 20, 75
AGES = range(FIRST, LAST + 1)
MORTALITY_FROM = 5
"""Number of latest years used for mortality."""

RETIRING_FROM = 55
EVEN = 3
"""Half width of the even distribution of ages at entry into the four professions."""

CONDITIONED = (
    "exit_multiplier",
    "general_practitioners_2010_50_59_share",
    "general_practitioners_2010_60_plus_share",
    "general_practitioners_entry_age",
    "general_practitioners_entry_spread",
    "general_practitioners_women_share",
    "never_resident_certificates",
    "other_exit_rate_doctors",
    "recent_new_specialists",
    "retirement_age_doctors",
    "retirement_spread_doctors",
    "specialist_persons_2010",
)
"""Assumptions whose central values are the means of a sample conditioned on published counts: inputs here."""

FIRST_OF_OLDER = {"district_nurse": 55, "physiotherapist": 45, "occupational_therapist": 50, "psychologist": 50}


@dataclass
class Career:
    """One profession: ages of the stock and of the inflow (shares), exit probability, and full-time equivalents."""

    stock: np.ndarray
    inflow: np.ndarray
    leaving: np.ndarray
    fte: np.ndarray
    """By age, (age,)."""

    def a_year(self, stock: np.ndarray, arriving: np.ndarray | float = 0.0) -> np.ndarray:
        """Return persons a year later: entrants are exposed for half the year, and all grow older."""
        return grown_older(stock * (1 - self.leaving) + arriving * (1 - self.leaving / 2))

    def of_stock(self, years: int, in_fte: bool = True) -> list[float]:
        """Return the share of today's stock remaining after 0, 1, … years."""
        return self._followed(self.stock, years + 1, in_fte)

    def of_inflow(self, years: int, in_fte: bool = True) -> list[float]:
        """Return the share of an inflow remaining at the end of its year and of each later one: J."""
        return self._followed(self.a_year(0 * self.stock, self.inflow), years, in_fte)

    def _followed(self, persons: np.ndarray, count: int, in_fte: bool) -> list[float]:
        found = []
        for _ in range(count):
            found.append(float((persons * self.fte).sum() if in_fte else persons.sum()))
            persons = self.a_year(persons)
        return found


def grown_older(persons: np.ndarray) -> np.ndarray:
    older = np.zeros_like(persons)
    older[:, 1:] = persons[:, :-1]
    older[:, -1] += persons[:, -1]
    return older


def mortality(base_year: int) -> np.ndarray:
    """q of age x = Z / (N + Z) at age x + 1 of the nation over the newest years, (sex, age)."""
    rows = given.table("population_nation")
    rows = rows.loc[rows["kind"].eq("observed") & rows["year"].between(base_year - MORTALITY_FROM + 1, base_year)]
    sums = rows.groupby(["sex", "age"])[["deaths", "population"]].sum()
    chance = (sums["deaths"] / (sums["population"] + sums["deaths"])).to_dict()
    return np.array([[chance[sex, age + 1] for age in AGES] for sex in SEXES])


def retiring(median: float, spread: float) -> np.ndarray:
    """Return χ by age, (age,): everyone leaves from the last one."""

    def still(x: float) -> float:
        return 1 / (1 + math.exp(math.pi * (x - median) / (math.sqrt(3) * spread)))

    found = [1 - still(age + 1.5) / still(age + 0.5) if age >= RETIRING_FROM else 0.0 for age in AGES]
    found[-1] = 1.0
    return np.array(found)


def not_yet_retired(chance: np.ndarray) -> np.ndarray:
    """Return the share not yet retired at each age."""
    return np.array([np.prod(1 - chance[:place]) for place in range(len(chance))])


def by_sex(ages: np.ndarray, women: float) -> np.ndarray:
    return np.stack([women * ages, (1 - women) * ages])


def working_time(stock: np.ndarray, mean: float, v: given.Values) -> np.ndarray:
    """Return φ by age, with the mean of the stock."""
    relative = np.array([v.older_fte_ratio if age >= v.older_from_age else 1.0 for age in AGES])
    return mean * relative / (stock.sum(axis=0) * relative).sum()


# --- the four professions -----------------------------------------------------------------------------


def career_of(v: given.Values, profession: str, died: np.ndarray) -> Career:
    """Compute the ages of one of the four professions from the published share of the older."""
    name = f"{profession}s"
    entry, women = math.floor(v[f"{name}_entry_age"]), v[f"{name}_women_share"]
    first = FIRST_OF_OLDER[profession]
    older = v[f"{name}_{first}_plus_share"]
    chance = retiring(v.retirement_age_professions, v.retirement_spread)
    leaving = 1 - (1 - chance) * (1 - v.other_exit_rate_professions) * (1 - died)

    begins = entry - EVEN
    remaining = not_yet_retired(chance)
    left = {age: remaining[age - FIRST] for age in AGES if age >= first}
    ages = np.array(
        [
            0.0
            if age < begins
            else (1 - older) / (first - begins)
            if age < first
            else older * left[age] / sum(left.values())
            for age in AGES
        ]
    )
    arriving = np.array([1 / (2 * EVEN + 1) if abs(age - entry) <= EVEN else 0.0 for age in AGES])
    stock = by_sex(ages, women)
    return Career(stock, by_sex(arriving, women), leaving, working_time(stock, v.fte_per_care_professional, v))


# --- the specialists ----------------------------------------------------------------------------------


def published(quantity: str) -> dict[int, float]:
    """Return certificates by year, averaging two figures of one year."""
    value = {}
    for name in ("published_st", "published_sou"):
        value |= given.table(name).set_index("figure")["value"].to_dict()
    rows = given.table("career_evidence").query("quantity == @quantity")
    values = pd.Series(rows["figure"].map(value).to_numpy(float), rows["dated"].dt.year)
    return values.groupby(level=0).mean().to_dict()


def inflow(v: given.Values, start: int, base_year: int) -> list[float]:
    """Return the new resident specialists of each year after the start (A6)."""
    issued, foreign = published("certificates"), published("certificates_foreign")
    for year, change in published("certificates_change").items():
        issued[year] = issued[year - 1] + change
    known = sorted(issued)
    found = []
    for year in range(start + 1, base_year + 1):
        if year > known[-1]:
            found.append(v.recent_new_specialists)
            continue
        before = max(one for one in known if one <= year)
        after = min(one for one in known if one >= year)
        part = (year - before) / (after - before) if after > before else 0.0
        certificates = issued[before] + part * (issued[after] - issued[before])
        never = v.never_resident_certificates * foreign.get(year, foreign[start]) / foreign[start]
        found.append(max(certificates - never, 0.0))
    return found


def specialists(v: given.Values, died: np.ndarray, base_year: int) -> tuple[Career, float]:
    """Return the career of specialists with ages from the back-cast since 2010, and their number."""
    chance = retiring(v.retirement_age_doctors, v.retirement_spread_doctors)
    leaving = 1 - ((1 - chance) * (1 - v.other_exit_rate_doctors) * (1 - died)) ** v.exit_multiplier

    # Entry is even in exact years around the mean.
    low = v.general_practitioners_entry_age - v.general_practitioners_entry_spread
    high = v.general_practitioners_entry_age + v.general_practitioners_entry_spread
    arriving = np.array([max(0.0, min(age + 1, high) - max(age, low)) / (high - low) for age in AGES])
    entering = by_sex(arriving, v.general_practitioners_women_share)

    # At the start each of three groups has its share; within it the ages that even years and retirement would leave.
    left = arriving.cumsum() * not_yet_retired(1 - (1 - chance) ** v.exit_multiplier)
    older, middle = v.general_practitioners_2010_60_plus_share, v.general_practitioners_2010_50_59_share
    ages = np.zeros(len(AGES))
    for first, end, share in (
        (FIRST, 50, (1 - older) * (1 - middle)),
        (50, 60, (1 - older) * middle),
        (60, LAST + 1, older),
    ):
        group = slice(first - FIRST, end - FIRST)
        ages[group] = share * left[group] / left[group].sum()
    start = int(given.table("career_evidence").query("use == 'start'")["dated"].dt.year.iloc[0])
    career = Career(0 * died, entering, leaving, np.zeros(len(AGES)))
    stock = v.specialist_persons_2010 * by_sex(ages, v.general_practitioners_women_share)
    for new in inflow(v, start, base_year):
        stock = career.a_year(stock, new * entering)
    persons = float(stock.sum())
    career.stock = stock / persons
    career.fte = working_time(career.stock, v.fte_per_specialist, v)
    return career, persons
