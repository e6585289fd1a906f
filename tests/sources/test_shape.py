"""From a service's cells to a table of ours: worked by hand."""

import math
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riktvarden.sources.answer import CONTENT, STATUS, TIME, VALUE, Answer
from riktvarden.sources.recipe import Recipe, ScbPart, Years
from riktvarden.sources.session import SourceError
from riktvarden.sources.shape import shaped

YEARS = {"first": 2024}


def answer(rows: list[tuple[Any, ...]], columns: tuple[str, ...], title: str = "T1", content: str = "Folkmängd") -> Answer:
    frame = pd.DataFrame(rows, columns=[*columns, TIME, VALUE])
    frame[VALUE] = frame[VALUE].astype("float64")
    return Answer(frame.assign(**{CONTENT: content, STATUS: ""}), title)


def table(*fields: str, key: list[str], foreign: str = "") -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [{"name": name} for name in fields], "primaryKey": key}
    if foreign:
        schema["foreignKeys"] = [{"fields": foreign, "reference": {"resource": "areas", "fields": foreign}}]
    return {"name": "made_up", "schema": schema}


def recipe(**changes: Any) -> Recipe[ScbPart]:
    found = {
        "columns": {"Region": "region"},
        "contents": {"Folkmängd": "population"},
        "unit": "persons",
        "reference_date": "31 December",
        "parts": [{"table": "T1", "years": YEARS}],
    }
    return Recipe[ScbPart].model_validate(found | changes)


def part(**changes: Any) -> dict[str, Any]:
    return {"table": "T1", "years": YEARS} | changes


PLAIN = table("region", "year", "population", key=["region", "year"])


def test_two_series_are_joined_by_what_they_count() -> None:
    made = recipe(
        columns={"Region": "region", "Kon": "sex", "Alder": "age"},
        spread="age",
        parts=[
            part(codes={"Kon": {"1": "M", "2": "F"}, "Alder": {"100+": "100"}}),
            part(table="T2", codes={"Kon": {"1": "M", "2": "F"}, "Alder": {"100+1": "100"}}),
        ],
    )
    old = answer([("01", sex, age, 2024, value) for sex, age, value in SEX_AND_AGE("100+", 10)], ("Region", "Kon", "Alder"))
    new = answer(
        [("01", sex, age, 2025, value) for sex, age, value in SEX_AND_AGE("100+1", 20)], ("Region", "Kon", "Alder"), "T2"
    )
    wide = table("region", "year", "sex", "age_0", "age_100", key=["region", "year", "sex"])
    rows = shaped(made, [old, new], wide, {})
    assert rows.to_numpy().tolist() == [
        ["01", 2024, "F", 12, 13],
        ["01", 2024, "M", 10, 11],
        ["01", 2025, "F", 22, 23],
        ["01", 2025, "M", 20, 21],
    ]


def SEX_AND_AGE(oldest: str, base: int) -> list[tuple[str, str, int]]:  # noqa: N802
    return [("1", "0", base), ("1", oldest, base + 1), ("2", "0", base + 2), ("2", oldest, base + 3)]


def test_series_that_do_not_cover_the_same_are_refused() -> None:
    made = recipe(parts=[part(), part(table="T2")])
    old = answer([("01", 2024, 1), ("03", 2024, 2)], ("Region",))
    new = answer([("01", 2025, 1)], ("Region",), "T2")
    with pytest.raises(SourceError, match="T1, T2: region of 2024 and of 2025 differ: 03"):
        shaped(made, [old, new], PLAIN, {})


def test_series_that_overlap_are_refused() -> None:
    made = recipe(parts=[part(), part(table="T2")])
    old, new = (answer([("01", 2024, 1)], ("Region",), title) for title in ("T1", "T2"))
    with pytest.raises(SourceError, match="cells that are there twice: 1, first region 01, year 2024"):
        shaped(made, [old, new], PLAIN, {})


def test_areas_are_all_of_ours_and_no_others() -> None:
    areas = {"areas": pd.DataFrame({"region": ["01", "03"]})}
    descriptor = table("region", "year", "population", key=["region", "year"], foreign="region")
    with pytest.raises(SourceError, match="T1 lacks region 03, and has 99 that areas does not have"):
        shaped(recipe(), [answer([("01", 2024, 1), ("99", 2024, 2)], ("Region",))], descriptor, areas)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 10_000), min_size=101, max_size=101))
def test_age_groups_add_up_to_the_whole(counts: list[int]) -> None:
    groups = ["0-14", "15-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85+"]
    made = recipe(
        columns={"Region": "region", "Alder": "age_group"},
        parts=[part(codes={"Alder": {"100+": "100"}}, groups={"Alder": groups}, exact=True)],
    )
    cells = [("01", "100+" if age == 100 else str(age), 2024, count) for age, count in enumerate(counts)]
    descriptor = table("region", "year", "age_group", "population", key=["region", "year", "age_group"])
    rows = shaped(made, [answer(cells, ("Region", "Alder"))], descriptor, {})
    assert rows["age_group"].to_list() == groups
    assert rows["population"].sum() == sum(counts)
    assert rows["population"].iloc[0] == sum(counts[:15])
    assert rows["population"].iloc[-1] == sum(counts[85:])


def test_a_gap_in_a_sum_is_a_gap() -> None:
    made = recipe(
        columns={"Region": "region", "Alder": "age_group"},
        parts=[part(groups={"Alder": ["0-1"]}, exact=True)],
    )
    cells = answer([("01", "0", 2024, 1), ("01", "1", 2024, math.nan)], ("Region", "Alder"))
    descriptor = table("region", "year", "age_group", "population", key=["region", "year", "age_group"])
    with pytest.raises(SourceError, match="cells without a number: 1"):
        shaped(made, [cells], descriptor, {})


def test_an_age_without_a_group_is_refused() -> None:
    made = recipe(columns={"Region": "region", "Alder": "age"}, parts=[part(groups={"Alder": ["0-1"]}, exact=True)])
    with pytest.raises(SourceError, match="age 7 is in none of 0-1"):
        shaped(made, [answer([("01", "7", 2024, 1)], ("Region", "Alder"))], PLAIN, {})


def test_a_dimension_without_a_column_may_have_one_code_only() -> None:
    one = answer([("01", "SC", 2024, 5)], ("Region", "Civilstand"))
    assert shaped(recipe(), [one], PLAIN, {})["population"].to_list() == [5]
    two = answer([("01", "SC", 2024, 5), ("01", "G", 2024, 5)], ("Region", "Civilstand"))
    with pytest.raises(SourceError, match="Civilstand has several codes and no column"):
        shaped(recipe(), [two], PLAIN, {})


def test_other_columns_are_kept() -> None:
    present = pd.DataFrame({"region": ["01", "03"], "name": ["A", "B"], "population": [1, 2]})
    descriptor = {**table("region", "name", "population", key=[]), "name": "areas"}
    descriptor["schema"]["primaryKey"] = "region"
    made, cells = recipe(keep=True, whole=True), answer([("03", 2024, 7.6), ("01", 2024, 8.4)], ("Region",))
    rows = shaped(made, [cells], descriptor, {"areas": present}, present)
    assert rows.to_numpy().tolist() == [["01", "A", 8.0], ["03", "B", 8.0]]
    with pytest.raises(SourceError, match="lacks region 03"):
        shaped(made, [answer([("01", 2024, 8)], ("Region",))], descriptor, {"areas": present}, present)


def test_several_measures_become_several_columns() -> None:
    made = recipe(contents={"Folkmängd": "population", "Landareal": "area"})
    both = pd.concat([answer([("01", 2024, 5)], ("Region",), content=name).rows for name in ("Landareal", "Folkmängd")])
    descriptor = table("region", "year", "area", "population", key=["region", "year"])
    assert shaped(made, [Answer(both, "T1")], descriptor, {}).to_numpy().tolist() == [["01", 2024, 5, 5]]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"groups": {"Alder": ["0-1"]}}, "exact = true where groups add cells up"),
        ({"omit": ["Kon"]}, "exact = true where the service adds up"),
        ({"search": {"query": "x", "title": "y"}}, "either table"),
        ({"select": {"Kon": ["1", "1"]}}, "each code of Kon once"),
        ({"tables": "T1"}, "Extra inputs"),
    ],
)
def test_recipes_that_would_add_noise_or_ask_twice_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        recipe(parts=[part(**changes)])


@pytest.mark.parametrize(("day", "newest"), [("2026-04-29", 2024), ("2026-04-30", 2025), ("2026-12-31", 2025)])
def test_the_newest_year_that_is_due(day: str, newest: int) -> None:
    assert Years(first=2000, due=120).newest_due(pd.Timestamp(day).date()) == newest
    assert Years(first=2000, last=2010).newest_due(pd.Timestamp(day).date()) == 2010
