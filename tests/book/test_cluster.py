"""Two worker processes of a cluster make the same book as this process, and tell the same faults."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from riktvarden import reads
from riktvarden.book.build import BuildError

from .conftest import make_book as make
from .conftest import make_root, write_template


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler with two worker processes on this machine."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_same_bytes_and_the_same_increments(root: Path, tmp_path: Path, address: str) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    make(root, here)
    report = make(root, there, cluster=address)
    assert len(report.executed) == 3
    assert files(there / "site") == files(here / "site")
    assert files(there / "source") == files(here / "source")
    assert make(root, there, cluster=address).executed == []


def test_what_notebooks_share_is_computed_there(root: Path, tmp_path: Path, address: str) -> None:
    make(root, tmp_path, prepare="shared", cluster=address)
    for name in ("b", "c"):
        assert json.loads((tmp_path / f"material/{name}.json").read_bytes())["asked_by"] != os.getpid()


def test_faults_are_told_by_region_and_cell(tmp_path: Path, address: str) -> None:
    root = make_root(tmp_path / "project")
    write_template(root, "import os\nif region == '12':\n    os._exit(3)\nprint(region)")
    with pytest.raises(BuildError) as caught:
        make(root, tmp_path / "out", cluster=address)
    (fault,) = caught.value.failures
    assert fault.startswith("chapters/regions/12 (Skåne), cell 2 (c1): the kernel ended with code 3\n")
    assert (tmp_path / "out/source/chapters/regions/01.ipynb").is_file()


def test_no_scheduler(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"tcp://127\.0\.0\.1:1: no Dask scheduler answers"):
        make(root, tmp_path, cluster="tcp://127.0.0.1:1")


def test_workers_that_see_another_project(
    root: Path, tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "fingerprint", lambda _: "another")
    with pytest.raises(BuildError, match="is not there, or not the same, for the workers tcp://"):
        make(root, tmp_path, cluster=address)
