"""Store frames, arrays and plain values losslessly as Arrow and JSON, never as code.

The declared type of a value, not the file, decides how it is stored and what it is read as.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import PydanticSchemaGenerationError, TypeAdapter

Arrays = Mapping[str, NDArray[np.float64]]
SHAPE, ABOUT = b"shape", b"riktvarden"
"""Keys of Arrow metadata: the shape of an array; properties of a pandas frame that Arrow lacks."""
RETYPED: Mapping[str, Callable[[pa.ChunkedArray], Any]] = {
    "Int64": lambda column: pd.Int64Dtype().__from_arrow__(column),  # type: ignore[attr-defined]
    "object": pa.ChunkedArray.to_pylist,
}
"""Types that pandas does not infer from Arrow, and how a column is converted to them."""


class StoredError(Exception):
    """A value cannot be stored, or a file has been modified; the message says which and why."""


def write(folder: Path, name: str, value: Any, kind: Any) -> dict[str, str]:  # noqa: ANN401
    """Store a value in a folder.

    Parameters
    ----------
    folder
        Folder for the files.
    name
        Name of the value; the names of its files begin with it.
    value
        The value to store.
    kind
        Its type: `pandas.DataFrame`; `Arrays`; a dataclass of storable types; or anything that pydantic writes as JSON
        and reads back equal.

    Returns
    -------
    dict
        File name → SHA-256 of every file written.

    Raises
    ------
    StoredError
        If the value is not of that type, or would not be read back equal.
    """
    digests = {}
    for part, own, file in _leaves(name, kind):
        try:
            found = _at(value, part)
            content = _encode(found, own)
            _require_same(_decode(content, own), found, own)
        except (
            AssertionError,
            AttributeError,
            PydanticSchemaGenerationError,
            TypeError,
            ValueError,
            pa.ArrowException,
        ) as error:
            raise StoredError(f"{'.'.join([name, *part])}: cannot be kept as {own}: {error}") from error
        (folder / file).write_bytes(content)
        digests[file] = _sha256(content)
    return digests


def read(folder: Path, name: str, kind: Any, digests: Mapping[str, str]) -> Any:  # noqa: ANN401
    """Read a value stored by `write`.

    Parameters
    ----------
    folder, name, kind
        As for `write`.
    digests
        Digests returned by `write`, possibly with others.

    Raises
    ------
    StoredError
        If a file is missing or has been modified.
    """
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{part: read(folder, f"{name}.{part}", own, digests) for part, own in get_type_hints(kind).items()})
    ((_, _, file),) = _leaves(name, kind)
    try:
        content = (folder / file).read_bytes()
    except OSError as error:
        raise StoredError(f"{folder / file}: cannot be read ({error.strerror}); build again") from error
    if _sha256(content) != digests.get(file):
        raise StoredError(f"{folder / file}: is not what was stored there; build again")
    return _decode(content, kind)


def _leaves(name: str, kind: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, str]]:  # noqa: ANN401
    """Yield the path, type and file name of every part of a type that has its own file."""
    if is_dataclass(kind):
        for part, own in get_type_hints(kind).items():
            yield from _leaves(f"{name}.{part}", own, (*above, part))
    else:
        yield above, kind, f"{name}.{'arrow' if kind in (pd.DataFrame, Arrays) else 'json'}"


def _at(value: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401
    for part in path:
        value = getattr(value, part)
    return value


def _encode(value: Any, kind: Any) -> bytes:  # noqa: ANN401
    if kind is pd.DataFrame:
        return _ipc(_of_frame(value))
    if kind == Arrays:
        return _ipc(_of_arrays(value))
    return TypeAdapter(kind).dump_json(value, indent=1, warnings="error")


def _decode(content: bytes, kind: Any) -> Any:  # noqa: ANN401
    if kind is pd.DataFrame:
        return _to_frame(pa.ipc.open_file(content).read_all())
    if kind == Arrays:
        return _to_arrays(pa.ipc.open_file(content).read_all())
    return TypeAdapter(kind).validate_json(content)


def _require_same(again: Any, value: Any, kind: Any) -> None:  # noqa: ANN401
    """Raise StoredError unless the value is read back equal."""
    if kind is pd.DataFrame:
        pd.testing.assert_frame_equal(again, value, check_exact=True, check_index_type=True, check_column_type=True)
        same = again.attrs == value.attrs
    elif kind == Arrays:
        same = list(again) == list(value)  # their bytes are copied, so only names can be lost
    else:
        same = again == value and type(again) is type(value)
    if not same:
        raise ValueError("it would not be read back as it is")


def _of_frame(frame: Any) -> pa.RecordBatch:  # noqa: ANN401
    """Convert a frame to Arrow, the levels of its index last, with properties that Arrow lacks as metadata."""
    if type(frame) is not pd.DataFrame:
        raise TypeError(f"it is a {type(frame).__name__}")
    if not len(frame.columns):
        raise TypeError("it has no columns")
    if others := [name for name in frame.columns if not isinstance(name, str)]:
        raise TypeError(f"it has a column {others[0]!r}, whose name is no text")
    numbered = frame.index.identical(pd.RangeIndex(len(frame)))
    levels = [] if numbered else [frame.index.get_level_values(at).to_series() for at in range(frame.index.nlevels)]
    columns = [frame.iloc[:, at] for at in range(frame.shape[1])] + levels
    about = {
        "retyped": {at: str(column.dtype) for at, column in enumerate(columns) if str(column.dtype) in RETYPED},
        "columns": frame.columns.name,
        "index": None if numbered else list(frame.index.names),
        "attrs": frame.attrs,
    }
    names = [*frame.columns, *(f"index {at}" for at in range(len(levels)))]
    return pa.RecordBatch.from_arrays(
        [_of_column(column) for column in columns], names, metadata={ABOUT: json.dumps(about)}
    )


def _of_column(column: pd.Series[Any]) -> pa.Array:
    if pd.api.types.is_object_dtype(column.dtype) and (
        others := {type(item).__name__ for item in column} - {"str", "NoneType"}
    ):
        raise TypeError(f"{column.name!r} holds {', '.join(sorted(others))}")
    # As a plain array, so that Arrow does not treat NaN as missing.
    found = pa.array(column.to_numpy() if column.dtype.kind == "f" and isinstance(column.dtype, np.dtype) else column)
    return found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found


def _to_frame(table: pa.Table) -> pd.DataFrame:
    about = json.loads(table.schema.metadata[ABOUT])
    # We restore the pandas types ourselves, which is faster. A copy, as Arrow's memory is read-only.
    frame = table.to_pandas(use_threads=False, ignore_metadata=True).copy()
    for at, dtype in about["retyped"].items():
        frame.isetitem(int(at), pd.Series(RETYPED[dtype](table.column(int(at))), dtype=dtype))
    if about["index"] is not None:
        levels = [frame.iloc[:, at] for at in range(-len(about["index"]), 0)]
        frame = frame.iloc[:, : -len(levels)].copy()
        index = pd.MultiIndex.from_arrays(levels) if levels[1:] else pd.Index(levels[0])
        frame.index = index.set_names(about["index"])
    frame.columns.name = about["columns"]
    frame.attrs = about["attrs"]
    return frame


def _of_arrays(arrays: Any) -> pa.RecordBatch:  # noqa: ANN401
    """Convert arrays to one row of Arrow: a list of numbers for each, with its shape."""
    names, lists = [], []
    for name, array in arrays.items():
        if not (isinstance(name, str) and isinstance(array, np.ndarray) and array.dtype == np.float64):
            raise TypeError(f"{name!r} is no array of 64-bit numbers under a name")
        numbers = pa.array(np.ascontiguousarray(array).ravel())
        lists.append(pa.ListArray.from_arrays([0, len(numbers)], numbers))
        names.append(pa.field(name, lists[-1].type, metadata={SHAPE: json.dumps(array.shape)}))
    return pa.RecordBatch.from_arrays(lists, schema=pa.schema(names))


def _to_arrays(table: pa.Table) -> Arrays:
    return {
        field.name: column.chunk(0).flatten().to_numpy().reshape(json.loads(field.metadata[SHAPE])).copy()
        for field, column in zip(table.schema, table.columns, strict=True)
    }


def _ipc(rows: pa.RecordBatch) -> bytes:
    content = io.BytesIO()
    with pa.ipc.new_file(content, rows.schema) as file:
        file.write_batch(rows)  # a table without rows would have no chunks, and its categories would be lost
    return content.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
