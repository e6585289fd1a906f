"""Run the model with the package of one edition, the tables of another and the assumptions of a third.

Each such corner is a project folder of its own, and runs in a process of its own, which knows no other package.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from riktvarden import tables
from riktvarden.editions import record, runner
from riktvarden.editions.decompose import ALL, ASSUMPTIONS, CORNERS, DATA, METHOD, NONE, Corner, decompose
from riktvarden.problems import InputError, Problem
from riktvarden.returns import place

ROOT = tables.DATA.parent
HERE = "."
"""Name of the project as it is, which is not frozen."""
DRAWS = 256
"""Draws of each corner where one of the editions is not frozen and does not say how many."""
PACKAGE = "src/riktvarden"
NEEDED = ("src", "data", record.LOCK)
"""What the model of a commit needs."""
CARRIED = ("value", "low", "high", "distribution")
"""What an assumption is, as opposed to its words and source."""
FAULT = 400
"""Characters of the reason why a corner does not run."""


@dataclass(frozen=True)
class Side:
    """An edition as a folder with ``src`` and ``data``."""

    name: str
    root: Path
    returns: str = ""
    draws: int | None = None
    date: str = ""
    """Of a commit, which has no name that readers know."""

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.root / "data"


@dataclass(frozen=True)
class Difference:
    """What changed between two editions, and why."""

    before: str
    after: str
    rows: pd.DataFrame
    """The columns of `riktvarden.editions.runner.KEYS` and of `riktvarden.editions.decompose.decompose`."""
    draws: int
    failed: dict[str, str] = field(default_factory=dict)
    """Corner that does not run → why."""
    with_method: dict[str, list[str]] = field(default_factory=dict)
    """tables, assumptions → those that only one edition has, or has otherwise: they follow the method that reads them."""
    changed: dict[str, list[str]] = field(default_factory=dict)
    """tables, assumptions → those that both editions have and that changed."""
    before_date: str = ""
    """Date of the earlier one if it is a commit."""
    environments_differ: bool = False
    """Whether the editions were locked to different packages; all corners run with those installed here."""


@contextmanager
def side(name: str, folder: Path = record.FOLDER, root: Path = ROOT) -> Iterator[Side]:
    """Lay out an edition: a frozen one, the project as it is (``.``), or a commit of it.

    Raises
    ------
    InputError
        If there is no such edition or commit, or a frozen one was altered.
    """
    if name == HERE:
        yield Side(HERE, root, place.digest(root / "data"))
        return
    with TemporaryDirectory() as temporary:
        target = Path(temporary)
        if (folder / name / record.MANIFEST).is_file():
            if altered := record.altered(folder / name):
                fix = "restore the files from where the edition was frozen"
                raise InputError([Problem(f"{name}/{each}", 0, "", "", "the file as frozen", fix) for each in altered])
            manifest = record.Manifest.read(folder / name)
            with zipfile.ZipFile(folder / name / manifest.package) as wheel:
                wheel.extractall(target / "src")  # noqa: S202 - the wheel is the one that was frozen, by its digest
            shutil.copytree(folder / name / record.DATA, target / "data")
            shutil.copy(folder / name / record.LOCK, target / record.LOCK)
            yield Side(name, target, manifest.returns, manifest.draws)
        else:
            yield Side(name, target, date=unpack(name, root, target, folder))


def difference(
    before: Side,
    after: Side,
    draws: int | None = None,
    progress: Callable[[str], None] | None = None,
    workers: int = 2,
) -> Difference:
    """Run all corners between two editions, and divide every change into data, assumptions and method.

    Parameters
    ----------
    before, after
        The editions.
    draws
        Draws of each run (default: those of the later edition, if it is frozen).
    progress
        Called with a line when a corner has run.
    workers
        Corners to run at a time.

    Raises
    ------
    InputError
        If an edition does not run on its own data and assumptions, or rests on returns that are not at hand.
    """
    for each in (before, after):
        _require_returns(each)
    used = draws or after.draws or before.draws or DRAWS
    with TemporaryDirectory() as temporary:

        def compute(corner: Corner) -> pd.Series[float] | str:
            root = Path(temporary, "-".join(sorted(corner)) or "none")
            method, data, assumptions = (after if part in corner else before for part in (METHOD, DATA, ASSUMPTIONS))
            compose(root, method, data, assumptions)
            found = run(root, used, data.returns)
            shutil.rmtree(root)
            if progress:
                progress(f"{_words(corner, before, after)}: {'does not run' if isinstance(found, str) else 'has run'}")
            return found

        # The two editions themselves first: without them there is nothing to divide.
        order = sorted(CORNERS, key=lambda corner: corner not in (NONE, ALL))
        with ThreadPoolExecutor(workers) as executor:
            found = dict(zip(order, executor.map(compute, order), strict=True))
    if problems := [
        Problem(each.name, 0, "", "", "an edition that runs on its own tables and assumptions", str(found[corner]))
        for each, corner in ((before, NONE), (after, ALL))
        if isinstance(found[corner], str)
    ]:
        raise InputError(problems)
    values = {corner: None if isinstance(value, str) else value for corner, value in found.items()}
    tables_of, names_of = _tables_of(before, after), _assumptions_of(before, after)
    return Difference(
        before=before.name,
        after=after.name,
        rows=decompose(values).reset_index(),
        draws=used,
        failed={_words(corner, before, after): value for corner, value in found.items() if isinstance(value, str)},
        with_method={"tables": tables_of[0], "assumptions": names_of[0]},
        changed={"tables": tables_of[1], "assumptions": names_of[1]},
        before_date=before.date,
        environments_differ=_lock(before) != _lock(after),
    )


def compose(root: Path, method: Side, data: Side, of_assumptions: Side) -> None:
    """Lay out a project with the package of one edition, the tables of another and the assumptions of a third.

    A table or assumption that only the method's own edition has, or has in other columns or another unit, stays as it is
    there: nothing else can be read by that package.
    """
    shutil.copytree(method.root / PACKAGE, root / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(method.data, root / "data", ignore=lambda place, names: _apart(Path(place), names, method.data))
    contract = root / "data" / tables.CONTRACT
    package = json.loads(contract.read_bytes())
    others = _resources(data)
    for at, table in enumerate(package["resources"]):
        other = others.get(table["name"])
        if other is not None and _columns(other) == _columns(table):
            shutil.copy(data.data / other["path"], root / "data" / table["path"])
            # What is known of the file goes with it, as readers compare the two.
            known = {key: other[key] for key in ("sha256", "hash", "bytes", "rows") if key in other}
            package["resources"][at] = {**table, **known}
    contract.write_text(json.dumps(package, ensure_ascii=False, indent=2), encoding="utf-8")
    taken = assumed(of_assumptions.data)
    for file in sorted((root / "data" / "assumptions").glob("*.toml")):
        own = tomllib.loads(file.read_text(encoding="utf-8"))
        for name, entry in own.items():
            other = taken.get(name)
            if other is not None and other["unit"] == entry["unit"]:
                own[name] = {**entry, **{key: other[key] for key in CARRIED}}
        file.write_text("".join(map(_toml, own.items())), encoding="utf-8")


def unpack(name: str, root: Path, target: Path, folder: Path, parts: Sequence[str] = NEEDED) -> str:
    """Lay out parts of the project as they were at a commit, to begin with code, data and lock; return its date.

    Raises
    ------
    InputError
        If there is no such commit, or it has not all parts.
    """
    git = shutil.which("git")
    known = ", ".join(each.name for each in record.frozen(folder)) or "none is frozen"
    expected = f"a frozen edition ({known}), . for the project as it is, or a commit"
    problem = InputError([Problem("edition", 0, "name", name, expected, "correct the name")])
    if git is None or name.startswith("-"):
        raise problem
    command = [git, "-C", str(root), "archive", name, *parts]
    done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - git, and a name that is no option
    if done.returncode:
        raise problem
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(target, filter="data")
    dated = [git, "-C", str(root), "show", "--no-patch", "--format=%cs", f"{name}^{{commit}}"]
    return subprocess.run(dated, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - as above


def assumed(data: Path) -> dict[str, dict[str, Any]]:
    """Return the assumptions of a data folder as they are written."""
    found = sorted((data / "assumptions").glob("*.toml"))
    return {name: entry for file in found for name, entry in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def run(root: Path, draws: int, returns: str = "") -> pd.Series[float] | str:
    """Run the model of a project folder in a process of its own; return its quantities, or why it does not run."""
    own = root / PACKAGE / "editions" / "runner.py"
    target = root / "quantities.parquet"
    command = [sys.executable, str(own if own.is_file() else runner.__file__), str(target), "--root", str(root)]
    environment = {name: value for name, value in os.environ.items() if name != place.VARIABLE}
    environment |= {"PYTHONPATH": str(root / "src"), "PYTHONHASHSEED": "0"}
    if returns:
        shutil.copytree(place.folder(), root / "data" / place.FOLDER, dirs_exist_ok=True)
    done = subprocess.run(  # noqa: S603 - this interpreter and a script of this package
        [*command, "--draws", str(draws)], capture_output=True, text=True, env=environment, cwd=root, check=False
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return (lines[-1] if lines else f"ended with {done.returncode}").strip()[:FAULT]
    return pd.read_parquet(target).set_index(runner.KEYS)[runner.AMOUNT]


def _require_returns(each: Side) -> None:
    """Raise InputError if an edition rests on returns that are not those at hand."""
    if each.returns and each.returns != place.digest():
        expected = f"the returns that the edition rests on, with digest {each.returns[:12]}…"
        raise InputError([Problem(each.name, 0, "returns", "", expected, "name their folder with --returns")])


def _tables_of(before: Side, after: Side) -> tuple[list[str], list[str]]:
    """Return the tables that follow the method, and those that both editions have with other rows."""
    one, other = _resources(before), _resources(after)
    alike = {name for name in one.keys() & other.keys() if _columns(one[name]) == _columns(other[name])}
    changed = (name for name in alike if _content(before, one[name]) != _content(after, other[name]))
    return sorted((one.keys() | other.keys()) - alike), sorted(changed)


def _assumptions_of(before: Side, after: Side) -> tuple[list[str], list[str]]:
    """Return the assumptions that follow the method, and those that both editions have with other values."""
    one, other = assumed(before.data), assumed(after.data)
    alike = {name for name in one.keys() & other.keys() if one[name]["unit"] == other[name]["unit"]}
    changed = (name for name in alike if any(one[name][key] != other[name][key] for key in CARRIED))
    return sorted((one.keys() | other.keys()) - alike), sorted(changed)


def _resources(each: Side) -> dict[str, dict[str, Any]]:
    """Return the description of each table of an edition."""
    return {table["name"]: table for table in json.loads((each.data / tables.CONTRACT).read_bytes())["resources"]}


def _columns(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(column["name"], column["type"]) for column in table["schema"]["fields"]]


def _content(each: Side, table: Mapping[str, Any]) -> bytes:
    return (each.data / table["path"]).read_bytes()


def _lock(each: Side) -> bytes:
    file = each.root / record.LOCK
    return file.read_bytes() if file.is_file() else b""


def _apart(folder: Path, names: list[str], data: Path) -> set[str]:
    """Name what is not copied of a data folder: returns and what waits to be accepted."""
    return {name for name in names if folder == data and name in {place.FOLDER, "staged"}}


def _toml(named: tuple[str, Mapping[str, Any]]) -> str:
    """Write one table of TOML with plain values."""
    name, entry = named
    lines = (
        f"{key} = {value.isoformat() if isinstance(value, date) else json.dumps(value)}" for key, value in entry.items()
    )
    return "\n".join([f"[{name}]", *lines, "", ""])


def _words(corner: Corner, before: Side, after: Side) -> str:
    """Name a corner in words."""
    return ", ".join(f"{part} of {(after if part in corner else before).name}" for part in (METHOD, DATA, ASSUMPTIONS))
