"""Shared by the readers of reStructuredText and AsciiDoc: running text that is joined from lines, with its places."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from json_head.extract.decode import too_large
from json_head.extract.errors import TooLargeError
from json_head.extract.label import fold
from json_head.extract.position import Positions
from json_head.extract.resolve import resolve
from json_head.extract.source import MAX_MARKDOWN, MAX_MARKDOWN_LINES
from json_head.extract.written import Extraction, Written
from json_head.model import Link


def check_size(text: str, language: str) -> None:
    """Check that a document is within the limits of a Markdown document.

    Raises:
        TooLargeError: The document has more characters or lines.
    """
    if len(text) > MAX_MARKDOWN:
        raise too_large(MAX_MARKDOWN, f"The {language}")
    if text.count("\n") > MAX_MARKDOWN_LINES:
        raise TooLargeError(f"The {language} has more than {MAX_MARKDOWN_LINES:,} lines. Split it and check the parts.")


def resolved(found: Iterable[Written | None], text: str, source: str | None, base: str | None) -> Extraction:
    """Resolve the URLs that are written in a document. Pauses are kept."""
    positions = Positions(text)
    for written in found:
        if written is None:
            yield None
        elif (url := resolve(written.url, base)) is not None:
            yield Link(url, source, *positions.at(written.offset), fold(written.text), written.found)


def lines_of(text: str) -> tuple[list[str], list[int]]:
    """Return the lines of a document, and their offsets."""
    lines = text.split("\n")
    return lines, list(accumulate((len(line) + 1 for line in lines[:-1]), initial=0))


class Chunk:
    """Pieces of a document's lines, joined by line breaks."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._offsets: list[int] = []
        self._starts: list[int] = []
        self._length = 0

    def add(self, piece: str, offset: int) -> None:
        """Append a piece of a line. ``offset`` is its offset in the document."""
        self._pieces.append(piece)
        self._offsets.append(offset)
        self._starts.append(self._length)
        self._length += len(piece) + 1

    def __bool__(self) -> bool:
        return bool(self._pieces)

    @property
    def text(self) -> str:
        return "\n".join(self._pieces)

    def offset(self, position: int) -> int:
        """Convert an offset in `text` to an offset in the document."""
        index = bisect_right(self._starts, position) - 1
        return self._offsets[index] + position - self._starts[index]

    def ends_with(self, end: str) -> bool:
        return bool(self._pieces) and self._pieces[-1].rstrip().endswith(end)

    def placed(self, links: Iterable[Written | None]) -> Iterator[Written | None]:
        """Convert the offsets of links from `text` to the document. Pauses are kept."""
        return (link and link._replace(offset=self.offset(link.offset)) for link in links)
