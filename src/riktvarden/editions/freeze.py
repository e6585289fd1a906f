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
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_type_hints

import pandas as pd
import yaml

from riktvarden import assumptions, files, tables
from riktvarden.editions import corners, crate, record, selections
from riktvarden.names import DRAWS, SEED
from riktvarden.problems import InputError, Problem
from riktvarden.responses import store as responded
from riktvarden.results import Results
from riktvarden.returns import place
from riktvarden.returns import store as returned
from riktvarden.store import material, stored

NOT_STORED = ("draws",)
"""Fields of the results that follow from the seed and would be most of the size."""
EPOCH = "1767225600"
"""Time of the files in the wheel, which would otherwise hold that of the build."""
SOURCES = ("src", "data", record.LOCK, "pyproject.toml")
"""What an edition is made of, as git is asked whether it is committed."""


def freeze(
    name: str,
    title: str,
    *,
    selection: str = "",
    folder: Path = record.FOLDER,
    root: Path = corners.ROOT,
    date: datetime.date | None = None,
    draws: int = DRAWS,
    since: str = "",
    compare: bool = True,
    progress: Callable[[str], None] | None = None,
) -> record.Manifest:
    """Freeze the project as it is.

    Parameters
    ----------
    name, title
        Of the edition; the name is its folder and part of addresses.
    selection
        Name of a selection in ``editions.toml``; empty for the whole report.
    folder
        Folder of the editions.
    root
        The project folder.
    date
        Date of the edition (default: today).
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
        If there is an edition of that name, the name or selection cannot be used, or the data have problems.
    """
    said = progress or (lambda _: None)
    record.require_name(name)
    if selection:
        selections.named(selection, root)
    target = folder / name
    with files.locked(folder, f"freezing {name}"):
        if target.exists():
            fix = "choose another name: an edition is never overwritten"
            raise InputError([Problem("edition", 0, "name", name, "a name that no edition has", fix)])
        said("checking tables and assumptions")
        if problems := [*tables.check(root / "data"), *assumptions.check(root / "data")]:
            raise InputError(problems)
        earlier = record.frozen(folder)
        with TemporaryDirectory(prefix=f".{name}-", dir=folder) as temporary:
            making = Path(temporary) / name
            making.mkdir()
            said("building the package")
            package = _wheel(root, making)
            shutil.copytree(
                root / "data", making / record.DATA, ignore=shutil.ignore_patterns(place.FOLDER, "staged", ".*")
            )
            shutil.copy(root / record.LOCK, making / record.LOCK)
            said(f"running the model with {draws} draws")
            sent = returned.frames() | responded.frames()
            found = material.run(tables.read_all(root / "data") | sent, assumptions.read(root / "data"), draws)
            kept = _store(making / record.RESULTS, found.results)
            manifest = record.Manifest(
                name=name,
                title=title,
                selection=selection,
                date=date or datetime.datetime.now(datetime.UTC).date(),
                commit=_git(root, "rev-parse", "HEAD"),
                uncommitted=bool(_git(root, "status", "--porcelain", "--", *SOURCES)),
                version=version("riktvarden"),
                package=package,
                code=record.code_of(root / corners.PACKAGE),
                python=platform.python_version(),
                draws=draws,
                seed=SEED,
                previous=earlier[-1].name if earlier else "",
                returns=place.digest(root / "data"),
                tables=_tables(root / "data"),
                assumptions=_assumed(found.assumptions),
                results={
                    part.removeprefix(material.RESULT): digest
                    for part, digest in material.digests(found, root / "data").items()
                    if part.startswith(material.RESULT)
                },
                stored=kept,
                files={},
            )
            if compare and (compared := since or manifest.previous):
                said(f"comparing with {compared}")
                _explain(making, compared, manifest, folder, root, said)
            _describe(making, manifest, root)
            listed = {
                file: record.sha256(making / file) for file in _below(making) if not file.startswith(f"{record.RESULTS}/")
            }
            manifest = manifest.model_copy(update={"files": listed})
            files.write(making / record.MANIFEST, (manifest.model_dump_json(indent=1) + "\n").encode())
            making.rename(target)
    return manifest


def is_of(manifest: record.Manifest, root: Path = corners.ROOT) -> bool:
    """Return whether the project as it is has the code, tables, assumptions and returns of an edition."""
    return (
        manifest.code == record.code_of(root / corners.PACKAGE)
        and manifest.returns == place.digest(root / "data")
        and manifest.assumptions == _assumed(assumptions.read(root / "data"))
        and manifest.tables == _tables(root / "data")
    )


def changes(name: str, folder: Path = record.FOLDER) -> corners.Difference | None:
    """Return what changed since the edition before, as explained when the edition was frozen; None if nothing was."""
    notes, rows = (folder / name / file for file in (record.NOTES, record.CHANGES))
    if not notes.is_file():
        return None
    # As bytes, so that a page's reads are recorded.
    return corners.Difference(rows=pd.read_parquet(io.BytesIO(rows.read_bytes())), **json.loads(notes.read_bytes()))


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


def _store(folder: Path, results: Results) -> dict[str, str]:
    """Store the results; return the SHA-256 of each file."""
    folder.mkdir()
    written: dict[str, str] = {}
    for field, kind in get_type_hints(Results).items():
        if field not in NOT_STORED:
            written |= stored.write(folder, field, getattr(results, field), kind)
    return written


def _explain(
    making: Path, since: str, manifest: record.Manifest, folder: Path, root: Path, said: Callable[[str], None]
) -> None:
    """Store what changed since an edition or commit."""
    with corners.side(since, folder, root) as before, corners.side(corners.HERE, folder, root) as here:
        after = corners.Side(manifest.name, here.root, here.returns, manifest.draws)
        found = corners.difference(before, after, manifest.draws, said)
    found.rows.to_parquet(making / record.CHANGES)
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


def _assumed(found: assumptions.Assumptions) -> dict[str, record.Assumed]:
    """Return what each assumption is, without its words."""
    fields = set(record.Assumed.model_fields)
    return {name: record.Assumed(**item.model_dump(include=fields)) for name, item in found.items()}


def _git(root: Path, *arguments: str) -> str:
    """Return what git says of the project; nothing without git or a history."""
    git = shutil.which("git")
    if git is None:
        return ""
    done = subprocess.run(  # noqa: S603 - git with fixed arguments
        [git, "-C", str(root), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if not done.returncode else ""
