"""What the chapters say of the first line, local care, the least-cost team and recruitment is what the analyses give."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from riktvarden.assumptions import Assumptions
from riktvarden.book import figures
from riktvarden.codes import NATION
from riktvarden.model import analyses
from riktvarden.professions import PROFESSIONS
from riktvarden.report import Context, Language
from riktvarden.report.chapters import education, local_care, mental_health, need
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import VEGALITE, Figure, Table

SWEDISH = Language("sv")
DRAWS = 64

SHOWN = [
    mental_health.team,
    mental_health.team_long_term,
    mental_health.team_counted_once,
    local_care.scenario,
    need.least_cost,
    education.recruitment,
    education.beside_forecasts,
]


@pytest.fixture(scope="module")
def own(context: Context, wordless: Assumptions) -> Iterator[Context]:
    """The context with few draws behind the analyses that take long."""
    material = context.tables, wordless, context.results
    found: dict[str, Any] = {
        "first_line": analyses.of_first_line(*material, DRAWS),
        "recruitment": analyses.of_recruitment(*material, DRAWS),
        "team": analyses.of_team(*material),
        "local_care": analyses.of_local_care(*material),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Context, "analysis", lambda self, name: found[name])
        yield context


@pytest.mark.parametrize("show", SHOWN, ids=lambda show: show.__name__)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_section_can_be_shown_and_fits_a_phone(own: Context, show: Any, language: str) -> None:
    item: Figure | Table = show(replace(own, language=Language(language)))
    table = item.table if isinstance(item, Figure) else item
    text = BeautifulSoup(table.html(Language(language)), "html.parser").get_text(" ")
    assert "nan" not in text.lower().split()
    assert "{" not in text
    if isinstance(item, Figure):
        svg = figures.pictures(item.bundle()[VEGALITE], language)["phone"]
        assert figures.size(svg)[0] <= figures.WIDTHS["phone"]
        assert "…" not in BeautifulSoup(svg, "html.parser").get_text()


def test_the_team_is_shown_as_ranges_with_the_scenario_named(own: Context) -> None:
    table = mental_health.team(own).table
    assert table.cells["Status"].str.contains("scenario").all()
    assert len(set(table.data["region"])) == 1 + len(own.results.regions)
    young = table.data.query("region == @NATION and age_group == '16-29' and profession == 'psychologist'").iloc[0]
    assert table.cells.loc["psykologer", "unga, 16–29 år"] == SWEDISH.interval(young["low"], young["high"], 1)
    said = mental_health.team_words(own)
    assert own.language.percent(own.assumptions["first_line_children_share"].high) in said[1]
    assert "inga riktvärden" in said[2]


def test_the_last_column_of_the_long_term_is_the_last_year(own: Context) -> None:
    table = mental_health.team_long_term(own)
    assert str(table.data["year"].max()) == list(table.cells.columns)[-2]
    assert table.cells.index.tolist().count("alla åldrar") == 3


def test_both_shares_of_the_cost_are_shown(own: Context) -> None:
    table = local_care.scenario(own).table
    assert list(table.cells.index) == ["specialister i allmänmedicin", *(PROFESSION[name] for name in PROFESSIONS)]
    aim = own.assumptions["primary_care_cost_share_aim"]
    for share in (aim.value, aim.high):
        assert sum(SWEDISH.percent(share) in column for column in table.cells.columns) >= 3
    assert SWEDISH.percent(own.assumptions["primary_care_cost_share"].value) in local_care.scenario_words(own)[0]


def test_the_first_choice_moves_the_scenarios_share(own: Context) -> None:
    table = need.least_cost(own).table
    moved = SWEDISH.percent(own.assumptions["task_shift_share"].high, 1)
    assert table.cells.iloc[0, 0] == moved
    assert table.cells.shape == (4 + len(PROFESSIONS), 3)


def test_places_after_other_sectors_stand_beside_places_without(own: Context) -> None:
    table = education.recruitment(own).table
    unknown = [name for name, each in PROFESSIONS.items() if each.everywhere is None]
    for name in PROFESSIONS:
        cell = table.cells.loc[PROFESSION[name].capitalize(), "Varav ur andra sektorer"]
        assert (cell == "uppgift saknas") == (name in unknown)
    assert set(table.data["region"]) == {NATION, *own.results.regions}


def test_the_parts_of_a_difference_are_shown_for_each_forecast(own: Context) -> None:
    table = education.beside_forecasts(own)
    assert len(table.cells) == 2 * sum(each.shown.forecast is not None for each in PROFESSIONS.values())
    parts = table.data[["base", "definition", "horizon"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table.data["difference"].to_numpy(), abs=1e-12)
