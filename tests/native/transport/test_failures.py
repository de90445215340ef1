"""Each failure code, caused by a real failure."""

from __future__ import annotations

import asyncio
import socket
import struct

import pytest
from json_head.model import Outcome, Request
from json_head.reasons import FAILURE_REASONS
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE, MAX_INTERIM, MAX_LINES

from tests.native.support.wire import OK, answer, listening
from tests.servers.sockets import talking

BOTH = pytest.mark.parametrize("method", ["HEAD", "GET"])


async def failure(transport, url, method="HEAD", timeout_s=5.0):
    seen = await transport.observe(Request(url, method, timeout_s=timeout_s))
    assert (seen.status, seen.headers, seen.url, seen.redirected) == (None, None, None, False)
    assert (seen.via, seen.method) == ("native", method)
    assert seen.error is None or seen.outcome is Outcome.BLOCKED or seen.error in FAILURE_REASONS
    return seen.outcome.value, seen.error


@BOTH
@pytest.mark.parametrize(
    "host",
    [
        "nowhere.invalid",
        "a" * 70 + ".invalid",
        "a..b",
        "x" * 300 + ".invalid",
        "x*y!$&'()+,;=.invalid",
        "xn--zz.invalid",
    ],
    ids=["unknown", "long label", "empty label", "long name", "odd signs", "bad punycode"],
)
async def test_unresolvable_name_is_dns(transport, host, method):
    assert await failure(transport, f"http://{host}/", method) == ("failed", "dns")


@BOTH
async def test_port_without_a_listener_is_refused(transport, targets, method):
    assert await failure(transport, targets.refused + "/", method) == ("failed", "refused")
    port = targets.refused.rpartition(":")[2]
    assert await failure(transport, f"https://127.0.0.1:{port}/", method) == ("failed", "refused")
    assert await failure(transport, f"http://localhost:{port}/", method) == (
        "failed",
        "refused",
    )  # localhost may have two addresses


@BOTH
@pytest.mark.parametrize("path", ["/closes", "/reset"])
async def test_connection_closed_without_a_response_is_reset(transport, targets, path, method):
    assert await failure(transport, targets.cors + path, method) == ("failed", "reset")


@BOTH
@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 20", b"HTTP/1.1 200 OK\r\nContent-Ty", b"HTTP/1.1 200 OK\r\nA: b\r\n"])
async def test_connection_closed_within_the_headers_is_reset(transport, wire, raw, method):
    wire.answers["/x"] = raw
    wire.then_closes.add("/x")
    assert await failure(transport, wire.origin + "/x", method) == ("failed", "reset")


async def test_connection_reset_during_the_tls_handshake_is_reset(transport):
    async def reset(reader, writer):
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with await asyncio.start_server(reset, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert await failure(transport, f"https://127.0.0.1:{port}/") == ("failed", "reset")


async def test_https_to_an_http_server_is_tls(transport, targets):
    assert await failure(transport, targets.cors.replace("http:", "https:") + "/") == ("failed", "tls")


HINT = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
GARBAGE = {
    "bytes": b"\x16\x03\x01\x00\x00no http at all\r\n\r\n",
    "a TLS alert, as https servers answer http": b"\x15\x03\x01\x00\x02\x02\x46",
    "HTTP/0.9": b"<!doctype html><title>Old</title>\n",
    "letters for a status": b"HTTP/1.1 abc OK\r\n\r\n",
    "no three digits": b"HTTP/1.1 42 OK\r\n\r\n",
    "four digits": b"HTTP/1.1 1000 OK\r\n\r\n",
    "no status": b"HTTP/1.1\r\n\r\n",
    "ICY": b"ICY 200 OK\r\n\r\n",
    "lengths that differ": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a NUL": answer("X-Nul: a\0b"),
    "a huge field": answer(f"X-Huge: {'x' * MAX_HEADERS_SIZE}"),
    "a huge reason": answer(status=f"200 {'x' * MAX_HEADERS_SIZE}"),
    "too many fields": answer(*(f"X-{n}: 1" for n in range(MAX_LINES + 10))),
    "too many folds": answer("X: 1", *[" 1"] * (MAX_LINES + 10)),
    "too large a block": answer(*(f"X-{n}: {'x' * 1_000}" for n in range(300))),
    "too many interim responses": HINT * (MAX_INTERIM + 1) + OK,
    "too large interim responses": HINT.replace(b"</a>", b"x" * 50_000) * 6 + OK,
}


@BOTH
@pytest.mark.parametrize("raw", GARBAGE.values(), ids=GARBAGE)
async def test_malformed_response_is_protocol(transport, wire, raw, method):
    wire.answers["/x"] = raw
    wire.then_closes.add("/x")
    assert await failure(transport, wire.origin + "/x", method) == ("failed", "protocol")


@BOTH
@pytest.mark.parametrize("path", ["/silent", "/half-headers"])
async def test_silent_target_is_a_timeout_without_a_code(transport, targets, path, method):
    seen = await transport.observe(Request(targets.cors + path, method, timeout_s=0.2))
    assert (seen.outcome, seen.error) == (Outcome.TIMEOUT, None)
    assert 190 <= seen.elapsed_ms < 1_500


async def test_timeout_covers_all_redirects(transport, targets):
    async with listening() as wire:
        slow = "HTTP/1.1 302 Found\r\n"
        wire.answers["/x"] = slow.encode()  # never ends
        url = f"{targets.cors}/redirect-to?url={wire.origin}/x"
        seen = await transport.observe(Request(url, timeout_s=0.3))
    assert seen.outcome is Outcome.TIMEOUT and seen.elapsed_ms < 1_500
    assert [hop.status for hop in seen.hops] == [302]


@pytest.mark.parametrize(("pause_s", "end"), [(0.05, ("timeout", None)), (0, ("failed", "protocol"))])
async def test_endless_early_hints_are_ended(transport, pause_s, end):
    async def hint(reader, writer):
        while True:
            writer.write(HINT)
            await writer.drain()
            await asyncio.sleep(pause_s)

    async with talking(hint) as origin:
        assert await failure(transport, origin + "/", timeout_s=0.5) == end
        page, _ = await transport.read(origin + "/", limit=10, timeout_s=0.5)
        assert (page.outcome.value, page.error) == end
        await asyncio.sleep(0.1)  # for the server to detect the close


@BOTH
async def test_redirect_loop_is_redirects(transport, targets, method):
    assert await failure(transport, targets.cors + "/loop", method) == ("failed", "redirects")


async def test_cancelled_request_raises_cancelled_error(transport, targets):
    request = asyncio.ensure_future(transport.observe(Request(targets.cors + "/silent")))
    await asyncio.sleep(0.05)
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
