"""asyncio's calls, all that are ready in one turn of the browser's event loop, and the turns apart while there are many.

Pyodide's loop (314) has the browser post a message to itself for every single ``call_soon``, several for each URL that is checked,
and gives each a stack and a thread state of its own (WebAssembly JSPI). And answers come one by one, with the browser's other threads
and processes at work in between: whoever takes a few at a time needs less of the processor for each, as a plain JavaScript loop does too
(measured by ``tests/bench/throughput.py``).
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

#: Turns begin so far apart, while there are many: what comes sooner waits, and for what else comes. On average, for one that takes longer
#: is followed by the next at once. In seconds, as below.
APART_S = 0.004
#: So many may follow each other at once, after as long a time without: the one link of an address shall not wait for what never comes.
AT_ONCE = 16
#: A turn that has taken so long lets the browser have its own.
LONGEST_S = 0.01
#: The browser's timers count whole milliseconds.
SOON_S = 0.0005

#: Calls a function in so many seconds; 0 for the next turn.
Later = Callable[[float, Callable[[], None]], object]


class Turns:
    """What stands for a loop's ``call_soon``.

    Args:
        loop: whose calls they are.
        later: how to get a turn.
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
        self._next = 0.0

    @classmethod
    def install(cls, loop: Any, later: Later | None = None) -> None:
        """Have a loop take its turns so, from now on; they come by ``later``, where the browser or the loop itself is not to give them.

        Its futures are asyncio's own then: Pyodide's count how many there are, which is a call more for each.
        """
        loop.create_future = partial(asyncio.Future, loop=loop)
        later = later or (_browser(loop) if sys.platform == "emscripten" else loop.call_later)
        loop.call_soon = cls(loop, later).call_soon

    def call_soon(self, callback: Callable[..., object], *args: Any, context: Context | None = None) -> asyncio.Handle:
        """Call it on the next turn, after what was asked for before; on this one, if it does not take long."""
        handle = asyncio.Handle(callback, args, self._loop, context=context)
        self._ready.append(handle)
        if not self._is_due:
            self._is_due = True
            self._later(max(0.0, self._next - self._now()), self._take)
        return handle

    def _take(self) -> None:
        ends = self._now() + LONGEST_S
        try:
            while self._ready and self._now() < ends:
                for _ in range(len(self._ready)):
                    handle = self._ready.popleft()
                    if not handle.cancelled():
                        handle._run()
        finally:  # even when that was told to exit
            self._is_due = bool(self._ready)
            if self._ready:
                self._later(0.0, self._take)
            else:
                now = self._now()
                self._next = max(self._next, now - (AT_ONCE - 1) * APART_S) + APART_S


def _browser(loop: asyncio.AbstractEventLoop) -> Later:
    """The browser's own timers and messages, which call Python as everything else does that calls it: on its one stack."""
    import js
    from pyodide.ffi import create_proxy

    called: list[Callable[[], None]] = []

    def call(event: Any = None) -> None:
        asyncio._set_running_loop(loop)  # each stack has its own
        called.pop()()

    def close(generator: AsyncGenerator[Any, Any]) -> None:
        loop.call_soon(asyncio.ensure_future, generator.aclose())

    proxy = create_proxy(call)
    channel = js.MessageChannel.new()
    channel.port1.onmessage = proxy
    set_timeout, post = js.setTimeout, channel.port2.postMessage

    def later(delay_s: float, callback: Callable[[], None]) -> None:
        called.append(callback)  # there is one at a time
        if delay_s > SOON_S:
            set_timeout(proxy, delay_s * 1000)
        else:
            post(None)

    # What Pyodide's loop does where it gives a stack: a generator that is left before its end comes to it.
    sys.set_asyncgen_hooks(finalizer=close)
    return later
