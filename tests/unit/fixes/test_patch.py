"""Diffs that git and patch apply, exact to the byte."""

import random
import subprocess

import pytest
from json_head.fixes.patch import patch

NAMES = ["a.md", "docs/a b.md", "ä.md", 'q"\\.md', "t\tn.md"]


def applied(tool, folder, name, old, diff):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(old)
    subprocess.run(tool, cwd=folder, input=diff, check=True, capture_output=True)
    return path.read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_git_applies_the_diff_of_a_file_with_any_name(tmp_path, name):
    diff = patch(name, b"x\n", b"y\n")
    assert applied(["git", "apply"], tmp_path, name, b"x\n", diff) == b"y\n"


@pytest.mark.parametrize("tool", [["git", "apply"], ["patch", "-p1", "--binary", "-s"]])
@pytest.mark.parametrize(
    "old",
    [
        b"a",
        b"a\n",
        b"a\r\nb\r\n",
        b"\xef\xbb\xbfa\xff\n",
        b"\n" * 9 + b"a\x1b[31m",
        b"a\rb\n",
        b"".join(b"a%d\n" % n for n in range(40)),
    ],
)
def test_diff_is_exact(tmp_path, tool, old):
    new = old.replace(b"a", b"bc")
    assert applied(tool, tmp_path, "a.txt", old, patch("a.txt", old, new)) == new


def test_utf_16_is_exact(tmp_path):
    old = "\ufeffa\u0a0a\nb\n\u010ac".encode("utf-16-le")
    new = old.replace("b".encode("utf-16-le"), "d".encode("utf-16-le"))
    assert applied(["git", "apply"], tmp_path, "a.txt", old, patch("a.txt", old, new)) == new


def test_any_set_of_changed_lines_is_applied(tmp_path):
    chosen = random.Random(5)
    for size in (1, 2, 5, 7, 8, 9, 30, 60):
        for _ in range(6):
            lines = [b"%d" % number for number in range(size)]
            changed = [b"x" + line if chosen.random() < 0.2 else line for line in lines]
            end = chosen.choice([b"", b"\n"])
            old, new = b"\n".join(lines) + end, b"\n".join(changed) + end
            diff = patch("a", old, new)
            if diff:
                assert applied(["git", "apply"], tmp_path, "a", old, diff) == new
            assert bool(diff) == (old != new)


def test_hunks_are_those_of_git(tmp_path):
    old = b"".join(b"%d\n" % number for number in range(50))
    new = old.replace(b"\n7\n", b"\nx\n").replace(b"\n14\n", b"\ny\n").replace(b"\n22\n", b"\nz\n")
    (tmp_path / "a").write_bytes(old)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "a"], cwd=tmp_path, check=True)
    (tmp_path / "a").write_bytes(new)
    theirs = subprocess.run(["git", "diff"], cwd=tmp_path, check=True, capture_output=True).stdout
    hunks = [line.rpartition(b"@@")[0] for line in theirs.split(b"\n") if line.startswith(b"@@")]
    ours = [line.rpartition(b"@@")[0] for line in patch("a", old, new).split(b"\n") if line.startswith(b"@@")]
    assert ours == hunks


def test_versions_with_other_lines_are_refused():
    with pytest.raises(ValueError):
        patch("a", b"x\n", b"x\ny\n")
