"""Regions and municipalities side by side: every measure as one picture and table, and what the figures say of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import need, st_baseline
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import html, kept
from riktvarden.report.kit.ranges import ENDS, municipal, rows_of
from riktvarden.results import FloatArray

MOST = 8
"""Areas that can be picked at once."""

HEIGHT = 18
"""Height of the drawing of one value, in pixels."""

LISTED = 6
"""Most areas without a clear difference from the nation that are named."""

SURE = 0.9
"""Chance from which one area is called higher than another, as that of an 80 % interval that lies on one side."""

PATHS = ("coverage_a_reference", "coverage_b_reference")
"""Measures by year, of which today and the target year are compared."""


class Measure(NamedTuple):
    """One measure of all regions and the nation, and of the municipalities where they have it."""

    name: str
    label: str
    meaning: str
    rows: pd.DataFrame
    """Indexed by region: value, low, high, status, qualifier."""
    digits: int
    percent: bool = False
    draws: FloatArray | None = None
    """Draws of the regions and the nation, (draw, area), where the model has them."""
    relation: pd.DataFrame | None = None
    """Interval of each area's relation to the nation, which is 100, indexed as `rows`; it is surer than the level."""
    falls: bool = False
    """Whether the measure falls where the relation rises."""
    begins: pd.DataFrame | None = None
    """The same in the base year, of a measure of the target year."""


# --- the page ---------------------------------------------------------------------------------------------


def show_comparison(context: Context) -> None:
    """Display the choice of areas and a section a measure, with a row for every region."""
    t = context.language
    all_measures = measures(context)
    data = {
        "most": MOST,
        "sure": SURE,
        "listed": LISTED,
        "height": HEIGHT,
        "names": {**context.region_names, **_towns(context)},
        "regions": list(context.results.regions),
        "measures": [_data(context, measure) for measure in all_measures],
        "words": _words_of_script(context),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    html(
        '<div class="rv-compare"><form class="rv-pick" hidden>'
        f'<p><label for="rv-add">{escape(t("Lägg till en region eller kommun"))}</label> '
        f'<select id="rv-add"><option value="">{escape(t("välj"))}</option>{_areas(context)}</select></p>'
        '<div class="rv-chips" hidden></div></form>'
        f'<p class="rv-hits" role="status">{escape(t("Alla regioner visas, i ordning efter värdet."))}</p>'
        f'<p class="rv-source" hidden><a class="rv-download" download="jaemfoerelse.csv" href="#">'
        f"{escape(t('Ladda ned urvalet (CSV)'))}</a></p>"
        f"{''.join(_section(context, measure) for measure in all_measures)}</div>"
        f'<script type="application/json" id="rv-compare-data">{text}</script>'
    )


def _areas(context: Context) -> str:
    t = context.language
    regions = "".join(
        f'<option value="{code}">{escape(context.region_names[code])}</option>' for code in context.results.regions
    )
    groups = [f'<optgroup label="{escape(t("Regioner"))}">{regions}</optgroup>']
    places = context.results.municipalities[["municipality", "name", "region"]]
    for region, own in places.groupby("region", sort=True):
        name = context.region_names[str(region)]
        every = t("Alla kommuner i {region}").format(region=name)
        inside = "".join(
            f'<option value="{code}">{escape(town)}</option>'
            for code, town in own[["municipality", "name"]].itertuples(index=False)
        )
        label = t("Kommuner i {region}").format(region=name)
        groups.append(
            f'<optgroup label="{escape(label)}"><option value="in-{region}">{escape(every)}</option>{inside}</optgroup>'
        )
    return "".join(groups)


def _towns(context: Context) -> dict[str, str]:
    places = context.results.municipalities.set_index("municipality")["name"]
    return {str(code): str(name) for code, name in places.items()}


def _words_of_script(context: Context) -> dict[str, str]:
    t = context.language
    return {
        "all": t("Alla regioner visas, i ordning efter värdet."),
        "some": t("Visas: {names} och riket."),
        "full": t("Högst {most} kan väljas åt gången."),
        "remove": t("Ta bort"),
        "no_municipal": t("Måttet finns bara för regioner."),
        "higher": t("{a} ligger högre än {b}, med sannolikheten {p}."),
        "alike": t(
            "{a} och {b} går inte att skilja från varandra, eftersom sannolikheten att {a} ligger högre bara är {p}."
        ),
        "apart": t("{a} ligger högre än {b}, eftersom deras intervall inte överlappar."),
        "overlap": t("{a} och {b} går inte att skilja från varandra, eftersom deras intervall överlappar."),
        "above": t("{names} ligger högre än riket."),
        "below": t("{names} ligger lägre än riket."),
        "same": t("{names} går inte att skilja från riket."),
        "rest": t("Övriga {count} går inte att skilja från riket."),
    }


# --- the measures -----------------------------------------------------------------------------------------


def measures(context: Context) -> list[Measure]:
    """Everything that is compared, in the order of the page."""
    t = context.language
    shown = [*context.results.regions, NATION]
    return [
        Measure(
            "st_positions_per_10000",
            t("Riktvärde: ST-tjänster per 10 000 invånare"),
            t("Tjänster som behövs för att på lång sikt hålla normen."),
            context.measure("st_positions_per_10000", shown),
            1,
            draws=_per_head(context, "st_positions_guideline"),
        ),
        Measure(
            "st_positions_reference_per_10000",
            t("ST-tjänster per 10 000 invånare {date}").format(date=context.reference_date),
            t("Skattade ur antalet personer i ST. Samma mått och datum som rapportens riktvärde, så de kan jämföras."),
            st_baseline.density(context, shown),
            1,
            draws=_per_head(context, "st_positions_reference"),
        ),
        Measure(
            "st_starters_guideline_per_100000",
            t("Nya ST-läkare per år och 100 000 invånare som håller normen"),
            t("Så många ersätter dem som slutar när normen är nådd."),
            _per_100_000(context, "st_starters_guideline", shown),
            1,
            draws=_per_head(context, "st_starters_guideline"),
        ),
        Measure(
            "st_starters_reference_per_100000",
            t("Nya ST-läkare per 100 000 invånare {year}").format(year=context.year),
            t("Skattat intag, härlett ur antalet i ST {date}.").format(date=context.reference_date),
            _per_100_000(context, "st_starters_reference", shown),
            1,
            draws=_per_head(context, "st_starters_reference"),
        ),
        Measure(
            "inhabitants_per_specialist",
            t("Invånare per specialist"),
            t("Invånare delat med specialisternas heltider på vårdcentral den {date}. Normen är {norm}.").format(
                date=context.reference_date, norm=context.assumed("inhabitants_per_specialist")
            ),
            per_specialist(context, shown),
            0,
            draws=-_per_head(context, "specialist_fte"),
        ),
        Measure(
            "need_index",
            t("Behov av läkare per invånare, riket = 100"),
            t("Ålder och kön, vårdbehov, gleshet och uppdrag utanför listan."),
            _need(context, shown),
            0,
            relation=_need(context, shown),
        ),
        Measure(
            "coverage_a",
            t("Täckning A"),
            t("Specialisternas heltider i andel av behovet den {date}. ST-läkare räknas inte.").format(
                date=context.reference_date
            ),
            context.measure("coverage_a", shown),
            0,
            percent=True,
            draws=context.results.draws["coverage_a"],
        ),
        *(_slope(context, name, shown) for name in PATHS),
        *(_profession(context, name) for name in PROFESSIONS),
    ]


def _per_head(context: Context, measure: str) -> FloatArray:
    """Draws of a number per inhabitant, (draw, area)."""
    people = context.results.of("population")["value"].loc[list(context.results.areas)].to_numpy(float)
    return np.asarray(context.results.draws[measure] / people)


def _slope(context: Context, name: str, shown: Sequence[str]) -> Measure:
    """Coverage in the target year if as many begin every year as today, beside what it is today."""
    t = context.language
    paths = context.results.paths
    of = paths.loc[paths["measure"] == name].set_index("region")
    begins, ends = (of.loc[of["year"] == year].loc[list(shown)] for year in (context.year, context.target_year))
    letter = "A" if name == PATHS[0] else "B"
    return Measure(
        name,
        t("Täckning {letter} {year}, om lika många som {base} börjar varje år").format(
            letter=letter, year=context.target_year, base=context.year
        ),
        t(
            "Linjen går från täckningen {base}, den ihåliga ringen, till den {year}. Det 80-procentiga intervallet är det "
            "sista årets."
        ).format(base=context.year, year=context.target_year),
        ends,
        0,
        percent=True,
        begins=begins,
    )


def _profession(context: Context, name: str) -> Measure:
    """Inhabitants per full-time equivalent of a profession, of regions and municipalities."""
    t = context.language
    of = context.results.guidelines
    own = of.loc[(of["profession"] == name) & (of["cooperation"] == "")]

    def everywhere(measure: str) -> pd.DataFrame:
        return pd.concat([rows_of(context, name, measure), municipal(own, measure)])

    return Measure(
        f"inhabitants_per_{name}",
        t("Riktvärde: invånare per heltid av {name}").format(name=t(PROFESSION[name])),
        t("Alla huvudmäns vård tillsammans. Färre invånare per heltid betyder att fler behövs."),
        everywhere("inhabitants_per_fte"),
        0,
        relation=everywhere("need_index"),
        falls=True,
    )


def _per_100_000(context: Context, measure: str, codes: Sequence[str]) -> pd.DataFrame:
    """A number of persons per 100 000 inhabitants of some areas."""
    rows, people = context.measure(measure, codes), context.measure("population", codes)["value"]
    return rows.assign(**{end: 100_000 * rows[end] / people.loc[rows.index] for end in ENDS})


def per_specialist(context: Context, codes: Sequence[str]) -> pd.DataFrame:
    """Inhabitants of some areas per full-time equivalent of their specialists."""
    people = context.measure("population", codes)["value"]
    stock = context.measure("specialist_fte", codes)
    return stock.assign(value=people / stock["value"], low=people / stock["high"], high=people / stock["low"])


def _need(context: Context, shown: list[str]) -> pd.DataFrame:
    """Need of doctors per inhabitant as an index; the nation is what it is measured against."""
    found = need.per_inhabitant(context).set_index("region")
    nation = pd.DataFrame(100.0, index=pd.Index([NATION], name="region"), columns=ENDS)
    towns = context.results.municipal_index.set_index("municipality")[ENDS]
    return pd.concat([found.loc[shown[:-1]], nation, towns]).assign(status="estimated", qualifier="")


def _words(context: Context, measure: Measure, rows: pd.DataFrame) -> list[str]:
    t = context.language
    number, estimate = (t.percent, t.share) if measure.percent else (t.number, t.estimate)
    return [
        number(low, measure.digits) if value == low == high else estimate(value, low, high, measure.digits)
        for value, low, high in rows[list(ENDS)].to_numpy(float)
    ]


# --- findings ----------------------------------------------------------------------------------------------


def sides(measure: Measure) -> pd.Series:
    """Whether each area lies below the nation (-1), above it (1), or does not differ clearly (0)."""
    index = measure.rows.index
    if measure.relation is not None:
        ends = measure.relation.loc[index]
        side = np.where(ends["high"] < 100, -1, np.where(ends["low"] > 100, 1, 0)) * (-1 if measure.falls else 1)
    elif measure.draws is not None:
        above = (measure.draws > measure.draws[:, -1:]).mean(axis=0)
        side = np.where(above >= SURE, 1, np.where(above <= 1 - SURE, -1, 0))
    else:
        own, nation = measure.rows, measure.rows.loc[NATION]
        side = np.where(own["high"] < nation["low"], -1, np.where(own["low"] > nation["high"], 1, 0))
    return pd.Series(side, index=index).where(index != NATION, 0).astype(int)


def verdict(context: Context, measure: Measure, codes: Iterable[str]) -> str:
    """How some areas compare with the nation, in a sentence or two."""
    t, side = context.language, sides(measure)
    words = _words_of_script(context)
    parts = []
    for key, way in (("above", 1), ("below", -1), ("same", 0)):
        names = [context.region_names[code] for code in codes if code != NATION and side[code] == way]
        if len(names) > LISTED and not way:
            parts.append(words["rest"].format(count=t.spelled(len(names))))
        elif names:
            parts.append(words[key].format(names=t.listed(names)))
    return " ".join(parts)


def _pairs(measure: Measure) -> list[list[int]] | None:
    """Per cent chance that one region lies higher than another, (region, other); None without draws."""
    if measure.draws is None:
        return None
    regions = measure.draws[:, :-1]
    chance = np.stack([(regions[:, [place]] > regions).mean(axis=0) for place in range(regions.shape[1])])
    return [[round(100 * each) for each in row] for row in chance.tolist()]


def _data(context: Context, measure: Measure) -> dict[str, Any]:
    """A measure for the script: of each area its words, status, value, low and high, and what it is beside the nation."""
    t = context.language
    rows = measure.rows
    side, words, statuses = sides(measure), _words(context, measure, rows), t.statuses(rows)
    begins = rows["value"] * np.nan if measure.begins is None else measure.begins["value"]
    numbers = [_plain(each) for each in rows[ENDS].assign(begins=begins).to_numpy(float)]
    return {
        "name": measure.name,
        "label": measure.label,
        "percent": measure.percent,
        "digits": measure.digits,
        "falls": measure.falls,
        "municipal": bool((rows.index.str.len() > 2).any()),
        "pairs": _pairs(measure),
        "relation": None
        if measure.relation is None
        else {
            code: _plain(ends)
            for code, ends in zip(rows.index, measure.relation.loc[rows.index, ENDS[1:]].to_numpy(float), strict=True)
        },
        "rows": {
            code: [text, status, *number, int(side[code])]
            for code, text, status, number in zip(rows.index, words, statuses, numbers, strict=True)
        },
    }


def _plain(numbers: FloatArray) -> list[float | None]:
    return [float(f"{number:.4g}") if np.isfinite(number) else None for number in numbers]


# --- the rows -----------------------------------------------------------------------------------------------


def _section(context: Context, measure: Measure) -> str:
    """A measure's table, the areas in the order of their values, each drawn on a scale that all share."""
    t = context.language
    rows = measure.rows.loc[[*context.results.regions, NATION]]
    middle = rows["value"].fillna((rows["low"] + rows["high"]) / 2)
    order = list(middle.sort_values(ascending=False, kind="stable").index)
    rows = rows.loc[order]
    begins = rows["value"] * np.nan if measure.begins is None else measure.begins["value"].loc[order]
    drawn = rows[ENDS].assign(begins=begins).to_numpy(float)
    least, most = float(np.nanmin(drawn)), float(np.nanmax(drawn))
    room = 0.04 * (most - least)
    least, most = least - room, most + room

    def across(value: float) -> str:
        return f"{100 * (value - least) / (most - least):.1f}%"

    nation = across(float(rows["value"][NATION]))
    words, statuses = _words(context, measure, rows), t.statuses(rows)
    lines = []
    for code, text, status, (value, low, high, begin) in zip(order, words, statuses, drawn, strict=True):
        half = HEIGHT // 2
        marks = f'<line class="rv-nation" x1="{nation}" x2="{nation}" y1="0" y2="{HEIGHT}"/>'
        if not np.isnan(low):
            kind = "rv-ends rv-prior" if np.isnan(value) else "rv-ends"
            marks += f'<line class="{kind}" x1="{across(low)}" x2="{across(high)}" y1="{half}" y2="{half}"/>'
        if not np.isnan(value + begin):
            marks += f'<line class="rv-slope" x1="{across(begin)}" x2="{across(value)}" y1="{half}" y2="{half}"/>'
            marks += f'<circle class="rv-begin" cx="{across(begin)}" cy="{half}" r="4"/>'
        if not np.isnan(value):
            marks += f'<circle cx="{across(value)}" cy="{half}" r="4.5"/>'
        name = escape(context.region_names[code])
        head = name if code == NATION else f'<a href="regions/{code}.html">{name}</a>'
        lines.append(
            f'<tr data-area="{code}"><th scope="row">{head}</th>'
            f'<td class="rv-strip"><svg width="100%" height="{HEIGHT}" aria-hidden="true">{marks}</svg></td>'
            f"<td>{escape(text)}</td><td>{escape(status)}</td></tr>"
        )
    scale = 100 if measure.percent else 1
    ends = [t.number(scale * end, measure.digits) for end in (least, most)]
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in (t("Område"), t("Bild"), t("Värde"), t("Status")))
    said = verdict(context, measure, order)
    return (
        f'<section data-measure="{measure.name}"><h3>{kept(measure.label)}</h3>'
        f'<p class="rv-verdict">{escape(said)}</p><p class="rv-caption">{escape(measure.meaning)}</p>'
        f'<table class="rv-table rv-rows" aria-label="{escape(measure.label)}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        f'<p class="rv-scale" aria-hidden="true"><span>{escape(ends[0])}</span><span>{escape(ends[1])}</span></p></section>'
    )
