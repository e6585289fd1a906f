"""Exports from a statistics database; every file here is synthetic and says so."""

import inspect
import json
import math
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from riktvarden import exports, tables
from riktvarden.assumptions import Assumptions
from riktvarden.baseline import personnel
from riktvarden.book.release import given_away
from riktvarden.cli import app
from riktvarden.disclosure.audit import audit
from riktvarden.disclosure.system import Dimension
from riktvarden.problems import InputError
from riktvarden.report import Context, Figure
from riktvarden.report.chapters import (
    collaborative_regions,
    development_needs,
    local_care,
    mental_health,
    supply_assessment,
)
from riktvarden.report.chapters import personnel as personnel_chapter
from riktvarden.report.kit.figures import VEGALITE, Table
from riktvarden.store import material

MAPPING = """
value = "Antal"

[file]
encoding = "cp1252"
delimiter = ";"
header_row = 3
decimal = ","
thousands = " "
last_row = 8

[columns]
profession = "Yrke"
region = "Län"
sex = "Kön"
year = "År"

[fixed]
sector = "all"
care_level = "primary"
principal = "all"
measure = "persons"
definition = "licensed"

[codes.profession]
"Psykologer" = "psychologist"
"Arbetsterapeuter" = "occupational_therapist"

[codes.region]
"12 Skåne län" = "12"
"Riket" = "00"

[codes.sex]
"Kvinnor" = "women"
"Män" = "men"
"Båda" = "total"

[marks]
".." = "missing"
"X" = "suppressed"

[skip]
sex = ["Båda"]
"""

EXPORT = """Syntetisk export för test: inga verkliga tal
Uttagen i dag
Yrke;Län;Kön;År;Antal
Psykologer;12 Skåne län;Kvinnor;2023;1 234
Psykologer;12 Skåne län;Män;2023;..
Psykologer;12 Skåne län;Båda;2023;1 300
Arbetsterapeuter;Riket;Kvinnor;2023;X
Arbetsterapeuter;Riket;Män;2023;56,5
Fotnot: talen är påhittade
"""

Check = Callable[..., "list[tuple[int, str, str]]"]


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[Path, Path]]:
    def write(export: str = EXPORT, mapping: str = MAPPING, encoding: str = "cp1252") -> tuple[Path, Path]:
        place = tmp_path / "syntetisk export.csv"
        place.write_text(export, encoding=encoding)
        (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
        return place, tmp_path / "map.toml"

    return write


@pytest.fixture
def faults(files: Callable[..., tuple[Path, Path]]) -> Check:
    def found(export: str = EXPORT, mapping: str = MAPPING, encoding: str = "cp1252") -> list[tuple[int, str, str]]:
        file, place = files(export, mapping, encoding)
        with pytest.raises(InputError) as error:
            exports.read_export(file, exports.read_mapping(place))
        return [(problem.row, problem.column, problem.value) for problem in error.value.problems]

    return found


def test_an_export_becomes_cells_of_the_model(files: Callable[..., tuple[Path, Path]]) -> None:
    file, mapping = files()
    rows = exports.read_export(file, exports.read_mapping(mapping))
    assert list(rows.columns) == personnel.COLUMNS
    assert rows["status"].tolist() == ["reported", "missing", "suppressed", "reported"]
    assert rows["value"].dropna().tolist() == [1234, 56.5]
    assert rows["source"].str.fullmatch(r"export-syntetisk export\.csv [0-9a-f]{12}").all()
    assert len(personnel.combine(rows)) == 4


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Kön;År", "Sex;År", (3, "Kön", "0 of them")),
        ("Psykologer;12 Skåne län;Kvinnor", "Psykologerna;12 Skåne län;Kvinnor", (4, "Yrke", "Psykologerna")),
        ("Kvinnor;2023;1 234", "Kvinnor;2023;cirka 1 234", (4, "Antal", "cirka 1 234")),
        ("1 234", "12 34", (4, "Antal", "12 34")),
        ("1 234", "-5", (4, "Antal", "-5")),
        ("1 234", "1.5", (4, "Antal", "1.5")),
        ("1 234", "=SUM(A1:A9)", (4, "Antal", "=SUM(A1:A9)")),
        ("1 234", "١٢", (4, "Antal", "١٢")),
        ("län;Män;2023;..", "län;Kvinnor;2023;..", (5, "", "psychologist, 12, women, all, primary, all, 2023")),
        ("Kvinnor;2023;X", "Kvinnor;23;X", (7, "År", "23")),
        ("Kvinnor;2023;X", "Kvinnor;2023", (7, "", "4 cells")),
    ],
)
def test_every_fault_is_named_with_its_row(faults: Check, old: str, new: str, fault: tuple[int, str, str]) -> None:
    assert EXPORT.count(old) >= 1
    utf8 = MAPPING.replace('"cp1252"', '"utf-8"')
    (row, column, value), *_ = faults(EXPORT.replace(old, new, 1), utf8, "utf-8")
    assert (row, column) == fault[:2]
    assert value.startswith(fault[2])


def test_all_faults_are_reported_at_once(faults: Check) -> None:
    broken = EXPORT.replace("1 234", "många").replace("Arbetsterapeuter", "Arbetsterapi")
    assert faults(broken) == [(4, "Antal", "många"), (7, "Yrke", "Arbetsterapi")]


def test_a_wrong_encoding_is_named(faults: Check) -> None:
    (found,) = faults(mapping=MAPPING.replace("cp1252", "utf-8"))
    assert found[0] == 1


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ('sector = "all"\n', "", "sector"),
        ('sector = "all"', 'sector = "everything"', "fixed.sector"),
        ('"Psykologer" = "psychologist"', '"Psykologer" = "shrink"', "codes.profession.Psykologer"),
        ('decimal = ","', 'decimal = "decimal"', "file.decimal"),
        ("header_row = 3", "header_row = 0", "file.header_row"),
        ('value = "Antal"', 'worth = "Antal"', "value"),
        ("header_row = 3", "header_row = = 3", ""),
        ('thousands = " "', 'thousands = ","', "file.thousands"),
        ('"12 Skåne län" = "12"', '"12 Skåne län" = "99"', "codes.region.12 Skåne län"),
        ('sector = "all"\n', 'sector = "all"\nregion = "99"\n', "fixed.region"),
        ("header_row = 3", "header_row = " + "[" * 20_000, ""),
    ],
)
def test_a_wrong_mapping_is_named(faults: Check, old: str, new: str, column: str) -> None:
    assert old in MAPPING
    assert column in [found[1] for found in faults(mapping=MAPPING.replace(old, new))]


def test_an_unknown_region_is_answered_with_the_codes(files: Callable[..., tuple[Path, Path]]) -> None:
    mapping = MAPPING.replace('[codes.region]\n"12 Skåne län" = "12"\n"Riket" = "00"\n', "").replace("cp1252", "utf-8")
    file, place = files(EXPORT.replace("12 Skåne län", "12").replace("Riket", "99"), mapping, "utf-8")
    with pytest.raises(InputError) as error:
        exports.read_export(file, exports.read_mapping(place))
    (problem,) = error.value.problems
    assert (problem.file, problem.row, problem.column, problem.value) == ("syntetisk export.csv", 7, "Län", "99")
    assert "00 the nation, 01 Region Stockholm, 03 Region Uppsala" in problem.expected
    assert "25 Region Norrbotten" in problem.expected
    assert "[codes.region]" in problem.fix
    assert len(exports._regions()) == 22


def test_the_decimal_sign_is_no_other_sign(files: Callable[..., tuple[Path, Path]]) -> None:
    _, place = files(mapping=MAPPING.replace('thousands = " "', 'thousands = ","'))
    with pytest.raises(InputError) as error:
        exports.read_mapping(place)
    (problem,) = error.value.problems
    assert (problem.file, problem.column, problem.value) == ("map.toml", "file.thousands", ",")
    assert "another sign than file.decimal, ','" in problem.expected
    assert "correct one of the two" in problem.fix


SPECIAL = (
    "/dev/zero",
    "/dev/stdin",
    "/dev/null",
    "/dev/fd/0",
    "/proc/self/environ",
    "/proc/version",
    "/sys/kernel/mm",
    "/",
)


@pytest.mark.skipif(os.name != "posix", reason="devices have other names")
@pytest.mark.parametrize("special", [*SPECIAL, "pipe", "socket", "folder", "loop", "link", "nul\0"])
@pytest.mark.parametrize("part", ["export", "mapping"])
def test_special_files_are_refused(
    part: str, special: str, files: Callable[..., tuple[Path, Path]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, place = files()
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    path = Path(special)
    if special == "pipe":
        os.mkfifo(path)
    elif special == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(special)
    elif special == "folder":
        path.mkdir()
    elif special in ("loop", "link"):
        path.symlink_to("loop" if special == "loop" else "/dev/zero")
    with pytest.raises(InputError) as error:
        exports.read_mapping(path) if part == "mapping" else exports.read_export(path, exports.read_mapping(place))
    (problem,) = error.value.problems
    assert problem.expected and problem.fix


def test_a_mapping_of_bounded_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "map.toml"
    with path.open("wb") as file:
        file.truncate(3_000_000_000)
    with pytest.raises(InputError, match=r"3000000000 bytes.*at most 1000000 bytes"):
        exports.read_mapping(path)
    path.write_bytes(b"# \xe5")
    with pytest.raises(InputError, match="UTF-8"):
        exports.read_mapping(path)


def test_what_a_terminal_would_obey_is_shown_as_its_code(files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    file, place = files(EXPORT.replace("Kön;År", "K\x1b[2Jön;År"), MAPPING.replace("cp1252", "utf-8"), "utf-8")
    odd = file.rename(tmp_path / "ex\x1b]0;port\x07.csv")
    shown = CliRunner().invoke(app, ["exports", "check", str(odd), "--mapping", str(place)])
    assert shown.exit_code == 1
    assert "\x1b" not in shown.output
    assert "\x07" not in shown.output
    assert r"\x1b]0;port\x07" in shown.output.replace("\n", "")


def test_a_file_that_is_not_there_or_too_large_is_refused(
    files: Callable[..., tuple[Path, Path]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file, place = files()
    mapping = exports.read_mapping(place)
    with pytest.raises(InputError, match="a file that can be read"):
        exports.read_export(tmp_path / "none.csv", mapping)
    monkeypatch.setattr(exports, "LARGEST", 10)
    with pytest.raises(InputError, match="at most 10 bytes"):
        exports.read_export(file, mapping)


def test_the_command_checks_and_writes(files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    file, mapping = files()
    target = tmp_path / "tidy.csv"
    shown = CliRunner().invoke(app, ["exports", "check", str(file), "--mapping", str(mapping), "--output", str(target)])
    assert shown.exit_code == 0, shown.output
    assert "4 cells fit the mapping" in shown.stdout
    assert target.read_text(encoding="utf-8").splitlines()[0] == ",".join(personnel.COLUMNS)


def test_the_command_ends_in_a_message(files: Callable[..., tuple[Path, Path]]) -> None:
    file, mapping = files(EXPORT.replace("1 234", "många"))
    shown = CliRunner().invoke(app, ["exports", "check", str(file), "--mapping", str(mapping)])
    assert shown.exit_code == 1
    assert "row 4" in shown.output
    assert "Traceback" not in shown.output


def test_a_written_export_takes_part_in_the_model(files: Callable[..., tuple[Path, Path]], tmp_path: Path) -> None:
    file, mapping = files()
    target = tmp_path / "tidy.csv"
    CliRunner().invoke(app, ["exports", "check", str(file), "--mapping", str(mapping), "--output", str(target)])
    text = dict.fromkeys(("region", "qualifier", "source"), "str")
    written = pd.read_csv(target, dtype=text, keep_default_na=False, na_values=[""])
    every = tables.read_all()
    joined = personnel.build({**every, "personnel_export": written})
    assert len(joined) == len(personnel.build(every)) + 4
    assert set(joined.loc[joined["region"] == "12", "qualifier"]) >= {""}


CHAPTERS = (personnel_chapter, collaborative_regions, local_care, mental_health, development_needs, supply_assessment)


def planted() -> pd.DataFrame:
    """An export by region and sex with one small cell, 3 women; all of it is synthetic."""
    counts = {("12", "women"): 3, ("12", "men"): 40, ("01", "women"): 77, ("01", "men"): 88, ("14", "women"): 66}
    counts |= {("14", "men"): 55}
    for region in ("12", "01", "14"):
        counts[region, "total"] = counts[region, "women"] + counts[region, "men"]
    for sex in ("women", "men", "total"):
        counts["00", sex] = sum(counts[region, sex] for region in ("12", "01", "14"))
    rows = pd.DataFrame([(*key, float(value)) for key, value in counts.items()], columns=["region", "sex", "value"])
    return rows.assign(
        profession="psychologist",
        sector="all",
        care_level="primary",
        principal="all",
        year=2031,
        measure="persons",
        unit="persons",
        status="reported",
        qualifier="",
        source="påhittad.csv 0123456789ab",
        definition="licensed",
    )[personnel.COLUMNS]


def test_a_small_cell_is_hidden_with_all_that_would_give_it_away() -> None:
    hidden = personnel.protected(personnel.from_export(planted()))
    cells = hidden.set_index(["region", "sex"])
    assert math.isnan(cells.loc[("12", "women"), "value"])
    assert cells.loc[("00", "total"), "value"] == 329
    assert set(hidden.loc[hidden["value"].isna(), "status"]) == {"suppressed"}
    assert hidden["source"].str.startswith("export-").all()
    found = audit(hidden, [Dimension("region", "00"), Dimension("sex", "total")])
    assert found.passes
    assert len(found.cells) >= 4


def test_sums_that_hold_only_nearly_are_protected_too() -> None:
    rows = planted()
    # Some persons are in no region, and figures were rounded each on its own.
    rows.loc[(rows["region"] == "00") & (rows["sex"] == "total"), "value"] += 2
    hidden = personnel.protected(personnel.from_export(rows))
    cells = hidden.set_index(["region", "sex"])["value"]
    assert math.isnan(cells["12", "women"])
    assert cells.isna().sum() >= 4
    kept = hidden["value"].notna()
    assert hidden.loc[kept, "value"].equals(rows.loc[kept, "value"])


def test_large_cells_are_left_as_they_are() -> None:
    rows = planted().assign(value=lambda frame: frame["value"] * 10)
    pd.testing.assert_series_equal(personnel.protected(rows)["value"], rows["value"])


def test_small_values_of_kolada_are_hidden() -> None:
    values = pd.DataFrame(
        [("N70007", f"00{region}", 2031, "T", value) for region, value in (("12", 3), ("01", 40), ("14", 50), ("00", 93))],
        columns=["key_figure", "area", "year", "sex", "value"],
    )
    every = tables.read_all()
    joined = personnel.build({**every, "kolada_values": values})
    found = joined.loc[joined["source"] == "Kolada N70007"].set_index("region")["value"]
    assert math.isnan(found["12"])
    assert found.isna().sum() == 2


def names_export(frame: pd.DataFrame) -> pd.Series:
    return frame.astype(str).apply(lambda column: column.str.contains("export-")).any(axis=1)


def test_a_planted_small_cell_never_reaches_a_page(
    tmp_path: Path, frames: dict[str, pd.DataFrame], graded: Assumptions
) -> None:
    context = Context.of("sv", material.run(frames | {"personnel_export": planted()}, graded, 64))
    hidden = personnel.protected(personnel.from_export(planted()))
    secret = planted().loc[hidden["value"].isna(), "value"]
    shown = [personnel_chapter.region_rows(context, "12"), personnel_chapter.region_rows(context, "01")]
    for module in CHAPTERS:
        for function in list(vars(module).values()):
            names = list(inspect.signature(function).parameters) if inspect.isfunction(function) else []
            if names == ["context"] and function.__module__ == module.__name__ and not function.__name__.startswith("_"):
                found = function(context)
                shown += [found] if isinstance(found, Figure | Table) else []
    tables_shown = [item.table if isinstance(item, Figure) else item for item in shown]
    of_export = [table for table in tables_shown if names_export(table.data).any()]
    assert len(of_export) >= 3
    for table in of_export:
        own = table.data.loc[names_export(table.data)]
        assert not own["value"].isin(secret).any(), table.name
        rows = table.cells.loc[names_export(table.cells)]
        assert not rows.isin([f"{value:.0f}" for value in secret]).any(axis=None), table.name
    for item in (item for item in shown if isinstance(item, Figure)):
        specification = json.dumps(item.bundle()[VEGALITE])
        assert "export-" not in specification or not any(f"{value}" in specification for value in secret)
    html = "".join(table.html(context.language) for table in tables_shown)
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    assert not given_away(tmp_path)
    # The same pages without suppression would be reported.
    raw = Table("raw", planted(), planted().assign(source="export-x"), "", "").html(context.language)
    (tmp_path / "page.html").write_text(html + raw, encoding="utf-8")
    assert given_away(tmp_path)
