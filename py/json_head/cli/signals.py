"""SIGTERM and SIGHUP, which end a command as Ctrl+C does: with what is known by then."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

Answer = TypeVar("Answer")

#: By a shell's convention 128 and the signal's number.
INTERRUPTED = 128 + signal.SIGINT


class Signals:
    """What was received, and what it ends. Windows knows only some of these signals."""

    def __init__(self) -> None:
        self._received: int = signal.SIGINT
        self._task: asyncio.Task[Any] | None = None

    @property
    def exit_code(self) -> int:
        """Of a command that was interrupted."""
        return 128 + self._received

    @contextmanager
    def heard(self) -> Iterator[None]:
        """Handle them within this block, but for those that somebody else handles or, as nohup does, ignores."""
        before = {}
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            is_ours = threading.current_thread() is threading.main_thread()  # no other may set handlers
            if number is not None and is_ours and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, self._hear)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def cancelling(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """Do some work of an event loop, which the first signal cancels."""
        self._task = asyncio.current_task()
        try:
            return await work
        finally:
            self._task = None

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._received = number
        task, self._task = self._task, None
        if task is None:
            raise KeyboardInterrupt
        task.get_loop().call_soon_threadsafe(task.cancel)  # which wakes the loop too
