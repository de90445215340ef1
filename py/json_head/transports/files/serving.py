"""Which file a server responds with for a path. It depends on the server."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, NamedTuple

from json_head.transports.files.tree import Kind, Tree

ServeLike = Literal["github", "static", "files"]

#: The index files of a web server, unless the user names others.
INDEX = ("index.html",)


@dataclass(frozen=True, slots=True)
class Serving:
    """How files are served.

    ``files``: as they are on the disk; a folder is a folder.
    ``github``: as github.com shows a repository; a folder is shown with its README.
    ``static``: by a web server for static files; a folder needs an index file, and ``extensions`` may be left out of links.
    """

    like: ServeLike = "files"
    index: tuple[str, ...] = INDEX
    """The names of index files, the first that exists counts. Only for ``static``."""
    extensions: tuple[str, ...] = ()
    """Extensions without a dot, which the server adds to paths that do not exist. Only for ``static``."""


class Served(NamedTuple):
    path: str
    """The path of the file that the server responds with, or of a folder."""
    kind: Kind
    size: int | None = None
    """The size of the file in bytes, unless it is served for its folder."""
    is_index_missing: bool = False


def serve(path: str, tree: Tree, serving: Serving) -> Served:
    """Find what a server responds with for an absolute path."""
    kind, size = tree.find(path)
    if kind is Kind.FOLDER and serving.like == "static":
        for name in serving.index:
            index = os.path.join(path, name)
            if tree.find(index).kind is Kind.FILE:
                return Served(index, Kind.FILE)
        return Served(path, Kind.MISSING, is_index_missing=True)
    if kind is Kind.FOLDER and serving.like == "github":
        if tree.names_in(path) == frozenset():
            return Served(path, Kind.MISSING)  # git keeps no empty folder
        readme = readme_in(path, tree)
        return Served(os.path.join(path, readme), Kind.FILE) if readme else Served(path, kind)
    if kind is Kind.MISSING and serving.like == "static" and not path.endswith(os.sep):
        for extension in serving.extensions:
            with_extension = f"{path}.{extension}"
            entry = tree.find(with_extension)
            if entry.kind is Kind.FILE:
                return Served(with_extension, entry.kind, entry.size)
    return Served(path, kind, size)


def readme_in(folder: str, tree: Tree) -> str | None:
    """The name of the README that github.com shows below a folder's files. It prefers Markdown."""
    names = sorted(name for name in tree.names_in(folder) or () if name.lower().startswith("readme."))
    return next((name for name in names if name.lower().endswith((".md", ".markdown"))), names[0] if names else None)
