"""Cookies of a chain of redirects: which ones are stored, and to which URLs they are sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from json_head.transports.sockets.cookies import MAX_COOKIE, MAX_COOKIES, Cookies

from tests.growth import assert_linear

HERE = "http://www.a.example/dir/page"


def sent(set_cookie: str | list[str], url: str = HERE, where: str = HERE) -> str:
    cookies = Cookies()
    cookies.take(where, [set_cookie] if isinstance(set_cookie, str) else set_cookie)
    return cookies.header_for(url)


@pytest.mark.parametrize(
    ("set_cookie", "cookie"),
    [
        ("a=b", "a=b"), ("a=b; Path=/; HttpOnly; SameSite=Strict", "a=b"), (" a = b ;x", "a=b"), ("a=", "a="), ("a=b=c", "a=b=c"),
        ('a="b c"', 'a="b c"'), ("a=b; Expires=Fri, 01 Jan 2100 00:00:00 GMT", "a=b"), ("a=b; Max-Age=1", "a=b"),
        ("a=b; Expires=nonsense; Max-Age=nonsense", "a=b"), ("a=caf\u00c3\u00a9", "a=café"), ("a=b; Path=dir", "a=b"), ("a=b; Domain=", "a=b"),
        ("", ""), ("a", ""), ("=b", ""), ("; a=b", ""), ("a=\tb\tc", ""), ("a=caf\u00e9", ""), ("a=" + "x" * MAX_COOKIE, ""),
        ("a=b; Max-Age=0", ""), ("a=b; Max-Age=-1", ""), ("a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", ""),
        ("a=b; expires=Thu, 01-Jan-1970 00:00:00 GMT", ""), ("a=b; Max-Age=000", ""), ("a=b; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "a=b"),
        ("a=b; Secure", ""), ("a=b; Domain=other.example", ""), ("a=b; Domain=example", ""), ("a=b; Domain=ww.a.example", ""),
    ],
)  # fmt: skip
def test_a_valid_cookie_is_sent_back_to_its_origin(set_cookie: str, cookie: str) -> None:
    assert sent(set_cookie) == cookie


@pytest.mark.parametrize(
    ("set_cookie", "url", "is_sent"),
    [
        ("a=b", "http://www.a.example/dir/other?q", True), ("a=b", "http://www.a.example/dir/", True),
        ("a=b", "http://www.a.example/dir", True), ("a=b", "http://www.a.example/directory", False), ("a=b", "http://www.a.example/", False),
        ("a=b", "http://www.a.example:81/dir/x", True), ("a=b", "https://www.a.example/dir/x", True),
        ("a=b; Path=/", "http://www.a.example/", True), ("a=b; Path=/x", "http://www.a.example/x", True),
        ("a=b; Path=/x/", "http://www.a.example/x/y", True), ("a=b; Path=/x", "http://www.a.example/xy", False),
        ("a=b; Path=/", "http://a.example/", False), ("a=b; Path=/", "http://b.www.a.example/", False), ("a=b; Path=/", "http://b.example/", False),
        ("a=b; Path=/; Domain=a.example", "http://a.example/", True), ("a=b; Path=/; Domain=.A.example", "http://b.a.example/", True),
        ("a=b; Path=/; Domain=a.example", "http://ba.example/", False), ("a=b; Path=/; Domain=www.a.example", "http://x.www.a.example/", True),
        ("a=b; Secure; Path=/", "https://www.a.example/", True), ("a=b; Secure; Path=/", "http://www.a.example/", False),
    ],
)  # fmt: skip
def test_a_cookie_is_sent_to_urls_that_match_its_host_path_and_scheme(set_cookie: str, url: str, is_sent: bool) -> None:
    assert sent(set_cookie, url) == ("a=b" if is_sent else "")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_cookies_of_ip_addresses_are_sent_to_the_same_address_only(host: str) -> None:
    here, other = f"http://{host}:8000/", "http://9.127.0.0.1/" if host[0] != "[" else "http://[::2]/"
    assert sent("a=b", here, here) == "a=b"
    assert sent(f"a=b; Domain={host.strip('[]')}", here, here) == "a=b"
    assert sent("a=b; Domain=0.0.1", here, here) == ""
    assert sent(f"a=b; Domain={host.strip('[]')}", other, here) == ""


def test_cookies_are_replaced_expired_and_ordered() -> None:
    assert sent(["a=1", "a=2"]) == "a=2"
    assert sent(["a=1", "b=2", "a=; Max-Age=0"]) == "b=2"
    assert sent(["a=1; Path=/", "a=2; Path=/dir", "b=3; Path=/"]) == "a=2; a=1; b=3"


def test_cookies_are_limited_in_number() -> None:
    cookies = Cookies()
    cookies.take(HERE, [f"a{n}={'x' * 40}" for n in range(5_000)])
    assert cookies.header_for(HERE).count("=") == MAX_COOKIES


@pytest.mark.parametrize("make", [
    lambda size: [f"a{n}={'x' * 40}; Expires=Fri, 01 Jan 2100 00:00:00 GMT" for n in range(size // 80)],
    lambda size: ["a=b" + "; " * (size // 2)],
    lambda size: ["a=b; Expires=" + "9" * size],
    lambda size: ["a=b; Expires=" + "Jan 1 " * (size // 6)],
    lambda size: ["a=b; Path=" + "/a" * (size // 2)],
    lambda size: ["a=b; Domain=" + "a." * (size // 2)],
    lambda size: ["a=b; Max-Age=" + "9" * size],
])  # fmt: skip
def test_cookies_are_read_in_linear_time(make: Callable[[int], list[str]]) -> None:
    def run(set_cookies: list[str]) -> None:
        cookies = Cookies()
        cookies.take(HERE, set_cookies)
        cookies.header_for(HERE)

    assert_linear(run, make, 1_000_000)
