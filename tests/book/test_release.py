"""The pages are attacked as a reader gets them; all figures are synthetic."""

import math
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.book.release import given_away, released
from riktvarden.report.figures import Table
from riktvarden.report.language import Language


def page(folder: Path, name: str, **columns: object) -> None:
    data = pd.DataFrame(
        {
            "region": ["25"],
            "measure": "st_persons",
            "year": 2025,
            "value": 40.0,
            "status": "reported",
            "unit": "persons",
            "source": "return-25-2025-12-31",
        }
        | columns
    )
    html = Table(name, data, data, "rubrik", "påhittat").html(Language("sv"))
    (folder / f"{name}.html").write_text(f"<html><body>{html}</body></html>", encoding="utf-8")


def test_downloads_are_read_as_a_reader_gets_them(tmp_path: Path) -> None:
    page(tmp_path, "a")
    ((name, table),) = released(tmp_path)
    assert name == "a.html: a.csv"
    assert table["region"].tolist() == ["25"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, False),
        ({"value": 3.0}, True),
        ({"value": math.nan, "status": "suppressed"}, False),
        ({"value": 3.0, "status": "suppressed"}, True),
        ({"value": 3.0, "source": "st-144"}, False),
        ({"value": 3.0, "unit": "positions"}, False),
    ],
)
def test_a_small_count_of_persons_that_we_collected_is_told(tmp_path: Path, columns: dict[str, object], told: bool) -> None:
    page(tmp_path, "a", **columns)
    assert bool(given_away(tmp_path)) == told


def test_what_one_page_hides_another_must_not_show(tmp_path: Path) -> None:
    page(tmp_path, "a", value=math.nan, status="suppressed")
    page(tmp_path, "b", value=3.0)
    assert given_away(tmp_path)
