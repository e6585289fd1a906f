"""A completed form with synthetic figures, and helpers to change its cells or parts."""

import datetime
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from riktvarden.returns import form, store, template
from riktvarden.returns.rules import Known

DATE = datetime.date(2025, 12, 31)
TODAY = datetime.date(2026, 11, 21)

SYNTHETIC = {
    "Hela regionen": ("alla", 30.5, 2, 34, 20, 14, 26.5, 3, (6, 6, 6, 6, 5, 5)),
    "Påhittad enhet norr": ("egen", 20.5, 2, 22, 13, 9, 17, 2, (4, 4, 4, 4, 3, 3)),
    "Påhittad enhet syd": ("privat", 10, 0, 12, 7, 5, 9.5, 1, (2, 2, 2, 2, 2, 2)),
}
"""Units and figures that are made up: sector, positions, vacant, persons, women, men, FTE, leave, by year."""

ORDER = ("sector", "positions", "vacancies", "persons", "women", "men", "fte", "on_leave")


def cell(name: str, row: int) -> str:
    return f"{form.letter(form.COLUMN[name])}{row}"


@pytest.fixture(scope="session")
def project() -> Known:
    return store.known()


@pytest.fixture(scope="session")
def known(project: Known) -> Known:
    return project


@pytest.fixture(scope="session")
def sound(project: Known, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("form") / "form.xlsx"
    template.write_template("12", DATE, project, path, units=10)
    book = openpyxl.load_workbook(path)
    for row, (name, figures) in enumerate(SYNTHETIC.items(), start=form.FIRST_ROW):
        book["ST"][cell("care_unit", row)] = name
        for field, value in zip(ORDER, figures, strict=False):
            book["ST"][cell(field, row)] = value
        for year, persons in enumerate(figures[-1], start=1):
            book["ST"][cell(f"year_{year}", row)] = persons
    book.save(path)
    return path.read_bytes()


@pytest.fixture
def filled(sound: bytes, tmp_path: Path) -> Callable[..., Path]:
    """The filled form with cells changed, by name of the cell in capital letters or by a function of the book."""

    def write(
        cells: dict[str, object] | None = None,
        change: Callable[[openpyxl.Workbook], object] | None = None,
        name: str = "retur.xlsx",
    ) -> Path:
        book = openpyxl.load_workbook(io.BytesIO(sound))
        for place, value in (cells or {}).items():
            book["ST"][place] = value
        if change is not None:
            change(book)
        path = tmp_path / name
        book.save(path)
        return path

    return write


@pytest.fixture
def as_csv(tmp_path: Path) -> Callable[..., Path]:
    """The sheet to fill in of a workbook, saved as text."""

    def write(workbook: Path, delimiter: str = ";", encoding: str = "utf-8-sig") -> Path:
        rows = openpyxl.load_workbook(workbook)["ST"].iter_rows(values_only=True)
        lines = []
        for row in rows:
            cells = ["" if value is None else str(value).removesuffix(" 00:00:00") for value in row]
            lines.append(delimiter.join(f'"{text}"' if delimiter in text else text for text in cells))
        path = tmp_path / "retur.csv"
        path.write_bytes("\r\n".join(lines).encode(encoding))
        return path

    return write


def _add(archive: zipfile.ZipFile, part: str, content: bytes, compress: bool) -> None:
    """Add a part; a large one as it is unless asked otherwise, so that other bounds than the ratio are met."""
    is_stored = len(content) > 1_000_000 and not compress
    archive.writestr(part, content, zipfile.ZIP_STORED if is_stored else zipfile.ZIP_DEFLATED)


@pytest.fixture
def with_parts(sound: bytes, tmp_path: Path) -> Callable[..., Path]:
    """The filled form with parts of its archive changed or added."""

    def write(parts: dict[str, bytes | Callable[[bytes], bytes]], name: str = "retur.xlsx", compress: bool = False) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(io.BytesIO(sound)) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.namelist():
                content = old.read(entry)
                change = parts.get(entry, content)
                _add(new, entry, change(content) if callable(change) else change, compress)
            for entry in parts.keys() - set(old.namelist()):
                content = parts[entry]
                assert isinstance(content, bytes), f"{entry} is not in the form"
                _add(new, entry, content, compress)
        return path

    return write
