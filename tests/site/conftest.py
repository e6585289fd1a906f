"""A book of two regions, built once in a folder of its own for all tests of the site."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
OUT = ROOT / "_build" / "test"
REGIONS = ("12", "25")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def tool(name: str, *arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment."""
    program = Path(sys.executable).with_name(name)
    return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The folder that the build wrote."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\nbuilding a book of two regions in _build/test")
    computed = ROOT / "_build" / "material"  # used as it is if it is of the same data and code
    if computed.is_dir() and not (OUT / "material").exists():
        shutil.copytree(computed, OUT / "material")
    built = tool("riktvarden", "build", "--wait", "--regions", ",".join(REGIONS), "--output", OUT)
    assert built.returncode == 0, built.stdout + built.stderr
    yield OUT


@pytest.fixture(scope="session")
def site(book: Path) -> Path:
    """The Swedish pages."""
    return book / "site" / "sv"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, which asks nothing of its own accord."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are not opened")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()
