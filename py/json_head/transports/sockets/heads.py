"""Requests the heads of responses over sockets. Connections are dialled, kept for a moment and reused.

A link check needs only heads, and thousands of them at once, so this does not use a general HTTP library.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import aiohappyeyeballs

from json_head.transports.sockets.clock import Clock
from json_head.transports.sockets.http1 import Connection, Head, NotHttpError
from json_head.transports.sockets.permitted import permitted
from json_head.transports.sockets.resolver import Address, Name, Resolver
from json_head.transports.sockets.tls import context

if TYPE_CHECKING:
    from json_head.guard import Guard

#: Seconds that an idle connection is kept. An audit sends its requests to a host in quick succession, so a connection
#: that is idle for longer only occupies a socket.
KEEPALIVE_S = 2.0
#: Seconds without keeping connections after this process ran out of files.
SCARCE_S = 5.0
#: RFC 8305 5: seconds before the next address of a name is tried in parallel.
_NEXT_ADDRESS_S = 0.25
#: Practically no limit: the request's own clock ends a handshake.
_NO_LIMIT_S = 3_600.0


class Heads:
    """Requests heads.

    Args:
        socket_factory: creates the socket for an address that is about to be dialled, or raises an :class:`OSError`.
        guard: the names and addresses that may be dialled; all if omitted.
    """

    def __init__(
        self,
        resolver: Resolver,
        tls: ssl.SSLContext | None,
        socket_factory: Callable[[Any], socket.socket] | None,
        guard: Guard | None = None,
    ) -> None:
        self._guard = guard
        self._resolver = resolver
        self._tls = tls
        self._socket_factory = socket_factory
        self._idle: dict[str, list[tuple[float, Connection]]] = {}
        self._sweep: asyncio.TimerHandle | None = None
        self._keep_after = 0.0

    async def ask(self, method: str, url: str, headers: Mapping[str, str], clock: Clock) -> Head:
        """Send a request and return the head of its response.

        Args:
            url: normalised, as by ``urls.target.parse``.
            headers: the header fields. Host may be omitted.
            clock: is paused while a look-up waits for a thread.

        Raises:
            TimeoutError: there was no response in time.
            UrlError: the look-up of the name never got a thread.
            OSError, UnicodeError, ssl.CertificateError: the connection failed or ended.
            NotHttpError: the response is not HTTP.
        """
        scheme, _, authority, path = url.split("/", 3)
        origin = f"{scheme}//{authority}"
        host = "" if "Host" in headers else f"Host: {authority}\r\n"
        fields = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        request = f"{method} /{path} HTTP/1.1\r\n{host}{fields}\r\n".encode()
        while True:
            reused = self._take(origin)
            connection = reused or await self._dial(origin, clock)
            try:
                head = await connection.ask(request, clock.ends, has_body=method != "HEAD")
            except ConnectionError:
                if reused and not connection.heard:
                    continue  # closed by the server while idle (RFC 9112 9.3.1)
                raise
            except NotHttpError:
                if reused:
                    continue  # late bytes of the previous response, such as a body to HEAD
                raise
            if connection.is_open:
                self._keep(origin, connection)
            return head

    def keep_none(self) -> None:
        """Close idle connections, and keep none for ``SCARCE_S`` seconds."""
        self._keep_after = asyncio.get_running_loop().time() + SCARCE_S
        self._drop(0)

    def close(self) -> None:
        self._drop(0)

    def _take(self, origin: str) -> Connection | None:
        idle = self._idle.get(origin)
        while idle:
            _, connection = idle.pop()
            if connection.is_idle():
                return connection
        return None

    def _keep(self, origin: str, connection: Connection) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        if now < self._keep_after:
            connection.abort()
            return
        self._idle.setdefault(origin, []).append((now, connection))
        if self._sweep is None:
            self._sweep = loop.call_later(KEEPALIVE_S, self._drop, KEEPALIVE_S)

    def _drop(self, age_s: float) -> None:
        """Close the connections that have been idle for at least ``age_s`` seconds."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        if not self._idle:
            return
        loop = asyncio.get_running_loop()
        now = loop.time()
        for origin, idle in list(self._idle.items()):
            young = [entry for entry in idle if now - entry[0] < age_s]
            for kept_at, connection in idle:
                if now - kept_at >= age_s:
                    connection.abort()
            if young:
                self._idle[origin] = young
            else:
                del self._idle[origin]
        if self._idle:
            oldest = min(idle[0][0] for idle in self._idle.values())
            self._sweep = loop.call_later(max(0.0, oldest + age_s - now), self._drop, age_s)

    async def _dial(self, origin: str, clock: Clock) -> Connection:
        name = name_of(origin)
        look_up = await self._resolver.begin(name, clock)
        async with asyncio.timeout_at(clock.ends):
            addresses = await permitted(look_up, name, self._guard)
            return await self._connect(name[0], addresses, secure=origin.startswith("https:"))

    async def _connect(self, host: str, addresses: list[Address], *, secure: bool) -> Connection:
        sock = await aiohappyeyeballs.start_connection(
            addresses, happy_eyeballs_delay=_NEXT_ADDRESS_S, socket_factory=self._socket_factory
        )
        options: dict[str, Any] = {}
        if secure:
            self._tls = self._tls or context()
            options = {"ssl": self._tls, "server_hostname": host.rstrip("."), "ssl_handshake_timeout": _NO_LIMIT_S}
        connection = Connection(sock)
        try:
            await asyncio.get_running_loop().create_connection(lambda: connection, sock=sock, **options)
        except BaseException:
            connection.abort()  # asyncio would otherwise send a TLS closure on a closed socket
            sock.close()
            raise
        return connection


def name_of(url: str) -> Name:
    """The host without brackets and the port of a normalised URL or origin."""
    scheme, _, authority = url.split("/", 3)[:3]
    host, _, port = authority.rpartition(":") if not authority.endswith("]") else (authority, "", "")
    if not host:
        host, port = authority, ""
    return host.strip("[]"), int(port or (443 if scheme == "https:" else 80))
