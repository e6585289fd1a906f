"""A planner's own numbers: the browser agrees with the model, and what is typed comes out as values, address and files."""

import csv
import datetime
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from riktvarden import assumptions, tables
from riktvarden.book.pages import guarded
from riktvarden.cli import app
from riktvarden.model import chain, inputs, own_numbers
from riktvarden.parameters import Parameters
from riktvarden.report import Context
from riktvarden.report.pages import municipality
from riktvarden.report.pages import own_numbers as section
from riktvarden.responses import check, place
from riktvarden.responses import store as responses
from riktvarden.responses.form import QUANTITIES
from riktvarden.returns import store

from .test_accessibility import CONTRAST, faults

STATIC = Path(__file__).parents[2] / "chapters" / "_static"
CLOSE = 1e-6
TODAY = datetime.date(2026, 11, 30)
REGION, MUNICIPALITY, SMALL = "21", "2180", "2403"
"""Gävleborg, which has published neither its trainees nor its specialists, Gävle, and Bjurholm, which needs its minimum."""
COUNTED = {"persons": "112", "positions": "95", "starters": "19", "specialists": "131,5", "older": "30"}
"""Made up."""
PAGE = """<!DOCTYPE html><html lang="{language}" data-theme="light" data-content_root="./"><head><meta charset="utf-8" />
<title>own</title><link rel="stylesheet" href="{static}/riktvarden.css" /><script defer src="{static}/page.js"></script>
<script defer src="{static}/own.js"></script><style>:root {{ --pst-color-danger: #b85c00; --pst-color-border: #999;
--pst-color-text-base: #1b1b1b; --pst-color-text-muted: #555; --pst-color-background: #fff; --pst-color-surface: #eee; }}
html[data-theme=dark] {{ --pst-color-text-base: #eee; --pst-color-text-muted: #aaa; --pst-color-background: #121212;
--pst-color-surface: #222; --pst-color-danger: #e0a080; color: #eee; background: #121212; }}
a {{ color: inherit; }}</style></head>
<body><main class="bd-article bd-content"><h1>own</h1>{section}</main>
<footer><a class="rv-language" href="en.html">English</a></footer></body></html>"""


@pytest.fixture(scope="module")
def base() -> chain.Base:
    return chain.base(tables.read_all(), assumptions.read())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The section as pages in a folder, in both languages, of a region and of a municipality."""
    made = tmp_path_factory.mktemp("own")
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(section, "html", lambda markup, said="": shown.append(markup))
        for language in ("sv", "en"):
            context = Context.read(language)
            section.show_region(context, REGION, context.analysis("own_numbers"), "working")
            places = municipality.read(context)
            for code in (MUNICIPALITY, SMALL):
                section.show_municipality(context, municipality.at(places, context, code), "working")
            for name in (language, f"{language}-municipality", f"{language}-small"):
                text = PAGE.format(language=language, static=STATIC.as_uri(), section=shown.pop(0))
                (made / f"{name}.html").write_text(guarded(text), encoding="utf-8")
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda asked: said.append(asked.url) if not asked.url.startswith(("file:", "data:")) else None)
    yield opened
    opened.close()
    assert said == []


@pytest.fixture
def opened(page: Page, folder: Path) -> Callable[..., Page]:
    def go(name: str = "sv", rest: str = "") -> Page:
        page.goto((folder / f"{name}.html").as_uri() + rest)
        return page

    return go


def typed(page: Page, counts: dict[str, str]) -> None:
    for name, value in counts.items():
        page.locator(f"#rv-mine-{name}").fill(value)


def rows(page: Page) -> dict[str, list[str]]:
    """Row → the report's value, the reader's and the difference."""
    lines = page.locator(".rv-mine tbody tr")
    return {line.locator("th").inner_text(): line.locator("td").all_inner_texts() for line in lines.all()}


def saved(page: Page, path: Path, kind: str = "form") -> Path:
    with page.expect_download() as caught:
        page.locator(f"[data-do={kind}]").click()
    path /= caught.value.suggested_filename
    caught.value.save_as(path)
    return path


# --- what is computed -------------------------------------------------------------------------------------


def test_the_browser_computes_what_the_model_computes(browser: Browser, base: chain.Base) -> None:
    """For every region, nothing counted, each stock alone and random sets of them."""
    random = np.random.default_rng(20261130)
    priors = own_numbers.priors(base, base.sample(512), [2024, 2030, 2040, 2044])
    page = browser.new_page()
    page.add_script_tag(path=STATIC / "own.js")
    for prior in map(own_numbers.rounded, priors.values()):
        middle = dict(zip(own_numbers.STOCKS, np.exp(prior.stocks.mean), strict=True))
        sets: list[dict[str, float]] = [{}, *({name: 1.2 * value} for name, value in middle.items())]
        sets.append({own_numbers.AS_PERSONS: 1.3 * middle["specialists"], "older": middle["older"]})
        for _ in range(6):
            chosen = random.random(len(middle)) < 0.6
            factors = np.exp(random.normal(0, 0.3, len(middle)))
            sets.append(
                {
                    name: value * by
                    for (name, value), by, is_in in zip(middle.items(), factors, chosen, strict=True)
                    if is_in
                }
            )
        asked = "([prior, sets]) => sets.map(one => riktvarden.own.compute(prior, one))"
        found = page.evaluate(asked, [own_numbers.prepared(prior), sets])
        for counts, one in zip(sets, found, strict=True):
            stocks = own_numbers.after(prior, counts)
            np.testing.assert_allclose(one["stocks"], stocks.mean, rtol=CLOSE)
            for year, theirs in zip(prior.years, one["years"], strict=True):
                ours = own_numbers.outlook(stocks, year)
                np.testing.assert_allclose(theirs["specialists"], ours.specialists, rtol=CLOSE, atol=CLOSE)
                np.testing.assert_allclose(theirs["coverage"], ours.coverage, rtol=CLOSE, atol=CLOSE)
            np.testing.assert_allclose(one["asked"], own_numbers.asked(stocks, prior), rtol=CLOSE)
    page.close()


def test_the_browser_moves_ends_and_chances_as_the_model_does(browser: Browser) -> None:
    random = np.random.default_rng(1)
    page = browser.new_page()
    page.add_script_tag(path=STATIC / "own.js")
    for _ in range(40):
        value, chance = float(random.uniform(0.2, 3)), float(random.uniform())
        before, now = ([float(random.normal(0, 0.3)), float(random.uniform(0.05, 0.4))] for _ in range(2))
        need = sorted(random.uniform(5, 200, 3).tolist())
        need, staff = [need[1], need[0], need[2]], float(random.uniform(0, 200))
        least = [1.2 * need[0], need[0], 1.3 * need[0]] if random.uniform() < 0.5 else None
        moved, likely, staffed = page.evaluate(
            "([value, z, before, now, need, staff, least]) => { const { own } = riktvarden; return ["
            "own.moved(value, before, now), own.movedChance(z, before, now), own.staffed(need, staff, least)] }",
            [value, own_numbers.reading(chance), before, now, need, staff, least],
        )
        pair: Any = (tuple(before), tuple(now))
        assert moved == pytest.approx(float(own_numbers.moved(value, *pair)), rel=CLOSE)
        assert likely == pytest.approx(own_numbers.moved_chance(chance, *pair), abs=CLOSE)
        ours = own_numbers.staffed((need[0], need[1], need[2]), staff, least and (least[0], least[1], least[2]))
        assert staffed["chance"] == pytest.approx(ours.chance, abs=CLOSE)
        np.testing.assert_allclose(staffed["short"], ours.short, rtol=CLOSE)
    page.close()


# --- the page ---------------------------------------------------------------------------------------------


def test_fields_start_empty_with_the_reports_value_beside(opened: Callable[..., Page]) -> None:
    page = opened()
    fields = page.locator(".rv-mine input")
    assert fields.count() >= 8
    assert set(fields.evaluate_all("all => all.map(one => one.value)")) == {""}
    context = Context.read("sv")
    expect(page.locator("#rv-mine-persons-report")).to_contain_text(context.estimate("st_persons_reference", REGION))
    expect(page.locator(".rv-given")).to_be_hidden()


def test_a_regions_own_numbers_change_its_values_and_narrow_its_intervals(opened: Callable[..., Page]) -> None:
    page = opened()
    typed(page, COUNTED)
    found = rows(page)
    report, yours, apart = found["Täckning den 31 december 2024"]
    low, high = map(int, re.findall(r"\d+", report))
    value, narrow_low, narrow_high = map(int, re.findall(r"\d+", yours))
    assert low < narrow_low <= value <= narrow_high < high
    assert narrow_high - narrow_low < (high - low) / 2, "the specialists are counted"
    assert apart == "inom rapportens intervall"
    assert re.fullmatch(
        r"\d+ fler än rapportens riktvärde \(.+\)", found["Personer i ST jämfört med rapportens riktvärde"][1]
    )
    chances = [texts for name, texts in found.items() if name.startswith("Chans")]
    assert len(chances) == 2
    assert all(texts[0] != texts[1] for texts in chances)
    assert "Täckning" not in (page.locator(".rv-said").text_content() or "")
    expect(page.locator(".rv-said")).to_contain_text("Personer i ST")


def test_staff_is_set_beside_need_with_the_chance_that_it_is_enough(opened: Callable[..., Page]) -> None:
    page = opened("sv-municipality")
    typed(page, {"own_physiotherapist": "1", "regional_psychologist": "9999"})
    found = list(rows(page).values())
    assert "chansen att de räcker är under 1" in found[0][2]
    expect(page.locator("#rv-mine-regional_psychologist-fault")).to_contain_text("för mycket")
    assert len(found) == 1


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        ("2", r"0,8 fler än behovet \(0,6–1,0\), och chansen .*"),
        ("0,5", r"0,7 färre än behovet \(0,5–0,9\), och chansen .*"),
        ("1,2", r"lika med behovet \(från 0,2 för få till 0,2 för många\), och chansen .*"),
        ("1,3", r"0,1 fler än behovet \(från 0,1 för få till 0,3 för många\), och chansen .*"),
    ],
)
def test_a_surplus_or_a_lack_is_put_in_words(opened: Callable[..., Page], staff: str, words: str) -> None:
    """Bjurholm needs 1.2 (1.0 to 1.4) occupational therapists."""
    page = opened("sv-small")
    typed(page, {"own_occupational_therapist": staff})
    ((label, (needs, has, apart)),) = rows(page).items()
    assert label == "Arbetsterapeuter i kommunens vård, heltider"
    assert needs == "behöver 1,2 (1,0–1,4)"
    assert has == f"har {float(staff.replace(',', '.')):.1f}".replace(".", ",")
    assert re.fullmatch(words, apart), apart
    expect(page.locator(".rv-said")).to_contain_text(f"{label}: {has}, {needs}, {apart}")


def test_staff_below_the_minimum_are_compared_with_that(opened: Callable[..., Page]) -> None:
    """Bjurholm needs 0.8 physiotherapists, but at least 1.0 (0.9 to 1.1): 0.9 suffice in one case of ten."""
    page = opened("sv-small")
    expect(page.locator("#rv-mine-own_physiotherapist-report")).to_contain_text("behov 0,8 (0,6–1,0), men minst 1,0")
    typed(page, {"own_physiotherapist": "0,9"})
    ((needs, _, apart),) = rows(page).values()
    assert needs == "behöver 0,8 (0,6–1,0), men minst 1,0 (0,9–1,1)"
    assert apart.startswith("0,1 färre än den lägsta bemanningen")
    assert re.search(r"räcker är (9|10|11) %$", apart)


def test_no_number_of_the_table_is_a_negative_lack(opened: Callable[..., Page]) -> None:
    page = opened()
    typed(page, COUNTED | {"persons": "190", "physiotherapist": "200", "psychologist": "2"})
    for label, (theirs, yours, _) in rows(page).items():
        assert "−" not in theirs + yours, label
        assert "fattas" not in label + theirs + yours


def test_the_address_holds_what_is_typed_also_in_the_other_language(opened: Callable[..., Page]) -> None:
    page = opened()
    typed(page, COUNTED)
    assert page.evaluate("location.search") == "", "the server would get it"
    held = parse_qs(page.evaluate("location.hash").partition("?")[2])
    assert {name: values[0] for name, values in held.items()} == COUNTED
    before = [texts[1] for texts in rows(page).values()]
    page.reload()
    assert [texts[1] for texts in rows(page).values()] == before
    page.locator("a.rv-language").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.evaluate("location.search") == ""
    expect(page.locator("#rv-mine-specialists")).to_have_value("131,5")
    assert "Coverage on 31 December 2024" in rows(page)
    page.locator("[data-do=clear]").click()
    assert page.evaluate("location.hash + location.search") == ""
    expect(page.locator(".rv-given")).to_be_hidden()


def test_an_older_link_is_read_and_loses_the_numbers(opened: Callable[..., Page]) -> None:
    page = opened("sv", "?persons=112&highlight=st&specialists=105#rv-mine")
    expect(page.locator("#rv-mine-persons")).to_have_value("112")
    assert page.evaluate("location.search") == "?highlight=st"
    assert page.evaluate("location.hash") == "#rv-mine?persons=112&specialists=105"


def test_going_to_another_place_on_the_page_keeps_the_numbers(opened: Callable[..., Page]) -> None:
    page = opened()
    typed(page, {"persons": "112"})
    page.evaluate("location.hash = 'rv-mine-values'")
    page.wait_for_function("location.hash === '#rv-mine-values?persons=112'")
    page.evaluate("location.hash = 'rv-mine?persons=90'")
    expect(page.locator("#rv-mine-persons")).to_have_value("90")


def test_specialists_may_be_persons(opened: Callable[..., Page]) -> None:
    """Fewer full-time posts than persons, and less certain ones, which the page says."""
    page = opened()
    typed(page, {"specialists": "105"})
    full_time = rows(page)["Täckning den 31 december 2024"][1]
    page.locator("select[name=specialists_unit]").select_option("specialist_persons")
    expect(page.locator("#rv-mine-specialists-report")).to_contain_text(
        "arbetar 0,85 (0,75–0,95) heltid är det 89 (84–94) heltider"
    )
    persons = rows(page)["Täckning den 31 december 2024"][1]
    (value, low, high), (own, less, more) = (
        [int(one) for one in re.findall(r"\d+", each)] for each in (full_time, persons)
    )
    assert 0.8 * value < own < 0.9 * value
    assert more - less > high - low
    page.reload()
    assert rows(page)["Täckning den 31 december 2024"][1] == persons
    typed(page, {"specialists": "105,5"})
    expect(page.locator("#rv-mine-specialists-fault")).to_contain_text("helt antal")


def test_the_rows_on_new_trainees_say_what_they_are(opened: Callable[..., Page]) -> None:
    """A constant intake, and what the persons in training amount to: 112 persons in 6.5 years are 17.2 a year."""
    page = opened()
    typed(page, COUNTED)
    found = rows(page)
    (asked,) = (name for name in found if "för att nå normen" in name)
    assert "om lika många börjar varje år från 2027" in asked
    (implied,) = (name for name in found if "antalet i ST är oförändrat" in name)
    assert "6,5 (5,5–7,0) år" in implied
    assert found[implied][1].startswith("17,2 (16,")
    expect(page.locator(".rv-mine .rv-source")).to_contain_text("vägen räknas inte om med egna tal")


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("persons", "-3", "negativt"),
        ("persons", "11,5", "helt antal"),
        ("persons", "många", "Skriv ett tal"),
        ("persons", "0", "minst 1"),
        ("specialists", "1e9", "Skriv ett tal"),
        ("specialists", "1.234,5", "Skriv ett tal"),
        ("positions", "99999", "för mycket"),
        ("older", "30", "Skriv också"),
        ("persons", "<b>1</b>", "Skriv ett tal"),
    ],
)
def test_what_cannot_be_right_is_explained_beside_the_field(
    opened: Callable[..., Page], name: str, wrong: str, words: str
) -> None:
    page = opened()
    field, fault = page.locator(f"#rv-mine-{name}"), page.locator(f"#rv-mine-{name}-fault")
    field.fill(wrong)
    expect(field).to_have_attribute("aria-invalid", "true")
    assert f"rv-mine-{name}-fault" in (field.get_attribute("aria-describedby") or "").split()
    expect(fault).to_contain_text(words)
    expect(page.locator(".rv-given")).to_be_hidden()
    field.fill("")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(fault).to_be_empty()


def test_those_over_sixty_are_some_of_the_specialists(opened: Callable[..., Page]) -> None:
    page = opened()
    typed(page, {"specialists": "100", "older": "200"})
    expect(page.locator("#rv-mine-older-fault")).to_contain_text("färre")


def test_a_number_with_comma_or_thousands_is_read(opened: Callable[..., Page]) -> None:
    page = opened()
    typed(page, {"specialists": "131,5"})
    comma = rows(page)
    typed(page, {"specialists": "131.5"})
    assert rows(page) == comma
    typed(page, {"district_nurse": "1 000"})
    expect(page.locator("#rv-mine-district_nurse-fault")).to_be_empty()


# --- the form, into the book ------------------------------------------------------------------------------


def test_the_form_is_imported_and_becomes_the_regions_figures(
    opened: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed goes through `returns import` to the baseline that a book of it would have."""
    page = opened()
    typed(page, COUNTED)
    path = saved(page, tmp_path)
    known = store.known()
    monkeypatch.setattr(store, "known", lambda *_: known)
    data = tmp_path / "data"
    receipt = store.import_return(path, data=data, region=REGION, today=TODAY)
    assert receipt.is_new
    assert receipt.number == 1
    returned = store.frames(data)["returns"]
    read = tables.read_all() | {"returns": returned}
    before = chain.base(tables.read_all(), assumptions.read())
    own = inputs.handed_in(read, before.people, before.at.need_index).set_index(["region", "measure"])
    assert own.loc[(REGION, "persons"), "value"] == 112
    assert own.loc[(REGION, "positions"), "value"] == 95
    after = chain.base(read, assumptions.read())
    place = before.people.codes.index(REGION)
    draws = [
        inputs.stocks_drawn(Parameters.of(drawn.assumptions), on.found, on.people, drawn.regional).st[:, place]
        for on in (before, after)
        for drawn in (on.sample(512),)
    ]
    assert np.median(draws[1]) == pytest.approx(112, rel=0.02)
    assert np.std(np.log(draws[1])) < np.std(np.log(draws[0])) / 3


def test_the_form_says_what_is_not_known(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened()
    typed(page, {"persons": "112"})
    lines = list(csv.reader(io.StringIO(saved(page, tmp_path).read_text(encoding="utf-8-sig"), newline="")))
    assert lines[-1][:2] == ["Hela regionen", "alla"]
    assert "112" in lines[-1]
    assert lines[-1].count("saknas") == 1
    assert not re.search(r"[{}]", json.dumps(lines))


def test_the_answer_holds_what_is_counted(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened("en")
    typed(page, COUNTED | {"physiotherapist": "140,5"})
    path = saved(page, tmp_path, "answer")
    assert path.name == f"svar-{REGION}.toml"
    answer = tomllib.loads(path.read_text(encoding="utf-8"))
    assert answer["organisation"] == {"actor": "region", "name": "Region Gävleborg", "region": REGION}
    assert {one["quantity"]: one["value"] for one in answer["numbers"]} == {
        "st_persons": 112,
        "st_positions": 95,
        "st_starters": 19,
        "specialist_fte": 131.5,
        "specialist_persons_60_plus": 30,
        "physiotherapist_fte": 140.5,
    }
    taken = check.check(path, responses.known(), TODAY)
    assert {one.quantity: one.value for one in taken.numbers} == {
        one["quantity"]: one["value"] for one in answer["numbers"]
    }
    assert set(section.ANSWERED.values()) < set(QUANTITIES)


def test_specialists_in_persons_are_not_answered_as_full_time(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened()
    typed(page, {"specialists": "105", "older": "30"})
    page.locator("select[name=specialists_unit]").select_option("specialist_persons")
    expect(page.locator(".rv-left")).to_contain_text("Specialister på vårdcentral, personer")
    taken = check.check(saved(page, tmp_path, "answer"), responses.known(), TODAY)
    assert [one.quantity for one in taken.numbers] == ["specialist_persons_60_plus"]
    assert "Specialister på vårdcentral, personer: 105" in taken.comment


def test_a_municipality_answers_for_its_own_staff_and_leaves_nothing_out(
    opened: Callable[..., Page], tmp_path: Path
) -> None:
    page = opened("sv-municipality")
    typed(page, {"own_physiotherapist": "20", "regional_psychologist": "9", "own_nurse": "160,5"})
    left = page.locator(".rv-left")
    expect(left).to_contain_text("1 tal som svar")
    expect(left).to_contain_text("Psykologer i regionens vård")
    path = saved(page, tmp_path, "answer")
    answer = tomllib.loads(path.read_text(encoding="utf-8"))
    assert answer["organisation"]["actor"] == "municipality"
    assert [one["quantity"] for one in answer["numbers"]] == ["physiotherapist_fte"]
    taken = check.check(path, responses.known(), TODAY)
    assert "Psykologer i regionens vård, heltider: 9" in taken.comment
    assert "Sjuksköterskor i kommunens vård, heltider: 160,5" in taken.comment


def test_a_municipality_says_what_day_its_numbers_are_of(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened("sv-municipality")
    day, fault = page.locator("#rv-mine-date"), page.locator("#rv-mine-date-fault")
    expect(day).to_have_value("2024-12-31")
    typed(page, {"own_physiotherapist": "20"})
    for wrong in ("2031-01-01", "1999-12-31", ""):
        day.fill(wrong)
        expect(fault).to_contain_text("Skriv en dag")
        page.locator("[data-do=answer]").click()
        expect(day).to_be_focused()
    day.fill("2026-10-31")
    expect(fault).to_be_empty()
    page.reload()
    expect(day).to_have_value("2026-10-31")
    taken = check.check(saved(page, tmp_path, "answer"), responses.known(), TODAY)
    assert [one.date for one in taken.numbers] == [datetime.date(2026, 10, 31)]


def test_a_person_can_read_the_answer(opened: Callable[..., Page], tmp_path: Path) -> None:
    page = opened()
    typed(page, {"persons": "112"})
    text = saved(page, tmp_path, "answer").read_text(encoding="utf-8")
    assert text.startswith("# Svar på samrådet från Region Gävleborg.\n# Det här är en vanlig textfil.")
    assert "# Personer i ST i allmänmedicin: 112\n" in text


def test_a_municipalitys_answer_is_imported(
    opened: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is typed goes through `response import` to the numbers that the consultation shows."""
    page = opened("sv-municipality")
    typed(page, {"own_physiotherapist": "20,5", "regional_psychologist": "9"})
    kept = tmp_path / "responses"
    kept.mkdir()
    monkeypatch.setenv(place.VARIABLE, str(kept))
    done = CliRunner().invoke(app, ["response", "import", str(saved(page, tmp_path, "answer"))])
    assert done.exit_code == 0, done.output
    found = responses.frames()
    assert found["responses"][["actor", "organisation", "region"]].to_numpy().tolist() == [
        ["municipality", "Gävle", REGION]
    ]
    assert found["response_numbers"][["quantity", "value"]].to_numpy().tolist() == [["physiotherapist_fte", 20.5]]


@pytest.mark.parametrize(("name", "field"), [("sv", "specialists"), ("en-municipality", "own_physiotherapist")])
def test_the_table_can_be_kept(opened: Callable[..., Page], tmp_path: Path, name: str, field: str) -> None:
    page = opened(name)
    typed(page, {field: "21,5"})
    shown = rows(page)
    path = saved(page, tmp_path, "table")
    assert path.name == f"egna-tal-{REGION if name == 'sv' else MUNICIPALITY}.csv"
    head, own, *lines = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
    assert len(head) == 4
    assert own[2] in {"21,50", "21.50"}
    assert [line[0] for line in lines] == list(shown)
    assert [[cell.removeprefix("+") for cell in cells] for cells in shown.values()] == [line[1:] for line in lines]


# --- for everyone -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["sv", "en-municipality"])
def test_axe_finds_nothing(opened: Callable[..., Page], name: str, theme: str, width: int) -> None:
    page = opened(name)
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("theme => { document.documentElement.dataset.theme = theme; }", theme)
    typed(
        page, COUNTED | {"persons": "-1"} if name == "sv" else {"own_physiotherapist": "20", "regional_psychologist": "x"}
    )
    page.evaluate(AXE_SCRIPT)
    assert faults(page, CONTRAST) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_paper_has_the_section_alone(opened: Callable[..., Page]) -> None:
    page = opened()
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p id=other>x</p>')")
    page.evaluate("window.print = () => {}")
    typed(page, COUNTED)
    page.locator("[data-do=print]").click()
    page.emulate_media(media="print")
    expect(page.locator("#other")).to_be_hidden()
    expect(page.locator(".rv-mine table")).to_be_visible()
    expect(page.locator("#rv-mine-persons")).to_be_visible()


def test_the_section_is_on_a_regions_page(page: Page, site: Path) -> None:
    page.goto((site / "chapters/regions/12.html").as_uri())
    typed(page, {"specialists": "700"})
    assert any(name.startswith("Täckning") for name in rows(page))
