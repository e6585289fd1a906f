"""Notebooks give the same bytes in every run, and failures are located."""

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from riktvarden.book import keys
from riktvarden.book.execute import Page, PageError

from .conftest import PARAMETERS, run_page, tagged, write_notebook

NASTY = """\
import sys, warnings
print({"a", "b", "c", "d"})
print("between", file=sys.stderr)
print("after")
warnings.warn("shown with the path of the cell")
"""


def execute(folder: Path, page: Page, timeout: int = 60) -> Path:
    target = folder / "done.ipynb"
    run_page(page, target, folder / "failed" / "page.ipynb", timeout)
    return target


def test_two_runs_give_the_same_bytes(tmp_path: Path) -> None:
    source = tmp_path / "page.ipynb"
    write_notebook(source, tagged(PARAMETERS, "parameters", "remove-cell"), new_code_cell(NASTY))
    page = Page("chapters/page", source, {"language": "en", "edition": "e1"}, title="Åre")
    first, second = (execute(tmp_path / name, page) for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert not (tmp_path / "one/failed").exists()

    notebook = nbformat.read(first, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["title", "c0", "injected-parameters", "c1", "content-key"]
    assert notebook.cells[0].source == "# Åre"
    assert notebook.cells[2].metadata.tags == ["injected-parameters", "remove-cell"]
    stored = notebook.metadata.riktvarden
    assert stored.inputs.parameters == {"language": "en", "edition": "e1"}
    assert stored.content_key == keys.combined(stored.inputs)
    assert f"Content key of this page: <code>{stored.content_key}</code></details>" in notebook.cells[-1].source
    assert "papermill" not in first.read_text(encoding="utf-8")
    assert "ipykernel_" not in first.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        ("print('so far')\nraise ValueError('no such table\\nand more')", "ValueError: no such table"),
        ("print('so far')\nimport os, sys\nsys.stdout.flush(); os._exit(1)", "the kernel ended with code 1"),
        ("print('so far')\nimport time\ntime.sleep(30)", "took longer than 2 s"),
    ],
)
def test_failure_names_page_cell_and_cause(tmp_path: Path, code: str, cause: str) -> None:
    source = tmp_path / "page.ipynb"
    write_notebook(
        source,
        new_markdown_cell("Text"),
        tagged(PARAMETERS, "parameters"),
        new_code_cell("1 + 1"),
        new_code_cell(code),
        new_code_cell("never"),
    )
    page = Page("chapters/regions/12", source, {"language": "sv", "edition": "e1"}, title="Skåne")
    with pytest.raises(PageError) as caught:
        execute(tmp_path, page, timeout=2)
    message = str(caught.value)
    assert message.startswith(f"chapters/regions/12 (Skåne), cell 4 (c3): {cause}")
    assert "\n" not in message
    assert '"2"' in (tmp_path / "failed/page.ipynb").read_text(encoding="utf-8")
    assert (tmp_path / "failed/page.log").read_text(encoding="utf-8").strip()
    assert not (tmp_path / "done.ipynb").exists()


def test_notebook_without_parameters_gets_none(tmp_path: Path) -> None:
    source = tmp_path / "page.ipynb"
    write_notebook(source, new_code_cell("1 + 1"))
    notebook = nbformat.read(execute(tmp_path, Page("page", source, {"language": "sv"})), as_version=4)
    assert [cell.id for cell in notebook.cells] == ["c0", "content-key"]
