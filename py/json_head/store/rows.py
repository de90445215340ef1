"""Reads the rows of a run: the dictionaries that were recorded, one at a time."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Any

from json_head.store.facts import COLUMNS, OBSERVATION_COLUMNS, attempt_of, with_fragment
from json_head.store.texts import text_of
from json_head.verdicts import FAILURES

#: Targets whose results are in memory at a time, because neighbouring links often lead to the same ones.
_CACHED = 1_000

_SOURCES = "SELECT id, name FROM sources WHERE run = ? ORDER BY id"
#: The verdict, rule and reason of a link that had no result when its run ended, or has none yet.
_WITHOUT_RESULT = ("not-checked", "cancelled", "The run ended before this link had a result.")
_PLACES = """
    SELECT places.target, places.written, fragments.name, fragments.state, fragments.rule, fragments.since,
        places.line, places."column", places.text, places.found, places.extra
    FROM places LEFT JOIN fragments ON fragments.id = places.fragment
    WHERE places.source = ?{} ORDER BY places.number, places.line, places."column", places.id
"""
_TARGET = f"SELECT url, since, {', '.join(COLUMNS)} FROM targets WHERE id = ?"
_ATTEMPTS = f"SELECT {', '.join(OBSERVATION_COLUMNS)} FROM observations WHERE target = ? ORDER BY number"


def rows(
    connection: sqlite3.Connection, run: int, where: str = "", parameters: Sequence[Any] = ()
) -> Iterator[dict[str, Any]]:
    """Yield the rows of a run, by source in the order in which these were recorded, and in it by number, line and column.

    Failures of a run that has ended have ``since``, and those that did not fail in the run before have ``"new": True``.

    Args:
        where: a condition in SQL on the columns of the view ``results``, with ``parameters``.
    """
    started_at, previous_at, state = connection.execute(
        "SELECT started_at, previous_at, state FROM runs WHERE id = ?", (run,)
    ).fetchone()

    @lru_cache(maxsize=_CACHED)
    def target_of(id: int) -> tuple[Any, ...]:
        url, since, *columns = map(text_of, connection.execute(_TARGET, (id,)).fetchone())
        attempts = [attempt_of(tuple(map(text_of, values))) for values in connection.execute(_ATTEMPTS, (id,))]
        columns[4] = columns[4] and json.loads(columns[4])
        return url, since, columns, attempts

    condition = f" AND places.id IN (SELECT place FROM results WHERE source_id = ? AND ({where}))" if where else ""
    for source, name in connection.execute(_SOURCES, (run,)).fetchall():
        more = (source, *parameters) if where else ()
        for place in connection.execute(_PLACES.format(condition), (source, *more)):
            row, since = _row(tuple(map(text_of, place)), text_of(name), target_of)
            if state != "unfinished" and since:
                if previous_at and since == started_at:
                    row["new"] = True
                row["since"] = since
            yield row


def _row(
    place: tuple[Any, ...], source: str | None, target_of: Callable[[int], tuple[Any, ...]]
) -> tuple[dict[str, Any], str | None]:
    """The row of a place, and since when it fails."""
    target, written, name, fragment_state, fragment_rule, fragment_since, line, column, text, found, extra = place
    url, since, columns, attempts = target_of(target)
    written = written or url + ("" if name is None else "#" + name)
    more = json.loads(extra) if extra else {}
    if result := more.pop("result", None):
        row: dict[str, Any] = result | {"url": written}
    else:
        row = _composed(columns, attempts, written, fragment_state, fragment_rule)
    row |= {"source": source, "line": line, "column": column, "text": text, "found": found, **more}
    return row, _since(row, columns[0], since, fragment_since)


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
        verdict, rule, reason = _WITHOUT_RESULT
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
    if state:
        row["fragment"] = state
    if fragment_rule:
        row["fragment_rule"] = fragment_rule
    row |= {
        "method": method, "via": via, "attempts": attempts, "elapsed_ms": elapsed_ms, "checked_at": checked_at,
    }  # fmt: skip
    return row | json.loads(extra) if extra else row
