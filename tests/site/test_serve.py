"""`riktvarden serve` in a browser, on a toy: an edit is shown, a fault is explained, and nothing is left running."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect
from typer.testing import CliRunner

from riktvarden import cli
from riktvarden.book import publish, serve

from ..book.conftest import INDEX, make_root, write_chapter

BUILD = """\
import sys
from pathlib import Path
from riktvarden.book import kernels
from riktvarden.book.build import BuildError, build
from riktvarden.book.publish import alone

kernels.PRELOAD = ("ipykernel_launcher", "ipykernel.kernelapp")
root = Path.cwd()
try:
    with alone(root / "_build", "building a toy") as publication:
        build(root, publication, {"12": "Skåne"})
        publication.put_out()
except BuildError as error:
    sys.exit(str(error))
"""
SERVE = """\
import sys
from pathlib import Path
from riktvarden.book import serve
from riktvarden.cli import app

root, run = Path(sys.argv[1]), serve.run

def of_toy(server, _root, home, _command, say):
    run(server, root, home, ["toy"], say, preload=("riktvarden.book.build",))

serve.run = of_toy
app(["serve", "--port", "0", "--output", str(root / "_build")])
"""
LONG = 120_000
"""Milliseconds that a build of a toy may take on a busy machine."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_root(tmp_path_factory.mktemp("served"))
    (root / "toy.py").write_text(BUILD, encoding="utf-8")
    (root / "src/riktvarden/part.py").write_text("value = 1\n", encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def served(root: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running server and its address."""
    command = [sys.executable, "-c", SERVE, str(root)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    assert running.stdout is not None
    yield running, running.stdout.readline().split()[0]
    running.kill()
    running.wait()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(LONG)
    yield page
    page.close()


def test_edit_is_shown_fault_is_explained_and_nothing_is_left(
    root: Path, served: tuple[subprocess.Popen[str], str], page: Page
) -> None:
    running, address = served
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}sv/chapters/index.html")  # the first page waits until there is one
    expect(page.locator("article h1")).to_contain_text("Start", timeout=LONG)

    (root / "chapters/index.md").write_text(f"{INDEX}\nA sentence more.\n", encoding="utf-8")
    expect(page.locator("article")).to_contain_text("A sentence more.", timeout=LONG)
    assert "@reload" not in (root / "_build/site/sv/chapters/index.html").read_text(encoding="utf-8")

    page.goto(f"{address}sv/chapters/need.html")
    write_chapter(root, code="x = 1\n1 / 0")
    panel = page.locator("#rv-build")
    expect(panel).to_contain_text("chapters/need, cell 3 (c2): ZeroDivisionError: division by zero", timeout=LONG)
    expect(panel).to_contain_text("at line 2 of the cell")
    expect(page.locator("article")).to_contain_text("sv")
    write_chapter(root, code="print('whole again')")
    expect(page.locator("article")).to_contain_text("whole again", timeout=LONG)
    expect(page.locator("#rv-build")).to_be_hidden()
    assert [text for text in said if "Content Security Policy" in text] == []

    assert publish.changed(root / "_build/site") == []
    of_it = psutil.Process(running.pid).children(recursive=True)
    assert of_it, "what builds stays warm"
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    assert psutil.wait_procs(of_it, timeout=60)[1] == []
    assert "Traceback" not in running.stdout.read()


@pytest.mark.parametrize(
    ("trace", "place"),
    [
        ('  File "{root}/src/riktvarden/part.py", line 12, in f\n  File "/usr/lib/json.py", line 3', "part.py, line 12"),
        ("File {root}/src/riktvarden/part.py:7, in f()\nFile {root}/.venv/lib/pandas.py:9", "part.py, line 7"),
        ("Cell In[2], line 4\n----> 4 f()", "line 4 of the cell"),
    ],
)
def test_fault_has_the_last_line_of_the_project(tmp_path: Path, trace: str, place: str) -> None:
    log = tmp_path / "need.log"
    log.write_text(f"\x1b[31m{trace.format(root=tmp_path)}\x1b[0m", encoding="utf-8")
    first, where, last = serve.placed(f"need: ValueError: no\n  traceback: {log}", tmp_path).splitlines()
    assert (first, last) == ("need: ValueError: no", f"  traceback: {log}")
    assert where.endswith(place)


def test_fault_of_the_program_begins_with_its_line(tmp_path: Path) -> None:
    said = (
        f'Traceback (most recent call last):\n  File "{tmp_path}/src/a.py", line 3\n    x = =\nSyntaxError: invalid syntax'
    )
    assert serve.placed(said, tmp_path).startswith("src/a.py, line 3: SyntaxError: invalid syntax\n")
    assert serve.placed("need: no such chapter", tmp_path) == "need: no such chapter"


def test_script_comes_last_and_once() -> None:
    assert serve.with_script(b"<body></body></html>", "1").count(b"<script") == 1
    assert serve.with_script(b"<body>a</BODY>", "1").endswith(b'data-made="1"></script></BODY>')
    assert serve.with_script(b"a", "1").startswith(b"a<script")


def test_sources_are_neither_built_nor_hidden(tmp_path: Path) -> None:
    for name in ("chapters/a.md", "_build/site/a.html", ".git/a", "data/t.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a", encoding="utf-8")
    before = serve.sources(tmp_path, tmp_path / "_build")
    assert {file.name for file in before} == {"a.md", "t.csv"}
    (tmp_path / "chapters/a.md").write_text("ab", encoding="utf-8")
    assert serve.sources(tmp_path, tmp_path / "_build").keys() == before.keys()
    assert serve.sources(tmp_path, tmp_path / "_build") != before


def test_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli.app, ["serve", "--port", str(port), "--output", str(tmp_path)])
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line == f"127.0.0.1:{port}: in use by another program; choose another port with --port"


def test_nothing_of_it_is_a_style_or_script_of_the_site() -> None:
    assert "EventSource" not in "".join(
        file.read_text(encoding="utf-8") for file in (Path(__file__).parents[2] / "chapters/_static").glob("*.js")
    )
