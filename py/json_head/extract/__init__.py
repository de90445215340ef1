"""Links out of a source: a list of URLs, text, Markdown, HTML, a sitemap, a feed, and other formats.

>>> for link in links(Source("See https://example.com/a.", format="text")):
...     print(link.line, link.column, link.url)
1 5 https://example.com/a
"""

from __future__ import annotations

from collections.abc import Iterator

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
from json_head.extract.source import MAX_BYTES, SITEMAP_LOC, Format, Source
from json_head.extract.text import paused_text_links
from json_head.extract.url_list import list_links
from json_head.extract.written import Extraction
from json_head.model import Link

__all__ = [
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
    "Source",
    "TooLargeError",
    "UnsafeXmlError",
    "XmlError",
    "decode",
    "links",
    "read",
]


def links(source: Source) -> Iterator[Link]:
    """All links of a source, in about their order, each as soon as it is read.

    Raises:
        ExtractError: what the source holds cannot be read; with a sitemap or feed, perhaps after links were yielded.
    """
    for link in read(source)[1]:
        if link is not None:
            yield link


def read(source: Source, notes: list[str] | None = None) -> tuple[Format, Extraction]:
    """The format that a source has, and its links as `links` gives them, with pauses between them.

    A pause is a ``None`` in place of a link. Readers make one at least every 64 KB of input (some 20 ms), also where there
    are no links. A caller that has other work, or may have to stop, does so at pauses and links alike.

    ``notes`` get sentences on what a person should know about how it was read, at the latest with the last link.

    Raises:
        ExtractError: at once, when it cannot be decoded; else as `links` does.
    """
    text, encoding = decode(source, newlines=True)
    format_ = source.format if source.format != "auto" else detect(text, source.name, source.media_type)
    return format_, _read_as(format_, text, encoding, source, [] if notes is None else notes)


def _read_as(format_: Format, text: str, encoding: str, source: Source, notes: list[str]) -> Extraction:
    """The links of a decoded text; of ``source`` only its name and base count, but for MIME."""
    found: Extraction
    # What reads a format is loaded when it is needed: importing markdown-it takes longer than all the rest.
    match format_:
        case "html":
            from json_head.extract.html.links import html_links

            found = html_links(text, source.name, source.base, encoding)
        case "xhtml":
            from json_head.extract.html.links import html_links

            found = html_links(text, source.name, source.base, encoding, xml=True, notes=notes)
        case "markdown":
            from json_head.extract.markdown.links import markdown_links

            found = markdown_links(text, source.name, source.base)
        case "rst":
            from json_head.extract.markup.restructuredtext import rst_links

            found = rst_links(text, source.name, source.base)
        case "asciidoc":
            from json_head.extract.markup.asciidoc import asciidoc_links

            found = asciidoc_links(text, source.name, source.base)
        case "notebook":
            from json_head.extract.data.notebook import notebook_links

            found = notebook_links(text, source.name, source.base)
        case "sitemap":
            from json_head.extract.xml.sitemap import sitemap_links

            found = sitemap_links(text, source.name, source.base)
        case "feed":
            from json_head.extract.xml.feed import feed_links

            found = feed_links(text, source.name, source.base)
        case "xml":
            from json_head.extract.xml.links import xml_links

            found = xml_links(text, source.name, source.base)
        case "css":
            from json_head.extract.css import css_links

            found = css_links(text, source.name, source.base)
        case "csv":
            from json_head.extract.data.delimited import csv_links

            found = csv_links(text, source.name, source.base)
        case "json":
            from json_head.extract.data.json_text import json_links

            found = json_links(text, source.name, source.base)
        case "mime":
            from json_head.extract.mime.links import mime_links

            found = mime_links(source, notes, _read_as)
        case "urls":
            found = list_links(text, source.name, notes=notes)
        case "text":
            found = paused_text_links(text, source.name)
    return found
