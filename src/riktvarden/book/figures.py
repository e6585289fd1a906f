"""Draw Vega-Lite charts as images while the book is assembled, for readers without script or network.

Notebooks emit the specification and a text; the drawing is made here, in one process, because the first one
in a process is slow.
"""

import hashlib
import json
import math
import re
from typing import Any, ClassVar, Literal

import vl_convert
from docutils import nodes
from sphinx.writers.html5 import HTML5Translator

MIME = "application/vnd.vegalite.v6+json"
VERSION = "6.4"
"""The Vega-Lite that Altair writes for."""
LOCALES: dict[str, Literal["sv-SE", "en-GB"]] = {"sv": "sv-SE", "en": "en-GB"}
_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"')


class vega_figure(nodes.image):  # type: ignore[misc]  # noqa: N801 - docutils finds the writer's method by this name
    """An image of a chart; builders other than HTML write it as any image."""


class VegaLiteRenderer:
    """Shows Vega-Lite output of notebooks; MyST-NB finds it by its entry point."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int | None]]] = [
        (builder, MIME, 1) for builder in ("html", "dirhtml", "singlehtml", "epub")
    ]
    """Where the chart goes before the text beside it; other builders show the text."""

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:  # noqa: ANN401
        """Return the nodes for one output, or None for other types of output."""
        if data.mime_type != MIME or inline:
            return None
        spec = data.content if isinstance(data.content, dict) else json.loads(data.content)
        description = str(spec.get("description", "")).strip()
        if not description:
            renderer.logger.warning("chart without a description", subtype="vegalite", line=data.line)
        svg = draw(spec, renderer.renderer.sphinx_env.config.language).encode()
        name = f"{hashlib.sha256(svg).hexdigest()[:32]}.svg"
        uri = renderer.write_file([name], svg, overwrite=False, exists_ok=True)
        width, height = size(svg.decode())
        return [vega_figure(uri=uri, alt=description, width=str(width), height=str(height))]


def draw(spec: dict[str, Any], language: str) -> str:
    """Return a specification drawn as SVG, with numbers and dates as `language` writes them.

    The result depends on the meaning of the specification only, not on the order of its keys. Nothing is
    fetched: a specification that refers to data elsewhere raises ValueError.
    """
    locale = LOCALES.get(language, "en-GB")
    svg: str = vl_convert.vegalite_to_svg(
        json.dumps(spec, sort_keys=True),
        vl_version=VERSION,
        allowed_base_urls=[],
        format_locale=locale,
        time_format_locale=locale,
    )
    return svg


def size(svg: str) -> tuple[int, int]:
    """Return width and height of an SVG in whole pixels, rounded up."""
    match = _SIZE.search(svg)
    if match is None:
        raise ValueError("the drawing has no size")
    return math.ceil(float(match[1])), math.ceil(float(match[2]))


def visit_html(writer: HTML5Translator, node: vega_figure) -> None:
    """Write the image with its size as attributes, so that style sheets may scale it."""
    uri = node["uri"]
    if uri in writer.builder.images:
        uri = f"{writer.builder.imgpath}/{writer.builder.images[uri]}"
    writer.body.append(
        writer.emptytag(
            node,
            "img",
            "\n",
            src=uri,
            alt=node["alt"],
            width=node["width"],
            height=node["height"],
            loading="lazy",
            CLASS="vega-figure",
        )
    )


def depart_html(writer: HTML5Translator, node: vega_figure) -> None:
    """Do nothing more: the tag is empty."""
