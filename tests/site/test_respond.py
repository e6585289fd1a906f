"""The form of the consultation: what is missing is named beside each field, and the file can be read by people."""

import datetime
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page, expect

from riktvarden.book.pages import guarded
from riktvarden.report import Context
from riktvarden.report.chapters import consultation
from riktvarden.responses import check, store

from .test_own_numbers import PAGE, STATIC

TODAY = datetime.date(2026, 12, 1)
QUESTION = "completion_share"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The form as a page of its own, with one question to each kind of actor."""
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(consultation, "html", lambda markup, said="": shown.append(markup))
        consultation.show_form(Context.read("sv"), "working", pd.Series({QUESTION: 0.1}))
    text = PAGE.replace("own.js", "respond.js").format(language="sv", static=STATIC.as_uri(), section=shown[0])
    path = tmp_path_factory.mktemp("respond") / "sv.html"
    path.write_text(guarded(text), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    opened.close()
    assert faults == []


def faults(page: Page) -> list[str]:
    """Names of the fields beside which something is said to be wrong."""
    return page.locator("#rv-response [aria-invalid=true]").evaluate_all(
        "all => all.map(one => one.id.replace('rv-response-', ''))"
    )


def test_every_missing_field_is_named_at_once(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#rv-response-actor").select_option("region")
    page.locator("#rv-response-name").fill("Påhittad organisation")
    page.locator("#rv-response-comment").fill("En synpunkt.")
    page.get_by_role("button", name="Spara").click()
    assert faults(page) == ["region"]
    expect(page.locator("#rv-response-region")).to_be_focused()
    expect(page.locator(".rv-notice")).to_contain_text("detta saknas eller behöver ändras: Region.")
    page.locator("#rv-response-name").fill("")
    page.locator("#rv-response-comment").fill("")
    page.get_by_role("button", name="Spara").click()
    assert faults(page) == ["name", "region", "comment"]
    expect(page.locator("#rv-response-name")).to_be_focused()
    expect(page.locator("#rv-response-comment-fault")).to_contain_text("Besvara minst en fråga eller skriv en synpunkt")


def test_a_missing_reason_is_named_with_its_question(page: Page, address: str) -> None:
    page.goto(f"{address}#rv-response?{QUESTION}=0.9")
    page.locator("#rv-response-actor").select_option("skr")
    page.locator("#rv-response-name").fill("Påhittad organisation")
    page.get_by_role("button", name="Spara").click()
    assert faults(page) == [f"{QUESTION}-reason"]
    question = page.locator("#rv-response legend").first.inner_text()
    expect(page.locator(".rv-notice")).to_contain_text(f"{question}: Varför?")


def test_an_answer_handed_on_stays_behind_the_number_sign(page: Page, address: str) -> None:
    page.goto(f"{address}?{QUESTION}=0.9")
    page.locator("#rv-response-actor").select_option("skr")
    expect(page.locator(f"#rv-response-{QUESTION}")).to_have_value("0,9")
    assert page.evaluate("[location.search, location.hash]") == ["", f"#?{QUESTION}=0.9"]


def test_the_file_says_what_it_is_and_has_no_binary_remainder(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}#rv-response?{QUESTION}=0.8300000000000001")
    page.locator("#rv-response-actor").select_option("skr")
    page.locator("#rv-response-name").fill("Påhittad organisation")
    page.locator(f"#rv-response-{QUESTION}-reason").fill("Påhittat skäl.")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Spara").click()
    path = tmp_path / caught.value.suggested_filename
    caught.value.save_as(path)
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Svar på samrådet från Påhittad organisation.\n# Det här är en vanlig textfil.")
    assert "\nvalue = 0.83\n" in text
    response = check.check(path, store.known(), TODAY)
    assert [(value.assumption, value.value) for value in response.values] == [(QUESTION, 0.83)]  # noqa: PD011 - no frame
