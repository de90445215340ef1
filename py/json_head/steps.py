"""Chooses the next request for one URL from the observations so far. Pure functions.

HEAD comes first. A status other than 2xx is confirmed by a one-byte GET, because servers answer HEAD with 401, 403,
404, 405, 406, 500 or a closed connection where GET works (RFC 9110 9.3.2 requires otherwise). For the same reason the
retries after a timeout alternate between HEAD and GET, and the last retry after a rate limit is a GET. After a bare
network error in a browser, a ``no-cors`` request distinguishes a hidden response from no response. A success is
confirmed only where another link checker's report contradicts it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from json_head.model import BROWSER, INCOMPLETE, Method, Mode, Observation, Outcome
from json_head.policy import Policy
from json_head.verdicts import GONE, is_rate_limit

#: Statuses that do not depend on the method: 407 comes from a proxy (RFC 9110 15.5.8), 451 is a legal block (RFC 7725).
_NEEDS_NO_GET = frozenset((407, 451))


class Step(NamedTuple):
    """The next request for a URL, and the wait before it."""

    method: Method = "HEAD"
    mode: Mode = "cors"
    whole: bool = False
    wait_s: float = 0.0
    pause_host: bool = False
    """Whether the server requested the wait, so that it applies to the whole host."""


#: The first request for a page whose links are wanted.
PAGE_STEP = Step("GET", whole=True)


def next_step(
    observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float] = random.random
) -> Step | None:
    """The next request, or ``None`` when the observations suffice for a verdict.

    ``jitter`` returns random numbers from 0 up to 1.
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
            return _after_failure(observations, policy, jitter)
        case Outcome.RESPONSE:
            return _after_response(observations, policy, jitter)


def next_page_step(observations: Sequence[Observation], policy: Policy) -> Step | None:
    """The next request for a page whose links are wanted: first a GET for all of it.

    A page that does not arrive as a whole may exist all the same. So it is checked like other links, from HEAD on.
    """
    if not observations:
        return PAGE_STEP
    last = observations[-1]
    # A browser shows where a response broke off. Its other failures may come from a response that it hides.
    is_broken_off = last.via not in BROWSER or last.error == INCOMPLETE
    is_cut_off = last.outcome is Outcome.TIMEOUT or (last.outcome is Outcome.FAILED and is_broken_off)
    return Step() if len(observations) == 1 and is_cut_off else next_step(observations, policy)


def next_reported_step(
    observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float] = random.random
) -> Step | None:
    """The next request for a link that another link checker calls broken.

    Some servers answer HEAD with success and GET with an error. So a success is confirmed by GET before it contradicts.
    """
    if observations and observations[-1].method == "HEAD" and 200 <= (observations[-1].status or 0) <= 299:
        return Step("GET")
    return next_step(observations, policy, jitter)


def _after_failure(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> Step | None:
    last = observations[-1]
    if last.via in BROWSER and last.mode == "cors" and not _has_response(observations):
        return Step(last.method, "no-cors")
    if last.method == "HEAD":
        return Step("GET")
    # GET was cut off and HEAD only timed out, so HEAD is retried.
    return _retry(observations, policy, jitter) if _is_timed_out(observations, "HEAD") else None


def _after_response(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> Step | None:
    last = observations[-1]
    status = last.status or 0
    if 200 <= status <= 299:
        return None
    if is_rate_limit(last):
        return _retry(observations, policy, jitter)
    if last.method == "HEAD":
        return None if status in _NEEDS_NO_GET else Step("GET")
    if status in GONE and sum(observation.status in GONE for observation in observations) < 2:
        return Step("GET")  # HEAD gave another status, and one 404 or 410 is not enough to call a link broken
    if (
        status == 416
        and sum(observation.status == 416 and observation.method == "GET" for observation in observations) < 2
    ):
        return Step("GET", whole=True)  # an empty body has no first byte (RFC 9110 15.5.17)
    if 500 <= status <= 599:
        confirmed = sum(500 <= (observation.status or 0) <= 599 for observation in observations) >= 2
        return _retry(observations, policy, jitter) or (None if confirmed else Step("GET"))
    return None


def _retry(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> Step | None:
    """Retry after a wait that doubles each time, or that the server requests."""
    retries = _count_retries(observations)
    if retries >= policy.retries:
        return None
    last = observations[-1]
    rate_limited = is_rate_limit(last)
    method = last.method
    if last.method == "HEAD":
        if last.outcome is Outcome.TIMEOUT or (rate_limited and retries + 1 == policy.retries):
            method = "GET"
    elif last.outcome is not Outcome.RESPONSE and _is_timed_out(observations, "HEAD"):
        method = "HEAD"
    wait_s = _wait_s(observations, policy, jitter)
    return Step(method, _mode(observations, method), wait_s=wait_s, pause_host=rate_limited)


def _mode(observations: Sequence[Observation], method: Method) -> Mode:
    """``no-cors`` once a browser has shown a network error for this method in ``cors`` mode."""
    failed = any(observation.method == method and observation.outcome is Outcome.FAILED for observation in observations)
    return "no-cors" if failed and not _has_response(observations) and observations[-1].via in BROWSER else "cors"


def _has_response(observations: Sequence[Observation]) -> bool:
    return any(observation.outcome is Outcome.RESPONSE for observation in observations)


def _is_timed_out(observations: Sequence[Observation], method: Method) -> bool:
    """Whether the last request with this method timed out."""
    last = next((observation for observation in reversed(observations) if observation.method == method), None)
    return last is not None and last.outcome is Outcome.TIMEOUT


def pause_s(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float] = random.random) -> float:
    """Seconds to pause a host when this URL is not requested again: 0 unless its last response was a rate limit."""
    return _wait_s(observations, policy, jitter) if is_rate_limit(observations[-1]) else 0.0


def _wait_s(observations: Sequence[Observation], policy: Policy, jitter: Callable[[], float]) -> float:
    requested_s = retry_after((observations[-1].headers or {}).get("retry-after"), datetime.now(UTC))
    if requested_s is not None:
        return min(requested_s, policy.retry_after_cap_s)
    return policy.backoff_s * float(2 ** _count_retries(observations)) * (0.5 + jitter())


def _count_retries(observations: Sequence[Observation]) -> int:
    """The number of retries so far. Each follows a temporary failure."""
    return sum(_is_temporary(observation) for observation in observations[:-1])


def _is_temporary(observation: Observation) -> bool:
    """Whether this is a temporary failure, which is retried. A 5xx to HEAD is confirmed by GET, which is not a retry."""
    if observation.outcome is Outcome.TIMEOUT or is_rate_limit(observation):
        return True
    return observation.method == "GET" and 500 <= (observation.status or 0) <= 599


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After field (RFC 9110 10.2.3), which is a number of seconds or an HTTP date. ``None``
    if it is neither.
    """
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:12])
    from email.utils import (
        parsedate_to_datetime,
    )  # imported here, because it is slow to import and few servers send a date

    try:
        date = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=UTC)
    return max(0.0, (date - now).total_seconds())
