"""Draw Vega-Lite charts into pages, and keep those that a reader changes as scripts for the browser to draw.

Notebooks emit the specification and its words. Here it is drawn while the book is assembled, in one process because
the first drawing in a process is slow: once for a desk and once for a phone, between which the style sheet chooses. The
drawings are markup of the page, so that they are there at first paint, follow its colours and hold the words of their
marks (``charts.js`` shows them). A chart that is ``live`` is written to a script as well (``live.js``).
"""

import hashlib
import json
import math
import re
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any, ClassVar, Literal

import vl_convert
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import _
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from riktvarden import tables
from riktvarden.book import embed, stage
from riktvarden.book.stage import MUNICIPALITIES, REGIONS

MIME = "application/vnd.vegalite.v6+json"
TABLE = "application/vnd.riktvarden.table+json"
VERSION = "6.4"
"""Version of Vega-Lite that Altair emits."""
LOCALES: dict[str, Literal["sv-SE", "en-GB"]] = {"sv": "sv-SE", "en": "en-GB"}
FOLDER = "_charts"
"""Folder of the scripts of charts; not ``_static``, as every page loads every script there."""
RUNTIME = "vega.js"
LICENCE = "CC BY 4.0"
_NUMBERED = re.compile(r'(?<=\bid=")(\D*)\d+(?=")')
"""Identifier of a colour scale or frame within a picture, whose numbering continues from the previous picture."""
_SIZE = re.compile(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"')

WIDTHS = {"desk": 690, "phone": 340}
"""Picture → its width in pixels, where the chart can have any: the column of a desk, and of a phone at 390 px."""
_LEGEND = 28
"""Characters of a legend that fit on a line beside the labels of a phone."""
_FITTED = {"type": "fit-x", "contains": "padding"}
_TAG = re.compile(r"<[^>]+>")
_NEEDLESS = re.compile(
    r' (?:role|aria-roledescription|aria-hidden|pointer-events|font-family|version|xmlns(?::xlink)?)="[^"]*"'
    r'| (?:opacity|stroke-width)="1"| font-size="13px"| font-weight="normal"| transform="translate\(0,0\)"'
)
"""What a page says once for all its drawings, or need not say."""
_EMPTY = re.compile(r'<path class="(?:back|fore)ground"(?:(?! (?:fill|stroke)=)[^>])*/>')
_PLACES = re.compile(r'( (?:transform|d|x2?|y2?|dx|dy|width|height)=")([^"]*)')
_LONG = re.compile(r"-?\d+\.\d{2,}(?:e-\d+)?")
_OUTLINE = re.compile(r'(?<= d=")M[\d.,MLZ-]+(?=")')
_POINT = re.compile(r"([ML])(-?[\d.]+),(-?[\d.]+)|Z")
_MARKS = re.compile(r'(<g class="mark-[^"]*")>((?:(?!</?g\b).)*)(?=</g>)', re.DOTALL)
_MARK = re.compile(r"<(?:path|line|rect)\b[^>]*>")
_STROKE = re.compile(r' stroke(?:-width|-opacity|-linecap)?="[^"]*"')
_COLOUR = re.compile(r' (fill|stroke|stop-color)="(#[0-9a-f]{6}|white)"')
_SPOKEN = re.compile(r' aria-label="([^"]*)"')
_TIP = re.compile(r' data-tip="([^"]*)"')
_NAMES = re.compile(r'(\bid="|url\(#|xlink:href="#)(?!place-)([^")]+)')
_LINK = re.compile(r'<a [^>]*href="[^"]*#place-(\d+)"[^>]*>(.*?)</a>', re.DOTALL)
_AREAS = re.compile(r'(<g class="mark-shape role-mark[^"]*")(.*?</g>)', re.DOTALL)
_LABEL = re.compile(r"(?<=>)(<text[^>]*>)([^<]+)(</text>)")


class vega_figure(nodes.General, nodes.Element):  # type: ignore[misc]  # noqa: N801 - docutils finds the writer's method
    """A chart with its drawings and words; a live one with its specification."""


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
        words = {key: value for key, value in spec.get("usermeta", {}).items() if isinstance(value, (str, bool))}
        drawings = pictures(spec, renderer.renderer.sphinx_env.config.language)
        insets = spec.get("usermeta", {}).get("insets", [])
        return [vega_figure(drawings=drawings, spec=spec if words.get("live") else None, words=words, insets=insets)]


def pictures(spec: dict[str, Any], language: str) -> dict[str, str]:
    """Draw a specification for a page: name of the picture → SVG without what the page gives it.

    A chart whose width is free is drawn as wide as each of `WIDTHS`; one that states in its ``usermeta`` what differs on
    a phone is drawn with and without that; any other once.
    """
    phone = spec.get("usermeta", {}).get("phone")
    if spec.get("autosize") == _FITTED:
        narrow = _changed(spec, {**(phone or {}), "width": WIDTHS["phone"]})
        drawn = {"desk": {**spec, "width": WIDTHS["desk"]}, "phone": _folded(narrow)}
    elif phone:
        drawn = {"desk": spec, "phone": _folded(_changed(spec, phone))}
    else:
        drawn = {"both": spec}
    colours, words = spec.get("usermeta", {}).get("colours", {}), str(spec.get("description", ""))
    inline = {name: _inline(draw(one, language), name, words, colours) for name, one in drawn.items()}
    if "phone" in inline and _TIP.findall(inline["desk"]) == _TIP.findall(inline["phone"]):
        inline["phone"] = _TIP.sub(" data-tip", inline["phone"])  # the script takes the words from the other picture
    return inline


def _folded(part: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a specification with long words of legends on several lines, which a phone has no room for otherwise."""
    if isinstance(part, list):
        return [_folded(each) for each in part]
    if not isinstance(part, dict):
        return part
    domain, legend = (part.get("scale") or {}).get("domain"), part.get("legend")
    if isinstance(legend, dict) and isinstance(domain, list) and any(len(str(word)) > _LEGEND for word in domain):
        lines = {str(word): textwrap.wrap(str(word), _LEGEND, break_long_words=False) for word in domain}
        legend = {**legend, "labelExpr": f"{json.dumps(lines, ensure_ascii=False)}[datum.label]"}
        return {**part, "legend": legend}
    return {key: value if key in {"data", "datasets"} else _folded(value) for key, value in part.items()}


def _changed(part: Any, changes: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with some values replaced; the members of a list are named by their number."""
    if not isinstance(changes, dict):
        return changes
    if isinstance(part, list):
        return [_changed(each, changes[str(n)]) if str(n) in changes else each for n, each in enumerate(part)]
    kept = part if isinstance(part, dict) else {}
    return {**kept, **{key: _changed(kept.get(key), change) for key, change in changes.items()}}


def _inline(svg: str, name: str, words: str, colours: Mapping[str, str]) -> str:
    """Turn a drawing into markup of a page, in the colours of the page and with the words of its marks as data."""
    width, height = size(svg)

    def slim(tag: re.Match[str]) -> str:
        text = _NEEDLESS.sub("", tag[0])
        text = _PLACES.sub(lambda found: found[1] + _LONG.sub(_short, found[2]), text)
        text = _OUTLINE.sub(lambda found: _stepwise(found[0]), text)
        text = _COLOUR.sub(lambda found: _painted(found, colours), text)
        # A group says in English what it is; a mark says what the report gave it to say.
        return _SPOKEN.sub("" if text.startswith("<g") else r' data-tip="\1"', text)

    body = _MARKS.sub(_shared, _TAG.sub(slim, _EMPTY.sub("", svg[svg.index(">") + 1 :])))
    return (
        f'<svg class="rv-{name}" role="img" tabindex="0" aria-label="{escape(words)}" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{body}'
    )


def _short(number: re.Match[str]) -> str:
    """Write a place in a drawing to a tenth of a pixel."""
    return f"{round(float(number[0]), 1) + 0.0:g}"


def _stepwise(outline: str) -> str:
    """Write an outline of straight lines by its steps, which are shorter than its places.

    Steps lead between places that are rounded to a tenth of a pixel, so that no error adds up.
    """
    written = ""
    at = start = (0, 0)
    before = ""
    for kind, x, y in _POINT.findall(outline):
        if not kind:
            at, before = start, "z"
            written += "z"
            continue
        to = (round(float(x) * 10), round(float(y) * 10))
        origin = (0, 0) if kind == "M" else at
        steps = [_tenths(end - begin) for begin, end in zip(origin, to, strict=True)]
        sign = "" if kind == before == "L" else {"M": "M", "L": "l"}[kind]
        written += sign + "".join(
            step if (sign and not place) or step.startswith("-") else f" {step}" for place, step in enumerate(steps)
        )
        start = to if kind == "M" else start
        at, before = to, kind
    return written


def _tenths(number: int) -> str:
    """Write a number of tenths as short as it goes."""
    return re.sub(r"^(-?)0(?=\.)", r"\1", f"{number / 10:g}")


def _shared(group: re.Match[str]) -> str:
    """Say once for a group of marks how all of them are outlined."""
    strokes = [_STROKE.findall(mark) for mark in _MARK.findall(group[2])]
    common = (
        [stroke for stroke in dict.fromkeys(strokes[0]) if all(stroke in each for each in strokes)] if strokes[1:] else []
    )
    marks = group[2]
    for stroke in common:
        marks = marks.replace(stroke, "")
    return f"{group[1]}{''.join(common)}>{marks}"


def _painted(found: re.Match[str], colours: Mapping[str, str]) -> str:
    """Name a colour of the report's palette, with its value for where the style sheet is not."""
    name = colours.get(found[2])
    return f' {found[1]}="var(--rv-{name},{found[2]})"' if name else found[0]


def placed(svg: str, number: int, address: Callable[[str], str], places: Mapping[str, str]) -> str:
    """Return a drawing for its place in a page: names of its parts of its own, and links that lead from there.

    Parameters
    ----------
    svg
        One of the `pictures`.
    number
        Which drawing of the page it is.
    address
        Code of a place → where its page is, seen from this one; empty if it has none.
    places
        Name of a place as charts label it → its code.
    """
    names = {code: name for name, code in places.items()}

    def linked(code: str, inside: str) -> str:
        to, tip = address(code), _TIP.search(inside)
        name = names.get(code) or (unescape(tip[1]).partition("\n")[0] if tip else code)
        # A picture is one stop for the keyboard: its places are reached with the arrows.
        return f'<a href="{escape(to)}" tabindex="-1" aria-label="{escape(name)}">{inside}</a>' if to else inside

    def labelled(found: re.Match[str]) -> str:
        name = unescape(found[2])
        return linked(places[name], found[0]) if name in places else found[0]

    svg = _LABEL.sub(labelled, _LINK.sub(lambda found: linked(found[1], found[2]), svg))
    if "<a href=" in svg:  # what an image holds cannot be reached
        svg = svg.replace('role="img"', 'role="group"', 1)
    return _NAMES.sub(lambda found: f"{found[1]}d{number}-{found[2]}", svg)


def enlarged(svg: str, number: int, insets: list[dict[str, Any]]) -> tuple[str, str]:
    """Return a map with the windows that are shown larger, and these: the same outlines once more, which cost nothing.

    Parameters
    ----------
    svg
        A map for its place in a page.
    number
        Which drawing of the page it is.
    insets
        Names and left, top, width and height of the windows in the map's own places.
    """
    boxes = [(escape(inset["name"]), [f"{place:g}" for place in inset["box"]]) for inset in insets]
    outline = "".join(f"M{x} {y}h{wide}v{high}h-{wide}z" for _, (x, y, wide, high) in boxes)
    window = f'<path class="rv-window" d="{outline}" fill="none" stroke="var(--rv-ink,#1b1b1b)" pointer-events="none"/>'
    svg = _AREAS.sub(lambda found: f'{found[1]} id="d{number}-areas"{found[2]}{window}', svg, count=1)
    shown = "".join(
        f'<span>{name}<svg viewBox="{" ".join(box)}"><use href="#d{number}-areas"/></svg></span>' for name, box in boxes
    )
    return svg, f'<span class="rv-insets" aria-hidden="true">{shown}</span>'


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


def _imprint(writer: HTML5Translator) -> str:
    """Return what a picture that is taken away says of the report: title, date of its sources, licence, address."""
    config = writer.builder.config
    said = (config.html_title, config.riktvarden_updated, LICENCE, stage.address(config.riktvarden_site))
    return " · ".join(filter(None, said))


def _tools(writer: HTML5Translator, anchor: str) -> str:
    """Return the line of tools of a chart, with the words that a script offers them by; without script, its own page."""
    builder = writer.builder
    page = builder.get_target_uri(builder.current_docname)
    config = builder.config
    words = {
        "imprint": _imprint(writer),
        "report": config.html_title,
        "updated": config.riktvarden_updated,
        "cite": _("Cite"),
        "copy": _("Copy"),
        "retrieved": _("retrieved"),
    }
    said = "".join(f' data-{name}="{escape(word or "")}"' for name, word in words.items())
    to = escape(relative_uri(page, embed.place_of(builder.current_docname, anchor))) if anchor else ""
    return f'<span class="rv-tools"{said}>{f"""<a class="rv-embed" href="{to}">{_("Embed")}</a>""" if to else ""}</span>'


@cache
def _regions() -> dict[str, str]:
    """Return name → code of the regions, as charts label them."""
    regions = tables.read("regions")
    return dict(zip(regions["name"], regions["region"], strict=True))


def visit_html(writer: HTML5Translator, node: vega_figure) -> None:
    """Write the frame of a chart: what it says and shows, its drawings, its source and the link to the place."""
    words = node["words"]
    live = ""
    if node["spec"]:
        # Link targets depend on the page; the chart may be shared by several pages.
        name, files = scripts(
            {**node["spec"], "usermeta": {"colours": node["spec"].get("usermeta", {}).get("colours", {})}}
        )
        folder = Path(writer.builder.outdir, FOLDER)
        folder.mkdir(exist_ok=True)
        for each, text in files.items():
            (folder / f"{each}.js").write_text(text, encoding="utf-8", newline="\n")
        live = f' data-chart="{name}"'
    first = getattr(writer, "rv_drawings", 0)
    writer.rv_drawings = first + len(node["drawings"])

    def address(code: str) -> str:
        page, builder = f"{MUNICIPALITIES if len(code) > 2 else REGIONS}/{code}", writer.builder
        if page in builder.env.found_docs:
            return builder.get_relative_uri(builder.current_docname, page)
        here = builder.get_target_uri(builder.current_docname)
        return relative_uri(here, f"{page}.html") if page in builder.config.riktvarden_stamped else ""

    drawn = [placed(svg, number, address, _regions()) for number, svg in enumerate(node["drawings"].values(), first)]
    if node["insets"]:
        drawn = list(enlarged(drawn[0], first, node["insets"]))
    anchor, link = words.get("anchor", ""), words.get("link", "")
    place = f' id="{anchor}"' if anchor else ""
    heads = [("p", "rv-headline", words.get("headline")), ("p", "rv-caption", words.get("subtitle"))]
    head = "".join(f'<{tag} class="{kind}">{escape(text)}</{tag}>' for tag, kind, text in heads if text)
    to = f' <a class="rv-anchor" href="#{anchor}">{escape(link)}</a>' if link else ""
    tools = _tools(writer, anchor)
    writer.body.append(
        f'<figure class="rv-figure"{place}>{f"<figcaption>{head}</figcaption>" if head else ""}'
        f'<div class="rv-chart{" rv-beside" if node["insets"] else ""}"{live}>{"".join(drawn)}</div>'
        f'<p class="rv-source">{escape(words.get("source", ""))} {tools}{to}</p></figure>\n'
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
