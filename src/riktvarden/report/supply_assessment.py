"""The chapter on supply: what others forecast to 2035, set beside each other, and what regions report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.report import charts
from riktvarden.report.charts import BLUE, ORANGE
from riktvarden.report.context import Context
from riktvarden.report.figures import Figure, Table
from riktvarden.report.personnel import DEFINITION, PROFESSION, cells_table, publications


def summary(context: Context) -> list[str]:
    """The assessment in words, profession by profession."""
    t = context.language
    balance = personnel.supply_balance(context.personnel).sort_values("balance", ascending=False)
    sentences = []
    for row in balance.to_dict("records"):
        words = (
            t("{name}: tillgången väntas öka mer än efterfrågan, {supply} mot {demand} från {year} till 2035 ({who}).")
            if row["balance"] > 0
            else t("{name}: efterfrågan väntas öka mer än tillgången, {demand} mot {supply} från {year} till 2035 ({who}).")
        )
        sentences.append(
            words.format(
                name=t(PROFESSION[row["profession"]]).capitalize(),
                supply=t.percent(row["supply"] / 100),
                demand=t.percent(row["demand"] / 100),
                year=row["year"],
                who=t(DEFINITION[row["definition"]]),
            )
        )
    without = [
        t(PROFESSION[code]) for code in personnel.ASKED if code not in set(balance["profession"]) | {"nurse", "physician"}
    ]
    sentences.append(
        t("Prognoserna gäller hela arbetsmarknaden, inte primärvården. Ingen prognos till 2035 finns för {names}.").format(
            names=t.listed(without)
        )
    )
    return sentences


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
    cells = pd.DataFrame(
        {
            t("Tillgång"): [t.percent(value / 100) for value in balance["supply"]],
            t("Efterfrågan"): [t.percent(value / 100) for value in balance["demand"]],
            t("Skillnad, procentenheter"): [t.number(value) for value in balance["balance"]],
            t("Prognos av"): [t(DEFINITION[code]) for code in balance["definition"]],
            t("Basår"): [str(year) for year in balance["year"]],
            t("Status, tillgång"): [t.status("reported", qualifier) for qualifier in balance["qualifier_supply"]],
            t("Status, efterfrågan"): [t.status("reported", qualifier) for qualifier in balance["qualifier_demand"]],
            t("Uppgift"): balance["source"].to_list(),
        },
        index=pd.Index(labels, name=t("Yrke")),
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
        Table(
            "tillgaang-prognoser",
            cells,
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
        (context.personnel["profession"] == "gp_specialist") & (context.personnel["region"] == personnel.NATION)
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
    practice = rows.loc[(rows["profession"] == "gp_specialist") & (rows["region"] == personnel.NATION)]
    return publications(context, [*shown["source"], *practice["source"]], "tillgaang-kaellor")
