"""The material of the chapters: tables, assumptions and results, computed once per build or on demand.

A build stores it in a folder, as Arrow and JSON, and passes the folder to the notebooks it runs. Each part has a digest
of its content; a notebook records the parts it uses, so that its page is unaffected by changes of others. Each file has
a digest too, and a modified file is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple, Self, get_type_hints

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import BaseModel

from riktvarden import assumptions, files, model, tables
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.codes import NATION
from riktvarden.model import analyses
from riktvarden.names import DRAWS
from riktvarden.responses import store as responded
from riktvarden.results import Cell, Results
from riktvarden.returns import store as returned
from riktvarden.store import reads, stored

STORED = "RIKTVARDEN_MATERIAL"
"""Environment variable with the folder where a build has stored the material."""
MANIFEST = "manifest.json"
FILES = "parts"
"""Folder of the stored files, beside the manifest."""
PROJECT = tables.DATA.parent

LISTING = "listing:"
TABLE, TABLE_ROWS = "table:", "table-rows:"
DESCRIPTION = "description:"
ASSUMPTION = "assumption:"
RESULT, RESULT_ROWS = "result:", "result-rows:"
MEASURE, CELL = "measure:", "cell:"
ANALYSIS, ANALYSIS_ROWS = "analysis:", "analysis-rows:"
"""Prefixes of the names of parts: the list of names; a table, or the rows of one region in it; the title and date of a
table; an assumption; a field of the results, or the rows of one region in it; one measure of the results, or its cell
for one area; an analysis or, after a full stop, a frame in it, or the rows of one region in either."""


class Material(NamedTuple):
    """Tables, assumptions and results, as the chapters use them."""

    tables: Mapping[str, pd.DataFrame]
    assumptions: Assumptions
    results: Results


class _Record(BaseModel):
    """Digest of every part's content and of every stored file."""

    parts: dict[str, str]
    files: dict[str, str]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read the manifest from a file, without recording the read."""
        with reads.unnoticed():
            return cls.model_validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        """Write the manifest, once the files that it lists exist."""
        files.write(path, self.model_dump_json(indent=1).encode())


class _Manifest(_Record):
    """Manifest of tables, assumptions and results, with the state of the project and the available analyses."""

    fingerprint: str
    apart: list[str]


class _Assumed(NamedTuple):
    """Stored form of the assumptions."""

    by_name: dict[str, Assumption]
    files: dict[str, str]


class _Folder(NamedTuple):
    """A folder of stored material."""

    path: Path
    files: Mapping[str, str]

    def load(self, name: str, kind: Any) -> Any:  # noqa: ANN401 - of the kind
        """Read a stored value by name, without recording the read."""
        with reads.unnoticed():
            return stored.read(self.path / FILES, name, kind, self.files)

    def analysis(self, name: str) -> Any:  # noqa: ANN401 - of the analysis's type
        """Read a stored analysis, without recording the read."""
        return self._of(name).load(f"analysis-{name}", _kind_of_analysis(name))

    def part(self, name: str, part: str) -> pd.DataFrame:
        """Read a frame of a stored analysis, without recording the read."""
        found: pd.DataFrame = self._of(name).load(f"analysis-{name}.{part}", pd.DataFrame)
        return found

    def _of(self, name: str) -> _Folder:
        return _Folder(self.path, _Record.read(_analysis_record(self.path, name)).files)


def read() -> Material:
    """Return the project's material: stored by the build if available, otherwise computed here."""
    folder = os.environ.get(STORED)
    manifest = _manifest(Path(folder)) if folder else None
    with reads.unnoticed():
        usable = manifest is not None and manifest.fingerprint == reads.fingerprint(PROJECT)
    return _stored(Path(folder), manifest) if folder and manifest and usable else compute()


def _manifest(folder: Path) -> _Manifest | None:
    """Return the manifest of a folder, or None if there is no valid one."""
    try:
        return _Manifest.read(folder / MANIFEST)
    except (OSError, ValueError):
        return None


def _stored(folder: Path, manifest: _Manifest) -> Material:
    place = _Folder(folder, manifest.files)
    return Material(_Tables(place), _NotedAssumptions(*place.load("assumptions", _Assumed)), _Noted(place))


def compute() -> Material:
    """Read the project's tables and assumptions, and run the model on them."""
    return run(tables.read_all() | returned.frames() | responded.frames(), assumptions.read())


def run(found: Mapping[str, pd.DataFrame], assumed: Assumptions, draws: int = DRAWS) -> Material:
    """Run the model on checked tables and assumptions."""
    return Material(found, assumed, model.run(found, assumed, draws))


def write(folder: Path) -> None:
    """Compute the material and store it in a folder, with the digests of its parts and the names of the analyses."""
    fingerprint = reads.fingerprint(PROJECT)
    material = compute()
    place = folder / FILES
    place.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # written last, so that its presence marks a complete store
    assumed = _Assumed(dict(material.assumptions), material.assumptions.files)
    digests_of_files = stored.write(place, "assumptions", assumed, _Assumed)
    for name, frame in material.tables.items():
        digests_of_files |= stored.write(place, f"table-{name}", frame, pd.DataFrame)
    for name, kind in get_type_hints(Results).items():
        digests_of_files |= stored.write(place, f"results-{name}", getattr(material.results, name), kind)
    manifest = _Manifest(
        parts=digests(material), files=digests_of_files, fingerprint=fingerprint, apart=list(analyses.BY_NAME)
    )
    manifest.write(folder / MANIFEST)


def write_words(folder: Path) -> None:
    """Store labels, sources and other words of the assumptions and tables again in a folder of current results."""
    manifest = _Manifest.read(folder / MANIFEST)
    fingerprint = reads.fingerprint(PROJECT)
    assumed = assumptions.read()
    written = stored.write(folder / FILES, "assumptions", _Assumed(dict(assumed), assumed.files), _Assumed)
    manifest.model_copy(
        update={
            "parts": manifest.parts | _digests_of_words(assumed),
            "files": manifest.files | written,
            "fingerprint": fingerprint,
        }
    ).write(folder / MANIFEST)


def write_analysis(folder: Path, name: str) -> None:
    """Run an analysis on the material stored in a folder, and store it there."""
    material = _stored(folder, _Manifest.read(folder / MANIFEST))
    found = analyses.BY_NAME[name](material.tables, material.assumptions, material.results)
    written = stored.write(folder / FILES, f"analysis-{name}", found, _kind_of_analysis(name))
    _Record(parts=_of_analysis(name, found), files=written).write(_analysis_record(folder, name))


def _analysis_record(folder: Path, name: str) -> Path:
    return folder / f"analysis-{name}.json"


def _kind_of_analysis(name: str) -> Any:  # noqa: ANN401 - a type
    return get_type_hints(analyses.BY_NAME[name], localns={"Assumptions": Assumptions})["return"]


def digests(material: Material, folder: Path = tables.DATA) -> dict[str, str]:
    """Return a digest of the content of every part that a chapter can use, by the name it is noted under.

    Parameters
    ----------
    material
        Subject of the chapters.
    folder
        The data folder that it is of.
    """
    results = {field.name: getattr(material.results, field.name) for field in fields(material.results)}
    tidy = results["tidy"]
    return {
        LISTING + "tables": _digest(sorted(material.tables)),
        LISTING + "assumptions": _digest(list(material.assumptions)),
        **_digests_of_words(material.assumptions, folder),
        **{TABLE + name: _digest(frame) for name, frame in material.tables.items()},
        **_by_region(TABLE_ROWS, material.tables),
        **{RESULT + name: _digest(value) for name, value in results.items()},
        **_by_region(RESULT_ROWS, results),
        **{MEASURE + measure: digest for measure, digest in _groups(tidy, ["measure"]).items()},
        **{CELL + cell: digest for cell, digest in _groups(tidy, ["measure", "region"]).items()},
    }


def _digests_of_words(assumed: Assumptions, folder: Path = tables.DATA) -> dict[str, str]:
    """Return the digests of the parts with words: assumptions, and descriptions of the tables of a data folder."""
    return {
        **{ASSUMPTION + name: _digest(item.model_dump_json()) for name, item in assumed.items()},
        **{DESCRIPTION + name: _digest(_described(name, folder)) for name in tables.names(folder)},
    }


def digests_of_analyses(material: Material, names: Iterable[str]) -> dict[str, str]:
    """Run the analyses among some recorded names, and return digests as `digests` does."""
    noted = {name.partition("/")[0].partition(".")[0] for name in names}
    return {
        part: digest
        for name, analyse in analyses.BY_NAME.items()
        if noted & {ANALYSIS + name, ANALYSIS_ROWS + name}
        for part, digest in _of_analysis(name, analyse(*material)).items()
    }


def _of_analysis(name: str, found: Any) -> dict[str, str]:  # noqa: ANN401 - each analysis gives something of its own
    """Return the digests of an analysis, of the frames that can be read alone, and of the rows of each region in them."""
    parts = {f"{of}.{part}": getattr(found, part) for of, part in analyses.PARTS if of == name}
    every = {name: found, **parts}
    return {**{ANALYSIS + of: _digest(each) for of, each in every.items()}, **_by_region(ANALYSIS_ROWS, every)}


def _by_region(kind: str, frames: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests of the rows of each region in the frames that have regions."""
    return {
        f"{kind}{name}/{region}": digest
        for name, frame in frames.items()
        if isinstance(frame, pd.DataFrame) and "region" in frame
        for region, digest in _groups(frame, ["region"]).items()
    }


def of_region(source: Mapping[str, pd.DataFrame] | Results, name: str, region: str) -> pd.DataFrame:
    """Return a region's rows in a table or a field of the results; only they are recorded as used.

    Parameters
    ----------
    source
        Tables by name, or results.
    name
        Name of a table or field with a column ``region``.
    region
        Code of the region.
    """
    match source:
        case _Tables():
            reads.note(f"{TABLE_ROWS}{name}/{region}")
            frame = source.unnoted(name)
        case _Noted():
            reads.note(f"{RESULT_ROWS}{name}/{region}")
            frame = getattr(source.unnoted, name)
        case Results():
            frame = getattr(source, name)
        case _:
            frame = source[name]
    return frame.loc[frame["region"] == region].reset_index(drop=True)


def of_areas(results: Results, measure: str, areas: Sequence[str]) -> pd.DataFrame:
    """Return the rows of one measure for some areas, as `Results.of`; only they are recorded as used."""
    if isinstance(results, _Noted):
        for area in areas:
            reads.note(f"{CELL}{measure}/{area}")
        results = results.unnoted
    rows = results.of(measure)
    return rows.loc[[area for area in areas if area in rows.index]]


def analysis(name: str, source: Material, region: str = "") -> Any:  # noqa: ANN401 - each gives something of its own
    """Return an analysis of the material, see `analyses.BY_NAME`: stored if available, otherwise computed here.

    Parameters
    ----------
    name
        Name of the analysis.
    source
        Results to analyse.
    region
        Code of a region, if only its rows are wanted; only they are recorded as used then.
    """
    if isinstance(source.results, _Noted):
        reads.note(f"{ANALYSIS_ROWS}{name}/{region}" if region else ANALYSIS + name)
        found = source.results.unnoted.analysis(name)
    else:
        found = analyses.BY_NAME[name](*source)
    return found.loc[found["region"] == region].reset_index(drop=True) if region else found


def part_of_analysis(name: str, part: str, source: Material, region: str) -> pd.DataFrame:
    """Return a region's rows in one frame of an analysis, see `analyses.PARTS`; only they are recorded as used.

    Parameters
    ----------
    name, part
        Names of the analysis and the frame.
    source, region
        As `analysis`.
    """
    if isinstance(source.results, _Noted):
        reads.note(f"{ANALYSIS_ROWS}{name}.{part}/{region}")
        found = source.results.unnoted.part(name, part)
    else:
        found = analyses.PARTS[name, part](*source)
    return found.loc[found["region"] == region].reset_index(drop=True)


def is_described(name: str) -> bool:
    """Return whether the package has a table of that name."""
    with reads.unnoticed():
        return name in tables.names()


def described(name: str) -> dict[str, str]:
    """Return ``title``, ``publisher`` and ``reference_date`` of a table of the package; only they count as used."""
    reads.note(DESCRIPTION + name)
    with reads.unnoticed():
        return _described(name)


def _described(name: str, folder: Path = tables.DATA) -> dict[str, str]:
    return {part: tables.descriptor(name, folder)[part] for part in ("title", "publisher", "reference_date")}


class _Tables(Mapping[str, pd.DataFrame]):
    """Stored tables, read on first use."""

    def __init__(self, place: _Folder) -> None:
        self._place = place
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        reads.note(TABLE + name)
        return self.unnoted(name)

    def unnoted(self, name: str) -> pd.DataFrame:
        """Return a table; the caller records what it uses of it."""
        if name not in self._read:
            if name not in self._names():
                raise KeyError(name)
            self._read[name] = self._place.load(f"table-{name}", pd.DataFrame)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        reads.note(LISTING + "tables")
        return name in self._names()

    def __iter__(self) -> Iterator[str]:
        reads.note(LISTING + "tables")
        return iter(self._names())

    def __len__(self) -> int:
        return len(list(iter(self)))

    def _names(self) -> list[str]:
        begin = "table-"
        return sorted(Path(file).stem.removeprefix(begin) for file in self._place.files if file.startswith(begin))


class _NotedAssumptions(Assumptions):
    """Assumptions that record which of them are used."""

    def __getitem__(self, name: str) -> Assumption:
        reads.note(ASSUMPTION + name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        reads.note(LISTING + "assumptions")
        return super().__iter__()


class _Stored(Results):
    """Stored results, each field read on first use."""

    def __init__(self, place: _Folder) -> None:  # sets no fields: `__getattr__` reads them
        vars(self).update(_place=place, _read={}, _kinds=get_type_hints(Results))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the field's type
        if name not in self._kinds:
            raise AttributeError(name)
        if name not in self._read:
            self._read[name] = self._place.load(f"results-{name}", self._kinds[name])
        return self._read[name]

    def analysis(self, name: str) -> Any:  # noqa: ANN401 - of the analysis's type
        """Return a stored analysis."""
        return self._place.analysis(name)

    def part(self, name: str, part: str) -> pd.DataFrame:
        """Return a frame of a stored analysis."""
        return self._place.part(name, part)


class _Noted(_Stored):
    """Stored results that record which fields are used, or which measures and cells if only these are requested."""

    def __init__(self, place: _Folder) -> None:
        super().__init__(place)
        vars(self).update(unnoted=_Stored(place))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the field's type
        found = getattr(self.unnoted, name)
        reads.note(RESULT + name)
        return found

    def of(self, measure: str, *more: Any, **named: Any) -> pd.DataFrame:  # noqa: ANN401 - as `Results.of`
        """Return the rows of one measure, see `Results.of`."""
        reads.note(MEASURE + measure)
        return self.unnoted.of(measure, *more, **named)

    def cell(self, measure: str, region: str = NATION, *more: Any, **named: Any) -> Cell:  # noqa: ANN401
        """Return one result of one region, see `Results.cell`."""
        reads.note(f"{CELL}{measure}/{region}")
        return self.unnoted.cell(measure, region, *more, **named)


def _digest(value: Any) -> str:  # noqa: ANN401 - tables, arrays and plain values
    """Return a digest of a value's content."""
    if isinstance(value, pd.DataFrame):
        return _of_rows(value, _rows(value))
    if isinstance(value, np.ndarray):
        return _of_bytes(f"{value.dtype} {value.shape}".encode(), np.ascontiguousarray(value).tobytes())
    if is_dataclass(value):
        return _digest({field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, Mapping):
        return _of_bytes(*(f"{key} {_digest(item)}\n".encode() for key, item in value.items()))
    return _of_bytes(json.dumps(value, ensure_ascii=False).encode())


def _groups(frame: pd.DataFrame, by: list[str]) -> dict[str, str]:
    """Return group → digest of its rows."""
    rows = _rows(frame)
    return {
        "/".join(map(str, key if isinstance(key, tuple) else (key,))): _of_rows(frame, rows[at])
        for key, at in frame.groupby(by if len(by) > 1 else by[0], sort=False).indices.items()
    }


def _rows(frame: pd.DataFrame) -> NDArray[np.uint64]:
    """Hash every row; a default numbered index is left out."""
    numbered = isinstance(frame.index, pd.RangeIndex)
    return pd.util.hash_pandas_object(frame, index=not numbered).to_numpy(np.dtype(np.uint64))


def _of_rows(frame: pd.DataFrame, rows: NDArray[np.uint64]) -> str:
    head = [(str(name), str(dtype)) for name, dtype in frame.dtypes.items()]
    return _of_bytes(repr((head, frame.index.names)).encode(), rows.tobytes())


def _of_bytes(*parts: bytes) -> str:
    content = hashlib.sha256()
    for part in parts:
        content.update(len(part).to_bytes(8, "big") + part)
    return content.hexdigest()
