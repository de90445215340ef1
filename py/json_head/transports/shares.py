"""Divides what a server has among its clients, so that none of them takes all.

A client may have as much as is left for others: half of all if it is alone, a third if there are two such clients, and
so on. A client that has nothing yet gets at least one as long as one is left. Who waits is served by shares too: the client
that has the least comes first, and then the one that has waited longest.

A client is an IPv4 address or an IPv6 /56, which a home usually has (RIPE-690). A /48 is the most that a site has (RFC
6177), so its 256 clients may together have what two clients have. A /32 is the least that a provider has. Its customers
do not know of each other, so none may lock out the others: together they may have what three clients have. IPv4
addresses are too scarce for such networks, and many clients share one.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, TypeVar

#: The prefix lengths of an IPv6 client, its site and its provider.
CLIENT, SITE, PROVIDER = 56, 48, 32
#: How many clients a site and a provider count as, at most.
SITE_WEIGHT, PROVIDER_WEIGHT = 2, 3
#: A use that has decayed to this is forgotten, so that memory does not grow with the number of clients.
_NEGLIGIBLE = 0.01


@lru_cache(maxsize=4_096)
def client_of(address: str) -> str:
    """The client that has an address: the IPv4 address, the IPv6 /56, or an empty string if it is no address."""
    return subnet_of(address, CLIENT)


def subnet_of(address: str, bits: int) -> str:
    """The IPv4 address, the IPv6 network with a prefix of so many bits, or an empty string if it is no address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if ip.version == 6:
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((ip, bits), strict=False))
    return str(ip)


@lru_cache(maxsize=4_096)
def groups_of(client: str) -> tuple[tuple[str, int], ...]:
    """The client, and the networks that it belongs to, each with the number of clients that it counts as."""
    address, slash, _ = client.partition("/")
    if not slash:
        return ((client, 1),)
    return (
        (client, 1),
        (subnet_of(address, SITE), SITE_WEIGHT),
        (subnet_of(address, PROVIDER), PROVIDER_WEIGHT),
    )


class Waiter(Protocol):
    """Somebody who waits on behalf of a client."""

    client: str


W = TypeVar("W", bound=Waiter)


class Use:
    """How much each client has of something, and each network."""

    def __init__(self) -> None:
        self.total = 0.0
        self._by_group: dict[str, float] = {}

    def allows(self, client: str, capacity: float) -> bool:
        """Whether a client may have one more, if there are ``capacity`` in all."""
        left = capacity - self.total
        for group, weight in groups_of(client):  # noqa: SIM110 (a generator takes twice the time, in each request)
            if self._by_group.get(group, 0.0) + 1 > weight * left:
                return False
        return True

    def first(self, waiting: Iterable[W], capacity: float) -> W | None:
        """The one who is next; ``None`` if nobody may have one more."""
        allowed = (waiter for waiter in waiting if self.allows(waiter.client, capacity))
        return min(allowed, key=lambda waiter: self._load_of(waiter.client), default=None)

    def add(self, client: str) -> None:
        self.total += 1
        for group, _ in groups_of(client):
            self._by_group[group] = self._by_group.get(group, 0.0) + 1

    def remove(self, client: str) -> None:
        self.total -= 1
        for group, _ in groups_of(client):
            self._by_group[group] -= 1
            if not self._by_group[group]:
                del self._by_group[group]

    def decay(self, amount: float) -> None:
        """Reduce the use of all, each in proportion to its own."""
        if amount >= self.total:
            self.total = 0.0
            self._by_group.clear()
        elif amount > 0:
            factor = 1 - amount / self.total
            self.total -= amount
            self._by_group = {group: used * factor for group, used in self._by_group.items() if used > _NEGLIGIBLE}

    def _load_of(self, client: str) -> float:
        return max(self._by_group.get(group, 0.0) / weight for group, weight in groups_of(client))


@dataclass(slots=True, eq=False)
class _Waiter:
    client: str
    taken: asyncio.Future[None]


class Shares:
    """A number of slots that clients take and give back, on one event loop.

    Args:
        capacity: the number of slots.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._use = Use()
        self._waiting: list[_Waiter] = []

    @property
    def used(self) -> int:
        """The slots that are taken."""
        return int(self._use.total)

    @property
    def is_full(self) -> bool:
        """Whether no slot is left, not even for a client that has none."""
        return self.used >= self._capacity

    def take(self, client: str) -> bool:
        """Take a slot at once, if the client may have one more."""
        allowed = self._use.allows(client, self._capacity)
        if allowed:
            self._use.add(client)
        return allowed

    async def wait(self, client: str, limit_s: float) -> bool:
        """Take a slot, after a wait if need be. Returns whether there was one in time."""
        if self.take(client):
            return True
        waiter = _Waiter(client, asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        try:
            async with asyncio.timeout(limit_s):
                await waiter.taken
        except BaseException as error:
            if waiter.taken.done() and not waiter.taken.cancelled():
                self.give_back(client)  # it was taken in the moment in which the wait ended
            if isinstance(error, TimeoutError):
                return False
            raise
        finally:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
        return True

    def give_back(self, client: str) -> None:
        """Give a slot back, and give it to who is next."""
        self._use.remove(client)
        while self._waiting and (waiter := self._use.first(self._waiting, self._capacity)):
            self._waiting.remove(waiter)
            if not waiter.taken.done():
                self._use.add(waiter.client)
                waiter.taken.set_result(None)
