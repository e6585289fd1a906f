"""Record of the last build, and a fast check whether it is up to date, without slow imports."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from riktvarden import files
from riktvarden.book import publish
from riktvarden.returns.place import contents

LEFT_OUT = ("_build", "__pycache__", "staged", "tests")
"""Folders that are not sources of a book, besides hidden ones."""


@dataclass(frozen=True)
class BuildReport:
    """Summary of a build.

    Attributes
    ----------
    pages
        Every document of the book, in reading order.
    executed, unchanged
        Pages whose notebooks ran, and unchanged ones.
    seconds
        Duration of the build; `slowest` has the longest steps first.
    start
        The file to open.
    """

    pages: list[str]
    executed: list[str]
    unchanged: list[str]
    seconds: float
    start: Path
    slowest: list[tuple[str, float]] = field(default_factory=list)

    def __str__(self) -> str:
        text = (
            f"{len(self.pages)} pages in {self.seconds:.1f} s: "
            f"{len(self.executed)} notebooks run, {len(self.unchanged)} unchanged."
        )
        slow = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in self.slowest[:5])
        return "\n".join(filter(None, [text, slow and f"Slowest: {slow}.", f"Open {self.start}"]))


class BuildError(Exception):
    """The build failed; the site of the last successful build, if any, is unchanged.

    Attributes
    ----------
    failures
        Every fault found, one readable text each.
    """

    def __init__(self, failures: Sequence[str]) -> None:
        self.failures = list(failures)
        super().__init__("\n".join(self.failures))


class Again:
    """Check whether the requested book exists already, built from the same bytes, and is unmodified.

    Only then is there nothing to do: the build decides about any difference in its inputs or outputs.
    """

    def __init__(self, root: Path, out: Path, home: Path, language: str, asked: Mapping[str, object]) -> None:
        """Compute the digest of the inputs.

        Parameters
        ----------
        root, out, home, language
            As for the build.
        asked
            Other options of the build, as JSON values.
        """
        self._began = time.perf_counter()
        self._out, self._home = out, home
        self._note = out / "state" / "made.json"
        python = ".".join(platform.python_version_tuple()[:2])
        wish = json.dumps([python, language, asked], sort_keys=True)
        self._given = _digest({*below(root, {out, home}), *contents(root / "data").values()}, wish)

    def report(self) -> BuildReport | None:
        """Return the report of a build with nothing to do, or None if there may be something to do."""
        try:
            note = json.loads(self._note.read_bytes())
            known, pages = (note["given"], note["made"]), BuildReport(**note["report"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if known != (self._given, self._made()):
            return None
        return BuildReport(
            pages=pages.pages,
            executed=[],
            unchanged=[*pages.executed, *pages.unchanged],
            seconds=time.perf_counter() - self._began,
            start=Path(pages.start),
        )

    def remember(self, report: BuildReport) -> None:
        """Record the result of a build from the inputs at the creation of this object."""
        note = {"given": self._given, "made": self._made(), "report": asdict(report) | {"slowest": []}}
        files.write(self._note, json.dumps(note, default=str).encode())

    def _made(self) -> str:
        """Return a digest of the executed notebooks and the whole site."""
        made = [publish.digests(self._out / "source"), publish.digests(self._home / "site")]
        return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def below(folder: Path, without: Iterable[Path]) -> Iterator[Path]:
    """Yield the files below a folder that are neither hidden nor in excluded folders."""
    apart = {os.path.realpath(place) for place in without}
    for place, folders, names in os.walk(folder):
        folders[:] = [
            name
            for name in folders
            if name not in LEFT_OUT and not name.startswith(".") and os.path.realpath(Path(place, name)) not in apart
        ]
        yield from (Path(place, name) for name in names if not name.startswith("."))


def _digest(sources: Iterable[Path], more: str) -> str:
    """Return a digest of the names and bytes of files."""
    found = hashlib.sha256(more.encode())
    for file in sorted(sources):
        found.update(f"\n{file} ".encode() + hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()
