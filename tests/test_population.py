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
    np.testing.assert_array_equal(population.project(before[order], moved, 3), straight[order])
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
    with pytest.raises(ValueError, match="more people leave than there are"):
        population.step(none + 1, np.ones((2, AGES)), none - 2, none, np.zeros(AGES), 1.05)
    with pytest.raises(ValueError, match="at least one year"):
        population.project(none, synthetic_rates(1), 0)


def lived_through(at: population.Rates, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Synthetic regions under given rates: year-ends, and the deaths that the rates of dying ask for."""
    start = synthetic((REGIONS, 2, AGES), 4) * 100
    people = np.concatenate([start[..., None], population.project(start, at, years)], axis=-1)
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
    for name, array in (("population", known.population), ("deaths", known.deaths)):
        published = given_tables[f"{name}_region_age_group"].set_index(["region", "sex", "age_group", "year"])[name]
        groups = population.group_ages(array, population.FIVE_YEAR, axis=2)
        found = tidy(groups, region=known.region_codes, sex=population.SEXES, age_group=labels, year=known.years)
        np.testing.assert_allclose(found.reindex(published.index), published, rtol=1e-9, atol=1e-9)
    nation = given_tables["population_nation"].set_index(["sex", "age", "year"])["population"]
    found = tidy(known.population.sum(axis=0), sex=population.SEXES, age=range(AGES), year=known.years)
    shared = found.index.intersection(nation.index)
    assert len(shared) == 2 * AGES * 22
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
    assert (people.years[0], people.years[-1], people.regions.shape) == (2021, 2045, (21, 2, 101, 25))


def test_published_cells_are_kept(people: population.Population, given_tables: dict[str, pd.DataFrame]) -> None:
    totals = given_tables["population_region"].set_index("region")["population"].reindex(people.region_codes)
    of_year = people.years.index
    np.testing.assert_allclose(people.regions[..., of_year(2024)].sum(axis=(1, 2)), totals, rtol=1e-9)
    towns = given_tables["population_municipality"].set_index(["municipality", "year"])["population"]
    own = towns.xs(2024, level="year").reindex(people.municipality_codes)
    np.testing.assert_allclose(people.municipalities[..., 0].sum(axis=(1, 2)), own, rtol=1e-9)
    by_sex = given_tables["population_municipality_age_sex"]
    middle = by_sex.groupby([by_sex["municipality"].str[:2], "sex"])["population"].sum().unstack("sex")  # noqa: PD010
    found = people.regions[:, :, 15:75, of_year(2022)].sum(axis=2)
    np.testing.assert_allclose(found, middle.reindex(people.region_codes)[list(people.sexes)], rtol=1e-9)
    published = people.status.set_index(["region", "year"])["published"]
    assert len(published) == 21 * 25
    assert published["09"].iloc[:5].to_list() == [
        "five-year groups",
        "total and ages 15-74",
        "nothing",
        "total",
        "nothing",
    ]
    assert set(published.xs(2045, level="year")) == {"nothing"}


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
    seed = population.municipal_seed(groups, np.full((1, 2, 9), 90.0), counts, [0, 0])
    np.testing.assert_allclose(seed[0, :, 3], [60, 0])
    np.testing.assert_allclose(seed[:, 0, 6], [60, 30])
    np.testing.assert_allclose(seed[:, :, 0], 45)
    np.testing.assert_allclose(seed[:, :, 8], 45)


def test_impossible_years_and_missing_cells_are_refused(given_tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(ValueError, match="must lie after 2024"):
        population.model_population(given_tables, last_year=2024)
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


@pytest.mark.parametrize(("origin", "window"), [(1994, 5), (2022, 3), (2000, 0)])
def test_a_back_cast_beyond_what_is_known_is_refused(known: population.History, origin: int, window: int) -> None:
    with pytest.raises(ValueError, match=f"{window} years of flows up to {origin} need"):
        population.back_cast(known, origin, window, 1)
