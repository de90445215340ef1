"""Requests through a SOCKS proxy (RFC 1928, RFC 1929): what it is told, its failures, and that it looks up the names."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import trustme
from json_head.model import Outcome, Request
from json_head.transports.sockets.native import NativeTransport
from json_head.transports.sockets.proxies import Proxies, proxy_of

from tests.native.support.wire import Wire, answer, listening_over_tls
from tests.native.transport.test_proxied import pour, run
from tests.servers.certificates import issued, trusting
from tests.servers.sockets import talking

SUCCEEDED, HOST_UNREACHABLE = 0, 4


@dataclass(slots=True)
class SocksServer:
    """Connects to ``tunnels``, by ``host:port``. With a password it asks for that of the user ``me``."""

    address: str = ""
    password: str = ""
    tunnels: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, number = await reader.readexactly(2)
        methods = await reader.readexactly(number)
        method = 2 if self.password else 0
        if method not in methods:
            writer.write(b"\x05\xff")
            return
        writer.write(bytes((5, method)))
        if self.password:
            await reader.readexactly(1)
            user, password = await _field(reader), await _field(reader)
            writer.write(b"\x01\x00" if (user, password) == ("me", self.password) else b"\x01\x01")
        _, _, _, kind = await reader.readexactly(4)
        host = await _field(reader) if kind == 3 else ".".join(map(str, await reader.readexactly(4)))
        asked = f"{host}:{int.from_bytes(await reader.readexactly(2), 'big')}"
        self.asked.append(asked)
        end = self.tunnels.get(asked)
        writer.write(bytes((5, SUCCEEDED if end else HOST_UNREACHABLE, 0, 1, 0, 0, 0, 0, 0, 0)))
        if end:
            name, port = end.rpartition("/")[2].split(":")
            there = await asyncio.open_connection(name, int(port))
            await asyncio.gather(pour(reader, there[1]), pour(there[0], writer))


async def _field(reader: asyncio.StreamReader) -> str:
    (length,) = await reader.readexactly(1)
    return (await reader.readexactly(length)).decode()


@pytest.fixture
async def socks() -> AsyncIterator[SocksServer]:
    server = SocksServer()
    async with talking(server.converse) as origin:
        server.address = origin.removeprefix("http://")
        yield server


def by(address: str, userinfo: str = "") -> Proxies:
    proxy = proxy_of("all_proxy", f"socks5h://{userinfo}{address}")
    return Proxies(proxy, proxy)


async def test_proxy_connects_to_names_that_only_it_knows(socks: SocksServer, wire: Wire) -> None:
    socks.tunnels["any.corp:80"] = wire.origin
    wire.answers["/page"] = answer(body=b"hello")
    async with NativeTransport(proxies=by(socks.address)) as transport:
        seen = await transport.observe(Request("http://any.corp/a"))
        page, body = await transport.read("http://any.corp/page", limit=9, timeout_s=5)
    assert (seen.status, page.status, body) == (200, 200, b"hello")
    assert socks.asked == ["any.corp:80"] * 2
    assert wire.lines == ["HEAD /a", "GET /page"]


async def test_certificates_are_verified_behind_the_proxy(socks: SocksServer) -> None:
    authority = trustme.CA()
    with listening_over_tls(issued(authority, "any.corp")) as origin:
        socks.tunnels["any.corp:443"] = socks.tunnels["other.corp:443"] = origin
        async with NativeTransport(proxies=by(socks.address), tls=trusting(authority)) as transport:
            assert (await transport.observe(Request("https://any.corp/"))).status == 200
            assert (await transport.observe(Request("https://other.corp/"))).error == "tls-name"
        async with NativeTransport(proxies=by(socks.address)) as transport:
            assert (await transport.observe(Request("https://any.corp/"))).error == "tls-authority"


@pytest.mark.parametrize(
    ("userinfo", "error"), [("me:s3cr%65t@", None), ("me:wrong@", "proxy-password"), ("", "proxy-password")]
)
async def test_password_is_sent(socks: SocksServer, wire: Wire, userinfo: str, error: str | None) -> None:
    socks.tunnels["any.corp:80"] = wire.origin
    socks.password = "s3cret"
    async with NativeTransport(proxies=by(socks.address, userinfo)) as transport:
        assert (await transport.observe(Request("http://any.corp/"))).error == error


async def test_failures_of_the_proxy_are_proxy(socks: SocksServer, targets) -> None:
    refused = targets.refused.removeprefix("http://")
    for address, error in ((socks.address, "proxy-server"), (refused, "proxy"), ("proxy.invalid:1080", "proxy")):
        async with NativeTransport(proxies=by(address)) as transport:
            for url in ("http://any.corp/", "https://any.corp/"):
                seen = await transport.observe(Request(url))
                assert (seen.outcome, seen.error) == (Outcome.FAILED, error)


async def test_silent_proxy_is_proxy_timeout() -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with talking(say_nothing) as origin, NativeTransport(proxies=by(origin.removeprefix("http://"))) as transport:
        seen = await transport.observe(Request("http://any.corp/", timeout_s=0.3))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "proxy-timeout")


async def test_silent_server_behind_the_proxy_is_a_timeout(socks: SocksServer) -> None:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with talking(say_nothing) as origin, NativeTransport(proxies=by(socks.address)) as transport:
        socks.tunnels["any.corp:80"] = origin
        seen = await transport.observe(Request("http://any.corp/", timeout_s=1))
    assert (seen.outcome, seen.error) == (Outcome.TIMEOUT, None)


async def test_head_has_the_limits_of_other_connections(socks: SocksServer, wire: Wire) -> None:
    socks.tunnels["any.corp:80"] = wire.origin
    wire.answers["/"] = answer(*(f"X-{number}: {'a' * 60_000}" for number in range(5)))
    async with NativeTransport(proxies=by(socks.address)) as transport:
        assert (await transport.observe(Request("http://any.corp/"))).error == "protocol"


async def test_command_uses_the_proxy_of_its_environment(socks: SocksServer, wire: Wire) -> None:
    socks.tunnels["any.corp:80"] = wire.origin
    ran = await asyncio.to_thread(
        run, "check", "http://any.corp/a", "--format", "json", ALL_PROXY=f"socks5://{socks.address}"
    )
    assert json.loads(ran.stdout)[0]["verdict"] == "ok"
