"""The pages are attacked as a reader gets them; all figures are synthetic."""

import math
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.book.release import given_away
from riktvarden.book.shown import Shown, everything
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
    download, *_ = everything(tmp_path)
    assert isinstance(download, Shown)
    assert download.place == "a.html: a.csv"
    assert download.rows[0][0] == "25"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({}, False),
        ({"value": 3.0}, True),
        ({"value": math.nan, "status": "suppressed"}, False),
        ({"value": 3.0, "status": "suppressed"}, True),
        ({"value": 3.0, "source": "st-144"}, False),
        ({"value": 3.0, "unit": "positions", "measure": "st_positions"}, True),
        ({"value": 2.55, "unit": "FTE", "measure": "st_fte"}, True),
    ],
)
def test_a_small_count_of_persons_that_we_collected_is_told(tmp_path: Path, columns: dict[str, object], told: bool) -> None:
    page(tmp_path, "a", **columns)
    assert bool(given_away(tmp_path)) == told


def test_what_one_page_hides_another_must_not_show(tmp_path: Path) -> None:
    page(tmp_path, "a", value=math.nan, status="suppressed")
    page(tmp_path, "b", value=3.0)
    assert given_away(tmp_path)


def test_a_number_that_a_workbook_cut_short_is_the_same(tmp_path: Path) -> None:
    page(tmp_path, "a", value=413.29977874163956)
    page(tmp_path, "b", value=float(f"{413.29977874163956:.16G}"))
    assert given_away(tmp_path) == []


def test_a_hidden_cell_is_worked_out_from_the_total_and_the_rest(tmp_path: Path) -> None:
    parts = {"sector": ["own", "private", "all"], "value": [31.0, math.nan, 34.0]}
    page(tmp_path, "a", region="25", status=["reported", "suppressed", "reported"], **parts)
    assert given_away(tmp_path) == ["st_persons 2025, region 25, sector private: the value can be worked out"]


def test_pages_are_attacked_together(tmp_path: Path) -> None:
    hidden = {"status": ["suppressed", "suppressed", "reported"], "value": [math.nan, math.nan, 34.0]}
    page(tmp_path, "a", region="25", sector=["own", "private", "all"], **hidden)
    assert not given_away(tmp_path)
    page(tmp_path, "b", sector="own", value=31.0)
    assert given_away(tmp_path)


@pytest.mark.parametrize("source", ["export-påhittad.csv 0123456789ab", "Kolada N70007", "st-001, export-x.csv 01"])
def test_small_counts_of_exports_are_told(tmp_path: Path, source: str) -> None:
    page(tmp_path, "a", source=source, value=3.0, profession="psychologist", sex="women", care_level="primary")
    assert given_away(tmp_path) == [
        "st_persons 2025, region 25, sex women, care_level primary, profession psychologist: the value can be worked out"
    ]


def test_a_table_with_dates_and_figures_is_attacked_too(tmp_path: Path) -> None:
    cell = {"region": "25", "measure": "persons", "value": 3.0, "dated": "2025-12-31", "figure": "return-25"}
    data = pd.DataFrame([cell])
    html = Table("a", data, data, "rubrik", "påhittat").html(Language("sv"))
    (tmp_path / "a.html").write_text(html, encoding="utf-8")
    assert given_away(tmp_path) == ["persons 2025, region 25: the value can be worked out"]


def frozen(folder: Path, **columns: object) -> Path:
    """An edition as it was frozen, its figures made up."""
    page(folder, "earlier", **columns)
    download = next(iter(everything(folder)))
    assert isinstance(download, Shown)
    (folder / "earlier.html").unlink()
    editions = folder.with_name(f"{folder.name}-editions")
    (editions / "2025-1").mkdir(parents=True)
    pd.DataFrame(download.rows, columns=download.head).to_csv(editions / "2025-1/st.csv", index=False)
    return editions


@pytest.mark.parametrize(
    ("earlier", "now", "told"),
    [
        (34.0, 34.0, None),
        (34.0, 44.0, None),
        (34.0, 36.0, "only a few persons from edition 2025-1"),
        (34.0, math.nan, "shown in edition 2025-1"),
    ],
)
def test_pages_are_held_against_frozen_editions(tmp_path: Path, earlier: float, now: float, told: str | None) -> None:
    editions = frozen(tmp_path, value=earlier)
    page(tmp_path, "a", value=now, status="suppressed" if math.isnan(now) else "reported")
    assert given_away(tmp_path, editions)[-1:] == ([f"st_persons 2025, region 25: {told}"] if told else [])


def test_an_edition_that_shows_another_part_gives_the_hidden_one_away(tmp_path: Path) -> None:
    cells = {"region": "25", "sector": ["own", "private", "all"]}
    editions = frozen(tmp_path, **cells, value=[31.0, math.nan, math.nan], status=["reported", "suppressed", "suppressed"])
    now = {"value": [math.nan, math.nan, 34.0], "status": ["suppressed", "suppressed", "reported"]}
    page(tmp_path, "a", **cells, **now)
    assert not given_away(tmp_path, tmp_path / "none")
    assert "st_persons 2025, region 25, sector private: the value can be worked out" in given_away(tmp_path, editions)
