"""Reads the cells of delimiter-separated values (RFC 4180) with their places, and detects the delimiter and the quotes.

Python's `csv` does not report the place of a cell. After a quote that is never closed, it reads the rest of the text as
one cell, or raises an error. For well-formed tables both readers give the same cells
(tests/unit/extract/data/test_csv_cells.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from json_head.extract.data.pieces import pieces
from json_head.extract.written import PAUSE_EVERY

_DELIMITERS = "\t,;|"
#: The number of characters, and of rows, from which the dialect is detected.
SAMPLE = 65_536
_SAMPLE_ROWS = 200
#: The share of rows that must have the most common number of cells.
_MIN_REGULAR = 0.5

#: A line with which Excel declares the delimiter.
_DECLARED = re.compile(r"sep=([^\n\"A-Za-z0-9])\n")
_SINGLE_QUOTED = re.compile(r"(?:^|[\t,;|])'[^'\n]*+'(?=$|[\t,;|])", re.MULTILINE)
_DOUBLE_QUOTED = re.compile(r"(?:^|[\t,;|]) *+\"", re.MULTILINE)

#: A test whether the line between two offsets can have cells of interest.
Wanted = Callable[[int, int], bool]


class Dialect(NamedTuple):
    """How cells are separated and quoted.

    Without a ``delimiter`` each line is a cell. ``start`` is the offset of the first row.
    """

    delimiter: str = ","
    quote: str = '"'
    start: int = 0


class Cell(NamedTuple):
    """A cell.

    ``row`` and ``column`` count from 0. ``start`` is the offset of its first character, after an opening quote.

    Text between a closing quote and the next delimiter is a second cell of the same column.
    """

    row: int
    column: int
    start: int
    value: str
    doubled: str = ""
    """The quote character, if quotes in ``value`` are doubled in the text; otherwise empty."""
    is_whole: bool = True
    """Whether this is a complete cell, not a piece of a long one."""

    def finder(self) -> Callable[[int], int]:
        """Return a function that converts offsets in ``value`` to offsets in the text.

        It must be called with ascending offsets.
        """
        shift, counted = self.start, 0

        def place(offset: int) -> int:
            nonlocal shift, counted
            if self.doubled:
                shift += self.value.count(self.doubled, counted, offset)
                counted = offset
            return shift + offset

        return place


def dialect_of(text: str) -> Dialect:
    """Return the declared dialect.

    Without a declaration, it is the one in which most of the first rows have the same number of cells.
    """
    if declared := _DECLARED.match(text):
        return Dialect(declared[1], start=declared.end())
    return regular_dialect(text)[0]


def regular_dialect(text: str) -> tuple[Dialect, float]:
    """Return the dialect, and the share of the sampled rows that have the most common number of cells."""
    sample = text[:SAMPLE]
    if len(text) > SAMPLE and "\n" in sample:
        sample = sample[: sample.rfind("\n")]
    quote = "'" if _SINGLE_QUOTED.search(sample) and not _DOUBLE_QUOTED.search(sample) else '"'
    best: tuple[float, int, Dialect] | None = None
    for delimiter in _DELIMITERS:
        dialect = Dialect(delimiter, quote)
        widths = Counter(_widths(sample, dialect))
        width, rows = widths.most_common(1)[0] if widths else (0, 0)
        regular = rows / max(1, widths.total())
        if width > 1 and regular >= _MIN_REGULAR and (best is None or (regular, width) > best[:2]):
            best = regular, width, dialect
    return (best[2], best[0]) if best else (Dialect("", quote), 1.0)


def _widths(sample: str, dialect: Dialect) -> list[int]:
    """Return the number of cells of each sampled row, without blank lines.

    The list is empty if the first row has one cell.
    """
    widths: list[int] = []
    last: Cell | None = None
    for cell in cells(sample, dialect):
        if cell is None:
            continue
        if last and cell.row != last.row:
            if last.column or last.value:
                widths.append(last.column + 1)
            if widths[:1] == [1] or len(widths) >= _SAMPLE_ROWS:
                break
        last = cell
    else:
        if last and (last.column or last.value):
            widths.append(last.column + 1)
    return [] if widths[:1] == [1] else widths


def cells(text: str, dialect: Dialect, wanted: Wanted | None = None) -> Iterator[Cell | None]:
    r"""Yield all cells, in order, and a pause (``None``) at least every `PAUSE_EVERY` characters except within cells.

    Expects ``\n`` as the only line end. A line without quotes is skipped if ``wanted`` returns false for it. An opening
    quote is an ordinary character of its cell if it is never closed, or if its closing quote is on another line and is
    not followed by a delimiter or line end. A quoted cell of more than `LONGEST_PIECE` characters is split into consecutive
    cells of the same column whose ``is_whole`` is false.
    """
    delimiter, quote, position = dialect
    unquoted = re.compile(f"[^{re.escape(delimiter)}\n]*+")

    def cut_between_quotes(start: int, limit: int) -> int:
        piece = text[start:limit]
        return limit - (len(piece) - len(piece.rstrip(quote))) % 2

    row = column = 0
    pause_at = position + PAUSE_EVERY
    while position < len(text):
        if position > pause_at:
            yield None
            pause_at = position + PAUSE_EVERY
        if wanted and not column:
            line_end = text.find("\n", position)
            line_end = len(text) if line_end < 0 else line_end
            if text.find(quote, position, line_end) < 0 and not wanted(position, line_end):
                position = line_end + 1
                row += 1
                continue
        opening = position
        while text.startswith(" ", opening):
            opening += 1
        closing = _closing_quote(text, opening, dialect) if text.startswith(quote, opening) else -1
        if closing >= 0:
            for start, end in pieces(text, opening + 1, closing, cut_between_quotes):
                if start > opening + 1:
                    yield None
                raw = text[start:end]
                value = raw.replace(quote * 2, quote)
                is_whole = end - start == closing - opening - 1
                yield Cell(row, column, start, value, quote if len(value) < len(raw) else "", is_whole)
            position = closing + 1
        if match := unquoted.match(text, position):
            if closing < 0 or match[0].strip():
                yield Cell(row, column, position, match[0])
            position = match.end()
        if delimiter and text.startswith(delimiter, position):
            column += 1
            if position + 1 == len(text):
                yield Cell(row, column, len(text), "")
        else:
            row, column = row + 1, 0
        position += 1


def _closing_quote(text: str, opening: int, dialect: Dialect) -> int:
    quote = dialect.quote
    closing = opening - 1
    while True:
        closing = text.find(quote, closing + 2)
        if closing < 0:
            return -1
        if not text.startswith(quote, closing + 1):
            break
    after = closing + 1
    while text.startswith(" ", after):
        after += 1
    ends = after == len(text) or text[after] in (dialect.delimiter, "\n")
    return closing if ends or text.find("\n", opening, closing) < 0 else -1
