"""Transfer size of a first visit to a region's page, compressed."""

import gzip
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, expect

MOST = 170_000
"""Bytes."""


@pytest.fixture(scope="module")
def loaded(browser: Browser, site: Path) -> dict[Path, int]:
    """File → compressed bytes, for all that a browser asks for when a region's page is read to its end."""
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "chapters/regions/12.html").as_uri())
    for chart in page.locator(".rv-chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator("svg:visible")).to_have_count(1)
    page.close()
    files = {Path(unquote(urlsplit(address).path)) for address in asked if address.startswith("file:")}
    return {file: len(gzip.compress(file.read_bytes(), 6)) for file in files}


def test_a_regions_page_is_light(loaded: dict[Path, int]) -> None:
    weights = {file.name: size for file, size in loaded.items()}
    assert len(weights) > 10, "the page was not read to its end"
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) <= MOST, heaviest


def test_no_icon_font_is_loaded(loaded: dict[Path, int], site: Path) -> None:
    assert [file for file in loaded if file.suffix in {".woff", ".woff2", ".ttf"} or "fontawesome" in file.name] == []
    sheet = (site / "_static/styles/pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert "Font Awesome" not in sheet
    assert ".bd-sidebar-primary" in sheet, "the theme's own rules are needed"
