"""One turn of the browser's event loop for all that is ready in asyncio's, as CPython's own loops have it.

Pyodide's loop (314) has the browser post a message to itself for every single ``call_soon``, four for each URL that is checked, and
Chromium takes longer for such a message than Python for what it then does.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any


class Turns:
    """What stands for a loop's ``call_soon``.

    Args:
        loop: whose calls they are.
        next_turn: calls a function on the next turn; the loop's own ``call_soon``.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, next_turn: Callable[[Callable[[], None]], object]) -> None:
        self._loop = loop
        self._next_turn = next_turn
        self._ready: deque[asyncio.Handle] = deque()
        self._is_due = False

    @classmethod
    def install(cls, loop: Any) -> None:
        """Have a loop take its turns so, from now on."""
        loop.call_soon = cls(loop, loop.call_soon).call_soon

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Call it on the next turn, after what was asked for before."""
        handle = asyncio.Handle(callback, args, self._loop, context=context)
        self._ready.append(handle)
        self._expect()
        return handle

    def _expect(self) -> None:
        if self._ready and not self._is_due:
            self._is_due = True
            self._next_turn(self._take)

    def _take(self) -> None:
        """Call what is ready by now. What becomes ready meanwhile has to wait, so that the browser gets its turn too."""
        try:
            for _ in range(len(self._ready)):
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            self._is_due = False
            self._expect()  # even when that was told to exit
