"""Reads the robots.txt of each origin once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from json_head.crawl.robots import MAX_BYTES, Robots
from json_head.crawl.scope import split
from json_head.model import BROWSER, Observation, Outcome, Request
from json_head.transports.base import Transport
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge

TIMEOUT_S = 10.0
#: A failure forbids a whole site, so it is confirmed by a second request after this pause.
PAUSE_S = 1.0


class RobotsFiles:
    """The robots.txt files of all origins of a crawl. ``read`` has those that were read, by origin."""

    def __init__(
        self, transport: Transport, stored: Mapping[str, Any] | None = None, *, pause_s: float = PAUSE_S
    ) -> None:
        """Create an empty collection, or one with the files of a stored run, which :meth:`to_json` gave."""
        self._transport = transport
        self._pause_s = pause_s
        self._locks: dict[str, asyncio.Lock] = {}
        self.read = {origin: Robots.from_json(data) for origin, data in (stored or {}).items()}

    async def of(self, url: str) -> Robots:
        """The rules for a normalised URL. The file is requested once, however many tasks wait for it."""
        origin = split(url)[0]
        if origin not in self.read:
            async with self._locks.setdefault(origin, asyncio.Lock()):
                if origin not in self.read:
                    self.read[origin] = await self._request(origin)
        return self.read[origin]

    def to_json(self) -> dict[str, Any]:
        return {origin: robots.to_json() for origin, robots in self.read.items()}

    async def _request(self, origin: str) -> Robots:
        url = f"{origin}/robots.txt"
        try:
            self._transport.refuse(parse(url))
        except UrlError:  # its other URLs are refused with a reason of their own
            return Robots.not_readable()
        observations: list[Observation] = []
        robots = await self._try(url, observations)
        if not robots.unreadable and (robots.status is None or robots.status >= 500):
            await asyncio.sleep(self._pause_s)
            robots = await self._try(url, observations)
        return robots

    async def _try(self, url: str, observations: list[Observation]) -> Robots:
        """Request the file. The observation is added to the earlier ones, which tell the cause of a failure."""
        observation, body = await self._transport.read(url, limit=MAX_BYTES, timeout_s=TIMEOUT_S)
        observations.append(observation)
        cause = judge(observations).reason
        if observation.outcome is Outcome.RESPONSE:
            status = observation.status
            return Robots.of(status, body, cause if status is None or status >= 500 else "")
        if observation.outcome is Outcome.BLOCKED:
            return Robots.not_readable()
        if observation.outcome is Outcome.FAILED and observation.via in BROWSER:
            probe = await self._transport.observe(Request(url, mode="no-cors"))
            if probe.outcome is Outcome.OPAQUE:
                return Robots.not_readable()
        return Robots.of(None, cause=cause)
