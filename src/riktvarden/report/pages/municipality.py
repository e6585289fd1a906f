"""The page of one municipality: what the report says of its need, its part of the care and its inhabitants."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from riktvarden.codes import GOTLAND
from riktvarden.names import NURSE
from riktvarden.problems import InputError, Problem
from riktvarden.professions import PROFESSIONS
from riktvarden.professions.named import contacts
from riktvarden.report.chapters.principals import SMALL
from riktvarden.report.chapters.professions import enough
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import DEFINITION, PROFESSION
from riktvarden.report.kit.figures import Figure, Table, html
from riktvarden.report.kit.language import EN_DASH
from riktvarden.report.kit.ranges import Estimate, estimate_of, of_principal
from riktvarden.report.reference.overviews import label_of

TEMPLATE = "chapters/municipalities/municipality.ipynb"
AGES = "population_municipality_age_group"


def municipality_code(context: Context, municipality: str | int) -> str:
    """Read a municipality parameter, which command lines turn from "0114" into 114.

    Raises
    ------
    InputError
        If no municipality has that code; the message lists those of the same county, or else the counties.
    """
    code = str(municipality).strip().zfill(4)
    near = context.table_rows("municipalities", region_of(code))
    names = dict(zip(near["municipality"], near["name"], strict=True))
    if code in names:
        return code
    listed = ", ".join(f"{key} {name}" for key, name in sorted((names or context.principals).items()))
    fix = f"use one of: {listed}" if names else f"use a code that begins with one of: {listed}"
    raise InputError([Problem(TEMPLATE, 0, "municipality", str(municipality), "the code of a municipality", fix)])


def region_of(municipality: str) -> str:
    """The region a municipality is in, which its code begins with."""
    return municipality[:2]


def summary(context: Context, municipality: str) -> list[str]:
    """What is said of the municipality, and what is its own to answer for."""
    t = context.language
    place = _place(context, municipality)
    sentences = [
        t(
            "{name} hade {people} invånare {year}, och {share} av dem som bodde där {age_year} var 70 år eller äldre. "
            "Kommunen hör till {region} och till kommungruppen {group}."
        ).format(
            name=place["name"],
            people=t.number(place["population"]),
            year=context.year,
            share=t.percent(place["older"], 1),
            age_year=place["age_year"],
            region=context.principals[region_of(municipality)],
            group=f"{place['skr_group']} {place['skr_group_name']}",
        ),
        _own_part(context, municipality),
    ]
    if place["population"] < SMALL:
        sentences.append(
            t(
                "Kommunen har färre än {limit} invånare, så dess tal är osäkra. Vårdbehovet bedöms till {own} efter "
                "kommunen själv och i övrigt efter kommungruppen."
            ).format(limit=t.number(SMALL), own=t.percent(place["own_weight"]))
        )
    if shared := _shared(context, municipality):
        sentences.append(shared)
    return [*sentences, _changes(context, municipality)]


def _own_part(context: Context, municipality: str) -> str:
    """Which care is the municipality's and which the region's."""
    t = context.language
    region = context.principals[region_of(municipality)]
    if region_of(municipality) == GOTLAND:
        return t("{region} är en enda huvudman: all vård är dess ansvar, också ST.").format(region=region)
    if name := _joint(context, municipality):
        return t("{name} är huvudman för både regionens och kommunens vård här.").format(name=name)
    doctors = t("Läkarvård och ST är alltid regionens ansvar, så kommunen har inget riktvärde för dem.")
    rows = _of(context, municipality, "fte_need", "municipality")
    least = _of(context, municipality, "fte_floor", "municipality")
    own = {name: estimate_of(rows, name) for name in (NURSE, *PROFESSIONS) if name in rows.index}
    some = own.pop("district_nurse", None) if NURSE in own else None
    parts = [_need(context, name, found) for name, found in own.items()]
    sentences = [doctors, t("Kommunens del av vården motsvarar {parts}.").format(parts=t.listed(parts))]
    if some:
        sentences.append(t("Av sjuksköterskorna bör {need} heltider vara distriktssköterskor.").format(need=t.sized(*some)))
    if NURSE in least.index:
        sentences.append(
            t(
                "För att en sjuksköterska ska finnas dygnet runt krävs {floor} heltider, hur få som än bor i kommunen."
            ).format(floor=t.sized(*estimate_of(least, NURSE)))
        )
    small = [name for name in least.index if name in own and own[name].value < estimate_of(least, name).value]
    if small:
        sentences.append(
            t("För {names} är behovet mindre än vad en kommun minst bör ha ({floor} heltider).").format(
                names=t.listed(t(PROFESSION[name]) for name in small),
                floor=t.listed(t.number(estimate_of(least, name).value, 1) for name in small),
            )
        )
    return " ".join(sentences)


def _named(context: Context, name: str) -> str:
    """The name of a row, which says that district nurses are some of the nurses."""
    t = context.language
    return t("sjuksköterskor, distriktssköterskor inräknade") if name == NURSE else t(PROFESSION[name])


def _need(context: Context, name: str, found: Estimate) -> str:
    t = context.language
    return t("{name} {need} heltider").format(name=t(PROFESSION[name]), need=t.sized(*found))


def _shared(context: Context, municipality: str) -> str:
    """The need of the group that a small municipality is counted with; empty where it is counted alone."""
    t = context.language
    groups = context.tables["municipal_principals"].set_index("municipality")["cooperation"]
    group = groups.fillna("")[municipality]
    if not group:
        return ""
    names = context.table_rows("municipalities", region_of(municipality)).set_index("municipality")["name"]
    rows = context.result_rows("guidelines", region_of(municipality))
    rows = rows.loc[(rows["cooperation"] == group) & (rows["measure"] == "fte_need")].set_index("profession")
    rows = rows.loc[[name for name in (NURSE, *PROFESSIONS) if name in rows.index]]
    parts = [_need(context, name, estimate_of(rows, name)) for name in rows.index if name != "district_nurse"]
    return t(
        "I en så liten kommun rör det sig om enstaka heltider. Tillsammans med {names}, som hör till samma kommungrupp i "
        "länet, motsvarar kommunernas del {parts}. Det visar vad ett samarbete skulle omfatta."
    ).format(
        names=t.listed(names[code] for code in groups.index[groups == group] if code != municipality),
        parts=t.listed(parts),
    )


def _changes(context: Context, municipality: str) -> str:
    """What would change the municipality's values most: for each profession, the weakest assumption on municipal care."""
    t = context.language
    effects = context.results.effects
    labels = []
    for name, profession in PROFESSIONS.items():
        taken = {said for kind in contacts(name) if kind.contact.where != "centre" for said in kind.said}
        mine = effects.loc[(effects["profession"] == name) & effects["name"].isin(taken), "name"]
        if profession.at_home and not mine.empty:
            label = label_of(context.assumptions[mine.iloc[0]], t)
            labels.append(label[:1].lower() + label[1:])
    words = (
        t("Det som mest kan ändra talen är de bedömningar som saknar källa, främst {labels}.")
        if _joint(context, municipality)
        else t(
            "Det som mest kan ändra talen är länets avtal om vården i hemmet och de bedömningar som saknar källa, främst "
            "{labels}."
        )
    )
    return words.format(labels=t.listed(labels))


def _joint(context: Context, municipality: str) -> str:
    """The name of the principal that has both the region's and the municipality's care; empty where there is none."""
    return str(context.tables["municipal_principals"].set_index("municipality")["name"].fillna("")[municipality])


def values(context: Context, municipality: str) -> Table:
    """The guideline values of each profession, the municipality's part and the region's."""
    t = context.language
    name, rows = _place(context, municipality)["name"], context.result_rows("guidelines", region_of(municipality))
    own = _of(context, municipality, "fte_need", "municipality")
    total, per_fte, index = (
        _of(context, municipality, measure) for measure in ("fte_need", "inhabitants_per_fte", "need_index")
    )
    shown = [*own.index.intersection([NURSE]), *PROFESSIONS]
    status = pd.concat([own.loc[own.index == NURSE], total]).loc[shown]
    return Table.of(
        t,
        f"yrken-{municipality}",
        column.heads(t("Yrke"), [_named(context, profession) for profession in shown]),
        [
            column.written(t("Kommunens heltider {year}").format(year=context.year), _part(context, municipality, shown)),
            column.written(t("Kommunen: invånare per heltid"), _part(context, municipality, shown, "inhabitants_per_fte")),
            column.written(t("Minst, oavsett folkmängd"), _part(context, municipality, shown, "fte_floor")),
            column.written(t("Regionens heltider för invånarna"), _part(context, municipality, shown, principal="region")),
            column.written(t("Tillsammans"), _known(context, total, shown)),
            column.written(t("Invånare per heltid, tillsammans"), _known(context, per_fte, shown)),
            column.written(t("Index, riket = 100"), _known(context, index, shown, is_index=True)),
            column.written(
                t("Sannolikhet att dagens antal räcker, kommunerna i riket"),
                [enough(context, profession, "municipality") or t("inte kommunens uppgift") for profession in shown],
            ),
            column.status(status),
        ],
        rows.loc[rows["municipality"] == municipality],
        t(
            "Riktvärden för {count} yrken i {name} {year}, inom parentes 80-procentigt intervall. Ingen källa räknar "
            "personalen per kommun. Är den egna personalen mindre än intervallets lägsta tal är sannolikheten att den "
            "räcker under 10 procent, är den större än det högsta är den över 90 procent."
        ).format(count=t.spelled(len(PROFESSIONS)), name=name, year=context.year),
        stacked=True,
    )


def professions(context: Context, municipality: str) -> Figure:
    """The municipality's need of the professions beside that of the others in its region."""
    t = context.language
    code = region_of(municipality)
    name, region = _place(context, municipality)["name"], context.principals[code]
    shown = list(PROFESSIONS)
    labels = [t(PROFESSION[profession]) for profession in shown]
    rows = context.result_rows("guidelines", code)
    indexed = of_principal(rows.loc[(rows["measure"] == "need_index") & rows["profession"].isin(shown)])
    indexed = indexed.set_index("profession")
    others = indexed.loc[indexed["municipality"] != ""]
    whole = indexed.loc[indexed["municipality"] == ""].loc[shown]
    own = _of(context, municipality, "need_index").loc[shown]
    points = own["value"].astype(float)
    ranks = [int((others.loc[[each], "value"].astype(float) > points[each]).sum()) + 1 for each in shown]
    count = others["municipality"].nunique()
    places = context.table_rows("municipalities", code).set_index("municipality")["name"]
    named = others["municipality"].map(places)
    word = others.index.map(dict(zip(shown, labels, strict=True)))
    dots = others.assign(name=named, label=word, value=others["value"].astype(float))
    words = (
        t(
            "En punkt för var och en av de {count} kommunerna i {region} och ett streck för {name}. Index för {name}: "
            "{parts}."
        )
        if count > 1
        else t("{region} är en enda kommun, {name}. Index per invånare, där riket är 100: {parts}.")
    )
    alternative = words.format(
        count=t.number(count),
        region=region,
        name=name,
        parts=", ".join(
            t("{name} {index}").format(name=label, index=t.number(value))
            for label, value in zip(labels, points, strict=True)
        ),
    )
    return Figure(
        charts.strip(
            dots[["name", "label", "value"]].reset_index(drop=True),
            pd.DataFrame({"label": labels, "value": points.to_list()}),
            charts.number_axis(t("index, riket = 100"), 0),
            labels,
            name,
        ),
        alternative,
        t("Behov per invånare i {name} och i regionens andra kommuner {year}, index där riket är 100. Skattat.").format(
            name=name, year=context.year
        ),
        Table.of(
            t,
            f"yrken-plats-{municipality}",
            column.heads(t("Yrke"), labels),
            [
                column.index(t("Index, riket = 100"), own),
                column.index(t("Regionens index"), whole),
                column.written(
                    t("Plats bland regionens kommuner, högst först"),
                    [t("{rank} av {count}").format(rank=t.number(rank), count=t.number(count)) for rank in ranks],
                ),
                column.status(own),
            ],
            others.reset_index(),
            t(
                "Behov per invånare i {name} {year} och platsen bland regionens kommuner. Inom parentes 80-procentigt "
                "intervall."
            ).format(name=name, year=context.year),
            stacked=True,
        ),
    )


def doctors(context: Context, municipality: str) -> Table:
    """The need of doctors, which is the region's to meet, and what moves it."""
    t = context.language
    place = _place(context, municipality)
    ends = (place["specialist_requirement"], place["low"], place["high"])
    places = context.result_rows("municipal_index", place["region"]).set_index("municipality")
    norm, value, low, high = (float(places[column][municipality]) for column in ("norm", "value", "low", "high"))
    estimated = t.status("estimated")
    rows = [
        (
            t("Norm: heltider efter folkmängd"),
            t.number(norm, 1),
            t("Invånare delat med {norm}.").format(norm=context.assumed("inhabitants_per_specialist")),
            t.status("derived"),
        ),
        (
            t("Behov: heltider av specialister"),
            t.estimate(*ends, 1),
            t("Normen med ålder och kön, vårdbehov, gleshet och uppdrag utanför listan inräknade."),
            estimated,
        ),
        (
            t("Behov per invånare, riket = 100"),
            t.estimate(value, low, high),
            t("Behovet i förhållande till normen."),
            estimated,
        ),
        (
            t("Ålder och kön, riket = 100"),
            t.number(100 * place["age"], 1),
            t("Så mycket invånarnas ålder och kön ökar eller minskar behovet."),
            estimated,
        ),
        (
            t("Vårdbehovsindex, riket = 100"),
            t.number(100 * place["need_index"], 1),
            t("Länets Care Need Index, fördelat efter födelseland, utbildning, arbetslöshet och ensamhushåll."),
            estimated,
        ),
        (
            t("Gleshet och resor, riket = 100"),
            t.number(100 * place["sparsity"], 1),
            t("Tiden för resor där det är långt till invånarna."),
            estimated,
        ),
    ]
    return Table.of(
        t,
        f"laekare-{municipality}",
        *column.listed((t("Nyckeltal"), t("Värde"), t("Betydelse"), t("Status")), rows),
        pd.DataFrame([place]),
        t(
            "Behovet av specialister i allmänmedicin för invånarna i {name} {year}. Inom parentes 80-procentigt intervall."
        ).format(name=place["name"], year=context.year),
        t("SCB, Kolada och graderade antaganden"),
        stacked=True,
    )


def inhabitants(context: Context, municipality: str) -> Table:
    """Inhabitants by age beside the nation's."""
    t = context.language
    everywhere = context.tables[AGES]
    latest = everywhere.loc[everywhere["year"] == everywhere["year"].max()]
    nation = latest.groupby("age_group", sort=False)["population"].sum()
    own = latest.loc[latest["municipality"] == municipality].set_index("age_group")["population"].reindex(nation.index)
    data = pd.DataFrame(
        {"municipality": municipality, "population": own, "share": own / own.sum(), "nation": nation / nation.sum()}
    )
    return Table.of(
        t,
        f"aalder-{municipality}",
        column.heads(t("Ålder"), [group.replace("-", EN_DASH) for group in nation.index]),
        [
            column.number(t("Invånare"), own),
            column.percent(t("Andel, kommunen"), own / own.sum(), 1),
            column.percent(t("Andel, riket"), nation / nation.sum(), 1),
            column.status("reported"),
        ],
        data.reset_index(),
        t("Invånare efter ålder i {name} den 31 december {year}. Andelarna är härledda.").format(
            name=_place(context, municipality)["name"], year=latest["year"].max()
        ),
        t("SCB genom Folkhälsomyndigheten"),
    )


def staff(context: Context, municipality: str) -> Table:
    """Who works there today, which no source of the report publishes for a municipality by itself."""
    t = context.language
    counted = context.tables["kolada_personnel"].query("principal == 'municipality'")
    rows = [
        (profession, t("uppgift saknas"), t("Ingen av rapportens källor redovisar enskilda kommuner."))
        for profession in PROFESSIONS
    ]
    rows += [
        (
            str(profession),
            t("uppgift saknas"),
            t("Finns i Kolada ({figures}), men ingår inte i rapportens tabeller. Definition: {definition}.").format(
                figures=", ".join(own["key_figure"]), definition=t(DEFINITION["skr_november"])
            ),
        )
        for profession, own in counted.groupby("profession", sort=False)
    ]
    data = pd.DataFrame({"municipality": municipality, "profession": [row[0] for row in rows], "status": "missing"})
    return Table.of(
        t,
        f"personal-{municipality}",
        column.heads(t("Yrke"), [t(PROFESSION[code]) for code, *_ in rows]),
        [
            column.written(t("Värde"), [value for _, value, _ in rows]),
            column.written(t("Uppgift"), [where for *_, where in rows]),
            column.status("missing"),
        ],
        data,
        t(
            "Publicerade uppgifter om personalen i {name} i dag. Uppgifter för hela regionen finns på regionens sida."
        ).format(name=_place(context, municipality)["name"]),
        t("rapportens förteckning över Koladas nyckeltal"),
        stacked=True,
    )


def ways(context: Context, municipality: str) -> None:
    """Lead to the region's page and to the other municipalities."""
    t = context.language
    code = region_of(municipality)
    links = [
        (f"../regions/{code}.html", t("Sidan om {region}").format(region=context.principals[code])),
        ("index.html", t("Alla kommuner")),
    ]
    html("<p>" + " · ".join(f'<a href="{address}">{words}</a>' for address, words in links) + "</p>")


def _place(context: Context, municipality: str) -> dict[Hashable, Any]:
    """A municipality's inhabitants, need of doctors, factors and group."""
    code = region_of(municipality)
    groups = context.table_rows("municipalities", code)[["municipality", "skr_group", "skr_group_name"]]
    rows = context.result_rows("municipalities", code).merge(groups, on="municipality")
    rows = rows.merge(context.result_rows("factors", code).drop(columns="region"), on="municipality")
    return rows.loc[rows["municipality"] == municipality].to_dict("records")[0]


def _of(context: Context, municipality: str, measure: str, principal: str = "") -> pd.DataFrame:
    """One measure of a municipality by profession; without a principal, all care together."""
    rows = context.result_rows("guidelines", region_of(municipality))
    rows = rows.loc[(rows["municipality"] == municipality) & (rows["measure"] == measure)]
    return of_principal(rows, principal).set_index("profession")


def _part(
    context: Context, municipality: str, shown: list[str], measure: str = "fte_need", principal: str = "municipality"
) -> list[str]:
    """One principal's values of some professions, or why there are none."""
    t = context.language
    if _joint(context, municipality):
        return [t("en huvudman")] * len(shown)
    rows = _of(context, municipality, measure, principal)
    instead = {
        name: t("inte kommunens uppgift") if PROFESSIONS[name].at_home is None else t("inget minsta antal")
        for name in PROFESSIONS
    }
    return [
        t.sized(*estimate_of(rows, name)) if name in rows.index else instead.get(name, t("räknas bara för kommunen"))
        for name in shown
    ]


def _known(context: Context, rows: pd.DataFrame, shown: list[str], *, is_index: bool = False) -> list[str]:
    """Values of some professions in all care; all nurses are counted in municipal care only."""
    t = context.language
    words = dict(zip(rows.index, t.indices(rows) if is_index else column.sized("", rows).write(t), strict=True))
    return [words.get(name, t("räknas bara för kommunen")) for name in shown]
