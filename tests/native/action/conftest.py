"""A repository with links of several kinds, and a runner whose dependencies are those of the tests."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.native.action.runner import Runner
from tests.servers.launch import Targets

Git = Callable[..., str]


@pytest.fixture
def repository(tmp_path: Path, targets: Targets) -> Path:
    folder = tmp_path / "repository"
    (folder / "docs").mkdir(parents=True)
    (folder / "README.md").write_text(f"# Read me\n\nSee [that]({targets.plain}/status/404) or [this](docs/a.md).\n")
    (folder / "docs/a.md").write_text("[gone](gone.md) [there](../README.md#read-me) [x](../README.md#nowhere)\n")
    return folder


@pytest.fixture
def git(repository: Path) -> Git:
    def run(*arguments: str) -> str:
        identity = ["-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false"]
        ran = subprocess.run(["git", *identity, *arguments], cwd=repository, check=True, capture_output=True, text=True)
        return ran.stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    run("add", "--all")
    run("commit", "--quiet", "--message=first")
    return run


@pytest.fixture
def runner(repository: Path, tmp_path: Path) -> Runner:
    """A runner on which the step that installs is skipped, as after a cache hit."""
    return Runner(repository, tmp_path / "runner", installed=Path(sys.prefix))
