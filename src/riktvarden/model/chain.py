"""Evaluate need and supply of one profession for a sample of draws, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import uncertainty
from riktvarden.model import careers, general_practice, inputs, weights
from riktvarden.model.inputs import People, Stocks
from riktvarden.model.professions import Need, needed
from riktvarden.names import COVARIATES, DRAWS, SEED
from riktvarden.parameters import Parameters
from riktvarden.uncertainty import Sample

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

STREAMS = ("st", "specialists", "off_list", "population", "chance")
"""Streams of regional deviations, independent between regions; the population also has a national one.

These spreads were estimated between regions at one date, and thus exclude variation common to all regions.
"""

WITHIN_REGIONS = ("need_slopes", "need_own")
"""Stream of deviations within a region: the error of the municipalities' need index, whose mean is the region's own."""

MIDDLE = 0.5
"""Quantile of every region's distribution used for the central values."""


@dataclass(frozen=True)
class Base:
    """Inputs shared by all evaluations and constant across draws."""

    tables: Mapping[str, pd.DataFrame]
    assumptions: Assumptions
    people: People
    at: weights.Places
    own: pd.DataFrame
    """The regions' returns."""
    found: inputs.Published
    deaths: FloatArray
    specialists: careers.Melded
    """Careers of specialists, conditioned on published counts."""

    @property
    def streams(self) -> dict[str, list[str]]:
        """Streams of deviations between or within regions, with the names of their columns."""
        places = {"need_slopes": list(COVARIATES), "need_own": self.people.municipalities}
        return dict.fromkeys(STREAMS, self.people.codes) | {"population": self.people.areas} | places

    def central(self) -> Sample:
        """Return one draw: every assumption at its value, every region at its median."""
        return Sample(
            self.assumptions.at_value() | self.specialists.joint.central,
            {stream: np.full((1, len(codes)), MIDDLE) for stream, codes in self.streams.items()},
        )

    def sample(self, draws: int = DRAWS, seed: int = SEED) -> Sample:
        """Return the draws behind the results."""
        return uncertainty.sample(self.assumptions, self.streams, draws, seed, joint=self.specialists.joint)


def base(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions, base_year: int | None = None) -> Base:
    """Prepare what no draw changes: inhabitants to the last year, places, published stocks and mortality.

    Parameters
    ----------
    tables, assumptions
        As `riktvarden.model.run`.
    base_year
        Year to whose end everything is moved; the newest that the tables have if left out.
    """
    people = inputs.people(tables, assumptions, base_year)
    at = weights.places(tables, people, weights.component_weights(Parameters.of(assumptions.at_value())))
    own = inputs.handed_in(tables, people, at.need_index)
    deaths = careers.mortality(tables["population_nation"], people.base_year)
    return Base(
        tables=tables,
        assumptions=assumptions,
        people=people,
        at=at,
        own=own,
        found=inputs.published(tables, people, own),
        deaths=deaths,
        specialists=careers.meld(tables, assumptions, deaths, people.base_year),
    )


def until(people: People, year: int) -> People:
    """Return the same inhabitants up to a year, as shorter paths are cheaper."""
    years = slice(0, year - people.base_year + 1)
    return replace(
        people,
        years=people.years[years],
        total=people.total[:, years],
        spread=people.spread[:, years],
        regional_cells=people.regional_cells[..., years],
        ages=people.ages[..., years],
    )


class Doctors(NamedTuple):
    """One pass of general practice."""

    p: Parameters
    """Assumptions."""
    required: weights.Requirement
    stocks: Stocks
    have: general_practice.Supply


def required(on: Base, drawn: Sample, people: People, norm: FloatArray | float | None = None) -> weights.Requirement:
    """Return the full-time specialists required by a norm, by default the assumed one."""
    p = Parameters.of(drawn.assumptions)
    off_list = uncertainty.quantile(on.assumptions["off_list_deviation"], drawn.regional["off_list"])
    asked = p.specialists.inhabitants_per_specialist if norm is None else np.asarray(norm, float)
    projected = weights.requirement(p, people, weights.drawn(on.at, drawn.regional), off_list, asked)
    return replace(projected, by_year=inputs.uncertain(projected.by_year, people, drawn.regional["population"]))


def doctors(on: Base, drawn: Sample, people: People | None = None) -> Doctors:
    """Compute requirement, stocks and supply of general practitioners.

    Parameters
    ----------
    on
        Inputs shared by all draws.
    drawn
        Draws, or the central values.
    people
        Inhabitants with fewer years than those of `on`, see `until`.
    """
    p, who = Parameters.of(drawn.assumptions), people or on.people
    stocks = inputs.stocks_drawn(p, on.found, who, drawn.regional)
    career = careers.career(p, "general_practice", on.deaths)
    expected = general_practice.supplied(p, who, stocks, career)
    have = general_practice.by_chance(p, career, expected, drawn.regional["chance"])
    return Doctors(p, required(on, drawn, who), stocks, have)


def need_now(
    on: Base, drawn: Sample, doctors_needed: weights.Requirement, profession: str, zeta: float | None = None
) -> Need:
    """Compute the need of one profession in the base year, by municipality.

    Parameters
    ----------
    on, drawn
        As `doctors`.
    doctors_needed
        The requirement of general practitioners, from whom tasks may be moved.
    profession
        One of `riktvarden.professions.PROFESSIONS`.
    zeta
        Weight of need against use in the care of mental ill-health; by default the assumed one.
    """
    p, now = Parameters.of(drawn.assumptions), until(on.people, on.people.base_year)
    of_now = replace(doctors_needed, by_year=doctors_needed.by_year[..., :1])
    weight = p.mental_health.need_weight if zeta is None else zeta
    return needed(p, on.tables, now, of_now.at, profession, weight, of_now)
