"""A cluster of two worker processes builds the same book as this process, and reports the same faults."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster, Security

from riktvarden.book import workers
from riktvarden.book.build import BuildError
from riktvarden.store import reads

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


def test_same_bytes_and_the_same_increments_and_all_is_computed_there(root: Path, tmp_path: Path, address: str) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    make(root, here, prepare="shared")
    report = make(root, there, prepare="shared", cluster=address)
    assert len(report.executed) == 3
    assert files(there / "site") == files(here / "site")
    assert files(there / "source") == files(here / "source")
    assert make(root, there, prepare="shared", cluster=address).executed == []
    for folder, is_here in ((here, True), (there, False)):
        for name in ("b", "c"):
            asked_by = json.loads((folder / f"material/{name}.json").read_bytes())["asked_by"]
            assert (asked_by == os.getpid()) == is_here


def test_faults_are_reported_by_region_and_cell(tmp_path: Path, address: str) -> None:
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
    with pytest.raises(BuildError, match="is missing or different on the workers tcp://"):
        make(root, tmp_path, cluster=address)


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certificates(folder: Path) -> dict[str, str]:
    """Create an authority and a certificate as in the README; return Dask's variables for them."""
    folder.mkdir()
    new = ["req", "-newkey", "rsa:2048", "-nodes"]
    openssl(folder, *new, "-x509", "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.pem")
    openssl(folder, *new, "-subj", "/CN=cluster", "-keyout", "node.key", "-out", "node.csr")
    signed_by = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
    openssl(folder, "x509", "-req", "-in", "node.csr", *signed_by, "-days", "2", "-out", "node.pem")
    files = {"CA_FILE": "ca.pem", "CLIENT__CERT": "node.pem", "CLIENT__KEY": "node.key"}
    return {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(folder / file) for name, file in files.items()}


def configured(variables: dict[str, str]) -> dask.config.set:
    """Configure Dask as it configures itself where these variables are set."""
    return dask.config.set(dask.config.merge(dask.config.config, dask.config.collect(paths=[], env=variables)))


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """A scheduler and a worker that show certificates and ask for them, and the variables that name ours."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make certificates with")
    variables = certificates(tmp_path_factory.mktemp("tls") / "ours")
    authority, certificate, key = variables.values()
    roles = {
        f"tls_{role}_{part}": file
        for role in ("scheduler", "worker", "client")
        for part, file in (("cert", certificate), ("key", key))
    }
    security = Security(require_encryption=True, tls_ca_file=authority, **roles)
    with LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        silence_logs=50,
        protocol="tls://",
        security=security,
    ) as cluster:
        yield cluster.scheduler_address, variables


def test_a_scheduler_with_certificates(root: Path, secured: tuple[str, dict[str, str]]) -> None:
    """Beyond the connection it is a cluster like any other."""
    address, variables = secured
    assert address.startswith("tls://")
    with configured(variables), workers.cluster(address, root) as (executor, count):
        assert executor.submit(os.getpid).result(60) != os.getpid()
    assert count == 1


def test_a_stranger_is_refused(root: Path, tmp_path: Path, secured: tuple[str, dict[str, str]]) -> None:
    address, _ = secured
    with configured(certificates(tmp_path / "others")), pytest.raises(BuildError, match="no Dask scheduler answers"):
        make(root, tmp_path / "out", cluster=address)


def test_certificates_are_asked_for(root: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"names no certificates: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "):
        make(root, tmp_path, cluster="tls://127.0.0.1:1")
    broken = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(tmp_path / "none") for name in ("CA_FILE", "CLIENT__CERT")}
    with configured(broken), pytest.raises(BuildError, match="cannot be used: "):
        make(root, tmp_path, cluster="tls://127.0.0.1:1")


@pytest.mark.parametrize(
    "place", ["tcp://192.0.2.1:8786", "192.0.2.1:8786", "tcp://localhost.example:1", "ws://127.0.0.1:1", "inproc://a"]
)
def test_what_is_open_to_others_is_refused(root: Path, tmp_path: Path, place: str) -> None:
    with pytest.raises(BuildError, match="neither encrypted nor authenticated"):
        make(root, tmp_path, cluster=place)


@pytest.mark.parametrize("place", ["tcp://127.0.0.1:1", "127.8.9.1:1", "tcp://[::1]:1", "tcp://localhost:1"])
def test_this_machine_needs_no_certificates(place: str) -> None:
    assert not workers._security(place).require_encryption
