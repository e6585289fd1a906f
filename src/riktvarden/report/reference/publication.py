"""Citation of the report, for the page about the report."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from riktvarden.report.kit.figures import html
from riktvarden.report.kit.language import Language

ROOT = Path(__file__).resolve().parents[4]
CITATION = "CITATION.cff"


def cited(root: Path = ROOT) -> dict[str, Any]:
    """Return the contents of ``CITATION.cff``."""
    return dict(yaml.safe_load((root / CITATION).read_text(encoding="utf-8")))


def reference(cited: Mapping[str, Any]) -> str:
    """Return the report as an entry in a list of references: authors (year). Title. Version."""
    year = pd.Timestamp(cited["date-released"]).year
    return f"{_authors(cited)} ({year}). {cited['title']}. Version {cited['version']}."


def bibtex(cited: Mapping[str, Any]) -> str:
    """Return the report as an entry for reference managers."""
    authors = [
        # Braces: a group, not a first and a last name.
        f"{{{author['name']}}}" if "name" in author else f"{author['family-names']}, {author['given-names']}"
        for author in cited["authors"]
    ]
    fields = {
        "author": " and ".join(authors),
        "title": cited["title"],
        "year": pd.Timestamp(cited["date-released"]).year,
        "version": cited["version"],
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@techreport{{riktvarden,\n{lines}}}"


def show_citation(language: Language, edition: str) -> None:
    """Display how to cite the report, with the version and edition of the pages."""
    t = language
    found = cited()
    released = t.date(pd.Timestamp(found["date-released"]), "day")
    facts = t("Version {version}, daterad {date}. Utgåva: {edition}.").format(
        version=found["version"], date=released, edition=t("arbetsversion") if edition == "working" else edition
    )
    changed = t("Datumet längst ned på varje sida är den dag då text, tabeller eller program senast ändrades.")
    html(
        f'<p class="rv-edition">{escape(facts)}</p><p>{escape(changed)}</p>'
        f'<p lang="en">{escape(reference(found))}</p>'
        f'<div class="rv-scroll" tabindex="0" role="region" aria-label="BibTeX"><pre>{escape(bibtex(found))}</pre></div>'
    )


def _authors(cited: Mapping[str, Any]) -> str:
    """Return the authors as a list in words."""
    names = [author.get("name") or f"{author['family-names']}, {author['given-names'][0]}." for author in cited["authors"]]
    return ", ".join(names)
