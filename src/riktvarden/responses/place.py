"""Location of the responses: below ``data/``, or in a folder outside the checkout."""

from __future__ import annotations

import os
import re
from pathlib import Path

from riktvarden.problems import InputError, Problem
from riktvarden.tables import DATA

VARIABLE = "RIKTVARDEN_RESPONSES"
"""Environment variable with a folder outside the checkout."""

FOLDER = "responses"
"""Folder of the responses below the data folder."""

PATH = f"data/{FOLDER}"
"""Name of the folder wherever it lies, so that no digest depends on its location."""


def folder(data: Path = DATA) -> Path:
    """Return the folder of the responses.

    Raises
    ------
    InputError
        If `VARIABLE` names no folder: a book without responses must not be mistaken for one with them.
    """
    named = os.environ.get(VARIABLE)
    if not named or data.resolve() != DATA.resolve():
        return data / FOLDER
    place = Path(named).expanduser().resolve()
    if not place.is_dir():
        fix = f"create it, check out the responses there, or unset {VARIABLE}"
        raise InputError([Problem(VARIABLE, 0, "", named, "a folder with the responses", fix)])
    return place


def contents(data: Path = DATA) -> dict[str, Path]:
    """List the stored responses in order, each by its name below the project wherever it lies."""
    numbered = (path for path in folder(data).glob("*.json") if re.fullmatch(r"[1-9][0-9]*", path.stem))
    return {f"{PATH}/{path.name}": path for path in sorted(numbered, key=lambda path: int(path.stem))}
