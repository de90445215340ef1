"""Expands SOURCE arguments: a URL, a file, the files of a folder or glob, or standard input."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from json_head.cli.errors import SourceError
from json_head.cli.sources import globs
from json_head.cli.sources.walk import Walk
from json_head.cli.streams import read_input
from json_head.extract import MAX_BYTES, Source
from json_head.extract.folder import EXTENSIONS, extension_of, skipped_files
from json_head.extract.resolve import resolve
from json_head.urls.schemeless import is_local_address, with_scheme
from json_head.urls.syntax import SCHEME_AND_SLASHES


@dataclass(frozen=True, slots=True)
class File:
    """A file to read.

    Args:
        path: ``None`` for standard input.
        named: ``False`` for a file that was found in a folder or a list.
        folder: The SOURCE that it was found in.
        content: The content of standard input.
    """

    path: Path | None
    named: bool = True
    folder: Path | None = None
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


_WALK = Walk()


def expand(
    arguments: Iterable[str],
    walk: Walk = _WALK,
    lists: Iterable[str] = (),
    own_files: Iterable[Path] = (),
) -> Expanded:
    """Expand all SOURCEs to URLs and files.

    Must not be called in an event loop: reading standard input may block, and Ctrl+C would not be handled.

    Args:
        lists: Files with further SOURCEs, one on each line, or with a NUL after each; ``-`` for standard input.
        own_files: The reports that the command writes or reads, which have the links of earlier runs. In folders they are left out.
    """
    expander = _Expander(walk, own_files)
    for argument in arguments:
        expander.add(argument)
    for name in lists:
        try:
            listed = _listed(name)
        except OSError as error:
            expander.expanded.errors.append(f"{decoded(name)} cannot be read: {error.strerror or error}.")
            continue
        for argument in listed:
            expander.add(argument, is_listed=True)
    return expander.expanded


class _Expander:
    def __init__(self, walk: Walk, own_files: Iterable[Path]) -> None:
        self.expanded = Expanded()
        self._walk = walk
        self._own_files = {os.path.realpath(path) for path in own_files}
        self._known_paths: set[str] = set()

    def add(self, argument: str, *, is_listed: bool = False) -> None:
        if SCHEME_AND_SLASHES.match(argument):
            self.expanded.found.append(decoded(argument))
            return
        if is_local_address(argument) and not os.path.exists(argument):
            self.expanded.found.append(f"http://{decoded(argument)}")
            return
        try:
            for file in self._files_of(argument, is_listed=is_listed):
                key = "-" if file.path is None else os.path.realpath(file.path)
                if key not in self._known_paths and (file.named or key not in self._own_files):
                    self.expanded.found.append(file)
                    self._known_paths.add(key)
        except SourceError as error:
            self.expanded.errors.append(decoded(str(error)))
        except OSError as error:
            self.expanded.errors.append(f"{decoded(argument)} cannot be read: {error.strerror or error}.")

    def _files_of(self, argument: str, *, is_listed: bool) -> Iterator[File]:
        """Yield the files of a SOURCE that is not a URL. Of listed files, those of unknown kinds are skipped, as in folders.

        Raises:
            SourceError: There are no files.
            OSError: The path cannot be accessed.
        """
        if not argument:
            raise SourceError("A SOURCE is empty, perhaps because a variable is unset. Write . for the working folder.")
        path = Path(argument)
        if argument == "-" and not is_listed:
            yield File(None, content=read_input(MAX_BYTES + 1))
        elif self._walk.leaves_out(path):
            return
        elif path.is_dir():
            yield from self._files_in(path)
        elif path.exists() and is_listed:
            if extension_of(path.name) in self._walk.extensions:
                yield File(path, named=False)
            else:
                self.expanded.skipped[extension_of(path.name)] += 1
        elif path.exists():
            yield File(path)
        elif globs.has_magic(argument):
            errors = len(self.expanded.errors)
            matches = sorted(set(globs.matches(argument, self.expanded.errors)))
            files = [File(match) for match in matches if match.is_file() and not self._walk.leaves_out(match)]
            if not files and len(self.expanded.errors) == errors:
                raise SourceError(f"{'Only folders match' if matches else 'Nothing matches'} {argument}.")
            yield from files
        else:
            meant = with_scheme(argument)
            is_host = meant and extension_of(argument.partition("/")[0]) not in EXTENSIONS
            hint = f" Did you mean {meant}?" if is_host else ""
            raise SourceError(f"There is no file or folder {argument}.{hint}")

    def _files_in(self, folder: Path) -> Iterator[File]:
        """Yield the files of a folder and its subfolders that have a known extension.

        Raises:
            SourceError: The folder has no such files.
        """
        skipped: Counter[str] = Counter()
        errors = len(self.expanded.errors)
        is_read = False
        for path in self._walk.files_in(folder, self.expanded.errors):
            extension = extension_of(path.name)
            if extension in self._walk.extensions:
                is_read = True
                yield File(path, named=False, folder=folder)
            else:
                skipped[extension] += 1
        if is_read:
            self.expanded.skipped += skipped
        elif skipped or len(self.expanded.errors) == errors:
            reason = (
                skipped_files(skipped) if skipped else "It has no files, or only hidden, vendored or excluded ones."
            )
            raise SourceError(f"Nothing in {folder} could be read. {reason}")


def _listed(name: str) -> list[str]:
    """The SOURCEs in a list. Empty lines are skipped, and in lists without NUL also those that begin with #.

    Raises:
        OSError: it cannot be read.
    """
    content = read_input() if name == "-" else Path(name).read_bytes()
    if b"\0" in content:
        return [os.fsdecode(item) for item in content.split(b"\0") if item]
    lines = (os.fsdecode(line.strip()) for line in content.removeprefix(b"\xef\xbb\xbf").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


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
