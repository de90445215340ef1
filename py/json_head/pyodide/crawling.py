"""Crawls sites for the page. The results are in the store; the page gets one for each target."""

from __future__ import annotations

import shlex
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from json_head.gather.links import GatherError
from json_head.gather.slices import Slices
from json_head.model import Verdict
from json_head.pyodide.batches import Batch
from json_head.pyodide.messages import MOST_PAGES, MessageError, Request, Running, policy_of
from json_head.pyodide.sources import FOUND_S, Reader
from json_head.pyodide.store.keeping import Keeping
from json_head.pyodide.waiting import reporting_waits
from json_head.transports.base import Transport

if TYPE_CHECKING:
    from json_head.crawl.crawl import Crawl
    from json_head.model import Result
    from json_head.store import Store

#: The default of the page is lower than that of the command, since a visitor waits for it.
MAX_PAGES = 2_000
_CODES = {
    Verdict.OK: "nothing-read",
    Verdict.ANSWERED_UNREADABLE: "page-unreadable",
    Verdict.TIMEOUT: "page-timeout",
    Verdict.NO_ANSWER_SEEN: "page-no-answer",
    Verdict.NOT_CHECKED: "page-refused",
}


class Crawling:
    """The crawls under way."""

    def __init__(self, transport: Transport, reader: Reader, keeping: Keeping, running: Running) -> None:
        self._transport = transport
        self._reader = reader
        self._keeping = keeping
        self._running = running

    async def crawl(self, request: Request, source: Mapping[str, Any]) -> bool:
        """Crawl a site, or go on with a stored crawl. Returns whether it was cancelled.

        Args:
            source: ``site`` is the URL that the crawl begins with, ``maxPages`` the limit of pages, ``external`` whether links to other sites
                are checked.

        Raises:
            GatherError: the page could not be read.
        """
        # Few checks are crawls, and the page starts without these modules.
        from json_head.crawl.crawl import Crawl, Options
        from json_head.crawl.scope import Limits

        policy = policy_of(request.message)
        start, max_pages = _start_of(source), _max_pages_of(source)
        async with self._keeping.crawling(request, start) as (store, recorder):
            running = self._running[request.id] = Crawl(
                [start], Limits(max_pages=max_pages, external=source.get("external") is not False), Options(), policy, self._transport, recorder,
                relay=self._reader.relay_of(request),
            )  # fmt: skip
            report = _Report(request, running, start)
            running.on_result = report.add
            running.audit.on_outage = lambda offline: request.reply("outage", offline=offline)
            try:
                with reporting_waits(request, running.audit):
                    await running.run()
                await report.add_missing_fragments(store, recorder.run)
            finally:
                report.flush()  # no reply may follow the final one
            if running.errors and running.has_failed and not running.audit.cancelled:
                raise _unread(start, running.errors, report.of_start)
        return running.audit.cancelled


class _Report:
    """Sends the results and the counts of a crawl to the page as they come."""

    def __init__(self, request: Request, running: Crawl, start: str) -> None:
        self._request = request
        self._running = running
        self._start = start
        self._sent = 0
        self._counted = 0.0
        self._told = 0
        self._batch = Batch(self._post)
        self.of_start: Result | None = None

    def add(self, result: Result) -> None:
        if self.of_start is None and result.link.url == self._start:
            self.of_start = result
        self._add(result.to_json())
        if time.monotonic() - self._counted >= FOUND_S:
            self._count()

    async def add_missing_fragments(self, store: Store, run: int) -> None:
        """Send a result for each fragment that its page does not have. They are known once no further page is read."""
        slices = Slices()
        for row in store.missing_rows(run):
            self._add(row)
            await slices.pause()

    def flush(self) -> None:
        self._batch.flush()
        self._count()

    def _add(self, row: dict[str, Any]) -> None:
        self._batch.add(row, self._sent)
        self._sent += 1

    def _post(self, items: list[dict[str, Any]], indexes: list[int]) -> None:
        if self._sent > self._told:
            self._count()  # the page must not have more results than links, and the next result may take long
        self._request.reply("results", items=items, indexes=indexes)

    def _count(self) -> None:
        self._counted = time.monotonic()
        running = self._running
        links = self._told = max(running.targets - running.known, self._sent)
        self._request.reply(
            "found", links=links, urls=links, pages=running.pages_read, format="html", source=self._start,
            notes=running.errors + running.notes,
        )  # fmt: skip


def _start_of(source: Mapping[str, Any]) -> str:
    from json_head.urls.target import UrlError, parse

    site = source.get("site")
    if not isinstance(site, str):
        raise MessageError("site must be a string.")
    try:
        return parse(site.strip()).url
    except UrlError as error:
        raise GatherError("page-refused", error.reason) from error


def _max_pages_of(source: Mapping[str, Any]) -> int:
    value = source.get("maxPages", MAX_PAGES)
    if type(value) is not int or not 1 <= value <= MOST_PAGES:
        raise MessageError(f"maxPages must be a whole number from 1 to {MOST_PAGES}.")
    return value


def _unread(start: str, errors: Sequence[str], result: Result | None) -> GatherError:
    """The error for a site of which no page could be read."""
    from json_head.crawl.requests import may_be_page
    from json_head.crawl.rules import WITHOUT_ROBOTS

    if result is None:
        return GatherError("page-refused", errors[0])
    *of_relay, reason = errors
    if result.verdict is Verdict.ANSWERED_UNREADABLE:
        reason = (
            "A browser reads the pages of another site only if that site allows it, and this one does not (it sends no CORS headers). "
            "Host json-head lite on the site itself, read the site through a relay (json-head serve), "
            f"or use the command: json-head crawl {shlex.quote(start)}"
        )
    if of_relay:
        reason = f"{of_relay[0]} Without the relay: {reason}"
    if result.rule in WITHOUT_ROBOTS:
        error = GatherError("page-no-answer", reason)
        error.relayable = False  # nobody knows whether the site may be read
        return error
    headers = result.final.headers if result.final else None
    if result.verdict is Verdict.OK and not may_be_page(headers or {}, is_sitemap=True):
        return GatherError("no-page", reason)
    return GatherError(_CODES.get(result.verdict, "page-status"), reason)
