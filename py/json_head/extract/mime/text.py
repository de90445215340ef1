"""Decodes the text of a MIME part from its transfer encoding and character encoding, with the place of each character."""

from __future__ import annotations

import codecs
import re
from array import array
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Generator, Iterator
from itertools import compress, pairwise
from typing import NamedTuple

from json_head.extract.decode import decode
from json_head.extract.source import Source

#: Content is decoded in segments of about this many characters, each of which starts at a line. A line longer than
#: `_MAX_SEGMENT` is cut between two ASCII characters. To find a place, its segment is decoded again.
_SEGMENT = 16_384
_MAX_SEGMENT = 262_144
#: The number of characters whose places are cached.
_MAX_CACHED = 2_000_000

# Quoted-printable escapes and soft line breaks (RFC 2045 6.7). An encoded line end is also read as a line end, because some
# programs encode text as if it were binary.
_QUOTED = re.compile(rb"=(?:0D(?:(?:=\n)?=0A|\n)?|[0-9A-F]{2}|[ \t]{0,99}(?:\n|\Z))", re.IGNORECASE)
_SOFT_BREAK = re.compile(r"(?<=[ -<>-~]{3})=\n(?=[ -<>-~])")


class _Segment(NamedTuple):
    """A part of the content: its line and column in the decoded text, counted from 1, and its offsets in the source."""

    line: int
    column: int
    start: int
    end: int


class _Table(NamedTuple):
    """For the decoded text of a segment: the offsets of its lines, and the offset in the source of each character."""

    lines: list[int]
    places: array[int]


class PartText:
    """The decoded text of ``source[start:end]``.

    ``quoted``: whether it is quoted-printable. ``codec`` encodes ``source`` back to the bytes from which it was decoded.
    """

    def __init__(self, source: str, start: int, end: int, *, quoted: bool, codec: str) -> None:
        self._source = source
        self._range = start, end
        self._quoted = quoted
        self._codec = codec
        self._segments: list[_Segment] = []
        self._tables: OrderedDict[int, _Table] = OrderedDict()
        self._cached = 0
        self.encoding = "utf-8"

    def decode(self, content_type: str) -> Generator[None, None, str]:
        """Return the text, with a pause after each segment, and set ``encoding`` to its encoding by Python's name.

        Raises:
            ExtractError: the content is not text.
        """
        cuts = list(self._cuts())
        buffer = bytearray()
        ends = [0]
        for start, end in cuts:
            buffer += self._bytes(start, end)
            ends.append(len(buffer))
            yield
        content = bytes(buffer)
        del buffer  # frees memory before the text is decoded
        text, self.encoding = decode(Source(content, media_type=content_type))
        line = column = 1
        for (start, end), (begin, stop) in zip(cuts, pairwise(ends), strict=True):
            self._segments.append(_Segment(line, column, start, end))
            part = self._decoded(content[begin:stop], start)
            line += part.count("\n")
            column = len(part) - part.rfind("\n") if "\n" in part else column + len(part)
            yield
        return text

    def place(self, line: int, column: int) -> int:
        """Return the offset in the source of the character at a line and column of the text."""
        index = bisect_right(self._segments, (line, column, len(self._source))) - 1
        segment = self._segments[index]
        table = self._table(index)
        if line == segment.line:
            offset = column - segment.column
        else:
            offset = table.lines[min(line - segment.line, len(table.lines) - 1)] + column - 1
        return table.places[min(offset, len(table.places) - 1)] if table.places else segment.start

    def _cuts(self) -> Iterator[tuple[int, int]]:
        source, (start, end) = self._source, self._range
        while start < end:
            limit = min(end, start + _MAX_SEGMENT)
            cut = source.find("\n", start + _SEGMENT, limit)
            while cut >= 0 and self._quoted and source[max(start, cut - 100) : cut].rstrip(" \t").endswith("="):
                cut = source.find("\n", cut + 1, limit)
            cut += 1
            if cut == 0 and limit < end:
                soft = _SOFT_BREAK.search(source, start + _SEGMENT, limit) if self._quoted else None
                cut = soft.end() if soft else limit
                if not soft and self._quoted and (escape := source.rfind("=", cut - 2, cut)) > start:
                    cut = escape
            yield start, cut or end
            start = cut or end

    def _bytes(self, start: int, end: int) -> bytes:
        data = self._source[start:end].encode(self._codec, "replace")
        return _QUOTED.sub(_unquoted, data) if self._quoted and b"=" in data else data

    def _decoded(self, data: bytes, start: int) -> str:
        text = data.decode(self.encoding, "replace")
        return text.removeprefix("\ufeff") if start == self._range[0] else text

    def _table(self, index: int) -> _Table:
        if index not in self._tables:
            table = self._tables[index] = self._new_table(self._segments[index])
            self._cached += len(table.places)
            while self._cached > _MAX_CACHED and len(self._tables) > 1:
                self._cached -= len(self._tables.popitem(last=False)[1].places)
        return self._tables[index]

    def _new_table(self, segment: _Segment) -> _Table:
        written = self._source[segment.start : segment.end]
        data = written.encode(self._codec, "replace")
        origins = array("q", range(segment.start, segment.end))
        if len(data) > len(written):
            sizes = (len(character.encode(self._codec, "replace")) for character in written)
            origins = array("q", (origin for origin, size in zip(origins, sizes, strict=True) for _ in range(size)))
        if self._quoted:
            data, origins = _unquoted_with_origins(data, origins)
        text = self._decoded(data, segment.start)
        if len(text) < len(data):
            text, origins = _decoded_with_origins(data, origins, self.encoding)
            if segment.start == self._range[0] and text.startswith("\ufeff"):
                text, origins = text[1:], origins[1:]
        return _Table([0, *(match.end() for match in re.finditer("\n", text))], origins)


def _unquoted(match: re.Match[bytes]) -> bytes:
    written = match[0]
    if len(written) != 3 or written[1:].isspace():
        return b"\n" if written[1:3].upper() == b"0D" else b""
    return b"\n" if written[1:].upper() == b"0D" else bytes.fromhex(written[1:].decode())


def _unquoted_with_origins(data: bytes, origins: array[int]) -> tuple[bytes, array[int]]:
    unquoted = bytearray()
    places = array("q")
    position = 0
    for match in _QUOTED.finditer(data):
        unquoted += data[position : match.start()]
        places += origins[position : match.start()]
        meaning = _unquoted(match)
        unquoted += meaning
        places += origins[match.start() : match.start() + len(meaning)]
        position = match.end()
    return bytes(unquoted + data[position:]), places + origins[position:]


def _decoded_with_origins(data: bytes, origins: array[int], encoding: str) -> tuple[str, array[int]]:
    """Decode bytes. Return the text, and for each character the origin of its first byte."""
    if encoding == "utf-8":
        try:
            return data.decode(), array("q", compress(origins, (byte & 0xC0 != 0x80 for byte in data)))
        except UnicodeDecodeError:
            pass
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text: list[str] = []
    places = array("q")
    first = -1
    for byte, origin in zip(data, origins, strict=True):
        decoded = decoder.decode(bytes((byte,)))
        first = origin if first < 0 else first
        if decoded:
            text.append(decoded)
            places.extend([first] * (len(decoded) - 1))
            # A character after an escape sequence of ISO-2022-JP has its own place, not that of the sequence.
            places.append(origin if len(decoded) > 1 or ord(decoded) == byte else first)
            first = -1
    rest = decoder.decode(b"", True)
    places.extend([first] * len(rest))
    return "".join((*text, rest)), places
