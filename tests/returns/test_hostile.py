"""Malicious files are refused before any spreadsheet library opens them, in bounded time and memory."""

import io
import os
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Alignment, Font, GradientFill, PatternFill
from openpyxl.styles.colors import Color

from riktvarden.returns import safety
from riktvarden.returns.check import problems
from riktvarden.returns.rules import Known

SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"

LONGEST, MOST_MEMORY = 5.0, 150_000_000
"""Seconds of the processor and bytes that refusing may take."""

WithParts = Callable[..., Path]


@pytest.fixture(autouse=True)
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> None:
        raise AssertionError("openpyxl was given the file")

    monkeypatch.setattr(openpyxl, "load_workbook", opened)


def refused(path: Path, known: Known, found: str, trace: bool = False) -> None:
    """Hold that a file is refused for what was found, soon and, where traced, in little memory."""
    if trace:  # makes everything several times slower
        tracemalloc.start()
    began = time.process_time()
    reported = problems(path, known)
    seconds = time.process_time() - began
    if trace:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MOST_MEMORY
    assert any(found in problem.value for problem in reported), "\n".join(map(str, reported))
    assert all(problem.expected and problem.fix for problem in reported)
    assert seconds < LONGEST


def before_the_end(content: bytes, text: bytes) -> bytes:
    return content.replace(b"</worksheet>", text + b"</worksheet>")


def with_doctype(declaration: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        head, mark, rest = content.partition(b"?>")
        return head + mark + declaration + rest if mark else declaration + content

    return change


ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "'
    + b"ha" * 50
    + b'">'
    + b"".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 50}">'.encode() for n in range(8))
    + b"]>"
)
FILE = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LINK = b'<Relationship Id="rId99" Type="x" Target="%s"%s/></Relationships>'


def linking(target: bytes, mode: bytes = b"") -> Callable[[bytes], bytes]:
    return lambda content: content.replace(b"</Relationships>", LINK % (target, mode))


def cells(count: int) -> bytes:
    row = b"<row>" + b"<c><v>1</v></c>" * 50 + b"</row>"
    return b"<worksheet><sheetData>" + row * (count // 50) + b"</sheetData></worksheet>"


FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

PARTS = {
    "macro": ({"xl/vbaProject.bin": b"x"}, "macros"),
    "external link": ({"xl/externalLinks/externalLink1.xml": b"<x/>"}, "links to other workbooks"),
    "connection": ({"xl/connections.xml": b"<x/>"}, "connections to other data"),
    "embedded object": ({"xl/embeddings/oleObject1.bin": b"x"}, "embedded objects"),
    "control": ({"xl/activeX/activeX1.xml": b"<x/>"}, "embedded objects"),
    "picture": ({"xl/media/image1.png": b"x"}, "pictures or charts"),
    "nested archive": ({"xl/more.zip": b"PK\x03\x04"}, "a file inside the file"),
    "nested archive under a plain name": ({"docProps/custom.xml": b"PK\x03\x04"}, "a file inside the file"),
    "unknown part": ({"payload.exe": b"MZ"}, "an unknown part"),
    "traversal": ({"../../etc/cron.d/x": b"x"}, "../../etc/cron.d/x"),
    "absolute path": ({"/etc/passwd": b"x"}, "/etc/passwd"),
    "windows path": ({"C:\\x": b"x"}, "C:"),
    "XXE in a sheet": ({SHEET: with_doctype(FILE)}, "a document type or entities"),
    "XXE in the texts": ({"xl/sharedStrings.xml": FILE + b"<sst/>"}, "a document type or entities"),
    "XXE in the relations": ({RELS: with_doctype(FILE)}, "a document type or entities"),
    "billion laughs": ({"xl/styles.xml": with_doctype(ENTITIES)}, "a document type or entities"),
    "hidden by UTF-16": (
        {"xl/styles.xml": ('<?xml version="1.0" encoding="UTF-16"?>' + FILE.decode() + "<x/>").encode("utf-16")},
        "a document type or entities",
    ),
    "link to a server": ({RELS: linking(b"http://192.0.2.1/x", b' TargetMode="External"')}, "a link to http"),
    "link to a share": ({RELS: linking(b"\\\\192.0.2.1\\x")}, "a link to"),
    "link to a file": ({RELS: linking(b"file:///etc/passwd")}, "a link to file"),
    "cell at the far end": (
        {SHEET: lambda content: before_the_end(content, b"").replace(b"<sheetData>", b"<sheetData>" + FAR)},
        "a cell with content in row 1048576",
    ),
    "impossible cell": (
        {SHEET: lambda content: content.replace(b"<sheetData>", b'<sheetData><row r="1"><c r="A99999999999"/></row>')},
        "a cell named",
    ),
    "too many cells": (
        {SHEET: b"<worksheet><sheetData><row>" + b"<c/>" * 750_000 + b"</row></sheetData></worksheet>"},
        "more than 700000 elements",
    ),
    "rows without end": ({SHEET: cells(301_000)}, "a cell with content in row 6001"),
    "too many texts": (
        {"xl/sharedStrings.xml": b"<sst>" + b"<si/>" * 250_000 + b"</sst>"},
        "more than 200000 elements",
    ),
    "too many styles": ({"xl/styles.xml": b"<x>" + b"<xf/>" * 40_000 + b"</x>"}, "more than 30000 elements"),
    "too many validations": (
        {SHEET: lambda content: before_the_end(content, b"<dataValidation/>" * 6_000)},
        "more than 5000 elements",
    ),
    "too many sheets": (
        {"xl/workbook.xml": lambda content: content.replace(b"</sheets>", b"<sheet/>" * 20 + b"</sheets>")},
        "too many sheets",
    ),
    "broken XML": ({SHEET: b"<worksheet>"}, "no element found"),
    "unknown encoding": ({"xl/styles.xml": b'<?xml version="1.0" encoding="UT-8"?><x/>'}, "unknown encoding: UT-8"),
    "encoding of many bytes": ({"xl/styles.xml": b'<?xml version="1.0" encoding="gb18030"?><x/>'}, "multi-byte encodings"),
    "no such sheet": ({RELS: b"<Relationships/>"}, "sheet ST"),
}
MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.%s.main+xml"
TYPES, TOP = "[Content_Types].xml", "_rels/.rels"


def swap(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def typed(part: bytes, kind: bytes) -> Callable[[bytes], bytes]:
    return swap(b"</Types>", b'<Override PartName="%s" ContentType="%s"/></Types>' % (part, kind))


def relation(kind: bytes, target: bytes, link: bytes = b"rId99") -> Callable[[bytes], bytes]:
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/" + kind
    return swap(
        b"</Relationships>", b'<Relationship Id="%s" Type="%s" Target="%s"/></Relationships>' % (link, kind, target)
    )


ROW = b'<row r="10"><c r="G10"><v>34</v></c></row>'
PARTS |= {
    "another main part by type": (
        {TYPES: typed(b"/customXml/w.xml", MAIN % b"template")},
        "/xl/workbook.xml, /customXml/w.xml",
    ),
    "main part elsewhere": ({TYPES: swap(b"/xl/workbook.xml", b"/customXml/w.xml")}, "/customXml/w.xml"),
    "main part in other letters": ({TYPES: swap(b"/xl/workbook.xml", b"/xl/Workbook.xml")}, "/xl/Workbook.xml"),
    "main part with macros": (
        {TYPES: swap(MAIN % b"sheet", MAIN.replace(b"openxmlformats", b"x") % b"x")},
        "/xl/workbook.xml",
    ),
    "main part by ending": (
        {TYPES: swap(b"</Types>", b'<Default Extension="bin" ContentType="%s"/></Types>' % (MAIN % b"sheet"))},
        "bin",
    ),
    "main part twice": ({TYPES: typed(b"/xl/workbook.xml", MAIN % b"sheet")}, "/xl/workbook.xml, /xl/workbook.xml"),
    "another main part by relation": ({TOP: relation(b"officeDocument", b"customXml/w.xml")}, "customXml/w.xml"),
    "main part moved by relation": ({TOP: swap(b"xl/workbook.xml", b"customXml/w.xml")}, "customXml/w.xml"),
    "texts by type": ({TYPES: typed(b"/customXml/t.xml", b"x.sharedStrings+xml")}, "/customXml/t.xml"),
    "texts by relation": ({RELS: relation(b"sharedStrings", b"worksheets/t.xml")}, "xl/worksheets/t.xml"),
    "two styles": ({RELS: relation(b"styles", b"worksheets/s.xml")}, "xl/styles.xml, xl/worksheets/s"),
    "a relation twice": ({RELS: relation(b"worksheet", b"worksheets/sheet2.xml", b"rId1")}, "rId1"),
    "sheet linked by another space": (
        {"xl/workbook.xml": swap(b' r:id="rId1"', b' xmlns:q="q" q:id="rId1" r:id="rId9"')},
        "sheet ST",
    ),
    "a row twice": ({SHEET: swap(b'<row r="11"', ROW + b'<row r="11"')}, "row 10 after row 10"),
    "a row out of order": ({SHEET: swap(b'<row r="14"', ROW + b'<row r="14"')}, "row 10 after row 13"),
    "a cell twice": (
        {SHEET: swap(b'<c r="H10"', b'<c r="G10"><v>1</v></c><c r="H10"')},
        "cell G10 in row 10 after column 7",
    ),
    "a cell of another row": ({SHEET: swap(b'<c r="H10"', b'<c r="H11"')}, "cell H11 in row 10"),
    "two values of a cell": ({SHEET: swap(b"<v>34</v>", b"<v>34</v><v>35</v>")}, "two contents of a cell in row 10"),
    "value and text of a cell": ({SHEET: swap(b"<v>34</v>", b"<v>34</v><is><t>x</t></is>")}, "two contents of a cell"),
    "two tables": ({SHEET: swap(b"</sheetData>", b"</sheetData><sheetData/>")}, "two tables in one sheet"),
    "cells outside the table": ({SHEET: swap(b"</sheetData>", b"</sheetData><extLst><row/></extLst>")}, "cells outside"),
    "alternatives in the table": (
        {SHEET: swap(b'<row r="11"', b'<AlternateContent/><row r="11"')},
        "AlternateContent in sheet",
    ),
    "cell within a cell": ({SHEET: swap(b"<v>34</v>", b'<v>34</v><c r="Z1"/>')}, "c in c"),
    "several fonts in a cell": (
        {SHEET: swap(b"<is><t>Hela regionen", b"<is><r><rPr/><t>x</t></r><t>Hela regionen")},
        "several fonts",
    ),
    "several fonts in the texts": ({"xl/sharedStrings.xml": b"<sst><si><r><t>x</t></r></si></sst>"}, "several fonts"),
}
TRACED = ("billion laughs", "cell at the far end", "too many styles")


@pytest.mark.parametrize("kind", PARTS)
def test_hostile_parts_are_refused_unopened(kind: str, with_parts: WithParts, known: Known) -> None:
    parts, found = PARTS[kind]
    refused(with_parts(parts), known, found, trace=kind in TRACED)


def in_view(old: bytes, new: bytes) -> dict[str, Callable[[bytes], bytes]]:
    return {SHEET: swap(old, new)}


FORMAT, VIEW, TABLE = b"<sheetFormatPr", b"<sheetView ", b"</sheetData>"
UNSEEN = {
    "no row is shown": (in_view(FORMAT, FORMAT + b' zeroHeight="1"'), "rows hidden by default"),
    "no row is shown, in words": (in_view(FORMAT, FORMAT + b' zeroHeight="true"'), "rows hidden by default"),
    "rows of no height": (
        in_view(b'defaultRowHeight="15"', b'defaultRowHeight="0.1"'),
        "rows hidden by default",
    ),
    "rows of odd height": (
        in_view(b'defaultRowHeight="15"', b'defaultRowHeight="1e-9"'),
        "rows hidden by default",
    ),
    "rows of NaN": (in_view(b'defaultRowHeight="15"', b'defaultRowHeight="NaN"'), "rows hidden by default"),
    "columns of no width": (in_view(FORMAT, FORMAT + b' defaultColWidth="0"'), "columns hidden by default"),
    "no base width": (in_view(b'baseColWidth="8"', b'baseColWidth="0"'), "columns hidden by default"),
    "a low row": (in_view(b'<row r="11"', b'<row ht="3" customHeight="1" r="11"'), "a hidden row"),
    "a row of little height": (in_view(b'<row r="11"', b'<row ht="-1" r="11"'), "a hidden row"),
    "a grouped row": (in_view(b'<row r="11"', b'<row outlineLevel="1" r="11"'), "a grouped row"),
    "a collapsed row": (in_view(b'<row r="11"', b'<row collapsed="1" r="11"'), "a grouped row"),
    "grouped columns": (in_view(b'<col width="12', b'<col outlineLevel="1" width="12'), "grouped columns from 2"),
    "a narrow column": (in_view(b'width="12.7109375"', b'width="0.5"'), "a hidden column"),
    "no zeros": (in_view(VIEW, VIEW + b'showZeros="0" '), "zeros that are not shown"),
    "frozen below": (in_view(VIEW, VIEW + b'topLeftCell="A30" '), "panes frozen below A30"),
    "a conditional format": (
        in_view(TABLE, TABLE + b'<conditionalFormatting sqref="G10"><cfRule/></conditionalFormatting>'),
        "a conditional format of G10",
    ),
    "a newer conditional format": (
        in_view(b"</worksheet>", b'<extLst><ext><x:conditionalFormatting xmlns:x="x"/></ext></extLst></worksheet>'),
        "a conditional format of",
    ),
    "a hidden window": (
        {"xl/workbook.xml": swap(b'visibility="visible"', b'visibility="veryHidden"')},
        "a hidden sheet",
    ),
    "a very hidden sheet": (
        {"xl/workbook.xml": swap(b'sheetId="1" state="visible"', b'sheetId="1" state="veryHidden"')},
        "a hidden sheet",
    ),
    "a theme in which dark is light": (
        {"xl/theme/theme1.xml": swap(b'<a:sysClr val="windowText" lastClr="000000"/>', b'<a:srgbClr val="FEFEFE"/>')},
        "letters in #FEFEFE on #",
    ),
    "a theme that lightens": (
        {
            "xl/theme/theme1.xml": swap(
                b'<a:sysClr val="windowText" lastClr="000000"/>',
                b'<a:srgbClr val="000000"><a:lumOff val="100000"/></a:srgbClr>',
            )
        },
        "an unknown colour",
    ),
}


@pytest.mark.usefixtures("opened_again")
@pytest.mark.parametrize("kind", UNSEEN)
def test_content_that_nobody_sees_is_refused(kind: str, with_parts: WithParts, known: Known) -> None:
    parts, found = UNSEEN[kind]
    refused(with_parts(parts), known, found)


def styled(**styles: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        for cell in (book["ST"]["G10"], book["ST"]["A11"]):
            for name, value in styles.items():
                setattr(cell, name, value)

    return change


WHITE_FILL = PatternFill("solid", fgColor="FFFFFF")
HIDDEN = {
    **{f"format {code}": (styled(number_format=code), f"the format {code} on") for code in (
        ";;;", '"99"', ";;;@", '0;0;;', "0%", "0,", "#", '0"0"', "[White]0", "[<99]0", "* ", "\\9\\9", "00E+0",
        "# ?/?", "_-* #,##0_-",
        '"x"@', "[Black][$-41D]0;;;", "General;General;", "yyyy",
    )},
    "white": (styled(font=Font(color="FFFFFF")), "letters in #FFFFFF on #FFF9E5"),
    "nearly white": (styled(font=Font(color="F0F0F0")), "letters in #F0F0F0"),
    "as the ground": (styled(font=Font(color="FFF9E5")), "letters in #FFF9E5 on #FFF9E5"),
    "black on black": (styled(fill=PatternFill("solid", fgColor="000000")), "letters in #000000 on #000000"),
    "black pattern": (styled(fill=PatternFill("darkGray", fgColor="000000", bgColor="111111")), "letters in #000000"),
    "gradient": (styled(fill=GradientFill(stop=("000000", "FFFFFF"))), "a background of several colours"),
    "theme's light": (styled(font=Font(color=Color(theme=0))), "letters in #FFFFFF"),
    "theme's dark made light": (styled(font=Font(color=Color(theme=1, tint=0.99))), "letters in #FC"),
    "no such colour of the theme": (styled(font=Font(color=Color(theme=40))), "an unknown colour"),
    "numbered white": (styled(font=Font(color=Color(indexed=9))), "letters in #FFFFFF"),
    "1 point": (styled(font=Font(sz=1)), "letters of 1 points"),
    "half a point": (styled(font=Font(sz=0.5)), "letters of 0.5 points"),
    "signs": (styled(font=Font(name="Wingdings 2")), "the font Wingdings 2"),
    "a set of signs": (styled(font=Font(name="Calibri", charset=2)), "the font Calibri"),
    "shrunk": (styled(alignment=Alignment(shrink_to_fit=True)), "text shrunk"),
    "indented": (styled(alignment=Alignment(indent=200)), "an indent of 200"),
}  # fmt: skip


@pytest.mark.usefixtures("opened_again")
@pytest.mark.parametrize("kind", HIDDEN)
def test_a_cell_with_hidden_content_is_reported(kind: str, filled: Callable[..., Path], known: Known) -> None:
    change, found = HIDDEN[kind]
    reported = [problem for problem in problems(filled(change=change), known) if problem.value.startswith(found)]
    assert {f"{problem.column.split(' ')[0]}{problem.row}" for problem in reported} >= {"G10"}
    assert all("format" in problem.fix for problem in reported)


@pytest.mark.usefixtures("opened_again")
def test_a_figure_is_shown_as_it_is_but_for_its_last_decimal(filled: Callable[..., Path], known: Known) -> None:
    def rounded(book: openpyxl.Workbook) -> None:
        book["ST"]["E11"].number_format = "0"

    (problem,) = problems(filled(change=rounded), known)
    assert (problem.row, problem.column, problem.value) == (11, "E (ST-tjänster)", "the format 0 on 20.5")


@pytest.mark.usefixtures("opened_again")
@pytest.mark.parametrize(
    "change",
    [
        *(styled(number_format=code) for code in ("General", "0", "0.00", "#,##0", "#,##0.0", "@", "0.##", "00")),
        styled(font=Font(name="Arial", sz=8, bold=True, color="FF0000"), fill=WHITE_FILL),
        styled(font=Font(color=Color(theme=3)), fill=PatternFill("solid", fgColor=Color(theme=0, tint=-0.05))),
        styled(font=Font(color=Color(indexed=8)), fill=PatternFill("solid", fgColor=Color(indexed=43))),
        styled(font=Font(color="FFFFFF"), fill=PatternFill("solid", fgColor="1F497D")),
        styled(alignment=Alignment(horizontal="center", wrap_text=True, indent=1)),
    ],
)
def test_ordinary_formats_pass(change: Callable[..., object], filled: Callable[..., Path], known: Known) -> None:
    assert problems(filled(change=change), known) == []


def zeros(path: Path, megabytes: int, part: str = SHEET) -> Path:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(part, "w") as file:
        for _ in range(megabytes):
            file.write(bytes(1_000_000))
    return path


def test_a_zip_bomb_is_refused_unexpanded(tmp_path: Path, known: Known) -> None:
    refused(zeros(tmp_path / "bomb.xlsx", 100), known, "bytes once expanded", trace=True)


def test_a_small_bomb_is_known_by_its_ratio(tmp_path: Path, known: Known) -> None:
    refused(zeros(tmp_path / "bomb.xlsx", 5), known, "to 1", trace=True)


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path, known: Known) -> None:
    path = zeros(tmp_path / "bomb.xlsx", 100)
    for part in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", RELS):
        zeros(path, 0, part)
    raw = path.read_bytes().replace(struct.pack("<L", 100_000_000), struct.pack("<L", 900_000))
    path.write_bytes(raw)
    refused(path, known, "CRC", trace=True)


@pytest.mark.usefixtures("opened_again")
def test_what_lies_behind_the_stated_end_of_a_part_is_never_expanded(with_parts: WithParts, known: Known) -> None:
    with zipfile.ZipFile(with_parts({})) as archive:
        reported = archive.read("xl/styles.xml")
    whole = reported + b" " * 100_000_000
    path = with_parts({"xl/styles.xml": whole}, compress=True)
    raw = path.read_bytes()
    # Size and checksum are those of the harmless beginning.
    for wrong, right in ((len(whole), len(reported)), (zlib.crc32(whole), zlib.crc32(reported))):
        raw = raw.replace(struct.pack("<L", wrong), struct.pack("<L", right))
    path.write_bytes(raw)
    tracemalloc.start()
    assert problems(path, known) == []
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_parts_that_overlap_are_refused(with_parts: WithParts, known: Known) -> None:
    path = with_parts({"docProps/custom.xml": os.urandom(90_000)})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        start = archive.start_dir
    # Each entry of the table of contents names the bytes of the largest part.
    entry = raw.find(b"docProps/custom.xml", start) - 46
    sizes = raw[entry + 20 : entry + 24]
    place = start
    while raw[place : place + 4] == b"PK\x01\x02":
        raw[place + 20 : place + 24] = sizes
        place += 46 + sum(struct.unpack("<HHH", raw[place + 28 : place + 34]))
    path.write_bytes(raw)
    refused(path, known, "parts that overlap")


def test_too_many_parts_are_refused(with_parts: WithParts, known: Known) -> None:
    refused(with_parts({f"customXml/item{n}.xml": b"<x/>" for n in range(200)}), known, "parts")


def test_a_part_given_twice_is_refused(with_parts: WithParts, known: Known) -> None:
    path = with_parts({})
    with pytest.warns(UserWarning), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    refused(path, known, SHEET)


def test_files_of_other_kinds_are_refused(tmp_path: Path, with_parts: WithParts, known: Known) -> None:
    old = tmp_path / "old.xlsx"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    refused(old, known, "an encrypted workbook or an old .xls")
    refused(with_parts({}, name="retur.xlsm"), known, "macros allowed")
    refused(with_parts({}, name="retur.csv"), known, "bytes that are not text")
    text = tmp_path / "text.xlsx"
    text.write_text("Formulär")
    refused(text, known, "bytes")
    empty = tmp_path / "empty.xlsx"
    empty.touch()
    refused(empty, known, "an empty file")


def test_a_huge_file_is_not_read(tmp_path: Path, known: Known) -> None:
    path = tmp_path / "huge.xlsx"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    refused(path, known, "3000000000 bytes", trace=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path, known: Known) -> None:
    os.mkfifo(tmp_path / "pipe.xlsx")
    refused(tmp_path / "pipe.xlsx", known, "not a file")


def test_an_encrypted_part_is_refused(with_parts: WithParts, known: Known) -> None:
    path = with_parts({})
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.start_dir
    raw[start + 8] |= 0x1
    path.write_bytes(raw)
    refused(path, known, "a part with a password")


def test_a_text_file_of_one_endless_line_is_refused(tmp_path: Path, known: Known) -> None:
    path = tmp_path / "long.csv"
    path.write_text("Formulär / Form,riktvarden-st" + "," * 4_000_000 + "x", encoding="utf-8")
    refused(path, known, "cells")
    path.write_text("Formulär / Form,riktvarden-st," + "x" * 4_000_000, encoding="utf-8")
    refused(path, known, "field larger than field limit")


@pytest.fixture
def opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """For files that pass the look-through: openpyxl meets them, and whatever it says becomes a problem."""
    monkeypatch.undo()


@pytest.mark.usefixtures("opened_again")
@pytest.mark.parametrize(
    ("part", "change", "found"),
    [
        (SHEET, lambda content: content.replace(b'<c r="B2"', b'<c r="B2" t="s"><v>99</v></c><c r="C2"'), "Index"),
        ("xl/styles.xml", lambda _: b"<styleSheet><cellXfs><xf numFmtId='x'/></cellXfs></styleSheet>", "Error"),
        (SHEET, lambda content: content.replace(b"<v>34</v>", b"<v>" + b"9" * 5_000 + b"</v>"), "Error"),
        (SHEET, lambda content: content.replace(b"<v>34</v>", b"<v>1e999</v>"), "inf"),
        (SHEET, lambda content: content.replace(b"<v>34</v>", b"<v>NaN</v>"), "Error"),
        (SHEET, lambda content: before_the_end(content, b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
         "merged cells A1:XFD1048576"),
    ],
)  # fmt: skip
def test_malformed_cells_become_problems(
    part: str, change: Callable[[bytes], bytes], found: str, with_parts: WithParts, known: Known
) -> None:
    refused(with_parts({part: change}), known, found)


def test_the_bounds_leave_room_for_the_largest_form() -> None:
    from riktvarden.returns import form

    cells_of_a_form = form.LAST_ROW * len(form.FIELDS)
    assert cells_of_a_form * 4 < safety.MOST_ELEMENTS["sheet"]
    assert form.LAST_ROW < safety.MOST_ROWS
    assert len(form.FIELDS) < safety.MOST_COLUMNS
