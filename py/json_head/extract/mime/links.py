"""Extracts the links of a MIME message: mail, or a web page that a browser saved as one file (MHTML, RFC 2557).

The format of each part is detected from its media type or file name; images and other binary parts are skipped. Relative
links are resolved against the Content-Location of the part. ``cid:`` and ``mid:`` URLs refer to other parts (RFC 2392) and are
left out. Header fields of mailing lists, such as List-Unsubscribe, hold links too.

The place of a link is its place in the file, also in quoted-printable content. In base64 content, it is the line at which the
part begins.
"""

from __future__ import annotations

import binascii
from collections.abc import Callable

from json_head.extract.decode import decode, lossless, too_large
from json_head.extract.detect import format_of_part
from json_head.extract.errors import ExtractError
from json_head.extract.mime.parts import Field, Part, parts
from json_head.extract.mime.text import PartText
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import Format, Source
from json_head.extract.text.bare import bare_urls
from json_head.extract.written import Extraction
from json_head.model import Link

#: A function that reads the text of a part. Arguments: format, text, encoding by Python's name, a source with name and base,
#: and notes.
Reader = Callable[[Format, str, str, Source, list[str]], Extraction]

#: The maximum number of encoded characters of a text part. A part is in memory twice, in the message and decoded: 160 MB for
#: 20 MB with one emoji.
MAX_PART = 10_000_000

_PART_SCHEMES = ("cid:", "mid:")


def mime_links(source: Source, notes: list[str], read: Reader) -> Extraction:
    """Yield all links, part by part, and pauses.

    ``read`` reads the text of a part. Sentences about parts that were left out are appended to ``notes``.
    """
    message = _Message(source, notes, read)
    del source  # frees its content, which the text of the message repeats: both at once may be 100 MB
    yield from message.links()


class _Message:
    def __init__(self, source: Source, notes: list[str], read: Reader) -> None:
        self._name = source.name
        self._base = source.base
        self._notes = notes
        self._read = read
        self._text, self._codec = lossless(source)
        self._positions = Positions(self._text)

    def links(self) -> Extraction:
        for part in parts(self._text, self._notes):
            yield None
            if isinstance(part, Field):
                yield from self._field_links(part)
            elif format_ := format_of_part(part.media_type, part.file_name):
                try:
                    yield from self._part_links(part, format_)
                except ExtractError as error:
                    # Empty parts, and parts that turn out to be binary, cause no note. The links before a fault were yielded.
                    if error.code not in ("empty", "binary"):
                        self._notes.append(f"A part of the message was not read completely: {error}")

    def _field_links(self, field: Field) -> Extraction:
        for start, _, url in bare_urls(self._text[field.start : field.end]):
            line, column = self._positions.at(field.start + start)
            yield Link(url, self._name, line, column, "", field.name)

    def _part_links(self, part: Part, format_: Format) -> Extraction:
        if part.end - part.start > MAX_PART:
            raise too_large(MAX_PART, "Its text")
        base = self._base
        for location in part.locations:
            url = resolve(location, base)
            if url and url.lower().startswith(("http://", "https://")):
                base = url
        first_line, _ = self._positions.at(part.start)
        part_source = Source("", self._name, part.content_type, base)
        if part.encoding == "base64":
            data = _base64(self._text[part.start : part.end])
            text, encoding = decode(Source(data, media_type=part.content_type), newlines=True)
            for link in self._read(format_, text, encoding, part_source, self._notes):
                yield link and self._unless_part(link._replace(line=first_line, column=1))
            return
        quoted = part.encoding == "quoted-printable"
        written = PartText(self._text, part.start, part.end, quoted=quoted, codec=self._codec or "utf-8")
        is_decoded = self._codec is None and not quoted
        text = self._text[part.start : part.end] if is_decoded else (yield from written.decode(part.content_type))
        is_verbatim = len(text) == part.end - part.start and self._text.startswith(text, part.start)
        for link in self._read(format_, text, written.encoding, part_source, self._notes):
            if link is None or link.line is None or link.column is None:
                yield link and self._unless_part(link)
            elif is_verbatim:
                yield self._unless_part(link._replace(line=first_line + link.line - 1))
            else:
                line, column = self._positions.at(written.place(link.line, link.column))
                yield self._unless_part(link._replace(line=line, column=column))

    def _unless_part(self, link: Link) -> Link | None:
        return None if link.url[:4].lower() in _PART_SCHEMES else link


def _base64(text: str) -> bytes:
    data = text.encode("ascii", "ignore")
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:  # the data is truncated
        try:
            return binascii.a2b_base64(data.rstrip(b"= \n") + b"===")
        except binascii.Error:
            return b""
