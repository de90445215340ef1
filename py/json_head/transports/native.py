"""Sockets, through aiohttp: outside a browser nothing is hidden, and causes and redirects are told.

TLS is always verified. Nothing of the user goes along: no cookies, no netrc, no proxy of the environment.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL

from json_head.guard import Forbidden, Guard
from json_head.model import Hop, Observation, Outcome, Request
from json_head.transports import failures
from json_head.transports.redirects import MAX_REDIRECTS, goal
from json_head.transports.resolver import Resolver
from json_head.urls import Refused, Target, parse

#: Of a header block, in bytes, as in Chromium; a field, a status line, and the number of fields are bounded by the others.
MAX_HEADERS_SIZE = 256 * 1024
MAX_FIELD_SIZE = 32 * 1024
MAX_FIELDS = 1_024
#: How long a connection is kept for further requests. Audits ask a host in one go; what waits longer only holds a socket.
KEEPALIVE_S = 2.0
#: Without a free file descriptor a request waits for those of kept connections, and none is kept from then on; the want
#: is ours and not the target's. After so long it is raised.
EXHAUSTED_POLL_S = 0.25
EXHAUSTED_LIMIT_S = 30.0

#: Fetch standard, HTTP-network-or-cache fetch: a Range asks for bytes of the file itself. With HEAD it makes Content-Length
#: the size of what would be saved.
_IDENTITY = {"Accept-Encoding": "identity"}
_ONE_BYTE = {"Range": "bytes=0-0"}
#: Fetch standard, HTTP-redirect fetch, and what else is meant for one origin only.
_SECRET = frozenset(("authorization", "cookie", "proxy-authorization"))


class NativeTransport:
    """Requests from this machine. Made for one event loop; ``async with`` closes it.

    Args:
        user_agent: what to call oneself; ``json-head/VERSION`` otherwise.
        headers: further request headers. Authorization and Cookie are not sent on when a redirect leads to another origin.
        guard: what may be asked and dialled; everything otherwise.
        tls: how to verify certificates, where an authority is to be trusted that this machine does not know.
    """

    def __init__(
        self,
        *,
        user_agent: str | None = None,
        headers: Mapping[str, str] | None = None,
        guard: Guard | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        if user_agent is None:
            from json_head import __version__

            user_agent = f"json-head/{__version__}"
        self._headers = {"User-Agent": user_agent, **_IDENTITY, **(headers or {})}
        self._elsewhere = {name: value for name, value in self._headers.items() if name.lower() not in _SECRET}
        self._guard = guard
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None
        self._retired: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.close()

    async def close(self) -> None:
        for session in (self._session, self._retired):
            if session is not None:
                await session.close()
        self._session = self._retired = None

    def refuse(self, target: Target) -> None:
        if self._guard:
            self._guard.check_url(target)

    async def observe(self, request: Request) -> Observation:
        one_byte = request.method == "GET" and not request.whole
        return (await self._send(request, _ONE_BYTE if one_byte else {}))[0]

    async def read(self, url: str, *, limit: int, timeout_s: float) -> tuple[Observation, bytes]:
        request = Request(url, "GET", timeout_s=timeout_s, whole=True)
        return await self._send(request, {"Accept-Encoding": "gzip, deflate"}, limit)

    async def is_online(self) -> bool:
        """There is no server here that is known to answer, and failures say themselves whose they are."""
        return True

    async def _send(
        self, request: Request, headers: Mapping[str, str], limit: int | None = None
    ) -> tuple[Observation, bytes]:
        """What was seen, and up to ``limit`` + 1 bytes of the body; ``None`` reads none of it."""
        waited = 0.0
        while True:
            chain = _Chain(request.url)
            started = time.perf_counter()
            outcome, code = Outcome.RESPONSE, None
            try:
                async with asyncio.timeout(request.timeout_s):
                    await self._follow(chain, request.method, headers, limit)
            except TimeoutError:
                outcome = Outcome.TIMEOUT
            except Refused:
                outcome, code = Outcome.FAILED, "redirects"
            except (aiohttp.ClientError, HttpProcessingError, OSError, ValueError) as error:
                if _is_exhausted(error):
                    if waited >= EXHAUSTED_LIMIT_S:
                        raise
                    self._keep_no_connections()
                    waited += EXHAUSTED_POLL_S
                    await asyncio.sleep(EXHAUSTED_POLL_S)
                    continue
                outcome, code = _failure(error)
            elapsed = (time.perf_counter() - started) * 1000
            return chain.observation(request, outcome, code, elapsed), chain.body

    async def _follow(self, chain: _Chain, method: str, headers: Mapping[str, str], limit: int | None) -> None:
        """Ask, and ask on where redirects lead.

        Raises:
            Refused: a redirect that leads nowhere.
        """
        session = self._session or self._open()
        own = {**self._headers, **headers}
        first = chain.url.split("/", 3)[:3]
        while True:
            url = URL(chain.url, encoded=True)
            # `await` and not `async with`, which would wait for a body that nobody reads.
            response = await session.request(
                method, url, headers=own, allow_redirects=False, auto_decompress=limit is not None
            )
            try:
                chain.answered(response)
                location = goal(chain.url, response.status, chain.locations)
                if location is None:
                    if limit is not None:
                        chain.body = await _read(response, limit)
                    return
                chain.hop(location)
                target = self._guard.parse(location) if self._guard else parse(location)
            finally:
                if response.content.is_eof():
                    response.release()
                else:
                    response.close()  # rather than drain a body that nobody wants
            chain.url = target.url
            if target.url.split("/", 3)[:3] != first:
                own = {**self._elsewhere, **headers}

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=0,  # how many at once is the engine's business
            ssl=self._tls or True,
            force_close=self._retired is not None,
            keepalive_timeout=None if self._retired else KEEPALIVE_S,
            resolver=Resolver(),
            socket_factory=self._guarded_socket if self._guard else None,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            max_line_size=MAX_FIELD_SIZE,
            max_field_size=MAX_FIELD_SIZE,
            max_headers=MAX_FIELDS,
        )
        return self._session

    def _keep_no_connections(self) -> None:
        """From now on; those that are kept end by themselves in a moment, and those under way when they are done."""
        if self._retired is None:
            self._retired, self._session = self._session, None

    def _guarded_socket(self, address: tuple[Any, ...]) -> socket.socket:
        """A socket for an address that is about to be dialled."""
        family, kind, protocol, _, place = address
        assert self._guard
        self._guard.check_address(place[0], place[1])
        return socket.socket(family, kind, protocol)


@dataclass(slots=True)
class _Chain:
    """A request and the redirects that it was sent on by."""

    url: str
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    locations: list[str] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)
    body: bytes = b""

    def answered(self, response: aiohttp.ClientResponse) -> None:
        """Take down a status and headers, as bytes of Latin-1, which is what a browser makes of them too.

        Raises:
            HttpProcessingError: too large a header block.
        """
        self.status = response.status
        headers: dict[str, str] = {}
        self.locations.clear()
        size = 0
        for raw_name, raw_value in response.raw_headers:
            size += len(raw_name) + len(raw_value)
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            if name == "location":
                self.locations.append(value)
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if size > MAX_HEADERS_SIZE:
            raise HttpProcessingError(message="header block too large")
        self.headers = headers

    def hop(self, location: str) -> None:
        """Take down a redirect.

        Raises:
            Refused: it is one too many.
        """
        self.hops.append(Hop(self.status, self.url, self.headers["location"]))
        if len(self.hops) > MAX_REDIRECTS:
            raise Refused("redirects", f"More than {MAX_REDIRECTS} redirects.")

    def observation(self, request: Request, outcome: Outcome, code: str | None, elapsed_ms: float) -> Observation:
        answered = outcome is Outcome.RESPONSE
        return Observation(
            outcome,
            request.method,
            via="native",
            status=self.status if answered else None,
            headers=self.headers if answered else None,
            url=self.url if answered else None,
            redirected=bool(self.hops) and answered,
            elapsed_ms=elapsed_ms,
            error=code,
            hops=tuple(self.hops),
        )


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes:
    body = bytearray()
    while len(body) <= limit:
        part = await response.content.read(min(65_536, limit + 1 - len(body)))
        if not part:
            break
        body += part
    return bytes(body)


def _failure(error: Exception) -> tuple[Outcome, str]:
    """aiohttp's exceptions as outcome and code. What is below them is for ``failures``."""
    match error:
        case aiohttp.ServerDisconnectedError():
            return Outcome.FAILED, "reset"
        case aiohttp.ClientResponseError() | aiohttp.ClientPayloadError() | HttpProcessingError():
            return Outcome.FAILED, "protocol"
        case aiohttp.InvalidURL() | aiohttp.ClientConnectorDNSError():
            return Outcome.FAILED, "dns"  # what urls.parse takes and yarl does not is a name that no DNS can have
        case aiohttp.ClientConnectorCertificateError():
            return Outcome.FAILED, "tls"
        case aiohttp.ClientConnectorError():
            if isinstance(error.os_error, Forbidden) or str(Forbidden()) in str(error.os_error):
                return Outcome.BLOCKED, "forbidden-address"
            return Outcome.FAILED, failures.code_of(error.os_error)
    return Outcome.FAILED, failures.code_of(error)


def _is_exhausted(error: Exception) -> bool:
    with suppress(AttributeError):
        error = error.os_error  # type: ignore[attr-defined]  # ClientConnectorError has it
    return not failures.EXHAUSTED.isdisjoint(failures.error_numbers(error))
