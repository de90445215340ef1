"""Serves a site on one or more loopback addresses, with few instructions for each request, and records the requests.

``/control/count`` on the first address gives the record since the last ``/control/reset``. A request counts as under way from its
arrival until its response is written or its client has disconnected. Each answer waits a moment, so that concurrent requests are counted
as such.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections import Counter
from typing import Any

from tests.servers.crowd import listening
from tests.servers.lifeline import until_unneeded
from tests.servers.sites.site import Answer, Request, Site

#: The time of an answer without a wait of its own.
MOMENT_S = 0.001


class Ledger:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.connections = 0
        self.arrivals: list[tuple[float, str, str, str]] = []
        self.open: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()

    def begin(self, request: Request) -> None:
        self.arrivals.append((time.time(), request.host, request.method, request.path))
        self.open[request.host] += 1
        self.peak[request.host] = max(self.peak[request.host], self.open[request.host])

    def end(self, host: str) -> None:
        self.open[host] -= 1

    def to_json(self) -> dict[str, Any]:
        return {"arrivals": self.arrivals, "peak": self.peak, "connections": self.connections}


class Connection(asyncio.Protocol):
    """One client. Requests have no body, so a request ends with its headers."""

    def __init__(self, site: Site, ledger: Ledger, headers: bytes) -> None:
        self._site = site
        self._ledger = ledger
        self._headers = headers
        self._received = b""
        self._pending: asyncio.TimerHandle | None = None
        self._under_way: str | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._ledger.connections += 1
        self._transport = transport
        self._address: tuple[str, int] = transport.get_extra_info("sockname")[:2]

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            self._request(Request(method, *self._address, path))

    def eof_received(self) -> None:
        # A client that gave up has disconnected by this, and its next request may arrive before the connection is torn down.
        self._ended()

    def connection_lost(self, error: Exception | None) -> None:
        if self._pending:
            self._pending.cancel()
        self._ended()

    def _request(self, request: Request) -> None:
        if request.path.startswith("/control/"):
            body = json.dumps(self._ledger.to_json()).encode()
            if request.path.endswith("reset"):
                self._ledger.reset()
            return self._write(request.method, Answer(body, kind="application/json"))
        self._ledger.begin(request)
        self._under_way = request.host
        answer = self._site(request)
        if answer.wait_s < math.inf:
            later = asyncio.get_running_loop().call_later
            self._pending = later(MOMENT_S + answer.wait_s, self._answer, request.method, answer)

    def _answer(self, method: str, answer: Answer) -> None:
        self._pending = None
        self._write(method, answer)
        self._ended()

    def _write(self, method: str, answer: Answer) -> None:
        fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        head = f"HTTP/1.1 {answer.status} X\r\nContent-Type: {answer.kind}\r\nContent-Length: {len(answer.body)}\r\n{fields}"
        response = b"%s%s\r\n%s" % (head.encode("latin-1"), self._headers, b"" if method == "HEAD" else answer.body)
        self._transport.write(response[: answer.sent])
        if answer.sent is not None:
            self._transport.close()

    def _ended(self) -> None:
        if self._under_way:
            self._ledger.end(self._under_way)
            self._under_way = None


async def serve(site: Site, hosts: int = 1, headers: bytes = b"") -> None:
    """Serve until standard input closes. The one line of output is the port. ``headers`` are those of every response."""
    ledger = Ledger()
    sockets = listening(hosts)
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: Connection(site, ledger, headers), sock=sock) for sock in sockets]
    print(json.dumps(sockets[0].getsockname()[1]), flush=True)
    await until_unneeded()
    for server in servers:
        server.close()
