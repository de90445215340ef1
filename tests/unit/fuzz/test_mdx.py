"""Hostile MDX. Its format is Markdown, and it is recognised by its name."""

from __future__ import annotations

from hypothesis import given
from json_head.extract import ExtractError, Source, links
from json_head.extract.position import normalise_newlines

from tests.unit.fuzz.places import is_at_place
from tests.unit.fuzz.samples import texts


@given(texts)
def test_links_of_any_mdx_have_correct_places(content: str) -> None:
    lines = normalise_newlines(content.removeprefix("\ufeff")).split("\n")
    try:
        found = list(links(Source(content, "a.mdx", format="markdown")))
    except ExtractError:
        return
    for link in found:
        assert link.line and link.column
        rest = "\n".join((lines[link.line - 1][link.column - 1 :], *lines[link.line :]))
        assert is_at_place(link, rest, "markdown"), (link, rest)
