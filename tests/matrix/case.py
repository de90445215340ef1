"""A case of the matrix: a URL whose server's behaviour is known, and the expected verdict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Page = Literal["http", "https", "policy", "controlled"]
"""The page that checks: one on http, one on https, one on http whose host sends a strict content security policy, or one that a
service worker of its whole site controls."""

Pace = Literal["patient", "quick", "again"]

#: The policies of a check. The patient one waits so long that a response never times out on a busy machine. The quick
#: one is for targets that never respond, and the one named "again" for targets that respond only after a timeout.
#: Retry-After is honoured up to a short limit, so that no test waits for an hour.
PACES: Mapping[Pace, Mapping[str, float]] = {
    "patient": {"timeout_s": 20, "retries": 1, "backoff_s": 0.02, "retry_after_cap_s": 0.1, "per_host": 6},
    "quick": {"timeout_s": 3, "retries": 0, "per_host": 6},
    "again": {"timeout_s": 3, "retries": 1, "backoff_s": 0.02, "per_host": 6},
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, and the rule that gives it."""

    verdict: str
    rule: str

    def __str__(self) -> str:
        return f"{self.verdict} ({self.rule})"


OK = Decision("ok", "success")
BROKEN = Decision("broken", "gone-twice")
SERVER_ERROR = Decision("server-error", "server-error-twice")
RESTRICTED = Decision("restricted", "restricted-status")
RATE_LIMITED = Decision("rate-limited", "rate-limit")
HEAD_REFUSED = Decision("head-unsupported", "head-refused")
GONE_ONCE = Decision("other-status", "gone-once")
FAILED_ONCE = Decision("other-status", "server-error-once")
NOWHERE = Decision("other-status", "redirect-nowhere")
UNUSUAL = Decision("other-status", "unusual-status")
UNREADABLE = Decision("answered-unreadable", "opaque")
TIMEOUT = Decision("timeout", "clock-ran-out")
NOTHING = Decision("no-answer-seen", "network-error")


def not_checked(reason: str) -> Decision:
    return Decision("not-checked", reason)


@dataclass(frozen=True, slots=True)
class Differs:
    """The verdict of an engine that treats a case differently, and the reason."""

    decision: Decision
    why: str


@dataclass(frozen=True, slots=True)
class Case:
    """One row.

    ``url`` may name origins of ``tests/servers/origins.py`` as ``{cors}``, their ports as ``{cors_port}``, and the page's
    own address as ``{site}``. ``sent`` is false where not a single request may leave. ``differs`` is by engine.
    ``permitted`` is the decision where an extension may read the response without CORS, if it is another than without an extension.
    """

    id: str
    does: str
    url: str
    decision: Decision
    page: Page = "http"
    pace: Pace = "patient"
    sent: bool = True
    differs: Mapping[str, Differs] = field(default_factory=dict)
    permitted: Decision | None = None

    def expected(self, engine: str) -> Decision:
        """The decision in a browser, or by the extension in one, as in ``chromium-extension``."""
        if engine in self.differs:
            return self.differs[engine].decision
        browser, _, extension = engine.partition("-")
        if extension and self.permitted:
            return self.permitted
        return self.differs[browser].decision if browser in self.differs else self.decision

    def address(self, places: Mapping[str, str]) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: places.get(match[1], match[0]), self.url)

    @property
    def needs_trust(self) -> bool:
        """Whether the browser has to accept the tests' certificate."""
        return self.page == "https" or "{tls}" in self.url or "{tls_plain}" in self.url


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are one row of docs/verdicts.md, where ``does`` describes them."""

    does: str
    cases: tuple[Case, ...]


def places(origins: Mapping[str, str], site: str) -> dict[str, str]:
    """The names that a case's URL may have: each origin, its port, and the site of the page."""
    found = {"site": site, "site_origin": "/".join(site.split("/")[:3])}
    for name, origin in origins.items():
        if "://" in origin:
            found[name] = origin
            found[f"{name}_port"] = origin.rpartition(":")[2]
    return found
