"""The content key changes with everything that goes into a page, and with nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from riktvarden.book import keys

READS = ["file:data/tables/t.csv", "folder:data", "cell:st_gap/12", "file:data/absent.csv"]
PARTS = {"cell:st_gap/12": "abc", "cell:st_gap/25": "def"}
MODULES = {
    "__init__.py": '"""Toy."""\n',
    "report/__init__.py": "from riktvarden.report.figures import show\n",
    "report/figures.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from riktvarden import unused\n",
    "report/region.py": "from . import words\n\ndef page():\n    from riktvarden.deep import inner\n",
    "report/words.py": "",
    "deep/__init__.py": "import riktvarden.base.core\n",
    "deep/inner.py": "",
    "base/__init__.py": "",
    "base/core.py": "",
    "unused.py": "import riktvarden.base\n",
}
CELL = {"cell_type": "code", "source": ["from riktvarden.report import region as page\n", "page"]}
REACHED = [
    "",
    ".base",
    ".base.core",
    ".deep",
    ".deep.inner",
    ".report",
    ".report.figures",
    ".report.region",
    ".report.words",
]


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A copy of the toy project with modules that import each other."""
    copy = Path(shutil.copytree(root, tmp_path / "copy", ignore=shutil.ignore_patterns("_build")))
    for name, text in MODULES.items():
        file = copy / "src/riktvarden" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    write(copy / "chapters/page.ipynb", json.dumps({"cells": [CELL]}))
    write(copy / "data/a.toml", "[norm]\nvalue = 1100  # a comment\n")
    write(copy / "data/p.json", '{"a": 1, "b": 2}')
    return copy


def write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")


def key(root: Path, **changed: object) -> str:
    arguments = {"parameters": {"region": "12", "language": "sv"}, "title": "Skåne", "reads": READS, "parts": PARTS}
    arguments |= changed
    project = keys.Project(root, arguments.pop("parts"))
    return keys.combined(project.page(root / "chapters/page.ipynb", **arguments))


@pytest.mark.parametrize(
    "change",
    [
        {"parameters": {"region": "01", "language": "sv"}},
        {"parameters": {"region": "12", "language": "sv", "edition": "working"}},
        {"title": None},
        {"reads": READS[1:]},
        {"reads": [*READS, "cell:st_gap/25"]},
        {"parts": {"cell:st_gap/12": "abd"}},
        {"parts": {}},
    ],
)
def test_every_argument_counts(project: Path, change: dict) -> None:
    assert key(project, **change) != key(project)


def test_order_and_parts_not_read_do_not_count(project: Path) -> None:
    other = {"parameters": {"language": "sv", "region": "12"}, "reads": READS[::-1]}
    assert key(project, **other, parts={**PARTS, "cell:st_gap/25": "new"}) == key(project)


def test_schema_counts(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = key(project)
    monkeypatch.setattr(keys, "SCHEMA", keys.SCHEMA + 1)
    assert key(project) != before


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("data/tables/t.csv", '"a","b"\r\n1,2\r\n', False),  # quotes and line ends
        ("data/tables/t.csv", "a,b\n1,3\n", True),
        ("data/absent.csv", "a\n", True),
        ("data/new.csv", "a\n", True),  # the folder was listed
        ("data/.DS_Store", "x", False),
        ("data/tables/u.csv", "a\n", False),  # this one was not
        ("data/p.json", '{"b": 2}', False),
        ("requirements.lock", "# made anew\nnothing==1\n", False),
        ("requirements.lock", "nothing==2\n", True),
        ("src/riktvarden/report/region.py", f"# reported\n{MODULES['report/region.py']}\n", False),
        ("src/riktvarden/report/region.py", "from . import words\n", True),
        ("src/riktvarden/deep/inner.py", "x = 1\n", True),
        ("src/riktvarden/unused.py", "x = 1\n", False),
        ("src/riktvarden/report/other.py", "x = 1\n", False),
        ("src/riktvarden/notes.txt", "x", False),
        ("chapters/page.ipynb", json.dumps({"cells": [CELL]}, indent=2), False),
        ("chapters/page.ipynb", '{"cells": []}', True),
    ],
)  # fmt: skip
def test_only_what_a_change_means_counts(project: Path, name: str, text: str, counts: bool) -> None:
    before = key(project)
    write(project / name, text)
    assert (key(project) != before) is counts


def test_module_that_is_reached_is_found_however_it_is_imported(project: Path) -> None:
    reached = keys.Project(project).page(project / "chapters/page.ipynb", {}, None, [])["code"]
    assert list(reached) == [f"riktvarden{name}" for name in REACHED]


def test_template_that_cannot_be_parsed_reaches_all(project: Path) -> None:
    write(project / "chapters/page.ipynb", json.dumps({"cells": [{"cell_type": "code", "source": "%matplotlib inline"}]}))
    reached = keys.Project(project).page(project / "chapters/page.ipynb", {}, None, [])["code"]
    assert len(reached) == len(MODULES)


def test_catalogue_counts_by_its_words(project: Path) -> None:
    def digest(word: str, before: str = "") -> str | None:
        write(project / "w.po", f'{before}\nmsgid "läkare"\nmsgstr "{word}"\n')
        return keys.Project(project).file(project / "w.po")

    plain = digest("doctor")
    assert digest("doctor", "#: chapters/index.ipynb") == plain
    assert digest("physician") != plain
    assert digest("doctor", "#, fuzzy") != plain


def test_memory_counts_for_the_code_that_made_it(project: Path, tmp_path: Path) -> None:
    memory, table = tmp_path / "memory.json", project / "data/tables/t.csv"
    first = keys.Project(project, memory=memory)
    digest = first.file(table)
    first.remember()
    ((maker, digests),) = json.loads(memory.read_bytes()).items()
    wrong = dict.fromkeys(digests, "wrong")
    memory.write_text(json.dumps({maker: wrong}), encoding="utf-8")
    assert keys.Project(project, memory=memory).file(table) == "wrong", "it is not used at all"
    memory.write_text(json.dumps({"other code": wrong}), encoding="utf-8")
    assert keys.Project(project, memory=memory).file(table) == digest


def test_memory_changes_no_digest(project: Path, tmp_path: Path) -> None:
    memory = tmp_path / "memory.json"

    def page() -> dict:
        found = keys.Project(project, PARTS, memory)
        record = found.page(project / "chapters/page.ipynb", {}, None, READS)
        found.remember()
        return record

    first = page()
    assert page() == first
    write(project / "src/riktvarden/report/words.py", "x = 1\n")
    second = page()
    assert keys.differences(first, second) == ["code: riktvarden.report.words"]
    assert second == keys.Project(project, PARTS).page(project / "chapters/page.ipynb", {}, None, READS)
