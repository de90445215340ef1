"""The exceptions that `json_head.extract` raises.

::

    ValueError
    └── ExtractError            has a .code; str(error) is a message for people
        ├── TooLargeError       too-large   more than MAX_BYTES, counted after decompression
        ├── GzipError           bad-gzip    gzip data that cannot be unpacked
        ├── BinaryError         binary      not text: an image, an archive, a PDF
        ├── EmptyError          empty       nothing but white space
        └── XmlError            the .code names the expected format: a sitemap, a feed or any XML
            ├── FormatError     not-a-sitemap, not-a-feed
            │                   the source is XML or text of another kind
            ├── BrokenXmlError  broken-sitemap, broken-feed, broken-xml
            │                   the XML is truncated or malformed; the links before the fault were yielded
            └── UnsafeXmlError  unsafe-sitemap, unsafe-feed, unsafe-xml
                                the XML declares entities or attributes, or exceeds a limit of xml/reader.py

No content of a source makes ``links()`` raise any other exception.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from json_head.errors import JsonHeadError

Code = Literal[
    "too-large", "bad-gzip", "binary", "empty", "not-a-feed", "broken-feed", "unsafe-feed", "not-a-sitemap",
    "broken-sitemap", "unsafe-sitemap", "broken-xml", "unsafe-xml",
]  # fmt: skip


class ExtractError(JsonHeadError, ValueError):
    """The links of a source cannot be read, or only some of them can. The message says what to do next.

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
    """Base class; only its subclasses are raised. ``kind`` is ``feed``, ``sitemap`` or ``xml``."""

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
