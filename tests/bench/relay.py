"""The HTTP API under load, compared with a bare aiohttp server that does the same work.

    python -m tests.bench.relay [--rounds 3] [--seconds 4]

It needs wrk (``apt-get install wrk``). Both servers are one process on uvloop, and request the same ten hosts on loopback. wrk
loads one and then the other, with 1, 10 and 100 connections, one and ten URLs in each request. Meanwhile a second client sends requests
and verifies every response. Errors are wrk's (of sockets, and statuses other than 2xx) and those of that client.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qsl

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT)]

import aiohttp
import uvloop
from aiohttp import web

from tests.bench.support.loopback import listening

CLIENTS = (1, 10, 100)
URLS = (1, 10)
HOSTS = [f"127.0.1.{number}" for number in range(1, 11)]
#: Limits above the capacity of the servers, since a refusal would count as an error.
LIMITS = """
    --origin * --allow 127.0.1.0/24 --client-rate 10000 --client-burst 100000 --host-rate 10000 --host-burst 100000
    --address-rate 10000 --address-burst 100000    --requests 1000
""".split()
#: The interval of the client that verifies responses, in seconds.
LOOK_EVERY_S = 0.05
SCRIPT = Path(__file__).with_suffix(".lua")
#: The first number of the URLs of each measurement.
STARTS = count(0, 100_000_000)
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1234\r\nETag: "a1b2"\r\nServer: bench\r\n\r\n'


@dataclass(frozen=True, slots=True)
class Load:
    """The figures of wrk: requests per second, latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


class Target(asyncio.Protocol):
    """A server that answers HEAD with the same bytes each time, with as little work as possible."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.rest = b""

    def data_received(self, data: bytes) -> None:
        *requests, self.rest = (self.rest + data).split(b"\r\n\r\n")
        self.transport.write(ANSWER * len(requests))


async def serve_targets() -> None:
    first, port = await listening(Target, HOSTS)
    print(f"listening at http://{HOSTS[0]}:{port}/", flush=True)
    await first.serve_forever()


async def serve_bare() -> None:
    """The reference: HEAD for each ``url=`` at once, through one session, and a JSON list of the responses."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def head(url: str) -> dict[str, Any]:
            try:
                async with session.head(url) as answer:
                    return {"ok": True, "status": answer.status, "headers": dict(answer.headers), "url": url}
            except (aiohttp.ClientError, OSError) as error:
                return {"ok": False, "error": type(error).__name__, "url": url}

        async def answer(request: web.Request) -> web.Response:
            urls = [value for name, value in parse_qsl(request.query_string) if name == "url"]
            rows = await asyncio.gather(*map(head, urls))
            return web.json_response(rows, headers={"Access-Control-Allow-Origin": "*"})

        app = web.Application()
        app.router.add_get("/", answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(f"listening at http://127.0.0.1:{runner.addresses[0][1]}/", flush=True)
        await asyncio.Event().wait()


SERVERS = {"targets": serve_targets, "bare": serve_bare}


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[int]:
    """A server in a process of its own; gives its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, env={"PYTHONPATH": str(ROOT / "py")}, stdout=subprocess.PIPE
    )
    try:
        assert process.stdout
        async for line in process.stdout:
            if found := re.search(rb" at http://[\d.]+:(\d+)/", line):
                yield int(found[1])
                break
        else:
            raise RuntimeError(f"{arguments[0]} did not start")
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def wrk(url: str, origins: list[str], clients: int, seconds: int) -> Load:
    process = await asyncio.create_subprocess_exec(
        "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "--timeout", "20s", "-s", str(SCRIPT),
        url, "--", str(next(STARTS)), *origins, stdout=subprocess.PIPE,
    )  # fmt: skip
    output = (await process.communicate())[0].decode()
    found = dict(re.findall(r"^\s*(50%|99%|Requests/sec:)\s+([\d.]+\w*)", output, re.MULTILINE))
    sockets = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    statuses = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    errors = sum(map(int, sockets.groups())) if sockets else 0
    errors += int(statuses[1]) if statuses else 0
    return Load(float(found["Requests/sec:"]), _ms(found["50%"]), _ms(found["99%"]), errors)


def _ms(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text)
    assert match, text
    number, unit = match.groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1_000, "m": 60_000}[unit]


async def verify(url: str, origins: list[str]) -> int:
    """Send requests until cancelled; gives the number of wrong responses."""
    wrong = 0
    async with aiohttp.ClientSession() as session:
        with suppress(asyncio.CancelledError):
            for number in count():
                urls = [f"{origin}/looked-at/{number}" for origin in origins]
                async with session.get(url, params=[("url", one) for one in urls]) as answer:
                    rows = await answer.json()
                right = answer.headers["Access-Control-Allow-Origin"] == "*"
                right &= [(row["ok"], row["status"], row["url"]) for row in rows] == [(True, 200, one) for one in urls]
                wrong += not (
                    right
                    and all(
                        row["headers"].get("Content-Length", row["headers"].get("content-length")) == "1234"
                        for row in rows
                    )
                )
                await asyncio.sleep(LOOK_EVERY_S)
    return wrong


async def load(port: int, origins: list[str], clients: int, seconds: int) -> Load:
    url = f"http://127.0.0.1:{port}/"
    verifying = asyncio.ensure_future(verify(url, origins))
    measured = await wrk(url, origins, clients, seconds)
    verifying.cancel()
    return replace(measured, errors=measured.errors + await verifying)


async def main(rounds: int, seconds: int) -> int:
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(running("tests.bench.relay", "--only", "targets"))
        here = ("json_head.cli", "serve", "--port", "0", "--target-port", str(port), *LIMITS)
        relay = await stack.enter_async_context(running(*here))
        bare = await stack.enter_async_context(running("tests.bench.relay", "--only", "bare"))
        print("clients URLs   requests/s: relay  bare  ratio    p50 ms: relay  bare    p99 ms: relay  bare   errors")
        errors = 0
        for number in URLS:
            origins = [f"http://{host}:{port}" for host in HOSTS[:number]]
            for clients in CLIENTS:
                for place in (relay, bare):
                    await load(place, origins, clients, 1)  # opens the connections to the targets
                pairs = [
                    (await load(relay, origins, clients, seconds), await load(bare, origins, clients, seconds))
                    for _ in range(rounds)
                ]
                ratio = median(ours.rate / theirs.rate for ours, theirs in pairs)
                rate, p50, p99 = (
                    [median(getattr(pair[side], name) for pair in pairs) for side in (0, 1)]
                    for name in ("rate", "p50", "p99")
                )
                wrong = [sum(pair[side].errors for pair in pairs) for side in (0, 1)]
                errors += sum(wrong)
                print(
                    f"{clients:7} {number:4} {rate[0]:19,.0f} {rate[1]:5,.0f} {ratio:6.2f} {p50[0]:16.1f} {p50[1]:5.1f}"
                    f" {p99[0]:16.1f} {p99[1]:5.1f} {wrong[0]:5}, {wrong[1]}",
                    flush=True,
                )
    return 1 if errors else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (medians are shown)")
    parser.add_argument("--seconds", type=int, default=4, help="for each measurement")
    parser.add_argument("--only", choices=SERVERS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        uvloop.run(SERVERS[given.only]())
    elif not shutil.which("wrk"):
        parser.error("wrk is missing; install it: apt-get install wrk")
    else:
        sys.exit(asyncio.run(main(given.rounds, given.seconds)))
