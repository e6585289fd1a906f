"""Finding a number: the list of places, the comparison of regions, and the summary texts."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from riktvarden.codes import NATION
from riktvarden.model.analyses import Cost
from riktvarden.report import Context
from riktvarden.report.chapters import economics, st_guideline
from riktvarden.report.kit import figures
from riktvarden.report.pages import compare, entry, find

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shown(context: Context, cost: Cost) -> dict[str, BeautifulSoup]:
    """What the notebooks display, by the page it is on."""
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(figures, "display", lambda bundle, raw: said.append(bundle["text/html"]))
        find.show_search(context)
        figures.show(find.regions(context), context.language)
        figures.show(find.municipalities(context), context.language)
        compare.show_comparison(context)
        entry.show_answers(context, cost)
        entry.show_search(context.language)
        entry.show_edition(context, "working")
    said[:3] = ["".join(said[:3])]
    names = ("find", "compare", "answers", "search", "edition")
    return {name: BeautifulSoup(text, "html.parser") for name, text in zip(names, said, strict=True)}


def test_every_region_and_municipality_is_in_the_list_once(shown: dict[str, BeautifulSoup], context: Context) -> None:
    codes = [place["id"] for place in shown["find"].select("tbody tr")]
    known = {*context.tables["regions"]["region"], *context.tables["municipalities"]["municipality"]}
    assert len(codes) == len(set(codes))
    assert set(codes) == known


def test_places_are_in_the_order_of_the_swedish_alphabet(shown: dict[str, BeautifulSoup]) -> None:
    names = [place.th.get_text() for place in shown["find"].select("tbody tr")]
    places = {name: place for place, name in enumerate(names)}
    assert places["Arvidsjaur"] < places["Ystad"] < places["Åre"] < places["Älvdalen"] < places["Ödeshög"]


def test_a_region_states_its_guideline_value_and_what_is_missing(shown: dict[str, BeautifulSoup], context: Context) -> None:
    row = _row(shown["find"], "21")
    value = context.results.cell("st_positions_guideline", "21").value
    assert row["ST-tjänster som håller normen"].startswith(f"{value:.0f} (")
    assert next(iter(row)) == "Nya ST-läkare per år som håller normen"
    assert re.fullmatch(r"\d+–\d+", row["ST-tjänster 31 december 2024"]), "an interval alone: nobody has published it"


def test_positions_and_specialists_of_a_region_are_of_one_date(shown: dict[str, BeautifulSoup], context: Context) -> None:
    row = _row(shown["find"], "12")
    assert row[f"ST-tjänster {context.reference_date}"] == context.estimate("st_positions_reference", "12")
    assert row[f"Specialister på vårdcentral {context.reference_date}, heltider"] == context.estimate(
        "specialist_fte", "12"
    )


def test_a_card_and_the_comparison_say_the_same(shown: dict[str, BeautifulSoup], context: Context) -> None:
    people = context.results.cell("population", "12").value
    rows = {measure.name: measure.rows for measure in compare.measures(context)}
    for measure, name in (("st_starters_guideline", "st_starters_guideline_per_100000"),):
        assert rows[name].loc["12", "value"] * people / 100_000 == pytest.approx(context.results.cell(measure, "12").value)
    positions = context.results.cell("st_positions_reference", "12").value
    assert rows["st_positions_reference_per_10000"].loc["12", "value"] * people / 10_000 == pytest.approx(positions)
    assert not [name for name in rows if "target" in name or "persons" in name]


def test_a_municipality_shows_its_own_part(shown: dict[str, BeautifulSoup], context: Context) -> None:
    row = _row(shown["find"], "2180")
    rows = context.results.guidelines
    own = rows.loc[(rows["municipality"] == "2180") & (rows["profession"] == "physiotherapist")]
    for principal, head in (("municipality", "Kommunen: fysioterapeuter"), ("all", "Tillsammans: fysioterapeuter")):
        ends = own.loc[(own["measure"] == "fte_need") & (own["principal"] == principal)].iloc[0]
        assert row[head] == context.language.sized(ends["value"], ends["low"], ends["high"])


def test_only_published_stocks_are_points_of_the_comparison(shown: dict[str, BeautifulSoup], context: Context) -> None:
    coverage = next(s for s in shown["compare"].find_all("section") if s.h3.get_text() == "Täckning A")
    drawn = {row["data-area"] for row in coverage.find_all("tr", attrs={"data-area": True}) if row.find("circle")}
    stock = context.results.of("specialist_fte")["value"]
    assert drawn == set(stock.index[stock.notna()])
    ranged = {row["data-area"] for row in coverage.find_all("tr") if row.find(class_="rv-prior")}
    assert ranged == set(stock.index[stock.isna()])


def test_every_section_compares_all_regions_and_the_nation(shown: dict[str, BeautifulSoup], context: Context) -> None:
    sections = shown["compare"].find_all("section")
    found = compare.measures(context)
    assert [section["data-measure"] for section in sections] == [measure.name for measure in found]
    for section, measure in zip(sections, found, strict=True):
        codes = [row["data-area"] for row in section.find_all("tr", attrs={"data-area": True})]
        assert sorted(codes) == sorted([*context.results.regions, NATION])
        ends = measure.rows.loc[codes, ["value", "low", "high"]]
        assert ends["value"].fillna((ends["low"] + ends["high"]) / 2).is_monotonic_decreasing
        assert section.find(class_="rv-verdict").get_text()
        marks = [float(end) for end in re.findall(r'(?:x1|x2|cx)="([\d.-]+)%', str(section))]
        assert all(0 <= mark <= 100 for mark in marks)


def test_what_is_told_of_a_region_is_what_its_interval_says(context: Context) -> None:
    """By the relation to the nation where the model has it, and by the draws else; the nation is never beside itself."""
    for measure in compare.measures(context):
        side = compare.sides(measure)
        assert side[NATION] == 0
        finding = compare.verdict(context, measure, context.results.regions)
        higher = [context.region_names[code] for code in context.results.regions if side[code] == 1]
        assert all(name in finding.partition(" ligger högre än riket.")[0] for name in higher), measure.name
    nurses = next(measure for measure in compare.measures(context) if measure.name == "inhabitants_per_district_nurse")
    index = nurses.relation.loc["01"]  # more nurses are needed, and so fewer inhabitants share one
    assert index["low"] > 100
    assert compare.sides(nurses)["01"] == -1
    assert len(nurses.rows) == len(context.results.regions) + 1 + len(context.results.municipalities)


def test_inhabitants_per_specialist_agree_with_coverage(context: Context) -> None:
    """In the nation need is the norm by head count, so that the two say the same of the stock."""
    norm = context.assumptions["inhabitants_per_specialist"].value
    nation = compare.per_specialist(context, [NATION]).loc[NATION]
    coverage = context.results.cell("coverage_a")
    assert nation["value"] == pytest.approx(norm / coverage.value)
    assert nation["low"] < nation["value"] < nation["high"]


def test_the_start_page_answers_seven_questions_with_date_and_source(
    shown: dict[str, BeautifulSoup], context: Context, cost: Cost
) -> None:
    items = shown["answers"].select("dl > div")
    assert len(items) == len(entry.answers(context, cost)) == 7
    for item in items:
        assert item.dt.get_text().endswith("?")
        assert re.search(r"\d{4}\. Källa: ", item.small.get_text())
        assert (ROOT / f"chapters/{item.a['href'].partition('#')[0].removesuffix('.html')}.ipynb").is_file()


def test_start_page_and_chapters_give_the_same_numbers(context: Context, cost: Cost) -> None:
    missing, start, when, priced, unchanged, first, sure = (each.words for each in entry.answers(context, cost))
    headlines = " ".join(st_guideline.headlines(context))
    nation = st_guideline.table(context).cells.loc["Riket"]
    hold = context.estimate("st_starters_guideline")
    assert hold in start
    assert hold in headlines
    assert any(text.startswith(hold) for text in nation)
    assert context.estimate("specialist_gap") in missing
    assert when == st_guideline.first_year(context)
    assert priced == economics.cost_of_path(context, cost)
    year = context.results.programme_status[2]
    met = st_guideline.path(context, "norm_met_reference", NATION)["value"][year]
    assert f"{year} är {st_guideline.chance(context.language, met)}" in unchanged
    for code, share in entry.furthest(context, year).items():
        assert f"{context.region_names[code]} ({st_guideline.chance(context.language, share)})" in first
    assert "80 procents sannolikhet" in sure
    assert f"tidigast {year}" in " ".join(entry.in_plain_words(context))


def test_the_regions_named_first_are_the_least_likely(context: Context) -> None:
    rows = context.results.paths
    year = int(rows["year"].max())
    others = rows.query("measure == 'norm_met_reference' and year == @year and region != @NATION").set_index("region")
    chosen = entry.furthest(context, year)
    assert len(chosen) == entry.FIRST
    assert max(chosen.values()) <= others["value"].drop(list(chosen)).min()


def test_the_start_page_without_a_path_says_so(context: Context, cost: Cost) -> None:
    status, binding, _ = context.results.programme_status
    results = replace(
        context.results, programme=context.results.programme.iloc[:0], programme_status=(status, binding, None)
    )
    reported = entry.answers(replace(context, results=results), replace(cost, present=cost.present.iloc[:0]))
    assert "går inte att nå" in reported[2].words
    assert not [each for each in reported if "kronor" in each.words], "a path that is not there has no cost"
    assert "tidigast" not in " ".join(entry.in_plain_words(replace(context, results=results)))


def test_the_search_has_a_label_and_works_without_script(shown: dict[str, BeautifulSoup]) -> None:
    form = shown["search"].form
    assert form["action"] == "find.html"
    assert form.find("label")["for"] == form.find("input")["id"]
    assert not form.has_attr("hidden")
    assert shown["find"].form.has_attr("hidden"), "it does nothing before its script has run"


@pytest.mark.parametrize(("share", "said"), [(0.9, "räcker troligen"), (0.5, "räcker ungefär"), (0.1, "troligen för få")])
def test_patients_learn_whether_enough_start(context: Context, share: float, said: str) -> None:
    tidy = context.results.tidy.copy()
    tidy.loc[(tidy["measure"] == "norm_met_long_run") & (tidy["region"] == NATION), "value"] = share
    reported = " ".join(entry.in_plain_words(replace(context, results=replace(context.results, tidy=tidy))))
    verdicts = ("räcker troligen", "räcker ungefär", "troligen för få")
    assert [words for words in verdicts if words in reported] == [said]
    assert "i dag" not in reported.lower()


def _row(page: BeautifulSoup, code: str) -> dict[str, str]:
    return {cell["data-column"]: cell.get_text() for cell in page.find(id=code).find_all("td")}
