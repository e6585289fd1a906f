"""Turn a staged book source into HTML with the stock Jupyter Book, and make sure that every page came out."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

_FAULT = re.compile(r"\b(WARNING|ERROR|CRITICAL|Error|Exception|full traceback)\b")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_SHOWN = 20


class AssembleError(Exception):
    """The assembler failed or left pages out; the message says what to mend."""


def assemble(source: Path, book: Path, log: Path) -> Path:
    """Run Jupyter Book with every warning an error, and return the folder of HTML.

    Parameters
    ----------
    source
        The staged book source.
    book
        The assembler's own folder, emptied first: all pages are made anew, because the assembler sees neither
        changes of this package nor pages and pictures that are gone, and does not repeat its warnings.
    log
        Where all that the assembler says is kept.

    Raises
    ------
    AssembleError
        With the warnings and errors, if there are any.
    """
    if book.exists():
        shutil.rmtree(book)
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')"]
    options = ["build", str(source), "--path-output", str(book), "-n", "-W", "--keep-going"]
    done = subprocess.run(  # noqa: S603 - a fixed command on paths of this build
        [*command, *options],
        env={**os.environ, "NO_COLOR": "1", "PYTHONHASHSEED": "0", "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    said = _COLOUR.sub("", done.stdout.decode(errors="replace"))
    log.write_text(said, encoding="utf-8")
    if done.returncode:
        raise AssembleError("\n".join(["jupyter-book build failed:", *_faults(said, source), f"log: {log}"]))
    html = book / "_build" / "html"
    (html / ".buildinfo").unlink(missing_ok=True)  # of use only for making some pages anew
    return html


def missing(html: Path, documents: Iterable[str]) -> list[str]:
    """Return the documents without a page in `html`: an assembler can succeed without making any."""
    return [document for document in documents if not (html / f"{document}.html").is_file()]


def _faults(said: str, source: Path) -> list[str]:
    """Pick from a log the lines that say what is wrong, with paths as the author knows them."""
    lines = [line.replace(f"{source.resolve()}{os.sep}", "").strip() for line in said.splitlines()]
    faults = list(dict.fromkeys(line for line in lines if _FAULT.search(line))) or lines[-_SHOWN:]
    more = [f"… and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
    return [*faults[:_SHOWN], *more]
