"""The engine: takes links and yields Results as they complete.

A fixed number of tasks takes jobs from the :class:`~json_head.schedule.Schedule`, one job per distinct URL. Each job is
an :class:`~json_head.examination.Examination`, which sends the requests and gives the verdict.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol

from json_head.examination import Examination
from json_head.fragments import Document, judge_by_document
from json_head.giving_up import HostRecord
from json_head.model import REPORTED, Judgement, Link, Result, Verdict
from json_head.outage import OutageWatch
from json_head.policy import Policy
from json_head.reasons import BLOCKED_REASONS
from json_head.schedule import Schedule, Wait
from json_head.steps import PAGE_STEP, Step, next_page_step, next_reported_step, next_step, pause_s
from json_head.transports.base import Observer, Sender
from json_head.urls.target import UrlError, parse
from json_head.verdicts import judge_fragment, judge_refused

#: Results that are delivered in a row before other tasks may run.
RESULTS_AT_ONCE = 1_000
_CANCELLED = Judgement(Verdict.NOT_CHECKED, "cancelled", "The check was stopped before this link had a result.")
_OFFLINE = Judgement(Verdict.NOT_CHECKED, "offline", BLOCKED_REASONS["offline"])


@dataclass(slots=True, eq=False)
class _Job(Examination):
    """One URL, and all links that lead to it, with their indexes."""

    links: list[tuple[int, Link]] = field(default_factory=list)
    outages: int = 0
    """The number of outages before its first request was sent."""
    is_page: bool = False
    """Whether the target is read as a page: see :class:`Crawler`."""
    is_reported: bool = False
    """Whether another link checker calls one of the links broken."""
    is_decided: bool = False
    """Whether a page that did not answer has been held: it is read next, since a relay may have it."""
    is_read: bool = False
    """Whether the document was wanted, for the fragments of links."""
    document: Document | None = None

    def restart(self) -> None:
        Examination.restart(self)  # `super()` does not work in a dataclass with slots
        if self.is_page:
            self.step = PAGE_STEP

    def results(self, judgement: Judgement) -> Iterable[Result]:
        """A result for each link, all with the current time. They are created lazily."""
        shared = Result.of(Link(self.target.url), judgement, self.observations)
        results = (shared._replace(link=link, link_index=index) for index, link in self.links)
        return map(self._with_fragment, results) if self.is_read else results

    def _with_fragment(self, result: Result) -> Result:
        _, hash_sign, written = result.link.url.partition("#")
        if not hash_sign:
            return result
        fragment = judge_by_document(written, self.document)
        verdict, rule, reason, _ = judge_fragment(result.judgement, fragment)
        return result._replace(verdict=verdict, rule=rule, reason=reason, fragment=fragment)


class PageRequest(Observer, Protocol):
    """Sends the requests for one page."""

    body: bytes | None
    """The content of the page, once it has arrived; ``None`` if it was not wanted."""


class Crawler(Protocol):
    """Requests the pages of a crawl, and reads their links."""

    def request(self, index: int) -> PageRequest:
        """The sender of the requests for the page that the link with this index leads to."""
        ...

    async def read(self, result: Result, body: bytes | None) -> None:
        """Read a page, before its result is delivered. Its links may be admitted to the audit.

        Args:
            body: its content if the server responded with success; ``None`` if it did not arrive.
        """
        ...


class Documents(Protocol):
    """The documents that fragments are looked up in."""

    def has(self, url: str) -> bool:
        """Whether :meth:`read` has an answer, if need be by a request."""
        ...

    async def read(self, url: str, media_type: str) -> Document | None:
        """The document at a URL; ``None`` if it cannot be read."""
        ...


class Audit:
    """One check of some links: an async iterator that yields one Result per link, as they complete.

    Iterate it once. Requests start with the iteration. They are aborted when the iteration is left or :meth:`cancel` is
    called. ``cancelled`` is true after :meth:`cancel`. Links may be added by :meth:`admit` until the iteration has ended.

    When a request fails, the transport is asked whether our own network is up before the target is blamed. During an
    outage the check pauses, and the requests that failed in it are repeated afterwards. ``on_outage`` is called with
    ``True`` when an outage begins and with ``False`` when it ends.

    Args:
        transport: the network.
        documents: judge the fragments of working links; ``None`` if they are not judged.
        crawler: reads the targets that were admitted as pages.
        silence_limit: the number of targets of a host in a row without any response after which the host's other targets get
            ``not-checked``, rule ``host-silent``; 0 for never.
        closes_transport: whether to close the transport at the end of the iteration.
    """

    def __init__(
        self,
        links: Iterable[Link],
        policy: Policy,
        transport: Sender,
        *,
        documents: Documents | None = None,
        crawler: Crawler | None = None,
        silence_limit: int = 0,
        closes_transport: bool = False,
    ) -> None:
        self._policy = policy
        self._transport = transport
        self._documents = documents
        self._crawler = crawler
        self._policies: dict[str, Policy] = {}
        self._closes_transport = closes_transport
        self._schedule: Schedule[_Job] = Schedule(policy.per_host, policy.rate_per_host)
        self.wait: Callable[[], Wait | None] = self._schedule.wait
        self._jobs: dict[str, _Job] = {}
        self._hosts: set[str] = set()
        self._next_index = 0
        self._results: deque[Iterable[Result]] = deque()
        """One group per job, whose Results are created lazily: 100,000 links to one URL take no memory here."""
        self._has_results = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_running = False
        self._outages = OutageWatch(transport.is_online, self._decide, self._report_outage)
        self._record = HostRecord(silence_limit)
        self.on_outage: Callable[[bool], object] = lambda offline: None
        self.cancelled = False
        for link in links:
            self.admit(link)

    @property
    def urls(self) -> int:
        """The number of distinct URLs without a verdict."""
        return len(self._jobs)

    @property
    def silent_hosts(self) -> list[str]:
        """The hosts that were given up because they did not respond, as :attr:`Target.host`."""
        return self._record.silent_hosts()

    def cancel(self) -> None:
        """Stop sending requests. Links without a result get ``not-checked``, rule ``cancelled``."""
        self.cancelled = True
        for task in self._tasks:
            task.cancel()
        self._has_results.set()

    async def __aiter__(self) -> AsyncIterator[Result]:
        self._is_running = True
        if not self.cancelled:
            self._tasks = [asyncio.ensure_future(self._run_task(self._outages.run))]
            for job in self._jobs.values():
                self._schedule.add(job.target.host, job)
            self._start_workers()
        try:
            while True:
                while self._results:
                    for result in self._results.popleft():
                        yield result
                if self.cancelled or not self._jobs:
                    break
                self._has_results.clear()
                await self._has_results.wait()
            unchecked = _OFFLINE if self._outages.is_outage else _CANCELLED
            for job in self._jobs.values():
                for result in job.results(unchecked):
                    yield result
            while self._results:  # of links that were admitted meanwhile
                for result in self._results.popleft():
                    yield result
        finally:
            self._is_running = False
            for task in self._tasks:
                task.cancel()
            outcomes = await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._closes_transport:
                await self._transport.close()
        for error in outcomes:
            if isinstance(error, Exception):
                raise error

    def space(self, host: str, spacing_s: float) -> None:
        """Start the requests to a host at least this many seconds apart."""
        self._schedule.space(host, spacing_s)
        rate = 1 / spacing_s
        own = self._policy.rate_per_host
        self._policies[host] = replace(self._policy, rate_per_host=min(rate, own) if own else rate)

    def admit(self, link: Link, index: int | None = None, *, is_page: bool = False) -> None:
        """Queue the URL of a link.

        A URL that several links share is requested once while it is queued or under way. A link whose URL cannot be
        requested gets its result at once. ``index`` is :attr:`Result.link_index`; by default it is the one after the highest so far.
        ``is_page``: whether the target is read as a page, which needs a ``crawler``. Of a URL that several links share, the first decides.
        """
        index = self._next_index if index is None else index
        self._next_index = max(self._next_index, index + 1)
        if self.cancelled:
            self._results.append((Result.of(link, _CANCELLED, link_index=index),))
            return
        try:
            target = parse(link.url)
            job = self._jobs.get(target.url)
            if job is None:
                self._transport.refuse(target)
                step = PAGE_STEP if is_page else Step()
                job = self._jobs[target.url] = _Job(target, step=step, is_page=is_page)
                self._hosts.add(target.host)
                if self._is_running:
                    self._schedule.add(target.host, job)
                    self._start_workers()
            job.links.append((index, link))
            job.is_reported |= link.found == REPORTED
        except UrlError as error:
            self._results.append((Result.of(link, judge_refused(link, error), link_index=index),))
            self._has_results.set()

    def _start_workers(self) -> None:
        """Start as many tasks as requests may be under way, beside that of the outage watch."""
        self._tasks = [task for task in self._tasks if not task.done()]
        workers = min(self._policy.total, len(self._jobs), len(self._hosts) * self._policy.per_host)
        for _ in range(1 + workers - len(self._tasks)):
            self._tasks.append(asyncio.ensure_future(self._run_task(self._work)))

    async def _run_task(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run one of our tasks. An exception in it is a bug of ours: it ends the check and is raised to the caller."""
        try:
            await work()
        except Exception:
            self.cancel()
            raise

    async def _work(self) -> None:
        """Process jobs until none is left."""
        while (entry := await self._schedule.take()) is not None:
            host, job = entry
            if not job.observations:
                job.outages = self._outages.count
            request = self._crawler.request(job.links[0][0]) if self._crawler and job.is_page else None
            if not job.is_decided:
                await job.advance(
                    self._policies.get(host, self._policy),
                    request or self._transport,
                    next_page_step if request else next_reported_step if job.is_reported else next_step,
                    partial(self._record.note_observation, host),
                )
            step = job.step
            gives_up = self._record.is_silent(host) or (step and step.pause_host and self._record.refuses(host))
            if step and not gives_up:
                pauses_host = step.pause_host or self._record.retries_first(job.observations)
                self._schedule.put_back(host, job, step.wait_s, pause_host=pauses_host)
            elif not job.is_decided and (job.is_silent or job.outages != self._outages.count):
                self._schedule.set_aside(host)
                self._outages.hold(job)
            else:
                # A host that rate-limits this URL will rate-limit the next one.
                self._schedule.pause(host, pause_s(job.observations, self._policy))
                await self._read_document(job)
                if self._crawler and request:
                    await self._read_page(job, self._crawler, request.body)
                self._judge(job)
                if self._record.refuses(host):
                    for count, _ in enumerate(self._give_up(host), 1):
                        if not count % RESULTS_AT_ONCE:
                            await asyncio.sleep(0)
                self._schedule.finish(host)

    async def _read_document(self, job: _Job) -> None:
        """Read the document of a working link with a fragment. It counts as one of the requests to its host."""
        documents = self._documents
        if documents is None or not documents.has(job.target.url) or not any("#" in link.url for _, link in job.links):
            return
        verdict, _, _, final = job.judge()
        if verdict is Verdict.OK and final:
            job.document = await documents.read(job.target.url, (final.headers or {}).get("content-type", ""))
            job.is_read = True

    async def _read_page(self, job: _Job, crawler: Crawler, body: bytes | None) -> None:
        """Have a page read. Its links are admitted before the job ends, so the check goes on."""
        result = next(iter(job.results(job.judge())))
        await crawler.read(result, body if result.verdict is Verdict.OK else None)

    def _give_up(self, host: str) -> Iterator[Judgement]:
        """End the queued targets of a host. Its requests under way still complete."""
        judge = self._record.judge_of(host)
        for job in self._schedule.withdraw(host):
            judgement = judge(job.observations)
            self._complete(job, judgement)
            yield judgement

    def _report_outage(self, is_outage: bool) -> None:
        if is_outage:
            self._schedule.halt()
        else:
            self._schedule.go_on()
        self.on_outage(is_outage)

    def _decide(self, job: _Job) -> None:
        """Judge a held job, or repeat it if an outage of our own network may have been the cause."""
        if job.outages == self._outages.count and job.observations[-1].error != "offline":
            if self._crawler and job.is_page:
                job.is_decided = True
                self._schedule.again(job.target.host, job)
                return
            self._judge(job)
            if self._record.is_silent(job.target.host):
                deque(self._give_up(job.target.host), 0)
            self._schedule.close()
        else:
            job.restart()
            self._schedule.again(job.target.host, job)

    def _judge(self, job: _Job) -> None:
        judgement = job.judge()
        self._record.note_judgement(job.target.host, judgement, job.observations)
        self._complete(job, judgement)

    def _complete(self, job: _Job, judgement: Judgement) -> None:
        del self._jobs[job.target.url]
        self._results.append(job.results(judgement))
        self._has_results.set()
