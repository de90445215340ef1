"""Ends a run: compares it with the one before it, and counts what it has."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from json_head.model import timestamp
from json_head.store.changes import Change, changes, failing_in, since_in, states_in
from json_head.store.database import Database
from json_head.store.decisions import Decisions
from json_head.store.decisions.to_fix import changes_to_fix, to_do
from json_head.store.facts import dumps
from json_head.store.runs import End
from json_head.store.texts import storable

_WORDS = ("new", "still", "fixed", "gone", "unclear")


def finish(database: Database, run: int, state: End, notes: Sequence[str], ended_at: str | None = None) -> None:
    """Compare a run with the last finished one of its source before it, and set its state. The transaction is the caller's.

    A run that has failed is not compared: that its links were not found says nothing about them. ``to_do`` and ``changes_to_fix``
    in the counts are the numbers of the page: those of what is to fix, with the decisions of this moment.
    """
    connection = database.connection
    started_at, kind, source = connection.execute(
        "SELECT started_at, kind, source FROM runs WHERE id = ?", (run,)
    ).fetchone()
    previous = previous_at = None
    if state != "failed":
        previous, previous_at = connection.execute(
            "SELECT id, started_at FROM runs WHERE kind = ? AND source = ? AND state = 'finished' "
            "AND (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT 1",
            (kind, source, started_at, run),
        ).fetchone() or (None, None)
    _set_since(connection, run, previous, started_at)
    counts: dict[str, Any] = _counts(connection, run)
    counts["to_do"] = to_do(connection, Decisions(database), run, counts["urls"])
    connection.execute("DELETE FROM changes WHERE run = ?", (run,))
    if previous is not None:
        found = _certain(changes(connection, previous, run), state)
        connection.executemany(
            "INSERT INTO changes (run, change, url, source, verdict, since) VALUES (?, ?, ?, ?, ?, ?)",
            ((run, change.change, *map(storable, change[1:])) for change in found),
        )
        counts |= _numbers(found)
        to_fix = _certain(changes_to_fix(connection, Decisions(database), previous, run), state)
        counts["changes_to_fix"] = _numbers(to_fix)
    connection.execute(
        "UPDATE runs SET state = ?, ended_at = ?, notes = ?, counts = ?, previous = ?, previous_at = ? WHERE id = ?",
        (state, ended_at or timestamp(), dumps(list(notes)), dumps(counts), previous, previous_at, run),
    )
    if state != "interrupted":
        connection.execute("UPDATE targets SET anchors = NULL WHERE run = ? AND anchors IS NOT NULL", (run,))


def _certain(changes: Iterable[Change], state: End) -> list[Change]:
    """The changes that are certain. An interrupted run has not seen all links."""
    return [change for change in changes if state == "finished" or change.change in ("new", "still", "fixed")]


def _numbers(changes: Sequence[Change]) -> dict[str, Any]:
    """The number of each change, and since when the oldest failure fails."""
    numbers = Counter[str](change.change for change in changes)
    since = (change.since for change in changes if change.change == "still" and change.since)
    return {word: numbers[word] for word in _WORDS} | {"oldest": min(since, default=None)}


def _set_since(connection: sqlite3.Connection, run: int, previous: int | None, started_at: str) -> None:
    """Set ``since`` of what fails. What is undecided keeps that of the run before, in case it fails again."""
    failing = failing_in(connection, run)
    earlier = {} if previous is None else states_in(connection, previous, failing)
    undecided = {} if previous is None else since_in(connection, previous)
    now = states_in(connection, run, failing.keys() | undecided.keys())
    for thing, state in now.items():
        before = earlier.get(thing)
        if thing in failing:
            since: str | None = (before and before.since) or started_at
        else:
            since = undecided[thing] if state.state == "unknown" else None
        if since:
            connection.execute(f"UPDATE {state.table} SET since = ? WHERE id = ?", (since, state.id))


def _counts(connection: sqlite3.Connection, run: int) -> dict[str, Any]:
    """``verdicts`` counts links, and ``urls`` counts each address once."""
    verdicts, urls = Counter[str](), Counter[str]()
    for verdict, links, addresses in connection.execute(
        "SELECT coalesce(verdict, 'not-checked'), count(*), count(DISTINCT url) FROM results WHERE run = ? GROUP BY 1",
        (run,),
    ):
        verdicts[verdict], urls[verdict] = links, addresses
    targets, pages = connection.execute(
        # The goal of a redirect is a target of its own, and the same page.
        "SELECT count(*), count(DISTINCT CASE page WHEN 2 THEN coalesce(final_url, url) END) FROM targets WHERE run = ?",
        (run,),
    ).fetchone()
    (to_fix,) = connection.execute("SELECT count(*) FROM to_fix WHERE run = ?", (run,)).fetchone()
    links = verdicts.total()
    return {
        "links": links, "targets": targets, "pages": pages, "to_fix": to_fix, "verdicts": dict(verdicts), "urls": dict(urls)
    }  # fmt: skip
