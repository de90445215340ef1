"""Connects the page's messages with the package. This is the only module that knows the page's protocol.

``web/client/protocol.js`` defines the messages. A request is a dict with an ``id`` and a ``type``. Its replies carry
that id, and exactly one ``done``, ``error`` or ``cancelled`` ends them. A malformed message is answered by an ``error``
too, with its id or 0.

Error codes: ``bad-message``, ``bad-policy``, ``internal``, and those of ``excerpts``, ``extract``, ``gather``,
``querying``, ``relay`` and ``store``.
"""

from __future__ import annotations

import asyncio
import json
import platform
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from json_head._version import __version__
from json_head.errors import JsonHeadError
from json_head.export import FORMATS, About, export
from json_head.extract.folder import EXTENSIONS, OF_REPOSITORIES, VENDORED
from json_head.gather.files import MAX_FILES, MAX_TOTAL
from json_head.pyodide import reporting
from json_head.pyodide.checking import Checking
from json_head.pyodide.crawling import Crawling
from json_head.pyodide.event_loop import TickBatcher
from json_head.pyodide.excerpts import Excerpts
from json_head.pyodide.messages import Message, MessageError, Request, Running, about_in, results_in, strings, text_of
from json_head.pyodide.sources import Reader
from json_head.pyodide.store import deciding, history, querying
from json_head.pyodide.store.keeping import Keeping, Place
from json_head.transports.base import Transport, controlled_by
from json_head.transports.browser.grants import Grants, granted
from json_head.transports.browser.transport import BrowserTransport


class Worker:
    """Serves one page.

    Args:
        post: receives every reply, a dict that JSON can carry, and if there are any, the bytes that travel beside it.
        origin: the origin of the page, for relays.
        keeping: the store of the page.
    """

    def __init__(
        self, post: Callable[..., None], transport: Transport, origin: str | None = None, keeping: Keeping | None = None
    ) -> None:
        self._post = post
        self._reader = Reader(transport, origin)
        self._keeping = keeping = keeping or Keeping()
        self._running: Running = {}
        self._checking = Checking(transport, self._reader, keeping, origin, self._running)
        self._crawling = Crawling(transport, self._reader, keeping, self._running)
        self._excerpts = Excerpts(transport)
        self._history = history.History(keeping)
        self._deciding = deciding.Deciding(keeping)
        self._tasks: dict[int, asyncio.Task[None]] = {}

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
        request = Request(id, message, body, partial(self._reply, id))
        ending = "done"
        try:
            controlled_by.set(text_of(message, "controller") or "")
            granted.set(Grants(strings(message, "granted") if "granted" in message else ()))
            match message.get("type"):
                case "audit" | "resume" | "go-on":
                    if await self._check(request):
                        ending = "cancelled"
                case "relay":
                    await self._checking.relay(request)
                case "patch":
                    await self._patch(request)
                case "excerpt":
                    await self._excerpts.answer(request)
                case "export":
                    self._export(request)
                case "folder":
                    request.reply(
                        "folder",
                        extensions=sorted(EXTENSIONS),
                        vendored=sorted(VENDORED),
                        ofRepositories=sorted(OF_REPOSITORIES),
                        files=MAX_FILES,
                        total=MAX_TOTAL,
                    )
                case "report":
                    reporting.answer(request)
                case "query":
                    await querying.answer(request, self._keeping)
                case str() as type if type in history.TYPES:
                    await self._history.answer(request)
                case str() as type if type in deciding.TYPES:
                    await self._deciding.answer(request)
                case other:
                    raise MessageError(f"There is no message type {str(other)[:40]!r}.")
        except asyncio.CancelledError:
            self._reply(id, "cancelled")
        except JsonHeadError as error:
            self._error(id, error)
        except Exception as error:
            self._error(id, error)
            raise  # a bug: the console should show the traceback
        else:
            self._reply(id, ending)
        finally:
            self._tasks.pop(id, None)
            self._running.pop(id, None)

    async def _check(self, request: Request) -> bool:
        """Check links. Returns whether the check was cancelled."""
        self._excerpts.forget_pages()
        source = request.message.get("source")
        match request.message["type"]:
            case "audit" if isinstance(source, dict) and "site" in source:
                return await self._crawling.crawl(request, source)
            case "audit":
                return await self._checking.audit(request)
            case "resume":
                return await self._checking.resume(request)
            case _:
                site = await self._keeping.site_of(request)
                return await (self._crawling.crawl(request, site) if site else self._checking.go_on(request))

    def _cancel(self, id: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(id) is task:
            self._running.get(id, task).cancel()

    async def _patch(self, request: Request) -> None:
        from json_head.pyodide.repairing import patch_of  # few checks end with it

        results = results_in(request.message)
        chosen = strings(request.message, "redirects") if "redirects" in request.message else ()
        gathered, folders, sources = await self._reader.read(request)
        patch = await patch_of(sources, gathered.format, folders, results, chosen)
        if request.message.get("corrected") is not True:
            patch = patch._replace(body=None)
        request.reply("patch", **patch._asdict())

    def _export(self, request: Request) -> None:
        name = str(request.message.get("format"))
        try:
            text = export(results_in(request.message), name, about_in(request.message, About()))
        except ValueError as error:
            raise MessageError(str(error)) from error
        format = FORMATS[name]
        request.reply("exported", text=text, mediaType=format.media_type, extension=format.extension)

    def _error(self, id: int, error: Exception) -> None:
        code = getattr(error, "code", "internal")
        message = (
            str(error) if code != "internal" else f"Internal error in json-head lite: {type(error).__name__}: {error}"
        )
        relayable: Message = {"relayable": True} if getattr(error, "relayable", False) else {}
        self._reply(id, "error", code=code, name=type(error).__name__, message=message, **relayable)

    def _reply(self, id: int, type: str, /, body: bytes | None = None, **parts: Any) -> None:
        self._post({"id": id, "type": type, **parts}, *(() if body is None else (body,)))


def versions() -> dict[str, str]:
    """The versions that the page's ``ready`` message contains."""
    return {"json_head": __version__, "python": platform.python_version()}


def start(
    post_json: Callable[[str, Any], None], requests: Any, controlled: bool, mount: Callable[[], Awaitable[Any]] | None
) -> Callable[[str, Any], None]:
    """Start the worker for webworker.js. Returns the function that receives each message as JSON text, with a file's
    bytes as a JavaScript buffer.

    Messages cross between JavaScript and Python as text: one call per message, and no proxies to destroy. ``requests``
    is a ``Requests`` of ``web/worker/fetch-batch.js``. ``controlled`` tells whether this site's own service worker controls
    the page. ``mount`` mounts the store's files and gives a ``Place`` as an array; ``None`` if the page wants no store.
    """
    assert sys.platform == "emscripten"
    TickBatcher.install(asyncio.get_event_loop())
    import js
    from pyodide.ffi import to_js

    async def find() -> Place:
        assert mount
        return Place(*(await mount()).to_py())

    def post(reply: Message, body: bytes | None = None) -> None:
        post_json(json.dumps(reply), None if body is None else to_js(body))

    transport = BrowserTransport.of_this_worker(requests, controlled=controlled)
    # A worker created from a blob has its page's origin.
    worker = Worker(post, transport, str(js.location.origin), Keeping(find) if mount else None)

    def receive(text: str, body: Any = None) -> None:
        worker.receive(json.loads(text), None if body is None else body.to_bytes())

    return receive
