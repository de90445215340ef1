"""Many cheap hosts in one process: ``python -m tests.servers.crowd HOSTS`` serves until standard input closes.

The one line of output is the port, the same on 127.0.0.1 to 127.0.0.HOSTS. Every response has ``Access-Control-Allow-Origin: *``
and is delayed a little, so that concurrent requests are counted as such. Paths, each below any prefix:

    /ok/...                      200
    /status/CODE/...             that status
    /delay/SECONDS/...           200 after that time
    /limit/N/SECONDS/...         200 for the first N requests of the host to such a path, then 429 with that Retry-After (none for "-")
    /silent/...                  never
    /control/count               on 127.0.0.1: the requests since the last /control/reset

A request counts as under way from its arrival until its response is written or its client has disconnected.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections import Counter
from typing import Any

from .lifeline import until_unneeded

#: The time of a response without a delay.
MOMENT_S = 0.002
CORS = "Access-Control-Allow-Origin: *\r\nAccess-Control-Expose-Headers: Retry-After\r\n"


class Ledger:
    """The number of requests by path, and the peak of those under way, by host."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self.times: Counter[str] = Counter()
        self.open: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()
        self.limited: Counter[str] = Counter()
        self.refusals: dict[str, list[float]] = {}

    def begin(self, host: str, method: str, path: str) -> None:
        self.times[f"{method} {host}{path}"] += 1
        for key in ("all", host):
            self.open[key] += 1
            self.peak[key] = max(self.peak[key], self.open[key])

    def end(self, host: str) -> None:
        for key in ("all", host):
            self.open[key] -= 1

    def to_json(self) -> dict[str, Any]:
        return {"times": self.times, "peak": self.peak, "open": self.open["all"], "refusals": self.refusals}


LEDGER = Ledger()


class Connection(asyncio.Protocol):
    """One client. Requests have no body, so a request ends with its headers."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._host: str = transport.get_extra_info("sockname")[0]
        self._received = b""
        self._pending: asyncio.TimerHandle | None = None
        self._under_way = False

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            method, path, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
            self._request(method, path)

    def eof_received(self) -> None:
        # A client that gave up has disconnected by this, and its next request may arrive before the connection is torn down.
        self._ended()

    def connection_lost(self, error: Exception | None) -> None:
        if self._pending:
            self._pending.cancel()
        self._ended()

    def _request(self, method: str, path: str) -> None:
        if path.startswith("/control/"):
            if path.endswith("reset"):
                LEDGER.reset()
            return self._write(200, json.dumps(LEDGER.to_json()), "Content-Type: application/json\r\n")
        LEDGER.begin(self._host, method, path)
        self._under_way = True
        kind, _, rest = path.lstrip("/").partition("/")
        status, wait_s, more = 200, MOMENT_S, ""
        match kind:
            case "status":
                status = int(rest.partition("/")[0])
            case "delay":
                wait_s = float(rest.partition("/")[0])
            case "silent":
                return
            case "limit":
                allowed, retry_after = rest.split("/")[:2]
                LEDGER.limited[self._host] += 1
                if LEDGER.limited[self._host] > int(allowed):
                    status = 429
                    more = "" if retry_after == "-" else f"Retry-After: {retry_after}\r\n"
                    LEDGER.refusals.setdefault(self._host, []).append(time.time())
        self._pending = asyncio.get_running_loop().call_later(wait_s, self._answer, status, more)

    def _answer(self, status: int, more: str) -> None:
        self._pending = None
        self._write(status, "", more)
        self._ended()

    def _write(self, status: int, body: str, more: str) -> None:
        self._transport.write(
            f"HTTP/1.1 {status} X\r\n{CORS}{more}Content-Length: {len(body)}\r\n\r\n{body}".encode("latin-1")
        )

    def _ended(self) -> None:
        if self._under_way:
            self._under_way = False
            LEDGER.end(self._host)


def listening(hosts: int) -> list[socket.socket]:
    """A socket for each address, all with one port that is free on each."""
    for _ in range(20):
        opened: list[socket.socket] = []
        port = 0
        try:
            for number in range(1, hosts + 1):
                opened.append(server := socket.create_server((f"127.0.0.{number}", port), backlog=1024))
                port = server.getsockname()[1]
        except OSError:
            for server in opened:
                server.close()
        else:
            return opened
    raise RuntimeError("No port is free on all addresses.")


async def main(hosts: int) -> None:
    sockets = listening(hosts)
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Connection, sock=sock) for sock in sockets]
    print(json.dumps(sockets[0].getsockname()[1]), flush=True)
    await until_unneeded()
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
