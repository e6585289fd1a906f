"""Whether the site gives a person away: every table that it offers, in every format, is attacked before it is published."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from riktvarden.book.opendata import offered
from riktvarden.disclosure.audit import Rule, audit, differences, link, mended
from riktvarden.disclosure.system import Dimension
from riktvarden.tables import DATA

EDITIONS = DATA / "editions"
"""One folder per frozen edition, with the tables that its pages offered."""

COLLECTED = re.compile(r"\b(?:return|export)-|\bKolada N\d")
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


def given_away(folder: Path, editions: Path = EDITIONS) -> list[str]:
    """Attack every table that is offered, all together and beside each frozen edition.

    Parameters
    ----------
    folder
        Folder of all that is to be published.
    editions
        Folder of the frozen editions; none need be there.

    Returns
    -------
    list of str
        What can be worked out of a person's figures, one line each; empty if the pages may be published.
    """
    now = _cells(table for _, table in released(folder))
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
    found = [cell for table in tables if "value" in table for cell in _counts(table)]
    columns = [*NAMES, *APART, "beside", "value", "status", "own"]
    # The same cell in another file, or in another format, tells nothing more.
    cells = pd.DataFrame(found, columns=columns).drop_duplicates(ignore_index=True)
    return cells.astype({"value": "float64", "own": "bool"})


def _counts(table: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Yield the cells of one table that may count persons; most tables have none."""
    if "unit" in table:
        table = table.loc[table["unit"].isna() | table["unit"].astype("str").isin(ATTACKED)]
    if table.empty:
        return
    apart = [*NAMES, *APART, *BESIDE]
    beside = sorted(set(table.select_dtypes(exclude="number").columns.difference(apart)))
    for row in table.to_dict("records"):  # tables are small, and whole columns cost more
        told = {str(name): value for name, value in row.items() if not pd.isna(value)}
        words = {name: str(told.get(name, otherwise)) for name, otherwise in {**TOTALS, **dict.fromkeys(APART, "")}.items()}
        yield {
            **{name: SAME.get(name, {}).get(word, word) for name, word in words.items()},
            "year": _year(told.get("year"), told.get("dated") if "year" not in table else None),
            "beside": " ".join(str(told.get(name, "")) for name in beside),
            "value": _number(told.get("value")),
            "status": str(told.get("status", "")),
            "own": bool(COLLECTED.search(f"{told.get('source', '')} {told.get('figure', '')}")),
        }


def _year(year: object, dated: object) -> str:
    """The year of a cell as text, of its date where its table has no years; empty where there is neither."""
    found = _number(year) if dated is None else pd.to_datetime(str(dated), errors="coerce").year
    return "" if pd.isna(found) else str(int(found))


def _number(value: object) -> float:
    """A cell as a number, to the digits that every format keeps; none if it is not one."""
    try:
        return float(f"{float(str(value)):.12g}")
    except ValueError:
        return float("nan")


def released(folder: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Read all tables as a reader gets them: those within pages, and files of every format.

    Yields
    ------
    tuple
        File, with the table's name where a file has several, and the table.
    """
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        match file.suffix:
            case ".html":
                for within in offered(name, file.read_text(encoding="utf-8")):
                    yield f"{name}: {within.name}.csv", within.data
            case ".csv":
                yield name, pd.read_csv(file, dtype={"region": "str"}, encoding="utf-8-sig", low_memory=False)
            case ".parquet":
                yield name, pd.read_parquet(file)
            case ".xlsx":
                for sheet, table in pd.read_excel(file, sheet_name=None).items():
                    yield f"{name}: {sheet}", table
