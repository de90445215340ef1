"""``--changed-since``: only links on lines that differ from a commit fail."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.unit.cli.sources.test_local import write


def git(*arguments):
    identity = ("-c", "user.name=a", "-c", "user.email=a@a.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(command):
    write(docs__a_md="[x](old.md)\n\nText\n", docs__b_md="[y](old.md)\n")
    Path("docs/odd näme \t.md").write_text("[z](old.md)\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "first")


def new(ran):
    return {(row["source"], row["line"]) for row in json.loads(ran.out) if not row.get("known")}


def check(command, *arguments, since="HEAD"):
    return command("check", *(arguments or ("docs",)), "--changed-since", since, "--format", "json")


def test_links_on_lines_that_have_not_changed_do_not_fail(command, repository):
    ran = check(command)
    assert (new(ran), ran.code) == (set(), 0)
    Path("docs/a.md").write_text("[x](old.md)\n\n[n](new.md)\n")
    ran = check(command)
    assert (new(ran), ran.code) == ({("docs/a.md", 3)}, 1)


def test_new_files_odd_names_and_moved_files_count_as_changed(command, repository):
    write(docs__c_md="[x](gone.md)")
    Path("docs/odd näme \t.md").write_text("[z](old.md)\n[n](new.md)\n")
    git("mv", "docs/b.md", "docs/moved.md")
    assert new(check(command)) == {("docs/c.md", 1), ("docs/odd näme \t.md", 2), ("docs/moved.md", 1)}


def test_paths_are_those_of_the_working_folder(command, repository, monkeypatch):
    Path("docs/a.md").write_text("[x](other.md)\n")
    monkeypatch.chdir("docs")
    assert new(check(command, "a.md", "b.md")) == {("a.md", 1)}
    assert new(check(command, str(Path("a.md").resolve()))) == {("a.md", 1)}


def test_files_above_the_working_folder_and_behind_links_are_compared(command, repository, monkeypatch):
    write(README_md="[x](gone.md)\n")
    Path("link.md").symlink_to("docs/a.md")
    git("add", ".")
    git("commit", "-qm", "second")
    Path("README.md").write_text("[x](gone.md)\n[y](gone.md)\n")
    Path("docs/a.md").write_text("[x](old.md)\n\n[n](new.md)\n")
    Path("new.md").write_text("[z](gone.md)\n")
    monkeypatch.chdir("docs")
    assert new(check(command, "../README.md", "../link.md", "../new.md", "b.md")) == {
        ("../README.md", 2), ("../link.md", 3), ("../new.md", 1),
    }  # fmt: skip


@pytest.mark.parametrize("revision", ["nothing-here", "--output=x", ""])
def test_unknown_commit_is_an_error(command, repository, revision):
    ran = check(command, since=revision)
    assert ran.code == 2
    assert not Path("x").exists()


def test_folder_without_a_repository_is_an_error(command, monkeypatch, tmp_path):
    write(a_md="[x](gone.md)")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    ran = check(command, "a.md")
    assert ran.code == 2 and "--changed-since" in ran.err


def test_a_line_that_looks_like_a_header_is_none(command, repository):
    lines = ["1", "2", "3", "4", "5", "6"]
    Path("docs/a.md").write_text("\n".join(lines))
    git("add", "-A")
    git("commit", "-qm", "more")
    Path("docs/a.md").write_text("1\n++ b/zzz\n3\n4\n5\n[x](gone.md)")
    assert new(check(command, "docs/a.md", since="HEAD")) == {("docs/a.md", 6)}


def test_files_without_a_text_diff_are_compared(command, repository):
    Path(".gitattributes").write_text("*.md -diff\n")
    Path("docs/a.md").write_text("1\n[x](gone.md)\n")
    assert ("docs/a.md", 2) in new(check(command, "docs/a.md", since="HEAD"))


def test_ignored_files_that_are_named_are_new(command, repository):
    Path(".gitignore").write_text("*.tmp.md\n")
    Path("docs/a.tmp.md").write_text("[x](gone.md)\n")
    assert new(check(command, "docs/a.tmp.md", since="HEAD")) == {("docs/a.tmp.md", 1)}
