"""Kolada: key figures of regions and municipalities, page after page, none of them lost."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from riktvarden import tables
from riktvarden.sources.answer import CONTENT, STATUS, TIME, VALUE, Answer, Plan
from riktvarden.sources.recipe import Kolada, KoladaPart, Recipe
from riktvarden.sources.session import Session, SourceError, on_same_host

NATION = "0000"


class Service:
    """Kolada.

    Parameters
    ----------
    source
        Its recipes.
    session
        What asks.
    data
        The data folder, whose tables list areas and key figures.
    today
        Day on which is judged which years there can be.
    """

    def __init__(self, source: Kolada, session: Session, data: Path, today: datetime.date) -> None:
        self.source, self.session, self.data, self.today = source, session, data, today
        session.pace(source.address, source.calls, source.seconds)

    def plan(self, recipe: Recipe[KoladaPart], part: KoladaPart) -> Plan:
        """List the calls for the key figures of a part."""
        levels = _levels(part.key_figures, self.data)
        municipalities = tables.read("municipalities", self.data)["municipality"].to_list()
        regions = [f"00{region}" for region in tables.read("regions", self.data)["region"]]
        areas = {"L": [NATION, *regions], "K": [NATION, *municipalities], "A": [NATION, *regions, *municipalities]}
        last = part.years.last or self.today.year
        years = [str(year) for year in range(part.years.first, last + 1)]
        addresses, cells = [], 0
        for level, wanted in areas.items():
            figures = sorted(figure for figure, found in levels.items() if found == level)
            cells += len(figures) * len(wanted) * len(years)
            addresses += [
                f"{self.source.address}/data/kpi/{','.join(some)}/municipality/{','.join(there)}/year/{','.join(when)}"
                for some in self._lists(figures)
                for there in self._lists(wanted)
                for when in self._lists(years)
            ]

        def ask() -> Answer:
            rows = pd.DataFrame(
                [row for address in addresses for row in self._rows(address)],
                columns=["kpi", "municipality", TIME, "gender", VALUE, STATUS],
            )
            silent = sorted(set(levels) - set(rows["kpi"]))
            if silent:
                fix = "correct or remove these key figures in the list that the recipe names: they may have been withdrawn"
                raise SourceError(f"Kolada has no value at all for {', '.join(silent)}", fix)
            rows[VALUE] = rows[VALUE].astype("float64")
            rows[CONTENT] = VALUE
            empty = rows[STATUS][rows[VALUE].isna()].replace("", "no mark").value_counts()
            return Answer(
                rows, "Kolada", flags=tuple(f"cells without a value ({mark}): {count}" for mark, count in empty.items())
            )

        return Plan(tuple(addresses), cells, ask)

    def _lists(self, codes: Sequence[str]) -> list[Sequence[str]]:
        """Cut a list into those that one call may hold."""
        return [codes[start : start + self.source.list_length] for start in range(0, len(codes), self.source.list_length)]

    def _rows(self, address: str) -> Iterator[tuple[Any, ...]]:
        """Read all pages of one address; what is on them must be what was asked for."""
        asked = [set(address.split(f"/{part}/")[1].split("/")[0].split(",")) for part in ("kpi", "municipality", "year")]
        for page in self._pages(address):
            for row in page:
                place = [str(row.get(name)) for name in ("kpi", "municipality", "period")]
                odd = [value for value, wanted in zip(place, asked, strict=True) if value not in wanted]
                if odd or not isinstance(row.get("values"), list):
                    raise SourceError(
                        f"{address} answered with {', '.join(odd) or 'rows without values'}, which was not asked for"
                    )
                for cell in row["values"]:
                    if cell.get("isdeleted"):
                        continue
                    value = cell.get("value")
                    if value is not None and not isinstance(value, int | float):
                        raise SourceError(f"{address} answered with {value!r} as the value of {' '.join(place)}")
                    yield place[0], place[1], int(place[2]), cell.get("gender"), value, cell.get("status") or ""

    def _pages(self, address: str) -> Iterator[list[dict[str, Any]]]:
        """Follow the pages: each full but the last, each holding as many rows as it says, each after the one before."""
        url, number, params = address, 1, {"page": "1", "per_page": str(self.source.page)}
        while True:
            page = self.session.json("GET", url, params)
            rows = page.get("values") if isinstance(page, Mapping) else None
            if not isinstance(rows, list):
                raise SourceError(f"{url} answered without values")
            if page.get("count") not in (None, len(rows)):
                raise SourceError(f"{url} holds {len(rows)} rows and says {page['count']}")
            yield rows
            if not page.get("next_url"):
                return
            url, params = on_same_host(address, str(page["next_url"])), {}
            number += 1
            said = {name: int(value) for name, value in re.findall(r"[?&](page|per_page)=(\d+)", url)}
            if said.get("page") != number:
                raise SourceError(f"{address}: after page {number - 1} comes {url}, so that a page is missing")
            if len(rows) != said.get("per_page", self.source.page):
                raise SourceError(f"{address}: page {number - 1} holds {len(rows)} rows, is not full, and is not the last")


def _levels(key_figures: str | Mapping[str, str], data: Path) -> Mapping[str, str]:
    """Give the level of each key figure: of regions, municipalities or both."""
    if isinstance(key_figures, str):
        return dict(tables.read(key_figures, data).set_index("key_figure")["level"])
    return key_figures
