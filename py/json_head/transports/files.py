"""Treats the disk as a network of ``file:`` URLs: it checks whether a file or folder exists, and never opens one."""

from __future__ import annotations

import errno
import os
import stat
import time
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote_to_bytes

from json_head.model import Observation, Outcome, Request
from json_head.urls.target import Target, UrlError

#: The errors for a path at which no file can be. All other errors say nothing about the file.
_MISSING = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL))
_SCHEME = "file://"


class Files:
    """Sends nothing: a request for ``file:///a/b`` looks for that path. A trailing slash asks for a folder. The query
    and fragment are ignored.

    Letters must have the same case as in the name on the disk, even if the system ignores case, because most web
    servers and many other disks do not.

    Args:
        given: folders whose own path, as written by the user, is not compared with the names on the disk.
    """

    def __init__(self, given: Iterable[Path] = ()) -> None:
        self._given = {str(path) for folder in given for path in (folder, *folder.parents)}
        self._names: dict[str, frozenset[str] | None] = {}

    def refuse(self, target: Target) -> None:
        if target.scheme != "file":
            raise UrlError("scheme", f"Only file: links can be checked here, and this is a {target.scheme}: link.")

    async def observe(self, request: Request) -> Observation:
        started = time.perf_counter()
        outcome, code, size = self._look_for(request.url)
        elapsed_ms = (time.perf_counter() - started) * 1000
        headers = None if size is None else {"content-length": str(size)}
        return Observation(outcome, request.method, via="file", headers=headers, elapsed_ms=elapsed_ms, error=code)

    async def is_online(self) -> bool:
        return True

    async def close(self) -> None:
        """Does nothing: no file is open."""

    def _look_for(self, url: str) -> tuple[Outcome, str | None, int | None]:
        """Return the outcome, the code of an error, and the size of a file in bytes."""
        try:
            path = _path_of(url)
            status = os.stat(path)
        except ValueError:
            return Outcome.FAILED, "file-missing", None
        except OSError as error:
            if error.errno in _MISSING:
                return Outcome.FAILED, "file-missing", None
            return Outcome.BLOCKED, "file-unreadable", None
        if not self._has_exact_case(path):
            return Outcome.FAILED, "file-missing", None
        return Outcome.RESPONSE, None, status.st_size if stat.S_ISREG(status.st_mode) else None

    def _has_exact_case(self, path: str) -> bool:
        """Whether each name of an existing path is in the listing of its folder. Folders that may not be listed are
        skipped.
        """
        leaf = Path(path)
        for ancestor in (leaf, *leaf.parents):
            if str(ancestor) in self._given or not ancestor.name:
                return True
            names = self._names_in(str(ancestor.parent))
            if names is not None and unicodedata.normalize("NFC", ancestor.name) not in names:
                return False
        return True

    def _names_in(self, folder: str) -> frozenset[str] | None:
        if folder not in self._names:
            try:
                with os.scandir(folder) as entries:
                    # macOS finds a name in any Unicode normal form.
                    names = frozenset(unicodedata.normalize("NFC", entry.name) for entry in entries)
            except OSError:
                self._names[folder] = None
            else:
                self._names[folder] = names
        return self._names[folder]


def _path_of(url: str) -> str:
    """The path of an absolute ``file:`` URL without a host.

    Raises:
        ValueError: the URL has no valid path.
    """
    escaped = url.removeprefix(_SCHEME).partition("#")[0].partition("?")[0]
    names = [os.fsdecode(unquote_to_bytes(name.encode("utf-8", "surrogatepass"))) for name in escaped.split("/")]
    if any("\0" in name or os.sep in name or (os.altsep and os.altsep in name) for name in names):
        raise ValueError("a name contains a character that no file name can have")
    path = os.sep.join(names)
    return path.lstrip(os.sep) if os.name == "nt" else path
