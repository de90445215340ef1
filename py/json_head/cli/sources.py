"""The sources that a SOURCE stands for: a URL, a file, the files of a folder or glob, or standard input."""

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

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)+(?:[:/?#]|$)")


@dataclass(frozen=True, slots=True)
class File:
    """A file to read; ``named`` unless it was come upon in a folder. Standard input has no path, and its content at once."""

    path: Path | None
    named: bool = True
    content: bytes = b""

    @property
    def name(self) -> str:
        """As it is shown: with slashes, and relative to the working folder where it is inside."""
        if self.path is None:
            return "standard input"
        path = self.path
        if path.is_absolute() and path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        return decoded(path.as_posix())

    def read(self, base: str | None) -> Source:
        """The file's content, no more of it than is taken.

        Raises:
            SourceError: it cannot be read.
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
    """An argument or a file's name as text: where the locale knows no UTF-8, Python has left its bytes as surrogates."""
    return os.fsencode(argument).decode("utf-8", "replace")


@dataclass(slots=True)
class Expanded:
    """What the SOURCEs stand for."""

    found: list[str | File] = field(default_factory=list)
    """URLs and files, each file once however many SOURCEs lead to it."""
    errors: list[str] = field(default_factory=list)
    """Sentences on SOURCEs, and folders in them, that could not be read or have nothing to read."""
    skipped: Counter[str] = field(default_factory=Counter)
    """By extension, the number of files of a kind that is not read, in folders of which other files are read."""


def expand(arguments: Iterable[str]) -> Expanded:
    """The URLs and files of all SOURCEs.

    It may wait for standard input, so it is not for an event loop, which would not hear Ctrl+C meanwhile.
    """
    expanded = Expanded()
    seen: set[str] = set()
    for argument in arguments:
        if _URL.match(argument):
            expanded.found.append(decoded(argument))
            continue
        try:
            for file in _files_of(argument, expanded):
                key = "-" if file.path is None else os.path.realpath(file.path)
                if key not in seen:
                    expanded.found.append(file)
                    seen.add(key)
        except SourceError as error:
            expanded.errors.append(decoded(str(error)))
        except OSError as error:
            expanded.errors.append(f"{decoded(argument)} cannot be read: {error.strerror or error}.")
    return expanded


def _files_of(argument: str, expanded: Expanded) -> Iterator[File]:
    """The files that a SOURCE other than a URL stands for.

    Raises:
        SourceError: there are none.
        OSError: it cannot be looked at.
    """
    if not argument:
        raise SourceError("A SOURCE is empty, perhaps an unset variable; write . for the working folder.")
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
            raise SourceError(f"Nothing matches {argument}{', but for folders' if matches else ''}.")
        yield from files
    else:
        is_host = _HOST.match(argument) and extension_of(argument.partition("/")[0]) not in EXTENSIONS
        hint = f" Did you mean https://{argument}?" if is_host else ""
        raise SourceError(f"There is no file or folder {argument}.{hint}")


def _files_in(folder: Path, expanded: Expanded) -> Iterator[File]:
    """The files of a folder that are read.

    Raises:
        SourceError: there are none.
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
        why = skipped_files(skipped) if skipped else "It has no files, or only hidden or vendored ones."
        raise SourceError(f"Nothing in {folder} could be read. {why}")


def _walk(folder: Path, errors: list[str]) -> Iterator[Path]:
    """The files of a folder and those below it, but for hidden and vendored ones, and for pipes, sockets and devices."""
    folders = [folder]
    while folders:
        here = folders.pop()
        try:
            with os.scandir(here) as entries:
                shown = sorted((each for each in entries if not each.name.startswith(".")), key=lambda each: each.name)
        except OSError as error:
            errors.append(f"{decoded(str(here))} cannot be read: {error.strerror or error}.")
            continue
        below = []
        for entry in shown:
            if entry.name in VENDORED:
                continue
            if entry.is_dir(follow_symlinks=False):
                below.append(Path(entry.path))
            elif _is_file(entry):
                yield Path(entry.path)
        folders.extend(reversed(below))


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link to one. A link that leads nowhere is one that cannot be read."""
    try:
        return entry.is_file() or not os.path.exists(entry.path)
    except OSError:
        return True


def base_of(file: File, base: str | None, root: Path | None) -> str | None:
    """The address that a file has on the web: ``base`` itself, or what is at the file's place below it.

    Raises:
        SourceError: the file is not inside ``root``.
    """
    if base is None or root is None or file.path is None:
        return base
    path, folder = file.path.resolve(), root.resolve()
    if not path.is_relative_to(folder):
        raise SourceError(f"{file.name} is not inside {root}, so what address it has is not known.")
    return resolve(quote(path.relative_to(folder).as_posix(), errors="replace"), base.rstrip("/") + "/")
