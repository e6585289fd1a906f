"""The chapter on cost: what a year of work and the way to the norm cost, for whom, and what is not counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import DIFFERENCE, PROGRAMME, REFERENCE, TARGET
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import Language
from riktvarden.results import Cost

MILLION = 1e6

NEAR = 10
"""Years before the target year at which the cost is given as well."""

WHO = {"specialist": "specialister i allmänmedicin", "st": "ST-läkare"} | {name: PROFESSION[name] for name in PROFESSIONS}

PART = {
    "pay": "lön",
    "on_cost": "PO-pålägg",
    "overheads": "omkostnader",
    "per_year": "heltidsår",
}

PATH = {REFERENCE: "{year} års intag till ST", PROGRAMME: "vägen till normen"}
"""Path of general practice that is shown year by year → its Swedish words, with the base year."""

PATH_COLOURS = {REFERENCE: MUTED, PROGRAMME: BLUE}

WHY_NOT = {
    "applicants": "Det är inget råd: så många sökande finns inte.",
    "too few draws": "Det är inget råd: i för många av beräkningarna räcker inte de sökande.",
}
"""Obstacle to a constant intake that has a cost → why the cost is no advice, in Swedish."""

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


def price_year(context: Context) -> str:
    """Return the year of the prices."""
    return str(int(context.assumptions["price_year"].value))


ENDS = ["value", "low", "high"]


def _texts(t: Language, rows: pd.DataFrame, per: float = 1.0, digits: int = 0) -> dict[Any, str]:
    """Each row's value with its interval in words, by the key of the row; alone where rounding leaves no interval."""
    reported = {}
    for key, (value, low, high) in zip(rows.index, rows[ENDS].to_numpy(float) / per, strict=True):
        ends = {t.number(each, digits) for each in (value, low, high) if np.isfinite(each)}
        reported[key] = ends.pop() if len(ends) == 1 else t.estimate(value, low, high, digits)
    return reported


def _national(t: Language, rows: pd.DataFrame, places: int = -2) -> dict[Any, str]:
    """Amounts of the nation in millions, each rounded so that no more is written than is known."""
    return _texts(t, rows.assign(**(rows[ENDS].astype(float) / MILLION).round(places)))


TENS = -1
"""Decimals of an amount of a region in millions."""


def of_region(rows: pd.DataFrame, region: str) -> pd.DataFrame:
    """What the path costs a region beyond today's intake, in millions of kronor to the nearest ten.

    Parameters
    ----------
    rows
        The analysis ``economics``, ``by_year``.
    region
        Code of the region.

    Returns
    -------
    pandas.DataFrame
        Index ``year``; the columns of `rows`. Empty where there is no path.
    """
    own = rows.loc[(rows["path"] == DIFFERENCE) & (rows["measure"] == "cost_total") & (rows["region"] == region)]
    own = own.set_index("year", drop=False)
    return own.assign(**(own[ENDS].astype(float) / MILLION).round(TENS))


def _spans(t: Language, rows: pd.DataFrame, per: float = 1.0) -> dict[Any, str]:
    """The same without the value."""
    return _texts(t, rows.assign(value=np.nan), per)


def _nation(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the nation."""
    return rows.loc[rows["region"] == NATION]


def summary(context: Context, found: Cost) -> list[str]:
    """What the path to the norm costs the nation beyond today's intake, what it is worth today, and who could help."""
    t = context.language
    of_regions = found.units.query("part == 'per_year' and principal == 'region'").set_index("who")
    units = _texts(t, of_regions, MILLION, 1)
    return [
        *_of_path(context, found),
        t(
            "Ett heltidsår kostar {specialist} miljoner kronor för en specialist och {st} miljoner kronor för en ST-läkare."
        ).format(specialist=units["specialist"], st=units["st"]),
        _redistribution(context, found.gaps),
        t(
            "Alla belopp är arbetsgivarens kostnad i {year} års priser. Vad samhället får tillbaka är inte avdraget, "
            "eftersom ingen källa anger det i pengar."
        ).format(year=price_year(context)),
    ]


def futures(context: Context) -> str:
    """Which two futures are compared."""
    return context.language(
        "Vägen jämförs med att lika många börjar ST varje år som {base}. Den håller sig inom gränserna för sökande, "
        "handledare och hur fort intaget kan ändras."
    ).format(base=context.year)


def cost_of_path(context: Context, found: Cost) -> str:
    """The path's cost beyond today's intake in the target year, as a sentence; nothing where there is no path."""
    if found.present.empty:
        return ""
    more = _national(context.language, _total(found).set_index(["path", "year"]))
    return context.language(
        "Vägen till normen kostar {more} miljoner kronor mer {year} än om {base} års intag fortsätter, i {prices} års "
        "priser."
    ).format(
        more=more[DIFFERENCE, context.target_year],
        year=context.target_year,
        base=context.year,
        prices=price_year(context),
    )


def _of_path(context: Context, found: Cost) -> list[str]:
    """The path's cost beyond today's intake, in some years and as one amount."""
    t, last = context.language, _last(found)
    if found.present.empty:
        return [
            t("Ingen väg inom gränserna når normen till {last}. Därför finns ingen merkostnad att räkna.").format(last=last)
        ]
    more = _national(t, _total(found).set_index(["path", "year"]))
    rate = context.assumptions["discount_rate"].value
    present = _national(t, _nation(found.present).set_index("rate"), -3)
    near = context.target_year - NEAR
    return [
        t(
            "Vi bedömer att vägen till normen kostar regionerna {more} miljoner kronor mer {year} än om {base} års intag "
            "till ST fortsätter. Kostnaden kommer gradvis, eftersom en ST-läkare först ska utbildas: {soon} miljoner "
            "{near} och {most} miljoner {last}."
        ).format(
            base=context.year,
            year=context.target_year,
            more=more[DIFFERENCE, context.target_year],
            soon=more[DIFFERENCE, near],
            near=near,
            most=more[DIFFERENCE, last],
            last=last,
        ),
        t("Alla år till {last} är tillsammans värda {present} miljoner kronor {base}, räknat med {rate} ränta.").format(
            base=context.year, last=last, present=present[rate], rate=t.percent(rate)
        ),
    ]


def _last(found: Cost) -> int:
    """Last year that has a cost."""
    return int(found.by_year["year"].max())


def _total(found: Cost) -> pd.DataFrame:
    """The nation's cost by path and year."""
    return _nation(found.by_year).query("measure == 'cost_total'")


def _redistribution(context: Context, gaps: pd.DataFrame) -> str:
    t = context.language
    now, later = context.year, context.target_year
    closed = gaps.query("measure == 'gap_closed_by_redistribution'").set_index("year")
    some = _spans(t, closed)
    if float(closed["high"].to_dict()[now]) < 1:
        return t(
            "{year} hade ingen region fler specialister än normen kräver, så omfördelning kunde inte minska bristen. "
            "{later} kan den täcka {some} heltider om {year} års intag till ST fortsätter."
        ).format(year=now, later=later, some=some[later])
    return t("{year} kunde omfördelning mellan regioner täcka {some} heltider av bristen.").format(year=now, some=some[now])


def footnote(context: Context, found: Cost) -> str:
    """What it would cost to meet the norm by the target year with a constant intake, and why that is no advice."""
    t, year = context.language, context.target_year
    cost = _total(found).set_index(["path", "year"])["value"]
    more = float(cost[TARGET, year] - cost[REFERENCE, year])
    if not np.isfinite(more):
        return t("Ingen som börjar ST efter ett beslut hinner bli klar till {year}, så normen kan inte nås då.").format(
            year=year
        )
    priced = t(
        "Att nå normen redan {year} med lika många nya ST-läkare varje år skulle kosta omkring {more} miljoner kronor "
        "mer det året än {base} års intag."
    ).format(base=context.year, year=year, more=t.number(round(more / MILLION, -2)))
    obstacle = str(context.results.starters.set_index("year")["obstacle"][year])
    return f"{priced} {t(WHY_NOT[obstacle])}" if obstacle in WHY_NOT else priced


# --- unit costs -----------------------------------------------------------------------------------------


def unit_costs(context: Context, found: Cost) -> Figure:
    """Cost of a full-time year by profession and principal, and what it is made of."""
    t = context.language
    rows = found.units
    years = rows.query("part == 'per_year'")
    names = [charts.wrapped(_at(t, who, principal)) for who, principal in years[["who", "principal"]].to_numpy(str)]
    kind = t("heltidsår")
    drawn = years.assign(label=names, kind=kind)
    drawn[ENDS] /= MILLION
    chart = charts.ranges(drawn[["label", *ENDS, "kind"]], charts.number_axis(t("miljoner kronor"), 1), {kind: BLUE}, names)
    caption = t(
        "Vad ett heltidsår kostar arbetsgivaren i {year} års priser, med 80-procentigt intervall. Lön ur "
        "publicerad statistik, PO-pålägg och omkostnader."
    ).format(year=price_year(context))
    ordered = years.sort_values("value")
    alternative = t(
        "Staplar med intervall. Ett heltidsår kostar minst för {cheap} ({least} miljoner kronor) och mest för "
        "{dear} ({most} miljoner kronor)."
    ).format(
        cheap=t(WHO[str(ordered["who"].iloc[0])]),
        least=t.number(ordered["value"].iloc[0] / MILLION, 1),
        dear=t(WHO[str(ordered["who"].iloc[-1])]),
        most=t.number(ordered["value"].iloc[-1] / MILLION, 1),
    )
    paid = t("Lönens år")
    source = t("publicerade löner och PO-pålägg, graderade antaganden om omkostnader och prisnivå")
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "kostnad-heltid",
            column.heads(t("Yrke och huvudman"), [name.replace("\n", " ") for name in names]),
            [
                column.text(paid, years["pay_year"]),
                *(
                    column.written(
                        t("{part}, miljoner kr").format(part=_capital(t(words))),
                        list(_texts(t, rows.loc[rows["part"] == part], MILLION, 1).values()),
                    )
                    for part, words in PART.items()
                ),
                column.status("estimated"),
            ],
            rows,
            caption,
            source,
            stacked=True,
        ),
    )


def _at(t: Language, who: str, principal: str) -> str:
    """Who works for whom."""
    return t("{who} i {principal}").format(who=t(WHO[who]), principal=t(PRINCIPAL[principal]))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


# --- paths ----------------------------------------------------------------------------------------------


def by_year(context: Context, found: Cost) -> Figure:
    """Cost of general practice in the nation by year, with today's intake and on the path to the norm."""
    t = context.language
    rows = _total(found)
    rows = rows.loc[rows["path"].isin(list(PATH))]
    words = {path: name for path, name in _paths(context).items() if (rows["path"] == path).any()}
    drawn = rows.assign(kind=rows["path"].map(words)).astype({"year": int})
    drawn[ENDS] = drawn[ENDS].astype(float) / MILLION
    chart = charts.fan(
        drawn[["year", *ENDS, "kind"]],
        charts.number_axis(t("miljoner kronor per år")),
        {name: PATH_COLOURS[path] for path, name in words.items()},
        (context.target_year, str(context.target_year)),
    )
    caption = t(
        "Vad specialister, ST och handledning kostar i riket per år, i {year} års priser, med 80-procentigt intervall. "
        "Skillnaden mellan linjerna är säkrare än banden, eftersom priserna är gemensamma."
    ).format(year=price_year(context))
    texts = _national(t, rows.set_index(["path", "year"]))
    ends = [
        t("{cost} miljoner kronor ({words})").format(words=name, cost=texts[path, context.target_year])
        for path, name in words.items()
    ]
    alternative = t("Linjer med band. Kostnaden {year} är {ends}.").format(year=context.target_year, ends=t.listed(ends))
    every = sorted(drawn["year"].unique())
    data = _nation(found.by_year)
    data = data.loc[data["path"] != TARGET]
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "kostnad-aar",
            column.heads(t("År, miljoner kr"), [str(year) for year in every]),
            [
                *(
                    column.written(_capital(name), [texts.get((path, year), NOTHING) for year in every])
                    for path, name in words.items()
                ),
                column.status("estimated"),
            ],
            data,
            caption,
            _source(t),
            stacked=True,
        ),
    )


def _paths(context: Context) -> dict[str, str]:
    """Words of each path that is shown."""
    return {path: context.language(words).format(year=context.year) for path, words in PATH.items()}


def _source(t: Language) -> str:
    return t("publicerade löner och PO-pålägg, rapportens modell och graderade antaganden")


def components_title(context: Context) -> str:
    """Heading of the folded table of components."""
    return context.language("Vad kostnaden består av")


def components(context: Context, found: Cost) -> Table:
    """What the nation's cost is made of in the target year, and the path's cost beyond today's in the last year too."""
    t, year, last = context.language, context.target_year, _last(found)
    rows = _nation(found.by_year)
    rows = rows.loc[rows["year"].isin([year, last]) & (rows["path"] != TARGET)].set_index(["measure", "path", "year"])
    texts = _national(t, rows)
    shown = {_capital(words): (path, year) for path, words in _paths(context).items()}
    shown |= {t("Skillnad {year}").format(year=each): (DIFFERENCE, each) for each in (year, last)}
    return Table.of(
        t,
        "kostnad-delar",
        column.heads(t("Miljoner kr"), [t(words) for words in COMPONENT.values()]),
        [
            *(
                column.written(head, [texts[measure, path, each] for measure in COMPONENT])
                for head, (path, each) in shown.items()
                if path in set(rows.index.get_level_values("path"))
            ),
            column.status("estimated"),
        ],
        rows.reset_index(),
        t(
            "Vad kostnaden består av i riket {year}, och skillnaden även {last}, i {prices} års priser. Minus är "
            "besparing. ST-läkarnas eget arbete i vården är inte avdraget."
        ).format(base=context.year, year=year, last=last, prices=price_year(context)),
        _source(t),
        stacked=True,
    )


def by_principal(context: Context, found: Cost) -> Figure | Table:
    """What the path to the norm costs each region a year beyond today's intake; no rows where there is no path."""
    t, last, target = context.language, _last(found), context.target_year
    caption = t(
        "Vad vägen till normen kostar {year} utöver {base} års intag till ST, kronor per invånare {base}, i {prices} års "
        "priser, med 80-procentigt intervall. Minus betyder färre nya ST-läkare än det intaget."
    ).format(base=context.year, year=target, prices=price_year(context))
    if found.present.empty:
        return Table("kostnad-regioner", pd.DataFrame(), found.present, caption, _source(t))
    costly = found.by_year.loc[found.by_year["path"] == DIFFERENCE].query("measure == 'cost_total'")
    rows = costly.loc[(costly["year"] == target) & (costly["region"] != NATION)].set_index("region")
    people = context.results.of("population")["value"].loc[rows.index]
    each = rows[ENDS].astype(float).div(people, axis=0).round(-1)
    names = [context.region_names[str(code)] for code in rows.index]
    known, prior = t("antalet specialister och ST publicerat"), t("inte publicerat: endast intervall")
    drawn = each.assign(label=names, kind=np.where(each["value"].notna(), known, prior))
    both = {known: BLUE, prior: MUTED}
    legend = {kind: colour for kind, colour in both.items() if (drawn["kind"] == kind).any()}
    chart = charts.intervals(drawn[["label", *ENDS, "kind"]], charts.number_axis(t("kronor per invånare")), legend, names)
    middle = each[["low", "high"]].mean(axis=1)
    alternative = t(
        "Intervall för {count} regioner. Högst ligger {top} ({most} kronor per invånare). I {below} av "
        "regionerna kan kostnaden bli lägre än i dag."
    ).format(
        count=t.number(len(each)),
        top=context.region_names[str(middle.idxmax())],
        most=_spans(t, each)[middle.idxmax()],
        below=t.number((each["low"] < 0).sum()),
    )
    amounts = costly.set_index(["region", "year"])
    texts = _texts(t, amounts.assign(**(amounts[ENDS].astype(float) / MILLION).round(TENS)))
    statuses = [t.status("estimated", "" if yes else "interval_only") for yes in each["value"].notna()]
    columns = [
        *(
            column.written(t("{year}, miljoner kr").format(year=year), [texts[code, year] for code in rows.index])
            for year in (target, last)
        ),
        column.estimate(t("{year}, kronor per invånare").format(year=target), each),
        column.written(t("Status"), statuses),
    ]
    data = pd.concat([costly, found.present], ignore_index=True)
    index = context.named(rows.index)
    table = Table.of(t, "kostnad-regioner", index, columns, data, caption, _source(t), stacked=True)
    return Figure(chart, alternative, caption, table)


# --- gaps -----------------------------------------------------------------------------------------------


def gaps(context: Context, found: Cost) -> Table:
    """Gross gap, surplus, net gap and what redistribution could close, now and in the target year."""
    t = context.language
    rows = found.gaps
    texts = _texts(t, rows.set_index(["measure", "year"]))
    return Table.of(
        t,
        "kostnad-brist",
        column.heads(t("Specialister mot normen"), [_capital(t(words)) for words in GAP.values()]),
        [
            *(
                column.written(t("{year}, heltider").format(year=year), [texts[measure, year] for measure in GAP])
                for year in (context.year, context.target_year)
            ),
            column.status(rows.loc[rows["year"] == context.year]),
        ],
        rows,
        t(
            "Brist och överskott på specialister mot normen, heltider i riket, {now} och {later} om {now} års intag till "
            "ST fortsätter, med 80-procentiga intervall. Bristen är summan av regionernas brist, utan avdrag för överskott "
            "i andra regioner. Med sådant avdrag är den {net} heltider {now}. Vilka regioner som har för få är osäkert där "
            "antalet inte är publicerat."
        ).format(now=context.year, later=context.target_year, net=context.estimate("specialist_gap")),
        t("publicerade antal specialister, SCB:s folkmängd och graderade antaganden"),
        stacked=True,
    )


def gaps_title(context: Context) -> str:
    """Heading of the folded table of gaps."""
    return context.language("Brist, överskott och vad omfördelning kan täcka")


# --- the professions -------------------------------------------------------------------------------


def of_professions(context: Context, found: Cost) -> Figure:
    """What the need of the professions costs a year, beside today's staff, by principal."""
    t = context.language
    rows = found.professions.query("measure != 'cost_difference'")
    labels = {
        (name, principal): charts.wrapped(_at(t, str(name), str(principal)))
        for name, principal in rows[["profession", "principal"]].drop_duplicates().itertuples(index=False)
    }
    legend = {t("antal i senaste statistik"): ORANGE, t("minuter efter behov"): BLUE}
    kinds = {"cost_today": t("antal i senaste statistik"), "cost_need": t("minuter efter behov")}
    drawn = rows.assign(
        label=[labels[key] for key in rows[["profession", "principal"]].itertuples(index=False, name=None)],
        kind=rows["measure"].map(kinds),
    )
    drawn[["low", "high"]] /= MILLION
    chart = charts.ranges(
        drawn[["label", "low", "high", "kind"]],
        charts.number_axis(t("miljoner kronor per år")),
        legend,
        list(labels.values()),
    )
    caption = t(
        "Vad de {count} yrkena kostar i riket per år, {year} års folkmängd och {prices} års priser, som 80-procentiga "
        "intervall: antalet i senaste statistik och antalet efter behov. Tid per besök är till stor del antaganden."
    ).format(count=t.spelled(len(PROFESSIONS)), year=context.year, prices=price_year(context))
    by_key = found.professions.set_index(["profession", "principal", "measure"])
    spans, low, high = _national(t, by_key.assign(value=np.nan)), by_key["low"].to_dict(), by_key["high"].to_dict()
    over = [words for key, words in labels.items() if low[*key, "cost_difference"] > 0]
    under = [words for key, words in labels.items() if high[*key, "cost_difference"] < 0]
    alternative = t(
        "{count} par av staplar. Med stor sannolikhet kostar behovet mer än antalet i senaste statistik för {over}, och "
        "mindre för {under}. För de övriga rymmer intervallet båda."
    ).format(count=t.number(len(labels)), over=_those(t, over), under=_those(t, under))
    source = t("publicerade löner, PO-pålägg och antal, graderade antaganden")
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "kostnad-yrken",
            column.heads(t("Yrke och huvudman"), [words.replace("\n", " ") for words in labels.values()]),
            [
                column.written(t("Antal i senaste statistik, miljoner kr"), [spans[*key, "cost_today"] for key in labels]),
                column.written(t("Minuter efter behov, miljoner kr"), [spans[*key, "cost_need"] for key in labels]),
                column.written(t("Skillnad, miljoner kr"), [spans[*key, "cost_difference"] for key in labels]),
                column.status("estimated", qualifier="interval_only"),
            ],
            found.professions,
            caption,
            source,
            stacked=True,
        ),
    )


def _those(t: Language, words: list[str]) -> str:
    return t.listed([word.replace("\n", " ") for word in words]) if words else t("inget yrke")
