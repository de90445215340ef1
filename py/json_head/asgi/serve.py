"""Runs the app under uvicorn."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from ipaddress import ip_address, ip_network
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from json_head.asgi.app import App
from json_head.asgi.settings import Settings
from json_head.transports.shares import Shares, client_of

#: Seconds that a connection may stay open while no request on it is being answered: one with an incomplete request, or
#: an idle one.
IDLE_S = 15.0
#: Seconds that a client may take to receive the response, in addition to the request's time limit.
SENDING_S = 15.0
KEEP_ALIVE_S = 5
#: The maximum size of a request's line and header fields in bytes; a query may take half of it.
MAX_HEAD = 65_536
#: The maximum number of pipelined requests that wait on a connection.
MAX_WAITING = 32
#: New objects before a garbage collection: those of a few requests, so that there are not several collections in each.
GARBAGE = 20_000
#: Bytes that are parsed before the limits are checked.
_PIECE = 16_384


class Config(uvicorn.Config):
    """uvicorn's configuration, and the connections that clients share."""

    def __init__(self, settings: Settings, **named: Any) -> None:
        super().__init__(App(settings), **named)
        self.connections = settings.connections
        self.shares = Shares(settings.connections)
        self._proxies = tuple(map(ip_network, settings.proxies))

    def is_proxy(self, address: str) -> bool:
        """Whether connections from an address are those of any number of clients."""
        return bool(self._proxies) and any(ip_address(address) in network for network in self._proxies)


class Patient(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 protocol with time and size limits.

    By itself uvicorn waits without limit for the rest of a request, and for a client to receive a response. It accepts
    header fields and pipelined requests without limit, and reads bodies, which have no meaning here.
    """

    config: Config
    _timer: asyncio.TimerHandle
    _client: str | None = None
    """The client that this connection counts for."""
    _deadline = 0.0
    _heads = 0
    _head_size = 0
    _has_body = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._deadline = self.loop.time() + IDLE_S
        self._timer = self.loop.call_later(IDLE_S, self._check_deadline)
        if not self._count():
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._timer.cancel()
        if self._client is not None:
            self.config.shares.give_back(self._client)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            if self._has_body or self.transport.is_closing():
                return
            piece = data[start : start + _PIECE]
            heads = self._heads
            super().data_received(piece)
            self._head_size = self._head_size + len(piece) if heads == self._heads else 0
            if self._head_size > MAX_HEAD:
                self.send_400_response("Request header fields too large.")

    def on_headers_complete(self) -> None:
        self._heads += 1
        if len(self.pipeline) >= MAX_WAITING:
            self.transport.abort()
            return
        if self.url == b"*":
            self.url = b"/"  # OPTIONS * addresses the server as a whole (RFC 9110 9.3.7), which is the app here
        idle = self.cycle is None or self.cycle.response_complete
        super().on_headers_complete()
        if idle:
            self._deadline = self.loop.time() + self._answer_s
        # A body is not read. The connection is closed after the response (RFC 9112 9.3).
        if any(name in (b"content-length", b"transfer-encoding") and value != b"0" for name, value in self.headers):
            self._has_body = True
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        self._deadline = self.loop.time() + (self._answer_s if self.pipeline else IDLE_S)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        if self.cycle is None or self.cycle.response_complete:
            super().send_400_response(msg)
        else:
            self.transport.abort()  # a 400 would be taken for the response that is under way

    def _count(self) -> bool:
        """Count the connection for its client. Returns whether the client may have one more.

        A proxy may have all connections, because they are those of its clients.
        """
        address = self.client[0] if self.client else ""
        if address and self.config.is_proxy(address):
            return len(self.connections) <= self.config.connections
        client = client_of(address)
        if not self.config.shares.take(client):
            return False
        self._client = client
        return True

    @property
    def _answer_s(self) -> float:
        return self.config.timeout_graceful_shutdown or IDLE_S

    def _check_deadline(self) -> None:
        remaining_s = self._deadline - self.loop.time()
        if remaining_s <= 0:
            self.transport.abort()
        else:
            self._timer = self.loop.call_later(remaining_s, self._check_deadline)


class Server(uvicorn.Server):
    """Prints its address once it listens, and ends with exit code 0 after a signal."""

    async def main_loop(self) -> None:
        await super().main_loop()
        # Reading a page can take long, so it is ended. Requests for heads are still completed.
        assert isinstance(self.config.app, App)
        self.config.app.stop_reading()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            bracketed = f"[{host}]" if ":" in host else host
            print(f"json-head's API is at http://{bracketed}:{port}/ (Ctrl+C stops it)", flush=True)


def config(settings: Settings, *, loop: str = "auto") -> Config:
    """The uvicorn configuration. uvicorn itself chooses uvloop if it is installed."""
    return Config(
        settings,
        loop=loop,
        http=Patient,
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=int(settings.request_timeout + SENDING_S),
    )


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. Requests under way are completed first.

    Raises:
        OSError: the address or port cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=settings.connections) as listener:
        print(settings.as_text(), end="", flush=True)
        server = Server(config(settings))
        # uvicorn raises the signal again after its end, for handlers that were set before.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        import json_head.transports.sockets.pages  # noqa: F401 (an import with the first page would delay all requests by a quarter of a second)

        # The objects of the start-up live until the end, so the garbage collector need not scan them.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)
        server.run(sockets=[listener])
