"""The tree of folders that were dropped on the page, of which only the names are known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from json_head.extract.folder import VENDORED
from json_head.transports.files.tree import Entry, Kind


class Listing:
    """A tree by the paths of its files.

    Args:
        paths: absolute paths of files, and of folders if a slash is at the end. Hidden and vendored ones are not among them.
        is_complete: whether all others are.
        unknown: paths at which, and below which, nothing is known, such as symbolic links.
    """

    def __init__(self, paths: Iterable[str], *, is_complete: bool = True, unknown: Iterable[str] = ()) -> None:
        self._is_complete = is_complete
        self._unknown = frozenset(map(_normal, unknown))
        self._files: set[str] = set()
        self._folders: dict[str, set[str]] = {"": set()}
        for path in map(_normal, paths):
            folder, _, name = path.rpartition("/")
            names = self._folders.setdefault(folder, set())
            if name:
                self._files.add(path)
                names.add(name)
            while folder:
                folder, _, name = folder.rpartition("/")
                names = self._folders.setdefault(folder, set())
                if name in names:
                    break
                names.add(name)

    def find(self, path: str) -> Entry:
        path = _normal(path)
        if path in self._files:
            return Entry(Kind.FILE)
        if path.rstrip("/") in self._folders:
            return Entry(Kind.FOLDER)
        names = path.split("/")
        if names[1] not in self._folders[""]:
            return Entry(Kind.OUTSIDE)
        is_skipped = any(name.startswith(".") or name in VENDORED for name in names)
        is_unknown = any("/".join(names[:end]) in self._unknown for end in range(2, len(names) + 1))
        return Entry(Kind.SKIPPED if is_skipped or is_unknown or not self._is_complete else Kind.MISSING)

    def names_in(self, folder: str) -> set[str] | None:
        """The names in a folder. Of one without names it is unknown whether it is empty, because hidden files are not listed."""
        return self._folders.get(_normal(folder).rstrip("/")) or None

    def is_inside(self, path: str, root: str) -> bool:
        """There are no symbolic links, so that the sender's comparison of paths is enough."""
        return True


def _normal(path: str) -> str:
    """The same path as the disk would find it: macOS takes a name in any Unicode normal form, and repeated slashes count as one."""
    return unicodedata.normalize("NFC", re.sub("/{2,}", "/", path))
