"""A line of progress that is shown again and again."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

from json_head.cli.progress.lines import LINE_EVERY_S

_TERMINAL_EVERY_S = 2.0


class Ticker:
    """Shows a line on standard error: on a terminal every two seconds in the place of the last one, elsewhere every 30 s.

    Args:
        line: gives the line. It is called in a thread, and may change; an empty line is not shown.
    """

    def __init__(self, line: Callable[[], str], *, quiet: bool) -> None:
        self.line = line
        self._quiet = quiet
        self._is_terminal = sys.stderr.isatty()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._show_lines, name="json-head progress", daemon=True)

    def __enter__(self) -> Self:
        if not self._quiet:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        if not self._quiet:
            self._thread.join(1)
            if self._is_terminal:
                self._write("\r\x1b[K")

    def _show_lines(self) -> None:
        while not self._stopped.wait(_TERMINAL_EVERY_S if self._is_terminal else LINE_EVERY_S):
            if line := self.line():
                self._write(f"\r\x1b[K{line}" if self._is_terminal else f"{line}\n")

    def _write(self, text: str) -> None:
        with suppress(OSError, ValueError):  # standard error may be closed
            sys.stderr.write(text)
            sys.stderr.flush()
