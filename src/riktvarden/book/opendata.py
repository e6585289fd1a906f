"""Lay out the tables of notebooks as open data: files at stable addresses, with descriptions.

A notebook that has run has each of its tables as data, beside markup that holds it too, so that it works alone. On the
site the tables are files of their own, one folder per edition for all languages, and pages link to them.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import pandas as pd

from riktvarden import files as atomically
from riktvarden.baseline import personnel
from riktvarden.book import dcat, embed, keys, places, stage
from riktvarden.book.pages import guarded
from riktvarden.report.kit import downloads, figures
from riktvarden.report.kit.language import Language
from riktvarden.report.reference import published, values
from riktvarden.returns.place import digest

FOLDER = "data"
"""Where the site has its open data, beside its languages."""
LATEST = "latest"
"""Folder beside the editions that has the values of the newest, at an address that never changes."""
INDEX, PACKAGE, CATALOGUE = "index.json", "datapackage.json", "dcat.jsonld"
EDITION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Names that an edition may have: it is a folder of the site, and part of addresses."""
TABLES, WORKBOOKS, SOURCE = "tables", "regions", "source"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}

EMBEDDED = b'href="data:text/csv'
"""What a link holds its table by."""
NOTEBOOKS = "_sources/"
"""Where the pages have the notebooks that they were made of."""
_HELD = re.compile(r'(?P<before>download="(?P<name>[^"]+)\.csv" href=")data:text/csv[^"]*"')
_FORM = re.compile(r'(?P<before>download="(?P<name>[\w.-]+\.xlsx)" href=")data:[^;"]+;base64,(?P<content>[^"]+)"')
"""A form to fill in, as an executed notebook holds it."""
_TITLE = re.compile(r"<h1>(?P<title>.*?)</h1>", re.DOTALL)
_TAG = re.compile(r"<a class=\"headerlink\".*?</a>|<[^>]+>", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[a-zåäö0-9)])\. (?=[A-ZÅÄÖ])")
_NOT_A_NAME = re.compile(r"[^a-z0-9._-]+")


@dataclass(frozen=True)
class Offered:
    """One table that a page offers."""

    document: str
    """The page, as links name it: below the language's folder, without ending."""
    page: str
    """The page's title."""
    name: str
    caption: str
    source: str
    types: tuple[str, ...]
    csv: bytes

    @classmethod
    def of(cls, document: str, page: str, content: Mapping[str, Any]) -> Self:
        """Return a table as an output of a notebook has it, see `riktvarden.report.kit.figures.TABLE`."""
        kinds = tuple(field["type"] for field in content["fields"])
        file = content["csv"].encode("utf-8-sig")
        return cls(document, page, content["name"], content["title"], content["source"], kinds, file)

    @property
    def place(self) -> str:
        """Where the table is below the edition's folder, without ending; the one of all values is on top."""
        if self.name == values.NAME:
            return self.name
        return f"{TABLES}/{self.document.removeprefix('chapters/')}/{self.name}"

    @property
    def title(self) -> str:
        """What the table is of: the first sentence of its caption."""
        return _SENTENCE.split(self.caption)[0].rstrip(".")

    @property
    def rows(self) -> int:
        """How many rows the table has below its head."""
        return sum(1 for _ in csv.reader(io.StringIO(self.csv.decode("utf-8-sig"), newline=""))) - 1

    @cached_property
    def data(self) -> pd.DataFrame:
        """The table itself."""
        return downloads.read(self.csv, self.types)

    @property
    def content(self) -> list[object]:
        """Name, types and text, of which its files are made."""
        return [self.name, self.types, self.csv.decode()]

    def parquet(self) -> bytes:
        """Return the table as a Parquet file."""
        return downloads.parquet(self.data, self.types)


class Kept:
    """Files of the last time, which are taken again if they are made of the same; without a folder there are none.

    Parameters
    ----------
    folder
        Where the files lie.
    note
        File that remembers what they are made of.
    by
        Digest of the code that makes them.
    """

    def __init__(self, folder: Path | None = None, note: Path | None = None, by: str = "") -> None:
        self._folder, self._note, self._by = folder, note, by
        self._now: dict[str, str] = {}
        self._before: dict[str, str] = {}
        if note:
            with suppress(OSError, ValueError, KeyError, TypeError):
                self._before = dict(json.loads(note.read_bytes())[by])

    def file(self, name: str, of: object, make: Callable[[], bytes]) -> bytes:
        """Return the content of a file: as it was if it was made of the same, else made again."""
        self._now[name] = keys.combined(of)
        if self._folder and self._before.get(name) == self._now[name] and (self._folder / name).is_file():
            return (self._folder / name).read_bytes()
        return make()

    def remember(self) -> None:
        """Record what the files are made of, once they lie in the folder."""
        if self._note:
            atomically.write(self._note, json.dumps({self._by: self._now}, sort_keys=True).encode())


@dataclass(frozen=True)
class Edition:
    """What the files say of the edition that they belong to."""

    name: str
    language: str
    config: Mapping[str, Any]
    """What ``_config.yml`` says."""
    documents: Sequence[str]
    """The pages in reading order."""
    regions: Sequence[str]
    """Codes of the regions that have a page."""
    made_of: str
    """Digest of all that the tables come from, whatever the language."""
    updated: str = ""
    """Day of the newest change of the sources, if it is known."""


def tables_of(assembled: Path, notebooks: Path, documents: Iterable[str]) -> list[Offered]:
    """Return the tables of a book's pages in reading order.

    Parameters
    ----------
    assembled
        Folder of the pages.
    notebooks
        Folder of the notebooks that the pages were made of, as they have run.
    documents
        The pages in reading order.
    """
    pages = {document: page for document in documents if (page := assembled / f"{document}.html").is_file()}
    return [table for document, page in pages.items() for table in offered(notebooks, document, _title(document, page))]


def lay_out(
    assembled: Path,
    tables: Sequence[Offered],
    place: Path,
    edition: Edition,
    data: Path,
    with_files: bool = True,
    stamped: Mapping[str, str] = MappingProxyType({}),
    kept: Kept | None = None,
) -> None:
    """Write pages that link to their tables to ``place/pages``, and the files they link to to ``place/data``.

    The file of all values is also in ``place/latest``.

    Parameters
    ----------
    assembled
        Folder of the pages, each with its tables within it. It is left as it is.
    tables
        The tables within them, see `tables_of`.
    place
        Folder to write to; what has not changed there is not touched.
    edition
        What the files say of themselves.
    data
        Folder of the package that the report is computed from.
    with_files
        Whether the files are wanted; another language's are the same.
    stamped
        Further pages and what they were made of: path below the folder of the pages → text.
    kept
        Files of the last time in ``place/data``.
    """
    pages = {file.relative_to(assembled).as_posix(): file for file in sorted(assembled.rglob("*")) if file.is_file()}
    texts = {name: file.read_text(encoding="utf-8") for name, file in pages.items() if name.endswith(".html")}
    texts |= {name: text for name, text in stamped.items() if name.endswith(".html")}
    made = {name.removesuffix(".html") for name in texts}
    of_page = {document: list(own) for document, own in groupby(tables, key=lambda table: table.document)}
    language = Language(edition.language)
    listed = ""
    files: dict[str, bytes] = {}
    if tables:
        files = _files(tables, edition, data, language, kept or Kept()) if with_files else {}
        listed = published.counted(len(tables), language)
    stage.write(place / "data", files, keep=())
    newest = {name: content for name, content in files.items() if name.partition(".")[0] == values.NAME}
    stage.write(place / LATEST, newest, keep=())
    finished = {
        name: guarded(
            places.linked(
                name,
                _linked(
                    name, stage.leading(text, made), of_page.get(name.removesuffix(".html"), []), edition, listed, language
                ),
                texts,
            )
        ).encode()
        for name, text in texts.items()
    }
    if left := [name for name, page in finished.items() if EMBEDDED in page]:  # it would go out unseen by the gate
        raise ValueError(f"tables are left within {', '.join(left)}: their links are not written as expected")
    site = stage.address(stage.site_of(edition.config))
    for name, page in list(finished.items()):
        finished |= beside(name, page.decode())
        charts = embed.pages(
            name.removesuffix(".html"), page.decode(), edition.language, f"{site}/{edition.language}" if site else ""
        )
        finished |= {place: chart.encode() for place, chart in charts}
    others = {name: file.read_bytes() for name, file in pages.items() if name not in finished}
    others |= {name: text.encode() for name, text in stamped.items() if name not in finished}
    at = {(table.document, table.name): table.place for table in tables}
    for name, content in others.items():
        if name.startswith(NOTEBOOKS) and name.endswith(".ipynb"):
            others[name] = without_tables(name, content, at, edition)
    stage.write(place / "pages", {**others, **finished}, keep=())


def beside(name: str, page: str) -> dict[str, bytes]:
    """Return a page and the forms that it held, which become files in a folder of its name.

    Parameters
    ----------
    name
        The page below the folder of the pages.
    page
        Its text.
    """
    folder = name.removesuffix(".html")
    forms = {f"{folder}/{form['name']}": base64.b64decode(form["content"]) for form in _FORM.finditer(page)}
    linked = _FORM.sub(rf'\g<before>{folder.rpartition("/")[2]}/\g<name>"', page)
    return {name: linked.encode(), **forms}


def without_tables(name: str, content: bytes, at: Mapping[tuple[str, str], str], edition: Edition) -> bytes:
    """Return a notebook that has run without the tables that are files of the site: its links lead to these.

    Parameters
    ----------
    name
        The notebook below the folder of the pages.
    content
        The notebook.
    at
        Page and name of a table → its file below the edition, without ending.
    edition
        The edition that the files belong to.
    """
    document = name.removeprefix(NOTEBOOKS).removesuffix(".ipynb")
    folder = f"{'../' * (name.count('/') + 1)}{FOLDER}/{edition.name}"

    def linked(found: re.Match[str]) -> str:
        place = at.get((document, found["name"]))
        return f'{found["before"]}{folder}/{place}.csv"' if place else found[0]

    notebook = json.loads(content)
    for output in (output for cell in notebook["cells"] for output in cell.get("outputs", ())):
        held = output.get("data", {})
        if (document, held.get(figures.TABLE, {}).get("name")) in at:
            del held[figures.TABLE]
        if "text/html" in held:
            held["text/html"] = _HELD.sub(linked, "".join(held["text/html"]))
    return f"{json.dumps(notebook, ensure_ascii=False, indent=1)}\n".encode()


def is_current(folder: Path, edition: Edition) -> bool:
    """Say whether the tables of an edition are another language's, and of the same as this one's would be."""
    try:
        index = json.loads((folder / INDEX).read_bytes())
        return bool(index["made_of"] == edition.made_of and index["language"] != edition.language)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def offered(notebooks: Path, document: str, page: str) -> Iterator[Offered]:
    """Yield the tables of a document's notebook in its order, none where it is no notebook; `page` is its page's title."""
    notebook = notebooks / f"{document}.ipynb"
    if not notebook.is_file():
        return
    for cell in json.loads(notebook.read_bytes())["cells"]:
        for output in cell.get("outputs", ()):
            if content := output.get("data", {}).get(figures.TABLE):
                yield Offered.of(document, page, content)


def _title(document: str, page: Path) -> str:
    """Return the title of a page as its language has it."""
    found = _TITLE.search(page.read_text(encoding="utf-8"))
    return html.unescape(_TAG.sub("", found["title"])).strip() if found else f"{document}.html"


def _linked(page: str, text: str, tables: Sequence[Offered], edition: Edition, listed: str, language: Language) -> str:
    """Return a page with links in the place of its tables' contents, and with what only a site with files can say."""
    folder = f"{'../' * (page.count('/') + 1)}{FOLDER}/{edition.name}"
    site = stage.address(stage.site_of(edition.config))
    text = values.placed(text, f"{site}/{FOLDER}/{edition.name}/" if site else "")
    for table in tables:
        link = figures.linked(table.name, f"{folder}/{table.place}.csv", language)
        parquet = (
            f'<a class="rv-download" download="{table.name}.parquet" href="{folder}/{table.place}.parquet">Parquet</a>'
        )
        text = text.replace(figures.embedded(table.name, table.csv, language), f"{link} {parquet}")
    text = text.replace(published.HIDDEN, published.SHOWN)
    return text.replace(published.COUNT, listed)


def _files(tables: Sequence[Offered], edition: Edition, folder: Path, language: Language, kept: Kept) -> dict[str, bytes]:
    """Return the files of an edition: path below its folder to content."""
    files: dict[str, bytes] = {}
    for table in tables:
        files[f"{table.place}.csv"] = table.csv
        files[f"{table.place}.parquet"] = kept.file(f"{table.place}.parquet", table.content, table.parquet)
    for code in edition.regions:
        own = [table for table in tables if table.document == f"{stage.REGIONS}/{code}"]
        if own:
            of = [edition.name, language.code, *([table.page, table.caption, table.source, table.content] for table in own)]
            files[f"{WORKBOOKS}/{code}.xlsx"] = kept.file(
                f"{WORKBOOKS}/{code}.xlsx", of, partial(_workbook, code, own, edition, language)
            )
    files |= source(folder)
    title, description = published.described(language)
    written = {
        PACKAGE: _package(tables, files, edition, title, description, digest(folder)),
        INDEX: _index(tables, files, edition, title),
        CATALOGUE: dcat.catalogue(sorted(files), edition.name, edition.language, edition.config, edition.updated, language),
    }
    return {**files, **{name: _json(content) for name, content in written.items()}}


def _workbook(code: str, tables: Sequence[Offered], edition: Edition, language: Language) -> bytes:
    """Return the tables of a region's page as a workbook."""
    sheets = [(table.name.removesuffix(f"-{code}"), table.caption, table.source, table.data) for table in tables]
    return published.workbook(tables[0].page, edition.name, sheets, language)


def source(folder: Path) -> dict[str, bytes]:
    """Return the files that the report is computed from: assumptions, and the package but for counts as they came."""
    files = sorted((folder / "assumptions").glob("*.toml"))
    found = {}
    if (folder / PACKAGE).is_file():
        content = (folder / PACKAGE).read_bytes()
        package = json.loads(content)
        public = [resource for resource in package["resources"] if resource["name"] not in personnel.COLLECTED]
        files += [folder / resource[part] for resource in public for part in ("path", "record") if part in resource]
        left_out = len(public) < len(package["resources"])
        found[f"{SOURCE}/{PACKAGE}"] = _json({**package, "resources": public}) if left_out else content
    return found | {f"{SOURCE}/{file.relative_to(folder).as_posix()}": file.read_bytes() for file in files}


def _package(
    tables: Sequence[Offered], files: Mapping[str, bytes], edition: Edition, title: str, description: str, returns: str
) -> dict[str, Any]:
    """Return the Data Package of the tables; it says on what returns they rest, by digest, and nothing of them."""
    return {
        "name": f"riktvarden-{_slug(edition.name)}",
        "title": title,
        "description": description,
        "version": edition.name,
        **({"returns": f"sha256:{returns}"} if returns else {}),
        "licenses": [LICENCE],
        "resources": [
            {
                "name": _name(table),
                "path": f"{table.place}.csv",
                "title": table.title,
                "description": f"{table.page}. {table.caption}",
                "sources": [{"title": table.source}],
                "licenses": [LICENCE],
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "dialect": {"delimiter": ","},
                "bytes": len(files[f"{table.place}.csv"]),
                "hash": f"sha256:{hashlib.sha256(files[f'{table.place}.csv']).hexdigest()}",
                "schema": {
                    "fields": [
                        {"name": str(name), "type": kind} for name, kind in zip(table.data, table.types, strict=True)
                    ],
                    "missingValues": [""],
                },
            }
            for table in tables
        ],
    }


def _index(tables: Sequence[Offered], files: Mapping[str, bytes], edition: Edition, title: str) -> dict[str, Any]:
    """Return the list of what there is, with addresses relative to the list itself."""
    return {
        "edition": edition.name,
        "title": title,
        "language": edition.language,
        "made_of": edition.made_of,
        "datapackage": PACKAGE,
        "catalogue": CATALOGUE,
        "source": f"{SOURCE}/{PACKAGE}" if f"{SOURCE}/{PACKAGE}" in files else None,
        "workbooks": {name.partition("/")[2].removesuffix(".xlsx"): name for name in files if name.endswith(".xlsx")},
        "tables": [
            {
                "name": _name(table),
                "title": table.title,
                "page": f"../../{edition.language}/{table.document}.html#{table.name}",
                "csv": f"{table.place}.csv",
                "parquet": f"{table.place}.parquet",
                "rows": table.rows,
            }
            for table in tables
        ],
    }


def _name(table: Offered) -> str:
    """Return the name of a table among all of the edition."""
    return _slug(table.place.removeprefix(f"{TABLES}/").replace("/", "-"))


def _slug(text: str) -> str:
    return _NOT_A_NAME.sub("-", text.lower())


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
