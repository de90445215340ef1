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
from collections.abc import Callable, Iterable
from contextlib import aclosing
from typing import Any, TypeGuard, get_args

from json_head._version import __version__
from json_head.audit import Audit
from json_head.errors import JsonHeadError
from json_head.export import FORMATS, export
from json_head.extract import ExtractError, Format, Source
from json_head.extract.folder import EXTENSIONS, VENDORED
from json_head.gather.files import MAX_FILES, MAX_TOTAL, Files, gather_files
from json_head.gather.links import Gathered, GatherError, gather, gather_page, list_of
from json_head.model import Link
from json_head.policy import Policy
from json_head.pyodide.batches import Batch, Slices
from json_head.pyodide.event_loop import TickBatcher
from json_head.relay.client import Relay, RelayError
from json_head.relay.evidence import EvidenceError, result_of
from json_head.transports.base import Transport, controlled_by
from json_head.transports.browser.interception import caution
from json_head.transports.browser.transport import BrowserTransport

Message = dict[str, Any]

#: Seconds between two ``found`` messages while a source is read.
FOUND_S = 0.2


class MessageError(JsonHeadError, ValueError):
    """A message that does not follow the protocol."""

    code = "bad-message"


class PolicyError(JsonHeadError, ValueError):
    """A policy with a part that is unknown or out of range."""

    code = "bad-policy"


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
            controlled_by.set(_text(message, "controller") or "")
            match message.get("type"):
                case "audit":
                    if (await self._audit(id, message, body)).cancelled:
                        ending = "cancelled"
                case "resume":
                    if (await self._resume(id, message)).cancelled:
                        ending = "cancelled"
                case "relay":
                    await self._relay(id, message)
                case "export":
                    self._export(id, message)
                case "folder":
                    self._reply(
                        id, "folder", extensions=sorted(EXTENSIONS), vendored=sorted(VENDORED),
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
        policy = _policy(message)
        gathered = await self._gather(id, message, body)
        if controller := controlled_by.get():
            urls = (gathered.source or "", *(link.url for link in gathered.links))
            if note := caution(controller, urls, self._origin or ""):
                gathered.notes.append(note)
        running = await self._admitted(id, enumerate(gathered.links), policy)
        self._report_found(id, gathered, running.urls)
        # As one string, so that the page can store it without parsing it.
        self._reply(id, "plan", plan=json.dumps(gathered.links))
        return await self._report(id, running)

    async def _resume(self, id: int, message: Message) -> Audit:
        policy = _policy(message)
        links = _links_of(message.get("plan"))
        answered = message.get("answered")
        if not _are_whole(answered):
            raise MessageError("answered must be a list of whole numbers.")
        done = set(answered)
        remaining = ((index, link) for index, link in enumerate(links) if index not in done)
        return await self._report(id, await self._admitted(id, remaining, policy))

    async def _admitted(self, id: int, links: Iterable[tuple[int, Link]], policy: Policy) -> Audit:
        """Create an audit of these links, with pauses: parsing 100,000 links can take seconds."""
        running = self._audits[id] = Audit((), policy, self._transport)
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
        if relay is None or not isinstance(items, list) or not _are_whole(indexes) or len(items) != len(indexes):
            raise MessageError("A relay request needs an address, and a list of results with an index for each.")
        try:
            results = [result_of(item) for item in items]
        except EvidenceError as error:
            raise MessageError(f"One of the results is not valid ({error}).") from error
        batch = self._batch(id)
        try:
            async with aclosing(relay.ask(results)) as merged_results:
                async for index, result in merged_results:
                    # Results that were already decided are returned unchanged.
                    batch.add(items[index] if result is results[index] else result.to_json(), indexes[index])
        finally:
            batch.flush()

    def _relay_of(self, message: Message) -> Relay | None:
        address = _text(message, "relay")
        return None if address is None else Relay(address, self._transport, self._origin)

    def _batch(self, id: int) -> Batch:
        return Batch(lambda items, indexes: self._reply(id, "results", items=items, indexes=indexes))

    async def _gather(self, id: int, message: Message, body: bytes | None) -> Gathered:
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
            return Gathered("urls", None, list_of(_strings(spec, "urls")))
        if (page := _text(spec, "page")) is not None:
            relay = self._relay_of(message)
            return await gather_page(page.strip(), self._transport, format=format, progress=progress, relay=relay)
        if "files" in spec:
            try:
                files = Files.of_message(spec, body or b"", format)
            except ValueError as error:
                raise MessageError(str(error)) from error
            return await gather_files(files, progress=progress)
        content = body if body is not None else _text(spec, "text")
        if content is None:
            raise MessageError("A source must have urls, a text, a page, a file or files.")
        source = Source(
            content,
            name=_text(spec, "name") or None,
            media_type=_text(spec, "mediaType") or None,
            base=_text(spec, "base") or None,
            format=format,
        )
        return await gather(source, progress=progress)

    def _export(self, id: int, message: Message) -> None:
        results = message.get("results")
        if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
            raise MessageError("An export needs a list of results.")
        try:
            text = export(results, str(message.get("format")))
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


def _links_of(plan: Any) -> list[Link]:
    try:
        links = [Link(*parts) for parts in json.loads(plan)]
    except (TypeError, ValueError) as error:
        raise MessageError("The plan of the audit is not valid.") from error
    if not all(isinstance(link.url, str) for link in links):
        raise MessageError("A link of the plan has no URL.")
    return links


def _policy(message: Message) -> Policy:
    data = message.get("policy")
    if data is None:
        return Policy()
    if not isinstance(data, dict):
        raise PolicyError("A policy must be an object.")
    try:
        return Policy.from_json(data)
    except ValueError as error:
        raise PolicyError(str(error)) from error


def _strings(parts: Message, name: str) -> list[str]:
    value = parts.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise MessageError(f"{name} must be a list of strings.")
    return value


def _are_whole(value: Any) -> TypeGuard[list[int]]:
    """Whether the value is a list of whole numbers."""
    return isinstance(value, list) and all(type(item) is int for item in value)


def _text(parts: Message, name: str) -> str | None:
    value = parts.get(name)
    if value is not None and not isinstance(value, str):
        raise MessageError(f"{name} must be a string.")
    return value


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
