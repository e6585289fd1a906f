"""Names of the assumptions behind a profession's figures, for display and sensitivity analysis."""

from __future__ import annotations

from typing import NamedTuple

from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.specification import Contact


class Named(NamedTuple):
    """One kind of contact, with the names of its assumptions."""

    total: str
    each: str
    minutes: str
    year: str
    contact: Contact


def contacts(profession: str) -> list[Named]:
    """Return the kinds of contact of a profession, in the model's order."""
    found = []
    for kind in PROFESSIONS[profession].contacts:
        total, each, minutes, year = (read_by(take)[0] for take in (kind.total, kind.each, kind.minutes, kind.year))
        found.append(Named(total, each, minutes, year, kind))
    return found


def today_of(profession: str) -> tuple[str, ...]:
    """Return the assumptions behind today's number."""
    return read_by(lambda p: PROFESSIONS[profession].at_work(p, 1.0))
