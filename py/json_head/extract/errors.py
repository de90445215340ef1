"""What `json_head.extract` raises.

::

    ValueError
    └── ExtractError            has a .code; str() of it is a sentence for people
        ├── TooLarge            too-large       more than MAX_BYTES, counted after decompression
        ├── BadGzip             bad-gzip        gzip data that cannot be unpacked
        ├── Binary              binary          not text: an image, an archive, a PDF
        ├── Empty               empty           nothing but white space
        ├── FeedError
        │   ├── NotAFeed        not-a-feed      XML, or text, that is something else
        │   ├── BrokenFeed      broken-feed     the XML breaks off or is malformed; what came before it was yielded
        │   └── UnsafeFeed      unsafe-feed     the XML declares entities, which can expand without bounds
        └── SitemapError
            ├── NotASitemap     not-a-sitemap   XML, or text, that is something else
            ├── BrokenSitemap   broken-sitemap  the XML breaks off or is malformed; what came before it was yielded
            └── UnsafeSitemap   unsafe-sitemap  the XML declares entities, which can expand without bounds

No other exception leaves ``links()`` because of what a source holds.
"""

from __future__ import annotations

from typing import ClassVar, Literal

Code = Literal[
    "too-large", "bad-gzip", "binary", "empty", "not-a-feed", "broken-feed", "unsafe-feed", "not-a-sitemap",
    "broken-sitemap", "unsafe-sitemap",
]  # fmt: skip


class ExtractError(ValueError):
    """A source that links cannot be read from, or not to its end. The message says what to do next."""

    code: ClassVar[Code]


class TooLarge(ExtractError):
    code = "too-large"


class BadGzip(ExtractError):
    code = "bad-gzip"


class Binary(ExtractError):
    code = "binary"


class Empty(ExtractError):
    code = "empty"


class FeedError(ExtractError):
    """Something read as a feed; never raised itself."""


class NotAFeed(FeedError):
    code = "not-a-feed"


class BrokenFeed(FeedError):
    code = "broken-feed"


class UnsafeFeed(FeedError):
    code = "unsafe-feed"


class SitemapError(ExtractError):
    """Something read as a sitemap; never raised itself."""


class NotASitemap(SitemapError):
    code = "not-a-sitemap"


class BrokenSitemap(SitemapError):
    code = "broken-sitemap"


class UnsafeSitemap(SitemapError):
    code = "unsafe-sitemap"
