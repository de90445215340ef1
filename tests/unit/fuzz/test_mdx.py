"""Hostile MDX, which has the format of Markdown and is told by its name."""

from __future__ import annotations

from hypothesis import given
from json_head.extract import ExtractError, Source, links
from json_head.extract.position import normalise_newlines

from tests.unit.fuzz.places import stands_there
from tests.unit.fuzz.samples import texts


@given(texts)
def test_every_link_of_mdx_stands_at_its_line_and_column(content: str) -> None:
    lines = normalise_newlines(content.removeprefix("\ufeff")).split("\n")
    try:
        found = list(links(Source(content, "a.mdx", format="markdown")))
    except ExtractError:
        return
    for link in found:
        assert link.line and link.column
        rest = "\n".join((lines[link.line - 1][link.column - 1 :], *lines[link.line :]))
        assert stands_there(link, rest, "markdown"), (link, rest)
