"""A small published book of made-up content, with a file of every kind."""

import hashlib
import io
import json
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest

from riktvarden.book.publish import SUMS
from riktvarden.report.kit import downloads
from riktvarden.verify.trees import Tree

Files = dict[str, bytes]

KINDS = ("string", "number")
EDITION = "data/working"
NUMBER, OTHER = 486, 986
"""A made-up number of a page, and what a forger makes of it."""


def tree(files: Files) -> Tree:
    return Tree({name: hashlib.sha256(content).hexdigest() for name, content in files.items()}, files.__getitem__)


def listed(files: Files) -> Files:
    """The files with a list of their checksums."""
    rest = {name: content for name, content in files.items() if name != SUMS}
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(rest.items())]
    return {**rest, SUMS: "".join(lines).encode()}


def notebook(number: int = NUMBER, source: str = "show(region)", key: str = "ab12") -> bytes:
    output = {"output_type": "stream", "name": "stdout", "text": [f"Riktvärdet är {number}.\n"]}
    cells = [
        {"cell_type": "markdown", "id": "title", "metadata": {}, "source": ["# Region A"]},
        {"cell_type": "code", "id": "value", "metadata": {}, "source": [source], "outputs": [output]},
    ]
    return json.dumps({"cells": cells, "metadata": {"riktvarden": {"content_key": key}}}).encode()


def page(number: int = NUMBER, attribute: str = "map", script: str = "") -> bytes:
    text = f'<section id="value"><p class="{attribute}">Riktvärdet är <b>{number}</b> tjänster.</p></section>'
    return f"<!DOCTYPE html><html><body><h1>Region A</h1>{text}{script}</body></html>".encode()


def frame(value: float = 486.0) -> pd.DataFrame:
    return pd.DataFrame({"region": ["12", "25"], "value": [value, 52.5]})


def workbook(value: float = 486.0) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "values"
    for row in [["region", "value"], ["12", value]]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def package(table: bytes, name: str = "values") -> bytes:
    fields = [{"name": column, "type": kind} for column, kind in zip(("region", "value"), KINDS, strict=True)]
    hashed = f"sha256:{hashlib.sha256(table).hexdigest()}"
    resource = {"name": name, "path": "tables/values.csv", "hash": hashed, "schema": {"fields": fields}}
    return json.dumps({"version": "working", "resources": [resource]}).encode()


def book() -> Files:
    """All files but the list of checksums."""
    table = downloads.csv(frame())
    files = {
        "index.html": b"<html><body>Start</body></html>",
        "404.html": b"<html><body>Saknas</body></html>",
        f"{EDITION}/tables/values.csv": table,
        f"{EDITION}/tables/values.parquet": downloads.parquet(frame(), KINDS),
        "data/latest/guideline_values.csv": table,
        f"{EDITION}/regions/12.xlsx": workbook(),
        f"{EDITION}/datapackage.json": package(table),
        f"{EDITION}/index.json": b'{"made_of": "1f", "tables": [{"name": "values", "rows": 2}]}',
        f"{EDITION}/dcat.jsonld": b'{"@type": "dcat:Catalog", "licence": "CC-BY-4.0"}',
        f"{EDITION}/source/assumptions/st.toml": b"[a.share]\nvalue = 0.93\nlow = 0.9\n",
        f"{EDITION}/source/tables/people.csv": b"region,people\n12,100\n25,50\n",
        f"{EDITION}/source/datapackage.json": b'{"resources": [{"name": "people", "hash": "sha256:00"}]}',
    }
    for language in ("sv", "en"):
        files |= {
            f"{language}/index.html": b"<html><body>Bok</body></html>",
            f"{language}/searchindex.js": b'Search.setIndex({"titles": ["Region A"]})',
            f"{language}/objects.inv": b"\x00\x01\x02inventory",
            f"{language}/chapters/regions/12.html": page(),
            f"{language}/chapters/security.html": page(0),
            f"{language}/_sources/chapters/regions/12.ipynb": notebook(),
            f"{language}/_sources/chapters/security.md": "# Säkerhet\n\nInga kakor.\n".encode(),
            f"{language}/_charts/areas-e0.js": b'riktvarden({"values": [486, 52]})',
            f"{language}/_static/live.js": b"fetchNothing();\n",
            f"{language}/_static/riktvarden.css": b"td { color: black }\n",
            f"{language}/_static/icon.svg": b'<svg><path d="M0 0"/></svg>',
            f"{language}/_static/card.png": b"\x89PNG\r\n\x1a\nabc",
            f"{language}/pdf/region-12.pdf": b"%PDF-1.4 /Producer (Skia/PDF m140) 486 %%EOF",
        }
    return files


@pytest.fixture
def files() -> Files:
    return listed(book())


@pytest.fixture
def of() -> Callable[[Files], Tree]:
    return tree
