"""Accepted returns are stored under a new number, verified when read, and never overwritten."""

import datetime
import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riktvarden import texts
from riktvarden.problems import InputError
from riktvarden.returns import form, rules, store
from riktvarden.returns.check import check
from riktvarden.returns.rules import Known
from riktvarden.returns.template import write_template

TODAY = datetime.date(2026, 11, 21)
NORTH = form.FIRST_ROW + 1
TABLES = ("regions", "population_region", "st_baseline", "published_st", "publications", "municipalities")

Filled = Callable[..., Path]


def at(name: str, row: int) -> str:
    return f"{form.letter(form.COLUMN[name])}{row}"


@pytest.fixture
def folder(data_of: Callable[..., Path]) -> Path:
    return data_of(*TABLES)


def test_no_returns_are_no_rows_of_the_same_columns(folder: Path, filled: Filled) -> None:
    empty = store.read_returns(folder)
    assert empty.empty
    store.import_return(filled(), folder, today=TODAY)
    full = store.read_returns(folder)
    assert list(empty.columns) == list(full.columns)
    assert empty.dtypes["value"] == full.dtypes["value"]
    assert empty.dtypes["reference_date"].kind == full.dtypes["reference_date"].kind == "M"
    assert store.read_comments(folder).empty


def test_the_projects_own_returns_can_be_read() -> None:
    store.read_returns()
    store.read_comments()


def test_an_accepted_return_is_kept_and_read(folder: Path, filled: Filled) -> None:
    receipt = store.import_return(filled(name="Namn Namnsson.xlsx"), folder, role="studierektor", today=TODAY)
    assert (receipt.number, receipt.is_new) == (1, True)
    assert receipt.path == folder / "returns/12/2025-12-31/1.json"
    record = json.loads(receipt.path.read_text())
    assert record["role"] == "studierektor"
    assert record["received"] == "2026-11-21"
    kept = "".join(path.read_text() for path in (folder / "returns").rglob("*.*"))
    assert "Namnsson" not in kept
    found = store.read_returns(folder)
    assert set(found["source"]) == {"return 12 2025-12-31 no. 1"}
    women = found[(found["sex"] == "women") & (found["care_unit"] == form.WHOLE)]
    assert women["value"].item() == 20


def test_a_return_handed_in_again_says_what_changed(folder: Path, filled: Filled) -> None:
    first = store.import_return(filled(), folder, today=TODAY)
    before = first.path.read_bytes()
    second = store.import_return(filled({at("fte", NORTH): 16.5, at("fte", NORTH - 1): 26}), folder, today=TODAY)
    assert second.number == 2
    assert first.path.read_bytes() == before
    changes = second.changes.set_index("care_unit")
    assert list(changes["measure"]) == ["fte", "fte"]
    assert tuple(changes.loc["Påhittad enhet norr", ["before", "after"]]) == (17, 16.5)
    assert set(store.read_returns(folder)["number"]) == {2}


def test_the_same_content_is_not_kept_twice(folder: Path, filled: Filled, as_csv: Callable[..., Path]) -> None:
    book = filled()
    store.import_return(book, folder, today=TODAY)
    again = store.import_return(as_csv(book), folder, today=TODAY)
    assert (again.number, again.is_new, len(again.changes)) == (1, False, 0)
    assert len(list((folder / "returns").rglob("[0-9]*.json"))) == 1
    without_a_unit = store.import_return(filled({"B6": "några", "D11": 30_000, "D12": 20_000}), folder, today=TODAY)
    assert without_a_unit.is_new


def test_a_return_that_is_wrong_is_not_kept(folder: Path, filled: Filled) -> None:
    with pytest.raises(InputError, match="Kvinnor"):
        store.import_return(filled({at("women", NORTH): -1}), folder, today=TODAY)
    with pytest.raises(InputError, match="no names"):
        store.import_return(filled(), folder, role="Anna Andersson", today=TODAY)
    assert not (folder / "returns").exists()


def test_the_return_before_is_compared_with(folder: Path, filled: Filled) -> None:
    store.import_return(filled({"B5": datetime.date(2024, 12, 31)}), folder, today=TODAY)
    fewer = {at("bt_persons", row): value for row, value in ((NORTH - 1, 16), (NORTH, 8), (NORTH + 1, 8))}
    store.import_return(filled(fewer), folder, today=TODAY)
    more = {at("bt_persons", row): value for row, value in ((NORTH - 1, 30), (NORTH, 22), (NORTH + 1, 8))}
    found = check(
        filled({**more, "B5": datetime.date(2026, 12, 31)}), store.known(folder), today=datetime.date(2027, 1, 15)
    )
    jumps = [question for question in found.questions if "BT persons" in question.text]
    assert [question.row for question in jumps] == [NORTH - 1, NORTH]
    assert "BT persons 30, on 2025-12-31 16" in found.questions[0].text


def changed_by_hand(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda place: changed_by_hand(place / "1.json", ",reported,", ",missing,"), "sha256"),
        (lambda place: (place / "1.json").rename(place / "2.json"), "number 1 before number 2"),
        (lambda place: (place / "1.json").write_text("{}"), "sha256_figures"),
        (lambda place: (place / "1.json").write_bytes(b"\xff"), "readable file"),
        (lambda place: place.rename(place.with_name("2024-12-31")), "as the folder says"),
        (lambda place: place.rename(place.with_name("i fjol")), "YYYY-MM-DD"),
    ],
)
def test_a_modified_return_is_reported_and_stops_no_other_region(
    spoil: Callable[[Path], object], found: str, folder: Path, filled: Filled
) -> None:
    receipt = store.import_return(filled(), folder, today=TODAY)
    spoil(receipt.path.parent)
    with pytest.raises(InputError, match=found):
        store.read_returns(folder)
    assert any(found in str(problem) for problem in store.problems(folder))
    other = store.import_return(filled({"B3": "03", "B4": "Region Uppsala"}), folder, today=TODAY)
    assert other.path == folder / "returns/03/2025-12-31/1.json"


def test_a_held_return_is_kept_and_not_used(folder: Path, filled: Filled) -> None:
    store.import_return(filled(), folder, today=TODAY)
    seen: list[int] = []

    def hold(before: pd.DataFrame, after: pd.DataFrame) -> str:
        seen.append(len(store.changed(before, after)))
        return "påhittat skäl"

    held = store.import_return(filled({at("fte", NORTH): 16.5, at("fte", NORTH - 1): 26}), folder, today=TODAY, hold=hold)
    assert (held.number, held.held, seen) == (2, "påhittat skäl", [2])
    assert set(store.read_returns(folder)["number"]) == {1}
    listed = store.status(folder)
    assert list(listed.columns) == store.STATUS_COLUMNS
    assert list(listed["is_used"]) == [True, False]
    assert list(listed["held"]) == ["", "påhittat skäl"]
    assert set(listed["units"]) == {2}
    third = store.import_return(filled({at("fte", NORTH): 15, at("fte", NORTH - 1): 24.5}), folder, today=TODAY, hold=hold)
    assert seen == [2, 2]  # against the one in use, not the one held
    assert third.number == 3
    assert set(store.read_returns(folder)["number"]) == {1}


def test_a_digest_of_a_return_does_not_reveal_its_figures(
    folder: Path, data_of: Callable[..., Path], filled: Filled
) -> None:
    receipt = store.import_return(filled(), folder, today=TODAY)
    first, rows = store.digest(folder), store.read_returns(folder)
    shutil.rmtree(folder / "returns")
    assert store.digest(folder) == ""
    assert store.import_return(filled(), folder, today=TODAY).path == receipt.path
    assert store.digest(folder) != first
    again = store.read_returns(folder)
    pd.testing.assert_frame_equal(again.drop(columns="salt"), rows.drop(columns="salt"))
    assert not (pd.util.hash_pandas_object(again) == pd.util.hash_pandas_object(rows)).any()


def test_remarks_are_kept_in_their_order(folder: Path) -> None:
    for number, (measure, text) in enumerate([("persons", 'Gäller "hela" länet, även BT.'), ("region", "–")], start=1):
        assert store.comment("12", measure, text, "statistikansvarig", folder, TODAY) == number
    store.comment("12", "positions", "Ny uppgift väntas.", "studierektor", folder, TODAY)
    store.comment("01", "persons", "Stämmer.", "redaktion", folder, TODAY)
    found = store.read_comments(folder)
    assert list(found["region"]) == ["01", "12", "12", "12"]
    assert list(found["number"]) == [1, 1, 2, 3]
    assert found["text"].iloc[1] == 'Gäller "hela" länet, även BT.'


@pytest.mark.parametrize(
    ("region", "measure", "text", "role", "found"),
    [
        ("99", "persons", "Stämmer.", "redaktion", "region's code"),
        ("../x", "persons", "Stämmer.", "redaktion", "region's code"),
        ("12", "löner", "Stämmer.", "redaktion", "one of"),
        ("12", "persons", "=1+1", "redaktion", "does not begin"),
        ("12", "persons", "ring 0701234567", "redaktion", "telephone number"),
        ("12", "persons", "fråga anna@example.org", "redaktion", "address of a person"),
        ("12", "persons", " ", "redaktion", "a remark"),
        ("12", "persons", "Stämmer.", "Anna Andersson", "no names"),
    ],
)
def test_a_remark_that_cannot_be_kept_is_reported(
    region: str, measure: str, text: str, role: str, found: str, folder: Path
) -> None:
    with pytest.raises(InputError, match=found):
        store.comment(region, measure, text, role, folder, TODAY)
    assert not (folder / "returns").exists()


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("redaktion", "Anna Andersson", "role"),
        ('"number": 1', '"number": 7', ""),
        ("Stämmer.", "ring 0701234567", "text"),
        ("persons", "löner", "measure"),
        ('"received"', '"withdraws"', "received"),
    ],
)
def test_remarks_changed_by_hand_are_reported(old: str, new: str, column: str, folder: Path) -> None:
    store.comment("12", "persons", "Stämmer.", "redaktion", folder, TODAY)
    changed_by_hand(folder / "returns/12/remarks/1.json", old, new)
    with pytest.raises(InputError) as caught:
        store.read_comments(folder)
    assert column in {problem.column for problem in caught.value.problems}
    assert store.comment("01", "persons", "Stämmer.", "redaktion", folder, TODAY) == 1


def test_a_withdrawn_remark_is_kept_and_not_shown(folder: Path) -> None:
    for text in ("Gäller hela länet.", 'Står "withdraws": 1 i texten.'):
        store.comment("12", "persons", text, "studierektor", folder, TODAY)
    before = {path: path.read_bytes() for path in (folder / "returns/12/remarks").glob("[0-9]*")}
    assert store.withdraw("12", 1, "redaktion", folder, TODAY) == 3
    assert list(store.read_comments(folder)["number"]) == [2]
    assert {path: path.read_bytes() for path in before} == before
    for number in (1, 3, 4):
        with pytest.raises(InputError, match="a remark that is shown: 2"):
            store.withdraw("12", number, "redaktion", folder, TODAY)
    assert store.comment("12", "region", "Ny kommentar.", "studierektor", folder, TODAY) == 4
    with pytest.raises(InputError, match="there is none"):
        store.withdraw("01", 1, "redaktion", folder, TODAY)
    with pytest.raises(InputError, match="region's code"):
        store.withdraw("../12", 1, "redaktion", folder, TODAY)
    assert not store.problems(folder)


def is_accepted(text: str) -> bool:
    """Whether a comment can be handed in: neither invisible signs nor what looks like a number of a person."""
    return texts.fault(text, 500) is None


units = st.lists(
    st.tuples(
        st.sampled_from(["egen", "privat"]),
        st.integers(0, 30),
        st.integers(0, 30),
        st.floats(0, 1).map(lambda share: round(share, 3)),
        st.one_of(st.none(), st.integers(0, 40)),
        st.text(st.characters(categories=["L", "Nd", "Zs"]), max_size=40).filter(is_accepted),
    ),
    min_size=1,
    max_size=6,
)


@given(made_up=units)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_filled_in_is_what_is_read(
    made_up: list[tuple[str, int, int, float, int | None, str]],
    tmp_path_factory: pytest.TempPathFactory,
    known: Known,
    form_of_12: Path,
    folder: Path,
) -> None:
    shutil.rmtree(folder / "returns", ignore_errors=True)
    book = openpyxl.load_workbook(form_of_12)
    expected = {}
    for number, (sector, women, men, share, listed, text) in enumerate(made_up):
        row, persons = NORTH + number, women + men
        figures = {
            "positions": round(persons * 0.9, 2),
            "persons": persons,
            "women": women,
            "men": men,
            "fte": round(persons * share, 2),
            "listed": listed,
        }
        for name, value in {"care_unit": f"Påhittad {number}", "sector": sector, **figures, "comment": text}.items():
            book["ST"][at(name, row)] = value
        expected[number] = (figures, unicodedata.normalize("NFC", " ".join(text.split())))
    file = tmp_path_factory.mktemp("file") / "retur.xlsx"
    book.save(file)
    store.import_return(file, folder, today=TODAY)
    found = store.read_returns(folder)
    for number, (figures, text) in expected.items():
        rows = found[found["care_unit"] == f"Påhittad {number}"]
        assert set(rows["comment"]) == {text}
        values = rows.set_index(["measure", "sex", "stage"])["value"]
        for name, value in figures.items():
            field = form.FIELDS[form.COLUMN[name] - 1]
            read = values[field.measure, field.sex, field.stage]
            assert read == value or (value is None and pd.isna(read))
    assert len(found) == len(made_up) * sum(field.is_figure for field in form.FIELDS)


@pytest.fixture(scope="module")
def form_of_12(known: Known, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    write_template("12", datetime.date(2025, 12, 31), known, path, units=8)
    return path


def test_tidy_tables_hold_every_figure_asked(filled: Filled, known: Known) -> None:
    frame = check(filled(), known, today=TODAY).frame
    assert list(frame.columns) == rules.COLUMNS
    assert not frame.duplicated(store.KEYS).any()
