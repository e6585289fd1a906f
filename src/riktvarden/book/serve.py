"""Show the built site on this machine, and build it again whenever a source changes.

The site itself is left alone: what reloads a page is added to it on its way to the browser. Every build runs in a process
of its own, forked from one that has imported the code, which is replaced when the code changes.
"""

from __future__ import annotations

import html
import json
import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from riktvarden.book import keys, outcome, publish, warm
from riktvarden.returns.place import contents

PRELOAD = ("riktvarden.cli", "riktvarden.book.build", "riktvarden.report.kit.context")
"""Modules imported before a build is asked for."""
SCRIPT = "/@reload.js"
"""Address of the script that reloads pages; no page of a site has it."""
PAUSE = 0.25
"""Seconds between two looks at the sources."""
ALIVE = 15.0
"""Seconds after which an empty message shows whether a browser is still there."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_TRACE = re.compile(r"^ *traceback: (?P<log>.+)$", re.MULTILINE)
_FRAME = re.compile(
    r'File "?(?P<file>[^\s":]+)"?(?:, line |:)(?P<line>\d+)|Cell In\[\d+\], line (?P<of_cell>\d+)|^-+> (?P<here>\d+) ',
    re.MULTILINE,
)
"""A line in a traceback: of a file, as Python and IPython write it, or of a cell."""
_END = re.compile(rb"</body>", re.IGNORECASE)

Sources = dict[Path, tuple[int, int]]
"""Source file → time of its last change, and size."""


@dataclass(frozen=True)
class Situation:
    """What a page has to know.

    Attributes
    ----------
    made
        Digest of the site that is there; empty without one.
    fault
        Why the last build failed; empty if it did not.
    building
        Whether a build runs.
    """

    made: str
    fault: str = ""
    building: bool = False


class Server(ThreadingHTTPServer):
    """Server of a site; binds its address when it is made, and raises OSError if it is in use."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], site: Path) -> None:
        self._changed = threading.Condition()
        self._now = Situation(made_of(site))
        self._number = 0
        super().__init__(address, partial(Handler, directory=str(site)))

    @property
    def now(self) -> Situation:
        """The current situation."""
        return self._now

    def announce(self, now: Situation) -> None:
        """Set the situation, for every open page."""
        with self._changed:
            self._now, self._number = now, self._number + 1
            self._changed.notify_all()

    def after(self, number: int) -> tuple[int, Situation]:
        """Wait for a situation other than that of a number, but not forever; return its number and the situation."""
        with self._changed:
            self._changed.wait_for(lambda: self._number != number, ALIVE)
            return self._number, self._now

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the library has it
        """Report faults, but not browsers that have gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(SimpleHTTPRequestHandler):
    """Answer with the files of the site, each page with the script that reloads it."""

    server: Server

    def do_GET(self) -> None:
        """Answer a request."""
        match urlsplit(self.path).path:
            case "/@changes":
                self._follow()
            case "/@reload.js":
                self._send(Path(__file__).with_name("reload.js").read_bytes(), "text/javascript")
            case path if (page := self._page(path)) is not None:
                now = self.server.now
                try:
                    self._send(with_script(page.read_bytes(), now.made), "text/html")
                except FileNotFoundError:
                    waiting = now.fault or ("Building the report …" if not now.made else "There is no such page.")
                    self._send(with_script(_alone(waiting), now.made), "text/html", HTTPStatus.NOT_FOUND)
            case _:
                super().do_GET()

    def end_headers(self) -> None:
        """Have browsers keep nothing, as everything may change."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 - as the library has it
        """Print no requests."""

    def _page(self, path: str) -> Path | None:
        """Return the file of a page, which need not exist; None for other files."""
        found = Path(self.translate_path(unquote(path)))
        if path.endswith("/") or (found.is_dir() and path == "/"):
            return found / "index.html"
        return found if found.suffix == ".html" else None

    def _follow(self) -> None:
        """Send every situation, until the browser goes."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        number = -1
        while True:
            last, (number, now) = number, self.server.after(number)
            said = f"data: {json.dumps(asdict(now))}\n\n" if number != last else ":\n\n"
            self.wfile.write(said.encode())

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def with_script(page: bytes, made: str) -> bytes:
    """Return a page with the script that reloads it once the site is no longer the one that is `made`."""
    script = f'<script src="{SCRIPT}" data-made="{made}"></script>'.encode()
    found = [*_END.finditer(page)]
    at = found[-1].start() if found else len(page)
    return page[:at] + script + page[at:]


def made_of(site: Path) -> str:
    """Return a digest of a published site, empty if there is none."""
    try:
        return keys.digest((site / publish.SUMS).read_bytes())
    except OSError:
        return ""


def sources(root: Path, home: Path) -> Sources:
    """Return the files that a build of a project in a folder depends on; see `riktvarden.book.outcome`."""
    found: Sources = {}
    for file in {*outcome.below(root, {home}), *contents(root / "data").values()}:
        try:
            status = file.stat()
        except OSError:  # deleted since it was listed, as editors do
            continue
        found[file] = (status.st_mtime_ns, status.st_size)
    return found


def run(
    server: Server,
    root: Path,
    home: Path,
    command: Sequence[str],
    say: Callable[[str], object],
    preload: Sequence[str] = PRELOAD,
) -> None:
    """Serve and build until interrupted; no process is then left running.

    Parameters
    ----------
    server
        The server.
    root, home
        The project folder, and the one to build in.
    command
        Module that builds, and its arguments.
    say
        Shows the outcome of each build to who has started the server.
    preload
        Modules to import once for all builds.
    """
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen: Sources = {}
    try:
        while True:
            found = sources(root, home)
            if found == seen:
                time.sleep(PAUSE)
                continue
            if seen and any(file.suffix in {".py", ".lock"} for file, _ in seen.items() ^ found.items()):
                warm.close()
            seen = found
            server.announce(replace(server.now, building=True))
            fault, said = _built(root, command, preload)
            say(fault or said)
            server.announce(Situation(made_of(home / "site"), fault))
    finally:
        server.shutdown()
        server.server_close()
        warm.close()


def _built(root: Path, command: Sequence[str], preload: Sequence[str]) -> tuple[str, str]:
    """Run a build; return why it failed, or nothing, and what it has printed."""
    with tempfile.TemporaryDirectory(prefix="rv-") as folder:
        log = Path(folder, "log")
        code = warm.run(command, {**os.environ, "PYTHONUTF8": "1", "NO_COLOR": "1"}, root, log, preload)
        said = log.read_text(encoding="utf-8", errors="replace").strip()
    if not code:
        return "", said
    return placed(said, root) or f"The build ended with code {code}.", said


def placed(said: str, root: Path) -> str:
    """Return the message of a failed build with the lines of the project's files where it failed.

    Parameters
    ----------
    said
        What the build has printed: its faults, which name the logs of tracebacks, or a traceback.
    root
        The project folder.
    """
    said = _COLOUR.sub("", said)

    def with_line(found: re.Match[str]) -> str:
        try:
            trace = _COLOUR.sub("", Path(found["log"].strip()).read_text(encoding="utf-8"))
        except OSError:
            return found[0]
        return f"  at {where}\n{found[0]}" if (where := _where(trace, root)) else found[0]

    if "Traceback (most recent call last)" in said and (where := _where(said, root)):
        return f"{where}: {said.splitlines()[-1]}\n\n{said}"
    return _TRACE.sub(with_line, said)


def _where(trace: str, root: Path) -> str:
    """Return the last line of the project in a traceback, the deepest one; empty if there is none."""
    return next(filter(None, (_place(frame, root.resolve()) for frame in reversed([*_FRAME.finditer(trace)]))), "")


def _place(frame: re.Match[str], root: Path) -> str:
    """Return the place of a frame, relative to the project; empty if it is elsewhere."""
    if frame["file"] is None:
        return f"line {frame['of_cell'] or frame['here']} of the cell"
    file = Path(frame["file"]).expanduser()
    file = file if file.is_absolute() else root / file
    inside = file.is_relative_to(root) and not _is_hidden(file.relative_to(root).parts)
    return f"{file.relative_to(root).as_posix()}, line {frame['line']}" if inside else ""


def _is_hidden(parts: Iterable[str]) -> bool:
    """Return whether a path leads through a hidden folder, such as that of the environment."""
    return any(part.startswith(".") for part in parts)


def _alone(text: str) -> bytes:
    """Return a page that is no page of the site."""
    return (
        f'<!DOCTYPE html>\n<meta charset="utf-8" />\n<title>Riktvärden</title>\n<pre>{html.escape(text)}</pre>\n'.encode()
    )
