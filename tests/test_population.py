from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from riktvarden import population, tables


def test_totals_agree_with_the_published_nation() -> None:
    cells = tables.read("population_region_age_group")
    assert population.totals(cells, ["year"])[2021] == 10_452_326


def test_shares_sum_to_one_in_each_group() -> None:
    shares = population.with_shares(tables.read("population_municipality_age_group"), ["municipality", "year"])
    sums = shares.groupby("municipality")["share"].sum()
    assert len(sums) == 290
    np.testing.assert_allclose(sums, 1, atol=1e-12)


@pytest.mark.parametrize(("day", "year"), [("2019-02-15", 2018), ("2019-11-01", 2019), ("2024-07-01", 2023)])
def test_nearest_year_end(day: str, year: int) -> None:
    totals = pd.Series({2018: 1.0, 2019: 2.0, 2023: 3.0, 2024: 4.0})
    assert population.nearest(totals, pd.Timestamp(day)) == totals[year]


def test_comparable_regions_of_a_known_layout() -> None:
    regions = pd.DataFrame({"region": ["01", "02", "03", "04"], "land_area": [100.0, 100.0, 100.0, 10_000.0]})
    people = pd.Series({"01": 1000, "02": 1100, "03": 90_000, "04": 1000})
    nearest = population.comparable_regions(regions, people, count=1)
    assert nearest["01"] == ["02"]
    assert nearest["02"] == ["01"]
    assert all(code not in near for code, near in nearest.items())


def test_comparable_regions_do_not_depend_on_the_order() -> None:
    regions = tables.read("regions")
    people = tables.read("population_region").set_index("region")["population"]
    assert population.comparable_regions(regions, people) == population.comparable_regions(regions[::-1], people)


# --- ages and margins, on synthetic tables ----------------------------------------------------------------


persons = st.floats(1, 1000)
unhurried = settings(deadline=None, max_examples=50)


def synthetic(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(1, 100, shape)


def margins_of(table: np.ndarray) -> list[population.Margin]:
    """Two margins that the table itself has: its first axis, and the others together."""
    return [
        population.Margin(np.arange(table.shape[0])[:, None, None], table.sum(axis=(1, 2))),
        population.Margin(np.arange(table[0].size).reshape(1, *table.shape[1:]), table.sum(axis=0)),
    ]


@unhurried
@given(arrays(float, (3, 2, 4), elements=persons), arrays(float, (3, 2, 4), elements=persons))
def test_a_raked_table_has_its_margins_and_stays_put(seed: np.ndarray, wanted: np.ndarray) -> None:
    raked = population.rake(seed, margins_of(wanted))
    np.testing.assert_allclose(raked.sum(axis=(1, 2)), wanted.sum(axis=(1, 2)), rtol=1e-9)
    np.testing.assert_allclose(raked.sum(axis=0), wanted.sum(axis=0), rtol=1e-9)
    assert (raked >= 0).all()
    np.testing.assert_allclose(population.rake(raked, margins_of(wanted)), raked, rtol=1e-8)
    # Cross-product ratios are the seed's.
    logs = np.log(raked) - np.log(seed)
    np.testing.assert_allclose(logs - logs[:1] - logs[:, :1, :1] + logs[:1, :1, :1], 0, atol=1e-6)


@unhurried
@given(arrays(float, (4, 2, 3), elements=persons), st.permutations(range(4)))
def test_raking_does_not_depend_on_the_order_of_regions(seed: np.ndarray, order: list[int]) -> None:
    wanted = synthetic(seed.shape, 1)
    straight = population.rake(seed, margins_of(wanted))
    np.testing.assert_allclose(population.rake(seed[order], margins_of(wanted[order])), straight[order], rtol=1e-8)


def test_cells_outside_a_margin_are_left_alone() -> None:
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    raked = population.rake(seed, [population.Margin(np.array([[0, -1], [0, -1]]), np.array([8.0]))])
    np.testing.assert_allclose(raked, [[2, 2], [6, 4]])


whole_table = np.array([0, 0])


@pytest.mark.parametrize(
    ("seed", "margins", "reason"),
    [
        ([1.0, -1.0], [(whole_table, [1.0])], "seed must be finite and not negative"),
        ([1.0, np.nan], [(whole_table, [1.0])], "seed must be finite and not negative"),
        ([1.0, 1.0], [(whole_table, [-1.0])], "totals of margin 1 must be finite and not negative"),
        ([1.0, 0.0], [(np.array([0, 1]), [1.0, 1.0])], "margin 1 cannot be met: a total above zero"),
        ([1.0, 1.0], [(whole_table, [1.0]), (np.array([0, 1]), [1.0, 1.0])], "margins disagree: they sum to 1.000, 2.000"),
        # The zero forces the first cell to be one and two at once.
        (
            [[1.0, 0.0], [1.0, 1.0]],
            [(np.array([[0, 0], [1, 1]]), [2.0, 1.0]), (np.array([[0, 1], [0, 1]]), [1.0, 2.0])],
            "cannot be met together",
        ),
    ],
)
def test_margins_that_cannot_be_met_are_refused(seed: list, margins: list, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        population.rake(seed, [population.Margin(cells, np.array(totals)) for cells, totals in margins])


@unhurried
@given(
    arrays(float, (2, 3, 19), elements=st.floats(0, 1e6)),
    arrays(float, (3, 101), elements=st.floats(0, 1e6) | st.just(0.0)),
)
def test_groups_keep_their_sum_when_split(groups: np.ndarray, weights: np.ndarray) -> None:
    single = population.split_ages(groups, weights)
    np.testing.assert_allclose(population.group_ages(single, population.FIVE_YEAR), groups, rtol=1e-9, atol=1e-9)
    assert (single >= 0).all()


def test_a_group_is_split_as_its_weights_are() -> None:
    split = population.split_ages([10.0, 6.0], [1.0, 4.0, 0.0, 0.0, 0.0], starts=(0, 2))
    np.testing.assert_allclose(split, [2, 8, 2, 2, 2])


@pytest.mark.parametrize(
    ("groups", "weights", "reason"),
    [(np.ones(18), np.ones(101), "18 age groups, but 19"), (np.ones(19), -np.ones(101), "cannot be negative")],
)
def test_groups_that_cannot_be_split_are_refused(groups: np.ndarray, weights: np.ndarray, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        population.split_ages(groups, weights)


def test_ages_are_named_as_the_tables_name_them() -> None:
    for name, starts in (
        ("population_region_age_group", population.FIVE_YEAR),
        ("population_municipality_age_group", population.NINE),
    ):
        fields = {field["name"]: field for field in tables.descriptor(name)["schema"]["fields"]}
        assert population.age_labels(starts) == fields["age_group"]["constraints"]["enum"]


# --- rates and steps, on synthetic regions ----------------------------------------------------------------


AGES = population.OPEN_AGE + 1
REGIONS = 4


def mortality() -> np.ndarray:
    """Synthetic probabilities of dying, by sex and age, the same in every region."""
    return np.array([0.00002, 0.00003])[:, None] * np.exp(0.095 * np.arange(AGES)) + 0.0001


def synthetic_rates(seed: int) -> population.Rates:
    rng = np.random.default_rng(seed)
    migration = np.repeat(rng.uniform(-0.03, 0.03, (REGIONS, 2, 1)), AGES, axis=-1)
    migration[..., : population.POOLED_FROM] += rng.uniform(-0.02, 0.02, (REGIONS, 2, population.POOLED_FROM))
    fertility = np.zeros((REGIONS, AGES))
    fertility[:, slice(*population.CHILDBEARING)] = rng.uniform(0.03, 0.07, (REGIONS, 1))
    lived = np.broadcast_to(population.person_years(mortality()), (REGIONS, 2, AGES))
    return population.Rates(lived, migration, fertility, 1.06)


@unhurried
@given(st.integers(0, 1000))
def test_people_are_conserved(seed: int) -> None:
    at = synthetic_rates(seed)
    before = synthetic((REGIONS, 2, AGES), seed)
    after = population.next_year(before, at)
    net_migration = (before * at.migration).sum(axis=-1)
    expected = before.sum(axis=-1) - after.deaths + after.births + net_migration
    np.testing.assert_allclose(after.population.sum(axis=-1), expected, rtol=1e-9)
    assert (after.deaths > 0).all()
    np.testing.assert_allclose(after.births[:, 1], 1.06 * after.births[:, 0], rtol=1e-12)


@unhurried
@given(st.integers(0, 1000), st.permutations(range(REGIONS)))
def test_a_projection_does_not_depend_on_the_order_of_regions(seed: int, order: list[int]) -> None:
    at, before = synthetic_rates(seed), synthetic((REGIONS, 2, AGES), seed)
    moved = population.Rates(at.person_years[order], at.migration[order], at.fertility[order], at.sex_ratio)
    straight = population.project(before, at, 3)
    np.testing.assert_allclose(population.project(before[order], moved, 3), straight[order], rtol=1e-12)
    assert straight.shape == (REGIONS, 2, AGES, 3)


def test_leading_axes_are_draws() -> None:
    at, before = synthetic_rates(1), synthetic((5, REGIONS, 2, AGES), 2)
    np.testing.assert_allclose(population.project(before, at, 2)[3], population.project(before[3], at, 2), rtol=1e-12)


def test_without_flows_everyone_is_a_year_older() -> None:
    # Nobody dies but in the open age, where those who reach it live one year on average.
    lived = np.ones((2, AGES))
    before = synthetic((2, AGES), 3)
    none = np.zeros((2, AGES))
    after = population.step(before, lived, none, none, np.zeros(AGES), 1.05)
    np.testing.assert_allclose(after.population[:, 1:-1], before[:, :-2])
    np.testing.assert_allclose(after.population[:, -1], before[:, -2:].sum(axis=1) / 2)
    np.testing.assert_allclose(after.population[:, 0], 0)
    np.testing.assert_allclose(after.deaths, before[:, -2:].sum(axis=1) / 2)


def test_more_leavers_than_people_are_refused() -> None:
    none = np.zeros((2, AGES))
    with pytest.raises(ValueError, match="more leavers than people in some cell"):
        population.step(none + 1, np.ones((2, AGES)), none - 2, none, np.zeros(AGES), 1.05)
    with pytest.raises(ValueError, match="at least one year"):
        population.project(none, synthetic_rates(1), 0)


def lived_through(at: population.Rates, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Synthetic regions under given rates: year-ends, and the deaths that the rates of dying ask for."""
    start = synthetic((REGIONS, 2, AGES), 4) * 100
    path = [start]
    for _ in range(years):
        path.append(population.next_year(path[-1], at).population)
    people = np.stack(path, axis=-1)
    middle = (people[..., :-1] + people[..., 1:]) / 2
    return -np.log1p(-mortality())[..., None] * middle, people


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_rates_that_made_a_population_are_found(seed: int) -> None:
    truth = synthetic_rates(seed)
    found = population.rates(*lived_through(truth, 4))
    np.testing.assert_allclose(found.person_years, truth.person_years, rtol=1e-9)
    np.testing.assert_allclose(found.migration, truth.migration, rtol=1e-7, atol=1e-9)
    # No infant of the year migrated, which is what the estimate supposes.
    np.testing.assert_allclose(found.fertility, truth.fertility, rtol=1e-7)
    assert found.sex_ratio == pytest.approx(truth.sex_ratio, rel=1e-9)


@unhurried
@given(st.integers(0, 1000), st.floats(-0.02, 0.02))
def test_migration_between_regions_sums_to_zero(seed: int, rate: float) -> None:
    at, before = synthetic_rates(seed), synthetic((REGIONS, 2, AGES), seed)
    between = population.internal_migration(before, at.migration)
    np.testing.assert_allclose(between.sum(axis=0), 0, atol=1e-9)
    now = population.with_external(before, at, np.full((2, AGES), rate))
    np.testing.assert_allclose(population.internal_migration(before, now.migration), between, atol=1e-9)
    np.testing.assert_allclose((before * now.migration).sum(axis=0), rate * before.sum(axis=0), atol=1e-9)
    # What everyone moves alike is migration over the border, none of it between regions.
    np.testing.assert_allclose(population.internal_migration(before, np.full_like(before, rate)), 0, atol=1e-12)


def test_the_nation_goes_on_gaining_at_the_first_years_rate() -> None:
    at, before = synthetic_rates(1), synthetic((REGIONS, 2, AGES), 2)
    first = (before * at.migration).sum(axis=0) / before.sum(axis=0)
    people = before
    for year in range(1, 4):
        now = population.with_external(people, at, first)
        np.testing.assert_allclose((people * now.migration).sum(axis=0), first * people.sum(axis=0), rtol=1e-9)
        people = population.next_year(people, now).population
        np.testing.assert_allclose(population.project(before, at, year)[..., -1], people, rtol=1e-12)


def survivors(at: population.Rates) -> np.ndarray:
    """Shares of each age that live to the next, of people who do not move."""
    still = population.Rates(at.person_years, np.zeros_like(at.migration), np.zeros_like(at.fertility), 1.0)
    one = np.eye(AGES)[:, None, None, :] * np.ones((1, REGIONS, 2, 1))
    return np.moveaxis(population.next_year(one, still).population.sum(axis=-1), 0, -1)


def test_mortality_is_multiplied_cohort_by_cohort() -> None:
    at = synthetic_rates(3)
    before, factor = survivors(at), np.linspace(0.5, 1.5, AGES)
    after = survivors(population.with_mortality(at, factor))
    np.testing.assert_allclose(after[..., :-1], before[..., :-1] ** factor[1:], rtol=1e-9)
    np.testing.assert_allclose(after[..., -1], before[..., -1] ** factor[-1], rtol=1e-9)
    np.testing.assert_allclose(population.with_mortality(at, 1.0).person_years, at.person_years, rtol=1e-9)


def test_the_mortality_that_made_the_deaths_is_found() -> None:
    at, people = synthetic_rates(4), synthetic((REGIONS, 2, AGES), 4) * 1000
    # The deaths of the nation at 0.8 of the hazards below 65 at the end of the year and 1.1 of them above.
    factor = np.where(np.arange(AGES) < 65, 0.8, 1.1)
    before, alive = (np.zeros((2, AGES)) for _ in range(2))
    for counts, whole in ((before, people.sum(axis=0)), (alive, (people * survivors(at)).sum(axis=0))):
        counts[:, 1:] = whole[:, :-1]
        counts[:, -1] += whole[:, -1]
    deaths = np.zeros((2, AGES))
    deaths[:, 1:] = before[:, 1:] * (1 - (alive[:, 1:] / before[:, 1:]) ** factor[1:])
    found = population.implied_mortality(people, at, deaths)
    np.testing.assert_allclose(found, np.broadcast_to(factor, (2, AGES)), rtol=1e-9)
    np.testing.assert_allclose(population.implied_mortality(people * 0, at, deaths * 0), 1)


def test_a_trend_of_mortality_is_found() -> None:
    people = np.full((2, AGES, 6), 1000.0)
    falls = np.where(np.arange(AGES) < 65, -0.03, np.where(np.arange(AGES) < 80, -0.02, -0.01))
    deaths = np.linspace(1, 300, AGES)[:, None] * np.exp(falls[:, None] * np.arange(5)) * np.ones((2, 1, 1))
    np.testing.assert_allclose(population.improvement(deaths, people), np.broadcast_to(falls, (2, AGES)), rtol=1e-9)
    with pytest.raises(ValueError, match="two years of deaths"):
        population.improvement(deaths[..., :1], people[..., :2])
    with pytest.raises(ValueError, match="no trend of mortality"):
        population.improvement(deaths * (np.arange(5) > 0), people)


def test_a_trend_begins_at_the_middle_of_the_window() -> None:
    at, before = synthetic_rates(5), synthetic((REGIONS, 2, AGES), 5)
    trend = np.full((2, AGES), -0.02)
    external = (before * at.migration).sum(axis=0) / before.sum(axis=0)
    now = population.with_mortality(population.with_external(before, at, external), np.exp(-0.02 * 5.5))
    found = population.project(before, at, 1, trend, since=4.5)[..., 0]
    np.testing.assert_allclose(found, population.next_year(before, now).population, rtol=1e-12)
    assert (found[..., 60:].sum(axis=-1) > population.project(before, at, 1)[..., 60:, 0].sum(axis=-1)).all()


def test_a_year_of_new_borders_does_not_count() -> None:
    truth = synthetic_rates(1)
    deaths, people = lived_through(truth, 5)
    people[0, ..., 3:] *= 1.1
    deaths[0, ..., 3:] *= 1.1
    counted = np.ones((REGIONS, 5), bool)
    counted[0, 2] = False
    np.testing.assert_allclose(population.rates(deaths, people, counted).migration, truth.migration, rtol=1e-7, atol=1e-9)
    assert (population.rates(deaths, people).migration[0] - truth.migration[0]).mean() > 0.01
    with pytest.raises(ValueError, match="no year counts"):
        population.rates(deaths, people, np.zeros((REGIONS, 5), bool))


def test_small_regions_die_more_like_the_nation() -> None:
    people = np.full((3, 2, AGES, 2), 1e5)
    people[2] = 1e2
    deaths = (people[..., 1:] * -np.log1p(-mortality())[..., None]) * np.array([0.8, 1.2, 1.2])[:, None, None, None]
    q = population.death_probabilities(deaths, people)
    risk = np.log1p(-q) / np.log1p(-mortality())
    assert (risk[0] < 0.9).all()
    assert (risk[1] > 1.1).all()
    assert ((risk[2] > 1) & (risk[2] < risk[1])).all()
    # A nation of one region is the crude rate.
    alone = population.death_probabilities(deaths[:1], people[:1])
    np.testing.assert_allclose(alone[0], 1 - np.exp(-deaths[0, ..., 0] / people[0, ..., 0]), rtol=1e-12)


@pytest.mark.parametrize(
    ("deaths", "people", "reason"),
    [
        (np.ones((1, 2, AGES, 2)), np.ones((1, 2, AGES, 2)), "2 years of deaths need 3 year-ends, not 2"),
        (-np.ones((1, 2, AGES, 1)), np.ones((1, 2, AGES, 2)), "cannot be negative"),
        (np.zeros((1, 2, AGES, 1)), np.ones((1, 2, AGES, 2)), "nobody died in the open age"),
    ],
)
def test_deaths_that_make_no_rate_are_refused(deaths: np.ndarray, people: np.ndarray, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        population.death_probabilities(deaths, people)


@unhurried
@given(st.floats(1e-6, 0.9))
def test_person_years_of_a_constant_probability(q: float) -> None:
    lived = population.person_years(np.full(AGES, q))
    reached = (1 - q) ** (AGES - 1)
    assert lived[:-1].sum() == pytest.approx((1 - q / 2) * (1 - reached) / q, rel=1e-9)
    assert lived[-1] == pytest.approx(-reached / np.log(1 - q), rel=1e-9)


@pytest.mark.parametrize("q", [-0.1, 1.0, 0.0])
def test_impossible_probabilities_are_refused(q: float) -> None:
    with pytest.raises(ValueError, match="probability of dying"):
        population.person_years(np.full(AGES, q))


# --- the published regions and municipalities -------------------------------------------------------------


@pytest.fixture(scope="module")
def given_tables() -> dict[str, pd.DataFrame]:
    return {name: tables.read(name) for name in population.TABLES}


@pytest.fixture(scope="module")
def known(given_tables: dict[str, pd.DataFrame]) -> population.History:
    return population.history(given_tables)


@pytest.fixture(scope="module")
def people(given_tables: dict[str, pd.DataFrame]) -> population.Population:
    return population.model_population(given_tables)


def tidy(array: np.ndarray, **axes: Sequence[object]) -> pd.Series:
    """An array as a series by the names of its axes."""
    return pd.Series(array.ravel(), index=pd.MultiIndex.from_product(axes.values(), names=axes.keys()))


def test_history_is_what_is_published(known: population.History, given_tables: dict[str, pd.DataFrame]) -> None:
    labels = population.age_labels(population.FIVE_YEAR)
    assert (known.years[0], known.years[-1]) == (1990, 2024)
    decades = given_tables["population_region_ten_year"].set_index(["region", "sex", "age_group", "year"])["population"]
    groups = population.group_ages(known.population, population.TEN_YEAR, axis=2)
    tens = population.age_labels(population.TEN_YEAR)
    found = tidy(groups, region=known.region_codes, sex=population.SEXES, age_group=tens, year=known.years)
    np.testing.assert_allclose(found.reindex(decades.index), decades, rtol=1e-9)
    # Deaths of the later years are the nation's, and regions that lose more of their people do so still.
    deaths = given_tables["population_nation"].groupby(["sex", "year"])["deaths"].sum()
    found = tidy(known.deaths.sum(axis=(0, 2)), sex=population.SEXES, year=known.years)
    np.testing.assert_allclose(found.loc[:, 2022:2024], deaths.loc[:, 2022:2024], rtol=1e-9)
    for name, array in (("population", known.population), ("deaths", known.deaths)):
        published = given_tables[f"{name}_region_age_group"].set_index(["region", "sex", "age_group", "year"])[name]
        groups = population.group_ages(array, population.FIVE_YEAR, axis=2)
        found = tidy(groups, region=known.region_codes, sex=population.SEXES, age_group=labels, year=known.years)
        np.testing.assert_allclose(found.reindex(published.index), published, rtol=1e-9, atol=1e-9)
    nation = given_tables["population_nation"].set_index(["sex", "age", "year"])["population"]
    found = tidy(known.population.sum(axis=0), sex=population.SEXES, age=range(AGES), year=known.years)
    shared = found.index.intersection(nation.index)
    assert len(shared) == 2 * AGES * 25
    np.testing.assert_allclose(found[shared], nation[shared], rtol=1e-9)
    # One cell as printed in the table of single years.
    gotland = known.region_codes.index("09")
    assert known.population[gotland, 0, 0, known.years.index(2015)] == 221
    breaks = [(known.region_codes[row], known.years[column]) for row, column in np.argwhere(~known.counted)]
    assert breaks == [("03", 2006), ("19", 2006)]


def test_the_split_by_cohort_is_better_than_frozen_shares(known: population.History) -> None:
    single = known.population[..., : known.years.index(2015) + 1]
    errors = population.split_errors(single, known.years[0], ahead=6).pivot_table(index="year", columns="split")
    assert list(errors.index) == list(range(1996, 2016))
    assert (errors["weighted_error"]["cohort"] < 0.25 * errors["weighted_error"]["frozen"]).all()
    assert (errors["relative_error"]["cohort"] < 0.05).all()
    with pytest.raises(ValueError, match="26 years cannot be split 26 years ahead"):
        population.split_errors(single, known.years[0], ahead=26)


def test_regions_sum_to_the_nation(people: population.Population, given_tables: dict[str, pd.DataFrame]) -> None:
    nation = given_tables["population_nation"].set_index(["sex", "age", "year"])["population"]
    found = tidy(people.regions.sum(axis=0), sex=people.sexes, age=range(AGES), year=people.years)
    np.testing.assert_allclose(found, nation.reindex(found.index), rtol=1e-9)
    assert (people.regions >= 0).all()
    assert (people.years[0], people.years[-1], people.regions.shape) == (2024, 2045, (21, 2, 101, 22))


def test_published_cells_are_kept(people: population.Population, given_tables: dict[str, pd.DataFrame]) -> None:
    totals = given_tables["population_region"].set_index("region")["population"].reindex(people.region_codes)
    of_year = people.years.index
    np.testing.assert_allclose(people.regions[..., of_year(2024)].sum(axis=(1, 2)), totals, rtol=1e-9)
    towns = given_tables["population_municipality"].set_index(["municipality", "year"])["population"]
    own = towns.xs(2024, level="year").reindex(people.municipality_codes)
    np.testing.assert_allclose(people.municipalities[..., 0].sum(axis=(1, 2)), own, rtol=1e-9)
    # Persons aged 65 and over: the share is rounded, and the region's exact persons come first.
    old = given_tables["population_municipality_65"].set_index(["municipality", "year"]).xs(2024, level="year")
    old = old.reindex(people.municipality_codes)
    found = people.municipalities[..., 6:, 0].sum(axis=(1, 2))
    assert (found < old["population"] * old["share_65"] / 100).all()
    # The totals of 2025 carry noise, and another nation than the projected one: their shares are kept.
    noisy = given_tables["population_municipality_65"].query("year == 2025")
    noisy = noisy.groupby(noisy["municipality"].str[:2])["population"].sum().reindex(people.region_codes)
    found = people.regions[..., of_year(2025)].sum(axis=(1, 2))
    np.testing.assert_allclose(found / found.sum(), noisy / noisy.sum(), rtol=1e-9)
    published = people.status.set_index(["region", "year"])["published"]
    assert len(published) == 21 * 22
    assert published["09"].iloc[:3].to_list() == ["ten-year groups", "total", "nothing"]
    assert set(published.xs(2045, level="year")) == {"nothing"}


def test_the_ages_municipalities_have_by_sex_are_kept(
    known: population.History, given_tables: dict[str, pd.DataFrame]
) -> None:
    by_sex = given_tables["population_municipality_age_sex"]
    middle = by_sex.groupby([by_sex["municipality"].str[:2], "sex", "age_group"])["population"].sum()
    labels = population.age_labels([*population.BY_SEX, 75])[:-1]
    groups = population.group_ages(known.population[..., known.years.index(2022)], population.FIVE_YEAR)[..., 3:15]
    found = tidy(groups, municipality=known.region_codes, sex=population.SEXES, age_group=labels)
    np.testing.assert_allclose(found.reindex(middle.index), middle, rtol=1e-9)


def test_a_step_comes_near_the_nation_before_it_is_raked(
    people: population.Population, known: population.History, given_tables: dict[str, pd.DataFrame]
) -> None:
    """Migration and mortality of a projected year are Statistics Sweden's; births and the oldest are left to raking."""
    at = population.rates_of(known, 2024, population.WINDOW)
    nation = given_tables["population_nation"].query("year == 2035").sort_values(["sex", "age"])
    cells = {name: nation[name].to_numpy(float).reshape(2, AGES) for name in ("deaths", "immigration", "emigration")}
    before, after = (people.regions[..., people.years.index(year)] for year in (2034, 2035))
    whole = before.sum(axis=0)
    moved = (cells["immigration"] - cells["emigration"])[:, 1:100] / whole[:, :99]
    moved = np.column_stack([moved, np.zeros((2, 2))])
    improved = population.implied_mortality(before, at, cells["deaths"])
    assert (improved[:, 60:95] < 1).all()
    now = population.with_mortality(population.with_external(before, at, moved), improved)
    found = population.next_year(before, now).population.sum(axis=0)
    np.testing.assert_allclose(found[:, 1:85], after.sum(axis=0)[:, 1:85], rtol=3e-3)
    constant = population.next_year(before, at).population.sum(axis=0)
    np.testing.assert_array_less(constant[:, 80:].sum(axis=1), 0.995 * found[:, 80:].sum(axis=1))


def test_every_year_moves_nobody_between_regions_on_balance(
    given_tables: dict[str, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def recorded(people: np.ndarray, at: population.Rates, external: np.ndarray) -> population.Rates:
        seen.append((people, external, plain(people, at, external)))
        return seen[-1][2]

    plain = population.with_external
    monkeypatch.setattr(population, "with_external", recorded)
    population.model_population(given_tables, last_year=2030)
    assert len(seen) == 6
    nation = given_tables["population_nation"].set_index(["year", "sex", "age"]).sort_index()
    net = nation["immigration"] - nation["emigration"]
    for year, (people, external, now) in enumerate(seen, start=2025):
        between = people * (now.migration - external)
        np.testing.assert_allclose(between.sum(axis=0), 0, atol=1e-9 * people.max())
        assert np.abs(between).sum() > 10_000
        # Those who are one year old or older at the end of the year; Statistics Sweden's clean-up of 2026 among them.
        found, asked = (people * now.migration).sum(axis=(0, 2)), net[year].drop(0, level="age").groupby("sex").sum()
        np.testing.assert_allclose(found, asked[list(population.SEXES)], rtol=1e-9)


def test_municipalities_sum_to_their_region(people: population.Population) -> None:
    home = [people.region_codes.index(code[:2]) for code in people.municipality_codes]
    sums = np.zeros((21, *people.municipalities.shape[1:]))
    np.add.at(sums, home, people.municipalities)
    first = people.years.index(people.municipal_years[0])
    regions = population.group_ages(people.regions[..., first:], population.NINE, axis=2)
    np.testing.assert_allclose(sums, regions, rtol=1e-9)
    assert people.municipalities.shape == (290, 2, 9, 22)
    assert (people.municipalities >= 0).all()
    # Gotland is region and municipality in one.
    gotland = people.municipality_codes.index("0980")
    np.testing.assert_allclose(people.municipalities[gotland], regions[people.region_codes.index("09")], rtol=1e-9)


def test_the_order_of_rows_does_not_matter(people: population.Population, given_tables: dict[str, pd.DataFrame]) -> None:
    shuffled = {name: frame.sample(frac=1, random_state=1) for name, frame in given_tables.items()}
    again = population.model_population(shuffled)
    np.testing.assert_allclose(again.regions, people.regions, rtol=1e-12)
    np.testing.assert_allclose(again.municipalities, people.municipalities, rtol=1e-12)


def test_what_municipalities_say_of_the_sexes_is_used() -> None:
    # Two synthetic municipalities of one region: in the first all of 40-49 are women, and two thirds of 70-74.
    groups = np.full((2, 9), 90.0)
    counts = np.full((2, 2, 12), 10.0)
    counts[0, :, 5:7] = [[30.0, 30.0], [0.0, 0.0]]
    counts[0, :, 11] = [20.0, 10.0]
    counts[1, :, 11] = [10.0, 20.0]
    seed = population.municipal_seed(groups, np.full((1, 2, 10), 90.0), counts, [0, 0])
    np.testing.assert_allclose(seed[0, :, 3], [60, 0])
    np.testing.assert_allclose(seed[:, 0, 7], [60, 30])
    np.testing.assert_allclose(seed[:, :, 0], 45)
    np.testing.assert_allclose(seed[:, :, 9], 45)
    # The group around 65 is cut there.
    np.testing.assert_allclose(seed[:, :, 5:7], 10)


def test_municipalities_have_their_old() -> None:
    # Two synthetic municipalities of one region, both sexes alike, with groups below and from 65.
    regions = np.array([[[60.0, 40.0], [60.0, 40.0]]])
    totals = np.array([[90.0, 10.0], [30.0, 70.0]])
    found = population.municipal(np.ones((2, 2, 2)), totals, [0, 1], regions, [0, 0])
    np.testing.assert_allclose(found[0], [[45, 5], [45, 5]])
    np.testing.assert_allclose(found.sum(axis=0), regions[0])
    later = population.carried(found, np.stack([regions, 2 * regions, 0 * regions], axis=-1), [0, 0])
    np.testing.assert_allclose(later, found[..., None] * [1, 2, 0])


def test_impossible_years_and_missing_cells_are_refused(given_tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="must lie after 2025"):
        population.model_population(given_tables, last_year=2025)
    with pytest.raises(ValueError, match="no population for sex F, age 0, year 2061"):
        population.model_population(given_tables, last_year=2061)
    deaths = given_tables["deaths_region_age_group"]
    with pytest.raises(ValueError, match="no deaths for region 01, sex F, age_group 0-4, year 2016"):
        population.history(given_tables | {"deaths_region_age_group": deaths[deaths["year"] != 2016]})
    single = given_tables["population_region_age"]
    with pytest.raises(ValueError, match="single years of age are missing"):
        population.history(given_tables | {"population_region_age": single[single["region"] != "09"]})


def test_a_back_cast_sees_nothing_later(known: population.History) -> None:
    straight = population.back_cast(known, 2011, 5, 10)
    after = known.years.index(2012)
    blind = replace(known, population=known.population.copy(), deaths=known.deaths.copy())
    blind.population[..., after:] = np.nan
    blind.deaths[..., after:] = np.nan
    np.testing.assert_array_equal(population.back_cast(blind, 2011, 5, 10), straight)
    # Ten years on it is nearer to what happened than the last known ages are.
    truth, last = (
        population.group_ages(known.population[..., known.years.index(y)], (0, 18, 65, 80)) for y in (2021, 2011)
    )
    found = population.group_ages(straight[..., -1], (0, 18, 65, 80))
    assert np.abs(found / truth - 1).mean() < 0.6 * np.abs(last / truth - 1).mean()


def test_what_is_published_later_changes_no_earlier_year(
    known: population.History, given_tables: dict[str, pd.DataFrame]
) -> None:
    decades, nation = (given_tables[name].copy() for name in ("population_region_ten_year", "population_nation"))
    decades["population"] *= 1.1
    later = nation["year"] > 2021
    nation.loc[later, ["population", "deaths"]] *= [1.1, 1.3]
    by_sex = given_tables["population_municipality_age_sex"].copy()
    by_sex["population"] *= 1.1
    changed = {
        "population_region_ten_year": decades,
        "population_nation": nation,
        "population_municipality_age_sex": by_sex,
    }
    other = population.history(given_tables | changed)
    until = known.years.index(2021) + 1
    np.testing.assert_array_equal(other.population[..., :until], known.population[..., :until])
    np.testing.assert_array_equal(population.back_cast(other, 2021, 10, 5), population.back_cast(known, 2021, 10, 5))
    assert (other.population[..., until:].sum() / known.population[..., until:].sum()) == pytest.approx(1.1, rel=1e-9)


# --- forecast errors --------------------------------------------------------------------------------------


def test_the_spread_of_errors_by_hand() -> None:
    # Variance (a + b P̄/P_r) h: with persons 1 and 3 the mean over the own size is 2 and 2/3.
    size, years = np.array([1.0, 3.0]), np.arange(1, 6)
    a, b = 0.5, 0.375
    share = a + b * size.mean() / size
    assert share.mean() == 1
    one = 0.01 * np.sqrt(share[:, None] * years)
    errors = np.stack([one, -one, one])
    errors[-1, :, 2:] = np.nan
    found = population.error_spread(errors, size, [1, 4, 5, 20])
    np.testing.assert_allclose(found, 0.01 * np.sqrt(share[:, None] * [1, 4, 5, 20]), rtol=1e-9)


def test_regions_that_miss_alike_have_one_spread() -> None:
    errors = np.tile(0.01 * np.arange(1.0, 4), (4, 3, 1))
    found = population.error_spread(errors, [1, 10, 100], [1, 6])
    np.testing.assert_allclose(found, np.tile([0.01, 0.06], (3, 1)), rtol=1e-9)


@pytest.mark.parametrize(
    ("errors", "horizons", "reason"),
    [
        (np.full((2, 2, 3), np.nan), [1], "two horizons or more"),
        (np.ones((2, 2, 1)), [1], "two horizons or more"),
        (np.ones((2, 2, 3)), [0], "from one year on"),
        (np.array([[[1.0, 1.0], [np.nan, np.nan]]]), [1], "every region"),
        (np.zeros((2, 2, 3)), [1], "errors of zero"),
    ],
)
def test_errors_without_a_spread_are_refused(errors: np.ndarray, horizons: list[int], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        population.error_spread(errors, [1.0, 2.0], horizons)


def test_forecast_errors_grow_and_are_largest_where_few_live(known: population.History) -> None:
    found = population.forecast_errors(known)
    assert (found.shares.shape, found.nation.shape) == ((21, 21), (21,))
    assert (np.diff(found.shares) > 0).all()
    assert (np.diff(found.nation) >= 0).all()
    persons = known.population[..., -1].sum(axis=(1, 2))
    np.testing.assert_array_equal(np.argsort(found.shares[:, 0], kind="stable"), np.argsort(-persons, kind="stable"))
    # The last error one year ahead, by hand: origin 2023, with Heby's move long before its window.
    one = population.back_cast(known, 2023, 3, 1)[..., 0].sum(axis=(1, 2))
    short = replace(
        known,
        years=known.years[-5:],
        population=known.population[..., -5:],
        deaths=known.deaths[..., -5:],
        counted=known.counted[:, -5:],
    )
    with pytest.raises(ValueError, match="two horizons or more"):
        population.forecast_errors(short, window=3)
    with pytest.raises(ValueError, match="leave no origin"):
        population.forecast_errors(short, window=4)
    assert np.abs(np.log(one / one.sum() / (persons / persons.sum()))).max() < 0.01


@pytest.mark.parametrize(("origin", "window"), [(1994, 5), (2025, 3), (2000, 0)])
def test_a_back_cast_beyond_what_is_known_is_refused(known: population.History, origin: int, window: int) -> None:
    with pytest.raises(ValueError, match=f"{window} years of flows up to {origin} need"):
        population.back_cast(known, origin, window, 1)
