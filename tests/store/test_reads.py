"""A notebook's reads are recorded, by whatever code, unless they cannot affect the page."""

import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """
import os, sys
from pathlib import Path
import pandas as pd
from riktvarden.store import reads
reads.begin({root!r}, ["src", "_build"])
"""


def noted(root: Path, code: str) -> list[str]:
    """Run code in a process of its own, as a hook cannot be taken out again."""
    program = f"{BEGIN.format(root=str(root))}\n{code}\nprint(*reads.noted(), sep='\\n', end='')"
    ran = subprocess.run([sys.executable, "-c", program], cwd=root / "chapters", capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("data/tables/t.csv", "src/m.py", "chapters/beside.txt", "_build/made.txt", ".hidden/secret", "_buildings"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a,b\n1,2\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("open('../data/tables/t.csv').read()", ["file:data/tables/t.csv"]),
        ("pd.read_csv('../data/tables/t.csv')", ["file:data/tables/t.csv"]),
        ("Path('../data/tables/t.csv').read_bytes()", ["file:data/tables/t.csv"]),
        ("os.read(os.open('../data/tables/t.csv', os.O_RDONLY), 1)", ["file:data/tables/t.csv"]),
        ("open('../data/tables/t.csv', 'r+').read()", ["file:data/tables/t.csv"]),
        ("open('beside.txt').read()", ["file:chapters/beside.txt"]),
        ("open('../_buildings').read()", ["file:_buildings"]),
        ("open('../data/tables/t.csv', 'w').close()", []),
        ("open('../src/m.py').read()", []),
        ("open('../_build/made.txt').read()", []),
        ("open('../.hidden/secret').read()", []),
        (f"open({__file__!r}).read()", []),
        ("list(Path('../data/tables').iterdir())", ["folder:data/tables"]),
        ("os.listdir('../data')", ["folder:data"]),
        ("list(Path('../data').glob('*/*.csv'))", ["folder:data", "folder:data/tables"]),
        ("import colorsys", []),
        ("reads.note('table:x')", ["table:x"]),
        ("with reads.unnoticed():\n    reads.note('table:x'); open('../data/tables/t.csv').read()", []),
    ],
)
def test_what_is_noted(root: Path, code: str, expected: list[str]) -> None:
    assert noted(root, code) == expected


def test_file_that_is_not_there_is_noted(root: Path) -> None:
    code = "try:\n    open('../data/later.csv')\nexcept OSError:\n    pass"
    assert noted(root, code) == ["file:data/later.csv"]
