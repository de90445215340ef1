"""Connections: how the transport keeps them alive, and how servers misuse them."""

from __future__ import annotations

import asyncio
import errno
import gzip
import socket
import threading
import time
from contextlib import suppress

import aiohappyeyeballs
import pytest
import trustme
from json_head.model import Outcome, Request
from json_head.transports.sockets import heads
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE
from json_head.transports.sockets.native import NativeTransport
from json_head.transports.sockets.pages import MAX_FIELD_SIZE

from tests.native.support.wire import OK, answer, listening, listening_over_tls, moved
from tests.servers.certificates import issued
from tests.servers.sockets import talking


async def test_response_before_the_request_is_read(transport):
    async def greet(reader, writer):
        writer.write(b"HTTP/1.1 408 Too late\r\n")
        await asyncio.sleep(0.05)
        writer.write(b"Content-Length: 0\r\n\r\n")
        await reader.read()

    async def shell(reader, writer):
        writer.write(b"SSH-2.0-Test\r\n")
        await reader.read()

    async with talking(greet) as http, talking(shell) as ssh:
        assert (await transport.observe(Request(http + "/"))).status == 408
        seen = await transport.observe(Request(ssh + "/"))
        assert (seen.outcome, seen.error) == (Outcome.FAILED, "protocol")


async def test_flood_on_a_fresh_connection_is_ended(transport):
    async def flood(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2 * MAX_HEADERS_SIZE)
        await writer.drain()
        await reader.read()

    async with talking(flood) as origin:
        seen = await transport.observe(Request(origin + "/", timeout_s=5))
        assert (seen.outcome, seen.error) in ((Outcome.FAILED, "protocol"), (Outcome.FAILED, "reset"))


async def test_surplus_bytes_close_the_connection(transport):
    """The surplus may be a body of HEAD or a second response. The next request uses a new connection."""
    requests = []

    async def send_too_much(reader, writer):
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK + answer(status="404 Not for you"))
        with suppress(asyncio.TimeoutError):
            requests.append(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 0.2))

    async with talking(send_too_much) as origin:
        for _ in range(2):
            assert (await transport.observe(Request(origin + "/"))).status == 200
    assert len(requests) == 2


async def test_late_surplus_response_is_not_the_next_response(transport):
    async def add(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await asyncio.sleep(0.05)
        writer.write(answer(status="404 Late"))
        await reader.read()

    async with talking(add) as origin:
        assert (await transport.observe(Request(origin + "/"))).status == 200
        await asyncio.sleep(0.1)
        assert (await transport.observe(Request(origin + "/"))).status == 200


async def test_late_body_of_head_is_not_the_next_response(transport):
    async def add(reader, writer):
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 404 Gone\r\nContent-Length: 5\r\n\r\n")
            await asyncio.sleep(0.01)
            writer.write(b"Sorry")
            assert request

    async with talking(add) as origin:
        for method in ("HEAD", "GET", "HEAD", "GET"):
            seen = await transport.observe(Request(origin + "/", method))
            assert (seen.outcome, seen.status) == (Outcome.RESPONSE, 404)


async def test_unread_surplus_response_is_not_the_next_response(transport):
    """The body of HEAD looks like a response, and the client was too busy to read it before its next request."""

    def serve():
        for _ in range(2):
            with suppress(OSError), server.accept()[0] as connection:
                while connection.recv(65_536):
                    connection.sendall(OK)
                    time.sleep(0.05)
                    connection.sendall(answer(status="404 Not for you"))

    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(1)
        thread = threading.Thread(target=serve)
        thread.start()
        seen = []
        for _ in range(2):
            seen.append((await transport.observe(Request(f"http://127.0.0.1:{server.getsockname()[1]}/"))).status)
            time.sleep(0.2)  # noqa: ASYNC251
        await transport.close()
        await asyncio.to_thread(thread.join)
        assert seen == [200, 200]


HEADER_BLOCKS = {
    "a line of 40 KB": answer(f"X: {'x' * 40_000}"),
    "a line of 250 KB": answer(f"X: {'x' * 250_000}"),
    "a reason of 40 KB": answer(status=f"200 {'x' * 40_000}"),
    "2,000 fields": answer(*(f"X-{n}: {n}" for n in range(2_000))),
    "4,000 fields of one name": answer(*["Vary: X"] * 4_000),
    "a line of 240 KB in folds": answer("A: b", *[" " + "c" * 240] * 1_000),
    "twenty interim responses": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 20 + OK,
}


@pytest.mark.parametrize("raw", HEADER_BLOCKS.values(), ids=HEADER_BLOCKS)
async def test_header_blocks_of_any_shape_are_read_up_to_the_limit(transport, wire, raw):
    wire.answers["/"] = raw
    for method in ("HEAD", "GET"):
        assert (await transport.observe(Request(wire.origin + "/", method))).status == 200
    page, _ = await transport.read(wire.origin + "/", limit=10, timeout_s=5)
    is_long = any(len(field) > MAX_FIELD_SIZE for field in raw.replace(b"\r\n ", b"").split(b"\r\n"))
    assert page.error == "protocol" if is_long else page.status == 200


async def test_folded_headers_are_read_in_linear_time(transport, wire):
    """When each fold had its whole line matched anew, 10 such URLs took 7.6 s."""
    folds = [" c"] * 4_900
    wire.answers |= {f"/{n}": answer(f"Location: /{n + 1}", "A: b", *folds, status="302 Found") for n in range(20)}
    began = time.process_time()
    seen = await asyncio.gather(*(transport.observe(Request(wire.origin + "/0")) for _ in range(10)))
    assert [one.status for one in seen] == [200] * 10
    assert time.process_time() - began < 3


async def test_headers_sent_byte_by_byte_are_read(transport):
    async def drip(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        for byte in b"\r\nHTTP/1.1 103 Hint\r\nA: b\r\n\r\nHTTP/1.1 204 None\r\nC: d\r\n e\r\n\r\n":
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.001)
        await reader.read()

    async with talking(drip) as origin:
        seen = await transport.observe(Request(origin + "/", "GET"))
        assert (seen.status, seen.headers) == (204, {"c": "d e"})


@pytest.mark.parametrize(
    ("raw", "connections"),
    [
        (answer("Connection: close"), 2), (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 2),
        (b"HTTP/1.1 101 Switching\r\n\r\n", 2), (answer("Connection: keep-alive"), 1),
    ],
)  # fmt: skip
async def test_connection_is_reused_only_if_the_server_keeps_it_alive(transport, wire, raw, connections):
    wire.answers["/"] = raw
    for _ in range(2):
        await transport.observe(Request(wire.origin + "/"))
    assert wire.connections == connections


async def test_idle_connections_are_closed(transport, wire, monkeypatch):
    monkeypatch.setattr(heads, "KEEPALIVE_S", 0.1)
    closed = asyncio.Event()

    async def wait(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await reader.read()
        closed.set()

    async with talking(wait) as origin:
        await transport.observe(Request(origin + "/"))
        await transport.observe(Request(wire.origin + "/"))
        await asyncio.wait_for(closed.wait(), 2)
        await asyncio.sleep(0.2)
        await transport.observe(Request(wire.origin + "/"))
    assert wire.connections == 2


SURPLUS = [b"\n", b"</html>\r\n\r\n", b"x" * 100_000, answer(status="404 Not for you")]


@pytest.mark.parametrize("surplus", SURPLUS)
@pytest.mark.parametrize("late_s", [0.0, 0.02])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
async def test_what_follows_a_page_is_ignored(transport, surplus, late_s, coding):
    page = b"<a href=/x>" * 1_000
    body = gzip.compress(page) if coding == "gzip" else page

    async def send(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" + answer(f"Content-Encoding: {coding}", body=body))
        await asyncio.sleep(late_s)
        with suppress(ConnectionError):
            writer.write(surplus)
            await writer.drain()

    async with talking(send) as origin:
        seen, content = await transport.read(origin + "/", limit=100_000, timeout_s=5)
    assert (seen.status, content) == (200, page)


@pytest.mark.parametrize("surplus", SURPLUS)
@pytest.mark.parametrize("head", [answer(status="404 Not Found"), b"HTTP/1.1 204 None\r\n\r\n"])
async def test_what_follows_a_response_without_a_body_is_ignored(transport, wire, surplus, head):
    wire.answers["/"] = head + surplus
    seen, _ = await transport.read(wire.origin + "/", limit=100_000, timeout_s=5)
    assert (seen.outcome, seen.status) == (Outcome.RESPONSE, int(head[9:12]))


async def test_etimedout_of_the_kernel_is_unreachable(transport, monkeypatch):
    async def give_up(addresses, **how):
        raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", give_up)
    seen = await transport.observe(Request("http://127.0.0.1/"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "unreachable")


async def test_slow_dial_is_a_timeout(transport, monkeypatch):
    async def never(addresses, **how):
        await asyncio.sleep(60)

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", never)
    began = time.perf_counter()
    seen = await transport.observe(Request("http://127.0.0.1/", timeout_s=0.1))
    assert (seen.outcome, seen.error) == (Outcome.TIMEOUT, None)
    assert time.perf_counter() - began < 2


async def test_custom_host_header_is_sent_to_the_first_origin_only(wire):
    async with NativeTransport(headers={"host": "a.test", "ACCEPT": "text/x"}) as transport, listening() as other:
        wire.answers["/"] = moved(other.origin + "/")
        await transport.observe(Request(wire.origin + "/"))
    first, second = wire.requests[0].split("\r\n"), other.requests[0].split("\r\n")
    assert [line for line in first if line.lower().startswith("host")] == ["Host: a.test"]
    assert [line for line in second if line.lower().startswith("host")] == ["Host: " + other.origin[7:]]
    assert [line for line in first if line.lower().startswith("accept:")] == ["ACCEPT: text/x"]


@pytest.mark.parametrize("headers", [{"A": "b\r\nC: d"}, {"A\n": "b"}, {"A": "\0"}])
def test_header_with_a_line_break_is_refused(headers):
    with pytest.raises(ValueError, match="line break"):
        NativeTransport(headers=headers)


async def test_request_on_a_just_closed_connection_is_repeated(transport):
    """A server may close an idle connection at the moment of the next request. The request is repeated on a new connection."""
    requests = []

    async def answer_once(reader, writer):
        requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        requests.append(await reader.readuntil(b"\r\n\r\n"))

    async with talking(answer_once) as origin:
        for _ in range(2):
            assert (await transport.observe(Request(origin + "/"))).status == 200
    assert len(requests) == 3


async def test_connection_that_ends_within_a_response_is_a_failure(transport):
    requests = []

    async def break_off(reader, writer):
        for raw in (OK, OK[:20]):
            requests.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(raw)

    async with talking(break_off) as origin:
        assert (await transport.observe(Request(origin + "/"))).status == 200
        seen = await transport.observe(Request(origin + "/"))
    assert (seen.outcome, seen.error, len(requests)) == (Outcome.FAILED, "reset", 2)


async def test_pages_and_links_fail_with_the_same_codes(transport, wire, targets):
    wire.answers["/huge"] = answer(*(f"X-{n}: {'x' * 1_000}" for n in range(300)))
    with listening_over_tls(issued(trustme.CA(), "127.0.0.1")) as untrusted:
        urls = {
            "dns": "http://x*y!$&'()+,;=.invalid/", "refused": targets.refused + "/", "reset": targets.cors + "/closes",
            "tls-authority": untrusted + "/", "protocol": wire.origin + "/huge",
        }  # fmt: skip
        for code, url in urls.items():
            of_page, _ = await transport.read(url, limit=10, timeout_s=5)
            of_link = await transport.observe(Request(url))
            assert (of_page.outcome, of_page.error) == (of_link.outcome, of_link.error) == (Outcome.FAILED, code)
