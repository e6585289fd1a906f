"""The page of one region: key figures, comparison, need, municipalities and inhabitants."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden import model, population
from riktvarden.report import charts, maps, personnel, st_baseline
from riktvarden.report.charts import BLUE, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import EN_DASH


def summary(context: Context, region: str) -> list[str]:
    """The region in three sentences: what the norm asks, the guideline value, what is known of today."""
    t = context.language
    known = np.isfinite(context.results.cell("st_persons_reference", region).value)
    sentences = [
        t(
            "{name} hade {people} invånare {year}. Normen ger {required} heltidsspecialister, och riktvärdet är "
            "{positions} ST-tjänster i allmänmedicin."
        ).format(
            name=context.principals[region],
            people=context.number("population", region),
            year=context.year,
            required=context.number("specialist_requirement", region),
            positions=context.estimate("st_positions_guideline", region),
        )
    ]
    if known:
        sentences.append(
            t("Senast publicerade antal är {now} personer i ST. Skillnaden mot riktvärdet är {gap} personer.").format(
                now=context.number("st_persons", region), gap=context.estimate("st_gap", region)
            )
        )
    else:
        sentences.append(
            t(
                "Uppgift saknas om hur många personer som gör ST i regionen. Av andra regioner att döma låg antalet "
                "mellan {interval} den {date}. Därför anges ingen skillnad och ingen täckning B."
            ).format(
                interval=t.interval(*context.results.of("st_persons_reference").loc[region, ["low", "high"]]).replace(
                    EN_DASH, f" {t('och')} "
                ),
                date=context.reference_date,
            )
        )
    return sentences


def key_figures(context: Context, region: str) -> Table:
    """The region's key figures, each with its definition and status."""
    t = context.language
    year = context.year
    figures = context.results.figures
    own = figures.loc[figures["region"] == region]
    words = {
        "persons": t("ST-läkare, senast publicerat antal"),
        "positions": t("ST-tjänster, senast publicerat antal"),
        "financed_positions": t("Finansierade ST-tjänster, senast publicerat antal"),
        "blocks": t("ST-block, senast publicerat antal"),
    }
    rows = [
        (
            words[row["measure"]],
            t.number(row["value"]),
            t("Avser {date} ({figure}).").format(date=t.date(row["dated"], row["precision"]), figure=row["figure"]),
            t.status(row["status"], row["qualifier"]),
        )
        for row in own.to_dict("records")
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
            t("ST-läkare {date}").format(date=context.reference_date),
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
            t("Skillnad mot senast publicerat antal, personer"),
            t("Riktvärdet i personer minus senaste publicerade antal."),
            0,
        ),
    ]
    rows += [
        (label, context.estimate(measure, region, digits), meaning, context.status(measure, region))
        for measure, label, meaning, digits in entries
    ]
    rows += [
        (label, context.share(measure, region), meaning, context.status(measure, region))
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
    results = context.results.tidy
    return Table(
        f"nyckeltal-{region}",
        cells,
        results.loc[results["region"] == region],
        t("Nyckeltal för {name}. Inom parentes 80-procentigt intervall.").format(name=context.principals[region]),
        t("SCB, publicerade ST-uppgifter och graderade antaganden; se Data och källor"),
        stacked=True,
    )


def comparison(context: Context, region: str) -> Figure:
    """The region's ST density beside the regions most like it."""
    latest = context.results.of("population")["value"]
    peers = population.comparable_regions(context.tables["regions"], latest)[region]
    return st_baseline.density_intervals(context, region, [region, *sorted(peers)])


def requirement(context: Context, region: str) -> Figure:
    """What the norm asks of the region, what it has, and the guideline value of its training."""
    t = context.language
    r = context.results
    entries = [
        ("specialist_requirement", t("specialister: normen"), t("normen och riktvärdet")),
        ("specialist_fte", t("specialister: i dag"), t("i dag")),
        ("st_persons_guideline", t("ST-läkare: riktvärdet"), t("normen och riktvärdet")),
        ("st_persons_reference", t("ST-läkare: {date}").format(date=context.reference_date), t("i dag")),
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
            t("Enhet"): [units[context.results.cell(m, region).unit] for m in rows["measure"]],
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
        date=context.reference_date,
        now=context.estimate("st_persons_reference", region),
    )
    return Figure(
        chart,
        alternative,
        Table(
            f"behov-{region}",
            cells,
            context.rows(rows["measure"], [region]),
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
        alternative = t(
            "Karta över {name}, som är en enda kommun. {share} av invånarna är 70 år eller äldre."
        ).format(name=name, share=t.percent(oldest["older"]))
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


def personnel_published(context: Context, region: str) -> Table:
    """What is published of personnel in the region, definition by definition; what is missing says so."""
    return personnel.region_rows(context, region)


def personnel_sources(context: Context, region: str) -> Table:
    """The publications behind the region's figures on personnel."""
    own = context.personnel.loc[context.personnel["region"] == region, "source"]
    return personnel.publications(context, own, f"personal-kaellor-{region}")


def sources(context: Context, region: str) -> Table:
    """Where the region's own published figures come from."""
    return st_baseline.sources(context, [region])


def overview(context: Context) -> Table:
    """Every region with the headline of its page; for the list of regions."""
    t = context.language
    shown = list(context.results.regions)
    cells = pd.DataFrame(
        {
            t("Invånare {year}").format(year=context.year): [context.number("population", code) for code in shown],
            t("ST-läkare, senast publicerat antal"): [context.estimate("st_persons", code) for code in shown],
            t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Samverkansregion"): list(
                context.tables["regions"].set_index("region").loc[shown, "collaborative_region"]
            ),
        },
        index=context.named(shown),
    )
    results = context.results.tidy
    return Table(
        "regioner",
        cells,
        results.loc[results["measure"].isin(["population", "st_persons", "st_positions_guideline"])],
        t("De 21 regionerna. Inom parentes 80-procentigt intervall."),
        t("SCB, publicerade ST-uppgifter och graderade antaganden; se Data och källor"),
    )


def _own_norm(context: Context, region: str) -> pd.Series | None:
    published = context.tables["published_st"]
    rows = published.loc[
        (published["region"] == region) & (published["measure"] == "regional_target_inhabitants_per_specialist")
    ]
    return None if rows.empty else rows.iloc[-1]
