"""Which figures of a return stand for its region; all numbers are synthetic."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riktvarden.baseline.returned import CLASSES, by_sector, classed, region_totals
from riktvarden.disclosure.audit import audit
from riktvarden.disclosure.system import Dimension
from riktvarden.returns import form, store


def rows(*figures: tuple[str, str, float], complete: bool = True, **columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "region": "25",
                "reference_date": pd.Timestamp("2025-12-31"),
                "care_unit": unit,
                "is_whole": unit == form.WHOLE,
                "sector": "all" if unit == form.WHOLE else "own",
                "municipality": "",
                "measure": measure,
                "sex": "all",
                "stage": "all",
                "value": value,
                "status": "missing" if np.isnan(value) else "reported",
                "is_complete": complete,
            }
            | columns
            for unit, measure, value in figures
        ]
    )


POPULATION = pd.Series({"25": 250_000.0})


def totals_of(returns: pd.DataFrame) -> pd.DataFrame:
    return region_totals(returns, POPULATION)


def test_the_regions_own_total_goes_before_the_sum_of_its_units() -> None:
    totals = totals_of(rows((form.WHOLE, "persons", 40), ("A", "persons", 10), ("B", "persons", 12)))
    assert totals["value"].tolist() == [40]
    assert totals["figure"].tolist() == ["return-25-2025-12-31"]


def test_units_are_summed_only_where_all_are_listed() -> None:
    units = (("A", "persons", 10.0), ("B", "persons", 12.0), ("A", "fte", 9.0))
    assert totals_of(rows(*units)).set_index("measure")["value"].to_dict() == {"persons": 22}
    assert totals_of(rows(*units, complete=False)).empty


def test_where_some_units_are_missing_the_rest_is_estimated_by_their_size() -> None:
    units = [("A", "persons", 10.0), ("B", "persons", 22.0), ("A", "listed", 50_000.0), ("B", "listed", 100_000.0)]
    (row,) = totals_of(rows(*units, complete=False)).to_dict("records")
    assert row["value"] == pytest.approx(250_000 * 32 / 150_000)
    assert row["coverage"] == pytest.approx(0.6)
    assert (row["status"], row["qualifier"]) == ("estimated", "partial")
    assert row["half_width"] > 0


# Classes of units (method A4)

PLACES = pd.DataFrame(
    {
        "municipality": ["2501", "2502", "2503", "9901"],
        "region": ["25", "25", "25", "99"],
        "skr_group": ["B3", "B4", "C8", "A1"],
        "inhabitants": [100_000.0, 50_000.0, 100_000.0, 250_000.0],
    }
)
"""Municipalities that are made up: two in town, one in the country, and one elsewhere."""


def unit(name: str, municipality: str, listed: float, persons: float, sector: str = "own") -> pd.DataFrame:
    figures = ((name, "listed", listed), (name, "persons", persons))
    return rows(*figures, complete=False, municipality=municipality, sector=sector)


TOWN = [unit("A", "2501", 10_000, 20), unit("B", "2501", 20_000, 44)]
COUNTRY = [unit("C", "2503", 10_000, 3), unit("D", "2503", 5_000, 2)]


def persons_of(*units: pd.DataFrame, need: pd.Series | None = None) -> dict[str, object]:
    totals = region_totals(pd.concat(units), POPULATION, PLACES, need).set_index("measure")
    return dict(totals.loc["persons"])


def test_town_and_country_are_estimated_apart() -> None:
    found = persons_of(*TOWN, *COUNTRY)
    ratios = np.array([64 / 30_000, 5 / 15_000])
    sizes = np.array([150_000, 100_000])
    assert found["value"] == pytest.approx((sizes * ratios).sum())
    residuals = [([20, 44], [10_000, 20_000]), ([3, 2], [10_000, 5_000])]
    variance = sum(
        size**2 * (1 - np.sum(x) / size) / (2 * np.mean(x) ** 2) * np.sum((np.array(y) - ratio * np.array(x)) ** 2)
        for (y, x), size, ratio in zip(residuals, sizes, ratios, strict=True)
    )
    assert found["half_width"] == pytest.approx(np.sqrt(3 * variance))
    assert found["coverage"] == pytest.approx(45_000 / 250_000)
    assert (found["classes"], found["collapsed"]) == (2, "")


def test_a_class_with_one_unit_gives_up_where_it_lies() -> None:
    found = persons_of(*TOWN, COUNTRY[0])
    assert found["value"] == pytest.approx(250_000 * 67 / 40_000)
    assert (found["classes"], found["collapsed"]) == (1, "urban")


def test_a_unit_that_lies_nowhere_is_estimated_with_all_others() -> None:
    found = persons_of(*TOWN, COUNTRY[0], unit("D", "", 5_000, 2))
    assert found["value"] == pytest.approx(250_000 * 69 / 45_000)
    assert (found["classes"], found["collapsed"]) == (1, "")


def test_sectors_are_estimated_apart_where_the_region_says_how_large_they_are() -> None:
    private = [unit("P", "2501", 10_000, 1, "private"), unit("Q", "2501", 10_000, 3, "private")]
    stated = [rows((form.WHOLE, "listed", size), sector=sector) for sector, size in (("own", 300.0), ("private", 100.0))]
    found = persons_of(*TOWN, *COUNTRY, *private, *stated)
    in_country, in_town = 0.75 * 100_000 * 5 / 15_000, 0.75 * 150_000 * 64 / 30_000
    assert found["value"] == pytest.approx(in_town + in_country + 0.25 * 250_000 * 4 / 20_000)
    # Nobody private answered in the country: there town and country are one.
    assert (found["classes"], found["collapsed"]) == (3, "urban")
    unstated = persons_of(*TOWN, *COUNTRY, *private)
    assert unstated["classes"] == 2
    one = persons_of(*TOWN, *COUNTRY, private[0], *stated)
    assert (one["classes"], one["collapsed"]) == (1, "urban, owner")


def test_thirds_of_need_hold_as_many_inhabitants() -> None:
    need = pd.Series({"2501": 0.9, "2502": 1.4, "2503": 1.2, "9901": 1.0})
    other = [unit("E", "2502", 4_000, 10), unit("F", "2502", 5_000, 11)]
    found = persons_of(*TOWN, *COUNTRY, *other, need=need)
    # By need 2501 is in the lowest third of half a million, 9901 in the second, 2503 and 2502 in the highest.
    expected = 100_000 * 64 / 30_000 + 50_000 * 21 / 9_000 + 100_000 * 5 / 15_000
    assert found["value"] == pytest.approx(expected)
    assert (found["classes"], found["collapsed"]) == (3, "")
    fewer = persons_of(*TOWN, *COUNTRY, other[0], need=need)
    assert fewer["value"] == pytest.approx(150_000 * 74 / 34_000 + 100_000 * 5 / 15_000)
    assert (fewer["classes"], fewer["collapsed"]) == (2, "need")
    assert persons_of(*TOWN, *COUNTRY, *other, need=need.drop("9901"))["classes"] == 2


def test_a_unit_without_an_answer_is_estimated_from_its_like_where_all_are_listed() -> None:
    units = pd.concat([*TOWN, *COUNTRY, unit("E", "2503", 6_000, np.nan)]).assign(is_complete=True)
    found = dict(region_totals(units, POPULATION, PLACES).set_index("measure").loc["persons"])
    assert found["value"] == pytest.approx(64 + 21_000 * 5 / 15_000)
    assert found["coverage"] == pytest.approx(45_000 / 51_000)
    assert (found["status"], found["qualifier"]) == ("estimated", "partial")


def test_a_sum_that_lacks_a_unit_is_no_total() -> None:
    units = rows(("A", "persons", 10), ("B", "persons", np.nan), ("A", "positions", 9), ("B", "positions", 8))
    assert totals_of(units).set_index("measure")["value"].to_dict() == {"positions": 17}


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("TR"), st.sampled_from("012")), min_size=2, max_size=20))
def test_no_joined_class_has_fewer_than_two_units(units: list[tuple[str, str, str]]) -> None:
    answered = pd.MultiIndex.from_tuples(units, names=CLASSES)
    every = pd.MultiIndex.from_product([["A", "B", "C"], ["T", "R"], ["0", "1", "2"]], names=CLASSES)
    joined, given_up = classed(answered, every)
    assert joined.reindex(answered).value_counts().min() >= 2
    assert set(joined) == set(joined.reindex(answered))
    assert given_up in ([], ["need"], ["need", "urban"], ["need", "urban", "owner"])


# What must not be told


def test_a_total_that_rests_on_one_private_unit_is_suppressed() -> None:
    private = rows(("P", "persons", 12.0), sector="private")
    assert totals_of(private)["status"].tolist() == ["suppressed"]
    assert totals_of(pd.concat([private, rows(("A", "persons", 7))]))["value"].tolist() == [19]
    two = pd.concat([private, rows(("Q", "persons", 7), sector="private")])
    assert totals_of(two)["value"].tolist() == [19]


def returned(*units: tuple[str, str, int, int]) -> pd.DataFrame:
    """Units by name and sector with women and men; their persons are the sum."""
    return pd.concat(
        [
            rows((name, "persons", value), sector=sector, sex=sex)
            for name, sector, women, men in units
            for sex, value in (("women", women), ("men", men), ("all", women + men))
        ]
    )


def shown(cells: pd.DataFrame) -> dict[tuple[str, str], float]:
    return cells.dropna(subset="value").set_index(["sector", "sex"])["value"].to_dict()


def test_one_private_unit_in_a_region_is_a_secret() -> None:
    cells = by_sector(returned(("A", "own", 20, 10), ("P", "private", 12, 8)))
    # All of the private unit is hidden, and so is all that would give it away by subtraction.
    assert shown(cells) == {("all", "all"): 50, ("all", "women"): 32, ("all", "men"): 18}
    hidden = cells.loc[cells["value"].isna()]
    assert set(hidden["status"]) == {"suppressed"}
    assert set(hidden["qualifier"]) == {""}
    two = by_sector(returned(("A", "own", 20, 10), ("P", "private", 12, 8), ("Q", "private", 6, 9)))
    assert shown(two)["private", "all"] == 35
    assert len(shown(two)) == 9


def test_a_unit_without_doctors_does_not_hide_the_other() -> None:
    units = (("A", "own", 20, 10), ("P", "private", 12, 8), ("Q", "private", 0, 0))
    assert ("private", "all") not in shown(by_sector(returned(*units)))


def test_small_counts_by_sex_are_hidden_in_both_sectors() -> None:
    units = (("A", "own", 20, 10), ("P", "private", 3, 8), ("Q", "private", 0, 9))
    cells = by_sector(returned(*units))
    found = shown(cells)
    assert ("private", "women") not in found
    assert found["all", "all"] == 50
    audited = audit(cells, [Dimension("sector", "all"), Dimension("sex", "all")])
    assert audited.passes
    assert len(audited.cells) >= 4


def test_what_the_region_states_goes_before_its_units_and_what_follows_is_told() -> None:
    stated = [rows((form.WHOLE, "persons", value), sector=sector) for sector, value in (("all", 50.0), ("own", 30.0))]
    assert shown(by_sector(pd.concat(stated))) == {("all", "all"): 50, ("own", "all"): 30, ("private", "all"): 20}


def test_a_small_count_is_suppressed() -> None:
    totals = totals_of(rows((form.WHOLE, "persons", 4), (form.WHOLE, "positions", 0)))
    by_measure = totals.set_index("measure")
    assert np.isnan(by_measure.loc["persons", "value"])
    assert by_measure.loc["persons", "status"] == "suppressed"
    assert by_measure.loc["positions", "value"] == 0


def test_nothing_handed_in_gives_empty_frames() -> None:
    assert region_totals(store.frames()["returns"], POPULATION).empty
    assert by_sector(store.frames()["returns"]).empty
    assert store.frames()["remarks"].empty
