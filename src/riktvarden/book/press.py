"""Render a staged book source to HTML with the stock Jupyter Book, in parallel and incrementally, for `assemble`.

Run as ``python -m riktvarden.book.press SOURCE OUT JOBS``. Sphinx's environment is kept beside the pages: next time only
changed pages are read and written, or all are written if shared information (titles, labels, contents) has changed.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from functools import partial, partialmethod
from typing import IO, Any

import sphinx_jupyterbook_latex
import sphinx_multitoc_numbering
from jupyter_book import sphinx as jupyter_book
from jupyter_book.cli.main import main as command
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.search import IndexBuilder

from riktvarden.book import keys
from riktvarden.book.zygote import threads


def seen_elsewhere(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return every page, to be rewritten, if information that pages show of one another has changed."""
    standard, equations = env.domaindata["std"], env.domaindata.get("math", {})
    shown = keys.combined(
        [
            [{name: title.astext() for name, title in titles.items()} for titles in (env.titles, env.longtitles)],
            {name: str(contents) for name, contents in env.tocs.items()},
            [env.toctree_includes, env.toc_secnumbers, env.toc_fignumbers],
            [sorted(map(str, standard[kind].items())) for kind in ("labels", "anonlabels")],
            sorted(map(str, equations.get("objects", {}).items())),
        ]
    )
    if threads() > 1:  # pages were read in this process, which started the chart engine; it does not survive a fork
        app.parallel = 1
    before = vars(env).get("riktvarden_shown")
    vars(env)["riktvarden_shown"] = shown
    return [] if before == shown else sorted(env.found_docs)


def run(source: str, out: str, jobs: str) -> None:
    """Render the pages; exits the process with Jupyter Book's exit code."""
    sphinx_jupyterbook_latex.setup = partial(set_up, sphinx_jupyterbook_latex.setup)  # type: ignore[assignment]
    sphinx_multitoc_numbering.setup = partial(set_up, sphinx_multitoc_numbering.setup)
    for method in (load, prune, freeze):
        setattr(IndexBuilder, method.__name__, partialmethod(method, getattr(IndexBuilder, method.__name__)))
    jupyter_book.build_sphinx = partial(jupyter_book.build_sphinx, jobs=int(jobs))
    command(["build", source, "--path-output", out, "-n", "-W", "--keep-going"], prog_name="jupyter-book")


def load(index: IndexBuilder, stock: Callable[..., None], stream: IO[str], form: Any) -> None:  # noqa: ANN401 - as stock
    """Load a written search index with its glossary terms, which otherwise only reread pages would have."""
    written = stream.read()
    stock(index, io.StringIO(written), form)
    frozen = form.loads(written)
    index._index_entries = {}
    for entry, places in frozen["indexentries"].items():
        for page, anchor, main in places:
            of_page = index._index_entries.setdefault(frozen["docnames"][page], [])
            of_page.append((entry, anchor, "main" if main else ""))


def freeze(index: IndexBuilder, stock: Callable[[IndexBuilder], dict[str, Any]]) -> dict[str, Any]:
    """Return a search index to be written, independent of the order of reading pages."""
    index._index_entries = dict(sorted(index._index_entries.items()))
    return stock(index)


def prune(index: IndexBuilder, stock: Callable[[IndexBuilder, Iterable[str]], None], pages: Iterable[str]) -> None:
    """Reduce the search index to some pages, and to words that they contain."""
    stock(index, pages)
    index._index_entries = {page: index._index_entries[page] for page in pages if page in index._index_entries}
    for words in (index._mapping, index._title_mapping):
        for word in [word for word, found in words.items() if not found]:
            del words[word]


def set_up(extension: Callable[[Sphinx], dict[str, Any] | None], app: Sphinx) -> dict[str, Any]:
    """Set up an extension and declare it parallel-safe: these two do not, but store nothing about pages."""
    if seen_elsewhere not in [listener.handler for listener in app.events.listeners["env-updated"]]:
        app.connect("env-updated", seen_elsewhere)
    return {**(extension(app) or {}), "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    run(*sys.argv[1:])
