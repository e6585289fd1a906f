"""Lead from the name of a region or municipality to what the book says of it: from tables, and from the search."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Container, Iterable, Mapping
from pathlib import Path

import pandas as pd
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.locale import _

from riktvarden import tables
from riktvarden.book import stage
from riktvarden.codes import NATION

SCRIPT = "place-names.js"
"""Script with all places, for ``places.js``."""
_PLACE = re.compile(r'<(?P<tag>th|span)(?P<rest>[^>]*) data-place="(?P<code>\d+)">(?P<name>[^<]*)</(?P=tag)>')
"""Name of a place in a table, see `riktvarden.report.kit.figures`."""


def linked(page: str, text: str, pages: Container[str]) -> str:
    """Return a page whose tables lead from the name of each place to what the book says of it.

    Parameters
    ----------
    page
        Its address below the language's folder.
    text
        The page.
    pages
        Addresses of all pages of the book.
    """

    def lead(found: re.Match[str]) -> str:
        address = address_of(found["code"], pages)
        if not address or address == page:
            return found[0]
        target = posixpath.relpath(address, posixpath.dirname(page))
        return f'<{found["tag"]}{found["rest"]}><a href="{target}">{found["name"]}</a></{found["tag"]}>'

    return _PLACE.sub(lead, text)


def address_of(code: str, pages: Container[str]) -> str:
    """Return where the book says what it says of a place, below the language's folder; empty if it says nothing.

    That is the place's page, or else its entry in the list of all places.
    """
    own = f"{stage.REGIONS if len(code) == len(NATION) else stage.MUNICIPALITIES}/{code}.html"
    if own in pages:
        return own
    listed = f"{stage.FIND}.html"
    return f"{listed}#{code}" if listed in pages else ""


def listed(
    regions: pd.DataFrame, municipalities: pd.DataFrame, pages: Container[str], within: str
) -> list[tuple[str, str, str, str]]:
    """Return code, name, full name and address of every place that the book says something of, regions first.

    Parameters
    ----------
    regions, municipalities
        The tables of these names.
    pages
        Addresses of all pages of the book.
    within
        Full name of a municipality, with ``{name}`` and ``{region}``.
    """
    names = dict(zip(regions["region"], regions["name"], strict=True))
    own = [(row["region"], row["name"], row["principal"]) for row in regions.to_dict("records")]
    own += [
        (row["municipality"], row["name"], within.format(name=row["name"], region=names[row["region"]]))
        for row in municipalities.to_dict("records")
    ]
    return [(*place, address) for place in own if (address := address_of(place[0], pages))]


def script(places: Iterable[tuple[str, str, str, str]], words: Mapping[str, str]) -> str:
    """Return the places, and the words of their list, as a script: a page opened from a folder can load no data."""
    content = {"words": dict(words), "places": list(places)}
    return f"window.riktvardenPlaces={json.dumps(content, ensure_ascii=False, separators=(',', ':'))};\n"


def write(app: Sphinx, env: BuildEnvironment) -> None:
    """Write `SCRIPT` where the book's pages load it from, if it has a list of places."""
    if app.builder.format != "html" or stage.FIND not in env.found_docs:
        return
    target = Path(app.outdir, "_static", SCRIPT)
    pages = {f"{document}.html" for document in [*env.found_docs, *app.config.riktvarden_stamped]}
    words = {"title": _("Regions and municipalities"), "one": _("One place"), "many": _("{count} places")}
    within = _("{name}, municipality in {region}")
    places = listed(tables.read("regions"), tables.read("municipalities"), pages, within)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(script(places, words), encoding="utf-8", newline="\n")
