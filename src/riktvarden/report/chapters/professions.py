"""The chapters on each profession: how many are needed where, how it is counted, and how unsure it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable

import geopandas as gpd
import numpy as np
import pandas as pd

from riktvarden.assumptions import Assumptions
from riktvarden.codes import NATION
from riktvarden.names import DISTRESS, NEED_BY_AGE, TREATMENT
from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import contacts, today_of
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION, publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.ranges import PRINCIPAL, Range, of_principal, range_of, rounded, rows_of
from riktvarden.report.kit.sources import line
from riktvarden.report.reference import overviews

FACTOR = {
    "age": "ålder och kön",
    "need_index": "vårdbehovsindex",
    "travel": "gleshet och resor",
}
"""What moves the need from head count → its Swedish words."""

COLOURS = dict(zip(FACTOR, (BLUE, ORANGE, MUTED), strict=True))


WORKING_TIME = ("possible_working_days", "days_away", "hours_per_day")

PARTS = {"all": BLUE, "need": BLUE, "use": ORANGE}
"""What an assumption moves: the whole need, or one of the two parts that are weighed together → its colour."""


PER_10000 = {"per 10 000": 1.0, "per 100 000 invånare": 0.1}
"""Unit of a published density → factor to persons per 10 000 inhabitants."""

PER = 10_000
"""Inhabitants to which densities are stated."""


# --- what stands on the pages -------------------------------------------------------------------------


def summary(context: Context, profession: str) -> list[str]:
    """What the profession's page says to a hurried reader."""
    t = context.language
    need, today = (_nation(context, profession, m) for m in ("fte_need", "fte_today"))
    per_fte = _nation(context, profession, "inhabitants_per_fte")
    index = rows_of(context, profession, "need_index").drop(NATION)["value"].astype(float)
    weak = [item for item in inputs_of(context, profession).values() if item.grade == "D"]
    name = t(PROFESSION[profession])
    return [
        t(
            "För {name} blir riktvärdet {per} invånare per heltid. I riket motsvarar det {fte} heltider i primärvården "
            "{year}, hos regioner, kommuner och privata vårdgivare tillsammans."
        ).format(name=name, per=t.between(*per_fte), fte=t.between(*need), year=context.year),
        t(
            "Värdet är rapportens eget. Socialstyrelsens värde för yrket finns inte i någon källa som rapporten har "
            "tillgång till."
        ),
        t("I dag arbetar uppskattningsvis {today} heltider i primärvården.").format(today=t.between(*today))
        + " "
        + verdict(context, need, today),
        t(
            "Behovet per invånare är störst i {most} (index {high}) och minst i {least} (index {low}), där riket är 100."
        ).format(
            most=context.region_names[str(index.idxmax())],
            high=t.number(index.max()),
            least=context.region_names[str(index.idxmin())],
            low=t.number(index.min()),
        ),
        t.plural(
            "Riktvärdet är ett intervall, eftersom {count} av de {all} antaganden som det bygger på är en bedömning utan "
            "publicerad källa (grad D).",
            "Riktvärdet är ett intervall, eftersom {count} av de {all} antaganden som det bygger på är bedömningar utan "
            "publicerad källa (grad D).",
            len(weak),
            all=t.number(len(inputs_of(context, profession))),
        ),
        *_split(context, profession),
        *_caveats(context, profession),
    ]


def each(
    context: Context, draw: Callable[[Context, str], Figure | Table], among: Iterable[str] = PROFESSIONS
) -> list[Figure | Table]:
    """Draw the same for one profession after the other."""
    return [draw(context, profession) for profession in among]


def compared_abroad() -> list[str]:
    """Return the professions that another country publishes a figure of."""
    return [name for name, profession in PROFESSIONS.items() if profession.shown.abroad]


def with_contacts() -> list[str]:
    """Return the professions whose minutes are built up from contacts (method E1)."""
    return [name for name, profession in PROFESSIONS.items() if profession.contacts]


def verdict(context: Context, need: Range, today: Range) -> str:
    """Whether the ranges of need and of today's number lie apart."""
    t = context.language
    if need.low > today.high:
        return t("Det är färre än vad behovet motsvarar.")
    if need.high < today.low:
        return t("Det är fler än vad behovet motsvarar.")
    return t("Intervallen går in i varandra: det går inte att säga om det räcker.")


def _split(context: Context, profession: str) -> list[str]:
    """Where need and today's number lie apart for a principal: the work is divided otherwise, or an input is wrong."""
    t = context.language
    apart = []
    for principal in ("region", "municipality"):
        today, need = (rows_of(context, profession, m, principal) for m in ("fte_today", "fte_need"))
        if today.empty or need.empty:
            continue
        ends = range_of(today, NATION), range_of(need, NATION)
        if ends[0].high < ends[1].low or ends[1].high < ends[0].low:
            words = t("{principal} har i dag {today} heltider mot ett behov på {need}")
            apart.append(
                words.format(principal=t(PRINCIPAL[principal]), today=t.between(*ends[0]), need=t.between(*ends[1]))
            )
    if not apart:
        return []
    text = "; ".join(apart)
    return [
        t(
            "Delat på huvudmän stämmer de två nivåerna inte överens: {apart}. Antingen delas arbetet på ett annat sätt än "
            "antaget, eller så är besöken fel bedömda. Värdet per huvudman är därför osäkrare än summan."
        ).format(apart=text)
    ]


def _caveats(context: Context, profession: str) -> list[str]:
    t = context.language
    reported = []
    for caveat in PROFESSIONS[profession].shown.caveats:
        items = [context.assumptions[name] for name in (read_by(caveat.of) if caveat.of else ())]
        values = [{"count": t.number(item.value), "source": t.term(item.source)} for item in items]
        reported.append(t(caveat.says).format(**(values[0] if values else {})))
    return reported


def guideline(context: Context, profession: str) -> Figure:
    """Inhabitants per full-time equivalent in the nation and every region, as ranges."""
    t = context.language
    name = t(PROFESSION[profession])
    shown = [NATION, *context.results.regions]
    per_fte, fte, index = (
        rows_of(context, profession, m).loc[shown] for m in ("inhabitants_per_fte", "fte_need", "need_index")
    )
    labels = [context.region_names[code] for code in shown]
    drawn = per_fte[["low", "high"]].assign(label=labels, kind=t("regioner"))
    drawn.loc[NATION, "kind"] = t("riket")
    municipal = _part(context, profession, "municipality", shown)
    columns = [
        column.interval(t("Invånare per heltid"), per_fte),
        column.interval(t("Heltider"), fte),
        column.written(t("därav regionens"), _part(context, profession, "region", shown)),
        column.written(t("därav kommunernas"), municipal) if PROFESSIONS[profession].at_home else None,
        column.index(t("Index, riket = 100"), index),
        column.status(per_fte),
    ]
    regional = per_fte.drop(NATION)
    alternative = t(
        "Liggande staplar från lägsta till högsta värde. I riket är riktvärdet {nation} invånare per heltid. Lägst är "
        "det i {lowest} ({low}) och högst i {highest} ({high}): ju lägre tal, desto större behov per invånare."
    ).format(
        nation=t.between(*range_of(per_fte, NATION)),
        **_extremes(context, regional, index.drop(NATION)["value"].astype(float)),
    )
    return Figure(
        charts.ranges(
            drawn,
            charts.number_axis(t("invånare per heltid"), 0),
            {t("riket"): ORANGE, t("regioner"): BLUE},
            labels,
        ),
        alternative,
        t(
            "Riktvärde för {name}: invånare per heltid {year}, 80-procentigt intervall. Skattat. Varken golv eller tak."
        ).format(name=name, year=context.year),
        Table.of(
            t,
            f"riktvaerde-{_slug(profession)}",
            context.named(shown),
            columns,
            _download(context, profession, ("inhabitants_per_fte", "fte_need", "need_index")),
            t(
                "Riktvärde för {name} {year}, som 80-procentiga intervall avrundade utåt. Intervallens ändar går inte "
                "att lägga ihop. På Gotland är en huvudman ansvarig för all vård."
            ).format(name=name, year=context.year),
            stacked=True,
        ),
    )


def levels(context: Context, profession: str) -> Figure:
    """Two anchored levels side by side: today's number, and minutes built up from need (method E6)."""
    t = context.language
    entries = [("all", t("tillsammans")), ("region", t("regionerna")), ("municipality", t("kommunerna"))]
    today, need = t("dagens antal"), t("behov räknat i minuter")
    measures = {today: "fte_today", need: "fte_need"}
    parts = []
    pairs: list[tuple[str, Range, Range]] = []
    for principal, label in entries:
        rows = {kind: rows_of(context, profession, measure, principal) for kind, measure in measures.items()}
        if any(part.empty for part in rows.values()):
            continue
        found = {kind: range_of(part, NATION) for kind, part in rows.items()}
        pairs.append((label, found[today], found[need]))
        parts += [{"label": label, "kind": kind, **ends._asdict()} for kind, ends in found.items()]
    per_fte = [_nation(context, profession, f"inhabitants_per_fte{when}") for when in ("_today", "")]
    pairs.append((t("invånare per heltid"), per_fte[0], per_fte[1]))
    whole = {kind: _nation(context, profession, measure) for kind, measure in measures.items()}
    alternative = t(
        "Liggande staplar. Dagens antal är {today} heltider i riket och behovet räknat i minuter {need}. {verdict}"
    ).format(
        today=t.between(*whole[today]), need=t.between(*whole[need]), verdict=verdict(context, whole[need], whole[today])
    )
    data = _download(context, profession, ("fte_today", "fte_need", "inhabitants_per_fte_today", "inhabitants_per_fte"))
    return Figure.of(
        charts.ranges(
            pd.DataFrame(parts),
            charts.number_axis(t("heltider"), 0),
            {today: ORANGE, need: BLUE},
            list(dict.fromkeys(part["label"] for part in parts)),
        ),
        alternative,
        Table.of(
            t,
            f"nivaaer-{_slug(profession)}",
            column.heads(t("I riket"), [label for label, *_ in pairs]),
            [
                column.written(today, [t.between(*ends) for _, ends, _ in pairs]),
                column.written(need, [t.between(*ends) for _, _, ends in pairs]),
                column.status("estimated", qualifier="interval_only"),
            ],
            data.loc[data["region"] == NATION],
            t(
                "Två sätt att bestämma nivån för {name} i riket: så många som uppskattas arbeta i primärvården i dag, och "
                "så många som behovet motsvarar räknat i minuter. 80-procentiga intervall."
            ).format(name=t(PROFESSION[profession])),
        ),
    )


def index_map(context: Context, profession: str, counties: gpd.GeoDataFrame) -> Figure:
    """Need per inhabitant by region, the nation being 100."""
    t = context.language
    index = rows_of(context, profession, "need_index").drop(NATION)
    value = index["value"].astype(float)
    drawn = maps.prepare(counties).merge(value.reset_index(), on="region")
    drawn["name"] = drawn["region"].map(context.region_names)
    name = t(PROFESSION[profession])
    alternative = t(
        "Karta. Behovet av {name} per invånare är störst i {most} ({high}) och minst i {least} ({low}), där riket är 100."
    ).format(
        name=name,
        most=context.region_names[str(value.idxmax())],
        high=t.number(value.max()),
        least=context.region_names[str(value.idxmin())],
        low=t.number(value.min()),
    )
    title = t("behov per invånare, riket = 100, {year}").format(year=context.year)
    return Figure(
        maps.estimated(
            drawn,
            title,
            charts.number_label(),
            t("vita streck: skattat värde"),
            around=(100.0, float((drawn["value"] - 100).abs().max())),
        ),
        alternative,
        t("Behov av {name} per invånare {year}, index där riket är 100. Skattat.").format(name=name, year=context.year),
        _index_table(context, profession),
    )


def contributions(context: Context, profession: str) -> Figure:
    """What moves each region's need per inhabitant from the nation's, in units of the index."""
    t = context.language
    points = moved(context, profession).drop(NATION)
    total = points.sum(axis=1).sort_values(ascending=False)
    order = [context.region_names[code] for code in total.index]
    drawn = points.rename(columns=FACTOR).rename_axis(columns="kind").reset_index().melt("region", var_name="kind")
    drawn = drawn.assign(label=drawn["region"].map(context.region_names), kind=drawn["kind"].map(t))
    widest = points.abs().max(axis=0)
    table = _index_table(context, profession)
    alternative = t(
        "Liggande staplar åt båda håll från riket. Mest flyttas regionerna av {factor}, med upp till {size} "
        "indexenheter. Störst behov per invånare har {most}, minst {least}."
    ).format(
        factor=t(FACTOR[str(widest.idxmax())]),
        size=t.number(widest.max()),
        most=order[0],
        least=order[-1],
    )
    return Figure(
        charts.deviations(
            drawn[["label", "value", "kind"]],
            charts.number_axis(t("indexenheter från riket (100)"), 0),
            {t(FACTOR[factor]): COLOURS[factor] for factor in points.columns},
            order,
            t("tillsammans"),
        ),
        alternative,
        t("Vad som gör behovet av {name} per invånare större eller mindre än i riket, {year}. Skattat.").format(
            name=t(PROFESSION[profession]), year=context.year
        ),
        dataclasses.replace(table, name=f"varfoer-{_slug(profession)}"),
    )


def principals(context: Context, profession: str) -> Figure:
    """The need by region, split between the region and its municipalities."""
    t = context.language
    shown = list(context.results.regions)
    found = [rows_of(context, profession, "fte_need", key).assign(kind=t(PRINCIPAL[key])) for key in PRINCIPAL]
    rows = pd.concat(found).drop(NATION)
    heads = context.results.of("population")["value"].astype(float)
    drawn = (
        rows[["low", "high"]]
        .mul(PER / heads.reindex(rows.index), axis=0)
        .assign(kind=rows["kind"], label=rows.index.map(context.region_names))
    )
    labels = [context.region_names[code] for code in shown]
    colours = dict(zip((t(word) for word in PRINCIPAL.values()), (BLUE, ORANGE, MUTED), strict=True))
    nation = {key: _nation(context, profession, "fte_need", key) for key in ("region", "municipality")}
    kept = _kept(context, profession)
    alternative = t(
        "Liggande staplar per region. I riket är {region} heltider regionernas och {municipality} kommunernas. {kept} "
        "har behållit vården i hemmet, så där är allt regionens."
    ).format(
        region=t.between(*nation["region"]),
        municipality=t.between(*nation["municipality"]),
        kept=", ".join(context.region_names[code] for code in kept),
    )
    return Figure.of(
        charts.ranges(drawn, charts.number_axis(t("heltider per 10 000 invånare"), 0), colours, labels),
        alternative,
        Table.of(
            t,
            f"huvudmaen-{_slug(profession)}",
            context.named(shown),
            [
                column.written(t("Regionen, heltider"), _part(context, profession, "region", shown)),
                column.written(t("Kommunerna, heltider"), _part(context, profession, "municipality", shown)),
                column.interval(t("Tillsammans, heltider"), rows_of(context, profession, "fte_need").loc[shown]),
                column.status("estimated", qualifier="interval_only"),
            ],
            _download(context, profession, ("fte_need",)),
            t("Behov av {name} {year} efter huvudman, heltider, 80-procentiga intervall.").format(
                name=t(PROFESSION[profession]), year=context.year
            ),
        ),
    )


def minutes(context: Context, profession: str) -> Figure:
    """How the profession's time is made up of contacts: the share of each kind, and the inputs behind it."""
    t = context.language
    kinds = composition(context, profession)
    labels = [t(kind.contact.called) for kind in contacts(profession)]
    a = context.assumptions
    data = kinds.assign(
        **{
            f"{part}_{column}": [getattr(a[getattr(kind, part)], column) for kind in contacts(profession)]
            for part in ("total", "each", "minutes")
            for column in ("value", "low", "high", "grade", "source")
        }
    )
    largest = int(kinds["share"].to_numpy().argmax())
    alternative = t("Liggande staplar. Störst del av tiden med patienter går till {largest}, {share}.").format(
        largest=labels[largest], share=t.percent(kinds["share"][largest])
    )
    away, at_home = t("på mottagning och i telefon"), t("i hemmet")
    where = [at_home if kind.contact.at_home else away for kind in contacts(profession)]
    drawn = pd.DataFrame({"label": labels, "value": kinds["share"], "kind": where})
    return Figure(
        charts.bars(drawn, charts.number_axis(t("andel av tiden"), percent=True), {away: BLUE, at_home: ORANGE}, labels),
        alternative,
        t("Hur tiden med patienter fördelas på kontakter för {name}, vid antagandenas mittvärden. Skattat.").format(
            name=t(PROFESSION[profession])
        ),
        Table.of(
            t,
            f"minuter-{_slug(profession)}",
            column.heads(t("Kontakt"), labels),
            [
                column.written(
                    t("Underlag per år"), [t.assumed(a[kind.total], kind.contact.scale) for kind in contacts(profession)]
                ),
                column.written(
                    t("Yrkets del, eller besök per person"),
                    [t.assumed(a[kind.each], complement=kind.contact.complement) for kind in contacts(profession)],
                ),
                column.written(t("Minuter per kontakt"), [t.assumed(a[kind.minutes]) for kind in contacts(profession)]),
                column.written(
                    t("Grad för de tre"),
                    [
                        ", ".join(str(a[name].grade) for name in (kind.total, kind.each, kind.minutes))
                        for kind in contacts(profession)
                    ],
                ),
                column.text(t("Underlaget avser"), [f"{a[kind.year].value:.0f}" for kind in contacts(profession)]),
                column.percent(t("Andel av tiden"), kinds["share"]),
            ],
            data,
            t(
                "Så räknas minuterna för {name}: underlag gånger yrkets del gånger minuter. Inom parentes det spann som "
                "anses möjligt. Graden går från A (officiell uppgift) till D (bedömning)."
            ).format(name=t(PROFESSION[profession])),
            t("graderade antaganden och publicerade uppgifter, se nedladdningen"),
            stacked=True,
        ),
    )


def treatment(context: Context) -> Figure:
    """Psychologists: need and use as two ends, and the blend between them that the guideline value takes (E3)."""
    t = context.language
    weight = context.assumptions["need_weight"]
    rows = context.results.need_weights
    meanings = {
        weight.low: t("Lika mycket som psykologerna i primärvården hinner med i dag, fördelat efter behov."),
        weight.value: t("En vägning av dagens användning och behovet enligt enkäten."),
        weight.high: t("Enbart behovet enligt enkäten."),
    }
    names = {weight.low: t("användning"), weight.value: t("riktvärdet"), weight.high: t("behov")}
    labels = [
        t("{name}: vikt {weight}").format(name=names[value], weight=t.number(value, 1)) for value in rows["need_weight"]
    ]
    ends = [t.between(row["low"], row["high"]) for row in rows.to_dict("records")]
    use, blend, need = ends
    rows = rows.assign(label=[charts.wrapped(label) for label in labels], kind="")
    alternative = t(
        "Liggande staplar. Räknat på enbart dagens användning behövs {use} heltider, med riktvärdets vägning {blend} och "
        "räknat på enbart behovet {need}."
    ).format(use=use, blend=blend, need=need)
    return Figure(
        charts.ranges(rows, charts.number_axis(t("heltider"), 0), {"": BLUE}, list(rows["label"])),
        alternative,
        t("Heltider av psykologer i riket vid tre vikter för behovet, 80-procentiga intervall. Skattat."),
        Table.of(
            t,
            "psykologer-vaegning",
            column.heads(t("Vägning"), labels),
            [
                column.number(t("Vikt för behovet"), rows["need_weight"], 1),
                column.written(t("Heltider"), ends),
                column.written(t("Vad det betyder"), [meanings[value] for value in rows["need_weight"]]),
                column.status("estimated", qualifier="interval_only"),
            ],
            rows[["need_weight", "low", "high"]].assign(unit="FTE", status="estimated"),
            t(
                "Vägning av behov och användning. Vikten är ett val och inte en osäkerhet: den dras aldrig, utan värdena "
                "ställs bredvid varandra. Möjliga vikter: {low} till {high}."
            ).format(low=t.number(weight.low, 1), high=t.number(weight.high, 1)),
            line(["E3", "E2"], t),
            stacked=True,
        ),
    )


def outlook(context: Context, profession: str) -> Figure:
    """Need and supply in the nation by year, as ranges."""
    t = context.language
    rows = path(context, profession)
    need, supply = t("behov"), t("tillgång med dagens utbildning")
    drawn = pd.concat(
        [
            rows[["low_need", "high_need"]].set_axis(["low", "high"], axis=1).assign(kind=need),
            rows[["low_supply", "high_supply"]].set_axis(["low", "high"], axis=1).assign(kind=supply),
        ]
    ).reset_index()
    last = rows.iloc[-1]
    alternative = t(
        "Två band över åren. {year} är behovet {need} heltider och tillgången {supply}. Sannolikheten att tillgången "
        "räcker är då {met}, mot {now} i dag."
    ).format(
        year=rows.index[-1],
        need=t.between(last["low_need"], last["high_need"]),
        supply=t.between(last["low_supply"], last["high_supply"]),
        met=t.percent(last["met"]),
        now=t.percent(rows["met"].iloc[0]),
    )
    outlook_rows = context.results.outlook
    kept = outlook_rows["measure"].isin(["fte_need", "fte_supply", "need_met"])
    return Figure.of(
        charts.bands(drawn, charts.number_axis(t("heltider i riket"), 0), {need: BLUE, supply: ORANGE}),
        alternative,
        Table.of(
            t,
            f"framaat-{_slug(profession)}",
            column.heads(t("År"), [str(year) for year in rows.index]),
            [
                column.interval(t("Behov, heltider"), rows, ["low_need", "high_need"]),
                column.interval(t("Tillgång, heltider"), rows, ["low_supply", "high_supply"]),
                column.percent(t("Sannolikhet att tillgången räcker"), rows["met"]),
                column.status("estimated", qualifier="interval_only"),
            ],
            outlook_rows.loc[kept & (outlook_rows["profession"] == profession)],
            t(
                "Behov av och tillgång på {name} i riket till {last}, om lika många utbildas som i dag och behovet per "
                "invånare i varje ålder är oförändrat. 80-procentiga intervall. Nedladdningen har alla regioners behov."
            ).format(name=t(PROFESSION[profession]), last=rows.index[-1]),
        ),
    )


def abroad(context: Context, profession: str) -> Figure:
    """Densities of other countries beside the guideline value and today's number: compared with, never copied."""
    t = context.language
    published = context.tables["published_professions"].set_index("figure")
    entries = []
    for found in PROFESSIONS[profession].shown.abroad:
        row = published.loc[found.figure]
        density = row["value"] * PER_10000[str(row["unit"])] if str(row["unit"]) in PER_10000 else PER / row["value"]
        entries.append((t(found.place), density, np.nan, np.nan, t(found.counted), str(row["year"]), found.figure))
    for label, measure in (
        (t("Sverige, riktvärde"), "inhabitants_per_fte"),
        (t("Sverige, i dag"), "inhabitants_per_fte_today"),
    ):
        own = _nation(context, profession, measure)
        counted = t("heltider i primärvård, alla huvudmän")
        entries.append((label, np.nan, PER / own.high, PER / own.low, counted, str(context.year), ""))
    rows = pd.DataFrame(entries, columns=["label", "value", "low", "high", "counted", "year", "figure"])
    theirs, ours = t("publicerat i andra länder"), t("rapportens intervall")
    rows["kind"] = np.where(rows["value"].notna(), theirs, ours)
    when = t("År")
    status = [t.status("derived" if known else "estimated") for known in rows["value"].notna()]
    listed = ", ".join(
        t("{place} {density}").format(place=row["label"], density=t.number(row["value"], 1))
        for row in rows.loc[rows["value"].notna()].to_dict("records")
    )
    alternative = t(
        "Punkter för andra länder, per 10 000 invånare: {listed}. Rapportens intervall för Sverige: {own}."
    ).format(listed=listed, own=t.interval(rows["low"].iloc[-2], rows["high"].iloc[-2], 1))
    drawn = rows.assign(label=[charts.wrapped(label) for label in rows["label"]])
    return Figure.of(
        charts.ranges(
            drawn[["label", "value", "low", "high", "kind"]],
            charts.number_axis(t("per 10 000 invånare"), 0),
            {theirs: ORANGE, ours: BLUE},
            list(drawn["label"]),
        ),
        alternative,
        Table.of(
            t,
            f"andra-laender-{_slug(profession)}",
            column.heads(t("Plats"), rows["label"]),
            [
                column.estimate(t("Per 10 000 invånare"), rows, 1),
                column.written(t("Vad som räknas"), rows["counted"]),
                column.text(when, rows["year"]),
                column.written(t("Status"), status),
                column.written(t("Uppgift"), rows["figure"]),
            ],
            rows,
            t("{name} per 10 000 invånare i andra länder. Länderna räknar olika: talen jämförs, aldrig kopieras.").format(
                name=t(PROFESSION[profession]).capitalize()
            ),
            t("tabellen published_professions och rapportens modell"),
            stacked=True,
        ),
    )


def narrowing(context: Context, profession: str) -> Figure:
    """Assumptions of grade D by how far each alone moves the nation's need: what to measure next."""
    t = context.language
    rows = effects(context, profession)
    labels = [overviews.label_of(context.assumptions[name], t) for name in rows["name"]]
    whole = t("hela behovet")
    words = {"all": whole, "need": t("behovsdelen"), "use": t("användningsdelen")}
    drawn = rows[["low", "high"]].assign(label=[charts.wrapped(label) for label in labels], kind=rows["part"].map(words))
    first = rows.iloc[0]
    alternative = t(
        "Liggande staplar. Mest osäkerhet ger ”{label}”: ensamt kan det ändra {part} i riket med {low} till {high}."
    ).format(
        label=labels[0],
        part=words[first["part"]],
        low=t.signed(first["low"], percent=True),
        high=t.signed(first["high"], percent=True),
    )
    return Figure(
        charts.ranges(
            drawn,
            charts.number_axis(t("ändring av behovet i riket"), percent=True),
            {words[part]: colour for part, colour in PARTS.items() if part in set(rows["part"])},
            list(drawn["label"]),
            0.0,
        ),
        alternative,
        t(
            "Hur mycket behovet i riket ändras om ett antagande av grad D går från sitt lägsta till sitt högsta möjliga "
            "värde och de andra är oförändrade. Den som mäter det översta gör värdet säkrast."
        ),
        Table.of(
            t,
            f"saekrare-{_slug(profession)}",
            column.heads(t("Antagande"), labels),
            [
                column.written(t("Värde (spann)"), [t.assumed(context.assumptions[name]) for name in rows["name"]]),
                column.written(t("Ändrar"), [words[part] for part in rows["part"]]),
                column.signed(t("Lägst"), rows["low"], in_percent=True),
                column.signed(t("Högst"), rows["high"], in_percent=True),
                column.written(t("Symbol"), [context.assumptions[name].symbol for name in rows["name"]]),
            ],
            rows,
            t(
                "Antaganden av grad D bakom behovet av {name}, efter hur mycket de ändrar det. Ungefärliga tal, utan resor."
            ).format(name=t(PROFESSION[profession])),
            t("graderade antaganden (data/assumptions)"),
            stacked=True,
        ),
    )


def inputs(context: Context, profession: str) -> Table:
    """Every assumption that the profession's value rests on, to follow a number to its source."""
    t = context.language
    return overviews.assumption_overview(
        context,
        inputs_of(context, profession),
        f"antaganden-{_slug(profession)}",
        t(
            "Alla antaganden bakom behovet av {name} och dagens antal. Uppgifterna i kolumnen Källa finns i tabellerna "
            "published_professions, published_sou och published_st."
        ).format(name=t(PROFESSION[profession])),
    )


def sources(context: Context, profession: str) -> Table:
    """The publications behind the profession's assumptions and comparisons."""
    cited = [item.source for item in inputs_of(context, profession).values()]
    named = [word.strip(",;") for text in cited for word in text.split()]
    return publications(
        context, [*named, *(found.figure for found in PROFESSIONS[profession].shown.abroad)], f"kaellor-{_slug(profession)}"
    )


# --- a region's page ----------------------------------------------------------------------------------


def region(context: Context, region: str) -> Figure:
    """What moves the need of each profession in one region, with its values in the table."""
    t = context.language
    shown = list(PROFESSIONS)
    points = pd.DataFrame({name: _points(context, name, region).loc[region] for name in shown})
    points = points.loc[(points.abs() > SHOWN_FROM).any(axis=1)]
    labels = [t(PROFESSION[name]) for name in shown]
    drawn = points.rename_axis("factor").reset_index().melt("factor", var_name="profession")
    drawn = drawn.assign(
        label=[t(PROFESSION[name]) for name in drawn["profession"]], kind=[t(FACTOR[f]) for f in drawn["factor"]]
    )
    index, per_fte, fte = (
        pd.DataFrame([rows_of(context, name, measure, region=region).loc[region] for name in shown])
        for measure in ("need_index", "inhabitants_per_fte", "fte_need")
    )
    ahead = context.result_rows("outlook", region)
    last = ahead["year"].max()
    later = ahead.query("measure == 'fte_need' and year == @last")
    later = later.set_index("profession").loc[shown]
    value = index["value"].astype(float).to_list()
    alternative = t(
        "Liggande staplar åt båda håll från riket. Behovet per invånare i {name}, där riket är 100: {parts}."
    ).format(
        name=context.principals[region],
        parts=", ".join(
            t("{name} {index}").format(name=label, index=t.number(v)) for label, v in zip(labels, value, strict=True)
        ),
    )
    principals = context.result_rows("principals", region)
    return Figure(
        charts.deviations(
            drawn[["label", "value", "kind"]],
            charts.number_axis(t("indexenheter från riket (100)"), 0),
            {t(FACTOR[factor]): COLOURS[factor] for factor in points.index},
            labels,
            t("tillsammans"),
        ),
        alternative,
        t(
            "Vad som gör behovet per invånare större eller mindre i {name} än i riket, {count} yrken, {year}. Skattat."
        ).format(name=context.principals[region], count=t.spelled(len(shown)), year=context.year),
        Table.of(
            t,
            f"yrken-{region}",
            column.heads(t("Yrke"), labels),
            [
                column.index(t("Index, riket = 100"), index),
                column.interval(t("Invånare per heltid"), per_fte),
                column.interval(t("Heltider {year}").format(year=context.year), fte),
                column.written(t("därav regionens"), [_part(context, name, "region", [region])[0] for name in shown]),
                column.written(
                    t("därav kommunernas"), [_part(context, name, "municipality", [region])[0] for name in shown]
                ),
                column.interval(t("Heltider {year}").format(year=last), later),
                column.status(index, t("Status, index")),
                column.status(fte, t("Status, övriga")),
            ],
            principals.loc[principals["municipality"] == ""],
            t(
                "Riktvärden för {count} yrken i {name}. 80-procentiga intervall avrundade utåt; deras ändar går inte att "
                "lägga ihop. Värdena är rapportens egna."
            ).format(count=t.spelled(len(shown)), name=context.principals[region]),
            stacked=True,
        ),
    )


def region_municipalities(context: Context, region: str) -> Figure:
    """The professions in each municipality of a region: index as dots, values in the table."""
    t = context.language
    principals = context.result_rows("principals", region)
    own = principals.loc[principals["municipality"] != ""]
    names = context.table_rows("municipalities", region).set_index("municipality")["name"]
    heads = context.result_rows("municipalities", region).set_index("municipality")["population"]
    codes = sorted(own["municipality"].unique(), key=lambda code: -heads[code])
    rows, columns = [], []
    for name in PROFESSIONS:
        mine = own.loc[own["profession"] == name]
        index = mine.loc[mine["measure"] == "need_index"].set_index("municipality").loc[codes]
        rows.append(pd.DataFrame({"label": t(PROFESSION[name]), "value": index["value"].astype(float)}))
        word = t(PROFESSION[name]).capitalize()
        columns.append(column.index(t("{name}: index").format(name=word), index))
        need = mine.loc[mine["measure"] == "fte_need"].set_index("municipality")
        columns.append(column.interval(t("{name}: heltider").format(name=word), of_principal(need).loc[codes]))
        part = of_principal(need, "municipality")
        if not part.empty:
            columns.append(column.interval(t("{name}: därav kommunens").format(name=word), part.loc[codes]))
    labels = [t(PROFESSION[name]) for name in PROFESSIONS]
    means = pd.DataFrame(
        {
            "label": labels,
            "value": [rows_of(context, name, "need_index", region=region).loc[region, "value"] for name in PROFESSIONS],
        }
    )
    dots = pd.concat(rows)
    spread = dots.groupby("label", sort=False)["value"].agg(["min", "max"])
    words = (
        t("Punkter för {count} kommuner i {name}. Index per invånare, där riket är 100: {parts}.")
        if len(codes) > 1
        else t("{name} är en enda kommun. Index per invånare, där riket är 100: {parts}.")
    )
    alternative = words.format(
        count=t.number(len(codes)),
        name=context.principals[region],
        parts=", ".join(
            f"{label} {t.between(low, high)}"
            for label, (low, high) in zip(spread.index, spread.to_numpy(float), strict=True)
        ),
    )
    return Figure(
        charts.strip(
            dots.reset_index(drop=True),
            means.astype({"value": float}),
            charts.number_axis(t("index, riket = 100"), 0),
            labels,
            t("hela regionen"),
        ),
        alternative,
        t("Behov per invånare i kommunerna i {name} {year}, index där riket är 100. Skattat.").format(
            name=context.principals[region], year=context.year
        ),
        Table.of(
            t,
            f"yrken-kommuner-{region}",
            column.heads(t("Kommun"), names[codes]),
            [*columns, column.status("estimated")],
            rounded(own),
            t(
                "Kommunerna i {name}, störst först. Heltiderna är hela behovet för kommunens invånare; resten efter "
                "kommunens del är regionens. 80-procentiga intervall."
            ).format(name=context.principals[region]),
            stacked=True,
        ),
    )


# --- what the pages are made of -----------------------------------------------------------------------


def moved(context: Context, profession: str) -> pd.DataFrame:
    """What each factor adds to an area's index, in its units; factors that move nothing anywhere are left out.

    Returns
    -------
    pandas.DataFrame
        Indexed by region, a column a factor.
    """
    points = _points(context, profession)
    return points.loc[:, (points.abs() > SHOWN_FROM).any()]


def _points(context: Context, profession: str, region: str = "") -> pd.DataFrame:
    """What each factor adds to the index of every area, or of one region, in its units."""
    rows = context.result_rows("deviations", region) if region else context.results.deviations
    wide = rows.loc[rows["profession"] == profession].pivot_table(index="region", columns="factor", values="value")
    return wide[list(FACTOR)]


SHOWN_FROM = 0.05
"""Index units below which a factor moves nothing that could be seen."""


def composition(context: Context, profession: str) -> pd.DataFrame:
    """Hours of each kind of contact, see `riktvarden.model.composition.composition`: kind, hours, share."""
    return _own(context.results.composition, profession)


def effects(context: Context, profession: str) -> pd.DataFrame:
    """How far each assumption of grade D moves the need, see `riktvarden.model.composition.effects`."""
    return _own(context.results.effects, profession)


def _own(rows: pd.DataFrame, profession: str) -> pd.DataFrame:
    """The rows of one profession, without its name."""
    return rows.loc[rows["profession"] == profession].drop(columns="profession").reset_index(drop=True)


def inputs_of(context: Context, profession: str) -> Assumptions:
    """The assumptions that a profession's need and today's number rest on."""
    of = PROFESSIONS[profession]
    names = [name for kind in contacts(profession) for name in (kind.total, kind.year, kind.each, kind.minutes)]
    names += read_by(*(kind.profile for kind in of.contacts if kind.profile))
    by_need = [kind.need for kind in of.contacts if kind.need]
    names += [name for need in by_need for name in ("need_age_weight", *NEED_BY_AGE[need])]
    names += ["unmet_need_share"] if of.contacts else [*TREATMENT, *DISTRESS, "need_weight"]
    if of.at_home is not None:
        names += ["travel_speed", "health_centres", *read_by(of.at_home.municipal_share)]
    names += ["need_exponent", *WORKING_TIME, *read_by(of.direct_time, of.indirect_time)]
    names += ["direct_time_cap", *today_of(profession), "fte_per_care_professional"]
    return Assumptions({name: context.assumptions[name] for name in dict.fromkeys(names)})


def path(context: Context, profession: str) -> pd.DataFrame:
    """The nation's need and supply by year.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: low_need, high_need, low_supply, high_supply, met.
    """
    rows = context.results.outlook
    mine = rows.loc[(rows["region"] == NATION) & (rows["profession"] == profession)].set_index("year")
    by = {measure: mine.loc[mine["measure"] == measure] for measure in ("fte_need", "fte_supply", "need_met")}
    return pd.DataFrame(
        {
            "low_need": by["fte_need"]["low"],
            "high_need": by["fte_need"]["high"],
            "low_supply": by["fte_supply"]["low"],
            "high_supply": by["fte_supply"]["high"],
            "met": by["need_met"]["value"],
        }
    ).astype(float)


def _nation(context: Context, profession: str, measure: str, principal: str = "") -> Range:
    return range_of(rows_of(context, profession, measure, principal), NATION)


def _part(context: Context, profession: str, principal: str, codes: list[str]) -> list[str]:
    """One principal's full-time equivalents; where one principal has all care, or none of it, that is said."""
    t = context.language
    if principal == "municipality" and PROFESSIONS[profession].at_home is None:
        return [t("inte kommunens uppgift")] * len(codes)
    rows = rows_of(context, profession, "fte_need", principal, codes[0] if len(codes) == 1 else "")
    return [t.between(*range_of(rows, code)) if code in rows.index else t("en huvudman") for code in codes]


def _kept(context: Context, profession: str) -> list[str]:
    """Regions that have kept the profession's care at home."""
    rows = context.tables["responsibility"]
    at_home = PROFESSIONS[profession].at_home
    return list(rows.loc[(rows["care"] == (at_home and at_home.of_care)) & (rows["municipal_share"] == 0), "region"])


def _extremes(context: Context, rows: pd.DataFrame, index: pd.Series) -> dict[str, str]:
    """Where the fewest and most inhabitants share a full-time equivalent, in words."""
    t = context.language
    lowest, highest = str(index.idxmax()), str(index.idxmin())
    return {
        "lowest": context.region_names[lowest],
        "low": t.between(*range_of(rows, lowest)),
        "highest": context.region_names[highest],
        "high": t.between(*range_of(rows, highest)),
    }


def _index_table(context: Context, profession: str) -> Table:
    t = context.language
    index = rows_of(context, profession, "need_index")
    points = moved(context, profession)
    order = [NATION, *index.drop(NATION)["value"].astype(float).sort_values(ascending=False).index]
    rows = context.results.contributions
    data = rows.loc[rows["profession"] == profession].merge(
        index["value"].rename("index").reset_index(), on="region", how="left"
    )
    return Table.of(
        t,
        f"index-{_slug(profession)}",
        context.named(order),
        [
            column.index(t("Index, riket = 100"), index.loc[order]),
            *(
                column.signed(t(FACTOR[str(factor)]).capitalize(), points.loc[order, factor], 1)
                for factor in points.columns
            ),
            column.status(index.loc[order]),
        ],
        data,
        t(
            "Behov av {name} per invånare {year}: index, och vad som flyttar det från riket i indexenheter. Inom parentes "
            "80-procentigt intervall."
        ).format(name=t(PROFESSION[profession]), year=context.year),
        line(index["source"], t),
    )


def _download(context: Context, profession: str, measures: tuple[str, ...]) -> pd.DataFrame:
    rows = context.results.principals
    return rows.loc[(rows["profession"] == profession) & (rows["municipality"] == "") & rows["measure"].isin(measures)]


def _slug(profession: str) -> str:
    return profession.replace("_", "-")
