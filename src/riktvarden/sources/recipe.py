"""Which table of which service fills which of ours: the recipes in data/sources, one file per service."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from riktvarden import tables
from riktvarden.problems import InputError, Problem, misfits, not_utf8

FOLDER = "sources"
"""Folder of the data where the recipes are."""

Codes = dict[str, str]
Unique = Annotated[list[str], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Years(_Strict):
    """Years asked for: up to a given one, or to the newest that should be there by now."""

    first: int
    last: int | None = None
    due: int = Field(default=120, ge=0)
    """Days after the end of a year by which its figures are out."""

    def newest_due(self, today: datetime.date) -> int:
        """Return the newest year that must be there."""
        if self.last is not None:
            return self.last
        return (today - datetime.timedelta(days=self.due - 1)).year - 1


class Part(_Strict):
    """Cells of one table of a service, and how its codes become ours."""

    years: Years
    codes: dict[str, Codes] = {}
    """Dimension of the service → its code → ours; a code that is not named stays as it is."""
    groups: dict[str, Unique] = {}
    """Dimension of single years of age → the age groups that they are added up to."""
    fixed: Codes = {}
    """Column of ours → what it holds in every row."""
    exact: bool = False
    """Whether cells may be added up: never those that carry noise against disclosure."""

    @model_validator(mode="after")
    def _adds_only_what_is_exact(self) -> Self:
        if self.groups and not self.exact:
            raise ValueError("exact = true where groups add cells up, or no groups")
        return self


P = TypeVar("P", bound=Part)


class Search(_Strict):
    """What finds a table whose number is not known."""

    query: str
    """Words that the service searches for."""
    path: str = ""
    """Folder of the service's tree that the table is in."""
    title: str
    """Regular expression that the table's title begins with."""


class ScbPart(Part):
    """Cells of a table in SCB's statistics database."""

    table: str = ""
    search: Search | None = None
    select: dict[str, str | Unique] = {}
    """Dimension → its codes, or a regular expression that the codes wanted match."""
    omit: list[str] = []
    """Dimensions that are left out, so that the service adds them up."""

    @field_validator("select")
    @classmethod
    def _asks_once(cls, select: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        for dimension, codes in select.items():
            if isinstance(codes, list) and len(set(codes)) < len(codes):
                raise ValueError(f"each code of {dimension} once: the service fails at a code asked for twice")
        return select

    @model_validator(mode="after")
    def _is_found(self) -> Self:
        if bool(self.table) == (self.search is not None):
            raise ValueError("either table, the number of the table, or search, what finds it")
        if self.omit and not self.exact:
            raise ValueError("exact = true where the service adds up what is left out, or the code of a published total")
        return self


class KoladaPart(Part):
    """Key figures of Kolada."""

    key_figures: str | dict[str, Literal["K", "L", "A"]]
    """Table of ours that lists them, or key figure → level: K municipalities, L regions, A both."""


class SocialstyrelsenPart(Part):
    """Cells of a subject in Socialstyrelsen's statistics database."""

    subject: str
    filters: dict[str, Unique]
    """Dimension → identities asked for; each dimension that has several rows must be named."""
    texts: dict[str, Codes] = {}
    """Dimension → identity → the text that the service has for it, lest the identities change their meaning."""


class Recipe(_Strict, Generic[P]):
    """How one of our tables is made of what a service has."""

    columns: Codes
    """Dimension of the service → column of ours."""
    contents: Codes
    """What is measured, by the service's name for it → column of ours; ``*`` where there is only one."""
    spread: str = ""
    """Column of ours that becomes a column for each of its codes."""
    status: str = ""
    """Column of ours for the service's mark of a cell; without one every cell must hold a number."""
    keep: bool = False
    """Whether the other columns of our table stay as they are."""
    whole: bool = False
    """Whether values are rounded to whole numbers."""
    unit: str
    reference_date: str
    licence: str = ""
    flags: list[str] = []
    parts: Annotated[list[P], Field(min_length=1)]
    """A table ``common`` beside them holds what all of them share."""

    @model_validator(mode="before")
    @classmethod
    def _shares(cls, found: Any) -> Any:  # noqa: ANN401 - TOML
        if not isinstance(found, dict) or not isinstance(found.get("parts"), list):
            return found
        common = found.get("common", {})
        parts = [_merged(common, part) for part in found["parts"]]
        return {key: value for key, value in found.items() if key != "common"} | {"parts": parts}


def _merged(common: Any, own: Any) -> Any:  # noqa: ANN401 - TOML
    """Add what parts share to one of them; what it says itself goes before."""
    if isinstance(common, dict) and isinstance(own, dict):
        return common | {key: _merged(common.get(key), value) for key, value in own.items()}
    return own


class Source(_Strict, Generic[P]):
    """A service, and the tables of ours that it fills."""

    name: ClassVar[str]
    publisher: str
    address: str
    licence: str
    notes: list[str] = []
    """Notes that have to be shown with every figure of the service."""
    calls: int = Field(default=0, ge=0)
    """Calls in a window of seconds, where the service does not say itself; 0 for no limit."""
    seconds: float = Field(default=1.0, gt=0)
    tables: dict[str, Recipe[P]]


class Scb(Source[ScbPart]):
    """SCB's statistics database, by PxWebApi 2."""

    name = "scb"


class Kolada(Source[KoladaPart]):
    """Kolada, version 3."""

    name = "kolada"
    list_length: int = Field(default=20, gt=0)
    """Identities in one list."""
    page: int = Field(default=5_000, gt=0)
    """Rows of a page."""


class Socialstyrelsen(Source[SocialstyrelsenPart]):
    """Socialstyrelsen's statistics database."""

    name = "socialstyrelsen"
    page: int = Field(default=5_000, gt=0)
    """Rows of a page."""


AnySource = Scb | Kolada | Socialstyrelsen
AnyRecipe = Recipe[ScbPart] | Recipe[KoladaPart] | Recipe[SocialstyrelsenPart]
SERVICES: dict[str, type[AnySource]] = {"scb": Scb, "kolada": Kolada, "socialstyrelsen": Socialstyrelsen}


def read(data: Path = tables.DATA) -> dict[str, AnySource]:
    """Read the recipes.

    Parameters
    ----------
    data
        The data folder.

    Returns
    -------
    dict of str to Source
        The services by name.

    Raises
    ------
    InputError
        With everything that is wrong in them.
    """
    found: dict[str, AnySource] = {}
    problems: list[Problem] = []
    for name, model in SERVICES.items():
        path = data / FOLDER / f"{name}.toml"
        file = f"{data.name}/{FOLDER}/{path.name}"
        try:
            found[name] = model.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
        except UnicodeDecodeError as error:
            problems.append(not_utf8(file, error))
        except tomllib.TOMLDecodeError as error:
            problems.append(Problem(file, 0, "", str(error), "TOML", "correct the punctuation there or just before"))
        except ValidationError as error:
            problems += misfits(error, model, file)
        except OSError as error:
            problems.append(Problem(file, 0, "", str(error.strerror), "the recipes of a service", "restore the file"))
    filled: dict[str, str] = {}
    for name, source in found.items():
        for table, recipe in source.tables.items():
            file = f"{data.name}/{FOLDER}/{name}.toml"
            if table in filled:
                expected = f"a table that {filled[table]} does not fill"
                problems.append(Problem(file, 0, f"tables.{table}", table, expected, "remove one of the recipes"))
            filled[table] = name
            problems += _unknown_columns(table, recipe, file, data)
    if problems:
        raise InputError(problems)
    return found


def _unknown_columns(table: str, recipe: AnyRecipe, file: str, data: Path) -> list[Problem]:
    """Find a recipe for a table, or for columns, that the contract does not have."""
    try:
        fields = [field["name"] for field in tables.describe(table, data)["schema"]["fields"]]
    except KeyError:
        expected = f"a table that {tables.CONTRACT} or what describes the awaited tables has"
        return [Problem(file, 0, f"tables.{table}", table, expected, "correct the name, or describe the table")]
    made = {*recipe.columns.values(), *recipe.contents.values(), *recipe.parts[0].fixed, "year"}
    if recipe.status:
        made.add(recipe.status)
    own = fields
    if recipe.spread:
        made -= {recipe.spread, *recipe.contents.values()}
        own = [name for name in fields if not name.startswith(f"{recipe.spread}_")]
    lacking = [] if recipe.keep else [name for name in own if name not in made]
    wrong = sorted(made - {*own, "year"})
    expected, fix = f"the columns of the table: {', '.join(fields[:12])}", "correct the columns of the recipe"
    return [Problem(file, 0, f"tables.{table}", name, expected, fix) for name in [*lacking, *wrong]]
