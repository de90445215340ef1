"""Runs extractions in a thread, so that the event loop can handle signals, requests and cancels meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue

from json_head.transports.base import on_behalf_of


@dataclass(slots=True, eq=False)
class _Job:
    """An extraction, and the future that awaits its end."""

    client: str
    extraction: Iterator[None]
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]
    abandoned: bool = False

    def end(self, error: BaseException | None = None) -> None:
        """Report the end to the event loop, which may be closed by now."""

        def resolve() -> None:
            if not self.done.done():
                self.done.set_exception(error) if error else self.done.set_result(None)

        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(resolve)


class ExtractionThread:
    """One thread that processes a slice of an extraction for each client in turn, and of each extraction of a client in
    turn, so that many or long ones do not delay those of others.

    Python runs one thread at a time, and with each further one the event loop waits longer for its turn. The thread is
    a daemon: the process does not wait at its end for a slice that is still running. It starts with the first
    extraction.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._slice_began: float | None = None

    def slice_s(self) -> float:
        """How long the current slice has been running, in seconds; 0 if none is."""
        began = self._slice_began
        return 0.0 if began is None else time.perf_counter() - began

    async def run(self, extraction: Iterator[None]) -> None:
        """Run an extraction to its end. When the call is cancelled, the extraction stops after the current slice.

        Raises:
            Exception: an error of the extraction.
        """
        loop = asyncio.get_running_loop()
        job = _Job(on_behalf_of.get(), extraction, loop, loop.create_future())
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="json-head extraction", daemon=True)
            self._thread.start()
        self._jobs.put(job)
        try:
            await job.done
        finally:
            job.abandoned = True

    def _work(self) -> None:
        queues: dict[str, deque[_Job]] = {}  # by client, in the order of their turns
        while True:
            while not queues or not self._jobs.empty():
                job = self._jobs.get()
                queues.setdefault(job.client, deque()).append(job)
                del job  # it holds a page, and the next one may come late
            client = next(iter(queues))
            queue = queues.pop(client)
            if self._advance(queue[0]):
                queue.rotate(-1)
            else:
                queue.popleft()
            if queue:
                queues[client] = queue
            del queue

    def _advance(self, job: _Job) -> bool:
        """Process a slice. Returns whether there are more."""
        if job.abandoned:
            return False
        try:
            self._slice(job.extraction)
        except StopIteration:
            job.end()
        except BaseException as error:  # noqa: BLE001 (it is raised where the end is awaited)
            job.end(error)
        else:
            return True
        return False

    def _slice(self, extraction: Iterator[None]) -> None:
        self._slice_began = time.perf_counter()
        try:
            next(extraction)
        finally:
            self._slice_began = None
