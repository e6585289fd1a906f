"""Import contracts between modules, and forbidden contents of files."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = [
    "population.py",
    "need.py",
    "small_area.py",
    "supply.py",
    "guideline.py",
    "uncertainty.py",
    "melding.py",
    "economics.py",
    "validation.py",
]
CORE += [f"model/{path.name}" for path in sorted((ROOT / "src/riktvarden/model").glob("*.py"))]
CORE += [f"baseline/{name}.py" for name in ("st", "personnel", "reconcile", "regional", "returned")]
CORE += [f"disclosure/{name}.py" for name in ("system", "attack", "suppress", "exact", "audit")]


def test_imports_keep_to_the_layers() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    found = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("file", CORE)
def test_the_core_touches_no_file(file: str) -> None:
    tree = ast.parse((ROOT / "src/riktvarden" / file).read_text(encoding="utf-8"))
    called = {
        node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not called & {"open", "read_csv", "read_text", "read_bytes", "write_text", "to_csv", "Path"}


@pytest.mark.parametrize("notebook", sorted(ROOT.glob("chapters/**/*.ipynb")), ids=lambda path: path.stem)
def test_notebook_sources_are_thin_and_hold_no_outputs(notebook: Path) -> None:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        assert cell["outputs"] == [], cell["id"]
        assert cell["execution_count"] is None, cell["id"]
        nodes = ast.walk(ast.parse("".join(cell["source"])))
        assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.For)], (
            f"cell {cell['id']} computes: move it to src/riktvarden"
        )


CLOCKS = {"today", "now", "utcnow", "time", "localtime", "gmtime", "ctime"}
"""What gives the time of day; `time.perf_counter` measures only."""


@pytest.mark.parametrize("folder", ["book", "report", "model", "store", "baseline", "professions"])
def test_nothing_that_is_published_depends_on_the_clock(folder: str) -> None:
    for file in (ROOT / "src/riktvarden" / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
                assert ast.unparse(node.value).rpartition(".")[2] not in {"time", "date", "datetime"}, file


def test_every_module_says_what_it_answers() -> None:
    for file in (ROOT / "src").rglob("*.py"):
        assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))), file
