"""Connections, as the transport keeps them and as servers misuse them."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
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
from tests.servers.sockets import talking


async def test_a_server_that_speaks_first_is_heard(transport):
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


async def test_a_server_that_floods_a_fresh_connection_has_an_end(transport):
    async def flood(reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 2 * MAX_HEADERS_SIZE)
        await writer.drain()
        await reader.read()

    async with talking(flood) as origin:
        seen = await transport.observe(Request(origin + "/", timeout_s=5))
        assert (seen.outcome, seen.error) in ((Outcome.FAILED, "protocol"), (Outcome.FAILED, "reset"))


async def test_what_comes_behind_an_answer_is_no_answer_to_the_next_request(transport):
    """A body of HEAD, or a second answer: the connection is not asked again."""
    asked = []

    async def say_too_much(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK + answer(status="404 Not for you"))
        with suppress(asyncio.TimeoutError):
            asked.append(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 0.2))

    async with talking(say_too_much) as origin:
        for _ in range(2):
            assert (await transport.observe(Request(origin + "/"))).status == 200
    assert len(asked) == 2


async def test_what_comes_late_on_a_kept_connection_is_no_answer_to_the_next_request(transport):
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


async def test_a_body_to_head_that_comes_late_is_no_answer_to_the_next_request(transport):
    async def add(reader, writer):
        while True:
            asked = await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 404 Gone\r\nContent-Length: 5\r\n\r\n")
            await asyncio.sleep(0.01)
            writer.write(b"Sorry")
            assert asked

    async with talking(add) as origin:
        for method in ("HEAD", "GET", "HEAD", "GET"):
            seen = await transport.observe(Request(origin + "/", method))
            assert (seen.outcome, seen.status) == (Outcome.RESPONSE, 404)


async def test_what_has_come_but_is_not_read_yet_is_no_answer_to_the_next_request(transport):
    """A body to HEAD that looks like an answer, with a client too busy to have seen it."""

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


@pytest.mark.parametrize("said", HEADER_BLOCKS.values(), ids=HEADER_BLOCKS)
async def test_a_header_block_may_have_any_shape_up_to_its_limit(transport, wire, said):
    wire.answers["/"] = said
    for method in ("HEAD", "GET"):
        assert (await transport.observe(Request(wire.origin + "/", method))).status == 200
    page, _ = await transport.read(wire.origin + "/", limit=10, timeout_s=5)
    is_long = any(len(field) > MAX_FIELD_SIZE for field in said.replace(b"\r\n ", b"").split(b"\r\n"))
    assert page.error == "protocol" if is_long else page.status == 200


async def test_redirects_with_large_headers_do_not_hold_up_others(transport, wire):
    """Each fold used to have its whole line matched anew: 10 such URLs took 7.6 s."""
    folds = [" c"] * 4_900
    wire.answers |= {f"/{n}": answer(f"Location: /{n + 1}", "A: b", *folds, status="302 Found") for n in range(20)}
    began = time.process_time()
    seen = await asyncio.gather(*(transport.observe(Request(wire.origin + "/0")) for _ in range(10)))
    assert [one.status for one in seen] == [200] * 10
    assert time.process_time() - began < 3


async def test_headers_that_come_byte_by_byte_are_read(transport):
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
    ("said", "connections"),
    [
        (answer("Connection: close"), 2), (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 2),
        (b"HTTP/1.1 101 Switching\r\n\r\n", 2), (answer("Connection: keep-alive"), 1),
    ],
)  # fmt: skip
async def test_a_connection_is_asked_again_only_if_the_server_keeps_it(transport, wire, said, connections):
    wire.answers["/"] = said
    for _ in range(2):
        await transport.observe(Request(wire.origin + "/"))
    assert wire.connections == connections


async def test_connections_are_closed_when_nobody_has_asked_for_a_while(transport, wire, monkeypatch):
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


async def test_a_kernel_that_gives_up_on_an_address_is_no_timeout_of_ours(transport, monkeypatch):
    async def give_up(addresses, **how):
        raise TimeoutError(errno.ETIMEDOUT, "Connection timed out")

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", give_up)
    seen = await transport.observe(Request("http://127.0.0.1/"))
    assert (seen.outcome, seen.error) == (Outcome.FAILED, "unreachable")


async def test_a_dial_that_takes_too_long_is_a_timeout(transport, monkeypatch):
    async def never(addresses, **how):
        await asyncio.sleep(60)

    monkeypatch.setattr(aiohappyeyeballs, "start_connection", never)
    began = time.perf_counter()
    seen = await transport.observe(Request("http://127.0.0.1/", timeout_s=0.1))
    assert (seen.outcome, seen.error) == (Outcome.TIMEOUT, None)
    assert time.perf_counter() - began < 2


async def test_a_host_of_ones_own_is_sent_to_its_origin_only(wire):
    async with NativeTransport(headers={"host": "a.test", "ACCEPT": "text/x"}) as transport, listening() as other:
        wire.answers["/"] = moved(other.origin + "/")
        await transport.observe(Request(wire.origin + "/"))
    first, second = wire.requests[0].split("\r\n"), other.requests[0].split("\r\n")
    assert [line for line in first if line.lower().startswith("host")] == ["Host: a.test"]
    assert [line for line in second if line.lower().startswith("host")] == ["Host: " + other.origin[7:]]
    assert [line for line in first if line.lower().startswith("accept:")] == ["ACCEPT: text/x"]


@pytest.mark.parametrize("headers", [{"A": "b\r\nC: d"}, {"A\n": "b"}, {"A": "\0"}])
def test_a_header_that_would_break_out_of_its_line_is_refused(headers):
    with pytest.raises(ValueError, match="line break"):
        NativeTransport(headers=headers)


async def test_a_kept_connection_that_ends_when_it_is_asked_is_no_failure(transport):
    """Servers close what is idle; when they do it at that very moment, a new connection is asked."""
    asked = []

    async def answer_once(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(OK)
        asked.append(await reader.readuntil(b"\r\n\r\n"))

    async with talking(answer_once) as origin:
        for _ in range(2):
            assert (await transport.observe(Request(origin + "/"))).status == 200
    assert len(asked) == 3


async def test_a_kept_connection_that_ends_within_an_answer_is_a_failure(transport):
    asked = []

    async def break_off(reader, writer):
        for said in (OK, OK[:20]):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(said)

    async with talking(break_off) as origin:
        assert (await transport.observe(Request(origin + "/"))).status == 200
        seen = await transport.observe(Request(origin + "/"))
    assert (seen.outcome, seen.error, len(asked)) == (Outcome.FAILED, "reset", 2)


async def test_of_a_page_the_same_is_told_as_of_a_link(transport, wire, targets):
    wire.answers["/huge"] = answer(*(f"X-{n}: {'x' * 1_000}" for n in range(300)))
    with listening_over_tls(certificate()) as untrusted:
        urls = {
            "dns": "http://x*y!$&'()+,;=.invalid/", "refused": targets.refused + "/", "reset": targets.cors + "/closes",
            "tls": untrusted + "/", "protocol": wire.origin + "/huge",
        }  # fmt: skip
        for code, url in urls.items():
            of_page, _ = await transport.read(url, limit=10, timeout_s=5)
            of_link = await transport.observe(Request(url))
            assert (of_page.outcome, of_page.error) == (of_link.outcome, of_link.error) == (Outcome.FAILED, code)


def certificate():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    return context
