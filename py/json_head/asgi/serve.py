"""The app under uvicorn."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from json_head.asgi.app import App
from json_head.asgi.settings import Settings

#: How long a connection may be open while no request on it is being answered: one that is not sent to its end, or nothing
#: at all. In seconds.
IDLE_S = 15.0
#: Beyond the time for the request, how long a client may take to receive the answer, in seconds.
SENDING_S = 15.0
KEEP_ALIVE_S = 5
#: Of a request's line and header fields, in bytes; a query may be half of that.
MAX_HEAD = 65_536
#: Requests that wait for the one before them on their connection to be answered.
MAX_WAITING = 32
#: Objects that are new since the last time, when garbage is looked for: a few requests' worth, and not several times in each.
GARBAGE = 20_000
#: What is read before it is looked at what has come of it, in bytes.
_PIECE = 16_384


class InOneGo:
    """A connection to a client on which the head of an answer waits for what follows it: one packet, and one call of the system
    for it, where uvicorn makes two."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            self._transport.write(self._head + data)
            self._head = b""
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(b"HTTP/1.1 1"):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Nothing follows."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        self.flush()
        self._transport.close()


class Patient(HttpToolsProtocol):
    """uvicorn's HTTP/1.1, with an end to its patience.

    Of itself it waits for ever for the rest of a request, and for a client to receive an answer; it takes header fields and
    requests as long as they come, and reads bodies, which have no meaning here.
    """

    _clock: asyncio.TimerHandle
    _deadline = 0.0
    _heads = 0
    _head_size = 0
    _has_body = False

    def connection_made(self, transport: Any) -> None:
        super().connection_made(InOneGo(transport))  # type: ignore[arg-type]  # which is all of it that uvicorn uses
        self._deadline = self.loop.time() + IDLE_S
        self._clock = self.loop.call_later(IDLE_S, self._look_at_clock)
        if self.limit_concurrency and len(self.connections) >= self.limit_concurrency:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._clock.cancel()
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
            self.url = b"/"  # OPTIONS * asks for the server as a whole (RFC 9110 9.3.7), which is no more than that
        idle = self.cycle is None or self.cycle.response_complete
        super().on_headers_complete()
        if idle:
            self._deadline = self.loop.time() + self._answer_s
        # What follows is not looked at, and then the connection is closed (RFC 9112 9.3).
        if any(name in (b"content-length", b"transfer-encoding") and value != b"0" for name, value in self.headers):
            self._has_body = True
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        self.transport.flush()  # type: ignore[attr-defined]
        self._deadline = self.loop.time() + (self._answer_s if self.pipeline else IDLE_S)
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        if self.cycle is None or self.cycle.response_complete:
            super().send_400_response(msg)
        else:
            self.transport.abort()  # for it would be taken for the answer that is under way

    @property
    def _answer_s(self) -> float:
        return self.config.timeout_graceful_shutdown or IDLE_S

    def _look_at_clock(self) -> None:
        left = self._deadline - self.loop.time()
        if left <= 0:
            self.transport.abort()
        else:
            self._clock = self.loop.call_later(left, self._look_at_clock)


class Server(uvicorn.Server):
    """Says where it is once it listens, and ends with exit code 0 when it is told to end."""

    async def main_loop(self) -> None:
        await super().main_loop()
        # A page can take long to fetch and to read. Requests for heads are answered before the end.
        assert isinstance(self.config.app, App)
        self.config.app.stop_reading()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"json-head's API is at http://{shown}:{port}/ (Ctrl+C stops it)", flush=True)


def config(settings: Settings, *, loop: str = "auto") -> uvicorn.Config:
    """How uvicorn runs the app, by itself on uvloop where that is installed."""
    return uvicorn.Config(
        App(settings),
        loop=loop,
        http=Patient,
        ws="none",
        lifespan="on",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=list(settings.proxies),
        limit_concurrency=settings.connections + 1,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=int(settings.request_timeout + SENDING_S),
    )


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are then answered first.

    Raises:
        OSError: it can't listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=settings.connections) as listener:
        print(settings.told(), end="", flush=True)
        server = Server(config(settings))
        # uvicorn raises the signal again when it has ended, for whoever listened before it.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        import json_head.transports.sockets.pages  # noqa: F401 (with the first page it would take a quarter of a second of all others)

        # What there is now stays until the end: no use in looking through it for garbage.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE)
        server.run(sockets=[listener])
