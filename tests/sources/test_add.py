"""Files that a person downloads, in ten layouts; all of them are synthetic and say so."""

import os
import socket
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from riktvarden import tables
from riktvarden.baseline import personnel
from riktvarden.cli import app
from riktvarden.problems import InputError
from riktvarden.sources import downloads, proposals

Write = Callable[..., Path]
RECORD = '\n[record]\nsource = "SCB, syntetiskt"\nlicence = "CC0-1.0"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def made(name: str, content: str | list[list[Any]], *, encoding: str = "utf-8", merged: str = "") -> Path:
        path = tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding=encoding)
            return path
        book = Workbook()
        book.create_sheet("Om", 0).append(["syntetiskt"])
        sheet = book.create_sheet("Tabell", 1)
        for row in content:
            sheet.append(row)
        for cells in merged.split():
            sheet.merge_cells(cells)
        book.save(path)
        return path

    return made


@pytest.fixture
def read(write: Write) -> Callable[..., downloads.Found]:
    def found(path: Path, mapping: str) -> downloads.Found:
        place = write("map.toml", mapping + RECORD)
        return downloads.read(path, downloads.read_mapping(place))

    return found


REGIONS = [*tables.read("regions")[["region", "name"]].itertuples(index=False, name=None)]
PEOPLE = {code: 1_000 * (at + 100) for at, (code, _) in enumerate(REGIONS)}
EXPECTED = [(code, 2025, PEOPLE[code]) for code, _ in REGIONS]
HEAD = 'table = "population_region"\nconfirmed = true\n'
COLUMNS = '[columns]\nregion = "region"\npopulation = "folkmängd"\n[fixed]\nyear = "2025"\n'
CODES = "[codes.region]\n" + "".join(f'"{code} {name}" = "{code}"\n' for code, name in REGIONS)


def lines(shown: Callable[[str, str], str], sep: str = ";") -> str:
    return "".join(f"{code} {name}{sep}{shown(code, name)}\n" for code, name in REGIONS)


def layout(**written: str) -> str:
    return "[file]\n" + "".join(
        f"{key} = {value}\n" for key, value in ({"header_rows": "[1]", "decimal": '","'} | written).items()
    )


def title_rows() -> tuple[str, Any, dict[str, Any], str]:
    text = "Folkmängd, syntetiskt\n\nregion;folkmängd\n" + lines(lambda code, _: str(PEOPLE[code]))
    return "a.csv", text, {}, HEAD + layout(header_rows="[3]", delimiter='";"') + COLUMNS + CODES


def footnotes() -> tuple[str, Any, dict[str, Any], str]:
    text = "region;folkmängd\n" + lines(lambda code, _: str(PEOPLE[code])) + "\nKälla: påhittat;\nFotnot\n"
    return "a.csv", text, {}, HEAD + layout(last_row="22", delimiter='";"') + COLUMNS + CODES


def merged_heads() -> tuple[str, Any, dict[str, Any], str]:
    rows = [["region", "folkmängd, syntetiskt", None, None], [None, "2025", "2024", None], [None, "alla", "alla", "män"]]
    rows += [[f"{code} {name}", PEOPLE[code], 5, 3] for code, name in REGIONS]
    mapping = HEAD + layout(header_rows="[1, 2, 3]", sheet='"Tabell"')
    columns = '[columns]\nregion = "region"\npopulation = "folkmängd, syntetiskt 2025 alla"\n[fixed]\nyear = "2025"\n'
    ignore = 'ignore = ["folkmängd, syntetiskt 2024 alla", "folkmängd, syntetiskt 2024 män"]\n'
    return "a.xlsx", rows, {"merged": "B1:D1 C2:D2"}, ignore + mapping + columns + CODES


def latin_1() -> tuple[str, Any, dict[str, Any], str]:
    text = "region;folkmängd\n" + lines(lambda code, _: str(PEOPLE[code]))
    mapping = HEAD + layout(delimiter='";"', encoding='"iso-8859-1"') + COLUMNS + CODES
    return "a.csv", text, {"encoding": "iso-8859-1"}, mapping


def xlsx() -> tuple[str, Any, dict[str, Any], str]:
    rows = [["region", "folkmängd"], *([f"{code} {name}", float(PEOPLE[code])] for code, name in REGIONS)]
    return "a.xlsx", rows, {}, HEAD + layout(sheet='"Tabell"') + COLUMNS + CODES


def decimal_comma() -> tuple[str, Any, dict[str, Any], str]:
    text = "region\tfolkmängd\n" + lines(
        lambda code, _: f"{PEOPLE[code]:,}".replace(",", "\N{NO-BREAK SPACE}") + ",0", "\t"
    )
    mapping = layout(delimiter='"\\t"', thousands='"\N{NO-BREAK SPACE}"')
    return "a.txt", text, {}, HEAD + mapping + COLUMNS + CODES


def two_header_rows() -> tuple[str, Any, dict[str, Any], str]:
    text = ";folkmängd;;\nregion;2023;2024;2025\n" + lines(lambda code, _: f"1;2;{PEOPLE[code]}")
    columns = '[columns]\nregion = "region"\npopulation = "folkmängd 2025"\n[fixed]\nyear = "2025"\n'
    mapping = 'ignore = ["folkmängd 2023", "folkmängd 2024"]\n' + HEAD + layout(header_rows="[1, 2]", delimiter='";"')
    return "a.csv", text, {}, mapping + columns + CODES


def wide_years() -> tuple[str, Any, dict[str, Any], str]:
    text = "region;2024;2025\n" + lines(lambda code, _: f"{PEOPLE[code]};{PEOPLE[code]}")
    columns = '[columns]\nregion = "region"\n[wide]\nby = ["year"]\nvalue = "population"\n[skip]\nyear = ["2024"]\n'
    return "a.csv", text, {}, HEAD + layout(delimiter='";"') + columns + CODES


def sums() -> tuple[str, Any, dict[str, Any], str]:
    text = f"region;folkmängd\nRiket;{sum(PEOPLE.values())}\n" + lines(lambda code, _: str(PEOPLE[code]))
    return "a.csv", text, {}, HEAD + layout(delimiter='";"') + COLUMNS + CODES + '[sums]\nregion = ["Riket"]\n'


LAYOUTS = [title_rows, footnotes, merged_heads, latin_1, xlsx, decimal_comma, two_header_rows, wide_years, sums]


@pytest.mark.parametrize("layout_of", LAYOUTS)
def test_every_layout_gives_the_same_rows(layout_of: Callable[[], Any], write: Write, read: Callable[..., Any]) -> None:
    name, content, how, mapping = layout_of()
    found = read(write(name, content, **how), mapping)
    assert [*found.rows.astype({"year": int, "population": int}).itertuples(index=False, name=None)] == EXPECTED
    assert found.record.requests[0].method == "FILE"
    assert found.record.source == "SCB, syntetiskt"


EXPORT = """Syntetisk export för test: inga verkliga tal
Yrke;Län;Kön;År;Antal
Psykologer;12 Skåne län;Kvinnor;2023;1 234
Psykologer;12 Skåne län;Män;2023;..
Arbetsterapeuter;Riket;Kvinnor;2023;X
Arbetsterapeuter;Riket;Män;2023;56,5
Arbetsterapeuter;Riket;Alla;2023;-
"""
PERSONNEL = """
table = "personnel_export"
confirmed = true

[file]
header_rows = [2]
encoding = "utf-8"
delimiter = ";"
decimal = ","
thousands = " "

[columns]
profession = "Yrke"
region = "Län"
sex = "Kön"
year = "År"
value = "Antal"

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
"Alla" = "total"

[marks]
".." = "missing"
"X" = "suppressed"
"-" = "zero"
"""


def test_marks_stay_what_they_are(write: Write, read: Callable[..., Any]) -> None:
    found = read(write("syntetisk export.csv", EXPORT), PERSONNEL)
    assert list(found.rows.columns) == personnel.COLUMNS
    assert found.rows["status"].tolist() == ["reported", "missing", "suppressed", "reported", "reported"]
    assert found.rows["value"].dropna().tolist() == [1234, 56.5, 0]
    assert found.record.flags == ("1 cell missing", "1 cell suppressed")
    assert found.rows["source"].str.fullmatch(r"export-syntetisk export\.csv [0-9a-f]{12}").all()
    built = personnel.build({**tables.read_all(), "personnel_export": found.rows.astype({"year": "Int64"})})
    assert len(built) == len(personnel.build(tables.read_all())) + 5


def faults(read: Callable[..., Any], path: Path, mapping: str) -> list[tuple[str, int, str, str]]:
    with pytest.raises(InputError) as error:
        read(path, mapping)
    assert all(problem.expected and problem.fix for problem in error.value.problems)
    return [(problem.file, problem.row, problem.column, problem.value) for problem in error.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Kön;År", "Sex;År", (2, "Kön", "0 of them")),
        ("Antal\n", "Antal;Andel\n", (2, "Andel", "Andel")),
        ("Psykologer;12 Skåne län;Kvinnor", "Psykologerna;12 Skåne län;Kvinnor", (3, "Yrke", "Psykologerna")),
        ("Kvinnor;2023;1 234", "Kvinnor;2023;cirka 1 234", (3, "Antal", "cirka 1 234")),
        ("1 234", "12 34", (3, "Antal", "12 34")),
        ("1 234", "-5", (3, "Antal", "-5")),
        ("1 234", "1.5", (3, "Antal", "1.5")),
        ("1 234", "=SUM(A1:A9)", (3, "Antal", "=SUM(A1:A9)")),
        ("1 234", "١٢", (3, "Antal", "١٢")),
        (
            "Psykologer;12 Skåne län;Män",
            "Psykologer;12 Skåne län;Kvinnor",
            (4, "Yrke, Län, Kön", "psychologist, 12, women"),
        ),
        ("Kvinnor;2023;X", "Kvinnor;tjugo;X", (5, "År", "tjugo")),
        ("Kvinnor;2023;X", "Kvinnor;2023", (5, "", "4 cells")),
    ],
)
def test_every_fault_is_named_with_its_row(
    write: Write, read: Callable[..., Any], old: str, new: str, fault: tuple[int, str, str]
) -> None:
    assert EXPORT.count(old) >= 1
    file, row, column, value = faults(read, write("a.csv", EXPORT.replace(old, new, 1)), PERSONNEL)[0]
    assert (file, row) == ("a.csv", fault[0])
    assert column.startswith(fault[1])
    assert value.startswith(fault[2])


def test_all_faults_are_reported_at_once(write: Write, read: Callable[..., Any]) -> None:
    broken = EXPORT.replace("1 234", "många").replace("Arbetsterapeuter", "Arbetsterapi")
    found = faults(read, write("a.csv", broken), PERSONNEL)
    assert found == [("a.csv", 3, "Antal", "många"), ("a.csv", 5, "Yrke", "Arbetsterapi")]


def test_a_sum_that_its_parts_do_not_give_is_named(write: Write, read: Callable[..., Any]) -> None:
    name, text, _, mapping = sums()
    wrong = text.replace(f"Riket;{sum(PEOPLE.values())}", f"Riket;{sum(PEOPLE.values()) + 1}")
    (found,) = faults(read, write(name, wrong), mapping)
    assert found == ("a.csv", 2, "folkmängd", str(sum(PEOPLE.values()) + 1))


def test_a_sum_with_hidden_parts_is_left_out_and_said_to_be_unchecked(write: Write, read: Callable[..., Any]) -> None:
    mapping = PERSONNEL + '[sums]\n"Kön" = ["Alla"]\n'
    found = read(write("a.csv", EXPORT.replace("2023;-", "2023;99")), mapping)
    assert len(found.rows) == 4
    assert "1 sum of Kön not checked: parts are missing or suppressed" in found.record.flags


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("confirmed = true", "confirmed = false", "confirmed"),
        ('"personnel_export"', '"personal"', "table"),
        ('sector = "all"\n', "", "sector"),
        ('sector = "all"', 'sector = "everything"', "fixed.sector"),
        ('"Psykologer" = "psychologist"', '"Psykologer" = "shrink"', "codes.profession.Psykologer"),
        ('"Psykologer" = "psychologist"', '"Psykologer" = ""', "codes.profession.Psykologer"),
        ('decimal = ","', 'decimal = "decimal"', "file.decimal"),
        ("header_rows = [2]", "header_rows = [0]", "file.header_rows[0]"),
        ('profession = "Yrke"', 'trade = "Yrke"', "columns.trade"),
        ("header_rows = [2]", "header_rows = = 3", ""),
        ('thousands = " "', 'thousands = ","', "file.thousands"),
        ('"12 Skåne län" = "12"', '"12 Skåne län" = "99"', "codes.region.12 Skåne län"),
        ('sector = "all"\n', 'sector = "all"\nregion = "00"\n', "region"),
        ("header_rows = [2]", "header_rows = " + "[" * 20_000, ""),
    ],
)
def test_a_wrong_mapping_is_named(write: Write, read: Callable[..., Any], old: str, new: str, column: str) -> None:
    assert old in PERSONNEL
    found = faults(read, write("a.csv", EXPORT), PERSONNEL.replace(old, new))
    assert ("map.toml", column) in [(file, named) for file, _, named, _ in found]


def test_a_wrong_encoding_is_named(write: Write, read: Callable[..., Any]) -> None:
    ((_, row, _, value),) = faults(read, write("a.csv", EXPORT, encoding="cp1252"), PERSONNEL)
    assert (row, value) == (1, "byte 0xf6")


def test_what_the_contract_does_not_allow_is_named_where_it_is_in_the_file(write: Write, read: Callable[..., Any]) -> None:
    name, text, _, mapping = title_rows()
    found = faults(read, write(name, text.replace(f"Uppsala;{PEOPLE['03']}", "Uppsala;1234,5")), mapping)
    assert found == [("a.csv", 5, "folkmängd", "1234.5")]


@pytest.mark.parametrize("name", ["a.pdf", "a.xlsx", "none.csv"])
def test_what_is_no_table_is_refused(write: Write, read: Callable[..., Any], name: str, tmp_path: Path) -> None:
    path = tmp_path / name if name == "none.csv" else write(name, "no table\n")
    assert faults(read, path, PERSONNEL)


def test_a_file_too_large_is_refused(write: Write, read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "LARGEST", 10)
    with pytest.raises(InputError, match="at most 10 bytes"):
        read(write("a.csv", EXPORT), PERSONNEL)
    monkeypatch.setattr(downloads, "LARGEST", 1_000_000)
    monkeypatch.setattr(downloads, "LARGEST_EXPANDED", 10)
    with pytest.raises(InputError, match="once expanded"):
        read(write("a.xlsx", [["x"]]), PERSONNEL)


def test_rows_that_were_read_can_be_staged(write: Write, read: Callable[..., Any], tmp_path: Path) -> None:
    from riktvarden.sources.staging import stage, staged

    name, content, how, mapping = sums()
    found = read(write(name, content, **how), mapping)
    stage(found.table, found.rows, found.record, folder=tmp_path / "staged")
    waiting = staged(tmp_path / "staged")["population_region"]
    assert waiting.record == found.record
    assert waiting.rows()["population"].sum() == sum(PEOPLE.values())
    assert isinstance(waiting.rows(), pd.DataFrame)


# --- proposals ------------------------------------------------------------------------------------------


def confirmed(mapping: str) -> str:
    """What a person makes of a proposal who agrees with it, and fills in what has to be filled in."""
    filled = mapping.replace("confirmed = false", "confirmed = true").replace('\nyear = ""', '\nyear = "2025"')
    return filled.replace('source = ""', 'source = "SCB, syntetiskt"').replace('licence = ""', 'licence = "CC0-1.0"')


@pytest.mark.parametrize("layout_of", LAYOUTS)
def test_a_proposal_that_is_confirmed_reads_the_file(layout_of: Callable[[], Any], write: Write) -> None:
    name, content, how, _ = layout_of()
    path = write(name, content, **how)
    proposal = proposals.propose(path, "population_region")
    with pytest.raises(InputError, match="a person has confirmed"):
        downloads.read_mapping(write("unread.toml", proposal.mapping))
    agreed = confirmed(proposal.mapping)
    if layout_of is wide_years:  # the person leaves out a year
        agreed += '\n[skip]\nyear = ["2024"]\n'
    if layout_of in (merged_heads, two_header_rows):  # wide by year, and by more than the table has
        assert 'by = ["year"' in agreed or "ignore" in agreed
        return
    found = downloads.read(path, downloads.read_mapping(write("map.toml", agreed)))
    assert [*found.rows.astype({"year": int, "population": int}).itertuples(index=False, name=None)] == EXPECTED


@pytest.mark.parametrize("table", ["population_region", None])
def test_the_table_that_the_file_is_most_like_is_proposed(write: Write, table: str | None) -> None:
    name, content, how, _ = wide_years()
    proposal = proposals.propose(write(name, content, **how), table)
    assert proposal.table == "population_region"
    assert proposal.seen[0] == ("region", 21, [f"{code} {name}" for code, name in REGIONS[:8]], "region")
    assert proposal.seen[1][3] == "population by year"


def test_what_has_to_be_decided_is_left_empty(write: Write) -> None:
    proposal = proposals.propose(write("a.csv", EXPORT.replace("2023;X", "2023;okänt")), "personnel_export")
    read = tomllib.loads(proposal.mapping)
    assert read["columns"] == {"profession": "Yrke", "region": "Län", "sex": "Kön", "year": "År", "value": "Antal"}
    assert read["codes"]["region"] == {"12 Skåne län": "12", "Riket": "00"}
    assert read["codes"]["sex"] == {"Kvinnor": "women", "Män": "men", "Alla": "total"}
    assert read["marks"] == {"-": "zero", "..": "missing", "okänt": ""}
    assert set(read["fixed"]) == {"sector", "care_level", "principal", "measure", "definition"}
    with pytest.raises(InputError) as error:
        downloads.read_mapping(write("map.toml", proposal.mapping))
    assert len(error.value.problems) > 5


def test_a_file_without_numbers_or_for_no_table_is_refused(write: Write) -> None:
    with pytest.raises(InputError, match="rows with numbers"):
        proposals.propose(write("a.csv", "Syntetisk;text\n"))
    with pytest.raises(InputError, match="one of career_evidence"):
        proposals.propose(write("a.csv", EXPORT), "sheep")


# --- the command ----------------------------------------------------------------------------------------

SPECIAL = ("/dev/zero", "/dev/stdin", "/dev/null", "/dev/fd/0", "/proc/self/environ", "/sys/kernel/mm", "/")


@pytest.mark.skipif(os.name != "posix", reason="devices have other names")
@pytest.mark.parametrize("special", [*SPECIAL, "pipe.csv", "socket.csv", "folder.csv", "loop.csv", "link.csv", "nul\0"])
@pytest.mark.parametrize("part", ["file", "mapping"])
def test_special_files_are_refused(
    part: str, special: str, write: Write, read: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket has to be short
    path = Path(special)
    if special == "pipe.csv":
        os.mkfifo(path)
    elif special == "socket.csv":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(special)
    elif special == "folder.csv":
        path.mkdir()
    elif special in ("loop.csv", "link.csv"):
        path.symlink_to("loop.csv" if special == "loop.csv" else "/dev/zero")
    with pytest.raises(InputError) as error:
        downloads.read_mapping(path) if part == "mapping" else read(path, PERSONNEL)
    (problem,) = error.value.problems
    assert problem.expected and problem.fix


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["data", *map(str, arguments)])


def test_a_file_is_proposed_corrected_and_added(write: Write, tmp_path: Path) -> None:
    name, content, how, _ = sums()
    file, folder = write(name, content, **how), tmp_path / "staged"
    shown = run("add", file, "--propose", "--table", "population_region")
    assert shown.exit_code == 0, shown.output
    assert "for the table population_region" in shown.output
    again = run("add", file, "--propose")
    assert again.exit_code == 1
    assert "a name that no file has yet" in again.output
    early = run("add", file, "--folder", folder)
    assert early.exit_code == 1
    assert "a mapping that a person has confirmed" in early.output
    assert "nothing was staged" in early.output
    place = file.with_suffix(".toml")
    place.write_text(confirmed(place.read_text(encoding="utf-8")), encoding="utf-8")
    added = run("add", file, "--folder", folder)
    assert added.exit_code == 0, added.output
    assert "21 rows of population_region staged" in added.output
    assert run("diff", "nothing", "--folder", folder).exit_code == 1
    assert run("accept", "nothing", "--folder", folder).exit_code == 1
    assert "nothing is staged" in run("accept", "--folder", tmp_path / "none").output


def test_what_a_terminal_would_obey_is_shown_as_its_code(write: Write, tmp_path: Path) -> None:
    file = write("a.csv", EXPORT.replace("Kön;År", "K\x1b[2Jön;År")).rename(tmp_path / "ex\x1b]0;port\x07.csv")
    shown = run("add", file, "--mapping", write("map.toml", PERSONNEL + RECORD), "--folder", tmp_path / "staged")
    assert shown.exit_code == 1
    assert "\x1b" not in shown.output
    assert "\x07" not in shown.output
    assert r"\x1b]0;port\x07" in shown.output.replace("\n", "")
