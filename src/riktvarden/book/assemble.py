"""Turn a staged book source into HTML with the stock Jupyter Book, and check that no page is missing."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import yaml

from riktvarden import files
from riktvarden.book import execute, keys, publish

STATIC = "chapters/_static"
"""Folder of styles and scripts in the source, whose files are replaced without a page being written."""

_FAULT = re.compile(r"\b(WARNING|ERROR|CRITICAL|\w*Error|Exception|full traceback)\b")
_ENDED = re.compile(
    r"^(EOFError|MemoryError|BrokenPipeError|ConnectionResetError)\b|Cannot allocate memory|Killed", re.MULTILINE
)
"""Messages of the assembler when one of its own processes was killed."""
_NOT_OURS = ("PYTHONWARNINGS", "SOURCE_DATE_EPOCH")
"""Environment variables that would change the book: warnings of stock code, another year."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_IMAGE = re.compile(r"_images/([^\"'?#)]+)")
_CHART = re.compile(r'class="rv-chart" data-chart="(\w+)"')
_AREAS = re.compile(r'"areas":"(areas-\w+)"')
_SHOWN, _LONGEST = 20, 300


class AssembleError(Exception):
    """The assembler failed or left pages out; the message says what to fix."""


def assemble(source: Path, book: Path, log: Path, key: str, jobs: int) -> Path:
    """Run Jupyter Book with every warning an error, and return the folder of HTML.

    Parameters
    ----------
    source
        The staged book source.
    book
        The assembler's own folder. It keeps the previous environment and output, so that only changed pages are
        rewritten.
    log
        File for the output of the assembler.
    key
        Digest of inputs whose changes the assembler does not fully detect: code, settings, contents, names of styles. If
        it differs from last time, last time failed, or any file was changed since, the folder is deleted first.
    jobs
        Number of pages to read or write in parallel.

    Raises
    ------
    AssembleError
        With the warnings and errors, if there are any.
    """
    sound, given = book / "sound", _given(source)
    left, of = _left(sound)
    if book.exists() and left != _state(book, key):
        shutil.rmtree(book)
        of = ""
    sound.unlink(missing_ok=True)  # after a failure: warnings of pages that are not reread would be lost
    html = book / "_build" / "html"
    replaced = _replaced(source / STATIC, html / "_static")
    names_changed = any(name.endswith(".js") for name in replaced)
    if given != of or names_changed:
        if names_changed:  # the theme's styles are trimmed to the names in scripts, which writing any page does anew
            (html / f"{_root_of(source)}.html").unlink(missing_ok=True)
        _press(source, book, log, jobs)
    sound.write_text(f"{_state(book, key)} {given}", encoding="utf-8")
    return html


def _press(source: Path, book: Path, log: Path, jobs: int) -> None:
    """Run Jupyter Book, and drop what no page shows any longer."""
    html = book / "_build" / "html"
    for style in html.glob("_static/mystnb.*.css"):  # MyST-NB names it differently on pages if it exists
        style.unlink()
    command = [sys.executable, "-m", "riktvarden.book.press", str(source), str(book), str(jobs)]
    done = subprocess.run(  # noqa: S603 - a fixed command on paths of this build
        command,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = _COLOUR.sub("", done.stdout.decode(errors="replace"))
    log.write_text(said, encoding="utf-8")
    if done.returncode:
        shown = _last(said) if done.returncode < 0 else _faults(said, source)
        raise AssembleError("\n".join([f"jupyter-book build {_end(done.returncode, said)}:", *shown, f"log: {log}"]))
    _drop_unused(html)


def _given(source: Path) -> str:
    """Return a digest of the source without the files that are replaced for themselves."""
    return keys.combined({name: known for name, known in publish.digests(source).items() if not is_static(name)})


def is_static(name: str) -> bool:
    """Return whether a file of the source is a style or script that no page depends on."""
    return name.startswith(f"{STATIC}/")


def _left(sound: Path) -> tuple[str, str]:
    """Return the digests of the folder and of the source after the last run; empty if it failed or there was none."""
    try:
        left, of = sound.read_text(encoding="utf-8").split()
    except (OSError, ValueError):
        return "", ""
    return left, of


def _replaced(folder: Path, target: Path) -> list[str]:
    """Replace the copies of styles and scripts that have changed, and return their names."""
    changed = []
    for file in sorted(file for file in folder.rglob("*") if file.is_file()):
        name, content = file.relative_to(folder).as_posix(), file.read_bytes()
        if (target / name).is_file() and (target / name).read_bytes() != content:
            files.write(target / name, content)
            changed.append(name)
    return changed


def _root_of(source: Path) -> str:
    """Return the name of the first document."""
    return str(yaml.safe_load((source / "_toc.yml").read_text(encoding="utf-8"))["root"]).partition(".")[0]


def environment() -> dict[str, str]:
    """Return the environment for stock tools: that of this process without variables that change their output."""
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
    return {**inherited, "NO_COLOR": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"}


def _state(book: Path, key: str) -> str:
    """Return a digest of the current assembler's folder; if any file was changed since, none of it is reused."""
    return keys.combined([key, {name: known for name, known in publish.digests(book).items() if name != "sound"}])


def _end(code: int, said: str) -> str:
    """Describe how the assembler ended, from its exit code and log."""
    if code < 0:
        return execute.ended(code)
    return "failed: one of its processes was killed or ran out of memory" if _ENDED.search(said) else "failed"


def _drop_unused(html: Path) -> None:
    """Delete pictures and charts that no page shows any longer, and the chart runtime if there are no charts."""
    from riktvarden.book import figures  # imports Sphinx, which a build that assembles nothing does not need

    pages = [page.read_text(encoding="utf-8") for page in html.rglob("*.html")]
    _keep_only(html / "_images", {name for page in pages for name in _IMAGE.findall(page)})
    folder = html / figures.FOLDER
    charts = {f"{name}.js" for page in pages for name in _CHART.findall(page)}
    areas = {f"{name}.js" for chart in charts for name in _AREAS.findall((folder / chart).read_text(encoding="utf-8"))}
    _keep_only(folder, {*charts, *areas, figures.RUNTIME} if charts else set())


def _keep_only(folder: Path, names: set[str]) -> None:
    """Delete all other files of a folder, and the folder if it is then empty."""
    if folder.is_dir():
        for file in folder.iterdir():
            if file.name not in names:
                file.unlink()
        if not any(folder.iterdir()):
            folder.rmdir()


def missing(html: Path, documents: Iterable[str]) -> list[str]:
    """Return the documents without a page in `html`; the assembler can succeed without writing any."""
    return [document for document in documents if not (html / f"{document}.html").is_file()]


def _last(said: str) -> list[str]:
    """Return the last lines of a log that fit a terminal."""
    return [line[:_LONGEST] for line in said.splitlines()[-_SHOWN:]]


def _faults(said: str, source: Path) -> list[str]:
    """Extract the lines of a log that report faults, with paths relative to the source."""
    lines = [line.replace(f"{source.resolve()}{os.sep}", "").strip() for line in said.splitlines()]
    faults = list(dict.fromkeys(line for line in lines if _FAULT.search(line))) or lines[-_SHOWN:]
    more = [f"… and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    return [*faults[:_SHOWN], *more]
