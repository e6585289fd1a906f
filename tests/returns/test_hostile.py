"""Files made to do harm are refused before any reader of workbooks sees them, in bounded time and memory."""

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
    told = problems(path, known)
    seconds = time.process_time() - began
    if trace:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < MOST_MEMORY
    assert any(found in problem.value for problem in told), "\n".join(map(str, told))
    assert all(problem.expected and problem.mend for problem in told)
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
    "no such sheet": ({RELS: b"<Relationships/>"}, "sheet ST"),
}
TRACED = ("billion laughs", "cell at the far end", "too many styles")
FAR = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize("kind", PARTS)
def test_hostile_parts_are_refused_unopened(kind: str, with_parts: WithParts, known: Known) -> None:
    parts, found = PARTS[kind]
    refused(with_parts(parts), known, found, trace=kind in TRACED)


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
        told = archive.read("xl/styles.xml")
    whole = told + b" " * 100_000_000
    path = with_parts({"xl/styles.xml": whole}, compress=True)
    raw = path.read_bytes()
    # Size and checksum are those of the harmless beginning.
    for wrong, right in ((len(whole), len(told)), (zlib.crc32(whole), zlib.crc32(told))):
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
