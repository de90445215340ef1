"""Outages of the network on the checker's side."""

import asyncio

from json_head import Link, Outcome, Policy, audit, head, outage
from json_head.transports.fake import FakeTransport, failure, response


async def test_no_answer_seen_is_decided_only_after_the_canary_has_answered():
    transport = FakeTransport(lambda request: failure())
    results = await head([f"http://dead{n}.example/" for n in range(200)], transport=transport)
    assert {result.verdict for result in results} == {"no-answer-seen"}
    assert 1 <= transport.canaries < 20


async def test_an_outage_is_waited_out_and_changes_no_verdict(monkeypatch):
    monkeypatch.setattr(outage, "OUTAGE_POLL_S", 0.02)
    transport = FakeTransport(lambda request: answer(request))

    def answer(request):
        if len(transport.sent) == 100:
            transport.online = False
            asyncio.get_running_loop().call_later(0.3, setattr, transport, "online", True)
        if not transport.online:
            return failure() if len(transport.sent) % 2 else failure(Outcome.BLOCKED, "offline")
        if "hidden" in request.url:
            return failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)
        return failure() if "dead" in request.url else response(404 if "gone" in request.url else 200, delay_s=0.001)

    kinds = {"fine": "ok", "gone": "broken", "dead": "no-answer-seen", "hidden": "answered-unreadable"}
    links = [Link(f"http://host{n % 7}.example/{kind}/{n}") for n in range(100) for kind in kinds]
    running = audit(links, policy=Policy(total=16), transport=transport)
    reported = []
    running.on_outage = reported.append
    async for result in running:
        assert result.verdict == kinds[result.link.url.split("/")[3]], result
    assert reported == [True, False]


async def test_nothing_is_sent_during_an_outage_and_cancelled_links_are_offline():
    transport = FakeTransport(lambda request: failure())
    transport.online = False
    running = audit([f"http://a.example/{n}" for n in range(50)], transport=transport)
    results = []

    async def collect():
        async for result in running:
            results.append(result)

    task = asyncio.ensure_future(collect())
    await asyncio.sleep(0.05)
    sent = len(transport.sent)
    await asyncio.sleep(0.05)
    assert len(transport.sent) == sent < 50
    running.cancel()
    await asyncio.wait_for(task, 1)
    assert {(r.verdict.value, r.rule) for r in results} == {("not-checked", "offline")}
