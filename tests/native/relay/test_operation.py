"""``json-head serve`` for those who run it: signals, several processes, and files."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.native.support.relay import ROOT, Relay, serving

TOKEN = "0123456789abcdef-token"


@asynccontextmanager
async def silent_target() -> AsyncIterator[tuple[int, asyncio.Event]]:
    """A server that takes requests and never responds: its port, and an event for the first request."""
    arrived = asyncio.Event()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], arrived
    finally:
        server.close()


def slow_options(port: int, *more: str) -> tuple[str, ...]:
    return (
        "--allow",
        "127.0.0.1/32",
        "--target-port",
        str(port),
        "--url-timeout",
        "60",
        "--request-timeout",
        "60",
        *more,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("workers", ["1", "2"])
async def test_a_second_signal_ends_requests_under_way(number: signal.Signals, workers: str) -> None:
    async with (
        silent_target() as (port, arrived),
        serving(*slow_options(port, "--grace", "60", "--workers", workers)) as relay,
    ):
        asking = asyncio.ensure_future(relay.get(f"/?url=http://127.0.0.1:{port}/"))
        await asyncio.wait_for(arrived.wait(), 20)
        relay.process.send_signal(number)
        await asyncio.sleep(1)
        assert relay.process.returncode is None
        relay.process.send_signal(number)
        assert await asyncio.wait_for(relay.process.wait(), 20) == 0
        await asyncio.gather(asking, return_exceptions=True)


@pytest.mark.parametrize("signals", [1, 2])
async def test_requests_that_outlast_the_grace_are_refused_in_json(tmp_path: Path, signals: int) -> None:
    """A second signal closes their connections instead."""
    log = tmp_path / "access.log"
    async with silent_target() as (port, arrived):
        grace = "0.5" if signals == 1 else "60"
        options = slow_options(port, "--grace", grace, "--access-log", str(log))
        async with serving(*options, stderr=asyncio.subprocess.PIPE) as relay:
            heads = f"GET /?url=http://127.0.0.1:{port}/ HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
            asking = asyncio.ensure_future(relay.exchange(heads))
            await asyncio.wait_for(arrived.wait(), 20)
            for _ in range(signals):
                relay.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.3)
            assert await asyncio.wait_for(relay.process.wait(), 20) == 0
            (answer,) = await asyncio.gather(asking, return_exceptions=True)
            assert relay.process.stderr
            errors = await relay.process.stderr.read()
    line = json.loads(log.read_text())
    assert line["outcome"] == "shutdown" and b"Traceback" not in errors
    if signals == 1:
        assert isinstance(answer, bytes)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ") and b"\r\nretry-after: " in head and line["status"] == 503
        (row,) = json.loads(body)
        assert (row["url"], row["rule"]) == (f"http://127.0.0.1:{port}/", "shutdown")


def children(relay: Relay) -> set[int]:
    """The worker processes, without the helper that Python starts for shared resources."""
    pids = Path(f"/proc/{relay.process.pid}/task/{relay.process.pid}/children").read_text().split()
    return {int(pid) for pid in pids if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()}


async def requests_counted(relay: Relay) -> float:
    _, body = await relay.get("/metrics")
    found = re.findall(rb'^json_head_requests_total\{.*request="other"\} (\S+)$', body, re.MULTILINE)
    return float(found[0]) if found else 0.0


async def test_workers_count_together_and_are_replaced_when_they_die() -> None:
    async with serving("--workers", "2") as relay:
        for _ in range(20):
            await relay.get("/nothing")
        assert await requests_counted(relay) == 20
        old = children(relay)
        assert len(old) == 2
        os.kill(min(old), signal.SIGKILL)
        while len(children(relay) - {min(old)}) != 2:
            await asyncio.sleep(0.1)
        assert await relay.is_well()
        relay.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(relay.process.wait(), 20) == 0


async def test_workers_end_with_their_parent() -> None:
    async with serving("--workers", "2") as relay:
        assert await relay.is_well()
        pids = children(relay)
        relay.process.kill()
        await relay.process.wait()
        while any(Path(f"/proc/{pid}").exists() for pid in pids):
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_sighup_reopens_the_access_log(tmp_path: Path, workers: str) -> None:
    log, old = tmp_path / "access.log", tmp_path / "access.log.1"
    async with serving("--access-log", str(log), "--workers", workers) as relay:
        await relay.get("/nothing", "X-Request-ID: first")
        while not log.stat().st_size:
            await asyncio.sleep(0.05)
        log.rename(old)
        while not log.exists():
            relay.process.send_signal(signal.SIGHUP)
            await asyncio.sleep(0.5)
        await relay.get("/nothing", "X-Request-ID: second")
        relay.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(relay.process.wait(), 20) == 0
    assert [json.loads(line)["id"] for line in old.read_text().splitlines()] == ["first"]
    assert [json.loads(line)["id"] for line in log.read_text().splitlines()] == ["second"]


@pytest.mark.parametrize("workers", ["1", "2"])
async def test_sighup_does_not_end_a_server_without_an_access_log(workers: str) -> None:
    async with serving("--workers", workers) as relay:
        relay.process.send_signal(signal.SIGHUP)
        await asyncio.sleep(0.5)
        assert await relay.is_well() and relay.process.returncode is None
        for pid in children(relay):
            os.kill(pid, signal.SIGHUP)
        await asyncio.sleep(0.5)
        assert await relay.is_well()


async def test_the_end_of_the_server_writes_all_lines() -> None:
    async with serving("--access-log", "-") as relay:
        for _ in range(50):
            await relay.get("/nothing")
        relay.process.send_signal(signal.SIGTERM)
        assert relay.process.stdout
        lines = (await asyncio.wait_for(relay.process.stdout.read(), 20)).splitlines()
    assert [json.loads(line)["outcome"] for line in lines] == ["not-found"] * 50


async def test_tokens_are_required_and_never_printed(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(TOKEN + "\n")
    async with serving("--token-file", str(tmp_path / "tokens")) as relay:
        statuses = [
            (await relay.get("/?url=nonsense", *fields))[0]
            for fields in ((), (f"Authorization: Bearer {TOKEN}",), ("Authorization: Bearer other",))
        ]
        assert statuses == [401, 200, 401]
        assert TOKEN not in "".join(relay.output)


async def test_the_user_agent_names_the_contact() -> None:
    async with recording_target() as (port, heads):
        options = slow_options(port, "--contact", "https://example.org/links")
        async with serving(*options) as relay:
            await relay.get(f"/?url=http://127.0.0.1:{port}/")
    assert re.search(rb"\r\nUser-Agent: json-head/\S+ \(\+https://example\.org/links\)\r\n", heads[0])


@asynccontextmanager
async def recording_target() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that responds with 204: its port, and the heads of its requests."""
    heads: list[bytes] = []

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heads
    finally:
        server.close()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
async def test_closed_streams_do_not_matter(closed: str) -> None:
    port = free_port()
    process = await started_by_shell(
        f"exec {sys.executable} -m json_head.cli serve --port {port} --access-log - {closed}"
    )
    try:
        async with asyncio.timeout(20):
            while not await is_well(port):
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), 20)
        assert (process.returncode, errors) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()


async def test_a_full_standard_output_is_named() -> None:
    process = await started_by_shell(f"exec {sys.executable} -m json_head.cli serve --port 0 >/dev/full")
    _, errors = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    assert b"Standard output cannot be written: No space left on device." in errors and b"Traceback" not in errors


async def started_by_shell(line: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_shell(
        line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT / "py")}
    )  # fmt: skip


async def is_well(port: int) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"HTTP/1.1 200")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
