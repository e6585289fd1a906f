"""Executors for the steps of a build: threads of this process, or the workers of a Dask cluster."""

from __future__ import annotations

import ipaddress
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from riktvarden.book import kernels
from riktvarden.book.progress import Watch
from riktvarden.store import reads

if TYPE_CHECKING:
    from distributed import Security

_log = logging.getLogger("riktvarden")


class ClusterError(Exception):
    """The cluster cannot be used; the message says why."""


class WatchedExecutor(Executor):
    """Executor that delegates steps to another one and reports their start and end to a `Watch`.

    pytask-parallel submits each task under the argument ``task``, and polls for finished ones only every second or so;
    all ready tasks are therefore submitted at once, and the workers take the next from the queue.
    """

    def __init__(self, inner: Executor, watch: Watch) -> None:
        self._inner = inner
        self._watch = watch
        self._pending: dict[Future[Any], Future[Any]] = {}

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        """Submit one step of pytask."""
        return self.hand_out(named["task"].name.rpartition("::")[2], function, *arguments, **named)

    def hand_out(self, name: str, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:  # noqa: ANN401
        """Submit one step under a name."""
        handed_out: Future[Any] = Future()
        self._watch.begin(name)
        future = self._inner.submit(_timed, function, *arguments, **named)
        self._pending[handed_out] = future
        future.add_done_callback(partial(self._done, name, handed_out))
        return handed_out

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for running steps; on an interrupt, cancel waiting steps and end the kernels of running ones."""
        if interrupted := list(self._pending.values()):
            _log.warning("interrupted: ending the notebooks that run")
            for future in interrupted:
                future.cancel()
            while not all(future.done() for future in interrupted):
                kernels.end_all()  # repeatedly, as a step may be about to start its kernel
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
    """Provide an executor of this process; at the end, no kernel is left running."""
    try:
        yield ThreadPoolExecutor(count)
    finally:
        kernels.end_all()


@contextmanager
def cluster(address: str, root: Path) -> Iterator[tuple[Executor, int]]:
    """Provide the executor of a Dask cluster and the number of its threads; at the end, no kernel is left there.

    Dask sends functions and results as pickles: anyone who can connect to the scheduler can run code on every
    participating machine, including this one.

    Parameters
    ----------
    address
        Address of the scheduler: ``tls://host:port``, with the certificates in Dask's configuration, or
        ``tcp://127.0.0.1:port``.
    root
        The project folder.

    Raises
    ------
    ClusterError
        If the connection is not authenticated, or the scheduler does not answer or has no workers, or these do not see
        the same project as this process.
    """
    from distributed import Client

    security = _security(address)
    try:
        client = Client(address, timeout="20s", security=security)
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: no Dask scheduler answers") from error
    with client:
        here = reads.fingerprint(root)
        seen = client.run(_seen, root)
        if not seen:
            raise ClusterError(f"{address}: the scheduler has no workers")
        if others := sorted(worker for worker, there in seen.items() if there != here):
            raise ClusterError(f"{address}: {root} is missing or different on the workers {', '.join(others)}")
        try:
            yield client.get_executor(pure=False), sum(client.nthreads().values())
        finally:
            client.run(kernels.end_all)


def _security(address: str) -> Security:
    """Return the certificates for a scheduler; none are needed on this machine.

    Raises
    ------
    ClusterError
        If the connection to the scheduler is unprotected, or there are no certificates.
    """
    from distributed import Security

    place = urlsplit(address if "://" in address else f"tcp://{address}")
    if place.scheme == "tcp" and _is_here(place.hostname or ""):
        return Security()
    if place.scheme != "tls":
        raise ClusterError(
            f"{address}: neither encrypted nor authenticated, so that whoever reaches the scheduler runs code here and on "
            "its workers; use tls:// with certificates, or a tunnel to a port of 127.0.0.1 (README, More than one machine)"
        )
    try:
        security = Security(require_encryption=True)
        context = security.get_connection_args("client")["ssl_context"]
    except (OSError, ValueError) as error:
        raise ClusterError(f"{address}: the certificates of Dask's configuration cannot be used: {error}") from error
    if context is None:
        raise ClusterError(
            f"{address}: Dask's configuration names no certificates: set DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY"
        )
    return security


def _is_here(host: str) -> bool:
    """Return whether a host is this machine, without a name look-up."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _seen(root: Path) -> str:
    """Return the fingerprint of the project as seen by a worker."""
    return reads.fingerprint(root)


def _timed(function: Callable[..., Any], /, *arguments: Any, **named: Any) -> tuple[Any, float]:  # noqa: ANN401
    """Run a step; return its result and duration."""
    began = time.perf_counter()
    return function(*arguments, **named), time.perf_counter() - began
