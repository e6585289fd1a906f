"""The guideline chapter: what the norm asks for, what it takes, and how far the doctors there are reach."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden import guideline
from riktvarden.model import LOCAL_NORM
from riktvarden.report import charts, maps, need
from riktvarden.report.charts import BLUE, MUTED, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import Language
from riktvarden.report.need import ENDS
from riktvarden.results import NATION

MIN_INTAKES_DRAWN = 2.0
"""Target years that rest on fewer years of intake stand in the table only: their numbers flatten the picture."""


def headlines(context: Context) -> list[str]:
    """The sentences a hurried reader takes away, each with its interval."""
    t = context.language
    figures = context.results.figures
    persons = figures.loc[figures["measure"] == "persons"]
    return [
        t(
            "Riktvärdet för ST i allmänmedicin är {positions} tjänster i riket, eller {per} per 10 000 invånare. Så "
            "många tjänster behövs för att på lång sikt hålla normen {norm} invånare per heltidsarbetande specialist."
        ).format(
            positions=context.estimate("st_positions_guideline"),
            per=context.estimate("st_positions_per_10000", NATION, 1),
            norm=context.assumed("inhabitants_per_specialist"),
        ),
        t(
            "Normen kräver {required} heltider av specialister med {year} års folkmängd. Specialisterna på vårdcentral "
            "uppskattas till {stock} heltider, utifrån äldre uppgifter. Det är {coverage} av normen."
        ).format(
            required=context.number("specialist_requirement"),
            year=context.year,
            stock=context.estimate("specialist_fte"),
            coverage=context.share("coverage_a"),
        ),
        plan_verdict(context)[0],
        t(
            "Hur många som gör ST går att räkna ut för {known} av {all} regioner. För de övriga visas ”uppgift saknas” "
            "och ett intervall i stället för ett värde."
        ).format(known=t.number(len(persons)), all=t.number(len(context.results.regions))),
    ]


def summary(context: Context) -> list[str]:
    """The national guideline value, the persons it means, and what its interval leaves out."""
    t = context.language
    a = context.assumptions
    return [
        headlines(context)[0],
        t("Det motsvarar {persons} personer i ST, och att {starters} läkare börjar sin ST varje år.").format(
            persons=context.estimate("st_persons_guideline"),
            starters=context.estimate("st_starters_guideline"),
        ),
        t(
            "I ST fanns uppskattningsvis {now} personer den {date}. Riktvärdet är {gap} personer fler, räknat på {year} "
            "års folkmängd."
        ).format(
            now=context.estimate("st_persons_reference"),
            date=context.reference_date,
            gap=context.estimate("st_gap"),
            year=context.year,
        ),
        t(
            "Från personer till tjänster räknas med {ppp} personer per tjänst, en uppgift från en enda region, och "
            "{vacancy} vakanta tjänster."
        ).format(
            ppp=t.number(a["persons_per_position"].value, 1),
            vacancy=t.percent(a["st_vacancy_rate"].value),
        ),
        t(
            "Vårdbehov, gleshet och uppdrag utanför listan flyttar behovet mellan regionerna, men inte rikets norm. Per "
            "10 000 invånare blir riktvärdet {low} tjänster i {lowest} och {high} i {highest}."
        ).format(**_extremes(context)),
        t(
            "Intervallet räknar inte med en annan norm än {norm}. Att flytta fler uppgifter till andra yrken är ett "
            "scenario och ingår inte. Avgången, andelen som fullföljer och vakanserna är antaganden av grad {grade}."
        ).format(norm=context.assumed("inhabitants_per_specialist"), grade=str(a["exit_multiplier"].grade)),
    ]


def _extremes(context: Context) -> dict[str, str]:
    """The regions with the lowest and the highest guideline value per 10 000 inhabitants, in words."""
    values = context.results.of("st_positions_per_10000")["value"].drop(NATION)
    lowest, highest = str(values.idxmin()), str(values.idxmax())
    return {
        "lowest": context.region_names[lowest],
        "low": context.estimate("st_positions_per_10000", lowest, 1),
        "highest": context.region_names[highest],
        "high": context.estimate("st_positions_per_10000", highest, 1),
    }


def density_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """Map of the guideline value per 10 000 inhabitants."""
    t = context.language
    rows = context.results.of("st_positions_per_10000").drop(NATION)
    areas = maps.prepare(counties).merge(rows["value"], left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    chart = maps.estimated(
        areas,
        t("ST-tjänster per 10 000 invånare, {year}").format(year=context.year),
        charts.number_label(1),
        t("vita streck: skattat värde"),
    )
    alternative = t(
        "Karta över Sveriges 21 regioner. Riktvärdet per 10 000 invånare är lägst i {lowest}, {low}, och högst i "
        "{highest}, {high}. Riket har {nation}."
    ).format(**_extremes(context), nation=context.estimate("st_positions_per_10000", NATION, 1))
    caption = t(
        "Riktvärde för ST i allmänmedicin {year}, tjänster per 10 000 invånare. Skillnaderna är mindre än intervallen."
    ).format(year=context.year)
    return Figure(chart, alternative, caption, density_table(context, "st-riktvaerde-karta"))


def density_table(context: Context, name: str) -> Table:
    """Guideline value of each region per 10 000 inhabitants."""
    t = context.language
    shown = [NATION, *context.results.regions]
    measures = ("st_positions_per_10000", "st_positions_guideline", "population")
    cells = pd.DataFrame(
        {
            t("ST-tjänster per 10 000 invånare"): [context.estimate("st_positions_per_10000", code, 1) for code in shown],
            t("ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Invånare {year}").format(year=context.year): [context.number("population", code) for code in shown],
            t("Status"): [context.status("st_positions_per_10000", code) for code in shown],
        },
        index=context.named(shown),
    )
    return Table(
        name,
        cells,
        context.rows(measures, shown),
        t(
            "Riktvärde för ST i allmänmedicin {year} efter region. Inom parentes 80-procentigt intervall; för tjänster "
            "avrundat utåt till fem."
        ).format(year=context.year),
        t("SCB, Kolada och graderade antaganden"),
    )


def density(context: Context) -> Figure:
    """Guideline value of each region per 10 000 inhabitants, with its interval."""
    t = context.language
    rows = context.results.of("st_positions_per_10000").drop(NATION).sort_values("value", ascending=False).reset_index()
    nation = context.results.cell("st_positions_per_10000").value
    kind = t("riktvärde med 80-procentigt intervall")
    rows = rows.assign(label=rows["region"].map(context.region_names), kind=kind)
    chart = charts.intervals(
        rows[["label", *ENDS, "kind"]],
        charts.number_axis(t("ST-tjänster per 10 000 invånare"), 0),
        {kind: BLUE},
        list(rows["label"]),
        (nation, t("riket {value}").format(value=t.number(nation, 1))),
    )
    overlap = int(((rows["low"] <= nation) & (nation <= rows["high"])).sum())
    alternative = t(
        "Punktdiagram med intervall. Riktvärdet går från {low} i {lowest} till {high} i {highest}. I {overlap} av {all} "
        "regioner ligger rikets värde inom regionens intervall."
    ).format(**_extremes(context), overlap=t.number(overlap), all=t.number(len(rows)))
    caption = t("Riktvärde för ST i allmänmedicin {year}, tjänster per 10 000 invånare, efter region.").format(
        year=context.year
    )
    return Figure(chart, alternative, caption, density_table(context, "st-riktvaerde-intervall"))


def needs(context: Context) -> Table:
    """Norm, need and use of every region, in columns of their own and never mixed."""
    t = context.language
    shown = [NATION, *context.results.regions]
    norm = {code: need.norm(context, code) for code in shown}
    visits = context.care.query("series == 'physician_visits_primary' and region == @NATION").sort_values("year").iloc[-1]
    missing = t("uppgift saknas")
    use = t("Efterfrågan: läkarbesök i primärvård {year}").format(year=visits["year"])
    cells = pd.DataFrame(
        {
            t("Norm: heltider efter folkmängd"): [t.number(norm[code]) for code in shown],
            t("Behov: heltider"): [context.estimate("specialist_requirement", code) for code in shown],
            t("Behovets status"): [context.status("specialist_requirement", code) for code in shown],
            use: [t.number(visits["value"]) if code == NATION else missing for code in shown],
        },
        index=context.named(shown),
    )
    return Table(
        "st-norm-behov",
        cells,
        context.rows(["specialist_requirement"], shown).assign(norm=[norm[code] for code in shown]),
        t(
            "Norm, behov och efterfrågan {year}. Normen följer folkmängden. Behovet räknar också med vårdbehov, gleshet "
            "och uppdrag utanför listan; i riket är de två lika. Efterfrågan är besök, inte heltider ({figure})."
        ).format(year=context.year, figure=visits["figure"]),
        t("SCB, Kolada, publicerade uppgifter om besök och graderade antaganden; metod C1–C5"),
        stacked=True,
    )


def feasibility(context: Context) -> list[str]:
    """Whether the starters the target year asks for can be supervised, and where the inflow leads."""
    t = context.language
    a = context.assumptions
    results = context.results
    peak, limit = results.cell("st_per_specialist_peak"), a["st_per_specialist_limit"].value
    long_run, required = results.cell("specialist_fte_long_run"), results.cell("specialist_requirement_target")
    return [
        t(
            "Att nå normen {year} kräver att {starters} läkare börjar sin ST varje år i riket, mot ungefär {now} som "
            "antas i dag."
        ).format(
            year=context.target_year,
            starters=context.estimate("st_starters_target"),
            now=context.number("st_starters_reference"),
        ),
        t(
            "När alla årskullar är fyllda går det {per} ST-läkare på varje specialist. Taket för handledningen antas "
            "vara {limit}."
        ).format(per=context.estimate("st_per_specialist_peak", NATION, 2), limit=t.number(limit, 2))
        + " "
        + _verdict(
            peak.low > limit,
            peak.high <= limit,
            t("Handledningen räcker alltså inte."),
            t("Handledningen räcker alltså."),
            t("Handledningen kan alltså bli för liten."),
        ),
        t(
            "Med det tillskott som antas i dag, {inflow} nya specialister per år, skulle tillgången på lång sikt bli "
            "{fte} heltider. Normen kräver {required} heltider {year}."
        ).format(
            inflow=context.estimate("specialist_inflow"),
            fte=context.estimate("specialist_fte_long_run"),
            required=context.number("specialist_requirement_target"),
            year=context.target_year,
        )
        + " "
        + _verdict(
            long_run.low >= required.value,
            long_run.high < required.value,
            t("På lång sikt räcker tillskottet."),
            t("Normen nås alltså inte ens på lång sikt."),
            t("Om tillskottet räcker på lång sikt går alltså inte att säga."),
        ),
        t(
            "Två antaganden drar åt olika håll: tillskottet motsvarar {implied} personer i ST, medan det skattade "
            "antalet är {counted}. Bara regionerna kan svara på vilket tal som stämmer."
        ).format(
            implied=context.estimate("st_persons_implied"),
            counted=context.estimate("st_persons_reference"),
        ),
    ]


def _verdict(surely: bool, surely_not: bool, yes: str, no: str, open_: str) -> str:
    """The sentence that the whole interval allows."""
    return yes if surely else no if surely_not else open_


def table(context: Context) -> Table:
    """Guideline value of each region with persons, gap, starters and requirement."""
    t = context.language
    shown = [NATION, *context.results.regions]
    gap = t("Riktvärdet minus senaste uppgift, personer")
    cells = pd.DataFrame(
        {
            t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Riktvärde: tjänster per 10 000 invånare"): [
                context.estimate("st_positions_per_10000", code, 1) for code in shown
            ],
            t("Riktvärde: personer i ST"): [context.estimate("st_persons_guideline", code) for code in shown],
            t("Riktvärdets status"): [context.status("st_positions_guideline", code) for code in shown],
            gap: [context.estimate("st_gap", code) for code in shown],
            t("Skillnadens status"): [context.status("st_gap", code) for code in shown],
            t("Nya ST-läkare per år"): [context.estimate("st_starters_guideline", code) for code in shown],
        },
        index=context.named(shown),
    )
    measures = (
        "population",
        "specialist_requirement",
        "st_positions_guideline",
        "st_positions_per_10000",
        "st_starters_guideline",
        "st_persons_guideline",
        "st_gap",
    )
    return Table(
        "st-riktvaerden",
        cells,
        context.rows(measures, shown),
        t(
            "Riktvärde för ST i allmänmedicin: tjänster och personer som behövs för att på lång sikt hålla normen. Inom "
            "parentes 80-procentigt intervall; för tjänster avrundat utåt till fem. Minustecken: riktvärdet är lägre "
            "än senaste uppgift. För riket jämförs med det skattade antalet {date}."
        ).format(date=context.reference_date),
        t("SCB, Kolada, publicerade uppgifter om ST och graderade antaganden"),
        stacked=True,
    )


def other_norms(context: Context) -> Table:
    """The national guideline value under the norms that regions have decided themselves."""
    t = context.language
    norms = context.results.norms
    published = context.tables["published_st"]
    local = published.loc[published["measure"] == LOCAL_NORM]
    decided = local.groupby("value")["region"].agg(lambda codes: ", ".join(context.region_names[c] for c in codes))
    cells = pd.DataFrame(
        {
            t("Heltider av specialister"): [t.number(v) for v in norms["requirement"]],
            t("ST-tjänster i riket"): t.estimates(norms),
            t("Beslutat mål i"): decided.reindex(norms["norm"]).to_list(),
        },
        index=pd.Index([t.number(norm) for norm in norms["norm"]], name=t("Invånare per specialist")),
    )
    return Table(
        "andra-normer",
        cells,
        norms,
        t("Riktvärdet för riket om en annan norm gällde. Normerna är sådana som regioner själva har beslutat."),
        t("publicerade uppgifter om regionernas mål, SCB:s folkmängd och graderade antaganden"),
    )


def against_published(context: Context) -> Figure:
    """Guideline persons against the newest published persons, per 1 000 inhabitants, where both exist."""
    t = context.language
    newest = context.results.of("st_newest_per_1000")
    inhabitants = context.results.of("population")["value"]
    goal = context.results.of("st_persons_guideline").loc[newest.index, ["value", "low", "high"]].astype(float)
    goal = goal.mul(1000 / inhabitants.loc[newest.index], axis=0)
    labels = [context.region_names[code] for code in newest.index]
    guideline_words, counted = t("riktvärde"), t("senaste uppgift")
    dots = pd.DataFrame({"label": labels, "value": newest["value"].to_numpy(), "kind": counted})
    rows = pd.concat([goal.assign(label=labels, kind=guideline_words), dots], ignore_index=True)
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("ST-läkare per 1 000 invånare"), 1),
        {counted: ORANGE, guideline_words: BLUE},
        labels,
    )
    value = newest["value"].to_numpy()
    below, above = value < goal["low"].to_numpy(), value > goal["high"].to_numpy()
    alternative = t(
        "Punktdiagram för de {count} regioner där antalet personer går att räkna ut. Under riktvärdets intervall "
        "ligger {below}; över ligger {above}."
    ).format(
        count=t.number(len(labels)),
        below=_listed(t, [name for name, yes in zip(labels, below, strict=True) if yes]),
        above=_listed(t, [name for name, yes in zip(labels, above, strict=True) if yes]),
    )
    caption = t(
        "Senaste uppgift om ST-läkare per 1 000 invånare vid uppgiftens eget år, och riktvärdet per 1 000 invånare "
        "{year} med 80-procentigt intervall."
    ).format(year=context.year)
    when = t("Uppgiften avser år")
    cells = pd.DataFrame(
        {
            t("Senaste uppgift"): [t.number(v, 2) for v in newest["value"]],
            when: [str(year) for year in newest["year"]],
            t("Uppgiftens status"): [context.status("st_newest_per_1000", code) for code in newest.index],
            t("Riktvärde"): t.estimates(goal, 2),
        },
        index=context.named(newest.index),
    )
    return Figure(
        chart,
        alternative,
        caption,
        Table(
            "st-mot-riktvaerde",
            cells,
            context.rows(["st_newest_per_1000", "st_persons_guideline", "population"], newest.index),
            caption,
            t("publicerade uppgifter om ST, SCB:s folkmängd och graderade antaganden"),
            text=(when,),
            stacked=True,
        ),
    )


def coverage_table(context: Context) -> Table:
    """Coverage A and B of every region, with the specialist stock behind them."""
    t = context.language
    shown = [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Specialister, heltider"): [context.estimate("specialist_fte", code) for code in shown],
            t("Täckning A (bara specialister)"): [context.share("coverage_a", code) for code in shown],
            t("Status för A"): [context.status("coverage_a", code) for code in shown],
            t("Täckning B (även ST mitt i utbildningen)"): [context.share("coverage_b", code) for code in shown],
            t("Status för B"): [context.status("coverage_b", code) for code in shown],
        },
        index=context.named(shown),
    )
    return Table(
        "taeckning",
        cells,
        context.rows(("specialist_fte", "coverage_a", "coverage_b"), shown),
        t(
            "Hur stor del av behovet enligt normen {year} som specialisterna täcker. Inom parentes 80-procentigt "
            "intervall. Utan publicerat antal specialister ges bara ett intervall."
        ).format(year=context.year),
        t("publicerade antal specialister, SCB:s folkmängd och graderade antaganden"),
        stacked=True,
    )


def coverage(context: Context) -> Figure:
    """Coverage A of every region; where the stock is unpublished the interval of the prior only."""
    t = context.language
    rows = context.results.of("coverage_a").drop(NATION).reset_index()
    nation = context.results.cell("coverage_a").value
    published, prior = t("ur ett publicerat antal specialister"), t("uppgift saknas: endast intervall")
    rows = rows.assign(
        label=rows["region"].map(context.region_names),
        kind=np.where(rows["value"].notna(), published, prior),
    )
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("täckning A"), 0, percent=True),
        {published: BLUE, prior: MUTED},
        list(rows["label"]),
        (nation, t("riket {value}").format(value=t.percent(nation))),
    )
    alternative = t(
        "Punktdiagram med intervall. I riket täcker specialisterna {nation} av normen. {known} regioner har ett "
        "publicerat antal specialister."
    ).format(
        nation=context.share("coverage_a"),
        known=t.number(rows["value"].notna().sum()),
    )
    caption = t(
        "Täckning A: specialisternas heltider i andel av behovet enligt normen {year}, med 80-procentigt intervall."
    ).format(year=context.year)
    return Figure(chart, alternative, caption, coverage_table(context))


def outlook(context: Context, region: str = NATION) -> Figure:
    """Need of specialists and those there would be with today's intake, by year."""
    t = context.language
    needed, at_hand = t("behov enligt normen"), t("specialister om dagens intag fortsätter")
    need_rows, have = (path(context, m, region) for m in ("specialist_requirement", "specialist_fte_reference"))
    known = bool(have["value"].notna().any())
    chart = charts.fan(
        pd.concat([need_rows.assign(kind=needed), have.assign(kind=at_hand)])[["year", *ENDS, "kind"]],
        charts.number_axis(t("heltider"), 0),
        {needed: BLUE, at_hand: ORANGE if known else MUTED},
        (context.target_year, t("målår")),
    )
    at = context.target_year
    alternative = t(
        "Linjer med band för {name}. Behovet är {needed} heltider {year}; specialisterna väntas bli {have}."
    ).format(
        name=_name(context, region),
        needed=t.estimates(need_rows.loc[[at]])[0],
        year=at,
        have=t.estimates(have.loc[[at]])[0],
    )
    caption = t(
        "Heltider av specialister i allmänmedicin i {name} {first}–{last}: behovet enligt normen, och tillgången om lika "
        "många som i dag börjar sin ST."
    ).format(name=_name(context, region), first=need_rows.index[0], last=need_rows.index[-1])
    if not known:
        caption += " " + t(
            "Regionens antal specialister är inte publicerat: tillgången visas bara som det intervall som spridningen "
            "mellan regioner ger."
        )
    return Figure(chart, alternative, caption, outlook_table(context, region, caption))


MEASURES_BY_YEAR = {
    "specialist_requirement": ("Behov, heltider", 0, 1),
    "specialist_fte_reference": ("Specialister, heltider", 0, 1),
    "coverage_a_reference": ("Täckning A, procent", 0, 100),
    "coverage_b_reference": ("Täckning B, procent", 0, 100),
    "st_positions_guideline": ("Riktvärde: ST-tjänster", 0, 1),
    "st_positions_per_10000": ("Riktvärde: tjänster per 10 000 invånare", 1, 1),
    "st_starters_guideline": ("Nya ST-läkare per år enligt riktvärdet", 0, 1),
}
"""Measure by year → its heading, decimals and scale."""


def outlook_table(context: Context, region: str, caption: str) -> Table:
    """Every measure of one area by year."""
    t = context.language
    columns = {measure: path(context, measure, region) for measure in MEASURES_BY_YEAR}
    years = next(iter(columns.values())).index
    cells = pd.DataFrame(
        {
            **{
                t(words): t.estimates(columns[measure][ENDS] * scale, digits)
                for measure, (words, digits, scale) in MEASURES_BY_YEAR.items()
            },
            t("Status för tillgång och täckning"): t.statuses(columns["coverage_b_reference"]),
        },
        index=pd.Index(years.astype(str), name=t("År")),
    )
    return Table(
        f"st-baan-{region}",
        cells,
        pd.concat(columns.values()),
        caption + " " + t("Inom parentes 80-procentigt intervall."),
        t("SCB, Kolada, publicerade uppgifter och graderade antaganden; metod b, C6, D3 och D4"),
        stacked=True,
    )


def coverage_outlook(context: Context) -> Figure:
    """Coverage A of every region by year; a line only where the region's specialists are published."""
    t = context.language
    rows = context.results.paths.query("measure == 'coverage_a_reference' and region != @NATION")
    published, prior = t("ur ett publicerat antal specialister"), t("uppgift saknas: endast intervall")
    rows = rows.assign(
        label=rows["region"].map(context.region_names), kind=np.where(rows["value"].notna(), published, prior)
    )
    chart = charts.small_fans(
        rows[["label", "year", *ENDS, "kind"]],
        charts.percent_label(),
        [context.region_names[code] for code in context.results.regions],
        {published: BLUE, prior: MUTED},
    )
    last = int(rows["year"].max())
    nation = path(context, "coverage_a_reference", NATION)
    surely = rows.loc[(rows["year"] == last) & (rows["low"] >= 1)]
    alternative = t(
        "Små diagram, ett per region. Om dagens intag fortsätter når riket täckning A {nation} {last}. I {surely} av 21 "
        "regioner ligger hela intervallet på minst 100 % det året."
    ).format(nation=_shares(t, nation.loc[[last]])[0], last=last, surely=t.number(len(surely)))
    caption = t(
        "Täckning A {first}–{last} om lika många som i dag börjar sin ST. Streckad linje: behovet är täckt. Där antalet "
        "specialister inte är publicerat visas ingen kurva, bara det intervall som spridningen mellan regioner ger."
    ).format(first=int(rows["year"].min()), last=last)
    shown = [NATION, *context.results.regions]
    year = context.target_year
    target = context.results.paths.query("year == @year and measure in @MEASURES_BY_YEAR")
    at = {measure: rows.set_index("region").loc[shown] for measure, rows in target.groupby("measure")}
    cells = pd.DataFrame(
        {
            **{
                t(words): t.estimates(at[measure][ENDS] * scale, digits)
                for measure, (words, digits, scale) in MEASURES_BY_YEAR.items()
            },
            t("Status för täckning A"): t.statuses(at["coverage_a_reference"]),
            t("Status för täckning B"): t.statuses(at["coverage_b_reference"]),
        },
        index=context.named(shown),
    )
    return Figure(
        chart,
        alternative,
        caption,
        Table(
            "st-taeckning-framaat",
            cells,
            target,
            t("Alla regioner {year} om dagens intag fortsätter. Inom parentes 80-procentigt intervall.").format(year=year),
            t("SCB, Kolada, publicerade uppgifter och graderade antaganden; metod b, C6, D3 och D4"),
            stacked=True,
        ),
    )


def coverage_path(context: Context) -> Figure:
    """Coverage A and B of the nation by year."""
    t = context.language
    words = {"coverage_a_reference": t("täckning A"), "coverage_b_reference": t("täckning B")}
    paths = {measure: path(context, measure, NATION) for measure in words}
    chart = charts.fan(
        pd.concat([rows.assign(kind=words[measure]) for measure, rows in paths.items()])[["year", *ENDS, "kind"]],
        charts.number_axis(t("andel av behovet enligt normen"), 0, percent=True),
        dict(zip(words.values(), (BLUE, ORANGE), strict=True)),
        (context.target_year, t("målår")),
    )
    at = context.target_year
    a, b = (_shares(t, rows.loc[[at]])[0] for rows in paths.values())
    alternative = t("Linjer med band. Om dagens intag fortsätter blir täckning A {a} och täckning B {b} {year}.").format(
        a=a, b=b, year=at
    )
    years = paths["coverage_a_reference"].index
    caption = t(
        "Täckning A och B i riket {first}–{last} om lika många som i dag börjar sin ST. A räknar bara specialister, B "
        "också ST-läkare mitt i utbildningen till en del."
    ).format(first=years[0], last=years[-1])
    cells = pd.DataFrame(
        {
            t("Täckning A"): _shares(t, paths["coverage_a_reference"]),
            t("Täckning B"): _shares(t, paths["coverage_b_reference"]),
            t("Status"): t.statuses(paths["coverage_a_reference"]),
        },
        index=pd.Index(years.astype(str), name=t("År")),
    )
    return Figure(
        chart,
        alternative,
        caption,
        Table(
            "st-taeckning-riket",
            cells,
            pd.concat(paths.values()),
            caption,
            t("SCB, publicerade uppgifter och graderade antaganden; metod C6"),
        ),
    )


# --- what is feasible -------------------------------------------------------------------------------------

LIMIT = {
    "smoothing": ("hur fort intaget kan ändras", "intake_smoothing"),
    "applicants": ("antalet sökande", "st_applicants"),
    "supervision": ("handledningen", "st_per_specialist_limit"),
    "rotation": ("platser för placering på andra kliniker", ""),
    "terminal": ("att intaget till slut ligger nära det långsiktiga behovet", "programme_terminal_band"),
}
"""Limit of the programme → its Swedish words and the assumption that sets it; nothing where no figure exists."""


def plan_verdict(context: Context) -> list[str]:
    """Whether the norm can be met in the target year within the limits, what binds, and when it could be."""
    t = context.language
    status, binding, year = context.results.programme_status
    target, last = context.target_year, int(context.results.paths["year"].max())
    solved = not context.results.programme.empty
    if status == guideline.OPTIMAL:
        first = t("Det finns en väg som inom alla gränser når normen i riket och i varje region {target}.").format(
            target=target
        )
    else:
        first = (
            t("Att nå normen i riket och i varje region {target} går inte genom enbart utbildning.")
            if status == guideline.BY_TRAINING_ALONE
            else t("Att nå normen i riket och i varje region {target} går inte inom de gränser som antas för utbildningen.")
        ).format(target=target)
        first += " " + (
            t("Första målåret med en väg inom alla gränser är {year}.").format(year=year)
            if solved
            else t("Inget målår till och med {last} har en väg inom alla gränser.").format(last=last)
        )
    told = [first]
    if binding:
        told.append(
            t("Det minsta avsteg som skulle göra det möjligt gäller {limits}.").format(
                limits=t.listed(t(LIMIT[name][0]) for name in binding)
            )
        )
    if status == guideline.BY_TRAINING_ALONE:
        told.append(t("Ingen som börjar när intaget först kan ändras hinner bli klar till dess."))
    if solved:
        starters, positions = (_planned(context, name) for name in ("starters", "positions"))
        told.append(
            t(
                "På vägen börjar som mest {starters} läkare sin ST samma år ({when}), mot ungefär {now} som antas i dag. "
                "Som mest behövs {positions} ST-tjänster ({then}). Vägen är räknad med antagandenas mittvärden och har "
                "inget intervall."
            ).format(
                starters=t.number(starters.max()),
                when=starters.idxmax(),
                now=context.number("st_starters_reference"),
                positions=t.number(positions.max()),
                then=positions.idxmax(),
            )
        )
    told.append(
        t(
            "Hur många platser det finns för placering på andra kliniker är inte publicerat. Den gränsen räknas därför "
            "inte med, och kan i verkligheten vara den trängsta."
        )
    )
    return told


def plan(context: Context) -> Figure:
    """Starters by year on the first path that meets the norm, beside those that keep it and those who may apply."""
    t = context.language
    keep = path(context, "st_starters_guideline", NATION)
    words = {
        t("riktvärdet: så många håller normen"): (BLUE, keep[["year", *ENDS]]),
        t("antagna sökande"): (MUTED, _line(_applicants(context))),
    }
    solved = _planned(context, "starters")
    year, last = context.results.programme_status[2], keep.index[-1]
    parts = [t("Riktvärdet är {keep} nya ST-läkare {last}.").format(keep=t.estimates(keep.loc[[last]])[0], last=last)]
    if not solved.empty:
        words[t("vägen till normen {year}").format(year=year)] = (ORANGE, _line(solved))
        parts.append(
            t("På vägen till normen {year} börjar som mest {most} ({when}).").format(
                year=year, most=t.number(solved.max()), when=solved.idxmax()
            )
        )
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()]),
        charts.number_axis(t("nya ST-läkare per år"), 0),
        {kind: colour for kind, (colour, _) in words.items()},
        (context.target_year, t("målår")),
    )
    caption = t(
        "Nya ST-läkare per år i riket: riktvärdet med 80-procentigt intervall, de sökande som antas finnas, och den väg "
        "som når normen med minst intag inom gränserna."
    )
    return Figure(chart, " ".join([t("Linjer."), *parts]), caption, plan_table(context, "st-vaeg"))


def positions(context: Context) -> Figure:
    """Positions by year: those that keep the norm, and those of the first path that meets it."""
    t = context.language
    keep, solved = path(context, "st_positions_guideline", NATION), _planned(context, "positions")
    words = {t("riktvärdet: så många håller normen"): (BLUE, keep[["year", *ENDS]])}
    first, last = keep.index[0], keep.index[-1]
    parts = [
        t("Riktvärdet går från {first_value} ST-tjänster {first} till {last_value} {last}.").format(
            first_value=t.estimates(keep.loc[[first]])[0],
            first=first,
            last_value=t.estimates(keep.loc[[last]])[0],
            last=last,
        )
    ]
    if not solved.empty:
        words[t("vägen till normen {year}").format(year=context.results.programme_status[2])] = (ORANGE, _line(solved))
        parts.append(
            t("Vägen till normen kräver som mest {most} tjänster ({when}).").format(
                most=t.number(solved.max()), when=solved.idxmax()
            )
        )
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()]),
        charts.number_axis(t("ST-tjänster"), 0),
        {kind: colour for kind, (colour, _) in words.items()},
        (context.target_year, t("målår")),
    )
    caption = t(
        "ST-tjänster i riket {first}–{last}: riktvärdet med 80-procentigt intervall, och vägen till normen."
    ).format(first=first, last=last)
    return Figure(chart, " ".join([t("Linjer."), *parts]), caption, plan_table(context, "st-tjaenster-vaeg"))


def plan_table(context: Context, name: str) -> Table:
    """Guideline value and applicants by year, and the path that meets the norm first."""
    t = context.language
    columns = {
        "starters": (t("Vägen: nya ST-läkare"), 1),
        "persons_in_training": (t("Vägen: personer i ST"), 1),
        "positions": (t("Vägen: ST-tjänster"), 1),
        "specialist_fte": (t("Vägen: specialister, heltider"), 1),
        "coverage_a": (t("Vägen: täckning A, procent"), 100),
        "coverage_b": (t("Vägen: täckning B, procent"), 100),
    }
    paths = {measure: _planned(context, measure) for measure in columns}
    applicants = _applicants(context)
    years = applicants.index
    kept = {
        t("Riktvärdet: nya ST-läkare"): path(context, "st_starters_guideline", NATION),
        t("Riktvärdet: ST-tjänster"): path(context, "st_positions_guideline", NATION),
    }
    cells = pd.DataFrame(
        {
            **{words: t.estimates(rows.loc[list(years)]) for words, rows in kept.items()},
            t("Antagna sökande"): [t.number(v) for v in applicants],
            **{
                words: [t.number(scale * v) for v in paths[measure]]
                for measure, (words, scale) in columns.items()
                if not paths[measure].empty
            },
            t("Status"): t.status("estimated"),
        },
        index=pd.Index(years.astype(str), name=t("År")),
    )
    return Table(
        name,
        cells,
        pd.concat([*kept.values(), context.results.programme]),
        t(
            "Riktvärdet och vägen till normen i riket, år för år. Inom parentes 80-procentigt intervall. Vägen är räknad "
            "med antagandenas mittvärden."
        ),
        t("SCB:s prognos, publicerade uppgifter och graderade antaganden; metod D2–D4"),
        stacked=True,
    )


def _applicants(context: Context) -> pd.Series:
    """Those who may apply, by year, as assumed."""
    a = context.assumptions
    years = path(context, "st_starters_guideline", NATION).index[1:]
    growth = (1 + a["st_applicants_growth"].value) ** np.arange(len(years))
    return pd.Series(a["st_applicants"].value * growth, years)


def _line(values: pd.Series) -> pd.DataFrame:
    """A path without a band."""
    return pd.DataFrame({"year": values.index, "value": values.to_numpy(), "low": np.nan, "high": np.nan})


def limits(context: Context) -> Table:
    """What limits the path to the norm, with which of it the target year is out of reach."""
    t = context.language
    binding = context.results.programme_status[1]
    missing, grade = t("uppgift saknas"), t("Grad")
    rows = []
    for name, (words, assumption) in LIMIT.items():
        item = context.assumptions[assumption] if assumption else None
        scale, digits = (100, 0) if item is not None and item.unit == "share" else (1, 0 if name == "applicants" else 2)
        rows.append(
            {
                "limit": name,
                "words": t(words),
                "value": missing
                if item is None
                else t.number(scale * item.value, digits)
                if item.low == item.high
                else t.estimate(scale * item.value, scale * item.low, scale * item.high, digits),
                "unit": "" if item is None else t.term("percent" if item.unit == "share" else item.unit),
                "grade": "" if item is None else item.grade,
                "binding": t("ingår inte i räkningen") if item is None else t("ja") if name in binding else t("nej"),
            }
        )
    data = pd.DataFrame(rows)
    cells = pd.DataFrame(
        {
            t("Antagande"): data["value"].to_list(),
            t("Enhet"): data["unit"].to_list(),
            grade: data["grade"].to_list(),
            t("Hindrar att normen nås {year}").format(year=context.target_year): data["binding"].to_list(),
        },
        index=pd.Index(data["words"], name=t("Gräns")),
    )
    growth = context.assumptions["st_applicants_growth"]
    return Table(
        "st-graenser",
        cells,
        data.drop(columns="words"),
        t(
            "Gränser för vägen till normen. Antalet sökande antas ändras med {growth} om året. ”Ja” betyder att gränsen "
            "ingår i det minsta avsteg som skulle göra målåret möjligt."
        ).format(growth=t.percent(growth.value)),
        t("graderade antaganden; metod D2"),
        text=(grade,),
        stacked=True,
    )


def path(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of one area by year, indexed by year."""
    rows = context.result_rows("paths", region).query("measure == @measure")
    return rows.set_index(rows["year"].astype(int).rename(None))


def _planned(context: Context, measure: str) -> pd.Series:
    """One measure of the programme's path in the nation, by year."""
    rows = context.result_rows("programme", NATION).query(f"measure == 'programme_{measure}'")
    return rows.set_index(rows["year"].astype(int))["value"].astype(float)


def _name(context: Context, region: str) -> str:
    return context.language("riket") if region == NATION else context.principals[region]


def _shares(t: Language, rows: pd.DataFrame) -> list[str]:
    """Shares in per cent with their intervals."""
    return [f"{text}\N{NO-BREAK SPACE}%" for text in t.estimates(100 * rows[ENDS])]


def starters(context: Context) -> Figure:
    """Starters per year that meet the norm, by target year; early years are infeasible by training alone."""
    t = context.language
    rows = context.results.starters
    told = rows["value"].notna()
    first = int(rows.loc[told, "year"].min())
    drawn = rows.assign(
        **{column: rows[column].where(rows["intakes"] >= MIN_INTAKES_DRAWN) for column in ("value", "low", "high")}
    )
    chart = charts.path(
        drawn,
        t("målår"),
        charts.number_axis(t("nya ST-läkare per år"), 0),
        (int(rows["year"].min()), first - 0.5, t("ej möjligt\ngenom enbart\nutbildning")),
    )
    answers = pd.Series(t.estimates(rows), index=rows["year"]).where(
        told.to_numpy(), t("ej möjligt genom enbart utbildning")
    )
    cells = pd.DataFrame(
        {
            t("Års intag som hinner bli klara"): [t.number(n, 1) for n in rows["intakes"]],
            t("Nya ST-läkare per år"): answers.to_list(),
            t("Andel dragningar med ett svar"): [t.percent(share) for share in rows["feasible"]],
        },
        index=pd.Index(rows["year"].astype(str), name=t("Målår")),
    )
    left_out = rows.loc[told & (rows["intakes"] < MIN_INTAKES_DRAWN), "year"]
    alternative = t(
        "Linje med intervall. Före {first} kan normen inte nås genom enbart utbildning. För att nå den {year} behöver "
        "{needed} läkare börja sin ST varje år i riket."
    ).format(first=first, year=context.target_year, needed=answers[context.target_year])
    caption = t(
        "Så många behöver börja sin ST varje år för att riket ska nå normen, efter målår, med 80-procentigt intervall."
    )
    if not left_out.empty:
        caption += " " + t("{years} står bara i tabellen, där talen bygger på få års intag.").format(
            years=", ".join(str(year) for year in left_out)
        )
    return Figure(
        chart,
        alternative,
        caption,
        Table("st-maalaar", cells, rows, caption, t("SCB:s prognos och graderade antaganden")),
    )


def published_shortage(context: Context) -> Table:
    """What others say is missing beside the model's own figures."""
    t = context.language
    measures = ["specialists_allmanmedicin_missing_primary_care", "st_allmanmedicin_missing"]
    published = context.tables["published_st"].set_index("measure").loc[measures]
    own = pd.concat([context.results.of(m).loc[[NATION]] for m in ("specialist_gap", "st_gap")])
    data = own[["measure", "value", "low", "high", "unit", "status"]].assign(
        published=published["value"].to_list(),
        year=published["year"].to_list(),
        figure=published["figure"].to_list(),
    )
    when = t("Publicerat år")
    cells = pd.DataFrame(
        {
            t("Publicerat"): [t.number(v) for v in data["published"]],
            when: [str(year) for year in data["year"]],
            t("Rapportens modell"): t.estimates(data),
            t("Vad skillnaden beror på"): [
                t(
                    "Källan säger inte om talet är personer eller heltider. Modellen räknar heltider vid vårdcentral "
                    "mot normen."
                ),
                t(
                    "Källan anger inte vilket mål talet gäller. Riktvärdet håller normen på lång sikt; att nå den ett "
                    "visst år kräver fler."
                ),
            ],
            t("Uppgift"): data["figure"].to_list(),
        },
        index=pd.Index([t("Specialister som saknas"), t("ST-läkare som saknas")], name=t("Brist i riket")),
    )
    return Table(
        "brist-jaemfoerelse",
        cells,
        data,
        t("Bristen enligt Nationella vårdkompetensrådet och enligt rapportens modell."),
        t("publicerade uppgifter om ST och graderade antaganden"),
        text=(when,),
        stacked=True,
    )


def extra_need(context: Context) -> Table:
    """Extra need computed from published inhabitants per doctor, beside the printed percentage."""
    t = context.language
    extra = context.results.of("extra_need")
    published = context.tables["published_st"]
    printed = published.loc[published["measure"] == "additional_doctors_needed_to_1100_pct"].set_index("region")
    per_doctor = published.loc[published["measure"] == "inhabitants_per_primary_care_doctor"].set_index("region")
    codes = list(extra.index)
    data = pd.DataFrame(
        {
            "region": codes,
            "inhabitants_per_doctor": per_doctor.loc[codes, "value"].to_numpy(),
            "extra_need": extra["value"].to_numpy(),
            "printed_percent": printed.loc[codes, "value"].to_numpy(),
            "figure": per_doctor.loc[codes, "figure"].to_numpy(),
        }
    )
    cells = pd.DataFrame(
        {
            t("Invånare per läkare"): [t.number(v) for v in data["inhabitants_per_doctor"]],
            t("Extra behov, uträknat"): [t.percent(v) for v in data["extra_need"]],
            t("Extra behov, tryckt i källan"): [t.percent(v / 100) for v in data["printed_percent"]],
            t("Uppgift"): list(data["figure"]),
        },
        index=context.named(codes),
    )
    return Table(
        "extra-behov",
        cells,
        data,
        t(
            "Kontroll mot Läkarförbundets jämförelse: hur många fler läkare normen kräver. Läkarna i primärvården räknas, "
            "inte bara specialister. Bara regioner där källan trycker antalet invånare per läkare är med."
        ),
        t("publicerade uppgifter om ST"),
    )


def _listed(t: Language, names: list[str]) -> str:
    return ", ".join(names) if names else t("ingen")
