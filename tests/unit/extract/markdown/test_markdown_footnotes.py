"""Footnotes in GitHub's Markdown: the content of a definition is Markdown, and its label is not a link."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links


def read(text: str) -> list[tuple[str, str]]:
    """URL and kind of each link. Asserts its place."""
    found = []
    lines = text.split("\n")
    for link in links(Source(text, format="markdown")):
        assert link.line and link.column
        assert lines[link.line - 1].startswith(link.text or link.url, link.column - 1) or lines[
            link.line - 1
        ].startswith(link.url, link.column - 1), link
        found.append((link.url, link.found.removeprefix("markdown ")))
    return found


@pytest.mark.parametrize(
    ("definition", "found"),
    [
        ("[Source](https://e.test/src)", [("https://e.test/src", "link")]),
        ("![i](https://e.test/i.png)", [("https://e.test/i.png", "image")]),
        ("https://e.test/x.", [("https://e.test/x", "bare url")]),
        ("**https://e.test/b**", [("https://e.test/b", "bare url")]),
        ("ibid.", []),
        ("<https://e.test/a>, p. 5", [("https://e.test/a", "autolink")]),
        ("see (https://e.test/a_(b)), p. 5", [("https://e.test/a_(b)", "bare url")]),
        ("[a][d]\n\n[d]: u", [("u", "reference")]),
        ("<a href='u'>x</a>", [("u", "a href")]),
        ("`https://no` \\[a](no)", []),
        ("", []),
    ],
)
def test_the_content_of_a_footnote_is_markdown(definition: str, found: list[tuple[str, str]]) -> None:
    assert read(f"Fact[^1].\n\n[^1]: {definition}") == found
    assert read(f"> Fact[^note].\n>\n> [^note]:\t{definition}".replace("\n\n", "\n>\n> ")) == found
    assert read(f"[^é]:\n    {definition}".replace("\n\n", "\n\n    ")) == found


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("[^1]: a\n\n    [b](u)\n\n    > c [d](v)\n\n[e](w)", ["u", "v", "w"]),
        ("[^1]: a\nlazy [b](u)\n[^2]: [c](v)", ["u", "v"]),
        ("[^1]: - [a](u)\n      - [b](v)\n\n    1. [c](w)", ["u", "v", "w"]),
        ("[^1]: a\n\n        [b](no)\n\n    ```\n    [c](no)\n    ```\n\n    [d](u)", ["u"]),
        ("- a\n\n  [^1]: [b](u)\n\n      [c](v)\n\n  [d](w)", ["u", "v", "w"]),
        ("> - [^1]: [b](u)\n>\n>       [c](v)", ["u", "v"]),
        ("a paragraph\n[^1]: [b](u)\n# [c](v)", ["u", "v"]),
        ("[^1]: [^2]: [a](u)", ["u"]),
        ("\t[^1]: [a](no)", []),
    ],
)
def test_blocks_of_a_footnote_contain_links(text: str, urls: list[str]) -> None:
    assert [url for url, _ in read(text)] == urls


@pytest.mark.parametrize(
    "text", ["a[^1]", "a[^1]\n\n[^1]: b", "[^1]\n\n[^2]: u", "[^a]\n[^b]: x\n[^a]: https", "[^a]:x"]
)
def test_the_label_of_a_footnote_is_not_a_link(text: str) -> None:
    assert read(text) == []


def test_other_brackets_with_a_caret_are_links() -> None:
    """A label with a space is that of a link, and a footnote's mark followed by a URL in parentheses is a link."""
    assert read("[^a b]: u") == [("u", "definition")]
    assert read("[^1](u)\n\n[^1]: x") == [("u", "link")]
    assert read("[a][^1]\n\n[^1]: x\n\n[a]: u") == [("u", "definition")]


def test_links_after_deeply_nested_footnotes_are_found() -> None:
    assert read("- " * 30 + "a\n\n[b](u)") == [("u", "link")]
    assert read("[^a]: " * 150 + "a\n\n[b](u)") == []  # nesting is limited
