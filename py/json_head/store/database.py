"""Opens the file of a store: checks what it is, brings it to the present version, and translates errors."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from json_head.store.errors import StoreError, translated
from json_head.store.schema import APPLICATION_ID, CACHE_COLUMNS, MIGRATIONS, VERSION

#: Seconds to wait for another process that is writing.
_LOCK_S = 10.0
_OF_CACHE = frozenset(("fine", "failed"))
#: KiB of a temporary store that stay in memory. The crawl of a site of 500 pages has 13 MB.
_CACHE_KIB = 16_000


class Database:
    """The connection of a store, and its transactions. ``on_commit`` is called after each commit.

    Args:
        creates: whether to create the file if there is none. Without it, a file that cannot be written can be read.
    """

    def __init__(self, path: str, *, creates: bool = True) -> None:
        self.path = path
        self.on_commit: Callable[[], object] = lambda: None
        if not creates and not Path(path).is_file():
            raise StoreError("no-store", path)
        # Not mode=ro: what a process that was killed has left is rolled back when the file is opened.
        if creates and path not in ("", ":memory:") and sys.platform != "emscripten":
            _create(path)
        address = path if creates else f"{Path(path).absolute().as_uri()}?mode=rw"
        with self.errors():
            # Without an isolation level, Python begins no transaction of its own.
            self.connection = sqlite3.connect(address, timeout=_LOCK_S, isolation_level=None, uri=not creates)
        try:
            with self.errors():
                self._prepare()
        except BaseException:
            self.connection.close()
            raise

    def _prepare(self) -> None:
        execute = self.connection.execute
        version = self._checked_version()
        if not version:  # of a new file. In others it has no effect, and waits for another process that is writing.
            execute("PRAGMA auto_vacuum = INCREMENTAL")  # deleting a run makes the file smaller
        if self.path in ("", ":memory:"):  # it ends with the connection
            execute("PRAGMA journal_mode = MEMORY")
            execute("PRAGMA synchronous = OFF")
            execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        else:
            execute("PRAGMA journal_mode = TRUNCATE")  # WAL needs shared memory, which browsers lack
            execute("PRAGMA synchronous = NORMAL")
        execute("PRAGMA trusted_schema = OFF")  # the file may come from elsewhere
        if version < VERSION:
            with self.transaction():
                for script in MIGRATIONS[self._checked_version() :]:
                    for statement in _statements(script):
                        execute(statement)
                execute(f"PRAGMA application_id = {APPLICATION_ID}")
                execute(f"PRAGMA user_version = {VERSION}")
        else:
            self._check_schema()

    def _check_schema(self) -> None:
        """Refuse a file whose tables or views are not ours: a view in place of a table can run for ever, and a trigger can change rows."""
        ours = _schema()
        found = self.connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
        # The tables of a cache may be those of an earlier version.
        sql_of = {
            name: ours.get(name) if type == "table" and name in _OF_CACHE else sql for type, name, _, sql in found
        }
        is_changed = any(sql_of.get(name) != sql for name, sql in ours.items())
        if is_changed or any(type == "trigger" and table in ours for type, _, table, _ in found):
            raise StoreError("corrupt", self.path, "its tables are not those of a store")

    def _checked_version(self) -> int:
        """The version of the file; 0 if it is empty."""
        application: int = self.value("PRAGMA application_id")
        version: int = self.value("PRAGMA user_version")
        if application != APPLICATION_ID:
            if application or version or not (self._is_empty() or self._is_cache()):
                raise StoreError("not-a-store", self.path)
            return 0
        if version > VERSION:
            raise StoreError("newer-version", self.path)
        return version

    def _is_empty(self) -> bool:
        return not self.value("SELECT count(*) FROM sqlite_schema")

    def _is_cache(self) -> bool:
        """Whether the file is a cache that an earlier version of json-head made."""
        tables = {name for (name,) in self.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        columns = [column[1] for column in self.connection.execute("PRAGMA table_info(fine)")]
        return tables <= _OF_CACHE and columns == CACHE_COLUMNS

    def value(self, sql: str, parameters: tuple[Any, ...] = ()) -> Any:
        """The first column of the first row; ``None`` without a row."""
        row = self.connection.execute(sql, parameters).fetchone()
        return row[0] if row else None

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Raise StoreError for errors of SQLite."""
        try:
            yield
        except sqlite3.Error as error:
            raise translated(error, self.path) from error
        except OverflowError as error:  # a number of more than 64 bits
            raise StoreError("bad-row", self.path, str(error)) from error

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done in this block, or nothing of it."""
        with self.errors():
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self.commit()
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")

    def commit(self) -> None:
        self.connection.execute("COMMIT")
        self.on_commit()

    def close(self) -> None:
        """Close the file, and remove its empty journal. In a browser, the two files are opened together, and stay."""
        if sys.platform != "emscripten":
            with suppress(sqlite3.Error):  # such as of a file that cannot be written
                self.connection.execute("PRAGMA journal_mode = DELETE")
        self.connection.close()


@lru_cache(maxsize=1)
def _schema() -> dict[str, str]:
    """The SQL of a store's tables, views and indexes, by name."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for script in MIGRATIONS:
            for statement in _statements(script):
                connection.execute(statement)
        return dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))


def _create(path: str) -> None:
    """Create an empty file for this user alone, if there is none: URLs of private sites, and headers of their pages, can be secrets."""
    with suppress(OSError):  # SQLite says why
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _statements(script: str) -> Iterator[str]:
    """The statements of a script. Python's ``executescript`` would commit before them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
