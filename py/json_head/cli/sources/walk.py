"""Finds the files in a folder that are read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from json_head.cli.sources.gitignore import GitIgnore
from json_head.extract.folder import EXTENSIONS, VENDORED


@dataclass(frozen=True, slots=True)
class Walk:
    """How folders are searched for files.

    Args:
        extensions: Of files to read.
        hidden: Whether to read hidden files and folders, too. git's own folder is never read.
        excluded: Files and folders whose path, with slashes, matches one of these anywhere are skipped.
    """

    extensions: frozenset[str] = EXTENSIONS
    hidden: bool = False
    excluded: tuple[re.Pattern[str], ...] = ()

    def leaves_out(self, path: Path) -> bool:
        """Whether a path is excluded."""
        return any(pattern.search(path.as_posix()) for pattern in self.excluded)

    def files_in(self, folder: Path, errors: list[str]) -> Iterator[Path]:
        """Yield all files of a folder and its subfolders, of any extension.

        Vendored entries, those that git leaves out, pipes, sockets and devices are skipped. Sentences on folders that cannot be
        read are added to ``errors``.
        """
        git = GitIgnore(folder)
        folders = [folder]
        while folders:
            current = folders.pop()
            try:
                with os.scandir(current) as entries:
                    wanted = sorted(
                        (entry for entry in entries if self._is_wanted(entry)), key=lambda entry: entry.name
                    )
            except OSError as error:
                errors.append(sentence(current, error))
                continue
            subfolders = []
            for entry in wanted:
                path, is_folder = Path(entry.path), entry.is_dir(follow_symlinks=False)
                if git.leaves_out(path, is_folder=is_folder):
                    continue
                if is_folder:
                    subfolders.append(path)
                elif _is_file(entry):
                    yield path
            folders.extend(reversed(subfolders))

    def _is_wanted(self, entry: os.DirEntry[str]) -> bool:
        if entry.name in VENDORED or entry.name == ".git" or (entry.name.startswith(".") and not self.hidden):
            return False
        return not self.leaves_out(Path(entry.path))


def sentence(folder: Path, error: OSError) -> str:
    """That a folder cannot be read, for people."""
    name = os.fsencode(folder).decode("utf-8", "replace")
    return f"{name} cannot be read: {error.strerror or error}."


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Return whether the entry is a file, or a symbolic link to one.

    A broken link counts: reading it reports an error.
    """
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:
        return True
