"""Tables in a real browser: sorted, narrowed, by key, on paper, without script. All figures are made up."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pydata_sphinx_theme
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from riktvarden.book import places
from riktvarden.report.kit import column
from riktvarden.report.kit.figures import Table
from riktvarden.report.kit.language import Language

from .conftest import ROOT

STATIC = ROOT / "chapters/_static"
THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static/styles/pydata-sphinx-theme.css"
NAMES = ["Ekerö", "Älvsbyn", "Borås"]
PLACES = [("Stockholm", f"01{number:02}", f"{NAMES[number % 3]} {number}") for number in range(30)]
PLACES += [("Skåne", f"12{number:02}", f"{NAMES[number % 3]} {number}") for number in range(30)]
CODES = {code for _, code, _ in PLACES}


def table(language: str, name: str = "platser", count: int = 60) -> Table:
    """A table of municipalities, two of which have no value and one of which has nothing at all."""
    t = Language(language)
    rows = pd.DataFrame(PLACES[:count], columns=["region", "municipality", "name"])
    rows["value"] = [1000.5 + 37 * (number * 7 % count) for number in range(count)]
    rows["low"], rows["high"] = rows["value"] - 100, rows["value"] + 100
    rows.loc[1:2, ["value", "low", "high"]] = float("nan")
    rows["status"] = "estimated"
    rows.loc[2, "status"] = "missing"
    columns = [column.estimate(t("Behov: heltider"), rows, 1), column.status(rows)]
    heads = column.places(t("Kommun"), rows["name"], rows["municipality"], rows["region"])
    return Table.of(t, name, heads, columns, rows, "Rubrik", "påhittat")


def write(folder: Path, language: str = "sv") -> str:
    """Write a page with a long and a short table, in the theme's colours; return its address."""
    items = "".join(each.html(Language(language)) for each in (table(language), table(language, "korta", 9)))
    items = places.linked("chapters/page.html", items, {"chapters/find.html", "chapters/municipalities/1201.html"})
    page = folder / "page.html"
    page.write_text(
        f'<!doctype html><html lang="{language}" data-theme="light" data-mode="light"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Tabeller</title>'
        f'<link rel="stylesheet" href="{THEME.as_uri()}">'
        f'<link rel="stylesheet" href="{(STATIC / "riktvarden.css").as_uri()}">'
        f'<script defer src="{(STATIC / "page.js").as_uri()}"></script>'
        f'<script defer src="{(STATIC / "tables.js").as_uri()}"></script></head><body><main class="bd-content">'
        f'<h1>Tabeller</h1><div class="bd-article">{items}</div></main></body></html>',
        encoding="utf-8",
    )
    return page.as_uri()


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.goto(write(tmp_path))
    yield opened
    opened.close()
    assert said == []


def names(page: Page, name: str = "platser") -> list[str]:
    return page.locator(f"#{name} tbody tr:visible th").all_inner_texts()


def values(page: Page) -> list[float]:
    cells = page.locator("#platser tbody tr:visible td.number").all_inner_texts()
    shown = [cell.partition("\n")[0].replace("\N{NO-BREAK SPACE}", "").replace(",", ".") for cell in cells]
    return [float(cell) for cell in shown if cell[0].isdigit()]


def test_a_heading_sorts_and_says_so(page: Page) -> None:
    before = names(page)
    head = page.get_by_role("columnheader", name="Behov: heltider").first
    expect(head).not_to_have_attribute("aria-sort", "descending")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert values(page) == sorted(values(page), reverse=True)
    assert names(page)[-1] == "Älvsbyn 1", "what is missing comes last"
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert values(page) == sorted(values(page))
    assert len(values(page)) == 58
    assert names(page)[-1] == "Älvsbyn 1"
    page.keyboard.press("Space")
    assert names(page) == before
    assert page.locator("#platser [aria-sort]").count() == 0


def test_rows_that_another_script_writes_anew_are_the_rows(page: Page) -> None:
    head = page.locator("#korta th.number button")
    head.click()
    page.evaluate("""() => {
      const row = document.querySelector("#korta tbody tr").cloneNode(true);
      row.cells[0].textContent = "Ny";
      document.querySelector("#korta tbody").replaceChildren(row);
    }""")
    head.click()
    assert names(page, "korta") == ["Ny"]


def test_words_are_sorted_as_in_their_language(page: Page) -> None:
    page.locator("#platser").get_by_role("button", name="Kommun").click()
    found = names(page)
    assert [name.split()[0] for name in found] == sorted(
        (name.split()[0] for name in found), key=["Borås", "Ekerö", "Älvsbyn"].index
    )
    assert found.index("Borås 5") < found.index("Borås 11"), "numbers by their size"


def test_english_numbers_are_numbers(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(write(tmp_path, "en"))
    page.locator("#platser th.number button").click()
    cells = [text.partition("\n")[0] for text in page.locator("#platser td.number").all_inner_texts()]
    found = [float(text.replace(",", "")) for text in cells if text[0].isdigit()]
    assert found == sorted(found, reverse=True)
    assert found[0] > 1000
    page.close()


def test_a_long_table_is_narrowed_by_name_and_region(page: Page) -> None:
    assert len(names(page)) == 59
    field = page.get_by_label("Visa rader med")
    field.fill("alvs")
    assert {name.split()[0] for name in names(page)} == {"Älvsbyn"}
    page.get_by_label("Region").select_option("Skåne")
    assert len(names(page)) == 10
    expect(page.get_by_role("status")).to_have_text("10 av 59 rader visas.")
    page.locator("#platser th.number button").click()
    assert len(names(page)) == 10, "sorting leaves out what is left out"
    page.emulate_media(media="print")
    assert len(names(page)) == 59, "paper has every row"
    page.emulate_media(media="screen")
    page.goto(f"{page.url.partition('#')[0]}#platser-0100")
    expect(page.locator("#platser-0100")).to_be_in_viewport()
    assert len(names(page)) == 59, "a link to a row shows it"
    assert page.locator("#korta input").count() == 0


def test_headings_stay_in_sight(page: Page) -> None:
    box = page.locator("#platser .rv-scroll")
    box.scroll_into_view_if_needed()
    assert box.bounding_box()["height"] <= 0.8 * 900 + 1
    box.evaluate("box => { box.scrollTop = 700; }")
    top, head = box.bounding_box()["y"], page.locator("#platser thead th").first.bounding_box()["y"]
    assert abs(head - top) < 2
    expect(box).to_have_attribute("tabindex", "0")
    assert page.locator("#korta .rv-scroll[tabindex]").count() == 0, "nothing scrolls there"


def test_what_is_missing_is_a_dash_and_a_word(page: Page) -> None:
    cell = page.locator("#platser-0101 td").first
    assert cell.inner_text().strip() == "uppgift saknas"
    assert cell.locator("span > span").bounding_box()["width"] <= 1
    assert "Uppgift saknas helt om Borås 2." in page.locator("#platser").inner_text()
    assert page.locator("#platser-0102").count() == 0
    assert "Ett streck betyder att uppgift saknas." in page.locator("#platser").inner_text()


def test_places_lead_to_what_is_said_of_them(page: Page) -> None:
    links = page.locator("#platser tbody th a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert len(links) == 59
    assert links[0] == "find.html#0100"
    assert "municipalities/1201.html" in links
    assert page.locator("#platser .rv-source a", has_text="Borås 2").get_attribute("href") == "find.html#0102"


def test_without_script_every_row_is_there(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write(tmp_path))
    assert len(names(page)) == 59
    assert page.locator("input:visible, select:visible, button:visible").count() == 0
    context.close()


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (390, "light"), (1280, "dark"), (1280, "light")])
def test_axe_finds_nothing(page: Page, width: int, theme: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.locator("#platser").get_by_role("button", name="Kommun").click()
    page.evaluate(AXE_SCRIPT)
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "preload": False}
    found: list[Any] = page.evaluate("rules => axe.run(document, rules).then(said => said.violations)", rules)
    assert [(fault["id"], node["html"][:200]) for fault in found for node in fault["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
