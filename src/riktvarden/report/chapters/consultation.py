"""The consultation: what is asked of whom, how to respond, and what the responses would change."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from riktvarden.codes import NATION
from riktvarden.parameters import SINGLE
from riktvarden.professions import PROFESSIONS
from riktvarden.report.chapters import questions
from riktvarden.report.kit import column
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.counted import PROFESSION
from riktvarden.report.kit.figures import Table, html, say, show, show_folded
from riktvarden.report.kit.language import SOURCE_LANGUAGE, Language
from riktvarden.report.reference import overviews
from riktvarden.responses import form as response_form
from riktvarden.responses import workbook

MOST_ASKED = 10
"""Questions put to one kind of actor; the rest are in the chapter on development needs."""

GRADES = ("C", "D")
"""Grades of the assumptions that are asked about: no source has counted them."""

MEASURES = ("st_positions_guideline", "st_starters_guideline")
"""Results of general practice that a response is run for."""

DECISION = {"changed": "ändrat", "unchanged": "oförändrat"}
"""Decision on the responses to a question → its Swedish words."""


def summary(context: Context, edition: str) -> list[str]:
    """Who is asked, how many have responded, what becomes of a response, and until when they are received."""
    t, responses = context.language, context.tables["responses"]
    rounds = context.tables["consultation_rounds"].set_index("edition")
    words = [
        t(
            "Vi frågar {actors} slags aktörer som uppdragen nämner. Var och en får högst {most} frågor, de vars svar "
            "skulle ändra riktvärdena mest."
        ).format(actors=t.number(len(actors(context))), most=t.number(MOST_ASKED)),
        t(
            "Varje svar räknas igenom i modellen, och vad det skulle ändra visas bredvid rapportens värden. Vi redovisar "
            "vad vi beslutar och varför, även när inget ändras."
        ),
        t("Svar på den här utgåvan tas emot till och med den {day}.").format(day=t.date(rounds["closes"][edition], "day"))
        if edition in rounds.index
        else "",
    ]
    if responses.empty:
        return [*words, t("Ännu har ingen svarat.")]
    return [
        *words,
        t("Hittills har {count} svar kommit, från {kinds}.").format(
            count=t.number(len(responses)),
            kinds=t.listed(
                f"{titles(context)[str(actor)]} ({t.number(count)})"
                for actor, count in responses["actor"].value_counts().items()
            ),
        ),
    ]


def actors(context: Context) -> pd.DataFrame:
    """Kinds of actor to whom questions go, as the table of actors has them."""
    rows = context.tables["actors"]
    return rows.loc[rows["asked"].notna()]


def titles(context: Context) -> dict[str, str]:
    """Code of each kind of actor → its title."""
    rows = context.tables["actors"]
    code = SOURCE_LANGUAGE if context.language.code == SOURCE_LANGUAGE else "en"
    return dict(zip(rows["actor"], rows[f"title_{code}"], strict=True))


# --- what is asked ----------------------------------------------------------------------------------------


def ranked(context: Context, tornado: pd.DataFrame) -> pd.Series:
    """Rank what can be asked about by how much its range moves the nation's values.

    Parameters
    ----------
    context
        As everywhere.
    tornado
        Results with one assumption at the ends of its range, see `riktvarden.results.Uncertainty`.

    Returns
    -------
    pandas.Series
        Assumption → largest change of any of the nation's values between the two ends, as a share of it; the largest first.
    """
    rows = tornado.loc[(tornado["region"] == NATION) & tornado["grade"].isin(GRADES)]
    rows = rows.loc[~rows["assumption"].isin(list(SINGLE)) & (rows["value"] != 0)]
    swing = (rows["at_high"] - rows["at_low"]).abs() / rows["value"].abs()
    return swing.groupby(rows["assumption"]).max().sort_values(ascending=False, kind="stable")


def asked(party: str, ranks: pd.Series) -> list[str]:
    """Return the assumptions that a party is asked about, those that matter most first, at most `MOST_ASKED`."""
    return [str(name) for name in ranks.index if party in questions.topic_of(str(name)).asked][:MOST_ASKED]


def show_questions(context: Context, ranks: pd.Series) -> None:
    """Display the questions, folded per party that is asked."""
    t, rows = context.language, actors(context)
    for party in dict.fromkeys(rows["asked"]):
        names = asked(party, ranks)
        if not names:
            continue
        items = {name: context.assumptions[name] for name in names}
        who = [titles(context)[actor] for actor in rows.loc[rows["asked"] == party, "actor"]]
        table = Table.of(
            t,
            f"samraad-{party.split()[0].lower()}",
            column.heads(t("Fråga"), [overviews.label_of(item, t) for item in items.values()]),
            [
                column.assumed(t("Rapportens värde (spann)"), items.values(), 1),
                column.written(t("Enhet"), [t.term(item.unit) for item in items.values()]),
                column.percent(t("Största ändring av något av rikets värden"), ranks.loc[names]),
            ],
            pd.DataFrame(
                [
                    {"assumption": name, "value": item.value, "low": item.low, "high": item.high, "unit": item.unit}
                    | {"largest_change": float(ranks[name])}
                    for name, item in items.items()
                ]
            ),
            t(
                "Frågor till {who}, den viktigaste först. Sista kolumnen anger den största ändringen av något av rikets "
                "värden när antagandet går från spannets ena ände till den andra."
            ).format(who=t.listed(who)),
            t("rapportens antaganden och modell"),
            stacked=True,
        )
        count = t.plural("{count} fråga", "{count} frågor", len(names))
        listed = t.listed(who)
        show_folded(f"{listed[:1].upper()}{listed[1:]} ({count})", table, t)


# --- the form ---------------------------------------------------------------------------------------------


def form(context: Context, edition: str, ranks: pd.Series) -> dict[str, Any]:
    """Return what the form of the page needs: actors, questions and words.

    Parameters
    ----------
    context
        As everywhere.
    edition
        Name of the edition that is answered.
    ranks
        From `ranked`.
    """
    t, rows = context.language, actors(context)
    parties = dict.fromkeys(rows["asked"])
    asked_of = {party: asked(party, ranks) for party in parties}
    names = [
        name
        for name, item in context.assumptions.items()
        if name not in SINGLE and (item.low < item.high or item.distribution == "scenario")
    ]
    return {
        "edition": edition,
        "actors": [
            {
                "code": actor,
                "title": titles(context)[actor],
                "region": region,
                "profession": profession,
                "asked": asked_of[party],
            }
            for actor, region, profession, party in rows[["actor", "region", "profession", "asked"]].to_numpy(str)
        ],
        "regions": context.principals,
        "professions": _professions(t),
        "questions": {
            name: {
                "label": overviews.label_of(context.assumptions[name], t),
                "unit": t.term(context.assumptions[name].unit),
                "value": t.assumed(context.assumptions[name], 1),
            }
            for name in names
        },
    }


def file_head(t: Language) -> list[str]:
    """What the file of a response says of itself to a person who opens it, a line each."""
    return [
        t("Det här är en vanlig textfil. Den kan öppnas och läsas i Anteckningar eller något annat textprogram."),
        t("Rader som börjar med # är förklaringar. Ändra bara tal, datum och text inom citattecken."),
        t("Inget har skickats. Lämna filen så som rapportens kapitel om samrådet beskriver."),
    ]


def show_form(context: Context, edition: str, ranks: pd.Series) -> None:
    """Display the form, which writes the file of a response in the reader's browser."""
    t = context.language
    words = {
        "actor": t("Vilka svarar?"),
        "name": t("Organisationens namn"),
        "region": t("Region"),
        "profession": t("Yrke"),
        "none": t("Välj"),
        "decimal": "," if t.code == SOURCE_LANGUAGE else ".",
        "value": t("Ert värde ({unit})"),
        "ours": t("Rapporten: {value}"),
        "reason": t("Varför? Ange gärna källa."),
        "comment": t("Synpunkter på rapporten i övrigt"),
        "save": t("Spara svaret som fil"),
        "saved": t("Filen är sparad på er dator. Inget har skickats."),
        "needed": t("Fyll i det här."),
        "missing": t("Filen är inte sparad, eftersom detta saknas eller behöver ändras: {fields}."),
        "nothing": t("Besvara minst en fråga eller skriv en synpunkt."),
        "respondent": t("Svar på samrådet från {name}."),
        "head": file_head(t),
        "number": t("Skriv ett tal, till exempel 0,85."),
        "needs_reason": t("Skriv varför, eftersom ett värde utan skäl inte kan bedömas."),
        "person": t("Skriv inga namn på personer, personnummer, telefonnummer eller e-postadresser."),
    }
    data = form(context, edition, ranks) | {"words": words}
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    html(
        '<form class="rv-response" id="rv-response" novalidate>'
        f"<noscript><p>{escape(t('Formuläret behöver JavaScript.'))} "
        f'<a href="#{_WORKBOOKS}">{escape(t("Svara i en arbetsbok i stället."))}</a></p></noscript></form>'
        f'<script type="application/json" id="rv-response-data">{text}</script>',
        said=t("Formulär för svar på samrådet. Svaret sparas som en fil och skickas inte av sidan."),
    )


def template(context: Context, edition: str, ranks: pd.Series, actor: str) -> bytes:
    """Return the workbook to send to a kind of actor, with its questions and the report's values.

    Parameters
    ----------
    context
        As everywhere.
    edition
        Name of the edition that is answered.
    ranks
        From `ranked`.
    actor
        Code of the kind of actor.
    """
    t = context.language
    row = actors(context).set_index("actor").loc[actor]
    items = {name: context.assumptions[name] for name in asked(str(row["asked"]), ranks)}
    return workbook.written(
        workbook.Asked(actor, titles(context)[actor], str(row["region"]) != "none", str(row["profession"]) != "none"),
        edition,
        [
            workbook.Question(name, overviews.label_of(item, t), item.value, item.low, item.high, t.term(item.unit))
            for name, item in items.items()
        ],
        context.principals,
        _professions(t),
        t.code,
    )


def show_templates(context: Context, edition: str, ranks: pd.Series) -> None:
    """Display a link to the workbook of each kind of actor; a built site has them as files beside the page."""
    t = context.language
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    links = ""
    for actor in actors(context)["actor"]:
        content = base64.b64encode(template(context, edition, ranks, actor)).decode("ascii")
        name = f"samraad-{edition}-{actor}{workbook.SUFFIX}"
        words = escape(titles(context)[actor])
        links += f'<li><a class="rv-download" download="{name}" href="data:{kind};base64,{content}">{words}</a></li>'
    said = t(
        "Arbetsboken har samma frågor som formuläret och kan fyllas i av flera. Hämta den som gäller er, fyll i de ljusa "
        "cellerna och lämna filen på samma sätt."
    )
    html(
        f'<details class="rv-details rv-workbooks"><summary>{escape(t("Svara i en arbetsbok (Excel)"))}</summary>'
        f'<p>{escape(said)}</p><ul id="{_WORKBOOKS}">{links}</ul></details>',
        said=said,
    )


def _professions(t: Language) -> dict[str, str]:
    """Code of each profession that a response can be about → its name."""
    return {response_form.DOCTORS: t("läkare i allmänmedicin")} | {name: t(PROFESSION[name]) for name in PROFESSIONS}


_WORKBOOKS = "samraad-arbetsbok"
"""Where links to the workbooks lead."""


# --- what has been said in public -------------------------------------------------------------------------


def positions(context: Context) -> Table:
    """What organisations have published on norms and guideline values, beside the report's value where comparable."""
    t = context.language
    code = SOURCE_LANGUAGE if t.code == SOURCE_LANGUAGE else "en"
    rows = context.tables["published_positions"].merge(context.tables["publications"], on="publication", how="left")
    regions = [context.region_names[region] if pd.notna(region) else "" for region in rows["region"]]
    return Table.of(
        t,
        "samraad-offentligt",
        column.heads(t("Organisation"), rows["organisation"]),
        [
            column.text(t("Gäller"), [region or t("riket") for region in regions]),
            column.written(t("År"), [str(int(year)) if pd.notna(year) else t("odaterat") for year in rows["year"]]),
            column.text(t("Ståndpunkt"), rows[f"position_{code}"]),
            column.written(
                t("Värde"),
                [f"{t.number(value)} {unit}" for value, unit in zip(rows["value"], rows[f"unit_{code}"], strict=True)],
            ),
            column.written(
                t("Rapportens värde (spann)"),
                [t.assumed(context.assumptions[name], 1) if pd.notna(name) else "" for name in rows["assumption"]],
            ),
            column.written(t("Källa"), rows["url"]),
        ],
        rows,
        t(
            "Normer som regioner har beslutat och vad organisationer har sagt om riktvärdet, med rapportens egna ord. "
            "Rapportens värde visas där det mäter samma sak."
        ),
        t("publikationerna i tabellen"),
        stacked=True,
    )


# --- what we heard ----------------------------------------------------------------------------------------


def show_heard(context: Context) -> None:
    """Display the responses, what each would change, what was decided, and the meetings."""
    t = context.language
    if context.tables["responses"].empty:
        say(
            t(
                "Inga svar har kommit in än. När de gör det visas här vem som har svarat, vad svaret skulle ändra i riket "
                "och i varje region, hur svaren på samma fråga skiljer sig åt och vad vi har beslutat."
            )
        )
    else:
        found = context.analysis("responses")
        show(received(context), t)
        if not found.empty:
            show(effects(context, found), t)
            show_folded(t("Region för region"), regional_effects(context, found), t)
        if not context.tables["response_values"].empty:
            show(by_question(context, found), t)
        if not context.tables["response_numbers"].empty:
            show(own_numbers(context), t)
        if not context.tables["response_answers"].empty:
            show_folded(t("Svar i ord"), in_words(context), t)
    if context.tables["consultation_meetings"].empty:
        say(t("Inga möten har hållits för den här utgåvan."))
    else:
        show(meetings(context), t)


def received(context: Context) -> Table:
    """The responses, in the order in which they came."""
    t, rows = context.language, context.tables["responses"]
    code = SOURCE_LANGUAGE if t.code == SOURCE_LANGUAGE else "en"
    proposed = context.tables["response_values"].groupby("number").size().reindex(rows["number"], fill_value=0)
    regions = ["" if pd.isna(region) or not region else context.region_names[region] for region in rows["region"]]
    return Table.of(
        t,
        "samraad-svar",
        column.heads(t("Organisation"), rows["organisation"]),
        [
            column.text(t("Slags aktör"), [titles(context)[actor] for actor in rows["actor"]]),
            column.text(t("Region"), regions),
            column.written(t("Kom in"), [t.date(day, "day") for day in rows["received"]]),
            column.number(t("Föreslagna värden"), proposed),
            column.text(t("Synpunkt"), rows["comment"].fillna("")),
        ],
        rows,
        t("Svar på samrådet, i den ordning de kom in."),
        t("organisationernas svar"),
        stacked=True,
        anchors=tuple(f"svar-{number}-{code}" for number in rows["number"]),
    )


def effects(context: Context, found: pd.DataFrame) -> Table:
    """What each response would change for the nation.

    Parameters
    ----------
    context
        As everywhere.
    found
        Every response run through the model, see `riktvarden.model.heard.effects`.
    """
    t = context.language
    kinds = {(measure, "general_practice"): t(title) for measure, title in _RESULTS.items()}
    kinds |= {("fte_need", name): f"{t(PROFESSION[name]).capitalize()}, {t('heltider')}" for name in PROFESSIONS}
    nation = found.loc[found["region"] == NATION]
    keys = zip(*(nation[name] for name in ("response", "measure", "profession")), strict=True)
    ends = dict(zip(keys, nation[["value", "report"]].to_numpy(float).tolist(), strict=True))
    numbers = list(dict.fromkeys(found["response"]))
    return Table.of(
        t,
        "samraad-verkan",
        column.heads(t("Svar från"), [_named(context, number) for number in numbers]),
        [column.written(words, [_change(t, *ends[number, *kind]) for number in numbers]) for kind, words in kinds.items()],
        found,
        t("Vad varje svar skulle ändra i riket: värdet med svaret och skillnaden mot rapportens. Övrigt är oförändrat."),
        t("organisationernas svar och rapportens modell"),
        stacked=True,
    )


def regional_effects(context: Context, found: pd.DataFrame) -> Table:
    """What each response would change of the ST positions in each region."""
    t = context.language
    rows = found.loc[(found["measure"] == MEASURES[0]) & (found["region"] != NATION)]
    numbers = list(dict.fromkeys(rows["response"]))
    wide = rows.set_index(["region", "response"])[["report", "value"]].unstack("response")  # noqa: PD010 - nothing to aggregate
    shown = [(number, wide["value", number] - wide["report", number]) for number in numbers]
    return Table.of(
        t,
        "samraad-regioner",
        context.named(wide.index),
        [
            column.number(t("Rapporten"), wide["report"].to_numpy()[:, 0]),
            *(column.signed(f"{number}. {_named(context, number)}", change) for number, change in shown),
        ],
        rows,
        t("Vad varje svar skulle ändra i rapportens riktvärde för ST-tjänster, region för region."),
        t("organisationernas svar och rapportens modell"),
    )


def by_question(context: Context, found: pd.DataFrame) -> Table:
    """The responses to each question: how many, from whom, between which values, whether run, and what was decided.

    Parameters
    ----------
    context, found
        As `effects`.
    """
    t = context.language
    rows = context.tables["response_values"].merge(context.tables["responses"][["number", "actor"]], on="number")
    groups = rows.groupby("assumption", sort=False)
    decided = context.tables["consultation_decisions"].set_index("assumption")
    code = SOURCE_LANGUAGE if t.code == SOURCE_LANGUAGE else "en"
    names = [str(name) for name in groups.groups]
    items = [context.assumptions[name] for name in names]
    ends = groups["value"].agg(["min", "max"]).loc[names]

    def decision(name: str) -> str:
        if name not in decided.index:
            return t("ännu inte beslutat")
        row = decided.loc[name]
        return f"{t(DECISION[str(row['decision'])])}. {row[f'reason_{code}']}"

    moved = found.loc[found["value"] != found["report"], "response"]

    def outcome(name: str) -> str:
        numbers = set(groups.get_group(name)["number"])
        if left_out := len(numbers - set(found["response"])):
            return t.plural(
                "Ett svar är inte räknat, eftersom modellen inte kan köras med det värdet.",
                "{count} svar är inte räknade, eftersom modellen inte kan köras med de värdena.",
                left_out,
            )
        return t("Ja") if numbers & set(moved) else t("Ja, men frågan påverkar inget av de värden som visas här.")

    return Table.of(
        t,
        "samraad-fraagor",
        column.heads(t("Fråga"), [overviews.label_of(item, t) for item in items]),
        [
            column.assumed(t("Rapportens värde (spann)"), items, 1),
            column.written(
                t("Svaren"),
                [
                    t.interval(low, high, 2) if low != high else t.number(low, 2)
                    for low, high in ends[["min", "max"]].to_numpy(float)
                ],
            ),
            column.number(t("Antal svar"), groups.size().loc[names]),
            column.text(
                t("Från"),
                [
                    t.listed(dict.fromkeys(titles(context)[actor] for actor in groups.get_group(name)["actor"]))
                    for name in names
                ],
            ),
            column.text(t("Räknat i modellen"), [outcome(name) for name in names]),
            column.text(t("Beslut och skäl"), [decision(name) for name in names]),
        ],
        rows,
        t("Svaren på varje fråga, i frågans enhet, och vad vi har beslutat."),
        t("organisationernas svar och rapportens antaganden"),
        stacked=True,
    )


def own_numbers(context: Context) -> Table:
    """The numbers that organisations have counted themselves; the model does not take them until they come as a return."""
    t, rows = context.language, context.tables["response_numbers"]
    code = SOURCE_LANGUAGE if t.code == SOURCE_LANGUAGE else "en"
    words = {name: getattr(quantity, code) for name, quantity in response_form.QUANTITIES.items()}
    return Table.of(
        t,
        "samraad-tal",
        column.heads(t("Organisation"), [_named(context, number) for number in rows["number"]]),
        [
            column.text(t("Uppgift"), [words[quantity] for quantity in rows["quantity"]]),
            column.number(t("Antal"), rows["value"], 1),
            column.written(t("Avser"), [t.date(day, "day") for day in rows["date"]]),
            column.status("reported"),
        ],
        rows.assign(status="reported"),
        t("Egna tal i svaren. De används i modellen först när regionen lämnar dem på sitt formulär."),
        t("organisationernas svar"),
        stacked=True,
    )


def in_words(context: Context) -> Table:
    """The answers in words, by question."""
    t, rows = context.language, context.tables["response_answers"].sort_values(["question", "number"], ignore_index=True)
    labels = [
        overviews.label_of(context.assumptions[name], t) if name in context.assumptions else name
        for name in rows["question"]
    ]
    return Table.of(
        t,
        "samraad-ord",
        column.heads(t("Fråga"), labels),
        [
            column.text(t("Organisation"), [_named(context, number) for number in rows["number"]]),
            column.text(t("Svar"), rows["text"]),
        ],
        rows,
        t("Svar i ord, fråga för fråga."),
        t("organisationernas svar"),
        stacked=True,
    )


def meetings(context: Context) -> Table:
    """The log of meetings: when, with whom, what was learnt and what it changed."""
    t, rows = context.language, context.tables["consultation_meetings"]
    code = SOURCE_LANGUAGE if t.code == SOURCE_LANGUAGE else "en"
    return Table.of(
        t,
        "samraad-moeten",
        column.heads(t("Datum"), [t.date(day, "day") for day in rows["date"]]),
        [
            column.text(t("Med"), [titles(context)[actor] for actor in rows["actor"]]),
            column.text(t("Vad vi lärde oss"), rows[f"learnt_{code}"]),
            column.text(t("Vad det ändrade"), rows[f"changed_{code}"]),
        ],
        rows,
        t("Möten, med slags aktör och aldrig namn på personer."),
        t("rapportens egna anteckningar"),
        stacked=True,
    )


_RESULTS = {"st_positions_guideline": "ST-tjänster", "st_starters_guideline": "Nya ST-läkare per år"}
"""Result of general practice → its Swedish words."""


def _named(context: Context, number: int) -> str:
    """Name of the organisation that sent a response."""
    rows = context.tables["responses"].set_index("number")
    return str(rows["organisation"].loc[number])


def _change(t: Language, value: float, report: float) -> str:
    """The value with a response, and its difference from the report's."""
    if not np.isfinite(value):
        return t("kan inte nås")
    return t("{value} ({change})").format(value=t.number(value), change=t.signed(value - report))
