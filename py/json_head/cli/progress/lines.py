"""Progress display: a bar on a terminal, otherwise a line every 30 s, or nothing."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from json_head.cli.progress.watcher import Watcher
from json_head.export import Row

#: The interval between lines, in seconds.
LINE_EVERY_S = 30.0


class Lines(Watcher):
    """Prints a line on standard error every 30 s, so that a log shows that the check is still running.

    Args:
        is_failing: Whether a row counts as a failure.
    """

    def __init__(self, is_failing: Callable[[Row], bool]) -> None:
        self._is_failing = is_failing
        self._stopped = threading.Event()
        self._read = self._checked = self._failing = 0
        self._total: int | None = None
        self._offline = False

    def __enter__(self) -> Self:
        # A thread, because the event loop may not be running yet, and may be blocked for a long time.
        self._thread = threading.Thread(target=self._print_lines, name="json-head progress", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join(1)  # A line that is being printed must not follow the summary.

    def reading(self, links: int) -> None:
        self._read = links

    def checking(self, links: int) -> None:
        self._total = links

    def finding(self, links: int) -> None:
        self._total = links

    def result(self, row: Row) -> None:
        self._checked += 1
        self._failing += self._is_failing(row)

    def outage(self, offline: bool) -> None:
        self._offline = offline

    @property
    def line(self) -> str:
        """The progress as text: ``1,204 of 5,000 links checked, 3 to fix.``"""
        if self._total is None:
            return f"{self._read:,} links read so far."
        waiting = " Waiting for the network." if self._offline else ""
        return f"{self._checked:,} of {self._total:,} links checked, {self._failing:,} to fix.{waiting}"

    def _print_lines(self) -> None:
        while not self._stopped.wait(LINE_EVERY_S):
            with suppress(OSError, ValueError):  # standard error may be closed
                print(self.line, file=sys.stderr, flush=True)


def watcher(quiet: bool, is_failing: Callable[[Row], bool]) -> Watcher:
    """Return the progress display: a bar on a terminal, lines elsewhere, nothing if ``quiet``."""
    if quiet:
        return Watcher()
    if not sys.stderr.isatty():
        return Lines(is_failing)
    from json_head.cli.progress.bar import Bar  # loading rich takes longer than checking a short list

    return Bar()
