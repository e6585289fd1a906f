"""The finished pages are attacked as published; all figures are synthetic."""

import base64
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.book import past
from riktvarden.book.opendata import Offered
from riktvarden.book.release import given_away
from riktvarden.book.shown import Reader, Shown, everything
from riktvarden.report.kit.figures import Table
from riktvarden.report.kit.language import Language


@pytest.fixture(autouse=True)
def without_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RIKTVARDEN_RETURNS", raising=False)


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
    table = Table(name, data, data, "rubrik", "påhittat")
    outputs = [{"output_type": "display_data", "data": table.bundle()}]
    (folder / f"{name}.ipynb").write_text(json.dumps({"cells": [{"outputs": outputs}]}), encoding="utf-8")
    (folder / f"{name}.html").write_text(f"<html><body>{table.html(Language('sv'))}</body></html>", encoding="utf-8")


def test_a_table_is_read_once_with_what_is_said_of_it(tmp_path: Path) -> None:
    page(tmp_path, "a")
    (notebook,) = (item for item in Reader().file(tmp_path / "a.ipynb", "regions/25") if isinstance(item, Shown))
    assert (notebook.place, notebook.about.strip(), notebook.exact) == ("regions/25: a.csv", "rubrik påhittat", True)
    reader = Reader()
    (offered,) = reader.offered(Offered("regions/25", "Sidan", "a", "rubrik", "påhittat", (), b"region,value\r\n25,40\r\n"))
    assert (offered.head, offered.rows, offered.about) == (("region", "value"), (("25", "40"),), "Sidan rubrik påhittat")
    (tmp_path / "a.csv").write_text("region,value\n25,40\n", encoding="utf-8")
    assert list(reader.file(tmp_path / "a.csv", "tables/regions/25/a.csv")) == []
    assert list(reader.file(tmp_path / "a.csv", "tables/regions/12/a.csv")) != []


def test_downloads_are_read_as_a_reader_gets_them(tmp_path: Path) -> None:
    page(tmp_path, "a")
    (tmp_path / "a.ipynb").unlink()
    download, *_ = everything(tmp_path)
    assert isinstance(download, Shown)
    assert download.place == "a.html"
    assert download.exact
    assert download.rows[0][0] == "25"


@pytest.mark.parametrize(
    ("columns", "reported"),
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
def test_a_small_count_of_persons_that_we_collected_is_reported(
    tmp_path: Path, columns: dict[str, object], reported: bool
) -> None:
    page(tmp_path, "a", **columns)
    assert bool(given_away(tmp_path)) == reported


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
def test_small_counts_of_exports_are_reported(tmp_path: Path, source: str) -> None:
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


def frozen(folder: Path, name: str = "2025-1", **columns: object) -> Path:
    """An edition as it was published, its figures made up."""
    page(folder, "earlier", **columns)
    download = next(iter(everything(folder)))
    assert isinstance(download, Shown)
    for file in folder.glob("earlier.*"):
        file.unlink()
    editions = folder.with_name(f"{folder.name}-editions")
    tables = folder.with_name(f"{folder.name}-{name}")
    tables.mkdir()
    pd.DataFrame(download.rows, columns=download.head).to_csv(tables / "st.csv", index=False)
    (editions / name).mkdir(parents=True)
    past.keep(editions, name, {f"data/{name}": tables})
    return editions


@pytest.mark.parametrize(
    ("earlier", "now", "reported"),
    [
        (34.0, 34.0, None),
        (34.0, 44.0, None),
        (34.0, 36.0, "only a few persons from edition 2025-1"),
        (34.0, math.nan, "shown in edition 2025-1"),
    ],
)
def test_pages_are_compared_with_frozen_editions(tmp_path: Path, earlier: float, now: float, reported: str | None) -> None:
    editions = frozen(tmp_path, value=earlier)
    page(tmp_path, "a", value=now, status="suppressed" if math.isnan(now) else "reported")
    assert given_away(tmp_path, editions)[-1:] == ([f"st_persons 2025, region 25: {reported}"] if reported else [])


def test_an_edition_that_shows_another_part_discloses_the_hidden_one(tmp_path: Path) -> None:
    cells = {"region": "25", "sector": ["own", "private", "all"]}
    editions = frozen(tmp_path, **cells, value=[31.0, math.nan, math.nan], status=["reported", "suppressed", "suppressed"])
    now = {"value": [math.nan, math.nan, 34.0], "status": ["suppressed", "suppressed", "reported"]}
    page(tmp_path, "a", **cells, **now)
    assert not given_away(tmp_path, tmp_path / "none")
    reported = "st_persons 2025, region 25, sector private: the value can be worked out beside edition 2025-1"
    assert reported in given_away(tmp_path, editions)


def test_two_frozen_editions_are_attacked_together(tmp_path: Path) -> None:
    """The first shows the own part and the second the sum, each safely; what is shown now is neither."""
    cells = {"region": "25", "sector": ["own", "private", "all"]}
    frozen(tmp_path, "2025-1", **cells, value=[31.0, math.nan, math.nan], status=["reported", "suppressed", "suppressed"])
    editions = frozen(tmp_path, "2025-2", **cells, value=[math.nan] * 2 + [34.0], status=["suppressed"] * 2 + ["reported"])
    page(tmp_path, "a", **cells, value=[math.nan] * 3, status=["suppressed"] * 3)
    assert given_away(tmp_path, editions)


# --- leaks that were planted, one by one ---------------------------------------------------------------

SAFE = {
    ("own", "women"): None,
    ("own", "men"): None,
    ("own", "all"): 31,
    ("private", "women"): None,
    ("private", "men"): None,
    ("private", "all"): 12,
    ("all", "women"): 21,
    ("all", "men"): 22,
    ("all", "all"): 43,
}
"""A region's persons by sector and sex as they may be published: 3 women and 9 men are in private operation."""

RETURN = "return-25-2025-12-31"


def rows(cells: Mapping[tuple[str, str], float | None], region: str = "25", year: int = 2025) -> pd.DataFrame:
    head = ["region", "measure", "year", "sector", "sex", "value", "unit", "status", "source"]
    return pd.DataFrame(
        [
            (region, "st_persons", year, *key, value, "persons", "suppressed" if value is None else "reported", RETURN)
            for key, value in cells.items()
        ],
        columns=head,
    )


def one(**columns: object) -> pd.DataFrame:
    """A cell of its own."""
    return rows({("private", "women"): 3.0}).assign(**columns)


def text(folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")


def notebook(folder: Path, outputs: list[dict[str, object]] = [], markdown: str = "") -> None:  # noqa: B006 - not changed
    cells = [
        {"cell_type": "markdown", "source": markdown, "metadata": {}},
        {"cell_type": "code", "source": "show()", "metadata": {}, "outputs": outputs},
    ]
    text(folder, "a.ipynb", json.dumps({"cells": cells}))


def output(**data: object) -> list[dict[str, object]]:
    return [{"output_type": "display_data", "data": {name.replace("_", "/"): value for name, value in data.items()}}]


def chart(values: object) -> dict[str, object]:
    return {"title": "Läkare i ST i Norrbotten", "mark": "bar", "data": {"values": values}}


RECORD = {"region": "25", "sector": "private", "sex": "women", "persons": 3}
WORDS = {"Region": "Norrbotten", "Regi": "privat regi", "Kön": "kvinnor", "Personer": 3}
EXPORT = {
    "region": "25", "sex": "total", "sector": "all", "care_level": "primary", "year": 2023, "measure": "persons",
    "unit": "persons", "status": "reported", "source": "export-x", "definition": "licensed",
}  # fmt: skip


def exported(name: str, cells: Mapping[str, float | None]) -> pd.DataFrame:
    frame = pd.DataFrame([{**EXPORT, name: code, "value": value} for code, value in cells.items()])
    frame["status"] = frame["status"].mask(frame["value"].isna(), "suppressed")
    return frame


def book(folder: Path, frame: pd.DataFrame) -> None:
    frame.to_excel(folder / "a.xlsx", index=False)


LEAKS: dict[str, Callable[[Path], object]] = {
    "csv": lambda f: one().to_csv(f / "a.csv", index=False),
    "csv with semicolons and a mark": lambda f: one().to_csv(f / "a.csv", index=False, sep=";", encoding="utf-8-sig"),
    "parquet": lambda f: one().to_parquet(f / "a.parquet"),
    "workbook": lambda f: book(f, one()),
    "workbook that took a code for a number": lambda f: book(f, one(region=25)),
    "json of records": lambda f: text(f, "a.json", json.dumps(one().to_dict("records"))),
    "json within json": lambda f: text(f, "a.json", json.dumps({"a": {"b": [RECORD]}})),
    "json by column": lambda f: text(f, "a.json", json.dumps(one().to_dict("list"))),
    "json split": lambda f: text(f, "a.json", one().to_json(orient="split")),
    "json of pandas": lambda f: text(f, "a.json", one().to_json()),
    "json of lists": lambda f: text(f, "a.json", json.dumps([list(RECORD), list(RECORD.values())])),
    "json of one object": lambda f: text(f, "a.json", json.dumps(RECORD)),
    "chart": lambda f: text(f, "a.js", f'riktvarden.held["a"]={json.dumps({"spec": chart([RECORD]), "areas": None})};'),
    "chart in words": lambda f: text(f, "a.js", f'riktvarden.held["a"]={json.dumps({"spec": chart([WORDS])})};'),
    "chart with text for data": lambda f: text(
        f, "a.json", json.dumps(chart("region,regi,kön,personer\nNorrbotten,privat,kvinnor,3\n"))
    ),
    "chart in a notebook": lambda f: notebook(f, output(**{"application_vnd.vegalite.v6+json": chart([RECORD])})),
    "label of a mark": lambda f: text(
        f, "a.svg", '<svg><path aria-label="Region: Norrbotten; regi: privat; kön: kvinnor; personer: 3"/></svg>'
    ),
    "mark of a drawing in a page": lambda f: text(
        f, "a.html", '<svg><path data-tip="Norrbotten&#xA;regi: privat&#xA;kön: kvinnor&#xA;personer: 3"/></svg>'
    ),
    "text of a drawing in a page": lambda f: text(
        f, "a.html", "<svg><text>Norrbotten, privat regi</text><text>kvinnor: 3</text></svg>"
    ),
    "text of a drawing": lambda f: text(f, "a.svg", "<svg><text>Norrbotten, privat regi</text><text>kvinnor: 3</text></svg>"),  # noqa: E501
    "data in a drawing": lambda f: text(f, "a.svg", f"<svg><metadata>{json.dumps([RECORD])}</metadata></svg>"),
    "stream of a notebook": lambda f: notebook(
        f, [{"output_type": "stream", "text": ["Norrbotten, privat regi: 3 kvinnor\n"]}]
    ),
    "table in a notebook": lambda f: notebook(f, output(text_html=one().to_html(index=False))),
    "drawing in a notebook": lambda f: notebook(
        f, output(**{"image_svg+xml": "<svg><text>Norrbotten, privat regi: 3 kvinnor</text></svg>"})
    ),
    "data in a notebook": lambda f: notebook(f, output(application_json=[RECORD])),
    "text of a notebook": lambda f: notebook(f, markdown="I Norrbotten gör 3 kvinnor sin ST i privat regi."),
    "words of an output": lambda f: notebook(f, output(text_plain="Norrbotten, private operation: 3 women")),
    "printed table": lambda f: text(f, "a.html", f"<h1>x</h1>{pd.DataFrame([WORDS]).to_html(index=False)}"),
    "printed wide table": lambda f: text(
        f,
        "a.html",
        "<table><caption>Läkare i ST</caption><tr><th>Region</th><th>privat regi, kvinnor</th></tr>"
        "<tr><th>Norrbotten</th><td>3</td></tr></table>",
    ),
    "prose": lambda f: text(f, "a.html", "<p>I Region Norrbotten gör 3 kvinnor sin ST i <b>privat</b> regi.</p>"),
    "prose in English": lambda f: text(f, "a.html", "<p>In Norrbotten, 3 women train in private operation.</p>"),
    "prose in letters": lambda f: text(f, "a.html", "<p>I Norrbotten gör tre kvinnor sin ST i privat regi.</p>"),
    "prose of a region's page": lambda f: (
        (f / "regions").mkdir(), text(f / "regions", "25.html", "<p>I privat regi finns 3 kvinnor.</p>")
    ),
    "text for those who cannot see": lambda f: text(f, "a.html", '<img alt="Norrbotten: privat regi, kvinnor: 3">'),
    "comment": lambda f: text(f, "a.html", "<p>x</p><!-- Norrbotten, privat regi: 3 kvinnor -->"),
    "script with data": lambda f: text(f, "a.html", f'<script type="application/json">{json.dumps([RECORD])}</script>'),
    "attribute with data": lambda f: text(f, "a.html", f"<div data-rows='{json.dumps([RECORD])}'></div>"),
    "link with data": lambda f: text(
        f,
        "a.html",
        f'<a href="data:text/csv;base64,{base64.b64encode(one().to_csv(index=False).encode()).decode()}">x</a>',
    ),
    "feed": lambda f: text(
        f, "a.xml", "<rss><item><description>&lt;p&gt;Norrbotten: 3 kvinnor i privat regi&lt;/p&gt;</description></item></rss>"  # noqa: E501
    ),
    "table in Markdown": lambda f: text(f, "a.md", "| Region | Regi | Kvinnor |\n|---|---|---|\n| Norrbotten | privat | 3 |\n"),  # noqa: E501
    "columns for sexes": lambda f: pd.DataFrame(
        [{"region": "25", "year": 2025, "sector": "private", "women": 3, "men": 9, "source": RETURN}]
    ).to_csv(f / "a.csv", index=False),
    "value by another name": lambda f: one().rename(columns={"value": "antal"}).to_csv(f / "a.csv", index=False),
    "words for codes": lambda f: pd.DataFrame([{**WORDS, "År": 2025, "Källa": RETURN}]).to_csv(f / "a.csv", index=False),
    "positions": lambda f: one(measure="st_positions", unit="positions").to_csv(f / "a.csv", index=False),
    "full-time equivalents": lambda f: one(measure="st_fte", unit="FTE", value=2.55).to_csv(f / "a.csv", index=False),
    "share of a total": lambda f: one(measure="share_women", sex="total", value=25.0, unit="percent").to_csv(
        f / "a.csv", index=False
    ),
    "share as a fraction": lambda f: one(measure="share", value=0.25, unit="share").to_csv(f / "a.csv", index=False),
    "rate": lambda f: one(measure="st_persons_per_100000", value=3 / 2.4862, unit="per 100 000 inhabitants").to_csv(
        f / "a.csv", index=False
    ),
    "average": lambda f: one(measure="average", value=1.5, unit="persons per unit", units=2).to_csv(f / "a.csv", index=False),  # noqa: E501
    "estimate and coverage": lambda f: one(
        sector="all", sex="total", year=2024, value=41.95370552388441, coverage=0.07150739040898517, status="estimated"
    ).to_csv(f / "a.csv", index=False),
    "rounded estimate and coverage": lambda f: one(
        sector="all", sex="total", year=2024, value=42, coverage="7 %", status="estimated"
    ).to_csv(f / "a.csv", index=False),
    "another source": lambda f: one(source="regionens uppgift").to_csv(f / "a.csv", index=False),
    "no source": lambda f: one().drop(columns="source").to_csv(f / "a.csv", index=False),
    "what another page hides for it": lambda f: rows({("own", "women"): 18.0}).to_csv(f / "a.csv", index=False),
    "the part beside it": lambda f: rows({("private", "men"): 9.0}).to_csv(f / "a.csv", index=False),
    "the part beside it, in words": lambda f: text(f, "a.html", "<p>Norrbotten, privat regi: 9 män.</p>"),
    "the part beside it, in a chart": lambda f: text(f, "a.json", json.dumps([{**RECORD, "sex": "men", "persons": 9}])),
    "principals": lambda f: exported("principal", {"all": 20.0, "region": 17.0, "municipality": None})
    .assign(profession="psychologist")
    .to_csv(f / "a.csv", index=False),
    "professions": lambda f: exported("profession", {"nurse": 40.0, "general_nurse": 37.0, "specialist_nurse": None})
    .assign(principal="region")
    .to_csv(f / "a.csv", index=False),
    "sexes over two files": lambda f: (
        exported("sex", {"total": 20.0, "men": None}).assign(profession="psychologist").to_csv(f / "a.csv", index=False),
        book(f, exported("sex", {"women": 17.0}).assign(profession="psychologist")),
    ),
    "regions and the nation": lambda f: exported(
        "region", {"00": 100.0, **{f"{n:02}": 10.0 for n in (1, 3, 4, 5, 6, 7, 8, 10, 12)}, "09": None}
    )
    .assign(profession="psychologist", sex="women", value=lambda t: t["value"].mask(t["region"] == "00", 93.0))
    .to_csv(f / "a.csv", index=False),
}  # fmt: skip


@pytest.mark.parametrize("leak", LEAKS.values(), ids=LEAKS)
def test_a_planted_leak_is_found(tmp_path: Path, leak: Callable[[Path], object]) -> None:
    rows(SAFE).to_csv(tmp_path / "st.csv", index=False)
    leak(tmp_path)
    assert given_away(tmp_path)


SILENT: dict[str, Callable[[Path], object]] = {
    "nothing more": lambda f: None,
    "the same figures in every format": lambda f: (
        rows(SAFE).to_parquet(f / "a.parquet"), book(f, rows(SAFE)), text(f, "a.json", rows(SAFE).to_json(orient="records"))
    ),
    "a public figure of three persons": lambda f: one(source="st-144", sector="all", sex="total", year=2012).to_csv(
        f / "a.csv", index=False
    ),
    "a public figure of another region": lambda f: one(source="st-144", region="23").to_csv(f / "a.csv", index=False),
    "a public figure of three persons in words": lambda f: text(
        f, "a.html", "<p>Region Norrbotten hade 3 ST-läkare 2012 (st-144).</p>"
    ),
    "other numbers by a region's name": lambda f: text(
        f,
        "a.html",
        "<p>Region Norrbotten har 3 kommuner med vårdcentraler i privat regi. Mötet den 3 mars 2025 i Norrbotten gällde "
        "kvinnor. Norrbotten är nummer 3 i tabell 3. I Norrbotten är 3 % kvinnor i privat regi.</p>",
    ),
    "what is published": lambda f: text(f, "a.html", "<p>I Norrbotten gör 12 personer sin ST i privat regi.</p>"),
    "the model's figures": lambda f: text(
        f, "a.html", "<p>Riktvärdet för Norrbotten är 3 (2–4) ST-tjänster, eller uppskattningsvis 4 personer i ST.</p>"
    ),
    "another region": lambda f: text(f, "a.html", "<p>I Region Skåne gör 30 kvinnor sin ST i privat regi.</p>"),
    "rates of all inhabitants": lambda f: one(
        measure="st_positions_per_10000", value=3.1, unit="positions per 10 000 inhabitants", status="estimated", source="st-132; A0"  # noqa: E501
    ).to_csv(f / "a.csv", index=False),
    "a chart of estimates": lambda f: text(
        f, "a.json", json.dumps(chart([{"label": "Norrbotten", "kind": "denna region", "value": 3.2, "low": 2.1, "high": 4.2}]))  # noqa: E501
    ),
    "inhabitants by age and sex": lambda f: text(
        f, "a.html", f"<p>Norrbotten. {RETURN}</p><table><tr><th>Ålder</th><th>Kvinnor</th><th>Män</th></tr>"
        "<tr><td>0</td><td>1350</td><td>1466</td></tr><tr><td>99</td><td>20</td><td>5</td></tr></table>"
    ),
    "physicians beside words on private care": lambda f: text(
        f, "a.html", "<p>Läkare i privat regi ingår inte. Källa: export-x.</p><table><tr><th>Region</th><th>Personer</th>"
        "<th>Heltider</th></tr><tr><td>Norrbotten</td><td>936</td><td>868</td></tr></table>"
    ),
    "the whole beside words on its part": lambda f: text(
        f, "a.html", "<p>Därav i privat regi visas i nästa tabell.</p><table><tr><th>Region</th><th>Personer</th>"
        f"<th>Uppgift</th></tr><tr><td>Norrbotten</td><td>43</td><td>{RETURN}</td></tr></table>"
    ),
    "a wide coverage": lambda f: one(
        sector="all", sex="total", year=2024, value=80, coverage=0.5, status="estimated"
    ).to_csv(f / "a.csv", index=False),
}  # fmt: skip


@pytest.mark.parametrize("harmless", SILENT.values(), ids=SILENT)
def test_there_is_no_false_alarm(tmp_path: Path, harmless: Callable[[Path], object]) -> None:
    rows(SAFE).to_csv(tmp_path / "st.csv", index=False)
    harmless(tmp_path)
    assert given_away(tmp_path) == []
