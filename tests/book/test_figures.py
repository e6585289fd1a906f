"""Charts become images that say in words what they show."""

import json
from types import SimpleNamespace

import altair
import pytest

from riktvarden.book import figures

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


def test_order_of_keys_does_not_count() -> None:
    assert figures.draw(dict(reversed(SPEC.items())), "sv") == figures.draw(SPEC, "sv")


def test_size_is_that_of_the_drawing() -> None:
    width, height = figures.size(figures.draw(SPEC, "sv"))
    assert 200 < width < 320
    assert 100 < height < 180
    with pytest.raises(ValueError, match="no size"):
        figures.size("<p>")


def test_nothing_is_fetched() -> None:
    with pytest.raises(ValueError, match="example"):
        figures.draw({**SPEC, "data": {"url": "https://example.org/t.csv"}}, "sv")


def test_drawn_by_the_version_that_altair_writes_for() -> None:
    assert altair.SCHEMA_VERSION.startswith(f"v{figures.VERSION}.")


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


def test_output_becomes_one_image_named_by_its_content() -> None:
    renderer = Renderer()
    (node,) = figures.VegaLiteRenderer.handle_mime(renderer, output(SPEC), False)
    (again,) = figures.VegaLiteRenderer.handle_mime(renderer, output(json.dumps(SPEC)), False)
    assert node["alt"] == "Läkare per år"
    assert node["uri"] == again["uri"]
    assert [f"/{name}" for name in renderer.files] == [node["uri"]]
    assert not renderer.warnings


def test_chart_without_words_is_a_fault() -> None:
    renderer = Renderer()
    figures.VegaLiteRenderer.handle_mime(renderer, output({**SPEC, "description": " "}), False)
    assert renderer.warnings == ["chart without a description"]


def test_other_outputs_are_left_to_others() -> None:
    assert figures.VegaLiteRenderer.handle_mime(Renderer(), output("x", "text/plain"), False) is None
