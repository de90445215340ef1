"""``json-head check --relay``: what the command can't tell, asked of ``json-head serve``."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from tests.native.support.relay import ROOT, Relay, serving
from tests.servers.launch import Targets

#: Longer than the command waits here, and shorter than the relay does.
IMPATIENT = ("--timeout", "0.3", "--retries", "0")


async def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "json_head.cli", *arguments],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(ROOT / "py")},
    )  # fmt: skip


@pytest.fixture
async def relay(targets: Targets) -> AsyncIterator[Relay]:
    async with serving("--allow", "127.0.0.0/8", "--target-port", str(urlsplit(targets.cors).port)) as relay:
        yield relay


async def test_a_relay_tells_what_the_command_could_not(relay: Relay, targets: Targets) -> None:
    slow, gone = f"{targets.cors}/delay/1", f"{targets.cors}/status/404"
    address = f"http://127.0.0.1:{relay.port}"
    ran = await run(
        "check", slow, gone, *IMPATIENT, "--relay", address, "--format", "ndjson", "--header", "Cookie: a=b"
    )
    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(row["url"], row["verdict"], row["via"]) for row in rows] == [
        (gone, "broken", "native"),
        (slow, "ok", "relay"),
    ]
    assert [(one["via"], one["outcome"]) for one in rows[1]["attempts"]] == [
        ("native", "timeout"),
        ("relay", "response"),
    ]
    assert (ran.returncode, ran.stderr) == (1, "2 links: 1 broken, 1 ok.\n")


async def test_head_asks_a_relay_too(relay: Relay, targets: Targets) -> None:
    ran = await run("head", f"{targets.cors}/delay/1", *IMPATIENT, "--relay", f"http://127.0.0.1:{relay.port}")
    (row,) = json.loads(ran.stdout)
    assert (row["verdict"], row["via"], ran.returncode) == ("ok", "relay", 0)


@pytest.mark.parametrize("command", ["check", "head"])
async def test_a_relay_that_is_down_is_told_and_changes_no_verdict(targets: Targets, command: str) -> None:
    json_of = ("--format", "json") if command == "check" else ()
    ran = await run(command, f"{targets.cors}/delay/1", *json_of, *IMPATIENT, "--relay", targets.refused)
    (row,) = json.loads(ran.stdout)
    assert (row["verdict"], row["via"], ran.returncode) == ("timeout", "native", 2)
    assert ran.stderr.startswith(f"Error: The relay at {urlsplit(targets.refused).netloc} did not respond.")


async def test_what_can_be_no_relay_is_wrong_usage(targets: Targets) -> None:
    for address in ("relay", "ftp://relay.example", "http://relay.example/?x"):
        ran = await run("check", f"{targets.cors}/ok/1", "--relay", address)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "Error: " in ran.stderr and "Traceback" not in ran.stderr


async def test_what_is_meant_for_the_links_is_not_told_to_the_relay(targets: Targets) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]")
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        address = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        asked = f"{targets.cors}/delay/1", *IMPATIENT, "--relay", address
        ran = await run("check", *asked, "--header", "Authorization: secret", "--user-agent", "secret")
        server.close()
    assert len(heard) == 1 and b"secret" not in heard[0]
    assert "sent a response that is not one of json-head's API" in ran.stderr
