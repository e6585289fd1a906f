"""The guideline chapter: what the norm asks for, what it takes, and how far the doctors there are reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.model import LOCAL_NORM
from riktvarden.report import charts
from riktvarden.report.charts import BLUE, MUTED, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import Language
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
            "Intervallet räknar inte med en annan norm än {norm}, och inte med vårdbehov, geografi eller team. "
            "Avgången, andelen som fullföljer och vakanserna är antaganden av grad {grade}."
        ).format(norm=context.assumed("inhabitants_per_specialist"), grade=str(a["specialist_exit_rate"].grade)),
    ]


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
            t("Riktvärde: personer i ST"): [context.estimate("st_persons_guideline", code) for code in shown],
            gap: [context.estimate("st_gap", code) for code in shown],
            t("Skillnadens status"): [context.status("st_gap", code) for code in shown],
            t("Nya ST-läkare per år"): [context.estimate("st_starters_guideline", code) for code in shown],
            t("Heltider av specialister enligt normen"): [context.number("specialist_requirement", code) for code in shown],
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
        t("SCB:s folkmängd, publicerade uppgifter om ST och graderade antaganden"),
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
            "Hur stor del av normen {year} som specialisterna täcker. Inom parentes 80-procentigt intervall. Utan "
            "publicerat antal specialister ges bara ett intervall."
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
    caption = t("Täckning A: specialisternas heltider i andel av normen {year}, med 80-procentigt intervall.").format(
        year=context.year
    )
    return Figure(chart, alternative, caption, coverage_table(context))


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
