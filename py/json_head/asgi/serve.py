"""The app under uvicorn."""

from __future__ import annotations

import asyncio
import signal
import socket
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from json_head.asgi.app import SENDING_S, App
from json_head.asgi.settings import Settings

#: How long a connection may be open while no request on it is being answered: one that is not sent to its end, an answer
#: that is not received, or nothing at all. In seconds.
IDLE_S = 15.0
KEEP_ALIVE_S = 5
#: Of a request's line and header fields, in bytes; a query may be half of that.
MAX_HEAD = 65_536


class Patient(H11Protocol):
    """uvicorn's HTTP/1.1, with an end to its patience: of itself it waits for ever for the rest of a request."""

    _impatience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._answering()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        if self.cycle is not None and not self.cycle.response_complete:
            self._answering()

    def on_response_complete(self) -> None:
        if not self.cycle.disconnected:
            self._wait()
        super().on_response_complete()

    def _wait(self) -> None:
        self._answering()
        self._impatience = self.loop.call_later(IDLE_S, self.transport.abort)

    def _answering(self) -> None:
        if self._impatience:
            self._impatience.cancel()
            self._impatience = None


class Server(uvicorn.Server):
    """Says where it is once it listens, and ends with exit code 0 when it is told to end."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"json-head's API is at http://{shown}:{port}/ (Ctrl+C stops it)", flush=True)


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are then answered first.

    Raises:
        OSError: it can't listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=settings.connections) as listener:
        print(settings.told(), end="", flush=True)
        server = Server(
            uvicorn.Config(
                App(settings),
                http=Patient,
                ws="none",
                lifespan="on",
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=bool(settings.proxies),
                forwarded_allow_ips=list(settings.proxies),
                limit_concurrency=settings.connections,
                timeout_keep_alive=KEEP_ALIVE_S,
                timeout_graceful_shutdown=int(settings.request_timeout + SENDING_S),
                h11_max_incomplete_event_size=MAX_HEAD,
            )
        )
        # uvicorn raises the signal again when it has ended, for whoever listened before it.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, server.handle_exit)
        server.run(sockets=[listener])
