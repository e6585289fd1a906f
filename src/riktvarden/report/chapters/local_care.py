"""The chapter on the move to local care: ten years of visits and cost, and what they can and cannot show."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel, visits
from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE, VIOLET
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import SOURCE_LANGUAGE

SERIES = {
    "general_practice": "läkare, allmänläkarvård",
    "nursing": "sjuksköterskor",
    "rehabilitation": "fysioterapeuter och arbetsterapeuter",
    "child_health": "barnhälsovård",
    "maternal_health": "mödrahälsovård",
    "home_care": "hemsjukvård hos regionen",
    "other": "övrig primärvård, bland annat psykologer och fotvård",
}
"""Series of visits → its Swedish words."""

DRAWN = {"general_practice": BLUE, "nursing": ORANGE, "rehabilitation": VIOLET, "child_health": MUTED}
"""Series whose meaning is the same in all years → its colour in the picture."""

AREAS = {
    "general_practice": "allmänläkarvård",
    "nursing": "sjuksköterskevård",
    "physiotherapy_and_occupational_therapy": "fysioterapi och arbetsterapi",
    "child_health": "barnhälsovård",
    "maternal_health": "mödrahälsovård",
    "home_care": "hemsjukvård hos regionen",
    "inpatient_primary_care": "sluten primärvård",
    "other_primary_care": "övrig primärvård",
}
"""Area of care that has a cost → its Swedish words."""

LATER = "net_cost_primary_care_total"
"""Measure of the published figures on net cost after the series, which includes home care where the region runs it."""


def summary(context: Context) -> list[str]:
    """What ten years of visits and cost show, and the limit of it."""
    t = context.language
    rows = _visits(context)
    of_nation = rows.query("region == @NATION and sector == 'all'").pivot_table(
        index="year", columns="series", values="visits"
    )
    doctors = of_nation["general_practice"].to_dict()
    first, last = int(rows["year"].min()), int(rows["year"].max())
    peak = max(doctors, key=lambda year: doctors[year])
    private = {year: _private(rows, "general_practice", year)[NATION] for year in (first, last)}
    cost = _cost(context).query("region == @NATION").groupby("year")["sek_per_inhabitant"].sum().to_dict()

    def change(series: str, since: int) -> str:
        own = of_nation[series].to_dict()
        return t.signed(own[last] / own[since] - 1, 0, percent=True)

    return [
        t(
            "Besöken hos läkare i allmänläkarvården var {last_visits} miljoner {last}. De ökade till {peak} och har sedan "
            "minskat med {fall}, trots att befolkningen vuxit."
        ).format(
            last_visits=t.number(doctors[last] / 1e6, 1),
            last=last,
            peak=peak,
            fall=t.percent(1 - doctors[last] / doctors[peak]),
        ),
        t(
            "Andra yrken tar emot fler. Från {first} till {last} ändrades besöken hos sjuksköterskor med {nurses} och hos "
            "fysioterapeuter och arbetsterapeuter med {therapists}."
        ).format(first=first, last=last, nurses=change("nursing", first), therapists=change("rehabilitation", first)),
        t("Privata vårdcentraler tog emot {before} av läkarbesöken i allmänläkarvården {first} och {after} {last}.").format(
            before=t.percent(private[first]), first=first, after=t.percent(private[last]), last=last
        ),
        t(
            "Nettokostnaden steg från {before} till {after} kronor per invånare under samma tid. Beloppen är i varje års "
            "priser, och löner och priser steg också. De visar därför inte hur mycket som är mer vård."
        ).format(before=t.number(cost[first]), after=t.number(cost[last])),
        t(
            "Vi bedömer att arbetet i primärvården har flyttat från läkare till andra yrken och från offentlig till privat "
            "regi. Serien slutar {last}, i början av omställningen. Vad omställningen har betytt för personalen kan den "
            "inte visa."
        ).format(last=last),
    ]


# --- visits ---------------------------------------------------------------------------------------------


def development(context: Context) -> Figure:
    """Visits in the nation by whom they were to, each series with its first year as 100."""
    t = context.language
    rows = _visits(context).query("region == @NATION")
    whole = rows.query("sector == 'all'").rename(columns={"visits": "value"})
    indexed = personnel.indexed(whole)
    words = {code: t(text) for code, text in SERIES.items()}
    drawn = indexed.loc[indexed["series"].isin(list(DRAWN))]
    drawn = drawn.assign(value=drawn["index"], low=np.nan, high=np.nan, kind=drawn["series"].map(words))
    first, last = int(whole["year"].min()), int(whole["year"].max())
    wide = whole.pivot_table(index="series", columns="year", values="value").loc[list(SERIES)]
    at = indexed.set_index(["series", "year"])["index"].to_dict()
    alternative = t("Linjer med {first} som 100. {last} var {parts}.").format(
        first=first,
        last=last,
        parts=t.listed(t("{name} {value}").format(name=words[code], value=t.number(at[code, last])) for code in DRAWN),
    )
    private = {code: [_private(rows, code, year).get(NATION, np.nan) for year in (first, last)] for code in SERIES}
    doctors = wide.loc["general_practice"].to_dict()
    shown = [first, max(doctors, key=lambda year: doctors[year]), last]
    return Figure.of(
        charts.fan(
            drawn[["year", "value", "low", "high", "kind"]],
            charts.number_axis(t("{year} = 100").format(year=first), 0),
            {words[code]: colour for code, colour in DRAWN.items()},
        ),
        alternative,
        Table.of(
            t,
            "naara-vaard-besoek",
            column.heads(t("Besök hos"), [_capital(words[code]) for code in wide.index]),
            [
                *(
                    column.number(t("{year}, tusental").format(year=year), wide[year] / 1000)
                    for year in dict.fromkeys(shown)
                ),
                column.signed(
                    t("Förändring {first}–{last}").format(first=first, last=last),
                    wide[last] / wide[first] - 1,
                    in_percent=True,
                ),
                *(
                    column.percent(
                        t("Privat andel {year}").format(year=year), [private[code][place] for code in wide.index]
                    )
                    for place, year in enumerate((first, last))
                ),
                column.status("reported"),
            ],
            rows,
            t(
                "Besök i regionernas primärvård, riket. Övrig primärvård blandar psykologer, kuratorer och fotvård, och "
                "hemsjukvården minskar för att kommunerna har tagit över den. De två serierna visar därför ingen "
                "utveckling."
            ),
            t("SKL, verksamhetsstatistik"),
            stacked=True,
        ),
    )


def regions_title(context: Context) -> str:
    """Heading of the folded table by region."""
    return context.language("Besök, privat andel och kostnad i varje region")


def regions(context: Context) -> Table:
    """Visits per inhabitant, the private share and net cost by region, with marks where a series breaks."""
    t = context.language
    rows = _visits(context).query("region != @NATION")
    whole = rows.query("sector == 'all'")
    people = visits.inhabitants(_municipal(context))
    rated = whole.assign(rate=visits.per_1000(whole, people))
    wide = rated.pivot_table(index=["series", "region"], columns="year", values="rate")
    first, last = int(wide.columns.min()), int(wide.columns.max())
    codes = list(context.results.regions)
    doctors = wide.loc["general_practice"].loc[codes]
    others = (wide.loc["nursing"] + wide.loc["rehabilitation"]).loc[codes]
    private = _private(rows, "general_practice", last).reindex(codes)
    every = _cost(context).pivot_table(index="region", columns="year", values="sek_per_inhabitant", aggfunc="sum")
    cost = every.loc[codes]
    later = _later(context)
    year = int(later["year"].max())
    newest = later.loc[later["year"] == year].set_index("region")["value"].reindex(codes)
    marked = _marks(context, whole)
    return Table.of(
        t,
        "naara-vaard-regioner",
        context.named(codes),
        [
            column.number(t("Läkarbesök per 1 000 invånare {year}").format(year=first), doctors[first]),
            column.number(t("Läkarbesök per 1 000 invånare {year}").format(year=last), doctors[last]),
            column.signed(t("Förändring"), doctors[last] / doctors[first] - 1, in_percent=True),
            column.number(
                t("Besök hos sjuksköterska, fysio- och arbetsterapeut per 1 000 {year}").format(year=last), others[last]
            ),
            column.percent(t("Privat andel av läkarbesöken {year}").format(year=last), private),
            column.number(t("Nettokostnad {year}, kr per invånare").format(year=first), cost[first]),
            column.number(t("Nettokostnad {year}, kr per invånare").format(year=last), cost[last]),
            column.number(t("Nettokostnad {year}, annan definition").format(year=year), newest),
            column.text(t("Se upp"), [marked.get(code, "") for code in codes]),
            column.status("reported"),
        ],
        rated.assign(source="primary_care_visits_region"),
        t(
            "Besök hos läkare i allmänläkarvården och hos andra, och primärvårdens nettokostnad i varje års priser. "
            "Kostnaden {year} kommer från Kolada och har med hemsjukvård där regionen driver den: jämför den inte med de "
            "tidigare."
        ).format(year=year),
        t("SKL, verksamhets- och ekonomistatistik; Kolada (RKA); SCB"),
        stacked=True,
    )


def breaks(context: Context) -> Table:
    """Where the visits of a region cannot be compared with the years before, and why."""
    t = context.language
    rows = context.tables["visit_breaks"]
    notes = rows["note_sv" if t.code == SOURCE_LANGUAGE else "note_en"]
    return Table.of(
        t,
        "naara-vaard-brott",
        context.named(rows["region"]),
        [
            column.text(t("Från år"), rows["year"]),
            column.text(t("Vård"), [_capital(t(AREAS[code])) for code in rows["care_area"]]),
            column.text(t("Anmärkning"), notes),
        ],
        rows,
        t("Kända brott i besöksstatistiken."),
        t("rapportens genomgång av serierna"),
        stacked=True,
    )


def breaks_title(context: Context) -> str:
    """Heading of the folded table of breaks."""
    return context.language("Kända brott i serierna")


# --- cost -----------------------------------------------------------------------------------------------


def cost(context: Context) -> Table:
    """Net cost per inhabitant by area of care in the nation, first and last year."""
    t = context.language
    rows = _cost(context).query("region == @NATION")
    wide = rows.pivot_table(index="care_area", columns="year", values="sek_per_inhabitant").loc[list(AREAS)]
    first, last = int(wide.columns.min()), int(wide.columns.max())
    whole = wide.sum()
    every = pd.concat([wide, whole.to_frame("all").T])
    return Table.of(
        t,
        "naara-vaard-kostnad",
        column.heads(t("Vård"), [*(_capital(t(words)) for words in AREAS.values()), t("Primärvård tillsammans")]),
        [
            column.number(t("{year}, kr per invånare").format(year=first), every[first]),
            column.number(t("{year}, kr per invånare").format(year=last), every[last]),
            column.signed(t("Förändring"), every[last] / every[first] - 1, in_percent=True),
            column.percent(t("Andel {year}").format(year=first), every[first] / whole[first]),
            column.percent(t("Andel {year}").format(year=last), every[last] / whole[last]),
            column.status("reported"),
        ],
        _cost(context),
        t("Primärvårdens nettokostnad per invånare i varje års priser, utan läkemedel, riket."),
        t("SKL, ekonomistatistik"),
    )


def cost_title(context: Context) -> str:
    """Heading of the folded table of cost."""
    return context.language("Kostnaden efter vårdområde")


# --- home care and designs ------------------------------------------------------------------------------


def transfer(context: Context) -> Table:
    """Which counties had moved home health care to the municipalities, and when."""
    t = context.language
    rows = _transfer(context)
    wide = rows.pivot_table(index="region", columns="year", values="value")
    yes, no = t("ja"), t("nej")
    return Table.of(
        t,
        "naara-vaard-hemsjukvaard",
        context.named(wide.index),
        [
            *(column.written(str(year), [yes if value == 1 else no for value in wide[year]]) for year in wide.columns),
            column.status("reported"),
            column.written(t("Uppgift"), rows.groupby("region")["figure"].agg(", ".join)),
        ],
        rows,
        t("Hemsjukvården överförd till kommunerna. I Halland gällde det 2011 bara personer med beslut om omsorg."),
        t("statens offentliga utredningar"),
    )


def transfer_title(context: Context) -> str:
    """Heading of the folded table of counties."""
    return context.language("Hemsjukvården i varje län")


def design(context: Context) -> Table:
    """What each design would need, what exists, and what it may then conclude."""
    t = context.language
    rows = [
        (
            t("Trend i riket"),
            t("Samma mått flera år"),
            t("Finns för besök och kostnad till {year}, inte för personal i primärvård").format(year=_last(context)),
            t("Att något ökat eller minskat. Inte varför."),
        ),
        (
            t("Före och efter, utan jämförelse"),
            t("Ett mått före och ett efter överföringen"),
            t("Finns för besök och för kommunernas sjuksköterskor, de senare med olika definitioner"),
            t("Inget om orsaken: allt annat som hände samtidigt syns också."),
        ),
        (
            t("Skillnad i skillnader mellan län"),
            t("Personal per län och år, där länen bytte vid olika tid"),
            t("Tiden för överföringen och besök hos regionen finns per län. Personal och kommunernas besök saknas"),
            t("Skulle kunna visa effekten, om länen utvecklades lika före."),
        ),
        (
            t("Stegvis införande per kommun"),
            t("Personal per kommun och år, och datum för varje avtal"),
            t("Saknas"),
            t("Skulle tåla mer, men kräver uppgifter som ingen har samlat."),
        ),
    ]
    data = pd.DataFrame(rows, columns=["design", "needs", "exists", "conclusion"])
    return Table.of(
        t,
        "naara-vaard-upplaegg",
        *column.listed((t("Upplägg"), t("Kräver"), t("Finns"), t("Kan säga")), rows),
        data,
        t("Fyra sätt att följa omställningen, och vad vart och ett kan visa."),
        t("rapportens metod"),
        stacked=True,
    )


def design_title(context: Context) -> str:
    """Heading of the folded table of designs."""
    return context.language("Fyra sätt att undersöka omställningen")


# --- the move as a scenario -----------------------------------------------------------------------------

WHO = {"general_practice": "specialister i allmänmedicin"} | {name: each.shown.plural for name, each in PROFESSIONS.items()}
"""Who sees patients in what regions pay for → the Swedish words."""

CONSERVED, ADDED = "conserved", "added"


def scenario_words(context: Context) -> list[str]:
    """What a larger share of the cost would mean in money and doctors."""
    t = context.language
    rows = _scenario(context)
    aim = rows["aim"].max()
    at_aim = rows.loc[(rows["aim"] == aim) & (rows["cost"] == CONSERVED)].set_index(["measure", "profession"])
    money, doctors = at_aim.loc[("cost_more", "all")], at_aim.loc[("fte_more", "general_practice")]
    now = context.assumptions["primary_care_cost_share"]
    return [
        t(
            "Primärvårdens andel av regionernas kostnad var {now} i den senaste uppgiften. Vid {aim} av samma kostnad "
            "skulle primärvården få {money} miljarder kronor mer om året, i prisläget {year}."
        ).format(
            year=_contacts_year(context),
            now=t.percent(now.value),
            aim=t.percent(aim),
            money=t.interval(money["low"] / 1e9, money["high"] / 1e9),
        ),
        t(
            "Med samma sammansättning av personalen motsvarar det {doctors} heltider av specialister i allmänmedicin "
            "utöver dem som finns. Det är ett räkneexempel: pengar ger personal bara om den finns att anställa."
        ).format(doctors=t.interval(round(doctors["low"], -2), round(doctors["high"], -2))),
    ]


def scenario(context: Context) -> Figure:
    """Contacts, minutes and staff that follow if primary care gets a larger share of the cost."""
    t = context.language
    rows = _scenario(context)
    aims = sorted(rows["aim"].unique())
    words = {aim: t("{share} av kostnaden").format(share=t.percent(aim)) for aim in aims}
    labels = {code: charts.wrapped(t(name)) for code, name in WHO.items()}
    staff = rows.loc[(rows["measure"] == "fte_more") & (rows["cost"] == CONSERVED)]
    drawn = staff.assign(label=staff["profession"].map(labels), kind=staff["aim"].map(words))
    columns: dict[str, list[str]] = {}
    for measure, title, unit in (
        ("contacts_more", t("Fler kontakter, miljoner"), 1e6),
        ("minutes_more", t("Fler timmar, miljoner"), 60e6),
        ("fte_more", t("Fler heltider"), 1.0),
    ):
        for aim in aims:
            part = rows.loc[(rows["measure"] == measure) & (rows["aim"] == aim) & (rows["cost"] == CONSERVED)]
            found = part.set_index("profession").loc[list(WHO), ["value", "low", "high"]] / unit
            columns[t("{what}, vid {share}").format(what=title, share=t.percent(aim))] = t.estimates(
                found.round(-1) if unit == 1 else found, 0 if unit == 1 else 1
            )
    beyond = rows.loc[(rows["measure"] == "fte_more") & (rows["aim"] == aims[-1]) & (rows["cost"] == ADDED)]
    extra = beyond.set_index("profession").loc[list(WHO), ["value", "low", "high"]].round(-1)
    columns[t("Heltider vid {share}, om övrig vård behåller sin kostnad").format(share=t.percent(aims[-1]))] = t.estimates(
        extra
    )
    cells = pd.DataFrame(
        columns | {t("Status"): t.status("estimated", "scenario")},
        index=pd.Index([t(name) for name in WHO.values()], name=t("Yrke")),
    )
    most = staff.loc[staff["aim"] == aims[-1]].set_index("profession")["value"]
    alternative = t(
        "Liggande staplar. Vid {share} av kostnaden behövs flest fler heltider av {most}, {value}. I alla "
        "yrken växer heltiderna lika många procent."
    ).format(share=t.percent(aims[-1]), most=t(WHO[str(most.idxmax())]), value=t.number(round(most.max(), -1)))
    return Figure.of(
        charts.ranges(
            drawn[["label", "kind", "low", "high"]],
            charts.number_axis(t("heltider utöver dagens"), 0),
            dict(zip(words.values(), (ORANGE, BLUE), strict=True)),
            list(labels.values()),
        ),
        alternative,
        Table(
            "naara-vaard-scenario",
            cells,
            rows,
            t(
                "Scenario: primärvården får en större del av regionernas kostnad. Vad som tillkommer i den vård som "
                "regionerna betalar, med 80-procentigt intervall. Kontakterna är av {contacts}, heltiderna av {year}."
            ).format(contacts=_contacts_year(context), year=context.year),
            t("SKR genom SOU 2018:39 och graderade antaganden; metod i"),
            stacked=True,
        ),
    )


def _contacts_year(context: Context) -> str:
    return f"{context.assumptions['contacts_year'].value:.0f}"


def _scenario(context: Context) -> pd.DataFrame:
    found: pd.DataFrame = context.analysis("local_care")
    return found


SCENARIO_FIGURES = ("so-002", "so-153", "so-154", "so-156", "so-157", "so-158")
"""What the scenario begins with."""


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    figures = _transfer(context)["figure"]
    return publications(context, [*figures, *SCENARIO_FIGURES, *_later(context)["figure"]], "naara-vaard-kaellor")


def sources_title(context: Context) -> str:
    """Heading of the folded list of publications."""
    return context.language("Källor till kapitlets uppgifter")


def _visits(context: Context) -> pd.DataFrame:
    return visits.of_series(context.tables["primary_care_visits_region"])


def _cost(context: Context) -> pd.DataFrame:
    return context.tables["primary_care_net_cost_region"]


def _later(context: Context) -> pd.DataFrame:
    """Net cost by region in years after the series."""
    figures = context.tables["published_st"]
    return figures.loc[(figures["measure"] == LATER) & (figures["region"] != NATION)]


def _municipal(context: Context) -> pd.DataFrame:
    """Inhabitants of municipalities with the region of each."""
    rows = context.tables["population_municipality"]
    return rows.assign(region=rows["municipality"].str[:2])


def _private(rows: pd.DataFrame, series: str, year: int) -> pd.Series:
    return visits.private_share(rows.loc[(rows["series"] == series) & (rows["year"] == year)])


def _marks(context: Context, whole: pd.DataFrame) -> dict[str, str]:
    """Region → the years whose visits to doctors, nurses or therapists changed too much to be only care."""
    t = context.language
    shown = whole.loc[whole["series"].isin(["general_practice", "nursing", "rehabilitation"])]
    found = visits.jumps(shown)
    return {
        str(region): t("språng {years}").format(years=", ".join(map(str, sorted(set(own["year"])))))
        for region, own in found.groupby("region")
    }


def _transfer(context: Context) -> pd.DataFrame:
    return context.care.loc[context.care["series"] == "home_care_transferred"]


def _last(context: Context) -> int:
    """Last year of the visits."""
    return int(context.tables["primary_care_visits_region"]["year"].max())


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
