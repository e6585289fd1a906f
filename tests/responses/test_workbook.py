"""A response may come as a workbook: the form asks, what is filled in is read, and every fault is named at its cell."""

import datetime
import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font
from typer.testing import CliRunner

from riktvarden import assumptions
from riktvarden.cli import app
from riktvarden.problems import InputError, Problem
from riktvarden.responses import check, form, store, workbook
from riktvarden.responses.check import Known
from riktvarden.returns.form import letter

TODAY = datetime.date(2026, 12, 1)
ASKED = ("completion_share", "persons_per_position", "stay_share")
"""What the synthetic form asks about."""
FIRST = workbook.FIRST_ROW
COMMENTS = FIRST + len(ASKED)
SPARE = COMMENTS + 1
AT = {name: letter(number) for number, name in enumerate(workbook.COLUMNS, start=1)}

FILLED = {
    "B5": "Påhittad region",
    "B6": "21 Region Gävleborg",
    f"{AT['value']}{FIRST}": 0.9,
    f"{AT['reason']}{FIRST}": "Påhittat skäl.",
    f"{AT['text']}{FIRST}": "Ett påhittat svar.",
    f"{AT['text']}{COMMENTS}": "En synpunkt.\n\n- med en lista",
}
"""Made up."""

Made = Callable[..., Path]


@pytest.fixture(scope="session")
def known() -> Known:
    return store.known()


@pytest.fixture(scope="session")
def empty(known: Known) -> bytes:
    items = {name: known.assumptions[name] for name in ASKED}
    questions = [
        workbook.Question(name, one.label_sv, one.value, one.low, one.high, one.unit) for name, one in items.items()
    ]
    actor = workbook.Asked("region", "Region", True, True)
    regions = {"12": "Region Skåne", "21": "Region Gävleborg"}
    return workbook.written(actor, "working", questions, regions, {"general_practice": "läkare"}, "sv")


@pytest.fixture
def filled(empty: bytes, tmp_path: Path) -> Made:
    """The form filled in, with cells and what else changed."""

    def made(cells: dict[str, object] | None = None, change: Callable[[openpyxl.Workbook], object] | None = None) -> Path:
        book = openpyxl.load_workbook(io.BytesIO(empty))
        for place, value in {**FILLED, **(cells or {})}.items():
            book[workbook.SHEET][place] = value
        if change is not None:
            change(book)
        path = tmp_path / "svar.xlsx"
        book.save(path)
        return path

    return made


def faults(path: Path, known: Known) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        check.check(path, known, TODAY)
    return caught.value.problems


def test_the_form_has_the_reports_values_and_room_for_answers(empty: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(empty))[workbook.SHEET]
    assert [sheet[f"B{row}"].value for row in range(1, 5)] == [form.FORM, form.VERSION, "working", "region"]
    item = assumptions.read()["completion_share"]
    shown = [sheet[f"{AT[name]}{FIRST}"].value for name in ("label", "report", "low", "high", "unit", "code")]
    assert shown == [item.label_sv, item.value, item.low, item.high, item.unit, "completion_share"]
    assert sheet.protection.sheet
    locked = {name for name in workbook.COLUMNS if sheet[f"{AT[name]}{FIRST}"].protection.locked}
    assert locked == {"label", "report", "low", "high", "unit", "code"}
    assert not sheet[f"{AT['code']}{SPARE}"].protection.locked


def test_the_same_questions_give_the_same_file(empty: bytes) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(empty))[workbook.SHEET]
    actor = workbook.Asked("region", "Region", True, True)
    one, other = (workbook.written(actor, "working", [], {}, {}, "en") for _ in range(2))
    assert one == other
    english = openpyxl.load_workbook(io.BytesIO(one))[workbook.SHEET]
    assert english["A5"].value != sheet["A5"].value


def test_a_form_filled_in_is_the_response_that_its_file_would_be(filled: Made, known: Known) -> None:
    path = filled({f"{AT['code']}{SPARE}": "inhabitants_per_specialist", f"{AT['text']}{SPARE}": "Fler."})
    found = check.check(path, known, TODAY)
    assert found.organisation == form.Organisation(actor="region", name="Påhittad region", region="21")
    assert found.values == (form.Value(assumption="completion_share", value=0.9, reason="Påhittat skäl."),)
    assert [one.question for one in found.answers] == ["completion_share", "inhabitants_per_specialist"]
    assert found.comment == "En synpunkt.\n\n- med en lista"


@pytest.mark.parametrize("region", ["21", 21, "21 Region Gävleborg"])
def test_a_region_is_chosen_by_its_code(filled: Made, known: Known, region: object) -> None:
    assert check.check(filled({"B6": region}), known, TODAY).organisation.region == "21"


@pytest.mark.parametrize(
    ("cells", "row", "column", "fix"),
    [
        ({"B1": "riktvarden-st"}, 1, "B (Formulär)", "save the answer again"),
        ({"B2": 9}, 2, "B (Version)", "save the answer again"),
        ({"B3": "0.0.1"}, 3, "B (Utgåva)", "answer the edition"),
        ({"B4": "regio"}, 4, "B (Slags aktör)", "write region"),
        ({"B5": None}, 5, "B (Organisationens namn)", "fill in the cell"),
        ({"B5": "Påhittad rеgion"}, 5, "B (Organisationens namn)", "remove|retype|Latin"),
        ({"B6": None}, 6, "B (Region)", "write the code"),
        ({"B6": "99"}, 6, "B (Region)", "choose|write"),
        ({f"{AT['value']}{FIRST}": 90}, FIRST, "F (Ert värde)", "correct the value"),
        ({f"{AT['value']}{FIRST}": "0,9"}, FIRST, "F (Ert värde)", "write a number alone"),
        ({f"{AT['value']}{FIRST}": True}, FIRST, "F (Ert värde)", "write a number alone"),
        ({f"{AT['value']}{FIRST}": datetime.date(2026, 1, 1)}, FIRST, "F (Ert värde)", "write a number alone"),
        ({f"{AT['value']}{FIRST}": None}, FIRST, "F (Ert värde)", "answer in words"),
        ({f"{AT['reason']}{FIRST}": None}, FIRST, "G (Varför och källa)", "write why"),
        ({f"{AT['reason']}{FIRST}": "x" * 2_001}, FIRST, "G (Varför och källa)", "shorten"),
        ({f"{AT['reason']}{FIRST}": "Ring 070-123 45 67."}, FIRST, "G (Varför och källa)", "remove it"),
        ({f"{AT['text']}{FIRST}": "Dolt \u202e tecken"}, FIRST, "H (Svar i ord)", "retype"),
        ({f"{AT['text']}{COMMENTS}": "x" * 20_500}, COMMENTS, "H (Svar i ord)", "shorten"),
        ({f"{AT['value']}{COMMENTS}": 1}, COMMENTS, "F (Ert värde)", "move it"),
        ({f"{AT['text']}{SPARE}": "Ett svar."}, SPARE, "I (Kod)", "write the code"),
        ({f"{AT['text']}{SPARE}": "Ett svar.", f"{AT['code']}{SPARE}": "stay"}, SPARE, "I (Kod)", "write|choose"),
        ({f"{AT['text']}{SPARE}": "Ett svar.", f"{AT['code']}{SPARE}": "comment"}, SPARE, "I (Kod)", "in one"),
        ({f"{AT['text']}{SPARE}": "Mer.", f"{AT['code']}{SPARE}": "completion_share"}, SPARE, "I (Kod)", "keep one"),
        ({f"{AT['text']}{FIRST + 400}": "Långt ned."}, FIRST + 400, "", "response template"),
    ],
)
def test_each_fault_is_named_at_its_cell(
    filled: Made, known: Known, cells: dict[str, object], row: int, column: str, fix: str
) -> None:
    found = faults(filled(cells), known)
    hits = [one for one in found if (one.row, one.column) == (row, column)]
    assert hits, found
    assert any(word in one.fix or word in one.expected for one in hits for word in fix.split("|")), found
    assert all(one.file == f"svar.xlsx, sheet {workbook.SHEET}" for one in hits)


def test_all_faults_are_reported_at_once(filled: Made, known: Known) -> None:
    found = faults(filled({"B6": "99", f"{AT['value']}{FIRST}": 90, f"{AT['text']}{SPARE}": "Ett svar."}), known)
    assert {one.row for one in found} == {6, FIRST, SPARE}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda book: book[workbook.SHEET].__setitem__(f"{AT['value']}{FIRST}", "=1-0.1"), "1-0.1"),
        (lambda book: book[workbook.SHEET].merge_cells(f"F{FIRST}:G{FIRST}"), "merged cells"),
        (lambda book: book.create_sheet("Mer"), "another sheet"),
        (lambda book: setattr(book[workbook.CODES], "sheet_state", "hidden"), "a hidden sheet"),
        (lambda book: setattr(book[workbook.SHEET].row_dimensions[FIRST], "hidden", True), "a hidden row"),
        (lambda book: setattr(book[workbook.SHEET].column_dimensions["G"], "hidden", True), "a hidden column"),
        (lambda book: setattr(book[workbook.SHEET][f"F{FIRST}"], "font", Font(color="FFFFFF")), "letters in"),
        (lambda book: setattr(book[workbook.SHEET], "title", "Blad1"), "Blad1"),
    ],
)
def test_what_a_reader_would_not_see_is_refused_as_in_returns(
    filled: Made, known: Known, change: Callable[[openpyxl.Workbook], object], found: str
) -> None:
    assert any(found in one.value for one in faults(filled(change=change), known))


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"text", b"x" * 6_000_000])
def test_what_is_no_workbook_is_refused(tmp_path: Path, known: Known, raw: bytes) -> None:
    path = tmp_path / "svar.xlsx"
    path.write_bytes(raw)
    assert not any("returns" in one.fix for one in faults(path, known))


def test_the_commands_take_a_form_and_refuse_to_write_one(
    filled: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "responses"
    folder.mkdir()
    monkeypatch.setenv("RIKTVARDEN_RESPONSES", str(folder))
    run = CliRunner()
    assert run.invoke(app, ["response", "import", str(filled())]).exit_code == 0
    assert store.listed()["values"].tolist() == [1]
    for words in (["--actor", "regio", "--output", "a.xlsx"], ["--actor", "region", "--output", "a.docx"]):
        refused = run.invoke(app, ["response", "template", *words])
        assert refused.exit_code == 1, refused.output
