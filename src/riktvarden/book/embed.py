"""Make a page of each chart of the book, for other sites to show in a frame.

A page has what the chart says and shows, its drawing, its source and the way to where the report explains it: no script,
nothing to load, and the colours of paper. `charts.js` offers the words to embed and cite it with.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator

from riktvarden.book.pages import REFERRER, policy

FOLDER = "embed"
"""Folder of these pages, below that of the language."""
STYLE = """
body { margin: 0; padding: 8px 10px; background: #fff; color: #1b1b1b; }
body, svg { font: 13px/1.4 Arial, "Liberation Sans", Helvetica, sans-serif; }
figure, p, h1 { margin: 0 0 6px; }
main { max-width: 720px; margin: 0 auto; }
h1 { font-size: 17px; line-height: 1.3; }
svg { display: block; max-width: 100%; height: auto; }
p { color: #4a4a4a; }
a { color: #14395c; }
.rv-phone { display: none; }
.rv-desk, .rv-phone { width: 100%; }
@media (max-width: 620px) { .rv-desk:not(:only-of-type) { display: none; } .rv-phone { display: block; } }
"""
_FIGURE = re.compile(r'<figure class="rv-figure" id="(?P<anchor>[^"]+)">(?P<content>.*?)</figure>', re.DOTALL)
_HEADLINE = re.compile(r'<p class="rv-headline">(.*?)</p>', re.DOTALL)
_CAPTION = re.compile(r'<p class="rv-caption">(.*?)</p>', re.DOTALL)
_DRAWING = re.compile(r'<svg class="rv-(?:desk|phone|both)".*?</svg>', re.DOTALL)
_SOURCE = re.compile(r'<p class="rv-source">(.*?)<span class="rv-tools" data-imprint="([^"]*)"', re.DOTALL)
_LINK = re.compile(r"</?a\b[^>]*>")
_VARIABLE = re.compile(r"var\(--rv-\w+, ?(#[0-9a-f]{6}|white)\)")
_TIP = re.compile(r'(<(?:path|line|rect)\b[^>]*?) data-tip(?:="([^"]*)")?([^>]*?)(?:/>|></(?:path|line|rect)>)')


def place_of(document: str, anchor: str) -> str:
    """Return where a chart's page is below the language's folder.

    Parameters
    ----------
    document
        The page that has the chart, below the language's folder and without ending.
    anchor
        Where links to the chart lead on it.
    """
    return f"{FOLDER}/{document.partition('/')[2] or document}/{anchor.removeprefix('bild-')}.html"


def pages(document: str, text: str, language: str, address: str) -> Iterator[tuple[str, str]]:
    """Yield place and content of the page of each chart of a page.

    Parameters
    ----------
    document
        The page that has the charts, below the language's folder and without ending.
    text
        The page.
    language
        Its language.
    address
        Address of the published pages of that language; empty if it is not stated.
    """
    for found in _FIGURE.finditer(text):
        place = place_of(document, found["anchor"])
        back = f"{posixpath.relpath(document, posixpath.dirname(place))}.html"
        yield place, _page(found["content"], language, f"{address}/{document}.html" if address else back, found["anchor"])


def _page(content: str, language: str, page: str, anchor: str) -> str:
    """Return the page of one chart."""
    headline, caption = (found[1] if (found := sought.search(content)) else "" for sought in (_HEADLINE, _CAPTION))
    origin = _SOURCE.search(content)
    source, imprint = (origin[1].strip(), origin[2]) if origin else ("", "")
    drawings = "".join(_plain(found[0]) for found in _DRAWING.finditer(content))
    style = f"<style>{STYLE}</style>"
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style)}">
{REFERRER}
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="canonical" href="{html.escape(page)}">
<title>{headline}</title>
{style}
</head>
<body>
<main>
<h1>{headline}</h1>
<figure>
<figcaption><p>{caption}</p></figcaption>
{drawings}
</figure>
<p>{source}</p>
<p><a href="{html.escape(page)}#{anchor}" target="_top">{imprint}</a></p>
</main>
</body>
</html>
"""


def _plain(drawing: str) -> str:
    """Return a drawing that leads nowhere and needs no style sheet; a mark shows its words when it is pointed at."""
    drawing = (
        _VARIABLE.sub(r"\1", _LINK.sub("", drawing)).replace(' tabindex="0"', "").replace('role="group"', 'role="img"')
    )

    def titled(found: re.Match[str]) -> str:
        tag = found[1][1:].partition(" ")[0]
        return f"{found[1]}{found[3]}><title>{found[2]}</title></{tag}>" if found[2] else f"{found[1]}{found[3]}/>"

    return _TIP.sub(titled, drawing)
