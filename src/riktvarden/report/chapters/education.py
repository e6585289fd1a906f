"""The chapter on education: how many places the need asks of each programme, and when they can help."""

from __future__ import annotations

import pandas as pd

from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts
from riktvarden.report.kit.charts import BLUE, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION, publications
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.ranges import Range, between, range_of, ranges


def summary(context: Context) -> list[str]:
    """Today's places and those needed, profession by profession."""
    t = context.language
    sentences = []
    for name in PROFESSIONS:
        now, wanted = (_nation(context, name, measure) for measure in ("places_today", "places_needed"))
        words = t("{name}: {wanted} platser per år behövs för att nå behovet {year}, mot uppskattningsvis {now} i dag.")
        sentences.append(
            words.format(
                name=t(PROFESSION[name]).capitalize(),
                wanted=between(t, wanted),
                year=context.target_year,
                now=between(t, now),
            )
            + " "
            + t("Sannolikheten att dagens utbildning räcker är {share}.").format(share=t.percent(enough(context, name)))
        )
    sentences.append(
        t(
            "Fler platser är inte det enda sättet. Att fler utbildade väljer primärvården, arbetar mer eller stannar "
            "längre ger samma heltider."
        )
    )
    return sentences


def enough(context: Context, profession: str) -> float:
    """Probability that as many graduates as today meet the need in the target year."""
    rows = context.results.outlook
    met = rows.loc[(rows["measure"] == "need_met") & (rows["year"] == context.target_year)]
    return float(met.set_index("profession")["value"][profession])


def places(context: Context) -> Figure:
    """Places per year today and needed, by programme."""
    t = context.language
    rows = context.results.places
    nation = rows.loc[rows["collaborative_region"] == ""]
    words = {"places_today": t("i dag"), "places_needed": t("behövs för {year}").format(year=context.target_year)}
    labels = {name: charts.wrapped(t(each.shown.programme)) for name, each in PROFESSIONS.items()}
    drawn = nation.assign(label=nation["profession"].map(labels), kind=nation["measure"].map(words))
    by = {measure: nation.loc[nation["measure"] == measure].set_index("profession") for measure in words}
    a = context.assumptions
    cells = pd.DataFrame(
        {
            t("Platser per år i dag"): ranges(t, by["places_today"].loc[list(PROFESSIONS)]),
            t("Platser per år som behövs"): ranges(t, by["places_needed"].loc[list(PROFESSIONS)]),
            t("Examinerade per år"): [_graduates(context, name) for name in PROFESSIONS],
            t("Andel som tar examen"): [
                t.assumed(a[read_by(each.education.degree_share)[0]]) for each in PROFESSIONS.values()
            ],
            t("År till arbete"): [
                t.number(a[read_by(each.education.study_years)[0]].value) for each in PROFESSIONS.values()
            ],
            t("Sannolikhet att dagens räcker"): [t.percent(enough(context, name)) for name in PROFESSIONS],
            t("Status"): t.status("estimated", "interval_only"),
        },
        index=pd.Index([t(each.shown.programme).capitalize() for each in PROFESSIONS.values()], name=t("Program")),
    )
    least = min(PROFESSIONS, key=lambda name: enough(context, name))
    alternative = t(
        "Liggande staplar per program: platser i dag och platser som behövs. Minst sannolikt är det att dagens utbildning "
        "räcker för {name}, {share}."
    ).format(name=t(PROFESSION[least]), share=t.percent(enough(context, least)))
    return Figure.of(
        charts.ranges(
            drawn[["label", "kind", "low", "high"]],
            charts.number_axis(t("utbildningsplatser per år"), 0),
            dict(zip(words.values(), (ORANGE, BLUE), strict=True)),
            list(labels.values()),
        ),
        alternative,
        Table(
            "utbildning-platser",
            cells,
            nation,
            t(
                "Platser per år i riket: så många som dagens examinerade motsvarar, och så många som behövs för att "
                "tillgången ska motsvara behovet {year}. 80-procentiga intervall; för övriga kolumner antagandets spann."
            ).format(year=context.target_year),
            t("rapportens modell: publicerade examina (published_professions), SCB:s folkmängd och graderade antaganden"),
            stacked=True,
        ),
    )


def _graduates(context: Context, profession: str) -> str:
    """Graduates of the programme; district nurses are a part of the specialist nurses."""
    t = context.language
    a = context.assumptions
    degrees, *part = read_by(PROFESSIONS[profession].education.graduates)
    if not part:
        return t.assumed(a[degrees])
    return t("{share} av {degrees}").format(share=t.assumed(a[part[0]]), degrees=t.assumed(a[degrees]))


def sources(context: Context) -> Table:
    """The publications behind degrees and shares."""
    names = [
        *(
            read_by(take)[0]
            for each in PROFESSIONS.values()
            for take in (each.education.graduates, each.education.degree_share)
        ),
        "municipal_nurses",
    ]
    words = [word.strip(",;") for name in names for word in context.assumptions[name].source.split()]
    return publications(context, words, "utbildning-kaellor")


def _nation(context: Context, profession: str, measure: str) -> Range:
    rows = context.results.places
    chosen = rows.loc[(rows["collaborative_region"] == "") & (rows["measure"] == measure)]
    return range_of(chosen.set_index("profession"), profession)
