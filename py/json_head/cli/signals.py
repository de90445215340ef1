"""Handles SIGINT (Ctrl+C), SIGTERM and SIGHUP: the command ends, and prints and keeps the results that it has by then."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn, TypeVar

Answer = TypeVar("Answer")

#: Exit code after Ctrl+C. By shell convention it is 128 plus the number of the signal.
INTERRUPTED = 128 + signal.SIGINT

#: Windows has only some of these signals.
_NUMBERS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


def end_at_once() -> None:
    """Let signals end the process without a traceback, until :meth:`Signals.heard` handles them: nothing is known yet."""
    _replace_handlers(_end)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    os._exit(128 + number)


def _replace_handlers(handler: Callable[[int, FrameType | None], Any]) -> dict[int, Any]:
    """Set a handler, and return those that it replaces.

    A signal that already has another handler, or that is ignored (by nohup, for example), is left alone.
    """
    previous: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():  # only the main thread may set handlers
        for number in _NUMBERS:
            if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler, _end):
                previous[number] = signal.signal(number, handler)
    return previous


class Signals:
    """The signal that was received, and what it does.

    Before and after the work of a command it raises ``KeyboardInterrupt``. The first one during the work cancels the work. Once
    there are results, the first one is held back until they are printed. A second one always ends the command at once.
    """

    def __init__(self) -> None:
        self.received: int | None = None
        self._task: asyncio.Task[Any] | None = None
        self._is_holding = False

    @property
    def exit_code(self) -> int:
        """The exit code of an interrupted command."""
        return INTERRUPTED if self.received is None else 128 + self.received

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Handle the signals within this block."""
        self.received, self._is_holding = None, False
        previous = _replace_handlers(self._receive)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    async def cancelling(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Await ``work``. The first signal cancels it, unless it has called :meth:`hold`."""
        self._task = asyncio.current_task()
        try:
            return await work
        finally:
            self._task = None

    def hold(self) -> None:
        """Hold the first signal back from now on, because results are there to be printed and kept."""
        self._task = None
        self._is_holding = self.received is None

    def release(self) -> None:
        """Let signals end the command at once again.

        Raises:
            KeyboardInterrupt: a signal was held back.
        """
        self._is_holding = False
        if self.received is not None:
            raise KeyboardInterrupt

    def reader_gone(self) -> None:
        """End the work because nobody reads its results, as SIGPIPE would, which Python ignores."""
        self._receive(getattr(signal, "SIGPIPE", signal.SIGINT), None)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        is_first = self.received is None
        self.received = number
        if is_first and self._task:
            loop = self._task.get_loop()
            if asyncio.current_task(loop) is not self._task:
                self._task.cancel()
            loop.call_soon_threadsafe(self._cancel)  # also wakes the event loop
        elif self._is_holding:
            self._is_holding = False
        else:
            raise KeyboardInterrupt

    def _cancel(self) -> None:
        """Cancel a task that was running at the signal, unless it has called :meth:`hold` since."""
        if self._task and not self._task.cancelling():
            self._task.cancel()


async def run_to_end(work: Coroutine[Any, Any, None], cancel: Callable[[], object] | None = None) -> bool:
    """Run ``work`` to its end. Returns ``False`` if Ctrl+C interrupted it.

    Ctrl+C calls ``cancel`` and then waits for the end of ``work``. Without ``cancel`` it cancels the task.
    """
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task,))
    except asyncio.CancelledError:
        (cancel or task.cancel)()
        await asyncio.gather(task, return_exceptions=cancel is None)
        return False
    task.result()
    return True
