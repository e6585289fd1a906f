"""Selections of chapters that make an edition of its own, from ``editions.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from riktvarden import tables
from riktvarden.problems import InputError, Problem

FILE = "editions.toml"
EACH = "{professions}"
"""Chapter that is replaced by the page of every profession."""


class Selection(BaseModel):
    """A selection of chapters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title_sv: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    subtitle_sv: str
    subtitle_en: str
    chapters: tuple[str, ...] = Field(min_length=1)
    """Documents of the book, in reading order."""
    demands: tuple[str, ...] = ()
    """Demands of the commissions that it answers."""


def read(root: Path = tables.DATA.parent) -> dict[str, Selection]:
    """Return the selections by name.

    Raises
    ------
    InputError
        If the file is missing or malformed.
    """
    try:
        content = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
        return TypeAdapter(dict[str, Selection]).validate_python(content)
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise InputError([Problem(FILE, 0, "", "", "a TOML file with one table a selection", str(error))]) from None
    except ValidationError as error:
        places = [(".".join(map(str, each["loc"])), str(each.get("input", "")), each["msg"]) for each in error.errors()]
        raise InputError([Problem(FILE, 0, *place, "correct the entry") for place in places]) from None


def named(name: str, root: Path = tables.DATA.parent) -> Selection:
    """Return one selection.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    found = read(root)
    if name not in found:
        raise InputError([Problem(FILE, 0, "selection", name, f"one of {', '.join(found)}", "correct the name")])
    return found[name]
