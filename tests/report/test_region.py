"""The page of a region: one answer, and consistent numbers."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import guideline
from riktvarden.codes import NATION
from riktvarden.model.analyses import Cost
from riktvarden.report import Context, Language
from riktvarden.report.chapters import collaborative_regions, professions, st_baseline, st_guideline
from riktvarden.report.kit import figures
from riktvarden.report.pages import region
from riktvarden.report.pages import region_answer as answer

UNPUBLISHED, PUBLISHED, ABOVE = "21", "01", "23"


def without_path(context: Context) -> Context:
    """The same results where no path reaches the norm."""
    rows = context.results.programme.iloc[:0]
    status = (guideline.INFEASIBLE, ("applicants",), None)
    return replace(context, results=replace(context.results, programme=rows, programme_status=status))


def test_the_answer_begins_with_starters_and_names_the_year(context: Context, cost: Cost) -> None:
    for code in context.results.regions:
        first, *rest = answer.answer(context, code)
        found = answer.way(context, code)
        assert found is not None
        assert first.index(f" {found.first} ") < first.index(str(found.start)) < first.index(str(found.year))
        assert context.estimate("st_starters_guideline", code) in first
        assert "uppgift saknas" not in " ".join([first, *rest])
        more = (
            answer.consequences(context, code, cost.by_year),
            answer.moved(context, code),
            *answer.how_sure(context, code),
        )
        for paragraph in (first, *rest, *more):
            assert paragraph.endswith(".")
            assert not re.findall(r"[{}]|\bnan\b| {2}", paragraph), paragraph


def test_the_way_is_the_programme_in_whole_persons(context: Context) -> None:
    rows = context.results.programme.query("measure == 'programme_starters'")
    for code in context.results.regions:
        found = answer.way(context, code)
        assert found is not None
        own = rows.loc[rows["region"] == code].set_index("year")["value"]
        assert found.first == round(own[found.start])
        assert found.most == round(own.loc[found.start : found.year].max())
        assert found.last == round(own[found.year])


def test_without_a_path_nothing_is_promised(context: Context, cost: Cost) -> None:
    none = without_path(context)
    assert answer.way(none, UNPUBLISHED) is None
    words = " ".join(answer.answer(none, UNPUBLISHED))
    assert "kan inte nås i alla regioner före" in words
    assert "För att nå normen" not in words
    assert "handledare" not in answer.consequences(none, UNPUBLISHED, cost.by_year)
    assert not [column for column in region.path_table(none, UNPUBLISHED, cost.by_year).cells if "vägen" in column]
    assert len(answer.coverage(none, UNPUBLISHED).cells) == 2
    for picture in (region.starters(none, UNPUBLISHED), region.outlook(none, UNPUBLISHED)):
        assert len(picture.alternative) > 40
    assert len(region.overview(none).cells) == 21


def test_a_region_above_the_norm_is_not_advised_to_cut_below_those_who_leave(context: Context) -> None:
    words = " ".join(answer.answer(context, ABOVE))
    assert "ersätter dem som slutar: med färre blir det på sikt åter brist" in words
    rows = context.results.programme.query("measure == 'programme_starters' and region == @ABOVE").set_index("year")[
        "value"
    ]
    keep = context.results.paths.query("measure == 'st_starters_guideline' and region == @ABOVE").set_index("year")["value"]
    first = int(context.assumptions["first_adjustable_intake"].value)
    assert (rows.loc[first:].to_numpy() >= keep.loc[first:].to_numpy() - 1e-6).all()


def test_an_unpublished_region_gets_its_fan_in_one_sentence(context: Context, edition: dict[str, Any]) -> None:
    paragraphs = answer.answer(context, UNPUBLISHED)
    reported = [s for p in paragraphs for s in re.split(r"(?<=\.) ", p) if "publicerat" in s]
    assert len(reported) == 1
    assert context.estimate("st_positions_reference", UNPUBLISHED) in reported[0]
    assert "publicerat" not in paragraphs[0]
    known = " ".join(answer.how_sure(context, PUBLISHED))
    assert f"Det senast publicerade antalet i ST är {edition['st_baseline']['persons'][PUBLISHED]} personer" in known


def test_a_quantity_is_written_alike_everywhere(context: Context) -> None:
    for code in (UNPUBLISHED, PUBLISHED, ABOVE):
        found = region.key_figures(context, code).cells["Värde"]
        words = " ".join(answer.answer(context, code))
        assert found["Rapportens riktvärde: ST-tjänster"] in words
        assert found["Nya ST-läkare per år som håller normen"] in words
        shares = answer.coverage(context, code).cells[str(context.year)]
        assert set(shares[["Täckning, 2024 års intag", "Täckning, vägen"]]) == {found["Täckning A"]}
        below = professions.region(context, code).table.cells
        first = answer.professions(context, code).cells
        for name in first.index:
            assert first.loc[name, "Regionen behöver"] == below.loc[name, "Regionen: heltider"]
            if name != "psykologer":
                assert first.loc[name, "Kommunerna behöver"] == below.loc[name, "Kommunerna: heltider"]


def test_the_first_screen_has_nothing_missing_and_asks_what_only_the_region_knows(context: Context) -> None:
    names = [*answer.ALONE, "inhabitants_per_specialist"]
    narrower = pd.DataFrame(
        [(code, name, 0.2 - 0.01 * n) for code in context.results.regions for n, name in enumerate(names)],
        columns=["region", "input", "narrower"],
    )
    for code in context.results.regions:
        for table in (answer.coverage(context, code), answer.professions(context, code)):
            assert not (table.cells == "uppgift saknas").any(axis=None)
        assert list(answer.coverage(context, code).cells)[:4] == ["2024", "2030", "2035", "2040"]
        asked = answer.questions(context, code, narrower)
        assert len(asked) == answer.ASKED
        assert "smalare" in asked[0]
        unknown = any("Hur många gör ST" in words for words in asked)
        assert not (unknown and np.isfinite(context.results.cell("st_persons_reference", code).value))


def test_the_path_makes_a_difference_when_the_first_who_start_have_finished(context: Context) -> None:
    year = answer.noticed(context)
    first = context.assumptions["first_adjustable_intake"].value
    assert year is not None
    assert first + 4 < year < first + 9
    assert answer.noticed(without_path(context)) is None


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((5.0, 2.0, 9.0), "kostar 5 (2–9) miljoner kronor mer 2040"),
        ((-5.0, -9.0, -2.0), "kostar 5 (2–9) miljoner kronor mindre 2040"),
        ((np.nan, -4.0, 8.0), "mellan 4 miljoner kronor mindre och 8 miljoner mer 2040"),
    ],
)
def test_a_cost_is_more_less_or_either(context: Context, ends: tuple[float, float, float], words: str) -> None:
    assert words in answer._dearer(context, *ends)


def test_every_region_leads_to_all_others_and_on(context: Context) -> None:
    shown: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "display", lambda bundle, raw: shown.append(bundle["text/html"]))
        answer.show_head(context, UNPUBLISHED)
        region.show_municipalities(context, UNPUBLISHED)
    links = [link["href"] for link in BeautifulSoup("".join(shown), "html.parser").find_all("a")]
    assert {f"{code}.html" for code in context.results.regions} <= set(links)
    assert {"../compare.html?region=21", "../explorer.html?area=21", "../municipalities/2180.html"} <= set(links)
    assert sum("municipalities/21" in link for link in links) == 10


def test_the_path_table_ends_when_the_norm_is_met(context: Context, cost: Cost) -> None:
    table = region.path_table(context, UNPUBLISHED, cost.by_year)
    assert table.cells.index[0] == str(context.year + 1)
    assert table.cells.index[-1] == str(context.results.programme_status[2])
    assert len(table.cells.columns) == len(region.PICKED) + 1
    # An interval where nothing is published, a number where it is advice.
    assert table.cells["ST-tjänster: vägen"].str.contains("–").all()
    first = str(int(context.assumptions["first_adjustable_intake"].value))
    assert not table.cells.loc[first:, "Nya ST-läkare: vägen"].str.contains("–").any()


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "under 1\N{NO-BREAK SPACE}%"),
        (0.0054, "under 1\N{NO-BREAK SPACE}%"),
        (0.9946, "över 99\N{NO-BREAK SPACE}%"),
        (0.5, "50\N{NO-BREAK SPACE}%"),
    ],
)
def test_no_chance_is_certain(share: float, words: str) -> None:
    assert st_guideline.chance(Language("sv"), share) == words


def test_a_divided_region_belongs_where_most_of_it_lives(context: Context) -> None:
    split = context.tables["collaborative_region_split"].merge(
        context.tables["population_municipality"].query(f"year == {context.year}"), on="municipality"
    )
    people = split.groupby("collaborative_region")["population"].sum()
    reported = region.overview(context).cells.loc["Halland", "Samverkansregion"]
    assert reported.startswith(people.idxmax())
    assert context.language.percent(people.max() / people.sum()) in reported
    assert collaborative_regions.belongs_to(context, "01") == "Stockholm-Gotland"


def test_the_baseline_puts_positions_first(context: Context, edition: dict[str, Any]) -> None:
    cells = st_baseline.density_table(context, "x").cells
    assert cells.columns[0].startswith("ST-tjänster")
    positions, persons = (edition["st_baseline"][measure]["12"] for measure in ("positions", "persons"))
    reported = f"{positions} tjänster (juni 2022); {persons} personer (juni 2022)"
    assert cells.loc["Skåne", "Senast publicerat"] == reported
    assert cells.loc["Jönköping", "Senast publicerat"].endswith("(odaterad, publicerad 2022)")
    density = st_baseline.density(context, ["12", NATION])
    people = context.results.of("population")["value"]
    positions = context.results.of("st_positions_reference")["value"]
    np.testing.assert_allclose(density["value"], (10_000 * positions / people).loc[density.index])


def test_every_source_says_what_it_counts(context: Context) -> None:
    table = st_baseline.sources(context)
    kinds = table.cells["Vad som räknas"]
    assert kinds.str.len().gt(0).all()
    specialists = table.data["measure"].str.startswith("specialists").to_numpy()
    assert kinds[specialists].str.startswith("specialister").all()
    assert not kinds[~specialists].str.startswith("specialister").any()


def test_counts_of_regions_agree(context: Context) -> None:
    persons = context.results.figures.query("measure == 'persons'")
    words = st_baseline.counted(context)
    (counted,) = re.findall(r"(\d+) av 21", words)
    (rated,) = re.findall(r"För (\w+) till går", words)
    unknown, silent, other = map(int, re.findall(r"För de andra (\d+) .* intervall: (\d+) .*, och (\d+) har", words)[0])
    assert silent + other == unknown == len(context.results.regions) - len(persons)
    assert (
        int(counted) + {"en": 1, "två": 2}[rated] == len(persons) == context.results.of("st_persons")["value"].notna().sum()
    )


def test_a_model_that_leaves_the_regions_own_figure_says_by_how_much(context: Context) -> None:
    own = context.results.by_figure.set_index("figure").loc["st-117"]
    value = context.results.cell("specialist_fte", PUBLISHED).value
    assert value > own["high"]
    words = " ".join(answer.how_sure(context, PUBLISHED))
    assert f"{context.language.percent(value / own['value'] - 1)} fler specialister än regionens egen uppgift" in words
    assert "egen uppgift" not in " ".join(answer.how_sure(context, UNPUBLISHED))


def test_equal_chances_are_said_once(context: Context) -> None:
    year = context.results.programme_status[2]
    programme, paths = context.results.programme.copy(), context.results.paths.copy()
    for rows, measure in ((programme, "programme_norm_met"), (paths, "norm_met_reference")):
        rows.loc[(rows["measure"] == measure) & (rows["year"] == year), "value"] = 0.5
    alike = replace(context, results=replace(context.results, programme=programme, paths=paths))
    words = " ".join(answer.how_sure(alike, ABOVE))
    assert "lika stor som om 2024 års intag fortsätter" in words
    assert "I ungefär 50 fall av hundra räcker den inte" in words


def test_a_region_without_publications_says_so(context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    assert st_baseline.sources(context, [UNPUBLISHED]).cells.empty
    region.show_sources(context, UNPUBLISHED)
    assert "inte publicerat något om ST" in capsys.readouterr().out
