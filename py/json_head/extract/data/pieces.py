"""Splits long strings and cells into pieces, because the whole text and decoded copies of it are in memory at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

#: The maximum length of a piece. Decoding one takes up to 40 ms natively.
LONGEST_PIECE = 262_144


def pieces(text: str, start: int, end: int, last_safe_cut: Callable[[int, int], int]) -> Iterator[tuple[int, int]]:
    """Yield the offsets of the pieces of ``text[start:end]``.

    A piece ends before a space, a line end or a URL if it contains one. Otherwise ``last_safe_cut`` is called with the start
    and the maximum end of the piece, and returns an end that does not split an escape.
    """
    while end - start > LONGEST_PIECE:
        limit = start + LONGEST_PIECE
        cut = max(text.rfind(" ", start, limit), text.rfind("\n", start, limit))
        if cut <= start:
            cut = text.rfind("http", start, limit)
        if cut <= start:
            cut = last_safe_cut(start, limit)
        yield start, cut
        start = cut
    yield start, end
