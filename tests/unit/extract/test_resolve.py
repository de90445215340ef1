"""Resolving links against a base."""

from __future__ import annotations

import pytest
from json_head.extract.resolve import resolve
from json_head.urls.relative import Joiner, join

from tests.growth import assert_linear

BASE = "https://example.com/a/b?q#f"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("c", "https://example.com/a/c"),
        (" /c\n", "https://example.com/c"),
        ("/c\t\nd", "https://example.com/cd"),
        ("../../../c", "https://example.com/c"),
        ("//other.org/x", "https://other.org/x"),
        ("?x", "https://example.com/a/b?x"),
        ("#x", "https://example.com/a/b?q#x"),
        ("", "https://example.com/a/b?q"),
        (r"\c\d?e\f", r"https://example.com/c/d?e\f"),
        (r"c\d", "https://example.com/a/c/d"),
        ("HTTP://other.org/x/../y", "HTTP://other.org/x/../y"),
        ("https:c", "https://example.com/a/c"),
        ("http:c", "http:c"),
        ("x//y", "https://example.com/a/x//y"),
        ("web/2020/http://other.org/x", "https://example.com/a/web/2020/http://other.org/x"),
        ("list;", "https://example.com/a/list;"),
        (";", "https://example.com/a/;"),
        ("?", "https://example.com/a/b?"),
        ("c?", "https://example.com/a/c?"),
        ("c/../d?../e", "https://example.com/a/d?../e"),
        ("..", "https://example.com/"),
        (".", "https://example.com/a/"),
        ("///other.org/x", "https://other.org/x"),
        (r"\//other.org/x", "https://other.org/x"),
        ("mailto:me@example.com", "mailto:me@example.com"),
        (" javascript:void(0)", "javascript:void(0)"),
        ("//[1/x", "https://[1/x"),
        ("http://[1/", "http://[1/"),
    ],
)
def test_links_are_resolved_against_a_base(written: str, url: str) -> None:
    assert resolve(written, BASE) == url


@pytest.mark.parametrize(
    ("written", "encoding", "url"),
    [
        ("/q?n=ü#ü", "cp1252", "https://example.com/q?n=%FC#ü"),
        ("/ü?n=ü", "utf-8", "https://example.com/ü?n=ü"),
        ("/q?n=Ж", "cp1251", "https://example.com/q?n=%C6"),
        ("/q?n=Ж", "cp1252", "https://example.com/q?n=%26%231046%3B"),
        ("?n=a b", "cp1252", "https://example.com/a/b?n=a b"),
    ],
)
def test_a_query_is_encoded_in_the_encoding_of_the_document(written: str, encoding: str, url: str) -> None:
    assert resolve(written, BASE, encoding) == url


def test_a_base_may_have_empty_segments_or_no_path() -> None:
    assert resolve("z", "https://example.com/a//dir/i.html") == "https://example.com/a//dir/z"
    assert resolve("z", "https://example.com") == "https://example.com/z"
    assert resolve("z", "example.com/docs") == "z"


@pytest.mark.parametrize("dots", ["..", "%2E.", "../.", "d/../.."])
@pytest.mark.parametrize(
    ("written", "url"), [("z", "a/z"), ("../z", "z"), ("z?x", "a/z?x"), ("?x", "a/?x"), ("#x", "a/?q#x")]
)
def test_a_base_may_end_with_dots(dots: str, written: str, url: str) -> None:
    base = f"https://example.com/a/b/{dots}?q"
    assert resolve(written, base) == join(written, base) == f"https://example.com/{url}"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("c", "c"),
        (" https://a.org/ ", "https://a.org/"),
        ("#x", None),
        ("", None),
        ("tel:1", "tel:1"),
        ("//a/b", "//a/b"),
    ],
)
def test_links_without_a_base_stay_as_written(written: str, url: str | None) -> None:
    assert resolve(written, None) == url


@pytest.mark.parametrize("reference", ["./{}", "%2e/{}", "{}?x", "/{}", "é{}", "../../../../../../{}/.."])
@pytest.mark.parametrize("segment", ["a/", "%61/", "a/./", "../"])
def test_time_for_references_does_not_grow_with_the_segments_of_the_base(reference, segment):
    def make(size):
        base = "https://a.example/" + segment * (size // len(segment))
        return base, [reference.format(number) for number in range(size // 2)]

    def run(value):
        base, references = value
        joiner = Joiner(base)
        for written in references:
            joiner.join(written)

    assert_linear(run, make, 6_000)
