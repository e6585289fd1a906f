"""Have the search find what pages say, for `sphinx_ext`: no names of controls, no words run together."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

_CONTROL = re.compile(r"<(select|button)\b.*?</\1>|<a class=\"rv-(?:download|anchor)\".*?</a>", re.DOTALL)
"""Elements whose words nobody looks for; a choice of places would find its page for every place."""
_END = re.compile(r"(?=</?(?:td|th|tr|li|p|dt|dd|div|summary|h\d|option|label|figcaption|br)\b)")
"""Where a word ends although no space follows."""


def words(markup: str) -> str:
    """Return markup for the index of the search: it drops all tags, which alone keep the cells of a table apart."""
    return _END.sub("\n", _CONTROL.sub("\n", markup))


def leave_out_controls(app: Sphinx) -> None:
    """Have Sphinx index pages without their controls; the pages themselves stay as they are."""
    builder: Any = app.builder
    if not hasattr(builder, "index_page"):
        return
    index_page = builder.index_page

    def index(name: str, document: nodes.document, title: str) -> None:
        indexed = document.deepcopy()
        for node in indexed.findall(nodes.raw):
            if "html" in node.get("format", ""):
                node.children = [nodes.Text(words(node.astext()))]
        index_page(name, indexed, title)

    builder.index_page = index
