"""A host that answers several targets in a row with 429 is given up for the rest of the check."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest
from json_head import Policy, audit, head
from json_head.transports.fake import FakeTransport, response

from tests.unit.engine.clock import in_no_time


def refusing_after(allowed, headers, times=None):
    """A transport whose host answers ``allowed`` requests with 200 and all later ones with 429."""

    def answer(request):
        if len(transport.sent) <= allowed:
            return response(200, delay_s=0.01)
        if times is not None:
            times.append(asyncio.get_running_loop().time())
        return response(429, headers, delay_s=0.01)

    transport = FakeTransport(answer)
    return transport


async def timed(work):
    started = asyncio.get_running_loop().time()
    return await work, asyncio.get_running_loop().time() - started


@pytest.mark.parametrize("headers", [{"retry-after": "1"}, {}])
def test_a_rate_limited_host_gets_pauses_and_few_requests(headers):
    refused = []
    transport = refusing_after(100, headers, refused)
    policy = Policy(backoff_s=2)
    results = in_no_time(head([f"http://a.example/{n}" for n in range(140)], policy=policy, transport=transport))
    assert Counter(result.verdict for result in results) == {"ok": 100, "rate-limited": 40}
    requests = Counter(request.url for request in transport.sent)
    assert Counter(requests.values()) == {1: 100, 3: 4}
    assert len(refused) == 12
    assert 1 + sum(later - earlier > 0.9 for earlier, later in pairwise(refused)) == 3  # bursts of at most four at once


@pytest.mark.parametrize("links", [24, 100, 5_000])
def test_a_host_that_only_answers_429_is_given_up_after_the_retries(links):
    transport = refusing_after(0, {"retry-after": "3600"})
    urls = [f"http://a.example/{n}" for n in range(links)]
    results, seconds = in_no_time(timed(head(urls, transport=transport)))
    assert {result.verdict for result in results} == {"rate-limited"}
    assert Counter(result.rule for result in results) == {"rate-limit": 4, "host-rate-limited": links - 4}
    assert len(transport.sent) == 4 * 3
    assert [request.method for request in transport.sent] == ["HEAD"] * 8 + ["GET"] * 4
    policy = Policy()
    assert seconds == pytest.approx(policy.retries * policy.retry_after_cap_s, abs=1)


def test_the_reason_of_a_link_on_a_given_up_host_is_that_it_was_not_requested():
    results = in_no_time(head([f"http://a.example/{n}" for n in range(9)], transport=refusing_after(0, {})))
    (last,) = [result for result in results if result.link.url.endswith("/8")]
    assert last.reason == (
        "No request was sent, because the server wants fewer requests: it refused 3 other links in a row. Check again later."
    )
    assert (last.attempts, last.final, last.checked_at) == ((), None, None)
    as_json = last.to_json()
    assert (as_json["ok"], as_json["error"], as_json["verdict"]) == (False, "host-rate-limited", "rate-limited")


def test_giving_up_a_host_does_not_affect_other_hosts():
    def answer(request):
        return response(429) if "busy" in request.url else response(200, delay_s=5)

    urls = [f"http://{host}.example/{n}" for n in range(20) for host in ("busy", "fine")]
    results = in_no_time(head(urls, transport=FakeTransport(answer)))
    assert Counter((result.link.url[7:11], result.verdict.value) for result in results) == {
        ("busy", "rate-limited"): 20,
        ("fine", "ok"): 20,
    }


@pytest.mark.parametrize("fine", [3, 7, 20])
def test_a_host_with_other_responses_between_429s_is_not_given_up(fine):
    """Every third request is answered with 200, whichever it is. Therefore no three targets in a row are refused."""
    transport = FakeTransport(lambda request: response(200 if not len(transport.sent) % 3 else 429))
    urls = [f"http://a.example/{n}" for n in range(fine * 3)]
    results = in_no_time(head(urls, policy=Policy(retries=0, per_host=1), transport=transport))
    assert Counter(result.rule for result in results) == {"success": fine, "rate-limit": 2 * fine}


def test_a_request_under_way_on_a_given_up_host_is_still_finished():
    """Three targets are refused while a fourth is under way. The waiting targets end, and the fourth one's confirmation is sent."""

    def answer(request):
        if request.url.endswith("/slow"):
            return response(404, delay_s=3)
        return response(429)

    transport = FakeTransport(answer)
    urls = ["http://a.example/slow", *(f"http://a.example/{n}" for n in range(10))]
    results = in_no_time(head(urls, policy=Policy(retries=0), transport=transport))
    assert (results[0].verdict, len(results[0].attempts)) == ("broken", 2)
    assert Counter(result.rule for result in results[1:]) == {"rate-limit": 3, "host-rate-limited": 7}


def test_a_link_waiting_for_a_retry_keeps_its_observations():
    """The link timed out while others were refused. It is not retried, and its verdict is not ``timeout``."""

    def answer(request):
        if request.url.endswith("/silent"):
            return response(200, delay_s=99)
        return response(429, {"retry-after": "9"})

    urls = ["http://a.example/silent", *(f"http://a.example/{n}" for n in range(3))]
    policy = Policy(timeout_s=1, backoff_s=60, retries=1, retry_after_cap_s=1)
    (silent, *others) = in_no_time(head(urls, policy=policy, transport=FakeTransport(answer)))
    assert {result.rule for result in others} == {"rate-limit"}
    assert (silent.verdict.value, silent.rule, len(silent.attempts)) == ("rate-limited", "host-rate-limited", 1)
    assert silent.reason.startswith("No further request was sent, because ") and silent.checked_at


async def test_cancel_takes_effect_while_a_host_with_many_links_is_given_up():
    transport = FakeTransport(lambda request: response(429))
    running = audit([f"http://a.example/{n}" for n in range(50_000)], policy=Policy(retries=0), transport=transport)
    results = []
    async for result in running:
        results.append(result)
        if len(results) == 100:
            running.cancel()
    assert len(results) == 50_000
    assert {result.rule for result in results} == {"rate-limit", "host-rate-limited", "cancelled"}


def test_a_response_between_two_requests_of_a_target_ends_the_row_of_refusals():
    """The HEAD of ``a`` is answered after two refusals and before the third one; its GET takes longer than both."""
    times = {"a": (404, 0.2), "b": (429, 0.1), "c": (429, 0.1), "d": (429, 0.4)}

    def answer(request):
        status, delay_s = times.get(request.url[-1], (200, 0.01))
        return response(status, delay_s=2 if request.method == "GET" else delay_s)

    urls = [f"http://a.example/{name}" for name in "abcdefg"]
    results = in_no_time(head(urls, policy=Policy(retries=0), transport=FakeTransport(answer)))
    assert [result.verdict.value for result in results] == ["broken", *["rate-limited"] * 3, *["ok"] * 3]
