"""Anchors and file names that differ only in spelling: repaired if one can be meant, and only one."""

import pytest
from json_head.fixes.decision import Fix, Refusal
from json_head.fixes.near import near_anchor, near_file
from json_head.fragments import Anchors, Document


@pytest.mark.parametrize(
    ("written", "ids", "expected"),
    [
        ("#Hello-World", {"hello-world"}, ("anchor-case", "#hello-world")),
        ("a.md?x#HELLO", {"hello", "other"}, ("anchor-case", "a.md?x#hello")),
        ("#hello", {"Hello"}, ("anchor-case", "#Hello")),
        ("#Hello World", {"hello-world"}, ("anchor-slug", "#hello-world")),
        ("#Hello%20World!", {"hello-world"}, ("anchor-slug", "#hello-world")),
        ("#hello_world", {"hello-world"}, ("anchor-slug", "#hello-world")),
        ("#hello-world", {"hello_world"}, ("anchor-slug", "#hello_world")),
        ("#a-b", {"a--b"}, ("anchor-slug", "#a--b")),
        ("#whats-new", {"what’s-new"}, ("anchor-slug", "#what%E2%80%99s-new")),
        ("#Café", {"café"}, ("anchor-case", "#café")),
        ("#CAF%C3%89", {"café"}, ("anchor-case", "#caf%C3%A9")),
        ("#a b", {'A b"<>'}, ("anchor-slug", "#A%20b%22%3C%3E")),
        ("#Hello", {"hello", "HELLO"}, "several"),
        ("#a_b", {"a-b", "a--b"}, "several"),
        ("#hello", {"hello-1"}, None),
        ("#event-error_1", {"event-error-1"}, None),
        ("#Part 2", {"part-2"}, ("anchor-slug", "#part-2")),
        ("#Event error_1", {"event-error_1"}, ("anchor-slug", "#event-error_1")),
        ("#hello", {"hallo"}, None),
        ("#!", {"a"}, None),
        ("#-", {"_"}, None),
        ("#x", set(), None),
    ],
)
def test_anchor(written, ids, expected):
    check(near_anchor(written, Document(Anchors(ids), is_markdown=True)), expected)


def test_names_are_anchors_too():
    check(near_anchor("#ONE", Document(Anchors(names={"one"}))), ("anchor-case", "#one"))


@pytest.mark.parametrize(
    ("written", "name", "names", "expected"),
    [
        ("docs/readme.md#x", "readme.md", ["README.md", "a.md"], ("file-case", "docs/README.md#x")),
        ("Docs/a.md", "Docs", ["docs"], ("file-case", "docs/a.md")),
        ("../img/A%20b.PNG?raw", "A b.PNG", ["a b.png"], ("file-case", "../img/a%20b.png?raw")),
        ("my%20file.md", "my file.md", ["my-file.md"], ("file-name", "my-file.md")),
        ("my-file.md", "my-file.md", ["my file.md"], ("file-name", "my%20file.md")),
        ("my_file.md", "my_file.md", ["my-file.md", "myfile.md"], ("file-name", "my-file.md")),
        ("Ä.md", "Ä.md", ["ä.md"], ("file-case", "ä.md")),
        ("%C3%84.md", "Ä.md", ["ä.md"], ("file-case", "%C3%A4.md")),
        ("a.md", "a.md", ["A.md", "A.MD"], "several"),
        ("a_b.md", "a_b.md", ["a-b.md", "a b.md"], "several"),
        ("a.min.js", "a.min.js", ["a-min.js"], None),
        ("a.md", "a.md", ["a.html", "b.md"], None),
        ("a.md", "a.md", [], None),
        ("x/a.md", "b.md", ["B.md"], None),
        ("%61.md", "a.md", ["A.md"], ("file-case", "A.md")),
    ],
)
def test_file_name(written, name, names, expected):
    check(near_file(written, name, names), expected)


def check(found, expected):
    match found:
        case Fix():
            assert (found.rule, found.url) == expected
        case Refusal():
            assert found.rule == expected
        case _:
            assert found is None and expected is None
