"""Make the book readable without other hosts and in one language, for ``_config.yml`` to load."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError
from sphinx.util.osutil import relative_uri

from riktvarden.book import entrance, figures, head, mathml, pages, places, searched, stage, words
from riktvarden.disclosure import limits

SITE = ("address", "repository", "responsible_body", "contact")
NOT_STATED = {"sv": "ännu inte angivet", "en": "not yet stated"}
"""What stands on the pages for a value of ``riktvarden_site`` that nobody has set."""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    app.add_config_value("riktvarden_site", {}, "env", types=(dict,))
    app.add_config_value("riktvarden_moved", {}, "html", types=(dict,))
    app.add_config_value("riktvarden_languages", [], "html", types=(list, tuple))
    app.add_config_value("riktvarden_stamped", [], "html", types=(list, tuple))
    app.add_config_value("riktvarden_updated", "", "html", types=(str,))
    app.add_node(figures.vega_figure, html=(figures.visit_html, figures.depart_html))
    app.add_html_math_renderer("mathml", (mathml.visit_inline, None), (mathml.visit_block, None))
    stop_thebe(app)
    app.connect("config-inited", fill_in_site)
    app.connect("config-inited", drop_widgets)
    app.connect("config-inited", finish_pages)
    app.connect("config-inited", words.translate_settings)
    app.connect("doctree-read", words.translate_captions)
    app.connect("doctree-read", words.find_untranslated)
    app.connect("doctree-read", drop_not_stated, priority=400)  # before Sphinx collects the contents
    app.connect("doctree-resolved", fold)  # once the contents, which read the first child of a section, are collected
    app.connect("config-inited", words.find_search_words)
    app.connect("builder-inited", words.translate_templates)
    app.connect("builder-inited", searched.leave_out_controls)
    app.connect("html-page-context", drop_other_hosts, priority=900)
    app.connect("html-page-context", words.lead_to_other_languages)
    app.connect("html-page-context", head.describe)
    app.connect("html-page-context", pass_by_municipalities)
    app.connect("build-finished", head.draw_card)
    app.connect("env-updated", places.write)
    app.connect("build-finished", pages.trim_styles, priority=900)  # after others have copied theirs
    app.connect("build-finished", figures.write_runtime)
    app.connect("build-finished", lead_on)
    # Each page is read and written for itself.
    return {"version": "1", "env_version": 1, "parallel_read_safe": True, "parallel_write_safe": True}


def fill_in_site(app: Sphinx, config: Config) -> None:
    """Offer the values of ``riktvarden_site`` to the chapters as ``{{ site_address }}`` and so on, and what is hidden.

    The theme gets the repository too, for the buttons that lead there; Jupyter Book would name its own.

    Raises
    ------
    ConfigError
        If ``riktvarden_site`` has a key that no chapter could use.
    """
    if unknown := set(config.riktvarden_site) - set(SITE):
        raise ConfigError(f"riktvarden_site: unknown {', '.join(sorted(unknown))}; known are {', '.join(SITE)}")
    missing = NOT_STATED.get(config.language, NOT_STATED["en"])
    stated = {f"site_{name}": config.riktvarden_site.get(name) or missing for name in SITE}
    rules = {"largest_hidden": str(limits.THRESHOLD - 1), "least_contributors": str(limits.LEAST_CONTRIBUTORS)}
    config.myst_substitutions = {**stated, **rules, **config.myst_substitutions}
    config.html_theme_options["repository_url"] = config.riktvarden_site.get("repository") or ""


def drop_not_stated(app: Sphinx, document: nodes.document) -> None:
    """Leave out what a setting of the site would say that nobody has made.

    That is rows of tables with it as their value, sentences with it, and the paragraphs that such a sentence begins, for
    what follows there rests on it; and tables and sections that are left empty.
    """
    if app.builder.name == "gettext":  # translators get every row
        return
    missing = NOT_STATED.get(app.config.language, NOT_STATED["en"])
    for body in list(document.findall(nodes.tbody)):
        rows = list(body.findall(nodes.row))
        dropped = [row for row in rows if row.children and row.children[-1].astext().strip() == missing]
        for row in dropped:
            row.parent.remove(row)
        if dropped and len(dropped) == len(rows):
            table = body.parent.parent
            table.parent.remove(table)
    sentence = re.compile(rf"(?:(?<=[.!?])\s+|^)[^.!?]*{re.escape(missing)}[^.!?]*[.!?]")
    for paragraph in [node for node in document.findall(nodes.paragraph) if missing in node.astext()]:
        section = paragraph.parent
        if sentence.match(paragraph.astext()):
            section.remove(paragraph)
            if isinstance(section, nodes.section) and all(isinstance(node, nodes.title) for node in section):
                section.parent.remove(section)
            continue
        # What a setting says is a text of its own among those of its paragraph.
        for place in range(len(paragraph) - 1, 0, -1):
            before, after = paragraph[place - 1 : place + 1]
            if isinstance(before, nodes.Text) and isinstance(after, nodes.Text):
                paragraph[place - 1] = nodes.Text(before.astext() + after.astext())
                del paragraph[place]
        for text in list(paragraph.findall(nodes.Text)):
            if missing in text:
                text.parent.replace(text, nodes.Text(sentence.sub("", text.astext())))


FOLD = "tag_fold"
"""Class of a cell that is tagged ``fold``."""


def fold(app: Sphinx, document: nodes.document, page: str) -> None:
    """Fold each section with a cell that is tagged so below its heading."""
    if app.builder.format != "html":
        return
    for section in document.findall(nodes.section):
        if any(FOLD in cell.get("classes", ()) for cell in section.children if isinstance(cell, nodes.container)):
            opening, heading = '<details class="rv-fold"><summary>', "</summary>"
            section.insert(0, nodes.raw("", opening, format="html"))
            section.insert(2, nodes.raw("", heading, format="html"))
            section.append(nodes.raw("", "</details>", format="html"))


def lead_on(app: Sphinx, error: Exception | None) -> None:
    """Write a page at each address of ``riktvarden_moved`` that leads to where its content is now.

    Raises
    ------
    ConfigError
        If an address is still a page, or leads to none.
    """
    if error is not None or app.builder.format != "html":
        return
    moved = app.config.riktvarden_moved
    if wrong := [old for old, new in moved.items() if old in app.env.all_docs or new not in app.env.all_docs]:
        raise ConfigError(f"riktvarden_moved: {', '.join(wrong)}: still a page, or leads to none")
    for old, new in moved.items():
        title = app.env.titles[new].astext()
        page = entrance.moved(app.config.language, title, relative_uri(f"{old}.html", f"{new}.html"))
        target = Path(app.outdir, f"{old}.html")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page, encoding="utf-8")


def stop_thebe(app: Sphinx) -> None:
    """Undo ``sphinx_thebe``, which Jupyter Book always loads: it names other hosts on every page."""
    for listener in [listener for listeners in app.events.listeners.values() for listener in listeners]:
        if listener.handler.__module__.startswith("sphinx_thebe"):
            app.disconnect(listener.id)


def drop_widgets(app: Sphinx, config: Config) -> None:
    """Leave out the scripts for notebook widgets, which come from other hosts."""
    config.nb_ipywidgets_js = {}


def finish_pages(app: Sphinx, config: Config) -> None:
    """Have every page go through `pages` on its way out."""
    config.template_bridge = f"{pages.__name__}.{pages.Templates.__name__}"


THEBE_STYLE = "sphinx-thebe.css"
"""Style that ``sphinx_thebe`` names even when it is stopped and its file not copied."""


def drop_other_hosts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Remove scripts and styles of other hosts, and the one that is nowhere."""
    for kind in ("script_files", "css_files"):
        addresses = [(file, _address(file)) for file in context.get(kind, [])]
        context[kind] = [file for file, address in addresses if "//" not in address and not address.endswith(THEBE_STYLE)]


def pass_by_municipalities(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object) -> None:
    """Drop the ways to the previous and next page that lead to or from a municipality: only one of them is assembled."""
    folder, _, name = page.rpartition("/")
    from_one = folder == stage.MUNICIPALITIES and name.isdigit()
    for way in ("prev", "next"):
        place, _, file = str((context.get(way) or {}).get("link", "")).rpartition("/")
        to_one = file.partition(".")[0].isdigit() and (place.endswith("municipalities") or page == stage.MUNICIPALITY_INDEX)
        if from_one or to_one:
            context[way] = None


def _address(file: Any) -> str:  # noqa: ANN401 - Sphinx keeps plain strings and its own asset objects
    """Return where a script or style is loaded from."""
    return str(getattr(file, "filename", file) or "")
