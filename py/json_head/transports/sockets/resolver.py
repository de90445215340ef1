"""Name look-ups by the operating system's ``getaddrinfo``. Only that applies hosts files, search domains, mDNS and the
other sources of nsswitch.conf. (c-ares needs no threads, but reads only files and DNS servers.)

A look-up cannot be cancelled. If the servers of a name are silent, its thread lives until the system gives up, often 10
to 30 s, long after its request has timed out. So the number of threads is limited. Further look-ups wait for a thread,
with their requests' clocks paused.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from json_head.reasons import BLOCKED_REASONS
from json_head.transports.base import on_behalf_of
from json_head.transports.shares import Use
from json_head.transports.sockets.clock import Clock
from json_head.urls.target import UrlError

#: The maximum number of look-ups under way, which clients share.
MAX_THREADS = 256
#: The maximum wait for a thread, in seconds.
TURN_LIMIT_S = 60.0
#: Seconds until another try, if the system refuses a new thread and none of ours will end.
AGAIN_S = 0.25
#: Seconds that addresses are cached. Requests for a name that is being looked up share that look-up.
KEPT_S = 10.0

#: As returned by ``getaddrinfo``: family, type, protocol, canonical name, and the address for ``connect``.
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]
#: Host and port.
Name = tuple[str, int]


@dataclass(slots=True, eq=False)
class _Waiter:
    """A request that waits until the look-up of its name begins."""

    client: str
    name: Name
    begun: asyncio.Future[asyncio.Future[list[Address]]]


class Resolver:
    """Looks up names, for one event loop. The process does not wait at its end for look-ups under way."""

    def __init__(self) -> None:
        self._look_ups: dict[Name, asyncio.Future[list[Address]]] = {}
        self._under_way = Use()
        self._waiting: list[_Waiter] = []
        self._retry_timer: asyncio.TimerHandle | None = None

    async def begin(self, name: Name, clock: Clock) -> asyncio.Future[list[Address]]:
        """Start a look-up, with the clock paused until it starts.

        Args:
            name: host and port. The host may be an IP address, without brackets.

        Returns:
            A future for all addresses, or for the :class:`OSError` or :class:`UnicodeError` of a name without one.
            Other requests share the future, so it must not be cancelled.

        Raises:
            UrlError: ``look-up-limit``.
        """
        result = self._look_ups.get(name) or _addresses_in(name)
        if result:
            return result
        waiter = _Waiter(on_behalf_of.get(), name, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self._start_waiting()
        if waiter.begun.done():
            return waiter.begun.result()
        with clock.stopped():
            try:
                async with asyncio.timeout(TURN_LIMIT_S):
                    return await waiter.begun
            except TimeoutError:
                raise UrlError("look-up-limit", BLOCKED_REASONS["look-up-limit"]) from None
            finally:
                if waiter in self._waiting:
                    self._waiting.remove(waiter)

    def _start_waiting(self) -> None:
        """Start the look-ups that may start."""
        while waiter := self._under_way.first(self._waiting, MAX_THREADS):
            loop = asyncio.get_running_loop()
            thread = threading.Thread(
                target=_look_up_for, args=(self, loop, waiter.name, waiter.client), name="json-head-dns", daemon=True
            )
            try:
                thread.start()
            except RuntimeError:  # the system refuses a new thread: try again when one of ours ends
                if not self._under_way.total and self._retry_timer is None:
                    self._retry_timer = loop.call_later(AGAIN_S, self._try_again)
                return
            self._under_way.add(waiter.client)
            self._look_ups[waiter.name] = result = loop.create_future()
            for other in self._waiting:
                if other.name == waiter.name and not other.begun.done():
                    other.begun.set_result(result)
            self._waiting = [other for other in self._waiting if other.name != waiter.name]

    def _try_again(self) -> None:
        self._retry_timer = None
        self._start_waiting()

    def ended(self, name: Name, client: str, result: list[Address] | Exception) -> None:
        """Record the result of a look-up."""
        self._under_way.remove(client)
        if isinstance(result, Exception):
            self._look_ups[name].set_exception(result)
            self._look_ups.pop(name).exception()  # marks it as retrieved, because it may have no waiters
        else:
            self._look_ups[name].set_result(result)
            asyncio.get_running_loop().call_later(KEPT_S, self._look_ups.pop, name)
        self._start_waiting()


def _addresses_in(name: Name) -> asyncio.Future[list[Address]] | None:
    """The address, if the host is an IP address itself."""
    family = family_of(name[0])
    if family is None:
        return None
    result = asyncio.get_running_loop().create_future()
    result.set_result([(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", name)])
    return result


def family_of(host: str) -> socket.AddressFamily | None:
    """The family of a host that is an IP address; ``None`` for a name."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, host)
        except (OSError, ValueError):
            continue
        return family
    return None


def _look_up_for(resolver: Resolver, loop: asyncio.AbstractEventLoop, name: Name, client: str) -> None:
    result: list[Address] | Exception
    try:
        result = _look_up(*name)
    except Exception as error:  # noqa: BLE001 (it is raised to the waiting requests)
        result = error
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(resolver.ended, name, client, result)


def _look_up(host: str, port: int) -> list[Address]:
    # Only families that this machine has addresses of (RFC 3493 6.1).
    result = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(family, socktype, socket.IPPROTO_TCP, "", sockaddr) for family, socktype, _, _, sockaddr in result]
