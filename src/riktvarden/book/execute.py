"""Run a notebook as a page, and write it reproducibly, with the record of what it read."""

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from papermill.exceptions import PapermillExecutionError
from papermill.translators import papermill_translators

from riktvarden.book import keys
from riktvarden.book.cells import PARAMETERS
from riktvarden.book.kernels import PageKernelManager
from riktvarden.problems import InputError
from riktvarden.store.reads import MIME

INJECTED = "injected-parameters"
TITLE = "title"
READS = "reads"
SHOW_READS = (
    "from IPython.display import display\nfrom riktvarden.store import reads\n"
    "display({reads.MIME: reads.noted()}, raw=True)"
)
"""Last cell of a running notebook, which reports what it has read."""
FOOTER = "content-key"
FOOTERS = {"sv": ("Om utgåvan", "Sidans innehållsnyckel"), "en": ("About the edition", "Content key of this page")}
_CELL_FILE = re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py")


@dataclass(frozen=True)
class Page:
    """A page made by a notebook.

    Attributes
    ----------
    name
        The document's name in the book, such as ``chapters/regions/12``.
    source
        The notebook to run.
    parameters
        Parameters; passed only if the notebook has a cell tagged ``parameters``.
    title
        Title to insert; None if the notebook has its own.
    """

    name: str
    source: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    title: str | None = None

    @property
    def label(self) -> str:
        """Name of the page in messages."""
        return f"{self.name} ({self.title})" if self.title else self.name


@dataclass(frozen=True)
class ReadTracking:
    """Settings of read tracking in a notebook, see `riktvarden.store.reads`.

    Attributes
    ----------
    root
        The project folder.
    out
        Output folder of the build, which is not tracked.
    """

    root: Path
    out: Path

    def statement(self) -> str:
        """Return the statement that starts tracking, without defining any names."""
        built = [self.out.relative_to(self.root).as_posix()] if self.out.is_relative_to(self.root) else []
        return f"__import__('riktvarden.store.reads').store.reads.begin({str(self.root)!r}, {['src', '_build', *built]!r})"


class PageError(Exception):
    """A notebook did not run to its end; the message names page, cell and cause."""


class KeepFailures(NBClientEngine):  # type: ignore[misc]
    """Engine that runs notebooks like papermill's, but writes only failed ones; papermill writes twice per cell."""

    @classmethod
    def execute_managed_notebook(cls, running: NotebookExecutionManager, kernel_name: str, **settings: Any) -> None:  # noqa: ANN401
        """Run one notebook; if it fails, write it to ``kept`` in the settings."""
        kept: Path = settings.pop("kept")
        done = False
        try:
            super().execute_managed_notebook(running, kernel_name, **settings)
            done = not running.nb.metadata.papermill["exception"]
        finally:
            if not done:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(_text(running.nb), encoding="utf-8", newline="\n")


papermill_engines.register("keep-failures", KeepFailures)
logging.getLogger("papermill").addHandler(logging.NullHandler())  # `PageError` reports failures better


def run(
    page: Page,
    describe: Callable[[Sequence[str]], dict[str, Any]],
    target: Path,
    kept: Path,
    timeout: int,
    tracking: ReadTracking,
    environment: Mapping[str, str] | None = None,
) -> None:
    """Run a page's notebook and write the normalised result.

    Parameters
    ----------
    page
        What to run.
    describe
        Function from the names of all parts read to the record of the page.
    target
        File for the result, with that record and the content key; untouched if the run fails.
    kept
        File for the outputs so far if the run fails, with the traceback beside it in a file ``.log``.
    timeout
        Time limit of one cell, in seconds.
    tracking
        The project whose files are recorded when the notebook reads them.
    environment
        Additional environment variables for the kernel.

    Raises
    ------
    PageError
        If a cell raises, takes too long, or the kernel dies.
    """
    notebook = _prepared(page)
    cells = [cell.id for cell in notebook.cells if cell.id not in (TITLE, READS)]
    has_parameters = any(PARAMETERS in cell.metadata.get("tags", []) for cell in notebook.cells)
    codes: list[int | None] = []  # exit code of the kernel, if it ended on its own
    manager = {"ended_with": staticmethod(codes.append), "environment": dict(environment or {})}
    try:
        done = papermill.execute_notebook(
            notebook,
            None,
            engine_name="keep-failures",
            kept=kept,
            parameters=dict(page.parameters) if has_parameters else None,
            progress_bar=False,
            start_timeout=120,
            execution_timeout=timeout,
            kernel_manager_class=type("Manager", (PageKernelManager,), manager),
            extra_arguments=[f"--IPKernelApp.exec_lines={tracking.statement()}"],
            shutdown_kernel="immediate",
            record_timing=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(page.source.parent)}},  # as Jupyter would run it
        )
    except (PapermillExecutionError, CellTimeoutError, DeadKernelError, RuntimeError) as error:
        kept.with_name(f"{kept.stem}.log").write_text(str(error), encoding="utf-8")
        raise PageError(_message(page, kept, cells, _cause(error, timeout, codes))) from error
    inputs = describe(_taken_reads(done))
    key = keys.combined(inputs)
    normalise(done)
    done.metadata["riktvarden"] = {"content_key": key, "inputs": inputs}
    done.cells.append(_footer(key, page.parameters.get("language", "")))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(_text(done), encoding="utf-8", newline="\n")


def stored_inputs(executed: Path) -> dict[str, Any] | None:
    """Return the record of a page stored by `run`, or None if there is none."""
    try:
        inputs: dict[str, Any] = json.loads(executed.read_bytes())["metadata"]["riktvarden"]["inputs"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return inputs if isinstance(inputs.get("reads"), dict) else None


def normalise(notebook: NotebookNode) -> None:
    """Remove everything that differs between two runs from an executed notebook, in place.

    Times, papermill's records and paths of the kernel are removed; the injected cell gets a fixed id and is shown or
    hidden like the cell whose values it replaces.
    """
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    shown_like: list[str] = next(
        (cell.metadata["tags"] for cell in notebook.cells if PARAMETERS in cell.metadata.get("tags", [])), []
    )
    for cell in notebook.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = INJECTED
            cell.metadata.tags = [INJECTED, *(tag for tag in shown_like if tag != PARAMETERS)]
        if not cell.metadata.get("tags", True):
            del cell.metadata["tags"]
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                output.text = _CELL_FILE.sub("<cell>", output.text)


def _prepared(page: Page) -> NotebookNode:
    """Return the page's notebook with its title first and an id on every cell."""
    notebook = read(page.source)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.setdefault("id", f"cell-{number}")
    if page.title:
        heading = nbformat.v4.new_markdown_cell(f"# {page.title}", id=TITLE)  # type: ignore[no-untyped-call]
        notebook.cells.insert(0, heading)
    notebook.cells.append(nbformat.v4.new_code_cell(SHOW_READS, id=READS))  # type: ignore[no-untyped-call]
    notebook.nbformat_minor = max(notebook.nbformat_minor, 5)  # the first format with cell ids
    return notebook


def _taken_reads(notebook: NotebookNode) -> list[str]:
    """Remove the last cell of an executed notebook and return the names of the parts read."""
    (output,) = notebook.cells.pop().outputs
    names: list[str] = output.data[MIME]
    return names


def footer_text(key: str, language: str) -> str:
    """Return the text of the last cell, which shows the content key, folded."""
    head, words = FOOTERS.get(language, FOOTERS["en"])
    return f'<details class="rv-key"><summary>{head}</summary>{words}: <code>{key}</code></details>'


def injected(parameters: Mapping[str, str]) -> str:
    """Return the source of the cell in which papermill injects parameters."""
    comment = papermill_translators.find_translator("python3", "python")
    source: str = comment.codify(dict(parameters), "Parameters")
    return source


def _footer(key: str, language: str) -> NotebookNode:
    """Return a last cell that shows the content key, folded."""
    return nbformat.v4.new_markdown_cell(footer_text(key, language), id=FOOTER)  # type: ignore[no-untyped-call]


def _message(page: Page, kept: Path, cells: list[str], cause: str) -> str:
    """Return the message of a failed page, with the last cell that papermill started, numbered as in the source."""
    started = [cell for cell in read(kept).cells if cell.metadata.get("papermill", {}).get("start_time")]
    if not started:
        return f"{page.label}: the kernel did not start: {cause}"
    identity = started[-1].id
    if identity in cells:
        return f"{page.label}, cell {cells.index(identity) + 1} ({identity}): {cause}"
    return f"{page.label}, injected parameters: {cause}"


def _cause(error: Exception, timeout: int, codes: Sequence[int | None]) -> str:
    """Return in one line why a notebook stopped; `codes` are exit codes of a kernel that ended on its own."""
    if isinstance(error, PapermillExecutionError):
        # Problems with the input are reported in full, for the user to fix.
        return f"{error.ename}: {error.evalue if error.ename == InputError.__name__ else _first_line(error.evalue)}"
    if isinstance(error, CellTimeoutError):
        return late(timeout)
    code = next((code for code in codes if code is not None), None)
    return _first_line(str(error)) if code is None else f"the kernel {ended(code)}"


def late(timeout: int) -> str:
    """Return the message of a timeout, in seconds."""
    return f"took longer than {timeout} s"


def ended(code: int) -> str:
    """Describe how a process ended, from its exit code."""
    if code == -9:
        return "was killed (out of memory?)"
    return f"died of signal {-code}" if code < 0 else f"ended with code {code}"


def _first_line(text: str) -> str:
    """Return the first line of a message, truncated to fit a terminal."""
    line = text.strip().partition("\n")[0]
    return line if len(line) <= 300 else f"{line[:300]}…"


def read(path: Path) -> NotebookNode:
    """Read a notebook file."""
    notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    return notebook


def _text(notebook: NotebookNode) -> str:
    """Return a notebook as the text of its file."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return f"{text}\n"
