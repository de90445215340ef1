"""The ASGI app: paths and methods."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

from json_head.asgi.access import PREFLIGHT_S, Access
from json_head.asgi.limits import Buckets, client_of
from json_head.asgi.page import POLICY, page
from json_head.asgi.replies import Reply, Send, encode, is_callback, row, unasked
from json_head.asgi.settings import Settings
from json_head.asgi.turn import Turn
from json_head.audit import Audit
from json_head.extract import ExtractError
from json_head.gather import Gathered, GatherError, gather_page
from json_head.model import Link, Policy
from json_head.transports.base import Transport
from json_head.urls import Refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

#: Of the query, in bytes, and of the parameters in it: room for ten URLs that are as long as can be, and more.
MAX_QUERY = 32_768
MAX_PARAMETERS = 200
#: Beyond the time for the request, how long a client may take to receive the answer, in seconds.
SENDING_S = 15.0
METHODS = ("GET", "HEAD", "OPTIONS")
ALLOW = [(b"allow", ", ".join(METHODS).encode())]

_log = logging.getLogger(__name__)


class Denied(Exception):
    """A request that is not served, with the status and code that say so. The message is a sentence for people."""

    def __init__(self, status: int, code: str, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.code = code
        self.extra = [] if retry_after is None else [(b"retry-after", b"%d" % (int(retry_after) + 1))]


class App:
    """json-head's HTTP API.

    The transport is made when the server starts (or with the first request, where it does not tell) and closed when it
    ends; one that is given stays open.
    """

    def __init__(self, settings: Settings, transport: Transport | None = None) -> None:
        self._settings = settings
        self._guard = settings.guard()
        self._access = Access(settings.origins, settings.hosts)
        self._clients = Buckets(settings.client_rate, settings.client_burst)
        self._hosts = Buckets(settings.host_rate, settings.host_burst)
        # All URLs at once, and none again: who wants to may ask again.
        self._policy = Policy(total=settings.urls, per_host=settings.urls, timeout_s=settings.url_timeout, retries=0)
        self._transport = transport
        self._closes_transport = transport is None
        self._requests = 0
        self._pages = 0

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
            from json_head.transports.native import NativeTransport

            self._transport = NativeTransport(guard=self._guard)
        return self._transport

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer until that is done, the client has gone, or its time is over."""
        work = asyncio.ensure_future(self._route(scope, send))
        gone = asyncio.ensure_future(_disconnected(receive))
        most = self._settings.request_timeout + SENDING_S
        try:
            await asyncio.wait((work, gone), timeout=most, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (work, gone):
                task.cancel()
            await asyncio.gather(work, gone, return_exceptions=True)

    async def _route(self, scope: Scope, send: Send) -> None:
        fields: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            fields.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
        method, path = scope["method"], scope["path"]
        cors = self._access.cors(fields)
        reply = Reply(send, method, cors)
        urls: list[str] | None = None
        try:
            if path == "/healthz" and method in METHODS[:2]:
                await reply.json({"ok": True})
                return
            self._admit(fields)
            if path not in ("/", "/links", "/healthz"):
                raise Denied(404, "not-found", "There is nothing here.")
            if method == "OPTIONS":
                await self._options(fields, reply)
                return
            if method not in METHODS:
                raise Denied(405, "method-not-allowed", "Only GET, HEAD and OPTIONS are answered.")
            urls = [] if path == "/" else None
            parameters = _parameters(scope["query_string"])
            asked = [value for name, value in parameters if name == "url"]
            if urls is not None:
                urls += asked
            if path == "/" and not asked:
                host = fields.get("host", [""])[0]
                policy = [(b"content-security-policy", POLICY), (b"referrer-policy", b"no-referrer")]
                await reply.whole(page(host, self._settings.urls), b"text/html; charset=utf-8", extra=policy)
                return
            client = client_of((scope.get("client") or ("",))[0])
            if path == "/":
                given = dict(parameters)
                await self._heads(
                    asked, given.get("format", "json"), given.get("callback"), fields, client, method, reply
                )
            else:
                await self._links(asked, client, method, reply)
        except Denied as denied:
            extra = denied.extra + (ALLOW if denied.status == 405 else [])
            said = _told(denied.code, str(denied), urls)
            await reply.json(said, denied.status, extra=extra)
        except Exception:  # noqa: BLE001 (a bug: it is for the log, and tells strangers nothing)
            _log.exception("a fault in json-head itself")
            if not reply.started:
                await reply.json(_told("internal-error", "A fault in json-head itself.", urls), 500)

    def _admit(self, fields: dict[str, list[str]]) -> None:
        if not self._access.knows_host(fields):
            raise Denied(421, "host-not-allowed", "This server does not go by that name.")
        if not self._access.knows_origin(fields):
            raise Denied(403, "origin-not-allowed", "Pages of that origin may not ask here.")

    async def _options(self, fields: dict[str, list[str]], reply: Reply) -> None:
        extra = list(ALLOW)
        if "origin" in fields and "access-control-request-method" in fields:
            extra += [
                (b"access-control-allow-methods", ALLOW[0][1]),
                (b"access-control-max-age", b"%d" % PREFLIGHT_S),
            ]
        await reply.empty(204, extra)

    async def _heads(
        self,
        urls: list[str],
        format: str,
        callback: str | None,
        fields: dict[str, list[str]],
        client: str,
        method: str,
        reply: Reply,
    ) -> None:
        if len(urls) > self._settings.urls:
            raise Denied(400, "too-many-urls", f"At most {self._settings.urls} URLs are asked at once.")
        if format not in ("json", "ndjson"):
            raise Denied(400, "invalid-format", "There are the formats json and ndjson.")
        if callback is not None:
            if format != "json" or not is_callback(callback):
                raise Denied(400, "invalid-callback", "This can't be the callback of JSON-P.")
            if not self._access.lets_scripts(fields):
                raise Denied(403, "callback-not-allowed", "JSON-P is answered where every origin may ask.")
        stream = format == "ndjson"
        if method == "HEAD":  # as GET would begin; a Content-Length would take asking
            kind = b"application/x-ndjson" if stream else b"application/json"
            if callback is not None:
                kind = b"application/javascript; charset=utf-8"
            await reply.start(200, [(b"content-type", kind)])
            await reply.part(b"", more=False)
            return
        self._charge(client, len(urls))
        self._requests += 1
        try:
            if stream:
                await reply.start(200, [(b"content-type", b"application/x-ndjson")])
                async with aclosing(self._rows(urls)) as rows:
                    async for _, said in rows:
                        await reply.part(encode(said) + b"\n")
                await reply.part(b"", more=False)
            else:
                found = {index: said async for index, said in self._rows(urls)}
                await reply.json([found[index] for index in range(len(urls))], callback=callback)
        finally:
            self._requests -= 1

    async def _rows(self, urls: list[str]) -> AsyncGenerator[tuple[int, dict[str, Any]], None]:
        """What is said of each URL, with its place in the list, as they complete."""
        links: list[Link] = []
        place: dict[int, int] = {}
        for index, url in enumerate(urls):
            try:
                self._guard.parse(url)
            except Refused as refused:
                yield index, unasked(url, refused.code, refused.reason)
                continue
            links.append(Link(url))
            place[id(links[-1])] = index
        turn = Turn(self._network(), self._hosts, self._settings.url_timeout)
        audit = Audit(links, self._policy, turn)
        clock = asyncio.get_running_loop().call_later(self._settings.request_timeout, audit.cancel)
        try:
            async for result in audit:
                yield place[id(result.link)], row(result)
        finally:
            clock.cancel()
            audit.cancel()

    async def _links(self, urls: list[str], client: str, method: str, reply: Reply) -> None:
        if len(urls) != 1:
            raise Denied(400, "one-url", "The links of one page are asked for with one url=.")
        if method == "HEAD":
            await reply.start(200, [(b"content-type", b"application/json")])
            await reply.part(b"", more=False)
            return
        if self._pages >= self._settings.pages:
            raise Denied(503, "busy", "Too many pages are being read at the moment.", 1)
        self._charge(client, 1)
        self._requests += 1
        self._pages += 1
        try:
            await reply.json(await self._links_of(urls[0]))
        finally:
            self._requests -= 1
            self._pages -= 1

    async def _links_of(self, url: str) -> dict[str, Any]:
        most = self._settings.links

        def limit(so_far: Gathered) -> None:
            if len(so_far.links) > most:
                raise GatherError("too-many-links", f"The page has more than {most:,} links.")

        turn = Turn(
            self._network(), self._hosts, self._settings.url_timeout,
            pages=1 + self._settings.sitemaps, page_bytes=self._settings.page_bytes,
        )  # fmt: skip
        try:
            self._guard.parse(url)
            async with asyncio.timeout(self._settings.request_timeout):
                found = await gather_page(url, turn, progress=limit)
            limit(found)
        except Refused as refused:
            return _failed(url, refused.code, refused.reason)
        except (GatherError, ExtractError) as error:
            return _failed(url, error.code, str(error))
        except TimeoutError:
            return _failed(url, "page-timeout", "The page could not be read in time.")
        links = [asdict(link) for link in found.links]
        return {
            "ok": True,
            "url": url,
            "format": found.format,
            "source": found.source,
            "links": links,
            "notes": found.notes,
        }

    def _charge(self, client: str, urls: int) -> None:
        if self._requests >= self._settings.requests:
            raise Denied(503, "busy", "Too many requests are under way at the moment.", 1)
        wait = self._clients.take(client, urls)
        if wait:
            raise Denied(429, "too-many-requests", "You have asked too often; try again later.", wait)


def _parameters(query: bytes) -> list[tuple[str, str]]:
    if len(query) > MAX_QUERY:
        raise Denied(414, "query-too-long", f"The query may have {MAX_QUERY:,} bytes.")
    try:
        return parse_qsl(
            query.decode("latin-1"), keep_blank_values=True, errors="replace", max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise Denied(400, "too-many-urls", f"The query may have {MAX_PARAMETERS} parameters.") from None


def _told(code: str, reason: str, urls: list[str] | None) -> Any:
    """Why nothing was asked: of the path ``/`` a list as ever, with an item for each URL (one, where none could be read)."""
    if urls is None:
        return {"ok": False, "error": code, "reason": reason}
    return [unasked(url, code, reason) for url in urls or [""]]


def _failed(url: str, code: str, reason: str) -> dict[str, Any]:
    return {"ok": False, "error": code, "url": url, "reason": reason}


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
