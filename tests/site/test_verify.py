"""A part of the real book, made again from nothing as somebody else would, is the same; what is changed in it is named.

The other build has another folder of the project, another time zone, locale, umask, seed of hashes and number of workers.
It is of all results, analyses and chapters, one region and its municipalities, in all languages; the notebooks of other
regions are made by the same code of other rows. It is compared with the same part of the book under test, assembled of the
results and notebooks that the book has. As that book may have been updated many times, this also shows that none of them
is stale. That assembling in steps leaves no page stale is tested by `tests/book/test_build.py`, and ``make verify`` makes
the whole book again.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from riktvarden import tables
from riktvarden.book.publish import SUMS
from riktvarden.report.kit.language import languages
from riktvarden.verify import checks, published, trees
from riktvarden.verify.published import Built
from riktvarden.verify.trees import Tree

from .conftest import REGIONS, ROOT

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
"""A day ahead of most of the world, without Swedish letters."""


MadeOnce = Callable[[str, Callable[[Path], object]], Path]
PART = REGIONS[1]
"""The region that is built."""
WORK = ("material", "source", "state", "stamped")
"""What a build keeps besides what it has assembled and published."""


@pytest.fixture(scope="module")
def there(book: Path) -> Tree:
    return published.in_folder(book / "site")


@pytest.fixture(scope="module")
def part(there: Tree) -> Built:
    """How the part is built."""
    return replace(published.built(there), regions=(PART,))


def rebuild(project: Path, out: Path, part: Built, workers: int | None = None) -> None:
    built = checks.rebuild(project, out, part, tables.read("regions")["region"], languages(), workers=workers)
    assert built.outcome == "passed", built.found


@pytest.fixture(scope="module")
def assembled(book: Path, part: Built, made_once: MadeOnce) -> Tree:
    """The part, of the results and notebooks of the book."""

    def fill(out: Path) -> None:
        for name in WORK:
            for folder in (Path(), *map(Path, languages()[1:])):
                if (book / folder / name).is_dir():
                    shutil.copytree(book / folder / name, out / folder / name)
        rebuild(ROOT, out, part)

    return published.in_folder(made_once("assembled", fill) / "site")


@pytest.fixture(scope="module")
def again(part: Built, made_once: MadeOnce) -> Tree:
    """The part, from nothing and elsewhere."""

    def fill(folder: Path) -> None:
        ignored = shutil.ignore_patterns(".venv", "_build", "__pycache__", ".*cache")
        project = Path(shutil.copytree(ROOT, folder / "projekt", ignore=ignored, symlinks=True))
        before = os.umask(0o077)
        try:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in {**ELSEWHERE, "PYTHONPATH": str(project / "src")}.items():
                    patch.setenv(name, value)
                rebuild(project, folder / "bygge", part, workers=2)
        finally:
            os.umask(before)

    return published.in_folder(made_once("någon annans", fill) / "bygge/site")


def test_the_book_is_the_same_wherever_and_whenever_it_is_built(assembled: Tree, again: Tree) -> None:
    assert trees.compare(assembled, again) == []


def test_the_part_is_of_the_book(there: Tree, assembled: Tree) -> None:
    """What does not depend on which regions have pages is published as it is in the part; nothing was made anew for it."""
    kinds = {"executed notebook", "open data", "assumption", "table", "style", "script", "chart", "text of a chapter"}
    shared = [name for name in assembled.sums if trees.kind_of(name) in kinds and name in there.sums]
    assert {trees.kind_of(name) for name in shared} == kinds
    assert [name for name in shared if assembled.sums[name] != there.sums[name]] == []


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
def test_a_changed_digit_is_named(assembled: Tree, again: Tree, kind: str) -> None:
    name = NAMES[kind]
    content = assembled.read(name)
    place = next(place for place in range(len(content) // 2, len(content)) if chr(content[place]).isdigit())
    other = forged(assembled, name, content[:place] + (b"1" if content[place] == ord("0") else b"0") + content[place + 1 :])
    assert trees.against_list(other) == []
    line, found = trees.compare(other, again)
    assert (line.name, line.where) == (SUMS, f"the line of {name} has another digest")
    assert (found.kind, found.name, found.what) == (kind, name, trees.ALTERED)
    assert "again" in found.where or "no longer be read" in found.where


def test_a_changed_output_of_a_notebook_is_named_by_its_cell(assembled: Tree, again: Tree) -> None:
    name = NAMES["executed notebook"]
    notebook = json.loads(assembled.read(name))
    number, cell = next((number, cell) for number, cell in enumerate(notebook["cells"], start=1) if cell.get("outputs"))
    cell["outputs"][0] = {"output_type": "stream", "name": "stdout", "text": ["The guideline value is 986.\n"]}
    found = trees.compare(forged(assembled, name, json.dumps(notebook).encode()), again)
    assert f"cell {number} ({cell['id']}), outputs" in found[-1].where
