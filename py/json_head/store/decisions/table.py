"""Makes, undoes, lists and merges the decisions of a store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from json_head.export.decided import WORDS
from json_head.model import timestamp
from json_head.store.database import Database
from json_head.store.decisions.rules import SCOPES, Decision, DecisionError, checked, host_of
from json_head.store.errors import StoreError
from json_head.store.texts import storable, text_of

_COLUMNS = ", ".join(Decision._fields)
_STORED = Decision._fields[:7]
_INSERT = f"INSERT INTO decisions ({', '.join(_STORED)}) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ALL = f"SELECT {_COLUMNS} FROM current_decisions ORDER BY id DESC"
#: The decisions on a URL, the narrowest one first. The view `decided` has the same conditions.
_APPLYING = f"""
    SELECT {_COLUMNS} FROM current_decisions WHERE active AND scope = 'address' AND url = :url AND (source IS NULL OR source = :source)
    UNION ALL SELECT * FROM (
        SELECT {_COLUMNS} FROM current_decisions WHERE active AND scope = 'prefix' AND url = substr(:url, 1, length(url))
        ORDER BY length(url) DESC
    )
    UNION ALL SELECT {_COLUMNS} FROM current_decisions WHERE active AND scope = 'host' AND url = :host
"""


class Decisions:
    """The decisions of a store.

    A later decision on the same address, prefix or host replaces the earlier one.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def decide(
        self,
        url: str,
        decision: str,
        *,
        scope: str = "address",
        source: str | None = None,
        reason: str | None = None,
        until: str | None = None,
    ) -> int:
        """Make a decision, and return its id.

        Args:
            url: an address as it is in results, or a prefix of such; for the scope ``host`` any address on it, or its name.
            scope: ``address``, ``prefix`` or ``host``.
            source: the page or file that has the link, for a relative address.
            until: the last day on which it applies, such as ``2027-02-28``; ``None`` for ever.

        Raises:
            DecisionError: it is not valid.
        """
        made = checked(url, decision, timestamp(), scope=scope, source=source, reason=reason, until=until)
        with self._database.transaction():
            return self._insert(made)

    def undo(self, id: int) -> None:
        """Delete a decision. One that it replaced applies again.

        Raises:
            DecisionError: there is none with this id.
        """
        with self._database.transaction():
            if not self._database.connection.execute("DELETE FROM decisions WHERE id = ?", (id,)).rowcount:
                raise DecisionError(f"There is no decision {id}.")

    def delete_all(self) -> None:
        """Delete all decisions, and those that they replaced."""
        with self._database.transaction():
            self._database.connection.execute("DELETE FROM decisions")

    def all(self) -> list[Decision]:
        """All decisions that were not replaced, also those that have run out; the last one first."""
        return self._read(_ALL, {})

    def applying(self, url: str, source: str | None = None) -> list[Decision]:
        """The decisions that apply to a URL today. The first one counts: that on its address, on its longest prefix, or on its host.

        Args:
            source: the page or file that has the link, for a relative address.
        """
        return self._read(_APPLYING, {"url": storable(url), "source": storable(source), "host": host_of(url)})

    def merge(self, decisions: Sequence[Decision]) -> int:
        """Add decisions that were made elsewhere, and return their number. Of two on the same thing, the one that was made later stays.

        Args:
            decisions: the last one first, as :meth:`all` lists them.
        """
        added = 0
        last_first = sorted(decisions, key=lambda decision: decision.made_at, reverse=True)
        with self._database.transaction():
            for decision in reversed(last_first):
                made_at = self._made_at(decision)
                if made_at is None or made_at < decision.made_at:
                    self._insert(decision)
                    added += 1
        return added

    def _made_at(self, decision: Decision) -> str | None:
        """When a decision on the same thing was made."""
        made_at: str | None = self._database.value(
            "SELECT made_at FROM decisions WHERE scope = ? AND url = ? AND source IS ? ORDER BY id DESC LIMIT 1",
            (decision.scope, storable(decision.url), storable(decision.source)),
        )
        return made_at

    def _insert(self, decision: Decision) -> int:
        values = tuple(map(storable, decision[: len(_STORED)]))
        return int(self._database.connection.execute(_INSERT, values).lastrowid or 0)

    def _read(self, sql: str, parameters: dict[str, Any]) -> list[Decision]:
        with self._database.errors():
            rows = self._database.connection.execute(sql, parameters).fetchall()
        decisions = [Decision(*map(text_of, row)) for row in rows]
        # The file may come from elsewhere.
        if any(decision.decision not in WORDS or decision.scope not in SCOPES for decision in decisions):
            raise StoreError("corrupt", self._database.path, "it has a decision with values that none can have")
        return [decision._replace(active=bool(decision.active)) for decision in decisions]
