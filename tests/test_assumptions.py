"""Problems in the assumptions are reported by file, line, key, value and expectation."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from riktvarden import assumptions, parameters, tables
from riktvarden.problems import InputError

SOUND = """\
# What is tested.

[share_of_something]
symbol = "s"
value = 0.4
low = 0.3
high = 0.5
distribution = "pert"
unit = "share"
grade = "D"
source = "assumption"
date = 2026-11-21
label_sv = "Andel av något"
label_en = "Share of something"
"""
OTHER = SOUND.replace("share_of_something", "share_of_another").replace('"s"', '"z"')
FILE = "data/assumptions/a.toml"


def swap(old: str, new: str) -> str:
    assert SOUND.count(old) == 1
    return SOUND.replace(old, new)


# One fault each: the file, and the row, column, value and a piece of what was expected.
BROKEN = {
    "unknown key": (swap("unit =", "units ="), (3, "units", "units", "only the keys symbol, value")),
    "missing unit": (swap('unit = "share"\n', ""), (3, "unit", "no key", "a key 'unit'")),
    "low above high": (swap("low = 0.3", "low = 0.6"), (3, "low", "0.6", "at most high, which is 0.5")),
    "value outside": (swap("value = 0.4", "value = 4"), (3, "value", "4.0", "from low 0.3 to high 0.5")),
    "range that is fixed": (
        swap('"pert"', '"fixed"'),
        (3, "distribution", "fixed", "equal low, value and high"),
    ),
    "no range that is drawn": (
        swap("low = 0.3\nhigh = 0.5", "low = 0.4\nhigh = 0.4"),
        (3, "distribution", "pert", "fixed, as low, value and high are equal"),
    ),
    "unknown distribution": (swap('"pert"', '"normal"'), (3, "distribution", "normal", "'pert'")),
    "bad grade": (swap('grade = "D"', 'grade = "E"'), (3, "grade", "E", "'A', 'B', 'C' or 'D'")),
    "grade without a source": (
        swap('grade = "D"', 'grade = "A"'),
        (3, "source", "assumption", "a source, as grade A requires"),
    ),
    "source that is none": (
        swap('grade = "D"', 'grade = "A"').replace('"assumption"', '"none"'),
        (3, "source", "none", "a source, as grade A requires"),
    ),
    "source of no grade": (
        swap('source = "assumption"', 'source = "none"'),
        (3, "source", "none", "'assumption', or the source"),
    ),
    "percent for a share": (
        swap("value = 0.4\nlow = 0.3\nhigh = 0.5", "value = 40\nlow = 0.3\nhigh = 50"),
        (3, "value", "40.0", "a share from 0 to 1"),
    ),
    "negative share": (swap("low = 0.3", "low = -0.3"), (3, "low", "-0.3", "a share from 0 to 1")),
    "share of something above 1": (
        swap('"share"', '"share of pay"').replace("high = 0.5", "high = 1.5"),
        (3, "high", "1.5", "a share from 0 to 1"),
    ),
    "percent for a rate": (
        swap('"share"', '"per year"').replace("high = 0.5", "high = 4.5"),
        (3, "high", "4.5", "a rate between 0 and 1"),
    ),
    "rate of 0": (
        swap('"share"', '"per year"').replace("low = 0.3", "low = 0"),
        (3, "low", "0.0", "a rate between 0 and 1"),
    ),
    "percent for a growth": (
        swap('"share"', '"per year"').replace("share_of", "growth_of").replace("high = 0.5", "high = 4"),
        (3, "high", "4.0", "a growth between -1 and 1"),
    ),
    "half a year": (
        swap("value = 0.4\nlow = 0.3\nhigh = 0.5", "value = 2040.5\nlow = 2035\nhigh = 2045").replace("share", "year"),
        (3, "value", "2040.5", "a whole year"),
    ),
    "no full time": (
        swap('"share"', '"FTE per person"').replace("low = 0.3", "low = 0"),
        (3, "low", "0.0", "more than 0, at most 1"),
    ),
    "nobody": (swap('"share"', '"persons"').replace("low = 0.3", "low = 0"), (3, "low", "0.0", "more than 0")),
    "empty source": (swap('source = "assumption"', 'source = ""'), (3, "source", "", "text that is not empty")),
    "empty label": (swap('"Andel av något"', '" "'), (3, "label_sv", " ", "text that is not empty")),
    "number in quotes": (swap("value = 0.4", 'value = "0.4"'), (3, "value", "0.4", "a number without quotes")),
    "not a number": (swap("high = 0.5", "high = nan"), (3, "high", "nan", "finite number")),
    "true for a number": (swap("high = 0.5", "high = true"), (3, "high", "True", "a number")),
    "number for a text": (swap('"share"\n', "1\n"), (3, "unit", "1", "text that is not empty")),
    "date in quotes": (swap("2026-11-21", '"2026-11-21"'), (3, "date", "2026-11-21", "date")),
    "comma decimal": (swap("value = 0.4", "value = 0,4"), (5, "", "value = 0,4", "TOML")),
    "key twice": (swap("value = 0.4", "value = 0.4\nvalue = 0.4"), (6, "", "value = 0.4", "TOML")),
    "table twice": (SOUND + SOUND, (17, "", "[share_of_something]", "TOML")),
    "cut off": (SOUND.rstrip().removesuffix('"'), (14, "", 'label_en = "Share of something', "TOML")),
    "key outside its table": ("share = 0.4\n" + SOUND, (1, "share", "0.4", "a table [share]")),
    "name in another form": (
        swap("share_of_something", "ShareOfSomething"),
        (3, "ShareOfSomething", "ShareOfSomething", "lower-case ASCII letters"),
    ),
    "same symbol": (SOUND + OTHER.replace('"z"', '"s"'), (17, "symbol", "s", "a.toml, row 3 has it already")),
    "table in a table": (SOUND + "[share_of_something.more]\nx = 1\n", (3, "more", "more", "only the keys")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data" / "assumptions").mkdir(parents=True)
    return tmp_path / "data"


@pytest.mark.parametrize(("text", "reported"), BROKEN.values(), ids=BROKEN)
def test_a_fault_is_reported_where_it_is(folder: Path, text: str, reported: tuple[int, str, str, str]) -> None:
    (folder / "assumptions/a.toml").write_text(text, encoding="utf-8")
    row, column, value, expected = reported
    matching = [
        problem
        for problem in assumptions.check(folder)
        if (problem.file, problem.row, problem.column, problem.value) == (FILE, row, column, value)
    ]
    assert matching, assumptions.check(folder)
    assert any(expected in problem.expected for problem in matching), matching
    assert all(problem.fix for problem in matching)


def test_a_file_that_is_not_utf8_is_reported(folder: Path) -> None:
    (folder / "assumptions/a.toml").write_bytes(SOUND.encode("latin-1"))
    (problem,) = assumptions.check(folder)
    assert (problem.file, problem.row, problem.value) == (FILE, 13, 'label_sv = "Andel av n\ufffdgot"')


def test_no_assumptions_at_all_are_reported(folder: Path) -> None:
    (problem,) = assumptions.check(folder)
    assert (problem.file, problem.value) == ("data/assumptions", "no files")


def test_faults_in_two_files_are_reported_together(folder: Path) -> None:
    (folder / "assumptions/a.toml").write_text(swap("low = 0.3", "low = 0.6"), encoding="utf-8")
    (folder / "assumptions/b.toml").write_text(OTHER.replace("unit", "units"), encoding="utf-8")
    with pytest.raises(InputError) as error:
        assumptions.read(folder)
    assert [(problem.file[-6:], problem.column) for problem in error.value.problems] == [
        ("a.toml", "low"),
        ("b.toml", "unit"),
        ("b.toml", "units"),
    ]
    assert "a.toml, row 3, column low: found '0.6'" in str(error.value)


def test_a_name_in_two_files_is_reported(folder: Path) -> None:
    (folder / "assumptions/a.toml").write_text(SOUND, encoding="utf-8")
    (folder / "assumptions/b.toml").write_text(SOUND, encoding="utf-8")
    (problem,) = assumptions.check(folder)
    assert (problem.file, problem.row) == ("data/assumptions/b.toml", 3)
    assert "data/assumptions/a.toml, row 3 has it already" in problem.expected


def test_the_projects_own_assumptions_are_sound() -> None:
    assert assumptions.check() == []
    read = assumptions.read()
    assert read.central() == {name: read[name].value for name in read}
    assert read["inhabitants_per_specialist"].value == 1100
    assert read["inhabitants_per_specialist"].distribution == "scenario"
    assert read["contacts_year"].distribution == "fixed"
    assert len(read) == len(list(read)) >= 50


def test_what_may_be_negative_is_taken(folder: Path) -> None:
    text = swap("low = 0.3", "low = -0.3")
    growth = text.replace("share_of_something", "st_growth").replace('"share"', '"per year"')
    deviation = text.replace("share_of_something", "list_deviation").replace('"s"', '"z"')
    (folder / "assumptions/a.toml").write_text(growth + deviation, encoding="utf-8")
    assert assumptions.check(folder) == []


def test_a_number_that_occurs_three_times_is_reported_once(folder: Path) -> None:
    text = swap("value = 0.4\nlow = 0.3\nhigh = 0.5", "value = 93\nlow = 93\nhigh = 93").replace("pert", "fixed")
    (folder / "assumptions/a.toml").write_text(text, encoding="utf-8")
    assert [problem.column for problem in assumptions.check(folder)] == ["value"]


def own(folder: Path, file: str, change: Callable[[str], str]) -> Path:
    """The project's own assumptions with one file changed."""
    shutil.rmtree(folder / "assumptions")
    shutil.copytree(tables.DATA / "assumptions", folder / "assumptions")
    path = folder / "assumptions" / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return folder


def test_the_models_parameters_are_the_projects_assumptions() -> None:
    assert assumptions.unlike_parameters() == []


def test_a_renamed_assumption_is_reported_where_it_is(folder: Path) -> None:
    (found,) = assumptions.unlike_parameters(own(folder, "st.toml", lambda text: text.replace("[st_growth]", "[st_grows]")))
    assert (found.file, found.value) == ("data/assumptions/st.toml", "st_grows")
    assert found.row > 0
    assert "'st_growth'" in found.expected


def test_an_assumption_that_is_gone_and_one_that_nothing_reads_are_reported(folder: Path) -> None:
    text = SOUND.replace("share_of_something", "zzz").replace('"s"', '"zz"')
    changed = own(folder, "need.toml", lambda _: text)
    found = assumptions.unlike_parameters(changed)
    assert [problem.value for problem in found] == ["no table"] * (len(found) - 1) + ["zzz"]
    assert {problem.file for problem in found} == {"data/assumptions/need.toml"}
    assert {problem.column for problem in found[:-1]} == set(parameters.types(parameters.Need))


def test_an_assumption_in_another_file_is_reported(folder: Path) -> None:
    table = tables.DATA.joinpath("assumptions/need.toml").read_text(encoding="utf-8")
    changed = own(folder, "st.toml", lambda text: text + "\n" + table)
    (changed / "assumptions/need.toml").unlink()
    found = assumptions.unlike_parameters(changed)
    assert {problem.file for problem in found} == {"data/assumptions/st.toml"}
    assert all("data/assumptions/need.toml" in problem.expected for problem in found)


def test_a_range_where_the_model_takes_one_value_is_refused(folder: Path) -> None:
    def widen(text: str) -> str:
        head, tail = text.split("[first_adjustable_intake]")
        return head + "[first_adjustable_intake]" + tail.replace("high = 2027", "high = 2029", 1)

    (found,) = assumptions.unlike_parameters(own(folder, "st.toml", widen))
    assert (found.column, found.value) == ("first_adjustable_intake", "2027 to 2029")
    assert "one value" in found.expected


def test_names_in_a_file_that_cannot_be_read_are_not_reported_one_by_one(folder: Path) -> None:
    (folder / "assumptions/a.toml").write_text(SOUND, encoding="utf-8")
    (folder / "assumptions/b.toml").write_text(OTHER + "x = \n", encoding="utf-8")
    assert assumptions.unlike_parameters(folder) == []
    assert len(assumptions.check(folder)) == 1


YEAR = """\
[{name}]
symbol = "{name}"
value = {value}
low = {low}
high = {high}
distribution = "{distribution}"
unit = "year"
grade = "D"
source = "assumption"
date = 2026-11-21
label_sv = "År"
label_en = "Year"
"""


@pytest.mark.parametrize(
    ("name", "low", "value", "high", "reported"),
    [
        ("target_year", 2035, 2040, 2060, []),
        ("target_year", 2035, 2040, 2070, [("high", "population_nation")]),
        ("target_year", 1999, 2040, 2045, [("low", "population_nation")]),
    ],
)
def test_years_are_compared_with_the_tables(
    data_of: Callable[..., Path], name: str, low: int, value: int, high: int, reported: list[tuple[str, str]]
) -> None:
    folder = data_of("regions", "municipalities", "population_region", "population_municipality", "population_nation")
    (folder / "assumptions").mkdir()
    distribution = "fixed" if low == high else "scenario"
    text = YEAR.format(name=name, low=low, value=value, high=high, distribution=distribution)
    (folder / "assumptions/a.toml").write_text(text, encoding="utf-8")
    problems = assumptions.check(folder)
    assert [(problem.file, problem.row, problem.column) for problem in problems] == [(FILE, 1, key) for key, _ in reported]
    assert all(f"tables/{table}.csv" in problem.expected for problem, (_, table) in zip(problems, reported, strict=True))
    assert all(problem.fix for problem in problems)


@pytest.mark.parametrize(
    ("name", "figure", "inhabitants"),
    [("st_persons_nation", "st-014", 1_000)],
)
def test_a_derived_value_is_what_its_figure_gives(name: str, figure: str, inhabitants: int) -> None:
    density = tables.read("published_st").set_index("figure")["value"][figure]
    read = assumptions.read()
    derived, year = read[name], read[f"{name}_year"].value
    population = tables.read("population_nation").groupby("year")["population"].sum()[year]
    assert figure in derived.source
    assert derived.value == round(density * population / inhabitants)


def test_published_figures_that_assumptions_rest_on_exist() -> None:
    known = {figure for name in ("published_st", "published_professions") for figure in tables.read(name)["figure"]}
    for name, assumption in assumptions.read().items():
        named = set(re.findall(r"\b(?:st|pr)-\d+", f"{assumption.source} {assumption.note}"))
        assert named <= known, name


def test_an_assumption_cannot_be_changed_in_passing() -> None:
    with pytest.raises(ValueError, match="frozen"):
        assumptions.read()["target_year"].value = 2025


fast = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
number = st.floats(-1e6, 1e6, allow_nan=False).map(lambda x: round(x, 3))


@fast
@given(low=number, value=number, high=number, distribution=st.sampled_from(["fixed", "scenario", "uniform", "pert"]))
@example(low=1.0, value=1.0, high=1.0, distribution="fixed")
@example(low=0.0, value=0.0, high=1.0, distribution="pert")
def test_exactly_ordered_ranges_are_taken(folder: Path, low: float, value: float, high: float, distribution: str) -> None:
    # Moved to where no domain is left: the order alone is tested.
    low, value, high = low + 2e6, value + 2e6, high + 2e6
    text = swap("value = 0.4\nlow = 0.3\nhigh = 0.5", f"value = {value}\nlow = {low}\nhigh = {high}")
    text = text.replace('"share"', '"persons"')
    (folder / "assumptions/a.toml").write_text(text.replace("pert", distribution), encoding="utf-8")
    sound = low <= value <= high and (low == high) == (distribution == "fixed")
    assert (assumptions.check(folder) == []) == sound


@fast
@given(raw=st.binary(max_size=80) | st.text('[]"=#.\n\\abc019 -', max_size=80).map(str.encode))
def test_no_bytes_end_in_a_traceback(folder: Path, raw: bytes) -> None:
    (folder / "assumptions/a.toml").write_bytes(raw)
    problems = assumptions.check(folder)
    assert all(problem.file == FILE and problem.fix for problem in problems)


@pytest.mark.parametrize("edit", [lambda text: text, lambda text: text.replace("\n", "\r\n")])
def test_line_ends_do_not_matter(folder: Path, edit: Callable[[str], str]) -> None:
    (folder / "assumptions/a.toml").write_bytes(edit(SOUND).encode())
    assert assumptions.read(folder)["share_of_something"].unit == "share"
