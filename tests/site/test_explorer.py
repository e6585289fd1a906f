"""The interactive page: the browser agrees with the model; keyboard, links and files work."""

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from riktvarden import assumptions, tables
from riktvarden.model import chain, explorer, heard
from riktvarden.report import Context
from riktvarden.report.chapters import consultation
from riktvarden.responses import check, place, store

SCRIPT = Path(__file__).parents[2] / "chapters" / "_static" / "explorer.js"
SETS = 200
AT_ONCE = 10
CLOSE = 1e-6


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield opened
    opened.close()
    assert faults == []


def test_the_browser_computes_what_the_model_computes(browser: Browser) -> None:
    """Random settings within their limits, for every region, the nation and every municipality."""
    base = chain.base(tables.read_all(), assumptions.read())
    random = np.random.default_rng(20261122)
    chosen = {name: random.uniform(low, high, SETS) for name, (low, high) in explorer.limits(base.assumptions).items()}
    chosen["target_year"] = np.rint(chosen["target_year"])
    expected = vars(explorer.explore(base, chosen))
    sets = [dict(zip(chosen, map(float, values), strict=True)) for values in zip(*chosen.values(), strict=True)]
    page = browser.new_page()
    page.add_script_tag(path=SCRIPT)
    page.evaluate("text => { window.prepared = JSON.parse(text) }", json.dumps(explorer.prepared(base)))
    asked = "text => JSON.stringify(JSON.parse(text).map(one => riktvarden.explore(prepared, one)))"
    for start in range(0, SETS, AT_ONCE):
        found = json.loads(page.evaluate(asked, json.dumps(sets[start : start + AT_ONCE])))
        for name, values in expected.items():
            reported = np.array([one[name] for one in found], float)
            ours = values[start : start + AT_ONCE]
            # What no intake can reach is infinite in the model, and JSON has no word for that.
            ours = np.where(np.isfinite(ours), ours, np.nan)
            np.testing.assert_allclose(reported, ours, rtol=CLOSE, atol=CLOSE, err_msg=name)
    page.close()


def test_what_was_computed_before_changes_nothing(browser: Browser) -> None:
    """Parts of the model are kept while none of their settings changes: one at a time and in turn, as sliders are moved."""
    base = chain.base(tables.read_all(), assumptions.read())
    ends = explorer.limits(base.assumptions)
    sets = [{name: end} for name, pair in ends.items() for end in pair] + [{}]
    sets += [{**one, **other} for one, other in zip(sets[:-1:4], sets[2::4], strict=False)]
    page = browser.new_page()
    page.evaluate("text => { window.prepared = JSON.parse(text) }", json.dumps(explorer.prepared(base)))
    asked = "one => JSON.stringify(riktvarden.explore(prepared, one))"
    page.add_script_tag(path=SCRIPT)
    in_turn = [page.evaluate(asked, one) for one in sets]
    for one, found in zip(sets[::5], in_turn[::5], strict=True):
        page.add_script_tag(path=SCRIPT)  # it remembers nothing
        assert page.evaluate(asked, one) == found, one
    assert len(set(in_turn)) > len(ends)
    page.close()


def test_a_year_out_of_reach_has_no_number(browser: Browser) -> None:
    base = chain.base(tables.read_all(), assumptions.read())
    page = browser.new_page()
    page.add_script_tag(path=SCRIPT)
    found = page.evaluate(
        "([data, settings]) => { const { starters_target: a, cost_target: b } = riktvarden.explore(data, settings);"
        " return [a.every(one => one === Infinity), b.flat().every(Number.isNaN)] }",
        [explorer.prepared(base), {"target_year": 2031}],
    )
    page.close()
    assert found == [True, True]


# --- the page ---------------------------------------------------------------------------------------------


def address(site: Path, query: str = "") -> str:
    return (site / "chapters/explorer.html").as_uri() + query


def row(page: Page, measure: str) -> list[str]:
    """Report's value, reader's value and difference of one row."""
    found = page.locator("table[aria-labelledby=proeva-vaerden] tbody tr", has=page.locator("th", has_text=measure))
    return found.locator("td").all_inner_texts()


def test_starts_at_the_reports_own_values(page: Page, site: Path) -> None:
    page.goto(address(site))
    for measure in (
        "ST-tjänster som håller normen",
        "Specialister som behövs i målåret",
        "Specialister i målåret",
        "Täckning A",
        "Merkostnad",
    ):
        report, yours, apart = row(page, measure)
        assert report.split(" (")[0] == yours
        assert apart == "ingen"
    expect(page.locator(".rv-changed:visible")).to_have_count(0)


def test_keys_alone_move_a_value_and_it_is_reported(page: Page, site: Path) -> None:
    page.goto(address(site))
    before = row(page, "ST-tjänster som håller normen")[1]
    said = page.locator(".rv-said")
    assert said.get_attribute("aria-live") == "polite"
    page.locator("#rv-area").focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "rv-inhabitants_per_specialist":
            break
    assert page.evaluate("document.activeElement.id") == "rv-inhabitants_per_specialist"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(said).to_contain_text("Ändrade antaganden: 1")
    after = row(page, "ST-tjänster som håller normen")
    assert after[1] != before
    assert after[2].startswith("−")
    assert after[1] in said.inner_text()
    expect(page.locator("[data-name=inhabitants_per_specialist] .rv-changed")).to_be_visible()


def test_the_address_holds_what_was_chosen(page: Page, browser: Browser, site: Path) -> None:
    page.goto(address(site))
    page.locator("#rv-area").select_option("0180")
    page.locator("summary", has_text="Behovet").click()
    page.locator("[data-name=need_exponent] input[type=number]").fill("0.85")
    expect(page).to_have_url(re.compile("need_exponent=0.85"))
    expect(page.locator("table[aria-labelledby=proeva-vaerden] tbody tr")).to_have_count(5)
    table = page.locator("table[aria-labelledby=proeva-vaerden]")
    expect(page.locator("#proeva-vaerden")).to_contain_text("Stockholm")
    shown, link = table.inner_text(), page.url
    page.reload()
    assert page.url == link
    assert table.inner_text() == shown
    other = browser.new_page()
    other.goto(link)
    assert other.locator("table[aria-labelledby=proeva-vaerden]").inner_text() == shown
    other.close()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (
            "?need_exponent=7&nonsense=1&__proto__=1&area=9999&x=<img src=x onerror=alert(1)>",
            ["kan vara 0,0–1,0", "finns: nonsense", "finns: __proto__", "område som inte finns: 9999", "finns: x"],
        ),
        ("?need_exponent=abc&area=toString", ["är inget tal", "område som inte finns: toString"]),
        ("?need_exponent=", ["är inget tal"]),
        ("?need_exponent=%E0%A4%A", ["är inget tal"]),
    ],
)
def test_a_bad_address_is_reported_and_does_no_harm(page: Page, site: Path, query: str, said: list[str]) -> None:
    page.goto(address(site, query))
    for words in said:
        expect(page.locator(".rv-notice")).to_contain_text(words)
    assert len(row(page, "ST-tjänster som håller normen")) == 3


def test_a_value_beyond_the_limits_becomes_the_limit(page: Page, site: Path) -> None:
    page.goto(address(site))
    typed = page.locator("[data-name=completion_share] input[type=number]")
    page.locator("summary", has_text="Utbildningen").click()
    typed.fill("300")
    typed.press("Tab")
    high = typed.get_attribute("max")
    assert typed.input_value() == high
    assert f"completion_share={1 - float(high or 0) / 100:g}" in page.url
    expect(page.locator(".rv-notice")).to_contain_text(f"Värdet är ändrat till {high}.")


def test_changed_assumptions_become_a_response_to_the_consultation(
    page: Page, site: Path, tmp_path: Path, base: chain.Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(address(site, "?completion_share=0.9&area=12"))
    page.locator("[data-do=respond]").click()
    page.wait_for_url("**/consultation.html#rv-response?completion_share=0.9")
    form = page.locator("#rv-response")
    form.locator("select").first.select_option("skr")
    form.locator("#rv-response-name").fill("Påhittad organisation")
    number = form.locator("input[name=completion_share]")
    expect(number).to_have_value("0,9")
    form.get_by_role("button").click()
    expect(form.locator("[aria-invalid=true]")).to_have_count(1)  # a value without a reason
    form.locator("#rv-response-completion_share-reason").fill('Påhittat skäl: $x$ <b>fet</b>, "citat".')
    with page.expect_download() as saved:
        form.get_by_role("button").click()
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    response = check.check(file, store.known(), datetime.date(2026, 12, 1))
    assert [(value.assumption, value.value) for value in response.values] == [("completion_share", 0.9)]
    assert response.organisation.actor == "skr"
    # Once imported it has its own row of what was heard, and of what it would change.
    kept = tmp_path / "responses"
    kept.mkdir()
    monkeypatch.setenv(place.VARIABLE, str(kept))
    store.import_response(file, today=datetime.date(2026, 12, 1))
    read = Context.read("sv")
    shown = replace(read, tables={**read.tables, **store.frames()})
    found = heard.effects(base, shown.tables["response_values"].rename(columns={"number": "response"}))
    assert 'id="svar-1-sv"' in consultation.received(shown).html(shown.language)
    assert list(consultation.effects(shown, found).cells.index) == ["Påhittad organisation"]
    assert list(consultation.by_question(shown, found).cells["Räknat i modellen"]) == ["Ja"]


def test_a_region_without_published_numbers_gets_none(page: Page, site: Path) -> None:
    page.goto(address(site, "?area=25"))
    assert re.fullmatch(r"[\d\s]+", row(page, "ST-tjänster som håller normen")[1])
    for measure in ("Specialister i målåret", "Täckning A", "Täckning B", "Merkostnad"):
        _, yours, apart = row(page, measure)
        assert yours == "visas inte: regionens antal är inte publicerat"
        assert apart == ""
    assert "," not in row(page, "Specialister i målåret")[0], "hundreds have no decimals"


def test_pictures_follow_what_is_moved(page: Page, site: Path) -> None:
    page.goto(address(site))
    for chart in page.locator(".rv-chart").all():
        chart.scroll_into_view_if_needed()
        expect(chart.locator(".rv-live svg")).to_be_visible()
    before = [live.get_attribute("aria-label") for live in page.locator(".rv-live").all()]
    page.locator("[data-name=inhabitants_per_specialist] input[type=number]").fill("1500")
    for number, said in enumerate(before):
        expect(page.locator(".rv-live").nth(number)).not_to_have_attribute("aria-label", said or "")


def test_reset_gives_the_report_back(page: Page, site: Path) -> None:
    page.goto(address(site, "?completion_share=0.9"))
    expect(page.locator(".rv-said")).to_contain_text("Ändrade antaganden: 1")
    page.locator("[data-do=reset]").click()
    expect(page.locator(".rv-said")).to_contain_text("Ändrade antaganden: 0")
    assert "completion_share" not in page.url
    assert row(page, "Nya ST-läkare per år som håller normen")[2] == "ingen"


def test_a_year_goes_down_by_key(page: Page, site: Path) -> None:
    page.goto(address(site))
    slider = page.locator("#rv-target_year")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert slider.input_value() == "2039"


def test_what_is_changed_is_listed_and_taken_back(page: Page, site: Path) -> None:
    """Also for who opens a link, whose groups with changes are open."""
    page.goto(address(site, "?inhabitants_per_specialist=1000&completion_share=0.9"))
    chips = page.locator(".rv-chips button")
    expect(chips).to_have_text([re.compile(r"norm 1\s000 \(1\s100\)"), re.compile(r"avhopp 10 \(7\)")])
    expect(page.locator("[data-name=completion_share] .rv-changed")).to_be_visible()
    chips.last.click()
    expect(chips).to_have_count(1)
    assert "completion_share" not in page.url
    chips.last.click()
    expect(page.locator(".rv-chips")).to_be_hidden()
    expect(page.locator("#rv-area")).to_be_focused()


def test_a_scenario_is_a_place_to_start_from(page: Page, site: Path) -> None:
    page.goto(address(site, "?area=12&need_exponent=0.3"))
    page.locator("[data-start=norm]").click()
    assert "inhabitants_per_specialist=1000" in page.url
    assert "need_exponent" not in page.url
    assert "area=12" in page.url
    expect(page.locator("[data-start=norm]")).to_have_attribute("aria-pressed", "true")
    page.locator("[data-start=report]").click()
    expect(page.locator(".rv-chips")).to_be_hidden()


def test_a_choice_follows_to_the_other_language(page: Page, site: Path) -> None:
    page.goto(address(site, "?completion_share=0.9&area=21"))
    to = page.locator("a.rv-language").first.get_attribute("href") or ""
    assert to.endswith("?area=21&completion_share=0.9")


def test_a_small_place_is_told_in_whole_sentences(page: Page, site: Path) -> None:
    page.goto(address(site, "?area=2403"))
    said = page.locator("#bild-proeva-vaegen .rv-trial")
    expect(said).not_to_contain_text("uppgift saknas")
    expect(page.locator(".rv-key li:visible")).to_have_count(2)  # what the region has not published is not drawn
    assert "," in row(page, "Fysioterapeuter")[1]


def test_the_drawing_stays_while_its_lines_move(page: Page, site: Path) -> None:
    page.goto(address(site))
    live = page.locator("#bild-proeva-vaegen .rv-live")
    expect(live.locator("svg")).to_be_visible()
    lines = live.locator("path[d]")
    live.evaluate("live => { live.dataset.same = 'yes' }")
    before = [lines.nth(n).get_attribute("d") for n in range(lines.count())]
    page.locator("[data-name=inhabitants_per_specialist] input[type=number]").fill("900")
    expect(live).to_have_attribute("aria-label", re.compile("Med dina antaganden"))
    page.wait_for_function(
        "old => [...document.querySelectorAll('#bild-proeva-vaegen .rv-live path[d]')]"
        ".some((one, at) => one.getAttribute('d') !== old[at])",
        arg=before,
    )
    assert live.get_attribute("data-same") == "yes"


def test_a_strip_follows_the_reader_on_a_phone(browser: Browser, site: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address(site))
    page.locator("#rv-inhabitants_per_specialist").scroll_into_view_if_needed()
    page.mouse.wheel(0, 600)
    strip = page.locator(".rv-seen")
    expect(strip.locator(".rv-live svg")).to_be_in_viewport()
    height = (strip.bounding_box() or {})["height"]
    assert 120 < height < 190
    thumb = page.locator("#rv-inhabitants_per_specialist").bounding_box() or {}
    assert thumb["height"] >= 44
    page.close()


def test_fits_a_phone(browser: Browser, site: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address(site))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
