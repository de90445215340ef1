"""The heads of answers, over sockets: connections are dialled, kept for a moment and asked again.

A link needs no more than that, and thousands of them are asked at once; so this does without a library that could do more.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import aiohappyeyeballs

from json_head.transports.sockets.clock import Clock
from json_head.transports.sockets.http1 import Connection, Head, NotHttpError
from json_head.transports.sockets.resolver import Address, Name, Resolver

#: How long a connection is kept for further requests. Audits ask a host in one go; what waits longer only holds a socket.
KEEPALIVE_S = 2.0
#: How long none is kept after this process lacked a free file for a new one.
SCARCE_S = 5.0
#: RFC 8305 5: how long the next address of a name waits for the one before.
_NEXT_ADDRESS_S = 0.25
#: The request's own clock is what ends a handshake.
_NO_LIMIT_S = 3_600.0


class Heads:
    """Asks for heads.

    Args:
        socket_factory: makes the socket for an address that is about to be dialled, or raises an :class:`OSError`.
    """

    def __init__(
        self, resolver: Resolver, tls: ssl.SSLContext | None, socket_factory: Callable[[Any], socket.socket] | None
    ) -> None:
        self._resolver = resolver
        self._tls = tls
        self._socket_factory = socket_factory
        self._kept: dict[str, list[tuple[float, Connection]]] = {}
        self._sweep: asyncio.TimerHandle | None = None
        self._keeps_from = 0.0

    async def ask(self, method: str, url: str, headers: Mapping[str, str], clock: Clock) -> Head:
        """What a server answers.

        Args:
            url: normalised, as ``urls.parse`` gives it.
            headers: all but Host, which may be among them.
            clock: it is stopped while a look-up waits for its turn.

        Raises:
            TimeoutError: it does not, in time.
            UrlError: the look-up of its name never had a turn.
            OSError, UnicodeError, ssl.CertificateError: there is no connection, or it ended.
            NotHttpError: what was answered is no HTTP.
        """
        scheme, _, authority, path = url.split("/", 3)
        origin = f"{scheme}//{authority}"
        host = "" if "Host" in headers else f"Host: {authority}\r\n"
        fields = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        request = f"{method} /{path} HTTP/1.1\r\n{host}{fields}\r\n".encode()
        while True:
            kept = self._take(origin)
            connection = kept or await self._dial(origin, clock)
            try:
                head = await connection.ask(request, clock.ends, has_body=method != "HEAD")
            except ConnectionError:
                if kept and not connection.heard:
                    continue  # it was closed while it was kept (RFC 9112 9.3.1)
                raise
            except NotHttpError:
                if kept:
                    continue  # the rest of the answer before, such as a body to HEAD, came late
                raise
            if connection.is_open:
                self._keep(origin, connection)
            return head

    def keep_none(self) -> None:
        """For a while."""
        self._keeps_from = asyncio.get_running_loop().time() + SCARCE_S
        self._drop(0)

    def close(self) -> None:
        self._drop(0)

    def _take(self, origin: str) -> Connection | None:
        kept = self._kept.get(origin)
        while kept:
            _, connection = kept.pop()
            if connection.is_idle():
                return connection
        return None

    def _keep(self, origin: str, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now < self._keeps_from:
            connection.abort()
            return
        self._kept.setdefault(origin, []).append((now, connection))
        if self._sweep is None:
            self._sweep = loop.call_later(KEEPALIVE_S, self._drop, KEEPALIVE_S)

    def _drop(self, age_s: float) -> None:
        """Close what has been kept for so long."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        if not self._kept:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        for origin, kept in list(self._kept.items()):
            young = [each for each in kept if now - each[0] < age_s]
            for since, connection in kept:
                if now - since >= age_s:
                    connection.abort()
            if young:
                self._kept[origin] = young
            else:
                del self._kept[origin]
        if self._kept:
            oldest = min(kept[0][0] for kept in self._kept.values())
            self._sweep = loop.call_later(max(0.0, oldest + age_s - now), self._drop, age_s)

    async def _dial(self, origin: str, clock: Clock) -> Connection:
        name = name_of(origin)
        looking_up = await self._resolver.begin(name, clock)
        async with asyncio.timeout_at(clock.ends):
            return await self._connect(name[0], await asyncio.shield(looking_up), secure=origin.startswith("https:"))

    async def _connect(self, host: str, addresses: list[Address], *, secure: bool) -> Connection:
        dialled = await aiohappyeyeballs.start_connection(
            addresses, happy_eyeballs_delay=_NEXT_ADDRESS_S, socket_factory=self._socket_factory
        )
        how: dict[str, Any] = {}
        if secure:
            self._tls = self._tls or _verifying()
            how = {"ssl": self._tls, "server_hostname": host.rstrip("."), "ssl_handshake_timeout": _NO_LIMIT_S}
        connection = Connection(dialled)
        try:
            await asyncio.get_running_loop().create_connection(lambda: connection, sock=dialled, **how)
        except BaseException:
            connection.abort()  # TLS that was just made would say goodbye first, on a socket that is gone
            dialled.close()
            raise
        return connection


def name_of(url: str) -> Name:
    """The host, without brackets, and the port of a normalised URL or its origin."""
    scheme, _, authority = url.split("/", 3)[:3]
    host, _, port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    if not host:
        host, port = authority, ""
    return host.strip("[]"), int(port or (443 if scheme == "https:" else 80))


def _verifying() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context
