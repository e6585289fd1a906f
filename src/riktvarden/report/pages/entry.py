"""The start page: what a decision maker is asked, the search for a place, and the report in plain words."""

from __future__ import annotations

from html import escape
from typing import NamedTuple

from riktvarden.codes import NATION
from riktvarden.report.chapters import economics, st_baseline
from riktvarden.report.chapters.st_guideline import chance, first_year, intake, path, rounded
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import html
from riktvarden.report.kit.language import Language
from riktvarden.report.reference import publication
from riktvarden.results import Cost


class Answer(NamedTuple):
    """What the report answers to one question that a decision maker is asked."""

    question: str
    words: str
    dated: str
    """What date or years it is of."""
    source: str
    """Title of the chapter that it comes from."""
    address: str


FIRST = 3
"""Regions that are named as those where most is missing."""


def answers(context: Context, cost: Cost) -> list[Answer]:
    """Answer what is missing, how many start, when, at what cost, what happens otherwise, where first, and how sure."""
    t, results = context.language, context.results
    last = results.programme_status[2] or int(results.paths["year"].max())
    covered, met = (path(context, name, NATION)["value"] for name in ("coverage_a_reference", "norm_met_reference"))
    graded = [item for item in context.assumptions.values() if item.grade == "D"]
    hold = results.cell("st_starters_guideline")
    guideline, projected = t("Riktvärden för ST"), t("{first}–{last}").format(first=context.year, last=last)
    priced = economics.cost_of_path(context, cost)
    found = [
        Answer(
            t("Hur många fattas?"),
            t(
                "{gap} heltidsarbetande specialister i allmänmedicin. De {stock} som fanns räckte till {share} av behovet "
                "enligt normen."
            ).format(
                gap=context.estimate("specialist_gap"),
                stock=context.number("specialist_fte"),
                share=t.percent(results.cell("coverage_a").value),
            ),
            context.reference_date,
            guideline,
            "st_guideline.html",
        ),
        Answer(
            t("Hur många börjar utbildningen?"),
            t(
                "Omkring {now} läkare började sin ST. Det behövs {hold} per år för att hålla normen när den väl är nådd, "
                "och för att nå den behövs fler."
            ).format(
                now=t.number(rounded(results.cell("st_starters_reference").value, 10)),
                hold=context.estimate("st_starters_guideline"),
            ),
            str(context.year),
            guideline,
            "st_guideline.html#st-riktvaerden",
        ),
        Answer(t("När är normen nådd?"), first_year(context), projected, guideline, "st_guideline.html#bild-st-vaeg"),
        Answer(t("Vad kostar det per år?"), priced, projected, t("Vad kostar det?"), "economics.html"),
        Answer(
            t("Vad händer om inget görs?"),
            t(
                "Om lika många börjar varje år som {base} räcker specialisterna till {share} av behovet {year}. "
                "Sannolikheten att normen är nådd {last} är {chance}."
            ).format(
                base=context.year,
                share=t.percent(covered[context.target_year]),
                year=context.target_year,
                last=last,
                chance=chance(t, met[last]),
            ),
            projected,
            guideline,
            "st_guideline.html#st-riktvaerden",
        ),
        Answer(
            t("Vilka regioner först?"),
            t(
                "Längst från normen är {regions}, om intaget inte ökar. Inom parentes står sannolikheten att regionen har "
                "nått den {last}."
            ).format(
                regions=t.listed(
                    t("{name} ({share})").format(name=context.region_names[code], share=chance(t, share))
                    for code, share in furthest(context, last).items()
                ),
                last=last,
            ),
            projected,
            t("Regionerna"),
            "regions/index.html",
        ),
        Answer(
            t("Hur säkert är det?"),
            t(
                "Vi bedömer att rätt antal nya ST-läkare per år med 80 procents sannolikhet är {low}–{high}, om modellen "
                "stämmer. För {missing} av {every} regioner finns ingen användbar uppgift om hur många som gör ST, och "
                "{graded} av {all} antaganden är bedömningar."
            ).format(
                low=t.number(hold.low),
                high=t.number(hold.high),
                missing=t.number(st_baseline.unknown(context)),
                every=t.number(len(results.regions)),
                graded=t.number(len(graded)),
                all=t.number(len(context.assumptions)),
            ),
            context.reference_date,
            t("Hur säkra är riktvärdena?"),
            "uncertainty.html",
        ),
    ]
    return [each for each in found if each.words]


def furthest(context: Context, year: int) -> dict[str, float]:
    """The regions least likely to meet the norm by a year with today's intake, by code."""
    rows = context.results.paths
    of_year = (rows["measure"] == "norm_met_reference") & (rows["year"] == year) & (rows["region"] != NATION)
    chances = rows.loc[of_year].set_index("region")["value"].astype(float)
    return {str(code): share for code, share in chances.nsmallest(FIRST, keep="first").items()}


def show_answers(context: Context, cost: Cost) -> None:
    """Display what a decision maker is asked, each with its answer, date and source."""
    t = context.language
    items = "".join(
        f"<div><dt>{escape(each.question)}</dt><dd>{escape(each.words)} <small>{escape(each.dated)}. "
        f'{escape(t("Källa"))}: <a href="{each.address}">{escape(each.source)}</a>.</small></dd></div>'
        for each in answers(context, cost)
    )
    html(f'<dl class="rv-answers">{items}</dl>')


def show_search(language: Language) -> None:
    """Display the field that leads to a region or municipality by its name."""
    html(search(language, language("Hitta din region eller kommun")))


def search(language: Language, label: str, hidden: bool = False) -> str:
    """Return the form that asks for a place: without script it leads to the list of all places.

    Parameters
    ----------
    language
        Language of its words.
    label
        What the field is called.
    hidden
        Whether a script has to reveal it, where it does nothing by itself.
    """
    t = language
    return (
        f'<form class="rv-search" action="find.html" method="get"{" hidden" if hidden else ""}>'
        f'<label for="rv-place">{escape(label)}</label>'
        '<div class="rv-field"><input id="rv-place" name="q" type="search" autocomplete="off" spellcheck="false">'
        f'<button type="submit">{escape(t("Sök"))}</button></div></form>'
    )


def show_edition(context: Context, edition: str) -> None:
    """Display which edition this is, when it was made and what day its figures are of."""
    t = context.language
    found = publication.cited()
    rows = [
        (t("Utgåva"), t("arbetsversion") if edition == "working" else edition),
        (t("Version"), str(found["version"])),
        (t("Folkmängd"), t("31 december {year}").format(year=context.year)),
        (t("Jämförelsedatum"), context.reference_date),
    ]
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    html(f'<dl class="rv-facts">{items}</dl>')


def in_plain_words(context: Context) -> list[str]:
    """What the norm is, how far the doctors reach, how many have to start and when it helps, in plain words."""
    t, cell = context.language, context.results.cell
    hold, year, target = cell("st_starters_guideline"), context.results.programme_status[2], context.target_year
    later = path(context, "coverage_a_reference", NATION)["value"][target]
    reported = [
        t(
            "En läkare på vårdcentral är ofta specialist i allmänmedicin. För att bli det arbetar man under handledning i "
            "minst fem år. Utbildningen heter ST. Socialstyrelsen har angett att en läkare som arbetar heltid kan vara "
            "fast läkare för ungefär {norm} personer. Det kallar vi normen."
        ).format(norm=context.assumed("inhabitants_per_specialist")),
        t(
            "Den {date} fanns det ungefär {people} invånare för varje sådan läkare. Läkarna räckte alltså till ungefär "
            "{share} av det som behövs. Läkare under utbildning och andra läkare tar också emot patienter, men de är inte "
            "med i det talet."
        ).format(
            date=context.reference_date,
            people=t.number(rounded(cell("population").value / cell("specialist_fte").value, 100)),
            share=t.percent(cell("coverage_a").value),
        ),
        t(
            "För att ha tillräckligt många läkare på lång sikt behöver ungefär {starters} läkare börja sin utbildning "
            "varje år. Det kallar vi rapportens riktvärde. Det är inget krav, utan ett tal att sikta mot, och det är "
            "osäkert. Det kan räcka med {low}, men det kan också behövas {high}."
        ).format(
            starters=t.number(rounded(hold.value, 10)),
            low=t.number(rounded(hold.low, 10)),
            high=t.number(rounded(hold.high, 10)),
        )
        + " "
        + intake(context),
        t(
            "Det tar lång tid, eftersom utbildningen är lång och många läkare går i pension. Om lika många börjar varje år "
            "som {base} räcker läkarna till {later} av behovet {year}."
        ).format(base=context.year, later=t.percent(later), year=target),
    ]
    if year is not None:
        reported[-1] += " " + t("Börjar fler kan alla regioner ha nått normen tidigast {year}.").format(year=year)
    reported.append(
        t(
            "Rapportens riktvärde säger inte hur länge du får vänta eller vilken läkare du får träffa. Din region ansvarar "
            "för läkarna på vårdcentralen, och din kommun ansvarar ofta för sjukvården i hemmet. Sök på din kommun om du "
            "vill veta vad som gäller där."
        )
    )
    return reported
