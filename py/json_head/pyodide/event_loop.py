"""Runs all ready asyncio callbacks in one tick of the browser's event loop, with a minimum time between ticks while
busy.

For every single ``call_soon``, Pyodide's loop (314) has the browser post a message to itself, several for each checked
URL. Each callback also gets a stack and a thread state of its own (WebAssembly JSPI). Responses arrive one by one, with
the browser's other threads and processes at work in between. Handling several responses in one tick needs less
processor time for each; the same holds for a plain JavaScript loop (measured by ``tests/bench/throughput.py``).
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextvars import Context
from functools import partial
from typing import Any

#: Minimum seconds between ticks while busy. Callbacks that become ready earlier wait and are batched. It is an average:
#: after a long tick the next may start at once.
APART_S = 0.004
#: Burst allowance after an idle period: this many ticks may follow each other at once, so that a single link is not
#: delayed by batching.
AT_ONCE = 16
#: Maximum seconds of a tick. After that the browser's own tasks may run.
LONGEST_S = 0.01
#: Delays up to this many seconds use a message instead of a timer, because the browser's timers count whole
#: milliseconds.
SOON_S = 0.0005

#: Calls a function after a number of seconds; 0 means on the next tick.
Later = Callable[[float, Callable[[], None]], object]


class TickBatcher:
    """Replaces the ``call_soon`` of a loop.

    Args:
        loop: the loop that the callbacks belong to.
        later: schedules a tick.
        now: a clock, in seconds.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, later: Later, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._loop = loop
        self._later = later
        self._now = now
        self._ready: deque[asyncio.Handle] = deque()
        self._is_due = False
        self._next_at = 0.0

    @classmethod
    def install(cls, loop: Any) -> None:
        """Replace the ``call_soon`` of a loop. Ticks are scheduled by the browser or, outside it, by the loop itself.

        The loop's futures become asyncio's own. Pyodide's futures count how many exist, which costs an extra call for
        each.
        """
        loop.create_future = partial(asyncio.Future, loop=loop)
        later = _browser(loop) if sys.platform == "emscripten" else loop.call_later
        loop.call_soon = cls(loop, later).call_soon

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Run a callback after all that were scheduled before it: on the current tick if that is short, else on the
        next one.
        """
        handle = asyncio.Handle(callback, args, self._loop, context=context)
        self._ready.append(handle)
        if not self._is_due:
            self._is_due = True
            self._later(max(0.0, self._next_at - self._now()), self._tick)
        return handle

    def _tick(self) -> None:
        deadline = self._now() + LONGEST_S
        try:
            while self._ready and self._now() < deadline:
                for _ in range(len(self._ready)):
                    handle = self._ready.popleft()
                    if not handle.cancelled():
                        handle._run()
        finally:  # also after SystemExit in a callback
            self._is_due = bool(self._ready)
            if self._ready:
                self._later(0.0, self._tick)
            else:
                now = self._now()
                self._next_at = max(self._next_at, now - (AT_ONCE - 1) * APART_S) + APART_S


def _browser(loop: asyncio.AbstractEventLoop) -> Later:
    """Schedule ticks by the browser's own timers and messages, which call Python on its single stack, like other calls
    into Python.
    """
    import js
    from pyodide.ffi import create_proxy

    pending: list[Callable[[], None]] = []

    def call(event: Any = None) -> None:
        asyncio._set_running_loop(loop)  # each stack has its own running loop
        pending.pop()()

    def close(generator: AsyncGenerator[Any, Any]) -> None:
        loop.call_soon(asyncio.ensure_future, generator.aclose())

    proxy = create_proxy(call)
    channel = js.MessageChannel.new()
    channel.port1.onmessage = proxy
    set_timeout, post = js.setTimeout, channel.port2.postMessage

    def later(delay_s: float, callback: Callable[[], None]) -> None:
        pending.append(callback)  # at most one is pending
        if delay_s > SOON_S:
            set_timeout(proxy, delay_s * 1000)
        else:
            post(None)

    # Pyodide's loop does this where it creates a stack: an async generator that is abandoned is closed.
    sys.set_asyncgen_hooks(finalizer=close)
    return later
