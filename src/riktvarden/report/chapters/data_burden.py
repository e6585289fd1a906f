"""The chapter on the burden of handing in data: asked of whom, held by whom already, what can be prefilled."""

from __future__ import annotations

import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, PALE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table

ASKED_OF = {
    "region": "regioner",
    "municipality": "kommuner",
    "private_provider": "privata vårdgivare",
    "nobody": "ingen",
}
"""Who is asked → its Swedish words."""

HELD_BY = {"region": "regionen själv", "skr": "SKR", "scb": "SCB", "socialstyrelsen": "Socialstyrelsen"}
"""Who holds it → its Swedish words."""

HELD_IN = {
    "own accounts": "egen redovisning",
    "staff records": "personalsystem",
    "training records": "studierektorns uppgifter",
    "occupation register": "yrkesregistret",
    "register of specialist certificates": "registret över specialistbevis",
    "own records": "egna uppgifter",
    "agreements with providers": "avtal med vårdgivare",
    "staff statistics of November": "personalstatistik i november",
    "occupation register and register of licences": "yrkesregistret och legitimationsregistret",
    "payments under the tariff": "utbetalningar enligt taxan",
    "staff records of each unit": "varje enhets personaluppgifter",
    "population register": "folkbokföringen",
}
"""Where it is held → its Swedish words."""

PREFILL = {"full": "helt", "partial": "delvis", "no": "nej"}
"""Whether the variable can be prefilled → its Swedish words."""

PREFILL_TABLE = {
    "": "",
    "st_baseline": "publicerade uppgifter om ST",
    "kolada_personnel": "nyckeltal i Kolada",
    "population_region_age_group": "SCB:s folkmängd",
}
"""Table that it is prefilled from → its Swedish words."""


def summary(context: Context) -> list[str]:
    """How many variables are asked for, and how many of them somebody central holds already."""
    t = context.language
    variables = context.tables["requested_variables"]
    asked = variables.loc[variables["asked_of"] != "nobody"]
    central = asked.loc[asked["held_by"] != "region"]
    ready = asked.loc[asked["prefill"] != "no"]
    return [
        t(
            "Statistiken behöver {all} uppgifter. {asked} av dem måste regioner, kommuner eller vårdgivare lämna, och "
            "{central} av de {asked} finns redan hos SKR, SCB eller Socialstyrelsen."
        ).format(all=t.number(len(variables)), asked=t.number(len(asked)), central=t.number(len(central))),
        t.plural(
            "{count} uppgift kan fyllas i på förhand, helt eller delvis, ur statistik som redan är publicerad.",
            "{count} uppgifter kan fyllas i på förhand, helt eller delvis, ur statistik som redan är publicerad.",
            len(ready),
        ),
        t("Hur många timmar arbetet tar har ingen mätt. Därför visar vi bara var det går att slippa fråga."),
    ]


def variables_by_provider(context: Context) -> Figure:
    """Variables by who is asked, and whether they can be prefilled."""
    t = context.language
    counts = personnel.burden(context.tables["requested_variables"])
    order = [t(ASKED_OF[code]) for code in ASKED_OF if code in set(counts["asked_of"])]
    kinds = {code: t("fylls i på förhand: {how}").format(how=t(word)) for code, word in PREFILL.items()}
    rows = pd.DataFrame(
        {
            "label": [t(ASKED_OF[code]) for code in counts["asked_of"]],
            "value": counts["variables"],
            "kind": [kinds[code] for code in counts["prefill"]],
        }
    )
    wide = counts.pivot_table(index="asked_of", columns="prefill", values="variables", fill_value=0)
    wide = wide.reindex(index=[code for code in ASKED_OF if code in wide.index], columns=list(PREFILL), fill_value=0)
    most = wide.sum(axis=1)
    alternative = t(
        "Staplar. Flest uppgifter, {count}, efterfrågas hos {who}. Av alla efterfrågade uppgifter kan {full} "
        "fyllas i helt på förhand och {partial} delvis."
    ).format(
        count=t.number(most.max()),
        who=t(ASKED_OF[str(most.idxmax())]),
        full=t.number(wide["full"].sum()),
        partial=t.number(wide["partial"].sum()),
    )
    legend = dict(zip(kinds.values(), (BLUE, PALE, MUTED), strict=True))
    return Figure.of(
        charts.bars(rows, charts.number_axis(t("uppgifter"), 0), legend, order),
        alternative,
        Table.of(
            t,
            "boerda-antal",
            column.heads(t("Efterfrågas hos"), order),
            [
                *(column.number(t(word).capitalize(), wide[code]) for code, word in PREFILL.items()),
                column.number(t("Totalt"), most),
            ],
            counts,
            t("Antal uppgifter efter vem som får frågan och om svaret kan fyllas i på förhand."),
            t("rapportens genomgång av vad uppdraget frågar efter"),
        ),
    )


def variables(context: Context) -> Table:
    """Every variable: asked of whom, held by whom, prefilled from which table."""
    t = context.language
    rows = context.tables["requested_variables"]
    return Table.of(
        t,
        "boerda-uppgifter",
        column.heads(t("Uppgift"), [t(title) for title in rows["title"]]),
        [
            column.written(t("Efterfrågas hos"), [t(ASKED_OF[code]) for code in rows["asked_of"]]),
            column.written(
                t("Finns redan hos"),
                [
                    f"{t(HELD_BY[by])}: {t(HELD_IN[place])}"
                    for by, place in zip(rows["held_by"], rows["held_in"], strict=True)
                ],
            ),
            column.written(t("Fylls i på förhand"), [t(PREFILL[code]) for code in rows["prefill"]]),
            column.written(t("Ur"), [t(PREFILL_TABLE.get(name, name)) for name in rows["prefill_table"].fillna("")]),
        ],
        rows,
        t("Uppgifterna som statistiken behöver, och vem som redan har dem."),
        t("rapportens genomgång av vad uppdraget frågar efter"),
        stacked=True,
    )
