"""Fragments of links to files: a place in HTML or Markdown that is not there fails the check."""

import json
from pathlib import Path

import pytest
from json_head.transports.fake import response

from tests.unit.cli.sources.test_local import write


def fragments(ran):
    """The verdict, the state of the fragment and its rule, by the URL as written."""
    return {
        row["url"]: tuple(filter(None, (row["verdict"], row.get("fragment"), row.get("fragment_rule"))))
        for row in json.loads(ran.out)
    }


FOUND, MISSING = ("ok", "found"), ("fragment-missing", "missing")


def untold(rule):
    return "ok", "not-told", rule


@pytest.fixture
def folder(command):
    """Files that links lead to. Only a.md is checked."""
    write(
        docs__page_html="<p id=one><a name=two></a><h2>Three</h2>",
        docs__other_md="# Café au lait\n## A\n## A\n<a id=own></a>",
        docs__code_py="x = 1",
        docs__table_csv="a,b",
    )

    def check(*links):
        Path("docs/a.md").write_text("# Top heading\n\n" + "\n\n".join(f"[x]({link})" for link in links))
        return command("check", "docs/a.md", "--format", "json")

    return check


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("#top-heading", FOUND),
        ("#Top-Heading", MISSING),
        ("#nowhere", MISSING),
        ("#", FOUND),
        ("#top", FOUND),
        ("a.md#top-heading", FOUND),
        ("page.html#one", FOUND),
        ("./page.html?x#two", FOUND),
        ("page.html#three", MISSING),
        ("page.html#:~:text=Three", FOUND),
        ("page.html#/route", untold("route")),
        ("other.md#caf%C3%A9-au-lait", FOUND),
        ("other.md#café-au-lait", FOUND),
        ("other.md#a-1", FOUND),
        ("other.md#a-2", MISSING),
        ("other.md#own", FOUND),
        ("other.md#user-content-own", FOUND),
        ("other.md#L3", untold("lines")),
        ("code.py#L1", untold("lines")),
        ("table.csv#row=1", untold("format")),
        (".#one", untold("format")),
        ("gone.md#one", ("broken",)),
        ("page.html", ("ok",)),
    ],
)
def test_fragment_of_a_link_to_a_file_is_judged_by_the_file(folder, link, expected):
    ran = folder(link)
    assert fragments(ran) == {link: expected}
    assert ran.code == (0 if expected[0] == "ok" else 1)


def test_files_are_read_once_and_in_any_order(command, monkeypatch):
    write(a_md="[x](b.md#b) [y](b.md#c)", b_md="# B\n\n[z](a.md#a)")
    assert fragments(command("check", "a.md", "b.md", "--format", "json")) == {
        "b.md#b": FOUND, "b.md#c": MISSING, "a.md#a": MISSING,
    }  # fmt: skip


@pytest.mark.skipif(__import__("os").geteuid() == 0, reason="root may read everything")
def test_file_that_may_not_be_read_tells_nothing(command):
    write(a_md="[x](b.md#b)", b_md="# B")
    Path("b.md").chmod(0)
    assert fragments(command("check", "a.md", "--format", "json")) == {"b.md#b": untold("unreadable")}


def test_links_to_the_document_itself_are_left_out_of_other_formats(command):
    Path("a.eml").write_text("Content-Type: text/html\n\n<a href='#x'>x</a><a href='https://a.example/'>y</a>")
    assert list(fragments(command("check", "a.eml", "--format", "json"))) == ["https://a.example/"]


def test_sections_that_nothing_looked_at_are_counted(command):
    command.answer = lambda request: response(200, {"content-type": "text/html"}, body=b"<p id=a>")
    Path("a.md").write_text(
        "[1](https://a.example/#a) [2](https://a.example/#:~:text=a) [3](https://a.example/#top) [4](#here)\n\n# Here"
    )
    assert command("check", "a.md", "--format", "json").err == "4 links: 4 ok; 1 section not looked at.\n"
    assert command("check", "a.md", "--fragments", "--format", "json").err == "4 links: 4 ok.\n"
