"""Decides which job is next: round robin over hosts, slots and a rate limit per host, waits before retries, and pauses
that a host requested.

The total number of slots is the number of tasks that call :meth:`Schedule.take`. This module counts the slots of each
host.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, Literal, NamedTuple, TypeVar

Job = TypeVar("Job")

#: Shorter waits are not worth a word.
LONG_WAIT_S = 3.0


class Wait(NamedTuple):
    """What all open jobs wait for: see :meth:`Schedule.wait`.

    ``cause`` is ``reply`` if jobs are under way; ``requested`` if the host wants fewer requests, ``spaced`` if it wants them apart, ``rate``
    if the rate limit of all hosts requires a pause. ``until`` is the loop's time at which it ends, if that is known.
    """

    host: str
    cause: Literal["reply", "requested", "spaced", "rate"]
    until: float | None


@dataclass(slots=True)
class _Host(Generic[Job]):
    queue: deque[Job] = field(default_factory=deque)
    busy: int = 0
    paused_until: float = 0.0
    """Until this time nothing is sent, because the host requested a pause or its rate limit requires one."""
    is_spaced: bool = False
    """Whether that is because of its rate."""
    is_ready: bool = False
    """Whether the host is in the queue of hosts that may send now."""


class Schedule(Generic[Job]):
    """A queue of jobs per host, for one event loop and without threads.

    A job is *open* from :meth:`add` until :meth:`finish` or :meth:`close`. :meth:`take` returns ``None`` once no job is
    open.

    Args:
        per_host: the maximum number of jobs of a host under way.
        rate_per_host: jobs per second and host, evenly spaced; 0 for no limit. A host that waits for its rate limit
            holds no slot.
    """

    def __init__(self, per_host: int, rate_per_host: float = 0.0) -> None:
        self._per_host = per_host
        self._spacing_s = 1 / rate_per_host if rate_per_host else 0.0
        self._spacings_s: dict[str, float] = {}
        self._hosts: dict[str, _Host[Job]] = {}
        self._ready_hosts: deque[str] = deque()
        #: Due time, sequence number, host, job (``None`` for the end of a pause), and whether the job goes to the front
        #: of its host's queue.
        self._delayed: list[tuple[float, int, str, Job | None, bool]] = []
        self._order = itertools.count()
        self._open = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.Handle | None = None
        self._alarm_due = 0.0
        self._halted = False
        self._latest = 0.0
        """When a job was last taken or set aside."""

    def add(self, host: str, job: Job) -> None:
        """Append a new job to the queue of its host."""
        self._open += 1
        self._queue(host, job)

    def space(self, host: str, spacing_s: float) -> None:
        """Start jobs of a host at least this many seconds apart. The rate limit of all hosts still holds."""
        self._spacings_s[host] = max(spacing_s, self._spacing_s)

    async def take(self) -> tuple[str, Job] | None:
        """The next job whose host has a free slot. The job occupies that slot. ``None`` when no job is open."""
        while self._open:
            self._release_due()
            if (name := self._next_ready_host()) is not None:
                host = self._hosts[name]
                host.busy += 1
                self._latest = asyncio.get_running_loop().time()
                job = host.queue.popleft()
                if spacing_s := self._spacings_s.get(name, self._spacing_s):
                    # Counted from now, not from the due time, so that a late job is not followed by another within the
                    # same second.
                    self._pause(name, host, self._latest + spacing_s, is_spaced=True)
                self._make_ready(name, host)
                return name, job
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            self._set_alarm()
            try:
                await waiter
            except asyncio.CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._wake()  # pass the wake-up on to another waiting task
                raise
        return None

    def finish(self, host: str) -> None:
        """Close a job that occupies a slot of this host, and free the slot."""
        self.set_aside(host)
        self.close()

    def close(self) -> None:
        """Close a job that was set aside."""
        self._open -= 1
        if not self._open:
            self._wake_all()

    def again(self, host: str, job: Job) -> None:
        """Queue a job again that was set aside."""
        self._queue(host, job)

    def halt(self) -> None:
        """Give out no jobs until :meth:`go_on`."""
        self._halted = True

    def go_on(self) -> None:
        """Resume after :meth:`halt`."""
        self._halted = False
        self._wake_all()

    def put_back(self, host: str, job: Job, wait_s: float, *, pause_host: bool = False) -> None:
        """Free the job's slot and queue it again: without a wait at the front of its host's queue, otherwise at the end
        after ``wait_s`` seconds.

        With ``pause_host`` the host gets no requests in that time. Then the job goes to the front of the queue after
        the pause, before jobs that were not taken yet. So only a few jobs are spent on a host that refuses every
        request.
        """
        entry = self._hosts[host]
        if wait_s:
            due = asyncio.get_running_loop().time() + wait_s
            heapq.heappush(self._delayed, (due, next(self._order), host, job, pause_host))
            if pause_host:
                self._pause(host, entry, due)
        else:
            entry.queue.appendleft(job)
        self.set_aside(host)
        self._set_alarm()

    def pause(self, host: str, wait_s: float) -> None:
        """Send nothing to a host for ``wait_s`` seconds. The host has a job under way."""
        if wait_s:
            self._pause(host, self._hosts[host], asyncio.get_running_loop().time() + wait_s)

    def withdraw(self, host: str) -> list[Job]:
        """Close and return all waiting jobs of a host. Those that occupy its slots, or were set aside, stay open; there is at
        least one of them.
        """
        jobs = [job for _, _, name, job, _ in self._delayed if name == host and job is not None]
        if entry := self._hosts.get(host):
            jobs = [*entry.queue, *jobs]
            entry.queue.clear()
            if entry.is_ready:
                entry.is_ready = False
                self._ready_hosts.remove(host)
        self._delayed = [entry for entry in self._delayed if entry[2] != host or entry[3] is None]
        heapq.heapify(self._delayed)
        self._open -= len(jobs)
        return jobs

    def wait(self) -> Wait | None:
        """What all jobs wait for, if it takes long; ``None`` while some make progress."""
        now = asyncio.get_running_loop().time()
        busy = next((name for name, host in self._hosts.items() if host.busy), None)
        if busy is not None:
            return Wait(busy, "reply", None) if now - self._latest >= LONG_WAIT_S else None
        dues = [
            (max(due, self._hosts[name].paused_until) if name in self._hosts else due, name)
            for due, _, name, job, _ in self._delayed
            if job is not None or (name in self._hosts and self._hosts[name].queue)
        ]
        if self._halted or self._ready_hosts or not dues:
            return None
        until, name = min(dues)
        if until - self._latest < LONG_WAIT_S:
            return None
        if name not in self._hosts or not self._hosts[name].is_spaced:
            return Wait(name, "requested", until)
        return Wait(name, "spaced" if self._spacings_s.get(name, 0.0) > self._spacing_s else "rate", until)

    def _queue(self, name: str, job: Job, *, first: bool = False) -> None:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
        if first:
            host.queue.appendleft(job)
        else:
            host.queue.append(job)
        self._make_ready(name, host)

    def set_aside(self, name: str) -> None:
        """Free the slot of a job that stays open. The job is closed or queued again later."""
        host = self._hosts[name]
        host.busy -= 1
        self._latest = asyncio.get_running_loop().time()
        self._update(name, host)

    def _pause(self, name: str, host: _Host[Job], due: float, *, is_spaced: bool = False) -> None:
        if due > host.paused_until:
            host.paused_until = due
            host.is_spaced = is_spaced
            # An entry without a job resumes the host when its pause ends.
            heapq.heappush(self._delayed, (due, next(self._order), name, None, False))
            self._set_alarm()

    def _update(self, name: str, host: _Host[Job]) -> None:
        if not host.busy and not host.queue and not self._is_paused(host):
            del self._hosts[name]  # memory is proportional to the active hosts, not to all hosts of the check
        else:
            self._make_ready(name, host)

    def _make_ready(self, name: str, host: _Host[Job]) -> None:
        if not host.is_ready and host.queue and host.busy < self._per_host and not self._is_paused(host):
            host.is_ready = True
            self._ready_hosts.append(name)
            self._wake()

    def _next_ready_host(self) -> str | None:
        while self._ready_hosts and not self._halted:
            name = self._ready_hosts.popleft()
            host = self._hosts[name]
            host.is_ready = False
            if not self._is_paused(host):  # the host may have requested a pause since it was queued
                return name
        return None

    def _is_paused(self, host: _Host[Job]) -> bool:
        if host.paused_until and host.paused_until <= asyncio.get_running_loop().time():
            host.paused_until = 0.0
        return host.paused_until > 0.0

    def _release_due(self) -> None:
        if not self._delayed:
            return
        now = asyncio.get_running_loop().time()
        while self._delayed and self._delayed[0][0] <= now:
            _, _, name, job, first = heapq.heappop(self._delayed)
            if job is not None:
                self._queue(name, job, first=first)
            elif name in self._hosts:
                self._update(name, self._hosts[name])

    def _wake_all(self) -> None:
        while self._waiters:
            self._wake()

    def _wake(self) -> None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _set_alarm(self) -> None:
        """Set one timer for the earliest due time, however many tasks wait for work."""
        if not self._delayed or not self._waiters:
            return
        due = self._delayed[0][0]
        if self._alarm is not None:
            if self._alarm_due <= due:
                return
            self._alarm.cancel()
        self._alarm_due = due
        loop = asyncio.get_running_loop()
        self._alarm = loop.call_later(max(0.0, due - loop.time()), self._on_alarm)  # Pyodide rejects negative delays

    def _on_alarm(self) -> None:
        self._alarm = None
        self._wake()
