"""Lets other tasks run in a long loop, such as one that receives a cancel."""

from __future__ import annotations

import asyncio
import time

#: Seconds that a loop runs before other tasks may run.
SLICE_S = 0.01


class Slices:
    """Yields to other tasks now and then in a long loop, so that a cancel message can be received."""

    def __init__(self) -> None:
        self._ends_at = time.perf_counter() + SLICE_S

    async def pause(self) -> None:
        if time.perf_counter() > self._ends_at:
            await asyncio.sleep(0)
            self._ends_at = time.perf_counter() + SLICE_S


def processor_s() -> float:
    """Processor time of this thread, if available, else elapsed time."""
    return time.thread_time() if hasattr(time, "thread_time") else time.perf_counter()
