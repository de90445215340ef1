"""The verdict and the rule for any observations."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.model import Observation, Outcome, Verdict
from json_head.reasons import BLOCKED_REASONS, FAILURE_REASONS
from json_head.verdicts import GONE, TO_FIX, TO_LOOK_AT, UNDECIDED, judge
from json_head.wording import status_words


def answered(method, status, **headers):
    return Observation(
        Outcome.RESPONSE, method, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def observed(outcome, method="HEAD", mode="cors", **more):
    return Observation(outcome, method, mode, **more)


FAILED = observed(Outcome.FAILED)
OPAQUE = observed(Outcome.OPAQUE, mode="no-cors")

TABLE = [
    ([answered("HEAD", 200)], "ok", "success"),
    ([answered("HEAD", 204)], "ok", "success"),
    ([answered("HEAD", 404), answered("GET", 206)], "ok", "success"),
    ([answered("HEAD", 405), answered("GET", 200)], "ok", "success"),
    ([observed(Outcome.TIMEOUT), answered("HEAD", 200)], "ok", "success"),
    ([FAILED, observed(Outcome.FAILED, mode="no-cors"), answered("GET", 200)], "ok", "success"),
    ([answered("HEAD", 429)], "rate-limited", "rate-limit"),
    ([answered("HEAD", 503, retry_after="5")], "rate-limited", "rate-limit"),
    ([answered("HEAD", 401)], "restricted", "restricted-status"),
    ([answered("HEAD", 403), answered("GET", 403)], "restricted", "restricted-status"),
    ([answered("HEAD", 999), answered("GET", 999)], "restricted", "restricted-status"),
    ([answered("HEAD", 404), answered("GET", 403)], "restricted", "restricted-status"),
    ([answered("HEAD", 404), answered("GET", 404)], "broken", "gone-twice"),
    ([answered("HEAD", 410), answered("GET", 404)], "broken", "gone-twice"),
    ([answered("HEAD", 500), answered("GET", 404), answered("GET", 404)], "broken", "gone-twice"),
    ([answered("HEAD", 404)], "other-status", "gone-once"),
    ([answered("HEAD", 404), observed(Outcome.FAILED, "GET")], "other-status", "gone-once"),
    ([answered("HEAD", 404), observed(Outcome.TIMEOUT, "GET")], "other-status", "gone-once"),
    ([answered("HEAD", 404), answered("GET", 500)], "other-status", "server-error-once"),
    ([answered("HEAD", 200), answered("GET", 404), answered("GET", 404)], "broken", "gone-twice"),
    ([answered("HEAD", 200), answered("GET", 403)], "restricted", "restricted-status"),
    ([answered("HEAD", 200), observed(Outcome.FAILED, "GET")], "other-status", "success-once"),
    ([answered("HEAD", 200), observed(Outcome.TIMEOUT, "GET")], "other-status", "success-once"),
    ([answered("HEAD", 405)], "head-unsupported", "head-refused"),
    ([answered("HEAD", 501), observed(Outcome.FAILED, "GET")], "head-unsupported", "head-refused"),
    ([answered("HEAD", 405), answered("GET", 405)], "other-status", "unusual-status"),
    ([answered("HEAD", 500), answered("GET", 500)], "server-error", "server-error-twice"),
    ([answered("HEAD", 503), answered("GET", 502)], "server-error", "server-error-twice"),
    ([answered("HEAD", 500), observed(Outcome.FAILED, "GET")], "other-status", "server-error-once"),
    ([answered("HEAD", 302), answered("GET", 302)], "other-status", "redirect-nowhere"),
    ([answered("HEAD", 304), answered("GET", 304)], "other-status", "unusual-status"),
    ([answered("HEAD", 405), answered("GET", 416), answered("GET", 200)], "ok", "success"),
    ([answered("HEAD", 418), answered("GET", 418)], "other-status", "unusual-status"),
    ([answered("HEAD", 0)], "other-status", "unusual-status"),
    ([FAILED, OPAQUE], "answered-unreadable", "opaque"),
    ([observed(Outcome.TIMEOUT), FAILED, OPAQUE], "answered-unreadable", "opaque"),
    ([observed(Outcome.TIMEOUT, elapsed_ms=10_000)], "timeout", "clock-ran-out"),
    ([FAILED, observed(Outcome.TIMEOUT, mode="no-cors")], "timeout", "clock-ran-out"),
    (
        [FAILED, observed(Outcome.FAILED, mode="no-cors"), observed(Outcome.FAILED, "GET")],
        "no-answer-seen",
        "network-error",
    ),
    *[
        (
            [
                observed(Outcome.FAILED, via="native", error=code),
                observed(Outcome.FAILED, "GET", via="native", error=code),
            ],
            "no-answer-seen",
            code,
        )
        for code in ("dns", "refused", "reset", "tls", "redirects", "protocol", "unreachable")
    ],
    ([observed(Outcome.FAILED, via="native", error="reset"), answered("GET", 200)], "ok", "success"),
    (
        [observed(Outcome.FAILED, via="native", error="reset"), observed(Outcome.TIMEOUT, "GET", via="native")],
        "timeout",
        "clock-ran-out",
    ),
    (
        [answered("HEAD", 404), observed(Outcome.FAILED, "GET", via="native", error="reset")],
        "other-status",
        "gone-once",
    ),
    ([observed(Outcome.FAILED, via="native")], "no-answer-seen", "network-error"),
    ([observed(Outcome.BLOCKED, via="native", error="forbidden-address")], "not-checked", "forbidden-address"),
    ([observed(Outcome.BLOCKED, error="offline")], "not-checked", "offline"),
    ([observed(Outcome.BLOCKED, error="page-policy")], "not-checked", "page-policy"),
    ([observed(Outcome.BLOCKED, error="local-address")], "not-checked", "local-address"),
    ([answered("HEAD", 404), observed(Outcome.BLOCKED, "GET", error="offline")], "other-status", "gone-once"),
    ([observed(Outcome.BLOCKED, error="service-worker")], "not-checked", "service-worker"),
    (
        [answered("HEAD", 404), observed(Outcome.BLOCKED, "GET", error="service-worker")],
        "not-checked",
        "service-worker",
    ),
    ([FAILED, OPAQUE, observed(Outcome.BLOCKED, "GET", error="service-worker")], "not-checked", "service-worker"),
    ([observed(Outcome.BLOCKED, error="service-worker"), answered("GET", 200)], "not-checked", "service-worker"),
    ([], "not-checked", "not-sent"),
]


@pytest.mark.parametrize(
    ("observations", "verdict", "rule"), TABLE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_observations_lead_to_verdict_and_rule(observations, verdict, rule):
    decision = judge(observations)
    assert (decision.verdict, decision.rule) == (verdict, rule)
    assert decision.reason.endswith(".") and "{" not in decision.reason


def test_the_reason_gives_the_statuses_and_the_number_of_tries():
    assert judge([answered("HEAD", 404), answered("GET", 404)]).reason.endswith("(404).")
    assert judge([answered("HEAD", 404), answered("GET", 410)]).reason.endswith("(404, then 410).")
    assert judge([answered("HEAD", 500), *[answered("GET", 500)] * 3]).reason.endswith("(500, in 4 tries).")
    assert judge([answered("HEAD", 418), answered("GET", 418)]).reason == "The server sent status 418."


def test_a_request_that_was_not_sent_is_no_try():
    silent = observed(Outcome.TIMEOUT, elapsed_ms=10_000)
    assert judge([silent, silent]).reason == "No reply within 10 seconds, in 2 tries."
    assert judge([observed(Outcome.BLOCKED), silent]).reason == "No reply within 10 seconds."


def test_the_reason_of_a_timeout_gives_the_time_that_was_waited():
    assert judge([observed(Outcome.TIMEOUT, elapsed_ms=1_000)]).reason == "No reply within 1 second."
    waits = [observed(Outcome.TIMEOUT, elapsed_ms=elapsed_ms) for elapsed_ms in (30_020, 10_003)]
    assert "within 10 to 30 seconds, in 2 tries" in judge(waits).reason
    late = [observed(Outcome.TIMEOUT, elapsed_ms=elapsed_ms) for elapsed_ms in (10_000, 10_800)]
    assert "within 10 seconds, in 2 tries" in judge(late).reason
    assert "within 2.5 seconds" in judge([observed(Outcome.TIMEOUT, elapsed_ms=2_512)]).reason
    assert "within 600 seconds" in judge([observed(Outcome.TIMEOUT, elapsed_ms=600_100)]).reason
    assert "within 10 seconds" in judge([observed(Outcome.TIMEOUT, elapsed_ms=10_004)]).reason


def test_causes_are_named_only_outside_a_browser():
    assert "It doesn't say why" in judge([FAILED]).reason
    assert judge([observed(Outcome.FAILED, via="relay")]).reason == "The connection failed."
    reasons = {judge([observed(Outcome.FAILED, via="native", error=code)]).reason for code in FAILURE_REASONS}
    assert len(reasons) == len(FAILURE_REASONS)
    assert not any("browser" in reason for reason in reasons)


def relay(observation):
    return Observation(
        observation.outcome, observation.method, via="relay", status=observation.status, headers=observation.headers
    )


def test_a_relay_changes_only_undecided_verdicts():
    not_found = [relay(answered("HEAD", 404)), relay(answered("GET", 404))]
    assert judge([FAILED, OPAQUE, *not_found]).verdict == "broken"
    assert judge([answered("HEAD", 200), *not_found]).verdict == "ok"
    assert judge([FAILED, OPAQUE, relay(FAILED)]).verdict == "answered-unreadable"
    assert judge([relay(FAILED)]).verdict == "no-answer-seen"


def test_an_incomplete_check_by_a_relay_changes_nothing():
    blocked = Observation(Outcome.BLOCKED, via="relay", error="forbidden-address")
    for attempts in ([blocked], [relay(answered("HEAD", 404)), blocked], [relay(answered("HEAD", 200)), blocked]):
        assert judge([FAILED, OPAQUE, *attempts]) == judge([FAILED, OPAQUE])
    assert judge([blocked]).verdict == "not-checked"


def test_a_relay_does_not_change_the_verdict_for_a_service_worker():
    verdict = judge([observed(Outcome.BLOCKED, error="service-worker"), relay(answered("HEAD", 200))])
    assert (verdict.verdict, verdict.rule) == ("not-checked", "service-worker")
    assert "service worker" in verdict.reason


observation = st.builds(
    Observation,
    outcome=st.sampled_from(Outcome),
    method=st.sampled_from(["HEAD", "GET"]),
    mode=st.sampled_from(["cors", "no-cors"]),
    via=st.sampled_from(["browser", "native", "relay", "file"]),
    status=st.none() | st.sampled_from([0, 42, 200, 206, 302, 401, 403, 404, 405, 410, 429, 500, 501, 503, 999, 1000]),
    headers=st.none() | st.just({"retry-after": "1"}),
    error=st.none() | st.sampled_from([*BLOCKED_REASONS, *FAILURE_REASONS, "file-missing"]),
)
observations = st.lists(observation, max_size=8)


@given(observations)
def test_any_observations_have_a_verdict_and_broken_needs_two_responses(sequence):
    decision = judge(sequence)
    assert decision.verdict in Verdict
    assert decision.reason
    if decision.rule == "file-missing":
        assert any(o.error == "file-missing" and o.via == "file" for o in sequence)
    elif decision.verdict is Verdict.BROKEN:
        assert sum(o.outcome is Outcome.RESPONSE and o.status in GONE for o in sequence) >= 2
    if decision.rule == "file-found":
        assert any(o.outcome is Outcome.RESPONSE and o.via == "file" for o in sequence)
    elif decision.verdict is Verdict.OK:
        assert any(o.outcome is Outcome.RESPONSE and 200 <= (o.status or 0) <= 299 for o in sequence)


@given(observation)
def test_a_response_has_the_same_verdict_after_a_timeout(single):
    single = single._replace(outcome=Outcome.RESPONSE, via="browser")
    assert judge([single]) == judge([observed(Outcome.TIMEOUT), single])


@given(observations, observations)
def test_no_relay_changes_a_decided_verdict(sequence, more):
    direct = [o for o in sequence if o.via != "relay"]
    before = judge(direct)
    after = judge(direct + [relay(o) for o in more])
    if direct and before.verdict not in UNDECIDED:
        assert after == before


def test_each_verdict_is_to_fix_or_to_look_at_or_needs_nothing():
    assert not TO_FIX & TO_LOOK_AT
    assert TO_FIX | TO_LOOK_AT | {Verdict.OK, Verdict.NOT_CHECKED} == set(Verdict)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "sign-in needed (401)"),
        (403, "not for everybody (403)"),
        (404, "not found (404)"),
        (410, "gone (410)"),
        (429, "wants fewer (429)"),
        (500, "error 500"),
        (599, "error 599"),
        (600, "status 600"),
        (304, "status 304"),
    ],
)
def test_each_status_has_words(status, words):
    assert status_words(status) == words
