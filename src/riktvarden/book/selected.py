"""Make the edition of a selection of chapters from a built site: a page with a title page, its print, its description.

The page holds the same articles as the site's pages, so the two agree. It needs no server and no scripts.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

from riktvarden import files
from riktvarden.book import entrance, pdf, publish
from riktvarden.editions import crate, record, selections
from riktvarden.problems import InputError, Problem
from riktvarden.report.kit.language import Language
from riktvarden.report.pages import printed

PAGE, BESIDE = "index.html", "files"
"""The edition's page, and the folder with its styles and pictures."""
ON_SCREEN = (
    "@media screen { body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 Arial, sans-serif } }"
)
"""What the print needs no style for."""


def make(
    site: Path,
    name: str,
    target: Path,
    language: Language,
    cited: Mapping[str, Any],
    about: Mapping[str, Any],
    *,
    with_print: bool = True,
) -> list[Path]:
    """Make the edition of one selection in one language.

    Parameters
    ----------
    site
        Folder of the built pages in this language.
    name
        Of the selection in ``editions.toml``.
    target
        Folder to write to; what was there is replaced.
    language
        The pages' language.
    cited
        Contents of the project's CITATION.cff.
    about
        ``riktvarden_site`` of ``_config.yml``.
    with_print
        Whether to print it to PDF, which needs Chromium.

    Returns
    -------
    list of Path
        The files, the page first.

    Raises
    ------
    InputError
        If there is no such selection, or the site lacks one of its pages.
    pdf.PdfError
        If it cannot be printed.
    """
    selections.named(name)
    wanted = next(report for report in printed.reports(language) if report.name == name)
    for chapter in wanted.chapters:
        if not (page := site / pdf.CHAPTERS / f"{chapter}.html").is_file():
            raise InputError([Problem(str(page), 0, "", "", "a page of the built site", "build first: riktvarden build")])
    if changed := publish.changed(site.parent):
        fix = "build again: riktvarden build"
        raise InputError([Problem(str(site.parent / changed[0]), 0, "", "", "the page as it was built", fix)])
    address = entrance.address_of({"sphinx": {"config": {"riktvarden_site": dict(about)}}})
    imprint = pdf.imprint_of(site, f"{address}/{language.code}" if address else "")
    parts = pdf.chapters(site, wanted.chapters, imprint.address)
    body = pdf.report(parts, wanted, imprint, language, {})
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    whole = pdf.whole_page(site, wanted.title, "rv-paper", body, language, ON_SCREEN)
    files.write(target / PAGE, _with_files(whole, site, target).encode())
    if with_print:
        with pdf.browser() as browser:
            content = pdf.print_report(browser, site, wanted, imprint, language)
        files.write(target / f"{name}.pdf", pdf.compact(pdf.dated(content, imprint.day)))
    own = crate.citation(cited, name, wanted.title, imprint.day, "")
    files.write(target / record.CITATION, yaml.safe_dump(own, allow_unicode=True, sort_keys=False).encode())
    listed = {
        file.relative_to(target).as_posix(): (file.stat().st_size, record.sha256(file))
        for file in sorted(target.rglob("*"))
        if file.is_file()
    }
    described = crate.of_selection(name, wanted.subtitle, imprint.day, listed, own, about)
    files.write(target / record.CRATE, (json.dumps(described, ensure_ascii=False, indent=1) + "\n").encode())
    return [target / PAGE, *(target / file for file in listed if file != PAGE), target / record.CRATE]


def _with_files(document: str, site: Path, target: Path) -> str:
    """Copy the styles and pictures that a document refers to by absolute addresses; return it with relative ones."""

    def copied(found: re.Match[str]) -> str:
        source = Path(unquote(found["path"]))
        content = source.read_bytes()
        file = Path(BESIDE, f"{hashlib.sha256(content).hexdigest()[:12]}{source.suffix}")
        (target / BESIDE).mkdir(exist_ok=True)
        (target / file).write_bytes(content)
        return f'"{file.as_posix()}"'

    root = re.escape(site.resolve().as_uri().removeprefix("file://"))
    return re.sub(rf'"file://(?P<path>{root}/[^"]+)"', copied, document)
