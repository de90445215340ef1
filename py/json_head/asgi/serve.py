"""Runs the app under uvicorn."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from json_head.asgi.app import App
from json_head.asgi.operation.access_log import AccessLog
from json_head.asgi.operation.front import Front
from json_head.asgi.operation.metrics import Metrics
from json_head.asgi.operation.workers import Workers
from json_head.asgi.settings import Settings
from json_head.guard.denied import network_of
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
#: Seconds in which a worker takes two signals for one.
SAME_SIGNAL_S = 0.5
#: New objects before a garbage collection: those of a few requests, so that there are not several collections in each.
GARBAGE = 20_000
#: Seconds that the thread which reads pages may keep the interpreter while the event loop waits for it. (Python's own
#: value is ten times as long, and a request waits for its turn several times.)
SWITCH_S = 0.0005
#: Bytes that are parsed before the limits are checked.
_PIECE = 16_384


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
            return len(self.connections) <= self.config.settings.connections
        client = client_of(address)
        if not self.config.shares.take(client):
            return False
        self._client = client
        return True

    @property
    def _answer_s(self) -> float:
        return self.config.settings.request_timeout + SENDING_S

    def _check_deadline(self) -> None:
        remaining_s = self._deadline - self.loop.time()
        if remaining_s <= 0:
            self.transport.abort()
        else:
            self._timer = self.loop.call_later(remaining_s, self._check_deadline)


class Config(uvicorn.Config):
    """The uvicorn configuration, and the connections that clients share. uvicorn itself chooses uvloop if it is installed.

    The app is created when the configuration is loaded.
    """

    app_loaded: App
    log: AccessLog | None = None

    def __init__(self, settings: Settings, *, loop: str = "auto") -> None:
        self.settings = settings
        self.shares = Shares(settings.connections)
        self._proxies = tuple(map(network_of, settings.proxies))
        super().__init__(
            self._front,
            factory=True,
            loop=loop,
            http=Patient,
            ws="none",
            lifespan="on",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=bool(settings.proxies),
            forwarded_allow_ips=list(map(str, self._proxies)),
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=settings.grace,  # type: ignore[arg-type]  # it is passed on to asyncio.wait_for
        )

    def is_proxy(self, address: str) -> bool:
        """Whether connections from an address are those of any number of clients."""
        return any(ip_address(address) in network for network in self._proxies)

    def _front(self) -> Front:
        settings = self.settings
        self.log = AccessLog(settings.access_log) if settings.access_log else None
        self.app_loaded = App(settings)
        return Front(self.app_loaded, settings, Metrics(settings.requests, settings.pages), self.log)


class Server(uvicorn.Server):
    """Ends with exit code 0 after a signal. A second signal ends it at once.

    Args:
        is_worker: whether a parent process passes signals on. A terminal or systemd may send the same signal to both,
            so that Ctrl+C and a second signal right after the first do not count.
    """

    config: Config

    def __init__(self, config: Config, *, is_worker: bool = False) -> None:
        super().__init__(config)
        self._is_worker = is_worker
        self._loop: asyncio.AbstractEventLoop | None = None
        self._signal_at = -SAME_SIGNAL_S

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self._is_worker and (sig == signal.SIGINT or now - self._signal_at < SAME_SIGNAL_S):
            return
        self._signal_at = now
        if self.should_exit:
            self.force_exit = True
            if self._loop:
                self._loop.call_soon_threadsafe(self._abort)
        self.should_exit = True

    def _abort(self) -> None:
        self.config.app_loaded.is_ending = True
        for connection in list(self.server_state.connections):
            if connection.transport:
                connection.transport.abort()

    async def main_loop(self) -> None:
        await super().main_loop()
        # Reading a page can take long, so it is ended. Requests for heads are still completed.
        self.config.app_loaded.stop_reading()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        log = self.config.log
        if log and hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, lambda number, frame: log.reopen())


def run(settings: Settings, listener: socket.socket, *, is_worker: bool = False) -> None:
    """Serve in this process until SIGTERM or SIGINT."""
    server = Server(Config(settings), is_worker=is_worker)
    # uvicorn restores the handlers that were set before. With these a late signal still ends with exit code 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, server.handle_exit)
    import json_head.transports.sockets.pages  # noqa: F401 (an import with the first page would delay all requests by a quarter of a second)

    # The objects of the start-up live until the end, so the garbage collector need not scan them.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)
    sys.setswitchinterval(SWITCH_S)
    try:
        server.run(sockets=[listener])
    finally:
        if server.config.log:
            server.config.log.close()


def serve(settings: Settings, host: str, port: int, write: Callable[[str], object]) -> None:
    """Serve until SIGTERM or SIGINT. Requests under way are completed first.

    Args:
        write: prints a text that tells the settings and the address.

    Raises:
        OSError: the address or port cannot be listened on.
    """
    if hasattr(signal, "SIGHUP"):  # it reopens an access log, and never ends the server; worker processes inherit this
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=settings.connections) as listener:
        host, port = listener.getsockname()[:2]
        bracketed = f"[{host}]" if ":" in host else host
        address = f"json-head's API is at http://{bracketed}:{port}/ (Ctrl+C stops it)"
        write(f"{settings.as_text()}{address}\n")
        if settings.workers == 1:
            run(settings, listener)
        else:
            work = partial(run, settings, listener, is_worker=True)
            Workers(settings.workers, work, takes_hangup=bool(settings.access_log)).supervise()
