"""The built pages as files: links, anchors, pictures, words, and no traces of the build machine."""

import json
import os
import re
import socket
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import sphinx
from bs4 import BeautifulSoup

from riktvarden import tables
from riktvarden.book import publish

from .conftest import REGIONS, ROOT

LABELS = {"Föregående sida", "Nästa sida", "Sök", "Sök i rapporten", "Huvudmeny", "Innehåll på sidan"}
LABELS |= {"Versionsvarning", "Visa eller dölj menyn", "Visa eller dölj innehållet", "Färgläge", "Ljust", "Mörkt"}
LABELS |= {"Systemets", "Länk till rubriken", "Fullskärmsläge", "Skriv ut till PDF", "Ladda ner den här sidan"}
LABELS |= {"Ladda ner källfil", "Webbplatsens meny", "Sökväg", "Start"}


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, BeautifulSoup]:
    return {
        file: BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")
        for file in sorted(site.rglob("*.html"))
        if "_static" not in file.parts
    }


def test_every_chapter_and_region_has_its_page(pages: dict[Path, BeautifulSoup], site: Path, regions: set[str]) -> None:
    made = {file.relative_to(site).as_posix() for file in pages}
    chapters = {f"chapters/{name}.html" for name in ("index", "commission", "st_baseline", "st_guideline", "data")}
    assert chapters <= made
    assert {file.stem for file in pages if file.parent.name == "regions"} == regions | {"index"}


def test_links_and_anchors_lead_somewhere(pages: dict[Path, BeautifulSoup], regions: set[str]) -> None:
    broken = []
    places = {file: {element["id"] for element in page.find_all(id=True)} for file, page in pages.items()}
    for file, page in pages.items():
        for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")):
            for element in page.find_all(tag, attrs={attribute: True}):
                address = urlsplit(element[attribute])
                if address.scheme in {"http", "https", "data", "mailto"}:
                    continue
                target = (file.parent / unquote(address.path)).resolve() if address.path else file
                if target.parent.name == "regions" and target.stem.isdigit() and target.stem not in regions:
                    continue  # pages that a book of two regions leaves out
                target = target / "index.html" if target.is_dir() else target
                if not target.is_file():
                    broken.append(f"{file.name}: {element[attribute]}")
                elif address.fragment and target in places and unquote(address.fragment) not in places[target]:
                    broken.append(f"{file.name}: no anchor {element[attribute]}")
    assert not broken


def test_tables_are_files_and_no_page_carries_them(pages: dict[Path, BeautifulSoup], book: Path, regions: set[str]) -> None:
    index = json.loads((book / "site/data/working/index.json").read_bytes())
    shown = {
        f"{file.relative_to(book / 'site')}#{item['id']}" for file, page in pages.items() for item in page(class_="rv-item")
    }
    assert shown == {table["page"].removeprefix("../../") for table in index["tables"]}
    assert len(shown) > 100
    assert set(index["workbooks"]) == regions
    for file, page in pages.items():
        assert not [link for link in page.find_all("a", href=True) if link["href"].startswith("data:")], file


def test_every_picture_and_table_can_be_linked_to(pages: dict[Path, BeautifulSoup]) -> None:
    for file, page in pages.items():
        anchors = {link["href"].removeprefix("#") for link in page.find_all("a", class_="rv-anchor")}
        items = [item.get("id") for item in page.find_all(class_=["rv-item", "rv-figure"])]
        assert anchors == set(items), file
        assert len(items) == len(set(items)), file


def test_the_front_door_leads_in(book: Path) -> None:
    page = BeautifulSoup((book / "site/index.html").read_text(encoding="utf-8"), "html.parser")
    assert page.html["lang"] == "sv"
    assert all((book / "site" / link["href"]).exists() for link in page.find_all("a"))


def test_every_page_names_its_language_and_one_heading(pages: dict[Path, BeautifulSoup]) -> None:
    for file, page in pages.items():
        if "chapters" in file.parts:
            assert page.html["lang"] == "sv", file
        if "chapters" in file.parts and page.article:  # an old address only leads on
            assert len(page.article.find_all("h1")) == 1, file


def test_region_pages_bear_the_name_of_the_region(pages: dict[Path, BeautifulSoup], site: Path) -> None:
    titles = {code: pages[site / f"chapters/regions/{code}.html"].h1.get_text() for code in REGIONS}
    assert titles["12"].startswith("Region Skåne")
    assert titles["25"].startswith("Region Norrbotten")


def test_every_picture_has_words_and_a_table(pages: dict[Path, BeautifulSoup]) -> None:
    count = 0
    for file, page in pages.items():
        for picture in page.select(".rv-chart > svg"):
            count += 1
            assert len(picture["aria-label"]) > 40, file
            assert picture.find_next("details").find("table"), file
    assert count >= 13


def test_a_missing_region_shows_no_value_of_its_training(pages: dict[Path, BeautifulSoup], site: Path) -> None:
    rows = {
        row.th.get_text(): [cell.get_text() for cell in row.find_all("td")]
        for row in pages[site / "chapters/regions/25.html"].find(id="nyckeltal-25").tbody.find_all("tr")
    }
    assert "Personer i ST, senaste uppgift" not in rows
    training = [cells for label, cells in rows.items() if label.startswith(("ST-tjänster 31", "Personer i ST 31"))]
    assert len(training) == 2
    assert all("(" not in value and "endast intervall" in status for value, _, status in training)


def test_what_is_not_stated_is_left_out(pages: dict[Path, BeautifulSoup]) -> None:
    assert [file.name for file, page in pages.items() if "ännu inte angivet" in page.get_text()] == []


def test_every_name_of_a_region_in_a_table_is_a_link(pages: dict[Path, BeautifulSoup], site: Path) -> None:
    names = set(tables.read("regions")["name"])
    count = 0
    for file, page in pages.items():
        for head in page.select(".rv-item tbody th[scope=row]"):
            if head.get_text() not in names or not page.select_one(f"#{head.find_parent(class_='rv-item')['id']}"):
                continue
            heading = head.find_parent("table").find("th", scope="col")
            if heading is None or heading.get_text() != "Region" or file.stem == "explorer":  # writes its rows itself
                continue
            link = head.find("a")
            if link is None:  # a place's own page, which leads nowhere but to itself
                assert file.parent.name == "regions", (file, head.get_text())
                continue
            target = (file.parent / link["href"].partition("#")[0]).resolve()
            assert target.is_file(), (file, link["href"])
            count += 1
    assert count > 500


def test_every_page_of_a_region_is_described_by_what_it_says(pages: dict[Path, BeautifulSoup], regions: set[str]) -> None:
    said = [
        page.find("meta", attrs={"name": "description"})["content"]
        for file, page in pages.items()
        if file.parent.name == "regions" and file.stem in regions
    ]
    assert len(set(said)) == len(said)


def test_the_theme_speaks_swedish(pages: dict[Path, BeautifulSoup], site: Path) -> None:
    titles = {page.h1.get_text(strip=True).removesuffix("#") for page in pages.values() if page.h1}
    names = ("aria-label", "title", "placeholder", "data-bs-title")
    for file in (site / "chapters/regions/12.html", site / "search.html"):
        page = pages[file]
        labels = {
            tag[name]
            for name in names
            for tag in page.find_all(attrs={name: True})
            if not tag.find_parent(class_=["rv-output", "rv-figure"])
        }
        assert labels - titles <= LABELS, file
        assert page.find(id="pst-skip-link").get_text(strip=True) == "Hoppa till innehållet"
        assert page.find(id="pst-back-to-top").get_text(strip=True) == "Till toppen"
        assert page.find(class_="copyright").get_text(strip=True) == "© 2026."


def test_other_languages_need_only_a_catalogue() -> None:
    """Every text that Sphinx's script looks up is in the catalogue's script; otherwise the search would show nothing."""
    scripts = Path(sphinx.__file__).with_name("themes") / "basic" / "static"
    asked = {
        text
        for script in scripts.glob("*.js")
        for text in re.findall(r'\b(?:_|gettext)\(\s*"([^"]+)"', script.read_text(encoding="utf-8"))
    }
    assert len(asked) >= 6
    for words in ROOT.glob("locale/*/LC_MESSAGES/sphinx.js"):
        messages = json.loads(re.search(r'"TRANSLATIONS": (\{.*?\n  \})', words.read_text(encoding="utf-8"), re.DOTALL)[1])
        assert [text for text in sorted(asked) if not messages.get(text)] == [], words


def test_every_page_has_its_rules_and_no_template_is_published(book: Path) -> None:
    pages = list((book / "site").rglob("*.html"))
    assert len(pages) > 80
    for file in pages:
        text = file.read_text(encoding="utf-8")
        assert text.count('<meta http-equiv="Content-Security-Policy"') == 1, file
        assert text.count('<meta name="referrer" content="no-referrer"') == 1, file
        assert "{%" not in text, file
    assert not [file for file in (book / "site").rglob("*") if file.suffix in {".po", ".mo", ".pot"}]
    assert not list((book / "site").rglob("*macros*"))


def test_the_list_of_digests_is_that_of_the_site(book: Path) -> None:
    listed = publish.listed(book / "site")
    assert {f"sv/chapters/regions/{code}.html" for code in REGIONS} < set(listed)
    assert {name: known for name, known in publish.digests(book / "site").items() if name != publish.SUMS} == listed


def test_nothing_reveals_where_it_was_built(book: Path) -> None:
    places = {str(place) for place in (ROOT, Path.home(), sys.prefix, sys.base_prefix, tempfile.gettempdir())}
    # As they are, as JSON writes them on Windows, and as parts of addresses; "/tmp" alone could be a word of a script.
    reported = {
        each
        for place in places
        for each in (f"{place}{os.sep}", json.dumps(f"{place}{os.sep}")[1:-1], Path(place).as_uri())
    }
    if len(host := socket.gethostname()) > 6:
        reported.add(host)
    read = 0
    for folder in (book / "site", book / "source"):
        for file in folder.rglob("*"):
            try:
                text = file.read_text(encoding="utf-8") if file.is_file() else ""
            except UnicodeDecodeError:
                continue  # pictures and fonts
            read += bool(text)
            assert [each for each in reported if each in text] == [], file
    assert read > 50
