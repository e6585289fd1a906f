"""The ways in: the numbers of the start page, the search for a place, and the report in short for patients."""

from __future__ import annotations

import math
from html import escape
from typing import NamedTuple

from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import economics
from riktvarden.report.chapters.st_guideline import chance, intake, path, planned, rounded
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import html
from riktvarden.report.kit.language import EN_DASH, PERCENT, Language
from riktvarden.report.reference import publication
from riktvarden.results import Cost

UNIT_GAP = "\N{NO-BREAK SPACE}"


def answer(context: Context, cost: Cost) -> str:
    """Whether the base year's intake reaches the norm, when more starters can, how many that takes and what it costs."""
    t = context.language
    year, last = context.results.programme_status[2], int(context.results.paths["year"].max())
    reported = [
        t("Fortsätter intaget till ST som {base} är sannolikheten {chance} att riket når normen till {year}.").format(
            base=context.year,
            chance=chance(t, path(context, "norm_met_reference", NATION)["value"][year or last]),
            year=year or last,
        )
    ]
    if year is not None:
        starters = planned(context, "starters", NATION)["value"]
        reported.append(
            t(
                "Ska alla regioner nå den blir det tidigast {year}. Då behöver intaget öka från omkring {now} nya "
                "ST-läkare per år till omkring {most} år {when}, om våra antaganden om sökande och handledare håller."
            ).format(
                year=year,
                now=t.number(rounded(context.results.cell("st_starters_reference").value, 10)),
                most=t.number(rounded(starters.max(), 10)),
                when=starters.idxmax(),
            )
        )
    return " ".join(filter(None, [*reported, economics.cost_of_path(context, cost)]))


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


class Card(NamedTuple):
    """A number of the start page."""

    label: str
    value: str
    unit: str
    """With the space before it, if any."""
    sure: str
    """Its interval or chance."""
    status: str
    meaning: str
    address: str


def cards(context: Context) -> list[Card]:
    """The three numbers that a hurried reader takes away: what holds the norm, when it can be met, how far it is."""
    t = context.language
    results = context.results
    hold, covered = results.cell("st_starters_guideline"), results.cell("coverage_a")
    interval = t("80-procentigt intervall: {ends}")
    page = "st_guideline.html"
    return [
        Card(
            t("Nya ST-läkare per år för att hålla normen"),
            t.number(hold.value),
            UNIT_GAP + t("per år"),
            interval.format(ends=t.interval(hold.low, hold.high)),
            context.status("st_starters_guideline"),
            t("Det motsvarar {positions} ST-tjänster i riket.").format(positions=context.number("st_positions_guideline"))
            + " "
            + intake(context),
            f"{page}#st-riktvaerden",
        ),
        _first_year(context, page),
        Card(
            t("Så långt räcker specialisterna"),
            t.number(100 * covered.value),
            PERCENT,
            interval.format(ends=t.share(math.nan, covered.low, covered.high)),
            context.status("coverage_a"),
            t(
                "Så stor del av behovet enligt normen täckte specialisterna den {date}. Om lika många börjar varje år som "
                "{base} blir det {later} år {year}."
            ).format(
                date=context.reference_date,
                base=context.year,
                later=t.percent(path(context, "coverage_a_reference", NATION)["value"][context.target_year]),
                year=context.target_year,
            ),
            f"{page}#st-riktvaerden",
        ),
    ]


def _first_year(context: Context, page: str) -> Card:
    """The first year in which every region can meet the norm."""
    t = context.language
    year = context.results.programme_status[2]
    label, address = t("Alla regioner kan nå normen tidigast"), f"{page}#bild-st-vaeg"
    if year is None:
        last = int(context.results.paths["year"].max())
        never = t("Normen går inte att nå i alla regioner till {last}, inom de gränser som vi har antagit.").format(
            last=last
        )
        return Card(label, EN_DASH, "", t("inget till {last}").format(last=last), t.status("estimated"), never, address)
    starters, rows = planned(context, "starters", NATION)["value"], context.results.programme
    of_regions = (rows["measure"] == "programme_norm_met") & (rows["year"] == year) & (rows["region"] != NATION)
    met = rows.loc[of_regions, "value"]
    return Card(
        label,
        str(year),
        "",
        t("Sannolikhet att riket har nått normen då: {chance}").format(
            chance=chance(t, planned(context, "norm_met", NATION)["value"][year])
        ),
        t.status("estimated"),
        t(
            "Då behöver intaget öka till omkring {most} nya ST-läkare år {when}. I enskilda regioner är sannolikheten "
            "mellan {lowest} och {highest}."
        ).format(
            most=t.number(rounded(starters.max(), 10)),
            when=starters.idxmax(),
            lowest=chance(t, met.min()),
            highest=chance(t, met.max()),
        ),
        address,
    )


def show_numbers(context: Context) -> None:
    """Display the numbers of the start page, each with how sure it is, its status and the way to its chapter."""
    t = context.language
    items = [
        f'<li><a class="rv-what" href="{card.address}">{escape(card.label)}</a>'
        f'<p class="rv-value">{escape(card.value)}<span class="rv-unit">{escape(card.unit)}</span></p>'
        f'<p class="rv-range">{escape(card.sure)}<br>{escape(t("Status: {status}").format(status=card.status))}</p>'
        f"<p>{escape(card.meaning)}</p></li>"
        for card in cards(context)
    ]
    html(f'<ul class="rv-numbers">{"".join(items)}</ul>')


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


def norm_for_patients(context: Context) -> str:
    """What the norm says and how many it takes to hold it, in plain words."""
    t = context.language
    hold = context.results.cell("st_starters_guideline")
    return t(
        "Socialstyrelsen har sagt att en läkare som arbetar heltid kan vara fast läkare för ungefär {norm} personer. "
        "Det kallar vi normen. För att hålla den i hela landet behöver ungefär {starters} läkare börja utbilda sig "
        "varje år, och det kräver att ungefär {persons} läkare utbildar sig samtidigt. Det är riktvärdet. Talen är "
        "osäkra: det kan räcka med {low} nya per år, men det kan också behövas {high}."
    ).format(
        norm=context.assumed("inhabitants_per_specialist"),
        starters=t.number(rounded(hold.value, 10)),
        persons=t.number(rounded(context.results.cell("st_persons_guideline").value, 100)),
        low=t.number(rounded(hold.low, 10)),
        high=t.number(rounded(hold.high, 10)),
    )


def missing_for_patients(context: Context) -> list[str]:
    """How far the doctors reach, whether enough are in training, and how long it takes, in plain words."""
    t = context.language
    cell = context.results.cell
    stock, needed = cell("specialist_fte").value, cell("specialist_requirement").value
    year, target = context.results.programme_status[2], context.target_year
    later = path(context, "coverage_a_reference", NATION)["value"][target]
    reported = [
        t(
            "Den {date} arbetade specialistläkare på vårdcentralerna motsvarande ungefär {stock} heltider. Enligt "
            "normen skulle {needed} behövas. Specialisterna räckte alltså till ungefär {share} av det som behövs. Även "
            "läkare under utbildning och andra läkare tar emot patienter, men de är inte inräknade."
        ).format(
            date=context.reference_date,
            stock=t.number(rounded(stock, 100)),
            needed=t.number(rounded(needed, 100)),
            share=t.percent(cell("coverage_a").value),
        ),
        t("Det fanns då ungefär {people} invånare för varje heltid. Enligt normen ska det vara högst {norm}.").format(
            people=t.number(rounded(cell("population").value / stock, 100)),
            norm=context.assumed("inhabitants_per_specialist"),
        ),
        t("Samma dag utbildade sig ungefär {now} läkare.").format(
            now=t.number(rounded(cell("st_persons_reference").value, 100))
        )
        + " "
        + intake(context)
        + " "
        + t("Det tar lång tid att nå normen, eftersom utbildningen är lång och många läkare går i pension."),
        t(
            "Om lika många börjar utbilda sig varje år som {base} räcker specialisterna till {later} av behovet {year}."
        ).format(base=context.year, later=t.percent(later), year=target),
    ]
    if year is not None:
        most = planned(context, "starters", NATION)["value"].max()
        reported.append(
            t(
                "Börjar fler kan alla regioner nå normen tidigast {year}. Då behöver som mest ungefär {most} läkare "
                "börja under ett år, jämfört med ungefär {now} år {base}."
            ).format(
                year=year,
                most=t.number(rounded(most, 10)),
                now=t.number(rounded(cell("st_starters_reference").value, 10)),
                base=context.year,
            )
        )
    return reported


def unknown_for_patients(context: Context) -> list[str]:
    """What the report does not know, in plain words."""
    t = context.language
    every = len(context.results.regions)
    persons = context.results.of("st_persons_reference")["value"].drop(NATION)
    stock = context.results.of("specialist_fte")["value"].drop(NATION)
    graded = [item for item in context.assumptions.values() if item.grade == "D"]
    return [
        t(
            "I {missing} av {all} regioner vet vi inte hur många läkare som utbildar sig till specialist i allmänmedicin."
        ).format(missing=t.number(persons.isna().sum()), all=t.number(every)),
        t("I {missing} av {all} regioner vet vi inte hur många färdiga läkare som arbetar på vårdcentral.").format(
            missing=t.number(stock.isna().sum()), all=t.number(every)
        ),
        t("{count} av rapportens {all} antaganden är bedömningar som ingen har mätt.").format(
            count=t.number(len(graded)), all=t.number(len(context.assumptions))
        ),
        t(
            "Vi vet bara ungefär hur många {names} som behövs. Därför anger vi ett lägsta och ett högsta tal i stället "
            "för ett enda."
        ).format(names=t.listed(t(each.shown.plural) for each in PROFESSIONS.values())),
    ]
