"""Measure a first visit to each type of page of built books: bytes, time to first paint and chart, and what marks say.

``python benchmarks/first_visit.py BEFORE/site/sv AFTER/site/sv`` measures the Swedish pages of one or more books, each
served on this machine to a browser with an empty cache. Bytes are compressed, as a server would send them. A mark is
probed in its middle with a mouse: its tip is right if its words are those of a mark there. The shift is the sum of the
layout shifts that the browser reports while a page is read to its end. ``--json FILE`` keeps the measures.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

PAGES = (
    "index",
    "regions/12",
    "st_guideline",
    "need",
    "psychologists",
    "principals",
    "mental_health",
    "economics",
    "find",
    "compare",
    "explorer",
    "data",
)
PROBED = 40
"""Marks of a page that are probed, evenly spread."""
WATCH = """
addEventListener("DOMContentLoaded", () => document.querySelector(".rv-chart")?.scrollIntoView());
const look = () => {
  const drawn = document.querySelector(".rv-chart svg");
  if (drawn?.getClientRects().length) requestAnimationFrame(() => { window.firstChart = performance.now(); });
  else setTimeout(look, 5);
};
look();
"""
SHIFTS = """
window.shift = 0;
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) window.shift += each.value;
}).observe({ type: "layout-shift", buffered: true });
"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
WIDTHS = """() => [...document.querySelectorAll(".rv-chart")].map(box => {
  const drawn = [...box.querySelectorAll("svg")].find(one => one.getClientRects().length);
  const column = box.closest(".cell_output, section").getBoundingClientRect().width;
  return drawn ? drawn.getBoundingClientRect().width / column : null;
}).filter(share => share !== null)"""
MARKS = """() => [...document.querySelectorAll(".rv-chart")].flatMap(box => {
  const drawn = [...box.querySelectorAll("svg")].find(one => one.getClientRects().length);
  return drawn ? [...drawn.querySelectorAll("[data-tip]")] : [];
})"""
RIGHT = """([marks, { x, y }]) => {
  const tip = document.querySelector(".rv-tip:not([hidden])");
  const said = tip && [...tip.children].map(line => line.textContent).join("\\n");
  return marks.some(mark => {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    return mark.dataset.tip === said && left - 24 <= x && x <= right + 24 && top - 24 <= y && y <= bottom + 24;
  });
}"""


class Files(SimpleHTTPRequestHandler):
    """A file server without log output."""

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve a folder on this machine; yield the address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@dataclass(frozen=True)
class Visit:
    """A first visit to a page, as a reader with an empty cache has it."""

    kilobytes: float
    requests: int
    paint: float
    """Seconds to the first paint, as the three times below."""
    chart: float
    slow_paint: float
    slow_chart: float
    shift: float
    right_tips: float
    probed: int
    width: float
    """Median share of the column that charts take."""


HEADS = ("kB", "files", "paint", "chart", "paint 4x", "chart 4x", "shift", "tips", "of", "width")
FORMATS = ("10.0f", "10", "10.2f", "10.2f", "10.2f", "10.2f", "10.3f", "10.0%", "10", "10.0%")


def loaded(browser: Browser, address: str, folder: Path, name: str) -> dict[Path, int]:
    """Return the compressed bytes of each file that a browser asks for when a page is read to its end."""
    return _visited(browser, address, folder, name)[0]


def _visited(browser: Browser, address: str, folder: Path, name: str) -> tuple[dict[Path, int], float]:
    """Return the compressed bytes of each file, and how far the page shifted while it was read to its end."""
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page.add_init_script(SHIFTS)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/chapters/{name}.html")
    _read(page)
    shift = float(page.evaluate("window.shift"))
    page.close()
    files = {folder / unquote(urlsplit(url).path).lstrip("/") for url in asked if url.startswith(address)}
    return {file: len(gzip.compress(file.read_bytes(), 6)) for file in files if file.is_file()}, shift


def timed(browser: Browser, address: str, name: str, slower: int) -> tuple[float, float]:
    """Return the seconds to first paint and to the first chart in view, on a processor that many times slower."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.add_init_script(WATCH)
    page.goto(f"{address}/chapters/{name}.html")
    chart = float("nan")
    if page.locator(".rv-chart").count():
        page.wait_for_function("window.firstChart", timeout=60_000)
        chart = float(page.evaluate("window.firstChart")) / 1000
    paint = float(page.evaluate(PAINT)) / 1000
    context.close()
    return paint, chart


def probed(browser: Browser, address: str, name: str) -> tuple[float, int, float]:
    """Return the share of marks whose tip is right, how many were probed, and the median width of charts in the column."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/chapters/{name}.html")
    _read(page)
    widths: list[float] = page.evaluate(WIDTHS)
    marks = page.evaluate_handle(MARKS)
    count = int(page.evaluate("marks => marks.length", marks))
    chosen = range(0, count, max(1, count // PROBED))
    answers = 0
    for place in chosen:
        box: dict[str, Any] = page.evaluate(
            "([marks, n]) => { marks[n].scrollIntoView({ block: 'center' }); const { x, y, width, height } = "
            "marks[n].getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 }; }",
            [marks, place],
        )
        page.mouse.move(2, 2)
        page.mouse.move(box["x"], box["y"])
        page.wait_for_timeout(60)
        answers += bool(page.evaluate(RIGHT, [marks, box]))
    page.close()
    return (answers / len(chosen) if count else float("nan")), len(chosen), median(widths) if widths else float("nan")


def visit(browser: Browser, address: str, folder: Path, name: str, times: int) -> Visit:
    """Measure first visits to a page; the times are medians of so many."""
    weights, shift = _visited(browser, address, folder, name)
    runs = [[*timed(browser, address, name, 1), *timed(browser, address, name, 4)] for _ in range(times)]
    paint, chart, slow_paint, slow_chart = (median(values) for values in zip(*runs, strict=True))
    share, count, width = probed(browser, address, name)
    kilobytes = sum(weights.values()) / 1000
    return Visit(kilobytes, len(weights), paint, chart, slow_paint, slow_chart, shift, share, count, width)


def _read(page: Page) -> None:
    """Open what is folded, and scroll to every chart of a page and to its end."""
    page.evaluate("document.querySelectorAll('.rv-fold').forEach(fold => fold.open = true)")
    for chart in page.locator(".rv-chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg:visible").first.wait_for(timeout=60_000)
    page.evaluate("document.documentElement.scrollIntoView(false)")
    page.wait_for_load_state("networkidle")


def main() -> None:
    """Measure every page of every book, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sites", type=Path, nargs="+", help="folders of the pages of one language")
    parser.add_argument("--pages", nargs="+", default=PAGES, help="names of pages")
    parser.add_argument("--visits", type=int, default=3, help="visits that the times are medians of")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser")
    parser.add_argument("--json", type=Path, help="file for the measures")
    arguments = parser.parse_args()
    kept: dict[str, Any] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox", "--disable-gpu"])
        for folder in arguments.sites:
            load = round(os.getloadavg()[0], 1)
            print(f"{folder}, load {load}")
            print(f"{'page':16}" + "".join(f"{head:>10}" for head in HEADS))
            pages = {}
            with served(folder) as address:
                for name in arguments.pages:
                    pages[name] = asdict(visit(browser, address, folder, name, arguments.visits))
                    numbers = zip(pages[name].values(), FORMATS, strict=True)
                    print(f"{name:16}" + "".join(f"{number:{form}}" for number, form in numbers), flush=True)
            kept[str(folder)] = {"load": load, "pages": pages}
        browser.close()
    if arguments.json:
        arguments.json.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
