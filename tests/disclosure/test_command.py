"""The command on synthetic tables."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from riktvarden.cli import app

runner = CliRunner()

SAFE = """region,sex,persons
01,K,
01,M,
01,T,23
03,K,
03,M,
03,T,70
00,K,33
00,M,60
00,T,93
"""
OPEN = SAFE.replace("01,M,\n", "01,M,20\n").replace("03,K,\n", "03,K,30\n").replace("03,M,\n", "03,M,40\n")
FULL = OPEN.replace("01,K,\n", "01,K,3\n")
TOTALS = ["--total", "region=00", "--total", "sex=T"]


@pytest.fixture
def run(tmp_path: Path):
    def invoke(text: str | bytes, *options: str):
        path = tmp_path / "table.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        call = ["disclosure", "audit", str(path), "--dimensions", "region,sex", "--value", "persons", *options]
        shown = runner.invoke(app, call, env={"COLUMNS": "200"})
        assert "Traceback" not in shown.output
        assert shown.exception is None or isinstance(shown.exception, SystemExit)
        return shown

    return invoke


def test_a_safe_table_passes(run) -> None:
    shown = run(SAFE, *TOTALS)
    assert shown.exit_code == 0, shown.output
    assert "4 suppressed cells attacked, 0 cells disclosed" in shown.output


def test_a_cell_that_can_be_pinned_is_shown_with_its_interval(run) -> None:
    shown = run(OPEN, *TOTALS)
    assert shown.exit_code == 3
    assert "3 … 3" in shown.output
    assert "can be worked out" in shown.output


def test_what_it_suggests_passes_and_keeps_the_numbers(run, tmp_path: Path) -> None:
    out = tmp_path / "safe.csv"
    assert run(FULL, *TOTALS, "--suppress", str(out)).exit_code == 3
    released = out.read_text(encoding="utf-8")
    assert "00,T,93,," in released
    assert "primary" not in released
    assert run(released, *TOTALS).exit_code == 0


def test_an_earlier_edition_is_used(run, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.csv"
    earlier.write_text(OPEN, encoding="utf-8")
    shown = run(SAFE, *TOTALS, "--earlier", str(earlier))
    assert shown.exit_code == 3
    assert "was published before, 40" in shown.output


def test_a_hierarchy_names_sums_in_between(run, tmp_path: Path) -> None:
    parents = tmp_path / "parents.csv"
    parents.write_text("code,parent\n01,east\n03,east\neast,00\n", encoding="utf-8")
    rows = SAFE.replace("01,M,\n", "01,M,\neast,K,33\neast,M,60\neast,T,93\n")
    assert run(rows, *TOTALS, "--hierarchy", f"region={parents}").exit_code == 0
    parents.write_text("code,parent\n01,east\neast,west\nwest,east\n", encoding="utf-8")
    assert "contain itself" in run(rows, *TOTALS, "--hierarchy", f"region={parents}").output


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (SAFE, ["--total", "region=00"], "--total sex=CODE"),
        (SAFE, ["--total", "region=0", "--total", "sex=T"], "correct the total"),
        (SAFE, ["--total", "land=00", *TOTALS], "write --total DIMENSION="),
        (SAFE.replace("persons", "count"), TOTALS, "a column 'persons'"),
        (SAFE.replace("93", "-93"), TOTALS, "row 10, column persons: found '-93'"),
        (SAFE.replace("93", "93,5"), TOTALS, "row 10: found '4 cells'"),
        (SAFE.replace("93", "94"), TOTALS, "so that the table adds up"),
        (SAFE + "01,K,3\n", TOTALS, "row 11: found 'region=01, sex=K'"),
        (SAFE.replace("03,K,\n", ""), TOTALS, "no row for region=03, sex=K"),
        ("", TOTALS, "no rows"),
        (SAFE.replace("region", "län").encode("latin-1"), TOTALS, "text in UTF-8"),
        (SAFE.replace("23", '"23'), TOTALS, "CSV"),
    ],
)
def test_what_is_wrong_is_said(run, text: str | bytes, options: list[str], words: str) -> None:
    shown = run(text, *options)
    assert shown.exit_code == 1, shown.output
    assert words in " ".join(shown.output.split())


def test_the_absent_mean_what_the_user_says(run) -> None:
    rows = OPEN.replace("03,M,40\n", "").replace("01,K,\n", "")
    withheld = run(rows, *TOTALS, "--absent", "withheld")
    assert withheld.exit_code == 3
    assert "40 … 40" in withheld.output
    assert run(rows, *TOTALS, "--absent", "zero").exit_code == 1


def test_a_file_that_is_not_there_is_named(run, tmp_path: Path) -> None:
    shown = run(SAFE, *TOTALS, "--earlier", str(tmp_path / "none.csv"))
    assert shown.exit_code == 1
    assert "none.csv" in shown.output
