"""The reports that are made for paper: which chapters each holds, and what its cover says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from riktvarden import tables
from riktvarden.editions import selections
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language


@dataclass(frozen=True)
class Report:
    """One report for paper."""

    name: str
    """File name without ending."""
    title: str
    subtitle: str
    chapters: tuple[str, ...]
    """Documents of the book, in reading order."""
    answers: tuple[str, ...] = ()
    """Demands of the commissions that it answers, in their words."""
    others: tuple[str, ...] = ()
    """Demands of the same commissions that it does not answer."""


def reports(language: Language) -> list[Report]:
    """Return the reports that the commissions ask for, with their words in one language."""
    t = language
    words = {
        "count": t.spelled(len(PROFESSIONS)),
        "professions": t.listed(t(each.shown.plural) for each in PROFESSIONS.values()).capitalize(),
    }
    pages = tuple(each.shown.page for each in PROFESSIONS.values())
    is_source = t.code == SOURCE_LANGUAGE
    commission = tables.read("commission").set_index("demand")
    demands = commission[f"words_{'sv' if is_source else 'en'}"]

    def others(answered: Sequence[str]) -> tuple[str, ...]:
        same = commission["commission"].isin(set(commission["commission"].loc[list(answered)]))
        return tuple(str(words) for words in demands[same & ~demands.index.isin(list(answered))])

    return [
        Report(
            name,
            (of.title_sv if is_source else of.title_en).format(**words),
            (of.subtitle_sv if is_source else of.subtitle_en).format(**words),
            tuple(page for chapter in of.chapters for page in (pages if chapter == selections.EACH else (chapter,))),
            tuple(str(demands[demand]) for demand in of.demands),
            others(of.demands),
        )
        for name, of in selections.read().items()
    ]


def independent(language: Language) -> str:
    """Return what tells a reader of paper whose values these are."""
    return language(
        "Ett fristående, öppet arbete. Riktvärdena är rapportens egna beräkningar och inte Socialstyrelsens egna värden."
    )


def answered(language: Language) -> str:
    """Return what introduces the demands that a report answers."""
    return language("Rapporten svarar på dessa krav i regeringsbesluten:")


def unanswered(language: Language, report: Report) -> str:
    """Return a sentence with the demands that a report does not answer."""
    t = language
    listed = t.listed(f"{words[:1].lower()}{words[1:]}" for words in report.others)
    return t("Samma regeringsbeslut ställer krav som rapporten inte svarar på: {demands}.").format(demands=listed)


def contents(language: Language) -> str:
    """Return the heading of a table of contents."""
    return language("Innehåll")


def listed(language: Language) -> tuple[str, str]:
    """Return title and introduction of the page that lists the files."""
    return language("Rapporten för utskrift"), language(
        "Filerna är gjorda av webbplatsens sidor och går att läsa med skärmläsare. De har samma siffror som sidorna."
    )


def sheet(language: Language, region: str) -> str:
    """Return what a region's sheet is called in a list of files."""
    return language("{region}: två sidor").format(region=region)
