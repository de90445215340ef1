"""The engine: takes links and yields Results as they complete.

A fixed number of tasks takes jobs from the :class:`~json_head.schedule.Schedule`, one job per distinct URL. A task
sends the requests that :func:`~json_head.steps.next_step` chooses. :func:`~json_head.verdicts.judge` turns the
observations into a verdict.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from json_head.model import Link, Observation, Outcome, Policy, Request, Result, Verdict, timestamp
from json_head.schedule import Schedule
from json_head.steps import Step, next_step, pause_s
from json_head.transports import default_transport
from json_head.transports.base import Sender
from json_head.urls.target import Target, UrlError, parse
from json_head.verdicts import BLOCKED_REASONS, Judgement, is_rate_limit, judge, judge_given_up

#: Minimum seconds between two checks of our own network: during an outage, and while the network is up.
OUTAGE_POLL_S = 1.0
CANARY_EVERY_S = 0.1
#: Targets of a host that may end ``rate-limited`` in a row. After that the host is given up, and its other targets end
#: at once.
REFUSALS_MAX = 3
#: Results that are delivered in a row before other tasks may run.
RESULTS_AT_ONCE = 1_000
_CANCELLED = ("cancelled", "The audit was cancelled before this was answered.")


@dataclass(slots=True, eq=False)
class _Job:
    """One URL, all links that lead to it, and its observations so far."""

    target: Target
    links: list[Link]
    step: Step = field(default_factory=Step)
    observations: list[Observation] = field(default_factory=list)
    outages: int = 0
    """The number of outages before its first request was sent."""

    @property
    def is_silent(self) -> bool:
        """Whether the last request got no response. The cause may be our own network as well as the target."""
        last = self.observations[-1]
        return last.outcome in (Outcome.FAILED, Outcome.TIMEOUT) or last.error == "offline"


class Audit:
    """One check of some links: an async iterator that yields one Result per link, as they complete.

    Iterate it once. Requests start with the iteration. They are aborted when the iteration is left or :meth:`cancel` is
    called. ``cancelled`` is true after :meth:`cancel`.

    When a request fails, the transport is asked whether our own network is up before the target is blamed. During an
    outage the check pauses, and the requests that failed in it are repeated afterwards. ``on_outage`` is called with
    ``True`` when an outage begins and with ``False`` when it ends.
    """

    def __init__(self, links: Iterable[Link], policy: Policy, transport: Sender | None = None) -> None:
        self._policy = policy
        self._transport: Sender = transport or default_transport()
        self._closes_transport = transport is None
        self._schedule: Schedule[_Job] = Schedule(policy.per_host, policy.rate_per_host)
        self._jobs: dict[str, _Job] = {}
        self._results: deque[Iterable[Result]] = deque()
        """One group per job, whose Results are created lazily: 100,000 links to one URL take no memory here."""
        self._has_results = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._held: list[_Job] = []
        self._has_held = asyncio.Event()
        self._outages = 0
        self._offline = False
        #: The number of a host's targets in a row that ended rate-limited, with no other response in between.
        self._refusals: dict[str, int] = {}
        self.on_outage: Callable[[bool], object] = lambda offline: None
        self.cancelled = False
        for link in links:
            self.admit(link)

    @property
    def urls(self) -> int:
        """The number of distinct URLs without a verdict."""
        return len(self._jobs)

    def cancel(self) -> None:
        """Stop sending requests. Links without a result get ``not-checked``, rule ``cancelled``."""
        self.cancelled = True
        for task in self._tasks:
            task.cancel()
        self._has_results.set()

    async def __aiter__(self) -> AsyncIterator[Result]:
        hosts = len({job.target.host for job in self._jobs.values()})
        workers = min(self._policy.total, len(self._jobs), hosts * self._policy.per_host)
        if not self.cancelled:
            for job in self._jobs.values():
                self._schedule.add(job.target.host, job)
            coroutines = [self._run_task(self._work) for _ in range(workers)]
            self._tasks = [asyncio.ensure_future(work) for work in (*coroutines, self._run_task(self._decide_held))]
        try:
            while True:
                while self._results:
                    for result in self._results.popleft():
                        yield result
                if self.cancelled or not self._jobs:
                    break
                self._has_results.clear()
                await self._has_results.wait()
            rule, reason = _CANCELLED
            if self._offline:
                rule, reason = "offline", BLOCKED_REASONS["offline"]
            for job in self._jobs.values():
                for link in job.links:
                    yield Result(link, Verdict.NOT_CHECKED, rule, reason, attempts=tuple(job.observations))
        finally:
            for task in self._tasks:
                task.cancel()
            outcomes = await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._closes_transport:
                await self._transport.close()
        for error in outcomes:
            if isinstance(error, Exception):
                raise error

    def admit(self, link: Link) -> None:
        """Queue the URL of a link. Call it before the iteration.

        A URL that several links share is queued once. A link whose URL cannot be requested gets its result at once.
        """
        if self.cancelled:
            self._results.append((Result(link, Verdict.NOT_CHECKED, *_CANCELLED),))
            return
        try:
            target = parse(link.url)
            job = self._jobs.get(target.url)
            if job is None:
                self._transport.refuse(target)
                self._jobs[target.url] = _Job(target, [link])
            else:
                job.links.append(link)
        except UrlError as error:
            self._results.append((Result(link, Verdict.NOT_CHECKED, error.code, error.reason),))

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
            later_step = await self._send(job)
            if later_step and not (later_step.pause_host and self._is_given_up(host)):
                job.step = later_step
                self._schedule.put_back(host, job, later_step.wait_s, pause_host=later_step.pause_host)
            elif job.is_silent or job.outages != self._outages:
                self._schedule.set_aside(host)
                self._hold(job)
            else:
                # A host that rate-limits this URL will rate-limit the next one.
                self._schedule.pause(host, pause_s(job.observations, self._policy))
                self._judge(job)
                if self._is_given_up(host):
                    await self._give_up(host)
                self._schedule.finish(host)

    async def _send(self, job: _Job) -> Step | None:
        """Send a job's request, and those that follow it without a wait.

        Returns the next step if it has to wait, else ``None``. With a rate limit every request is delayed; the schedule
        decides how long.
        """
        step: Step | None = job.step
        if not job.observations:
            job.outages = self._outages
        while step:
            request = Request(job.target.url, step.method, step.mode, self._policy.timeout_s, step.whole)
            observation = await self._transport.observe(request)
            job.observations.append(observation)
            if self._refusals and observation.outcome is Outcome.RESPONSE and not is_rate_limit(observation):
                self._refusals.pop(job.target.host, None)
            step = next_step(job.observations, self._policy)
            if step and (step.wait_s or self._policy.rate_per_host):
                return step
        return None

    def _is_given_up(self, host: str) -> bool:
        return self._refusals.get(host, 0) >= REFUSALS_MAX

    async def _give_up(self, host: str) -> None:
        """End the queued targets of a host that refuses every request. Its requests under way still complete."""
        refusals = self._refusals[host]
        for count, job in enumerate(self._schedule.withdraw(host), 1):
            self._complete(job, judge_given_up(job.observations, refusals))
            if not count % RESULTS_AT_ONCE:
                await asyncio.sleep(0)

    def _hold(self, job: _Job) -> None:
        """Hold a failed job until a request that was sent after it shows whether our own network is up."""
        self._held.append(job)
        self._has_held.set()

    async def _decide_held(self) -> None:
        """Judge the held jobs, or repeat them after an outage of our own network."""
        while True:
            await self._has_held.wait()
            self._has_held.clear()
            jobs, self._held = self._held, []
            if not await self._transport.is_online():
                await self._wait_for_network()
            for job in jobs:
                if job.outages == self._outages and job.observations[-1].error != "offline":
                    self._judge(job)
                    self._schedule.close()
                else:
                    job.observations.clear()
                    job.step = Step()
                    self._schedule.again(job.target.host, job)
            await asyncio.sleep(CANARY_EVERY_S)

    async def _wait_for_network(self) -> None:
        self._outages += 1
        self._offline = True
        self._schedule.halt()
        self.on_outage(True)
        while True:
            await asyncio.sleep(OUTAGE_POLL_S)
            if await self._transport.is_online():
                break
        self._offline = False
        self._schedule.go_on()
        self.on_outage(False)

    def _judge(self, job: _Job) -> None:
        judgement = judge(job.observations)
        if judgement.verdict is Verdict.RATE_LIMITED:
            host = job.target.host
            self._refusals[host] = self._refusals.get(host, 0) + 1
        elif self._refusals:
            self._refusals.pop(job.target.host, None)
        self._complete(job, judgement)

    def _complete(self, job: _Job, judgement: Judgement) -> None:
        del self._jobs[job.target.url]
        attempts = tuple(job.observations)
        now = timestamp() if attempts else None
        self._results.append(
            Result(link, judgement.verdict, judgement.rule, judgement.reason, judgement.final, attempts, now)
            for link in job.links
        )
        self._has_results.set()


def audit(
    links: Iterable[Link | str] | Link | str, *, policy: Policy | None = None, transport: Sender | None = None
) -> Audit:
    """Check links: ``async for result in audit(links)``.

    Args:
        links: :class:`~json_head.model.Link` objects, as ``extract.links`` gives them, or URLs, or a single one of
            either.
        policy: limits of politeness and patience; the defaults of :class:`~json_head.model.Policy` if omitted.
        transport: the network; it stays open. If omitted, a :func:`~json_head.transports.default_transport` is used,
            and closed at the end.
    """
    if isinstance(links, (str, Link)):
        links = [links]
    as_links = (link if isinstance(link, Link) else Link(link) for link in links)
    return Audit(as_links, policy or Policy(), transport)


async def head(urls: Iterable[str], *, policy: Policy | None = None, transport: Sender | None = None) -> list[Result]:
    """Check URLs and return their Results in the order of ``urls``: one per URL, including repeated ones.

    A string counts as one URL, not as an iterable of characters.
    """
    links = [Link(url) for url in ([urls] if isinstance(urls, str) else urls)]
    position = {id(link): index for index, link in enumerate(links)}
    results: dict[int, Result] = {}
    async for result in audit(links, policy=policy, transport=transport):
        results[position[id(result.link)]] = result
    return [results[index] for index in range(len(links))]
