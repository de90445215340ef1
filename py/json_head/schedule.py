"""Who goes next: turns among hosts, slots and a rate per host, waits before a retry, pauses that a host asked for.

Slots in all are the number of tasks that call :meth:`Schedule.take`; this module counts those of each host.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Job = TypeVar("Job")


@dataclass(slots=True)
class _Host(Generic[Job]):
    queue: deque[Job] = field(default_factory=deque)
    busy: int = 0
    paused_until: float = 0.0
    """Until when nothing is sent: it asked for that, or its rate does."""
    in_turn: bool = False
    """Whether the host stands in the line of those that may send now."""


class Schedule(Generic[Job]):
    """A queue of jobs by host. One event loop, no threads.

    A job is *open* from :meth:`add` until :meth:`finish` or :meth:`close`; :meth:`take` gives ``None`` once none is left.

    Args:
        per_host: how many jobs of a host may be taken at once.
        rate_per_host: how many a second, evenly spaced; 0 for any number. A host that waits for this holds no slot.
    """

    def __init__(self, per_host: int, rate_per_host: float = 0.0) -> None:
        self._per_host = per_host
        self._spacing_s = 1 / rate_per_host if rate_per_host else 0.0
        self._hosts: dict[str, _Host[Job]] = {}
        self._turns: deque[str] = deque()
        #: When it is due, a number for the order, the host, the job if it is one's, and whether that comes first then.
        self._later: list[tuple[float, int, str, Job | None, bool]] = []
        self._order = itertools.count()
        self._open = 0
        self._waiters: deque[asyncio.Future[None]] = deque()
        self._alarm: asyncio.Handle | None = None
        self._alarm_due = 0.0
        self._halted = False

    def add(self, host: str, job: Job) -> None:
        """Put a new job at the end of its host's queue."""
        self._open += 1
        self._queue(host, job)

    async def take(self) -> tuple[str, Job] | None:
        """The next job whose host has a free slot, which it now occupies; ``None`` when all are finished."""
        while self._open:
            self._release_due()
            if (name := self._next_turn()) is not None:
                host = self._hosts[name]
                host.busy += 1
                job = host.queue.popleft()
                if self._spacing_s:
                    # From now, and not from when it was due: what came late must not be followed by more in the same second.
                    self._pause(name, host, asyncio.get_running_loop().time() + self._spacing_s)
                self._line_up(name, host)
                return name, job
            waiter = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            self._set_alarm()
            try:
                await waiter
            except asyncio.CancelledError:
                if waiter.done() and not waiter.cancelled():
                    self._wake()  # the call that this task was given goes to another
                raise
        return None

    def finish(self, host: str) -> None:
        """The job that occupied a slot of this host is done with."""
        self.set_aside(host)
        self.close()

    def close(self) -> None:
        """A job that was set aside is done with."""
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
        """End what :meth:`halt` began."""
        self._halted = False
        self._wake_all()

    def put_back(self, host: str, job: Job, wait_s: float, *, pause_host: bool = False) -> None:
        """Free the job's slot and queue it again: as the host's next if it need not wait, else last, in ``wait_s`` seconds.

        Meanwhile the host may be left alone altogether. Then the job comes first after the pause, before jobs that were not
        taken yet, so that a host which refuses every request is found out by a few jobs and not by all.
        """
        entry = self._hosts[host]
        if wait_s:
            due = asyncio.get_running_loop().time() + wait_s
            heapq.heappush(self._later, (due, next(self._order), host, job, pause_host))
            if pause_host:
                self._pause(host, entry, due)
        else:
            entry.queue.appendleft(job)
        self.set_aside(host)
        self._set_alarm()

    def pause(self, host: str, wait_s: float) -> None:
        """Leave a host that is at work alone for so long."""
        if wait_s:
            self._pause(host, self._hosts[host], asyncio.get_running_loop().time() + wait_s)

    def withdraw(self, host: str) -> list[Job]:
        """Close all jobs that wait for a host that is at work, and give them. Those that occupy its slots stay open."""
        entry = self._hosts[host]
        jobs = [*entry.queue, *(job for _, _, name, job, _ in self._later if name == host and job is not None)]
        entry.queue.clear()
        if entry.in_turn:
            entry.in_turn = False
            self._turns.remove(host)
        self._later = [later for later in self._later if later[2] != host or later[3] is None]
        heapq.heapify(self._later)
        self._open -= len(jobs)
        return jobs

    def _queue(self, name: str, job: Job, *, first: bool = False) -> None:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host()
        if first:
            host.queue.appendleft(job)
        else:
            host.queue.append(job)
        self._line_up(name, host)

    def set_aside(self, name: str) -> None:
        """Free the slot of a job that stays open: it is closed later, or queued again."""
        host = self._hosts[name]
        host.busy -= 1
        self._settle(name, host)

    def _pause(self, name: str, host: _Host[Job], due: float) -> None:
        if due > host.paused_until:
            host.paused_until = due
            # A call without a job, so that the host is looked at again when its pause ends.
            heapq.heappush(self._later, (due, next(self._order), name, None, False))
            self._set_alarm()

    def _settle(self, name: str, host: _Host[Job]) -> None:
        if not host.busy and not host.queue and not self._is_paused(host):
            del self._hosts[name]  # so that memory follows the hosts at work, not all there ever were
        else:
            self._line_up(name, host)

    def _line_up(self, name: str, host: _Host[Job]) -> None:
        if not host.in_turn and host.queue and host.busy < self._per_host and not self._is_paused(host):
            host.in_turn = True
            self._turns.append(name)
            self._wake()

    def _next_turn(self) -> str | None:
        while self._turns and not self._halted:
            name = self._turns.popleft()
            host = self._hosts[name]
            host.in_turn = False
            if not self._is_paused(host):  # it may have asked for a pause since it lined up
                return name
        return None

    def _is_paused(self, host: _Host[Job]) -> bool:
        if host.paused_until and host.paused_until <= asyncio.get_running_loop().time():
            host.paused_until = 0.0
        return host.paused_until > 0.0

    def _release_due(self) -> None:
        if not self._later:
            return
        now = asyncio.get_running_loop().time()
        while self._later and self._later[0][0] <= now:
            _, _, name, job, first = heapq.heappop(self._later)
            if job is not None:
                self._queue(name, job, first=first)
            elif name in self._hosts:
                self._settle(name, self._hosts[name])

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
        """One timer for the earliest wait, whatever the number of tasks that wait for work."""
        if not self._later or not self._waiters:
            return
        due = self._later[0][0]
        if self._alarm is not None:
            if self._alarm_due <= due:
                return
            self._alarm.cancel()
        self._alarm_due = due
        loop = asyncio.get_running_loop()
        self._alarm = loop.call_later(max(0.0, due - loop.time()), self._ring)  # Pyodide's loop refuses the past

    def _ring(self) -> None:
        self._alarm = None
        self._wake()
