"""Keeps the checks of the page: opens its store, and records each check there while it runs."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from json_head.gather.slices import Slices
from json_head.pyodide.messages import MessageError, Plan, Request

if TYPE_CHECKING:
    from json_head.store import Recorder, Store

#: Rules of results of links that no request was sent for. Such a link has no row in the store, so that the check can go on with it.
_UNCHECKED = frozenset(("cancelled", "offline"))
#: Seconds after which results are committed, even if no further ones arrive.
_COMMIT_S = 1.0
#: The part of the room that runs may take, before the oldest ones are deleted.
_FULL = 0.9


class Place(NamedTuple):
    """Where the store is.

    ``state`` is ``kept``, or why checks are forgotten with the page: ``taken`` by another tab, or ``unavailable``. ``path`` is that of the
    database, or of a copy of one that is ``taken``; empty if there is none. ``room`` is in bytes.
    """

    state: str
    path: str
    room: float


async def in_memory() -> Place:
    return Place("unavailable", "", 2e8)


class Keeping:
    """The store of the page.

    Args:
        find: called once, when the store is needed.
    """

    def __init__(self, find: Callable[[], Awaitable[Place]] = in_memory) -> None:
        self._find = find
        self._opening: asyncio.Task[Store] | None = None
        self._recorders: dict[int, Recorder] = {}
        self.place = Place("unavailable", "", 0)
        #: The runs that were deleted for want of room and not reported yet: title and start.
        self.dropped: list[dict[str, str]] = []

    def is_running(self, run: int) -> bool:
        """Whether a check of this page records into a run."""
        return run in self._recorders

    async def store(self) -> Store:
        """The store: that of the browser, or one in memory."""
        if self._opening is None:
            self._opening = asyncio.ensure_future(self._open())
        return await asyncio.shield(self._opening)

    async def _open(self) -> Store:
        from json_head.store import Store, StoreError  # later than the start of the page, which does not need SQLite

        self.place = await self._find()
        store = None
        if self.place.path:
            try:
                store = Store.open(self.place.path)
            except StoreError as error:
                if self.place.state == "kept":
                    self.place = self.place._replace(state=error.code)
        store = store or Store.open(":memory:")
        if self.place.state != "kept":
            # The address of a tab names its run. After a reload, no run of another tab may have the same id.
            store.number_from(time.time_ns() // 1_000_000)
        return store

    async def forget_all(self) -> None:
        """Delete all runs; a file that could not be read begins anew."""
        store = await self.store()
        self._recorders.clear()
        for run in store.runs():
            store.delete(run.id)
            await asyncio.sleep(0)
        if self.place.path and self.place.state not in ("kept", "taken"):
            Path(self.place.path).write_bytes(b"")
            self._opening = None
            place = self.place._replace(state="kept")

            async def same() -> Place:
                return place

            self._find = same

    @asynccontextmanager
    async def recording(
        self, request: Request, plan: str = "", found: Mapping[str, Any] = MappingProxyType({})
    ) -> AsyncIterator[Recording]:
        """Record the results of a request if its message has a ``keep``, and reply with the run.

        Args:
            plan: the links of the check, with which it can go on.
            found: what the options of the run say about its links: their number, and how the source was read.
        """
        keep = request.message.get("keep")
        if keep is None:
            yield Recording(None)
            return
        if not isinstance(keep, dict):
            raise MessageError("keep must be an object.")
        if "again" in keep:
            again = Replacing()
            try:
                yield again
            finally:
                await self._write_again(request, run_of(keep, "again"), again.rows)
            return
        recording = Recording(await self._recorder(keep, plan, found))
        self._report(request, recording)
        try:
            yield recording
        finally:
            recording.commit()
            if recording.problem:
                self._report(request, recording)

    @asynccontextmanager
    async def crawling(self, request: Request, site: str) -> AsyncIterator[tuple[Store, Recorder]]:
        """The store and the recorder of a crawl. Without a ``keep`` in the message, it is a store that ends with the crawl."""
        from json_head.store import Store

        keep = request.message.get("keep")
        if keep is None:
            with Store.open(":memory:") as store:
                yield store, store.begin("crawl", site)
            return
        if not isinstance(keep, dict):
            raise MessageError("keep must be an object.")
        store = await self.store()
        if "run" in keep:
            recorder = store.resume(run_of(keep, "run"))
        else:
            options = keep.get("options")
            if not isinstance(options, dict):
                raise MessageError("keep needs options.")
            self.make_room(store)
            recorder = store.begin("crawl", site, options)
        self._recorders[recorder.run] = recorder
        try:
            self._report(request, Recording(recorder))
            yield store, recorder
        finally:
            self._recorders.pop(recorder.run, None)

    async def _recorder(self, keep: dict[str, Any], plan: str, found: Mapping[str, Any]) -> Recorder | None:
        from json_head.store import StoreError

        store = await self.store()
        try:
            if "run" in keep:
                run = run_of(keep, "run")
                recorder = self._recorders.get(run) or store.resume(run)
            else:
                source, options = keep.get("source"), keep.get("options")
                if not isinstance(source, str) or not isinstance(options, dict):
                    raise MessageError("keep needs a source and options.")
                self.make_room(store)
                recorder = store.begin("check", source, {**options, **found})
            if plan:
                earlier = store.plan(recorder.run)
                store.set_plan(recorder.run, f"{earlier}\n{plan}" if earlier else plan)
        except StoreError:
            return None
        self._recorders[recorder.run] = recorder
        return recorder

    def make_room(self, store: Store) -> None:
        """Delete the oldest runs while room is short."""
        runs = [run for run in store.runs() if run.id not in self._recorders]
        while runs and store.size > self.place.room * _FULL:
            oldest = runs.pop()
            store.delete(oldest.id)
            title = oldest.name or oldest.options.get("title") or oldest.source
            self.dropped.append({"title": title, "started_at": oldest.started_at})

    def _report(self, request: Request, recording: Recording) -> None:
        request.reply("kept", run=recording.run, state=recording.problem or self.place.state, dropped=self.dropped)
        self.dropped = []

    async def _write_again(self, request: Request, before: int, rows: dict[str, dict[str, Any]]) -> None:
        """Write a run that is another with new results for some URLs: a finished run is never changed."""
        from json_head.store import StoreError

        store = await self.store()
        recording = Recording(None)
        try:
            earlier = store.run(before)
            self.make_room(store)
            recorder = store.begin(earlier.kind, earlier.source, earlier.options, earlier.name)
            slices = Slices()
            for row in store.rows(before):
                new = rows.get(row["url"])
                recorder.row({**new, **{key: row[key] for key in _OF_PLACE}} if new else row)
                await slices.pause()
            for page, row in store.page_rows(before):
                recorder.page_row(page, {**rows.get(row["url"], row), "url": row["url"]})
                await slices.pause()
            recorder.finish("interrupted" if earlier.state == "unfinished" else earlier.state, earlier.notes)
            if (plan := store.plan(before)) is not None:
                store.set_plan(recorder.run, plan)
            recording = Recording(recorder)
        except StoreError as error:
            recording.problem = error.code
        self._report(request, recording)

    async def site_of(self, request: Request) -> dict[str, Any] | None:
        """The source of a crawl that is to go on; ``None`` if the run is another check."""
        run = (await self.store()).run(run_of(request.message.get("keep"), "run"))
        if run.kind != "crawl":
            return None
        return {"site": run.source} | {key: run.options[key] for key in ("maxPages", "external") if key in run.options}

    async def finish(self, run: int, complete: bool, notes: list[str]) -> None:
        """End a run. One that is not complete can go on later. A crawl has ended itself."""
        store = await self.store()
        if store.run(run).kind == "crawl":
            return
        recorder = self._recorders.pop(run, None) or store.resume(run)
        recorder.finish("finished" if complete else "interrupted", notes)
        if complete:
            store.set_plan(run, None)

    async def remaining(self, request: Request) -> tuple[Plan, set[int]]:
        """The links of a run, and the indexes of those that have a result."""
        store = await self.store()
        run = run_of(request.message.get("keep"), "run")
        text = store.plan(run)
        if text is None:
            raise MessageError("This check cannot go on: its links are not known any more.")
        plan = Plan.of_several(text.splitlines())
        found: Counter[tuple[Any, ...]] = Counter()
        slices = Slices()
        for row in store.rows(run):
            found[_key(row)] += 1
            await slices.pause()
        done = set()
        for index, link in enumerate(plan.links):
            key = _key(link._asdict())
            if found[key]:
                found[key] -= 1
                done.add(index)
        return plan, done


_OF_PLACE = ("url", "source", "line", "column", "text", "found")


def _key(link: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(link.get(key) for key in _OF_PLACE)


class Recording:
    """Takes the results of one request. Without a recorder they are not kept."""

    def __init__(self, recorder: Recorder | None) -> None:
        self._recorder = recorder
        self.run = recorder.run if recorder else None
        #: The code of the error that ended the recording.
        self.problem = ""
        self._timer: asyncio.Handle | None = None

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        if self._recorder is None:
            return

        def write(recorder: Recorder) -> None:
            for row in rows:
                if row["rule"] not in _UNCHECKED:
                    recorder.row(row)

        self._guarded(write)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_COMMIT_S, self.commit)

    def commit(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._guarded(lambda recorder: recorder.commit())

    def _guarded(self, write: Callable[[Recorder], object]) -> None:
        """Write to the store. The check goes on if that fails."""
        from json_head.store import StoreError

        if self._recorder is None:
            return
        try:
            write(self._recorder)
        except StoreError as error:
            self._recorder = None
            self.problem = error.code


class Replacing(Recording):
    """Collects results of URLs that were checked again, by URL."""

    def __init__(self) -> None:
        super().__init__(None)
        self.rows: dict[str, dict[str, Any]] = {}

    def add(self, rows: Iterable[dict[str, Any]]) -> None:
        self.rows.update((row["url"], row) for row in rows if row["rule"] not in _UNCHECKED)


def run_of(parts: Any, name: str) -> int:
    """The id of a run in a message."""
    value = parts.get(name) if isinstance(parts, dict) else None
    if type(value) is not int:
        raise MessageError(f"{name} must be the id of a run.")
    return value
