"""Lines and columns out of offsets."""

from __future__ import annotations


def normalise_newlines(text: str) -> str:
    r"""``\r\n`` and a lone ``\r`` become ``\n``, as in CommonMark 2.1 and HTML 13.2.3.5. Lines and columns stay."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class Positions:
    r"""Turns offsets into lines and columns, both from 1.

    It walks from the last offset asked for, so that a whole document costs one pass over it and no table of its lines
    (20 MB of newlines would make a table of 160 MB). Expects ``\n`` as the only line end.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = 0
        self._line = 1
        self._line_start = 0

    def at(self, offset: int) -> tuple[int, int]:
        low, high = sorted((self._offset, offset))
        newlines = self._text.count("\n", low, high)
        if newlines:
            self._line += newlines if offset > self._offset else -newlines
            self._line_start = self._text.rfind("\n", 0, offset) + 1
        self._offset = offset
        return self._line, offset - self._line_start + 1
