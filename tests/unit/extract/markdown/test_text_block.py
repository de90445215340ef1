"""Paragraphs and underlined headings, and the choice of block rules by the first character of a line."""

from __future__ import annotations

import pytest
from json_head.extract import Source, read
from json_head.extract.markdown.parser import LinkParser
from json_head.extract.markdown.text_block import _FIRST
from json_head.fragments import Anchors


@pytest.mark.parametrize("mdx", [False, True])
def test_first_characters_are_given_for_rules_that_exist(mdx):
    names = {rule.__name__ for rule in LinkParser(mdx=mdx).block.ruler.getRules("")}
    assert set(_FIRST) - names == ({"html_block"} if mdx else set())


def anchors_and_links(text, name="a.md"):
    anchors = Anchors()
    found = [link.url for link in read(Source(text, name, base=""), anchors=anchors)[1] if link]
    return anchors.ids, found


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("One\n===", {"one"}),
        ("One\n---  ", {"one"}),
        ("One\ntwo\n=", {"onetwo"}),
        ("One\n=-=", set()),
        ("One\n= =", set()),
        ("One\n\n===", set()),
        ("One\n    ===", set()),
        ("> One\n===", set()),
        ("> One\n> ===", {"one"}),
        ("- One\n  ---", {"one"}),
        ("- One\n---", set()),
        ("    One\n===", set()),
    ],
)
def test_text_is_a_heading_if_it_is_underlined(text, ids):
    assert anchors_and_links(text)[0] == ids


@pytest.mark.parametrize(
    "block",
    ["# [b](y)", "> [b](y)", "- [b](y)", "1. [b](y)", "<p>\n[b](y)\n\n[b](y)", "~~~\n~~~\n[b](y)", "***\n[b](y)"],
)
def test_other_blocks_interrupt_text(block):
    assert anchors_and_links(f"[a](x\n{block}\n)")[1] == ["y"]


@pytest.mark.parametrize("line", ["text", "    # text", "2. text", "#text", "*text", "`text", "[text]: y", "--text"])
def test_other_lines_continue_text(line):
    assert anchors_and_links(f"[a\n{line}\nb](x)")[1] == ["x"]
