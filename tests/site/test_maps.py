"""Every map of the chapters and of two regions has a legend, unit, date and source."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .conftest import REGIONS
from .test_charts import drawn

YEAR = re.compile(r"\b(19|20)\d\d\b")
UNIT = re.compile(r"\bper\b|= ?100\b|\bandel\b|\bshare\b|%")
"""What a measure is stated in: so many per something, an index, a share."""


def parts(spec: Any) -> list[dict[str, Any]]:
    """Every object of a specification, data left out."""
    if isinstance(spec, list):
        return [found for each in spec for found in parts(each)]
    if isinstance(spec, dict):
        return [spec, *(found for key, each in spec.items() if key not in {"values", "datasets"} for found in parts(each))]
    return []


@pytest.fixture(scope="module")
def maps(book: Path) -> dict[str, tuple[dict[str, Any], str]]:
    """Page and place → specification of a map and the words around it."""
    found = {}
    for page in sorted((book / "source/chapters").rglob("*.ipynb")):
        if page.parent.name == "regions" and page.stem not in (*REGIONS, "index"):
            continue  # made by the same template
        for place, spec in enumerate(drawn(page)):
            if any("geoshape" in json.dumps(part.get("mark", "")) for part in parts(spec)):
                words = spec["usermeta"]
                found[f"{page.stem} {place}"] = (spec, f"{words['headline']} {words['subtitle']} {words['source']}")
    assert len(found) >= 10
    return found


def scale_of(spec: dict[str, Any]) -> list[str]:
    """Titles of the legends of a map's measures."""
    measures = [part for part in parts(spec) if part.get("field", "").startswith("properties.") and "legend" in part]
    measures = [part for part in measures if part["legend"].get("title")]
    return [str((part["legend"] or {}).get("title") or "") for part in measures]


def test_a_map_has_a_legend_that_names_its_unit(maps: dict[str, tuple[dict[str, Any], str]]) -> None:
    wrong = {place: scale_of(spec) for place, (spec, _) in maps.items() if not scale_of(spec)}
    wrong |= {place: [title] for place, (spec, _) in maps.items() for title in scale_of(spec) if not UNIT.search(title)}
    assert wrong == {}


def test_a_map_states_its_date_or_that_there_is_none(maps: dict[str, tuple[dict[str, Any], str]]) -> None:
    said = {place: f"{' '.join(scale_of(spec))} {caption}" for place, (spec, caption) in maps.items()}
    undated = ("saknar datum", "no date")
    assert [
        place for place, text in said.items() if not YEAR.search(text) and not any(word in text for word in undated)
    ] == []


def test_a_map_states_its_source(maps: dict[str, tuple[dict[str, Any], str]]) -> None:
    sources = {place: re.search(r"(?:Källa|Source): (.{5,})\.", caption) for place, (_, caption) in maps.items()}
    assert [place for place, source in sources.items() if source is None] == []


def test_what_is_hatched_is_in_the_legend(maps: dict[str, tuple[dict[str, Any], str]]) -> None:
    """Lines over areas say that a value is estimated or missing: words in the legend say which."""
    silent = []
    for place, (spec, _) in maps.items():
        lines = [part for part in parts(spec) if isinstance(part.get("mark"), dict) and part["mark"].get("filled") is False]
        words = [
            part
            for part in parts(spec)
            if "legend" in part and part.get("scale", {}).get("domain") and part.get("type") == "nominal"
        ]
        if lines and not words:
            silent.append(place)
    assert silent == []
