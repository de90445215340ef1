"""Long strings and cells are read in pieces, because the whole text and decoded copies of it are in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

#: Characters of a piece. Decoding one takes up to 40 ms.
LONGEST_PIECE = 262_144


def pieces(text: str, start: int, end: int, safe: Callable[[int, int], int]) -> Iterator[tuple[int, int]]:
    """The start and end of each piece of ``text[start:end]``. A piece ends before white space or a URL if it has any.

    Otherwise ``safe`` is called with the start and the longest possible end of a piece, and returns an end that splits no escape.
    """
    while end - start > LONGEST_PIECE:
        limit = start + LONGEST_PIECE
        cut = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
        if cut <= start:
            cut = text.rfind("http", start, limit)
        if cut <= start:
            cut = safe(start, limit)
        yield start, cut
        start = cut
    yield start, end
