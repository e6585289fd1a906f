"""The chapter on cost: what a year of work and the way to the norm cost, for whom, and what is not counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from riktvarden import economics
from riktvarden.model import costs, professions
from riktvarden.model.analyses import Cost
from riktvarden.report import charts
from riktvarden.report.charts import BLUE, MUTED, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.language import Language
from riktvarden.report.personnel import PROFESSION
from riktvarden.results import NATION

THOUSAND = 1e3
MILLION = 1e6
BILLION = 1e9

WHO = {"specialist": "specialist i allmänmedicin", "st": "ST-läkare"} | {
    name: PROFESSION[name] for name in professions.PROFESSIONS
}

PART = {
    "pay": "lön",
    "on_cost": "PO-pålägg",
    "overheads": "omkostnader",
    "per_year": "heltidsår",
    "per_hour": "arbetad timme",
}

PATH = {
    costs.REFERENCE: "dagens antal som börjar ST",
    costs.TARGET: "normen nås till målåret",
    costs.PROGRAMME: "så mycket som gränserna tillåter",
}
"""Path of general practice → its Swedish words."""

PATH_COLOURS = dict(zip(PATH, (MUTED, BLUE, ORANGE), strict=True))

COMPONENT = {
    "cost_training": "ST-tjänster",
    "cost_supervision": "handledning",
    "cost_rotation": "kurser och placeringar",
    "cost_specialists": "specialister",
    "cost_agency_replaced": "hyrläkare som ersätts",
    "cost_total": "summa",
}

NOTHING = "–"
"""Stands where there is no number."""

PRINCIPAL = {"region": "regionerna", "municipality": "kommunerna"}

GAP = {
    "gap_gross": "brist i regioner som har för få",
    "gap_surplus": "överskott i regioner som har för många",
    "gap_net": "nettobrist i riket",
    "gap_closed_by_redistribution": "går att täcka genom omfördelning",
}

NOT_COUNTED = {
    "patients_time": "patienternas tid",
    "patients_travel": "patienternas resor",
    "other_sectors": "andra sektorer (sjukhus, socialtjänst, sjukförsäkring)",
    "patient_safety": "patientsäkerhet",
    "working_environment": "arbetsmiljö",
}
"""What `riktvarden.economics` does not count → its Swedish words."""

KNOWN = {
    "st-041": ("working_environment", "läkare som arbetar på vårdcentraler utan vakanser, procent"),
    "st-052": ("working_environment", "vakanta heltidstjänster för läkare i primärvården, lägst"),
    "st-053": ("working_environment", "vakanta heltidstjänster för läkare i primärvården, högst"),
    "so-074": ("working_environment", "patienter per läkare, som mest vid Arbetsmiljöverkets inspektion av en enhet"),
}
"""Published figures that say something of what is not counted; they carry no cost."""


def _price_year(context: Context) -> str:
    return str(int(context.assumptions["price_year"].value))


ENDS = ["value", "low", "high"]


def _texts(t: Language, rows: pd.DataFrame, per: float = 1.0, digits: int = 0) -> dict[Any, str]:
    """Each row's value with its interval in words, by the key of the row."""
    return dict(zip(rows.index, t.estimates(rows[ENDS].astype(float) / per, digits), strict=True))


def _spans(t: Language, rows: pd.DataFrame, per: float = 1.0) -> dict[Any, str]:
    """The same without the value."""
    return _texts(t, rows.assign(value=np.nan), per)


def _nation(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the nation."""
    return rows.loc[rows["region"] == NATION]


def summary(context: Context, found: Cost) -> list[str]:
    """What the way to the norm costs the nation, what it is worth today, and what redistribution can do."""
    t = context.language
    total = _nation(found.by_year).query("measure == 'cost_total'").set_index(["path", "year"])
    more = _texts(t, total, BILLION, 1)
    rate = context.assumptions["discount_rate"]
    present = _texts(t, _nation(found.present).set_index("rate"), BILLION)
    of_regions = found.units.query("part == 'per_year' and principal == 'region'").set_index("who")
    units = _texts(t, of_regions, THOUSAND)
    return [
        t(
            "Ett heltidsår kostar {specialist} tusen kronor för en specialist och {st} tusen kronor för en "
            "ST-läkare, i {year} års priser."
        ).format(specialist=units["specialist"], st=units["st"], year=_price_year(context)),
        t(
            "Om normen nås till {year} kostar allmänmedicinen {more} miljarder kronor mer det året än med dagens "
            "antal som börjar ST. Det är lön och andra kostnader för fler specialister och fler i utbildning."
        ).format(year=context.target_year, more=more[costs.DIFFERENCE, context.target_year]),
        t(
            "Summan av merkostnaderna till {last} är {present} miljarder kronor i dagens värde med {rate} "
            "diskonteringsränta. Med {least} är den {undiscounted} och med {most} {discounted}."
        ).format(
            last=int(found.by_year["year"].max()),
            present=present[rate.value],
            rate=t.percent(rate.value),
            least=t.percent(rate.low),
            undiscounted=present[rate.low],
            most=t.percent(rate.high),
            discounted=present[rate.high],
        ),
        _redistribution(context, found.gaps),
        t(
            "Det här är inte hela samhällets kostnad. Inte räknade är: {items}. Ingen publicerad kostnad finns "
            "för dem i rapportens källor."
        ).format(items=t.listed([t(NOT_COUNTED[name]) for name in economics.NOT_COUNTED])),
    ]


def _redistribution(context: Context, gaps: pd.DataFrame) -> str:
    t = context.language
    now, later = context.year, context.target_year
    closed = gaps.query("measure == 'gap_closed_by_redistribution'").set_index("year")
    some = _spans(t, closed)
    if float(closed["high"].to_dict()[now]) < 1:
        return t(
            "{year} har ingen region fler specialister än normen kräver. Omfördelning kan alltså inte minska "
            "bristen; {later} kan den täcka {some} heltider, om dagens antal fortsätter att börja ST."
        ).format(year=now, later=later, some=some[later])
    return t("{year} kan omfördelning mellan regioner täcka {some} heltider av bristen.").format(year=now, some=some[now])


# --- unit costs -----------------------------------------------------------------------------------------


def unit_costs(context: Context, found: Cost) -> Figure:
    """Cost of a full-time year by profession and principal, and what it is made of."""
    t = context.language
    rows = found.units
    years = rows.query("part == 'per_year'")
    names = [charts.wrapped(_at(t, who, principal)) for who, principal in years[["who", "principal"]].to_numpy(str)]
    kind = t("heltidsår")
    drawn = years.assign(label=names, kind=kind)
    drawn[["value", "low", "high"]] /= 1000
    chart = charts.ranges(
        drawn[["label", "value", "low", "high", "kind"]], charts.number_axis(t("tusen kronor")), {kind: BLUE}, names
    )
    caption = t(
        "Vad ett heltidsår kostar arbetsgivaren i {year} års priser, med 80-procentigt intervall. Lön ur "
        "publicerad statistik, PO-pålägg och omkostnader. Skattad."
    ).format(year=_price_year(context))
    ordered = years.sort_values("value")
    alternative = t(
        "Staplar med intervall. Ett heltidsår kostar minst för {cheap} ({least} tusen kronor) och mest för "
        "{dear} ({most} tusen kronor)."
    ).format(
        cheap=t(WHO[str(ordered["who"].iloc[0])]),
        least=t.number(ordered["value"].iloc[0] / 1000),
        dear=t(WHO[str(ordered["who"].iloc[-1])]),
        most=t.number(ordered["value"].iloc[-1] / 1000),
    )
    by_part = {part: rows.loc[rows["part"] == part] for part in PART}
    hour, paid = t("Arbetad timme, kr"), t("Lönens år")
    heads = {part: t("{part}, tusen kr").format(part=_capital(t(words))) for part, words in PART.items()} | {
        "per_hour": hour
    }
    cells = pd.DataFrame(
        {paid: [str(year) for year in years["pay_year"]]}
        | {
            heads[part]: list(_texts(t, of, 1.0 if part == "per_hour" else THOUSAND).values())
            for part, of in by_part.items()
        }
        | {t("Status"): t.status("estimated")},
        index=pd.Index([name.replace("\n", " ") for name in names], name=t("Yrke och huvudman")),
    )
    source = t("publicerade löner och PO-pålägg, graderade antaganden om omkostnader och prisnivå")
    return Figure(
        chart, alternative, caption, Table("kostnad-heltid", cells, rows, caption, source, text=(paid,), stacked=True)
    )


def _at(t: Language, who: str, principal: str) -> str:
    """Who works for whom."""
    return t("{who} i {principal}").format(who=t(WHO[who]), principal=t(PRINCIPAL[principal]))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- paths ----------------------------------------------------------------------------------------------


def by_year(context: Context, found: Cost) -> Figure:
    """Cost of general practice in the nation by year for each path, with its fan."""
    t = context.language
    rows = _nation(found.by_year).query("measure == 'cost_total'")
    rows = rows.loc[rows["path"].isin(list(PATH))]
    words = {path: t(name) for path, name in PATH.items()}
    drawn = rows.assign(kind=rows["path"].map(words)).astype({"year": int})
    drawn[["value", "low", "high"]] = drawn[["value", "low", "high"]].astype(float) / BILLION
    shown = [path for path in PATH if (rows["path"] == path).any()]
    chart = charts.fan(
        drawn[["year", "value", "low", "high", "kind"]],
        charts.number_axis(t("miljarder kronor per år")),
        {words[path]: PATH_COLOURS[path] for path in shown},
        (context.target_year, t("målåret")),
    )
    caption = t(
        "Vad specialister, ST och handledning i allmänmedicin kostar i riket per år, i {year} års priser, med "
        "80-procentigt intervall. Skattad. Den väg som håller sig inom gränserna är en enda väg: dess intervall "
        "visar bara prisernas osäkerhet."
    ).format(year=_price_year(context))
    texts = _texts(t, drawn.set_index(["path", "year"]), 1.0, 1)
    ends = [t("{words}: {cost}").format(words=words[path], cost=texts[path, context.target_year]) for path in shown]
    alternative = t("Linjer med band. {year} är kostnaden i miljarder kronor: {ends}.").format(
        year=context.target_year, ends="; ".join(ends)
    )
    every = sorted(drawn["year"].unique())
    cells = pd.DataFrame(
        {words[path]: [texts.get((path, year), NOTHING) for year in every] for path in shown}
        | {t("Status"): t.status("estimated")},
        index=pd.Index([str(year) for year in every], name=t("År, miljarder kr")),
    )
    data = _nation(found.by_year)
    source = t("publicerade löner och PO-pålägg, rapportens modell och graderade antaganden")
    return Figure(chart, alternative, caption, Table("kostnad-aar", cells, data, caption, source, stacked=True))


def components(context: Context, found: Cost) -> Table:
    """What the nation's cost is made of in the target year."""
    t = context.language
    nation = _nation(found.by_year)
    rows = nation.loc[nation["year"] == context.target_year].set_index(["measure", "path"])
    texts = _texts(t, rows, MILLION)
    paths = {costs.REFERENCE: PATH[costs.REFERENCE], costs.TARGET: PATH[costs.TARGET], costs.DIFFERENCE: "skillnad"}
    cells = pd.DataFrame(
        {t(words): [texts[measure, path] for measure in COMPONENT] for path, words in paths.items()}
        | {t("Status"): t.status("estimated")},
        index=pd.Index([t(words) for words in COMPONENT.values()], name=t("Miljoner kr per år")),
    )
    return Table(
        "kostnad-delar",
        cells,
        rows.reset_index(),
        t(
            "Vad kostnaden består av i riket {year}, i {prices} års priser. Minus: det som sparas när en anställd "
            "specialist ersätter en hyrläkare. Det arbete som ST-läkarna själva gör i vården är inte avdraget."
        ).format(year=context.target_year, prices=_price_year(context)),
        t("publicerade löner och PO-pålägg, rapportens modell och graderade antaganden"),
        stacked=True,
    )


def by_principal(context: Context, found: Cost) -> Figure:
    """What the way to the norm adds in each region, per inhabitant."""
    t = context.language
    rate = context.assumptions["discount_rate"].value
    rows = found.present.loc[found.present["rate"] == rate].set_index("region").drop(NATION)
    people = context.results.of("population")["value"].loc[rows.index]
    each = rows[["value", "low", "high"]].astype(float).div(people, axis=0)
    names = [context.region_names[str(code)] for code in rows.index]
    known, prior = t("antalet specialister och ST publicerat"), t("uppgift saknas: endast intervall")
    drawn = each.assign(label=names, kind=np.where(each["value"].notna(), known, prior))
    both = {known: BLUE, prior: MUTED}
    legend = {kind: colour for kind, colour in both.items() if (drawn["kind"] == kind).any()}
    chart = charts.intervals(
        drawn[["label", "value", "low", "high", "kind"]], charts.number_axis(t("kronor per invånare")), legend, names
    )
    last = int(found.by_year["year"].max())
    caption = t(
        "Vad vägen till normen {year} kostar utöver dagens antal som börjar ST: summan av åren till {last} i "
        "dagens värde, kronor per invånare, {rate} diskonteringsränta, {prices} års priser, med 80-procentigt "
        "intervall. Skattad. Minus: regionen har i dag fler som börjar än den egna normen kräver."
    ).format(year=context.target_year, last=last, rate=t.percent(rate), prices=_price_year(context))
    middle = each[["low", "high"]].mean(axis=1)
    alternative = t(
        "Intervall för {count} regioner. Högst ligger {top} ({most} kronor per invånare). I {below} av "
        "regionerna går intervallet under noll."
    ).format(
        count=t.number(len(each)),
        top=context.region_names[str(middle.idxmax())],
        most=_spans(t, each)[middle.idxmax()],
        below=t.number((each["low"] < 0).sum()),
    )
    costly = found.by_year.loc[found.by_year["path"] == costs.DIFFERENCE].query("measure == 'cost_total'")
    texts = _texts(t, costly.set_index(["region", "year"]), MILLION)
    halfway = (context.year + context.target_year) // 2
    columns = {
        t("Merkostnad {year}, miljoner kr").format(year=year): [texts[code, year] for code in rows.index]
        for year in (halfway, context.target_year)
    }
    cells = pd.DataFrame(
        columns
        | {
            t("Dagens värde, miljoner kr"): t.estimates(rows[["value", "low", "high"]].astype(float) / MILLION),
            t("Kronor per invånare"): t.estimates(each),
            t("Status"): [t.status("estimated", "" if yes else "interval_only") for yes in each["value"].notna()],
        },
        index=context.named(rows.index),
    )
    data = pd.concat([costly, found.present], ignore_index=True)
    source = t("publicerade löner och PO-pålägg, rapportens modell och graderade antaganden")
    return Figure(chart, alternative, caption, Table("kostnad-regioner", cells, data, caption, source, stacked=True))


# --- gaps -----------------------------------------------------------------------------------------------


def gaps(context: Context, found: Cost) -> Figure:
    """Gross gap, surplus, net gap and what redistribution could close, now and in the target year."""
    t = context.language
    rows = found.gaps
    labels = [charts.wrapped(t(words)) for words in GAP.values()]
    of = dict(zip(GAP, labels, strict=True))
    legend = {str(context.year): BLUE, str(context.target_year): ORANGE}
    drawn = rows.assign(label=rows["measure"].map(of), kind=rows["year"].astype(str))
    chart = charts.ranges(drawn[["label", "low", "high", "kind"]], charts.number_axis(t("heltider")), legend, labels)
    caption = t(
        "Brist och överskott på specialister mot normen, heltider i riket, som 80-procentiga intervall: {now} och "
        "{later} om lika många börjar ST som i dag. Skattad. Regioner utan publicerat antal ingår med det som "
        "spridningen mellan regioner ger."
    ).format(now=context.year, later=context.target_year)
    spans, texts = (told(t, rows.set_index(["measure", "year"])) for told in (_spans, _texts))
    alternative = t(
        "Staplar. {now} är nettobristen {net} heltider och överskottet i regioner som har för många {surplus}. "
        "{later} är nettobristen {then}."
    ).format(
        now=context.year,
        net=spans["gap_net", context.year],
        surplus=spans["gap_surplus", context.year],
        later=context.target_year,
        then=spans["gap_net", context.target_year],
    )
    cells = pd.DataFrame(
        {
            t("{year}, heltider").format(year=year): [texts[measure, year] for measure in GAP]
            for year in (context.year, context.target_year)
        }
        | {t("Status"): t.status("estimated")},
        index=pd.Index([t(words) for words in GAP.values()], name=t("Specialister mot normen")),
    )
    source = t("publicerade antal specialister, SCB:s folkmängd och graderade antaganden")
    table = Table(
        "kostnad-brist", cells, rows, caption + " " + t("Värdet i tabellen är intervallets mitt."), source, stacked=True
    )
    return Figure(chart, alternative, caption, table)


# --- the four professions -------------------------------------------------------------------------------


def of_professions(context: Context, found: Cost) -> Figure:
    """What the need of the four professions costs a year, beside today's staff, by principal."""
    t = context.language
    rows = found.professions.query("measure != 'cost_difference'")
    labels = {
        (name, principal): charts.wrapped(_at(t, str(name), str(principal)))
        for name, principal in rows[["profession", "principal"]].drop_duplicates().itertuples(index=False)
    }
    legend = {t("dagens antal"): ORANGE, t("minuter efter behov"): BLUE}
    kinds = {"cost_today": t("dagens antal"), "cost_need": t("minuter efter behov")}
    drawn = rows.assign(
        label=[labels[key] for key in rows[["profession", "principal"]].itertuples(index=False, name=None)],
        kind=rows["measure"].map(kinds),
    )
    drawn[["low", "high"]] /= BILLION
    chart = charts.ranges(
        drawn[["label", "low", "high", "kind"]],
        charts.number_axis(t("miljarder kronor per år")),
        legend,
        list(labels.values()),
    )
    caption = t(
        "Vad de fyra yrkena i primärvården kostar regioner och kommuner i riket per år, {year} års folkmängd och "
        "{prices} års priser: dagens antal, och det antal som minuter efter behov ger. 80-procentiga intervall. "
        "Skattad, till stor del på antaganden av grad D."
    ).format(year=context.year, prices=_price_year(context))
    by_key = found.professions.set_index(["profession", "principal", "measure"])
    spans, low, high = _spans(t, by_key, MILLION), by_key["low"].to_dict(), by_key["high"].to_dict()
    over = [words for key, words in labels.items() if low[*key, "cost_difference"] > 0]
    under = [words for key, words in labels.items() if high[*key, "cost_difference"] < 0]
    alternative = t(
        "{count} par av staplar. Hela intervallet för skillnaden ligger över noll för {over} och under noll för {under}."
    ).format(count=t.number(len(labels)), over=_those(t, over), under=_those(t, under))
    cells = pd.DataFrame(
        {
            t("Dagens antal, miljoner kr"): [spans[*key, "cost_today"] for key in labels],
            t("Minuter efter behov, miljoner kr"): [spans[*key, "cost_need"] for key in labels],
            t("Skillnad, miljoner kr"): [spans[*key, "cost_difference"] for key in labels],
            t("Status"): t.status("estimated", "interval_only"),
        },
        index=pd.Index([words.replace("\n", " ") for words in labels.values()], name=t("Yrke och huvudman")),
    )
    source = t("publicerade löner, PO-pålägg och antal, graderade antaganden")
    return Figure(
        chart, alternative, caption, Table("kostnad-yrken", cells, found.professions, caption, source, stacked=True)
    )


def _those(t: Language, words: list[str]) -> str:
    return t.listed([word.replace("\n", " ") for word in words]) if words else t("inget yrke")


# --- what is not counted --------------------------------------------------------------------------------


def not_counted(context: Context) -> Table:
    """What society pays or gains besides, and what the sources say of it."""
    t = context.language
    figures = context.published.set_index("figure")
    titles = context.tables["publications"].set_index("publication")["title"].to_dict()
    values, years, printed = (figures[name].to_dict() for name in ("value", "year", "publication"))
    rows: list[tuple[str, str, float, str, str, str]] = []
    for name in economics.NOT_COUNTED:
        known = [figure for figure, (about, _) in KNOWN.items() if about == name]
        if not known:
            rows.append((name, "", np.nan, "", "", "missing"))
        for figure in known:
            words = KNOWN[figure][1]
            rows.append((name, words, float(values[figure]), figure, str(titles[printed[figure]]), "reported"))
    data = pd.DataFrame(rows, columns=["item", "known", "value", "figure", "source", "status"])
    cells = pd.DataFrame(
        {
            t("Vad källorna säger"): [
                t("{words}: {value}").format(words=_capital(t(words)), value=t.number(value))
                if words
                else t("uppgift saknas")
                for words, value in data[["known", "value"]].itertuples(index=False)
            ],
            t("År"): [f"{years[figure]:.0f}" if figure else "" for figure in data["figure"]],
            t("Uppgift"): data["figure"].to_list(),
            t("Källa"): data["source"].to_list(),
            t("Status"): [t.status(status) for status in data["status"]],
        },
        index=pd.Index([_capital(t(NOT_COUNTED[name])) for name in data["item"]], name=t("Inte räknat")),
    )
    return Table(
        "kostnad-ej-raeknat",
        cells,
        data,
        t(
            "Det som inte är räknat. Där en källa säger något om läkarnas arbetsmiljö står det här, men ingen "
            "källa anger en kostnad eller en effekt som går att räkna om till pengar."
        ),
        t("publicerade uppgifter"),
        text=(t("År"), t("Vad källorna säger")),
        stacked=True,
    )
