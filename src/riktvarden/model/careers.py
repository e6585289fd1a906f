"""How long the members of a profession stay at work: exits by age and sex, and what is left of stock and inflow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import population, supply

FloatArray = NDArray[np.float64]

AGES = np.arange(20, 76)
"""Single years of age at work, the last open upwards."""

ENTRY_SPREAD = 3
"""Years on each side of the mean age at entry over which a year's inflow is even."""

MORTALITY_YEARS = 5
"""Newest observed years that the mortality is taken from."""


@dataclass(frozen=True)
class Group:
    """Names of the assumptions on one profession's ages and exits."""

    plural: str
    """Beginning of the names on ages and women."""
    older_from: int
    """First age of the group whose share is published."""
    retirement: str
    other_exits: str
    fte: str


GROUPS: Mapping[str, Group] = {
    "general_practice": Group(
        "general_practitioners", 60, "retirement_age_doctors", "other_exit_rate_doctors", "fte_per_specialist"
    ),
    **{
        profession: Group(
            plural, older_from, "retirement_age_professions", "other_exit_rate_professions", "fte_per_care_professional"
        )
        for profession, plural, older_from in (
            ("district_nurse", "district_nurses", 55),
            ("physiotherapist", "physiotherapists", 45),
            ("occupational_therapist", "occupational_therapists", 50),
            ("psychologist", "psychologists", 50),
        )
    },
}


@dataclass(frozen=True)
class Career:
    """Exits of one profession, the same in all regions; sexes are women and men."""

    stock_ages: FloatArray
    """Share of today's stock, (draw, sex, age)."""
    entry_ages: FloatArray
    """Share of a year's inflow, (draw, sex, age)."""
    leaving: FloatArray
    """Exit probability, (draw, sex, age)."""
    fte: FloatArray
    """Full-time equivalents per person, (draw, 1, age)."""

    def stock_left(self, horizon: int, in_fte: bool = True) -> FloatArray:
        """What is left of one person of today's stock after 0 to `horizon` years, (draw, year)."""
        return supply.survival(self.leaving, self.stock_ages, horizon, self.fte if in_fte else 1.0)

    def inflow_left(self, horizon: int, in_fte: bool = True) -> FloatArray:
        """What is left of one person of an inflow at the end of its year and later, (draw, lag)."""
        return supply.inflow_survival(self.leaving, self.entry_ages, horizon, self.fte if in_fte else 1.0)


def mortality(nation: pd.DataFrame, base_year: int) -> FloatArray:
    """Chance to die within a year by sex (women, men) and age of `AGES`, from the newest observed deaths.

    ``q = D / (P + D / 2)`` over `MORTALITY_YEARS`, P persons at the end of the year and D deaths in it, by age.
    """
    newest = nation.loc[(nation["kind"] == "observed") & nation["year"].between(base_year - MORTALITY_YEARS + 1, base_year)]
    sums = newest.groupby(["sex", "age"])[["deaths", "population"]].sum()
    chance = sums["deaths"] / (sums["population"] + sums["deaths"] / 2)
    return np.stack([chance.loc[sex].loc[AGES].to_numpy(float) for sex in population.SEXES])


def career(p: SimpleNamespace, profession: str, deaths: FloatArray) -> Career:
    """Ages and exits of one profession (method b).

    The published share of older members is spread over their ages as the retirement assumed would leave them,
    the younger evenly.

    Parameters
    ----------
    p
        Assumptions, each (draw, 1).
    profession
        Key of `GROUPS`.
    deaths
        From `mortality`.
    """
    group = GROUPS[profession]

    def about(name: str) -> FloatArray:
        return getattr(p, f"{group.plural}_{name}")[:, 0]

    retiring = supply.retirement_hazard(AGES, getattr(p, group.retirement)[:, 0], p.retirement_spread[:, 0])
    entry = int(about("entry_age")[0])
    older = about(f"{group.older_from}_plus_share")
    shares = np.stack([np.zeros_like(older), 1 - older, older], axis=-1)
    even = supply.age_distribution([AGES[0], entry - ENTRY_SPREAD, group.older_from], shares, AGES)
    still = np.cumprod(1 - np.pad(retiring[:, :-1], ((0, 0), (1, 0))), axis=-1)
    aged = np.where(group.older_from <= AGES, even * still, 0.0)
    spread = np.where(group.older_from <= AGES, aged * (older / aged.sum(axis=-1))[:, None], even)
    sexes = np.stack([about("women_share"), 1 - about("women_share")], axis=-1)[:, :, None]
    arriving = (np.abs(AGES - entry) <= ENTRY_SPREAD) / (2 * ENTRY_SPREAD + 1)
    stock_ages = spread[:, None, :] * sexes
    leaving = supply.exit_probability(retiring[:, None, :], getattr(p, group.other_exits)[:, :, None], deaths)
    if profession == "general_practice":
        leaving = supply.scaled_to(leaving, stock_ages, p.specialist_exit_rate[:, 0])
    fte = supply.fte_by_age(AGES, spread, getattr(p, group.fte)[:, 0], p.older_fte_ratio[:, 0], p.older_from_age[0, 0])
    return Career(stock_ages, arriving * sexes, leaving, fte[:, None, :])
