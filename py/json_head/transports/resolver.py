"""Name look-ups in threads of their own. asyncio's share of threads is the number of processors and four: a handful of names
whose servers are silent would hold up all others, and their requests' clocks would run out.
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from aiohttp.abc import AbstractResolver, ResolveResult

#: Threads start as they are needed; no more look-ups than this are under way.
MAX_THREADS = 128


class Resolver(AbstractResolver):
    """``getaddrinfo`` of the operating system. aiohttp keeps its answers for ten seconds."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MAX_THREADS, "json-head-dns")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(self._threads, _look_up, host, port, family)
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        return [
            ResolveResult(hostname=host, host=address, port=port, family=kind, proto=0, flags=flags)
            for kind, address in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[tuple[socket.AddressFamily, str]]:
    # Only of the kinds that this machine has addresses of (RFC 3493 6.1).
    found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(kind, str(place[0])) for kind, _, _, _, place in found]
