"""Queries that cannot change a store, nor reach another file, nor run for ever."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from time import process_time
from typing import Any, NamedTuple

from json_head.store.errors import StoreError, translated
from json_head.store.queries.position import position
from json_head.store.texts import text_of

#: Seconds of computing. Time in which a reader takes its time with the rows does not count.
TIME_LIMIT_S = 30.0
#: Instructions of SQLite's virtual machine between two looks at the clock: some milliseconds.
_INSTRUCTIONS = 100_000
#: Rows that are read at once, and the characters after which no further one is.
_AT_ONCE = 100
_MAX_AT_ONCE = 1_000_000
#: The maximum size of a value, in bytes.
_MAX_VALUE = 10_000_000

_ALLOWED = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE))
#: It would load code into this process.
_FORBIDDEN_FUNCTION = "load_extension"
#: Characters of a message of SQLite, which may contain a part of the query.
_MAX_MESSAGE = 300


class Answer(NamedTuple):
    """The answer to a query: the names of its columns, and its rows, which are read while they are iterated over."""

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


def query(connection: sqlite3.Connection, path: str, sql: str, time_limit_s: float, run: int | None) -> Answer:
    """Run one SELECT, in which ``:run`` is a run."""
    remaining = time_limit_s

    @contextmanager
    def limits() -> Iterator[None]:
        """The limits of a step. Between the steps, the connection can be used for anything."""
        nonlocal remaining
        began = process_time()
        previous_limit = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_VALUE)
        connection.set_authorizer(_authorise)
        connection.set_progress_handler(lambda: process_time() - began > remaining, _INSTRUCTIONS)
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, UnicodeEncodeError) as error:
            if _is_interrupt(error) and process_time() - began <= remaining:
                # SQLite calls Python only to ask whether to go on, so the handler of a signal (Ctrl+C) raised its exception there.
                raise KeyboardInterrupt from error
            raise _refused(error, path, time_limit_s, partial(position, connection, sql)) from error
        finally:
            connection.set_authorizer(None)
            connection.set_progress_handler(None, 0)
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, previous_limit)
            remaining -= process_time() - began

    # SQLite declares these two by a CREATE TABLE, once on a connection.
    connection.execute("SELECT 1 FROM json_each('[]'), json_tree('[]')")
    with limits():
        cursor = connection.execute(sql, {"run": run})
    if cursor.description is None:
        raise StoreError("bad-query", path, "it is empty")

    def rows() -> Iterator[tuple[Any, ...]]:
        while True:
            with limits():
                some = _some(cursor)
            if not some:
                return
            yield from (tuple(map(text_of, row)) for row in some)

    return Answer([column[0] for column in cursor.description], rows())


def _some(cursor: sqlite3.Cursor) -> list[tuple[Any, ...]]:
    """The next rows, of which there are fewer if their values are large."""
    some = []
    size = 0
    for row in cursor:
        some.append(row)
        size += sum(len(value) for value in row if isinstance(value, str | bytes))
        if len(some) == _AT_ONCE or size > _MAX_AT_ONCE:
            break
    return some


def _authorise(action: int, first: str | None, second: str | None, *_: object) -> int:
    is_allowed = action in _ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and second == _FORBIDDEN_FUNCTION)
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _is_interrupt(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT


def _refused(error: Exception, path: str, time_limit_s: float, position_of: Callable[[str], str]) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    if _is_interrupt(error):
        return StoreError("bad-query", path, f"it took longer than {time_limit_s:g} seconds")
    if code == sqlite3.SQLITE_AUTH:
        return StoreError("bad-query", path, "only SELECT is allowed, on the tables and views of the store")
    if code in (None, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_TOOBIG) or not isinstance(error, sqlite3.Error):
        message = str(error)
        where = position_of(message)
        shown = message if len(message) <= _MAX_MESSAGE else message[: _MAX_MESSAGE - 1] + "…"
        return StoreError("bad-query", path, f"{shown}, in {where}" if where else shown)
    return translated(error, path)
