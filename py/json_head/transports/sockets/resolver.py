"""Name look-ups, by the operating system's ``getaddrinfo``: only that finds what people expect, by hosts files, search domains,
mDNS and whatever else nsswitch.conf names. (c-ares, which needs no threads, asks files and DNS servers.)

It can't be called off. A name whose servers are silent has a thread for as long as the system is patient, often 10 to 30 s,
after its request has long timed out. So there is a bound, and beyond it look-ups wait for their turn, off their requests' clocks.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from json_head.transports.base import on_behalf_of
from json_head.transports.sockets.clock import Clock
from json_head.urls.target import UrlError
from json_head.verdicts import BLOCKED_REASONS

#: Look-ups under way. A client has at most as many as are left then, so that there is always a turn for another: one has up
#: to half of them, two a third each, and so on.
MAX_THREADS = 256
#: How long a look-up waits for its turn.
TURN_LIMIT_S = 60.0
#: Where the system has no thread and none of ours will end, it is asked again after this.
AGAIN_S = 0.25
#: How long an answer is kept. Who asks for a name that is being looked up waits for that same answer.
KEPT_S = 10.0

#: As ``getaddrinfo`` gives it: family, type, protocol, canonical name, and what a socket connects to.
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]
#: Host and port.
Name = tuple[str, int]


@dataclass(slots=True, eq=False)
class _Turn:
    """A request that waits until the look-up of its name begins."""

    client: str
    name: Name
    begun: asyncio.Future[asyncio.Future[list[Address]]]


class Resolver:
    """Looks up names, for one event loop. Nothing waits for look-ups that are under way when the program ends."""

    def __init__(self) -> None:
        self._known: dict[Name, asyncio.Future[list[Address]]] = {}
        self._under_way: Counter[str] = Counter()
        self._waiting: list[_Turn] = []
        self._again: asyncio.TimerHandle | None = None

    async def begin(self, name: Name, clock: Clock) -> asyncio.Future[list[Address]]:
        """Have a look-up begin, with the clock stopped until then.

        Args:
            name: its host may be an address itself, without brackets.

        Returns:
            All addresses, or the :class:`OSError` or :class:`UnicodeError` that says that there is none. It is others' too,
            so it is not to be cancelled.

        Raises:
            UrlError: ``look-up-limit``.
        """
        found = self._known.get(name) or _addresses_in(name)
        if found:
            return found
        turn = _Turn(on_behalf_of.get(), name, asyncio.get_running_loop().create_future())
        self._waiting.append(turn)
        self._go_on()
        if turn.begun.done():
            return turn.begun.result()
        with clock.stopped():
            try:
                async with asyncio.timeout(TURN_LIMIT_S):
                    return await turn.begun
            except TimeoutError:
                raise UrlError("look-up-limit", BLOCKED_REASONS["look-up-limit"]) from None
            finally:
                if turn in self._waiting:
                    self._waiting.remove(turn)

    def _go_on(self) -> None:
        """Begin what may begin: of those who have the fewest look-ups under way, who came first."""
        while self._waiting:
            turn = min(self._waiting, key=lambda turn: self._under_way[turn.client])
            if self._under_way[turn.client] >= MAX_THREADS - self._under_way.total():
                return
            loop = asyncio.get_running_loop()
            thread = threading.Thread(
                target=_look_up_for, args=(self, loop, turn.name, turn.client), name="json-head-dns", daemon=True
            )
            try:
                thread.start()
            except RuntimeError:  # the system has no more of them: it goes on when one ends
                if not self._under_way and self._again is None:
                    self._again = loop.call_later(AGAIN_S, self._try_again)
                return
            self._under_way[turn.client] += 1
            self._known[turn.name] = found = loop.create_future()
            for each in self._waiting:
                if each.name == turn.name and not each.begun.done():
                    each.begun.set_result(found)
            self._waiting = [each for each in self._waiting if each.name != turn.name]

    def _try_again(self) -> None:
        self._again = None
        self._go_on()

    def ended(self, name: Name, client: str, found: list[Address] | Exception) -> None:
        """A look-up is over."""
        self._under_way[client] -= 1
        self._under_way += Counter()  # which leaves out who has none
        if isinstance(found, Exception):
            self._known[name].set_exception(found)
            self._known.pop(name).exception()  # which nobody may have waited for
        else:
            self._known[name].set_result(found)
            asyncio.get_running_loop().call_later(KEPT_S, self._known.pop, name)
        self._go_on()


def _addresses_in(name: Name) -> asyncio.Future[list[Address]] | None:
    """The address that a host is itself."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, name[0])
        except (OSError, ValueError):
            continue
        found = asyncio.get_running_loop().create_future()
        found.set_result([(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", name)])
        return found
    return None


def _look_up_for(resolver: Resolver, loop: asyncio.AbstractEventLoop, name: Name, client: str) -> None:
    found: list[Address] | Exception
    try:
        found = _look_up(*name)
    except Exception as error:  # noqa: BLE001 (it is raised where it is waited for)
        found = error
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(resolver.ended, name, client, found)


def _look_up(host: str, port: int) -> list[Address]:
    # Only of the kinds that this machine has addresses of (RFC 3493 6.1).
    found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [(family, kind, socket.IPPROTO_TCP, "", place) for family, kind, _, _, place in found]
