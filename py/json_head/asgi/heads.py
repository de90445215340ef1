"""What is said of the URLs of one request. All are asked at once, and none again: who wants to may ask again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from json_head.asgi.replies import row, unasked
from json_head.asgi.settings import Settings
from json_head.guard import Guard
from json_head.model import Link, Observation, Outcome, Policy, Request, Result, Verdict, timestamp
from json_head.steps import Step, next_step
from json_head.transports.base import Sender
from json_head.urls.target import Target, UrlError, parse
from json_head.verdicts import BLOCKED_REASONS, Judgement, judge

#: A request that was given no time at all would show nothing.
LEAST_S = 0.1
_ONCE = Policy(retries=0)

Row = dict[str, Any]
Tell = Callable[[int, Row], object]


@dataclass(slots=True, eq=False)
class _Job:
    """A URL, where it stands in the list and as what, and what has been seen of it so far."""

    target: Target
    places: dict[int, str]
    seen: list[Observation] = field(default_factory=list)
    done: bool = False

    def rows(self, said: Judgement) -> Iterator[tuple[int, Row]]:
        attempts = tuple(self.seen)
        now = timestamp() if attempts else None
        for place, url in self.places.items():
            yield place, row(Result(Link(url), said.verdict, said.rule, said.reason, said.final, attempts, now))


_CANCELLED = Judgement(
    Verdict.NOT_CHECKED, "cancelled", "The time for the request was over before this was answered.", None
)
_OFFLINE = Judgement(Verdict.NOT_CHECKED, "offline", BLOCKED_REASONS["offline"], None)


class Heads:
    """Asks for the URLs of one request after another.

    Args:
        guard: which URLs may be asked; ``None`` where what the transport refuses is enough.
    """

    def __init__(self, settings: Settings, guard: Guard | None) -> None:
        self._url_timeout = settings.url_timeout
        self._request_timeout = settings.request_timeout
        self._parse = guard.parse if guard else parse

    async def all(self, urls: list[str], sender: Sender) -> list[Row]:
        """A row for each URL, in their order."""
        rows: dict[int, Row] = {}
        await self._ask(urls, sender, rows.__setitem__)
        return [rows[place] for place in range(len(urls))]

    async def as_completed(self, urls: list[str], sender: Sender) -> AsyncGenerator[Row, None]:
        """A row for each URL, as they come. Close it if it is left before its end."""
        rows: asyncio.Queue[Row | None] = asyncio.Queue()
        asking = asyncio.ensure_future(self._ask(urls, sender, lambda _, said: rows.put_nowait(said)))
        asking.add_done_callback(lambda _: rows.put_nowait(None))
        try:
            while (said := await rows.get()) is not None:
                yield said
            await asking
        finally:
            asking.cancel()

    async def _ask(self, urls: list[str], sender: Sender, tell: Tell) -> None:
        jobs: dict[str, _Job] = {}
        for place, url in enumerate(urls):
            try:
                target = self._parse(url)
                if target.url not in jobs:
                    sender.refuse(target)
                    jobs[target.url] = _Job(target, {})
                jobs[target.url].places[place] = url
            except UrlError as refused:
                tell(place, unasked(url, refused.code, refused.reason))
        asking = [self._observe(job, sender, tell) for job in jobs.values()]
        with suppress(TimeoutError):
            async with asyncio.timeout(self._request_timeout):
                if len(asking) == 1:
                    await asking[0]  # a task of its own would cost more than all the rest of this
                else:
                    async with asyncio.TaskGroup() as tasks:
                        for one in asking:
                            tasks.create_task(one)
        for job in jobs.values():
            if not job.done:
                _tell(job, _CANCELLED, tell)

    async def _observe(self, job: _Job, sender: Sender, tell: Tell) -> None:
        """Ask until it is enough for a verdict. What is asked after the first request has what that left of the time."""
        step: Step | None = Step()
        while step:
            left = max(LEAST_S, self._url_timeout - sum(one.elapsed_ms for one in job.seen) / 1000)
            job.seen.append(await sender.observe(Request(job.target.url, step.method, step.mode, left, step.whole)))
            step = next_step(job.seen, _ONCE)
        job.done = True
        last = job.seen[-1]
        silent = last.outcome in (Outcome.FAILED, Outcome.TIMEOUT)
        _tell(job, _OFFLINE if silent and not await sender.is_online() else judge(job.seen), tell)


def _tell(job: _Job, said: Judgement, tell: Tell) -> None:
    for place, said_of_it in job.rows(said):
        tell(place, said_of_it)
