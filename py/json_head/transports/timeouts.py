"""Ends the browser's requests that are late or no longer wanted: one timer watches them all, and what can end one is used again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

Got = TypeVar("Got")


class Line:
    """What can end a request, and when it shall: an AbortController and its signal, or what stands for them.

    Args:
        signal: by which the browser knows it.
        abort: ends the request that has this signal.
    """

    __slots__ = ("abort", "due", "is_late", "signal")

    def __init__(self, signal: Any, abort: Callable[[], object]) -> None:
        self.signal = signal
        self.abort = abort
        self.due = 0.0
        self.is_late = False


class Timeouts:
    """Every request under way has a line, from :meth:`start` until :meth:`finish`.

    Args:
        new: makes a line.
    """

    def __init__(self, new: Callable[[], Line]) -> None:
        self._new = new
        self._idle: list[Line] = []
        self._under_way: set[Line] = set()
        self._alarm: asyncio.Handle | None = None
        self._alarm_due = 0.0

    def start(self, timeout_s: float) -> Line:
        """A line for a request that leaves now; that is ended in ``timeout_s`` seconds."""
        line = self._idle.pop() if self._idle else self._new()
        line.due = asyncio.get_running_loop().time() + timeout_s
        self._under_way.add(line)
        if self._alarm is None or line.due < self._alarm_due:
            self._set_alarm(line.due)
        return line

    async def finish(self, line: Line, answer: Awaitable[Got], *, again: bool) -> Got:
        """Wait for what comes of a request; ``again`` tells whether another one may have its line after that.

        Raises:
            TimeoutError: it was ended because it was late.
        """
        try:
            return await answer
        except asyncio.CancelledError:
            line.abort()
            again = False
            raise
        except Exception:
            if line.is_late:
                raise TimeoutError from None
            raise
        finally:
            self._under_way.discard(line)
            if again and not line.is_late:
                self._idle.append(line)

    def _set_alarm(self, due: float) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        loop = asyncio.get_running_loop()
        self._alarm_due = due
        self._alarm = loop.call_later(max(0.0, due - loop.time()), self._ring)  # Pyodide's loop refuses the past

    def _ring(self) -> None:
        """Abort what is late, which ends its wait, and set the alarm for what is due next."""
        self._alarm = None
        now = asyncio.get_running_loop().time()
        for line in self._under_way:
            if line.due <= now and not line.is_late:
                line.is_late = True
                line.abort()
        if dues := [line.due for line in self._under_way if not line.is_late]:
            self._set_alarm(min(dues))
