"""What commands print and how they fail: one console, one way to list what is wrong, one exit code for it."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

import typer
import typer.core
from rich.console import Console

from riktvarden.files import LockedError
from riktvarden.problems import InputError

FAILED, GIVES_AWAY = 1, 3
"""Exit codes: input or files at fault, in every command; a table that gives a suppressed cell away."""

MOST_SHOWN = 1_000
"""Lines of a list that are printed; a file with more faults needs another remedy than a list."""

console = Console(soft_wrap=True, highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)


def lines(texts: list[str], to: Console = console) -> None:
    """Print texts a line each, as many as anyone reads, and how many are left out."""
    for text in texts[:MOST_SHOWN]:
        to.print(text, markup=False)
    if len(texts) > MOST_SHOWN:
        to.print(f"… and {len(texts) - MOST_SHOWN} more")


def fail(error: Exception | str, outcome: str = "") -> NoReturn:
    """Print what is wrong, every problem on a line, and stop.

    Parameters
    ----------
    error
        What went wrong.
    outcome
        What became of the request, such as "nothing was stored".

    Raises
    ------
    typer.Exit
        Always, with `FAILED`.
    """
    problems = error.problems if isinstance(error, InputError) else [error]
    lines([str(problem) for problem in problems], errors)
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}" if isinstance(error, InputError) else ""
    if closing := "; ".join(part for part in (count, outcome) if part):
        errors.print(closing, style="red")
    raise typer.Exit(FAILED)


class OneLineErrors(typer.core.TyperGroup):
    """Commands whose faults of files and folders are reported in a line, whichever command meets them."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # who read the output has gone; the library ends quietly
            raise
        except OSError as error:
            what = {errno.ENOSPC: "; make room", errno.EROFS: "; choose a folder that can be written to"}
            fail(f"{error.filename or 'files'}: {error.strerror or error}{what.get(error.errno or 0, '')}, and try again")
        except LockedError as error:
            fail(error)
