"""Commands that build the report, print it to PDF and recompute the content key of a page."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from riktvarden import tables
from riktvarden.cli.check import found_problems
from riktvarden.cli.returns import FROM
from riktvarden.cli.terminal import console, errors, fail
from riktvarden.editions.record import Manifest
from riktvarden.files import locked
from riktvarden.problems import InputError, Problem

ROOT = tables.DATA.parent
EDITIONS = ROOT / "editions"


def build(
    regions: Annotated[str, typer.Option(help="Comma-separated region codes, e.g. 12,25 (default: all 21).")] = "",
    municipalities: Annotated[
        bool, typer.Option("--municipalities/--no-municipalities", help="Make a page for each municipality of the regions.")
    ] = True,
    language: Annotated[str, typer.Option(help="Build one language, e.g. sv (default: all).")] = "",
    edition: Annotated[str, typer.Option(help="Edition name shown on the pages.")] = "working",
    output: Annotated[Path, typer.Option(help="Folder to build in.")] = ROOT / "_build",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Notebooks to run in parallel (default: cores + 1, max. 8).")
    ] = None,
    cluster: Annotated[str | None, typer.Option(help="Dask scheduler to run on, e.g. tls://host:8786.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait for another build in the folder instead of failing.")] = False,
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Build the report: check the data, run the notebooks, assemble the website."""
    from riktvarden.book import opendata, past, publish
    from riktvarden.book.outcome import Again, BuildError
    from riktvarden.editions import record
    from riktvarden.report.kit.language import Language, languages

    made = []
    try:
        editions = record.frozen(EDITIONS)
        _require_edition(edition, editions)
        asked = [Language(code).code for code in ([language] if language else languages())]
        chosen = chosen_regions(regions)
        places = _municipalities(chosen) if municipalities else {}
        wish = _wish(asked, chosen, places, edition)
        with publish.alone(output, "building the site", wait) as publication:
            for code in asked:
                out = _folder(output, code)
                again = Again(ROOT, out, output, code, wish)
                report = again.report()
                if report is None:
                    from riktvarden.book.build import build as build_book  # takes seconds, and often nothing has changed

                    report = build_book(
                        ROOT,
                        publication,
                        chosen,
                        code,
                        edition,
                        parallel=workers,
                        check=found_problems,
                        prepare="riktvarden.book.prepare",
                        cluster=cluster,
                        out=out,
                        settings=wish["settings"],
                        municipalities=places,
                        editions=editions,
                    )
                made.append((code, again, report))
            is_whole = wish == _wish(list(languages()), *_whole(), edition)
            if any(each.name == edition for each in editions) and is_whole:
                parts = [*asked, f"{opendata.FOLDER}/{edition}"]
                past.keep(EDITIONS, edition, {part: publication.folder(part) for part in parts})
            for place, folder in past.places(EDITIONS, editions, output / record.FOLDER.name).items():
                publication.add(place, folder)
            publication.put_out()  # all languages together, and the tables that they share
            for _, again, report in made:
                again.remember(report)
        for code, _, report in made:
            console.print(f"{code}: {report}")
    except (InputError, BuildError) as error:
        fail(error)


def pdf(
    language: Annotated[str, typer.Option(help="Print one language, e.g. sv (default: all that the site has).")] = "",
    site: Annotated[Path, typer.Option(help="Folder of the built site.")] = ROOT / "_build" / "site",
    output: Annotated[Path | None, typer.Option(help="Folder to write to (default: pdf/ within the site).")] = None,
) -> None:
    """Print the built site to PDF: three reports and a sheet per region (requires Chromium)."""
    from riktvarden.book import entrance, publish, stage
    from riktvarden.book import pdf as press
    from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language, languages

    try:
        address = entrance.address_of(stage.configuration(ROOT))
        found = [code for code in languages() if (site / code).is_dir()] or [SOURCE_LANGUAGE]
        for code in [Language(language).code] if language else found:
            with errors.status(f"printing {code}"), tempfile.TemporaryDirectory() as folder:
                if output is None:
                    with locked(site.resolve().parent, "printing the site"):
                        made = press.make(site / code, Path(folder), Language(code), address)
                        publish.publish(site.resolve(), {f"{code}/{publish.PRINTED}": Path(folder)})
                else:
                    made = press.make(site / code, output / code / publish.PRINTED, Language(code), address)
            start = (output or site) / code / publish.PRINTED / made[-1].name
            console.print(f"{code}: {len(made) - 1} files; open {start}")
    except (InputError, press.PdfError, stage.StageError) as error:
        fail(error)


def key(
    notebook: Annotated[Path, typer.Argument(help="An executed notebook, under source/ in the build folder.")],
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Recompute a page's content key and list what has changed since the page was built."""
    from riktvarden.book import execute, keys
    from riktvarden.store import material

    stored = execute.stored_inputs(notebook)
    if stored is None:
        fail(ValueError(f"{notebook}: expected a notebook executed by a build"))
    try:
        with errors.status("computing the results"):
            computed = material.compute()
            parts = material.digests(computed) | material.digests_of_analyses(computed, stored["reads"])
            project = keys.Project(ROOT, parts)
        now = keys.page_again(project, stored)
    except InputError as error:
        fail(error)
    console.print(keys.combined(now))
    for difference in keys.differences(stored, now):
        console.print(f"differs: {difference}", markup=False)


def is_made(output: Path) -> bool:
    """Return whether a folder holds the whole report, as `build` without options makes it, and is up to date."""
    from riktvarden.book.outcome import Again
    from riktvarden.report.kit.language import languages

    codes = list(languages())
    wish = _wish(codes, *_whole())
    return all(Again(ROOT, _folder(output, code), output, code, wish).report() is not None for code in codes)


def _whole() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """Return the regions and municipalities of the whole report."""
    regions = chosen_regions("")
    return regions, _municipalities(regions)


def _require_edition(edition: str, known: Sequence[Manifest]) -> None:
    """Raise InputError if an edition is frozen, and the project is no longer what it was frozen of."""
    manifest = next((each for each in known if each.name == edition), None)
    if manifest is None:
        return
    from riktvarden.editions import freeze  # takes seconds

    if not freeze.is_of(manifest, ROOT):
        expected = (
            f"the code, tables, assumptions and returns as they were frozen at {manifest.commit[:10] or manifest.date}"
        )
        fix = "check out that commit, or build without --edition"
        raise InputError([Problem("edition", 0, "name", edition, expected, fix)])


def _wish(
    languages: Sequence[str],
    regions: Mapping[str, str],
    municipalities: Mapping[str, Mapping[str, str]],
    edition: str = "working",
) -> dict[str, Any]:
    """Return what a build was asked for, apart from the language, as JSON values."""
    settings = {"riktvarden_languages": list(languages), "riktvarden_updated": _updated()}
    return {"of": [regions, municipalities, edition], "settings": settings}


def _folder(output: Path, language: str) -> Path:
    """Return the build folder of one language."""
    from riktvarden.report.kit.language import SOURCE_LANGUAGE

    return output if language == SOURCE_LANGUAGE else output / language


def _updated() -> str:
    """Return the date of the latest commit to the sources; empty without a history."""
    git = shutil.which("git")
    if git is None:
        return ""
    command = [git, "-C", str(ROOT), "log", "-1", "--format=%cs", "--", "."]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed but for the folder
    return done.stdout.strip()


def chosen_regions(codes: str) -> dict[str, str]:
    """Return the regions asked for, code → principal; all of them if none is named."""
    principals = dict(tables.read("regions").set_index("region")["principal"])
    if not codes.strip(" ,"):
        return {code: principals[code] for code in sorted(principals)}
    from riktvarden.report.kit.context import region_code  # takes seconds, and most builds are of all

    return {
        code: principals[code]
        for code in sorted(region_code(code, principals) for code in codes.split(",") if code.strip())
    }


def _municipalities(regions: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the municipalities of the regions, principal → code → name, in Swedish alphabetical order."""
    rows = tables.read("municipalities")
    rows = rows.sort_values("name", key=lambda names: names.map(tables.collated))
    by_region = {code: dict(zip(own["municipality"], own["name"], strict=True)) for code, own in rows.groupby("region")}
    return {principal: by_region[code] for code, principal in regions.items()}
