"""The guideline chapter: what the norm asks for, what it takes, and how far today's doctors reach."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden import model
from riktvarden.model import NATION
from riktvarden.report import charts
from riktvarden.report.charts import BLUE, MUTED, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import Language

MIN_INTAKES_DRAWN = 3
"""Target years that rest on fewer intakes stand in the table only."""


def headlines(context: Context) -> list[str]:
    """The three sentences a hurried reader takes away, each with its interval."""
    t = context.language
    norm = context.assumptions["inhabitants_per_specialist"].value
    coverage = context.results.of("coverage_a").loc[NATION]
    known = context.results.of("st_persons_reference").drop(NATION)["value"].notna().sum()
    return [
        t(
            "Riktvärdet för ST i allmänmedicin är {positions} tjänster i riket, eller {per} per 10 000 invånare. "
            "Så många håller på lång sikt normen om {norm} invånare per heltidsarbetande specialist."
        ).format(
            positions=context.estimate("st_positions_guideline"),
            per=context.estimate("st_positions_per_10000", NATION, 1),
            norm=t.number(norm),
        ),
        t(
            "Normen kräver {required} heltidsspecialister. Dagens specialister täcker {coverage} procent av det."
        ).format(
            required=context.number("specialist_requirement"),
            coverage=t.estimate(*(100 * coverage[["value", "low", "high"]])),
        ),
        t(
            "Bara {known} av {all} regioner har ett publicerat antal ST-läkare att räkna från. För de övriga visas "
            "”uppgift saknas” och ett intervall, aldrig ett påhittat värde."
        ).format(known=t.number(known), all=t.number(len(context.results.regions))),
    ]


def summary(context: Context) -> list[str]:
    """The national guideline value, the persons it means, and how it compares with today."""
    t = context.language
    return [
        headlines(context)[0],
        t("Det motsvarar {persons} personer i ST och {starters} som börjar varje år.").format(
            persons=context.estimate("st_persons_guideline"),
            starters=context.estimate("st_starters_guideline"),
        ),
        t(
            "Skillnaden mot de {now} personer som fanns i ST {date} är {gap} personer. Ett minustecken i "
            "intervallet betyder att dagens antal kan räcka."
        ).format(
            now=context.estimate("st_persons_reference"),
            date=context.reference_date,
            gap=context.estimate("st_gap"),
        ),
    ]


def feasibility(context: Context) -> list[str]:
    """Whether the starters the target year asks for could be supervised, and what the inflow leads to."""
    t = context.language
    a = context.assumptions
    enough = (
        context.results.cell("specialist_fte_long_run").value >= context.results.cell("specialist_requirement").value
    )
    return [
        t(
            "Att nå normen {year} kräver {starters} nya ST-läkare per år i riket. På sikt blir det {per} ST-läkare "
            "per specialist; taket för handledningen antas vara {limit}."
        ).format(
            year=int(a["target_year"].value),
            starters=context.estimate("st_starters_target"),
            per=context.estimate("st_per_specialist_target", NATION, 2),
            limit=t.number(a["st_per_specialist_limit"].value, 2),
        ),
        t(
            "Med det tillskott som antas i dag, {inflow} nya specialister per år, skulle antalet till slut stanna "
            "vid {stock} specialister eller {fte} heltider. Normen kräver {required}."
        ).format(
            inflow=context.estimate("specialist_inflow"),
            stock=context.estimate("specialists_long_run"),
            fte=context.estimate("specialist_fte_long_run"),
            required=context.number("specialist_requirement"),
        )
        + " "
        + (
            t("Med antagandenas mittvärden räcker tillskottet alltså till slut, men vägen dit är lång.")
            if enough
            else t("Med antagandenas mittvärden nås normen alltså aldrig med dagens tillskott.")
        ),
        t(
            "Två antaganden drar åt olika håll: tillskottet motsvarar {implied} personer i ST, medan det skattade "
            "antalet är {counted}. Skillnaden är en fråga till regionerna."
        ).format(
            implied=context.estimate("st_persons_implied"),
            counted=context.estimate("st_persons_reference"),
        ),
    ]


def table(context: Context) -> Table:
    """Guideline value of each region with requirement, positions, persons and gap."""
    t = context.language
    shown = [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Tjänster per 10 000 invånare"): [
                context.estimate("st_positions_per_10000", code, 1) for code in shown
            ],
            t("Personer i ST"): [context.estimate("st_persons_guideline", code) for code in shown],
            t("Skillnad mot senast publicerat antal personer"): [context.estimate("st_gap", code) for code in shown],
            t("Nya ST-läkare per år"): [context.estimate("st_starters_guideline", code) for code in shown],
            t("Heltidsspecialister som normen ger"): [
                context.number("specialist_requirement", code) for code in shown
            ],
            t("Invånare {year}").format(year=context.year): [context.number("population", code) for code in shown],
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
            "Riktvärde för ST-tjänster i allmänmedicin: så många tjänster som på lång sikt håller normen. "
            "Inom parentes 80-procentigt intervall, avrundat utåt till fem."
        ),
        t("SCB:s folkmängd och antagandena i st.toml och specialists.toml; formlerna C2, D3 och D4"),
    )


def against_today(context: Context) -> Figure:
    """Guideline persons against the newest published persons, per 1 000 inhabitants, where both exist."""
    t = context.language
    inhabitants = context.results.of("population")["value"]
    goal = context.results.of("st_persons_guideline")
    now = context.results.of("st_persons")["value"].dropna()
    known = sorted(now.index)
    per_1000 = 1000 / inhabitants.loc[known]
    guideline_words, today = t("riktvärde"), t("senast publicerat antal")
    data = pd.DataFrame(
        {
            "region": known,
            "label": [context.region_names[code] for code in known],
            **{c: (goal.loc[known, c] * per_1000).to_numpy() for c in ("value", "low", "high")},
            "published": (now.loc[known] * per_1000).to_numpy(),
        }
    )
    dots = data[["label"]].assign(value=data["published"], low=np.nan, high=np.nan, kind=today)
    chart = charts.intervals(
        pd.concat([data[["label", "value", "low", "high"]].assign(kind=guideline_words), dots], ignore_index=True),
        charts.number_axis(t("ST-läkare per 1 000 invånare"), 1),
        {today: ORANGE, guideline_words: BLUE},
        list(data["label"]),
    )
    alternative = t(
        "Punktdiagram för de {count} regioner som har ett publicerat antal personer. Under riktvärdets intervall "
        "ligger {below}; över ligger {above}."
    ).format(
        count=t.number(len(known)),
        below=_listed(t, data.loc[data["published"] < data["low"], "label"].to_list()),
        above=_listed(t, data.loc[data["published"] > data["high"], "label"].to_list()),
    )
    cells = pd.DataFrame(
        {
            t("Senast publicerat antal"): [t.number(v, 2) for v in data["published"]],
            t("Riktvärde"): t.estimates(data, 2),
            t("Status"): [context.status("st_persons", code) for code in known],
        },
        index=context.named(known),
    )
    return Figure(
        chart,
        alternative,
        Table(
            "st-mot-riktvaerde",
            cells,
            data.drop(columns="label"),
            t("ST-läkare per 1 000 invånare {year}: senast publicerat antal och riktvärdet i personer.").format(
                year=context.year
            ),
            t("publicerade ST-uppgifter (tabellerna published_st och st_baseline); formlerna C2, D3 och D4"),
        ),
    )


def coverage_table(context: Context) -> Table:
    """Coverage A and B of every region, with the specialist stock behind them."""
    t = context.language
    shown = [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Specialister, heltid"): [context.estimate("specialist_fte", code) for code in shown],
            t("Täckning A (bara specialister)"): [context.share("coverage_a", code) for code in shown],
            t("Täckning B (även ST mitt i utbildningen)"): [context.share("coverage_b", code) for code in shown],
            t("Status"): [context.status("coverage_a", code) for code in shown],
        },
        index=context.named(shown),
    )
    measures = ("specialist_fte", "coverage_a", "coverage_b")
    return Table(
        "taeckning",
        cells,
        context.rows(measures, shown),
        t("Hur stor del av normen som dagens läkare täcker. Utan publicerat antal ges bara ett intervall."),
        t("publicerade antal specialister (tabellen specialist_baseline) och antagandena i specialists.toml"),
    )


def coverage(context: Context) -> Figure:
    """Coverage A of every region; where the stock is unpublished the interval of the prior only."""
    t = context.language
    rows = context.results.of("coverage_a").drop(NATION).reset_index()
    nation = context.results.cell("coverage_a").value
    published, prior = t("publicerat antal specialister"), t("ej publicerat: spridningen mellan regioner")
    rows = rows.assign(
        label=rows["region"].map(context.region_names),
        kind=np.where(rows["value"].notna(), published, prior),
    )
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("täckning A: specialister i andel av normen"), 0, percent=True),
        {published: BLUE, prior: MUTED},
        list(rows["label"]),
        (nation, t("riket {value}").format(value=t.percent(nation))),
    )
    alternative = t(
        "Punktdiagram med intervall. I riket täcker specialisterna {nation} av normen. "
        "{known} regioner har ett publicerat antal specialister."
    ).format(
        nation=context.share("coverage_a"),
        known=t.number(rows["value"].notna().sum()),
    )
    return Figure(chart, alternative, coverage_table(context))


def starters(context: Context) -> Figure:
    """Starters per year that meet the norm, by target year; early years are infeasible by training alone."""
    t = context.language
    rows = model.starters_by_target_year(context.tables, context.assumptions)
    now = context.results.cell("st_starters_reference").value
    target_year = int(context.assumptions["target_year"].value)
    infeasible = rows.loc[~rows["feasible"], "year"]
    first = int(rows.loc[rows["feasible"], "year"].min())
    shade = (
        (int(infeasible.min()), first - 0.5, t("ej möjligt\ngenom enbart\nutbildning"))
        if not infeasible.empty
        else None
    )
    # The first feasible years rest on one or two intakes: their huge numbers would flatten the picture.
    drawn = rows.assign(**{c: rows[c].where(rows["intakes"] >= MIN_INTAKES_DRAWN) for c in ("value", "low", "high")})
    chart = charts.path(drawn, t("målår"), charts.number_axis(t("nya ST-läkare per år"), 0), shade)
    answers = pd.Series(t.estimates(rows), index=rows["year"])
    cells = pd.DataFrame(
        {
            t("Intag som hinner"): [t.number(n) for n in rows["intakes"]],
            t("Nya ST-läkare per år"): answers.where(
                rows["feasible"].to_numpy(), t("ej möjligt genom enbart utbildning")
            ).to_list(),
        },
        index=pd.Index(rows["year"].astype(str), name=t("Målår")),
    )
    alternative = t(
        "Linje med intervall. Före {first} kan normen inte nås genom enbart utbildning. För att nå den {year} "
        "krävs {needed} nya ST-läkare per år i riket, mot ungefär {now} i dag."
    ).format(
        first=first,
        year=target_year,
        needed=answers[target_year],
        now=t.number(now),
    )
    return Figure(
        chart,
        alternative,
        Table(
            "st-maalaar",
            cells,
            rows,
            t("Nya ST-läkare per år i riket som når normen, efter målår. Inom parentes 80-procentigt intervall."),
            t("SCB:s prognos och antagandena i st.toml och specialists.toml; formeln D1"),
        ),
    )


def published_shortage(context: Context) -> Table:
    """What others say is missing beside the model's own figures."""
    t = context.language
    measures = ["specialists_allmanmedicin_missing_primary_care", "st_allmanmedicin_missing"]
    published = context.tables["published_st"].set_index("measure").loc[measures]
    own = pd.concat([context.results.of(m).loc[[NATION]] for m in ("specialist_gap", "st_gap")])
    data = own[["measure", "value", "low", "high", "unit"]].assign(
        published=published["value"].to_list(), figure=published["figure"].to_list()
    )
    cells = pd.DataFrame(
        {
            t("Publicerat 2022"): [t.number(v) for v in data["published"]],
            t("Denna modell"): t.estimates(data),
            t("Skillnaden beror på"): [
                t(
                    "Källan säger inte om talet är personer eller heltider. Modellen räknar heltider vid "
                    "vårdcentral mot normen."
                ),
                t(
                    "Källan anger inte vilket mål talet gäller. Modellens riktvärde håller normen på lång sikt; "
                    "att nå den ett visst år kräver fler."
                ),
            ],
        },
        index=pd.Index([t("Specialister som saknas"), t("ST-läkare som saknas")], name=t("Brist i riket")),
    )
    return Table(
        "brist-jaemfoerelse",
        cells,
        data,
        t("Publicerade uppgifter om bristen och modellens egna."),
        t("publicerade ST-uppgifter {figures}").format(figures=", ".join(data["figure"])),
    )


def extra_need(context: Context) -> Table:
    """Extra need computed from published inhabitants per doctor, beside the printed percentages."""
    t = context.language
    published = context.tables["published_st"]
    per_doctor = published.loc[published["measure"] == "inhabitants_per_primary_care_doctor"].set_index("region")
    printed = published.loc[published["measure"] == "additional_doctors_needed_to_1100_pct"].set_index("region")
    extra = context.results.of("extra_need")
    codes = list(extra.index)
    data = pd.DataFrame(
        {
            "region": codes,
            "inhabitants_per_doctor": per_doctor.loc[codes, "value"].to_numpy(),
            "quality": per_doctor.loc[codes, "quality"].to_numpy(),
            "extra_need": extra["value"].to_numpy(),
            "printed_percent": printed["value"].reindex(codes).to_numpy(),
            "figure": per_doctor.loc[codes, "figure"].to_numpy(),
        }
    )
    cells = pd.DataFrame(
        {
            t("Invånare per läkare"): [t.number(v) for v in data["inhabitants_per_doctor"]],
            t("Uträknat extra behov"): ["+" + t.percent(v) for v in data["extra_need"]],
            t("Tryckt i källan"): [f"+{t.number(v)}\N{NO-BREAK SPACE}%" for v in data["printed_percent"]],
            t("Källa"): list(data["figure"]),
        },
        index=context.named(codes),
    )
    return Table(
        "extra-behov",
        cells,
        data,
        t("Läkarförbundets jämförelse 2022: hur många fler läkare normen kräver. Alla läkare i primärvård räknas."),
        t("publicerade ST-uppgifter (tabellen published_st)"),
    )


def _listed(t: Language, names: list[str]) -> str:
    return ", ".join(names) if names else t("ingen")
