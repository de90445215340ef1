"""Links out of a source: a list of URLs, text, Markdown, HTML, a sitemap or a feed.

>>> for link in links(Source("See https://example.com/a.", format="text")):
...     print(link.line, link.column, link.url)
1 5 https://example.com/a
"""

from __future__ import annotations

from collections.abc import Iterator

from json_head.extract.decode import decode
from json_head.extract.detect import detect
from json_head.extract.errors import (
    BadGzip,
    Binary,
    BrokenFeed,
    BrokenSitemap,
    Empty,
    ExtractError,
    FeedError,
    NotAFeed,
    NotASitemap,
    SitemapError,
    TooLarge,
    UnsafeFeed,
    UnsafeSitemap,
)
from json_head.extract.position import normalise_newlines
from json_head.extract.source import MAX_BYTES, SITEMAP_LOC, Format, Source
from json_head.extract.text import text_links
from json_head.extract.url_list import list_links
from json_head.model import Link

__all__ = [
    "MAX_BYTES",
    "SITEMAP_LOC",
    "BadGzip",
    "Binary",
    "BrokenFeed",
    "BrokenSitemap",
    "Empty",
    "ExtractError",
    "FeedError",
    "Format",
    "NotAFeed",
    "NotASitemap",
    "SitemapError",
    "Source",
    "TooLarge",
    "UnsafeFeed",
    "UnsafeSitemap",
    "decode",
    "links",
    "read",
]


def links(source: Source) -> Iterator[Link]:
    """All links of a source, in about their order, each as soon as it is read.

    Raises:
        ExtractError: what the source holds cannot be read; with a sitemap or feed, perhaps after links were yielded.
    """
    yield from read(source)[1]


def read(source: Source) -> tuple[Format, Iterator[Link]]:
    """The format that a source has, and its links as `links` gives them.

    Raises:
        ExtractError: at once, when it cannot be decoded; else as `links` does.
    """
    text, encoding = decode(source)
    text = normalise_newlines(text)
    format_ = source.format if source.format != "auto" else detect(text, source.name, source.media_type)
    # What reads a format is loaded when it is needed: importing markdown-it takes longer than all the rest.
    if format_ == "html":
        from json_head.extract.html import html_links

        found = html_links(text, source.name, source.base, encoding)
    elif format_ == "markdown":
        from json_head.extract.markdown import markdown_links

        found = markdown_links(text, source.name, source.base)
    elif format_ == "sitemap":
        from json_head.extract.sitemap import sitemap_links

        found = sitemap_links(text, source.name, source.base)
    elif format_ == "feed":
        from json_head.extract.feed import feed_links

        found = feed_links(text, source.name, source.base)
    elif format_ == "urls":
        found = list_links(text, source.name)
    else:
        found = text_links(text, source.name)
    return format_, found
