"""Writes to standard output and files. Text is UTF-8 in every locale; a closed pipe is not an error."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import NoReturn

from json_head.cli.errors import OutputError


def speak_utf8() -> None:
    """Make standard output and standard error accept any text, and disable the translation of line ends.

    With ``PYTHONUNBUFFERED`` Python loses text when a signal interrupts a write, so these streams get a buffer.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper):
            if isinstance(stream.buffer, RawIOBase):
                stream = TextIOWrapper(BufferedWriter(stream.detach()), line_buffering=name == "stderr")
                setattr(sys, name, stream)
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


def write(text: str) -> bool:
    """Write to standard output and flush. Returns whether somebody still reads it."""
    return write_lines((text,))


def write_lines(pieces: Iterable[str]) -> bool:
    """Write pieces to standard output as they are generated, then flush. Returns whether somebody still reads it.

    Raises:
        OutputError: It cannot be written, because the disk is full, for example.
    """
    with _writing():
        sys.stdout.writelines(pieces)
        sys.stdout.flush()
        return True
    return False


def write_bytes(content: bytes) -> None:
    """Write bytes to standard output and flush.

    Raises:
        OutputError: It cannot be written.
    """
    with _writing():
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        hang_up()
    except OSError as error:
        hang_up()  # what is left in the buffer would fail again at the end
        raise OutputError(f"Standard output cannot be written: {error.strerror or error}.") from error


def hang_up() -> None:
    """Redirect standard output to the null device after its reader has closed the pipe.

    The redirection also silences the flush at interpreter exit.
    """
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def leave(code: object) -> NoReturn:
    """End the process immediately. A normal exit would wait for threads that are still in a DNS look-up."""
    with suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else code is not None)


def refuse_unwritable(path: Path) -> None:
    """Check before a long run that a file can be written. Its content is not changed, and no new file stays.

    Raises:
        OutputError: The file cannot be written, or is a store.
    """
    _refuse_store(path)
    try:
        if path.exists():
            with path.open("ab"):
                pass
        else:
            handle, new = _beside(path)
            os.close(handle)
            os.unlink(new)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


def save(path: Path, pieces: Iterable[str]) -> None:
    """Write a file as a whole, or not at all. A pipe or a device gets the pieces as they are generated.

    Raises:
        OutputError: The file cannot be written, or is a store.
    """
    _refuse_store(path)
    if path.exists() and not path.is_file():
        _write(path, pieces)
        return
    is_new = not path.exists()
    if not is_new:
        pieces = ["".join(pieces)]  # they may have to be written twice
    try:
        _replace(path, (piece.encode("utf-8", "replace") for piece in pieces))
    except OutputError as error:
        # A file may be writable where its folder is not, or be mounted alone.
        if is_new or getattr(error.__cause__, "errno", None) not in (
            errno.EACCES,
            errno.EPERM,
            errno.EBUSY,
            errno.EROFS,
        ):
            raise
        _write(path, pieces)


def _write(path: Path, pieces: Iterable[str]) -> None:
    try:
        with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


def _refuse_store(path: Path) -> None:
    """Refuse to write results over recorded runs, such as those that they are exported from.

    Raises:
        OutputError: The file is a store.
    """
    from json_head.store.schema import APPLICATION_ID  # most commands start without SQLite

    with suppress(OSError):
        if not path.is_file():  # reading a pipe would block
            return
        with path.open("rb") as file:
            header = file.read(72)
        if header.startswith(b"SQLite format 3\0") and int.from_bytes(header[68:], "big") == APPLICATION_ID:
            raise OutputError(f"{path} was left as it is: it holds recorded runs. Choose another file.")


def add(path: Path, text: str) -> None:
    """Write at the end of a file.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(text)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error


def _give_to_owner_of(path: Path, new: str) -> None:
    """Give a file the owner and group of another one, if this user may: root edits files of others."""
    status = path.stat()
    if hasattr(os, "chown") and (status.st_uid, status.st_gid) != (os.stat(new).st_uid, os.stat(new).st_gid):
        with suppress(PermissionError):
            os.chown(new, status.st_uid, status.st_gid)


def replace(path: Path, content: bytes, expected: bytes | None = None) -> None:
    """Replace a file's content as a whole, or not at all. A process that is killed leaves at most a hidden file beside it.

    Args:
        expected: the content that the file must still have.

    Raises:
        OutputError: The file cannot be written, or has another content.
    """
    _replace(path, [content], expected)


def _replace(path: Path, pieces: Iterable[bytes], expected: bytes | None = None) -> None:
    new = ""
    try:
        path = path.resolve()  # so that a symbolic link stays one
        handle, new = _beside(path)
        with open(handle, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(handle)  # otherwise a power cut after the renaming may leave an empty file
        if path.exists():
            shutil.copymode(path, new)
            _give_to_owner_of(path, new)
        if expected is not None and path.read_bytes() != expected:
            raise OutputError(f"{path} was left as it is: it has changed since it was read.")
        os.replace(new, path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            os.unlink(new)


def _beside(path: Path) -> tuple[int, str]:
    """Create a hidden file in the folder of another one, which it is to replace. Until then it is for this user alone, if that one exists."""
    new = str(path.parent / f".json-head-{secrets.token_hex(8)}")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.open(new, flags, 0o600 if path.exists() else 0o666), new
