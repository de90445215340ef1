"""Redirects that set a cookie and expect it in the next request."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme
from json_head.guard import Guard
from json_head.model import Method, Outcome, Request
from json_head.transports.sockets.native import NativeTransport

from tests.native.support.wire import listening, moved
from tests.servers.certificates import issued, trusting
from tests.servers.sockets import in_thread, talking


def moved_with(location: str, *cookies: str) -> bytes:
    return moved(location).replace(
        b"\r\n\r\n", "".join(f"\r\nSet-Cookie: {one}" for one in cookies).encode("latin-1") + b"\r\n\r\n"
    )


class Wall(BaseHTTPRequestHandler):
    """``/cookie/a`` redirects to itself until it gets its cookie. ``/cookie2/start`` redirects to a path that sets the cookie."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        passed = f"pass={self.path.split('/')[1]}" in self.headers.get("Cookie", "")
        self.server.cookies.append(self.headers.get("Cookie"))  # type: ignore[attr-defined]
        self.send_response(200 if passed else 302)
        if not passed and self.path == "/cookie2/start":
            self.send_header("Location", "/cookie2/set")
        elif not passed:
            self.send_header("Set-Cookie", f"pass={self.path.split('/')[1]}; Path=/; HttpOnly")
            self.send_header("Location", "/cookie2/start" if self.path == "/cookie2/set" else self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def wall(context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str | None]]]:
    """The origin of a server with such walls, and the Cookie fields that it receives."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wall)
    server.cookies = []  # type: ignore[attr-defined]
    server.daemon_threads = True
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with in_thread(server):
        yield f"http{'s' if context else ''}://127.0.0.1:{server.server_address[1]}", server.cookies  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["HEAD", "GET"])
@pytest.mark.parametrize(("path", "hops"), [("/cookie/a", 1), ("/cookie2/start", 2)])
async def test_cookie_wall_is_passed(method: Method, path: str, hops: int) -> None:
    """The chains have one and two redirects."""
    with wall() as (origin, cookies):
        async with NativeTransport() as transport:
            seen = await transport.observe(Request(origin + path, method))
            page, _ = await transport.read(origin + path, limit=1, timeout_s=5)
        assert (seen.status, seen.url, len(seen.hops)) == (200, origin + path, hops)
        assert (page.status, len(page.hops)) == (200, hops)
        assert cookies == [*[None] * hops, f"pass={path.split('/')[1]}"] * 2


async def test_cookie_wall_is_passed_over_https() -> None:
    authority = trustme.CA()
    with wall(issued(authority, "127.0.0.1")) as (origin, _):
        async with NativeTransport(tls=trusting(authority)) as transport:
            for path in ("/cookie/a", "/cookie2/start"):
                assert (await transport.observe(Request(origin + path))).status == 200


async def test_cookie_wall_is_passed_with_a_guard() -> None:
    with wall() as (origin, _):
        guard = Guard(ports=[int(origin.rpartition(":")[2])], allow=["127.0.0.0/8"])
        async with NativeTransport(guard=guard) as transport:
            assert (await transport.observe(Request(origin + "/cookie/a"))).status == 200


async def test_cookies_end_with_their_redirect_chain() -> None:
    with wall() as (origin, cookies):
        async with NativeTransport() as transport:
            for _ in range(2):
                await transport.observe(Request(origin + "/cookie/a"))
        assert cookies == [None, "pass=cookie"] * 2


async def test_concurrent_chains_do_not_share_cookies(transport) -> None:
    """Each chain gets a cookie of its own and sends back only that one."""
    given = iter(range(1_000))
    wrong = []

    async def give(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            path = request.split(" ")[1]
            sent = [line.partition(": ")[2] for line in request.split("\r\n") if line.startswith("Cookie")]
            if path == "/":
                wrong.extend(sent)
                number = next(given)
                await asyncio.sleep(0.002 * (number % 3))
                writer.write(moved_with(f"/{number}", f"id={number}"))
            else:
                if sent != [f"id={path[1:]}"]:
                    wrong.append(request)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with talking(give) as origin:
        seen = await asyncio.gather(*(transport.observe(Request(origin + "/")) for _ in range(50)))
    assert {one.status for one in seen} == {200} and wrong == []


async def test_cookie_is_not_sent_to_another_host(transport, wire) -> None:
    async with listening("127.0.0.2") as other:
        wire.answers["/a"] = moved_with(other.origin + "/b", "secret=1; Path=/", "all=1; Path=/; Domain=0.0.1")
        other.answers["/b"] = moved(wire.origin + "/c")
        await transport.observe(Request(wire.origin + "/a"))
    assert "Cookie" not in other.requests[0]
    assert "\r\nCookie: secret=1\r\n" in wire.requests[1]


async def test_custom_cookie_is_sent_beside_those_of_the_chain(wire) -> None:
    async with NativeTransport(headers={"cookie": "mine=1"}) as transport, listening("127.0.0.2") as other:
        wire.answers["/a"] = moved_with("/b", "theirs=2")
        wire.answers["/b"] = moved_with(other.origin + "/c", "more=3")
        other.answers["/c"] = moved(wire.origin + "/d")
        await transport.observe(Request(wire.origin + "/a"))
    sent = [line for request in wire.requests for line in request.split("\r\n") if line.startswith("Cookie")]
    assert sent == ["Cookie: mine=1", "Cookie: mine=1; theirs=2", "Cookie: theirs=2; more=3"]
    assert "Cookie" not in other.requests[0]


async def test_cookie_wall_that_never_opens_is_redirects(transport, wire) -> None:
    wire.answers["/a"] = moved_with("/a", "a=b")
    seen = await transport.observe(Request(wire.origin + "/a"))
    assert (seen.outcome, seen.error, len(seen.hops)) == (Outcome.FAILED, "redirects", 21)


async def test_cookie_with_control_characters_is_not_sent(transport, wire) -> None:
    wire.answers["/a"] = moved_with("/b", "a=\xa0b\tc", "b=c\x85", "ok=1")
    await transport.observe(Request(wire.origin + "/a"))
    assert [line for line in wire.requests[1].split("\r\n") if line.startswith("Cookie")] == ["Cookie: ok=1"]
