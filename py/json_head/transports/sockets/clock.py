"""A request's time limit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Clock:
    """Starts when it is made. It stands still while the request waits for what is ours to give, and no target to blame for.

    ``ends`` is when the limit is reached, by the event loop's clock.
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
        since = time.perf_counter()
        try:
            yield
        finally:
            waited = time.perf_counter() - since
            self._began += waited
            self.ends += waited
