"""Show the progress of a build: a live bar on a terminal, nothing elsewhere."""

import os
import threading
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

SHOWN = 3
"""Maximum number of running steps that are named; the others are counted."""


class Watch:
    """Display and timing of the steps of one build; steps may begin and end in several threads.

    Attributes
    ----------
    seconds
        Successful step → its duration.
    """

    def __init__(self, steps: int, console: Console, workers: int = 1) -> None:
        """Watch a build.

        Parameters
        ----------
        steps
            Maximum number of steps.
        console
            Console to show them on.
        workers
            Number of submitted steps that run in parallel; the others wait.
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
        """Add steps to the total."""
        self._steps += steps
        self._bar.update(self._total, total=self._steps - self._skipped)

    def skip(self, steps: int) -> None:
        """Count steps as skipped."""
        self._skipped = steps
        self._bar.update(self._total, total=self._steps - steps)
        self._show()

    def begin(self, name: str) -> None:
        """Record that a step has been submitted; steps run in this order."""
        with self._lock:
            self._handed_out.append(name)
        self._show()

    def end(self, name: str, seconds: float | None) -> None:
        """Record that a step has ended, with its duration, or None if it failed."""
        with self._lock:
            self._handed_out.remove(name)
            if seconds is not None:
                self.seconds[name] = seconds
        self._bar.advance(self._total)
        self._show()

    def describe(self) -> str:
        """Return one line on running and skipped steps."""
        with self._lock:
            running = self._handed_out[: self._workers]
        shown = ", ".join(running[:SHOWN]) + (f" and {len(running) - SHOWN} more" if len(running) > SHOWN else "")
        skipped = f"{self._skipped} unchanged" if self._skipped else ""
        return "; ".join(filter(None, [shown or "preparing the next step", skipped]))

    def _show(self) -> None:
        self._bar.update(self._total, description=self.describe())
