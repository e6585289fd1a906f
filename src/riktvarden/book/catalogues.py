"""Keep the translation catalogues in step with the text of chapters and code, for `riktvarden catalogues`.

Sphinx extracts the text of chapters from their sources, not from executed notebooks; words in code are found at the
calls that look them up, without running it. Words around the pages (``sphinx.po``) are maintained by hand.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from riktvarden.book import stage

CHAPTERS, CODE = "chapters", "riktvarden"
DOMAINS = (CHAPTERS, CODE)
SOURCES = ("src/riktvarden/report", "src/riktvarden/professions")
"""Folders of the code that has words."""
PACKAGE = "data/datapackage.json"
TITLES = "title"
"""Column of descriptors and of the table below with words that code looks up."""
TITLED = "requested_variables"
TRANSLATORS = ("t", "language")
"""Names of the language in code."""
PLURAL = "plural"
"""Method of the language that looks up a text with singular and plural, its first two arguments."""
HEAD = "# Made by: riktvarden catalogues. Fill in the msgstr; where it says fuzzy, fix the msgstr and delete that line."
_SETTING = re.compile(r"\{\{.*?\}\}")
_DATED = re.compile(rb'"(?!Language:|Content-|MIME|Plural)[A-Z][\w-]+: .*\\n"\n')


class CatalogueError(Exception):
    """The text cannot be extracted; the message lists why."""


def templates(root: Path) -> dict[str, Catalog]:
    """Return the messages to translate by domain, in the order of the text.

    Parameters
    ----------
    root
        The project folder.

    Raises
    ------
    CatalogueError
        If the chapters cannot be read, or code looks up words that are not literals in it.
    """
    return {CHAPTERS: _of_chapters(root), CODE: of_code(root, SOURCES, {TITLES: _titles(root)})}


def update(root: Path, language: str) -> dict[str, int]:
    """Update the catalogues of a language, keeping translations of texts that still exist.

    A slightly changed text keeps its translation marked as fuzzy, for the translator to review; texts no longer in the
    report are removed.

    Returns
    -------
    dict
        Domain → number of messages that are untranslated or fuzzy.
    """
    left = {}
    for domain, template in templates(root).items():
        place = path(root, language, domain)
        catalogue = read(place, language) if place.is_file() else Catalog(locale=language, fuzzy=False)
        catalogue.update(template)
        catalogue.obsolete.clear()
        catalogue.fuzzy = False
        catalogue.header_comment = HEAD
        place.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, catalogue, width=110, include_lineno=False, ignore_obsolete=True)
        # Author and date are in the history; here they would change with every update.
        place.write_bytes(_DATED.sub(b"", written.getvalue()))
        left[domain] = sum(1 for _ in untranslated(catalogue))
    return left


def missing(root: Path, language: str, wanted: Mapping[str, Catalog]) -> list[str]:
    """Return the messages of `wanted` that a language lacks, one line each.

    Parameters
    ----------
    root
        The project folder.
    language
        The language's code.
    wanted
        Messages to translate, see `templates`.
    """
    from riktvarden.report.kit.language import on_a_line  # takes longer than the pages, which only ask for paths here

    lacking: list[str] = []
    for domain, template in wanted.items():
        place = path(root, language, domain)
        catalogue = read(place, language) if place.is_file() else Catalog(locale=language)
        faults = {
            on_a_line(message): "not translated" for message in template if message.id and not _has(catalogue, message)
        }
        faults |= dict(untranslated(catalogue))
        where = place.relative_to(root)
        lacking += [f"{where}: {fault}: {message}" for message, fault in faults.items()]
    return lacking


def untranslated(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Yield each message without a valid translation, and the reason."""
    from riktvarden.report.kit.language import on_a_line, translated  # as in `missing`

    for message in catalogue:
        if not translated(message):
            yield on_a_line(message), "fuzzy" if message.fuzzy else "not translated"


def has_words(text: str) -> bool:
    """Return whether a text has words to translate, other than numbers, signs and names of settings."""
    return any(letter.isalpha() for letter in _SETTING.sub("", text))


def path(root: Path, language: str, domain: str) -> Path:
    """Return the path of a catalogue."""
    return root / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def read(place: Path, language: str | None = None) -> Catalog:
    """Read a catalogue file."""
    with place.open("rb") as file:
        return read_po(file, locale=language)


def _has(catalogue: Catalog, message: Message) -> bool:
    """Return whether a catalogue has a text with its plural form."""
    found = catalogue.get(message.id)
    return found is not None and (not message.pluralizable or found.id == message.id)


def _of_chapters(root: Path) -> Catalog:
    """Return the text of all chapters and of the templates of the regions' and municipalities' pages."""
    from riktvarden.book.assemble import environment  # as in `missing`

    region, municipality = (name.rpartition("/")[2] for name in (stage.TEMPLATE, stage.MUNICIPALITY_TEMPLATE))
    config, toc = stage.configuration(root), stage.contents(root, [region], {"": {municipality: ""}})
    sources = [stage.source_of(root, document) for document in stage.documents(toc)]
    language = stage.language_of(config) or "sv"
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder, "source"), Path(folder, "out")
        notebooks = {file.relative_to(root).as_posix(): file.read_bytes() for file in sources if file.suffix == ".ipynb"}
        texts = [file for file in sources if file.suffix != ".ipynb"]
        stage.write(source, {**stage.texts(root, toc, config, language, texts), **notebooks}, keep=())
        command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main(prog_name='jupyter-book')", "build"]
        builder = ["--builder", "custom", "--custom-builder", "gettext"]
        done = subprocess.run(  # noqa: S603 - a fixed command on paths of this project
            [*command, source, "--path-output", out, *builder],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        made = out / "_build" / "gettext" / f"{CHAPTERS}.pot"
        if done.returncode or not made.is_file():
            raise CatalogueError(f"the chapters could not be read:\n{done.stderr.strip()[-2000:]}")
        found = read(made, language)
    catalogue = Catalog(fuzzy=False)
    for message in found:
        if has_words(str(message.id)):
            places = dict.fromkeys(Path(place).as_posix().rpartition(f"{CHAPTERS}/")[2] for place, _ in message.locations)
            catalogue.add(message.id, locations=[(f"{CHAPTERS}/{place}", 0) for place in places])
    return catalogue


def _titles(root: Path) -> list[str]:
    """Return the titles of tables and columns, and those in the table of requested variables."""
    tables = json.loads((root / PACKAGE).read_text(encoding="utf-8"))["resources"]
    titles = [part[TITLES] for table in tables for part in (table, *table["schema"]["fields"])]
    for table in tables:
        if table["name"] == TITLED:
            with (root / "data" / table["path"]).open(encoding="utf-8", newline="") as file:
                titles += [row[TITLES] for row in csv.DictReader(file)]
    return list(dict.fromkeys(titles))


def of_code(root: Path, folders: Iterable[str], columns: Mapping[str, Sequence[str]]) -> Catalog:
    """Return the words that modules look up, including those in columns of tables.

    Parameters
    ----------
    root
        The project folder.
    folders
        Folders of the modules in it. A call is a fault if its words are neither literals, nor from a module's constant,
        a field of its classes, or one of the `columns`.
    columns
        Column of the data → the words in it.

    Raises
    ------
    CatalogueError
        With all such calls.
    """
    catalogue, faults = Catalog(fuzzy=False), []
    for module, tree, words in _modules(root, folders, columns):
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if not (count := _forms(call.func, module)):
                continue
            forms = [words(argument) for argument in call.args[:count]]
            if len(forms) < count or not all(forms) or len({len(each) for each in forms}) > 1:
                faults.append(f"{module}:{call.lineno}: the words of {ast.unparse(call)} cannot be determined")
                continue
            for message in zip(*forms, strict=True):
                catalogue.add(message if count > 1 else message[0], locations=[(module, 0)])
    if faults:
        raise CatalogueError("\n".join(faults))
    return catalogue


def alike(root: Path, language: str) -> list[str]:
    """Return the functions in which different words that name columns or keys have the same translation.

    In that language, the second column would silently replace the first.
    """
    place, found = path(root, language, CODE), list[str]()
    catalogue = read(place, language) if place.is_file() else Catalog(locale=language)
    for module, tree, words in _modules(root, SOURCES, {TITLES: _titles(root)}):
        for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
            keys: dict[str, set[str]] = {}
            for key in _keys(function, module):
                for word in words(key):
                    entry = catalogue.get(word)
                    keys.setdefault(str(entry.string) if entry else word, set()).add(word)
            found += [
                f"{module}:{function.lineno}: {function.name}: {' and '.join(sorted(same))} are both {text}"
                for text, same in keys.items()
                if len(same) > 1
            ]
    return found


def _keys(function: ast.FunctionDef, module: str) -> Iterator[ast.expr]:
    """Yield the words that a function looks up as keys or names of columns, directly or through a variable."""
    nodes = list(ast.walk(function))
    named: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                pairs = [(target, node.value)]
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = list(zip(target.elts, node.value.elts, strict=True))
                named |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    keys = [key for node in nodes if isinstance(node, ast.Dict) for key in node.keys if key is not None]
    keys += [node.key for node in nodes if isinstance(node, ast.DictComp)]
    keys += [node.slice for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)]
    for key in keys:
        looked_up = named.get(key.id, key) if isinstance(key, ast.Name) else key
        for call in (node for node in ast.walk(looked_up) if isinstance(node, ast.Call)):
            if _forms(call.func, module) == 1 and call.args:
                yield call.args[0]


def _modules(
    root: Path, folders: Iterable[str], columns: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, ast.Module, Callable[[ast.expr], list[str]]]]:
    """Yield each module with its tree, and a function that finds the possible words of its expressions."""
    files = [file for folder in folders for file in sorted((root / folder).rglob("*.py"))]
    trees = {file.relative_to(root).as_posix(): ast.parse(file.read_text(encoding="utf-8")) for file in files}
    own = {module: _constants(tree) for module, tree in trees.items()}
    shared = {f".{name}": values for name, values in _fields(trees.values()).items()}
    shared |= {f"[{column}]": [ast.Constant(word) for word in words] for column, words in columns.items()}
    for name, value in (pair for constants in own.values() for pair in constants.items()):
        shared.setdefault(name, []).append(value)
    anywhere = {name: ast.List(elts=values) for name, values in shared.items()}
    for module, tree in trees.items():
        constants = {**anywhere, **own[module]}  # another module's name, unless this one defines it too
        bound = _bindings(tree)

        def words(
            part: ast.expr, constants: dict[str, ast.expr] = constants, bound: dict[str, list[ast.expr]] = bound
        ) -> list[str]:
            return list(_words(part, constants, bound))

        yield module, tree, words


def _forms(function: ast.expr, module: str) -> int:
    """Return the number of forms of a text that a call looks up: 0 if it is not a look-up.

    1 for ``t(…)``, ``context.language(…)`` and ``self(…)`` in a language; 2 for ``t.plural(…)``.
    """
    if isinstance(function, ast.Attribute):
        return 2 if function.attr == PLURAL else int(function.attr in TRANSLATORS)
    if not isinstance(function, ast.Name):
        return 0
    return int(function.id in TRANSLATORS or (function.id, Path(module).stem) == ("self", "language"))


def _constants(tree: ast.Module) -> dict[str, ast.expr]:
    """Return the constants of a module, name → value."""
    return {
        target.id: node.value
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    }


def _fields(trees: Iterable[ast.Module]) -> dict[str, list[ast.expr]]:
    """Return the expressions passed for each field of the modules' own classes."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    classes = {
        node.name: [ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
        for node in nodes
        if isinstance(node, ast.ClassDef)
    }
    given: dict[str, list[ast.expr]] = {}
    for call in nodes:
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in classes:
            by_name = [(word.arg, word.value) for word in call.keywords if word.arg]
            for name, value in [*zip(classes[call.func.id], call.args, strict=False), *by_name]:
                given.setdefault(name, []).append(value)
    return given


def _bindings(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """Return the expressions that each name of a module may refer to, by assignment or iteration."""
    bound: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, (ast.For, ast.comprehension)):
            pairs = [(node.target, node.iter)]
        elif isinstance(node, ast.Assign):
            pairs = [(target, node.value) for target in node.targets]
        else:
            continue
        for target, value in pairs:
            for name in (part.id for part in ast.walk(target) if isinstance(part, ast.Name)):
                bound.setdefault(name, []).append(value)
    return bound


def _words(
    part: ast.expr, constants: Mapping[str, ast.expr], bound: Mapping[str, Iterable[ast.expr]], seen: tuple[str, ...] = ()
) -> Iterator[str]:
    """Yield the possible words of an expression."""
    match part:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=one, orelse=other):
            yield from _words(one, constants, bound, seen)
            yield from _words(other, constants, bound, seen)
        case ast.Dict(values=values):
            for value in values:
                yield from _words(value, constants, bound, seen)
        case ast.Tuple(elts=values) | ast.List(elts=values):
            for value in values:
                yield from _words(value, constants, bound, seen)
        case ast.BinOp(left=one, op=ast.BitOr(), right=other):
            yield from _words(one, constants, bound, seen)
            yield from _words(other, constants, bound, seen)
        case ast.Name(id=name) if name in constants:
            yield from _words(constants[name], constants, {}, (*seen, name))
        case ast.Name(id=name) if name not in seen:
            for value in bound.get(name, ()):
                yield from _words(value, constants, bound, (*seen, name))
        case ast.Call(
            func=ast.Attribute(value=whole, attr="items" | "values")
        ):  # method of a dictionary, not a field of that name
            yield from _words(whole, constants, bound, seen)
        case ast.Subscript(slice=ast.Constant(value=str(column))) if f"[{column}]" in constants:
            yield from _words(constants[f"[{column}]"], {}, {})
        case ast.Attribute(value=ast.Name(), attr=name) if name in constants and name not in seen:  # a module's constant
            yield from _words(constants[name], constants, {}, (*seen, name))
        case ast.Attribute(attr=name) if f".{name}" in constants and name not in seen:
            yield from _words(constants[f".{name}"], constants, {}, (*seen, name))
        case ast.Subscript(value=whole) | ast.Attribute(value=whole) | ast.Call(func=whole):
            yield from _words(whole, constants, bound, seen)
