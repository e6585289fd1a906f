"""Transfer size of a first visit to a region's page, compressed, as the benchmark of first visits measures it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser

from .conftest import CHROMIUM, ROOT

MOST = 160_000
"""Bytes."""
NAME = "regions/12"


@pytest.fixture(scope="module")
def loaded(browser: Browser, site: Path, benchmark_of: Callable[[str], ModuleType]) -> dict[Path, int]:
    """File → compressed bytes, for all that a browser asks for when a region's page is read to its end."""
    first_visit = benchmark_of("first_visit")
    with first_visit.served(site) as address:
        found: dict[Path, int] = first_visit.loaded(browser, address, site, NAME)
    return found


def test_a_regions_page_is_light(loaded: dict[Path, int]) -> None:
    weights = {file.name: size for file, size in loaded.items()}
    assert len(weights) > 10, "the page was not read to its end"
    heaviest = sorted(weights.items(), key=lambda item: -item[1])[:5]
    assert sum(weights.values()) <= MOST, heaviest


def test_no_icon_font_is_loaded(loaded: dict[Path, int], site: Path) -> None:
    assert [file for file in loaded if file.suffix in {".woff", ".woff2", ".ttf"} or "fontawesome" in file.name] == []
    sheet = (site / "_static/styles/pydata-sphinx-theme.css").read_text(encoding="utf-8")
    assert "Font Awesome" not in sheet
    assert ".bd-sidebar-primary" in sheet, "the theme's own rules are needed"


def test_the_benchmark_runs_and_every_mark_answers(browser: Browser, site: Path) -> None:
    command = [sys.executable, ROOT / "benchmarks/first_visit.py", site, "--pages", NAME, "--visits", "1"]
    ran = subprocess.run([*command, "--chromium", CHROMIUM], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    name, *_, tips, count, width = ran.stdout.splitlines()[-1].split()
    assert (name, tips) == (NAME, "100%")
    assert int(count) >= 20
    assert int(width.rstrip("%")) >= 90, "charts fill their column"
