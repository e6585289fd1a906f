"""Build the website of a project folder: what the command line, the tests and other programs call.

The steps form a graph that pytask runs: one notebook per page, then the assembler, which publishes. Whatever
has the same content hash as last time is not run again; a hand-changed or deleted result is.
"""

import os
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytask
from pytask import CollectionOutcome, ExitCode, PythonNode, TaskOutcome
from pytask_parallel import ParallelBackend, registry
from rich.console import Console

from riktvarden.book import entrance, execute, keys, stage
from riktvarden.book.assemble import AssembleError, assemble, missing
from riktvarden.book.execute import Page, PageError
from riktvarden.book.progress import Watch
from riktvarden.book.publish import publish, recover
from riktvarden.book.release import given_away

MOST_WORKERS = 3
"""More kernels than this gain nothing on two cores; each holds a few hundred megabytes."""
ASSEMBLER = "assembling the book"


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    pages
        Every document of the book, in reading order.
    executed, unchanged
        The pages made by notebooks that ran, and those that needed not.
    seconds
        How long the build took; `slowest` has the longest steps first.
    start
        The file to open.
    """

    pages: list[str]
    executed: list[str]
    unchanged: list[str]
    seconds: float
    start: Path
    slowest: list[tuple[str, float]] = field(default_factory=list)

    def __str__(self) -> str:
        text = (
            f"{len(self.pages)} pages in {self.seconds:.1f} s: "
            f"{len(self.executed)} notebooks run, {len(self.unchanged)} unchanged."
        )
        slow = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.slowest[:3])
        return "\n".join(filter(None, [text, slow and f"Slowest: {slow}.", f"Open {self.start}"]))


class BuildError(Exception):
    """The build failed; the site of the last successful build, if any, is as it was.

    Attributes
    ----------
    failures
        Every fault found, one readable text each.
    """

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = list(failures)
        super().__init__("\n".join(self.failures))


def build(
    root: Path,
    out: Path | None,
    regions: Mapping[str, str],
    language: str = "sv",
    edition: str = "working",
    workers: int | None = None,
    timeout: int = 600,
    check: Callable[[], Sequence[object]] | None = None,
    console: Console | None = None,
    site: Path | None = None,
    settings: Mapping[str, Any] | None = None,
) -> BuildReport:
    """Build the website of `root`, in one language, into ``out/site``.

    Parameters
    ----------
    root
        The project folder, with ``_config.yml``, ``_toc.yml`` and ``chapters/``.
    out
        Where everything is written, and nothing elsewhere; None for ``root/_build``.
    regions
        Code to page title of the regions to make pages for, in reading order.
    language, edition
        Parameters of every notebook; the language also chooses the folder in the site.
    workers
        Notebooks to run at once; as many as there are cores, at most three, unless given.
    timeout
        Seconds that one cell may take.
    check
        Checks the data before anything runs and returns what is wrong with them; called only when data, code
        or lock file differ from the last check that found nothing.
    console
        Where progress is shown; standard output unless given. The summary is the report, for the caller to show.
    site
        Where readers find the books of all languages, if not in ``out/site``: each language needs its own `out`.
    settings
        Settings of Sphinx that the files do not know: the languages of the site, and when its sources changed.

    Raises
    ------
    BuildError
        With all faults found. The other notebooks still run. For every step that failed ``out/failed`` has the
        full traceback, and for a notebook what it had written so far.
    """
    began = time.perf_counter()
    root = root.resolve()
    out = (out or root / "_build").resolve()
    console = console or Console(highlight=False)
    state, site, failed = out / "state", site or out / "site", out / "failed"
    state.mkdir(parents=True, exist_ok=True)
    recover(site)
    inputs = keys.inputs(root)
    _check(check, state / "checked", keys.combined(inputs))
    try:
        config, toc = stage.configuration(root), stage.contents(root, regions)
        pages, texts = _chapters(root, toc, regions, language, edition)
    except stage.StageError as error:
        raise BuildError([str(error)]) from error
    wanted = stage.texts(root, toc, config, language, texts, settings)
    documents = stage.documents(toc)
    source = out / "source"
    notebooks = {page.name: source / f"{page.name}.ipynb" for page in pages}
    stage.write(source, wanted, keep=notebooks.values())
    _remove(failed)
    products = [site / language / f"{document}.html" for document in documents]

    with Watch(len(pages) + 1, console) as watch:

        def notebook_task(page: Page) -> Callable[..., None]:
            key = keys.content_key(page.source.read_bytes(), page.parameters, page.title, inputs)
            kept = failed / f"{page.name}.ipynb"

            def run(key: str, produces: Path) -> None:
                with watch.step(page.label):
                    execute.run(page, key, produces, kept, timeout)

            settings = {"key": PythonNode(value=key, hash=True), "produces": notebooks[page.name]}
            task: Callable[..., None] = pytask.task(name=page.name, kwargs=settings)(run)
            return task

        @pytask.task(
            name=ASSEMBLER,
            kwargs={
                "key": PythonNode(value=keys.combined(inputs), hash=True),
                "depends_on": [*(source / name for name in wanted), *notebooks.values()],
                "produces": [*products, site / "index.html"],
            },
        )
        def finish(key: str, depends_on: list[Path], produces: list[Path]) -> None:
            with watch.step(ASSEMBLER):
                log = out / "jupyter-book.log"
                html = assemble(source, out / "book", log)
                if absent := missing(html, documents):
                    raise AssembleError(f"no page was made of {', '.join(absent)}; log: {log}")
                if told := given_away(html):
                    raise AssembleError("the pages would give a person away: " + "; ".join(told))
                publish(html, site, language)
                first = stage.language_of(config) or language
                entrance.write(site, config, first, documents)

        session = _run([*map(notebook_task, pages), finish], state, workers or _cores())

    executed = [page.name for page in pages if page.label in watch.seconds]
    _raise_failures(session, failed)
    _remove(failed)  # where running notebooks were
    return BuildReport(
        pages=documents,
        executed=executed,
        unchanged=[page.name for page in pages if page.name not in executed],
        seconds=time.perf_counter() - began,
        start=site / "index.html",
        slowest=sorted(watch.seconds.items(), key=lambda step: -step[1]),
    )


def _check(check: Callable[[], Sequence[object]] | None, stamp: Path, key: str) -> None:
    """Check the data unless the same data, code and lock file have passed before."""
    if check is None or (stamp.is_file() and stamp.read_text(encoding="utf-8") == key):
        return
    if faults := check():
        raise BuildError([str(fault) for fault in faults])
    stamp.write_text(key, encoding="utf-8")


def _chapters(
    root: Path, toc: dict[str, Any], regions: Mapping[str, str], language: str, edition: str
) -> tuple[list[Page], list[Path]]:
    """Split the documents of the book into pages made by notebooks and files of text."""
    common = {"language": language, "edition": edition}
    from_template = {
        name: Page(name, stage.source_of(root, stage.TEMPLATE), {"region": code, **common}, title)
        for code, title in regions.items()
        for name in [f"{stage.REGIONS}/{code}"]
    }
    pages, texts = [], []
    for document in stage.documents(toc):
        if document in from_template:
            pages.append(from_template[document])
        elif (source := stage.source_of(root, document)).suffix == ".ipynb":
            pages.append(Page(document, source, common))
        else:
            texts.append(source)
    return pages, texts


def _run(tasks: list[Callable[..., None]], state: Path, workers: int) -> pytask.Session:
    """Run the graph, with pytask's own state in `state` and its own display off."""
    config = state / "pytask.toml"  # the folder of this file is where pytask keeps its state
    config.write_text("[tool.pytask.ini_options]\n", encoding="utf-8")
    registry.register_parallel_backend(ParallelBackend.CUSTOM, lambda n_workers: _Pool(workers), worker_type="threads")
    with _import_path_restored(), _quiet():
        return pytask.build(
            config=config,
            tasks=tasks,
            capture="no",
            verbose=0,
            show_traceback=False,
            n_workers=len(tasks),  # all that are ready wait in the pool's queue, see there
            parallel_backend=ParallelBackend.CUSTOM,
        )


class _Pool(ThreadPoolExecutor):
    """Threads, as the work is in the kernels, that go from one task to the next by themselves.

    pytask-parallel hands a free worker its next task only when it looks again, up to a second later; it is
    therefore given everything to hand out at once. When interrupted, what has not started is dropped.
    """

    def __exit__(self, *error: object) -> None:
        self.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _import_path_restored() -> Iterator[None]:
    """Undo that pytask-parallel adds its folder to the import path of this and of later processes."""
    path, variable = list(sys.path), os.environ.get("PYTHONPATH")
    try:
        yield
    finally:
        sys.path[:] = path
        if variable is None:
            os.environ.pop("PYTHONPATH", None)
        else:
            os.environ["PYTHONPATH"] = variable


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pytask from printing: `Watch` and `BuildError` say it for readers of the report."""
    before, pytask.console.quiet = pytask.console.quiet, True
    try:
        yield
    finally:
        pytask.console.quiet = before


def _raise_failures(session: pytask.Session, failed: Path) -> None:
    """Raise one error with every failure of a session, if there are any."""
    failures = []
    for report in session.execution_reports:
        if report.outcome != TaskOutcome.FAIL or report.exc_info is None:
            continue
        error = report.exc_info[1]
        name = report.task.name.rpartition("::")[2]
        if isinstance(error, PageError):
            kept = failed / name
            failures.append(f"{error}\n  traceback: {kept}.log\n  output so far: {kept}.ipynb")
        elif isinstance(error, AssembleError):
            failures.append(str(error))
        else:  # a fault of this program
            log = failed / f"{name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            log.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
            failures.append(f"{name}: {type(error).__name__}: {error}\n  traceback: {log}")
    failures += [
        f"{type(report.exc_info[1]).__name__}: {report.exc_info[1]}"
        for report in session.collection_reports
        if report.outcome == CollectionOutcome.FAIL and report.exc_info is not None
    ]
    if failures:
        raise BuildError(failures)
    if session.exit_code != ExitCode.OK:
        raise BuildError([f"the build graph could not be run: {session.exit_code.name}"])
    if len(session.execution_reports) < len(session.tasks):
        raise KeyboardInterrupt  # pytask-parallel ends quietly when interrupted


def _remove(folder: Path) -> None:
    """Delete a folder, if it is there."""
    if folder.exists():
        shutil.rmtree(folder)


def _cores() -> int:
    """Return how many notebooks to run at once."""
    return min(os.cpu_count() or 1, MOST_WORKERS)
