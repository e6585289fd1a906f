"""The real book, made again as somebody else would, is the same; whatever is changed in it is named.

The other build has another folder of the project, another time zone, locale, umask, seed of hashes and number of workers.
``make verify`` makes the whole book. Here everything is made of which the rest is more of the same: the results and the
quicker analyses from nothing, and of the stored results all chapters, one region and its municipalities in all languages.
As the book under test may have been updated many times, this also shows that what it computed and the pages are not
stale. Pages of other regions come of the same notebook, and that their keys follow what they read is tested by
`test_increment`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from riktvarden import tables
from riktvarden.book.publish import SUMS
from riktvarden.model import analyses
from riktvarden.report.kit.language import languages
from riktvarden.store import material
from riktvarden.verify import checks, published, trees
from riktvarden.verify.trees import Tree

from .conftest import REGIONS, ROOT

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
"""A day ahead of most of the world, without Swedish letters."""


MadeOnce = Callable[[str, Callable[[Path], object]], Path]
PART = REGIONS[1]
"""The region that is built."""
SLOW = 5
"""Analyses that take longest; the others are computed again."""
LISTS = {"chapters/data.html", "chapters/regions/index.html"}
"""Pages that list what the book has."""


@pytest.fixture(scope="module")
def there(book: Path) -> Tree:
    return published.in_folder(book / "site")


@pytest.fixture(scope="module")
def elsewhere(made_once: MadeOnce) -> Path:
    """A copy of the project for another user on another machine."""

    def fill(folder: Path) -> None:
        ignored = shutil.ignore_patterns(".venv", "_build", "__pycache__", ".*cache")
        shutil.copytree(ROOT, folder / "projekt", ignore=ignored, symlinks=True)

    return made_once("någon annans", fill) / "projekt"


@contextmanager
def as_another(project: Path) -> Iterator[None]:
    """Run programs as another user would."""
    before = os.umask(0o077)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**ELSEWHERE, "PYTHONPATH": str(project / "src")}.items():
                patch.setenv(name, value)
            yield
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def again(book: Path, there: Tree, elsewhere: Path, made_once: MadeOnce) -> Tree:
    """A part of the book from nothing but the results."""

    def fill(out: Path) -> None:
        shutil.copytree(book / "material", out / "material")
        part = replace(published.built(there), regions=(PART,))
        with as_another(elsewhere):
            built = checks.rebuild(elsewhere, out, part, tables.read("regions")["region"], languages(), workers=2)
        assert built.outcome == "passed", built.found

    return published.in_folder(made_once("bygge", fill) / "site")


def test_results_are_the_same_wherever_and_whenever_they_are_computed(book: Path, elsewhere: Path, tmp_path: Path) -> None:
    quick = list(analyses.BY_NAME)[SLOW:]
    with as_another(elsewhere):
        for names in ([], quick):
            command = [sys.executable, "-m", "riktvarden.book.prepare", tmp_path, *names]
            subprocess.run(command, cwd=elsewhere, check=True)
    for name in (material.MANIFEST, *(f"analysis-{name}.json" for name in quick)):
        found, stored = (json.loads((folder / name).read_bytes())["parts"] for folder in (tmp_path, book / "material"))
        assert {part for part in stored if found.get(part) != stored[part]} == set(), name


def test_the_book_is_the_same_wherever_and_whenever_it_is_built(there: Tree, again: Tree) -> None:
    """Byte for byte where the choice of regions changes nothing, and in every text of a page."""
    kinds = {"executed notebook", "open data", "assumption", "table", "style", "picture", "chart", "text of a chapter"}
    shared = [name for name in again.sums if trees.kind_of(name) in kinds and name in there.sums]
    assert {trees.kind_of(name) for name in shared} == kinds
    assert [name for name in shared if again.sums[name] != there.sums[name]] == []
    pages = [name for name in again.sums if trees.kind_of(name) == "page" and name.partition("/")[2] not in LISTS]
    assert len(pages) > 80
    assert [name for name in pages if text_of(again.read(name)) != text_of(there.read(name))] == []


def text_of(page: bytes) -> str:
    """The words of a page's own part; which names in it are links depends on the pages that there are."""
    article = BeautifulSoup(page, "html.parser").find("article")
    return " ".join(article.get_text(" ").split()) if article else ""


def test_the_book_passes_what_needs_no_rebuild(there: Tree) -> None:
    edition = published.built(there).edition
    assert trees.against_list(there) == []
    assert checks.sources(there, edition, tables.DATA).found == ()
    found = checks.open_data(there, edition)
    assert found.found == ()
    assert isinstance(count := found.facts["tables"], int)
    assert count > len(REGIONS)


def forged(book: Tree, name: str, content: bytes) -> Tree:
    """The book with one file changed, and its line in the list, too."""
    known = hashlib.sha256(content).hexdigest()
    listed = book.read(SUMS).replace(f"{book.sums[name]}  {name}\n".encode(), f"{known}  {name}\n".encode())
    contents = {name: content, SUMS: listed}
    sums = {**book.sums, name: known, SUMS: hashlib.sha256(listed).hexdigest()}
    return Tree(sums, lambda other: contents[other] if other in contents else book.read(other))


NAMES = {
    "page": f"sv/chapters/regions/{PART}.html",
    "executed notebook": f"en/_sources/chapters/regions/{PART}.ipynb",
    "open data": "data/working/guideline_values.csv",
    "assumption": "data/working/source/assumptions/st.toml",
    "table": "data/working/source/tables/regions.csv",
    "style": "sv/_static/riktvarden.css",
    "script": "en/_static/live.js",
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_changed_digit_is_named(again: Tree, kind: str) -> None:
    name = NAMES[kind]
    content = again.read(name)
    place = next(place for place in range(len(content) // 2, len(content)) if chr(content[place]).isdigit())
    other = forged(again, name, content[:place] + (b"1" if content[place] == ord("0") else b"0") + content[place + 1 :])
    assert trees.against_list(other) == []
    line, found = trees.compare(other, again)
    assert (line.name, line.where) == (SUMS, f"the line of {name} has another digest")
    assert (found.kind, found.name, found.what) == (kind, name, trees.ALTERED)
    assert "again" in found.where or "no longer be read" in found.where


def test_a_changed_output_of_a_notebook_is_named_by_its_cell(again: Tree) -> None:
    name = NAMES["executed notebook"]
    notebook = json.loads(again.read(name))
    number, cell = next((number, cell) for number, cell in enumerate(notebook["cells"], start=1) if cell.get("outputs"))
    cell["outputs"][0] = {"output_type": "stream", "name": "stdout", "text": ["The guideline value is 986.\n"]}
    found = trees.compare(forged(again, name, json.dumps(notebook).encode()), again)
    assert f"cell {number} ({cell['id']}), outputs" in found[-1].where
