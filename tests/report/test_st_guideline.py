"""The guideline chapter: what may be drawn of whom, and what is said when the norm is out of reach."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from riktvarden import areas, guideline
from riktvarden.report import Context, Figure, st_guideline
from riktvarden.report.figures import VEGALITE
from riktvarden.results import NATION

CHAPTER = Path(__file__).parents[2] / "chapters/st_guideline.ipynb"


def told(context: Context, status: str, binding: tuple[str, ...], year: int, solved: bool) -> Context:
    """The same results with another answer of the programme."""
    rows = context.results.programme
    programme = rows if solved else rows.iloc[:0]
    return replace(context, results=replace(context.results, programme=programme, programme_status=(status, binding, year)))


def kinds(picture: Figure) -> dict[str, list[object]]:
    """Values behind a chart by kind."""
    found: dict[str, list[object]] = {}
    for rows in picture.bundle()[VEGALITE]["datasets"].values():
        for row in rows:
            if "kind" in row:
                found.setdefault(row["kind"], []).append(row["value"])
    return found


def published(context: Context) -> set[str]:
    """Regions whose specialists are published."""
    values = context.results.of("specialist_fte")["value"].drop(NATION)
    return set(values.dropna().index)


def test_the_map_names_the_ends(context: Context) -> None:
    picture = st_guideline.density_map(context, areas.polygons("county"))
    values = context.results.of("st_positions_per_10000")["value"].drop(NATION)
    for code in (values.idxmin(), values.idxmax()):
        assert context.region_names[code] in picture.alternative
        assert context.estimate("st_positions_per_10000", code, 1) in picture.alternative
    assert len(picture.table.cells) == 22


def test_norm_need_and_use_are_columns_of_their_own(context: Context) -> None:
    table = st_guideline.needs(context)
    cells = table.cells
    (use,) = [column for column in cells.columns if column.startswith("Efterfrågan")]
    assert (cells[use].drop("Riket") == "uppgift saknas").all()
    figure = re.search(r"so-\d+", table.caption)
    assert figure is not None
    (printed,) = context.tables["published_sou"].query("figure == @figure[0]").to_dict("records")
    assert "million" in printed["unit"]
    assert cells.loc["Riket", use] == context.language.number(1e6 * printed["value"])
    norm = table.data.set_index("region")["norm"]
    assert norm.drop(NATION).sum() == pytest.approx(norm[NATION], rel=1e-9)
    assert cells.loc["Riket", "Behovets status"] == "härledd"
    assert set(cells["Behovets status"].drop("Riket")) == {"skattad"}


def test_the_table_has_every_region_with_value_and_status(context: Context) -> None:
    cells = st_guideline.table(context).cells
    assert list(cells.index) == [context.region_names[code] for code in (NATION, *context.results.regions)]
    assert set(cells["Riktvärdets status"]) == {"skattad"}
    assert cells["Riktvärde: tjänster per 10 000 invånare"].nunique() > 5


@pytest.mark.parametrize("code", ["00", "01", "12", "23", "25"])
def test_a_curve_is_drawn_only_where_the_stock_is_published(context: Context, code: str) -> None:
    picture = st_guideline.outlook(context, code)
    values = kinds(picture)["specialister om dagens intag fortsätter"]
    known = code == NATION or code in published(context)
    assert all((value is not None) == known for value in values)
    assert ("inte publicerat" in picture.caption) != known
    assert all(value is not None for value in kinds(picture)["behov enligt normen"])
    cells = picture.table.cells
    interval_only = ~cells["Specialister, heltider"].str.contains(r"\(")
    assert interval_only.all() if not known else not interval_only.any()
    assert len(cells) == context.results.paths["year"].nunique()


def test_small_fans_tell_the_published_from_the_rest(context: Context) -> None:
    picture = st_guideline.coverage_outlook(context)
    years = context.results.paths["year"].nunique()
    found = kinds(picture)
    assert len(found["ur ett publicerat antal specialister"]) == len(published(context)) * years
    (unpublished,) = [values for kind, values in found.items() if kind.startswith("uppgift saknas")]
    assert set(unpublished) == {None}
    assert len(picture.table.cells) == 22
    assert picture.table.cells["Status för täckning A"].str.startswith(("skattad", "uppgift saknas")).all()


def test_both_coverages_are_named_and_never_mixed(context: Context) -> None:
    picture = st_guideline.coverage_path(context)
    found = kinds(picture)
    assert set(found) == {"täckning A", "täckning B"}
    assert all(b >= a for a, b in zip(found["täckning A"], found["täckning B"], strict=True))
    assert {"Täckning A", "Täckning B"} <= set(picture.table.cells.columns)


def test_an_answer_within_the_limits(context: Context) -> None:
    words = " ".join(st_guideline.plan_verdict(told(context, guideline.OPTIMAL, (), context.target_year, True)))
    assert "går inte" not in words
    assert str(context.target_year) in words
    assert "avsteg" not in words


def test_a_target_out_of_reach_names_the_limits_and_the_first_year(context: Context) -> None:
    words = " ".join(st_guideline.plan_verdict(told(context, guideline.INFEASIBLE, ("applicants", "terminal"), 2044, True)))
    assert f"{context.target_year} går inte inom de gränser" in words
    assert "genom enbart utbildning" not in words
    assert "antalet sökande och att intaget till slut" in words
    assert "2044" in words


def test_a_target_too_near_is_out_of_reach_by_training_alone(context: Context) -> None:
    near = told(context, guideline.BY_TRAINING_ALONE, (), context.target_year, False)
    words = " ".join(st_guideline.plan_verdict(near))
    assert "går inte genom enbart utbildning" in words
    assert "Inget målår till och med" in words
    for picture in (st_guideline.plan(near), st_guideline.positions(near)):
        assert not [kind for kind in kinds(picture) if kind.startswith("vägen")]
        assert not [column for column in picture.table.cells if column.startswith("Vägen")]
        assert len(picture.table.cells) > 0


def test_places_for_rotation_are_missing_and_never_silent(context: Context) -> None:
    assert "inte publicerat" in st_guideline.plan_verdict(context)[-1]
    cells = st_guideline.limits(context).cells
    missing = cells.loc[cells["Antagande"] == "uppgift saknas"]
    assert missing.index.tolist() == ["platser för placering på andra kliniker"]


def test_every_limit_that_binds_is_marked(context: Context) -> None:
    data = st_guideline.limits(told(context, guideline.INFEASIBLE, ("smoothing",), 2044, True)).data.set_index("limit")
    assert data.index[data["binding"] == "ja"].tolist() == ["smoothing"]
    assert set(context.results.programme_status[1]) <= set(st_guideline.LIMIT)


def test_the_path_is_the_one_of_the_programme(context: Context) -> None:
    rows = context.results.programme.query("measure == 'programme_starters' and region == '00'")
    assert not rows.empty
    picture = st_guideline.plan(context)
    (path,) = [values for kind, values in kinds(picture).items() if kind.startswith("vägen")]
    assert path == pytest.approx(rows["value"].tolist())
    assert context.language.number(rows["value"].max()) in picture.alternative


def test_sentences_are_whole(context: Context) -> None:
    for words in (st_guideline.headlines, st_guideline.summary, st_guideline.feasibility, st_guideline.plan_verdict):
        for sentence in words(context):
            assert sentence.endswith("."), sentence
            assert not re.findall(r"[{}]|\bnan\b", sentence)


def test_the_chapter_types_no_results() -> None:
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    assert not re.findall(r"\d", " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
