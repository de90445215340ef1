"""Converts offsets in a text to lines and columns."""

from __future__ import annotations


def normalise_newlines(text: str) -> str:
    r"""Replace ``\r\n`` and a lone ``\r`` by ``\n``, as CommonMark 2.1 and HTML 13.2.3.5 do. Lines and columns do not change."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class Positions:
    r"""Converts offsets to lines and columns, both counted from 1.

    Counting continues from the offset of the previous call. Ascending offsets therefore take one pass over the document,
    without a table of its lines (20 MB of newlines would need a table of 160 MB). Expects ``\n`` as the only line end.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = 0
        self._line = 1
        self._line_start = 0

    def at(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        text, last = self._text, self._offset
        newlines = text.count("\n", last, offset) if offset >= last else -text.count("\n", offset, last)
        if newlines:
            self._line += newlines
            self._line_start = text.rfind("\n", 0, offset) + 1
        self._offset = offset
        return self._line, offset - self._line_start + 1
