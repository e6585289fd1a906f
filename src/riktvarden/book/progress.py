"""Tell the person who waits for a build how far it is: a bar on a terminal, a line per page elsewhere."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)


class Watch:
    """Shows and times the steps of one build; steps may run in several threads.

    Attributes
    ----------
    seconds
        Step to the time it took, for those that succeeded.
    """

    def __init__(self, steps: int, console: Console) -> None:
        self.seconds: dict[str, float] = {}
        self._console = console
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._total = self._bar.add_task("checking what changed", total=steps)
        self._running: list[str] = []

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show `name` as running while the context lasts."""
        began = time.perf_counter()
        self._running.append(name)
        self._show()
        try:
            yield
            self.seconds[name] = time.perf_counter() - began
            if not self._console.is_terminal:
                self._console.print(f"{self.seconds[name]:6.1f} s  {name}", markup=False, soft_wrap=True)
        finally:
            self._running.remove(name)
            self._bar.advance(self._total)
            self._show()

    def _show(self) -> None:
        self._bar.update(self._total, description=", ".join(self._running) or "preparing the next step")
