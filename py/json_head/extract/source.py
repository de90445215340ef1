"""Where links come from: what is handed to `links()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Format = Literal[
    "urls", "text", "markdown", "html", "xhtml", "sitemap", "feed", "xml", "css", "csv", "json", "notebook", "rst",
    "asciidoc", "mime",
]  # fmt: skip

SITEMAP_LOC = "sitemap loc"
"""`Link.found` of a sitemap that an index names: a page to read, and not one of the site's pages."""

#: The most that is read, in bytes (characters, of a ``str``), counted after decompression. Sitemaps may have
#: 50 MB (sitemaps.org), but a browser's tab would not survive the result.
MAX_BYTES = 20_000_000

#: Characters of what is taken out of a document to be read as a whole: a tag of XML, HTML within a feed, a style sheet or
#: JSON-LD within a page. Both are in memory at once, with up to four bytes for each character.
MAX_CONTENT = 5_000_000

#: Markdown's parser holds the whole document as objects, up to 500 bytes for each of its characters.
MAX_MARKDOWN = 2_000_000

#: And takes up to 30 µs for a line, however short: 2 MB of ``- a`` would be half a million of them.
MAX_MARKDOWN_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Source:
    """Content with what is known of it.

    ``name`` is a URL or a file name; it becomes ``Link.source``. ``media_type`` is a Content-Type, parameters and
    all. ``base`` is the absolute URL that relative links are resolved against.
    """

    content: str | bytes
    name: str | None = None
    media_type: str | None = None
    base: str | None = None
    format: Format | Literal["auto"] = "auto"
