"""The command `riktvarden disclosure audit`: attack a CSV table before it is published."""

from __future__ import annotations

import csv
import io
import math
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table as Grid

from riktvarden.cli.terminal import DISCLOSES, console, fail
from riktvarden.problems import InputError, Problem, not_utf8

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import pandas as pd

    from riktvarden.disclosure import audit as core
    from riktvarden.disclosure.system import Dimension

NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")

ABSENT = {"zero": 0.0, "withheld": float("nan")}
"""Meaning of an absent row → value used for it."""

ROW = " line"
"""Column holding the line number of a row; no header has such a name."""

EXAMPLES = 5
"""Number of codes or cells named in a message; the rest are counted."""

app = typer.Typer(help="Protect published tables against disclosure.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Protect published tables against disclosure."""


@app.command()
def audit(
    table: Annotated[Path, typer.Argument(help="UTF-8 CSV, comma-separated, one row per cell including margins.")],
    dimensions: Annotated[str, typer.Option(help="Comma-separated classification columns.")],
    value: Annotated[str, typer.Option(help="Column of the counts; empty where suppressed.")] = "value",
    total: Annotated[
        list[str] | None,
        typer.Option(help="DIMENSION=CODE of the total, once per dimension (DIMENSION= if it has none)."),
    ] = None,
    hierarchy: Annotated[
        list[str] | None,
        typer.Option(help="DIMENSION=FILE, a CSV with columns code,parent giving subtotals."),
    ] = None,
    status: Annotated[str, typer.Option(help="Column of statuses, if any.")] = "status",
    qualifier: Annotated[str, typer.Option(help="Column of qualifiers, if any.")] = "qualifier",
    contributors: Annotated[str | None, typer.Option(help="Column with the number of providers behind each cell.")] = None,
    threshold: Annotated[int, typer.Option(min=1, help="Smallest count that may be published.")] = 5,
    zeros: Annotated[bool, typer.Option("--zeros", help="Treat 0 as confidential too.")] = False,
    protection: Annotated[
        float | None, typer.Option(min=0, help="Width that intervals must exceed (default: threshold - 2).")
    ] = None,
    base: Annotated[float | None, typer.Option(min=0, help="Base to which published values are rounded.")] = None,
    absent: Annotated[str | None, typer.Option(help="Meaning of a combination without a row: zero or withheld.")] = None,
    earlier: Annotated[
        list[Path] | None, typer.Option(help="An earlier edition with the same cells and columns; repeatable.")
    ] = None,
    suppress: Annotated[
        Path | None,
        typer.Option(help="File to write a releasable table to, with suppressed cells hidden."),
    ] = None,
) -> None:
    """Try to infer each suppressed cell; fail if one can be pinned down more closely than allowed."""
    from riktvarden.disclosure import audit as core
    from riktvarden.disclosure.suppress import ProtectionError

    rule = core.Rule(threshold, zeros, protection, base or None)
    columns = core.Columns(value, status, qualifier, contributors)
    try:
        names = [name.strip() for name in dimensions.split(",") if name.strip()]
        rows = _read(table, names, columns)
        kinds = _dimensions(table, rows, names, total or [], hierarchy or [])
        before = [_read(path, names, columns) for path in earlier or []]
        rows = _complete(table, rows, kinds, columns, absent)
        found = core.audit(rows, kinds, rule, columns, before)
        _show(found, names, earlier or [])
        if suppress is not None:
            safe = core.protect(rows, kinds, rule, columns, before)
            lost = core.loss(rows, safe, columns)
            released = core.for_release(safe, columns).loc[safe[ROW] > 0].drop(columns=ROW)
            for column in released.select_dtypes("number"):
                released[column] = released[column].map(_number)
            released.to_csv(suppress, index=False, lineterminator="\n")
            hidden = (safe[columns.status] == core.SUPPRESSED).sum()
            console.print(
                f"{suppress}: {hidden} cells suppressed; secondary suppression costs {lost.cells:.1%} of the cells and "
                f"{lost.value:.1%} of the value",
            )
    except InputError as error:
        fail(error)
    except core.MisfitError as error:
        fail(InputError(_misfits(table, rows, names, value, error)))
    except ProtectionError as error:
        cells = [_words(cell) for cell in rows[names].iloc[error.cells].to_dict("records")]
        known = "cells consistent with what is already published"
        fail(InputError([Problem(table.name, 0, "", _some(cells), known, "publish a coarser table")]))
    if not found.passes:
        raise typer.Exit(DISCLOSES)


def _read(path: Path, names: list[str], columns: core.Columns) -> pd.DataFrame:
    """Read a table as text, its counts as numbers and the line of each row as `ROW`; raise with all problems."""
    import pandas as pd

    header, records = _records(path)
    wanted = [*names, columns.value, *([columns.contributors] if columns.contributors else [])]
    found = [
        Problem(path.name, 1, name, _some(header), f"a column {name!r}", "name a column that the file has")
        for name in wanted
        if name not in header
    ]
    if not names:
        found.append(Problem(path.name, 0, "", "no dimension", "at least one column", "name one with --dimensions"))
    if found:
        raise InputError(found)
    rows = pd.DataFrame([record for _, record in records], columns=header, dtype=object).assign(
        **{ROW: [line for line, _ in records]}
    )
    for column in wanted[len(names) :]:
        text = rows[column].str.strip()
        wrong = rows.loc[(text != "") & ~text.str.fullmatch(NUMBER)]
        found += [
            Problem(path.name, line, column, cell, "0 or more, digits with a decimal point, or empty", "correct it")
            for line, cell in zip(wrong[ROW], wrong[column], strict=True)
        ]
        rows[column] = pd.to_numeric(text.where(text != ""), errors="coerce").astype(float)
    twice = rows.loc[rows.duplicated(names)]
    found += [
        Problem(path.name, line, "", _words(cell), "one row per cell", "remove one of them")
        for line, cell in zip(twice[ROW], twice[names].to_dict("records"), strict=True)
    ]
    if found:
        raise InputError(found)
    return rows


def _records(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header, and each row with the line that it ends at."""
    try:
        # Tables for spreadsheets begin with a byte order mark.
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([not_utf8(path.name, error)]) from error
    except OSError as error:
        fault = Problem(path.name, 0, "", str(error.strerror), "a readable file", "check its name")
        raise InputError([fault]) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        fault = Problem(path.name, reader.line_num, "", str(error), "a CSV with commas and double quotes", "correct it")
        raise InputError([fault]) from error
    if len(records) <= 1:
        raise InputError([Problem(path.name, 0, "", "no rows", "a header and rows", "check that it is the right file")])
    (_, header), *rows = records
    found = [
        Problem(path.name, line, "", f"{len(row)} cells", f"{len(header)} as in the header", "correct the row")
        for line, row in rows
        if len(row) != len(header)
    ]
    found += [
        Problem(path.name, 1, name, name, "each column once", "rename one of them")
        for name in set(header)
        if header.count(name) > 1
    ]
    if found:
        raise InputError(found)
    return header, rows


def _dimensions(
    path: Path, rows: pd.DataFrame, names: list[str], totals: list[str], hierarchies: list[str]
) -> list[Dimension]:
    """Combine dimensions with their totals and groups; an unnamed total would be taken for another code."""
    from riktvarden.disclosure.system import Dimension

    found: list[Problem] = []
    total = _named(path, names, totals, "total", found)
    file = _named(path, names, hierarchies, "hierarchy", found)
    result = []
    for name in names:
        codes = rows[name].unique().tolist()
        if name not in total:
            fix = f"name it: --total {name}=CODE, or --total {name}= where the table has none"
            found.append(Problem(path.name, 0, name, _some(codes), "the code of the total", fix))
        elif total[name] and total[name] not in codes:
            found.append(Problem(path.name, 0, name, total[name], f"one of {_some(codes)}", "correct the total"))
        groups: dict[str, list[str]] = {}
        source = Path(file.get(name, ""))
        for line, code, parent in _parents(source) if name in file else []:
            if parent != total.get(name):
                groups.setdefault(parent, []).append(code)
            if code not in codes:
                expected = f"a code of {name} in the table"
                found.append(Problem(source.name, line, "code", code, expected, "correct the code, or leave it out"))
        dimension = Dimension(name, total.get(name) or None, groups)
        found += [
            Problem(source.name, 0, "code", group, "a group that does not contain itself", "correct its parent")
            for group in dimension.cycles()
        ]
        result.append(dimension)
    if found:
        raise InputError(found)
    return result


def _named(path: Path, names: list[str], options: list[str], kind: str, found: list[Problem]) -> dict[str, str]:
    """Parse options of the form DIMENSION=WORD."""
    pairs = {}
    for option in options:
        name, equals, word = option.partition("=")
        if not equals or name not in names:
            fix = f"write --{kind} DIMENSION=…"
            found.append(Problem(path.name, 0, name, option, f"a dimension among {_some(names)}", fix))
        pairs[name] = word
    return pairs


def _parents(path: Path) -> list[tuple[int, str, str]]:
    """Return the rows of a hierarchy as (line, code, parent)."""
    header, records = _records(path)
    if header != ["code", "parent"]:
        raise InputError([Problem(path.name, 1, "", _some(header), "the columns code,parent", "correct the header")])
    return [(line, code, parent) for line, (code, parent) in records]


def _complete(
    path: Path, rows: pd.DataFrame, dimensions: list[Dimension], columns: core.Columns, meaning: str | None
) -> pd.DataFrame:
    """Add the finest cells that have no row, with the meaning stated by the user."""
    import pandas as pd

    from riktvarden.disclosure import audit as core

    lacking = core.absent(rows, dimensions)
    if lacking.empty:
        return rows
    if meaning not in ABSENT:
        cells = [_words(cell) for cell in lacking.to_dict("records")]
        fix = "add the rows, or state with --absent zero or --absent withheld what their absence means"
        raise InputError([Problem(path.name, 0, "", f"no row for {_some(cells)}", "a row for each combination", fix)])
    added = lacking.assign(**{columns.value: ABSENT[meaning], ROW: 0})
    return pd.concat([rows, added], ignore_index=True)


def _misfits(path: Path, rows: pd.DataFrame, names: list[str], value: str, error: core.MisfitError) -> list[Problem]:
    """Return the values that do not add up as problems; rows added for absent cells have no line."""
    lines = rows[ROW].loc[error.cells.index]
    return [
        Problem(
            path.name,
            line,
            value,
            f"{_number(cell[value])} for {_words({name: cell[name] for name in names})}",
            f"{_number(cell['nearest'])}, so that the table adds up",
            "correct this value or those it sums, and name every total and group",
        )
        for line, cell in zip(lines, error.cells.to_dict("records"), strict=True)
    ]


def _show(found: core.Audit, names: list[str], earlier: list[Path]) -> None:
    """Print the verdict and each disclosed cell."""
    pinned = found.pinned
    attacked = (~found.cells["shown"]).sum()
    console.print(f"{attacked} suppressed cells attacked, {len(pinned)} cells disclosed")
    if not pinned.empty:
        grid = Grid(*names, "feasible", "required width", "")
        for cell in pinned.to_dict("records"):
            feasible = f"{_number(cell['low'])} … {_number(cell['high'])}"
            why = "shown" if cell["shown"] else "can be worked out"
            grid.add_row(*(str(cell[name]) for name in names), feasible, _number(cell["required"]), why)
        console.print(grid, markup=False)
    for path, revised in zip(earlier, found.revised, strict=True):
        if revised:
            console.print(
                f"{path}: contradicts this table; attacked as if revised by {_number(revised)} persons, the "
                "smallest revision that explains it",
                markup=False,
            )
    why_of = {"published_before": "was published before", "changed_by_few": "differs from before by a small count"}
    for change in found.changes.to_dict("records"):
        place = _words({name: change[name] for name in names})
        reported = f"{why_of[change['kind']]}, {_number(change['earlier'])} in {earlier[change['edition']]}"
        console.print(f"{place}: {reported}", markup=False)


def _number(value: float) -> str:
    """Return a number in full; empty if it is missing."""
    if math.isnan(value):
        return ""
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))


def _words(cell: Mapping[Hashable, object]) -> str:
    return ", ".join(f"{name}={code}" for name, code in cell.items())


def _some(words: Sequence[str]) -> str:
    """Return the first few items of a list and the number of the others."""
    more = f" and {len(words) - EXAMPLES} more" if len(words) > EXAMPLES else ""
    return "; ".join(words[:EXAMPLES]) + more
