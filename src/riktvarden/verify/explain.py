"""Name the first place where two versions of a file differ, in the terms of its format."""

from __future__ import annotations

import csv
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

SHOWN = 40
"""Characters shown on each side of a difference."""
_TAG = re.compile(r"<[^>]+>")
_ANCHOR = re.compile(r'<(?:section|table|figure|tr|div)[^>]*\bid="([^"]+)"')
_SPACE = re.compile(r"\s+")
_ABSENT = object()


def first_difference(name: str, published: bytes, again: bytes) -> str:
    """Describe where a published file first differs from the same file made again.

    Parameters
    ----------
    name
        Name of the file; its suffix says what format it has.
    published, again
        The two contents.

    Returns
    -------
    str
        Cell, row and column, key, line or byte, and what is there in both; never empty for contents that differ.
    """
    explainer = _EXPLAINERS.get(PurePosixPath(name).suffix, _text)
    try:
        found = explainer(published, again)
    except Exception as error:  # noqa: BLE001 - whatever a tampered file does to a parser, the file is named
        found = f"can no longer be read ({type(error).__name__})"
    return found or _bytes(published, again)


def apart(published: str, again: str) -> str:
    """Show the first difference of two texts, each with what surrounds it."""
    start = next((place for place, (a, b) in enumerate(zip(published, again, strict=False)) if a != b), None)
    start = min(len(published), len(again)) if start is None else start
    begin = max(start - SHOWN // 2, 0)

    def excerpt(text: str) -> str:
        part = _SPACE.sub(" ", text[begin : start + SHOWN])
        return f"“{'…' if begin else ''}{part}{'…' if len(text) > start + SHOWN else ''}”"

    return f"published {excerpt(published)}, again {excerpt(again)}"


def _notebook(published: bytes, again: bytes) -> str:
    one, other = json.loads(published), json.loads(again)
    for number, (cell, same) in enumerate(zip_longest(one["cells"], other["cells"]), start=1):
        if cell == same:
            continue
        if cell is None or same is None:
            return f"cell {number} {'is missing' if cell is None else 'should not be there'}"
        place = f"cell {number} ({same.get('id', '')})"
        for key in ("outputs", "source"):
            if cell.get(key) != same.get(key):
                return f"{place}, {key}: {_json_values(cell.get(key), same.get(key))}"
        return f"{place}: {_json_values(cell, same)}"
    return f"metadata: {_json_values(one, other)}"


def _page(published: bytes, again: bytes) -> str:
    one, other = published.decode("utf-8", "replace"), again.decode("utf-8", "replace")
    start = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    anchors = _ANCHOR.findall(other, 0, start)
    near = f"near #{anchors[-1]}: " if anchors else ""
    texts = [_SPACE.sub(" ", _TAG.sub(" ", text)) for text in (one, other)]
    return near + (apart(*texts) if texts[0] != texts[1] else f"markup: {apart(one, other)}")


def _csv(published: bytes, again: bytes) -> str:
    read = (csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for content in (published, again))
    return _rows(*map(list, read))


def _parquet(published: bytes, again: bytes) -> str:
    one, other = (pq.read_table(pa.BufferReader(content)) for content in (published, again))
    if one.schema != other.schema:
        return f"columns: {apart(str(one.schema), str(other.schema))}"
    head = [[str(name) for name in other.column_names]]
    return _rows(*(head + [[str(value) for value in row.values()] for row in table.to_pylist()] for table in (one, other)))


def _workbook(published: bytes, again: bytes) -> str:
    one, other = (openpyxl.load_workbook(io.BytesIO(content)) for content in (published, again))
    if one.sheetnames != other.sheetnames:
        return f"sheets: {apart(', '.join(one.sheetnames), ', '.join(other.sheetnames))}"
    for sheet in other.sheetnames:
        for row, same in zip_longest(one[sheet].iter_rows(), other[sheet].iter_rows(), fillvalue=()):
            for cell, as_was in zip_longest(row, same):
                values = ["" if each is None or each.value is None else str(each.value) for each in (cell, as_was)]
                if values[0] != values[1]:
                    return f"sheet {sheet}, cell {(as_was or cell).coordinate}: {apart(*values)}"
    return ""


def _rows(published: Sequence[Sequence[str]], again: Sequence[Sequence[str]]) -> str:
    """Name the first cell that differs, and count the rows that do."""
    differing = [number for number, (a, b) in enumerate(zip_longest(published, again)) if a != b]
    if not differing:
        return ""
    number = differing[0]
    more = f", and {len(differing) - 1} more rows" if len(differing) > 1 else ""
    if number >= min(len(published), len(again)):
        return f"{len(published)} rows published, {len(again)} again"
    row, same = published[number], again[number]
    column = next(place for place, (a, b) in enumerate(zip_longest(row, same)) if a != b)
    values = [line[column] if column < len(line) else "" for line in (row, same)]
    title = again[0][column] if column < len(again[0]) else f"{column + 1}"
    return f"row {number + 1}, column {title}: {apart(*values)}{more}"


def _json(published: bytes, again: bytes) -> str:
    return _json_values(json.loads(published), json.loads(again))


def _toml(published: bytes, again: bytes) -> str:
    return _json_values(*(tomllib.loads(content.decode()) for content in (published, again)))


def _json_values(published: object, again: object) -> str:
    """Name the first key whose value differs."""
    found = next(_differing(published, again, ""), None)
    if found is None:
        return ""
    key, one, other = found
    if one is _ABSENT or other is _ABSENT:
        return f"{key} {'is missing' if one is _ABSENT else 'should not be there'}"
    return f"{key}: {apart(_plain(one), _plain(other))}" if key else apart(_plain(one), _plain(other))


def _differing(one: Any, other: Any, key: str) -> Iterator[tuple[str, object, object]]:  # noqa: ANN401 - what JSON has
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for name in [*other, *(name for name in one if name not in other)]:
            yield from _differing(one.get(name, _ABSENT), other.get(name, _ABSENT), f"{key}.{name}" if key else str(name))
    elif isinstance(one, list) and isinstance(other, list):
        for number, (a, b) in enumerate(zip_longest(one, other, fillvalue=_ABSENT), start=1):
            yield from _differing(a, b, f"{key}[{number}]")
    elif one != other:
        yield key, one, other


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _text(published: bytes, again: bytes) -> str:
    one, other = (content.decode("utf-8").splitlines() for content in (published, again))
    for number, (line, same) in enumerate(zip_longest(one, other), start=1):
        if line != same:
            if line is None or same is None:
                return f"line {number} {'is missing' if line is None else 'should not be there'}"
            return f"line {number}: {apart(line, same)}"
    return ""


def _bytes(published: bytes, again: bytes) -> str:
    """Name the first byte that differs."""
    shorter = min(len(published), len(again))
    place = next((place for place in range(shorter) if published[place] != again[place]), shorter)
    return f"byte {place + 1} of {len(again)}" + (f"; {len(published)} published" if len(published) != len(again) else "")


def _unreadable(published: bytes, again: bytes) -> str:
    return ""


_EXPLAINERS: dict[str, Callable[[bytes, bytes], str]] = {
    ".ipynb": _notebook,
    ".html": _page,
    ".csv": _csv,
    ".parquet": _parquet,
    ".xlsx": _workbook,
    ".json": _json,
    ".jsonld": _json,
    ".toml": _toml,
    ".png": _unreadable,
    ".pdf": _unreadable,
    ".inv": _unreadable,
}
