"""The error of the store, and how SQLite's errors become one."""

from __future__ import annotations

import sqlite3

from json_head.errors import JsonHeadError

#: Why a store cannot be used.
_REASONS = {
    "not-a-store": "it is not a store of json-head",
    "newer-version": "a newer version of json-head made it",
    "locked": "another program is writing to it",
    "corrupt": "it is damaged",
    "unwritable": "it cannot be opened for writing",
    "full": "there is no room left on the disk",
    "finished": "this run is finished, and finished runs are not changed",
    "no-store": "there is no such file",
    "bad-row": "a result has values that no result can have",
}
_CODES = {
    sqlite3.SQLITE_NOTADB: "not-a-store",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_FULL: "full",
}


class StoreError(JsonHeadError):
    """A store cannot be used. ``code`` is a key of the table above, ``unknown-run`` or ``bad-query``; ``reason`` is empty for these two. ``path`` is the store's."""

    def __init__(self, code: str, path: str, detail: str = "") -> None:
        store = f"The store {path}" if path else "The store"
        self.code = code
        self.path = path
        self.reason = ""
        if code == "unknown-run":
            sentence = f"{store} has no run {detail}."
        elif code == "bad-query":
            sentence = f"The query is refused or wrong ({detail})."
        else:
            self.reason = _REASONS[code] + (f" ({detail})" if detail else "")
            sentence = f"{store} cannot be used: {self.reason}."
        super().__init__(sentence)


def translated(error: sqlite3.Error, path: str) -> StoreError:
    """The StoreError for an error of SQLite. All that are unknown mean that the file cannot be read or written."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the extended codes have more bits
    if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError) and not code:
        return StoreError("bad-row", path, str(error))
    return StoreError(_CODES.get(code, "unwritable"), path, str(error))
