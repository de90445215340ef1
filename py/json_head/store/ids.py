"""Ids for rows that are written later, so that a run can be written in batches while other processes write theirs."""

from __future__ import annotations

from json_head.store.database import Database

#: The ids that are reserved at once. Each reservation is a transaction.
_BLOCK = 10_000


class Ids:
    """Ids of sources, targets and fragments, which no other process uses."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._next = self._end = 0

    def take(self) -> int:
        if self._next == self._end:
            self._reserve()
        self._next += 1
        return self._next - 1

    def _reserve(self) -> None:
        """Reserve a block, in the transaction that is open or in one of its own."""
        database = self._database
        if database.connection.in_transaction:
            with database.errors():
                self._take_block()
        else:
            with database.transaction():
                self._take_block()

    def _take_block(self) -> None:
        self._next = self._database.value("SELECT next FROM reserved")
        self._end = self._next + _BLOCK
        self._database.connection.execute("UPDATE reserved SET next = ?", (self._end,))
