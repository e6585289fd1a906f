"""Keep frames, arrays and plain values in files and read them back as they were: as Arrow and JSON, never as code.

The type that a value is declared to have decides how it is kept and what it is read as; the file has no say in that.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import PydanticSchemaGenerationError, TypeAdapter

Arrays = Mapping[str, NDArray[np.float64]]
SHAPE, OBJECTS = b"shape", b"riktvarden_objects"
"""Metadata of Arrow: the shape of an array; the columns of a frame that hold text or None as Python objects."""


class StoredError(Exception):
    """A value cannot be kept, or a file is not what was written; the message says which and why."""


def write(folder: Path, name: str, value: Any, kind: Any) -> dict[str, str]:  # noqa: ANN401
    """Keep a value in a folder.

    Parameters
    ----------
    folder
        Where the files are written.
    name
        Name of the value; its files begin with it.
    value
        What to keep.
    kind
        Its type: `pandas.DataFrame`; `Arrays`; a dataclass of types that can be kept; or what pydantic writes as JSON and
        reads back equal.

    Returns
    -------
    dict
        SHA-256 of every file written, by the file's name.

    Raises
    ------
    StoredError
        If the value is not of that type, or would not be read back as it is.
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
    """Read a value that `write` has kept.

    Parameters
    ----------
    folder, name, kind
        As for `write`.
    digests
        What `write` returned, among others.

    Raises
    ------
    StoredError
        If a file is missing, or is not the one that was written.
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
    """Yield the path, the type and the file of every part of a type that has a file of its own."""
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
    """Require that what is read back is what was given."""
    if kind is pd.DataFrame:
        pd.testing.assert_frame_equal(again, value, check_exact=True, check_index_type=True, check_column_type=True)
        same = again.attrs == value.attrs
    elif kind == Arrays:
        same = list(again) == list(value)  # their bytes are copied, so only names can go astray
    else:
        same = again == value and type(again) is type(value)
    if not same:
        raise ValueError("it would not be read back as it is")


def _of_frame(frame: Any) -> pa.Table:  # noqa: ANN401
    """Turn a frame into an Arrow table; pandas itself notes index, types and attributes in its metadata."""
    if type(frame) is not pd.DataFrame:
        raise TypeError(f"it is a {type(frame).__name__}")
    table = pa.Table.from_pandas(frame, nthreads=1)
    objects = []
    for at, (name, dtype) in enumerate(frame.dtypes.items()):
        column = frame.iloc[:, at]
        if dtype == np.float64:  # Arrow's own way takes every NaN for a missing number, and forgets its sign
            table = table.set_column(at, table.schema.field(at), pa.array(column.to_numpy()))
        elif pd.api.types.is_object_dtype(dtype):
            if others := {type(item).__name__ for item in column} - {"str", "NoneType"}:
                raise TypeError(f"the column {name!r} holds {', '.join(sorted(others))}")
            objects.append(at)
    return table.replace_schema_metadata({**table.schema.metadata, OBJECTS: json.dumps(objects)})


def _to_frame(table: pa.Table) -> pd.DataFrame:
    # A copy, as columns that lie in Arrow's memory cannot be written to.
    frame = table.to_pandas(use_threads=False).copy()
    for at in json.loads(table.schema.metadata[OBJECTS]):  # pandas takes them for text, its own type
        frame.isetitem(at, pd.Series(table.column(at).to_pylist(), index=frame.index, dtype=object))
    return frame


def _of_arrays(arrays: Any) -> pa.Table:  # noqa: ANN401
    """Turn arrays into a table of one row: a list of numbers for each, with its shape."""
    names, lists = [], []
    for name, array in arrays.items():
        if not (isinstance(name, str) and isinstance(array, np.ndarray) and array.dtype == np.float64):
            raise TypeError(f"{name!r} is no array of 64-bit numbers under a name")
        numbers = pa.array(np.ascontiguousarray(array).ravel())
        lists.append(pa.ListArray.from_arrays([0, len(numbers)], numbers))
        names.append(pa.field(name, lists[-1].type, metadata={SHAPE: json.dumps(array.shape)}))
    return pa.Table.from_arrays(lists, schema=pa.schema(names))


def _to_arrays(table: pa.Table) -> Arrays:
    return {
        field.name: column.chunk(0).flatten().to_numpy().reshape(json.loads(field.metadata[SHAPE])).copy()
        for field, column in zip(table.schema, table.columns, strict=True)
    }


def _ipc(table: pa.Table) -> bytes:
    content = io.BytesIO()
    with pa.ipc.new_file(content, table.schema) as file:
        file.write_table(table)
    return content.getvalue()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
