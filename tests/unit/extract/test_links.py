"""The places of links in all formats. tests/unit/fuzz has tests with hostile sources."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from json_head.extract import ExtractError, Link, Source, links

FORMATS = ["auto", "urls", "text", "markdown", "html", "sitemap", "feed"]


def read(content: str | bytes, **options: Any) -> list[Link]:
    found: list[Link] = []
    try:
        found.extend(links(Source(content, **options)))
    except ExtractError as error:
        assert str(error)[0].isupper() and str(error).endswith(".") and error.code
    return found


words = st.lists(
    st.sampled_from(["word", "é", "😀", "a.", "(b)", "\n", "\n\n", "*c*", "`d`", "> ", "1. "]), max_size=6
).map(" ".join)


@pytest.mark.parametrize(
    ("format_", "shape"),
    [
        ("text", "{} "),
        ("text", "({}) "),
        ("markdown", "[x]({}) "),
        ("markdown", "![x](<{}>) "),
        ("markdown", "<{}> "),
        ("markdown", "**{}** "),
        ("markdown", "\n\n> - [{}][]\n\n[{}]: {}\n\n"),
        ("markdown", "<img alt='x' src='{}'> "),
        ("markdown", "\n\n<div><a\n href={}>x</a></div>\n\n"),
        ("html", "<a\nhref='{}'>x</a>"),
        ("html", "<img srcset=', x 1x, {} 2x'>"),
        ("html", "<!-- --><META HTTP-EQUIV=refresh CONTENT=\"0; url='{}'\">"),
        ("sitemap", "<url><loc> \n {}</loc></url>"),
        ("feed", "<link> \n {}</link>"),
        ("feed", "<description>é<![CDATA[😀<a href={}>]]></description>"),
        ("feed", "<description>&amp;é&lt;a href='{}'&gt;</description>"),
        ("feed", "<enclosure\n title='😀' url = '{}'/>"),
        ("urls", "\n  '{}'\n"),
        ("urls", "\nx {}, x\n"),
    ],
)
@given(parts=st.lists(words, min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_places_are_those_of_the_urls_in_the_source(format_: str, shape: str, parts: list[str]) -> None:
    text, urls = "", []
    for number, part in enumerate(parts):
        url = f"https://example.org/{number % 2}"
        part = part.replace("`d`", "d") if "<" in shape or "\n" in shape else part
        text += part + " " + shape.replace("{}", url)
        urls.append(url)
    if format_ == "sitemap":
        text = f"<urlset>{text}</urlset>"
    if format_ == "feed":
        text = f"<rss>{text.replace('> ', '>')}</rss>"
    lines = text.split("\n")
    found = [link for link in links(Source(text, format=format_)) if link.url in urls]  # type: ignore[arg-type]
    if "[]" in shape:
        assert {link.url for link in found} == set(urls)
    elif format_ != "urls" and "`" not in text:
        assert [link.url for link in found] == urls
    for link in found:
        assert link.line and link.column
        assert lines[link.line - 1].startswith(link.url, link.column - 1)
    assert all((a.line, a.column) != (b.line, b.column) for a, b in pairwise(found))


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize(
    "piece", ["<", "<a ", "[", "![", "<!--", "https://", "'https://a'", "(", "\n", "> ", "a.", ",", "&"]
)
def test_repeated_tokens_are_read_without_an_error(format_: str, piece: str) -> None:
    read(piece * 3000, format=format_)


def test_long_lines_are_read() -> None:
    for format_, url in (("text", "https://a.org/"), ("urls", "https://a.org/"), ("html", "<a href=https://a.org/>")):
        [link] = read("x" * 1_000_000 + " " + url, format=format_)
        assert link.column and link.column > 1_000_000
