"""A transport, as one request to the API may use it: with an end to the time for each URL, and a share of each host."""

from __future__ import annotations

import time
from dataclasses import replace

from json_head.asgi.limits import Buckets
from json_head.gather import GatherError
from json_head.model import Observation, Request
from json_head.transports.base import Transport
from json_head.urls import Refused, Target

#: The engine's own clock rings a little late, and a request that was given no time at all would show nothing.
LEAST_S = 0.1


class Turn:
    """See the module. ``read`` gives at most ``pages`` bodies of ``page_bytes`` each."""

    def __init__(
        self, transport: Transport, hosts: Buckets, url_timeout: float, *, pages: int = 0, page_bytes: int = 0
    ) -> None:
        self._transport = transport
        self._hosts = hosts
        self._url_timeout = url_timeout
        self._pages = pages
        self._page_bytes = page_bytes
        self._ends: dict[str, float] = {}

    def refuse(self, target: Target) -> None:
        """Raises:
        Refused: what the transport refuses, and ``host-limit``.
        """
        self._transport.refuse(target)
        if self._hosts.take(target.hostname):
            raise Refused("host-limit", "This host is asked too often from here at the moment; try again later.")

    async def observe(self, request: Request) -> Observation:
        now = time.monotonic()
        left = self._ends.setdefault(request.url, now + self._url_timeout) - now
        timeout_s = max(LEAST_S, min(request.timeout_s, left))
        return await self._transport.observe(replace(request, timeout_s=timeout_s))

    async def read(self, url: str, *, limit: int, timeout_s: float) -> tuple[Observation, bytes]:
        """Raises:
        GatherError: ``page-too-large``, ``too-many-pages``.
        """
        if not self._pages:
            raise GatherError("too-many-pages", "No more pages are read for one request.")
        self._pages -= 1
        limit = min(limit, self._page_bytes)
        seen, body = await self._transport.read(url, limit=limit, timeout_s=min(timeout_s, self._url_timeout))
        if len(body) > limit:
            raise GatherError("page-too-large", f"It has more than {limit:,} bytes, which is what is read here.")
        return seen, body

    async def is_online(self) -> bool:
        return await self._transport.is_online()

    async def close(self) -> None:
        """It is not the turn's to close."""
