"""Reads the cells of reStructuredText's grid tables. The text of a cell continues on the next line of the cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from json_head.extract.markup.chunk import Chunk

GRID_BORDER = re.compile(r"\+(?:-++\+)++\s*+$")
_RULE = re.compile(r"[-=+]+")
#: The maximum number of columns. The rest of a line is one cell.
_MAX_COLUMNS = 100


def grid_cells(lines: list[str], starts: list[int]) -> Iterator[Chunk]:
    """Yield the cells of a table, approximately in order. ``starts`` has the offset of each line."""
    columns: set[int] = set()
    for line in lines:
        if line.lstrip().startswith("+"):
            columns.update(index for index, character in enumerate(line[:10_000]) if character == "+")
        if len(columns) > _MAX_COLUMNS:
            break
    ordered = sorted(columns)[:_MAX_COLUMNS]
    cells: dict[int, Chunk] = {}
    for line, offset in zip(lines, starts, strict=True):
        cuts = [column for column in ordered if line[column : column + 1] in ("|", "+")]
        for left, right in zip(cuts, [*cuts[1:], len(line)], strict=True):
            piece = line[left + 1 : right]
            if _RULE.fullmatch(piece.strip()):
                if cell := cells.pop(left, None):
                    yield cell
            elif piece.strip():
                indent = len(piece) - len(piece.lstrip())
                cells.setdefault(left, Chunk()).add(piece.strip(), offset + left + 1 + indent)
    yield from cells.values()
