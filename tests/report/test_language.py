import datetime
import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.assumptions import Assumption
from riktvarden.problems import InputError
from riktvarden.report.kit import language
from riktvarden.report.kit.language import QUALIFIER, QUALIFIER_MEANING, STATUS, STATUS_MEANING, Language

SPACE = "\N{NO-BREAK SPACE}"


@pytest.fixture
def swedish() -> Language:
    return Language("sv")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1234567.4, 0, f"1{SPACE}234{SPACE}567"), (-0.4, 0, "0"), (-6, 0, "−6"), (3.42, 1, "3,4"), (0.05, 2, "0,05")],
)
def test_numbers_as_swedish_writes_them(swedish: Language, value: float, digits: int, text: str) -> None:
    assert swedish.number(value, digits) == text


def test_intervals_with_signs_are_spelled_out(swedish: Language) -> None:
    assert swedish.interval(2, 5) == "2–5"
    assert swedish.interval(-6, 187) == "−6 till 187"


def test_an_estimate_says_what_it_has(swedish: Language) -> None:
    assert swedish.estimate(5, 4, 6) == "5 (4–6)"
    assert swedish.estimate(5, math.nan, math.nan) == "5"
    assert swedish.estimate(math.nan, 4, 6) == "4–6"
    assert swedish.estimate(math.nan, math.nan, math.nan) == "uppgift saknas"


@pytest.mark.parametrize(
    ("value", "digits", "percent", "text"),
    [
        (2.04, 1, False, "+2,0"),
        (-2.04, 1, False, "−2,0"),
        (0.04, 1, False, "0,0"),
        (0.051, 0, True, f"+5{SPACE}%"),
        (0.004, 0, True, f"0{SPACE}%"),
    ],
)
def test_changes_have_a_sign(swedish: Language, value: float, digits: int, percent: bool, text: str) -> None:
    assert swedish.signed(value, digits, percent=percent) == text


def test_a_share_has_one_sign_after_its_interval(swedish: Language) -> None:
    assert swedish.share(0.5, 0.4, 0.6) == f"50 (40–60){SPACE}%"
    assert swedish.share(math.nan, 0.4, 0.6) == f"40–60{SPACE}%"
    assert swedish.share(0.5, math.nan, math.nan) == f"50{SPACE}%"
    assert swedish.share(math.nan, math.nan, math.nan) == "uppgift saknas"
    rows = pd.DataFrame({"value": [0.5], "low": [0.456], "high": [0.6]})
    assert swedish.shares(rows, 1) == [f"50,0 (45,6–60,0){SPACE}%"]


def assumption(value: float, low: float, high: float, unit: str) -> Assumption:
    return Assumption(
        symbol="x", value=value, low=low, high=high, unit=unit, distribution="pert", grade="D", source="judged",
        date=datetime.date(2026, 1, 1), label_sv="x", label_en="x",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (assumption(0.2, 0.1, 0.35, "share of pay"), f"20 (10–35){SPACE}%"),
        (assumption(1.5, 1, 2.25, "ratio"), "1,50 (1,00–2,25)"),
        (assumption(-1, -2, 0, "elasticity"), "−1 (−2 till 0)"),
        (assumption(1100, 1100, 1100, "inhabitants"), f"1{SPACE}100"),
        (assumption(2035, 2035, 2040, "year"), "2035 (2035–2040)"),
    ],
)
def test_an_assumption_has_its_range(swedish: Language, item: Assumption, text: str) -> None:
    assert swedish.assumed(item) == text


def test_an_assumption_in_another_unit(swedish: Language) -> None:
    share = assumption(0.2, 0.1, 0.35, "share")
    assert swedish.assumed(share, 1) == "0,20 (0,10–0,35)"
    assert swedish.assumed(share, complement=True) == f"80 (65–90){SPACE}%"


@pytest.mark.parametrize(
    ("precision", "text"),
    [("day", "15 juni 2022"), ("month", "juni 2022"), ("year", "2022"), ("not_stated", "ej angivet i källan")],
)
def test_dates_are_no_more_exact_than_their_source(swedish: Language, precision: str, text: str) -> None:
    assert swedish.date(pd.Timestamp("2022-06-15"), precision) == text


def test_terms_leave_names_alone(swedish: Language) -> None:
    assert swedish.term("assumption; published figures st-116, st-117") == "antagande; publicerade uppgifter st-116, st-117"
    assert swedish.term("table population_region") == "tabellen population_region"
    assert swedish.term("derived; table st_baseline") == "härlett; tabellen st_baseline"


def test_every_status_and_qualifier_has_a_meaning() -> None:
    assert set(STATUS) == set(STATUS_MEANING)
    assert set(QUALIFIER) == set(QUALIFIER_MEANING)


def test_an_unknown_language_lists_the_known() -> None:
    with pytest.raises(InputError, match=r"'xx'.*sv"):
        Language("xx")


ENGLISH = """msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "minst"
msgstr "at least"

msgid "{count} fråga om {what}"
msgid_plural "{count} frågor om {what}"
msgstr[0] "{count} question on {what}"
msgstr[1] "{count} questions on {what}"
"""


@pytest.fixture
def catalogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Complete English catalogues of one word."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for domain in language.DOMAINS:
        (folder / f"{domain}.po").write_text(ENGLISH, encoding="utf-8")
    monkeypatch.setattr(language, "LOCALE", tmp_path)
    language.words.cache_clear()
    yield folder
    language.words.cache_clear()


def test_another_language_has_its_words_and_no_others(catalogues: Path) -> None:
    english = Language("en")
    assert english("minst") == "at least"
    assert english.number(1234.5, 1) == "1,234.5"
    with pytest.raises(InputError, match="högst"):
        english("högst")


QUESTIONS = "{count} fråga om {what}", "{count} frågor om {what}"


@pytest.mark.parametrize(
    ("count", "swedish", "english"),
    [
        (0, "0 frågor om ST", "0 questions on ST"),
        (1, "1 fråga om ST", "1 question on ST"),
        (1001, f"1{SPACE}001 frågor om ST", "1,001 questions on ST"),
    ],
)
def test_a_noun_has_the_form_that_its_count_asks_for(catalogues: Path, count: int, swedish: str, english: str) -> None:
    assert Language("sv").plural(*QUESTIONS, count, what="ST") == swedish
    assert Language("en").plural(*QUESTIONS, count, what="ST") == english


def test_a_plural_without_translation_is_refused(catalogues: Path) -> None:
    with pytest.raises(InputError, match=r"\{count\} dag"):
        Language("en").plural("{count} dag", "{count} dagar", 2)


def test_a_language_needs_both_forms(catalogues: Path) -> None:
    fault = 'msgid "c"\nmsgid_plural "d"\nmsgstr[0] "e"\nmsgstr[1] ""'
    (catalogues / "riktvarden.po").write_text(f"{ENGLISH}\n{fault}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"riktvarden\.po.*'c / d'"):
        Language("en")


@pytest.mark.parametrize("fault", ['msgid "b"\nmsgstr ""', '#, fuzzy\nmsgid "b"\nmsgstr "c"'])
@pytest.mark.parametrize("domain", language.DOMAINS)
def test_a_language_needs_every_text_translated(catalogues: Path, domain: str, fault: str) -> None:
    assert language.languages() == ("sv", "en")
    (catalogues / f"{domain}.po").write_text(f"{ENGLISH}\n{fault}\n", encoding="utf-8")
    with pytest.raises(InputError, match=rf"{domain}\.po.*'b'"):
        Language("en")


def test_a_language_needs_every_catalogue(catalogues: Path) -> None:
    (catalogues / "chapters.po").unlink()
    with pytest.raises(InputError, match=r"chapters\.po"):
        Language("en")


def test_each_language_sets_its_own_space_before_the_sign_of_per_cent() -> None:
    for code, text in (("sv", "49\N{NO-BREAK SPACE}%"), ("en", "49%")):
        t = Language(code)
        assert t.percent(0.49) == text
        assert t.share(0.49, 0.4, 0.6).endswith(text.removeprefix("49"))
