"""The engine: links in, Results out as they complete.

A fixed number of tasks takes jobs from the :class:`~json_head.schedule.Schedule`, one job per different URL, sends what
:func:`~json_head.steps.next_step` asks for, and hands over what :func:`~json_head.verdicts.judge` says.
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

#: While this end of the network is down, how often it is looked at; and how often at most while it is up.
OUTAGE_POLL_S = 1.0
CANARY_EVERY_S = 0.1
#: A host is given up once so many of its targets in a row have ended ``rate-limited``: its other targets end at once.
REFUSALS_MAX = 3
#: After how many results in one go other work gets its turn.
RESULTS_AT_ONCE = 1_000
_CANCELLED = ("cancelled", "The audit was cancelled before this was answered.")


@dataclass(slots=True, eq=False)
class _Job:
    """One URL, every link that leads to it, and what has been seen of it so far."""

    target: Target
    links: list[Link]
    step: Step = field(default_factory=Step)
    observations: list[Observation] = field(default_factory=list)
    outages: int = 0
    """How many outages there had been when its first request left."""

    @property
    def is_silent(self) -> bool:
        """Whether its last request came to nothing, for which we may be to blame as well as the target."""
        last = self.observations[-1]
        return last.outcome in (Outcome.FAILED, Outcome.TIMEOUT) or last.error == "offline"


class Audit:
    """One run over some links: an async iterator of Results, one for each link, as they complete.

    Iterate it once. It starts with the iteration, and ends all its requests when that is left or :meth:`cancel` is called.
    ``cancelled`` tells whether it was.

    Where a request comes to nothing, the transport is asked whether this end of the network is up before the target is
    blamed. If it is not, the audit halts until it is, and what failed meanwhile is asked anew; ``on_outage`` is called
    with ``True`` when that begins and ``False`` when it ends.
    """

    def __init__(self, links: Iterable[Link], policy: Policy, transport: Sender | None = None) -> None:
        self._policy = policy
        self._transport: Sender = transport or default_transport()
        self._closes_transport = transport is None
        self._schedule: Schedule[_Job] = Schedule(policy.per_host, policy.rate_per_host)
        self._jobs: dict[str, _Job] = {}
        self._done: deque[Iterable[Result]] = deque()
        """One group for each job: 100,000 links to one URL are no results yet."""
        self._news = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._doubtful: list[_Job] = []
        self._doubts = asyncio.Event()
        self._outages = 0
        self._offline = False
        #: How many targets of a host in a row have ended rate-limited, while it gave no other response.
        self._refusals: dict[str, int] = {}
        self.on_outage: Callable[[bool], object] = lambda offline: None
        self.cancelled = False
        for link in links:
            self.admit(link)

    @property
    def urls(self) -> int:
        """How many different URLs are still to be asked."""
        return len(self._jobs)

    def cancel(self) -> None:
        """Stop: no further request leaves. Links without a result come as ``not-checked``, rule ``cancelled``."""
        self.cancelled = True
        for task in self._tasks:
            task.cancel()
        self._news.set()

    async def __aiter__(self) -> AsyncIterator[Result]:
        hosts = len({job.target.host for job in self._jobs.values()})
        workers = min(self._policy.total, len(self._jobs), hosts * self._policy.per_host)
        if not self.cancelled:
            for job in self._jobs.values():
                self._schedule.add(job.target.host, job)
            works = [self._guarded(self._work) for _ in range(workers)]
            self._tasks = [asyncio.ensure_future(work) for work in (*works, self._guarded(self._listen))]
        try:
            while True:
                while self._done:
                    for result in self._done.popleft():
                        yield result
                if self.cancelled or not self._jobs:
                    break
                self._news.clear()
                await self._news.wait()
            rule, reason = _CANCELLED
            if self._offline:
                rule, reason = "offline", BLOCKED_REASONS["offline"]
            for job in self._jobs.values():
                for link in job.links:
                    yield Result(link, Verdict.NOT_CHECKED, rule, reason, attempts=tuple(job.observations))
        finally:
            for task in self._tasks:
                task.cancel()
            ended = await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._closes_transport:
                await self._transport.close()
        for error in ended:
            if isinstance(error, Exception):
                raise error

    def admit(self, link: Link) -> None:
        """Queue a link's URL, once however often it occurs; what can't be asked has its result at once. Before the iteration."""
        if self.cancelled:
            self._done.append((Result(link, Verdict.NOT_CHECKED, *_CANCELLED),))
            return
        try:
            target = parse(link.url)
            job = self._jobs.get(target.url)
            if job is None:
                self._transport.refuse(target)
                self._jobs[target.url] = _Job(target, [link])
            else:
                job.links.append(link)
        except UrlError as refused:
            self._done.append((Result(link, Verdict.NOT_CHECKED, refused.code, refused.reason),))

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        """An error in one of our tasks is a bug of ours: it ends the audit and is raised to its caller."""
        try:
            await work()
        except Exception:
            self.cancel()
            raise

    async def _work(self) -> None:
        """Take jobs until none is left."""
        while (taken := await self._schedule.take()) is not None:
            host, job = taken
            again = await self._ask(job)
            if again and not (again.pause_host and self._is_given_up(host)):
                job.step = again
                self._schedule.put_back(host, job, again.wait_s, pause_host=again.pause_host)
            elif job.is_silent or job.outages != self._outages:
                self._schedule.set_aside(host)
                self._doubt(job)
            else:
                # A host that rate-limits this URL will rate-limit the next one.
                self._schedule.pause(host, pause_s(job.observations, self._policy))
                self._judge(job)
                if self._is_given_up(host):
                    await self._give_up(host)
                self._schedule.finish(host)

    async def _ask(self, job: _Job) -> Step | None:
        """Send a job's request and those that follow on it without a wait; the step that has to wait, if there is one.

        With a rate, every request has to: the schedule is who knows for how long.
        """
        step: Step | None = job.step
        if not job.observations:
            job.outages = self._outages
        while step:
            request = Request(job.target.url, step.method, step.mode, self._policy.timeout_s, step.whole)
            seen = await self._transport.observe(request)
            job.observations.append(seen)
            if self._refusals and seen.outcome is Outcome.RESPONSE and not is_rate_limit(seen):
                self._refusals.pop(job.target.host, None)
            step = next_step(job.observations, self._policy)
            if step and (step.wait_s or self._policy.rate_per_host):
                return step
        return None

    def _is_given_up(self, host: str) -> bool:
        return self._refusals.get(host, 0) >= REFUSALS_MAX

    async def _give_up(self, host: str) -> None:
        """End the targets that wait for a host which refuses every request. Its requests under way come to their end."""
        refused = self._refusals[host]
        for count, job in enumerate(self._schedule.withdraw(host), 1):
            self._complete(job, judge_given_up(job.observations, refused))
            if not count % RESULTS_AT_ONCE:
                await asyncio.sleep(0)

    def _doubt(self, job: _Job) -> None:
        """Hold a job until the canary has been heard, that is, a request made after the job's own has been answered."""
        self._doubtful.append(job)
        self._doubts.set()

    async def _listen(self) -> None:
        """Decide on the doubtful jobs: blame their targets, or ask them anew once this end of the network is up again."""
        while True:
            await self._doubts.wait()
            self._doubts.clear()
            jobs, self._doubtful = self._doubtful, []
            if not await self._transport.is_online():
                await self._wait_out()
            for job in jobs:
                if job.outages == self._outages and job.observations[-1].error != "offline":
                    self._judge(job)
                    self._schedule.close()
                else:
                    job.observations.clear()
                    job.step = Step()
                    self._schedule.again(job.target.host, job)
            await asyncio.sleep(CANARY_EVERY_S)

    async def _wait_out(self) -> None:
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
        said = judge(job.observations)
        if said.verdict is Verdict.RATE_LIMITED:
            host = job.target.host
            self._refusals[host] = self._refusals.get(host, 0) + 1
        elif self._refusals:
            self._refusals.pop(job.target.host, None)
        self._complete(job, said)

    def _complete(self, job: _Job, said: Judgement) -> None:
        del self._jobs[job.target.url]
        attempts = tuple(job.observations)
        now = timestamp() if attempts else None
        self._done.append(
            Result(link, said.verdict, said.rule, said.reason, said.final, attempts, now) for link in job.links
        )
        self._news.set()


def audit(
    links: Iterable[Link | str] | Link | str, *, policy: Policy | None = None, transport: Sender | None = None
) -> Audit:
    """Check links: ``async for result in audit(links)``.

    Args:
        links: :class:`~json_head.model.Link` objects, as ``extract.links`` gives them, or URLs; a single one too.
        policy: how politely and patiently; its defaults otherwise.
        transport: the network, which stays open; :func:`~json_head.transports.default_transport` otherwise.
    """
    if isinstance(links, (str, Link)):
        links = [links]
    as_links = (link if isinstance(link, Link) else Link(link) for link in links)
    return Audit(as_links, policy or Policy(), transport)


async def head(urls: Iterable[str], *, policy: Policy | None = None, transport: Sender | None = None) -> list[Result]:
    """Check URLs and give their Results in the order of ``urls``, one for each, repeated ones included.

    A string is one URL, not an iterable of characters.
    """
    links = [Link(url) for url in ([urls] if isinstance(urls, str) else urls)]
    position = {id(link): index for index, link in enumerate(links)}
    results: dict[int, Result] = {}
    async for result in audit(links, policy=policy, transport=transport):
        results[position[id(result.link)]] = result
    return [results[index] for index in range(len(links))]
