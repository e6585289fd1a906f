"""Freeze the project as an edition: code, tables, assumptions, environment and results, never to be changed."""

from __future__ import annotations

import datetime
import io
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import yaml

from riktvarden import assumptions, files, tables
from riktvarden.editions import corners, crate, record, runner, selections
from riktvarden.editions.decompose import AFTER, BEFORE, CHANGE, ORDER, PARTS, UNEXPLAINED
from riktvarden.names import DRAWS
from riktvarden.problems import InputError, Problem
from riktvarden.returns import place

SAME = 1e-9
"""Difference, as a share of the quantity, up to which two runs gave the same."""
EPOCH = "1767225600"
"""Time of the files in the wheel, which would otherwise hold that of the build."""
SOURCES = ("src", "data", record.LOCK, "pyproject.toml")
"""What an edition is made of, as git is asked whether it is committed."""
OF_COMMIT = (*SOURCES, "README.md", "LICENSE", record.CITATION, "_config.yml")
"""What an edition of a commit is frozen from."""


def freeze(
    name: str,
    title: str,
    *,
    title_en: str = "",
    selection: str = "",
    commit: str = "",
    folder: Path = record.FOLDER,
    root: Path = corners.ROOT,
    date: datetime.date | None = None,
    draws: int = DRAWS,
    since: str = "",
    compare: bool = True,
    progress: Callable[[str], None] | None = None,
) -> record.Manifest:
    """Freeze the project as it is, or as it was at a commit.

    Parameters
    ----------
    name, title, title_en
        Of the edition; the name is its folder and part of addresses.
    selection
        Name of a selection in ``editions.toml``; empty for the whole report.
    commit
        Commit to freeze; empty for the project as it is.
    folder
        Folder of the editions.
    root
        The project folder.
    date
        Date of the edition (default: that of the commit, or today).
    draws
        Draws of the run.
    since
        Edition or commit to compare with (default: the edition frozen before, if there is one).
    compare
        Whether to explain what changed.
    progress
        Called with a line for each step.

    Raises
    ------
    InputError
        If there is an edition of that name, the name, selection or commit cannot be used, the data have problems, or the
        model does not run.
    """
    said = progress or (lambda _: None)
    record.require_name(name)
    if selection:
        selections.named(selection, root)
    target = folder / name
    with files.locked(folder, f"freezing {name}"), _source(name, commit, root, folder) as source:
        if target.exists():
            fix = "choose another name: an edition is never overwritten"
            raise InputError([Problem("edition", 0, "name", name, "a name that no edition has", fix)])
        said("checking tables and assumptions")
        # Those of a commit were checked by its own rules.
        if not commit and (problems := [*tables.check(source.data), *assumptions.check(source.data)]):
            raise InputError(problems)
        day = date or (datetime.date.fromisoformat(source.date) if commit else datetime.datetime.now(datetime.UTC).date())
        earlier = [each for each in record.frozen(folder) if each.date <= day]
        with TemporaryDirectory(prefix=f".{name}-", dir=folder) as temporary:
            making = Path(temporary) / name
            making.mkdir()
            said("building the package")
            package = _wheel(source.root, making)
            shutil.copytree(
                source.data, making / record.DATA, ignore=shutil.ignore_patterns(place.FOLDER, "responses", "staged", ".*")
            )
            shutil.copy(source.root / record.LOCK, making / record.LOCK)
            said(f"running the model with {draws} draws")
            (making / record.RESULTS).mkdir()
            _quantities(source, draws).to_parquet(making / record.RESULTS / record.QUANTITIES, **record.PACKED)
            manifest = record.Manifest(
                name=name,
                title=title,
                title_en=title_en,
                selection=selection,
                date=day,
                commit=_git(root, "rev-parse", f"{commit or 'HEAD'}^{{commit}}"),
                uncommitted=not commit and bool(_git(root, "status", "--porcelain", "--", *SOURCES)),
                afterwards=bool(commit),
                version=package.split("-")[1],
                package=package,
                code=record.code_of(source.root / corners.PACKAGE),
                python=platform.python_version(),
                draws=draws,
                previous=earlier[-1].name if earlier else "",
                returns=source.returns,
                tables=_tables(source.data),
                assumptions=_assumed(source.data),
                files={},
            )
            if compare and (compared := since or manifest.previous):
                said(f"comparing with {compared}")
                with corners.side(compared, folder, root) as before:
                    _keep_changes(making, corners.difference(before, source, draws, said))
            _describe(making, manifest, source.root)
            listed = {file: record.sha256(making / file) for file in _below(making)}
            manifest = manifest.model_copy(update={"files": listed})
            files.write(making / record.MANIFEST, (manifest.model_dump_json(indent=1) + "\n").encode())
            making.rename(target)
    return manifest


def is_of(manifest: record.Manifest, root: Path = corners.ROOT) -> bool:
    """Return whether the project as it is has the code, tables, assumptions and returns of an edition."""
    return (
        manifest.code == record.code_of(root / corners.PACKAGE)
        and manifest.returns == place.digest(root / "data")
        and manifest.assumptions == _assumed(root / "data")
        and manifest.tables == _tables(root / "data")
    )


def changes(name: str, folder: Path = record.FOLDER) -> corners.Difference | None:
    """Return what changed since the edition before, as explained when the edition was frozen; None if nothing was."""
    notes, rows = (folder / name / file for file in (record.NOTES, record.CHANGES))
    if not notes.is_file():
        return None
    # As bytes, so that a page's reads are recorded.
    return corners.Difference(rows=pd.read_parquet(io.BytesIO(rows.read_bytes())), **json.loads(notes.read_bytes()))


def explained_again(name: str, folder: Path = record.FOLDER, progress: Callable[[str], None] | None = None) -> list[str]:
    """Divide what changed up to a frozen edition again; return what differs from what was frozen, one line each.

    Both editions run with the packages that they were frozen with, on this machine. Numbers are the same if they differ by
    at most `SAME` of the quantity.

    Raises
    ------
    InputError
        If one of the editions was altered or does not run.
    """
    stored = changes(name, folder)
    if stored is None:
        return []
    with corners.side(stored.before, folder) as before, corners.side(name, folder) as after:
        found = corners.difference(before, after, stored.draws, progress)
    again, rows = (each.rows.set_index(runner.KEYS) for each in (found, stored))
    if not again.index.equals(rows.index):
        return [f"{record.CHANGES}: {len(again.index.symmetric_difference(rows.index))} quantities are not in both"]
    scale = rows[[BEFORE, AFTER]].abs().max(axis=1).clip(lower=1)
    numbers = [BEFORE, AFTER, CHANGE, *PARTS, UNEXPLAINED]
    apart = (again[numbers] - rows[numbers]).abs().div(scale, axis=0) > SAME
    apart |= again[numbers].isna() != rows[numbers].isna()
    wrong = apart.any(axis=1) | (again[ORDER] != rows[ORDER])
    first = ", ".join(filter(None, map(str, rows.index[wrong.to_numpy()][0]))) if wrong.any() else ""
    return [f"{record.CHANGES}: {int(wrong.sum())} quantities differ, the first of them {first}"] if first else []


@contextmanager
def _source(name: str, commit: str, root: Path, folder: Path) -> Iterator[corners.Side]:
    """Provide what is to be frozen as a folder: the project as it is, or a commit of it."""
    if not commit:
        yield corners.Side(name, root, place.digest(root / "data"))
        return
    with TemporaryDirectory() as temporary:
        day = corners.unpack(commit, root, Path(temporary), folder, OF_COMMIT)
        yield corners.Side(name, Path(temporary), date=day)


def _quantities(source: corners.Side, draws: int) -> pd.DataFrame:
    """Run the model of a project folder in a process of its own, and return its quantities."""
    with TemporaryDirectory() as temporary:
        project = Path(temporary, "project")
        corners.compose(project, source, source, source)
        found = corners.run(project, draws, source.returns)
    if isinstance(found, str):
        raise InputError([Problem(source.name, 0, "", "", "a model that runs on its own tables and assumptions", found)])
    return found.reset_index()


def _wheel(root: Path, target: Path) -> str:
    """Build the package as a wheel that is the same whenever it is built; return its name."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(  # noqa: S603 - this interpreter
        command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    built = sorted(target.glob("*.whl"))
    if done.returncode or len(built) != 1:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no wheel was written"]
        fix = "install the group dev, which has hatchling, and see that the package builds"
        raise InputError([Problem("pyproject.toml", 0, "", reason[0], "a package that builds as a wheel", fix)])
    return built[0].name


def _keep_changes(making: Path, found: corners.Difference) -> None:
    """Store what changed since an edition or commit."""
    found.rows.to_parquet(making / record.CHANGES, **record.PACKED)
    notes = {name: value for name, value in asdict(found).items() if name != "rows"}
    files.write(making / record.NOTES, (json.dumps(notes, ensure_ascii=False, indent=1) + "\n").encode())


def _describe(making: Path, manifest: record.Manifest, root: Path) -> None:
    """Write the edition's citation and its description as an RO-Crate."""
    own = yaml.safe_load((root / record.CITATION).read_text(encoding="utf-8"))
    cited = crate.citation(own, manifest.name, manifest.title, manifest.date.isoformat(), manifest.commit)
    text = yaml.safe_dump(cited, allow_unicode=True, sort_keys=False)
    files.write(making / record.CITATION, text.encode())
    config: Mapping[str, Any] = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    site = config.get("sphinx", {}).get("config", {}).get("riktvarden_site") or {}
    listed = {name: ((making / name).stat().st_size, record.sha256(making / name)) for name in _below(making)}
    content = json.dumps(crate.crate(manifest, listed, cited, site), ensure_ascii=False, indent=1) + "\n"
    files.write(making / record.CRATE, content.encode())


def _below(folder: Path) -> list[str]:
    """List the files below a folder by their names."""
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


def _tables(data: Path) -> dict[str, str]:
    """Return the SHA-256 of each table."""
    return {name: record.sha256(data / tables.descriptor(name, data)["path"]) for name in tables.names(data)}


def _assumed(data: Path) -> dict[str, record.Assumed]:
    """Return what each assumption is, without its words."""
    fields = set(record.Assumed.model_fields)
    return {
        name: record.Assumed(**{key: value for key, value in entry.items() if key in fields})
        for name, entry in corners.assumed(data).items()
    }


def _git(root: Path, *arguments: str) -> str:
    """Return what git says of the project; nothing without git or a history."""
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run(  # noqa: S603 - git with fixed arguments
        [git, "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if not done.returncode else ""
