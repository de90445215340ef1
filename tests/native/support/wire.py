"""A server of plain sockets that sends exactly the given bytes and records exactly the received ones."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field

from tests.servers.sockets import talking

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def answer(*fields: str, status: str = "200 OK", body: bytes = b"") -> bytes:
    lines = [f"HTTP/1.1 {status}", *fields]
    if not any(field.lower().startswith(("content-length", "transfer-encoding")) for field in fields):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def moved(location: str, status: int = 302) -> bytes:
    return answer(f"Location: {location}", status=f"{status} Moved")


@dataclass(slots=True)
class Wire:
    """``answers`` maps a path to the bytes of its response. ``None`` closes the connection, ``then_closes`` after the response."""

    origin: str = ""
    answers: dict[str, bytes | None] = field(default_factory=dict)
    then_closes: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)
    """Whole header blocks, as received."""
    connections: int = 0
    written: int = 0
    """Bytes of responses that the system has accepted."""

    @property
    def lines(self) -> list[str]:
        """``HEAD /path`` for each request."""
        return [request.partition(" HTTP/")[0] for request in self.requests]


@asynccontextmanager
async def listening(host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[Wire]:
    wire = Wire()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire.connections += 1
        await _converse(wire, reader, writer)

    async with talking(converse, host, port) as wire.origin:
        yield wire


async def _converse(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        wire.requests.append(request)
        method, path, _ = request.split(" ", 2)
        raw = wire.answers.get(path, OK)
        if raw is None:
            return
        if method == "HEAD" and raw.startswith(b"HTTP/"):
            blocks, end, _ = raw.rpartition(b"\r\n\r\n")
            raw = blocks + end or raw
        for start in range(0, len(raw), 65_536):
            part = raw[start : start + 65_536]
            writer.write(part)
            await writer.drain()
            wire.written += len(part)
        if path in wire.then_closes:
            return


@contextmanager
def listening_over_tls(context: ssl.SSLContext, raw: bytes = OK) -> Iterator[str]:
    """A server that responds with ``raw`` to clients that accept its certificate; gives its origin.

    It runs in a thread, since asyncio's servers leave their sockets open when the client refuses the certificate.
    """

    def serve() -> None:
        while True:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.settimeout(5)
                with context.wrap_socket(connection, server_side=True) as secure:
                    if not secure.recv(65_536):
                        continue
                    secure.sendall(raw)
            if over.is_set():
                return

    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        host, port = server.getsockname()
        try:
            yield f"https://{host}:{port}"
        finally:
            over.set()
            socket.create_connection((host, port)).close()
            thread.join()
