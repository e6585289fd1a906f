"""The book used by all tests of the site.

It is the one that ``make book`` has left in ``_build`` if nothing has changed since. Otherwise a book of two regions is
built in ``_build/test``, which takes minutes the first time.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

from riktvarden.cli.build import chosen_regions, is_made

ROOT = Path(__file__).parents[2]
WHOLE = ROOT / "_build"
OUT = WHOLE / "test"
REGIONS = ("12", "25")
"""The regions whose pages are looked at: any book here has them."""
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def tool(name: str, *arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run a program of this environment."""
    program = Path(sys.executable).with_name(name)
    return subprocess.run([program, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Path:
    """The folder that the build wrote; tests write nothing there."""
    if is_made(WHOLE):
        return WHOLE
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n_build has no book of this project as it is: building one of two regions in _build/test")
    OUT.mkdir(parents=True, exist_ok=True)
    with FileLock(WHOLE / ".test.lock"):  # processes share the book; the build has a lock of its own in its folder
        computed = WHOLE / "material"  # used as it is if it is of the same data and code
        if computed.is_dir() and not (OUT / "material").exists():
            shutil.copytree(computed, OUT / "material")
        built = tool("riktvarden", "build", "--no-municipalities", "--regions", ",".join(REGIONS), "--output", OUT)
    assert built.returncode == 0, built.stdout + built.stderr
    return OUT


@pytest.fixture(scope="session")
def site(book: Path) -> Path:
    """The Swedish pages."""
    return book / "site" / "sv"


@pytest.fixture(scope="session")
def regions(book: Path) -> set[str]:
    """The regions that the book has pages of."""
    return set(chosen_regions("")) if book == WHOLE else set(REGIONS)


@pytest.fixture(scope="module")  # no two may run in one thread, and what prints has its own
def browser() -> Iterator[Browser]:
    """Chromium, which asks nothing of its own accord."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: pages are not opened")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()
