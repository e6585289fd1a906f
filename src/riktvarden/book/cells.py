"""Run the code cells of a template for many values of its parameter in one process, for `stamp`.

Run as ``python -m riktvarden.book.cells WISH TARGET``: the wish is JSON with ``template``, ``parameter``, ``values`` and
``common``; the outputs are written to the target.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from riktvarden.problems import InputError
from riktvarden.store import reads

PARAMETERS = "parameters"
"""Tag of the cell with the parameters' defaults, as papermill has it."""
SHARED = "shared"
"""Tag of cells that run once for all pages."""

Output = dict[str, Any]
"""What a cell displays: MIME type → content."""


class StampError(Exception):
    """Pages cannot be stamped; the message says why."""


def run(
    template: Mapping[str, Any], parameter: str, values: Sequence[str], common: Mapping[str, str]
) -> dict[str, list[list[Output]]]:
    """Run a notebook's code cells for each value of a parameter, in this process.

    Parameters
    ----------
    template
        The notebook, as JSON.
    parameter, values
        Name of the parameter, and its value on each page.
    common
        Further parameters, the same on all pages.

    Returns
    -------
    dict
        Value → outputs of each code cell but the parameters'.

    Raises
    ------
    StampError
        If a cell shows something other than HTML, or a page reads what no shared cell has read.
    """
    cells = [cell for cell in template["cells"] if cell["cell_type"] == "code" and not has(cell, PARAMETERS)]
    codes = [(has(cell, SHARED), _compiled(cell)) for cell in cells]
    namespace: dict[str, Any] = {"__name__": "__main__", **common}
    found: dict[str, list[list[Output]]] = {value: [] for value in values}
    with _displayed() as shown:
        for is_shared, code in codes:
            if is_shared:
                exec(code, namespace)  # noqa: S102 - the project's own notebook
        if shown:
            raise StampError(f"a cell tagged {SHARED} must display nothing")
        known = set(reads.noted())
        for value in values:
            own = {**namespace, parameter: value}
            for is_shared, code in codes:
                if not is_shared:
                    exec(code, own)  # noqa: S102 - as above
                found[value].append(list(shown))
                shown.clear()
    if more := sorted(set(reads.noted()) - known):
        raise StampError(f"a page read {', '.join(more)}: read it in the cell tagged {SHARED}")
    return found


def _compiled(cell: Mapping[str, Any]) -> Any:  # noqa: ANN401 - code
    """Compile a cell, whose last line must not be a value that a notebook would show."""
    source = "".join(cell["source"])
    tree = ast.parse(source)
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not isinstance(tree.body[-1].value, ast.Call):
        raise StampError(f"cell {cell['id']}: end it with a call that displays, not with a value")
    return compile(tree, f"<{cell['id']}>", "exec")


def has(cell: Mapping[str, Any], tag: str) -> bool:
    """Return whether a cell has a tag."""
    return tag in cell["metadata"].get("tags", ())


@contextlib.contextmanager
def _displayed() -> Iterator[list[Output]]:
    """Collect what is displayed; whatever is printed is refused."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shown: list[Output] = []

    class Publisher(CapturingDisplayPublisher):
        """Keeps what is displayed."""

        def publish(self, data: Output, *_: object, **__: object) -> None:
            shown.append(data)

    before, shell.display_pub = shell.display_pub, Publisher()  # type: ignore[no-untyped-call]
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            yield shown
    finally:
        shell.display_pub = before
    if printed.getvalue():
        raise StampError("cells must display what they show, not print it")


if __name__ == "__main__":
    wish = json.loads(Path(sys.argv[1]).read_bytes())
    template = Path(wish["template"])
    os.chdir(template.parent)  # as for a notebook
    try:
        made = run(json.loads(template.read_bytes()), wish["parameter"], wish["values"], wish["common"])
    except (InputError, StampError) as error:
        sys.exit(str(error))
    Path(sys.argv[2]).write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
