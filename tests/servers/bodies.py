"""Pages with valid headers and a body that never ends."""

from __future__ import annotations

import asyncio

from aiohttp import web

from .case import Case, silent

LINK = b'<a href="/ok/x">a link</a>\n'


async def drips(request: web.Request) -> web.StreamResponse:
    response = await _begun(request)
    while True:
        await response.write(LINK)
        await asyncio.sleep(0.05)


async def stalls(request: web.Request) -> web.StreamResponse:
    await (await _begun(request)).write(LINK)
    return await silent(request)


async def _begun(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "text/html"})
    await response.prepare(request)
    return response


BODIES: tuple[Case, ...] = (
    Case("/drips", "200 and a page of a link every 50 ms, for ever", drips),
    Case("/stalls", "200 and one link of a page that then goes silent", stalls),
)
