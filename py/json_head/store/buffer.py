"""The rows of a run that are not written yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from json_head.store.facts import COLUMNS, OBSERVATION_COLUMNS, Facts, dumps
from json_head.store.texts import storable

#: A place without its source: target, fragment, written, line, column, text, found.
Place = tuple[int, int | None, str | None, int | None, int | None, str, str]

_TARGET_COLUMNS = ("id", "run", "url", "base", "host", "depth", "chain", "page", *COLUMNS)


def _insert(table: str, columns: Sequence[str], verb: str = "INSERT") -> str:
    names = ", ".join(f'"{column}"' for column in columns)
    return f"{verb} INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"


_SOURCES = _insert("sources", ("id", "run", "name"))
_TARGETS = _insert("targets", _TARGET_COLUMNS)
_FRAGMENTS = _insert("fragments", ("id", "target", "name", "state", "rule"))
_OBSERVATIONS = _insert("observations", ("target", "number", *OBSERVATION_COLUMNS), "INSERT OR REPLACE")
_RESULTS = f"UPDATE targets SET {', '.join(f'{column} = ?' for column in COLUMNS)} WHERE id = ?"
_FEWER = "DELETE FROM observations WHERE target = ? AND number >= ?"
_JUDGED = "UPDATE fragments SET state = ?, rule = ? WHERE id = ?"
_STATE = "UPDATE runs SET robots = ?, cuts = ? WHERE id = ?"
_PROMOTED = "UPDATE targets SET depth = ?, chain = ?, page = 1 WHERE id = ?"
_PAGES = "UPDATE targets SET page = ?, anchors = ? WHERE id = ?"
_PLACES = _insert(
    "places",
    (
        "source",
        "target",
        "fragment",
        "written",
        "line",
        "column",
        "text",
        "found",
        "number",
        "verdict",
        "rule",
        "accepted",
        "extra",
    ),
)
# The source is a part of the statement, so that the places of a page need no copy.
_PLACES_OF = 'INSERT INTO places (source, target, fragment, written, line, "column", text, found) VALUES ({}, ?, ?, ?, ?, ?, ?, ?)'
_NOTHING: tuple[Any, ...] = (None,) * 4
_NO_RESULT = (None,) * len(COLUMNS)


class Buffer:
    """Rows to be written, in the order that foreign keys need."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.count = 0
        self._state: tuple[int, Mapping[str, Any], Sequence[Any]] | None = None
        self._sources: list[tuple[Any, ...]] = []
        self._targets: dict[int, tuple[Any, ...]] = {}
        self._fragments: list[tuple[Any, ...]] = []
        self._results: list[tuple[Any, ...]] = []
        self._fewer: list[tuple[int, int]] = []
        self._observations: list[tuple[Any, ...]] = []
        self._judged: list[tuple[Any, ...]] = []
        self._pages: list[tuple[Any, ...]] = []
        self._promoted: list[tuple[int, int, int]] = []
        self._places: list[tuple[Any, ...]] = []
        self._places_of: list[tuple[int, Sequence[Place]]] = []

    def add_source(self, id: int, run: int, name: str | None) -> None:
        self._sources.append((id, run, name))
        self.count += 1

    def add_target(
        self, id: int, run: int, url: str, base: int, host: str | None, depth: int | None, chain: int, page: int
    ) -> None:
        self._targets[id] = (id, run, url, base, host, depth, chain, page)
        self.count += 1

    def add_promoted(self, target: int, depth: int, chain: int) -> None:
        if new := self._targets.get(target):
            self._targets[target] = (*new[:5], depth, chain, 1, *new[8:])
        else:
            self._promoted.append((depth, chain, target))
        self.count += 1

    def add_result(self, target: int, facts: Facts) -> None:
        columns, observations = facts
        new = self._targets.get(target)
        if new is not None:
            self._targets[target] = new[:8] + columns
        else:
            self._results.append((*columns, target))
            self._fewer.append((target, len(observations)))
        for number, observation in enumerate(observations):
            self._observations.append((target, number, *observation))
        self.count += 1

    def add_fragment(self, id: int, target: int, name: str) -> None:
        self._fragments.append((id, target, name, None, None))
        self.count += 1

    def add_judged(self, fragment: int, state: str, rule: str) -> None:
        self._judged.append((state, rule, fragment))
        self.count += 1

    def add_page(self, target: int, page: int, anchors: str | None) -> None:
        self._pages.append((page, anchors, target))
        self.count += 1

    def add_place(self, source: int, place: Place, number: int | None, extra: dict[str, Any]) -> None:
        """Add a place with the members of its row that do not follow from its target. Queries need some of them as columns."""
        if extra:
            result = extra.get("result", {})
            more: tuple[Any, ...] = (result.get("verdict"), result.get("rule"), extra.get("accepted"), dumps(extra))
        else:
            more = _NOTHING
        self._places.append((source, *place, number, *more))
        self.count += 1

    def set_state(self, run: int, robots: Mapping[str, Any], cuts: Sequence[Any]) -> None:
        self.count += self._state is None
        self._state = (run, robots, cuts)

    def add_places(self, source: int, places: Sequence[Place]) -> None:
        self._places_of.append((source, places))
        self.count += len(places)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all rows in the transaction that is open, and clear the buffer."""
        connection.execute("SAVEPOINT batch")
        try:
            self._write(connection, _same)
        except UnicodeEncodeError:  # a lone surrogate, which few texts have
            connection.execute("ROLLBACK TO batch")
            self._write(connection, _encoded)
        connection.execute("RELEASE batch")
        self.clear()

    def _write(self, connection: sqlite3.Connection, prepared: Any) -> None:
        many = connection.executemany
        for sql, rows in (
            (_SOURCES, self._sources),
            (_TARGETS, [row if len(row) > 8 else row + _NO_RESULT for row in self._targets.values()]),
            (_FRAGMENTS, self._fragments),
            (_RESULTS, self._results),
            (_FEWER, self._fewer),
            (_OBSERVATIONS, self._observations),
            (_JUDGED, self._judged),
            (_PROMOTED, self._promoted),
            (_PAGES, self._pages),
            (_PLACES, self._places),
        ):
            if rows:
                many(sql, prepared(rows))
        if self._state:
            run, robots, cuts = self._state
            connection.execute(_STATE, (dumps(robots), dumps(cuts), run))
        for source, places in self._places_of:
            many(_PLACES_OF.format(source), prepared(places))


def _same(rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    return rows


def _encoded(rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """The rows with bytes in place of texts that have no UTF-8. They become BLOBs, which :func:`~json_head.store.texts.text_of` decodes."""
    return ([storable(value) for value in row] for row in rows)
