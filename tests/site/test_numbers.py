"""House rules for numbers and words, over the built pages of every language.

Each rule is a function of a page, or of the tables that pages carry, that lists what breaks it. It is first shown a bad
page of the kind that a reader once found, to prove that it can fail, and then the whole book.
"""

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from riktvarden.report.kit.figures import TABLE, VEGALITE

# --- pages ------------------------------------------------------------------------------------------------

TEXT = {"p", "li", "dd", "dt", "summary", "figcaption", "h1", "h2", "h3", "h4", "label"}
CELL = {"td", "th"}
SILENT = {"script", "style", "svg", "nav", "pre", "code", "math", "template", "footer"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
ASIDE = {"rv-source", "rv-key"}
"""Classes of paragraphs that are the apparatus of tables and pages and no running text."""
APPENDICES = {"method", "data", "glossary", "about", "corrections", "benchmarks", "calibration", "security", "check"}
"""Pages whose subject is the calculation: they may name tables, files and symbols."""


class Page(NamedTuple):
    """What a reader sees of a page."""

    name: str
    """Path below ``chapters``, without ending."""
    language: str
    running: list[str]
    """Sentences of its running text."""
    cells: list[str]
    """Cells of its tables."""


class _Reader(HTMLParser):
    """Collects the running text and the cells of a page's article."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[str] = []
        self.cells: list[str] = []
        self._open: list[tuple[str, list[str], bool]] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            if tag == "br" and self._open:
                self._open[-1][1].append(" ")
            return
        classes = set((dict(attrs).get("class") or "").split())
        if self._silent or tag in SILENT or classes & {"headerlink", "MathJax", "math"}:
            self._silent.append(tag)
        elif tag in TEXT | CELL:
            self._open.append((tag, [], bool(classes & ASIDE)))

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        if self._open and tag == self._open[-1][0]:
            _, parts, is_aside = self._open.pop()
            text = " ".join("".join(parts).split())
            if text and not is_aside:
                (self.cells if tag in CELL else self.running).append(text)

    def handle_data(self, data: str) -> None:
        if self._open and not self._silent:
            self._open[-1][1].append(data)


def page_of(html: str, name: str = "toy", language: str = "sv") -> Page:
    """What a reader sees of some markup."""
    reader = _Reader()
    reader.feed(html)
    sentences = [part for text in reader.running for part in re.split(r"(?<=[.?!])\s+(?=[A-ZÅÄÖ0-9])", text)]
    return Page(name, language, sentences, reader.cells)


def read_pages(site: Path) -> list[Page]:
    """Every page of a built book."""
    found = []
    for language in ("sv", "en"):
        for file in sorted((site / language / "chapters").rglob("*.html")):
            _, _, article = file.read_text(encoding="utf-8").partition('<article class="bd-article">')
            name = file.relative_to(site / language / "chapters").with_suffix("").as_posix()
            found.append(page_of(article.partition("</article>")[0], name, language))
    return found


# --- rules for words ----------------------------------------------------------------------------------------

NOW = re.compile(r"\b(i dag|idag|today(?![’'])|currently|at present)\b", re.IGNORECASE)
YEAR = re.compile(r"\b(19|20)\d\d\b")


def undated(page: Page) -> list[str]:
    """Sentences that say "today" without saying when that is."""
    if page.name in APPENDICES:
        return []
    return [text for text in page.running if NOW.search(text) and not YEAR.search(text)]


UNDECIDED = re.compile(
    r"\bgår (?:därför |alltså )?inte att (?:säga|avgöra)\b|\b(?:not possible|impossible) to (?:say|tell)\b"
    r"|\bcannot be (?:said|different)\b|\bcannot say\b",
    re.IGNORECASE,
)


def undecided(page: Page) -> list[str]:
    """Sentences and cells that give up where a chance can be given."""
    return [text for text in [*page.running, *page.cells] if UNDECIDED.search(text)]


CODE = re.compile(
    r"\b(?:st|so|mp|pr|pp|c)-\d{2,3}\b"  # a published figure
    r"|\b[a-z]+_[a-z_]+\b"  # a table, an assumption or a function
    r"|\b[\w-]+\.(?:toml|csv|py|ipynb|json|parquet|md)\b"
    r"|\b(?:TOML|dragningar)\b"
    r"|(?<![\w(])[α-ωΑ-Ω](?!\w)"  # a symbol of an assumption
)


def codes(page: Page) -> list[str]:
    """Running text with a key, a name of a table or file, or a symbol, outside the appendices."""
    if page.name in APPENDICES:
        return []
    # A heading may be a key where the page lists sources by their keys.
    return [text for text in page.running if CODE.search(re.sub(r"https?://\S+", "", text))]


MANY = {
    "sv": r"frågor|personer|regioner|tjänster|kommuner|uppgifter|heltider|platser|specialister|invånare som|antaganden"
    r"|vårdcentraler|celler|rader|tabeller|sidor|enheter|gränser|källor|yrken|intervall som",
    "en": r"(?!is\b|has\b|was\b|its\b|this\b|as\b|plus\b|versus\b)[a-z]+(?<!s)s",
}
BEFORE = r"(?<![\d.,\u00a0\u202f–−+×/-])(?<!\d )(?<!of )(?<!av )1"


def plurals(page: Page) -> list[str]:
    """Texts that count one of several: "1 frågor"."""
    wrong = re.compile(rf"{BEFORE}[\s\u00a0](?:{MANY[page.language]})\b")
    return [text for text in [*page.running, *page.cells] if wrong.search(text)]


LEFT = re.compile(r"ännu inte angiv|not yet (?:stated|given|specified)", re.IGNORECASE)


def unfinished(page: Page) -> list[str]:
    """Texts that were to be filled in."""
    return [text for text in [*page.running, *page.cells] if LEFT.search(text)]


TWICE = re.compile(r"(?<![\w-])([^\W\d_]{2,}) \1(?![\w-])", re.IGNORECASE)
MAY_BE_TWICE = {"det", "had", "that"}


def doubled(page: Page) -> list[str]:
    """Sentences with a word twice in a row."""
    return [text for text in page.running if any(m[1].lower() not in MAY_BE_TWICE for m in TWICE.finditer(text))]


ESTIMATE = re.compile(r"(\d[\d\s\u00a0.,]*?) \((\d[\d\s\u00a0.,]*?)(?:–| till | to )(\d[\d\s\u00a0.,]*?)\)")


def _estimates(texts: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    for text in texts:
        for found in ESTIMATE.finditer(text):
            yield found[1].strip(), found[2].strip(), found[3].strip(), text


def _number(text: str, language: str) -> float:
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    return float(plain.replace(",", ".") if language == "sv" else plain.replace(",", ""))


def rounded_twice(page: Page) -> list[str]:
    """Sentences with an estimate that another sentence of the page gives with other ends: one quantity, two roundings.

    Two estimates of at least 50 with one value, and ends that lie within a twentieth of each other, are one quantity, but
    for those of places, where 311 places and six professions have so many.
    """
    if page.name == "find" or page.name.startswith("municipalities/"):
        return []
    seen: dict[str, tuple[str, str, str]] = {}
    wrong = []
    for value, low, high, text in _estimates(page.running):
        first = seen.setdefault(value, (low, high, text))
        if first[:2] == (low, high) or _number(value, page.language) < 50:
            continue
        pairs = zip(first[:2], (low, high), strict=True)
        numbers = [[_number(one, page.language), _number(other, page.language)] for one, other in pairs]
        if all(abs(one - other) <= 0.05 * max(one, other) for one, other in numbers):
            wrong.append(f"{first[2]} | {text}")
    return wrong


OPEN_PER_CENT = re.compile(r"[\d)][\s\u00a0]%")


def open_per_cent(page: Page) -> list[str]:
    """English texts with a space before the sign of per cent."""
    texts = [*page.running, *page.cells] if page.language == "en" else []
    return [text for text in texts if OPEN_PER_CENT.search(text)]


WORDS: dict[str, tuple[Callable[[Page], list[str]], str, str]] = {
    "today has a date": (
        undated,
        "<p>I dag räcker läkarna.</p><p>The number today is larger.</p>",
        "<p>I dag, den 31 december 2024, räcker läkarna.</p><p>The number of 2024 is larger.</p>",
    ),
    "a chance where intervals overlap": (
        undecided,
        "<p>Intervallen går in i varandra: det går inte att säga om det räcker.</p>",
        "<p>Intervallen överlappar. Sannolikheten att personalen räcker är 12 %.</p>",
    ),
    "no codes in running text": (
        codes,
        "<p>Talet bygger på 0,32 (st-014).</p><p>Källa: tabellen team_tasks.</p><p>Vikten ζ är ett val.</p>",
        '<p>Talet bygger på 0,32.</p><table><tr><td>st-014</td></tr></table><p class="rv-source">a_b.csv</p>',
    ),
    "one is singular": (
        plurals,
        "<p>(1 frågor)</p><table><tr><td>1 personer</td></tr></table>",
        "<p>1 fråga, 1 000 personer, 21 frågor och 1,1 personer</p>",
    ),
    "nothing is left to fill in": (
        unfinished,
        "<p>Skriv till ännu inte angivet.</p><p>Write to not yet stated.</p>",
        "<p>Skriv till oss.</p>",
    ),
    "no word twice": (
        doubled,
        "<p>Det är en en uppgift.</p>",
        "<p>Är det det som avses, 10 10 eller hav-hav?</p>",
    ),
    "no space before the sign in English": (
        open_per_cent,
        "<p>The chance is 49 %, or 49 (40–60) %.</p>",
        "<p>The chance is 49%.</p>",
    ),
    "one rounding": (
        rounded_twice,
        "<p>Riktvärdet är 98 (80–120).</p><p>År 2024 är det 98 (81–117).</p>",
        "<p>Riktvärdet är 98 (80–120).</p><p>Normen är 98 (60–150), och riktvärdet 98 (80–120).</p>",
    ),
}
"""Rule → the function, markup that breaks it, and markup like it that does not."""


@pytest.mark.parametrize("rule", WORDS)
def test_a_rule_for_words_can_fail(rule: str) -> None:
    find, bad, good = WORDS[rule]
    languages = ("sv", "en")
    paragraphs = bad.count("<p>") + bad.count("<table>")
    found = max(len(find(page_of(bad, language=language))) for language in languages)
    assert found >= max(1, paragraphs - (rule == "one rounding"))
    assert not any(find(page_of(good, language=language)) for language in languages)


def test_english_ones_are_singular() -> None:
    assert plurals(page_of("<p>(1 questions) and 1 persons</p>", language="en"))
    assert not plurals(page_of("<p>1 question, 21 persons, 1,000 persons, 1 is, 1 class</p>", language="en"))


def test_appendices_may_name_tables() -> None:
    find, bad, _ = WORDS["no codes in running text"]
    assert find(page_of(bad, "method")) == []


def test_only_what_readers_see_as_text_is_read() -> None:
    page = page_of("<nav>x_y</nav><p>a <code>x_y</code> b</p><p class='rv-key'>x_y</p><table><tr><th>c</th></tr></table>")
    assert (page.running, page.cells) == (["a b"], ["c"])


@pytest.fixture(scope="module")
def pages(book: Path) -> list[Page]:
    return read_pages(book / "site")


@pytest.mark.parametrize("rule", WORDS)
def test_the_book_keeps_a_rule_for_words(rule: str, pages: list[Page]) -> None:
    assert {page.language for page in pages} == {"sv", "en"}
    assert sum(len(page.running) for page in pages) > 5_000
    find = WORDS[rule][0]
    broken = [f"{page.language} {page.name}: {text}" for page in pages for text in find(page)]
    assert not broken, "\n" + "\n".join(dict.fromkeys(broken))


# --- rules for numbers ---------------------------------------------------------------------------------------

SAYS = ["value", "low", "high", "unit", "status"]
APART = {"source", "qualifier", "starters", "table", "name", "cooperation"}
"""Columns on the origin of a number or more about its place, not its subject."""
SAME_AS = {
    "specialist_fte_reference": "specialist_fte",
    "coverage_a_reference": "coverage_a",
    "coverage_b_reference": "coverage_b",
    "st_persons_in_training": "st_persons_reference",
    "st_positions_in_training": "st_positions_reference",
}
"""Measure by year → the measure of the base year that it begins with."""
WHOLE = {"all": "all", "both": "all"}
"""Codes for all principals together, as a row without one does."""


def quantities(tables: Iterable[tuple[str, pd.DataFrame]]) -> pd.DataFrame:
    """Every row of results: what it is of, what it says, and the table that it is in."""
    frames = [
        frame.assign(table=name)
        for name, frame in tables
        if {"region", "measure", *SAYS[:3]} <= set(frame.columns) and not frame.empty
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows["measure"] = rows["measure"].replace(SAME_AS)
    rows["year"] = rows["year"].astype("Float64").astype("Int64") if "year" in rows else pd.NA
    rows["profession"] = rows["profession"].fillna("general_practice") if "profession" in rows else "general_practice"
    if "principal" in rows:
        rows["principal"] = rows["principal"].fillna("all").replace(WHOLE)
    for column in set(SAYS) - set(rows):
        rows[column] = pd.NA
    return rows


def contradictions(rows: pd.DataFrame) -> list[str]:
    """Quantities that have two values, intervals, units or statuses."""
    of = [name for name in rows.columns if name not in APART | set(SAYS)]
    numbers = {end: pd.to_numeric(rows[end]).round(6) for end in SAYS[:3]}
    grouped = rows.assign(**numbers).groupby(of, dropna=False)
    # A unit or a status that a table leaves out is not another one.
    differs = grouped[SAYS[:3]].nunique(dropna=False).join(grouped[SAYS[3:]].nunique())
    group, wrong = grouped.ngroup(), np.flatnonzero((differs > 1).any(axis=1))
    reported = []
    for number in wrong:
        own = rows.loc[group == number]
        subject = " ".join(str(part) for part in own.iloc[0][of] if not pd.isna(part))
        different = own.drop_duplicates(SAYS)[[*SAYS, "table"]].itertuples(index=False)
        reported.append(f"{subject}: {' | '.join(' '.join(map(str, each)) for each in different)}")
    return reported


PER_HEAD = {"st_positions_per_10000": ("st_positions_guideline", 10_000)}
"""Measure by inhabitants → the measure of the same whole, and per how many inhabitants."""


def per_head_of_rounded(rows: pd.DataFrame) -> list[str]:
    """Numbers by inhabitants that rest on a rounded whole: they give it back exactly, interval and all."""
    wide = rows.drop_duplicates(["region", "measure", "year"]).set_index(["region", "year"])
    people = wide.loc[wide["measure"] == "population", "value"]
    wrong = []
    for by_head, (whole, per) in PER_HEAD.items():
        heads = wide.loc[wide["measure"] == by_head, ["low", "high"]].mul(people / per, axis=0).dropna()
        wholes = wide.loc[wide["measure"] == whole, ["low", "high"]].reindex(heads.index)
        exact = np.isclose(heads, wholes, rtol=1e-6, atol=0).all(axis=1)
        wrong += [f"{by_head} {key}: {per} × {list(wholes.loc[key])} / inhabitants" for key in heads.index[exact]]
    return wrong


RANGES = {"fte_need", "inhabitants_per_fte", "fte_today", "fte_supply"}
"""Measures of professions that are promised as intervals."""


def points(rows: pd.DataFrame) -> list[str]:
    """Results of the professions that are promised as intervals and are a single number."""
    own = rows.loc[rows["measure"].isin(RANGES) & (rows["profession"] != "general_practice")]
    known = own.loc[own["value"].notna() | own["low"].notna()]
    wrong = known.loc[known["low"].isna() | known["high"].isna()]
    return [
        " ".join(str(part) for part in row)
        for row in wrong[["region", "profession", "measure", "year", "table"]].to_numpy()
    ]


def derived_by_assumption(rows: pd.DataFrame) -> list[str]:
    """Results called derived, which the glossary says is without assumptions, that rest on one all the same."""
    wrong = rows.loc[(rows["status"] == "derived") & rows["qualifier"].isin(["constant_share", "scenario"])]
    return sorted({f"{row.measure} ({row.qualifier}) in {row.table}" for row in wrong.itertuples()})


class Drawn(NamedTuple):
    """A map on a page: where, and the words of its legend."""

    place: str
    words: str


def _of_map(specification: object) -> Iterator[str]:
    """Titles in a chart's specification."""
    if isinstance(specification, dict):
        for key, value in specification.items():
            if key == "title" and isinstance(value, str):
                yield value
            else:
                yield from _of_map(value)
    elif isinstance(specification, list):
        for value in specification:
            yield from _of_map(value)


def beside(maps: Iterable[Drawn]) -> list[str]:
    """Maps under one heading in different years or units: readers compare them."""
    by_place: dict[str, list[str]] = {}
    for place, words in maps:
        by_place.setdefault(place, []).append(words)
    wrong = []
    for place, several in by_place.items():
        years = {frozenset(m[0] for m in YEAR.finditer(words)) for words in several}
        units = {re.sub(r"[\d\s]+", " ", m[0]).strip() for words in several if (m := re.search(r"\bper [^,;]*", words))}
        if len(several) > 1 and (len(years) > 1 or len(units) > 1):
            wrong.append(f"{place}: " + " | ".join(several))
    return wrong


TOY = pd.DataFrame(
    {
        "region": ["21", "21", "21"],
        "measure": ["st_positions_guideline", "st_positions_per_10000", "population"],
        "year": [2024, 2024, 2024],
        "value": [98.0, 3.4, 280_000],
        "low": [80.0, 2.857142857, np.nan],
        "high": [120.0, 4.285714286, np.nan],
        "unit": ["positions", "positions per 10 000 inhabitants", "inhabitants"],
        "status": "estimated",
        "qualifier": "",
        "source": "D3",
    }
)


def test_two_values_intervals_or_statuses_of_one_quantity_are_found() -> None:
    rows = [("a", TOY), ("b", TOY)]
    assert contradictions(quantities(rows)) == []
    for column, other in (("value", 99.0), ("low", 81.0), ("status", "missing")):
        (found,) = contradictions(quantities([("a", TOY), ("b", TOY.assign(**{column: [other, *TOY[column][1:]]}))]))
        assert "st_positions_guideline" in found
        assert str(other) in found


def test_a_whole_without_a_principal_is_that_of_all() -> None:
    need = TOY.iloc[:1].assign(measure="fte_need", profession="psychologist")
    other = need.assign(principal="all", low=82.0)
    (found,) = contradictions(quantities([("framaat", need), ("huvudmaen", other)]))
    assert "framaat" in found
    assert "huvudmaen" in found
    assert contradictions(quantities([("framaat", need), ("region", other.assign(principal="region"))])) == []


def test_a_number_by_inhabitants_from_a_rounded_whole_is_found() -> None:
    assert per_head_of_rounded(quantities([("a", TOY)]))
    assert per_head_of_rounded(quantities([("a", TOY.assign(high=[120.0, 4.2, np.nan]))])) == []


def test_a_point_where_an_interval_is_promised_is_found() -> None:
    need = TOY.iloc[:1].assign(measure="fte_need", profession="psychologist")
    assert points(quantities([("a", need.assign(low=np.nan, high=np.nan))]))
    assert points(quantities([("a", need)])) == []


def test_a_derived_number_that_rests_on_an_assumption_is_found() -> None:
    rows = TOY.assign(status="derived", qualifier="constant_share")
    assert derived_by_assumption(quantities([("a", rows)]))
    assert derived_by_assumption(quantities([("a", rows.assign(status="estimated"))])) == []


def test_maps_that_cannot_be_compared_are_found() -> None:
    one = Drawn("index, Karta", "ST-tjänster per 10 000 invånare, 2024")
    assert beside([one, Drawn("index, Karta", "ST-läkare per 1 000 invånare, 2021")])
    assert beside([one, Drawn("index, Karta", "ST-tjänster per 10 000 invånare, 2021")])
    assert beside([one, one, Drawn("index, Annat", "ST-läkare per 1 000 invånare, 2021")]) == []


@pytest.fixture(scope="module")
def executed(book: Path) -> list[tuple[str, list[dict[str, object]]]]:
    """Cells of every executed notebook of the Swedish book."""
    root = book / "source/chapters"
    return [
        (file.relative_to(root).with_suffix("").as_posix(), json.loads(file.read_text(encoding="utf-8"))["cells"])
        for file in sorted(root.rglob("*.ipynb"))
    ]


@pytest.fixture(scope="module")
def results(executed: list[tuple[str, list[dict[str, object]]]]) -> pd.DataFrame:
    """Every row of results in a table of the book."""
    tables = []
    for page, cells in executed:
        for output in _outputs(cells):
            if (table := output.get(TABLE)) is not None:
                codes = {"region": str, "municipality": str}
                frame = pd.read_csv(io.StringIO(table["csv"]), dtype=codes, low_memory=False)
                tables.append((f"{page}#{table['name']}", frame))
    return quantities(tables)


def _outputs(cells: Iterable[dict[str, object]]) -> Iterator[dict[str, dict[str, str]]]:
    for cell in cells:
        for output in cell.get("outputs", []):  # type: ignore[attr-defined]
            yield output.get("data", {})


def test_a_quantity_has_one_value_in_the_book(results: pd.DataFrame) -> None:
    of = [name for name in results.columns if name not in APART | set(SAYS)]
    several = results.groupby(of, dropna=False)["table"].nunique()
    assert (several > 1).sum() > 100, "tables that say the same have to be compared"
    wrong = contradictions(results)
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:40])


@pytest.mark.parametrize("find", [per_head_of_rounded, points, derived_by_assumption])
def test_the_book_keeps_a_rule_for_numbers(find: Callable[[pd.DataFrame], list[str]], results: pd.DataFrame) -> None:
    wrong = find(results)
    assert not wrong, f"{len(wrong)}\n" + "\n".join(wrong[:40])


def test_maps_beside_each_other_can_be_compared(executed: list[tuple[str, list[dict[str, object]]]]) -> None:
    maps = []
    for page, cells in executed:
        heading = ""
        for cell in cells:
            source = "".join(cell["source"])  # type: ignore[arg-type]
            if cell["cell_type"] == "markdown" and (found := re.findall(r"^#+ (.*)", source, re.MULTILINE)):
                heading = found[-1]
            for output in _outputs([cell]):
                specification = output.get(VEGALITE)
                if specification is not None and "geoshape" in json.dumps(specification):
                    maps.append(Drawn(f"{page}, {heading}", " ".join(dict.fromkeys(_of_map(specification)))))
    assert len(maps) >= 4
    wrong = beside(maps)
    assert not wrong, "\n".join(wrong)
