"""The built pages against the machine-checkable criteria of WCAG 2.1 AA, with axe-core, keyboard and all themes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

ALWAYS = ["chapters/index", "chapters/commission", "chapters/st_guideline", "chapters/method", "chapters/regions/12"]
ALWAYS += ["chapters/data", "search"]
"""One page of each kind: start, text, charts and maps, equations, a region, long tables, search."""
WHERE_THERE = ["chapters/explorer", "chapters/find", "chapters/compare", "chapters/consultation"]
"""Pages with forms; tried in books that have them."""
CONTRAST = {"color-contrast": {"enabled": True}}
NO_CONTRAST = {"color-contrast": {"enabled": False}}
SCREENS = [("light", 1280, CONTRAST), ("dark", 390, CONTRAST)]
"""Theme, width and whether contrast is measured: that takes most of the time, and depends on the theme only. What else a
machine can see depends on what a width shows, not on the theme."""
OF_WORDS = [("light", 390, NO_CONTRAST)]
"""For a second language, whose pages have the same parts and colours and other words."""

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
    "preload": False,  # a page opened from a folder cannot read its own style sheets again
    "selectors": False,
}
SHORTEN = """() => {
  for (const more of document.querySelectorAll("tbody tr:nth-child(n+3), .rv-places > :nth-child(n+4)")) more.remove();
  for (const fold of document.querySelectorAll("details")) fold.open = true;
}"""
"""Everything is unfolded; of the rows of a table and of the places, which are alike, the first are enough."""
PATIENCE = 60_000
"""Milliseconds to wait for a page on a busy machine."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def languages(book: Path) -> list[Path]:
    """The folders of the languages that the book has."""
    return sorted(start.parents[1] for start in (book / "site").glob("*/chapters/index.html"))


def faults(page: Page, contrast: dict[str, Any] = CONTRAST) -> list[str]:
    """What axe-core finds wrong on a page as it is shown now."""
    rules = {**RULES, "rules": contrast}
    found: list[dict[str, Any]] = page.evaluate("rules => axe.run(document, rules).then(said => said.violations)", rules)
    return [f"{fault['id']}: {node['html'][:200]}" for fault in found for node in fault["nodes"]]


def faults_on(page: Page, address: str, screens: list[tuple[Any, int, dict[str, Any]]]) -> dict[str, list[str]]:
    """What axe-core finds wrong on a page, screen by screen."""
    found = {}
    page.emulate_media(color_scheme="light")
    page.goto(address)
    for chart in page.locator(".rv-chart[data-chart]").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".rv-live svg")).to_be_visible(timeout=PATIENCE)
    page.evaluate(SHORTEN)
    page.evaluate(AXE_SCRIPT)
    for theme, width, contrast in screens:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        # The theme of a chapter follows its own attribute, which a script sets.
        page.evaluate("theme => { const set = document.documentElement.dataset; if (set.theme) set.theme = theme; }", theme)
        page.wait_for_function("() => !document.getAnimations().length")
        if said := faults(page, contrast):
            found[f"{theme} {width} px"] = said
    return found


@pytest.mark.parametrize("document", [*ALWAYS, *WHERE_THERE])
def test_axe_finds_nothing(page: Page, book: Path, document: str) -> None:
    found = {}
    tried = [folder / f"{document}.html" for folder in languages(book)]
    if document in WHERE_THERE and not any(file.is_file() for file in tried):
        pytest.skip("not in this book")
    for number, file in enumerate(tried):
        said = faults_on(page, file.as_uri(), OF_WORDS if number else SCREENS)
        found |= {f"{file.relative_to(book / 'site')} {screen}": faults for screen, faults in said.items()}
    assert found == {}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_form_of_the_consultation(
    page: Page, book: Path, theme: Literal["light", "dark"], width: int
) -> None:
    """With an actor chosen and a fault shown, as the form is empty before."""
    file = languages(book)[0] / "chapters/consultation.html"
    if not file.is_file():
        pytest.skip("not in this book")
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(file.as_uri())
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    page.locator("#rv-response-actor").select_option("region")
    page.locator("#rv-response fieldset input").first.fill("x")
    page.locator("#rv-response button").click()
    page.locator(".rv-workbooks summary").click()
    page.evaluate(SHORTEN)
    page.evaluate(AXE_SCRIPT)
    page.wait_for_function("() => !document.getAnimations().length")
    assert faults(page, CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_axe_finds_nothing_where_no_page_is(page: Page, book: Path) -> None:
    assert faults_on(page, (book / "site/404.html").as_uri(), SCREENS) == {}


def test_axe_finds_nothing_at_the_front_door(browser: Browser, book: Path) -> None:
    """With one language the door opens by itself, so it is seen as it is before that."""
    page = browser.new_page()
    page.set_content(re.sub(r'<meta http-equiv="[^>]*>', "", (book / "site/index.html").read_text(encoding="utf-8")))
    page.evaluate(AXE_SCRIPT)
    assert faults(page) == []
    page.close()


def test_axe_would_find_something(page: Page) -> None:
    page.set_content('<html lang="sv"><title>x</title><main><h1>x</h1><img src="x.png"><button></button></main>')
    page.evaluate(AXE_SCRIPT)
    assert {fault.partition(":")[0] for fault in faults(page)} >= {"image-alt", "button-name"}


def test_the_first_key_leads_to_the_content(page: Page, site: Path) -> None:
    page.goto((site / "chapters/regions/12.html").as_uri())
    page.keyboard.press("Tab")
    skip = page.locator("#pst-skip-link a")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main-content').contains(document.activeElement)")


FOCUS = """() => {
  // The theme rings what is in an arrow of the menu, not the arrow.
  window.isRinged ??= at => [at, ...at.children].some(one => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
    return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  });
  window.named ??= at => `${at.tagName} ${at.getAttribute("class")} ${at.textContent.trim().slice(0, 30)}`;
  window.passed ??= new Set();
  const at = document.activeElement;
  if (!at || at === document.body || passed.has(at)) return null;
  passed.add(at);
  return { name: named(at), ring: isRinged(at) };
}"""
DARK = """() => {
  document.documentElement.dataset.theme = "dark";
  return [...passed].filter(at => { at.focus(); return document.activeElement !== at || !isRinged(at); }).map(named);
}"""
"""What shows no focus in the dark: a script that moves the focus shows it as a key does if a key did last."""


def test_keys_pass_through_a_page_and_are_seen(page: Page, site: Path) -> None:
    """No trap: Tab reaches each thing once, and each shows that it has the focus."""
    page.goto((site / "chapters/regions/12.html").as_uri())
    page.wait_for_load_state()
    reachable = "a[href]:not([tabindex='-1']), button, summary, input, [tabindex='0']"
    count = page.locator(reachable).count()
    passed, unseen = [], []
    for _ in range(count + 20):
        page.keyboard.press("Tab")
        if (at := page.evaluate(FOCUS)) is None:
            break
        passed.append(at["name"])
        if not at["ring"]:
            unseen.append(at["name"])
    assert unseen == []
    assert sum(name.startswith("svg ") for name in passed) == page.locator(".rv-chart:visible").count(), (
        "a chart is not reached"
    )
    assert any("rv-download" in name for name in passed)
    assert len(passed) > 50
    page.keyboard.press("Tab")
    assert page.evaluate(DARK) == []


def test_the_menu_of_a_phone_opens_and_closes_by_key(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto((site / "chapters/regions/12.html").as_uri())
    button = page.locator("button.primary-toggle")
    inside = page.get_by_role("link", name="Hitta din region eller kommun", exact=True)
    expect(inside).not_to_be_in_viewport()
    button.focus()
    page.keyboard.press("Enter")
    expect(inside).to_be_in_viewport()
    assert page.evaluate("Boolean(document.activeElement.closest('dialog, .bd-sidebar-primary'))"), "focus stays outside"
    page.keyboard.press("Escape")
    expect(inside).not_to_be_in_viewport()
    expect(button).to_be_focused()


@pytest.fixture(scope="module")
def region(browser: Browser, site: Path) -> Iterator[Page]:
    """The page of a region, to be looked at only."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened.goto((site / "chapters/regions/12.html").as_uri())
    yield opened
    opened.close()


def test_the_arrows_of_the_menu_say_what_they_unfold(region: Page) -> None:
    arrows = region.locator(".bd-sidebar-primary summary")
    names = [arrow.get_attribute("aria-label") for arrow in arrows.all()]
    chapters = region.locator(".bd-sidebar-primary li.has-children > a").all_inner_texts()
    assert names == [chapter.strip() for chapter in chapters]
    assert names


def test_what_scrolls_sideways_is_reached_by_key_and_nothing_else(page: Page, site: Path) -> None:
    boxes = page.locator(".rv-scroll, div.math, .bd-article pre")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto((site / "chapters/method.html").as_uri())
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")
        states = boxes.evaluate_all("""all => all.map(one => [
          one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1, one.tabIndex === 0
        ])""")
        assert [stops for _, stops in states] == [scrolls for scrolls, _ in states]
    assert any(scrolls for scrolls, _ in states), "nothing scrolls on a phone: the test tries nothing"


def test_nothing_moves_for_those_who_asked(region: Page) -> None:
    slow = """() => [...document.querySelectorAll("*")].filter(one => {
      const { transitionDuration: turn, animationDuration: run, scrollBehavior: way } = getComputedStyle(one);
      return way === "smooth" || [turn, run].some(times => times.split(",").some(time => parseFloat(time) > 0.001));
    }).map(one => one.outerHTML.slice(0, 100))"""
    assert region.evaluate(slow) == []


def test_a_chart_that_cannot_be_drawn_anew_stays_a_picture(page: Page, site: Path) -> None:
    page.route("**/vega.js", lambda route: route.abort())
    page.goto((site / "chapters/explorer.html").as_uri())
    chart = page.locator(".rv-chart").first
    chart.scroll_into_view_if_needed()
    expect(chart.locator("svg:visible")).to_have_count(1)
    expect(chart.locator(".rv-live")).to_have_count(0)


def test_every_button_shows_its_icon(region: Page, page: Page, site: Path) -> None:
    """The theme's icon font is not there: each icon that it names is one of ours."""
    page.goto((site / "search.html").as_uri())
    blank = "all => all.filter(one => getComputedStyle(one).maskImage === 'none').map(one => one.className)"
    for shown in (region, page):
        icons = shown.locator("[class*='fa-']")
        assert icons.count() >= 4
        assert icons.evaluate_all(blank) == []
