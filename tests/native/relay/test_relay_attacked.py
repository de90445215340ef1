"""``json-head serve`` with hostile clients and targets: it responds or closes soon, and its memory stays small."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from json_head.asgi.serve import IDLE_S, MAX_WAITING, SENDING_S

from tests.native.support.relay import Relay, relay_options, serving
from tests.native.support.wire import Wire, answer, moved

#: The most that its peak memory may grow during a test, in bytes.
GROWTH = 20_000_000


@pytest.mark.parametrize(
    ("sent", "statuses"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", (b"400", b"431")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 50_000 + b"\r\n", (b"400", b"431")),
        (b"GET /?" + b"url=a&" * 50_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", (b"400", b"414")),
        (b"GET /?" + b"url=a&" * 9_999 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", (b"414",)),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", (b"400",)),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\nConnection: close\r\n\r\n", (b"400",)),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (b"400",)),
        (b"nonsense\r\n\r\n", (b"400",)),
    ],
)  # fmt: skip
async def test_oversized_and_malformed_requests_are_refused(
    relay: Relay, sent: bytes, statuses: tuple[bytes, ...]
) -> None:
    try:
        got = await relay.exchange(sent, seconds=5)
    except ConnectionResetError:  # it closed while the request was still sent, and its response is lost
        got = b"HTTP/1.1 " + statuses[0]
    assert got.split(b" ")[1] in statuses and b"Traceback" not in got
    assert await relay.is_well()


async def test_slow_clients_are_dropped_and_do_not_delay_others() -> None:
    """Clients that send half a request, a field a second, nothing or an endless body, or that never receive responses."""
    began = time.perf_counter()

    async def trickle(start: bytes, more: bytes) -> float:
        """Send the start, and then more each second, until the relay closes the connection."""
        reader, writer = await relay.connect()
        writer.write(start)
        reading = asyncio.ensure_future(reader.read())
        while not (await asyncio.wait((reading,), timeout=1))[0]:
            writer.write(more)
        writer.close()
        await asyncio.gather(reading, return_exceptions=True)
        return time.perf_counter() - began

    async def never_receive() -> float:
        _, writer = await relay.connect()
        with suppress(ConnectionError):
            while True:
                writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10)
                await writer.drain()
                await asyncio.sleep(0)
        writer.close()
        return time.perf_counter() - began

    kinds = (
        lambda: trickle(b"", b""),
        lambda: trickle(b"GET / HT", b""),
        lambda: trickle(b"GET / HTTP/1.1\r\nHost: localhost\r\n", b"X: a\r\n"),
        lambda: trickle(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n", b"a"),
        never_receive,
    )
    async with serving("--request-timeout", "1") as relay:
        before = relay.peak()
        trickling = asyncio.gather(*(kinds[number % 5]() for number in range(100)))
        while not trickling.done():
            start = time.perf_counter()
            assert await relay.is_well()
            assert time.perf_counter() - start < 3
            await asyncio.sleep(1)
        assert max(await trickling) < max(IDLE_S, 1 + SENDING_S) + 10
        assert relay.peak() - before < GROWTH


HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
POST = b"POST / HTTP/1.1\r\nHost: localhost\r\n"


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"", b"a" * 1_000),
        (b"GET /?", b"url=a&" * 1_000),
        (b"", b"\r\n" * 1_000),
        (HEAD + b"X: ", b"a" * 1_000),
        (HEAD, b"X: a\r\n" * 1_000),
        (POST + b"Content-Length: 999999999\r\n\r\n", b"a" * 1_000),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\naaaaa\r\n" * 100),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n5;", b"a" * 1_000),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: a\r\n" * 1_000),
        (b"", HEAD + b"\r\n"),
        (b"", (HEAD + b"\r\n") * 1_000),
    ],
    ids=[
        "nonsense", "a query", "empty lines", "a field", "fields", "a body", "chunks", "an extension", "trailers", "requests",
        "requests at once",
    ],
)  # fmt: skip
async def test_endless_input_is_cut_off_without_growing_memory(relay: Relay, start: bytes, more: bytes) -> None:
    async def flood() -> None:
        reader, writer = await relay.connect()
        reading = asyncio.ensure_future(reader.read())
        with suppress(ConnectionError):
            writer.write(start)
            for _ in range(4_000_000 // len(more)):
                writer.write(more)
                await writer.drain()
                if reading.done():
                    break
        writer.close()
        await asyncio.gather(reading, return_exceptions=True)

    assert await relay.is_well()
    before = relay.peak()
    await asyncio.wait_for(asyncio.gather(*(flood() for _ in range(10))), 30)
    assert await relay.is_well()
    assert relay.peak() - before < GROWTH


async def test_connections_above_the_limit_are_closed() -> None:
    """A client has half of all, and 40 clients have all."""
    async with serving("--connections", "50") as relay:
        crowd = [await relay.connect() for _ in range(200)]
        reading = [asyncio.ensure_future(reader.read()) for reader, _ in crowd]
        await asyncio.wait(reading, timeout=1)
        assert sum(not one.done() for one in reading) == 25
        crowd += [await relay.seen_by(f"127.0.3.{number // 2}").connect() for number in range(80)]
        reading += [asyncio.ensure_future(reader.read()) for reader, _ in crowd[200:]]
        await asyncio.wait(reading, timeout=1)
        assert sum(not one.done() for one in reading) == 50
        for _, writer in crowd:
            writer.close()
        await asyncio.gather(*reading, return_exceptions=True)
        assert await relay.is_well()


async def test_waiting_pipelined_requests_are_limited(wire: Wire) -> None:
    """While the first request is under way, at most ``MAX_WAITING`` others wait."""
    wire.answers["/slow"] = b""
    async with serving(*relay_options(wire), "--url-timeout", "2") as relay:
        first = b"GET /?url=" + wire.origin.encode() + b"/slow HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for waiting, answered in ((MAX_WAITING, True), (MAX_WAITING + 1, False)):
            reader, writer = await relay.connect()
            writer.write(first)
            await asyncio.sleep(0.2)
            last = HEAD + b"Connection: close\r\n\r\n"
            writer.write((HEAD + b"\r\n") * (waiting - 1) + last)
            try:
                got = await asyncio.wait_for(reader.read(), 10)
            except ConnectionError:
                got = b""
            writer.close()
            assert got.count(b"HTTP/1.1 200") == (1 + waiting if answered else 0)


@pytest.fixture(scope="module")
def relay_address() -> Iterator[tuple[str, int]]:
    """The address of a relay, for a test without an event loop."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        relay = runner.run(stack.enter_async_context(serving("--client-burst", "100000")))
        yield "127.0.0.1", relay.port
        assert runner.run(relay.is_well())
        assert relay.peak() < 150_000_000
        runner.run(stack.aclose())


PIECES = st.sampled_from(
    [
        b"GET ", b"HEAD ", b"OPTIONS ", b"POST ", b"PRI ", b"/", b"*", b"/links", b"/healthz", b"?", b"url=", b"&", b"%", b"%00",
        b"nonsense", b"http://127.0.0.1/", b"http://[::1]:80/", b"callback=", b"format=ndjson", b" HTTP/1.1", b" HTTP/1.0", b" HTTP/2.0",
        b"\r\n", b"\n", b"\r", b"Host: localhost\r\n", b"Host: a\r\n", b"Origin: null\r\n", b"Connection: close\r\n",
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n", b"Upgrade: h2c\r\n", b"Expect: 100-continue\r\n", b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", b"aaaaa", b"\x00", b"\xff",
    ]
)  # fmt: skip


@given(st.lists(PIECES | st.binary(max_size=5), max_size=30), st.booleans())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_input_gets_a_valid_response_or_a_close(
    relay_address: tuple[str, int], parts: list[bytes], whole: bool
) -> None:
    said = b"".join(parts) + (b" HTTP/1.1\r\nHost: localhost\r\n\r\n" if whole else b"")
    with socket.create_connection(relay_address, timeout=10) as connection, suppress(ConnectionError):
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        got = b"".join(iter(lambda: connection.recv(65_536), b""))
        assert not got or re.match(rb"HTTP/1\.1 (100|200|204|400|403|404|405|414|421) ", got), got
        assert b"Traceback" not in got and b"internal-error" not in got


async def test_trickling_and_looping_targets_are_ended(wire: Wire) -> None:
    trickling: list[asyncio.Task[None] | None] = []

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        trickling.append(asyncio.current_task())
        try:
            writer.write(b"HTTP/1.1 200 OK\r\n")
            while True:
                writer.write(b"X: a\r\n")
                await writer.drain()
                await asyncio.sleep(0.05)
        except (ConnectionError, asyncio.CancelledError):
            writer.close()

    wire.answers["/loop"] = moved("/loop")
    wire.answers["/bomb"] = answer(*["X-Bomb: " + "b" * 20_000] * 50)
    server = await asyncio.start_server(trickle, "127.0.0.1", 0)
    async with server:
        port = str(server.sockets[0].getsockname()[1])
        async with serving(*relay_options(wire), "--target-port", port, "--url-timeout", "1") as relay:
            urls = [f"http://127.0.0.1:{port}/", wire.origin + "/loop", wire.origin + "/bomb"]
            began = time.perf_counter()
            status, body = await relay.get("/?" + "&".join(f"url={url}" for url in urls))
            assert time.perf_counter() - began < 5
            assert (status, [row["error"] for row in json.loads(body)]) == (
                200,
                ["clock-ran-out", "redirects", "protocol"],
            )
            assert len(body) < 20_000
            assert await relay.is_well()
        for task in filter(None, trickling):
            task.cancel()
        await asyncio.gather(*filter(None, trickling))
