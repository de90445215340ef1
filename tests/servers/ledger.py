"""What the targets were asked: the tests measure the checker by this, not by what it says of itself."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(slots=True)
class Arrival:
    """One request. Times are seconds since the epoch, so that they compare with a browser's ``Date.now()``."""

    at: float
    origin: str
    method: str
    path: str
    headers: dict[str, str]
    """Those that say how politely it was asked, by lower-case name, where sent."""
    until: float | None = None
    """When the answer was handed over, or the client went away; ``None`` while under way."""


class Ledger:
    """Requests to all origins, in order of arrival, and how many were under way at once."""

    NOTED = ("origin", "referer", "cookie", "authorization", "range", "cache-control", "access-control-request-headers")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget what was asked and how often; requests that are under way now are not counted when they end."""
        self._arrivals: list[Arrival] = []
        self._open: Counter[str] = Counter()
        self._peak: Counter[str] = Counter()
        self._times: Counter[str] = Counter()

    @contextmanager
    def request(self, origin: str, method: str, path: str, headers: dict[str, str]) -> Iterator[None]:
        """A request under way. It counts from here on: the client can only have sent it earlier, and only end it later."""
        arrival = Arrival(time.time(), origin, method, path, {k: v for k, v in headers.items() if k in self.NOTED})
        self._arrivals.append(arrival)
        count, peak = self._open, self._peak
        for key in ("all", origin):
            count[key] += 1
            peak[key] = max(peak[key], count[key])
        try:
            yield
        finally:
            arrival.until = time.time()
            for key in ("all", origin):
                count[key] -= 1

    def nth(self, key: str) -> int:
        """How often this was called with this key since the last reset, this time included."""
        self._times[key] += 1
        return self._times[key]

    def to_json(self) -> dict[str, Any]:
        counts = Counter(f"{seen.method} {seen.origin}{seen.path}" for seen in self._arrivals)
        return {
            "requests": len(self._arrivals),
            "counts": dict(counts),
            "peak": dict(self._peak),
            "arrivals": [asdict(seen) for seen in self._arrivals],
        }
