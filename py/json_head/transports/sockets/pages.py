"""Whole answers, and answers by way of a proxy, through aiohttp: bodies of any framing and coding. It is loaded with the first of them."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader
from yarl import URL

from json_head.transports.failures import EXHAUSTED, ProxyError, error_numbers
from json_head.transports.sockets.clock import Clock
from json_head.transports.sockets.http1 import MAX_HEADERS_SIZE, MAX_INTERIM, MAX_LINES, Head, NotHttpError
from json_head.transports.sockets.resolver import Resolver

#: Of a field, in bytes. aiohttp copies a folded value anew with each of its folds, so the time for it grows with the square of this.
MAX_FIELD_SIZE = 64 * 1024
#: A body is read piece by piece, in bytes. It can have a chunk for each of them, which takes 2 µs.
_PIECE = 16 * 1024


class Pages:
    """Asks for heads with the bodies behind them. Its errors are those of :class:`~json_head.transports.sockets.heads.Heads`."""

    def __init__(
        self, resolver: Resolver, tls: ssl.SSLContext | None, socket_factory: Callable[[Any], socket.socket] | None
    ) -> None:
        connector = aiohttp.TCPConnector(
            limit=0,  # how many at once is the engine's business
            ssl=tls or True,
            force_close=True,
            resolver=_Names(resolver),
            socket_factory=socket_factory,
        )
        connector._factory = partial(_Protocol, asyncio.get_running_loop())  # type: ignore[assignment]  # no public way
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            max_line_size=MAX_HEADERS_SIZE,
            max_field_size=MAX_FIELD_SIZE,
            max_headers=MAX_LINES,
            response_class=_Response,
        )

    async def ask(self, method: str, url: str, headers: Mapping[str, str], proxy: str | None = None) -> Page:
        """What a server answers, by way of a proxy where one is given.

        Raises:
            ProxyError: the proxy can't be reached, or refuses.
        """
        with _told():
            response = await self._session.request(
                method, URL(url, encoded=True), headers=headers, allow_redirects=False, proxy=proxy
            )
        if proxy and response.status == 407:  # which no other server sends (RFC 9110 15.5.8)
            response.close()
            raise ProxyError("it asks for a password")
        return Page(response)

    async def close(self) -> None:
        await self._session.close()


class Page:
    """A head, and its body for who wants to :meth:`read` it. Whoever has one closes it."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        fields = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.raw_headers]
        self.head = Head(response.status, tuple(fields))

    async def read(self, limit: int) -> bytes:
        """Up to ``limit`` + 1 bytes of the body."""
        body = bytearray()
        with _told():
            while len(body) <= limit:
                try:
                    part = await self._response.content.read(min(_PIECE, limit + 1 - len(body)))
                except RuntimeError as error:  # aiohttp's for a connection that ended before a compressed body did
                    raise NotHttpError("no HTTP") from error
                if not part:
                    break
                body += part
                await asyncio.sleep(0)  # of what has come already, reading is no wait
        return bytes(body)

    def close(self) -> None:
        self._response.close()  # rather than drain a body that nobody wants


class _Protocol(ResponseHandler):
    """aiohttp's, which would take 5,000 fields of 64 KB each, and empty lines without end, before it has a head."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._is_answered = False
        self._head_size = 0

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        super().feed_data(data, size)
        self._is_answered = self._is_answered or data[0].code >= 200

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._is_answered:
            return
        self._head_size += len(data)
        if self._head_size > MAX_HEADERS_SIZE and self.transport is not None:
            self.transport.close()
            self.set_exception(NotHttpError("header block too large"))


class _Response(aiohttp.ClientResponse):
    """A response with the limits of :mod:`~json_head.transports.sockets.http1` on interim responses and the bytes of all heads."""

    async def start(self, connection: Connection) -> aiohttp.ClientResponse:
        protocol = connection.protocol
        assert protocol is not None  # an empty one is false
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

        protocol.read = read_head  # type: ignore[method-assign]  # aiohttp calls it once for each head
        return await super().start(connection)


class _Names(AbstractResolver):
    """aiohttp's view of the resolver. It is never called for an address."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
        looking_up = await self._resolver.begin((host, port), Clock(0.0))  # which has begun already, for whoever asks
        return [
            ResolveResult(hostname=host, host=str(place[0]), port=port, family=kind, proto=0, flags=flags)
            for kind, _, _, _, place in await asyncio.shield(looking_up)
        ]

    async def close(self) -> None:
        """It is not its own."""


@contextmanager
def _told() -> Iterator[None]:
    """aiohttp's exceptions as what is below them, or what they mean."""
    try:
        yield
    except aiohttp.ServerDisconnectedError as error:
        raise ConnectionResetError("no answer") from error
    except aiohttp.ClientHttpProxyError as error:
        raise ProxyError("no tunnel") from error
    except (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, HttpProcessingError) as error:
        raise NotHttpError("no HTTP") from error
    except aiohttp.InvalidURL as error:  # what urls.parse takes and yarl does not is a name that no DNS can have
        raise socket.gaierror(socket.EAI_NONAME, "no name") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise ssl.CertificateError("no valid certificate") from error
    except aiohttp.ClientProxyConnectionError as error:
        if EXHAUSTED.isdisjoint(error_numbers(error.os_error)):
            raise ProxyError("no connection") from error
        raise error.os_error from error
    except aiohttp.ClientConnectorError as error:
        raise error.os_error from error
