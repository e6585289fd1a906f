"""Progress shows running and skipped steps and the time left on a terminal, and nothing in a log."""

import io
import re

import pytest
from rich.console import Console

from riktvarden.book.progress import Watch


def test_steps_handed_out_run_in_order_and_so_many_at_a_time() -> None:
    with Watch(5, Console(file=io.StringIO()), workers=2) as watch:
        watch.skip(1)
        for name in ("a", "b", "c"):
            watch.begin(name)
        assert watch.describe() == "a, b; 1 unchanged"
        watch.end("a", 2.0)
        assert watch.describe() == "b, c; 1 unchanged"
        watch.end("b", None)
        assert watch.seconds == {"a": 2.0}, "a step that failed has no time"


def test_many_running_steps_are_counted() -> None:
    with Watch(9, Console(file=io.StringIO()), workers=5) as watch:
        for name in "abcde":
            watch.begin(name)
        assert watch.describe() == "a, b, c and 2 more"


@pytest.mark.parametrize(("terminal", "ci"), [(True, False), (False, False), (True, True)])
def test_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch, terminal: bool, ci: bool) -> None:
    monkeypatch.delenv("CI", raising=False)
    if ci:
        monkeypatch.setenv("CI", "true")
    shown = io.StringIO()
    with Watch(2, Console(file=shown, force_terminal=terminal, width=100)) as watch:
        watch.expect(1)
        watch.skip(1)
        watch.begin("chapters/regions/12")
        watch.end("chapters/regions/12", 1.0)
    text = shown.getvalue()
    live = terminal and not ci
    assert bool(text) is live
    assert ("1 unchanged" in text) is live
    assert bool(re.search(r"\d/2", text)) is live
