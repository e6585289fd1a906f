"""Post-process the theme's pages: remove unused files and add a content security policy, for `sphinx_ext`."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Container, Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.jinja2glue import BuiltinTemplateLoader
from sphinx.locale import _

_LOADED = re.compile(
    r'[ \t]*<(?:script|link)\b[^>]*?(?:src|href)="(?P<address>[^"]+\.(?:js|css))[^"]*"[^>]*>(?:</script>)?\n?'
)
_VERSION = re.compile(r"\?v=[0-9a-f]+(?=\")")
"""Digest in the address of a style or script, without which a page stays the same when the file changes."""
_INLINE = re.compile(r"[ \t]*<script(?![^>]*\bsrc=)(?P<kind>[^>]*)>(?P<text>.*?)</script>\n?", re.DOTALL)
_STYLE = re.compile(r"<style[^>]*>(?P<text>.*?)</style>", re.DOTALL)
_HANDLER = re.compile(r'\bonclick="(?P<function>\w+)(?:\.\w+)?\(\)"')
_CHARSET = re.compile(r"<meta charset=[^>]*>")

_CODE = re.compile(r'class="highlight')
_FOLD = re.compile(r'class="(?:[^"]*\s)?(?:toggle|admonition dropdown)[\s"]')
_DESIGN = re.compile(r'class="(?:[^"]*\s)?sd-')
_SEARCH = re.compile(r'id="search-results"')
_PLACES = re.compile(r'class="rv-search"|id="search-results"')
_NOTHING = re.compile(r"(?!)")

NEEDED = {
    "fontawesome.js": _NOTHING,  # the style sheet has the few icons in use
    "searchtools.js": _SEARCH,
    "language_data.js": _SEARCH,
    "searchindex.js": _SEARCH,
    "clipboard.min.js": _CODE,
    "copybutton.js": _CODE,
    "copybutton.css": _CODE,
    "pygments.css": _CODE,
    "togglebutton.js": _FOLD,
    "togglebutton.css": _FOLD,
    "design-tabs.js": _DESIGN,
    "sphinx-design.min.css": _DESIGN,
    "tables.js": re.compile(r'class="rv-item"'),
    "charts.js": re.compile(r'class="rv-chart"'),
    "live.js": re.compile(r'class="rv-chart" data-chart='),
    "place-names.js": _PLACES,
    "places.js": _PLACES,
    "search.js": _SEARCH,
    "find.js": re.compile(r'class="rv-find"'),
    "compare.js": re.compile(r'class="rv-compare"'),
    "own.js": re.compile(r'class="rv-mine"'),
    "explorer.js": re.compile(r'id="rv-explorer"'),
    "respond.js": re.compile(r'id="rv-response"'),
}
"""File loaded on every page by the theme or an extension → content that requires it."""
UNUSED = ("scripts/fontawesome.js*", "vendor/fontawesome/*/*", "*/*.map", "*webpack-macros.html", "locales/**/*.[mp]o")
"""Files of the theme that no page loads: icon font, templates, translations and development files."""
REFERRER = '<meta name="referrer" content="no-referrer" />'
"""Referrer policy, by which other sites do not learn the page that a reader came from."""
_POLICY = '<meta http-equiv="Content-Security-Policy"'

_BRANCH = re.compile(
    r'(?P<link><a class="[^"]*reference internal"[^>]*>(?P<title>(?:(?!</a>).)*)</a><details[^>]*>)<summary>', re.DOTALL
)
"""Pattern of a chapter in the menu, with the arrow that unfolds its subchapters."""
STYLE = "_static/styles/pydata-sphinx-theme.css"
"""The theme's style sheet."""
_ICON_FONT = ("/*!\n * Font Awesome Free", "html{--pst-header-height")
"""Start of Font Awesome's rules in it, and of the text after them."""
OTHER_STYLES = ("styles/sphinx-book-theme.css", "basic.css", "mystnb.*.css")
"""Style sheets of the themes that are above and below it, and of the notebooks."""
SHORTEST = 4
"""Letters of a beginning of a name below which it may be anything."""
_RULE = re.compile(r"(?P<before>(?:\s*/\*.*?\*/|\s*@charset[^;]*;)*)(?P<selectors>[^{}]+)\{(?P<what>[^{}]*)\}", re.DOTALL)
_NO_RULES = re.compile(r"@(?:media|supports)[^{};]*\{\s*\}")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]")
_NAMED = re.compile(r"[.#]((?:[\w-]|\\.)+)")
_HAS = re.compile(r'\b(?:class|id)="([^"]*)"')
_SAID = re.compile(r"[A-Za-z_][\w-]*")
_SIDEBAR = re.compile(r'<div id="pst-primary-sidebar"')
"""Element with the report's title, search and menu, which the theme puts outside every landmark."""
_EMPTY_HEAD = re.compile(r"<th\b[^>]*>(?:<p></p>)?</th>")
"""Empty corner heading of a table, which confuses screen readers."""
_TAG = re.compile(r"<[^>]+>")
_POLICY_TAG = re.compile(rf"{re.escape(_POLICY)}[^>]*>")
_ANSWER = re.compile(r'<p class="rv-answer">(?P<text>.*?)</p>', re.DOTALL)
LONGEST = 200
"""Maximum length of a page's description, in characters."""
_FOR_FOLDS = re.compile(r"toggle(?:Hint|OpenOnPrint|buttonSelector)")
"""Inline scripts that belong to ``togglebutton.js``."""


class Templates(BuiltinTemplateLoader):
    """Sphinx's templates, with every page post-processed after rendering."""

    def render(self, template: str, context: dict[str, Any]) -> str:  # type: ignore[override]
        """Return the final page."""
        return finished(str(super().render(template, context)))


def finished(page: str) -> str:
    """Return a page without unused files, with its content security policy.

    Parameters
    ----------
    page
        HTML from the theme. Anything but a page, such as a search description, is returned unchanged.
    """
    if not _CHARSET.search(page):
        return page
    page = _LOADED.sub(lambda tag: _VERSION.sub("", tag[0]) if _is_needed(tag["address"], page) else "", page)
    if not _FOLD.search(page):
        page = _INLINE.sub(lambda script: "" if _FOR_FOLDS.search(script["text"]) else script[0], page)
    # A policy allows no code in attributes: page.js adds listeners instead.
    page = _HANDLER.sub(lambda handler: f'data-call="{handler["function"]}"', page)
    # The theme's arrow is only a picture.
    page = _BRANCH.sub(lambda branch: f'{branch["link"]}<summary aria-label="{_words(branch["title"])}">', page)
    page = _SIDEBAR.sub(lambda bar: f'{bar[0]} role="region" aria-label="{_("Site navigation")}"', page)
    page = _EMPTY_HEAD.sub("<td></td>", page)
    # The theme's script finds out which theme is meant; without it there is none, and colours are undefined.
    page = page.replace('data-theme="auto"', 'data-theme="light"', 1)
    return guarded(page)


def guarded(page: str) -> str:
    """Return HTML with content security and referrer policies in its head; unchanged if it has a policy already."""
    if _POLICY in page:
        return page
    rules = f'{_POLICY} content="{policy(page)}" />\n    {REFERRER}'
    if not _CHARSET.search(page):  # Jupyter Book's first page, a single redirect
        return f'<!DOCTYPE html>\n<meta charset="utf-8" />\n    {rules}\n{page}'
    return _CHARSET.sub(lambda charset: f"{charset[0]}\n    {rules}", page, count=1)


def repoliced(page: str) -> str:
    """Return a page whose content has changed with a content security policy that fits; others are unchanged."""
    return _POLICY_TAG.sub(lambda tag: f'{_POLICY} content="{policy(page)}" />', page, count=1)


def described(fragments: Iterable[str]) -> str:
    """Return the answer that a page begins with, as text, from the HTML of its outputs; empty if it has none."""
    found = next((answer["text"] for fragment in fragments if (answer := _ANSWER.search(fragment))), "")
    return shortened(" ".join(html.unescape(_TAG.sub("", found)).split()))


def shortened(text: str) -> str:
    """Return a description, truncated between words."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rpartition(' ')[0]} …"


def trim_styles(app: Sphinx, error: Exception | None) -> None:
    """Remove unused files, and from the theme's style sheets the icon font and what no page has or script makes.

    These sheets are copied anew in each build, whatever pages have changed.
    """
    sheet = Path(app.outdir, STYLE)
    if error is None and sheet.is_file():
        names, beginnings = _in_use(Path(app.outdir))
        for style in (sheet, *(found for name in OTHER_STYLES for found in Path(app.outdir, "_static").glob(name))):
            text = style.read_text(encoding="utf-8")
            if (trimmed := without_unused(without_icon_font(text), names, beginnings)) != text:
                style.write_text(trimmed, encoding="utf-8", newline="\n")
        for pattern in UNUSED:
            for file in Path(app.outdir, "_static").glob(pattern):
                file.unlink()


def without_icon_font(style: str) -> str:
    """Return the theme's style sheet without Font Awesome's rules; other style sheets are returned unchanged."""
    start, end = (style.find(mark) for mark in _ICON_FONT)
    return style[:start] + style[end:] if 0 <= start < end else style


def without_unused(style: str, names: Container[str], beginnings: tuple[str, ...] = ()) -> str:
    """Return a style sheet without the rules for elements that no page has.

    Parameters
    ----------
    style
        The sheet.
    names
        Classes and identifiers that are used. What a selector excludes or offers in parentheses does not count.
    beginnings
        Beginnings of names that scripts complete.
    """

    def is_used(selector: str) -> bool:
        plain = selector
        while (shorter := _IN_BRACKETS.sub("", plain)) != plain:
            plain = shorter
        wanted = (name.replace("\\", "") for name in _NAMED.findall(plain))
        return all(name in names or name.startswith(beginnings) for name in wanted)

    def kept(rule: re.Match[str]) -> str:
        before, selectors = rule["before"], rule["selectors"]
        if selectors.lstrip().startswith("@"):
            return rule[0]
        used = [selector for selector in _COMMA.split(selectors) if is_used(selector)]
        return f"{before}{','.join(used)}{{{rule['what']}}}" if used else before

    style = _RULE.sub(kept, style)
    while (emptied := _NO_RULES.sub("", style)) != style:
        style = emptied
    return style


def _in_use(folder: Path) -> tuple[set[str], tuple[str, ...]]:
    """Return the names of classes and elements of all pages and scripts of a folder, and beginnings of names of scripts."""
    texts = (file.read_text(encoding="utf-8") for file in folder.rglob("*.html"))
    names = {name for text in texts for names in _HAS.findall(text) for name in names.split()}
    said = {
        name for file in Path(folder, "_static").rglob("*.js") for name in _SAID.findall(file.read_text(encoding="utf-8"))
    }
    return names | said, tuple(sorted(name for name in said if name.endswith("-") and len(name) >= SHORTEST))


def policy(page: str) -> str:
    """Return the Content Security Policy of a page: its own host, and its inline scripts and styles."""
    scripts = [f"'{_hash(script['text'])}'" for script in _INLINE.finditer(page) if "json" not in script["kind"]]
    styles = [f"'{_hash(style['text'])}'" for style in _STYLE.finditer(page)]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *dict.fromkeys(scripts)],
        "style-src": ["'self'", *dict.fromkeys(styles)],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(f"{rule} {' '.join(sources)}" for rule, sources in rules.items())


def _words(markup: str) -> str:
    """Return the text of markup on one line, for an attribute."""
    return " ".join(_TAG.sub("", markup).split()).replace('"', "&quot;")


def _is_needed(address: str, page: str) -> bool:
    """Return whether a page needs a file that it loads."""
    mark = NEEDED.get(address.rpartition("/")[2])
    return mark is None or bool(mark.search(page))


def _hash(text: str) -> str:
    """Return the hash of an inline script or style in a policy."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"
