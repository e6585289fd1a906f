"""Run the steps of a build as a graph with pytask, skipping steps whose inputs and results are unchanged.

Steps with modified or deleted results are run again. pytask's records are in the readable file ``pytask.lock``.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path

import pytask
from pytask import CollectionOutcome, ExitCode, TaskOutcome
from pytask_parallel import ParallelBackend, registry

from riktvarden.book.assemble import AssembleError
from riktvarden.book.execute import PageError

RAN = (ExitCode.OK, ExitCode.FAILED)
"""Exit codes of pytask if it got as far as running tasks."""
NOTES = (".pytask", "pytask.lock.journal", "pytask.lock")
"""Files of pytask: its cache, and its records of the current and the previous run."""
_log = logging.getLogger("riktvarden")


def run(tasks: Sequence[Callable[..., None]], state: Path, executor: Executor, remote: bool, failed: Path) -> list[str]:
    """Run tasks and return every failure, one readable text each.

    Parameters
    ----------
    tasks
        Functions marked with `pytask.task`.
    state
        Folder for pytask's own state.
    executor
        Executor of the tasks.
    remote
        Whether it runs them in other processes.
    failed
        Folder for tracebacks of internal errors; the steps write other ones there themselves.

    Raises
    ------
    KeyboardInterrupt
        If it was interrupted.
    """
    config = state / "pytask.toml"  # pytask keeps its state in the folder of this file
    config.write_text("[tool.pytask.ini_options]\n", encoding="utf-8")
    kind = "processes" if remote else "threads"
    registry.register_parallel_backend(ParallelBackend.CUSTOM, lambda n_workers: executor, worker_type=kind)
    with _import_path_restored(), _quiet():
        for note in (None, *NOTES):  # discard files that are unreadable after a crash
            if note:
                _remove(state / note)
            session = pytask.build(
                config=config,
                tasks=list(tasks),
                capture="no",
                verbose=0,
                show_traceback=False,
                n_workers=len(tasks),  # all ready tasks wait in the executor's queue
                parallel_backend=ParallelBackend.CUSTOM,
            )
            if session.exit_code != ExitCode.CONFIGURATION_FAILED:
                break
    return _failures(session, failed)


def _remove(path: Path) -> None:
    """Delete a file or folder if it exists."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _failures(session: pytask.Session, failed: Path) -> list[str]:
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
        else:  # an internal error
            log = failed / f"{name}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            trace = report.exc_info[2]
            lines = [trace] if isinstance(trace, str) else traceback.format_exception(error)  # text from other processes
            log.write_text("".join(lines), encoding="utf-8")
            failures.append(f"{name}: {type(error).__name__}: {error}\n  traceback: {log}")
    failures += [
        f"{type(report.exc_info[1]).__name__}: {report.exc_info[1]}"
        for report in session.collection_reports
        if report.outcome == CollectionOutcome.FAIL and report.exc_info is not None
    ]
    if session.exit_code != ExitCode.OK and not failures:
        return [f"the build graph could not be run: {session.exit_code.name}"]
    if session.exit_code in RAN and len(session.execution_reports) < len(session.tasks):
        for failure in failures:  # already collected; an interrupt cannot report them
            _log.error("%s", failure)
        raise KeyboardInterrupt  # pytask-parallel ends quietly when interrupted
    return failures


@contextmanager
def _import_path_restored() -> Iterator[None]:
    """Restore the import path, to which pytask-parallel adds its folder for this and later processes."""
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
    """Silence pytask, as `Watch` and `BuildError` report progress and failures."""
    before, pytask.console.quiet = pytask.console.quiet, True
    try:
        yield
    finally:
        pytask.console.quiet = before
