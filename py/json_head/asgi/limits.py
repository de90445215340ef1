"""Rate limits per client, host and address: token buckets in bounded memory."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from json_head.asgi.settings import Settings
from json_head.guard import ForbiddenAddressError, Guard
from json_head.reasons import BLOCKED_REASONS
from json_head.urls.target import Target, UrlError

#: The maximum number of buckets. Beyond it the least recently used one is dropped.
MAX_BUCKETS = 10_000


class Buckets:
    """A token bucket per key. It holds ``burst`` tokens, and gains ``rate`` of them per second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, tokens: int = 1) -> float:
        """Take all the tokens or none. Returns 0 on success, else the seconds until they are available."""
        now = self._clock()
        remaining, updated_at = self._buckets.pop(key, (self._burst, now))
        remaining = min(self._burst, remaining + (now - updated_at) * self._rate)
        wait = max(0.0, (min(tokens, self._burst) - remaining) / self._rate)
        if not wait:
            remaining -= tokens  # more tokens than a bucket holds make it negative
        self._buckets[key] = (remaining, now)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return wait


class MeteredGuard(Guard):
    """A guard that also enforces rate limits: on URLs by host, including the targets of redirects, and on connections
    by address.

    Connections are counted too because an address can have any number of names. (Clients that use many names over
    reused connections are limited by their own rate.)
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(ports=settings.ports, allow=settings.allow, deny=settings.deny)
        self._hosts = Buckets(settings.host_rate, settings.host_burst)
        self._addresses = Buckets(settings.address_rate, settings.address_burst)

    def check_url(self, target: Target) -> None:
        """Check and count a URL.

        Raises:
            UrlError: the codes of :meth:`Guard.check_url`, and ``host-limit``.
        """
        super().check_url(target)
        if self._hosts.take(target.hostname):
            raise UrlError("host-limit", BLOCKED_REASONS["host-limit"])

    def check_address(self, address: str, port: int) -> None:
        """Check and count a connection.

        Raises:
            ForbiddenAddressError: the codes of :meth:`Guard.check_address`, and ``host-limit``.
        """
        super().check_address(address, port)
        if self._addresses.take(client_of(address)):
            raise ForbiddenAddressError("host-limit")


@lru_cache(maxsize=4_096)
def client_of(address: str) -> str:
    """The rate-limit key of an address: the IPv4 address, or the IPv6 /64, because a subscriber has 2^64 addresses and
    more.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if ip.version == 6:
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((ip, 64), strict=False))
    return str(ip)
