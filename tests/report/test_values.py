"""The file of all values: what pages show is in it, and the examples read it."""

import re
from pathlib import Path

import pandas as pd
import pytest

from riktvarden.codes import NATION
from riktvarden.names import NURSE
from riktvarden.report import Context
from riktvarden.report.chapters import professions
from riktvarden.report.kit import downloads
from riktvarden.report.pages import region
from riktvarden.report.reference import values

KEY = ["code", "profession", "measure", "principal", "year"]


@pytest.fixture(scope="module")
def rows(context: Context) -> pd.DataFrame:
    return values.values(context, "2026-1")


def test_there_is_one_row_for_each_area_measure_and_year(rows: pd.DataFrame) -> None:
    assert not rows.duplicated(KEY).any()
    assert rows.groupby("area_type")["code"].nunique().to_dict() == {"municipality": 290, "nation": 1, "region": 21}
    assert set(rows["profession"]) == {"general_practice", NURSE, *professions.PROFESSIONS}
    assert set(rows["edition"]) == {"2026-1"}
    assert not rows.drop(columns=["year", "value", "low", "high"]).isna().any(axis=None)
    names = rows.drop_duplicates("code").set_index("code")
    assert names.loc[NATION, ["name_sv", "name_en"]].tolist() == ["Riket", "Sweden"]
    assert names.loc["2403", "name_en"] == "Bjurholm"


def numbers(text: str) -> list[str]:
    """The numbers of a cell as they are written, without the spaces in them."""
    plain = text.replace("\N{NO-BREAK SPACE}", "").replace("\N{MINUS SIGN}", "-")
    return re.findall(r"(?<!\d)-?\d+(?:,\d+)?", plain)


@pytest.mark.parametrize("code", ["12", "25"])
def test_each_number_of_a_regions_tables_is_in_the_file(context: Context, rows: pd.DataFrame, code: str) -> None:
    """A reader finds what the page says, to the digit: the values and intervals of training, and of the professions."""
    own = rows.loc[rows["code"] == code]
    found = pd.concat([own["value"], own["low"], own["high"]]).dropna()
    ours = {f"{number:.{digits}f}".replace(".", ",") for digits in (0, 1) for number in found}
    ours |= {f"{100 * number:.0f}" for number in found[found.between(0, 2)]}
    training = region.key_figures(context, code).cells["Värde"].iloc[:12]
    staff = professions.region(context, code).table.cells
    columns = [name for name in staff if name.startswith(("Regionen:", "Kommunerna:", "Heltider tillsammans", "Index"))]
    cells = [*training, *staff[columns].to_numpy().ravel()]
    checked = [number for cell in cells if (cell not in {"en huvudman"}) for number in numbers(cell)]
    assert len(checked) > 60
    assert [number for number in checked if number not in ours] == []


def test_the_python_example_reads_the_file(context: Context, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / f"{values.NAME}.csv").write_bytes(values.table(context, "working").csv)
    exec(values.PYTHON.format(where=f"{tmp_path.as_posix()}/"), {})
    said = capsys.readouterr().out
    assert said.count("Bjurholm") > 5
    assert "psychologist" in said


def test_a_file_that_is_read_again_has_the_same_values(rows: pd.DataFrame) -> None:
    again = downloads.read(downloads.csv(rows), downloads.types(rows))
    pd.testing.assert_frame_equal(again[["value", "low", "high"]], rows[["value", "low", "high"]].astype(float))
    assert again["code"].tolist() == rows["code"].tolist()


def test_an_address_is_named_only_where_there_is_one() -> None:
    text = f"Hänvisa så här: X. {values.WHERE}{values.NAME}.csv <pre>{values.PYTHON.format(where=values.WHERE)}</pre>"
    assert 'read_csv("guideline_values.csv"' in values.placed(text, "")
    assert values.placed(text, "").startswith("Hänvisa så här: X. <pre>"), "no address is made up"
    with_one = values.placed(text, "https://example.org/data/2026-1/")
    assert with_one.count("https://example.org/data/2026-1/guideline_values.csv") == 2


def test_the_page_holds_the_file_once_and_above_its_description(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(values, "html", lambda markup, more: said.append(markup))
    values.show(context, "working")
    assert said[0].count("data:text/csv") == 1
    assert said[0].index("data:text/csv") < said[0].index("<details")
    assert re.search(r"CSV-filen är \d,\d MB", said[0])
