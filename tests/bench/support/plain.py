"""Very cheap hosts, so that a benchmark measures its client: ``python -m tests.bench.support.plain HOSTS``.

They are one process, on uvloop if installed, and serve until standard input closes. The one line of output is the port,
the same on 127.0.0.1 to 127.0.0.HOSTS. Paths:

    /DELAY/...           200 after this number of milliseconds
    /DELAY/gone/...      404 after the same time
    /control/count       the requests since the last /control/reset, by method and path, and the CPU seconds of this process
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from collections import Counter
from typing import Any, ClassVar

from tests.bench.support.serving import serve

OK = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"
GONE = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\nContent-Length: 0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One client. All measured clients send a request in one piece and the next one after its response."""

    requests: ClassVar[Counter[bytes]] = Counter()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        method, path, _ = data.split(b" ", 2)
        if path.startswith(b"/control/"):
            return self._control(path)
        self.requests[method + b" " + path] += 1
        delay = path[1 : path.index(b"/", 1)]
        answer = GONE if b"/gone/" in path else OK
        if delay == b"0":
            self._transport.write(answer)
        else:
            asyncio.get_running_loop().call_later(int(delay) / 1000, self._transport.write, answer)

    def _control(self, path: bytes) -> None:
        if path.endswith(b"reset"):
            self.requests.clear()
        used = resource.getrusage(resource.RUSAGE_SELF)
        counts = {
            "requests": {name.decode(): times for name, times in self.requests.items()},
            "cpu_s": used.ru_utime + used.ru_stime,
        }
        body = json.dumps(counts).encode()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


if __name__ == "__main__":
    serve(Connection, int(sys.argv[1]))
