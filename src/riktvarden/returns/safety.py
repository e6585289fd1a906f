"""Whether a file from outside may be opened at all, told before any reader of workbooks sees it.

A workbook is a zip archive of XML. Both can be made to exhaust memory or to reach for other files, so everything is
bounded here first: bytes, parts, expanded bytes, elements, rows. What passes is small and holds only what a plain
form needs.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from riktvarden.problems import Problem

MOST_BYTES = 5_000_000
"""Size of a file: a form of 5 000 units takes about one megabyte."""

MOST_EXPANDED = 30_000_000
"""Bytes of all parts of a workbook once expanded: 5 000 units take about eight megabytes."""

MOST_RATIO = 200
"""Expanded over compressed bytes of a part above `SMALL_PART`: sheets reach about 30, bombs 1 000."""

SMALL_PART = 1_000_000
"""Expanded bytes below which a part may compress as it likes: it can do no harm."""

MOST_PARTS = 100
"""Parts of a workbook: a plain form has about fifteen."""

MOST_SHEETS = 10
"""Sheets of a workbook: the form has three."""

MOST_ROWS, MOST_COLUMNS = 6_000, 60
"""Rows and columns that may hold content: somewhat more than the form has, so that strays are named."""

MOST_ELEMENTS = {"sheet": 700_000, "around": 5_000, "strings": 200_000, "other": 30_000}
"""XML elements in the cells of a sheet, around them, in the table of texts, and in any other part.

The largest form has 5 000 rows of 23 cells of at most four elements; reading an element takes microseconds.
"""

LEAST_SIZE = 1.0
"""Height of a row in points, or width of a column in characters, below which nothing in it can be read."""

MOST_FAULTS = 200
"""Places of one kind, such as merged cells, that are named one by one."""

_PLAIN = re.compile(
    r"""\[Content_Types\]\.xml
    | _rels/\.rels
    | docProps/(app|core|custom)\.xml
    | docMetadata/LabelInfo\.xml                        # sensitivity labels of an organisation
    | customXml/([^/]+\.xml | _rels/[^/]+\.rels)        # what document systems leave behind; never read
    | xl/workbook\.xml
    | xl/_rels/workbook\.xml\.rels
    | xl/(styles|sharedStrings|calcChain|metadata)\.xml
    | xl/theme/[^/]+\.xml
    | xl/worksheets/[^/]+\.xml
    | xl/worksheets/_rels/[^/]+\.rels
    | xl/printerSettings/[^/]+\.bin
    | xl/comments/?[^/]*\.xml                            # notes on cells; never read
    | xl/threadedComments/[^/]+\.xml
    | xl/persons/[^/]+\.xml
    | xl/drawings/[^/]+\.vml                             # the frames of such notes
    """,
    re.VERBOSE,
)
"""Parts that a plain workbook has; whatever else there is has no place in a form."""

_UNWANTED = (
    (r"(?i).*vba.*", "macros", "save as an Excel workbook without macros (.xlsx)"),
    (r"(?i)xl/macrosheets/.*", "macros", "save as an Excel workbook without macros (.xlsx)"),
    (r"(?i)xl/externalLinks/.*", "links to other workbooks", "break the links: Data, Edit links"),
    (r"(?i)xl/(connections|queryTables).*", "connections to other data", "remove the connections: Data, Connections"),
    (r"(?i)xl/(embeddings|activeX|ctrlProps)/.*", "embedded objects", "remove the objects"),
    (r"(?i).*\.(zip|xlsx|xlsm|xlsb|docx|7z|gz|tar|rar|jar)", "a file inside the file", "remove the object"),
    (r"(?i)xl/(drawings|media|charts)/.*", "pictures or charts", "remove them"),
    (r"(?i)xl/(tables|pivot|slicers).*", "table or pivot objects", "convert them to plain cells"),
)
"""Parts that are refused: how they are named, what they are, how to get rid of them."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"

NEW_FORM = "copy the figures into a new form: `riktvarden returns template`"


class _RefusedError(Exception):
    """Raised inside the XML parser to stop it: what was found, what was expected, how to mend it."""

    def __init__(self, found: str, expected: str, mend: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.mend = found, expected, mend


@dataclass
class Layout:
    """What one sheet holds besides values, as its XML says.

    Attributes
    ----------
    is_hidden
        Whether the sheet as a whole cannot be seen.
    last_row, last_column
        The furthest cell with content.
    hidden_rows, hidden_columns
        First and last number of hidden rows and columns.
    merged
        Ranges of merged cells, as text.
    formulas
        Formula cells: row, column, formula.
    """

    is_hidden: bool = False
    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formulas: list[tuple[int, int, str]] = field(default_factory=list)


def load(path: Path) -> tuple[bytes, list[Problem]]:
    """Read a file of bounded size whole, so that what is checked is what is read.

    Returns
    -------
    tuple
        Its bytes, and why it is refused; empty where it is not.
    """
    name = path.name
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return b"", [Problem(name, 0, "", "not a file", "a file .xlsx or .csv", "name the file itself")]
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        found_text = error.strerror or type(error).__name__
        return b"", [Problem(name, 0, "", found_text, "a file that can be read", "check the name and the folder")]
    if len(raw) > MOST_BYTES:
        size, expected = f"{found.st_size} bytes", f"at most {MOST_BYTES} bytes"
        return b"", [Problem(name, 0, "", size, expected, NEW_FORM)]
    return raw, list(_kind_faults(name, raw))


def _kind_faults(name: str, raw: bytes) -> Iterator[Problem]:
    """Hold the ending of a file's name against its first bytes."""
    ending = Path(name).suffix.lower()
    expected = "an Excel workbook (.xlsx) or a text file (.csv)"
    if raw.startswith(_OLE):
        mend = "save it as .xlsx without password"
        yield Problem(name, 0, "", "an encrypted workbook or an old .xls", expected, mend)
    elif ending not in (".xlsx", ".csv"):
        what = "macros allowed (.xlsm)" if ending == ".xlsm" else ending or "no ending"
        yield Problem(name, 0, "", what, expected, "save it as an Excel workbook (.xlsx)")
    elif not raw:
        yield Problem(name, 0, "", "an empty file", "a filled form", NEW_FORM)
    elif ending == ".xlsx" and not raw.startswith(_ZIP):
        yield Problem(name, 0, "", f"bytes {raw[:4].hex()}", "an Excel workbook", "save it anew as .xlsx in Excel")
    elif ending == ".csv" and b"\0" in raw:
        yield Problem(name, 0, "", "bytes that are not text", "text in UTF-8", "save it anew as CSV UTF-8")


def workbook(name: str, raw: bytes) -> tuple[dict[str, Layout], bytes, list[Problem]]:
    """Look through a workbook without opening it.

    Parameters
    ----------
    name
        Name of the file, for the problems.
    raw
        Its bytes, from `load`.

    Returns
    -------
    tuple
        The layout of each sheet by name; the workbook packed anew from the bytes that were looked through, so that
        no reader meets any others; and why it is refused.
    """
    seen: dict[str, _Watch] = {}
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(packed, "w") as clean:
            problems = list(_archive_faults(name, raw, archive))
            if problems:
                return {}, b"", problems
            for part in archive.infolist():
                # Reading to the stated size and no further: without it the whole stream would be expanded first.
                with archive.open(part) as stream:
                    content = stream.read(part.file_size)
                problems += _part_faults(name, part.filename, content, seen)
                clean.writestr(part.filename, content)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
    ) as error:
        return (
            {},
            b"",
            [Problem(name, 0, "", _short(str(error)), "a sound workbook", "save it anew as .xlsx in Excel")],
        )
    if problems:
        return {}, b"", problems
    layouts: dict[str, Layout] = {}
    targets = seen["xl/_rels/workbook.xml.rels"].targets
    for sheet, link, state in seen["xl/workbook.xml"].sheets:
        target = targets.get(link, "")
        found = seen.get(target.removeprefix("/") if target.startswith("/") else f"xl/{target}")
        if found is None or not found.is_sheet or sheet in layouts:
            mend = "save it anew as .xlsx in Excel"
            return {}, b"", [Problem(name, 0, "", f"sheet {_short(sheet)}", "each sheet once, with its cells", mend)]
        found.layout.is_hidden = state not in ("", "visible")
        layouts[sheet] = found.layout
    return layouts, packed.getvalue(), []


def _archive_faults(name: str, raw: bytes, archive: zipfile.ZipFile) -> Iterator[Problem]:
    """Judge the archive by its table of contents, before anything is expanded."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS:
        yield Problem(name, 0, "", f"{len(parts)} parts", f"at most {MOST_PARTS}", NEW_FORM)
        return
    expanded = sum(part.file_size for part in parts)
    if expanded > MOST_EXPANDED:
        found, expected = f"{expanded} bytes once expanded", f"at most {MOST_EXPANDED}"
        yield Problem(name, 0, "", found, expected, NEW_FORM)
    if sum(part.compress_size for part in parts) > len(raw):
        yield Problem(name, 0, "", "parts that overlap", "each byte in one part", NEW_FORM)
    names = [part.filename.lower() for part in parts]
    for twice in sorted({found for found in names if names.count(found) > 1}):
        yield Problem(name, 0, "", _short(twice), "each part once", NEW_FORM)
    for part in parts:
        yield from _entry_faults(name, part)
    for needed in ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if needed not in archive.namelist():
            mend = "save it anew as .xlsx in Excel"
            yield Problem(name, 0, "", f"no {needed}", "an Excel workbook", mend)


def _entry_faults(name: str, part: zipfile.ZipInfo) -> Iterator[Problem]:
    """Judge one part by its entry in the table of contents."""
    where = part.filename
    if where.startswith("/") or "\\" in where or ":" in where or ".." in where.split("/"):
        yield Problem(name, 0, "", _short(where), "parts inside the workbook only", NEW_FORM)
        return
    for pattern, what, mend in _UNWANTED:
        if re.fullmatch(pattern, where) and not _PLAIN.fullmatch(where):
            yield Problem(name, 0, "", f"{what}: {_short(where)}", "a plain workbook", mend)
            return
    if not _PLAIN.fullmatch(where) and not (where.endswith("/") and part.file_size == 0):
        yield Problem(name, 0, "", f"an unknown part: {_short(where)}", "a plain workbook", NEW_FORM)
    if part.flag_bits & 0x1:
        yield Problem(name, 0, "", "a part with a password", "no password", "save it without password")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found, expected = f"compression {part.compress_type}", "the compression that Excel uses"
        yield Problem(name, 0, "", found, expected, "save it anew as .xlsx in Excel")
    if part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1):
        found, expected = (
            f"{_short(where)}, {part.file_size // max(part.compress_size, 1)} to 1",
            f"{MOST_RATIO} to 1",
        )
        yield Problem(name, 0, "", found, f"parts that expand at most {expected}", NEW_FORM)


def _part_faults(name: str, where: str, content: bytes, seen: dict[str, _Watch]) -> Iterator[Problem]:
    """Look through one expanded part; what was seen of it is added to `seen`."""
    if content.startswith((_ZIP, _OLE)):
        yield Problem(name, 0, "", f"a file inside the file: {_short(where)}", "a plain workbook", "remove the object")
        return
    if not where.endswith((".xml", ".rels")):
        return
    watch = _Watch(where)
    try:
        watch.parser.Parse(content, True)
    except _RefusedError as refused:
        yield Problem(name, 0, "", f"{_short(where)}: {refused.found}", refused.expected, refused.mend)
    except expat.ExpatError as error:
        found = f"{_short(where)}: {error}"
        yield Problem(name, 0, "", found, "XML that keeps its own rules", "save it anew as .xlsx in Excel")
    else:
        seen[where] = watch


class _Watch:
    """Follow the parser through one part, stop it where a bound is passed and note the layout of a sheet."""

    def __init__(self, where: str) -> None:
        self.is_sheet = where.startswith("xl/worksheets/") and where.endswith(".xml")
        self.is_links = where.endswith(".rels")
        self.bound = MOST_ELEMENTS["strings" if where == "xl/sharedStrings.xml" else "other"]
        self.layout = Layout()
        self.count = {"sheet": 0, "around": 0, "other": 0}
        self.sheets: list[tuple[str, str, str]] = []
        self.targets: dict[str, str] = {}
        self.row = self.column = 0
        self.in_cells = False
        self.formula: list[str] | None = None
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._declares
        self.parser.EntityDeclHandler = self._declares
        if self.is_sheet:
            self.parser.StartElementHandler = self._sheet_start
            self.parser.EndElementHandler = self._sheet_end
            self.parser.CharacterDataHandler = self._text
        else:
            self.parser.StartElementHandler = self._other_start

    def _declares(self, *_: object) -> NoReturn:
        raise _RefusedError("a document type or entities", "XML without them", NEW_FORM)

    def _other_start(self, tag: str, attributes: dict[str, str]) -> None:
        self._counted("other", self.bound)
        tag = tag.rpartition(":")[2]
        if self.is_links and tag == "Relationship":
            target = attributes.get("Target", "")
            if attributes.get("TargetMode", "").lower() == "external" or ":" in target or "\\" in target:
                mend = "remove the link or the object that holds it"
                raise _RefusedError(f"a link to {_short(target)}", "no links out of the workbook", mend)
            self.targets[attributes.get("Id", "")] = target
        elif tag == "sheet":
            link = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), link, attributes.get("state", "")))
            if len(self.sheets) > MOST_SHEETS:
                raise _RefusedError("too many sheets", f"at most {MOST_SHEETS}", NEW_FORM)

    def _sheet_start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if not self.in_cells:
            self._counted("around", MOST_ELEMENTS["around"])
            self._around(tag, attributes)
            return
        self._counted("sheet", MOST_ELEMENTS["sheet"])
        if tag == "c":
            place = attributes.get("r")
            self.row, self.column = _place(place) if place else (self.row, self.column + 1)
        elif tag == "row":
            self.row = _number(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
            if _is_hidden(attributes, "ht") and len(self.layout.hidden_rows) < MOST_FAULTS:
                self.layout.hidden_rows.append((self.row, self.row))
        elif tag in ("v", "is", "f"):
            self.layout.last_row = max(self.layout.last_row, self.row)
            self.layout.last_column = max(self.layout.last_column, self.column)
            if self.layout.last_row > MOST_ROWS or self.layout.last_column > MOST_COLUMNS:
                found = f"a cell with content in row {self.row}, column {self.column}"
                expected = f"content in the first {MOST_ROWS} rows and {MOST_COLUMNS} columns"
                raise _RefusedError(found, expected, "remove what stands outside the form")
            if tag == "f":
                self.formula = []

    def _around(self, tag: str, attributes: dict[str, str]) -> None:
        layout = self.layout
        if tag == "sheetData":
            self.in_cells = True
        elif tag == "col" and _is_hidden(attributes, "width"):
            layout.hidden_columns.append((_number(attributes.get("min", "1")), _number(attributes.get("max", "1"))))
        elif tag == "mergeCell" and len(layout.merged) < MOST_FAULTS:
            layout.merged.append(_short(attributes.get("ref", "")))

    def _sheet_end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "sheetData":
            self.in_cells = False
        elif tag == "f" and self.formula is not None:
            if len(self.layout.formulas) < MOST_FAULTS:
                self.layout.formulas.append((self.row, self.column, "=" + _short("".join(self.formula))))
            self.formula = None

    def _text(self, text: str) -> None:
        if self.formula is not None and len(self.formula) < MOST_FAULTS:
            self.formula.append(text)

    def _counted(self, kind: str, bound: int) -> None:
        self.count[kind] += 1
        if self.count[kind] > bound:
            raise _RefusedError(f"more than {bound} elements", "a form of ordinary size", NEW_FORM)


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    """Whether a row or column cannot be seen: said so, or hardly any height or width."""
    said = re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,20})?", attributes.get(size, ""))
    return attributes.get("hidden") in ("1", "true") or (said is not None and float(said[0]) < LEAST_SIZE)


def _number(text: str) -> int:
    """Read a row or column number; what is none, or beyond any sheet, stops the parser."""
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise _RefusedError(f"a row or column {_short(text)}", "its number", NEW_FORM)
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Read a cell's row and column from its name."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", text)
    if not found:
        raise _RefusedError(f"a cell named {_short(text)}", "a name such as B5", NEW_FORM)
    column = 0
    for character in found[1]:
        column = column * 26 + ord(character) - ord("A") + 1
    return int(found[2]), column


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
