"""Keep the site of a frozen edition with it, and serve the editions kept at addresses of their own.

What a build published of an edition is in one archive beside what was frozen; a build lays it out below the edition's
name, byte for byte. Only the list of editions, which every page reads, is written anew: `entrance` makes it.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from riktvarden import files
from riktvarden.book import opendata, publish
from riktvarden.editions import record

OWN_TIME = (1980, 1, 1, 0, 0, 0)
"""Time of every file in an archive, so that two of the same site are identical."""
STAMP = "sha256"
"""File beside a laid-out archive with its digest."""


def keep(folder: Path, name: str, parts: Mapping[str, Path]) -> bool:
    """Keep what is published of a frozen edition; return whether it was kept now, and not before.

    Parameters
    ----------
    folder
        Folder of the editions.
    name
        The edition.
    parts
        Place below the site → folder, of each language and of the edition's open data.

    Raises
    ------
    FileExistsError
        If something else has been published of the edition: an archive is never replaced.
    """
    target = folder / name / record.PUBLISHED
    content = _archive(parts)
    if target.is_file():
        if target.read_bytes() != content:
            raise FileExistsError(17, "the edition has been published, with other content; freeze another", str(target))
        return False
    files.create(target, content)
    return True


def places(folder: Path, known: Iterable[record.Manifest], target: Path) -> dict[str, Path]:
    """Lay out the sites of the editions that were published: place below the site → folder.

    Parameters
    ----------
    folder
        Folder of the editions.
    known
        The frozen editions.
    target
        Folder to lay them out in; what is laid out from the same archive is left as it is.
    """
    found = {}
    for each in known:
        archive = folder / each.name / record.PUBLISHED
        if not archive.is_file():
            continue
        place, stamp = target / each.name, target / f"{each.name}.{STAMP}"
        digest = record.sha256(archive)
        if not (place.is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest):
            shutil.rmtree(place, ignore_errors=True)
            with zipfile.ZipFile(archive) as content:
                content.extractall(place)
            files.write(stamp, digest.encode())
        found[each.name] = place
        # The open data have an address that does not depend on whether the edition is the newest.
        found[f"{opendata.FOLDER}/{each.name}"] = place / opendata.FOLDER / each.name
    return found


@contextmanager
def tables_of(folder: Path) -> Iterator[dict[str, Path]]:
    """Lay out the tables that earlier editions offered: edition → folder, none of one that was not published."""
    with TemporaryDirectory() as temporary:
        found = {}
        for archive in sorted(folder.glob(f"*/{record.PUBLISHED}")):
            name = archive.parent.name
            with zipfile.ZipFile(archive) as content:
                for member in content.namelist():
                    # Other formats have the same figures, and source tables are those of other publishers.
                    parts = member.split("/")
                    if member.endswith(".csv") and parts[0] == opendata.FOLDER and opendata.SOURCE not in parts:
                        content.extract(member, Path(temporary, name))
            found[name] = Path(temporary, name)
        yield found


def _archive(parts: Mapping[str, Path]) -> bytes:
    """Return an archive of folders that is the same for the same files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for place, folder in sorted(parts.items()):
            for name in sorted(publish.digests(folder)):
                entry = zipfile.ZipInfo(f"{place}/{name}", OWN_TIME)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                archive.writestr(entry, (folder / name).read_bytes())
    return content.getvalue()
