"""The built pages in a real browser: no errors, external requests or overflow; keyboard, search and dark mode work."""

import csv
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from threading import Thread
from typing import Any, Literal

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect

PAGES = ["index", "commission", "st_baseline", "st_guideline", "regions/index", "regions/12", "regions/25"]
PAGES += ["data", "method", "glossary", "personnel", "explorer", "find", "compare", "economics"]
PAGES += ["need", "principals"]
WIDTHS = {"narrow": 320, "phone": 390, "paper": 672, "screen": 1280}  # paper: A4 between its margins


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
SMALL = """
() => [...document.querySelectorAll(".rv-chart > svg text")].filter(text => {
  const drawing = text.ownerSVGElement, scale = drawing.getBoundingClientRect().width / drawing.viewBox.baseVal.width;
  return text.getClientRects().length && parseFloat(getComputedStyle(text).fontSize) * scale < 11;
}).map(text => text.textContent)
"""
UNFOLD = "() => { for (const fold of document.querySelectorAll('details:has(.rv-chart)')) fold.open = true; }"
"""Open the sections that hold charts."""
OUTSIDE = """
() => [...document.querySelectorAll(".rv-chart > svg text")].filter(text => {
  const { left, right, width } = text.getBoundingClientRect();
  return width && (left < 0 || right > document.documentElement.clientWidth);
}).map(text => text.textContent)
"""


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
    page.evaluate(UNFOLD)
    for chart in page.locator(".rv-chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(":scope > svg:visible, .rv-live svg:visible")).to_have_count(1)
    for chart in page.locator(".rv-chart[data-chart]").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".rv-live svg")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.wait_for_function("Array.from(document.images).every(image => image.complete)")

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    broken = "Array.from(document.images).filter(image => !image.naturalWidth).map(image => image.src)"
    assert page.evaluate(broken) == []
    for screen in ("narrow", "phone", "screen"):
        page.set_viewport_size({"width": WIDTHS[screen], "height": 900})
        page.wait_for_function("() => !document.getAnimations().length")
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[screen], f"wider than a {screen}"
        assert page.evaluate(SMALL) == [], f"text of charts is too small on a {screen}"
        assert page.evaluate(OUTSIDE) == [], f"text of charts is cut on a {screen}"
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


def test_a_section_that_is_folded_opens_by_key_and_by_its_link(page: Page, site: Path) -> None:
    address = (site / "chapters/regions/12.html").as_uri()
    page.goto(address)
    fold = page.locator("section#nyckeltal > details")
    table = fold.locator("table").first
    expect(table).to_be_hidden()
    fold.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    page.goto("about:blank")
    page.goto(f"{address}#nyckeltal")
    expect(table).to_be_visible()
    expect(fold.locator("h3")).to_be_in_viewport()


@pytest.fixture(scope="module")
def chart(browser: Browser, site: Path) -> Iterator[Locator]:
    """The chart of a region's page that compares it with others, which a link unfolds; tests leave it as it was."""
    page = browser.new_page(viewport={"width": WIDTHS["screen"], "height": 900})
    page.goto(f"{(site / 'chapters/regions/12.html').as_uri()}#bild-st-taethet-12")
    yield page.locator("#bild-st-taethet-12 .rv-chart")
    page.close()


def test_a_chart_says_what_it_shows_and_is_reached_by_key(chart: Locator) -> None:
    drawn = chart.locator("svg:visible")
    expect(drawn).to_have_role("group")  # its labels are links
    assert len(drawn.get_attribute("aria-label") or "") > 40
    drawn.focus()
    expect(drawn).to_be_focused()
    assert chart.locator("[aria-roledescription], svg :not(a)[aria-label]").count() == 0, "Vega describes marks in English"


def test_what_a_chart_says_is_above_it_and_its_source_below(chart: Locator) -> None:
    figure = chart.locator("xpath=ancestor::figure")
    headline, source = figure.locator("figcaption .rv-headline"), figure.locator("> .rv-source")
    words = chart.locator("svg:visible").get_attribute("aria-label") or ""
    assert headline.inner_text() in words
    tops = [part.evaluate("one => one.getBoundingClientRect().top") for part in (headline, chart, source)]
    assert tops == sorted(tops)
    expect(source).to_contain_text("Källa: ")


def test_numbers_of_a_chart_are_swedish(chart: Locator) -> None:
    texts = chart.locator("svg:visible text").all_text_contents()
    assert any(re.fullmatch(r"riket \d,\d", text) for text in texts), texts


def test_a_mark_says_its_own_numbers(chart: Locator) -> None:
    chart.locator("svg:visible .mark-symbol.role-mark path").first.hover()
    tip = chart.page.locator(".rv-tip")
    expect(tip).to_contain_text(re.compile(r"denna region: \d,\d \(\d,\d–\d,\d\)"))
    chart.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_arrows_go_from_mark_to_mark(chart: Locator) -> None:
    chart.locator("svg:visible").focus()
    tip = chart.page.locator(".rv-tip")
    said = []
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        chart.page.keyboard.press(key)
        said.append(tip.inner_text())
    assert said[0] == said[2] != said[1]
    chart.page.keyboard.press("Escape")
    expect(tip).to_be_hidden()


def test_a_tap_pins_what_a_mark_says(browser: Browser, site: Path) -> None:
    context = browser.new_context(viewport={"width": WIDTHS["phone"], "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto((site / "chapters/regions/12.html").as_uri())
    page.evaluate(UNFOLD)
    tip = page.locator(".rv-tip")
    tapped = 0
    for drawing in page.locator(".rv-chart svg:visible").all():
        for mark in drawing.locator("[data-tip]").all()[:3]:
            mark.scroll_into_view_if_needed()
            x, y = mark.evaluate("""one => {
              one.scrollIntoView({ block: "center" });
              const { x, y, width, height } = one.getBoundingClientRect();
              return [x + width / 2, y + height / 2];
            }""")
            page.touchscreen.tap(x, y)
            expect(tip).to_have_class(re.compile("rv-pinned"))
            assert 2 <= len(tip.inner_text().splitlines()) <= 5
            tapped += 1
    assert tapped >= 20
    assert page.url.endswith("12.html"), "the first tap says what a place is"
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    context.close()


def test_a_region_on_a_map_is_a_link(page: Page, site: Path) -> None:
    page.goto((site / "chapters/index.html").as_uri())
    region = page.locator("#bild-st-riktvaerde-karta svg:visible a[href]").first
    expect(region).to_have_attribute("href", re.compile(r"^regions/\d\d\.html$"))
    region.locator("[data-tip]").first.dispatch_event("click")
    expect(page).to_have_url(re.compile(r"/regions/\d\d\.html$"))


def test_charts_fill_their_column(page: Page, site: Path) -> None:
    shares: list[float] = []
    page.set_viewport_size({"width": WIDTHS["screen"], "height": 900})
    for name in ("st_guideline", "regions/12", "economics"):
        page.goto((site / f"chapters/{name}.html").as_uri())
        for box in page.locator(".rv-chart:visible").all():
            drawn, column = (
                one.evaluate("one => one.getBoundingClientRect().width") for one in (box.locator("svg:visible"), box)
            )
            shares.append(drawn / column)
    assert median(shares) >= 0.9


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
    figure = chart.locator("xpath=ancestor::figure")
    tools = figure.locator(".rv-tools")
    starts = {"CSV": b"\xef\xbb\xbf", "PNG": b"\x89PNG", "SVG": b"<svg"}
    for label, start in starts.items():
        with page.expect_download() as started:
            tools.get_by_text(label, exact=True).click()
        started.value.save_as(tmp_path / label)
        assert (tmp_path / label).read_bytes().startswith(start)
        assert started.value.suggested_filename.endswith(f".{label.lower()}")
    assert int.from_bytes((tmp_path / "PNG").read_bytes()[16:20]) == 1200, "pixels across"
    picture = BeautifulSoup((tmp_path / "SVG").read_text(encoding="utf-8"), "html.parser")
    words = " ".join(text.get_text() for text in picture.find_all("text"))
    for part in (".rv-headline", "figcaption .rv-caption"):
        assert " ".join(figure.locator(part).inner_text().split()) in words
    assert "Källa: " in words
    assert "CC BY 4.0" in words
    assert "var(" not in str(picture), "a file has no style sheet"


def test_a_chart_can_be_cited_and_shown_elsewhere(page: Page, served: str) -> None:
    page.goto(f"{served}/sv/chapters/regions/12.html")
    figure = page.locator("figure.rv-figure").first
    headline = figure.locator(".rv-headline").inner_text()
    cite, embed = (figure.get_by_role("button", name=re.compile(name)) for name in ("Citera", "Bädda in"))
    cite.click()
    said = figure.locator("textarea").input_value()
    assert "Region Skåne" in said
    assert f"{page.url}#{figure.get_attribute('id')}" in said
    embed.click()
    frame = BeautifulSoup(figure.locator("textarea").input_value(), "html.parser").iframe
    assert frame["title"] == headline
    embed.click()
    expect(figure.locator("textarea")).to_have_count(0)
    page.goto(frame["src"])
    expect(page.get_by_role("heading")).to_have_text(headline)
    expect(page.locator("svg:visible")).to_have_count(1)
    page.locator("a").click()
    expect(page.locator(".rv-figure").first.locator(".rv-headline")).to_have_text(headline)


def test_print_has_the_picture_of_its_width(chart: Locator) -> None:
    chart.page.emulate_media(media="print")
    expect(chart.locator("svg:visible")).to_have_count(1)
    expect(chart.locator("svg:visible")).to_have_class("rv-desk")
    chart.page.emulate_media(media="screen")


def test_a_chart_follows_the_colours_of_the_page_without_script(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "chapters/regions/12.html").as_uri())
    axis = page.locator("#bild-nya-12 svg:visible .role-axis-label text").first
    expect(axis).to_have_css("fill", "rgb(27, 27, 27)")
    axis.evaluate("one => { document.documentElement.dataset.theme = 'dark'; }")
    expect(axis).to_have_css("fill", "rgb(232, 230, 227)")
    context.close()


def test_nothing_of_the_chart_runtime_is_loaded_but_where_charts_change(page: Page, site: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "chapters/regions/12.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if "/_charts/" in url or url.endswith("live.js")] == []


def test_download_holds_the_numbers_of_the_table(page: Page, site: Path, tmp_path: Path, edition: dict[str, Any]) -> None:
    page.goto(f"{(site / 'chapters/regions/12.html').as_uri()}#nyckeltal-12")
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
