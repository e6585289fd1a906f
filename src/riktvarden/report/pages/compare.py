"""Regions side by side: every measure as one picture and table in which readers pick the rows."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.report.chapters import need, st_baseline
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.ranges import ENDS
from riktvarden.results import FloatArray

MOST = 4
"""Regions that can be picked at once."""

PATH = "coverage_a_reference"
HEIGHT = 18
"""Height of the drawing of one value, in pixels."""


class Measure(NamedTuple):
    """One measure of all regions and the nation."""

    name: str
    label: str
    meaning: str
    rows: pd.DataFrame
    """Indexed by region: value, low, high, status, qualifier."""
    digits: int
    percent: bool = False


def show_comparison(context: Context) -> None:
    """Display the choice of regions and a section a measure, with a row for every region."""
    t = context.language
    codes = list(context.results.regions)
    choices = "".join(f'<option value="{code}">{escape(context.region_names[code])}</option>' for code in codes)
    pickers = "".join(
        f"<label>{escape(t('Region {number}').format(number=t.number(place)))}"
        f'<select name="region"><option value="">{escape(t("ingen vald"))}</option>{choices}</select></label>'
        for place in range(1, MOST + 1)
    )
    sections = [_section(context, measure) for measure in measures(context)]
    html(
        f'<div class="rv-compare" data-all="{escape(t("Alla regioner visas."))}" '
        f'data-some="{escape(t("Visas: {names} och riket."))}">'
        f'<form class="rv-pick" hidden><fieldset><legend>{escape(t("Välj upp till fyra regioner"))}</legend>'
        f"{pickers}</fieldset></form>"
        f'<p class="rv-hits" role="status"></p>'
        f"{''.join(sections)}{_paths(context)}</div>"
    )


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
        ),
        Measure(
            "st_positions_reference_per_10000",
            t("ST-tjänster per 10 000 invånare {date}").format(date=context.reference_date),
            t("Skattade ur antalet personer i ST. Samma mått och datum som riktvärdet, så de kan jämföras."),
            st_baseline.density(context, shown),
            1,
        ),
        Measure(
            "st_starters_guideline_per_100000",
            t("Nya ST-läkare per år och 100 000 invånare som håller normen"),
            t("Så många ersätter dem som slutar när normen är nådd."),
            _per_100_000(context, "st_starters_guideline", shown),
            1,
        ),
        Measure(
            "st_starters_reference_per_100000",
            t("Nya ST-läkare per 100 000 invånare {year}").format(year=context.year),
            t("Skattat intag, härlett ur antalet i ST {date}.").format(date=context.reference_date),
            _per_100_000(context, "st_starters_reference", shown),
            1,
        ),
        Measure(
            "inhabitants_per_specialist",
            t("Invånare per specialist"),
            t("Invånare delat med specialisternas heltider på vårdcentral den {date}. Normen är {norm}.").format(
                date=context.reference_date, norm=context.assumed("inhabitants_per_specialist")
            ),
            per_specialist(context, shown),
            0,
        ),
        Measure(
            "need_index",
            t("Behov av läkare per invånare, riket = 100"),
            t("Ålder och kön, vårdbehov, gleshet och uppdrag utanför listan."),
            _need(context, shown),
            0,
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
        ),
    ]


def _per_100_000(context: Context, measure: str, codes: Sequence[str]) -> pd.DataFrame:
    """A number of persons per 100 000 inhabitants of some areas."""
    rows, people = context.measure(measure, codes), context.measure("population", codes)["value"]
    return rows.assign(**{end: 100_000 * rows[end] / people.loc[rows.index] for end in ENDS})


def per_specialist(context: Context, codes: Sequence[str]) -> pd.DataFrame:
    """Inhabitants of some areas per full-time equivalent of their specialists."""
    people = context.measure("population", codes)["value"]
    stock = context.measure("specialist_fte", codes)
    return stock.assign(value=people / stock["value"], low=people / stock["high"], high=people / stock["low"])


def table(context: Context) -> Table:
    """Everything of every region as one table."""
    t = context.language
    shown = [NATION, *context.results.regions]
    columns: dict[str, list[str]] = {}
    parts = []
    for measure in measures(context):
        rows = measure.rows.loc[shown]
        columns[measure.label] = _words(context, measure, rows)
        columns[t("Status: {measure}").format(measure=measure.label)] = t.statuses(rows)
        parts.append(rows[[*ENDS, "status", "qualifier"]].assign(measure=measure.name).reset_index())
    return Table(
        "jaemfoer-regioner",
        pd.DataFrame(columns, index=context.named(shown)),
        pd.concat(parts, ignore_index=True),
        t("Regionerna jämförda. Inom parentes 80-procentigt intervall."),
        t("SCB, Kolada, publicerade uppgifter om ST och graderade antaganden"),
        stacked=True,
    )


def _need(context: Context, shown: list[str]) -> pd.DataFrame:
    """Need per inhabitant as an index; the nation is what it is measured against."""
    found = need.per_inhabitant(context).set_index("region")
    nation = pd.DataFrame(100.0, index=pd.Index([NATION], name="region"), columns=list(ENDS))
    return pd.concat([found, nation]).loc[shown].assign(status="estimated", qualifier="")


def _words(context: Context, measure: Measure, rows: pd.DataFrame) -> list[str]:
    t = context.language
    number, estimate = (t.percent, t.share) if measure.percent else (t.number, t.estimate)
    return [
        number(low, measure.digits) if value == low == high else estimate(value, low, high, measure.digits)
        for value, low, high in rows[list(ENDS)].to_numpy(float)
    ]


def _section(context: Context, measure: Measure) -> str:
    """A measure's table, each row with its value drawn on a scale that all share."""
    t = context.language
    rows = measure.rows
    everything = rows[list(ENDS)].to_numpy(float)
    least, most = float(np.nanmin(everything)), float(np.nanmax(everything))
    room = 0.04 * (most - least)
    least, most = least - room, most + room
    nation = float(everything[-1, 0])  # which stands last

    def across(value: float) -> str:
        return f"{100 * (value - least) / (most - least):.1f}%"

    lines = []
    words, statuses = _words(context, measure, rows), t.statuses(rows)
    for code, text, status, (value, low, high) in zip(rows.index, words, statuses, everything, strict=True):
        middle = HEIGHT // 2
        marks = f'<line class="rv-nation" x1="{across(nation)}" x2="{across(nation)}" y1="0" y2="{HEIGHT}"/>'
        if not np.isnan(low):
            kind = "rv-ends rv-prior" if np.isnan(value) else "rv-ends"
            marks += f'<line class="{kind}" x1="{across(low)}" x2="{across(high)}" y1="{middle}" y2="{middle}"/>'
        if not np.isnan(value):
            marks += f'<circle cx="{across(value)}" cy="{middle}" r="4.5"/>'
        lines.append(
            f'<tr data-region="{code}"><th scope="row">{escape(context.region_names[code])}</th>'
            f'<td class="rv-strip"><svg width="100%" height="{HEIGHT}" aria-hidden="true">{marks}</svg></td>'
            f"<td>{escape(text)}</td><td>{escape(status)}</td></tr>"
        )
    scale = 100 if measure.percent else 1
    ends = [t.number(scale * end, measure.digits) for end in (least, most)]
    return _framed(context, measure.label, measure.meaning, lines, (ends[0], ends[1]))


def _paths(context: Context) -> str:
    """Coverage by year of every region, as one small drawing a row."""
    t = context.language
    paths = context.results.paths
    rows = paths.loc[paths["measure"] == PATH].sort_values("year")
    first, last = int(paths["year"].min()), int(paths["year"].max())
    top = max(1.0, float(rows[list(ENDS)].max().max()))
    lines = []
    for code in [*context.results.regions, NATION]:
        own = rows.loc[rows["region"] == code]
        years = own["year"].to_numpy(float)
        value, low, high = own[list(ENDS)].to_numpy(float).T
        across = 100 * (years - first) / (last - first)

        def line(heights: FloatArray, across: FloatArray = across) -> list[str]:
            return [f"{x:.1f},{40 * (1 - y / top):.1f}" for x, y in zip(across, heights, strict=True)]

        full = 40 * (1 - 1 / top)
        marks = f'<polygon points="{" ".join([*line(high), *reversed(line(low))])}"/>'
        marks += f'<line class="rv-nation" x1="0" x2="100" y1="{full:.1f}" y2="{full:.1f}"/>'
        if not np.isnan(value).any():
            marks += f'<polyline points="{" ".join(line(value))}"/>'
        then = int(np.flatnonzero(years == context.target_year)[0])
        text = t.share(value[then], low[then], high[then])
        status = t.status(own["status"].to_list()[then], own["qualifier"].to_list()[then])
        lines.append(
            f'<tr data-region="{code}"><th scope="row">{escape(context.region_names[code])}</th>'
            f'<td class="rv-strip"><svg width="100%" height="40" viewBox="0 0 100 40" preserveAspectRatio="none" '
            f'aria-hidden="true">{marks}</svg></td>'
            f"<td>{escape(text)}</td><td>{escape(status)}</td></tr>"
        )
    return _framed(
        context,
        t("Täckning A {year}, om lika många som {base} börjar varje år").format(
            year=context.target_year, base=context.year
        ),
        t(
            "Linjen går från {first} till {last}. Fältet är det 80-procentiga intervallet, och den streckade linjen är "
            "100 %. Utan publicerat antal specialister visas bara fältet."
        ).format(first=first, last=last),
        lines,
        (str(first), str(last)),
    )


def _framed(context: Context, title: str, meaning: str, lines: list[str], ends: tuple[str, str]) -> str:
    t = context.language
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in (t("Region"), t("Bild"), t("Värde"), t("Status")))
    return (
        f'<section><h3>{escape(title)}</h3><p class="rv-caption">{escape(meaning)}</p>'
        f'<table class="rv-table rv-rows" aria-label="{escape(title)}"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
        f'<p class="rv-scale" aria-hidden="true"><span>{escape(ends[0])}</span><span>{escape(ends[1])}</span></p></section>'
    )
