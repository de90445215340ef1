"""``json-head serve`` as a process: its responses, its settings and its end."""

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import sys

import pytest

from tests.native.support.relay import ROOT, Relay, serving
from tests.native.support.wire import Wire, answer, moved


async def test_api_answers_with_json_heads_list(wire: Wire, relay: Relay) -> None:
    wire.answers["/gone"] = answer("Set-Cookie: a=b", "X-Secret: c", "Content-Type: text/plain", status="404 Not Found")
    wire.answers["/moved"] = moved("/ok")
    paths = ("/gone", "/moved", "/gone")
    status, body = await relay.get("/?" + "&".join(f"url={wire.origin}{path}" for path in paths))
    rows = json.loads(body)
    assert (status, [row["url"] for row in rows]) == (200, [wire.origin + path for path in paths])
    assert [row["verdict"] for row in rows] == ["broken", "ok", "broken"]
    assert rows[0]["headers"] == {"content-type": "text/plain", "content-length": "0"}
    assert rows[1]["attempts"][0]["hops"][0]["location"] == "/ok"


async def test_limits_are_printed_at_the_start_and_hold(wire: Wire) -> None:
    async with serving("--urls", "3", JSON_HEAD_CLIENT_BURST="7", JSON_HEAD_URLS="9") as relay:
        printed = dict(line.split(maxsplit=1) for line in relay.output[:-1])
        assert (printed["JSON_HEAD_URLS"].strip(), printed["JSON_HEAD_CLIENT_BURST"].strip()) == ("3", "7")
        assert (await relay.get("/?" + "url=x&" * 4))[0] == 400
        for expected in (200, 200, 429):
            assert (await relay.get("/?" + "url=x&" * 3))[0] == expected


async def test_limit_of_open_files_is_raised_as_needed() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        async with serving("--connections", "20", "--requests", "3", "--urls", "2") as relay:
            assert resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE)[0] == 8 * (20 + 3 * 2) + 256
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_invalid_setting_is_reported_and_prevents_the_start() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "json_head.cli", "serve", "--origin", "a.test",
        stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip
    _, errors = await process.communicate()
    assert process.returncode == 2 and b"--origin cannot be 'a.test'." in errors


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_signal_lets_requests_under_way_finish(wire: Wire, number: int) -> None:
    release = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await release.wait()
        writer.write(answer())
        await writer.drain()
        writer.close()

    arrived = asyncio.Event()
    async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with serving("--allow", "127.0.0.1/32", "--target-port", str(port)) as relay:
            idle = await relay.connect()
            half = await relay.connect()
            half[1].write(b"GET / HTTP/1.1\r\nHost: lo")
            asking = asyncio.ensure_future(relay.get(f"/?url=http://127.0.0.1:{port}/"))
            await asyncio.wait_for(arrived.wait(), 10)
            relay.process.send_signal(number)
            await asyncio.sleep(0.5)
            assert relay.process.returncode is None
            release.set()
            status, body = await asking
            assert (status, json.loads(body)[0]["status"]) == (200, 200)
            assert await asyncio.wait_for(relay.process.wait(), 5) == 0
            for _, writer in (idle, half):
                writer.close()


async def test_pipelined_requests_are_answered_in_order(wire: Wire, relay: Relay) -> None:
    request = "GET /?url={}/{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
    requests = [request.format(wire.origin, n, "Connection: close\r\n" if n == 19 else "") for n in range(20)]
    got = await relay.exchange("".join(requests).encode())
    assert re.findall(rb'"url":"[^"]*/(\d+)"', got) == [b"%d" % n for n in range(20)]


@pytest.mark.parametrize(
    ("start", "status"), [(b"OPTIONS *", b"204"), (b"OPTIONS /", b"204"), (b"HEAD /", b"200"), (b"TRACE /", b"405")]
)
async def test_bodies_are_sent_only_for_methods_that_have_one(relay: Relay, start: bytes, status: bytes) -> None:
    got = await relay.exchange(start + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, end, body = got.partition(b"\r\n\r\n")
    assert (head.split(b" ")[1], end) == (status, b"\r\n\r\n")
    assert bool(body) == (status == b"405")


async def test_ndjson_stream_is_chunked_with_a_line_per_url(wire: Wire, relay: Relay) -> None:
    reader, writer = await relay.connect()
    urls = "&".join(f"url={url}" for url in ("nonsense", wire.origin + "/a", wire.origin + "/b"))
    writer.write(f"GET /?{urls}&format=ndjson HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = (await asyncio.wait_for(reader.read(), 10)).partition(b"\r\n\r\n")
    writer.close()
    assert b"transfer-encoding: chunked" in head and b"content-type: application/x-ndjson" in head
    rows = [json.loads(line) for line in body.splitlines() if line.startswith(b"{")]
    assert rows[0]["url"] == "nonsense" and len(rows) == 3
