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
from riktvarden.professions.named import contacts, taken_by, today_of
from riktvarden.report.chapters.st_guideline import chance as probability
from riktvarden.report.kit import charts, column, maps
from riktvarden.report.kit.charts import BLUE, MEANING, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION, publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.ranges import ENDS, PRINCIPAL, Estimate, estimate_of, municipal, rows_of
from riktvarden.report.kit.sources import line
from riktvarden.report.reference import official, overviews

FACTOR = {
    "age": "ålder och kön",
    "principal": "vem som vårdar i hemmet",
    "need_index": "vårdbehovsindex",
    "travel": "gleshet och resor",
}
"""What moves the need from head count → its Swedish words."""

WORKING_TIME = ("possible_working_days", "days_away", "hours_per_day")

PARTS = {"all": BLUE, "need": BLUE, "use": ORANGE}
"""What an assumption moves: the whole need, or one of the two parts that are weighed together → its colour."""


PER_10000 = {"per 10 000": 1.0, "per 100 000 invånare": 0.1}
"""Unit of a published density → factor to persons per 10 000 inhabitants."""

PER = 10_000

NEED, SUPPLY = ([f"{end}_{of}" for end in ENDS] for of in ("need", "supply"))
"""Columns of `path`: value and interval of need and supply."""
"""Inhabitants to which densities are stated."""


# --- what is on the pages -------------------------------------------------------------------------


def summary(context: Context, profession: str) -> list[str]:
    """What the profession's page says to a hurried reader."""
    t = context.language
    weak = [item for item in inputs_of(context, profession).values() if item.grade == "D"]
    return [
        _valued(context, profession),
        official.beside(context, "fte_need", profession=profession)
        or t("Värdet är rapportens eget. Om Socialstyrelsen har ett värde för yrket har vi inte kunnat ta del av det."),
        _at_work(context, profession),
        *_by_principal(context, profession),
        *_spread(context, profession),
        t.plural(
            "Riktvärdet har ett brett intervall, eftersom {count} av de {all} antaganden som det bygger på är en bedömning "
            "utan publicerad källa (grad D).",
            "Riktvärdet har ett brett intervall, eftersom {count} av de {all} antaganden som det bygger på är bedömningar "
            "utan publicerad källa (grad D).",
            len(weak),
            all=t.number(len(inputs_of(context, profession))),
        ),
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


def _valued(context: Context, profession: str) -> str:
    """The guideline value of the nation, or that it is withdrawn."""
    t = context.language
    need, per_fte = (_estimate(context, profession, m) for m in ("fte_need", "inhabitants_per_fte"))
    if np.isnan(need.value):
        return t(
            "För {name} visar rapporten inget riktvärde för hela vården: tiden som kontakterna tar och tiden som "
            "personalen har går inte ihop."
        ).format(name=t(PROFESSION[profession]))
    return t(
        "För {name} är rapportens riktvärde {per} invånare per heltid. I riket motsvarar det {fte} heltider i primärvården "
        "{year}, hos regioner, kommuner och privata vårdgivare tillsammans. Inom parentes 80-procentigt intervall."
    ).format(name=t(PROFESSION[profession]), per=t.sized(*per_fte), fte=t.sized(*need), year=context.year)


def _at_work(context: Context, profession: str) -> str:
    """How many are at work in the nation, and the chance that they are enough."""
    t = context.language
    today = t("År {year} arbetade uppskattningsvis {today} heltider i primärvården.").format(
        year=context.year, today=t.sized(*_estimate(context, profession, "fte_today"))
    )
    share = enough(context, profession)
    return f"{today} " + t("Sannolikheten att det räcker är {chance}.").format(chance=share) if share else today


def _by_principal(context: Context, profession: str) -> list[str]:
    """What regions and municipalities need, have today, and the chance that it is enough."""
    t = context.language
    parts = []
    for principal in ("region", "municipality") if PROFESSIONS[profession].at_home else ():
        need, today = (_estimate(context, profession, m, principal) for m in ("fte_need", "fte_today"))
        named = {"principal": t(PRINCIPAL[principal]).capitalize(), "need": t.sized(*need), "today": t.sized(*today)}
        words = t("{principal} behöver {need} heltider och har {today}, och sannolikheten att det räcker är {chance}.")
        if np.isnan(need.value):
            words = t("{principal} har {today} heltider, men deras riktvärde är indraget.")
        parts.append(words.format(chance=enough(context, profession, principal), **named))
    return [" ".join(parts)] if parts else []


def _spread(context: Context, profession: str) -> list[str]:
    """Where need per inhabitant is largest and smallest."""
    t = context.language
    index = rows_of(context, profession, "need_index").drop(NATION)["value"].astype(float).dropna()
    if index.empty:
        return []
    words = t("Behovet per invånare är störst {most} (index {high}) och minst {least} (index {low}), där riket är 100.")
    return [
        words.format(
            most=context.within(str(index.idxmax())),
            high=t.number(index.max()),
            least=context.within(str(index.idxmin())),
            low=t.number(index.min()),
        )
    ]


def enough(context: Context, profession: str, principal: str = "") -> str:
    """The chance that today's staff in the nation are enough, in words; empty where none is given."""
    rows = rows_of(context, profession, "enough", principal, region=NATION)
    share = float(rows["value"].get(NATION, np.nan))
    return "" if np.isnan(share) else probability(context.language, share)


def _caveats(context: Context, profession: str) -> list[str]:
    t = context.language
    reported = []
    for caveat in PROFESSIONS[profession].shown.caveats:
        items = [context.assumptions[name] for name in (read_by(caveat.of) if caveat.of else ())]
        values = [{"count": t.number(item.value), "source": t.term(item.source)} for item in items]
        reported.append(t(caveat.says).format(**(values[0] if values else {})))
    return reported


def guideline(context: Context, profession: str) -> Figure:
    """Inhabitants per full-time equivalent in the nation and every region, with the parts of the principals."""
    t = context.language
    name = t(PROFESSION[profession])
    shown = [NATION, *context.results.regions]
    per_fte, fte, index = (
        rows_of(context, profession, m).loc[shown] for m in ("inhabitants_per_fte", "fte_need", "need_index")
    )
    labels = [context.region_names[code] for code in shown]
    drawn = per_fte[["value", "low", "high"]].assign(label=labels, kind=t("regioner"))
    drawn.loc[NATION, "kind"] = t("riket")
    divided = PROFESSIONS[profession].at_home is not None
    today = t.sized(*_estimate(context, profession, "fte_today"))
    unknown = [t("uppgift saknas")] * (len(shown) - 1)
    columns = [
        column.sized(t("Invånare per heltid"), per_fte),
        column.sized(t("Heltider"), fte),
        *(_parts(context, profession, shown) if divided else ()),
        column.written(t("Heltider i dag"), [today, *unknown]),
        column.written(t("Sannolikhet att antalet räcker"), [enough(context, profession) or t("uppgift saknas"), *unknown]),
        column.index(t("Index, riket = 100"), index),
        column.status(per_fte),
    ]
    regional = per_fte.drop(NATION)
    alternative = t(
        "Punkter med intervall. I riket är rapportens riktvärde {nation} invånare per heltid. Lägst är det i {lowest} "
        "({low}) och högst i {highest} ({high}): ju lägre tal, desto större behov per invånare."
    ).format(nation=t.sized(*estimate_of(per_fte, NATION)), **_extremes(context, regional))
    return Figure(
        charts.ranges(
            drawn,
            charts.number_axis(t("invånare per heltid"), 0),
            {t("riket"): ORANGE, t("regioner"): BLUE},
            labels,
        ),
        alternative,
        t("Riktvärde för {name}: invånare per heltid {year}, med 80-procentigt intervall. Skattat.").format(
            name=name, year=context.year
        ),
        Table.of(
            t,
            f"riktvaerde-{_slug(profession)}",
            context.named(shown),
            columns,
            _download(context, profession, ("inhabitants_per_fte", "fte_need", "fte_today", "enough", "need_index")),
            t(
                "Riktvärde för {name} {year}, inom parentes 80-procentigt intervall. Värdet är rikets nivå gånger områdets "
                "index; intervallen går inte att lägga ihop. Antalet är känt bara för riket. På Gotland är en "
                "huvudman ansvarig för all vård."
            ).format(name=name, year=context.year),
            stacked=True,
        ),
    )


def levels(context: Context, profession: str) -> Figure:
    """Today's number beside the need built up in minutes (method E6), with the chance that it is enough."""
    t = context.language
    entries = [("", t("tillsammans")), ("region", t("regionerna")), ("municipality", t("kommunerna"))]
    entries = entries if PROFESSIONS[profession].at_home else entries[:1]
    today = t("antalet {year}").format(year=context.year)
    need = t("behov räknat i minuter")
    measures = {today: "fte_today", need: "fte_need"}
    found = {
        kind: pd.concat([rows_of(context, profession, measure, principal).loc[[NATION]] for principal, _ in entries])
        for kind, measure in measures.items()
    }
    labels = [label for _, label in entries]
    drawn = [rows[["value", "low", "high"]].assign(label=labels, kind=kind) for kind, rows in found.items()]
    chances = [enough(context, profession, principal) or t("uppgift saknas") for principal, _ in entries]
    alternative = t(
        "Punkter med intervall. I riket arbetade {today} heltider {year}, och behovet räknat i minuter var {need}. "
        "Sannolikheten att det räcker är {chance}."
    ).format(
        year=context.year,
        today=t.sized(*estimate_of(found[today].iloc[:1], NATION)),
        need=t.sized(*estimate_of(found[need].iloc[:1], NATION)),
        chance=chances[0],
    )
    data = _download(context, profession, ("fte_today", "fte_need", "enough"))
    return Figure.of(
        charts.ranges(
            pd.concat(drawn).reset_index(drop=True),
            charts.number_axis(t("heltider"), 0),
            {today: ORANGE, need: BLUE},
            labels,
        ),
        alternative,
        Table.of(
            t,
            f"nivaaer-{_slug(profession)}",
            column.heads(t("I riket"), labels),
            [
                column.sized(today, found[today]),
                column.sized(need, found[need]),
                column.written(t("Sannolikhet att antalet räcker"), chances),
                column.status(found[need]),
            ],
            data.loc[data["region"] == NATION],
            t(
                "Så många {name} som uppskattas ha arbetat i primärvården i riket {year}, och så många som behovet "
                "motsvarar räknat i minuter. Inom parentes 80-procentigt intervall."
            ).format(name=t(PROFESSION[profession]), year=context.year),
        ),
    )


def use_and_staff(context: Context) -> Table:
    """The time that contacts take over the time of staff, before and after the two were weighed together."""
    t = context.language
    rows = context.results.staffing.reset_index(drop=True)
    reasons = {
        "": t("stämmer: kvoten är nära ett"),
        "contradiction": t("indraget: antagandena om kontakter och personal går inte ihop"),
        "pulled_away": t("indraget: kvoten är långt från ett också när allt har vägts samman"),
    }
    prior = ["prior_middle", "prior_low", "prior_high"]
    words = t("{name}, {principal}")
    return Table.of(
        t,
        "stammer-personalen",
        column.heads(
            t("Yrke och huvudman"),
            [
                words.format(name=t(PROFESSION[name]), principal=t(PRINCIPAL[principal]))
                for name, principal in zip(rows["profession"], rows["principal"], strict=True)
            ],
        ),
        [
            column.estimate(t("Kvot före"), rows, 2, ends=prior),
            column.estimate(t("Kvot efter"), rows, 2, ends=["middle", "low", "high"]),
            column.written(t("Bedömning"), [reasons[reason] for reason in rows["reason"]]),
            column.status("estimated"),
        ],
        rows,
        t(
            "Tiden som kontakterna tar delad med tiden som personalen har, i riket. Ett betyder att de två är lika. "
            "Före: enligt antagandena. Efter: när antaganden och publicerad personal har vägts samman. Median, inom "
            "parentes 80-procentigt intervall."
        ),
        t("graderade antaganden och publicerade uppgifter om bemanning"),
        stacked=True,
    )


def index_map(context: Context, profession: str, counties: gpd.GeoDataFrame) -> Figure:
    """Need per inhabitant by region, the nation being 100."""
    t = context.language
    index = rows_of(context, profession, "need_index").drop(NATION)
    value = index["value"].astype(float)
    drawn = maps.prepare(counties).merge(index[ENDS].astype(float).reset_index(), on="region")
    drawn["name"] = drawn["region"].map(context.region_names)
    name = t(PROFESSION[profession])
    alternative = t(
        "Karta. Behovet av {name} per invånare är störst {most} ({high}) och minst {least} ({low}), där riket är 100."
    ).format(
        name=name,
        most=context.within(str(value.idxmax())),
        high=t.number(value.max()),
        least=context.within(str(value.idxmin())),
        low=t.number(value.min()),
    )
    title = t("behov per invånare, riket = 100, {year}").format(year=context.year)
    return Figure(
        maps.estimated(
            drawn,
            title,
            charts.number_label(),
            around=(100.0, float((drawn["value"] - 100).abs().max())),
            classes=maps.against(t),
            reference=t("riket"),
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
        "Liggande staplar åt båda håll från riket. Störst skillnad mellan regionerna gör {factor}, upp till {size} "
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
            {t(FACTOR[factor]): MEANING[factor] for factor in points.columns},
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
    rows = pd.concat(found).drop(NATION, errors="ignore")
    heads = context.results.of("population")["value"].astype(float)
    drawn = (
        rows[["value", "low", "high"]]
        .mul(PER / heads.reindex(rows.index), axis=0)
        .assign(kind=rows["kind"], label=rows.index.map(context.region_names))
    )
    labels = [context.region_names[code] for code in shown]
    colours = dict(zip((t(word) for word in PRINCIPAL.values()), (BLUE, ORANGE, MUTED), strict=True))
    nation = {key: _estimate(context, profession, "fte_need", key) for key in ("region", "municipality")}
    kept = [context.region_names[code] for code in _kept(context, profession)]
    alternative = t(
        "Punkter med intervall per region. I riket är {region} heltider regionernas och {municipality} kommunernas."
    ).format(region=t.sized(*nation["region"]), municipality=t.sized(*nation["municipality"]))
    if kept:
        alternative += " " + t("{kept} har behållit vården i hemmet, så där är kommunernas del minst.").format(
            kept=", ".join(kept)
        )
    fte = rows_of(context, profession, "fte_need").loc[shown]
    return Figure.of(
        charts.ranges(drawn, charts.number_axis(t("heltider per 10 000 invånare"), 0), colours, labels),
        alternative,
        Table.of(
            t,
            f"huvudmaen-{_slug(profession)}",
            context.named(shown),
            [
                *_parts(context, profession, shown),
                column.sized(t("Tillsammans, heltider"), fte),
                column.status(fte),
            ],
            _download(context, profession, ("fte_need", "inhabitants_per_fte")),
            t(
                "Behov av {name} {year} efter huvudman, inom parentes 80-procentigt intervall. Invånare per heltid är alla "
                "invånare delade med huvudmannens egna heltider."
            ).format(name=t(PROFESSION[profession]), year=context.year),
            stacked=True,
        ),
    )


def minutes(context: Context, profession: str) -> Figure:
    """How the profession's time is made up of contacts: the share of each kind, and the inputs behind it."""
    t = context.language
    kinds = composition(context, profession)
    labels = [t(kind.contact.called) for kind in contacts(profession)]
    a = context.assumptions
    said: dict[str, list[object]] = {
        f"{part}_{column}": [
            getattr(a[name], column) if (name := getattr(kind, part)) else None for kind in contacts(profession)
        ]
        for part in ("total", "each", "minutes")
        for column in ("value", "low", "high", "grade", "source")
    }
    data = pd.concat([kinds, pd.DataFrame(said, index=kinds.index)], axis=1)
    largest = int(kinds["share"].to_numpy().argmax())
    alternative = t("Liggande staplar. Störst del av tiden med patienter går till {largest}, {share}.").format(
        largest=labels[largest], share=t.percent(kinds["share"][largest])
    )
    away, at_home = t("på mottagning och i telefon"), t("i hemmet och särskilt boende")
    where = [away if kind.contact.where == "centre" else at_home for kind in contacts(profession)]
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
                    [
                        t.assumed(a[kind.each], complement=kind.contact.complement) if kind.each else "–"
                        for kind in contacts(profession)
                    ],
                ),
                column.written(t("Minuter per kontakt"), [t.assumed(a[kind.minutes]) for kind in contacts(profession)]),
                column.written(
                    t("Grad för de tre"),
                    [", ".join(str(a[name].grade) for name in kind.said) for kind in contacts(profession)],
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
    """Need and supply in the nation by year."""
    t = context.language
    rows = path(context, profession)
    need, supply = t("behov"), t("tillgång med dagens utbildning")
    drawn = pd.concat(
        [
            rows[NEED].set_axis(ENDS, axis=1).assign(kind=need),
            rows[SUPPLY].set_axis(ENDS, axis=1).assign(kind=supply),
        ]
    ).reset_index()
    last = rows.iloc[-1]
    alternative = t(
        "Två band över åren. {year} är behovet {need} heltider och tillgången {supply}. Sannolikheten att tillgången "
        "räcker är då {met}, mot {now} år {base}."
    ).format(
        base=context.year,
        year=rows.index[-1],
        need=t.estimate(*last[NEED]),
        supply=t.estimate(*last[SUPPLY]),
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
                column.estimate(t("Behov, heltider"), rows, ends=NEED),
                column.estimate(t("Tillgång, heltider"), rows, ends=SUPPLY),
                column.percent(t("Sannolikhet att tillgången räcker"), rows["met"]),
                column.status("estimated"),
            ],
            outlook_rows.loc[kept & (outlook_rows["profession"] == profession)],
            t(
                "Behov av och tillgång på {name} i riket till {last}, om lika många utbildas som hittills och behovet per "
                "invånare i varje ålder är oförändrat. Inom parentes 80-procentigt intervall. Nedladdningen har behovet i "
                "alla regioner."
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
        (t("Sverige, rapportens riktvärde"), "inhabitants_per_fte"),
        (t("Sverige, i dag"), "inhabitants_per_fte_today"),
    ):
        own = _estimate(context, profession, measure)
        counted = t("heltider i primärvård, alla huvudmän")
        entries.append((label, PER / own.value, PER / own.high, PER / own.low, counted, str(context.year), ""))
    rows = pd.DataFrame(entries, columns=["label", "value", "low", "high", "counted", "year", "figure"])
    theirs, ours = t("publicerat i andra länder"), t("rapportens intervall")
    known = rows["figure"] != ""
    rows["kind"] = np.where(known, theirs, ours)
    when = t("År")
    status = [t.status("derived" if each else "estimated") for each in known]
    listed = ", ".join(
        t("{place} {density}").format(place=row["label"], density=t.number(row["value"], 1))
        for row in rows.loc[known].to_dict("records")
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
            t("publicerade uppgifter om övriga yrken och rapportens modell"),
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
    rows = context.result_rows("guidelines", region)
    return Figure(
        charts.deviations(
            drawn[["label", "value", "kind"]],
            charts.number_axis(t("indexenheter från riket (100)"), 0),
            {t(FACTOR[factor]): MEANING[factor] for factor in points.index},
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
                *(
                    column.written(head, [_part(context, name, measure, principal, [region])[0] for name in shown])
                    for head, measure, principal in _heads(context)
                ),
                column.sized(t("Heltider tillsammans {year}").format(year=context.year), fte),
                column.sized(t("Invånare per heltid, tillsammans"), per_fte),
                column.written(t("Heltider i dag"), t("uppgift saknas")),
                column.written(
                    t("Sannolikhet att antalet räcker, i riket"),
                    [_chances(context, name) for name in shown],
                ),
                column.index(t("Index, riket = 100"), index),
                column.interval(t("Heltider {year}").format(year=last), later),
                column.status(fte),
            ],
            rows.loc[(rows["municipality"] == "") & (rows["cooperation"] == "")],
            t(
                "Riktvärden för {count} yrken i {name}, inom parentes 80-procentigt intervall. Yrkena är inte "
                "räknade i primärvården i varje region. Jämför den egna personalen med huvudmannens tal: är den mindre än "
                "intervallets lägsta tal är "
                "sannolikheten att den räcker under 10 procent, är den större än det högsta är den över 90 procent. "
                "Värdena är rapportens egna."
            ).format(count=t.spelled(len(shown)), name=context.principals[region]),
            stacked=True,
        ),
    )


def region_municipalities(context: Context, region: str) -> Figure:
    """The professions in each municipality of a region: index as dots, values in the table."""
    t = context.language
    own = context.result_rows("guidelines", region)
    own = own.loc[own["municipality"] != ""]
    names = context.table_rows("municipalities", region).set_index("municipality")["name"]
    heads = context.result_rows("municipalities", region).set_index("municipality")["population"]
    codes = sorted(own["municipality"].unique(), key=lambda code: -heads[code])
    rows, columns = [], []
    for name in PROFESSIONS:
        mine = own.loc[own["profession"] == name]
        index = municipal(mine, "need_index").loc[codes]
        value = index["value"].astype(float)
        rows.append(pd.DataFrame({"name": names[codes].to_numpy(), "label": t(PROFESSION[name]), "value": value}))
        word = t(PROFESSION[name]).capitalize()
        columns.append(column.index(t("{name}: index").format(name=word), index))
        columns.append(column.sized(t("{name}: heltider").format(name=word), municipal(mine, "fte_need").loc[codes]))
        part = municipal(mine, "fte_need", "municipality")
        if not part.empty:
            words = column.sized("", part.reindex(codes)).write(t)
            cells = [text if code in part.index else t("en huvudman") for code, text in zip(codes, words, strict=True)]
            columns.append(column.written(t("{name}: därav kommunens").format(name=word), cells))
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
            column.places(t("Kommun"), names[codes], codes),
            [*columns, column.status("estimated")],
            own,
            t(
                "Kommunerna i {name}, störst först. Heltiderna är hela behovet för kommunens invånare; resten efter "
                "kommunens del är regionens. Inom parentes 80-procentigt intervall."
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
    names = [name for kind in of.contacts for name in taken_by(kind)]
    names += read_by(*(kind.profile for kind in of.contacts if kind.profile))
    by_need = [kind.need for kind in of.contacts if kind.need]
    names += [name for need in by_need for name in ("need_age_weight", *NEED_BY_AGE[need])]
    names += ["unmet_need_share"] if of.contacts else [*TREATMENT, *DISTRESS, "need_weight"]
    if of.at_home is not None:
        names += ["travel_speed", "health_centres", *read_by(of.at_home.municipal_share)]
        names += read_by(*(take for take in (of.at_home.region_staff, of.at_home.municipal_staff) if take))
    names += ["need_exponent", *WORKING_TIME, *read_by(of.direct_time, of.indirect_time)]
    names += ["direct_time_cap", *today_of(profession), "fte_per_care_professional"]
    return Assumptions({name: context.assumptions[name] for name in dict.fromkeys(names)})


def path(context: Context, profession: str) -> pd.DataFrame:
    """The nation's need and supply by year.

    Returns
    -------
    pandas.DataFrame
        Indexed by year: `NEED`, `SUPPLY` and met.
    """
    rows = context.results.outlook
    mine = rows.loc[(rows["region"] == NATION) & (rows["profession"] == profession)].set_index("year")
    need, supply, met = (mine.loc[mine["measure"] == measure] for measure in ("fte_need", "fte_supply", "need_met"))
    columns = {
        **dict(zip(NEED, need[ENDS].to_numpy(float).T, strict=True)),
        **dict(zip(SUPPLY, supply[ENDS].to_numpy(float).T, strict=True)),
        "met": met["value"].to_numpy(float),
    }
    return pd.DataFrame(columns, index=need.index)


def _estimate(context: Context, profession: str, measure: str, principal: str = "") -> Estimate:
    """The nation's value and interval."""
    return estimate_of(rows_of(context, profession, measure, principal), NATION)


def _chances(context: Context, profession: str) -> str:
    """The chance that today's staff in the nation are enough, for each principal."""
    t = context.language
    of = ("region", "municipality") if PROFESSIONS[profession].at_home else ("region",)
    words = t("{principal}: {chance}")
    return ", ".join(
        words.format(
            principal=t(PRINCIPAL[principal]), chance=enough(context, profession, principal) or t("uppgift saknas")
        )
        for principal in of
    )


def _heads(context: Context) -> list[tuple[str, str, str]]:
    """Heading, measure and principal of the columns with the principals' parts."""
    t = context.language
    return [
        (t("Regionen: heltider"), "fte_need", "region"),
        (t("Regionen: invånare per heltid"), "inhabitants_per_fte", "region"),
        (t("Kommunerna: heltider"), "fte_need", "municipality"),
        (t("Kommunerna: invånare per heltid"), "inhabitants_per_fte", "municipality"),
    ]


def _parts(context: Context, profession: str, codes: list[str]) -> list[column.Column]:
    """Full-time equivalents of each principal, and the inhabitants that share one of them."""
    return [
        column.written(head, _part(context, profession, measure, principal, codes))
        for head, measure, principal in _heads(context)
    ]


def _part(context: Context, profession: str, measure: str, principal: str, codes: list[str]) -> list[str]:
    """One principal's values; where one principal has all care, or none of it, that is said."""
    t = context.language
    if principal == "municipality" and PROFESSIONS[profession].at_home is None:
        return [t("inte kommunens uppgift")] * len(codes)
    rows = rows_of(context, profession, measure, principal, codes[0] if len(codes) == 1 else "")
    return [t.sized(*estimate_of(rows, code)) if code in rows.index else t("en huvudman") for code in codes]


def _kept(context: Context, profession: str) -> list[str]:
    """Regions that have kept the profession's care at home."""
    rows = context.tables["responsibility"]
    at_home = PROFESSIONS[profession].at_home
    return list(rows.loc[(rows["care"] == (at_home and at_home.of_care)) & (rows["municipal_share"] == 0), "region"])


def _extremes(context: Context, rows: pd.DataFrame) -> dict[str, str]:
    """Where the fewest and most inhabitants share a full-time equivalent, in words."""
    t = context.language
    ordered = rows.sort_values("value").index
    lowest, highest = str(ordered[0]), str(ordered[-1])
    return {
        "lowest": context.region_names[lowest],
        "low": t.number(estimate_of(rows, lowest).value),
        "highest": context.region_names[highest],
        "high": t.number(estimate_of(rows, highest).value),
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
            "Behov av {name} per invånare {year}: index, och vad som skiljer det från rikets, i indexenheter. Inom "
            "parentes 80-procentigt intervall."
        ).format(name=t(PROFESSION[profession]), year=context.year),
        line(index["source"], t),
    )


def _download(context: Context, profession: str, measures: tuple[str, ...]) -> pd.DataFrame:
    rows = context.results.guidelines
    whole = (rows["municipality"] == "") & (rows["cooperation"] == "")
    return rows.loc[whole & (rows["profession"] == profession) & rows["measure"].isin(measures)]


def _slug(profession: str) -> str:
    return profession.replace("_", "-")
