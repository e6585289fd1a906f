"""Give every notebook run a kernel of its own that cannot collide with another run's, for `execute`."""

import os
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager


class PageKernelManager(AsyncKernelManager):
    """A kernel reached through sockets in a short-lived folder, with a fixed hash seed.

    Kernels started at the same moment race for TCP ports, and the default prefix of IPC sockets is shared
    between runs. A connection file in a fresh folder makes both unique; its path stays short because a Unix
    socket's path may have only about a hundred characters. Windows has no such sockets: TCP there.
    """

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - traitlets settings are of any type
        self._folder = tempfile.TemporaryDirectory(prefix="rv-")
        super().__init__(
            transport="ipc" if os.name == "posix" else "tcp",
            connection_file=str(Path(self._folder.name, "k.json")),
            **settings,
        )

    async def start_kernel(self, **settings: Any) -> None:  # type: ignore[override]  # noqa: ANN401
        """Start the kernel; sets and dictionaries of strings keep their order between runs."""
        environment = {**os.environ, **settings.pop("env", {}), "PYTHONHASHSEED": "0"}
        await super().start_kernel(env=environment, **settings)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            self._folder.cleanup()
