"""Give every notebook run a kernel of its own that cannot collide with another run's, for `execute`."""

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
"""What every kernel of a build runs with, warm or cold: sets keep their order between runs."""
PRELOAD = (*warm.PRELOAD, "riktvarden.book.preload_report")
"""What kernels of a build find imported."""
COLD = "RIKTVARDEN_COLD_KERNELS"
"""Environment variable: where it is set, kernels are ordinary processes."""


class PageKernelManager(AsyncKernelManager):
    """A kernel of this Python, reached through sockets in a short-lived folder, with a fixed hash seed.

    Kernels started at the same moment race for TCP ports, and the default prefix of IPC sockets is shared
    between runs. A connection file in a fresh folder makes both unique. Windows has no such sockets: TCP there.

    Attributes
    ----------
    ended_with
        Called with the exit code of a kernel that ended by itself; negative if a signal ended it.
    environment
        Variables for the kernel besides those of this process.
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
        """The kernel of this Python, whatever others a person has installed under the same name."""
        specification = KernelSpec(**get_kernel_dict())
        if COLD not in os.environ:
            warmed = {"provisioner_name": warm.NAME, "config": {"preload": list(PRELOAD)}}
            specification.metadata = {**specification.metadata, "kernel_provisioner": warmed}
        return specification

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        """Start the kernel, without the history that kernels share."""
        environment = {**os.environ, **settings.pop("env", {}), **self.environment, **ENVIRONMENT}
        arguments = [*settings.pop("extra_arguments", []), "--HistoryManager.enabled=False"]
        _running.add(self)
        await super().start_kernel(env=environment, extra_arguments=arguments, **settings)

    async def _async_is_alive(self) -> bool:
        """Say whether the kernel runs, and note how it ended."""
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
"""What may have a kernel that runs."""


def end_all() -> None:
    """Kill every kernel of a page that this process has started, and what forks them."""
    warm.close()
    for manager in tuple(_running):
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            process.kill()
