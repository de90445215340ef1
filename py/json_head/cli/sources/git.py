"""Finds the working copy of git that a folder is in."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def working_copy(folder: Path) -> Path | None:
    """The top of the working copy that an absolute folder is in; ``None`` if it is in none."""
    return next((above for above in (folder, *folder.parents) if (above / ".git").exists()), None)
