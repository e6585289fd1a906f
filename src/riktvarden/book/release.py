"""Whether the built pages give a person away: every table they offer is attacked before they are published."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from riktvarden.disclosure.audit import audit
from riktvarden.disclosure.system import Dimension

DOWNLOAD = re.compile(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"')

COLLECTED = r"\b(?:return|export)-"
"""How the source of a figure begins that this project collected itself; other figures were public before."""

NEEDED = ["region", "measure", "year", "value", "status", "unit", "source"]

ATTACKED = "persons"
"""Unit of the counts that are attacked: only persons can be given away."""


def given_away(html: Path) -> list[str]:
    """Attack every table that the pages offer, all together.

    Parameters
    ----------
    html
        Folder of the pages as they are to be published.

    Returns
    -------
    list of str
        What can be worked out of a person's figures, one line each; empty if the pages may be published.
    """
    cells = [table for _, table in released(html) if set(NEEDED) <= set(table.columns)]
    if not cells:
        return []
    rows = pd.concat([table[NEEDED] for table in cells], ignore_index=True)
    own = rows.loc[(rows["unit"] == ATTACKED) & rows["source"].astype(str).str.contains(COLLECTED)]
    found = []
    for (measure, year), group in own.groupby(["measure", "year"], dropna=False):
        table = group.drop_duplicates(["region", "value", "status"])
        if table["region"].duplicated().any():
            found.append(f"{measure} {year}: tables show different values for one region")
            continue
        pinned = audit(table[["region", "value", "status"]], [Dimension("region", None)], exact=False).pinned
        found += [f"{measure} {year}, region {region}: the value can be worked out" for region in pinned["region"]]
    return found


def released(html: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Read the downloads of every page, as a reader gets them: the tables and the data behind the pictures.

    Yields
    ------
    tuple
        Page and file name, and the table.
    """
    for page in sorted(html.rglob("*.html")):
        for name, content in DOWNLOAD.findall(page.read_text(encoding="utf-8")):
            text = base64.b64decode(content).decode("utf-8-sig")
            yield f"{page.relative_to(html).as_posix()}: {name}", pd.read_csv(io.StringIO(text), dtype={"region": "str"})
