"""Put a finished book where readers find it, so that they meet the old one or the new one only."""

import filecmp
import html
import os
import shutil
from pathlib import Path

from babel import Locale

_OLD, _NEW = "-old", "-new"
_NOT_PUBLISHED = (".buildinfo",)
"""What the assembler keeps for itself."""


def publish(finished: Path, site: Path, language: str) -> None:
    """Put a copy of the folder `finished` at ``site/<language>``, in the place of the book that is there.

    Files that are as before stay the same files, untouched. Two renames change the books over; should the second
    fail, the old book is put back.
    """
    site.mkdir(parents=True, exist_ok=True)
    recover(site)
    place, incoming, outgoing = site / language, site / f".{language}{_NEW}", site / f".{language}{_OLD}"
    for file in sorted(finished.rglob("*")):
        if file.is_file() and file.name not in _NOT_PUBLISHED:
            name = file.relative_to(finished)
            before, after = place / name, incoming / name
            after.parent.mkdir(parents=True, exist_ok=True)
            if not (before.is_file() and filecmp.cmp(before, file) and _linked(before, after)):
                shutil.copy2(file, after)
    if place.exists():
        place.rename(outgoing)
    try:
        incoming.rename(place)
    finally:
        recover(site)


def _linked(before: Path, after: Path) -> bool:
    """Give a file a second place; return whether the file system can."""
    try:
        os.link(before, after)
    except OSError:
        return False
    return True


def recover(site: Path) -> None:
    """Finish what an interrupted `publish` left: put the old book back if no new one came, else delete it."""
    for incoming in site.glob(f".*{_NEW}"):
        shutil.rmtree(incoming)
    for outgoing in site.glob(f".*{_OLD}"):
        place = site / outgoing.name.removeprefix(".").removesuffix(_OLD)
        if place.exists():
            shutil.rmtree(outgoing)
        else:
            outgoing.rename(place)


def write_front_door(site: Path, title: str, first: str, start: str) -> None:
    """Write ``index.html``, which leads to the languages there are and goes to the first by itself.

    Parameters
    ----------
    site
        The folder that holds one folder per language.
    title
        The report's title.
    first
        The language to go to, if it is there; otherwise the first in the alphabet.
    start
        The document to start at.
    """
    found = sorted(place.name for place in site.iterdir() if (place / f"{start}.html").is_file())
    languages = sorted((language for language in found if not language.startswith(".")), key=first.__ne__)
    links = "\n".join(
        f'<li><a href="{language}/{start}.html" lang="{language}" hreflang="{language}">'
        f"{html.escape((Locale.parse(language).get_display_name() or language).capitalize())}</a></li>"
        for language in languages
    )
    page = f"""<!doctype html>
<html lang="{languages[0]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url={languages[0]}/{start}.html">
<title>{html.escape(title)}</title>
</head>
<body>
<main>
<h1>{html.escape(title)}</h1>
<ul>
{links}
</ul>
</main>
</body>
</html>
"""
    (site / "index.html").write_text(page, encoding="utf-8", newline="\n")
