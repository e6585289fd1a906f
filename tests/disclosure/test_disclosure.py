"""All persons in these tables are synthetic."""

import itertools

import numpy as np
import pandas as pd
import pytest

from riktvarden.disclosure import audit, exact, suppress
from riktvarden.disclosure.attack import ContradictionError, alone, attack
from riktvarden.disclosure.system import Dimension, system

REGION, SEX = Dimension("region", "00"), Dimension("sex", "T")


def table(*rows: tuple[object, ...], columns: str = "region sex value") -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def two_by_two(a: float, b: float, c: float, d: float) -> pd.DataFrame:
    return table(
        ("01", "K", a), ("01", "M", b), ("01", "T", a + b),
        ("03", "K", c), ("03", "M", d), ("03", "T", c + d),
        ("00", "K", a + c), ("00", "M", b + d), ("00", "T", a + b + c + d),
    )  # fmt: skip


def hide(frame: pd.DataFrame, *places: tuple[str, ...]) -> pd.DataFrame:
    names = [name for name in ("region", "sex") if name in frame]
    secret = [place in places for place in frame[names].itertuples(index=False, name=None)]
    return frame.assign(value=frame["value"].mask(secret), status=np.where(secret, "suppressed", ""))


def interval(found: audit.Audit, *place: str) -> tuple[float, float]:
    ((low, high),) = found.cells.set_index(["region", "sex"]).loc[[place], ["low", "high"]].to_numpy()
    return low, high


# --- by hand -------------------------------------------------------------------------------------------


def test_one_hidden_cell_is_its_margin_less_the_rest() -> None:
    found = audit.audit(hide(two_by_two(3, 20, 30, 40), ("01", "K")), [REGION, SEX])
    assert interval(found, "01", "K") == (3, 3)
    assert not found.passes


def test_four_hidden_cells_move_as_far_as_the_smallest_allow() -> None:
    # 3 20 / 30 40: along the cycle the first can fall by 3 and rise by 20.
    corners = list(itertools.product(["01", "03"], ["K", "M"]))
    found = audit.audit(hide(two_by_two(3, 20, 30, 40), *corners), [REGION, SEX])
    assert interval(found, "01", "K") == (0, 23)
    assert interval(found, "03", "M") == (37, 60)
    assert found.passes


def test_non_negativity_pins_what_subtraction_does_not() -> None:
    # 1 2 / 20 1: neither cell follows from the sums, and yet the first is between 0 and 3.
    corners = list(itertools.product(["01", "03"], ["K", "M"]))
    frame = hide(two_by_two(1, 2, 20, 1), *corners)
    found = audit.audit(frame, [REGION, SEX])
    assert interval(found, "01", "K") == (0, 3)
    assert interval(found, "03", "K") == (18, 21)
    assert len(found.pinned) == 6  # the four corners, and two margins of 3 that are shown
    assert len(audit.audit(frame, [REGION, SEX], audit.Rule(protection=2)).pinned) == 2


def test_without_a_margin_nothing_bounds_a_cell() -> None:
    frame = hide(table(("01", "K", 3), ("01", "M", 9)), ("01", "K"))
    found = audit.audit(frame, [Dimension("region"), Dimension("sex")])
    assert interval(found, "01", "K") == (0, np.inf)
    assert found.passes


def test_a_shown_small_count_is_given_away() -> None:
    found = audit.audit(two_by_two(3, 20, 30, 40), [REGION, SEX])
    assert found.pinned[["region", "sex", "shown"]].to_numpy().tolist() == [["01", "K", True]]


def test_values_that_do_not_add_up_are_named() -> None:
    frame = two_by_two(8, 20, 30, 40)
    frame.loc[8, "value"] = 99
    with pytest.raises(audit.MisfitError) as caught:
        audit.audit(frame, [REGION, SEX])
    assert caught.value.cells[["region", "sex", "value", "nearest"]].to_numpy().tolist() == [["00", "T", 99, 98]]


def test_zeros_are_secret_only_if_asked() -> None:
    assert suppress.primary([0, 1, 4, 5, np.nan]).tolist() == [False, True, True, False, True]
    assert suppress.primary([0, 5], zeros=True).tolist() == [True, False]
    with pytest.raises(ValueError, match="negative"):
        suppress.primary([-1])


def test_a_single_provider_is_secret_however_large() -> None:
    assert suppress.primary([400, 400, 0], contributors=[1, 3, 0]).tolist() == [True, False, False]
    frame = two_by_two(50, 20, 30, 40).assign(providers=[1, 4, 5, 5, 5, 9, 6, 8, 9])
    safe = audit.protect(frame, [REGION, SEX], columns=audit.Columns(contributors="providers"))
    assert safe.set_index(["region", "sex"]).loc[("01", "K"), "qualifier"] == "primary"
    assert audit.audit(audit.for_release(safe), [REGION, SEX]).passes


def test_telling_primary_from_secondary_narrows_and_is_found() -> None:
    safe = audit.protect(two_by_two(3, 20, 30, 40), [REGION, SEX])
    assert audit.audit(audit.for_release(safe), [REGION, SEX]).passes
    reported = audit.audit(safe, [REGION, SEX])
    assert interval(reported, "01", "K") == (1, 4)
    assert not reported.passes


def test_missing_and_estimated_cells_are_neither_known_nor_secret() -> None:
    frame = two_by_two(8, 20, 30, 40).assign(status="reported")
    frame.loc[0, "status"], frame.loc[1, ["value", "status"]] = "estimated", [np.nan, "missing"]
    frame.loc[0, "value"] = 2
    found = audit.audit(frame, [REGION, SEX])
    assert found.cells.empty
    assert found.passes


# --- rounding, linked tables, groups, editions ---------------------------------------------------------------


def test_rounded_values_are_intervals() -> None:
    frame = hide(two_by_two(3, 21, 33, 40), ("01", "K"))
    frame["value"] = (frame["value"] / 5).round() * 5
    exactly = audit.Rule(base=5)
    # Row total 25 (23–27) less 20 (18–22) leaves 1–9; the column, 35 (33-37) less 35 (33-37), leaves 0–4.
    assert interval(audit.audit(frame, [REGION, SEX], exactly), "01", "K") == (1, 4)


def test_published_zeros_are_exact_because_small_counts_go_first() -> None:
    low, high = audit.Rule(base=5).known(np.array([0.0, 5.0, 10.0]))
    assert (low.tolist(), high.tolist()) == ([0, 5, 8], [0, 7, 12])


def test_rounding_is_shown_and_comes_after_suppression() -> None:
    shown = audit.rounded(audit.protect(two_by_two(3, 21, 33, 48), [REGION, SEX]), 5)
    assert shown.loc[shown["value"].notna(), "qualifier"].unique().tolist() == ["rounded"]
    assert (shown["value"].dropna() % 5 == 0).all()
    assert audit.audit(audit.for_release(shown), [REGION, SEX], audit.Rule(base=5)).passes


def test_a_linked_table_discloses_a_cell() -> None:
    by_sex = hide(two_by_two(3, 20, 30, 40), *itertools.product(["01", "03"], ["K", "M"]))
    by_sector = table(("01", "K", "own", 1), ("01", "K", "private", 2), columns="region sex sector value")
    dimensions = [REGION, SEX, Dimension("sector", "all")]
    assert audit.audit(audit.link([by_sex], dimensions), dimensions).passes
    found = audit.audit(audit.link([by_sex, by_sector], dimensions), dimensions)
    cell = found.cells.query("sector == 'all' and region == '01' and sex == 'K'")
    assert cell[["low", "high"]].to_numpy().tolist() == [[3, 3]]


def test_a_cell_shown_in_one_table_and_hidden_in_another_is_given_away() -> None:
    whole, part = two_by_two(30, 20, 30, 40), hide(two_by_two(30, 20, 30, 40), ("01", "K"))
    found = audit.audit(audit.link([part, whole], [REGION, SEX]), [REGION, SEX])
    assert interval(found, "01", "K") == (30, 30)
    with pytest.raises(ValueError, match="different"):
        audit.link([whole, two_by_two(31, 20, 30, 40)], [REGION, SEX])


def test_groups_are_sums_that_disclose_cells() -> None:
    groups = {"east": ["01", "03"], "south": ["12", "13"]}
    region = Dimension("region", "00", groups)
    values = {"01": 3, "03": 30, "12": 9, "13": 40, "east": 33, "south": 49, "00": 82}
    frame = pd.DataFrame({"region": list(values), "value": list(values.values())})
    hidden = hide(frame, ("01",), ("12",))
    found = audit.audit(hidden, [region])
    assert found.pinned["region"].tolist() == ["01", "12"]
    assert found.pinned["low"].tolist() == [3, 9]
    safe = audit.protect(frame, [region])
    assert audit.audit(audit.for_release(safe), [region]).passes
    with pytest.raises(ValueError, match="contain themselves"):
        system(frame, [Dimension("region", "00", {"east": ["east"]})])


def test_an_earlier_edition_discloses_cells() -> None:
    now = hide(two_by_two(3, 20, 30, 40), *itertools.product(["01", "03"], ["K", "M"]))
    before = hide(two_by_two(3, 20, 30, 40), ("01", "K"), ("01", "M"), ("03", "K"))
    assert audit.audit(now, [REGION, SEX]).passes
    found = audit.audit(now, [REGION, SEX], earlier=before)
    assert interval(found, "01", "K") == (3, 3)
    assert found.changes[["region", "sex", "kind"]].to_numpy().tolist() == [["03", "M", "published_before"]]
    with pytest.raises(suppress.ProtectionError):
        audit.protect(two_by_two(3, 20, 30, 40), [REGION, SEX], earlier=two_by_two(3, 20, 30, 40))


def test_editions_that_differ_by_few_disclose_few_persons() -> None:
    now, before = two_by_two(22, 20, 30, 40), two_by_two(20, 20, 30, 40)
    found = audit.audit(now, [REGION, SEX], earlier=before)
    assert set(found.changes["kind"]) == {"changed_by_few"}
    assert len(found.changes) == 4
    assert audit.audit(two_by_two(70, 20, 30, 40), [REGION, SEX], earlier=before).passes


def release(own: dict[str, int], groups: dict[str, list[str]]) -> pd.DataFrame:
    """Two regions with the margins of an edition; of B four cells are hidden."""
    other = dict(zip(CODES, (3, 22, 14, 20, 31), strict=True))
    rows = [
        (region, group, np.nan if region == "B" and group in ("c0", "c1", "c2", "c4") else float(sum(of[c] for c in parts)))
        for region, of in (("A", own), ("B", other))
        for group, parts in {**{code: [code] for code in CODES}, "T": CODES, **groups}.items()
    ]
    return table(*rows, columns="region g value")


CODES = ["c0", "c1", "c2", "c3", "c4"]
FIRST, SECOND = {"P": ["c0", "c1"], "R": ["c2", "c4"]}, {"U": ["c0", "c2"], "W": ["c0", "c4"]}
OLD = dict(zip(CODES, (40, 30, 20, 10, 50), strict=True))


@pytest.mark.parametrize(("revised", "persons"), [({}, 0), ({"c1": 41}, 11), ({"c1": 31, "c3": 9}, 2)])
def test_what_is_revised_in_one_region_leaves_the_other_attacked(revised: dict[str, int], persons: int) -> None:
    dimensions = [Dimension("region"), Dimension("g", "T", {**FIRST, **SECOND})]
    found = audit.audit(release({**OLD, **revised}, SECOND), dimensions, earlier=release(OLD, FIRST))
    assert found.revised == (pytest.approx(persons),)
    assert found.pinned[["region", "low", "high"]].to_numpy().tolist() == [["B", v, v] for v in (3, 22, 14, 31)]
    assert not found.passes


def test_several_earlier_editions_are_attacked_together() -> None:
    dimensions = [Dimension("g", "T", {"P": ["c0", "c1"], "R": ["c0", "c2"], "U": ["c1", "c2"]})]
    of = {"c0": 3, "c1": 12, "c2": 25, "P": 15, "R": 28, "U": 37, "T": 40}

    def edition(*shown: str) -> pd.DataFrame:
        return table(*((code, float(of[code]) if code in shown else np.nan) for code in of), columns="g value")

    dropped = edition("T").iloc[[0, 1, 2, 6]]  # the margins have no row any more
    one, other = edition("P", "T").dropna(), edition("R", "T").dropna()
    for earlier in (None, one, [other]):
        cells = audit.audit(dropped, dimensions, earlier=earlier).cells.set_index("g")
        assert cells.loc["c0", "high"] > 14
    cells = audit.audit(dropped, dimensions, earlier=[one, other]).cells.set_index("g")
    assert cells["low"].tolist() == [3, 12, 25]
    assert cells["high"].tolist() == [3, 12, 25]


def test_an_edition_that_does_not_add_up_is_corrected_first() -> None:
    now = hide(two_by_two(3, 20, 30, 40), *itertools.product(["01", "03"], ["K", "M"]))
    before = hide(two_by_two(3, 20, 30, 40), ("01", "K"), ("01", "M"))
    before.loc[8, "value"] = 94
    found = audit.audit(now, [REGION, SEX], earlier=before)
    assert interval(found, "01", "K") == (3, 3)
    assert found.revised == (0.0,)


def test_an_edition_of_other_counts_leaves_those_alike_known() -> None:
    # Only the first region was revised: what the second showed is as good as ever.
    now = hide(two_by_two(3, 20, 30, 40), *itertools.product(["01", "03"], ["K", "M"]))
    found = audit.audit(now, [REGION, SEX], earlier=two_by_two(300, 200, 30, 40))
    assert found.revised == (pytest.approx(477),)
    assert interval(found, "01", "K") == (3, 3)
    assert set(found.changes["kind"]) == {"published_before"}


# --- who is counted alone, and who contributes -----------------------------------------------------------------


def test_whoever_is_alone_does_not_find_the_others() -> None:
    frame = table(("a", 1.0), ("b", 4.0), ("c", 20.0), ("T", 25.0), columns="g value")
    dimensions = [Dimension("g", "T")]
    blind = audit.protect(frame, dimensions, audit.Rule(alone=None))
    assert blind["value"].isna().tolist() == [True, True, False, False]
    released = audit.for_release(blind)
    assert audit.audit(released, dimensions).passes  # for everybody else
    found = audit.audit(released, dimensions, truth=frame)
    assert found.alone[["g", "low", "high", "knows"]].to_numpy().tolist() == [["b", 4, 4, 0]]
    assert not found.passes
    safe = audit.for_release(audit.protect(frame, dimensions))
    assert safe["value"].isna().tolist() == [True, True, True, False]
    assert audit.audit(safe, dimensions, truth=frame).passes


def test_one_person_in_a_cell_and_in_its_sum_is_the_same() -> None:
    frame = table(("01", "K", 1), ("01", "M", 0), ("01", "T", 1), ("03", "K", 9), ("03", "M", 8), ("03", "T", 17),
                  ("00", "K", 10), ("00", "M", 8), ("00", "T", 18))  # fmt: skip
    matrix = system(frame, [REGION, SEX]).matrix
    assert [group.tolist() for group in alone(matrix, frame["value"].to_numpy() == 1)] == [[0, 2]]


def test_of_two_providers_neither_finds_the_other() -> None:
    frame = table(("own", 30.0), ("private", 8.0), ("all", 38.0), columns="sector value").assign(units=[np.nan, 2, np.nan])
    safe = audit.protect(frame, [Dimension("sector", "all")], columns=audit.Columns(contributors="units"))
    assert safe["value"].isna().tolist() == [True, True, False]


def test_a_provider_that_dominates_is_secret_as_the_second_largest_knows_its_part() -> None:
    # 100 = 60 + 38 + 2: the second takes 62 for the largest, too high by 3 % and less than 10.
    assert suppress.margin([100.0], [60.0], [38.0]).tolist() == [pytest.approx(4)]
    given = {"contributors": [5, 5, 5], "largest": ([60.0, 60.0, np.nan], [38.0, 30.0, np.nan])}
    assert suppress.primary([100, 100, 100], **given).tolist() == [True, False, False]
    assert suppress.primary([100, 100, 100], **given, dominance=2).tolist() == [False, False, False]
    frame = table(("01", 100.0), ("03", 90.0), ("12", 80.0), ("00", 270.0), columns="region value")
    frame = frame.assign(one=[60.0, 20, 20, 60], two=[38.0, 20, 20, 38])
    columns = audit.Columns(largest="one", second="two")
    safe = audit.protect(frame, [REGION], columns=columns)
    assert safe["qualifier"].tolist()[0] == "primary"
    ((low, high),) = (
        audit.audit(audit.for_release(safe), [REGION]).cells.query("region == '01'")[["low", "high"]].to_numpy()
    )
    assert high - low > 2 * 4


@pytest.mark.parametrize("base", [2, 3, 4, 5, 10])
def test_rounding_leaves_what_the_base_says(base: int) -> None:
    counts = np.arange(0, 60)
    published = np.floor(counts / base + 1 / 2) * base
    low, high = audit.Rule(base=base).known(published)
    for value in np.unique(published):
        same = counts[(published == value) & ((counts == 0) | (counts >= 5))]
        if same.size and same.max() + base < 60:
            assert (low[published == value][0], high[published == value][0]) == (same.min(), same.max()), value


def test_each_value_may_have_its_own_base() -> None:
    frame = hide(two_by_two(3, 21, 33, 40), ("01", "K")).assign(step=[np.nan] * 8 + [10.0])
    frame.loc[8, "value"] = 100
    columns = audit.Columns(base="step")
    assert interval(audit.audit(frame, [REGION, SEX], columns=columns), "01", "K") == (3, 3)
    with pytest.raises(audit.MisfitError):
        audit.audit(frame, [REGION, SEX])


# --- properties over synthetic persons -----------------------------------------------------------------------


@pytest.mark.parametrize("block", range(8))
def test_nothing_is_recovered_and_without_secondary_suppression_much_is(synthetic, block: int) -> None:
    naive = 0
    for seed in range(25 * block, 25 * block + 25):
        frame, dimensions = synthetic(seed, ((4, 3), (3, 2, 2), (5, 3))[seed % 3])
        safe = audit.for_release(audit.protect(frame, dimensions, trials=0))
        found = audit.audit(safe, dimensions, exact=seed % 5 == 0)
        assert found.passes, (seed, found.pinned)
        if seed % 5 == 0:
            truth = frame["value"].loc[found.cells.index]
            assert ((found.cells["low"] <= truth) & (truth <= found.cells["high"])).all()
            primary_only = frame.assign(value=frame["value"].mask(suppress.primary(frame["value"])))
            naive += len(audit.audit(primary_only, dimensions, exact=False).pinned)
    assert naive > 5


def test_verdicts_do_not_depend_on_wanting_every_interval(synthetic) -> None:
    for seed in range(10):
        frame, dimensions = synthetic(seed, (5, 4))
        rng = np.random.default_rng(seed)
        frame["value"] = frame["value"].mask(suppress.primary(frame["value"]) | (rng.random(len(frame)) < 0.3))
        quick, full = (audit.audit(frame, dimensions, exact=exact) for exact in (False, True))
        assert quick.cells["pinned"].tolist() == full.cells["pinned"].tolist()
        assert (quick.cells["low"] >= full.cells["low"]).all()
        assert (quick.cells["high"] <= full.cells["high"]).all()


def test_order_of_rows_changes_nothing(synthetic) -> None:
    for seed in range(5):
        frame, dimensions = synthetic(seed)
        frame["value"] = frame["value"].mask(suppress.primary(frame["value"]))
        mixed = frame.sample(frac=1, random_state=seed)
        one, other = (audit.audit(f, dimensions).cells.sort_index() for f in (frame, mixed))
        pd.testing.assert_frame_equal(one, other)
        safe = audit.for_release(audit.protect(mixed.assign(value=mixed["value"]), dimensions))
        assert audit.audit(safe, dimensions).passes


def test_publishing_more_never_widens_an_interval(synthetic) -> None:
    for seed in range(10):
        frame, dimensions = synthetic(seed)
        matrix = system(frame, dimensions).matrix
        value = frame["value"].to_numpy()
        rng = np.random.default_rng(seed)
        hidden = rng.random(len(frame)) < 0.6
        fewer = hidden & (rng.random(len(frame)) < 0.7)
        one, other = (
            attack(matrix, np.where(h, 0, value), np.where(h, np.inf, value), fewer, 3, whole=False)
            for h in (hidden, fewer)
        )
        assert (other.low[fewer] >= one.low[fewer] - 1e-6).all()
        assert (other.high[fewer] <= one.high[fewer] + 1e-6).all()


def test_zero_protection_forbids_exact_disclosure_only(synthetic) -> None:
    rule = audit.Rule(protection=0)
    for seed in range(10):
        frame, dimensions = synthetic(seed)
        safe = audit.protect(frame, dimensions, rule)
        found = audit.audit(audit.for_release(safe), dimensions, rule)
        assert found.passes
        assert (found.cells["high"] > found.cells["low"]).all()


def test_information_loss_is_within_a_tenth_of_the_optimum(synthetic) -> None:
    ratios = []
    for seed, shape in [*itertools.product(range(8), [(4, 3)]), (0, (2, 2, 2))]:
        frame, dimensions = synthetic(seed, shape)
        matrix, value = system(frame, dimensions).matrix, frame["value"].to_numpy()
        secret = suppress.primary(value)
        if not secret.any():
            continue
        inner, cost = value[np.diff(matrix.indptr) == 1], value + 1
        protection, groups = suppress.default_protection(), alone(matrix, value == 1)
        fast = suppress.suppress(matrix, inner, secret, cost, protection, groups=groups)
        best = exact.optimal(matrix, inner, secret, cost, protection, groups=groups)
        ratios.append(cost[fast].sum() / cost[best].sum())
        assert ratios[-1] >= 1 - 1e-9
        known = ~best
        check = attack(matrix, np.where(known, value, 0), np.where(known, value, np.inf), best, protection)
        assert not check.pinned.any()
    assert len(ratios) > 6
    assert np.mean(ratios) <= 1.1, ratios


def test_hidden_rows_are_marked_and_the_loss_counted() -> None:
    frame = two_by_two(3, 20, 30, 40)
    safe = audit.protect(frame, [REGION, SEX])
    hidden = safe["value"].isna()
    assert safe.index.equals(frame.index)
    assert (safe.loc[hidden, "status"] == "suppressed").all()
    assert sorted(safe.loc[hidden, "qualifier"]) == ["primary", "secondary", "secondary", "secondary"]
    assert safe.loc[~hidden, "value"].tolist() == frame.loc[~hidden, "value"].tolist()
    lost = audit.loss(frame, safe)
    assert lost.cells == pytest.approx(3 / 9)
    assert lost.value == pytest.approx(90 / (4 * 93))


def test_a_table_without_secrets_stays_as_it_is() -> None:
    frame = two_by_two(8, 20, 30, 40)
    assert audit.protect(frame, [REGION, SEX])["value"].equals(frame["value"])


def test_published_cells_that_contradict_each_other_are_no_table() -> None:
    frame = hide(two_by_two(8, 20, 30, 40), ("01", "K"))
    frame.loc[2, "value"] = 10
    with pytest.raises(ContradictionError):
        audit.audit(frame, [REGION, SEX])
