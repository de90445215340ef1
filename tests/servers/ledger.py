"""A record of the requests that the targets got. The tests measure the checker by it, not by the checker's own figures."""

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
    """The headers of ``Ledger.NOTED`` that were sent, by lower-case name."""
    until: float | None = None
    """The time at which the response was written or the client disconnected. ``None`` while under way."""


class Ledger:
    """Requests to all origins, in order of arrival, and the peak of those under way at once."""

    NOTED = ("origin", "referer", "cookie", "authorization", "range", "cache-control", "access-control-request-headers")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Clear all records. Requests that are under way now are not counted when they end."""
        self._arrivals: list[Arrival] = []
        self._open: Counter[str] = Counter()
        self._peak: Counter[str] = Counter()
        self._times: Counter[str] = Counter()

    @contextmanager
    def request(self, origin: str, method: str, path: str, headers: dict[str, str]) -> Iterator[None]:
        """A request under way. It counts from its arrival: the client has sent it earlier and ends it later."""
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
        """The number of calls with this key since the last reset, this one included."""
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
