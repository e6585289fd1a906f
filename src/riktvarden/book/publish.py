"""Put a finished book where readers find it, so that they meet the old one or the new one only."""

import html
import shutil
from pathlib import Path

from babel import Locale

_OLD = "-old"


def publish(finished: Path, site: Path, language: str) -> None:
    """Move the folder `finished` to ``site/<language>``, in the place of the book that is there.

    Two renames change them over; should the second fail, the old book is put back.
    """
    site.mkdir(parents=True, exist_ok=True)
    recover(site)
    place, outgoing = site / language, site / f".{language}{_OLD}"
    if place.exists():
        place.rename(outgoing)
    try:
        finished.rename(place)
    finally:
        recover(site)


def recover(site: Path) -> None:
    """Finish what an interrupted `publish` left: put the old book back if no new one came, else delete it."""
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
