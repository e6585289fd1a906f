"""Time what an author waits for after one change, as a share of a book from nothing.

Without options the book is the whole report; ``--regions 09,12,21 --language sv --no-municipalities --repeats 2`` is much
faster. Every repeat builds a copy of the project from nothing, changes it once in each way of `CHANGES`, and builds after
each. The seconds and ratios are medians of the repeats; a ratio compares builds of the same repeat. Other work on the
machine slows all of them, so it affects ratios less than seconds. Results go to `results.json` after every repeat; the
chapter about the report shows them.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import datetime
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from riktvarden.cli.build import chosen_regions
from riktvarden.report.kit.language import languages

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).with_name("results.json")
CHAPTER = "chapters/check"
STYLE = "chapters/_static/riktvarden.css"
WORDS = ("src/riktvarden/report/chapters/collaborative_regions.py", "summary")
"""A module of the report, and the function in it that gets another word."""
ASSUMPTION = ("data/assumptions/st.toml", "completion_share")
RETURNED = "12"
"""Region of the synthetic return."""
MAKE_RETURN = """
import datetime, sys
from pathlib import Path
import openpyxl
from riktvarden.returns import form, store, template
persons, path = int(sys.argv[1]), Path(sys.argv[2])
template.write_template(sys.argv[3], datetime.date(2025, 12, 31), store.known(), path, units=1)
book = openpyxl.load_workbook(path)
row = {"care_unit": "Hela regionen", "sector": "alla", "positions": persons, "vacancies": 0, "persons": persons,
       "women": persons, "men": 0, "fte": "saknas", "on_leave": 0, "year_1": persons}
row |= {f"year_{n}": 0 for n in range(2, 7)}
for name, value in row.items():
    book["ST"][f"{form.letter(form.COLUMN[name])}{form.FIRST_ROW}"] = value
book.save(path)
print(store.import_return(path, today=datetime.date(2026, 11, 21)).path)
"""
"""A synthetic return of one row."""
PATIENCE = 1800
"""Seconds to wait for a page under `serve`."""


def nothing(_project: Path, _number: int) -> None:
    """Change nothing."""


def sentence(project: Path, number: int) -> None:
    """Add a sentence to a chapter of text."""
    file = project / f"{CHAPTER}.md"
    file.write_text(f"{file.read_text(encoding='utf-8')}\nMening nummer {number}.\n", encoding="utf-8")


def word(project: Path, number: int) -> None:
    """Change one function of the report: a word more at the end of its longest text."""
    name, function = WORDS
    file = project / name
    source = file.read_text(encoding="utf-8")
    own = next(node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function)
    inside = (node for statement in own.body[1:] for node in ast.walk(statement))  # the first is the docstring
    texts = [node for node in inside if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    text = max(texts, key=lambda node: len(str(node.value)))
    lines = source.encode().splitlines(keepends=True)
    at, end = text.end_lineno - 1, text.end_col_offset - 1  # type: ignore[operator] - positions are of bytes
    lines[at] = lines[at][:end] + f" {number}".encode() + lines[at][end:]
    file.write_bytes(b"".join(lines))
    for language in languages()[1:]:  # a text without a translation is a fault
        catalogue = project / f"locale/{language}/LC_MESSAGES/riktvarden.po"
        translated = "".join(
            f"{of} {json.dumps(f'{text.value} {number}', ensure_ascii=False)}\n" for of in ("msgid", "msgstr")
        )
        catalogue.write_text(f"{catalogue.read_text(encoding='utf-8')}\n{translated}", encoding="utf-8")


def style(project: Path, number: int) -> None:
    """Add a rule to the style sheet."""
    file = project / STYLE
    file.write_text(f"{file.read_text(encoding='utf-8')}\n.rv-measured-{number} {{ color: red; }}\n", encoding="utf-8")


def label(project: Path, number: int) -> None:
    """Change the label of an assumption."""
    _in_assumption(project, r'^label_sv = "(.*)"$', lambda found: f'label_sv = "{found[1]} ({number})"')


def value(project: Path, number: int) -> None:
    """Move the value of an assumption towards its highest value, by no more than a fifth of the way."""
    file, name = ASSUMPTION
    known = tomllib.loads((project / file).read_text(encoding="utf-8"))[name]
    moved = known["value"] + (known["high"] - known["value"]) / (4 + number)
    _in_assumption(project, r"^value = .*$", lambda _: f"value = {moved:.5f}")


def returned(project: Path, number: int) -> None:
    """Hand in a return of one region."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [str(30 + number), str(Path(folder, f"{number}.xlsx")), RETURNED]
        command = [sys.executable, "-c", MAKE_RETURN, *arguments]
        subprocess.run(command, env=environment(project), check=True, stdout=subprocess.DEVNULL)  # noqa: S603


class Change(NamedTuple):
    """A change to time, and the largest ratio aimed at."""

    make: Callable[[Path, int], None]
    at_most: float


CHANGES: Mapping[str, Change] = {
    "nothing": Change(nothing, 0.014),
    "sentence": Change(sentence, 0.02),
    "word": Change(word, 0.05),
    "style": Change(style, 0.02),
    "label": Change(label, 0.08),
    "value": Change(value, 0.25),
    "return": Change(returned, 0.12),
}
SERVED: Mapping[str, tuple[Change, str, str]] = {
    "sentence_served": (Change(sentence, 0.01), f"{languages()[0]}/{CHAPTER}.html", "Mening nummer {}."),
    "style_served": (Change(style, 0.02), f"{languages()[0]}/_static/riktvarden.css", ".rv-measured-{}"),
}
"""Changes under `riktvarden serve`, each with the address that has it at last, and the text to look for there."""
WHOLE = "whole"
"""The book from nothing."""


class Spent(NamedTuple):
    """Cost of a step: wall time, and processor time including child processes."""

    seconds: float
    cpu: float


def summary(runs: Sequence[Mapping[str, Spent]], aims: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return the medians of repeats.

    Parameters
    ----------
    runs
        For each repeat, the cost of the book from nothing, as `WHOLE`, and that of each change. Processor seconds that
        were not measured are NaN.
    aims
        Largest ratio aimed at, for each change.

    Returns
    -------
    dict
        For the book from nothing its seconds; for each change also the ratios, and the aim.
    """
    found = {}
    for name in runs[0]:
        own = {
            "seconds": statistics.median(run[name].seconds for run in runs),
            "processor_seconds": statistics.median(run[name].cpu for run in runs),
        }
        if name != WHOLE:
            own |= {
                "ratio": statistics.median(run[name].seconds / run[WHOLE].seconds for run in runs),
                "ratio_of_processor_time": statistics.median(run[name].cpu / run[WHOLE].cpu for run in runs),
                "at_most": aims[name],
            }
        found[name] = {key: round(each, 4) for key, each in own.items() if each == each}  # without NaN
    return found


def measured(
    project: Path, out: Path, number: int, options: Sequence[str], memory: Memory
) -> tuple[dict[str, Spent], dict[str, int]]:
    """Return what one repeat costs, and how many notebooks ran after each change; note the memory of the first build."""
    costs, ran = {}, {}

    def timed(name: str) -> None:
        said: list[str] = []
        costs[name] = spent(lambda: said.append(make(project, out, *options)))
        ran[name] = sum(map(int, re.findall(r"(\d+) notebooks run", said[0])))
        print(f"{number} {name}: {costs[name].seconds:.1f} s, {ran[name]} notebooks", flush=True)

    shutil.rmtree(out, ignore_errors=True)
    with memory.watched():
        timed(WHOLE)
    for name, change in CHANGES.items():
        change.make(project, number)
        timed(name)
    for name, seconds in served(project, out, number, options).items():
        costs[name] = Spent(seconds, float("nan"))
        print(f"{number} {name}: {seconds:.1f} s", flush=True)
    return costs, ran


def served(project: Path, out: Path, number: int, options: Sequence[str]) -> dict[str, float]:
    """Return the seconds from each change of `SERVED` until the server of an up-to-date book answers with it."""
    command = [sys.executable, "-m", "riktvarden", "serve", "--port", "0", "--output", str(out), *options]
    running = subprocess.Popen(  # noqa: S603
        command, cwd=project, env=environment(project) | {"PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout is not None
        address = running.stdout.readline().split()[0]
        threading.Thread(target=running.stdout.read, daemon=True).start()  # nothing waits for a reader
        times, again = {}, 1000 * number  # other texts than without the server
        # The first change also waits until the server is ready, so it is made twice and timed once.
        for name, (change, page, text) in [("", next(iter(SERVED.values()))), *SERVED.items()]:
            again += 1
            change.make(project, again)
            began = time.perf_counter()
            while text.format(again) not in _answer(f"{address}{page}"):
                if time.perf_counter() - began > PATIENCE or running.poll() is not None:
                    raise SystemExit(f"the server does not show the change: {name or 'the first'}")
                time.sleep(0.02)
            if name:
                times[name] = time.perf_counter() - began
            time.sleep(5)  # what follows the reload, such as other languages
        return times
    finally:
        running.terminate()
        running.wait(60)


class Memory:
    """The most memory that this process's children have used at once, with shared memory counted once."""

    def __init__(self) -> None:
        self.megabytes = 0.0

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Look once a second, which costs a few per cent of a core."""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done,))
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _watch(self, done: threading.Event) -> None:
        while not done.wait(1):
            held = 0
            for one in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    held += one.memory_full_info().pss
            self.megabytes = max(self.megabytes, held / 1e6)


def make(project: Path, out: Path, *options: str) -> str:
    """Build a book on the command line and return the summary."""
    command = [sys.executable, "-m", "riktvarden", "build", "--output", str(out), *options]
    return subprocess.run(  # noqa: S603
        command, cwd=project, env=environment(project), check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def environment(project: Path) -> dict[str, str]:
    """Return an environment in which Python imports the package from a project folder."""
    path = [str(project / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path), "COLUMNS": "1000"}  # keep summaries from being wrapped


def copied(scratch: Path) -> Path:
    """Return a copy of the project for modification."""
    left_out = shutil.ignore_patterns(".git", ".venv", "_build", "__pycache__", ".*cache")
    return Path(shutil.copytree(ROOT, scratch / "project", ignore=left_out))


def spent(step: Callable[[], object]) -> Spent:
    """Return the cost of a step; only child processes that have been waited for count, as all of a build's are."""
    began, cpu = time.perf_counter(), _cpu()
    step()
    return Spent(time.perf_counter() - began, _cpu() - cpu)


@contextlib.contextmanager
def noted(result: dict[str, Any]) -> Iterator[None]:
    """Add the date, the machine and its load to a result, for the record."""
    before = os.getloadavg()[0]
    yield
    result |= {
        "date": datetime.date.today().isoformat(),
        "cores": cores(),
        "python": platform.python_version(),
        "load": [round(before, 1), round(os.getloadavg()[0], 1)],
    }


def record(name: str, result: Mapping[str, Any]) -> None:
    """Put a result into `RESULTS`, beside those of other benchmarks."""
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {}
    found[name] = {key: round(value, 2) if isinstance(value, float) else value for key, value in result.items()}
    print(name, json.dumps(found[name], indent=1), flush=True)
    RESULTS.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def cores() -> int:
    """Return the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _cpu() -> float:
    """Return the processor seconds of this process and of those it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _answer(address: str) -> str:
    """Return what a server answers; empty while there is no such page."""
    try:
        with urllib.request.urlopen(address) as answer:  # noqa: S310 - our own server
            return str(answer.read().decode())
    except (urllib.error.URLError, ConnectionError):
        return ""


def _in_assumption(project: Path, pattern: str, instead: Callable[[re.Match[str]], str]) -> None:
    """Replace a line in the entry of `ASSUMPTION`."""
    name, entry = ASSUMPTION
    file = project / name
    before, head, rest = file.read_text(encoding="utf-8").partition(f"[{entry}]\n")
    own, gap, after = rest.partition("\n\n")
    changed = re.sub(pattern, instead, own, count=1, flags=re.MULTILINE)
    file.write_text(before + head + changed + gap + after, encoding="utf-8")


def main() -> None:
    """Time the changes and store the results."""
    parser = argparse.ArgumentParser(description="Time what an author waits for; see the module's docstring.")
    parser.add_argument("--regions", default="", help="comma-separated region codes (default: all)")
    parser.add_argument("--language", default="", help="one language (default: all)")
    parser.add_argument("--no-municipalities", action="store_true", help="leave the pages of municipalities out")
    parser.add_argument("--repeats", type=int, default=5, help="number of repeats")
    asked = parser.parse_args()
    options = ["--regions", asked.regions, "--language", asked.language]
    options += ["--no-municipalities"] if asked.no_municipalities else []
    aims = {name: change.at_most for name, change in CHANGES.items()}
    aims |= {name: change.at_most for name, (change, _, _) in SERVED.items()}
    memory, runs = Memory(), []
    result: dict[str, Any] = {
        "regions": len(chosen_regions(asked.regions)),
        "languages": asked.language or " ".join(languages()),
        "municipalities": not asked.no_municipalities,
    }
    with tempfile.TemporaryDirectory(prefix="rv-changes-") as scratch:
        project, out = copied(Path(scratch)), Path(scratch, "out")
        for number in range(1, asked.repeats + 1):
            with noted(result):
                costs, ran = measured(project, out, number, options, memory)
                runs.append(costs)
                found = summary(runs, aims)
                for name, count in ran.items():
                    found[name]["notebooks"] = count
                result |= {"builds": found, "peak_megabytes": memory.megabytes, "repeats": number}
            record("changes", result)


if __name__ == "__main__":
    main()
