"""Tables of finished pages as separate files; all figures are synthetic."""

import base64
import hashlib
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden.baseline import personnel
from riktvarden.book import opendata
from riktvarden.book.release import given_away
from riktvarden.book.shown import Shown, everything
from riktvarden.report.kit import column, figures
from riktvarden.report.kit.figures import Table
from riktvarden.report.kit.language import Language
from riktvarden.report.reference import published, values

SWEDISH = Language("sv")
PAGES = ["chapters/regions/12", "chapters/data"]
EDITION = opendata.Edition("2026-1", "sv", {"title": "Rapport"}, PAGES, ["12"], "abc")
DATA = pd.DataFrame({"region": ["12", "12"], "text": ["=1+1", "åäö"], "value": [1.5, None], "unit": "FTE"})


def write_page(folder: Path, document: str, name: str, data: pd.DataFrame = DATA, more: str = "") -> None:
    table = Table(name, data.astype("str"), data, "Rubrik <x> här. Mer.", "påhittat")
    page = folder / f"{document}.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    text = f'<html><body><h1>Sidan<a class="headerlink" href="#x">#</a></h1>{table.html(SWEDISH)}{more}</body></html>'
    page.write_text(text, encoding="utf-8")
    notebook = folder.with_name("run") / f"{document}.ipynb"
    notebook.parent.mkdir(parents=True, exist_ok=True)
    outputs = [{"output_type": "display_data", "data": {"text/plain": "words", **table.bundle()}}]
    notebook.write_text(json.dumps({"cells": [{"cell_type": "markdown"}, {"outputs": outputs}]}), encoding="utf-8")


def lay_out(book: Path, place: Path, edition: opendata.Edition, source: Path) -> None:
    tables = opendata.tables_of(book, book.with_name("run"), edition.documents)
    opendata.lay_out(book, tables, place, edition, source)


def describe(source: Path, *names: str) -> dict[str, Any]:
    """Write what the package says of tables."""
    package = {"name": "p", "resources": [{"name": name, "path": f"tables/{name}.csv"} for name in names]}
    (source / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    return package


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Pages and files made of a book of two pages."""
    book = tmp_path / "book"
    write_page(book, "chapters/regions/12", "nyckeltal-12")
    write_page(book, "chapters/data", "tabeller", more=f"<div{published.HIDDEN}{published.COUNT}</div>")
    (book / "style.css").write_text("p {}", encoding="utf-8")
    source = tmp_path / "source"
    for name in ("tables/t.csv", "tables/export.csv", "assumptions/a.toml", "returns/secret.csv"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("x", encoding="utf-8")
    describe(source, "t")
    lay_out(book, tmp_path / "out", EDITION, source)
    return tmp_path / "out"


def read(made: Path, name: str) -> Any:
    return json.loads((made / "data" / name).read_bytes())


def test_pages_link_to_their_tables(made: Path) -> None:
    for page in ("chapters/regions/12", "chapters/data"):
        text = (made / f"pages/{page}.html").read_text(encoding="utf-8")
        assert "base64" not in text
        place = made / "sv" / page
        for address in re.findall(r'href="([^"#]+)"', text):
            # the language's folder lies beside that of the data
            target = (place.parent / address).resolve()
            below = target.relative_to((made / "data" / "2026-1").resolve())
            assert (made / "data" / below).is_file(), address
    assert (made / "pages/style.css").is_file()


@pytest.mark.parametrize(
    ("page", "links"),
    [
        ("chapters/data", {"Skåne": "regions/12.html", "Gotland": "find.html#09", "Malmö": "municipalities/1280.html"}),
        ("chapters/regions/12", {"Skåne": None, "Gotland": "../find.html#09", "Malmö": "../municipalities/1280.html"}),
    ],
)
def test_the_name_of_a_place_leads_to_what_is_said_of_it(tmp_path: Path, page: str, links: dict[str, str | None]) -> None:
    """To its page if the book has one, or else to the list of all places; never to nowhere, and from no page to itself."""
    book = tmp_path / "book"
    codes = {"Skåne": "12", "Gotland": "09", "Malmö": "1280", "Riket": ""}
    heads = column.places("Plats", codes, codes.values())
    cells = pd.DataFrame({"Antal": ["1", "2", "3", "uppgift saknas"], "Status": ["a", "b", "c", "d"]}, index=heads)
    table = Table("platser", cells, DATA, "Rubrik", "påhittat")
    for document in ("chapters/regions/12", "chapters/municipalities/1280", "chapters/find", "chapters/data"):
        file = book / f"{document}.html"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"<h1>Sidan</h1>{table.html(SWEDISH)}", encoding="utf-8")
        notebook = book.with_name("run") / f"{document}.ipynb"
        notebook.parent.mkdir(parents=True, exist_ok=True)
        notebook.write_text(json.dumps({"cells": [{"outputs": [{"data": table.bundle()}]}]}), encoding="utf-8")
    edition = replace(EDITION, documents=[*EDITION.documents, "chapters/find", "chapters/municipalities/1280"])
    lay_out(book, tmp_path / "out", edition, tmp_path)
    made = BeautifulSoup((tmp_path / f"out/pages/{page}.html").read_text(encoding="utf-8"), "html.parser")
    found = {head.get_text(): head.a and head.a["href"] for head in made.select("tbody th")}
    assert found == {**links, "Riket": None}
    for address in filter(None, found.values()):
        assert (tmp_path / "out/pages" / page).parent.joinpath(address.partition("#")[0]).resolve().is_file()


def test_the_file_of_all_values_stands_at_the_top(tmp_path: Path) -> None:
    write_page(tmp_path / "book", "chapters/data", values.NAME, more=f"<pre>{values.WHERE}{values.NAME}.csv</pre>")
    stated = {"sphinx": {"config": {"riktvarden_site": {"address": "https://example.org/"}}}}
    lay_out(tmp_path / "book", tmp_path / "out", replace(EDITION, config=stated), tmp_path)
    assert (tmp_path / "out/data/guideline_values.csv").is_file()
    assert (tmp_path / "out/data/guideline_values.parquet").is_file()
    newest = tmp_path / "out/latest/guideline_values.csv"
    assert newest.read_bytes() == (tmp_path / "out/data/guideline_values.csv").read_bytes()
    index, package = read(tmp_path / "out", "index.json"), read(tmp_path / "out", "datapackage.json")
    assert index["tables"][0]["csv"] == "guideline_values.csv"
    assert package["resources"][0]["name"] == "guideline_values"
    assert "guideline_values.csv" in json.dumps(read(tmp_path / "out", "dcat.jsonld"))
    text = (tmp_path / "out/pages/chapters/data.html").read_text(encoding="utf-8")
    assert "https://example.org/data/2026-1/guideline_values.csv" in text
    assert 'href="../../data/2026-1/guideline_values.csv"' in text


def test_a_notebook_leads_to_its_tables_and_holds_none_of_them(made: Path) -> None:
    table = Table("nyckeltal-12", DATA.astype("str"), DATA, "Rubrik.", "påhittat")
    other = table.bundle() | {"text/html": [f'<p>"{table.name}"</p>\n', figures.embedded("annan", table.csv, SWEDISH)]}
    other[figures.TABLE] = {**other[figures.TABLE], "name": "annan"}
    outputs = [{"data": {**table.bundle(), "text/html": table.html(SWEDISH)}}, {"data": other}]
    content = json.dumps({"cells": [{"source": "x"}, {"outputs": outputs}], "metadata": {"kept": 1}}).encode()
    name, at = (
        "_sources/chapters/regions/12.ipynb",
        {("chapters/regions/12", "nyckeltal-12"): "tables/regions/12/nyckeltal-12"},
    )
    notebook = json.loads(opendata.without_tables(name, content, at, EDITION))
    first, second = (output["data"] for output in notebook["cells"][1]["outputs"])
    assert list(first) == ["text/html"]
    [address] = re.findall(r'href="([^"#]+\.csv)"', first["text/html"])
    target = (made / "sv" / name).parent.joinpath(address).resolve()
    assert (made / "data" / target.relative_to((made / "data/2026-1").resolve())).is_file()
    assert "base64" in second["text/html"], "a table that is no file of the site stays"
    assert figures.TABLE in second
    assert (notebook["metadata"], notebook["cells"][0]) == ({"kept": 1}, {"source": "x"})


def test_a_form_that_a_page_holds_becomes_a_file_beside_it() -> None:
    held = base64.b64encode(b"PK").decode()
    page = f'<a download="svar.xlsx" href="data:application/x;base64,{held}">A</a> <a href="data:image/png;base64,x">B</a>'
    found = opendata.beside("chapters/consultation.html", page)
    assert found["chapters/consultation/svar.xlsx"] == b"PK"
    assert b'<a download="svar.xlsx" href="consultation/svar.xlsx">A</a>' in found["chapters/consultation.html"]
    assert b'href="data:image/png;base64,x"' in found["chapters/consultation.html"]


def test_what_is_only_there_on_a_site_is_shown_with_every_table(made: Path) -> None:
    text = (made / "pages/chapters/data.html").read_text(encoding="utf-8")
    assert "hidden" not in text
    assert "Rapporten har 2 tabeller" in text


def test_the_book_is_left_as_it_is(made: Path) -> None:
    assert "base64" in (made.parent / "book/chapters/data.html").read_text(encoding="utf-8")


def test_the_package_has_hash_size_and_types_of_every_file(made: Path) -> None:
    package = read(made, "datapackage.json")
    assert [r["name"] for r in package["resources"]] == ["regions-12-nyckeltal-12", "data-tabeller"]
    for resource in package["resources"]:
        content = (made / "data" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert types == {"region": "string", "text": "string", "value": "number", "unit": "string"}
        assert resource["title"] == "Rubrik <x> här"


def test_the_index_leads_to_every_table(made: Path) -> None:
    index = read(made, "index.json")
    assert index["workbooks"] == {"12": "regions/12.xlsx"}
    for table in index["tables"]:
        assert table["rows"] == 2
        assert all((made / "data" / table[kind]).is_file() for kind in ("csv", "parquet"))
    assert index["tables"][0]["page"] == "../../sv/chapters/regions/12.html#nyckeltal-12"


def test_only_described_tables_and_assumptions_of_the_source_are_published(made: Path) -> None:
    folder = made / "data/source"
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert there == {"datapackage.json", "tables/t.csv", "assumptions/a.toml"}


@pytest.mark.parametrize("name", personnel.COLLECTED)
def test_counts_as_they_came_are_not_published(made: Path, name: str) -> None:
    source = made.parent / "source"
    (source / f"tables/{name}.csv").write_text("value\n3\n", encoding="utf-8")
    public = describe(source, "t")
    describe(source, name, "t")
    lay_out(made.parent / "book", made, EDITION, source)
    assert read(made, "source/datapackage.json") == public
    assert not [file for file in made.rglob("*") if file.is_file() and name in file.read_text(encoding="latin-1")]


def test_files_of_the_last_time_are_taken_as_long_as_they_are_made_of_the_same(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_parquet: list[str] = []

    def parquet(table: opendata.Offered) -> bytes:
        of_parquet.append(table.name)
        return opendata.downloads.parquet(table.data, table.types)

    def again(by: str = "code") -> list[str]:
        of_parquet.clear()
        tables = opendata.tables_of(tmp_path / "book", tmp_path / "run", PAGES)
        kept = opendata.Kept(made / "data", tmp_path / "note", by)
        opendata.lay_out(tmp_path / "book", tables, made, EDITION, tmp_path / "source", kept=kept)
        kept.remember()
        return of_parquet

    monkeypatch.setattr(opendata.Offered, "parquet", parquet)
    before = {file: file.read_bytes() for file in made.rglob("*") if file.is_file()}
    assert again() == ["nyckeltal-12", "tabeller"]
    assert again() == []
    assert {file: file.read_bytes() for file in made.rglob("*") if file.is_file()} == before
    (made / "data/tables/data/tabeller.parquet").unlink()
    assert again() == ["tabeller"]
    write_page(tmp_path / "book", "chapters/regions/12", "nyckeltal-12", DATA.assign(value=[2.5, None]))
    assert again() == ["nyckeltal-12"]
    sheet = openpyxl.load_workbook(made / "data/regions/12.xlsx")["nyckeltal"]
    assert 2.5 in {cell for row in sheet.iter_rows(values_only=True) for cell in row}
    assert again("other code") == ["nyckeltal-12", "tabeller"]


def test_a_workbook_opens_and_has_no_formulas(made: Path) -> None:
    book = openpyxl.load_workbook(made / "data/regions/12.xlsx")
    assert book.sheetnames == ["Innehåll", "nyckeltal"]
    assert {cell.data_type for sheet in book for row in sheet for cell in row} <= {"s", "n"}
    assert [[cell.value for cell in row] for row in book["nyckeltal"]][:2] == [list(DATA), ["12", "=1+1", 1.5, "FTE"]]
    words = {str(cell.value) for row in book["Innehåll"] for cell in row}
    assert {"suppressed", "Rubrik <x> här. Mer.", "påhittat", "Utgåva: 2026-1"} <= words


def test_the_same_pages_give_the_same_bytes_and_touch_nothing(made: Path) -> None:
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in made.rglob("*") if file.is_file()}
    lay_out(made.parent / "book", made, EDITION, made.parent / "source")
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in made.rglob("*") if file.is_file()} == before
    lay_out(made.parent / "book", made.parent / "other", EDITION, made.parent / "source")
    again = {file.relative_to(made.parent / "other"): file.read_bytes() for file in (made.parent / "other").rglob("*.*")}
    assert {file.relative_to(made): content for file, (content, _) in before.items()} == {
        name: content for name, content in again.items() if (made / name).is_file()
    }


def test_a_table_that_is_gone_leaves_no_file(made: Path) -> None:
    (made.parent / "book/chapters/regions/12.html").unlink()
    lay_out(made.parent / "book", made, EDITION, made.parent / "source")
    assert not list((made / "data").glob("tables/regions/**/*.csv"))
    assert not list((made / "data").rglob("*.xlsx"))


def test_another_language_finds_out_whether_the_files_are_of_the_same(made: Path) -> None:
    assert opendata.is_current(made / "data", replace(EDITION, language="en"))
    assert not opendata.is_current(made / "data", EDITION), "these are its own, and made anew"
    assert not opendata.is_current(made / "data", replace(EDITION, made_of="other", language="en"))
    assert not opendata.is_current(made / "nothing", EDITION)


def test_the_catalogue_says_what_is_stated_and_invents_nothing(made: Path) -> None:
    catalogue = read(made, "dcat.jsonld")
    assert "dcterms:publisher" not in catalogue
    required = {"dcterms:title", "dcterms:description", "dcterms:license", "dcat:dataset", "dcterms:language"}
    assert required <= set(catalogue)
    tables, source = catalogue["dcat:dataset"]
    assert "dcat:contactPoint" not in tables
    for distribution in (*tables["dcat:distribution"], *source["dcat:distribution"]):
        assert distribution["dcat:accessURL"]
        for each in distribution["dcat:downloadURL"]:
            assert (made / "data" / each["@id"]).is_file()
    assert "dcterms:license" not in source["dcat:distribution"][0]


def test_the_catalogue_has_publisher_and_contact_where_they_are_stated(made: Path) -> None:
    site = {"address": "https://example.org/r/", "responsible_body": "Påhittad myndighet", "contact": "a@example.org"}
    config = {"title": "Rapport", "sphinx": {"config": {"riktvarden_site": site}}}
    lay_out(made.parent / "book", made, replace(EDITION, config=config), made.parent / "source")
    catalogue = read(made, "dcat.jsonld")
    assert catalogue["dcterms:publisher"]["foaf:name"] == "Påhittad myndighet"
    tables = catalogue["dcat:dataset"][0]
    assert tables["dcterms:publisher"]["@id"] == catalogue["dcterms:publisher"]["@id"]
    assert tables["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:a@example.org"}
    assert catalogue["@id"] == "https://example.org/r/data/2026-1/dcat.jsonld#catalogue"


def test_a_table_is_offered_as_its_notebook_has_it(made: Path) -> None:
    tables = opendata.tables_of(made.parent / "book", made.parent / "run", PAGES)
    assert [(table.document, table.page, table.name) for table in tables] == [
        ("chapters/regions/12", "Sidan", "nyckeltal-12"),
        ("chapters/data", "Sidan", "tabeller"),
    ]
    assert (tables[0].caption, tables[0].source) == ("Rubrik <x> här. Mer.", "påhittat")
    pd.testing.assert_frame_equal(tables[0].data, DATA)
    assert tables[0].csv == (made / "data/tables/regions/12/nyckeltal-12.csv").read_bytes()


def test_a_table_that_a_page_still_holds_is_an_error(made: Path) -> None:
    with pytest.raises(ValueError, match=r"tables are left within chapters/data.html, chapters/regions/12.html"):
        opendata.lay_out(made.parent / "book", [], made.parent / "other", EDITION, made.parent / "source")


def test_a_person_is_found_in_every_format(tmp_path: Path) -> None:
    cell = {"region": "25", "measure": "st_persons", "year": 2025, "value": 3.0, "status": "reported", "unit": "persons"}
    data = pd.DataFrame([{**cell, "source": "return-25"}])
    write_page(tmp_path / "book", "chapters/regions/25", "a", data)
    edition = replace(EDITION, documents=["chapters/regions/25"], regions=["25"])
    lay_out(tmp_path / "book", tmp_path / "out", edition, tmp_path / "source")
    reported = ["st_persons 2025, region 25: the value can be worked out"]
    assert given_away(tmp_path / "out") == reported
    for format_ in ("csv", "parquet", "xlsx"):
        alone = tmp_path / format_
        for file in (tmp_path / "out").rglob(f"*.{format_}"):
            alone.mkdir()
            (alone / file.name).write_bytes(file.read_bytes())
        assert given_away(alone) == reported, format_


def test_sheets_have_names_that_excel_takes(tmp_path: Path) -> None:
    sheets = [(name, "t", "s", DATA) for name in ("a" * 40, "a" * 35, "x/y:z", "X-Y-Z", "innehåll")]
    book = openpyxl.load_workbook(io.BytesIO(published.workbook("Titel", "1", sheets, SWEDISH)))
    assert len(book.sheetnames) == len(sheets) + 1
    assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in book.sheetnames)
    assert len({name.lower() for name in book.sheetnames}) == len(book.sheetnames)


def test_a_book_without_tables_is_published_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book/index.html").write_text('<meta http-equiv="Refresh" content="0; url=x.html" />\n', encoding="utf-8")
    lay_out(tmp_path / "book", tmp_path / "out", EDITION, tmp_path / "source")
    lines = (tmp_path / "out/pages/index.html").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == '<meta http-equiv="Refresh" content="0; url=x.html" />'
    assert [name for name in ("Content-Security-Policy", "no-referrer") if name not in "".join(lines[1:-1])] == []
    assert not [each for each in everything(tmp_path / "out") if isinstance(each, Shown)]
