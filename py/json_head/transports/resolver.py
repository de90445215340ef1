"""Name look-ups in threads of their own. asyncio's share of threads is the number of processors and four: a handful of names
whose servers are silent would hold up all others, and their requests' clocks would run out.
"""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

#: Threads start as they are needed; no more look-ups than this are under way.
MAX_THREADS = 128
#: How long an answer is kept. Who asks for a name that is being looked up waits for that same answer.
KEPT_S = 10.0

#: As ``getaddrinfo`` gives it: family, type, protocol, canonical name, and what a socket connects to.
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]


class Resolver:
    """``getaddrinfo`` of the operating system."""

    def __init__(self) -> None:
        self._threads: ThreadPoolExecutor | None = None
        self._known: dict[tuple[str, int], asyncio.Future[list[Address]]] = {}

    async def addresses(self, host: str, port: int) -> list[Address]:
        """All addresses of a host, which may be an address itself, without brackets.

        Raises:
            OSError, UnicodeError: it has none.
        """
        for family in (socket.AF_INET, socket.AF_INET6):
            try:
                socket.inet_pton(family, host)
            except (OSError, ValueError):
                continue
            return [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (host, port))]
        key = (host, port)
        if key not in self._known:
            if self._threads is None:
                from concurrent.futures import ThreadPoolExecutor  # here, because addresses need none

                self._threads = ThreadPoolExecutor(MAX_THREADS, "json-head-dns")
            loop = asyncio.get_running_loop()
            self._known[key] = found = loop.run_in_executor(self._threads, _look_up, host, port)
            found.add_done_callback(lambda found: self._looked_up(key, found))
        return await asyncio.shield(self._known[key])

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _looked_up(self, key: tuple[str, int], found: asyncio.Future[list[Address]]) -> None:
        if found.cancelled() or found.exception():
            self._known.pop(key, None)
        else:
            asyncio.get_running_loop().call_later(KEPT_S, self._known.pop, key, None)


def _look_up(host: str, port: int) -> list[Address]:
    # Only of the kinds that this machine has addresses of (RFC 3493 6.1).
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(family, kind, socket.IPPROTO_TCP, "", place) for family, kind, _, _, place in found]
