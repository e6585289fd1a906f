"""Add metadata for search engines and link previews to the head of each page, for `sphinx_ext`."""

from __future__ import annotations

import hashlib
import html
import re
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import vl_convert
from babel.dates import format_date
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

from riktvarden.book import figures, pages, stage

CARD = "_static/card.png"
"""Picture for link previews."""
MODIFIED = "article:modified_time"
"""Name of the machine-readable date of the latest change of the sources."""
HEADINGS = 2
"""Headings of a page, its title among them, below the last of which its summary may stand."""
_POINT = re.compile(r'class="rv-lead"><li>(?P<text>.*?)</li>', re.DOTALL)
_LEAD = re.compile(r'(?:class="rv-lead"><li>|class="rv-output"><p>)(?P<text>.*?)</(?:li|p)>', re.DOTALL)


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """Add title, description, preview picture and date of the sources to a page."""
    address = stage.address(app.config.riktvarden_site)
    title = html.escape(BeautifulSoup(context.get("title", ""), "html.parser").get_text())
    reported = {"og:title": title, "og:site_name": html.escape(app.config.html_title or ""), "og:type": "article"}
    if text := _first_words(document):
        reported["description"] = reported["og:description"] = html.escape(text, quote=True)
    if address:
        folder = f"{address}/{app.config.language}"
        reported["og:url"] = f"{folder}/{page}.html"
        reported["og:image"] = f"{folder}/{_picture(app, title, document) or CARD}"
        reported["twitter:card"] = "summary_large_image"
    updated = app.config.riktvarden_updated
    reported[MODIFIED] = updated
    tags = "".join(
        f'\n  <meta {"property" if ":" in name else "name"}="{name}" content="{said}" />'
        for name, said in reported.items()
        if said
    )
    context["metatags"] = f"{context.get('metatags', '')}{tags}"
    if updated:
        context["last_updated"] = format_date(date.fromisoformat(updated), "d MMMM y", locale=app.config.language)


def draw_card(app: Sphinx, error: Exception | None) -> None:
    """Write the picture for link previews, with the report's title."""
    target = Path(app.outdir, CARD)
    if error is None and target.parent.is_dir() and not target.exists():
        target.write_bytes(vl_convert.svg_to_png(card(app.config.html_title or "")))


def card(title: str) -> str:
    """Return the picture as SVG, 1200 × 630: the report's title over bars."""
    lines = textwrap.wrap(title, 24)
    text = "".join(
        f'<tspan x="90" dy="{84 if number else 0}">{html.escape(line)}</tspan>' for number, line in enumerate(lines)
    )
    bars = "".join(
        f'<rect x="{90 + 150 * number}" y="{570 - height}" width="110" height="{height}" fill="#b9cde3"/>'
        for number, height in enumerate((60, 90, 75, 120, 150, 135, 180))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<rect width="1200" height="630" fill="#14395c"/><g opacity="0.35">{bars}</g>'
        f'<text y="170" font-family="Arial, Liberation Sans, sans-serif" font-size="70" fill="white">{text}</text></svg>'
    )


def chart_card(title: str, svg: str) -> str:
    """Return a chart as a picture for link previews, 1200 × 630: the page's title over the chart."""
    width, height = figures.size(svg)
    lines = textwrap.wrap(title, 44)[:2]
    text = "".join(f'<tspan x="60" dy="{60 if n else 0}">{html.escape(line)}</tspan>' for n, line in enumerate(lines))
    top = 70 + 60 * len(lines)
    scale = min(1080 / width, (600 - top) / height)
    left = (1200 - scale * width) / 2
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1200" height="630" '
        'viewBox="0 0 1200 630"><rect width="1200" height="630" fill="white"/>'
        '<rect width="1200" height="14" fill="#14395c"/>'
        f'<text y="84" font-family="Arial, Liberation Sans, sans-serif" font-size="48" fill="#14395c">{text}</text>'
        f'<g transform="translate({left:.1f} {top}) scale({scale:.4f})">{svg}</g></svg>'
    )


def _picture(app: Sphinx, title: str, document: nodes.document | None) -> str:
    """Write the preview of a page's first chart; return its name, empty for a page without charts."""
    chart = next(iter(document.findall(figures.vega_figure)), None) if document is not None else None
    if chart is None or not chart.get("spec"):
        return ""
    svg = chart_card(html.unescape(title), figures.draw(chart["spec"], app.config.language))
    name = f"_images/{hashlib.sha256(svg.encode()).hexdigest()[:32]}.png"
    target = Path(app.outdir, name)
    if not target.is_file():
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(vl_convert.svg_to_png(svg))
    return name


def _first_words(document: nodes.document | None) -> str:
    """Return the answer that a page begins with, or else the beginning of its lead or first paragraph."""
    if document is None:
        return ""
    return pages.described(node.astext() for node in document.findall(nodes.raw)) or pages.shortened(_lead(document))


def _lead(document: nodes.document) -> str:
    """Return the first point of a page's summary near its top, or else what comes first: computed or not."""
    first, headings = "", 0
    for node in document.findall():
        headings += isinstance(node, nodes.section)
        if headings > HEADINGS:
            break
        found = (_POINT if first else _LEAD).search(node.astext()) if isinstance(node, nodes.raw) else None
        if found:
            first = BeautifulSoup(found["text"], "html.parser").get_text()
            break
        if isinstance(node, nodes.paragraph):
            first = first or node.astext()
    return " ".join((first or next((node.astext() for node in document.findall(nodes.paragraph)), "")).split())
