"""The reviewer's kit: a number checked by hand, and the environments that others make for a reviewer."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from riktvarden import tables
from riktvarden.report import Context
from riktvarden.report.reference import values

ROOT = Path(__file__).parents[1]
CHECK = ROOT / "chapters" / "check.md"


@pytest.fixture
def by_hand() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", CHECK.read_text(encoding="utf-8"), re.DOTALL)
    return str(code)


def test_ten_lines_without_the_package_give_the_published_number(by_hand: str, context: Context, tmp_path: Path) -> None:
    assert len([line for line in by_hand.splitlines() if line]) == 10
    assert "riktvarden" not in by_hand
    shutil.copy(tables.DATA / "tables" / "population_region.csv", tmp_path)
    published = values.table(context, "working").csv
    (tmp_path / "guideline_values.csv").write_bytes(published)
    (tmp_path / "by_hand.py").write_text(by_hand, encoding="utf-8")
    command = [sys.executable, "-I", "by_hand.py"]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run()
    assert done.returncode == 0, done.stderr
    one, other = map(float, done.stdout.split())
    assert one == pytest.approx(other, rel=0.01)
    forged = re.sub(rb"(?m)^(region,12,.*,district_nurse,inhabitants_per_fte,region,\d+,)(\d)", rb"\g<1>9\2", published)
    assert forged != published
    (tmp_path / "guideline_values.csv").write_bytes(forged)
    assert "AssertionError" in run().stderr


def test_environments_are_those_of_the_lock_file() -> None:
    wanted = (ROOT / "binder/requirements.txt").read_text(encoding="utf-8")
    assert "--require-hashes" in wanted
    assert (ROOT / "binder" / wanted.split()[-1]).resolve() == ROOT / "requirements.lock"
    container = json.loads((ROOT / ".devcontainer/devcontainer.json").read_text(encoding="utf-8"))
    assert container["postCreateCommand"] == "make .venv/.ready"
    versions = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    newest = f"3.{int(versions.rpartition('.')[2]) - 1}"  # such as ">=3.11,<3.14"
    assert f"python:{newest}-" in container["image"]
    assert (ROOT / "binder/runtime.txt").read_text(encoding="utf-8").strip() == f"python-{newest}"
    assert os.access(ROOT / "binder/postBuild", os.X_OK)
