"""Whatever a source holds, links() gives links with true places, or an ExtractError."""

from __future__ import annotations

from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from json_head import extract
from json_head.extract import ExtractError, Link, Source, links

FORMATS = ["auto", "urls", "text", "markdown", "html", "sitemap"]

# Documents to mutate: a bit of everything in each.
HTML = """\
<!doctype html><base href=/b/><title>t</title><a href='x?a&amp;b' title=t>text <img src=i srcset='a 1x, b 2x'></a>
<svg><use xlink:href='s#i'/><![CDATA[x]]></svg><script><!-- <script> --></script><form action=f><!-- c -->
<template shadowrootmode=open></template><meta http-equiv=refresh content='0; url=r'><area href=//[x>
"""
MARKDOWN = """\
---
a: b
---
# h [a](u) ##

> - [b][c] ![d](<e f> 'g')
lazy https://a.org/(b)\\_c&amp;.

[c]:
  u 't'

<div>
<a href=x>y</a>
</div>

`code` <b>i</b> <https://a.org> [![x](y)](z)

\tcode
```
fence
"""
SITEMAP = """\
<?xml version='1.0'?><!DOCTYPE x><urlset><url><loc>https://a.org/?a&amp;b</loc><i:image><i:loc><![CDATA[x]]></i:loc>
</i:image><x:link rel='alternate' href='y'/></url><sitemap><loc>z</loc></sitemap></urlset>
"""
LIST = """\
https://a.org/,https://b.org
www.c.org;d.org
# comment
'https://e.org' (https://f.org/a_(b)), <https://[::1]/>
ünï.de
"""
# And real ones: this repository's page and README.
REAL = [(Path(__file__).parents[3] / name).read_text("utf-8")[:4000] for name in ("index.html", "README.md")]
TOKENS = [
    "<", ">", "</", "<!--", "-->", "<![CDATA[", "]]>", "'", '"', "=", "&", "&amp;", "&#x110000;", "[", "](", ")", "![", "]:", "\\",
    "`", "```\n", "> ", "- ", "#", "\n", "\r", "\r\n", "\t", "\0", "\ud800", "\u2028", "\ufeff", "é", "😀", "https://", "www.", "<a href=",
    "<svg>", "<script>", "<template>", "<title>", "<url>", "<loc>", "<!ENTITY", " ", "  ", "a.b", ":", "//", "//[", ",", "---\n", "*", "_",
]  # fmt: skip

mutated = st.builds(
    lambda document, edits: _edit(document, edits),
    st.sampled_from([HTML, MARKDOWN, SITEMAP, LIST, *REAL]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(TOKENS)), max_size=8),
)
hostile = st.one_of(
    mutated, st.lists(st.sampled_from(TOKENS), max_size=40).map("".join), st.text(st.characters(), max_size=60)
)
MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _edit(document: str, edits: list[tuple[float, int, str]]) -> str:
    for where, cut, token in edits:
        position = int(where * len(document))
        document = document[:position] + token + document[position + cut :]
    return document


def read(content: str | bytes, **of: Any) -> list[Link]:
    found: list[Link] = []
    try:
        found.extend(links(Source(content, **of)))
    except ExtractError as error:
        assert str(error)[0].isupper() and str(error).endswith(".") and error.code
    return found


@pytest.mark.parametrize("format_", FORMATS)
@given(content=hostile, base=st.sampled_from([None, "https://example.com/a/b?c#d", "https://[", "not a url"]))
@MANY
def test_nothing_but_extract_errors(format_: str, content: str, base: str | None) -> None:
    lines = content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for link in read(content, format=format_, base=base):
        assert link.line and link.column
        assert link.column <= len(lines[link.line - 1]) + 1
        assert len(link.text) <= 200
        assert link.found and link.source is None


@given(
    content=st.one_of(st.binary(max_size=200), mutated.map(lambda text: text.encode("utf-8", "replace"))),
    media_type=st.text(max_size=30),
)
@MANY
def test_nothing_but_extract_errors_from_bytes(content: bytes, media_type: str) -> None:
    read(content, media_type=f"text/html; charset={media_type}", name=media_type)
    with suppress(ExtractError):
        assert extract.read(Source(content, media_type, media_type))[0] in FORMATS[1:]


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
        ("urls", "\n  '{}'\n"),
        ("urls", "\nx {}, x\n"),
    ],
)
@given(parts=st.lists(words, min_size=1, max_size=4))
@settings(max_examples=30, deadline=None)
def test_places_are_those_of_the_urls(format_: str, shape: str, parts: list[str]) -> None:
    text, urls = "", []
    for number, part in enumerate(parts):
        url = f"https://example.org/{number % 2}"
        part = part.replace("`d`", "d") if "<" in shape or "\n" in shape else part
        text += part + " " + shape.replace("{}", url)
        urls.append(url)
    if format_ == "sitemap":
        text = f"<urlset>{text}</urlset>"
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
def test_much_of_the_same(format_: str, piece: str) -> None:
    read(piece * 3000, format=format_)


def test_long_lines() -> None:
    for format_, url in (("text", "https://a.org/"), ("urls", "https://a.org/"), ("html", "<a href=https://a.org/>")):
        [link] = read("x" * 1_000_000 + " " + url, format=format_)
        assert link.column and link.column > 1_000_000
