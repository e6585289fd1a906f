"""The chapter on supply: what others forecast to 2035, set beside each other, and what regions report."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.names import FORECAST_YEAR
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import DEFINITION, PROFESSION, cells_table, publications
from riktvarden.report.kit.figures import Figure, Table


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


def beside_model(context: Context) -> Figure:
    """The published forecasts to 2035 beside the growth of need and supply that the model gives; never added."""
    t = context.language
    rows = compared(context)
    supply, demand = t("tillgång"), t("efterfrågan eller behov")
    words = {"supply": supply, "demand": demand}
    labels = [
        charts.wrapped(f"{t(PROFESSION[name])} {t('(rapporten)') if own else t('(prognos)')}")
        for name, own in zip(rows["profession"], rows["own"], strict=True)
    ]
    drawn = pd.DataFrame(
        {"label": labels, "kind": rows["side"].map(words), **{c: rows[c] for c in ("value", "low", "high")}}
    )
    agreed = agreement(rows)
    same = [t(PROFESSION[name]) for name, yes in agreed.items() if yes]
    other = [t(PROFESSION[name]) for name, yes in agreed.items() if not yes]
    alternative = t("Punktdiagram. Växer tillgången mer eller mindre än behovet?")
    if same:
        alternative += " " + t("Prognosen och rapporten säger samma sak för {names}.").format(names=", ".join(same))
    if other:
        alternative += " " + t("De säger olika för {names}.").format(names=", ".join(other))
    return Figure.of(
        charts.intervals(
            drawn,
            charts.number_axis(t("förändring till 2035"), percent=True),
            {supply: BLUE, demand: ORANGE},
            list(dict.fromkeys(labels)),
        ),
        alternative,
        Table.of(
            t,
            "tillgaang-modell",
            column.heads(t("Yrke"), [t(PROFESSION[name]).capitalize() for name in rows["profession"]]),
            [
                column.written(t("Mått"), [words[side] for side in rows["side"]]),
                column.share(t("Förändring till 2035"), rows),
                column.text(t("Från år"), rows["year"]),
                column.written(
                    t("Av"),
                    [
                        t("rapportens modell") if own else t(DEFINITION[by])
                        for own, by in zip(rows["own"], rows["by"], strict=True)
                    ],
                ),
                column.written(
                    t("Gäller"), [t("primärvården") if own else t("hela arbetsmarknaden") for own in rows["own"]]
                ),
                column.status(rows),
                column.written(t("Uppgift"), rows["figure"]),
            ],
            rows,
            t(
                "Publicerade prognoser och rapportens modell till 2035. De publicerade gäller hela arbetsmarknaden och "
                "efterfrågan, modellen primärvården och behovet, från olika år. Talen jämförs men läggs aldrig ihop."
            ),
            t("UKÄ, SCB och rapportens modell"),
            stacked=True,
        ),
    )


def compared(context: Context) -> pd.DataFrame:
    """Change of supply and of demand or need to 2035: published, and the model's.

    Returns
    -------
    pandas.DataFrame
        ``profession, own`` (whether the model's), ``side`` (supply or demand), ``value, low, high`` (fractions),
        ``year, by, scope, status, qualifier, figure``; the published rows of a profession before the model's. Professions
        without a published forecast have none.
    """
    balance = {row["profession"]: row for row in personnel.supply_balance(context.personnel).to_dict("records")}
    outlook = context.results.outlook
    of_year = outlook.loc[(outlook["year"] == FORECAST_YEAR) & outlook["measure"].isin(["supply_growth", "need_growth"])]
    model = {(row["profession"], row["measure"]): row for row in of_year.to_dict("records")}
    rows = []
    for name, each in PROFESSIONS.items():
        group = each.shown.forecast
        if group is None:
            continue
        printed = balance[group]
        figures = dict(zip(("supply", "demand"), str(printed["source"]).split(", "), strict=True))
        for side in ("supply", "demand"):
            rows.append(
                {
                    "profession": group,
                    "own": False,
                    "side": side,
                    "value": printed[side] / 100,
                    "year": printed["year"],
                    "by": printed["definition"],
                    "scope": "hela arbetsmarknaden",
                    "status": "reported",
                    "qualifier": printed[f"qualifier_{side}"],
                    "figure": figures[side],
                }
            )
        for side, measure in (("supply", "supply_growth"), ("demand", "need_growth")):
            own = model[name, measure]
            rows.append(
                {
                    "profession": name,
                    "own": True,
                    "side": side,
                    **{end: own[end] / 100 - 1 for end in ("value", "low", "high")},
                    "year": context.year,
                    "by": "",
                    "scope": "primärvården",
                    "status": own["status"],
                    "qualifier": own["qualifier"],
                    "figure": "",
                }
            )
    return pd.DataFrame(rows)


def agreement(rows: pd.DataFrame) -> dict[str, bool]:
    """Whether the published forecast and the model agree on which of supply and need grows more, by profession."""
    wide = rows.pivot_table(index=["profession", "own"], columns="side", values="value")
    sign = (wide["supply"] > wide["demand"]).rename("more").reset_index()
    reported = {(row["profession"], row["own"]): row["more"] for row in sign.to_dict("records")}
    return {
        name: bool(reported[each.shown.forecast, False] == reported[name, True])
        for name, each in PROFESSIONS.items()
        if each.shown.forecast is not None
    }


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
    return publications(context, [*shown["source"], *practice["source"]], "tillgaang-kaellor")
