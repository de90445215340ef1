"""Connects the page's messages with the package. This is the only module that knows the page's protocol.

``web/client/protocol.js`` defines the messages. A request is a dict with an ``id`` and a ``type``. Its replies carry
that id, and exactly one ``done``, ``error`` or ``cancelled`` ends them. A malformed message is answered by an ``error``
too, with its id or 0.

Error codes: ``bad-message``, ``bad-policy``, ``internal``, and those of ``extract``, ``gather`` and ``relay``.
"""

from __future__ import annotations

import asyncio
import json
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from typing import Any, get_args

from json_head._version import __version__
from json_head.audit import Audit
from json_head.export import FORMATS, export
from json_head.extract import ExtractError, Format, Source
from json_head.extract.folder import EXTENSIONS, OF_REPOSITORIES, VENDORED
from json_head.gather.documents import WebDocuments
from json_head.gather.files import MAX_FILES, MAX_TOTAL, Files, gather_files
from json_head.gather.links import Gathered, GatherError, gather, gather_page, list_of
from json_head.gather.slices import Slices
from json_head.local.folders import Folders, path_of_link, unreached
from json_head.model import Link, Result
from json_head.policy import Policy
from json_head.pyodide.batches import Batch
from json_head.pyodide.event_loop import TickBatcher
from json_head.pyodide.messages import (
    Message,
    MessageError,
    Plan,
    PolicyError,
    are_whole,
    files_of,
    policy_of,
    results_in,
    strings,
    text_of,
    validated,
)
from json_head.relay.client import Relay, RelayError
from json_head.transports.base import Transport, controlled_by
from json_head.transports.browser.interception import caution
from json_head.transports.browser.transport import BrowserTransport
from json_head.verdicts import judge_ignored

#: Seconds between two ``found`` messages while a source is read.
FOUND_S = 0.2


class Worker:
    """Serves one page.

    Args:
        post: receives every reply, a dict that JSON can carry.
        origin: the origin of the page, for relays.
    """

    def __init__(self, post: Callable[[Message], None], transport: Transport, origin: str | None = None) -> None:
        self._post = post
        self._transport = transport
        self._origin = origin
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._audits: dict[int, Audit] = {}

    def receive(self, message: Any, body: bytes | None = None) -> None:
        """Receive a message and start to process it. Replies are sent by ``post``, on the loop's next tick at the
        earliest.
        """
        id = message.get("id") if isinstance(message, dict) else None
        if not isinstance(id, int) or isinstance(id, bool):
            self._error(0, MessageError("A message must be an object with a whole number as its id."))
        elif message.get("type") == "cancel":
            # The cancel is deferred: a request that arrived just before it has not begun, and a task that never began
            # never replies.
            if task := self._tasks.get(id):
                asyncio.get_running_loop().call_soon(self._cancel, id, task)
        elif id in self._tasks:
            self._error(id, MessageError(f"Request {id} is still under way. Each request needs its own id."))
        else:
            self._tasks[id] = asyncio.ensure_future(self.handle(message, body))

    async def handle(self, message: Message, body: bytes | None = None) -> None:
        """Process one request, including its final reply."""
        id: int = message["id"]
        ending = "done"
        try:
            controlled_by.set(text_of(message, "controller") or "")
            match message.get("type"):
                case "audit":
                    if (await self._audit(id, message, body)).cancelled:
                        ending = "cancelled"
                case "resume":
                    if (await self._resume(id, message)).cancelled:
                        ending = "cancelled"
                case "relay":
                    await self._relay(id, message)
                case "patch":
                    await self._patch(id, message, body)
                case "export":
                    self._export(id, message)
                case "folder":
                    self._reply(
                        id, "folder", extensions=sorted(EXTENSIONS), vendored=sorted(VENDORED), ofRepositories=sorted(OF_REPOSITORIES),
                        files=MAX_FILES, total=MAX_TOTAL,
                    )  # fmt: skip
                case other:
                    raise MessageError(f"There is no message type {str(other)[:40]!r}.")
        except asyncio.CancelledError:
            self._reply(id, "cancelled")
        except (MessageError, PolicyError, ExtractError, GatherError, RelayError) as error:
            self._error(id, error)
        except Exception as error:
            self._error(id, error)
            raise  # a bug: the console should show the traceback
        else:
            self._reply(id, ending)
        finally:
            self._tasks.pop(id, None)
            self._audits.pop(id, None)

    def _cancel(self, id: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(id) is not task:
            return  # the request has ended
        if running := self._audits.get(id):
            running.cancel()
        else:
            task.cancel()

    async def _audit(self, id: int, message: Message, body: bytes | None) -> Audit:
        policy = policy_of(message)
        gathered, folders, _ = await self._gather(id, message, body)
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
        without_request = paths.keys() | gathered.ignored
        others = (item for item in enumerate(gathered.links) if item[0] not in without_request)
        running = await self._admitted(id, others, policy, documents)
        self._report_found(id, gathered, running.urls + len(set(paths.values())))
        # As one string, so that the page can store it without parsing it.
        self._reply(id, "plan", plan=Plan(gathered.links, paths).to_json())
        self._leave_out(id, gathered)
        if folders:
            await self._look_up(id, folders, paths, running)
        return await self._report(id, running)

    async def _resume(self, id: int, message: Message) -> Audit:
        policy = policy_of(message)
        links, paths = Plan.of(message.get("plan"))
        answered = message.get("answered")
        if not are_whole(answered):
            raise MessageError("answered must be a list of whole numbers.")
        done = set(answered)
        batch = self._batch(id)
        for index, path in paths.items():
            if index not in done:  # the folder was lost with the other worker
                batch.add({**unreached(links[index], index).to_json(), "path": path}, index)
        batch.flush()
        done.update(paths)
        remaining = ((index, link) for index, link in enumerate(links) if index not in done)
        return await self._report(id, await self._admitted(id, remaining, policy, self._documents(message)))

    def _leave_out(self, id: int, gathered: Gathered) -> None:
        """Send the results of links that comments leave out."""
        batch = self._batch(id)
        for index in sorted(gathered.ignored):
            batch.add(Result.of(gathered.links[index], judge_ignored(), link_index=index).to_json(), index)
        batch.flush()

    async def _look_up(self, id: int, folders: Folders, paths: Mapping[int, str], running: Audit) -> None:
        """Send the results of links between the files of dropped folders, before any request is sent. A cancel ends it."""
        batch = self._batch(id)
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

    def _documents(self, message: Message) -> WebDocuments:
        return WebDocuments(self._transport, reads=message.get("fragments") is True)

    async def _admitted(
        self, id: int, links: Iterable[tuple[int, Link]], policy: Policy, documents: WebDocuments
    ) -> Audit:
        """Create an audit of these links, with pauses: parsing 100,000 links can take seconds."""
        running = self._audits[id] = Audit((), policy, self._transport, documents=documents)
        slices = Slices()
        for index, link in links:
            running.admit(link, index)
            await slices.pause()
        return running

    async def _report(self, id: int, running: Audit) -> Audit:
        """Send the results of an audit to the page as they complete."""
        running.on_outage = lambda offline: self._reply(id, "outage", offline=offline)
        batch = self._batch(id)
        slices = Slices()
        try:
            async for result in running:
                batch.add(result.to_json(), result.link_index)
                await slices.pause()
        finally:
            batch.flush()  # no reply may follow the final one
        return running

    async def _relay(self, id: int, message: Message) -> None:
        relay = self._relay_of(message)
        items, indexes = message.get("results"), message.get("indexes")
        if relay is None or not isinstance(items, list) or not are_whole(indexes) or len(items) != len(indexes):
            raise MessageError("A relay request needs an address, and a list of results with an index for each.")
        results = validated(items)
        batch = self._batch(id)
        try:
            async with aclosing(relay.ask(results)) as merged_results:
                async for index, result in merged_results:
                    # Results that were already decided are returned unchanged.
                    batch.add(items[index] if result is results[index] else result.to_json(), indexes[index])
        finally:
            batch.flush()

    def _relay_of(self, message: Message) -> Relay | None:
        address = text_of(message, "relay")
        return None if address is None else Relay(address, self._transport, self._origin)

    def _batch(self, id: int) -> Batch:
        return Batch(lambda items, indexes: self._reply(id, "results", items=items, indexes=indexes))

    async def _patch(self, id: int, message: Message, body: bytes | None) -> None:
        from json_head.pyodide.repairing import patch_of  # few checks end with it

        results = results_in(message)
        gathered, folders, sources = await self._gather(id, message, body)
        patch = await patch_of(sources, gathered.format, folders, results)
        self._reply(id, "patch", **patch._asdict())

    async def _gather(
        self, id: int, message: Message, body: bytes | None
    ) -> tuple[Gathered, Folders | None, Iterable[Source]]:
        """Collect the links of a source, those that lead to files, and the sources that can be repaired."""
        spec = message.get("source")
        if not isinstance(spec, dict):
            raise MessageError("An audit needs a source.")
        format = spec.get("format", "auto")
        if format not in ("auto", *get_args(Format)):
            raise MessageError(f"There is no source format {str(format)[:40]!r}.")

        told = time.monotonic()

        def progress(so_far: Gathered) -> None:
            nonlocal told
            if time.monotonic() - told >= FOUND_S:
                told = time.monotonic()
                self._report_found(id, so_far, len({link.url for link in so_far.links}))

        if "urls" in spec:
            return Gathered("urls", None, list_of(strings(spec, "urls"))), None, ()
        if (page := text_of(spec, "page")) is not None:
            relay = self._relay_of(message)
            page_links = await gather_page(page.strip(), self._transport, format=format, progress=progress, relay=relay)
            return page_links, None, ()
        if files := files_of(spec, body, format):
            folders = Folders(files)
            gathered = await gather_files(files, progress=progress, read=folders.add)
            return gathered, folders, (source for _, source in files.sources() if isinstance(source, Source))
        content = body if body is not None else text_of(spec, "text")
        if content is None:
            raise MessageError("A source must have urls, a text, a page, a file or files.")
        name, base = text_of(spec, "name") or None, text_of(spec, "base") or None
        media_type = text_of(spec, "mediaType") or None
        if body is None or name is None or base is not None:
            source = Source(content, name, media_type, base, format)
            return await gather(source, progress=progress), None, (source,)
        folders = Folders(Files.of_file(name, body, format))
        source = Source(content, name, media_type, "", format)
        gathered = await gather(source, progress=progress)
        await folders.add(source, gathered, 0)
        return gathered, folders, (source,)

    def _export(self, id: int, message: Message) -> None:
        try:
            text = export(results_in(message), str(message.get("format")))
        except ValueError as error:
            raise MessageError(str(error)) from error
        format = FORMATS[message["format"]]
        self._reply(id, "exported", text=text, mediaType=format.media_type, extension=format.extension)

    def _report_found(self, id: int, gathered: Gathered, urls: int) -> None:
        self._reply(
            id, "found", links=len(gathered.links), urls=urls, format=gathered.format, source=gathered.source,
            notes=gathered.notes,
        )  # fmt: skip

    def _error(self, id: int, error: Exception) -> None:
        code = getattr(error, "code", "internal")
        message = (
            str(error) if code != "internal" else f"Internal error in json-head lite: {type(error).__name__}: {error}"
        )
        relayable = {"relayable": True} if getattr(error, "relayable", False) else {}
        self._reply(id, "error", code=code, name=type(error).__name__, message=message, **relayable)

    def _reply(self, id: int, type: str, **parts: Any) -> None:
        self._post({"id": id, "type": type, **parts})


def versions() -> dict[str, str]:
    """The versions that the page's ``ready`` message contains."""
    return {"json_head": __version__, "python": platform.python_version()}


def start(post_json: Callable[[str], None], requests: Any, controlled: bool) -> Callable[[str, Any], None]:
    """Start the worker for webworker.js. Returns the function that receives each message as JSON text, with a file's
    bytes as a JavaScript buffer.

    Messages cross between JavaScript and Python as text: one call per message, and no proxies to destroy. ``requests``
    is a ``Requests`` of ``web/worker/fetch-batch.js``. ``controlled`` tells whether this site's own service worker controls
    the page.
    """
    assert sys.platform == "emscripten"
    TickBatcher.install(asyncio.get_event_loop())
    import js

    transport = BrowserTransport.of_this_worker(requests, controlled=controlled)
    # A worker created from a blob has its page's origin.
    worker = Worker(lambda reply: post_json(json.dumps(reply)), transport, str(js.location.origin))

    def receive(text: str, body: Any = None) -> None:
        worker.receive(json.loads(text), None if body is None else body.to_bytes())

    return receive
