"""Where the relative links of local files lead on the disk: ``file:`` URLs, by the rules of the URL Standard."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from json_head.cli.sources import File
from json_head.extract import Source, decode
from json_head.relative import clean, join

#: Formats whose relative links are relative to the file. Those of a feed or mail are relative to an address that is not known here.
FORMATS = frozenset(("asciidoc", "css", "html", "markdown", "notebook", "rst", "xhtml"))
#: A ``base`` element. What it makes its document's links relative to is nowhere on the disk.
_BASE = re.compile(r"<base[\t\n\f\r /][^>]*+", re.IGNORECASE)
#: Stands for a disk, or for the folder of a site, where references are resolved.
_ORIGIN = "http://disk.invalid"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is.

    ``top`` is the ``file:`` URL of the folder that its base URL begins at, without a slash at its end; ``root`` that of the
    folder which links such as ``/x`` are relative to, where one is known.
    """

    folder: Path
    base: str
    top: str
    root: str | None

    def locate(self, written: str) -> str | None:
        """The ``file:`` URL of a relative reference; ``None`` for one that is relative to something unknown."""
        top, base = self.top, self.base
        if clean(written)[:1] in ("/", "\\"):
            if self.root is None:
                return None
            top, base = self.root, f"{_ORIGIN}/"
        absolute = join(written, base)
        if not absolute.startswith(f"{_ORIGIN}/"):
            return None  # `//host/x`
        return top + absolute[len(_ORIGIN) :].partition("#")[0].partition("?")[0]


def place_of(file: File, source: Source, format: str, root: Path | None) -> Place | None:
    """The place of a file that was read, ``None`` if its relative links lead nowhere on the disk."""
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
