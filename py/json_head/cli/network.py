"""The transport that a command asks for: the only place that knows which one it is."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from json_head.cli.errors import OptionError
from json_head.model import Method, Observation, Request
from json_head.transports.base import Transport
from json_head.urls.target import Target

if TYPE_CHECKING:
    from json_head.relay.client import Relay
    from json_head.transports.sockets.proxies import Proxies

_PROXY_NAMES = frozenset(("http_proxy", "https_proxy", "all_proxy"))


@dataclass(frozen=True, slots=True)
class Network:
    """How requests leave. ``guard`` keeps them from addresses that are not public; ``relay`` is asked what could not be told from here."""

    method: Method = "HEAD"
    headers: tuple[tuple[str, str], ...] = ()
    user_agent: str | None = None
    guard: bool = False
    relay: str | None = None


def allow_files(connections: int) -> None:
    """Have this process open as many files as so many connections at once may need, as far as it may.

    Beside those under way there are those kept for a moment, addresses of a name that are tried side by side, and look-ups.
    Many systems begin with 256 or 1,024.
    """
    try:
        import resource
    except ModuleNotFoundError:  # Windows, which has no such limit
        return
    wanted = 8 * connections + 256
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # what is lacking is waited for
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


@asynccontextmanager
async def open_transport(network: Network) -> AsyncIterator[Transport]:
    """Sockets, for as long as the block lasts, or the proxies that the environment names.

    Raises:
        OptionError: a proxy that can't be used, or not beside ``--guard``.
    """
    from json_head.transports.sockets.native import NativeTransport

    guard, proxies = None, _proxies()
    if network.guard:
        from json_head.guard import Guard

        if proxies:
            raise OptionError(
                "--guard can't see which addresses a proxy connects to: leave it out, or unset http_proxy, https_proxy and all_proxy."
            )
        guard = Guard()
    async with NativeTransport(
        user_agent=network.user_agent, headers=dict(network.headers), guard=guard, proxies=proxies
    ) as native:
        yield WithGet(native) if network.method == "GET" else native


@asynccontextmanager
async def open_relay(network: Network) -> AsyncIterator[Relay | None]:
    """The relay, if one is wanted. It is asked without what is meant for the links: no header, and no guard, since it was named.

    Raises:
        RelayError: ``relay-invalid``.
        OptionError: a proxy that can't be used.
    """
    if network.relay is None:
        yield None
        return
    from json_head.relay.client import Relay
    from json_head.transports.sockets.native import NativeTransport

    async with NativeTransport(proxies=_proxies()) as native:
        yield Relay(network.relay, native)


def _proxies() -> Proxies | None:
    if not any(name.lower() in _PROXY_NAMES for name in os.environ):
        return None  # as nearly always: the module need not be loaded
    from json_head.transports.sockets.proxies import Proxies

    try:
        return Proxies.from_environment(os.environ)
    except ValueError as error:
        raise OptionError(str(error)) from error


class WithGet:
    """A transport that asks with GET where the engine would begin with HEAD."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def refuse(self, target: Target) -> None:
        self._transport.refuse(target)

    async def observe(self, request: Request) -> Observation:
        return await self._transport.observe(request._replace(method="GET"))

    async def read(self, url: str, *, limit: int, timeout_s: float) -> tuple[Observation, bytes]:
        return await self._transport.read(url, limit=limit, timeout_s=timeout_s)

    async def is_online(self) -> bool:
        return await self._transport.is_online()

    async def close(self) -> None:
        await self._transport.close()
