"""The search for a place in a real browser: what readers call it, suggestions by key and by touch, on a narrow screen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from riktvarden import tables
from riktvarden.book import places
from riktvarden.report.kit.language import Language
from riktvarden.report.pages import entry

from .conftest import ROOT
from .test_tables import STATIC, THEME

VECTORS = json.loads(Path(__file__).with_name("place_search.json").read_text(encoding="utf-8"))
PAGES = {"chapters/find.html", "chapters/regions/14.html"}
WORDS = {"title": "Regioner och kommuner", "one": "En plats", "many": "{count} platser"}
LISTED = places.listed(tables.read("regions"), tables.read("municipalities"), PAGES, "{name}, kommun i {region}")


def write(folder: Path, content: str) -> str:
    """Write a page with the script of the places; return its address."""
    (folder / places.SCRIPT).write_text(places.script(LISTED, WORDS), encoding="utf-8")
    page = folder / "page.html"
    page.write_text(
        '<!doctype html><html lang="sv" data-theme="light" data-mode="light" data-content_root="../"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sök</title>'
        f'<link rel="stylesheet" href="{THEME.as_uri()}">'
        f'<link rel="stylesheet" href="{(STATIC / "riktvarden.css").as_uri()}">'
        f'<script defer src="{places.SCRIPT}"></script>'
        f'<script defer src="{(STATIC / "places.js").as_uri()}"></script></head><body>'
        f'<main class="bd-content"><h1>Sök</h1><div class="rv-output">{content}</div></main></body></html>',
        encoding="utf-8",
    )
    return page.as_uri()


@pytest.fixture(scope="module")
def start(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page with the field of the start page."""
    opened = browser.new_page(viewport={"width": 390, "height": 800})
    opened.goto(write(tmp_path_factory.mktemp("start"), entry.search(Language("sv"), "Hitta din region eller kommun")))
    yield opened
    opened.close()


def test_every_place_has_an_address() -> None:
    assert len(LISTED) == 311
    addresses = {code: address for code, _, _, address in LISTED}
    assert addresses["14"] == "chapters/regions/14.html"
    assert addresses["25"] == "chapters/find.html#25", "a region without a page is in the list of all places"
    assert places.listed(tables.read("regions"), tables.read("municipalities"), set(), "{name}{region}") == []


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["asked"])
def test_a_place_is_found_by_what_it_is_called(start: Page, vector: dict[str, Any]) -> None:
    found = start.evaluate("asked => riktvardenMatch(asked).map(([code]) => code)", vector["asked"])
    assert found[: len(vector["found"])] == vector["found"]
    assert len(found) == len(vector["found"])
    if "exact" in vector:
        assert (
            start.evaluate("asked => riktvardenMatch.exact(asked).map(([code]) => code)", vector["asked"])
            == vector["exact"]
        )


def test_no_place_is_lost(start: Page) -> None:
    """Each is the first answer to its own name, and to its name with a letter left out is among the answers."""
    lost = """() => riktvardenPlaces.places.filter(([code, name]) => {
      const same = riktvardenMatch.exact(name).map(([code]) => code);
      const near = name.length > 4 ? riktvardenMatch(name.slice(0, -2) + name.slice(-1)).map(([code]) => code) : same;
      return !same.includes(code) || !near.length;
    })"""
    assert start.evaluate(lost) == []


def test_places_are_offered_while_a_name_is_written(start: Page) -> None:
    field = start.get_by_label("Hitta din region eller kommun")
    options = start.get_by_role("option")
    expect(field).to_have_role("combobox")
    field.fill("s")
    expect(options).to_have_count(0)
    field.fill("uppsa")
    expect(options).to_have_text(["Region Uppsala", "Uppsala, kommun i Uppsala"])
    expect(start.get_by_role("status")).to_have_text("2 platser")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None, "after the last the field is free again"
    field.press("ArrowUp")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    start.evaluate(AXE_SCRIPT)
    for theme in ("light", "dark"):
        start.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
        found: list[Any] = start.evaluate("axe.run(document, {preload: false}).then(said => said.violations)")
        assert [(fault["id"], node["html"][:200]) for fault in found for node in fault["nodes"]] == []
    field.press("Escape")
    expect(start.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")


def test_a_place_that_is_chosen_opens(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = write(tmp_path, entry.search(Language("sv"), "Hitta"))
    for choose in (lambda field: field.press("Enter"), lambda field: page.get_by_role("option").first.click()):
        page.goto(address)
        field = page.get_by_label("Hitta")
        field.press_sequentially("vgr")
        field.press("ArrowDown")
        asked.clear()
        choose(field)
        page.wait_for_timeout(200)
        assert [url.rpartition("/chapters/")[2] for url in asked] == ["regions/14.html"]
    page.close()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Bjurholm", ["Bjurholm, kommun i Västerbotten"]),
        ("psykologer i Bjurholm", ["Bjurholm, kommun i Västerbotten"]),
        ("psykologer", []),
    ],
)
def test_places_come_before_the_pages_that_are_found(
    browser: Browser, tmp_path: Path, asked: str, found: list[str]
) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 600})
    form = '<form action="page.html"><input name="q" aria-label="Sök i rapporten"></form><div id="search-results"></div>'
    address = write(tmp_path, f'<div class="bd-search-container">{form}</div>')
    page.goto(f"{address}?q={asked}")
    assert page.locator("#rv-places-found a").all_inner_texts() == found
    page.close()


def test_the_find_page_uses_the_same(browser: Browser, tmp_path: Path) -> None:
    """Its list is narrowed by the same rules."""
    text = (ROOT / "chapters/_static/find.js").read_text(encoding="utf-8")
    assert "riktvardenMatch" in text
    assert "normalize(" not in text, "one implementation of what is alike"
