"""Location of the responses: below ``data/``, or in a folder outside the checkout."""

from __future__ import annotations

import re
from pathlib import Path

from riktvarden import handed_in
from riktvarden.handed_in import DATA

VARIABLE = "RIKTVARDEN_RESPONSES"
"""Environment variable with a folder outside the checkout."""

FOLDER = "responses"
"""Folder of the responses below the data folder."""

PATH = f"data/{FOLDER}"
"""Name of the folder wherever it lies, so that no digest depends on its location."""


def folder(data: Path = DATA) -> Path:
    """Return the folder of the responses, see `riktvarden.handed_in.folder`."""
    return handed_in.folder(FOLDER, VARIABLE, data)


def contents(data: Path = DATA) -> dict[str, Path]:
    """List the stored responses in order, each by its name below the project wherever it lies."""
    numbered = (path for path in folder(data).glob("*.json") if re.fullmatch(r"[1-9][0-9]*", path.stem))
    return {f"{PATH}/{path.name}": path for path in sorted(numbered, key=lambda path: int(path.stem))}
