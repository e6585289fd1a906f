"""No stale page and no needless rebuild: exactly the keys of affected pages change.

A file of each kind is changed without effect on meaning; modules, templates, words, the lock file, a return and a remark
also with one. Where possible, the expectation comes from sources other than the keys: the modules imported by the
interpreter, and another run of the model.

One of a kind is enough, as keys depend only on a file's suffix and a module's place among the imports. The one fault
specific to a module would be an import missed by a page's key, which is checked for all modules against the interpreter.
`tests/store/test_material.py` tests that each table and assumption counts separately, `test_verify` that no page of
the book is stale, and `tests/book/test_keys.py` other changes without meaning.
"""

import csv
import datetime
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pandas as pd
import pytest

from riktvarden import assumptions, model
from riktvarden.book import execute, keys
from riktvarden.results import Results
from riktvarden.returns import form, store, template
from riktvarden.store import material

from .conftest import REGIONS, ROOT, tool

WORDS = "locale/en/LC_MESSAGES/riktvarden.po"
MEANS_NOTHING = [
    "data/tables/regions.csv",
    "data/tables/requested_variables.csv",  # words with commas, in quotes
    "data/assumptions/st.toml",
    "src/riktvarden/report/chapters/need.py",
    "requirements.lock",
    "chapters/regions/region.ipynb",
    WORDS,
]
"""A file of each kind."""
MODULES = [
    "src/riktvarden/__init__.py",  # of all pages
    "src/riktvarden/report/__init__.py",  # a package that pages name
    "src/riktvarden/model/__init__.py",  # a package that they reach
    "src/riktvarden/model/chain.py",  # reached through others
    "src/riktvarden/report/chapters/need.py",  # of one chapter first of all
    "src/riktvarden/report/pages/region.py",  # of the template
    "src/riktvarden/book/build.py",  # makes pages and is no part of them
    "src/riktvarden/cli/build.py",
]
"""A module of each place among the imports."""


@pytest.fixture(scope="module")
def records(book: Path) -> dict[str, dict[str, Any]]:
    """What went into each page of the book, by its name."""
    return records_in(book / "source")


@pytest.fixture(scope="module")
def english(book: Path) -> dict[str, dict[str, Any]]:
    """What went into each English page."""
    return records_in(book / "en/source")


def records_in(source: Path) -> dict[str, dict[str, Any]]:
    pages = {page.relative_to(source).with_suffix("").as_posix(): page for page in sorted(source.rglob("*.ipynb"))}
    # Made by the same template, or with the pages of municipalities, which tests leave out.
    of_others = re.compile(rf"chapters/regions/(?!{'|'.join(REGIONS)})\d\d|chapters/municipalities/.*")
    return {name: execute.stored_inputs(page) for name, page in pages.items() if not of_others.fullmatch(name)}


@pytest.fixture(scope="module")
def parts(book: Path) -> dict[str, str]:
    stored = [json.loads(file.read_bytes())["parts"] for file in (book / "material").glob("*.json")]
    return {name: digest for own in stored for name, digest in own.items()}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, to be changed and restored."""
    ignored = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*cache")
    return Path(shutil.copytree(ROOT, tmp_path_factory.mktemp("project") / "copy", ignore=ignored))


@pytest.fixture
def changed(
    project: Path, records: dict[str, dict[str, Any]], parts: dict[str, str]
) -> Iterator[Callable[[str, bytes], set[str]]]:
    """Change a file; returns the pages whose keys are then others. The file is restored afterwards."""
    before: dict[Path, bytes | None] = {}

    def change(name: str, content: bytes) -> set[str]:
        file = project / name
        before.setdefault(file, file.read_bytes() if file.is_file() else None)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return pages_with_another_key(project, parts, records)

    yield change
    for file, content in before.items():
        if content is None:
            file.unlink()
            for folder in file.parents:  # an empty one is seen, too
                if any(folder.iterdir()):
                    break
                folder.rmdir()
        else:
            file.write_bytes(content)


def pages_with_another_key(project: Path, parts: dict[str, str], records: dict[str, dict[str, Any]]) -> set[str]:
    """The pages that a build would now make again."""
    now = keys.Project(project, parts, project.parent / "memory.json")
    found = {page for page, record in records.items() if keys.page_again(now, record) != record}
    now.remember()
    return found


def test_untouched_copy_has_the_same_keys(changed: Callable, records: dict) -> None:
    assert len(records) > 10
    assert changed("notes.txt", b"x") == set()


@pytest.mark.parametrize("name", MEANS_NOTHING)
def test_change_that_means_nothing(changed: Callable, project: Path, parts: dict, english: dict, name: str) -> None:
    meaning = keys.Project(project).file(project / name)
    content = (project / name).read_bytes()
    match Path(name).suffix:
        case ".csv":
            quoted = io.StringIO(newline="")
            csv.writer(quoted, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(
                csv.reader(io.StringIO(content.decode(), newline=""))
            )
            content = quoted.getvalue().encode()
        case ".ipynb":
            content = json.dumps(json.loads(content), indent=3).encode()
        case _:
            content = b"# reported better\n" + content + b"\n"
    assert content != (project / name).read_bytes()
    assert changed(name, content) == set()
    # Nor are the results computed again, which is what most data come into pages by.
    assert keys.Project(project).file(project / name) == meaning
    if name == WORDS:
        assert pages_with_another_key(project, parts, english) == set()


ASK = """
import json, multiprocessing, sys
import altair, geopandas, pandas, scipy.stats
from riktvarden.report import Context
def brought_in(imports):
    exec(imports, {})
    return [name for name in sys.modules if name.startswith("riktvarden")]
with multiprocessing.get_context("fork").Pool(1, maxtasksperchild=1) as pool:
    print(json.dumps(pool.map(brought_in, json.load(sys.stdin), chunksize=1)))
"""
"""Each page's imports run in a process of their own that has no more of the package than what every page imports."""


@pytest.fixture(scope="module")
def imported(records: dict[str, dict[str, Any]]) -> dict[str, set[str]]:
    """The modules of the package that each page's imports bring in, as the interpreter says."""
    asked = [imports_of(page) for page in records]
    assert all(re.search(r"^from riktvarden\.report import (Context|Language)\b", imports, re.M) for imports in asked)
    ran = subprocess.run([sys.executable, "-c", ASK], input=json.dumps(asked), capture_output=True, text=True, check=True)
    return dict(zip(records, map(set, json.loads(ran.stdout)), strict=True))


def imports_of(page: str) -> str:
    own = ROOT / f"{page}.ipynb"
    template = own if own.is_file() else ROOT / "chapters/regions/region.ipynb"
    cells = [cell.source for cell in nbformat.read(template, as_version=4).cells if cell.cell_type == "code"]
    return "\n".join(sorted({line for cell in cells for line in cell.splitlines() if re.match(r"(from|import) ", line)}))


def test_every_module_that_is_imported_counts(imported: dict, records: dict) -> None:
    for page, record in records.items():
        assert set() < imported[page] <= set(record["code"]), page


@pytest.mark.parametrize("name", MODULES)
def test_module_that_does_something_else(
    changed: Callable, project: Path, imported: dict, records: dict, name: str
) -> None:
    module = ".".join(Path(name).relative_to("src").with_suffix("").parts).removesuffix(".__init__")
    found = changed(name, (project / name).read_bytes() + b"\nSOMETHING_ELSE = 1\n")
    assert found >= {page for page in records if module in imported[page]}
    assert found == {page for page, record in records.items() if module in record["code"]}


def test_template_counts_for_its_own_pages(changed: Callable, project: Path, records: dict) -> None:
    for name in ("chapters/regions/region.ipynb", "chapters/glossary.ipynb"):
        notebook = json.loads((project / name).read_bytes())
        notebook["cells"].append({**notebook["cells"][-1], "id": "more", "source": ["1 + 1"]})
        pages = {page for page in records if (project / f"{page}.ipynb").is_file() == ("glossary" in name)}
        expected = pages if "region" in name else {"chapters/glossary"}
        assert changed(name, json.dumps(notebook).encode()) == expected
        changed(name, (ROOT / name).read_bytes())


def test_word_counts_for_the_pages_of_its_language(changed: Callable, project: Path, parts: dict, english: dict) -> None:
    words = (project / WORDS).read_text(encoding="utf-8")
    assert words.count('msgstr "Region"\n') == 1
    assert changed(WORDS, words.replace('msgstr "Region"\n', 'msgstr "County"\n').encode()) == set()
    assert pages_with_another_key(project, parts, english) == set(english)


def test_lock_file_counts_for_all(changed: Callable, project: Path, records: dict) -> None:
    assert changed("requirements.lock", (project / "requirements.lock").read_bytes() + b"more==1\n") == set(records)


def test_new_folder_of_words_counts_where_words_are_looked_for(changed: Callable, records: dict) -> None:
    found = changed("locale/xx/LC_MESSAGES/riktvarden.po", b"")
    assert found == {page for page, record in records.items() if "folder:locale" in record["reads"]}


OF_ALL_REGIONS = {
    "analysis:lineage",  # which parts of the method take which assumption
    "analysis:own_numbers",  # what a region's own counts condition
    "result:areas",
    "result:base_year",
    "result:factors",  # the colours of its map are those of all municipalities, and so are the next two
    "result:figures",
    "result:municipal_index",
    "result:municipalities",
    "result:programme_status",  # the year in which every region can have met the norm
    "table:licensed_employed_region",
    "table:municipalities",
    "table:official_values",  # Socialstyrelsen's own, empty until some are published
    "table:personnel_density_region",
    "table:publications",
    "table:published_st",  # figures on several regions together, and so is the next
    "table:regional_evidence",
    "table:regions",
}
"""What the page of a region shows of more than the region and the nation."""


def test_page_of_a_region_is_of_its_own_rows(records: dict) -> None:
    whole = ("analysis:", "measure:", "result:", "table:")
    for region in REGIONS:
        assert {name for name in records[f"chapters/regions/{region}"]["reads"] if name.startswith(whole)} == OF_ALL_REGIONS


def test_reader_can_compute_the_key_in_the_footer(book: Path) -> None:
    page = f"chapters/regions/{REGIONS[0]}"
    asked = tool("riktvarden", "key", book / "source" / f"{page}.ipynb")
    (reported,) = re.findall(r"Sidans innehållsnyckel: <code>(\w+)</code>", (book / f"site/sv/{page}.html").read_text())
    assert asked.stdout.split() == [reported], asked.stdout + asked.stderr


RETURNED, OTHER = REGIONS
SYNTHETIC = {"care_unit": "Hela regionen", "sector": "alla", "positions": 31, "vacancies": 0, "persons": 31, "women": 31}
SYNTHETIC |= {"men": 0, "fte": "saknas", "on_leave": 0, "year_1": 31, **{f"year_{year}": 0 for year in range(2, 7)}}
"""A return of one unit; the figures are made up."""
SUMS = {
    f"chapters/{name}" for name in ("index", "regions/index", "st_baseline", "st_guideline", "uncertainty", "economics")
}
"""Pages that show the number of doctors in training, or what comes of it."""
QUIET = {f"chapters/{name}" for name in ("glossary", "need", "district_nurses", "personnel", "commission")}
"""Pages that show nothing of it."""


def test_remark_is_for_the_page_of_its_region_only(
    project: Path,
    records: dict[str, dict[str, Any]],
    parts: dict[str, str],
    frames: dict[str, pd.DataFrame],
    graded: assumptions.Assumptions,
    results: Results,
) -> None:
    data = project / "data"
    before = material.digests(material.Material(frames | store.frames(data), graded, results))
    store.comment(OTHER, "persons", "Påhittad.", "studierektor", data)
    after = material.digests(material.Material(frames | store.frames(data), graded, results))
    changed = {name: digest for name, digest in after.items() if before.get(name) != digest}
    assert pages_with_another_key(project, parts | changed, records) == {f"chapters/regions/{OTHER}"}
    shutil.rmtree(data / "returns" / OTHER)


@pytest.fixture(scope="module")
def returned(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The project's copy with a synthetic return of one region in store; gives the return's record."""
    path, data = tmp_path_factory.mktemp("return") / "synthetic.xlsx", project / "data"
    template.write_template(RETURNED, datetime.date(2025, 12, 31), store.known(data), path, units=1)
    book = openpyxl.load_workbook(path)
    for name, value in SYNTHETIC.items():
        book["ST"][f"{form.letter(form.COLUMN[name])}{form.FIRST_ROW}"] = value
    book.save(path)
    figures = store.import_return(path, data, today=datetime.date(2026, 11, 21)).path
    yield figures.with_suffix(".json")
    shutil.rmtree(data / "returns" / RETURNED)


def digests_of(frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions, results: Results) -> dict[str, str]:
    """The digests of what is computed, and of the analyses that take little of it."""
    computed = material.Material(frames, graded, results)
    asked = [f"{material.ANALYSIS}{name}" for name in ("personnel", "lineage")]
    return material.digests(computed) | material.digests_of_analyses(computed, asked)


def test_return_is_evidence_on_its_region_and_on_the_others(
    returned: Path,
    project: Path,
    records: dict[str, dict[str, Any]],
    parts: dict[str, str],
    frames: dict[str, pd.DataFrame],
    graded: assumptions.Assumptions,
    results: Results,
) -> None:
    """With fewer draws than the book has: what differs with the return is what differs in the book."""
    found = frames | store.frames(project / "data")
    before = digests_of(frames, graded, results)
    results = model.run(found, graded, len(next(iter(results.draws.values()))))
    changed = {name: digest for name, digest in digests_of(found, graded, results).items() if before.get(name) != digest}
    others = pages_with_another_key(project, parts | changed, records)
    # A count of one region says something of the others too: the model weighs all of them together (method A4).
    assert {f"chapters/regions/{RETURNED}", f"chapters/regions/{OTHER}", *SUMS} <= others
    assert not others & QUIET
    assert results.cell("st_persons", RETURNED).value == SYNTHETIC["persons"]


def test_return_stored_with_other_spaces_and_order_means_nothing(returned: Path, project: Path) -> None:
    before = keys.Project(project).data()
    record = json.loads(returned.read_bytes())
    returned.write_text(json.dumps(dict(reversed(record.items())), indent=7), encoding="utf-8")
    assert keys.Project(project).data() == before
    returned.write_text(json.dumps(record | {"role": "studierektor"}), encoding="utf-8")
    assert keys.Project(project).data() != before
    assert store.read_returns(project / "data")["region"].unique().tolist() == [RETURNED]
