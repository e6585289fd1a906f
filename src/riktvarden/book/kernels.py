"""Kernels for notebook runs that cannot collide with one another, for `execute`."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from riktvarden.book import warm

ENVIRONMENT = {**warm.ONE_THREAD, "PYTHONHASHSEED": "0"}
"""Environment of every kernel of a build, warm or cold; it fixes the order of sets."""
PRELOAD = (*warm.PRELOAD, "riktvarden.book.preload_report")
"""Modules preloaded in the kernels of a build."""
COLD = "RIKTVARDEN_COLD_KERNELS"
"""Environment variable that makes kernels ordinary processes."""


class PageKernelManager(AsyncKernelManager):
    """A kernel of this Python with a fixed hash seed, connected through sockets in a temporary folder.

    Kernels started at the same moment race for TCP ports, and the default prefix of IPC sockets is shared between runs.
    A connection file in a new folder makes them unique. Windows lacks such sockets and uses TCP.

    Attributes
    ----------
    ended_with
        Called with the exit code of a kernel that ended on its own; negative if a signal ended it.
    environment
        Additional environment variables for the kernel.
    """

    ended_with: Callable[[int | None], object] = staticmethod(lambda code: None)
    environment: Mapping[str, str] = MappingProxyType({})

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - traitlets settings are of any type
        self._folder = tempfile.TemporaryDirectory(dir=warm.folder(), ignore_cleanup_errors=True)
        super().__init__(
            transport="ipc" if os.name == "posix" else "tcp",
            connection_file=str(Path(self._folder.name, "k.json")),
            **settings,
        )

    @property
    def kernel_spec(self) -> KernelSpec:
        """Kernel specification of this Python, even if another is installed under the same name."""
        specification = KernelSpec(**get_kernel_dict())
        if COLD not in os.environ:
            warmed = {"provisioner_name": warm.NAME, "config": {"preload": list(PRELOAD)}}
            specification.metadata = {**specification.metadata, "kernel_provisioner": warmed}
        return specification

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        """Start the kernel, without the history shared between kernels."""
        environment = {**os.environ, **settings.pop("env", {}), **self.environment, **ENVIRONMENT}
        arguments = [*settings.pop("extra_arguments", []), "--HistoryManager.enabled=False"]
        _running.add(self)
        await super().start_kernel(env=environment, extra_arguments=arguments, **settings)

    async def _async_is_alive(self) -> bool:
        """Return whether the kernel runs, and report its exit code if it has ended."""
        alive = await super()._async_is_alive()
        if not alive and self.provisioner is not None:
            self.ended_with(await self.provisioner.poll())
        return alive

    is_alive = _async_is_alive

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            _running.discard(self)
            self._folder.cleanup()


_running: set[PageKernelManager] = set()
"""Managers whose kernel may be running."""


def end_all() -> None:
    """Kill every kernel of a page that this process has started, and their zygotes."""
    warm.close()
    for manager in tuple(_running):
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()
