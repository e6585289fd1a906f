"""Each kind of wrong input is named by sheet and cell, with the value found, the value expected and how to fix it."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from riktvarden import possible
from riktvarden.problems import InputError
from riktvarden.returns import form, rules
from riktvarden.returns.check import check, problems
from riktvarden.returns.rules import Known

TODAY = datetime.date(2026, 11, 21)
WHOLE, NORTH, SOUTH, FREE = range(form.FIRST_ROW, form.FIRST_ROW + 4)

Filled = Callable[..., Path]


@pytest.fixture(scope="module")
def known(project: Known) -> Known:
    """What is known, but for published figures: the units of the filled form are far too few for its region."""
    return replace(project, published=project.published.iloc[:0])


def at(name: str, row: int) -> str:
    return f"{form.letter(form.COLUMN[name])}{row}"


def test_a_filled_form_passes(filled: Filled, known: Known) -> None:
    found = check(filled(), known, today=TODAY)
    assert (found.region, found.reference_date, found.is_complete) == ("12", datetime.date(2025, 12, 31), True)
    assert not found.questions
    frame = found.frame.set_index(["care_unit", "measure", "sex", "stage"])["value"]
    assert frame["Hela regionen", "positions", "all", "all"] == 30.5
    assert frame["Påhittad enhet norr", "persons", "women", "all"] == 13
    assert frame["Påhittad enhet syd", "persons", "all", "6"] == 2
    missing = found.frame[found.frame["measure"] == "listed"]
    assert set(missing["status"]) == {"missing"}
    assert missing["value"].isna().all()


def test_an_unfilled_form_says_where_to_begin(known: Known, tmp_path: Path) -> None:
    from riktvarden.returns.template import write_template

    write_template("01", datetime.date(2025, 12, 31), known, tmp_path / "tom.xlsx")
    (problem,) = problems(tmp_path / "tom.xlsx", known, today=TODAY)
    assert (problem.row, problem.column) == (WHOLE, "G (Personer)")


WRONG = {
    "old version": ("B2", 1, "version 2", "new form"),
    "another form": ("B1", "annat", "riktvarden-st", "new form"),
    "no such region": ("B3", "99", "two digits", "new form"),
    "name of another region": ("B4", "Region Stockholm", "Region Skåne", "code or the name"),
    "not a date": ("B5", "31/12 2025", "YYYY-MM-DD", "write the reference date"),
    "a day that is not": ("B5", "2025-12-32", "YYYY-MM-DD", "write the reference date"),
    "not the last day": ("B5", datetime.date(2025, 6, 30), "last day of a year", "reference date"),
    "far ahead": ("B5", datetime.date(2062, 12, 31), "to 2026-12-31", "reference date"),
    "too old": ("B5", datetime.date(2006, 12, 31), "from 2021-12-31", "reference date"),
    "extent": ("B6", "kanske", "alla, några", "from the list"),
    "moved heading": ("G8", "Antal", "the heading Personer", "in their order"),
    "women and men": (at("women", NORTH), 12, "21, women 12 and men 9", "women or men"),
    "years of training": (at("year_1", NORTH), 5, "23, the sum of the years", "persons or the years"),
    "some years only": (at("year_2", NORTH), None, "all six", "0 where there is nobody"),
    "region and units": (at("fte", WHOLE), 20, "26.5, the sum of the units", "correct the total"),
    "FTE beyond heads": (at("fte", SOUTH), 11.5, "at most 11: 12 persons, 1 of them on leave", "full time"),
    "leave beyond heads": (at("on_leave", SOUTH), 13, "at most 12, the persons", "one of the two"),
    "vacant beyond positions": (at("vacancies", SOUTH), 11, "at most 10, the positions", "one of the two"),
    "too few persons": (at("positions", NORTH), 40.5, "at least 38 persons on 38.5", "persons, positions"),
    "too many persons": (at("positions", SOUTH), 2, "at most 7 persons on 2 filled", "persons, positions"),
    "starters out of nowhere": (at("starters", SOUTH), 50, "", ""),
    "negative": (at("vacancies", NORTH), -2, "0 or more", "correct the figure"),
    "half a person": (at("women", NORTH), 12.5, "a whole number", "share"),
    "word for a figure": (at("on_leave", NORTH), "två", "or saknas", "in the comment"),
    "figure as text": (at("on_leave", NORTH), "2", "not text", "format is number"),
    "decimal comma": (at("fte", NORTH), "17,5", "without decimal comma", "as a number"),
    "date for a figure": (at("on_leave", NORTH), datetime.datetime(2026, 2, 1), "a whole number", "format to number"),
    "truth for a figure": (at("on_leave", NORTH), True, "a whole number", "format to number"),
    "beyond the population": (at("supervisors", NORTH), 99_999, "2 per 1 000 of Region Skåne's", "correct the figure"),
    "sector": (at("sector", NORTH), "kommunal", "one of egen, privat", "from the list"),
    "sector of all": (at("sector", NORTH), "alla", "one of egen, privat", "from the list"),
    "municipality elsewhere": (at("municipality", NORTH), "Kiruna", "a municipality of Region Skåne", "from the list"),
    "municipality of the whole": (at("municipality", WHOLE), "Lund", "nothing on this row", "clear the cell"),
    "empty unit": (at("care_unit", NORTH), None, "the unit", "clear the row"),
    "empty required": (at("positions", NORTH), None, "or saknas", "fill in the cell"),
    "formula in text": (at("comment", NORTH), "@SUM(1)", "does not begin", "begin with a letter"),
    "tab before a formula": (at("comment", NORTH), "\t+1", "does not begin", "begin with a letter"),
    "identity number": (at("comment", NORTH), "ersätter 19800101-1234", "no identity number", "remove it"),
    "long name": (at("care_unit", NORTH), "x" * 101, "at most 100", "shorten"),
    "outside the form": ("Z40", "anteckning", "nothing outside", "into a comment"),
    "note in the head": ("F3", "obs", "nothing outside", "into a comment"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_wrong_cell_is_named(kind: str, filled: Filled, known: Known) -> None:
    place, value, expected, fix = WRONG[kind]
    if kind == "starters out of nowhere":
        cells = {place: value, at("completions", SOUTH): 1, at("drop_outs", SOUTH): 0}
        expected, fix = "at most 13", "correct starters"
    else:
        cells = {place: value}
    found = problems(filled(cells), known, today=TODAY)
    # Sums are reported at the total, whichever part is wrong; persons per position at the persons.
    blamed = {
        "women and men": at("persons", NORTH),
        "years of training": at("persons", NORTH),
        "too few persons": at("persons", NORTH),
        "too many persons": at("persons", SOUTH),
    }.get(kind, place)
    letters = blamed.rstrip("0123456789")
    matching = [
        problem
        for problem in found
        if f"{problem.column.split(' ')[0]}{problem.row}" == blamed and expected in problem.expected
    ]
    assert matching, "\n".join(map(str, found))
    problem = matching[0]
    assert problem.file == "retur.xlsx, sheet ST"
    assert problem.column.startswith(letters)
    assert fix in problem.fix
    if blamed == place and kind != "note in the head" and value is not None and not isinstance(value, datetime.date):
        assert problem.value.rstrip("…") in str(value)


def test_every_problem_is_reported_at_once(filled: Filled, known: Known) -> None:
    cells = {
        at("women", NORTH): 12,
        at("fte", SOUTH): "9,5",
        at("vacancies", SOUTH): -1,
        at("sector", NORTH): "x",
        at("persons", WHOLE): None,
        "B5": "i fjol",
    }
    found = problems(filled(cells), known, today=TODAY)
    assert {f"{problem.column.split(' ')[0]}{problem.row}" for problem in found} >= {
        at("persons", NORTH),
        at("fte", SOUTH),
        at("vacancies", SOUTH),
        at("sector", NORTH),
        at("persons", WHOLE),
        "B5",
    }


def test_a_formula_cell_is_named_with_its_formula(filled: Filled, known: Known) -> None:
    (problem,) = problems(filled({at("women", NORTH): "=6+7"}), known, today=TODAY)
    assert (problem.row, problem.column, problem.value) == (NORTH, "H (Kvinnor)", "=6+7")
    assert problem.expected == "a value, no formula"
    assert "paste it as value" in problem.fix


def hide_row(book: openpyxl.Workbook) -> None:
    book["ST"].row_dimensions[NORTH].hidden = True


def flatten_row(book: openpyxl.Workbook) -> None:
    book["ST"].row_dimensions[NORTH].height = 0.5


def hide_column(book: openpyxl.Workbook) -> None:
    book["ST"].column_dimensions["H"].hidden = True


def merge(book: openpyxl.Workbook) -> None:
    book["ST"].merge_cells("A20:B21")


def hide_sheet(book: openpyxl.Workbook) -> None:
    book["Känt"].sheet_state = "veryHidden"


def add_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("Personal")


@pytest.mark.parametrize(
    ("change", "file", "row", "column", "value", "fix"),
    [
        (hide_row, "retur.xlsx, sheet ST", NORTH, "", "a hidden row", "unhide"),
        (flatten_row, "retur.xlsx, sheet ST", NORTH, "", "a hidden row", "unhide"),
        (hide_column, "retur.xlsx, sheet ST", 0, "H (Kvinnor)", "a hidden column", "unhide"),
        (merge, "retur.xlsx, sheet ST", 20, "A", "merged cells A20:B21", "split"),
        (hide_sheet, "retur.xlsx, sheet Känt", 0, "", "a hidden sheet", "unhide"),
        (add_sheet, "retur.xlsx, sheet Personal", 0, "", "another sheet", "remove"),
    ],
)
def test_what_the_eye_cannot_see_is_named(
    change: Callable[..., object],
    file: str,
    row: int,
    column: str,
    value: str,
    fix: str,
    filled: Filled,
    known: Known,
) -> None:
    (problem,) = problems(filled(change=change), known, today=TODAY)
    assert (problem.file, problem.row, problem.column, problem.value) == (file, row, column, value)
    assert fix in problem.fix


def test_the_same_unit_twice_is_named(filled: Filled, known: Known) -> None:
    cells = {at("care_unit", SOUTH): " påhittad  ENHET norr", at("sector", SOUTH): "egen"}
    (problem,) = problems(filled(cells), known, today=TODAY)
    assert (problem.row, problem.column) == (SOUTH, "A (Enhet)")
    assert f"row {NORTH}" in problem.expected


def test_fewer_persons_than_positions_are_right_with_vacancies(filled: Filled, known: Known) -> None:
    cells = {
        at("positions", NORTH): 60,
        at("vacancies", NORTH): 39,
        at("positions", WHOLE): 70,
        at("vacancies", WHOLE): 39,
    }
    assert not check(filled(cells), known, today=TODAY).questions
    unsaid = {at("positions", NORTH): 60, at("vacancies", NORTH): None, at("positions", WHOLE): 70}
    found = check(filled({**unsaid, at("vacancies", WHOLE): None}), known, today=TODAY)
    assert [question.row for question in found.questions] == [WHOLE, NORTH]
    assert "are the others vacant" in found.questions[0].text


def test_some_units_may_sum_to_less_than_the_region_but_not_to_more(filled: Filled, known: Known) -> None:
    fewer = {"B6": "några", at("persons", SOUTH): "saknas", at("listed", NORTH): 9_000, at("listed", WHOLE): 10_000}
    assert not problems(filled(fewer), known, today=TODAY)
    (problem,) = problems(filled({**fewer, at("listed", WHOLE): 8_000}), known, today=TODAY)
    assert problem.expected == "at least 9000, the sum of the units' rows"


def test_the_expected_region_and_date_are_held(filled: Filled, known: Known) -> None:
    found = problems(filled(), known, "01", datetime.date(2024, 12, 31), today=TODAY)
    assert [(problem.row, problem.column, problem.value) for problem in found] == [
        (3, "B (Regionkod)", "12"),
        (5, "B (Referensdatum)", "2025-12-31"),
    ]


def test_a_jump_asks_for_a_comment_and_is_no_refusal(filled: Filled, known: Known) -> None:
    before = check(filled(), known, today=TODAY).frame.assign(reference_date=pd.Timestamp("2024-12-31"))
    then = replace(known, returns=before.assign(value=before["value"].where(before["measure"] != "fte", 5.0)))
    found = check(filled(), then, today=TODAY)
    assert [question.row for question in found.questions] == [WHOLE, NORTH]
    assert "FTE 26.5, on 2024-12-31 5, +430%: more than 25%" in found.questions[0].text
    assert found.questions[0].answer == ""
    answered = check(filled({at("comment", WHOLE): "Uppgiften är ny."}), then, today=TODAY)
    assert answered.questions[0].answer == "Uppgiften är ny."


def test_a_unit_that_is_gone_is_asked_about(filled: Filled, known: Known) -> None:
    before = check(filled(), known, today=TODAY).frame.assign(reference_date=pd.Timestamp("2024-12-31"))
    renamed = before.assign(care_unit=before["care_unit"].replace({"Påhittad enhet syd": "Stängd enhet"}))
    found = check(filled(), replace(known, returns=renamed), today=TODAY)
    assert ["stängd enhet" in question.text for question in found.questions] == [True]


def test_a_date_that_has_not_come_is_asked_about(filled: Filled, known: Known) -> None:
    found = check(filled({"B5": datetime.date(2026, 12, 31)}), known, today=TODAY)
    assert "is in the future" in found.questions[0].text


# What the return is compared with


def of_region(
    filled: Filled, project: Known, region: str, cells: Mapping[str, object], year: int = 2025, name: str = "retur.xlsx"
) -> Path:
    """A form of any region with figures in the row of the whole region only, unless cells say otherwise."""
    empty = {f"{form.letter(n)}{row}": None for row in (NORTH, SOUTH) for n in range(1, len(form.FIELDS) + 1)}
    empty |= {f"{form.letter(n)}{WHOLE}": None for n in range(4, len(form.FIELDS) + 1)}
    head = {"B3": region, "B4": project.names[region], "B5": datetime.date(year, 12, 31)}
    unknown = {at("positions", WHOLE): "saknas", at("persons", WHOLE): "saknas"}
    return filled({**empty, **head, **unknown, **cells}, name=name)


@pytest.mark.parametrize(
    ("region", "persons", "named"),
    [
        (
            "12",
            78,
            "Persons 78 in Region Skåne, published for 2022-06-15 470: 0.17 times that, is a zero lost; source st-122",
        ),
        ("12", 47, "0.10 times that, is a zero lost"),
        ("01", 2400, "published for 2024-07-01 706: 3.4 times that, is there a zero too many; source st-102"),
        ("01", 71, "0.10 times that, is a zero lost"),
        ("14", 64, "published for 2021-03-15 640"),
        ("06", 16, "published for 2021-12-31 163 (0.44 per 1000 inhabitants)"),
        ("06", 0, "0.00 times that, is a zero lost"),
    ],
)
def test_a_first_return_is_compared_with_what_is_published(
    region: str, persons: int, named: str, filled: Filled, project: Known
) -> None:
    cells = {at("persons", WHOLE): persons, at("positions", WHOLE): round(0.9 * persons, 1)}
    path = of_region(filled, project, region, cells, name="första.xlsx")
    found = [question for question in check(path, project, today=TODAY).questions if "published" in question.text]
    assert any(named in question.text for question in found)
    for question in found:
        assert "lakartidningen.se" in question.text or "skane.se" in question.text or "regionjh.se" in question.text
        assert str(question).startswith(f"första.xlsx, sheet ST, {project.names[region]}, row {WHOLE}, column ")
        assert question.answer == ""
    answered = of_region(filled, project, region, {**cells, at("comment", WHOLE): "Räknat om."})
    assert {question.answer for question in check(answered, project, today=TODAY).questions} == {"Räknat om."}


def test_a_tenfold_figure_is_refused_as_impossible(filled: Filled, project: Known) -> None:
    for region, persons in (("01", 7060), ("12", 4700), ("23", 700), ("14", 6400)):
        path = of_region(filled, project, region, {at("persons", WHOLE): persons, at("positions", WHOLE): persons})
        problem = problems(path, project, today=TODAY)[0]
        assert f"1 per 1 000 of {project.names[region]}'s" in problem.expected
        assert problem.file == "retur.xlsx, sheet ST"


@pytest.mark.parametrize("change", [0.8, 0.9, 1.0, 1.1, 1.2])
def test_an_ordinary_change_of_any_published_figure_asks_nothing(change: float, filled: Filled, project: Known) -> None:
    tried = 0
    for figure in project.published.to_dict("records"):
        if figure["measure"] not in rules.PUBLISHED_AS:
            continue
        name, per = rules.PUBLISHED_AS[figure["measure"]]
        value = figure["value"] * (project.population[figure["region"]] / per if per else 1) * change
        for year in {max(figure["dated"].year + more, rules.FIRST_DATE.year) for more in (0, 1)}:
            path = of_region(filled, project, figure["region"], {at(name, WHOLE): round(value)}, year)
            assert check(path, project, today=TODAY).questions == [], figure["figure"]
        tried += 1
    assert tried >= 10


def test_a_region_without_published_figure_is_compared_with_the_others(filled: Filled, project: Known) -> None:
    assert "05" not in set(project.published["region"])
    for persons, asks in ((15, True), (60, True), (100, False), (155, False), (250, False), (450, True)):
        path = of_region(filled, project, "05", {at("persons", WHOLE): persons})
        texts = [question.text for question in check(path, project, today=TODAY).questions]
        assert bool(texts) == asks, (persons, texts)
        if asks:
            assert "in Region Östergötland is" in texts[0]
            assert "median of 7 other regions is 0.3" in texts[0]


def test_a_newer_return_takes_the_place_of_what_is_published(filled: Filled, project: Known) -> None:
    cells = {at("persons", WHOLE): 300, at("positions", WHOLE): 270, at("comment", WHOLE): "Sedan 2022 färre."}
    before = check(of_region(filled, project, "01", cells, 2024), project, today=TODAY)
    assert before.questions
    kept = before.frame.assign(reference_date=pd.Timestamp("2024-12-31"), is_complete=True)
    after = check(of_region(filled, project, "01", cells), replace(project, returns=kept), today=TODAY)
    assert not [question for question in after.questions if "published" in question.text]


def units(listed: int, persons: int, extent: str = "några") -> dict[str, object]:
    cells: dict[str, object] = {"B6": extent}
    for row, sector in ((NORTH, "egen"), (SOUTH, "privat")):
        own = {"care_unit": f"Enhet {row}", "sector": sector, "listed": listed, "persons": persons, "positions": persons}
        cells |= {at(name, row): value for name, value in own.items()}
    return cells


def blank(cells: dict[str, object]) -> dict[str, object]:
    return {**cells, at("positions", WHOLE): None, at("persons", WHOLE): None}


def test_units_that_list_too_few_are_refused_before_they_are_kept(filled: Filled, project: Known) -> None:
    (problem,) = problems(of_region(filled, project, "21", blank(units(1, 3))), project, today=TODAY)
    assert (problem.file, problem.row, problem.column) == ("retur.xlsx, sheet ST", NORTH, "D (Listade)")
    assert problem.value == "units that list 0.00% of Region Gävleborg"
    assert problem.expected == "units that list at least 10% of its 284558 inhabitants"
    # All of the region's units, which give too little: asked about, and no estimate is made.
    cells = {**units(9_000, 3, "alla"), at("persons", SOUTH): "saknas", at("positions", SOUTH): "saknas"}
    found = check(of_region(filled, project, "21", blank(cells)), project, today=TODAY)
    assert any("list 3.16% of Region Gävleborg responded, too few" in question.text for question in found.questions)


def test_an_estimate_beyond_the_possible_is_refused(filled: Filled, project: Known) -> None:
    cells = blank(units(20_000, 25))
    found = problems(of_region(filled, project, "21", cells), project, today=TODAY)
    assert {problem.column for problem in found} == {"E (ST-tjänster)", "G (Personer)"}
    assert "Persons 355.7, estimated from units that list 14%, in Region Gävleborg" in [problem.value for problem in found]
    assert all(problem.expected == "at most 1 per 1 000 of its 284558 inhabitants" for problem in found)
    assert not problems(of_region(filled, project, "21", blank(units(20_000, 7))), project, today=TODAY)


def test_lists_that_do_not_suit_persons_or_region_are_asked_about(filled: Filled, project: Known) -> None:
    found = check(of_region(filled, project, "21", blank(units(400, 8, "alla"))), project, today=TODAY)
    reported = [question.text for question in found.questions]
    assert sum("8 persons in training on a list of 400: is the list right" in text for text in reported) == 2
    assert any("800 listed in all of Region Gävleborg" in text for text in reported)
    assert any("no figure for the region can be derived" in text for text in asked_without_lists(filled, project))


def asked_without_lists(filled: Filled, project: Known) -> list[str]:
    cells = {place: value for place, value in units(0, 8).items() if value != 0}
    return [
        question.text for question in check(of_region(filled, project, "21", blank(cells)), project, today=TODAY).questions
    ]


def test_a_lost_zero_since_the_last_return_is_named(filled: Filled, known: Known) -> None:
    before = check(filled(), known, today=TODAY).frame.assign(reference_date=pd.Timestamp("2024-12-31"))
    then = replace(known, returns=before.assign(value=before["value"].where(before["measure"] != "fte", 265.0)))
    assert "0.10 times that, is a zero lost" in check(filled(), then, today=TODAY).questions[0].text


# Names


def test_names_that_look_the_same_are_one_unit(filled: Filled, known: Known) -> None:
    cells = {at("care_unit", NORTH): "Vård–ä", at("care_unit", SOUTH): "Va\u030ard-a\u0308", at("sector", SOUTH): "egen"}
    (problem,) = problems(filled(cells), known, today=TODAY)
    assert f"row {NORTH} has it already" in problem.expected
    kept = check(filled({at("care_unit", NORTH): "Va\u030ard"}), known, today=TODAY).frame["care_unit"]
    assert "Vård" in set(kept)


@pytest.mark.parametrize(
    ("name", "expected"), [("Аkut", "U+0410 CYRILLIC"), ("\u3164", "U+3164 HANGUL FILLER"), ("V" + "\u0336" * 90, "U+0336")]
)
def test_an_ambiguous_name_is_refused(name: str, expected: str, filled: Filled, known: Known) -> None:
    (problem,) = problems(filled({at("care_unit", NORTH): name}), known, today=TODAY)
    assert (problem.row, problem.column) == (NORTH, "A (Enhet)")
    assert expected in problem.expected


@pytest.mark.parametrize("place", [at("care_unit", NORTH), at("comment", SOUTH)])
@pytest.mark.parametrize("text", ["Ring 040-12 34 56", "Se 850101–1236", "Enhet_198501011236"])
def test_no_text_points_out_a_person(text: str, place: str, filled: Filled, known: Known) -> None:
    assert "identity number, telephone number" in problems(filled({place: text}), known, today=TODAY)[0].expected


@pytest.mark.parametrize("name", ["retur 850101-1236.xlsx", "retur_198501011236.xlsx", "070-123 45 67.xlsx"])
def test_nor_does_the_name_of_the_file(name: str, filled: Filled, known: Known) -> None:
    (problem,) = problems(filled(name=name), known, today=TODAY)
    assert problem.fix == "rename the file"


def test_what_a_terminal_would_obey_is_shown_as_its_code(filled: Filled, known: Known) -> None:
    name = "re\x1b]0;tagen\x07tur\x9b2J\u202e.xlsx"
    reported = problems(filled({"B3": "99", at("comment", NORTH): "\x9b2J"}, name=name), known, today=TODAY)
    assert len(reported) >= 2
    for text in (str(problem) for problem in reported):
        assert text.isprintable()
        assert r"re\x1b]0;tagen\x07tur\x9b2J\u202e.xlsx" in text
    question = check(filled({"B5": datetime.date(2026, 12, 31)}, name=name), known, today=TODAY).questions[0]
    assert str(question).isprintable()


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), (";", "utf-8")])
def test_a_text_file_gives_the_same_figures(
    delimiter: str, encoding: str, filled: Filled, as_csv: Callable[..., Path], known: Known
) -> None:
    book = filled()
    from_text = check(as_csv(book, delimiter, encoding), known, today=TODAY)
    pd.testing.assert_frame_equal(from_text.frame, check(book, known, today=TODAY).frame)


def test_a_text_file_with_decimal_commas_is_refused_by_cell(
    filled: Filled, as_csv: Callable[..., Path], known: Known
) -> None:
    path = as_csv(filled())
    path.write_text(path.read_text(encoding="utf-8-sig").replace("20.5", "20,5"), encoding="utf-8")
    (problem,) = problems(path, known, today=TODAY)
    assert (problem.file, problem.row, problem.column) == ("retur.csv", NORTH, "E (ST-tjänster)")
    assert "without decimal comma" in problem.expected
    assert ".xlsx" in problem.fix


def test_text_files_that_are_no_form_are_refused(
    filled: Filled, as_csv: Callable[..., Path], known: Known, tmp_path: Path
) -> None:
    assert "UTF-8" in problems(as_csv(filled(), encoding="cp1252"), known)[0].expected
    assert "commas or semicolons" in problems(as_csv(filled(), delimiter="\t"), known)[0].expected
    broken = tmp_path / "x.csv"
    broken.write_text(f'Formulär / Form;{form.MARK}\n"never closed', encoding="utf-8")
    assert "balanced quotes" in problems(broken, known)[0].expected
    broken.write_bytes(b"a\0b")
    assert problems(broken, known)[0].value == "bytes that are not text"


def test_a_missing_file_is_a_problem_not_a_traceback(known: Known, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        check(tmp_path / "none.xlsx", known)
    assert problems(tmp_path, known)[0].value == "not a file"


def test_the_form_names_each_column_once() -> None:
    assert len({field.name for field in form.FIELDS}) == len(form.FIELDS)
    assert len({field.sv for field in form.FIELDS}) == len(form.FIELDS)
    assert {field.unit for field in form.FIELDS if field.is_figure} == possible.MOST_PER_1000.keys()
    assert form.letter(28) == "AB"
