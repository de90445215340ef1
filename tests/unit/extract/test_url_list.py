"""Lists of URLs: nothing on a line is lost."""

from __future__ import annotations

import pytest
from json_head.extract.url_list import list_links


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("https://example.com/a,b", [(1, "https://example.com/a,b", "")]),
        ("  https://example.com/a,", [(3, "https://example.com/a", "")]),
        ("https://example.com/), x.", [(1, "https://example.com/", "")]),
        ("https://example.com/).", [(1, "https://example.com/).", "")]),
        ("example.com/path", [(1, "https://example.com/path", "example.com/path")]),
        ("www.example.org", [(1, "https://www.example.org", "www.example.org")]),
        ("münchen.de:8080?x", [(1, "https://münchen.de:8080?x", "münchen.de:8080?x")]),
        ("a.xn--p1ai", [(1, "https://a.xn--p1ai", "a.xn--p1ai")]),
        ("192.0.2.1/x", [(1, "192.0.2.1/x", "")]),
        ("me@example.com", [(1, "me@example.com", "")]),
        ("mailto:me@example.com", [(1, "mailto:me@example.com", "")]),
        ("ftp://example.com/", [(1, "ftp://example.com/", "")]),
        ("not a url", [(1, "not a url", "")]),
        ("#top", [(1, "#top", "")]),
        ("# a comment with https://example.com/", []),
        ("##", []),
        (",", [(1, ",", "")]),
        ('""', [(1, '""', "")]),
        ("<https://a.org/>", [(2, "https://a.org/", "")]),
        ("https://a.org,https://b.org", [(1, "https://a.org", ""), (15, "https://b.org", "")]),
        ("https://a.org b.org", [(1, "https://a.org", ""), (15, "https://b.org", "b.org")]),
        ('"https://a.org","https://b.org", 3', [(2, "https://a.org", ""), (18, "https://b.org", "")]),
        ("see https://a.org/ and www.b.org.", [(5, "https://a.org/", ""), (24, "https://www.b.org", "www.b.org")]),
    ],
)
def test_lines(line: str, found: list[tuple[int, str, str]]) -> None:
    assert [(link.column, link.url, link.text) for link in list_links(line, None)] == found


def test_line_numbers() -> None:
    assert [(link.line, link.url) for link in list_links("a\n\n b \n", None)] == [(1, "a"), (3, "b")]
