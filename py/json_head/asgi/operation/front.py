"""The app that a server runs: the API with request ids, an access log, metrics, and paths for monitoring."""

from __future__ import annotations

import asyncio
import ipaddress
import random
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, Protocol

from json_head.asgi.access import Access, Fields, fields_of
from json_head.asgi.limits import ClientBuckets
from json_head.asgi.note import ANSWERED, KEY, Load, Note
from json_head.asgi.operation.access_log import AccessLog
from json_head.asgi.operation.metrics import CONTENT_TYPE, Metrics
from json_head.asgi.operation.rates import rate_fields
from json_head.asgi.operation.tokens import Tokens
from json_head.asgi.replies import DeniedError, Headers, Reply, Send, refusal
from json_head.asgi.settings import Settings
from json_head.guard.denied import network_of
from json_head.transports.shares import client_of
from json_head.urls.target import UrlError, parse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

#: What a client may name its request: a plain token, safe in every log.
_ID = re.compile(r"[A-Za-z0-9._~+/=:-]{1,64}")
#: Makes ids, which are unique and need not be secret, without a call of the system for each.
_random = random.Random()
_REQUESTS = {"/": "heads", "/links": "links"}
_MONITORING = ("/readyz", "/metrics")
#: The most hosts in a line of the access log.
MAX_HOSTS = 20
#: The most characters of a client's address, which a proxy may have taken from the client itself.
MAX_CLIENT = 64
#: Seconds between updates of what the process is busy with, so that another process can report it.
UPDATE_S = 1.0


class Api(Protocol):
    """The app behind."""

    clients: ClientBuckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...
    def load(self) -> Load: ...
    def why_unready(self) -> str | None: ...


class Front:
    """Passes requests on to the API, and answers ``/readyz`` and ``/metrics`` itself.

    Neither these nor ``/healthz`` are logged or counted.
    """

    def __init__(self, api: Api, settings: Settings, metrics: Metrics, log: AccessLog | None) -> None:
        self._api = api
        self._settings = settings
        self._metrics = metrics
        self._log = log
        self._access = Access(settings.origins, settings.hosts)
        self._tokens = Tokens(settings.tokens)
        #: The networks whose clients may read the metrics.
        self._networks = [network_of(text) for text in settings.metrics]
        self._updated_at = -UPDATE_S

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            with suppress(asyncio.CancelledError):  # a second signal has ended the server, which would log a traceback
                await self._api(scope, receive, send)
        elif scope["path"] in _MONITORING and scope["method"] in ("GET", "HEAD"):
            await self._monitor(scope, send)
        elif scope["path"] == "/healthz":
            await self._api(scope, receive, send)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        note = scope[KEY] = Note()
        client = (scope.get("client") or ("",))[0][:MAX_CLIENT]
        request_id = _id_of(scope["headers"])
        status = 0

        async def send_with_fields(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_fields(message["headers"], note, client, request_id)
            await send(message)

        try:
            await self._api(scope, receive, send_with_fields)
        except asyncio.CancelledError:
            # The server ends. It would log a traceback, and respond with a plain 500, if the error left this app.
            note.outcome = "shutdown"
            if not status:
                with suppress(asyncio.CancelledError):
                    await self._refuse_at_end(scope, note, send_with_fields)
        finally:
            seconds = time.perf_counter() - began
            request = _REQUESTS.get(scope["path"], "other")
            self._metrics.ended(request, note.outcome, seconds)
            if began + seconds > self._updated_at + UPDATE_S:
                self._update()
            if self._log:
                self._log.write(
                    client=client, id=request_id, request=request, hosts=_hosts_of(note.urls), status=status,
                    outcome=note.outcome, ms=round(1_000 * seconds),
                )  # fmt: skip

    async def _refuse_at_end(self, scope: Scope, note: Note, send: Send) -> None:
        denied = DeniedError.ending()
        reply = Reply(send, scope["method"], self._access.cors(fields_of(scope["headers"])))
        content = refusal(denied.code, str(denied), note.urls if scope["path"] == "/" else None)
        await reply.json(content, denied.status, extra=denied.extra)

    def _with_fields(self, fields: Headers, note: Note, client: str, request_id: str) -> Headers:
        """The header fields of a response, with the request's id, and the client's limit if the request counts."""
        own = (b"x-request-id", request_id.encode())
        if not note.urls:
            return [*fields, own]
        wait = None if note.outcome == ANSWERED else dict(fields).get(b"retry-after")
        settings = self._settings
        remaining = self._api.clients.remaining(client_of(client))
        limits = rate_fields(remaining, settings.client_rate, settings.client_burst, int(wait) if wait else None)
        return [*fields, own, *limits]

    async def _monitor(self, scope: Scope, send: Send) -> None:
        reply = Reply(send, scope["method"], [])
        try:
            if scope["path"] == "/readyz":
                if reason := self._api.why_unready():
                    raise DeniedError.busy(reason)
                await reply.json({"ok": True})
            else:
                self._admit_to_metrics(scope)
                self._update()
                await reply.whole(self._metrics.as_text(), CONTENT_TYPE)
        except DeniedError as denied:
            await reply.json(refusal(denied.code, str(denied), None), denied.status, extra=denied.extra)

    def _update(self) -> None:
        self._updated_at = time.perf_counter()
        self._metrics.update(self._api.load(), self._log.dropped if self._log else 0)

    def _admit_to_metrics(self, scope: Scope) -> None:
        """Refuse who may not read the metrics: neither in an allowed network nor with a token.

        A page whose name resolves to this server (DNS rebinding) is refused by the name, which is neither an address nor ``localhost``.
        A request that a proxy has passed on needs a token.

        Raises:
            DeniedError: the request is refused.
        """
        fields = fields_of(scope["headers"])
        if fields.get(b"authorization") and self._settings.tokens:
            self._tokens.admit(fields)
            return
        if not (self._access.knows_host(fields) or _has_local_host(fields)):
            raise DeniedError(421, "host-not-allowed", "This server does not accept that host name.")
        if not self._is_near(scope, fields):
            raise DeniedError(403, "metrics-not-allowed", "Metrics need a token, or a network of --metrics-from.")

    def _is_near(self, scope: Scope, fields: Fields) -> bool:
        if b"x-forwarded-for" in fields:
            return False
        try:
            address = ipaddress.ip_address((scope.get("client") or ("",))[0].partition("%")[0])
        except ValueError:
            return False
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._networks)


def _hosts_of(urls: list[str]) -> list[str]:
    """The hosts of URLs, each once: no paths, queries or user names. An invalid URL has none."""
    hosts: dict[str, None] = {}
    for url in urls[:MAX_HOSTS]:
        try:
            hosts[parse(url).hostname] = None
        except UrlError:
            hosts["invalid"] = None
    return list(hosts)


def _id_of(headers: list[tuple[bytes, bytes]]) -> str:
    """The id that the client gave, if it is a plain token, else a new one."""
    given = [value.decode("latin-1") for name, value in headers if name == b"x-request-id"]
    return given[0] if len(given) == 1 and _ID.fullmatch(given[0]) else f"{_random.getrandbits(128):032x}"


def _has_local_host(fields: Fields) -> bool:
    """Whether Host is an address or ``localhost``, which no other site can have as its name."""
    (host,) = fields.get(b"host", ["none"])[:1]
    name = re.sub(r":[0-9]*\Z", "", host).strip("[]").lower()
    try:
        if name != "localhost":
            ipaddress.ip_address(name)
    except ValueError:
        return False
    return len(fields[b"host"]) == 1
