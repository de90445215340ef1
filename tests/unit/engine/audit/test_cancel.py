"""Cancelling a check ends its requests and waits, and every link gets a result."""

import asyncio

from json_head import Link, Policy, audit
from json_head.transports.fake import FakeTransport, response

from tests.unit.engine.audit.networks import status_by_path


async def test_cancel_ends_the_wait_for_a_rate():
    transport = FakeTransport(lambda request: response(200))
    running = audit([f"http://a.example/{n}" for n in range(9)], policy=Policy(rate_per_host=1), transport=transport)
    asyncio.get_running_loop().call_later(0.05, running.cancel)
    results = [result async for result in running]
    assert [result.rule for result in results] == ["success"] + ["cancelled"] * 8
    assert len(transport.sent) == 1


async def test_cancel_stops_requests_and_gives_every_link_a_result():
    transport = FakeTransport(lambda request: response(200, delay_s=0.02))
    links = [Link(f"http://a.example/{n}") for n in range(100)]
    running = audit(links, policy=Policy(per_host=2), transport=transport)
    results = []
    async for result in running:
        results.append(result)
        if len(results) == 4:
            running.cancel()
            sent = len(transport.sent)
    assert len(results) == 100
    rest = results[4:]
    assert {(r.verdict.value, r.rule) for r in rest} == {("not-checked", "cancelled")}
    await asyncio.sleep(0.05)
    assert len(transport.sent) == sent
    assert transport.under_way == 0


async def test_a_cancelled_link_keeps_its_observations():
    running = audit(["http://a.example/503"], policy=Policy(backoff_s=60), transport=FakeTransport(status_by_path))
    asyncio.get_running_loop().call_later(0.02, running.cancel)
    (result,) = [result async for result in running]
    assert (result.rule, result.final) == ("cancelled", None)
    assert [(attempt.method, attempt.status) for attempt in result.attempts] == [("HEAD", 503), ("GET", 503)]


async def test_cancel_before_the_start_and_a_second_cancel_are_allowed():
    transport = FakeTransport(status_by_path)
    running = audit(["http://a.example/200", "nonsense"], transport=transport)
    running.cancel()
    running.cancel()
    results = [result async for result in running]
    assert sorted(result.rule for result in results) == ["cancelled", "invalid-url"]
    assert transport.sent == []


async def test_closing_the_iterator_ends_the_requests():
    transport = FakeTransport(lambda request: response(200, delay_s=0.01 if request.url.endswith("/0") else 5))
    running = audit([f"http://a.example/{n}" for n in range(10)], transport=transport).__aiter__()
    await anext(running)
    await running.aclose()
    assert transport.under_way == 0


async def test_links_admitted_while_a_cancelled_check_ends_have_results():
    running = audit([f"http://a.example/{n}" for n in range(3)], transport=FakeTransport(status_by_path))
    running.cancel()
    indexes = []
    async for result in running:
        if not indexes:
            running.admit(Link("http://b.example/"))
        indexes.append(result.link_index)
        assert result.rule == "cancelled"
    assert sorted(indexes) == [0, 1, 2, 3]
