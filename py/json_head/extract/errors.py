"""What `json_head.extract` raises.

::

    ValueError
    └── ExtractError            has a .code; str() of it is a sentence for people
        ├── TooLargeError            too-large       more than MAX_BYTES, counted after decompression
        ├── GzipError             bad-gzip        gzip data that cannot be unpacked
        ├── BinaryError              binary          not text: an image, an archive, a PDF
        ├── EmptyError               empty           nothing but white space
        └── XmlError            its .code names what was expected: a sitemap, a feed or XML of any kind
            ├── FormatError     not-a-sitemap, not-a-feed               XML, or text, that is something else
            ├── BrokenXmlError       broken-sitemap, broken-feed, broken-xml the XML breaks off or is malformed; the links
            │                                                           before that place were yielded
            └── UnsafeXmlError       unsafe-sitemap, unsafe-feed, unsafe-xml the XML declares entities or attributes, or is
                                                                        nested deeper than any document is

No other exception leaves ``links()`` because of what a source holds.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from json_head.errors import JsonHeadError

Code = Literal[
    "too-large", "bad-gzip", "binary", "empty", "not-a-feed", "broken-feed", "unsafe-feed", "not-a-sitemap",
    "broken-sitemap", "unsafe-sitemap", "broken-xml", "unsafe-xml",
]  # fmt: skip


class ExtractError(JsonHeadError, ValueError):
    """A source that links cannot be read from, or not to its end. The message says what to do next.

    ``code`` is one of `Code`.
    """

    code: str


class TooLargeError(ExtractError):
    code = "too-large"


class GzipError(ExtractError):
    code = "bad-gzip"


class BinaryError(ExtractError):
    code = "binary"


class EmptyError(ExtractError):
    code = "empty"


class XmlError(ExtractError):
    """Raised as one of its subclasses only. ``kind`` is ``feed``, ``sitemap`` or ``xml``."""

    _prefix: ClassVar[str]

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.code = f"{self._prefix}-{kind}"


class FormatError(XmlError):
    _prefix = "not-a"


class BrokenXmlError(XmlError):
    _prefix = "broken"


class UnsafeXmlError(XmlError):
    _prefix = "unsafe"
