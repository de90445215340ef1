"""Sends results to the page in batches, so that it stays responsive."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

#: Minimum seconds between two batches of results, because each batch wakes the page.
BATCH_S = 0.05
#: Results per batch. More would delay clicks in the page: a cancel produces thousands of results at once.
BATCH_MOST = 200


class Batch:
    """Sends results to the page in batches of at most ``BATCH_MOST``, at least ``BATCH_S`` seconds apart. A result
    after a pause is sent without a wait.
    """

    def __init__(self, post: Callable[[list[dict[str, Any]], list[int]], None]) -> None:
        self._post = post
        self._items: list[dict[str, Any]] = []
        self._indexes: list[int] = []
        self._timer: asyncio.Handle | None = None
        self._next_at = 0.0

    def add(self, result: dict[str, Any], index: int) -> None:
        self._items.append(result)
        self._indexes.append(index)
        if len(self._items) >= BATCH_MOST:
            self.flush()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            wait_s = self._next_at - loop.time()
            # Without a wait the batch is sent on the next tick, which needs no timer. Pyodide's first timer takes 8 ms
            # to set.
            self._timer = loop.call_later(wait_s, self.flush) if wait_s > 0 else loop.call_soon(self.flush)

    def flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._items:
            self._post(self._items, self._indexes)
            self._items, self._indexes = [], []
            self._next_at = asyncio.get_running_loop().time() + BATCH_S
