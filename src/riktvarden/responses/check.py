"""Check the file of a response and report all problems in it at once."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from riktvarden import assumptions, parameters, texts
from riktvarden.assumptions import Assumption
from riktvarden.problems import InputError, Problem, misfits, not_utf8
from riktvarden.regular import regular
from riktvarden.responses import form, workbook
from riktvarden.responses.form import Answer, Organisation, OwnNumber, Response, Value
from riktvarden.returns import safety

Need = Literal["required", "optional", "none"]

MOST_TIMES = 100
"""How many times the ends of an assumption's range a proposal may be beyond them: further away is another unit."""

OLDEST = 10
"""Years back that an organisation's own number may be of."""

SOURCE_YEAR = "year"
"""Unit of assumptions that are the year of a source where they are fixed, which no response can change."""

AGAIN = "save the answer again from the explorer, the form or `riktvarden response new`"

_HEADER = re.compile(r"\s*(\[{1,2})\s*([A-Za-z0-9_-]+)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*=")


class Actor(NamedTuple):
    """A kind of actor: whether it has a region, and whether it has a profession."""

    region: Need
    profession: Need


class Round(NamedTuple):
    """First and last day of the consultation on an edition."""

    opens: datetime.date
    closes: datetime.date


@dataclass(frozen=True)
class Known:
    """What a response is checked against.

    Attributes
    ----------
    actors
        Code → what that kind of actor has.
    regions
        Codes of the regions.
    assumptions
        All assumptions of the report.
    questions
        Further subjects of a question, besides the assumptions.
    rounds
        Edition → when it is consulted on.
    last_year
        Last year to which the report's inhabitants reach.
    """

    actors: Mapping[str, Actor]
    regions: Collection[str]
    assumptions: Mapping[str, Assumption]
    questions: Collection[str]
    rounds: Mapping[str, Round]
    last_year: int


class Places(Protocol):
    """Finds where a key of a response is, in a file of either kind."""

    name: str

    def row(self, table: str, count: int, key: str) -> int:
        """Return the row of a key of the table with a count among its like, else 0."""

    def problem(self, table: str, count: int, key: str, value: object, expected: str, fix: str) -> Problem:
        """Return a problem with a key of a table."""


def check(path: Path, known: Known, today: datetime.date | None = None) -> Response:
    """Check the file of a response.

    Parameters
    ----------
    path
        The file, .toml or a form that is filled in, .xlsx.
    known
        What it is checked against.
    today
        Day of the check (default: today).

    Raises
    ------
    InputError
        With all problems.
    """
    ending = path.suffix.lower()
    problems = []
    if texts.names_person(path.name):
        wanted = "a file name without identity number, telephone number or address of a person"
        problems.append(Problem(path.name, 0, "", path.name, wanted, "rename the file"))
    if ending == workbook.SUFFIX:
        raw, faults = safety.load(path)
    else:
        expected = f"a response, *{form.SUFFIX} or *{workbook.SUFFIX}"
        raw, fault = regular(path, form.MOST_BYTES, expected, "shorten the texts")
        faults = [fault] if fault else []
        if ending != form.SUFFIX:
            problems.append(Problem(path.name, 0, "", path.suffix or "no ending", expected, AGAIN))
    if problems := [*problems, *map(_of_response, faults)]:
        raise InputError(problems)
    return parse(path.name, raw, known, today)


def parse(name: str, raw: bytes, known: Known, today: datetime.date | None = None) -> Response:
    """Check the contents of a response; parameters as `check`, with the file's name and bytes.

    Raises
    ------
    InputError
        With all problems.
    """
    where, contents, problems = _opened(name, raw)
    response, faults = _shaped(where, contents)
    problems += faults
    if response is not None:
        problems += examine(response, known, today or datetime.date.today(), where)
    if response is None or problems:
        raise InputError(problems)
    return normal(response)


def _opened(name: str, raw: bytes) -> tuple[Places, dict[str, Any], list[Problem]]:
    """Read a file of either kind; what is wrong with it is raised if nothing of it can be read."""
    if not name.lower().endswith(workbook.SUFFIX):
        text, contents = _read(name, raw)
        return _Lines(name, text), contents, []
    rows, contents, problems = workbook.read(name, raw)
    problems = list(map(_of_response, problems))
    if rows is None:
        raise InputError(problems)
    return rows, contents, problems


def _of_response(problem: Problem) -> Problem:
    """Return a problem of a workbook with the fix that responses have where returns have their own."""
    return replace(problem, fix=workbook.NEW_FORM) if problem.fix == safety.NEW_FORM else problem


def normal(response: Response) -> Response:
    """Return a response with its texts in one form: composed letters, and single blanks within a paragraph."""
    names = {"name", "reason", "text"}

    def tidied(entry: _Any) -> _Any:
        own = {key: texts.normal(value) for key, value in entry.model_dump().items() if key in names}
        return entry.model_copy(update=own)

    return response.model_copy(
        update={
            "organisation": tidied(response.organisation),
            "values": tuple(map(tidied, response.values)),
            "answers": tuple(map(tidied, response.answers)),
            "comment": "\n\n".join(paragraphs(response.comment)),
        }
    )


def paragraphs(text: str) -> list[str]:
    """Split a text at line breaks, each part in composed letters with single blanks; empty parts are left out."""
    return [part for line in text.splitlines() if (part := texts.normal(line))]


_Any = TypeVar("_Any", bound=BaseModel)


# The file


def _read(name: str, raw: bytes) -> tuple[str, dict[str, Any]]:
    """Parse the bytes of a file, in bounded time."""
    try:
        text = raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(name, error)]) from error
    if not text.strip():
        raise InputError([Problem(name, 0, "", "an empty file", "a response", AGAIN)])
    lines = text.splitlines()
    long = [(row, len(line)) for row, line in enumerate(lines, start=1) if len(line) > form.LONGEST_LINE]
    if long:
        expected = f"at most {form.LONGEST_LINE} in a line"
        raise InputError([Problem(name, row, "", f"{size} characters", expected, "break the line") for row, size in long])
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).rpartition(" (at ")
        line = re.match(r"line (\d+)", place)
        row = min(int(line[1]), len(lines)) if line else len(lines)
        fix = "correct the line or the one before: quotes around text, decimal point, one key a line"
        found = lines[row - 1].strip()[:60]
        raise InputError([Problem(name, row, "", found, f"TOML ({message or error})", fix)]) from error
    except (RecursionError, ValueError) as error:  # nested too deep, a number of thousands of digits
        raise InputError([Problem(name, 0, "", type(error).__name__, "TOML of a plain response", AGAIN)]) from error


class _Lines:
    """Finds the line of a key for messages; TOML keeps no positions."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self._rows: dict[tuple[str, int, str], int] = {}
        table, count, seen, inside = "", 0, dict[str, int](), ""
        for row, line in enumerate(text.splitlines(), start=1):
            if inside:
                inside = "" if inside in line else inside
                continue
            if header := _HEADER.match(line):
                table = header[2]
                count = seen[table] = seen.get(table, -1) + 1
                self._rows.setdefault((table, count, ""), row)
            elif key := _KEY.match(line):
                self._rows.setdefault((table, count, key[1]), row)
                for quotes in ('"""', "'''"):
                    if line.count(quotes) % 2:
                        inside = quotes

    def row(self, table: str, count: int, key: str) -> int:
        """Return the line of a key, of its table if it has none of its own, else 0."""
        own, of_table = self._rows.get((table, count, key)), self._rows.get((table or key, count, ""))
        return own or of_table or 0

    def problem(self, table: str, count: int, key: str, value: object, expected: str, fix: str) -> Problem:
        """Return a problem with a key of a table."""
        column = ".".join(filter(None, (table, key)))
        return Problem(self.name, self.row(table, count, key), column, _short(value), expected, fix)


def _short(value: object) -> str:
    try:
        text = f"{value:g}" if isinstance(value, float) else str(value)
    except (RecursionError, ValueError):
        text = type(value).__name__
    return text if len(text) <= 60 else text[:60] + "…"


def _shaped(where: Places, contents: dict[str, Any]) -> tuple[Response | None, list[Problem]]:
    """Check keys and types; the response is None if any is wrong."""
    problems: list[Problem] = []
    for key in sorted(contents.keys() - Response.model_fields.keys()):
        near = difflib.get_close_matches(key, Response.model_fields, 1)
        fix = f"write {near[0]}" if near else "remove it"
        problems.append(where.problem("", 0, key, key, f"only the keys {', '.join(Response.model_fields)}", fix))
    for mark, is_value in (("form", form.FORM), ("version", form.VERSION)):
        if (found := contents.get(mark, "no key")) != is_value or isinstance(found, bool):
            problems.append(where.problem("", 0, mark, found, str(is_value), AGAIN))
    parts: dict[str, Any] = {"form": form.FORM, "version": form.VERSION}
    for key, default in (("edition", None), ("comment", "")):
        value = contents.get(key, default)
        if isinstance(value, str):
            parts[key] = value
        else:
            found = "no key" if value is None else value
            problems.append(where.problem("", 0, key, found, "text in quotes", f"write the {key} in quotes"))
    own = contents.get("organisation")
    if isinstance(own, dict):
        parts["organisation"] = _entry(where, "organisation", 0, own, Organisation, problems)
    else:
        found = "no table" if own is None else own
        problems.append(where.problem("organisation", 0, "", found, "a table [organisation]", "say who answers"))
    for key, kind in form.LISTS.items():
        entries = contents.get(key, [])
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            problems.append(where.problem(key, 0, "", entries, f"tables [[{key}]]", f"write [[{key}]] above each"))
        elif len(entries) > form.MOST_ENTRIES:
            expected = f"at most {form.MOST_ENTRIES}"
            problems.append(where.problem(key, 0, "", f"{len(entries)} tables", expected, "keep one for each question"))
        else:
            parts[key] = tuple(_entry(where, key, count, one, kind, problems) for count, one in enumerate(entries))
    return (None, problems) if problems else (Response(**parts), problems)


def _entry(
    where: Places, table: str, count: int, entry: dict[str, Any], kind: type[BaseModel], problems: list[Problem]
) -> BaseModel | None:
    """Check one table; None if it is wrong, and its problems are added."""
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        for found in misfits(error, kind, where.name):
            key = found.column.split(".")[0].split("[")[0]
            near = difflib.get_close_matches(key, kind.model_fields, 1)
            fix = f"write {near[0]}" if near and key not in kind.model_fields else found.fix
            problems.append(where.problem(table, count, key, found.value, found.expected, fix))
        return None


# What it says


def examine(response: Response, known: Known, today: datetime.date, where: Places | None = None) -> list[Problem]:
    """Return all problems in what a response says.

    Parameters
    ----------
    response
        A response of the right form.
    known
        What it is checked against.
    today
        Day of the check.
    where
        Lines of its file (default: a response without a file).
    """
    at: Places = where or _Lines("the response", "")
    problems = [
        *edition_faults(response.edition, known, today, at),
        *_organisation_faults(response.organisation, known, at),
    ]
    for count, value in enumerate(response.values):
        problems += _value_faults(value, count, known, at)
    for count, answer in enumerate(response.answers):
        problems += _answer_faults(answer, count, known, at)
    for count, number in enumerate(response.numbers):
        problems += _number_faults(number, count, response.organisation, today, at)
    problems += _text_faults("", 0, "comment", response.comment, form.LONGEST_COMMENT, at)
    problems += [] if problems else _together_faults(response, known, at)
    problems += _twice(response, at)
    if not (response.values or response.answers or response.numbers or response.comment.strip()):
        expected, fix = "at least one value, answer, number or comment", "answer a question"
        problems.append(at.problem("", 0, "", "nothing but the organisation", expected, fix))
    return problems


def edition_faults(edition: str, known: Known, today: datetime.date, at: Places | None = None) -> Iterator[Problem]:
    """Find out why an edition is not open for responses on a day; parameters as `examine`."""
    at, rounds = at or _Lines("the response", ""), known.rounds
    running = [name for name, when in rounds.items() if when.opens <= today <= when.closes]
    expected = f"an edition that is consulted on: {', '.join(running) or 'there is none now'}"
    if edition not in rounds:
        yield at.problem("", 0, "edition", edition, expected, "answer the edition that the site shows")
    elif edition not in running:
        when = rounds[edition]
        said = f"{edition}, consulted on from {when.opens} to {when.closes}"
        yield at.problem("", 0, "edition", said, expected, "answer the newest edition, whose values may differ")


def actor_faults(actor: str, known: Known, at: Places | None = None) -> Iterator[Problem]:
    """Find out why a kind of actor is not known; parameters as `examine`."""
    if actor not in known.actors:
        place = at or _Lines("the response", "")
        yield place.problem("organisation", 0, "actor", actor, *_one_of(actor, known.actors))


def _organisation_faults(own: Organisation, known: Known, at: Places) -> Iterator[Problem]:
    yield from _text_faults("organisation", 0, "name", own.name, form.LONGEST_NAME, at, is_name=True)
    yield from actor_faults(own.actor, known, at)
    if own.actor not in known.actors:
        return
    actor = known.actors[own.actor]
    for key, need, allowed in (
        ("region", actor.region, known.regions),
        ("profession", actor.profession, form.PROFESSION_CODES),
    ):
        found = getattr(own, key)
        if need == "none" and found:
            yield at.problem("organisation", 0, key, found, f"no {key} for {own.actor}", "remove it, or correct the actor")
        elif need == "required" and not found:
            expected = f"a {key}, as {own.actor} has one"
            yield at.problem("organisation", 0, key, "nothing", expected, f"write the code of the {key}")
        elif found and found not in allowed:
            yield at.problem("organisation", 0, key, found, *_one_of(found, allowed))


def _value_faults(value: Value, count: int, known: Known, at: Places) -> Iterator[Problem]:
    yield from _text_faults("values", count, "reason", value.reason, form.LONGEST_REASON, at)
    name = value.assumption
    if name not in known.assumptions:
        yield at.problem("values", count, "assumption", name, *_one_of(name, known.assumptions))
    elif fault := domain_fault(name, value.value, known.assumptions[name], known.last_year):
        yield at.problem("values", count, "value", value.value, *fault)


def domain_fault(name: str, value: float, item: Assumption, last_year: int) -> tuple[str, str] | None:
    """Return why a value cannot be proposed for an assumption (expected, fix), or None if it can."""
    unit = f"in the unit {item.unit!r}"
    if not may_be_proposed(item):
        return "an assumption that is a judgement: this is the year of a source", "write what you mean in the comment"
    domain = next(d for d in assumptions.DOMAINS if re.fullmatch(d.unit, item.unit) and re.fullmatch(d.name, name))
    if not domain.holds(value):
        return f"{domain.words}, {unit}", "correct the value or convert it to the unit"
    if item.unit == SOURCE_YEAR:
        low, high = int(item.low), last_year
        return None if low <= value <= high else (f"a year from {low} to {high}", "choose another year")
    if name in parameters.WHOLE and value != int(value):
        return f"a whole number, {unit}", "round it"
    ends = (abs(item.low), abs(item.high))
    least, most = min(ends) / MOST_TIMES, max(ends) * MOST_TIMES
    if not (value == 0 or least <= abs(value) <= most):
        return f"at least {least:g} and at most {most:g}, {unit}", "correct the value or convert it to the unit"
    return None


def may_be_proposed(item: Assumption) -> bool:
    """Return whether an assumption is a judgement, of which others may have another; not the year of a source."""
    return not (item.unit == SOURCE_YEAR and item.distribution == "fixed")


def _answer_faults(answer: Answer, count: int, known: Known, at: Places) -> Iterator[Problem]:
    yield from _text_faults("answers", count, "text", answer.text, form.LONGEST_TEXT, at)
    subjects = [*known.assumptions, *known.questions]
    if answer.question not in subjects:
        yield at.problem("answers", count, "question", answer.question, *_one_of(answer.question, subjects))


def _number_faults(number: OwnNumber, count: int, own: Organisation, today: datetime.date, at: Places) -> Iterator[Problem]:
    name = number.quantity
    if name not in form.QUANTITIES:
        yield at.problem("numbers", count, "quantity", name, *_one_of(name, form.QUANTITIES))
        return
    if not own.region:
        yield at.problem("numbers", count, "quantity", name, "a region that the number is of", "write organisation.region")
    unit, whole = form.QUANTITIES[name].unit, form.QUANTITIES[name].whole
    if not 0 <= number.value < 1e6 or (whole and number.value != int(number.value)):
        expected = f"a {'whole ' if whole else ''}number of {unit}, from 0 to one million"
        yield at.problem("numbers", count, "value", number.value, expected, "correct the number")
    first = datetime.date(today.year - OLDEST, 1, 1)
    if not first <= number.date <= today:
        yield at.problem("numbers", count, "date", number.date, f"a day from {first} to today", "correct the date")


def _text_faults(
    table: str, count: int, key: str, text: str, longest: int, at: Places, is_name: bool = False
) -> Iterator[Problem]:
    """Check a text paragraph by paragraph, as line breaks are no fault."""
    parts = paragraphs(text)
    if len(text) > longest:
        yield at.problem(table, count, key, f"{len(text)} characters", f"at most {longest} characters", "shorten the text")
        return
    if not parts and table:
        yield at.problem(table, count, key, text, "text that is not blank", "write the text")
    for place, part in enumerate([" ".join(parts)] if is_name else parts):
        # Spreadsheets run a text by its first letter; a later paragraph may be an item of a list.
        read = part if place == 0 else part.lstrip("-+ ")
        if fault := texts.fault(read, longest, is_name):
            yield at.problem(table, count, key, part, *fault)
    # A number may be written over a line break.
    if len(parts) > 1 and texts.names_person(" ".join(parts)) and not any(map(texts.names_person, parts)):
        expected = "no identity number, telephone number or address of a person"
        yield at.problem(table, count, key, " ".join(parts), expected, "remove it")


def _twice(response: Response, at: Places) -> Iterator[Problem]:
    """Find subjects that a file answers more than once, which may contradict each other."""
    for table, key in (("values", "assumption"), ("answers", "question"), ("numbers", "quantity")):
        seen: dict[str, int] = {}
        for count, entry in enumerate(getattr(response, table)):
            subject = getattr(entry, key)
            if subject in seen:
                first = at.row(table, seen[subject], key)
                there = f"row {first} has it already" if first else "it is there already"
                fix = "keep one of them; explain a range in the reason"
                yield at.problem(table, count, key, subject, f"each {key} once; {there}", fix)
            seen.setdefault(subject, count)


def _together_faults(response: Response, known: Known, at: Places) -> Iterator[Problem]:
    """Check the proposed values against each other, and against the report's where these remain."""
    places = {value.assumption: count for count, value in enumerate(response.values)}
    held = {name: item.value for name, item in known.assumptions.items()}
    held |= {value.assumption: value.value for value in response.values}
    for later, earlier in assumptions.LATER:
        moved = next((name for name in (later, earlier) if name in places), None)
        if moved and held[later] <= held[earlier]:
            expected = f"a later {later} ({held[later]:g}) than {earlier} ({held[earlier]:g})"
            yield at.problem("values", places[moved], "value", held[moved], expected, "correct one of the two years")
    for parts in assumptions.WHOLES:
        moved = next((name for name in parts if name in places), None)
        total = sum(held[name] for name in parts)
        if moved and abs(total - 1) > 1e-6:
            expected = f"1 as the sum of {', '.join(parts)}, which is {total:g} with the report's values for the others"
            yield at.problem("values", places[moved], "value", held[moved], expected, "propose a value for each of them")


def _one_of(found: str, allowed: Collection[str]) -> tuple[str, str]:
    """Return what was expected and the fix where a code is unknown: the nearest ones, or all of a few."""
    near = difflib.get_close_matches(found[:100], list(allowed), 3)
    if near:
        return f"one of the known codes, such as {', '.join(near)}", f"write {near[0]}, if that is what you mean"
    few = list(allowed) if len(allowed) <= 25 else []
    return f"one of {', '.join(few)}" if few else f"one of the {len(allowed)} known codes", "choose one of them"
