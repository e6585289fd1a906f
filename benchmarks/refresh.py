"""How long a refresh of all tables takes, and how much memory, against the stand-in that the tests use.

Run ``python benchmarks/refresh.py``; it prints, for the table of municipalities by single year of age and for all tables
that have a recipe, calls, cells, seconds, seconds of this process alone (the stand-in is another), and its peak memory.
The limits that services set on calls are not kept, as the stand-in needs none: in earnest they come on top.
"""

from __future__ import annotations

import datetime
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from riktvarden.sources.refresh import Refresh
from riktvarden.sources.session import Limits

STANDIN = Path(__file__).parents[1] / "tests/sources/standin.py"
TODAY = datetime.date(2026, 11, 30)
LARGEST = "population_municipality_age"


def measured(addresses: dict[str, str], *names: str) -> str:
    """Refresh tables into a folder of their own, and say what it took."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        limits = Limits(paced=False)
        whole = Refresh(names, addresses, folder / "staged", folder / "cache", limits=limits, today=TODAY)
        cells: list[int] = []
        began, own = time.perf_counter(), time.process_time()
        paths = whole.run(planned=lambda every: cells.extend(each.cells for each in every))
        took, own = time.perf_counter() - began, time.process_time() - own
        size = sum(path.stat().st_size for path in paths)
        calls = len(whole.session.log)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{len(paths):>2} tables {calls:>4} calls {sum(cells):>9,} cells {size / 1e6:>6.1f} MB written "
        f"{took:>7.1f} s {own:>7.1f} s own {peak:>6.0f} MB peak"
    )


def main() -> None:
    """Print what the largest table takes, and then all."""
    with subprocess.Popen([sys.executable, str(STANDIN)], stdout=subprocess.PIPE, text=True) as standin:  # noqa: S603
        try:
            assert standin.stdout is not None
            words = standin.stdout.readline().split()
            addresses = dict(word.split("=", 1) for word in words if "=" in word)
            print(f"{LARGEST:<28} {measured(addresses, LARGEST)}")
            print(f"{'all':<28} {measured(addresses)}")
        finally:
            standin.terminate()


if __name__ == "__main__":
    main()
