"""The access log: a line of JSON for each request, written by a thread, because a slow disk must not delay responses."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Any

#: The path that stands for standard output.
STDOUT = "-"
#: The maximum number of lines that wait to be written. Further ones are dropped and counted.
MAX_WAITING = 10_000
#: Seconds that the end of the server waits for the last lines.
CLOSING_S = 2.0

_REOPEN = "reopen"
_END = "end"


def open_log(path: str) -> int:
    """Open a file to append to, and return its descriptor. Other users cannot read a new one.

    Raises:
        OSError: the file cannot be opened, or is a pipe that nobody reads.
    """
    # Without O_NONBLOCK it would wait for a reader of the pipe.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o640)
    if hasattr(os, "O_NONBLOCK"):
        os.set_blocking(descriptor, True)  # the thread may wait for a slow reader
    return descriptor


class AccessLog:
    """Appends lines to a file, or to standard output. Several processes can share the file.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor = 1 if path == STDOUT else open_log(path)
        self._queue: SimpleQueue[bytes | str] = SimpleQueue()
        #: The number of lines that were not written.
        self.dropped = 0
        self._counting = threading.Lock()
        self._reported = 0
        self._is_torn = False
        self._thread = threading.Thread(target=self._work, name="json-head access log", daemon=True)
        self._thread.start()

    def write(self, **fields: Any) -> None:
        """Append a line with the time and these fields. It never blocks."""
        if self._queue.qsize() >= MAX_WAITING:
            self._drop(1)
            return
        dropped = self.dropped
        if dropped > self._reported:
            fields["dropped_before"], self._reported = dropped - self._reported, dropped
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._queue.put(json.dumps({"time": now, **fields}, separators=(",", ":")).encode() + b"\n")

    def reopen(self) -> None:
        """Open the file anew, after it was renamed by a program that rotates logs."""
        self._queue.put(_REOPEN)

    def close(self) -> None:
        """Write the lines that wait, and close the file."""
        self._queue.put(_END)
        self._thread.join(CLOSING_S)

    def _work(self) -> None:
        while True:
            lines: list[bytes] = []
            item = self._queue.get()
            with suppress(Empty):
                while isinstance(item, bytes):
                    lines.append(item)
                    item = self._queue.get_nowait()
            self._append(lines)
            if item == _REOPEN:
                self._open_again()
            elif item == _END:
                self._close()
                return

    def _append(self, lines: list[bytes]) -> None:
        """Write whole lines. Without an access log the API still answers, so an error only counts."""
        data = b"".join(lines)
        if data and self._is_torn:
            data = b"\n" + data
        written = 0
        try:
            while written < len(data):
                written += os.write(self._descriptor, data[written:])
            self._is_torn = False
        except OSError:
            self._is_torn = data[written - 1 : written] not in (b"", b"\n") or (self._is_torn and not written)
            self._drop(data.count(b"\n", written))

    def _open_again(self) -> None:
        if self._path != STDOUT:
            with suppress(OSError):  # lines go on into the old file
                descriptor = open_log(self._path)
                self._close()
                self._descriptor = descriptor

    def _close(self) -> None:
        if self._path != STDOUT:
            os.close(self._descriptor)

    def _drop(self, lines: int) -> None:
        with self._counting:
            self.dropped += lines
