"""The built pages in a real browser: nothing fails, nothing leaves, nothing overflows, the keyboard works."""

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PAGES = ["index", "commission", "st_baseline", "st_guideline", "regions/index", "regions/12", "regions/25"]
PAGES += ["data", "method", "glossary"]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: pages are not opened")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=[*quiet, "--disable-sync"])
        yield running
        running.close()


@pytest.fixture(params=[1280, 390], ids=lambda width: f"{width}px")
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": request.param, "height": 900})
    yield opened
    opened.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(page: Page, site: Path, name: str) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "chapters" / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('img').forEach(image => image.loading = 'eager')")
    page.wait_for_load_state("networkidle")

    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page is wider than the screen"
    broken = "Array.from(document.images).filter(image => !image.naturalWidth).map(image => image.src)"
    assert page.evaluate(broken) == []


def test_table_behind_a_picture_opens_with_the_keyboard(page: Page, site: Path) -> None:
    page.goto((site / "chapters/regions/12.html").as_uri())
    fold = page.locator("details.rv-details").first
    assert not fold.locator("table").is_visible()
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    assert fold.locator("table").is_visible()


def test_download_holds_the_numbers_of_the_table(page: Page, site: Path, tmp_path: Path) -> None:
    page.goto((site / "chapters/regions/12.html").as_uri())
    with page.expect_download() as started:
        page.locator("a.rv-download").first.click()
    assert started.value.suggested_filename == "nyckeltal-12.csv"
    started.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["measure"]: row for row in csv.DictReader(file)}
    assert float(rows["st_persons"]["value"]) == 470
    assert rows["st_persons"]["status"] == "reported"
    assert {row["region"] for row in rows.values()} == {"12"}
