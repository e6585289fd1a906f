"""The checks of a verification, each with what it found and how long it took."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from itertools import count
from pathlib import Path

from packaging.markers import Marker
from packaging.utils import canonicalize_name

from riktvarden.book import opendata
from riktvarden.book.pdf import BROWSERS
from riktvarden.editions import freeze, record
from riktvarden.editions.decompose import CORNERS
from riktvarden.problems import InputError
from riktvarden.report.kit import downloads
from riktvarden.verify import explain
from riktvarden.verify.published import Built
from riktvarden.verify.trees import Tree

PROOFS: Mapping[str, tuple[str, ...]] = {
    "worked examples": ("tests/test_vectors.py",),
    "independent second calculation": ("tests/oracle",),
    "calibration table": ("tests/model/test_calibration.py", "tests/report/test_calibration.py"),
    "back-test": ("tests/test_validation.py", "tests/test_trust.py"),
    "disclosure attack": ("tests/disclosure",),
}
"""What the project proves by tests of its own, below the project folder."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+))?", re.MULTILINE)
SETTINGS = ("PYTHONPATH", "RIKTVARDEN_RETURNS", "TZ", "LC_ALL", "LANG", "PYTHONHASHSEED")
"""Variables of the environment that the report states, if they are set."""


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes
    ----------
    name
        What was checked.
    found
        What is wrong, one line each; empty if it passed.
    facts
        What was looked at, such as how many files.
    left_out
        Why it was not done; empty if it was.
    seconds
        How long it took.
    """

    name: str
    found: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    left_out: str = ""
    seconds: float = 0.0

    @property
    def outcome(self) -> str:
        """Return "passed", "failed" or "not done"."""
        return "failed" if self.found else "not done" if self.left_out else "passed"


def environment(lock: str, installed: Mapping[str, str] | None = None) -> Check:
    """Compare the installed packages with the lock file.

    Parameters
    ----------
    lock
        Text of the lock file.
    installed
        Canonical name → version (default: those of this environment).
    """
    if installed is None:
        installed = {canonicalize_name(each.metadata["Name"]): each.version for each in metadata.distributions()}
    wanted = {
        canonicalize_name(name): version
        for name, version, marker in _PINNED.findall(lock)
        if not marker or Marker(marker.strip()).evaluate()
    }
    found = [
        f"{name}: {installed.get(name, 'not installed')}, but the lock file has {version}"
        for name, version in sorted(wanted.items())
        if installed.get(name) != version
    ]
    facts = {
        "Python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "packages": len(wanted),
        "lock file": hashlib.sha256(lock.encode()).hexdigest(),
        **{name: os.environ[name] for name in SETTINGS if name in os.environ},
    }
    return Check("environment", tuple(found), facts)


def sources(published: Tree, edition: str, data: Path) -> Check:
    """Compare the published sources, tables and assumptions, with those of this project.

    Parameters
    ----------
    published
        The book.
    edition
        Name of the edition.
    data
        The data folder.
    """
    place = f"{opendata.FOLDER}/{edition}"
    ours = {f"{place}/{name}": content for name, content in opendata.source(data).items()}
    theirs = {name for name in published.sums if name.startswith(f"{place}/{opendata.SOURCE}/")}
    found = []
    for name in sorted({*ours, *theirs}):
        short = name.removeprefix(f"{place}/{opendata.SOURCE}/")
        if name not in theirs:
            found.append(f"{short}: not published")
        elif name not in ours:
            found.append(f"{short}: published, but not in this project")
        elif (content := published.read(name)) != ours[name]:
            found.append(f"{short}: {explain.first_difference(name, content, ours[name])}")
    return Check("published tables and assumptions", tuple(found), {"files": len(ours)})


def frozen(edition: str, root: Path) -> Check:
    """Check that a frozen edition is as it was frozen, and that this project is what it was frozen from.

    Parameters
    ----------
    edition
        Name of the edition; nothing is checked if none of this name is frozen.
    root
        The project folder.
    """
    name, place = "frozen edition", root / record.FOLDER.name / edition
    if not place.is_dir():
        return Check(name, left_out=f"no edition {edition} is frozen here")
    manifest = record.Manifest.read(place)
    found = record.altered(place)
    for file, known in sorted(manifest.files.items()):
        ours = root / file
        if file.startswith(f"{record.DATA}/") and (not ours.is_file() or record.sha256(ours) != known):
            found.append(f"{file}: not what the edition was frozen from")
    if record.code_of(root / "src" / "riktvarden") != manifest.code:
        found.append(f"code: not what the edition was frozen from; check out commit {manifest.commit or 'of its date'}")
    return Check(name, tuple(found), {"title": manifest.title, "date": manifest.date, "files": len(manifest.files)})


def all_frozen(
    root: Path, progress: Callable[[int, int], None] = lambda done, whole: None, *, is_quick: bool = False
) -> Check:
    """Check that every frozen edition is as it was frozen, and divide what changed up to each again.

    Parameters
    ----------
    root
        The project folder.
    progress
        Function that is called with the number of runs of the model that are done, and of all.
    is_quick
        Whether to check the digests only, and to run nothing.
    """
    name, folder = "frozen editions", root / record.FOLDER.name
    try:
        known = [each.name for each in record.frozen(folder)]
    except InputError as error:
        return Check(name, tuple(map(str, error.problems)))
    if not known:
        return Check(name, left_out="no edition is frozen here")
    wrong = {each: record.altered(folder / each) for each in known}
    sound = [each for each in known if not wrong[each] and (folder / each / record.NOTES).is_file() and not is_quick]
    steps = count(1)
    for each in sound:
        try:
            wrong[each] = freeze.explained_again(each, folder, lambda _: progress(next(steps), len(CORNERS) * len(sound)))
        except InputError as error:
            wrong[each] = list(map(str, error.problems))
    found = [f"{each}/{line}" for each in known for line in wrong[each]]
    return Check(name, tuple(found), {"editions": len(known), "divided again": len(sound)})


def open_data(published: Tree, edition: str, progress: Callable[[int, int], None] = lambda done, whole: None) -> Check:
    """Check that the files of the open data agree with each other and with their description.

    Parameters
    ----------
    published
        The book.
    edition
        Name of the edition.
    progress
        Function that is called with the number of tables checked, and of all.
    """
    place = f"{opendata.FOLDER}/{edition}"
    name = f"{place}/{opendata.PACKAGE}"
    if name not in published.sums:
        return Check("open data", (f"{name}: missing",))
    try:
        resources = json.loads(published.read(name))["resources"]
        found = []
        for number, resource in enumerate(resources, start=1):
            found += _resource(published, place, resource)
            progress(number, len(resources))
    except (ValueError, KeyError, TypeError) as error:
        return Check("open data", (f"{name}: cannot be read ({type(error).__name__}: {error})",))
    return Check("open data", tuple(found), {"tables": len(resources)})


def _resource(published: Tree, place: str, resource: Mapping[str, object]) -> list[str]:
    """Compare one table of the open data with its description, and its two formats with each other."""
    name = f"{place}/{resource['path']}"
    if name not in published.sums:
        return [f"{name}: missing"]
    content = published.read(name)
    found = []
    if resource["hash"] != f"sha256:{hashlib.sha256(content).hexdigest()}":
        found.append(f"{name}: not the digest that {opendata.PACKAGE} states")
    columnar = f"{name.removesuffix('.csv')}.parquet"
    if columnar not in published.sums:
        return [*found, f"{columnar}: missing"]
    fields: list[dict[str, str]] = resource["schema"]["fields"]  # type: ignore[index]
    head = next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")), [])
    if head != [field["name"] for field in fields]:
        return [*found, f"{name}: not the columns that {opendata.PACKAGE} states"]
    kinds = tuple(field["type"] for field in fields)
    derived = downloads.parquet(downloads.read(content, kinds), kinds)
    if (there := published.read(columnar)) != derived:
        found.append(f"{columnar}: not what the CSV gives: {explain.first_difference(columnar, there, derived)}")
    return found


def proofs(root: Path, report: Path) -> list[Check]:
    """Run the project's proofs: worked examples, second calculation, calibration, back-test and disclosure attack.

    Parameters
    ----------
    root
        The project folder.
    report
        File for the report of the tests.

    Returns
    -------
    list of Check
        One for each of `PROOFS`.
    """
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    files = [file for group in PROOFS.values() for file in group]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-n",
        "auto",
        "-p",
        "no:cacheprovider",
        f"--junitxml={report.resolve()}",
    ]
    done = subprocess.run([*command, *files], cwd=root, capture_output=True, text=True, check=False)  # noqa: S603
    if not report.is_file():
        said = (done.stdout + done.stderr).strip().splitlines()
        return [Check(name, (f"the tests did not run: {said[-1] if said else done.returncode}",)) for name in PROOFS]
    return judged(report.read_text(encoding="utf-8"))


def judged(report: str) -> list[Check]:
    """Return the outcome of each of `PROOFS` from a report of pytest in the form of JUnit."""
    cases = list(ET.fromstring(report).iter("testcase"))  # noqa: S314 - written by our own run
    found = []
    for name, files in PROOFS.items():
        modules = tuple(file.removesuffix(".py").replace("/", ".") for file in files)
        own = [case for case in cases if _is_of(case.get("classname", ""), modules)]
        failed = [
            f"{case.get('classname')}::{case.get('name')}: {_said(case)}"
            for case in own
            if case.find("failure") is not None or case.find("error") is not None
        ]
        skipped = sum(case.find("skipped") is not None for case in own)
        nothing = () if own else ("no test of it has run",)
        seconds = sum(float(case.get("time", 0)) for case in own)
        found.append(Check(name, (*failed, *nothing), {"tests": len(own), "skipped": skipped}, seconds=seconds))
    return found


def rebuild(
    root: Path, out: Path, how: Built, regions: Iterable[str], languages: Iterable[str], workers: int | None = None
) -> Check:
    """Build the book again from nothing in a process of its own, with new kernels.

    Parameters
    ----------
    root
        The project folder.
    out
        Empty folder to build in.
    how
        How the published book was built.
    regions, languages
        All that the project has.
    workers
        Number of notebooks to run in parallel.
    """
    command = ["build", "--output", str(out), "--edition", how.edition]
    if not how.has_municipalities:
        command.append("--no-municipalities")
    if set(how.regions) != set(regions):
        command += ["--regions", ",".join(how.regions)]
    if set(how.languages) != set(languages):
        command += ["--language", how.languages[0]]
    if workers:
        command += ["--workers", str(workers)]
    return Check(
        "rebuild from nothing", tuple(_ran(root, command)), {"regions": len(how.regions), "languages": len(how.languages)}
    )


def reprint(root: Path, site: Path) -> Check:
    """Print a rebuilt site; not done where there is no browser to print with."""
    name = "print again"
    if not any(map(shutil.which, BROWSERS)):
        return Check(name, left_out="there is no Chromium on this machine")
    return Check(name, tuple(_ran(root, ["pdf", "--site", str(site)])))


def _ran(root: Path, arguments: Sequence[str]) -> list[str]:
    """Run a command of this package in a process of its own, and return what it reports if it fails."""
    env = {name: value for name, value in os.environ.items() if name != "RIKTVARDEN_MATERIAL"}  # no results of another run
    command = [sys.executable, "-m", "riktvarden", *arguments]
    done = subprocess.run(command, cwd=root, env=env, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]) if done.returncode else []


def _is_of(module: str, modules: Sequence[str]) -> bool:
    return any(module == each or module.startswith(f"{each}.") for each in modules)


def _said(case: ET.Element) -> str:
    """Return the first line of why a test failed."""
    fault = case.find("failure")
    fault = case.find("error") if fault is None else fault
    return (fault.get("message") or "").strip().partition("\n")[0][:200] if fault is not None else ""
