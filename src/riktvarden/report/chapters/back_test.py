"""The past, in the chapter on uncertainty: how the method would have done, and how far a year of data moves the advice."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import FIRST_ORIGIN, HORIZONS, OLD, WINDOW, WINDOWS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.charts import BLUE, MUTED, ORANGE
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table
from riktvarden.results import Past

SERIES = {
    "nation": "riket, alla åldrar",
    "regions": "regionerna, alla åldrar",
    "regions_old": "regionerna, 80 år och äldre",
    "regions_share": "regionernas andel av riket",
    "regions_old_share": "regionernas andel av riket, 80 år och äldre",
    "st": "antal i ST, allmänmedicin",
}
"""What is forecast → its Swedish words."""

BENCHMARK = ("pr-1048", "pr-1049")
"""Published lowest and highest error of another country's projections of general practitioners."""

REASON = {"few_origins": "för få startår för att jämföra", "no_outcome": "inget utfall att jämföra med"}

WINDOW_COLOURS = dict(zip(WINDOWS, (MUTED, ORANGE, BLUE), strict=True))

SHARES = ("regions_share", "regions_old_share")
"""What the model takes from the method."""

DRAWN = "regions_share"
"""What the picture shows: the shares are what the model uses, as the nation comes from Statistics Sweden."""


def _benchmark(context: Context) -> pd.DataFrame:
    return context.published.set_index("figure").loc[list(BENCHMARK)]


def verdict(context: Context, found: Past) -> str:
    """Whether the method would have stood the past, in two sentences."""
    t = context.language
    longest = max(HORIZONS)
    share = found.scores.query("series == 'regions_share' and horizon == @longest and window == @WINDOW")["mape"].iloc[0]
    stock = found.scores.query("series == 'st'").set_index("horizon")["bias"]
    reported = t(
        "Vi har också prövat metoden mot det förflutna. Regionernas andelar av befolkningen hade den förutsett på {years} "
        "års sikt med ett fel på i medeltal {share}."
    ).format(years=longest, share=t.percent(share, 1))
    if np.isfinite(apart := float(stock[5])):
        reported += " " + t(
            "Antalet i ST är svårare. Fem år framåt gav metoden i medeltal {bias}, men det bygger på få år."
        ).format(bias=_bias(context, apart))
    return reported


def summary(context: Context, found: Past) -> list[str]:
    """What the back-test and the stability say in brief, beyond the verdict."""
    t = context.language
    stock = found.scores.query("series == 'st'")
    origins = dict(zip(stock["horizon"], stock["origins"], strict=True))
    low, high = (value / 100 for value in _benchmark(context)["value"])
    moved = found.stability.loc[found.stability["region"] != NATION, "share"].abs()
    return [
        *against_simple_methods(context, found),
        t.plural(
            "För antalet i ST finns bara {count} startår med ett utfall året efter, och {five} med ett utfall fem år "
            "efter. Det är för lite för att bedöma metoden.",
            "För antalet i ST finns bara {count} startår med ett utfall året efter, och {five} med ett utfall fem år "
            "efter. Det är för lite för att bedöma metoden.",
            origins[1],
            five=t.number(origins[5]),
        ),
        t(
            "När den nederländska modellen för allmänläkare prövades på samma sätt var felet i antalet läkare i genomsnitt "
            "{low} till {high}."
        ).format(low=t.percent(low, 1), high=t.percent(high, 1)),
        t(
            "Utan det senaste årets folkmängd hade det långsiktiga antalet nya i ST ändrats med som mest {most} i någon "
            "region."
        ).format(most=t.percent(moved.max(), 1)),
    ]


def _bias(context: Context, share: float, digits: int = 0) -> str:
    """Say by how much a method gives too little or too much."""
    t = context.language
    words = t("{share} för lite") if share < 0 else t("{share} för mycket")
    return words.format(share=t.percent(abs(share), digits))


def against_simple_methods(context: Context, found: Past) -> list[str]:
    """Where the regions' shares, which the model takes from the method, are forecast better than without it."""
    t = context.language
    shares = found.scores.loc[found.scores["series"].isin(SHARES)]
    own = shares.loc[shares["window"] == WINDOW]
    simple = ("skill_last_value", "skill_linear_trend")
    lost = own.loc[(own[list(simple)] <= 0).any(axis=1)]
    least, most = own["skill_linear_trend"].min(), own["skill_linear_trend"].max()
    years = t.listed([str(horizon) for horizon in HORIZONS])
    said = [
        t(
            "Med de {window} basår som modellen bygger på var felet i regionernas andelar mindre både än om inget "
            "hade ändrats och än om en rak trend hade dragits ut, på {years} års sikt, för alla åldrar och för {age} "
            "år och äldre. Felet var {least} till {most} mindre än den raka trendens."
        ).format(window=WINDOW, years=years, age=OLD, least=t.percent(least, 0), most=t.percent(most, 0))
        if lost.empty
        else t(
            "Med de {window} basår som modellen bygger på var någon enklare metod bättre för regionernas andelar i "
            "dessa fall: {cases}."
        ).format(window=WINDOW, cases=_cases(context, lost))
    ]
    others = shares.loc[(shares["window"] != WINDOW) & (shares["skill_linear_trend"] <= 0)]
    if not others.empty:
        said.append(
            t("Med färre basår hade en rak trend varit bättre i dessa fall: {cases}.").format(cases=_cases(context, others))
        )
    return said


def _cases(context: Context, rows: pd.DataFrame) -> str:
    """Name series, base window and horizons of some scores, the horizons of a window together."""
    t = context.language
    return "; ".join(
        t("{series}, basår {window}, sikt {horizons} år").format(
            series=t(SERIES[str(series)]), window=window, horizons=t.listed([str(h) for h in of["horizon"]])
        )
        for (series, window), of in rows.groupby(["series", "window"], sort=False)
    )


def errors(context: Context, found: Past) -> Figure:
    """Mean absolute error of the regions' shares by horizon, for each base window; the table has every series."""
    t = context.language
    rows = found.scores.loc[found.scores["series"] == DRAWN]
    words = {window: t("basår: {count}").format(count=window) for window in WINDOWS}
    drawn = pd.DataFrame(
        {
            "label": [t.plural("{count} år", "{count} år", h) for h in rows["horizon"]],
            "value": rows["mape"],
            "low": np.nan,
            "high": np.nan,
            "kind": rows["window"].map(words),
        }
    )
    chart = charts.ranges(
        drawn,
        charts.number_axis(t("medelfel, procent av utfallet"), 1, percent=True),
        {words[window]: colour for window, colour in WINDOW_COLOURS.items()},
        list(dict.fromkeys(drawn["label"])),
    )
    by_key = rows.set_index(["window", "horizon"])["mape"]
    shortest, longest = min(WINDOWS), max(WINDOWS)
    far = max(HORIZONS)
    caption = t(
        "Hur mycket metoden hade missat regionernas andel av rikets invånare, i medeltal, efter hur många år "
        "framåt den sett och hur många år den byggt på. Prövad från {first} till {last}, utan något som blev känt "
        "efteråt."
    ).format(first=FIRST_ORIGIN, last=context.year - 1)
    alternative = t(
        "Punkter. På ett års sikt är medelfelet {near}. På {far} års sikt är det {few} med {shortest} basår "
        "och {many} med {longest}."
    ).format(
        near=t.percent(by_key[longest, 1], 1),
        far=far,
        few=t.percent(by_key[shortest, far], 1),
        shortest=shortest,
        many=t.percent(by_key[longest, far], 1),
        longest=longest,
    )
    return Figure(chart, alternative, caption, scores(context, found))


def scores(context: Context, found: Past) -> Table:
    """The scores nearest and farthest ahead, with the Dutch errors beside; the download has every one."""
    t = context.language
    rows = found.scores.loc[found.scores["horizon"].isin([min(HORIZONS), max(HORIZONS)])]
    index = [
        t("{series}; basår {window}; sikt {horizon} år").format(
            series=t(SERIES[series]), window=window if series != "st" else "–", horizon=horizon
        )
        for series, window, horizon in zip(rows["series"], rows["window"], rows["horizon"], strict=True)
    ]
    benchmark = _benchmark(context)
    percent, nothing = _percent(context), "–"
    low, high = benchmark["value"]
    dutch_error = t.share(np.nan, low / 100, high / 100, 1)
    dutch_remark = t("{figures}; antal läkare, inte invånare").format(figures=t.listed(BENCHMARK))
    remarks = [t(REASON[reason]) if reason else "" for reason in rows["reason"]]
    columns = [
        column.written(t("Startår"), [*(t.number(count) for count in rows["origins"]), nothing]),
        column.written(t("Medelfel (MAPE)"), [*(percent(v) for v in rows["mape"]), dutch_error]),
        column.written(t("Systematiskt fel"), [*(percent(v) for v in rows["bias"]), nothing]),
        column.written(t("CRPS"), [*(percent(v) for v in rows["crps"]), nothing]),
        column.written(t("Utfall inom 80 %"), [*(percent(v, 0) for v in rows["coverage_80"]), nothing]),
        column.written(t("Utfall inom 95 %"), [*(percent(v, 0) for v in rows["coverage_95"]), nothing]),
        column.written(t("Bättre än oförändrat"), [*(percent(v, 0) for v in rows["skill_last_value"]), nothing]),
        column.written(t("Bättre än rak trend"), [*(percent(v, 0) for v in rows["skill_linear_trend"]), nothing]),
        column.written(t("Anmärkning"), [*remarks, dutch_remark]),
    ]
    reported = benchmark.reset_index()[["figure", "value"]].assign(series="benchmark", reason="reported")
    return Table.of(
        t,
        "baktest",
        column.heads(t("Vad som förutsägs"), [*index, t("Nederländerna: allmänläkare")]),
        columns,
        pd.concat([found.scores, reported], ignore_index=True),
        t(
            "Prövning mot det förflutna. Fel i procent av utfallet; systematiskt fel under noll: metoden gav för "
            "lite. CRPS: fel som också räknar intervallets bredd, lägre är bättre. Bättre än: hur mycket mindre "
            "felet är än om man antar att inget ändras eller drar ut en rak linje; minus: metoden är sämre. "
            "Streck: går inte att räkna. Heby, som bytte län, är utelämnat de år det påverkar. För antalet i ST "
            "är tillväxten ett antagande som gjordes när utfallet var känt: felet är i verkligheten större. Nedladdningen "
            "har alla år framåt."
        ),
        t("SCB:s folkmängd och döda, publicerade uppgifter om ST, van Greuningen m.fl. 2013"),
        stacked=True,
    )


def _percent(context: Context) -> Callable[..., str]:
    """Write a share in per cent, or a dash where there is none."""
    t = context.language

    def written(share: float, digits: int = 1) -> str:
        return "–" if np.isnan(share) else t.percent(share, digits)

    return written


def stability(context: Context, found: Past) -> Figure:
    """Starters to the target year with all data, and without the region's newest figure on its training stock."""
    t = context.language
    rows = found.stability.loc[found.stability["region"] != NATION].set_index("region")
    kept = rows.loc[rows["low_without_st"].notna()]
    everything, without = t("med alla uppgifter"), t("utan regionens senaste uppgift om ST")
    names = [context.region_names[str(code)] for code in kept.index]
    drawn = pd.concat(
        [
            pd.DataFrame(
                {"label": names, "low": kept[f"low{end}"].to_list(), "high": kept[f"high{end}"].to_list(), "kind": kind}
            )
            for end, kind in (("", everything), ("_without_st", without))
        ]
    )
    chart = charts.ranges(drawn, charts.number_axis(t("nya ST-läkare per år")), {everything: BLUE, without: ORANGE}, names)
    wider = ((kept["high_without_st"] - kept["low_without_st"]) / (kept["high"] - kept["low"])).sort_values()
    widest = str(wider.index[-1])
    caption = t(
        "Nya ST-läkare per år för att nå normen {year}, som 80-procentigt intervall, med och utan regionens "
        "senaste publicerade uppgift om antalet i ST. Skattad."
    ).format(year=context.target_year)
    alternative = t.plural(
        "Par av staplar för {count} region. Mest betyder uppgiften i {region}, där intervallet går från {before} till "
        "{after} när den lämnas ute.",
        "Par av staplar för {count} regioner. Mest betyder uppgiften i {region}, där intervallet går från {before} till "
        "{after} när den lämnas ute.",
        len(names),
        region=context.region_names[widest],
        before=t.interval(*kept.loc[widest, ["low", "high"]]),
        after=t.interval(*kept.loc[widest, ["low_without_st", "high_without_st"]]),
    )
    source = t("SCB:s folkmängd, publicerade uppgifter om ST och graderade antaganden")
    return Figure(
        chart,
        alternative,
        caption,
        Table.of(
            t,
            "stabilitet",
            context.named(rows.index),
            [
                column.number(t("Håller normen på lång sikt, nya per år"), rows["lasting"], 1),
                column.number(t("Utan senaste årets folkmängd"), rows["lasting_without_population"], 1),
                column.percent(t("Ändring"), rows["share"], 1),
                column.written(
                    t("Når normen {year}, nya per år").format(year=context.target_year),
                    [t.interval(*v) for v in rows[["low", "high"]].to_numpy()],
                ),
                column.written(
                    t("Utan senaste årets folkmängd, samma år"),
                    [t.interval(*v) for v in rows[["low_without_population", "high_without_population"]].to_numpy()],
                ),
                column.written(
                    t("Utan senaste uppgift om ST"),
                    [
                        t.interval(*v) if np.isfinite(v).all() else t("ingen användbar uppgift om personer")
                        for v in rows[["low_without_st", "high_without_st"]].to_numpy()
                    ],
                ),
                column.status("estimated"),
            ],
            found.stability,
            caption,
            source,
            stacked=True,
        ),
    )
