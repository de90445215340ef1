"""What the processes that a command starts do about signals, and about the end of the command.

A terminal sends its signals to all processes of a command, and some supervisors do. Only the command itself handles them, and ends the others.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess

#: Windows has only some of these signals.
_NUMBERS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def born_deaf() -> Iterator[None]:
    """Processes that are started in this block get none of the signals, from their first moment on.

    The command gets those that come meanwhile at the end of the block.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
    try:
        resource_tracker.ensure_running()  # the first child of all; Python 3.11 unblocks signals after it
        signal.pthread_sigmask(signal.SIG_BLOCK, _NUMBERS)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_signals() -> None:
    """Ignore the signals in this process, which other threads than the command's main one may have started."""
    for number in _NUMBERS:
        signal.signal(number, signal.SIG_IGN)


def end_with_parent() -> None:
    """End this process when the one that started it with :mod:`multiprocessing` has ended, for example by SIGKILL."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
