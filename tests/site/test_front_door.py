"""The pages at the root in a real browser: they lead on, wherever the site lies. The site is made up."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from riktvarden.book import entrance

DOCUMENTS = ["chapters/index", "chapters/need"]
SITE = [f"{language}/{document}.html" for language in ("en", "sv") for document in DOCUMENTS]
CONFIG = {"title": "A & B"}


def test_the_front_door_goes_to_the_readers_language(browser: Browser, tmp_path: Path) -> None:
    for name, content in entrance.files(SITE, CONFIG, "sv", DOCUMENTS).items():
        (tmp_path / name).write_bytes(content)
    for language in ("sv", "en"):
        (tmp_path / language / "chapters").mkdir(parents=True)
        (tmp_path / language / "chapters/index.html").write_text(f"<title>{language}</title>", encoding="utf-8")
    for locale, title in {"sv-SE": "sv", "en-US": "en", "fi-FI": "A & B"}.items():
        page = browser.new_page(locale=locale)
        page.goto((tmp_path / "index.html").as_uri())
        expect(page).to_have_title(title)
        page.close()


@pytest.mark.parametrize(
    ("asked", "base"),
    [
        ("https://example.org/book/sv/chapters/no.html", "https://example.org/book/"),
        ("https://example.org/data/no/x.csv", "https://example.org/"),
        ("https://someone.github.io/project/no.html", "https://someone.github.io/project/"),
        ("https://example.org/no.html", "https://example.org/"),
    ],
)
def test_a_missing_page_finds_home_where_no_address_is_stated(browser: Browser, asked: str, base: str) -> None:
    page = browser.new_page()
    content = entrance.files(SITE, CONFIG, "sv", DOCUMENTS)["404.html"]
    page.route("**/*", lambda route: route.fulfill(status=404, content_type="text/html", body=content))
    page.goto(asked)
    links = page.locator("a").evaluate_all("all => all.map(one => one.href)")
    assert links == [f"{base}{language}/chapters/index.html" for language in ("sv", "en")]
    assert page.locator("form").first.evaluate("form => form.action") == f"{base}sv/search.html"
    page.close()
