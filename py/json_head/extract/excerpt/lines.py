"""Gives the lines around the place of a link, with the link marked. Long lines are cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from json_head.errors import JsonHeadError
from json_head.extract.excerpt.mark import mark_of

#: The number of lines before and after the line of the link.
AROUND = 2
#: The maximum length of a line in characters. A page may be one line of 1 MB.
MAX_LINE = 240
#: The number of characters before a mark in a line that is cut, if the mark itself needs most of the room.
_BEFORE_MARK = 40


class PlaceError(JsonHeadError, ValueError):
    """A place that a source does not have. The message is a sentence for people."""

    code = "no-such-place"


class Line(NamedTuple):
    """A line, or the part of it around the mark.

    ``number`` counts from 1. ``mark`` has the start and the end of the marked part, as offsets in ``text`` in characters; ``None``
    if nothing in the line is marked. ``cut_before`` and ``cut_after`` tell whether the line has more characters on that side.
    """

    number: int
    text: str
    mark: tuple[int, int] | None = None
    cut_before: bool = False
    cut_after: bool = False


class _Span(NamedTuple):
    """A whole line, as offsets in the text."""

    number: int
    start: int
    end: int


def excerpt(text: str, line: int, column: int, format: str, url: str = "") -> list[Line]:
    r"""Return the line of a link, and up to two lines before and after it. A link of several lines is marked in each of these.

    Args:
        text: the whole source, as `decode` returns it with ``newlines``. Only ``\n`` ends a line.
        line: `Link.line`, from 1.
        column: `Link.column`, from 1, in characters.
        format: the format of the source, which `read` returns.
        url: `Link.url`. It is only needed for the end of a URL that is written among other characters.

    Raises:
        PlaceError: the text has no such line, or the line is shorter.
    """
    spans = list(_spans(text, line))
    place = next((span for span in spans if span.number == line), None)
    if place is None or not 1 <= column <= place.end - place.start + 1:
        raise PlaceError(f"There is no column {column} in line {line}. The source may have changed since the check.")
    offset = place.start + column - 1
    begin, end = mark_of(text, offset, format, url)
    return [_line(text, span, begin, end, offset) for span in spans]


def _spans(text: str, line: int) -> Iterator[_Span]:
    """Yield the lines around a line, as far as there are any. An empty last line is left out, unless it is the line itself."""
    start = 0
    for number in range(1, line + AROUND + 1):
        end = text.find("\n", start)
        is_last = end < 0
        end = len(text) if is_last else end
        if number >= line - AROUND and (not is_last or end > start or number == line):
            yield _Span(number, start, end)
        if is_last:
            return
        start = end + 1


def _line(text: str, span: _Span, begin: int, end: int, offset: int) -> Line:
    """Return a line of the excerpt.

    Args:
        begin, end: the mark, as offsets in the text.
        offset: the place of the link.
    """
    begin, end = max(begin, span.start), min(end, span.end)
    has_place = span.start <= offset <= span.end
    is_marked = begin < end or has_place
    start, stop = span.start, span.end
    if stop - start > MAX_LINE:
        if is_marked:
            start = max(start, begin - max(_BEFORE_MARK, (MAX_LINE - (end - begin)) // 2))
            if has_place and offset >= start + MAX_LINE - _BEFORE_MARK:  # the tag has other long attributes
                start = offset - _BEFORE_MARK
            start = min(start, stop - MAX_LINE)
        stop = start + MAX_LINE
    mark = (max(begin, start) - start, min(end, stop) - start) if is_marked else None
    return Line(span.number, text[start:stop], mark, start > span.start, stop < span.end)
