"""The method chapter agrees with the code: labels, symbols, functions and uses of assumptions."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import assumptions, model, tables
from riktvarden.book import mathml
from riktvarden.model import lineage
from riktvarden.report import Context, Language
from riktvarden.report.kit import notation
from riktvarden.report.reference import functions, official, overviews

ROOT = Path(__file__).parents[2]
SWEDISH = Language("sv")
INDEX = re.compile(r"(\d+|[a-z](_[0-9T])?)([+-](\d+|[a-z]))*")
"""What below a symbol only says which of its values is meant, such as ``t``, ``x+1`` or ``t_T``."""
OPERATORS = {
    "sum",
    "int",
    "prod",
    "min",
    "max",
    "exp",
    "ln",
    "frac",
    "sqrt",
    "left",
    "right",
    "qquad",
    "leq",
    "geq",
    "neq",
    "cdot",
    "pi",
}


@pytest.fixture(scope="module")
def prose() -> str:
    cells = json.loads((ROOT / "chapters/method.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def equations(text: str) -> list[tuple[str, str]]:
    """Equations of a text and whether they stand in the line."""
    blocks = re.findall(r"\$\$(.+?)\$\$", text, re.DOTALL)
    lines = re.findall(r"\$(.+?)\$", re.sub(r"\$\$.+?\$\$", "", text, flags=re.DOTALL))
    return [*((block, "block") for block in blocks), *((line, "inline") for line in lines)]


def symbols_in(latex: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Letters of an equation with what stands below each; sums, accents and words are passed over."""
    text = re.sub(r"\\(text|begin|end)\{.*?\}", "", latex)
    text = re.sub(r"\\(tilde|hat|bar|overline|widehat)\b", "", text)
    text = re.sub(r"\\mathrm\{(\w+)\}", r"\\\1 ", text)
    text = re.sub(r"\\[,;!]", " ", text)
    # A fraction or sum below a sum is an expression of its own, not a part of a symbol.
    text = re.sub(r"\\(sum|int)_\{?", r"\\\1 ", text)
    for name, letter, group, single in re.findall(r"(?:\\([A-Za-z]+)|([A-Za-z]))\s*\}?(?:_(?:\{([^{}]*)\}|(\w)))?", text):
        if name not in OPERATORS:
            below = tuple(part.strip() for part in (group or single).replace("\\", "").split(",") if part.strip())
            yield name.removeprefix("var") if name == "varphi" else name or letter, below


def test_the_chapter_has_every_part_of_the_method_and_no_other(prose: str) -> None:
    labels = re.findall(r"\(([A-Za-z]\d?)\)\.?\*\*", prose)
    assert set(labels) == {notation.label(part) for part in notation.METHODS}
    for method in notation.METHODS.values():
        assert f"**{method.title} (" in prose or method.title in {"Befolkning", "Tillgång"}, method.title


def test_the_functions_of_the_chapter_are_those_of_the_list_and_exist(prose: str) -> None:
    named = set(re.findall(r"`riktvarden\.([\w.]+:\w+)`", prose))
    assert named == {function for method in notation.METHODS.values() for function in method.functions}
    listed = set(functions.listed(SWEDISH).data["function"])
    for function in named:
        module, _, name = function.partition(":")
        assert callable(getattr(importlib.import_module(f"riktvarden.{module}"), name))
        assert f"riktvarden.{function}" in listed


def test_each_function_is_below_its_own_label(prose: str) -> None:
    parts = re.split(r"\(([A-Za-z]\d?)\)\.?\*\*", prose)
    below: dict[str, str] = {}
    for label, text in zip(parts[1::2], parts[2::2], strict=True):
        below[label] = below.get(label, "") + text
    for part, method in notation.METHODS.items():
        for function in method.functions:
            # What all factors share is reported before the first of them.
            assert function in below[notation.label(part)] or function == "need:deviation", (part, function)


def test_every_equation_can_be_shown(prose: str) -> None:
    found = equations(prose)
    assert len(found) > 100
    for latex, display in found:
        mathml.convert(latex, display)


def test_every_symbol_of_the_chapter_is_in_the_table(prose: str, graded: assumptions.Assumptions) -> None:
    known = {symbol for symbol, _, _ in notation.SYMBOLS} | {item.symbol for item in graded.values()}
    unknown, used = set(), set()
    for latex, _ in equations(prose):
        for letter, below in symbols_in(latex):
            own = [part for part in below if not INDEX.fullmatch(part)]
            named = "_".join([letter, *own])
            whole = "_".join([letter, *below])
            indexed = letter in notation.INDICES and not own
            of_family = any(symbol.startswith(f"{named}_") for symbol in known) and own != list(below)
            used |= {named, whole}
            if not ({named, whole} & known or indexed or of_family):
                unknown.add((letter, below))
    assert not unknown
    assert {symbol for symbol, _, _ in notation.SYMBOLS} <= used


def test_the_search_for_symbols_finds_what_is_not_there() -> None:
    found = set(symbols_in(r"\hat Q_{r} = \frac{\tau_{xyz}}{\mathrm{quux}_m} + \sum_{r} \eta\,h_{sup}"))
    assert {("Q", ("r",)), ("tau", ("xyz",)), ("quux", ("m",)), ("eta", ()), ("h", ("sup",))} <= found


def test_one_symbol_has_one_meaning(graded: assumptions.Assumptions) -> None:
    data = overviews.symbols(graded, SWEDISH).data
    assert not data["symbol"].duplicated().any(), data.loc[data["symbol"].duplicated(), "symbol"].tolist()
    assert not {symbol for symbol, _, _ in notation.SYMBOLS} & set(notation.INDICES)
    for symbol in data["symbol"]:
        letter = symbol.partition("_")[0]
        assert letter in notation.GREEK or letter.isascii()
        assert "\\" not in notation.written(symbol)


def test_every_assumption_is_taken_by_a_part_of_the_method(context: Context) -> None:
    assert set(context.uses) == set(context.assumptions)
    chains = context.analysis("lineage")["functions"].str.split(lineage.WITHIN)
    taking = {function for method in notation.METHODS.values() for function in method.takes}
    assert taking <= {function for chain in chains for function in chain}
    # Who asks is no part of it: the build and `riktvarden key` do so from different functions.
    assert not [chain for chain in chains if any("analyses:" in function for function in chain)]


def test_an_assumption_is_taken_where_the_model_reads_it(context: Context) -> None:
    uses = context.uses
    assert uses["sessions_per_treatment"]["E3"] == {"psychologist"}
    assert uses["minutes_nurse_visit"] == {part: {"district_nurse"} for part in ("E1", "E6", "i")}
    assert uses["monthly_pay_st"] == {"g": {"general_practice"}}
    assert "D4" in uses["st_vacancy_rate"]
    assert {"D1", "D2", "E8"} <= uses["target_year"].keys()


@pytest.mark.parametrize("frame", ["tidy", "paths", "guidelines", "outlook", "places", "programme"])
def test_every_source_leads_to_an_equation_a_table_or_an_assumption(context: Context, frame: str) -> None:
    known = {notation.label(part) for part in notation.METHODS} | set(context.tables) | set(context.assumptions)
    known |= set(context.tables["published_st"]["figure"])
    named = {name.strip() for source in getattr(context.results, frame)["source"] for name in source.split(";")}
    assert named <= known, named - known


def test_a_number_is_followed_to_formula_function_assumption_and_table(context: Context) -> None:
    table = overviews.follow(context, "psychologist", "25")
    rows = table.data.set_index("formula")
    assert {"b", "C1", "E2", "E3", "E4", "E5", "E6"} == set(rows.index)
    assert "riktvarden.need:treatment_minutes" in rows.loc["E3", "functions"]
    assert (table.cells["Antaganden"].str.len() > 0).all()
    assert "Besök per behandling" in table.cells.loc["Psykisk ohälsa (E3)", "Antaganden"]
    assert "sessions_per_treatment" in rows.loc["E3", "assumptions"]
    assert "municipality_covariates" in rows.loc["C1", "tables"]
    reported = ", ".join(rows["assumptions"])
    assert not {"district_nurse", "physiotherap", "doctor_contacts", "retirement"} & {
        word for word in ("district_nurse", "physiotherap", "doctor_contacts", "retirement") if word in reported
    }
    cell = context.results.guidelines.query(
        "profession == 'psychologist' and region == '25' and municipality == '' and measure == 'fte_need'"
    ).query("principal == 'all'")
    assert SWEDISH.sized(*cell[["value", "low", "high"]].iloc[0]) in table.caption
    assert "E1" in set(overviews.follow(context, "district_nurse", "09").data["formula"])


def test_what_a_part_rests_on_comes_before_it_in_the_chain() -> None:
    assert notation.chain(["E3"]) == ("b", "C1", "E3", "E4", "E6")
    assert notation.chain(["C6", "D3"]) == notation.chain(["D3", "C6", "C6"])
    with pytest.raises(KeyError):
        notation.chain(["Q7"])


def test_every_module_of_the_model_is_listed_but_what_writes_rows_or_joins_others() -> None:
    there = {found.name for found in pkgutil.iter_modules(model.__path__, f"{model.__name__}.")}
    listed = {module.__name__ for module in functions.CORE if module.__name__.startswith(f"{model.__name__}.")}
    assert there - listed == {"riktvarden.model.analyses", "riktvarden.model.cells", "riktvarden.model.lineage"}


def test_modules_are_listed_with_their_purpose_and_their_functions_with_arguments() -> None:
    table = functions.listed(SWEDISH)
    assert {"riktvarden.need", "riktvarden.model.weights", "riktvarden.model.professions"} <= set(table.cells.index)
    assert table.cells["Betydelse (engelska)"].str.len().gt(10).all()
    assert not table.data["function"].str.contains(":_").any()
    assert table.data["meaning"].str.len().gt(10).all()
    assert len(table.data) == sum(int(count) for count in table.cells["Funktioner"])
    arguments = table.data.set_index("function").loc["riktvarden.need:wisn", "arguments"]
    assert arguments == "minutes, awt_hours, cas, individual_allowance_hours"


def test_units_and_sources_are_reported_in_swedish(graded: assumptions.Assumptions) -> None:
    english = re.compile(
        r"\b(the|of|and|years?|share|ratio|published|figures?|assumption|table|derived|hours?|days?|visits|index weight)\b"
    )
    reported = [SWEDISH.term(item.unit) for item in graded.values()] + [
        SWEDISH.term(unit) for _, _, unit in notation.SYMBOLS
    ]
    reported += [SWEDISH.term(item.source) for item in graded.values()]
    assert not [text for text in reported if english.search(text)]


def test_every_assumption_has_range_grade_use_and_source(graded: assumptions.Assumptions, context: Context) -> None:
    table = overviews.assumption_overview(context, graded, "a", "b")
    page = BeautifulSoup(table.html(SWEDISH), "html.parser")
    assert len(page.table.tbody.find_all("tr")) == len(graded)
    assert (table.data["used_in"].str.len() > 0).all()
    assert table.cells.loc["Exponent för vårdbehovsindex", "Värde (spann)"] == "0,6 (0,0–1,0)"
    assert table.data.set_index("name").loc["need_exponent", "used_in"] == "C1, E1, E9"


def test_every_table_of_the_package_leads_to_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(overviews, "html", lambda markup, **_: shown.append(markup))
    names = tables.names()
    overviews.show_table_overview([tables.descriptor(name) for name in names], SWEDISH, "../data")
    page = BeautifulSoup(shown[0], "html.parser")
    links = {row["id"]: row.a["href"] for row in page.select("tbody tr")}
    assert links == {f"tabell-{name}": f"../data/tables/{name}.csv" for name in names}


@pytest.mark.parametrize(("apart", "words"), [(40, "40 lägre"), (0, "detsamma"), (-3, "3 högre")])
def test_an_official_value_is_shown_beside_the_reports(context: Context, apart: int, words: str) -> None:
    ours = context.results.cell("st_positions_guideline").value
    row = {"area": "00", "profession": "general_practice", "measure": "st_positions_guideline", "value": ours + apart}
    published = pd.DataFrame([{**row, "unit": "positions", "year": 2027, "publication": "påhittad"}])
    shown = replace(context, tables={**context.tables, "official_values": published})
    assert words in official.beside(shown, "st_positions_guideline")
    assert official.beside(shown, "st_positions_guideline", "21") == ""
    assert official.beside(context, "st_positions_guideline") == ""
