"""The tree of files on the disk."""

from __future__ import annotations

import errno
import os
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from json_head.transports.files.tree import Entry, Kind

#: The errors for a path at which no file can be. All other errors say nothing about the file.
_MISSING = frozenset((errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EINVAL))


class Disk:
    """The disk. What it has listed is not listed again.

    Args:
        given: folders whose own path, as written by the user, is not compared with the names on the disk.
    """

    def __init__(self, given: Iterable[Path] = ()) -> None:
        self._given = {str(path) for folder in given for path in (folder, *folder.parents)}
        self._names: dict[str, frozenset[str] | None] = {}
        self._real: dict[str, str] = {}

    def find(self, path: str) -> Entry:
        try:
            status = os.stat(path)
        except ValueError:
            return Entry(Kind.MISSING)
        except OSError as error:
            return Entry(Kind.MISSING if error.errno in _MISSING else Kind.UNREADABLE)
        if not self._has_exact_case(path):
            return Entry(Kind.MISSING)
        if stat.S_ISDIR(status.st_mode):
            return Entry(Kind.FOLDER)
        return Entry(Kind.FILE, status.st_size if stat.S_ISREG(status.st_mode) else None)

    def names_in(self, folder: str) -> frozenset[str] | None:
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

    def is_inside(self, path: str, root: str) -> bool:
        real, real_root = self._real_path(path), self._real_path(root)
        return real == real_root or real.startswith(real_root.rstrip(os.sep) + os.sep)

    def _real_path(self, path: str) -> str:
        """The path without symbolic links. That of its folder is looked up once."""
        if os.path.islink(path):
            return os.path.realpath(path)
        folder, name = os.path.split(path)
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return os.path.join(self._real[folder], name) if name else self._real[folder]

    def _has_exact_case(self, path: str) -> bool:
        """Whether each name of an existing path is in the listing of its folder. Folders that cannot be listed are skipped."""
        leaf = Path(path)
        for ancestor in (leaf, *leaf.parents):
            if str(ancestor) in self._given or not ancestor.name:
                return True
            names = self.names_in(str(ancestor.parent))
            if names is not None and unicodedata.normalize("NFC", ancestor.name) not in names:
                return False
        return True
