"""Find a number by the name of a place: what the report says of each region and municipality, in one list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from riktvarden import tables
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import html
from riktvarden.report.pages import entry, municipality
from riktvarden.report.pages import region_answer as page


class Place(NamedTuple):
    """A region or a municipality."""

    code: str
    name: str
    """As readers look for it, without what kind of place it is."""
    heading: str
    body: str
    """What the report says of it, as markup."""


def show_places(context: Context) -> None:
    """Display every region and municipality by name, each folded, with the field that narrows the list."""
    t = context.language
    groups = [(t("Regioner"), regions(context)), (t("Kommuner"), municipalities(context))]
    lists = "".join(
        f'<section><h3>{escape(title)}</h3><div class="rv-places">'
        + "".join(_item(place) for place in sorted(found, key=lambda place: tables.collated(place.name)))
        + "</div></section>"
        for title, found in groups
    )
    html(
        f'<div class="rv-find" data-none="{escape(t("Ingen plats har det namnet."))}" data-one="{escape(t("1 träff"))}" '
        f'data-many="{escape(t("{count} träffar"))}">{entry.search(t, t("Namn på region eller kommun"), hidden=True)}'
        f'<p class="rv-hits" role="status"></p>{lists}</div>'
    )


def regions(context: Context) -> list[Place]:
    """Every region with its guideline value, what there is today and how far it reaches."""
    return [
        Place(code, context.region_names[code], context.principals[code], _region(context, code))
        for code in context.results.regions
    ]


def municipalities(context: Context) -> Iterator[Place]:
    """Every municipality with what it and its region need for its inhabitants, as its page has it."""
    t = context.language
    head = (t("Heltider"), t("Kommunen"), t("Regionen"), t("Tillsammans"))
    for place in municipality.read(context).by_code.values():
        yield Place(
            place.code,
            place.name,
            t("{name}, kommun").format(name=place.name),
            f"<p>{escape(municipality.answer(context, place)[0])}</p>"
            + _table(head, municipality.words(t, place))
            + _links(
                (f"municipalities/{place.code}.html", t("Sidan om {name}").format(name=place.name)),
                (f"regions/{place.region}.html", t("Sidan om {name}").format(name=context.principals[place.region])),
                (f"explorer.html?area={place.code}", t("Pröva andra antaganden")),
            ),
        )


def _region(context: Context, code: str) -> str:
    t = context.language
    date = context.reference_date
    numbers = [
        (t("Nya ST-läkare per år som håller normen"), "st_starters_guideline", 0),
        (t("Nya ST-läkare {year}").format(year=context.year), "st_starters_reference", 0),
        (t("Rapportens riktvärde: ST-tjänster"), "st_positions_guideline", 0),
        (t("ST-tjänster {date}").format(date=date), "st_positions_reference", 0),
        (t("Rapportens riktvärde: ST-tjänster per 10 000 invånare"), "st_positions_per_10000", 1),
        (t("Rapportens riktvärde: personer i ST"), "st_persons_guideline", 0),
        (t("Personer i ST {date}").format(date=date), "st_persons_reference", 0),
        (t("Behov: heltider av specialister"), "specialist_requirement", 0),
        (t("Specialister på vårdcentral {date}, heltider").format(date=date), "specialist_fte", 0),
    ]
    lines = [
        *((label, context.estimate(name, code, digits), context.status(name, code)) for label, name, digits in numbers),
        (t("Täckning A"), context.share("coverage_a", code), context.status("coverage_a", code)),
    ]
    return (
        f"<p>{escape(page.advice(context, code))}</p>"
        + _table((t("Nyckeltal"), t("Värde"), t("Status")), lines)
        + _links(
            (f"regions/{code}.html", t("Sidan om {name}").format(name=context.principals[code])),
            (f"compare.html?region={code}", t("Jämför med andra regioner")),
        )
    )


def _item(place: Place) -> str:
    return (
        f'<details id="{place.code}" data-name="{escape(place.name)}"><summary>{escape(place.heading)}</summary>'
        f"{place.body}</details>"
    )


def _table(head: tuple[str, ...], lines: Sequence[tuple[str, ...]]) -> str:
    heads = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    rows = "".join(
        f'<tr><th scope="row">{escape(label)}</th>' + "".join(f"<td>{escape(text)}</td>" for text in texts) + "</tr>"
        for label, *texts in lines
    )
    return f'<table class="rv-table"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _links(*links: tuple[str, str]) -> str:
    items = "".join(f'<li><a href="{address}">{escape(text)}</a></li>' for address, text in links)
    return f'<ul class="rv-ways">{items}</ul>'
