"""Benchmark the build against stock tools and against the lower bound on this machine.

``python benchmarks/build.py --only a --pairs 1`` is a quick selection. Every ratio compares two runs, one after the other
on the same tree, and is the median of several such pairs; results go to `results.json`. The number of pairs and the load
of the machine are recorded too: other work slows both sides, so it affects ratios less than seconds. The file holds only
what has been measured. What one change costs is in `changes.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import papermill
from changes import cores, make, noted, record, spent
from nbformat.v4 import new_code_cell

from riktvarden import tables
from riktvarden.book import build, execute, kernels, keys, warm
from riktvarden.book.execute import Page
from riktvarden.report.kit.language import languages

ROOT = Path(__file__).resolve().parents[1]
BOOK = ROOT / "_build" / "bench"
"""Folder of a book that is kept, for benchmarks on an existing book."""
TEMPLATE = ROOT / "chapters/regions/region.ipynb"
MUNICIPALITY_TEMPLATE = ROOT / "chapters/municipalities/municipality.ipynb"
Wanted = tuple[Path, str, str]
"""A notebook to run: its template, the name of its parameter and the value."""
BEGIN = "import time\n_began = time.process_time()"
END = "print('CPU', time.process_time() - _began)"


def notebooks(scratch: Path, count: int) -> dict[str, Any]:
    """(a) Time the region notebooks against a plain papermill loop, and against the lower bound."""
    codes, template, runs = regions(), timed_template(scratch), []

    def ours() -> None:
        began = time.perf_counter()
        shared = prepared(scratch)
        ready = time.perf_counter()
        preload = spent(lambda: warm.zygote_for([sys.executable], {**os.environ, **kernels.ENVIRONMENT}, kernels.PRELOAD))
        executed = run_all(of_regions(codes), scratch / "ours", shared, template)
        took = time.perf_counter() - ready
        cells = sum(map(cpu_in_cells, executed))
        runs.append((ready - began, took, cells, preload.seconds, cells / cores() + preload.seconds))

    times = paired(count, partial(papermill_loop, codes, scratch / "plain"), ours)
    results, executing, cells, preload, lowest = map(statistics.median, zip(*runs, strict=True))
    return {
        **times,
        "notebooks": len(codes),
        "seconds_results": results,
        "seconds_notebooks": executing,
        "cpu_seconds_in_cells": cells,
        "seconds_preload": preload,
        "seconds_floor": lowest,
        # Before any cell runs, results are computed and code is analysed: included in the ratio to papermill only.
        "measured": statistics.median(took / at_best for _, took, _, _, at_best in runs),
        "at_most": 1.3,
    }


def many_notebooks(scratch: Path, count: int) -> dict[str, Any]:
    """(b) Compare the time per notebook for regions and municipalities with that for the regions alone."""
    few = of_regions(regions())
    many = [
        *few,
        *((MUNICIPALITY_TEMPLATE, "municipality", code) for code in sorted(tables.read("municipalities")["municipality"])),
    ]
    shared = prepared(scratch)
    pairs = [
        (spent(partial(run_all, few, scratch / "few", shared)), spent(partial(run_all, many, scratch / "many", shared)))
        for _ in range(count)
    ]
    ratio = statistics.median((long.seconds / len(many)) / (short.seconds / len(few)) for short, long in pairs)
    return {
        "few": len(few),
        "many": len(many),
        "seconds_each_of_few": statistics.median(one.seconds for one, _ in pairs) / len(few),
        "seconds_each_of_many": statistics.median(one.seconds for _, one in pairs) / len(many),
        "measured": ratio,
        "at_most": 1.0,
        "ratio_of_processor_seconds": statistics.median(
            (long.cpu / len(many)) / (short.cpu / len(few)) for short, long in pairs
        ),
    }


def cold_book(scratch: Path, count: int, language: str = "") -> dict[str, Any]:
    """(c) Time a full build, in every language or one, against papermill loops and the stock Jupyter Book."""
    chosen = [language] if language else list(languages())
    only = ["--language", language] if language else []
    place = scratch / "ours"
    said: list[str] = []

    def fresh() -> None:
        shutil.rmtree(place, ignore_errors=True)
        said.append(make(ROOT, place, *only))

    make(ROOT, BOOK, *only)  # the stock tools use what it stages
    times = paired(count, partial(stock_book, BOOK, scratch / "stock", chosen), fresh)
    return {**times, **profile(said[-1]), "languages": " ".join(chosen), "measured": times["ratio"], "at_least": 3.0}


def papermill_loop(codes: list[str], out: Path) -> None:
    """Run the template with stock papermill, one region after the other."""
    out.mkdir(parents=True, exist_ok=True)
    for code in codes:
        parameters = {"region": code, "language": "sv", "edition": "working"}
        papermill.execute_notebook(TEMPLATE, out / f"{code}.ipynb", parameters, progress_bar=False, cwd=TEMPLATE.parent)


def of_regions(codes: list[str]) -> list[Wanted]:
    """Return the notebooks to run for the pages of regions."""
    return [(TEMPLATE, "region", code) for code in codes]


class Shared(NamedTuple):
    """Inputs shared by notebooks: the folder of the results, and the digests of the project."""

    folder: Path
    project: keys.Project


def prepared(out: Path) -> Shared:
    """Prepare the shared inputs, as the build does before the pages of areas."""
    shared = out / "material"
    shared.mkdir(parents=True, exist_ok=True)
    set_up, log = {**os.environ, **kernels.ENVIRONMENT}, out / "log"
    try:
        for more in ([], ["personnel"]):
            if code := warm.run(["riktvarden.book.prepare", str(shared), *more], set_up, ROOT, log, kernels.PRELOAD):
                raise SystemExit(f"the results could not be computed: {code}, see {log}")
    finally:
        warm.close()
    project = keys.Project(ROOT, json.loads((shared / build.MANIFEST).read_bytes())["parts"])
    project.code(project.package())
    return Shared(shared, project)


def run_all(wanted: Sequence[Wanted], out: Path, shared: Shared, instead: Path | None = None) -> list[Path]:
    """Run notebooks as the build does, with another template `instead` if given; leave nothing running."""

    def run(number: int, one: Wanted) -> Path:
        template, parameter, code = one
        parameters = {parameter: code, "language": "sv", "edition": "working"}
        page = Page(template.with_name(code).relative_to(ROOT).as_posix(), instead or template, parameters, code)
        target = out / f"{number}.ipynb"
        record = partial(shared.project.page, template, page.parameters, page.title)
        tracking = execute.ReadTracking(ROOT, out)
        execute.run(page, record, target, out / "failed" / code, 600, tracking, {"RIKTVARDEN_MATERIAL": str(shared.folder)})
        return target

    try:
        with ThreadPoolExecutor(build.at_once()) as pool:
            return list(pool.map(run, range(len(wanted)), wanted))
    finally:
        warm.close()


def timed_template(out: Path) -> Path:
    """Write a region template that reports the time of its cells, see `cpu_in_cells`."""
    notebook = nbformat.read(TEMPLATE, as_version=4)
    notebook.cells.insert(0, new_code_cell(BEGIN, id="begin"))
    notebook.cells.append(new_code_cell(END, id="end"))
    template = out / "template.ipynb"
    nbformat.write(notebook, template)
    return template


def cpu_in_cells(executed: Path) -> float:
    """Return the processor seconds spent in the cells of an executed `timed_template`."""
    end = next(cell for cell in nbformat.read(executed, as_version=4).cells if cell.id == "end")
    return float(end.outputs[0].text.split()[1])


def stock_book(prepared: Path, out: Path, chosen: Sequence[str]) -> None:
    """Build a book of each language with papermill and the stock Jupyter Book, from the staged source of our build."""
    program = Path(sys.executable).with_name("jupyter-book")
    for language in chosen:
        place = out / language
        shutil.rmtree(place, ignore_errors=True)
        staged = prepared if language == languages()[0] else prepared / language
        source = Path(shutil.copytree(staged / "source", place / "source"))
        for executed in sorted(source.rglob("*.ipynb")):
            name = executed.relative_to(source)
            own = ROOT / name
            template = own if own.is_file() else TEMPLATE
            parameters = {"language": language, "edition": "working"}
            if not own.is_file():
                parameters["region"] = executed.stem
            papermill.execute_notebook(template, executed, parameters, progress_bar=False, cwd=template.parent)
            if not own.is_file():  # the build gives it its title
                notebook = nbformat.read(executed, as_version=4)
                notebook.cells.insert(0, nbformat.v4.new_markdown_cell(f"# {executed.stem}"))
                nbformat.write(notebook, executed)
        command = [program, "build", source, "--path-output", place]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603


def profile(said: str) -> dict[str, Any]:
    """Return the counts and the slowest steps, longest first, from the summaries of a build."""
    steps = [
        (float(seconds), language, step)
        for language, slowest in re.findall(r"^(\w+): .*\nSlowest: (.*)\.$", said, re.MULTILINE)
        for step, seconds in re.findall(r"(?:^|, )(.+?) ([\d.]+) s", slowest)
    ]
    steps.sort(reverse=True)
    return {
        "said": [line for line in said.splitlines() if " notebooks run, " in line],
        "steps": [{"language": language, "step": step, "seconds": seconds} for seconds, language, step in steps],
    }


def paired(count: int, first: Callable[[], object], second: Callable[[], object]) -> dict[str, Any]:
    """Time two functions in turn; return ratios of the first to the second."""
    pairs = [(spent(first), spent(second)) for _ in range(count)]
    return {
        "seconds_compared_with": statistics.median(long.seconds for long, _ in pairs),
        "seconds": statistics.median(short.seconds for _, short in pairs),
        "ratio": statistics.median(long.seconds / short.seconds for long, short in pairs),
        "ratio_of_processor_time": statistics.median(long.cpu / short.cpu for long, short in pairs),
    }


def regions() -> list[str]:
    """Return the codes of the regions."""
    return sorted(tables.read("regions")["region"])


MEASURES: Mapping[str, Callable[..., dict[str, Any]]] = {
    "a": notebooks,
    "b": many_notebooks,
    "c": cold_book,
}


def main() -> None:
    """Run the requested benchmarks and store the results."""
    parser = argparse.ArgumentParser(description="Benchmark the build; see the module's docstring.")
    parser.add_argument("--pairs", type=int, default=5, help="number of pairs")
    parser.add_argument("--language", default="", help="languages of (c), as all take too long")
    parser.add_argument("--only", default=",".join(MEASURES), help="comma-separated letters, e.g. a,b")
    asked = parser.parse_args()
    for letter in asked.only.split(","):
        result: dict[str, Any] = {"pairs": asked.pairs}
        with tempfile.TemporaryDirectory(prefix="rv-bench-") as scratch, noted(result):
            more = {"language": asked.language} if letter == "c" else {}
            result |= MEASURES[letter](Path(scratch), asked.pairs, **more)
        record(letter, result)


if __name__ == "__main__":
    main()
