"""What was published of collected figures, build by build, and what new figures beside it would give away."""

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
"""Folder of the records, in that of the returns."""

NAMES = [margin.name for margin in personnel.MARGINS]
TOTALS = {margin.name: str(margin.total) for margin in personnel.MARGINS}
"""What a reader can add and subtract; a table without the column holds the total."""

APART = ["subject", "measure", "year", "definition", "beside"]
"""What distinguishes tables that are attacked each on its own: whom and what they count, when, and any other words."""

COLUMNS = [*NAMES, *APART, "value", "status"]
"""Of a cell, whether published now or before."""

TRAINING = "st"
"""Subject of a figure on doctors in training; of personnel it is empty."""

WHY = {"published_before": "shown in", "changed_by_few": "only a few persons from"}
"""Kind of a difference between two publications → its words."""

UNDO = "undo the correction, or wait with it for the next reference date or a larger one"


# Records


def keep(cells: pd.DataFrame, edition: str, data: Path = DATA, today: datetime.date | None = None) -> Path | None:
    """Record the figures that a site shows, once for the same figures; a hidden value is not in the record.

    Parameters
    ----------
    cells
        `COLUMNS`; those without a value are left out.
    edition
        Name of the edition.
    data
        The data folder.
    today
        The day of the build.

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
    """Read what was recorded, by a name that says when and where the record is.

    Returns
    -------
    dict of pandas.DataFrame
        `COLUMNS`, in the order of days.

    Raises
    ------
    InputError
        If a record is not what was written.
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
    """Attack all that is shown together, alone and beside each earlier publication and all of them.

    Parameters
    ----------
    now
        `COLUMNS` and ``own``: whether it is a figure that was collected.
    before
        Name of an earlier publication → `COLUMNS`.
    facts
        `APART` of a table → what else is known of its cells.

    Yields
    ------
    tuple
        `APART` of the table, the cell, and what is given away of it.
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
    """What one table gives away."""
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
    """Name the one earlier publication that gives a cell away, or all where only all together do."""
    for name, rows in past.items():
        if number in _pinned(table, dimensions, rule, [rows], facts):
            return [name]
    return list(past)


def _together(table: pd.DataFrame, dimensions: list[Dimension], rule: Rule, facts: list[Fact]) -> list[Fact]:
    """Facts that can all be true: a share whose whole is not the one it was taken for contradicts the rest."""
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
    """An earlier publication with one row per cell; of two values for one, the first."""
    known = rows.loc[~rows["status"].isin(NOT_FACTS)].sort_values("value", kind="stable").drop_duplicates(NAMES)
    return link([known], dimensions)


def _dimensions(cells: pd.DataFrame) -> list[Dimension]:
    """The declared margins; a return has own and private units and no other sector."""
    dimensions = personnel.margins(cells)
    if {"own", "all"} & set(cells["sector"]) and not {"public", "private_tariff"} & set(cells["sector"]):
        dimensions = [Dimension("sector", "all") if each.name == "sector" else each for each in dimensions]
    return dimensions


def named(apart: tuple[str, ...], cell: pd.Series, measure: str = "") -> str:
    """Name a cell for a message: what it counts, when, and by every dimension that divides it."""
    facts = dict(zip(APART, apart, strict=True))
    what = [measure or facts["measure"], *(facts[name] for name in APART[2:])]
    parts = [f"{name} {cell[name]}" for name, total in TOTALS.items() if cell[name] != total]
    return ", ".join([" ".join(word for word in what if word), *parts])


# Corrections


def would_show(returns: pd.DataFrame, totals: pd.DataFrame | None = None) -> pd.DataFrame:
    """Give the cells that pages would show of returns.

    Parameters
    ----------
    returns
        As `riktvarden.baseline.returned.by_sector` takes them.
    totals
        What `riktvarden.baseline.returned.region_totals` gives of the same returns; none where left out.

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
    """Say why corrected figures must not be shown yet: what they would give away beside what was shown before.

    Parameters
    ----------
    new
        The cells that would be shown, `COLUMNS`, see `would_show`.
    earlier
        Earlier publications, see `records`.

    Returns
    -------
    list of str
        One line per cell, with the record that it would be compared with and what to do; empty if they may be shown.
    """
    alone = {(apart, named(apart, cell)) for apart, cell, _ in attacked(new.assign(own=True), {})}
    return [
        f"{named(apart, cell)}: {why}; {UNDO}"
        for apart, cell, why in attacked(new.assign(own=True), earlier)
        if (apart, named(apart, cell)) not in alone
    ]


def hold(data: Path = DATA) -> Callable[[pd.DataFrame, pd.DataFrame], str]:
    """Give what says of a new return why it may not be used, see `riktvarden.returns.store.import_return`.

    Parameters
    ----------
    data
        The data folder, with the records.

    Returns
    -------
    callable
        From the figures in use and the new ones, tidy, to why these are held and until when; empty if they may be used.
    """
    earlier = records(data)

    def why(_used: pd.DataFrame, new: pd.DataFrame) -> str:
        # Of a part of the units sums are compared as if it were all: nobody knows how many are left out.
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
    """Return a table of no cells, as `COLUMNS` and ``own``."""
    types = {**dict.fromkeys(COLUMNS, "str"), "value": "float64", "own": "bool"}
    return pd.DataFrame({name: np.array([], dtype=object) for name in types}).astype(types)
