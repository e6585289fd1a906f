"""The workflow on GitHub does what the README says, with as few rights as it can."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PUBLISHED = "startsWith(github.ref, 'refs/tags/v')"


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8"))


def steps(job: dict[str, Any], kind: str) -> list[str]:
    return [step[kind] for step in job["steps"] if kind in step]


def test_it_runs_commands_of_the_readme_only(workflow: dict[Any, Any]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = {command for job in workflow["jobs"].values() for command in steps(job, "run")}
    assert {"make test", "make book", "make pdf"} <= commands
    for command in commands:
        assert command in readme, command
        assert command.removeprefix("make ") in targets


def test_a_proposed_change_is_tested_and_no_more(workflow: dict[Any, Any]) -> None:
    # YAML reads the key "on" as true.
    assert set(workflow[True]) == {"pull_request", "push"}
    jobs = workflow["jobs"]
    assert "if" not in jobs["test"]
    assert jobs["book"]["if"] == PUBLISHED
    assert jobs["book"]["needs"] == "test"
    assert jobs["publish"]["needs"] == "book"


def test_it_has_few_rights_and_no_secret(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    granted = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    assert granted == {"test": None, "book": None, "publish": {"pages": "write", "id-token": "write"}}
    assert "secrets." not in (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")


def test_actions_are_pinned_by_commit_and_say_the_version() -> None:
    """A tag can be moved to other code, a commit cannot."""
    text = (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: *(.*)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action), action
    assert len({action.partition("@")[0] for action in used}) == len(set(used))  # one version of each


def test_every_supported_python_is_tested(workflow: dict[Any, Any]) -> None:
    said = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    first, end = map(int, said.groups())
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == [f"3.{minor}" for minor in range(first, end)]
