"""Writes tables of any columns: runs, changes and the answers to queries."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from json_head.cli.printing import output
from json_head.export.as_csv import csv_line
from json_head.export.row import showable, showable_json

FORMATS = ("table", "json", "ndjson", "csv")
#: Characters that a column of a table takes at most.
_WIDTH = 100

Records = Iterable[Sequence[Any]]


def write(columns: Sequence[str], records: Records, format: str, limit: int = 0) -> bool:
    """Write records to standard output as they are read; a table at its end, because its columns are as wide as their contents.

    Args:
        limit: the number of records that are written at most; 0 for all.

    Returns:
        Whether there were more.
    """
    rest = iter(records)
    chosen = islice(rest, limit) if limit else rest
    match format:
        case "json":
            pieces = _json(columns, chosen)
        case "ndjson":
            pieces = (_object(columns, record) + "\n" for record in chosen)
        case "csv":
            pieces = _csv(columns, chosen)
        case _:
            pieces = _table(columns, chosen)
    output.write_lines(pieces)
    return next(rest, None) is not None


def _object(columns: Sequence[str], record: Sequence[Any]) -> str:
    row = dict(zip(_distinct(columns), map(_finite, record), strict=True))
    return showable_json(json.dumps(row, ensure_ascii=False))


def _distinct(columns: Sequence[str]) -> list[str]:
    """The names of columns, with a number after those that occur again: an object has each name once."""
    names: dict[str, None] = {}
    for column in columns:
        name, number = column, 1
        while name in names:
            number += 1
            name = f"{column}:{number}"
        names[name] = None
    return list(names)


def _finite(value: Any) -> Any:
    """A value as JSON has it, which has no infinity."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _json(columns: Sequence[str], records: Records) -> Iterator[str]:
    prefix = "[\n  "
    for record in records:
        yield prefix + _object(columns, record)
        prefix = ",\n  "
    yield "[]\n" if prefix.startswith("[") else "\n]\n"


def _csv(columns: Sequence[str], records: Records) -> Iterator[str]:
    yield csv_line(columns)
    yield from map(csv_line, records)


def _table(columns: Sequence[str], records: Records) -> Iterator[str]:
    lines = [[_shown(column) for column in columns], *([_shown(value) for value in record] for record in records)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        yield "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    text = showable(value if isinstance(value, str) else f"{value:,}" if isinstance(value, int) else str(value))
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
