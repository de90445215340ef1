"""Writes a run in batches while its check is under way."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import perf_counter
from typing import Any, Self

from json_head.model import Verdict
from json_head.store.buffer import Buffer, Place
from json_head.store.database import Database
from json_head.store.ending import finish
from json_head.store.errors import StoreError
from json_head.store.facts import (
    COMPUTED,
    FLAGS,
    OF_PLACE,
    Facts,
    dumps,
    facts_of,
    is_without_result,
    judgement_without_fragment,
    with_fragment,
)
from json_head.store.ids import Ids
from json_head.store.keys import key_of
from json_head.store.runs import End, StoredTarget, accept, is_state, rejudge, targets, working
from json_head.store.texts import text_of

#: A batch is written when it has this many rows or this age. The first one is small, because a browser writes ten times as slowly as
#: a disk; later ones grow while writing is fast, and shrink when it is slow, so that a batch takes at most 50 ms.
_FIRST, _MOST, _FEWEST = 100, 1_000, 50
_AGE_S = 0.5
_SLOW_S, _FAST_S = 0.035, 0.015
#: Rules of `not-checked` that are about a place or about options, and tell nothing of the target.
_OF_PLACES = frozenset(("ignored", "excluded", "listed", "web-link"))


class Recorder:
    """Takes the targets, places and results of a run, and writes them in batches.

    Batches end only in :meth:`result`, :meth:`row`, :meth:`page_read`, :meth:`judge` and :meth:`commit`. From :meth:`places` to the
    :meth:`page_read` of the page no batch ends, so that a page is stored as a whole or not at all: call the two with nothing awaited between them.

    Only these calls look at the age of a batch, so a caller that waits for long commits before.

    Raises:
        StoreError: the file cannot be written. The run ends with its last batch, and further calls raise the error again.
    """

    def __init__(self, database: Database, run: int) -> None:
        self.run = run
        self._database = database
        self._ids = Ids(database)
        self._buffer = Buffer()
        self._limit = _FIRST
        self._last = perf_counter()
        self._is_in_page = False
        self._failed: StoreError | None = None
        self._sources: dict[str | None, int] = {}
        self._targets: dict[str | tuple[str, int], int] = {}
        self._fragments: dict[str, int] = {}
        #: The hash of the result of a target, to compare those of its other places.
        self._hashes: dict[int, int] = {}

    @classmethod
    def resumed(cls, database: Database, run: int) -> Self:
        """The recorder of a run that was begun before, which knows its sources, targets and fragments."""
        recorder = cls(database, run)
        execute = database.connection.execute
        with database.errors():
            for id, name in execute("SELECT id, name FROM sources WHERE run = ?", (run,)):
                recorder._sources[text_of(name)] = id
            for id, url, base in execute("SELECT id, url, base FROM targets WHERE run = ?", (run,)):
                recorder._targets[(text_of(url), base) if base else text_of(url)] = id
            for id, target, name in execute(
                "SELECT f.id, f.target, f.name FROM targets t JOIN fragments f ON f.target = t.id WHERE t.run = ?",
                (run,),
            ):
                recorder._fragments[f"{target}#{text_of(name)}"] = id
        return recorder

    def source(self, name: str | None) -> int:
        """The id of a source. ``None`` is the source of links without one: typed ones, and the start of a crawl."""
        id = self._sources.get(name)
        if id is None:
            id = self._sources[name] = self._ids.take()
            self._buffer.add_source(id, self.run, name)
        return id

    def target(self, url: str, base: int = 0, *, depth: int | None = None, chain: int = 0, page: int = 0) -> int:
        """The id of a target: the one that it has, or a new one.

        Args:
            url: without a fragment and normalised; as written if it is relative.
            base: the id of the source, if the URL is relative.
        """
        key = (url, base) if base else url
        id = self._targets.get(key)
        if id is None:
            id = self._targets[key] = self._ids.take()
            host = url.split("/", 3)[2] if "://" in url and not base else None
            self._buffer.add_target(id, self.run, url, base, host, depth, chain, page)
        return id

    def fragment(self, target: int, name: str) -> int:
        """The id of a fragment of a target. ``name`` is what is written after ``#``."""
        key = f"{target}#{name}"  # takes half the memory of a tuple
        id = self._fragments.get(key)
        if id is None:
            id = self._fragments[key] = self._ids.take()
            self._buffer.add_fragment(id, target, name)
        return id

    def set_state(self, robots: Mapping[str, Any], cuts: Sequence[Any]) -> None:
        """Keep what a crawl that is resumed needs: the columns of ``runs`` with these names."""
        self._buffer.set_state(self.run, robots, cuts)

    def state(self) -> tuple[dict[str, Any], list[Any]]:
        """The robots.txt files and the cuts of a crawl that is resumed."""
        with self._database.errors():
            robots, cuts = self._database.connection.execute(
                "SELECT robots, cuts FROM runs WHERE id = ?", (self.run,)
            ).fetchone()
        state = json.loads(robots or "{}"), json.loads(cuts or "[]")
        if not is_state(*state):
            raise StoreError("corrupt", self._database.path, "its robots.txt files or counts")
        return state

    def promote(self, target: int, depth: int, chain: int) -> None:
        """Note that a target is to be read as a page after all."""
        self._buffer.add_promoted(target, depth, chain)

    def place(self, source: int, place: Place) -> None:
        """Add a place that is on no page, such as that of a start."""
        self._buffer.add_place(source, place, None, {})

    def places(self, source: int, places: Sequence[Place]) -> None:
        """Add the places of a page: (target, fragment, written, line, column, text, found).

        ``written`` is the URL of the link; ``None`` if it is that of the target and ``#`` and the fragment.
        """
        self._is_in_page = True
        self._buffer.add_places(source, places)
        if self._buffer.count >= self._limit:
            self._write()

    def result(self, target: int, row: Mapping[str, Any]) -> None:
        """Add the result of a target: ``Result.to_json()`` of its URL without a fragment. An earlier result is replaced."""
        self._buffer.add_result(target, facts_of(row))
        self._commit_when_due()

    def page_read(self, target: int, anchors: Iterable[str] | None, *, is_page: bool = True) -> None:
        """Note that a page has been read, and all of its places are added. ``is_page``: whether it was one, and not a sitemap."""
        self._buffer.add_page(target, 2 if is_page else 3, None if anchors is None else dumps(list(anchors)))
        self._is_in_page = False
        self._commit_when_due()

    def targets(self) -> list[StoredTarget]:
        """The targets of a run that is resumed, in the order in which they were found."""
        with self._database.errors():
            try:
                return targets(self._database.connection, self.run)
            except ValueError as error:
                raise StoreError("corrupt", self._database.path, str(error)) from error

    def fragments_of_pages(self) -> Iterator[tuple[list[str] | None, list[tuple[int, str]]]]:
        """For each page that was read, and to whose fragments links lead: its anchors, and the ids and names of the fragments.

        The anchors are ``None`` if they are unknown. Fragments that are judged already are left out.
        """
        self.commit()
        execute = self._database.connection.execute
        with self._database.errors():
            # The ids alone are read at once: the anchors of all pages may be larger than memory.
            pages = execute(
                "SELECT id FROM targets WHERE run = ? AND page >= 2 AND verdict = 'ok' "
                "AND id IN (SELECT target FROM fragments WHERE state IS NULL)",
                (self.run,),
            ).fetchall()
            for (id,) in pages:
                anchors = self._database.value("SELECT anchors FROM targets WHERE id = ?", (id,))
                fragments = execute(
                    "SELECT id, name FROM fragments WHERE target = ? AND state IS NULL", (id,)
                ).fetchall()
                yield anchors and json.loads(anchors), [(fragment, text_of(name)) for fragment, name in fragments]

    def accept(self, statuses: Collection[int]) -> None:
        """Set the key ``accepted`` of all places of targets that responded with one of these statuses, and not with success."""
        if not statuses:
            return
        self.commit()
        with self._database.transaction():
            accept(self._database.connection, self.run, statuses)

    def working(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The targets that responded with success: their ids, and the members of their rows that tell where they lead."""
        self.commit()
        with self._database.errors():
            yield from working(self._database.connection, self.run)

    def rejudge(self, judged: Iterable[tuple[int, str, str]]) -> None:
        """Set the rules and reasons of targets that :meth:`working` gave."""
        with self._database.transaction():
            rejudge(self._database.connection, judged)

    def judge(self, fragment: int, state: str, rule: str = "") -> None:
        """Set whether a fragment was found: the members of ``model.Fragment``."""
        self._buffer.add_judged(fragment, state, rule)
        self._commit_when_due()

    def row(self, row: Mapping[str, Any], flags: Iterable[str] = (), number: int | None = None) -> None:
        """Add a row with its source, target, fragment and place.

        Args:
            row: ``Result.to_json()``. Its keys ``accepted``, ``known`` and ``awaited`` are stored with the place.
            flags: further of these keys that are true.
            number: the position of the link in its run. Rows are read in this order.
        """
        with self._refusing():
            self._add_row(row, flags, number)
        self._commit_when_due()

    def page_row(self, page: int, row: Mapping[str, Any]) -> None:
        """Add a page of another run, as :meth:`Store.page_rows` gives it, after the rows of that run."""
        with self._refusing():
            url, is_relative, _ = key_of(row["url"])
            if is_relative:
                raise ValueError("a page has no relative address")
            target = self.target(url)
            if not is_without_result(row):
                self._buffer.add_result(target, facts_of(row))
            if page == 1:
                self._buffer.add_promoted(target, 0, 0)
            else:
                self._buffer.add_page(target, page, None)
        self._commit_when_due()

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        """Raise StoreError for a row with values that no result can have."""
        try:
            yield
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise StoreError("bad-row", self._database.path, f"{type(error).__name__}: {error}") from error

    def _add_row(self, row: Mapping[str, Any], flags: Iterable[str], number: int | None) -> None:
        url: str = row["url"]
        source = self.source(row["source"])
        normalised, is_relative, name = key_of(url)
        target = self.target(normalised, source if is_relative else 0)
        fragment = None if name is None else self.fragment(target, name)
        written = None if url == (normalised if name is None else f"{normalised}#{name}") else url
        extra: dict[str, Any] = {key: row[key] for key in row if key in FLAGS}
        extra.update((flag, True) for flag in flags)
        if not self._agrees(target, fragment, row):
            extra["result"] = {key: row[key] for key in row if key not in OF_PLACE or key == "url"}
            for key in (*FLAGS, *COMPUTED):
                extra["result"].pop(key, None)
        place = (target, fragment, written, row["line"], row["column"], row["text"], row["found"])
        self._buffer.add_place(source, place, number, extra)

    def _agrees(self, target: int, fragment: int | None, row: Mapping[str, Any]) -> bool:
        """Whether a row follows from its target's and its fragment's results. The first rows of both give these results."""
        if row["verdict"] == Verdict.NOT_CHECKED and row["rule"] in _OF_PLACES:
            return False
        if is_without_result(row):
            return True
        judgement = judgement_without_fragment(row)
        state, rule = row.get("fragment"), row.get("fragment_rule", "")
        if with_fragment(judgement, state) != (row["verdict"], row["rule"], row["reason"]):
            return False
        if not row["ok"] and row["error"] != row["rule"]:
            return False
        facts = facts_of(row, judgement)
        is_same = self._is_the_first_or_same(target, facts)  # a link may be checked twice, at different times
        if fragment is None:
            return is_same and state is None
        if fragment not in self._hashes and state is not None:
            self._buffer.add_judged(fragment, state, rule)
        return self._hashes.setdefault(fragment, hash((state, rule))) == hash((state, rule)) and is_same

    def _is_the_first_or_same(self, target: int, facts: Facts) -> bool:
        known = self._hashes.get(target)
        if known is None:
            self._hashes[target] = hash(facts)
            self._buffer.add_result(target, facts)
            return True
        return known == hash(facts)

    def _commit_when_due(self) -> None:
        if self._is_in_page:
            return
        is_begun = self._database.connection.in_transaction
        if is_begun or self._buffer.count >= self._limit or perf_counter() - self._last > _AGE_S:
            self.commit()

    def _write(self) -> None:
        """Write the buffer, in the transaction that is open or in a new one."""
        if self._failed:
            raise self._failed
        if not self._buffer.count:
            return
        connection = self._database.connection
        with self._ending_at_errors():
            if not connection.in_transaction:
                connection.execute("BEGIN IMMEDIATE")
                self._expect_run()
            self._buffer.write(connection)

    def _expect_run(self) -> None:
        """Raise an error if the run has been deleted meanwhile: its rows would belong to none."""
        if not self._database.value("SELECT 1 FROM runs WHERE id = ?", (self.run,)):
            raise StoreError("unknown-run", self._database.path, str(self.run))

    @contextmanager
    def _ending_at_errors(self) -> Iterator[None]:
        """Roll back and end the run if the file cannot be written: a part of a batch would be a false record."""
        try:
            with self._database.errors():
                yield
        except StoreError as error:
            self._failed = error
            if self._database.connection.in_transaction:
                self._database.connection.execute("ROLLBACK")
            raise

    def commit(self) -> None:
        """Write what has been added."""
        began = perf_counter()
        self._write()
        if self._database.connection.in_transaction:
            with self._ending_at_errors():
                self._database.commit()
        took = perf_counter() - began
        if took > _SLOW_S:
            self._limit = max(_FEWEST, self._limit // 2)
        elif took < _FAST_S:
            self._limit = min(_MOST, self._limit * 2)
        self._last = began + took

    def finish(self, state: End = "finished", notes: Sequence[str] = (), *, ended_at: str | None = None) -> None:
        """End the run, and compare it with the last finished run of its source that began before it, unless it has failed."""
        self._is_in_page = False
        self.commit()
        with self._database.transaction():
            self._expect_run()
            finish(self._database, self.run, state, notes, ended_at)
