"""Expands SOURCE arguments: a URL, a file, the files of a folder or glob, or standard input."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from json_head.cli.errors import SourceError
from json_head.extract import MAX_BYTES, Source
from json_head.extract.folder import EXTENSIONS, VENDORED, extension_of, skipped_files
from json_head.extract.resolve import resolve
from json_head.urls.syntax import SCHEME_AND_SLASHES

_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(?:[:/?#]|$)")


@dataclass(frozen=True, slots=True)
class File:
    """A file to read.

    Args:
        path: ``None`` for standard input.
        named: ``False`` for a file that was found in a folder.
        content: The content of standard input.
    """

    path: Path | None
    named: bool = True
    content: bytes = b""

    @property
    def name(self) -> str:
        """The name for display: with slashes, and relative to the working folder if the file is inside it."""
        if self.path is None:
            return "standard input"
        path = self.path
        if path.is_absolute() and path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        return decoded(path.as_posix())

    def read(self, base: str | None) -> Source:
        """Read at most ``MAX_BYTES`` + 1 bytes of the file.

        Raises:
            SourceError: The file cannot be read.
        """
        if self.path is None:
            return Source(self.content, base=base)
        try:
            with self.path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror or error}.") from error
        as_text = not self.named and extension_of(self.path.name) == "txt"
        return Source(content, self.name, base=base, format="text" if as_text else "auto")


def decoded(argument: str) -> str:
    """Decode an argument or file name as UTF-8. In other locales Python represents its bytes as surrogates."""
    return os.fsencode(argument).decode("utf-8", "replace")


@dataclass(slots=True)
class Expanded:
    """The result of expanding SOURCE arguments."""

    found: list[str | File] = field(default_factory=list)
    """URLs and files. A file that several SOURCEs contain occurs once."""
    errors: list[str] = field(default_factory=list)
    """Sentences about SOURCEs, and folders in them, that could not be read or contain nothing to read."""
    skipped: Counter[str] = field(default_factory=Counter)
    """The number of skipped files by extension, in folders of which other files are read."""


def expand(arguments: Iterable[str], written: Path | None = None) -> Expanded:
    """Expand all SOURCEs to URLs and files. In folders, the file that the command writes is left out: it has the links of the last run.

    Must not be called in an event loop: reading standard input may block, and Ctrl+C would not be handled.
    """
    expanded = Expanded()
    known_paths: set[str] = set()
    for argument in arguments:
        if SCHEME_AND_SLASHES.match(argument):
            expanded.found.append(decoded(argument))
            continue
        try:
            for file in _files_of(argument, expanded):
                key = "-" if file.path is None else os.path.realpath(file.path)
                is_output = written is not None and not file.named and key == os.path.realpath(written)
                if key not in known_paths and not is_output:
                    expanded.found.append(file)
                    known_paths.add(key)
        except SourceError as error:
            expanded.errors.append(decoded(str(error)))
        except OSError as error:
            expanded.errors.append(f"{decoded(argument)} cannot be read: {error.strerror or error}.")
    return expanded


def _files_of(argument: str, expanded: Expanded) -> Iterator[File]:
    """Yield the files of a SOURCE that is not a URL.

    Raises:
        SourceError: There are no files.
        OSError: The path cannot be accessed.
    """
    if not argument:
        raise SourceError("A SOURCE is empty, perhaps because a variable is unset. Write . for the working folder.")
    path = Path(argument)
    if argument == "-":
        yield File(None, content=sys.stdin.buffer.read(MAX_BYTES + 1))
    elif path.is_dir():
        yield from _files_in(path, expanded)
    elif path.exists():
        yield File(path)
    elif any(character in argument for character in "*?["):
        matches = [Path(name) for name in sorted(glob.glob(argument, recursive=True))]
        files = [File(match) for match in matches if match.is_file()]
        if not files:
            raise SourceError(f"{'Only folders match' if matches else 'Nothing matches'} {argument}.")
        yield from files
    else:
        is_host = _HOST.match(argument) and extension_of(argument.partition("/")[0]) not in EXTENSIONS
        hint = f" Did you mean https://{argument}?" if is_host else ""
        raise SourceError(f"There is no file or folder {argument}.{hint}")


def _files_in(folder: Path, expanded: Expanded) -> Iterator[File]:
    """Yield the files of a folder and its subfolders that have a known extension.

    Raises:
        SourceError: The folder has no such files.
    """
    skipped: Counter[str] = Counter()
    errors = len(expanded.errors)
    is_read = False
    for path in _walk(folder, expanded.errors):
        extension = extension_of(path.name)
        if extension in EXTENSIONS:
            is_read = True
            yield File(path, named=False)
        else:
            skipped[extension] += 1
    if is_read:
        expanded.skipped += skipped
    elif skipped or len(expanded.errors) == errors:
        reason = skipped_files(skipped) if skipped else "It has no files, or only hidden or vendored ones."
        raise SourceError(f"Nothing in {folder} could be read. {reason}")


def _walk(folder: Path, errors: list[str]) -> Iterator[Path]:
    """Yield all files of a folder and its subfolders.

    Hidden and vendored entries, pipes, sockets and devices are skipped.
    """
    folders = [folder]
    while folders:
        current = folders.pop()
        try:
            with os.scandir(current) as entries:
                visible = sorted(
                    (entry for entry in entries if not entry.name.startswith(".")), key=lambda entry: entry.name
                )
        except OSError as error:
            errors.append(f"{decoded(str(current))} cannot be read: {error.strerror or error}.")
            continue
        subfolders = []
        for entry in visible:
            if entry.name in VENDORED:
                continue
            if entry.is_dir(follow_symlinks=False):
                subfolders.append(Path(entry.path))
            elif _is_file(entry):
                yield Path(entry.path)
        folders.extend(reversed(subfolders))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Return whether the entry is a file, or a symbolic link to one.

    A broken link counts: reading it reports an error.
    """
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:
        return True


def base_of(file: File, base: str | None, root: Path | None) -> str | None:
    """Return the URL of a file on the web: ``base`` joined with the path of the file below ``root``.

    Without ``root``, and for standard input, it is ``base`` itself.

    Raises:
        SourceError: The file is not inside ``root``.
    """
    if base is None or root is None or file.path is None:
        return base
    path, folder = file.path.resolve(), root.resolve()
    if not path.is_relative_to(folder):
        raise SourceError(f"{file.name} is not inside {root}, so its address is unknown.")
    return resolve(quote(path.relative_to(folder).as_posix(), errors="replace"), base.rstrip("/") + "/")
