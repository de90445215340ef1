"""The runs of a store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from json_head._version import __version__
from json_head.export.about import About
from json_head.export.about import Kind as AboutKind
from json_head.model import Link, timestamp
from json_head.store.facts import dumps
from json_head.store.rows import FIRST_PLACES
from json_head.store.texts import storable, text_of

Kind = Literal["check", "crawl"]
#: The states of a run that has ended.
End = Literal["finished", "interrupted", "failed"]
State = Literal["unfinished", End]


class Run(NamedTuple):
    """A check or crawl that has been stored.

    ``state`` is ``unfinished`` while it runs, and stays so if its process is killed; ``failed`` if nothing could be read. ``previous`` is the run that it was compared with,
    and ``previous_at`` the start of that one, also after it has been deleted. ``robots`` has the robots.txt of origins, and ``cuts`` what
    kept targets from being read, for a crawl that is resumed. ``counts`` is empty until the run ends.
    """

    id: int
    kind: Kind
    source: str
    name: str | None
    started_at: str
    ended_at: str | None
    state: State
    previous: int | None
    previous_at: str | None
    options: dict[str, Any]
    robots: dict[str, Any]
    cuts: list[Any]
    notes: list[str]
    version: str
    counts: dict[str, Any]


class StoredTarget(NamedTuple):
    """A target of a stored crawl. ``page``: 0 if it is no page, 1 if it is to be read, 2 if its links are stored; 3 if it
    turned out to be no page, such as a sitemap, and its links are stored. ``source`` to ``found`` are those of the first link to it.
    """

    id: int
    url: str
    base: int
    is_done: bool
    rule: str | None
    depth: int | None
    chain: int
    page: int
    final_url: str | None
    source: str | None = None
    line: int | None = None
    column: int | None = None
    text: str = ""
    found: str = ""

    @property
    def link(self) -> Link:
        """The first link that leads to it, without a fragment."""
        return Link(self.url, self.source, self.line, self.column, self.text, self.found)


#: The members of ``counts`` that are numbers.
_NUMBERS = ("links", "targets", "pages", "to_fix", "new", "still", "fixed", "gone", "unclear")
_COLUMNS = ", ".join(Run._fields)


def insert(
    connection: sqlite3.Connection,
    kind: Kind,
    source: str,
    options: Mapping[str, Any],
    name: str | None,
    started_at: str | None,
) -> int:
    cursor = connection.execute(
        "INSERT INTO runs (kind, source, name, started_at, state, options, notes, version) VALUES (?, ?, ?, ?, 'unfinished', ?, '[]', ?)",
        (kind, storable(source), storable(name), started_at or timestamp(), dumps(options), __version__),
    )
    return int(cursor.lastrowid or 0)


#: The statements that delete what a run has found, in the order of their references.
_DELETE_RESULTS = (
    "DELETE FROM places WHERE source IN (SELECT id FROM sources WHERE run = :run)",
    "DELETE FROM fragments WHERE target IN (SELECT id FROM targets WHERE run = :run)",
    "DELETE FROM observations WHERE target IN (SELECT id FROM targets WHERE run = :run)",
    "DELETE FROM targets WHERE run = :run",
    "DELETE FROM sources WHERE run = :run",
    "DELETE FROM changes WHERE run = :run",
)
_DELETE = (
    *_DELETE_RESULTS,
    "UPDATE runs SET previous = NULL WHERE previous = :run",
    "DELETE FROM runs WHERE id = :run",
)


def delete(connection: sqlite3.Connection, id: int) -> None:
    for statement in _DELETE:
        connection.execute(statement, {"run": id})


#: The statement after those that delete the results of a run, which then begins again.
_RESTART = "UPDATE runs SET started_at = :now, ended_at = NULL, robots = NULL, cuts = NULL, notes = '[]', counts = NULL WHERE id = :run"


def restart(connection: sqlite3.Connection, id: int) -> None:
    """Let a run begin again, without results."""
    for statement in (*_DELETE_RESULTS, _RESTART):
        connection.execute(statement, {"run": id, "now": timestamp()})


def runs(connection: sqlite3.Connection) -> list[Run]:
    return [_run(row) for row in connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY started_at DESC, id DESC")]


def run(connection: sqlite3.Connection, id: int) -> Run | None:
    row = connection.execute(f"SELECT {_COLUMNS} FROM runs WHERE id = ?", (id,)).fetchone()
    return row and _run(row)


def _run(row: tuple[Any, ...]) -> Run:
    """The run of a row.

    Raises:
        ValueError, TypeError: it has values that no recorder wrote.
    """
    values = dict(zip(Run._fields, map(text_of, row), strict=True))
    for column, empty in (("options", {}), ("robots", {}), ("cuts", []), ("notes", []), ("counts", {})):
        value = json.loads(values[column]) if values[column] else empty
        if not isinstance(value, type(empty)):
            raise TypeError(column)
        values[column] = value
    texts = (*(values[column] for column in ("kind", "source", "started_at", "state", "version")), *values["notes"])
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a text")
    counts = values["counts"]
    if not all(isinstance(counts.get(key, 0), int) for key in _NUMBERS) or not isinstance(
        counts.get("oldest") or "", str
    ):
        raise TypeError("counts")
    return Run(**values)


def about_of(run: Run) -> About:
    """What exports tell about a run. Its options may come from another program."""
    title = run.options.get("title")
    kind: AboutKind = "site" if run.kind == "crawl" else "page" if run.options.get("page") else "links"
    return About(
        run.name or (title if isinstance(title, str) else run.source),
        kind,
        run.started_at,
        pages=run.counts.get("pages", 0),
        notes=run.notes,
        version=run.version,
    )


def is_state(robots: Any, cuts: Any) -> bool:
    """Whether these are the robots.txt files and the cuts of a crawl."""
    return (
        isinstance(robots, dict)
        and all(isinstance(file, dict) for file in robots.values())
        and all(isinstance(file.get("status"), int | None) for file in robots.values())
        and all(isinstance(file.get(key, ""), str) for file in robots.values() for key in ("text", "cause"))
        and isinstance(cuts, list)
        and all(isinstance(cut, list) and list(map(type, cut)) == [str, int, str] for cut in cuts)
    )


#: A page that was first found as a part of others has a result of HEAD, and is still to be read.
_TARGETS = f"""
    SELECT targets.id, targets.url, base, targets.verdict IS NOT NULL AND NOT (page = 1 AND method IS 'HEAD'), targets.rule, depth,
        coalesce(chain, 0), coalesce(page, 0), final_url, sources.name, line, "column", coalesce(text, ''), coalesce(found, '')
    FROM targets {FIRST_PLACES} WHERE targets.run = :run ORDER BY targets.id
"""


def targets(connection: sqlite3.Connection, run: int) -> list[StoredTarget]:
    """The targets of a crawl, in the order in which they were found.

    Raises:
        ValueError: they have values that no recorder wrote.
    """
    found = []
    for id, url, base, is_done, *values in connection.execute(_TARGETS, {"run": run}):
        found.append(StoredTarget(id, text_of(url), base, bool(is_done), *map(text_of, values)))
    if not all(map(_is_target, found)):
        raise ValueError("its addresses")
    return found


def working(connection: sqlite3.Connection, run: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The targets that responded with success: their ids, and the members of their rows that tell where they lead."""
    columns = ("url", "rule", "reason", "final_url")
    statement = f"SELECT id, {', '.join(columns)} FROM targets WHERE run = ? AND rule = 'success' ORDER BY id"
    for id, *values in connection.execute(statement, (run,)):
        yield id, dict(zip(columns, map(text_of, values), strict=True))


def accept(connection: sqlite3.Connection, run: int, statuses: Collection[int]) -> None:
    """Set the key ``accepted`` of all places of targets with one of these statuses, and not with success. The transaction is the caller's."""
    marks = ", ".join("?" * len(statuses))
    connection.execute(
        f"""UPDATE places SET accepted = 1, extra = json_set(coalesce(extra, '{{}}'), '$.accepted', json('true')) WHERE target IN
        (SELECT id FROM targets WHERE run = ? AND verdict <> 'ok' AND status IN ({marks}))""",
        (run, *statuses),
    )


def rejudge(connection: sqlite3.Connection, judged: Iterable[tuple[int, str, str]]) -> None:
    """Set the rules and reasons of targets. The transaction is the caller's."""
    values = ((rule, storable(reason), target) for target, rule, reason in judged)
    connection.executemany("UPDATE targets SET rule = ?, reason = ? WHERE id = ?", values)


def _is_target(target: StoredTarget) -> bool:
    """Whether the values of a target are those of one."""
    numbers = (target.base, target.depth or 0, target.chain, target.page, target.line or 0, target.column or 0)
    texts = (target.url, target.final_url or "", target.rule or "", target.source or "", target.text, target.found)
    is_valid = all(isinstance(number, int) for number in numbers) and all(isinstance(text, str) for text in texts)
    return is_valid and not (target.page >= 2 and target.final_url and "://" not in target.final_url)
