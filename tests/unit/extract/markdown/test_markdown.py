"""Links of Markdown documents, and their places."""

from __future__ import annotations

import pytest
from json_head.extract import Source, TooLargeError, links
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES


def read(text: str, base: str | None = None) -> list[tuple[str, str, str]]:
    """Kind, URL and text of each link. Asserts its place."""
    read_links: list[tuple[str, str, str]] = []
    lines = text.split("\n")
    for link in links(Source(text, format="markdown", base=base)):
        assert link.line and link.column
        if base is None and not link.url.startswith("mailto:") and not set(text) & set("&\\\t"):
            written = link.text if link.found == "bare url" and link.text else link.url
            assert lines[link.line - 1].startswith(written, link.column - 1), link
        read_links.append((link.found, link.url, link.text))
    return read_links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a *b* `c`](u 'title')", [("markdown link", "u", "a b c")]),
        ("[a](<u v>) [b]( u )", [("markdown link", "u v", "a"), ("markdown link", "u", "b")]),
        ("[a](u\n'title') [b](\nv)", [("markdown link", "u", "a"), ("markdown link", "v", "b")]),
        ("[u](u) u [u](u)", [("markdown link", "u", "u"), ("markdown link", "u", "u")]),
        ("[a\nb](u)", [("markdown link", "u", "a b")]),
        ("![a [b](no)](u)", [("markdown image", "u", "a b")]),
        ("[![a](u)](v)", [("markdown image", "u", "a"), ("markdown link", "v", "a")]),
        ("[a]() ![b]() [c](#c)", []),
        ("[a](javascript:x) [b](data:,x)", [("markdown link", "javascript:x", "a"), ("markdown link", "data:,x", "b")]),
        ("<https://a.org/?x> <ftp:x> <me@a.org>",
         [("markdown autolink", "https://a.org/?x", ""), ("markdown autolink", "ftp:x", ""),
          ("markdown autolink", "mailto:me@a.org", "")]),
        ("**https://a.org/**, www.b.org.", [("bare url", "https://a.org/", ""), ("bare url", "https://www.b.org", "www.b.org")]),
        ("`https://no` ``[a](no)``\n\n    https://no\n\n```\nhttps://no\n```\n<!-- https://no -->", []),
        ("a <!-- [b](no) https://no --> c", []),
        ("a ` https://a.org/", [("bare url", "https://a.org/", "")]),
        (
            "[a <https://b.org>](u)",
            [("markdown autolink", "https://b.org", ""), ("markdown link", "u", "a https://b.org")],
        ),
        ("[https://a.org/](u)", [("markdown link", "u", "https://a.org/")]),
        ("[a][b] [b][] [b] ![c][b]\n\n[b]: u 'title'", [("markdown reference", "u", "a")]),
        ("[a]\n\n[A]: u\n[a]: v", [("markdown reference", "u", "a"), ("markdown definition", "v", "a")]),
        ("[Some\n  label]:\n  <u>\n\nx", [("markdown definition", "u", "Some label")]),
        (r"[a\]]: u", [("markdown definition", "u", r"a\]")]),
        ("> [a]:\n> u\n>\n> - x\n>\n>   [b]: v", [("markdown definition", "u", "a"), ("markdown definition", "v", "b")]),
        ("[a](b\n\n[a]: u", [("markdown reference", "u", "a")]),
        ("[a][[a]] [a][ ]\n\n[a]: u", [("markdown reference", "u", "a")]),
        ("[a [b](u) c](no) ![d [e](no)](v)", [("markdown link", "u", "b"), ("markdown image", "v", "d e")]),
        ("[![a *b* ![c](no)](u) d](v)", [("markdown image", "u", "a b c"), ("markdown link", "v", "a b c d")]),
        ("[a](u(b(c))) [d](u(b) [e](u\"f\") [g](<u", [("markdown link", "u(b(c))", "a"), ("markdown link", 'u"f"', "e")]),
        ("[a](u 'b\\'c') [d](u 'b') e) [f](u (g\\)h))", [("markdown link", "u", "a"), ("markdown link", "u", "d"), ("markdown link", "u", "f")]),
        ("a <!--> [b](u) <? [c](no) ?> <!A [d](no) > <![CDATA[ [e](no) ]]> <!-- [f](v)", [("markdown link", "u", "b"), ("markdown link", "v", "f")]),
        ("[a](b [c](u)\n\n[a]: v", [("markdown link", "u", "c"), ("markdown reference", "v", "a")]),
        ("# [a](u) #\n## [b](v) ##  \nhttps://c.org/#\n===",
         [("markdown link", "u", "a"), ("markdown link", "v", "b"), ("bare url", "https://c.org/#", "")]),
        ("> - [a](u)\nlazy [b](v)\n>   1. [c](w)",
         [("markdown link", "u", "a"), ("markdown link", "v", "b"), ("markdown link", "w", "c")]),
        ("|a|https://a.org/|\n|-|-|\n|[b](u)|c|", [("bare url", "https://a.org/", ""), ("markdown link", "u", "b")]),
        ("a <a href='u'>b *c* https://no</a> https://d.org <img src=v>",
         [("a href", "u", "b *c* https://no"), ("bare url", "https://d.org", ""), ("img src", "v", "")]),
        ("> <div><a\n> href='u'>b</a>\n> <!-- <a href=no> -->\n\n<p>\n[a](no)\n</p>", [("a href", "u", "b")]),
        ("a < b <https://a.org> <i>c</i></a>", [("markdown autolink", "https://a.org", "")]),
        ("---\ntitle: [x](no)\nhome: https://a.org/\n---\n[b](u)", [("bare url", "https://a.org/", ""), ("markdown link", "u", "b")]),
        ("+++\n[x]\nhome = 'https://a.org/'\n+++\n[b](u)", [("bare url", "https://a.org/", ""), ("markdown link", "u", "b")]),
        ("---\n\n[a](u)\n\n---\n", [("markdown link", "u", "a")]),
    ],
)  # fmt: skip
def test_links_images_definitions_and_bare_urls_are_links(text: str, found: list[tuple[str, str, str]]) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("text", "url", "column"),
    [
        (r"[a](b\_c&amp;d)", "b_c&d", 5),
        (r"https://a.org/b\_c?d&amp;e", "https://a.org/b_c?d&e", 1),
        ("-\t[a](u)", "u", 7),
        ("- \t\t[a](u)", None, None),
        ("\0[a](u)", "u", 6),
        ("\r[a](u)", "u", 5),
        ('[a](ü "\u00df") [b](v)'[:10], "ü", 5),
    ],
)
def test_escapes_entities_and_tabs_are_decoded(text: str, url: str | None, column: int | None) -> None:
    assert [(link.url, link.column) for link in links(Source(text, format="markdown"))] == (
        [(url, column)] if url else []
    )


def test_relative_links_are_resolved_against_the_base() -> None:
    text = "[a](b) [c](#c)\n\n<img src=d>\n\n[e]: f"
    assert [url for _, url, _ in read(text, "https://example.com/x/")] == [
        "https://example.com/x/b",
        "https://example.com/x/#c",
        "https://example.com/x/d",
        "https://example.com/x/f",
    ]


def test_a_document_over_the_size_limit_is_refused() -> None:
    with pytest.raises(TooLargeError, match="Markdown is larger than 2 MB"):
        list(links(Source("a" * (MAX_MARKDOWN + 1), format="markdown")))


def test_a_document_with_too_many_lines_is_refused() -> None:
    with pytest.raises(TooLargeError, match="more than 100,000 lines"):
        list(links(Source("a\n" * (MAX_MARKDOWN_LINES + 1), format="markdown")))
