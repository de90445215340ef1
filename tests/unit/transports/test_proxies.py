"""The proxy of a request, chosen from environment variables by curl's rules."""

from __future__ import annotations

import pytest
from json_head.transports.sockets import proxies
from json_head.transports.sockets.proxies import Proxies, Proxy, proxy_of, unusable_exceptions

ONE, TWO = "http://one.example:3128", "http://two.example:8080"


def proxy_for(url: str, **environment: str) -> str | None:
    proxies = Proxies.from_environment(environment)
    proxy = proxies.of(url) if proxies else None
    return proxy.url if proxy else None


@pytest.mark.parametrize(
    ("environment", "http", "https"),
    [
        ({}, None, None), ({"http_proxy": ONE}, ONE, None), ({"https_proxy": ONE}, None, ONE), ({"all_proxy": ONE}, ONE, ONE),
        ({"ALL_PROXY": ONE}, ONE, ONE), ({"HTTPS_PROXY": ONE}, None, ONE), ({"HTTP_PROXY": ONE}, ONE, None),
        ({"http_proxy": ONE, "HTTP_PROXY": TWO}, ONE, None), ({"all_proxy": ONE, "https_proxy": TWO}, ONE, TWO),
        ({"http_proxy": "", "all_proxy": ONE}, None, ONE), ({"http_proxy": "", "https_proxy": " "}, None, None),
        ({"HTTP_PROXY": ONE, "REQUEST_METHOD": "GET"}, None, None), ({"http_proxy": ONE, "REQUEST_METHOD": "GET"}, ONE, None),
        ({"no_proxy": "*"}, None, None), ({"ftp_proxy": ONE}, None, None),
    ],
)  # fmt: skip
def test_the_proxy_of_a_scheme_is_in_its_variable(
    environment: dict[str, str], http: str | None, https: str | None
) -> None:
    assert proxy_for("http://a.example/", **environment) == http
    assert proxy_for("https://a.example/", **environment) == https


@pytest.mark.parametrize(
    ("bypassed", "direct", "by_proxy"),
    [
        ("*", ["http://a.example/", "http://1.2.3.4/"], []),
        ("a.example", ["http://a.example/", "http://b.a.example/", "http://a.example:81/", "http://a.example./"], ["http://ba.example/", "http://example/"]),
        (".a.example", ["http://a.example/", "http://b.a.example/"], ["http://ba.example/"]),
        ("x.test, A.Example", ["http://a.example/", "http://x.test/"], ["http://y.test/"]),
        ("x.test a.example", ["http://a.example/", "http://x.test/"], []),
        ("a.example.", ["http://a.example/"], []),
        ("a.example:81", ["http://a.example:81/", "http://b.a.example:81/"], ["http://a.example/", "http://a.example:82/"]),
        ("127.0.0.1", ["http://127.0.0.1:8000/"], ["http://127.0.0.2/", "http://localhost/"]),
        ("127.0.0.0/8", ["http://127.0.0.1:8000/", "http://127.9.9.9/"], ["http://128.0.0.1/"]),
        ("[::1]", ["http://[::1]:80/"], ["http://[::2]/"]),
        ("::1", ["http://[::1]:80/"], ["http://[::2]/"]),
        ("[::1]:81", ["http://[::1]:81/"], ["http://[::1]/"]),
        ("fd00::/8", ["http://[fd12::1]/"], ["http://[fe80::1]/", "http://1.2.3.4/"]),
        ("0.0.1", [], ["http://127.0.0.1/"]),
        (",, . ,:", [], ["http://a.example/", "http://1.2.3.4/"]),
        ("", [], ["http://a.example/", "http://localhost/"]),
    ],
)  # fmt: skip
def test_hosts_in_no_proxy_are_requested_directly(bypassed: str, direct: list[str], by_proxy: list[str]) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        assert [proxy_for(url, all_proxy=ONE, **{name: bypassed}) for url in direct] == [None] * len(direct)
        assert [proxy_for(url, all_proxy=ONE, **{name: bypassed}) for url in by_proxy] == [ONE] * len(by_proxy)


@pytest.mark.parametrize(
    ("value", "proxy"),
    [
        ("http://One.example:3128/", Proxy(ONE, ("one.example", 3128))),
        ("one.example:3128", Proxy(ONE, ("one.example", 3128))),
        ("one.example", Proxy("http://one.example:1080", ("one.example", 1080))),
        ("https://one.example", Proxy("https://one.example:443", ("one.example", 443))),
        ("http://me:p%40ss@one.example:1", Proxy("http://me:p%40ss@one.example:1", ("one.example", 1))),
        ("socks5://one.example", Proxy("socks5://one.example:1080", ("one.example", 1080))),
        ("socks5h://me:p@one.example:9050", Proxy("socks5://me:p@one.example:9050", ("one.example", 9050))),
        ("http://[::1]:3128", Proxy("http://[::1]:3128", ("::1", 3128))),
    ],
)
def test_a_proxy_may_be_a_url_or_a_host(value: str, proxy: Proxy) -> None:
    assert proxy_of("http_proxy", value) == proxy


@pytest.mark.parametrize(
    "value",
    [
        "socks4://one.example",
        "socks4a://a:secret@b",
        "http://",
        "http://one.example:x",
        "http://:3128",
        "http://[",
        "http://[x]:1",
        "a:99999",
    ],
)
def test_the_error_for_an_invalid_proxy_names_its_variable(value: str) -> None:
    with pytest.raises(ValueError, match=r"^http_proxy ") as raised:
        proxy_of("http_proxy", value)
    assert "secret" not in str(raised.value)


def test_socks_needs_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxies, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"^http_proxy .* pip install 'json-head\[socks\]'\.$") as raised:
        proxy_of("http_proxy", "socks5://a:secret@b")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    "entry",
    ["127.0.0.0/99", "http://localhost", "localhost/24", "*.localhost", "127.*", "a.example:99999", "a.example:", "127.0.0", "1.2.3.400", ".", "a..b", "[x]", "::1/200", "b\u00fccher.example"],
)  # fmt: skip
def test_exception_that_matches_no_url_is_unusable(entry: str) -> None:
    assert unusable_exceptions(f"a.example, {entry}") == [entry]
    assert proxy_for("http://a.example/", all_proxy=ONE, no_proxy=f"{entry},a.example") is None


def test_exceptions_that_can_match_are_usable() -> None:
    entries = "* a.example .a.example a.example. A.example:81 localhost my_host 127.0.0.1 127.0.0.1:80 10.0.0.0/8 10.1.2.3/8 [::1] ::1 [::1]:81 fd00::/8"
    assert unusable_exceptions(entries) == unusable_exceptions("") == unusable_exceptions(", ,") == []
