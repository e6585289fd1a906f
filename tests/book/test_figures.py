"""Charts become images with a text description."""

import hashlib
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import altair
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.book import figures
from riktvarden.report.kit.figures import TABLE

SPEC = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.4.1.json",
    "description": "Läkare per år",
    "width": 200,
    "height": 100,
    "data": {"values": [{"x": "a", "y": 1_000_000.5}, {"x": "b", "y": 2_000_000}]},
    "mark": "bar",
    "encoding": {
        "x": {"field": "x"},
        "y": {"field": "y", "type": "quantitative", "axis": {"format": ",.1f", "values": [1_000_000]}},
    },
}


def test_numbers_as_the_language_writes_them() -> None:
    swedish, english = (figures.draw(SPEC, language) for language in ("sv", "en"))
    assert "1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000,0" in swedish
    assert "1,000,000.0" in english


SCALES = {
    "description": "Två färgskalor",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 3, "y": 4}]},
    "hconcat": [
        {
            "mark": {"type": "point", "clip": True},
            "encoding": {name: {"field": field, "type": "quantitative"} for name, field in (("x", "x"), ("color", colour))},
        }
        for colour in ("x", "y")
    ],
    "resolve": {"scale": {"color": "independent"}},
}
"""A drawing whose parts have names: of colour scales and of frames."""
DRAWN = f"""
import hashlib, sys
from riktvarden.book import figures
from riktvarden.report.kit.figures import TABLE
for _ in range(int(sys.argv[1])):
    figures.draw({SCALES!r}, "en")
print(hashlib.sha256(figures.draw({SCALES!r}, "sv").encode()).hexdigest())
"""


def test_what_was_drawn_before_does_not_count() -> None:
    drawing = figures.draw(SCALES, "sv")
    names = re.findall(r'\bid="([^"]+)"', drawing)
    assert len(names) == len(set(names)) >= 4
    assert {"gradient_0", "gradient_1", "clip0", "clip1"} <= set(names)
    assert set(re.findall(r"url\(#([^)]+)\)", drawing)) == set(names)
    assert figures.draw(SCALES, "sv") == drawing
    said = [subprocess.run([sys.executable, "-c", DRAWN, n], capture_output=True, check=True).stdout for n in ("0", "2")]
    assert said == [f"{hashlib.sha256(drawing.encode()).hexdigest()}\n".encode()] * 2


def test_names_can_be_distinguished_where_one_begins_with_another() -> None:
    parts = "".join(f'<g id="a_{number}" fill="url(#a_{number})" href="#a_{number}"/>' for number in (11, 1, 0, 111))
    assert figures._renumbered(parts) == "".join(
        f'<g id="a_{number}" fill="url(#a_{number})" href="#a_{number}"/>' for number in range(4)
    )


def test_order_of_keys_does_not_count() -> None:
    assert figures.draw(dict(reversed(SPEC.items())), "sv") == figures.draw(SPEC, "sv")


def test_size_is_that_of_the_drawing() -> None:
    width, height = figures.size(figures.draw(SPEC, "sv"))
    assert 200 < width < 320
    assert 100 < height < 180
    with pytest.raises(ValueError, match="no size"):
        figures.size("<p>")


def corners(outline: str) -> list[tuple[float, float]]:
    """Follow an outline of straight lines, whose numbers may touch."""
    found, at, start = [], (0.0, 0.0), (0.0, 0.0)
    for kind, part in re.findall(r"([MLlz])([^MLlz]*)", outline):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", part)]
        if kind == "z":
            at = start
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            at = (x, y) if kind in "ML" else (at[0] + x, at[1] + y)
            start = at if kind == "M" else start
            found.append(at)
    return found


@given(st.lists(st.lists(st.tuples(*[st.integers(-9999, 9999)] * 2), min_size=2, max_size=6), min_size=1, max_size=3))
def test_steps_lead_to_the_same_places(areas: list[list[tuple[int, int]]]) -> None:
    places = [[(f"{x / 10:g}", f"{y / 10:g}") for x, y in area] for area in areas]
    outline = "".join(f"M{'L'.join(','.join(place) for place in area)}Z" for area in places)
    steps = figures._stepwise(outline)
    flat = [(float(x), float(y)) for area in places for x, y in area]
    assert np.allclose(corners(steps), flat, atol=1e-9)


def test_marks_that_are_outlined_alike_say_so_once() -> None:
    marks = '<path d="M0 0" fill="a" stroke="c" stroke-width="2"/><line x1="1" fill="b" stroke="c" stroke-width="3"/>'
    drawn = figures._MARKS.sub(figures._shared, f'<g class="mark-rule role-mark">{marks}</g>')
    assert drawn == (
        '<g class="mark-rule role-mark" stroke="c"><path d="M0 0" fill="a" stroke-width="2"/>'
        '<line x1="1" fill="b" stroke-width="3"/></g>'
    )


def test_nothing_is_fetched() -> None:
    with pytest.raises(ValueError, match="example"):
        figures.draw({**SPEC, "data": {"url": "https://example.org/t.csv"}}, "sv")


def test_drawn_by_the_version_that_altair_writes_for() -> None:
    assert altair.SCHEMA_VERSION.startswith(f"v{figures.VERSION}.")


def area(x: float) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [[[x, 0.0], [x + 1, 0.0], [x, 1.5], [x, 0.0]]]}


def features(*areas: tuple[float, str]) -> dict[str, object]:
    values = [{"type": "Feature", "id": "0", "properties": {"name": name}, "geometry": area(x)} for x, name in areas]
    return {"data": {"values": values}, "mark": "geoshape"}


def held(script: str) -> object:
    return json.loads(re.fullmatch(r'riktvarden\.held\["[\w-]+"\]=(.*);\n', script)[1])


def test_maps_of_the_same_areas_share_their_outlines() -> None:
    everywhere = features((1.0, "Öst"), (2.0, "Väst"))
    first, second = ({"layer": [everywhere, features((2.0, name), (9.0, "across"))]} for name in ("a", "b"))
    (name, written), (other, also) = figures.scripts(first), figures.scripts(second)
    assert name != other
    (areas,) = set(written) & set(also)
    assert held(written[areas]) == [area(1), area(2)]
    chart = held(written[name])
    assert chart["areas"] == areas
    outline, across = chart["spec"]["layer"]
    assert [feature["geometry"] for feature in outline["data"]["values"]] == [0, 1]
    assert [feature["geometry"] for feature in across["data"]["values"]] == [1, area(9)]
    assert across["data"]["values"][0]["properties"] == {"name": "a"}
    assert first["layer"][0]["data"]["values"][0]["geometry"] == area(1), "what is given stays as it is"


def test_a_chart_without_areas_is_one_script_with_all_it_had() -> None:
    name, written = figures.scripts(SPEC)
    assert list(written) == [name]
    assert held(written[name]) == {"spec": SPEC, "areas": None}
    assert figures.scripts(dict(reversed(SPEC.items()))) == (name, written)


def test_the_runtime_is_whole_and_keeps_to_itself() -> None:
    script = figures.runtime("sv")
    assert script.startswith("(()=>{")
    assert script.endswith("})();\n")
    assert "window.riktvarden.vega=" in script
    assert '"decimal":","' in script


class Renderer:
    """What MyST-NB hands to a plugin, as far as ours looks at it."""

    def __init__(self) -> None:
        self.renderer = SimpleNamespace(sphinx_env=SimpleNamespace(config=SimpleNamespace(language="sv")))
        self.logger = SimpleNamespace(warning=lambda message, **_: self.warnings.append(message))
        self.warnings: list[str] = []
        self.files: dict[str, bytes] = {}

    def write_file(self, path: list[str], content: bytes, **_: bool) -> str:
        self.files[path[0]] = content
        return f"/{path[0]}"


def output(content: object, mime_type: str = figures.MIME) -> SimpleNamespace:
    return SimpleNamespace(mime_type=mime_type, content=content, line=1)


def test_output_becomes_a_drawing_with_its_words() -> None:
    renderer = Renderer()
    (node,) = figures.VegaLiteRenderer.handle_mime(renderer, output(SPEC), False)
    (again,) = figures.VegaLiteRenderer.handle_mime(renderer, output(json.dumps(SPEC)), False)
    assert node["drawings"] == again["drawings"]
    assert 'role="img" tabindex="0" aria-label="Läkare per år"' in node["drawings"]["both"]
    assert node["spec"] is None, "only what a reader changes is kept"
    assert not renderer.warnings


def test_a_live_chart_keeps_its_specification() -> None:
    (node,) = figures.VegaLiteRenderer.handle_mime(Renderer(), output({**SPEC, "usermeta": {"live": True}}), False)
    assert node["spec"]["data"] == SPEC["data"]


def test_a_chart_of_free_width_is_drawn_for_a_desk_and_a_phone() -> None:
    drawn = figures.pictures({**SPEC, "autosize": {"type": "fit-x", "contains": "padding"}}, "sv")
    assert {name: figures.size(svg)[0] for name, svg in drawn.items()} == figures.WIDTHS


def test_a_chart_of_panels_says_what_differs_on_a_phone() -> None:
    spec = {"description": "x", "hconcat": [SPEC, SPEC], "usermeta": {"phone": {"hconcat": {"1": {"width": 50}}}}}
    drawn = figures.pictures(spec, "sv")
    wide, narrow = (figures.size(svg)[0] for svg in drawn.values())
    assert list(drawn) == ["desk", "phone"]
    assert wide - narrow == 150


def test_colours_of_the_palette_follow_the_page() -> None:
    spec = {**SPEC, "mark": {"type": "bar", "color": "#1f5f99"}, "usermeta": {"colours": {"#1f5f99": "blue"}}}
    (svg,) = figures.pictures(spec, "sv").values()
    assert 'fill="var(--rv-blue,#1f5f99)"' in svg


def test_drawings_of_a_page_have_names_of_their_own_and_links_that_lead_from_it() -> None:
    link = '<a xlink:href="https://x/#place-{0}" target="_blank"><path d="{0}"/></a>'
    svg = (
        f'<svg role="img"><g id="clip0" clip-path="url(#clip0)"/>{link.format(12)}{link.format(13)}<text>Skåne</text></svg>'
    )

    def address(code: str) -> str:
        return {"12": "../regions/12.html"}.get(code, "")

    start = '<a href="../regions/12.html" tabindex="-1" aria-label="Skåne">'
    assert figures.placed(svg, 3, address, {"Skåne": "12"}) == (
        '<svg role="group"><g id="d3-clip0" clip-path="url(#d3-clip0)"/>'
        f'{start}<path d="12"/></a><path d="13"/>{start}<text>Skåne</text></a></svg>'
    )


def test_chart_without_words_is_a_fault() -> None:
    renderer = Renderer()
    figures.VegaLiteRenderer.handle_mime(renderer, output({**SPEC, "description": " "}), False)
    assert renderer.warnings == ["chart without a description"]


def test_other_outputs_are_left_to_others() -> None:
    assert figures.VegaLiteRenderer.handle_mime(Renderer(), output("x", "text/plain"), False) is None


def test_tables_as_data_are_passed_over_without_a_word() -> None:
    renderer = Renderer()
    assert figures.TABLE == TABLE
    assert figures.VegaLiteRenderer.handle_mime(renderer, output({"csv": ""}, TABLE), False) == []
    assert not renderer.warnings
