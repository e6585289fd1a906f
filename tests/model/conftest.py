"""One run of the model that the tests of this folder share."""

import pandas as pd
import pytest

from riktvarden import assumptions, model, tables
from riktvarden.model import chain
from riktvarden.results import Results

DRAWS = 512


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    return tables.read_all()


@pytest.fixture(scope="session")
def graded() -> assumptions.Assumptions:
    return assumptions.read()


@pytest.fixture(scope="session")
def results(frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions) -> Results:
    return model.run(frames, graded, DRAWS)


@pytest.fixture(scope="session")
def base(frames: dict[str, pd.DataFrame], graded: assumptions.Assumptions) -> chain.Base:
    """What no draw changes."""
    return chain.base(frames, graded)
