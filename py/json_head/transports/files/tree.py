"""What the sender for files needs to know of a tree of files. Paths are absolute."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple, Protocol


class Kind(StrEnum):
    """What there is at a path. The last three are codes of ``reasons.BLOCKED_REASONS``."""

    FILE = "file"
    FOLDER = "folder"
    MISSING = "file-missing"
    UNREADABLE = "file-unreadable"
    SKIPPED = "file-skipped"
    OUTSIDE = "outside-root"


class Entry(NamedTuple):
    kind: Kind
    size: int | None = None
    """The size of a file in bytes."""


class Tree(Protocol):
    """A tree of files. Letters must have the same case as in a name, even if the system ignores case, because most web servers
    and many other disks do not.
    """

    def find(self, path: str) -> Entry:
        """Look for a path. A slash at its end asks for a folder. No file is opened."""
        ...

    def names_in(self, folder: str) -> Collection[str] | None:
        """The names in a folder; ``None`` if they cannot be listed."""
        ...

    def is_inside(self, path: str, root: str) -> bool:
        """Whether a path that exists is in a folder, also when symbolic links are followed."""
        ...
