"""Problems in input files: where each one is, what was found, what was expected and how to fix it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

SHOWN = 40
"""Maximum number of problems printed by one error; the rest are counted."""

SAVE_PLAIN = "save the file as UTF-8 without byte order mark, with line feeds only"


def printable(text: str) -> str:
    """Escape characters that a terminal would interpret or hide, such as an escape code in a file name."""
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one input file.

    Attributes
    ----------
    file
        Path below the folder that holds the project's data, e.g. ``data/tables/regions.csv``.
    row
        Line of the file, the header being line 1; 0 where the fault is the file's as a whole.
    column
        Name of the column or key; empty where the fault is the row's as a whole.
    value
        Value found there, as text.
    expected
        Value expected there.
    fix
        How to fix it.
    """

    file: str
    row: int
    column: str
    value: str
    expected: str
    fix: str

    def __str__(self) -> str:
        place = [self.file]
        if self.row:
            place.append(f"row {self.row}")
        if self.column:
            place.append(f"column {self.column}")
        text = f"{', '.join(place)}: found {self.value!r}; expected {self.expected}. Fix: {self.fix}."
        return printable(text)


class InputError(Exception):
    """All problems found in the input.

    Attributes
    ----------
    problems
        The problems, in the order of file, row and column.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        lines = [f"{count} problem{'s' if count != 1 else ''} in the input:"]
        lines += [f"  {problem}" for problem in self.problems[:SHOWN]]
        if count > SHOWN:
            lines.append(f"  … and {count - SHOWN} more; `riktvarden check` lists them all")
        return "\n".join(lines)

    def _render_traceback_(self) -> list[str]:
        """Show the problems alone where a notebook meets them: the call stack helps nobody fix a file."""
        return [f"{type(self).__name__}: {self}"]


def not_utf8(file: str, error: UnicodeDecodeError, columns: Sequence[str] = ()) -> Problem:
    """Return a problem for the first byte of a file that is not UTF-8, with its cell if the file has columns."""
    before = error.object[: error.start]
    start = before.rfind(b"\n") + 1
    line = error.object[start:].split(b"\n", 1)[0].decode("utf-8", errors="replace").strip()
    column, value = "", line
    position = before[start:].count(b",")
    # Counting commas gives the cell only where no comma can be inside quotes.
    if position < len(columns) and '"' not in line:
        column, value = columns[position], line.split(",")[position]
    return Problem(file, before.count(b"\n") + 1, column, value, "text in UTF-8", SAVE_PLAIN)


def misfits(error: ValidationError, model: type[BaseModel], file: str, row: int = 0) -> list[Problem]:
    """Translate pydantic's errors about the contents of a file into problems.

    Parameters
    ----------
    error
        Error raised when validating the contents against `model`.
    model
        Pydantic model of the contents.
    file, row
        Location of the contents; the column of each problem is the path of keys below it.
    """
    problems = []
    for fault in error.errors(include_url=False):
        column = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in fault["loc"]).lstrip(".")
        found, key = str(fault["input"]), column.rpartition(".")[2]
        if fault["type"] == "missing":
            found, expected, fix = "no key", f"a key {key!r}", f"write the key {key!r} with its value"
        elif fault["type"] == "extra_forbidden":
            found, expected = key, f"only the keys {', '.join(model.model_fields)}"
            fix = "remove the key or correct its name"
        elif fault["type"].startswith("string_"):
            expected, fix = "text that is not empty, in quotes", "write the text"
        else:
            expected = (
                fault["msg"]
                .removeprefix("Input should be ")
                .removeprefix("Value error, ")
                .replace("a valid number", "a number without quotes")
            )
            fix = "correct the value"
        problems.append(Problem(file, row, column, found, expected, fix))
    return problems
