"""Remember what the gate has let pass, so that a site that shows no other figure is not attacked again.

`riktvarden.book.release.examine` takes all tables and sentences with a number that files show. As long as each file
shows the same of them, beside the same data, tables and earlier sites, an attack would find the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from riktvarden import files
from riktvarden.book import keys, publish
from riktvarden.book.opendata import Offered
from riktvarden.returns import place

_DIGEST = re.compile(r"\b[0-9a-f]{40,64}\b")
"""Digests, such as the content keys of pages: they differ with every word of the code, and count nobody."""


def digest_of(tables: Iterable[Offered]) -> str:
    """Return a digest of tables with all that is said of them."""
    return keys.combined(
        [[each.document, each.page, each.name, each.caption, each.source, each.types, each.csv.decode()] for each in tables]
    )


class Passed:
    """The files that the gate has let pass last time."""

    def __init__(self, note: Path, folder: Path, key: str) -> None:
        """Look at the files.

        Parameters
        ----------
        note
            File that remembers them.
        folder
            Folder of all that is to be published.
        key
            Digest of all else that an attack depends on: data, tables, earlier sites, code.
        """
        self._note, self._folder, self._key = note, folder, key
        self._now = publish.digests(folder)

    def still(self, published: Callable[[str], Path], data: Path) -> bool:
        """Return whether the files show nothing else than those that have passed.

        Parameters
        ----------
        published
            Function from the name of a file to where its last version was published.
        data
            The data folder; with returns, changed files must not name a unit either.
        """
        try:
            note = json.loads(self._note.read_bytes())
            known, key = dict(note["files"]), note["key"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        if key != self._key or known.keys() != self._now.keys():
            return False
        changed = {name: was for name, was in known.items() if self._now[name] != was}
        if not all(self._is_alike(name, was, published(name)) for name, was in changed.items()):
            return False
        if not changed or not place.contents(data):
            return True
        from riktvarden.book.release import naming  # takes long, and mostly there are no returns

        return not naming(self._folder, (self._folder / name for name in changed), data)

    def remember(self) -> None:
        """Record that the files have passed."""
        files.write(self._note, json.dumps({"key": self._key, "files": self._now}, sort_keys=True).encode())

    def _is_alike(self, name: str, was: str, before: Path) -> bool:
        """Return whether a file shows the same tables and sentences with numbers as the version that has passed."""
        if not before.is_file() or publish.digest(before) != was:
            return False
        from riktvarden.book.shown import READ  # takes long, and mostly nothing has changed

        if before.suffix not in READ:
            return True
        return shown(before, name) == shown(self._folder / name, name)


def shown(file: Path, name: str) -> list[tuple[object, ...]]:
    """Return what a file shows, without digests."""
    from riktvarden.book.shown import Reader

    def plain(text: object) -> object:
        return _DIGEST.sub("", text) if isinstance(text, str) else text

    return [tuple(map(plain, item)) for item in Reader().file(file, name)]
