"""The guideline chapter: values that may be drawn, and the text for them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riktvarden import areas
from riktvarden.codes import NATION
from riktvarden.report import Context
from riktvarden.report.chapters import st_guideline
from riktvarden.report.kit.language import MINUS

from .charted import kinds

CHAPTER = Path(__file__).parents[2] / "chapters/st_guideline.ipynb"


def test_the_map_names_the_ends(context: Context) -> None:
    picture = st_guideline.density_map(context, areas.polygons("county"))
    values = context.results.of("st_positions_per_10000")["value"].drop(NATION)
    for code in (values.idxmin(), values.idxmax()):
        assert context.region_names[code] in picture.alternative
        assert context.estimate("st_positions_per_10000", code, 1) in picture.alternative
    assert len(picture.table.cells) == 22


def test_the_table_has_every_region_with_value_chance_and_coverage(context: Context) -> None:
    table = st_guideline.table(context)
    cells = table.cells
    assert list(cells.index) == [context.region_names[code] for code in (NATION, *context.results.regions)]
    assert cells["Sannolikhet att antalet räcker"].nunique() > 5
    gap = next(column for column in cells if column.startswith("Tjänster som fattades"))
    unknown = context.results.of("st_gap")["value"].drop(NATION).isna()
    for code in context.results.regions:
        assert ("(" in cells.loc[context.region_names[code], gap]) != unknown[code]
        assert ("endast intervall" in cells.loc[context.region_names[code], "Underlagets status"]) == unknown[code]
    assert {"st_persons_guideline", "st_gap", "population"} <= set(table.data["measure"]), (
        "the download has the persons too"
    )


def test_the_path_is_the_one_of_the_programme(context: Context) -> None:
    rows = context.results.programme.query("measure == 'programme_starters' and region == '00'")
    assert not rows.empty
    picture = st_guideline.plan(context)
    (path,) = [values for kind, values in kinds(picture).items() if kind.startswith("vägen")]
    assert path == pytest.approx(rows["value"].tolist())
    assert context.language.number(st_guideline.rounded(rows["value"].max(), 10)) in picture.alternative


def test_each_published_figure_alone_is_shown_beside_the_reports_own(context: Context) -> None:
    rows, table = context.results.by_figure, st_guideline.by_figure(context)
    assert len(table.cells) == len(rows) > 0
    assert table.cells["Täckning A i rapporten"].to_list() == [context.share("coverage_a", code) for code in rows["region"]]
    bound = rows["figure"].isin(context.tables["regional_evidence"].query("kind == 'lower_bound'")["figure"]).to_numpy()
    # The only bound is of doctors who are missing: at least so many missing are at most so many at work.
    assert table.cells.loc[bound, "Status"].str.endswith("högst så många").all()
    stockholm = rows.loc[rows["region"] == "01", "coverage"]
    one = st_guideline.by_figure(context, "01")
    assert set(one.data["region"]) == {"01"}
    assert len(one.cells) == len(stockholm)


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_difference_is_worded_by_its_sign_and_has_a_chance(context: Context, sign: int) -> None:
    results = context.results
    draws = dict(results.draws) | {"st_gap": np.full_like(results.draws["st_gap"], 100.0 * sign)}
    tidy = results.tidy.copy()
    gaps = tidy["measure"].isin(["st_gap", "st_positions_gap"]) & (tidy["region"] == NATION)
    tidy.loc[gaps, "value"] = 100.0 * sign
    words = st_guideline.difference(replace(context, results=replace(results, draws=draws, tidy=tidy)))
    assert ("färre än rapportens riktvärde" if sign > 0 else "fler än rapportens riktvärde") in words
    assert words.endswith("under 1\N{NO-BREAK SPACE}%." if sign > 0 else "över 99\N{NO-BREAK SPACE}%.")
    assert MINUS not in words


@pytest.mark.parametrize(("share", "said"), [(0.9, "ja"), (0.5, "osäkert"), (0.1, "nej")])
def test_a_verdict_is_no_surer_than_its_chance(share: float, said: str) -> None:
    assert st_guideline.word(share, "ja", "osäkert", "nej") == said


def test_the_difference_compares_numbers_of_the_same_date(context: Context) -> None:
    cell = context.results.cell
    for unit, gap in (("persons", "st_gap"), ("positions", "st_positions_gap")):
        both = cell(f"st_{unit}_guideline").value - cell(f"st_{unit}_reference").value
        assert cell(gap).value == pytest.approx(both, abs=0.5)


def test_the_published_shortage_is_explained_by_what_it_counts(context: Context) -> None:
    words = st_guideline.shortage_explained(context)
    published = context.tables["published_st"].set_index("measure")["value"]
    missing = published["specialists_allmanmedicin_missing_primary_care"]
    assert context.language.number(missing) in words
    assert context.estimate("specialist_gap") in words
    rows = context.results.career_back_cast
    persons = rows.loc[(rows["quantity"] == "persons") & (rows["dated"].dt.year == context.year), "middle"].item()
    gap = context.results.cell("specialist_requirement").value - persons
    for number in (persons, gap):
        assert context.language.number(st_guideline.rounded(number, 100)) in words
    assert st_guideline.published_shortage(context).cells.loc["ST-läkare som saknas"].str.contains("personer").any()


def test_headline_and_rest_are_the_alternative_without_its_form(context: Context) -> None:
    for picture in (st_guideline.plan(context), st_guideline.density_map(context, areas.polygons("county"))):
        found = f"{picture.headline} {picture.rest}".strip()
        assert picture.alternative.endswith(found)
        assert picture.alternative != found
        assert found[0].isupper()
        assert picture.headline.endswith(".")


def test_a_chance_is_never_certain(context: Context) -> None:
    t = context.language
    words = [st_guideline.chance(t, share) for share in (0.0, 0.004, 0.5, 0.996, 1.0)]
    assert words == ["under 1\N{NO-BREAK SPACE}%"] * 2 + ["50\N{NO-BREAK SPACE}%"] + ["över 99\N{NO-BREAK SPACE}%"] * 2


def test_sentences_are_whole(context: Context) -> None:
    reported = [*st_guideline.headlines(context), *st_guideline.summary(context), *st_guideline.basis(context)]
    for sentence in [*reported, st_guideline.shortage_explained(context)]:
        assert sentence.endswith("."), sentence
        assert not re.findall(r"[{}]|\bnan\b", sentence)
        assert "i dag" not in sentence, "a number is of a date"


def test_the_chapter_types_no_results() -> None:
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    assert not re.findall(r"\d", " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
