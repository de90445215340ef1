"""Very cheap hosts with a ledger of each URL: ``python -m tests.bench.bulk.hosts HOSTS URLS``.

They are one process, on uvloop if installed, and serve until standard input closes. The one line of output is the port, the same on 127.0.0.1 to
127.0.0.HOSTS. Paths:

    /DELAY/NUMBER        200 after this number of milliseconds; NUMBER is below URLS
    /control/ledger      what the hosts got since the last /control/reset
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from typing import Any

from tests.bench.support.serving import serve

OK = (
    b"HTTP/1.1 200 OK\r\nServer: bench\r\nContent-Type: text/html; charset=utf-8\r\nETag: \"5f3e-1a2b\"\r\n"
    b"Last-Modified: Sat, 28 Nov 2026 10:00:00 GMT\r\nContent-Length: 0\r\n\r\n"
)  # fmt: skip


class Ledger:
    """How often each URL was requested, and how many requests were under way at once.

    A request without a delay is answered before the next one is read, so it is never counted as under way.
    """

    def __init__(self, urls: int) -> None:
        self.times = bytearray(urls)
        self.reset()

    def reset(self) -> None:
        self.times[:] = bytes(len(self.times))
        self.first = self.last = 0.0
        self.under_way: Counter[str] = Counter()
        self.peak: Counter[str] = Counter()

    def begin(self, host: str) -> None:
        for key in (host, "all"):
            self.under_way[key] += 1
            self.peak[key] = max(self.peak[key], self.under_way[key])

    def end(self, host: str) -> None:
        for key in (host, "all"):
            self.under_way[key] -= 1

    def to_json(self) -> dict[str, Any]:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "urls": len(self.times) - self.times.count(0),
            "requests": sum(self.times),
            "most": max(self.times),
            "peak_all": self.peak.pop("all", 0),
            "peak_host": max(self.peak.values(), default=0),
            "seconds": self.last - self.first,
            "cpu_s": used.ru_utime + used.ru_stime,
        }


LEDGER = Ledger(int(sys.argv[2]) if len(sys.argv) > 2 else 1)


class Connection(asyncio.Protocol):
    """One client, which sends a request in one piece and the next one after its response."""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._host: str = transport.get_extra_info("sockname")[0]
        self._is_under_way = False

    def data_received(self, data: bytes) -> None:
        path = data.split(b" ", 2)[1]
        if path.startswith(b"/control/"):
            return self._control(path)
        _, delay, number = path.split(b"/")
        LEDGER.times[int(number)] += 1
        LEDGER.last = time.monotonic()
        LEDGER.first = LEDGER.first or LEDGER.last
        if delay == b"0":
            self._transport.write(OK)
        else:
            self._is_under_way = True
            LEDGER.begin(self._host)
            asyncio.get_running_loop().call_later(int(delay) / 1000, self._answer)

    def connection_lost(self, error: Exception | None) -> None:
        self._end()

    def _answer(self) -> None:
        self._transport.write(OK)
        self._end()

    def _end(self) -> None:
        if self._is_under_way:
            self._is_under_way = False
            LEDGER.end(self._host)

    def _control(self, path: bytes) -> None:
        body = json.dumps(LEDGER.to_json()).encode()
        if path.endswith(b"reset"):
            LEDGER.reset()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


if __name__ == "__main__":
    serve(Connection, int(sys.argv[1]))
