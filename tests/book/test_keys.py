"""The content key changes with everything a page can reach, and with nothing else."""

import os
import shutil
from pathlib import Path

import pytest

from riktvarden.book import keys

ARGUMENTS = {
    "template": b"{}",
    "parameters": {"region": "01", "language": "sv"},
    "title": "Stockholm",
    "inputs": {"data/t.csv": "abc", "requirements.lock": "def"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"template": b"{ }"},
        {"parameters": {"region": "12", "language": "sv"}},
        {"parameters": {"region": "01", "language": "sv", "edition": "working"}},
        {"title": None},
        {"inputs": {"data/t.csv": "abd", "requirements.lock": "def"}},
        {"inputs": {"data/u.csv": "abc", "requirements.lock": "def"}},
    ],
)
def test_every_argument_counts(change: dict) -> None:
    assert keys.content_key(**ARGUMENTS) != keys.content_key(**{**ARGUMENTS, **change})


def test_schema_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    before = keys.content_key(**ARGUMENTS)
    monkeypatch.setattr(keys, "SCHEMA", keys.SCHEMA + 1)
    assert keys.content_key(**ARGUMENTS) != before


def test_order_does_not_count() -> None:
    turned = {
        **ARGUMENTS,
        "parameters": dict(reversed(ARGUMENTS["parameters"].items())),
        "inputs": dict(reversed(ARGUMENTS["inputs"].items())),
    }
    assert keys.content_key(**ARGUMENTS) == keys.content_key(**turned)


@pytest.mark.parametrize(
    "name", ["data/tables/t.csv", "src/riktvarden/__init__.py", "locale/en/words.po", "requirements.lock"]
)
def test_each_kind_of_input_counts(root: Path, tmp_path: Path, name: str) -> None:
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    assert keys.inputs(copy) == keys.inputs(root)
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("#")
    changed = {key for key, value in keys.inputs(copy).items() if keys.inputs(root)[key] != value}
    assert changed == {name}


def test_time_of_change_and_hidden_files_do_not_count(root: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(root, tmp_path / "copy"))
    os.utime(copy / "data/tables/t.csv", (1, 1))
    (copy / "data/.DS_Store").write_text("x", encoding="utf-8")
    (copy / "src/riktvarden/notes.txt").write_text("x", encoding="utf-8")
    assert keys.inputs(copy) == keys.inputs(root)
