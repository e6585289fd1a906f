"""Where the steps of a build run: in threads of this process, or on the workers of a Dask cluster; for `build`."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from riktvarden import reads
from riktvarden.book import kernels
from riktvarden.book.progress import Watch

_log = logging.getLogger("riktvarden")


class ClusterError(Exception):
    """The cluster cannot be used; the message says why."""


class Watched(Executor):
    """Hands steps to another executor, and tells a `Watch` when they begin and end.

    pytask-parallel submits each task under the argument ``task``, and looks for finished ones up to a second
    later; it is therefore given all that are ready to hand out at once, and the workers take the next themselves.
    """

    def __init__(self, inner: Executor, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch
        self._pending: dict[Future[Any], Future[Any]] = {}

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        """Hand out one step of pytask's."""
        return self.hand_out(named["task"].name.rpartition("::")[2], function, *arguments, **named)

    def hand_out(self, name: str, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        """Hand out one step under a name."""
        handed_out: Future[Any] = Future()
        self._watch.begin(name)
        future = self._inner.submit(_timed, function, *arguments, **named)
        self._pending[handed_out] = future
        future.add_done_callback(partial(self._done, name, handed_out))
        return handed_out

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what runs; when interrupted, drop what has not started and end the kernels of what has."""
        if interrupted := list(self._pending.values()):
            _log.warning("interrupted: ending the notebooks that run")
            for future in interrupted:
                future.cancel()
            while not all(future.done() for future in interrupted):
                kernels.end_all()  # once is too few: a step may just be about to start its kernel
                time.sleep(0.1)
        self._inner.shutdown(wait=wait)

    def __exit__(self, *error: object) -> None:
        self.shutdown()

    def _done(self, name: str, handed_out: Future[Any], future: Future[Any]) -> None:
        self._pending.pop(handed_out, None)
        if future.cancelled():
            handed_out.cancel()
            self._watch.end(name, None)
        elif error := future.exception():
            self._watch.end(name, None)
            handed_out.set_exception(error)
        else:
            result, seconds = future.result()
            self._watch.end(name, seconds if getattr(result, "exc_info", None) is None else None)
            handed_out.set_result(result)


@contextmanager
def threads(count: int) -> Iterator[Executor]:
    """Give an executor of this process; when done, no kernel is left."""
    try:
        yield ThreadPoolExecutor(count)
    finally:
        kernels.end_all()


@contextmanager
def cluster(address: str, root: Path) -> Iterator[tuple[Executor, int]]:
    """Give the executor of a Dask cluster and the number of its threads; when done, no kernel is left there.

    Raises
    ------
    ClusterError
        If the scheduler does not answer, has no workers, or these do not see the project as this process does.
    """
    from distributed import Client

    try:
        client = Client(address, timeout="20s")
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers") from error
    with client:
        here = reads.fingerprint(root)
        seen = client.run(_seen, root)
        if not seen:
            raise ClusterError(f"{address}: the scheduler has no workers")
        if others := sorted(worker for worker, there in seen.items() if there != here):
            raise ClusterError(f"{address}: {root} is not there, or not the same, for the workers {', '.join(others)}")
        try:
            yield client.get_executor(pure=False), sum(client.nthreads().values())
        finally:
            client.run(kernels.end_all)


def _seen(root: Path) -> str:
    """Return, on a worker, the fingerprint of the project as it is there."""
    return reads.fingerprint(root)


def _timed(function: Callable[..., Any], /, *arguments: Any, **named: Any) -> tuple[Any, float]:  # noqa: ANN401
    """Run a step and say how long it took."""
    began = time.perf_counter()
    return function(*arguments, **named), time.perf_counter() - began
