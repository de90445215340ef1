"""What is new: how a run differs from an earlier one."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from json_head.model import Verdict
from json_head.store.keys import key_of
from json_head.store.schema import FAILING
from json_head.store.texts import storable, text_of
from json_head.verdicts import HTTPS_AVAILABLE

#: ``look``: it did not fail, and is now to look at; see :mod:`json_head.store.decisions.to_fix`.
Word = Literal["new", "still", "fixed", "gone", "unclear", "look"]

#: What can fail: a target, or a fragment of a target that works. A relative URL is that of its source.
#: Accepted findings do not fail, and carry their reason with each place.
_FAILING_TARGETS = f"""
    SELECT t.url, NULL, base.name, t.verdict, t.since FROM targets t LEFT JOIN sources base ON base.id = t.base
    WHERE t.run = :run AND t.verdict IN {FAILING} AND t.id NOT IN (
        SELECT target FROM places
        WHERE source IN (SELECT id FROM sources WHERE run = :run) AND accepted)
    ORDER BY t.url, t.id
"""
_FAILING_FRAGMENTS = """
    SELECT t.url, f.name, base.name, 'fragment-missing', f.since
    FROM targets t JOIN fragments f ON f.target = t.id LEFT JOIN sources base ON base.id = t.base
    WHERE t.run = :run AND t.verdict = 'ok' AND f.state = 'missing'
    ORDER BY t.url, t.id, f.name
"""
_OTHER_VERDICTS = f"""
    SELECT t.url, NULL, base.name, t.verdict FROM targets t LEFT JOIN sources base ON base.id = t.base
    WHERE t.run = ? AND t.verdict NOT IN {FAILING} AND (t.verdict NOT IN ('ok', 'not-checked') OR t.rule = '{HTTPS_AVAILABLE}')
"""
_TARGETS = """
    SELECT t.id, t.url, base.name, t.verdict, t.since FROM targets t LEFT JOIN sources base ON base.id = t.base
    WHERE t.run = ? AND t.url IN ({})
"""
_FRAGMENT = "SELECT id, state, since FROM fragments WHERE target = ? AND name = ?"
#: URLs that are looked for in one pass over the targets of a run. SQLite takes at least 32,766 parameters.
_AT_ONCE = 10_000


class Thing(NamedTuple):
    """A target, or a fragment of one. ``base`` is the name of its source if the URL is relative."""

    url: str | bytes
    fragment: str | bytes | None
    base: str | bytes | None


#: Things with their verdicts, and since when they fail.
Failing = dict[Thing, tuple[str, str | None]]


class Change(NamedTuple):
    """A difference between two runs.

    ``since`` is the start of the first of the runs in a row in which it failed; of what is fixed or gone, as the earlier run has it.
    """

    change: Word
    url: str
    source: str | None
    verdict: str
    since: str | None


class _State(NamedTuple):
    state: Literal["ok", "unknown"]
    since: str | None
    table: Literal["targets", "fragments"]
    id: int


def changes(connection: sqlite3.Connection, before: int, after: int) -> Iterator[Change]:
    """The differences from one run to another."""
    return differences(connection, before, after, failing_in(connection, before), failing_in(connection, after))


def differences(
    connection: sqlite3.Connection, before: int, after: int, failing_before: Failing, failing_after: Failing
) -> Iterator[Change]:
    """The differences from what fails in one run to what fails in another."""
    states_before = states_in(connection, before, failing_after.keys() - failing_before.keys())
    states_after = states_in(connection, after, failing_before.keys() - failing_after.keys())
    for thing, (verdict, since) in failing_after.items():
        earlier = states_before.get(thing)
        # What failed, was undecided in the meantime and fails again has not become new.
        is_new = thing not in failing_before and not (earlier and earlier.state == "unknown" and earlier.since)
        yield change_of("new" if is_new else "still", thing, verdict, since)
    for thing, (verdict, since) in failing_before.items():
        if thing not in failing_after:
            now = states_after.get(thing)
            word: Word = "gone" if now is None else "fixed" if now.state == "ok" else "unclear"
            yield change_of(word, thing, verdict, since)


def differences_from_report(
    connection: sqlite3.Connection, reported: Mapping[str, str], after: int, failing_after: Failing
) -> Iterator[Change]:
    """The differences from the findings of a report, which are URLs with their verdicts, to what fails in a run.

    ``new`` is what the report does not have: its program may not have checked it. Relative links are left out, because each program
    names their sources in its own way.
    """
    failing = {thing: values for thing, values in failing_after.items() if thing.base is None}
    found = {}
    for url, verdict in reported.items():
        key = key_of(url)
        if not key.is_relative:
            page = Thing(storable(key.url), None, None)
            found[page if key.fragment is None else page._replace(fragment=storable(key.fragment))] = verdict
    states = states_in(connection, after, {one for thing in found for one in (thing, thing._replace(fragment=None))})
    known = set()
    for thing, verdict in found.items():
        page = thing._replace(fragment=None)
        if failing.keys() & {thing, page}:
            known |= {thing, page}
        elif page not in states:
            yield change_of("gone", thing, verdict, None)
        else:
            state = states.get(thing)
            yield change_of("fixed" if state and state.state == "ok" else "unclear", thing, verdict, None)
    for thing, (verdict, since) in failing.items():
        yield change_of("still" if thing in known else "new", thing, verdict, since)


def change_of(word: Word, thing: Thing, verdict: str, since: str | None) -> Change:
    return Change(word, url_of(thing), text_of(thing.base), verdict, since)


def url_of(thing: Thing) -> str:
    url: str = text_of(thing.url)
    return url if thing.fragment is None else f"{url}#{text_of(thing.fragment)}"


def failing_in(connection: sqlite3.Connection, run: int) -> Failing:
    """What fails in a run."""
    return {
        Thing(url, fragment, base): (verdict, since)
        for sql in (_FAILING_TARGETS, _FAILING_FRAGMENTS)
        for url, fragment, base, verdict, since in connection.execute(sql, {"run": run})
    }


def states_in(connection: sqlite3.Connection, run: int, things: Collection[Thing]) -> dict[Thing, _State]:
    """The states in a run of those of the things that a link leads to there."""
    wanted = defaultdict(list)
    for thing in things:
        wanted[thing.url, thing.base].append(thing)
    states = {}
    urls = list({url for url, _ in wanted})
    for start in range(0, len(urls), _AT_ONCE):
        some = urls[start : start + _AT_ONCE]
        targets = connection.execute(_TARGETS.format(", ".join("?" * len(some))), (run, *some)).fetchall()
        for id, url, base, verdict, since in targets:
            for thing in wanted.get((url, base), ()):
                state = _state(connection, thing, id, verdict, since)
                if state is not None:
                    states[thing] = state
    return states


def _state(
    connection: sqlite3.Connection, thing: Thing, target: int, verdict: str | None, since: str | None
) -> _State | None:
    """The state of a thing; ``None`` if no link leads to its fragment."""
    if thing.fragment is None:
        return _State("ok" if verdict == Verdict.OK else "unknown", since, "targets", target)
    fragment = connection.execute(_FRAGMENT, (target, thing.fragment)).fetchone()
    if fragment is None:
        return None
    id, state, since = fragment
    return _State("ok" if verdict == Verdict.OK and state == "found" else "unknown", since, "fragments", id)


class Failures:
    """What failed in a run, to tell what is new while another run of the source goes on."""

    def __init__(self, connection: sqlite3.Connection, run: int) -> None:
        # What was undecided in that run failed in an earlier one.
        self._since: dict[Thing, str | None] = {
            Thing(*map(text_of, thing)): since for thing, since in since_in(connection, run).items()
        }
        self._since |= {Thing(*map(text_of, thing)): since for thing, (_, since) in failing_in(connection, run).items()}
        self._others = {
            Thing(*map(text_of, thing)): verdict for *thing, verdict in connection.execute(_OTHER_VERDICTS, (run,))
        }

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether what fails in a row failed already. What did not fail then, such as a restricted link, is known with that verdict only."""
        thing = _thing_of(row)
        return self._others.get(thing) == row["verdict"] or (row["verdict"] != Verdict.OK and thing in self._since)

    def since(self, row: Mapping[str, Any]) -> str | None:
        """Since when the target or fragment of a row fails; ``None`` if it does not, or the run has not ended."""
        return self._since.get(_thing_of(row))


def _thing_of(row: Mapping[str, Any]) -> Thing:
    url, is_relative, fragment = key_of(row["url"])
    is_of_fragment = row["verdict"] == Verdict.FRAGMENT_MISSING
    return Thing(url, fragment if is_of_fragment else None, row["source"] if is_relative else None)


def since_in(connection: sqlite3.Connection, run: int) -> dict[Thing, str]:
    """Since when those things fail in a run that fail or are undecided there."""
    rows = connection.execute(
        "SELECT t.url, NULL, base.name, t.since FROM targets t LEFT JOIN sources base ON base.id = t.base "
        "WHERE t.run = :run AND t.since IS NOT NULL UNION ALL "
        "SELECT t.url, f.name, base.name, f.since FROM targets t JOIN fragments f ON f.target = t.id "
        "LEFT JOIN sources base ON base.id = t.base WHERE t.run = :run AND f.since IS NOT NULL",
        {"run": run},
    )
    return {Thing(url, fragment, base): since for url, fragment, base, since in rows}
