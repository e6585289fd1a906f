"""Vet an external file before any spreadsheet library opens it.

A workbook is a zip archive of XML. Both can be crafted to exhaust memory or to access other files, so everything is
bounded here first: bytes, parts, expanded bytes, elements, rows. A file that passes is small and holds only what a
plain form needs.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from riktvarden.problems import Problem
from riktvarden.regular import regular

MOST_BYTES = 5_000_000
"""Maximum size of a file, in bytes; a form of 5 000 units takes about one megabyte."""

MOST_EXPANDED = 30_000_000
"""Maximum size of all parts of a workbook once expanded, in bytes; 5 000 units take about eight megabytes."""

MOST_RATIO = 200
"""Maximum compression ratio of a part larger than `SMALL_PART`; sheets reach about 30, zip bombs 1 000."""

SMALL_PART = 1_000_000
"""Expanded size in bytes below which a part is exempt from the compression-ratio limit."""

MOST_PARTS = 100
"""Maximum number of parts of a workbook; a plain form has about fifteen."""

MOST_SHEETS = 10
"""Maximum number of sheets of a workbook; the form has three."""

MOST_ROWS, MOST_COLUMNS = 6_000, 60
"""Maximum row and column with content: somewhat more than the form has, so that stray cells are reported."""

MOST_ELEMENTS = {"sheet": 700_000, "around": 5_000, "strings": 200_000, "other": 30_000}
"""Maximum number of XML elements in the cells of a sheet, around them, in the shared strings, and in any other part.

The largest form has 5 000 rows of 23 cells of at most four elements; reading an element takes microseconds.
"""

LEAST_HEIGHT, LEAST_WIDTH = 6.0, 1.0
"""Height of a row in points and width of a column in characters below which content is illegible."""

MOST_FAULTS = 200
"""Number of places of one kind, such as merged cells, that are reported individually."""

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
"""Parts allowed in a workbook; any other part is refused."""

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
"""Parts that are refused: pattern of the name, description, fix."""

_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships id"
"""Type of the main part of a workbook without macros, and the attribute that links a sheet to its part."""

_PLACES = {"officeDocument": "xl/workbook.xml", "styles": "xl/styles.xml", "sharedStrings": "xl/sharedStrings.xml",
           "theme": "xl/theme/theme1.xml"}  # fmt: skip
"""Last word of a relation → required path of the part; programs differ in how they look it up."""

_TYPED = {"sharedStrings+xml": "xl/sharedStrings.xml", "styles+xml": "xl/styles.xml"}
"""End of a content type → required path of the part."""

_INSIDE = {"row": "sheetData", "c": "row", "v": "c", "f": "c", "is": "c", "t": "is", "phoneticPr": "is"}
"""Elements that make up the table of a sheet, and their containers."""

_SLOTS = ("lt1", "dk1", "lt2", "dk2", *(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink")
"""Colours of a theme, in the order in which cells number them."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"

NEW_FORM = "copy the figures into a new form: `riktvarden returns template`"


class _RefusedError(Exception):
    """Raised inside the XML parser to stop it: found, expected, fix."""

    def __init__(self, found: str, expected: str, fix: str) -> None:
        super().__init__(found)
        self.found, self.expected, self.fix = found, expected, fix


@dataclass
class Layout:
    """Layout of one sheet, from its XML.

    Attributes
    ----------
    is_hidden
        Whether the whole sheet is hidden.
    last_row, last_column
        The furthest cell with content.
    hidden_rows, hidden_columns
        First and last number of hidden rows and columns.
    merged
        Ranges of merged cells, as text.
    formulas
        Formula cells: row, column, formula.
    unseen
        Other reasons why content is hidden: row or 0, found, fix.
    """

    is_hidden: bool = False
    last_row: int = 0
    last_column: int = 0
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formulas: list[tuple[int, int, str]] = field(default_factory=list)
    unseen: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Workbook:
    """Findings about a workbook without opening it.

    Attributes
    ----------
    layouts
        Sheet name → layout.
    packed
        The workbook repacked from the vetted bytes, so that no reader sees any others.
    theme
        Its colours as six hexadecimal digits, in the order in which cells number them; empty text for a colour that
        cannot be expressed so.
    palette
        Its indexed colours as eight such digits; empty if they are the default ones.
    """

    layouts: dict[str, Layout]
    packed: bytes
    theme: tuple[str, ...]
    palette: tuple[str, ...]


def load(path: Path) -> tuple[bytes, list[Problem]]:
    """Read a whole file of bounded size, so that the bytes checked are the bytes read.

    Returns
    -------
    tuple
        Its bytes, and the problems for which it is refused; empty if it is accepted.
    """
    name = path.name
    raw, fault = regular(path, MOST_BYTES, "a file .xlsx or .csv", NEW_FORM)
    return (b"", [fault]) if fault else (raw, list(_kind_faults(name, raw)))


def _kind_faults(name: str, raw: bytes) -> Iterator[Problem]:
    """Compare the suffix of a file's name with its first bytes."""
    ending = Path(name).suffix.lower()
    expected = "an Excel workbook (.xlsx) or a text file (.csv)"
    if raw.startswith(_OLE):
        fix = "save it as .xlsx without password"
        yield Problem(name, 0, "", "an encrypted workbook or an old .xls", expected, fix)
    elif ending not in (".xlsx", ".csv"):
        what = "macros allowed (.xlsm)" if ending == ".xlsm" else ending or "no ending"
        yield Problem(name, 0, "", what, expected, "save it as an Excel workbook (.xlsx)")
    elif not raw:
        yield Problem(name, 0, "", "an empty file", "a filled form", NEW_FORM)
    elif ending == ".xlsx" and not raw.startswith(_ZIP):
        yield Problem(name, 0, "", f"bytes {raw[:4].hex()}", "an Excel workbook", "save it again as .xlsx in Excel")
    elif ending == ".csv" and b"\0" in raw:
        yield Problem(name, 0, "", "bytes that are not text", "text in UTF-8", "save it again as CSV UTF-8")


def workbook(name: str, raw: bytes) -> tuple[Workbook | None, list[Problem]]:
    """Inspect a workbook without opening it.

    Parameters
    ----------
    name
        Name of the file, for the problems.
    raw
        Its bytes, from `load`.

    Returns
    -------
    tuple
        The findings, or None if it is refused, and the problems.
    """
    save = "save it again as .xlsx in Excel"
    seen: dict[str, _Watch] = {}
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, zipfile.ZipFile(packed, "w") as clean:
            problems = list(_archive_faults(name, raw, archive))
            if problems:
                return None, problems
            for part in archive.infolist():
                # Read up to the stated size only; otherwise the whole stream would be expanded first.
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
        return None, [Problem(name, 0, "", _short(str(error)), "a sound workbook", save)]
    problems = problems or list(_one_book_faults(name, seen))
    if problems:
        return None, problems
    layouts: dict[str, Layout] = {}
    book = seen["xl/workbook.xml"]
    targets = {link: target for link, _, target in seen["xl/_rels/workbook.xml.rels"].links}
    for sheet, link, state in book.sheets:
        found = seen.get(targets.get(link, ""))
        if found is None or not found.is_sheet or sheet in layouts:
            return None, [Problem(name, 0, "", f"sheet {_short(sheet)}", "each sheet once, with its cells", save)]
        found.layout.is_hidden = book.is_hidden or state not in ("", "visible")
        layouts[sheet] = found.layout
    theme, styles = seen.get("xl/theme/theme1.xml"), seen.get("xl/styles.xml")
    colours = theme.theme if theme else {"lt1": "FFFFFF", "dk1": "000000"}
    of_theme = tuple(colours.get(slot, "") for slot in _SLOTS)
    return Workbook(layouts, packed.getvalue(), of_theme, tuple(styles.palette if styles else ())), []


def _one_book_faults(name: str, seen: dict[str, _Watch]) -> Iterator[Problem]:
    """Check that every program finds the same parts, whether it follows relations, types or names."""
    save = "save it again as .xlsx in Excel"
    types = seen["[Content_Types].xml"].types
    main = [where for where, kind in types if kind.endswith("main+xml")]
    if main != ["/xl/workbook.xml"] or ("/xl/workbook.xml", _MAIN) not in types:
        found = ", ".join(main) or "no main part"
        yield Problem(name, 0, "", _short(f"[Content_Types].xml: {found}"), "xl/workbook.xml as only main part", save)
    places = [where.lower() for where, _ in types]
    for twice in sorted({where for where in places if places.count(where) > 1}):
        yield Problem(name, 0, "", _short(f"[Content_Types].xml: {twice}"), "each part once", save)
    for where, kind in types:
        place = next((place for ending, place in _TYPED.items() if kind.endswith(ending)), where.removeprefix("/"))
        if where.removeprefix("/") != place:
            yield Problem(name, 0, "", _short(f"[Content_Types].xml: {where}"), f"{place} as only part of its type", save)
    for of in ("_rels/.rels", "xl/_rels/workbook.xml.rels"):
        links = seen[of].links
        names = [link for link, _, _ in links]
        for twice in sorted({link for link in names if names.count(link) > 1}):
            yield Problem(name, 0, "", _short(f"{of}: {twice}"), "each relation once", save)
        for kind, place in _PLACES.items():
            found_at = [target for _, what, target in links if what.rpartition("/")[2] == kind]
            is_due = kind == "officeDocument" and of == "_rels/.rels"
            if found_at != [place] and (found_at or is_due):
                found = ", ".join(found_at) or f"no {kind}"
                yield Problem(name, 0, "", _short(f"{of}: {found}"), f"{place} as only {kind}", save)


def _archive_faults(name: str, raw: bytes, archive: zipfile.ZipFile) -> Iterator[Problem]:
    """Check the archive's table of contents, before anything is expanded."""
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
    for needed in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"):
        if needed not in archive.namelist():
            fix = "save it again as .xlsx in Excel"
            yield Problem(name, 0, "", f"no {needed}", "an Excel workbook", fix)


def _entry_faults(name: str, part: zipfile.ZipInfo) -> Iterator[Problem]:
    """Check one part's entry in the table of contents."""
    where = part.filename
    if where.startswith("/") or "\\" in where or ":" in where or ".." in where.split("/"):
        yield Problem(name, 0, "", _short(where), "parts inside the workbook only", NEW_FORM)
        return
    for pattern, what, fix in _UNWANTED:
        if re.fullmatch(pattern, where) and not _PLAIN.fullmatch(where):
            yield Problem(name, 0, "", f"{what}: {_short(where)}", "a plain workbook", fix)
            return
    if not _PLAIN.fullmatch(where) and not (where.endswith("/") and part.file_size == 0):
        yield Problem(name, 0, "", f"an unknown part: {_short(where)}", "a plain workbook", NEW_FORM)
    if part.flag_bits & 0x1:
        yield Problem(name, 0, "", "a part with a password", "no password", "save it without password")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        found, expected = f"compression {part.compress_type}", "the compression that Excel uses"
        yield Problem(name, 0, "", found, expected, "save it again as .xlsx in Excel")
    if part.file_size > SMALL_PART and part.file_size > MOST_RATIO * max(part.compress_size, 1):
        found, expected = (
            f"{_short(where)}, {part.file_size // max(part.compress_size, 1)} to 1",
            f"{MOST_RATIO} to 1",
        )
        yield Problem(name, 0, "", found, f"parts that expand at most {expected}", NEW_FORM)


def _part_faults(name: str, where: str, content: bytes, seen: dict[str, _Watch]) -> Iterator[Problem]:
    """Inspect one expanded part and add the findings to `seen`."""
    if content.startswith((_ZIP, _OLE)):
        yield Problem(name, 0, "", f"a file inside the file: {_short(where)}", "a plain workbook", "remove the object")
        return
    if not where.endswith((".xml", ".rels")):
        return
    watch = _Watch(where)
    try:
        watch.parser.Parse(content, True)
    except _RefusedError as refused:
        yield Problem(name, 0, "", f"{_short(where)}: {refused.found}", refused.expected, refused.fix)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two for an unknown encoding
        found = f"{_short(where)}: {error}"
        yield Problem(name, 0, "", found, "well-formed XML", "save it again as .xlsx in Excel")
    else:
        seen[where] = watch


class _Watch:
    """Parser target for one part: stops when a limit is exceeded and records what the check needs."""

    def __init__(self, where: str) -> None:
        self.is_sheet = where.startswith("xl/worksheets/") and where.endswith(".xml")
        self.is_links, self.is_theme = where.endswith(".rels"), where == "xl/theme/theme1.xml"
        self.is_texts = where == "xl/sharedStrings.xml"
        self.folder = "xl/" if where.startswith("xl/") else ""
        self.bound = MOST_ELEMENTS["strings" if self.is_texts else "other"]
        self.layout = Layout()
        self.count = {"sheet": 0, "around": 0, "other": 0}
        self.sheets: list[tuple[str, str, str]] = []
        self.links: list[tuple[str, str, str]] = []
        self.types: list[tuple[str, str]] = []
        self.theme: dict[str, str] = {}
        self.palette: list[str] = []
        self.slot: str | None = None
        self.is_hidden = False
        self.row = self.column = 0
        self.path: list[str] = []
        self.has_table, self.scrolled = False, "A1"
        self.held: set[str] = set()
        self.formula: list[str] | None = None
        # With namespaces: a prefix may mean anything.
        self.parser = expat.ParserCreate(namespace_separator=" ")
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
        tag = tag.rpartition(" ")[2]
        if self.is_theme:
            self._theme_start(tag, attributes)
        elif self.is_links and tag == "Relationship":
            target = attributes.get("Target", "")
            if attributes.get("TargetMode", "").lower() == "external" or ":" in target or "\\" in target:
                fix = "remove the link or the object that holds it"
                raise _RefusedError(f"a link to {_short(target)}", "no links out of the workbook", fix)
            place = target.removeprefix("/") if target.startswith("/") else self.folder + target
            self.links.append((attributes.get("Id", ""), attributes.get("Type", ""), place))
        elif tag in ("Override", "Default"):
            self.types.append(
                (attributes.get("PartName") or attributes.get("Extension", ""), attributes.get("ContentType", ""))
            )
        elif tag == "rgbColor":
            self.palette.append(attributes.get("rgb", ""))
        elif tag == "workbookView":
            self.is_hidden |= attributes.get("visibility", "visible") != "visible"
        elif tag == "sheet":
            self.sheets.append((attributes.get("name", ""), attributes.get(_LINK, ""), attributes.get("state", "")))
            if len(self.sheets) > MOST_SHEETS:
                raise _RefusedError("too many sheets", f"at most {MOST_SHEETS}", NEW_FORM)
        elif tag == "r" and self.is_texts:
            raise _RefusedError(*_RICH)

    def _theme_start(self, tag: str, attributes: dict[str, str]) -> None:
        """Record the colours of a theme; one modified by child elements is unknown."""
        if tag in _SLOTS and tag not in self.theme:
            self.slot = tag
            self.theme[tag] = ""
        elif tag == "fontScheme":
            self.slot = None
        elif self.slot is not None:
            colour = (
                {"window": "FFFFFF", "windowText": "000000"}.get(attributes.get("val", "")) if tag == "sysClr" else None
            )
            colour = colour or (attributes.get("val", "") if tag == "srgbClr" else "")
            self.theme[self.slot] = colour if re.fullmatch("[0-9A-Fa-f]{6}", colour) and not self.theme[self.slot] else ""
            self.slot = self.slot if self.theme[self.slot] else None

    def _sheet_start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(" ")[2]
        above = self.path[-1] if self.path else ""
        self.path.append(tag)
        if "sheetData" not in self.path[:-1]:
            self._counted("around", MOST_ELEMENTS["around"])
            self._around(tag, attributes)
            return
        self._counted("sheet", MOST_ELEMENTS["sheet"])
        if tag in ("r", "rPr", "rPh"):
            raise _RefusedError(*_RICH)
        if _INSIDE.get(tag) != above:
            found, expected = f"{_short(tag)} in {_short(above)}", "rows of cells, and nothing else"
            raise _RefusedError(found, expected, "save it again as .xlsx in Excel")
        if tag == "row":
            self._row_start(attributes)
        elif tag == "c":
            self._cell_start(attributes)
        elif tag in ("v", "is", "f"):
            self._content_start(tag)

    def _row_start(self, attributes: dict[str, str]) -> None:
        row = _number(attributes["r"]) if "r" in attributes else self.row + 1
        if row <= self.row:
            raise _RefusedError(f"row {row} after row {self.row}", *_ORDER)
        self.row, self.column = row, 0
        if _is_hidden(attributes, "ht", LEAST_HEIGHT) and len(self.layout.hidden_rows) < MOST_FAULTS:
            self.layout.hidden_rows.append((row, row))
        elif _is_grouped(attributes):
            self._note(row, "a grouped row", "ungroup it: Data, Ungroup")

    def _cell_start(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r")
        row, column = _place(place) if place else (self.row, self.column + 1)
        if row != self.row or column <= self.column:
            raise _RefusedError(f"cell {place} in row {self.row} after column {self.column}", *_ORDER)
        self.column, self.held = column, set()

    def _content_start(self, tag: str) -> None:
        layout = self.layout
        if tag in self.held or {tag, *self.held} >= {"v", "is"}:
            raise _RefusedError(f"two contents of a cell in row {self.row}, column {self.column}", *_ORDER)
        self.held.add(tag)
        layout.last_row, layout.last_column = max(layout.last_row, self.row), max(layout.last_column, self.column)
        if layout.last_row > MOST_ROWS or layout.last_column > MOST_COLUMNS:
            found = f"a cell with content in row {self.row}, column {self.column}"
            expected = f"content in the first {MOST_ROWS} rows and {MOST_COLUMNS} columns"
            raise _RefusedError(found, expected, "remove what is outside the form")
        if tag == "f":
            self.formula = []

    def _around(self, tag: str, attributes: dict[str, str]) -> None:
        """Record the properties of the sheet, its columns and its ranges."""
        layout = self.layout
        if tag == "sheetData":
            if self.has_table or len(self.path) != 2:
                raise _RefusedError("two tables in one sheet", *_ORDER)
            self.has_table = True
        elif tag in ("row", "c"):
            raise _RefusedError("cells outside the table", *_ORDER)
        elif tag == "col" and _is_hidden(attributes, "width", LEAST_WIDTH):
            layout.hidden_columns.append((_number(attributes.get("min", "1")), _number(attributes.get("max", "1"))))
        elif tag == "col" and _is_grouped(attributes):
            self._note(0, f"grouped columns from {attributes.get('min', '')}", "ungroup them: Data, Ungroup")
        elif tag == "sheetFormatPr":
            self._defaults(attributes)
        elif tag == "sheetView":
            if attributes.get("showZeros") in ("0", "false"):
                self._note(0, "zeros that are not shown", "show them: File, Options, Advanced")
            self.scrolled = attributes.get("topLeftCell", "A1")
        elif tag == "pane" and attributes.get("state", "").startswith("frozen") and self.scrolled != "A1":
            self._note(0, f"panes frozen below {_short(self.scrolled)}", "unfreeze them: View, Unfreeze Panes")
        elif tag == "conditionalFormatting":
            found = f"a conditional format of {_short(attributes.get('sqref', ''))}"
            self._note(0, found.strip(), "clear it: Home, Conditional Formatting, Clear Rules")
        elif tag == "mergeCell" and len(layout.merged) < MOST_FAULTS:
            layout.merged.append(_short(attributes.get("ref", "")))

    def _defaults(self, attributes: dict[str, str]) -> None:
        if attributes.get("zeroHeight") in ("1", "true") or _is_small(attributes, "defaultRowHeight", LEAST_HEIGHT):
            self._note(0, "rows hidden by default", "unhide all rows: Home, Format, Row Height 15")
        if _is_small(attributes, "defaultColWidth", LEAST_WIDTH) or _is_small(attributes, "baseColWidth", LEAST_WIDTH):
            self._note(0, "columns hidden by default", "unhide all columns: Home, Format, Default Width 8")

    def _note(self, row: int, found: str, fix: str) -> None:
        if len(self.layout.unseen) < MOST_FAULTS:
            self.layout.unseen.append((row, found, fix))

    def _sheet_end(self, tag: str) -> None:
        self.path.pop()
        if tag.rpartition(" ")[2] == "f" and self.formula is not None:
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


_ORDER = ("each row and each cell once, in their order", "save it again as .xlsx in Excel")
_RICH = (
    "text in several fonts within one cell",
    "one font for the whole cell",
    "clear the formats: Home, Clear, Clear Formats",
)


def _is_hidden(attributes: dict[str, str], size: str, least: float) -> bool:
    """Return whether a row or column is hidden: flagged so, or of near-zero size."""
    return attributes.get("hidden") in ("1", "true") or _is_small(attributes, size, least)


def _is_small(attributes: dict[str, str], size: str, least: float) -> bool:
    """Return whether a size is given and too small to read; anything but a number counts as zero."""
    try:
        return size in attributes and not float(attributes[size]) >= least
    except ValueError:
        return True


def _is_grouped(attributes: dict[str, str]) -> bool:
    return attributes.get("outlineLevel", "0") != "0" or attributes.get("collapsed") in ("1", "true")


def _number(text: str) -> int:
    """Parse a row or column number; stop the parser if it is invalid or beyond any sheet."""
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise _RefusedError(f"a row or column {_short(text)}", "its number", NEW_FORM)
    return int(text)


def _place(text: str) -> tuple[int, int]:
    """Parse a cell's row and column from its name."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", text)
    if not found:
        raise _RefusedError(f"a cell named {_short(text)}", "a name such as B5", NEW_FORM)
    column = 0
    for character in found[1]:
        column = column * 26 + ord(character) - ord("A") + 1
    return int(found[2]), column


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "…"
