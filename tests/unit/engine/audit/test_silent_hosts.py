"""A host that responds to none of several targets in a row is given up, if the caller wants that."""

from collections import Counter

import pytest
from json_head import Link, Outcome, Policy
from json_head.audit import Audit
from json_head.model import Hop, Observation
from json_head.transports.fake import Answer, FakeTransport, response

from tests.unit.engine.clock import in_no_time

POLICY = Policy(per_host=2, timeout_s=1)
FAILURES = ("dns", "refused", "reset", "unreachable")


def silent():
    return response(200, delay_s=5)


def failed(code):
    return Answer(Observation(Outcome.FAILED, error=code), delay_s=0.5)


async def checked(answer, urls, limit=3, policy=POLICY):
    audit = Audit(map(Link, urls), policy, FakeTransport(answer), silence_limit=limit)
    return [result async for result in audit], audit


def urls(host, count):
    return [f"http://{host}.example/{number}" for number in range(count)]


@pytest.mark.parametrize("answer", [silent(), *map(failed, FAILURES)])
def test_a_silent_host_is_given_up_and_others_are_not(answer):
    wanted = urls("dead", 50) + urls("live", 50)
    results, audit = in_no_time(
        checked(lambda request: answer if "dead" in request.url else response(200, delay_s=0.01), wanted)
    )
    rules = Counter(result.rule for result in results if "dead" in result.link.url)
    assert rules["host-silent"] >= 50 - 3 - 2 * POLICY.per_host and rules.total() == 50
    assert {result.verdict for result in results if result.rule == "host-silent"} == {"not-checked"}
    assert Counter(result.verdict for result in results if "live" in result.link.url) == {"ok": 50}
    assert audit.silent_hosts == ["dead.example:80"]


def test_without_a_limit_every_target_is_requested():
    results, audit = in_no_time(checked(lambda request: silent(), urls("dead", 20), limit=0))
    assert {result.rule for result in results} == {"clock-ran-out"} and audit.silent_hosts == []


def test_a_response_ends_the_count():
    def answer(request):
        return response(404) if request.url.endswith(("2", "5", "8")) else silent()

    results, audit = in_no_time(checked(answer, urls("slow", 10), policy=Policy(per_host=1, timeout_s=1)))
    assert "host-silent" not in {result.rule for result in results} and audit.silent_hosts == []


@pytest.mark.parametrize(
    "observation",
    [
        Observation(Outcome.FAILED, error="tls", via="native"),
        Observation(Outcome.FAILED, error="protocol", via="native"),
        Observation(Outcome.TIMEOUT, via="native", hops=(Hop(302, "http://a.example/", "http://b.example/"),)),
    ],
)
def test_a_host_that_shows_itself_in_a_failure_is_not_silent(observation):
    results, audit = in_no_time(checked(lambda request: Answer(observation, 0.5), urls("odd", 20)))
    assert "host-silent" not in {result.rule for result in results} and audit.silent_hosts == []


def test_few_targets_are_spent_on_a_silent_host_and_each_is_retried_by_get():
    policy = Policy(per_host=4, timeout_s=1)
    results, _ = in_no_time(checked(lambda request: silent(), urls("dead", 1_000), policy=policy))
    spent = [result for result in results if result.rule != "host-silent"]
    assert len(spent) <= 2 * policy.per_host
    assert sum({each.method for each in result.attempts} == {"HEAD", "GET"} for result in spent) >= 3


def test_a_host_that_responds_to_get_only_is_not_given_up():
    def answer(request):
        return silent() if request.method == "HEAD" else response(200)

    results, _ = in_no_time(checked(answer, urls("slow", 50)))
    assert {result.rule for result in results} == {"success"}


def test_the_reason_tells_how_many_links_got_no_reply():
    results, _ = in_no_time(checked(lambda request: silent(), urls("dead", 9)))
    skipped = next(result for result in results if result.rule == "host-silent")
    assert "did not reply to 3 other links in a row" in skipped.reason
    assert skipped.to_json()["error"] == "host-silent" and skipped.checked_at is None
