"""Show the formulas, assumptions and tables behind the numbers on a page, with links to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import NamedTuple

from riktvarden.codes import NATION
from riktvarden.report.kit import notation, ranges
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.language import Language
from riktvarden.report.reference.overviews import label_of
from riktvarden.store import material

MEASURES = {
    "population": "Invånare",
    "st_persons": "Personer i ST, senaste uppgift",
    "st_positions": "ST-tjänster, senaste uppgift",
    "st_financed_positions": "Finansierade ST-tjänster, senaste uppgift",
    "st_blocks": "ST-block, senaste uppgift",
    "st_fte": "Heltider i ST, senaste uppgift",
    "st_persons_reference": "Personer i ST vid referensdatumet",
    "st_positions_reference": "ST-tjänster vid referensdatumet",
    "st_positions_gap": "Rapportens riktvärde minus antalet vid referensdatumet, tjänster",
    "st_gap": "Rapportens riktvärde minus antalet vid referensdatumet, personer",
    "st_positions_guideline": "Rapportens riktvärde: ST-tjänster",
    "st_positions_per_10000": "Rapportens riktvärde: ST-tjänster per 10 000 invånare",
    "st_persons_guideline": "Rapportens riktvärde: personer i ST",
    "st_starters_guideline": "Nya ST-läkare per år som håller normen",
    "st_starters_reference": "Nya ST-läkare per år vid referensdatumet",
    "specialist_requirement": "Behov: heltider av specialister",
    "specialist_requirement_target": "Behov i målåret: heltider av specialister",
    "specialist_fte": "Heltider av specialister vid referensdatumet",
    "specialist_fte_long_run": "Heltider av specialister på lång sikt med oförändrat intag",
    "specialist_inflow": "Nya specialister per år med oförändrat intag",
    "specialist_exit_share": "Andel av dagens specialister som slutar på ett år",
    "specialist_gap": "Behovet minus heltiderna vid referensdatumet",
    "specialist_gap_target": "Behovet minus heltiderna i målåret med oförändrat intag",
    "coverage_a": "Täckning A",
    "coverage_b": "Täckning B",
    "coverage_a_reference": "Täckning A med oförändrat intag",
    "coverage_b_reference": "Täckning B med oförändrat intag",
    "norm_met_reference": "Sannolikhet att normen är nådd med oförändrat intag",
    "programme_starters": "Nya ST-läkare på vägen till normen",
    "programme_persons_in_training": "Personer i ST på vägen till normen",
    "programme_positions": "ST-tjänster på vägen till normen",
    "programme_specialist_fte": "Heltider av specialister på vägen till normen",
    "programme_coverage_a": "Täckning A på vägen till normen",
    "programme_coverage_b": "Täckning B på vägen till normen",
    "programme_norm_met": "Sannolikhet att normen är nådd på vägen",
    "inhabitants_per_fte": "Rapportens riktvärde: invånare per heltid",
    "fte_need": "Behov: heltider i primärvården",
    "fte_today": "Heltider som arbetar i primärvården",
    "need_index": "Index för behovet",
}
"""Measure → name of its number."""

OF_PROFESSION = ("inhabitants_per_fte", "fte_need", "fte_today")
"""Measures of a profession shown at the top of its page."""
DOCTORS = "general_practice"
PUBLISHED = "st-"
"""Prefix of the IDs of published figures."""


class Number(NamedTuple):
    """A number on a page."""

    measure: str
    value: str
    """The number as formatted."""
    status: str
    source: str
    """Its source, as in the results: labels of formulas, tables, assumptions and published figures."""


@dataclass(frozen=True)
class RecordingContext(Context):
    """A context that records the results requested from it."""

    asked: dict[tuple[str, str], str] = field(default_factory=dict)
    """Measure and region → formatted number."""

    @classmethod
    def over(cls, context: Context) -> RecordingContext:
        """Return a recording copy of a context."""
        return cls(context.language, context.results, context.tables, context.assumptions)

    def estimate(self, measure: str, region: str = NATION, digits: int = 0) -> str:
        """Return one formatted result, see `Context.estimate`."""
        return self.asked.setdefault((measure, region), super().estimate(measure, region, digits))

    def share(self, measure: str, region: str = NATION) -> str:
        """Return one formatted share, see `Context.share`."""
        return self.asked.setdefault((measure, region), super().share(measure, region))

    def number(self, measure: str, region: str = NATION, digits: int = 0) -> str:
        """Return the value of one result, see `Context.number`."""
        return self.asked.setdefault((measure, region), super().number(measure, region, digits))


def numbers(context: Context, write: Callable[[Context], Sequence[str] | Table], region: str = NATION) -> list[Number]:
    """Return the formatted results of one area that `write` requests for its sentences or table."""
    recording = RecordingContext.over(context)
    reported = write(recording)
    text = " ".join(reported.cells.astype("str").to_numpy().ravel() if isinstance(reported, Table) else reported)
    found = []
    for (measure, area), value in recording.asked.items():
        if area == region and value in text:
            cell = context.results.cell(measure, area)
            found.append(Number(measure, value, context.status(measure, area), cell.source))
    return found


def numbers_of(context: Context, profession: str, region: str = NATION) -> list[Number]:
    """Return the numbers at the top of the page of a profession."""
    t = context.language
    found = {}
    for measure in OF_PROFESSION:
        rows = ranges.rows_of(context, profession, measure)
        value = t.sized(*ranges.estimate_of(rows, region))
        status, qualifier, source = (str(rows[name][region]) for name in ("status", "qualifier", "source"))
        found[measure] = Number(measure, value, t.status(status, qualifier), source)
    # Inhabitants per full-time equivalent are the inhabitants over the need, and thus have the sources of the need.
    found["inhabitants_per_fte"] = found["inhabitants_per_fte"]._replace(source=found["fte_need"].source)
    return list(found.values())


def show(context: Context, reported: Iterable[Number], table: str, profession: str = DOCTORS, up: str = "") -> None:
    """Display the sources of numbers, folded: the formulas of each, then all their assumptions and tables once.

    Parameters
    ----------
    context
        The material of the chapter.
    reported
        The numbers; those with the same sources are grouped.
    table
        Address of the table with these numbers and its download.
    profession
        Profession of the numbers.
    up
        Relative path from the page to the folder of the chapters, such as ``../``.
    """
    t = context.language
    by_source: dict[str, list[Number]] = {}
    for number in reported:
        by_source.setdefault(number.source, []).append(number)
    items, head = [], escape(t("Formler"))
    behind: dict[str, dict[str, None]] = {}
    for source, own in by_source.items():
        named = "; ".join(f"{t(MEASURES[number.measure])}: {number.value} ({number.status})" for number in own)
        formulas = ", ".join(_formula(part, t, up) for part in parts_of(source))
        items.append(f"<li>{escape(named)}{f'. {head}: {formulas}' if formulas else ''}</li>")
        for kind, links in _behind(context, source, profession, up):
            behind.setdefault(kind, {}).update(dict.fromkeys(links))
    rows = "".join(f"<dt>{escape(kind)}</dt><dd>{', '.join(links)}</dd>" for kind, links in behind.items())
    html(
        f'<details class="rv-details rv-origin"><summary>{escape(t("Varifrån kommer talen?"))}</summary>'
        f"<ul>{''.join(items)}</ul><dl>{rows}<dt>{escape(t('Ladda ned'))}</dt>"
        f'<dd><a href="{escape(table)}">{escape(t("Tabellen med talen"))}</a></dd></dl></details>'
    )


def parts_of(source: str) -> tuple[str, ...]:
    """Return the parts of the method behind a result, and all their dependencies, in the order of the chapter."""
    labels = [name.strip() for name in source.split(";")]
    return notation.chain(part for part in notation.METHODS if notation.label(part) in labels)


def _behind(context: Context, source: str, profession: str, up: str) -> Iterator[tuple[str, list[str]]]:
    """Yield what a result rests on beside formulas: a heading, and links."""
    t = context.language
    parts = parts_of(source)
    named = [name.strip() for name in source.split(";")]
    assumed = [
        name
        for name in context.assumptions
        if name in named or any(profession in context.uses.get(name, {}).get(part, ()) for part in parts)
    ]
    known = [name for part in parts for name in notation.METHODS[part].tables]
    tables = [*(name for name in named if material.is_described(name)), *known]
    if any(name.startswith(PUBLISHED) for name in named):
        tables.insert(0, "published_st")
    if assumed:
        yield (
            t("Antaganden, med grad"),
            [
                f'<a href="{up}data.html#antagande-{name}">{escape(label_of(context.assumptions[name], t))}</a> '
                f"({escape(str(context.assumptions[name].grade))})"
                for name in assumed
            ],
        )
    if tables:
        yield t("Källtabeller, med datum"), [_table(name, t, up) for name in tables]


def _formula(part: str, language: Language, up: str) -> str:
    """Return a link to a part of the method."""
    title = f"{language(notation.METHODS[part].title)} ({notation.label(part)})"
    return f'<a href="{up}method.html#{notation.anchor(part)}">{escape(title)}</a>'


def _table(name: str, language: Language, up: str) -> str:
    """Return a link to a table of the package, with its reference date."""
    reported = material.described(name)
    dated = language.term(reported["reference_date"])
    return f'<a href="{up}data.html#tabell-{name}">{escape(language(reported["title"]))}</a> ({escape(dated)})'
