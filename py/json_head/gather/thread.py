"""Runs extractions in a thread, so that the event loop can handle signals, requests and cancels meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue


@dataclass(slots=True, eq=False)
class _Job:
    """An extraction, and the future that awaits its end."""

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
    """One thread that processes a slice of each extraction in turn, so that a long one does not delay the others.

    Python runs one thread at a time, and with each further one the event loop waits longer for its turn. The thread is
    a daemon: the process does not wait at its end for a slice that is still running. It starts with the first
    extraction.
    """

    def __init__(self) -> None:
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._thread: threading.Thread | None = None

    async def run(self, extraction: Iterator[None]) -> None:
        """Run an extraction to its end. When the call is cancelled, the extraction stops after the current slice.

        Raises:
            Exception: an error of the extraction.
        """
        loop = asyncio.get_running_loop()
        job = _Job(extraction, loop, loop.create_future())
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="json-head extraction", daemon=True)
            self._thread.start()
        self._jobs.put(job)
        try:
            await job.done
        finally:
            job.abandoned = True

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if job.abandoned:
                continue
            try:
                next(job.extraction)
            except StopIteration:
                job.end()
            except BaseException as error:  # noqa: BLE001 (it is raised where the end is awaited)
                job.end(error)
            else:
                self._jobs.put(job)
            del job
