"""One run of the model that the tests of this folder share."""

import pytest

from riktvarden import assumptions, model, tables
from riktvarden.report import Context, Language

DRAWS = 512


@pytest.fixture(scope="session")
def context() -> Context:
    frames, graded = tables.read_all(), assumptions.read()
    return Context(Language("sv"), model.run(frames, graded, DRAWS), frames, graded)
