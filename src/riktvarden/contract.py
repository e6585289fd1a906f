"""Read and validate the table contract in ``data/datapackage.json``."""

import csv
import datetime
import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from riktvarden.problems import InputError, Problem, misfits, not_utf8

CONTRACT = "datapackage.json"

AWAITED = "awaited.json"
"""Describes, in the same form, tables that nobody has handed the project yet."""

Table = dict[str, Any]
"""Description of one table in the contract, as in the file."""

FORMS = {
    "integer": (r"-?[0-9]{1,15}", "a whole number, digits only"),
    "number": (r"-?[0-9]+(\.[0-9]+)?", "a number with decimal point and nothing else"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a date as YYYY-MM-DD"),
    "string": (r"\S(.*\S)?", "text without blanks around it"),
}
"""Type → regular expression and description of a valid cell: the forms that every tool reads alike."""


DIALECT = {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False}
"""CSV dialect of all tables."""


def read(folder: Path) -> dict[str, Any]:
    """Read datapackage.json; the returned contract must not be modified.

    Raises
    ------
    InputError
        If it cannot be used, as no other file can be checked then.
    """
    file = f"{folder.name}/{CONTRACT}"
    try:
        text = (folder / CONTRACT).read_text(encoding="utf-8")
    except OSError as error:
        fix = "restore the file from version control"
        problem = Problem(file, 0, "", "no readable file", "the contract of all tables", fix)
        raise InputError([problem]) from error
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(file, error)]) from error
    return _checked(text, file)


@lru_cache(maxsize=4)
def _checked(text: str, file: str, beside: str = "[]") -> dict[str, Any]:
    """Return the contract that a text writes, checked with what others it may refer to.

    Kept, as a chapter asks for one table after the other.
    """
    try:
        contract: dict[str, Any] = json.loads(text)
    except json.JSONDecodeError as error:
        line = "".join(text.splitlines()[error.lineno - 1 : error.lineno]).strip()
        expected = f"JSON ({error.msg} at character {error.colno})"
        fix = "correct the punctuation there or just before: quotes, commas, brackets"
        raise InputError([Problem(file, error.lineno, "", line, expected, fix)]) from error
    try:
        _Contract.model_validate(contract)
    except ValidationError as error:
        raise InputError(misfits(error, _Contract, file)) from error
    own = {table["name"] for table in contract["resources"]}
    others = [table for table in json.loads(beside) if table["name"] not in own]
    if faults := list(_name_faults([*contract["resources"], *others], file)):
        raise InputError(faults)
    return contract


def awaited(folder: Path) -> dict[str, Table]:
    """Read what is promised of tables that are not there yet, by name; what is returned is not to be changed.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    path, file = folder / AWAITED, f"{folder.name}/{AWAITED}"
    if not path.is_file():
        return {}
    there = read(folder)["resources"]
    described = _checked(path.read_text(encoding="utf-8"), file, json.dumps(there))
    names = {table["name"] for table in there}
    return {table["name"]: table for table in described["resources"] if table["name"] not in names}


def widened(table: Table, years: Iterable[int]) -> Table:
    """Allow a table the years that follow its own, or go before them, without a gap.

    Parameters
    ----------
    table
        What the contract says of it.
    years
        Years that its new rows are of.

    Returns
    -------
    dict
        The same where the key has no year of a given range, or no year joins it.
    """
    there = set(years)
    fields = []
    for field in table["schema"]["fields"]:
        rules = field.get("constraints", {})
        if field["name"] == "year" and "year" in keys_of(table) and {"minimum", "maximum"} <= rules.keys():
            first, last = rules["minimum"], rules["maximum"]
            while first - 1 in there:
                first -= 1
            while last + 1 in there:
                last += 1
            field = {**field, "constraints": {**rules, "minimum": first, "maximum": last}}
        fields.append(field)
    return {**table, "schema": {**table["schema"], "fields": fields}}


def file_of(table: Table, folder: Path) -> str:
    """Return the path of a table's file as shown in problems."""
    return f"{folder.name}/{table['path']}"


def columns_of(table: Table) -> list[str]:
    """List the columns of a table in their order."""
    return [field["name"] for field in table["schema"]["fields"]]


def rows_of(table: Table, folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Read line number and cells, as text, of every row of a file whose header is right."""
    with (folder / table["path"]).open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines)
        columns = next(reader)
        for number, cells in enumerate(reader, start=2):
            yield number, dict(zip(columns, cells, strict=False))


def keys_of(table: Table) -> list[str]:
    """List the primary key columns of a table."""
    keys = table["schema"].get("primaryKey", [])
    return [keys] if isinstance(keys, str) else list(keys)


def references_of(table: Table) -> Iterator[tuple[str, str, str]]:
    """Yield each foreign key as (column, referenced table, referenced column)."""
    for key in table["schema"].get("foreignKeys", []):
        yield key["fields"], key["reference"]["resource"], key["reference"]["fields"]


class _Part(BaseModel):
    """The parts of the contract that this code relies on; frictionless checks the rest."""

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
    may_be_empty: bool = False
    dialect: dict[str, Any] = {}
    schema_: _Schema = Field(alias="schema")

    @field_validator("dialect")
    @classmethod
    def _is_the_one(cls, dialect: dict[str, Any]) -> dict[str, Any]:
        if not dialect.items() <= DIALECT.items():
            raise ValueError(f"{json.dumps(DIALECT)}, as all tables are written")
        return dialect


class _Contract(_Part):
    created: str
    resources: list[_Table]

    @field_validator("created")
    @classmethod
    def _begins_with_a_day(cls, created: str) -> str:
        try:
            datetime.date.fromisoformat(created[:10])
        except ValueError as error:
            raise ValueError("a day and time as YYYY-MM-DDThh:mm:ssZ") from error
        return created


def _name_faults(tables: list[Table], file: str) -> Iterator[Problem]:
    """Find duplicate table names and keys that refer to unknown columns or tables."""
    named = [table["name"] for table in tables]
    columns = {table["name"]: columns_of(table) for table in tables}
    for name in sorted({name for name in named if named.count(name) > 1}):
        yield Problem(file, 0, "resources.name", name, "each table once", "remove or rename one of them")
    for number, table in enumerate(tables):
        place = f"resources[{number}].schema"
        own = f"one of {', '.join(columns[table['name']])}"
        for column in keys_of(table):
            if column not in columns[table["name"]]:
                yield Problem(file, 0, f"{place}.primaryKey", column, own, "correct the key")
        for column, other, there in references_of(table):
            if column not in columns[table["name"]]:
                yield Problem(file, 0, f"{place}.foreignKeys", column, own, "correct the key")
            if other not in columns:
                expected = f"one of {', '.join(named)}"
                yield Problem(file, 0, f"{place}.foreignKeys", other, expected, "correct the key")
            elif there not in columns[other]:
                expected = f"a column of {other}: {', '.join(columns[other])}"
                yield Problem(file, 0, f"{place}.foreignKeys", there, expected, "correct the key")
