"""Propose how to read a file that a person downloaded; a person corrects and confirms what is proposed."""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riktvarden import contract, tables
from riktvarden.problems import InputError, Problem
from riktvarden.sources.downloads import Grid, Layout, choices, grid, header, number, text

SHOWN_WORDS = 8
"""Words of a column that are shown."""

LIKE, SURE = 0.75, 0.9
"""Likeness of two names, see `difflib.SequenceMatcher.ratio`, from which one is proposed for the other: where the words
are codes or numbers as they should be, and whatever they are."""

MARKS = {"..": "missing", ".": "missing", "x": "suppressed", "-": "zero", "–": "zero"}
"""What Swedish statistics agencies commonly write instead of a number."""

SEXES = {"women": ("kvinnor", "kvinna", "women", "f", "k"), "men": ("män", "man", "men", "m")}
SEXES |= {"total": ("totalt", "båda könen", "samtliga", "alla", "total", "t")}
SUMS = re.compile(r"(?i)(riket|totalt|total|summa|samtliga|hela landet|alla)\b.*")
"""Words that commonly stand for the sum of the others."""

_YEAR = re.compile(r"(19|20)\d{2}")


@dataclass(frozen=True)
class Proposal:
    """What is proposed for a file."""

    table: str
    seen: list[tuple[str, int, list[str], str]]
    """Of each column of the file: header, number of different words, the first of them, what it is proposed as."""
    mapping: str
    """The mapping as TOML, not confirmed."""


def propose(path: Path, table: str | None = None, data: Path = tables.DATA) -> Proposal:
    """Propose a mapping of a file onto one of the tables.

    Parameters
    ----------
    path
        The file.
    table
        The table that it is for; the one that it resembles most if none is named.
    data
        The data folder.

    Raises
    ------
    InputError
        If the file cannot be read, has no rows with numbers, or is for a table that there is not.
    """
    cells = grid(path)
    known = {**{name: tables.descriptor(name, data) for name in tables.names(data)}, **contract.awaited(data)}
    if table is not None and table not in known:
        raise InputError([Problem("--table", 0, "", table, f"one of {', '.join(known)}", "correct the name")])
    sheet, cells = _best_sheet(path, cells)
    heads, first, last = _frame(cells)
    if not heads:
        expected, fix = "a header and rows with numbers below it", "name the right file, or write the mapping by hand"
        raise InputError([Problem(path.name, 0, "", f"{len(cells.rows)} rows", expected, fix)])
    parts = header(cells.rows, heads)
    body = [row for row in cells.rows[first - 1 : last] if any(map(text, row))]
    columns = [[text(row[at]) if at < len(row) else "" for row in body] for at in range(len(parts))]
    layout = _layout(cells, heads, last, sheet, columns)
    made = [_Made(name, each, parts, columns, layout, data) for name, each in known.items() if table in (None, name)]
    best = max(made, key=lambda each: each.score)
    return Proposal(best.name, best.seen(), best.toml())


def _best_sheet(path: Path, cells: Grid) -> tuple[str, Grid]:
    """Choose the sheet with most rows."""
    if not cells.sheets:
        return "", cells
    of_sheets = {name: grid(path, Layout(header_rows=[1], decimal=",", sheet=name)) for name in cells.sheets}
    best = max(of_sheets, key=lambda name: len(of_sheets[name].rows))
    return best, of_sheets[best]


def _frame(cells: Grid) -> tuple[list[int], int, int]:
    """Find the rows of the header, and the first and the last row with data."""
    filled = [sum(bool(text(cell)) for cell in row) for row in cells.rows]
    is_data = [count > 1 and _has_number(row) for row, count in zip(cells.rows, filled, strict=True)]
    if True not in is_data:
        return [], 0, 0
    first = is_data.index(True)
    last = max(at for at, count in enumerate(filled, start=1) if count > 1)  # a footnote has one cell
    above = first
    while above and filled[above - 1] > (1 if above == first else 0) and first - above < 3:
        above -= 1
        if filled[above] == 1 and not _is_merged_above(cells.rows, above):
            above += 1
            break
    return list(range(above + 1, first + 1)), first + 1, last


def _is_merged_above(rows: Sequence[Sequence[Any]], at: int) -> bool:
    """Whether the one word of a row is above other columns than the first: a head, and no title."""
    return not text(rows[at][0]) if rows[at] else False


def _has_number(row: Sequence[Any]) -> bool:
    """Whether a row holds a number that is no year, so that it can be no header."""
    found = [text(cell) for cell in row]
    return any(re.fullmatch(r"[\d\s.,]*\d", cell) and not _YEAR.fullmatch(cell) for cell in found if cell)


def _layout(cells: Grid, heads: list[int], last: int, sheet: str, columns: list[list[str]]) -> Layout:
    """Propose how numbers are written, from how they look."""
    words = [word for column in columns for word in column if re.fullmatch(r"\d[\d\s.,]*", word)]
    comma = sum(bool(re.fullmatch(r"[\d ]+,\d+", word)) for word in words)
    point = sum(bool(re.fullmatch(r"[\d ]+\.\d+", word)) for word in words)
    return Layout(
        header_rows=heads,
        last_row=last if last < len(cells.rows) else None,
        decimal="." if point > comma else ",",
        thousands=" " if any(re.fullmatch(r"\d{1,3}( \d{3})+([.,]\d+)?", word) for word in words) else "",
        encoding={"utf-8": "utf-8", "utf-16": "utf-16"}.get(cells.encoding, "cp1252") if not sheet else "utf-8",  # type: ignore[arg-type]
        delimiter=cells.delimiter or ",",  # type: ignore[arg-type]
        sheet=sheet,
    )


class _Made:
    """A proposal for one table, with how well the file fits it."""

    def __init__(
        self,
        name: str,
        table: contract.Table,
        parts: list[tuple[str, ...]],
        columns: list[list[str]],
        layout: Layout,
        data: Path,
    ) -> None:
        self.name, self.table, self.parts, self.columns, self.layout = name, table, parts, columns, layout
        self.labels = [" ".join(filter(None, part)) for part in parts]
        self.fields = {part["name"]: part for part in table["schema"]["fields"]}
        self.keys = [key for key in contract.keys_of(table) if key in self.fields]
        # A table with a column for each code looks like a wide file.
        self.allowed = {name: choices(name, table, data) for name in self.fields} if len(self.fields) < 40 else {}
        self.place: dict[str, int] = {}
        self.by: list[str] = []
        self.value = ""
        if self.allowed:
            self._match()
            self._widen()
        self.score = sum(1.0 for key in self.keys if key in self.place or key in self.by) / max(1, len(self.keys))
        others = {*self.place, *([self.value] if self.by else [])} - {*self.keys}
        self.score += 0.5 * len(others) / max(1, len(self.fields) - len(self.keys))

    def _match(self) -> None:
        """Give each column of the table the column of the file that is most like it."""
        likeness = {
            (own, at): self._likeness(own, at) for own in self.fields for at in range(len(self.labels)) if self.labels[at]
        }
        for (own, at), like in sorted(likeness.items(), key=lambda item: -item[1]):
            if like >= LIKE and own not in self.place and at not in self.place.values():
                self.place[own] = at
        # Agencies call the numbers what they like: where one column of numbers is left on both sides, it is that.
        numbers = [own for own, part in self.fields.items() if own not in self.place and self._counts(own, part)]
        left = [
            at
            for at, words in enumerate(self.columns)
            if at not in self.place.values() and self._are_numbers(words) and not all(map(_YEAR.fullmatch, words))
        ]
        if len(numbers) == len(left) == 1:
            self.place[numbers[0]] = left[0]

    def _counts(self, own: str, part: Mapping[str, Any]) -> bool:
        return part["type"] in ("number", "integer") and own not in self.keys

    def _are_numbers(self, words: list[str]) -> bool:
        fits = [number(word, self.layout) is not None or word.lower() in MARKS for word in words]
        return sum(fits) > len(fits) / 2

    def _likeness(self, own: str, at: int) -> float:
        """Compare a column of the file with one of the table: their names, and its words with the codes."""
        names = (own.replace("_", " "), self.fields[own]["title"].lower())
        like = max(difflib.SequenceMatcher(None, self.labels[at].lower(), name).ratio() for name in names)
        words = Counter(self.columns[at])
        numeric = self.fields[own]["type"] in ("number", "integer")
        if own == "year":
            fits = all(_YEAR.fullmatch(word) for word in words)
        elif numeric:
            fits = self._are_numbers(self.columns[at])
        elif self.allowed[own]:
            known = sum(bool(self._code(own, word)) for word in words)
            like = max(like, known / len(words)) if known else like
            fits = known > len(words) / 2 or like > SURE
        else:
            fits = True
        return like if fits else 0.0

    def _widen(self) -> None:
        """Look for headers that are codes of one column, where that column and the values have no place yet."""
        free = [at for at in range(len(self.labels)) if at not in self.place.values() and self.labels[at]]
        depth = len(self.parts[0])
        by = []
        for level in range(depth):
            words = {self.parts[at][level] for at in free}
            fitting = [
                own
                for own in self.keys
                if own not in self.place
                and own not in by
                and words
                and (own == "year" or self.allowed[own])
                and all(_YEAR.fullmatch(word) if own == "year" else self._code(own, word) for word in words)
            ]
            by += fitting[:1]
        values = [
            own for own, part in self.fields.items() if part["type"] in ("number", "integer") and own not in self.keys
        ]
        if by and values and len(free) > 1:
            self.by = by
            self.value = next((own for own in values if own not in self.place), values[0])
            self.place.pop(self.value, None)

    def _code(self, own: str, word: str) -> str:
        """Find the code that a word is, begins with, or is the name of; nothing where there is none."""
        allowed = self.allowed[own]
        if word in allowed or not allowed:
            return word
        begun = re.match(r"(\d+)\s", f"{word} ")
        if begun and begun[1] in allowed:
            return begun[1]
        plain = re.sub(r"\s+(län|kommun|region)$|^region\s+", "", word, flags=re.IGNORECASE).lower()
        for code, name in allowed.items():
            if name and plain in (name.lower(), f"{name.lower()}s"):
                return code
        age = re.sub(r"\s*(år|years)$", "", word.lower()).replace("–", "-").replace(" ", "")
        if age in allowed:
            return age
        meant = next((sex for sex, words in SEXES.items() if word.lower() in words), "")
        return next((code for code in allowed if meant and code.lower() in SEXES[meant]), "")

    def seen(self) -> list[tuple[str, int, list[str], str]]:
        """List the columns of the file with their words, and what each is proposed as."""
        of = {at: own for own, at in self.place.items()}
        return [
            (label, len(set(words)), list(dict.fromkeys(words))[:SHOWN_WORDS], of.get(at, self._is_wide(at)))
            for at, (label, words) in enumerate(zip(self.labels, self.columns, strict=True))
        ]

    def _is_wide(self, at: int) -> str:
        return f"{self.value} by {' and '.join(self.by)}" if self.by and at not in self.place.values() else ""

    def toml(self) -> str:
        """Write the mapping, with an empty text wherever a person has to decide."""
        free = [label for at, label in enumerate(self.labels) if label and at not in self.place.values()]
        wide = [self.value, *self.by] if self.by else []
        lacking = [
            own
            for own, part in self.fields.items()
            if own not in self.place
            and own not in wide
            and part.get("constraints", {}).get("required")
            and own not in ("status", "unit", "qualifier", "source")
        ]
        codes, sums = self._words()
        lines = [
            "# Proposed from the file. Correct it, fill in every empty text, and write confirmed = true.",
            f"table = {_text(self.name)}",
            "confirmed = false",
            *([] if self.by or not free else [f"ignore = {_list(free)}"]),
            "",
            "[file]",
            *(f"{key} = {_value(value)}" for key, value in self.layout.model_dump(exclude_defaults=True).items()),
            "",
            "[columns]",
            *(f"{own} = {_text(self.labels[at])}" for own, at in self.place.items()),
            *self._section("fixed", dict.fromkeys(lacking, "")),
            *(["", "[wide]", f"by = {_list(self.by)}", f"value = {_text(self.value)}"] if self.by else []),
            *(line for own, words in codes.items() for line in self._section(f"codes.{own}", words)),
            *self._section("marks", self._marks()),
            *self._section("sums", sums),
            *self._section("record", {"source": "", "licence": "", "address": "", "updated": ""}),
        ]
        return "\n".join(lines) + "\n"

    def _words(self) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
        """Propose a code for every word that is none, and which words are sums."""
        codes: dict[str, dict[str, str]] = {}
        sums: dict[str, list[str]] = {}
        sources: list[tuple[str, str, Iterable[str]]] = [
            (own, self.labels[at], self.columns[at]) for own, at in self.place.items() if own in self.allowed
        ]
        depth = len(self.by)
        free = [at for at, label in enumerate(self.labels) if label and at not in self.place.values()]
        sources += [(own, own, [self.parts[at][level - depth] for at in free]) for level, own in enumerate(self.by)]
        for own, label, words in sources:
            if not self.allowed.get(own):
                continue
            found = {word: self._code(own, word) for word in dict.fromkeys(words)}
            total = [word for word, code in found.items() if not code and SUMS.fullmatch(word)]
            if total:
                sums[label] = total
            if any(word != code for word, code in found.items() if word not in total):
                codes[own] = {word: code for word, code in found.items() if word not in total}
        return codes, sums

    def _marks(self) -> dict[str, str]:
        """Propose what is meant by whatever is no number among the numbers."""
        numeric = [
            at for own, at in self.place.items() if self.fields[own]["type"] in ("number", "integer") and own != "year"
        ]
        if self.by:
            numeric += [at for at, label in enumerate(self.labels) if label and at not in self.place.values()]
        found = {word for at in numeric for word in self.columns[at] if number(word, self.layout) is None}
        return {word: MARKS.get(word.lower(), "") for word in sorted(found)}

    def _section(self, name: str, entries: Mapping[str, object]) -> list[str]:
        """Write a table of TOML, if there is anything in it."""
        if not entries:
            return []
        return ["", f"[{name}]", *(f"{_key(key)} = {_value(value)}" for key, value in entries.items())]


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(words: str) -> str:
    """Write text as TOML has it, which is as JSON has it."""
    return json.dumps(words, ensure_ascii=False)


def _list(words: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, words))}]"


def _value(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return _text(value) if isinstance(value, str) else str(value)
