"""What is new: how a run differs from an earlier one."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from json_head.model import Verdict, timestamp
from json_head.store.facts import dumps
from json_head.store.keys import key_of
from json_head.store.runs import End
from json_head.store.schema import FAILING
from json_head.store.texts import storable, text_of

Word = Literal["new", "still", "fixed", "gone", "unclear"]

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
    WHERE t.run = ? AND t.verdict NOT IN {FAILING} AND t.verdict NOT IN ('ok', 'not-checked')
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
    failing_before, failing_after = _failing(connection, before), _failing(connection, after)
    states_before = _states(connection, before, failing_after.keys() - failing_before.keys())
    states_after = _states(connection, after, failing_before.keys() - failing_after.keys())
    for thing, (verdict, since) in failing_after.items():
        earlier = states_before.get(thing)
        # What failed, was undecided in the meantime and fails again has not become new.
        is_new = thing not in failing_before and not (earlier and earlier.state == "unknown" and earlier.since)
        yield _change("new" if is_new else "still", thing, verdict, since)
    for thing, (verdict, since) in failing_before.items():
        if thing not in failing_after:
            now = states_after.get(thing)
            word: Word = "gone" if now is None else "fixed" if now.state == "ok" else "unclear"
            yield _change(word, thing, verdict, since)


def changes_since_report(connection: sqlite3.Connection, reported: Mapping[str, str], after: int) -> Iterator[Change]:
    """The differences from the findings of a report, which are URLs with their verdicts, to a run.

    ``new`` is what the report does not have: its program may not have checked it. Relative links are left out, because each program
    names their sources in its own way.
    """
    failing = {thing: values for thing, values in _failing(connection, after).items() if thing.base is None}
    found = {}
    for url, verdict in reported.items():
        key = key_of(url)
        if not key.is_relative:
            page = Thing(storable(key.url), None, None)
            found[page if key.fragment is None else page._replace(fragment=storable(key.fragment))] = verdict
    states = _states(connection, after, {one for thing in found for one in (thing, thing._replace(fragment=None))})
    known = set()
    for thing, verdict in found.items():
        page = thing._replace(fragment=None)
        if failing.keys() & {thing, page}:
            known |= {thing, page}
        elif page not in states:
            yield _change("gone", thing, verdict, None)
        else:
            state = states.get(thing)
            yield _change("fixed" if state and state.state == "ok" else "unclear", thing, verdict, None)
    for thing, (verdict, since) in failing.items():
        yield _change("still" if thing in known else "new", thing, verdict, since)


def _change(word: Word, thing: Thing, verdict: str, since: str | None) -> Change:
    url = text_of(thing.url) + ("" if thing.fragment is None else "#" + text_of(thing.fragment))
    return Change(word, url, text_of(thing.base), verdict, since)


def _failing(connection: sqlite3.Connection, run: int) -> dict[Thing, tuple[str, str | None]]:
    """The verdict and the ``since`` of what fails in a run."""
    return {
        Thing(url, fragment, base): (verdict, since)
        for sql in (_FAILING_TARGETS, _FAILING_FRAGMENTS)
        for url, fragment, base, verdict, since in connection.execute(sql, {"run": run})
    }


def _states(connection: sqlite3.Connection, run: int, things: Collection[Thing]) -> dict[Thing, _State]:
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


def finish(
    connection: sqlite3.Connection, run: int, state: End, notes: Sequence[str], ended_at: str | None = None
) -> None:
    """Compare a run with the last finished one of its source before it, and set its state. The transaction is the caller's.

    A run that has failed is not compared: that its links were not found says nothing about them.
    """
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
    connection.execute("DELETE FROM changes WHERE run = ?", (run,))
    if previous is not None:
        found = [
            change
            for change in changes(connection, previous, run)
            # An interrupted run has not seen all links.
            if state == "finished" or change.change in ("new", "still", "fixed")
        ]
        connection.executemany(
            "INSERT INTO changes (run, change, url, source, verdict, since) VALUES (?, ?, ?, ?, ?, ?)",
            ((run, change.change, *map(storable, change[1:])) for change in found),
        )
        for word in ("new", "still", "fixed", "gone", "unclear"):
            counts[word] = sum(change.change == word for change in found)
        counts["oldest"] = min(
            (change.since for change in found if change.change == "still" and change.since), default=None
        )
    connection.execute(
        "UPDATE runs SET state = ?, ended_at = ?, notes = ?, counts = ?, previous = ?, previous_at = ? WHERE id = ?",
        (state, ended_at or timestamp(), dumps(list(notes)), dumps(counts), previous, previous_at, run),
    )
    if state != "interrupted":
        connection.execute("UPDATE targets SET anchors = NULL WHERE run = ? AND anchors IS NOT NULL", (run,))


class Failures:
    """What failed in a run, to tell what is new while another run of the source goes on."""

    def __init__(self, connection: sqlite3.Connection, run: int) -> None:
        # What was undecided in that run failed in an earlier one.
        self._since: dict[Thing, str | None] = {
            Thing(*map(text_of, thing)): since for thing, since in _with_since(connection, run).items()
        }
        self._since |= {Thing(*map(text_of, thing)): since for thing, (_, since) in _failing(connection, run).items()}
        self._others = {
            Thing(*map(text_of, thing)): verdict for *thing, verdict in connection.execute(_OTHER_VERDICTS, (run,))
        }

    def has(self, row: Mapping[str, Any]) -> bool:
        """Whether what fails in a row failed already. What did not fail then, such as a restricted link, is known with that verdict only."""
        thing = _thing_of(row)
        return thing in self._since or self._others.get(thing) == row["verdict"]

    def since(self, row: Mapping[str, Any]) -> str | None:
        """Since when the target or fragment of a row fails; ``None`` if it does not, or the run has not ended."""
        return self._since.get(_thing_of(row))


def _thing_of(row: Mapping[str, Any]) -> Thing:
    url, is_relative, fragment = key_of(row["url"])
    is_of_fragment = row["verdict"] == Verdict.FRAGMENT_MISSING
    return Thing(url, fragment if is_of_fragment else None, row["source"] if is_relative else None)


def _set_since(connection: sqlite3.Connection, run: int, previous: int | None, started_at: str) -> None:
    """Set ``since`` of what fails. What is undecided keeps that of the run before, in case it fails again."""
    failing = _failing(connection, run)
    earlier = {} if previous is None else _states(connection, previous, failing)
    undecided = {} if previous is None else _with_since(connection, previous)
    now = _states(connection, run, failing.keys() | undecided.keys())
    for thing, state in now.items():
        before = earlier.get(thing)
        if thing in failing:
            since: str | None = (before and before.since) or started_at
        else:
            since = undecided[thing] if state.state == "unknown" else None
        if since:
            connection.execute(f"UPDATE {state.table} SET since = ? WHERE id = ?", (since, state.id))


def _with_since(connection: sqlite3.Connection, run: int) -> dict[Thing, str]:
    """Since when those things fail in a run that fail or are undecided there."""
    rows = connection.execute(
        "SELECT t.url, NULL, base.name, t.since FROM targets t LEFT JOIN sources base ON base.id = t.base "
        "WHERE t.run = :run AND t.since IS NOT NULL UNION ALL "
        "SELECT t.url, f.name, base.name, f.since FROM targets t JOIN fragments f ON f.target = t.id "
        "LEFT JOIN sources base ON base.id = t.base WHERE t.run = :run AND f.since IS NOT NULL",
        {"run": run},
    )
    return {Thing(url, fragment, base): since for url, fragment, base, since in rows}


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
