"""What has changed since the edition before, and why: sentences, a waterfall and tables."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from riktvarden.codes import NATION
from riktvarden.editions import freeze, record
from riktvarden.editions.corners import HERE, Difference
from riktvarden.editions.decompose import (
    AFTER,
    ASSUMPTIONS,
    BEFORE,
    CHANGE,
    DATA,
    METHOD,
    METHOD_FIRST,
    METHOD_LAST,
    ORDER,
    UNDIVIDED,
    UNEXPLAINED,
)
from riktvarden.professions import PROFESSIONS
from riktvarden.report.kit import charts, column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.figures import Figure, Table, say, show
from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language

POSITIONS, PER_FTE = "st_positions_guideline", "inhabitants_per_fte"
"""The guideline values of which the change is shown."""
WHOLE = ("all", "both", "")
"""Principals of values that are of all care."""
CAUSE = {DATA: "uppgifterna", ASSUMPTIONS: "antagandena", METHOD: "metoden"}
"""Part of a change → its Swedish words."""
COMMIT = 10
"""Characters of the identifier of a commit that are shown."""
WORTH = {METHOD: 0, ASSUMPTIONS: 1, DATA: 2}
"""Part of a change → its place among the notes."""
NOTHING = 1e-9
"""Change below which a value is the same."""
SUMMED = [BEFORE, AFTER, CHANGE, *CAUSE, UNEXPLAINED]


def headline(found: Difference) -> pd.DataFrame:
    """Return the change of the nation's and the regions' guideline values; of an interval that of its middle.

    Returns
    -------
    pandas.DataFrame
        profession, measure, region, before, after, change, data, assumptions, method, unexplained and order.
    """
    rows = found.rows
    rows = rows.loc[rows["measure"].isin([POSITIONS, PER_FTE]) & rows["principal"].isin(WHOLE)]
    rows = rows.loc[(rows["municipality"] == "") & (rows["cooperation"] == "") & rows[CHANGE].notna()]
    keys = ["profession", "measure", "region"]
    valued = rows.loc[rows["bound"] == "value"].drop_duplicates(keys)
    ends = rows.loc[rows["bound"] != "value"].drop_duplicates([*keys, "bound"])
    # The parts of the middle are the middle of the parts, as they are sums of differences.
    both = ends.groupby(keys, sort=False).filter(lambda one: len(one) == len({"low", "high"}))
    middle = both.groupby(keys, sort=False).agg(dict.fromkeys(SUMMED, "mean") | {ORDER: "max"}).reset_index()
    every = pd.concat([valued[[*keys, *SUMMED, ORDER]], middle], ignore_index=True)
    return every.drop_duplicates(keys).reset_index(drop=True)


def named(language: Language, edition: str, date: str = "") -> str:
    """Return what an edition is called in running text; a commit is a version at work of its date."""
    t = language
    if date:
        return t("arbetsversionen från den {date}").format(date=t.date(pd.Timestamp(date), "day"))
    return t("arbetsversionen") if edition == HERE else t("utgåvan {edition}").format(edition=edition)


def summary(context: Context, found: Difference) -> list[str]:
    """Three sentences: what the national value is, why it changed, and where it changed most."""
    t, rows = context.language, headline(found)
    rows = rows.loc[rows["measure"] == POSITIONS].set_index("region")
    if NATION not in rows.index:
        return [t("De två utgåvorna har inget gemensamt riktvärde för antalet ST-tjänster i riket att jämföra.")]
    nation, regions = rows.loc[[NATION]].iloc[0], rows.drop(index=NATION)
    said = {
        "after": t.number(float(nation[AFTER])),
        "before": t.number(float(nation[BEFORE])),
        "edition": named(t, found.after),
        "previous": named(t, found.before, found.before_date),
    }
    if abs(nation[CHANGE]) <= NOTHING:
        first = t("Riktvärdet för antalet ST-tjänster i riket är {after} i {edition} och oförändrat sedan {previous}.")
        why = t("Därför finns ingen ändring att fördela på uppgifter, antaganden och metod.")
    else:
        first = t("Riktvärdet för antalet ST-tjänster i riket är {after} i {edition}, mot {before} i {previous}.")
        why = _why(t, nation)
    changed = regions.loc[regions[CHANGE].abs() > NOTHING]
    if changed.empty:
        where = t("I ingen region ändras riktvärdet.")
    else:
        most = str(changed[CHANGE].abs().idxmax())
        where = t("Riktvärdet ändras i {count} av {all} regioner, och mest i {region}, med {change} tjänster.").format(
            count=t.number(len(changed)),
            all=t.number(len(regions)),
            region=context.region_names[most],
            change=t.signed(float(changed[CHANGE].loc[most])),
        )
    return [first.format(**said), why, where]


def _why(t: Language, row: pd.Series) -> str:
    """Say what a change is due to."""
    if row[ORDER] == UNDIVIDED:
        return t(
            "Ändringen på {change} tjänster går inte att dela upp, eftersom utgåvorna inte kan läsa varandras uppgifter."
        ).format(change=t.signed(float(row[CHANGE])))
    return t(
        "Av ändringen på {change} tjänster beror {method} på metoden, {assumptions} på antagandena och {data} på "
        "uppgifterna."
    ).format(change=t.signed(float(row[CHANGE])), **{part: t.signed(float(row[part])) for part in CAUSE})


def manner(language: Language, found: Difference) -> list[str]:
    """Say how the changes were divided, and what could not be separated from the method."""
    t, used = language, set(found.rows[ORDER])
    sentences = [
        t(
            "Varje ändring är delad exakt i tre, eftersom modellen har räknats med alla kombinationer av de två utgåvornas "
            "uppgifter, antaganden och metod. Det som delarna gör tillsammans är fördelat lika mellan dem."
        )
    ]
    if METHOD_FIRST in used:
        sentences.append(
            t(
                "Den äldre metoden kan inte läsa de nya uppgifterna eller antagandena i alla delar. Där räknas metoden "
                "först, och resten är delat mellan uppgifter och antaganden."
            )
        )
    if METHOD_LAST in used:
        sentences.append(
            t(
                "Den nya metoden kan inte läsa de äldre uppgifterna eller antagandena i alla delar. Där räknas metoden "
                "sist, och resten är delat mellan uppgifter och antaganden."
            )
        )
    if count := sum(map(len, found.with_method.values())):
        sentences.append(
            t.plural(
                "{count} tabell eller antagande finns bara i den ena utgåvan, eller är ordnad på ett annat sätt där. Det "
                "räknas till metoden.",
                "{count} tabeller och antaganden finns bara i den ena utgåvan, eller är ordnade på ett annat sätt där. De "
                "räknas till metoden.",
                count,
            )
        )
    if found.environments_differ:
        sentences.append(
            t(
                "Utgåvorna är låsta till olika programbibliotek, men alla beräkningar är gjorda med dem som är "
                "installerade nu."
            )
        )
    return sentences


def waterfall(context: Context, found: Difference) -> Figure | None:
    """From the national value of one edition to that of the next; nothing where it is not in both."""
    t, rows = context.language, headline(found)
    rows = rows.loc[(rows["measure"] == POSITIONS) & (rows["region"] == NATION)]
    if rows.empty:
        return None
    row = rows.iloc[0]
    steps = pd.DataFrame(
        {
            "label": [t(CAUSE[part]).capitalize() for part in CAUSE],
            "value": [float(row[part]) for part in CAUSE],
            "words": [t.signed(float(row[part])) for part in CAUSE],
        }
    ).assign(low=float("nan"), high=float("nan"))
    before, after = (t.number(float(row[name])) for name in (BEFORE, AFTER))
    chart = charts.waterfall(
        steps,
        (float(row[BEFORE]), t("{value} före").format(value=before)),
        (named(t, found.after).capitalize(), after),
        charts.number_axis(t("ST-tjänster i riket")),
    )
    caption = t("Vad som ändrar riktvärdet för antalet ST-tjänster i riket från {previous} till {edition}.").format(
        previous=named(t, found.before, found.before_date), edition=named(t, found.after)
    )
    alternative = t("Vattenfall från {before} till {after} tjänster. {why}").format(
        before=before, after=after, why=_why(t, row)
    )
    return Figure(chart, alternative, caption, nation(context, found))


def nation(context: Context, found: Difference) -> Table:
    """The change of the nation's values of every profession, by cause."""
    t = context.language
    rows = headline(found)
    rows = rows.loc[rows["region"] == NATION].sort_values("measure", key=lambda names: names != POSITIONS, kind="stable")
    rows = rows.reset_index(drop=True)
    labels = [
        t("ST-tjänster")
        if measure == POSITIONS
        else t("Invånare per heltid, {profession}").format(profession=t(PROFESSIONS[profession].shown.plural))
        for profession, measure in zip(rows["profession"], rows["measure"], strict=True)
    ]
    caption = t("Rikets riktvärden i två utgåvor, och vad ändringen beror på. Av ett intervall visas mitten.")
    return _table(t, f"aendringar-riket-{_slug(found)}", column.heads(t("Riktvärde"), labels), rows, caption)


def regions(context: Context, found: Difference) -> Table:
    """The change of each region's ST positions, by cause."""
    t = context.language
    rows = headline(found)
    rows = rows.loc[(rows["measure"] == POSITIONS) & (rows["region"] != NATION)].reset_index(drop=True)
    caption = t("Riktvärdet för antalet ST-tjänster per region i två utgåvor, och vad ändringen beror på.")
    return _table(t, f"aendringar-regioner-{_slug(found)}", context.named(rows["region"]), rows, caption)


def _slug(found: Difference) -> str:
    """Return the later edition's name as part of an anchor."""
    return re.sub("[^a-z0-9]+", "-", found.after.lower()).strip("-") or "working"


def _table(t: Language, name: str, heads: pd.Index, rows: pd.DataFrame, caption: str) -> Table:
    columns = [
        column.number(t("Före"), rows[BEFORE]),
        column.number(t("Efter"), rows[AFTER]),
        column.signed(t("Ändring"), rows[CHANGE]),
        column.signed(t("Uppgifterna"), rows[DATA]),
        column.signed(t("Antagandena"), rows[ASSUMPTIONS]),
        column.signed(t("Metoden"), rows[METHOD]),
    ]
    return Table.of(t, name, heads, columns, rows, caption, t("rapportens två utgåvor, räknade på nytt"))


def editions(context: Context, known: Sequence[record.Manifest]) -> Table:
    """The frozen editions, the newest first."""
    t, is_source = context.language, context.language.code == SOURCE_LANGUAGE
    newest_first = list(reversed(known))
    rows = pd.DataFrame(
        {
            "edition": [each.name for each in newest_first],
            "title": [each.title if is_source else each.title_en or each.title for each in newest_first],
            "date": [each.date.isoformat() for each in newest_first],
            "commit": [each.commit for each in newest_first],
        }
    )
    columns = [
        column.text(t("Titel"), rows["title"]),
        column.text(t("Datum"), [t.date(pd.Timestamp(each.date), "day") for each in newest_first]),
        column.text(t("Ändring i källkoden"), rows["commit"].str[:COMMIT]),
    ]
    caption = t("Sparade utgåvor av rapporten, den senaste först.")
    return Table.of(
        t, "utgaavor", column.heads(t("Utgåva"), rows["edition"]), columns, rows, caption, t("rapportens sparade utgåvor")
    )


def notes(context: Context, edition: str) -> list[str]:
    """Say in words what changed in an edition, the method first."""
    t, rows = context.language, context.tables["edition_notes"]
    rows = rows.loc[rows["edition"] == edition].sort_values("cause", key=lambda cause: cause.map(WORTH), kind="stable")
    words = rows["words_sv" if t.code == SOURCE_LANGUAGE else "words_en"]
    return [
        t("{cause}: {words}").format(cause=t(CAUSE[cause]).capitalize(), words=said)
        for cause, said in zip(rows["cause"], words, strict=True)
    ]


def show_changes(context: Context) -> None:
    """Display what changed since the edition before, or that there is none."""
    t, known = context.language, record.frozen()
    if not known:
        say(t("Ingen utgåva är fastställd ännu, och därför finns det inget att jämföra med."))
        return
    last = known[-1]
    found = freeze.changes(last.name)
    if found is None:
        say(
            t(
                "{edition} från {date} är den första som är fastställd, och därför finns det inget att jämföra den med."
            ).format(edition=named(t, last.name).capitalize(), date=t.date(pd.Timestamp(last.date), "day"))
        )
        return
    _show(context, found)


def show_earlier(context: Context) -> None:
    """Display what changed in each edition before the last, and all editions."""
    t, known = context.language, record.frozen()
    earlier = [found for each in reversed(known[:-1]) if (found := freeze.changes(each.name))]
    for found in earlier:
        _show(context, found)
    if not earlier:
        say(t("Det finns ingen tidigare ändring att visa."))
    if known:
        show(editions(context, known), t)


def _show(context: Context, found: Difference) -> None:
    """Display a change: sentences, waterfall, tables, and how it was divided."""
    t = context.language
    say(*summary(context, found))
    if figure := waterfall(context, found):
        show(figure, t)
    say(*notes(context, found.after))
    show(regions(context, found), t)
    say(*manner(t, found))


def as_text(context: Context, found: Difference) -> list[str]:
    """Return a comparison as lines for a terminal: the sentences, the values of the nation, and how they were divided."""
    t = context.language
    cells = nation(context, found).cells
    body = cells.to_string().splitlines()
    return [
        *summary(context, found),
        "",
        *body,
        "",
        *manner(t, found),
        *(f"{at}: {why}" for at, why in found.failed.items()),
    ]
