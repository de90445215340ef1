import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.model import Observation, Outcome, Verdict
from json_head.verdicts import BLOCKED_REASONS, FAILURE_REASONS, GONE, UNDECIDED, judge


def answer(method, status, **headers):
    return Observation(
        Outcome.RESPONSE, method, status=status, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def seen(outcome, method="HEAD", mode="cors", **more):
    return Observation(outcome, method, mode, **more)


FAILED = seen(Outcome.FAILED)
OPAQUE = seen(Outcome.OPAQUE, mode="no-cors")

TABLE = [
    ([answer("HEAD", 200)], "ok", "success"),
    ([answer("HEAD", 204)], "ok", "success"),
    ([answer("HEAD", 404), answer("GET", 206)], "ok", "success"),
    ([answer("HEAD", 405), answer("GET", 200)], "ok", "success"),
    ([seen(Outcome.TIMEOUT), answer("HEAD", 200)], "ok", "success"),
    ([FAILED, seen(Outcome.FAILED, mode="no-cors"), answer("GET", 200)], "ok", "success"),
    ([answer("HEAD", 429)], "rate-limited", "rate-limit"),
    ([answer("HEAD", 503, retry_after="5")], "rate-limited", "rate-limit"),
    ([answer("HEAD", 401)], "restricted", "restricted-status"),
    ([answer("HEAD", 403), answer("GET", 403)], "restricted", "restricted-status"),
    ([answer("HEAD", 999), answer("GET", 999)], "restricted", "restricted-status"),
    ([answer("HEAD", 404), answer("GET", 403)], "restricted", "restricted-status"),
    ([answer("HEAD", 404), answer("GET", 404)], "broken", "gone-twice"),
    ([answer("HEAD", 410), answer("GET", 404)], "broken", "gone-twice"),
    ([answer("HEAD", 500), answer("GET", 404), answer("GET", 404)], "broken", "gone-twice"),
    ([answer("HEAD", 404)], "other-status", "gone-once"),
    ([answer("HEAD", 404), seen(Outcome.FAILED, "GET")], "other-status", "gone-once"),
    ([answer("HEAD", 404), seen(Outcome.TIMEOUT, "GET")], "other-status", "gone-once"),
    ([answer("HEAD", 404), answer("GET", 500)], "other-status", "server-error-once"),
    ([answer("HEAD", 405)], "head-unsupported", "head-refused"),
    ([answer("HEAD", 501), seen(Outcome.FAILED, "GET")], "head-unsupported", "head-refused"),
    ([answer("HEAD", 405), answer("GET", 405)], "other-status", "unusual-status"),
    ([answer("HEAD", 500), answer("GET", 500)], "server-error", "server-error-twice"),
    ([answer("HEAD", 503), answer("GET", 502)], "server-error", "server-error-twice"),
    ([answer("HEAD", 500), seen(Outcome.FAILED, "GET")], "other-status", "server-error-once"),
    ([answer("HEAD", 302), answer("GET", 302)], "other-status", "redirect-nowhere"),
    ([answer("HEAD", 304), answer("GET", 304)], "other-status", "unusual-status"),
    ([answer("HEAD", 405), answer("GET", 416), answer("GET", 200)], "ok", "success"),
    ([answer("HEAD", 418), answer("GET", 418)], "other-status", "unusual-status"),
    ([answer("HEAD", 0)], "other-status", "unusual-status"),
    ([FAILED, OPAQUE], "answered-unreadable", "opaque"),
    ([seen(Outcome.TIMEOUT), FAILED, OPAQUE], "answered-unreadable", "opaque"),
    ([seen(Outcome.TIMEOUT, elapsed_ms=10_000)], "timeout", "clock-ran-out"),
    ([FAILED, seen(Outcome.TIMEOUT, mode="no-cors")], "timeout", "clock-ran-out"),
    ([FAILED, seen(Outcome.FAILED, mode="no-cors"), seen(Outcome.FAILED, "GET")], "no-answer-seen", "network-error"),
    *[
        (
            [seen(Outcome.FAILED, via="native", error=code), seen(Outcome.FAILED, "GET", via="native", error=code)],
            "no-answer-seen",
            code,
        )
        for code in ("dns", "refused", "reset", "tls", "redirects", "protocol", "unreachable")
    ],
    ([seen(Outcome.FAILED, via="native", error="reset"), answer("GET", 200)], "ok", "success"),
    (
        [seen(Outcome.FAILED, via="native", error="reset"), seen(Outcome.TIMEOUT, "GET", via="native")],
        "timeout",
        "clock-ran-out",
    ),
    ([answer("HEAD", 404), seen(Outcome.FAILED, "GET", via="native", error="reset")], "other-status", "gone-once"),
    ([seen(Outcome.FAILED, via="native")], "no-answer-seen", "network-error"),
    ([seen(Outcome.BLOCKED, via="native", error="forbidden-address")], "not-checked", "forbidden-address"),
    ([seen(Outcome.BLOCKED, error="offline")], "not-checked", "offline"),
    ([seen(Outcome.BLOCKED, error="page-policy")], "not-checked", "page-policy"),
    ([seen(Outcome.BLOCKED, error="local-address")], "not-checked", "local-address"),
    ([answer("HEAD", 404), seen(Outcome.BLOCKED, "GET", error="offline")], "other-status", "gone-once"),
    ([seen(Outcome.BLOCKED, error="service-worker")], "not-checked", "service-worker"),
    ([answer("HEAD", 404), seen(Outcome.BLOCKED, "GET", error="service-worker")], "not-checked", "service-worker"),
    ([FAILED, OPAQUE, seen(Outcome.BLOCKED, "GET", error="service-worker")], "not-checked", "service-worker"),
    ([seen(Outcome.BLOCKED, error="service-worker"), answer("GET", 200)], "not-checked", "service-worker"),
    ([], "not-checked", "not-sent"),
]


@pytest.mark.parametrize(
    ("observations", "verdict", "rule"), TABLE, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_table(observations, verdict, rule):
    said = judge(observations)
    assert (said.verdict, said.rule) == (verdict, rule)
    assert said.reason.endswith(".") and "{" not in said.reason


def test_the_reason_tells_what_was_seen():
    assert judge([answer("HEAD", 404), answer("GET", 404)]).reason.endswith("(HEAD 404, GET 404).")
    assert "GET 500 3 times" in judge([answer("HEAD", 500), *[answer("GET", 500)] * 3]).reason
    assert "within 2.5 seconds" in judge([seen(Outcome.TIMEOUT, elapsed_ms=2_512)]).reason
    assert "within 600 seconds" in judge([seen(Outcome.TIMEOUT, elapsed_ms=600_100)]).reason
    assert "within 10 seconds" in judge([seen(Outcome.TIMEOUT, elapsed_ms=10_004)]).reason


def test_only_who_can_tell_a_cause_names_one():
    assert "A browser does not reveal why" in judge([FAILED]).reason
    assert judge([seen(Outcome.FAILED, via="relay")]).reason == "No response arrived: the connection failed."
    reasons = {judge([seen(Outcome.FAILED, via="native", error=code)]).reason for code in FAILURE_REASONS}
    assert len(reasons) == len(FAILURE_REASONS)
    assert not any("browser" in reason for reason in reasons)


def relay(observation):
    return Observation(
        observation.outcome, observation.method, via="relay", status=observation.status, headers=observation.headers
    )


def test_a_relay_decides_only_what_the_browser_could_not():
    gone = [relay(answer("HEAD", 404)), relay(answer("GET", 404))]
    assert judge([FAILED, OPAQUE, *gone]).verdict == "broken"
    assert judge([answer("HEAD", 200), *gone]).verdict == "ok"
    assert judge([FAILED, OPAQUE, relay(FAILED)]).verdict == "answered-unreadable"
    assert judge([relay(FAILED)]).verdict == "no-answer-seen"


def test_what_a_relay_did_not_ask_to_the_end_decides_nothing():
    blocked = Observation(Outcome.BLOCKED, via="relay", error="forbidden-address")
    for seen in ([blocked], [relay(answer("HEAD", 404)), blocked], [relay(answer("HEAD", 200)), blocked]):
        assert judge([FAILED, OPAQUE, *seen]) == judge([FAILED, OPAQUE])
    assert judge([blocked]).verdict == "not-checked"


def test_a_relay_does_not_replace_what_a_service_worker_answered():
    verdict = judge([seen(Outcome.BLOCKED, error="service-worker"), relay(answer("HEAD", 200))])
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
def test_any_sequence_has_one_verdict_and_broken_needs_two_answers(sequence):
    said = judge(sequence)
    assert said.verdict in Verdict
    assert said.reason
    if said.rule == "file-missing":
        assert any(o.error == "file-missing" and o.via == "file" for o in sequence)
    elif said.verdict is Verdict.BROKEN:
        assert sum(o.outcome is Outcome.RESPONSE and o.status in GONE for o in sequence) >= 2
    if said.rule == "file-found":
        assert any(o.outcome is Outcome.RESPONSE and o.via == "file" for o in sequence)
    elif said.verdict is Verdict.OK:
        assert any(o.outcome is Outcome.RESPONSE and 200 <= (o.status or 0) <= 299 for o in sequence)


@given(observation)
def test_one_answer_says_the_same_alone_as_after_a_silence(one):
    """What a single answer means is kept, not found anew for each."""
    one = one._replace(outcome=Outcome.RESPONSE, via="browser")
    assert judge([one]) == judge([seen(Outcome.TIMEOUT), one])


@given(observations, observations)
def test_what_a_browser_proved_no_relay_turns_around(sequence, more):
    direct = [o for o in sequence if o.via != "relay"]
    before = judge(direct)
    after = judge(direct + [relay(o) for o in more])
    if direct and before.verdict not in UNDECIDED:
        assert after == before
