"""The chapter on cost: what a year of work and the way to the norm cost, for whom, and what is not counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import DIFFERENCE, PROGRAMME, REFERENCE, TARGET
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.language import Language
from riktvarden.results import Cost

MILLION = 1e6
BILLION = 1e9

WHO = {"specialist": "specialist i allmänmedicin", "st": "ST-läkare"} | {name: PROFESSION[name] for name in PROFESSIONS}

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

NOT_COUNTED = {
    "patients_time": "patienternas tid",
    "patients_travel": "patienternas resor",
    "other_sectors": "andra sektorer (sjukhus, socialtjänst, sjukförsäkring)",
    "patient_safety": "patientsäkerhet",
    "working_environment": "arbetsmiljö",
}
"""What society gains or pays besides, for which no published figure was found: never guessed → its Swedish words."""

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
    """Each row's value with its interval in words, by the key of the row; alone where rounding leaves no interval."""
    reported = {}
    for key, (value, low, high) in zip(rows.index, rows[ENDS].to_numpy(float) / per, strict=True):
        ends = {t.number(each, digits) for each in (value, low, high) if np.isfinite(each)}
        reported[key] = ends.pop() if len(ends) == 1 else t.estimate(value, low, high, digits)
    return reported


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
            "Ett heltidsår kostar {specialist} miljoner kronor för en specialist och {st} miljoner kronor för en "
            "ST-läkare, i {year} års priser."
        ).format(specialist=units["specialist"], st=units["st"], year=_price_year(context)),
        _redistribution(context, found.gaps),
        t(
            "Det här är inte hela samhällets kostnad. Inte räknade är: {items}. Ingen publicerad kostnad finns "
            "för dem i rapportens källor."
        ).format(items=t.listed(map(t, NOT_COUNTED.values()))),
    ]


def futures(context: Context) -> str:
    """Which two futures are compared."""
    return context.language(
        "Två framtider jämförs: att lika många börjar ST varje år som {base}, och vägen till normen, år för år och region "
        "för region."
    ).format(base=context.year)


def cost_of_path(context: Context, found: Cost) -> str:
    """The path's cost beyond today's intake in the target year, as a sentence; nothing where there is no path."""
    if found.present.empty:
        return ""
    more = _texts(context.language, _total(found).set_index(["path", "year"]), BILLION, 1)
    return context.language(
        "Vägen dit kostar {more} miljarder kronor mer {year} än om {base} års intag fortsätter, i {prices} års priser."
    ).format(
        more=more[DIFFERENCE, context.target_year],
        year=context.target_year,
        base=context.year,
        prices=_price_year(context),
    )


def _of_path(context: Context, found: Cost) -> list[str]:
    """The path's cost beyond today's intake, in the target year, the last year and as one amount."""
    t, last = context.language, _last(found)
    if found.present.empty:
        return [
            t("Ingen väg inom gränserna når normen till {last}. Därför finns ingen merkostnad att räkna.").format(last=last)
        ]
    more = _texts(t, _total(found).set_index(["path", "year"]), BILLION, 1)
    rate, present = context.assumptions["discount_rate"], _texts(t, _nation(found.present).set_index("rate"), BILLION)
    return [
        t(
            "Vägen till normen kostar {more} miljarder kronor mer {year} än om {base} års intag till ST fortsätter, och "
            "{most} miljarder mer {last}."
        ).format(
            base=context.year,
            year=context.target_year,
            more=more[DIFFERENCE, context.target_year],
            most=more[DIFFERENCE, last],
            last=last,
        ),
        t(
            "Nuvärdet {base} av merkostnaderna till {last} är {present} miljarder kronor med {rate} ränta, {undiscounted} "
            "med {least} och {discounted} med {most}."
        ).format(
            base=context.year,
            last=last,
            present=present[rate.value],
            rate=t.percent(rate.value),
            least=t.percent(rate.low),
            undiscounted=present[rate.low],
            most=t.percent(rate.high),
            discounted=present[rate.high],
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
        "Att nå normen redan {year} med lika många nya ST-läkare varje år skulle kosta omkring {more} miljarder kronor "
        "mer det året än {base} års intag."
    ).format(base=context.year, year=year, more=t.number(more / BILLION, 1))
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
        "publicerad statistik, PO-pålägg och omkostnader. Skattad."
    ).format(year=_price_year(context))
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
    cells = pd.DataFrame(
        {paid: [str(year) for year in years["pay_year"]]}
        | {
            t("{part}, miljoner kr").format(part=_capital(t(words))): list(
                _texts(t, rows.loc[rows["part"] == part], MILLION, 1).values()
            )
            for part, words in PART.items()
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
    """Cost of general practice in the nation by year, with today's intake and on the path to the norm."""
    t = context.language
    rows = _total(found)
    rows = rows.loc[rows["path"].isin(list(PATH))]
    words = {path: name for path, name in _paths(context).items() if (rows["path"] == path).any()}
    drawn = rows.assign(kind=rows["path"].map(words)).astype({"year": int})
    drawn[ENDS] = drawn[ENDS].astype(float) / BILLION
    chart = charts.fan(
        drawn[["year", *ENDS, "kind"]],
        charts.number_axis(t("miljarder kronor per år")),
        {name: PATH_COLOURS[path] for path, name in words.items()},
        (context.target_year, str(context.target_year)),
    )
    caption = t(
        "Vad specialister, ST och handledning i allmänmedicin kostar i riket per år, i {year} års priser, med "
        "80-procentigt intervall. Skattad. Priserna är osäkra på samma sätt i båda linjerna. Skillnaden mellan dem är "
        "därför säkrare än banden visar."
    ).format(year=_price_year(context))
    texts = _texts(t, drawn.set_index(["path", "year"]), 1.0, 1)
    ends = [t("{words}: {cost}").format(words=name, cost=texts[path, context.target_year]) for path, name in words.items()]
    alternative = t("Linjer med band. {year} är kostnaden i miljarder kronor: {ends}.").format(
        year=context.target_year, ends="; ".join(ends)
    )
    every = sorted(drawn["year"].unique())
    cells = pd.DataFrame(
        {_capital(name): [texts.get((path, year), NOTHING) for year in every] for path, name in words.items()}
        | {t("Status"): t.status("estimated")},
        index=pd.Index([str(year) for year in every], name=t("År, miljarder kr")),
    )
    data = _nation(found.by_year)
    data = data.loc[data["path"] != TARGET]
    return Figure(chart, alternative, caption, Table("kostnad-aar", cells, data, caption, _source(t), stacked=True))


def _paths(context: Context) -> dict[str, str]:
    """Words of each path that is shown."""
    return {path: context.language(words).format(year=context.year) for path, words in PATH.items()}


def _source(t: Language) -> str:
    return t("publicerade löner och PO-pålägg, rapportens modell och graderade antaganden")


def components(context: Context, found: Cost) -> Table:
    """What the nation's cost is made of in the target year, and the path's cost beyond today's in the last year too."""
    t, year, last = context.language, context.target_year, _last(found)
    rows = _nation(found.by_year)
    rows = rows.loc[rows["year"].isin([year, last]) & (rows["path"] != TARGET)].set_index(["measure", "path", "year"])
    texts = _texts(t, rows, BILLION, 1)
    shown = {_capital(words): (path, year) for path, words in _paths(context).items()}
    shown |= {t("Skillnad {year}").format(year=each): (DIFFERENCE, each) for each in (year, last)}
    cells = pd.DataFrame(
        {
            head: [texts[measure, path, each] for measure in COMPONENT]
            for head, (path, each) in shown.items()
            if path in set(rows.index.get_level_values("path"))
        }
        | {t("Status"): t.status("estimated")},
        index=pd.Index([t(words) for words in COMPONENT.values()], name=t("Miljarder kr")),
    )
    return Table(
        "kostnad-delar",
        cells,
        rows.reset_index(),
        t(
            "Vad kostnaden består av i riket {year}, och skillnaden även {last}, i {prices} års priser. Minus: det som "
            "sparas när en anställd specialist ersätter en hyrläkare, eller när färre är i utbildning än med {base} års "
            "intag. ST-läkarnas eget arbete i vården är inte avdraget."
        ).format(base=context.year, year=year, last=last, prices=_price_year(context)),
        _source(t),
        stacked=True,
    )


def by_principal(context: Context, found: Cost) -> Figure | Table:
    """What the path to the norm costs each region beyond today's intake; no rows where there is no path."""
    t, last = context.language, _last(found)
    rate = context.assumptions["discount_rate"].value
    caption = t(
        "Vad vägen till normen kostar regionen utöver {base} års intag till ST: nuvärdet {base} av åren till {last}, "
        "kronor per invånare, {rate} ränta, {prices} års priser, med 80-procentigt intervall. Skattad. Minus: vägen "
        "innebär färre nya ST-läkare i regionen än det intaget, men aldrig färre än som ersätter dem som slutar."
    ).format(base=context.year, last=last, rate=t.percent(rate), prices=_price_year(context))
    if found.present.empty:
        return Table("kostnad-regioner", pd.DataFrame(), found.present, caption, _source(t))
    rows = found.present.loc[found.present["rate"] == rate].set_index("region").drop(NATION)
    people = context.results.of("population")["value"].loc[rows.index]
    each = rows[ENDS].astype(float).div(people, axis=0)
    names = [context.region_names[str(code)] for code in rows.index]
    known, prior = t("antalet specialister och ST publicerat"), t("uppgift saknas: endast intervall")
    drawn = each.assign(label=names, kind=np.where(each["value"].notna(), known, prior))
    both = {known: BLUE, prior: MUTED}
    legend = {kind: colour for kind, colour in both.items() if (drawn["kind"] == kind).any()}
    chart = charts.intervals(drawn[["label", *ENDS, "kind"]], charts.number_axis(t("kronor per invånare")), legend, names)
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
    costly = found.by_year.loc[found.by_year["path"] == DIFFERENCE].query("measure == 'cost_total'")
    texts = _texts(t, costly.set_index(["region", "year"]), MILLION)
    columns = {
        t("Merkostnad {year}, miljoner kr").format(year=year): [texts[code, year] for code in rows.index]
        for year in (context.target_year, last)
    }
    cells = pd.DataFrame(
        columns
        | {
            t("Nuvärde {year}, miljoner kr").format(year=context.year): t.estimates(rows[ENDS].astype(float) / MILLION),
            t("Kronor per invånare"): t.estimates(each),
            t("Status"): [t.status("estimated", "" if yes else "interval_only") for yes in each["value"].notna()],
        },
        index=context.named(rows.index),
    )
    data = pd.concat([costly, found.present], ignore_index=True)
    return Figure(chart, alternative, caption, Table("kostnad-regioner", cells, data, caption, _source(t), stacked=True))


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
        "{later} om {now} års intag till ST fortsätter. Skattad. Bara rikets nettobrist har ett värde: vilka regioner som "
        "har för få är osäkert där antalet inte är publicerat."
    ).format(now=context.year, later=context.target_year)
    texts = _texts(t, rows.set_index(["measure", "year"]))
    alternative = t(
        "Staplar. {now} är nettobristen {net} heltider och överskottet i regioner som har för många {surplus}. "
        "{later} är nettobristen {then}."
    ).format(
        now=context.year,
        net=texts["gap_net", context.year],
        surplus=texts["gap_surplus", context.year],
        later=context.target_year,
        then=texts["gap_net", context.target_year],
    )
    cells = pd.DataFrame(
        {
            t("{year}, heltider").format(year=year): [texts[measure, year] for measure in GAP]
            for year in (context.year, context.target_year)
        }
        | {t("Status"): t.statuses(rows.loc[rows["year"] == context.year])},
        index=pd.Index([t(words) for words in GAP.values()], name=t("Specialister mot normen")),
    )
    source = t("publicerade antal specialister, SCB:s folkmängd och graderade antaganden")
    return Figure(chart, alternative, caption, Table("kostnad-brist", cells, rows, caption, source, stacked=True))


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
    drawn[["low", "high"]] /= BILLION
    chart = charts.ranges(
        drawn[["label", "low", "high", "kind"]],
        charts.number_axis(t("miljarder kronor per år")),
        legend,
        list(labels.values()),
    )
    caption = t(
        "Vad de {count} yrkena i primärvården kostar regioner och kommuner i riket per år, {year} års folkmängd och "
        "{prices} års priser: antalet i senaste statistik, och det antal som minuter efter behov ger. 80-procentiga "
        "intervall. Skattad, till stor del på antaganden av grad D."
    ).format(count=t.spelled(len(PROFESSIONS)), year=context.year, prices=_price_year(context))
    by_key = found.professions.set_index(["profession", "principal", "measure"])
    spans, low, high = _spans(t, by_key, MILLION), by_key["low"].to_dict(), by_key["high"].to_dict()
    over = [words for key, words in labels.items() if low[*key, "cost_difference"] > 0]
    under = [words for key, words in labels.items() if high[*key, "cost_difference"] < 0]
    alternative = t(
        "{count} par av staplar. Hela intervallet för skillnaden ligger över noll för {over} och under noll för {under}."
    ).format(count=t.number(len(labels)), over=_those(t, over), under=_those(t, under))
    cells = pd.DataFrame(
        {
            t("Antal i senaste statistik, miljoner kr"): [spans[*key, "cost_today"] for key in labels],
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
    for name in NOT_COUNTED:
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
