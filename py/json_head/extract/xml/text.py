"""The text of an XML element with the place of each of its characters, and the href of a style sheet instruction."""

from __future__ import annotations

import io
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator

from json_head.extract.html.references import decode_attribute, finder
from json_head.extract.written import PAUSE_EVERY

# Content that was cut off may end within a section. Without `\Z`, every opening after it would cause a search to the end.
_SECTION = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)", re.DOTALL)

_HREF = re.compile(r"\shref\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)')")

#: Text with references is decoded in pieces of about this size. To find a place before the previous one, its piece is
#: scanned again.
_PIECE = 256


def stylesheet_href(text: str, start: int, end: int) -> tuple[str, int] | None:
    """Return the href of an ``xml-stylesheet`` instruction as written, and its offset (Associating Style Sheets with XML)."""
    match = _HREF.search(text, start, end) if text.startswith("<?xml-stylesheet", start) else None
    if match is None:
        return None
    group = match.lastindex or 0
    return match[group], match.start(group)


class XmlText:
    """Content without markup: text, CDATA sections, comments and processing instructions.

    >>> content = XmlText("a&amp;b<![CDATA[<c>]]>")
    >>> content.text, content.place(3)
    ('a&b<c>', 16)
    """

    def __init__(self, raw: str) -> None:
        self._raw = raw
        # Arrays, because a 20 MB source can have a million pieces.
        self._begins = array("q")
        """For each piece, the offset of its start in the decoded text."""
        self._starts = array("q")
        self._ends = array("q")
        """For each piece, the offset of its end in ``raw``; `_starts` has that of its start."""
        self._decoded = bytearray()
        """For each piece, whether references in it were decoded."""
        self._text = ""
        self._last: tuple[int, int, Callable[[int], int]] | None = None
        """The last call of `place`: the index of the piece, the offset, and the function that converts later offsets."""

    @property
    def text(self) -> str:
        if not self._begins:
            for _ in self.decode():
                pass
        return self._text

    def decode(self) -> Iterator[None]:
        """Decode the content, with a pause every `PAUSE_EVERY` characters. If not called, `text` decodes without pauses."""
        text = io.StringIO()
        length = 0
        pause_at = PAUSE_EVERY
        for start, end, has_references in _pieces(self._raw):
            piece = self._raw[start:end]
            self._begins.append(length)
            self._starts.append(start)
            self._ends.append(end)
            self._decoded.append(has_references)
            length += text.write(decode_attribute(piece) if has_references else piece)
            if end > pause_at:
                yield
                pause_at = end + PAUSE_EVERY
        self._text = text.getvalue()

    def place(self, offset: int) -> int:
        """Convert an offset in `text` to the offset in the raw content. Ascending offsets take one pass."""
        if not self._begins:
            return 0
        index = bisect_right(self._begins, offset) - 1
        begin, start = self._begins[index], self._starts[index]
        if not self._decoded[index]:
            return start + offset - begin
        if self._last is None or self._last[0] != index or self._last[1] > offset:
            find = finder(self._raw[start : self._ends[index]])
        else:
            find = self._last[2]
        self._last = index, offset, find
        return start + find(offset - begin)


def url_text(raw: str) -> tuple[str, int]:
    """Return the text of an element's content without leading white space, and its offset in the content."""
    if "&" not in raw and "<" not in raw:
        text = raw.lstrip()
        return text, len(raw) - len(text)
    content = XmlText(raw)
    text = content.text.lstrip()
    return text, content.place(len(content.text) - len(text))


def _pieces(raw: str) -> Iterator[tuple[int, int, bool]]:
    """Yield each piece of text: its start, its end, and whether references in it are decoded."""
    at = 0
    for match in _SECTION.finditer(raw):
        yield from _with_references(raw, at, match.start())
        if match[1]:
            yield match.start(1), match.end(1), False
        at = match.end()
    yield from _with_references(raw, at, len(raw))


def _with_references(raw: str, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Split text into pieces. All but the first begin at an ampersand, so that no reference is split."""
    while start < end:
        cut = raw.find("&", min(start + _PIECE, end), end)
        cut = end if cut < 0 else cut
        yield start, cut, True
        start = cut
