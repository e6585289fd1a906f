"""Finding a number in a real browser: by name, by keyboard, by address, without scripts, and in comparison."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

WIDTHS = (390, 1280)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that says nothing on the console, asks no other host and fits a phone and a screen."""
    opened = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})
    said: list[str] = []
    asked: list[str] = []
    opened.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda wanted: asked.append(wanted.url))
    yield opened
    for width in WIDTHS:
        opened.set_viewport_size({"width": width, "height": 900})
        opened.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=width)
    opened.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def shown(page: Page) -> list[str]:
    """Codes of the places that are in the list."""
    return page.locator(".rv-item tbody tr[id]:not([hidden])").evaluate_all("all => all.map(one => one.id)")


@pytest.mark.parametrize("width", WIDTHS)  # the menu of a wide screen comes before the field
def test_from_the_start_page_to_a_municipality_by_key_alone(page: Page, site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((site / "chapters/index.html").as_uri())
    field = page.get_by_label("Hitta din region eller kommun")
    for _ in range(100):
        if field.evaluate("field => field === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("gävle")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"find\.html"))
    place = page.locator("[id='2180']")
    expect(place).to_have_attribute("aria-current", "")
    expect(place.locator("[data-column='Tillsammans: psykologer']")).to_be_visible()
    assert page.url.endswith("find.html#2180")
    expect(place.get_by_role("link", name="Gävle")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"municipalities/2180\.html"))


def test_the_list_narrows_while_a_name_is_written(page: Page, site: Path) -> None:
    page.goto((site / "chapters/find.html").as_uri())
    assert len(shown(page)) == 311
    field = page.get_by_label("Namn på region eller kommun")
    field.fill("malmo")
    assert shown(page) == ["1280"]
    expect(page.locator(".rv-hits")).to_have_text("1 träff")
    expect(page.locator("[id='1280']")).to_have_attribute("aria-current", "")
    expect(page.get_by_text("Läkarna i varje region.")).to_be_hidden()
    field.fill("stockholm")
    assert shown(page) == ["01", "0180"]
    expect(page.locator(".rv-hits")).to_have_text("2 träffar")
    assert page.locator("tr[aria-current]").count() == 0, "two places have the name"
    field.fill("xyzzy")
    expect(page.locator(".rv-hits")).to_have_text("Ingen plats har det namnet.")
    field.fill("")
    assert len(shown(page)) == 311


@pytest.mark.parametrize("address", ["#12", "?place=12", "?q=Region+Sk%C3%A5ne"])
def test_a_place_has_an_address(page: Page, site: Path, address: str) -> None:
    page.goto(f"{(site / 'chapters/find.html').as_uri()}{address}")
    place = page.locator("[id='12']")
    expect(place).to_have_attribute("aria-current", "")
    place.get_by_role("link", name="Skåne").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Region Skåne")


def test_without_script_every_place_is_there(browser: Browser, site: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "chapters/find.html").as_uri())
    expect(page.locator(".rv-find form")).to_be_hidden()
    expect(page.locator("[id='0180'] [data-column='Kommunen: fysioterapeuter']")).to_be_visible()
    page.goto((site / "chapters/compare.html").as_uri())
    assert page.locator(".rv-compare section").first.locator("tbody tr:visible").count() == 22
    context.close()


def test_areas_are_side_by_side_and_the_address_remembers(page: Page, site: Path) -> None:
    page.goto((site / "chapters/compare.html").as_uri() + "?region=01")  # as other pages link
    first = page.locator(".rv-compare section").first
    expect(first.locator("tbody tr")).to_have_count(2)
    add = page.get_by_label("Lägg till en region eller kommun")
    add.select_option("12")
    expect(first.locator("tbody tr")).to_have_count(3)
    assert page.url.endswith("?area=01&area=12")
    expect(first.locator(".rv-verdict")).to_contain_text(re.compile("Stockholm ligger högre än Skåne|går inte att skilja"))
    page.reload()
    expect(first.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".rv-hits")).to_contain_text("Stockholm, Skåne")
    assert add.locator("option[value='01']").is_disabled(), "an area is picked once"
    page.locator(".rv-chips button", has_text="Stockholm").click()
    expect(page.locator(".rv-hits")).to_have_text("Visas: Skåne och riket.")
    assert (page.locator("a.rv-language").first.get_attribute("href") or "").endswith("?area=12")


def test_municipalities_are_compared_where_they_have_the_measure(page: Page, site: Path) -> None:
    page.goto((site / "chapters/compare.html").as_uri() + "?area=in-21&area=1480")
    nurses = page.locator("[data-measure=inhabitants_per_district_nurse]")
    expect(nurses.locator("tbody tr")).to_have_count(10 + 1 + 1)
    expect(nurses.locator("th a", has_text="Bollnäs")).to_have_attribute("href", "find.html#2183")
    positions = page.locator("[data-measure=st_positions_per_10000]")
    expect(positions.locator(".rv-verdict")).to_have_text("Måttet finns bara för regioner.")
    expect(positions.locator("table")).to_be_hidden()
    with page.expect_download() as taken:
        page.locator(".rv-compare .rv-download").click()
    rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("area,name,measure,value,low,high")
    assert sum(row.startswith("1480,Göteborg,") for row in rows) == 5
