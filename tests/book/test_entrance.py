"""What lies beside the languages leads into them."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from riktvarden.book import entrance

DOCUMENTS = ["chapters/index", "chapters/need"]


def config(address: str = "") -> dict[str, object]:
    return {"title": "A & B", "sphinx": {"config": {"riktvarden_site": {"address": address}}}}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for language in ("en", "sv"):
        (tmp_path / language / "chapters").mkdir(parents=True)
        (tmp_path / language / "chapters/index.html").touch()
    (tmp_path / ".sv-old/chapters").mkdir(parents=True)
    (tmp_path / ".sv-old/chapters/index.html").touch()
    return tmp_path


def read(place: Path) -> BeautifulSoup:
    return BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")


def test_a_reader_chooses_the_language(site: Path) -> None:
    entrance.write(site, config(), "sv", DOCUMENTS)
    page = read(site / "index.html")
    assert page.html["lang"] == "sv"
    assert page.title.get_text() == "A & B"
    links = [(link["href"], link["lang"], link.get_text()) for link in page.find_all("a")]
    assert links == [("sv/chapters/index.html", "sv", "Svenska"), ("en/chapters/index.html", "en", "English")]
    assert not page.find("meta", attrs={"http-equiv": "refresh"})
    assert not page.find("script")


def test_one_language_is_no_choice(site: Path) -> None:
    (site / "en/chapters/index.html").unlink()
    entrance.write(site, config(), "sv", DOCUMENTS)
    assert (
        read(site / "index.html").find("meta", attrs={"http-equiv": "refresh"})["content"]
        == "0; url=sv/chapters/index.html"
    )


def test_a_missing_page_leads_home_from_any_depth(site: Path) -> None:
    entrance.write(site, config("https://example.org/book/"), "sv", DOCUMENTS)
    page = read(site / "404.html")
    assert [link["href"] for link in page.find_all("a")] == ["/book/sv/chapters/index.html", "/book/en/chapters/index.html"]
    assert [part["lang"] for part in page.find_all("section")] == ["sv", "en"]


def test_pages_are_listed_where_the_address_is_known(site: Path) -> None:
    entrance.write(site, config("https://example.org"), "sv", DOCUMENTS)
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed = ElementTree.parse(site / "sitemap.xml").getroot().findall("s:url", spaces)
    assert [url.find("s:loc", spaces).text for url in listed][:2] == [
        "https://example.org/sv/chapters/index.html",
        "https://example.org/en/chapters/index.html",
    ]
    assert len(listed) == 4
    assert {len(url.findall("x:link", spaces)) for url in listed} == {2}
    entrance.write(site, config(), "sv", DOCUMENTS)
    assert not (site / "sitemap.xml").exists()
