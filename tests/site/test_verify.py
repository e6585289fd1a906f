"""The real book, built again from nothing as somebody else would, is the same; whatever is changed in it is named.

The other build has another folder of the project, another time zone, locale, umask, seed of hashes and number of workers.
As the book under test may have been updated many times, this also shows that no page of it is stale.
"""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest

from riktvarden import tables
from riktvarden.book.publish import SUMS
from riktvarden.report.kit.language import languages
from riktvarden.verify import checks, published, trees
from riktvarden.verify.trees import Tree

from .conftest import REGIONS, ROOT

ELSEWHERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "7"}
"""A day ahead of most of the world, without Swedish letters."""


@pytest.fixture(scope="module")
def there(book: Path) -> Tree:
    return published.in_folder(book / "site")


@pytest.fixture(scope="module")
def again(there: Tree, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder = tmp_path_factory.mktemp("någon annans")
    ignored = shutil.ignore_patterns(".venv", "_build", "__pycache__", ".*cache")
    project = Path(shutil.copytree(ROOT, folder / "projekt", ignore=ignored, symlinks=True))
    before = os.umask(0o077)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in {**ELSEWHERE, "PYTHONPATH": str(project / "src")}.items():
                patch.setenv(name, value)
            regions = tables.read("regions")["region"]
            built = checks.rebuild(project, folder / "bygge", published.built(there), regions, languages(), workers=2)
    finally:
        os.umask(before)
    assert built.outcome == "passed", built.found
    return published.in_folder(folder / "bygge" / "site")


def test_the_book_is_the_same_wherever_and_whenever_it_is_built(there: Tree, again: Tree) -> None:
    prints = trees.prints(there.sums)
    assert trees.compare(there, again, prints) == []


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
    "page": f"sv/chapters/regions/{REGIONS[0]}.html",
    "executed notebook": f"en/_sources/chapters/regions/{REGIONS[1]}.ipynb",
    "open data": "data/working/guideline_values.csv",
    "assumption": "data/working/source/assumptions/st.toml",
    "table": "data/working/source/tables/regions.csv",
    "style": "sv/_static/riktvarden.css",
    "script": "en/_static/live.js",
}


@pytest.mark.parametrize("kind", NAMES)
def test_a_changed_digit_is_named(there: Tree, again: Tree, kind: str) -> None:
    name = NAMES[kind]
    content = there.read(name)
    place = next(place for place in range(len(content) // 2, len(content)) if chr(content[place]).isdigit())
    other = forged(there, name, content[:place] + (b"1" if content[place] == ord("0") else b"0") + content[place + 1 :])
    assert trees.against_list(other) == []
    line, found = trees.compare(other, again, trees.prints(there.sums))
    assert (line.name, line.where) == (SUMS, f"the line of {name} has another digest")
    assert (found.kind, found.name, found.what) == (kind, name, trees.ALTERED)
    assert "again" in found.where or "no longer be read" in found.where


def test_a_changed_output_of_a_notebook_is_named_by_its_cell(there: Tree, again: Tree) -> None:
    name = NAMES["executed notebook"]
    notebook = json.loads(there.read(name))
    number, cell = next((number, cell) for number, cell in enumerate(notebook["cells"], start=1) if cell.get("outputs"))
    cell["outputs"][0] = {"output_type": "stream", "name": "stdout", "text": ["The guideline value is 986.\n"]}
    found = trees.compare(forged(there, name, json.dumps(notebook).encode()), again, trees.prints(there.sums))
    assert f"cell {number} ({cell['id']}), outputs" in found[-1].where
