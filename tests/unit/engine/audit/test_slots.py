"""Slots of the engine: how many requests and tasks run at once, and how rates space requests."""

import asyncio
from itertools import pairwise

import pytest
from json_head import Link, Outcome, Policy, audit, head
from json_head.transports.fake import FakeTransport, failure, response

from tests.unit.engine.clock import in_no_time


async def test_no_more_requests_at_once_than_the_policy_allows():
    transport = FakeTransport(lambda request: response(200, delay_s=0.005))
    urls = [f"http://host{n % 10}.example/{n}" for n in range(200)]
    await head(urls, policy=Policy(total=8, per_host=2), transport=transport)
    assert transport.peak == 8
    transport = FakeTransport(lambda request: response(200, delay_s=0.005))
    await head([f"http://one.example/{n}" for n in range(50)], policy=Policy(per_host=3), transport=transport)
    assert transport.peak == 3


@pytest.mark.parametrize(("hosts", "tasks"), [(100, 16), (2, 8)])
async def test_tasks_do_not_grow_with_the_number_of_urls(hosts, tasks):
    """There are as many as can be at work: by the policy in all, or by that of each host."""
    most = 0

    def answer(request):
        nonlocal most
        most = max(most, len(asyncio.all_tasks()))
        return response(200)

    urls = [f"http://host{n % hosts}.example/{n}" for n in range(10_000)]
    results = await head(urls, policy=Policy(total=16, per_host=4), transport=FakeTransport(answer))
    assert len(results) == 10_000
    assert most <= tasks + 2  # this test, and the canary's


async def test_a_slow_host_holds_up_no_other():
    def answer(request):
        return response(200, delay_s=0.2 if "slow" in request.url else 0.001)

    links = [Link(f"http://slow.example/{n}") for n in range(20)] + [
        Link(f"http://quick{n}.example/") for n in range(50)
    ]
    order = [result.link.url async for result in audit(links, policy=Policy(total=8), transport=FakeTransport(answer))]
    assert not any("slow" in url for url in order[:50])


async def test_retries_wait_without_holding_a_slot():
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


def test_a_rate_spaces_every_request_also_those_that_follow_on_one_another():
    """Of 30 URLs on one host, 10 are confirmed by a GET, 10 hidden (a no-cors HEAD tells), 10 asked again after a 503."""
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
    assert len(times) == 20 + 20 + 40  # HEAD and GET say 503, and the GET is asked twice more
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.2 - 1e-9


def test_a_url_that_was_begun_is_finished_before_others_of_its_host_begin():
    """So that results come from the start on, however long the list."""
    policy = Policy(rate_per_host=1)
    transport = FakeTransport(lambda request: response(404))
    in_no_time(head([f"http://a.example/{n}" for n in range(3)], policy=policy, transport=transport))
    assert [(request.url[-1], request.method) for request in transport.sent] == [
        (name, method) for name in "012" for method in ("HEAD", "GET")
    ]


def test_a_rate_holds_up_no_other_host():
    def answer(request):
        sent.append((asyncio.get_running_loop().time(), request.url))
        return response(200)

    sent = []
    urls = [f"http://many.example/{n}" for n in range(50)] + [f"http://host{n}.example/" for n in range(50)]
    in_no_time(head(urls, policy=Policy(total=2, rate_per_host=1), transport=FakeTransport(answer)))
    assert max(time for time, url in sent if "many" not in url) == 0
    assert max(time for time, _ in sent) == pytest.approx(49)


async def test_the_clock_starts_when_a_request_is_sent():
    """Twenty requests of 50 ms, one at a time, with 80 ms each: none may time out for the time it waited in line."""
    transport = FakeTransport(lambda request: response(200, delay_s=0.05))
    policy = Policy(total=1, timeout_s=0.08, retries=0)
    results = await head([f"http://a.example/{n}" for n in range(20)], policy=policy, transport=transport)
    assert {result.verdict for result in results} == {"ok"}


async def test_a_request_that_takes_too_long_is_a_timeout():
    transport = FakeTransport(lambda request: response(200, delay_s=1))
    (result,) = await head(["http://a.example/"], policy=Policy(timeout_s=0.02, retries=0), transport=transport)
    assert result.verdict == "timeout"
