"""Everything that is published as a reader gets it, in every format: tables and sentences."""

from __future__ import annotations

import base64
import binascii
import csv
import html
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pyarrow.parquet as pq

from riktvarden.book.opendata import Offered
from riktvarden.report.kit.figures import TABLE

Row = tuple[str, ...]


class Shown(NamedTuple):
    """A table as it is shown; cells are text, empty where there is nothing."""

    place: str
    head: Row
    rows: tuple[Row, ...]
    about: str
    """Text around it: title, caption, source."""
    exact: bool
    """Whether numbers have all their digits; those on pages may be rounded."""


class Said(NamedTuple):
    """A sentence or label."""

    place: str
    text: str
    about: str


Item = Shown | Said

TEXTS = {".md", ".txt", ".xml", ".rss", ".atom", ".toml"}
READ = {".html", ".csv", ".parquet", ".xlsx", ".json", ".jsonld", ".ipynb", ".js", ".svg", *TEXTS}
_LIBRARIES = ("_static", "vega.js", "searchindex.js")
"""Scripts that hold no figures; words of the search are those of the pages."""

REGION = re.compile(r"regions/(\d\d)\b")
"""Where a place says of which region it is."""

_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
_ROW = re.compile(r"<tr\b.*?(?=<tr\b|</table|\Z)", re.DOTALL | re.IGNORECASE)
_CELL = re.compile(r"<t[hd]\b([^>]*)>(.*?)(?=<t[hd]\b|</tr|\Z)", re.DOTALL | re.IGNORECASE)
_CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL)
_SPAN = re.compile(r'colspan="?(\d+)')
_TAG = re.compile(r"<[^>]+>")
_BLOCK = re.compile(r"</?(?:p|div|li|h\d|td|th|tr|table|section|figure|figcaption|details|summary|br|dt|dd|ul|pre)\b[^>]*>")
_SCRIPT = re.compile(r"<(script|style)\b([^>]*)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_SPOKEN = re.compile(r'\b(?:alt|title|aria-label|content|summary)="([^"]*\d[^"]*)"')
_DATA = re.compile(r'\bdata-[\w-]+="((?:\[|\{)[^"]*)"|\bdata-[\w-]+=\'((?:\[|\{)[^\']*)\'')
_URI = re.compile(r"data:(text/csv|application/json|image/svg\+xml)[^,\"']*?;base64,([A-Za-z0-9+/=]+)")
_H1 = re.compile(r"<(?:h1|title)\b[^>]*>(.*?)</", re.DOTALL)
_SENTENCE = re.compile(r"(?<=[^\W\d])[.!?]\s+|(?<=\d)[.!?]\s+(?=[A-ZÅÄÖ])|[;\n]")
_ASSIGNED = re.compile(r"=\s*([\[{].*[\]}])\s*;?\s*\Z", re.DOTALL)
_LABEL = re.compile(r'\baria-label="([^"]*: [^"]*)"')
_TIP = re.compile(r'\bdata-tip="([^"]*)"')
_INLINE = re.compile(r"<figcaption\b.*?</figcaption>|</figure>|<svg\b.*?</svg>", re.DOTALL)
_DRAWN = re.compile(r"<(?:text|title|desc)\b[^>]*>(.*?)</(?:text|title|desc)>", re.DOTALL)
_METADATA = re.compile(r"<metadata\b[^>]*>(.*?)</metadata>", re.DOTALL)


def everything(folder: Path, tables: Iterable[Offered] = ()) -> Iterator[Item]:
    """Read all files of a folder, each table and each sentence once for each file kind that shows it.

    Parameters
    ----------
    folder
        Folder of all that is to be published.
    tables
        The tables that its pages and files are made of, with what is said of them; a file that shows no more than one
        of these is not read again.

    Yields
    ------
    Shown or Said
        Only what has a figure in it: words alone give no count away.
    """
    reader = Reader()
    for table in tables:
        yield from reader.offered(table)
    for file in sorted(folder.rglob("*")):
        if file.suffix in READ and file.is_file():
            yield from reader.file(file, file.relative_to(folder).as_posix())


class Reader:
    """Reads files one after another and leaves out what an earlier one showed alike."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def file(self, file: Path, place: str) -> Iterator[Item]:
        """Yield what one file shows for the first time."""
        if file.suffix == ".parquet":
            columns = pq.read_table(file).to_pydict()
            rows = zip(*([_text(value) for value in column] for column in columns.values()), strict=True)
            yield from self._table(place, tuple(map(str, columns)), rows, "", exact=True)
            return
        if file.suffix == ".xlsx":
            yield from self._workbook(file, place)
            return
        text = file.read_text(encoding="utf-8-sig", errors="replace")
        match file.suffix:
            case ".csv":
                yield from self._csv(place, text, "")
            case ".html":
                yield from self._page(place, text, "")
            case ".svg":
                yield from self._drawing(place, text, "")
            case ".ipynb":
                yield from self._notebook(place, text)
            case ".js":
                if not any(part in place for part in _LIBRARIES) and (found := _ASSIGNED.search(text)):
                    yield from self._embedded(place, found[1], "")
            case ".json" | ".jsonld":
                yield from self._embedded(place, text, "")
            case _:
                yield from self._marked(place, html.unescape(text) if file.suffix not in {".md", ".txt"} else text)

    def offered(self, table: Offered) -> Iterator[Shown]:
        """Yield a table as the notebook that made it has it."""
        about = f"{table.page} {table.caption} {table.source}"
        yield from self._csv(f"{table.document}: {table.name}.csv", table.csv.decode("utf-8-sig"), about)

    def _first(self, content: object) -> bool:
        """Whether this content was not there before."""
        key = hash(content)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _table(
        self, place: str, head: Sequence[str], rows: Iterator[Sequence[str]], about: str, *, exact: bool
    ) -> Iterator[Shown]:
        cells = tuple(tuple(row) for row in rows if any(row))
        # The same table is the same on another page, unless only the page shows which region it is of.
        same = (tuple(head), cells, exact, _region(place))
        # Without words around it, it says nothing that it does not say with them.
        is_first = self._first(same) if not about else self._first((*same, about))
        self._seen.add(hash(same))
        if cells and is_first:
            yield Shown(place, tuple(head), cells, about, exact)

    def _said(self, place: str, text: str, about: str) -> Iterator[Said]:
        for sentence in _SENTENCE.split(text):
            sentence = " ".join(sentence.split())
            counts = any(c.isdigit() for c in sentence) or _NUMERAL.search(sentence)
            if counts and self._first((sentence, about, _region(place))):
                yield Said(place, sentence, about)

    def _csv(self, place: str, text: str, about: str) -> Iterator[Shown]:
        line = text.partition("\n")[0]
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=line.count)))
        if rows:
            width = len(rows[0])
            body = (row[:width] + [""] * (width - len(row)) for row in rows[1:])
            yield from self._table(place, rows[0], body, about, exact=True)

    def _workbook(self, file: Path, place: str) -> Iterator[Item]:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        for sheet in book.worksheets:
            rows = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            rows = [row for row in rows if any(row)]
            if not rows:
                continue
            # Above the head there may be lines of text; the head is the first row as wide as any.
            widest = max(sum(map(bool, row)) for row in rows)
            top = next(number for number, row in enumerate(rows) if sum(map(bool, row)) == widest)
            about = " ".join(word for row in rows[:top] for word in row if word)
            width = len(rows[top])
            body = (row[:width] + [""] * (width - len(row)) for row in rows[top + 1 :])
            yield from self._table(f"{place}: {sheet.title}", rows[top], body, about, exact=True)
            for row in rows[: top + 1]:
                yield from self._said(f"{place}: {sheet.title}", " ".join(row), sheet.title)
        book.close()

    def _notebook(self, place: str, text: str) -> Iterator[Item]:
        try:
            cells = json.loads(text).get("cells", [])
        except (ValueError, AttributeError):
            return
        for cell in cells:
            if cell.get("cell_type") != "code":
                yield from self._marked(place, _joined(cell.get("source", "")))
            else:
                yield from self._said(place, _joined(cell.get("source", "")), "")
            for output in cell.get("outputs", ()):
                yield from self._said(place, _joined(output.get("text", "")), "")
                yield from self._said(place, " ".join(map(str, output.get("traceback", ()))), "")
                for kind, content in (output.get("data") or {}).items():
                    yield from self._bundle(place, kind, content)
            yield from self._embedded_value(place, cell.get("metadata", {}), "")

    def _bundle(self, place: str, kind: str, content: Any) -> Iterator[Item]:  # noqa: ANN401 - any JSON
        if kind == TABLE:
            yield from self.offered(Offered.of(place, "", content))
        elif kind == "text/html":
            yield from self._page(place, _joined(content), "")
        elif kind == "image/svg+xml":
            yield from self._drawing(place, _joined(content), "")
        elif kind.endswith("json"):
            value = content
            if isinstance(content, str):
                yield from self._embedded(place, content, "")
            else:
                yield from self._embedded_value(place, value, "")
        elif kind.startswith("text/"):
            yield from self._marked(place, _joined(content))

    def _page(self, place: str, text: str, about: str) -> Iterator[Item]:
        found = _H1.search(text)
        title = f"{about} {_plain(found[1])}".strip() if found else about
        yield from self._uris(place, text, title)
        text = _URI.sub("", text)
        for kind, attributes, content in _SCRIPT.findall(text):
            if kind.lower() == "script" and "json" in attributes:
                yield from self._embedded(place, content, title)
            elif kind.lower() == "script" and (assigned := _ASSIGNED.search(content)):
                yield from self._embedded(place, assigned[1], title)
        text = _SCRIPT.sub(" ", text)
        caption = ""
        for part in _INLINE.findall(text):
            if part.startswith("<svg"):
                yield from self._drawing(place, part, f"{title} {caption}".strip())
            else:
                caption = _plain(part)
        text = _INLINE.sub(lambda part: " " if part[0].startswith("<svg") else part[0], text)
        yield from self._attributes(place, text, title)
        for comment in _COMMENT.findall(text):
            yield from self._said(place, _plain(comment), title)
        text = _COMMENT.sub(" ", text)
        rest, last = [], 0
        for printed in _TABLE.finditer(text):
            before = _plain(text[max(last, printed.start() - 1500) : printed.start()])[-300:]
            after = _plain(text[printed.end() : printed.end() + 600].partition("<table")[0])[:200]
            caption = _plain(" ".join(_CAPTION.findall(printed[0])))
            yield from self._printed(place, printed[0], f"{title} {before} {caption} {after}")
            rest.append(text[last : printed.start()])
            last = printed.end()
        rest.append(text[last:])
        words = html.unescape(_TAG.sub(" ", _BLOCK.sub("\n", "\n".join(rest))))
        yield from self._said(place, words, title)

    def _attributes(self, place: str, text: str, about: str) -> Iterator[Item]:
        for spoken in _SPOKEN.findall(text):
            yield from self._said(place, html.unescape(spoken), about)
        for one, other in _DATA.findall(text):
            yield from self._embedded(place, html.unescape(one or other), about)

    def _uris(self, place: str, text: str, about: str) -> Iterator[Item]:
        for kind, content in _URI.findall(text) if ";base64," in text else ():
            try:
                raw = base64.b64decode(content)
                decoded = raw.decode("utf-8-sig")
            except (binascii.Error, UnicodeDecodeError):
                continue
            if kind == "text/csv":
                if self._first((raw, _region(place))):
                    yield from self._csv(place, decoded, about)
            elif kind == "application/json":
                yield from self._embedded(place, decoded, about)
            else:
                yield from self._drawing(place, decoded, about)

    def _printed(self, place: str, text: str, about: str) -> Iterator[Shown]:
        """A table of a page; heads of several rows become one."""
        rows: list[tuple[bool, list[str]]] = []
        for row in _ROW.findall(text):
            cells: list[str] = []
            heads = 0
            for attributes, content in _CELL.findall(row):
                span = _SPAN.search(attributes)
                cells += [_plain(content)] * min(int(span[1]) if span else 1, 50)
            heads = len(re.findall(r"<th\b", row, re.IGNORECASE))
            if cells:
                rows.append((heads > 1 and heads >= len(re.findall(r"<td\b", row, re.IGNORECASE)), cells))
        width = max((len(cells) for _, cells in rows), default=0)
        tops = 0
        while tops < len(rows) and rows[tops][0]:
            tops += 1
        tops = max(tops, 1)
        padded = [cells + [""] * (width - len(cells)) for _, cells in rows]
        head = [" ".join(dict.fromkeys(filter(None, words))) for words in zip(*padded[:tops], strict=True)]
        yield from self._table(place, head, iter(padded[tops:]), about, exact=False)
        if len(padded) == tops:  # a head alone may be all that there is
            yield from self._table(place, [""] * width, iter(padded), about, exact=False)

    def _drawing(self, place: str, text: str, about: str) -> Iterator[Item]:
        drawn = [_plain(words) for words in _DRAWN.findall(text)]
        whole = f"{about} {' · '.join(drawn)}"[:2000]
        records: dict[Row, list[Row]] = {}
        for label in _LABEL.findall(text):
            parts = [part.partition(": ") for part in html.unescape(label).split("; ")]
            if all(colon for _, colon, _ in parts):
                records.setdefault(tuple(key for key, _, _ in parts), []).append(tuple(value for *_, value in parts))
        for tip in _TIP.findall(text):
            name, *lines = html.unescape(tip).split("\n")
            parts = [line.rpartition(": ") for line in lines]
            records.setdefault(("", *(key for key, _, _ in parts)), []).append((name, *(value for *_, value in parts)))
        for head, rows in records.items():
            yield from self._table(place, head, iter(rows), whole, exact=False)
        for words in drawn:
            yield from self._said(place, words, whole)
        yield from self._said(place, " · ".join(drawn), about)
        yield from self._attributes(place, text, whole)
        yield from self._uris(place, text, whole)
        for content in _METADATA.findall(text):
            yield from self._embedded(
                place, html.unescape(content).strip().removeprefix("<![CDATA[").removesuffix("]]>"), whole
            )
        for _, attributes, content in _SCRIPT.findall(text):
            if "json" in attributes:
                yield from self._embedded(place, content.strip().removeprefix("<![CDATA[").removesuffix("]]>"), whole)

    def _marked(self, place: str, text: str) -> Iterator[Item]:
        """Text with marks: tables between bars, HTML, sentences."""
        if "<table" in text or "<td" in text:
            yield from self._page(place, text, "")
            return
        lines: list[str] = []
        rows: list[list[str]] = []
        for line in [*text.splitlines(), ""]:
            if line.count("|") > 1:
                cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
                if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                    rows.append(cells)
                continue
            if len(rows) > 1:
                width = len(rows[0])
                body = (row[:width] + [""] * (width - len(row)) for row in rows[1:])
                yield from self._table(place, rows[0], body, " ".join(lines[-2:]), exact=False)
            rows = []
            lines.append(line)
        yield from self._said(place, _TAG.sub(" ", "\n".join(lines)), "")

    def _embedded(self, place: str, text: str, about: str) -> Iterator[Item]:
        """JSON as text; what is none is read as words."""
        if not self._first(text):
            return
        try:
            value = json.loads(text)
        except ValueError:
            yield from self._said(place, text[:100_000], about)
            return
        yield from self._embedded_value(place, value, about)

    def _embedded_value(self, place: str, value: Any, about: str) -> Iterator[Item]:  # noqa: ANN401 - any JSON
        about = f"{about} {' '.join(_titles(value))}".strip()[:2000]
        yield from self._part(place, value, about)

    def _part(self, place: str, value: Any, about: str) -> Iterator[Item]:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            yield from self._object(place, value, about)
        elif isinstance(value, list) and value:
            if all(isinstance(each, dict) for each in value):
                records = [{**each.get("properties", {}), **each} if _holds(each) else each for each in value]
                flat = [{str(k): _text(v) for k, v in each.items() if not isinstance(v, (dict, list))} for each in records]
                head = tuple(dict.fromkeys(name for each in flat for name in each))
                if head:
                    yield from self._table(
                        place, head, (tuple(e.get(n, "") for n in head) for e in flat), about, exact=True
                    )
            elif _is_grid(value):
                rows = (tuple(map(_text, each)) for each in value[1:])
                yield from self._table(place, tuple(value[0]), rows, about, exact=True)
                return
            for each in value:
                if isinstance(each, (dict, list)):
                    yield from self._part(place, each, about)
                elif isinstance(each, str) and " " in each:
                    yield from self._said(place, each, about)

    def _object(self, place: str, value: Mapping[str, Any], about: str) -> Iterator[Item]:
        names, body = value.get("columns"), value.get("data")
        if isinstance(names, list) and isinstance(body, list) and all(isinstance(row, list) for row in body):
            rows = (tuple(map(_text, row)) for row in body if len(row) == len(names))
            yield from self._table(place, tuple(map(str, names)), rows, about, exact=True)
            return
        columns = {k: v for k, v in value.items() if isinstance(v, list) and v and not isinstance(v[0], (dict, list))}
        if len(columns) > 1 and len({len(column) for column in columns.values()}) == 1:
            across = zip(*([_text(each) for each in column] for column in columns.values()), strict=True)
            yield from self._table(place, tuple(columns), across, about, exact=True)
        scalars = {k: _text(v) for k, v in value.items() if not isinstance(v, (dict, list))}
        numbers = sum(isinstance(value[name], (int, float)) and not isinstance(value[name], bool) for name in scalars)
        if 0 < numbers < len(scalars) or (numbers and _named(scalars)):
            yield from self._table(place, tuple(scalars), iter([tuple(scalars.values())]), about, exact=True)
        inner = {k: v for k, v in value.items() if isinstance(v, dict) and v}
        if inner and all(not isinstance(x, (dict, list)) for v in inner.values() for x in v.values()) and len(inner) > 1:
            # Records by key: {"Norrbotten": {"women": 3, …}, …}, or columns by row number as pandas writes them.
            head = tuple(dict.fromkeys(name for each in inner.values() for name in each))
            rows = ((k, *(_text(each.get(name, "")) for name in head)) for k, each in inner.items())
            yield from self._table(place, ("", *head), rows, about, exact=True)
            turned = ((name, *(_text(each.get(name, "")) for each in inner.values())) for name in head)
            yield from self._table(place, ("", *inner), turned, about, exact=True)
        for key, each in value.items():
            if key in {"coordinates", "geometry", "arcs"}:
                continue
            if isinstance(each, (dict, list)):
                yield from self._part(place, each, about)
            elif isinstance(each, str):
                if "\n" in each and each.partition("\n")[0].count(",") > 0 and key in {"values", "csv", "data"}:
                    yield from self._csv(place, each, about)
                elif " " in each:
                    yield from self._said(place, each, about)


_NUMERAL = re.compile(r"\b(?:en enda|två|tre|fyra|one|two|three|four)\b", re.IGNORECASE)


def _region(place: str) -> str:
    """The region whose page or folder a place is in; empty for others."""
    found = REGION.search(place)
    return found[1] if found else ""


def _named(scalars: Mapping[str, str]) -> bool:
    """Whether the names of numbers say what they count."""
    return any(re.search(r"wom|men\b|kvinn|män|person|priv|own|regi", name, re.IGNORECASE) for name in scalars)


def _is_grid(value: list[Any]) -> bool:
    """Whether a list of lists is a table whose first row is its head."""
    return (
        len(value) > 1
        and all(isinstance(row, list) and row and not isinstance(row[0], (dict, list)) for row in value)
        and all(isinstance(name, str) for name in value[0])
        and all(len(row) == len(value[0]) for row in value)
    )


def _holds(each: Mapping[str, Any]) -> bool:
    return isinstance(each.get("properties"), dict)


def _titles(value: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON
    """What a chart says of itself as a whole."""
    if isinstance(value, dict):
        for key in ("title", "description", "name", "text"):
            if isinstance(value.get(key), str):
                yield value[key]
            elif isinstance(value.get(key), dict):
                yield from _titles(value[key])
        encoding = value.get("encoding")
        for channel in encoding.values() if isinstance(encoding, dict) else ():
            yield from _titles(channel)
        for key in ("layer", "hconcat", "vconcat"):
            for layer in value.get(key) or () if isinstance(value.get(key), list) else ():
                yield from _titles(layer)


def _plain(text: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", text)).split()) if "<" in text or "&" in text else " ".join(text.split())


def _joined(content: object) -> str:
    return "".join(map(str, content)) if isinstance(content, list) else str(content or "")


def _text(value: object) -> str:
    if value is None or value != value:
        return ""
    return str(value)
