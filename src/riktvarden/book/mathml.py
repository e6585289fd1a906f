"""Render equations as MathML, for browsers and screen readers, without scripts."""

import html
from xml.etree import ElementTree

from docutils import nodes
from latex2mathml.converter import convert_to_element
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

_SPELLED_DIFFERENTLY = {"{aligned}": "{split}", "{align}": "{align*}", "{equation}": "{equation*}"}
"""Replacements for commands that the converter does not support, or would number itself."""

logger = logging.getLogger(__name__)


def convert(latex: str, display: str) -> str:
    r"""Convert LaTeX to MathML.

    Parameters
    ----------
    latex
        The equation without delimiters.
    display
        ``inline`` or ``block``.

    Raises
    ------
    ValueError
        If the converter does not understand all of it; otherwise it would show ``\command`` to the reader.
    """
    for theirs, ours in _SPELLED_DIFFERENTLY.items():
        latex = latex.replace(theirs, ours)
    try:
        element = convert_to_element(latex, display=display)
    except Exception as error:  # the converter's exceptions have no common base
        raise ValueError(f"{type(error).__name__}: {latex}") from error
    for part in element.iter():
        part.text = html.unescape(part.text or "")
        if "\\" in part.text or (part.text == "&" and r"\&" not in latex):
            raise ValueError(f"not understood: {part.text} in {latex}")
    return ElementTree.tostring(element, encoding="unicode")


def visit_inline(writer: HTML5Translator, node: nodes.math) -> None:
    """Write an inline equation."""
    writer.body.append(writer.starttag(node, "span", "", CLASS="math notranslate nohighlight"))
    writer.body.append(f"{_converted(node, 'inline')}</span>")
    raise nodes.SkipNode


def visit_block(writer: HTML5Translator, node: nodes.math_block) -> None:
    """Write a display equation, with its number and a link to it if it is labelled."""
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node.get("number"):
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, _("Link to this equation"))
        writer.body.append("</span>")
    writer.body.append(f"{_converted(node, 'block')}</div>\n")
    raise nodes.SkipNode


def _converted(node: nodes.Element, display: str) -> str:
    r"""Return a node's equation in Sphinx's form: blank lines and ``\\`` separate aligned lines."""
    latex = node.astext().strip()
    if display == "block" and not node.get("nowrap"):
        lines = [line.strip() for line in latex.split("\n\n") if line.strip()]
        latex = r" \\ ".join(lines)
        if r"\\" in latex and r"\begin" not in latex:
            latex = rf"\begin{{split}}{latex}\end{{split}}"
    try:
        return convert(latex, display)
    except ValueError as error:
        logger.warning("equation %s", error, location=node, type="riktvarden", subtype="mathml")
        return f"<code>{html.escape(latex)}</code>"
