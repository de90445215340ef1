"""A server of the hostile responses: `/name` gives exactly the bytes of the table, and for HEAD those of the head."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.hostile.answers import HEADS
from tests.hostile.documents import ANSWERS
from tests.servers.sockets import talking

_MISSING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        request = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:  # a redirect to a long address led back to this server
        return
    method, path, _ = request.split(b" ", 2)
    answer = ANSWERS.get(path.decode().lstrip("/"))
    if answer is None:
        writer.write(_MISSING)
        return
    raw = answer.raw()
    if method == b"HEAD" and answer not in HEADS:
        raw = raw[: raw.index(b"\r\n\r\n") + 4]
    for start in range(0, len(raw), answer.piece):
        writer.write(raw[start : start + answer.piece])
        await writer.drain()
        if answer.pause_s:
            await asyncio.sleep(answer.pause_s)


@asynccontextmanager
async def hostile_server() -> AsyncIterator[str]:
    """Run the server; gives its origin."""
    async with talking(_converse) as origin:
        yield origin
