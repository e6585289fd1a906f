"""The chapter on calibration: summary first, every figure, every explanation."""

import base64
import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup

from riktvarden.book import figures, stage
from riktvarden.model import analyses
from riktvarden.model import calibration as core
from riktvarden.report import Context, Language
from riktvarden.report.chapters import calibration
from riktvarden.report.kit.figures import VEGALITE, Figure, Table

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "chapters/calibration.ipynb"


@pytest.fixture(scope="module")
def found(calibrated: analyses.Calibration) -> analyses.Calibration:
    return calibrated


@pytest.fixture(scope="module")
def english(context: Context) -> Context:
    return replace(context, language=Language("en"))


@pytest.fixture(scope="module")
def source() -> list[dict]:
    return json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def shown(context: Context, found: analyses.Calibration, source: list[dict]) -> list[Figure | Table]:
    """What the chapter shows, as its notebook calls it."""
    code = "\n".join("".join(cell["source"]) for cell in source if cell["cell_type"] == "code")
    calls = re.findall(r"show\(calibration\.(\w+)\(context, found\), context\.language\)", code)
    assert len(calls) == code.count("show(") == 4
    return [getattr(calibration, call)(context, found) for call in calls]


def all_tables(items: list[Figure | Table]) -> dict[str, Table]:
    every = [item.table if isinstance(item, Figure) else item for item in items]
    return {item.name: item for item in every}


def test_the_page_is_below_the_chapter_on_uncertainty() -> None:
    documents = stage.documents(stage.contents(ROOT, []))
    assert documents.index("chapters/calibration") == documents.index("chapters/uncertainty") + 1


def test_the_chapter_types_no_results(source: list[dict]) -> None:
    prose = " ".join("".join(cell["source"]) for cell in source if cell["cell_type"] == "markdown")
    assert not re.findall(r"\d+", prose)


def test_the_summary_counts_what_the_table_shows(context: Context, found: analyses.Calibration) -> None:
    first, largest, *others = calibration.summary(context, found)
    checks = found.compared.query("role == 'independent'")
    near = (checks["z"].abs() <= core.FAR).sum()
    assert f"med {near} av de {len(checks)} uppgifter" in first
    assert f"De övriga {len(checks) - near} skiljer" in first
    worst = checks.loc[checks["z"].abs().idxmax()]
    assert context.region_names[worst["region"]].lower() in largest.lower()
    for sentence in (first, largest, *others):
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "nan" not in sentence.lower().split()


def test_differences_that_all_go_one_way_are_said_to_do_so(context: Context, found: analyses.Calibration) -> None:
    # Each difference within the uncertainty may still be one of many in the same direction.
    higher = found.compared.assign(z=found.compared["z"].abs() + 0.1)
    one_sided = [s for s in calibration.summary(context, replace(found, compared=higher)) if s.startswith("Alla")]
    groups = found.compared.query("role == 'independent'")["quantity"].map(lambda name: core.QUANTITIES[name].group)
    assert len(one_sided) == (groups.value_counts() >= calibration.ONE_SIDED).sum() > 0
    assert all("lägre än modellens" in sentence for sentence in one_sided)
    mixed = found.compared.assign(z=found.compared["z"].abs() * np.resize([1, -1], len(found.compared)))
    few = mixed.groupby("quantity").head(1)
    assert not [s for s in calibration.summary(context, replace(found, compared=few)) if "nya specialister är" in s]


def test_the_picture_fits_a_phone_and_says_what_it_shows(
    context: Context, shown: list[Figure | Table], found: analyses.Calibration
) -> None:
    (picture,) = [item for item in shown if isinstance(item, Figure)]
    assert figures.size(figures.pictures(picture.bundle()[VEGALITE], "sv")["phone"])[0] <= figures.WIDTHS["phone"]
    drawn = found.compared.query("role != 'input'")
    counts = drawn["role"].value_counts()
    assert f"av de {counts['independent']} uppgifter" in picture.alternative
    assert f"av de {counts['independent']} uppgifter" in calibration.summary(context, found)[0], "one count on the page"
    assert f"av de {counts['identity']} fall" in picture.alternative
    assert picture.table.data["count"].sum() == len(drawn)
    assert (picture.table.data["within"] + picture.table.data["far"]).eq(picture.table.data["count"]).all()


@pytest.mark.parametrize("name", ["kalibrering", "kalibrering-omraaden", "kalibrering-jaemfoerelsedatum"])
def test_tables_have_words_and_a_download(shown: list[Figure | Table], context: Context, name: str) -> None:
    item = all_tables(shown)[name]
    page = BeautifulSoup(item.html(context.language), "html.parser")
    assert len(page.table.tbody.find_all("tr")) == len(item.cells) > 0
    content = base64.b64decode(page.find("a", class_="rv-download")["href"].partition("base64,")[2]).decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(content)))) == len(item.data) + 1
    assert not {"nan", "<na>", "none", "inf"} & set(page.get_text(" ").lower().split())


def test_every_comparison_is_in_the_table_the_largest_difference_first(
    shown: list[Figure | Table], found: analyses.Calibration
) -> None:
    table = all_tables(shown)["kalibrering"]
    assert sorted(table.data["comparison"]) == sorted(found.compared["comparison"])
    assert (np.diff(table.data["z"].abs()) <= 0).all()
    assert len(table.cells) == len(found.compared)


def test_what_differs_has_its_explanation_and_who_can_answer_beside_it(shown: list[Figure | Table]) -> None:
    table = all_tables(shown)["kalibrering"]
    far = (table.data["z"].abs() > core.FAR).to_numpy()
    assert far.any()
    assert table.cells.loc[far, "Förklaring"].str.len().gt(20).all()
    assert table.cells.loc[far, "Utfall"].eq("avviker, se förklaringen").all()
    assert table.cells.loc[far, "Vem kan svara"].ne("–").all()


def test_an_english_reader_gets_english_explanations(english: Context, found: analyses.Calibration) -> None:
    explanations = calibration.every(english, found).cells["Explanation"]
    assert not explanations.str.contains("[åäö]").any()
    assert explanations.str.contains("Counts").any()


def test_everything_that_is_compared_has_words() -> None:
    assert set(calibration.QUANTITY) == set(core.QUANTITIES)
    assert {quantity.group for quantity in core.QUANTITIES.values()} == set(calibration.GROUP)


def test_every_code_of_the_table_has_words(context: Context) -> None:
    table = context.tables["calibration"]
    assert set(table["role"]) <= set(calibration.ROLE)
    assert set(table["comparable"]) <= set(calibration.COMPARABLE)
    assert set(table["question_to"]) <= {*calibration.ASKED, "region"}
