"""What chapters tell of: tables, assumptions and results, computed once for a build or else where they are needed.

The build stores them in a folder and names it to the notebooks it runs. Each part there has a digest of its
content; a notebook notes the parts it uses, so that a change of others does not concern its page.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from riktvarden import assumptions, model, reads, tables
from riktvarden.assumptions import Assumption, Assumptions
from riktvarden.model import analyses
from riktvarden.results import NATION, Cell, Results
from riktvarden.returns import store

STORED = "RIKTVARDEN_MATERIAL"
"""Environment variable that names the folder where a build has stored the material."""
MANIFEST = "manifest.json"
PROJECT = tables.DATA.parent

LISTING = "listing:"
TABLE, TABLE_ROWS = "table:", "table-rows:"
DESCRIPTION = "description:"
ASSUMPTION = "assumption:"
RESULT, RESULT_ROWS = "result:", "result-rows:"
MEASURE, CELL = "measure:", "cell:"
ANALYSIS, ANALYSIS_ROWS = "analysis:", "analysis-rows:"
"""How the names of parts begin: the names there are; a table, or the rows of one region in it; what a table is called
and when it is of; an assumption; a field of the results, or the rows of one region in it; one measure of the results, or
its cell for one area; an analysis, or the rows of one region in it."""


class Material(NamedTuple):
    """What chapters tell of."""

    tables: Mapping[str, pd.DataFrame]
    assumptions: Assumptions
    results: Results


def read() -> Material:
    """Return the project's material: what the build has stored, or else computed here."""
    folder = os.environ.get(STORED)
    with reads.unnoticed():
        manifest = _manifest(Path(folder)) if folder else {}
        usable = bool(manifest) and manifest["fingerprint"] == reads.fingerprint(PROJECT)
    if not folder or not usable:
        return compute()
    return _stored(Path(folder))


def _stored(folder: Path) -> Material:
    return Material(_Tables(folder), _Assumed(_load(folder / "assumptions")), _Noted(folder))


def compute() -> Material:
    """Read the project's tables and assumptions, and run the model on them."""
    found, assumed = tables.read_all() | store.frames(), assumptions.read()
    return Material(found, assumed, model.run(found, assumed))


def write(folder: Path) -> None:
    """Compute the material and store it in a folder, with the digests of its parts and the names of the analyses."""
    fingerprint = reads.fingerprint(PROJECT)
    material = compute()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MANIFEST).unlink(missing_ok=True)  # there again when everything else is
    for name, frame in material.tables.items():
        _dump(folder / f"table-{name}", frame)
    _dump(folder / "assumptions", material.assumptions)
    for field in fields(material.results):
        _dump(folder / f"results-{field.name}", getattr(material.results, field.name))
    manifest = {"fingerprint": fingerprint, "parts": digests(material), "apart": list(analyses.BY_NAME)}
    _write_json(folder / MANIFEST, manifest)


def write_analysis(folder: Path, name: str) -> None:
    """Make an analysis of the material stored in a folder, and store it there too."""
    material = _stored(folder)
    found = analyses.BY_NAME[name](material.tables, material.assumptions, material.results)
    _dump(folder / f"analysis-{name}", found)
    _write_json(folder / f"analysis-{name}.json", {"parts": _of_analysis(name, found)})


def digests(material: Material) -> dict[str, str]:
    """Return a digest of the content of every part that a chapter can use, by the name it is noted under."""
    results = {field.name: getattr(material.results, field.name) for field in fields(material.results)}
    tidy = results["tidy"]
    return {
        LISTING + "tables": _digest(sorted(material.tables)),
        LISTING + "assumptions": _digest(list(material.assumptions)),
        **{ASSUMPTION + name: _digest(item.model_dump_json()) for name, item in material.assumptions.items()},
        **{TABLE + name: _digest(frame) for name, frame in material.tables.items()},
        **_by_region(TABLE_ROWS, material.tables),
        **{DESCRIPTION + name: _digest(_described(name)) for name in tables.names()},
        **{RESULT + name: _digest(value) for name, value in results.items()},
        **_by_region(RESULT_ROWS, results),
        **{MEASURE + measure: digest for measure, digest in _groups(tidy, ["measure"]).items()},
        **{CELL + cell: digest for cell, digest in _groups(tidy, ["measure", "region"]).items()},
    }


def digests_of_analyses(material: Material, names: Iterable[str]) -> dict[str, str]:
    """Make those analyses that some noted names name, and return digests as `digests` does."""
    noted = {name.partition("/")[0] for name in names}
    return {
        part: digest
        for name, analyse in analyses.BY_NAME.items()
        if noted & {ANALYSIS + name, ANALYSIS_ROWS + name}
        for part, digest in _of_analysis(name, analyse(*material)).items()
    }


def _of_analysis(name: str, found: Any) -> dict[str, str]:  # noqa: ANN401 - each analysis gives something of its own
    """Return the digests of an analysis and, if it is a frame, of the rows of each region in it."""
    return {ANALYSIS + name: _digest(found), **_by_region(ANALYSIS_ROWS, {name: found})}


def _by_region(kind: str, frames: Mapping[str, Any]) -> dict[str, str]:
    """Return the digests of the rows of each region in the frames that have regions."""
    return {
        f"{kind}{name}/{region}": digest
        for name, frame in frames.items()
        if isinstance(frame, pd.DataFrame) and "region" in frame
        for region, digest in _groups(frame, ["region"]).items()
    }


def of_region(source: Mapping[str, pd.DataFrame] | Results, name: str, region: str) -> pd.DataFrame:
    """Return the rows that a region has in a table, or in a field of the results; only they count as used.

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
    """Return the rows of one measure for some areas that have it, as `Results.of`; only they count as used."""
    if isinstance(results, _Noted):
        for area in areas:
            reads.note(f"{CELL}{measure}/{area}")
        results = results.unnoted
    rows = results.of(measure)
    return rows.loc[[area for area in areas if area in rows.index]]


def analysis(name: str, source: Material, region: str = "") -> Any:  # noqa: ANN401 - each gives something of its own
    """Return an analysis of the material, see `analyses.BY_NAME`: the stored one, or else computed here.

    Parameters
    ----------
    name
        Name of the analysis.
    source
        What it is of.
    region
        Code of a region, if only its rows are wanted; only they count as used then.
    """
    if isinstance(source.results, _Noted):
        reads.note(f"{ANALYSIS_ROWS}{name}/{region}" if region else ANALYSIS + name)
        found = source.results.unnoted.analysis(name)
    else:
        found = analyses.BY_NAME[name](*source)
    return found.loc[found["region"] == region].reset_index(drop=True) if region else found


def is_described(name: str) -> bool:
    """Whether there is a table of that name in the package."""
    with reads.unnoticed():
        return name in tables.names()


def described(name: str) -> dict[str, str]:
    """Return ``title`` and ``reference_date`` of a table of the package; only they count as used."""
    reads.note(DESCRIPTION + name)
    with reads.unnoticed():
        return _described(name)


def _described(name: str) -> dict[str, str]:
    return {part: tables.descriptor(name)[part] for part in ("title", "reference_date")}


class _Tables(Mapping[str, pd.DataFrame]):
    """Stored tables, read when they are used."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        reads.note(TABLE + name)
        return self.unnoted(name)

    def unnoted(self, name: str) -> pd.DataFrame:
        """Return a table; the caller notes what it uses of it."""
        if name not in self._read:
            path = self._folder / f"table-{name}"
            if not path.is_file():
                raise KeyError(name)
            self._read[name] = _load(path)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        reads.note(LISTING + "tables")
        return (self._folder / f"table-{name}").is_file()

    def __iter__(self) -> Iterator[str]:
        reads.note(LISTING + "tables")
        return iter(sorted(path.name.removeprefix("table-") for path in self._folder.glob("table-*")))

    def __len__(self) -> int:
        return len(list(iter(self)))


class _Assumed(Assumptions):
    """Assumptions that note which of them are used."""

    def __getitem__(self, name: str) -> Assumption:
        reads.note(ASSUMPTION + name)
        return super().__getitem__(name)

    def __iter__(self) -> Iterator[str]:
        reads.note(LISTING + "assumptions")
        return super().__iter__()


class _Stored(Results):
    """Stored results, each field read when it is used."""

    def __init__(self, folder: Path) -> None:  # sets no field: `__getattr__` finds them
        vars(self).update(_folder=folder, _read={})

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the field's type
        if name not in {field.name for field in fields(Results)}:
            raise AttributeError(name)
        if name not in self._read:
            self._read[name] = _load(self._folder / f"results-{name}")
        return self._read[name]

    def analysis(self, name: str) -> Any:  # noqa: ANN401 - of the analysis's type
        """Return what is stored of an analysis."""
        return _load(self._folder / f"analysis-{name}")


class _Noted(_Stored):
    """The same, noting which fields are used, or which measures and cells where these are asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        vars(self).update(unnoted=_Stored(folder))

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - of the field's type
        found = getattr(self.unnoted, name)
        reads.note(RESULT + name)
        return found

    def of(self, measure: str, *more: Any, **named: Any) -> pd.DataFrame:  # noqa: ANN401 - as `Results.of`
        """Rows of one measure, see `Results.of`."""
        reads.note(MEASURE + measure)
        return self.unnoted.of(measure, *more, **named)

    def cell(self, measure: str, region: str = NATION, *more: Any, **named: Any) -> Cell:  # noqa: ANN401
        """One result of one region, see `Results.cell`."""
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
    return _of_bytes(pickle.dumps(value, protocol=5))


def _groups(frame: pd.DataFrame, by: list[str]) -> dict[str, str]:
    """Return a digest of the rows of each group, under the values that make it."""
    rows = _rows(frame)
    return {
        "/".join(map(str, key if isinstance(key, tuple) else (key,))): _of_rows(frame, rows[at])
        for key, at in frame.groupby(by if len(by) > 1 else by[0], sort=False).indices.items()
    }


def _rows(frame: pd.DataFrame) -> NDArray[np.uint64]:
    """Hash every row; where rows are numbered the number is no part of it."""
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


def _dump(path: Path, value: object) -> None:
    path.write_bytes(pickle.dumps(value, protocol=5))


def _load(path: Path) -> Any:  # noqa: ANN401 - whatever was stored
    """Load what this build has stored."""
    with reads.unnoticed():
        return pickle.loads(path.read_bytes())  # noqa: S301 - the build's own folder


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
