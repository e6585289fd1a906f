"""Warm kernels behave like cold ones, start faster, and fail without affecting others."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from riktvarden.book import kernels, warm, zygote
from riktvarden.book.execute import Page, PageError

from .conftest import PARAMETERS, run_page, tagged, write_notebook

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels are forked on Linux only")

PARENT = "from pathlib import Path\nimport os\nprint(Path(f'/proc/{os.getppid()}/cmdline').read_text())"
SAME = """\
import random, sys, warnings
import numpy as np
import pandas as pd
print({"a", "b", "c", "d"}, hash("å"))
print(pd.DataFrame({"x": np.random.default_rng(7).normal(size=3)}))
random.seed(1); np.random.seed(1)
print(random.random(), np.random.random(), __name__, sys.argv[0].endswith("ipykernel_launcher.py"), sys.path[0] == "")
warnings.warn("once")
"""


PRELOAD = kernels.PRELOAD
"""As it is outside these tests."""


@pytest.fixture(autouse=True)
def nothing_left(light: None) -> Iterator[None]:
    """Kernels, zygotes and sockets of a test end with it."""
    yield
    warm.close()


def execute(folder: Path, *sources: str, name: str = "12", timeout: int = 60) -> nbformat.NotebookNode:
    folder.mkdir(parents=True, exist_ok=True)
    source, target = folder / f"{name}.ipynb", folder / f"{name}-done.ipynb"
    write_notebook(source, tagged(PARAMETERS, "parameters"), *map(new_code_cell, sources))
    page = Page(f"chapters/regions/{name}", source, {"language": "sv", "edition": "e1"}, title=f"Region {name}")
    run_page(page, target, folder / "failed" / f"{name}.ipynb", timeout)
    return nbformat.read(target, as_version=4)


def said(notebook: nbformat.NotebookNode) -> str:
    *_, last = (cell for cell in notebook.cells if cell.cell_type == "code")  # the content key comes after it
    return "".join(output.text for output in last.outputs)


def reported(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "riktvarden"]  # not what libraries log


def gone(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


def wait_until(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("did not happen")


def test_kernels_are_forked_and_each_is_fresh(tmp_path: Path) -> None:
    mark = "import json, os\nprint(hasattr(json, 'mark'), os.getpid())\njson.mark = 1"
    first, second = (said(execute(tmp_path / name, PARENT, mark)).split() for name in ("one", "two"))
    assert first[0] == second[0] == "False"
    assert first[1] != second[1]
    assert "riktvarden.book.zygote" in said(execute(tmp_path, PARENT))


def test_warm_and_cold_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "PRELOAD", PRELOAD)
    execute(tmp_path / "warm", SAME)
    monkeypatch.setenv(kernels.COLD, "1")
    assert "zygote" not in said(execute(tmp_path / "parent", PARENT))
    execute(tmp_path / "cold", SAME)
    assert (tmp_path / "warm/12-done.ipynb").read_bytes() == (tmp_path / "cold/12-done.ipynb").read_bytes()


def test_unseeded_numbers_differ_between_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels, "PRELOAD", ["ipykernel_launcher", "numpy"])
    draw = "import random, numpy as np\nprint(random.random(), np.random.random())"
    first, second = (said(execute(tmp_path / name, draw)).split() for name in ("one", "two"))
    assert first[0] != second[0]
    assert first[1] != second[1]


@pytest.mark.parametrize(
    ("end", "cause"),
    [
        ("import os\nos.kill(os.getpid(), 9)", r"killed \(out of memory\?\)"),  # what a machine out of memory does
        ("import os\nos._exit(3)", "the kernel ended with code 3"),
        ("import os\nos.abort()", "the kernel died of signal 6"),
        ("import time\ntime.sleep(60)", "took longer than 2 s"),
        ("raise ValueError('no')", "ValueError: no"),
    ],
)
def test_fault_of_one_kernel_is_reported_and_hurts_no_other(tmp_path: Path, end: str, cause: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        other = pool.submit(execute, tmp_path, "import time\ntime.sleep(1.5)\nprint('well')", name="25")
        bad = pool.submit(execute, tmp_path, "1", end, name="12", timeout=2)
        with pytest.raises(PageError, match=rf"^chapters/regions/12 \(Region 12\), cell 3 \(c2\): .*{cause}"):
            bad.result()
        assert said(other.result()) == "well\n"
    assert said(execute(tmp_path, PARENT, name="01")), "the next one starts"


def test_interrupt_reaches_the_cell_and_the_kernel_lives_on() -> None:
    async def interrupted() -> tuple[str, str]:
        manager = kernels.PageKernelManager(kernel_name="python3")
        await manager.start_kernel()
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)

        async def reply_to(message: str) -> dict:
            while (reply := await client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != message:
                pass
            return reply["content"]

        # without the last argument, an error aborts whatever request has arrived by then, as a quick second one may
        slow = client.execute("import time\nprint('begun', flush=True)\ntime.sleep(60)", stop_on_error=False)
        while (await client.get_iopub_msg(timeout=60))["msg_type"] != "stream":
            pass
        await manager.interrupt_kernel()
        first = await reply_to(slow)
        second = await reply_to(client.execute("1"))
        client.stop_channels()
        await manager.shutdown_kernel(now=True)
        return first["ename"], second["status"]

    assert asyncio.run(interrupted()) == ("KeyboardInterrupt", "ok")


@pytest.mark.parametrize("ended_by", ["close", "kill"])
def test_no_process_and_no_socket_outlives_the_build(tmp_path: Path, ended_by: str) -> None:
    program = f"""
import asyncio, json, os, signal
from riktvarden.book import kernels, warm
async def begin():
    manager = kernels.PageKernelManager(kernel_name="python3")
    await manager.start_kernel()
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    client.execute("import subprocess\\nsubprocess.run(['sleep', '600'])")
    return manager
manager = asyncio.run(begin())
zygote, = warm._zygotes.values()
print(json.dumps([zygote.pid, manager.provisioner.pid, str(warm.folder())]), flush=True)
{"warm.close()" if ended_by == "close" else "os.kill(os.getpid(), signal.SIGKILL)"}
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    zygote, kernel, folder = json.loads(ran.stdout)
    assert ran.returncode == (0 if ended_by == "close" else -signal.SIGKILL), ran.stderr
    wait_until(lambda: gone(zygote) and gone(kernel) and not Path(folder).exists())


def test_kernels_end_with_what_they_were_forked_from(tmp_path: Path) -> None:
    execute(tmp_path, "1")
    (zygote,) = warm._zygotes.values()
    with ThreadPoolExecutor(1) as pool:
        begun = tmp_path / "begun"
        slow = pool.submit(
            execute, tmp_path, f"import os, time\nopen('{begun}', 'w').write(str(os.getpid()))\ntime.sleep(60)"
        )
        wait_until(lambda: begun.is_file() and begun.read_text() != "")
        os.kill(zygote.pid, signal.SIGKILL)
        with pytest.raises(PageError, match="chapters/regions/12"):
            slow.result()
    wait_until(lambda: gone(int(begun.read_text())))
    assert "zygote" in said(execute(tmp_path, PARENT, name="25")), "the next is forked from a new one"


def test_fork_that_the_system_refuses_is_answered_and_the_zygote_lives_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError("too many processes")

    monkeypatch.setattr(os, "fork", refuse)
    ours, theirs = socket.socketpair()
    with ours, theirs, ThreadPoolExecutor(1) as pool, Path(os.devnull).open("rb") as nothing:
        served = pool.submit(zygote.serve, theirs)
        for _ in range(2):
            zygote.send(ours, {"argv": []}, [nothing.fileno()] * 3)
            assert zygote.receive(ours)[0] == {"error": "too many processes"}
        ours.close()
        assert served.result(60) is None


def test_kernel_that_cannot_be_forked_starts_cold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> warm.Forked:
        raise BlockingIOError("too many processes")

    monkeypatch.setattr(warm.Zygote, "launch", refuse)
    assert "zygote" not in said(execute(tmp_path, PARENT))
    assert reported(caplog) == ["this kernel starts cold, which takes longer: too many processes"]


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()", "a thread"),
        ("import warnings\nwarnings.warn('heard once')", "heard once"),
        ("raise RuntimeError('broken')", "broken"),
    ],
)
def test_what_a_fork_would_lose_makes_kernels_start_cold_and_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, module: str, reason: str
) -> None:
    (tmp_path / "unsuitable.py").write_text(module, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(kernels, "PRELOAD", ["unsuitable"])
    with caplog.at_level(logging.WARNING, logger="riktvarden"):
        for name in ("12", "25"):
            assert "zygote" not in said(execute(tmp_path, PARENT, name=name))
    (record,) = reported(caplog)
    assert reason in record


def test_system_that_cannot_fork_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "platform", "win32-like")
    for _ in range(2):
        assert warm.zygote_for([sys.executable], {}, []) is None
    assert reported(caplog) == ["kernels start cold, which takes longer: win32-like cannot fork them safely"]


@pytest.mark.parametrize("tool", ["papermill", "nbval", "nbclient", "specification"])
def test_stock_tools_use_it_by_setting(tmp_path: Path, tool: str) -> None:
    source, out = tmp_path / "page.ipynb", tmp_path / "out.ipynb"
    write_notebook(
        source, new_code_cell(f"{PARENT}\nassert 'zygote' in Path(f'/proc/{{os.getppid()}}/cmdline').read_text()")
    )
    environment = {**os.environ, "JUPYTER_DEFAULT_PROVISIONER_NAME": warm.NAME}
    command = {
        "papermill": ["papermill", source, out],
        "specification": ["papermill", "-k", "warm", source, out],
        "nbval": [
            "pytest",
            "--nbval-lax",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            tmp_path,
            "-c",
            tmp_path / "pytest.ini",
            source,
        ],
        "nbclient": ["jupyter", "execute", source],
    }[tool]
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    if tool == "specification":
        environment.pop("JUPYTER_DEFAULT_PROVISIONER_NAME")
        environment["JUPYTER_PATH"] = str(tmp_path)
        provisioner = {"provisioner_name": warm.NAME, "config": {"preload": ["json"]}}
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        kernel = {
            "argv": argv,
            "display_name": "Warm",
            "language": "python",
            "metadata": {"kernel_provisioner": provisioner},
        }
        (tmp_path / "kernels/warm").mkdir(parents=True)
        (tmp_path / "kernels/warm/kernel.json").write_text(json.dumps(kernel), encoding="utf-8")
    program = Path(sys.executable).with_name(command[0])
    ran = subprocess.run(
        [program, *command[1:]], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
