"""Who is told how it goes: a bar on a terminal, else a line now and then, or nobody."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from json_head.cli.watcher import Watcher
from json_head.export import Row

#: Seconds from one line to the next.
LINE_EVERY_S = 30.0


class Lines(Watcher):
    """A line on standard error every 30 s, so that a log shows that the check goes on.

    Args:
        is_failing: whether a row is one to fix.
    """

    def __init__(self, is_failing: Callable[[Row], bool]) -> None:
        self._is_failing = is_failing
        self._over = threading.Event()
        self._read = self._checked = self._failing = 0
        self._total: int | None = None
        self._offline = False

    def __enter__(self) -> Self:
        # In a thread, because the event loop may not have begun, and may have nothing to do for long.
        threading.Thread(target=self._tell, name="json-head progress", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def reading(self, links: int) -> None:
        self._read = links

    def checking(self, links: int) -> None:
        self._total = links

    def result(self, row: Row) -> None:
        self._checked += 1
        self._failing += self._is_failing(row)

    def outage(self, offline: bool) -> None:
        self._offline = offline

    @property
    def line(self) -> str:
        """``1,204 of 5,000 links checked, 3 to fix.``"""
        if self._total is None:
            return f"{self._read:,} links read so far."
        waiting = " Waiting for the network." if self._offline else ""
        return f"{self._checked:,} of {self._total:,} links checked, {self._failing:,} to fix.{waiting}"

    def _tell(self) -> None:
        while not self._over.wait(LINE_EVERY_S):
            with suppress(OSError, ValueError):  # standard error is closed
                print(self.line, file=sys.stderr, flush=True)


def watcher(quiet: bool, is_failing: Callable[[Row], bool]) -> Watcher:
    """A bar on a terminal, lines elsewhere, nothing for those who want it quiet."""
    if quiet:
        return Watcher()
    if not sys.stderr.isatty():
        return Lines(is_failing)
    from json_head.cli.bar import Bar  # rich takes longer to load than many a list to check

    return Bar()
