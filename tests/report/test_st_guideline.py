"""The guideline chapter: values that may be drawn, and the text for an infeasible norm."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riktvarden import areas, guideline
from riktvarden.codes import NATION
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import st_guideline
from riktvarden.report.kit.figures import VEGALITE
from riktvarden.report.kit.language import MINUS

CHAPTER = Path(__file__).parents[2] / "chapters/st_guideline.ipynb"


def reported(context: Context, status: str, binding: tuple[str, ...], year: int, solved: bool) -> Context:
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
    assert cells["Sannolikhet att antalet räcker"].nunique() > 5


@pytest.mark.parametrize("code", ["00", "01", "12", "23", "25"])
def test_a_curve_is_drawn_only_where_the_stock_is_published(context: Context, code: str) -> None:
    picture = st_guideline.outlook(context, code)
    values = kinds(picture)[f"om lika många börjar varje år som {context.year}"]
    known = code == NATION or code in published(context)
    assert all((value is not None) == known for value in values)
    assert ("inte publicerat" in picture.caption) != known
    assert all(value is not None for value in kinds(picture)["behov enligt normen"])
    cells = picture.table.cells
    interval_only = ~cells["Specialister, heltider"].str.contains(r"\(")
    assert interval_only.all() if not known else not interval_only.any()
    assert len(cells) == context.results.paths["year"].nunique()


def test_small_fans_distinguish_the_published_from_the_rest(context: Context) -> None:
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
    words = " ".join(st_guideline.plan_verdict(reported(context, guideline.OPTIMAL, (), context.target_year, True)))
    assert f"tidigast {context.target_year}" in words
    assert "går det inte" not in words


def test_a_target_out_of_reach_names_the_limits_and_the_first_year(context: Context) -> None:
    words = " ".join(
        st_guideline.plan_verdict(reported(context, guideline.INFEASIBLE, ("applicants", "terminal"), 2044, True))
    )
    assert f"Till {context.target_year} går det inte" in words
    assert "att fler söker och att intaget stannar på en högre nivå än vi har antagit" in words
    assert "tidigast 2044" in words


def test_a_target_too_near_is_out_of_reach_by_training_alone(context: Context) -> None:
    near = reported(context, guideline.BY_TRAINING_ALONE, (), context.target_year, False)
    words = " ".join(st_guideline.plan_verdict(near))
    assert "hinner bli klar" in words
    assert "går inte att nå i alla regioner till" in words
    assert "ingen väg" in st_guideline.overshoot(near)
    for picture in (st_guideline.plan(near), st_guideline.positions(near), st_guideline.ways(near)):
        assert not [kind for kind in kinds(picture) if kind.startswith("vägen")]
        assert not [column for column in picture.table.cells if column.startswith("Vägen")]
        assert len(picture.table.cells) > 0
    for table in (st_guideline.regional_path(near), st_guideline.regional_coverage(near), st_guideline.chances(near)):
        assert not [column for column in table.cells if column.startswith("Vägen")]
        assert len(table.cells) > 0


def test_places_for_rotation_are_missing_and_never_silent(context: Context) -> None:
    assert "inte publicerat" in st_guideline.plan_verdict(context)[-1]
    cells = st_guideline.limits(context).cells
    missing = cells.loc[cells["Antagande"] == "uppgift saknas"]
    assert missing.index.tolist() == ["platser för placering på andra kliniker"]


def test_a_year_that_takes_every_applicant_is_named(context: Context) -> None:
    def said(rows: pd.DataFrame) -> str:
        return " ".join(st_guideline.plan_verdict(replace(context, results=replace(context.results, programme=rows))))

    programme = context.results.programme
    starters = programme["measure"] == "programme_starters"
    rows = programme.assign(value=programme["value"].mask(starters, programme["value"] / 2))
    assert "Alla som antas kunna söka" not in said(rows)
    first = (rows["measure"] == "programme_starters") & (rows["region"] == NATION) & (rows["year"] == rows["year"].min())
    more = rows.assign(value=rows["value"].mask(first, 10_000))
    assert f"Alla som antas kunna söka behöver börja {rows['year'].min()}." in said(more)


def test_every_limit_that_binds_is_marked(context: Context) -> None:
    data = st_guideline.limits(reported(context, guideline.INFEASIBLE, ("smoothing",), 2044, True)).data.set_index("limit")
    assert data.index[data["binding"] == "ja"].tolist() == ["smoothing"]
    assert set(context.results.programme_status[1]) <= set(st_guideline.LIMITS)


def test_the_path_is_the_one_of_the_programme(context: Context) -> None:
    rows = context.results.programme.query("measure == 'programme_starters' and region == '00'")
    assert not rows.empty
    picture = st_guideline.plan(context)
    (path,) = [values for kind, values in kinds(picture).items() if kind.startswith("vägen")]
    assert path == pytest.approx(rows["value"].tolist())
    assert context.language.number(rows["value"].max()) in picture.alternative


def test_every_region_gets_a_path_that_sums_to_the_nation(context: Context) -> None:
    table = st_guideline.regional_path(context)
    advised = [column for column in table.cells if column.startswith("Vägen: nya")]
    assert len(advised) >= 4
    assert not table.cells[advised].isin(["uppgift saknas"]).to_numpy().any()
    rows = table.data.query("measure == 'programme_starters'")
    for _, year in rows.groupby("year"):
        values = year.set_index("region")["value"]
        assert values.drop(NATION).sum() == pytest.approx(values[NATION])


def test_coverage_of_a_region_without_a_published_stock_has_no_value(context: Context) -> None:
    cells = st_guideline.regional_coverage(context).cells
    columns = [column for column in cells if "sannolikhet" not in column]
    for code in context.results.regions:
        valued = cells.loc[context.region_names[code], columns].str.contains(r"\(")
        assert valued.all() if code in published(context) else not valued.any()


def test_each_published_figure_alone_is_shown_beside_the_reports_own(context: Context) -> None:
    rows, table = context.results.by_figure, st_guideline.by_figure(context)
    assert len(table.cells) == len(rows) > 0
    assert table.cells["Täckning A i rapporten"].to_list() == [context.share("coverage_a", code) for code in rows["region"]]
    bound = rows["figure"].isin(context.tables["regional_evidence"].query("kind == 'lower_bound'")["figure"]).to_numpy()
    # The only bound is of doctors who are missing: at least so many missing are at most so many at work.
    assert table.cells.loc[bound, "Status"].str.endswith("högst så många").all()
    reported = " ".join(st_guideline.by_figure_finding(context))
    stockholm = rows.loc[rows["region"] == "01", "coverage"]
    assert all(context.language.percent(end) in reported for end in (stockholm.min(), stockholm.max()))
    one = st_guideline.by_figure(context, "01")
    assert set(one.data["region"]) == {"01"}
    assert len(one.cells) == len(stockholm)


def test_figures_alone_are_compared_only_where_there_are_several(context: Context) -> None:
    single = context.results.by_figure.drop_duplicates("region")
    reported = st_guideline.by_figure_finding(replace(context, results=replace(context.results, by_figure=single)))
    assert len(reported) == 1


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_difference_is_worded_by_its_sign_and_has_a_chance(context: Context, sign: int) -> None:
    results = context.results
    draws = dict(results.draws) | {"st_gap": np.full_like(results.draws["st_gap"], 100.0 * sign)}
    tidy = results.tidy.copy()
    gaps = tidy["measure"].isin(["st_gap", "st_positions_gap"]) & (tidy["region"] == NATION)
    tidy.loc[gaps, "value"] = 100.0 * sign
    words = st_guideline.difference(replace(context, results=replace(results, draws=draws, tidy=tidy)))
    assert ("färre än riktvärdet" if sign > 0 else "fler än riktvärdet") in words
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


def test_a_target_year_without_a_number_says_why(context: Context) -> None:
    table = st_guideline.starters(context).table
    rows = context.results.starters
    for answer, why in zip(table.cells["Nya ST-läkare per år"], rows["obstacle"], strict=True):
        assert (answer == st_guideline.OBSTACLE[why]) if why else re.match(r"\d", answer)
    assert set(rows["obstacle"]) - {""} <= set(st_guideline.OBSTACLE)


def test_no_target_year_may_have_an_answer(context: Context) -> None:
    rows = context.results.starters.assign(value=np.nan, low=np.nan, high=np.nan, obstacle="applicants")
    picture = st_guideline.starters(replace(context, results=replace(context.results, starters=rows)))
    assert "går normen alltså inte att nå" in picture.alternative


def test_other_aims_are_shown_with_and_without_a_path(context: Context) -> None:
    assert len(st_guideline.variants(context).cells) == len(st_guideline.AIMS)
    rows = context.results.variants.assign(year=pd.array([pd.NA] * 3, "Int64"), starters_most_year=np.nan)
    numbers = ["starters_most", "starters_last", "positions_last", "coverage_last"]
    never = replace(context, results=replace(context.results, variants=rows.assign(**dict.fromkeys(numbers, np.nan))))
    cells = st_guideline.variants(never).cells
    assert cells.iloc[:, 0].str.startswith("inget till").all()
    assert (cells.iloc[:, 1:] == "ingen väg").all(axis=None)
    assert "går inte" in st_guideline.variants_finding(never)


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
    for picture in (st_guideline.plan(context), st_guideline.coverage(context), st_guideline.starters(context)):
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
    reported = [*st_guideline.headlines(context), *st_guideline.summary(context), *st_guideline.plan_verdict(context)]
    reported += [
        words(context) for words in (st_guideline.overshoot, st_guideline.shortage_explained, st_guideline.leads_to)
    ]
    for sentence in reported:
        assert sentence.endswith("."), sentence
        assert not re.findall(r"[{}]|\bnan\b", sentence)
        assert "i dag" not in sentence, "a number is of a date"


def test_the_chapter_types_no_results() -> None:
    cells = json.loads(CHAPTER.read_text(encoding="utf-8"))["cells"]
    assert not re.findall(r"\d", " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"))
