"""Records a check in the file of ``--db`` while it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from json_head.cli.printing.moments import here
from json_head.export import About, Row
from json_head.export.row import showable
from json_head.model import Link
from json_head.store import Recorder, Store, StoreError
from json_head.store.runs import about_of
from json_head.verdicts import FAILURES

if TYPE_CHECKING:
    from json_head.cli.wanted import Found
    from json_head.store.runs import End, Run

#: Seconds until a row is written if no other one follows.
_LATEST_S = 0.5


class Recording:
    """A run of a store, from its first row to its end. After an error of the file, the check goes on without it.

    Args:
        source: the SOURCEs of the check, by which runs are compared.
        about: what exports tell about the check.

    Raises:
        StoreError: the file cannot be used.
    """

    def __init__(self, path: Path, source: str, about: About) -> None:
        self.store = Store.open(path)
        self.source = source
        self._about = about
        self._recorder: Recorder | None = None
        self._error: StoreError | None = None
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, links: Iterable[Link]) -> None:
        """Begin the run. Its rows will be in the order of the sources of the links."""
        self._recorder = self.store.begin("check", self.source, _options(self._about))
        for name in dict.fromkeys(link.source for link in links):
            self._recorder.source(name)

    def add(self, number: int, row: Row) -> None:
        """Add a row. It is written within half a second, even if no other row follows."""
        recorder = self._recorder
        if recorder and not self._error:
            self._go_on_without(lambda: recorder.row(row, number=number))
            if self._timer is None:
                self._timer = asyncio.get_running_loop().call_later(_LATEST_S, self._commit)

    def _commit(self) -> None:
        self._timer = None
        if self._recorder and not self._error:
            self._go_on_without(self._recorder.commit)

    def _go_on_without(self, write: Callable[[], None]) -> None:
        """Write, and keep an error for the end of the check."""
        try:
            write()
        except StoreError as error:
            self._error = error

    def finish(self, found: Found) -> None:
        """End the run. Its rows then tell since when they fail and what a person decided, and the check how it differs from the run before."""
        if self._timer:
            self._timer.cancel()
        try:
            if self._error:
                raise self._error
            if self._recorder:
                has_failed = found.read is not None and found.read.has_failed
                state: End = "interrupted" if found.interrupted else "failed" if has_failed else "finished"
                self._recorder.finish(state, found.notes)
                run = self.store.run(self._recorder.run)
                self._date(found.rows, run)
                found.difference = difference(run)
                found.about = about(run)
        except StoreError as error:
            found.errors.append(str(error))
        finally:
            self.store.close()

    def _date(self, rows: Collection[dict[str, Any]], run: Run) -> None:
        failures = self.store.failures(run.id)
        for row, decided in zip(rows, self.store.with_decisions(run.id, rows), strict=True):
            if decision := decided.get("decision"):
                row["decision"] = decision
            if row["verdict"] in FAILURES and not row.get("accepted") and (since := failures.since(row)):
                if run.previous_at and since == run.started_at:
                    row["new"] = True
                row["since"] = since


def _options(about: About) -> dict[str, Any]:
    """What exports need to tell later, in the options that the page stores with its checks."""
    return {"title": about.title} | ({"page": about.title} if about.kind == "page" else {})


def about(run: Run) -> About:
    """What exports tell about a run."""
    return replace(about_of(run), started_at=here(run.started_at))


def difference(run: Run) -> str:
    """How a run differs from the one before, as a sentence; empty if there was none."""
    if not run.previous_at or "new" not in run.counts:
        return ""
    words = (("new", "new"), ("fixed", "fixed"), ("gone", "no longer linked"), ("unclear", "undecided now"))
    parts = [f"{run.counts[key]:,} {word}" for key, word in words if run.counts[key] or key in ("new", "fixed")]
    if still := run.counts["still"]:
        parts.append(f"{still:,} still failing, the oldest since {run.counts['oldest'][:10]}")
    return showable(f"Since {run.previous_at[:10]}: {', '.join(parts)}.")
