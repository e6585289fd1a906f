"""Answer, for the build, whether a page's content could differ from last time.

No build engine sees what a notebook imports or reads. The key of a page is therefore a hash over everything
that can reach it: too wide rather than too narrow.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from pathlib import Path

SCHEMA = 1
"""Raise it when the way pages are prepared or normalised changes for reasons no input shows."""

REACHABLE = ("data/**/*", "src/riktvarden/**/*.py", "locale/**/*", "requirements.lock")
"""What a notebook can read or import, relative to the project root."""


def digest(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def combined(values: Mapping[str, object]) -> str:
    """Return one digest of JSON values, whatever order the mapping has."""
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return digest(canonical.encode())


def inputs(root: Path) -> dict[str, str]:
    """Return what every page depends on: path below `root` to digest, and the Python version.

    Hidden files are left out: editors and file managers drop them.
    """
    files = (file for pattern in REACHABLE for file in root.glob(pattern) if file.is_file())
    found = {
        file.relative_to(root).as_posix(): digest(file.read_bytes()) for file in files if not file.name.startswith(".")
    }
    # The lock file pins different versions for different Pythons.
    return {**found, "python": ".".join(platform.python_version_tuple()[:2])}


def content_key(template: bytes, parameters: Mapping[str, str], title: str | None, inputs: Mapping[str, str]) -> str:
    """Return the content key of one page.

    Parameters
    ----------
    template
        The notebook source, byte for byte.
    parameters
        What the notebook is run with.
    title
        The title cell that the build inserts; None where the notebook has its own.
    inputs
        Name to digest of everything else the page can reach, see `inputs`.
    """
    return combined(
        {
            "schema": SCHEMA,
            "template": digest(template),
            "parameters": dict(parameters),
            "title": title,
            "inputs": dict(inputs),
        }
    )
