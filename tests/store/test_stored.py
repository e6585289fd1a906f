"""Stored values are read back equal; values that would not be, and modified files, are refused."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riktvarden.store import stored
from riktvarden.store.stored import Arrays, StoredError

NUMBERS = st.floats(allow_subnormal=True) | st.sampled_from([np.nan, -np.nan, -0.0, np.inf])
COLUMNS = {
    "float64": NUMBERS,
    "int64": st.integers(-(2**63), 2**63 - 1),
    "Int64": st.none() | st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "str": st.text() | st.just(np.nan),
    "object": st.text() | st.none(),
    "datetime64[us]": st.datetimes(),
    "category": st.sampled_from(["a", "b"]),
}


class Plain(NamedTuple):
    """Words and numbers."""

    words: tuple[str, ...]
    number: float | None


@dataclass(frozen=True)
class Inner:
    """Part of a whole."""

    frame: pd.DataFrame
    plain: tuple[str, tuple[str, ...], int | None]


@dataclass(frozen=True)
class Whole:
    """A whole with parts of every kind."""

    inner: Inner
    arrays: Arrays


@st.composite
def frames(draw: Callable[..., Any]) -> pd.DataFrame:
    """Draw a frame of columns of any type that occurs, with as many rows."""
    names = draw(st.lists(st.text(), min_size=1, max_size=5, unique=True))
    rows = draw(st.integers(0, 4))
    columns = {}
    for name in names:
        dtype = draw(st.sampled_from(sorted(COLUMNS)))
        values = draw(st.lists(COLUMNS[dtype], min_size=rows, max_size=rows))
        columns[name] = pd.Series(pd.Categorical(values, list("ab")) if dtype == "category" else values, dtype=dtype)
    return pd.DataFrame(columns, columns=pd.Index(names, dtype="str"), index=pd.RangeIndex(rows))


def again(folder: Path, value: object, kind: Any) -> Any:
    return stored.read(folder, "it", kind, stored.write(folder, "it", value, kind))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stored")


@settings(max_examples=60, deadline=None)
@given(frame=frames())
def test_a_frame_comes_back_as_it_was(place: Path, frame: pd.DataFrame) -> None:
    back = again(place, frame, pd.DataFrame)
    pd.testing.assert_frame_equal(back, frame, check_exact=True, check_index_type=True, check_column_type=True)
    for name, dtype in frame.dtypes.items():
        if dtype == "float64":  # bit by bit: the sign of a NaN counts in a digest
            assert back[name].to_numpy().tobytes() == frame[name].to_numpy().tobytes()
        if dtype == "object":
            assert [type(item) for item in back[name]] == [type(item) for item in frame[name]]


@pytest.mark.parametrize(
    "index",
    [
        pd.Index(["x", "y"], name="letter"),
        pd.Index([3, 1]),
        pd.MultiIndex.from_tuples([("x", 1), ("y", 2)], names=["letter", None]),
        pd.DatetimeIndex(["2025-12-31", "2026-12-31"], name="day"),
        pd.CategoricalIndex(["b", "a"], categories=["b", "a"], ordered=True),
    ],
)
def test_index_names_and_attributes_come_back(tmp_path: Path, index: pd.Index) -> None:
    frame = pd.DataFrame({"a": [1.5, 2.5], "b": ["x", "y"]}, index=index).rename_axis(columns="kind")
    frame.attrs = {"title": "Läkare"}
    back = again(tmp_path, frame, pd.DataFrame)
    pd.testing.assert_frame_equal(back, frame, check_exact=True, check_index_type=True, check_column_type=True)
    assert back.attrs == frame.attrs


def test_what_comes_back_can_be_written_to(tmp_path: Path) -> None:
    frame = again(tmp_path, pd.DataFrame({"a": [1.5, 2.5]}), pd.DataFrame)
    frame.loc[0, "a"] = 3.5
    array = again(tmp_path, {"a": np.zeros((2, 3))}, Arrays)["a"]
    array[0] = 1
    assert frame["a"].sum() + array.sum() == 9


def test_parts_of_a_whole_come_back(tmp_path: Path) -> None:
    arrays = {
        "b": np.array([[1.0, -np.nan], [np.inf, -0.0]]),
        "a": np.arange(6.0).reshape(1, 2, 3),
        "none": np.zeros((0, 4)),
    }
    whole = Whole(Inner(pd.DataFrame({"a": [1]}), ("Å", ("x", "y"), None)), arrays)
    back = again(tmp_path, whole, Whole)
    assert back.inner.plain == whole.inner.plain
    pd.testing.assert_frame_equal(back.inner.frame, whole.inner.frame)
    assert {name: (array.shape, array.tobytes()) for name, array in back.arrays.items()} == {
        name: (array.shape, array.tobytes()) for name, array in arrays.items()
    }
    assert list(back.arrays) == list(arrays)
    assert again(tmp_path, Plain(("a",), 0.1 + 0.2), Plain) == Plain(("a",), 0.1 + 0.2)


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        (pd.DataFrame({"a": ["x", 1]}, dtype=object), pd.DataFrame, "'a' holds int"),
        (pd.DataFrame({"a": [np.nan, "x"]}, dtype=object), pd.DataFrame, "'a' holds float"),
        (pd.DataFrame({1: [2]}), pd.DataFrame, "a column 1"),
        (pd.DataFrame({"a": [1]}, index=pd.RangeIndex(5, 6)), pd.DataFrame, "would not|index"),
        (pd.DataFrame({"a": [1j]}), pd.DataFrame, "cannot be kept"),
        (pd.DataFrame(), pd.DataFrame, "it has no columns"),
        ([1], pd.DataFrame, "it is a list"),
        ({"a": np.zeros(2, int)}, Arrays, "'a' is no array"),
        ({"a": [1.0]}, Arrays, "'a' is no array"),
        (("x", 1), tuple[str, ...], "cannot be kept"),
        ((float("nan"),), tuple[float, ...], "cannot be kept"),
        (object(), object, "cannot be kept"),
        (print, Callable[[], None], "cannot be kept"),
        (Inner(pd.DataFrame({"a": [{}]}), ("", (), None)), Inner, r"^it\.frame: cannot be kept .*'a' holds dict"),
    ],
)
def test_what_would_not_come_back_is_refused(tmp_path: Path, value: object, kind: Any, why: str) -> None:
    with pytest.raises(StoredError, match=why):
        stored.write(tmp_path, "it", value, kind)


@pytest.mark.parametrize("kind", [pd.DataFrame, Arrays, tuple[str, ...]])
def test_a_modified_file_is_refused(tmp_path: Path, kind: Any) -> None:
    value = {pd.DataFrame: pd.DataFrame({"a": [1.0]}), Arrays: {"a": np.ones(1)}}.get(kind, ("a",))
    digests = stored.write(tmp_path, "it", value, kind)
    (file,) = (tmp_path / name for name in digests)
    sound = file.read_bytes()
    file.write_bytes(sound.replace(sound[-1:], b"\n\n"))
    with pytest.raises(StoredError, match="is not what was stored there"):
        stored.read(tmp_path, "it", kind, digests)
    with pytest.raises(StoredError, match="is not what was stored there"):
        stored.read(tmp_path, "it", kind, {})
    file.unlink()
    with pytest.raises(StoredError, match="cannot be read"):
        stored.read(tmp_path, "it", kind, digests)


class Bomb:
    """Runs code when unpickled."""

    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self._mark,)


@pytest.mark.parametrize("kind", [pd.DataFrame, Arrays, tuple[str, ...], Inner])
def test_nothing_that_is_read_runs(tmp_path: Path, kind: Any) -> None:
    """Not even with digests that fit."""
    mark = tmp_path / "ran"
    content = pickle.dumps(Bomb(mark))
    value = Inner(pd.DataFrame({"a": [1]}), ("", (), None)) if kind is Inner else None
    names = stored.write(tmp_path, "it", value, kind) if value else {f"it.{end}": "" for end in ("arrow", "json")}
    for name in names:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(Exception):  # noqa: B017 - whatever it says, it says it without running anything
        stored.read(tmp_path, "it", kind, dict.fromkeys(names, stored._sha256(content)))
    assert not mark.exists()
    pickle.loads(content)
    assert mark.exists(), "the test can fail"
