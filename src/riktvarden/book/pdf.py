"""Print the finished website as reports and regions' sheets in PDF, for those who read or file them on paper.

Each file is one page of HTML made of the articles of built pages, printed by Chromium without script: what stands on
paper is what stands on the pages. Playwright and pypdf are of the group ``dev``: the website itself needs neither.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
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
"""Programs that can print, the first that is there."""
PARSER = "html.parser"
CHAPTERS = "chapters"
ABOUT = f"{CHAPTERS}/about"
"""The page that says which edition the site shows."""
STYLES = ("_static/riktvarden.css", "_static/print.css")
ONLY_ON_SCREEN = "script, style, noscript, button, input, form, a[download], .headerlink, .rv-tools, .rv-key"
SHEET, SHEET_TABLE = "tag_sheet", "tag_sheet-table"
"""Classes of the cells of a region's page that go to its sheet: all but folded tables, and these too."""
SHEET_PAGES = 4
SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
"""How much a sheet may shrink to keep to its pages."""
NAMING = ("id", "aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")
"""Attributes that hold names of places in a page."""
_MADE = re.compile(rb"(?P<what>/(?:CreationDate|ModDate)) \(D:\d{14}[^)]*\)")
"""When a file was printed, by the clock."""

_NODE = re.compile(rb"\(node(\d{8})\)")
"""How the browser names the parts of a page."""

Places = dict[str, int]
"""Name of a place in a document → the page it is printed on."""


class PdfError(Exception):
    """Nothing can be printed; the message says what to fix."""


@dataclass(frozen=True)
class Imprint:
    """What the site says of itself."""

    title: str
    edition: str
    updated: str
    address: str
    """Where the site's pages in one language are, or nothing."""
    day: str = ""
    """The day that `updated` says in words, as YYYY-MM-DD, if it is known."""


def make(site: Path, target: Path, language: Language, address: str = "") -> list[Path]:
    """Print the reports and the sheets of the regions that the site has pages of.

    Parameters
    ----------
    site
        Pages in one language, as the build wrote them.
    target
        Folder to write to. What else is there stays.
    language
        The pages' language.
    address
        Where the site is published. If it is not known, links to pages that a file does not hold are plain text.

    Returns
    -------
    list of Path
        The files, and the page that lists them.

    Raises
    ------
    PdfError
        If there is no site, no browser, or a sheet that does not fit.
    """
    if not (site / f"{ABOUT}.html").is_file():
        raise PdfError(f"{site}: no pages to print; build them first: riktvarden build")
    if changed := publish.changed(site.parent):
        raise PdfError(f"{site.parent / changed[0]}: not as it was built; build again before printing: riktvarden build")
    imprint = _imprint(site, f"{address}/{language.code}" if address else "")
    reports = printed.reports(language)
    sheets = sorted(page.stem for page in (site / REGIONS).glob("[0-9][0-9].html"))
    target.mkdir(parents=True, exist_ok=True)
    made: dict[Path, str] = {}
    with _browser() as page:
        for report in reports:
            file = target / f"{report.name}.pdf"
            file.write_bytes(dated(_report(page, site, report, imprint, language), imprint.day))
            made[file] = report.title
        for code in sheets:
            title, document = sheet(site, code, imprint, language)
            file = target / f"region-{code}.pdf"
            file.write_bytes(dated(_fitted(page, document, title), imprint.day))
            made[file] = printed.sheet(language, title)
    listing = target / "index.html"
    listing.write_text(_listing(made, imprint, language), encoding="utf-8", newline="\n")
    return [*made, listing]


def chapters(site: Path, documents: Sequence[str], address: str = "") -> list[Tag]:
    """Return articles of pages as parts of one document: every name in them is distinguished by its page.

    Parameters
    ----------
    site
        Pages in one language.
    documents
        Names below ``chapters/``.
    address
        Where pages are that are not among these, or nothing.
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
    """Return what a report holds: cover, contents, chapters.

    Parameters
    ----------
    parts
        Its `chapters`.
    wanted, imprint, language
        Which report, what the site says of itself, and the language of both.
    places
        Name of a place to the page it is printed on, for the contents; nothing the first time.
    """
    return (
        f'<header class="rv-cover"><h1>{escape(wanted.title)}</h1><p class="rv-subtitle">{escape(wanted.subtitle)}</p>'
        f'<div class="rv-imprint">{_facts(imprint, language)}</div></header>'
        f'<nav class="rv-contents" aria-labelledby="contents"><h2 id="contents">{escape(printed.contents(language))}</h2>'
        f"{_contents(parts, places)}</nav>"
        f"{''.join(map(str, parts))}"
    )


def sheet(site: Path, code: str, imprint: Imprint, language: Language) -> tuple[str, str]:
    """Return the name of a region, and the parts of its page that go to its sheet as one document."""
    document = f"{REGIONS}/{code}"
    article = _article(site, document)
    for cell in article.select(".cell"):
        if not {SHEET, SHEET_TABLE} & set(cell["class"]):
            cell.decompose()
    for fold in article.select(f".{SHEET} details"):
        fold.decompose()
    for section in reversed(article.select("section section")):
        if not section.select_one(".cell"):
            section.decompose()
    _unfold(article)
    _redirect(article, site, document, {}, imprint.address)
    heading = article.find("h1")
    if heading is None or not article.select_one(".cell"):
        raise PdfError(f"{document}: nothing on the page is marked for its sheet")
    title = heading.get_text(strip=True)
    facts = BeautifulSoup(f'<div class="rv-imprint">{_facts(imprint, language, imprint.title)}</div>', PARSER)
    heading.insert_after(facts)
    return title, _document(site, title, "rv-paper rv-sheet", article.decode_contents(), language)


def dated(content: bytes, day: str) -> bytes:
    """Return a file that says nothing of its printing, so that two prints are the same.

    The date of creation becomes the day of the sources, if that is known, and the parts of the page are numbered from 0:
    the browser continues from what it printed before.

    Parameters
    ----------
    content
        The file as the browser wrote it. What comes at which byte in it stays.
    day
        As YYYY-MM-DD; empty if it is not known.
    """

    def stated(found: re.Match[bytes]) -> bytes:
        said = b"%s (D:%s)" % (found["what"], day.replace("-", "").encode()) if day else b""
        return said.ljust(len(found[0]))

    numbers = sorted(set(_NODE.findall(content)))  # in their order, as the file looks them up by it
    place = {number: b"(node%08d)" % at for at, number in enumerate(numbers)}
    return _NODE.sub(lambda found: place[found[1]], _MADE.sub(stated, content))


def _report(page: Page, site: Path, wanted: printed.Report, imprint: Imprint, language: Language) -> bytes:
    """Print a report; twice, because only the first print tells on which page each chapter begins."""
    parts = chapters(site, wanted.chapters, imprint.address)
    content, places = b"", Places()
    for _ in range(2):
        body = report(parts, wanted, imprint, language, places)
        content = _print(page, _document(site, wanted.title, "rv-paper", body, language))
        places = _places(content)
    return content


def _fitted(page: Page, document: str, title: str) -> bytes:
    """Print a sheet, as small as its pages ask for."""
    for scale in SCALES:
        content = _print(page, document, scale)
        if _pages(content) <= SHEET_PAGES:
            return content
    raise PdfError(f"{title}: the sheet does not fit on {SHEET_PAGES} pages")


@contextmanager
def _browser() -> Iterator[Page]:
    """Open a browser without script or network."""
    try:
        import pypdf  # noqa: F401 - said now rather than after the first print
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise PdfError(f"{error.name} is not installed; the group dev has it, see the README") from error
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
    """Print a document: tagged, with bookmarks."""
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
    """Return on which page each place is that a link leads to."""
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    found = {name: reader.get_destination_page_number(place) for name, place in reader.named_destinations.items()}
    return {name.removeprefix("/"): number + 1 for name, number in found.items() if number is not None}


def _imprint(site: Path, address: str) -> Imprint:
    """Read what the page about the report says of it."""
    page = _read(site, ABOUT)
    title, edition, updated = (page.select_one(what) for what in ("a.navbar-brand", ".rv-edition", ".last-updated"))
    said = [" ".join(tag.get_text().split()) if tag else "" for tag in (title, edition, updated)]
    day = page.select_one(f'meta[property="{MODIFIED}"]')
    return Imprint(said[0], said[1], said[2], address, str(day["content"]) if day else "")


def _facts(imprint: Imprint, language: Language, *first: str) -> str:
    """Write what a reader must know of any print: edition, date, and whose values these are."""
    said = [*first, imprint.edition, imprint.updated, printed.independent(language), imprint.address]
    return "".join(f"<p>{escape(line)}</p>" for line in said if line)


def _read(site: Path, document: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{document}.html").read_text(encoding="utf-8"), PARSER)


def _article(site: Path, document: str) -> Tag:
    """Return what a page says, without what only a screen can do; its pictures by their full address."""
    article = _read(site, document).select_one("article.bd-article")
    if article is None:
        raise PdfError(f"{document}: the page has no article")
    for tag in article.select(ONLY_ON_SCREEN):
        tag.decompose()
    for picture in article.select("img[src]"):
        source = str(picture["src"])
        if not urlsplit(source).scheme:
            picture["src"] = (site / document).parent.joinpath(unquote(source)).resolve().as_uri()
        del picture["loading"]  # a print does not wait for what is loaded late
    return article


def _unfold(part: Tag) -> None:
    """Show what is folded away."""
    for summary in part.select("summary"):
        summary.decompose()
    for fold in part.select("details"):
        fold.name = "div"


def _rename(part: Tag, name: str) -> None:
    """Tell the names of places in a page apart from those of other pages."""
    for attribute in NAMING:
        for tag in part.select(f"[{attribute}]"):
            named = tag[attribute] if isinstance(tag[attribute], str) else " ".join(tag[attribute])
            tag[attribute] = " ".join(f"{name}--{each}" for each in str(named).split())


def _redirect(part: Tag, site: Path, document: str, inside: Mapping[str, str], address: str) -> None:
    """Lead links into the file where it has their page, else to the published site, else nowhere."""
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
    """Write the table of contents: chapters and their sections, with pages as far as they are known."""

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


def _document(site: Path, title: str, kind: str, body: str, language: Language) -> str:
    """Write a document for the browser to print."""
    styles = "".join(f'<link rel="stylesheet" href="{(site / style).resolve().as_uri()}">' for style in STYLES)
    words = title.replace("\\", "").replace('"', "")
    running = f'@bottom-left {{ content: "{words}"; font: 8pt Arial, "Liberation Sans", sans-serif; color: #444; }}'
    first = (
        "" if "rv-sheet" in kind else "@page :first { @bottom-left { content: none; } @bottom-right { content: none; } }"
    )
    return (
        f'<!doctype html><html lang="{language.code}" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title>{styles}<style>@page {{ size: A4; {running} }} {first}</style></head>"
        f'<body class="bd-article {kind}"><main>{body}</main></body></html>'
    )


def _listing(made: Mapping[Path, str], imprint: Imprint, language: Language) -> str:
    """Write the page that lists the files."""
    title, introduction = printed.listed(language)
    links = "".join(f'<li><a href="{file.name}">{escape(label)} (PDF)</a></li>\n' for file, label in made.items())
    content = f"<h1>{escape(title)}</h1>\n<p>{escape(introduction)}</p>\n<ul>\n{links}</ul>\n{_facts(imprint, language)}"
    return entrance.page(language.code, f"{title} – {imprint.title}", content)
