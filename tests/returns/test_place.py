"""Returns in a folder outside the checkout are read there, and identified only by digest."""

import datetime
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riktvarden import tables
from riktvarden.book import keys, opendata
from riktvarden.book.outcome import Again
from riktvarden.cli import app
from riktvarden.problems import InputError
from riktvarden.report.kit.language import Language
from riktvarden.returns import place, store
from riktvarden.store import reads

ROOT = tables.DATA.parent
TODAY = datetime.date(2026, 11, 21)
Filled = Callable[..., Path]


@pytest.fixture
def outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the returns beside the checkout."""
    folder = tmp_path / "returns"
    folder.mkdir()
    monkeypatch.setenv(place.VARIABLE, str(folder))
    return folder


def test_the_project_has_no_returns_of_its_own() -> None:
    assert place.folder() == tables.DATA / "returns"
    assert not place.contents()
    assert place.digest() == ""


def test_returns_are_kept_and_read_outside_the_checkout(outside: Path, filled: Filled) -> None:
    receipt = store.import_return(filled(), today=TODAY)
    store.comment("12", "persons", "Stämmer.", "redaktion", today=TODAY)
    assert receipt.path == outside / "12/2025-12-31/1.json"
    assert set(store.frames()["returns"]["region"]) == {"12"}
    assert list(store.frames()["remarks"]["text"]) == ["Stämmer."]
    assert not list((tables.DATA / "returns").glob("12"))
    assert list(place.contents()) == ["data/returns/12/2025-12-31/1.json", "data/returns/12/remarks/1.json"]


def test_only_the_projects_own_data_have_their_returns_outside(outside: Path, tmp_path: Path) -> None:
    assert place.folder(tmp_path) == tmp_path / "returns"
    assert place.folder(tables.DATA) == outside


def test_a_folder_that_is_not_there_does_not_pass_for_no_returns(outside: Path) -> None:
    outside.rmdir()
    with pytest.raises(InputError, match=place.VARIABLE):
        store.read_returns()
    said = CliRunner().invoke(app, ["returns", "status"])
    assert said.exit_code == 2
    assert "does not exist" in " ".join(said.stderr.replace("│", " ").split())


def test_a_changed_return_outside_the_checkout_rebuilds_its_pages(outside: Path, filled: Filled, tmp_path: Path) -> None:
    def seen() -> tuple[object, ...]:
        again = Again(ROOT, tmp_path / "out", tmp_path / "home", "sv", {})._given
        project = keys.Project(ROOT)
        read = project.read(["file:data/returns/12/2025-12-31/1.json", "folder:data/returns/12/2025-12-31"])
        return place.digest(), again, reads.fingerprint(ROOT), keys.combined(project.data()), *read.values()

    before = seen()
    first = store.import_return(filled(), today=TODAY)
    once = seen()
    assert all(one != other for one, other in zip(before, once, strict=True))
    assert seen() == once
    store.comment("12", "persons", "Stämmer.", "redaktion", today=TODAY)
    assert all(one != other for one, other in zip(once[:4], seen()[:4], strict=True))
    record = json.loads(first.path.read_bytes())
    first.path.write_text(json.dumps(record | {"role": "studierektor"}), encoding="utf-8")
    assert all(one != other for one, other in zip(once[:5], seen()[:5], strict=True))


def test_where_the_folder_lies_and_what_is_beside_the_returns_change_nothing(
    outside: Path, filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.import_return(filled(), today=TODAY)
    before = place.digest(), reads.fingerprint(ROOT), keys.Project(ROOT).data()
    for name in ("README.md", "released/2026/tables.csv", "12/2025-12-31/.1.json.x.part", "12/.lock", ".git/config"):
        (outside / name).parent.mkdir(parents=True, exist_ok=True)
        (outside / name).write_text("x", encoding="utf-8")
    outside.rename(tmp_path / "moved")
    monkeypatch.setenv(place.VARIABLE, str(tmp_path / "moved"))
    assert (place.digest(), reads.fingerprint(ROOT), keys.Project(ROOT).data()) == before


def test_a_notebook_that_reads_them_outside_is_seen(outside: Path, filled: Filled) -> None:
    store.import_return(filled(), today=TODAY)
    code = f"""
from riktvarden.store import reads
from riktvarden.returns import store
reads.begin({str(ROOT)!r}, ["src", "_build"])
store.read_returns()
print(*reads.noted(), sep="\\n")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    noted = set(ran.stdout.split())
    assert "file:data/returns/12/2025-12-31/1.json" in noted
    assert "folder:data/returns" in noted
    assert None not in keys.Project(ROOT).read(name for name in noted if "returns" in name).values()


def test_open_data_say_which_returns_they_rest_on_and_nothing_of_them(outside: Path, filled: Filled) -> None:
    def package() -> dict[str, object]:
        edition = opendata.Edition("working", "sv", {}, [], [], "")
        table = opendata.Offered("chapters/a", "A", "a", "A.", "return-12-2025-12-31", ("integer",), b"n\r\n1\r\n")
        return json.loads(opendata._files([table], edition, tables.DATA, Language("sv"), opendata.Kept())[opendata.PACKAGE])

    assert "returns" not in package()
    store.import_return(filled(), today=TODAY)
    assert package()["returns"] == f"sha256:{place.digest()}"
    assert not [name for name in opendata.source(tables.DATA) if "returns" in name]


def test_commands_take_the_folder(outside: Path, filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(place.VARIABLE, "")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["returns", *arguments, "--returns", "returns"])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert "stored as" in run("import", str(filled()), "--role", "studierektor")
    for text in ("Gäller inte BT.", "Ny uppgift väntas."):
        run("comment", "--region", "12", "--measure", "positions", "--text", text, "--role", "studierektor")
    assert "remark 1 of region 12 is withdrawn" in run("withdraw", "12", "1", "--role", "redaktion")
    listed = run("status", "--region", "12").splitlines()
    assert listed[0].startswith("12  2025-12-31  no. 1")
    assert listed[0].endswith("studierektor  2 units  used")
    assert "remark 2" in listed[1]
    assert listed[1].endswith("studierektor  on positions: Ny uppgift väntas.")
    assert listed[2:] == ["1 returns, 1 remarks"]
    assert run("status", "--region", "09").splitlines() == ["0 returns, 0 remarks"]
    assert place.folder() == outside, "an absolute path, wherever notebooks run"
