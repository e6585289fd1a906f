"""Tables of columns, the sources derived for them, and the look that all charts share; all figures are made up."""

import altair as alt
import pandas as pd
import pytest

from riktvarden.report.kit import charts, column, sources
from riktvarden.report.kit.figures import TABLE, Table
from riktvarden.report.kit.language import Language

SWEDISH = Language("sv")
ROWS = pd.DataFrame(
    {
        "region": ["01", "12"],
        "value": [1234.4, 0.5],
        "low": [1000.0, 0.25],
        "high": [2000.0, 0.75],
        "status": ["estimated", "reported"],
        "qualifier": ["", "old"],
        "source": ["A4; D4", "st-144; A0; A4"],
    }
)
HEADS = column.heads("Region", ["Stockholm", "Skåne"])


def test_each_column_is_written_as_what_it_holds() -> None:
    columns = [
        column.estimate("Antal", ROWS),
        column.estimate("Ändar", ROWS, 1, ends=["low", "low", "high"]),
        column.share("Andel", ROWS, ends=["low", "low", "high"]),
        column.interval("Spann", ROWS),
        column.index("Index", ROWS.assign(low=[1234.4, 0.25], high=[1234.4, 0.75])),
        column.number("Tal", ROWS["value"], 1),
        column.percent("Procent", ROWS["low"] / 1000),
        column.signed("Ändring", [-0.04, 2], 1),
        column.text("År", [2024, 2025]),
        column.written("Ord", "samma"),
        column.status(ROWS),
    ]
    table = Table.of(SWEDISH, "a", HEADS, columns, ROWS, "Rubrik")
    space = "\N{NO-BREAK SPACE}"
    assert table.cells.to_dict("list") == {
        "Antal": [f"1{space}234 (1{space}000–2{space}000)", "0 (0–1)"],
        "Ändar": [f"1{space}000,0 (1{space}000,0–2{space}000,0)", "0,2 (0,2–0,8)"],
        "Andel": [f"100{space}000 (100{space}000–200{space}000){space}%", f"25 (25–75){space}%"],
        "Spann": [f"1{space}000–2{space}000", "0,25–0,75"],
        "Index": [f"1{space}234", "0 (0–1)"],
        "Tal": [f"1{space}234,4", "0,5"],
        "Procent": [f"100{space}%", f"0{space}%"],
        "Ändring": ["0,0", "+2,0"],
        "År": ["2024", "2025"],
        "Ord": ["samma", "samma"],
        "Status": ["skattad", "redovisad, äldre uppgift"],
    }
    assert table.cells.index.name == "Region"
    assert table.text == ("År",)


def test_a_column_may_be_left_out_and_rows_may_be_written_already() -> None:
    index, columns = column.listed(("Nyckeltal", "Värde", "Status"), [("a", "1", "härledd"), ("b", "2", "skattad")])
    table = Table.of(SWEDISH, "a", index, [*columns, None], ROWS, "Rubrik", "påhittat")
    assert table.cells.to_dict("index") == {
        "a": {"Värde": "1", "Status": "härledd"},
        "b": {"Värde": "2", "Status": "skattad"},
    }
    assert table.source == "påhittat"


def test_a_column_of_another_length_is_named() -> None:
    with pytest.raises(ValueError, match="table a: column 'Ord' has 1 cells for 2 rows"):
        Table.of(SWEDISH, "a", HEADS, [column.written("Ord", ["ett"])], ROWS, "Rubrik")


def test_two_columns_of_one_heading_are_refused() -> None:
    with pytest.raises(ValueError, match="more than one column named 'Status'"):
        Table.of(SWEDISH, "a", HEADS, [column.status("derived"), column.status(ROWS)], ROWS, "Rubrik")


@pytest.mark.parametrize("data", [ROWS.drop(columns="source"), ROWS.assign(source=None)])
def test_a_table_without_a_source_is_refused(data: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="table a: none of the figures gives its source"):
        Table.of(SWEDISH, "a", HEADS, [column.status(ROWS)], data, "Rubrik")


def test_a_table_travels_as_data_with_its_types_and_source() -> None:
    table = Table.of(SWEDISH, "a", HEADS, [column.estimate("Antal", ROWS)], ROWS, "Rubrik")
    content = table.bundle()[TABLE]
    assert content["fields"][:2] == [{"name": "region", "type": "string"}, {"name": "value", "type": "number"}]
    assert content["csv"].splitlines()[1] == "01,1234.4,1000.0,2000.0,estimated,,A4; D4"
    assert content["source"] == table.source
    assert Table("a", pd.DataFrame(), ROWS, "Rubrik", "x").bundle() == {}


@pytest.mark.parametrize(
    ("codes", "line"),
    [
        (["st-144", "st-102, pr-0008"], "publicerade uppgifter"),
        (["population_region"], "SCB"),
        (["population_region; inhabitants_per_specialist"], "SCB och graderade antaganden"),
        (["return-25-2025-12-31"], "regionernas svar"),
        (["Kolada N70007", "export-x.csv 01"], "uttag ur register och Kolada (RKA)"),
        (["E2"], "graderade antaganden; metod E2"),
        (["E6; st-144"], "SCB, publicerade uppgifter och graderade antaganden; metod E6"),
    ],
)
def test_a_source_is_derived_from_codes(codes: list[str], line: str) -> None:
    assert sources.line(codes, SWEDISH) == line


def test_parts_of_the_method_are_listed_in_its_order_and_three_in_a_row_as_a_range() -> None:
    line = sources.line(["D4; C3; C1", "C2; b", "D3; E1"], SWEDISH)
    assert line.endswith("; metod b, C1–C3, D3, D4 och E1")
    assert sources.line(["D4; C3; C1", "C2; b", "D3; E1"], Language("en")).endswith("; method b, C1–C3, D3, D4, and E1")


def test_a_source_names_whoever_published_what_the_method_reads() -> None:
    assert sources.line(["C6"], SWEDISH).startswith("SCB")
    assert "Kolada (RKA)" in sources.line(["C6"], SWEDISH), "coverage is of the need, which rests on covariates"


def test_every_chart_has_the_look_of_the_report() -> None:
    chart = alt.Chart(pd.DataFrame({"x": [1]})).mark_point().encode(x="x:Q").to_dict()
    assert chart["config"]["font"] == charts.FONT
    assert chart["usermeta"] == {"dark": charts.DARK, "colours": charts.COLOURS}


def test_years_without_an_answer_are_shaded_behind_the_path() -> None:
    rows = pd.DataFrame({"year": [2030, 2031], "value": [None, 0.5], "low": None, "high": None, "kind": ""})
    drawn = charts.fan(rows, charts.number_axis("y"), {"": charts.BLUE}, shaded=(2030, 2030.5, "ord")).to_dict()
    assert [layer["mark"]["type"] for layer in drawn["layer"]] == ["rect", "area", "line", "rule", "text"]
    assert drawn["layer"][1]["encoding"]["color"]["legend"] is None
