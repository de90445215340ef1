"""Handles SIGTERM and SIGHUP like Ctrl+C: the command ends and prints the results that it has by then."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

Answer = TypeVar("Answer")

#: Exit code after Ctrl+C. By shell convention it is 128 plus the number of the signal.
INTERRUPTED = 128 + signal.SIGINT


class Signals:
    """The signal that was received, and the task that it cancels. Windows has only some of these signals."""

    def __init__(self) -> None:
        self._received: int = signal.SIGINT
        self._task: asyncio.Task[Any] | None = None

    @property
    def exit_code(self) -> int:
        """The exit code of an interrupted command."""
        return 128 + self._received

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Handle the signals within this block.

        A signal that already has a handler, or that is ignored (by nohup, for example), is left alone.
        """
        self._received = signal.SIGINT
        previous = {}
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            is_main_thread = (
                threading.current_thread() is threading.main_thread()
            )  # only the main thread may set handlers
            if number is not None and is_main_thread and signal.getsignal(number) is signal.SIG_DFL:
                previous[number] = signal.signal(number, self._receive)
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    async def cancelling(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Await ``work``. The first signal cancels it."""
        self._task = asyncio.current_task()
        try:
            return await work
        finally:
            self._task = None

    def reader_gone(self) -> None:
        """End the work because nobody reads its results, as SIGPIPE would, which Python ignores."""
        self._receive(getattr(signal, "SIGPIPE", signal.SIGINT), None)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self._received = number
        task, self._task = self._task, None
        if task is None:
            raise KeyboardInterrupt
        task.get_loop().call_soon_threadsafe(task.cancel)  # also wakes the event loop


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
