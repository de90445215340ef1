"""Checks the URLs of an API request, all at once and without retries: a client can repeat its request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from json_head.asgi.replies import row, unasked
from json_head.asgi.settings import Settings
from json_head.examination import Examination
from json_head.guard import Guard
from json_head.model import Judgement, Link, Result, Verdict
from json_head.policy import Policy
from json_head.reasons import BLOCKED_REASONS
from json_head.transports.base import Sender
from json_head.urls.target import UrlError, parse
from json_head.verdicts import not_sent

_ONCE = Policy(retries=0)

Row = dict[str, Any]
OnRow = Callable[[int, Row], object]


@dataclass(slots=True, eq=False)
class _Job(Examination):
    """A URL, with its indexes in the list and its spellings there."""

    urls_by_index: dict[int, str] = field(default_factory=dict)
    done: bool = False

    def rows(self, judgement: Judgement) -> Iterator[tuple[int, Row]]:
        for index, url in self.urls_by_index.items():
            yield index, row(Result.of(Link(url), judgement, self.observations))


_CANCELLED = Judgement(
    Verdict.NOT_CHECKED, "cancelled", "The time limit of the API request ended before this link had a result."
)
_OFFLINE = Judgement(Verdict.NOT_CHECKED, "offline", BLOCKED_REASONS["offline"])


class Heads:
    """Checks the URLs of API requests.

    Args:
        guard: the URLs that may be requested; ``None`` if the transport's own refusals suffice.
    """

    def __init__(self, settings: Settings, guard: Guard | None) -> None:
        self._url_timeout = settings.url_timeout
        self._request_timeout = settings.request_timeout
        self._parse = guard.parse if guard else parse

    async def all(self, urls: list[str], sender: Sender) -> list[Row]:
        """A row for each URL, in their order."""
        rows: dict[int, Row] = {}
        await self._check(urls, sender, rows.__setitem__)
        return [rows[index] for index in range(len(urls))]

    async def as_completed(self, urls: list[str], sender: Sender) -> AsyncGenerator[Row, None]:
        """A row for each URL, as they complete. Close the generator if it is left before its end."""
        rows: asyncio.Queue[Row | None] = asyncio.Queue()
        task = asyncio.ensure_future(self._check(urls, sender, lambda _, item: rows.put_nowait(item)))
        task.add_done_callback(lambda _: rows.put_nowait(None))
        try:
            while (item := await rows.get()) is not None:
                yield item
            await task
        finally:
            task.cancel()

    async def _check(self, urls: list[str], sender: Sender, on_row: OnRow) -> None:
        jobs: dict[str, _Job] = {}
        for index, url in enumerate(urls):
            try:
                target = self._parse(url)
                if target.url not in jobs:
                    sender.refuse(target)
                    jobs[target.url] = _Job(target, budget_s=self._url_timeout)
                jobs[target.url].urls_by_index[index] = url
            except UrlError as error:
                on_row(index, unasked(url, error.code, not_sent(error.reason)))
        coroutines = [self._observe(job, sender, on_row) for job in jobs.values()]
        with suppress(TimeoutError):
            async with asyncio.timeout(self._request_timeout):
                if len(coroutines) == 1:
                    await coroutines[0]  # a separate task would cost more than all other work here
                else:
                    async with asyncio.TaskGroup() as tasks:
                        for coroutine in coroutines:
                            tasks.create_task(coroutine)
        for job in jobs.values():
            if not job.done:
                _report(job, _CANCELLED, on_row)

    async def _observe(self, job: _Job, sender: Sender, on_row: OnRow) -> None:
        await job.advance(_ONCE, sender)
        job.done = True
        _report(job, _OFFLINE if job.is_silent and not await sender.is_online() else job.judge(), on_row)


def _report(job: _Job, judgement: Judgement, on_row: OnRow) -> None:
    for index, item in job.rows(judgement):
        on_row(index, item)
