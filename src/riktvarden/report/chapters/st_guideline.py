"""The guideline chapter: how many hold the norm, the way there, where today's intake leads, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import BY_TRAINING_ALONE, EVERY_REGION, LOCAL_NORM, MOST_OF_EVERY_REGION, NATION_ALONE, OPTIMAL
from riktvarden.report.chapters import need, st_baseline
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, INK, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import Language
from riktvarden.report.kit.ranges import ENDS

LIKELY = 2 / 3
"""Chance from which on something is called likely; below the rest of it, unlikely."""
EVEN = 0.5
"""Chance from which on something is more likely than not."""
NEARLY = 0.1
"""How far a chance may be from even and still be called about even."""


# --- the answer -------------------------------------------------------------------------------------------


def headlines(context: Context) -> list[str]:
    """What a hurried reader wants after the answer: what holds the norm, who train, how far they reach, how sure it is."""
    return [
        holding(context),
        difference(context),
        reach(context),
        sureness(context),
    ]


def summary(context: Context) -> list[str]:
    """The answer of the chapter: the headlines with the path, where today's intake leads, and what the value rests on."""
    t = context.language
    a = context.assumptions
    return [
        holding(context),
        difference(context),
        reach(context),
        " ".join(plan_verdict(context)[:2]),
        leads_to(context),
        t(
            "Behovet skiljer sig mellan regionerna beroende på ålder, vårdbehov, avstånd och andra uppdrag, men summan för "
            "riket ändras inte. Per 10 000 invånare blir riktvärdet {low} tjänster i {lowest} och {high} i {highest}."
        ).format(**_extremes(context)),
        t(
            "Vi räknar med {ppp} personer per tjänst, en uppgift från en enda region, och med att {vacancy} av tjänsterna "
            "är vakanta. Att flytta fler uppgifter till andra yrken är ett scenario och ingår inte."
        ).format(
            ppp=t.number(a["persons_per_position"].value, 1),
            vacancy=t.percent(a["st_vacancy_rate"].value),
        ),
        sureness(context),
    ]


def holding(context: Context) -> str:
    """How many have to start, and how many positions and persons that is, to hold the norm."""
    return context.language(
        "För att hålla normen på {norm} invånare per heltidsarbetande specialist i allmänmedicin behöver {starters} läkare "
        "börja sin ST varje år i riket. Det motsvarar {positions} ST-tjänster, eller {persons} läkare i utbildning. Vi "
        "kallar det riktvärdet."
    ).format(
        norm=context.assumed("inhabitants_per_specialist"),
        positions=context.estimate("st_positions_guideline"),
        starters=context.estimate("st_starters_guideline"),
        persons=context.estimate("st_persons_guideline"),
    )


def difference(context: Context) -> str:
    """How the guideline value differs from those in training at the same date, and the chance that they are enough."""
    t = context.language
    persons, positions = (context.results.cell(name).value for name in ("st_gap", "st_positions_gap"))
    enough = 1 - lacking(context, NATION)
    starting, held = (context.results.cell(f"st_starters_{name}").value for name in ("reference", "guideline"))
    words = (
        t("Det är omkring {persons} läkare och {positions} tjänster färre än riktvärdet.")
        if persons > 0
        else t("Det är omkring {persons} läkare och {positions} tjänster fler än riktvärdet.")
    )
    reported = [
        t("Den {date} gjorde {now} läkare ST i allmänmedicin, enligt vår skattning.").format(
            date=context.reference_date, now=context.estimate("st_persons_reference")
        ),
        words.format(persons=t.number(rounded(abs(persons), 10)), positions=t.number(rounded(abs(positions), 10))),
        t("Antalet i utbildning har ännu inte hunnit ikapp intaget, som var omkring {starters} under {year}.").format(
            starters=t.number(rounded(starting, 10)), year=context.year
        )
        if persons > 0 and starting > held
        else "",
        t("Skillnaden är så liten mot osäkerheten att chansen är ungefär jämn.") if abs(enough - EVEN) < NEARLY else "",
        t("Sannolikheten att så många i utbildning räcker för att hålla normen är {chance}.").format(
            chance=chance(t, enough)
        ),
    ]
    return " ".join(filter(None, reported))


def lacking(context: Context, region: str) -> float:
    """Chance that fewer are in training at the base date than the guideline value asks for."""
    results = context.results
    return float((results.draws["st_gap"][:, results.areas.index(region)] > 0).mean())


def reach(context: Context) -> str:
    """How far the specialists of the base date reach, and how far those of later years if as many go on starting."""
    t = context.language
    covered = path(context, "coverage_a_reference", NATION)
    later = _years(context)
    return t(
        "Att hålla normen är en sak, att nå den en annan. Med {year} års befolkning motsvarar normen {required} "
        "heltidsarbetande specialister. Den {date} fanns {stock}, det vill säga {coverage} av behovet. Om lika många "
        "börjar varje år som {year} blir det {later}."
    ).format(
        year=context.year,
        required=context.number("specialist_requirement"),
        date=context.reference_date,
        stock=context.estimate("specialist_fte"),
        coverage=context.share("coverage_a"),
        later=t.listed(t("{share} år {year}").format(share=t.shares(covered.loc[[year]])[0], year=year) for year in later),
    )


def leads_to(context: Context) -> str:
    """Where today's intake leads in the long run, and the chance that it is enough."""
    t = context.language
    draws = context.results.draws
    enough = float((draws["specialist_fte_long_run"][:, -1] >= draws["specialist_requirement_target"][:, -1]).mean())
    verdict = word(
        enough,
        t("Intaget {year} är alltså troligen stort nog för att hålla normen, men det tar lång tid att nå den."),
        t("Om intaget {year} är stort nog för att hålla normen är alltså osäkert, och det tar lång tid att nå den."),
        t("Intaget {year} är alltså troligen för litet för att hålla normen."),
    )
    return " ".join(
        [
            t(
                "Fortsätter intaget som {year}, omkring {starters} nya ST-läkare varje år, leder det på lång sikt till "
                "{fte} heltider av specialister. Sannolikheten att det räcker för {target} års befolkning är {chance}."
            ).format(
                year=context.year,
                starters=t.number(rounded(context.results.cell("st_starters_reference").value, 10)),
                fte=context.estimate("specialist_fte_long_run"),
                target=context.target_year,
                chance=chance(t, enough),
            ),
            verdict.format(year=context.year),
        ]
    )


def sureness(context: Context) -> str:
    """What the intervals cover, what they leave out, and what nobody has published."""
    t = context.language
    counted = context.results.of("st_persons_reference")["value"].drop(NATION).notna()
    graded = [item for item in context.assumptions.values() if item.grade == "D"]
    return t(
        "Talen är skattningar. Vi bedömer att det verkliga värdet ligger inom intervallet med 80 procents sannolikhet, om "
        "normen är {norm} och modellen stämmer. För {missing} av {all} regioner finns ingen användbar uppgift om hur många "
        "som gör ST, och {graded} av rapportens {assumptions} antaganden är bedömningar som ingen har mätt."
    ).format(
        norm=context.assumed("inhabitants_per_specialist"),
        all=t.number(len(counted)),
        missing=t.number((~counted).sum()),
        graded=t.number(len(graded)),
        assumptions=t.number(len(context.assumptions)),
    )


def intake(context: Context) -> str:
    """How many started in the base year, and whether that sustains the norm and reaches it."""
    t = context.language
    last = context.results.programme_status[2] or int(context.results.paths["year"].max())
    reported = word(
        context.results.cell("norm_met_long_run").value,
        t("Under {year} började uppskattningsvis {now}. Det räcker troligen för att hålla normen"),
        t("Under {year} började uppskattningsvis {now}. Det räcker ungefär för att hålla normen"),
        t("Under {year} började uppskattningsvis {now}. Det är troligen för få för att hålla normen."),
    )
    if not reported.endswith("."):
        reached = path(context, NORM_MET, NATION)["value"][last]
        reported += word(reached, ".", ".", t(", men troligen inte för att nå den till {last}."))
    return reported.format(
        year=context.year, now=t.number(rounded(context.results.cell("st_starters_reference").value, 10)), last=last
    )


def word(share: float, likely: str, even: str, unlikely: str) -> str:
    """Which words fit a probability."""
    return likely if share >= LIKELY else unlikely if share <= 1 - LIKELY else even


def chance(t: Language, share: float) -> str:
    """A probability in per cent; what is almost sure either way is not given as certain."""
    if share < 0.01:
        return t("under {percent}").format(percent=t.percent(0.01))
    if share > 0.99:
        return t("över {percent}").format(percent=t.percent(0.99))
    return t.percent(share)


def rounded(value: float, step: int) -> float:
    """A number no more exact than a reader in a hurry needs."""
    return step * round(value / step)


def _years(context: Context) -> list[int]:
    """The years that texts and tables name: every fifth one that a changed intake can reach, to the end of the outlook."""
    first, last = int(context.assumptions["first_adjustable_intake"].value), int(context.results.paths["year"].max())
    return [year for year in range(first + 1, last + 1) if year % 5 == 0]


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
    areas = maps.prepare(counties).merge(rows[ENDS], left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    nation = context.results.cell("st_positions_per_10000").value
    chart = maps.estimated(
        areas,
        t("ST-tjänster per 10 000 invånare, {year}").format(year=context.year),
        charts.number_label(1),
        (nation, nation),
        classes=maps.against(t),
    )
    alternative = t(
        "Karta över Sveriges {all} regioner. Riktvärdet är lägst i {lowest}, {low} tjänster per 10 000 invånare, och högst "
        "i {highest}, {high}. I riket är det {nation}."
    ).format(
        **_extremes(context),
        all=t.number(len(context.results.regions)),
        nation=context.estimate("st_positions_per_10000", NATION, 1),
    )
    caption = t(
        "Riktvärde för ST i allmänmedicin {year}, tjänster per 10 000 invånare. Skillnaderna är små jämfört med "
        "osäkerheten."
    ).format(year=context.year)
    caption = f"{caption} {t('Skattade värden.')}"
    return Figure(chart, alternative, caption, density_table(context, "st-riktvaerde-karta"))


def density_table(context: Context, name: str) -> Table:
    """Guideline value of each region per 10 000 inhabitants."""
    t = context.language
    shown = [NATION, *context.results.regions]
    measures = ("st_positions_per_10000", "st_positions_guideline", "population")
    return Table.of(
        t,
        name,
        context.named(shown),
        [
            column.written(
                t("ST-tjänster per 10 000 invånare"),
                [context.estimate("st_positions_per_10000", code, 1) for code in shown],
            ),
            column.written(t("ST-tjänster"), [context.estimate("st_positions_guideline", code) for code in shown]),
            column.written(
                t("Invånare {year}").format(year=context.year), [context.number("population", code) for code in shown]
            ),
            column.written(t("Status"), [context.status("st_positions_per_10000", code) for code in shown]),
        ],
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
        "Punktdiagram med intervall. I {overlap} av {all} regioner ligger rikets värde inom regionens intervall. "
        "Skillnaderna mellan regionerna är alltså osäkra."
    ).format(overlap=t.number(overlap), all=t.number(len(rows)))
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
    return Table.of(
        t,
        "st-norm-behov",
        context.named(shown),
        [
            column.written(t("Norm: heltider efter folkmängd"), [t.number(norm[code]) for code in shown]),
            column.written(t("Behov: heltider"), [context.estimate("specialist_requirement", code) for code in shown]),
            column.written(t("Behovets status"), [context.status("specialist_requirement", code) for code in shown]),
            column.written(use, [t.number(visits["value"]) if code == NATION else missing for code in shown]),
        ],
        context.rows(["specialist_requirement"], shown).assign(norm=[norm[code] for code in shown]),
        t(
            "Norm, behov och efterfrågan {year}. Normen följer folkmängden. Behovet räknar också med ålder, vårdbehov, "
            "gleshet och uppdrag utanför listan; i riket är de två lika. Efterfrågan är besök, inte heltider ({figure})."
        ).format(year=context.year, figure=visits["figure"]),
        stacked=True,
    )


def table(context: Context) -> Table:
    """Guideline value of each region in starters, positions and persons, beside those in training at the same date."""
    t = context.language
    shown = [NATION, *context.results.regions]
    columns = {
        "st_starters_guideline": t("Riktvärde: nya ST-läkare per år"),
        "st_positions_guideline": t("Riktvärde: ST-tjänster"),
        "st_persons_guideline": t("Riktvärde: personer i ST"),
        "st_positions_reference": t("ST-tjänster {date}").format(date=context.reference_date),
        "st_persons_reference": t("Personer i ST {date}").format(date=context.reference_date),
        "st_positions_gap": t("Riktvärdet minus antalet, tjänster"),
        "st_gap": t("Riktvärdet minus antalet, personer"),
    }
    return Table.of(
        t,
        "st-riktvaerden",
        context.named(shown),
        [
            *(
                column.written(words, [context.estimate(measure, code) for code in shown])
                for measure, words in columns.items()
            ),
            column.written(t("Sannolikhet att antalet räcker"), [chance(t, 1 - lacking(context, code)) for code in shown]),
            column.written(t("Riktvärdets status"), [context.status("st_positions_guideline", code) for code in shown]),
            column.written(t("Skillnadens status"), [context.status("st_gap", code) for code in shown]),
        ],
        context.rows(("population", "specialist_requirement", "st_positions_per_10000", *columns), shown),
        t(
            "Riktvärde för ST i allmänmedicin: så många som behövs för att hålla normen, jämfört med hur många som "
            "gjorde ST den {date}. Inom parentes 80-procentigt intervall; för tjänster avrundat utåt till fem. "
            "Minustecken: regionen hade redan fler än riktvärdet."
        ).format(date=context.reference_date),
        stacked=True,
    )


def other_norms(context: Context) -> Table:
    """The national guideline value under the norms that regions have decided themselves."""
    t = context.language
    norms = context.results.norms
    published = context.tables["published_st"]
    local = published.loc[published["measure"] == LOCAL_NORM]
    decided = local.groupby("value")["region"].agg(lambda codes: ", ".join(context.region_names[c] for c in codes))
    return Table.of(
        t,
        "andra-normer",
        column.heads(t("Invånare per specialist"), [t.number(norm) for norm in norms["norm"]]),
        [
            column.number(t("Heltider av specialister"), norms["requirement"]),
            column.estimate(t("ST-tjänster i riket"), norms),
            column.written(t("Beslutat mål i"), decided.reindex(norms["norm"])),
        ],
        norms,
        t("Riktvärdet för riket om en annan norm gällde. Normerna är sådana som regioner själva har beslutat."),
        t("publicerade uppgifter om regionernas mål, SCB:s folkmängd och graderade antaganden"),
    )


def beside_training(context: Context) -> Figure:
    """Guideline value and those in training at the same date, per 10 000 inhabitants, where a figure is published."""
    t = context.language
    have = context.results.of("st_persons_reference").drop(NATION)
    have = have.loc[have["value"].notna()]
    codes = list(have.index)
    inhabitants = context.results.of("population")["value"].loc[codes]
    sides = {
        t("riktvärde"): (BLUE, context.results.of("st_persons_guideline").loc[codes]),
        t("i utbildning"): (ORANGE, have),
    }
    rates = {words: rows[ENDS].astype(float).mul(10_000 / inhabitants, axis=0) for words, (_, rows) in sides.items()}
    labels = [context.region_names[code] for code in codes]
    chart = charts.intervals(
        pd.concat([rows.assign(label=labels, kind=words) for words, rows in rates.items()], ignore_index=True),
        charts.number_axis(t("ST-läkare per 10 000 invånare"), 0),
        {words: colour for words, (colour, _) in sides.items()},
        labels,
    )
    short = [context.region_names[code] for code in codes if lacking(context, code) >= LIKELY]
    found = (
        t("Av de {count} regioner som har en användbar uppgift har troligen {short} för få i utbildning.")
        if short
        else t("I de {count} regioner som har en användbar uppgift är troligen tillräckligt många i utbildning.")
    )
    alternative = t("Punktdiagram med intervall.") + " " + found.format(count=t.number(len(codes)), short=t.listed(short))
    caption = t(
        "ST-läkare i allmänmedicin per 10 000 invånare den {date}: riktvärdet och det skattade antalet, med 80-procentigt "
        "intervall."
    ).format(date=context.reference_date)
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "st-mot-riktvaerde",
            context.named(codes),
            [
                *(column.estimate(words, rows, 1) for words, rows in rates.items()),
                column.written(
                    t("Sannolikhet att antalet räcker"), [chance(t, 1 - lacking(context, code)) for code in codes]
                ),
                column.written(t("Antalets status"), [context.status("st_persons_reference", code) for code in codes]),
            ],
            context.rows(["st_persons_reference", "st_persons_guideline", "population"], codes),
            caption
            + " "
            + t("Blandat mått betyder att källan lägger ihop tjänster och personer, så att antalet troligen är för lågt."),
            stacked=True,
        ),
    )


def coverage_table(context: Context) -> Table:
    """Coverage A and B of every region, with the specialist stock behind them."""
    t = context.language
    shown = [NATION, *context.results.regions]
    return Table.of(
        t,
        "taeckning",
        context.named(shown),
        [
            column.written(t("Specialister, heltider"), [context.estimate("specialist_fte", code) for code in shown]),
            column.written(t("Täckning A (bara specialister)"), [context.share("coverage_a", code) for code in shown]),
            column.written(t("Status för A"), [context.status("coverage_a", code) for code in shown]),
            column.written(
                t("Täckning B (även ST mitt i utbildningen)"), [context.share("coverage_b", code) for code in shown]
            ),
            column.written(t("Status för B"), [context.status("coverage_b", code) for code in shown]),
        ],
        context.rows(("specialist_fte", "coverage_a", "coverage_b"), shown),
        t(
            "Hur stor del av behovet enligt normen som specialisterna täckte den {date}. Inom parentes 80-procentigt "
            "intervall. Utan publicerat antal specialister ges bara ett intervall."
        ).format(date=context.reference_date),
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
        "Punktdiagram med intervall. I riket täckte specialisterna {nation} av behovet. Bara {known} av {all} regioner har "
        "ett publicerat antal specialister, så skillnaderna mellan de övriga är okända."
    ).format(
        nation=context.share("coverage_a"),
        known=t.number(rows["value"].notna().sum()),
        all=t.number(len(rows)),
    )
    caption = t(
        "Täckning A: specialisternas heltider i andel av behovet enligt normen den {date}, med 80-procentigt intervall."
    ).format(date=context.reference_date)
    return Figure(chart, alternative, caption, coverage_table(context))


def by_figure(context: Context, region: str | None = None) -> Table:
    """Specialists and coverage A by each published figure alone, of every region that has one or of a single region."""
    t = context.language
    rows = context.results.by_figure if region is None else context.result_rows("by_figure", region)
    rows = rows.reset_index(drop=True)
    read = st_baseline.read_as(context, rows)
    rows = rows.assign(status="estimated", qualifier=read["qualifier"])
    # A figure that needs no drawn factor has no interval of its own.
    same = np.isclose(rows["low"], rows["high"])
    stocks = rows.assign(low=rows["low"].mask(same), high=rows["high"].mask(same))
    shares = rows[["coverage", "coverage_low", "coverage_high"]].set_axis(["value", "low", "high"], axis="columns")
    dated, figure = t("Avser"), t("Uppgift")
    return Table.of(
        t,
        "taeckning-uppgifter" if region is None else f"taeckning-uppgifter-{region}",
        context.named(rows["region"]),
        [
            column.written(
                t("Vad som är publicerat"), [f"{what}, {unit}" for what, unit in read[["words", "unit"]].to_numpy()]
            ),
            column.text(dated, read["dated"]),
            column.estimate(t("Specialister, heltider"), stocks),
            column.share(t("Täckning A efter uppgiften ensam"), shares),
            column.written(t("Täckning A i rapporten"), [context.share("coverage_a", code) for code in rows["region"]]),
            column.status(rows),
            column.text(figure, read["figures"]),
        ],
        rows,
        t(
            "Täckningen den {date} efter varje publicerad uppgift för sig, omräknad till heltider och till folkmängden det "
            "datumet. Där källan också har rikets tal följer uppgiften rikets utveckling sedan dess. Inom parentes "
            "80-procentigt intervall för omräkningen och behovet; felet i själva uppgiften är inte med. En uppgift om "
            "flera regioner läses som om tätheten vore lika i dem. Rapporten väger samman uppgifterna."
        ).format(date=context.reference_date),
        t("publicerade uppgifter om specialister, SCB:s folkmängd och graderade antaganden; metod A4"),
        stacked=True,
    )


def by_figure_finding(context: Context) -> list[str]:
    """How far published figures on the same region lie apart: in the largest such region, and where they do most."""
    t = context.language
    rows = context.results.by_figure.reset_index(drop=True)
    rows = rows.join(st_baseline.read_as(context, rows)[["figures", "words"]])
    known = rows.groupby("region")["coverage"].agg(["count", "min", "max"])
    several = known.loc[known["count"] > 1]
    reported = [
        t(
            "{known} av {all} regioner har någon publicerad uppgift om sina specialister, och {several} av dem har mer än "
            "en."
        ).format(known=t.number(len(known)), all=t.number(len(context.results.regions)), several=t.number(len(several)))
    ]
    if several.empty:
        return reported
    people = context.results.of("population")["value"]
    most, apart = str(people[several.index].idxmax()), str((several["max"] - several["min"]).idxmax())
    for region in dict.fromkeys((most, apart)):
        own = rows.loc[rows["region"] == region].sort_values("coverage")
        least, largest = own.iloc[0], own.iloc[-1]
        reported.append(
            t(
                "I {region} täcker specialisterna {low} av behovet efter en uppgift ({what_low}, {figure_low}) och {high} "
                "efter en annan ({what_high}, {figure_high}). I rapporten är täckningen {own}."
            ).format(
                region=context.region_names[region],
                low=t.percent(least["coverage"]),
                what_low=least["words"],
                figure_low=least["figures"],
                high=t.percent(largest["coverage"]),
                what_high=largest["words"],
                figure_high=largest["figures"],
                own=context.share("coverage_a", region),
            )
        )
    return reported


def outlook(context: Context, region: str = NATION) -> Figure:
    """Need of specialists and those there would be with today's intake, by year."""
    t = context.language
    needed, at_hand = t("behov enligt normen"), _unchanged(context)
    need_rows, have = (path(context, m, region) for m in ("specialist_requirement", "specialist_fte_reference"))
    known = bool(have["value"].notna().any())
    chart = charts.fan(
        pd.concat([need_rows.assign(kind=needed), have.assign(kind=at_hand)])[["year", *ENDS, "kind"]],
        charts.number_axis(t("heltider"), 0),
        {needed: BLUE, at_hand: ORANGE if known else MUTED},
        (context.target_year, str(context.target_year)),
    )
    at = context.target_year
    alternative = t(
        "Linjer med band för {name}. Om lika många börjar sin ST varje år som {base} motsvarar specialisterna {have} "
        "heltider {year}. Då behövs {needed}."
    ).format(
        name=_name(context, region),
        base=context.year,
        needed=t.estimates(need_rows.loc[[at]])[0],
        year=at,
        have=t.estimates(have.loc[[at]])[0],
    )
    caption = t(
        "Heltider av specialister i allmänmedicin i {name} {first}–{last}: behovet enligt normen, och tillgången om lika "
        "många börjar sin ST varje år som {first}."
    ).format(name=_name(context, region), first=need_rows.index[0], last=need_rows.index[-1])
    if not known:
        caption += " " + t(
            "Regionens antal specialister är inte publicerat. Därför visas tillgången bara som ett intervall."
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
NORM_MET = "norm_met_reference"
"""Chance, by year, that today's intake has met the norm."""


def outlook_table(context: Context, region: str, caption: str) -> Table:
    """Every measure of one area by year."""
    t = context.language
    columns = {measure: path(context, measure, region) for measure in MEASURES_BY_YEAR}
    years = next(iter(columns.values())).index
    return Table.of(
        t,
        f"st-baan-{region}",
        column.heads(t("År"), years.astype(str)),
        [
            *(
                column.estimate(t(heading), columns[measure][ENDS] * scale, digits)
                for measure, (heading, digits, scale) in MEASURES_BY_YEAR.items()
            ),
            column.written(
                t("Sannolikhet att normen är nådd"), [chance(t, met) for met in path(context, NORM_MET, region)["value"]]
            ),
            column.status(columns["coverage_b_reference"], t("Status för tillgång och täckning")),
        ],
        pd.concat([*columns.values(), path(context, NORM_MET, region)]),
        caption + " " + t("Inom parentes 80-procentigt intervall."),
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
    first, last = int(rows["year"].min()), int(rows["year"].max())
    met = context.results.paths.query("measure == @NORM_MET and year == @last and region != @NATION")["value"]
    alternative = t(
        "Små diagram, ett per region. Om lika många börjar varje år som {first} är det i {likely} av {all} regioner "
        "troligare än inte att normen är nådd {last}."
    ).format(first=first, last=last, likely=t.number((met >= EVEN).sum()), all=t.number(len(met)))
    caption = t(
        "Täckning A {first}–{last} om lika många börjar sin ST varje år som {first}. Streckad linje: behovet är täckt. Där "
        "antalet specialister inte är publicerat visas bara ett intervall."
    ).format(first=first, last=last)
    shown = [NATION, *context.results.regions]
    year = context.target_year
    measures = [*MEASURES_BY_YEAR, NORM_MET]
    target = context.results.paths.loc[lambda rows: (rows["year"] == year) & rows["measure"].isin(measures)]
    at = {measure: rows.set_index("region").loc[shown] for measure, rows in target.groupby("measure")}
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "st-taeckning-framaat",
            context.named(shown),
            [
                *(
                    column.estimate(t(heading), at[measure][ENDS] * scale, digits)
                    for measure, (heading, digits, scale) in MEASURES_BY_YEAR.items()
                ),
                column.written(t("Sannolikhet att normen är nådd"), [chance(t, met) for met in at[NORM_MET]["value"]]),
                column.status(at["coverage_a_reference"], t("Status för täckning A")),
                column.status(at["coverage_b_reference"], t("Status för täckning B")),
            ],
            target,
            t(
                "Alla regioner {year} om lika många börjar sin ST varje år som {base}. Inom parentes 80-procentigt "
                "intervall."
            ).format(year=year, base=context.year),
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
        (context.target_year, str(context.target_year)),
    )
    at = context.target_year
    a, b = (t.shares(rows.loc[[at]])[0] for rows in paths.values())
    alternative = t(
        "Linjer med band. Om lika många börjar varje år som {base} täcker färdiga specialister {a} av behovet {year}. "
        "Räknas också ST-läkare mitt i utbildningen är det {b}."
    ).format(base=context.year, a=a, b=b, year=at)
    years = paths["coverage_a_reference"].index
    caption = t(
        "Täckning A och B i riket {first}–{last} om lika många börjar sin ST varje år som {first}. A räknar bara "
        "specialister, B också ST-läkare mitt i utbildningen till en del."
    ).format(first=years[0], last=years[-1])
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "st-taeckning-riket",
            column.heads(t("År"), years.astype(str)),
            [
                column.share(t("Täckning A"), paths["coverage_a_reference"]),
                column.share(t("Täckning B"), paths["coverage_b_reference"]),
                column.written(
                    t("Sannolikhet att normen är nådd"),
                    [chance(t, met) for met in path(context, NORM_MET, NATION)["value"]],
                ),
                column.status(paths["coverage_a_reference"]),
            ],
            pd.concat([*paths.values(), path(context, NORM_MET, NATION)]),
            caption,
        ),
    )


# --- the way there ----------------------------------------------------------------------------------------


class Limit(NamedTuple):
    """A limit of the path, in Swedish."""

    words: str
    more: str
    """What it would take to go beyond it, so that "than we assume" can follow."""
    assumption: str = ""
    """The assumption that sets it; nothing where no figure exists."""


EVERY = 0.5
"""Persons short of all applicants at which they are all of them."""

LIMITS = {
    "smoothing": Limit("hur fort intaget kan ändras", "att intaget ökar snabbare", "intake_smoothing"),
    "applicants": Limit("antalet sökande", "att fler söker", "st_applicants"),
    "supervision": Limit("handledningen", "att varje specialist handleder fler", "st_per_specialist_limit"),
    "capacity": Limit(
        "vårdcentralernas underlag av patienter", "att vårdcentralerna tar emot fler", "listed_per_st_doctor"
    ),
    "rotation": Limit("platser för placering på andra kliniker", "att andra kliniker tar emot fler"),
    "terminal": Limit(
        "att intaget till slut ligger nära det långsiktiga behovet",
        "att intaget stannar på en högre nivå",
        "programme_terminal_band",
    ),
}
"""Limit of the programme → its words."""


def plan_verdict(context: Context) -> list[str]:
    """When the norm can be met in every region and why not before, what the path takes, and what is not counted."""
    t = context.language
    status, binding, year = context.results.programme_status
    target, last = context.target_year, int(context.results.paths["year"].max())
    solved = planned(context, "starters", NATION)
    if year is None or solved.empty:
        first = t("Normen går inte att nå i alla regioner till {last}, inom de gränser som vi har antagit.").format(
            last=last
        )
    else:
        first = t(
            "Alla regioner kan nå normen tidigast {year}. Det förutsätter att intaget ökar från omkring {now} nya "
            "ST-läkare per år till omkring {most} år {when}, och att våra antaganden om sökande och handledare håller."
        ).format(
            year=year,
            now=t.number(rounded(context.results.cell("st_starters_reference").value, 10)),
            most=t.number(rounded(solved["value"].max(), 10)),
            when=solved["value"].idxmax(),
        )
    reported = [first]
    if year is not None and not solved.empty:
        sites = planned(context, "positions", NATION)["value"]
        met = _followed(context, "norm_met", [year])[year]["value"]
        reported.append(
            t(
                "Därefter kan intaget minska, till omkring {lasting} år {last}. Som mest behövs omkring {positions} "
                "ST-tjänster, år {then}. På den vägen är normen nådd i riket {year} med sannolikheten {chance}, och i "
                "regionerna med en sannolikhet från {lowest} till {highest}. Om intaget förblir som {base} är "
                "sannolikheten {unchanged} i riket."
            ).format(
                lasting=t.number(rounded(solved["value"].iloc[-1], 10)),
                last=last,
                positions=t.number(rounded(sites.max(), 10)),
                then=sites.idxmax(),
                year=year,
                chance=chance(t, met[NATION]),
                lowest=chance(t, met.drop(NATION).min()),
                highest=chance(t, met.drop(NATION).max()),
                unchanged=chance(t, path(context, NORM_MET, NATION)["value"][year]),
                base=context.year,
            )
        )
        applicants = _applicants(context)
        every = solved.index[solved["value"] >= applicants.reindex(solved.index) - EVERY]
        if len(every):
            reported.append(t("Alla som antas kunna söka behöver börja {years}.").format(years=t.listed(map(str, every))))
    if status == BY_TRAINING_ALONE:
        reported.append(
            t("Till {target} går det inte, eftersom ingen som börjar när intaget först kan ändras hinner bli klar.").format(
                target=target
            )
        )
    elif status != OPTIMAL and binding:
        reported.append(
            t("Till {target} går det inte, eftersom det skulle kräva {limits} än vi har antagit.").format(
                target=target, limits=t.listed(t(LIMITS[name].more) for name in binding)
            )
        )
    reported.append(
        t(
            "Hur många ST-läkare andra kliniker kan ta emot är inte publicerat. Den gränsen ingår därför inte, men den "
            "kan i verkligheten vara den som sätter stopp."
        )
    )
    return reported


def overshoot(context: Context) -> str:
    """Why the path may end with another number of positions than the guideline value, and above the norm."""
    t = context.language
    sites = planned(context, "positions", NATION)
    if sites.empty:
        return t("Eftersom ingen väg finns inom gränserna visas bara riktvärdet.")
    last = sites.index[-1]
    kept = path(context, "st_positions_guideline", NATION)
    return t(
        "Vägen slutar inte exakt på riktvärdet. År {last} har den {positions} ST-tjänster, medan riktvärdet för samma år "
        "är {kept}, och täckningen är {covered}. Det beror på åldrarna. När många specialister är nya i yrket är kåren "
        "ung, och av en ung kår slutar färre varje år än av en kår med alla åldrar. För en tid skulle det därför räcka "
        "att färre börjar. Men de unga blir äldre, och då måste intaget upp igen. Därför räknar vi aldrig med färre "
        "nya ST-läkare än vad som på lång sikt ersätter dem som slutar, och vägen kan hamna över normen."
    ).format(
        last=last,
        positions=t.number(sites["value"][last]),
        kept=t.number(kept["value"][last]),
        covered=t.percent(planned(context, "coverage_a", NATION)["value"][last]),
    )


def plan(context: Context) -> Figure:
    """Starters by year on the path to the norm, beside those that hold it, today's intake and those who may apply."""
    t = context.language
    keep = path(context, "st_starters_guideline", NATION)
    today = context.results.cell("st_starters_reference").value
    words = {
        t("riktvärdet: så många håller normen"): (BLUE, keep[["year", *ENDS]]),
        t("{year} års intag").format(year=context.year): (INK, _line(pd.Series(today, keep.index))),
        t("så många antas kunna söka"): (MUTED, _line(_applicants(context))),
    }
    solved = planned(context, "starters", NATION)["value"]
    if not solved.empty:
        words[_way(context)] = (ORANGE, _line(solved))
        found = t(
            "Vägen till normen kräver som mest {most} nya ST-läkare per år ({when}). För att sedan hålla normen räcker "
            "{keep} ({last})."
        ).format(
            most=t.number(solved.max()),
            when=solved.idxmax(),
            keep=t.estimates(keep.iloc[[-1]])[0],
            last=keep.index[-1],
        )
    else:
        found = t("För att hålla normen behövs {keep} nya ST-läkare per år {last}.").format(
            keep=t.estimates(keep.iloc[[-1]])[0], last=keep.index[-1]
        )
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()]),
        charts.number_axis(t("nya ST-läkare per år"), 0),
        {kind: colour for kind, (colour, _) in words.items()},
    )
    caption = t(
        "Nya ST-läkare per år i riket: riktvärdet med 80-procentigt intervall, {year} års intag, de sökande som antas "
        "finnas, och den väg som når normen med minst intag inom gränserna."
    ).format(year=context.year)
    return Figure(chart, f"{t('Linjer.')} {found}", caption, plan_table(context, "st-vaeg"))


def positions(context: Context) -> Figure:
    """Positions by year: those that hold the norm, and those of the path that reaches it."""
    t = context.language
    keep, solved = path(context, "st_positions_guideline", NATION), planned(context, "positions", NATION)
    words = {t("riktvärdet: så många håller normen"): (BLUE, keep[["year", *ENDS]])}
    first, last = keep.index[0], keep.index[-1]
    now = context.estimate("st_positions_reference")
    if not solved.empty:
        words[_way(context)] = (ORANGE, solved[["year", *ENDS]])
        most = solved["value"].idxmax()
        found = t(
            "Vägen kräver som mest {most} ST-tjänster ({when}), jämfört med {now} den {date}. Riktvärdet är {keep} {last}."
        ).format(
            most=t.estimates(solved.loc[[most]])[0],
            when=most,
            now=now,
            date=context.reference_date,
            keep=t.estimates(keep.loc[[last]])[0],
            last=last,
        )
    else:
        found = t("Riktvärdet är {keep} ST-tjänster {last}, jämfört med {now} den {date}.").format(
            keep=t.estimates(keep.loc[[last]])[0], last=last, now=now, date=context.reference_date
        )
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()]),
        charts.number_axis(t("ST-tjänster"), 0),
        {kind: colour for kind, (colour, _) in words.items()},
    )
    caption = t(
        "ST-tjänster i riket {first}–{last}: riktvärdet och vägen till normen, båda med 80-procentigt intervall."
    ).format(first=first, last=last)
    return Figure(chart, f"{t('Linjer med band.')} {found}", caption, plan_table(context, "st-tjaenster-vaeg"))


def ways(context: Context) -> Figure:
    """Coverage A of the nation by year: on the path, and if as many go on starting."""
    t = context.language
    unchanged, solved = path(context, "coverage_a_reference", NATION), planned(context, "coverage_a", NATION)
    words = {_unchanged(context): (BLUE, unchanged)} | ({} if solved.empty else {_way(context): (ORANGE, solved)})
    last = unchanged.index[-1]
    found = t("Om intaget förblir som {base} blir täckningen {unchanged} år {last}.").format(
        base=context.year, unchanged=t.shares(unchanged.loc[[last]])[0], last=last
    )
    if not solved.empty:
        found += " " + t("På vägen blir den {covered}.").format(covered=t.shares(solved.loc[[last]])[0])
    chart = charts.fan(
        pd.concat([rows.assign(kind=kind) for kind, (_, rows) in words.items()])[["year", *ENDS, "kind"]],
        charts.number_axis(t("täckning A"), 0, percent=True),
        {kind: colour for kind, (colour, _) in words.items()},
    )
    caption = t(
        "Täckning A i riket {first}–{last} på vägen och med {first} års intag, med 80-procentigt intervall."
    ).format(first=unchanged.index[0], last=last)
    return Figure(chart, f"{t('Linjer med band.')} {found}", caption, plan_table(context, "st-taeckning-vaeg"))


def plan_table(context: Context, name: str) -> Table:
    """Guideline value and applicants by year, the path, and the chance that the norm is met on it and without it."""
    t = context.language
    columns = {
        "starters": (t("Vägen: nya ST-läkare"), 1),
        "persons_in_training": (t("Vägen: personer i ST"), 1),
        "positions": (t("Vägen: ST-tjänster"), 1),
        "specialist_fte": (t("Vägen: specialister, heltider"), 1),
        "coverage_a": (t("Vägen: täckning A, procent"), 100),
        "coverage_b": (t("Vägen: täckning B, procent"), 100),
    }
    applicants = _applicants(context)
    years = applicants.index
    kept = {
        t("Riktvärdet: nya ST-läkare"): path(context, "st_starters_guideline", NATION),
        t("Riktvärdet: ST-tjänster"): path(context, "st_positions_guideline", NATION),
    }
    unchanged, met = path(context, NORM_MET, NATION), planned(context, "norm_met", NATION)
    followed = {words: (planned(context, measure, NATION), scale) for measure, (words, scale) in columns.items()}
    return Table.of(
        t,
        name,
        column.heads(t("År"), years.astype(str)),
        [
            *(column.estimate(words, rows.loc[list(years)]) for words, rows in kept.items()),
            column.number(t("Antagna sökande"), applicants),
            *(
                column.estimate(words, rows[ENDS].astype(float) * scale)
                for words, (rows, scale) in followed.items()
                if not rows.empty
            ),
            None
            if met.empty
            else column.written(t("Vägen: sannolikhet att normen är nådd"), [chance(t, v) for v in met["value"]]),
            column.written(
                t("{year} års intag: sannolikhet att normen är nådd").format(year=context.year),
                [chance(t, v) for v in unchanged["value"].loc[years]],
            ),
            column.status("estimated"),
        ],
        pd.concat([*kept.values(), unchanged, context.result_rows("programme", NATION)]),
        t(
            "Riktvärdet och vägen till normen i riket, år för år. Inom parentes 80-procentigt intervall. Vägens intag "
            "är ett råd, räknat efter antagandenas mittvärden; vad det leder till är osäkert."
        ),
        t("SCB:s prognos, publicerade uppgifter och graderade antaganden; metod D2–D4"),
        stacked=True,
    )


def regional_path(context: Context) -> Table:
    """Starters and positions of every region: what holds the norm, the base year's, and those of the path."""
    t = context.language
    shown = [NATION, *context.results.regions]
    first = int(context.assumptions["first_adjustable_intake"].value)
    later = _years(context)
    starting = _followed(context, "starters", [first, *later])
    sites = _followed(context, "positions", later)
    measures = ("st_starters_guideline", "st_starters_reference", "st_positions_guideline", "st_positions_reference")
    return Table.of(
        t,
        "st-vaeg-regioner",
        context.named(shown),
        [
            column.written(
                t("Håller normen: nya per år"), [context.estimate("st_starters_guideline", code) for code in shown]
            ),
            column.written(
                t("Nya {year}").format(year=context.year),
                [context.estimate("st_starters_reference", code) for code in shown],
            ),
            *(
                column.estimate(t("Vägen: nya {year}").format(year=year), rows.loc[shown])
                for year, rows in starting.items()
            ),
            column.written(
                t("Håller normen: tjänster"), [context.estimate("st_positions_guideline", code) for code in shown]
            ),
            column.written(
                t("Tjänster {year}").format(year=context.year),
                [context.estimate("st_positions_reference", code) for code in shown],
            ),
            *(
                column.estimate(t("Vägen: tjänster {year}").format(year=year), rows.loc[shown])
                for year, rows in sites.items()
            ),
        ],
        pd.concat([context.rows(measures, shown), *starting.values(), *sites.values()]),
        t(
            "Nya ST-läkare och ST-tjänster i varje region: så många håller normen, så många var det {year}, och så "
            "många är det på vägen. Vägens intag är ett råd till varje region. Inom parentes 80-procentigt intervall; "
            "bara intervall där regionens antal inte är publicerat."
        ).format(year=context.year),
        stacked=True,
    )


def regional_coverage(context: Context) -> Table:
    """Coverage of every region in the years named, with the base year's intake and on the path, and the chances."""
    t = context.language
    shown = [NATION, *context.results.regions]
    later, end = _years(context), context.results.programme_status[2] or int(context.results.paths["year"].max())
    unchanged = _followed(context, "coverage_a_reference", later, "paths")
    solved = _followed(context, "coverage_a", later)
    met = [
        (t("{year} års intag: sannolikhet att normen är nådd {end}"), _followed(context, NORM_MET, [end], "paths")),
        (t("Vägen: sannolikhet att normen är nådd {end}"), _followed(context, "norm_met", [end])),
    ]
    now = context.measure("coverage_a", shown)
    parts = [rows for found in (unchanged, solved, *(found for _, found in met)) for rows in found.values()]
    return Table.of(
        t,
        "st-taeckning-regioner",
        context.named(shown),
        [
            column.share(t("Täckning A {date}").format(date=context.reference_date), now),
            *(
                column.share(t("{base} års intag: {year}").format(base=context.year, year=year), rows.loc[shown])
                for year, rows in unchanged.items()
            ),
            *(column.share(t("Vägen: {year}").format(year=year), rows.loc[shown]) for year, rows in solved.items()),
            *(
                column.written(words.format(year=context.year, end=end), [chance(t, v) for v in rows.loc[shown, "value"]])
                for words, found in met
                for rows in found.values()
            ),
        ],
        pd.concat([context.rows(["coverage_a"], shown), *parts]),
        t(
            "Täckning A i varje region: om lika många börjar varje år som {year}, och på vägen. Inom parentes "
            "80-procentigt intervall; bara intervall där regionens antal specialister inte är publicerat."
        ).format(year=context.year),
        stacked=True,
    )


def chances(context: Context) -> Table:
    """Chance by year that the norm is met, with the base year's intake and on the path, in the nation and the regions."""
    t = context.language
    years = sorted({*_years(context), context.results.programme_status[2] or context.target_year})
    sides = {
        t("{year} års intag").format(year=context.year): _followed(context, NORM_MET, years, "paths"),
        t("Vägen"): _followed(context, "norm_met", years),
    }
    columns = []
    for words, found in sides.items():
        if found:
            nation = [chance(t, found[year]["value"][NATION]) for year in years]
            likely = [(found[year]["value"].drop(NATION) >= EVEN).sum() for year in years]
            columns.append(column.written(t("{way}: riket").format(way=words), nation))
            columns.append(column.number(t("{way}: regioner där det är troligare än inte").format(way=words), likely))
    return Table.of(
        t,
        "st-sannolikhet",
        column.heads(t("År"), [str(year) for year in years]),
        columns,
        pd.concat([rows for found in sides.values() for rows in found.values()]),
        t("Sannolikheten att normen är nådd ett visst år, om lika många börjar varje år som {year} och på vägen.").format(
            year=context.year
        ),
    )


AIMS = {
    EVERY_REGION: "Hela normen i varje region",
    MOST_OF_EVERY_REGION: "Minst {share} av normen i varje region och hela i riket",
    NATION_ALONE: "Hela normen i riket, oavsett region",
}
"""Aim of a path → its Swedish words."""


def variants(context: Context) -> Table:
    """Paths with other aims for the regions: when each can be reached, and what it takes."""
    t = context.language
    rows = context.results.variants
    last = int(context.results.paths["year"].max())

    def cell(value: float, scale: float = 1.0) -> str:
        return t("ingen väg") if pd.isna(value) else t.number(rounded(scale * value, 1 if scale > 1 else 10))

    most = zip(rows["starters_most"], rows["starters_most_year"], strict=True)
    return Table.of(
        t,
        "st-andra-maal",
        column.heads(
            t("Mål"),
            [
                t(AIMS[aim]).format(share=t.percent(share))
                for aim, share in zip(rows["aim"], rows["regional_coverage"], strict=True)
            ],
        ),
        [
            column.text(
                t("Tidigaste år"),
                [t("inget till {last}").format(last=last) if pd.isna(y) else str(y) for y in rows["year"]],
            ),
            column.written(
                t("Flest nya ST-läkare ett år"),
                [cell(value) if pd.isna(year) else f"{cell(value)} ({year:.0f})" for value, year in most],
            ),
            column.written(t("Nya ST-läkare {last}").format(last=last), [cell(value) for value in rows["starters_last"]]),
            column.written(t("ST-tjänster {last}").format(last=last), [cell(value) for value in rows["positions_last"]]),
            column.written(
                t("Täckning A {last}, procent").format(last=last), [cell(value, 100) for value in rows["coverage_last"]]
            ),
        ],
        rows,
        t("Vägar till andra mål i riket, avrundade till tiotal. Alla är räknade efter antagandenas mittvärden."),
        t("SCB:s prognos, publicerade uppgifter och graderade antaganden; metod D2"),
        stacked=True,
    )


def variants_finding(context: Context) -> str:
    """How much earlier the norm can be met where the regions need not all meet it."""
    t = context.language
    year = context.results.variants.set_index("aim")["year"]
    every, alone = year[EVERY_REGION], year[NATION_ALONE]
    if pd.isna(every) or pd.isna(alone):
        return t("Något av målen går inte att nå inom gränserna.")
    return t(
        "Riket som helhet kan nå normen {alone}, men alla regioner först {every}, eftersom bristen är olika stor i "
        "regionerna."
    ).format(alone=alone, every=every)


def _followed(context: Context, measure: str, years: Iterable[int], field: str = "programme") -> dict[int, pd.DataFrame]:
    """One measure of a field by year, indexed by region; nothing where no path was found."""
    rows = getattr(context.results, field)
    rows = rows.loc[rows["measure"] == (f"programme_{measure}" if field == "programme" else measure)]
    by_year = {int(year): own.set_index("region", drop=False).rename_axis(None) for year, own in rows.groupby("year")}
    return {year: by_year[year] for year in years if year in by_year}


def _way(context: Context) -> str:
    """Words of the path in a legend."""
    return context.language("vägen till normen {year}").format(year=context.results.programme_status[2])


def _unchanged(context: Context) -> str:
    """Words of an unchanged intake in a legend."""
    return context.language("om lika många börjar varje år som {year}").format(year=context.year)


def _applicants(context: Context) -> pd.Series:
    """Those who may apply, by year, as assumed."""
    return context.results.applicants.set_index("year")["value"]


def _line(values: pd.Series) -> pd.DataFrame:
    """A path without a band."""
    return pd.DataFrame({"year": values.index, "value": values.to_numpy(), "low": np.nan, "high": np.nan})


def limits(context: Context) -> Table:
    """What limits the path to the norm, with which of it the target year is out of reach."""
    t = context.language
    binding = context.results.programme_status[1]
    missing, grade = t("uppgift saknas"), t("Grad")
    rows = []
    for name, limit in LIMITS.items():
        item = context.assumptions[limit.assumption] if limit.assumption else None
        rows.append(
            {
                "limit": name,
                "words": t(limit.words),
                "value": missing if item is None else t.assumed(item, 100 if item.unit == "share" else 1),
                "unit": "" if item is None else t.term("percent" if item.unit == "share" else item.unit),
                "grade": "" if item is None else item.grade,
                "binding": t("ingår inte i räkningen") if item is None else t("ja") if name in binding else t("nej"),
            }
        )
    data = pd.DataFrame(rows)
    growth = context.assumptions["st_applicants_growth"]
    return Table.of(
        t,
        "st-graenser",
        column.heads(t("Gräns"), data["words"]),
        [
            column.written(t("Antagande"), data["value"]),
            column.written(t("Enhet"), data["unit"]),
            column.text(grade, data["grade"]),
            column.written(t("Hindrar att normen nås {year}").format(year=context.target_year), data["binding"]),
        ],
        data.drop(columns="words"),
        t(
            "Gränser för vägen till normen. Antalet sökande antas ändras med {growth} om året. ”Ja” betyder att gränsen "
            "skulle behöva överskridas för att nå normen {year}."
        ).format(growth=t.percent(growth.value), year=context.target_year),
        t("graderade antaganden; metod D2"),
        stacked=True,
    )


def path(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of one area by year, indexed by year."""
    rows = context.result_rows("paths", region).query("measure == @measure")
    return rows.set_index(rows["year"].astype(int).rename(None))


def planned(context: Context, measure: str, region: str) -> pd.DataFrame:
    """One measure of the programme's path in one area by year, indexed by year; empty where no path was found."""
    rows = context.result_rows("programme", region).query(f"measure == 'programme_{measure}'")
    return rows.set_index(rows["year"].astype(int).rename(None))


def _name(context: Context, region: str) -> str:
    return context.language("riket") if region == NATION else context.principals[region]


OBSTACLE = {
    "training time": "ej möjligt: ingen hinner bli klar",
    "applicants": "ej möjligt: fler än som antas kunna söka",
}
"""Why a target year has no number → its Swedish words."""


def starters(context: Context) -> Figure:
    """Whether constant starters can meet the nation's norm, by target year: how many, how likely, and what prevents it."""
    t = context.language
    rows = context.results.starters
    answers = [
        text if why == "" else t(OBSTACLE[why]) for text, why in zip(t.estimates(rows), rows["obstacle"], strict=True)
    ]
    too_near = rows.loc[rows["obstacle"] == "training time", "year"]
    possible = rows["feasible"].where(rows["obstacle"] != "training time")
    chart = charts.fan(
        rows.assign(value=possible, low=np.nan, high=np.nan, kind=""),
        charts.number_axis(t("sannolikhet att det är möjligt"), 0, percent=True),
        {"": BLUE},
        title=t("målår"),
        shaded=None if too_near.empty else (int(too_near.min()), int(too_near.max()) + 0.5, t("ingen hinner\nbli klar")),
    )
    return Figure(
        chart,
        f"{t('Linje.')} {' '.join(_impossible(context))}",
        t(
            "Sannolikheten att riket kan nå normen med lika många nya ST-läkare varje år och inte fler än som antas "
            "kunna söka, efter målår."
        ),
        Table.of(
            t,
            "st-maalaar",
            column.heads(t("Målår"), rows["year"].astype(str)),
            [
                column.number(t("Års intag som hinner bli klara"), rows["intakes"], 1),
                column.written(t("Nya ST-läkare per år"), answers),
                column.written(t("Sannolikhet att det är möjligt"), [chance(t, share) for share in rows["feasible"]]),
            ],
            rows,
            t(
                "Så många behöver börja sin ST varje år, lika många varje år, för att riket ska nå normen, efter "
                "målår. Inom parentes 80-procentigt intervall, där minst nio beräkningar av tio har ett svar."
            ),
            t("SCB:s prognos och graderade antaganden; metod D1"),
        ),
    )


def _impossible(context: Context) -> list[str]:
    """Which target years a constant intake cannot meet and why, and the first that it can."""
    t = context.language
    rows = context.results.starters
    last_of = rows.groupby("obstacle")["year"].max()
    reasons = {
        "training time": t("Till och med {year} hinner ingen som börjar när intaget först kan ändras bli klar."),
        "applicants": t("Till och med {year} skulle fler behöva börja än som antas kunna söka."),
    }
    reported = [words.format(year=last_of[why]) for why, words in reasons.items() if why in last_of]
    known = rows.loc[rows["value"].notna()]
    if known.empty:
        never = t("Med lika stort intag varje år går normen alltså inte att nå till {year}.")
        return [*reported, never.format(year=rows["year"].iloc[-1])]
    first = known.iloc[0]
    return [
        *reported,
        t(
            "Med lika stort intag varje år kan riket nå normen tidigast {year}, om {needed} läkare börjar varje år. "
            "Sannolikheten att det är möjligt är {chance}."
        ).format(
            year=first["year"],
            needed=t.estimate(first["value"], first["low"], first["high"]),
            chance=chance(t, first["feasible"]),
        ),
    ]


def shortage_explained(context: Context) -> str:
    """Why the published number of specialists missing is smaller than the model's, with the model's own figures."""
    t = context.language
    row = _published_missing(context).iloc[0]
    norm, stock, employed = _norm_of(context, row["year"]), context.results.cell("specialist_fte").value, _employed(context)
    reported = [
        t(
            "Nationella vårdkompetensrådet angav {year} att {missing} specialister saknas. Vår modell ger {gap} "
            "heltider den {date}."
        ),
        t(
            "Skillnaden beror troligen på att källan räknar personer. Normen motsvarade {year} omkring {norm} "
            "heltider. Drar man bort de {missing} som saknas återstår omkring {left}. Det ligger närmare de omkring "
            "{persons} personer som är sysselsatta enligt modellen än de omkring {stock} heltider som de arbetar på "
            "vårdcentral."
        )
        if _counts_persons(context)
        else t(
            "Normen motsvarade {year} omkring {norm} heltider. Drar man bort de {missing} som saknas återstår omkring "
            "{left}. Modellen räknar med omkring {persons} personer och {stock} heltider. Vi vet därför inte vad "
            "källan har räknat."
        ),
        t(
            "En sysselsatt specialist arbetar i genomsnitt omkring {fte} heltid på vårdcentral, eftersom många arbetar "
            "deltid eller på andra håll. Räknat som i källan, normens heltider minus sysselsatta personer, blir modellens "
            "tal omkring {own}. Det är ingen brist i personer."
        ),
    ]
    return " ".join(reported).format(
        year=row["year"],
        missing=t.number(row["value"]),
        gap=context.estimate("specialist_gap"),
        date=context.reference_date,
        norm=t.number(rounded(norm, 100)),
        left=t.number(rounded(norm - row["value"], 100)),
        persons=t.number(rounded(employed, 100)),
        stock=t.number(rounded(stock, 100)),
        fte=t.number(stock / employed, 1),
        own=t.number(rounded(context.results.cell("specialist_requirement").value - employed, 100)),
    )


def _norm_of(context: Context, year: int) -> float:
    """Full-time equivalents that the norm asks for in a year."""
    people = context.tables["population_nation"]
    inhabitants = people.loc[people["year"] == year, "population"].sum()
    return float(inhabitants / context.assumptions["inhabitants_per_specialist"].value)


def _employed(context: Context) -> float:
    """Persons employed as specialists at the end of the base year, where the back-cast ends."""
    rows = context.results.career_back_cast.query("quantity == 'persons' and status == 'modelled'")
    return float(rows.loc[rows["dated"].dt.year == context.year, "middle"].iloc[0])


def _counts_persons(context: Context) -> bool:
    """Whether the norm less the published shortage is nearer to the model's persons than to its full-time equivalents."""
    row = _published_missing(context).iloc[0]
    left = _norm_of(context, row["year"]) - row["value"]
    return bool(abs(left - _employed(context)) < abs(left - context.results.cell("specialist_fte").value))


def _published_missing(context: Context) -> pd.DataFrame:
    """The published shortages: specialists, then doctors in training."""
    measures = ["specialists_allmanmedicin_missing_primary_care", "st_allmanmedicin_missing"]
    return context.tables["published_st"].set_index("measure").loc[measures]


def published_shortage(context: Context) -> Table:
    """What others say is missing beside the model's own figures, with status and year of each."""
    t = context.language
    published = _published_missing(context)
    own = pd.concat([context.results.of(m).loc[[NATION]] for m in ("specialist_gap", "st_gap")])
    data = own[["measure", "value", "low", "high", "unit", "status"]].assign(
        published=published["value"].to_list(),
        year=published["year"].to_list(),
        figure=published["figure"].to_list(),
    )
    when = t("Publicerat år")
    return Table.of(
        t,
        "brist-jaemfoerelse",
        column.heads(t("Brist i riket"), [t("Specialister som saknas"), t("ST-läkare som saknas")]),
        [
            column.number(t("Publicerat"), data["published"]),
            column.text(when, data["year"]),
            column.written(
                t("Rapportens modell {date}").format(date=context.reference_date),
                [f"{text} {t.term(unit)}" for text, unit in zip(t.estimates(data), data["unit"], strict=True)],
            ),
            column.written(t("Modellens status"), [context.status(measure) for measure in data["measure"]]),
            column.written(
                t("Vad skillnaden beror på"),
                [
                    t("Källan räknar troligen personer, modellen heltider på vårdcentral.")
                    if _counts_persons(context)
                    else t("Källan anger inte om talet är personer eller heltider."),
                    t(
                        "Källan anger inte vilket mål talet gäller. Riktvärdet är vad som håller normen; för att nå den "
                        "behövs fler under en tid. Minus betyder att antalet redan är större än riktvärdet."
                    ),
                ],
            ),
            column.written(t("Uppgift"), data["figure"]),
        ],
        data,
        t("Bristen enligt Nationella vårdkompetensrådet och enligt rapportens modell."),
        t("publicerade uppgifter om ST och graderade antaganden"),
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
    return Table.of(
        t,
        "extra-behov",
        context.named(codes),
        [
            column.number(t("Invånare per läkare"), data["inhabitants_per_doctor"]),
            column.percent(t("Extra behov, uträknat"), data["extra_need"]),
            column.written(t("Extra behov, tryckt i källan"), [t.percent(v / 100) for v in data["printed_percent"]]),
            column.written(t("Uppgift"), list(data["figure"])),
        ],
        data,
        t(
            "Kontroll mot Läkarförbundets jämförelse: hur många fler läkare normen kräver. Läkarna i primärvården räknas, "
            "inte bara specialister. Bara regioner där källan trycker antalet invånare per läkare är med."
        ),
        t("publicerade uppgifter om ST"),
    )
