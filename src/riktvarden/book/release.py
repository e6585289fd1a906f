"""Whether the built pages give a person away: every table they offer is attacked before they are published."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from riktvarden.disclosure.audit import Rule, audit, differences, link, mended
from riktvarden.disclosure.system import Dimension
from riktvarden.tables import DATA

EDITIONS = DATA / "editions"
"""One folder per frozen edition, with the tables that its pages offered."""

DOWNLOAD = re.compile(r'download="([^"]+)" href="data:text/csv;charset=utf-8;base64,([^"]+)"')

COLLECTED = r"\b(?:return|export)-|\bKolada N\d"
"""How the source of a figure begins that this project collected itself; other figures were public before."""

ATTACKED = ("persons", "")
"""Units that are attacked: only persons can be given away, and a table that names no unit may hold them."""

TOTALS = {"region": "00", "sex": "total", "sector": "all", "care_level": "all"}
"""What a reader can add and subtract; a table without the column holds the total."""

SAME = {"sex": {"all": "total"}}
"""Words of returns for codes of the statistics."""

APART = ["measure", "year", "profession", "principal", "definition"]
"""What tells tables apart that are attacked each on its own."""

BESIDE = ["value", "status", "qualifier", "unit", "source", "figure", "dated", "precision", "note"]
"""What is said of a cell; any other column in words tells cells apart as well."""

NAMES, DIMENSIONS = list(TOTALS), [Dimension(name, total) for name, total in TOTALS.items()]

WHY = {"published_before": "shown in edition", "changed_by_few": "only a few persons from edition"}
"""Kind of a difference between editions → its words."""


def given_away(html: Path, editions: Path = EDITIONS) -> list[str]:
    """Attack every table that the pages offer, all together and beside each frozen edition.

    Parameters
    ----------
    html
        Folder of the pages as they are to be published.
    editions
        Folder of the frozen editions; none need be there.

    Returns
    -------
    list of str
        What can be worked out of a person's figures, one line each; empty if the pages may be published.
    """
    now = _cells(table for _, table in released(html))
    frozen = {
        place.name: _cells(pd.read_csv(file, dtype={"region": "str"}) for file in sorted(place.rglob("*.csv")))
        for place in sorted(editions.glob("*/"))
    }
    found = []
    for key, cells in now.groupby([*APART, "beside"]):
        if cells["own"].any():
            before = {name: rows.loc[(rows[[*APART, "beside"]] == list(key)).all(axis=1)] for name, rows in frozen.items()}
            what = " ".join(str(word) for word in key if word)
            found += [f"{what}, {told}" for told in _told(cells, before)]
    return found


def _told(cells: pd.DataFrame, editions: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    """Say what the cells of one table give away, alone and beside the same table of each edition."""
    try:
        table = link([cells], DIMENSIONS)
        before = {name: link([rows], DIMENSIONS) for name, rows in editions.items() if not rows.empty}
    except ValueError:
        yield "tables show different values for one cell"
        return
    own = cells.groupby(NAMES)["own"].any().reindex(pd.MultiIndex.from_frame(table[NAMES])).to_numpy()
    rule = Rule(whole=bool((table["value"].dropna() % 1 == 0).all()))
    summed = mended(table, DIMENSIONS, rule)
    pinned = table.index[:0]
    for earlier in (None, *before.values()):
        pinned = pinned.union(audit(summed, DIMENSIONS, rule, earlier=earlier, exact=False).pinned.index)
    for _, cell in table.loc[own & table.index.isin(pinned), NAMES].iterrows():
        yield f"{_named(cell)}: the value can be worked out"
    for name, earlier in before.items():
        for _, cell in differences(table.loc[own], earlier, DIMENSIONS, rule).iterrows():
            yield f"{_named(cell)}: {WHY[cell['kind']]} {name}"


def _named(cell: pd.Series) -> str:
    return ", ".join(f"{name} {cell[name]}" for name, total in TOTALS.items() if cell[name] != total)


def _cells(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Bring tables into one form: counts of persons by every dimension, and whether we collected them."""
    columns = [*NAMES, *APART, "beside", "value", "status", "own"]
    parts = [pd.DataFrame(columns=columns)]
    for table in (table for table in tables if "value" in table):
        beside = table.select_dtypes(exclude="number").columns.difference([*NAMES, *APART, *BESIDE])
        cells = pd.DataFrame({"value": pd.to_numeric(table["value"], errors="coerce")})
        for name, otherwise in {**TOTALS, **dict.fromkeys(APART, ""), "status": ""}.items():
            cells[name] = _texts(table, name, otherwise)
        cells = cells.replace(SAME)
        cells["year"] = _years(table)
        cells["beside"] = [" ".join(texts) for texts in zip(*(_texts(table, name) for name in beside), strict=True)] or ""
        cells["own"] = (_texts(table, "source") + " " + _texts(table, "figure")).str.contains(COLLECTED)
        parts.append(cells.loc[_texts(table, "unit").isin(ATTACKED)])
    return pd.concat(parts, ignore_index=True)[columns].astype({"value": "float64", "own": "bool"})


def _texts(table: pd.DataFrame, name: str, otherwise: str = "") -> pd.Series:
    """A column as text, something else where the table does not have it or it is empty."""
    if name not in table:
        return pd.Series(otherwise, index=table.index)
    return table[name].astype("str").where(table[name].notna(), otherwise)


def _years(table: pd.DataFrame) -> pd.Series:
    """The year of each row as text, of its date where there is no year; empty where neither is."""
    if "year" in table:
        year = pd.to_numeric(table["year"], errors="coerce")
    elif "dated" in table:
        year = pd.to_datetime(table["dated"], errors="coerce").dt.year
    else:
        return pd.Series("", index=table.index)
    return year.astype("Int64").astype("str").where(year.notna(), "")


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
