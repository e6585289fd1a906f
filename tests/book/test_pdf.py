"""Pages combined into one document for print: unique anchors, and links that work on paper."""

import io
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from riktvarden.book import pdf, publish
from riktvarden.cli.build import ROOT
from riktvarden.report import Language
from riktvarden.report.pages.printed import Report, reports

PAGE = """\
<html><body><a class="navbar-brand">Toy</a><article class="bd-article"><section id="{name}">
<h1>{name} &amp; co<a class="headerlink" href="#{name}">#</a></h1>
<section id="table"><h2>Table</h2><p id="t" class="rv-title">Rows</p>
<div role="region" aria-labelledby="t table"><table><tr><td>1</td></tr></table></div>
<a href="#t">here</a> <a href="other.html#t">there</a> <a href="away.html#t">away</a> <a href="missing.html">lost</a>
<a href="https://example.org/x">out</a> <a download href="data:text/csv,1">CSV</a></section>
<details><summary>Show</summary><p>Folded</p></details>
<img src="../_images/a%20b.svg" alt="A" loading="lazy">
<svg><g id="clip0"></g><g clip-path="url(#clip0)"></g></svg>
<script>1</script><button>B</button>
</section></article><p class="last-updated">Today.</p></body></html>
"""
REGION = """\
<html><body><article class="bd-article"><section><h1>Region X</h1>
<div class="cell tag_sheet"><p>Lead</p><details><table><tr><td>hidden</td></tr></table></details></div>
<section><h2>Kept</h2><div class="cell tag_sheet-table"><details><p>opened</p></details></div></section>
<section><h2>Dropped</h2><div class="cell">not here</div></section>
</section></article></body></html>
"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "chapters/regions").mkdir(parents=True)
    for name in ("one", "other", "away"):
        (tmp_path / f"chapters/{name}.html").write_text(PAGE.format(name=name), encoding="utf-8")
    (tmp_path / "chapters/regions/12.html").write_text(REGION, encoding="utf-8")
    return tmp_path


def parsed(site: Path, address: str = "") -> BeautifulSoup:
    return BeautifulSoup("".join(map(str, pdf.chapters(site, ["one", "other"], address))), "html.parser")


def test_names_are_apart_and_every_reference_finds_its_own(site: Path) -> None:
    document = parsed(site)
    names = [tag["id"] for tag in document.find_all(id=True)]
    assert len(names) == len(set(names)) == 10
    for tag in document.find_all(attrs={"aria-labelledby": True}):
        own = tag.find_parent(class_="rv-chapter")["id"]
        assert tag["aria-labelledby"].split() == [f"{own}--t", f"{own}--table"]


def test_a_drawing_finds_its_own_parts(site: Path) -> None:
    for tag in parsed(site).find_all(attrs={"clip-path": True}):
        own = tag.find_parent(class_="rv-chapter")["id"]
        assert tag["clip-path"] == f"url(#{own}--clip0)"


def test_links_stay_inside_or_become_text(site: Path) -> None:
    links = {link.get_text(): link["href"] for link in parsed(site).find(id="one").find_all("a")}
    assert links == {"here": "#one--t", "there": "#other--t", "out": "https://example.org/x"}
    assert "away" in parsed(site).find(id="one").get_text()


def test_links_to_other_pages_lead_to_the_published_site(site: Path) -> None:
    links = {link.get_text(): link["href"] for link in parsed(site, "https://example.org/sv").find(id="one").find_all("a")}
    assert links["away"] == "https://example.org/sv/chapters/away.html#t"
    assert "lost" not in links


def test_only_what_paper_can_hold_is_left(site: Path) -> None:
    document = parsed(site)
    assert not document.find_all(["script", "button", "details", "summary"])
    assert "Folded" in document.get_text()
    assert "#" not in document.h1.get_text()
    picture = document.img
    assert picture["src"] == (site / "_images/a b.svg").as_uri()
    assert not picture.has_attr("loading")


def test_contents_name_chapters_and_sections_with_their_pages(site: Path) -> None:
    wanted = Report("r", "Title <b>", "Sub", ("one", "other"))
    parts = pdf.chapters(site, wanted.chapters)
    text = pdf.report(parts, wanted, pdf.Imprint("T", "E 1", "Day", ""), Language("sv"), {"other": 7, "other--table": 8})
    document = BeautifulSoup(text, "html.parser")
    assert document.h1.get_text() == "Title <b>"
    assert "<span>one &amp; co</span>" in text
    entries = [(link["href"], link.find(class_="rv-page").get_text()) for link in document.nav.find_all("a")]
    assert entries == [("#one", ""), ("#one--table", ""), ("#other", "7"), ("#other--table", "8")]
    assert all(document.find(id=place[1:]) for place, _ in entries)
    assert "inte Socialstyrelsens" in document.header.get_text()


def test_a_sheet_has_the_marked_cells_only(site: Path) -> None:
    title, text = pdf.sheet(site, "12", pdf.Imprint("T", "", "", ""), Language("sv"))
    assert title == "Region X"
    words = BeautifulSoup(text, "html.parser").main.get_text()
    assert "Lead" in words
    assert "opened" in words
    assert not [word for word in ("hidden", "Dropped", "not here") if word in words]


def test_figures_of_a_sheet_are_side_by_side_and_words_below_both(site: Path) -> None:
    figures = "".join(
        f'<section><h2>{name}</h2><div class="cell tag_sheet"><figure>{name}</figure></div>'
        f'<div class="cell tag_sheet"><p>Words of {name}</p></div></section>'
        for name in ("first", "second", "third")
    )
    table = '<section><h2>Rows</h2><div class="cell tag_sheet"><figure>with</figure><table></table></div></section>'
    page = f'<article class="bd-article"><section><h1>R</h1>{figures}{table}</section></article>'
    (site / "chapters/regions/25.html").write_text(page, encoding="utf-8")
    _, text = pdf.sheet(site, "25", pdf.Imprint("T", "", "", ""), Language("sv"))
    pairs = BeautifulSoup(text, "html.parser").select(".rv-pair")
    assert [[figure.get_text() for figure in pair.select("figure")] for pair in pairs] == [["first", "second"], ["third"]]
    below = [cell.get_text() for cell in pairs[0].find_next_siblings(class_="cell")]
    assert below == ["Words of first", "Words of second"]


def test_the_reports_are_made_of_chapters_of_the_book() -> None:
    chapters = {path.stem for path in (ROOT / "chapters").glob("*.*")}
    for report in reports(Language("sv")):
        assert set(report.chapters) <= chapters
        assert len(set(report.chapters)) == len(report.chapters)


PRINTED = b"%PDF-1.4\n<</Producer (S)\n/CreationDate (D:20261130121837+00'00')\n/ModDate (D:20261130121838Z)>>\nxref 60"


def file_of(*bodies: bytes) -> bytes:
    """Write a file as the browser does."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(bodies) + 1
    trailer = b"trailer\n<</Size %d\n/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)


def test_objects_of_a_file_are_compressed_and_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "TOGETHER", 3)
    pages = [b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 %d 9] /Contents 3 0 R>>" % width for width in range(1, 8)]
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 11))
    whole = file_of(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Count 7 /Kids [%s]>>" % kids,
        b"<</Length 5>>\nstream\n0 0 m\nendstream",
        *pages,
    )
    reader = PdfReader(io.BytesIO(pdf.compact(whole)), strict=True)
    assert [page.mediabox.width for page in reader.pages] == [*range(1, 8)]
    assert reader.pages[6].get_contents().get_data() == b"0 0 m"
    assert reader.pdf_header == "%PDF-1.5"
    with pytest.raises(pdf.PdfError, match="cross-references"):
        pdf.compact(b"%PDF-1.4\n")


def test_two_prints_are_of_the_same_day() -> None:
    later = PRINTED.replace(b"2026113012", b"2027010203")
    for day in ("2026-11-22", ""):
        assert pdf.dated(PRINTED, day) == pdf.dated(later, day)
        assert len(pdf.dated(PRINTED, day)) == len(PRINTED)
        assert pdf.dated(PRINTED, day).count(b"/Producer (S)") == 1
    assert b"/CreationDate (D:20261122) " in pdf.dated(PRINTED, "2026-11-22")
    assert b"Date" not in pdf.dated(PRINTED, "")


def test_a_changed_site_is_not_printed(site: Path) -> None:
    whole = site / "whole"
    publish.publish(whole, {"sv": site})
    (whole / "sv/chapters/about.html").write_text("evil", encoding="utf-8")
    with pytest.raises(pdf.PdfError, match=r"about\.html: not as it was built"):
        pdf.make(whole / "sv", site / "pdf", Language("sv"))


def test_without_pages_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(pdf.PdfError, match="riktvarden build"):
        pdf.make(tmp_path, tmp_path / "pdf", Language("sv"))


def test_without_a_browser_the_message_says_what_to_install(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (site / "chapters/about.html").write_text(PAGE.format(name="about"), encoding="utf-8")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pdf.PdfError, match="apt-get install chromium"):
        pdf.make(site, site / "pdf", Language("sv"))


def test_a_section_within_a_section_of_a_sheet_follows_it_at_the_same_level() -> None:
    page = BeautifulSoup(
        "<article><section><h1>Region</h1>"
        "<section id='a'><h2>A</h2><section id='b'><h3>B</h3></section><section id='c'><h3>C</h3></section></section>"
        "<section id='d'><h2>D</h2></section></section></article>",
        "html.parser",
    )
    pdf._flatten(page.article)
    assert [(section["id"], section.h2.get_text()) for section in page.select("article > section > section")] == [
        ("a", "A"),
        ("b", "B"),
        ("c", "C"),
        ("d", "D"),
    ]
    assert page.select("section section section") == []
