"""Tables as files: safe in spreadsheets, lossless when read back; all contents are synthetic."""

import csv
import io

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.report.kit import downloads

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+cmd|' /C calc'!A0",
    "-2+3+cmd",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    "''@",
    "'tis",
]
COMPUTED = tuple("=+-@\t\r\n")


def cells(data: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(downloads.csv(data).decode("utf-8-sig"), newline="")))[1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_left_that_a_spreadsheet_would_compute(text: str) -> None:
    ((written, plain),) = cells(pd.DataFrame({"a": [text], "b": ["åäö"]}))
    assert not written.startswith(COMPUTED)
    assert plain == "åäö"


def test_numbers_are_left_alone() -> None:
    data = pd.DataFrame({"value": [-1.5, 2.0], "change": ["-3", "+4,5"], "count": [-1, 2]})
    assert cells(data) == [["-1.5", "-3", "-1"], ["2.0", "+4,5", "2"]]


def test_no_number_has_a_binary_remainder() -> None:
    data = pd.DataFrame({"value": [3 * 0.1, 12 * 0.1, 1 / 3, None]})
    assert cells(data) == [["0.3"], ["1.2"], ["0.333333333333"], [""]]


def test_spreadsheets_learn_that_it_is_utf8() -> None:
    assert downloads.csv(pd.DataFrame({"a": ["å"]})).startswith(b"\xef\xbb\xbfa\r\n")


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1) | st.sampled_from(HOSTILE)))
def test_text_comes_back_as_it_was(texts: list[str]) -> None:
    data = pd.DataFrame({"text": pd.Series(texts, dtype="str"), "number": range(len(texts))})
    again = downloads.read(downloads.csv(data), ["string", "integer"])
    assert again["text"].tolist() == texts


def test_types_come_back_and_what_is_empty_is_missing() -> None:
    data = pd.DataFrame(
        {
            "region": ["01", "12", None],
            "year": pd.array([2024, None, 2025], dtype="Int64"),
            "value": [1.5, float("nan"), -2.0],
            "feasible": [True, False, True],
            "dated": pd.to_datetime(["2024-12-31", None, "2025-01-01"]),
        }
    )
    kinds = downloads.types(data)
    assert kinds == ("string", "integer", "number", "boolean", "date")
    again = downloads.read(downloads.csv(data), kinds)
    assert again["region"].tolist()[:2] == ["01", "12"]
    assert again.isna().to_numpy().tolist() == data.isna().to_numpy().tolist()
    stored = pq.read_table(io.BytesIO(downloads.parquet(again, kinds)))
    assert [str(kind) for kind in stored.schema.types] == ["string", "int64", "double", "bool", "date32[day]"]
    assert stored.column("year").to_pylist() == [2024, None, 2025]
    assert stored.column("region").to_pylist() == ["01", "12", None]


def test_the_same_table_gives_the_same_file() -> None:
    data = pd.DataFrame({"a": ["x", "=1"], "b": [1.0, 2.0]})
    kinds = downloads.types(data)
    assert downloads.parquet(data, kinds) == downloads.parquet(data.copy(), kinds)
    assert pq.read_table(io.BytesIO(downloads.parquet(data, kinds))).column("a").to_pylist() == ["x", "=1"]
