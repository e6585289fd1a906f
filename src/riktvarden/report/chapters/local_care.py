"""The chapter on development over time: what the move to local care can and cannot be seen to have done."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.kit import charts
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
    cells = pd.DataFrame(
        {
            t("År"): [str(year) for year in rows["year"]],
            t("Värde"): [t.number(value) for value in rows["value"]],
            t("Första året = 100"): [t.number(value) for value in rows["index"]],
            t("Status"): t.statuses(rows),
            t("Uppgift"): rows["figure"].to_list(),
        },
        index=pd.Index([words[code] for code in rows["series"]], name=t("Serie")),
    ).sort_index(kind="stable")
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
        Table(
            "naara-vaard-utveckling",
            cells,
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
    cells = pd.DataFrame(
        {
            t("Sjuksköterskor"): [t.number(value) for value in rows["value"]],
            t("Definition"): kinds,
            t("Status"): t.statuses(rows),
            t("Uppgift"): rows["source"].to_list(),
        },
        index=pd.Index([str(year) for year in rows["year"]], name=t("År")),
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
        Table(
            "naara-vaard-sjukskoeterskor",
            cells,
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
    cells = wide.map(lambda value: yes if value == 1 else no)
    cells.columns = pd.Index([str(year) for year in wide.columns])
    cells[t("Status")] = t.status("reported")
    cells[t("Uppgift")] = rows.groupby("region")["figure"].agg(", ".join)
    cells.index = context.named(wide.index)
    return Table(
        "naara-vaard-hemsjukvaard",
        cells,
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
    cells = pd.DataFrame(
        {
            t("Besök"): [t.number(value) for value in rows["value"]],
            t("Status"): t.statuses(rows),
            t("Uppgift"): rows["figure"].to_list(),
        },
        index=pd.Index([t(VISITS[code]) for code in rows["series"]], name=t("Besök till")),
    )
    return Table(
        "naara-vaard-besoek",
        cells,
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
    cells = data.set_index("design").rename_axis(t("Upplägg"))
    cells.columns = pd.Index([t("Kräver"), t("Finns"), t("Kan säga")])
    return Table(
        "naara-vaard-upplaegg",
        cells,
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
    columns = [
        "",
        t("Från"),
        t("Värde, från"),
        t("Till"),
        t("Värde, till"),
        t("Antal uppgifter"),
        t("Förändring"),
        t("Per år"),
    ]
    cells = pd.DataFrame(entries, columns=[*columns, t("Status")]).set_index("").rename_axis(t("Serie"))
    return Table(
        "naara-vaard-foeraendring",
        cells,
        pd.DataFrame(data),
        t("Förändring mellan första och sista publicerade år. Förändringen är härledd ur redovisade tal."),
        t("publicerade uppgifter, förtecknade under Källor"),
        stacked=True,
    )


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    shown = {*SERIES, *OTHER, *VISITS, "home_care_transferred"}
    nurse = context.personnel.query("profession == 'nurse' and principal == 'municipality' and sector == 'public'")
    figures = context.care.loc[context.care["series"].isin(shown), "figure"]
    return publications(context, [*figures, *nurse["source"]], "naara-vaard-kaellor")


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
