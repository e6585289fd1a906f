"""Visits over the years: sums, shares and breaks by hand."""

import pandas as pd
import pytest

from riktvarden import tables
from riktvarden.baseline import visits

COLUMNS = ["region", "year", "sector", "care_area", "provider", "kind", "visits"]
ROWS = pd.DataFrame(
    [
        ("01", 2016, "public", "general_practice", "doctor", "at_unit", 60),
        ("01", 2016, "public", "general_practice", "doctor", "at_home", 20),
        ("01", 2016, "private", "general_practice", "doctor", "at_unit", 20),
        ("01", 2017, "public", "general_practice", "doctor", "at_unit", 121),
        ("03", 2016, "public", "general_practice", "doctor", "at_unit", 50),
        ("03", 2016, "public", "general_practice", "other", "at_unit", 7),
        ("03", 2017, "public", "general_practice", "doctor", "at_unit", 59),
    ],
    columns=COLUMNS,
)


def test_kinds_are_added_and_professions_kept_apart() -> None:
    found = visits.of_series(ROWS).query("series == 'general_practice'").set_index(["region", "year", "sector"])["visits"]
    assert found["01", 2016, "public"] == 80
    assert found["01", 2016, "all"] == 100
    assert found["03", 2016, "all"] == 50


def test_a_private_share_is_none_where_no_private_unit_reports() -> None:
    rows = visits.of_series(ROWS).query("year == 2016")
    assert visits.private_share(rows).to_dict() == pytest.approx({"01": 0.2, "03": 0.0})


def test_only_a_large_change_is_a_jump() -> None:
    """01 rises by 21 per cent, 03 by 18."""
    whole = visits.of_series(ROWS).query("sector == 'all'")
    assert visits.jumps(whole)[["region", "year"]].to_numpy().tolist() == [["01", 2017]]
    assert visits.jumps(whole, 0.25).empty


def test_a_rate_is_of_the_same_years_inhabitants() -> None:
    people = visits.inhabitants(pd.DataFrame({"region": ["01", "01", "03"], "year": 2016, "population": [300, 200, 400]}))
    whole = visits.of_series(ROWS).query("sector == 'all' and year == 2016")
    assert visits.per_1000(whole, people).tolist() == pytest.approx([200.0, 125.0])
    assert people["00", 2016] == 900


def test_every_series_has_visits_in_every_year_of_the_nation() -> None:
    found = visits.of_series(tables.read("primary_care_visits_region")).query("region == '00' and sector == 'all'")
    assert found.groupby("series")["year"].nunique().to_dict() == dict.fromkeys(visits.SERIES, 10)
