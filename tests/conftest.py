"""What several test modules share."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from riktvarden import tables
from riktvarden.returns import place

os.environ.pop(place.VARIABLE, None)  # the tests read no one's returns, and write none there

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

SLOW_LAST = ("site", "book")
"""Folders whose tests build something: they come after all others, and first what takes one process longest."""

SITE, OWN_BOOK = "tests/site/", "test_rebuild.py"
"""Where tests share one book, and the file there that makes another."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the fast tests first."""
    items.sort(key=lambda item: SLOW_LAST.index(item.path.parent.name) if item.path.parent.name in SLOW_LAST else -1)


class ByWhatIsBuilt(LoadFileScheduling):
    """Gives each process whole files of tests, and one of them all that use the book of the site."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return SITE if file.startswith(SITE) and not file.endswith(OWN_BOOK) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Share the tests out among processes; without pytest-xdist they run in this one."""
    return ByWhatIsBuilt(config, log)


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
