"""Whether the site gives a person away: all that it shows, in every format, is attacked before it is published."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from riktvarden import tables
from riktvarden.baseline import personnel
from riktvarden.book import past
from riktvarden.book.labels import Labels, heading, plain
from riktvarden.book.opendata import Offered
from riktvarden.book.shown import READ, REGION, Item, Reader, Said, Shown, everything
from riktvarden.disclosure.audit import NOT_FACTS, SUPPRESSED
from riktvarden.disclosure.knowledge import Fact
from riktvarden.disclosure.limits import THRESHOLD
from riktvarden.disclosure.suppress import default_protection
from riktvarden.possible import MOST_PER_1000
from riktvarden.returns import place, released, store
from riktvarden.returns.released import APART, NAMES, TOTALS, TRAINING
from riktvarden.tables import DATA

EDITIONS = "editions"
"""Folder beside the data: one folder per frozen edition, with the tables that its pages offered."""

COLLECTED = re.compile(r"\b(?:return|export)-|\bKolada N\d")
"""How the source of a figure begins that this project collected itself."""

PUBLIC = re.compile(r"\b(?:[a-z]{2}-\d{2,4}|p\d{3}|[A-F]\d)\b|[a-z]_[a-z]|^assumption")
"""How sources are written that were public before: figures, publications, assumptions, tables of the project."""

_MARKS = ("return-", "export-", "Kolada N")
_NOT_SHOWN = ("suppressed", "visas inte", "not shown", "dold", "undertryckt", "undertrycks", "sekretess")

HIDDEN = re.compile(rf"\b(?:{'|'.join(_NOT_SHOWN)})\b", re.IGNORECASE)
"""How a cell says that it is not shown."""

COUNTED = {"persons": "persons", "positions": "positions", "fte": "fte"}
COUNTED |= {f"st_{name}": name for name in COUNTED}
"""Measures that count persons or posts → the same whoever is counted."""

UNITS = {"", "persons", "personer", "positions", "tjänster", "fte", "heltider", "årsarbetare", "number", "antal", "posts"}
"""Units of what is counted."""

WIDTH = default_protection(THRESHOLD, zeros=False)
"""An interval as narrow as this gives a count away."""

_NUMBER = re.compile(
    r"\s*(-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|-?\d+(?:[.,]\d+)?(?:e-?\d+)?)\s*(%|procent|percent)?\s*\Z"
)
_RATE = re.compile(r"\bper\b|/|\bandel|\bshare|\bprocent|\bpercent|%|\bchans|\bprobab|täckning|coverage|\bindex|\bfactor")
_MODEL = re.compile(
    r"riktvärd|guideline|\bnorm|behov|\bneed|prognos|forecast|uppskatt|skatta|estimat|vägen|intag|\bcirka\b|\bca\b"
)
"""Words of rates, and of what the model gives: no counts."""
_PER = re.compile(r"(?:per|/)\s*(100[ \u00a0_.,]?000|10[ \u00a0_.,]?000|1[ \u00a0_.,]?000|1000|100000|10000)")
_PERCENT = re.compile(r"percent|procent|per cent|%|\bshare\b|\bandel")
_AVERAGE = re.compile(r"\b(?:average|mean|genomsnitt|medel(?:värde|tal)?|per (?:unit|enhet|vårdcentral))")
_COVERAGE = re.compile(r"coverage|täckning|answered share|svarsandel|svarsfrekvens|response rate|andel av folkmängden")
_UNITS_BEHIND = re.compile(r"^(?:units|enheter|antal enheter|number of units|care units|vårdenheter|n units)$")
_PEOPLE = re.compile(r"^(?:population|inhabitants|invånare|folkmängd|befolkning)$")
_NUMERALS = {"en enda": 1, "två": 2, "tre": 3, "fyra": 4, "two": 2, "three": 3, "four": 4}
_IN_TEXT = re.compile(
    r"(?<![\w.,–−-])(?>(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)([.,]\d+)?|(" + "|".join(_NUMERALS) + r"))"
    r"(?!\w|[.,]\d|\s?%|\s?procent|\s?per ?cent|\s?\(\d|\s?[–-]\s?\d)"
)
_OTHER = re.compile(
    r"kommun(?:er|erna)\b|region(?:er|erna|s)?\b|år(?:en|s)?\b|månad|dag(?:ar)?\b|vårdcentral|enhet|units?\b|years?\b|"
    r"months?\b|municipalit|januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|january|"
    r"february|march|may\b|june|july|august|october|km\b|kr\b|mil\b|tabell|table|kapitel|chapter|klass|class"
)
"""Words that a number may count instead of persons."""
_SAYS = {*NAMES, "measure", "year", "dated", "status", "unit", "source", "definition"}
"""Columns that say what a row's figures are."""
_MOST_NUMBERS = 20
"""Numbers of the longest sentence; more of them are a table without its lines, which is read with them elsewhere."""
_NAMELESS = 4
"""Letters of the shortest name of a unit that is looked for in running text."""


@dataclass(frozen=True)
class Collected:
    """What was collected and must not be worked out: known when the gate is asked with the data at hand."""

    cells: pd.DataFrame = field(default_factory=released.none_shown)
    """Secret cells with their true values, as `riktvarden.returns.released.COLUMNS`."""
    names: tuple[str, ...] = ()
    """Names of units."""


@dataclass(frozen=True)
class Examined:
    """What an attack on a site found."""

    reported: list[str]
    """What can be worked out, one line each; empty if the pages may be published."""
    cells: pd.DataFrame
    """The collected figures that the site shows, `riktvarden.returns.released.COLUMNS`."""


class Cell(NamedTuple):
    """A figure as it is shown, with all that is said of it."""

    place: str
    codes: tuple[str, ...]
    """By `NAMES`."""
    apart: tuple[str, ...]
    """By `APART`."""
    measure: str
    """The measure as it is written."""
    value: float
    digits: float
    """Half of the last digit that is shown."""
    status: str
    unit: str
    is_own: bool
    is_public: bool
    is_firm: bool
    """Whether it has all its digits and says of itself what it is; others only fill gaps."""
    beside: Mapping[str, tuple[float, float]]
    """Factors in the same row: coverage, units, inhabitants → the value and half of its last digit."""
    words: str
    """What its heading and measure say."""
    around: str
    """Title, caption and other text around the table."""


def given_away(folder: Path, editions: Path | None = None, data: Path = DATA) -> list[str]:
    """Attack all that is shown, together and beside each earlier edition and each site recorded before.

    Parameters
    ----------
    folder
        Folder of all that is to be published.
    editions
        Folder of the frozen editions, ``editions`` beside the data unless given; none need be there.
    data
        The data folder, with what was collected.

    Returns
    -------
    list of str
        What can be worked out of a person's figures, one line each; empty if the pages may be published.
    """
    return examine(folder, editions, data).reported


def examine(folder: Path, editions: Path | None = None, data: Path = DATA, offered: Iterable[Offered] = ()) -> Examined:
    """Attack all that is shown, as `given_away`, and say which collected figures are shown.

    Parameters
    ----------
    folder, editions, data
        As of `given_away`.
    offered
        The tables that what is shown was made of, with their units and what is said of them.
    """
    gate = Gate(collected(data), _labels(), _population())
    with past.tables_of(editions or data.parent / EDITIONS) as earlier:
        before = {f"edition {name}": gate.edition(path) for name, path in earlier.items()} | released.records(data)
    return gate.examine(everything(folder, offered), before, folder)


def naming(folder: Path, files: Iterable[Path], data: Path = DATA) -> list[str]:
    """Say which of some files of a folder name a care unit that has answered, one line each."""
    return list(Gate(collected(data), _labels(), _population()).names(folder, files))


def collected(data: Path = DATA) -> Collected:
    """Derive what must stay secret from the returns and exports at hand.

    Parameters
    ----------
    data
        The data folder; neither returns nor exports need be there.

    Returns
    -------
    Collected
        Every small count, every count that is suppressed in what is published, every sum of too few units, and the
        names of all units.
    """
    returns = store.frames(data)["returns"] if place.folder(data).is_dir() else pd.DataFrame()
    cells, names = released.none_shown(), ()
    if not returns.empty:
        cells = pd.concat([cells, of_returns(returns)], ignore_index=True)
        units = returns.loc[~returns["is_whole"], "care_unit"]
        names = tuple(sorted(set(units)))
    contract = data / "datapackage.json"
    held = set(tables.names(data)) if contract.is_file() else set()
    for name in sorted(held & set(personnel.COLLECTED)):
        table = tables.read(name, data)
        rows = (
            personnel.from_export(table)
            if name == "personnel_export"
            else personnel.from_kolada(table, tables.read("kolada_personnel", data))
        )
        cells = pd.concat([cells, of_personnel(rows)], ignore_index=True)
    return Collected(cells, names)


def of_returns(returns: pd.DataFrame) -> pd.DataFrame:
    """List the secret cells of returns with their true values.

    Parameters
    ----------
    returns
        As `riktvarden.baseline.returned.by_sector` takes them.

    Returns
    -------
    pandas.DataFrame
        `riktvarden.returns.released.COLUMNS`: sums of a region by sector and sex, as far as units answered.
    """
    shown = released.would_show(returns)
    public = set(shown.loc[shown["value"].notna(), ["region", "sector", "sex", "year"]].itertuples(index=False, name=None))
    found = []
    figures = returns.loc[(returns["stage"] == "all") & returns["measure"].isin(list(COUNTED))]
    for (region, day, measure), rows in figures.groupby(["region", "reference_date", "measure"]):
        whole = rows.loc[rows["is_whole"]].set_index(["sector", "sex"])["value"].dropna()
        units = rows.loc[~rows["is_whole"]].dropna(subset="value")
        for sector, sex in itertools.product(("own", "private", "all"), ("women", "men", "all")):
            of = units.loc[(units["sex"] == sex) & ((units["sector"] == sector) | (sector == "all"))]
            value = float(whole.get((sector, sex), of["value"].sum() if len(of) else math.nan))
            code = "total" if sex == "all" else sex
            is_shown = measure == "persons" and (region, sector, code, str(pd.Timestamp(str(day)).year)) in public
            if value > 0 and (value < THRESHOLD or (measure == "persons" and not is_shown)):
                found.append((region, code, sector, measure, str(pd.Timestamp(str(day)).year), value))
    frame = pd.DataFrame(found, columns=["region", "sex", "sector", "measure", "year", "value"])
    return _filled(frame.assign(subject=TRAINING, status=SUPPRESSED))


def of_personnel(rows: pd.DataFrame) -> pd.DataFrame:
    """List the secret cells of an export, `riktvarden.baseline.personnel.COLUMNS`, with their true values."""
    safe = personnel.protected(rows)
    secret = (safe["status"] == SUPPRESSED) & rows["value"].notna()
    cells = rows.loc[secret].assign(status=SUPPRESSED, subject="", beside="", year=rows["year"].astype("str"))
    return _filled(cells)


def _filled(cells: pd.DataFrame) -> pd.DataFrame:
    """Give cells every column, at the total where they say nothing."""
    otherwise = {**TOTALS, **dict.fromkeys(APART, "")}
    for name, word in otherwise.items():
        cells[name] = cells[name].fillna(word).astype(str) if name in cells else word
    return cells.assign(own=True)[[*released.COLUMNS, "own"]]


@cache
def _labels() -> Labels:
    regions = tables.read("regions")
    names = {
        str(row.region): {
            str(row.name_),
            f"{row.name_} county",
            f"{row.name_}s län",
            f"{row.name_} län",
            str(row.principal),
        }
        for row in regions.rename(columns={"name": "name_"}).itertuples()
    }
    return Labels(names)


@cache
def _population() -> Mapping[tuple[str, str], float]:
    people = tables.read("population_region")
    return {(str(row.region), str(row.year)): float(str(row.population)) for row in people.itertuples()}


class Gate:
    """An attacker who reads everything that is published, and knows what must not be found."""

    def __init__(self, secret: Collected, labels: Labels, population: Mapping[tuple[str, str], float]) -> None:
        self.secret = secret
        self.labels = labels
        self.population = population
        self._heads: dict[tuple[str, ...], list[str]] = {}
        self._regions: dict[str, str] = {}
        self._texts: dict[str, Mapping[str, set[str]]] = {}

    def edition(self, folder: Path) -> pd.DataFrame:
        """Read the cells of a frozen edition."""
        reader = Reader()
        files = sorted(folder.rglob("*.csv"))
        items = (item for file in files for item in reader.file(file, f"{folder.name}/{file.name}"))
        shown = (item for item in items if isinstance(item, Shown))
        found = [cell for table in shown for cell in self.cells(table) if cell.is_firm]
        return _frame([cell for cell in found if cell.status not in NOT_FACTS])

    def examine(self, items: Iterable[Item], before: Mapping[str, pd.DataFrame], folder: Path) -> Examined:
        """Attack what was read of a folder."""
        every = list(items)
        shown = [item for item in every if isinstance(item, Shown)]
        said = [item for item in every if isinstance(item, Said)]
        marked = {number for number, table in enumerate(shown) if self._may_be_own(table)}
        reported = list(self.names(folder, folder.rglob("*")))
        if not marked and self.secret.cells.empty:
            return Examined(reported, released.none_shown())
        own = [cell for number in sorted(marked) for cell in self.cells(shown[number])]
        regions = {cell.codes[0] for cell in own if cell.is_own} | set(self.secret.cells["region"])
        if not regions:
            return Examined(reported, released.none_shown())
        concerned = {*regions, TOTALS["region"]}
        rest = [
            cell
            for number, table in enumerate(shown)
            if number not in marked
            for cell in self.cells(table, concerned)
            if cell.codes[0] in concerned
        ]
        return self._attack([*own, *rest], said, before, reported, regions)

    # Reading

    def _may_be_own(self, table: Shown) -> bool:
        """Whether a table says of any cell that it was collected or is hidden, or counts and does not say whose."""
        text = f"{table.about}\n{_joined(table)}"
        if any(mark in text for mark in _MARKS) and COLLECTED.search(text):
            return True
        lower = text.lower()  # plain words are found faster than patterns
        if any(word in lower for word in _NOT_SHOWN) and HIDDEN.search(_joined(table)):
            return True
        kinds = self._kinds(table)
        if not {"measure", "value", "region"} <= set(kinds):
            return False
        of, where = kinds.index("measure"), kinds.index("value")
        return any(row[of] in COUNTED and 0 < _number(row[where])[0] < THRESHOLD for row in table.rows)

    def _near(self, regions: set[str]) -> re.Pattern[str]:
        names = [name for name, code in self.labels.regions.items() if code in regions]
        codes = [f"\\b{code}\\b" for code in regions] + [
            f"\\b{int(code)}(?:\\.0)?\\b" for code in regions if code.isdigit()
        ]
        return re.compile("|".join([*codes, *map(re.escape, names)]), re.IGNORECASE)

    def _kinds(self, table: Shown) -> list[str]:
        """What each column holds, by its heading, or where that says nothing by the words in it."""
        kinds = self._heads.get(table.head)
        if kinds is None:
            kinds = [heading(name) for name in table.head]
            self._heads[table.head] = kinds
        known = set(NAMES) | {"value", "measure", "year", "status", "source", "unit"}
        if all(kind in known for kind in kinds):
            return kinds
        found = list(kinds)
        for number, kind in enumerate(kinds):
            if kind not in known and kind in {table.head[number]}:
                words = {row[number] for row in table.rows[:60] if row[number]}
                if words and not any(map(_is_number, words)) and (named := self.labels.kind(words)) and named not in found:
                    found[number] = named
        return found

    def cells(self, table: Shown, regions: Container[str] | None = None) -> Iterator[Cell]:
        """Yield the figures of a table that may count persons or posts, or be a product with such; of some regions."""
        kinds = self._kinds(table)
        first = {kind: number for number, kind in reversed(list(enumerate(kinds)))}
        if regions is not None and "region" in first:
            at = first["region"]
            rows = tuple(row for row in table.rows if not row[at] or self._region(row[at]) in regions)
            if not rows:
                return
            table = table._replace(rows=rows)
        around = self._stated(table.about)
        if regions is not None and "region" not in first:
            where = REGION.search(table.place)
            named = {where[1]} if where else around.get("region", set())
            if len(named) != 1 or not any(code in regions for code in named):
                return
        counted, factors = self._columns(table, kinds, first)
        if not counted:
            return
        beside = self._beside(table, kinds)
        sources = [number for number, kind in enumerate(kinds) if kind == "source"]
        where = REGION.search(table.place)
        is_printed = not table.exact
        for row in table.rows:
            texts = {kind: row[number] for kind, number in first.items()}
            source = " ".join(row[number] for number in sources)
            base = {name: self.labels.code(name, texts[name]) for name in NAMES if texts.get(name)}
            if "region" not in base:
                of = around.get("region", set())
                base["region"] = where[1] if where else of.copy().pop() if len(of) == 1 else ""
            factor = {name: _number(row[number]) for name, number in factors.items()}
            year = _year(texts.get("year", ""), texts.get("dated", "") if "year" not in first else "")
            for number, labels in counted:
                value, digits, is_percent = _number(row[number])
                codes = {**TOTALS, **labels, **base}
                for name in ("sex", "sector"):
                    of = around.get(name, set())
                    if is_printed and name not in labels and name not in base and len(of) == 1:
                        codes[name] = next(iter(of))
                measure = texts.get("measure") or labels.get("measure", "")
                if not measure and len(around.get("measure", ())) == 1:
                    measure = next(iter(around["measure"]))
                for name, code in self._of_measure(measure).items():
                    if codes.get(name) == TOTALS.get(name):
                        codes[name] = code
                status = texts.get("status", "")
                if HIDDEN.search(row[number]) or (HIDDEN.search(status) and math.isnan(value)) or status == SUPPRESSED:
                    status = SUPPRESSED
                if math.isnan(value) and status != SUPPRESSED:
                    continue
                is_own = bool(COLLECTED.search(source) or (not source and COLLECTED.search(" ".join(row))))
                is_own = is_own or (not source and not PUBLIC.search(source) and bool(COLLECTED.search(table.about)))
                is_public = bool(PUBLIC.search(source)) and not is_own
                canonical = COUNTED.get(measure, measure)
                small = canonical in COUNTED and 0 < value < THRESHOLD and status in {"", "reported"}
                says = "measure" in first and "value" in first
                is_own = is_own or status == SUPPRESSED or (says and small and not is_public and bool(codes["region"]))
                subject = "" if codes["profession"] not in {"all", "general_practice"} else None
                if subject is None:
                    is_training = measure.startswith("st_") or "return-" in source or codes["profession"] != "all"
                    subject = TRAINING if is_training or not says or "definition" not in first else ""
                if codes["profession"] == "general_practice":
                    codes["profession"] = "all"
                unit = "percent" if is_percent else plain(texts.get("unit", ""))
                yield Cell(
                    place=table.place,
                    codes=tuple(codes[name] for name in NAMES),
                    apart=(subject, canonical, year, texts.get("definition", ""), beside(row)),
                    measure=measure,
                    value=value,
                    digits=digits,
                    status=status,
                    unit=unit,
                    is_own=is_own,
                    is_public=is_public,
                    is_firm=table.exact and (says or (is_own and bool(source))) and bool(codes["region"]),
                    beside={name: (value, digits) for name, (value, digits, _) in factor.items() if not math.isnan(value)},
                    words=plain(f"{table.head[number]} {measure}"),
                    around=table.about,
                )

    def _region(self, text: str) -> str:
        if text not in self._regions:
            self._regions[text] = self.labels.code("region", text)
        return self._regions[text]

    def _stated(self, text: str) -> Mapping[str, set[str]]:
        if text not in self._texts:
            self._texts[text] = self.labels.stated(text)
        return self._texts[text]

    def _of_measure(self, measure: str) -> dict[str, str]:
        """What else than a measure its name says, such as whose share it is."""
        if measure in COUNTED or not measure:
            return {}
        return {
            name: next(iter(codes))
            for name, codes in self._stated(measure).items()
            if name in {"sex", "sector", "profession", "principal"} and len(codes) == 1
        }

    def _columns(
        self, table: Shown, kinds: list[str], first: Mapping[str, int]
    ) -> tuple[list[tuple[int, dict[str, str]]], dict[str, int]]:
        """Columns of figures with what their headings say, and columns of factors."""
        counted: list[tuple[int, dict[str, str]]] = []
        factors: dict[str, int] = {}
        for number, (kind, name) in enumerate(zip(kinds, table.head, strict=True)):
            words = plain(name)
            if kind == "value":
                if first["value"] == number:
                    counted.append((number, {}))
            elif kind in _SAYS or not any(
                row[number][:1].isdigit() or HIDDEN.search(row[number]) for row in table.rows[:200]
            ):
                continue
            elif _COVERAGE.search(words):
                factors["coverage"] = number
            elif _UNITS_BEHIND.search(words):
                factors["units"] = number
            elif _PEOPLE.search(words):
                factors["inhabitants"] = number
            else:
                stated = self._stated(words)
                labels = {key: next(iter(codes)) for key, codes in stated.items() if len(codes) == 1}
                if set(labels) & {"sex", "sector", "profession", "principal", "measure"} and kind != "care_unit":
                    counted.append((number, labels))
        return counted, factors

    def _beside(self, table: Shown, kinds: list[str]) -> _Beside:
        """What else distinguishes the cells of a table: words that no label explains."""
        names = {*NAMES, "value", "measure", "year", "dated", "status", "unit", "source", "definition"}
        named = {"qualifier", "precision", "note", "classes", "collapsed", "figure"}
        left = [
            number
            for number, (kind, name) in enumerate(zip(kinds, table.head, strict=True))
            if kind not in names and name not in named and table.exact
        ]
        words = [n for n in left if any(row[n] and not _is_number(row[n]) for row in table.rows)]
        inside = [number for number, kind in enumerate(kinds) if kind in {*NAMES, "measure", "year", "dated", "definition"}]
        kept = []
        for number in words:
            of: dict[tuple[str, ...], set[str]] = {}
            for row in table.rows:
                of.setdefault(tuple(row[n] for n in inside), set()).add(row[number])
            is_settled = all(len(found) == 1 for found in of.values())
            varies = len({row[number] for row in table.rows}) > 1
            if not (is_settled and varies) and not self.labels.kind(row[number] for row in table.rows):
                kept.append(number)
        return _Beside(tuple(sorted(kept, key=lambda n: table.head[n])))

    # Attacking

    def _attack(
        self,
        cells: list[Cell],
        said: list[Said],
        before: Mapping[str, pd.DataFrame],
        reported: list[str],
        regions: set[str],
    ) -> Examined:
        counts = [cell for cell in cells if cell.unit in UNITS and not _RATE.search(cell.words) and cell.codes[0]]
        counts = [
            cell for cell in counts if cell.apart[1] in COUNTED or cell.is_own or (not cell.apart[1] and _is_labelled(cell))
        ]
        families = {cell.apart for cell in counts if cell.is_own and cell.is_firm}
        firm = [cell for cell in counts if cell.is_firm and cell.apart in families]
        now = _frame(firm, with_own=True)
        hidden = self._hidden(now)
        lines: dict[str, None] = dict.fromkeys(reported)

        loose = [cell for cell in counts if not cell.is_firm and not cell.is_public and not math.isnan(cell.value)]
        own = [cell for cell in loose if cell.is_own]
        fill, seen = self._filled_in(loose, now, hidden)
        lines |= dict.fromkeys(seen)
        # Words differ from page to page: of two figures that are taken for the same cell, the first is attacked.
        by_cell = {
            (cell.codes, cell.apart): cell for cell in reversed(own) if cell.apart[1] in COUNTED or _is_labelled(cell)
        }
        alone = [cell for cell in by_cell.values() if not any(_fits(cell, family) for family in families)]
        parts = [now, *([_frame([*fill, *alone], with_own=True)] if fill or alone else [])]
        now = pd.concat(parts, ignore_index=True).drop_duplicates(ignore_index=True)

        facts, more, seen = self._products(cells, now)
        lines |= dict.fromkeys(seen)
        attacked = pd.concat([now, more], ignore_index=True) if not more.empty else now
        measures = {(cell.apart, cell.codes): cell.measure for cell in reversed(counts)}
        shown_by = {(cell.apart, cell.codes): cell.place for cell in [*alone, *fill]}
        for apart, cell, why in released.attacked(attacked, before, facts):
            codes = tuple(str(cell[name]) for name in NAMES)
            line = f"{released.named(apart, cell, measures.get((apart, codes), ''))}: {why}"
            lines[f"{shown_by[apart, codes]}: {line}" if (apart, codes) in shown_by else line] = None
        lines |= dict.fromkeys(self._known(cells))
        lines |= dict.fromkeys(self._said(said, hidden, regions))
        return Examined(list(lines), now.loc[now["own"], released.COLUMNS])

    def _hidden(self, now: pd.DataFrame) -> pd.DataFrame:
        """Cells that must not be found: suppressed in what is published, or secret by what was collected."""
        secret = self.secret.cells
        known = set(secret[[*NAMES, "subject", "measure", "year"]].itertuples(index=False, name=None))
        suppressed = now.loc[(now["status"] == SUPPRESSED)]
        places = list(suppressed[[*NAMES, "subject", "measure", "year"]].itertuples(index=False, name=None))
        other = suppressed.loc[[key not in known for key in places]].assign(value=math.nan)
        return pd.concat([secret, other], ignore_index=True).drop_duplicates(ignore_index=True)

    def _filled_in(self, loose: list[Cell], now: pd.DataFrame, hidden: pd.DataFrame) -> tuple[list[Cell], list[str]]:
        """Put figures of pages and charts where the tables have a gap; say which show what is hidden."""
        shown = set(now.loc[now["status"] != SUPPRESSED, [*NAMES, *APART]].itertuples(index=False, name=None))
        by_codes: dict[tuple[str, ...], list[tuple[tuple[str, ...], float]]] = {}
        for row in hidden.to_dict("records"):
            codes = tuple(row[name] for name in NAMES)
            by_codes.setdefault(codes, []).append((tuple(row[name] for name in APART), float(row["value"])))
        families = set(now[APART].itertuples(index=False, name=None))
        secret = _by_cell(hidden)
        known = secret | _by_cell(now)
        values: dict[tuple[object, ...], set[float]] = {}
        for cell in loose:
            values.setdefault(_row_of(cell), set()).add(cell.value)
        fill: dict[tuple[tuple[str, ...], tuple[str, ...]], Cell] = {}
        reported = []
        for cell in loose:
            labels = _is_labelled(cell)
            if cell.apart[4] or (not labels and _is_modelled(cell)):  # other words distinguish it, or the model computed it
                continue
            for apart, value in by_codes.get(cell.codes, ()):
                if _fits(cell, apart) and self._is_it(cell.value, cell.digits, value, labels, cell.words):
                    of_cell = pd.Series(dict(zip(NAMES, cell.codes, strict=True)))
                    reported.append(f"{cell.place}: {released.named(apart, of_cell)}: the value is shown")
                    break
            else:
                # Several figures have the same labels: something else distinguishes them.
                is_one = labels and cell.value % 1 == 0 and len(values[_row_of(cell)]) == 1
                for apart in families if is_one else ():
                    is_gap = (*cell.codes, *apart) not in shown and not self._is_other(cell, apart, known, secret)
                    if is_gap and _fits(cell, apart):
                        fill.setdefault((cell.codes, apart), cell._replace(apart=apart, is_own=True))
        return list(fill.values()), reported

    def _is_other(
        self,
        cell: Cell,
        apart: tuple[str, ...],
        known: Mapping[tuple[str, ...], float],
        secret: Container[tuple[str, ...]],
    ) -> bool:
        """Whether a figure must count something else than its labels say; the words around it may be its neighbour's.

        So it is where it is not the true value, not less than its whole, or more than the region's population allows.
        """
        if (*cell.codes, *apart[:3]) in secret:  # the true value is at hand, and is not this one
            return True
        region, *codes = cell.codes
        wider = itertools.product(*({code, TOTALS[name]} for name, code in zip(NAMES[1:], codes, strict=True)))
        wholes = [known.get((region, *whole, *apart[:3]), math.inf) for whole in wider if list(whole) != codes]
        if apart[0] == TRAINING:
            people = [number for (of, _), number in self.population.items() if of == region]
            wholes += [MOST_PER_1000["persons"] * max(people) / 1000] if people else []
        return cell.value >= min(wholes, default=math.inf) - cell.digits

    def _is_it(self, shown: float, digits: float, value: float, is_labelled: bool, words: str) -> bool:
        """Whether a number that is shown with a cell's labels can be that cell's."""
        if math.isnan(value):  # what is hidden is not at hand: any count where it is labelled, else a small one
            return shown > 0 if is_labelled else 0 < shown < THRESHOLD and shown % 1 == 0 and not _MODEL.search(words)
        return abs(shown - value) <= (digits if digits < 1 else 0) + 1e-9

    def _known(self, cells: list[Cell]) -> Iterator[str]:
        """Say where a figure that says of itself what it is equals a secret one, whatever it gives as its source."""
        secret = {
            (tuple(row[name] for name in NAMES), row["subject"], row["measure"], row["year"]): float(row["value"])
            for row in self.secret.cells.to_dict("records")
        }
        for cell in cells:
            subject, measure, year, *_ = cell.apart
            value = secret.get((cell.codes, subject, measure, year), math.nan)
            if not cell.is_public and cell.is_firm and cell.status != SUPPRESSED and abs(value - cell.value) < 1e-9:
                row = pd.Series(dict(zip(NAMES, cell.codes, strict=True)))
                if not cell.is_own:
                    yield f"{cell.place}: {released.named(cell.apart, row, cell.measure)}: the value is shown"

    def _products(
        self, cells: list[Cell], now: pd.DataFrame
    ) -> tuple[dict[tuple[str, ...], list[Fact]], pd.DataFrame, list[str]]:
        """Multiply what is shown: estimates with coverage, rates with inhabitants, shares with sums, means with numbers."""
        facts: dict[tuple[str, ...], list[Fact]] = {}
        more: list[Cell] = []
        reported: dict[str, None] = {}
        own = [cell for cell in cells if not cell.is_public and cell.value > 0 and cell.codes[0]]
        families = set(now.loc[now["own"], APART].itertuples(index=False, name=None))
        regions = {(row.region, row.year) for row in now.loc[now["own"]].itertuples()}
        totals = {
            (row[:-2], row[-1]): row[-2]
            for row in now.loc[now["value"].notna(), [*NAMES, "value", "year"]].itertuples(index=False, name=None)
        }
        there = set(now.loc[now["value"].notna(), [*NAMES, *APART]].itertuples(index=False, name=None))
        for cell in own:
            is_near = (cell.codes[0], cell.apart[2]) in regions or (
                not cell.apart[2] and cell.codes[0] in {r for r, _ in regions}
            )
            for how, low, high in self._multiplied(cell, totals, is_near):
                row = pd.Series(dict(zip(NAMES, cell.codes, strict=True)))
                name = released.named(cell.apart, row, cell.measure)
                if self._gives(cell, how, low, high):
                    reported[f"{name}: {how} is a small count, {low:.4g} to {high:.4g}"] = None
                    continue
                if how.endswith("coverage"):
                    continue
                for apart in families:
                    fits = apart[2] == cell.apart[2] or not cell.apart[2]
                    is_whole = math.floor(high + 1e-6) >= math.ceil(low - 1e-6)
                    if fits and apart[1] == "persons" and is_whole and (*cell.codes, *apart) not in there:
                        labels = {n: code for n, code in zip(NAMES, cell.codes, strict=True) if code != TOTALS[n]}
                        facts.setdefault(apart, []).append(Fact.product(labels, (low, high), (1.0, 1.0)))
                        more.append(cell._replace(apart=apart, value=math.nan, status=SUPPRESSED, is_own=True))
        extra = _frame(more, with_own=True).drop_duplicates(ignore_index=True) if more else released.none_shown()
        return facts, extra, list(reported)

    def _multiplied(
        self, cell: Cell, totals: Mapping[tuple[tuple[str, ...], str], float], is_near: bool
    ) -> Iterator[tuple[str, float, float]]:
        """Yield what a figure gives with its factors: how, lowest and highest."""
        words = f"{cell.unit} {cell.words}"
        low, high = max(cell.value - cell.digits, 0.0), cell.value + cell.digits
        if cell.is_own and "coverage" in cell.beside and not _RATE.search(cell.words):
            share, digits = cell.beside["coverage"]
            per = 100.0 if share > 1 else 1.0
            if 0 < share / per < 1:
                yield "value × coverage", low * max(share - digits, 0) / per, high * (share + digits) / per
        if not (cell.is_own or is_near):
            return
        if rate := _PER.search(words):
            per = float(re.sub(r"\D", "", rate[1]))
            people = cell.beside.get("inhabitants", (math.nan, 0.0))[0]
            years = (
                [cell.apart[2]] if cell.apart[2] else sorted({year for region, year in self.population}, reverse=True)[:1]
            )
            found = (
                [people]
                if not math.isnan(people)
                else [self.population[cell.codes[0], year] for year in years if (cell.codes[0], year) in self.population]
            )
            if not found and cell.is_own:  # the newest there is: others know the year's own
                known = [(year, number) for (region, year), number in self.population.items() if region == cell.codes[0]]
                found = [max(known)[1]] if known else []
            for number in found:
                if cell.is_own:
                    yield "rate × inhabitants", low * number / per, high * number / per
        elif cell.is_own and (_PERCENT.search(words) or cell.unit == "share"):
            per = 100.0 if cell.unit != "share" and not _is_share(cell) else 1.0
            for number, name in enumerate(NAMES):
                if number == 0 or cell.codes[number] == TOTALS[name]:
                    continue
                whole = (*cell.codes[:number], TOTALS[name], *cell.codes[number + 1 :])
                years = [cell.apart[2]] if cell.apart[2] else sorted({year for _, year in totals})
                for year in years:
                    if (whole, year) in totals and 0 < cell.value <= per:
                        total = totals[whole, year]
                        yield f"share × {name} {TOTALS[name]}", low * total / per, high * total / per
        elif _AVERAGE.search(words) and "units" in cell.beside:
            units = cell.beside["units"][0]
            yield "average × units", low * units, high * units

    def _gives(self, cell: Cell, how: str, low: float, high: float) -> bool:
        """Whether a product gives a small count away; where the returns are at hand, whether it gives a secret one."""
        if not high > low * (1 + 1e-9) and not low > 0:
            return False
        width = math.floor(high + 1e-6) - math.ceil(low - 1e-6)
        secret = self.secret.cells
        of = secret.loc[(secret["region"] == cell.codes[0]) & (secret["year"] == cell.apart[2])]
        of = of.loc[of["measure"] == cell.apart[1]] if how.endswith("coverage") else of
        for name, code in zip(NAMES, cell.codes, strict=True):
            of = of.loc[of[name] == code]
        hit = of["value"].between(low - 1e-6, high + 1e-6).any()
        is_small = low > 0 and high < THRESHOLD - 1e-6
        return bool(is_small or (hit and width < WIDTH))

    # Words

    def _said(self, said: list[Said], hidden: pd.DataFrame, regions: set[str]) -> Iterator[str]:
        """List the sentences and labels that give the value of a hidden cell beside its labels."""
        if hidden.empty:
            return
        near = self._near(regions)
        of_region: dict[str, list[dict[str, object]]] = {}
        for row in hidden.to_dict("records"):
            of_region.setdefault(str(row["region"]), []).append({str(name): code for name, code in row.items()})
        for item in said:
            where = REGION.search(item.place)
            if not (where and where[1] in regions) and not near.search(f"{item.text} {item.about}"):
                continue
            text = plain(item.text)
            found = list(self.labels.found(text))
            named = {code for _, _, kind, code in found if kind == "region"} or self._stated(item.about).get(
                "region", set()
            )
            named = named or ({where[1]} if where else set())
            if len(named) != 1:
                continue
            numbers = list(self._numbers(text, found))
            if not numbers or len(re.findall(r"\d+", text)) > _MOST_NUMBERS:
                continue
            for cell in of_region.get(next(iter(named)), []):
                if line := self._tells(text, found, numbers, cell, item):
                    yield line
                    break

    def _numbers(self, text: str, found: list[tuple[int, int, str, str]]) -> Iterator[tuple[int, float, float]]:
        """Yield the numbers of a text that count persons or posts, by the words beside them."""
        for match in _IN_TEXT.finditer(text):
            value, digits = (float(_NUMERALS[match[3]]), 0.0) if match[3] else _number(match[0])[:2]
            after = text[match.end() : match.end() + 40]
            words = re.split(r"[.,;:()·]", after)[0]
            following = " ".join(words.split()[:3])
            if _OTHER.match(following.lstrip()):
                continue
            end = match.end() + len(words[: len(words) - len(words.lstrip())]) + len(following)
            counts = {"measure", "sex", "profession"}
            is_before = any(match.end() <= begin <= end and kind in counts for begin, _, kind, _ in found)
            last = [
                kind
                for begin, stop, kind, _ in found
                if kind in {*counts, "sector"} and self._leads(text, stop, match.start())
            ]
            if is_before or last:
                yield match.start(), value, digits

    @staticmethod
    def _leads(text: str, end: int, begin: int) -> bool:
        """Whether a word that ends here leads to a number that begins there: "kvinnor: 3", "women (3)", "privat = 3"."""
        between = text[end:begin] if end <= begin else "x" * 9
        return re.fullmatch(r"\s*(?:[:=(–·|-]|är|var|is|was|are)?\s*", between) is not None

    def _tells(
        self,
        text: str,
        found: list[tuple[int, int, str, str]],
        numbers: list[tuple[int, float, float]],
        row: Mapping[str, object],
        item: Said,
    ) -> str:
        """Report a text that gives a hidden cell away, or return nothing."""
        stated: dict[str, set[str]] = {}
        for _, _, kind, code in found:
            stated.setdefault(kind, set()).add(code)
        around = self._stated(item.about)
        needed = {name: str(row[name]) for name in NAMES[1:] if row[name] != TOTALS[name] and name != "care_level"}
        if row["subject"] == TRAINING:
            needed.pop("profession", None)
        for name, code in needed.items():
            if code not in stated.get(name, set()) | around.get(name, set()):
                return ""
        for name in ("sex", "sector", "principal"):
            if name not in needed and stated.get(name, set()) - {TOTALS[name]}:
                return ""
        years = set(re.findall(r"\b(?:19|20)\d\d\b", text))
        if years and row["year"] and row["year"] not in years:
            return ""
        if not needed and (_MODEL.search(text) or PUBLIC.search(text)):
            return ""
        value = float(str(row["value"]))
        for _, number, digits in numbers:
            if str(int(number)) in years:
                continue
            if self._is_it(number, digits, value, bool(needed), text):
                cell = pd.Series({name: row[name] for name in NAMES})
                apart = tuple(str(row[name]) for name in APART)
                return f"{item.place}: {released.named(apart, cell)}: said in words: {item.text[:120]}"
        return ""

    def names(self, folder: Path, files: Iterable[Path]) -> Iterator[str]:
        """Say which files of a folder name a unit, however it is composed and in whatever case."""
        names = [name for name in self.secret.names if len(name) >= _NAMELESS and plain(name) not in self._ordinary]
        if not names:
            return
        search = re.compile(
            "|".join(rf"(?<!\w){re.escape(plain(name))}(?!\w)" for name in sorted(names, key=len, reverse=True))
        )
        for file in sorted(files):
            if not file.is_file():
                continue
            for text in _texts(file):
                if found := search.search(text):
                    yield f"{file.relative_to(folder).as_posix()}: names the unit {found[0]!r}"
                    break

    @cached_property
    def _ordinary(self) -> set[str]:
        """Names that a unit shares with a place: they are on the pages anyway."""
        return {*self.labels.regions, *map(plain, tables.read("municipalities")["name"])}


@dataclass(frozen=True)
class _Beside:
    """The words that distinguish a row."""

    columns: tuple[int, ...]

    def __call__(self, row: tuple[str, ...]) -> str:
        return " ".join(row[number] for number in self.columns).strip()


def _is_labelled(cell: Cell) -> bool:
    """Whether anything but the region shows whom a figure counts."""
    return any(code != TOTALS[name] for name, code in zip(NAMES[1:], cell.codes[1:], strict=True))


def _is_modelled(cell: Cell) -> bool:
    """Whether words around a figure say that it is a rate or what the model gives."""
    words = plain(f"{cell.words} {cell.around}")
    return bool(_RATE.search(words) or _MODEL.search(words)) or cell.status in NOT_FACTS


def _fits(cell: Cell, apart: tuple[str, ...]) -> bool:
    """Whether a figure of a page or chart can be one of a table's."""
    subject, measure, year, *_ = apart
    of = cell.apart
    if cell.codes[NAMES.index("profession")] == "all" and not subject:
        return False
    return (of[1] in {measure, ""} and of[2] in {year, ""}) and (of[1] == measure or _is_labelled(cell))


def _by_cell(cells: pd.DataFrame) -> dict[tuple[str, ...], float]:
    """The values that are known, by `NAMES`, subject, measure and year."""
    rows = cells.loc[cells["value"].notna(), [*NAMES, *APART[:3], "value"]].itertuples(index=False, name=None)
    return {row[:-1]: row[-1] for row in rows}


def _row_of(cell: Cell) -> tuple[object, ...]:
    """What distinguishes the figures of one table."""
    return (cell.place, cell.around, cell.words, cell.codes, cell.apart)


def _frame(cells: list[Cell], *, with_own: bool = False) -> pd.DataFrame:
    """Cells as `riktvarden.returns.released.COLUMNS`, and ``own`` if wanted."""
    rows = [(*cell.codes, *cell.apart, cell.value, cell.status, cell.is_own) for cell in cells]
    frame = pd.DataFrame(rows, columns=[*released.COLUMNS, "own"]).astype({"value": "float64", "own": "bool"})
    frame = frame.drop_duplicates(ignore_index=True)
    return frame if with_own else frame[released.COLUMNS]


def _joined(table: Shown) -> str:
    return "\n".join(["\t".join(table.head), *map("\t".join, table.rows)])


def _is_number(text: str) -> bool:
    return _NUMBER.match(text) is not None


def _number(text: str) -> tuple[float, float, bool]:
    """A cell as a number, half of its last digit, and whether it is a percentage; NaN if it is none."""
    found = _NUMBER.match(text)
    if found is None:
        return math.nan, 0.0, False
    written = re.sub(r"\s", "", found[1]).replace(",", ".")
    value = float(f"{float(written):.12g}")
    decimals = len(written.partition(".")[2].rstrip("0")) if "e" not in written else 12
    return value, 0.5 * 10.0**-decimals, bool(found[2])


def _is_share(cell: Cell) -> bool:
    """Whether a share is written as one and not in per cent."""
    return cell.value <= 1 and cell.unit not in {"percent", "procent", "per cent", "%"}


def _year(year: str, dated: str) -> str:
    """The year of a cell as text, of its date where its table has no years; empty where there is neither."""
    found = re.search(r"\b(?:19|20)\d\d", year or dated)
    return found[0] if found else ""


def _texts(file: Path) -> Iterator[str]:
    """All that a file says, as text to be searched."""
    if file.suffix in {".parquet", ".xlsx"}:
        for item in Reader().file(file, file.name):
            yield plain(_joined(item) if isinstance(item, Shown) else item.text)
    elif file.suffix in READ | {".css", ".js", ".po", ".inv"}:
        text = file.read_text(encoding="utf-8", errors="replace")
        yield plain(re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text))
        if file.suffix in {".html", ".ipynb", ".svg"}:
            import html

            yield plain(re.sub(r"<[^>]+>", "", html.unescape(text)))
        for item in Reader().file(file, file.name) if ";base64," in text else ():
            yield plain(_joined(item) if isinstance(item, Shown) else item.text)


__all__ = ["Collected", "Examined", "collected", "examine", "given_away", "of_personnel", "of_returns"]
