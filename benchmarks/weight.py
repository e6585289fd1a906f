"""Measure the size of a region's page and the time to its first chart, compared with a stock Altair page.

``python benchmarks/weight.py _build/try`` measures a built book. The stock page has the same charts, made with plain
Jupyter Book and Altair in a temporary folder. It loads its runtime from other hosts, without which it shows no chart, so
only the files served by the book itself are counted, and no time is reported. Results go to `results.json`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import Browser, sync_playwright

RESULTS = Path(__file__).with_name("results.json")
PAGE = "chapters/regions/12.html"
RUNTIME = "vega.js"
"""The bundle shared by all pages, counted separately."""
VISITS = 5
WANTED = "at most 350 kB beside the runtime, and a first chart within 1 second"
FIRST_CHART = """
new MutationObserver((_, watching) => {
  if (!document.querySelector(".rv-live svg")) return;
  window.firstChart = performance.now();
  watching.disconnect();
}).observe(document, { childList: true, subtree: true });
"""
ON_SCREEN = "document.querySelector('.rv-chart').scrollIntoView()"


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


def visit(browser: Browser, folder: Path, name: str, charts: bool) -> tuple[dict[str, int], set[str]]:
    """Load a page to its end in a browser with an empty cache.

    Returns
    -------
    sizes
        File → bytes when compressed, for what the folder served.
    others
        Other hosts that were contacted.
    """
    asked: list[str] = []
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    with served(folder) as address:
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{address}/{name}", wait_until="domcontentloaded")
        if charts:
            for chart in page.locator(".rv-chart").all():
                chart.scroll_into_view_if_needed()
                chart.locator(".rv-live svg").wait_for(timeout=60_000)
        page.evaluate("document.documentElement.scrollIntoView(false)")
        page.wait_for_load_state("load")
    page.close()
    own = {unquote(urlsplit(url).path).lstrip("/") for url in asked if url.startswith(address)}
    sizes = {file: len(gzip.compress((folder / file).read_bytes(), 6)) for file in sorted(own) if (folder / file).is_file()}
    return sizes, {urlsplit(url).netloc for url in asked if not url.startswith((address, "data:", "blob:"))}


def first_chart(browser: Browser, folder: Path, name: str) -> float:
    """Return the seconds until the first chart is drawn, with its place in view from the start."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(FIRST_CHART)
    page.add_init_script(f"addEventListener('DOMContentLoaded', () => {ON_SCREEN})")
    with served(folder) as address:
        page.goto(f"{address}/{name}")
        page.locator(".rv-live svg").first.wait_for(timeout=60_000)
        found = float(page.evaluate("window.firstChart")) / 1000
    page.context.close()
    return found


def held(site: Path, name: str) -> Any:  # noqa: ANN401 - any JSON
    """Return the contents of a chart script of the book."""
    text = (site / "_charts" / f"{name}.js").read_text(encoding="utf-8")
    return json.loads(text[text.index("=") + 1 :].rstrip(";\n"))


def specifications(site: Path, name: str) -> list[Any]:
    """Return the charts of a page, as Vega-Lite."""
    page = BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")
    charts = [held(site, str(chart["data-chart"])) for chart in page.find_all(class_="rv-chart")]
    return [with_outlines(each["spec"], held(site, each["areas"])) if each["areas"] else each["spec"] for each in charts]


def with_outlines(part: Any, outlines: list[Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return a specification with the outlines of its areas in place of references."""
    if isinstance(part, list):
        return [with_outlines(each, outlines) for each in part]
    if isinstance(part, dict):
        return {
            key: outlines[value] if key == "geometry" and isinstance(value, int) else with_outlines(value, outlines)
            for key, value in part.items()
        }
    return part


def stock(folder: Path, charts: list[Any]) -> Path:
    """Build a page with these charts with plain Jupyter Book and Altair; return its HTML folder."""
    kept = folder / "charts.json"
    kept.write_text(json.dumps(charts), encoding="utf-8")
    (folder / "_config.yml").write_text('title: Stock\nexecute:\n  execute_notebooks: "force"\n', encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n", encoding="utf-8")
    cells = [
        new_markdown_cell("# Stock page"),
        new_code_cell("import json, altair\ncharts = json.load(open('charts.json'))"),
    ]
    cells += [new_code_cell(f"altair.Chart.from_dict(charts[{place}])") for place in range(len(charts))]
    notebook = new_notebook(
        cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "Python", "language": "python"}}
    )
    nbformat.write(notebook, folder / "page.ipynb")
    command = [Path(sys.executable).with_name("jupyter-book"), "build", str(folder), "--path-output", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONUTF8": "1"})  # noqa: S603
    html = folder / "_build/html"
    if (html / "page.html").read_text(encoding="utf-8").count("vegaEmbed") < len(charts):
        raise SystemExit("the stock page did not get its charts")
    return html


def main() -> None:
    """Measure both pages, print the comparison, and store the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("book", type=Path, help="output folder of `riktvarden build`")
    parser.add_argument("--chromium", default="/usr/bin/chromium", help="the browser")
    arguments = parser.parse_args()
    site = arguments.book / "site/sv"
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        built = stock(Path(temporary), specifications(site, PAGE))
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=["--no-sandbox", "--disable-gpu"])
        ours, theirs = visit(browser, site, PAGE, charts=True), visit(browser, built, "page.html", charts=False)
        waited = median(first_chart(browser, site, PAGE) for _ in range(VISITS))
        browser.close()
    runtime = sum(size for file, size in ours[0].items() if file.endswith(RUNTIME))
    result = {
        "wanted": WANTED,
        "bytes": sum(ours[0].values()) - runtime,
        "bytes_runtime": runtime,
        "bytes_stock": sum(theirs[0].values()),
        "stock_asks": sorted(theirs[1]),
        "seconds_to_first_chart": round(waited, 2),
        "load": [round(load, 1) for load in os.getloadavg()[:2]],
    }
    print(f"{'':34}{'this book':>12}{'stock':>12}")
    print(f"{'kB compressed, beside the runtime':34}{result['bytes'] / 1000:12.0f}{result['bytes_stock'] / 1000:12.0f}")
    print(f"{'kB compressed, the runtime':34}{runtime / 1000:12.0f}{'other host':>12}")
    print(f"{'other hosts asked':34}{len(ours[1]):12}{len(theirs[1]):12}  {', '.join(result['stock_asks'])}")
    print(f"{'seconds to the first chart':34}{waited:12.2f}{'none here':>12}  load {result['load'][0]}")
    for file, size in sorted(ours[0].items(), key=lambda item: -item[1])[:5]:
        print(f"  {size / 1000:6.1f} kB  {file}")
    if RESULTS.is_file():
        kept = {**json.loads(RESULTS.read_bytes()), "weight": result}
        RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
