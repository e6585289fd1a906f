"""The reports that are made for paper: which chapters each holds, and what its cover says."""

from __future__ import annotations

from dataclasses import dataclass

from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit.language import Language


@dataclass(frozen=True)
class Report:
    """One report for paper."""

    name: str
    """File name without ending."""
    title: str
    subtitle: str
    chapters: tuple[str, ...]
    """Documents of the book, in reading order."""


def reports(language: Language) -> list[Report]:
    """Return the reports that the commissions ask for, with their words in one language."""
    t = language
    return [
        Report(
            "st",
            t("ST i allmänmedicin: baslinje och riktvärden"),
            t("Hur många som utbildas till specialister i allmänmedicin, och hur många som behövs"),
            (
                "commission",
                "st_baseline",
                "st_guideline",
                "st_path",
                "need",
                "uncertainty",
                "calibration",
                "quality",
                "glossary",
            ),
        ),
        Report(
            "professions",
            t("Riktvärden för {count} yrken i primärvården").format(count=t.spelled(len(PROFESSIONS))),
            t.listed(t(each.shown.plural) for each in PROFESSIONS.values()).capitalize(),
            (
                "commission",
                *(each.shown.page for each in PROFESSIONS.values()),
                "professions",
                "need",
                "principals",
                "supply_assessment",
                "uncertainty",
                "economics",
                "glossary",
            ),
        ),
        Report(
            "personnel",
            t("Personalen i primärvården: statistik och utvecklingsbehov"),
            t("Publicerade uppgifter om personal, analys av psykisk ohälsa och vad som behöver utvecklas"),
            (
                "commission",
                "personnel",
                "mental_health",
                "collaborative_regions",
                "local_care",
                "supply_assessment",
                "development_needs",
                "quality",
                "glossary",
            ),
        ),
    ]


def independent(language: Language) -> str:
    """Return what tells a reader of paper whose values these are."""
    return language(
        "Ett fristående, öppet arbete. Riktvärdena är rapportens egna beräkningar och inte Socialstyrelsens egna värden."
    )


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
