"""Turns observations into a verdict: pure, total, and one table of rules of which the first match wins.

The rules have the order of the closed list in ``model.Verdict``. No rule claims more than was observed. In particular
``broken`` needs a readable 404 or 410 twice, or a missing file on the disk. The observations of a relay are considered
last, and only if the direct observations are undecided.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

from json_head.model import Fragment, Judgement, Link, Method, Observation, Outcome, Verdict
from json_head.urls.syntax import has_scheme
from json_head.urls.target import UrlError

#: RFC 9110 15.5.2, 15.5.4, 15.5.8; RFC 7725; 999 is the status of LinkedIn's bot protection.
RESTRICTED = frozenset((401, 403, 407, 451, 999))
GONE = frozenset((404, 410))
METHOD_REFUSED = frozenset((405, 501))
#: The values of `Link.found` for links of sources that have no base URL: typed URLs, lists and plain text.
_WITHOUT_BASE = frozenset(("", "list", "bare url"))
#: RFC 9110 15.4. The other 3xx statuses are not redirects, or not automatic ones.
REDIRECTS = frozenset((301, 302, 303, 307, 308))

#: Undecided verdicts. The observation of a relay may replace these and no others.
UNDECIDED = frozenset((Verdict.ANSWERED_UNREADABLE, Verdict.TIMEOUT, Verdict.NO_ANSWER_SEEN))

#: Verdicts on links that do not work, as far as could be observed.
FAILURES = frozenset(
    (
        Verdict.BROKEN, Verdict.FRAGMENT_MISSING, Verdict.SERVER_ERROR, Verdict.NO_ANSWER_SEEN, Verdict.TIMEOUT,
        Verdict.OTHER_STATUS,
    )
)  # fmt: skip


class Wording(NamedTuple):
    label: str
    meaning: str
    """One sentence for people."""


#: The verdicts as people see them, the most urgent first. ``scripts/build/verdicts_js.py`` writes these words to
#: ``web/client/verdicts.js``.
WORDING: dict[Verdict, Wording] = {
    Verdict.BROKEN: Wording("Broken", "The server reported twice that nothing is there: 404 or 410. Or there is no such file."),
    Verdict.FRAGMENT_MISSING: Wording(
        "Section missing", "The page was read, and has no section with the name that the link has after #. A script may add it later."
    ),
    Verdict.SERVER_ERROR: Wording("Server error", "The server failed each time: 5xx."),
    Verdict.NO_ANSWER_SEEN: Wording(
        "No answer seen", "No response arrived: no such name, no connection, or a cause that a browser does not reveal."
    ),
    Verdict.TIMEOUT: Wording("Timed out", "No response arrived within the time limit."),
    Verdict.ANSWERED_UNREADABLE: Wording(
        "Answered, unreadable", "A server responded, but the browser hides its response from pages of other sites."
    ),
    Verdict.OTHER_STATUS: Wording("Other status", "The status of the response means neither success nor a broken link."),
    Verdict.HEAD_UNSUPPORTED: Wording(
        "HEAD refused", "The server refuses requests for headers only, and a request for the page showed nothing more."
    ),
    Verdict.RESTRICTED: Wording("Restricted", "The server lets in only some visitors: 401, 403, 407, 451 or 999."),
    Verdict.RATE_LIMITED: Wording("Rate limited", "The server asked for fewer requests. Check the link again later."),
    Verdict.NOT_CHECKED: Wording("Not checked", "No request was sent, or the check was not completed. The reason says why."),
    Verdict.OK: Wording("OK", "The server responded with success."),
}  # fmt: skip

#: The verdicts on which the person who looks after the links must act, and those on which only a person can decide.
TO_FIX = frozenset((Verdict.BROKEN, Verdict.FRAGMENT_MISSING, Verdict.SERVER_ERROR))
TO_LOOK_AT = frozenset(Verdict) - TO_FIX - {Verdict.OK, Verdict.NOT_CHECKED}

#: The words for the status of a reply that stand beside its verdict. ``5xx`` is for every server error, ``other`` for all
#: statuses that have no entry; both contain ``{status}``.
STATUS_WORDS = {
    "401": "sign-in needed (401)",
    "403": "not for everybody (403)",
    "404": "not found (404)",
    "410": "gone (410)",
    "429": "wants fewer (429)",
    "5xx": "error {status}",
    "other": "status {status}",
}


def status_words(status: int) -> str:
    """The words for a status, from :data:`STATUS_WORDS`."""
    key = "5xx" if 500 <= status <= 599 else str(status)
    return STATUS_WORDS.get(key, STATUS_WORDS["other"]).format(status=status)


def judge(observations: Sequence[Observation]) -> Judgement:
    """The verdict on all observations of one URL, in order. Total: every sequence has exactly one verdict."""
    relayed = [observation for observation in observations if observation.via == "relay"]
    if not relayed:
        return _judge_direct(observations)
    direct = [observation for observation in observations if observation.via != "relay"]
    direct_judgement, relayed_judgement = _weigh(direct), _weigh(relayed)
    if not direct:
        return relayed_judgement
    # A relay that did not request the URL, or not completely, adds no information.
    is_decided = relayed[-1].outcome is not Outcome.BLOCKED and relayed_judgement.verdict not in UNDECIDED
    return relayed_judgement if is_decided and direct_judgement.verdict in UNDECIDED else direct_judgement


def judge_ignored() -> Judgement:
    """The verdict on a link that a comment in its source leaves out."""
    return Judgement(Verdict.NOT_CHECKED, IGNORED, "A comment in the source leaves it out.")


def judge_given_up(observations: Sequence[Observation], refused: int) -> Judgement:
    """The verdict on a link that is not requested any more, because its host has refused ``refused`` others in a row."""
    if observations and is_rate_limit(observations[-1]):
        return judge(observations)
    sent = "No further request was sent" if observations else "No request was sent"
    reason = f"{sent}: its server asked for fewer requests, and refused {refused} other links in a row. Check it again later."
    return Judgement(Verdict.RATE_LIMITED, HOST_RATE_LIMITED, reason, None)


def judge_refused(link: Link, error: UrlError) -> Judgement:
    """The verdict on a link whose URL cannot be requested.

    A URL without a scheme is relative in a document, but a mistake in a list or in plain text.
    """
    if error.code == "invalid-url" and link.found not in _WITHOUT_BASE and link.url and not has_scheme(link.url):
        reason = "This link is relative, and the address that it is relative to is unknown."
        if error.suggestion:
            reason += f" Did you mean {error.suggestion}?"
        return Judgement(Verdict.NOT_CHECKED, RELATIVE, reason)
    return Judgement(Verdict.NOT_CHECKED, error.code, error.reason)


def judge_fragment(judgement: Judgement, fragment: Fragment) -> Judgement:
    """The verdict on a link whose document has been read: a success without the place that the link points to is none."""
    if judgement.verdict is not Verdict.OK or fragment.state != "missing":
        return judgement
    reason = "The page is there, but nothing in it has the id or name that the link points to."
    return Judgement(Verdict.FRAGMENT_MISSING, "fragment-missing", reason, judgement.final)


def is_rate_limit(observation: Observation) -> bool:
    """A 429 (RFC 6585 4), or a 503 with Retry-After (RFC 9110 15.6.4)."""
    return observation.status == 429 or (observation.status == 503 and "retry-after" in (observation.headers or {}))


@dataclass(slots=True)
class _Evidence:
    """The observations in the form that the rules need."""

    last: Observation
    responses: Sequence[Observation]
    """The readable responses, in order."""
    opaque: Observation | None

    @property
    def response(self) -> Observation | None:
        """The last readable response."""
        return self.responses[-1] if self.responses else None

    @property
    def status(self) -> int:
        return self.responses[-1].status or 0 if self.responses else -1

    def times(self, statuses: Iterable[int]) -> int:
        counted = frozenset(statuses)
        return sum(response.status in counted for response in self.responses)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table. ``reason`` may contain ``{history}`` and ``{seconds}``."""

    code: str
    verdict: Verdict
    applies: Callable[[_Evidence], bool]
    reason: str


def _has_outcome(evidence: _Evidence, outcome: Outcome) -> bool:
    return evidence.last.outcome is outcome


def _has_failed_with(code: str, evidence: _Evidence) -> bool:
    return evidence.last.outcome is Outcome.FAILED and evidence.last.error == code


#: The code of a response that came from another service worker instead of the server. It precedes all other rules.
SERVICE_WORKER = "service-worker"

#: Why a request was not sent, or why its response does not count, by the code that a transport gives.
BLOCKED_REASONS = {
    SERVICE_WORKER: "A service worker of this page's site responded instead of the server, so nothing is known about the link.",
    "file-unreadable": "It is unknown whether this file exists, because a folder in its path or the file itself cannot be read.",
    "file-skipped": "It is unknown whether this file exists, because its folder was skipped, or was not read to its end.",
    "outside-root": "This link leads out of the folder of the site or repository, so it was not looked up.",
    "offline": "This device was offline, or seemed to be.",
    "page-policy": "The content security policy of this page does not allow requests to this address.",
    "local-address": "This is a local or private address. Browsers may block requests from public pages to such addresses.",
    "forbidden-address": "It leads to an address that must not be requested from here.",
    "host-limit": "Too many requests go to this host from here at the moment. Try again later.",
    "look-up-limit": "Too many host names are being looked up at the moment, so this one was not. Try again later.",
}
#: The codes of those that may be sent later.
NOT_YET = frozenset(("host-limit", "look-up-limit"))

#: Why a connection gave no response, by the code that a transport gives. A browser does not reveal these causes.
FAILURE_REASONS = {
    "dns": "No response arrived: no address was found for the name of the server.",
    "refused": "No response arrived: the server refused the connection, so nothing accepts connections there.",
    "reset": "No response arrived: the server closed the connection before it responded.",
    "tls": "No response arrived: there was no secure connection, because the certificate is not valid or TLS failed.",
    "redirects": "No response arrived: it redirects in a loop, more than 20 times, or to an address that no link can have.",
    "protocol": "No response arrived: the server sent data that is not valid HTTP.",
    "unreachable": "No response arrived: there is no route to the server's address.",
    "proxy": "No response arrived: the proxy could not be reached, or did not connect to the server.",
}

#: The rule of a link that a comment leaves out.
IGNORED = "ignored"

#: The rule of a link of a document whose base URL is unknown.
RELATIVE = "relative"

#: The rule of a link that was skipped because its host had refused others.
HOST_RATE_LIMITED = "host-rate-limited"

RULES: tuple[Rule, ...] = (
    Rule("success", Verdict.OK, lambda e: 200 <= e.status <= 299, "The server responded with success ({history})."),
    Rule(
        "file-found", Verdict.OK, lambda e: e.response is not None and e.response.via == "file",
        "The file or folder exists.",
    ),
    Rule(
        "rate-limit", Verdict.RATE_LIMITED, lambda e: e.response is not None and is_rate_limit(e.response),
        "The server asked for fewer requests ({history}), so it is unknown whether the link works. Check it again later.",
    ),
    Rule(
        "restricted-status", Verdict.RESTRICTED, lambda e: e.status in RESTRICTED,
        "The server responded, but it lets in only some visitors ({history}).",
    ),
    Rule(
        "gone-twice", Verdict.BROKEN, lambda e: e.status in GONE and e.times(GONE) >= 2,
        "The server reported twice that nothing is there ({history}).",
    ),
    Rule(
        "file-missing", Verdict.BROKEN,
        lambda e: _has_failed_with("file-missing", e) and e.last.via == "file",
        "There is no such file or folder.",
    ),
    Rule(
        "index-missing", Verdict.BROKEN,
        lambda e: _has_failed_with("index-missing", e) and e.last.via == "file",
        "The folder exists, but it has no index file that a web server could respond with.",
    ),
    Rule(
        "head-refused", Verdict.HEAD_UNSUPPORTED,
        lambda e: e.status in METHOD_REFUSED and e.response is not None and e.response.method == "HEAD",
        "The server refuses requests for headers only ({history}), and a request for the page showed nothing more.",
    ),
    Rule(
        "server-error-twice", Verdict.SERVER_ERROR, lambda e: 500 <= e.status <= 599 and e.times(range(500, 600)) >= 2,
        "The server failed each time ({history}).",
    ),
    Rule(
        "gone-once", Verdict.OTHER_STATUS, lambda e: e.status in GONE,
        "The server reported once that nothing is there ({history}), and no further request confirmed it.",
    ),
    Rule(
        "server-error-once", Verdict.OTHER_STATUS, lambda e: 500 <= e.status <= 599,
        "The server failed once ({history}), and no further request confirmed it.",
    ),
    Rule(
        "redirect-nowhere", Verdict.OTHER_STATUS, lambda e: e.status in REDIRECTS,
        "The server redirects, but gives no address to redirect to ({history}).",
    ),
    Rule("unusual-status", Verdict.OTHER_STATUS, lambda e: e.response is not None, "The response means neither success nor a broken link ({history})."),
    Rule(
        "opaque", Verdict.ANSWERED_UNREADABLE, lambda e: e.opaque is not None,
        "A server responded, but the browser hides the response, because it has no CORS headers. It may be the page or an error.",
    ),
    Rule(
        "clock-ran-out", Verdict.TIMEOUT, lambda e: _has_outcome(e, Outcome.TIMEOUT),
        "No response arrived within {seconds} seconds of the request.",
    ),
    *(
        Rule(code, Verdict.NO_ANSWER_SEEN, partial(_has_failed_with, code), reason)
        for code, reason in FAILURE_REASONS.items()
    ),
    Rule(
        "network-error", Verdict.NO_ANSWER_SEEN, lambda e: True,
        "No response arrived. A browser does not reveal why: the cause may be the name, the connection, the certificate, "
        "a redirect, or a response that it has to hide.",
    ),
)  # fmt: skip


def _judge_direct(observations: Sequence[Observation]) -> Judgement:
    if len(observations) == 1:
        (only,) = observations
        if only.outcome is Outcome.RESPONSE and only.via != "file" and not is_rate_limit(only):
            verdict, rule, reason, _ = _judge_status(only.method, only.status)
            return Judgement(verdict, rule, reason, only)
    return _weigh(observations)


@lru_cache(maxsize=512)
def _judge_status(method: Method, status: int | None) -> Judgement:
    """The verdict on a single response that is not a rate limit, whatever its headers and its transport.

    Most links have one response, and few statuses occur. Weighing each anew took a check of 3,000 links by the command 6 % longer.
    """
    return _weigh((Observation(Outcome.RESPONSE, method, status=status),))


def _weigh(observations: Sequence[Observation]) -> Judgement:
    if not observations:
        return Judgement(Verdict.NOT_CHECKED, "not-sent", "No request was sent.", None)
    evidence = _evidence(observations)
    last = observations[-1]
    blocked = last if last.outcome is Outcome.BLOCKED and not evidence.response and not evidence.opaque else None
    blocked = next(filter(_is_from_service_worker, observations), blocked)
    if blocked is not None:
        code = blocked.error or "not-sent"
        return Judgement(
            Verdict.NOT_CHECKED, code, BLOCKED_REASONS.get(code, "The browser did not send the request."), blocked
        )
    rule = next(rule for rule in RULES if rule.applies(evidence))
    seconds = _seconds(last.elapsed_ms) if "{seconds}" in rule.reason else ""
    reason = rule.reason.format(history=_history(evidence.responses), seconds=seconds)
    if rule.code == "network-error" and last.via != "browser":
        reason = "No response arrived: the connection failed."
    return Judgement(rule.verdict, rule.code, reason, evidence.response or evidence.opaque or last)


def _is_from_service_worker(observation: Observation) -> bool:
    return observation.outcome is Outcome.BLOCKED and observation.error == SERVICE_WORKER


def _seconds(elapsed_ms: float) -> str:
    """Two digits: a limit of 10 s that ended after 10.004 s is shown as 10."""
    seconds = elapsed_ms / 1000
    return f"{seconds:.2g}" if seconds < 99 else f"{seconds:.0f}"


def _evidence(observations: Sequence[Observation]) -> _Evidence:
    opaque = [observation for observation in observations if observation.outcome is Outcome.OPAQUE]
    responses = [observation for observation in observations if observation.outcome is Outcome.RESPONSE]
    return _Evidence(observations[-1], responses, opaque[-1] if opaque else None)


def _history(responses: Sequence[Observation]) -> str:
    """The statuses of responses as text: ``HEAD 404, GET 404``."""
    if len(responses) == 1:  # as nearly all links have it
        return f"{responses[0].method} {responses[0].status}"
    parts = []
    for (method, status), same in groupby(responses, key=lambda observation: (observation.method, observation.status)):
        count = len(list(same))
        parts.append(f"{method} {status}" + (f" {count} times" if count > 1 else ""))
    return ", ".join(parts)
