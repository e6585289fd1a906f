"""The chapter on the way there: the path within its limits, and the text for a norm out of reach."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riktvarden import guideline
from riktvarden.codes import NATION
from riktvarden.report import Context
from riktvarden.report.chapters import st_guideline, st_path

from .charted import kinds

CHAPTER = Path(__file__).parents[2] / "chapters/st_path.ipynb"


def reported(context: Context, status: str, binding: tuple[str, ...], year: int, solved: bool) -> Context:
    """The same results with another answer of the programme."""
    rows = context.results.programme
    programme = rows if solved else rows.iloc[:0]
    return replace(context, results=replace(context.results, programme=programme, programme_status=(status, binding, year)))


def published(context: Context) -> set[str]:
    """Regions whose specialists are published."""
    values = context.results.of("specialist_fte")["value"].drop(NATION)
    return set(values.dropna().index)


def verdict(context: Context) -> str:
    """What is said of the path, in one text."""
    return " ".join([st_guideline.first_year(context), *st_path.on_the_way(context), *st_path.stops(context)])


def test_the_nation_is_drawn_with_need_unchanged_intake_and_path(context: Context) -> None:
    picture = st_path.ways(context)
    found = kinds(picture)
    need, unchanged, followed = found.values()
    assert next(iter(found)) == "behov enligt normen"
    assert followed[-1] > need[-1] > unchanged[-1], "the picture has to show that the path reaches the norm"
    rows = context.results.paths.query("measure == 'specialist_requirement' and region == '00'")
    assert need == pytest.approx(rows["value"].tolist())
    assert len(picture.table.cells) == len(context.results.applicants)


def test_an_answer_within_the_limits(context: Context) -> None:
    words = verdict(reported(context, guideline.OPTIMAL, (), context.target_year, True))
    assert f"tidigast {context.target_year}" in words
    assert "går det inte" not in words


def test_a_target_out_of_reach_names_the_limits_and_the_first_year(context: Context) -> None:
    words = verdict(reported(context, guideline.INFEASIBLE, ("applicants", "terminal"), 2044, True))
    assert f"Till {context.target_year} går det inte" in words
    assert "att fler söker och att intaget stannar på en högre nivå än vi har antagit" in words
    assert "tidigast 2044" in words


def test_a_target_too_near_is_out_of_reach_by_training_alone(context: Context) -> None:
    near = reported(context, guideline.BY_TRAINING_ALONE, (), context.target_year, False)
    words = verdict(near)
    assert "hinner bli klar" in words
    assert "går inte att nå i alla regioner till" in words
    assert "ingen väg" in st_path.overshoot(near)
    for picture in (st_guideline.plan(near), st_path.ways(near)):
        assert not [kind for kind in kinds(picture) if kind.startswith("vägen")]
        assert not [column for column in picture.table.cells if column.startswith("Vägen")]
        assert len(picture.table.cells) > 0
    tables = (st_path.regional_path, st_path.regional_positions, st_path.regional_coverage, st_path.chances)
    for table in (write(near) for write in tables):
        assert not [column for column in table.cells if column.startswith("Vägen")]
        assert len(table.cells) > 0


def test_places_for_rotation_are_missing_and_never_silent(context: Context) -> None:
    assert "inte publicerat" in st_path.stops(context)[-1]
    cells = st_path.limits(context).cells
    missing = cells.loc[cells["Antagande"] == "uppgift saknas"]
    assert missing.index.tolist() == ["platser för placering på andra kliniker"]


def test_a_year_that_takes_every_applicant_is_named(context: Context) -> None:
    def said(rows: pd.DataFrame) -> str:
        return verdict(replace(context, results=replace(context.results, programme=rows)))

    programme = context.results.programme
    starters = programme["measure"] == "programme_starters"
    rows = programme.assign(value=programme["value"].mask(starters, programme["value"] / 2))
    assert "Alla som antas kunna söka" not in said(rows)
    first = (rows["measure"] == "programme_starters") & (rows["region"] == NATION) & (rows["year"] == rows["year"].min())
    more = rows.assign(value=rows["value"].mask(first, 10_000))
    assert f"Alla som antas kunna söka behöver börja {rows['year'].min()}." in said(more)


def test_every_limit_that_binds_is_marked(context: Context) -> None:
    data = st_path.limits(reported(context, guideline.INFEASIBLE, ("smoothing",), 2044, True)).data.set_index("limit")
    assert data.index[data["binding"] == "ja"].tolist() == ["smoothing"]
    assert set(context.results.programme_status[1]) <= set(st_path.LIMITS)


def test_every_region_gets_a_path_that_sums_to_the_nation(context: Context) -> None:
    table = st_path.regional_path(context)
    advised = [column for column in table.cells if column.startswith("Vägen: ")]
    assert len(advised) >= 4
    assert not table.cells[advised].isin(["uppgift saknas"]).to_numpy().any()
    rows = table.data.query("measure == 'programme_starters'")
    for _, year in rows.groupby("year"):
        values = year.set_index("region")["value"]
        assert values.drop(NATION).sum() == pytest.approx(values[NATION])


def test_coverage_of_a_region_without_a_published_stock_has_no_value(context: Context) -> None:
    cells = st_path.regional_coverage(context).cells
    columns = [column for column in cells if "sannolikhet" not in column]
    for code in context.results.regions:
        valued = cells.loc[context.region_names[code], columns].str.contains(r"\(")
        assert valued.all() if code in published(context) else not valued.any()


def test_figures_alone_are_compared_only_where_there_are_several(context: Context) -> None:
    single = context.results.by_figure.drop_duplicates("region")
    reported = st_path.by_figure_finding(replace(context, results=replace(context.results, by_figure=single)))
    assert len(reported) == 1


def test_a_target_year_without_a_number_says_why(context: Context) -> None:
    table = st_path.constant(context)
    rows = context.results.starters
    for answer, why in zip(table.cells["Nya ST-läkare per år"], rows["obstacle"], strict=True):
        assert (answer == st_path.OBSTACLE[why]) if why else re.match(r"\d", answer)
    assert set(rows["obstacle"]) - {""} <= set(st_path.OBSTACLE)


def test_no_target_year_may_have_an_answer(context: Context) -> None:
    rows = context.results.starters.assign(value=np.nan, low=np.nan, high=np.nan, obstacle="applicants")
    reported = st_path.constant_finding(replace(context, results=replace(context.results, starters=rows)))
    assert "går normen alltså inte att nå" in " ".join(reported)


def test_other_aims_are_shown_with_and_without_a_path(context: Context) -> None:
    assert len(st_path.variants(context).cells) == len(st_path.AIMS)
    rows = context.results.variants.assign(year=pd.array([pd.NA] * 3, "Int64"), starters_most_year=np.nan)
    numbers = ["starters_most", "starters_last", "positions_last", "coverage_last"]
    never = replace(context, results=replace(context.results, variants=rows.assign(**dict.fromkeys(numbers, np.nan))))
    cells = st_path.variants(never).cells
    assert cells.iloc[:, 0].str.startswith("inget till").all()
    assert (cells.iloc[:, 1:] == "ingen väg").all(axis=None)
    assert "går inte" in st_path.variants_finding(never)


def test_sentences_are_whole(context: Context) -> None:
    reported = [*st_path.summary(context, context.analysis("economics")), st_path.overshoot(context)]
    reported += [*st_path.by_figure_finding(context), *st_path.constant_finding(context), st_path.variants_finding(context)]
    for sentence in reported:
        assert sentence.endswith("."), sentence
        assert not re.findall(r"[{}]|\bnan\b|\bs[to]-\d", sentence)
        assert "i dag" not in sentence, "a number is of a date"


def test_the_chapter_types_no_results() -> None:
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    assert not re.findall(r"\d", " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
