"""Find a number by the name of a place: what every region and municipality needs, in two tables that a field narrows."""

from __future__ import annotations

from html import escape

import pandas as pd

from riktvarden import tables
from riktvarden.report.kit import column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Table, html
from riktvarden.report.kit.language import EN_DASH
from riktvarden.report.pages import entry, municipality

REGIONAL = (
    "st_starters_guideline",
    "st_starters_reference",
    "st_positions_guideline",
    "st_positions_reference",
    "specialist_requirement",
    "specialist_fte",
)
"""Numbers of each region, in the order of the table; coverage comes last."""


def show_search(context: Context) -> None:
    """Display the field that narrows the tables to the places of a name; it is hidden until its script has run."""
    t = context.language
    html(
        f'<div class="rv-find" data-none="{escape(t("Ingen plats har det namnet."))}" data-one="{escape(t("1 träff"))}" '
        f'data-many="{escape(t("{count} träffar"))}">{entry.search(t, t("Namn på region eller kommun"), hidden=True)}'
        f'<p class="rv-hits" role="status"></p></div>'
    )


def regions(context: Context) -> Table:
    """Every region with what keeps it at the norm and what there is."""
    t, date = context.language, context.reference_date
    codes = sorted(context.results.regions, key=lambda code: tables.collated(context.region_names[code]))
    heads = (
        t("Nya ST-läkare per år som håller normen"),
        t("Nya ST-läkare {year}").format(year=context.year),
        t("ST-tjänster som håller normen"),
        t("ST-tjänster {date}").format(date=date),
        t("Behov: heltider av specialister"),
        t("Specialister på vårdcentral {date}, heltider").format(date=date),
    )
    rows = context.results.tidy
    return Table.of(
        t,
        "platser-regioner",
        column.places(t("Region"), [context.region_names[code] for code in codes], codes),
        [
            *(
                column.written(head, [context.estimate(measure, code) for code in codes])
                for head, measure in zip(heads, REGIONAL, strict=True)
            ),
            column.written(t("Täckning A"), [context.share("coverage_a", code) for code in codes]),
        ],
        rows.loc[rows["region"].isin(codes) & rows["measure"].isin([*REGIONAL, "coverage_a"])],
        t("Läkarna i varje region."),
        stacked=True,
        anchors=tuple(codes),
    )


def municipalities(context: Context) -> Table:
    """Every municipality with what it needs itself and together with its region, as its page has it."""
    t = context.language
    read = municipality.read(context)
    places = sorted(read.by_code.values(), key=lambda place: tables.collated(place.name))
    lines = [{line.profession: line for line in place.lines} for place in places]
    words = [{line.name: line for line in municipality.words(t, place)} for place in places]
    names = list(dict.fromkeys(line.profession for of in lines for line in of.values()))
    own = [
        name for name in names if name != municipality.DISTRICT_NURSE and any(name in of and of[name].own for of in lines)
    ]
    whole = [name for name in names if any(name in of and of[name].total for of in lines)]

    def cells(name: str, part: str) -> list[str]:
        shown = municipality.named(t, name)
        return [getattr(of[shown], part) if shown in of else EN_DASH for of in words]

    data = pd.DataFrame(
        [
            {
                "municipality": place.code,
                "name": place.name,
                "region": place.region,
                "profession": line.profession,
                **{
                    f"{part}_{end}": round(number, 2)
                    for part, found in (("municipality", line.own), ("region", line.regional), ("all", line.total))
                    for end, number in (found._asdict() if found else {}).items()
                },
            }
            for place in places
            for line in place.lines
        ]
    )
    return Table.of(
        t,
        "platser-kommuner",
        column.places(t("Kommun"), [place.name for place in places], [place.code for place in places]),
        [
            *(
                column.written(t("Kommunen: {name}").format(name=municipality.named(t, name)), cells(name, "own"))
                for name in own
            ),
            *(
                column.written(t("Tillsammans: {name}").format(name=municipality.named(t, name)), cells(name, "total"))
                for name in whole
            ),
        ],
        data,
        t(
            "Heltider som behövs i varje kommun {year}, skattat: i kommunens egen vård, och tillsammans med regionens vård "
            "av samma invånare."
        ).format(year=context.year),
        read.source,
        stacked=True,
        anchors=tuple(place.code for place in places),
    )
