"""Answers the page's queries of its store, in SQL."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from time import perf_counter
from typing import Any

from json_head.errors import JsonHeadError
from json_head.pyodide.messages import Message, MessageError, Request, text_of
from json_head.pyodide.store.keeping import Keeping, run_of

#: Seconds of computing. Nothing else runs in the worker meanwhile.
TIME_LIMIT_S = 5.0
#: Rows of an answer, unless the message has a ``limit``, and at most.
_ROWS, _MAX_ROWS = 1_000, 10_000
#: Characters of a value. Longer ones end with an ellipsis.
_MAX_VALUE = 2_000
#: Characters of an answer, after which no further row follows.
_MAX_ANSWER = 4_000_000
#: Rows and characters of a file.
_MAX_FILE_ROWS, _MAX_FILE = 100_000, 50_000_000
#: The largest whole number that JavaScript holds exactly.
_MAX_NUMBER = 2**53 - 1


class AnswerTooLarge(JsonHeadError):
    """An answer is too large for a file. Cut off, it would look like a whole one."""

    code = "too-large"

    def __init__(self) -> None:
        super().__init__(
            f"The answer has more than {_MAX_FILE_ROWS:,} rows or {_MAX_FILE // 1_000_000} MB. Add a LIMIT to the query."
        )


async def answer(request: Request, keeping: Keeping) -> None:
    """Answer a query: with its first rows, or with a file of all rows."""
    message = request.message
    sql = text_of(message, "sql")
    if sql is None:
        raise MessageError("query needs sql.")
    run = None if message.get("run") is None else run_of(message, "run")
    format, limit = text_of(message, "format"), _limit_of(message)
    if format not in (None, "csv"):
        raise MessageError(f"There is no format {format[:40]!r} of an answer.")
    store = await keeping.store()
    began = perf_counter()
    columns, rows = store.query(sql, TIME_LIMIT_S, run)
    if format:
        request.reply("exported", text="".join(_csv(columns, rows)), mediaType="text/csv", extension="csv")
        return
    shown, is_truncated = _first(rows, limit)
    ms = round((perf_counter() - began) * 1000)
    request.reply("answer", columns=columns, rows=shown, truncated=is_truncated, ms=ms)


def _limit_of(message: Message) -> int:
    limit = message.get("limit")
    if limit is None:
        return _ROWS
    if type(limit) is not int or not 1 <= limit <= _MAX_ROWS:
        raise MessageError(f"limit must be a whole number from 1 to {_MAX_ROWS:,}.")
    return limit


def _first(rows: Iterable[tuple[Any, ...]], limit: int) -> tuple[list[list[Any]], bool]:
    """The first rows as JSON has them, and whether there are more."""
    shown: list[list[Any]] = []
    size = 0
    for row in rows:
        if len(shown) == limit or size > _MAX_ANSWER:
            return shown, True
        shown.append([_json_value(value) for value in row])
        size += sum(len(value) if isinstance(value, str) else 8 for value in shown[-1])
    return shown, False


def _json_value(value: Any) -> Any:
    """A value as JSON has it, which has no infinity, and as JavaScript reads it."""
    if isinstance(value, str):
        return value if len(value) <= _MAX_VALUE else value[: _MAX_VALUE - 1] + "…"
    is_number = value is None or (math.isfinite(value) and not (isinstance(value, int) and abs(value) > _MAX_NUMBER))
    return value if is_number else str(value)


def _csv(columns: list[str], rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    from json_head.export.as_csv import csv_line

    yield csv_line(columns)
    size = 0
    for number, row in enumerate(rows):
        line = csv_line(row)
        size += len(line)
        if number == _MAX_FILE_ROWS or size > _MAX_FILE:
            raise AnswerTooLarge
        yield line
