"""Which region, sex, sector, profession and measure words mean, in Swedish, English and code: for the gate."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from riktvarden.baseline import personnel
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.language import Language

COLUMNS = {
    "region": {"region", "län", "county", "regionkod", "region code"},
    "sex": {"sex", "kön", "gender"},
    "sector": {"sector", "regi", "driftsform", "form of operation"},
    "care_level": {"care level", "vårdnivå"},
    "profession": {"profession", "yrke", "yrkesgrupp"},
    "principal": {"principal", "huvudman"},
    "measure": {"measure", "mått"},
    "definition": {"definition"},
    "year": {"year", "år", "31 december"},
    "dated": {"dated", "date", "datum", "reference date", "referensdatum"},
    "value": {"value", "värde", "antal", "count"},
    "status": {"status"},
    "unit": {"unit", "enhet"},
    "source": {"source", "källa", "figure", "uppgift", "sources", "källor"},
    "care_unit": {"care unit", "vårdenhet", "vårdcentral"},
}
"""Column as the gate names it → its headings."""

HEADINGS = {heading: name for name, headings in COLUMNS.items() for heading in headings}

WORDS: Mapping[str, Mapping[str, str]] = {
    "sex": {
        "women": "women|woman|female|females|kvinnor|kvinna|kvinnliga|kvinnlig",
        "men": "men|male|males|män|manliga|manlig",
        "total": "both sexes|båda könen",
    },
    "sector": {
        "own": "own|own operation|own management|egen regi|egna enheter|regionens regi",
        "public": "public|offentlig|offentliga",
        "private": "private|private operation|privat|privata|privat regi",
        "all": "all regi|all forms of operation",
    },
    "principal": {"municipality": "municipality|municipal|kommun|kommunal|kommunala|kommunalt"},
    "measure": {
        "persons": (
            "st persons|persons|person|people|personer|individer|anställda|employed|employees|headcount|"
            "st-läkare|läkare i st|läkare|doctors|doctor|st doctors|residents|trainees"
        ),
        "positions": "st positions|positions|position|posts|st-tjänster|tjänster|tjänst|st posts",
        "fte": "fte|st fte|heltider|årsarbetare|heltidstjänster|full-time equivalents|full time equivalents",
    },
}
"""What is named → code → its words, divided by bars."""

TOTALS = {"sex": {"all", "total", "totalt", "alla", "t"}, "sector": {"all", "alla", "total", "totalt"}}
SHORT = {"sex": {"f": "women", "k": "women", "w": "women", "m": "men"}}
"""Words that mean something in a column of their own only."""

_SWEDISH = re.compile(r"\b(?:och|är|inte|som|för|av|har|på|det)\b|[åäö]")


def plain(text: str) -> str:
    """Return text to be compared: composed, without case, underscores and runs of space."""
    return re.sub(r"[\s_\u00ad\u200b]+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


class Labels:
    """The words of one set of regions."""

    def __init__(self, regions: Mapping[str, Iterable[str]]) -> None:
        self.regions = {plain(name): code for code, names in regions.items() for name in names}
        """Name of a region → its code."""
        self.codes = set(regions)

    @cached_property
    def _phrases(self) -> dict[str, set[tuple[str, str]]]:
        found: dict[str, set[tuple[str, str]]] = {}
        for kind, codes in WORDS.items():
            for code, words in codes.items():
                for word in words.split("|"):
                    found.setdefault(word, set()).add((kind, code))
        english = Language("en")
        for code, words in PROFESSION.items():
            if code in {"all", "other"}:
                continue
            for word in (plain(words), plain(english(words)), plain(code)):
                found.setdefault(word, set()).add(("profession", code))
                for ending in ("er", "or", "s"):
                    if word.endswith(ending) and len(word) > 6:
                        found.setdefault(word.removesuffix(ending), set()).add(("profession", code))
        for code in personnel.PROFESSIONS:
            found.setdefault(plain(code), set()).add(("profession", code))
        found.pop("all", None)
        for name, code in self.regions.items():
            found.setdefault(name, set()).add(("region", code))
        # Doctors in training are persons: the word alone says no profession of an export.
        for word in ("läkare", "doctors", "doctor"):
            found[word] = {("measure", "persons"), ("profession", "physician")}
        return found

    @cached_property
    def _search(self) -> re.Pattern[str]:
        words = sorted(self._phrases, key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})s?(?!\w)")

    def found(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        """Yield where words of a `plain` text mean something: begin, end, what is named and its code."""
        swedish = _SWEDISH.search(text) is not None
        for match in self._search.finditer(text):
            word = match[0]
            meant = self._phrases.get(word) or self._phrases.get(word.removesuffix("s"), set())
            if word == "men" and swedish:  # "but"
                continue
            for kind, code in meant:
                yield match.start(), match.end(), kind, code

    def stated(self, text: str) -> dict[str, set[str]]:
        """Return what a text names: kind → codes."""
        named: dict[str, set[str]] = {}
        for _, _, kind, code in self.found(plain(text)):
            named.setdefault(kind, set()).add(code)
        return named

    def code(self, kind: str, text: str) -> str:
        """Return the code of a cell in a column of its own; the text itself where it is a code or unknown."""
        word = plain(text)
        if kind == "region":
            if re.fullmatch(r"\d(?:\.0)?|\d\d\.0", word):
                return word.split(".")[0].zfill(2)
            return self.regions.get(word, text)
        if word in TOTALS.get(kind, ()):
            return "total" if kind == "sex" else "all"
        if word in SHORT.get(kind, {}):
            return SHORT[kind][word]
        if kind in {"year", "measure"}:
            return text
        meant = {code for found, code in self._phrases.get(word, ()) if found == kind}
        return meant.pop() if len(meant) == 1 else text

    def kind(self, texts: Iterable[str]) -> str | None:
        """Say what a column of words names, if all of them name the same kind; only a column without a known heading."""
        kinds: set[str] | None = None
        for word in {plain(text) for text in texts if text}:
            here = {kind for kind, _ in self._phrases.get(word, ())} - {"measure"}
            kinds = here if kinds is None else kinds & here
            if not kinds:
                return None
        return sorted(kinds)[0] if kinds else None


def heading(text: str) -> str:
    """Return what a column is to the gate; the heading as it is where that is not known."""
    return HEADINGS.get(plain(text), text)
