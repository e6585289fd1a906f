"""The chapter on development over time: what the move to local care can and cannot be seen to have done."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import DEFINITION, publications
from riktvarden.report.kit.figures import Figure, Table

SERIES = {
    "municipal_recipients": "personer med kommunal hälso- och sjukvård",
    "health_centres_private": "vårdcentraler i privat regi",
    "physician_visits_primary": "läkarbesök i primärvård",
}
"""Series with the same meaning in all its years → its Swedish words."""

OTHER = {
    "contacts_primary": "patientkontakter i primärvård",
    "health_centres": "vårdcentraler",
}
"""Series that stand in the table only."""


def summary(context: Context) -> list[str]:
    """The development in words, and the limit of what it shows."""
    t = context.language
    recipients = personnel.change(_series(context, "municipal_recipients"))
    visits = personnel.change(_series(context, "physician_visits_primary"))
    transfer = _transfer(context)
    early, late = transfer["year"].min(), transfer["year"].max()
    counts = transfer.groupby("year")["value"].sum()
    return [
        t(
            "Personer med kommunal hälso- och sjukvård: {first} år {y0} och {last} år {y1}, en förändring med {change}."
        ).format(**_words(context, recipients)),
        t("Läkarbesök i primärvård: {first} år {y0} och {last} år {y1}, en förändring med {change}.").format(
            **_words(context, visits)
        ),
        t(
            "Hemsjukvården hade förts över till kommunerna i {early_count} län {early} och i {late_count} av {all} "
            "län {late}."
        ).format(
            early=early,
            late=late,
            early_count=t.number(counts[early]),
            late_count=t.number(counts[late]),
            all=t.number(len(context.results.regions)),
        ),
        t(
            "Ingen av serierna visar vad omställningen till nära vård har gjort med personalen. Det finns varken en "
            "personalserie för primärvården eller en jämförelsegrupp."
        ),
    ]


def development(context: Context) -> Figure:
    """Series on one scale, each with its first year as 100; points, not lines."""
    t = context.language
    rows = personnel.indexed(pd.concat([_series(context, code) for code in SERIES], ignore_index=True))
    words = {code: t(text) for code, text in SERIES.items()}
    drawn = pd.DataFrame(
        {
            "year": rows["year"].astype(float),
            "value": rows["index"],
            "kind": rows["series"].map(words),
            "low": np.nan,
            "high": np.nan,
        }
    )
    ordered = rows.assign(label=rows["series"].map(words)).sort_values("label", kind="stable")
    parts = [
        t("{name} {change}").format(name=words[code], change=_words(context, found)["change"])
        for code, found in ((code, personnel.change(_series(context, code))) for code in SERIES)
    ]
    return Figure.of(
        charts.points_in_time(
            drawn,
            charts.number_axis(t("första året = 100"), 0),
            dict(zip(words.values(), (BLUE, ORANGE, MUTED), strict=True)),
        ),
        t("Punktdiagram med tre serier, var och en med sitt första år som 100. Förändring: {parts}.").format(
            parts="; ".join(parts)
        ),
        Table.of(
            t,
            "naara-vaard-utveckling",
            column.heads(t("Serie"), ordered["label"]),
            [
                column.written(t("År"), ordered["year"].astype(str)),
                column.number(t("Värde"), ordered["value"]),
                column.number(t("Första året = 100"), ordered["index"]),
                column.status(ordered),
                column.written(t("Uppgift"), ordered["figure"]),
            ],
            rows,
            t("Utveckling över tid i publicerade uppgifter, riket. Serierna har olika start."),
            t("publicerade uppgifter, förtecknade under Källor"),
        ),
    )


def nurses(context: Context) -> Figure:
    """Nurses employed by municipalities: four figures of two kinds, which are no series."""
    t = context.language
    rows = context.personnel.query(
        "profession == 'nurse' and principal == 'municipality' and sector == 'public' and measure == 'persons'"
    ).sort_values("year")
    kinds = [t(DEFINITION[code]) for code in rows["definition"]]
    drawn = pd.DataFrame(
        {
            "year": rows["year"].astype(float),
            "value": rows["value"],
            "kind": kinds,
            "low": np.nan,
            "high": np.nan,
        }
    )
    first, last = rows.iloc[0], rows.iloc[-1]
    alternative = t(
        "Punktdiagram. Sjuksköterskor anställda av kommuner: {first} år {y0} och {last} år {y1}. Källorna räknar på "
        "olika sätt, så punkterna är ingen tidsserie."
    ).format(first=t.number(first["value"]), y0=first["year"], last=t.number(last["value"]), y1=last["year"])
    legend = dict(zip(dict.fromkeys(kinds), (ORANGE, BLUE, MUTED), strict=False))
    return Figure.of(
        charts.points_in_time(drawn, charts.number_axis(t("personer"), 0), legend),
        alternative,
        Table.of(
            t,
            "naara-vaard-sjukskoeterskor",
            column.heads(t("År"), [str(year) for year in rows["year"]]),
            [
                column.number(t("Sjuksköterskor"), rows["value"]),
                column.written(t("Definition"), kinds),
                column.status(rows),
                column.written(t("Uppgift"), rows["source"]),
            ],
            rows,
            t("Sjuksköterskor anställda av kommuner, före och efter att hemsjukvården fördes över."),
            t("publicerade uppgifter, förtecknade under Källor"),
        ),
    )


def transfer(context: Context) -> Table:
    """Which counties had moved home health care to the municipalities, and when."""
    t = context.language
    rows = _transfer(context)
    wide = rows.pivot_table(index="region", columns="year", values="value")
    yes, no = t("ja"), t("nej")
    return Table.of(
        t,
        "naara-vaard-hemsjukvaard",
        context.named(wide.index),
        [
            *(column.written(str(year), [yes if value == 1 else no for value in wide[year]]) for year in wide.columns),
            column.status("reported"),
            column.written(t("Uppgift"), rows.groupby("region")["figure"].agg(", ".join)),
        ],
        rows,
        t("Hemsjukvården överförd till kommunerna. I Halland gällde det 2011 bara personer med beslut om omsorg."),
        t("statens offentliga utredningar"),
    )


VISITS = {
    "physician_visits_primary": "läkare",
    "visits_nurse": "sjuksköterskor",
    "visits_rehabilitation": "fysioterapeuter och arbetsterapeuter",
    "visits_child_health": "barnhälsovård",
    "visits_home_care": "hemsjukvård knuten till primärvården",
    "visits_maternal_health": "mödrahälsovård",
    "visits_other": "övriga, bland dem psykologer och kuratorer",
}
"""Series of visits in one year → whom they were to."""


def visits(context: Context) -> Table:
    """Visits in primary care by whom they were to: the one year that is distinguished by profession."""
    t = context.language
    rows = pd.concat([_series(context, code).tail(1) for code in VISITS], ignore_index=True)
    return Table.of(
        t,
        "naara-vaard-besoek",
        column.heads(t("Besök till"), [t(VISITS[code]) for code in rows["series"]]),
        [
            column.number(t("Besök"), rows["value"]),
            column.status(rows),
            column.written(t("Uppgift"), rows["figure"]),
        ],
        rows,
        t("Besök i regionfinansierad primärvård {year}. Psykologer och kuratorer går inte att skilja ut.").format(
            year=rows["year"].max()
        ),
        t("SKR genom SOU 2018:39"),
    )


def design(context: Context) -> Table:
    """What each design would need, what exists, and what it may then conclude."""
    t = context.language
    rows = [
        (
            t("Trend i riket"),
            t("Samma mått flera år"),
            t("Finns för kontakter, mottagare och vårdcentraler, inte för personal i primärvård"),
            t("Att något ökat eller minskat. Inte varför."),
        ),
        (
            t("Före och efter, utan jämförelse"),
            t("Ett mått före och ett efter överföringen"),
            t("Finns för kommunernas sjuksköterskor, med olika definitioner"),
            t("Inget om orsaken: allt annat som hände samtidigt syns också."),
        ),
        (
            t("Skillnad i skillnader mellan län"),
            t("Personal per län och år, där länen bytte vid olika tid"),
            t("Tiden för överföringen finns per län. Personal per län och år saknas"),
            t("Skulle kunna visa effekten, om länen utvecklades lika före."),
        ),
        (
            t("Stegvis införande per kommun"),
            t("Personal per kommun och år, och datum för varje avtal"),
            t("Saknas"),
            t("Skulle tåla mer, men kräver uppgifter som ingen har samlat."),
        ),
    ]
    data = pd.DataFrame(rows, columns=["design", "needs", "exists", "conclusion"])
    return Table.of(
        t,
        "naara-vaard-upplaegg",
        *column.listed((t("Upplägg"), t("Kräver"), t("Finns"), t("Kan säga")), rows),
        data,
        t("Fyra sätt att följa omställningen, och vad vart och ett kan visa."),
        t("rapportens metod"),
        stacked=True,
    )


def changes(context: Context) -> Table:
    """First and last figure of every series with the yearly change."""
    t = context.language
    entries, data = [], []
    for code, words in (SERIES | OTHER).items():
        rows = _series(context, code)
        found = personnel.change(rows)
        entries.append(
            (
                t(words),
                str(found.first_year),
                t.number(found.first),
                str(found.last_year),
                t.number(found.last),
                t.number(found.figures),
                t.percent(found.change, 1),
                t.percent(found.yearly, 1),
                t.status("derived"),
            )
        )
        data.append({"series": code, **found._asdict(), "figures_used": ", ".join(rows["figure"])})
    heads = (
        t("Serie"),
        t("Från"),
        t("Värde, från"),
        t("Till"),
        t("Värde, till"),
        t("Antal uppgifter"),
        t("Förändring"),
        t("Per år"),
        t("Status"),
    )
    return Table.of(
        t,
        "naara-vaard-foeraendring",
        *column.listed(heads, entries),
        pd.DataFrame(data),
        t("Förändring mellan första och sista publicerade år. Förändringen är härledd ur redovisade tal."),
        t("publicerade uppgifter, förtecknade under Källor"),
        stacked=True,
    )


# --- the move as a scenario -----------------------------------------------------------------------------

WHO = {"general_practice": "specialister i allmänmedicin"} | {name: each.shown.plural for name, each in PROFESSIONS.items()}
"""Who sees patients in what regions pay for → the Swedish words."""

CONSERVED, ADDED = "conserved", "added"


def scenario_words(context: Context) -> list[str]:
    """What a larger share of the cost would mean in money and doctors."""
    t = context.language
    rows = _scenario(context)
    aim = rows["aim"].max()
    at_aim = rows.loc[(rows["aim"] == aim) & (rows["cost"] == CONSERVED)].set_index(["measure", "profession"])
    money, doctors = at_aim.loc[("cost_more", "all")], at_aim.loc[("fte_more", "general_practice")]
    now = context.assumptions["primary_care_cost_share"]
    return [
        t(
            "Primärvårdens andel av regionernas kostnad var {now} i den senaste uppgiften. Vid {aim} av samma kostnad "
            "skulle primärvården få {money} miljarder kronor mer om året, i prisläget {year}."
        ).format(
            year=_contacts_year(context),
            now=t.percent(now.value),
            aim=t.percent(aim),
            money=t.interval(money["low"] / 1e9, money["high"] / 1e9),
        ),
        t(
            "Med samma sammansättning som i dag motsvarar det {doctors} heltider av specialister i allmänmedicin "
            "utöver dagens. Det är ett räkneexempel: pengar ger personal bara om den finns att anställa."
        ).format(doctors=t.interval(round(doctors["low"], -2), round(doctors["high"], -2))),
    ]


def scenario(context: Context) -> Figure:
    """Contacts, minutes and staff that follow if primary care gets a larger share of the cost."""
    t = context.language
    rows = _scenario(context)
    aims = sorted(rows["aim"].unique())
    words = {aim: t("{share} av kostnaden").format(share=t.percent(aim)) for aim in aims}
    labels = {code: charts.wrapped(t(name)) for code, name in WHO.items()}
    staff = rows.loc[(rows["measure"] == "fte_more") & (rows["cost"] == CONSERVED)]
    drawn = staff.assign(label=staff["profession"].map(labels), kind=staff["aim"].map(words))
    columns: dict[str, list[str]] = {}
    for measure, title, unit in (
        ("contacts_more", t("Fler kontakter, miljoner"), 1e6),
        ("minutes_more", t("Fler timmar, miljoner"), 60e6),
        ("fte_more", t("Fler heltider"), 1.0),
    ):
        for aim in aims:
            part = rows.loc[(rows["measure"] == measure) & (rows["aim"] == aim) & (rows["cost"] == CONSERVED)]
            found = part.set_index("profession").loc[list(WHO), ["value", "low", "high"]] / unit
            columns[t("{what}, vid {share}").format(what=title, share=t.percent(aim))] = t.estimates(
                found.round(-1) if unit == 1 else found, 0 if unit == 1 else 1
            )
    beyond = rows.loc[(rows["measure"] == "fte_more") & (rows["aim"] == aims[-1]) & (rows["cost"] == ADDED)]
    extra = beyond.set_index("profession").loc[list(WHO), ["value", "low", "high"]].round(-1)
    columns[t("Heltider vid {share}, om övrig vård behåller sin kostnad").format(share=t.percent(aims[-1]))] = t.estimates(
        extra
    )
    cells = pd.DataFrame(
        columns | {t("Status"): t.status("estimated", "scenario")},
        index=pd.Index([t(name) for name in WHO.values()], name=t("Yrke")),
    )
    most = staff.loc[staff["aim"] == aims[-1]].set_index("profession")["value"]
    alternative = t(
        "Liggande staplar. Vid {share} av kostnaden behövs flest fler heltider av {most}, {value}. I alla "
        "yrken växer heltiderna lika många procent."
    ).format(share=t.percent(aims[-1]), most=t(WHO[str(most.idxmax())]), value=t.number(round(most.max(), -1)))
    return Figure.of(
        charts.ranges(
            drawn[["label", "kind", "low", "high"]],
            charts.number_axis(t("heltider utöver dagens"), 0),
            dict(zip(words.values(), (ORANGE, BLUE), strict=True)),
            list(labels.values()),
        ),
        alternative,
        Table(
            "naara-vaard-scenario",
            cells,
            rows,
            t(
                "Scenario: primärvården får en större del av regionernas kostnad. Vad som tillkommer i den vård som "
                "regionerna betalar, med 80-procentigt intervall. Kontakterna är av {contacts}, heltiderna av {year}."
            ).format(contacts=_contacts_year(context), year=context.year),
            t("SKR genom SOU 2018:39 och graderade antaganden; metod i"),
            stacked=True,
        ),
    )


def _contacts_year(context: Context) -> str:
    return f"{context.assumptions['contacts_year'].value:.0f}"


def _scenario(context: Context) -> pd.DataFrame:
    found: pd.DataFrame = context.analysis("local_care")
    return found


SCENARIO_FIGURES = ("so-002", "so-153", "so-154", "so-156", "so-157", "so-158")
"""What the scenario begins with."""


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    shown = {*SERIES, *OTHER, *VISITS, "home_care_transferred"}
    nurse = context.personnel.query("profession == 'nurse' and principal == 'municipality' and sector == 'public'")
    figures = context.care.loc[context.care["series"].isin(shown), "figure"]
    return publications(context, [*figures, *nurse["source"], *SCENARIO_FIGURES], "naara-vaard-kaellor")


def _series(context: Context, code: str) -> pd.DataFrame:
    rows = context.care.loc[(context.care["series"] == code) & (context.care["region"] == NATION)]
    return rows.loc[(rows["sex"] == "total") & (rows["age_group"] == "total")]


def _transfer(context: Context) -> pd.DataFrame:
    return context.care.loc[context.care["series"] == "home_care_transferred"]


def _words(context: Context, found: personnel.Series) -> dict[str, str]:
    t = context.language
    return {
        "first": t.number(found.first),
        "y0": str(found.first_year),
        "last": t.number(found.last),
        "y1": str(found.last_year),
        "change": t.signed(found.change, 1, percent=True),
    }
