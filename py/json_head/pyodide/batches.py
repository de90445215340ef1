"""What keeps a page responsive: its results come in batches, and long loops of the worker pause."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

#: Results are handed over in batches at most this often, because each hand-over wakes the page.
BATCH_S = 0.05
#: How long a loop runs before other tasks have a turn.
SLICE_S = 0.02
#: More in one hand-over would hold up the page's clicks: a cancel has thousands of results at once.
BATCH_MOST = 200


class Slices:
    """Gives other tasks a turn now and then in a long loop: a cancel is a message that has yet to be received."""

    def __init__(self) -> None:
        self._ends = time.perf_counter() + SLICE_S

    async def pause(self) -> None:
        if time.perf_counter() > self._ends:
            await asyncio.sleep(0)
            self._ends = time.perf_counter() + SLICE_S


class Batch:
    """Results on their way to the page: at most ``BATCH_MOST`` at once, ``BATCH_S`` apart; what comes after a pause need not wait."""

    def __init__(self, post: Callable[[list[dict[str, Any]], list[int]], None]) -> None:
        self._post = post
        self._items: list[dict[str, Any]] = []
        self._indexes: list[int] = []
        self._timer: asyncio.Handle | None = None
        self._next = 0.0

    def add(self, result: dict[str, Any], index: int) -> None:
        self._items.append(result)
        self._indexes.append(index)
        if len(self._items) >= BATCH_MOST:
            self.flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            wait_s = self._next - loop.time()
            # Without a wait it is the loop's next turn, which is warm; Pyodide's first timer takes 8 ms to set.
            self._timer = loop.call_later(wait_s, self.flush) if wait_s > 0 else loop.call_soon(self.flush)

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._items:
            self._post(self._items, self._indexes)
            self._items, self._indexes = [], []
            self._next = asyncio.get_running_loop().time() + BATCH_S
