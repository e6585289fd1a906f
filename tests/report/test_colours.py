"""Charts are readable with colour vision deficiencies, on white and dark pages."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from riktvarden.report.kit import charts

SIGHTS = {
    "all colours": np.eye(3),
    "no long waves": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "no middle waves": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "no short waves": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
"""How light is seen, as linear RGB: Machado, Oliveira and Fernandes (2009), at full severity."""
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = XYZ @ np.ones(3)

TOLD_APART = ["BLUE", "ORANGE", "MUTED", "PALE", "VIOLET", "GREEN"]
"""Colours that mean different things in the same chart."""
SEEN_ALONE = ["BLUE", "ORANGE", "MUTED", "INK", "VIOLET"]
"""Colours of lines, dots and words that have no outline."""
PAGES = {"light": lambda colour: colour, "dark": lambda colour: charts.DARK[colour]}
LEAST = 15.0
"""Distance in CIELAB between two colours that nobody mixes up; about 2 can just be seen side by side."""


def light(colour: str) -> NDArray[np.float64]:
    """A colour as linear RGB."""
    code = {"white": "#ffffff"}.get(colour, colour)
    parts = np.array([int(code[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def seen(rgb: NDArray[np.float64], sight: str) -> NDArray[np.float64]:
    return np.clip(np.array(SIGHTS[sight]) @ rgb, 0, 1)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear RGB in CIELAB, where distance is what the eye sees."""
    x, y, z = (np.cbrt(v) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116 for v in XYZ @ rgb / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def distance(one: str, other: str, sight: str) -> float:
    return float(np.linalg.norm(lab(seen(light(one), sight)) - lab(seen(light(other), sight))))


def contrast(one: str, other: str) -> float:
    """Contrast as WCAG defines it."""
    low, high = sorted(float(XYZ[1] @ light(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def test_the_measures_are_those_of_the_standards() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21, abs=0.01)
    assert lab(light("#ff0000")) == pytest.approx([53.2, 80.1, 67.2], abs=0.1)
    assert distance("#b33c3c", "#5f5f1f", "no middle waves") < distance("#b33c3c", "#5f5f1f", "all colours") / 2


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("sight", SIGHTS)
def test_colours_of_one_chart_are_distinguished(sight: str, page: str) -> None:
    colours = {name: PAGES[page](getattr(charts, name)) for name in TOLD_APART}
    near = {
        f"{one}, {other}": round(distance(colours[one], colours[other], sight), 1)
        for one, other in combinations(colours, 2)
        if distance(colours[one], colours[other], sight) < LEAST
    }
    assert near == {}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", SEEN_ALONE)
def test_what_carries_meaning_stands_out_from_the_page(name: str, page: str) -> None:
    """WCAG 1.4.11 asks for 3:1."""
    colour, paper = (PAGES[page](getattr(charts, each)) for each in (name, "PAPER"))
    assert contrast(colour, paper) >= 3


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("page", PAGES)
def test_a_scale_around_a_middle_grows_to_both_sides(sight: str, page: str) -> None:
    """Blue and orange ends differ, and each differs from the middle, however colours are seen."""
    low, middle, high = (PAGES[page](colour) for colour in (charts.BLUE, charts.NONE, charts.ORANGE))
    steps = (distance(low, middle, sight), distance(middle, high, sight), distance(low, high, sight))
    assert min(steps) >= 2 * LEAST


def test_every_colour_has_its_counterpart_in_the_dark() -> None:
    named = {value for value in vars(charts).values() if isinstance(value, str) and value.startswith("#")}
    assert named | set(charts.STEPS) == set(charts.DARK)


def test_the_style_sheet_has_the_colours_of_the_charts() -> None:
    sheet = (Path(__file__).parents[2] / "chapters/_static/riktvarden.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--rv-(\w+): (#\w+);", block)) for block in re.findall(r"{( --rv-ink[^}]*)}", sheet))
    assert light == {name: colour for colour, name in charts.COLOURS.items()}
    assert dark == {name: charts.DARK[colour] for colour, name in charts.COLOURS.items()}


def test_the_sides_of_a_comparison_differ_in_grey() -> None:
    """As on paper: the two ends and the middle of a map's classes have lightnesses of their own."""
    light_of = [float(lab(light(colour))[0]) for colour in (charts.BLUE, charts.ORANGE, charts.NONE)]
    assert min(abs(one - other) for one, other in combinations(light_of, 2)) >= LEAST


@pytest.mark.parametrize("page", PAGES)
def test_classes_of_one_hue_rise_in_lightness(page: str) -> None:
    steps = np.diff([float(lab(light(PAGES[page](colour)))[0]) for colour in charts.STEPS])
    assert np.abs(steps).min() >= LEAST / 2
    assert len(set(np.sign(steps))) == 1
