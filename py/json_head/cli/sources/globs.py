"""Finds the files that match a pattern such as ``docs/**/*.md``. Unlike :mod:`glob`, it reads what a folder as a SOURCE would read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from json_head.cli.sources.walk import sentence
from json_head.extract.folder import VENDORED

_MAGIC = frozenset("*?[")


def has_magic(text: str) -> bool:
    return not _MAGIC.isdisjoint(text)


def matches(pattern: str, errors: list[str]) -> Iterator[Path]:
    """Yield the files and folders that match, in no order, and some twice.

    Hidden names match only what begins with a dot, and vendored folders only their own name. ``**`` follows no symbolic links, which may
    lead in a circle. Sentences on folders that cannot be read are added to ``errors``.
    """
    path = Path(pattern)
    segments = path.parts[1:] if path.anchor else path.parts
    pending = [(Path(path.anchor), 0)]
    seen = set()
    while pending:
        folder, index = pending.pop()
        if index == len(segments):
            yield folder
            continue
        if (folder, index) in seen:  # by several `**`
            continue
        seen.add((folder, index))
        segment = segments[index]
        if not has_magic(segment):
            path = folder / segment
            if path.is_dir() or (index == len(segments) - 1 and os.path.lexists(path)):
                pending.append((path, index + 1))
        elif segment == "**":
            pending.append((folder, index + 1))
            is_last = index == len(segments) - 1
            for entry in _entries(folder, "*", errors):
                if entry.is_dir(follow_symlinks=False):
                    pending.append((Path(entry.path), index))
                elif is_last:
                    yield Path(entry.path)
        else:
            is_last = index == len(segments) - 1
            pending += [
                (Path(entry.path), index + 1)
                for entry in _entries(folder, segment, errors)
                if is_last or entry.is_dir()
            ]


def _entries(folder: Path, segment: str, errors: list[str]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if _is_match(entry.name, segment)]
    except OSError as error:
        if (text := sentence(folder, error)) not in errors:  # `**` reads a folder for itself and for what follows
            errors.append(text)
        return []


def _is_match(name: str, segment: str) -> bool:
    if (name.startswith(".") and not segment.startswith(".")) or name in VENDORED:
        return False
    return fnmatchcase(os.path.normcase(name), os.path.normcase(segment))
