"""The chapter on the past: how the method would have done, and how far the advice moves with a year of data."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.names import HORIZONS, OLD, ORIGINS, WINDOW, WINDOWS
from riktvarden.report.kit import charts
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


def summary(context: Context, found: Past) -> list[str]:
    """What the back-test and the stability say in brief."""
    t = context.language
    longest = max(HORIZONS)
    far = found.scores.query("horizon == @longest").set_index(["series", "window"])
    missed, bias = far["mape"].to_dict(), far["bias"].to_dict()
    old = [missed["regions_old", window] for window in WINDOWS]
    stock = found.scores.query("series == 'st'")
    origins = dict(zip(stock["horizon"], stock["origins"], strict=True))
    low, high = (value / 100 for value in _benchmark(context)["value"])
    moved = found.stability.loc[found.stability["region"] != NATION, "share"].abs()
    best = min(WINDOWS, key=lambda window: missed["regions_share", window])
    decades = context.tables["population_region_ten_year"]["year"]
    return [
        t(
            "Modellen räknar själv fram regionernas andelar av rikets invånare. På {years} års sikt var felet i dem i "
            "medeltal {share}. Utan SCB:s prognos för riket hade felet i regionernas invånare varit {level}: metoden ger "
            "i medeltal {bias}."
        ).format(
            years=longest,
            share=t.percent(missed["regions_share", best], 1),
            level=t.percent(missed["regions", best], 1),
            bias=_bias(context, bias["regions", best], 1),
        ),
        *against_simple_methods(context, found),
        (
            t("För invånare som är {age} år och äldre är felet {least} på {years} års sikt, oavsett hur många basår.")
            if t.percent(min(old), 1) == t.percent(max(old), 1)
            else t(
                "För invånare som är {age} år och äldre är felet {least} till {most} på {years} års sikt, beroende på "
                "hur många år som metoden bygger på."
            )
        ).format(age=OLD, least=t.percent(min(old), 1), most=t.percent(max(old), 1), years=longest),
        t(
            "Utfallen för {age} år och äldre åren {first} till {last} är delvis skattade: då publiceras regionernas "
            "åldrar i tioårsgrupper, och ettårsklasserna räknas fram från åren innan och från rikets."
        ).format(age=OLD, first=decades.min(), last=decades.max()),
        t.plural(
            "För antalet i ST finns {count} startår med ett utfall året efter, och {five} med ett utfall fem år efter.",
            "För antalet i ST finns {count} startår med ett utfall året efter, och {five} med ett utfall fem år efter.",
            origins[1],
            five=t.number(origins[5]),
        )
        + (" " + t("Det är för lite för att bedöma metoden.") if stock["reason"].ne("").all() else "")
        + (
            " " + t("Jämfört med utfallen fem år efter gav metoden i medeltal {bias}.").format(bias=_bias(context, apart))
            if np.isfinite(apart := float(stock.set_index("horizon")["bias"][5]))
            else ""
        ),
        t(
            "Som jämförelse: när den nederländska modellen för allmänläkare prövades på samma sätt var det "
            "genomsnittliga felet {low} till {high}, beroende på sikt och basperiod. Där gällde det antalet "
            "läkare, här antalet invånare."
        ).format(low=t.percent(low, 1), high=t.percent(high, 1)),
        t(
            "När det senaste årets folkmängd lämnas ute ändras det långsiktiga antalet nya i ST med som mest "
            "{most} i någon region."
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
    ).format(first=ORIGINS[0], last=ORIGINS[-1])
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
    """Every score in one table, with the Dutch errors beside."""
    t = context.language
    rows = found.scores
    index = [
        t("{series}; basår {window}; sikt {horizon} år").format(
            series=t(SERIES[series]), window=window if series != "st" else "–", horizon=horizon
        )
        for series, window, horizon in zip(rows["series"], rows["window"], rows["horizon"], strict=True)
    ]
    benchmark = _benchmark(context)
    percent, nothing = _percent(context), "–"
    low, high = benchmark["value"]
    columns = {
        t("Startår"): [t.number(count) for count in rows["origins"]],
        t("Medelfel (MAPE)"): [percent(v) for v in rows["mape"]],
        t("Systematiskt fel"): [percent(v) for v in rows["bias"]],
        t("CRPS"): [percent(v) for v in rows["crps"]],
        t("Utfall inom 80 %"): [percent(v, 0) for v in rows["coverage_80"]],
        t("Utfall inom 95 %"): [percent(v, 0) for v in rows["coverage_95"]],
        t("Bättre än oförändrat"): [percent(v, 0) for v in rows["skill_last_value"]],
        t("Bättre än rak trend"): [percent(v, 0) for v in rows["skill_linear_trend"]],
        t("Anmärkning"): [t(REASON[reason]) if reason else "" for reason in rows["reason"]],
    }
    dutch = [nothing] * len(columns)
    dutch[1] = t.share(np.nan, low / 100, high / 100, 1)
    dutch[-1] = t("{figures}; antal läkare, inte invånare").format(figures=t.listed(BENCHMARK))
    cells = pd.DataFrame(columns, index=pd.Index(index, name=t("Vad som förutsägs")))
    cells.loc[t("Nederländerna: allmänläkare")] = dutch
    reported = benchmark.reset_index()[["figure", "value"]].assign(series="benchmark", reason="reported")
    return Table(
        "baktest",
        cells,
        pd.concat([rows, reported], ignore_index=True),
        t(
            "Prövning mot det förflutna. Fel i procent av utfallet; systematiskt fel under noll: metoden gav för "
            "lite. CRPS: fel som också räknar intervallets bredd, lägre är bättre. Bättre än: hur mycket mindre "
            "felet är än om man antar att inget ändras eller drar ut en rak linje; minus: metoden är sämre. "
            "Streck: går inte att räkna. Heby, som bytte län, är utelämnat de år det påverkar. För antalet i ST "
            "är tillväxten ett antagande som gjordes när utfallet var känt: felet är i verkligheten större."
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
    cells = pd.DataFrame(
        {
            t("Håller normen på lång sikt, nya per år"): [t.number(v, 1) for v in rows["lasting"]],
            t("Utan senaste årets folkmängd"): [t.number(v, 1) for v in rows["lasting_without_population"]],
            t("Ändring"): [t.percent(v, 1) for v in rows["share"]],
            t("Når normen {year}, nya per år").format(year=context.target_year): [
                t.interval(*v) for v in rows[["low", "high"]].to_numpy()
            ],
            t("Utan senaste årets folkmängd, samma år"): [
                t.interval(*v) for v in rows[["low_without_population", "high_without_population"]].to_numpy()
            ],
            t("Utan senaste uppgift om ST"): [
                t.interval(*v) if np.isfinite(v).all() else t("ingen användbar uppgift om personer")
                for v in rows[["low_without_st", "high_without_st"]].to_numpy()
            ],
            t("Status"): t.status("estimated"),
        },
        index=context.named(rows.index),
    )
    source = t("SCB:s folkmängd, publicerade uppgifter om ST och graderade antaganden")
    return Figure(chart, alternative, caption, Table("stabilitet", cells, found.stability, caption, source, stacked=True))


def limits_of_stability(context: Context) -> list[str]:
    """What the test of stability cannot leave out."""
    t = context.language
    return [
        t("SCB:s prognos för riket går inte att byta mot en äldre: bara en finns i rapportens källor."),
        t("Antagandena har inte ändrats sedan de först sattes. När de ändras visar nästa utgåva hur långt råden flyttas."),
        t("Det här är den första utgåvan med hela modellen. Det finns därför ingen tidigare utgåva att jämföra råden med."),
    ]
