"""Parsing a srcset attribute."""

from __future__ import annotations

import pytest
from json_head.extract.html.srcset import candidates


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a.png, b.png 2x", ["a.png", "b.png"]),
        ("a,b.png 1x,c.png 100w", ["a,b.png", "c.png"]),
        (" ,, a.png ,, b.png , ", ["a.png", "b.png"]),
        ("data:image/png;base64,AAAA 1x, b.png", ["data:image/png;base64,AAAA", "b.png"]),
        ("a.png (x, y) 1x, b.png", ["a.png", "b.png"]),
        ("a.png (x, b.png", ["a.png"]),
        ("{{ a }} 1x, b.png 2x", ["{{ a }}", "b.png"]),
        ("x/{{ a, b }}/{{{ c }}}.png 1x,<%= d %>", ["x/{{ a, b }}/{{{ c }}}.png", "<%= d %>"]),
        ("${a ? 'b' : 'c'}.png, {{ url_for(", ["${a ? 'b' : 'c'}.png", "{{"]),
        ("", []),
        (",", []),
    ],
)
def test_the_candidates_of_a_srcset_are_links(value: str, urls: list[str]) -> None:
    found = list(candidates(value))
    assert [url for url, _ in found] == urls
    assert all(value.startswith(url, offset) for url, offset in found)
