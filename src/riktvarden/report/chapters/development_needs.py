"""The chapter on what is missing: which cells, how many, and how many inhabitants they are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from riktvarden.assumptions import Assumption
from riktvarden.baseline import personnel
from riktvarden.codes import NATION
from riktvarden.report.chapters import questions, st_baseline
from riktvarden.report.kit import charts
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import ASPECT, CARE_LEVEL, PROFESSION, SECTOR, cells_table
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.reference import overviews

UNDATED = {
    "unemployment": ("vårdbehovsindexet", "C1"),
    "single_person_households": ("vårdbehovsindexet", "C1"),
    "density": ("avstånden i glesbygd", "C3"),
    "share_in_localities": ("avstånden i glesbygd", "C3"),
}
"""Covariate without a date → what of the model rests on it, and its formula."""


def summary(context: Context) -> list[str]:
    """How much is missing, counted."""
    t = context.language
    wanted = personnel.wanted(context.results.regions)
    found = personnel.complete(context.personnel, wanted)
    missing, estimated = (int((found["status"] == status).sum()) for status in ("missing", "estimated"))
    outside = personnel.uncovered_share(context.personnel, _inhabitants(context))
    nobody = [t(PROFESSION[str(code)]) for code in outside.index[outside == 1]]
    return [
        t(
            "{missing} av {cells} efterfrågade celler saknas, och {estimated} är skattade. En cell är ett yrke i en "
            "region, för ett kön, en regi och en vårdnivå."
        ).format(
            missing=t.number(missing),
            cells=t.number(len(wanted)),
            estimated=t.number(estimated) if estimated else t("inga"),
        ),
        *(
            [
                t("För {count} av {all} yrken finns ingen uppgift för någon region: {names}.").format(
                    count=t.number(len(nobody)), all=t.number(len(outside)), names=t.listed(nobody)
                )
            ]
            if nobody
            else []
        ),
        t(
            "Statistiken över personal fylls inte ut: ingen källa visar hur personalen skiljer sig mellan regionerna. "
            "Riktvärdena kan däremot inte räknas utan uppgifter. Där är luckorna fyllda med skattningar och antaganden, "
            "som är märkta och har intervall."
        ),
        _model_sentence(context),
    ]


def _model_sentence(context: Context) -> str:
    """What the guideline values lack, counted."""
    t = context.language
    graded = list(context.assumptions.values())
    specialists = context.results.of("specialist_fte").loc[list(context.results.regions), "value"]
    sentence = t.plural(
        "Riktvärdena vilar på {all} antaganden, varav {unmeasured} inte är mätta. {count} region har ett publicerat antal "
        "specialister.",
        "Riktvärdena vilar på {all} antaganden, varav {unmeasured} inte är mätta. {count} regioner har ett publicerat "
        "antal specialister.",
        specialists.notna().sum(),
        all=t.number(len(graded)),
        unmeasured=t.number(sum(item.grade == questions.ASSUMED for item in graded)),
    )
    return f"{sentence} {st_baseline.counted(context)}"


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
    cells = pd.DataFrame(
        {
            t("Celler"): [t.number(value) for value in totals["cells"]],
            t("Redovisade eller härledda"): [t.number(value) for value in parts[reported]],
            t("Skattade"): [t.number(value) for value in parts[estimated]],
            t("Saknas"): [t.number(value) for value in totals["missing"]],
        },
        index=pd.Index(labels, name=t("Yrke")),
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
        Table(
            "behov-luckor",
            cells,
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
    cells = pd.DataFrame(
        {
            t("Celler"): [t.number(value) for value in totals["cells"]],
            t("Finns"): [t.number(value) for value in totals["found"]],
            t("Skattade"): [t.number(value) for value in totals["estimated"]],
            t("Saknas"): [t.number(value) for value in totals["missing"]],
            t("Andel som saknas"): [
                t.percent(missing / cells) for missing, cells in zip(totals["missing"], totals["cells"], strict=True)
            ],
        },
        index=pd.Index([t(words[str(code)]) for code in totals.index], name=t("Uppdelning")),
    )
    return Table(
        "behov-uppdelning",
        cells,
        totals.reset_index(),
        t("Vad som saknas för de efterfrågade yrkena, efter uppdelning."),
        t("rapportens genomgång av publicerade uppgifter"),
    )


def weight(context: Context) -> Table:
    """How much a gap matters: the share of inhabitants in regions without any figure."""
    t = context.language
    outside = personnel.uncovered_share(context.personnel, _inhabitants(context))
    shown = outside.sort_values(ascending=False, kind="stable")
    cells = pd.DataFrame(
        {
            t("Invånare utan uppgift"): [t.percent(value) for value in shown],
            t("Status"): t.status("derived"),
        },
        index=pd.Index([t(PROFESSION[str(code)]) for code in shown.index], name=t("Yrke")),
    )
    return Table(
        "behov-tyngd",
        cells,
        shown.rename("share_without").rename_axis("profession").reset_index(),
        t("Andel av befolkningen som bor i en region utan någon uppgift om yrket, {year}.").format(year=context.year),
        t("rapportens genomgång av publicerade uppgifter och SCB:s folkmängd"),
    )


def every_cell(context: Context) -> Table:
    """Missing cells by profession, sector and care level; the download holds every cell."""
    t = context.language
    rows = personnel.complete(context.personnel, personnel.wanted(context.results.regions))
    kinds = rows["sector"] + "/" + rows["care_level"]
    gone = rows.assign(kind=kinds, missing=rows["status"] == "missing").groupby(["profession", "kind"], sort=False)
    counts = gone["missing"].agg(["sum", "size"]).astype(str)
    wide = (counts["sum"] + "/" + counts["size"]).unstack()[list(dict.fromkeys(kinds))]  # noqa: PD010 - by two keys
    cells = wide.fillna("")
    cells.columns = pd.Index([_kind(context, str(kind)) for kind in wide.columns])
    cells.index = pd.Index([t(PROFESSION[str(code)]) for code in wide.index], name=t("Yrke"))
    return Table(
        "behov-celler",
        cells,
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
    cells = pd.DataFrame(
        {
            t("Personer i ST"): [context.estimate("st_persons_reference", code) for code in regions],
            t("Status, ST"): [context.status("st_persons_reference", code) for code in regions],
            t("Intervallets bredd"): [t("obegränsat uppåt") if pd.isna(share) else t.percent(share) for share in width],
            t("Heltider av specialister"): [context.estimate("specialist_fte", code) for code in regions],
            t("Status, specialister"): [context.status("specialist_fte", code) for code in regions],
        },
        index=context.named(regions),
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
        Table(
            "behov-stockar",
            cells,
            pd.concat([st, specialists]).reset_index(),
            t(
                "Intervallets bredd för antalet personer i ST per region, {date}. En region vars uppgift bara är en undre "
                "gräns har ingen stapel."
            ).format(date=context.reference_date),
            t("rapportens genomgång av publicerade uppgifter"),
        ),
    )


def inputs(context: Context) -> Table:
    """What the model has no source for, by topic, with the assumption whose range is the widest."""
    t = context.language
    rows = []
    for topic, own in questions.open_questions(context.assumptions).items():
        drawn = {name: item for name, item in own.items() if item.distribution not in questions.UNDRAWN}
        widest = max(drawn, key=lambda name: _relative_width(drawn[name]), default="")
        rows.append({"topic": t(topic.title), "questions": len(own), "widest": widest, "answer": t(topic.answer)})
    data = pd.DataFrame(rows).sort_values("questions", ascending=False, kind="stable")
    known = context.assumptions
    cells = pd.DataFrame(
        {
            t("Antaganden utan källa"): [t.number(count) for count in data["questions"]],
            t("Bredast spann"): [
                f"{overviews.label_of(known[name], t)}: {t.assumed(known[name], 1)}" if name else t("inget")
                for name in data["widest"]
            ],
            t("Källor som kan svara"): data["answer"].to_list(),
        },
        index=pd.Index(data["topic"].to_list(), name=t("Område")),
    )
    return Table(
        "behov-antaganden",
        cells,
        data,
        t("Antaganden utan källa (grad D) som riktvärdena vilar på, efter område."),
        t("rapportens antaganden"),
        stacked=True,
    )


def _relative_width(item: Assumption) -> float:
    """Width of an assumption's range, as a share of its middle."""
    middle = abs(item.high + item.low) / 2
    return (item.high - item.low) / middle if middle else float("inf")


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
    cells = pd.DataFrame(
        {
            t("Datum i källan"): [t.term(date) for date in data["date"]],
            t("Används till"): [
                f"{t(use)} ({label})" for use, label in zip(data["used_for"], data["formula"], strict=True)
            ],
        },
        index=pd.Index(data["title"], name=t("Uppgift")),
    )
    return Table(
        "behov-odaterade",
        cells,
        data,
        t("Uppgifter om kommunerna som modellen använder men vars källa saknar datum."),
        descriptor["publisher"],
    )


def _inhabitants(context: Context) -> pd.Series:
    rows = context.tables["population_region"]
    return rows.loc[rows["year"] == context.year].set_index("region")["population"]
