"""The standard streams, also those that are closed or cannot be written."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from json_head.cli.errors import SourceError


def open_missing() -> None:
    """Replace closed streams by the null device.

    The numbers 0 to 2 would otherwise be given to the next files and sockets that are opened, and what is meant for a stream
    would be written there. Standard input stays closed for Python, so that :func:`read_input` can say so. Processes that are
    started inherit the device.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:
        os.set_inheritable(number, True)
    os.close(number)
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (until the process ends)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115


def read_input(limit: int = -1) -> bytes:
    """Read standard input, up to a number of bytes.

    Raises:
        SourceError: it is closed, or cannot be read.
    """
    if sys.stdin is None:
        raise SourceError("Standard input cannot be read: it is closed.")
    try:
        return sys.stdin.buffer.read(limit)
    except OSError as error:
        raise SourceError(f"Standard input cannot be read: {error.strerror or error}.") from error


def complain(sentence: str) -> None:
    """Print a sentence on standard error. If that cannot be written, the exit code still tells of the failure."""
    try:
        print(sentence, file=sys.stderr, flush=True)
    except OSError:
        _hang_up()


def _hang_up() -> None:
    """Redirect standard error to the null device: what is left in its buffer would fail again at the start of a process."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stderr.fileno())
        os.close(null)
