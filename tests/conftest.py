"""Fixtures and settings shared by test modules."""

import functools
import importlib.util
import itertools
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pandas as pd
import pytest
from filelock import FileLock

from riktvarden import assumptions, model, tables
from riktvarden.book import keys
from riktvarden.model import analyses, chain
from riktvarden.report import Context, Language
from riktvarden.results import Results
from riktvarden.returns import place

os.environ.pop(place.VARIABLE, None)  # the tests read no one's returns, and write none there

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

LONG = (
    "test_verify.py",
    "test_stock_tools.py",
    "test_build.py",
    "test_pdf.py",
    "test_cluster.py",
    "test_warm.py",
    "test_freeze.py",
    "test_own_numbers.py",
    "test_fifth_profession.py",
    "test_collected.py",
    "test_outsider.py",
    "test_personnel_chapters.py",
)
"""Files whose tests take longest: they come first, so that no process is left with one of them at the end."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the long tests first: xdist gives each process a share of the list, which then begins with some of them."""
    processes = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long = [[item for item in items if item.path.name == name] for name in LONG]
    others = iter([item for item in items if item.path.name not in LONG])
    left, ordered = len(items), []
    for number in range(processes):
        own = list(itertools.chain.from_iterable(long[number::processes]))
        share = left // (processes - number)
        own += itertools.islice(others, max(0, share - len(own)))
        left -= len(own)
        ordered += own
    items[:] = [*ordered, *others]


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], object]], Path]:
    """Fill a folder in one process of a run; the others, which xdist gives tests of the same file, wait for it."""
    own = tmp_path_factory.getbasetemp()
    home = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        folder, done = home / name, home / f"{name}.done"
        with FileLock(home / f"{name}.lock"):
            if not done.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                fill(folder)
                done.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def benchmark_of() -> Callable[[str], ModuleType]:
    """Load a script of ``benchmarks`` by name."""

    def load(name: str) -> ModuleType:
        file = Path(__file__).parents[1] / f"benchmarks/{name}.py"
        spec = importlib.util.spec_from_file_location(f"benchmarks_{name}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look for the module of their annotations
        with pytest.MonkeyPatch.context() as patch:
            patch.syspath_prepend(file.parent)  # a script finds those beside it
            spec.loader.exec_module(module)
        return module

    return load


def remembered(analyse: Callable[..., Any]) -> Callable[..., Any]:
    """Compute an analysis once for the same objects: chapters ask for it again and again, and a build stores it."""
    known: list[tuple[tuple[object, ...], Any]] = []

    @functools.wraps(analyse)
    def found(*given: object) -> Any:
        for others, value in known:
            if all(one is other for one, other in zip(given, others, strict=True)):
                return value
        known.append((given, analyse(*given)))
        del known[:-3]
        return known[-1][1]

    return found


@pytest.fixture(scope="session", autouse=True)
def stored_analyses() -> Iterator[None]:
    """Let chapters find an analysis that has been computed, as in a build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(analyses, "BY_NAME", {name: remembered(analyse) for name, analyse in analyses.BY_NAME.items()})
        yield


DRAWS = 512
"""Draws of the run that tests share, enough for the widths of intervals. Tests of words that run the model take 64."""


@pytest.fixture(scope="session")
def edition() -> dict[str, Any]:
    """The figures of this edition that tests expect, in one file."""
    return tomllib.loads(Path(__file__).with_name("edition.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    return tables.read_all()


@pytest.fixture(scope="session")
def graded() -> assumptions.Assumptions:
    return assumptions.read()


@pytest.fixture(scope="session")
def wordless(graded: assumptions.Assumptions) -> assumptions.Assumptions:
    """The assumptions without labels and sources: a build keeps its results when these change, so none may use them."""
    words = keys.WORDS["data/assumptions/"]
    bare = {name: item.model_construct(**item.model_dump(exclude=set(words))) for name, item in graded.items()}
    return assumptions.Assumptions(bare, graded.files)


@pytest.fixture(scope="session")
def base(frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions) -> chain.Base:
    """Inputs shared by all draws."""
    return chain.base(frames, graded)


@pytest.fixture(scope="session")
def results(frames: dict[str, pd.DataFrame], wordless: assumptions.Assumptions) -> Results:
    """The run of the model shared by tests; copy it before modifying it."""
    return model.run(frames, wordless, DRAWS)


@pytest.fixture(scope="session")
def context(frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions, results: Results) -> Context:
    """The shared run as a chapter's context."""
    return Context(Language("sv"), results, frames, graded)


@pytest.fixture(scope="session")
def cost(context: Context, wordless: assumptions.Assumptions) -> analyses.Cost:
    """With the draws of the results, as pages show the same gap from both."""
    return analyses.cost(context.tables, wordless, context.results, DRAWS)


@pytest.fixture(scope="session")
def calibrated(context: Context, wordless: assumptions.Assumptions) -> analyses.Calibration:
    return analyses.calibrated(context.tables, wordless, context.results)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the project's data, to be broken at will."""
    return Path(shutil.copytree(tables.DATA, tmp_path / "data"))


@pytest.fixture
def data_of(tmp_path: Path) -> Callable[..., Path]:
    """The same with the tables named only: checked in a fraction of the time."""

    def copy(*names: str) -> Path:
        folder = tmp_path / "data"
        (folder / "tables").mkdir(parents=True)
        contract = json.loads((tables.DATA / tables.CONTRACT).read_text(encoding="utf-8"))
        contract["resources"] = [table for table in contract["resources"] if table["name"] in names]
        for table in contract["resources"]:
            shutil.copy(tables.DATA / table["path"], folder / table["path"])
        text = json.dumps(contract, indent=2, ensure_ascii=False) + "\n"
        (folder / tables.CONTRACT).write_text(text, encoding="utf-8")
        return folder

    return copy
