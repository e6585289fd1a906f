"""The back-cast of specialists: every count is shown beside the model, in both languages, with its status."""

import pandas as pd
import pytest

from riktvarden import assumptions
from riktvarden.model import careers, chain
from riktvarden.report import Context, Language
from riktvarden.report.chapters import career_back_cast
from riktvarden.results import Results


@pytest.fixture(scope="module", params=["sv", "en"])
def context(request: pytest.FixtureRequest, frames: dict[str, pd.DataFrame]) -> Context:
    """What the functions read of a run, without the run."""
    graded = assumptions.read()
    base = chain.base(frames, graded)
    found = base.specialists
    results = Results.__new__(Results)
    for name, value in (
        ("career_assumptions", found.assumptions),
        ("career_back_cast", found.back_cast),
        ("base_year", base.people.base_year),
        ("career_draws", (found.effective, found.effective_prior)),
    ):
        object.__setattr__(results, name, value)
    return Context(Language(request.param), results, frames, graded)


def test_every_count_is_shown_beside_the_model(context: Context) -> None:
    table = career_back_cast.counts(context)
    known = context.tables["career_evidence"]
    assert set(known.loc[known["use"] != "flow", "figure"]) <= set(table.data["figure"])
    assert len(table.cells) == len(context.results.career_back_cast)
    assert not table.cells.isin(["nan", "NaN", ""]).any(axis=None)
    published = table.data["value"].notna()
    assert (table.cells[context.language("Publicerat")].ne("–").to_numpy() == published.to_numpy()).all()


def test_every_assumption_is_shown_before_and_after(context: Context) -> None:
    table = career_back_cast.priors(context)
    assert len(table.cells) == len(careers.MELDED)
    assert table.cells.index.is_unique
    assert table.cells.notna().all(axis=None)


def test_the_picture_has_every_count_of_persons(context: Context) -> None:
    figure = career_back_cast.stock(context)
    rows = context.results.career_back_cast
    counted = rows["quantity"].isin(career_back_cast.IN_PERSONS) & rows["value"].notna()
    assert figure.chart.to_dict()
    assert len(figure.alternative) > 0
    assert counted.sum() >= 4
    assert context.language.number(rows.loc[counted, "value"].iloc[0]) in figure.alternative


def test_the_summary_tells_first_and_last_year(context: Context) -> None:
    said = " ".join(career_back_cast.summary(context))
    assert "2010" in said
    assert str(context.year) in said
    assert "{" not in said


def test_every_status_and_quantity_has_words(context: Context) -> None:
    assert set(context.results.career_back_cast["status"]) <= career_back_cast.USES.keys()
    assert set(context.results.career_assumptions["status"]) <= career_back_cast.LEARNT.keys()
    assert set(context.results.career_back_cast["quantity"]) == career_back_cast.QUANTITIES.keys()
