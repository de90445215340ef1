"""Where links begin and end in a text."""

from __future__ import annotations

import pytest
from json_head.extract import Source, read
from json_head.extract.excerpt.mark import mark_of
from json_head.extract.position import Positions


def marks(text: str, format: str) -> list[str]:
    """The marked text of each link."""
    found = []
    positions = {Positions(text).at(offset): offset for offset in range(len(text) + 1)}
    for link in read(Source(text, format=format))[1]:  # type: ignore[arg-type]
        if link:
            assert link.line and link.column
            start, end = mark_of(text, positions[link.line, link.column], format, link.url)
            found.append(text[start:end])
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<li><a href="/install/linux.html">Install on Linux</a></li>', '<a href="/install/linux.html">Install on Linux</a>'),
        ("<p><A HREF=b/>c</A> <a>d</a>", "<A HREF=b/>c</A>"),
        ("<a\n class='c'\n href='b'>c\n</a\n>d", "<a\n class='c'\n href='b'>c\n</a\n>"),
        ('<p><img src="b.png" alt="a > b"/>c', '<img src="b.png" alt="a > b"/>'),
        ('<a title="1 < 2" href="b">c</a>', '<a title="1 < 2" href="b">c</a>'),
        ('<a href="b">c<p><a name="d">e</a>', '<a href="b">'),
        (f'<a href="b">{"c" * 400}</a>', '<a href="b">'),
        ('<script src="b.js"></script><script></script>', '<script src="b.js"></script>'),
        ('<link rel="icon" href="b"><link>', '<link rel="icon" href="b">'),
        ("<style>a{b:url(c.png)}</style>", "c.png"),
        ('<script type=application/ld+json>{"url": "https:\\/\\/a.org"}</script>', "https:\\/\\/a.org"),
        (f'<a title="{"c" * 2000}" href="b">d</a>', "b"),
        ('<a href="b', None),
    ],
)  # fmt: skip
def test_in_html_the_element_is_marked(text: str, expected: str | None) -> None:
    assert marks(text, "html") == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See [a](b.md \"c\"), and [d](<e f>).", ['[a](b.md "c")', "[d](<e f>)"]),
        ("[![a](b.png)](c)", ["![a](b.png)", "[![a](b.png)](c)"]),
        ("> [a\n> b](c) d", ["[a\n> b](c)"]),
        ("A ` b\n- [`c`](d) e", ["[`c`](d)"]),
        ("x <https://a.org/> <b@a.org>", ["<https://a.org/>", "<b@a.org>"]),
        ("See https://a.org/b_(c).", ["https://a.org/b_(c)"]),
        ("[a] b\n\n[a]: https://a.org/ 'c'\nd", ["[a]: https://a.org/ 'c'"]),
        ("[a] b\n\n[a]:\n  <c d>\n", ["[a]:\n  <c d>"]),
        ('<a href="b">c</a>', ['<a href="b">c</a>']),
        ("[a\\]](b)", ["[a\\]](b)"]),
    ],
)  # fmt: skip
def test_in_markdown_the_construct_is_marked(text: str, expected: list[str]) -> None:
    assert marks(text, "markdown") == expected


@pytest.mark.parametrize(
    ("format", "text", "expected"),
    [
        ("text", "See (https://a.org/b?c[d]=e), or", ["https://a.org/b?c[d]=e"]),
        ("urls", "www.a.org/b\n", ["www.a.org/b"]),
        ("csv", "a,https://a.org/;b\n", ["https://a.org/;b"]),
        ("json", '{"a": "https:\\/\\/a.org\\/b"}', ["https:\\/\\/a.org\\/b"]),
        ("css", "a{b:url(c.png)} @import 'd.css';", ["c.png", "d.css"]),
        ("rst", "`a <b.html>`_ and\n\n.. _c: d", ["b.html", "d"]),
        ("asciidoc", "link:b.html[c] https://a.org[d]", ["b.html", "https://a.org"]),
        ("sitemap", "<urlset><url><loc>https://a.org/?b&amp;c</loc></url></urlset>", ["https://a.org/?b&amp;c"]),
        ("feed", "<rss><channel><item><description>&lt;a href=&quot;b&quot;&gt;c</description></item></channel></rss>", ["b"]),
        ("notebook", '{"cells": [{"cell_type": "markdown", "source": ["[a](b)\\n"]}]}', ["[a](b)"]),
        ("xml", '<opml><outline xmlUrl="https://a.org/b"/><outline/></opml>', ['<outline xmlUrl="https://a.org/b"/>']),
    ],
)  # fmt: skip
def test_elsewhere_the_url_is_marked(format: str, text: str, expected: list[str]) -> None:
    assert marks(text, format) == expected


def test_without_a_url_the_rest_of_the_line_is_marked() -> None:
    assert mark_of('"a b"\nc', 0, "text") == (0, 5)
