"""URLs that are placeholders of a template in the markup of the format around them."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links
from json_head.placeholders import has_placeholder


def read(text: str, name: str) -> list[str]:
    """The URLs, each of which stands at its place."""
    lines = text.split("\n")
    found = []
    for link in links(Source(text, name)):
        assert link.line and link.column
        assert lines[link.line - 1].startswith(link.url, link.column - 1), link
        found.append(link.url)
    return found


@pytest.mark.parametrize("name", ["a.md", "a.mdx"])
@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("[c](<%= u %>)", "<%= u %>"),
        ('[g](<%= link_to("x", y) %>)', '<%= link_to("x", y) %>'),
        ("[h](<?= $x ?>)", "<?= $x ?>"),
        ("[h](<?php echo $x->y ?>)", "<?php echo $x->y ?>"),
        ("[h](<%=x%>)", "<%=x%>"),
        ("![h](<% x %>)", "<% x %>"),
        ('[h]( <%- a > b ? "c" : "d" -%> "title" )', '<%- a > b ? "c" : "d" -%>'),
        ("[h](<%= a %>/b/<%= c %>.html#d)", "<%= a %>/b/<%= c %>.html#d"),
        ("[n]: <%= x %>", "<%= x %>"),
        ("a [n]\n\n> [n]:\n>   <%= f(\"y\") %> 'title'", '<%= f("y") %>'),
        ('[n]: <?= "a\\"b" ?>', '<?= "a\\"b" ?>'),
    ],
)
def test_destination_of_markdown_keeps_the_brackets_of_a_template(text: str, url: str, name: str) -> None:
    assert read(text, name) == [url]
    assert has_placeholder(url)


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("[a](<b c>)", ["b c"]),
        ("[a](<%20b.html>) [c](<%= d %>)", ["%20b.html", "<%= d %>"]),
        ("[a](<?b=c>) [d](<?= e ?>)", ["?b=c", "<?= e ?>"]),
        ("[a](<%= b>)", ["%= b"]),
        ("[n]: <%20x>", ["%20x"]),
        ("[a](<%=\n%>)", []),
    ],
)
def test_other_destinations_lose_their_angle_brackets(text: str, urls: list[str]) -> None:
    assert read(text, "a.md") == urls
