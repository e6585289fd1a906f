"""A kernel provisioner that starts Jupyter kernels in a fraction of the time, for any tool that runs notebooks.

Each kernel is a separate process, forked from one that has done the slow imports and nothing else. Tools select it by a
setting, ``JUPYTER_DEFAULT_PROVISIONER_NAME=warm-provisioner``, or by the kernel's specification:
``"metadata": {"kernel_provisioner": {"provisioner_name": "warm-provisioner", "config": {"preload": ["pandas"]}}}``.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import List, Unicode

from riktvarden.book import zygote
from riktvarden.book.zygote import receive, send

NAME = "warm-provisioner"
PRELOAD = ("ipykernel_launcher", "riktvarden.book.preload")
"""Modules preloaded in a kernel, unless the setting ``preload`` names others."""
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
"""Environment that keeps libraries from starting threads on import, as a fork copies only the forking thread. Parallel
kernels use the cores without them."""
SHAPING = ("PYTHON", "LD_", "DYLD_", *ONE_THREAD)
"""Variables that take effect when a process starts: kernels that differ in one need different zygotes."""
PATIENCE = 120.0
"""Seconds to wait for an answer before falling back to a cold start."""


class Zygote:
    """The process that kernels are forked from; it ends when this object is closed or this process ends.

    Attributes
    ----------
    pid
        Its process ID.
    """

    def __init__(
        self, start: Sequence[str], environment: Mapping[str, str], preload: Sequence[str], folder: Path | None = None
    ) -> None:
        """Start the process.

        Parameters
        ----------
        start
            Interpreter and its options.
        environment
            Environment of the process; each kernel gets its own later.
        preload
            Modules to import.
        folder
            Folder that is removed when it ends, however it ends.

        Raises
        ------
        OSError
            If it cannot be started, or an import cannot be carried over by a fork; the message says which.
        """
        self._lock = threading.Lock()
        self._connection, other = socket.socketpair()
        self._connection.settimeout(PATIENCE)
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - this interpreter and a module of this package
                [*start, "-m", zygote.__name__, str(other.fileno()), ",".join(preload), str(folder or "")],
                env={**environment, **ONE_THREAD},
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # the build handles keyboard interrupts
            )
        try:
            answer, _ = receive(self._connection)
        except (OSError, EOFError) as error:
            answer = {"error": str(error) or "it ended"}
        if "error" in answer:
            self.close()
            raise OSError(answer["error"])
        self.pid = int(answer["pid"])

    def ask(self, request: dict[str, Any], descriptors: Sequence[int] = ()) -> dict[str, Any]:
        """Send a request and return the answer.

        Raises
        ------
        OSError
            If there is no answer, or it is an error.
        """
        with self._lock:
            try:
                send(self._connection, request, descriptors)
                answer = receive(self._connection)[0]
            except EOFError as error:
                raise BrokenPipeError("the process that kernels are forked from has ended") from error
        if "error" in answer:
            raise OSError(answer["error"])
        return answer

    def launch(self, request: dict[str, Any], streams: Sequence[int]) -> Forked:
        """Fork a process equivalent to ``python -m``; see `zygote.serve` for the request.

        Raises
        ------
        OSError
            If it cannot be forked.
        """
        return Forked(self, int(self.ask(request, streams)["pid"]))

    def has_ended(self) -> bool:
        """Return whether it and every kernel forked from it has ended."""
        return self._process.poll() is not None

    def close(self) -> None:
        """End it and every kernel forked from it."""
        self._connection.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Forked:
    """A process forked from a `Zygote`, with the interface of `subprocess.Popen` that jupyter_client uses."""

    stdin = stdout = stderr = None

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote = zygote
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self.returncode is None:
            try:
                self.returncode = self._zygote.ask({"poll": self.pid})["code"]
            except OSError:  # kernels do not outlive their zygote
                self.returncode = -signal.SIGKILL
        return self.returncode

    def wait(self) -> int | None:
        """Return the exit code of a process that has ended according to `poll`."""
        return self.poll()

    def send_signal(self, signum: int) -> None:
        """Send a signal if the process still runs."""
        if self.poll() is None:
            os.kill(self.pid, signum)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)


class WarmProvisioner(LocalProvisioner):
    """Provisioner that launches kernels as forks if possible, otherwise as ordinary processes."""

    preload = List(Unicode(), list(PRELOAD), config=True, help="Modules that every kernel finds imported.")

    async def launch_kernel(self, cmd: list[str], **settings: Any) -> Any:  # noqa: ANN401 - as jupyter_client has it
        """Launch a kernel with a command."""
        start, module = _parted(cmd)
        outputs = [settings.get(stream) for stream in ("stdout", "stderr")]
        special = settings.get("independent") or settings.get("stdin") or subprocess.PIPE in outputs
        source = None if special or not module else zygote_for(start, settings["env"], self.preload)
        if source is None:
            return await super().launch_kernel(cmd, **settings)
        try:
            return self._forked(source, module, settings, outputs)
        except OSError as error:  # the next kernel may be forked again
            _log.warning("this kernel starts cold, which takes longer: %s", error)
            return await super().launch_kernel(cmd, **settings)

    def _forked(self, source: Zygote, module: list[str], settings: dict[str, Any], outputs: list[Any]) -> Any:  # noqa: ANN401
        """Launch a kernel as a fork."""
        cwd = str(Path(settings.get("cwd") or Path.cwd()).resolve())
        environment = {**ONE_THREAD, **settings["env"], "JPY_PARENT_PID": str(source.pid)}
        with Path(os.devnull).open("rb") as nothing:
            streams = [nothing.fileno(), *(_descriptor(given, own) for given, own in zip(outputs, (1, 2), strict=True))]
            forked = source.launch({"argv": module, "env": environment, "cwd": cwd}, streams)
        self.process = cast("subprocess.Popen[bytes]", forked)
        self.pid = self.pgid = forked.pid  # it leads its own process group
        self.cwd = cwd
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and wait for its end, without jupyter_client's delay of a tenth of a second."""
        await super().kill(restart=restart)
        until = time.monotonic() + 1
        while await self.poll() is None and time.monotonic() < until:
            await asyncio.sleep(0.005)

    async def wait(self) -> int | None:
        """Wait for the kernel to end, polling often."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        return await super().wait()


_zygotes: dict[tuple[object, ...], Zygote | None] = {}
_scratch: list[tempfile.TemporaryDirectory[str]] = []
_starting = threading.Lock()
_log = logging.getLogger("riktvarden")


def zygote_for(start: Sequence[str], environment: Mapping[str, str], preload: Sequence[str]) -> Zygote | None:
    """Return this process's zygote for kernels of one kind, starting it if none is running.

    Parameters
    ----------
    start
        Interpreter and its options.
    environment
        The kernel's environment; the variables in `SHAPING`, `start` and `preload` determine its kind.
    preload
        Modules to import.

    Returns
    -------
    Zygote or None
        None if kernels have to start cold, which is logged once, with the reason.
    """
    shaping = sorted((name, value) for name, value in environment.items() if name.startswith(SHAPING))
    kind = (tuple(start), tuple(shaping), tuple(preload))
    with _starting:
        known = _zygotes.get(kind)
        if known is not None and known.has_ended():
            _zygotes.pop(kind)
            known.close()
        if kind not in _zygotes:
            try:
                if not sys.platform.startswith("linux"):  # on other systems, libraries do not survive a fork
                    raise OSError(f"{sys.platform} cannot fork them safely")
                _zygotes[kind] = Zygote(start, environment, preload, _folder())
            except OSError as error:
                _log.warning("kernels start cold, which takes longer: %s", error)
                _zygotes[kind] = None
        return _zygotes[kind]


def run(
    argv: Sequence[str],
    environment: Mapping[str, str],
    cwd: Path,
    log: Path,
    preload: Sequence[str] = PRELOAD,
    timeout: float | None = None,
) -> int:
    """Run ``python -m module arguments`` and return its exit code, negative if a signal ended it.

    Parameters
    ----------
    argv
        Module and arguments.
    environment
        Its complete environment.
    cwd
        Folder to run in.
    log
        File for its output.
    preload
        Modules to preload.
    timeout
        Time limit in seconds, after which it is killed.

    Raises
    ------
    subprocess.TimeoutExpired
        If it was killed for exceeding it.
    """
    source = zygote_for([sys.executable], environment, preload)
    with log.open("wb") as said, Path(os.devnull).open("rb") as nothing:
        if source is None:
            command = [sys.executable, "-m", *argv]
            return subprocess.run(  # noqa: S603 - modules of this package
                command,
                env=dict(environment),
                cwd=cwd,
                stdin=nothing,
                stdout=said,
                stderr=said,
                check=False,
                timeout=timeout,
            ).returncode
        request = {"argv": list(argv), "env": {**ONE_THREAD, **environment}, "cwd": str(cwd)}
        process = source.launch(request, [nothing.fileno(), said.fileno(), said.fileno()])
    until = time.monotonic() + (math.inf if timeout is None else timeout)
    while process.poll() is None:
        if time.monotonic() > until:
            process.kill()
            raise subprocess.TimeoutExpired(list(argv), cast("float", timeout))
        time.sleep(0.02)
    return process.returncode or 0


def folder() -> Path:
    """Return this process's folder for sockets; removed at exit, with warm kernels even if the process is killed."""
    with _starting:
        return _folder()


def close() -> None:
    """End every zygote of this process, with its kernels and sockets."""
    with _starting:
        while _zygotes:
            _, source = _zygotes.popitem()
            if source is not None:
                source.close()
        while _scratch:
            _scratch.pop().cleanup()


def _folder() -> Path:
    if not _scratch:
        # A short path, as that of a Unix socket is limited to about a hundred characters.
        _scratch.append(tempfile.TemporaryDirectory(prefix="rv-", ignore_cleanup_errors=True))
    return Path(_scratch[0].name)


def _parted(cmd: Sequence[str]) -> tuple[list[str], list[str]]:
    """Split ``python options -m module arguments`` at the ``-m``; return no module for other commands."""
    if "-m" not in cmd:
        return list(cmd), []
    at = list(cmd).index("-m")
    return list(cmd[:at]), list(cmd[at + 1 :])


def _descriptor(given: Any, own: int) -> int:  # noqa: ANN401 - what subprocess.Popen takes
    """Return the open file for an output of a process."""
    if given is None:
        return own
    return given if isinstance(given, int) else int(given.fileno())
