"""The baseline chapter: who trains in general practice today, as published and at one date."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden import model
from riktvarden.model import NATION
from riktvarden.report import charts, maps
from riktvarden.report.charts import BLUE, MUTED, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table

_QUALITY = {"exact": "redovisad", "approximate": "redovisad, ungefärlig", "derived": "härledd"}
"""Quality of a published figure → its Swedish words."""


def summary(context: Context) -> list[str]:
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
        ).format(total=context.estimate("st_persons_reference"), date=context.reference_date),
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


def density_map(context: Context, counties: gpd.GeoDataFrame) -> Figure:
    """Map of ST doctors per 1 000 inhabitants; regions without published persons are hatched."""
    t = context.language
    rows = context.results.of("st_persons_per_1000").drop(NATION)
    areas = maps.prepare(counties).merge(rows["value"], left_on="region", right_index=True)
    areas["name"] = areas["region"].map(context.region_names)
    title = t("ST-läkare per 1 000 invånare, {date}").format(date=context.reference_date)
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
    return Figure(chart, alternative, density_table(context, "st-taethet-karta"))


def density_table(context: Context, name: str, codes: list[str] | None = None) -> Table:
    """ST persons aligned to the reference date, as number and per 1 000 inhabitants."""
    t = context.language
    shown = codes or [NATION, *context.results.regions]
    cells = pd.DataFrame(
        {
            t("Antal personer"): [context.estimate("st_persons_reference", code) for code in shown],
            t("Per 1 000 invånare"): [context.estimate("st_persons_per_1000", code, 2) for code in shown],
            t("Status"): [context.status("st_persons_reference", code) for code in shown],
        },
        index=context.named(shown),
    )
    return Table(
        name,
        cells,
        context.rows(["st_persons_reference", "st_persons_per_1000"], shown),
        t("ST-läkare i allmänmedicin, omräknat till {date}. Inom parentes 80-procentigt intervall.").format(
            date=context.reference_date
        ),
        t("publicerade ST-uppgifter (tabellen published_st), SCB:s folkmängd och antagandena i st.toml"),
    )


def density_intervals(context: Context, highlight: str | None = None, codes: list[str] | None = None) -> Figure:
    """Density of each region with its interval; missing regions show the interval of the prior only."""
    t = context.language
    shown = codes or list(context.results.regions)
    rows = context.results.of("st_persons_per_1000").loc[shown].reset_index()
    nation = context.results.cell("st_persons_per_1000").value
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
    return Figure(chart, alternative, density_table(context, name, [NATION, *shown]))


def published(context: Context) -> Table:
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
    by_region = figures.assign(
        when=[t.date(d, p) for d, p in zip(figures["dated"], figures["precision"], strict=True)],
        status_words=[t.status(s, q) for s, q in zip(figures["status"], figures["qualifier"], strict=True)],
    ).groupby("region")
    facts = pd.DataFrame(
        {
            t("Uppgiften avser"): by_region["when"].first(),
            t("Status"): by_region["status_words"].last(),
            t("Källa"): by_region["figure"].agg(", ".join),
        }
    ).reindex(wide.index)
    facts[t("Status")] = facts[t("Status")].fillna(t("uppgift saknas"))
    cells = cells.join(facts.fillna(""))
    cells.index = context.named(list(wide.index))
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
    total = context.results.cell("st_persons_reference")
    year = float(model.REFERENCE_DATE.year)
    counted, modelled = t("publicerat antal"), t("modellens kontrollsumma med 80 %-intervall")
    rows = pd.concat(
        [
            series[["year", "value"]].astype(float).assign(kind=counted, low=np.nan, high=np.nan),
            pd.DataFrame(
                {"year": [year], "value": total.value, "kind": modelled, "low": total.low, "high": total.high}
            ),
        ],
        ignore_index=True,
    )
    cells = pd.DataFrame(
        {
            t("Antal personer"): t.estimates(rows),
            t("Status"): [
                *(t(_QUALITY[quality]) for quality in series["quality"]),
                t.status(total.status, total.qualifier),
            ],
            t("Källa"): [*series["figure"], total.source],
        },
        index=pd.Index([f"{year:.0f}" for year in rows["year"]], name=t("År")),
    )
    first, last = series.iloc[0], series.iloc[-1]
    chart = charts.points_in_time(rows, charts.number_axis(t("personer"), 0), {counted: BLUE, modelled: ORANGE})
    alternative = t(
        "Punktdiagram. Det publicerade antalet ST-läkare i allmänmedicin i riket steg från {first} ({y0}) till "
        "{last} ({y1}). Modellens kontrollsumma för {date} är {total}."
    ).format(
        first=t.number(first["value"]),
        y0=int(first["year"]),
        last=t.number(last["value"]),
        y1=int(last["year"]),
        date=context.reference_date,
        total=context.estimate("st_persons_reference"),
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


def sources(context: Context, codes: list[str] | None = None) -> Table:
    """Where each published figure that the report uses comes from, with its address."""
    t = context.language
    published = context.tables["published_st"]
    used = pd.concat(
        [
            context.tables["st_baseline"].query("use != 'never'")[["region", "figure"]],
            published.query("measure == 'regional_target_inhabitants_per_specialist'")[["region", "figure"]],
            context.tables["specialist_baseline"][["region", "figure"]],
        ]
    ).drop_duplicates()
    shown = used.loc[used["region"].isin(codes or context.results.regions)]
    data = (
        shown.merge(published.drop(columns="region"), on="figure")
        .merge(context.tables["publications"], on="publication")
        .sort_values(["region", "figure"], ignore_index=True)
    )
    cells = pd.DataFrame(
        {
            t("Region"): [context.region_names[code] for code in data["region"]],
            t("Värde"): [t.number(value, 2 if value < 1 else 0) for value in data["value"]],
            t("Enhet"): [t.term(unit) for unit in data["unit"]],
            t("Publikation"): data["title"].to_list(),
            t("Utgivare"): data["publisher"].to_list(),
            t("Adress"): data["url"].fillna("").to_list(),
        },
        index=pd.Index(data["figure"], name=t("Uppgift")),
    )
    return Table(
        "kaellor" if codes is None else f"kaellor-{'-'.join(codes)}",
        cells,
        data,
        t("Varifrån de publicerade uppgifterna kommer."),
        t("tabellerna published_st och publications"),
        stacked=True,
    )
