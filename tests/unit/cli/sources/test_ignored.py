"""Comments in a source that leave links out."""

import json
from pathlib import Path

import pytest

LINK = "[x](gone.md)"


def lines(ran):
    return [row["line"] for row in json.loads(ran.out) if row["rule"] != "ignored"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LINK}\n<!-- json-head-ignore-next-line -->\n{LINK}\n{LINK}", [1, 4]),
        (f"{LINK} <!-- json-head-ignore -->\n{LINK}", [2]),
        (f"<!-- json-head-ignore-start -->\n{LINK}\n\n{LINK}\n<!-- json-head-ignore-end -->\n{LINK}", [6]),
        (f"{LINK}\n\n<!-- json-head-ignore-start -->\n\n{LINK}", [1]),
        (f"{LINK}\n<!-- json-head-ignore-end -->\n{LINK}", [1, 3]),
        (f"<!-- json-head-ignore-other -->\n{LINK}\njson-head-ignored {LINK}", [2, 3]),
        (f"<!-- json-head-ignore-next-line -->\r\n{LINK}\r\n{LINK}", [3]),
    ],
)
def test_links_are_left_out_by_comments(command, text, expected):
    Path("a.md").write_bytes(text.encode())
    assert lines(command("check", "a.md", "--format", "json")) == expected


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<!-- json-head-ignore-next-line -->\n<a href=gone.md>x</a>"),
        ("a.mdx", "{/* json-head-ignore-next-line */}\n[x](gone.md)"),
        ("a.rst", ".. json-head-ignore-next-line\n`x <gone.rst>`_"),
        ("a.adoc", "// json-head-ignore-next-line\nlink:gone.adoc[x]"),
        ("a.css", "/* json-head-ignore-next-line */\na { background: url(gone.png) }"),
        ("a.txt", "# json-head-ignore-next-line\nhttps://a.example/"),
    ],
)
def test_comments_of_each_format_are_read(command, name, text):
    Path(name).write_text(text)
    ran = command("check", name, "--format", "json")
    assert lines(ran) == [] and ran.code == 0 and "ignored" in ran.out


def test_ignored_links_are_counted(command):
    Path("a.md").write_text(f"{LINK} <!-- json-head-ignore -->")
    assert command("check", "a.md").out == "1 link: 1 not-checked (1 ignored).\n"


@pytest.mark.parametrize(
    "text",
    [
        f"Use `<!-- json-head-ignore-start -->` to begin.\n\n{LINK}",
        f"```html\n<!-- json-head-ignore-start -->\n```\n\n{LINK}",
        f"Say json-head-ignore here {LINK}",
        f"<p title='<!-- json-head-ignore-start -->'>\n\n{LINK}",
        f"| `<!-- json-head-ignore-start -->`, `-end` |\n\n{LINK}",
    ],
)
def test_text_about_a_comment_leaves_nothing_out(command, text):
    Path("a.md").write_text(text)
    assert len(lines(command("check", "a.md", "--format", "json"))) == 1


def test_a_start_without_an_end_is_noted(command):
    Path("a.md").write_text(f"\n<!-- json-head-ignore-start -->\n{LINK}\n")
    ran = command("check", "a.md", "-v")
    assert "a.md: Line 2 has json-head-ignore-start, and no json-head-ignore-end follows" in ran.err


def test_a_comment_in_a_cell_of_a_notebook_counts(command):
    cell = {"cell_type": "markdown", "metadata": {}, "source": ["<!-- json-head-ignore-next-line -->\n", LINK]}
    Path("a.ipynb").write_text(
        json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    )
    assert lines(command("check", "a.ipynb", "--format", "json")) == []
