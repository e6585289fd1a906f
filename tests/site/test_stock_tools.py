"""The output of the build works with stock tools: nbval, papermill, jupyter-book, nbconvert, frictionless."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from riktvarden.book import warm
from riktvarden.store import material

from .conftest import REGIONS, ROOT, tool

TEMPLATE = ROOT / "chapters/regions/region.ipynb"
MUNICIPALITY = ROOT / "chapters/municipalities/municipality.ipynb"
EVERY = 3
"""One notebook of as many is run again with nbval; `test_verify` compares all of them."""


@pytest.fixture(scope="module")
def prepared(book: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the build prepares, with the chapters and two regions, whose pages are made by one template."""
    copy = Path(shutil.copytree(book / "source", tmp_path_factory.mktemp("prepared") / "source"))
    left_out = [page for page in (copy / "chapters/regions").glob("[0-9][0-9].ipynb") if page.stem not in REGIONS]
    contents = (copy / "_toc.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    for page in left_out:
        page.unlink()
    names = [f"chapters/regions/{page.stem}" for page in left_out]
    kept = [line for line in contents if not line.rstrip().endswith(tuple(names))] if names else contents
    assert len(kept) == len(contents) - len(names)
    (copy / "_toc.yml").write_text("".join(kept), encoding="utf-8")
    return copy


def test_executed_notebooks_give_the_same_outputs_again(prepared: Path, book: Path, tmp_path: Path) -> None:
    notebooks = sorted((prepared / "chapters").rglob("*.ipynb"))
    of_places = [file for file in notebooks if file.parent.name == MUNICIPALITY.parent.name]
    chapters = [file for file in (ROOT / "chapters").rglob("*.ipynb") if file.parent != MUNICIPALITY.parent]
    assert len(notebooks) == len(chapters) - 1 + len(REGIONS) + len(of_places)  # all but the regions' template
    some = notebooks[::EVERY]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-n",
        "2",
        "--dist",
        "loadscope",
        "-p",
        "no:cacheprovider",
    ]
    # A configuration of its own keeps the project's pytest settings out.
    config = tmp_path / "nbval.ini"
    config.write_text("[pytest]\n", encoding="utf-8")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    # Results need not be computed, nor libraries imported, once a notebook: papermill alone does so below.
    clean |= {material.STORED: str(book / "material"), "JUPYTER_DEFAULT_PROVISIONER_NAME": warm.NAME}
    again = subprocess.run(
        [*command, "-c", config, "--rootdir", prepared, *some],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 0, again.stdout[-4000:] + again.stderr[-2000:]
    passed = re.search(r"(\d+) passed", again.stdout)
    cells = sum(cell.cell_type == "code" for file in some for cell in nbformat.read(file, as_version=4).cells)
    assert passed is not None
    assert int(passed[1]) == cells
    assert cells > 40


@pytest.fixture
def computed(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notebooks find the results of the book."""
    monkeypatch.setenv(material.STORED, str(book / "material"))


def test_papermill_runs_the_template_alone(tmp_path: Path) -> None:
    """With no results but those that it computes."""
    out = tmp_path / "out.ipynb"
    ran = tool("papermill", "--no-progress-bar", TEMPLATE, out, "-p", "region", "12")
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert "Region Skåne" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("template", "given", "name"), [(TEMPLATE, "01", "Region Stockholm"), (MUNICIPALITY, "0114", "Upplands Väsby")]
)
def test_papermill_runs_each_template(computed: None, tmp_path: Path, template: Path, given: str, name: str) -> None:
    out = tmp_path / "out.ipynb"
    ran = tool("papermill", "--no-progress-bar", template, out, "-p", template.stem, given)
    assert ran.returncode == 0, ran.stderr[-2000:]
    assert name in out.read_text(encoding="utf-8")


def test_papermill_lists_the_regions(computed: None, tmp_path: Path) -> None:
    ran = tool("papermill", "--no-progress-bar", TEMPLATE, tmp_path / "out.ipynb", "-p", "region", "99")
    assert ran.returncode != 0
    assert "one of the 21 region codes" in ran.stderr
    assert "25 Region Norrbotten" in ran.stderr


def test_papermill_lists_the_municipalities(computed: None, tmp_path: Path) -> None:
    ran = tool("papermill", "--no-progress-bar", MUNICIPALITY, tmp_path / "out.ipynb", "-p", "municipality", "1299")
    assert ran.returncode != 0
    assert "1280 Malmö" in ran.stderr
    assert "municipality_code(context" not in ran.stderr.rpartition("InputError")[2]


def test_jupyter_book_builds_what_is_prepared(prepared: Path, tmp_path: Path) -> None:
    built = tool("jupyter-book", "build", prepared, "--path-output", tmp_path, "-W", "--keep-going")
    assert built.returncode == 0, built.stdout[-2000:] + built.stderr[-2000:]
    made = {file.relative_to(tmp_path / "_build/html").as_posix() for file in (tmp_path / "_build/html").rglob("*.html")}
    assert {f"chapters/regions/{code}.html" for code in REGIONS} <= made


def test_nbconvert_makes_a_page_of_a_downloaded_notebook(book: Path, tmp_path: Path) -> None:
    notebook = book / "site/sv/_sources/chapters/regions/12.ipynb"
    made = tool("jupyter-nbconvert", "--to", "html", "--output-dir", tmp_path, notebook)
    assert made.returncode == 0, made.stderr[-2000:]
    assert "Region Skåne" in (tmp_path / "12.html").read_text(encoding="utf-8")


def test_frictionless_validates_the_package() -> None:
    checked = tool("frictionless", "validate", "data/datapackage.json")
    assert checked.returncode == 0, checked.stdout[-2000:]


def test_frictionless_validates_the_published_tables(book: Path) -> None:
    checked = tool("frictionless", "validate", "datapackage.json", cwd=book / "site/data/working")
    assert checked.returncode == 0, checked.stdout[-2000:]
