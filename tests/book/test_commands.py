"""File errors and locked folders are reported in one line by every command."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from riktvarden import cli
from riktvarden.book import publish


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def said(result: Any) -> str:
    """Return the one line printed by a failing command."""
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit)
    (line,) = result.stderr.splitlines()
    return line


def test_a_second_build_in_a_folder_says_who_builds(tmp_path: Path) -> None:
    with publish.alone(tmp_path, "building the site"):
        line = said(run("build", "--regions", "12", "--output", tmp_path))
    assert line.startswith(f"{tmp_path}: process {os.getpid()} on ")
    assert "is building the site since 20" in line
    assert line.endswith("wait until it has finished, or stop it, and try again")


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = said(run("build", "--regions", "12", "--output", tmp_path / "file"))
    assert line.startswith(f"{tmp_path / 'file'}: ")
    assert line.endswith(", and try again")


@pytest.mark.parametrize(
    ("number", "reported"),
    [(errno.ENOSPC, "; make room, and try again"), (errno.EACCES, ", and try again")],
)
@pytest.mark.parametrize("command", [("build",), ("regions",), ("check",), ("data", "add", "x", "--mapping", "y")])
def test_a_full_or_closed_disk_is_a_message(
    tmp_path: Path, number: int, reported: str, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(tmp_path / "t.csv"))

    for place in ("riktvarden.book.publish.alone", "riktvarden.tables.check", "riktvarden.sources.downloads.read_mapping"):
        monkeypatch.setattr(place, refused)
    if command == ("regions",):
        monkeypatch.setattr("riktvarden.tables.read", refused)
    assert said(run(*command)) == f"{tmp_path / 't.csv'}: {os.strerror(number)}{reported}"
