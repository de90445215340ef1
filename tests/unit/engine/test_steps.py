"""The next request for a target, by its observations so far."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.model import Observation, Outcome
from json_head.policy import Policy
from json_head.steps import Step, next_reported_step, next_step, retry_after

POLICY = Policy(retries=2, backoff_s=1)
#: The outcome for a method and mode that a server's table does not list.
UNLISTED = "failed"


def play(answers, policy=POLICY, via="browser", choose_step=next_step):
    """Check a target on a server that answers each (method, mode) from a list and repeats the last entry.

    Returns the requests and the waits before them.
    """
    observations, requests, waits = [], [], []
    while step := choose_step(observations, policy, jitter=lambda: 0.5):
        requests.append(f"{step.method} {step.mode}")
        waits.append(step.wait_s)
        answer = answers.get((step.method, step.mode), UNLISTED)
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        observations.append(observe(answer, step)._replace(via=via))
        assert len(observations) < 20, "next_step never ends"
    return requests, waits


def observe(answer, step):
    if isinstance(answer, int):
        return Observation(Outcome.RESPONSE, step.method, step.mode, status=answer, headers={})
    if isinstance(answer, dict):
        return Observation(Outcome.RESPONSE, step.method, step.mode, status=429, headers=answer)
    return Observation(Outcome(answer), step.method, step.mode)


HEAD, GET, PROBE = ("HEAD", "cors"), ("GET", "cors"), ("HEAD", "no-cors")
GET_PROBE = ("GET", "no-cors")


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        ({HEAD: 200}, ["HEAD cors"]),
        ({HEAD: 404, GET: 404}, ["HEAD cors", "GET cors"]),
        ({HEAD: 404, GET: 200}, ["HEAD cors", "GET cors"]),
        ({HEAD: 405, GET: 404}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: 500, GET: 404}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: 403, GET: 403}, ["HEAD cors", "GET cors"]),
        ({HEAD: 405, GET: [416, 200]}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: 405, GET: 416}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: 401, GET: 200}, ["HEAD cors", "GET cors"]),
        ({HEAD: 401, GET: 401}, ["HEAD cors", "GET cors"]),
        ({HEAD: 401}, ["HEAD cors", "GET cors"]),
        ({HEAD: 406, GET: 200}, ["HEAD cors", "GET cors"]),
        ({HEAD: 407}, ["HEAD cors"]),
        ({HEAD: 451}, ["HEAD cors"]),
        ({HEAD: 302, GET: 302}, ["HEAD cors", "GET cors"]),
        ({HEAD: 500, GET: 500}, ["HEAD cors", "GET cors", "GET cors", "GET cors"]),
        ({HEAD: 500, GET: [500, 200]}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: 429, GET: 429}, ["HEAD cors", "HEAD cors", "GET cors"]),
        ({HEAD: 429, GET: 200}, ["HEAD cors", "HEAD cors", "GET cors"]),
        ({HEAD: 429, GET: 404}, ["HEAD cors", "HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: [429, 200]}, ["HEAD cors", "HEAD cors"]),
        ({HEAD: 405, GET: 429}, ["HEAD cors", "GET cors", "GET cors", "GET cors"]),
        ({HEAD: "timeout", GET: 200}, ["HEAD cors", "GET cors"]),
        ({HEAD: "timeout", GET: 404}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: "timeout", GET: 500}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: "timeout", GET: 429}, ["HEAD cors", "GET cors", "GET cors"]),
        ({HEAD: "timeout", GET: "timeout"}, ["HEAD cors", "GET cors", "HEAD cors"]),
        ({HEAD: ["timeout", 200], GET: "timeout"}, ["HEAD cors", "GET cors", "HEAD cors"]),
        ({HEAD: ["timeout", 404], GET: "timeout"}, ["HEAD cors", "GET cors", "HEAD cors", "GET cors"]),
        ({HEAD: 404, GET: "timeout"}, ["HEAD cors", "GET cors", "GET cors", "GET cors"]),
        ({HEAD: "timeout", GET_PROBE: "opaque"}, ["HEAD cors", "GET cors", "GET no-cors"]),
        ({HEAD: ["timeout", 200]}, ["HEAD cors", "GET cors", "GET no-cors", "HEAD cors"]),
        ({PROBE: "opaque"}, ["HEAD cors", "HEAD no-cors"]),
        ({PROBE: "timeout", GET: 200}, ["HEAD cors", "HEAD no-cors", "GET cors"]),
        ({PROBE: "timeout", GET_PROBE: "opaque"}, ["HEAD cors", "HEAD no-cors", "GET cors", "GET no-cors"]),
        ({PROBE: "timeout", GET: "timeout"}, ["HEAD cors", "HEAD no-cors", "GET cors", "HEAD no-cors"]),
        ({GET: "timeout"}, ["HEAD cors", "HEAD no-cors", "GET cors", "GET cors", "GET cors"]),
        ({GET_PROBE: "timeout"}, ["HEAD cors", "HEAD no-cors", "GET cors"] + ["GET no-cors"] * 3),
        ({}, ["HEAD cors", "HEAD no-cors", "GET cors", "GET no-cors"]),
        ({GET: 200}, ["HEAD cors", "HEAD no-cors", "GET cors"]),
        ({GET_PROBE: "opaque"}, ["HEAD cors", "HEAD no-cors", "GET cors", "GET no-cors"]),
        ({HEAD: 404, GET_PROBE: "opaque"}, ["HEAD cors", "GET cors"]),
        ({HEAD: "blocked"}, ["HEAD cors"]),
    ],
)
def test_requests_follow_from_the_observations(answers, requests):
    assert play(answers)[0] == requests


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        ({HEAD: 200, GET: 206}, ["HEAD", "GET"]),
        ({HEAD: 200, GET: 404}, ["HEAD", "GET", "GET"]),
        ({HEAD: 200, GET: 403}, ["HEAD", "GET"]),
        ({HEAD: 200}, ["HEAD", "GET"]),
        ({HEAD: 200, GET: "timeout"}, ["HEAD", "GET", "GET", "GET"]),
        ({HEAD: 404, GET: 200}, ["HEAD", "GET"]),
        ({HEAD: "timeout", GET: 200}, ["HEAD", "GET"]),
    ],
)
@pytest.mark.parametrize("via", ["browser", "native"])
def test_a_get_confirms_that_a_link_works_which_a_report_calls_broken(answers, requests, via):
    assert play(answers, via=via, choose_step=next_reported_step)[0] == [f"{method} cors" for method in requests]


@pytest.mark.parametrize(
    ("answers", "requests"),
    [
        ({HEAD: 200}, "HEAD"),
        ({HEAD: "timeout", GET: 200}, "HEAD GET"),
        ({HEAD: "timeout", GET: "timeout"}, "HEAD GET HEAD"),
        ({HEAD: "timeout"}, "HEAD GET HEAD GET"),
        ({HEAD: ["timeout", "failed"]}, "HEAD GET HEAD GET"),
        ({GET: 200}, "HEAD GET"),
        ({GET: "timeout"}, "HEAD GET GET GET"),
        ({}, "HEAD GET"),
    ],
)
def test_no_cors_probes_are_not_sent_outside_a_browser(answers, requests):
    assert [request.split()[0] for request in play(answers, via="native")[0]] == requests.split()


@pytest.mark.parametrize("retries", [0, 1, 2, 3])
def test_the_last_retry_after_a_rate_limit_is_a_get(retries):
    requests, _ = play({HEAD: 429, GET: 429}, Policy(retries=retries))
    assert requests == (["HEAD cors"] * max(1, retries)) + ["GET cors"] * bool(retries)


def test_a_5xx_response_to_the_only_retry_is_confirmed():
    assert play({HEAD: "timeout", GET: 500}, Policy(retries=1))[0] == ["HEAD cors", "GET cors", "GET cors"]


def test_status_416_is_followed_by_a_get_without_a_range():
    observations = [
        Observation(Outcome.RESPONSE, method, status=status, headers={})
        for method, status in [("HEAD", 405), ("GET", 416)]
    ]
    assert next_step(observations, POLICY) == Step("GET", whole=True)


def test_waits_double_and_have_jitter():
    assert play({HEAD: "timeout", GET: "timeout"})[1] == [0, 1, 2]
    timeout = [Observation(Outcome.TIMEOUT)]
    assert next_step(timeout, POLICY, jitter=lambda: 0).wait_s == 0.5
    assert next_step(timeout, POLICY, jitter=lambda: 0.999).wait_s == pytest.approx(1.499)


def test_retry_after_is_honoured_capped_and_pauses_the_host():
    limited = [Observation(Outcome.RESPONSE, status=429, headers={"retry-after": "7"})]
    assert next_step(limited, POLICY) == Step("HEAD", "cors", wait_s=7, pause_host=True)
    limited = [Observation(Outcome.RESPONSE, status=429, headers={"retry-after": "100000"})]
    assert next_step(limited, POLICY).wait_s == 60
    assert not next_step([Observation(Outcome.TIMEOUT)], POLICY).pause_host


def test_a_policy_without_retries_never_waits():
    assert play({HEAD: "timeout"}, Policy(retries=0)) == (["HEAD cors"], [0])


def test_a_native_failure_is_followed_by_get_instead_of_a_no_cors_probe():
    assert next_step([Observation(Outcome.FAILED, via="native")], POLICY) == Step("GET", "cors")


@given(
    st.dictionaries(
        st.sampled_from([HEAD, GET, PROBE, GET_PROBE]),
        st.lists(
            st.sampled_from([200, 401, 404, 416, 429, 500, 418, "timeout", "opaque", "failed", "blocked"]),
            min_size=1,
            max_size=4,
        ),
    ),
    st.integers(0, 4),
    st.sampled_from(["browser", "native"]),
)
def test_timeouts_and_429s_are_limited_to_retries_plus_one(answers, retries, via):
    outcomes = {way: list(each) for way, each in answers.items()}
    observations = []
    while step := next_step(observations, Policy(retries=retries), jitter=lambda: 0.5):
        each = outcomes.get((step.method, step.mode), [UNLISTED])
        observations.append(observe(each.pop(0) if len(each) > 1 else each[0], step)._replace(via=via))
        assert len(observations) <= 6 + 5 * retries
    assert sum(observation.outcome is Outcome.TIMEOUT for observation in observations) <= 1 + retries
    assert sum(observation.status == 429 for observation in observations) <= 1 + retries
    if retries and observations[-1].outcome in (Outcome.TIMEOUT, Outcome.FAILED):
        assert {observation.method for observation in observations} == {"HEAD", "GET"}, "no-answer-seen needs a GET too"


NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5),
        (" 0 ", 0),
        ("99999999999999999999", 999999999999),
        ("Thu, 01 Jan 2026 00:01:00 GMT", 60),
        ("Thu, 01 Jan 2015 00:01:00 GMT", 0),
        ("Thu, 01 Jan 2026 00:01:00 -0000", 60),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("١", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value, seconds):
    assert retry_after(value, NOW) == seconds
