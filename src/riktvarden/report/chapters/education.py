"""Education, in the chapter on supply: how many places the need asks of each programme, and when they can help."""

from __future__ import annotations

import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import FORECAST_YEAR
from riktvarden.parameters import read_by
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.report.kit.ranges import Range, range_of


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
        Table.of(
            t,
            "utbildning-platser",
            column.heads(t("Program"), [t(each.shown.programme).capitalize() for each in PROFESSIONS.values()]),
            [
                column.interval(t("Platser per år i dag"), by["places_today"].loc[list(PROFESSIONS)]),
                column.interval(t("Platser per år som behövs"), by["places_needed"].loc[list(PROFESSIONS)]),
                column.written(t("Examinerade per år"), [_graduates(context, name) for name in PROFESSIONS]),
                column.written(
                    t("Andel som tar examen"),
                    [t.assumed(a[read_by(each.education.degree_share)[0]]) for each in PROFESSIONS.values()],
                ),
                column.written(
                    t("År till arbete"),
                    [t.number(a[read_by(each.education.study_years)[0]].value) for each in PROFESSIONS.values()],
                ),
                column.written(
                    t("Sannolikhet att dagens räcker"), [t.percent(enough(context, name)) for name in PROFESSIONS]
                ),
                column.status("estimated", qualifier="interval_only"),
            ],
            nation,
            t(
                "Platser per år i riket: så många som dagens examinerade motsvarar, och så många som behövs för att "
                "tillgången ska motsvara behovet {year}. 80-procentiga intervall; för övriga kolumner antagandets spann."
            ).format(year=context.target_year),
            stacked=True,
        ),
    )


ORIGIN = {
    "recruited_graduates": "dagens utbildning",
    "recruited_sectors": "andra sektorer",
    "recruited_more_graduates": "fler utbildade",
}
"""Where those recruited come from → its Swedish words, in the order in which they are taken."""


def recruitment(context: Context) -> Figure:
    """Whom the professions recruit until the target year, and from where."""
    t = context.language
    rows = context.analysis("recruitment").needed
    nation = rows.loc[rows["region"] == NATION]
    until = nation.loc[nation["year"] <= context.target_year]
    mean = until.pivot_table(index="profession", columns="measure", values="value").loc[list(PROFESSIONS)]
    labels = {name: charts.wrapped(t(PROFESSION[name])) for name in PROFESSIONS}
    words = {code: t(origin) for code, origin in ORIGIN.items()}
    drawn = mean[list(words)].fillna(0.0).reset_index().melt("profession", var_name="measure", value_name="value")
    drawn = drawn.assign(label=drawn["profession"].map(labels), kind=drawn["measure"].map(words))
    closed = {
        measure: nation.loc[nation["measure"] == measure].set_index("profession").loc[list(PROFESSIONS)]
        for measure in ("sector_recruits", "places_after_sectors")
    }
    before = context.results.places.query("measure == 'places_needed' and collaborative_region == ''").set_index(
        "profession"
    )
    missing = t("uppgift saknas")
    most = str(mean["recruitment_need"].idxmax())
    unknown = [t(PROFESSION[name]) for name, each in PROFESSIONS.items() if each.everywhere is None]
    alternative = t(
        "Staplar per yrke: personer att rekrytera per år till {year}, efter var de kommer ifrån. Flest behövs av {most}, "
        "{count} per år. För {unknown} är det okänt hur många som arbetar i andra sektorer."
    ).format(
        year=context.target_year,
        most=t(PROFESSION[most]),
        count=t.number(round(mean["recruitment_need"][most], -1)),
        unknown=t.listed(unknown),
    )
    return Figure.of(
        charts.bars(
            drawn[["label", "value", "kind"]],
            charts.number_axis(t("personer per år"), 0),
            dict(zip(words.values(), (ORANGE, BLUE, MUTED), strict=True)),
            list(labels.values()),
        ),
        alternative,
        Table.of(
            t,
            "utbildning-rekrytering",
            column.heads(t("Yrke"), [t(PROFESSION[name]).capitalize() for name in PROFESSIONS]),
            [
                column.written(
                    t("Behöver rekrytera per år"), [t.number(round(value, -1)) for value in mean["recruitment_need"]]
                ),
                *(
                    column.written(
                        t("Varav ur {origin}").format(origin=word),
                        [t.number(round(value, -1)) if pd.notna(value) else missing for value in mean[code]],
                    )
                    for code, word in words.items()
                ),
                column.written(
                    t("Platser per år, utbildning ensam"), t.ranges(before.loc[list(PROFESSIONS), ["low", "high"]])
                ),
                column.written(
                    t("Platser per år, andra sektorer först"),
                    t.ranges(closed["places_after_sectors"][["low", "high"]].round(-1)),
                ),
                column.status(closed["places_after_sectors"]),
            ],
            rows,
            t(
                "Rekrytering per år i medeltal till {year}, riket: central beräkning, och platser med 80-procentigt "
                "intervall. Rekrytering från andra sektorer går först, fler platser ger resten. Tabellen att ladda ned "
                "har alla regioner och år."
            ).format(year=context.target_year),
            t("rapportens modell och graderade antaganden; metod E8"),
            stacked=True,
        ),
    )


def beside_forecasts(context: Context) -> Table:
    """Why the published forecasts and the model differ: first year, definition, last year."""
    t = context.language
    rows = context.analysis("recruitment").forecasts
    side = {"supply": t("tillgång"), "demand": t("efterfrågan eller behov")}
    return Table.of(
        t,
        "utbildning-prognoser",
        column.heads(t("Yrke"), [t(PROFESSION[name]).capitalize() for name in rows["profession"]]),
        [
            column.written(t("Mått"), [side[code] for code in rows["side"]]),
            column.percent(t("Prognos till {year}").format(year=FORECAST_YEAR), rows["published"]),
            column.percent(t("Modellen till {year}").format(year=context.target_year), rows["model"]),
            column.written(t("Skillnad, procentenheter"), [t.signed(100 * value) for value in rows["difference"]]),
            column.written(t("Varav annat första år"), [t.signed(100 * value) for value in rows["base"]]),
            column.written(t("Varav annan avgränsning"), [t.signed(100 * value) for value in rows["definition"]]),
            column.written(t("Varav annat sista år"), [t.signed(100 * value) for value in rows["horizon"]]),
            column.status("derived"),
        ],
        rows,
        t(
            "Publicerade prognoser och modellen, och varför de skiljer sig. Prognosen förs först till modellens första "
            "år med jämn tillväxt. Avgränsningen är hela arbetsmarknaden mot primärvården och efterfrågan mot behov."
        ),
        t("UKÄ, SCB och rapportens modell; metod E8"),
        stacked=True,
    )


def _graduates(context: Context, profession: str) -> str:
    """Graduates of the programme; district nurses are a part of the specialist nurses."""
    t = context.language
    a = context.assumptions
    degrees, *part = read_by(PROFESSIONS[profession].education.graduates)
    if not part:
        return t.assumed(a[degrees])
    return t("{share} av {degrees}").format(share=t.assumed(a[part[0]]), degrees=t.assumed(a[degrees]))


def sources(context: Context) -> list[str]:
    """The publications behind degrees and shares."""
    names = [
        *(
            read_by(take)[0]
            for each in PROFESSIONS.values()
            for take in (each.education.graduates, each.education.degree_share)
        ),
        "municipal_nurses",
    ]
    return [word.strip(",;") for name in names for word in context.assumptions[name].source.split()]


def nation(context: Context, profession: str, measure: str) -> Range:
    """Places per year of the nation, today or needed."""
    rows = context.results.places
    chosen = rows.loc[(rows["collaborative_region"] == "") & (rows["measure"] == measure)]
    return range_of(chosen.set_index("profession"), profession)
