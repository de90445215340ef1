"""Where the relative links of a file lead: how it will be served, and from which folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from json_head.cli.sources.files import File
from json_head.cli.sources.git import working_copy
from json_head.extract import Source
from json_head.local.hosting import usual_root, usual_server
from json_head.local.place import Place, placed
from json_head.transports.files.serving import INDEX, ServeLike, Serving


@dataclass(frozen=True, slots=True)
class Hosting:
    """How and from where the files will be served, as far as the user says so.

    Args:
        root: The folder of links such as ``/x``.
        like: ``None`` if it depends on the file.
        index: The names of index files.
        extensions: Those that links may leave out.
    """

    root: Path | None = None
    like: ServeLike | None = None
    index: tuple[str, ...] = INDEX
    extensions: tuple[str, ...] = ()


def place_of(file: File, source: Source, format: str, hosting: Hosting) -> Place | None:
    """Return the place of a file that was read, or ``None`` if its relative links do not lead to other files."""
    if file.path is None:
        return None
    path = Path(os.path.abspath(file.path))
    top = working_copy(path.parent)
    like = hosting.like or usual_server(format, in_repository=top is not None)
    root = hosting.root or usual_root(like, repository=top, site=_site_of(file, hosting.index))
    root_url = Path(os.path.abspath(root)).as_uri().removesuffix("/") if root else None
    return placed(Place(path.as_uri(), root_url, Serving(like, hosting.index, hosting.extensions)), source, format)


def _site_of(file: File, index: tuple[str, ...]) -> Path | None:
    """The SOURCE that a file was found in, if it is a website."""
    return file.folder if file.folder and any((file.folder / name).is_file() for name in index) else None
