"""Pictures and tables about specialist training in general practice, for the nation and for one region."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden import model, population
from riktvarden.model import NATION
from riktvarden.report import charts, maps
from riktvarden.report.charts import BLUE, MUTED, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import EN_DASH, Language

# --- the nation ---------------------------------------------------------------------------------------


def baseline_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """Map of ST doctors per 1 000 inhabitants; regions without published persons are hatched."""
    t = context.language
    rows = context.results.of("st_persons_per_1000").drop(NATION)
    areas = maps.prepare(counties).merge(rows["value"], left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    title = t("ST-läkare per 1 000 invånare, {date}").format(date=_reference_date())
    known = rows["value"].dropna().sort_values()
    chart = maps.choropleth(areas, title, ".2f", t("streckat: antal personer ej publicerat"))
    alternative = t(
        "Karta över Sveriges 21 regioner. {known} regioner har ett publicerat antal ST-läkare i allmänmedicin; "
        "{missing} saknar och är streckade. Bland de kända är tätheten lägst i {lowest} ({low}) och högst i "
        "{highest} ({high}) per 1 000 invånare."
    ).format(
        known=t.number(len(known)),
        missing=t.number(len(rows) - len(known)),
        lowest=context.region_names[known.index[0]],
        low=t.number(known.iloc[0], 2),
        highest=context.region_names[known.index[-1]],
        high=t.number(known.iloc[-1], 2),
    )
    return Figure(chart, alternative, baseline_density_table(context, "st-taethet-karta"))


def baseline_density_table(context: Context, name: str, codes: list[str] | None = None) -> Table:
    """ST persons aligned to the reference date, as number and per 1 000 inhabitants."""
    t = context.language
    persons, density = (context.results.of(m) for m in ("st_persons_reference", "st_persons_per_1000"))
    shown = codes or [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Antal personer"): [context.estimate("st_persons_reference", code) for code in shown],
            t("Per 1 000 invånare"): [context.estimate("st_persons_per_1000", code, 2) for code in shown],
            t("Status"): [context.status("st_persons_reference", code) for code in shown],
        },
        index=_names(context, shown),
    )
    return Table(
        name,
        cells,
        pd.concat([_tidy(persons, shown), _tidy(density, shown)], ignore_index=True),
        t("ST-läkare i allmänmedicin, omräknat till {date}. Inom parentes 80-procentigt intervall.").format(
            date=_reference_date()
        ),
        t("publicerade ST-uppgifter (tabellen published_st), SCB:s folkmängd och antagandena i st.toml"),
    )


def baseline_intervals(context: Context, highlight: str | None = None, codes: list[str] | None = None) -> Figure:
    """Density of each region with its interval; missing regions show the interval of the prior only."""
    t = context.language
    shown = codes or list(context.results.regions)
    rows = context.results.of("st_persons_per_1000").loc[shown].reset_index()
    nation = context.value("st_persons_per_1000")
    published, prior, own = t("publicerad uppgift"), t("ingen uppgift: endast intervall"), t("denna region")
    rows["label"] = rows["region"].map(context.region_names)
    rows["kind"] = np.where(rows["value"].notna(), published, prior)
    legend = {published: BLUE, prior: MUTED}
    if highlight is not None:
        rows.loc[rows["region"] == highlight, "kind"] = own
        legend = {own: ORANGE, **legend}
    legend = {kind: colour for kind, colour in legend.items() if kind in set(rows["kind"])}
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("ST-läkare per 1 000 invånare"), 1),
        legend,
        list(rows["label"]),
        (nation, t("riket {value}").format(value=t.number(nation, 2))),
    )
    known = rows.dropna(subset=["value"])
    alternative = t(
        "Punktdiagram med intervall. Riket ligger på {nation} ST-läkare per 1 000 invånare. {known} av {shown} "
        "visade regioner har en publicerad uppgift; de övriga visas bara som intervall."
    ).format(nation=t.number(nation, 2), known=t.number(len(known)), shown=t.number(len(rows)))
    name = "st-taethet" if highlight is None else f"st-taethet-{highlight}"
    return Figure(chart, alternative, baseline_density_table(context, name, [NATION, *shown]))


def published_baseline(context: Context) -> Table:
    """The newest published figure of each region, every measure in a column of its own."""
    t = context.language
    figures = context.results.figures
    measures = {
        "persons": t("Personer"),
        "positions": t("Tjänster"),
        "financed_positions": t("Finansierade tjänster"),
        "blocks": t("ST-block"),
    }
    wide = figures.pivot_table(index="region", columns="measure", values="value", observed=True)
    wide = wide.reindex(index=list(context.results.regions), columns=list(measures))
    cells = wide.map(lambda value: "" if np.isnan(value) else t.number(value)).rename(columns=measures)
    by_region = figures.groupby("region")
    facts = pd.DataFrame(
        {
            t("Uppgiften avser"): by_region["reference_date"].first(),
            t("Status"): by_region[["status", "qualifier"]].agg(lambda column: column.iloc[-1]).apply(
                lambda row: t.status(row["status"], row["qualifier"] if isinstance(row["qualifier"], str) else ""),
                axis=1,
            ),
            t("Källa"): by_region["figure"].agg(", ".join),
        }
    ).reindex(wide.index)
    facts[t("Status")] = facts[t("Status")].fillna(t("uppgift saknas"))
    cells = cells.join(facts.fillna(""))
    cells.index = _names(context, list(wide.index))
    return Table(
        "st-publicerat",
        cells,
        figures.drop(columns="note"),
        t("Senaste användbara publicerade uppgift om ST i allmänmedicin. Måtten räknas aldrig om till varandra."),
        t("publicerade ST-uppgifter (tabellerna published_st och st_baseline)"),
    )


def national_series(context: Context) -> Figure:
    """The national number of ST doctors as published, and the control total of the model."""
    t = context.language
    published = context.tables["published_st"]
    series = published.loc[
        (published["region"] == NATION) & (published["measure"] == "st_allmanmedicin_persons")
    ].sort_values("year")
    total = context.results.of("st_persons_reference").loc[NATION]
    counted, modelled = t("publicerat antal"), t("modellens kontrollsumma med 80 %-intervall")
    rows = pd.concat(
        [
            series[["year", "value"]].astype(float).assign(kind=counted, low=np.nan, high=np.nan),
            pd.DataFrame(
                [{"year": float(total["year"]), "kind": modelled, **total[["value", "low", "high"]]}]
            ),
        ],
        ignore_index=True,
    )
    cells = pd.DataFrame(
        {
            t("Antal personer"): [t.estimate(r.value, r.low, r.high) for r in rows.itertuples()],
            t("Status"): [
                *(t(_QUALITY[quality]) for quality in series["quality"]),
                t.status(total["status"], total["qualifier"]),
            ],
            t("Källa"): [*series["figure"], total["source"]],
        },
        index=pd.Index([f"{year:.0f}" for year in rows["year"]], name=t("År")),
    )
    first, last = series.iloc[0], series.iloc[-1]
    chart = charts.points_in_time(
        rows, charts.number_axis(t("personer"), 0), {counted: BLUE, modelled: ORANGE}
    )
    alternative = t(
        "Punktdiagram. Det publicerade antalet ST-läkare i allmänmedicin i riket steg från {first} ({y0}) till "
        "{last} ({y1}). Modellens kontrollsumma för {date} är {total}."
    ).format(
        first=t.number(first["value"]),
        y0=int(first["year"]),
        last=t.number(last["value"]),
        y1=int(last["year"]),
        date=_reference_date(),
        total=t.estimate(total["value"], total["low"], total["high"]),
    )
    return Figure(
        chart,
        alternative,
        Table(
            "st-riket",
            cells,
            rows,
            t("ST-läkare i allmänmedicin i riket. Källorna räknar på olika sätt: punkterna är ingen tidsserie."),
            t("publicerade ST-uppgifter (tabellen published_st) och antagandet st_persons_nation"),
        ),
    )


def guideline_table(context: Context) -> Table:
    """Guideline value of each region with requirement, positions, persons and gap."""
    t = context.language
    shown = [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Invånare {year}").format(year=_year(context)): [
                t.number(context.value("population", code)) for code in shown
            ],
            t("Heltidsspecialister som normen ger"): [
                t.number(context.value("specialist_requirement", code)) for code in shown
            ],
            t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Per 10 000 invånare"): [context.estimate("st_positions_per_10000", code, 1) for code in shown],
            t("Nya ST-läkare per år"): [
                context.estimate("st_starters_guideline", code) for code in shown
            ],
            t("Personer i ST"): [context.estimate("st_persons_guideline", code) for code in shown],
            t("Skillnad mot i dag, personer"): [context.estimate("st_gap", code) for code in shown],
        },
        index=_names(context, shown),
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
        pd.concat([_tidy(context.results.of(m), shown) for m in measures], ignore_index=True),
        t(
            "Riktvärde för ST-tjänster i allmänmedicin: så många tjänster som på lång sikt håller normen. "
            "Inom parentes 80-procentigt intervall, avrundat utåt till fem."
        ),
        t("SCB:s folkmängd och antagandena i st.toml och specialists.toml; formlerna C2, D3 och D4"),
    )


def guideline_intervals(context: Context) -> Figure:
    """Guideline persons against the published persons, per 1 000 inhabitants, where both exist."""
    t = context.language
    inhabitants = context.results.of("population")["value"]
    goal = context.results.of("st_persons_guideline")
    now = context.results.of("st_persons")
    known = [code for code in context.results.regions if np.isfinite(now["value"].get(code, np.nan))]
    today, guideline_word = t("publicerat antal i dag"), t("riktvärde")
    per_1000 = 1000 / inhabitants.loc[known]
    rows = pd.concat(
        [
            pd.DataFrame(
                {
                    "label": [context.region_names[code] for code in known],
                    "value": goal.loc[known, "value"] * per_1000,
                    "low": goal.loc[known, "low"] * per_1000,
                    "high": goal.loc[known, "high"] * per_1000,
                    "kind": guideline_word,
                }
            ),
            pd.DataFrame(
                {
                    "label": [context.region_names[code] for code in known],
                    "value": now.loc[known, "value"] * per_1000,
                    "low": np.nan,
                    "high": np.nan,
                    "kind": today,
                }
            ),
        ],
        ignore_index=True,
    )
    chart = charts.intervals(
        rows,
        charts.number_axis(t("ST-läkare per 1 000 invånare"), 1),
        {today: ORANGE, guideline_word: BLUE},
        [context.region_names[code] for code in known],
    )
    below = [context.region_names[code] for code in known if now["value"][code] < goal["low"][code]]
    above = [context.region_names[code] for code in known if now["value"][code] > goal["high"][code]]
    alternative = t(
        "Punktdiagram för de {count} regioner som har ett publicerat antal personer. Under riktvärdets intervall "
        "ligger {below}; över ligger {above}."
    ).format(
        count=t.number(len(known)), below=_listed(t, below), above=_listed(t, above)
    )
    return Figure(chart, alternative, guideline_table(context))


def coverage_table(context: Context) -> Table:
    """Coverage A and B of every region, with the specialist stock behind them."""
    t = context.language
    shown = [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Specialister, heltid"): [context.estimate("specialist_fte", code) for code in shown],
            t("Täckning A (bara specialister)"): [_share(context, "coverage_a", code) for code in shown],
            t("Täckning B (även ST mitt i utbildningen)"): [
                _share(context, "coverage_b", code) for code in shown
            ],
            t("Status"): [context.status("coverage_a", code) for code in shown],
        },
        index=_names(context, shown),
    )
    measures = ("specialist_fte", "coverage_a", "coverage_b")
    return Table(
        "taeckning",
        cells,
        pd.concat([_tidy(context.results.of(m), shown) for m in measures], ignore_index=True),
        t("Hur stor del av normen som dagens läkare täcker. Utan publicerat antal ges bara ett intervall."),
        t("publicerade antal specialister (tabellen specialist_baseline) och antagandena i specialists.toml"),
    )


def coverage_intervals(context: Context) -> Figure:
    """Coverage A of every region; where the stock is unpublished the interval of the prior only."""
    t = context.language
    rows = context.results.of("coverage_a").drop(NATION).reset_index()
    nation = context.value("coverage_a")
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
        nation=_share(context, "coverage_a", NATION),
        known=t.number(rows["value"].notna().sum()),
    )
    return Figure(chart, alternative, coverage_table(context))


def starters_path(context: Context) -> Figure:
    """Starters per year that meet the norm, by target year; early years are infeasible by training alone."""
    t = context.language
    rows = model.starters_by_target_year(context.tables, context.assumptions)
    now = context.value("st_starters_reference")
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
    target = rows.set_index("year").loc[int(context.assumptions["target_year"].value)]
    cells = pd.DataFrame(
        {
            t("Intag som hinner"): [t.number(n) for n in rows["intakes"]],
            t("Nya ST-läkare per år"): [
                t.estimate(r.value, r.low, r.high)
                if r.feasible
                else t("ej möjligt genom enbart utbildning")
                for r in rows.itertuples()
            ],
        },
        index=pd.Index(rows["year"].astype(str), name=t("Målår")),
    )
    alternative = t(
        "Linje med intervall. Före {first} kan normen inte nås genom enbart utbildning. För att nå den {year} "
        "krävs {needed} nya ST-läkare per år i riket, mot ungefär {now} i dag."
    ).format(
        first=first,
        year=int(context.assumptions["target_year"].value),
        needed=t.estimate(target["value"], target["low"], target["high"]),
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


MIN_INTAKES_DRAWN = 3
"""Target years that rest on fewer intakes stand in the table only."""


def published_gap(context: Context) -> Table:
    """What others say is missing beside the model's own figures."""
    t = context.language
    published = context.tables["published_st"].set_index("measure")
    specialists = published.loc["specialists_allmanmedicin_missing_primary_care"]
    training = published.loc["st_allmanmedicin_missing"]
    own = pd.concat([context.results.of(m).loc[[NATION]] for m in ("specialist_gap", "st_gap")])
    data = own[["measure", "value", "low", "high", "unit"]].assign(
        published=[specialists["value"], training["value"]],
        figure=[specialists["figure"], training["figure"]],
    )
    cells = pd.DataFrame(
        {
            t("Publicerat 2022"): [t.number(v) for v in data["published"]],
            t("Denna modell"): [t.estimate(r.value, r.low, r.high) for r in data.itertuples()],
            t("Skillnaden beror på"): [
                t(
                    "Källan säger inte om talet är personer eller heltider. Modellen räknar heltider vid "
                    "vårdcentral mot 1 100 invånare per heltid."
                ),
                t(
                    "Källan anger inte vilket mål talet gäller. Modellens riktvärde håller normen på lång sikt; "
                    "att nå den ett visst år kräver fler."
                ),
            ],
        },
        index=pd.Index(
            [t("Specialister som saknas"), t("ST-läkare som saknas")], name=t("Brist i riket")
        ),
    )
    return Table(
        "brist-jaemfoerelse",
        cells,
        data,
        t("Publicerade uppgifter om bristen och modellens egna."),
        t("publicerade ST-uppgifter {figures}").format(figures=", ".join(data["figure"])),
    )


def published_extra_need(context: Context) -> Table:
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
        index=_names(context, codes),
    )
    return Table(
        "extra-behov",
        cells,
        data,
        t("Läkarförbundets jämförelse 2022: hur många fler läkare normen kräver. Alla läkare i primärvård räknas."),
        t("publicerade ST-uppgifter (tabellen published_st)"),
    )


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
            positions=context.estimate("st_positions_guideline", NATION),
            per=context.estimate("st_positions_per_10000", NATION, 1),
            norm=t.number(norm),
        ),
        t(
            "Normen kräver {required} heltidsspecialister. Dagens specialister täcker {coverage} procent av det."
        ).format(
            required=t.number(context.value("specialist_requirement")),
            coverage=t.estimate(*(100 * coverage[["value", "low", "high"]])),
        ),
        t(
            "Bara {known} av {all} regioner har ett publicerat antal ST-läkare att räkna från. För de övriga visas "
            "”uppgift saknas” och ett intervall, aldrig ett påhittat värde."
        ).format(known=t.number(known), all=t.number(len(context.results.regions))),
    ]


def baseline_summary(context: Context) -> list[str]:
    """What the baseline covers and what it does not."""
    t = context.language
    persons = context.results.of("st_persons_reference")
    inhabitants = context.results.of("population")["value"]
    known = persons.drop(NATION)["value"].dropna().index
    figures = context.results.figures
    positions = figures.loc[figures["measure"].isin(["positions", "financed_positions"]), "region"].unique()
    return [
        t(
            "I riket fanns {total} läkare i ST i allmänmedicin den {date}. Talet är skattat ur ett publicerat "
            "tal per 1 000 invånare."
        ).format(total=context.estimate("st_persons_reference", NATION), date=_reference_date()),
        t(
            "{known} regioner med {share} av invånarna har ett publicerat antal personer. {positions} regioner "
            "har ett publicerat antal tjänster."
        ).format(
            known=t.number(len(known)),
            share=t.percent(inhabitants.loc[known].sum() / inhabitants[NATION]),
            positions=t.number(len(positions)),
        ),
        *(
            t(
                "{name} har bara publicerat ST-block. Block är inte personer och räknas inte om, så antalet personer "
                "saknas även där."
            ).format(name=context.principals[code])
            for code in figures.loc[figures["measure"] == "blocks", "region"]
        ),
    ]


def guideline_summary(context: Context) -> list[str]:
    """The national guideline value, the persons it means, and how it compares with today."""
    t = context.language
    return [
        headlines(context)[0],
        t("Det motsvarar {persons} personer i ST och {starters} som börjar varje år.").format(
            persons=context.estimate("st_persons_guideline", NATION),
            starters=context.estimate("st_starters_guideline", NATION),
        ),
        t(
            "Skillnaden mot de {now} personer som fanns i ST {date} är {gap} personer. Ett minustecken i "
            "intervallet betyder att dagens antal kan räcka."
        ).format(
            now=context.estimate("st_persons_reference", NATION),
            date=_reference_date(),
            gap=context.estimate("st_gap", NATION),
        ),
    ]


def feasibility(context: Context) -> list[str]:
    """Whether the starters the target year asks for could be supervised, and what the inflow leads to."""
    t = context.language
    a = context.assumptions
    enough = context.value("specialist_fte_long_run") >= context.value("specialist_requirement")
    return [
        t(
            "Att nå normen {year} kräver {starters} nya ST-läkare per år i riket. På sikt blir det {per} ST-läkare "
            "per specialist; taket för handledningen antas vara {limit}."
        ).format(
            year=int(a["target_year"].value),
            starters=context.estimate("st_starters_target", NATION),
            per=context.estimate("st_per_specialist_target", NATION, 2),
            limit=t.number(a["st_per_specialist_limit"].value, 2),
        ),
        t(
            "Med det tillskott som antas i dag, {inflow} nya specialister per år, skulle antalet till slut stanna "
            "vid {stock} specialister eller {fte} heltider. Normen kräver {required}."
        ).format(
            inflow=context.estimate("specialist_inflow", NATION),
            stock=context.estimate("specialists_long_run", NATION),
            fte=context.estimate("specialist_fte_long_run", NATION),
            required=t.number(context.value("specialist_requirement")),
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
            implied=context.estimate("st_persons_implied", NATION),
            counted=context.estimate("st_persons_reference", NATION),
        ),
    ]


# --- one region ---------------------------------------------------------------------------------------


def region_summary(context: Context, region: str) -> list[str]:
    """The region in three sentences: what the norm asks, the guideline value, what is known of today."""
    t = context.language
    known = np.isfinite(context.value("st_persons_reference", region))
    sentences = [
        t(
            "{name} hade {people} invånare {year}. Normen ger {required} heltidsspecialister, och riktvärdet är "
            "{positions} ST-tjänster i allmänmedicin."
        ).format(
            name=context.principals[region],
            people=t.number(context.value("population", region)),
            year=_year(context),
            required=t.number(context.value("specialist_requirement", region)),
            positions=context.estimate("st_positions_guideline", region),
        )
    ]
    if known:
        sentences.append(
            t("Senast publicerade antal är {now} personer i ST. Skillnaden mot riktvärdet är {gap} personer.").format(
                now=t.number(context.value("st_persons", region)), gap=context.estimate("st_gap", region)
            )
        )
    else:
        sentences.append(
            t(
                "Uppgift saknas om hur många personer som gör ST i regionen. Av andra regioner att döma låg antalet "
                "mellan {interval} den {date}. Därför anges ingen skillnad och ingen täckning B."
            ).format(
                interval=t.interval(
                    *context.results.of("st_persons_reference").loc[region, ["low", "high"]]
                ).replace(EN_DASH, f" {t('och')} "),
                date=_reference_date(),
            )
        )
    return sentences


def key_figures(context: Context, region: str) -> Table:
    """The region's key figures, each with its definition and status."""
    t = context.language
    year = _year(context)
    figures = context.results.figures
    own = figures.loc[figures["region"] == region]
    words = {
        "persons": t("ST-läkare i dag, personer"),
        "positions": t("ST-tjänster i dag"),
        "financed_positions": t("Finansierade ST-tjänster i dag"),
        "blocks": t("ST-block i dag"),
    }
    rows = [
        (
            words[row.measure],
            t.number(row.value),
            t("Senaste publicerade uppgift, avser {date} ({figure}).").format(
                date=row.reference_date, figure=row.figure
            ),
            t.status(row.status, row.qualifier if isinstance(row.qualifier, str) else ""),
        )
        for row in own.itertuples()
    ]
    if "persons" not in set(own["measure"]):
        rows.append(
            (
                words["persons"],
                t("uppgift saknas"),
                t("Ingen användbar publicerad uppgift om antalet personer."),
                t("uppgift saknas"),
            )
        )
    entries = [
        (
            "st_persons_reference",
            t("ST-läkare {date}").format(date=_reference_date()),
            t("Omräknat till gemensamt datum; utan uppgift bara det intervall som andra regioner ger."),
            0,
        ),
        ("population", t("Invånare {year}").format(year=year), t("Folkmängd 31 december enligt SCB."), 0),
        (
            "specialist_requirement",
            t("Heltidsspecialister som normen ger"),
            t("Invånare delat med {norm}.").format(
                norm=t.number(context.assumptions["inhabitants_per_specialist"].value)
            ),
            0,
        ),
        (
            "st_positions_guideline",
            t("Riktvärde: ST-tjänster"),
            t("Tjänster som på lång sikt håller normen. Varken golv eller tak."),
            0,
        ),
        (
            "st_positions_per_10000",
            t("Riktvärde per 10 000 invånare"),
            t("Samma riktvärde i förhållande till folkmängden."),
            1,
        ),
        (
            "st_starters_guideline",
            t("Nya ST-läkare per år enligt riktvärdet"),
            t("Så många som börjar varje år när normen hålls."),
            0,
        ),
        (
            "st_gap",
            t("Skillnad mot i dag, personer i ST"),
            t("Riktvärdet i personer minus senaste publicerade antal."),
            0,
        ),
    ]
    rows += [
        (label, context.estimate(measure, region, digits), meaning, context.status(measure, region))
        for measure, label, meaning, digits in entries
    ]
    rows += [
        (label, _share(context, measure, region), meaning, context.status(measure, region))
        for measure, label, meaning in (
            (
                "coverage_a",
                t("Täckning A"),
                t("Specialisternas heltider i andel av normen. ST-läkare räknas inte."),
            ),
            (
                "coverage_b",
                t("Täckning B"),
                t("Som A, men ST-läkare mitt i utbildningen räknas till en del."),
            ),
        )
    ]
    local = _own_norm(context, region)
    if local is not None:
        rows.append(
            (
                t("Regionens eget mål, invånare per specialist"),
                t.number(local["value"]),
                t("Publicerat mål, {year} ({figure}).").format(year=local["year"], figure=local["figure"]),
                t("redovisad"),
            )
        )
    cells = pd.DataFrame(
        [row[1:] for row in rows],
        columns=[t("Värde"), t("Betydelse"), t("Status")],
        index=pd.Index([row[0] for row in rows], name=t("Nyckeltal")),
    )
    results = context.results.values
    return Table(
        f"nyckeltal-{region}",
        cells,
        results.loc[results["region"] == region],
        t("Nyckeltal för {name}. Inom parentes 80-procentigt intervall.").format(
            name=context.principals[region]
        ),
        t("SCB, publicerade ST-uppgifter och graderade antaganden; se Data och källor"),
    )


def comparison(context: Context, region: str) -> Figure:
    """The region's ST density beside the regions most like it."""
    latest = context.results.of("population")["value"]
    peers = population.comparable_regions(context.tables["regions"], latest)[region]
    return baseline_intervals(context, region, [region, *sorted(peers)])


def requirement(context: Context, region: str) -> Figure:
    """What the norm asks of the region, what it has, and the guideline value of its training."""
    t = context.language
    r = context.results
    entries = [
        ("specialist_requirement", t("specialister: normen"), t("normen och riktvärdet")),
        ("specialist_fte", t("specialister: i dag"), t("i dag")),
        ("st_persons_guideline", t("ST-läkare: riktvärdet"), t("normen och riktvärdet")),
        ("st_persons_reference", t("ST-läkare: {date}").format(date=_reference_date()), t("i dag")),
    ]
    rows = pd.DataFrame(
        [
            {"measure": m, "label": label, "kind": kind, **r.of(m).loc[region, ["value", "low", "high"]]}
            for m, label, kind in entries
        ]
    ).astype({"value": float, "low": float, "high": float})
    chart = charts.intervals(
        rows[["label", "value", "low", "high", "kind"]],
        charts.number_axis(t("heltider (specialister), personer (ST)"), 0),
        {t("i dag"): ORANGE, t("normen och riktvärdet"): BLUE},
        list(rows["label"]),
    )
    units = {"FTE": t("heltider"), "persons": t("personer")}
    cells = pd.DataFrame(
        {
            t("Värde"): [context.estimate(m, region) for m in rows["measure"]],
            t("Enhet"): [units[r.of(m).loc[region, "unit"]] for m in rows["measure"]],
            t("Status"): [context.status(m, region) for m in rows["measure"]],
        },
        index=pd.Index(rows["label"], name=t("Mått")),
    )
    alternative = t(
        "Punktdiagram med intervall. Normen ger {needed} heltidsspecialister; i dag finns {stock}. Riktvärdet "
        "motsvarar {goal} personer i ST; {date} fanns {now}."
    ).format(
        needed=context.estimate("specialist_requirement", region),
        stock=context.estimate("specialist_fte", region),
        goal=context.estimate("st_persons_guideline", region),
        date=_reference_date(),
        now=context.estimate("st_persons_reference", region),
    )
    return Figure(
        chart,
        alternative,
        Table(
            f"behov-{region}",
            cells,
            _tidy(r.values.loc[r.values["region"] == region].set_index("measure"), list(rows["measure"])),
            t("Vad normen kräver och vad som finns i {name}.").format(name=context.principals[region]),
            t("formlerna C2, A4, D3 och D4 med antagandena i st.toml och specialists.toml"),
        ),
    )


def municipality_map(context: Context, region: str, municipalities: gpd.GeoDataFrame) -> Figure:
    """Share of older inhabitants by municipality, with inhabitants and what the norm means for each."""
    t = context.language
    frame = context.results.municipalities.query("region == @region")
    frame = frame.sort_values("population", ascending=False, kind="stable")
    year, age_year = int(frame["year"].iloc[0]), int(frame["age_year"].iloc[0])
    areas = maps.prepare(municipalities.loc[municipalities["municipality"].isin(frame["municipality"])])
    areas = areas.merge(frame[["municipality", "name", "older"]], on="municipality").rename(
        columns={"older": "value"}
    )
    chart = maps.choropleth(
        areas, t("andel 70 år eller äldre, {year}").format(year=age_year), ".0%", t("uppgift saknas")
    )
    cells = pd.DataFrame(
        {
            t("Invånare {year}").format(year=year): [t.number(v) for v in frame["population"]],
            t("70 år eller äldre {year}").format(year=age_year): [t.percent(v) for v in frame["older"]],
            t("Heltidsspecialister som normen ger"): [t.number(v, 1) for v in frame["specialist_requirement"]],
        },
        index=pd.Index(frame["name"], name=t("Kommun")),
    )
    name = context.principals[region]
    oldest, youngest = (frame.loc[getattr(frame["older"], pick)()] for pick in ("idxmax", "idxmin"))
    if len(frame) == 1:
        alternative = t("Karta över {name}, som är en enda kommun. {share} av invånarna är 70 år eller äldre.").format(
            name=name, share=t.percent(oldest["older"])
        )
    else:
        alternative = t(
            "Karta över {name}: {count} kommuner efter andelen invånare som är 70 år eller äldre, från {low} i "
            "{youngest} till {high} i {oldest}."
        ).format(
            name=name,
            count=t.number(len(frame)),
            low=t.percent(youngest["older"]),
            youngest=youngest["name"],
            high=t.percent(oldest["older"]),
            oldest=oldest["name"],
        )
    return Figure(
        chart,
        alternative,
        Table(
            f"kommuner-{region}",
            cells,
            frame,
            t(
                "Kommunerna i {name}. Läkarvården är regionens ansvar: en kommun har inget eget riktvärde för ST."
            ).format(name=context.principals[region]),
            t("SCB och Folkhälsomyndigheten; antagandet inhabitants_per_specialist"),
        ),
    )


def age_pyramid(context: Context, region: str) -> Figure:
    """Age and sex of the region's inhabitants beside the nation's."""
    t = context.language
    cells_all = context.tables["population_region_age_group"]
    year = model.REFERENCE_DATE.year
    now = cells_all.loc[cells_all["year"] == year]
    nation = now.groupby(["sex", "age_group"], sort=False)["population"].sum().rename("nation").reset_index()
    nation["nation"] /= nation["nation"].sum()
    own = population.with_shares(now.loc[now["region"] == region], ["region", "year"])
    rows = own.merge(nation, on=["sex", "age_group"])
    order = list(rows.loc[rows["sex"] == "F", "age_group"])
    order.sort(key=lambda group: int(group.split("-")[0].rstrip("+")))
    rows["age_group"] = rows["age_group"].str.replace("-", EN_DASH)
    order = [group.replace("-", EN_DASH) for group in order]
    chart = charts.pyramid(
        rows[["age_group", "sex", "share", "nation"]],
        order,
        t("kvinnor"),
        t("män"),
        t("staplar: regionen, streck: riket"),
    )
    wide = rows.pivot_table(index="age_group", columns="sex", values=["population", "share", "nation"]).loc[order]
    cells = pd.DataFrame(
        {
            t("Kvinnor"): [t.number(v) for v in wide["population", "F"]],
            t("Män"): [t.number(v) for v in wide["population", "M"]],
            t("Andel kvinnor, regionen"): [t.percent(v, 1) for v in wide["share", "F"]],
            t("Andel män, regionen"): [t.percent(v, 1) for v in wide["share", "M"]],
            t("Andel kvinnor, riket"): [t.percent(v, 1) for v in wide["nation", "F"]],
            t("Andel män, riket"): [t.percent(v, 1) for v in wide["nation", "M"]],
        },
        index=pd.Index(order, name=t("Ålder")),
    )
    old = rows["age_group"].str.split(EN_DASH).str[0].str.rstrip("+").astype(int) >= 70
    alternative = t(
        "Befolkningspyramid {year}. {share} av invånarna är 70 år eller äldre, mot {nation} i riket."
    ).format(
        year=year,
        share=t.percent(rows.loc[old, "share"].sum(), 1),
        nation=t.percent(rows.loc[old, "nation"].sum(), 1),
    )
    return Figure(
        chart,
        alternative,
        Table(
            f"aalder-{region}",
            cells,
            rows[["region", "year", "sex", "age_group", "population", "share", "nation"]],
            t("Invånare efter ålder och kön i {name} den 31 december {year}.").format(
                name=context.principals[region], year=year
            ),
            t("SCB genom Eurostat (tabellen population_region_age_group)"),
        ),
    )


def all_regions(context: Context) -> Table:
    """Every region with the headline of its page; names are links where the table is shown."""
    t = context.language
    shown = list(context.results.regions)
    cells = pd.DataFrame(
        {
            t("Invånare {year}").format(year=_year(context)): [
                t.number(context.value("population", code)) for code in shown
            ],
            t("ST-läkare i dag, personer"): [context.estimate("st_persons", code) for code in shown],
            t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Samverkansregion"): list(
                context.tables["regions"].set_index("region").loc[shown, "collaborative_region"]
            ),
        },
        index=_names(context, shown),
    )
    results = context.results.values
    return Table(
        "regioner",
        cells,
        results.loc[results["measure"].isin(["population", "st_persons", "st_positions_guideline"])],
        t("De 21 regionerna. Inom parentes 80-procentigt intervall."),
        t("SCB, publicerade ST-uppgifter och graderade antaganden; se Data och källor"),
    )


# --- words shared by the above ------------------------------------------------------------------------

_QUALITY = {"exact": "redovisad", "approximate": "redovisad, ungefärlig", "derived": "härledd"}


def _names(context: Context, codes: list[str]) -> pd.Index:
    return pd.Index([context.region_names[code] for code in codes], name=context.language("Region"))


def _tidy(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Result rows for a download: tidy columns, in the order shown."""
    return rows.loc[[key for key in keys if key in rows.index]].reset_index()


def _share(context: Context, measure: str, region: str) -> str:
    """A share with its interval, in per cent."""
    t = context.language
    row = context.results.of(measure).loc[region]
    text = t.estimate(100 * row["value"], 100 * row["low"], 100 * row["high"])
    return text if row["status"] == "missing" else f"{text}\N{NO-BREAK SPACE}%"


def _own_norm(context: Context, region: str) -> pd.Series | None:
    published = context.tables["published_st"]
    rows = published.loc[
        (published["region"] == region)
        & (published["measure"] == "regional_target_inhabitants_per_specialist")
    ]
    return None if rows.empty else rows.iloc[-1]


def _listed(t: Language, names: list[str]) -> str:
    return ", ".join(names) if names else t("ingen")


def _year(context: Context) -> int:
    return int(context.assumptions["base_year"].value)


def _reference_date() -> str:
    return model.REFERENCE_DATE.date().isoformat()
