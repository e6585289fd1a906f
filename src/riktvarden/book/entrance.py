"""Files at the root of the site: choice of language, 404 page and sitemap."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from riktvarden.book import stage
from riktvarden.book.pages import REFERRER, policy
from riktvarden.book.words import native_name
from riktvarden.editions.record import Manifest

STYLE = """
:root { color-scheme: light dark; font: 1.1rem/1.5 system-ui, sans-serif; }
html { background: Canvas; color: CanvasText; }
a { color: LinkText; }
body { max-width: 34rem; margin: 12vh auto; padding: 0 1.5rem; }
ul { padding: 0; list-style: none; }
label { display: block; }
input, button { font: inherit; padding: 0.3rem 0.6rem; }
li a { display: inline-block; padding: 0.7rem 0; font-size: 1.25rem; }
"""
ABSENT = {
    "sv": ("Sidan finns inte", "Till startsidan", "Sök i rapporten", "Sök"),
    "en": ("There is no such page", "To the start page", "Search the report", "Search"),
}
"""Language → text of the 404 page, of its link, and of its search."""
GREET = """
(() => {
  const known = %s;
  const spoken = (navigator.languages ?? []).map((name) => name.slice(0, 2).toLowerCase());
  const wanted = spoken.find((name) => known.includes(name));
  if (wanted) location.replace(`${wanted}/%s.html`);
})();
"""
"""Script of the page at the root: it goes to the reader's language, if the report has it."""
LOCATE = """
(() => {
  const path = location.pathname;
  const inside = path.search(/\\/(?:%s|data)\\//);
  const project = location.hostname.endsWith(".github.io") ? path.split("/").slice(0, 2).join("/") : "";
  const base = `${inside < 0 ? project : path.slice(0, inside)}/`;
  for (const link of document.querySelectorAll("a")) link.href = base + link.getAttribute("href").slice(1);
  for (const form of document.forms) form.action = base + form.getAttribute("action").slice(1);
})();
"""
"""Script of the 404 page where the site's address is not stated: it may lie below a folder."""


MOVED = {
    "sv": "Sidan har flyttat. Innehållet finns nu här:",
    "en": "This page has moved. Its content is now here:",
}
"""Language → what a page that has moved says before the link."""


EDITIONS = "editions.js"
"""List of the editions that the site has, at its root and that of each edition: a script, see ``_static/editions.js``."""


def files(
    names: Iterable[str],
    config: Mapping[str, Any],
    first: str,
    documents: Sequence[str],
    editions: Sequence[Manifest] = (),
    current: str = "",
) -> dict[str, bytes]:
    """Return ``index.html``, ``404.html``, the list of editions and, if the site's address is known, ``sitemap.xml``.

    Parameters
    ----------
    names
        Every file of the site, relative to its root, which has one folder per language.
    config
        Contents of ``_config.yml``.
    first
        The language to list first, if present; otherwise the alphabetically first.
    documents
        Every document of the book, the start page first.
    editions
        Frozen editions, of which those that the site has are listed, the newest first.
    current
        The edition at the root.
    """
    start = f"/{documents[0]}.html"
    names = list(names)
    kept = [each for each in reversed(editions) if any(name.startswith(f"{each.name}/") for name in names)]
    found = sorted(name.removesuffix(start) for name in names if name.endswith(start))
    languages = sorted((language for language in found if "/" not in language), key=first.__ne__)
    title = str(config.get("title", ""))
    address = address_of(config)
    made = {
        "index.html": choice(title, languages, documents[0]),
        "404.html": absent(title, languages, f"{urlsplit(address).path}/", documents[0], located=bool(address)),
        **({"sitemap.xml": pages_of(address, languages, documents)} if address else {}),
        EDITIONS: listed("", kept, current),
        **{f"{each.name}/{EDITIONS}": listed(each.name, kept, current) for each in kept},
    }
    return {name: text.encode() for name, text in made.items()}


def listed(here: str, editions: Sequence[Manifest], current: str) -> str:
    """Return the list of editions as a script, for the pages below one of them or below the root."""
    each = [{"name": one.name, "title": one.title, "date": one.date.isoformat()} for one in editions]
    content = json.dumps({"here": here, "current": current, "editions": each}, ensure_ascii=False)
    return f"(window.riktvarden ??= {{}}).editions = {content};\n"


def address_of(config: Mapping[str, Any]) -> str:
    """Return the address of the published site from ``_config.yml``; empty if not set."""
    return stage.address(stage.site_of(config))


def choice(title: str, languages: Sequence[str], start: str) -> str:
    """Return the page at the root: a link to each language, or a redirect if there is only one."""
    links = "".join(
        f'<li><a href="{language}/{start}.html" lang="{language}" hreflang="{language}">{native_name(language)}</a></li>\n'
        for language in languages
    )
    forward = f'<meta http-equiv="refresh" content="0; url={languages[0]}/{start}.html">\n' if len(languages) == 1 else ""
    greet = "" if forward else GREET % (json.dumps(languages), start)
    return page(languages[0], title, f"<h1>{html.escape(title)}</h1>\n<ul>\n{links}</ul>", forward, greet)


def absent(title: str, languages: Sequence[str], base: str, start: str, *, located: bool) -> str:
    """Return the 404 page, which may be shown at any depth below `base`, known only if the site is `located`."""
    parts = []
    for language in languages:
        said, link, search, button = ABSENT.get(language, ABSENT["en"])
        folder = html.escape(f"{base}{language}")
        parts.append(
            f'<section lang="{language}"><h2>{said}</h2><p><a href="{folder}/{start}.html">{link}</a></p>'
            f'<form action="{folder}/search.html"><label>{search} <input name="q" type="search"></label> '
            f"<button>{button}</button></form></section>"
        )
    script = "" if located else LOCATE % "|".join(languages)
    return page(languages[0], title, "\n".join([f"<h1>{html.escape(title)}</h1>", *parts]), script=script)


def moved(language: str, title: str, target: str) -> str:
    """Return the page at an old address, which leads to `target`, the page called `title`."""
    place = html.escape(target)
    forward = f'<meta http-equiv="refresh" content="0; url={place}">\n<meta name="robots" content="noindex">\n'
    said = MOVED.get(language, MOVED["en"])
    return page(language, title, f'<p>{said}</p>\n<p><a href="{place}">{html.escape(title)}</a></p>', forward)


def pages_of(address: str, languages: Sequence[str], documents: Iterable[str]) -> str:
    """Return the sitemap for search engines, each page with its translations."""
    entries = []
    for document in documents:
        places = {language: html.escape(f"{address}/{language}/{document}.html") for language in languages}
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href="{place}"/>' for language, place in places.items()
        )
        entries += [f"<url><loc>{place}</loc>{others}</url>" for place in places.values()]
    listed = "\n".join(entries)
    spaces = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {spaces}>\n{listed}\n</urlset>\n'


def page(language: str, title: str, content: str, head: str = "", script: str = "") -> str:
    """Return a small stand-alone page, with its content security policy."""
    style = f"<style>{STYLE}</style>"
    run = f"<script>{script}</script>" if script else ""
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy(style + run)}">
{REFERRER}
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}<title>{html.escape(title)}</title>
{style}
</head>
<body>
<main>
{content}
</main>
{run}
</body>
</html>
"""
