"""The chapter on supply: whether enough are educated, what others forecast, and what regions report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.names import FORECAST_YEAR
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import education
from riktvarden.report.chapters.st_guideline import chance, word
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import DEFINITION, PROFESSION, cells_table, publications
from riktvarden.report.kit.figures import Figure, Table


def summary(context: Context) -> list[str]:
    """Whether today's education is enough, what it would take, and what others forecast."""
    return [*_enough(context), *_forecast(context)]


def _enough(context: Context) -> list[str]:
    """For which professions today's education is enough, and what else than places would help."""
    t, year = context.language, context.target_year
    chances = {name: education.enough(context, name) for name in PROFESSIONS}
    unlikely, even, likely = (
        [name for name, share in chances.items() if word(share, "likely", "even", "unlikely") == kind]
        for kind in ("unlikely", "even", "likely")
    )

    def named(names: list[str]) -> str:
        return t.listed(
            t("{name} ({share})").format(name=t(PROFESSION[name]), share=chance(t, chances[name])) for name in names
        )

    reported = []
    if unlikely:
        reported.append(
            t(
                "Vi bedömer att dagens utbildning inte räcker för {names}, om behovet ska vara täckt {year}. Inom parentes "
                "står sannolikheten att den räcker."
            ).format(names=named(unlikely), year=year)
        )
        reported.append(
            t("Det skulle behövas {places}, från det första år då en ny student hinner bli färdig.").format(
                places=t.listed(
                    t("{wanted} utbildningsplatser per år för {name} (uppskattningsvis {now} finns)").format(
                        name=t(PROFESSION[name]),
                        wanted=t.between(*education.nation(context, name, "places_needed")),
                        now=t.between(*education.nation(context, name, "places_today")),
                    )
                    for name in unlikely
                )
            )
        )
    if even:
        reported.append(t("För {names} är det osäkert om utbildningen räcker.").format(names=named(even)))
    if likely:
        reported.append(t("För {names} räcker den troligen.").format(names=named(likely)))
    reported.append(
        t(
            "Nya platser ger personal först efter flera år. Därför bör regionerna och kommunerna också pröva om fler "
            "utbildade kan välja primärvården, arbeta mer eller stanna längre, eftersom det ger samma arbetstid."
        )
    )
    return reported


def _forecast(context: Context) -> list[str]:
    """What others forecast, for which professions nobody does, and what that says of primary care."""
    t = context.language
    balance = personnel.supply_balance(context.personnel)
    more, less = (
        [t(PROFESSION[code]) for code in balance.loc[which, "profession"]]
        for which in (balance["balance"] > 0, balance["balance"] <= 0)
    )
    without = [
        t(PROFESSION[code]) for code in personnel.ASKED if code not in set(balance["profession"]) | {"nurse", "physician"}
    ]
    reported = []
    if less:
        reported.append(
            t("De publicerade prognoserna väntar att efterfrågan till {year} växer mer än tillgången för {names}.").format(
                year=FORECAST_YEAR, names=t.listed(less)
            )
        )
    if more:
        reported.append(t("För {names} väntar de att tillgången växer mest.").format(names=t.listed(more)))
    return [
        " ".join(reported),
        t(
            "Prognoserna gäller hela arbetsmarknaden. Ett överskott i landet kan ändå vara en brist i primärvården, "
            "eftersom de flesta arbetar någon annanstans. För {names} finns ingen prognos."
        ).format(names=t.listed(without)),
    ]


def forecasts(context: Context) -> Figure:
    """Change of supply and demand to 2035 by profession, as published."""
    t = context.language
    balance = personnel.supply_balance(context.personnel).sort_values("balance", ascending=False)
    supply, demand = t("tillgång"), t("efterfrågan")
    labels = [t(PROFESSION[code]) for code in balance["profession"]]
    rows = pd.concat(
        [
            pd.DataFrame({"label": labels, "value": balance[side] / 100, "kind": kind, "low": np.nan, "high": np.nan})
            for side, kind in (("supply", supply), ("demand", demand))
        ],
        ignore_index=True,
    )
    best, worst = balance.iloc[0], balance.iloc[-1]
    alternative = t(
        "Punktdiagram över förväntad förändring till 2035. Skillnaden mellan tillgång och efterfrågan är störst åt "
        "det positiva hållet för {best} ({most} procentenheter) och åt det negativa för {worst} ({least})."
    ).format(
        best=t(PROFESSION[best["profession"]]),
        most=t.number(best["balance"]),
        worst=t(PROFESSION[worst["profession"]]),
        least=t.number(worst["balance"]),
    )
    return Figure.of(
        charts.intervals(
            rows,
            charts.number_axis(t("förändring till 2035"), percent=True),
            {supply: BLUE, demand: ORANGE},
            labels,
        ),
        alternative,
        Table.of(
            t,
            "tillgaang-prognoser",
            column.heads(t("Yrke"), labels),
            [
                column.written(t("Tillgång"), [t.percent(value / 100) for value in balance["supply"]]),
                column.written(t("Efterfrågan"), [t.percent(value / 100) for value in balance["demand"]]),
                column.number(t("Skillnad, procentenheter"), balance["balance"]),
                column.written(t("Prognos av"), [t(DEFINITION[code]) for code in balance["definition"]]),
                column.written(t("Basår"), [str(year) for year in balance["year"]]),
                column.written(
                    t("Status, tillgång"), [t.status("reported", qualifier) for qualifier in balance["qualifier_supply"]]
                ),
                column.written(
                    t("Status, efterfrågan"), [t.status("reported", qualifier) for qualifier in balance["qualifier_demand"]]
                ),
                column.written(t("Uppgift"), balance["source"]),
            ],
            balance,
            t("Publicerade prognoser till 2035, hela arbetsmarknaden. Specialistsjuksköterskor: alla inriktningar."),
            t("UKÄ och SCB"),
            stacked=True,
        ),
    )


def training(context: Context) -> Table:
    """Graduates, entrants and the further need that the forecasts state."""
    t = context.language
    rows = context.personnel.loc[
        context.personnel["measure"].isin(
            ["graduates", "entrants", "further_need_2035", "further_entrants_2035", "licences_issued"]
        )
    ]
    return cells_table(context, rows, "tillgaang-utbildning", t("Utbildning och ytterligare behov enligt källorna, riket."))


def general_practice(context: Context) -> Table:
    """The older forecasts for specialists in general practice beside what was counted later."""
    t = context.language
    rows = context.personnel.loc[
        (context.personnel["profession"] == "gp_specialist") & (context.personnel["region"] == NATION)
    ]
    return cells_table(
        context,
        rows,
        "tillgaang-allmaenmedicin",
        t("Specialister i allmänmedicin: prognoser, antal och bedömd brist. Definitionerna skiljer sig."),
    )


def shortages(context: Context) -> Table:
    """How many regions say that they lack a profession."""
    t = context.language
    rows = context.personnel.loc[context.personnel["measure"] == "regions_reporting_shortage"]
    return cells_table(
        context,
        rows,
        "tillgaang-brist",
        t("Regioner som uppger brist. Antalet säger att brist finns, inte hur stor den är."),
    )


def sources(context: Context) -> Table:
    """The publications behind the chapter."""
    rows = context.personnel
    shown = rows.loc[~rows["measure"].isin(personnel.STOCKS) & ~rows["measure"].str.startswith(("centres_", "share_"))]
    practice = rows.loc[(rows["profession"] == "gp_specialist") & (rows["region"] == NATION)]
    return publications(context, [*shown["source"], *practice["source"], *education.sources(context)], "tillgaang-kaellor")
