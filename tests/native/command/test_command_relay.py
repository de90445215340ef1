"""``json-head check --relay``: links that the command cannot decide are checked by ``json-head serve``."""

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
from tests.servers.sockets import talking

#: The command's timeout is shorter than the target's delay. The relay's timeout is longer.
IMPATIENT = ("--timeout", "0.3", "--retries", "0")


async def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "json_head.cli", *arguments],
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, "PYTHONPATH": str(ROOT / "py"), **environment},
    )  # fmt: skip


@pytest.fixture
async def relay(targets: Targets) -> AsyncIterator[Relay]:
    async with serving("--allow", "127.0.0.0/8", "--target-port", str(urlsplit(targets.cors).port)) as relay:
        yield relay


async def test_relay_decides_links_that_timed_out(relay: Relay, targets: Targets) -> None:
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


async def test_redirect_of_the_relay_is_not_followed(targets: Targets) -> None:
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 307 Moved\r\nLocation: {targets.cors}/elsewhere\r\nContent-Length: 0\r\n\r\n".encode())

    async with talking(redirect) as address:
        before = targets.seen().requests
        ran = await run("check", f"{targets.cors}/delay/1", *IMPATIENT, "--relay", address)
    assert (
        f"redirects to {targets.cors}/elsewhere. The links are sent nowhere else" in ran.stderr and ran.returncode == 2
    )
    assert targets.seen().requests - before == 1


async def test_head_uses_the_relay(relay: Relay, targets: Targets) -> None:
    ran = await run("head", f"{targets.cors}/delay/1", *IMPATIENT, "--relay", f"http://127.0.0.1:{relay.port}")
    (row,) = json.loads(ran.stdout)
    assert (row["verdict"], row["via"], ran.returncode) == ("ok", "relay", 0)


@pytest.mark.parametrize("command", ["check", "head"])
async def test_unreachable_relay_is_reported_and_changes_no_verdict(targets: Targets, command: str) -> None:
    json_of = ("--format", "json") if command == "check" else ()
    ran = await run(command, f"{targets.cors}/delay/1", *json_of, *IMPATIENT, "--relay", targets.refused)
    (row,) = json.loads(ran.stdout)
    assert (row["verdict"], row["via"], ran.returncode) == ("timeout", "native", 2)
    assert ran.stderr.startswith(f"Error: The relay at {urlsplit(targets.refused).netloc} did not respond.")


async def test_invalid_relay_address_is_a_usage_error(targets: Targets) -> None:
    for address in ("relay", "ftp://relay.example", "http://relay.example/?x"):
        ran = await run("check", f"{targets.cors}/ok/1", "--relay", address)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert "Error: " in ran.stderr and "Traceback" not in ran.stderr


async def test_headers_for_links_are_not_sent_to_the_relay(targets: Targets) -> None:
    received: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]")
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        address = "http://127.0.0.1:{1}".format(*server.sockets[0].getsockname())
        arguments = f"{targets.cors}/delay/1", *IMPATIENT, "--relay", address
        ran = await run("check", *arguments, "--header", "Authorization: secret", "--user-agent", "secret")
        server.close()
    assert len(received) == 1 and b"secret" not in received[0]
    assert "It may not be json-head's API" in ran.stderr


async def test_the_token_of_the_environment_is_sent_to_the_relay_only() -> None:
    token = "0123456789abcdef-token"
    heads: list[bytes] = []

    async def record(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head)
        if head.startswith(b"GET /?url="):
            body = b'[{"error":"token-invalid"}]'
            writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        else:
            await reader.read()

    async with talking(record) as address:
        ran = await run("check", f"{address}/slow", *IMPATIENT, "--relay", address, JSON_HEAD_RELAY_TOKEN=token)
    links, relays = ([head for head in heads if (b"GET /?url=" in head) is is_relay] for is_relay in (False, True))
    assert links and not any(b"Authorization" in head for head in links)
    assert [f"\r\nAuthorization: Bearer {token}\r\n".encode() in head for head in relays] == [True]
    assert "(token-invalid): it does not accept this token." in ran.stderr and token not in ran.stderr + ran.stdout


async def test_a_token_with_other_characters_is_an_error_that_hides_it(targets: Targets) -> None:
    ran = await run("check", f"{targets.cors}/ok", "--relay", targets.cors, JSON_HEAD_RELAY_TOKEN="a\nsecret")
    assert ran.returncode == 2
    assert "JSON_HEAD_RELAY_TOKEN is not a token" in ran.stderr and "secret" not in ran.stderr
