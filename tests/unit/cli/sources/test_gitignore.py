"""Files that git leaves out are not read from a folder."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.sources.test_local import write


@pytest.fixture
def sources(command):
    """Writes a .gitignore for each folder, and gives the files that are read from the source."""

    def read(source=".", git=True, **rules):
        if git:
            Path(".git").mkdir(exist_ok=True)
        for folder, text in rules.items():
            Path(folder.replace("_", "/").replace("top", "."), ".gitignore").write_text(text)
        ran = command("check", source, "--format", "json")
        return sorted({row["source"] for row in json.loads(ran.out or "[]")})

    write(
        **{
            path: "[x](https://a.example/)"
            for path in ("a_md", "docs__b_md", "docs__out__c_md", "site__d_md", "site__docs__e_md")
        }
    )
    return read


ALL = ["a.md", "docs/b.md", "docs/out/c.md", "site/d.md", "site/docs/e.md"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, ALL),
        ({"top": "site/\n"}, ALL[:3]),
        ({"top": "/docs\n"}, [ALL[0], *ALL[3:]]),
        ({"top": "docs\n"}, [ALL[0], ALL[3]]),
        ({"top": "*.md\n!a.md\n"}, ["a.md"]),
        ({"docs": "out\n"}, [*ALL[:2], *ALL[3:]]),
        ({"top": "b.md\n", "docs": "!b.md\n"}, ALL),
        ({"top": "# no rule\n\n \n"}, ALL),
        ({"top": "[\n\\\n"}, ALL),
    ],
)
def test_rules_of_all_folders_are_heeded(sources, rules, expected):
    assert sources(**rules) == expected


def test_rules_above_the_folder_are_heeded_unless_they_leave_it_out(sources):
    assert sources("site", top="docs\n") == ["site/d.md"]
    assert sources("site", top="site/\n") == ["site/d.md", "site/docs/e.md"]
    assert sources("site", top="site/\n", site="d.md\n") == ["site/docs/e.md"]


def test_named_files_are_read(sources):
    assert sources("a.md", top="a.md\n") == ["a.md"]


def test_outside_of_a_repository_nothing_is_left_out(sources):
    assert sources(git=False, top="site/\n") == ALL
