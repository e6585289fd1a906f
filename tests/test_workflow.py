"""The GitHub workflow agrees with the README and has minimal permissions."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PUBLISHED = "startsWith(github.ref, 'refs/tags/v')"


WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    return yaml.safe_load((ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def refresh() -> dict[Any, Any]:
    return yaml.safe_load((ROOT / ".github/workflows/refresh.yml").read_text(encoding="utf-8"))


def steps(job: dict[str, Any], kind: str) -> list[str]:
    return [step[kind] for step in job["steps"] if kind in step]


@pytest.mark.parametrize(
    ("file", "wanted"),
    [
        ("publish", {"make test-fast", "make test-book", "make book", "make pdf", "make verify"}),
        ("refresh", {"make refresh", "make accept", "make propose"}),
    ],
)
def test_it_runs_commands_of_the_readme_only(file: str, wanted: set[str]) -> None:
    workflow = yaml.safe_load((ROOT / f".github/workflows/{file}.yml").read_text(encoding="utf-8"))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    commands = {command for job in workflow["jobs"].values() for command in steps(job, "run")}
    assert wanted <= commands
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


def test_it_has_few_rights(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    granted = {name: job.get("permissions") for name, job in workflow["jobs"].items()}
    assert granted == {"test": None, "book": None, "publish": {"pages": "write", "id-token": "write"}}


def test_its_only_secret_opens_the_returns_and_no_code_of_the_project_runs_with_it(workflow: dict[Any, Any]) -> None:
    text = (ROOT / ".github/workflows/publish.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"secrets\.(\w+)", text)) == {"RETURNS_KEY"}
    steps = workflow["jobs"]["book"]["steps"]
    with_key = [number for number, step in enumerate(steps) if "secrets." in str(step)]
    runs = {step["run"]: number for number, step in enumerate(steps) if "run" in step}
    (upload,) = (number for number, step in enumerate(steps) if "upload" in step.get("uses", ""))
    assert all(steps[number]["if"] == "vars.RETURNS_REPOSITORY != ''" for number in (*with_key, runs["make record"]))
    assert (
        with_key[0]
        < runs["make book"]
        < runs["make pdf"]
        < runs["make verify"]
        < with_key[1]
        < runs["make record"]
        < upload
    )
    assert steps[with_key[0]]["with"]["persist-credentials"] is False
    assert all("RIKTVARDEN_RETURNS" in steps[runs[command]]["env"] for command in ("make book", "make verify"))


def test_what_was_released_is_recorded_where_the_returns_are(tmp_path: Path) -> None:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    git("init", "--quiet", "--bare", "--initial-branch", "main", "private")
    for name in ("record", "returns"):
        git("clone", "--quiet", "private", name)
    command = ["make", "record", f"RECORD={tmp_path / 'record'}", f"RIKTVARDEN_RETURNS={tmp_path / 'returns'}"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode, "nothing was released"
    for content, commits in (("a", 1), ("a", 1), ("b", 2)):
        (tmp_path / "returns/released").mkdir(exist_ok=True)
        (tmp_path / "returns/released/v1.json").write_text(content, encoding="utf-8")
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        assert git("-C", "private", "show", "HEAD:released/v1.json") == content
        assert git("-C", "private", "rev-list", "--count", "HEAD").strip() == str(commits)


def test_git_ignores_returns() -> None:
    names = ["data/returns/12/2025-12-31/1.json", "data/returns/12/.lock", "data/returns/released/v1.json"]
    asked = subprocess.run(
        ["git", "check-ignore", *names, "data/returns/README.md"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if asked.returncode > 1:
        pytest.skip("not a repository")
    assert asked.stdout.split() == names


def test_newer_tables_are_proposed_by_the_clock_with_a_token_in_one_step(refresh: dict[Any, Any]) -> None:
    assert set(refresh[True]) == {"schedule", "workflow_dispatch"}
    assert refresh["permissions"] == {"contents": "read"}
    (job,) = refresh["jobs"].values()
    assert job["permissions"] == {"contents": "write", "pull-requests": "write"}
    with_token = [step for step in job["steps"] if "token" in str(step)]
    assert [step["run"] for step in with_token] == ["make propose"]
    assert job["steps"][-1] is with_token[0]
    assert job["steps"][0]["with"]["persist-credentials"] is False
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^propose:.*\n((?:\t.*\n)+)", made, re.MULTILINE)
    assert recipe is not None
    assert "$(BIN)" not in recipe[1], "no code of the project runs with the token"


def test_accepted_tables_become_one_pull_request(tmp_path: Path) -> None:
    """`make propose` with a gh that only remembers what it was asked."""

    def git(*arguments: str, at: str = "work") -> str:
        return subprocess.run(["git", *arguments], cwd=tmp_path / at, capture_output=True, text=True, check=True).stdout

    git("init", "--quiet", "--bare", "--initial-branch", "main", "origin", at=".")
    git("clone", "--quiet", "origin", "work", at=".")
    (tmp_path / "work/data").mkdir()
    (tmp_path / "work/_build").mkdir()
    (tmp_path / "work/.gitignore").write_text("_build\n", encoding="utf-8")
    (tmp_path / "work/data/table.csv").write_text("old\n", encoding="utf-8")
    git("add", ".")
    git("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "-m", "Begin")
    git("push", "--quiet", "origin", "HEAD")
    (tmp_path / "work/_build/difference.md").write_text("## Tables\n", encoding="utf-8")
    gh = tmp_path / "gh"
    gh.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n[ "$2" != list ] || cat {tmp_path}/open\n', encoding="utf-8")
    gh.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    for number, (content, already) in enumerate([("old", 0), ("new", 0), ("newer", 1)]):
        (tmp_path / "open").write_text(f"{already}\n", encoding="utf-8")
        (tmp_path / "asked").write_text("", encoding="utf-8")
        git("switch", "--quiet", "main")
        (tmp_path / "work/data/table.csv").write_text(f"{content}\n", encoding="utf-8")
        command = ["make", "--file", str(ROOT / "Makefile"), "propose"]
        subprocess.run(command, cwd=tmp_path / "work", capture_output=True, check=True, env=environment)
        asked = (tmp_path / "asked").read_text(encoding="utf-8")
        assert ("pr create" in asked, "pr edit" in asked) == [(False, False), (True, False), (False, True)][number]
        if number:
            assert "--body-file _build/proposal.md" in asked
            assert git("show", "newer-tables:data/table.csv", at="origin") == f"{content}\n"
    assert git("show", "main:data/table.csv", at="origin") == "old\n"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_actions_are_pinned_by_commit_and_say_the_version(file: Path) -> None:
    """A tag can be moved to other code, a commit cannot."""
    text = file.read_text(encoding="utf-8")
    used = re.findall(r"uses: *(.*)", text)
    assert used
    for action in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}  # v\d+\.\d+\.\d+", action), action
    everywhere = {action for each in WORKFLOWS for action in re.findall(r"uses: *(.*)", each.read_text(encoding="utf-8"))}
    assert len({action.partition("@")[0] for action in everywhere}) == len(everywhere)  # one version of each


def test_every_supported_python_is_tested(workflow: dict[Any, Any]) -> None:
    said = re.search(r'requires-python = ">=3\.(\d+),<3\.(\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    first, end = map(int, said.groups())
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == [f"3.{minor}" for minor in range(first, end)]


def test_the_python_that_publishes_is_the_one_that_books_are_tested_with(workflow: dict[Any, Any]) -> None:
    (of_books,) = (step for step in workflow["jobs"]["test"]["steps"] if step.get("run") == "make test-book")
    (publishing,) = (step["with"] for step in workflow["jobs"]["book"]["steps"] if "python-version" in step.get("with", {}))
    assert of_books["if"] == f"matrix.python == '{publishing['python-version']}'"
