"""The past of the specialists for the reader: their stock beside the counts, and what the counts say of assumptions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.reference import overviews

QUANTITIES = {
    "persons": "sysselsatta",
    "persons_per_100000": "sysselsatta, ur antal per 100 000 invånare",
    "persons_under_70": "sysselsatta under 70 år",
    "share_60_64_of_under_70": "andel 60–64 år av dem under 70 år",
    "share_65_69_of_under_70": "andel 65–69 år av dem under 70 år",
    "share_60_64_after_5_years": "andel av dem i åldern 60–64 år som arbetar fem år senare",
    "share_60_plus": "andel 60 år eller äldre",
    "fte_at_health_centres": "heltider på vårdcentral",
}
"""What is counted → its Swedish words."""

USES = {
    "start": "utgångspunkt",
    "fitted": "ingår i anpassningen",
    "shown": "ingår inte i anpassningen",
    "modelled": "ingen publicerad uppgift",
}
"""Status of a row of the back-cast → its Swedish words."""

LEARNT = {
    "narrowed": "säkrare med uppgifterna",
    "unchanged": "uppgifterna säger inget",
    "pressed_low": "uppgifterna drar mot den nedre gränsen",
    "pressed_high": "uppgifterna drar mot den övre gränsen",
}
"""Status of an assumption → its Swedish words."""

IN_PERSONS = ("persons", "persons_per_100000", "persons_under_70")

DOUBTFUL = 2.0
"""Standard deviations of its error beyond which a count does not agree with the model."""


def _share(quantity: str) -> bool:
    return quantity.startswith("share")


def _written(context: Context, row: pd.Series) -> tuple[str, str]:
    """Model with its interval, and published value, of one row."""
    t = context.language
    if _share(str(row["quantity"])):
        return t.share(row["middle"], row["low"], row["high"]), t.percent(row["value"])
    published = "–" if np.isnan(row["value"]) else t.number(row["value"])
    return t.estimate(row["middle"], row["low"], row["high"]), published


def summary(context: Context) -> list[str]:
    """What following the specialists from the past says, in brief."""
    t, rows = context.language, context.results.career_back_cast
    by_year = rows.loc[rows["status"] == "modelled"]
    first, last = by_year.iloc[0], by_year.iloc[-1]
    fitted = rows.loc[rows["status"] == "fitted"]
    near = int((fitted["z"].abs() <= DOUBTFUL).sum())
    return [
        t(
            "Från {first} till {last} blir det enligt modellen {persons} sysselsatta specialister vid slutet av perioden. "
            "Av de {all} publicerade uppgifter som modellen är anpassad till stämmer {near} inom deras egen felmarginal."
        ).format(
            first=first["dated"].year,
            last=last["dated"].year,
            persons=t.estimate(last["middle"], last["low"], last["high"]),
            near=t.number(near) if near < len(fitted) else t("alla"),
            all=t.number(len(fitted)),
        )
    ]


def stock(context: Context) -> Figure:
    """Specialists by date: the model's range and the published count."""
    t, rows = context.language, context.results.career_back_cast
    counted = rows.loc[rows["quantity"].isin(IN_PERSONS) & (rows["status"] != "modelled")]
    last = rows.loc[rows["status"] == "modelled"].tail(1)
    drawn_rows = pd.concat([counted, last])
    model, published = t("modellen"), t("publicerad uppgift")
    labels = [
        charts.wrapped(f"{dated:%Y-%m-%d}, {t(QUANTITIES[str(quantity)])}")
        for dated, quantity in zip(drawn_rows["dated"], drawn_rows["quantity"], strict=True)
    ]
    drawn = pd.concat(
        [
            pd.DataFrame(
                {"label": labels, "low": drawn_rows["low"], "high": drawn_rows["high"], "value": np.nan, "kind": model}
            ),
            pd.DataFrame(
                {"label": labels, "low": np.nan, "high": np.nan, "value": drawn_rows["value"], "kind": published}
            ).dropna(subset="value"),
        ],
        ignore_index=True,
    )
    chart = charts.ranges(
        drawn, charts.number_axis(t("sysselsatta"), 0), {model: BLUE, published: ORANGE}, list(dict.fromkeys(labels))
    )
    end = last.iloc[0]
    first = counted.iloc[0]
    caption = t(
        "Sysselsatta specialister i allmänmedicin enligt modellens återblick och enligt publicerade uppgifter, var och "
        "en vid sin dag. Modellens intervall är 80-procentiga."
    )
    alternative = t(
        "Intervall och punkter. Av publicerade {counted} år {first} blir det i modellen {modelled} vid slutet av {last}."
    ).format(
        counted=t.number(first["value"]),
        first=first["dated"].year,
        modelled=t.estimate(end["middle"], end["low"], end["high"]),
        last=end["dated"].year,
    )
    return Figure(chart, alternative, caption, counts(context))


def counts(context: Context) -> Table:
    """Every published count beside what the model says of it at the same date, and the stock year by year."""
    t, rows = context.language, context.results.career_back_cast
    written = [_written(context, row) for _, row in rows.iterrows()]
    days = [f"{dated:%Y-%m-%d}" for dated in rows["dated"]]
    return Table.of(
        t,
        "aterblick-specialister",
        column.heads(t("Datum"), days),
        [
            column.written(t("Storhet"), [t(QUANTITIES[code]) for code in rows["quantity"]]),
            column.written(t("Modellen"), [model for model, _ in written]),
            column.written(t("Publicerat"), [published for _, published in written]),
            column.written(t("Avvikelse"), ["–" if np.isnan(z) else t.number(z, 1) for z in rows["z"]]),
            column.text(t("Uppgift"), [str(figure) or "–" for figure in rows["figure"]]),
            column.written(t("Användning"), [t(USES[code]) for code in rows["status"]]),
        ],
        rows.assign(dated=days),
        t(
            "Specialisterna i allmänmedicin år för år enligt modellen, och publicerade uppgifter vid sin dag. Avvikelse: "
            "modellen minus uppgiften, i standardavvikelser av uppgiftens eget fel. Uppgifterna räknar inte alla samma "
            "sak."
        ),
        t("publicerade uppgifter om specialister och modellen"),
        stacked=True,
    )


def priors(context: Context) -> Table:
    """What was assumed of the specialists' careers, and what is left of it once the counts are taken in."""
    t, rows = context.language, context.results.career_assumptions
    spans = rows[["low", "middle", "high"]].to_numpy(float)
    before = rows[["prior_low", "prior_middle", "prior_high"]].to_numpy(float)
    digits = [0 if middle >= 100 else 1 if middle >= 10 else 2 if middle >= 0.1 else 3 for middle in spans[:, 1]]

    def shown(ends: np.ndarray) -> list[str]:
        return [t.estimate(m, low, high, count) for (low, m, high), count in zip(ends, digits, strict=True)]

    effective, _ = context.results.career_draws
    return Table.of(
        t,
        "karriarer-antaganden",
        column.heads(
            t("Antagande"), [overviews.label_of(context.assumptions[str(name)], t) for name in rows["assumption"]]
        ),
        [
            column.written(t("Enhet"), [t.term(str(unit)) for unit in rows["unit"]]),
            column.written(t("Antaget"), shown(before)),
            column.written(t("Med uppgifterna"), shown(spans)),
            column.percent(t("Smalare"), rows["narrowed"].clip(lower=0)),
            column.written(t("Anmärkning"), [t(LEARNT[code]) for code in rows["status"]]),
        ],
        rows,
        t(
            "Antaganden om specialisternas karriärer före och efter att de prövats mot publicerade antal och åldrar, med "
            "80-procentiga intervall. De kombinationer av antaganden som stämmer med uppgifterna väger tillsammans lika "
            "mycket som {effective} lika sannolika."
        ).format(effective=t.number(effective)),
        t("modellens antaganden och publicerade uppgifter om specialister"),
        stacked=True,
    )
