"""Reads the links of a page. The page itself is not passed on to the client."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Any

from json_head.asgi.settings import Settings
from json_head.extract import ExtractError
from json_head.gather.links import READING_S, Gathered, GatherError, Run, gather_page, in_slices
from json_head.guard import Guard
from json_head.model import Observation, Request
from json_head.reasons import NOT_YET
from json_head.transports.base import BodyFilter, Transport, any_body
from json_head.urls.target import Target, UrlError

if TYPE_CHECKING:
    from json_head.gather.thread import ExtractionThread

#: Seconds that a slice of an extraction, which takes some hundredths, may last before it counts as stuck.
STUCK_S = 2.0


class Links:
    """Reads one page after another for its links.

    Args:
        guard: as for :class:`~json_head.asgi.heads.Heads`.
    """

    def __init__(self, settings: Settings, guard: Guard | None) -> None:
        self._settings = settings
        self._guard = guard
        self._run: Run = in_slices
        self._thread: ExtractionThread | None = None
        if sys.platform != "emscripten":  # Emscripten has no threads
            from json_head.gather.thread import ExtractionThread

            self._thread = ExtractionThread()
            self._run = self._thread.run
        self._reading: set[asyncio.Timeout] = set()
        self._stopped = False

    def stop(self) -> None:
        """End all reading, now and later: the process is about to end, and a page can take a while."""
        self._stopped = True
        for timeout in self._reading:
            if not timeout.expired():
                timeout.reschedule(0)

    @property
    def is_stuck(self) -> bool:
        """Whether an extraction keeps all others waiting."""
        return self._thread is not None and self._thread.slice_s() > STUCK_S

    async def of(self, url: str, transport: Transport) -> dict[str, Any]:
        """The links of a page with their places, or the reason why there are none."""
        max_links = self._settings.links

        def limit(so_far: Gathered) -> None:
            if len(so_far.links) > max_links:
                raise GatherError("too-many-links", f"The page has more than {max_links:,} links.")

        try:
            if self._guard:
                self._guard.parse(url)
            async with asyncio.timeout(0 if self._stopped else self._settings.request_timeout) as timeout:
                self._reading.add(timeout)
                try:
                    gathered = await gather_page(
                        url, _Reader(transport, self._settings), progress=limit, run=self._run, reading_s=READING_S
                    )
                finally:
                    self._reading.discard(timeout)
            limit(gathered)
        except UrlError as error:
            return _failed(url, error.code, error.reason)
        except (GatherError, ExtractError) as error:
            cause = error.__cause__  # a page that may be read later has the code of its limit
            code = cause.code if isinstance(cause, UrlError) and cause.code in NOT_YET else error.code
            return _failed(url, code, str(error))
        except TimeoutError:
            if self._stopped:
                return _failed(url, "page-timeout", "The API is shutting down, and no longer reads pages.")
            return _failed(url, "page-timeout", "The page could not be read in time.")
        return {
            "ok": True,
            "url": url,
            "format": gathered.format,
            "source": gathered.source,
            "links": [link._asdict() for link in gathered.links],
            "notes": gathered.notes,
        }


def _failed(url: str, code: str, reason: str) -> dict[str, Any]:
    return {"ok": False, "error": code, "url": url, "reason": reason}


class _Reader:
    """A transport for one request: it reads a few pages, of limited size and in limited time."""

    def __init__(self, transport: Transport, settings: Settings) -> None:
        self._transport = transport
        self._pages = 1 + settings.sitemaps
        self._page_bytes = settings.page_bytes
        self._timeout_s = settings.url_timeout

    def refuse(self, target: Target) -> None:
        self._transport.refuse(target)

    async def observe(self, request: Request) -> Observation:
        return await self._transport.observe(request)

    async def read(
        self, url: str, *, limit: int, timeout_s: float, wanted: BodyFilter = any_body
    ) -> tuple[Observation, bytes]:
        """Read a page within the limits.

        Raises:
            GatherError: ``page-too-large``, ``too-many-pages``.
        """
        if not self._pages:
            raise GatherError("too-many-pages", "No more pages may be read for this request.")
        self._pages -= 1
        limit = min(limit, self._page_bytes)
        timeout_s = min(timeout_s, self._timeout_s)
        observation, body = await self._transport.read(url, limit=limit, timeout_s=timeout_s, wanted=wanted)
        if len(body) > limit:
            raise GatherError("page-too-large", f"It has more than {limit:,} bytes, which is the maximum here.")
        return observation, body

    async def is_online(self) -> bool:
        return await self._transport.is_online()

    async def close(self) -> None:
        """Does nothing: the app closes the transport."""
