"""Globs match what Python's own do, but hidden and vendored folders, and end in trees that have no end."""

from __future__ import annotations

import errno
import glob
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from json_head.cli.sources import globs
from json_head.cli.sources.globs import matches

FILES = ("a.md", "b.md", "c.txt", "x/a.md", "x/y/a.md", "x/y/z/d.md", "x[1]/a.md", ".h/a.md", "x/.i.md")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def found(pattern):
    errors: list[str] = []
    names = {str(path) for path in matches(pattern, errors)}
    assert errors == []
    return names


@pytest.mark.parametrize(
    "pattern",
    [
        "*.md", "**/*.md", "**/a.md", "x/**", "x/**/*.md", "**/y/**/*.md", "?.md", "[ab].md", "[!a].md", "x*/a.md", "x[[]1]/a.md", "*/*", "**",
        "**/**/a.md", ".h/*", ".*/*.md", "x/.*", "./*.md", "x/../*.md", "nothing/*.md", "a.md/*", "x/*/a.md",
    ],
)  # fmt: skip
def test_globs_match_as_pythons_do(tree, pattern):
    expected = {os.path.join(*Path(name).parts) for name in glob.glob(pattern, recursive=True) if Path(name).parts}
    assert found(pattern) - {"."} == expected


def test_absolute_globs_match(tree):
    assert found(f"{tree}/x/*/a.md") == {f"{tree}/x/y/a.md"}


def test_vendored_folders_match_their_own_name_alone(tree):
    Path("node_modules/p").mkdir(parents=True)
    Path("node_modules/p/a.md").write_text("x")
    assert "node_modules/p/a.md" not in found("**/*.md") | found("*/*/*.md")
    assert found("node_modules/*/*.md") == {"node_modules/p/a.md"}


def test_links_in_a_circle_end(tree):
    Path("x/loop").symlink_to(tree)
    Path("x/self").symlink_to("self")
    assert found("**/*.md") == {"a.md", "b.md", "x/a.md", "x/y/a.md", "x/y/z/d.md", "x[1]/a.md"}


def test_depth_of_folders_has_no_limit_but_that_of_the_system(command, tmp_path):
    made = "import os\nfor _ in range(1_900):\n    os.mkdir('d')\n    os.chdir('d')\nopen('z.md', 'w').write('[x](missing.md)')"
    subprocess.run([sys.executable, "-c", made], check=True, cwd=tmp_path)
    for source in ("**/*.md", "."):
        ran = command("check", source, "--format", "json")
        assert (ran.code, [row["url"] for row in ran.rows]) == (1, ["missing.md"])
    subprocess.run(["rm", "-r", "d"], check=True, cwd=tmp_path)  # Python's own removal is recursive


def test_unreadable_folders_are_errors(command, monkeypatch):
    for name in ("open", "closed"):
        Path(name).mkdir()
        Path(name, "a.md").write_text("[x](#x)\n\n# x\n")

    def scandir(folder):  # root can read all folders
        if Path(folder).name == "closed":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return os.scandir(folder)

    monkeypatch.setattr(globs, "os", SimpleNamespace(**{**vars(os), "scandir": scandir}))
    ran = command("check", "**/*.md", "--format", "json")
    assert (ran.code, ran.err.count("closed cannot be read: Permission denied.")) == (2, 1)
    assert [row["source"] for row in ran.rows] == ["open/a.md"]
