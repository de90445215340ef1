"""Reads the links of pages: from their content, or by a relay."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from functools import partial
from typing import TypeVar

from json_head.crawl.frontier import Page
from json_head.crawl.remarks import Remarks
from json_head.export.row import counted
from json_head.extract import MAX_BYTES, ExtractError, Source
from json_head.gather.links import MAX_NAME, Gathered, GatherError, Run, gather, gather_by_relay
from json_head.model import Result
from json_head.relay.client import Relay
from json_head.relay.errors import RelayError

#: Why the links of a page are unknown, by the code of its error. Other errors have sentences that fit.
_UNREAD = {
    "bad-gzip": "Its content could not be unpacked, so its links are unknown.",
    "binary": "The server calls it a web page, but its content is no text.",
    "empty": "It is empty.",
    "page-too-complex": "It takes longer to read than any ordinary page of its size, so its links are unknown.",
    "unsafe-sitemap": "It is a sitemap whose document type contains its own declarations, which can expand without limit, so its links are unknown.",
    "too-large": f"It is larger than {MAX_BYTES // 1_000_000} MB, so its links are unknown.",
}
_T = TypeVar("_T")
#: Waits before further tries if a relay gives no response, in seconds. A crawl takes long, and a connection may be lost meanwhile.
WAITS_S = (1.0, 5.0, 15.0)


class Reader:
    """Reads the links of pages. What cannot be read is remarked, and gives no links.

    Args:
        relay: reads the pages that cannot be read from here. It becomes ``None`` when it fails.
        run: runs the extraction of a page.
        reading_s: see :func:`~json_head.gather.links.gather_page`.
    """

    def __init__(self, remarks: Remarks, relay: Relay | None, run: Run, reading_s: float | None) -> None:
        self._remarks = remarks
        self.relay = relay
        self._run = run
        self._reading_s = reading_s
        self._relayed = 0
        self._has_responded = False

    async def read(self, page: Page, result: Result, body: bytes) -> Gathered:
        """The links of a page from its content."""
        final = result.final
        assert final
        headers = final.headers or {}
        base = final.url or page.url
        source = Source(body, base[:MAX_NAME], headers.get("content-type"), base)
        budget_s = math.inf if self._reading_s is None else self._reading_s * max(1.0, len(body) / 1_000_000)
        try:
            gathered = await gather(source, run=self._run, budget_s=budget_s, distinct=True)
        except (ExtractError, GatherError) as error:
            return self._unread(page, source.name, _UNREAD.get(error.code, str(error)))
        gathered.page.add_robots(headers.get("x-robots-tag", ""))
        return self._noted(page, gathered)

    async def ask_relay(self, result: Result) -> Result:
        """The result of a page that could not be read from here, with what the relay observed."""
        if self.relay:
            try:
                return await self._patiently(partial(_asked, self.relay, result))
            except RelayError as error:
                if self.relay:  # it would fail for the other pages, too
                    self.relay = None
                    self._remarks.errors.append(str(error))
        return result

    async def read_by_relay(self, page: Page) -> Gathered:
        """The links of a page that the relay can reach."""
        if self.relay is None:
            return self._unread(
                page, page.url, "The relay failed before it could read the page, so its links are unknown."
            )
        try:
            gathered = await self._patiently(partial(gather_by_relay, page.url, self.relay))
        except (GatherError, RelayError) as error:
            return self._unread(page, page.url, str(error))
        self._relayed += 1
        gathered.links = list({(link.url, link.found): link for link in reversed(gathered.links)}.values())[::-1]
        return self._noted(page, gathered)

    def end(self) -> list[str]:
        """A note on the pages that a relay read."""
        if not self._relayed:
            return []
        pages = counted(self._relayed, "page")
        return [f"The relay read {pages} that could not be read from here. It does not tell what robots.txt says."]

    async def _patiently(self, ask: Callable[[], Awaitable[_T]]) -> _T:
        """Ask the relay. If it gives no response, but has given one before, try again."""
        waits_s = iter(WAITS_S)
        while True:
            try:
                answer = await ask()
            except RelayError as error:
                is_silent = error.code in ("relay-no-answer", "relay-timeout")
                wait_s = next(waits_s, None) if is_silent and self._has_responded else None
                if wait_s is None:
                    raise
                await asyncio.sleep(wait_s)
            else:
                self._has_responded = True
                return answer

    def _unread(self, page: Page, name: str | None, reason: str) -> Gathered:
        self._remarks.add_unread(page, reason)
        return Gathered("", name, anchors=None)

    def _noted(self, page: Page, gathered: Gathered) -> Gathered:
        for note in gathered.notes:
            self._remarks.add(page, note)
        return gathered


async def _asked(relay: Relay, result: Result) -> Result:
    async with aclosing(relay.ask([result])) as results:
        async for _, relayed in results:
            result = relayed
    return result
