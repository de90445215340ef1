"""Rate limits per client, host and address: token buckets in bounded memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from json_head.asgi.settings import Settings
from json_head.guard import ForbiddenAddressError, Guard
from json_head.reasons import BLOCKED_REASONS
from json_head.transports.base import on_behalf_of
from json_head.transports.shares import SITE_WEIGHT, Use, groups_of, subnet_of
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

    def remaining(self, key: str) -> float:
        """The tokens that are left for a key; negative after a request that took more than there were."""
        remaining, updated_at = self._buckets.get(key, (self._burst, self._clock()))
        return min(self._burst, remaining + (self._clock() - updated_at) * self._rate)

    def __len__(self) -> int:
        return len(self._buckets)


class ClientBuckets:
    """The token buckets of clients. An IPv6 site has one, too, which holds what two clients have.

    A provider has none, since its customers would use up each other's tokens.
    """

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clients = Buckets(rate, burst, clock)
        self._sites = Buckets(rate * SITE_WEIGHT, burst * SITE_WEIGHT, clock)

    def take(self, client: str, tokens: int) -> float:
        """Take all the tokens or none, as :meth:`Buckets.take` does."""
        wait = self._clients.take(client, tokens)
        if wait or "/" not in client:  # an IPv4 address
            return wait
        wait = self._sites.take(groups_of(client)[1][0], tokens)
        if wait:
            self._clients.take(client, -tokens)  # gives them back
        return wait

    def remaining(self, client: str) -> float:
        """The tokens that are left for a client, as :meth:`Buckets.remaining` gives them."""
        remaining = self._clients.remaining(client)
        if "/" not in client:
            return remaining
        return min(remaining, self._sites.remaining(groups_of(client)[1][0]))

    def __len__(self) -> int:
        return len(self._clients)


class SharedBuckets:
    """A token bucket per key, of whose tokens each client has a share."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[Use, float]] = OrderedDict()

    def take(self, key: str, client: str) -> bool:
        """Take a token, if the client may have one more."""
        now = self._clock()
        use, updated_at = self._buckets.pop(key) if key in self._buckets else (Use(), now)
        use.decay((now - updated_at) * self._rate)
        allowed = use.allows(client, self._burst)
        if allowed:
            use.add(client)
        self._buckets[key] = (use, now)
        if len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return allowed

    def __len__(self) -> int:
        return len(self._buckets)


class MeteredGuard(Guard):
    """A guard that also enforces rate limits: on URLs by host, including the targets of redirects, and on connections
    by address. Clients share them.

    Connections are counted too because an address can have any number of names. (Clients that use many names over
    reused connections are limited by their own rate.)
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(ports=settings.ports, allow=settings.allow, deny=settings.deny, hide_names=True)
        self.hosts = SharedBuckets(settings.host_rate, settings.host_burst)
        self.addresses = SharedBuckets(settings.address_rate, settings.address_burst)

    def check_url(self, target: Target) -> None:
        """Check and count a URL.

        Raises:
            UrlError: the codes of :meth:`Guard.check_url`, and ``host-limit``.
        """
        super().check_url(target)
        if not self.hosts.take(target.hostname.removesuffix("."), on_behalf_of.get()):
            raise UrlError("host-limit", BLOCKED_REASONS["host-limit"])

    def check_address(self, address: str, port: int) -> None:
        """Check and count a connection.

        Raises:
            ForbiddenAddressError: the codes of :meth:`Guard.check_address`, and ``host-limit``.
        """
        super().check_address(address, port)
        if not self.addresses.take(subnet_of(address, 64), on_behalf_of.get()):
            raise ForbiddenAddressError("host-limit")
