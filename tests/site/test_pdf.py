"""The reports and the sheets of two regions on paper: tagged, with bookmarks, complete, two pages for a region."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from riktvarden.book import pdf
from riktvarden.report import Language
from riktvarden.report.pages import printed

from .conftest import CHROMIUM, REGIONS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: nothing is printed")
REPORTS = {report.name: report for report in printed.reports(Language("sv"))}


@pytest.fixture(scope="module")
def site(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the Swedish pages with two regions, as each region there is gets a sheet."""
    left_out = {page.name for page in (site / "chapters/regions").glob("[0-9][0-9].html") if page.stem not in REGIONS}
    ignored = shutil.ignore_patterns("_sources", *left_out)
    return Path(shutil.copytree(site, tmp_path_factory.mktemp("pages") / "site/sv", ignore=ignored))


@pytest.fixture(scope="module")
def files(site: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every file that is printed of the Swedish pages, by name."""
    made = pdf.make(site, tmp_path_factory.mktemp("pdf"), Language("sv"))
    return {file.stem: file for file in made}


@pytest.fixture(params=[*REPORTS, *(f"region-{code}" for code in REGIONS)])
def printed_file(files: dict[str, Path], request: pytest.FixtureRequest) -> PdfReader:
    return PdfReader(files[request.param])


def fonts(reader: PdfReader) -> Iterator[DictionaryObject]:
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            yield font.get_object()


def titles(reader: PdfReader) -> list[str]:
    """Bookmarks of the first level, without spaces: the browser drops those at the end of a line."""
    return ["".join(entry.title.split()) for entry in reader.outline if not isinstance(entry, list)]


def test_a_file_is_for_screen_readers_and_archives(printed_file: PdfReader) -> None:
    root = printed_file.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == "sv"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value
    embedded = []
    for font in fonts(printed_file):
        whole = font["/DescendantFonts"][0].get_object() if font["/Subtype"] == "/Type0" else font
        described = whole.get("/FontDescriptor", {})
        embedded.append(font["/Subtype"] == "/Type3" or any(name.startswith("/FontFile") for name in described))
    assert embedded
    assert all(embedded)
    assert {tuple(map(round, page.mediabox[2:])) for page in printed_file.pages} <= {(595, 842), (842, 595)}, "not A4"


def test_a_file_can_be_sent(files: dict[str, Path]) -> None:
    assert {name for name, file in files.items() if file.stat().st_size > 3_000_000} == set()


def test_nothing_of_this_machine_is_on_paper(printed_file: PdfReader) -> None:
    text = "\n".join(page.extract_text() for page in printed_file.pages)
    assert "undefined" not in text
    assert "file:" not in text
    assert "inte Socialstyrelsens egna" in text
    addresses = [
        note.get_object().get("/A", {}).get("/URI", "") for page in printed_file.pages for note in page.get("/Annots", [])
    ]
    assert [address for address in addresses if address and not address.startswith(("http://", "https://"))] == []


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_has_cover_contents_and_chapters(files: dict[str, Path], site: Path, name: str) -> None:
    reader, report = PdfReader(files[name]), REPORTS[name]
    assert reader.metadata.title == report.title
    cover = " ".join(reader.pages[0].extract_text().split())
    assert report.title in cover
    assert "arbetsversion" in cover
    pages = [
        BeautifulSoup((site / f"chapters/{chapter}.html").read_text(encoding="utf-8"), "html.parser")
        for chapter in report.chapters
    ]
    headings = [page.article.h1.get_text().removesuffix("#") for page in pages]
    assert titles(reader) == ["".join(title.split()) for title in (report.title, *headings)]
    contents = " ".join(page.extract_text() for page in reader.pages[1:4])
    places = reader.named_destinations
    for chapter, heading in zip(report.chapters, headings, strict=True):
        number = reader.get_destination_page_number(places[f"/{chapter}" if f"/{chapter}" in places else chapter])
        assert heading in " ".join(reader.pages[number].extract_text().split())
        assert f"{heading} {number + 1}" in " ".join(contents.split())


@pytest.mark.parametrize(("code", "region"), [("12", "Region Skåne"), ("25", "Region Norrbotten")])
def test_a_sheet_of_a_region_is_two_pages(files: dict[str, Path], code: str, region: str) -> None:
    reader = PdfReader(files[f"region-{code}"])
    assert len(reader.pages) == 2
    assert reader.metadata.title == region
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for part in (
        region,
        "Så många börjar varje år",
        "Utvecklingen",
        "Nyckeltal",
        "Behov",
        "Andra yrken än läkare",
        "distriktssköterskor",
        "Liknande regioner",
        "Källa: ",
    ):
        assert part in text
    assert "Innehållsnyckel" not in text


def test_two_prints_are_the_same(
    files: dict[str, Path], site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = next(iter(REPORTS))
    monkeypatch.setattr(printed, "reports", lambda _: [REPORTS[name]])
    pdf.make(site, tmp_path, Language("sv"))
    again = {file.stem: file for file in tmp_path.glob("*.pdf")}
    assert set(again) == {name, *(f"region-{code}" for code in REGIONS)}
    for stem, file in again.items():
        assert file.read_bytes() == files[stem].read_bytes(), stem
        assert PdfReader(file).metadata.creation_date.date() <= date.today()


def test_all_files_are_listed(files: dict[str, Path]) -> None:
    page = BeautifulSoup(files["index"].read_text(encoding="utf-8"), "html.parser")
    assert [link["href"] for link in page.find_all("a")] == [file.name for file in files.values() if file.suffix == ".pdf"]
    assert page.html["lang"] == "sv"
