"""What the processes that a command starts do about signals, and about the end of the command.

A terminal sends its signals to all processes of a command, and some supervisors do. Only the command itself handles them, and ends the others.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess


def handled_signals() -> list[int]:
    """The signals for which this process has a handler. In a command these are the ones that end it."""
    return [number for number in signal.valid_signals() if callable(signal.getsignal(number))]


@contextmanager
def signals_blocked() -> Iterator[None]:
    """Block the handled signals. Processes inherit that, so those that are started in this block never get them.

    This process gets the signals that come meanwhile at the end of the block.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    numbers = handled_signals()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
    try:
        resource_tracker.ensure_running()  # the first child of all; Python 3.11 unblocks signals after it
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_signals(numbers: Iterable[int]) -> None:
    """Ignore signals in this process, which may have been started by a thread that blocked none."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)


def end_with_parent() -> None:
    """End this process when the one that started it with :mod:`multiprocessing` has ended, for example by SIGKILL."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
