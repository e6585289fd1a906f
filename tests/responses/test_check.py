"""A response is accepted as it is written, and every fault in it is reported with its line and a fix."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riktvarden.cli import app
from riktvarden.problems import InputError, Problem
from riktvarden.responses import check, form, place, store, template
from riktvarden.responses.check import Known
from riktvarden.responses.form import Response

TODAY = datetime.date(2026, 12, 1)

SOUND = """\
form = "riktvarden-response"
version = 1
edition = "working"
comment = \"\"\"
Ett påhittat svar.

- med en lista\"\"\"

[organisation]
actor = "region"
name = "Påhittad region"
region = "21"

[[values]]
assumption = "completion_share"
value = 0.9
reason = "Påhittat skäl."

[[values]]
assumption = "persons_per_position"
value = 1.1
reason = "Påhittat skäl."

[[answers]]
question = "stay_share"
text = "Ett påhittat svar <script>alert(1)</script> $x$ **fet**"

[[numbers]]
quantity = "st_persons"
value = 62
date = 2026-10-31
"""


@pytest.fixture(scope="session")
def known() -> Known:
    return store.known()


def faults(text: str | bytes, known: Known, today: datetime.date = TODAY) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        check.parse("svar.toml", text if isinstance(text, bytes) else text.encode(), known, today)
    return caught.value.problems


def test_a_sound_response_is_read_as_it_is_written(known: Known) -> None:
    found = check.parse("svar.toml", SOUND.encode(), known, TODAY)
    assert [(value.assumption, value.value) for value in found.values] == [
        ("completion_share", 0.9),
        ("persons_per_position", 1.1),
    ]
    assert found.comment == "Ett påhittat svar.\n\n- med en lista"
    assert found.numbers[0].date == datetime.date(2026, 10, 31)
    assert check.parse("svar.toml", template.written(found).encode(), known, TODAY) == found


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "fix"),
    [
        ("version = 1", "version = 2", 2, "version", "save the answer again"),
        ('"working"', '"0.0.1"', 3, "edition", "answer the edition"),
        ('"region"', '"regio"', 10, "organisation.actor", "write region"),
        ('region = "21"', "", 9, "organisation.region", "write the code"),
        ('region = "21"', 'region = "99"', 12, "organisation.region", "choose|write"),
        ('actor = "region"', 'actor = "skr"', 12, "organisation.region", "remove it"),
        ('name = "Påhittad region"', 'nam = "Påhittad region"', 11, "organisation.nam", "write name"),
        ('name = "Påhittad region"', 'name = "Påhittad rеgion"', 11, "organisation.name", "retype"),
        ('name = "Påhittad region"', 'name = "=SUM(A1)"', 11, "organisation.name", "begin with a letter"),
        ('"completion_share"', '"completion_shares"', 15, "values.assumption", "write completion_share"),
        ("value = 0.9", "value = 90", 16, "values.value", "correct the value"),
        ("value = 0.9", "value = nan", 16, "values.value", "correct the value"),
        ("value = 0.9", "value = true", 16, "values.value", "correct the value"),
        ("value = 0.9", 'value = "0,9"', 16, "values.value", "correct the value"),
        ("value = 1.1", "value = 1e9", 21, "values.value", "convert it"),
        ('"persons_per_position"', '"contacts_year"', 21, "values.value", "comment"),
        ('"persons_per_position"', '"completion_share"', 20, "values.assumption", "keep one"),
        ('"persons_per_position"', '"task_shift_to_psychologist"', 21, "values.value", "correct|propose"),
        ("Påhittat skäl.", "Ring 070-123 45 67.", 17, "values.reason", "remove it"),
        ("Påhittat skäl.", "Se 19850101-1234.", 17, "values.reason", "remove it"),
        ("Påhittat skäl.", "Skriv till a@b.se.", 17, "values.reason", "remove it"),
        ("Påhittat skäl.", "x" * 2_001, 17, "values.reason", "shorten"),
        ("Ett påhittat svar.", "Dolt \u202e tecken", 4, "comment", "retype"),
        ("date = 2026-10-31", "date = 2027-10-31", 31, "numbers.date", "correct the date"),
        ("value = 62", "value = 62.5", 30, "numbers.value", "correct the number"),
        ('"stay_share"', '"stay"', 25, "answers.question", "write|choose"),
        ("[[numbers]]", "[[number]]", 28, "number", "write numbers"),
        ("[[values]]", "[values]", 0, "", "correct the line"),
    ],
)
def test_each_fault_is_named_at_its_line(known: Known, old: str, new: str, row: int, column: str, fix: str) -> None:
    assert old in SOUND
    found = faults(SOUND.replace(old, new, 1), known)
    hits = [each for each in found if each.column == column]
    assert hits, found
    assert not row or any(each.row == row for each in hits), found
    assert any(word in each.fix for each in hits for word in fix.split("|")), found


def test_all_faults_are_reported_at_once(known: Known) -> None:
    text = SOUND.replace("value = 0.9", "value = 90").replace('"21"', '"99"').replace('"stay_share"', '"stay"')
    assert {each.column for each in faults(text, known)} >= {"values.value", "organisation.region", "answers.question"}


def test_an_edition_that_is_no_longer_consulted_on_is_refused(known: Known) -> None:
    late = known.rounds["working"].closes + datetime.timedelta(days=1)
    (found,) = faults(SOUND, known, late)
    assert found.column == "edition"
    assert "newest edition" in found.fix


def test_a_response_without_content_is_refused(known: Known) -> None:
    (found,) = faults(
        SOUND[: SOUND.index("[[values]]")].replace("Ett påhittat svar.", "").replace("- med en lista", ""), known
    )
    assert "at least one value" in found.expected


def test_values_that_cannot_hold_together_are_refused(known: Known) -> None:
    text = SOUND.replace('"persons_per_position"\nvalue = 1.1', '"task_shift_to_psychologist"\nvalue = 0.9')
    (found,) = faults(text, known)
    assert "1 as the sum of" in found.expected


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"form = ",
        b"x = " + b"[" * 20_000,
        b"n = " + b"9" * 20_000,
        b"a." * 50_000 + b"a = 1",
        b"values = 1\norganisation = 2\nedition = 3",
        b"[[values]]\n" * 5_000,
    ],
)
def test_crafted_files_are_refused_in_bounded_time(known: Known, raw: bytes) -> None:
    assert faults(raw, known)


def test_ten_megabytes_are_refused_unread(known: Known, tmp_path: Path) -> None:
    path = tmp_path / "svar.toml"
    path.write_bytes(b"x" * 10_000_000)
    with pytest.raises(InputError, match="at most 200000 bytes"):
        check.check(path, known, TODAY)


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "responses"
    folder.mkdir()
    monkeypatch.setenv(place.VARIABLE, str(folder))
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    def made(text: str) -> Path:
        path = tmp_path / "svar.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return made


def test_a_response_is_stored_once_listed_and_deleted(outside: Path, file: Callable[[str], Path]) -> None:
    assert store.import_response(file(SOUND), today=TODAY).number == 1
    assert not store.import_response(file(SOUND), today=TODAY).is_new
    assert store.import_response(file(SOUND.replace("0.9", "0.8")), today=TODAY).number == 2
    assert list(store.listed()["values"]) == [2, 2]
    store.delete(1)
    assert list(store.listed()["number"]) == [2]
    assert "region" not in (outside / "1.json").read_text()
    assert store.import_response(file(SOUND), today=TODAY).number == 3
    with pytest.raises(InputError, match="the number of a response: 2, 3"):
        store.delete(1)


def test_a_stored_response_that_was_changed_is_refused(outside: Path, file: Callable[[str], Path]) -> None:
    path = store.import_response(file(SOUND), today=TODAY).path
    path.write_text(path.read_text().replace("0.9", "0.7"))
    with pytest.raises(InputError, match="as it was accepted"):
        store.read()
    assert store.problems()


def test_a_begun_response_is_sound_once_filled_in(known: Known) -> None:
    text = template.begun(check.parse("svar.toml", SOUND.encode(), known, TODAY).organisation, "working")
    assert faults(text, known)
    filled = text.replace("# [[", "[[").replace("# assumption", "assumption").replace("# value", "value")
    filled = filled.replace("# reason", "reason").replace("# question", "question").replace("# text", "text")
    filled = filled.replace("# quantity", "quantity").replace("# date", "date")
    assert isinstance(check.parse("svar.toml", filled.encode(), known, TODAY), Response)


def test_the_commands_refuse_and_store(outside: Path, file: Callable[[str], Path]) -> None:
    run = CliRunner()
    refused = run.invoke(app, ["response", "check", str(file(SOUND.replace("0.9", "90")))])
    assert refused.exit_code == 1
    made = outside.parent / "begun.toml"
    words = ["response", "new", "--output", str(made), "--actor", "skr", "--name", "Påhittad organisation"]
    assert run.invoke(app, words).exit_code == 0
    assert form.FORM in made.read_text()
    assert run.invoke(app, ["response", "list"]).output.strip() == "0 responses"


def test_stored_responses_are_tables_of_the_report(outside: Path, file: Callable[[str], Path]) -> None:
    assert {name: list(frame) for name, frame in store.frames().items()} == {
        name: list(kinds) for name, kinds in store.FRAMES.items()
    }
    store.import_response(file(SOUND), today=TODAY)
    found = store.frames()
    assert found["responses"]["number"].tolist() == [1]
    assert (found["response_values"]["number"] == 1).all()
    store.delete(1)
    assert all(frame.empty for frame in store.frames().values())
