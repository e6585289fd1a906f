"""Questions for the dialogue: every unmeasured assumption is asked once, of someone, with its range."""

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from riktvarden import assumptions
from riktvarden.book import figures as drawing
from riktvarden.report import Context, Language
from riktvarden.report.chapters import questions, st_baseline
from riktvarden.report.kit import figures
from riktvarden.report.kit.figures import VEGALITE

ROOT = Path(__file__).parents[2]
SWEDISH = Language("sv")
PARTIES = {
    "regionerna",
    "kommunerna",
    "SKR",
    "universiteten",
    "professionerna",
    "patientorganisationerna",
    "privata vårdgivare",
}


def test_every_assumption_belongs_to_one_topic(graded: assumptions.Assumptions) -> None:
    for name in graded:
        topics = [topic.name for topic in questions.TOPICS if re.fullmatch(topic.names, name)]
        assert len(topics or [questions.OF_PROFESSIONS[name]]) == 1, (name, topics)
    with pytest.raises(KeyError, match="no_such_thing"):
        questions.topic_of("no_such_thing")


def test_every_unmeasured_assumption_is_asked_once(graded: assumptions.Assumptions, context: Context) -> None:
    table = questions.by_topic(context)
    assert Counter(table.data["name"]) == Counter(name for name, item in graded.items() if item.grade == "D")
    assert table.cells["Frågor"].astype(int).sum() == len(table.data)
    for name, label, value in table.data[["name", "label", "value"]].itertuples(index=False):
        assert (label, value) == (graded[name].label_sv, graded[name].value)


def test_every_question_goes_to_somebody_and_names_a_source() -> None:
    assert {party for topic in questions.TOPICS for party in topic.asked} == PARTIES
    assert all(topic.answer.endswith(".") for topic in questions.TOPICS)
    assert len({topic.name for topic in questions.TOPICS}) == len(questions.TOPICS)


def test_the_parties_get_what_their_topics_ask(graded: assumptions.Assumptions, context: Context) -> None:
    table = questions.by_party(graded, SWEDISH)
    reported = {party: text.split()[0] for party, text in table.cells["Frågor"].items()}
    asked = questions.by_topic(context).data["asked"].str.split(", ")
    for party, count in reported.items():
        assert int(count) == sum(party in parties for parties in asked)
    assert set(reported) == PARTIES
    assert list(map(int, reported.values())) == sorted(map(int, reported.values()), reverse=True)


def test_a_party_with_one_question_is_asked_one(graded: assumptions.Assumptions) -> None:
    own = next(iter(questions.open_questions(graded).values()))
    name = next(iter(own))
    asked = questions.by_party(assumptions.Assumptions({name: own[name]}), SWEDISH).cells["Frågor"]
    assert set(asked) == {"1 fråga"}


def test_the_summary_names_who_is_asked_most(graded: assumptions.Assumptions) -> None:
    cells = questions.by_party(graded, SWEDISH).cells
    first = questions.summary(graded, SWEDISH)[0]
    assert f"{cells['Frågor'].iloc[0].split()[0]}, går till {cells.index[0]}" in first


def test_the_picture_counts_every_grade_and_fits_a_phone(graded: assumptions.Assumptions) -> None:
    figure = questions.by_grade(graded, SWEDISH)
    counts = Counter(item.grade for item in graded.values())
    for grade, words in questions.GRADES.items():
        assert figure.table.cells[words].astype(int).sum() == counts[grade]
    worst = figure.table.cells[questions.GRADES["D"]].astype(int)
    assert worst.is_monotonic_decreasing
    assert SWEDISH.percent(counts["D"] / len(graded)) in figure.alternative
    specification = figure.bundle()[VEGALITE]
    svg = drawing.pictures(specification, "sv")["phone"]
    assert drawing.size(svg)[0] <= drawing.WIDTHS["phone"]
    assert "…" not in BeautifulSoup(svg, "html.parser").get_text()


def test_topics_lead_to_their_assumptions(monkeypatch: pytest.MonkeyPatch, context: Context) -> None:
    shown: list[str] = []
    monkeypatch.setattr(questions, "html", lambda markup, **_: shown.append(markup))
    questions.show_topics(context)
    page = BeautifulSoup("".join(shown), "html.parser")
    topics = questions.open_questions(context.assumptions)
    links = [row.a["href"] for row in page.select("tbody tr")]
    assert links == [f"data.html#antaganden-{topic.name}" for topic in topics]
    asked = [bool(topic.asked) for topic in topics]
    assert [cell != "–" for cell in questions.by_topic(context).cells["Frågan går till"]] == asked


def test_every_assumption_is_shown_once(
    graded: assumptions.Assumptions, monkeypatch: pytest.MonkeyPatch, context: Context
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(figures, "html", lambda markup, **_: shown.append(markup))
    questions.show_assumptions(context)
    page = BeautifulSoup("".join(shown), "html.parser")
    labels = [row.th.get_text() for row in page.select("tbody tr")]
    assert Counter(labels) == Counter(item.label_sv for item in graded.values())


def test_a_figure_that_the_model_would_hardly_give_is_a_question(context: Context) -> None:
    rows = context.results.disagreements
    table = questions.disagreements(context)
    assert len(table.cells) == len(rows) > 0
    for (_, row), (place, cells) in zip(rows.iterrows(), table.cells.iterrows(), strict=True):
        assert row["figure"] in cells["Uppgift"]
        assert cells["Modellens intervall"] == SWEDISH.interval(row["low"], row["high"])
        asked = ["regionerna"] if row["region"] == "*" else [context.principals[code] for code in row["region"].split()]
        assert all(name in cells["Kan svara"] for name in asked)
        assert place == "Alla regioner" or all(context.region_names[code] in place for code in row["region"].split())
    count, fewer, more = (int(n) for n in re.findall(r"\d+", questions.disagreements_finding(context)[0]))
    assert count == fewer + more == len(rows)


def test_more_inhabitants_per_doctor_are_fewer_doctors(context: Context) -> None:
    rows = context.results.disagreements.query("figure in ['st-055', 'st-056']").iloc[:1]
    for factor, fewer in ((2.0, 1), (0.5, 0)):
        bounds = rows.assign(published=rows["high"] * factor if fewer else rows["low"] * factor)
        reported = questions.disagreements_finding(replace(context, results=replace(context.results, disagreements=bounds)))
        assert [int(n) for n in re.findall(r"\d+", reported[0])] == [1, fewer, 1 - fewer]


def test_a_printed_range_is_shown_as_printed_and_no_disagreement_is_said(context: Context) -> None:
    figures = context.tables["published_st"].set_index("figure")["value"]
    rows = pd.DataFrame({"figure": ["st-056"], "measure": ["listed_per_permanent_doctor"]})
    reported = st_baseline.read_as(context, rows).iloc[0]
    assert reported["figures"] == "st-056, st-057"
    assert reported["printed"] == SWEDISH.interval(figures["st-056"], figures["st-057"])
    none = replace(context, results=replace(context.results, disagreements=context.results.disagreements.iloc[:0]))
    assert len(questions.disagreements_finding(none)) == 1
    assert questions.disagreements(none).cells.empty


def test_every_figure_behind_the_stocks_has_words(context: Context) -> None:
    evidence = context.tables["regional_evidence"]
    assert set(evidence["measure"]) <= set(st_baseline.MEASURED)
    assert set(evidence["form"]) <= set(st_baseline.FORMS)
    returned = pd.DataFrame({"figure": ["returned-01"], "measure": ["persons"]})
    assert st_baseline.read_as(context, returned)["publisher"].tolist() == [""]
