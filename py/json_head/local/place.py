"""Resolves relative links of files to ``file:`` URLs, by the rules of the URL Standard."""

from __future__ import annotations

from dataclasses import dataclass, replace

from json_head.extract import Source, decode
from json_head.extract.html.links import written_base
from json_head.transports.files.serving import Serving
from json_head.urls.placeholders import has_placeholder
from json_head.urls.relative import join
from json_head.urls.syntax import clean, has_scheme

#: Formats whose relative links are relative to the file. In a feed or a mail they are relative to an unknown URL.
FORMATS = frozenset(("asciidoc", "css", "html", "markdown", "notebook", "rst", "xhtml"))
#: Placeholder origin for resolving references. It stands for the disk or for the root.
_ORIGIN = "http://disk.invalid"
_SCHEME = "file://"


@dataclass(frozen=True, slots=True)
class Place:
    """The location of a file, for resolving its relative links.

    Args:
        url: The ``file:`` URL of the file, or of its `base` element.
        root: The ``file:`` URL of the folder for links such as ``/x``, without a trailing slash; ``None`` if unknown.
        serving: How the files will be served.
    """

    url: str
    root: str | None
    serving: Serving

    def locate(self, written: str) -> str | None:
        """Return the ``file:`` URL of a relative reference, or ``None`` if its base is unknown.

        A web server has nothing above its root: there, ``..`` leads to the root itself. Elsewhere the URL may be outside of it.
        """
        top, path = _SCHEME, self.url.removeprefix(_SCHEME)
        if clean(written)[:1] in ("/", "\\"):
            if self.root is None:
                return None
            top, path = self.root, "/"
        elif self.serving.like == "static" and self.root is not None and self.url.startswith(f"{self.root}/"):
            top, path = self.root, self.url.removeprefix(self.root)
        absolute = join(written, _ORIGIN + path)
        if not absolute.startswith(f"{_ORIGIN}/"):
            return None  # `//host/x` leads to another host
        return top + absolute[len(_ORIGIN) :].partition("#")[0].partition("?")[0]


def placed(place: Place, source: Source, format: str) -> Place | None:
    """Return the place from which the relative links of a file lead to other files, or ``None`` if they do not.

    Args:
        place: That of the file. A `base` element changes it.
    """
    if format not in FORMATS:
        return None
    written = written_base(decode(source)[0], xml=format == "xhtml") if format in ("html", "xhtml") else None
    if written is None:
        return place
    if has_scheme(written) or has_placeholder(written):
        return None
    url = place.locate(written)
    return replace(place, url=url) if url else None
