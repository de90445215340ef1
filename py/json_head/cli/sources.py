"""What a SOURCE is: a URL, a file, a folder, a glob, or standard input."""

from __future__ import annotations

import glob
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from json_head.cli.errors import SourceError
from json_head.extract import MAX_BYTES, Source
from json_head.extract.detect import EXTENSIONS as KNOWN_EXTENSIONS
from json_head.extract.resolve import resolve

#: What is read of a folder. In a text file that nobody named, only URLs count, so that a list of words is no list of links.
EXTENSIONS = frozenset(("txt", *KNOWN_EXTENSIONS))

#: Folders of other people's files; hidden ones are passed over too.
VENDORED = frozenset(("__pycache__", "bower_components", "node_modules", "site-packages", "vendor", "venv"))

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
        as_text = not self.named and self.path.suffix.lower() == ".txt"
        return Source(content, self.name, base=base, format="text" if as_text else "auto")


def decoded(argument: str) -> str:
    """An argument or a file's name as text: where the locale knows no UTF-8, Python has left its bytes as surrogates."""
    return os.fsencode(argument).decode("utf-8", "replace")


def expand(arguments: Iterable[str]) -> tuple[list[str | File], list[str]]:
    """URLs and files, each file once however many SOURCEs lead to it; and what is wrong with other SOURCEs.

    It may wait for standard input, so it is not for an event loop, which would not hear Ctrl+C meanwhile.
    """
    found: list[str | File] = []
    errors: list[str] = []
    seen: set[Path | None] = set()
    for argument in arguments:
        if _URL.match(argument):
            found.append(decoded(argument))
            continue
        try:
            for file in _files_of(argument):
                key = file.path and file.path.resolve()
                if key not in seen:
                    found.append(file)
                    seen.add(key)
        except SourceError as error:
            errors.append(decoded(str(error)))
    return found, errors


def _files_of(argument: str) -> Iterator[File]:
    """The files that a SOURCE other than a URL stands for.

    Raises:
        SourceError: there are none.
    """
    path = Path(argument)
    if argument == "-":
        yield File(None, content=sys.stdin.buffer.read(MAX_BYTES + 1))
    elif path.is_dir():
        yield from _walk(path)
    elif path.exists():
        yield File(path)
    elif any(character in argument for character in "*?["):
        found = [Path(name) for name in sorted(glob.glob(argument, recursive=True))]
        if not found:
            raise SourceError(f"Nothing matches {argument}.")
        for match in found:
            if match.is_file():
                yield File(match)
    else:
        is_host = _HOST.match(argument) and _extension(argument.partition("/")[0]) not in EXTENSIONS
        hint = f" Did you mean https://{argument}?" if is_host else ""
        raise SourceError(f"There is no file or folder {argument}.{hint}")


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


def _walk(folder: Path) -> Iterator[File]:
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in VENDORED)
        for name in sorted(names):
            if not name.startswith(".") and _extension(name) in EXTENSIONS:
                yield File(Path(here) / name, named=False)


def _extension(name: str) -> str:
    return os.path.splitext(name)[1][1:].lower()
