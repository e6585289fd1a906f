"""The only door to data/: what a table holds, whether it keeps its contract, where a figure comes from."""

import csv
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from riktvarden.problems import SAVE_PLAIN, InputError, Problem, misfits, not_utf8

DATA = Path(__file__).resolve().parents[2] / "data"
"""The project's own data folder."""

CONTRACT = "datapackage.json"

FORMS = {
    "integer": (r"-?[0-9]{1,15}", "a whole number, digits only"),
    "number": (r"-?[0-9]+(\.[0-9]+)?", "a number with decimal point and nothing else"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date as YYYY-MM-DD"),
    "string": (r"\S(.*\S)?", "text without blanks around it"),
}
"""How a cell of each type is written: the forms that every tool reads alike."""


@dataclass(frozen=True)
class Source:
    """Where a table, or one published figure, comes from; empty text where nothing is to be said."""

    table: str
    title: str
    publisher: str
    path: str
    licence: str
    reference_date: str
    retrieved: str
    sha256: str
    note: str


def names(folder: Path = DATA) -> list[str]:
    """List the names of the tables, in the order of the contract.

    Raises
    ------
    InputError
        If datapackage.json cannot be used.
    """
    return [table["name"] for table in _contract(folder)["resources"]]


def descriptor(name: str, folder: Path = DATA) -> dict[str, Any]:
    """Give what datapackage.json says of a table: titles, source, licence, sha256, columns with their units.

    Raises
    ------
    KeyError
        If there is no table of that name.
    InputError
        If datapackage.json cannot be used.
    """
    tables = {table["name"]: table for table in _contract(folder)["resources"]}
    if name not in tables:
        raise KeyError(f"no table {name!r} in {CONTRACT}; there are: {', '.join(tables)}")
    found: dict[str, Any] = tables[name]
    return found


def read(name: str, folder: Path = DATA) -> pd.DataFrame:
    """Read one table, its columns typed as the contract says.

    Codes are text, whole numbers int64 (Int64 where a cell may be empty), other numbers float64, dates
    datetime64; an empty cell is missing. Units stand in the contract, see `descriptor`.

    Raises
    ------
    KeyError
        If there is no table of that name.
    InputError
        If the file is not the one that was checked: with what is wrong in it or, where nothing is, with
        how to record the change.
    """
    table = descriptor(name, folder)
    _verify(table, folder)
    return _parse(table, folder)


def read_all(folder: Path = DATA) -> dict[str, pd.DataFrame]:
    """Read every table, as `read` does; the frames by name."""
    return {name: read(name, folder) for name in names(folder)}


def check(folder: Path = DATA, progress: Callable[[str], None] | None = None) -> list[Problem]:
    """Check every table against the contract, and the tables against each other.

    Parameters
    ----------
    folder
        The data folder.
    progress
        Called with the name of each table before it is checked.

    Returns
    -------
    list of Problem
        Everything that is wrong, in the order of file, row and column; empty if nothing is.
    """
    problems, changed = _check(folder, progress)
    return sorted({*problems, *(_changed(table, folder) for table in changed)})


def accept(folder: Path = DATA) -> list[str]:
    """Record the present contents of the tables as checked: new sha256 and size in datapackage.json.

    Returns
    -------
    list of str
        Names of the tables whose record changed.

    Raises
    ------
    InputError
        If anything but the record is wrong; then nothing is written.
    """
    problems, changed = _check(folder)
    if problems:
        raise InputError(problems)
    accepted = [table["name"] for table in changed]
    contract = _contract(folder)
    for table in contract["resources"]:
        if table["name"] in accepted:
            table["bytes"], table["hash"] = _record(folder / table["path"])
    text = json.dumps(contract, indent=2, ensure_ascii=False) + "\n"
    (folder / CONTRACT).write_text(text, encoding="utf-8", newline="\n")
    return accepted


def source_of(name: str, figure: str | None = None, folder: Path = DATA) -> Source:
    """Say where a table comes from, or one published figure of it.

    Parameters
    ----------
    name
        Name of the table.
    figure
        Identity of a figure in it, e.g. ``st-024``; its publication is then the source.
    folder
        The data folder.

    Raises
    ------
    KeyError
        If there is no such table or no such figure in it.
    InputError
        If a file read is not the one that was checked.
    """
    table = descriptor(name, folder)
    of_table = Source(
        table=name,
        title="; ".join(source["title"] for source in table["sources"]),
        publisher=table["publisher"],
        path="; ".join(source["path"] for source in table["sources"] if "path" in source),
        licence="; ".join(licence.get("title", licence["name"]) for licence in table["licenses"]),
        reference_date=table["reference_date"],
        retrieved=table["retrieved"],
        sha256=table["hash"].removeprefix("sha256:"),
        note=table["description"],
    )
    if figure is None:
        return of_table
    figures = {row.get("figure"): row for row in _records(name, folder)}
    if figure not in figures or "publication" not in figures[figure]:
        raise KeyError(f"no published figure {figure!r} in the table {name!r}")
    row = figures[figure]
    publications = {found["publication"]: found for found in _records("publications", folder)}
    publication = publications[row["publication"]]
    return replace(
        of_table,
        title=publication["title"],
        publisher=publication["publisher"],
        path=publication["url"],
        reference_date=row["reference_date"] or row["year"] or "not stated",
        note=row["note"],
    )


# The contract and its files


def _contract(folder: Path) -> dict[str, Any]:
    """Read datapackage.json; InputError where it cannot be used."""
    file = f"{folder.name}/{CONTRACT}"
    try:
        text = (folder / CONTRACT).read_text(encoding="utf-8")
        contract = json.loads(text)
    except OSError as error:
        mend = "restore the file from version control"
        problem = Problem(file, 0, "", "no readable file", "the contract of all tables", mend)
        raise InputError([problem]) from error
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(file, error)]) from error
    except json.JSONDecodeError as error:
        line = "".join(text.splitlines()[error.lineno - 1 : error.lineno]).strip()
        expected = f"JSON ({error.msg} at character {error.colno})"
        mend = "correct the punctuation there or just before: quotes, commas, brackets"
        raise InputError([Problem(file, error.lineno, "", line, expected, mend)]) from error
    try:
        _Contract.model_validate(contract)
    except ValidationError as error:
        raise InputError(misfits(error, _Contract, file)) from error
    faults = list(_name_faults(contract["resources"], file))
    if faults:
        raise InputError(faults)
    checked: dict[str, Any] = contract
    return checked


class _Part(BaseModel):
    """What the code below takes for granted in the contract; frictionless checks the rest of it."""

    model_config = ConfigDict(strict=True)


class _Constraints(_Part):
    required: bool = False
    unique: bool = False
    enum: list[str] = []
    pattern: str = ""
    minimum: float | None = None
    maximum: float | None = None

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"a regular expression ({error})") from error
        return pattern


class _Field(_Part):
    name: str
    type: Literal["integer", "number", "boolean", "date", "string"]
    title: str
    constraints: _Constraints = _Constraints()


class _Reference(_Part):
    resource: str
    fields_: str = Field(alias="fields")


class _ForeignKey(_Part):
    fields_: str = Field(alias="fields")
    reference: _Reference


class _Schema(_Part):
    fields_: list[_Field] = Field(alias="fields", min_length=1)
    primary_key: str | list[str] = Field(alias="primaryKey", default=[])
    foreign_keys: list[_ForeignKey] = Field(alias="foreignKeys", default=[])


class _Source(_Part):
    title: str


class _Licence(_Part):
    name: str


class _Table(_Part):
    name: str
    path: str
    title: str
    description: str
    publisher: str
    sources: list[_Source]
    licenses: list[_Licence]
    reference_date: str
    retrieved: str
    hash: str
    schema_: _Schema = Field(alias="schema")


class _Contract(_Part):
    resources: list[_Table]


def _name_faults(tables: list[dict[str, Any]], file: str) -> Iterator[Problem]:
    """Find tables that share a name, and keys to tables that are not there."""
    named = [table["name"] for table in tables]
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield Problem(file, 0, "resources.name", name, "each table once", "remove or rename one of them")
    for number, table in enumerate(tables):
        for key in table["schema"].get("foreignKeys", []):
            other = key["reference"]["resource"]
            if other not in named:
                column = f"resources[{number}].schema.foreignKeys"
                yield Problem(file, 0, column, other, f"one of {', '.join(named)}", "correct the key")


def _file(table: dict[str, Any], folder: Path) -> str:
    return f"{folder.name}/{table['path']}"


def _columns(table: dict[str, Any]) -> list[str]:
    return [field["name"] for field in table["schema"]["fields"]]


def _record(path: Path) -> tuple[int, str]:
    """Give size in bytes and sha256 of a file, as the contract records them."""
    raw = path.read_bytes()
    return len(raw), "sha256:" + hashlib.sha256(raw).hexdigest()


def _is_changed(table: dict[str, Any], folder: Path) -> bool:
    return _record(folder / table["path"]) != (table.get("bytes"), table["hash"])


def _changed(table: dict[str, Any], folder: Path) -> Problem:
    return Problem(
        _file(table, folder),
        0,
        "",
        _record(folder / table["path"])[1],
        f"{table['hash'] or 'a recorded sha256'}: the file changed since it was recorded",
        "if the change is meant run `riktvarden check --accept`, otherwise restore the file",
    )


def _verify(table: dict[str, Any], folder: Path) -> None:
    """Raise InputError if the file is not the one that was checked, with what is wrong in it."""
    if not (folder / table["path"]).is_file() or _is_changed(table, folder):
        raise InputError(_table_problems(table, folder) or [_changed(table, folder)])


def _parse(table: dict[str, Any], folder: Path) -> pd.DataFrame:
    """Read a file that keeps its contract into typed columns."""
    dtypes = {}
    dates = []
    for field in table["schema"]["fields"]:
        required = field.get("constraints", {}).get("required", False)
        match field["type"]:
            case "integer":
                dtypes[field["name"]] = "int64" if required else "Int64"
            case "number":
                dtypes[field["name"]] = "float64"
            case "boolean":
                dtypes[field["name"]] = "bool" if required else "boolean"
            case "date":
                dates.append(field["name"])
            case _:
                dtypes[field["name"]] = "str"
    # "NA" and the like are text: only an empty cell is missing.
    path = folder / table["path"]
    frame = pd.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[""], encoding="utf-8")
    for column in dates:
        frame[column] = pd.to_datetime(frame[column], format="%Y-%m-%d")
    return frame


def _rows(table: dict[str, Any], folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Read line number and cells, as text, of every row of a file whose header is right."""
    with (folder / table["path"]).open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        columns = next(reader)
        for number, cells in enumerate(reader, start=2):
            yield number, dict(zip(columns, cells, strict=False))


def _records(name: str, folder: Path) -> list[dict[str, str]]:
    """Read the rows of a table that was checked, every cell as text."""
    table = descriptor(name, folder)
    _verify(table, folder)
    return [cells for _, cells in _rows(table, folder)]


# One table against its contract


def _table_problems(table: dict[str, Any], folder: Path) -> list[Problem]:
    """Look at one file alone: first its bytes, then its header, then row by row."""
    for faults in (_byte_faults, _header_faults):
        problems = list(faults(table, folder))
        if problems:
            return problems
    problems = list(_row_faults(table, folder))
    told = {(problem.row, problem.column) for problem in problems}
    broken = {problem.row for problem in problems if problem.mend == WHOLE_ROW}
    for problem in _form_faults(table, folder):
        if problem.row not in broken and (problem.row, problem.column) not in told:
            problems.append(problem)
    return problems


def _byte_faults(table: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """Find what a reader of tables would not see, or would trip over."""
    file, path = _file(table, folder), folder / table["path"]
    if not path.is_file():
        mend = f"restore the file, or take the table out of {CONTRACT}"
        yield Problem(file, 0, "", "no file", f"the table that {CONTRACT} describes", mend)
        return
    raw = path.read_bytes()
    if not raw.strip():
        yield Problem(file, 0, "", "an empty file", "a header and rows", "restore the file")
        return
    if raw.startswith(b"\xef\xbb\xbf"):
        yield Problem(file, 1, "", "a byte order mark", "UTF-8 without byte order mark", SAVE_PLAIN)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        yield not_utf8(file, error, _columns(table))
        return
    for mark, called in (("\r", "a carriage return"), ("\0", "a zero byte")):
        if mark in text:
            row = text[: text.index(mark)].count("\n") + 1
            yield Problem(file, row, "", called, "lines of text that end with a line feed only", SAVE_PLAIN)
    for row, line in enumerate(text.split("\n"), start=1):
        # Every row is one line, so that a problem's row is the line an editor shows.
        if line.count('"') % 2:
            mend = "close the quote, and double a quote that belongs to the text"
            yield Problem(file, row, "", line, "quotes that close in the same line", mend)
    if len(text.splitlines()) < 2:
        yield Problem(file, 0, "", "a header and no rows", "at least one row", "restore the file")
    elif not text.endswith("\n"):
        expected = "a line feed at the end of the last line: the file may be cut off"
        mend = "see that the last row is whole, then end it with a line feed"
        yield Problem(file, text.count("\n") + 1, "", text.rpartition("\n")[2], expected, mend)


def _header_faults(table: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """Find columns that are missing, unknown, doubled or out of order; no row can be judged then."""
    file, expected = _file(table, folder), _columns(table)
    with (folder / table["path"]).open(encoding="utf-8", newline="") as lines:
        found = next(csv.reader(lines))
    header = ",".join(found)
    for column in expected:
        if column not in found:
            mend = f"restore the column; the header is {','.join(expected)}, separated by commas"
            yield Problem(file, 1, column, header, f"a column {column!r}", mend)
    for column in sorted(set(found)):
        if column not in expected:
            mend = f"remove the column, or describe it in {CONTRACT}"
            yield Problem(file, 1, column, column, f"only the columns {', '.join(expected)}", mend)
        elif found.count(column) > 1:
            yield Problem(file, 1, column, header, f"the column {column!r} once", "remove or rename one of them")
    if found != expected and sorted(found) == sorted(expected):
        yield Problem(file, 1, "", header, f"the order {','.join(expected)}", "put the columns in that order")


WHOLE_ROW = "complete or remove the row; put text that holds a comma in quotes"


def _row_faults(table: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """Check types, constraints and the primary key of all rows, by frictionless."""
    # Imported here: notebooks read tables without it, and it takes half a second.
    from frictionless import FrictionlessException, Resource

    # Changed files and keys to other tables are told apart from this, see _check.
    alone = {key: value for key, value in table.items() if key not in ("hash", "bytes")}
    alone["schema"] = {key: value for key, value in table["schema"].items() if key != "foreignKeys"}
    try:
        report = Resource.from_descriptor(alone, basepath=str(folder)).validate(limit_errors=1_000_000)
    except FrictionlessException as exception:
        place, mend = f"{table['name']}.schema", f"correct what describes the table {table['name']!r}"
        for reason in exception.reasons or [exception.error]:
            yield Problem(f"{folder.name}/{CONTRACT}", 0, place, table["name"], reason.note, mend)
        return
    file = _file(table, folder)
    fields = {field["name"]: field for field in table["schema"]["fields"]}
    keys = table["schema"].get("primaryKey", [])
    keys = [keys] if isinstance(keys, str) else keys
    faults = report.task.errors
    row_wide = ("missing-cell", "extra-cell", "blank-row")
    broken = {fault.row_number: fault for fault in reversed(faults) if fault.type in row_wide}
    for number, fault in broken.items():
        # Each cell of a broken row is an error of its own: the first one stands for all.
        found = ",".join(fault.cells).strip(",") or "an empty line"
        expected = f"{len(fields)} cells: {', '.join(fields)}"
        yield Problem(file, number, getattr(fault, "field_name", ""), found, expected, WHOLE_ROW)
    for fault in faults:
        number = getattr(fault, "row_number", 0)
        if number in broken:
            continue
        if fault.type == "primary-key":
            cells = dict(zip(fields, fault.cells, strict=True))
            found = ", ".join(cells[key] for key in keys)
            expected = f"each {' and '.join(keys)} once; row {fault.note.split()[-1]} has it already"
            yield Problem(
                file, number, ", ".join(keys), found, expected, "correct the key, or remove one of the rows"
            )
        elif fault.type in ("type-error", "constraint-error", "unique-error"):
            expected = _expected(fields[fault.field_name])
            yield Problem(file, number, fault.field_name, fault.cell, expected, "correct the cell")
        else:
            yield Problem(file, number, "", fault.type, fault.note or fault.description, "restore the file")


def _form_faults(table: dict[str, Any], folder: Path) -> Iterator[Problem]:
    """Find cells that some readers take and others do not: 1_000, inf, 1e3, blanks around a text."""
    fields = [(field, re.compile(FORMS[field["type"]][0], re.DOTALL)) for field in table["schema"]["fields"]]
    for number, cells in _rows(table, folder):
        for field, form in fields:
            cell = cells.get(field["name"], "")
            if cell and not form.fullmatch(cell):
                yield Problem(_file(table, folder), number, field["name"], cell, _expected(field), "correct the cell")


def _expected(field: dict[str, Any]) -> str:
    """Put the contract of a column in words."""
    rules = field.get("constraints", {})
    words = ["one of " + ", ".join(rules["enum"]) if "enum" in rules else FORMS[field["type"]][1]]
    if "pattern" in rules:
        words.append(f"of the form {rules['pattern']}")
    if "minimum" in rules:
        words.append(f"{rules['minimum']} or more")
    if "maximum" in rules:
        words.append(f"{rules['maximum']} or less")
    if rules.get("unique"):
        words.append("each value once")
    words.append("never empty" if rules.get("required") else "or empty")
    return ", ".join(words)


# The tables against each other


def _check(folder: Path, progress: Callable[[str], None] | None = None) -> tuple[list[Problem], list[dict[str, Any]]]:
    """Find all problems but changed files, and the tables that changed without another problem."""
    try:
        tables = {table["name"]: table for table in _contract(folder)["resources"]}
    except InputError as error:
        return error.problems, []
    problems = list(_stray_files(tables, folder))
    frames = {}
    for name, table in tables.items():
        if progress is not None:
            progress(name)
        found = _table_problems(table, folder)
        problems += found
        if not found:
            frames[name] = _parse(table, folder)
    problems += list(_key_faults(tables, folder, problems))
    changed = {name for name in frames if _is_changed(tables[name], folder)}
    sound = _Sound(folder, tables, frames, changed)
    for rule, needed in RULES.items():
        if frames.keys() >= set(needed):
            problems += rule(sound)
    # A file with a fault has changed as well: the fault says more.
    faulty = {problem.file for problem in problems}
    return problems, [tables[name] for name in sorted(changed) if _file(tables[name], folder) not in faulty]


def _stray_files(tables: dict[str, dict[str, Any]], folder: Path) -> Iterator[Problem]:
    """Find files among the tables that the contract does not describe."""
    described = {folder / table["path"] for table in tables.values()}
    for path in sorted((folder / "tables").rglob("*")):
        if path.is_file() and path not in described:
            file = f"{folder.name}/{path.relative_to(folder).as_posix()}"
            mend = f"describe the table in {CONTRACT}, or remove the file"
            yield Problem(file, 0, "", path.name, f"only tables that {CONTRACT} describes", mend)


def _key_faults(tables: dict[str, dict[str, Any]], folder: Path, told: list[Problem]) -> Iterator[Problem]:
    """Find codes that the table they refer to does not have: one problem per code, at its first row.

    A code that went missing in one table would otherwise be told once for each row of all others.
    """
    places = {(problem.file, problem.row, problem.column) for problem in told}
    rows = {}
    for name, table in tables.items():
        # Rows can be told apart unless the bytes or the header are at fault.
        if not any(True for faults in (_byte_faults, _header_faults) for _ in faults(table, folder)):
            rows[name] = list(_rows(table, folder))
    for name, table in tables.items():
        for key in table["schema"].get("foreignKeys", []):
            column, other = key["fields"], key["reference"]["resource"]
            if name not in rows or other not in rows:
                continue
            known = {cells.get(key["reference"]["fields"]) for _, cells in rows[other]}
            unknown: dict[str, list[int]] = {}
            for number, cells in rows[name]:
                code = cells.get(column, "")
                if code and code not in known and (_file(table, folder), number, column) not in places:
                    unknown.setdefault(code, []).append(number)
            for code, numbers in unknown.items():
                more = f", here and in {len(numbers) - 1} further rows" if len(numbers) > 1 else ""
                expected = f"a {key['reference']['fields']} of {_file(tables[other], folder)}"
                mend = f"correct the code{more}, or add it there"
                yield Problem(_file(table, folder), numbers[0], column, code, expected, mend)


@dataclass(frozen=True)
class _Sound:
    """The tables that keep their own contract, and which of them changed since they were recorded."""

    folder: Path
    tables: dict[str, dict[str, Any]]
    frames: dict[str, pd.DataFrame]
    changed: set[str]

    def file(self, name: str) -> str:
        return _file(self.tables[name], self.folder)

    def cells(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Give line number and cells, as text, of every row."""
        return _rows(self.tables[name], self.folder)

    def frame(self, name: str) -> pd.DataFrame:
        """Give the typed table with the line number of each row."""
        return self.frames[name].assign(row=range(2, len(self.frames[name]) + 2))


def _sums_differ(
    sound: _Sound, parts: tuple[str, pd.DataFrame], whole: tuple[str, pd.DataFrame], by: list[str], value: str
) -> Iterator[Problem]:
    """Find groups, present in both frames, whose sums of a count differ."""
    # The fault is told in the file that changed; if both or neither did, where the detail is.
    if whole[0] in sound.changed and parts[0] not in sound.changed:
        parts, whole = whole, parts
    (name, here), (other, there) = parts, whole
    sums = [
        frame.groupby(by, as_index=False).agg(total=(value, "sum"), row=("row", "min")) for frame in (here, there)
    ]
    both = sums[0].merge(sums[1], on=by, suffixes=("", "_there"))
    # Counts are whole persons in every year that two tables share.
    for group in both[(both["total"] - both["total_there"]).abs() >= 0.5].to_dict("records"):
        which = ", ".join(f"{column} {group[column]}" for column in by)
        expected = f"{group['total_there']:.0f}, as {sound.file(other)} sums to for {which}"
        mend = "correct the cell of this sum that is wrong, in this table or the other"
        yield Problem(sound.file(name), int(group["row"]), value, f"{group['total']:.0f}", expected, mend)


def _regions_sum_to_nation(sound: _Sound) -> Iterator[Problem]:
    """Hold population by sex and age group, newest totals and deaths of the regions against the nation."""
    nation = sound.frame("population_nation")
    lower = (nation["age"] // 5 * 5).clip(upper=90)
    group = lower.astype(str) + "-" + (lower + 4).astype(str)
    whole = ("population_nation", nation.assign(age_group=group.where(lower < 90, "90+")))
    ages = ("population_region_age_group", sound.frame("population_region_age_group"))
    totals = ("population_region", sound.frame("population_region"))
    deaths = ("deaths_region_age_group", sound.frame("deaths_region_age_group"))
    yield from _sums_differ(sound, ages, whole, ["year", "sex", "age_group"], "population")
    yield from _sums_differ(sound, totals, whole, ["year"], "population")
    # The nation's deaths are by age at the end of the year, the regions' are not: sums over ages only.
    yield from _sums_differ(sound, deaths, whole, ["year", "sex"], "deaths")


def _municipalities_sum_to_regions(sound: _Sound) -> Iterator[Problem]:
    """Hold municipalities against their region, and age groups against their municipality."""
    frame = sound.frame("population_municipality")
    totals = ("population_municipality", frame.assign(region=frame["municipality"].str[:2]))
    for name in ("population_region", "population_region_age_group"):
        yield from _sums_differ(sound, totals, (name, sound.frame(name)), ["region", "year"], "population")
    ages = ("population_municipality_age_group", sound.frame("population_municipality_age_group"))
    yield from _sums_differ(sound, ages, totals, ["municipality", "year"], "population")


def _municipalities_stand_in_their_region(sound: _Sound) -> Iterator[Problem]:
    """Hold a municipality's region against the first two digits of its code."""
    for number, row in sound.cells("municipalities"):
        if not row["municipality"].startswith(row["region"]):
            expected = f"{row['municipality'][:2]}, as the code {row['municipality']} begins"
            mend = "correct the region or the code"
            yield Problem(sound.file("municipalities"), number, "region", row["region"], expected, mend)


UNITS = {
    "persons": "persons",
    "positions": "positions",
    "financed_positions": "positions",
    "blocks": "ST blocks",
    "persons_per_1000": "per 1000 inhabitants",
}
"""Unit in which a published figure on each measure of the ST baseline is given."""


def _figures_are_the_regions_own(sound: _Sound) -> Iterator[Problem]:
    """Hold the region of each row that uses a published figure against the figure's."""
    regions = {row["figure"]: row["region"] for _, row in sound.cells("published_st")}
    for name in ("st_baseline", "specialist_baseline"):
        for number, row in sound.cells(name) if name in sound.frames else ():
            region = regions.get(row["figure"], row["region"])
            if region != row["region"]:
                expected, mend = (
                    f"{region}, the region of {row['figure']}",
                    "correct the region or the figure",
                )
                yield Problem(sound.file(name), number, "region", row["region"], expected, mend)


def _baseline_fits_its_figures(sound: _Sound) -> Iterator[Problem]:
    """Hold the measure of each row of the ST baseline against its figure; a figure in use is dated."""
    file = sound.file("st_baseline")
    units = {row["figure"]: row["unit"] for _, row in sound.cells("published_st")}
    for number, row in sound.cells("st_baseline"):
        unit = units.get(row["figure"])
        if unit is not None and unit != UNITS.get(row["measure"]):
            expected = f"a measure given in {unit}, as {row['figure']} is"
            yield Problem(file, number, "measure", row["measure"], expected, "correct the measure or the figure")
        if row["use"] != "never" and not row["dated"]:
            expected = "the day that a figure in use is assumed to refer to"
            yield Problem(file, number, "dated", "", expected, "write the day as YYYY-MM-DD")


def _baseline_uses_one_figure(sound: _Sound) -> Iterator[Problem]:
    """Allow one newest and one reference figure per region and measure, and none that is never to be used."""
    file, rows = sound.file("st_baseline"), list(sound.cells("st_baseline"))
    never = {row["figure"] for _, row in rows if row["use"] == "never"}
    filled = set()
    for number, row in rows:
        if row["use"] == "never":
            continue
        if row["figure"] in never:
            expected = "a figure that no other row says is never to be used"
            yield Problem(file, number, "figure", row["figure"], expected, "keep one of the rows")
        role = (row["region"], row["use"], row["measure"])
        if role in filled:
            expected = f"one {row['use']} figure of region {row['region']} in {row['measure']}"
            yield Problem(file, number, "figure", row["figure"], expected, "keep one of the rows")
        filled.add(role)


SELECTED_UNITS = {
    "persons": {"personer", "persons"},
    "fte": {"årsarbetare", "FTE"},
    "persons_per_100000": {"per 100 000 invånare", "per 100 000"},
    "licences_issued": {"antal"},
    "regions_reporting_shortage": {"antal regioner", "antal landsting"},
    "missing": {"läkare"},
    "entrants": {"personer", "personer per år"},
    "graduates": {"personer per år"},
    "further_need_2035": {"personer"},
    "further_entrants_2035": {"personer per år"},
    "recruitment_need_2031": {"personer"},
}
"""Units in which a published figure on each measure of personnel may be given; all other measures are per cent."""

PUBLISHED = ("published_st", "published_professions", "published_sou")


def _selected_figures_can_be_used(sound: _Sound) -> Iterator[Problem]:
    """Hold the rows that select published figures against the figures: there, a number, of that sex and unit."""
    figures = {row["figure"]: row for name in PUBLISHED for _, row in sound.cells(name)}
    for name in ("personnel_selection", "care_selection"):
        for number, row in sound.cells(name) if name in sound.frames else ():
            figure = figures.get(row["figure"])
            if figure is None:
                mend = "correct the identity, or remove the row"
                yield Problem(
                    sound.file(name), number, "figure", row["figure"], f"a figure of {', '.join(PUBLISHED)}", mend
                )
                continue
            units = SELECTED_UNITS.get(row.get("measure", ""), {"procent", "percent"})
            if not figure["value"]:
                expected = "a figure with a value"
                yield Problem(sound.file(name), number, "figure", row["figure"], expected, "remove the row")
            elif not (row["year"] or figure["year"] or row["qualifier"] == "undated"):
                expected = f"a year, as {row['figure']} has none, or the qualifier undated"
                yield Problem(sound.file(name), number, "year", "", expected, "write the year")
            elif "sex" in row and row["sex"] != figure.get("sex", row["sex"]):
                expected = f"{figure['sex']}, as {row['figure']} has it"
                yield Problem(sound.file(name), number, "sex", row["sex"], expected, "correct the sex or the figure")
            elif "measure" in row and figure["unit"] not in units:
                expected = f"a measure given in {figure['unit']}, as {row['figure']} is"
                mend = "correct the measure or the figure"
                yield Problem(sound.file(name), number, "measure", row["measure"], expected, mend)


def _prefilled_from_tables_there_are(sound: _Sound) -> Iterator[Problem]:
    """Hold the table that a variable is prefilled from against the tables of the package."""
    file = sound.file("requested_variables")
    for number, row in sound.cells("requested_variables"):
        table = row["prefill_table"]
        if table and table not in sound.tables:
            expected = f"one of {', '.join(sound.tables)}, or empty"
            yield Problem(file, number, "prefill_table", table, expected, "correct the table")
        elif bool(table) == (row["prefill"] == "no"):
            expected = "a table where the variable can be prefilled, none where it cannot"
            yield Problem(file, number, "prefill_table", table, expected, "correct the table or the column prefill")


RULES: dict[Callable[[_Sound], Iterator[Problem]], list[str]] = {
    _regions_sum_to_nation: [
        "population_nation",
        "population_region",
        "population_region_age_group",
        "deaths_region_age_group",
    ],
    _municipalities_sum_to_regions: [
        "population_municipality",
        "population_municipality_age_group",
        "population_region",
        "population_region_age_group",
    ],
    _municipalities_stand_in_their_region: ["municipalities"],
    _figures_are_the_regions_own: ["published_st"],
    _baseline_fits_its_figures: ["st_baseline", "published_st"],
    _baseline_uses_one_figure: ["st_baseline"],
    _selected_figures_can_be_used: list(PUBLISHED),
    _prefilled_from_tables_there_are: ["requested_variables"],
}
"""What tables must agree on, each with the tables that it reads and that must be sound."""
