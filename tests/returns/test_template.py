"""The form is prefilled with known data, accepts only figures, and fits one page."""

import datetime
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from riktvarden.cli import app
from riktvarden.returns import form, store
from riktvarden.returns.check import check
from riktvarden.returns.rules import Known
from riktvarden.returns.template import write_template

DATE = datetime.date(2025, 12, 31)
TODAY = datetime.date(2026, 11, 21)
runner = CliRunner()

Filled = Callable[..., Path]


@pytest.fixture
def book(known: Known, tmp_path: Path) -> openpyxl.Workbook:
    write_template("12", DATE, known, tmp_path / "form.xlsx")
    return openpyxl.load_workbook(tmp_path / "form.xlsx")


def test_the_form_is_named_and_prefilled(book: openpyxl.Workbook) -> None:
    sheet = book["ST"]
    assert [sheet[f"B{row}"].value for row in range(1, 7)] == [
        form.MARK,
        form.VERSION,
        "12",
        "Region Skåne",
        datetime.datetime(2025, 12, 31),
        "alla",
    ]
    headings = [(sheet.cell(form.HEADING_ROW, n).value, sheet.cell(form.HEADING_ROW + 1, n).value) for n in (7, 10)]
    assert headings == [("Personer", "Persons"), ("Årsarbetare", "FTE")]
    known_cells = [cell.value for row in book["Känt"].iter_rows() for cell in row if cell.value is not None]
    assert 470 in known_cells
    assert 390 in known_cells
    assert any("st-122" in str(value) for value in known_cells)


def test_the_form_is_one_page_and_guards_its_cells(book: openpyxl.Workbook, known: Known, tmp_path: Path) -> None:
    sheet = book["ST"]
    # One page is what the format means where it names no number.
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, None)
    write_template("12", DATE, known, tmp_path / "long.xlsx", units=300)
    long = openpyxl.load_workbook(tmp_path / "long.xlsx")["ST"].page_setup
    assert (long.fitToWidth, long.fitToHeight) == (None, 0)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.protection.sheet
    assert sheet["A8"].protection.locked
    assert not sheet[f"G{form.FIRST_ROW}"].protection.locked
    by_column = {str(rule.sqref)[0]: rule for rule in sheet.data_validations.dataValidation}
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert lists == ['"alla,några"', '"egen,privat,alla"', "'Förklaringar'!$H$2:$H$34"]
    assert "INT(G10)" in by_column["G"].formula1
    assert len(sheet.data_validations.dataValidation) == len(form.FIELDS) + 1


def test_a_unit_lies_in_one_of_the_regions_municipalities(book: openpyxl.Workbook, filled: Filled, known: Known) -> None:
    listed = [book["Förklaringar"].cell(row, 8).value for row in range(2, 36)]
    assert listed[-2:] == ["Östra Göinge", None]
    assert sorted(listed[:-1]) == sorted(known.municipalities["12"].values())
    assert listed.index("Åstorp") + 1 == listed.index("Ängelholm")
    found = check(filled({"C11": "malmö"}), known, today=TODAY).frame
    assert found.groupby("care_unit")["municipality"].first().to_dict() == {
        "Hela regionen": "",
        "Påhittad enhet norr": "1280",
        "Påhittad enhet syd": "",
    }


def test_every_field_is_explained_in_both_languages(book: openpyxl.Workbook) -> None:
    reported = {row[0].value: (row[4].value, row[5].value) for row in book["Förklaringar"].iter_rows(min_row=2)}
    for field in form.FIELDS:
        assert reported[field.sv] == (field.explanation, field.explanation_en)
    for field in form.FIELDS:
        assert len(field.explanation) <= 255, "Excel cuts longer messages"
        assert len(field.sv) <= 32


def test_the_same_form_has_the_same_bytes(known: Known, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_template("03", DATE, known, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_return_for_the_same_date_is_filled_in_whole(filled: Filled, known: Known, tmp_path: Path) -> None:
    handed_in = check(filled({"C11": "malmö", "K11": "saknas", "W11": "Hälften är nya."}), known, today=TODAY).frame
    kept = handed_in.assign(reference_date=pd.Timestamp(DATE), is_complete=True)
    write_template("12", DATE, replace(known, returns=kept), tmp_path / "again.xlsx")
    again = check(tmp_path / "again.xlsx", known, today=TODAY).frame
    pd.testing.assert_frame_equal(again, handed_in)


def test_of_an_earlier_return_the_units_are_filled_in(filled: Filled, known: Known, tmp_path: Path) -> None:
    handed_in = check(filled({"C11": "Malmö"}), known, today=TODAY).frame
    kept = handed_in.assign(reference_date=pd.Timestamp("2024-12-31"), is_complete=True)
    write_template("12", DATE, replace(known, returns=kept), tmp_path / "next.xlsx")
    book = openpyxl.load_workbook(tmp_path / "next.xlsx")
    assert [book["ST"][f"A{row}"].value for row in (10, 11, 12)] == [
        "Hela regionen",
        "Påhittad enhet norr",
        "Påhittad enhet syd",
    ]
    assert [book["ST"][f"C{row}"].value for row in (10, 11, 12)] == [None, "Malmö", None]
    assert book["ST"]["G11"].value is None
    shown = [cell.value for row in book["Känt"].iter_rows() for cell in row]
    assert "Förra redovisningen / The return before: 2024-12-31" in shown
    assert 34 in shown


# The commands


@pytest.fixture
def own_data(data_of: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands keep what they take in here, not in the project's own data."""
    folder = data_of("regions", "population_region", "st_baseline", "published_st", "publications", "municipalities")
    for function in (store.known, store.import_return, store.comment):
        defaults = tuple(folder if value == store.DATA else value for value in function.__defaults__ or ())
        monkeypatch.setattr(function, "__defaults__", defaults)
    return folder


def test_from_form_to_stored_return_by_command(own_data: Path, filled: Filled, tmp_path: Path) -> None:
    written = runner.invoke(app, ["returns", "template", "--region", "01", "--output", str(tmp_path / "f.xlsx")])
    assert written.exit_code == 0, written.output
    assert "Region Stockholm" in written.stdout
    file = str(filled())
    checked = runner.invoke(app, ["returns", "check", file])
    assert checked.exit_code == 0, checked.output
    assert "no problems: region 12, 2025-12-31, 3 rows" in checked.stdout
    stored = runner.invoke(app, ["returns", "import", file, "--role", "studierektor"])
    assert stored.exit_code == 0, stored.output
    assert (own_data / "returns/12/2025-12-31/1.json").is_file()
    again = runner.invoke(app, ["returns", "import", file, "--role", "studierektor"])
    assert "nothing new" in again.stdout
    changed = runner.invoke(app, ["returns", "import", str(filled({"J12": 9, "J10": 26})), "--role", "studierektor"])
    assert "fte, sex all, year of training all: 9.5 → 9" in changed.stdout
    assert "2 figures changed since number 1" in changed.stdout
    remark = ["returns", "comment", "--region", "12", "--measure", "persons", "--text", "Stämmer."]
    kept = runner.invoke(app, [*remark, "--role", "redaktion"])
    assert "remark 1 of region 12 on persons" in kept.stdout


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (["template", "--region", "99", "--output", "x.xlsx"], "'99'"),
        (["template", "--region", "12", "--output", "x.pdf"], ".xlsx"),
        (["template", "--region", "12", "--output", "/no/such/folder/x.xlsx"], "No such file"),
        (["template", "--region", "12", "--output", "x.xlsx", "--date", "2025-06-30"], "2025-06-30"),
        (["template", "--region", "12", "--output", "x.xlsx", "--date", "snart"], "'snart'"),
        (["check", "none.xlsx"], "No such file"),
        (["check", "none.xlsx", "--date", "x"], "YYYY-MM-DD"),
        (["import", "none.xlsx", "--role", "Anna Andersson"], "no names"),
        (["comment", "--region", "12", "--measure", "x", "--text", "y", "--role", "redaktion"], "one of"),
    ],
)
def test_a_wrong_command_ends_in_a_message(command: list[str], found: str, own_data: Path) -> None:
    shown = runner.invoke(app, ["returns", *command])
    assert shown.exit_code == 1, shown.output
    assert found in shown.output
    assert "Traceback" not in shown.output
    assert shown.exception is None or isinstance(shown.exception, SystemExit)


def test_a_filled_form_is_never_written_over(own_data: Path, filled: Filled) -> None:
    path = filled()
    before = path.read_bytes()
    shown = runner.invoke(app, ["returns", "template", "--region", "12", "--output", str(path)])
    assert shown.exit_code == 1
    assert path.read_bytes() == before


def test_checking_prints_every_problem(own_data: Path, filled: Filled) -> None:
    path = filled({f"H{row}": "x" for row in range(20, 80)})
    shown = runner.invoke(app, ["returns", "check", str(path)])
    assert shown.exit_code == 1
    for row in range(20, 80):
        assert f"row {row}, column H (Kvinnor)" in shown.output
