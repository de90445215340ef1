"""Links out of a source: a list of URLs, text, Markdown, HTML or a sitemap.

>>> for link in links(Source("See https://example.com/a.", format="text")):
...     print(link.line, link.column, link.url)
1 5 https://example.com/a
"""

from __future__ import annotations

from collections.abc import Iterator

from json_head.extract.decode import decode
from json_head.extract.detect import detect, detect_text
from json_head.extract.errors import (
    BadGzip,
    Binary,
    BrokenSitemap,
    Empty,
    ExtractError,
    NotASitemap,
    SitemapError,
    TooLarge,
    UnsafeSitemap,
)
from json_head.extract.html import html_links
from json_head.extract.position import normalise_newlines
from json_head.extract.sitemap import SITEMAP_LOC, sitemap_links
from json_head.extract.source import MAX_BYTES, Format, Source
from json_head.extract.text import text_links
from json_head.extract.url_list import list_links
from json_head.model import Link

__all__ = [
    "MAX_BYTES",
    "SITEMAP_LOC",
    "BadGzip",
    "Binary",
    "BrokenSitemap",
    "Empty",
    "ExtractError",
    "Format",
    "NotASitemap",
    "SitemapError",
    "Source",
    "TooLarge",
    "UnsafeSitemap",
    "decode",
    "detect",
    "links",
]


def links(source: Source) -> Iterator[Link]:
    """All links of a source, in about their order, each as soon as it is read.

    Raises:
        ExtractError: what the source holds cannot be read; with a sitemap, perhaps after links were yielded.
    """
    text, encoding = decode(source)
    text = normalise_newlines(text)
    format_ = source.format if source.format != "auto" else detect_text(text, source.name, source.media_type)
    if format_ == "html":
        yield from html_links(text, source.name, source.base, encoding)
    elif format_ == "markdown":
        # Importing markdown-it takes longer than all the rest, and most sources need none of it.
        from json_head.extract.markdown import markdown_links

        yield from markdown_links(text, source.name, source.base)
    elif format_ == "sitemap":
        yield from sitemap_links(text, source.name, source.base)
    elif format_ == "urls":
        yield from list_links(text, source.name)
    else:
        yield from text_links(text, source.name)
