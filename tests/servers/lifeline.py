"""The end of a helper process of the tests: by SIGTERM or SIGINT, or when its parent process has ended in any way."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading

PARENT_POLL_S = 0.5


async def until_unneeded() -> None:
    """Return when standard input closes, a signal asks for it, or the parent process has changed.

    A pipe as standard input is reliable, since the kernel closes it with the parent. ``< /dev/null`` ends at once.
    """
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)

    def watch_stdin() -> None:
        while sys.stdin.buffer.raw.read(1024):  # type: ignore[union-attr]
            pass
        loop.call_soon_threadsafe(over.set)

    # A thread, since an event loop cannot wait for every kind of file that standard input may be.
    threading.Thread(target=watch_stdin, daemon=True).start()
    parent = os.getppid()
    while not over.is_set() and os.getppid() == parent:
        try:
            await asyncio.wait_for(over.wait(), PARENT_POLL_S)
        except TimeoutError:
            continue
