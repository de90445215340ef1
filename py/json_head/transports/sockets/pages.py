"""Requests whole responses, and responses through a proxy, by aiohttp: bodies of any framing and coding. It is imported
on first use.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader
from yarl import URL

from json_head.errors import EXHAUSTED
from json_head.transports.failures import ProxyError, error_numbers, proxy_code
from json_head.transports.sockets.clock import Clock
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE, MAX_INTERIM, MAX_LINES, Head, NotHttpError
from json_head.transports.sockets.permitted import permitted
from json_head.transports.sockets.resolver import Resolver

if TYPE_CHECKING:
    from json_head.guard import Guard

#: The maximum size of a field in bytes. aiohttp copies a folded value with each fold, so the time grows with the square
#: of this.
MAX_FIELD_SIZE = 64 * 1024
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
#: The bytes that are read of a body at a time. Each piece can hold a chunk per byte, at 2 µs each.
_PIECE = 16 * 1024
#: The statuses with which a proxy says that it refuses (tinyproxy: 401 for a wrong password), or that it has no response of the server.
_ERRORS_OF_PROXIES = frozenset((401, 403, *range(500, 600)))


@dataclass(slots=True)
class Way:
    """How far a request has come on its way."""

    is_connected: bool = False
    """Whether there is a connection to the server, or to the proxy that responds in its place."""


class Pages:
    """Requests heads with their bodies. Its errors are those of :class:`~json_head.transports.sockets.heads.Heads`."""

    def __init__(
        self,
        resolver: Resolver,
        tls: ssl.SSLContext | None,
        socket_factory: Callable[[Any], socket.socket] | None,
        guard: Guard | None = None,
    ) -> None:
        self._tls = tls
        self._socks: dict[str, aiohttp.ClientSession] = {}
        self._session = _session(
            aiohttp.TCPConnector(
                limit=0,  # the engine limits concurrency
                ssl=tls or True,
                force_close=True,
                resolver=_Names(resolver, guard),
                socket_factory=socket_factory,
            )
        )

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], proxy: str | None = None, way: Way | None = None
    ) -> Page:
        """Send a request, through a proxy if one is given, and return the response. ``way`` is updated.

        Raises:
            ProxyError: the proxy cannot be reached, or refuses.
        """
        session = self._session
        if proxy and proxy.startswith("socks"):
            session, proxy = self._through_socks(proxy), None
        with _translate_errors(), _blame_proxy(proxy):
            response = await session.request(
                method,
                URL(url, encoded=True),
                headers=headers,
                allow_redirects=False,
                proxy=proxy,
                trace_request_ctx=way,
            )
        if proxy and _is_from_proxy(response):
            response.close()
            raise ProxyError(f"it responds with {response.status} itself", proxy_code(response.status))
        return Page(response)

    def _through_socks(self, proxy: str) -> aiohttp.ClientSession:
        if proxy not in self._socks:
            from json_head.transports.sockets.socks import SocksConnector

            connector = SocksConnector.from_url(proxy, rdns=True, limit=0, ssl=self._tls or True, force_close=True)
            self._socks[proxy] = _session(connector)
        return self._socks[proxy]

    async def close(self) -> None:
        for session in (self._session, *self._socks.values()):
            await session.close()


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    trace = aiohttp.TraceConfig()
    trace.on_connection_create_end.append(_connected)
    connector._factory = partial(_Protocol, asyncio.get_running_loop())  # type: ignore[assignment]  # there is no public API
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        trace_configs=[trace],
        max_line_size=MAX_HEADERS_SIZE,
        max_field_size=MAX_FIELD_SIZE,
        max_headers=MAX_LINES,
        response_class=_Response,
    )


async def _connected(session: aiohttp.ClientSession, context: Any, parameters: object) -> None:
    if isinstance(context.trace_request_ctx, Way):
        context.trace_request_ctx.is_connected = True


class Page:
    """A head, and its body, which :meth:`read` reads. The caller closes it."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        fields = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.raw_headers]
        self.head = Head(response.status, tuple(fields))

    async def read(self, limit: int) -> bytes:
        """Up to ``limit`` + 1 bytes of the body."""
        body = bytearray()
        with _translate_errors():
            while len(body) <= limit:
                try:
                    part = await self._response.content.read(min(_PIECE, limit + 1 - len(body)))
                except RuntimeError as error:  # aiohttp raises this if the connection ends within a compressed body
                    raise NotHttpError("no HTTP") from error
                if not part:
                    break
                body += part
                await asyncio.sleep(0)  # reading buffered data does not yield to other tasks
        return bytes(body)

    def close(self) -> None:
        self._response.close()  # closes instead of reading the rest of the body


def _is_from_proxy(response: aiohttp.ClientResponse) -> bool:
    """Whether a proxy shows that it responds itself, and not the server: a password is missing, or there is no server of this name."""
    if response.status == 407:  # only a proxy sends this status (RFC 9110 15.5.8)
        return True
    headers = response.headers
    if response.url.scheme != "http" or response.status not in _ERRORS_OF_PROXIES:  # a tunnel shows only the server
        return False
    return (
        "X-Squid-Error" in headers
        or "error=" in headers.get("Proxy-Status", "")  # RFC 9209 2.1.1
        or headers.get("Server", "").lower().startswith("tinyproxy")
    )


class _Protocol(ResponseHandler):
    """aiohttp's protocol with a limit on the bytes before a head, and without what follows a response.

    Without the limit, it accepts 5,000 fields of 64 KB each, and any number of empty lines. What follows a response, such as a line end after
    a page, would make the whole response invalid. Browsers ignore it, too.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._is_answered = False
        self._head_size = 0
        self._left: int | None = None
        """The bytes of the body that have not arrived, if its head tells its length."""

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        super().feed_data(data, size)
        head = data[0]
        if not self._is_answered and head.code >= 200:
            self._is_answered = True
            length = head.headers.get("Content-Length", "")
            if head.code in (204, 304):
                self._left = 0
            elif length.isascii() and length.isdigit() and not head.chunked:
                self._left = int(length)

    def data_received(self, data: bytes) -> None:
        if not data:  # aiohttp resumes decompression by this
            super().data_received(data)
        while data and not self._is_answered and self.exception() is None:
            end = _END_OF_HEAD.search(data)
            head, data = (data[: end.end()], data[end.end() :]) if end else (data, b"")
            self._head_received(head)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        if data and self.exception() is None:
            super().data_received(data)
            # aiohttp tells a reader of the body only of an error that comes together with the head.
            if (error := self.exception()) and self._payload is not None:
                self._payload.set_exception(error)

    def _head_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answered:
            return
        self._head_size += len(data)
        if self._head_size > MAX_HEADERS_SIZE and self.transport is not None:
            self.transport.close()
            self.set_exception(NotHttpError("header block too large"))


class _Response(aiohttp.ClientResponse):
    """A response with the limits of :mod:`~json_head.transports.sockets.http1` on interim responses and the bytes of
    all heads.
    """

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        protocol = connection.protocol
        assert protocol is not None  # a truth test would be wrong: an empty protocol is false
        read = protocol.read
        count = size = 0

        async def read_head() -> Any:
            nonlocal count, size
            message, payload = await read()
            count += 1
            size += sum(len(name) + len(value) for name, value in message.raw_headers)
            if count > MAX_INTERIM + 1:
                raise NotHttpError("too many interim responses")
            if size > MAX_HEADERS_SIZE:
                raise NotHttpError("header block too large")
            return message, payload

        protocol.read = read_head  # type: ignore[method-assign]  # aiohttp calls this once for each head
        return await super().start(connection)


class _Names(AbstractResolver):
    """Adapts the resolver to aiohttp. aiohttp never calls it for an IP address."""

    def __init__(self, resolver: Resolver, guard: Guard | None) -> None:
        self._resolver = resolver
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        look_up = await self._resolver.begin(
            (host, port), Clock(0.0)
        )  # the look-up has already begun, so the clock does not matter
        return [
            ResolveResult(hostname=host, host=str(peer[0]), port=port, family=address_family, proto=0, flags=flags)
            for address_family, _, _, _, peer in await permitted(look_up, (host, port), self._guard)
        ]

    async def close(self) -> None:
        """Does nothing: the resolver belongs to the caller."""


@contextmanager
def _blame_proxy(proxy: str | None) -> Iterator[None]:
    """Translate a failure of TLS with the proxy, which aiohttp raises like one with the server."""
    try:
        yield
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorSSLError) as error:
        if proxy and (error.host, error.port) == ((parts := URL(proxy)).host, parts.port):
            raise ProxyError("no TLS", "proxy-tls") from error
        raise


@contextmanager
def _translate_errors() -> Iterator[None]:
    """Translate aiohttp's exceptions to the underlying ones, or to those that describe them."""
    try:
        yield
    except aiohttp.ServerDisconnectedError as error:
        raise ConnectionResetError("no response") from error
    except aiohttp.ClientHttpProxyError as error:
        raise ProxyError("no tunnel", proxy_code(error.status)) from error
    except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, HttpProcessingError) as error:
        raise NotHttpError("no HTTP") from error
    except aiohttp.InvalidURL as error:  # a name that our parser accepts and yarl rejects cannot exist in DNS
        raise socket.gaierror(socket.EAI_NONAME, "no name") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise error.certificate_error from error
    except aiohttp.ClientProxyConnectionError as error:
        if EXHAUSTED.isdisjoint(error_numbers(error.os_error)):
            raise ProxyError("no connection") from error
        raise error.os_error from error
    except aiohttp.ClientConnectorError as error:
        raise error.os_error from error
    except aiohttp.ClientOSError as error:
        # TLS after the handshake, whose number would be taken for the kernel's; or a SOCKS proxy.
        if isinstance(error.__cause__, (ssl.SSLError, ProxyError)):
            raise error.__cause__ from error
        raise
