"""What staged tables would change: rows, what the model makes of them, and the pages that show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from riktvarden import assumptions, contract, model, tables
from riktvarden.book import execute
from riktvarden.codes import NATION
from riktvarden.problems import Problem
from riktvarden.responses import store as responded
from riktvarden.results import Results
from riktvarden.returns import store as returned
from riktvarden.sources.accept import chosen, edition, replaced
from riktvarden.sources.staging import STAGED, Record, Staged, staged
from riktvarden.store import material, reads

DRAWS = 256
"""Draws of the runs that are compared: enough, as each takes the same ones."""

GUIDELINES = {
    "general_practice": ("st_positions_guideline", "st_starters_guideline", "specialist_requirement"),
    "": ("inhabitants_per_fte",),
}
"""Profession → measures that are compared before and after; empty for all the others."""

ROUNDING = 1e-9
"""Relative change below which two values are the same."""

SHOWN = 20
"""Rows of a kind that the text shows; the rest are counted."""

STEPS = 3
"""Earlier years that a break is judged by, at least."""

FAR, LEAST = 4.0, 0.01
"""A break is a change this many times the median yearly one before it, and at least this large."""


@dataclass(frozen=True)
class Difference:
    """How the rows of a staged table differ from those of the project's."""

    table: str
    record: Record
    keys: list[str]
    added: pd.DataFrame
    removed: pd.DataFrame
    changed: pd.DataFrame
    """One row a cell: the keys, ``column``, ``before``, ``after`` and ``change``, the largest first."""
    hidden: pd.DataFrame
    """Cells without a value: the keys, ``column`` and ``was``, which says whether there was one before."""
    breaks: list[str]
    """Where a series jumps, or a code comes or goes."""


@dataclass(frozen=True)
class Comparison:
    """What accepting staged tables would change."""

    tables: list[Difference]
    problems: list[Problem]
    """Why they would not be accepted."""
    effects: pd.DataFrame
    """profession, measure, region, before, after, change, and for each table what it changes alone; `together` is the
    rest. Of a measure that has only an interval its middle."""
    pages: list[str] | None
    """Pages that would show something else; none known where no book is built."""
    notes: list[str] = field(default_factory=list)


def compare(
    names: Sequence[str] = (),
    *,
    folder: Path = STAGED,
    data: Path = tables.DATA,
    built: Path | None = None,
    draws: int = DRAWS,
) -> Comparison:
    """Compare staged tables with the project's own, and what the model makes of either.

    Parameters
    ----------
    names
        Tables; every staged one if none is named.
    folder, data
        Where tables wait, and the data folder.
    built
        Folder of a built book, whose pages say what they have read.
    draws
        Draws of each run of the model.

    Raises
    ------
    InputError
        If a table is not staged, or the project's own tables or assumptions are at fault.
    """
    found = chosen(staged(folder), names, folder)
    differences = [_difference(each, data) for each in found.values()]
    contents = replaced(found, data)
    with edition(contents, data) as candidate:
        problems = tables.check(candidate)
        notes: list[str] = []
        modelled = [name for name in found if name in model.TABLES]
        before = _material(data, {}, draws)
        after: material.Material | None = None
        effects = pd.DataFrame()
        try:
            new = {name: each.rows(data) for name, each in found.items()}
            after = _material(data, new, draws) if modelled else before._replace(tables={**before.tables, **new})
            alone = dict(_alone(data, new, modelled, draws, notes)) if len(modelled) > 1 else {}
            effects = effect(before.results, after.results, alone or dict.fromkeys(modelled, after.results))
        except Exception as error:  # noqa: BLE001 - rows that contradict each other can stop the model anywhere
            notes.append(f"The model does not run on the staged tables: {type(error).__name__}: {error}")
        if others := [name for name in found if name not in modelled]:
            notes.append(f"The model takes nothing from {', '.join(others)}.")
        pages = None
        if built is not None and (built / "source").is_dir() and after is not None:
            was, will = material.digests(before, data), material.digests(after, candidate)
            changed = {part for part in was.keys() | will.keys() if was.get(part) != will.get(part)}
            pages = touched(built, changed | {f"{reads.FILE}data/{path}" for path in contents})
    return Comparison(differences, problems, effects, pages, notes)


def _material(data: Path, new: Mapping[str, pd.DataFrame], draws: int) -> material.Material:
    sent = returned.frames() | responded.frames()
    return material.run({**tables.read_all(data), **sent, **new}, assumptions.read(data), draws)


def _alone(
    data: Path, new: Mapping[str, pd.DataFrame], names: Sequence[str], draws: int, notes: list[str]
) -> Iterator[tuple[str, Results]]:
    """Run the model with one staged table at a time; what does not run is noted."""
    for name in names:
        try:
            yield name, _material(data, {name: new[name]}, draws).results
        except Exception as error:  # noqa: BLE001 - a table may need another that is as new
            notes.append(f"What {name} changes alone cannot be computed ({type(error).__name__}: {error}).")


# --- rows -----------------------------------------------------------------------------------------------


def _difference(each: Staged, data: Path) -> Difference:
    """Compare one staged table with the project's, if there is one."""
    table, after = tables.describe(each.table, data), each.rows(data)
    before = tables.read(each.table, data) if each.table in tables.names(data) else after.iloc[:0]
    return difference(each.table, each.record, before, after, contract.keys_of(table))


def difference(table: str, record: Record, before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> Difference:
    """Compare the rows of two versions of a table.

    Parameters
    ----------
    table
        Its name.
    record
        Where the new rows come from.
    before, after
        Typed rows, with the same columns.
    keys
        Columns that distinguish rows.
    """
    # A column of the table may be called as one below is.
    both = before.merge(after, on=keys, how="outer", suffixes=(" before", " after"), indicator=" where")
    added, removed = (both.loc[both[" where"] == side, keys].reset_index(drop=True) for side in ("right_only", "left_only"))
    there = both.loc[both[" where"] == "both"]
    parts, hidden = [], []
    for column in [name for name in before.columns if name not in keys]:
        old, new = there[f"{column} before"], there[f"{column} after"]
        differs = (old != new).fillna(True).to_numpy(bool) & ~(old.isna() & new.isna()).to_numpy(bool)
        part = there.loc[differs, keys].assign(
            column=column, before=old[differs].astype(object), after=new[differs].astype(object)
        )
        if pd.api.types.is_numeric_dtype(old) and not pd.api.types.is_bool_dtype(old):
            part["change"] = new[differs].astype(float) - old[differs].astype(float)
            without = both.loc[both[f"{column} after"].isna() & (both[" where"] != "left_only")]
            hidden.append(without[keys].assign(column=column, was=_was(without, column)))
        parts.append(part)
    changed = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if not changed.empty:
        size = changed.get("change", pd.Series(np.nan, changed.index)).abs()
        changed = changed.assign(change=changed.get("change"), size=size).sort_values(
            ["size", *keys], ascending=[False] + [True] * len(keys), na_position="last"
        )
        changed = changed.drop(columns="size").reset_index(drop=True)
    return Difference(
        table=table,
        record=record,
        keys=keys,
        added=added,
        removed=removed,
        changed=changed,
        hidden=pd.concat(hidden, ignore_index=True) if hidden else pd.DataFrame(),
        breaks=[*_codes_come_and_go(before, after, keys), *_jumps(before, after, keys)],
    )


def _was(rows: pd.DataFrame, column: str) -> pd.Series[str]:
    """Say of cells without a value what they were before."""
    old, new = rows[f"{column} before"], rows[" where"] == "right_only"
    return pd.Series(np.select([new, old.isna()], ["not there", "without value"], "with value"), rows.index)


def _codes_come_and_go(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> Iterator[str]:
    """Name codes that one of the versions has alone: a border moved, or a group was divided."""
    for key in keys if len(before) and "year" in keys else ():
        if key == "year":
            continue
        old, new = set(before[key]), set(after[key])
        for codes, what in ((new - old, "new"), (old - new, "gone")):
            if codes:
                yield f"{what} {key}: {', '.join(sorted(map(str, codes)))}"


def _jumps(before: pd.DataFrame, after: pd.DataFrame, keys: list[str]) -> Iterator[str]:
    """Name sums that change far more in a new year than from year to year before it."""
    if "year" not in keys or before.empty:
        return
    counted = [str(name) for name in after.select_dtypes("number") if name not in keys]
    areas = [key for key in keys if key in ("region", "municipality")]
    new_years = sorted(set(after["year"]) - set(before["year"]))
    if not counted or not new_years:
        return
    rows = after.assign(total=after[counted].sum(axis=1, min_count=1))
    for key, of in [("", rows.assign(area="all"))] + [(key, rows.assign(area=rows[key])) for key in areas[:1]]:
        sums = of.pivot_table(index="year", columns="area", values="total", aggfunc="sum")
        steps = sums.where(sums > 0).pct_change(fill_method=None)
        for year in new_years:
            earlier = steps.loc[steps.index < year].abs()
            if len(earlier.dropna(how="all")) < STEPS:
                continue
            usual, step = earlier.median(), steps.loc[year]
            far = step.abs() > np.maximum(FAR * usual, LEAST)
            for area in step.index[far]:
                named = f"{key} {area}" if key else "all areas"
                yield f"{named}, {year}: {step[area]:+.1%} in a year, commonly {usual[area]:.1%}"


# --- what the model makes of them ----------------------------------------------------------------------


def guideline_values(results: Results) -> pd.Series[float]:
    """Give the nation's and the regions' guideline values by profession, measure and region; the middle of intervals."""
    whole = results.guidelines.query("principal in ('all', 'both') and municipality == '' and cooperation == ''")
    rows = pd.concat(
        [
            results.tidy.loc[results.tidy["measure"].isin(GUIDELINES["general_practice"])],
            whole.loc[whole["measure"].isin(GUIDELINES[""])],
        ]
    )
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    found = middle.set_axis(pd.MultiIndex.from_frame(rows[["profession", "measure", "region"]]))
    return found.loc[~found.index.duplicated()]


def effect(before: Results, after: Results, alone: Mapping[str, Results]) -> pd.DataFrame:
    """Compare guideline values, with what each table changes alone and what they change together beyond that.

    Parameters
    ----------
    before, after
        Results without and with the staged tables.
    alone
        Table → results with that one alone.
    """
    was, will = guideline_values(before), guideline_values(after)
    found = pd.DataFrame({"before": was, "after": will})
    found["change"] = _less(found["after"], found["before"])
    causes = pd.DataFrame({name: _less(guideline_values(of), was) for name, of in alone.items()}, index=found.index)
    found = found.join(causes)
    if len(alone) > 1:
        found["together"] = found["change"] - causes.sum(axis=1)
    return found.reset_index()


def _less(after: pd.Series[float], before: pd.Series[float]) -> pd.Series[float]:
    """Subtract, and take what only the order of additions gives for nothing."""
    change = after - before
    return change.where(change.abs() > ROUNDING * before.abs(), 0.0).where(change.notna())


def touched(built: Path, changed: set[str]) -> list[str]:
    """List the pages of a built book that have read any of some parts: their content keys will be others.

    An analysis is taken to change when any of the results does.
    """
    if any(part.startswith((material.RESULT, material.TABLE)) for part in changed):
        changed = changed | {material.ANALYSIS}
    found = []
    for notebook in sorted((built / "source").rglob("*.ipynb")):
        stored = execute.stored_inputs(notebook)
        parts = {
            material.ANALYSIS if part.startswith((material.ANALYSIS, material.ANALYSIS_ROWS)) else part
            for part in (stored["reads"] if stored else ())
        }
        if parts & changed:
            found.append(notebook.relative_to(built / "source").with_suffix("").as_posix())
    return found


# --- as text --------------------------------------------------------------------------------------------


def markdown(found: Comparison) -> str:
    """Write a comparison as the text of a pull request."""
    lines = []
    if not found.tables:
        return "Nothing is staged.\n"
    if found.problems:
        lines += ["## Would not be accepted", "", *(f"- {problem}" for problem in found.problems[:SHOWN])]
        lines += [f"- … and {len(found.problems) - SHOWN} more"] if len(found.problems) > SHOWN else []
        lines += [""]
    lines += ["## Tables", ""]
    for each in found.tables:
        lines += _about(each)
    lines += ["## Guideline values", "", *_effects(found.effects)]
    lines += [*(f"- {note}" for note in found.notes), ""] if found.notes else []
    lines += ["## Pages", ""]
    if found.pages is None:
        lines += ["Not known: there is no built book to ask. Build one and compare again.", ""]
    else:
        lines += [
            f"{_count(len(found.pages), 'page')} would show something else.",
            "",
            *(f"- {page}" for page in found.pages),
            "",
        ]
    return "\n".join(lines)


def _about(each: Difference) -> list[str]:
    """Write how one table differs."""
    record = each.record
    lines = [f"### {each.table}", "", f"- Source: {record.source}, {record.licence}"]
    lines += [f"- Updated by the publisher: {record.updated or 'not stated'}"]
    lines += [f"- Retrieved: {max((request.retrieved for request in record.requests), default='not stated')}"]
    lines += [f"- Note of the publisher: {note}" for note in record.notes]
    lines += [f"- Flag: {flag}" for flag in record.flags]
    lines += [f"- Break: {jump}" for jump in each.breaks[:SHOWN]]
    lines += [f"- … and {len(each.breaks) - SHOWN} more breaks"] if len(each.breaks) > SHOWN else []
    for what, rows in (("added", each.added), ("removed", each.removed)):
        years = sorted(set(rows["year"])) if "year" in rows else []
        of = f", of the years {', '.join(map(str, years))}" if years else ""
        lines += [f"- {_count(len(rows), 'row')} {what}{of}"]
    lines += [f"- {_count(len(each.changed), 'cell')} changed in rows that were there"]
    if len(each.hidden):
        counts = each.hidden["was"].value_counts()
        said = ", ".join(f"{count} {was} before" for was, count in counts.items())
        lines += [f"- {_count(len(each.hidden), 'cell')} without a value ({said})"]
    lines += [""]
    if len(each.changed):
        lines += [*_table(each.changed.head(SHOWN)), ""]
        if len(each.changed) > SHOWN:
            lines += [f"… and {len(each.changed) - SHOWN} more changed cells.", ""]
    return lines


def _effects(effects: pd.DataFrame) -> list[str]:
    """Write how the guideline values change: the nation's all, then the regions that change most."""
    if effects.empty:
        return ["Not computed.", ""]
    lines = []
    nation = effects.loc[effects["region"] == NATION]
    regions = effects.loc[(effects["region"] != NATION) & (effects["change"].abs() > 0)]
    lines += ["The nation:", "", *_table(nation), ""]
    if regions.empty:
        return [*lines, "No region's value changes.", ""]
    size = (regions["change"] / regions["before"]).abs()
    first = regions.loc[size.sort_values(ascending=False).index].head(SHOWN)
    return [*lines, f"The regions, the largest change first ({len(regions)} values change):", "", *_table(first), ""]


def _count(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"


def _table(rows: pd.DataFrame) -> list[str]:
    """Write rows as a table in Markdown."""
    head = [str(name) for name in rows.columns]
    body = [[_written(cell) for cell in row] for row in rows.itertuples(index=False, name=None)]
    return [f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *body)]


def _written(cell: object) -> str:
    if cell is None or cell is pd.NA or (isinstance(cell, float) and np.isnan(cell)):
        return ""
    if isinstance(cell, float):
        return f"{cell:,.4g}" if abs(cell) < 1_000 else f"{cell:,.0f}"
    return str(cell).replace("|", "\\|").replace("\n", " ")
