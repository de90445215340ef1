"""Finds where a query is wrong. SQLite knows, but Python's module does not pass it on."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator

#: A syntax error. The token may be quoted itself.
_SYNTAX = re.compile(r'near "(.+)": syntax error', re.DOTALL)
#: An error that names a part of the query. Newer versions of SQLite add advice after a hyphen.
_NAME = re.compile(
    r"(?:no such (?:column|table|function)|ambiguous column name|wrong number of arguments to function): (\S+)"
)
_TOKEN = re.compile(r'unrecognized token: "(.+)"', re.DOTALL)
#: Longer queries are not searched, because each occurrence of a token costs a pass over the query.
_MAX_LENGTH = 10_000
_MAX_OCCURRENCES = 100


def position(connection: sqlite3.Connection, sql: str, message: str) -> str:
    """Return the position that an error of SQLite is about, such as ``line 2, column 5``; empty if it is not certain."""
    if len(sql) > _MAX_LENGTH:
        return ""
    at = _of_syntax_error(connection, sql, message) if _SYNTAX.fullmatch(message) else _of_name(sql, message)
    if at is None:
        return ""
    before = sql[:at]
    return f"line {before.count(chr(10)) + 1}, column {at - before.rfind(chr(10))}"


def _of_syntax_error(connection: sqlite3.Connection, sql: str, message: str) -> int | None:
    """The parser stops at the first token that is wrong, so it stops there too when nothing follows."""
    match = _SYNTAX.fullmatch(message)
    assert match
    for start, end in _occurrences(sql, match[1]):
        try:
            connection.execute(f"EXPLAIN {sql[:end]}")
        except sqlite3.Error as error:
            if str(error) == message:
                return start
    return None


def _of_name(sql: str, message: str) -> int | None:
    match = _NAME.match(message) or _TOKEN.fullmatch(message)
    found = list(_occurrences(sql, match[1])) if match else []
    return found[0][0] if len(found) == 1 else None


def _occurrences(sql: str, token: str) -> Iterator[tuple[int, int]]:
    """The positions of a token. One that is a word is no part of another word."""
    pattern = re.escape(token)
    if re.match(r"\w", token):
        pattern = r"(?<![\w.])" + pattern
    if re.search(r"\w\Z", token):
        pattern += r"(?!\w)"
    for number, match in enumerate(re.finditer(pattern, sql)):
        if number == _MAX_OCCURRENCES:
            return
        yield match.span()
