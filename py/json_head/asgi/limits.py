"""How often a client may ask, and a host or address be asked: token buckets, in bounded memory."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache

from json_head.asgi.settings import Settings
from json_head.guard import ForbiddenAddressError, Guard
from json_head.urls.target import Target, UrlError
from json_head.verdicts import BLOCKED_REASONS

#: Buckets that are remembered. Beyond that the one is forgotten that was asked for longest ago.
MAX_BUCKETS = 10_000


class Buckets:
    """A bucket for each key: it holds ``burst`` tokens, and ``rate`` of them come back each second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str, tokens: int = 1) -> float:
        """Take tokens, all or none of them. 0 when they were there, else the seconds until they will be."""
        now = self._clock()
        left, then = self._buckets.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - then) * self._rate)
        wait = max(0.0, (min(tokens, self._burst) - left) / self._rate)
        if not wait:
            left -= tokens  # more than a bucket holds is a debt
        self._buckets[key] = (left, now)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return wait


class MeteredGuard(Guard):
    """A guard that also counts: URLs by host, those that redirects lead to as well; connections by address, because anyone can
    give an address any number of names. (Who keeps many names busy on connections that are kept is one of many clients,
    and each has a limit of its own.)
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(ports=settings.ports, allow=settings.allow)
        self._hosts = Buckets(settings.host_rate, settings.host_burst)
        self._addresses = Buckets(settings.address_rate, settings.address_burst)

    def check_url(self, target: Target) -> None:
        """Raises:
        UrlError: as a guard, and ``host-limit``.
        """
        super().check_url(target)
        if self._hosts.take(target.hostname):
            raise UrlError("host-limit", BLOCKED_REASONS["host-limit"])

    def check_address(self, address: str, port: int) -> None:
        """Raises:
        ForbiddenAddressError: as a guard, and ``host-limit``.
        """
        super().check_address(address, port)
        if self._addresses.take(client_of(address)):
            raise ForbiddenAddressError("host-limit")


@lru_cache(maxsize=4_096)
def client_of(address: str) -> str:
    """Whom an address stands for: itself, and with IPv6 the network of a subscriber, who has 2^64 addresses and more."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if ip.version == 6:
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((ip, 64), strict=False))
    return str(ip)
