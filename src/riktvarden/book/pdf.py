"""Print the built website to PDF, as reports and a sheet per region.

Each file is one HTML page assembled from the articles of built pages, printed by Chromium without scripts, so that
paper and pages agree. Playwright and pypdf are in the group ``dev``, as the website itself needs neither.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from pathlib import Path
from posixpath import normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag

from riktvarden.book import entrance, publish
from riktvarden.book.head import MODIFIED
from riktvarden.book.stage import REGIONS
from riktvarden.report.kit.language import Language
from riktvarden.report.pages import printed

if TYPE_CHECKING:
    from playwright.sync_api import Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
"""Programs that can print, in order of preference."""
PARSER = "html.parser"
CHAPTERS = "chapters"
ABOUT = f"{CHAPTERS}/about"
"""Page with the edition of the site."""
STYLES = ("_static/riktvarden.css", "_static/print.css")
ONLY_ON_SCREEN = "script, style, noscript, button, input, form, a[download], .headerlink, .rv-tools, .rv-key"
SHEET, SHEET_TABLE = "tag_sheet", "tag_sheet-table"
"""Classes of the cells of a region's page that are included in its sheet."""
SHEET_PAGES = 2
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75)
"""Scales to try for a sheet to fit its pages."""
RUNNING = 'font: 8pt Arial, "Liberation Sans", sans-serif; color: #444;'
"""Look of what is said at the head and foot of each page."""
NAMING = ("id", "aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")
"""Attributes that hold anchors within a page."""
_MADE = re.compile(rb"(?P<what>/(?:CreationDate|ModDate)) \(D:\d{14}[^)]*\)")
"""Pattern of the time of printing in a file."""

_NODE = re.compile(rb"\(node(\d{8})\)")
"""Pattern of the browser's identifiers for parts of a page."""

_END = re.compile(rb"trailer\s*<<(?P<trailer>.*?)>>\s*startxref\s+(?P<start>\d+)\s+%%EOF\s*\Z", re.DOTALL)
_ENTRY = re.compile(rb"(\d{10}) \d{5} ([nf])")
_SIZE = re.compile(rb"/Size \d+")
TOGETHER = 5000
"""Objects of a file that are compressed together."""

Places = dict[str, int]
"""Anchor in a document → the page it is printed on."""


class PdfError(Exception):
    """Nothing can be printed; the message says what to fix."""


@dataclass(frozen=True)
class Imprint:
    """Imprint of the site."""

    title: str
    edition: str
    updated: str
    address: str
    """Address of the site's pages in one language, or empty."""
    day: str = ""
    """Date of `updated` as YYYY-MM-DD, if known."""


def make(site: Path, target: Path, language: Language, address: str = "") -> list[Path]:
    """Print the reports and a sheet for each region with a page in the site.

    Parameters
    ----------
    site
        Folder of the built pages in one language.
    target
        Folder to write to. Other files there are kept.
    language
        The pages' language.
    address
        Address of the published site. If unknown, links to pages outside the file become plain text.

    Returns
    -------
    list of Path
        The files, and the page that lists them.

    Raises
    ------
    PdfError
        If there is no site or browser, or a sheet does not fit.
    """
    if not (site / f"{ABOUT}.html").is_file():
        raise PdfError(f"{site}: no pages to print; build them first: riktvarden build")
    if changed := publish.changed(site.parent):
        raise PdfError(f"{site.parent / changed[0]}: not as it was built; build again before printing: riktvarden build")
    imprint = imprint_of(site, f"{address}/{language.code}" if address else "")
    reports = printed.reports(language)
    sheets = sorted(page.stem for page in (site / REGIONS).glob("[0-9][0-9].html"))
    target.mkdir(parents=True, exist_ok=True)
    made: dict[Path, str] = {}
    with browser() as page:
        for report in reports:
            file = target / f"{report.name}.pdf"
            file.write_bytes(compact(dated(print_report(page, site, report, imprint, language), imprint.day)))
            made[file] = report.title
        for code in sheets:
            title, document = sheet(site, code, imprint, language)
            file = target / f"region-{code}.pdf"
            file.write_bytes(compact(dated(_fitted(page, document, title), imprint.day)))
            made[file] = printed.sheet(language, title)
    listing = target / "index.html"
    listing.write_text(_listing(made, imprint, language), encoding="utf-8", newline="\n")
    return [*made, listing]


def chapters(site: Path, documents: Sequence[str], address: str = "") -> list[Tag]:
    """Return articles of pages as parts of one document, with anchors made unique by page.

    Parameters
    ----------
    site
        Pages in one language.
    documents
        Names below ``chapters/``.
    address
        Address of pages not among these, or empty.
    """
    inside = {f"{CHAPTERS}/{name}": name for name in documents}
    parts = []
    for document, name in inside.items():
        article = _article(site, document)
        part = BeautifulSoup("", PARSER).new_tag("section", attrs={"id": name, "class": "rv-chapter"})
        part.extend(list(article.contents))
        _unfold(part)
        _rename(part, name)
        _redirect(part, site, document, inside, address)
        parts.append(part)
    return parts


def report(parts: Sequence[Tag], wanted: printed.Report, imprint: Imprint, language: Language, places: Places) -> str:
    """Return the contents of a report: cover, table of contents, chapters.

    Parameters
    ----------
    parts
        Its `chapters`.
    wanted, imprint, language
        The report, the imprint, and the language of both.
    places
        Anchor → page it is printed on, for the table of contents; empty the first time.
    """
    demands = "".join(f"<li>{escape(demand)}</li>" for demand in wanted.answers)
    answers = f"<p>{escape(printed.answered(language))}</p><ul>{demands}</ul>" if demands else ""
    if wanted.others:
        answers += f"<p>{escape(printed.unanswered(language, wanted))}</p>"
    return (
        f'<header class="rv-cover"><h1>{escape(wanted.title)}</h1><p class="rv-subtitle">{escape(wanted.subtitle)}</p>'
        f'<div class="rv-imprint">{_facts(imprint, language)}</div>{answers}</header>'
        f'<nav class="rv-contents" aria-labelledby="contents"><h2 id="contents">{escape(printed.contents(language))}</h2>'
        f"{_contents(parts, places)}</nav>"
        f"{''.join(map(str, parts))}"
    )


def sheet(site: Path, code: str, imprint: Imprint, language: Language) -> tuple[str, str]:
    """Return the name of a region, and the parts of its page for its sheet as one document."""
    document = f"{REGIONS}/{code}"
    article = _article(site, document)
    for cell in article.select(".cell"):
        if not {SHEET, SHEET_TABLE} & set(cell["class"]):
            cell.decompose()
    for fold in article.select(f".{SHEET} details"):
        fold.decompose()
    _unfold(article)
    _flatten(article)
    for section in reversed(article.select("section section")):
        if not section.select_one(".cell"):
            section.decompose()
    _pair(article)
    _redirect(article, site, document, {}, imprint.address)
    heading = article.find("h1")
    if heading is None or not article.select_one(".cell"):
        raise PdfError(f"{document}: nothing on the page is marked for its sheet")
    title = heading.get_text(strip=True)
    facts = BeautifulSoup(f'<div class="rv-imprint">{_facts(imprint, language, imprint.title)}</div>', PARSER)
    heading.insert_after(facts)
    return title, whole_page(site, title, "rv-paper rv-sheet", article.decode_contents(), language)


def dated(content: bytes, day: str) -> bytes:
    """Remove traces of the time of printing from a file, so that two prints are identical.

    The date of creation becomes that of the sources, if known, and the parts of the page are numbered from 0, as the
    browser continues from the previous print.

    Parameters
    ----------
    content
        The file from the browser. Byte offsets are preserved.
    day
        Date as YYYY-MM-DD; empty if unknown.
    """

    def stated(found: re.Match[bytes]) -> bytes:
        said = b"%s (D:%s)" % (found["what"], day.replace("-", "").encode()) if day else b""
        return said.ljust(len(found[0]))

    numbers = sorted(set(_NODE.findall(content)))  # keeping their order, by which they are looked up
    place = {number: b"(node%08d)" % at for at, number in enumerate(numbers)}
    return _NODE.sub(lambda found: place[found[1]], _MADE.sub(stated, content))


def compact(content: bytes) -> bytes:
    """Return a file with the same objects, of which those that are not streams are compressed together.

    The browser writes them as plain text. A tagged file has one for each cell of its tables, most of its size.

    Parameters
    ----------
    content
        The file from the browser, with one table of cross-references.
    """
    found = _END.search(content)
    if found is None:
        raise PdfError("the browser has written a file without a table of cross-references")
    end = int(found["start"])
    places = [int(place) for place, kind in _ENTRY.findall(content[end : found.start()]) if kind == b"n"]
    ends = dict(pairwise(sorted([*places, end])))
    out = bytearray(content[: min(places)].replace(b"%PDF-1.4", b"%PDF-1.5", 1))
    rows = [(0, 0, 65535)]
    plain: list[tuple[int, bytes]] = []
    for number, place in enumerate(places, 1):
        whole = content[place : ends[place]]
        body = whole.partition(b"obj")[2].rpartition(b"endobj")[0].strip()
        if body.endswith(b"endstream"):
            rows.append((1, len(out), 0))
            out += whole
        else:
            rows.append((2, len(places) + 1 + len(plain) // TOGETHER, len(plain) % TOGETHER))
            plain.append((number, body))
    for first in range(0, len(plain), TOGETHER):
        group = plain[first : first + TOGETHER]
        offsets = accumulate((len(body) + 1 for _, body in group), initial=0)
        index = b" ".join(b"%d %d" % (number, offset) for (number, _), offset in zip(group, offsets, strict=False)) + b"\n"
        said = b"/Type /ObjStm /N %d /First %d" % (len(group), len(index))
        rows.append((1, len(out), 0))
        out += _stream(len(rows) - 1, said, index + b"\n".join(body for _, body in group))
    rows.append((1, len(out), 0))
    entries = b"".join(kind.to_bytes(1) + place.to_bytes(4) + more.to_bytes(2) for kind, place, more in rows)
    said = b"/Type /XRef /W [1 4 2] /Size %d %s" % (len(rows), _SIZE.sub(b"", found["trailer"]))
    return bytes(out) + _stream(len(rows) - 1, said, entries) + b"startxref\n%d\n%%%%EOF\n" % len(out)


def _stream(number: int, said: bytes, content: bytes) -> bytes:
    """Return a compressed stream as an object of a file."""
    packed = zlib.compress(content, 9)
    return b"%d 0 obj\n<<%s /Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number,
        said,
        len(packed),
        packed,
    )


def print_report(page: Page, site: Path, wanted: printed.Report, imprint: Imprint, language: Language) -> bytes:
    """Print a report twice, as only the first print gives the starting page of each chapter."""
    parts = chapters(site, wanted.chapters, imprint.address)
    content, places = b"", Places()
    for _ in range(2):
        body = report(parts, wanted, imprint, language, places)
        content = _print(page, whole_page(site, wanted.title, "rv-paper", body, language, _heads(parts)))
        places = _places(content)
    return content


def _fitted(page: Page, document: str, title: str) -> bytes:
    """Print a sheet, scaled to fit its pages."""
    for scale in SCALES:
        content = _print(page, document, scale)
        if (count := _pages(content)) <= SHEET_PAGES:
            break
    if count != SHEET_PAGES:
        raise PdfError(f"{title}: the sheet has {count} pages at its smallest, not {SHEET_PAGES}")
    return content


@contextmanager
def browser() -> Iterator[Page]:
    """Open a browser without scripts or network."""
    try:
        import pypdf  # noqa: F401 - said now rather than after the first print
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise PdfError(f"{error.name} is not installed; it is in the group dev, see the README") from error
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        raise PdfError(f"printing needs one of {', '.join(BROWSERS)}; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--disable-gpu"])
        try:
            yield browser.new_context(java_script_enabled=False, offline=True).new_page()
        finally:
            browser.close()


def _print(page: Page, document: str, scale: float = 1.0) -> bytes:
    """Print a document to tagged PDF with bookmarks."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "document.html")
        file.write_text(document, encoding="utf-8")
        page.goto(file.as_uri())
        return page.pdf(
            tagged=True, outline=True, print_background=True, prefer_css_page_size=True, format="A4", scale=scale
        )


def _pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def _places(content: bytes) -> Places:
    """Return the page of each link target."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    found = {name: reader.get_destination_page_number(place) for name, place in reader.named_destinations.items()}
    return {name.removeprefix("/"): number + 1 for name, number in found.items() if number is not None}


def imprint_of(site: Path, address: str) -> Imprint:
    """Read the imprint from the page about the report."""
    page = _read(site, ABOUT)
    title, edition, updated = (page.select_one(what) for what in ("a.navbar-brand", ".rv-edition", ".last-updated"))
    said = [" ".join(tag.get_text().split()) if tag else "" for tag in (title, edition, updated)]
    day = page.select_one(f'meta[property="{MODIFIED}"]')
    return Imprint(said[0], said[1], said[2], address, str(day["content"]) if day else "")


def _facts(imprint: Imprint, language: Language, *first: str) -> str:
    """Return the imprint of a print: edition, date and responsible body."""
    said = [*first, imprint.edition, imprint.updated, printed.independent(language), imprint.address]
    return "".join(f"<p>{escape(line)}</p>" for line in said if line)


def _read(site: Path, document: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{document}.html").read_text(encoding="utf-8"), PARSER)


def _article(site: Path, document: str) -> Tag:
    """Return a page's article without interactive elements, with absolute addresses of pictures."""
    article = _read(site, document).select_one("article.bd-article")
    if article is None:
        raise PdfError(f"{document}: the page has no article")
    for tag in article.select(ONLY_ON_SCREEN):
        tag.decompose()
    for mark in article.select("svg :is(path, line, rect)[opacity]"):  # else the browser makes an object of each
        mark["fill-opacity"] = mark["stroke-opacity"] = mark["opacity"]
        del mark["opacity"]
    for picture in article.select("img[src]"):
        source = str(picture["src"])
        if not urlsplit(source).scheme:
            picture["src"] = (site / document).parent.joinpath(unquote(source)).resolve().as_uri()
        del picture["loading"]  # printing does not wait for lazy loading
    return article


def _unfold(part: Tag) -> None:
    """Unfold folded content; the heading of a folded section is kept."""
    for summary in part.select(".rv-fold > summary"):
        summary.unwrap()
    for summary in part.select("summary"):
        summary.decompose()
    for fold in part.select("details"):
        fold.name = "div"


def _flatten(article: Tag) -> None:
    """Place each section of a section after it, with a heading of the same level."""
    for section in reversed(article.select("section section section")):
        if isinstance(heading := section.find("h3"), Tag):
            heading.name = "h2"
        outer = section.find_parent("section")
        assert outer is not None
        outer.insert_after(section.extract())


def _pair(article: Tag) -> None:
    """Lay sections with a figure and no table beside each other, two by two; what they say besides is below both."""
    waiting: Tag | None = None
    for section in article.select("section section"):
        if not section.find("figure") or section.find("table"):
            waiting = None
        elif waiting is None:
            waiting = section.wrap(BeautifulSoup("", PARSER).new_tag("div", attrs={"class": "rv-pair"}))
        else:
            waiting.append(section.extract())
            for cell in reversed([cell for cell in waiting.select(".cell") if not cell.find("figure")]):
                waiting.insert_after(cell.extract())
            waiting = None


def _rename(part: Tag, name: str) -> None:
    """Make the anchors of a page unique among pages."""
    for attribute in NAMING:
        for tag in part.select(f"[{attribute}]"):
            named = tag[attribute] if isinstance(tag[attribute], str) else " ".join(tag[attribute])
            tag[attribute] = " ".join(f"{name}--{each}" for each in str(named).split())
    for attribute in ("clip-path", "fill", "stroke"):  # within a drawing
        for tag in part.select(f'[{attribute}^="url(#"]'):
            tag[attribute] = str(tag[attribute]).replace("url(#", f"url(#{name}--")


def _redirect(part: Tag, site: Path, document: str, inside: Mapping[str, str], address: str) -> None:
    """Redirect links to pages within the file, otherwise to the published site, otherwise remove them."""
    folder = document.rpartition("/")[0]
    for link in part.select("a[href]"):
        to = urlsplit(str(link["href"]))
        if to.scheme:
            if to.scheme not in {"http", "https", "mailto"}:
                link.unwrap()
            continue
        page = normpath(f"{folder}/{unquote(to.path)}").removesuffix(".html") if to.path else document
        if page in inside:
            link["href"] = f"#{inside[page]}--{unquote(to.fragment)}" if to.fragment else f"#{inside[page]}"
        elif page == document and not inside:
            link["href"] = f"#{to.fragment}"
        elif address and (site / f"{page}.html").is_file():
            link["href"] = f"{address}/{page}.html" + (f"#{to.fragment}" if to.fragment else "")
        else:
            link.unwrap()


def _contents(parts: Sequence[Tag], places: Places) -> str:
    """Return the table of contents: chapters and their sections, with known page numbers."""

    def entry(name: str, heading: Tag) -> str:
        page = places.get(name, "")
        title = escape(heading.get_text().strip())
        return f'<a href="#{escape(name)}"><span>{title}</span><span class="rv-page">{page}</span></a>'

    listed = []
    for part in parts:
        sections = [(str(at["id"]), at.find("h2", recursive=False)) for at in part.select("section[id]")]
        below = "".join(f"<li>{entry(name, heading)}</li>" for name, heading in sections if heading)
        title = part.find("h1")
        if title is not None:
            listed.append(f"<li>{entry(str(part['id']), title)}{f'<ol>{below}</ol>' if below else ''}</li>")
    return f"<ol>{''.join(listed)}</ol>"


def _heads(parts: Sequence[Tag]) -> str:
    """Return the rules by which the pages of each chapter have its title at the top."""
    titles = {str(part["id"]): heading.get_text().strip() for part in parts if (heading := part.find("h1"))}
    return "".join(
        f'@page {name} {{ @top-left {{ content: "{_quoted(title)}"; {RUNNING} }} }} #{name} {{ page: {name}; }} '
        for name, title in titles.items()
    )


def _quoted(text: str) -> str:
    """Return a text as part of a style sheet."""
    return text.replace("\\", "").replace('"', "")


def whole_page(site: Path, title: str, kind: str, body: str, language: Language, rules: str = "") -> str:
    """Return a document for the browser to print, with further rules of style."""
    styles = "".join(f'<link rel="stylesheet" href="{(site / style).resolve().as_uri()}">' for style in STYLES)
    running = f'@bottom-left {{ content: "{_quoted(title)}"; {RUNNING} }}'
    margin = "margin: 12mm 14mm 15mm; " if "rv-sheet" in kind else ""
    first = (
        "" if "rv-sheet" in kind else "@page :first { @bottom-left { content: none; } @bottom-right { content: none; } }"
    )
    return (
        f'<!doctype html><html lang="{language.code}" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>@page {{ size: A4; }}</style>{styles}"
        f"<style>@page {{ {margin}{running} }} {first}{rules}</style></head>"
        f'<body class="bd-article {kind}"><main>{body}</main></body></html>'
    )


def _listing(made: Mapping[Path, str], imprint: Imprint, language: Language) -> str:
    """Return the page that lists the files."""
    title, introduction = printed.listed(language)
    links = "".join(f'<li><a href="{file.name}">{escape(label)} (PDF)</a></li>\n' for file, label in made.items())
    content = f"<h1>{escape(title)}</h1>\n<p>{escape(introduction)}</p>\n<ul>\n{links}</ul>\n{_facts(imprint, language)}"
    return entrance.page(language.code, f"{title} – {imprint.title}", content)
