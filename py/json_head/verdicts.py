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

from json_head.model import BROWSER, REPORTED, Fragment, Judgement, Link, Method, Observation, Outcome, Verdict
from json_head.reasons import BLOCKED_REASONS, FAILURE_REASONS, SERVICE_WORKER
from json_head.urls.syntax import has_scheme
from json_head.urls.target import UrlError
from json_head.wording import NO_OWN_SECTION, NO_SUCH_SECTION, UNREADABLE, status_words

#: RFC 9110 15.5.2, 15.5.4, 15.5.8; RFC 7725; 999 is the status of LinkedIn's bot protection.
RESTRICTED = frozenset((401, 403, 407, 451, 999))
GONE = frozenset((404, 410))
METHOD_REFUSED = frozenset((405, 501))
#: The values of `Link.found` for links of sources that have no base URL: typed URLs, lists and plain text.
_WITHOUT_BASE = frozenset(("", "list", "bare url", REPORTED))
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

#: The verdicts on which the person who looks after the links must act, and those on which only a person can decide.
TO_FIX = frozenset((Verdict.BROKEN, Verdict.FRAGMENT_MISSING, Verdict.SERVER_ERROR))
TO_LOOK_AT = frozenset(Verdict) - TO_FIX - {Verdict.OK, Verdict.NOT_CHECKED}


def judge(observations: Sequence[Observation]) -> Judgement:
    """The verdict on all observations of one URL, in order. Total: every sequence has exactly one verdict."""
    judgement = _judge(observations)
    if judgement.final is not None and judgement.final.unverified:
        return judgement._replace(reason=f"{judgement.reason}{_UNVERIFIED}")
    return judgement


def _judge(observations: Sequence[Observation]) -> Judgement:
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


def https_reason(url: str, seen: str, *, is_redirect: bool) -> str:
    """The reason of :data:`HTTPS_AVAILABLE`.

    Args:
        url: the address with https.
        seen: the reason of the result that shows it.
        is_redirect: whether the server redirects to it.
    """
    reason = f"The server redirects to https: {url}." if is_redirect else f"The page is there at https, too: {url}."
    return reason + (_UNVERIFIED if seen.endswith(_UNVERIFIED) else "")


def judge_ignored() -> Judgement:
    """The verdict on a link that a comment in its source leaves out."""
    return Judgement(Verdict.NOT_CHECKED, IGNORED, not_sent("A comment in the source leaves it out."))


def not_sent(cause: str) -> str:
    """The reason of a link that was not requested. ``cause`` is a sentence."""
    return f"No request was sent, because {cause[:1].lower()}{cause[1:]}"


def judge_given_up(observations: Sequence[Observation], refused: int) -> Judgement:
    """The verdict on a link that is not requested any more, because its host has refused ``refused`` others in a row."""
    if observations and is_rate_limit(observations[-1]):
        return judge(observations)
    sent = "No further request was sent" if observations else "No request was sent"
    reason = f"{sent}, because the server wants fewer requests: it refused {refused} other links in a row. Check again later."
    return Judgement(Verdict.RATE_LIMITED, HOST_RATE_LIMITED, reason, None)


def judge_silent(observations: Sequence[Observation], silent: int) -> Judgement:
    """The verdict on a link that is not requested any more, because ``silent`` others of its host in a row got no response."""
    if observations:
        return judge(observations)
    reason = (
        f"No request was sent, because the server did not reply to {silent:,} other links in a row. Check again later."
    )
    return Judgement(Verdict.NOT_CHECKED, HOST_SILENT, reason)


def judge_refused(link: Link, error: UrlError) -> Judgement:
    """The verdict on a link whose URL cannot be requested.

    A URL without a scheme is relative in a document, but a mistake in a list or in plain text.
    """
    if error.code == "invalid-url" and link.found not in _WITHOUT_BASE and link.url and not has_scheme(link.url):
        reason = not_sent(
            NO_OWN_SECTION if link.url.startswith("#") else "It is relative: say which page it came from."
        )
        if error.suggestion:
            reason += f" Did you mean {error.suggestion}?"
        return Judgement(Verdict.NOT_CHECKED, RELATIVE, reason)
    return Judgement(Verdict.NOT_CHECKED, error.code, not_sent(error.reason))


def judge_fragment(judgement: Judgement, fragment: Fragment) -> Judgement:
    """The verdict on a link whose document has been read: a success without the place that the link points to is none."""
    if judgement.verdict is not Verdict.OK or fragment.state != "missing":
        return judgement
    return Judgement(Verdict.FRAGMENT_MISSING, "fragment-missing", NO_SUCH_SECTION, judgement.final)


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
    """One row of the table. ``reason`` may contain the keys of :func:`_facts`."""

    code: str
    verdict: Verdict
    applies: Callable[[_Evidence], bool]
    reason: str


def _has_outcome(evidence: _Evidence, outcome: Outcome) -> bool:
    return evidence.last.outcome is outcome


def _has_failed_with(code: str, evidence: _Evidence) -> bool:
    return evidence.last.outcome is Outcome.FAILED and evidence.last.error == code


#: The rule of a link that a comment leaves out.
IGNORED = "ignored"

#: The rule of a link of a document whose base URL is unknown.
RELATIVE = "relative"

#: The rule of a link that was skipped because its host had refused others.
HOST_RATE_LIMITED = "host-rate-limited"

#: The rule of a link that was skipped because its host had not responded to others. A check of a list with many hosts gives it.
HOST_SILENT = "host-silent"

#: The rule of a link with http that works, and works with https, too. Its verdict is ``ok``.
HTTPS_AVAILABLE = "https-available"
HTTPS_MEANING = "The link begins with http://, and its page is there with https://, too."

_UNVERIFIED = " The server's certificate was not verified."

RULES: tuple[Rule, ...] = (
    Rule("success", Verdict.OK, lambda e: 200 <= e.status <= 299 and e.last is e.response, "The server said that the page is there ({statuses})."),
    Rule("file-found", Verdict.OK, lambda e: e.response is not None and e.response.via == "file", "The file or folder is there."),
    Rule(
        "rate-limit", Verdict.RATE_LIMITED, lambda e: e.response is not None and is_rate_limit(e.response),
        "The server wants fewer requests ({statuses}), so it did not say whether the link works. Check again later.",
    ),
    Rule(
        "restricted-status", Verdict.RESTRICTED, lambda e: e.status in RESTRICTED,
        "The server lets in only some visitors, for example after a sign-in ({statuses}).",
    ),
    Rule("gone-twice", Verdict.BROKEN, lambda e: e.status in GONE and e.times(GONE) >= 2, "The server said twice that nothing is there ({statuses})."),
    Rule(
        "file-missing", Verdict.BROKEN, lambda e: _has_failed_with("file-missing", e) and e.last.via == "file",
        "There is no such file or folder.",
    ),
    Rule(
        "index-missing", Verdict.BROKEN, lambda e: _has_failed_with("index-missing", e) and e.last.via == "file",
        "The folder is there, but it has no index file that a web server could send.",
    ),
    Rule(
        "head-refused", Verdict.HEAD_UNSUPPORTED,
        lambda e: e.status in METHOD_REFUSED and e.response is not None and e.response.method == "HEAD",
        "The server refuses requests for headers ({statuses}), and a request for the page itself showed nothing more.",
    ),
    Rule(
        "server-error-twice", Verdict.SERVER_ERROR, lambda e: 500 <= e.status <= 599 and e.times(range(500, 600)) >= 2,
        "The server failed each time ({statuses}{tries}).",
    ),
    Rule(
        "gone-once", Verdict.OTHER_STATUS, lambda e: e.status in GONE,
        "The server said once that nothing is there ({statuses}); no second request confirmed it.",
    ),
    Rule("server-error-once", Verdict.OTHER_STATUS, lambda e: 500 <= e.status <= 599, "The server failed once ({statuses}); no second request confirmed it."),
    Rule("success-once", Verdict.OTHER_STATUS, lambda e: 200 <= e.status <= 299, "The server said once that the page is there ({statuses}); no second request confirmed it."),
    Rule("redirect-nowhere", Verdict.OTHER_STATUS, lambda e: e.status in REDIRECTS, "It redirects, but to no address ({statuses})."),
    Rule("unusual-status", Verdict.OTHER_STATUS, lambda e: e.response is not None, "The server sent {status}."),
    Rule("opaque", Verdict.ANSWERED_UNREADABLE, lambda e: e.opaque is not None, UNREADABLE),
    Rule("clock-ran-out", Verdict.TIMEOUT, lambda e: _has_outcome(e, Outcome.TIMEOUT), "No reply within {seconds}{tries}."),
    *(
        Rule(code, Verdict.NO_ANSWER_SEEN, partial(_has_failed_with, code), reason)
        for code, reason in FAILURE_REASONS.items()
    ),
    Rule(
        "network-error", Verdict.NO_ANSWER_SEEN, lambda e: True,
        "Nothing came back that the browser shows. It doesn't say why: a wrong name, no connection, a bad certificate, "
        "a redirect, or something that blocks or hides the reply, such as an ad blocker.",
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
        reason = BLOCKED_REASONS.get(code, "The browser did not send the request.")
        return Judgement(Verdict.NOT_CHECKED, code, reason, blocked)
    rule = next(rule for rule in RULES if rule.applies(evidence))
    reason = rule.reason.format_map(_facts(observations, evidence)) if "{" in rule.reason else rule.reason
    if rule.code == "network-error" and last.via not in BROWSER:
        reason = "The connection failed."
    return Judgement(rule.verdict, rule.code, reason, evidence.response or evidence.opaque or last)


def _is_from_service_worker(observation: Observation) -> bool:
    return observation.outcome is Outcome.BLOCKED and observation.error == SERVICE_WORKER


def _facts(observations: Sequence[Observation], evidence: _Evidence) -> dict[str, str]:
    """The facts that the reasons of rules contain. ``tries`` is the number of requests that were sent."""
    sent = [each for each in observations if each.outcome is not Outcome.BLOCKED]
    tries = f", in {len(sent)} tries" if len(sent) > 1 else ""
    return {
        "statuses": ", then ".join(status for status, _ in groupby(str(response.status) for response in evidence.responses)),
        "status": status_words(evidence.status),
        "seconds": _seconds([each.elapsed_ms for each in sent if each.outcome is Outcome.TIMEOUT]),
        "tries": tries,
    }  # fmt: skip


def _seconds(waits_ms: Sequence[float]) -> str:
    """The shortest and the longest wait, in two digits: a limit of 10 s that ended after 10.004 s is shown as 10."""
    shortest, longest = min(waits_ms, default=0.0) / 1000, max(waits_ms, default=0.0) / 1000
    waits = (shortest, longest) if longest > 1.5 * shortest else (shortest,)  # pages are allowed longer than links
    shown = " to ".join(f"{seconds:.2g}" if seconds < 99 else f"{seconds:.0f}" for seconds in waits)
    return "1 second" if shown == "1" else f"{shown} seconds"


def _evidence(observations: Sequence[Observation]) -> _Evidence:
    opaque = [observation for observation in observations if observation.outcome is Outcome.OPAQUE]
    responses = [observation for observation in observations if observation.outcome is Outcome.RESPONSE]
    return _Evidence(observations[-1], responses, opaque[-1] if opaque else None)
