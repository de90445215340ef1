"""The plain data that every other module speaks in: what was asked, what was seen, what is said of it.

Everything here is immutable, knows no network and no other module, and goes to and from JSON as it stands.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, NamedTuple

Method = Literal["HEAD", "GET"]
#: The Fetch standard's request modes; outside a browser every request counts as ``cors``.
Mode = Literal["cors", "no-cors"]
Via = Literal["browser", "native", "relay", "file"]


class Verdict(StrEnum):
    """The closed list of things that can be said of a link."""

    NOT_CHECKED = "not-checked"
    OK = "ok"
    RATE_LIMITED = "rate-limited"
    RESTRICTED = "restricted"
    BROKEN = "broken"
    HEAD_UNSUPPORTED = "head-unsupported"
    SERVER_ERROR = "server-error"
    OTHER_STATUS = "other-status"
    ANSWERED_UNREADABLE = "answered-unreadable"
    TIMEOUT = "timeout"
    NO_ANSWER_SEEN = "no-answer-seen"


class Outcome(StrEnum):
    """What one request came to, as far as it could be seen."""

    RESPONSE = "response"
    """A response whose status and headers could be read."""
    OPAQUE = "opaque"
    """A response that the browser hides (Fetch: opaque filtered response): the server answered, no more."""
    TIMEOUT = "timeout"
    """Our own clock ran out; it started when the request was dispatched."""
    FAILED = "failed"
    """A network error. In a browser it has no cause: refused, reset, DNS, certificate, CORS all look the same there;
    elsewhere ``Observation.error`` has the code of the cause."""
    BLOCKED = "blocked"
    """It was not sent, or not to the end, and the browser or guard said why; ``Observation.error`` has the reason's code."""


class Request(NamedTuple):
    """One HTTP request, as the engine hands it to a transport."""

    url: str
    method: Method = "HEAD"
    mode: Mode = "cors"
    timeout_s: float = 10.0
    whole: bool = False
    """Whether a GET asks for all of it, and not for its first byte only."""


class Hop(NamedTuple):
    """A redirect on the way: the URL that answered, its status, and its Location field as it was sent (Latin-1)."""

    status: int
    url: str
    location: str


class Observation(NamedTuple):
    """What one request showed. ``status``, ``headers`` and ``url`` are set for ``RESPONSE`` only, and not for a file.

    ``headers`` has lower-case names; repeated fields are joined by ``", "`` (RFC 9110 5.3), Set-Cookie too, although
    that can't be taken apart again.
    ``url`` is where the response came from in the end, without a fragment; ``None`` where that is not told.
    ``error`` is a code (lower-case words with hyphens), never an exception's text.
    ``hops`` are the redirects that were followed, and the one that could not be; a browser does not tell them.
    """

    outcome: Outcome
    method: Method = "HEAD"
    mode: Mode = "cors"
    via: Via = "browser"
    status: int | None = None
    headers: dict[str, str] | None = None
    url: str | None = None
    redirected: bool = False
    elapsed_ms: float = 0.0
    error: str | None = None
    hops: tuple[Hop, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The observation as evidence beside a verdict: short, without headers (the Result has those)."""
        said: dict[str, Any] = {
            "method": self.method,
            "mode": self.mode,
            "via": self.via,
            "outcome": str(self.outcome),
        }
        if self.status is not None:
            said["status"] = self.status
        if self.error is not None:
            said["error"] = self.error
        if self.hops:
            said["hops"] = [{"status": hop.status, "url": hop.url, "location": hop.location} for hop in self.hops]
        said["elapsed_ms"] = round(self.elapsed_ms, 1)
        return said


class Link(NamedTuple):
    """A link as it stands in a source.

    ``url`` is absolute where it could be resolved, and the text as it was written where it could not.
    ``line`` and ``column`` count from 1, columns in characters (code points) of the decoded source, and point at
    the first character of the URL as written (of the tag, where an extractor cannot say more).
    ``text`` is what a reader sees: link text, alt text, title; at most 200 characters, white space folded.
    ``found`` says how the link was found: ``a href``, ``img srcset``, ``markdown link``, ``bare url``, ``loc``.
    ``source`` names the source: a URL, a file name, or ``None`` for what was typed or pasted.
    """

    url: str
    source: str | None = None
    line: int | None = None
    column: int | None = None
    text: str = ""
    found: str = ""


#: The least and the most that each part of a policy may be; the form of index.html offers no more.
POLICY_LIMITS: dict[str, tuple[float, float]] = {
    "total": (1, 256),
    "per_host": (1, 100),
    "rate_per_host": (0, 1000),
    "timeout_s": (0.01, 600),
    "retries": (0, 10),
    "backoff_s": (0, 60),
    "retry_after_cap_s": (0, 3600),
}
#: The slowest rate, for a wait that no timer can hold would end at once.
SLOWEST_RATE = 0.01


@dataclass(frozen=True, slots=True)
class Policy:
    """How politely and how patiently links are checked. Times are seconds."""

    total: int = 64
    """Requests under way in all. Browsers have some 450 sockets, and fail requests from about 1,350 pending on (measured)."""
    per_host: int = 4
    """Requests under way per host (host and port). Browsers queue silently from 6, and that wait is not the target's."""
    rate_per_host: float = 0.0
    """Requests per second and host, evenly spaced and every one counted; 0 for no such limit, else :data:`SLOWEST_RATE` or more."""
    timeout_s: float = 10.0
    """Per request, counted from its dispatch."""
    retries: int = 2
    """Further tries after a timeout, a 429 or a 5xx."""
    backoff_s: float = 0.5
    """The wait before the first retry; it doubles with each, give or take a random half."""
    retry_after_cap_s: float = 60.0
    """A longer Retry-After (RFC 9110 10.2.3) than this is not waited for in full."""

    def __post_init__(self) -> None:
        for name, (low, high) in POLICY_LIMITS.items():
            value = getattr(self, name)
            whole = name in ("total", "per_host", "retries")
            if (
                isinstance(value, bool)
                or not isinstance(value, int if whole else (int, float))
                or not low <= value <= high
            ):
                raise ValueError(
                    f"policy.{name} takes a {'whole ' if whole else ''}number from {low} to {high}, not {value!r}"
                )
        if 0 < self.rate_per_host < SLOWEST_RATE:
            raise ValueError(f"policy.rate_per_host takes 0 or at least {SLOWEST_RATE}, not {self.rate_per_host!r}")

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Policy:
        """Read a policy from JSON; what is left out keeps its default.

        Raises:
            ValueError: a name that is not a policy's, or a value out of range; the message says which.
        """
        known = {field.name for field in fields(cls)}
        for name in data:
            if name not in known:
                raise ValueError(f"policy has no {name!r}; it has {', '.join(sorted(known))}")
        return cls(**data)


class Result(NamedTuple):
    """What is said of one link: the verdict, the rule that gave it, and the evidence."""

    link: Link
    verdict: Verdict
    rule: str
    reason: str
    final: Observation | None = None
    """The observation that the verdict rests on; ``None`` when nothing was sent."""
    attempts: tuple[Observation, ...] = ()
    checked_at: str | None = None
    """When the last attempt ended, RFC 3339 in UTC; ``None`` when nothing was sent."""

    def to_json(self) -> dict[str, Any]:
        """json-head's own keys first and unchanged, then ours."""
        link, final = self.link, self.final
        if final is not None and final.outcome is Outcome.RESPONSE:
            status = {} if final.status is None else {"status": final.status}
            head: dict[str, Any] = {"ok": True, **status, "headers": final.headers or {}, "url": link.url}
        else:
            head = {"ok": False, "error": self.rule, "url": link.url}
        return {
            **head,
            "verdict": str(self.verdict),
            "rule": self.rule,
            "reason": self.reason,
            "final_url": final.url if final else None,
            "redirected": final.redirected if final else False,
            "method": final.method if final else None,
            "via": final.via if final else None,
            "attempts": [attempt.to_json() for attempt in self.attempts],
            "elapsed_ms": round(sum([attempt.elapsed_ms for attempt in self.attempts]), 1),
            "checked_at": self.checked_at,
            "source": link.source,
            "line": link.line,
            "column": link.column,
            "text": link.text,
            "found": link.found,
        }


def timestamp() -> str:
    """This moment, as :attr:`Result.checked_at` has it: with milliseconds."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_second(seconds)}.{milliseconds:03}Z"


@lru_cache(maxsize=1)  # hundreds of results may come in it
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
