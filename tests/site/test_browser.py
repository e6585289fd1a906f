"""The built pages in a real browser: no errors, external requests or overflow; keyboard, search and dark mode work."""

import csv
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

PAGES = ["index", "commission", "st_baseline", "st_guideline", "regions/index", "regions/12", "regions/25"]
PAGES += ["data", "method", "glossary", "personnel", "explorer", "find", "compare", "economics"]
PAGES += ["need", "principals"]
WIDTHS = {"phone": 390, "paper": 672, "screen": 1280}  # paper: A4 between its margins


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a phone, where what is to be clicked is the easiest to hide."""
    opened = browser.new_page(viewport={"width": WIDTHS["phone"], "height": 900})
    yield opened
    opened.close()


WIDE = """
() => Array.from(document.querySelectorAll("article :is(table, img, pre)"))
  .filter(each => each.getBoundingClientRect().right > innerWidth)
  .map(each => each.getAttribute("aria-labelledby") || each.outerHTML.slice(0, 80))
"""
"""What of a page reaches beyond its edge."""


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(page: Page, site: Path, name: str) -> None:
    """It is opened once, which takes longest, and shown in all widths; a list to look up in is not for paper."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "chapters" / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    for chart in page.locator(".rv-chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".rv-live svg")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_function("Array.from(document.images).every(image => image.complete)")

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    broken = "Array.from(document.images).filter(image => !image.naturalWidth).map(image => image.src)"
    assert page.evaluate(broken) == []
    for screen in ("phone", "screen"):
        page.set_viewport_size({"width": WIDTHS[screen], "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[screen], f"wider than a {screen}"
    if name != "find":
        page.set_viewport_size({"width": WIDTHS["paper"], "height": 1000})
        page.emulate_media(media="print")
        assert page.evaluate(WIDE) == [], "cut on paper"
        expect(page.locator("article h1")).to_be_visible()
        expect(page.locator("article table").last).to_be_visible()
        assert page.locator("button:visible, nav:visible").count() == 0


def test_table_behind_a_picture_opens_with_the_keyboard(page: Page, site: Path) -> None:
    page.goto((site / "chapters/regions/12.html").as_uri())
    fold = page.locator("details.rv-details", has=page.locator("table")).first
    assert not fold.locator("table").is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("table").is_visible()


@pytest.fixture(scope="module")
def chart(browser: Browser, site: Path) -> Iterator[Locator]:
    """The chart of a region's page that compares it with others, drawn by the browser; tests leave it as it was."""
    page = browser.new_page(viewport={"width": WIDTHS["screen"], "height": 900})
    page.goto((site / "chapters/regions/12.html").as_uri())
    first = page.locator("#bild-st-taethet-12 .rv-chart")
    first.scroll_into_view_if_needed()
    expect(first).to_have_class(re.compile("rv-drawn"))
    yield first
    page.close()


def test_a_chart_says_what_it_shows_and_is_reached_by_key(chart: Locator) -> None:
    live = chart.locator(".rv-live")
    expect(live).to_have_role("img")
    assert live.get_attribute("aria-label") == chart.locator("img").get_attribute("alt")
    live.focus()
    expect(live).to_be_focused()
    assert chart.locator("[aria-roledescription]").count() == 0, "Vega describes marks in English"


def test_numbers_of_a_chart_are_swedish(chart: Locator) -> None:
    texts = chart.locator(".rv-live svg text").all_text_contents()
    assert any(re.fullmatch(r"riket \d,\d", text) for text in texts), texts


def test_a_mark_says_its_row_of_the_table(chart: Locator) -> None:
    chart.locator(".rv-live .mark-symbol.role-mark path").first.hover()
    expect(chart.page.locator(".rv-tip")).to_contain_text(re.compile(r"10\s000 invånare"))
    chart.page.keyboard.press("Escape")
    expect(chart.page.locator(".rv-tip")).to_be_hidden()


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that does not tell what it serves."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(book: Path) -> Iterator[str]:
    """Address of the site on a server of this machine."""
    handler = partial(Quiet, directory=str(book / "site"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_chart_can_be_taken_away(page: Page, served: str, tmp_path: Path) -> None:
    page.goto(f"{served}/sv/chapters/regions/12.html")
    chart = page.locator(".rv-chart").first
    tools = chart.locator("xpath=following-sibling::*[1]")
    starts = {"CSV": b"\xef\xbb\xbf", "PNG": b"\x89PNG", "SVG": b"<svg"}
    for label, start in starts.items():
        with page.expect_download() as started:
            tools.get_by_text(label, exact=True).click()
        started.value.save_as(tmp_path / label)
        assert (tmp_path / label).read_bytes().startswith(start)
        assert started.value.suggested_filename.endswith(f".{label.lower()}")


def test_print_has_the_still_picture(chart: Locator) -> None:
    chart.page.emulate_media(media="print")
    chart.page.locator("#bild-st-taethet-12").scroll_into_view_if_needed()  # a picture far away is not loaded yet
    expect(chart.locator("img")).to_be_visible()
    expect(chart.locator(".rv-live")).to_be_hidden()
    chart.page.emulate_media(media="screen")


def test_a_chart_follows_the_colours_of_the_page(chart: Locator) -> None:
    axis = chart.locator(".rv-live .role-axis-label text").first
    expect(axis).to_have_attribute("fill", "#1b1b1b")
    chart.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    expect(axis).not_to_have_attribute("fill", "#1b1b1b")
    chart.page.evaluate("document.documentElement.dataset.theme = 'light'")
    expect(axis).to_have_attribute("fill", "#1b1b1b")


def test_without_script_the_pictures_are_there(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "chapters/regions/12.html").as_uri())
    picture = page.locator("img.vega-figure").first
    expect(picture).to_be_visible()
    expect(page.locator("article").get_by_role("link", name="SVG").first).to_be_visible()
    context.close()


def test_download_holds_the_numbers_of_the_table(page: Page, site: Path, tmp_path: Path, edition: dict[str, Any]) -> None:
    page.goto((site / "chapters/regions/12.html").as_uri())
    with page.expect_download() as started:
        page.locator("a.rv-download[download='nyckeltal-12.csv']").first.click()
    started.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    assert float(rows["st_persons"]["value"]) == edition["st_baseline"]["persons"]["12"]
    assert rows["st_persons"]["status"] == "reported"
    assert {row["region"] for row in rows.values()} == {"12"}


@pytest.mark.parametrize(
    ("asked", "said", "found"),
    [
        ("Norrbotten", r"Sökningen är klar. Antal sidor: \d+.", "Region Norrbotten"),
        ("xyzzyplugh", r"Inga sidor matchar sökningen. Kontrollera stavningen.", None),
    ],
)
def test_search_says_what_it_found(page: Page, site: Path, asked: str, said: str, found: str | None) -> None:
    page.goto(f"{(site / 'search.html').as_uri()}?q={asked}")
    expect(page.locator("#search-results .search-summary")).to_have_text(re.compile(said))
    expect(page.locator("#search-results h2")).to_have_text("Sökresultat")
    titles = page.locator("#search-results li > a").all_inner_texts()
    assert found in titles if found else titles == []


FAINT = """
() => {
  const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
  const over = (top, under) => {
    const [r, g, b, a = 1] = top;
    return [r, g, b].map((value, i) => value * a + under[i] * (1 - a));
  };
  const behind = element => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) layers.unshift(numbers(getComputedStyle(at).backgroundColor));
    return layers.reduce((under, top) => over(top, under), [255, 255, 255]);
  };
  const light = colour => {
    const [r, g, b] = colour.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = element => {
    const ground = behind(element);
    const [a, b] = [over(numbers(getComputedStyle(element).color), ground), ground].map(light);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const hasText = element => Array.from(element.childNodes).some(node => node.nodeType === 3 && node.data.trim());
  const shown = Array.from(document.querySelectorAll(".rv-output, .rv-output *")).filter(hasText);
  const name = element => `${element.tagName} ${element.className}: ${element.textContent.trim().slice(0, 40)}`;
  return [shown.length, shown.map(each => [contrast(each), name(each)]).filter(([ratio]) => ratio < 4.5)];
}
"""
"""How many elements of the report's outputs have text, and those whose text is too faint (WCAG 2.2, 1.4.3)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_of_outputs_stands_out(browser: Browser, site: Path, scheme: Literal["light", "dark"]) -> None:
    page = browser.new_page(viewport={"width": WIDTHS["screen"], "height": 900}, color_scheme=scheme)
    page.goto((site / "chapters/regions/12.html").as_uri())
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
    texts, faint = page.evaluate(FAINT)
    page.close()
    assert texts > 50
    assert faint == []
