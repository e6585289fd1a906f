"""What the chapter on changes says of two editions, and of none."""

import datetime
from dataclasses import replace

import pandas as pd
import pytest

from riktvarden.editions import corners, freeze, record
from riktvarden.editions.decompose import decompose
from riktvarden.editions.runner import AMOUNT, KEYS
from riktvarden.report.chapters import changes
from riktvarden.report.kit.context import Context
from riktvarden.report.kit.language import Language


def quantities(national: float, county: float, low: float, high: float) -> pd.Series:
    st = ("general_practice", "st_positions_guideline")
    rows = [
        (*st, "00", "", "", "", "2024", "value", national),
        (*st, "01", "", "", "", "2024", "value", county),
        (*st, "12", "", "", "", "2024", "value", 5.0),
        ("psychologist", "inhabitants_per_fte", "00", "", "", "all", "2024", "low", low),
        ("psychologist", "inhabitants_per_fte", "00", "", "", "all", "2024", "high", high),
    ]
    return pd.DataFrame(rows, columns=[*KEYS, AMOUNT]).set_index(KEYS)[AMOUNT]


def difference(method: float = -60.0, assumptions: float = 10.0, **more: object) -> corners.Difference:
    """The method changes the national value, the assumptions the county's too and the interval."""

    def of(corner: frozenset[str]) -> pd.Series:
        m, a = "method" in corner, "assumptions" in corner
        return quantities(300 + method * m + assumptions * a, 70 + assumptions * a, 4000 + 200 * a, 5000 + 400 * a)

    rows = decompose({corner: of(corner) for corner in corners.CORNERS}).reset_index()
    return corners.Difference("2026", "2027", rows, 8, **more)  # type: ignore[arg-type]


def test_three_sentences_say_what_why_and_where(context: Context) -> None:
    assert changes.summary(context, difference()) == [
        "Riktvärdet för antalet ST-tjänster i riket är 250 i utgåvan 2027, mot 300 i utgåvan 2026.",
        "Av ändringen på −50 tjänster beror −60 på metoden, +10 på antagandena och 0 på uppgifterna.",
        "Riktvärdet ändras i 1 av 2 regioner, och mest i Stockholm, med +10 tjänster.",
    ]


def test_a_commit_is_named_by_its_date(context: Context) -> None:
    first = changes.summary(context, difference(before_date="2026-11-22"))[0]
    assert first.endswith("mot 300 i arbetsversionen från den 22 november 2026.")


def test_an_unchanged_value_is_said_to_be_unchanged(context: Context) -> None:
    first, why, where = changes.summary(context, difference(0.0, 0.0))
    assert "oförändrat" in first
    assert "ingen ändring att fördela" in why
    assert where == "I ingen region ändras riktvärdet."


def test_the_middle_of_an_interval_is_divided(context: Context) -> None:
    rows = changes.headline(difference()).set_index(["measure", "region"])
    row = rows.loc[("inhabitants_per_fte", "00")]
    assert row[["before", "after", "assumptions", "method"]].tolist() == pytest.approx([4500, 4800, 300, 0])
    parts = rows[["data", "assumptions", "method", "unexplained"]].sum(axis=1)
    assert (parts - rows["change"]).abs().max() < 1e-9


def test_the_waterfall_ends_where_the_new_edition_is(context: Context) -> None:
    figure = changes.waterfall(context, difference())
    assert figure is not None
    assert "från 300 till 250 tjänster" in figure.alternative
    table = changes.nation(context, difference())
    assert table.cells.iloc[0].tolist() == ["300", "250", "−50", "0", "+10", "−60"]


def test_what_could_not_be_separated_is_said(context: Context) -> None:
    said = changes.manner(context.language, difference(with_method={"tables": ["x"], "assumptions": ["y", "z"]}))
    assert any(sentence.startswith("3 tabeller och antaganden finns bara") for sentence in said)


def test_every_edition_is_listed_and_earlier_changes_are_shown(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def manifest(name: str, day: int, title_en: str) -> record.Manifest:
        return record.Manifest(
            name=name, title=f"Titel {name}", title_en=title_en, date=datetime.date(2026, 12, day), commit="ab" * 20,
            version="1", package="", code="", python="3", draws=1, tables={}, assumptions={}, files={},
        )  # fmt: skip

    known = [manifest("2026-1", 1, "Title 2026-1"), manifest("2026-2", 2, ""), manifest("2026-3", 3, "")]
    monkeypatch.setattr(record, "frozen", lambda: known)
    monkeypatch.setattr(freeze, "changes", lambda name: None if name == "2026-1" else replace(difference(), after=name))
    shown: list[object] = []
    monkeypatch.setattr(changes, "show", lambda item, _: shown.append(item))
    monkeypatch.setattr(changes, "say", lambda *_: None)
    changes.show_changes(context)
    changes.show_earlier(context)
    names = [getattr(item, "table", item).name for item in shown]
    assert names == [
        "aendringar-riket-2026-3",
        "aendringar-regioner-2026-3",
        "aendringar-riket-2026-2",
        "aendringar-regioner-2026-2",
        "utgaavor",
    ]
    assert changes.editions(context, known).cells["Titel"].tolist() == ["Titel 2026-3", "Titel 2026-2", "Titel 2026-1"]
    english = replace(context, language=Language("en"))
    assert changes.editions(english, known).cells.iloc[-1].tolist() == ["Title 2026-1", "1 December 2026", "ababababab"]


@pytest.mark.parametrize("names", [[], ["2026"]])
def test_without_an_earlier_edition_one_sentence_says_so(
    context: Context, names: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    manifest = type("Manifest", (), {"name": "2026", "date": "2026-12-01"})
    monkeypatch.setattr(record, "frozen", lambda: [manifest for _ in names])
    monkeypatch.setattr(freeze, "changes", lambda name: None)
    monkeypatch.setattr(changes, "say", lambda *sentences: said.extend(sentences))
    changes.show_changes(context)
    assert len(said) == 1
    assert ("är den första" if names else "Ingen utgåva är fastställd ännu") in said[0]
