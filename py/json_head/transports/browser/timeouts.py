"""Aborts requests that are late or no longer needed. One timer watches all requests, and abort handles are reused."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Got = TypeVar("Got")


class AbortHandle:
    """Aborts a request, and knows when it times out: an AbortController and its signal, or a substitute.

    Args:
        signal: the AbortSignal that is passed to ``fetch``.
        abort: aborts the request that has this signal.
    """

    __slots__ = ("abort", "due", "is_late", "signal")

    def __init__(self, signal: Any, abort: Callable[[], object]) -> None:
        self.signal = signal
        self.abort = abort
        self.due = 0.0
        self.is_late = False


class Timeouts:
    """Gives every request under way a handle, from :meth:`start` until :meth:`finish`.

    Args:
        new: creates a handle.
    """

    def __init__(self, new: Callable[[], AbortHandle]) -> None:
        self._new = new
        self._idle: list[AbortHandle] = []
        self._under_way: set[AbortHandle] = set()
        self._alarm: asyncio.Handle | None = None
        self._alarm_due = 0.0

    def start(self, timeout_s: float) -> AbortHandle:
        """A handle for a request that is sent now and times out in ``timeout_s`` seconds."""
        handle = self._idle.pop() if self._idle else self._new()
        handle.due = asyncio.get_running_loop().time() + timeout_s
        self._under_way.add(handle)
        if self._alarm is None or handle.due < self._alarm_due:
            self._set_alarm(handle.due)
        return handle

    async def finish(self, handle: AbortHandle, answer: Awaitable[Got], *, again: bool) -> Got:
        """Await the response of a request. ``again`` tells whether the handle may be reused for another request.

        Raises:
            TimeoutError: the request was aborted because it was late.
        """
        try:
            return await answer
        except asyncio.CancelledError:
            handle.abort()
            again = False
            raise
        except Exception:
            if handle.is_late:
                raise TimeoutError from None
            raise
        finally:
            self._under_way.discard(handle)
            if again and not handle.is_late:
                self._idle.append(handle)

    def _set_alarm(self, due: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        loop = asyncio.get_running_loop()
        self._alarm_due = due
        self._alarm = loop.call_later(max(0.0, due - loop.time()), self._on_alarm)  # Pyodide rejects negative delays

    def _on_alarm(self) -> None:
        """Abort late requests, which ends their wait, and set the timer for the next deadline."""
        self._alarm = None
        now = asyncio.get_running_loop().time()
        for handle in self._under_way:
            if handle.due <= now and not handle.is_late:
                handle.is_late = True
                handle.abort()
        if dues := [handle.due for handle in self._under_way if not handle.is_late]:
            self._set_alarm(min(dues))
