"""What the tests of newer tables share."""

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from riktvarden import tables
from riktvarden.sources.staging import Record, Request, stage

# The tests are no package: the stand-in is a module of its own, for them and for who runs it by hand.
sys.path.insert(0, str(Path(__file__).parent))
from standin import Standin


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


SMALL = {
    "scb": """
publisher = "SCB"
address = "https://statistikdatabasen.scb.se/api/v2"
licence = "CC0-1.0"
[tables.population_region]
unit = "persons"
reference_date = "31 December"
columns = { Region = "region" }
contents = { "Folkmängd" = "population" }
[[tables.population_region.parts]]
table = "TAB5557"
years = { first = 2025 }
select = { Region = "(?!00).{2}", Civilstand = ["SC"], Alder = ["TotSA"], Kon = ["TotSa"] }
""",
    "kolada": """
publisher = "Kolada (RKA)"
address = "https://api.kolada.se/v3"
licence = "not-stated"
notes = ["Källa: Kolada"]
list_length = 20
page = 50
[tables.kolada_values]
unit = "as each key figure says"
reference_date = "November"
columns = { kpi = "key_figure", municipality = "area", gender = "sex" }
contents = { value = "value" }
status = "status"
[[tables.kolada_values.parts]]
key_figures = { N70007 = "L", N71200 = "L" }
years = { first = 2023 }
""",
    "socialstyrelsen": """
publisher = "Socialstyrelsen"
address = "https://sdb.socialstyrelsen.se/api/v1/sv"
licence = "CC0-1.0"
page = 100
[tables.care_use_region]
unit = "patients per 1 000 inhabitants"
reference_date = "the year"
columns = { region = "region", kon = "sex", alder = "age_group" }
contents = { value = "value" }
status = "status"
[tables.care_use_region.common.codes]
region = { 0 = "00", 1 = "01", 3 = "03", 4 = "04", 5 = "05", 6 = "06", 7 = "07", 8 = "08", 9 = "09" }
kon = { 1 = "men", 2 = "women", 3 = "total" }
alder = { 1 = "0-4", 18 = "85+" }
[[tables.care_use_region.parts]]
subject = "lakemedel"
fixed = { indicator = "antidepressants" }
years = { first = 2024, due = 180 }
texts.kon = { 1 = "Män", 2 = "Kvinnor", 3 = "Båda könen" }
[tables.care_use_region.parts.filters]
atc = ["N06A"]
matt = ["2"]
region = [
  "0", "1", "3", "4", "5", "6", "7", "8", "9", "10", "12", "13", "14", "17", "18", "19", "20", "21", "22", "23", "24", "25",
]
kon = ["1", "2", "3"]
alder = ["1", "18"]
""",
}


@pytest.fixture
def small(data_of: Callable[..., Path]) -> Path:
    """A small copy of the data, with a small recipe for each service."""
    data = data_of("regions", "municipalities", "population_region", "kolada_key_figures")
    shutil.copy(tables.DATA / "awaited.json", data / "awaited.json")
    (data / "sources").mkdir()
    for name, text in SMALL.items():
        (data / "sources" / f"{name}.toml").write_text(text, encoding="utf-8")
    return data


@pytest.fixture
def service() -> Iterator[Standin]:
    """The three services, on this machine."""
    with Standin() as running:
        yield running
