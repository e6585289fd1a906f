"""Benchmarks are run rarely and by hand, so the names that they use of the package are checked here."""

import ast
import itertools
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from riktvarden import assumptions
from riktvarden.returns import store

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


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory, benchmark_of: Callable[[str], ModuleType]) -> Path:
    """A copy of the project for the changes that are timed."""
    project: Path = benchmark_of("changes").copied(tmp_path_factory.mktemp("changes"))
    return project


@pytest.mark.parametrize("name", ["sentence", "word", "style", "label", "value", "return"])
def test_timed_change_changes_its_own_file_each_time(
    copy: Path, benchmark_of: Callable[[str], ModuleType], name: str
) -> None:
    changes = benchmark_of("changes")
    named = {
        "sentence": [f"{changes.CHAPTER}.md"],
        "word": [changes.WORDS[0], "locale/en/LC_MESSAGES/riktvarden.po"],
        "style": [changes.STYLE],
        "label": [changes.ASSUMPTION[0]],
        "value": [changes.ASSUMPTION[0]],
        "return": [],
    }[name]

    def sources() -> list[str]:
        texts = [(copy / file).read_text(encoding="utf-8") for file in named]
        return texts or [store.read_returns(copy / "data").to_csv()]

    seen = [sources()]
    for number in (1, 2):
        changes.CHANGES[name].make(copy, number)
        seen.append(sources())
    assert all(one != other for before, after in itertools.pairwise(seen) for one, other in zip(before, after, strict=True))
    ast.parse((copy / changes.WORDS[0]).read_bytes())
    assumptions.read(copy / "data")


def test_every_change_is_timed_and_named(benchmark_of: Callable[[str], ModuleType]) -> None:
    changes = benchmark_of("changes")
    assert [*changes.CHANGES, *changes.SERVED] == [
        "nothing", "sentence", "word", "style", "label", "value", "return", "sentence_served", "style_served",
    ]  # fmt: skip


def test_summary_is_of_medians_of_pairs(benchmark_of: Callable[[str], ModuleType]) -> None:
    changes = benchmark_of("changes")
    runs = [
        {"whole": changes.Spent(seconds, 2 * seconds), "word": changes.Spent(word, float("nan"))}
        for seconds, word in ((100.0, 10.0), (200.0, 10.0), (50.0, 10.0))
    ]
    found = changes.summary(runs, {"word": 0.05})
    assert found["whole"] == {"seconds": 100.0, "processor_seconds": 200.0}
    assert found["word"] == {"seconds": 10.0, "ratio": 0.1, "at_most": 0.05}
