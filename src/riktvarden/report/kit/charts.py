"""The chart forms of the report: one look, one width that also fits a phone, intervals always drawn."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

import altair as alt
import numpy as np
import pandas as pd

WIDTH = 690
"""Width of a chart with its labels in pixels: the column of a desk. The build draws it for a phone too."""
FIT = alt.AutoSizeParams(type="fit-x", contains="padding")
INK = "#1b1b1b"
MUTED = "#6b7280"
GRID = "#e5e7eb"
BLUE = "#174f82"
ORANGE = "#c96f14"
PALE = "#b9cde3"
VIOLET = "#9a1fd6"
GREEN = "#21a068"
SAND = "#ecc9a1"
STEPS = ("#dbe7f3", "#a9c5e0", "#6b9aca", "#3a73ac", BLUE)
"""Colours of the classes of one hue, from low to high."""
SHADE = "#ece7df"
PAPER = "#ffffff"
BLANK = "#fafafa"
NONE = "#f1f3f5"
DARK = {
    INK: "#e8e6e3",
    MUTED: "#a3abb8",
    GRID: "#3a414b",
    BLUE: "#7db4e6",
    ORANGE: "#f0a35e",
    PALE: "#3d5c7d",
    VIOLET: "#c77dff",
    GREEN: "#4fe0a4",
    SAND: "#7a5630",
    **dict(zip(STEPS[:-1], ("#2b3c4f", "#3c5672", "#517599", "#6694c0"), strict=True)),
    SHADE: "#37332b",
    PAPER: "#121212",
    BLANK: "#22282f",
    NONE: "#2a3138",
}
"""Colour → its counterpart on the dark page, where a browser draws the chart itself."""
_NAMES = (
    "ink",
    "muted",
    "grid",
    "blue",
    "orange",
    "pale",
    "violet",
    "green",
    "sand",
    "step1",
    "step2",
    "step3",
    "step4",
    "shade",
    "paper",
    "blank",
    "none",
)
COLOURS = dict(zip(DARK, _NAMES, strict=True))
"""Colour → its name in the style sheet, which holds both counterparts."""
MEANING = {
    "age": BLUE,
    "need_index": ORANGE,
    "sparsity": GREEN,
    "travel": GREEN,
    "off_list": PALE,
    "principal": VIOLET,
}
"""What moves a need → its colour in every picture of the book."""
NAMED = {"blue": BLUE, "orange": ORANGE, "grey": MUTED, "black": INK, "violet": VIOLET}
"""Name of a colour that a line may have → the colour."""
# A finished chart is checked against the schema; checking each of its parts too takes a fifth of a page's time.
alt.utils.schemapi.disable_debug_mode()

FONT = "Arial, Liberation Sans, Helvetica, sans-serif"


@alt.theme.register("riktvarden", enable=True)
def _theme() -> alt.theme.ThemeConfig:
    """Give the look of every chart."""
    words: dict[str, Any] = {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
    }
    axis = {**words, "gridColor": GRID, "domainColor": MUTED, "tickColor": MUTED, "labelLimit": 190, "labelFlush": False}
    return {
        "usermeta": {"dark": DARK, "colours": COLOURS},
        "config": {
            "font": FONT,
            "background": "transparent",
            "padding": 4,
            "aria": False,
            "view": {"continuousWidth": 300, "continuousHeight": 300, "stroke": None},
            "axis": cast("alt.theme.AxisConfigKwds", axis),
            "legend": cast(
                "alt.theme.LegendConfigKwds",
                {
                    **words,
                    "labelLimit": 330,
                    "titleLimit": 330,
                    "layout": {"top": {"direction": "vertical", "anchor": "start"}},
                },
            ),
            "title": {"color": INK},
        },
    }


def on_phone(chart: alt.TopLevelMixin, changes: dict[str, Any]) -> alt.TopLevelMixin:
    """Give a chart of several panels what differs in its specification on a phone."""
    drawn: alt.TopLevelMixin = cast("Any", chart).properties(usermeta={"phone": changes})
    return drawn


def by_kind(
    legend: Mapping[str, str],
    symbol: Literal["square", "circle"] = "square",
    *,
    is_opaque: bool = False,
    needed: bool = True,
) -> alt.Color:
    """Colour marks by ``kind``.

    Parameters
    ----------
    legend
        Kind → colour, in the order of the legend.
    symbol
        Shape of its symbols.
    is_opaque
        Whether the symbols are opaque though the marks are not.
    needed
        Whether there is a legend at all.
    """
    shown = alt.Legend(title=None, orient="top", direction="vertical", symbolType=symbol)
    if is_opaque or symbol == "circle":  # dots are, though the intervals beside them are not
        shown.symbolOpacity = 1
    scale = alt.Scale(domain=list(legend), range=list(legend.values()))
    return alt.Color("kind:N", scale=scale, legend=shown if needed else None)


def year_axis(years: pd.Series, title: str | None = None, ticks: int = 5) -> alt.X:
    """Draw ``year`` across, from the first to the last."""
    axis = alt.Axis(title=title, format="d", tickCount=ticks, grid=False)
    return alt.X("year:Q", axis=axis, scale=alt.Scale(domain=[int(years.min()), int(years.max())], nice=False))


def by_label(order: Iterable[str], **axis: Any) -> alt.Y:  # noqa: ANN401 - as `altair.Axis` takes them
    """Draw each ``label`` on a line of its own, from top to bottom; `axis` are further properties of the axis."""
    lines = "length(split(datum.label, '\\n'))"
    raised = [
        {"test": f"{lines} === {count}", "value": -LINE_HEIGHT * (count - 1) / 2} for count in range(2, MOST_LINES + 1)
    ]
    # A label of several lines is placed by its first: raised by half of the others, it is beside its mark.
    offset = {"condition": raised, "value": 0}
    shown = alt.Axis(title=None, ticks=False, domain=False, labelOffset=cast("Any", offset), labelExpr=WRAPPED, **axis)
    return alt.Y("label:N", sort=list(order), axis=shown)


def lines_of(order: Iterable[str]) -> int:
    """Count the lines of the longest label, as `wrapped` breaks it."""
    return max(label.count("\n") for label in order) + 1


def upright(at: float, words: str, scale: alt.Scale, *, dashed: bool = True) -> list[alt.Chart]:
    """Draw an upright line at a value, with its words at the top."""
    line = alt.Chart(pd.DataFrame({"at": [at], "words": [words]})).encode(x=alt.X("at:Q", scale=scale))
    return [
        line.mark_rule(color=INK, strokeDash=[2, 2]) if dashed else line.mark_rule(color=INK),
        line.mark_text(align="left", dx=4, dy=-6, color=INK, fontSize=13).encode(y=alt.value(0), text="words:N"),
    ]


def number_axis(title: str, digits: int = 0, percent: bool = False) -> alt.Axis:
    """A quantitative axis; its numbers are written in the page's language where the picture is drawn.

    Parameters
    ----------
    title
        Measure and unit.
    digits
        Least number of decimals; where the steps between ticks need more, they have more.
    percent
        Whether the values are fractions that are shown in per cent.
    """
    if percent:
        # With the space that Swedish and English tables set.
        return alt.Axis(title=title, format="%", labelExpr="replace(datum.label, '%', '\u00a0%')", tickCount=4)
    if digits:
        return alt.Axis(title=title, format=f",.{digits}f", tickCount=5)
    return alt.Axis(title=title, tickCount=5)


def number_label(digits: int = 0) -> str:
    """Vega expression of a number in the page's language."""
    return f"format(datum.value, ',.{digits}f')"


def percent_label(digits: int = 0) -> str:
    """Vega expression of a share in per cent, with the space that Swedish and English tables set."""
    return f"format(datum.value * 100, ',.{digits}f') + '\u00a0%'"


# --- what a mark says -------------------------------------------------------------------------------------------

NAME = "replace(replace(datum.label, regexp('-\\n', 'g'), '-'), regexp('\\n', 'g'), ' ')"
"""Vega expression of a label on one line, as `wrapped` had it."""
LINE_BREAK = "'\\n'"
"""Vega expression of what is between the name of a mark and its rows."""
YEAR_REACH = 14
"""Width in pixels of the invisible line that catches the pointer at a year."""


@dataclass(frozen=True)
class Measure:
    """How the numbers of a chart are written in the words of its marks."""

    title: str
    digits: int
    percent: bool

    @classmethod
    def of(cls, axis: alt.Axis, values: pd.DataFrame | pd.Series) -> Measure:
        """Take the unit from an axis, and as many decimals as the size of its values needs; whole numbers have none."""
        percent = axis.format == "%"
        numbers = values.to_numpy(float) * (100 if percent else 1)
        numbers = np.abs(numbers[np.isfinite(numbers)])
        size = float(numbers.max(initial=0.0))
        digits = 0 if size >= _WHOLE or np.allclose(numbers, numbers.round()) else 1 if size >= _TENTHS else 2
        title = axis.title if isinstance(axis.title, str) else ""
        return cls(title, digits, percent)

    def number(self, field: str, *, is_signed: bool = False) -> str:
        """Vega expression of a number, without its unit."""
        return f"format({field}{' * 100' if self.percent else ''}, '{'+' if is_signed else ''},.{self.digits}f')"

    @property
    def unit(self) -> str:
        """Vega expression of what follows a number."""
        return " + '\u00a0%'" if self.percent else ""

    def value(self, field: str, *, is_signed: bool = False) -> str:
        """Vega expression of a number with its unit."""
        return self.number(field, is_signed=is_signed) + self.unit

    def estimate(self, value: str | None, low: str, high: str) -> str:
        """Vega expression of a value with its interval, or whichever of the two there is."""
        dash = f"({low} < 0 ? ' – ' : '–')"
        between = f"{self.number(low)} + {dash} + {self.number(high)}"
        if value is None:
            return f"{between}{self.unit}"
        both = f"{self.number(value)} + (isValid({low}) ? ' (' + {between} + ')' : '')"
        return f"(isValid({value}) ? {both} : {between}){self.unit}"


_WHOLE, _TENTHS = 20, 2
"""Sizes from which numbers are written whole, and with one decimal."""


def text(words: str) -> str:
    """Vega expression of words."""
    return json.dumps(words, ensure_ascii=False)


def tip_of(name: str, *rows: str) -> str:
    """Vega expression of what a mark says: its name and rows, each an expression, on lines of their own."""
    return f" + {LINE_BREAK} + ".join((name, *rows))


def with_tip(chart: alt.Chart, expression: str) -> alt.Chart:
    """Give each mark of a chart its words, which the build keeps in the drawing."""
    return chart.transform_calculate(tip=expression).encode(description=alt.Description("tip:N"))


def _of_kind(number: str, measure: Measure, legend: Mapping[str, str], name: str = NAME) -> str:
    """Vega expression of what a mark with a kind says: where there is one kind only, the measure says more than it."""
    kinds = [kind for kind in legend if kind]
    if len(legend) > 1:
        rows = [f"datum.kind + ': ' + {number}", *([text(measure.title)] if measure.title else [])]
    else:
        rows = [f"{text(f'{measure.title}: ' if measure.title else '')} + {number}", *map(text, kinds)]
    return tip_of(name, *rows)


def _of_years(rows: pd.DataFrame, measure: Measure, legend: Mapping[str, str], x: alt.X) -> alt.Chart:
    """Invisible lines at the years, each of which says the values of all paths."""
    kinds = list(legend)
    numbers = [name for name in ("value", "low", "high") if name in rows]
    wide = rows.assign(place=rows["kind"].map(kinds.index)).pivot_table(numbers, "year", "place", aggfunc="first")
    wide.columns = wide.columns.map(lambda named: f"{named[0]}{named[1]}")
    parts = ["'' + datum.year"]
    for place, kind in enumerate(kinds):
        there = {name: f"datum.{name}{place}" for name in numbers if f"{name}{place}" in wide}
        if not there:
            continue
        value, ends = there.get("value"), [there[name] for name in ("low", "high") if name in there]
        number = measure.estimate(value, *ends) if len(ends) > 1 else measure.value(str(value))
        known = " || ".join(f"isValid({field})" for field in there.values())
        parts.append(f"({known} ? {LINE_BREAK} + {text(f'{kind}: ' if kind else '')} + {number} : '')")
    if measure.title:
        parts.append(f"{LINE_BREAK} + {text(measure.title)}")
    lines = with_tip(alt.Chart(wide.reset_index()), " + ".join(parts))
    return lines.mark_rule(opacity=0, strokeWidth=YEAR_REACH).encode(x=x)


# --- the ends of lines ------------------------------------------------------------------------------------------

PATHS = 220
"""Height in pixels of a chart of paths over years."""
MOST_LABELS = 5
"""Paths that are named where they end; more have a legend."""
_LABELS = {"desk": 24, "phone": 14}
"""Picture → characters on a line of such a name."""
_BESIDE, _BETWEEN = 18, 4
"""Pixels from the plot to the names, and between two names."""


def apart(middles: Iterable[float], heights: Iterable[float], room: float) -> list[float]:
    """Place blocks, given from top to bottom, near their middles without overlap and within the room.

    Returns
    -------
    list of float
        The top of each block; they overflow the bottom if they are higher than the room together.
    """
    tall = list(heights)
    tops: list[float] = []
    for middle, height in zip(middles, tall, strict=True):
        least = tops[-1] + tall[len(tops) - 1] + _BETWEEN if tops else 0.0
        tops.append(max(middle - height / 2, least))
    bottom = max(room, sum(tall) + _BETWEEN * (len(tall) - 1))
    for place in reversed(range(len(tops))):
        tops[place] = min(tops[place], bottom - tall[place])
        bottom = tops[place] - _BETWEEN
    return tops


def _ends(rows: pd.DataFrame, legend: Mapping[str, str], top: float) -> pd.DataFrame | None:
    """Place the names of paths beside their ends, for a desk and a phone; None where a legend serves better."""
    middle = (rows["low"] + rows["high"]) / 2
    here = rows.assign(at=rows["value"].where(rows["value"].notna(), middle)).dropna(subset="at")
    last = here.sort_values("year").groupby("kind", sort=False).last().reindex(list(legend)).dropna(subset="at")
    names = last.sort_values("at", ascending=False)[["year", "at"]].reset_index()
    if not 1 < len(names) == len(legend) <= MOST_LABELS:
        return None
    names["edge"] = int(rows["year"].max())
    for picture, characters in _LABELS.items():
        lines = [textwrap.wrap(kind, characters, break_long_words=False) for kind in names["kind"]]
        heights = [LINE_HEIGHT * len(each) for each in lines]
        if sum(heights) + _BETWEEN * (len(lines) - 1) > PATHS:
            return None
        tops = np.array(apart(PATHS * (1 - names["at"] / top), heights, PATHS))
        names[f"words_{picture}"] = ["\n".join(each) for each in lines]
        for name, pixels in (("top", tops), ("middle", tops + np.array(heights) / 2), ("bottom", tops + heights)):
            names[f"{name}_{picture}"] = top * (1 - pixels / PATHS)
    return names


def _named(
    layers: list[alt.Chart], names: pd.DataFrame | None, legend: Mapping[str, str], scale: alt.Scale
) -> alt.TopLevelMixin:
    """Put the names of paths beside the plot, each with a bar in its colour that a line leads to."""
    chart = alt.layer(*layers)
    if names is not None:
        first = len(layers)
        base = alt.Chart(names).encode(color=by_kind(legend, needed=False))

        def y(name: str) -> alt.Y:
            return alt.Y(f"{name}:Q", scale=scale)

        chart = alt.layer(
            *layers,
            base.mark_rule(strokeWidth=1.2, x2Offset=_BESIDE - 6).encode(
                x="year:Q", x2="edge:Q", y=y("at"), y2="middle_desk:Q"
            ),
            base.mark_rule(strokeWidth=3, xOffset=_BESIDE - 6).encode(x="edge:Q", y=y("top_desk"), y2="bottom_desk:Q"),
            alt.Chart(names)
            .mark_text(
                align="left", baseline="top", dx=_BESIDE, color=INK, fontSize=13, lineBreak="\n", lineHeight=LINE_HEIGHT
            )
            .encode(x="edge:Q", y=y("top_desk"), text="words_desk:N"),
        )
        field = {name: {"field": f"{name}_phone"} for name in ("top", "middle", "bottom", "words")}
        changes = {
            str(first): {"encoding": {"y2": field["middle"]}},
            str(first + 1): {"encoding": {"y": field["top"], "y2": field["bottom"]}},
            str(first + 2): {"encoding": {"y": field["top"], "text": field["words"]}},
        }
        chart = cast("alt.LayerChart", on_phone(chart, {"layer": changes}))
    return chart.properties(width=WIDTH, autosize=FIT, height=PATHS)


# --- the forms --------------------------------------------------------------------------------------------------


def intervals(
    rows: pd.DataFrame,
    axis: alt.Axis,
    legend: dict[str, str],
    order: list[str],
    reference: tuple[float, str] | None = None,
) -> alt.TopLevelMixin:
    """Dots with their 80 % intervals, one row a label; a row without a value shows its interval only.

    Parameters
    ----------
    rows
        ``label, value, low, high, kind``; a NaN value is not drawn, a NaN interval neither.
    axis
        The horizontal axis.
    legend
        Kind → colour, in the order of the legend.
    order
        Labels from top to bottom; long ones as `wrapped` breaks them.
    reference
        Position and words of a vertical reference line.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    colour = by_kind(legend, "circle", needed=len(legend) > 1)
    y = by_label(order, grid=True, labelPadding=8)  # they keep clear of a dot at 0
    lines = lines_of(order)
    largest, smallest = float(rows[["value", "high"]].max().max()), float(rows[["value", "low"]].min().min())
    # Dots are read by their place: where all are far from zero, the picture need not begin there.
    room = 0.06 * (largest - smallest)
    is_far = smallest > 0.4 * largest
    scale = alt.Scale(
        domain=[smallest - room if is_far else min(smallest * 1.06, 0.0), largest + room], nice=False, zero=False
    )
    dash = alt.condition("isValid(datum.value)", alt.value([1, 0]), alt.value([4, 3]))
    measure = Measure.of(axis, rows[["value", "low", "high"]])
    number = measure.estimate("datum.value", "datum.low", "datum.high")
    base = with_tip(alt.Chart(rows), _of_kind(number, measure, legend)).encode(y=y, color=colour)
    layers = [
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=3, opacity=0.75)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", strokeDash=dash),
        base.transform_filter("isValid(datum.value)")
        .mark_point(filled=True, size=70, opacity=1)
        .encode(x=alt.X("value:Q", scale=scale, axis=axis)),
    ]
    if reference is not None:
        layers += upright(*reference, scale)
    return alt.layer(*layers).properties(width=WIDTH, autosize=FIT, height=alt.Step(24 + 14 * (lines - 1)))


def points_in_time(rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str]) -> alt.TopLevelMixin:
    """Dated figures as points, never joined by a line where the sources differ.

    Parameters
    ----------
    rows
        ``year, value, kind``, with ``low`` and ``high`` where there is an interval.
    axis
        The vertical axis.
    legend
        Kind → colour.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    x = alt.X(
        "year:Q",
        axis=alt.Axis(title=None, format="d", tickMinStep=1, grid=False),
        scale=alt.Scale(zero=False, padding=12),
    )
    colour = by_kind(legend, "circle")
    has_ends = "low" in rows
    measure = Measure.of(axis, rows[["value", "low", "high"] if has_ends else ["value"]])
    number = measure.estimate("datum.value", "datum.low", "datum.high") if has_ends else measure.value("datum.value")
    base = with_tip(alt.Chart(rows), _of_kind(number, measure, legend, "'' + datum.year")).encode(x=x, color=colour)
    return alt.layer(
        base.transform_filter("isValid(datum.low)")
        .mark_rule(strokeWidth=3, opacity=0.75)
        .encode(y=alt.Y("low:Q", axis=axis, scale=alt.Scale(zero=True)), y2="high:Q"),
        base.mark_point(filled=True, size=80, opacity=1).encode(y=alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=True))),
    ).properties(width=WIDTH, autosize=FIT, height=220)


def pyramid(rows: pd.DataFrame, order: list[str], women: str, men: str, outline: str) -> alt.TopLevelMixin:
    """Share of the population by age and sex, with the nation as an outline.

    Parameters
    ----------
    rows
        ``age_group, sex, share, nation``; shares of the whole population, ``sex`` in {F, M}.
    order
        Age groups from youngest to oldest.
    women, men, outline
        Words of the two sides and of the outline.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    widest = float(rows[["share", "nation"]].max().max()) * 1.05
    measure = Measure("", 1, percent=True)
    sides = []
    for sex, title, colour, reverse in (("F", women, BLUE, True), ("M", men, ORANGE, False)):
        side = rows.loc[rows["sex"] == sex]
        x_scale = alt.Scale(domain=[0, widest], reverse=reverse, nice=False)
        y_axis = alt.Axis(title=None, ticks=False, domain=False) if reverse else None
        y = alt.Y("age_group:N", sort=order[::-1], axis=y_axis)
        axis = alt.Axis(title=title, labelExpr=percent_label(), values=[0, 0.02, 0.04])
        shares = [
            f"{text(f'{title}: ')} + {measure.value('datum.share')}",
            f"{text(f'{outline}: ')} + {measure.value('datum.nation')}",
        ]
        base = with_tip(alt.Chart(side), tip_of("datum.age_group", *shares))
        sides.append(
            alt.layer(
                base.mark_bar(color=colour, opacity=0.55).encode(y=y, x=alt.X("share:Q", scale=x_scale, axis=axis)),
                base.mark_tick(color=INK, thickness=2, height=13).encode(
                    y=y, x=alt.X("nation:Q", scale=x_scale, axis=axis)
                ),
            ).properties(width=290, height=alt.Step(17))
        )
    chart = alt.hconcat(*sides, spacing=8).properties(
        title=alt.Title(outline, fontSize=13, fontWeight="normal", anchor="start")
    )
    return on_phone(chart, {"hconcat": {"0": {"width": 128}, "1": {"width": 128}}})


def bars(rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str], order: list[str]) -> alt.TopLevelMixin:
    """Horizontal bars, one a label, stacked by kind.

    Parameters
    ----------
    rows
        ``label, value, kind``.
    axis
        The horizontal axis.
    legend
        Kind → colour, in the order of legend and stack.
    order
        Labels from top to bottom.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    kinds = list(legend)
    sums = rows.groupby(["label", "kind"], sort=False, as_index=False)["value"].sum()
    drawn = sums.assign(place=sums["kind"].map(kinds.index))
    measure = Measure.of(axis, sums["value"])
    chart = (
        with_tip(alt.Chart(drawn), _of_kind(measure.value("datum.value"), measure, legend))
        .mark_bar()
        .encode(
            y=by_label(order),
            x=alt.X("value:Q", axis=axis, stack="zero"),
            color=by_kind(legend),
            order=alt.Order("place:Q"),
        )
    )
    return chart.properties(width=WIDTH, autosize=FIT, height=alt.Step(24))


def matrix(rows: pd.DataFrame, columns: list[str], order: list[str], title: str) -> alt.TopLevelMixin:
    """A grid of shares with their words: dark where everything is there, pale where nothing is.

    Parameters
    ----------
    rows
        ``label, column, share, words``; the share is a fraction.
    columns
        Columns from left to right.
    order
        Labels from top to bottom.
    title
        Title of the colour legend.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    words = tip_of(
        NAME, f"datum.column + ': ' + (datum.words || {Measure('', 0, percent=True).value('datum.share')})", text(title)
    )
    # A few columns have room for their names across, on several lines.
    lines = {column: textwrap.wrap(column, _NARROW, break_long_words=False) for column in columns}
    if len(columns) <= _FEW:
        # Lines go down from the first: room is made for them above the grid.
        room = 4 + LINE_HEIGHT * (max(map(len, lines.values())) - 1)
        head = alt.Axis(labelAngle=0, labelPadding=room, labelExpr=f"{json.dumps(lines, ensure_ascii=False)}[datum.label]")
    else:
        head = alt.Axis(labelAngle=-90, labelLimit=150)
    for name, value in {"title": None, "orient": "top", "ticks": False, "domain": False}.items():
        setattr(head, name, value)
    base = alt.Chart(rows).encode(
        x=alt.X("column:N", sort=columns, axis=head),
        y=by_label(order, labelLimit=260),
    )
    # Shades of one colour over another: both follow the page.
    shade = alt.FillOpacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 1]), legend=None)
    ink = alt.condition("datum.share > 0.5", alt.value(PAPER), alt.value(INK))
    ground = base.mark_rect(fill=NONE, stroke=PAPER)
    cells = with_tip(base, words).mark_rect(fill=BLUE, stroke=PAPER).encode(fillOpacity=shade)
    return alt.layer(ground, cells, base.mark_text(fontSize=13).encode(text="words:N", color=ink)).properties(
        width=WIDTH, autosize=FIT, height=alt.Step(26)
    )


_FEW, _NARROW = 3, 15
"""Columns of a grid that have their names across, and characters on a line of these."""

LINE_HEIGHT = 15
"""Pixels between the lines of a label."""
MOST_LINES = 6

LINE = 24
"""Characters of a label that fit on a line beside the plot."""

WRAPPED = "split(datum.label, '\\n')"
"""Vega expression of a label that `wrapped` has broken into lines."""


def wrapped(text: str) -> str:
    """Break a long label into lines that fit a phone."""
    return "\n".join(textwrap.wrap(text, LINE))


def ranges(
    rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str], order: list[str], reference: float | None = None
) -> alt.TopLevelMixin:
    """Hollow bars from low to high, one a label and kind: estimates that are shown as ranges without a value.

    Parameters
    ----------
    rows
        ``label, low, high, kind``; with ``value`` where a figure is published instead, which is drawn as a dot.
    axis
        The horizontal axis; it starts at zero, or below where a range does.
    legend
        Kind → colour, in the order of legend and bars.
    order
        Labels from top to bottom; long ones as `wrapped` breaks them.
    reference
        Position of a vertical reference line.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    kinds = list(legend)
    beside = int(rows.groupby("label")["kind"].nunique().max())
    lines = lines_of(order)
    step = alt.Step(max(12 + 11 * beside, 15 * lines + 8), **{"for": "position"})
    ends = rows[[column for column in ("low", "high", "value") if column in rows]]
    lowest, highest = float(ends.min().min()), float(ends.max().max())
    scale = alt.Scale(domain=[min(lowest * 1.06, 0.0), max(highest * 1.06, 0.0)], nice=False)
    colour = by_kind(legend, needed=len(legend) > 1)
    measure = Measure.of(axis, ends)
    number = measure.estimate("datum.value" if "value" in rows else None, "datum.low", "datum.high")
    base = with_tip(alt.Chart(rows), _of_kind(number, measure, legend)).encode(
        y=by_label(order, grid=True, labelPadding=6), color=colour
    )
    if beside > 1:
        base = base.encode(yOffset=alt.YOffset("kind:N", sort=kinds, scale=alt.Scale(domain=kinds, paddingInner=0.25)))
    layers = [
        base.transform_filter("isValid(datum.low)")
        .mark_bar(fillOpacity=0.25, strokeWidth=1.6, cornerRadius=2, height=alt.RelativeBandSize(band=0.75))
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", stroke=colour)
    ]
    if "value" in rows:
        dots = base.transform_filter("isValid(datum.value)").mark_point(filled=True, size=70, opacity=1)
        layers.append(dots.encode(x=alt.X("value:Q", scale=scale, axis=axis)))
    if reference is not None:
        line = pd.DataFrame({"at": [reference]})
        layers.append(alt.Chart(line).mark_rule(color=INK, strokeDash=[2, 2]).encode(x=alt.X("at:Q", scale=scale)))
    return alt.layer(*layers).properties(width=WIDTH, autosize=FIT, height=step)


def bands(rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str]) -> alt.TopLevelMixin:
    """A band over years for each kind, named where it ends: paths that are known as ranges only, so without a line.

    Parameters
    ----------
    rows
        ``year, low, high, kind``.
    axis
        The vertical axis.
    legend
        Kind → colour, in the order of the legend.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    x = year_axis(rows["year"], ticks=6)
    top = float(rows["high"].max()) * 1.06
    scale = alt.Scale(domain=[0, top], nice=False)
    names = _ends(rows.assign(value=np.nan), legend, top)
    base = alt.Chart(rows).encode(x=x, color=by_kind(legend, is_opaque=True, needed=names is None))
    ends = [
        base.mark_line(strokeWidth=1.6).encode(y=alt.Y(f"{end}:Q", axis=axis, scale=scale), detail="kind:N")
        for end in ("low", "high")
    ]
    layers = [
        base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", axis=axis, scale=scale), y2="high:Q"),
        *ends,
        _of_years(rows, Measure.of(axis, rows[["low", "high"]]), legend, x),
    ]
    return _named(layers, names, legend, scale)


def deviations(
    rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str], order: list[str], total: str
) -> alt.TopLevelMixin:
    """What moves each label up and down from zero, stacked by kind, and a dot where it ends.

    Parameters
    ----------
    rows
        ``label, value, kind``.
    axis
        The horizontal axis.
    legend
        Kind → colour, in the order of legend and stack.
    order
        Labels from top to bottom.
    total
        Words of the dot.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    kinds = list(legend)
    drawn = rows.assign(place=rows["kind"].map(kinds.index))
    sums = rows.groupby("label", sort=False, as_index=False)["value"].sum().assign(kind=total)
    y = by_label(order)
    measure = Measure.of(axis, pd.concat([rows["value"], sums["value"]]))
    number = measure.value("datum.value", is_signed=True)
    bars = (
        with_tip(alt.Chart(drawn), _of_kind(number, measure, {**legend, total: INK}))
        .mark_bar(height=14)
        .encode(
            y=y,
            x=alt.X("value:Q", axis=axis, stack="zero"),
            color=by_kind(legend),
            order=alt.Order("place:Q"),
        )
    )
    dots = (
        with_tip(alt.Chart(sums), _of_kind(number, measure, {**legend, total: INK}))
        .mark_point(filled=True, size=50, opacity=1, stroke=PAPER, strokeWidth=1)
        .encode(
            y=y,
            x=alt.X("value:Q", axis=axis),
            fill=alt.Fill(
                "kind:N",
                scale=alt.Scale(domain=[total], range=[INK]),
                legend=alt.Legend(title=None, orient="top", symbolType="circle"),
            ),
        )
    )
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(color=INK).encode(x=alt.X("at:Q", axis=axis))
    layers = alt.layer(bars, zero, dots).resolve_scale(color="independent", fill="independent")
    return layers.properties(width=WIDTH, autosize=FIT, height=alt.Step(22))


def strip(rows: pd.DataFrame, means: pd.DataFrame, axis: alt.Axis, order: list[str], words: str) -> alt.TopLevelMixin:
    """One hollow dot per place on the line of its group, with the group's mean as an upright mark.

    Parameters
    ----------
    rows
        ``name, label, value``, one row a place.
    means
        ``label, value``, one row a group.
    axis
        The horizontal axis.
    order
        Labels of the groups from top to bottom; long ones as `wrapped` breaks them.
    words
        Words of the upright mark.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    lines = lines_of(order)
    y = by_label(order, grid=True, labelPadding=6)
    x = alt.X("value:Q", axis=axis, scale=alt.Scale(zero=False, nice=False, padding=8))
    mark = alt.Color(
        "kind:N",
        scale=alt.Scale(domain=[words], range=[ORANGE]),
        legend=alt.Legend(title=None, orient="top", symbolType="square"),
    )
    measure = Measure.of(axis, pd.concat([rows["value"], means["value"]]))
    number = f"{text(f'{measure.title}: ')} + {measure.value('datum.value')}"
    dots = with_tip(alt.Chart(rows), tip_of("datum.name", number, NAME))
    layers = [
        dots.mark_point(filled=False, size=40, opacity=0.55, color=BLUE, strokeWidth=1.2).encode(x=x, y=y),
        with_tip(alt.Chart(means.assign(kind=words)), tip_of(NAME, number, text(words)))
        .mark_tick(thickness=3, height=20, opacity=1)
        .encode(x=x, y=y, color=mark),
    ]
    return alt.layer(*layers).properties(width=WIDTH, autosize=FIT, height=alt.Step(17 * lines + 10))


def scores(rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str], order: list[str], limit: float) -> alt.TopLevelMixin:
    """One dot per comparison on the line of its group, on both sides of zero, with the range of what agrees shaded.

    Parameters
    ----------
    rows
        ``name, label, value, kind``, one row a comparison.
    axis
        The horizontal axis.
    legend
        Kind → colour, in the order of the legend.
    order
        Labels of the groups from top to bottom; long ones as `wrapped` breaks them.
    limit
        How far from zero the shade reaches.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    lines = lines_of(order)
    y = by_label(order, grid=True, labelPadding=8)
    x = alt.X("value:Q", axis=axis, scale=alt.Scale(nice=False, padding=10))
    colour = by_kind(legend, "circle")
    measure = Measure.of(axis, rows["value"])
    number = f"{text(f'{measure.title}: ')} + {measure.value('datum.value', is_signed=True)}"
    shade, zero = pd.DataFrame({"low": [-limit], "high": [limit]}), pd.DataFrame({"value": [0.0]})
    layers = [
        alt.Chart(shade).mark_rect(color=SHADE).encode(x=alt.X("low:Q"), x2="high:Q"),
        alt.Chart(zero).mark_rule(color=INK, strokeDash=[2, 2]).encode(x=x),
        with_tip(alt.Chart(rows), tip_of("datum.name", number, "datum.kind", NAME))
        .mark_point(filled=True, size=60, opacity=0.75)
        .encode(x=x, y=y, color=colour),
    ]
    return alt.layer(*layers).properties(width=WIDTH, autosize=FIT, height=alt.Step(17 * lines + 14))


def waterfall(steps: pd.DataFrame, base: tuple[float, str], total: tuple[str, str], axis: alt.Axis) -> alt.TopLevelMixin:
    """Steps from a common base to one place's own level, each starting where the one before it ended.

    Parameters
    ----------
    steps
        ``label, value, low, high, words``: what each step adds and its 80 % interval, in the unit of the base, and
        the value as it is to be read.
    base
        Level from which the steps start and its words; the line at it is the reference.
    total
        Label of the row that shows where the steps end, and that level as it is to be read.
    axis
        The horizontal axis.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    level, words = base
    end = level + steps["value"].cumsum()
    start = end - steps["value"]
    drawn = pd.DataFrame(
        {
            "label": [*steps["label"], total[0]],
            "start": [*start, level],
            "end": [*end, end.iloc[-1]],
            "low": [*(start + steps["low"]), float("nan")],
            "high": [*(start + steps["high"]), float("nan")],
            "words": [*steps["words"], total[1]],
        }
    )
    drawn["right"] = drawn[["start", "end", "high"]].max(axis=1)
    left, right = float(drawn[["start", "end", "low"]].min().min()), float(drawn["right"].max())
    span = max(right - left, 1e-9)
    scale = alt.Scale(domain=[left - 0.05 * span, right + 0.28 * span], nice=False)
    y = by_label(drawn["label"])
    title = axis.title if isinstance(axis.title, str) else ""
    rows = with_tip(alt.Chart(drawn), tip_of(NAME, "datum.words", text(title))).encode(y=y)
    colour = (
        alt.when(alt.datum.label == total[0])
        .then(alt.value(INK))
        .when(alt.datum.end < alt.datum.start)
        .then(alt.value(BLUE))
        .otherwise(alt.value(ORANGE))
    )
    layers = [
        *upright(level, words, scale),
        rows.mark_bar(height=13).encode(x=alt.X("start:Q", scale=scale, axis=axis), x2="end:Q", color=colour),
        rows.transform_filter("isValid(datum.low)")
        .mark_rule(color=INK, strokeWidth=1.2)
        .encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"),
        rows.mark_text(align="left", dx=5, color=INK, fontSize=13).encode(
            x=alt.X("right:Q", scale=scale, axis=axis), text="words:N"
        ),
    ]
    return alt.layer(*layers).properties(width=WIDTH, autosize=FIT, height=alt.Step(26))


def fan(
    rows: pd.DataFrame,
    axis: alt.Axis,
    legend: dict[str, str],
    mark: tuple[int, str] | None = None,
    *,
    title: str | None = None,
    shaded: tuple[float, float, str] | None = None,
) -> alt.TopLevelMixin:
    """Paths over years with their 80 % bands, named where they end; a path without values is its band alone.

    Parameters
    ----------
    rows
        ``year, value, low, high, kind``; NaN ends draw no band and a NaN value no line.
    axis
        The vertical axis.
    legend
        Kind → colour, in the order of the legend.
    mark
        A year to point out, and its words.
    title
        Title of the axis of years.
    shaded
        First year, last year and words of years that have no answer.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    first, last = int(rows["year"].min()), int(rows["year"].max())
    x = year_axis(rows["year"], title)
    top = float(rows[["value", "low", "high"]].max().max()) * 1.1
    y_scale = alt.Scale(domain=[0, top], nice=False)
    names = _ends(rows, legend, top)
    base = alt.Chart(rows).encode(x=x, color=by_kind(legend, is_opaque=True, needed=names is None and len(legend) > 1))
    layers = [
        base.transform_filter("isValid(datum.low)")
        .mark_area(opacity=0.28)
        .encode(y=alt.Y("low:Q", axis=axis, scale=y_scale), y2="high:Q"),
        base.transform_filter("isValid(datum.value)")
        .mark_line(strokeWidth=2.5)
        .encode(y=alt.Y("value:Q", axis=axis, scale=y_scale)),
    ]
    measure = Measure.of(axis, rows[["value", "low", "high"]])
    layers.append(_of_years(rows, measure, legend, x))
    if mark is not None:
        # Words beside a late year would stand outside the plot.
        side: Literal["left", "right"] = "left" if 2 * mark[0] <= first + last else "right"
        at = pd.DataFrame({"year": [mark[0]], "words": [mark[1]]})
        line = alt.Chart(at).encode(x=alt.X("year:Q", scale=alt.Scale(domain=[first, last], nice=False)))
        layers.append(line.mark_rule(color=INK, strokeDash=[2, 2]))
        layers.append(
            line.mark_text(align=side, dx=4 if side == "left" else -4, dy=8, color=INK, fontSize=13).encode(
                y=alt.value(0), text="words:N"
            )
        )
    if shaded is not None:
        span = alt.Chart(pd.DataFrame([shaded], columns=["year", "end", "words"])).encode(x=x)
        layers.insert(0, span.mark_rect(color=SHADE).encode(x2="end:Q"))
        words = span.mark_text(align="left", baseline="top", dx=6, dy=6, fontSize=13, lineBreak="\n", color=INK)
        layers.append(words.encode(y=alt.value(0), text="words:N"))
    return _named(layers, names, legend, y_scale)


def small_fans(rows: pd.DataFrame, label: str, order: list[str], legend: dict[str, str]) -> alt.TopLevelMixin:
    """One small fan a place on a common scale; a place without values is its band alone.

    Parameters
    ----------
    rows
        ``label, year, value, low, high, kind``.
    label
        Vega expression of the numbers of the vertical axis.
    order
        Labels in the order of the panels.
    legend
        Kind → colour, in the order of the legend.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    years = [int(rows["year"].min()), int(rows["year"].max())]
    top = float(rows[["value", "high"]].max().max())
    x = alt.X(
        "year:Q",
        axis=alt.Axis(title=None, format="d", values=years, labelAlign="center", labelFontSize=13, grid=False),
        scale=alt.Scale(domain=years, nice=False, padding=0),
    )
    axis = alt.Axis(title=None, labelExpr=label, tickCount=3, labelFontSize=13)
    scale = alt.Scale(domain=[0, max(top * 1.05, 1.05)], nice=False)
    colour = by_kind(legend, is_opaque=True)
    measure = Measure("", 0, percent="%" in label)
    number = measure.estimate("datum.value", "datum.low", "datum.high")
    # A panel is too small for each of its years: it says its last.
    last = rows.loc[rows["year"] == rows["year"].max(), ["label", "value", "low", "high"]].drop_duplicates("label")
    texts = rows[["label"]].merge(last, on="label", how="left")
    rows = rows.assign(**{f"last_{name}": texts[name].to_numpy() for name in ("value", "low", "high")})
    number = number.replace("datum.", "datum.last_")
    base = with_tip(alt.Chart(), tip_of("datum.label", f"'{years[1]}: ' + {number}")).encode(x=x)
    panel = alt.layer(
        base.transform_filter("isValid(datum.low)")
        .mark_area(opacity=0.35)
        .encode(y=alt.Y("low:Q", axis=axis, scale=scale), y2="high:Q", color=colour),
        base.transform_filter("isValid(datum.value)")
        .mark_line(strokeWidth=2)
        .encode(y=alt.Y("value:Q", axis=axis, scale=scale), color=colour),
        alt.Chart()
        .transform_aggregate(rows="count()")  # one line, not one for each row
        .mark_rule(color=INK, strokeDash=[2, 2], strokeWidth=0.8)
        .encode(y=alt.datum(1.0)),
        data=rows,
    ).properties(width=106, height=56)
    header = alt.Header(title=None, labelFontSize=13, labelPadding=2, labelColor=INK)
    chart = panel.facet(facet=alt.Facet("label:N", sort=order, header=header), columns=5, spacing=10)
    return on_phone(chart, {"columns": 2, "spec": {"width": 124}})


def points(rows: pd.DataFrame, x_axis: alt.Axis, y_axis: alt.Axis) -> alt.TopLevelMixin:
    """One dot a place, its size on a logarithmic scale across.

    Parameters
    ----------
    rows
        ``name, x, y``.
    x_axis, y_axis
        The two axes.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    x_axis = x_axis.copy()  # it is the caller's
    x_axis.grid, x_axis.values = False, [3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
    across, up = Measure.of(x_axis, rows["x"]), Measure.of(y_axis, rows["y"])
    numbers = [
        f"{text(f'{measure.title}: ')} + {measure.value(f'datum.{field}')}" for measure, field in ((across, "x"), (up, "y"))
    ]
    return (
        with_tip(alt.Chart(rows), tip_of("datum.name", *numbers))
        .mark_point(filled=True, size=26, opacity=0.5, color=BLUE)
        .encode(
            x=alt.X("x:Q", axis=x_axis, scale=alt.Scale(type="log", nice=False)),
            y=alt.Y("y:Q", axis=y_axis, scale=alt.Scale(zero=False)),
        )
        .properties(width=WIDTH, autosize=FIT, height=220)
    )


def tornado(
    rows: pd.DataFrame, axis: alt.Axis, legend: dict[str, str], order: list[str], reference: tuple[float, str]
) -> alt.TopLevelMixin:
    """How far each assumption alone moves a result to either side, the furthest first.

    Parameters
    ----------
    rows
        ``label, value, kind``: the result with the assumption at one end of its range.
    axis
        The horizontal axis.
    legend
        Kind (which end of the range) → colour, in the order of the legend.
    order
        Labels from top to bottom; long ones as `wrapped` breaks them.
    reference
        The result with every assumption at its value, and its words.

    Returns
    -------
    altair.TopLevelMixin
        The chart.
    """
    ends = [*rows["value"].astype(float), reference[0]]
    room = 0.06 * max(max(ends) - min(ends), 1e-9)
    scale = alt.Scale(domain=[min(ends) - room, max(ends) + room], nice=False, zero=False)
    y = by_label(order)
    lines = lines_of(order)
    drawn = rows.assign(start=reference[0])
    measure = Measure.of(axis, pd.Series(ends))
    layers = [
        with_tip(alt.Chart(drawn), _of_kind(measure.value("datum.value"), measure, legend))
        .mark_bar(height=13)
        .encode(
            y=y,
            x=alt.X("start:Q", scale=scale, axis=axis),
            x2="value:Q",
            color=by_kind(legend),
        ),
        *upright(*reference, scale, dashed=False),
    ]
    return alt.layer(*layers).properties(width=WIDTH, autosize=FIT, height=alt.Step(max(22, 15 * lines + 4)))
