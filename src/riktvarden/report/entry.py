"""The ways in: the numbers of the start page, the search for a place, and the report told to patients."""

from __future__ import annotations

from html import escape

from riktvarden import model
from riktvarden.report import publication
from riktvarden.report.context import Context
from riktvarden.report.figures import html
from riktvarden.report.language import Language
from riktvarden.report.st_guideline import plan_verdict

UNIT_GAP = "\N{NO-BREAK SPACE}"
PERCENT = f"{UNIT_GAP}%"


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


def show_numbers(context: Context) -> None:
    """Display the three numbers that a hurried reader takes away, each with interval, status and way to its chapter."""
    t = context.language
    gap = context.results.cell("st_gap")
    may_do = t("Intervallet går över noll: antalet kan räcka.") if gap.low < 0 < gap.high else ""
    numbers = [
        (
            t("Riktvärde för ST i allmänmedicin"),
            "st_positions_guideline",
            t("tjänster"),
            1.0,
            t("Så många ST-tjänster behövs i riket för att på lång sikt hålla normen."),
            "st_guideline.html",
        ),
        (
            t("Riktvärdet jämfört med i dag"),
            "st_gap",
            t("fler i ST") if gap.value >= 0 else t("färre i ST"),
            1.0 if gap.value >= 0 else -1.0,
            " ".join(
                filter(
                    None,
                    [
                        t("Personer, jämfört med det skattade antalet den {date}.").format(date=context.reference_date),
                        may_do,
                    ],
                )
            ),
            "st_baseline.html",
        ),
        (
            t("Så långt räcker specialisterna"),
            "coverage_a",
            PERCENT,
            100.0,
            t("Specialisternas heltider på vårdcentral, i andel av vad normen kräver."),
            "st_guideline.html",
        ),
    ]
    cards = []
    for label, measure, unit, scale, meaning, address in numbers:
        cell = context.results.cell(measure)
        low, high = sorted((scale * cell.low, scale * cell.high))
        percent = unit == PERCENT
        ends = t.interval(low, high) + (PERCENT if percent else "")
        written = unit if percent else UNIT_GAP + unit
        cards.append(
            f'<li><a class="rv-what" href="{address}">{escape(label)}</a>'
            f'<p class="rv-value">{escape(t.number(scale * cell.value))}'
            f'<span class="rv-unit">{escape(written)}</span></p>'
            f'<p class="rv-range">{escape(t("80-procentigt intervall: {ends}").format(ends=ends))}'
            f"<br>{escape(t('Status: {status}').format(status=context.status(measure)))}</p>"
            f"<p>{escape(meaning)}</p></li>"
        )
    html(f'<ul class="rv-numbers">{"".join(cards)}</ul>')


def show_edition(context: Context, edition: str) -> None:
    """Display which edition this is, when it was made and what day its figures are of."""
    t = context.language
    found = publication.cited()
    rows = [
        (t("Utgåva"), t("arbetsversion") if edition == "working" else edition),
        (t("Version"), str(found["version"])),
        (t("Folkmängd"), t("31 december {year}").format(year=context.year)),
        (t("ST jämförs den"), t.date(model.REFERENCE_DATE, "day")),
    ]
    items = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)
    html(f'<dl class="rv-facts">{items}</dl>')


def norm_for_patients(context: Context) -> str:
    """What the norm says, in plain words."""
    t = context.language
    return t(
        "Socialstyrelsen har sagt att en läkare som arbetar heltid kan vara fast läkare för ungefär {norm} personer. "
        "Det kallar vi normen. För att hålla den i hela landet behövs {positions} platser för läkare som utbildar sig. "
        "Det är riktvärdet. Talet är osäkert: det kan vara så lågt som {low} eller så högt som {high}."
    ).format(
        norm=context.assumed("inhabitants_per_specialist"),
        positions=context.number("st_positions_guideline"),
        low=t.number(context.results.cell("st_positions_guideline").low),
        high=t.number(context.results.cell("st_positions_guideline").high),
    )


def missing_for_patients(context: Context) -> list[str]:
    """How many doctors are missing today and how fast that can change, in plain words."""
    t = context.language
    stock, needed = context.results.cell("specialist_fte"), context.results.cell("specialist_requirement")
    gap = context.results.cell("st_gap")
    people = context.results.cell("population").value
    more = (
        t(
            "För att hålla normen behöver ungefär {gap} fler läkare utbilda sig samtidigt än i dag. Det talet är mycket "
            "osäkert: det ligger någonstans från {low} till {high}."
        )
        if gap.value > 0
        else t(
            "För att hålla normen behöver inte fler läkare utbilda sig samtidigt än i dag: skillnaden är ungefär {gap}, "
            "någonstans från {low} till {high}."
        )
    )
    if gap.low < 0 < gap.high:
        more += " " + t("Intervallet går över noll: antalet kan räcka.")
    return [
        t(
            "På vårdcentralerna arbetar specialistläkare motsvarande ungefär {stock} heltider. Enligt normen behövs "
            "{needed}. Läkarna räcker alltså till {share} av det som behövs."
        ).format(
            stock=t.number(_rounded(stock.value, 100)),
            needed=t.number(_rounded(needed.value, 100)),
            share=context.share("coverage_a"),
        ),
        t("I dag går det ungefär {people} invånare på varje heltid, och normen är {norm}.").format(
            people=t.number(_rounded(people / stock.value, 100)), norm=context.assumed("inhabitants_per_specialist")
        ),
        more.format(
            gap=t.number(_rounded(gap.value, 10)),
            low=t.number(_rounded(gap.low, 10)),
            high=t.number(_rounded(gap.high, 10)),
        ),
        plan_verdict(context)[0],
    ]


def unknown_for_patients(context: Context) -> list[str]:
    """What the report does not know, in plain words."""
    t = context.language
    every = len(context.results.regions)
    persons = context.results.of("st_persons")["value"].drop("00", errors="ignore")
    stock = context.results.of("specialist_fte")["value"].drop("00", errors="ignore")
    graded = [item for item in context.assumptions.values() if item.grade == "D"]
    return [
        t("I {missing} av {all} regioner vet vi inte hur många läkare som utbildar sig.").format(
            missing=t.number(persons.isna().sum()), all=t.number(every)
        ),
        t("I {missing} av {all} regioner vet vi inte hur många färdiga läkare som arbetar på vårdcentral.").format(
            missing=t.number(stock.isna().sum()), all=t.number(every)
        ),
        t("{count} av {all} antaganden är bedömningar som ingen har mätt.").format(
            count=t.number(len(graded)), all=t.number(len(context.assumptions))
        ),
        t(
            "Vi vet bara ungefär hur många distriktssköterskor, fysioterapeuter, arbetsterapeuter och psykologer som "
            "behövs. Därför anger vi ett lägsta och ett högsta tal i stället för ett enda."
        ),
    ]


def _rounded(value: float, step: int) -> float:
    """A number no more exact than a reader in a hurry needs."""
    return step * round(value / step)
