"""Translate words and format numbers in the reader's language, for all code of the report."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from riktvarden.assumptions import Assumption
from riktvarden.problems import InputError, Problem
from riktvarden.store import reads

LOCALE = Path(__file__).resolve().parents[4] / "locale"
DOMAIN = "riktvarden"
DOMAINS = (DOMAIN, "chapters")
"""Catalogues required of a language: words in code, and the text of the chapters."""
SOURCE_LANGUAGE = "sv"
"""Language of the source text, whose words are the keys of the catalogues."""

EN_DASH = "–"
MINUS = "−"
PERCENT = "\N{NO-BREAK SPACE}%"


def languages() -> tuple[str, ...]:
    """Return the languages of the report: Swedish, and every language with a catalogue."""
    others = {place.parents[1].name for place in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")}
    return (SOURCE_LANGUAGE, *sorted(others - {SOURCE_LANGUAGE}))


def lacking(language: str) -> list[Problem]:
    """Return the untranslated and fuzzy messages in the catalogues of a language."""
    problems = []
    with reads.unnoticed():  # decides whether there is a page, not its content
        for domain in DOMAINS:
            place = LOCALE / language / "LC_MESSAGES" / f"{domain}.po"
            name = f"{LOCALE.name}/{place.relative_to(LOCALE)}"
            if not place.is_file():
                problems.append(Problem(name, 0, "", "", "a catalogue", "run riktvarden catalogues and translate"))
                continue
            fix = "fill in its msgstr, or fix it and delete the word fuzzy"
            untranslated = [on_a_line(entry) for entry in _parsed(place.read_bytes(), language) if not translated(entry)]
            problems += [Problem(name, 0, "msgid", text, "a translation", fix) for text in untranslated]
    return problems


def translated(entry: Message) -> bool:
    """Return whether an entry of a catalogue has all forms of a valid translation; its header always has."""
    forms = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string,)
    return not entry.id or (all(forms) and not entry.fuzzy)


def on_a_line(entry: Message) -> str:
    """Return the source text of an entry on one line, with both forms if it has two."""
    forms = (entry.id,) if isinstance(entry.id, str) else entry.id
    return " / ".join(" ".join(str(form).split()) for form in forms)


@cache
def words(language: str) -> NullTranslations:
    """Return the catalogue of words in code, in which looking up a missing text is an error."""
    place = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    compiled = BytesIO()
    write_mo(compiled, _parsed(place.read_bytes(), language))
    compiled.seek(0)
    catalogue = GNUTranslations(compiled)
    catalogue.add_fallback(_Untranslated(f"{LOCALE.name}/{place.relative_to(LOCALE)}"))
    return catalogue


class _Untranslated(NullTranslations):
    """Fallback that refuses every text, where gettext would fall back to the source language."""

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def gettext(self, message: str) -> str:
        fix = "run riktvarden catalogues and translate"
        raise InputError([Problem(self.place, 0, "msgid", message, "a translation", fix)])

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1)


@cache
def _parsed(content: bytes, language: str) -> Catalog:
    return read_po(BytesIO(content), locale=language)


@dataclass(frozen=True)
class Language:
    """One language: translation through `__call__`, formatting of numbers through the methods."""

    code: str

    def __post_init__(self) -> None:
        if self.code not in languages():
            fix = "choose one of these, or make its catalogues"
            raise InputError([Problem("locale", 0, "language", self.code, f"one of {', '.join(languages())}", fix)])
        if self.code != SOURCE_LANGUAGE and (problems := lacking(self.code)):
            raise InputError(problems)

    def __call__(self, text: str) -> str:
        """Translate a Swedish text.

        Raises
        ------
        InputError
            If the catalogue of the language lacks it, as no page mixes languages.
        """
        if self.code == SOURCE_LANGUAGE or not text:
            return text
        return words(self.code).gettext(text)

    def plural(self, one: str, many: str, count: float, **values: object) -> str:
        """Translate a Swedish text in the form required by its count, and fill it in.

        Parameters
        ----------
        one, many
            The text for a count of one, and for all other counts; ``{count}`` is the count.
        count
            The whole number that determines the form.
        values
            Values of the other fields of the text.

        Raises
        ------
        InputError
            If the catalogue of the language lacks the text.
        """
        source = NullTranslations() if self.code == SOURCE_LANGUAGE else words(self.code)
        return source.ngettext(one, many, int(count)).format(count=self.number(count), **values)

    def number(self, value: float, digits: int = 0) -> str:
        """Format a number with the language's separators and a true minus sign."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        # Adding zero turns a rounded -0.0 into 0.
        text = str(format_decimal(round(float(value), digits) + 0.0, format=pattern, locale=self.code))
        return text.replace("-", MINUS)

    def spelled(self, count: int) -> str:
        """Format a small count as a word, as in running text."""
        return self(SPELLED[count]) if count in SPELLED else self.number(count)

    @cached_property
    def percent_sign(self) -> str:
        """The sign of per cent, after the space that the language puts there or none."""
        return str(Locale.parse(self.code).percent_formats[None].suffix[0])

    def percent(self, share: float, digits: int = 0) -> str:
        """Format a fraction as a percentage."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "") + self.percent_sign
        # Adding zero turns a rounded -0.0 into 0.
        rounded = round(float(share), digits + 2) + 0.0
        return str(format_percent(rounded, format=pattern, locale=self.code)).replace("-", MINUS)

    def signed(self, value: float, digits: int = 0, *, percent: bool = False) -> str:
        """Format a change, a number or a fraction in per cent, with its sign; if it rounds to zero, without."""
        text = self.percent(value, digits) if percent else self.number(value, digits)
        return f"+{text}" if round(float(value), digits + 2 * percent) > 0 else text

    def exact(self, *values: float, unit: str = "") -> list[str]:
        """Format numbers with as many decimals as the longest of them; years without separators."""
        if unit == "year":
            return [f"{value:.0f}" for value in values]
        digits = max(len(f"{value:.6f}".rstrip("0").partition(".")[2]) for value in values)
        return [self.number(value, digits) for value in values]

    def assumed(self, item: Assumption, scale: float | None = None, *, complement: bool = False) -> str:
        """Format an assumption's value, with its range if it has one.

        Parameters
        ----------
        item
            The assumption.
        scale
            Multiplier of the numbers if their unit is given elsewhere; by default shares are in per cent.
        complement
            Whether to format the complement of a share.
        """
        ends = (1 - item.value, 1 - item.high, 1 - item.low) if complement else (item.value, item.low, item.high)
        percent = scale is None and item.unit.startswith("share")
        by = 100.0 if percent else scale or 1.0
        value, low, high = self.exact(*(by * end for end in ends), unit=item.unit)
        text = value if item.low == item.high else f"{value} ({self.span(low, high)})"
        return text + self.percent_sign if percent else text

    def listed(self, words: Iterable[str]) -> str:
        """Join words as in a sentence: with commas, and "and" before the last."""
        return format_list(list(words), locale=self.code)

    def interval(self, low: float, high: float, digits: int = 0) -> str:
        """Format an interval with an en dash, or the word "till" between signed ends."""
        return self.span(self.number(low, digits), self.number(high, digits))

    def span(self, low: str, high: str) -> str:
        """Join two formatted ends, as `interval` does."""
        return (f" {self('till')} " if MINUS in low + high else EN_DASH).join((low, high))

    def estimate(self, value: float, low: float, high: float, digits: int = 0) -> str:
        """Format a value with its 80 % interval, or whichever of the two exists."""
        has_interval = not (math.isnan(low) or math.isnan(high))
        if math.isnan(value):
            return self.interval(low, high, digits) if has_interval else self("uppgift saknas")
        text = self.number(value, digits)
        return f"{text} ({self.interval(low, high, digits)})" if has_interval else text

    def estimates(self, rows: pd.DataFrame, digits: int = 0) -> list[str]:
        """Format each row's ``value, low, high`` as an estimate."""
        return [self.estimate(v, low, high, digits) for v, low, high in rows[["value", "low", "high"]].to_numpy(float)]

    def share(self, value: float, low: float, high: float, digits: int = 0) -> str:
        """Format a fraction as an estimate in per cent."""
        text = self.estimate(100 * value, 100 * low, 100 * high, digits)
        return text if math.isnan(value) and (math.isnan(low) or math.isnan(high)) else text + self.percent_sign

    def shares(self, rows: pd.DataFrame, digits: int = 0) -> list[str]:
        """Format each row's ``value, low, high``, fractions, as an estimate in per cent."""
        return [self.share(v, low, high, digits) for v, low, high in rows[["value", "low", "high"]].to_numpy(float)]

    def sized(self, value: float, low: float, high: float) -> str:
        """Format an estimate as `estimate` does, with as many decimals as the size of its value needs."""
        size = low if math.isnan(value) else value
        return self.estimate(value, low, high, 1 if size < 20 else 0)

    def between(self, low: float, high: float) -> str:
        """Write an 80 % interval without a value, with as many decimals as its size needs."""
        digits = 0 if high >= 10 else 1 if high >= 1 else 2
        return self.number(low) if low == high else self.interval(low, high, digits)

    def ranges(self, rows: pd.DataFrame) -> list[str]:
        """Write each row's ``low, high`` as `between` does."""
        return [self.between(low, high) for low, high in rows[["low", "high"]].to_numpy(float)]

    def indices(self, rows: pd.DataFrame) -> list[str]:
        """Write each row's index as an estimate; one without width alone, as it is what the others are measured against."""
        low, high = rows[["low", "high"]].to_numpy(float).T
        alone = np.isclose(low, high, rtol=1e-9, atol=0.0)
        return [
            self.number(value) if exact else text
            for value, exact, text in zip(rows["value"], alone, self.estimates(rows), strict=True)
        ]

    def date(self, day: pd.Timestamp, precision: str) -> str:
        """Format a date with the precision stated by its source."""
        if precision == "not_stated":
            return self("ej angivet i källan")
        pattern = {"day": "d MMMM y", "month": "MMMM y", "year": "y"}[precision]
        return str(format_date(day, pattern, locale=self.code))

    def term(self, text: str) -> str:
        """Translate fixed terms of the data package and the assumptions; names and codes are unchanged."""
        return _TERM.sub(lambda found: self(TERMS[found[0]]), text)

    def status(self, status: str, qualifier: str = "") -> str:
        """Return the name of a cell's status, with its qualifier if any."""
        word = self(STATUS[status])
        return f"{word}, {self(QUALIFIER[qualifier])}" if qualifier else word

    def statuses(self, rows: pd.DataFrame) -> list[str]:
        """Name each row's ``status``, and ``qualifier`` where the rows have one."""
        columns = [name for name in ("status", "qualifier") if name in rows]
        return [self.status(*each) for each in rows[columns].itertuples(index=False)]


SPELLED = {2: "två", 3: "tre", 4: "fyra", 5: "fem", 6: "sex", 7: "sju", 8: "åtta", 9: "nio", 10: "tio"}
"""Counts written as words."""

TERMS = {
    # descriptions of sources
    "not stated": "ej angivet",
    "stated per row": "anges per rad",
    "each row names its own": "varje rad anger sin egen",
    "each row names its publication": "varje rad anger sin publikation",
    "judged for this project": "bedömd för rapporten",
    # sources of assumptions
    "assumption": "antagande",
    "derived": "härlett",
    "published figures": "publicerade uppgifter",
    "published figure": "publicerad uppgift",
    "table": "tabellen",
    "commission of 2025": "regeringens uppdrag 2025",
    "agreements": "avtal",
    # distributions
    "fixed": "fast",
    "scenario": "jämförs sida vid sida",
    "uniform": "likformig",
    "triangular": "triangulär",
    "pert": "pert",
    # types of columns
    "string": "text",
    "integer": "heltal",
    "number": "tal",
    "boolean": "ja/nej",
    "date": "datum",
    "ordinance": "förordning",
    "predecessor of": "föregångare till",
    "the weights reproduce the two units that SCB prints as an example of its index": (
        "vikterna ger de två enheter som SCB visar som exempel på sitt index"
    ),
    "fitted to": "anpassat till",
    "and others": "m.fl.",
    "granted special housing, 5.13 per cent of those aged 65 or more in 2024 and 13 per cent of those aged 80 or more": (
        "beviljat särskilt boende, 5,13 procent av dem från 65 år 2024 och 13 procent av dem från 80 år"
    ),
    "rule of Västra Götalandsregionen for employers of ST doctors": (
        "Västra Götalandsregionens regel för den som anställer ST-läkare"
    ),
    "UK first-contact physiotherapists take twice as long": (
        "brittiska fysioterapeuter med första bedömning tar dubbelt så lång tid"
    ),
    "MIT licence, as the project's code": "MIT, som projektets kod",
    # units
    "as the figure": "som uppgiften",
    "percent": "procent",
    "licences per year": "legitimationer per år",
    "FTE per 1 000": "heltider per 1 000 invånare",
    "share of working time": "andel av arbetstiden",
    "share of pay and on-cost": "andel av lön och PO-pålägg",
    "share of pay": "andel av lönen",
    "share per year": "andel per år",
    "share of those under 60": "andel av dem under 60 år",
    "SEK per month": "kr per månad",
    "SEK per FTE and year": "kr per heltid och år",
    "SEK per person and year": "kr per person och år",
    "hours per person and year": "timmar per person och år",
    "times the cost of an employed specialist": "gånger kostnaden för en anställd specialist",
    "share": "andel",
    "ST persons per specialist": "ST-läkare per specialist",
    "persons per 100 000": "personer per 100 000 invånare",
    "persons per 1 000": "personer per 1 000 invånare",
    "per 1000 inhabitants": "per 1 000 invånare",
    "positions": "tjänster",
    "ST blocks": "ST-block",
    "persons per position": "personer per tjänst",
    "persons per year": "personer per år",
    "persons": "personer",
    "certificates per year": "bevis per år",
    "FTE per person": "heltider per person",
    "FTE": "heltider",
    "inhabitants per full-time specialist": "invånare per heltidsspecialist",
    "inhabitants per ST doctor": "invånare per ST-läkare",
    "inhabitants": "invånare",
    "hours per year": "timmar per år",
    "years full time": "år på heltid",
    "per year": "per år",
    "years": "år",
    "year": "år",
    "years of age": "års ålder",
    "million visits per year": "miljoner besök per år",
    "visits per year": "besök per år",
    "per measure": "enligt måttet",
    "million contacts per year": "miljoner kontakter per år",
    "visits per recipient": "besök per mottagare",
    "minutes per resident and week": "minuter per boende och vecka",
    "minutes per participant and week": "minuter per deltagare och vecka",
    "health centres": "vårdcentraler",
    "km per hour": "km i timmen",
    "inhabitants per km2": "invånare per km²",
    "inhabitants per km²": "invånare per km²",
    "billion SEK per year": "miljarder kr per år",
    "contacts": "kontakter",
    "days per year": "dagar per år",
    "hours per day": "timmar per dag",
    "index weight": "vikt i index",
    "ratio of women to men": "kvot, kvinnor mot män",
    "ratio to ages 18-59": "kvot, mot 18–59 år",
    "ratio to ages 30-59": "kvot, mot 30–59 år",
    "ratio to ages 60-79": "kvot, mot 60–79 år",
    "ratio": "kvot",
    "weight": "vikt",
    "SEK": "kr",
    "minutes": "minuter",
    "sessions": "besök",
    "elasticity": "elasticitet",
    "factor": "faktor",
    "log sd": "standardavvikelse i logaritmen",
}
"""Fixed English terms of the data → Swedish words."""

_TERM = re.compile(r"\b(" + "|".join(map(re.escape, sorted(TERMS, key=len, reverse=True))) + r")\b(?!_)")

STATUS = {
    "reported": "redovisad",
    "derived": "härledd",
    "estimated": "skattad",
    "missing": "uppgift saknas",
    "suppressed": "undertryckt",
}
"""Status of a cell → its Swedish word."""

STATUS_MEANING = {
    "reported": "Siffran står i en publicerad källa och återges oförändrad.",
    "derived": "Siffran är uträknad ur redovisade siffror, utan antaganden.",
    "estimated": "Siffran bygger på en modell och graderade antaganden; intervallet hör till.",
    "missing": "Ingen användbar källa finns. Eventuellt intervall kommer från spridningen mellan andra regioner.",
    "suppressed": "Siffran finns men visas inte, eftersom den skulle kunna röja en enskild person.",
}
"""Status of a cell → its meaning."""

QUALIFIER = {
    "lower_bound": "minst så många",
    "mixed_measure": "blandat mått",
    "old": "äldre uppgift",
    "derived": "ur ett tal per invånare",
    "blocks": "ST-block, inte personer",
    "upper_bound": "högst så många",
    "undated": "utan datum i källan",
    "wide": "även slutenvården räknad",
    "partial": "ur en del av enheterna",
    "low_coverage": "för få enheter har svarat",
    "impossible": "orimligt svar",
    "interval_only": "endast intervall",
    "infeasible_by_training": "ej möjligt genom enbart utbildning",
    "approximate": "ungefärlig",
    "rounded": "avrundad av källan",
    "workplace_coding": "efter arbetsställets näringsgren",
    "fte_redefined": "ny definition av heltid",
    "source_estimate": "källans egen skattning",
    "implausible": "orimlig i källan",
    "constant_share": "om andelen är oförändrad",
    "scenario": "scenario",
    "contradicted": "indragen, uppgifterna motsäger varandra",
}
"""Qualifier of a status → its Swedish words."""

QUALIFIER_MEANING = {
    "lower_bound": "Källan säger ”över” eller ”minst”: det verkliga talet är lika stort eller större.",
    "mixed_measure": "Talet lägger ihop personer på tjänster med olika finansiering.",
    "old": "Uppgiften är mer än två år äldre än referensdatumet.",
    "derived": "Källan anger ett tal per 1 000 invånare; antalet är uträknat med folkmängden.",
    "blocks": "Källan räknar ST-block. Block är inte personer och räknas inte om.",
    "upper_bound": "Det verkliga talet är lika stort eller mindre.",
    "undated": "Källan säger inte när uppgiften gällde.",
    "wide": "Källan räknar även specialister utanför primärvården.",
    "partial": (
        "Bara en del av regionens enheter har svarat; resten är skattad efter deras storlek. Talet är avrundat så att "
        "ingen enhet går att räkna ut."
    ),
    "low_coverage": "För liten del av regionen har svarat för en skattning.",
    "impossible": "Svaren från en del av enheterna ger fler än vad regionens folkmängd rimligen medger.",
    "interval_only": "Inget punktvärde anges, bara det intervall som modellen ger.",
    "infeasible_by_training": "Ingen som börjar sin ST nu hinner bli klar till målåret.",
    "approximate": "Källan säger ”cirka”, ”omkring” eller anger talet i runda tal.",
    "rounded": "Källan har avrundat talet. Delar kan därför avvika från helheten.",
    "workplace_coding": "Personer räknas dit arbetsstället är kodat. Primärvård som hör till ett sjukhus saknas.",
    "fte_redefined": "Källan räknar heltider på ett annat sätt än åren före. Nivåerna går inte att jämföra.",
    "source_estimate": "Talet är inte räknat utan skattat av den som publicerade det.",
    "implausible": "Talet står i källan men kan inte stämma: fler heltider än personer.",
    "constant_share": "Ett räkneexempel: dagens publicerade andel av SCB:s framtida folkmängd. Ingen prognos.",
    "scenario": "Talet vilar på ett antaget scenario med egna gränser, inte på en mätning.",
    "contradicted": (
        "Tiden som kontakterna tar och tiden som personalen har går inte ihop med de antaganden som finns. Värdet visas "
        "därför inte."
    ),
}
"""Qualifier of a status → its meaning."""
