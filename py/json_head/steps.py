"""What to ask next of one URL, given what has been observed: pure. The evidence that ``verdicts`` needs comes from here.

HEAD first. An answer other than 2xx is confirmed by a one-byte GET, because servers answer HEAD with 403, 404, 405, 500
or a closed connection where GET is fine (RFC 9110 9.3.2 asks otherwise). Where a browser shows a bare network error, a
``no-cors`` HEAD tells "answered, but hidden" from "nothing seen".
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import NamedTuple

from json_head.model import Method, Mode, Observation, Outcome, Policy
from json_head.verdicts import GONE, is_rate_limit

#: What a GET would not make any clearer.
_NEEDS_NO_GET = frozenset((401, 407, 429, 451))


class Step(NamedTuple):
    """The next request for a URL, and how long to wait before it."""

    method: Method = "HEAD"
    mode: Mode = "cors"
    whole: bool = False
    wait_s: float = 0.0
    pause_host: bool = False
    """Whether the wait was asked for by the server, so that it holds for everything on that host."""


def next_step(
    observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float] = random.random
) -> Step | None:
    """The next request, or ``None`` when what has been seen is enough for a verdict.

    ``jitter`` gives numbers from 0 up to 1.
    """
    if not observations:
        return Step()
    last = observations[-1]
    match last.outcome:
        case Outcome.OPAQUE | Outcome.BLOCKED:
            return None
        case Outcome.TIMEOUT:
            return _retry(observations, policy, jitter)
        case Outcome.FAILED:
            return _after_failure(observations)
        case Outcome.RESPONSE:
            return _after_answer(observations, policy, jitter)


def _after_failure(observations: Sequence[Observation]) -> Step | None:
    last = observations[-1]
    if last.method == "GET":
        return None
    if last.via == "browser" and last.mode == "cors":
        return Step("HEAD", "no-cors")
    return Step("GET")


def _after_answer(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> Step | None:
    last = observations[-1]
    status = last.status or 0
    if 200 <= status <= 299:
        return None
    if is_rate_limit(last):
        return _retry(observations, policy, jitter)
    if last.method == "HEAD":
        return None if status in _NEEDS_NO_GET else Step("GET")
    if status in GONE and sum(seen.status in GONE for seen in observations) < 2:
        return Step("GET")  # HEAD said something else, and once is not enough to call a link broken
    if status == 416 and sum(seen.status == 416 and seen.method == "GET" for seen in observations) < 2:
        return Step("GET", whole=True)  # nothing has no first byte (RFC 9110 15.5.17): it may just be empty
    if 500 <= status <= 599:
        return _retry(observations, policy, jitter)
    return None


def _retry(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> Step | None:
    """The same request again after a wait that doubles each time, or as long as the server asks."""
    last = observations[-1]
    if _retried(observations) >= policy.retries:
        return None
    return Step(last.method, last.mode, wait_s=_wait_s(observations, policy, jitter), pause_host=is_rate_limit(last))


def pause_s(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float] = random.random) -> float:
    """Seconds for which a host wants to be left alone when this URL is not asked again: 0 unless it said so with its last answer."""
    return _wait_s(observations, policy, jitter) if is_rate_limit(observations[-1]) else 0.0


def _wait_s(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> float:
    asked = retry_after((observations[-1].headers or {}).get("retry-after"), datetime.now(UTC))
    if asked is not None:
        return min(asked, policy.retry_after_cap_s)
    return policy.backoff_s * float(2 ** _retried(observations)) * (0.5 + jitter())


def _retried(observations: Sequence[Observation]) -> int:
    """How often a request was sent again because it might fare better a little later."""
    return sum(_is_passing(a) and (a.method, a.mode) == (b.method, b.mode) for a, b in pairwise(observations))


def _is_passing(seen: Observation) -> bool:
    """Whether the same request may fare better a little later."""
    return seen.outcome is Outcome.TIMEOUT or is_rate_limit(seen) or 500 <= (seen.status or 0) <= 599


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After field (RFC 9110 10.2.3): a number of seconds or an HTTP date; else ``None``."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    from email.utils import parsedate_to_datetime  # here, because it takes long to load and few servers send a date

    try:
        when = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())
