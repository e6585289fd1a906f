"""Independent attacks on random tables protected by `protect` disclose nobody.

`DISCLOSURE_TABLES=500 pytest -rP tests/disclosure/test_outsider.py` attacks as many tables and returns, and counts what was
found; by default few.
"""

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import optimize

from riktvarden.baseline.returned import by_sector, region_totals
from riktvarden.disclosure.audit import Rule, audit, for_release, protect
from riktvarden.disclosure.knowledge import Fact, shown
from riktvarden.disclosure.suppress import ProtectionError, primary
from riktvarden.disclosure.system import Dimension

TABLES = int(os.environ.get("DISCLOSURE_TABLES", "60"))
OF_A_KIND = TABLES // 4
"""Tables of one edition, of two, with a correction between them, and with products of published figures."""

LEAST_WIDTH = 4
"""Small counts are 1, 2, 3 or 4: an attacker left with four values or fewer knows more than the rule implies."""

SHAPES = [(9,), (4, 3), (3, 2, 2), (2, 2, 2, 2)]

Parts = Mapping[str, frozenset[str]]
"""Codes of a dimension → the finest codes that each sums."""


@dataclass
class Outsider:
    """Somebody who knows whole numbers, 0 or more, and what was published of their sums."""

    dimensions: Mapping[str, Parts]
    rows: list[np.ndarray] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    extra: int = 0
    """Unknowns besides the inner cells."""

    def __post_init__(self) -> None:
        finest = [sorted(frozenset[str]().union(*parts.values())) for parts in self.dimensions.values()]
        self.inner = list(itertools.product(*finest))

    def cell(self, codes: Sequence[str]) -> np.ndarray:
        parts = [of[code] for code, of in zip(codes, self.dimensions.values(), strict=True)]
        inside = [all(code in part for code, part in zip(inner, parts, strict=True)) for inner in self.inner]
        return np.concatenate([np.array(inside, dtype=float), np.zeros(self.extra)])

    def learn(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def read(self, table: pd.DataFrame) -> None:
        """Learn every value in a table."""
        for *codes, value in table.dropna(subset="value")[[*self.dimensions, "value"]].itertuples(index=False, name=None):
            self.learn(self.cell(codes), value, value)

    def knowing(self, row: np.ndarray, value: float) -> "Outsider":
        other = Outsider(self.dimensions, list(self.rows), list(self.low), list(self.high), self.extra)
        other.learn(row, value, value)
        return other

    def bounds(self, targets: Sequence[np.ndarray], enough: float) -> Iterator[tuple[float, float]]:
        """Lowest and highest value of each target; once they are far enough apart, those seen so far."""
        seen: list[np.ndarray] = []
        known = optimize.LinearConstraint(np.array(self.rows), self.low, self.high)
        for target in targets:
            ends = [float(target @ table) for table in seen]
            for sign in (1, -1):
                if ends and max(ends) - min(ends) >= enough:
                    break
                found = optimize.milp(
                    sign * target, constraints=known, integrality=np.ones(target.size), bounds=optimize.Bounds(0, 500)
                )
                assert found.x is not None, found.message
                seen.append(np.round(found.x))
                ends.append(float(target @ seen[-1]))
            yield min(ends), max(ends)


Groups = dict[str, list[str]]


def drawn(rng: np.random.Generator) -> tuple[np.ndarray, list[Groups], list[Groups]]:
    """Draw counts in 1 to 4 dimensions and two classifications of each with nested and overlapping groups."""
    shape = SHAPES[rng.integers(len(SHAPES))]
    counts = rng.poisson(rng.gamma(0.7, rng.uniform(2, 20) / 0.7, size=shape))
    return counts, *([grouped(rng, size) for size in shape] for _ in range(2))


def grouped(rng: np.random.Generator, size: int) -> Groups:
    codes = [f"{place}" for place in range(size)]
    found: Groups = {}
    for _ in range(rng.integers(0, 3) if size > 2 else 0):
        members = sorted(rng.choice(codes, size=rng.integers(2, size), replace=False).tolist())
        found["g" + "".join(members)] = members
    if found and size > 4 and rng.random() < 0.5:
        inner = next(iter(found))
        rest = [code for code in codes if code not in found[inner]]
        found[f"h{inner}"] = [inner, *rest[:1]]
    return found


def parts(size: int, *groups: Groups) -> Parts:
    leaves = {f"{place}": frozenset({f"{place}"}) for place in range(size)}
    found = {**leaves, "T": frozenset(leaves)}
    for members in groups:
        for code, of in members.items():
            found[code] = frozenset().union(*(found[member] for member in of))
    return found


def table(counts: np.ndarray, groups: list[Groups]) -> pd.DataFrame:
    """Publish all cells of the counts, with the margins of some groups."""
    of = [parts(size, own) for size, own in zip(counts.shape, groups, strict=True)]
    rows = []
    for codes in itertools.product(*of):
        places = np.ix_(*([int(leaf) for leaf in sorted(part[code])] for code, part in zip(codes, of, strict=True)))
        rows.append((*codes, float(counts[places].sum())))
    return pd.DataFrame(rows, columns=[*(f"d{axis}" for axis in range(counts.ndim)), "value"])


def dimensions(*groups: list[Groups]) -> list[Dimension]:
    return [
        Dimension(f"d{axis}", "T", {k: v for own in axes for k, v in own.items()})
        for axis, axes in enumerate(zip(*groups, strict=True))
    ]


def attacker(counts: np.ndarray, *groups: list[Groups], extra: int = 0) -> Outsider:
    of = {f"d{axis}": parts(size, *own) for axis, (size, *own) in enumerate(zip(counts.shape, *groups, strict=True))}
    return Outsider(of, extra=extra)


def attacked(
    who: Outsider, counts: np.ndarray, truth: pd.DataFrame, safe: pd.DataFrame, *, alone: bool = True
) -> Counter[str]:
    """Attack every hidden cell with public knowledge, and every small one as the sole contributor to another."""
    names = list(who.dimensions)
    result: Counter[str] = Counter()
    hidden = truth.loc[safe["value"].isna()]
    cells = [who.cell(codes) for codes in hidden[names].itertuples(index=False, name=None)]
    for (low, high), value in zip(who.bounds(cells, LEAST_WIDTH), hidden["value"], strict=True):
        result["exact" if high == low else "narrow" if high - low < LEAST_WIDTH else "held"] += 1
        assert low <= value <= high or high - low >= LEAST_WIDTH
    small = primary(hidden["value"])
    inner = np.concatenate([counts.ravel(), np.zeros(who.extra)])
    persons = np.unique([np.flatnonzero(row * inner)[0] for row, n in zip(cells, hidden["value"], strict=True) if n == 1])
    for person in persons.astype(int) if alone else []:
        mine = [row[person] == 1 and value == 1 for row, value in zip(cells, hidden["value"], strict=True)]
        knowing = who
        for row in itertools.compress(cells, mine):
            knowing = knowing.knowing(row, 1.0)
        others = list(itertools.compress(cells, small & ~np.array(mine)))
        for low, high in knowing.bounds(others, 1):
            result["found by one alone" if high == low else "held by one alone"] += 1
    return result


def test_one_edition_discloses_nobody() -> None:
    total: Counter[str] = Counter()
    for seed in range(OF_A_KIND):
        counts, groups, _ = drawn(np.random.default_rng(seed))
        frame, kinds = table(counts, groups), dimensions(groups)
        safe = for_release(protect(frame, kinds, trials=0))
        assert audit(safe, kinds, truth=frame, exact=False).passes, seed
        who = attacker(counts, groups)
        who.read(safe)
        found = attacked(who, counts, frame, safe)
        assert not found.keys() & {"exact", "narrow", "found by one alone"}, (seed, found)
        total += found
    print(dict(total))
    assert total["held"] > OF_A_KIND
    assert total["held by one alone"] > OF_A_KIND


def test_two_editions_with_other_margins_disclose_nobody() -> None:
    total: Counter[str] = Counter()
    for seed in range(OF_A_KIND):
        counts, *editions = drawn(np.random.default_rng(1000 + seed))
        kinds = dimensions(*editions)
        before, now = (table(counts, groups) for groups in editions)
        released = for_release(protect(before, kinds, trials=0))
        try:
            safe = for_release(protect(now, kinds, earlier=released, trials=0))
        except ProtectionError:  # A new margin is small, and a difference of old ones.
            total["not to be published"] += 1
            continue
        assert audit(safe, kinds, earlier=released, truth=now, exact=False).pinned.empty, seed
        who = attacker(counts, *editions)
        who.read(released)
        who.read(safe)
        found = attacked(who, counts, now, safe)
        assert not found.keys() & {"exact", "narrow", "found by one alone"}, (seed, found)
        total += found
    print(dict(total))
    assert total["held"] > OF_A_KIND


def test_one_person_more_since_the_last_edition_discloses_nobody() -> None:
    total: Counter[str] = Counter()
    for seed in range(OF_A_KIND):
        rng = np.random.default_rng(2000 + seed)
        counts, groups, _ = drawn(rng)
        counts.ravel()[rng.choice(np.flatnonzero(counts.ravel() > 0))] -= 1
        before, kinds = table(counts, groups), dimensions(groups)
        counts.ravel()[rng.integers(counts.size)] += 1
        now = table(counts, groups)
        released = for_release(protect(before, kinds, trials=0))
        try:
            safe = for_release(protect(now, kinds, earlier=released, trials=0))
        except ProtectionError:
            total["not to be published"] += 1
            continue
        # The attacker knows that one person was added, not where.
        who = attacker(counts, groups, extra=counts.size)
        inner, nothing = np.eye(counts.size), np.zeros((counts.size, counts.size))
        who.read(safe)
        for row, value in zip(
            before[list(who.dimensions)].itertuples(index=False, name=None), released["value"], strict=True
        ):
            if not np.isnan(value):
                cell = who.cell(row)
                who.learn(np.concatenate([cell[: counts.size], -cell[: counts.size]]), value, value)
        for row in np.hstack([inner, -inner]):
            who.learn(row, 0, np.inf)
        who.learn(np.concatenate([nothing[0], np.ones(counts.size)]), 1, 1)
        found = attacked(who, counts, now, safe, alone=False)
        total += found
        assert not found.keys() & {"exact", "narrow"}, (seed, found)
    print(dict(total))
    assert total["held"] > OF_A_KIND
    assert total["not to be published"] < OF_A_KIND / 2


def test_products_of_published_figures_disclose_nobody() -> None:
    total: Counter[str] = Counter()
    for seed in {*range(OF_A_KIND), 55}:  # presolving calls the programme of 55 infeasible
        rng = np.random.default_rng(3000 + seed)
        counts, groups, _ = drawn(rng)
        frame, kinds = table(counts, groups), dimensions(groups)
        names = [kind.name for kind in kinds]
        large = frame.loc[frame["value"] >= 5]
        if len(large) < 3:
            continue
        one, part, whole = (large.iloc[place] for place in rng.choice(len(large), 3, replace=False))
        rate, share = round(one["value"] / 700, 2), round(part["value"] / whole["value"], 2)
        facts = [
            Fact.product(one[names].to_dict(), shown(rate, 0.01), (700, 700)),
            *Fact.ratio(part[names].to_dict(), whole[names].to_dict(), shown(share, 0.01)),
        ]
        try:
            safe = for_release(protect(frame, kinds, facts=facts, trials=0))
        except ProtectionError:
            total["not to be published"] += 1
            continue
        who = attacker(counts, groups)
        who.read(safe)
        of = [who.cell(cell[names]) for cell in (one, part, whole)]
        who.learn(of[0], (rate - 0.005) * 700, (rate + 0.005) * 700)
        who.learn(of[1] - (share - 0.005) * of[2], 0, np.inf)
        who.learn(of[1] - (share + 0.005) * of[2], -np.inf, 0)
        found = attacked(who, counts, frame, safe)
        assert not found.keys() & {"exact", "narrow", "found by one alone"}, (seed, found)
        total += found
    print(dict(total))
    assert total["held"] > OF_A_KIND
    assert total["not to be published"] < OF_A_KIND / 2


def test_the_attacker_finds_what_is_not_protected() -> None:
    found: Counter[str] = Counter()
    for seed in range(OF_A_KIND):
        counts, groups, _ = drawn(np.random.default_rng(seed))
        frame, kinds = table(counts, groups), dimensions(groups)
        naive = frame.assign(value=frame["value"].mask(primary(frame["value"])))
        blind = for_release(protect(frame, kinds, Rule(alone=None), trials=0))
        for safe, alone in ((naive, False), (blind, True)):
            who = attacker(counts, groups)
            who.read(safe)
            found += attacked(who, counts, frame, safe, alone=alone)
    print(dict(found))
    assert found["exact"] > OF_A_KIND
    assert found["found by one alone"] > OF_A_KIND / 10


# --- returns of regions, through what is published of them -----------------------------------------------------


def returned(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the return of a region: its units with their sector, persons by sex and list, and its rows."""
    number = rng.integers(1, 8)
    units = pd.DataFrame({
        "sector": np.where(rng.random(number) < rng.choice([0.0, 0.3, 0.7, 1.0]), "private", "own"),
        "women": rng.poisson(rng.uniform(0.5, 6), number),
        "men": rng.poisson(rng.uniform(0.5, 6), number),
        "listed": rng.integers(4_000, 20_000, number),
    })  # fmt: skip
    units["all"] = units["women"] + units["men"]
    common = {"region": "21", "reference_date": pd.Timestamp("2025-12-31"), "is_whole": False, "municipality": "2180"}
    common |= {"stage": "all", "status": "reported", "is_complete": bool(rng.random() < 0.6), "comment": ""}
    rows = [
        common
        | {"care_unit": f"u{unit}", "sector": row["sector"], "measure": measure, "sex": sex, "value": float(row[column])}
        for unit, row in units.iterrows()
        for measure, sex, column in (
            ("persons", "women", "women"), ("persons", "men", "men"), ("persons", "all", "all"), ("listed", "all", "listed")
        )
    ]  # fmt: skip
    return units, pd.DataFrame(rows)


SECTORS = {code: frozenset({code}) for code in ("own", "private")} | {"all": frozenset({"own", "private"})}
SEXES = {code: frozenset({code}) for code in ("women", "men")} | {"all": frozenset({"women", "men"})}


def test_a_return_discloses_nobody() -> None:
    total: Counter[str] = Counter()
    for seed in range(TABLES):
        units, rows = returned(np.random.default_rng(4000 + seed))
        inhabitants = units["listed"].sum() / np.random.default_rng(seed).uniform(0.12, 1)
        whole, cells = region_totals(rows, pd.Series({"21": inhabitants})), by_sector(rows)
        persons = whole.loc[whole["measure"] == "persons"]
        if not rows["is_complete"].all():
            assert cells.empty
            for said in persons.to_dict("records"):
                # Who answered is known, and the lists are public: the estimate is the population × the sum / the lists.
                who = Outsider({"unit": {f"{unit}": frozenset({f"{unit}"}) for unit in units.index}})
                each = np.ones(len(units)) * inhabitants / units["listed"].sum()
                if said["status"] == "estimated":
                    who.learn(each, said["value"] - said["base"] / 2, said["value"] + said["base"] / 2)
                who.learn(np.ones(len(units)), 0, np.inf)
                for low, high in who.bounds([np.ones(len(units)), *np.eye(len(units))], LEAST_WIDTH):
                    total["exact" if low == high else "narrow" if high - low < LEAST_WIDTH else "estimate held"] += 1
            assert not total.keys() & {"exact", "narrow"}, (seed, units, persons)
            continue
        truth = pd.DataFrame(itertools.product(SECTORS, SEXES), columns=["sector", "sex"])
        of = units.groupby("sector").sum().reindex(["own", "private"], fill_value=0)
        truth["value"] = [float(of.loc[sorted(SECTORS[sector]), sex].sum()) for sector, sex in truth.to_numpy()]
        safe = truth[["sector", "sex"]].merge(cells[["sector", "sex", "value"]], "left")
        who = Outsider({"sector": SECTORS, "sex": SEXES})
        who.read(safe)
        for said in persons.to_dict("records"):
            if said["status"] == "reported":
                who.learn(who.cell(("all", "all")), said["value"], said["value"])
                safe.loc[(safe["sector"] == "all") & (safe["sex"] == "all"), "value"] = said["value"]
        counts = of[["women", "men"]].reindex(["own", "private"])[sorted(["women", "men"])].to_numpy()
        found = attacked(who, counts, truth, safe)
        # A private unit knows its own part, and looks for what the others have.
        private = units.loc[units["sector"] == "private"]
        for unit in private.to_dict("records") if len(private) > 1 else []:
            knowing = Outsider(who.dimensions, list(who.rows), list(who.low), list(who.high))
            for sex in ("women", "men"):
                knowing.learn(who.cell(("private", sex)), unit[sex], np.inf)
            others = [
                sex for sex in SEXES if 0 < of.loc["private", sex] - unit[sex] < 5 or (len(private) == 2 and sex == "all")
            ]
            for low, high in knowing.bounds([who.cell(("private", sex)) for sex in others], 1):
                found["found by a provider" if high == low else "held by a provider"] += 1
        total += found
        assert not found.keys() & {"exact", "narrow", "found by one alone"}, (seed, found, truth, safe)
        assert not found["found by a provider"], (seed, found, truth, safe, units)
    print(dict(total))
    assert total["held"] > TABLES
