"""Output and error handling shared by all commands."""

from __future__ import annotations

import errno
from typing import Any, NoReturn

import typer
import typer.core
from rich.console import Console

from riktvarden.files import LockedError
from riktvarden.problems import InputError

FAILED, DISCLOSES = 1, 3
"""Exit codes: faulty input or files, in every command; a table that discloses a suppressed cell."""

MOST_SHOWN = 1_000
"""Maximum number of lines printed of a list; a file with more faults needs another remedy than a list."""

console = Console(soft_wrap=True, highlight=False)
errors = Console(stderr=True, soft_wrap=True, highlight=False)


def lines(texts: list[str], to: Console = console) -> None:
    """Print one text per line, at most `MOST_SHOWN`, and the number left out."""
    for text in texts[:MOST_SHOWN]:
        to.print(text, markup=False)
    if len(texts) > MOST_SHOWN:
        to.print(f"… and {len(texts) - MOST_SHOWN} more")


def fail(error: Exception | str, outcome: str = "") -> NoReturn:
    """Print the error, one line per problem, and exit.

    Parameters
    ----------
    error
        What went wrong.
    outcome
        Consequence for the request, such as "nothing was stored".

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
    """A group of commands that reports file-system errors of any command in one line."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # the reader of the output has gone; typer exits quietly
            raise
        except OSError as error:
            what = {errno.ENOSPC: "; make room", errno.EROFS: "; choose a folder that can be written to"}
            fail(f"{error.filename or 'files'}: {error.strerror or error}{what.get(error.errno or 0, '')}, and try again")
        except LockedError as error:
            fail(error)
