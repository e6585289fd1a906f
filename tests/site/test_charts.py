"""Every chart of the chapters and of two regions is what Vega-Lite can draw: a build takes the time to check none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import altair as alt
import nbformat
import pytest
from altair.utils import schemapi

from riktvarden.report.kit.figures import VEGALITE

from .conftest import REGIONS

Spec = dict[str, Any]


@pytest.fixture(scope="module")
def charts(book: Path) -> dict[str, Spec]:
    """Page and place → specification, of the Swedish pages: those of other languages have other words."""
    found = {}
    for page in sorted((book / "source/chapters").rglob("*.ipynb")):
        if page.parent.name == "chapters" or page.stem in REGIONS:  # the others are made by the same template
            for number, spec in enumerate(drawn(page)):
                found[f"{page.stem} {number}"] = spec
    assert len(found) >= 50
    return found


def drawn(page: Path) -> Iterator[Spec]:
    for cell in nbformat.read(page, as_version=4).cells:
        yield from (output.data[VEGALITE] for output in cell.get("outputs", ()) if VEGALITE in output.get("data", ()))


def faults(spec: Spec) -> str:
    """What Vega-Lite's schema does not allow; empty if nothing."""
    legend = dict(spec.get("config", {}).get("legend", {}))
    legend.pop("layout", None)  # Vega's, which Vega-Lite passes on and whose properties its schema does not list
    own = {**spec, "config": {**spec.get("config", {}), "legend": legend}}
    found = schemapi.validate_jsonschema(own, alt.load_schema(), raise_error=False)
    return str(found) if found else ""


def test_every_chart_keeps_the_schema(charts: dict[str, Spec]) -> None:
    found = {place: faults(spec) for place, spec in charts.items()}
    assert {place: fault for place, fault in found.items() if fault} == {}


def test_a_faulty_chart_would_be_found(charts: dict[str, Spec]) -> None:
    spec = next(iter(charts.values()))
    assert faults({**spec, "background": {"no": "colour"}})
