"""Sources of numbers: every headline number links to formulas, graded assumptions, dated tables and a download."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from riktvarden import tables
from riktvarden.report import Context
from riktvarden.report.chapters import st_guideline
from riktvarden.report.kit import notation
from riktvarden.report.pages import region as page
from riktvarden.report.reference import origin

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[..., BeautifulSoup]:
    def show(*arguments: object, **named: object) -> BeautifulSoup:
        kept: list[str] = []
        monkeypatch.setattr(origin, "html", kept.append)
        origin.show(*arguments, **named)
        return BeautifulSoup(kept[0], "html.parser")

    return show


def test_headlines_are_reported_with_the_numbers_that_they_write(context: Context) -> None:
    reported = {number.measure: number for number in origin.numbers(context, st_guideline.headlines)}
    assert {"st_positions_guideline", "specialist_requirement", "specialist_fte", "coverage_a"} <= set(reported)
    assert "st_starters_reference" not in reported  # read on the way to another sentence
    assert set(reported) <= set(origin.MEASURES)


@pytest.mark.parametrize("region", ["01", "12", "21", "25"])
def test_every_key_figure_of_a_region_has_a_name(context: Context, region: str) -> None:
    reported = origin.numbers(context, lambda watched: page.key_figures(watched, region), region)
    assert {number.measure for number in reported} <= set(origin.MEASURES)
    assert len(reported) >= 9


def test_a_number_leads_to_formula_assumption_table_and_download(
    context: Context, shown: Callable[..., BeautifulSoup]
) -> None:
    markup = shown(context, origin.numbers(context, st_guideline.headlines), "#tabell", up="../")
    first = markup.details
    assert "Rapportens riktvärde: ST-tjänster:" in first.li.get_text()
    links = {link["href"]: link.get_text() for link in first.find_all("a")}
    assert links["../method.html#formel-d4"] == "Personer och tjänster (D4)"
    assert links["../data.html#antagande-retirement_age_doctors"]
    assert "../data.html#tabell-population_region" in links
    assert links["#tabell"]
    assert "(2024-12-31)" in first.get_text()
    grade = str(context.assumptions["retirement_age_doctors"].grade)
    assert re.search(rf"retirement_age_doctors\">[^<]*</a> \({grade}\)", str(first))


def test_numbers_that_come_from_the_same_are_reported_of_once(
    context: Context, shown: Callable[..., BeautifulSoup]
) -> None:
    reported = origin.numbers(context, st_guideline.summary)
    sources = {number.source for number in reported}
    assert len(sources) < len(reported)
    markup = shown(context, reported, "#t").details
    assert len(markup.find_all("li")) == len(sources)
    behind = [link["href"] for link in markup.dl.find_all("a")]
    assert len(behind) == len(set(behind))


@pytest.mark.parametrize("profession", ["district_nurse", "physiotherapist", "occupational_therapist", "psychologist"])
def test_a_profession_is_reported_without_the_assumptions_of_others(
    context: Context, shown: Callable[..., BeautifulSoup], profession: str
) -> None:
    reported = origin.numbers_of(context, profession)
    links = {link["href"].partition("#")[2] for link in shown(context, reported, "#t", profession).find_all("a")}
    assert {"formel-e5", "formel-e6"} <= links
    assert ("antagande-sessions_per_treatment" in links) == (profession == "psychologist")
    assert "antagande-retirement_age_doctors" not in links


def test_every_part_of_the_method_has_its_anchor_in_the_chapter() -> None:
    cells = json.loads((ROOT / "chapters/method.ipynb").read_text(encoding="utf-8"))["cells"]
    prose = "\n".join("".join(cell["source"]) for cell in cells)
    anchors = re.findall(r"^\((formel-[a-z0-9-]+)\)=$", prose, re.MULTILINE)
    assert sorted(anchors) == sorted(map(notation.anchor, notation.METHODS))


def test_every_table_of_the_method_is_described() -> None:
    assert {name for method in notation.METHODS.values() for name in method.tables} <= set(tables.names())
