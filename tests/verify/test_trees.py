"""Whatever is done to a published book is found and named, whether or not the list of checksums was rewritten, too."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.book.publish import SUMS
from riktvarden.report.kit import downloads
from riktvarden.verify import trees

from .conftest import EDITION, KINDS, OTHER, Files, book, frame, listed, notebook, package, page, tree, workbook

REGION = "sv/chapters/regions/12.html"
NOTEBOOK = "en/_sources/chapters/regions/12.ipynb"


class Tampering(NamedTuple):
    """What somebody does to one file, and what a reviewer reads."""

    name: str
    content: bytes | None
    """None: the file is removed."""
    kind: str
    where: str = ""


def broken(name: str) -> bytes:
    """The first half of a file."""
    content = book()[name]
    return content[: len(content) // 2]


TAMPERINGS = {
    "number of a page": Tampering(REGION, page(OTHER), "page", "near #value: published “…ion A Riktvärdet är 986"),
    "attribute of a page": Tampering(REGION, page(attribute="hidden"), "page", "markup"),
    "script in a page": Tampering(REGION, page(script="<script>x()</script>"), "page", "x()"),
    "page made empty": Tampering(REGION, b"", "page", "published “”"),
    "page removed": Tampering(REGION, None, "page"),
    "page added": Tampering("sv/chapters/regions/99.html", page(), "page"),
    "front page": Tampering("index.html", b"<html><body>Annat</body></html>", "page", "Annat"),
    "page of a missing address": Tampering("404.html", b"<html></html>", "page"),
    "output of a notebook": Tampering(NOTEBOOK, notebook(OTHER), "executed notebook", "cell 2 (value), outputs"),
    "source of a notebook": Tampering(NOTEBOOK, notebook(source="show(1)"), "executed notebook", "cell 2 (value), source"),
    "content key of a notebook": Tampering(NOTEBOOK, notebook(key="cd"), "executed notebook", "content_key"),
    "notebook that cannot be read": Tampering(NOTEBOOK, broken(NOTEBOOK), "executed notebook", "no longer be read"),
    "notebook removed": Tampering(NOTEBOOK, None, "executed notebook"),
    "text of a chapter": Tampering("sv/_sources/chapters/security.md", b"# Annat\n", "text of a chapter", "line 1"),
    "number of a chart": Tampering("en/_charts/areas-e0.js", b'riktvarden({"values": [986, 52]})', "chart", "986"),
    "chart removed": Tampering("en/_charts/areas-e0.js", None, "chart"),
    "chart added": Tampering("en/_charts/more.js", b"x", "chart"),
    "script": Tampering("sv/_static/live.js", b"fetchNothing();\nsteal();\n", "script", "line 2 should not be there"),
    "script added": Tampering("sv/_static/more.js", b"steal();\n", "script"),
    "style": Tampering("en/_static/riktvarden.css", b"td { color: white }\n", "style", "white"),
    "vector picture": Tampering("sv/_static/icon.svg", b'<svg><path d="M9 0"/></svg>', "picture", "M9"),
    "picture of points": Tampering("sv/_static/card.png", b"\x89PNG\r\n\x1a\nabd", "picture", "byte 11"),
    "search index": Tampering("sv/searchindex.js", b"Search.setIndex({})", "search index"),
    "index of pages": Tampering("sv/objects.inv", b"\x00\x01\x03inventory", "index of the pages", "byte 3"),
    "value in CSV": Tampering(
        f"{EDITION}/tables/values.csv", downloads.csv(frame(986.0)), "open data", "row 2, column value"
    ),
    "row taken from CSV": Tampering(
        f"{EDITION}/tables/values.csv", downloads.csv(frame()[:1]), "open data", "2 rows published"
    ),
    "column of CSV renamed": Tampering(
        f"{EDITION}/tables/values.csv", downloads.csv(frame().rename(columns={"value": "v"})), "open data", "row 1"
    ),
    "byte order mark of CSV": Tampering(
        f"{EDITION}/tables/values.csv", downloads.csv(frame()).removeprefix(b"\xef\xbb\xbf"), "open data", "byte 1"
    ),
    "value in Parquet": Tampering(
        f"{EDITION}/tables/values.parquet", downloads.parquet(frame(986.0), KINDS), "open data", "row 2, column value"
    ),
    "Parquet that cannot be read": Tampering(f"{EDITION}/tables/values.parquet", b"PAR1", "open data", "no longer be read"),
    "open data removed": Tampering(f"{EDITION}/tables/values.csv", None, "open data"),
    "open data added": Tampering(f"{EDITION}/tables/more.csv", b"a\n1\n", "open data"),
    "newest values": Tampering("data/latest/guideline_values.csv", downloads.csv(frame(986.0)), "open data", "986"),
    "cell of a workbook": Tampering(f"{EDITION}/regions/12.xlsx", workbook(986.0), "workbook", "sheet values, cell B2"),
    "description of open data": Tampering(
        f"{EDITION}/datapackage.json", package(b""), "description of the open data", "resources[1].hash"
    ),
    "licence in the catalogue": Tampering(
        f"{EDITION}/dcat.jsonld", b'{"@type": "dcat:Catalog"}', "description of the open data", "licence is missing"
    ),
    "list of tables": Tampering(f"{EDITION}/index.json", b'{"made_of": "1f"}', "description of the open data", "tables"),
    "assumption": Tampering(
        f"{EDITION}/source/assumptions/st.toml", b"[a.share]\nvalue = 0.92\nlow = 0.9\n", "assumption", "a.share.value"
    ),
    "assumptions removed": Tampering(f"{EDITION}/source/assumptions/st.toml", None, "assumption"),
    "figure of a table": Tampering(
        f"{EDITION}/source/tables/people.csv", b"region,people\n12,101\n25,50\n", "table", "row 2, column people"
    ),
    "table removed": Tampering(f"{EDITION}/source/tables/people.csv", None, "table"),
    "recorded hash of a table": Tampering(
        f"{EDITION}/source/datapackage.json", b'{"resources": []}', "description of the tables", "resources[1] is missing"
    ),
    "number in a PDF": Tampering("sv/pdf/region-12.pdf", b"%PDF-1.4 /Producer (Skia/PDF m140) 986 %%EOF", "PDF", "byte 36"),
    "PDF removed": Tampering("sv/pdf/region-12.pdf", None, "PDF"),
    "hidden file added": Tampering("sv/.htaccess", b"Redirect / elsewhere", "file"),
}


def tampered(done: Tampering, files: Files) -> Files:
    return {name: content for name, content in {**files, done.name: done.content}.items() if content is not None}


def test_there_are_as_many_kinds_as_a_reviewer_asks_for() -> None:
    assert len(TAMPERINGS) + len(LISTS) >= 30


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_what_was_changed_in_place_disagrees_with_the_list(kind: str, files: Files) -> None:
    done = TAMPERINGS[kind]
    (found,) = trees.against_list(tree(tampered(done, files)))
    assert (found.kind, found.name) == (done.kind, done.name)
    expected = trees.REMOVED if done.content is None else trees.LISTED if done.name in files else trees.UNLISTED
    assert found.what == expected


@pytest.mark.parametrize("kind", TAMPERINGS)
def test_who_rewrites_the_list_as_well_is_found_by_the_rebuild(kind: str, files: Files) -> None:
    done = TAMPERINGS[kind]
    forged = tree(listed(tampered(done, files)))
    assert trees.against_list(forged) == []
    line, found = trees.compare(forged, tree(files))
    assert (line.name, line.what) == (SUMS, trees.ALTERED)
    assert done.name in line.where
    assert (found.kind, found.name) == (done.kind, done.name)
    assert found.what == (trees.REMOVED if done.content is None else trees.ALTERED if done.name in files else trees.ADDED)
    assert done.where in found.where
    assert found.where or found.what != trees.ALTERED


def other_digest(text: str) -> str:
    return ("0" if text[0] != "0" else "1") + text[1:]


LISTS: dict[str, tuple[Callable[[str], str], str, str]] = {
    "digest": (other_digest, "404.html", "has another digest"),
    "line removed": (lambda text: "".join(text.splitlines(keepends=True)[1:]), "404.html", "is missing"),
    "line added": (lambda text: text + "0" * 64 + "  more.html\n", "more.html", "should not be there"),
    "line twice": (lambda text: text.splitlines(keepends=True)[0] + text, SUMS, "a second time"),
    "line that is none": (lambda text: text + "no digest\n", SUMS, "is not a digest and a name"),
    "name outside the site": (lambda text: text + "0" * 64 + "  ../secret\n", SUMS, "is not a digest and a name"),
    "order": (lambda text: "".join(reversed(text.splitlines(keepends=True))), SUMS, "the order or form"),
}
"""What is done to the list itself → the file that the check against it names, what the comparison says."""


@pytest.mark.parametrize("kind", LISTS)
def test_a_changed_list_is_named_line_by_line(kind: str, files: Files) -> None:
    change, name, where = LISTS[kind]
    forged = tree({**files, SUMS: change(files[SUMS].decode()).encode()})
    found = trees.compare(forged, tree(files))
    assert {each.name for each in found} == {SUMS}
    assert any(where in each.where for each in found)
    if kind != "order":  # which `sha256sum --check` does not mind
        assert name in {each.name for each in trees.against_list(forged)}


def test_a_book_without_a_list_is_not_accepted(files: Files) -> None:
    del files[SUMS]
    assert [(each.name, each.what) for each in trees.against_list(tree(files))] == [(SUMS, trees.REMOVED)]


def test_a_book_agrees_with_itself(files: Files) -> None:
    assert trees.against_list(tree(files)) == []
    assert trees.compare(tree(files), tree(files)) == []


def test_causes_come_before_effects(files: Files) -> None:
    forged = files
    for kind in ("number of a page", "value in CSV", "assumption", "output of a notebook", "figure of a table"):
        forged = tampered(TAMPERINGS[kind], forged)
    found = [each.kind for each in trees.compare(tree(forged), tree(files))]
    assert found == ["assumption", "table", "executed notebook", "open data", "page"]


def test_prints_are_left_out_only_if_they_are_exempt(files: Files) -> None:
    without = {name: content for name, content in files.items() if not name.endswith(".pdf")}
    prints = trees.prints(files)
    assert prints == ["sv/pdf/region-12.pdf", "en/pdf/region-12.pdf"]
    assert trees.compare(tree(files), tree(listed(without)), prints) == []
    assert {each.name for each in trees.compare(tree(files), tree(listed(without)))} == {SUMS, *prints}


def test_another_browser_is_named(files: Files) -> None:
    prints = trees.prints(files)
    other = {**files, **{name: files[name].replace(b"m140", b"m141") for name in prints}}
    assert trees.printer(tree(files), tree(other), prints) == "printed by Skia/PDF m140, here by Skia/PDF m141"
    assert trees.printer(tree(files), tree(files), prints) == ""


@given(st.data())
def test_any_changed_byte_of_any_file_is_found(data: st.DataObject) -> None:
    files = listed(book())
    name = data.draw(st.sampled_from(sorted(set(files) - {SUMS})))
    content = files[name]
    place = data.draw(st.integers(0, len(content) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    forged = {**files, name: content[:place] + bytes([byte]) + content[place + 1 :]}
    assert [(each.name, each.what) for each in trees.against_list(tree(forged))] == [(name, trees.LISTED)]
    (found,) = trees.compare(tree(forged), tree(files))
    assert found.name == name
    assert found.where
