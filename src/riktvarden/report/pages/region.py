"""The page of one region after its first screen: the path, the outlook, key figures and what they rest on."""

from __future__ import annotations

from html import escape

import pandas as pd

from riktvarden import tables
from riktvarden.names import LOCAL_NORM
from riktvarden.report.chapters import collaborative_regions, economics, need, st_baseline, st_guideline
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, html, say, show, show_folded
from riktvarden.report.kit.language import EN_DASH, Language
from riktvarden.report.kit.ranges import ENDS
from riktvarden.report.pages.region_answer import chances, intake, last_year, planned, way


def path_table(context: Context, region: str, costs: pd.DataFrame) -> Table:
    """The path year by year until the norm is met, beside what holds the norm and what today's intake gives.

    Parameters
    ----------
    context
        What the page reads.
    region
        Code of the region.
    costs
        The analysis ``economics``, ``by_year``.
    """
    t = context.language
    by_year = _by_year(context, region)
    rows = {key: by_year[key] for key in PICKED if key in by_year}
    shown = rows["starters", "keep"].index
    end = context.results.programme_status[2]
    if end is not None:
        shown = shown[shown <= end]
    words = {
        "starters": t("Nya ST-läkare"),
        "positions": t("ST-tjänster"),
        "coverage": t("Täckning, procent"),
        "chance": t("Chans att normen är nådd"),
    }
    which = {"path": t("vägen"), "keep": t("för att hålla normen"), "today": intake(context)}
    columns = [
        column.written(
            t("{measure}: {which}").format(measure=words[measure], which=which[series]),
            chances(t, found.loc[shown])
            if measure == "chance"
            else _middles(t, found.loc[shown], 100 if measure == "coverage" else 1),
        )
        for (measure, series), found in rows.items()
    ]
    more = economics.of_region(costs, region)
    more = more.loc[more.index.isin(shown)]
    if end is not None and not more.empty:
        alone = more["low"].where(more["low"] == more["high"])  # what rounding leaves no interval of
        head = t("Merkostnad: vägen, miljoner kr")
        columns.append(column.written(head, _middles(t, more.assign(value=more["value"].fillna(alone)).loc[shown], 1)))
    return Table.of(
        t,
        f"vaeg-{region}",
        column.heads(t("År"), shown.astype(str)),
        columns,
        pd.concat([*(found.loc[shown] for found in rows.values()), more.drop(columns="path")]),
        t(
            "Vägen till normen i {name}, år för år, bredvid det som håller normen och det som {intake} ger: skattade "
            "mittvärden, och intervall där regionen inte har publicerat något. Merkostnaden är jämförd med {intake}, i "
            "{price} års priser."
        ).format(name=context.principals[region], intake=intake(context), price=economics.price_year(context)),
    )


def starters(context: Context, region: str) -> Figure:
    """Starters by year: the path, those that hold the norm, and today's."""
    t = context.language
    rows = _by_year(context, region)
    words = {"path": t("vägen till normen"), "keep": t("så många håller normen"), "today": intake(context)}
    drawn = {words[series]: rows["starters", series] for series in words if ("starters", series) in rows}
    found = way(context, region)
    if found is not None:  # until then it is the intake of the base year
        drawn[words["path"]] = drawn[words["path"]].loc[found.start :]
    chart = charts.fan(
        pd.concat([part[["year", *ENDS]].assign(kind=kind) for kind, part in drawn.items()]),
        charts.number_axis(t("nya ST-läkare per år"), 0),
        dict(zip(drawn, (ORANGE, BLUE, MUTED)[-len(drawn) :], strict=True)),
        _norm_met(context),
    )
    parts = [
        t("Linjer över åren. {hold} nya ST-läkare om året håller normen; {base} började {now}.").format(
            hold=context.estimate("st_starters_guideline", region),
            base=context.year,
            now=context.estimate("st_starters_reference", region),
        )
    ]
    if found is not None:
        parts.append(
            t("Vägen börjar på {first} ({start}), är som högst {most} ({when}) och slutar på {last} ({year}).").format(
                **found._asdict()
            )
        )
    caption = t(
        "Nya ST-läkare i allmänmedicin per år i {name}: vägen till normen, antalet som håller den och {intake}, med "
        "80-procentiga intervall utom för vägen, som är ett råd."
    ).format(name=context.principals[region], intake=intake(context))
    return Figure(
        chart, " ".join(parts), caption, _series_table(context, f"nya-{region}", rows, ("starters", "positions"), caption)
    )


def outlook(context: Context, region: str) -> Figure:
    """Need of specialists by year, and those there would be on the path and with today's intake."""
    t = context.language
    rows = _by_year(context, region)
    words = {
        "keep": t("behov enligt normen"),
        "path": t("specialister på vägen"),
        "today": t("specialister, {intake}").format(intake=intake(context)),
    }
    drawn = {words[series]: rows["specialists", series] for series in words if ("specialists", series) in rows}
    colours = dict(zip(words.values(), (BLUE, ORANGE, MUTED), strict=True))
    at = context.results.programme_status[2] or context.target_year
    chart = charts.fan(
        pd.concat([part[["year", *ENDS]].assign(kind=kind) for kind, part in drawn.items()]),
        charts.number_axis(t("heltider"), 0),
        {kind: colours[kind] for kind in drawn},
        _norm_met(context),
    )
    ends = {
        series: t.estimates(rows["specialists", series].loc[[at]])[0] for series in words if ("specialists", series) in rows
    }
    reported = (
        t("Linjer med band över åren. {year} behövs {keep} heltider. På vägen blir de {path}, och med {intake} {today}.")
        if "path" in ends
        else t("Linjer med band över åren. {year} behövs {keep} heltider. Med {intake} blir de {today}.")
    )
    alternative = reported.format(year=at, intake=intake(context), **ends)
    caption = t(
        "Heltider av specialister i allmänmedicin i {name} {first}–{last}: behovet enligt normen, och hur många som finns "
        "om regionen följer vägen eller fortsätter med {intake}."
    ).format(intake=intake(context), name=context.principals[region], first=context.year + 1, last=last_year(context))
    table = _series_table(context, f"st-baan-{region}", rows, ("specialists", "coverage", "chance"), caption)
    return Figure(chart, alternative, caption, table)


SERIES = {
    ("starters", "path"): "programme_starters",
    ("starters", "keep"): "st_starters_guideline",
    ("starters", "today"): "st_starters_reference",
    ("positions", "path"): "programme_positions",
    ("positions", "keep"): "st_positions_guideline",
    ("positions", "today"): "st_positions_in_training",
    ("specialists", "path"): "programme_specialist_fte",
    ("specialists", "keep"): "specialist_requirement",
    ("specialists", "today"): "specialist_fte_reference",
    ("coverage", "path"): "programme_coverage_a",
    ("coverage", "today"): "coverage_a_reference",
    ("chance", "path"): "programme_norm_met",
    ("chance", "today"): "norm_met_reference",
}
"""What is shown by year, and along which path → its measure; need is what coverage that holds the norm would meet."""


PICKED = (
    ("starters", "path"),
    ("starters", "keep"),
    ("starters", "today"),
    ("positions", "path"),
    ("coverage", "path"),
    ("coverage", "today"),
    ("chance", "path"),
    ("chance", "today"),
)
"""What the page itself shows of these; the tables behind the pictures have them all."""


def _by_year(context: Context, region: str) -> dict[tuple[str, str], pd.DataFrame]:
    """Everything that the path is compared in, each indexed by the years after the base year."""
    found = {}
    years = st_guideline.path(context, "st_starters_guideline", region).index[1:]
    for key, measure in SERIES.items():
        if measure.startswith("programme_"):
            rows = planned(context, measure.removeprefix("programme_"), region)
        elif measure == "st_starters_reference":
            # The same each year: that is what today's intake means.
            cell = context.rows([measure], [region]).iloc[[0] * len(years)]
            rows = cell.assign(year=years).set_index(years)
        else:
            rows = st_guideline.path(context, measure, region)
        if not rows.empty:
            found[key] = rows.loc[years]
    return found


def _series_table(
    context: Context,
    name: str,
    rows: dict[tuple[str, str], pd.DataFrame],
    measures: tuple[str, ...],
    caption: str,
) -> Table:
    """Some measures by year along each path, every year and with intervals."""
    t = context.language
    today = intake(context)
    words = {
        ("starters", "path"): t("Nya ST-läkare, vägen"),
        ("starters", "keep"): t("Nya ST-läkare som håller normen"),
        ("starters", "today"): t("Nya ST-läkare, {intake}").format(intake=today),
        ("positions", "path"): t("ST-tjänster, vägen"),
        ("positions", "keep"): t("ST-tjänster som håller normen"),
        ("positions", "today"): t("ST-tjänster, {intake}").format(intake=today),
        ("specialists", "path"): t("Specialister, vägen"),
        ("specialists", "keep"): t("Behov enligt normen"),
        ("specialists", "today"): t("Specialister, {intake}").format(intake=today),
        ("coverage", "path"): t("Täckning, vägen"),
        ("coverage", "today"): t("Täckning, {intake}").format(intake=today),
        ("chance", "path"): t("Chans att normen är nådd, vägen"),
        ("chance", "today"): t("Chans att normen är nådd, {intake}").format(intake=today),
    }
    shown = {key: found for key, found in rows.items() if key[0] in measures}
    columns = [
        column.written(words[key], chances(t, found))
        if key[0] == "chance"
        else (column.share if key[0] == "coverage" else column.estimate)(words[key], found)
        for key, found in shown.items()
    ]
    status = shown[measures[-2] if "chance" in measures else measures[-1], "today"]
    columns.append(column.status(status, t("Status, {intake}").format(intake=today)))
    years = column.heads(t("År"), status.index.astype(str))
    return Table.of(t, name, years, columns, pd.concat(shown.values()), caption, stacked=True)


def _middles(t: Language, rows: pd.DataFrame, scale: float) -> list[str]:
    """Each row's value, or its interval where there is none."""
    shown = (scale * rows[ENDS]).astype(float)
    return t.estimates(shown.assign(**{end: shown[end].where(shown["value"].isna()) for end in ("low", "high")}))


def _norm_met(context: Context) -> tuple[int, str] | None:
    """The year in which the path reaches the norm, to point out in a chart that has room for its words."""
    year = context.results.programme_status[2]
    room = year is not None and year < last_year(context) - 1
    return (year, context.language("normen nådd")) if year is not None and room else None


# --- everything else ------------------------------------------------------------------------------------


def key_figures(context: Context, region: str) -> Table:
    """The region's key figures, each with its definition and status; what is not published has no row."""
    t = context.language
    rows = [
        *_results(context, region),
        (
            t("Norm: heltider efter folkmängd"),
            t.number(need.norm(context, region)),
            t("Invånare delat med {norm}.").format(norm=context.assumed("inhabitants_per_specialist")),
            t.status("derived"),
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
        *_published(context, region),
        *_own_plan(context, region),
        *_own_norm(context, region),
    ]
    return Table.of(
        t,
        f"nyckeltal-{region}",
        *column.listed((t("Nyckeltal"), t("Värde"), t("Betydelse"), t("Status")), rows),
        context.result_rows("tidy", region),
        t("Nyckeltal för {name}, med 80-procentigt intervall inom parentes.").format(name=context.principals[region]),
        stacked=True,
    )


Row = tuple[str, str, str, str]
"""Label, value, meaning and status of a key figure."""


def _results(context: Context, region: str) -> list[Row]:
    """The key figures that the model gives: the guideline value, the number at the same date, and need."""
    t = context.language
    date = context.reference_date
    entries = [
        (
            "st_starters_guideline",
            t("Nya ST-läkare per år som håller normen"),
            t("Så många ersätter dem som slutar när normen är nådd."),
            0,
        ),
        (
            "st_starters_reference",
            t("Nya ST-läkare {year}").format(year=context.year),
            t("Skattat intag, härlett ur antalet i ST {date}.").format(date=date),
            0,
        ),
        (
            "st_positions_guideline",
            t("Rapportens riktvärde: ST-tjänster"),
            t("Tjänster som behövs för att på lång sikt hålla normen."),
            0,
        ),
        (
            "st_positions_per_10000",
            t("Rapportens riktvärde: ST-tjänster per 10 000 invånare"),
            t("Samma riktvärde i förhållande till folkmängden."),
            1,
        ),
        (
            "st_positions_reference",
            t("ST-tjänster {date}").format(date=date),
            t("Skattat ur antalet personer i ST, eftersom få regioner räknar tjänster."),
            0,
        ),
        (
            "st_positions_gap",
            t("Rapportens riktvärde minus antalet {date}, tjänster").format(date=date),
            t("Minus betyder att det redan finns fler än riktvärdet."),
            0,
        ),
        (
            "st_persons_guideline",
            t("Rapportens riktvärde: personer i ST"),
            t("Så många personer som tjänsterna motsvarar."),
            0,
        ),
        (
            "st_persons_reference",
            t("Personer i ST {date}").format(date=date),
            t("Publicerade uppgifter omräknade till samma datum; där de saknas modellens intervall."),
            0,
        ),
        (
            "st_gap",
            t("Rapportens riktvärde minus antalet {date}, personer").format(date=date),
            t("Minus betyder att det redan finns fler än riktvärdet."),
            0,
        ),
        (
            "specialist_fte",
            t("Specialister på vårdcentral {date}, heltider").format(date=date),
            t("Publicerade uppgifter omräknade till samma datum; där de saknas modellens intervall."),
            0,
        ),
        (
            "specialist_requirement",
            t("Behov: heltider av specialister"),
            t("Normen, med hänsyn till ålder och kön, vårdbehov, gleshet och uppdrag utanför listan."),
            0,
        ),
        ("population", t("Invånare {year}").format(year=context.year), t("Folkmängd 31 december enligt SCB."), 0),
    ]
    return [
        (label, context.estimate(measure, region, digits), meaning, context.status(measure, region))
        for measure, label, meaning, digits in entries
    ]


def _published(context: Context, region: str) -> list[Row]:
    """The region's newest published figures, in the measures they came in and at their own dates."""
    t = context.language
    words = {
        "positions": t("ST-tjänster, senaste uppgift"),
        "financed_positions": t("Finansierade ST-tjänster, senaste uppgift"),
        "persons": t("Personer i ST, senaste uppgift"),
        "blocks": t("ST-block, senaste uppgift"),
        "fte": t("Heltider i ST, senaste uppgift"),
    }
    own = {row["measure"]: row for _, row in context.result_rows("figures", region).iterrows()}
    return [
        (
            label,
            context.estimate(f"st_{measure}", region),
            t("Avser {date} ({figure}).").format(
                date=st_baseline.dated(context, own[measure]), figure=own[measure]["figure"]
            ),
            t.status(own[measure]["status"], own[measure]["qualifier"]),
        )
        for measure, label in words.items()
        if measure in own
    ]


def _own_norm(context: Context, region: str) -> list[Row]:
    """The norm that the region has decided itself, where one is published."""
    t = context.language
    published = context.table_rows("published_st", region)
    rows = published.loc[published["measure"] == LOCAL_NORM]
    return [
        (
            t("Regionens eget mål, invånare per specialist"),
            t.number(row["value"]),
            t("Publicerat mål, {year} ({figure}).").format(year=row["year"], figure=row["figure"]),
            t.status("reported"),
        )
        for row in rows.tail(1).to_dict("records")
    ]


def _own_plan(context: Context, region: str) -> list[Row]:
    """How many the region itself plans to have in training in the years after the base year, where that is published."""
    t = context.language
    rows = context.table_rows("published_st", region).sort_values("year")
    rows = rows.loc[rows["measure"].isin(PLAN) & (rows["year"] > context.year)]
    if rows.empty:
        return []
    ends = rows.pivot_table(index="year", columns="measure", values="value").reindex(columns=list(PLAN))
    reported = [
        f"{year}: {t.interval(low, high)}" for year, (low, high) in zip(ends.index, ends.to_numpy(float), strict=True)
    ]
    return [
        (
            t("Regionens egen plan, personer i ST"),
            "; ".join(reported),
            t("Publicerad plan ({figures}), att jämföra med rapportens riktvärde i personer.").format(
                figures=", ".join(rows["figure"])
            ),
            t.status("reported"),
        )
    ]


PLAN = ("st_allmanmedicin_plan_low", "st_allmanmedicin_plan_high")
"""Measures of a region's own plan: the ends of its interval."""


def show_by_figure(context: Context, region: str) -> None:
    """Display what each published figure on the region's specialists gives alone, folded, where there is any."""
    t = context.language
    if not context.result_rows("by_figure", region).empty:
        show_folded(t("Så räknas regionens egna uppgifter om specialister"), st_guideline.by_figure(context, region), t)


def comparison(context: Context, region: str) -> Figure:
    """The region's ST density beside the regions most like it."""
    peers = context.result_rows("comparable", region)["peer"]
    return st_baseline.density_intervals(context, region, [region, *sorted(peers)])


def age_pyramid(context: Context, region: str) -> Figure:
    """Age and sex of the region's inhabitants beside the nation's."""
    t = context.language
    rows = context.result_rows("ages", region)
    year = rows["year"].iloc[0]
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
        Table.of(
            t,
            f"aalder-{region}",
            column.heads(t("Ålder"), order),
            [
                column.number(t("Kvinnor"), wide["population", "F"]),
                column.number(t("Män"), wide["population", "M"]),
                column.percent(t("Andel kvinnor, regionen"), wide["share", "F"], 1),
                column.percent(t("Andel män, regionen"), wide["share", "M"], 1),
                column.percent(t("Andel kvinnor, riket"), wide["nation", "F"], 1),
                column.percent(t("Andel män, riket"), wide["nation", "M"], 1),
            ],
            rows,
            t("Invånare efter ålder och kön i {name} den 31 december {year}.").format(
                name=context.principals[region], year=year
            ),
            t("SCB genom Eurostat"),
        ),
    )


def show_municipalities(context: Context, region: str) -> None:
    """Display the region's municipalities, each with the way to its page."""
    rows = context.table_rows("municipalities", region)
    rows = rows.sort_values("name", key=lambda names: names.map(tables.collated))
    items = "".join(
        f'<li><a href="../municipalities/{code}.html">{escape(name)}</a></li>'
        for code, name in zip(rows["municipality"], rows["name"], strict=True)
    )
    html(f'<ul class="rv-ways">{items}</ul>')


def show_sources(context: Context, region: str) -> None:
    """Display where the region's own published figures come from, or that there are none."""
    t = context.language
    table = st_baseline.sources(context, [region])
    if table.cells.empty:
        say(t("Regionen har inte publicerat något om ST eller specialister."))
    else:
        show(table, t)


def overview(context: Context) -> Table:
    """Every region with the headline of its page."""
    t = context.language
    shown = list(context.results.regions)
    ways = {code: way(context, code) for code in shown}
    most = {code: t("{most} ({when})").format(most=found.most, when=found.when) for code, found in ways.items() if found}

    def of(head: str, measure: str) -> column.Column:
        return column.written(head, [context.estimate(measure, code) for code in shown])

    columns = [
        of(t("Nya ST-läkare per år som håller normen"), "st_starters_guideline"),
        column.written(t("Flest nya på vägen till normen, och när"), [most[code] for code in shown]) if most else None,
        of(t("Nya ST-läkare {year}").format(year=context.year), "st_starters_reference"),
        of(t("Riktvärde: ST-tjänster"), "st_positions_guideline"),
        of(t("ST-tjänster {date}").format(date=context.reference_date), "st_positions_reference"),
        column.status(context.measure("st_positions_reference", shown), t("Status för antalet")),
        column.written(t("Samverkansregion"), [collaborative_regions.belongs_to(context, code) for code in shown]),
    ]
    measures = ["st_starters_guideline", "st_starters_reference", "st_positions_guideline", "st_positions_reference"]
    caption = t("De {count} regionerna. Inom parentes 80-procentigt intervall, för vägen de år då flest börjar.").format(
        count=t.number(len(context.results.regions))
    )
    divided = [
        t("{name} är delat mellan två samverkansregioner; här visas den där flest av invånarna bor.").format(
            name=context.region_names[code]
        )
        for code in sorted(set(collaborative_regions.split(context)["region"]))
    ]
    said, data = " ".join([caption, *divided]), context.rows(measures, shown)
    return Table.of(t, "regioner", context.named(shown), columns, data, said, stacked=True)
