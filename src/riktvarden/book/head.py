"""Add metadata for search engines and link previews to the head of each page, for `sphinx_ext`."""

from __future__ import annotations

import html
import textwrap
from datetime import date
from pathlib import Path
from typing import Any

import vl_convert
from babel.dates import format_date
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx

from riktvarden.book import pages, stage

CARD = "_static/card.png"
"""Picture for link previews."""
MODIFIED = "article:modified_time"
"""Name of the machine-readable date of the latest change of the sources."""


def describe(app: Sphinx, page: str, template: str, context: dict[str, Any], document: nodes.document | None) -> None:
    """Add title, description, preview picture and date of the sources to a page."""
    address = stage.address(app.config.riktvarden_site)
    title = html.escape(BeautifulSoup(context.get("title", ""), "html.parser").get_text())
    reported = {"og:title": title, "og:site_name": html.escape(app.config.html_title or ""), "og:type": "article"}
    if text := _first_words(document):
        reported["description"] = reported["og:description"] = html.escape(text, quote=True)
    if address:
        reported["og:url"] = f"{address}/{app.config.language}/{page}.html"
        reported["og:image"] = f"{address}/{app.config.language}/{CARD}"
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


def _first_words(document: nodes.document | None) -> str:
    """Return the answer that the page begins with, or else the beginning of its first paragraph."""
    if document is None:
        return ""
    answer = pages.described(node.astext() for node in document.findall(nodes.raw))
    first = (" ".join(node.astext().split()) for node in document.findall(nodes.paragraph))
    return answer or pages.shortened(next(first, ""))
