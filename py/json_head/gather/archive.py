"""Reads a ZIP archive as the folder that was packed. Nothing is written anywhere, and nothing in it is trusted."""

from __future__ import annotations

import io
import itertools
import re
import stat
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator

from json_head.errors import JsonHeadError
from json_head.extract import MAX_BYTES
from json_head.extract.folder import EXTENSIONS, OF_REPOSITORIES, VENDORED, extension_of

#: The maximum number of entries. Reading their names takes 15 microseconds each in a browser.
MAX_ENTRIES = 100_000
#: Text seldom becomes less than a tenth of its size. Deflate can reach a thousandth, with content that only fills memory.
MAX_RATIO = 200
#: Files up to this size in bytes may have any ratio.
_SMALL = 1_000_000
#: macOS packs resource forks beside the files.
_RESOURCE_FORKS = "__MACOSX"
#: The signature of an entry in the central directory (APPNOTE.TXT 4.3.12).
_ENTRY = b"PK\x01\x02"
_ENCRYPTED = 0x1
_UTF_8 = 0x800
_DRIVE = re.compile(r"[A-Za-z]:")
#: The comment of archives that ``git archive`` and GitHub make: the commit.
_COMMIT = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")

#: What zipfile raises for a damaged archive. An offset of 64 bits overflows the integers of WebAssembly.
_FAULTS = (
    EOFError, NotImplementedError, OSError, OverflowError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


class ArchiveError(JsonHeadError, ValueError):
    """An archive, or a file in it, that cannot be read. The message is a sentence for people."""

    code = "archive"


def is_archive(name: str) -> bool:
    """Whether a file of this name is read as an archive."""
    return name.lower().endswith(".zip")


class Archive:
    """The folder in an archive. It has the name of the archive, unless everything in the archive is in one folder.

    Args:
        taken: the names of other folders. A number is added to a name that is taken.

    Raises:
        ArchiveError: it cannot be read.
    """

    def __init__(self, content: bytes, name: str, taken: Collection[str] = ()) -> None:
        if content.count(_ENTRY) > MAX_ENTRIES:
            raise ArchiveError(
                f"This archive, or one in it, has more than {MAX_ENTRIES:,} files. Unpack it, and check its folders."
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except _FAULTS as error:
            raise ArchiveError(
                "This is no ZIP archive, or it is damaged or incomplete, so it can’t be read."
            ) from error
        #: Sentences for people on what was left out.
        self.notes: list[str] = []
        #: Whether :attr:`paths` has all files. Otherwise some names are in an unknown encoding.
        self.is_complete = True
        #: The files, and folders with a slash at the end, without hidden and vendored ones.
        self.paths: list[str] = []
        #: Symbolic links, whose targets are not looked up.
        self.links: list[str] = []
        #: The number of files that are not read, by extension.
        self.skipped: Counter[str] = Counter()
        self._files: dict[str, zipfile.ZipInfo] = {}
        entries = self._entries()
        visible = [path for path in entries if not path.startswith(".")]
        only = visible[0].partition("/")[0] if visible else ""
        is_one_folder = all(path.startswith(f"{only}/") for path in visible) and bool(only)
        #: The name of the folder.
        self.folder = _free(only if is_one_folder else name, taken)
        #: Whether it is known to be a whole repository.
        self.is_repository = bool(_COMMIT.fullmatch(self._zip.comment))
        for path, info in entries.items():
            if not is_one_folder:
                self._add(path, info)
            elif path.startswith(f"{only}/"):
                self._add(path[len(only) + 1 :], info)

    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        """The entries by path, without those outside of the archive's folder. A folder has a slash at its end."""
        entries: dict[str, zipfile.ZipInfo] = {}
        outside = repeated = 0
        for info in self._zip.infolist():
            path = _path_of(self._name_of(info))
            if path is None:
                outside += 1
            elif path and path.partition("/")[0] != _RESOURCE_FORKS:
                repeated += path in entries and not path.endswith("/")
                entries[path] = info
        if outside:
            self.notes.append(f"{_files(outside)} left out: the path leads out of the archive.")
        if repeated:
            self.notes.append(f"{_files(repeated)} replaced by a later file with the same path in the archive.")
        if not self.is_complete:
            self.notes.append(
                "Some names are in an unknown encoding, so it is not known of all links whether their file exists."
            )
        return entries

    def _name_of(self, info: zipfile.ZipInfo) -> str:
        """The name of an entry. Many programs write UTF-8 without the flag for it, which the format reads as code page 437."""
        name = info.filename
        is_decoded = info.flag_bits & _UTF_8 or name != info.orig_filename.partition("\0")[0]
        if is_decoded or name.isascii():
            return name
        try:
            return name.encode("cp437").decode()
        except UnicodeError:
            self.is_complete = False
            return name

    def _add(self, inner: str, info: zipfile.ZipInfo) -> None:
        """Add an entry by its path in the folder."""
        names = inner.split("/")
        self.is_repository |= names[0] in OF_REPOSITORIES
        if any(name.startswith(".") or name in VENDORED for name in names):
            return
        path = f"{self.folder}/{inner}"
        if stat.S_ISLNK(info.external_attr >> 16):
            self.links.append(path)
            return
        self.paths.append(path)
        if path.endswith("/"):
            return
        extension = extension_of(names[-1])
        if extension in EXTENSIONS:
            self._files[path] = info
        else:
            self.skipped[extension] += 1

    def files(self) -> Iterator[tuple[str, int]]:
        """The files to read: the path and the size in bytes, unpacked. Those of a folder come before those of its subfolders."""
        for path in sorted(self._files, key=_files_first):
            yield path, self._files[path].file_size

    def read(self, path: str) -> bytes:
        """Unpack a file.

        Raises:
            ArchiveError: it cannot be read.
        """
        info = self._files[path]
        if info.flag_bits & _ENCRYPTED:
            raise ArchiveError("This file is encrypted. Unpack the archive, and drop the folder.")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveError(
                "This file is packed by a method that can’t be read here. Unpack the archive, and drop the folder."
            )
        if info.file_size > MAX_BYTES:
            raise ArchiveError(f"This file is larger than {MAX_BYTES // 1_000_000} MB. Split it and check the parts.")
        if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
            raise ArchiveError(
                f"Unpacked, this file is more than {MAX_RATIO} times as large. Text is not, so it is not read."
            )
        try:
            with warnings.catch_warnings(action="ignore"), self._zip.open(info) as file:  # of entries that overlap
                return file.read()
        except _FAULTS as error:
            raise ArchiveError("This file is damaged in the archive, so it can’t be read.") from error


def _path_of(name: str) -> str | None:
    """The path of an entry in the archive, empty for the archive's folder; ``None`` if it leads out of it.

    Some programs for Windows write backslashes.
    """
    name = name.replace("\\", "/")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts:
        return None
    return "/".join(parts) + ("/" if parts and name.endswith("/") else "")


def _files_first(path: str) -> list[tuple[bool, str]]:
    """A key to sort paths by, so that the files of a folder come before those of its subfolders."""
    *folders, name = path.split("/")
    return [*((True, folder) for folder in folders), (False, name)]


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with a number if it is taken."""
    numbered = (f"{name} ({number})" for number in itertools.count(2))
    return next(free for free in itertools.chain((name,), numbered) if free not in taken)


def _files(number: int) -> str:
    return "1 file was" if number == 1 else f"{number:,} files were"
