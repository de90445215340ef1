"""Resolves relative links of local files to ``file:`` URLs, by the rules of the URL Standard."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from json_head.cli.sources.files import File
from json_head.extract import Source, decode
from json_head.urls.relative import join
from json_head.urls.syntax import clean

#: Formats whose relative links are relative to the file. In a feed or a mail they are relative to an unknown URL.
FORMATS = frozenset(("asciidoc", "css", "html", "markdown", "notebook", "rst", "xhtml"))
#: A ``base`` element. It makes relative links refer to a web address instead of the disk.
_BASE = re.compile(r"<base[\t\n\f\r /][^>]*+", re.IGNORECASE)
#: Placeholder origin for resolving references. It stands for the disk or for the folder of a site.
_ORIGIN = "http://disk.invalid"


@dataclass(frozen=True, slots=True)
class Place:
    """The location of a file, for resolving its relative links.

    Args:
        folder: The folder of the file.
        base: The base URL of the file: the placeholder origin with the file's path below ``top``.
        top: The ``file:`` URL of the folder that the placeholder origin stands for, without a trailing slash.
        root: The ``file:`` URL of the folder for links such as ``/x``, without a trailing slash; ``None`` if unknown.
    """

    folder: Path
    base: str
    top: str
    root: str | None

    def locate(self, written: str) -> str | None:
        """Return the ``file:`` URL of a relative reference, or ``None`` if its base is unknown."""
        top, base = self.top, self.base
        if clean(written)[:1] in ("/", "\\"):
            if self.root is None:
                return None
            top, base = self.root, f"{_ORIGIN}/"
        absolute = join(written, base)
        if not absolute.startswith(f"{_ORIGIN}/"):
            return None  # `//host/x` leads to another host
        return top + absolute[len(_ORIGIN) :].partition("#")[0].partition("?")[0]


def place_of(file: File, source: Source, format: str, root: Path | None) -> Place | None:
    """Return the place of a file that was read, or ``None`` if its relative links do not refer to the disk."""
    if file.path is None or format not in FORMATS:
        return None
    path = Path(os.path.abspath(file.path))
    top = root_url = None
    if root:
        site = Path(os.path.abspath(root))
        root_url = site.as_uri().rstrip("/")
        if path.is_relative_to(site):
            top = root_url
    if format in ("html", "xhtml") and any("href" in tag[0].lower() for tag in _BASE.finditer(decode(source)[0])):
        return None
    top = top or "file://"
    return Place(path.parent, _ORIGIN + path.as_uri().removeprefix(top), top, root_url)
