"""What is to fix in a run, and what is new in that, as the page and the report have it: with a person's decisions, and without what has no reply.

A decision counts for all runs, also for those that were made before it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping

from json_head.export.decided import kind_of
from json_head.model import Verdict
from json_head.store.changes import (
    Change,
    Failing,
    Thing,
    change_of,
    differences,
    differences_from_report,
    failing_in,
    url_of,
)
from json_head.store.decisions.table import Decisions
from json_head.store.keys import key_of
from json_head.store.schema import FAILING
from json_head.store.texts import storable, text_of
from json_head.verdicts import TO_LOOK_AT

#: What a person calls broken, and does not fail.
_CALLED_BROKEN = f"""
    SELECT DISTINCT url, source, verdict FROM decided WHERE run = ? AND decision = 'broken' AND verdict NOT IN {FAILING}
"""

_DECIDED = "SELECT verdict, decision, count(DISTINCT url) FROM decided WHERE run = ? GROUP BY verdict, decision"


def to_do(connection: sqlite3.Connection, decisions: Decisions, run: int, urls: Mapping[str, int]) -> dict[str, int]:
    """The numbers of addresses to ``fix`` and to ``look`` at, and of those that a person said to work or to be ignored (``decided``).

    Args:
        urls: the numbers of addresses by verdict.
    """
    kinds = Counter[str]()
    for verdict, number in urls.items():
        kinds[kind_of(verdict)] += number
    for verdict, decision, number in connection.execute(_DECIDED, (run,)) if _Words(decisions).all else ():
        kinds[kind_of(verdict)] -= number
        kinds[kind_of(verdict, decision)] += number
    return {kind: kinds[kind] for kind in ("fix", "look", "decided")}


def changes_to_fix(connection: sqlite3.Connection, decisions: Decisions, before: int, after: int) -> Iterator[Change]:
    """The differences in what is to fix from one run to another, and those links that did not fail and are to look at now."""
    words = _Words(decisions)
    yield from differences(
        connection, before, after, _to_fix(connection, words, before), _to_fix(connection, words, after)
    )
    failing_before = failing_in(connection, before)
    for thing, (verdict, since) in failing_in(connection, after).items():
        if thing not in failing_before and kind_of(verdict, words.on(thing)) == "look":
            yield change_of("look", thing, verdict, since)


def changes_to_fix_since_report(
    connection: sqlite3.Connection, decisions: Decisions, reported: Mapping[str, str], after: int
) -> Iterator[Change]:
    """The differences from the findings of a report, which are URLs with their verdicts, to what is to fix in a run.

    Findings that a person said to work or to be ignored are left out, and json-head's own that work or are only to look at.
    """
    words = _Words(decisions)
    to_fix = {
        url: verdict
        for url, verdict in reported.items()
        if (word := words.of(url)) == "broken" or (not word and verdict not in (*TO_LOOK_AT, Verdict.OK))
    }
    yield from differences_from_report(connection, to_fix, after, _to_fix(connection, words, after))


class _Words:
    """The words of the decisions that apply; empty without one."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        #: The words that there are.
        self.all = {decision.decision for decision in decisions.all() if decision.active}

    def of(self, url: str, source: str | None = None) -> str:
        applying = self._decisions.applying(url, source) if self.all else []
        return applying[0].decision if applying else ""

    def on(self, thing: Thing) -> str:
        return self.of(url_of(thing), text_of(thing.base))


def _to_fix(connection: sqlite3.Connection, words: _Words, run: int) -> Failing:
    to_fix: Failing = {}
    for thing, values in failing_in(connection, run).items():
        if kind_of(values[0], words.on(thing)) == "fix":
            to_fix[thing] = values
    # The view is slow for many links.
    for url, source, verdict in connection.execute(_CALLED_BROKEN, (run,)) if "broken" in words.all else ():
        key = key_of(url)
        to_fix[Thing(storable(key.url), None, storable(source) if key.is_relative else None)] = (verdict, None)
    return to_fix
