"""Record the collected figures published by each build, and find what new figures would disclose beside them."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from riktvarden import files
from riktvarden.baseline import personnel, returned
from riktvarden.disclosure.attack import ContradictionError
from riktvarden.disclosure.audit import NOT_FACTS, SUPPRESSED, Rule, adjusted, audit, differences, link
from riktvarden.disclosure.knowledge import Fact
from riktvarden.disclosure.system import Dimension
from riktvarden.problems import InputError, Problem
from riktvarden.returns import form, place
from riktvarden.tables import DATA

FOLDER = "released"
"""Folder of the records, within that of the returns."""

NAMES = [margin.name for margin in personnel.MARGINS]
TOTALS = {margin.name: str(margin.total) for margin in personnel.MARGINS}
"""Margins that a reader can difference; a table without the column holds the total."""

APART = ["subject", "measure", "year", "definition", "beside"]
"""Columns that distinguish tables attacked separately: whom and what they count, when, and any others."""

COLUMNS = [*NAMES, *APART, "value", "status"]
"""Columns of a cell, whether published now or before."""

TRAINING = "st"
"""Subject of a figure on doctors in training; of personnel it is empty."""

WHY = {"published_before": "shown in", "changed_by_few": "only a few persons from"}
"""Kind of a difference between two publications → its description."""

UNDO = "undo the correction, or postpone it until the next reference date or a larger correction"


# Records


def keep(cells: pd.DataFrame, edition: str, data: Path = DATA, today: datetime.date | None = None) -> Path | None:
    """Record the figures that a site shows, once per set of figures; hidden values are not recorded.

    Parameters
    ----------
    cells
        `COLUMNS`; cells without a value are left out.
    edition
        Edition name.
    data
        The data folder.
    today
        Date of the build.

    Returns
    -------
    pathlib.Path or None
        The record; None where the site shows no collected figure.
    """
    shown = cells.loc[cells["value"].notna() & (cells["status"] != SUPPRESSED), COLUMNS]
    if shown.empty:
        return None
    content = shown.drop_duplicates().sort_values(COLUMNS).to_csv(index=False, lineterminator="\n").encode()
    digest = hashlib.sha256(content).hexdigest()
    path = place.folder(data) / FOLDER / f"{digest}.csv"
    facts = {"edition": edition, "released": (today or datetime.date.today()).isoformat(), "cells": len(shown)}
    for file, text in ((path, content), (path.with_suffix(".json"), (json.dumps(facts, indent=1) + "\n").encode())):
        with suppress(FileExistsError):
            files.create(file, text)
    return path


def records(data: Path = DATA) -> dict[str, pd.DataFrame]:
    """Read the records, each under a name with its date and path.

    Returns
    -------
    dict of pandas.DataFrame
        `COLUMNS`, in the order of days.

    Raises
    ------
    InputError
        If a record is not as it was written.
    """
    found = []
    for file in sorted((place.folder(data) / FOLDER).glob("*.csv")):
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != file.stem:
            name = f"{place.PATH}/{FOLDER}/{file.name}"
            expected = "the figures whose digest is the name of the file"
            raise InputError([Problem(name, 0, "", "other figures", expected, "restore the file from version control")])
        when = "?"
        with suppress(OSError, ValueError, KeyError):
            reported = json.loads(file.with_suffix(".json").read_bytes())
            when = f"{reported['released']}, edition {reported['edition']}"
        found.append((f"the site of {when} (record {file.name[:12]})", read(io.BytesIO(content))))
    return dict(sorted(found, key=lambda pair: pair[0]))


def read(source: Path | io.BytesIO) -> pd.DataFrame:
    """Read a table of cells, as `COLUMNS`."""
    texts = dict.fromkeys(set(COLUMNS) - {"value"}, "str")
    return pd.read_csv(source, dtype={**texts, "value": "float64"}, keep_default_na=False, na_values={"value": [""]})


# The attack


def attacked(
    now: pd.DataFrame,
    before: Mapping[str, pd.DataFrame],
    facts: Mapping[tuple[str, ...], list[Fact]] | None = None,
) -> Iterator[tuple[tuple[str, ...], pd.Series, str]]:
    """Attack all published figures: alone, beside each earlier publication, and beside all of them.

    Parameters
    ----------
    now
        `COLUMNS` and ``own``: whether the figure was collected.
    before
        Name of an earlier publication → `COLUMNS`.
    facts
        `APART` of a table → other facts known about its cells.

    Yields
    ------
    tuple
        `APART` of the table, the cell, and what is disclosed about it.
    """
    for key, cells in now.groupby(APART, sort=True):
        if not cells["own"].any():
            continue
        earlier = {name: rows.loc[(rows[APART] == list(key)).all(axis=1)] for name, rows in before.items()}
        earlier = {name: rows for name, rows in earlier.items() if not rows.empty}
        apart = tuple(map(str, key))
        for cell, why in _table(cells, earlier, (facts or {}).get(apart, [])):
            yield apart, cell, why


def _table(cells: pd.DataFrame, earlier: Mapping[str, pd.DataFrame], facts: list[Fact]) -> Iterator[tuple[pd.Series, str]]:
    """Yield what one table discloses."""
    every = pd.concat([cells[NAMES], *(rows[NAMES] for rows in earlier.values())])
    dimensions = _dimensions(every)
    try:
        table = link([cells], dimensions).reset_index(drop=True)
    except ValueError:
        values = cells.groupby(NAMES)["value"]
        twice = (values.max() > values.min()).loc[lambda unlike: unlike].index
        yield pd.Series(dict(zip(NAMES, twice[0], strict=True))), "tables show different values"
        return
    own = cells.groupby(NAMES)["own"].any().reindex(pd.MultiIndex.from_frame(table[NAMES])).to_numpy(bool)
    rule = Rule(whole=bool((table["value"].dropna() % 1 == 0).all()))
    summed = adjusted(table, dimensions, rule)
    facts = _together(summed, dimensions, rule, facts)
    pinned = set(_pinned(summed, dimensions, rule, [], facts))
    for number in sorted(pinned):
        if own[number]:
            yield _cell(table, number), "the value can be worked out"
    past = {name: _linked(rows, dimensions) for name, rows in earlier.items()}
    changes = [(name, differences(table.loc[own], rows, dimensions, rule)) for name, rows in past.items()]
    reported = (
        {tuple(change[NAMES]) for _, change in pd.concat([found for _, found in changes]).iterrows()} if changes else set()
    )
    beside = set(_pinned(summed, dimensions, rule, list(past.values()), facts)) - pinned if past else set()
    for number in sorted(beside):
        if own[number] and tuple(table.loc[number, NAMES]) not in reported:
            where = _fewest(summed, dimensions, rule, past, facts, number)
            yield _cell(table, number), f"the value can be worked out beside {' and '.join(where)}"
    for name, found in changes:
        for _, change in found.iterrows():
            yield change[NAMES], f"{WHY[str(change['kind'])]} {name}"


def _cell(table: pd.DataFrame, number: int) -> pd.Series:
    return pd.Series({name: str(table[name].iloc[number]) for name in NAMES})


def _fewest(
    table: pd.DataFrame,
    dimensions: list[Dimension],
    rule: Rule,
    past: Mapping[str, pd.DataFrame],
    facts: list[Fact],
    number: int,
) -> list[str]:
    """Name the earlier publication that discloses a cell, or all of them if only all together do."""
    for name, rows in past.items():
        if number in _pinned(table, dimensions, rule, [rows], facts):
            return [name]
    return list(past)


def _together(table: pd.DataFrame, dimensions: list[Dimension], rule: Rule, facts: list[Fact]) -> list[Fact]:
    """Return the facts that are mutually consistent: a share of a misidentified whole contradicts the rest."""
    kept: list[Fact] = []
    for fact in facts:
        with suppress(ContradictionError):
            audit(table, dimensions, rule, facts=[*kept, fact], exact=False)
            kept.append(fact)
    return kept


def _pinned(
    table: pd.DataFrame, dimensions: list[Dimension], rule: Rule, earlier: list[pd.DataFrame], facts: list[Fact]
) -> Iterable[int]:
    found = audit(table, dimensions, rule, earlier=earlier, facts=facts, exact=False)
    return [int(number) for number in found.pinned.index]


def _linked(rows: pd.DataFrame, dimensions: list[Dimension]) -> pd.DataFrame:
    """Return an earlier publication with one row per cell: the first of several values."""
    known = rows.loc[~rows["status"].isin(NOT_FACTS)].sort_values("value", kind="stable").drop_duplicates(NAMES)
    return link([known], dimensions)


def _dimensions(cells: pd.DataFrame) -> list[Dimension]:
    """Return the declared margins; the only sectors of a return are own and private."""
    dimensions = personnel.margins(cells)
    if {"own", "all"} & set(cells["sector"]) and not {"public", "private_tariff"} & set(cells["sector"]):
        dimensions = [Dimension("sector", "all") if each.name == "sector" else each for each in dimensions]
    return dimensions


def named(apart: tuple[str, ...], cell: pd.Series, measure: str = "") -> str:
    """Return a cell's name for a message: measure, year, and the code of every dimension not at its total."""
    facts = dict(zip(APART, apart, strict=True))
    what = [measure or facts["measure"], *(facts[name] for name in APART[2:])]
    parts = [f"{name} {cell[name]}" for name, total in TOTALS.items() if cell[name] != total]
    return ", ".join([" ".join(word for word in what if word), *parts])


# Corrections


def would_show(returns: pd.DataFrame, totals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the cells that pages would show from returns.

    Parameters
    ----------
    returns
        As `riktvarden.baseline.returned.by_sector` takes them.
    totals
        Result of `riktvarden.baseline.returned.region_totals` for the same returns (default: none).

    Returns
    -------
    pandas.DataFrame
        `COLUMNS` and ``own``.
    """
    cells = returned.by_sector(returns).assign(measure="persons")
    cells["year"] = cells["year"].astype("str")
    cells["sex"] = cells["sex"].replace("all", "total")
    if totals is not None:
        of = totals.assign(year=totals["dated"].dt.year.astype("str"))[["region", "measure", "year", "value", "status"]]
        cells = pd.concat([cells, of], ignore_index=True)
    cells = cells.assign(profession=TOTALS["profession"], subject=TRAINING, own=True).reindex(columns=[*COLUMNS, "own"])
    otherwise = {**TOTALS, **dict.fromkeys([*APART, "status"], "")}
    cells = cells.assign(**{name: cells[name].astype(object).fillna(word) for name, word in otherwise.items()})
    return cells.drop_duplicates(COLUMNS, ignore_index=True)


def held_back(new: pd.DataFrame, earlier: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return the reasons why corrected figures must not be shown yet: what they would disclose beside earlier ones.

    Parameters
    ----------
    new
        The cells that would be shown, `COLUMNS`, see `would_show`.
    earlier
        Earlier publications, see `records`.

    Returns
    -------
    list of str
        One line per cell, with the record that would disclose it and the fix; empty if they may be shown.
    """
    alone = {(apart, named(apart, cell)) for apart, cell, _ in attacked(new.assign(own=True), {})}
    return [
        f"{named(apart, cell)}: {why}; {UNDO}"
        for apart, cell, why in attacked(new.assign(own=True), earlier)
        if (apart, named(apart, cell)) not in alone
    ]


def hold(data: Path = DATA) -> Callable[[pd.DataFrame, pd.DataFrame], str]:
    """Return the function that decides whether to hold a new return, see `riktvarden.returns.store.import_return`.

    Parameters
    ----------
    data
        The data folder, with the records.

    Returns
    -------
    callable
        Takes the figures in use and the new ones, tidy; returns why and until when the new ones are held, or empty text.
    """
    earlier = records(data)

    def why(_used: pd.DataFrame, new: pd.DataFrame) -> str:
        # Sums of only some units are compared as if they were complete: nobody knows how many are left out.
        rows = new.assign(
            is_whole=new["care_unit"] == form.WHOLE,
            is_complete=True,
            reference_date=pd.to_datetime(new["reference_date"]),
        )
        totals = returned.region_totals(rows, pd.Series(dtype="float64"))
        return "\n".join(held_back(would_show(rows, totals), earlier))

    return why if earlier else _no_reason


def _no_reason(_used: pd.DataFrame, _new: pd.DataFrame) -> str:
    return ""


def none_shown() -> pd.DataFrame:
    """Return an empty table with `COLUMNS` and ``own``."""
    types = {**dict.fromkeys(COLUMNS, "str"), "value": "float64", "own": "bool"}
    return pd.DataFrame({name: np.array([], dtype=object) for name in types}).astype(types)
