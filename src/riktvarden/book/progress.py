"""Tell the person who waits for a build how far it is: a live bar on a terminal, nothing elsewhere."""

import os
import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

SHOWN = 3
"""Running steps that are named; of more only the number is reported."""


class Watch:
    """Shows and times the steps of one build; steps may begin and end in several threads.

    Attributes
    ----------
    seconds
        Step to the time it took, for those that succeeded.
    """

    def __init__(self, steps: int, console: Console, workers: int = 1) -> None:
        """Watch a build.

        Parameters
        ----------
        steps
            How many steps there can be.
        console
            Where to show them.
        workers
            How many of the steps handed out run at a time; the others wait.
        """
        self.seconds: dict[str, float] = {}
        self._workers = workers
        self._steps = steps
        self._skipped = 0
        self._handed_out: list[str] = []
        self._lock = threading.Lock()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal or "CI" in os.environ,
        )
        self._total = self._bar.add_task("checking what changed", total=steps)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._bar.stop()

    def expect(self, steps: int) -> None:
        """Say that there are more steps than were known."""
        self._steps += steps
        self._bar.update(self._total, total=self._steps - self._skipped)

    def skip(self, steps: int) -> None:
        """Say that some of the steps need not be done."""
        self._skipped = steps
        self._bar.update(self._total, total=self._steps - steps)
        self._show()

    def begin(self, name: str) -> None:
        """Say that a step has been handed out; steps run in this order."""
        with self._lock:
            self._handed_out.append(name)
        self._show()

    def end(self, name: str, seconds: float | None) -> None:
        """Say that a step has ended, and how long it took; None if it failed."""
        with self._lock:
            self._handed_out.remove(name)
            if seconds is not None:
                self.seconds[name] = seconds
        self._bar.advance(self._total)
        self._show()

    def describe(self) -> str:
        """Say in a line what is running and what was skipped."""
        with self._lock:
            running = self._handed_out[: self._workers]
        shown = ", ".join(running[:SHOWN]) + (f" and {len(running) - SHOWN} more" if len(running) > SHOWN else "")
        skipped = f"{self._skipped} unchanged" if self._skipped else ""
        return "; ".join(filter(None, [shown or "preparing the next step", skipped]))

    def _show(self) -> None:
        self._bar.update(self._total, description=self.describe())
