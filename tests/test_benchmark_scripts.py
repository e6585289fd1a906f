"""Benchmarks are run rarely and by hand, so the names that they use of the package are checked here."""

import ast
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = sorted((Path(__file__).parents[1] / "benchmarks").glob("*.py"))


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
def test_benchmark_starts_and_finds_what_it_uses(script: Path, benchmark_of: Callable[[str], ModuleType]) -> None:
    module = benchmark_of(script.stem)
    tree = ast.parse(script.read_text(encoding="utf-8"))
    assert absent(tree, module) == []
    starts = [node for node in tree.body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)]
    assert len(starts) == 1


def test_a_name_that_is_gone_is_found() -> None:
    module = ModuleType("made_up")
    exec("from riktvarden import model", vars(module))
    assert absent(ast.parse("def run(): return model.run, model.NOT_THERE"), module) == ["model.NOT_THERE"]


PAGE = '<article class="bd-article"><p>{text}</p><table><tr><td>A cell of words.</td></tr></table></article>'


def test_text_counts_words_and_what_is_repeated(
    tmp_path: Path, benchmark_of: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    chapters = tmp_path / "sv/chapters"
    chapters.mkdir(parents=True)
    for name, text in (("index", "The same again. Four other short words."), ("need", "The same again.")):
        (chapters / f"{name}.html").write_text(PAGE.format(text=text), encoding="utf-8")
    benchmark_of("text").main([str(tmp_path), "--pages"])
    _, of_chapters, *_ = capsys.readouterr().out.splitlines()
    assert of_chapters.split()[:6] == ["sv:", "chapters", "2", "18", "10", "33.3"]
