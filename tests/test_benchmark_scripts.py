"""Benchmarks are run rarely and by hand, so the names that they use of the package are checked here."""

import ast
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py"))


def imported(script: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmarks_{script.stem}", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look for the module of their annotations
    spec.loader.exec_module(module)
    return module


def absent(tree: ast.AST, module: ModuleType) -> list[str]:
    """What a script reads of modules of the package that they do not have, also where only a run would show it."""
    used = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    owners = {name: owner for name, owner in vars(module).items() if isinstance(owner, ModuleType)}
    ours = {name: owner for name, owner in owners.items() if owner.__name__.startswith("riktvarden")}
    return sorted(f"{name}.{attribute}" for name, attribute in used if name in ours and not hasattr(ours[name], attribute))


def test_there_are_benchmarks() -> None:
    assert len(SCRIPTS) >= 10


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_benchmark_starts_and_finds_what_it_uses(script: Path) -> None:
    module = imported(script)
    tree = ast.parse(script.read_text(encoding="utf-8"))
    assert absent(tree, module) == []
    starts = [node for node in tree.body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)]
    assert len(starts) == 1


def test_a_name_that_is_gone_is_found() -> None:
    module = ModuleType("made_up")
    exec("from riktvarden import model", vars(module))
    assert absent(ast.parse("def run(): return model.run, model.NOT_THERE"), module) == ["model.NOT_THERE"]
