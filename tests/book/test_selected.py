"""The edition of a selection of chapters: one page with what it needs beside it, described and citable."""

import json
import re
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from riktvarden.book import pdf, selected
from riktvarden.cli.build import ROOT
from riktvarden.editions import record, selections
from riktvarden.problems import InputError
from riktvarden.report import Language
from riktvarden.report.pages import printed

PAGE = """<html><body><a class="navbar-brand">Toy</a><article class="bd-article"><section id="{name}"><h1>{name}</h1>
<p>Text <a href="{name}.html">here</a></p><img src="../_images/a%20b.svg" alt="A"></section></article></body></html>"""
CITED = yaml.safe_load((ROOT / record.CITATION).read_text(encoding="utf-8"))


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with the chapters of every selection."""
    place = tmp_path / "site" / "sv"
    chapters = {chapter for report in printed.reports(Language("sv")) for chapter in report.chapters}
    contents = {f"chapters/{name}.html": PAGE.format(name=name) for name in {*chapters, "about"}}
    contents |= {"_images/a b.svg": "<svg/>", "_static/riktvarden.css": "p {}", "_static/print.css": "h1 {}"}
    for name, content in contents.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(content, encoding="utf-8")
    return place


@pytest.mark.parametrize("name", selections.read())
def test_each_edition_is_whole_by_itself(site: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / "made"
    files = selected.make(site, name, target, Language("sv"), CITED, {}, with_print=False)
    wanted = next(report for report in printed.reports(Language("sv")) if report.name == name)
    text = (target / selected.PAGE).read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert page.h1 is not None
    assert page.h1.get_text() == wanted.title
    cover = page.select_one(".rv-cover")
    assert cover is not None
    assert [item.get_text() for item in cover.select("li")] == list(wanted.answers)
    assert all(words[1:] in cover.get_text() for words in wanted.others)
    assert [part["id"] for part in page.select(".rv-chapter")] == list(wanted.chapters)
    assert "file:" not in text
    for address in re.findall(r'(?:src|href)="(files/[^"]+)"', text):
        assert (target / address).is_file()
    crate = json.loads((target / record.CRATE).read_text(encoding="utf-8"))
    graph = {entity["@id"]: entity for entity in crate["@graph"]}
    listed = {part["@id"] for part in graph["./"]["hasPart"]}
    assert listed == {file.relative_to(target).as_posix() for file in files} - {record.CRATE}
    assert all(graph[each]["sha256"] == record.sha256(target / each) for each in listed)
    cited = yaml.safe_load((target / record.CITATION).read_text(encoding="utf-8"))
    assert cited["title"].endswith(wanted.title)


def test_demands_are_answered_or_not(site: Path) -> None:
    for report in printed.reports(Language("sv")):
        assert not set(report.answers) & set(report.others)
        assert report.others, report.name


def test_a_page_that_was_not_built_is_named(site: Path, tmp_path: Path) -> None:
    (site / pdf.CHAPTERS / "st_path.html").unlink()
    with pytest.raises(InputError, match=r"st_path\.html.*build first"):
        selected.make(site, "st", tmp_path / "made", Language("sv"), CITED, {}, with_print=False)
    with pytest.raises(InputError, match="one of st, professions, personnel"):
        selected.make(site, "none", tmp_path / "made", Language("sv"), CITED, {}, with_print=False)
