"""Where text goes: UTF-8 whatever the locale, quiet when a pipe's reader has gone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

from json_head.cli.errors import OutputError


def speak_utf8() -> None:
    """Have standard output and error take any text, and write no line end that was not asked for."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def write(text: str) -> None:
    """Write to standard output at once."""
    write_lines((text,))


def write_lines(pieces: Iterable[str]) -> None:
    """As `write`, for a long text whose pieces are made one by one."""
    try:
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
    except BrokenPipeError:
        hang_up()


def hang_up() -> None:
    """Nobody reads our output any more: what follows goes nowhere, the interpreter's own flush at exit included."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def leave(code: object) -> NoReturn:
    """End the process at once. Python would wait for each thread that still waits for a name server, and tidy up for nobody."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else code is not None)


def refuse_unwritable(path: Path) -> None:
    """Find out before the work is done whether a file can be written, without touching what it holds.

    Raises:
        OutputError: it cannot.
    """
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


def save(path: Path, pieces: Iterable[str]) -> None:
    """Write a file.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
