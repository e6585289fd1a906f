"""The files at the root of the site lead to its languages."""

from xml.etree import ElementTree

from bs4 import BeautifulSoup

from riktvarden.book import entrance

DOCUMENTS = ["chapters/index", "chapters/need"]
PAGES = [f"{document}.html" for document in DOCUMENTS]


def config(address: str = "") -> dict[str, object]:
    return {"title": "A & B", "sphinx": {"config": {"riktvarden_site": {"address": address}}}}


SITE = ["404.html", "data/working/index.json", *(f"{language}/{name}" for language in ("en", "sv") for name in PAGES)]


def written(names: list[str] = SITE, address: str = "") -> dict[str, BeautifulSoup]:
    made = entrance.files(names, config(address), "sv", DOCUMENTS)
    return {name: BeautifulSoup(content, "html.parser") for name, content in made.items() if name.endswith(".html")}


def test_a_reader_chooses_the_language() -> None:
    page = written()["index.html"]
    assert page.html["lang"] == "sv"
    assert page.title.get_text() == "A & B"
    links = [(link["href"], link["lang"], link.get_text()) for link in page.find_all("a")]
    assert links == [("sv/chapters/index.html", "sv", "Svenska"), ("en/chapters/index.html", "en", "English")]
    assert not page.find("meta", attrs={"http-equiv": "refresh"})
    assert "navigator.languages" in page.find("script").get_text()


def test_one_language_is_no_choice() -> None:
    page = written([name for name in SITE if not name.startswith("en")])["index.html"]
    assert page.find("meta", attrs={"http-equiv": "refresh"})["content"] == "0; url=sv/chapters/index.html"


def test_a_missing_page_leads_home_from_any_depth() -> None:
    page = written(address="https://example.org/book/")["404.html"]
    assert [link["href"] for link in page.find_all("a")] == ["/book/sv/chapters/index.html", "/book/en/chapters/index.html"]
    assert [part["lang"] for part in page.find_all("section")] == ["sv", "en"]
    assert [form["action"] for form in page.find_all("form")] == ["/book/sv/search.html", "/book/en/search.html"]
    assert not page.find("script")


def test_pages_are_listed_where_the_address_is_known() -> None:
    sitemap = entrance.files(SITE, config("https://example.org"), "sv", DOCUMENTS)["sitemap.xml"]
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed = ElementTree.fromstring(sitemap).findall("s:url", spaces)
    assert [url.find("s:loc", spaces).text for url in listed][:2] == [
        "https://example.org/sv/chapters/index.html",
        "https://example.org/en/chapters/index.html",
    ]
    assert len(listed) == 4
    assert {len(url.findall("x:link", spaces)) for url in listed} == {2}
    without = entrance.files(SITE, config(), "sv", DOCUMENTS)
    assert set(without) == {"index.html", "404.html", "editions.js"}


def test_each_page_has_its_rules() -> None:
    for page in written().values():
        assert page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
        assert page.find("meta", attrs={"name": "referrer"})["content"] == "no-referrer"
