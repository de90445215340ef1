"""A network in process: every connection that the package dials delivers a prepared response, piece by piece, without a socket.

A response passes the same code as in the command and the relay, its bytes are counted exactly, and it can be endless.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from unittest.mock import patch

from json_head.transports.sockets import resolver
from json_head.transports.sockets.native import NativeTransport

#: Bytes that a connection delivers at once, which is asyncio's maximum.
PIECE = 65_536
#: An address for documentation (RFC 5737), which is never dialled.
ADDRESS = "192.0.2.1"


class Wire(asyncio.Transport):
    """A connection that begins its response when a request is written to it, and ends after the response."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: asyncio.Protocol, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._loop, self._protocol, self._pieces = loop, protocol, pieces
        self._closed = self._paused = self._begun = False
        self.taken = 0
        """Bytes that the reader received before it closed the connection."""

    def write(self, _data: Any) -> None:
        if not self._begun:
            self._begun = True
            self._loop.call_soon(self._deliver)

    def is_closing(self) -> bool:
        return self._closed

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._loop.call_soon(self._protocol.connection_lost, None)

    abort = close

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        if self._paused:
            self._paused = False
            self._loop.call_soon(self._deliver)

    def is_reading(self) -> bool:
        return not self._paused

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default

    def _deliver(self) -> None:
        if self._closed or self._paused:
            return
        piece = next(self._pieces, None)
        if piece is None:
            self._protocol.eof_received()
            self.close()
            return
        self.taken += len(piece)
        self._protocol.data_received(piece)
        self._loop.call_soon(self._deliver)


class WiredLoop(asyncio.SelectorEventLoop):
    """An event loop whose connections are wires.

    Args:
        answer: gives the pieces of the response for the connection of this number, from 0.
    """

    def __init__(self, answer: Callable[[int], Iterator[bytes]]) -> None:
        super().__init__()
        self._answer = answer
        self.wires: list[Wire] = []

    async def sock_connect(self, sock: Any, address: Any) -> None:
        """Every address accepts."""

    async def create_connection(self, protocol_factory: Any, *_args: Any, sock: Any = None, **_options: Any) -> Any:
        if sock is not None:
            sock.close()
        protocol = protocol_factory()
        wire = Wire(self, protocol, self._answer(len(self.wires)))
        self.wires.append(wire)
        protocol.connection_made(wire)
        return wire, protocol


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def transport() -> NativeTransport:
    return NativeTransport(tls=_tls())


def run(read: Callable[[], Any], answer: Callable[[int], Iterator[bytes]]) -> list[Wire]:
    """Run a coroutine function on a network with these responses; gives its connections. Names are looked up without DNS."""
    found = [(2, 1, 6, (ADDRESS, 80))]
    with (
        patch.object(resolver, "_look_up", lambda _host, _port: found),
        asyncio.Runner(loop_factory=lambda: WiredLoop(answer)) as runner,
    ):
        loop = runner.get_loop()
        runner.run(read())
        assert isinstance(loop, WiredLoop)
        return loop.wires
