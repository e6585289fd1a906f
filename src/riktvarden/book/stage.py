"""Stage a complete book source for the assembler: text chapters, configuration, extended table of contents."""

import re
from collections.abc import Container, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from sphinx_external_toc.parsing import MalformedError, parse_toc_data

REGIONS = "chapters/regions"
REGION_INDEX = f"{REGIONS}/index"
TEMPLATE = f"{REGIONS}/region"
MUNICIPALITIES = "chapters/municipalities"
MUNICIPALITY_INDEX = f"{MUNICIPALITIES}/index"
MUNICIPALITY_TEMPLATE = f"{MUNICIPALITIES}/municipality"
FIND = "chapters/find"
"""List of all places."""
SUFFIXES = (".md", ".ipynb", ".rst")
NOT_STAGED = (".ipynb", ".mo")
"""Suffixes not staged: notebooks are written when they have run; catalogues are compiled where they are used."""


_TO_MUNICIPALITY = re.compile(r'href="(?P<up>(?:\.\./)*)municipalities/(?P<name>\w+)\.html(?P<anchor>#\w+)?"')


class StageError(Exception):
    """The project folder is not a valid source of a book; the message says why."""


def contents(
    root: Path, regions: Iterable[str], municipalities: Mapping[str, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """Return the table of contents of `root`, including the pages made from templates.

    Parameters
    ----------
    root
        The project folder.
    regions
        Codes of the regions with a page, below the region index.
    municipalities
        Heading → codes of the municipalities with a page; see `shell_of`. They have an index of their own, left out
        without them and below the region index.

    Raises
    ------
    StageError
        If ``_toc.yml`` is missing or malformed, or has no region index.
    """
    try:
        toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
        parse_toc_data(toc)
    except (OSError, yaml.YAMLError, MalformedError) as error:
        raise StageError(f"_toc.yml: {error}") from error
    sections: list[dict[str, Any]] = [{"file": f"{REGIONS}/{code}"} for code in regions]
    if shell := shell_of(municipalities or {}):
        sections.append({"file": MUNICIPALITY_INDEX, "sections": [{"file": f"{MUNICIPALITIES}/{shell}"}]})
    if sections:
        index = next((entry for entry in _entries(toc) if _name(entry.get("file")) == REGION_INDEX), None)
        if index is None:
            raise StageError(f"_toc.yml: no entry {REGION_INDEX} to put the region pages under")
        index["sections"] = [*index.get("sections", []), *sections]
    return dict(toc)


def shell_of(municipalities: Mapping[str, Mapping[str, str]]) -> str:
    """Return the code of the municipality whose page the assembler makes, and all others are stamped from; or nothing."""
    return next((code for part in municipalities.values() for code in part), "")


def leading(text: str, made: Container[str]) -> str:
    """Return a page whose links to pages of municipalities that are not made lead to their cards in the search."""

    def instead(link: re.Match[str]) -> str:
        if f"{MUNICIPALITIES}/{link['name']}" in made:
            return link[0]
        code = link["name"] if link["name"].isdigit() else ""
        return f'href="{link["up"]}find.html{f"#{code}" if code else link["anchor"] or ""}"'

    return _TO_MUNICIPALITY.sub(instead, text)


def documents(toc: dict[str, Any]) -> list[str]:
    """Return the names of all documents in a table of contents, the root first."""
    return [name for name in map(_name, parse_toc_data(toc)) if name]


def source_of(root: Path, document: str) -> Path:
    """Return the source file of a document.

    Raises
    ------
    StageError
        If there is none.
    """
    for suffix in SUFFIXES:
        source = root / f"{document}{suffix}"
        if source.is_file():
            return source
    raise StageError(f"{document}: no such chapter")


def configuration(root: Path) -> dict[str, Any]:
    """Return the contents of ``_config.yml``.

    Raises
    ------
    StageError
        If it is missing or not a mapping.
    """
    try:
        config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise StageError(f"_config.yml: {error}") from error
    if not isinstance(config, dict):
        raise StageError("_config.yml: has no settings")
    return config


def language_of(config: dict[str, Any]) -> str | None:
    """Return the language of the chapters, if configured."""
    language = config.get("sphinx", {}).get("config", {}).get("language")
    return str(language) if language else None


def site_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the site: ``riktvarden_site``."""
    return dict(config.get("sphinx", {}).get("config", {}).get("riktvarden_site") or {})


def address(site: Mapping[str, Any]) -> str:
    """Return the address of the published site, without a trailing slash; empty if not set."""
    return str(site.get("address") or "").rstrip("/")


def texts(
    root: Path,
    toc: dict[str, Any],
    config: dict[str, Any],
    language: str,
    chapters: Iterable[Path],
    settings: Mapping[str, Any] | None = None,
) -> dict[str, bytes]:
    """Return the files of the book other than executed notebooks: path below the source folder → content.

    These are ``_config.yml`` in the language of the build, ``_toc.yml``, the text `chapters`, and everything else in
    ``chapters/`` (images, styles, included text) and the language's folder in ``locale/``, except notebooks and compiled
    catalogues.
    `settings` of Sphinx are added to those of ``_config.yml``.
    """
    sphinx = config.get("sphinx", {})
    merged = {**sphinx.get("config", {}), **(settings or {}), "language": language}
    beside = (file for folder in ("chapters", f"locale/{language}") for file in (root / folder).rglob("*"))
    files = {file for file in (*chapters, *beside) if file.is_file() and file.suffix not in NOT_STAGED}
    staged = {
        file.relative_to(root).as_posix(): file.read_bytes()
        for file in files
        if not file.name.startswith(".")  # files left by editors and file managers
    }
    return {
        **staged,
        "_config.yml": _yaml({**config, "sphinx": {**sphinx, "config": merged}}),
        "_toc.yml": _yaml(toc),
    }


def write(folder: Path, wanted: Mapping[str, bytes], keep: Iterable[Path]) -> None:
    """Make `folder` hold exactly the files `wanted` and those of `keep` that exist.

    Files that already have the right content are not touched, so that the assembler considers them unchanged.
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = {folder / name: content for name, content in wanted.items()}
    kept = {*targets, *keep}
    for file in [file for file in folder.rglob("*") if file.is_file() and file not in kept]:
        file.unlink()
    for file, content in targets.items():
        if not file.is_file() or file.read_bytes() != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _entries(node: object) -> Iterable[dict[str, Any]]:
    """Yield every mapping in a nested table of contents."""
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _entries(child)


def _name(entry: str | None) -> str | None:
    """Return a document's name without the file suffix that a table of contents may carry."""
    if entry is None:
        return None
    suffix = next((suffix for suffix in SUFFIXES if entry.endswith(suffix)), "")
    return entry.removesuffix(suffix)


def _yaml(value: object) -> bytes:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False).encode()
