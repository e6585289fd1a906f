"""Definition of a response: what its TOML file may hold, shared by the check, the pages that make one and the template.

A file begins with `FORM`, `VERSION` and the edition that it answers. Then come one table on the organisation and, in
any number, tables with proposed values, answers in words and the organisation's own numbers, and last a comment::

    form = "riktvarden-response"
    version = 1
    edition = "working"
    comment = "Text about the report as a whole."

    [organisation]
    actor = "region"                    # a code of the table of actors
    name = "Region Gävleborg"
    region = "21"                       # where the actor has one
    profession = "general_practice"     # where the actor has one

    [[values]]
    assumption = "completion_share"     # its name, as the downloads of the data chapter have it
    value = 0.9                         # in the unit of the assumption
    reason = "Nine in ten of those who began in 2012 to 2016 have finished."

    [[answers]]
    question = "completion_share"       # the assumption that the question is about
    text = "We follow up drop-outs every autumn."

    [[numbers]]
    quantity = "st_persons"             # one of `QUANTITIES`
    value = 62
    date = 2026-10-31

Everything but the first three lines and the organisation may be left out, but not all of it.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from riktvarden.professions import PROFESSIONS

FORM: Final = "riktvarden-response"
VERSION: Final = 1
"""Marks of the file; the version is raised when a key changes meaning, and older files are refused."""

SUFFIX = ".toml"

MOST_BYTES = 200_000
"""Maximum size of a file in bytes: ten times a full response."""

LONGEST_LINE = 25_000
"""Maximum length of a line in characters; longer ones are never needed, and slow to parse if crafted."""

LONGEST_NAME, LONGEST_REASON, LONGEST_TEXT, LONGEST_COMMENT = 120, 1_500, 5_000, 20_000
"""Maximum length of a name, a reason, an answer and the comment, in characters."""

MOST_ENTRIES = 300
"""Maximum number of values, and of answers: somewhat more than there are assumptions."""

DOCTORS = "general_practice"
"""Code of doctors in general practice, beside those of the other professions."""

PROFESSION_CODES = (DOCTORS, *PROFESSIONS)
"""Codes of the professions that a response can be about."""


class Quantity(NamedTuple):
    """A number of its own that a region or municipality may send with its response."""

    unit: str
    whole: bool
    sv: str
    en: str


QUANTITIES: dict[str, Quantity] = {
    "st_persons": Quantity("persons", True, "Personer i ST i allmänmedicin", "Persons in specialist training"),
    "st_positions": Quantity("positions", False, "Finansierade ST-tjänster", "Funded training positions"),
    "st_starters": Quantity("persons", True, "Personer som började ST förra året", "Persons who began training last year"),
    "specialist_fte": Quantity("FTE", False, "Specialister, heltider", "Specialists, full-time posts"),
    "specialist_persons_60_plus": Quantity("persons", True, "Specialister över 60 år", "Specialists over 60"),
    "district_nurse_fte": Quantity("FTE", False, "Distriktssköterskor, heltider", "District nurses, full-time posts"),
    "physiotherapist_fte": Quantity("FTE", False, "Fysioterapeuter, heltider", "Physiotherapists, full-time posts"),
    "occupational_therapist_fte": Quantity(
        "FTE", False, "Arbetsterapeuter, heltider", "Occupational therapists, full-time posts"
    ),
    "psychologist_fte": Quantity("FTE", False, "Psykologer, heltider", "Psychologists, full-time posts"),
}
"""Number → its unit, whether it is whole, and its words."""

Text = Annotated[str, Field(min_length=1)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Organisation(_Entry):
    """Who responds: an organisation, never a person."""

    actor: Text
    name: Text
    region: str = ""
    profession: str = ""


class Value(_Entry):
    """A proposed value of an assumption, in its unit, with the reason."""

    assumption: Text
    value: Number
    reason: Text


class Answer(_Entry):
    """An answer in words to the question about an assumption."""

    question: Text
    text: Text


class OwnNumber(_Entry):
    """A number that the organisation itself has counted."""

    quantity: Text
    value: Number
    date: datetime.date


class Response(_Entry):
    """One response, as the file has it."""

    form: Literal["riktvarden-response"]
    version: Literal[1]
    edition: Text
    organisation: Organisation
    values: tuple[Value, ...] = ()
    answers: tuple[Answer, ...] = ()
    numbers: tuple[OwnNumber, ...] = ()
    comment: str = ""


LISTS: dict[str, type[_Entry]] = {"values": Value, "answers": Answer, "numbers": OwnNumber}
"""Key of a list of tables → what each of them holds."""
