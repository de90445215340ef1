"""Servers on many loopback addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence


async def listening(protocol: Callable[[], asyncio.Protocol], hosts: Sequence[str]) -> tuple[asyncio.Server, int]:
    """Listen on all these addresses, on the same port. Returns the server of the first one, and the port."""
    loop = asyncio.get_running_loop()
    first = await loop.create_server(protocol, hosts[0], 0)
    port = first.sockets[0].getsockname()[1]
    for host in hosts[1:]:
        await loop.create_server(protocol, host, port)
    return first, port
