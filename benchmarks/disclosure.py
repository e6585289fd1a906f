"""Benchmark the protection and attack of tables, and the loss compared with the optimum.

All tables are synthetic; seconds are processor time. Run `python benchmarks/disclosure.py`; nothing is written.
"""

from __future__ import annotations

import itertools
import time

import numpy as np
import pandas as pd

from riktvarden.disclosure import audit, exact, suppress
from riktvarden.disclosure.attack import alone
from riktvarden.disclosure.system import Dimension, system

TOTAL = "T"
DENSE, SPARSE, SPARSEST = 40.0, 15.0, 4.0
"""Mean counts of inner cells."""
SPREAD = 0.7
"""Shape of the gamma distribution of the means: below 1 many cells are small and a few large."""
LARGE = (21, 6, 2, 3)
SMALL = ((4, 3), (5, 4), (3, 2, 2))
SEEDS = 10


def synthetic(shape: tuple[int, ...], mean: float, seed: int) -> tuple[pd.DataFrame, list[Dimension]]:
    """Draw a table of synthetic persons with every margin."""
    rng = np.random.default_rng(seed)
    inner = rng.poisson(rng.gamma(SPREAD, mean / SPREAD, size=shape)).ravel()
    dimensions = [Dimension(f"d{number}", TOTAL) for number in range(len(shape))]
    codes = [[TOTAL, *(f"{code:02d}" for code in range(size))] for size in shape]
    cells = pd.DataFrame(itertools.product(*codes), columns=[dimension.name for dimension in dimensions])
    return cells.assign(value=system(cells, dimensions).matrix @ inner), dimensions


def large(mean: float) -> None:
    """Time the large table."""
    table, dimensions = synthetic(LARGE, mean, seed=1)
    start = time.process_time()
    safe = audit.protect(table, dimensions)
    protected = time.process_time()
    quick = audit.audit(audit.for_release(safe), dimensions, exact=False)
    attacked = time.process_time()
    full = audit.audit(audit.for_release(safe), dimensions)
    finished = time.process_time()
    insiders = audit.audit(audit.for_release(safe), dimensions, truth=table, exact=False).alone
    lost = audit.loss(table, safe)
    secret, hidden = ((safe["qualifier"] == kind).sum() for kind in (audit.PRIMARY, audit.SECONDARY))
    print(
        f"{' x '.join(map(str, LARGE))}, mean {mean:g}: {len(table)} cells, {secret} secret, {hidden} more hidden; "
        f"protect {protected - start:.1f} s, verdicts {attacked - protected:.1f} s, "
        f"all intervals {finished - attacked:.1f} s; disclosed {len(quick.pinned)}, {len(full.pinned)}, "
        f"to one alone {len(insiders)}; "
        f"loss {lost.cells:.1%} of cells, {lost.value:.1%} of value"
    )


def small(shape: tuple[int, ...]) -> None:
    """Compare small tables with the exact optimum."""
    ratios, guards, seconds, unproven = [], [], np.zeros(2), 0
    for seed in range(SEEDS):
        table, dimensions = synthetic(shape, SPARSE, seed)
        matrix, value = system(table, dimensions).matrix, table["value"].to_numpy(float)
        inner = value[np.diff(matrix.indptr) == 1]
        cost, secret = value + 1, suppress.primary(value)
        if not secret.any():
            continue
        protection = suppress.default_protection()
        groups = alone(matrix, value == 1)
        start = time.process_time()
        fast = suppress.suppress(matrix, inner, secret, cost, protection, groups=groups)
        middle = time.process_time()
        try:
            best = exact.optimal(matrix, inner, secret, cost, protection, groups=groups)
        except TimeoutError:
            unproven += 1
            continue
        seconds += [middle - start, time.process_time() - middle]
        open_to_one = suppress.suppress(matrix, inner, secret, cost, protection)
        guards.append(cost[fast].sum() / cost[open_to_one].sum())
        ratios.append(cost[fast].sum() / cost[best].sum())
    print(
        f"{' x '.join(map(str, shape))}: {len(ratios)} tables, cost {np.mean(ratios) - 1:.1%} above the optimum "
        f"(at most {np.max(ratios) - 1:.1%}; {unproven} not proven), {np.mean(guards) - 1:.1%} for sole contributors; "
        f"{seconds[0] / len(ratios):.2f} s each, exact {seconds[1] / len(ratios):.2f} s"
    )


if __name__ == "__main__":
    for size in SMALL:
        small(size)
    for density in (DENSE, SPARSE, SPARSEST):
        large(density)
