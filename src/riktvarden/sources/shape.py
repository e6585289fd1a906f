"""Answers of a service in the form of one of our tables: codes renamed, series joined by what they count, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from riktvarden.sources.answer import CONTENT, STATUS, TIME, VALUE, Answer
from riktvarden.sources.recipe import AnyRecipe, Part, ScbPart
from riktvarden.sources.session import RECIPE as _FIX
from riktvarden.sources.session import SourceError

YEAR = "year"


def shaped(
    recipe: AnyRecipe,
    answers: Sequence[Answer],
    table: Mapping[str, Any],
    others: Mapping[str, pd.DataFrame],
    present: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Make the rows of a table.

    Parameters
    ----------
    recipe
        How the table is made.
    answers
        One for each part of the recipe.
    table
        What the contract says of the table.
    others
        The tables whose codes it refers to, by name.
    present
        The table as it is, of which a recipe may keep columns.

    Returns
    -------
    pandas.DataFrame
        The columns of the table, in its order, sorted by its key.

    Raises
    ------
    SourceError
        If a cell is there twice or without a number, a code is not matched, or years differ in what they cover.
    """
    fields = [field["name"] for field in table["schema"]["fields"]]
    key = table["schema"].get("primaryKey", [])
    keys = [key] if isinstance(key, str) else list(key)
    parts = [_part(recipe, part, answer) for part, answer in zip(recipe.parts, answers, strict=True)]
    by = [*recipe.columns.values(), *recipe.parts[0].fixed, YEAR]
    rows = pd.concat(parts, ignore_index=True)
    if not recipe.status:
        _no_gap(rows, by, answers)
    _no_double(rows, [*by, CONTENT], answers)
    if all(isinstance(part, ScbPart) for part in recipe.parts):  # whose answers are whole cubes
        _alike_in_all_years(rows, [*(column for column in by if column != YEAR), CONTENT], answers)
        _all_codes(rows, table, others, answers)
    if recipe.whole:
        rows[VALUE] = rows[VALUE].round()
    if recipe.spread:
        found = _spread(rows, by, recipe.spread, fields, answers)
    else:
        measured = recipe.contents.values()
        columns = {name: rows.loc[rows[CONTENT] == name].set_index(by)[VALUE] for name in measured}
        found = pd.DataFrame(columns)
        if recipe.status:
            found[recipe.status] = rows.set_index(by)[STATUS]
        found = found.reset_index()
    if YEAR in found and YEAR not in fields:
        if len(set(found[YEAR])) > 1:
            raise SourceError(f"{_names(answers)}: several years for a table without years", _FIX)
        found = found.drop(columns=YEAR)
    if recipe.keep:
        if present is None:
            raise ValueError("a recipe that keeps columns needs the table as it is")
        made = [column for column in found if column not in keys]
        found = present.drop(columns=made).merge(found, on=keys, how="left", validate="one_to_one")
    return found[fields].sort_values(keys, key=_ordered, ignore_index=True)


def _ordered(column: pd.Series) -> pd.Series:
    """Give what to sort a key by: age groups by their first age, everything else as it is."""
    if column.dtype == "int64":
        return column
    first = column.astype(str).str.extract(r"^(\d+)(?:-\d+|\+)$", expand=False)
    return column.astype(str) if first.isna().any() else first.astype("int64")


def _part(recipe: AnyRecipe, part: Part, answer: Answer) -> pd.DataFrame:
    """Rename codes and columns of one answer, and add up what may be added."""
    rows = answer.rows.copy()
    for dimension, mapping in part.codes.items():
        rows[dimension] = rows[dimension].map(lambda code, mapping=mapping: mapping.get(code, code))
    for dimension, groups in part.groups.items():
        ages = {age: _group(age, groups, answer.title) for age in rows[dimension].unique()}
        rows[dimension] = rows[dimension].map(ages)
    names = {name.casefold(): column for name, column in recipe.contents.items()}
    only = recipe.contents.get("*")
    rows[CONTENT] = rows[CONTENT].map(lambda name: only or names.get(name.strip().casefold(), name))
    rows = rows.rename(columns={**recipe.columns, TIME: YEAR}).assign(**part.fixed)
    kept = [*recipe.columns.values(), *part.fixed, YEAR]
    for dimension in rows.columns.difference([*kept, CONTENT, VALUE, STATUS]):
        if len(set(rows[dimension])) > 1:
            raise SourceError(f"{answer.title}: {dimension} has several codes and no column in the recipe", _FIX)
    rows = rows[[*kept, CONTENT, VALUE, STATUS]]
    cell = [*kept, CONTENT]
    if part.exact and rows.duplicated(cell).any():
        sums = rows.assign(gap=rows[VALUE].isna()).groupby(cell, sort=False, as_index=False)
        rows = sums.agg({VALUE: "sum", STATUS: "max", "gap": "any"})
        rows[VALUE] = rows[VALUE].mask(rows.pop("gap"))
    return rows


def _group(age: str, groups: Sequence[str], title: str) -> str:
    """Return the age group of a year of age; ``85+`` is open."""
    for group in groups:
        ends = re.fullmatch(r"(\d+)(?:-(\d+)|\+)", group)
        if ends and age.isdecimal() and int(ends[1]) <= int(age) <= int(ends[2] or 999):
            return group
    raise SourceError(f"{title}: age {age} is in none of {', '.join(groups)}", _FIX)


def _names(answers: Sequence[Answer]) -> str:
    return ", ".join(dict.fromkeys(answer.title for answer in answers))


def _first(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    return ", ".join(f"{column} {rows[column].iloc[0]}" for column in columns)


def _no_gap(rows: pd.DataFrame, by: Sequence[str], answers: Sequence[Answer]) -> None:
    """Refuse a cell without a number where our table has no column that could say why."""
    gaps = rows[rows[VALUE].isna()]
    if not gaps.empty:
        mark = gaps[STATUS].iloc[0] or "no mark"
        said = f"cells without a number: {len(gaps)}, first {_first(gaps, by)} ({mark})"
        raise SourceError(
            f"{_names(answers)}: {said}", "ask for fewer cells in the recipe, or wait until they are published"
        )


def _no_double(rows: pd.DataFrame, columns: Sequence[str], answers: Sequence[Answer]) -> None:
    """Refuse a cell that is there twice: within an answer, or in two series that overlap."""
    double = rows[rows.duplicated(list(columns))]
    if not double.empty:
        said = f"cells that are there twice: {len(double)}, first {_first(double, columns)}"
        raise SourceError(f"{_names(answers)}: {said}", _FIX)


def _alike_in_all_years(rows: pd.DataFrame, columns: Sequence[str], answers: Sequence[Answer]) -> None:
    """Refuse series whose years do not cover the same cells: joined by what they count, not by their codes."""
    for column in columns:
        sets = rows.groupby(YEAR)[column].agg(frozenset)
        newest = sets.iloc[-1]
        for year, there in sets.items():
            if there != newest:
                odd = ", ".join(sorted(map(str, there ^ newest))[:8])
                raise SourceError(f"{_names(answers)}: {column} of {year} and of {sets.index[-1]} differ: {odd}", _FIX)
    sizes = rows.groupby(YEAR).size()
    if sizes.min() != sizes.max():
        said = f"{sizes.min()} cells in {sizes.idxmin()}, {sizes.max()} in {sizes.idxmax()}"
        raise SourceError(f"{_names(answers)}: {said}", _FIX)


def _all_codes(
    rows: pd.DataFrame, table: Mapping[str, Any], others: Mapping[str, pd.DataFrame], answers: Sequence[Answer]
) -> None:
    """Refuse rows that lack an area of ours, or have one that we do not know."""
    for key in [*table["schema"].get("foreignKeys", []), *_own_key(table, others)]:
        column, reference = key["fields"], key["reference"]
        if column in rows and reference["resource"] in others:
            ours, theirs = set(others[reference["resource"]][reference["fields"]]), set(rows[column])
            if ours != theirs:
                lacking, new = ", ".join(sorted(ours - theirs)[:8]), ", ".join(sorted(theirs - ours)[:8])
                other = reference["resource"]
                said = f"lacks {column} {lacking or 'none'}, and has {new or 'none'} that {other} does not have"
                fix = "compare the codes of the recipe, or bring the list of areas up to date"
                raise SourceError(f"{_names(answers)} {said}", fix)


def _own_key(table: Mapping[str, Any], others: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """Refer a table that lists areas to itself: its rows are kept, so all of them must be there."""
    key, name = table["schema"].get("primaryKey"), table["name"]
    return (
        [{"fields": key, "reference": {"resource": name, "fields": key}}] if isinstance(key, str) and name in others else []
    )


def _spread(
    rows: pd.DataFrame, by: Sequence[str], column: str, fields: Sequence[str], answers: Sequence[Answer]
) -> pd.DataFrame:
    """Give each code of a column its own column, named ``<column>_<code>``; all that the table has, and no more."""
    rest = [name for name in by if name != column]
    named = rows.assign(**{column: f"{column}_" + rows[column]})
    wanted = [name for name in fields if name.startswith(f"{column}_")]
    if odd := sorted(set(named[column]) ^ set(wanted)):
        raise SourceError(
            f"{_names(answers)}: the codes of {column} are not those of the table: {', '.join(odd[:8])}", _FIX
        )
    wide = named.set_index([*rest, column])[VALUE].unstack(column)  # noqa: PD010 - every cell is there once
    return wide[wanted].reset_index()
