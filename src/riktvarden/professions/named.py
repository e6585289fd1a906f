"""Names of the assumptions behind a profession's figures, for display and sensitivity analysis."""

from __future__ import annotations

from typing import NamedTuple

from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.specification import Contact


class Named(NamedTuple):
    """One kind of contact, with the names of its assumptions."""

    total: str
    each: str | None
    """None where the minutes say all."""
    minutes: str
    year: str
    contact: Contact

    @property
    def said(self) -> tuple[str, ...]:
        """Total, share or contacts per recipient where there are any, and minutes."""
        return tuple(name for name in (self.total, self.each, self.minutes) if name)


def contacts(profession: str) -> list[Named]:
    """Return the kinds of contact of a profession, in the model's order."""
    found = []
    for kind in PROFESSIONS[profession].contacts:
        total, minutes, year = (read_by(take)[0] for take in (kind.total, kind.minutes, kind.year))
        each = read_by(kind.each)[0] if kind.each else None
        found.append(Named(total, each, minutes, year, kind))
    return found


def taken_by(contact: Contact) -> tuple[str, ...]:
    """Every assumption that a kind of contact takes but for its profile by age and sex."""
    takes = (contact.total, contact.year, contact.each, contact.minutes, contact.by_region)
    return read_by(*(take for take in takes if take))


def today_of(profession: str) -> tuple[str, ...]:
    """Return the assumptions behind today's number."""
    return read_by(lambda p: PROFESSIONS[profession].at_work(p, 1.0))
