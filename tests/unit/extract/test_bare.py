"""Bare URLs: where they start and, harder, where they end."""

from __future__ import annotations

import pytest
from json_head.extract.bare import bare_urls


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("See https://example.com/a.", ["https://example.com/a"]),
        ("(https://en.wikipedia.org/wiki/A_(b))", ["https://en.wikipedia.org/wiki/A_(b)"]),
        ("[https://a.org/x](https://b.org/y),", ["https://a.org/x", "https://b.org/y"]),
        ("<https://a.org> \"https://b.org\" 'https://c.org'", ["https://a.org", "https://b.org", "https://c.org"]),
        ("'https://a.org','https://b.org'", ["https://a.org", "https://b.org"]),
        ("https://a.org/O'Brien", ["https://a.org/O'Brien"]),
        ("https://a.org/1,2 https://b.org,https://c.org", ["https://a.org/1,2", "https://b.org", "https://c.org"]),
        ("参照https://例え.jp/パス。次", ["https://例え.jp/パス"]),
        ("http://[::1]:8080/x", ["http://[::1]:8080/x"]),
        ("HTTPS://A.ORG/", ["HTTPS://A.ORG/"]),
        ("www.example.org/x, not me@www.example.org", ["https://www.example.org/x"]),
        ("www.nothing and http:// and https://. xhttp://a.org", []),
        (r"\url{https://a.org/b} | https://b.org|", ["https://a.org/b", "https://b.org"]),
        ("**https://a.org/** ~~https://b.org~~ _https://c.org_", ["https://a.org/", "https://b.org"]),
        ("https://a.org/...", ["https://a.org/"]),
        ("https://a.org/(b", ["https://a.org/(b"]),
        ("https://a.org/(]", ["https://a.org/"]),
        ("https://%61.org https://-.org", ["https://%61.org"]),
        ("someone@example.org", []),
    ],
)
def test_urls(text: str, urls: list[str]) -> None:
    assert [found.url for found in bare_urls(text)] == urls


def test_offsets_are_those_of_what_is_written() -> None:
    text = "go to www.example.org! or https://a.org/."
    assert [text[start:end] for start, end, _ in bare_urls(text)] == ["www.example.org", "https://a.org/"]


def test_escapes_are_for_markdown() -> None:
    text = r"https://a.org/b\_c\ d"
    assert [found.url for found in bare_urls(text)] == ["https://a.org/b"]
    assert [found.url for found in bare_urls(text, escapes=True)] == [r"https://a.org/b\_c"]
