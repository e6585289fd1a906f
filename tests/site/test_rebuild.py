"""Real rebuilds of a copy of the project: no stale page, and the same book as before.

To be affordable, the copy's model draws fewer values and makes no analyses, and chapters that are not looked at have
their text only. Which pages a single change makes again is tested with the keys in `test_increment`, and that a book
made again has the bytes of a new one, with a toy in `tests/book/test_build.py`.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from riktvarden import uncertainty

from .conftest import REGIONS, ROOT

GLOSSARY = "chapters/glossary"
LOOKED_AT = ("regions", "glossary", "development_needs", "data")
"""Notebooks and folders of chapters that compute in the copy, too."""
SILENT = {f"chapters/{chapter.stem}" for chapter in (ROOT / "chapters").glob("*.ipynb") if chapter.stem not in LOOKED_AT}
"""Chapters with nothing that a change of data could change."""
HOME, OTHER = (f"chapters/regions/{code}" for code in REGIONS)


class Copy:
    """A copy of the project and its book."""

    def __init__(self, folder: Path) -> None:
        ignored = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*cache")
        self.root = Path(shutil.copytree(ROOT, folder / "project", ignore=ignored))
        for chapter in (self.root / "chapters").glob("*.ipynb"):
            if f"chapters/{chapter.stem}" in SILENT:
                silence(chapter)
        self.edit("src/riktvarden/names.py", f"\nDRAWS = {uncertainty.DRAWS}\n", "\nDRAWS = 512\n")
        made = {"back_test": "past", "calibration": "calibrated"}
        for name, function in made.items():
            self.edit("src/riktvarden/model/analyses.py", f'    "{name}": {function},\n', "")
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(self.root / "src"), os.environ.get("PYTHONPATH", "")]),
        }

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "riktvarden", *arguments]
        ran = subprocess.run(command, cwd=self.root, env=self.environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def build(self, out: str = "out") -> tuple[set[str], set[str]]:
        """Build; returns the pages that were made, and those of them that are others than before."""
        source = self.root / out / "source"
        before = {page: (page.stat().st_mtime_ns, self.reported(page)) for page in source.rglob("*.ipynb")}
        self.run(
            "build",
            "--no-municipalities",
            "--language",
            "sv",
            "--regions",
            ",".join(REGIONS),
            "--output",
            str(self.root / out),
        )
        name = {page: page.relative_to(source).with_suffix("").as_posix() for page in source.rglob("*.ipynb")}
        made = {page for page in name if page not in before or page.stat().st_mtime_ns != before[page][0]}
        other = {page for page in made if page not in before or self.reported(page) != before[page][1]}
        return {name[page] for page in made}, {name[page] for page in other}

    @staticmethod
    def reported(page: Path) -> list[dict]:
        """What a page says, apart from its key."""
        return [cell for cell in json.loads(page.read_bytes())["cells"] if cell["id"] != "content-key"]

    def site(self, out: str = "out") -> dict[str, bytes]:
        place = self.root / out / "site"
        return {file.relative_to(place).as_posix(): file.read_bytes() for file in place.rglob("*") if file.is_file()}

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert text.count(old) >= 1
        (self.root / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def silence(chapter: Path) -> None:
    """Leave out what a chapter computes."""
    notebook = json.loads(chapter.read_bytes())
    notebook["cells"] = [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" or "parameters" in cell["metadata"].get("tags", [])
    ]
    chapter.write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    copy = Copy(tmp_path_factory.mktemp("rebuild"))
    copy.build()
    return copy


def test_changes_make_the_pages_they_change_and_taken_back_the_same_book(copy: Copy) -> None:
    first = copy.site()
    table = "data/tables/requested_variables.csv"
    names = ("data/assumptions/st.toml", f"{GLOSSARY}.ipynb", table, "data/datapackage.json")
    as_it_was = {name: (copy.root / name).read_bytes() for name in names}

    copy.edit("data/assumptions/st.toml", "\n", "\n# a remark for authors\n")
    copy.edit("data/assumptions/st.toml", "value = 0.93", "value = 0.92")
    copy.edit(f"{GLOSSARY}.ipynb", "# Ordlista", "# Ordlistan")
    copy.edit(table, "Personer i ST", "Personer i ST nu")
    copy.run("check", "--accept")
    made, other = copy.build()
    assert {HOME, OTHER, GLOSSARY, "chapters/development_needs", "chapters/data"} <= other <= made  # the last has checksums
    assert not {page for page in made if page in SILENT}
    published = copy.site()["data/working/source/assumptions/st.toml"]
    assert published == (copy.root / "data/assumptions/st.toml").read_bytes(), "given away as it was"

    for name, content in as_it_was.items():
        (copy.root / name).write_bytes(content)
    copy.build()
    assert copy.site() == first
