"""The source of links, which is the argument of `links()`, and the limits of its size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal[
    "urls", "text", "markdown", "html", "xhtml", "sitemap", "feed", "xml", "css", "csv", "json", "notebook", "rst",
    "asciidoc", "mime",
]  # fmt: skip

#: The formats whose anchors `json_head.extract.read` collects.
FORMATS_WITH_ANCHORS = frozenset(("html", "markdown", "xhtml"))

SITEMAP_LOC = "sitemap loc"
"""`Link.found` of an entry of a sitemap index. Such a link leads to another sitemap, not to a page of the site."""

#: The maximum size of a source after decompression, in bytes (in characters for a ``str``). Sitemaps may have 50 MB
#: (sitemaps.org), but a browser tab would run out of memory with that many results.
MAX_BYTES = 20_000_000

#: The maximum number of characters of a part that is copied from a document and read as a whole: an XML tag, HTML within a
#: feed, a style sheet or JSON-LD within a page. Document and copy are in memory at once, at up to four bytes per character.
MAX_CONTENT = 5_000_000

#: The maximum number of characters of Markdown. The parser holds the document as objects, at up to 500 bytes per character.
MAX_MARKDOWN = 2_000_000

#: The maximum number of lines of Markdown. The parser takes up to 30 µs per line, and 2 MB of ``- a`` would be half a million
#: lines.
MAX_MARKDOWN_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Source:
    """The content of a document, and its metadata.

    ``name`` is a URL or a file name, and becomes ``Link.source``. ``media_type`` is a Content-Type with its parameters.
    ``base`` is the absolute URL against which relative links are resolved. Without one they are as written. Links to the document itself
    (``#part``) have no target then; with an empty base they are as written too, for callers who know the document.
    """

    content: str | bytes
    name: str | None = None
    media_type: str | None = None
    base: str | None = None
    format: Format | Literal["auto"] = "auto"
