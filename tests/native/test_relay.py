"""``json-head serve`` as a process, asked over sockets, politely and not."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from json_head.asgi.serve import IDLE_S

from tests.native.wire import Wire, answer, moved

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Relay:
    process: asyncio.subprocess.Process
    port: int
    told: list[str]

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def say(self, said: bytes, *, seconds: float = 20) -> bytes:
        """All that comes back until the relay closes."""
        reader, writer = await self.connect()
        try:
            writer.write(said)
            return await asyncio.wait_for(reader.read(), seconds)
        finally:
            writer.close()

    async def get(self, path: str, *fields: str) -> tuple[int, bytes]:
        lines = [f"GET {path} HTTP/1.1", "Host: localhost", "Connection: close", *fields]
        head, _, body = (await self.say("\r\n".join((*lines, "", "")).encode())).partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    async def is_well(self) -> bool:
        return await self.get("/healthz") == (200, b'{"ok":true}\n')

    def memory(self) -> int:
        """Resident, in bytes."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@asynccontextmanager
async def serving(*options: str, **environment: str) -> AsyncIterator[Relay]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "json_head.cli", "serve", "--port", "0", *options,
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "py"), **environment},
    )  # fmt: skip
    try:
        assert process.stdout
        told = []
        while not (found := re.match(r"json-head's API is at http://127\.0\.0\.1:(\d+)/", told[-1] if told else "")):
            line = await asyncio.wait_for(process.stdout.readline(), 20)
            assert line, told
            told.append(line.decode())
        yield Relay(process, int(found[1]), told)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
async def relay(wire: Wire) -> AsyncIterator[Relay]:
    """One that may ask ``wire``."""
    async with serving(*may_ask(wire)) as relay:
        yield relay


def may_ask(wire: Wire) -> tuple[str, ...]:
    return "--origin", "*", "--allow", "127.0.0.1/32", "--target-port", wire.origin.rpartition(":")[2]


async def test_it_answers_with_json_heads_list(wire: Wire, relay: Relay) -> None:
    wire.answers["/gone"] = answer("Set-Cookie: a=b", "X-Secret: c", "Content-Type: text/plain", status="404 Not Found")
    wire.answers["/moved"] = moved("/ok")
    paths = ("/gone", "/moved", "/gone")
    status, body = await relay.get("/?" + "&".join(f"url={wire.origin}{path}" for path in paths))
    rows = json.loads(body)
    assert (status, [row["url"] for row in rows]) == (200, [wire.origin + path for path in paths])
    assert [row["verdict"] for row in rows] == ["broken", "ok", "broken"]
    assert rows[0]["headers"] == {"content-type": "text/plain", "content-length": "0"}
    assert rows[1]["attempts"][0]["hops"][0]["location"] == "/ok"


async def test_its_limits_are_printed_at_its_start(wire: Wire) -> None:
    async with serving("--urls", "3", JSON_HEAD_CLIENT_BURST="7", JSON_HEAD_URLS="9") as relay:
        told = dict(line.split(maxsplit=1) for line in relay.told[:-1])
        assert (told["JSON_HEAD_URLS"].strip(), told["JSON_HEAD_CLIENT_BURST"].strip()) == ("3", "7")
        assert (await relay.get("/?" + "url=x&" * 4))[0] == 400
        for expected in (200, 200, 429):
            assert (await relay.get("/?" + "url=x&" * 3))[0] == expected


async def test_wrong_settings_are_told_and_it_does_not_start() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "json_head.cli", "serve", "--origin", "a.test",
        stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip
    _, said = await process.communicate()
    assert process.returncode == 2 and b"origins can't have 'a.test'" in said


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_told_to_stop_it_answers_what_is_under_way(wire: Wire, number: int) -> None:
    release = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        await release.wait()
        writer.write(answer())
        await writer.drain()
        writer.close()

    asked = asyncio.Event()
    async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with serving("--allow", "127.0.0.1/32", "--target-port", str(port)) as relay:
            idle = await relay.connect()
            half = await relay.connect()
            half[1].write(b"GET / HTTP/1.1\r\nHost: lo")
            asking = asyncio.ensure_future(relay.get(f"/?url=http://127.0.0.1:{port}/"))
            await asyncio.wait_for(asked.wait(), 10)
            relay.process.send_signal(number)
            await asyncio.sleep(0.5)
            assert relay.process.returncode is None
            release.set()
            status, body = await asking
            assert (status, json.loads(body)[0]["status"]) == (200, 200)
            assert await asyncio.wait_for(relay.process.wait(), 5) == 0
            for _, writer in (idle, half):
                writer.close()


async def test_pipelined_requests_are_answered_in_their_order(wire: Wire, relay: Relay) -> None:
    request = "GET /?url={}/{} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
    said = [request.format(wire.origin, n, "Connection: close\r\n" if n == 19 else "") for n in range(20)]
    got = await relay.say("".join(said).encode())
    assert re.findall(rb'"url":"[^"]*/(\d+)"', got) == [b"%d" % n for n in range(20)]


@pytest.mark.parametrize(
    ("said", "statuses"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n", (b"400", b"431")),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 50_000 + b"\r\n", (b"400", b"431")),
        (b"GET /?" + b"url=a&" * 50_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", (b"400", b"414")),
        (b"GET /?" + b"url=a&" * 9_999 + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", (b"414",)),
        (b"GET / HTTP/1.1\r\n\r\n", (b"400",)),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: localhost\r\n\r\n", (b"400",)),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", (b"400",)),
        (b"nonsense\r\n\r\n", (b"400",)),
    ],
)  # fmt: skip
async def test_what_is_too_much_or_no_http_is_refused(relay: Relay, said: bytes, statuses: tuple[bytes, ...]) -> None:
    try:
        got = await relay.say(said, seconds=5)
    except ConnectionResetError:  # it closed while we still spoke, and what it said is lost
        got = b"HTTP/1.1 " + statuses[0]
    assert got.split(b" ")[1] in statuses and b"Traceback" not in got
    assert await relay.is_well()


async def test_slow_clients_are_left_and_hold_up_nobody(relay: Relay) -> None:
    """Half a request, a field a second, nothing at all, a body that never ends."""
    before = relay.memory()
    crowd = [await relay.connect() for _ in range(100)]
    began = time.perf_counter()

    async def trickle(number: int) -> float:
        reader, writer = crowd[number]
        starts = (
            b"",
            b"GET / HT",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n",
        )
        writer.write(starts[number % 4])
        reading = asyncio.ensure_future(reader.read())
        while not (await asyncio.wait((reading,), timeout=1))[0]:
            if number % 4 >= 2:
                writer.write(b"X: a\r\n")
        writer.close()
        await asyncio.gather(reading, return_exceptions=True)
        return time.perf_counter() - began

    trickling = asyncio.gather(*map(trickle, range(100)))
    while not trickling.done():
        asked = time.perf_counter()
        assert await relay.is_well()
        assert time.perf_counter() - asked < 3
        await asyncio.sleep(1)
    assert max(await trickling) < IDLE_S + 10
    assert relay.memory() - before < 50_000_000


async def test_targets_that_trickle_or_redirect_for_ever_have_an_end(wire: Wire) -> None:
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
        async with serving(*may_ask(wire), "--target-port", port, "--url-timeout", "1") as relay:
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
