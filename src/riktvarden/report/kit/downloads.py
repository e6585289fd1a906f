"""Write and read tables for download: spreadsheet-safe CSV, and Parquet."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DIGITS = 12
"""Significant digits of a number: more are only the binary remainder of a computed one, such as 1.2000000000000002."""

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
"""Pattern of a text that a spreadsheet would treat as a formula, including protective apostrophes."""
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")

_KINDS = {
    "integer": "integer",
    "floating": "number",
    "mixed-integer-float": "number",
    "decimal": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date",
    "datetime64": "date",
}
"""Type inferred by pandas → type in a Data Package; anything else is text."""

_STORED = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "string": pa.string(),
}
"""Type in a Data Package → type in Parquet."""


def types(data: pd.DataFrame) -> tuple[str, ...]:
    """Return the type of each column, as in a Frictionless Data Package."""
    return tuple(_KINDS.get(pd.api.types.infer_dtype(column, skipna=True), "string") for _, column in data.items())


def csv(data: pd.DataFrame) -> bytes:
    """Write a table for spreadsheets: UTF-8 with byte order mark, for å, ä and ö, and no text that acts as a formula.

    A text that looks like a formula gets a leading apostrophe, which `read` removes. Numbers get
    `DIGITS` significant digits.
    """
    written = pd.DataFrame(
        {name: column.map(_cell) if kind in _CHANGED else column for (name, column), kind in _typed(data)}
    )
    return written.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def read(content: bytes, kinds: Sequence[str]) -> pd.DataFrame:
    """Read a table written by `csv`; an empty cell is missing.

    Parameters
    ----------
    content
        The file.
    kinds
        Type of each column, see `types`.
    """
    raw = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    return pd.DataFrame(
        {name: _restored(column, kind) for (name, column), kind in zip(raw.items(), kinds, strict=True)}, index=raw.index
    )


def parquet(data: pd.DataFrame, kinds: Sequence[str]) -> bytes:
    """Write a table from `read` as reproducible Parquet, without metadata on time and programs."""
    schema = pa.schema([(str(name), _STORED[kind]) for name, kind in zip(data, kinds, strict=True)])
    table = pa.Table.from_pandas(data, schema=schema, preserve_index=False).replace_schema_metadata()
    written = io.BytesIO()
    pq.write_table(table, written)
    return written.getvalue()


def _typed(data: pd.DataFrame) -> list[tuple[tuple[str, pd.Series], str]]:
    return [((str(name), column), kind) for (name, column), kind in zip(data.items(), types(data), strict=True)]


_CHANGED = {"string", "date", "number"}
"""Types of which `_cell` may change a cell."""


def _cell(value: object) -> object:
    """Format a cell of text, a number, or a date without a time."""
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, pd.Timestamp) and not pd.isna(value):
        return value.strftime("%Y-%m-%d")
    if not isinstance(value, str) or not _FORMULA.match(value) or _NUMBER.fullmatch(value):
        return value
    return f"'{value}"


def _restored(column: pd.Series, kind: str) -> pd.Series:
    """Convert a column of text to its original type."""
    match kind:
        case "integer":
            return pd.to_numeric(column).astype("Int64")
        case "number":
            return pd.to_numeric(column).astype("float64")
        case "boolean":
            return column.map({"True": True, "False": False}).astype("boolean")
        case "date":
            return pd.to_datetime(column, format="%Y-%m-%d")
        case _:
            if not column.str.startswith("'").any():
                return column
            return column.map(lambda text: text[1:] if isinstance(text, str) and _GUARDED.match(text) else text)
