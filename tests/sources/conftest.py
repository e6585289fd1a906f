"""What the tests of newer tables share."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from riktvarden import tables
from riktvarden.sources.staging import Record, Request, stage


def _record(**changes: object) -> Record:
    request = Request("POST", "https://example.org/tables/TAB1/data?lang=sv", "{}", "0" * 64, "2026-12-01T08:00:00+00:00")
    said = {
        "source": "SCB, TAB1",
        "requests": (request,),
        "updated": "2026-11-30T07:00:00Z",
        "notes": ("Numbers are rounded.",),
        "flags": (),
        "licence": "CC0-1.0",
        "version": "1",
    }
    return Record(**(said | changes))


def _later(rows: pd.DataFrame, by: int = 1, factor: float = 1.01) -> pd.DataFrame:
    """The rows and those of the newest year again, some years later and somewhat more."""
    newest = rows[rows["year"] == rows["year"].max()]
    counted = [name for name in newest.select_dtypes("number") if name != "year"]
    grown = newest.assign(
        year=newest["year"] + by, **{name: (newest[name] * factor).round().astype("int64") for name in counted}
    )
    return pd.concat([rows, grown], ignore_index=True)


@pytest.fixture(scope="session")
def record() -> Callable[..., Record]:
    """A record, but for what is named."""
    return _record


@pytest.fixture(scope="session")
def later() -> Callable[..., pd.DataFrame]:
    """See `_later`."""
    return _later


@pytest.fixture
def waiting(tmp_path: Path, data_of: Callable[..., Path]) -> tuple[Path, Path]:
    """A small copy of the data, and a folder where a later year of the regions' population is staged."""
    data, folder = data_of("regions", "population_region", "municipalities"), tmp_path / "staged"
    stage("population_region", _later(tables.read("population_region", data)), _record(), folder=folder, data=data)
    return data, folder
