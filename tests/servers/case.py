"""One row of the table of paths, and the helpers of its handlers."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from .ledger import Ledger

LEDGER: web.AppKey[Ledger] = web.AppKey("ledger", Ledger)

#: A response that carries this field is sent without it and without CORS headers.
NO_CORS = "X-Test-No-Cors"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Case:
    """One row: a path pattern, a description of its response, and the handler."""

    path: str
    does: str
    handler: Handler


def moved(location: str, code: int = 302) -> web.Response:
    return web.Response(status=code, headers={"Location": location})


async def closes(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.close()
    return web.Response()


async def resets(request: web.Request) -> web.StreamResponse:
    if request.transport:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def half_headers(request: web.Request) -> web.StreamResponse:
    if request.transport:
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Ty")
    return await silent(request)


async def silent(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(3600)
    return web.Response()
