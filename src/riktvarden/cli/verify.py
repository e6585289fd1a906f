"""The command that proves a published book."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riktvarden import files, tables
from riktvarden.cli.check import found_problems
from riktvarden.cli.returns import FROM
from riktvarden.cli.terminal import FAILED, console, errors, fail, lines
from riktvarden.problems import InputError, Problem

if TYPE_CHECKING:
    from riktvarden.verify.checks import Check
    from riktvarden.verify.published import Built
    from riktvarden.verify.report import Verification
    from riktvarden.verify.trees import Difference, Exempt, Tree

ROOT = tables.DATA.parent
LOCK = ROOT / "requirements.lock"
MADE = "RIKTVARDEN_ENVIRONMENT"
"""Variable that states to the report how the environment was made."""
NO_PACKAGES = (
    "connect to a package index, or name a folder with the packages in PIP_FIND_LINKS and set PIP_NO_INDEX=1; "
    "`riktvarden verify` without --new-environment verifies in the environment that is installed"
)
OWN, CURRENT = "made for this run from requirements.lock", "the one that runs the command"


def verify(
    against: Annotated[str, typer.Option(help="Folder or address of the published site.")] = str(ROOT / "_build" / "site"),
    edition: Annotated[str, typer.Option(help="Edition to verify, if the site has several.")] = "",
    quick: Annotated[
        bool, typer.Option("--quick", help="Build nothing and run no tests: check hashes, sources and open data only.")
    ] = False,
    new_environment: Annotated[
        bool, typer.Option("--new-environment", help="Install the lock file in a new environment first, and verify there.")
    ] = False,
    key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Secret key of minisign to sign with.")
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder for the report and the rebuilt book.")] = ROOT / "_build" / "verify",
    workers: Annotated[int | None, typer.Option(min=1, help="Notebooks to run in parallel (default: cores + 1).")] = None,
    returned: Annotated[Path | None, FROM] = None,
) -> None:
    """Prove a published book: compute everything again from nothing, and name every file that differs."""
    from riktvarden.verify import report
    from riktvarden.verify.published import PublishedError

    try:
        if key is not None:
            report.signer()  # before the work and not after it
        if new_environment:
            raise typer.Exit(_again_in(_new_environment(output)))
        output.mkdir(parents=True, exist_ok=True)
        with files.locked(output.resolve(), "verifying a book"):
            outcome = _verified(against, edition, quick, output, workers)
            written = report.write(outcome, output, key)
    except (InputError, PublishedError, report.SigningError) as error:
        fail(error)
    lines([str(each) for each in outcome.differences])
    lines([f"{check.name}: {line}" for check in outcome.checks for line in check.found])
    console.print(outcome.verdict, style="green" if outcome.passed else "red")
    console.print(f"Report: {written[1]}")
    if not outcome.passed:
        raise typer.Exit(FAILED)


def _verified(against: str, edition: str, quick: bool, output: Path, workers: int | None) -> Verification:
    """Run all checks, showing which is running."""
    from riktvarden.book.publish import SUMS
    from riktvarden.verify import checks, published, report, trees

    with tempfile.TemporaryDirectory() as folder, _showing("reading the published book") as shown:
        place = Path(folder) if published.is_address(against) else Path(against)
        book = published.fetched(against, place, (), shown) if place != Path(against) else published.in_folder(place, shown)
        part = published.within(book, edition)
        how = published.built(part, edition)
        identity = hashlib.sha256(book.read(SUMS)).hexdigest() if SUMS in book.sums else "none"
        done: list[Check] = []

        def check(name: str, act: Callable[[Callable[[int, int], None]], Check]) -> None:
            with _showing(name) as shown:
                began = time.perf_counter()
                found = act(shown)
                done.append(replace(found, seconds=found.seconds or time.perf_counter() - began))
            _report(done[-1])

        differences = trees.against_list(book)
        done.append(
            checks.Check("checksums of the published files", facts={"files": len(book.sums), "differ": len(differences)})
        )
        _report(done[-1])
        check("environment", lambda _: _environment(checks.environment(LOCK.read_text(encoding="utf-8"))))
        check(
            "tables and assumptions of this project",
            lambda _: checks.Check(
                "tables and assumptions of this project",
                tuple(map(str, found_problems())),
                {"tables": len(tables.names())},
            ),
        )
        check("published tables and assumptions", lambda _: checks.sources(part, how.edition, tables.DATA))
        check("frozen edition", lambda _: checks.frozen(how.edition, ROOT))
        check("frozen editions", lambda shown: checks.all_frozen(ROOT, shown, is_quick=quick))
        check("open data", lambda shown: checks.open_data(part, how.edition, shown))
        exempt: list[Exempt] = []
        if quick:
            done += [checks.Check(name, left_out="--quick") for name in (*checks.PROOFS, "rebuild from nothing")]
        else:
            with _showing("worked examples, second calculation, calibration, back-test, disclosure attack"):
                proven = checks.proofs(ROOT, output / "proofs.xml")
            done += proven
            for each in proven:
                _report(each)
            found, exempt = _rebuilt(part, part is not book, how, output, workers, done)
            differences = _merged(differences, found)
        return report.Verification(
            against=against,
            edition=how.edition,
            list_of_sums=identity,
            commit=_commit(),
            is_quick=quick,
            checks=done,
            differences=differences,
            exempt=exempt,
        )


def _rebuilt(
    book: Tree, is_part: bool, how: Built, output: Path, workers: int | None, done: list[Check]
) -> tuple[list[Difference], list[Exempt]]:
    """Build the book again, print it if the published one is printed, and compare; add the checks to those done.

    The book may be an older edition's part of a site, which has only its languages and open data.
    """
    from riktvarden.book import entrance
    from riktvarden.report.kit.language import languages
    from riktvarden.verify import checks, published, trees

    again = output / "again"
    shutil.rmtree(again, ignore_errors=True)
    began = time.perf_counter()
    with errors.status("building the book again from nothing") as status:
        if console.is_terminal:
            status.stop()  # the build has a bar of its own
        built = checks.rebuild(ROOT, again, how, tables.read("regions")["region"], languages(), workers=workers)
    done.append(replace(built, seconds=time.perf_counter() - began))
    _report(done[-1])
    if built.found:
        return [], []
    exempt, reason = [], ""
    if prints := trees.prints(book.sums):
        began = time.perf_counter()
        with errors.status("printing the book again"):
            printed = checks.reprint(ROOT, again / "site")
        done.append(replace(printed, seconds=time.perf_counter() - began))
        _report(done[-1])
        reason = printed.left_out
    with _showing("comparing the two books") as shown:
        fresh = published.in_folder(again / "site", shown)
        if is_part:
            fresh = published.of_edition(fresh, how)
            exempt.append(trees.Exempt("lists the editions of the site, and is written anew", (entrance.EDITIONS,)))
        if prints and (reason := reason or trees.printer(book, fresh, prints)):
            exempt.append(trees.Exempt(f"compared with the list of checksums only: {reason}", tuple(prints)))
        elsewhere = (name for name in book.sums if name not in fresh.sums)
        others = [name for name in elsewhere if published.is_of_another_edition(name, how.edition)]
        if others:
            exempt.append(trees.Exempt("open data of other editions: verify each with --edition", tuple(others)))
        differences = trees.compare(book, fresh, {name for each in exempt for name in each.names})
    if not differences:
        shutil.rmtree(again)
    return differences, exempt


def _merged(one: list[Difference], other: list[Difference]) -> list[Difference]:
    """Return all differences, each file once for each kind of fault: a file that was rebuilt otherwise says where."""
    from riktvarden.verify import trees

    explained = {each.name for each in other}
    return trees.in_order([*(each for each in one if each.name not in explained), *other])


def _environment(check: Check) -> Check:
    """Add how the environment was made to the facts."""
    return replace(check, facts={"environment": os.environ.get(MADE, CURRENT), **check.facts})


def _new_environment(output: Path) -> Path:
    """Install the lock file in a new environment and return its Python.

    Raises
    ------
    InputError
        If the packages cannot be fetched or installed.
    """
    folder = output / "environment"
    shutil.rmtree(folder, ignore_errors=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    with errors.status("installing the lock file in a new environment"):
        venv.create(folder, with_pip=True)
        for wanted in (
            ["--require-hashes", "--requirement", str(LOCK)],
            ["--no-deps", "--no-build-isolation", "--editable", "."],
        ):
            command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode:
                shutil.rmtree(folder, ignore_errors=True)
                reported = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")] or [
                    f"{done.returncode}"
                ]
                raise InputError([Problem(LOCK.name, 0, "", reported[-1], "packages that pip can install", NO_PACKAGES)])
    return python


def _again_in(python: Path) -> int:
    """Run the same command in another environment and return its exit code."""
    arguments = [each for each in sys.argv[1:] if each != "--new-environment"]
    environment = {**os.environ, MADE: OWN}
    environment.pop("PYTHONPATH", None)
    return subprocess.run([str(python), "-m", "riktvarden", *arguments], env=environment, check=False).returncode  # noqa: S603


def _commit() -> str:
    """Return the commit of the sources, and whether files differ from it."""
    git = shutil.which("git")
    if git is None:
        return ""
    said = [
        subprocess.run([git, "-C", str(ROOT), *command], capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
        for command in (["rev-parse", "HEAD"], ["status", "--porcelain"])
    ]
    return said[0] + (" with uncommitted changes" if said[0] and said[1] else "")


def _report(check: Check) -> None:
    """Print the outcome of one check."""
    style = {"passed": "green", "failed": "red"}.get(check.outcome, "yellow")
    why = f" ({check.left_out})" if check.left_out else ""
    console.print(f"[{style}]{check.outcome:8}[/] {check.name}, {check.seconds:.0f} s{why}")


@contextmanager
def _showing(doing: str) -> Iterator[Callable[[int, int], None]]:
    """Show what is being done, and yield a function that shows how far it has come."""
    with errors.status(doing) as status:
        yield lambda done, whole: status.update(f"{doing}: {done} of {whole}")
