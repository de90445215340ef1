"""The ASGI app: paths and methods, and limits on concurrency."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from json_head.asgi.access import PREFLIGHT_S, Access, fields_of
from json_head.asgi.heads import Heads
from json_head.asgi.limits import Buckets, ClientBuckets, MeteredGuard
from json_head.asgi.links import Links
from json_head.asgi.note import Load, note_of
from json_head.asgi.page import POLICY, page
from json_head.asgi.query import Query
from json_head.asgi.replies import DeniedError, Reply, Send, encode, refusal
from json_head.asgi.settings import Settings
from json_head.transports.base import Transport, on_behalf_of
from json_head.transports.shares import Shares, client_of

if TYPE_CHECKING:
    from json_head.asgi.operation.tokens import Tokens

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

#: Seconds before the app starts to watch whether the client of a request disconnects.
UNWATCHED_S = 0.05
#: Seconds that a request waits for a slot. A client waits for its response for 30 s, and the request itself may take 20.
SLOT_LIMIT_S = 5.0
#: The requests of any kind that a client may send, per second and at once, for each URL that it may check.
REQUESTS_PER_URL = 2
#: The requests per second that it may send at least.
LEAST_RATE = 20.0
#: Seconds by which each request beyond that is answered later, at most.
DELAY_LIMIT_S = 1.0
#: The cost of a page in URLs: reading its links can take seconds, and pages are read one after another.
PAGE_COST = 10
METHODS = ("GET", "HEAD", "OPTIONS")
ALLOW = [(b"allow", ", ".join(METHODS).encode())]

_log = logging.getLogger(__name__)


class App:
    """json-head's HTTP API.

    Args:
        transport: sends the requests. It stays open, and must apply a guard itself. If omitted, one on sockets with a
            guard is created when the server starts (or with the first request, if there is no lifespan event), and
            closed when the server ends.
        guarded: whether URLs are checked by a guard. In a browser this is not needed, because the browser protects the
            local network.
    """

    def __init__(self, settings: Settings, transport: Transport | None = None, *, guarded: bool = True) -> None:
        self._settings = settings
        self._guard = settings.guard() if guarded else None
        self._access = Access(settings.origins, settings.hosts)
        #: The rate limit of each client.
        self.clients = ClientBuckets(settings.client_rate, settings.client_burst)
        self._arrivals = Buckets(
            max(LEAST_RATE, REQUESTS_PER_URL * settings.client_rate), REQUESTS_PER_URL * settings.client_burst
        )
        self._heads = Heads(settings, self._guard)
        self._pages = Links(settings, self._guard)
        self._transport = transport
        self._closes_transport = transport is None
        self._metered: MeteredGuard | None = None
        self._tokens: Tokens | None = None
        if settings.tokens:
            from json_head.asgi.operation.tokens import Tokens

            self._tokens = Tokens(settings.tokens)
        self._requests = Shares(settings.requests)
        self._reading = Shares(settings.pages)
        #: Whether the server itself closes the connections of requests under way.
        self.is_ending = False

    def stop_reading(self) -> None:
        """End the requests that read pages, each with a response, when the server shuts down. Other requests continue."""
        self._pages.stop()

    def load(self) -> Load:
        """What the app is busy with now."""
        hosts, addresses = (self._metered.hosts, self._metered.addresses) if self._metered else ((), ())
        return Load(self._requests.used, self._reading.used, len(self.clients), len(hosts), len(addresses))

    def why_unready(self) -> str | None:
        """Why further requests should go to another server for now; ``None`` if there is no reason."""
        if self._requests.is_full:
            return "All slots for requests are in use."
        if self._pages.is_stuck:
            return "The reading of a page does not end."
        return None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._network()
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._closes_transport and self._transport:
                    await self._transport.close()
                    self._transport = None
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _network(self) -> Transport:
        if self._transport is None:
            from json_head.transports.sockets.native import NativeTransport

            self._metered = MeteredGuard(self._settings)
            self._transport = NativeTransport(guard=self._metered, user_agent=self._settings.user_agent)
        return self._transport

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, until it is complete or the client has disconnected."""
        task = asyncio.current_task()
        assert task
        watch = _Watch(receive, task)
        try:
            await self._slow_down(scope)
            await self._route(scope, send)
        except asyncio.CancelledError:
            if not watch.is_gone or task.uncancel():
                raise
            note_of(scope).outcome = "shutdown" if self.is_ending else "disconnected"
        finally:
            watch.end()

    async def _slow_down(self, scope: Scope) -> None:
        """Let a client wait that sends very many requests, refused ones too, so that there is time for those of others."""
        wait = self._arrivals.take(_client_of(scope), 1)
        if wait:
            await asyncio.sleep(min(wait, DELAY_LIMIT_S))

    async def _route(self, scope: Scope, send: Send) -> None:
        fields = fields_of(scope["headers"])
        method, path = scope["method"], scope["path"]
        reply = Reply(send, method, self._access.cors(fields))
        note = note_of(scope)
        urls: list[str] | None = None
        try:
            if path == "/healthz" and method in METHODS[:2]:
                await reply.json({"ok": True})
                return
            self._access.admit(fields)
            if path not in ("/", "/links", "/healthz"):
                raise DeniedError(404, "not-found", "This path does not exist.")
            if method == "OPTIONS":
                await self._options(fields, reply)
                return
            if method not in METHODS:
                raise DeniedError(
                    405, "method-not-allowed", "Only the methods GET, HEAD and OPTIONS are allowed.", ALLOW
                )
            if self._tokens:
                self._tokens.admit(fields)
            urls = [] if path == "/" else None
            query = Query.read(scope["query_string"])
            note.urls = query.urls
            client = _client_of(scope)
            if path == "/links":
                await self._links(query, client, reply)
            elif query.urls:
                urls = query.urls
                if query.callback is not None and not self._access.lets_scripts(fields):
                    raise DeniedError(
                        403, "callback-not-allowed", "JSON-P is available only if all origins are allowed."
                    )
                await self._rows(query, client, reply)
            else:
                policy = [(b"content-security-policy", POLICY), (b"referrer-policy", b"no-referrer")]
                html = page(scope, fields, self._settings.urls)
                await reply.whole(html, b"text/html; charset=utf-8", extra=policy)
        except DeniedError as denied:
            note.outcome = denied.code
            await reply.json(refusal(denied.code, str(denied), urls), denied.status, extra=denied.extra)
        except Exception:  # noqa: BLE001 (a bug: it is logged, and not revealed to clients)
            note.outcome = "internal-error"
            _log.exception("internal error in json-head")
            if not reply.started:
                await reply.json(refusal("internal-error", "There was an internal error in json-head.", urls), 500)

    async def _options(self, fields: dict[bytes, list[str]], reply: Reply) -> None:
        extra = list(ALLOW)
        if b"origin" in fields and b"access-control-request-method" in fields:
            extra += [
                (b"access-control-allow-methods", ALLOW[0][1]),
                (b"access-control-allow-headers", b"Authorization"),  # "*" would not include it (Fetch, CORS protocol)
                (b"access-control-max-age", b"%d" % PREFLIGHT_S),
            ]
        await reply.empty(204, extra)

    async def _rows(self, query: Query, client: str, reply: Reply) -> None:
        if len(query.urls) > self._settings.urls:
            raise DeniedError(400, "too-many-urls", f"A request may have at most {self._settings.urls} URLs.")
        query.check()
        if reply.is_bodiless:
            await reply.start_of(query.media_type)
            return
        self._count(client, len(query.urls))
        await _take_slot(self._requests, client)
        try:
            if query.format == "json":
                rows = await self._heads.all(query.urls, self._network())
                await reply.json(rows, callback=query.callback)
                return
            await reply.start(200, [(b"content-type", query.media_type)])
            async with aclosing(self._heads.as_completed(query.urls, self._network())) as rows_as_completed:
                async for row in rows_as_completed:
                    await reply.part(encode(row) + b"\n")
            await reply.part(b"", more=False)
        finally:
            self._requests.give_back(client)

    async def _links(self, query: Query, client: str, reply: Reply) -> None:
        if len(query.urls) != 1:
            raise DeniedError(400, "one-url", "A request for links must have exactly one url parameter.")
        if reply.is_bodiless:
            await reply.start_of(b"application/json")
            return
        self._count(client, PAGE_COST)
        await _take_slot(self._reading, client)
        try:
            await _take_slot(self._requests, client)
            try:
                await reply.json(await self._pages.of(query.urls[0], self._network()))
            finally:
                self._requests.give_back(client)
        finally:
            self._reading.give_back(client)

    def _count(self, client: str, urls: int) -> None:
        """Count the URLs of a request that is sent on behalf of a client.

        Raises:
            DeniedError: the client is over its rate.
        """
        wait = self.clients.take(client, urls)
        if wait:
            raise DeniedError.too_often(wait)
        on_behalf_of.set(client)


async def _take_slot(slots: Shares, client: str) -> None:
    """Take a slot, after a wait if need be.

    Raises:
        DeniedError: there is none in time.
    """
    if not await slots.wait(client, SLOT_LIMIT_S):
        raise DeniedError.busy("Too many requests are under way at the moment. Try again later.")


def _client_of(scope: Scope) -> str:
    return client_of((scope.get("client") or ("",))[0])


class _Watch:
    """Cancels a task when its client disconnects. It starts after a moment, because most responses take less time."""

    def __init__(self, receive: Receive, task: asyncio.Task[Any]) -> None:
        self._receive = receive
        self._task = task
        self._watcher: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(UNWATCHED_S, self._begin)
        self.is_gone = False

    def end(self) -> None:
        self._timer.cancel()
        if self._watcher:
            self._watcher.cancel()

    def _begin(self) -> None:
        self._watcher = asyncio.ensure_future(self._wait_for_disconnect())

    async def _wait_for_disconnect(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self.is_gone = True
        self._task.cancel()
