"""A store: the runs of a file, or of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from typing import Any, Self

from json_head.store import changes, rows, runs
from json_head.store.changes import Change, Failures
from json_head.store.database import Database
from json_head.store.decisions import Decisions, to_fix
from json_head.store.decisions.applied import with_decisions
from json_head.store.errors import StoreError
from json_head.store.queries.query import TIME_LIMIT_S, Answer, query
from json_head.store.recorder import Recorder
from json_head.store.runs import Kind, Run
from json_head.store.texts import storable


class Store:
    """Runs and their results in an SQLite file. A connection belongs to the thread that opened it.

    Raises:
        StoreError: from every method, if the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(
        cls, path: str | PathLike[str], *, creates: bool = True, on_commit: Callable[[], object] = lambda: None
    ) -> Self:
        """Open a store, or create one. An older one is brought to the present version.

        Args:
            path: ``""`` for a temporary file, ``":memory:"`` for memory.
            creates: whether to create the file if there is none. Without it, a file that cannot be written can be read.
            on_commit: called after each commit, such as to flush a file of OPFS.

        Raises:
            StoreError: ``no-store``, ``not-a-store``, ``newer-version``, ``locked``, ``corrupt``, ``full`` or ``unwritable``.
        """
        database = Database(fspath(path), creates=creates)
        database.on_commit = on_commit
        return cls(database)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._database.close()

    def begin(
        self,
        kind: Kind,
        source: str,
        options: Mapping[str, Any] | None = None,
        name: str | None = None,
        *,
        started_at: str | None = None,
    ) -> Recorder:
        """Begin a run.

        Args:
            source: what later runs of the same kind are compared by.
            options: what a resume needs.
            started_at: the start of a run that comes from elsewhere, in the format of :func:`json_head.model.timestamp`.
        """
        with self._database.transaction():
            run = runs.insert(self._database.connection, kind, source, options or {}, name, started_at)
        return Recorder(self._database, run)

    def number_from(self, id: int) -> None:
        """Give new runs ids that are higher than this one."""
        with self._database.transaction():
            execute = self._database.connection.execute
            execute("DELETE FROM sqlite_sequence WHERE name = 'runs'")
            execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('runs', ?)", (id,))

    def resume(self, run: int) -> Recorder:
        """Go on with a run that is not finished. One that has failed begins again, as does a crawl that has read nothing.

        Raises:
            StoreError: ``finished`` or ``unknown-run``.
        """
        stored = self.run(run)
        if stored.state == "finished":
            raise StoreError("finished", self._database.path, str(run))
        with self._database.transaction():
            if stored.state == "failed" or (stored.kind == "crawl" and not self._has_read(run)):
                runs.restart(self._database.connection, run)
            self._database.connection.execute("UPDATE runs SET state = 'unfinished' WHERE id = ?", (run,))
        return Recorder.resumed(self._database, run)

    def _has_read(self, run: int) -> bool:
        return bool(self._database.value("SELECT 1 FROM targets WHERE run = ? AND page >= 2 LIMIT 1", (run,)))

    def rows(self, run: int, where: str = "", parameters: Sequence[Any] = ()) -> Iterator[dict[str, Any]]:
        """Yield the rows of a run: see :func:`json_head.store.rows.rows`."""
        self.run(run)
        with self._reading():
            yield from rows.rows(self._database.connection, run, where, parameters)

    def target_rows(self, run: int, *, failing: bool = False) -> Iterator[dict[str, Any]]:
        """Yield a row for each target of a crawl: see :func:`json_head.store.rows.target_rows`."""
        self.run(run)
        with self._reading():
            yield from rows.target_rows(self._database.connection, run, failing=failing)

    def missing_rows(self, run: int) -> Iterator[dict[str, Any]]:
        """Yield a row for each URL whose fragment is missing: see :func:`json_head.store.rows.missing_rows`."""
        self.run(run)
        with self._reading():
            yield from rows.missing_rows(self._database.connection, run)

    def place_rows(self, run: int, url: str) -> Iterator[dict[str, Any]]:
        """Yield a row for each link to a target, by its URL without a fragment."""
        self.run(run)
        with self._reading():
            yield from rows.place_rows(self._database.connection, run, url)

    def uses(self, run: int) -> list[tuple[str, int]]:
        """The URLs of a crawl that more than one link leads to, with the numbers of these. A fragment that is missing has a URL of its own."""
        with self._database.errors():
            return rows.uses(self._database.connection, run)

    def working(self, run: int, url: str) -> list[str]:
        """The URLs of a run that work and have the host of a URL: see :func:`json_head.store.rows.working`."""
        self.run(run)
        with self._database.errors():
            return rows.working(self._database.connection, run, url)

    def page_rows(self, run: int) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the pages of a crawl for :meth:`Recorder.page_row`: see :func:`json_head.store.rows.pages`."""
        with self._reading():
            yield from rows.pages(self._database.connection, run)

    def count(self, run: int, where: str = "") -> int:
        """The number of rows that :meth:`rows` yields."""
        condition = f" AND ({where})" if where else ""
        with self._database.errors():
            number: int = self._database.value(f"SELECT count(*) FROM results WHERE run = ?{condition}", (run,))
        return number

    def verdicts(self, run: int) -> dict[tuple[str, str], int]:
        """The numbers of different links of a run, by verdict and rule. A fragment that is missing is a link of its own."""
        with self._database.errors():
            counts = self._database.connection.execute(
                """SELECT verdict, rule, count(*) FROM targets WHERE run = :run AND verdict IS NOT NULL GROUP BY verdict, rule
                UNION ALL SELECT 'fragment-missing', 'fragment-missing', count(*) FROM targets
                JOIN fragments ON fragments.target = targets.id
                WHERE run = :run AND verdict = 'ok' AND state = 'missing' HAVING count(*)""",
                {"run": run},
            )
            return {(verdict, rule): number for verdict, rule, number in counts}

    def pages(self, run: int) -> int:
        """The number of pages that a crawl has read so far. The goal of a redirect is a target of its own, and the same page."""
        with self._database.errors():
            number: int = self._database.value(
                "SELECT count(DISTINCT coalesce(final_url, url)) FROM targets WHERE run = ? AND page = 2", (run,)
            )
        return number

    def runs(self) -> list[Run]:
        """All runs, the one that began last first."""
        with self._reading():
            return runs.runs(self._database.connection)

    def last(self, kind: Kind, source: str) -> Run | None:
        """The last finished run of a source."""
        return next(
            (run for run in self.runs() if (run.kind, run.source, run.state) == (kind, source, "finished")), None
        )

    def run(self, id: int) -> Run:
        """A run.

        Raises:
            StoreError: ``unknown-run``.
        """
        with self._reading():
            run = runs.run(self._database.connection, id)
        if run is None:
            raise StoreError("unknown-run", self._database.path, str(id))
        return run

    def changes(self, before: int, after: int) -> list[Change]:
        """The differences from one run to another."""
        self.run(before)
        self.run(after)
        with self._reading():
            return list(changes.changes(self._database.connection, before, after))

    def changes_to_fix(self, before: int, after: int) -> list[Change]:
        """The differences in what is to fix: see :func:`json_head.store.decisions.to_fix.changes_to_fix`."""
        self.run(before)
        self.run(after)
        with self._reading():
            return list(to_fix.changes_to_fix(self._database.connection, self.decisions, before, after))

    def changes_since_report(self, reported: Mapping[str, str], after: int) -> list[Change]:
        """The differences from the findings of a report, which are URLs with their verdicts, to what is to fix in a run."""
        self.run(after)
        with self._reading():
            return list(to_fix.changes_to_fix_since_report(self._database.connection, self.decisions, reported, after))

    def failures(self, run: int) -> Failures:
        """What failed in a run."""
        self.run(run)
        with self._reading():
            return Failures(self._database.connection, run)

    def rename(self, run: int, name: str | None) -> None:
        self.run(run)
        with self._database.transaction():
            self._database.connection.execute("UPDATE runs SET name = ? WHERE id = ?", (storable(name), run))

    def delete(self, run: int) -> None:
        """Delete a run with its results, and make the file smaller."""
        self.run(run)
        with self._database.transaction():
            runs.delete(self._database.connection, run)
        with self._database.errors():
            self._database.connection.executescript("PRAGMA incremental_vacuum")  # `execute` ends after a page

    @property
    def decisions(self) -> Decisions:
        """A person's decisions on links, which belong to no run."""
        return Decisions(self._database)

    def with_decisions(self, run: int, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The rows of a run, each with the decision that applies to it, if there is one."""
        return with_decisions(self.decisions, rows, is_crawl=self.run(run).kind == "crawl")

    def query(self, sql: str, time_limit_s: float = TIME_LIMIT_S, run: int | None = None) -> Answer:
        """Run a SELECT.

        Args:
            time_limit_s: seconds of computing.
            run: the value of ``:run`` in the query; by default the run that began last.

        Raises:
            StoreError: ``bad-query``: it is no single SELECT, is wrong, reaches for what is not in the store, or takes too long.
                Iterating over the rows raises it, too. ``unknown-run``: there is no such run.
        """
        if run is None:
            with self._database.errors():
                run = self._database.value("SELECT id FROM runs ORDER BY started_at DESC, id DESC LIMIT 1")
        else:
            self.run(run)
        return query(self._database.connection, self._database.path, sql, time_limit_s, run)

    def plan(self, run: int) -> str | None:
        """What :meth:`set_plan` has stored."""
        with self._database.errors():
            plan: str | None = self._database.value("SELECT plan FROM runs WHERE id = ?", (run,))
        return plan

    def set_plan(self, run: int, plan: str | None) -> None:
        """Keep the links that a check is going to examine, with which it can go on. It is no part of ``runs``, since it may be long."""
        with self._database.transaction():
            self._database.connection.execute("UPDATE runs SET plan = ? WHERE id = ?", (plan, run))

    def serialize(self) -> bytes:
        """The bytes of the store as a file."""
        with self._database.errors():
            return self._database.connection.serialize()

    @property
    def size(self) -> int:
        """The bytes of the file that hold data."""
        with self._database.errors():
            value = self._database.value
            pages: int = value("PRAGMA page_count") - value("PRAGMA freelist_count")
            size: int = value("PRAGMA page_size")
        return pages * size

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Raise StoreError for values that no recorder wrote, because the file may come from elsewhere."""
        with self._database.errors():
            try:
                yield
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                raise StoreError("corrupt", self._database.path, f"{type(error).__name__}: {error}") from error
