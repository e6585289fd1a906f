"""The contract of the data: problems are reported by file, row, column, value and expectation."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from riktvarden import tables
from riktvarden.problems import SHOWN, InputError, Problem

Edit = Callable[[Path], object]


def swap(table: str, old: str | bytes, new: str | bytes) -> Edit:
    """Replace one piece of a table, which must be there exactly once."""
    before, after = (text.encode() if isinstance(text, str) else text for text in (old, new))

    def edit(folder: Path) -> None:
        path = folder / "tables" / f"{table}.csv"
        assert path.read_bytes().count(before) == 1
        path.write_bytes(path.read_bytes().replace(before, after))

    return edit


def whole(table: str, change: Callable[[bytes], bytes]) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / "tables" / f"{table}.csv"
        path.write_bytes(change(path.read_bytes()))

    return edit


def contract(change: Callable[[dict], object]) -> Edit:
    def edit(folder: Path) -> None:
        path = folder / tables.CONTRACT
        described = json.loads(path.read_text(encoding="utf-8"))
        change(described)
        path.write_text(json.dumps(described, indent=2, ensure_ascii=False), encoding="utf-8")

    return edit


REGION = "data/tables/population_region.csv"
HEADER = "region,year,population"

# One fault each: what is done, and the file, row, column, value and a piece of what was expected.
BROKEN = {
    "missing file": (
        lambda folder: (folder / "tables/population_region.csv").unlink(),
        (REGION, 0, "", "no file", "the table that datapackage.json describes"),
    ),
    "empty file": (
        whole("population_region", lambda _: b""),
        (REGION, 0, "", "an empty file", "a header and rows"),
    ),
    "no rows": (
        whole("population_region", lambda raw: raw.splitlines(keepends=True)[0]),
        (REGION, 0, "", "a header and no rows", "at least one row"),
    ),
    "cut off": (
        swap("population_region", "25,2024,248620\n", "25,2024,24"),
        (REGION, 22, "", "25,2024,24", "may be truncated"),
    ),
    "truncated line": (
        swap("population_region", "04,2024,301542\n", "04,2024\n"),
        (REGION, 4, "population", "04,2024", "3 cells"),
    ),
    "blank line": (
        swap("population_region", "04,2024,301542\n", "\n"),
        (REGION, 4, "", "an empty line", "3 cells"),
    ),
    "thousands separated by comma": (
        swap("population_region", "04,2024,301542\n", "04,2024,301,542\n"),
        (REGION, 4, "", "04,2024,301,542", "3 cells"),
    ),
    "thousands separated by blank": (
        swap("population_region", "04,2024,301542\n", "04,2024,301 542\n"),
        (REGION, 4, "population", "301 542", "a whole number"),
    ),
    "underscore in a number": (
        swap("population_region", "04,2024,301542\n", "04,2024,301_542\n"),
        (REGION, 4, "population", "301_542", "digits only"),
    ),
    "infinite number": (
        swap("published_st", "inhabitants,0.32,", "inhabitants,inf,"),
        ("data/tables/published_st.csv", 14, "value", "inf", "a number with decimal point"),
    ),
    "comma decimal": (
        swap("published_st", "inhabitants,0.32,", 'inhabitants,"0,32",'),
        ("data/tables/published_st.csv", 14, "value", "0,32", "a number with decimal point"),
    ),
    "extra column": (
        whole("population_region", lambda raw: raw.replace(b"\n", b",x\n")),
        (REGION, 1, "x", "x", "only the columns region, year, population"),
    ),
    "missing column": (
        whole("population_region", lambda raw: raw.replace(b",year,", b",").replace(b",2024,", b",")),
        (REGION, 1, "year", "region,population", "a column 'year'"),
    ),
    "renamed column": (
        swap("population_region", HEADER, "region,år,population"),
        (REGION, 1, "year", "region,år,population", "a column 'year'"),
    ),
    "doubled column": (
        whole(
            "population_region",
            lambda raw: raw.replace(b",year,", b",year,year,").replace(b",2024,", b",1,2024,"),
        ),
        (REGION, 1, "year", "region,year,year,population", "the column 'year' once"),
    ),
    "columns out of order": (
        swap("population_region", HEADER, "year,region,population"),
        (REGION, 1, "", "year,region,population", "the order region,year,population"),
    ),
    "semicolons": (
        whole("population_region", lambda raw: raw.replace(b",", b";")),
        (REGION, 1, "region", "region;year;population", "a column 'region'"),
    ),
    "code without its zero": (
        swap("population_region", "04,2024", "4,2024"),
        (REGION, 4, "region", "4", r"of the form \d{2}"),
    ),
    "unknown code": (
        swap("population_region", "04,2024", "99,2024"),
        (REGION, 4, "region", "99", "a region of data/tables/regions.csv"),
    ),
    "word not in the list": (
        swap("st_baseline", "04,newest", "04,latest"),
        ("data/tables/st_baseline.csv", 21, "use", "latest", "one of newest, reference, never"),
    ),
    "duplicate key of a wide table": (
        swap("population_region_age", "\n09,2015,M,", "\n09,2015,F,"),
        ("data/tables/population_region_age.csv", 417, "region, year, sex", "09, 2015, F", "row 416 has it already"),
    ),
    "duplicate key": (
        swap("population_region", "04,2024", "03,2024"),
        (REGION, 4, "region, year", "03, 2024", "row 3 has it already"),
    ),
    "same value twice": (
        swap("regions", "Region Uppsala", "Region Stockholm"),
        ("data/tables/regions.csv", 3, "principal", "Region Stockholm", "each value once"),
    ),
    "negative count": (
        swap("population_region", "301542", "-301542"),
        (REGION, 4, "population", "-301542", "0 or more"),
    ),
    "empty cell": (
        swap("population_region", "301542", ""),
        (REGION, 4, "population", "", "never empty"),
    ),
    "blank around a text": (
        swap("regions", "04,Södermanland,", "04, Södermanland,"),
        ("data/tables/regions.csv", 4, "name", " Södermanland", "without blanks around it"),
    ),
    "no such day": (
        swap("st_baseline", "01,newest,st-102,persons,2024-07-01", "01,newest,st-102,persons,2024-02-30"),
        ("data/tables/st_baseline.csv", 2, "dated", "2024-02-30", "YYYY-MM-DD"),
    ),
    "quote left open": (
        swap("population_region", "04,2024", '"04,2024'),
        (REGION, 4, "", '"04,2024,301542', "quotes that close in the same line"),
    ),
    "not UTF-8": (
        swap("regions", "04,Södermanland,", "04,Södermanland,".encode("latin-1")),
        ("data/tables/regions.csv", 4, "name", "S\ufffddermanland", "text in UTF-8"),
    ),
    "byte order mark": (
        whole("population_region", lambda raw: b"\xef\xbb\xbf" + raw),
        (REGION, 1, "", "a byte order mark", "UTF-8 without byte order mark"),
    ),
    "carriage returns": (
        whole("population_region", lambda raw: raw.replace(b"\n", b"\r\n")),
        (REGION, 1, "", "a carriage return", "a line feed only"),
    ),
    "stray file": (
        lambda folder: (folder / "tables/regions (1).csv").write_text("x\n"),
        (
            "data/tables/regions (1).csv",
            0,
            "",
            "regions (1).csv",
            "only tables that datapackage.json describes",
        ),
    ),
    "municipality in another region": (
        swap("municipalities", "0114,Upplands Väsby,01", "0114,Upplands Väsby,03"),
        ("data/tables/municipalities.csv", 2, "region", "03", "01, as the code 0114 begins"),
    ),
    "another region's figure": (
        swap("st_baseline", "07,newest", "08,newest"),
        ("data/tables/st_baseline.csv", 27, "region", "08", "07, the region of st-137"),
    ),
    "another measure than the figure's": (
        swap("st_baseline", "12,newest,st-122,persons", "12,newest,st-122,blocks"),
        ("data/tables/st_baseline.csv", 32, "measure", "blocks", "a measure given in persons"),
    ),
    "figure in use without a day": (
        swap("st_baseline", "01,newest,st-102,persons,2024-07-01", "01,newest,st-102,persons,"),
        ("data/tables/st_baseline.csv", 2, "dated", "", "the day that a figure in use"),
    ),
    "two newest figures": (
        swap("st_baseline", "23,reference", "23,newest,st-015,persons_per_1000,2021-12-31,,x\n23,newest"),
        (
            "data/tables/st_baseline.csv",
            47,
            "region, use, figure",
            "23, newest, st-144",
            "row 45 has it already",
        ),
    ),
    "two newest figures of one measure": (
        swap("st_baseline", "01,never,st-100", "01,newest,st-100"),
        ("data/tables/st_baseline.csv", 8, "figure", "st-100", "one newest figure of region 01 in persons"),
    ),
    "figure both used and never used": (
        swap("st_baseline", "04,never,st-131", "04,never,st-132"),
        ("data/tables/st_baseline.csv", 21, "figure", "st-132", "no other row marks as never to be used"),
    ),
    "figure of the future": (
        swap("st_baseline", "01,newest,st-102,persons,2024-07-01", "01,newest,st-102,persons,2026-11-22"),
        ("data/tables/st_baseline.csv", 2, "dated", "2026-11-22", "2026-11-21 or earlier"),
    ),
    "newest figure without a reference": (
        swap("st_baseline", "23,reference,st-144", "23,never,st-145"),
        ("data/tables/st_baseline.csv", 45, "use", "newest", "a reference row in persons of region 23"),
    ),
    "reference figure without a newest": (
        swap("st_baseline", "01,newest,st-102", "01,never,st-102"),
        ("data/tables/st_baseline.csv", 3, "use", "reference", "a newest row in persons of region 01"),
    ),
    "region left out": (
        swap("population_region", "04,2024,301542\n", ""),
        (REGION, 0, "region, year", "no row", "region 04, year 2024, 1 cell, each once"),
    ),
    "year of no region": (
        swap("population_region", "04,2024", "04,2025"),
        (REGION, 4, "year", "2025", "2024 or less"),
    ),
    "selected figure that is not there": (
        swap("care_selection", "so-083,", "so-999,"),
        ("data/tables/care_selection.csv", 31, "figure", "so-999", "a figure of published_st"),
    ),
    "selected figure that is a range": (
        swap("care_selection", "so-083,", "so-082,"),
        ("data/tables/care_selection.csv", 31, "figure", "so-082", "a figure with a value"),
    ),
    "selected figure of the other sex": (
        swap("personnel_selection", "pr-0187,district_nurse,,men", "pr-0187,district_nurse,,women"),
        ("data/tables/personnel_selection.csv", 21, "sex", "women", "men, as pr-0187 has it"),
    ),
    "selected figure in another unit": (
        swap(
            "personnel_selection",
            "pr-0187,district_nurse,,men,public,all,region,,persons",
            "pr-0187,district_nurse,,men,public,all,region,,fte",
        ),
        ("data/tables/personnel_selection.csv", 21, "measure", "fte", "a measure given in personer"),
    ),
    "prefilled from a table that is not there": (
        swap(
            "requested_variables",
            "partial,st_baseline,published for some regions only\npersons",
            "partial,st_other,published for some regions only\npersons",
        ),
        ("data/tables/requested_variables.csv", 2, "prefill_table", "st_other", "one of regions"),
    ),
    "contract missing": (
        lambda folder: (folder / "datapackage.json").unlink(),
        ("data/datapackage.json", 0, "", "no readable file", "the contract of all tables"),
    ),
    "contract broken": (
        lambda folder: (folder / "datapackage.json").write_text('{\n  "name": "x"\n  "title": "y"\n}\n'),
        ("data/datapackage.json", 3, "", '"title": "y"', "JSON (Expecting ',' delimiter"),
    ),
    "contract empty": (
        lambda folder: (folder / "datapackage.json").write_text(""),
        ("data/datapackage.json", 1, "", "", "JSON"),
    ),
    "contract not UTF-8": (
        lambda folder: (folder / "datapackage.json").write_bytes(b'{"title": "R\xe4ttvik"}'),
        ("data/datapackage.json", 1, "", '{"title": "R\ufffdttvik"}', "text in UTF-8"),
    ),
    "contract without tables": (
        lambda folder: (folder / "datapackage.json").write_text("[]"),
        ("data/datapackage.json", 0, "", "[]", "a valid dictionary"),
    ),
    "contract without a publisher": (
        contract(lambda described: described["resources"][0].pop("publisher")),
        ("data/datapackage.json", 0, "resources[0].publisher", "no key", "a key 'publisher'"),
    ),
    "contract with an unknown type": (
        contract(lambda described: described["resources"][0]["schema"]["fields"][0].update(type="code")),
        ("data/datapackage.json", 0, "resources[0].schema.fields[0].type", "code", "'integer', 'number'"),
    ),
    "contract with an unknown constraint value": (
        contract(lambda described: described["resources"][1]["schema"]["fields"][2]["constraints"].update(minimum="x")),
        ("data/datapackage.json", 0, "resources[1].schema.fields[2].constraints.minimum", "x", "a number"),
    ),
    "contract with half a key": (
        contract(lambda described: described["resources"][1]["schema"]["foreignKeys"][0].pop("reference")),
        ("data/datapackage.json", 0, "resources[1].schema.foreignKeys[0].reference", "no key", "a key 'reference'"),
    ),
    "contract with a key to no table": (
        contract(lambda described: described["resources"].pop(0)),
        ("data/datapackage.json", 0, "resources[0].schema.foreignKeys", "regions", "one of population_region"),
    ),
    "contract with a key of no column": (
        contract(lambda described: described["resources"][1]["schema"]["foreignKeys"][0].update(fields="county")),
        ("data/datapackage.json", 0, "resources[1].schema.foreignKeys", "county", "one of region, year, population"),
    ),
    "contract with a key to no column": (
        contract(
            lambda described: described["resources"][1]["schema"]["foreignKeys"][0]["reference"].update(fields="county")
        ),
        ("data/datapackage.json", 0, "resources[1].schema.foreignKeys", "county", "a column of regions: region, name"),
    ),
    "contract with a primary key of no column": (
        contract(lambda described: described["resources"][1]["schema"].update(primaryKey=["region", "month"])),
        ("data/datapackage.json", 0, "resources[1].schema.primaryKey", "month", "one of region, year, population"),
    ),
    "contract with another dialect": (
        contract(lambda described: described["resources"][1]["dialect"].update(delimiter=";")),
        ("data/datapackage.json", 0, "resources[1].dialect", "{'delimiter': ';'", '{"delimiter": ","'),
    ),
    "contract with a dialect in another form": (
        contract(lambda described: described["resources"][1].update(dialect={"csv": {"delimiter": ";"}})),
        ("data/datapackage.json", 0, "resources[1].dialect", "{'csv'", '{"delimiter": ","'),
    ),
    "contract of no day": (
        contract(lambda described: described.update(created="November 2026")),
        ("data/datapackage.json", 0, "created", "November 2026", "a day and time as YYYY-MM-DD"),
    ),
    "contract with a table twice": (
        contract(lambda described: described["resources"].append(described["resources"][0])),
        ("data/datapackage.json", 0, "resources.name", "regions", "each table once"),
    ),
    "changed, and sound": (
        swap("regions", "Region Uppsala", "Region Upsala"),
        ("data/tables/regions.csv", 0, "", "sha256:", "the file changed since it was recorded"),
    ),
}


NEEDED = {
    "care_selection": ("publications", "published_st", "published_professions", "published_sou", "care_selection"),
    "personnel_selection": (
        "publications",
        "published_st",
        "published_professions",
        "published_sou",
        "personnel_selection",
    ),
    "requested_variables": ("regions", "requested_variables"),
    "population_region_age": ("regions", "population_region_age"),
    "municipalities": ("regions", "municipalities"),
    "published_st": ("publications", "published_st"),
    "st_baseline": ("regions", "publications", "published_st", "st_baseline"),
}
"""Tables that must be there for the faults of one to be reported; the regions and their population otherwise."""


@pytest.fixture
def small(data_of: Callable[..., Path]) -> Path:
    return data_of("regions", "population_region", "publications", "published_st")


def found(problem: Problem) -> tuple[str, int, str]:
    return problem.file, problem.row, problem.column


@pytest.mark.parametrize(("edit", "reported"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_reported_where_it_is(
    data_of: Callable[..., Path], edit: Edit, reported: tuple[str, int, str, str, str]
) -> None:
    file, row, column, value, expected = reported
    folder = data_of(*NEEDED.get(Path(file).stem, ("regions", "population_region")))
    edit(folder)
    problems = tables.check(folder)
    matching = [problem for problem in problems if found(problem) == (file, row, column)]
    assert matching, problems
    assert any(problem.value.startswith(value) and expected in problem.expected for problem in matching), matching
    assert all(problem.fix for problem in problems)
    # A file with a fault is not said to have changed as well.
    files = [problem.file for problem in problems if "changed since" in problem.expected]
    assert not set(files) & {problem.file for problem in problems if "changed since" not in problem.expected}


def test_one_fault_is_one_problem(small: Path) -> None:
    swap("population_region", "04,2024,301542\n", "04,2024\n")(small)
    assert len(tables.check(small)) == 1


@pytest.mark.parametrize(
    ("table", "old", "new", "reported"),
    [
        # A decimal comma makes a cell more, and a publication of what was a unit.
        ("published_st", "inhabitants,0.32,", "inhabitants,0,32,", (14, "")),
        ("published_st", "inhabitants,0.32,", "inhabitants,", (14, "note")),
        # A cell before the region makes the region a year.
        ("population_region", "04,2024,301542\n", "x,04,2024,301542\n", (4, "")),
    ],
)
def test_the_shifted_cells_of_a_row_are_not_reported_as_well(
    data_of: Callable[..., Path], table: str, old: str, new: str, reported: tuple[int, str]
) -> None:
    folder = data_of("regions", "population_region", "publications", "published_st", "st_baseline")
    swap(table, old, new)(folder)
    assert [found(problem)[1:] for problem in tables.check(folder)] == [reported]


@pytest.mark.parametrize(
    "edit",
    [
        contract(lambda described: described["resources"][1]["dialect"].update(delimiter=";", quoteChar="'")),
        contract(lambda described: described["resources"][1]["schema"]["foreignKeys"][0].update(fields="county")),
    ],
)
def test_a_fault_of_the_contract_is_reported_alone(small: Path, edit: Edit) -> None:
    edit(small)
    assert len(tables.check(small)) == 1


def test_hidden_files_and_editors_locks_may_lie_among_the_tables(small: Path) -> None:
    for name in (".DS_Store", ".~lock.regions.csv#", "~$regions.csv", ".ipynb_checkpoints/regions-checkpoint.csv"):
        path = small / "tables" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x\n")
    assert tables.check(small) == []


def without(table: str, *patterns: str) -> Edit:
    """Remove the rows that match; there must be one for each pattern."""

    def edit(folder: Path) -> None:
        path = folder / "tables" / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for pattern in patterns:
            kept = [line for line in lines if not re.match(pattern, line)]
            assert len(kept) < len(lines)
            lines = kept
        path.write_text("".join(lines), encoding="utf-8")

    return edit


@pytest.mark.parametrize(
    ("table", "patterns", "reported"),
    [
        ("population_region_age_group", [r"05,2021,"], {"region 05, year 2021, 38 cells, each once"}),
        ("deaths_region_age_group", [r"\d\d,2015,"], {"year 2015, 798 cells, each once"}),
        ("population_region_ten_year", [r"05,2024,"], {"region 05, year 2024, 18 cells, each once"}),
        ("population_municipality_65", [r"0114,2025,"], {"municipality 0114, year 2025, 1 cell, each once"}),
        # The year is reported once, and the region for the other years.
        (
            "population_region_age_group",
            [r"05,", r"\d\d,2013,"],
            {"year 2013, 798 cells, each once", "region 05, 304 cells, each once"},
        ),
        (
            "population_region_age_group",
            [r"05,2021,F,(0-4|90\+),", r"06,2013,M,5-9,"],
            {
                "region 05, year 2021, 2 cells, each once; the first is sex F, age_group 0-4",
                "region 06, year 2013, 1 cell, each once; the first is sex M, age_group 5-9",
            },
        ),
        (
            "population_nation",
            [r"2033,projected,F,100,", r"2060,"],
            {"year 2033, sex F, 1 cell, each once; the first is age 100", "year 2060, 202 cells, each once"},
        ),
        ("population_municipality", [r"0114,2024,"], {"municipality 0114, year 2024, 1 cell, each once"}),
        ("population_municipality", [r"\d{4},2024,"], {"year 2024, 290 cells, each once"}),
        ("population_municipality", [r"0114,2019,"], set()),
        ("population_municipality_age_group", [r"0114,"], {"municipality 0114, year 2020, 9 cells, each once"}),
        ("population_municipality_age_group", [r"\d{4},2020,90\+"], {"age_group 90+, year 2020, 290 cells, each once"}),
        ("population_region_age", [r"05,1999,F,"], {"region 05, year 1999, 1 cell, each once; the first is sex F"}),
        ("deaths_region_age", [r"\d\d,1990,"], {"year 1990, 42 cells, each once"}),
        ("population_municipality_age_sex", [r"0114,2022,"], {"municipality 0114, year 2022, 24 cells, each once"}),
        ("education_municipality", [r"\d{4},2022,[FM],7,"], {"level 7, year 2022, 580 cells, each once"}),
        ("foreign_background_municipality", [r"0114,2020,"], {"municipality 0114, year 2020, 2 cells, each once"}),
        ("municipality_covariates", [r"0114,"], {"municipality 0114, 1 cell, each once"}),
        ("born_abroad_municipality", [r"0114,2018,"], {"municipality 0114, year 2018, 1 cell, each once"}),
        ("care_need_components_region", [r"09,"], {"region 09, 1 cell, each once"}),
    ],
)
def test_a_group_left_out_is_reported(
    data_of: Callable[..., Path], table: str, patterns: list[str], reported: set[str]
) -> None:
    folder = data_of("regions", "municipalities", table)
    without(table, *patterns)(folder)
    problems = tables.check(folder)
    missing = [problem for problem in problems if "changed since" not in problem.expected]
    assert {(problem.file, problem.row, problem.value) for problem in missing} <= {
        (f"data/tables/{table}.csv", 0, "no row")
    }
    assert {problem.expected for problem in missing} == reported
    assert all(problem.fix for problem in missing)


def test_what_is_left_out_is_not_reported_as_a_wrong_sum(data_of: Callable[..., Path]) -> None:
    folder = data_of(
        "regions",
        "population_nation",
        "population_region",
        "population_region_age_group",
        "population_region_ten_year",
        "deaths_region_age_group",
    )
    without("population_region_age_group", "05,2021,")(folder)
    assert len(tables.check(folder)) == 1


def test_a_code_gone_is_not_reported_as_a_group_left_out(small: Path) -> None:
    swap("population_region", "04,2024", "99,2024")(small)
    assert [found(problem) for problem in tables.check(small)] == [(REGION, 4, "region")]


@pytest.mark.parametrize("name", ["st_baseline", "specialist_baseline"])
def test_the_projects_own_judgements_may_be_used(name: str) -> None:
    assert "Attribution 4.0" in tables.source_of(name).licence


def test_faults_in_two_files_are_reported_together(small: Path) -> None:
    swap("population_region", "301542", "-301542")(small)
    swap("published_st", "inhabitants,0.32,", 'inhabitants,"0,32",')(small)
    assert [found(problem) for problem in tables.check(small)] == [
        (REGION, 4, "population"),
        ("data/tables/published_st.csv", 14, "value"),
    ]


def test_two_faults_in_one_file_are_reported_together(small: Path) -> None:
    swap("population_region", "301542", "-301542")(small)
    swap("population_region", "25,2024", "99,2024")(small)
    assert [found(problem) for problem in tables.check(small)] == [
        (REGION, 4, "population"),
        (REGION, 22, "region"),
    ]


def test_a_code_gone_from_one_table_does_not_drown_the_rest(data_of: Callable[..., Path]) -> None:
    folder = data_of("regions", "municipalities")
    swap("regions", "\n04,", "\n26,")(folder)
    changed, unknown = sorted(tables.check(folder), reverse=True)
    assert (changed.file, changed.row) == ("data/tables/regions.csv", 0)
    assert (unknown.file, unknown.value) == ("data/tables/municipalities.csv", "04")
    assert "in 8 further rows" in unknown.fix


def test_sums_are_compared_with_each_other(data: Path) -> None:
    swap("population_region_age_group", "\n01,2021,F,0-4,", "\n01,2021,F,0-4,9")(data)
    swap("deaths_region_age_group", "\n01,2013,F,0-4,43", "\n01,2013,F,0-4,44")(data)
    swap("population_municipality_age_group", "\n0114,2020,0-17,10822", "\n0114,2020,0-17,10823")(data)
    # The municipalities did not change, so the fault is reported in the total that did.
    swap("population_region", "04,2024,301542", "04,2024,301543")(data)
    reported = {(problem.file.split("/")[-1], problem.column): problem for problem in tables.check(data)}
    expected = {
        ("population_region_age_group.csv", "population"): "year 2021, sex F, age_group 0-4",
        ("deaths_region_age_group.csv", "deaths"): "year 2013, sex F",
        ("population_municipality_age_group.csv", "population"): "municipality 0114, year 2020",
        ("population_region.csv", "population"): "region 04, year 2024",
    }
    assert reported.keys() == expected.keys()
    assert all(group in reported[place].expected for place, group in expected.items())
    assert (
        reported["population_region.csv", "population"].row,
        reported["population_region.csv", "population"].value,
    ) == (
        4,
        "301543",
    )


TEN_YEARS = (
    "municipalities",
    "population_region",
    "population_region_age_group",
    "population_municipality",
    "population_municipality_age_group",
    "population_municipality_age_sex",
    "deaths_region_age_group",
)
OLD = ("municipalities", "population_municipality", "population_region_ten_year")
SINGLE_YEARS = ("population_region_age", "population_region_age_group", "deaths_region_age", "deaths_region_age_group")
MUNICIPAL = (
    "municipalities",
    "population_municipality",
    "population_municipality_age_sex",
    "education_municipality",
    "foreign_background_municipality",
)


@pytest.mark.parametrize(
    ("beside", "table", "old", "new", "reported"),
    [
        # From one year of age to the next: the five-year group still fits, the nation does not.
        (
            SINGLE_YEARS,
            "population_region_age",
            "\n09,2015,F,221,253,",
            "\n09,2015,F,222,252,",
            [("population", "year 2015, sex F, age 0"), ("population", "year 2015, sex F, age 1")],
        ),
        # From one region to another: the nation still fits, the five-year groups do not.
        (
            SINGLE_YEARS,
            "deaths_region_age",
            "\n09,2015,F,0,",
            "\n09,2015,F,1,",
            [("deaths", "region 09, year 2015, sex F, age_group 0-4"), ("deaths", "year 2015, sex F")],
        ),
        (
            SINGLE_YEARS,
            "deaths_region_age",
            "\n09,2012,F,3,",
            "\n09,2012,F,4,",
            [("deaths", "year 2012, sex F")],
        ),
        (
            MUNICIPAL,
            "population_municipality_age_sex",
            "\n0114,2022,F,15-19,1407",
            "\n0114,2022,F,15-19,1408",
            [("population", "year 2022, sex F, age_group 15-19")],
        ),
        # From one region to another: the nation still fits, the totals of the regions do not.
        (
            TEN_YEARS,
            "population_region_ten_year",
            "\n09,2024,F,0-14,4447",
            "\n09,2024,F,0-14,4448",
            [("population", "year 2024, sex F, age_group 0-14"), ("population", "region 09, year 2024")],
        ),
        (
            TEN_YEARS,
            "population_region_ten_year",
            "\n09,2022,M,15-24,3412",
            "\n09,2022,M,15-24,3413",
            [
                ("population", "region 09, year 2022, sex M, age_group 15-24"),
                ("population", "year 2022, sex M, age_group 15-24"),
            ],
        ),
        (
            OLD,
            "population_municipality_65",
            "\n0980,2024,60971,",
            "\n0980,2024,60972,",
            [("population", "municipality 0980, year 2024")],
        ),
        (
            OLD,
            "population_municipality_65",
            "\n0980,2024,60971,27.47",
            "\n0980,2024,60971,27.57",
            [("share_65", "region 09, year 2024, 65 and over")],
        ),
        (
            MUNICIPAL,
            "education_municipality",
            "\n0114,2022,M,1,532",
            "\n0114,2022,M,1,533",
            [("population", "year 2022, sex M")],
        ),
        (
            MUNICIPAL,
            "foreign_background_municipality",
            "\n0114,2020,foreign,20555",
            "\n0114,2020,foreign,20556",
            [("population", "municipality 0114, year 2020")],
        ),
        (
            ("municipalities", "care_need_components_region"),
            "born_abroad_municipality",
            "\n0980,2018,59249,2531",
            "\n0980,2018,59249,2532",
            [("born_abroad", "region 09")],
        ),
        (
            (),
            "primary_care_visits_region",
            "\n09,2016,public,nursing,other,at_unit,54643",
            "\n09,2016,public,nursing,other,at_unit,54644",
            [("visits", "year 2016, sector public, care_area nursing, provider other, kind at_unit")],
        ),
        ((), "urbanisation_region", "\n09,2,40.6", "\n09,2,40.8", [("share", "region 09")]),
        ((), "urbanisation_region", "\n09,2,40.6\n09,3,59.4", "", [("share", "region 09")]),
    ],
)
def test_a_sum_that_does_not_fit_is_reported(
    data_of: Callable[..., Path], beside: tuple[str, ...], table: str, old: str, new: str, reported: list[tuple[str, str]]
) -> None:
    folder = data_of("regions", "population_nation", table, *beside)
    swap(table, old, new)(folder)
    problems = tables.check(folder)
    assert {problem.file for problem in problems} == {f"data/tables/{table}.csv"}
    assert {(problem.column, problem.expected.rpartition(" for ")[2]) for problem in problems} == set(reported)


def test_reading_a_broken_table_reports_the_fault(small: Path) -> None:
    swap("population_region", "301542", "-301542")(small)
    with pytest.raises(InputError, match=r"population_region\.csv, row 4, column population: found '-301542'"):
        tables.read("population_region", small)
    assert len(tables.read("regions", small)) == 21


def test_reading_a_changed_table_reports_how_to_record_it(small: Path) -> None:
    swap("population_region", "301542", "301543")(small)
    with pytest.raises(InputError, match="riktvarden check --accept"):
        tables.read("population_region", small)


def test_accept_records_what_changed_and_nothing_else(small: Path) -> None:
    path = small / tables.CONTRACT
    before = path.read_text(encoding="utf-8")
    swap("population_region", "301542", "301543")(small)
    assert tables.accept(small) == ["population_region"]
    assert tables.check(small) == []
    after = path.read_text(encoding="utf-8")
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert [old.split('"')[1] for old, _ in changed] == ["hash"]
    assert tables.accept(small) == []
    assert path.read_text(encoding="utf-8") == after


def test_accept_refuses_a_broken_table_and_writes_nothing(small: Path) -> None:
    before = (small / tables.CONTRACT).read_bytes()
    swap("regions", "Region Uppsala", "Region Upsala")(small)
    swap("population_region", "301542", "-301542")(small)
    with pytest.raises(InputError) as error:
        tables.accept(small)
    assert [found(problem) for problem in error.value.problems] == [(REGION, 4, "population")]
    assert (small / tables.CONTRACT).read_bytes() == before


def test_the_projects_own_tables_keep_the_contract() -> None:
    seen: list[str] = []
    assert tables.check(progress=seen.append) == []
    assert seen == tables.names()


def test_the_contract_says_all_it_must() -> None:
    for name in tables.names():
        table = tables.descriptor(name)
        assert table["title"]
        assert table["title_en"]
        assert table["hash"].startswith("sha256:")
        assert all(field["title"] for field in table["schema"]["fields"])
        counted = [field for field in table["schema"]["fields"] if field["type"] in ("integer", "number")]
        # A published figure's unit stands beside it, in its own column.
        assert all("unit" in field or field["name"] in ("year", "value") for field in counted), name


def test_national_totals(edition: dict[str, Any]) -> None:
    expected = edition["population"]
    regions = tables.read("population_region")
    municipalities = tables.read("population_municipality")
    ages = tables.read("population_region_age_group")
    nation = tables.read("population_nation").groupby("year")["population"].sum()
    assert regions["population"].sum() == nation[2024] == expected["2024"]
    assert municipalities.query("year == 2024")["population"].sum() == expected["2024"]
    assert ages.query("year == 2021")["population"].sum() == nation[2021] == expected["2021"]
    assert (len(regions), len(tables.read("municipalities"))) == (21, 290)


def test_published_figures_keep_their_place(edition: dict[str, Any]) -> None:
    figures = tables.read("published_st").set_index("figure")["value"]
    expected = edition["published_st"]
    assert figures[list(expected)].to_dict() == expected
    # The nation's code beside the regions', and no other.
    allowed = next(
        field["constraints"]["enum"]
        for field in tables.descriptor("published_st")["schema"]["fields"]
        if field["name"] == "region"
    )
    assert allowed == ["00", *tables.read("regions")["region"]]


def test_columns_have_their_types() -> None:
    types = tables.read("st_baseline").dtypes
    assert types["region"] == "str"
    assert types["dated"].kind == "M"
    professions = tables.read("published_professions")
    assert (professions["year"].dtype, professions["value"].dtype) == (pd.Int64Dtype(), "float64")
    assert professions.loc[professions["area"] == "00", "region"].eq("00").all()
    assert tables.read("population_region")["population"].dtype == "int64"
    assert tables.read("kolada_key_figures")["divided_by_sex"].dtype == "bool"


def test_undated_figures_say_so() -> None:
    undated = tables.descriptor("municipality_covariates")
    assert undated["reference_date"] == "not stated"
    assert "grade D" in undated["description"]


def test_twelve_regions_have_no_usable_figure() -> None:
    baseline = tables.read("st_baseline")
    assert baseline.query("use == 'newest'")["region"].nunique() == 21 - 12
    assert not (baseline.query("region == '03'")["measure"] == "persons").any()


def test_source_of_a_table() -> None:
    source = tables.source_of("population_region_age_group")
    assert source.title == "Eurostat demo_r_pjangrp3"
    assert "Attribution 4.0" in source.licence
    assert len(source.sha256) == 64


def test_source_of_a_figure_is_its_publication() -> None:
    source = tables.source_of("published_st", "st-024")
    assert source.publisher == "Läkartidningen"
    assert source.path.startswith("https://lakartidningen.se/")
    assert source.reference_date == "decision 2022-04-28"
    # Where the source words no date its year stands, and where it gives neither that is said.
    assert tables.source_of("published_professions", "pr-0192").reference_date == "2019"
    assert tables.source_of("published_professions", "pr-0365").reference_date == "not stated"


@pytest.mark.parametrize(("name", "figure"), [("nothing", None), ("published_st", "st-999"), ("regions", "01")])
def test_what_does_not_exist_has_no_source(name: str, figure: str | None) -> None:
    with pytest.raises(KeyError, match=r"no (table|published figure)"):
        tables.source_of(name, figure)


def test_an_error_stays_readable_however_much_is_wrong() -> None:
    many = [Problem("data/x.csv", row, "a", "b", "c", "d") for row in range(1, 101)]
    text = str(InputError(reversed(many)))
    assert text.startswith("100 problems in the input:\n  data/x.csv, row 1, column a: found 'b'; expected c.")
    assert f"and {100 - SHOWN} more" in text


copied = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@copied
@given(raw=st.binary(max_size=200) | st.text(alphabet='regionyearpopulation0123456789,."\n', max_size=200).map(str.encode))
@example(raw=b'"\n')
@example(raw=b"\n\n\n")
@example(raw=HEADER.encode() + b"\n,,\n")
def test_no_bytes_end_in_a_traceback(small: Path, raw: bytes) -> None:
    (small / "tables/population_region.csv").write_bytes(raw)
    with pytest.raises(InputError) as error:
        tables.read("population_region", small)
    assert {problem.file for problem in error.value.problems} == {REGION}


@copied
@given(cell=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12), row=st.integers(2, 22))
@example(cell="1e3", row=4)
@example(cell="٣", row=4)
@example(cell="１２", row=4)
def test_any_cell_that_is_no_count_is_named(small: Path, cell: str, row: int) -> None:
    path = small / "tables/population_region.csv"
    original = (tables.DATA / "tables/population_region.csv").read_text(encoding="utf-8").splitlines()
    quoted = '"' + cell.replace('"', '""') + '"'
    original[row - 1] = original[row - 1].rpartition(",")[0] + "," + quoted
    path.write_text("\n".join(original) + "\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        tables.read("population_region", small)
    is_count = cell.isascii() and cell.isdigit()
    expected = (0, "") if is_count else (row, "population")
    assert [(problem.row, problem.column) for problem in error.value.problems] == [expected]


def test_names_are_in_swedish_order() -> None:
    names = ["Östersund", "Ale", "Åre", "Zinkgruvan", "Ängelholm", "Upplands-Bro", "Upplands Väsby", "Uppsala", "åmål"]
    in_order = ["Ale", "Upplands Väsby", "Upplands-Bro", "Uppsala", "Zinkgruvan", "åmål", "Åre", "Ängelholm", "Östersund"]
    assert sorted(names, key=tables.collated) == in_order
