"""Checks links for the page: audits, those that another worker began, and checks by a relay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import aclosing
from typing import Any

from json_head.audit import Audit
from json_head.gather.documents import WebDocuments
from json_head.gather.links import Gathered
from json_head.gather.slices import Slices
from json_head.local.folders import Folders, path_of_link, unreached
from json_head.local.own_sections import is_relative, own_sections
from json_head.model import Link, Result
from json_head.policy import Policy
from json_head.pyodide.batches import Batch
from json_head.pyodide.messages import MessageError, Plan, Request, Running, are_whole, policy_of, text_of, validated
from json_head.pyodide.sources import Reader, report_found
from json_head.pyodide.store.keeping import Keeping, Recording
from json_head.pyodide.waiting import reporting_waits
from json_head.transports.base import Transport, controlled_by
from json_head.transports.browser.interception import caution
from json_head.verdicts import judge_ignored


class Checking:
    """The checks under way. Each records its results in the store if its message says so."""

    def __init__(
        self, transport: Transport, reader: Reader, keeping: Keeping, origin: str | None, running: Running
    ) -> None:
        self._transport = transport
        self._reader = reader
        self._keeping = keeping
        self._origin = origin
        self._running = running

    async def audit(self, request: Request) -> bool:
        """Check the links of a source. Returns whether the check was cancelled."""
        message = request.message
        policy = policy_of(message)
        gathered, folders, _ = await self._reader.read(request)
        if controller := controlled_by.get():
            urls = (gathered.source or "", *(link.url for link in gathered.links))
            if note := caution(controller, urls, self._origin or ""):
                gathered.notes.append(note)
        documents = self._documents(message)
        if "page" in message["source"]:
            documents.add(gathered)
        if folders:
            folders.links = [link for link in folders.links if link.link_index not in gathered.ignored]
        paths = {link.link_index: path_of_link(link) for link in folders.links} if folders else {}
        spec = message["source"]
        own = list(own_sections(gathered, text_of(spec, "base") or "")) if "text" in spec else []
        paths |= {result.link_index: result.link.url for result in own if is_relative(result)}
        own_urls = {result.link_index: result.link.url for result in own}
        without_request = paths.keys() | own_urls.keys() | gathered.ignored
        others = (item for item in enumerate(gathered.links) if item[0] not in without_request)
        running = await self._admitted(request.id, others, policy, documents)
        report_found(request, gathered, running.urls + len({*paths.values(), *own_urls.values()}))
        # As one string, so that the page can store it without parsing it.
        plan = Plan(gathered.links, paths).to_json()
        request.reply("plan", plan=plan)
        found = {"links": len(gathered.links), "format": gathered.format}
        async with self._keeping.recording(request, plan, found) as recording:
            self._leave_out(request, recording, gathered)
            self._send_own(request, recording, own)
            if folders:
                await self._look_up(request, recording, folders, paths, running)
            await self._report(request, recording, running)
        return running.cancelled

    async def resume(self, request: Request) -> bool:
        """Continue an audit that another worker began. Returns whether the check was cancelled."""
        plan = Plan.of(request.message.get("plan"))
        answered = request.message.get("answered")
        if not are_whole(answered):
            raise MessageError("answered must be a list of whole numbers.")
        return await self._go_on(request, plan, set(answered))

    async def go_on(self, request: Request) -> bool:
        """Continue a run that was interrupted, by what the store has of it. Returns whether the check was cancelled."""
        plan, done = await self._keeping.remaining(request)
        links = len(plan.links)
        urls = len({link.url for index, link in enumerate(plan.links) if index not in done})
        request.reply("found", links=links - len(done), urls=urls, format="auto", source=None, notes=[])
        return await self._go_on(request, plan, done)

    async def _go_on(self, request: Request, plan: Plan, done: set[int]) -> bool:
        policy = policy_of(request.message)
        async with self._keeping.recording(request) as recording:
            batch = _batch(request, recording)
            for index, path in plan.paths.items():
                if index not in done:  # the folder was lost with the other worker
                    batch.add({**unreached(plan.links[index], index).to_json(), "path": path}, index)
            batch.flush()
            done.update(plan.paths)
            remaining = ((index, link) for index, link in enumerate(plan.links) if index not in done)
            running = await self._admitted(request.id, remaining, policy, self._documents(request.message))
            await self._report(request, recording, running)
        return running.cancelled

    async def relay(self, request: Request) -> None:
        """Let a relay check the results that this browser could not decide."""
        relay = self._reader.relay_of(request)
        items, indexes = request.message.get("results"), request.message.get("indexes")
        if relay is None or not isinstance(items, list) or not are_whole(indexes) or len(items) != len(indexes):
            raise MessageError("A relay request needs an address, and a list of results with an index for each.")
        results = validated(items)
        async with self._keeping.recording(request) as recording:
            batch = _batch(request, recording)
            try:
                async with aclosing(relay.ask(results)) as merged_results:
                    async for index, result in merged_results:
                        # Results that were already decided are returned unchanged.
                        batch.add(items[index] if result is results[index] else result.to_json(), indexes[index])
            finally:
                batch.flush()

    def _leave_out(self, request: Request, recording: Recording, gathered: Gathered) -> None:
        """Send the results of links that comments leave out."""
        batch = _batch(request, recording)
        for index in sorted(gathered.ignored):
            batch.add(Result.of(gathered.links[index], judge_ignored(), link_index=index).to_json(), index)
        batch.flush()

    def _send_own(self, request: Request, recording: Recording, own: Iterable[Result]) -> None:
        """Send the results of a text's links to its own sections."""
        batch = _batch(request, recording)
        for result in own:
            path = {"path": result.link.url} if is_relative(result) else {}
            batch.add({**result.to_json(), **path}, result.link_index)
        batch.flush()

    async def _look_up(
        self, request: Request, recording: Recording, folders: Folders, paths: Mapping[int, str], running: Audit
    ) -> None:
        """Send the results of links between the files of dropped folders, before any request is sent. A cancel ends it."""
        batch = _batch(request, recording)
        answered = 0
        try:
            async with aclosing(folders.results()) as results:
                async for result in results:
                    batch.add({**result.to_json(), "path": paths[result.link_index]}, result.link_index)
                    answered += 1
                    if running.cancelled:
                        break
            for index, link, *_ in folders.links[answered:]:
                batch.add({**unreached(link, index).to_json(), "path": paths[index]}, index)
        finally:
            batch.flush()

    def _documents(self, message: Mapping[str, Any]) -> WebDocuments:
        return WebDocuments(self._transport, reads=message.get("fragments") is True)

    async def _admitted(
        self, id: int, links: Iterable[tuple[int, Link]], policy: Policy, documents: WebDocuments
    ) -> Audit:
        """Create an audit of these links, with pauses: parsing 100,000 links can take seconds."""
        running = self._running[id] = Audit((), policy, self._transport, documents=documents)
        slices = Slices()
        for index, link in links:
            running.admit(link, index)
            await slices.pause()
        return running

    async def _report(self, request: Request, recording: Recording, running: Audit) -> None:
        """Send the results of an audit to the page as they complete."""
        running.on_outage = lambda offline: request.reply("outage", offline=offline)
        batch = _batch(request, recording)
        slices = Slices()
        try:
            with reporting_waits(request, running):
                async for result in running:
                    batch.add(result.to_json(), result.link_index)
                    await slices.pause()
        finally:
            batch.flush()  # no reply may follow the final one


def _batch(request: Request, recording: Recording) -> Batch:
    def send(items: list[dict[str, Any]], indexes: list[int]) -> None:
        request.reply("results", items=items, indexes=indexes)
        recording.add(items)

    return Batch(send)
