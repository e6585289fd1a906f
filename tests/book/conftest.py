"""A toy project: two chapters, the region template and two regions, built for real."""

import io
import os
from functools import partial
from pathlib import Path
from textwrap import dedent

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from rich.console import Console

from riktvarden.book import execute, kernels, keys
from riktvarden.book.build import BuildReport, build
from riktvarden.book.execute import Page
from riktvarden.book.publish import alone

CONFIG = """\
title: Toy report
author: Nobody
copyright: "2026"
only_build_toc_files: true
execute:
  execute_notebooks: "off"
sphinx:
  extra_extensions: [riktvarden.book.sphinx_ext]
  config:
    language: sv
    html_math_renderer: mathml
    riktvarden_site:
      contact: nobody@example.org
"""
TOC = """\
format: jb-book
root: chapters/index
chapters:
- file: chapters/need
- file: chapters/regions/index
"""
INDEX = """\
# Start

Inline $a_i$ and numbered:

$$
n = \\sum_i \\frac{a_i}{b}
$$ (need)

Equation {eq}`need` is on this page. Kontakt: {{ site_contact }}. Adress: {{ site_address }}.
"""
REGIONS = {"01": "Stockholm", "12": "Skåne"}
PARAMETERS = 'language = "sv"\nedition = "working"'
WORDS = "print(language)"
CHART = """\
from IPython.display import display

words = {"sv": "Läkare per år", "en": "Doctors per year"}
spec = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.4.1.json",
    "description": words[language],
    "usermeta": {"live": True},
    "width": 200,
    "data": {"values": [{"x": 1, "y": 1234567.5}, {"x": 2, "y": 2000000}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "ordinal"}, "y": {"field": "y", "type": "quantitative"}},
}
bundle = {"application/vnd.vegalite.v6+json": spec, "text/plain": spec["description"]}
display(bundle, raw=True)
"""
"""Code of a chapter with a picture, which takes longer to draw than all else of a toy."""


SHARED = """\
import json
import sys
from pathlib import Path

import psutil

folder, *names = sys.argv[1:]
if not names:
    manifest = {"fingerprint": "", "parts": {"whole": "1"}, "apart": ["b", "c"]}
    Path(folder, "manifest.json").write_text(json.dumps(manifest))
for name in names:
    asked_by = psutil.Process().parent().parent().pid
    Path(folder, f"{name}.json").write_text(json.dumps({"parts": {name: "1"}, "asked_by": asked_by}))
"""
"""A module that stores shared results, and two of their parts separately, with the process that requested them."""


def write_notebook(path: Path, *cells: nbformat.NotebookNode) -> None:
    """Write a notebook without outputs and with stable ids, as the sources are."""
    for number, cell in enumerate(cells):
        cell.id = f"c{number}"
    notebook = new_notebook(
        cells=list(cells),
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def tagged(source: str, *tags: str) -> nbformat.NotebookNode:
    return new_code_cell(source, metadata={"tags": list(tags)})


def write_template(root: Path, last: str = "print(region, language, edition)") -> None:
    write_notebook(
        root / "chapters/regions/region.ipynb",
        tagged(f'region = "01"\n{PARAMETERS}', "parameters", "remove-cell"),
        new_code_cell(last),
    )


def write_chapter(root: Path, title: str = "Need", code: str = WORDS) -> None:
    write_notebook(
        root / "chapters/need.ipynb",
        new_markdown_cell(f"# {title}"),
        tagged(PARAMETERS, "parameters", "remove-cell"),
        new_code_cell(code),
    )


def make_root(root: Path) -> Path:
    """Write the toy project below `root`."""
    files = {
        "_config.yml": CONFIG,
        "_toc.yml": TOC,
        "chapters/index.md": INDEX,
        "chapters/regions/index.md": "# Regions\n\n```{glossary}\nRegion\n  One page each.\n```\n",
        "data/tables/t.csv": "a,b\n1,2\n",
        "src/riktvarden/__init__.py": '"""Toy."""\n',
        "locale/en/words.po": "",
        "requirements.lock": "nothing==1\n",
        "shared.py": SHARED,
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(dedent(text), encoding="utf-8")
    write_template(root)
    write_chapter(root)
    return root


def make_book(root: Path, home: Path | None = None, **settings: object) -> BuildReport:
    """Build the project in a folder, and publish the book."""
    with alone(home or root / "_build", "building a toy") as publication:
        report = build(root, publication, **{"regions": REGIONS, "console": Console(file=io.StringIO()), **settings})
        publication.put_out()
    return report


def run_page(page: Page, target: Path, kept: Path, timeout: int = 60) -> None:
    """Run one notebook as the build does, outside a project."""
    folder = page.source.parent
    record = partial(keys.Project(folder).page, page.source, page.parameters, page.title)
    execute.run(page, record, target, kept, timeout, execute.ReadTracking(folder, folder / "_build"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores: tests of books wait for kernels, assemblers and browsers."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Preload nothing, as toy notebooks need none of it."""
    monkeypatch.setattr(kernels, "PRELOAD", ("ipykernel_launcher", "ipykernel.kernelapp"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy project, one per test module."""
    return make_root(tmp_path_factory.mktemp("toy"))
