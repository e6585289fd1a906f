"""What several test modules share."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

from riktvarden import tables

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

SLOW_LAST = ("site", "book")
"""Folders whose tests build something: they come after all others, and first what takes one process longest."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the fast tests first; of several processes one makes the book of the site and tests it."""
    items.sort(key=lambda item: SLOW_LAST.index(item.path.parent.name) if item.path.parent.name in SLOW_LAST else -1)
    for item in items:
        of_the_site = "book" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("site" if of_the_site else item.path.as_posix()))


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
