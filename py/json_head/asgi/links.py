"""The links of a page, read here: the page itself is not passed on."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from json_head.asgi.settings import Settings
from json_head.extract import ExtractError
from json_head.gather import Gathered, GatherError, gather_page
from json_head.guard import Guard
from json_head.model import Observation, Request
from json_head.transports.base import Transport
from json_head.urls import Refused, Target


async def links_of(url: str, transport: Transport, settings: Settings, guard: Guard | None) -> dict[str, Any]:
    """The links with where they stand, or why there are none.

    Args:
        guard: as for :class:`~json_head.asgi.heads.Heads`.
    """
    most = settings.links

    def limit(so_far: Gathered) -> None:
        if len(so_far.links) > most:
            raise GatherError("too-many-links", f"The page has more than {most:,} links.")

    try:
        if guard:
            guard.parse(url)
        async with asyncio.timeout(settings.request_timeout):
            found = await gather_page(url, _Reader(transport, settings), progress=limit)
        limit(found)
    except Refused as refused:
        return _failed(url, refused.code, refused.reason)
    except (GatherError, ExtractError) as error:
        return _failed(url, error.code, str(error))
    except TimeoutError:
        return _failed(url, "page-timeout", "The page could not be read in time.")
    return {
        "ok": True,
        "url": url,
        "format": found.format,
        "source": found.source,
        "links": [asdict(link) for link in found.links],
        "notes": found.notes,
    }


def _failed(url: str, code: str, reason: str) -> dict[str, Any]:
    return {"ok": False, "error": code, "url": url, "reason": reason}


class _Reader:
    """A transport for one request: it reads a few pages, of a bounded size, in a bounded time."""

    def __init__(self, transport: Transport, settings: Settings) -> None:
        self._transport = transport
        self._pages = 1 + settings.sitemaps
        self._page_bytes = settings.page_bytes
        self._timeout_s = settings.url_timeout

    def refuse(self, target: Target) -> None:
        self._transport.refuse(target)

    async def observe(self, request: Request) -> Observation:
        return await self._transport.observe(request)

    async def read(self, url: str, *, limit: int, timeout_s: float) -> tuple[Observation, bytes]:
        """Raises:
        GatherError: ``page-too-large``, ``too-many-pages``.
        """
        if not self._pages:
            raise GatherError("too-many-pages", "No more pages are read for one request.")
        self._pages -= 1
        limit = min(limit, self._page_bytes)
        seen, body = await self._transport.read(url, limit=limit, timeout_s=min(timeout_s, self._timeout_s))
        if len(body) > limit:
            raise GatherError("page-too-large", f"It has more than {limit:,} bytes, which is what is read here.")
        return seen, body

    async def is_online(self) -> bool:
        return await self._transport.is_online()

    async def close(self) -> None:
        """It is the app's to close."""
