"""Placeholders of templates as URLs in Markdown, AsciiDoc and HTML."""

from __future__ import annotations

import pytest
from json_head.extract import Source, links
from json_head.urls.placeholders import has_placeholder


def read(text: str, name: str) -> list[str]:
    """The URLs. Asserts that each one is at the place of its link."""
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
def test_markdown_destinations_keep_the_brackets_of_a_template(text: str, url: str, name: str) -> None:
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
def test_other_markdown_destinations_lose_their_angle_brackets(text: str, urls: list[str]) -> None:
    assert read(text, "a.md") == urls


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://h/ok/<%= z %>[Z]", "https://h/ok/<%= z %>"),
        ("https://e.test/{{ x }}[X]", "https://e.test/{{ x }}"),
        ("https://e.test/<%= x['a'] %>/b[X]", "https://e.test/<%= x['a'] %>/b"),
        ("see https://e.test/{{ x }}/b, and", "https://e.test/{{ x }}/b"),
        ("see https://e.test/<%= x %>.", "https://e.test/<%= x %>"),
        ("<https://e.test/{{ x }}>", "https://e.test/{{ x }}"),
        ("`https://e.test/${ x }`", "https://e.test/${ x }"),
        ("https://{{ host }}/a[A]", "https://{{ host }}/a"),
        ("link:<%= u[1] %>[U]", "<%= u[1] %>"),
        ("link:a/{{ u }}/b[U]", "a/{{ u }}/b"),
        ("image::{{ x }}.png[A]", "{{ x }}.png"),
    ],
)
def test_asciidoc_urls_contain_whole_placeholders(text: str, url: str) -> None:
    assert read(text, "a.adoc") == [url]
    assert has_placeholder(url)


def test_unclosed_placeholders_are_not_part_of_an_asciidoc_url() -> None:
    assert read("https://e.test/a<%b[X] <https://e.test/c d> https://e.test/e[E]", "a.adoc") == [
        "https://e.test/a<%b",
        "https://e.test/e",
    ]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("<a href={{ url }}>x</a>", ["{{ url }}"]),
        ("<a href=<%= url %>>x</a>", ["<%= url %>"]),
        ("<a href={{ a > b }} title=c>x</a><a href=d>y</a>", ["{{ a > b }}", "d"]),
        ("<img alt=a src=/a/{{ b }}/${ c }.png>", ["/a/{{ b }}/${ c }.png"]),
        ('<a href={% url "x" %}>y</a>', ['{% url "x" %}']),
        ("<a href={{>a</a><a href=b>c</a> }}", ["{{", "b"]),
        ("<a href=a{b}>c</a>", ["a{b}"]),
    ],
)
def test_unquoted_attributes_of_html_contain_whole_placeholders(text: str, urls: list[str]) -> None:
    assert read(text, "a.html") == urls
