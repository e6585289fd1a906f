"""Socialstyrelsen's statistics database: pages of rows whose numbers are text, and filters that may be ignored unsaid."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from riktvarden.sources.answer import CONTENT, STATUS, TIME, VALUE, Answer, Plan
from riktvarden.sources.recipe import Recipe, Socialstyrelsen, SocialstyrelsenPart
from riktvarden.sources.session import Session, SourceError, on_same_host

YEAR, NUMBER = "ar", "varde"


class Service:
    """Socialstyrelsen's statistics database.

    Parameters
    ----------
    source
        Its recipes.
    session
        What asks.
    today
        Day on which is judged which years should be there.
    """

    def __init__(self, source: Socialstyrelsen, session: Session, today: datetime.date) -> None:
        self.source, self.session, self.today = source, session, today
        session.pace(source.address, source.calls, source.seconds)

    def plan(self, recipe: Recipe[SocialstyrelsenPart], part: SocialstyrelsenPart) -> Plan:
        """Check that the identities of a part mean what the recipe says, and list its calls."""
        for dimension, texts in part.texts.items():
            self._check(part.subject, dimension, texts)
        years = self._years(part)
        filters = {**part.filters, YEAR: years}
        chosen = "/".join(f"{dimension}/{','.join(identities)}" for dimension, identities in filters.items())
        address = f"{self.source.address}/{part.subject}/resultat/{chosen}"
        cells = math.prod(len(identities) for identities in filters.values())

        def ask() -> Answer:
            rows = pd.DataFrame(row for page in self._pages(address, cells) for row in _checked(page, filters, address))
            if rows.empty:
                raise SourceError(
                    f"{address} answered without rows", "compare the recipe in data/sources with the subject as it is now"
                )
            lacking = cells - len(rows)
            flags = (f"{part.subject}: cells not published: {lacking} of {cells}",) if lacking else ()
            return Answer(rows, part.subject, flags=flags)

        return Plan((address,) * max(1, math.ceil(cells / self.source.page)), cells, ask)

    def _listed(self, subject: str, dimension: str) -> dict[str, str]:
        """List the identities of a dimension with their texts."""
        url = f"{self.source.address}/{subject}/{dimension}"
        found = self.session.json("GET", url)
        if not isinstance(found, list) or not all(isinstance(each, dict) and "id" in each for each in found):
            raise SourceError(f"{url} answered with no list of identities")
        return {str(each["id"]): str(each.get("text", "")).strip() for each in found}

    def _check(self, subject: str, dimension: str, texts: dict[str, str]) -> None:
        """Refuse identities that are not there, or mean something else by now."""
        there = self._listed(subject, dimension)
        changed = [
            f"{key} is {there.get(key, 'gone')!r}, not {text!r}" for key, text in texts.items() if there.get(key) != text
        ]
        if changed:
            fix = "compare the codes of the recipe in data/sources with the subject as it is now"
            raise SourceError(f"{subject}/{dimension} has changed: {'; '.join(changed)}", fix)

    def _years(self, part: SocialstyrelsenPart) -> list[str]:
        """List the years asked for that are there."""
        there = [year for year in self._listed(part.subject, YEAR) if re.fullmatch(r"\d{4}", year)]
        due = part.years.newest_due(self.today)
        found = sorted(year for year in there if part.years.first <= int(year) <= (part.years.last or 9999))
        if not found or int(found[-1]) < due:
            fix = "find the subject that continues it, or ask the recipe for fewer years"
            raise SourceError(f"{part.subject} ends at {max(there, default='no year at all')}, and {due} is asked for", fix)
        return found

    def _pages(self, address: str, cells: int) -> Iterator[list[dict[str, Any]]]:
        """Follow the pages: as many as the first says, in order, each full but the last."""
        url, params = address, {"per_sida": str(self.source.page), "sida": "1"}
        most = math.ceil(cells / self.source.page) + 1
        number, pages, full = 0, 1, 0
        while number < pages:
            page = self.session.json("GET", url, params)
            number += 1
            try:
                rows, said, there = list(page["data"]), int(page["sida"]), int(page["sidor"])
            except (KeyError, TypeError, ValueError) as error:
                raise SourceError(f"{url} answered with no page of rows") from error
            if number == 1:
                pages, full = there, len(rows)
            yield rows
            if said != number or there != pages or pages > most or (number < pages and len(rows) != full):
                raise SourceError(f"{address}: page {number} of {pages} says {said} of {there}, with {len(rows)} rows")
            if number < pages:
                if not page.get("nasta_sida"):
                    raise SourceError(f"{address}: page {number} of {pages} does not say where the next is")
                url, params = on_same_host(address, str(page["nasta_sida"])), {}


def _checked(found: list[dict[str, Any]], filters: dict[str, list[str]], address: str) -> Iterator[dict[str, Any]]:
    """Give the cells; each must be one of those asked for, as a filter that is not known is ignored."""
    names = {dimension: dimension if dimension == YEAR else f"{dimension}Id" for dimension in filters}
    for row in found:
        for dimension, identities in filters.items():
            if str(row.get(names[dimension])) not in identities:
                what = f"{dimension} {row.get(names[dimension], 'nowhere')!s}"
                fix = "compare the filters of the recipe in data/sources with the subject as it is now"
                raise SourceError(f"{address} answered with {what}: the filter was ignored", fix)
        codes = {dimension: str(row[name]) for dimension, name in names.items() if dimension != YEAR}
        number, mark = _number(row.get(NUMBER), address)
        yield {**codes, TIME: int(row[YEAR]), CONTENT: VALUE, VALUE: number, STATUS: mark}


def _number(text: Any, address: str) -> tuple[float, str]:  # noqa: ANN401 - JSON
    """Read a number written with decimal comma and perhaps blanks between thousands; or the mark in its place."""
    if text is None:
        return math.nan, "missing"
    plain = re.sub(r"\s", "", str(text))
    if re.fullmatch(r"-?\d+([.,]\d+)?", plain):
        return float(plain.replace(",", ".")), ""
    if plain in ("", "-", "..", "X", "x"):
        return math.nan, plain or "missing"
    raise SourceError(f"{address} answered with {text!r} in place of a number")
