"""SCB's statistics database: pxwebpy's client on our session, and every cell checked to be the one asked for."""

from __future__ import annotations

import datetime
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pxweb import PxApi
from pxweb._internal.client import ApiConfigurationError, ApiVersionError, Client
from pxweb._internal.functions import build_query, count_data_cells, split_value_codes

from riktvarden import files
from riktvarden.sources.answer import CONTENT, STATUS, TIME, VALUE, Answer, Plan
from riktvarden.sources.recipe import Recipe, Scb, ScbPart, Search
from riktvarden.sources.session import RECIPE as _RECIPE
from riktvarden.sources.session import Session, SourceError

LANGUAGE = "sv"
"""Language of the titles that recipes name."""

FOUND = "found.json"
"""File in the cache: the number of each table that was searched for."""


class _Client(Client):
    """pxwebpy's client, asking through our session: its own has no time limit and retries only when asked to wait."""

    def __init__(self, session: Session, address: str) -> None:
        self.through = session
        super().__init__(url=address, timeout=0, disable_cache=True, language=LANGUAGE)

    def call(
        self,
        endpoint: str,
        query: dict[str, Any] | None = None,
        params: dict[str, str] | None = None,
        max_retries: int = 0,
        enforce_rate_limit: bool = True,
    ) -> Any:  # noqa: ANN401 - as the library has it
        """Ask the service; a question goes as POST, as a long address is answered with 404."""
        asked = {key: value for key, value in (self.params | (params or {})).items() if value is not None}
        if endpoint.endswith("/data"):
            asked["outputFormat"] = "json-stat2"
        return self.through.json("POST" if query else "GET", self.url + endpoint, asked, query)


class _Api(PxApi):
    """pxwebpy's interface, on such a client."""

    def __init__(self, client: _Client) -> None:
        self._client = client
        self._max_workers = 1
        self.number_of_tables = None


class Service:
    """SCB's statistics database.

    Parameters
    ----------
    source
        Its recipes.
    session
        What asks.
    cache
        Folder that keeps the number of each table that was searched for.
    today
        Day on which is judged what should be there.
    """

    def __init__(self, source: Scb, session: Session, cache: Path, today: datetime.date) -> None:
        self.source, self.session, self.today = source, session, today
        self.found = cache / FOUND
        try:
            self.client = _Client(session, source.address)
        except (ApiVersionError, ApiConfigurationError) as error:
            raise SourceError(f"{source.address}/config: {error}", "compare the address in data/sources") from error
        self.api = _Api(self.client)
        self.limits = self.client.configuration
        session.pace(source.address, int(self.limits["maxCallsPerTimeWindow"]), float(self.limits["timeWindow"]))

    def plan(self, recipe: Recipe[ScbPart], part: ScbPart) -> Plan:
        """Choose the cells of a part by what the table has now.

        Parameters
        ----------
        recipe, part
            What is wanted.

        Raises
        ------
        SourceError
            If the table is not there, has ended, or lacks a code or a dimension.
        """
        table, metadata = self._table(part)
        selection = _selection(metadata, recipe.contents, part, self.today)
        pieces = split_value_codes(selection, int(self.limits["maxDataCells"]))
        address = f"{self.source.address}/tables/{table}/data"

        def ask() -> Answer:
            frames, updated = [], ""
            for piece in pieces:
                reply = self.client.call(f"/tables/{table}/data", query=build_query(piece))
                frames.append(_rows(reply, piece, metadata, table))
                updated = max(updated, str(reply.get("updated") or ""))
            rows = pd.concat(frames, ignore_index=True)
            marked = rows[STATUS][rows[VALUE].isna()].replace("", "no mark").value_counts()
            flags = tuple(f"{table}: cells without a number ({mark}): {count}" for mark, count in marked.items())
            return Answer(rows, table, updated, tuple(_notes(metadata, selection)), flags)

        return Plan((address,) * len(pieces), count_data_cells(selection), ask)

    def _table(self, part: ScbPart) -> tuple[str, dict[str, Any]]:
        """Give the number and the metadata of a table; a number is searched for once, and checked ever after."""
        if part.search is None:
            return part.table, self.api.get_table_metadata(part.table)
        key = json.dumps([self.source.address, *part.search.model_dump().values()], ensure_ascii=False)
        try:
            known = json.loads(self.found.read_bytes())
        except (OSError, ValueError):
            known = {}
        if key in known:
            try:
                metadata = self.api.get_table_metadata(known[key])
            except SourceError:
                metadata = {}
            if re.match(part.search.title, str(metadata.get("label", ""))):
                return known[key], metadata
        table = self._search(part.search)
        metadata = self.api.get_table_metadata(table)
        files.write(self.found, json.dumps(known | {key: table}, ensure_ascii=False, indent=1).encode())
        return table, metadata

    def _search(self, search: Search) -> str:
        """Return the number of the one table that a search finds."""
        there = self.api.search(query=search.query, page_size=500).get("tables", [])
        found = {
            str(table["id"]): str(table.get("label", ""))
            for table in there
            if re.match(search.title, str(table.get("label", ""))) and (not search.path or search.path in _path(table))
        }
        if len(found) == 1:
            return next(iter(found))
        listed = found or {str(table["id"]): str(table.get("label", "")) for table in there[:10]}
        shown = "; ".join(f"{number} {label}" for number, label in listed.items()) or "nothing"
        which = "several tables" if found else "no such table"
        raise SourceError(f"searching for {search.query!r} finds {which}: {shown}", "make the search of the recipe fit one")


def _path(table: Mapping[str, Any]) -> set[str]:
    """List the folders that a table is in."""
    return {str(folder.get("id")) for path in table.get("paths", []) for folder in path}


def _codes(metadata: Mapping[str, Any], dimension: str) -> dict[str, str]:
    """List the codes of a dimension with their labels, in the service's order."""
    category = metadata["dimension"][dimension]["category"]
    labels = category.get("label", {})
    index = category.get("index", list(labels))
    order = sorted(index, key=index.__getitem__) if isinstance(index, dict) else index
    return {code: str(labels.get(code, code)) for code in order}


def _selection(
    metadata: Mapping[str, Any], contents: Mapping[str, str], part: ScbPart, today: datetime.date
) -> dict[str, list[str]]:
    """Choose codes of every dimension; one that is neither chosen nor left out on purpose would be added up unseen."""
    name = str(metadata.get("extension", {}).get("px", {}).get("tableid") or metadata.get("label"))
    roles = metadata.get("role", {})
    dimensions = list(metadata["id"])
    (time,), (metric,) = roles.get("time", ["Tid"]), roles.get("metric", ["ContentsCode"])
    unplaced = set(dimensions) ^ {*part.select, *part.omit, time, metric}
    if unplaced:
        raise SourceError(
            f"{name} has the dimensions {', '.join(dimensions)}; {', '.join(sorted(unplaced))} is not matched", _RECIPE
        )
    years = _years(_codes(metadata, time), part, today, name)
    chosen: dict[str, list[str]] = {}
    for dimension in dimensions:
        there = _codes(metadata, dimension)
        if dimension in part.omit:
            if not metadata["dimension"][dimension].get("extension", {}).get("elimination"):
                raise SourceError(f"{name} does not add up {dimension}, which the recipe leaves out", _RECIPE)
        elif dimension == time:
            chosen[dimension] = years
        elif dimension == metric:
            chosen[dimension] = [_content(there, label, name) for label in contents]
        else:
            wish = part.select[dimension]
            found = [code for code in there if re.fullmatch(wish, code)] if isinstance(wish, str) else wish
            missing = [code for code in found if code not in there]
            if missing or not found:
                shown = ", ".join(list(there)[:12])
                raise SourceError(f"{name} has no {dimension} {', '.join(missing) or wish}; it has {shown} …", _RECIPE)
            chosen[dimension] = found
    return chosen


def _years(there: Mapping[str, str], part: ScbPart, today: datetime.date, name: str) -> list[str]:
    """List the years asked for; a table that ends before them has a successor somewhere."""
    asked, due = part.years, part.years.newest_due(today)
    years = [code for code in there if re.fullmatch(r"\d{4}", code)]
    found = [code for code in years if asked.first <= int(code) <= (asked.last or 9999)]
    if not found or int(found[-1]) < due:
        ends = max(years, default="no year at all")
        raise SourceError(
            f"{name} ends at {ends}, and {due} is asked for", "find the table that continues it, and add it to the recipe"
        )
    if int(found[0]) > asked.first:
        raise SourceError(f"{name} begins at {found[0]}, and {asked.first} is asked for", _RECIPE)
    return found


def _content(there: Mapping[str, str], label: str, name: str) -> str:
    """Return the code of what is measured, by its name: codes differ between tables of the same content."""
    if label == "*" and len(there) == 1:
        return next(iter(there))
    found = [code for code, text in there.items() if text.strip().casefold() == label.casefold()]
    if len(found) != 1:
        raise SourceError(f"{name} does not measure {label!r} once; it measures {', '.join(there.values())}", _RECIPE)
    return found[0]


def _rows(
    reply: Mapping[str, Any], asked: Mapping[str, list[str]], metadata: Mapping[str, Any], table: str
) -> pd.DataFrame:
    """Read a json-stat2 cube that must hold exactly the cells asked for."""
    dimensions, sizes = list(reply.get("id", [])), list(reply.get("size", []))
    gone = [dimension for dimension in asked if dimension not in dimensions]
    if gone:
        raise SourceError(f"{table} answered with {', '.join(gone)} added up, though its codes were asked for", _RECIPE)
    if set(dimensions) != set(asked):
        raise SourceError(f"{table} answered with the dimensions {', '.join(dimensions)}", _RECIPE)
    codes = {dimension: list(_codes(reply, dimension)) for dimension in dimensions}
    for dimension in dimensions:
        if sorted(codes[dimension]) != sorted(asked[dimension]):
            odd = sorted(set(codes[dimension]) ^ set(asked[dimension]))
            raise SourceError(
                f"{table} answered with other codes of {dimension} than asked for: {', '.join(odd[:12])}", _RECIPE
            )
    if sizes != [len(codes[dimension]) for dimension in dimensions]:
        raise SourceError(f"{table} answered with sizes that do not fit its codes")
    cells = math.prod(sizes)
    numbers = pd.to_numeric(pd.Series(list(_dense(reply.get("value"), cells, None, table)), dtype=object)).astype("float64")
    if numbers.notna().sum() == 0:
        raise SourceError(f"{table} answered without a single number")
    marks = list(_dense(reply.get("status"), cells, "", table)) if reply.get("status") is not None else [""] * cells
    frame = {}
    for position, dimension in enumerate(dimensions):
        inner, outer = math.prod(sizes[position + 1 :]), math.prod(sizes[:position])
        frame[dimension] = np.tile(np.repeat(np.array(codes[dimension], dtype=object), inner), outer)
    roles = metadata.get("role", {})
    (time,), (metric,) = roles.get("time", ["Tid"]), roles.get("metric", ["ContentsCode"])
    rows = pd.DataFrame(frame).rename(columns={time: TIME})
    labels = _codes(reply, metric)
    rows[CONTENT] = rows.pop(metric).map(labels)
    rows[TIME] = rows[TIME].astype(int)
    rows[VALUE] = numbers
    rows[STATUS] = [mark or "" for mark in marks]
    return rows


def _dense(found: Any, cells: int, empty: Any, table: str) -> Sequence[Any]:  # noqa: ANN401 - JSON
    """Give one value for each cell, from a list or from what names only some cells."""
    if isinstance(found, Mapping):
        dense = [empty] * cells
        for place, value in found.items():
            if int(place) >= cells:
                raise SourceError(f"{table} answered with a cell {place} of {cells}")
            dense[int(place)] = value
        return dense
    if isinstance(found, str):
        return [found] * cells
    if not isinstance(found, list) or len(found) != cells:
        count = len(found) if isinstance(found, list) else 0
        raise SourceError(f"{table} answered with {count} cells in place of {cells}")
    return found


def _notes(metadata: Mapping[str, Any], selection: Mapping[str, list[str]]) -> Iterator[str]:
    """Give the notes that SCB wants shown: of the table, of a dimension, of a code that was chosen."""

    def mandatory(there: Mapping[str, Any]) -> Iterator[str]:
        must = there.get("extension", {}).get("noteMandatory", {})
        for number, note in enumerate(there.get("note", [])):
            if must.get(str(number)):
                yield " ".join(str(note).split())

    yield from mandatory(metadata)
    for dimension, codes in selection.items():
        there = metadata["dimension"][dimension]
        yield from mandatory(there)
        must = there.get("extension", {}).get("categoryNoteMandatory", {})
        for code in codes:
            for number, note in enumerate(there["category"].get("note", {}).get(code, [])):
                if must.get(code, {}).get(str(number)):
                    yield f"{code}: {' '.join(str(note).split())}"
