"""The folder of a bulk run, on the disk or on any file system of fsspec."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from fsspec.core import url_to_fs

from json_head.bulk.errors import BulkError

if TYPE_CHECKING:
    from collections.abc import Iterator


def file_system(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it. A path without a scheme is local.

    Raises:
        BulkError: the scheme is unknown, its package is not installed, or it needs more than an address.
    """
    try:
        system, path = url_to_fs(address)
    except Exception as error:  # each file system has exceptions of its own
        raise BulkError(f"{address} cannot be opened: {str(error).rstrip('.')}.") from error
    return system, str(path)


@contextmanager
def errors_of(address: str) -> Iterator[None]:
    """Turn errors of a file system into a sentence.

    Raises:
        BulkError: the body of the block raised an :class:`OSError`.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise BulkError(f"{address} does not exist.") from error
    except OSError as error:
        raise BulkError(f"{address} cannot be read or written: {str(error.strerror or error).rstrip('.')}.") from error


@dataclass(frozen=True)
class Folder:
    """The folder of a run. ``address`` is an absolute path or a URL. It can be pickled, and means the same on each machine."""

    address: str
    _opened: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, address: str) -> Folder:
        """The folder at a path or URL.

        Raises:
            BulkError: the address is empty, or DuckDB, which reads the folder, does not know such names.
        """
        if not address:
            raise BulkError("The folder of --out has no name.")
        if os.sep == "/" and "\\" in address:
            raise BulkError(f"{address} has a backslash in its name. Choose another folder.")
        return cls(address.rstrip("/") if "://" in address else os.path.abspath(address))

    def __getstate__(self) -> str:
        return self.address

    def __setstate__(self, address: str) -> None:
        object.__setattr__(self, "address", address)
        object.__setattr__(self, "_opened", [])

    @property
    def system(self) -> Any:
        """The file system of fsspec."""
        if not self._opened:
            self._opened[:] = file_system(self.address)
        return self._opened[0]

    def path(self, name: str) -> str:
        """The path of a file, for :attr:`system`."""
        return f"{self.system and self._opened[1]}/{name}"

    @property
    def is_local(self) -> bool:
        return "file" in (self.system.protocol if isinstance(self.system.protocol, tuple) else (self.system.protocol,))

    def exists(self, name: str) -> bool:
        with errors_of(self.address):
            return bool(self.system.exists(self.path(name)))

    def names(self, folder: str) -> set[str]:
        """The names of the files in a folder within this one; none if it does not exist."""
        with errors_of(self.address):
            self.system.invalidate_cache()
            try:
                paths = self.system.ls(self.path(folder), detail=False)
            except FileNotFoundError:
                return set()
        return {path.rstrip("/").rpartition("/")[2] for path in paths}

    def read(self, name: str) -> bytes:
        with errors_of(f"{self.address}/{name}"):
            return bytes(self.system.cat_file(self.path(name)))

    @contextmanager
    def open(self, name: str, mode: str = "rb") -> Iterator[IO[bytes]]:
        with errors_of(f"{self.address}/{name}"), self.system.open(self.path(name), mode) as file:
            yield file

    def make(self) -> None:
        """Create the folder and those in it. Object stores have none."""
        with errors_of(self.address):
            for name in ("plan", "results"):
                self.system.makedirs(self.path(name), exist_ok=True)

    def write(self, name: str, content: bytes) -> None:
        """Write a file as a whole or not at all: on the disk by renaming, elsewhere by one PUT."""
        path = self.path(name)
        with errors_of(f"{self.address}/{name}"):
            if self.is_local:
                _write_and_rename(path, content)
            else:
                self.system.pipe_file(path, content)


def _write_and_rename(path: str, content: bytes) -> None:
    folder, _, name = path.rpartition("/")
    # Hidden, so that no program takes it for a result.
    new = f"{folder}/.{name}.{secrets.token_hex(4)}.tmp"
    try:
        with open(new, "xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)
        raise
