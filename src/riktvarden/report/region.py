"""The page of one region: key figures, comparison, need, municipalities and inhabitants."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden import model, population
from riktvarden.report import charts, need, personnel, st_baseline, st_guideline
from riktvarden.report.charts import BLUE, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import EN_DASH


def summary(context: Context, region: str) -> list[str]:
    """The region's own remarks, then what the norm asks, the guideline value and what is known of its training."""
    return [*context.remarks(region), *_summary(context, region)]


def _summary(context: Context, region: str) -> list[str]:
    t = context.language
    gap = context.results.cell("st_gap", region)
    first = t(
        "{name} hade {people} invånare {year}. Efter folkmängden kräver normen {norm} heltider av specialister; med "
        "ålder, vårdbehov och gleshet blir behovet {required}. Riktvärdet är {positions} ST-tjänster i allmänmedicin, "
        "vilket motsvarar {persons} personer i ST."
    ).format(
        name=context.principals[region],
        people=context.number("population", region),
        year=context.year,
        norm=t.number(need.norm(context, region)),
        required=context.estimate("specialist_requirement", region),
        positions=context.estimate("st_positions_guideline", region),
        persons=context.estimate("st_persons_guideline", region),
    )
    if not np.isfinite(gap.value):
        prior = context.results.cell("st_persons_reference", region)
        return [
            first,
            t(
                "Uppgift saknas om hur många personer som gör ST i regionen. Spridningen mellan andra regioner ger ett "
                "80-procentigt intervall på {interval} personer den {date}. Det är ingen mätning av regionen."
            ).format(interval=t.interval(prior.low, prior.high), date=context.reference_date),
        ]
    newest = context.result_rows("figures", region).query("measure == 'persons'").iloc[0]
    counted = (
        t("Senast publicerade antal är {now} personer ({date}).")
        if newest["status"] == "reported"
        else t("Ur ett publicerat tal per 1 000 invånare går {now} personer att räkna ut (datum: {date}).")
    )
    difference = t("Riktvärdet är {gap} personer högre.") if gap.value >= 0 else t("Riktvärdet är {gap} personer lägre.")
    low, high = (gap.low, gap.high) if gap.value >= 0 else (-gap.high, -gap.low)
    size = t.estimate(abs(gap.value), low, high)
    if gap.qualifier == "upper_bound":
        size = t("högst {size}").format(size=size)
    straddles = t("Intervallet går över noll: antalet kan räcka.") if gap.low < 0 < gap.high else ""
    return [
        first,
        " ".join(
            filter(
                None,
                [
                    counted.format(
                        now=context.estimate("st_persons", region),
                        date=t.date(newest["dated"], newest["precision"]),
                    ),
                    difference.format(gap=size),
                    straddles,
                ],
            )
        ),
    ]


def key_figures(context: Context, region: str) -> Table:
    """The region's key figures, each with its definition and status."""
    t = context.language
    rows = [
        *_published(context, region),
        (
            t("Norm: heltider efter folkmängd"),
            t.number(need.norm(context, region)),
            t("Invånare delat med {norm}.").format(norm=context.assumed("inhabitants_per_specialist")),
            t.status("derived"),
        ),
        *(
            (label, context.estimate(measure, region, digits), meaning, context.status(measure, region))
            for measure, label, meaning, digits in _entries(context, region)
        ),
        *(
            (label, context.share(measure, region), meaning, context.status(measure, region))
            for measure, label, meaning in (
                (
                    "coverage_a",
                    t("Täckning A"),
                    t("Specialisternas heltider i andel av behovet. ST-läkare räknas inte."),
                ),
                ("coverage_b", t("Täckning B"), t("Som A, men ST-läkare mitt i utbildningen räknas till en del.")),
            )
        ),
        *_own_norm(context, region),
    ]
    cells = pd.DataFrame(
        [row[1:] for row in rows],
        columns=[t("Värde"), t("Betydelse"), t("Status")],
        index=pd.Index([row[0] for row in rows], name=t("Nyckeltal")),
    )
    return Table(
        f"nyckeltal-{region}",
        cells,
        context.result_rows("tidy", region),
        t("Nyckeltal för {name}. Inom parentes 80-procentigt intervall.").format(name=context.principals[region]),
        t("SCB, publicerade uppgifter om ST och graderade antaganden"),
        stacked=True,
    )


Row = tuple[str, str, str, str]
"""Label, value, meaning and status of a key figure."""


def _published(context: Context, region: str) -> list[Row]:
    """The region's newest published figures, in the measures they came in."""
    t = context.language
    words = {
        "persons": t("Personer i ST, senaste uppgift"),
        "positions": t("ST-tjänster, senaste uppgift"),
        "financed_positions": t("Finansierade ST-tjänster, senaste uppgift"),
        "blocks": t("ST-block, senaste uppgift"),
        "fte": t("Heltider i ST, senaste uppgift"),
    }
    own = context.result_rows("figures", region).to_dict("records")
    rows = [
        (
            words[row["measure"]],
            context.estimate(f"st_{row['measure']}", region),
            t("Avser {date} ({figure}).").format(date=t.date(row["dated"], row["precision"]), figure=row["figure"]),
            t.status(row["status"], row["qualifier"]),
        )
        for row in own
    ]
    if not any(row["measure"] == "persons" for row in own):
        missing = t("uppgift saknas")
        rows.append((words["persons"], missing, t("Ingen användbar publicerad uppgift om antalet personer."), missing))
    return rows


def _entries(context: Context, region: str) -> list[tuple[str, str, str, int]]:
    """Measure, label, meaning and decimals of the key figures that the model gives."""
    t = context.language
    known = np.isfinite(context.results.cell("st_persons_reference", region).value)
    return [
        (
            "st_persons_reference",
            t("Personer i ST {date}").format(date=context.reference_date),
            t("Senaste uppgift omräknad till gemensamt datum.")
            if known
            else t("Det intervall som spridningen mellan andra regioner ger."),
            0,
        ),
        ("population", t("Invånare {year}").format(year=context.year), t("Folkmängd 31 december enligt SCB."), 0),
        (
            "specialist_requirement",
            t("Behov: heltider av specialister"),
            t("Normen med ålder och kön, vårdbehov, gleshet och uppdrag utanför listan inräknade."),
            0,
        ),
        (
            "st_positions_guideline",
            t("Riktvärde: ST-tjänster"),
            t("Tjänster som behövs för att på lång sikt hålla normen. Varken golv eller tak."),
            0,
        ),
        (
            "st_positions_per_10000",
            t("Riktvärde: ST-tjänster per 10 000 invånare"),
            t("Samma riktvärde i förhållande till folkmängden."),
            1,
        ),
        (
            "st_persons_guideline",
            t("Riktvärde: personer i ST"),
            t("Så många personer som riktvärdets tjänster motsvarar."),
            0,
        ),
        (
            "st_gap",
            t("Riktvärdet minus senaste uppgift, personer"),
            t("Personer mot personer. Minustecken: riktvärdet är lägre än senaste uppgift."),
            0,
        ),
        (
            "st_starters_guideline",
            t("Nya ST-läkare per år enligt riktvärdet"),
            t("Så många börjar varje år när normen hålls."),
            0,
        ),
        (
            "st_starters_target",
            t("Nya ST-läkare per år för att nå normen {year}").format(year=context.target_year),
            t("Räknat ur modellens intervall för antalet specialister och ST-läkare i regionen."),
            0,
        ),
    ]


def _own_norm(context: Context, region: str) -> list[Row]:
    """The norm that the region has decided itself, where one is published."""
    t = context.language
    published = context.table_rows("published_st", region)
    rows = published.loc[published["measure"] == model.LOCAL_NORM]
    return [
        (
            t("Regionens eget mål, invånare per specialist"),
            t.number(row["value"]),
            t("Publicerat mål, {year} ({figure}).").format(year=row["year"], figure=row["figure"]),
            t.status("reported"),
        )
        for row in rows.tail(1).to_dict("records")
    ]


def comparison(context: Context, region: str) -> Figure:
    """The region's ST density beside the regions most like it."""
    latest = context.results.of("population")["value"]
    peers = population.comparable_regions(context.tables["regions"], latest)[region]
    return st_baseline.density_intervals(context, region, [region, *sorted(peers)])


def specialists(context: Context, region: str) -> Figure:
    """What the norm asks of the region in specialists, and what is thought to be there."""
    t = context.language
    caption = t("Heltider av specialister i {name} {year}: behovet enligt normen och det skattade antalet.").format(
        name=context.principals[region], year=context.year
    )
    alternative = t("Punktdiagram. Med normen behövs {needed} heltider av specialister; skattat antal är {stock}.").format(
        needed=context.estimate("specialist_requirement", region), stock=context.estimate("specialist_fte", region)
    )
    entries = [("specialist_requirement", t("behov enligt normen")), ("specialist_fte", t("skattat antal"))]
    return _two_rows(context, region, "specialister", entries, t("heltider"), alternative, caption)


def training(context: Context, region: str) -> Figure:
    """The guideline value of training in persons, and the persons there were at the reference date."""
    t = context.language
    caption = t("Personer i ST i allmänmedicin i {name}: riktvärdet och antalet {date}.").format(
        name=context.principals[region], date=context.reference_date
    )
    alternative = t("Punktdiagram. Riktvärdet motsvarar {goal} personer i ST; {date} var antalet {now}.").format(
        goal=context.estimate("st_persons_guideline", region),
        date=context.reference_date,
        now=context.estimate("st_persons_reference", region),
    )
    when = t("antal {year}").format(year=model.REFERENCE_DATE.year)
    entries = [("st_persons_guideline", t("riktvärdet")), ("st_persons_reference", when)]
    return _two_rows(context, region, "st", entries, t("personer"), alternative, caption)


def _two_rows(
    context: Context,
    region: str,
    name: str,
    entries: list[tuple[str, str]],
    unit: str,
    alternative: str,
    caption: str,
) -> Figure:
    """Need above stock, in one unit."""
    t = context.language
    measures = [measure for measure, _ in entries]
    cells = [context.results.cell(measure, region) for measure in measures]
    rows = pd.DataFrame(
        {
            "label": [label for _, label in entries],
            "kind": [t("behov"), t("tillgång")],
            **{column: [getattr(cell, column) for cell in cells] for column in ("value", "low", "high")},
        }
    )
    chart = charts.intervals(
        rows, charts.number_axis(unit, 0), {t("behov"): BLUE, t("tillgång"): ORANGE}, list(rows["label"])
    )
    table = pd.DataFrame(
        {
            t("Värde"): [context.estimate(measure, region) for measure in measures],
            t("Status"): [context.status(measure, region) for measure in measures],
        },
        index=pd.Index(rows["label"], name=unit.capitalize()),
    )
    return Figure(
        chart,
        alternative,
        caption,
        Table(
            f"{name}-{region}",
            table,
            context.rows(measures, [region]),
            caption,
            t("SCB:s folkmängd, publicerade uppgifter och graderade antaganden"),
        ),
    )


def moved(context: Context, region: str) -> Figure:
    """What moves the region's need of doctors from the nation's mean."""
    return need.waterfall(context, region)


def outlook(context: Context, region: str) -> Figure:
    """Need and supply of specialists by year, with coverage and guideline value behind them."""
    return st_guideline.outlook(context, region)


def municipality_map(context: Context, region: str, municipalities: gpd.GeoDataFrame) -> Figure:
    """Need of doctors in the region's municipalities."""
    return need.region_map(context, region, municipalities)


def age_pyramid(context: Context, region: str) -> Figure:
    """Age and sex of the region's inhabitants beside the nation's."""
    t = context.language
    cells_all = context.tables["population_region_age_group"]
    year = int(cells_all["year"].max())
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
        t("andel av invånarna; staplar: regionen, streck: riket"),
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
    alternative = t("Befolkningspyramid {year}. {share} av invånarna är 70 år eller äldre, mot {nation} i riket.").format(
        year=year,
        share=t.percent(rows.loc[old, "share"].sum(), 1),
        nation=t.percent(rows.loc[old, "nation"].sum(), 1),
    )
    return Figure(
        chart,
        alternative,
        t("Befolkningens fördelning efter ålder och kön i {name} 31 december {year}, jämförd med riket.").format(
            name=context.principals[region], year=year
        ),
        Table(
            f"aalder-{region}",
            cells,
            rows[["region", "year", "sex", "age_group", "population", "share", "nation"]],
            t("Invånare efter ålder och kön i {name} den 31 december {year}.").format(
                name=context.principals[region], year=year
            ),
            t("SCB genom Eurostat"),
        ),
    )


def personnel_published(context: Context, region: str) -> Table:
    """What is published of personnel in the region, definition by definition; what is missing says so."""
    return personnel.region_rows(context, region)


def personnel_sources(context: Context, region: str) -> Table:
    """The publications behind the region's figures on personnel."""
    cited = context.personnel_rows(region)["source"]
    return personnel.publications(context, cited, f"personal-kaellor-{region}", context.published_rows(region))


def sources(context: Context, region: str) -> Table:
    """Where the region's own published figures come from."""
    return st_baseline.sources(context, [region])


def overview(context: Context) -> Table:
    """Every region with the headline of its page."""
    t = context.language
    shown = list(context.results.regions)
    figures = context.results.figures
    persons = figures.loc[figures["measure"] == "persons"].set_index("region").reindex(shown)
    when = t("Uppgiften avser")
    cells = pd.DataFrame(
        {
            t("Personer i ST, senaste uppgift"): [context.estimate("st_persons", code) for code in shown],
            when: [
                "" if pd.isna(day) else t.date(day, precision)
                for day, precision in zip(persons["dated"], persons["precision"], strict=True)
            ],
            t("Uppgiftens status"): [context.status("st_persons", code) for code in shown],
            t("Riktvärde: personer i ST"): [context.estimate("st_persons_guideline", code) for code in shown],
            t("Riktvärde: ST-tjänster"): [context.estimate("st_positions_guideline", code) for code in shown],
            t("Samverkansregion"): context.tables["regions"]
            .set_index("region")
            .loc[shown, "collaborative_region"]
            .to_list(),
        },
        index=context.named(shown),
    )
    return Table(
        "regioner",
        cells,
        context.rows(["population", "st_persons", "st_persons_guideline", "st_positions_guideline"], shown),
        t(
            "De 21 regionerna. Inom parentes 80-procentigt intervall. Halland är delat mellan två samverkansregioner; "
            "här står den som större delen hör till."
        ),
        t("SCB, publicerade uppgifter om ST och graderade antaganden"),
        text=(when,),
        stacked=True,
    )
