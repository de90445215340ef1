"""Requests through a proxy: the requests that it gets, its failures, and that it looks up the names."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from json_head.guard import Guard
from json_head.model import Method, Outcome, Request
from json_head.transports.sockets.native import NativeTransport
from json_head.transports.sockets.proxies import Proxies, proxy_of

from tests.native.support.wire import OK, answer, listening, listening_over_tls, moved
from tests.servers.certificates import issued, trusting
from tests.servers.sockets import talking

ROOT = Path(__file__).parents[3]


@dataclass(slots=True)
class ProxyServer:
    """Responds to requests for any host from ``answers``, by URL. ``tunnels`` maps ``host:port`` to the tunnel's end."""

    origin: str = ""
    answers: dict[str, bytes] = field(default_factory=dict)
    tunnels: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        return [request.partition(" HTTP/")[0] for request in self.requests]


@asynccontextmanager
async def proxy_server() -> AsyncIterator[ProxyServer]:
    server = ProxyServer()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            server.requests.append(request)
            method, target, _ = request.split(" ", 2)
            if method != "CONNECT":
                raw = server.answers.get(target, OK)
                writer.write(raw if method != "HEAD" else raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
            elif target in server.tunnels:
                host, port = server.tunnels[target].rpartition("/")[2].split(":")
                there = await asyncio.open_connection(host, int(port))
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))
                return
            else:
                writer.write(server.answers.get(target, answer(status="502 No such host")))

    async with talking(converse) as server.origin:
        yield server


async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[ProxyServer]:
    async with proxy_server() as server:
        yield server


def by(url: str, bypassed: str = "") -> Proxies:
    one = proxy_of("http_proxy", url)
    return Proxies(one, one, bypassed)


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_request_goes_to_the_proxy_with_its_host_name(proxy: ProxyServer, method: Method) -> None:
    proxy.answers["http://any.corp/a?b"] = answer("X-A: b", status="404 Gone")
    async with NativeTransport(proxies=by(proxy.origin), headers={"X-Mine": "c"}) as transport:
        seen = await transport.observe(Request("http://any.corp/a?b", method))
    assert (seen.status, seen.url, seen.via) == (404, "http://any.corp/a?b", "native")
    assert seen.headers == {"x-a": "b", "content-length": "0"}
    assert proxy.lines == [f"{method} http://any.corp/a?b"]
    (request,) = proxy.requests
    assert "\r\nHost: any.corp\r\n" in request and "\r\nX-Mine: c\r\n" in request
    assert ("\r\nRange: bytes=0-0\r\n" in request) is (method == "GET")


async def test_page_is_read_through_the_proxy(proxy: ProxyServer) -> None:
    proxy.answers["http://any.corp/"] = answer(body=b"hello")
    async with NativeTransport(proxies=by(proxy.origin)) as transport:
        seen, body = await transport.read("http://any.corp/", limit=3, timeout_s=5)
    assert (seen.status, body) == (200, b"hell")


async def test_https_goes_through_a_tunnel_and_is_verified(proxy: ProxyServer) -> None:
    authority = trustme.CA()
    with listening_over_tls(issued(authority, "any.corp")) as origin:
        proxy.tunnels["any.corp:443"] = proxy.tunnels["other.corp:443"] = origin
        async with NativeTransport(proxies=by(proxy.origin), tls=trusting(authority)) as transport:
            seen = await transport.observe(Request("https://any.corp/a"))
            assert (seen.status, seen.url) == (200, "https://any.corp/a")
            other = await transport.observe(Request("https://other.corp/a"))
            assert (other.outcome, other.error) == (Outcome.FAILED, "tls-name")
    assert proxy.lines == ["CONNECT any.corp:443", "CONNECT other.corp:443"]
    assert "/a" not in "".join(proxy.requests).replace("*/*", "")


async def test_proxy_password_is_sent_to_the_proxy_only(proxy: ProxyServer) -> None:
    expected = "Proxy-Authorization: Basic " + base64.b64encode(b"me:p@ss").decode()
    url = proxy.origin.replace("//", "//me:p%40ss@")
    async with listening() as wire, NativeTransport(proxies=by(url)) as transport:
        proxy.tunnels["any.corp:443"] = wire.origin
        await transport.observe(Request("http://any.corp/"))
        await transport.observe(Request("https://any.corp/", timeout_s=0.3))  # the end of the tunnel has no TLS
        seen = await transport.observe(Request("http://any.corp/"))
    assert [expected in request for request in proxy.requests] == [True, True, True]
    assert seen.status == 200 and all("p%40ss" not in request for request in proxy.requests)


async def test_proxy_is_chosen_for_each_hop_of_a_redirect(proxy: ProxyServer) -> None:
    async with listening() as wire:
        proxy.answers["http://any.corp/a"] = moved(wire.origin + "/b")
        wire.answers["/b"] = moved("http://any.corp/c")
        async with NativeTransport(proxies=by(proxy.origin, "127.0.0.1")) as transport:
            seen = await transport.observe(Request("http://any.corp/a"))
    assert (seen.status, seen.url, len(seen.hops)) == (200, "http://any.corp/c", 2)
    assert (proxy.lines, wire.lines) == (["HEAD http://any.corp/a", "HEAD http://any.corp/c"], ["HEAD /b"])


@pytest.mark.parametrize("url", ["http://any.corp/", "https://any.corp/"])
async def test_unreachable_proxy_is_proxy(targets, url: str) -> None:
    for origin in (targets.refused, "http://proxy.invalid:3128"):
        async with NativeTransport(proxies=by(origin)) as transport:
            seen = await transport.observe(Request(url))
            assert (seen.outcome, seen.error) == (Outcome.FAILED, "proxy")
            page, _ = await transport.read(url, limit=1, timeout_s=5)
            assert (page.outcome, page.error) == (Outcome.FAILED, "proxy")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("407 Proxy Authentication Required", "proxy-password"),
        ("401 Unauthorized", "proxy-password"),
        ("403 Forbidden", "proxy-refused"),
        ("404 Not Found", "proxy-refused"),
        ("501 Not Implemented", "proxy-refused"),
        ("502 Bad Gateway", "proxy-server"),
    ],
)
async def test_refused_tunnel_has_the_cause_that_the_proxy_gives(proxy: ProxyServer, status: str, error: str) -> None:
    proxy.answers["any.corp:443"] = answer(status=status)
    async with NativeTransport(proxies=by(proxy.origin)) as transport:
        seen = await transport.observe(Request("https://any.corp/"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, error)


async def test_proxy_with_a_certificate_that_is_not_trusted_is_proxy_tls() -> None:
    with listening_over_tls(issued(trustme.CA(), "127.0.0.1")) as origin:
        async with NativeTransport(proxies=by(origin)) as transport:
            for url in ("http://any.corp/", "https://any.corp/"):
                seen = await transport.observe(Request(url))
                assert (seen.outcome, seen.error) == (Outcome.FAILED, "proxy-tls")


async def test_proxy_that_demands_a_password_is_named(proxy: ProxyServer) -> None:
    proxy.answers["http://any.corp/"] = answer(status="407 Proxy Authentication Required")
    async with NativeTransport(proxies=by(proxy.origin)) as transport:
        seen = await transport.observe(Request("http://any.corp/"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "proxy-password")


@pytest.mark.parametrize(
    "field", ["X-Squid-Error: ERR_DNS_FAIL 0", "Proxy-Status: a; error=dns_error", "Server: tinyproxy/1.11.1"]
)
async def test_error_page_of_the_proxy_is_proxy(proxy: ProxyServer, field: str) -> None:
    proxy.answers["http://any.corp/503"] = answer(field, status="503 Service Unavailable")
    proxy.answers["http://any.corp/403"] = answer(field, status="403 Forbidden")
    proxy.answers["http://any.corp/404"] = answer(field, status="404 Not Found")
    async with NativeTransport(proxies=by(proxy.origin)) as transport:
        seen = [await transport.observe(Request(f"http://any.corp/{status}")) for status in (503, 403, 404)]
    assert [(each.error, each.status) for each in seen] == [
        ("proxy-server", None),
        ("proxy-refused", None),
        (None, 404),
    ]


async def test_proxy_that_is_silent_before_it_connects_is_proxy_timeout() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with talking(say_nothing) as origin:
        for proxy, url, expected in (
            (origin, "http://any.corp/", (Outcome.TIMEOUT, None)),  # the server may be slow
            (origin, "https://any.corp/", (Outcome.FAILED, "proxy-timeout")),
            (origin.replace("http:", "https:"), "http://any.corp/", (Outcome.FAILED, "proxy-timeout")),
        ):
            async with NativeTransport(proxies=by(proxy)) as transport:
                seen = await transport.observe(Request(url, timeout_s=0.3))
            assert (seen.outcome, seen.error) == expected


def test_guard_and_proxies_exclude_each_other() -> None:
    with pytest.raises(ValueError, match="guard"):
        NativeTransport(guard=Guard(), proxies=by("http://one.example"))


async def test_proxies_of_the_environment_are_ignored_by_default(
    proxy: ProxyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy.origin)
    monkeypatch.setenv("all_proxy", proxy.origin)
    async with NativeTransport() as transport:
        seen = await transport.observe(Request("http://any.invalid/"))
        page, _ = await transport.read("http://any.invalid/", limit=1, timeout_s=5)
    assert (seen.error, page.error, proxy.requests) == ("dns", "dns", [])


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(
        [sys.executable, "-m", "json_head.cli", *arguments], capture_output=True, text=True, timeout=60, check=False,
        env={**kept, "PYTHONPATH": str(ROOT / "py"), **environment},
    )  # fmt: skip


async def test_command_uses_the_proxies_of_its_environment(proxy: ProxyServer) -> None:
    ran = await asyncio.to_thread(run, "check", "http://any.corp/a", "--format", "json", http_proxy=proxy.origin)
    (row,) = json.loads(ran.stdout)
    assert (row["verdict"], ran.returncode) == ("ok", 0)
    ran = await asyncio.to_thread(run, "head", "http://any.corp/a", http_proxy=proxy.origin, no_proxy="corp")
    assert json.loads(ran.stdout)[0]["rule"] == "dns"
    assert proxy.lines == ["HEAD http://any.corp/a"]


async def test_command_refuses_unsupported_proxies_and_options(proxy: ProxyServer) -> None:
    ran = await asyncio.to_thread(run, "check", "http://any.corp/a", "--guard", ALL_PROXY=proxy.origin)
    assert (ran.returncode, ran.stdout, proxy.requests) == (2, "", [])
    assert ran.stderr.startswith("Error: --guard cannot check the addresses that a proxy connects to. ")
    ran = await asyncio.to_thread(run, "check", "http://any.corp/a", https_proxy="socks4://me:secret@127.0.0.1:1")
    assert ran.returncode == 2
    assert (
        ran.stderr.startswith("Error: https_proxy names a proxy with the scheme socks4:") and "secret" not in ran.stderr
    )
