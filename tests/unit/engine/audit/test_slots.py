"""Slots of the engine: the number of requests and tasks at once, and the time between requests."""

import asyncio
from itertools import pairwise

import pytest
from json_head import Link, Outcome, Policy, audit, head
from json_head.transports.fake import FakeTransport, failure, response

from tests.unit.engine.clock import in_no_time


async def test_requests_at_once_are_limited_by_the_policy():
    transport = FakeTransport(lambda request: response(200, delay_s=0.005))
    urls = [f"http://host{n % 10}.example/{n}" for n in range(200)]
    await head(urls, policy=Policy(total=8, per_host=2), transport=transport)
    assert transport.peak == 8
    transport = FakeTransport(lambda request: response(200, delay_s=0.005))
    await head([f"http://one.example/{n}" for n in range(50)], policy=Policy(per_host=3), transport=transport)
    assert transport.peak == 3


@pytest.mark.parametrize(("hosts", "tasks"), [(100, 16), (2, 8)])
async def test_tasks_do_not_grow_with_the_number_of_urls(hosts, tasks):
    """Their number is that of the slots: those of the policy in all, or those of each host."""
    most = 0

    def answer(request):
        nonlocal most
        most = max(most, len(asyncio.all_tasks()))
        return response(200)

    urls = [f"http://host{n % hosts}.example/{n}" for n in range(10_000)]
    results = await head(urls, policy=Policy(total=16, per_host=4), transport=FakeTransport(answer))
    assert len(results) == 10_000
    assert most <= tasks + 2  # this test, and the canary's


async def test_a_slow_host_does_not_delay_other_hosts():
    def answer(request):
        return response(200, delay_s=0.2 if "slow" in request.url else 0.001)

    links = [Link(f"http://slow.example/{n}") for n in range(20)] + [
        Link(f"http://quick{n}.example/") for n in range(50)
    ]
    order = [result.link.url async for result in audit(links, policy=Policy(total=8), transport=FakeTransport(answer))]
    assert not any("slow" in url for url in order[:50])


async def test_waits_before_retries_hold_no_slot():
    answers = {"http://flaky.example/": [503, 503, 200]}

    def answer(request):
        return response(answers[request.url].pop(0)) if request.url in answers else response(200)

    policy = Policy(total=1, backoff_s=0.05)
    links = [Link("http://flaky.example/"), Link("http://fine.example/")]
    results = [result async for result in audit(links, policy=policy, transport=FakeTransport(answer))]
    assert [(r.link.url, r.verdict.value) for r in results] == [
        ("http://fine.example/", "ok"),
        ("http://flaky.example/", "ok"),
    ]


def test_a_rate_spaces_all_requests_including_confirmations_and_retries():
    """One host has 30 URLs: 10 are confirmed by GET, 10 are opaque to a no-cors HEAD, and 10 are retried after a 503."""
    sent = []

    def answer(request):
        sent.append((asyncio.get_running_loop().time(), request))
        if "hidden" in request.url:
            return failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)
        return response(404 if "gone" in request.url else 503, delay_s=0.3)

    urls = [f"http://a.example/{kind}/{n}" for kind in ("gone", "hidden", "down") for n in range(10)]
    policy = Policy(rate_per_host=5)
    results = in_no_time(head(urls, policy=policy, transport=FakeTransport(answer)))
    assert [result.verdict.value for result in results] == (
        ["broken"] * 10 + ["answered-unreadable"] * 10 + ["server-error"] * 10
    )
    times = [time for time, _ in sent]
    assert len(times) == 20 + 20 + 40  # HEAD and GET respond with 503, and the GET is retried twice
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2 - 1e-9


def test_a_url_is_finished_before_the_next_one_of_its_host_starts():
    """Results are therefore yielded from the start, however long the list is."""
    policy = Policy(rate_per_host=1)
    transport = FakeTransport(lambda request: response(404))
    in_no_time(head([f"http://a.example/{n}" for n in range(3)], policy=policy, transport=transport))
    assert [(request.url[-1], request.method) for request in transport.sent] == [
        (name, method) for name in "012" for method in ("HEAD", "GET")
    ]


def test_a_rate_does_not_delay_other_hosts():
    def answer(request):
        sent.append((asyncio.get_running_loop().time(), request.url))
        return response(200)

    sent = []
    urls = [f"http://many.example/{n}" for n in range(50)] + [f"http://host{n}.example/" for n in range(50)]
    in_no_time(head(urls, policy=Policy(total=2, rate_per_host=1), transport=FakeTransport(answer)))
    assert max(time for time, url in sent if "many" not in url) == 0
    assert max(time for time, _ in sent) == pytest.approx(49)


async def test_the_timeout_starts_when_a_request_is_sent():
    """Twenty requests of 50 ms are sent one at a time, with a timeout of 80 ms. Their wait for a slot must not count."""
    transport = FakeTransport(lambda request: response(200, delay_s=0.05))
    policy = Policy(total=1, timeout_s=0.08, retries=0)
    results = await head([f"http://a.example/{n}" for n in range(20)], policy=policy, transport=transport)
    assert {result.verdict for result in results} == {"ok"}


async def test_a_request_that_takes_too_long_is_a_timeout():
    transport = FakeTransport(lambda request: response(200, delay_s=1))
    (result,) = await head(["http://a.example/"], policy=Policy(timeout_s=0.02, retries=0), transport=transport)
    assert result.verdict == "timeout"
