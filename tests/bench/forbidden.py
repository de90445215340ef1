"""Sends forbidden targets to a running relay, and counts how many of them it dialled.

    python -m tests.bench.forbidden

The relay runs as in ``json-head serve``, with asyncio's event loop and with uvloop. Its guard takes 127.0.0.9 for a
public address, which has a server that redirects. Two more such addresses are denied, one by its network and one by its
name. Listeners on this machine's other addresses count connections, and every
attempt of the relay to connect anywhere is recorded (and ended, if it leads off this machine). At the end the guard is
opened, and denies nothing, to show that both detect a connection.
"""

from __future__ import annotations

import asyncio
import errno
import json
import socket
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "py"), str(ROOT)]

import uvicorn
from json_head.asgi import Settings
from json_head.asgi.serve import Config

from tests.native.support.wire import Wire, listening, moved
from tests.unit.guard.test_rules import RANGES

OUTSIDE = "127.0.0.9"
#: An address in a denied network, and one that only denied names have.
IN_DENIED_NETWORK = "127.0.0.10"
OF_DENIED_NAMES = "127.0.0.11"
DENIED = (f"{IN_DENIED_NETWORK}/32", "denied.test")
#: Names that an operator denies, or that lead into a denied network.
DENIED_NAMES = {
    "denied.test": [OF_DENIED_NAMES], "below.denied.test": [OF_DENIED_NAMES], "network.test": [IN_DENIED_NETWORK],
}  # fmt: skip
MISSING = "missing.test"
RELAY = "relay"
#: Both event loops of production. The audit hook sees the connections of either.
LOOPS = ("asyncio", "uvloop")
#: The errors that the API may give for a target that was not dialled.
ERRORS = {
    "forbidden-address", "dns", "blocked-port", "invalid-url", "credentials", "scheme", "other-scheme", "page-no-answer",
}  # fmt: skip

#: ``{port}`` is the listeners' port.
WRITTEN = """
http://127.0.0.1:{port}/ http://127.1:{port}/ http://127.0.1:{port}/ http://127.0.0.1.:{port}/ http://2130706433:{port}/
http://0x7f000001:{port}/ http://0x7f.1:{port}/ http://0x7f.0x0.0x0.0x1:{port}/ http://017700000001:{port}/
http://0177.1:{port}/ http://0177.0.0.01:{port}/ http://00000177.0.0.1:{port}/ http://0X7F.1:{port}/ http://0:{port}/
http://0x:{port}/ http://0.0:{port}/ http://127.255.255.254:{port}/ http://１２７.０.０.１:{port}/ http://①②⑦.⓪.⓪.①:{port}/
http://127。0。0。1:{port}/ http://127．0．0．1:{port}/ http://%31%32%37.0.0.1:{port}/ http://%6c%6f%63alhost:{port}/
http://ｌｏｃａｌｈｏｓｔ:{port}/ http://LOCALHOST:{port}/ http://localhost.:{port}/ http://localhost:{port}/
http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/ http://loc\u00adalhost:{port}/ http://[::1]:{port}/ http://[::]:{port}/ http://[0:0:0:0:0:0:0:1]:{port}/
http://[::ffff:127.0.0.1]:{port}/ http://[::ffff:7f00:1]:{port}/ http://[::127.0.0.1]:{port}/ http://[::ffff:0:127.0.0.1]:{port}/
http://[64:ff9b::127.0.0.1]:{port}/ http://[64:ff9b:1::7f00:1]:{port}/ http://[2002:7f00:1::]:{port}/ http://[fe80::1%25lo]:{port}/
http://[::1%25lo]:{port}/ http://[127.0.0.1]:{port}/ http://127.0.0.1:0{port}/ http://127.0.0.1/ https://127.0.0.1/
http://127.0.0.1:22/ http://127.0.0.1:65536/ http://127.0.0.1:-1/ http:127.0.0.1:{port} http:/127.0.0.1:{port}/
http:///127.0.0.1:{port}/ http:\\\\127.0.0.1:{port}\\ http://user@127.0.0.1:{port}/ http://user:pass@127.0.0.1:{port}/
http://@127.0.0.1:{port}/ http://:@127.0.0.1:{port}/ http://127.0.0.9@127.0.0.1:{port}/ http://127.0.0.9%40127.0.0.1:{port}/
http://127.0.0.9\\@127.0.0.1:{port}/ http://127.0.0.1:{port}\\@127.0.0.9/ http://127.0.0.9:80@127.0.0.1:{port}/
http://127.0.0.1:{port}#@127.0.0.9/ http://127.0.0.1:{port}?@127.0.0.9/ https://127.0.0.1:{port}/ https://[::1]:{port}/
ftp://127.0.0.1:{port}/ file:///etc/passwd gopher://127.0.0.1:{port}/_ dict://127.0.0.1:{port}/ ws://127.0.0.1:{port}/
//127.0.0.1:{port}/ 127.0.0.1:{port} localhost:{port} http://256.0.0.1:{port}/ http://127.0.0.1.1:{port}/ http://0x7g.1:{port}/
http://127.0.0.2:{port}/ http://3232235521:{port}/ http://0xa9fea9fe:{port}/ http://0251.0376.0251.0376:{port}/
http://169.16689662:{port}/ http://168.63.129.16:{port}/ http://%00127.0.0.1:{port}/ http://127.0.0.1%00:{port}/
http://127.0.0.1%09:{port}/ http://127.0.0.1%2f@127.0.0.9:{port}/ http://[::1]@127.0.0.9:{port}/ http://[::1:{port}/
""".split()


@dataclass(slots=True)
class Run:
    """The outcome: the rows by URL, the addresses that the relay dialled, and the listeners' connections."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    dialled: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    hops: int = 0
    """Connections to the server that redirects."""


class Watch:
    """Records every attempt of the relay to connect. An audit hook cannot be removed, so there is one for all runs."""

    _only: Watch | None = None

    def __init__(self) -> None:
        self._noted: Counter[str] | None = None
        sys.addaudithook(self._hear)

    @classmethod
    def only(cls) -> Watch:
        cls._only = cls._only or cls()
        return cls._only

    @contextmanager
    def noting(self, dialled: Counter[str]) -> Iterator[None]:
        self._noted = dialled
        try:
            yield
        finally:
            self._noted = None

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event != "socket.connect" or self._noted is None or threading.current_thread().name != RELAY:
            return
        address = arguments[1][0]
        self._noted[address] += 1
        if not address.startswith("127.") and address != "::1":
            raise ConnectionRefusedError(errno.ECONNREFUSED, "this would leave the machine")


def literal(address: Any) -> str:
    return f"[{address}]" if address.version == 6 else str(address)


def names() -> dict[str, list[str]]:
    """A name for each range, and the address to which it resolves."""
    found = {f"n{index}.test": [str(network[0])] for index, network in enumerate(RANGES)}
    found |= DENIED_NAMES
    found["many.test"] = ["10.0.0.1", "127.0.0.1", "169.254.169.254"]
    found["last.test"] = [str(network[-1]) for network in RANGES[:4]]
    return found


def targets(port: int, outside: Wire) -> list[str]:
    """The table of targets. It also sets the responses of the server that redirects."""
    urls = [written.replace("{port}", str(port)) for written in WRITTEN]
    ends = [address for network in RANGES for address in dict.fromkeys((network[0], network[-1]))]
    urls += [f"http://{literal(address)}:{port}/" for address in ends]
    urls += [f"http://{name}:{port}/" for name in (*names(), MISSING)]
    denied = [
        *DENIED_NAMES,
        "DENIED.test",
        "denied.test.",
        "ｄｅｎｉｅｄ。test",
        IN_DENIED_NETWORK,
        "2130706442",
        "127.10",
    ]
    urls += [f"http://{host}:{port}/" for host in denied]
    goals = [f"http://{literal(network[0])}:{port}/" for network in RANGES]
    goals += [f"http://n{index}.test:{port}/" for index in range(0, len(RANGES), 8)]
    goals += [f"http://{host}:{port}/" for host in denied]
    goals += [written.replace("{port}", str(port)) for written in WRITTEN[:28]]
    for index, goal in enumerate(goals):
        outside.answers[f"/to/{index}"] = moved(quote(goal, safe="%/:[]?#@"), (301, 302, 303, 307, 308)[index % 5])
        urls.append(f"{outside.origin}/to/{index}")
    return list(dict.fromkeys(urls))


@contextmanager
def resolving() -> Iterator[None]:
    """Look-ups from a table. ``rebinding.test`` is the outside address the first time, and this machine from then on."""
    real = socket.getaddrinfo
    table = names()
    rebound = iter([[OUTSIDE]])

    def look_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        if str(host).rstrip(".").lower() == "localhost":
            addresses = ["127.0.0.1", "::1"]
        elif host == "rebinding.test":
            addresses = next(rebound, ["127.0.0.1"])
        elif str(host).rstrip(".") in table:
            addresses = table[str(host).rstrip(".")]
        else:
            return real(host, port, *more, flags=socket.AI_NUMERICHOST)  # type: ignore[misc]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in addresses
        ]

    with mock.patch.object(socket, "getaddrinfo", look_up):
        yield


@asynccontextmanager
async def relay(settings: Settings, loop: str) -> AsyncIterator[tuple[str, int]]:
    """The relay in a thread, as ``json-head serve`` runs it. Gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(Config(settings, loop=loop))
        thread = threading.Thread(target=server.run, name=RELAY, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield listener.getsockname()[:2]
        finally:
            server.should_exit = True
            await asyncio.to_thread(thread.join)


async def ask(place: tuple[str, int], path: str) -> Any:
    reader, writer = await asyncio.open_connection(*place)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        head, _, body = (await asyncio.wait_for(reader.read(), 60)).partition(b"\r\n\r\n")
    finally:
        writer.close()
    assert head.startswith(b"HTTP/1.1 200"), head
    return json.loads(body)


async def run(loop: str, allow: tuple[str, ...] = ()) -> Run:
    """Send the table to a relay on this kind of event loop, whose guard allows ``allow`` in addition to the outside address."""
    found = Run()
    async with AsyncExitStack() as stack:
        inside = [await stack.enter_async_context(listening())]
        port = int(inside[0].origin.rpartition(":")[2])
        for host in ("127.0.0.2", "127.255.255.254", "::1", IN_DENIED_NETWORK, OF_DENIED_NAMES):
            inside.append(await stack.enter_async_context(listening(host, port)))
        outside = await stack.enter_async_context(listening(OUTSIDE))
        its_port = int(outside.origin.rpartition(":")[2])
        settings = Settings(
            ports=(port, its_port),
            allow=(OUTSIDE, IN_DENIED_NETWORK, OF_DENIED_NAMES, *allow),
            deny=() if allow else DENIED,
            client_burst=100_000,
            host_burst=100_000,
            url_timeout=2.0,
        )
        urls = targets(port, outside)
        stack.enter_context(resolving())
        place = await stack.enter_async_context(relay(settings, loop))
        stack.enter_context(Watch.only().noting(found.dialled))
        batches = [urls[start : start + 10] for start in range(0, len(urls), 10)]
        # The first look-up of the rebinding name gives the outside address.
        first = f"http://rebinding.test:{its_port}/"
        for batch in (*batches, [first], [f"http://rebinding.test:{port}/"]):
            path = "/?" + "&".join(f"url={quote(url, safe='')}" for url in batch)
            found.answers |= {item["url"]: item for item in await ask(place, path)}
        assert found.answers.pop(first)["ok"]
        for host in ("127.0.0.1", "localhost", "n0.test", IN_DENIED_NETWORK, "denied.test"):
            found.answers[f"/links of {host}"] = await ask(place, f"/links?url=http://{host}:{port}/")
        found.connections = sum(wire.connections for wire in inside)
        found.hops = outside.connections
    return found


async def main() -> int:
    failed = False
    for loop in LOOPS:
        closed = await run(loop)
        opened = await run(loop, ("127.0.0.0/8", "::1/128"))
        redirects = sum(map(is_redirect, closed.answers))
        print(f"On {loop}: {len(closed.answers)} forbidden targets, {redirects} of them by a redirect:")
        for error, count in Counter(item["error"] for item in closed.answers.values()).most_common():
            print(f"  {count:4} {error}")
        inside = sum(count for address, count in closed.dialled.items() if address != OUTSIDE)
        print(f"dialled: {inside}; connections to listeners on their addresses: {closed.connections}")
        dialled = sum(count for address, count in opened.dialled.items() if address != OUTSIDE)
        print(f"with loopback allowed, to compare: {dialled} dialled, {opened.connections} connections")
        failed |= bool(inside or closed.connections or not opened.connections or not dialled)
    return int(failed)


def is_redirect(url: str) -> bool:
    return f"//{OUTSIDE}:" in url and "/to/" in url


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
