"""Read a published book from a folder or from a server, and find out how it was built."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests

from riktvarden.book import opendata, publish, stage
from riktvarden.verify.trees import Tree, names_in

AT_ONCE = 8
"""Files fetched from a server at a time."""
TIMEOUT = 60
"""Seconds that a server may take to answer."""
_LANGUAGE = re.compile(r"[a-z]{2}")
_REGION = re.compile(rf"(?:^|/){stage.REGIONS}/(\d\d)\.|^{opendata.FOLDER}/[^/]+/{opendata.WORKBOOKS}/(\d\d)\.")
_DATA_PAGE = "chapters/data.html"
_LINK = re.compile(rb'href="(?:\.\./)+data/([^/"]+)/(?!guideline_values)')
"""Link from that page to the tables of its edition."""
_MUNICIPALITY = re.compile(rf"(?:^|/){stage.MUNICIPALITIES}/\d{{4}}\.html$")


class PublishedError(Exception):
    """There is no published book to verify; the message says what to do."""


@dataclass(frozen=True)
class Built:
    """How a book was built, as its files show.

    Attributes
    ----------
    languages, regions
        Codes of the languages and of the regions with a page.
    has_municipalities
        Whether municipalities have pages.
    edition
        Name of the edition on the pages.
    """

    languages: tuple[str, ...]
    regions: tuple[str, ...]
    has_municipalities: bool
    edition: str


def is_address(where: str) -> bool:
    """Return whether a book is on a server and not in a folder."""
    return urlsplit(where).scheme in {"http", "https"}


def in_folder(folder: Path, progress: Callable[[int, int], None] = lambda done, whole: None) -> Tree:
    """Read the digests of a folder's files.

    Parameters
    ----------
    folder
        The site.
    progress
        Function that is called with the number of files read, and of all.

    Raises
    ------
    PublishedError
        If there is no site.
    """
    names = sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file() or file.is_symlink())
    if not names:
        raise PublishedError(f"{folder}: no published book; build it first: riktvarden build")
    sums = {}
    for number, name in enumerate(names, start=1):
        sums[name] = publish.digest(folder / name)
        progress(number, len(names))
    return Tree(sums, lambda name: (folder / name).read_bytes())


def fetched(
    address: str, folder: Path, more: Iterable[str] = (), progress: Callable[[int, int], None] = lambda done, whole: None
) -> Tree:
    """Copy a book from a server to a folder: every file that its list of checksums names.

    Parameters
    ----------
    address
        Address of the site's root.
    folder
        Empty folder to write to.
    more
        Names of further files to ask for.
    progress
        Function that is called with the number of files fetched, and of all.

    Raises
    ------
    PublishedError
        If the server does not answer, or has no list of checksums.
    """
    root = address.rstrip("/")
    session = requests.Session()
    session.mount(root, requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE, max_retries=2))
    listed = _content(session, root, publish.SUMS)
    if listed is None:
        raise PublishedError(f"{root}/{publish.SUMS}: not there, so it is not known which files to check")
    names = sorted({*names_in(listed), *more, publish.SUMS})

    def fetch(name: str) -> str | None:
        content = listed if name == publish.SUMS else _content(session, root, name)
        if content is None:
            return None
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        return hashlib.sha256(content).hexdigest()

    sums = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, (name, known) in enumerate(zip(names, pool.map(fetch, names), strict=True), start=1):
            if known is not None:
                sums[name] = known
            progress(number, len(names))
    return Tree(sums, lambda name: (folder / name).read_bytes())


def built(published: Tree, edition: str = "") -> Built:
    """Find out how a book was built, from the names of its files and the lines of its list.

    Parameters
    ----------
    published
        The book.
    edition
        The edition, if there are several.

    Raises
    ------
    PublishedError
        If it is no book, or has not the edition.
    """
    listed = names_in(published.read(publish.SUMS)) if publish.SUMS in published.sums else []
    names = {*published.sums, *listed}
    languages = tuple(
        sorted(
            {
                name.partition("/")[0]
                for name in names
                if name.endswith("/searchindex.js") and _LANGUAGE.fullmatch(name.partition("/")[0])
            }
        )
    )
    if not languages:
        raise PublishedError("no book in any language: this is no published site")
    data = f"{opendata.FOLDER}/"
    editions = sorted(
        {
            name.split("/")[1]
            for name in names
            if name.startswith(data) and name.count("/") >= 2 and name.split("/")[1] != opendata.LATEST
        }
    )
    if edition and edition not in editions:
        raise PublishedError(f"edition {edition!r} is not published; there are {', '.join(editions) or 'none'}")
    if not edition and len(editions) > 1:
        pages = [name for language in languages if (name := f"{language}/{_DATA_PAGE}") in published.sums]
        linked = {match[1].decode() for page in pages for match in _LINK.finditer(published.read(page))}
        editions = sorted(linked.intersection(editions)) or editions
    if not edition and len(editions) != 1:
        raise PublishedError(f"name one edition with --edition: {', '.join(editions) or 'none is published'}")
    own = tuple(f"{place}/" for place in (*languages, f"{opendata.FOLDER}/{edition or editions[0]}"))
    names = {name for name in names if name.startswith(own)}  # older editions are in folders of their own
    found = [_REGION.search(name) for name in names]
    return Built(
        languages=languages,
        regions=tuple(sorted({match[1] or match[2] for match in found if match})),
        has_municipalities=any(_MUNICIPALITY.search(name) for name in names),
        edition=edition or editions[0],
    )


def within(book: Tree, edition: str) -> Tree:
    """Return an older edition's part of a site, which is below its name; the whole site if it has no such part."""
    prefix = f"{edition}/"
    if not edition or not any(name.startswith(prefix) and name.endswith("/searchindex.js") for name in book.sums):
        return book
    sums = {name.removeprefix(prefix): known for name, known in book.sums.items() if name.startswith(prefix)}
    return Tree(sums, lambda name: book.read(f"{prefix}{name}"))


def of_edition(fresh: Tree, how: Built) -> Tree:
    """Return what an older edition has of a site built as it was: its languages and open data, not the site's root."""
    places = (*(f"{language}/" for language in how.languages), f"{opendata.FOLDER}/{how.edition}/")
    return Tree({name: known for name, known in fresh.sums.items() if name.startswith(places)}, fresh.read)


def is_of_another_edition(name: str, edition: str) -> bool:
    """Return whether a file belongs to the open data of another edition."""
    parts = name.split("/")
    return len(parts) > 2 and parts[0] == opendata.FOLDER and parts[1] not in {edition, opendata.LATEST}


def _content(session: requests.Session, root: str, name: str) -> bytes | None:
    """Return a file of a server, or None if it has none."""
    try:
        answer = session.get(f"{root}/{quote(name)}", timeout=TIMEOUT)
        if answer.status_code in {requests.codes.not_found, requests.codes.gone}:
            return None
        answer.raise_for_status()
    except requests.RequestException as error:
        raise PublishedError(f"{root}/{name}: {error.__class__.__name__}: {error}") from error
    return answer.content
