"""The chapter on the consultation, with synthetic responses."""

import datetime
import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from riktvarden.assumptions import WHOLES
from riktvarden.model import analyses, chain, heard
from riktvarden.model.explorer import MOVABLE
from riktvarden.parameters import SINGLE
from riktvarden.report import Context, Language
from riktvarden.report.chapters import consultation, questions
from riktvarden.responses import form, place, store, template, workbook

NOBODY = "ingen särskild"
"""What the table of actors has for organisations that no question goes to in particular."""
HOSTILE = "<script>alert(1)</script> $\\alpha$ [länk](javascript:x) =1+1"


@pytest.fixture(scope="module")
def context(context: Context) -> Context:
    """The shared run, without any response."""
    return replace(context, tables={**context.tables, **store.frames()})


@pytest.fixture(scope="module")
def ranks(context: Context) -> pd.Series:
    """Rank by a synthetic tornado: every assumption moves the nation by its place in the file."""
    rows = [
        {"region": "00", "grade": item.grade, "assumption": name, "value": 100.0, "at_low": 100.0, "at_high": 100.0 + place}
        for place, (name, item) in enumerate(context.assumptions.items(), start=1)
        if item.distribution not in {"fixed", "scenario"}
    ]
    return consultation.ranked(context, pd.DataFrame(rows))


@pytest.fixture(scope="module")
def answered(context: Context) -> Context:
    """Three synthetic responses, one of them hostile text."""
    responses = pd.DataFrame(
        {
            "number": [1, 2, 3],
            "received": pd.to_datetime(["2026-12-01", "2026-12-02", "2026-12-03"]),
            "edition": "working",
            "actor": ["region", "region", "skr"],
            "organisation": ["Påhittad region A", "Påhittad region B", HOSTILE],
            "region": ["21", "12", ""],
            "profession": "",
            "comment": ["", HOSTILE, "Bra."],
        }
    )
    values = pd.DataFrame(
        {
            "number": [1, 2, 2, 3],
            "assumption": ["completion_share", "completion_share", "persons_per_position", "inhabitants_per_specialist"],
            "value": [0.8, 0.9, 1.2, 1000.0],
            "reason": HOSTILE,
        }
    )
    answers = pd.DataFrame({"number": [3], "question": ["completion_share"], "text": [HOSTILE]})
    numbers = pd.DataFrame(
        {
            "number": [1, 1],
            "quantity": ["st_persons", "psychologist_fte"],
            "value": [62.0, 31.5],
            "date": pd.Timestamp(2026, 10, 31),
        }
    )
    decisions = pd.DataFrame(
        {
            "assumption": ["completion_share"],
            "date": pd.to_datetime(["2027-04-01"]),
            "decision": ["unchanged"],
            "reason_sv": ["Svaren ligger inom spannet."],
            "reason_en": ["The answers are within the range."],
        }
    )
    tables = {
        **context.tables,
        "responses": responses,
        "response_values": values,
        "response_answers": answers,
        "response_numbers": numbers,
        "consultation_decisions": decisions,
    }
    return replace(context, tables=tables)


@pytest.fixture(scope="module")
def found(answered: Context, base: chain.Base) -> pd.DataFrame:
    return heard.effects(base, answered.tables["response_values"].rename(columns={"number": "response"}))


def test_each_party_is_asked_at_most_ten_open_questions_by_rank(context: Context, ranks: pd.Series) -> None:
    for party in dict.fromkeys(consultation.actors(context)["asked"]):
        names = consultation.asked(party, ranks)
        assert len(names) <= consultation.MOST_ASKED
        assert names or party == NOBODY
        assert list(ranks[names]) == sorted(ranks[names], reverse=True)
        for name in names:
            assert context.assumptions[name].grade in consultation.GRADES
            assert name not in SINGLE
            assert party in questions.topic_of(name).asked


def test_the_form_has_every_actor_and_its_questions(context: Context, ranks: pd.Series) -> None:
    form = consultation.form(context, "working", ranks)
    assert {actor["code"] for actor in form["actors"]} == set(consultation.actors(context)["actor"])
    assert {name for actor in form["actors"] for name in actor["asked"]} <= set(form["questions"])
    assert set(MOVABLE) <= set(form["questions"])


def test_the_change_is_the_difference_from_the_report(answered: Context, found: pd.DataFrame) -> None:
    table = consultation.effects(answered, found)
    row = found.query("response == 1 and measure == 'st_positions_guideline' and region == '00'").iloc[0]
    t = answered.language
    shown = table.cells.iloc[0, 0]
    assert shown == f"{t.number(row['value'])} ({t.signed(row['value'] - row['report'])})"
    regions = consultation.regional_effects(answered, found)
    assert len(regions.cells) == 21
    assert regions.cells.shape[1] == 4


def test_each_question_says_whether_it_was_run(answered: Context, found: pd.DataFrame) -> None:
    cells = consultation.by_question(answered, found).cells["Räknat i modellen"]
    assert list(cells) == ["Ja"] * 3
    assert (
        "inte räknat"
        in consultation.by_question(answered, found[found["response"] != 3]).cells.iloc[2]["Räknat i modellen"]
    )
    still = found.assign(value=found["report"])
    assert "påverkar inget" in consultation.by_question(answered, still).cells.iloc[0]["Räknat i modellen"]


def test_answers_to_one_question_are_summarised_with_the_decision(answered: Context, found: pd.DataFrame) -> None:
    table = consultation.by_question(answered, found)
    first = table.cells.iloc[0]
    assert answered.language.interval(0.8, 0.9, 2) in list(first)
    assert "2" in list(first)
    assert any("oförändrat. Svaren ligger inom spannet." in str(cell) for cell in first)
    assert any("ännu inte beslutat" in str(cell) for cell in table.cells.iloc[1])


def test_no_text_of_a_response_is_run_as_markup(answered: Context, found: pd.DataFrame) -> None:
    t = answered.language
    for table in (
        consultation.received(answered),
        consultation.effects(answered, found),
        consultation.regional_effects(answered, found),
        consultation.in_words(answered),
    ):
        markup = table.html(t)
        assert "<script" not in markup
        assert HOSTILE in unescape(markup)


def test_own_numbers_are_shown_as_reported(answered: Context) -> None:
    cells = consultation.own_numbers(answered).cells
    assert [str(cell) for cell in cells.iloc[1]][1] == answered.language.number(31.5, 1)
    assert (cells["Status"] == answered.language.status("reported", "")).all()


def test_without_responses_the_chapter_says_so(context: Context) -> None:
    assert any("Ännu har ingen svarat." in sentence for sentence in consultation.summary(context, "working"))
    assert context.tables["responses"].empty


def test_the_last_day_is_that_of_the_edition(context: Context) -> None:
    rounds = pd.DataFrame({"edition": ["working", "next"], "closes": pd.to_datetime(["2027-03-31", "2028-03-31"])})
    shown = replace(context, tables={**context.tables, "consultation_rounds": rounds})
    for edition, day in (("working", "31 mars 2027"), ("next", "31 mars 2028")):
        assert any(day in sentence for sentence in consultation.summary(shown, edition))
    assert not any("31 mars" in sentence for sentence in consultation.summary(shown, "gone"))


def test_each_actor_has_a_form_with_its_questions(context: Context, ranks: pd.Series) -> None:
    for language in ("sv", "en"):
        shown = replace(context, language=Language(language))
        for actor, party in consultation.actors(context)[["actor", "asked"]].to_numpy(str):
            book = openpyxl.load_workbook(io.BytesIO(consultation.template(shown, "working", ranks, actor)))
            sheet = book[workbook.SHEET]
            codes = [sheet.cell(row, workbook.COLUMNS.index("code") + 1).value for row in range(workbook.FIRST_ROW, 30)]
            assert [*filter(None, codes)] == [*consultation.asked(party, ranks), workbook.COMMENT]
            assert sheet["B4"].value == actor
            assert sheet["C4"].value == consultation.titles(shown)[actor]


def test_the_page_holds_every_form(context: Context, ranks: pd.Series, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(consultation, "html", lambda markup, said="": shown.append(markup))
    consultation.show_form(context, "working", ranks)
    consultation.show_templates(context, "working", ranks)
    form, forms = shown
    (target,) = re.findall(r'<noscript>.*href="#([a-z-]+)"', form)
    assert f'id="{target}"' in forms
    names = re.findall(r'download="samraad-working-([a-z_]+)\.xlsx" href="data:[^;]+;base64,UEsDB', forms)
    assert names == list(consultation.actors(context)["actor"])


def test_a_position_is_that_of_the_figure_and_publication_it_names(context: Context) -> None:
    rows = context.tables["published_positions"].set_index("figure")
    assert set(rows.index) <= set(context.published["figure"])
    of = context.published.set_index("figure").loc[rows.index]
    assert rows["value"].tolist() == of["value"].tolist()
    assert rows["publication"].tolist() == of["publication"].tolist()
    assert set(rows["assumption"].dropna()) <= set(context.assumptions)
    regions = rows.loc[rows["actor"] == "region"]
    assert (regions["organisation"] == regions["region"].map(context.principals)).all()


def test_a_position_has_the_reports_value_beside_it_where_comparable(context: Context) -> None:
    rows, cells = context.tables["published_positions"], consultation.positions(context).cells
    ours = context.language.assumed(context.assumptions["inhabitants_per_specialist"], 1)
    assert len(cells) == len(rows)
    is_norm = (rows["assumption"] == "inhabitants_per_specialist").to_numpy()
    assert list(cells["Rapportens värde (spann)"] == ours) == list(is_norm)
    addresses = context.tables["publications"].set_index("publication")["url"]
    assert list(cells["Källa"]) == list(rows["publication"].map(addresses))


def test_a_summary_counts_the_responses_by_actor(answered: Context) -> None:
    text = " ".join(consultation.summary(answered, "working"))
    assert "3 svar" in text
    english = replace(answered, language=Language("en"))
    assert "3 responses" in " ".join(consultation.summary(english, "working"))


def test_the_analysis_runs_the_responses(answered: Context, found: pd.DataFrame, wordless: object) -> None:
    tables = {**answered.tables}
    again = analyses.of_responses(tables, wordless, answered.results)  # type: ignore[arg-type]
    pd.testing.assert_frame_equal(again, found)


def test_two_hundred_responses_are_imported_run_and_summarised(
    context: Context, base: chain.Base, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Synthetic responses of every kind of actor, most about two questions and some about a frame of the model."""
    folder = tmp_path / "responses"
    folder.mkdir()
    monkeypatch.setenv(place.VARIABLE, str(folder))
    against, day, random = store.known(), datetime.date(2026, 12, 1), np.random.default_rng(21)
    kinds = list(against.actors.items())
    names = [name for name, item in context.assumptions.items() if item.unit == "share" and item.low < item.high]
    wholes = {name for parts in WHOLES for name in parts}
    names = [name for name in names if name not in wholes]
    for number in range(200):
        actor, needs = kinds[number % len(kinds)]
        own = form.Organisation(
            actor=actor,
            name=f"Påhittad organisation {number}",
            region="21" if needs.region == "required" else "",
            profession="general_practice" if needs.profession == "required" else "",
        )
        asked = random.choice(names, 2, replace=False)
        ends = [(context.assumptions[str(name)].low, context.assumptions[str(name)].high) for name in asked]
        values = [
            form.Value(assumption=str(name), value=float(random.uniform(*both)), reason="Påhittat skäl.")
            for name, both in zip(asked, ends, strict=True)
        ]
        if number % 50 == 0:
            values.append(form.Value(assumption="target_year", value=2035.0, reason="Påhittat skäl."))
        said = form.Response(
            form=form.FORM, version=form.VERSION, edition="working", organisation=own, values=tuple(values)
        )
        file = tmp_path / f"{number}.toml"
        file.write_text(template.written(said), encoding="utf-8")
        assert store.import_response(file, today=day, against=against).number == number + 1
    shown = replace(context, tables={**context.tables, **store.frames()})
    found = heard.effects(base, shown.tables["response_values"].rename(columns={"number": "response"}))
    assert set(found["response"]) == set(range(1, 201))
    assert len(consultation.received(shown).cells) == len(consultation.effects(shown, found).cells) == 200
    asked_about = shown.tables["response_values"]["assumption"]
    assert len(consultation.by_question(shown, found).cells) == asked_about.nunique()
    assert "200 svar" in " ".join(consultation.summary(shown, "working"))
