"""The chain without its rows: from a sample to what doctors are needed and there, for sensitivity, cost and trust."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import uncertainty
from riktvarden.model import careers, general_practice, inputs, staffing, weights
from riktvarden.model.inputs import People, Stocks
from riktvarden.model.professions import Need, needed
from riktvarden.names import DRAWS, SEED
from riktvarden.parameters import Parameters
from riktvarden.uncertainty import Joint, Sample

if TYPE_CHECKING:
    from riktvarden.assumptions import Assumptions

FloatArray = NDArray[np.float64]

STREAMS = ("st", "specialists", "off_list", "population", "chance")
"""What varies between regions beside the assumptions, each region for itself, and for the population the nation.

These spreads were estimated between regions at one date, which is already net of what regions share.
"""

MIDDLE = 0.5
"""Where a region stands in its own distribution in the central values."""


@dataclass(frozen=True)
class Base:
    """What every pass shares and no draw changes."""

    tables: Mapping[str, pd.DataFrame]
    assumptions: Assumptions
    people: People
    at: weights.Places
    own: pd.DataFrame
    """What regions handed in."""
    found: inputs.Published
    deaths: FloatArray
    specialists: careers.Melded
    """The careers of specialists, conditioned on what is published of them."""
    staffing: staffing.Melded
    """Contacts, minutes and staff of the professions, conditioned on the staff that is published."""

    @property
    def streams(self) -> dict[str, list[str]]:
        """What varies between regions beside the assumptions, with the regions' codes."""
        return dict.fromkeys(STREAMS, self.people.codes) | {"population": self.people.areas}

    @property
    def joints(self) -> tuple[Joint, ...]:
        """What is drawn together."""
        return self.specialists.joint, self.staffing.joint

    def central(self) -> Sample:
        """One draw: every assumption at its value, every region in the middle."""
        return Sample(
            self.assumptions.at_value() | self.specialists.joint.central | self.staffing.joint.central,
            {stream: np.full((1, len(codes)), MIDDLE) for stream, codes in self.streams.items()},
        )

    def sample(self, draws: int = DRAWS, seed: int = SEED) -> Sample:
        """The draws that the results rest on."""
        return uncertainty.sample(self.assumptions, self.streams, draws, seed, joints=self.joints)


def base(tables: Mapping[str, pd.DataFrame], assumptions: Assumptions) -> Base:
    """Prepare what no draw changes: inhabitants to the last year, places, published stocks and mortality."""
    people = inputs.people(tables, assumptions)
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
        staffing=staffing.meld(tables, assumptions, people, at),
    )


def until(people: People, year: int) -> People:
    """The same inhabitants with no later year: a shorter path costs less."""
    years = slice(0, year - people.base_year + 1)
    return replace(
        people,
        years=people.years[years],
        total=people.total[:, years],
        spread=people.spread[:, years],
        regional_cells=people.regional_cells[..., years],
    )


class Doctors(NamedTuple):
    """One pass of general practice."""

    p: Parameters
    """Assumptions."""
    required: weights.Requirement
    stocks: Stocks
    have: general_practice.Supply


def required(on: Base, drawn: Sample, people: People, norm: FloatArray | float | None = None) -> weights.Requirement:
    """Full-time specialists that the norm asks for, by default the assumed one."""
    p = Parameters.of(drawn.assumptions)
    off_list = uncertainty.quantile(on.assumptions["off_list_deviation"], drawn.regional["off_list"])
    asked = p.specialists.inhabitants_per_specialist if norm is None else np.asarray(norm, float)
    projected = weights.requirement(p, people, on.at, off_list, asked)
    return replace(projected, by_year=inputs.uncertain(projected.by_year, people, drawn.regional["population"]))


def doctors(on: Base, drawn: Sample, people: People | None = None) -> Doctors:
    """Requirement, stocks and supply of general practitioners.

    Parameters
    ----------
    on
        What no draw changes.
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
    """What one profession needs in the base year, by municipality.

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
    return needed(p, on.tables, now, on.at, profession, weight, of_now)
