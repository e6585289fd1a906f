"""Synthetic tables: no test of disclosure control ever sees a real person."""

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from riktvarden.disclosure.system import Dimension, system

Synthetic = Callable[..., tuple[pd.DataFrame, list[Dimension]]]


@pytest.fixture
def synthetic() -> Synthetic:
    """Draw synthetic persons, each with one code per dimension, and count them with every margin."""

    def draw(seed: int, shape: tuple[int, ...] = (4, 3), persons: int = 150) -> tuple[pd.DataFrame, list[Dimension]]:
        rng = np.random.default_rng(seed)
        microdata = [rng.choice(size, persons, p=rng.dirichlet(np.ones(size))) for size in shape]
        inner = np.zeros(shape)
        np.add.at(inner, tuple(microdata), 1)
        dimensions = [Dimension(f"d{number}", "T") for number in range(len(shape))]
        codes = [["T", *(f"{code}" for code in range(size))] for size in shape]
        cells = pd.DataFrame(itertools.product(*codes), columns=[dimension.name for dimension in dimensions])
        return cells.assign(value=system(cells, dimensions).matrix @ inner.ravel()), dimensions

    return draw
