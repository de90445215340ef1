"""The transport that a command asks for: the only place that knows which one it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from json_head.model import Method, Observation, Request
from json_head.transports.base import Transport
from json_head.urls import Target


@dataclass(frozen=True, slots=True)
class Network:
    """How requests leave. ``guard`` keeps them from addresses that are not public."""

    method: Method = "HEAD"
    headers: tuple[tuple[str, str], ...] = ()
    user_agent: str | None = None
    guard: bool = False


@asynccontextmanager
async def open_transport(network: Network) -> AsyncIterator[Transport]:
    """Sockets, for as long as the block lasts."""
    from json_head.transports.native import NativeTransport

    guard = None
    if network.guard:
        from json_head.guard import Guard

        guard = Guard()
    async with NativeTransport(user_agent=network.user_agent, headers=dict(network.headers), guard=guard) as native:
        yield WithGet(native) if network.method == "GET" else native


class WithGet:
    """A transport that asks with GET where the engine would begin with HEAD."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def refuse(self, target: Target) -> None:
        self._transport.refuse(target)

    async def observe(self, request: Request) -> Observation:
        return await self._transport.observe(replace(request, method="GET"))

    async def read(self, url: str, *, limit: int, timeout_s: float) -> tuple[Observation, bytes]:
        return await self._transport.read(url, limit=limit, timeout_s=timeout_s)

    async def is_online(self) -> bool:
        return await self._transport.is_online()

    async def close(self) -> None:
        await self._transport.close()
