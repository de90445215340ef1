"""The site that a crawl reads: its origins and folders. No network, no state but the starts.

URLs are normalised (:func:`json_head.urls.target.parse`) and have no fragment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from json_head.urls.target import parse

#: The default of ``--max-pages``.
MAX_PAGES = 10_000

#: The values of `Link.found` for hyperlinks and frames, which lead to pages: HTML 4.6 and 4.8.5, SVG 2 16.1, and the `url` elements of
#: sitemaps. A `meta refresh` is a redirect. `link href` is none: it names style sheets, icons and feeds as well.
PAGE_LINKS = frozenset(("a href", "a xlink:href", "area href", "frame src", "iframe src", "loc", "meta refresh"))

#: Extensions of files that are no pages. A GET of an archive would begin a download.
_FILES = frozenset(
    """7z aac apk avi avif bin bmp bz2 css csv deb dmg doc docx epub exe flac gif gz ico ics iso jar jpeg jpg js json m4a m4v mjs mkv mov mp3
    mp4 mpeg mpg msi odp ods odt ogg ogv opus otf pdf png ppt pptx rar rpm rss rtf svg tar tgz tif tiff ttf txt wasm wav webm webmanifest
    webp whl wma wmv woff woff2 xls xlsx xml xz zip zst""".split()
)

#: Where a URL is: in a folder whose pages are read, elsewhere on the site's origins, or on another site.
Region = Literal["folder", "site", "other"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The options of a crawl that decide on targets.

    ``depth`` is in clicks from a start, ``None`` for no limit. ``include`` and ``exclude`` have the meaning of ``json-head check``: a URL
    is left out if an ``exclude`` is found in it, or if there are ``include`` and none is.
    """

    depth: int | None = None
    max_pages: int = MAX_PAGES
    subdomains: bool = False
    external: bool = True
    include: Sequence[re.Pattern[str]] = ()
    exclude: Sequence[re.Pattern[str]] = ()

    def excludes(self, url: str) -> bool:
        if any(pattern.search(url) for pattern in self.exclude):
            return True
        return bool(self.include) and not any(pattern.search(url) for pattern in self.include)


class Scope:
    """The origins and folders of a site."""

    def __init__(self, *, subdomains: bool = False) -> None:
        self._subdomains = subdomains
        self._folders: dict[str, set[str]] = {}
        self._domains: set[tuple[str, str, int]] = set()

    def add_start(self, url: str) -> None:
        """Add the origin of a start, and the folder that it is in: its path up to the last slash.

        A start that redirects is added twice: as it was given, and as the URL at which it arrived.

        Raises:
            UrlError: the URL cannot be requested.
        """
        target = parse(url)
        origin, path = split(target.url)
        self._folders.setdefault(origin, set()).add(path.partition("?")[0].rpartition("/")[0] + "/")
        domain = target.hostname.removeprefix("www.")
        is_name = "." in domain and not domain.rpartition(".")[2].isdigit() and "[" not in domain
        if self._subdomains and is_name:
            self._domains.add((target.scheme, domain, target.port))

    def region(self, url: str) -> Region:
        """Where a URL is: in a ``folder`` of a start, elsewhere on the ``site``, or on an ``other`` one."""
        origin, path = split(url)
        folders = self._folders.get(origin)
        if folders is not None:
            return "folder" if path.partition("?")[0].startswith(tuple(folders)) else "site"
        return "folder" if self._domains and self._is_subdomain(url) else "other"

    def _is_subdomain(self, url: str) -> bool:
        """Whether ``--subdomains`` adds the host, as a whole."""
        target = parse(url)
        labels = target.hostname.split(".")
        return any(
            (target.scheme, ".".join(labels[start:]), target.port) in self._domains for start in range(len(labels) - 1)
        )


def is_file(url: str) -> bool:
    """Whether a normalised URL is that of a file that is no page, by its extension."""
    name = url.partition("?")[0].rpartition("/")[2]
    return name.rpartition(".")[2].lower() in _FILES


def split(url: str) -> tuple[str, str]:
    """The origin of a normalised URL, and its path with the query."""
    end = url.index("/", url.index("//") + 2)
    return url[:end], url[end:]
