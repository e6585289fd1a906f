"""Render Vega-Lite charts on pages: a static picture, and the interactive chart for browsers that support it.

Notebooks emit the specification and a text. The picture, for print and readers without script, is drawn here in one
process while the book is assembled, because the first drawing in a process is slow. The chart is written to a separate
script, which a page loads when the picture comes into view (``charts.js``).
"""

import hashlib
import json
import math
import re
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar, Literal

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

MIME = "application/vnd.vegalite.v6+json"
TABLE = "application/vnd.riktvarden.table+json"
VERSION = "6.4"
"""Version of Vega-Lite that Altair emits."""
LOCALES: dict[str, Literal["sv-SE", "en-GB"]] = {"sv": "sv-SE", "en": "en-GB"}
FOLDER = "_charts"
"""Folder of the scripts of charts; not ``_static``, as every page loads every script there."""
RUNTIME = "vega.js"
_NUMBERED = re.compile(r'(?<=\bid=")(\D*)\d+(?=")')
"""Identifier of a colour scale or frame within a picture, whose numbering continues from the previous picture."""
_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"')


class vega_figure(nodes.image):  # type: ignore[misc]  # noqa: N801 - docutils finds the writer's method by this name
    """An image of a chart, with its specification; builders other than HTML treat it as a plain image."""


class VegaLiteRenderer:
    """Renderer of Vega-Lite output of notebooks that skips tables carried as data; MyST-NB finds it by its entry point."""

    mime_priority_overrides: ClassVar[list[tuple[str, str, int | None]]] = [
        (builder, MIME, 1) for builder in ("html", "dirhtml", "singlehtml", "epub")
    ]
    """Builders that prefer the chart to its text; other builders show the text."""

    @staticmethod
    def handle_mime(renderer: Any, data: Any, inline: bool) -> list[nodes.Element] | None:  # noqa: ANN401
        """Return the nodes for one output, or None for other types of output."""
        if data.mime_type == TABLE:  # for programs; the page shows the markup beside it
            return []
        if data.mime_type != MIME or inline:
            return None
        spec = data.content if isinstance(data.content, dict) else json.loads(data.content)
        description = str(spec.get("description", "")).strip()
        if not description:
            renderer.logger.warning("chart without a description", subtype="vegalite", line=data.line)
        svg = draw(spec, renderer.renderer.sphinx_env.config.language).encode()
        uri = renderer.write_file([f"{_digest(svg)}.svg"], svg, overwrite=False, exists_ok=True)
        width, height = size(svg.decode())
        figure = vega_figure(uri=uri, alt=description, width=str(width), height=str(height), spec=spec)
        figure["classes"] = ["no-scaled-link"]  # otherwise Sphinx would wrap the whole figure in a link to its picture
        return [figure]


def draw(spec: dict[str, Any], language: str) -> str:
    """Draw a specification as SVG, with numbers and dates in the format of `language`.

    The result depends only on the meaning of the specification, not on the order of its keys or on earlier drawings of
    this process. Nothing is fetched: a specification that refers to external data raises ValueError.
    """
    locale = LOCALES.get(language, "en-GB")
    svg: str = vl_convert.vegalite_to_svg(
        json.dumps(spec, sort_keys=True),
        vl_version=VERSION,
        allowed_base_urls=[],
        format_locale=locale,
        time_format_locale=locale,
    )
    return _renumbered(svg)


def _renumbered(svg: str) -> str:
    """Renumber the identifiers of a drawing's parts from 0, whatever the process has drawn before."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for found in _NUMBERED.finditer(svg):
        if found[0] not in names:
            names[found[0]] = f"{found[1]}{counts[found[1]]}"
            counts[found[1]] += 1
    if not names:
        return svg
    used = re.compile(rf'(\bid="|url\(#|href="#)({"|".join(map(re.escape, names))})(?=[")])')
    return used.sub(lambda found: f"{found[1]}{names[found[2]]}", svg)


def size(svg: str) -> tuple[int, int]:
    """Return width and height of an SVG in whole pixels, rounded up."""
    match = _SIZE.search(svg)
    if match is None:
        raise ValueError("the drawing has no size")
    return math.ceil(float(match[1])), math.ceil(float(match[2]))


def scripts(spec: dict[str, Any]) -> tuple[str, dict[str, str]]:
    """Convert a chart to scripts: its own, and for a map one with the outlines of its areas.

    Scripts, because a page opened from a local folder can load these but not data. Each is named by its content, so
    that identical charts, and maps of the same areas, share it.

    Parameters
    ----------
    spec
        A Vega-Lite specification.

    Returns
    -------
    tuple
        Name of the chart, and name → text of every script.
    """
    outlines: list[Any] = []
    drawn = _without_outlines(spec, outlines, {})
    written = {}
    areas = None
    if outlines:
        text = _json(outlines)
        areas = f"areas-{_digest(text.encode())}"
        written[areas] = _script(areas, text)
    text = _json({"spec": drawn, "areas": areas})
    name = _digest(text.encode())
    return name, {**written, name: _script(name, text)}


def runtime(language: str) -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one script whose only global is ``riktvarden.vega``.

    It includes the interpreter of Vega expressions, so that a page needs no ``unsafe-eval``.
    """
    locale = LOCALES.get(language, "en-GB")
    numbers, times = (_json(read(locale)) for read in (vl_convert.get_format_locale, vl_convert.get_time_format_locale))
    snippet = f"window.riktvarden.vega={{embed:vegaEmbed,numbers:{numbers},times:{times}}};"
    bundle: str = vl_convert.javascript_bundle(snippet, vl_version=VERSION)
    return f"(()=>{{{bundle}\n}})();\n"


def write_runtime(app: Sphinx, error: Exception | None) -> None:
    """Write the runtime beside the charts of a finished book, if it has any."""
    target = Path(app.outdir, FOLDER, RUNTIME)
    if error is None and target.parent.is_dir() and not target.exists():
        target.write_text(runtime(app.config.language), encoding="utf-8", newline="\n")


def visit_html(writer: HTML5Translator, node: vega_figure) -> None:
    """Write the picture with its size as attributes, so that style sheets can scale it, and a link to its file."""
    uri = node["uri"]
    if uri in writer.builder.images:
        uri = f"{writer.builder.imgpath}/{writer.builder.images[uri]}"
    # Link targets depend on the page; the chart may be shared by several pages.
    reported = dict(node["spec"].get("usermeta", {}))
    anchor = reported.pop("anchor", "")
    name, files = scripts({**node["spec"], "usermeta": reported})
    folder = Path(writer.builder.outdir, FOLDER)
    folder.mkdir(exist_ok=True)
    for each, text in files.items():
        (folder / f"{each}.js").write_text(text, encoding="utf-8", newline="\n")
    picture = writer.emptytag(
        node,
        "img",
        "",
        src=uri,
        alt=node["alt"],
        width=node["width"],
        height=node["height"],
        loading="lazy",
        CLASS="vega-figure",
    )
    place = f' id="{anchor}"' if anchor else ""
    writer.body.append(
        f'<figure class="rv-figure"{place}><div class="rv-chart" data-chart="{name}">{picture}</div>'
        f'<div class="rv-tools"><a href="{uri}" download>SVG</a></div></figure>\n'
    )


def depart_html(writer: HTML5Translator, node: vega_figure) -> None:
    """Do nothing, as the figure is complete."""


def _without_outlines(part: Any, outlines: list[Any], places: dict[str, int]) -> Any:  # noqa: ANN401 - any JSON
    """Return a specification with the geometry of areas replaced by references into `outlines`, which is filled.

    The first list of areas is the one that every layer of a map refers to; other geometry, such as hatching, is kept
    in place.
    """
    if isinstance(part, list):
        if not part or not all(isinstance(each, dict) and each.get("type") == "Feature" for each in part):
            return [_without_outlines(each, outlines, places) for each in part]
        if not outlines:
            outlines += [_whole(feature["geometry"]) for feature in part]
            places |= {_json(outline): place for place, outline in enumerate(outlines)}
        found = [_whole(feature["geometry"]) for feature in part]
        return [
            {"type": "Feature", "properties": feature["properties"], "geometry": places.get(_json(shape), shape)}
            for feature, shape in zip(part, found, strict=True)
        ]
    if isinstance(part, dict):
        return {key: _without_outlines(value, outlines, places) for key, value in part.items()}
    return part


def _whole(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with whole numbers as integers, which saves a third of the size of an outline."""
    if isinstance(part, float) and part.is_integer():
        return int(part)
    if isinstance(part, (list, tuple)):
        return [_whole(each) for each in part]
    if isinstance(part, dict):
        return {key: _whole(value) for key, value in part.items()}
    return part


def _script(name: str, text: str) -> str:
    return f'riktvarden.held["{name}"]={text};\n'


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]
