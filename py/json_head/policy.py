"""The limits of politeness and patience of a check: one table for the library and the command's options.

The form of index.html offers no wider range, which a test verifies.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

#: The slowest rate. A timer cannot hold the wait of a slower one, and would end it at once.
MIN_RATE = 0.01


def _limit(default: float, low: float, high: float, help: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "help": help})


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of a check. Times are in seconds; the time limit of a request counts from its dispatch.

    The rate includes retries. The wait before a retry is randomised by up to half, and a longer Retry-After (RFC 9110
    10.2.3) is cut to the cap.

    Browsers have about 450 sockets, and fail requests from about 1,350 pending on (measured). From 6 requests to a host
    on, they queue silently; that wait is not the target's fault.

    Raises:
        ValueError: a value out of range; the message names it.
    """

    total: int = _limit(64, 1, 256, "Maximum number of requests at once, in total.")
    per_host: int = _limit(4, 1, 100, "Maximum number of requests at once to a host.")
    rate_per_host: float = _limit(0.0, 0, 1000, "Maximum number of requests per second to a host; 0 for no limit.")
    timeout_s: float = _limit(10.0, 0.01, 600, "Seconds to wait for a response.")
    retries: int = _limit(2, 0, 10, "Maximum number of retries after a timeout, a status of 429 or 5xx.")
    backoff_s: float = _limit(0.5, 0, 60, "Seconds before the first retry; doubled before each further one.")
    retry_after_cap_s: float = _limit(60.0, 0, 3600, "Maximum wait when a server sends Retry-After, in seconds.")

    def __post_init__(self) -> None:
        for limit in fields(self):
            value, low, high = getattr(self, limit.name), limit.metadata["low"], limit.metadata["high"]
            is_whole = isinstance(limit.default, int)
            is_number = isinstance(value, int if is_whole else (int, float)) and not isinstance(value, bool)
            if not is_number or not low <= value <= high:
                kind = "whole number" if is_whole else "number"
                raise ValueError(f"policy.{limit.name} must be a {kind} from {low} to {high}, not {value!r}")
        if 0 < self.rate_per_host < MIN_RATE:
            raise ValueError(f"policy.rate_per_host must be 0 or at least {MIN_RATE}, not {self.rate_per_host!r}")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Policy:
        """Create a policy from JSON. Missing parts keep their defaults.

        Raises:
            ValueError: an unknown name, or a value out of range; the message names it.
        """
        names = {field.name for field in fields(cls)}
        for name in data:
            if name not in names:
                raise ValueError(f"policy has no {name!r}, only {', '.join(sorted(names))}")
        return cls(**data)
