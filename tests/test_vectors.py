"""Worked examples: published numbers that public functions must reproduce.

A reviewer adds examples of the same form in a folder named by the variable RIKTVARDEN_VECTORS.
"""

import importlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDERS = [Path(__file__).parent / "vectors"]
if extra := os.environ.get("RIKTVARDEN_VECTORS"):
    FOLDERS.append(Path(extra))
FILES = sorted(file for folder in FOLDERS for file in folder.glob("*.json"))
assert any(file.parent == FOLDERS[0] for file in FILES), "no worked example is carried"


def answer(call: str, inputs: Mapping[str, Any]) -> Any:
    module, _, name = call.partition(":")
    assert module.startswith("riktvarden."), f"{call} is not below riktvarden"
    assert not name.startswith("_"), f"{call} is not public"
    return getattr(importlib.import_module(module), name)(**inputs)


def named(result: Any, expected: Mapping[str, Any]) -> Mapping[str, Any]:
    """A result by name; a bare number or array takes the one expected name."""
    if isinstance(result, Mapping):
        return result
    if hasattr(result, "_asdict"):
        return result._asdict()
    assert len(expected) == 1, f"the function gives one value, the example expects {list(expected)}"
    return {next(iter(expected)): result}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_worked_example(file: Path) -> None:
    example = json.loads(file.read_text(encoding="utf-8"))
    result = named(answer(example["call"], example["inputs"]), example["expected"])
    for name, expected in example["expected"].items():
        tolerance = example["tolerance"]
        allowed = tolerance[name] if isinstance(tolerance, dict) else tolerance
        np.testing.assert_allclose(
            np.asarray(result[name], float), np.asarray(expected, float), rtol=0, atol=allowed, err_msg=name
        )
