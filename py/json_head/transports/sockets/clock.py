"""The time limit of a request."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Starts when it is created. It is paused while the request waits for a resource of this process.

    ``ends`` is the deadline, by the event loop's clock.
    """

    __slots__ = ("_began", "ends")

    def __init__(self, limit_s: float) -> None:
        self._began = time.perf_counter()
        self.ends = asyncio.get_running_loop().time() + limit_s

    @property
    def elapsed_ms(self) -> float:
        return (time.perf_counter() - self._began) * 1000

    @contextmanager
    def stopped(self) -> Iterator[None]:
        paused_at = time.perf_counter()
        try:
            yield
        finally:
            paused_s = time.perf_counter() - paused_at
            self._began += paused_s
            self.ends += paused_s
