"""Fork Python processes from one that has done the slow imports, for the kernels of `warm`.

Run as ``python -m riktvarden.book.zygote FD MODULES [FOLDER]``, where FD is the inherited end of a Unix socket. It
imports the comma-separated modules, answers with `{"pid": …}` or `{"error": …}`, and then serves requests one by one, in
a single thread, until the other end of the socket closes, even by being killed. It then ends the processes it started
and removes FOLDER. A message is four bytes of length followed by JSON.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import shutil
import signal
import socket
import sys
import threading
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

STREAMS = 3
"""Number of file descriptors sent with a launch request: standard input, output and error."""
FIRST_TO_GO = "500"
"""OOM score that makes the system kill a kernel before the build or this process when out of memory."""


def send(connection: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message, with open files if any."""
    body = json.dumps(message).encode()
    content = len(body).to_bytes(4, "big") + body
    if descriptors:
        sent = socket.send_fds(connection, [content], list(descriptors))
        content = content[sent:]
    connection.sendall(content)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Wait for one message and its open files.

    Raises
    ------
    EOFError
        If the other end is closed.
    """
    head, descriptors, _, _ = socket.recv_fds(connection, 4, STREAMS)
    head += _exactly(connection, 4 - len(head)) if head else b""
    if not head:
        raise EOFError
    return json.loads(_exactly(connection, int.from_bytes(head, "big"))), descriptors


def threads() -> int:
    """Count the threads of this process, including those unknown to Python if the system reports them."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def preload(modules: Sequence[str]) -> str | None:
    """Import modules; return why a fork would not be equivalent to a fresh process, or None if it would."""
    with warnings.catch_warnings(record=True) as said:
        try:
            for module in modules:
                importlib.import_module(module)
        except Exception as error:  # noqa: BLE001 - whatever a module raises, kernels can start without it
            return f"{type(error).__name__}: {error}"
    if said:  # a forked process would not repeat the warning
        return f"an import warns: {said[0].message}"
    if threads() > 1:
        return "an import started a thread"
    return None


def serve(connection: socket.socket) -> dict[str, Any] | None:
    """Answer requests; return None when the other end has closed or, in a process just forked, its request.

    ``{"argv", "env", "cwd"}`` with three open files forks and is answered with ``{"pid"}``, or with ``{"error"}`` if the
    system refuses; ``{"poll": pid}`` is answered with ``{"code"}``, which is None while the process runs and negative if
    a signal ended it.
    """
    running: set[int] = set()
    try:
        return _served(connection, running)
    except (EOFError, ConnectionError):
        _end(running)
        return None


def _served(connection: socket.socket, running: set[int]) -> dict[str, Any]:
    """Answer requests, keeping track of running processes; return only in a process just forked."""
    ended: dict[int, int] = {}
    while True:
        request, streams = receive(connection)
        if "poll" in request:
            pid = int(request["poll"])
            if pid in running:
                found, status = os.waitpid(pid, os.WNOHANG)
                if found:
                    running.discard(pid)
                    ended[pid] = os.waitstatus_to_exitcode(status)
            send(connection, {"code": ended.get(pid)})
            continue
        try:
            pid = os.fork()
        except OSError as error:  # too many processes, or out of memory: running ones are unaffected
            answer: dict[str, Any] = {"error": str(error)}
        else:
            if not pid:
                connection.close()
                return {**request, "streams": streams}
            running.add(pid)
            answer = {"pid": pid}
        for stream in streams:
            os.close(stream)
        send(connection, answer)


def become(request: dict[str, Any]) -> None:
    """Turn this forked process into the equivalent of a request's command ``python -m module …``."""
    os.setsid()  # a process group of its own, for signals
    for target, stream in enumerate(request["streams"]):
        os.dup2(stream, target)
        os.close(stream)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, encoding="ascii")
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # the standard library's generator reseeds itself
    sys.path[0] = request["cwd"]
    module, *arguments = request["argv"]
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _exactly(connection: socket.socket, count: int) -> bytes:
    """Read exactly `count` bytes."""
    content = b""
    while len(content) < count:
        part = connection.recv(count - len(content))
        if not part:
            raise EOFError
        content += part
    return content


def _end(running: set[int]) -> None:
    """Kill running processes and their children."""
    for pid in running:
        with suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
    for pid in running:
        with suppress(OSError):
            os.waitpid(pid, 0)


def main(descriptor: str, modules: str, folder: str = "") -> None:
    """Serve until the other end closes; in a forked process, become the requested one."""
    connection = socket.socket(fileno=int(descriptor))
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # ipykernel, when imported, records the parent whose end it follows
    fault = preload([module for module in modules.split(",") if module])
    gc.freeze()  # memory not touched by the collector stays shared
    send(connection, {"error": fault} if fault else {"pid": os.getpid()})
    if fault:
        return
    request = serve(connection)
    if request is not None:
        become(request)
    elif folder:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
