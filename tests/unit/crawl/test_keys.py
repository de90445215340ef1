"""Addresses of the same page have the same key, and no others."""

from __future__ import annotations

import pytest
from json_head.crawl.keys import page_key

HOST = "https://a.example"
RANDOM = "9f86d081884c7d659a2feaa0c55ad015"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/docs/", "/docs"),
        ("/?", "/"),
        ("/?b=2&a=1", "/?a=1&b=2"),
        ("/?a=1&&b=2", "/?a=1&b=2"),
        ("/p;jsessionid=0A1B", "/p"),
        ("/p;JSESSIONID=0A1B?x=1", "/p?x=1"),
        ("/p;jsessionid=0A1B/q", "/p/q"),
        ("/(S(lit3py55t21z5v55vlm25s55))/p.aspx", "/p.aspx"),
        ("/p?PHPSESSID=abc", "/p"),
        ("/p?x=1&phpsessid=abc&y=2", "/p?y=2&x=1"),
        (f"/p?sid={RANDOM}", "/p"),
        (f"/p?s={RANDOM}&t=1", "/p?t=1"),
        ("/p?ASPSESSIONIDQQABCD=abc", "/p"),
        ("/p?CFID=12&CFTOKEN=34", "/p"),
    ],
)
def test_addresses_of_a_page_have_one_key(first: str, second: str) -> None:
    assert page_key(HOST + first).key == page_key(HOST + second).key


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/docs", "/Docs"),
        ("/docs//", "/docs/"),
        ("/", "/index.html"),
        ("/?a=1&a=2", "/?a=2&a=1"),
        ("/?a=1", "/?a="),
        ("/?a", "/?a="),
        ("/?sid=12", "/?sid=13"),
        ("/?s=search+term", "/?s=other"),
        ("/?token=" + RANDOM, "/"),
        ("/?id=" + RANDOM, "/"),
        ("/p;v=1", "/p;v=2"),
        ("/a%2Fb", "/a/b"),
    ],
)
def test_other_addresses_have_other_keys(first: str, second: str) -> None:
    assert page_key(HOST + first).key != page_key(HOST + second).key


def test_key_tells_whether_a_session_id_was_left_out() -> None:
    assert page_key(HOST + "/p;jsessionid=1").has_session
    assert page_key(HOST + f"/p?x=1&sid={RANDOM}").has_session
    assert not page_key(HOST + "/p?b=1&&a=2").has_session


def test_key_is_that_of_the_host_too() -> None:
    assert page_key("https://a.example/").key != page_key("https://b.example/").key
    assert page_key("https://a.example/b").key != page_key("https://a.example.b/").key
