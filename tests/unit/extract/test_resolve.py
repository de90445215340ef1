"""Links as written, made absolute."""

from __future__ import annotations

import pytest
from json_head.extract.resolve import resolve

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
        ("mailto:me@example.com", "mailto:me@example.com"),
        (" javascript:void(0)", "javascript:void(0)"),
        ("//[1/x", "//[1/x"),
        ("http://[1/", "http://[1/"),
    ],
)
def test_with_a_base(written: str, url: str) -> None:
    assert resolve(written, BASE) == url


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
def test_without_a_base(written: str, url: str | None) -> None:
    assert resolve(written, None) == url
