"""Answers the page's questions about its store: lists, opens, compares, exports and imports runs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from json_head.export import FORMATS, export
from json_head.gather.slices import Slices
from json_head.model import Verdict
from json_head.pyodide.batches import BATCH_MOST, Batch
from json_head.pyodide.messages import MessageError, Request, about_in, strings, text_of
from json_head.pyodide.store.importing import import_file
from json_head.pyodide.store.keeping import Keeping, run_of
from json_head.reports import read_report

if TYPE_CHECKING:
    from json_head.store import Store
    from json_head.store.runs import Run

#: The types of message that are answered here.
TYPES = frozenset((
    "runs", "rows", "places", "uses", "similar", "compare", "finish", "rename", "delete", "delete-all", "export-run", "database", "import",
))  # fmt: skip


class History:
    """The replies to messages about the store."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    async def answer(self, request: Request) -> None:
        """Answer one message of ``TYPES``."""
        message = request.message
        match message["type"]:
            case "runs":
                pass
            case "rows":
                await self._results(request)
                return
            case "places":
                await self._places(request)
                return
            case "uses":
                await self._uses(request)
                return
            case "similar":
                await self._similar(request)
                return
            case "compare":
                await self._compare(request)
                return
            case "export-run":
                await self._export(request)
                return
            case "database":
                await self._database(request)
                return
            case "finish":
                notes = strings(message, "notes")
                await self._keeping.finish(run_of(message, "run"), message.get("complete") is True, notes)
            case "rename":
                name = text_of(message, "name")
                (await self._keeping.store()).rename(run_of(message, "run"), name or None)
            case "delete":
                (await self._keeping.store()).delete(run_of(message, "run"))
            case "delete-all":
                await self._keeping.forget_all()
            case "import":
                ids = await import_file(self._keeping, text_of(message, "name") or "", request.body or b"")
                request.reply("imported", runs=ids)
        await self._list(request)

    async def _list(self, request: Request) -> None:
        """Reply with all runs, and with where they are kept."""
        store = await self._keeping.store()
        place = self._keeping.place
        request.reply(
            "runs", runs=[self._described(run, store) for run in store.runs()], state=place.state, size=store.size, room=place.room,
            dropped=self._keeping.dropped,
        )  # fmt: skip
        self._keeping.dropped = []

    def _described(self, run: Run, store: Store) -> dict[str, Any]:
        described = run._asdict() | {"running": self._keeping.is_running(run.id)}
        if run.kind == "crawl":
            verdicts: Counter[str] = Counter()
            for (verdict, _), number in store.verdicts(run.id).items():
                verdicts[verdict] += number
            described["counts"] = {**run.counts, "links": verdicts.total(), "verdicts": dict(verdicts)}
        # The page counts what is to fix. A run of an earlier version has only the numbers of what fails.
        counts = dict(described["counts"])
        described["counts"] = counts | counts.pop("changes_to_fix", {})
        for key in ("robots", "cuts", "version"):
            del described[key]
        return described

    async def _results(self, request: Request) -> None:
        """The rows of a run: of a crawl one for each URL, and one for each fragment that is missing."""
        run = run_of(request.message, "run")
        store = await self._keeping.store()
        failing = bool(request.message.get("failing"))
        if store.run(run).kind == "crawl":
            missing = (row for row in store.missing_rows(run) if "since" in row or not failing)
            await self._send(request, chain(store.target_rows(run, failing=failing), missing))
        else:
            await self._send(request, store.rows(run, "since IS NOT NULL" if failing else ""))

    async def _send(self, request: Request, rows: Iterable[dict[str, Any]]) -> None:
        batch = Batch(lambda items, indexes: request.reply("results", items=items, indexes=indexes))
        slices = Slices()
        try:
            for index, row in enumerate(rows):
                batch.add(row, index)
                await slices.pause()
        finally:
            batch.flush()

    async def _uses(self, request: Request) -> None:
        """How many links lead to each URL of a crawl."""
        uses = (await self._keeping.store()).uses(run_of(request.message, "run"))
        for start in range(0, len(uses), BATCH_MOST):
            request.reply("uses", items=uses[start : start + BATCH_MOST])
            await asyncio.sleep(0)

    async def _places(self, request: Request) -> None:
        """The rows of a target by its URL: one for each link to it."""
        url = text_of(request.message, "url")
        if url is None:
            raise MessageError("places needs a url.")
        run = run_of(request.message, "run")
        await self._send(request, (await self._keeping.store()).place_rows(run, url))

    async def _similar(self, request: Request) -> None:
        """The address that works and is most similar to one that does not."""
        from json_head.fixes.similar import most_similar

        url = text_of(request.message, "url")
        if url is None:
            raise MessageError("similar needs a url.")
        url = url.partition("#")[0]
        store = await self._keeping.store()
        request.reply("similar", url=most_similar(url, store.working(run_of(request.message, "run"), url)))

    async def _compare(self, request: Request) -> None:
        store = await self._keeping.store()
        after = run_of(request.message, "after")
        if request.body is None:
            changes = store.changes_to_fix(run_of(request.message, "before"), after)
        else:
            report = read_report(request.body.decode("utf-8", "replace"))
            changes = store.changes_since_report({finding.url: finding.verdict for finding in report.findings}, after)
        for start in range(0, len(changes), BATCH_MOST):
            items = [change._asdict() for change in changes[start : start + BATCH_MOST]]
            request.reply("changes", items=items)
            await asyncio.sleep(0)

    async def _export(self, request: Request) -> None:
        from json_head.store.runs import about_of

        name = str(request.message.get("format"))
        if name not in FORMATS:
            raise MessageError(f"There is no format {name[:40]!r}.")
        store = await self._keeping.store()
        run = run_of(request.message, "run")
        where = "since = (SELECT started_at FROM runs WHERE id = run)" if request.message.get("new") is True else ""
        slices = Slices()
        chosen = _only_new(_all_rows(store, run, where), bool(where))
        if request.message.get("urls") is not None:
            chosen = _of_urls(chosen, strings(request.message, "urls"))
        rows = []
        for row in store.with_decisions(run, chosen):
            rows.append(row)
            await slices.pause()
        format = FORMATS[name]
        text = export(rows, name, about_in(request.message, about_of(store.run(run))))
        request.reply("exported", text=text, mediaType=format.media_type, extension=format.extension)

    async def _database(self, request: Request) -> None:
        store = await self._keeping.store()
        request.reply("file", body=store.serialize(), mediaType="application/vnd.sqlite3", extension="db")


def _all_rows(store: Store, run: int, where: str) -> Iterator[dict[str, Any]]:
    """The rows of a run, and those of the targets of a crawl that no link leads to, such as its start."""
    from json_head.store.keys import key_of

    seen = set()
    for row in store.rows(run, where):
        seen.add(key_of(row["url"])[0])
        yield row
    if not where and store.run(run).kind == "crawl":
        yield from (row for row in store.target_rows(run) if row["url"] not in seen)


def _of_urls(rows: Iterator[dict[str, Any]], urls: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The rows of some URLs, as :meth:`History._results` gives them: a fragment is a part of the URL only where it is missing."""
    from json_head.store.keys import key_of

    wanted = {key_of(url)[::2] for url in urls}
    for row in rows:
        url, _, fragment = key_of(row["url"])
        if (url, fragment if row["verdict"] == Verdict.FRAGMENT_MISSING else None) in wanted:
            yield row


def _only_new(rows: Iterator[dict[str, Any]], only: bool) -> Iterator[dict[str, Any]]:
    return (row for row in rows if row.get("new")) if only else rows
