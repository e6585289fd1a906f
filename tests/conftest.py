"""What several test modules share."""

import json
import shutil
from pathlib import Path

import pytest

from riktvarden import tables

SMALL = ("regions", "population_region", "municipalities", "publications", "published_st", "st_baseline")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the project's data, to be broken at will."""
    return Path(shutil.copytree(tables.DATA, tmp_path / "data"))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The same with its small tables only: checked in a fraction of the time."""
    folder = tmp_path / "data"
    (folder / "tables").mkdir(parents=True)
    contract = json.loads((tables.DATA / tables.CONTRACT).read_text(encoding="utf-8"))
    contract["resources"] = [table for table in contract["resources"] if table["name"] in SMALL]
    for table in contract["resources"]:
        shutil.copy(tables.DATA / table["path"], folder / table["path"])
    text = json.dumps(contract, indent=2, ensure_ascii=False) + "\n"
    (folder / tables.CONTRACT).write_text(text, encoding="utf-8")
    return folder
