import math
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.problems import InputError
from riktvarden.report import language
from riktvarden.report.language import QUALIFIER, QUALIFIER_MEANING, STATUS, STATUS_MEANING, Language

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
