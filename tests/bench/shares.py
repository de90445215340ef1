"""One client does its worst to the HTTP API, and another one measures what is left for it.

    python -m tests.bench.shares [--seconds 20] [ATTACK ...]

The relay is a process with the limits of ``json-head serve``. Its clients are processes of their own, with other loopback
addresses, and so are the targets: 200 hosts that take 20 ms. For each attack, the other client sends requests at an even
rate, first alone and then during the attack. Printed are the 95th percentiles of its times and their ratio, and its
requests that were refused (503, 429), failed (reset, or later than 30 s), or gave another result than alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT)]

from tests.bench.support.loopback import listening
from tests.hostile.documents import ANSWERS
from tests.native.support.relay import serving

HOSTS = [f"127.0.2.{number}" for number in range(1, 201)]
#: The host that both clients need, in the attack on one host.
SHARED = HOSTS[0]
ATTACKER, OTHER = "127.0.3.1", "127.0.3.2"
DELAY_S = 0.02
LIMIT_S = 30.0
#: Seconds that an attack has before the other client begins.
HEAD_START_S = 3.0
#: Seconds of requests that are not measured. The first page that a server reads takes longer.
WARM_UP_S = 3.0
BODY = b"<a href=/b>link</a>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(BODY)
#: Requests per second of the other client, which are within its own limits, for links and for pages.
LINKS_RATE, PAGES_RATE = 4.0, 1.0


class Target(asyncio.Protocol):
    """A host. ``/ok`` gives a page, ``/silent`` never responds, ``/drip`` never ends, ``/heavy`` takes long to read."""

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        method, path, _ = data.split(b" ", 2)
        loop = asyncio.get_running_loop()
        if path.startswith(b"/ok"):
            loop.call_later(DELAY_S, self.transport.write, OK + BODY if method == b"GET" else OK)
        elif path.startswith(b"/heavy"):
            self.transport.write(ANSWERS["html-tags-4-mb"].raw())
        elif path.startswith(b"/drip"):
            self.transport.write(OK.replace(b"%d" % len(BODY), b"1000") + b"<a href=/b>")
            self._drip()

    def _drip(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(b" ")
            asyncio.get_running_loop().call_later(0.5, self._drip)


async def serve_targets() -> None:
    first, port = await listening(Target, HOSTS)
    print(port, flush=True)
    await first.serve_forever()


async def get(address: str, port: int, path: str) -> tuple[int, bytes]:
    """A request from a loopback address, on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        return int(head.split()[1]), body
    finally:
        writer.close()


def links(*urls: str) -> str:
    return "/?" + "&".join(f"url={quote(url, safe='')}" for url in urls)


class Attack:
    """What the attacker requests, from many tasks at once.

    Args:
        tasks: how many requests it has under way.
        path: makes the path of a request, from the port of the targets and a number; none for connections without a
            request.
        pages: whether the other client requests pages, instead of links.
        shared: whether the other client requests the host that is attacked.
    """

    def __init__(
        self, tasks: int, path: Callable[[int, int], str] | None, *, pages: bool = False, shared: bool = False
    ) -> None:
        self.tasks = tasks
        self.path = path
        self.pages = pages
        self.shared = shared

    async def run(self, port: int, targets: int) -> None:
        numbers = count()
        await asyncio.gather(*(self._repeat(port, targets, numbers) for _ in range(self.tasks)))

    async def _repeat(self, port: int, targets: int, numbers: count[int]) -> None:
        while True:
            with suppress(OSError, IndexError, ValueError):
                if self.path is None:
                    reader, _ = await asyncio.open_connection("127.0.0.1", port, local_addr=(ATTACKER, 0))
                    await reader.read()
                else:
                    await get(ATTACKER, port, self.path(targets, next(numbers)))
            await asyncio.sleep(0.02)


def host(number: int) -> str:
    return HOSTS[1 + number % (len(HOSTS) - 1)]


def cjk(number: int) -> str:
    """A name of 900 characters, as the longest that a parser might convert."""
    characters = (chr(0x4E00 + (number * 911 + place * 37) % 20_000) for place in range(900))
    return ".".join("".join(characters)[start : start + 225] for start in range(0, 900, 225))


ATTACKS = {
    "silent connections": Attack(1_000, None),
    "tarpits": Attack(150, lambda port, n: links(f"http://{host(n)}:{port}/silent/{n}")),
    "tarpits, pages": Attack(50, lambda port, n: f"/links?url=http://{host(n)}:{port}/silent/{n}", pages=True),
    "pages that drip": Attack(50, lambda port, n: f"/links?url=http://{host(n)}:{port}/drip/{n}", pages=True),
    "heavy pages": Attack(50, lambda port, n: f"/links?url=http://{host(n)}:{port}/heavy/{n}", pages=True),
    "heavy pages, links": Attack(50, lambda port, n: f"/links?url=http://{host(n)}:{port}/heavy/{n}"),
    "names in Punycode": Attack(4, lambda port, n: links(*(f"http://{cjk(10 * n + i)}/" for i in range(3)))),
    "one host": Attack(20, lambda port, n: links(f"http://{SHARED}:{port}/ok/{n}"), shared=True),
    "requests over its rate": Attack(200, lambda port, n: links(f"http://{host(n)}:{port}/ok/{n}")),
    "requests for no URL": Attack(200, lambda port, n: f"/{n % 2 or ''}"),
}


async def measure(attack: Attack, port: int, targets: int, seconds: float) -> tuple[list[float], list[str]]:
    """The times of the other client's requests, and their results: a status, and the error in a row."""
    times: list[float] = []
    outcomes: list[str] = []
    rate = PAGES_RATE if attack.pages else LINKS_RATE

    async def request(number: int) -> None:
        # On the shared host, a quarter of the requests, which is less than the host's rate for two clients.
        name = SHARED if attack.shared and number % 4 == 0 else host(3 * number)
        url = f"http://{name}:{targets}/ok/{number}"
        began = time.perf_counter()
        try:
            status, body = await asyncio.wait_for(
                get(OTHER, port, f"/links?url={url}" if attack.pages else links(url)), LIMIT_S
            )
            row = json.loads(body)
            row = row[0] if isinstance(row, list) else row
            outcomes.append("ok" if row["ok"] else f"{status} {row['error']}")
        except (OSError, IndexError, ValueError) as error:
            outcomes.append(type(error).__name__)
        times.append(time.perf_counter() - began)

    tasks = []
    for number in range(int(seconds * rate)):
        tasks.append(asyncio.ensure_future(request(number)))
        await asyncio.sleep(1 / rate)
    await asyncio.gather(*tasks)
    return times, outcomes


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.shares", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield running
    finally:
        running.kill()
        await running.communicate()


async def main(names: list[str], seconds: float) -> int:
    failed = False
    print("attack                    p95 ms: alone  attacked  ratio   503  other failures")
    async with process("--only", "targets") as server:
        assert server.stdout
        targets = int(await server.stdout.readline())
        # The buckets of the other client are for pages, too, which count as ten links.
        options = ("--allow", "127.0.2.0/24", "--target-port", str(targets), "--client-burst", "1000")
        for name in names:
            attack = ATTACKS[name]
            async with serving(*options) as relay:
                await measure(attack, relay.port, targets, WARM_UP_S)
                alone, _ = await measure(attack, relay.port, targets, seconds)
                async with process("--only", name, "--ports", str(relay.port), str(targets)):
                    await asyncio.sleep(HEAD_START_S)
                    attacked, outcomes = await measure(attack, relay.port, targets, seconds)
            busy = sum(outcome.startswith("503") for outcome in outcomes)
            others = sorted({outcome for outcome in outcomes if outcome != "ok" and not outcome.startswith("503")})
            failures = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in others) or "0"
            before, after = p95(alone), p95(attacked)
            failed |= busy > 0 or bool(others) or after > 3 * before
            print(
                f"{name:24} {before * 1000:15.0f} {after * 1000:9.0f} {after / before:6.1f} {busy:5}  {failures}",
                flush=True,
            )
    return int(failed)


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def served(name: str, ports: list[int]) -> Awaitable[None]:
    return serve_targets() if name == "targets" else ATTACKS[name].run(*ports)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("attacks", nargs="*", metavar="ATTACK", help=f"one of: {', '.join(ATTACKS)} (all if omitted)")
    parser.add_argument("--seconds", type=float, default=20, help="for each measurement (%(default)s)")
    parser.add_argument("--only", help=argparse.SUPPRESS)
    parser.add_argument("--ports", nargs=2, type=int, default=[], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        with suppress(KeyboardInterrupt):
            asyncio.run(served(given.only, given.ports))  # type: ignore[arg-type]
    else:
        sys.exit(asyncio.run(main(given.attacks or list(ATTACKS), given.seconds)))
