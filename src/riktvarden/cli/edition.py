"""The commands of `riktvarden edition`: freeze, make, list, compare."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from riktvarden import tables
from riktvarden.cli.returns import FROM
from riktvarden.cli.terminal import console, errors, fail, lines
from riktvarden.problems import InputError

EDITIONS = tables.DATA.parent / "editions"
MADE = tables.DATA.parent / "_build" / "editions-of-chapters"

app = typer.Typer(
    help="Editions: freeze, list, explain what changed between two, make those of a selection of chapters.",
    no_args_is_help=True,
)

_FOLDER = typer.Option("--editions", help="Folder of the frozen editions.", envvar="RIKTVARDEN_EDITIONS")


@app.command()
def freeze(
    name: Annotated[
        str, typer.Argument(help="Name: the folder of the edition, and part of addresses.", show_default=False)
    ],
    title: Annotated[str, typer.Option(help="Title.", show_default=False)],
    title_en: Annotated[str, typer.Option(help="Title in English.")] = "",
    commit: Annotated[
        str,
        typer.Option(help="Commit to freeze, e.g. to compare with what was never frozen (default: the project as it is)."),
    ] = "",
    selection: Annotated[str, typer.Option("--of", help="Selection of editions.toml (default: the whole report).")] = "",
    date: Annotated[
        datetime.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Date (default: that of the commit, or today)."),
    ] = None,
    draws: Annotated[int | None, typer.Option(min=2, help="Draws of the model (default: those of the report).")] = None,
    since: Annotated[
        str, typer.Option(help="Edition or commit to compare with (default: the edition before, if any).")
    ] = "",
    folder: Annotated[Path, _FOLDER] = EDITIONS,
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Freeze the project: package, tables, assumptions, lock and results, with what changed since the edition before."""
    from riktvarden.editions import freeze as freezer
    from riktvarden.names import DRAWS

    try:
        day = date.date() if date else None
        with errors.status("freezing") as status:
            made = freezer.freeze(
                name,
                title,
                title_en=title_en,
                selection=selection,
                commit=commit,
                folder=folder,
                date=day,
                draws=draws or DRAWS,
                since=since,
                progress=status.update,
            )
    except InputError as error:
        fail(error, "nothing was frozen")
    if made.uncommitted:
        errors.print("note: code or data differ from the commit; commit before freezing what is to be published")
    build = "" if commit else f"; build it with `riktvarden build --edition {name}`"
    console.print(f"{name} frozen in {folder / name}{build}", markup=False)


@app.command()
def make(
    selection: Annotated[str, typer.Argument(help="Selection of editions.toml, e.g. st.", show_default=False)],
    language: Annotated[str, typer.Option(help="Make one language, e.g. sv (default: all that the site has).")] = "",
    site: Annotated[Path, typer.Option(help="Folder of the built site.")] = tables.DATA.parent / "_build" / "site",
    output: Annotated[Path, typer.Option(help="Folder of the editions that are made.")] = MADE,
    with_print: Annotated[bool, typer.Option("--pdf/--no-pdf", help="Print it to PDF, which needs Chromium.")] = True,
) -> None:
    """Make the edition of a selection of chapters from the built site: a page, its PDF, CITATION.cff and an RO-Crate."""
    import yaml

    from riktvarden.book import pdf, selected, stage
    from riktvarden.editions import record
    from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language, languages

    root = tables.DATA.parent
    try:
        cited = yaml.safe_load((root / record.CITATION).read_text(encoding="utf-8"))
        about = stage.site_of(stage.configuration(root))
        found = [code for code in languages() if (site / code).is_dir()] or [SOURCE_LANGUAGE]
        for code in [Language(language).code] if language else found:
            with errors.status(f"making {selection} in {code}"):
                target = output / selection / code
                made = selected.make(site / code, selection, target, Language(code), cited, about, with_print=with_print)
            console.print(f"{code}: {len(made)} files; open {made[0]}", markup=False)
    except (InputError, pdf.PdfError, stage.StageError) as error:
        fail(error)


@app.command(name="list")
def listed(folder: Annotated[Path, _FOLDER] = EDITIONS) -> None:
    """List the frozen editions, the oldest first, and whether any file was altered."""
    from riktvarden.editions import record

    try:
        found = record.frozen(folder)
        for each in found:
            altered = record.altered(folder / each.name)
            state = f"{len(altered)} files altered" if altered else "as frozen"
            of = f", selection {each.selection}" if each.selection else ""
            console.print(
                f"{each.name}  {each.date}  {each.title}{of}  ({each.commit[:10] or 'no commit'}, {state})", markup=False
            )
            lines([f"  {one}" for one in altered])
    except InputError as error:
        fail(error)
    if not found:
        console.print("no edition is frozen")


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="Earlier edition, or a commit.", show_default=False)],
    after: Annotated[
        str, typer.Argument(help="Later edition, a commit, or . for the project as it is.", show_default=False)
    ],
    draws: Annotated[
        int | None, typer.Option(min=2, help="Draws of each run (default: those of the later edition).")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write all rows to this .csv or .parquet file.")] = None,
    language: Annotated[str, typer.Option(help="Language of the summary.")] = "sv",
    folder: Annotated[Path, _FOLDER] = EDITIONS,
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Divide what changed between two editions exactly into data, assumptions and method."""
    from riktvarden.editions import corners
    from riktvarden.report.chapters import changes
    from riktvarden.report.kit.context import Context

    try:
        with errors.status("running the model") as status:
            with corners.side(before, folder) as one, corners.side(after, folder) as other:
                found = corners.difference(one, other, draws, status.update)
            context = Context.read(language)
    except InputError as error:
        fail(error)
    if output:
        writer = found.rows.to_parquet if output.suffix == ".parquet" else found.rows.to_csv
        writer(output, index=False)
    lines(changes.as_text(context, found))
