"""What a case of the matrix is: a URL whose server's behaviour is known, and what is to be said of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Page = Literal["http", "https", "policy", "controlled"]
"""Which page asks: one on http, one on https, one on http whose host sends a strict content security policy, or one that a
service worker of its whole site controls."""

Pace = Literal["patient", "quick", "again"]

#: The policies of an audit. The patient one waits so long that no busy machine makes a timeout of an answer; the quick
#: one is for what never answers, and the one named again for what answers only after a timeout.
#: Retry-After is honoured, but capped, so that nobody waits for a made-up hour.
PACES: Mapping[Pace, Mapping[str, float]] = {
    "patient": {"timeout_s": 20, "retries": 1, "backoff_s": 0.02, "retry_after_cap_s": 0.1, "per_host": 6},
    "quick": {"timeout_s": 3, "retries": 0, "per_host": 6},
    "again": {"timeout_s": 3, "retries": 1, "backoff_s": 0.02, "per_host": 6},
}


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict, and the rule that gives it."""

    verdict: str
    rule: str

    def __str__(self) -> str:
        return f"{self.verdict} ({self.rule})"


OK = Said("ok", "success")
BROKEN = Said("broken", "gone-twice")
SERVER_ERROR = Said("server-error", "server-error-twice")
RESTRICTED = Said("restricted", "restricted-status")
RATE_LIMITED = Said("rate-limited", "rate-limit")
HEAD_REFUSED = Said("head-unsupported", "head-refused")
GONE_ONCE = Said("other-status", "gone-once")
FAILED_ONCE = Said("other-status", "server-error-once")
NOWHERE = Said("other-status", "redirect-nowhere")
UNUSUAL = Said("other-status", "unusual-status")
UNREADABLE = Said("answered-unreadable", "opaque")
TIMEOUT = Said("timeout", "clock-ran-out")
NOTHING = Said("no-answer-seen", "network-error")


def not_checked(reason: str) -> Said:
    return Said("not-checked", reason)


@dataclass(frozen=True, slots=True)
class Differs:
    """What one engine makes of a case that it treats in a way of its own."""

    said: Said
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """One row.

    ``url`` may name origins of ``tests/servers/origins.py`` as ``{cors}``, their ports as ``{cors_port}``, and the page's
    own address as ``{site}``. ``sent`` is false where not a single request may leave. ``differs`` is by engine.
    """

    id: str
    does: str
    url: str
    said: Said
    page: Page = "http"
    pace: Pace = "patient"
    sent: bool = True
    differs: Mapping[str, Differs] = field(default_factory=dict)

    def expected(self, engine: str) -> Said:
        return self.differs[engine].said if engine in self.differs else self.said

    def address(self, places: Mapping[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: places.get(match[1], match[0]), self.url)

    @property
    def needs_trust(self) -> bool:
        """Whether the browser has to accept the certificate of the tests."""
        return self.page == "https" or "{tls}" in self.url or "{tls_plain}" in self.url


@dataclass(frozen=True, slots=True)
class Group:
    """The cases that are one thing to a reader of docs/verdicts.md: ``does`` is what its table says of them."""

    does: str
    cases: tuple[Case, ...]


def places(origins: Mapping[str, str], site: str) -> dict[str, str]:
    """What a case's URL may name: each origin, its port, and the site that asks."""
    found = {"site": site, "site_origin": "/".join(site.split("/")[:3])}
    for name, origin in origins.items():
        if "://" in origin:
            found[name] = origin
            found[f"{name}_port"] = origin.rpartition(":")[2]
    return found
