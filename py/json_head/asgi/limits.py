"""How often a client may ask, and a host be asked: token buckets, in bounded memory."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

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


def client_of(address: str) -> str:
    """Whom an address stands for: itself, and with IPv6 the network of a subscriber, who has 2^64 addresses and more."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if ip.version == 6:
        return str(ip.ipv4_mapped or ipaddress.IPv6Network((ip, 64), strict=False))
    return str(ip)
