"""The data types that all other modules share: requests, observations, verdicts and results.

All of them are immutable, depend on nothing but the rules of URLs, and map directly to and from JSON.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from json_head.urls.redirect import Redirect, redirect_of

Method = Literal["HEAD", "GET"]
#: The Fetch standard's request modes; outside a browser every request counts as ``cors``.
Mode = Literal["cors", "no-cors"]
Via = Literal["browser", "extension", "native", "relay", "file"]
#: Requests of a page, by ``extension`` with the permission to read the response without CORS.
BROWSER: tuple[Via, ...] = ("browser", "extension")


class Verdict(StrEnum):
    """The closed list of verdicts on a link."""

    NOT_CHECKED = "not-checked"
    OK = "ok"
    RATE_LIMITED = "rate-limited"
    RESTRICTED = "restricted"
    BROKEN = "broken"
    FRAGMENT_MISSING = "fragment-missing"
    HEAD_UNSUPPORTED = "head-unsupported"
    SERVER_ERROR = "server-error"
    OTHER_STATUS = "other-status"
    ANSWERED_UNREADABLE = "answered-unreadable"
    TIMEOUT = "timeout"
    NO_ANSWER_SEEN = "no-answer-seen"


#: Verdicts on links whose page is there.
WORKING = (Verdict.OK, Verdict.FRAGMENT_MISSING)


class Outcome(StrEnum):
    """The result of one request, as far as it could be observed."""

    RESPONSE = "response"
    """A response whose status and headers could be read."""
    OPAQUE = "opaque"
    """A response that the browser hides (Fetch: opaque filtered response). It only shows that the server answered."""
    TIMEOUT = "timeout"
    """The request's time limit was reached. It starts when the request is dispatched."""
    FAILED = "failed"
    """A network error. A browser does not reveal the cause: a refused or reset connection, DNS, a certificate and CORS
    all look the same there. Elsewhere ``Observation.error`` has the code of the cause.
    """
    BLOCKED = "blocked"
    """The request was not sent, or not completed, and the browser or guard gave a reason. ``Observation.error`` has its
    code.
    """


class Request(NamedTuple):
    """One HTTP request, as the engine hands it to a transport."""

    url: str
    method: Method = "HEAD"
    mode: Mode = "cors"
    timeout_s: float = 10.0
    whole: bool = False
    """Whether a GET requests the whole body instead of its first byte."""


class Hop(NamedTuple):
    """A redirect that was received: its status, its URL, and its Location field as sent (Latin-1)."""

    status: int
    url: str
    location: str


#: `Observation.error` of a failure in a browser after the headers of the response could be read.
INCOMPLETE = "incomplete"


class Observation(NamedTuple):
    """The observable facts of one request.

    ``status``, ``headers`` and ``url`` are set for ``RESPONSE`` only. Of a file there are only ``headers``, with its ``content-length``.
    ``headers`` has lower-case names. Repeated fields are joined by ``", "`` (RFC 9110 5.3), including Set-Cookie,
    although its values cannot be separated again.
    ``url`` is the final URL of the response, without a fragment, or ``None`` if it is unknown.
    ``error`` is a code (lower-case words with hyphens), never the text of an exception.
    ``hops`` has the redirects that were followed, and the one that could not be. A browser does not reveal them.
    ``unverified``: it came over TLS from a server whose certificate was not verified, because the caller wished so.
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
    unverified: bool = False

    def to_json(self) -> dict[str, Any]:
        """The observation as an item of ``attempts``: short, without headers, which are in the Result."""
        data: dict[str, Any] = {
            "method": self.method,
            "mode": self.mode,
            "via": self.via,
            "outcome": str(self.outcome),
        }
        if self.status is not None:
            data["status"] = self.status
        if self.error is not None:
            data["error"] = self.error
        if self.hops:
            data["hops"] = [{"status": hop.status, "url": hop.url, "location": hop.location} for hop in self.hops]
        data["elapsed_ms"] = round(self.elapsed_ms, 1)
        return data


#: `Link.found` of a link that another link checker's report calls broken.
REPORTED = "report"


class Link(NamedTuple):
    """A link as it is written in a source.

    ``url`` is absolute if it could be resolved, otherwise the text as written.
    ``line`` and ``column`` count from 1, columns in characters (code points) of the decoded source. They point at the
    first character of the URL as written, or of the tag if the extractor does not know more.
    ``text`` is the visible text: link text, alt text or title; at most 200 characters, with white space collapsed.
    ``found`` names the syntax of the link: ``a href``, ``img srcset``, ``markdown link``, ``bare url``, ``loc``.
    ``source`` names the source: a URL, a file name, or ``None`` for typed or pasted text.
    """

    url: str
    source: str | None = None
    line: int | None = None
    column: int | None = None
    text: str = ""
    found: str = ""


class Fragment(NamedTuple):
    """Whether a document has the place that the fragment of a URL points to. ``not-told`` has the code of a rule that says why."""

    state: Literal["found", "missing", "not-told"]
    rule: str = ""

    def to_json(self) -> dict[str, Any]:
        return {"fragment": self.state, **({"fragment_rule": self.rule} if self.rule else {})}


class Judgement(NamedTuple):
    """A verdict, the code of its rule, a sentence for people, and the observation that it is based on."""

    verdict: Verdict
    rule: str
    reason: str
    final: Observation | None = None
    """``None`` if the verdict is based on no observation."""


class Result(NamedTuple):
    """The verdict on one link, the rule that gave it, and the observations."""

    link: Link
    verdict: Verdict
    rule: str
    reason: str
    final: Observation | None = None
    """The observation that the verdict is based on; ``None`` if it is based on none."""
    attempts: tuple[Observation, ...] = ()
    checked_at: str | None = None
    """The time of the judgement, RFC 3339 in UTC; ``None`` if nothing was sent."""
    fragment: Fragment | None = None
    """``None`` if the URL has no fragment, or the document was not read for it."""
    link_index: int = 0
    """The position of the link among the links of its check, counted from 0. It is not part of the JSON."""

    @classmethod
    def of(
        cls, link: Link, judgement: Judgement, observations: Sequence[Observation] = (), *, link_index: int = 0
    ) -> Result:
        """The result of a judgement that was made just now."""
        return cls(link, *judgement, tuple(observations), timestamp() if observations else None, link_index=link_index)

    @property
    def judgement(self) -> Judgement:
        return Judgement(self.verdict, self.rule, self.reason, self.final)

    @property
    def redirect(self) -> Redirect | None:
        """How the final address differs from that of the link; ``None`` if nothing shows that it does."""
        if not self.final or not self.final.redirected or self.final.url is None:
            return None
        return redirect_of(self.link.url, self.final.url, works=self.verdict in WORKING)

    def to_json(self) -> dict[str, Any]:
        """The keys of the original json-head first and unchanged, then the keys that this project adds."""
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
            **(redirect.to_json() if (redirect := self.redirect) else {}),
            **(self.fragment.to_json() if self.fragment else {}),
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
    """The current time in the format of :attr:`Result.checked_at`, with milliseconds."""
    seconds, milliseconds = divmod(time.time_ns() // 1_000_000, 1000)
    return f"{_format_second(seconds)}.{milliseconds:03}Z"


@lru_cache(maxsize=1)  # hundreds of results may share a second
def _format_second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
