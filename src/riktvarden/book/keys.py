"""Answer, for the build, whether a page's content could differ from last time, and for a reader, from what it came.

No build engine sees what a notebook imports or reads. A page's key is therefore a digest of all that went into it:
template, parameters, every part it was seen to read when it last ran, every module it can reach through imports,
and the lock file. As long as none of these differs, a new run would read the same parts and give the same page.
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
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po

from riktvarden import files
from riktvarden.returns import place
from riktvarden.store.reads import FILE, FOLDER, data_files

SCHEMA = 2
"""Raise it when the way pages are prepared or normalised changes for reasons no input shows."""
PACKAGE = "riktvarden"
CODE = f"src/{PACKAGE}"
LOCK = "requirements.lock"
_PARSING = threading.Lock()


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def combined(values: object) -> str:
    """Return one digest of JSON values, whatever order mappings have."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return digest(canonical.encode())


class Project:
    """What lies below a project folder, as digests of what it means.

    Comments, layout and the order of keys mean nothing; nor do the names of editors' hidden files.

    Parameters
    ----------
    root
        The project folder.
    parts
        Digests of the parts of the stored material, by name.
    memory
        File in which to keep the digests of contents already seen; nowhere unless given.
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
        """Write the digests used since this object was made to its memory."""
        if self._memory:
            files.write(self._memory, json.dumps({_found_by(): self._used}, sort_keys=True).encode())

    def settle(self) -> None:
        """Take the digests of code, data, templates and words now: an edit from here on counts as one made later."""
        self.code(self.package())
        self.data()
        for folder in ("chapters", "locale"):
            for file in (self.root / folder).rglob("*"):
                if file.is_file() and file.suffix in {".ipynb", ".po"}:
                    self.file(file)

    def file(self, path: Path) -> str | None:
        """Return the digest of what a file means, None if there is none."""
        if path not in self._files:
            self._files[path] = self._kept(path, "meaning", _meaning) if path.is_file() else None
        return self._files[path]

    def folder(self, path: Path) -> str | None:
        """Return the digest of the names in a folder, None if there is none."""
        if not path.is_dir():
            return None
        return combined(sorted(entry.name for entry in path.iterdir() if not entry.name.startswith(".")))

    def read(self, names: Iterable[str]) -> dict[str, str | None]:
        """Return the digests of what a notebook has read, None for what is not there; see `riktvarden.store.reads`."""
        return {name: self._part(name) for name in sorted(names)}

    def code(self, modules: Iterable[str]) -> dict[str, str]:
        """Return the digests of the modules that some modules of the package can reach, these included."""
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
        """Return the digests of all files of data, of the returns wherever they lie."""
        return {name: self.file(file) for name, file in data_files(self.root).items()}

    def book(self) -> dict[str, str]:
        """Return the digests of the code that makes a book of executed notebooks."""
        return self.code(name for name in self.package() if name.startswith(f"{PACKAGE}.book"))

    def package(self) -> list[str]:
        """Return the names of all modules of the package."""
        files = (self.root / CODE).rglob("*.py")
        names = (".".join((PACKAGE, *file.relative_to(self.root / CODE).with_suffix("").parts)) for file in files)
        return sorted(name.removesuffix(".__init__") for name in names)

    def environment(self) -> dict[str, str | None]:
        """Return what every page depends on: the lock file, and the Python that it has versions for."""
        return {"lock": self.file(self.root / LOCK), "python": ".".join(platform.python_version_tuple()[:2])}

    def page(
        self, template: Path, parameters: Mapping[str, str], title: str | None, reads: Iterable[str]
    ) -> dict[str, Any]:
        """Return all that goes into a page; the digest of it, by `combined`, is the page's content key.

        Parameters
        ----------
        template
            The notebook source.
        parameters
            What the notebook is run with.
        title
            The title cell that the build inserts; None where the notebook has its own.
        reads
            Names of what it has read.
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
        """Return what a file's content gives, from memory if it was found before."""
        content = path.read_bytes()
        name = f"{what} {path.suffix} {digest(content)}"
        if name not in self._used:
            self._used[name] = self._seen[name] if name in self._seen else find(path, content)
        return self._used[name]


def page_again(project: Project, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the record of a page, as `Project.page` gave it once, for the project as it is now."""
    (template,) = record["template"]
    return project.page(project.root / template, record["parameters"], record["title"], record["reads"])


def differences(stored: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Name what differs between two records of what goes into a page, as `Project.page` gives them."""
    found = []
    for name in sorted({*stored, *now}):
        before, after = stored.get(name), now.get(name)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found += [f"{name}: {inner}" for inner in differences(before, after)]
        elif before != after:
            found.append(name)
    return found


def _remembered(memory: Path) -> dict[str, Any]:
    """Return the digests that a memory holds; none if it cannot be read, for they can be found anew."""
    try:
        return dict(json.loads(memory.read_bytes()).get(_found_by(), {}))
    except (OSError, ValueError, AttributeError):
        return {}


def _found_by() -> str:
    """Return what digests of contents depend on besides these: the code here, and the Python that parses."""
    return combined([Path(__file__).read_text(encoding="utf-8"), sys.version])


def _meaning(path: Path, content: bytes) -> str:
    """Return the digest of what a file's content means, by its type; of its bytes if it is none that we know."""
    try:
        match path.suffix:
            case ".py":
                return digest(ast.dump(_syntax(content)).encode())
            case ".json" | ".ipynb":
                return combined(json.loads(content))
            case ".toml":  # the order of assumptions is the order in which they are shown
                return digest(json.dumps(tomllib.loads(content.decode()), default=str).encode())
            case ".csv":
                return combined(list(csv.reader(io.StringIO(content.decode(), newline=""))))
            case ".lock":
                lines = (line.strip() for line in content.decode().splitlines())
                return combined([line for line in lines if line and not line.startswith("#")])
            case ".po":
                return combined(_words(content))
    except (ValueError, SyntaxError, csv.Error, OSError):  # a fault for those who use the file to tell
        pass
    return digest(content)


def _words(content: bytes) -> dict[str, str]:
    """Return the words of a catalogue that count; comments and where a word stands do not."""
    return {str(entry.id): str(entry.string) for entry in read_po(io.BytesIO(content)) if entry.id and not entry.fuzzy}


def _line(module: str) -> list[str]:
    """Return a module's name and those of the packages that it is in: importing it imports them."""
    parts = module.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _syntax(source: str | bytes) -> ast.Module:
    """Parse a module, one at a time: two threads that build trees at once can fail in CPython 3.11."""
    with _PARSING:
        return ast.parse(source)


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Yield the names of the package's modules that code can import, anywhere in it.

    ``from a import b`` yields ``a.b`` too, which may be a module. What is imported for type checkers is not.
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
    """Return the modules that a notebook's cells import; None if that cannot be seen."""
    try:
        cells = [cell for cell in json.loads(content)["cells"] if cell["cell_type"] == "code"]
        sources = ["".join(cell["source"]) for cell in cells]
        return sorted({name for source in sources for name in _imported(_syntax(source), "")})
    except (ValueError, SyntaxError, KeyError):
        return None
