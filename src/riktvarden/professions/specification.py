"""Specification of a profession for model and report: its parameters and its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from riktvarden.parameters import Parameters

FloatArray = NDArray[np.float64]

Take = Callable[[Parameters], FloatArray]
"""Function that selects one quantity from the parameters, (draw, 1)."""

TakeOne = Callable[[Parameters], int]
"""Function that selects a single value."""

MILLION = 1e6


class Profile(NamedTuple):
    """Contacts per person by sex and age relative to men aged 18-59, each (draw, 1)."""

    women: FloatArray
    children: FloatArray
    aged_60_79: FloatArray
    aged_80_plus: FloatArray


@dataclass(frozen=True)
class Contact:
    """One kind of contact that a profession has with patients."""

    called: str
    """Its name; Swedish."""
    profile: Callable[[Parameters], Profile] | None
    """Variation of the contacts with sex and age; None for children only."""
    total: Take
    """The nation's contacts, or recipients, in a year."""
    each: Take
    """The profession's share of the contacts, or its contacts per recipient."""
    minutes: Take
    """Minutes per contact."""
    year: TakeOne = lambda p: p.contacts.contacts_year
    """Year of the total."""
    scale: float = MILLION
    """Unit of the total."""
    complement: bool = False
    """Whether the profession has the complement of a share stated for another."""
    need: Literal["morbidity", "function"] | None = None
    """Published need for it by age, to be weighted against its use; None if there is none."""
    at_home: bool = False
    """Whether staff travel to the patient, with the municipality responsible if it has taken over home care."""


class AtHome(NamedTuple):
    """Responsibility for a profession's care at home."""

    of_care: str
    """Care of the table ``responsibility``."""
    municipal_share: Take
    """The municipalities' share in counties without their own figure."""


class Heads(NamedTuple):
    """Persons at work in primary care, each (draw, 1)."""

    region: FloatArray
    municipality: FloatArray


@dataclass(frozen=True)
class Ages:
    """Ages and exits of the members."""

    women: Take
    """Share of women."""
    entry_age: TakeOne
    older_from: int
    """First age of the older members, whose share is stated."""
    older: Take
    """Share of the members of that age or older."""
    retirement_age: Take = lambda p: p.careers.retirement_age_professions
    retirement_spread: Take = lambda p: p.careers.retirement_spread
    other_exits: Take = lambda p: p.careers.other_exit_rate_professions
    """Yearly rate of leaving for reasons other than retirement and death."""


@dataclass(frozen=True)
class Education:
    """Education and entry into the profession."""

    graduates: Take
    """Persons per year."""
    degree_share: Take
    """Share of the starters who take the degree."""
    study_years: TakeOne
    entering: Take
    """Share of the graduates who go on to work in primary care."""


class Caveat(NamedTuple):
    """Caveat beside the profession's numbers."""

    says: str
    """Swedish; may name the ``{count}`` and the ``{source}`` of an assumption."""
    of: Take | None = None
    """Function that selects that assumption."""


class Abroad(NamedTuple):
    """A figure of another country to compare with, never to copy."""

    figure: str
    """ID in the table ``published_professions``."""
    place: str
    """In Swedish, like the next."""
    counted: str


@dataclass(frozen=True)
class Shown:
    """Presentation of a profession in the report. Words are Swedish; the catalogues translate them."""

    plural: str
    programme: str
    """Name of its education."""
    page: str
    """Document of its chapter."""
    colour: Literal["blue", "orange", "grey", "black", "violet"]
    """Colour of its line in charts with several professions."""
    caveats: tuple[Caveat, ...] = ()
    abroad: tuple[Abroad, ...] = ()
    forecast: str | None = None
    """Group whose published forecast the model is compared with; None if there is none."""


@dataclass(frozen=True)
class Profession:
    """One of the professions whose need is computed from minutes of care."""

    name: str
    """Its code in tables and results."""
    shown: Shown
    contacts: tuple[Contact, ...]
    """Its contacts with patients; empty if its work is treatment, built up from prevalence."""
    at_home: AtHome | None
    """Responsibility for its care at home; None if it gives none."""
    at_work: Callable[[Parameters, float], Heads]
    """Function from the parameters and the nation's inhabitants to members in primary care today."""
    ages: Ages
    education: Education
    taken_over: Take
    """Share of the contacts moved from doctors that it takes over (method C4)."""
    monthly_pay: Take
    pay_year: TakeOne
    direct_time: Take = lambda p: p.working_time.direct_time_share_allied
    """Share of the working time spent with patients."""
    indirect_time: Take = lambda p: p.working_time.indirect_time_share_allied
    """Share of the working time spent on patients who are not present."""
    everywhere: Callable[[Parameters, float], FloatArray] | None = None
    """Members at work in all sectors, by the parameters and the nation's inhabitants; None where nobody counts them."""
    employers: tuple[str, ...] = ("region", "municipality")
    """Principals for which costs are computed."""

    @property
    def method(self) -> str:
        """Basis of its minutes: contacts (E1), or the prevalence of the illness treated (E3)."""
        return "E1" if self.contacts else "E3"
