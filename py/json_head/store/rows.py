"""Reads the rows of a run: the dictionaries that were recorded, one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from json_head.model import WORKING
from json_head.store.facts import COLUMNS, OBSERVATION_COLUMNS, WITHOUT_RESULT, attempt_of, with_fragment
from json_head.store.texts import storable, text_of
from json_head.urls.redirect import redirect_of
from json_head.verdicts import FAILURES

#: Targets whose results are in memory at a time, because neighbouring links often lead to the same ones.
_CACHED = 1_000

_SOURCES = "SELECT id, name FROM sources WHERE run = ? ORDER BY id"
_PLACES = """
    SELECT places.target, places.written, fragments.name, fragments.state, fragments.rule, fragments.since,
        places.line, places."column", places.text, places.found, places.extra
    FROM places LEFT JOIN fragments ON fragments.id = places.fragment
    WHERE places.source = ?{} ORDER BY places.number, places.line, places."column", places.id
"""
#: Joins each target of a crawl with its first place. No link leads to a start, or to the goal of a redirect.
FIRST_PLACES = """LEFT JOIN (
        SELECT target, min(id) AS first FROM places WHERE source IN (SELECT id FROM sources WHERE run = :run) GROUP BY target
    ) AS firsts ON firsts.target = targets.id
    LEFT JOIN places ON places.id = first LEFT JOIN sources ON sources.id = places.source"""
_TARGETS = f"""
    SELECT targets.id, sources.name, places.line, places."column", places.text, places.found
    FROM targets {FIRST_PLACES}
    WHERE targets.run = :run AND targets.verdict IS NOT NULL {{}} ORDER BY targets.id
"""
_USES = """
    SELECT targets.url, count(*) FROM places JOIN targets ON targets.id = places.target
    WHERE targets.run = :run GROUP BY targets.id HAVING count(*) > 1
    UNION ALL SELECT targets.url || '#' || fragments.name, count(*) FROM places
    JOIN fragments ON fragments.id = places.fragment JOIN targets ON targets.id = places.target
    WHERE targets.run = :run AND targets.verdict = 'ok' AND fragments.state = 'missing' GROUP BY fragments.id HAVING count(*) > 1
"""
_TARGET = f"SELECT url, since, {', '.join(COLUMNS)} FROM targets WHERE id = ?"
_PAGES = "SELECT id, page FROM targets WHERE run = ? AND page > 0 ORDER BY id"
_WORKING = """
    SELECT url FROM targets WHERE run = ? AND verdict = 'ok' AND host = (SELECT host FROM targets WHERE run = ? AND url = ?)
    LIMIT 20000
"""
_ATTEMPTS = f"SELECT {', '.join(OBSERVATION_COLUMNS)} FROM observations WHERE target = ? ORDER BY number"


def rows(
    connection: sqlite3.Connection, run: int, where: str = "", parameters: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a run, by source in the order in which these were recorded, and in it by number, line and column.

    Failures of a run that has ended have ``since``, and those that did not fail in the run before have ``"new": True``.

    Args:
        where: a condition in SQL on the columns of the view ``results``, with ``parameters``.
    """
    reader = _Reader(connection, run)
    condition = f" AND places.id IN (SELECT place FROM results WHERE source_id = ? AND ({where}))" if where else ""
    for source, name in connection.execute(_SOURCES, (run,)).fetchall():
        more = (source, *parameters) if where else ()
        for place in connection.execute(_PLACES.format(condition), (source, *more)):
            yield reader.row(tuple(map(text_of, place)), text_of(name))


def target_rows(connection: sqlite3.Connection, run: int, *, failing: bool = False) -> Iterator[dict[str, Any]]:
    """Yield a row for each target of a crawl, without a fragment, at the first place that leads there.

    Args:
        failing: only those that have ``since``.
    """
    reader = _Reader(connection, run)
    condition = "AND targets.since IS NOT NULL" if failing else ""
    for values in connection.execute(_TARGETS.format(condition), {"run": run}).fetchall():
        target, source, line, column, text, found = map(text_of, values)
        yield reader.row((target, *[None] * 5, line, column, text or "", found or "", None), source)


def missing_rows(connection: sqlite3.Connection, run: int) -> Iterator[dict[str, Any]]:
    """Yield a row for each URL whose fragment is missing, at the first place that leads there."""
    seen = set()
    for row in rows(connection, run, "verdict = 'fragment-missing'"):
        if row["url"] not in seen:
            seen.add(row["url"])
            yield row


def place_rows(connection: sqlite3.Connection, run: int, url: str) -> Iterator[dict[str, Any]]:
    """Yield a row for each link to a target, by its URL without a fragment."""
    found = connection.execute("SELECT id FROM targets WHERE run = ? AND url = ?", (run, storable(url)))
    for (target,) in found.fetchall():
        yield from rows(connection, run, "target = ?", (target,))


def pages(connection: sqlite3.Connection, run: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The targets of a crawl that are pages or were to be read as such: their column ``page``, and a row of the target alone.

    No link may lead to such a target: a page has another address after a redirect.
    """
    reader = _Reader(connection, run)
    for id, page in connection.execute(_PAGES, (run,)).fetchall():
        yield page, reader.row((id, *[None] * 7, "", "", None), None)


def uses(connection: sqlite3.Connection, run: int) -> list[tuple[str, int]]:
    """The URLs of a crawl that more than one link leads to, with the numbers of these."""
    return [(text_of(url), number) for url, number in connection.execute(_USES, {"run": run})]


def working(connection: sqlite3.Connection, run: int, url: str) -> list[str]:
    """The URLs on the host of a URL that work, at most 20,000 of them."""
    found = connection.execute(_WORKING, (run, run, storable(url)))
    return [text_of(working) for (working,) in found]


class _Reader:
    """Composes the rows of a run from places and their targets."""

    def __init__(self, connection: sqlite3.Connection, run: int) -> None:
        self._connection = connection
        self._started_at, self._previous_at, self._state = connection.execute(
            "SELECT started_at, previous_at, state FROM runs WHERE id = ?", (run,)
        ).fetchone()
        self._target = lru_cache(maxsize=_CACHED)(self._read_target)

    def row(self, place: tuple[Any, ...], source: str | None) -> dict[str, Any]:
        """The row of a place, whose values have the order of ``_PLACES``."""
        target, written, name, fragment_state, fragment_rule, fragment_since, line, column, text, found, extra = place
        url, target_since, columns, attempts = self._target(target)
        written = written or url + ("" if name is None else "#" + name)
        more = json.loads(extra) if extra else {}
        if result := more.pop("result", None):
            row: dict[str, Any] = result | {"url": written}
        else:
            row = _composed(columns, attempts, written, fragment_state, fragment_rule)
        row |= {"source": source, "line": line, "column": column, "text": text, "found": found, **more}
        since = _since(row, columns[0], target_since, fragment_since)
        if self._state != "unfinished" and since:
            if self._previous_at and self._previous_at != since == self._started_at:
                row["new"] = True
            row["since"] = since
        return row

    def _read_target(self, id: int) -> tuple[str, str | None, list[Any], list[dict[str, Any]]]:
        """A target's URL, since when it fails, its columns, and its attempts."""
        url, since, *columns = map(text_of, self._connection.execute(_TARGET, (id,)).fetchone())
        attempts = [attempt_of(tuple(map(text_of, values))) for values in self._connection.execute(_ATTEMPTS, (id,))]
        columns[4] = columns[4] and json.loads(columns[4])
        return url, since, columns, attempts


def _since(row: dict[str, Any], target_verdict: str, since: str | None, fragment_since: str | None) -> str | None:
    """Since when a row fails; ``None`` if it does not."""
    if row.get("accepted") or row["verdict"] == "ok":
        return None
    if row["verdict"] == target_verdict:
        return since if target_verdict in FAILURES else None
    return fragment_since if row["verdict"] == "fragment-missing" else None


def _composed(
    columns: Sequence[Any], attempts: list[dict[str, Any]], url: str, state: str | None, fragment_rule: str | None
) -> dict[str, Any]:
    """The members of a row that its target and fragment give, in the order of ``Result.to_json``."""
    verdict, rule, reason, status, headers, final_url, redirected, method, via, elapsed_ms, checked_at, extra = columns
    if verdict is None:
        verdict, rule, reason = WITHOUT_RESULT
    verdict, rule, reason = with_fragment((verdict, rule, reason), state)
    if headers is not None:
        row: dict[str, Any] = {"ok": True}
        if status is not None:
            row["status"] = status
        row["headers"] = headers
    else:
        row = {"ok": False, "error": rule}
    row |= {
        "url": url, "verdict": verdict, "rule": rule, "reason": reason, "final_url": final_url, "redirected": bool(redirected),
    }  # fmt: skip
    if redirected and final_url is not None and (redirect := redirect_of(url, final_url, works=verdict in WORKING)):
        row |= redirect.to_json()
    if state:
        row["fragment"] = state
    if fragment_rule:
        row["fragment_rule"] = fragment_rule
    row |= {
        "method": method, "via": via, "attempts": attempts, "elapsed_ms": elapsed_ms, "checked_at": checked_at,
    }  # fmt: skip
    return row | json.loads(extra) if extra else row
