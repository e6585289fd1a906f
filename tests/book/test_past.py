"""Editions kept on the site: what is kept is never replaced, and is served as it was, with a way to the newest."""

import datetime
import json
import shutil
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from riktvarden.book import entrance, past
from riktvarden.book.publish import publish
from riktvarden.editions.record import PUBLISHED, Manifest

SCRIPT = Path(__file__).parents[2] / "chapters/_static/editions.js"
PAGE = """<!doctype html><html lang="sv" data-content_root="../"><head><meta charset="utf-8"><title>x</title>
<script defer src="../_static/editions.js"></script></head>
<body><main><article class="bd-article"><h1>{name}</h1></article></main><footer class="bd-footer"></footer></body></html>"""


def manifest(name: str, day: int) -> Manifest:
    return Manifest(
        name=name, title=f"Utgåvan {name}", date=datetime.date(2026, 12, day), version="1", package="", code="", python="3",
        draws=1, tables={}, assumptions={}, files={},
    )  # fmt: skip


KNOWN = [manifest("2026-1", 1), manifest("2026-2", 2)]


def book(folder: Path, name: str) -> Path:
    for place, text in {
        "sv/chapters/st.html": PAGE.format(name=name),
        "sv/_static/editions.js": SCRIPT.read_text(),
    }.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    (folder / f"data/{name}").mkdir(parents=True)
    (folder / f"data/{name}/guideline_values.csv").write_text(f"{name}\n")
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Two editions that were published, and the second of them at the root."""
    for each in KNOWN:
        made = book(tmp_path / f"built-{each.name}", each.name)
        (tmp_path / "editions" / each.name).mkdir(parents=True)
        parts = {"sv": made / "sv", f"data/{each.name}": made / "data" / each.name}
        assert past.keep(tmp_path / "editions", each.name, parts)
        assert not past.keep(tmp_path / "editions", each.name, parts)
    parts = {"sv": tmp_path / "built-2026-2/sv", **past.places(tmp_path / "editions", KNOWN, tmp_path / "laid")}

    def front(names: object) -> dict[str, bytes]:
        return entrance.files(names, {"title": "x"}, "sv", ["chapters/st"], KNOWN, "2026-2")  # type: ignore[arg-type]

    publish(tmp_path / "site", parts, front)
    return tmp_path / "site"


def test_each_edition_is_at_its_address_as_it_was(site: Path) -> None:
    for each in KNOWN:
        built = site.parent / f"built-{each.name}"
        for file in (file for file in built.rglob("*") if file.is_file()):
            name = file.relative_to(built)
            assert (site / each.name / name).read_bytes() == file.read_bytes()
        data = Path("data", each.name, "guideline_values.csv")
        assert (site / data).read_text() == (site / each.name / data).read_text() == f"{each.name}\n"


def test_the_list_names_the_newest_first_and_says_where_it_is(site: Path) -> None:
    for here in ("", "2026-1", "2026-2"):
        text = (site / here / "editions.js").read_text(encoding="utf-8")
        listed = json.loads(text.partition(" = ")[2].rstrip(";\n"))
        assert (listed["here"], listed["current"]) == (here, "2026-2")
        assert [each["name"] for each in listed["editions"]] == ["2026-2", "2026-1"]


def test_what_was_published_is_never_replaced(site: Path) -> None:
    editions, other = site.parent / "editions", site.parent / "other"
    other.mkdir()
    (other / "x.html").write_text("x")
    before = (editions / "2026-1" / PUBLISHED).read_bytes()
    with pytest.raises(FileExistsError, match="with other content"):
        past.keep(editions, "2026-1", {"sv": other})
    assert (editions / "2026-1" / PUBLISHED).read_bytes() == before


def test_an_archive_is_laid_out_again_where_it_was_replaced_by_hand(site: Path) -> None:
    archive = site.parent / "editions/2026-1" / PUBLISHED
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("sv/new.html", "x")
    places = past.places(site.parent / "editions", KNOWN, site.parent / "laid")
    assert [file.name for file in places["2026-1"].rglob("*.html")] == ["new.html"]


def test_tables_of_earlier_editions_are_those_that_pages_offered(site: Path) -> None:
    with past.tables_of(site.parent / "editions") as found:
        assert {name: [file.name for file in place.rglob("*.*")] for name, place in found.items()} == {
            "2026-1": ["guideline_values.csv"],
            "2026-2": ["guideline_values.csv"],
        }


@pytest.mark.parametrize("served", [False, True])
def test_an_older_page_leads_to_the_newest_from_a_folder_and_from_a_server(site: Path, served: bool) -> None:
    sync_api = pytest.importorskip("playwright.sync_api")
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}" if served else site.as_uri()
    try:
        with sync_api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program)
            page = browser.new_page()
            page.goto(f"{base}/2026-1/sv/chapters/st.html")
            page.wait_for_selector(".rv-older")
            assert "utgåvan 2026-1 från 1 december 2026" in page.inner_text(".rv-older")
            assert page.locator(".rv-editions a[aria-current]").inner_text() == "2026-1"
            page.click(".rv-older a")
            page.wait_for_url(f"{base}/sv/chapters/st.html")
            page.wait_for_selector(".rv-editions")
            assert page.locator(".rv-older").count() == 0
            page.click(".rv-editions a:has-text('2026-1')")
            page.wait_for_url(f"{base}/2026-1/sv/chapters/st.html")
            page.goto(f"{base}/2026-2/sv/chapters/st.html")
            page.wait_for_selector(".rv-editions")
            assert page.locator(".rv-older").count() == 0  # the newest, at its own address
            browser.close()
    finally:
        server.shutdown()
