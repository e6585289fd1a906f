"""The chapter on the dialogue: what is missing in the statistics, beside the questions and the burden of answering."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.chapters import questions, st_baseline
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import ASPECT, CARE_LEVEL, PROFESSION, SECTOR, cells_table
from riktvarden.report.kit.figures import Figure, Table

UNDATED = {
    "unemployment": ("vårdbehovsindexet", "C1"),
    "single_person_households": ("vårdbehovsindexet", "C1"),
    "density": ("avstånden i glesbygd", "C3"),
    "share_in_localities": ("avstånden i glesbygd", "C3"),
}
"""Covariate without a date → what of the model rests on it, and its formula."""


def summary(context: Context) -> list[str]:
    """What is missing, what has been assumed instead, and who knows."""
    t = context.language
    wanted = personnel.wanted(context.results.regions)
    found = personnel.complete(context.personnel, wanted)
    present = int((found["status"] != "missing").sum())
    outside = personnel.uncovered_share(context.personnel, _inhabitants(context))
    graded = list(context.assumptions.values())
    specialists = context.results.of("specialist_fte").loc[list(context.results.regions), "value"]
    return [
        " ".join(
            [
                t("Vi har gått igenom allt som är publicerat om personalen."),
                (
                    t("{found} av de {cells} uppgifter som uppdraget ber om finns.")
                    if present
                    else t("Ingen av de {cells} uppgifter som uppdraget ber om finns.")
                ).format(found=t.number(present), cells=t.number(len(wanted))),
                t("För {count} av {all} yrken finns ingen uppgift för någon region.").format(
                    count=t.number((outside == 1).sum()), all=t.number(len(outside))
                ),
            ]
        ),
        t(
            "Vi har inte fyllt luckorna i statistiken, eftersom ingen källa visar hur personalen skiljer sig mellan "
            "regionerna. Riktvärdena går däremot inte att räkna utan uppgifter. De bygger på {all} antaganden, och för "
            "{unmeasured} av dem har vi ingen källa. Det är de som är frågorna till dialogen."
        ).format(
            all=t.number(len(graded)),
            unmeasured=t.number(sum(item.grade == questions.ASSUMED for item in graded)),
        ),
        t.plural(
            "{count} region har ett publicerat antal specialister.",
            "{count} regioner har ett publicerat antal specialister.",
            specialists.notna().sum(),
        )
        + " "
        + st_baseline.counted(context),
        *questions.summary(context.assumptions, t),
    ]


def gaps(context: Context) -> Figure:
    """Reported, estimated and missing cells of every profession, over all ways to look at it."""
    t = context.language
    counts = personnel.availability(context.personnel, context.results.regions)
    counts = counts.loc[counts["aspect"].isin(["nation", "nation_sex", "region", "region_sex"])]
    totals = counts.groupby("profession", sort=False)[["cells", "found", "estimated", "missing"]].sum()
    reported, estimated, missing = t("redovisad eller härledd"), t("skattad"), t("uppgift saknas")
    parts = {
        reported: totals["found"] - totals["estimated"],
        estimated: totals["estimated"],
        missing: totals["missing"],
    }
    labels = [t(PROFESSION[str(code)]) for code in totals.index]
    rows = pd.concat(
        [pd.DataFrame({"label": labels, "value": part.to_list(), "kind": kind}) for kind, part in parts.items()],
        ignore_index=True,
    )
    alternative = t(
        "Staplar per yrke. Av {cells} celler för riket och regionerna, totalt och efter kön, saknas {missing}. Minst "
        "saknas för {best}."
    ).format(
        cells=t.number(totals["cells"].sum()),
        missing=t.number(totals["missing"].sum()),
        best=t(PROFESSION[str(totals["missing"].idxmin())]),
    )
    legend = {reported: BLUE, estimated: ORANGE, missing: MUTED}
    return Figure.of(
        charts.bars(rows, charts.number_axis(t("celler"), 0), legend, labels),
        alternative,
        Table.of(
            t,
            "behov-luckor",
            column.heads(t("Yrke"), labels),
            [
                column.number(t("Celler"), totals["cells"]),
                column.number(t("Redovisade eller härledda"), parts[reported]),
                column.number(t("Skattade"), parts[estimated]),
                column.number(t("Saknas"), totals["missing"]),
            ],
            counts,
            t("Celler för riket, riket efter kön, regionerna och regionerna efter kön. Antal eller täthet."),
            t("rapportens genomgång av publicerade uppgifter"),
        ),
    )


def by_dimension(context: Context) -> Table:
    """What is missing along every dimension, all professions together."""
    t = context.language
    counts = personnel.availability(context.personnel, context.results.regions)
    words = ASPECT | {"region_care_level": "region, vårdnivå"}
    totals = counts.groupby("aspect", sort=False)[["cells", "found", "estimated", "missing"]].sum()
    return Table.of(
        t,
        "behov-uppdelning",
        column.heads(t("Uppdelning"), [t(words[str(code)]) for code in totals.index]),
        [
            column.number(t("Celler"), totals["cells"]),
            column.number(t("Finns"), totals["found"]),
            column.number(t("Skattade"), totals["estimated"]),
            column.number(t("Saknas"), totals["missing"]),
            column.percent(t("Andel som saknas"), totals["missing"] / totals["cells"]),
        ],
        totals.reset_index(),
        t("Vad som saknas för de efterfrågade yrkena, efter uppdelning."),
        t("rapportens genomgång av publicerade uppgifter"),
    )


def every_cell(context: Context) -> Table:
    """Missing cells by profession, sector and care level; the download holds every cell."""
    t = context.language
    rows = personnel.complete(context.personnel, personnel.wanted(context.results.regions))
    kinds = rows["sector"] + "/" + rows["care_level"]
    gone = rows.assign(kind=kinds, missing=rows["status"] == "missing").groupby(["profession", "kind"], sort=False)
    counts = gone["missing"].agg(["sum", "size"]).astype(str)
    wide = (counts["sum"] + "/" + counts["size"]).unstack()[list(dict.fromkeys(kinds))]  # noqa: PD010 - by two keys
    return Table.of(
        t,
        "behov-celler",
        column.heads(t("Yrke"), [t(PROFESSION[str(code)]) for code in wide.index]),
        [column.written(_kind(context, str(kind)), texts) for kind, texts in wide.fillna("").items()],
        rows[["profession", "region", "sex", "sector", "care_level", "measure", "value", "status", "source"]],
        t("Celler som saknas, av alla regioner för kvinnor och män. Nedladdningen har en rad per cell."),
        t("rapportens genomgång av publicerade uppgifter"),
        stacked=True,
    )


def _kind(context: Context, kind: str) -> str:
    """Sector and care level in words."""
    sector, level = kind.split("/")
    return f"{context.language(SECTOR[sector])}, {context.language(CARE_LEVEL[level])}"


def estimated(context: Context) -> Table:
    """Cells that rest on somebody's estimate or on a weak figure."""
    t = context.language
    weak = ["source_estimate", "implausible", "undated", "fte_redefined", "workplace_coding"]
    rows = context.personnel.loc[context.personnel["qualifier"].isin(weak)]
    nation = rows.loc[(rows["region"] == NATION) | (rows["qualifier"] == "implausible")]
    return cells_table(
        context,
        nation,
        "behov-svaga",
        t("Uppgifter som finns men är svaga: skattade av källan, odaterade, omdefinierade eller orimliga."),
    )


def stocks(context: Context) -> Figure:
    """How wide the interval of each region's doctors in training is, published or not."""
    t = context.language
    regions = list(context.results.regions)
    st, specialists = (context.results.of(measure).loc[regions] for measure in ("st_persons_reference", "specialist_fte"))
    width = 2 * (st["high"] - st["low"]) / (st["high"] + st["low"])
    published, unpublished = t("publicerat antal"), t("inget publicerat antal")
    known = st["value"].notna()
    order = [context.region_names[code] for code in width.sort_values(ascending=False, kind="stable").index]
    rows = pd.DataFrame(
        {
            "label": [context.region_names[code] for code in regions],
            "value": width.to_numpy(),
            "kind": [published if yes else unpublished for yes in known],
        }
    )
    alternative = t.plural(
        "Staplar per region. Där ett antal i ST är publicerat är intervallet i medeltal {narrow} av sin mittpunkt, där "
        "inget är publicerat {wide}. {count} region saknar ett publicerat antal.",
        "Staplar per region. Där ett antal i ST är publicerat är intervallet i medeltal {narrow} av sin mittpunkt, där "
        "inget är publicerat {wide}. {count} regioner saknar ett publicerat antal.",
        (~known).sum(),
        narrow=t.percent(width[known].mean()),
        wide=t.percent(width[~known].mean()),
    )
    return Figure.of(
        charts.bars(
            rows.dropna(subset=["value"]),
            charts.number_axis(t("bredd i andel av mittpunkten"), percent=True),
            {published: BLUE, unpublished: ORANGE},
            order,
        ),
        alternative,
        Table.of(
            t,
            "behov-stockar",
            context.named(regions),
            [
                column.written(t("Personer i ST"), [context.estimate("st_persons_reference", code) for code in regions]),
                column.written(t("Status, ST"), [context.status("st_persons_reference", code) for code in regions]),
                column.written(
                    t("Intervallets bredd"),
                    [t("obegränsat uppåt") if pd.isna(share) else t.percent(share) for share in width],
                ),
                column.written(
                    t("Heltider av specialister"), [context.estimate("specialist_fte", code) for code in regions]
                ),
                column.written(t("Status, specialister"), [context.status("specialist_fte", code) for code in regions]),
            ],
            pd.concat([st, specialists]).reset_index(),
            t(
                "Intervallets bredd för antalet personer i ST per region, {date}. En region vars uppgift bara är en undre "
                "gräns har ingen stapel."
            ).format(date=context.reference_date),
        ),
    )


def undated(context: Context, descriptor: Mapping[str, Any]) -> Table:
    """Covariates of the model whose source states no date.

    Parameters
    ----------
    context
        The material of the chapter.
    descriptor
        Description of the table ``municipality_covariates``.
    """
    t = context.language
    titles = {field["name"]: t(field["title"]) for field in descriptor["schema"]["fields"]}
    data = pd.DataFrame(
        [
            {
                "column": column,
                "title": titles[column],
                "used_for": use,
                "formula": label,
                "date": descriptor["reference_date"],
            }
            for column, (use, label) in UNDATED.items()
        ]
    )
    return Table.of(
        t,
        "behov-odaterade",
        column.heads(t("Uppgift"), data["title"]),
        [
            column.written(t("Datum i källan"), [t.term(date) for date in data["date"]]),
            column.written(
                t("Används till"),
                [f"{t(use)} ({label})" for use, label in zip(data["used_for"], data["formula"], strict=True)],
            ),
        ],
        data,
        t("Uppgifter om kommunerna som modellen använder men vars källa saknar datum."),
        descriptor["publisher"],
    )


def _inhabitants(context: Context) -> pd.Series:
    rows = context.tables["population_region"]
    return rows.loc[rows["year"] == context.year].set_index("region")["population"]
