"""Extracts the links of a source: a list of URLs, text, Markdown, HTML, a sitemap, a feed, or another format.

>>> for link in links(Source("See https://example.com/a.", format="text")):
...     print(link.line, link.column, link.url)
1 5 https://example.com/a
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from json_head.extract.decode import decode
from json_head.extract.detect import detect
from json_head.extract.errors import (
    BinaryError,
    BrokenXmlError,
    EmptyError,
    ExtractError,
    FormatError,
    GzipError,
    TooLargeError,
    UnsafeXmlError,
    XmlError,
)
from json_head.extract.page import Page
from json_head.extract.repeats import without_repeats
from json_head.extract.source import FORMATS_WITH_ANCHORS, MAX_BYTES, SITEMAP_LOC, Format, Source
from json_head.extract.text.links import paused_text_links
from json_head.extract.text.url_list import list_links
from json_head.extract.written import Extraction
from json_head.fragments import Anchors
from json_head.model import Link

__all__ = [
    "FORMATS_WITH_ANCHORS",
    "MAX_BYTES",
    "SITEMAP_LOC",
    "BinaryError",
    "BrokenXmlError",
    "EmptyError",
    "ExtractError",
    "Extraction",
    "Format",
    "FormatError",
    "GzipError",
    "Page",
    "Source",
    "TooLargeError",
    "UnsafeXmlError",
    "XmlError",
    "decode",
    "decode_and_detect",
    "links",
    "read",
]


_Reader = Callable[[str, str | None, str | None], Extraction]


def links(source: Source) -> Iterator[Link]:
    """Yield all links of a source, approximately in document order, each as soon as it is read.

    Raises:
        ExtractError: the content cannot be read. For a sitemap or feed this may happen after links were yielded.
    """
    for link in read(source)[1]:
        if link is not None:
            yield link


def read(
    source: Source,
    notes: list[str] | None = None,
    anchors: Anchors | None = None,
    page: Page | None = None,
    *,
    distinct: bool = False,
) -> tuple[Format, Extraction]:
    """Return the format of a source, and an iterator over its links with pauses between them.

    A pause is a ``None`` in place of a link. Readers pause at least every 16 KB of input (5 to 10 ms), even where there
    are no links. A caller can do other work, or stop, after every item, whether a pause or a link.

    Sentences about how the source was read, written for people, are appended to ``notes``. All of them are there once the
    last link has been yielded. The same holds for ``anchors``, to which those of HTML and Markdown are added, and for ``page``,
    which gets the facts of an HTML page.

    With ``distinct``, a link is left out if an earlier one has the same URL, with its fragment, and was found in the same kind of
    place (`Link.found`). This saves the time for labels and places.

    Raises:
        ExtractError: immediately if the source cannot be decoded; otherwise while iterating, as in `links`.
    """
    text, encoding, format_ = decode_and_detect(source)
    notes = [] if notes is None else notes
    if format_ == "html" or format_ == "xhtml":
        return format_, _read_html(format_, text, encoding, source, notes, anchors, page, distinct)
    extraction = _read_as(format_, text, encoding, source, notes, anchors)
    return format_, without_repeats(extraction) if distinct else extraction


def decode_and_detect(source: Source) -> tuple[str, str, Format]:
    r"""Return the text of a source, to which lines and columns of its links refer, its encoding, and its format. ``\n`` ends a line.

    Raises:
        ExtractError: the source cannot be decoded.
    """
    text, encoding = decode(source, newlines=True)
    return text, encoding, detect(text, source.name, source.media_type) if source.format == "auto" else source.format


def _read_html(
    format_: Format,
    text: str,
    encoding: str,
    source: Source,
    notes: list[str],
    anchors: Anchors | None = None,
    page: Page | None = None,
    distinct: bool = False,
) -> Extraction:
    from json_head.extract.html.links import html_links

    xml = format_ == "xhtml"
    return html_links(
        text,
        source.name,
        source.base,
        encoding,
        xml=xml,
        notes=notes,
        anchors=anchors,
        page=page,
        distinct=distinct,
    )


def _read_as(
    format_: Format, text: str, encoding: str, source: Source, notes: list[str], anchors: Anchors | None = None
) -> Extraction:
    """Return the links of a decoded text.

    Only the name and base of ``source`` are used, except for MIME, which reads its content again.
    """
    if format_ == "urls":
        return list_links(text, source.name, notes=notes)
    if format_ == "text":
        return paused_text_links(text, source.name)
    # Readers are imported on first use: importing markdown-it takes longer than everything else together.
    if format_ == "html" or format_ == "xhtml":
        return _read_html(format_, text, encoding, source, notes, anchors)
    if format_ == "markdown":
        from json_head.extract.markdown.links import markdown_links

        return markdown_links(text, source.name, source.base, anchors)
    if format_ == "mime":
        from json_head.extract.mime.links import mime_links

        return mime_links(source, notes, _read_as)
    return _reader(format_)(text, source.name, source.base)


def _reader(format_: Format) -> _Reader:
    """Return the reader of a format that needs only the text, its name and its base."""
    match format_:
        case "rst":
            from json_head.extract.markup.restructuredtext import rst_links as reader
        case "asciidoc":
            from json_head.extract.markup.asciidoc import asciidoc_links as reader
        case "notebook":
            from json_head.extract.data.notebook import notebook_links as reader
        case "sitemap":
            from json_head.extract.xml.sitemap import sitemap_links as reader
        case "feed":
            from json_head.extract.xml.feed import feed_links as reader
        case "xml":
            from json_head.extract.xml.links import xml_links as reader
        case "css":
            from json_head.extract.css import css_links as reader
        case "csv":
            from json_head.extract.data.delimited import csv_links as reader
        case "json":
            from json_head.extract.data.json_text import json_links as reader
        case _:
            raise AssertionError(f"{format_} has a reader of its own")
    return reader
