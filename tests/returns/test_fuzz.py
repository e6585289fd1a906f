"""Randomly damaged workbooks, archives and text files are either refused or read, never crash."""

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from riktvarden import texts
from riktvarden.problems import InputError
from riktvarden.returns.check import check
from riktvarden.returns.rules import Known

PIECES = (
    b"", b"0", b"-1", b"1e308", b"NaN", b"inf", b"99999999999", b"=1+1", b"\x00", b"\xff\xfe", b"&#0;", b"&#x1b;", b"]]>",
    b"<c/>", b"<row/>", b"</row>", b"<v>", b'"', b"'", b"true", b"ST", b"xl/workbook.xml", b"/xl/worksheets/sheet2.xml",
    b"../x", b"rId1",
    "１２".encode(), "\u202e".encode(), "Å".encode("latin-1"), b";;;", b'"99"', b"FFFFFF", b"theme", b"8501011236",
    b"A1:XFD1048576", b"xmlns=", b"<!DOCTYPE x>", b"<?x?>", b"<!--", b"\r\n", b";", b",", b"\t", b"saknas",
    b" " * 3_000, b"9" * 400,
)  # fmt: skip


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """Change a few places: bytes, pieces between signs, whole stretches left out, repeated or moved."""
    content = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(content) + 1)
        to = min(at + chance.choice((1, 1, 2, 8, 40, 300)), len(content))
        kind = chance.randrange(7)
        if kind == 0 and content:
            content[min(at, len(content) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            del content[at:to]
        elif kind == 2:
            content[at:at] = content[at:to]
        elif kind == 3:
            content[at:at] = chance.choice(PIECES)
        elif kind == 4:
            del content[at:]
        else:
            # Values of attributes, texts and cells are where a reader takes decisions.
            values = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)|(?<=[;,])[^;,]*(?=[;,])', bytes(content)))
            if values:
                chosen = chance.choice(values)
                content[chosen.start() : chosen.end()] = chance.choice(PIECES)
    return bytes(content)


def workbooks(sound: bytes, chance: random.Random) -> Iterator[bytes]:
    """Damage one part and pack the others as they were."""
    with zipfile.ZipFile(io.BytesIO(sound)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    often = ["xl/worksheets/sheet1.xml"] * 6 + ["xl/styles.xml", "xl/workbook.xml"] * 3 + list(parts)
    while True:
        hit, out = chance.choice(often), io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, damaged(content, chance) if name == hit else content)
        yield out.getvalue()


def containers(sound: bytes, chance: random.Random) -> Iterator[bytes]:
    """Damage the archive itself, half of the time in its table of contents."""
    end = sound.rfind(b"PK\x05\x06")
    table = int.from_bytes(sound[end + 16 : end + 20], "little")
    while True:
        at = 0 if chance.random() < 0.5 else table
        yield sound[:at] + damaged(sound[at:], chance)


def tried(count: int, seed: int, ending: str, files: Iterator[bytes], folder: Path, known: Known) -> tuple[int, int]:
    """Check damaged files; what is read is sound, and what is not is refused in words that can be printed."""
    read, path = 0, folder / f"retur{ending}"
    for number in range(count):
        path.write_bytes(next(files))
        try:
            frame = check(path, known).frame
        except InputError as error:
            assert error.problems
            assert all(problem.expected and problem.fix and str(problem).isprintable() for problem in error.problems)
        except Exception as error:  # the seed and number give the file again
            raise AssertionError(f"seed {seed}, {ending} {number}: {error!r}") from error
        else:
            read += 1
            figures = frame["value"].dropna()
            assert ((figures >= 0) & (figures < 1e9)).all()
            assert all(texts.fault(name, 100, is_name=True) is None for name in frame["care_unit"])
            assert not any(texts.names_person(text) for text in {*frame["care_unit"], *frame["comment"]})
    return read, count - read


def every_kind(count: int, seed: int, sound: bytes, text: bytes, folder: Path, known: Known) -> dict[str, tuple[int, int]]:
    chance = random.Random(seed)
    with_values = (damaged(text, chance) for _ in iter(int, 1))
    kinds = {
        "workbook": (".xlsx", workbooks(sound, chance)),
        "container": (".xlsx", containers(sound, chance)),
        "text": (".csv", with_values),
    }
    return {kind: tried(count, seed, ending, files, folder, known) for kind, (ending, files) in kinds.items()}


@pytest.fixture
def text(filled: Callable[..., Path], as_csv: Callable[..., Path]) -> bytes:
    return as_csv(filled()).read_bytes()


def test_damaged_files_are_read_or_refused(sound: bytes, text: bytes, tmp_path: Path, known: Known) -> None:
    counts = every_kind(40, 20261130, sound, text, tmp_path, known)
    assert all(refused > 0 for _, refused in counts.values())


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_many_damaged_files_are_read_or_refused(seed: int, sound: bytes, text: bytes, tmp_path: Path, known: Known) -> None:
    counts = every_kind(100, seed, sound, text, tmp_path, known)
    assert all(refused > 0 for _, refused in counts.values())
    assert sum(read for read, _ in counts.values()) > 0
