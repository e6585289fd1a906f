"""What is handed in lies where its variable says, and is locked while it is stored."""

from pathlib import Path

import pytest

from riktvarden import handed_in, tables
from riktvarden.problems import InputError

VARIABLE = "RIKTVARDEN_SOMETHING"


def test_the_data_folder_is_that_of_the_tables() -> None:
    assert tables.DATA == handed_in.DATA


def test_only_the_projects_own_folder_lies_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert handed_in.folder("letters", VARIABLE) == handed_in.DATA / "letters"
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    assert handed_in.folder("letters", VARIABLE) == tmp_path
    assert handed_in.folder("letters", VARIABLE, tmp_path) == tmp_path / "letters"


def test_a_variable_that_names_no_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none"))
    with pytest.raises(InputError, match="a folder with the letters"):
        handed_in.folder("letters", VARIABLE)


def test_what_a_killed_process_left_is_cleared_before_storing(tmp_path: Path) -> None:
    leftover = tmp_path / "12" / ".1.json.x.part"
    leftover.parent.mkdir()
    leftover.touch()
    with handed_in.storing(tmp_path, "storing a letter", "data/letters"):
        assert not leftover.exists()


def test_a_folder_that_cannot_be_written_to_is_named_as_in_the_project(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(InputError, match="data/letters"),
        handed_in.storing(tmp_path / "file", "storing a letter", "data/letters"),
    ):
        pass
