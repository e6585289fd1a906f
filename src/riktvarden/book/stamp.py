"""Make many pages of one notebook: the first goes the full way through a kernel and the assembler, the others are stamped.

Pages of a template differ in the outputs of its cells, the title, the parameter and what is derived from them. So its code
cells are run for all values in one process (`riktvarden.book.cells`), and each result is put into copies of the first
page's executed notebook (`notebook_of`) and of its finished page (`Shell`). A stamped page has the bytes that the full way
would give it.

Cells tagged ``shared`` run once for all pages. They read everything, so that every page reads the same: a page that reads
more later is refused.
"""

from __future__ import annotations

import copy
import html
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docutils import nodes
from nbformat import NotebookNode, from_dict
from nbformat.v4 import nbjson

from riktvarden.book import execute, keys
from riktvarden.book.cells import PARAMETERS, Output, StampError, has
from riktvarden.book.execute import Page
from riktvarden.book.pages import described, repoliced
from riktvarden.report.kit.figures import TABLE

HTML = "text/html"


def notebook_of(shell: NotebookNode, page: Page, outputs: Sequence[Sequence[Output]], inputs: Mapping[str, Any]) -> str:
    """Return the executed notebook of a page, as `riktvarden.book.execute.run` would have written it.

    Parameters
    ----------
    shell
        The executed notebook of the first page.
    page
        The page.
    outputs
        Outputs of each code cell, see `riktvarden.book.cells.run`.
    inputs
        Record of the page, see `riktvarden.book.keys.Project.page`.
    """
    made: dict[str, Any] = copy.deepcopy({name: value for name, value in shell.items() if name != "cells"})
    key = keys.combined(inputs)
    made["metadata"]["riktvarden"] = {"content_key": key, "inputs": dict(inputs)}
    cells, left = [], iter(outputs)
    for cell in shell["cells"]:
        own = {**cell}
        if cell["id"] == execute.TITLE:
            own["source"] = f"# {page.title}"
        elif cell["id"] == execute.INJECTED:
            own["source"] = execute.injected(page.parameters)
        elif cell["id"] == execute.FOOTER:
            own["source"] = execute.footer_text(key, page.parameters.get("language", ""))
        elif cell["cell_type"] == "code" and not has(cell, PARAMETERS):
            own["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}} for data in next(left)]
        cells.append(own)
    text: str = nbjson.writes(from_dict({**made, "cells": cells}))  # type: ignore[no-untyped-call]
    return f"{text}\n"


class Shell:
    """The finished page of a template's first value, into which the outputs of others are put."""

    def __init__(self, text: str, page: Page, outputs: Sequence[Sequence[Output]], key: str) -> None:
        """Find what differs between pages.

        Parameters
        ----------
        text
            The page as the assembler wrote it.
        page, outputs, key
            What it was made of, see `notebook_of`.

        Raises
        ------
        StampError
            If an output is not on the page as it was displayed.
        """
        self._page, self._key = page, key
        self._about = described(_fragments(outputs))
        self._pieces, at = [], 0
        for fragment in _fragments(outputs):
            found = text.find(fragment, at)
            if found < 0:
                raise StampError(f"{page.label}: an output is not on its page as it was displayed")
            self._pieces.append(text[at:found])
            at = found + len(fragment)
        self._pieces.append(text[at:])

    def stamped(self, page: Page, outputs: Sequence[Sequence[Output]], key: str) -> str:
        """Return the finished page of another value.

        Raises
        ------
        StampError
            If it has more or fewer outputs than the first page.
        """
        fragments = _fragments(outputs)
        if len(fragments) != len(self._pieces) - 1:
            raise StampError(f"{page.label}: {len(fragments)} outputs where the first page has {len(self._pieces) - 1}")
        about = described(fragments)
        last = len(self._pieces) - 1
        pieces = [
            self._changed(piece, page, key, about) if number in (0, last) else piece
            for number, piece in enumerate(self._pieces)
        ]
        return repoliced("".join(part for pair in zip(pieces, [*fragments, ""], strict=True) for part in pair))

    def _changed(self, text: str, page: Page, key: str, about: str) -> str:
        """Return the part of a page before or after all outputs as another page has it."""
        old, new = self._page, page
        before, after = (html.escape(str(each.title)) for each in (old, new))
        changes = [(self._key, key), *((f"{old.name}{end}", f"{new.name}{end}") for end in (".html", ".ipynb", "'"))]
        slugs = [nodes.make_id(str(each.title)) for each in (old, new)]
        changes += [(f'"{sign}{slugs[0]}"', f'"{sign}{slugs[1]}"') for sign in ("", "#")]
        if self._about:
            abouts = (html.escape(each, quote=True) for each in (self._about, about))
            was, becomes = (f'content="{each}"' for each in abouts)
            changes.append((was, becomes))
        for was, becomes in changes:
            text = text.replace(was, becomes)
        return re.sub(rf'(?<=[>"]){re.escape(before)}(?=[<"]| &#8212;)', lambda _: after, text)


def tables_in(outputs: Sequence[Sequence[Output]]) -> Iterator[Mapping[str, Any]]:
    """Yield the tables among outputs, as data."""
    return (output[TABLE] for cell in outputs for output in cell if TABLE in output)


def _fragments(outputs: Sequence[Sequence[Output]]) -> list[str]:
    """Return the HTML of every output, in order."""
    every = [output for cell in outputs for output in cell]
    if not all(HTML in output for output in every):
        raise StampError("a stamped page can show HTML only")
    return [str(output[HTML]) for output in every]
