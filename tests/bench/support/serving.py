"""Serves a protocol on many loopback hosts, in a process of its own that another one has started."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

from tests.servers.crowd import listening
from tests.servers.lifeline import until_unneeded


def serve(protocol: Callable[[], asyncio.Protocol], hosts: int) -> None:
    """Print the port, the same on 127.0.0.1 to 127.0.0.HOSTS, and serve until standard input closes, on uvloop if installed."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(_serve(protocol, hosts))
    else:
        uvloop.run(_serve(protocol, hosts))


async def _serve(protocol: Callable[[], asyncio.Protocol], hosts: int) -> None:
    sockets = listening(hosts)
    servers = [await asyncio.get_running_loop().create_server(protocol, sock=each) for each in sockets]
    print(json.dumps(sockets[0].getsockname()[1]), flush=True)
    await until_unneeded()
    for server in servers:
        server.close()
