"""Extraction takes linear time: no repeated token of any format makes an extractor quadratic.

tests/bench/extract.py measures the seconds per megabyte.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.extract import ExtractError, Source, links

from tests.growth import assert_linear, consume
from tests.unit.fuzz.samples import ODD, TOKENS

PREFIXES = {
    "html": "",
    "xhtml": "<html>",
    "xml": "<opml>",
    "css": "",
    "markdown": "x ",
    "mdx": "",
    "rst": "",
    "notebook": '{"cells": [{"cell_type": "markdown", "source": [',
    "asciidoc": ":j: k\n\n",
    "text": "",
    "urls": "",
    "sitemap": "<urlset><url><loc>https://a.org/</loc>",
    "csv": "a",
    "json": "",
    "mime": "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: quoted-printable\n\n",
    "feed": "<rss><channel><link>https://a.org/</link>",
}


def read(text: str, format_: Any) -> None:
    mdx = format_ == "mdx"
    source = Source(text, "a.mdx" if mdx else None, None, "https://example.com/a", "markdown" if mdx else format_)
    with suppress(ExtractError):
        consume(links(source))


def assert_reading_is_linear(format_: str, parts: list[str], size: int) -> None:
    """Repeats each part until it fills the size that ``assert_linear`` chooses, one part after another."""

    def make(size: int) -> str:
        return PREFIXES[format_] + "".join(part * (size // len(part) + 1) for part in parts)

    assert_linear(lambda text: read(text, format_), make, size)


@pytest.mark.parametrize(
    ("format_", "token"),
    [(format_, token) for format_ in TOKENS for token in (*TOKENS[format_], *ODD)]
    + [("mdx", token) for token in TOKENS["markdown"]],
)
def test_each_repeated_token_is_read_in_linear_time(format_: str, token: str) -> None:
    assert_reading_is_linear(format_, [token], 200_000)


@st.composite
def repeats(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A format, and one to three units of its tokens that are to be repeated."""
    format_ = draw(st.sampled_from(sorted(TOKENS)))
    unit = st.lists(st.sampled_from((*TOKENS[format_], *ODD[:6])), min_size=1, max_size=3).map("".join)
    return format_, draw(st.lists(unit, min_size=1, max_size=3))


@given(repeats())
def test_repeated_units_of_tokens_are_read_in_linear_time(repeated_units: tuple[str, list[str]]) -> None:
    assert_reading_is_linear(repeated_units[0], repeated_units[1], 20_000)


@pytest.mark.parametrize(
    ("format_", "parts"),
    [
        ("html", ["<svg>", "</mi>"]),
        ("html", ["<svg><desc>", "</mi>"]),
        ("html", ["<template>", "</template>", "<a href=x>"]),
        ("html", ["<a href=", "&amp;", ">"]),
        ("html", ["<img srcset='", "a,", "b 1x,("]),
        ("html", ["<base href='/", "a/", "'>", "<a href=x>"]),
        ("html", ["<svg><style><![CDATA[", "]]>"]),
        ("html", ["<style>a{b:url(", "\\61 ", ")}</style>"]),
        ("html", ["<p style='a:url(b)", "&amp;", "'>"]),
        ("html", ["<script type=application/ld+json>", '{"url":"a/b",', "</script>"]),
        ("html", ["<img srcset='", "{{ a, ", "}} 1x,", "'>"]),
        ("xhtml", ["<script>", "<!--", "-->", "<![CDATA["]),
        ("xml", ["<a href='b'>", "</a>"]),
        ("xml", ["<a b='", "=", "'/>"]),
        ("xml", ["<!--", "="]),
        ("css", ["image-set(", "'a' ", ")"]),
        ("css", ["a\\", "{{ "]),
        ("feed", ["<description>", "&lt;img srcset='a,b' src=c>", "</description>"]),
        ("markdown", ["[", "]"]),
        ("markdown", ["![", "](a)"]),
        ("markdown", ["[a](", ")"]),
        ("markdown", ["[a]: b\n", "\n[a]"]),
        ("markdown", ["`a``", "```"]),
        ("markdown", ["> ", "\n", "> a\n"]),
        ("markdown", ["<a b='", '<a b="']),
        ("markdown", ["[^a]: ", "\n    b\n"]),
        ("markdown", ["> [^a]: b\n>\n"]),
        ("markdown", ["$$ a\n", "$$\n"]),
        ("markdown", ["$a ", "$$"]),
        ("markdown", ["<A\n", "b='c'\n", ">\n"]),
        ("markdown", ["> {/*\n{/*\n"]),
        ("markdown", ["<A b={", "}>"]),
        ("markdown", ["<A {", "} b>"]),
        ("mdx", ["{\n", "}\n"]),
        ("mdx", ["- {\n", "}\n"]),
        ("mdx", ["export {\n", "}\n"]),
        ("mdx", ["{'", '{"', "`"]),
        ("mdx", ["{/* }"]),
        ("text", ["https://a/(", ")"]),
        ("urls", ["https://a,", "("]),
        ("sitemap", ["<a>", "</a>"]),
        ("sitemap", ["<url><loc>", "https://a/"]),
    ],
)
def test_known_slow_repetitions_are_read_in_linear_time(format_: str, parts: list[str]) -> None:
    assert_reading_is_linear(format_, parts, 200_000)
