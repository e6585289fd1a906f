"""Content keys of pages, and digests of a project, which decide whether a page could differ from last time.

No build engine sees what a notebook imports or reads. A page's key is therefore a digest of all that went into it:
template, parameters, every part recorded as read when it last ran, every module it can reach through imports, and the
lock file. As long as none of these differs, a new run would read the same parts and give the same page.

All answers to "has this changed?", in the order in which a build asks them. ``home`` is the build folder, ``out`` that
of one language; a *meaning* is the digest of a file without comments, layout and order of keys (`Project.file`); the
*environment* is the lock file and the version of Python.

================================  ===========================================  =====================  ======================
Question, asked by                Compared with last time                      Kept in                If it differs
================================  ===========================================  =====================  ======================
Is there anything to do?          bytes of every file of the project and the   out/state/made.json    the build runs; only
`outcome.Again`                   returns, options, Python; bytes of the                              then is the rest asked
                                  executed notebooks and of the site
What does this content mean?      bytes of the file, this module, Python       out/state/             the file is parsed
`Project` with a memory                                                        meanings.json
Are the data valid?               meaning of data and of the checking code,    home/state/checked     the check runs
`build._check`                    environment
Has a text, setting or style      bytes of the staged file                     out/source             the file is replaced
changed? `stage.write`
Are the stored results current?   meaning of the data without labels and       home/material/key      all results and
`build._prepared`                 sources (`Project.figures`) and of the code                         analyses are computed
                                  that computes them, environment; bytes of
                                  every stored file
Are the stored words current?     meaning of the data                          home/material/words    they are read again
`build._prepared`
Are they of exactly these files?  bytes of data and code, `reads.fingerprint`  manifest.json in       `_prepared` records
`build._prepared`, then                                                        home/material          the new one, as only
`material.read` in a notebook                                                                         the meaning matters;
                                                                                                      a notebook computes
                                                                                                      the results itself
Is a stored value intact?         bytes of its file                            manifest.json and      the notebook fails and
`store.stored.read`                                                            records of analyses    asks for a new build
Are the finished pages intact?    bytes of out/public                          out/state/public       they are deleted, so
`build._is_as_left`                                                                                   the book is assembled
Are another language's tables     meaning of data, code and templates          index.json of the      this language lays out
current? `opendata.is_current`                                                 edition                the tables too
Could this page differ?           record of `Project.page`: template,          metadata of the        its notebook runs
`build._key_now`                  parameters, title, code, parts read,         notebook in
                                  environment, `SCHEMA`                        out/source
Must municipalities be stamped    executed notebook of the first of them;      out/state/             the cells of all
again? pytask                     codes and titles, code of `book`             pytask.lock            others run
Must this step run?               key of the page or the assembler; bytes of   out/state/pytask.lock  the step runs
pytask                            the files it reads and writes
Can the assembled book be         bytes of the staged files other than pages   out/book/sound         it is deleted, so all
updated? `assemble.assemble`      (of styles and scripts: names), meaning of                          pages are written
                                  the code of `book`, environment; bytes of
                                  out/book
Must a style or script be         bytes of its copy                            out/book               the copy is replaced,
replaced? `assemble._replaced`                                                                        and no page written
Which pages must be written?      source of each page and its includes; what   Sphinx environment in  the page is written,
Sphinx, `press.seen_elsewhere`    pages show of one another (titles, labels,   out/book               or all pages if what
                                  contents)                                                           they share changed
Must a table's file be made       its name, types, text and captions; code,    out/state/tables.json  the file is made
again? `opendata.Kept`            environment, translations
Does the site show other          bytes of its files, and where these differ   out/state/passed.json  the gate attacks all
figures? `passed.Passed`          what they show; tables, meaning of data and                         that is shown
                                  code, environment, translations, editions
What of the site changes?         bytes of every file of the site              home/site/SHA256SUMS   the site is replaced
`publish.publish`                                                                                     in one step; files not
                                                                                                      listed are removed
================================  ===========================================  =====================  ======================
"""

import ast
import csv
import hashlib
import io
import json
import platform
import sys
import threading
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from riktvarden import files
from riktvarden.returns import place
from riktvarden.store.reads import FILE, FOLDER, data_files

SCHEMA = 2
"""Version of the record; raise it when pages are prepared or normalised differently for reasons no input shows."""
PACKAGE = "riktvarden"
CODE = f"src/{PACKAGE}"
LOCK = "requirements.lock"
WORDS = {
    "data/assumptions/": frozenset({"symbol", "source", "date", "label_sv", "label_en", "note"}),
    "data/datapackage.json": frozenset(
        {"title", "title_en", "description", "publisher", "sources", "licenses", "reference_date", "retrieved", "carried"}
    ),
}
"""Data whose names begin so → keys of the words in them, on which no result depends."""
_PARSING = threading.Lock()


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def combined(values: object) -> str:
    """Return one digest of JSON values, independent of the order of mappings."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return digest(canonical.encode())


class Project:
    """Digests of the meaning of the files below a project folder.

    Comments, layout, the order of keys and the names of editors' hidden files are ignored.

    Parameters
    ----------
    root
        The project folder.
    parts
        Digests of the parts of the stored material, by name.
    memory
        File in which to keep the digests of contents already seen (default: none).
    """

    def __init__(self, root: Path, parts: Mapping[str, str] | None = None, memory: Path | None = None) -> None:
        self.root = root
        self.parts = dict(parts or {})
        self._memory = memory
        self._seen: dict[str, Any] = _remembered(memory) if memory else {}
        self._used: dict[str, Any] = {}
        self._files: dict[Path, str | None] = {}
        self._reached: dict[tuple[str, ...], dict[str, str]] = {}
        self._imported: dict[str, list[str]] = {}

    def remember(self) -> None:
        """Write the digests used by this object to its memory."""
        if self._memory:
            files.write(self._memory, json.dumps({_found_by(): self._used}, sort_keys=True).encode())

    def settle(self) -> None:
        """Compute the digests of code, data, templates and catalogues now, so that later edits count for the next build."""
        self.code(self.package())
        self.data()
        for folder in ("chapters", "locale"):
            for file in (self.root / folder).rglob("*"):
                if file.is_file() and file.suffix in {".ipynb", ".po"}:
                    self.file(file)

    def file(self, path: Path) -> str | None:
        """Return the digest of a file's meaning, or None if there is no such file."""
        if path not in self._files:
            self._files[path] = self._kept(path, "meaning", _meaning) if path.is_file() else None
        return self._files[path]

    def folder(self, path: Path) -> str | None:
        """Return the digest of the names in a folder, or None if there is no such folder."""
        if not path.is_dir():
            return None
        return combined(sorted(entry.name for entry in path.iterdir() if not entry.name.startswith(".")))

    def read(self, names: Iterable[str]) -> dict[str, str | None]:
        """Return the digests of the parts a notebook has read, None for missing ones; see `riktvarden.store.reads`."""
        return {name: self._part(name) for name in sorted(names)}

    def code(self, modules: Iterable[str]) -> dict[str, str]:
        """Return the digests of some modules of the package and of all modules they can import."""
        asked = tuple(sorted(set(modules)))
        if asked not in self._reached:
            reached: set[str] = set()
            ahead = {name for module in asked for name in _line(module)}
            while ahead:
                reached |= ahead
                imported = {name for module in ahead for name in self._imports(module)}
                ahead = {name for found in imported for name in _line(found)} - reached
            files = {name: self.file(self._path(name)) for name in sorted(reached)}
            self._reached[asked] = {name: file for name, file in files.items() if file}
        return self._reached[asked]

    def data(self) -> dict[str, str | None]:
        """Return the digests of all data files, including the returns wherever they lie."""
        return {name: self.file(file) for name, file in data_files(self.root).items()}

    def figures(self) -> dict[str, str | None]:
        """Return the digests of all data files as `data` does, without the words on which no result depends."""
        return {name: self._figures(name, file) for name, file in data_files(self.root).items()}

    def book(self) -> dict[str, str]:
        """Return the digests of the code that assembles the book from executed notebooks."""
        return self.code(name for name in self.package() if name.startswith(f"{PACKAGE}.book"))

    def package(self) -> list[str]:
        """Return the names of all modules of the package."""
        files = (self.root / CODE).rglob("*.py")
        names = (".".join((PACKAGE, *file.relative_to(self.root / CODE).with_suffix("").parts)) for file in files)
        return sorted(name.removesuffix(".__init__") for name in names)

    def environment(self) -> dict[str, str | None]:
        """Return the dependencies of every page: the digest of the lock file, and the version of Python."""
        return {"lock": self.file(self.root / LOCK), "python": ".".join(platform.python_version_tuple()[:2])}

    def page(
        self, template: Path, parameters: Mapping[str, str], title: str | None, reads: Iterable[str]
    ) -> dict[str, Any]:
        """Return the record of everything that goes into a page; its digest by `combined` is the page's content key.

        Parameters
        ----------
        template
            The notebook source.
        parameters
            Parameters of the notebook.
        title
            Title inserted by the build; None if the notebook has its own.
        reads
            Names of the parts it has read.
        """
        return {
            "schema": SCHEMA,
            "template": {template.relative_to(self.root).as_posix(): self.file(template)},
            "parameters": dict(parameters),
            "title": title,
            "code": self.code(self._imports_of_notebook(template)),
            "reads": self.read(reads),
            **self.environment(),
        }

    def _figures(self, name: str, file: Path) -> str | None:
        words = next((words for begin, words in WORDS.items() if name.startswith(begin)), None)
        return self._kept(file, "figures", partial(_without, words)) if words else self.file(file)

    def _part(self, name: str) -> str | None:
        if name.startswith(FILE):
            return self.file(place.at(self.root, name.removeprefix(FILE)))
        if name.startswith(FOLDER):
            return self.folder(place.at(self.root, name.removeprefix(FOLDER)))
        return self.parts.get(name)

    def _path(self, module: str) -> Path:
        """Return the file of a module of the package, which need not exist."""
        place = self.root / "src" / Path(*module.split("."))
        return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")

    def _imports(self, module: str) -> list[str]:
        if module not in self._imported:
            path = self._path(module)
            self._imported[module] = self._imports_of_file(module, path) if path.is_file() else []
        return self._imported[module]

    def _imports_of_file(self, module: str, path: Path) -> list[str]:
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        return self._kept(path, f"imports in {package}", lambda _, content: list(_imported(_syntax(content), package)))

    def _imports_of_notebook(self, template: Path) -> list[str]:
        name = template.as_posix()
        if name not in self._imported:
            imported = self._kept(template, "imports", lambda _, content: _imported_by_notebook(content))
            self._imported[name] = self.package() if imported is None else imported
        return self._imported[name]

    def _kept(self, path: Path, what: str, find: Callable[[Path, bytes], Any]) -> Any:  # noqa: ANN401 - of `find`
        """Return a result derived from a file's content, from memory if it is known."""
        content = path.read_bytes()
        name = f"{what} {path.suffix} {digest(content)}"
        if name not in self._used:
            self._used[name] = self._seen[name] if name in self._seen else find(path, content)
        return self._used[name]


def page_again(project: Project, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a page recomputed for the current state of the project."""
    (template,) = record["template"]
    return project.page(project.root / template, record["parameters"], record["title"], record["reads"])


def differences(stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """List the differences between two records from `Project.page`."""
    found = []
    for name in sorted({*stored, *now}):
        before, after = stored.get(name), now.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found += [f"{name}: {inner}" for inner in differences(before, after)]
        elif before != after:
            found.append(name)
    return found


def _remembered(memory: Path) -> dict[str, Any]:
    """Return the digests in a memory; none if it cannot be read, as they can be recomputed."""
    try:
        return dict(json.loads(memory.read_bytes()).get(_found_by(), {}))
    except (OSError, ValueError, AttributeError):
        return {}


def _found_by() -> str:
    """Return what digests of meanings depend on besides the content: this module and the version of Python."""
    return combined([Path(__file__).read_text(encoding="utf-8"), sys.version])


def _meaning(path: Path, content: bytes) -> str:
    """Return the digest of the meaning of a file's content, by type; of its bytes if the type is unknown."""
    try:
        match path.suffix:
            case ".py":
                return digest(ast.dump(_syntax(content)).encode())
            case ".json" | ".ipynb":
                return combined(json.loads(content))
            case ".toml":  # assumptions are shown in this order
                return digest(json.dumps(tomllib.loads(content.decode()), default=str).encode())
            case ".csv":
                return combined(list(csv.reader(io.StringIO(content.decode(), newline=""))))
            case ".lock":
                lines = (line.strip() for line in content.decode().splitlines())
                return combined([line for line in lines if line and not line.startswith("#")])
            case ".po":
                return combined(_words(content))
    except (ValueError, SyntaxError, csv.Error, OSError):  # the users of the file report the fault
        pass
    return digest(content)


def _without(words: frozenset[str], path: Path, content: bytes) -> str:
    """Return the digest of the meaning of a file's content without the values of some keys, wherever they are."""

    def kept(part: Any) -> Any:  # noqa: ANN401 - any TOML or JSON
        if isinstance(part, dict):
            return {key: kept(value) for key, value in part.items() if key not in words}
        return [kept(one) for one in part] if isinstance(part, list) else part

    try:
        found = tomllib.loads(content.decode()) if path.suffix == ".toml" else json.loads(content)
    except ValueError:  # the users of the file report the fault
        return _meaning(path, content)
    return digest(json.dumps(kept(found), default=str).encode())


def _words(content: bytes) -> dict[str, str]:
    """Return the effective translations of a catalogue, without comments and locations."""
    return {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(content)) if entry.id and not entry.fuzzy}


def _line(module: str) -> list[str]:
    """Return the names of a module and its parent packages, which importing it imports."""
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _syntax(source: str | bytes) -> ast.Module:
    """Parse a module, one at a time: concurrent parsing can fail in CPython 3.11."""
    with _PARSING:
        return ast.parse(source)


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield the names of the package's modules imported anywhere in code.

    ``from a import b`` also yields ``a.b``, which may be a module. Imports for type checkers are ignored.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            if source.split(".")[0] == PACKAGE:
                yield source
                yield from (f"{source}.{alias.name}" for alias in node.names)
        else:
            yield from _imported(node, package)


def _imported_by_notebook(content: bytes) -> list[str] | None:
    """Return the modules that a notebook's cells import, or None if they cannot be parsed."""
    try:
        cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
        return sorted({name for source in sources for name in _imported(_syntax(source), "")})
    except (ValueError, SyntaxError, KeyError):
        return None
