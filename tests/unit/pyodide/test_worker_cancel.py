"""Cancelling requests to the worker, and resuming a check in another worker."""

import asyncio
import json

from json_head.transports.fake import response

from tests.unit.pyodide.page import Page


async def test_cancel_of_an_audit_gives_every_link_a_result():
    page = Page(lambda request: response(200, delay_s=0.05))
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": [f"http://a.example/{n}" for n in range(50)]}})
    while len(page.transport.sent) < 8:  # four at a time: some have been answered by now
        await asyncio.sleep(0.001)
    page.worker.receive({"id": 1, "type": "cancel"})
    sent = len(page.transport.sent)
    assert (await page.ending(1))["type"] == "cancelled"
    results = page.results()
    assert len(results) == 50
    assert {r["rule"] for r in results} == {"success", "cancelled"}
    await asyncio.sleep(0.1)
    assert len(page.transport.sent) == sent


async def test_messages_have_at_most_200_results():
    page = Page()
    urls = [f"http://a.example/200?{n}" for n in range(1010)]  # read at once, before the cancel takes effect
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": urls}})
    page.worker.receive({"id": 1, "type": "cancel"})
    await page.ending(1)
    sizes = [len(reply["items"]) for reply in page.replies if reply["type"] == "results"]
    assert (sum(sizes), max(sizes)) == (1010, 200)


async def test_immediate_cancel_gives_every_link_a_result():
    page = Page(lambda request: response(200, delay_s=5))
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/", "http://b.example/"]}})
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    assert [result["rule"] for result in page.results()] == ["cancelled", "cancelled"]


async def test_immediate_cancel_ends_the_request_for_a_page_and_for_a_link():
    page = Page(lambda request: response(200, delay_s=5))
    for id, message in enumerate(
        [
            {"type": "audit", "source": {"page": "http://a.example/"}},
            {"type": "audit", "source": {"urls": ["http://a.example/"]}},
        ],
        1,
    ):
        page.worker.receive({"id": id, **message})
        page.worker.receive({"id": id, "type": "cancel"})
        page.worker.receive({"id": id, "type": "cancel"})
        assert (await page.ending(id))["type"] == "cancelled"
    assert page.transport.under_way == 0


async def test_cancel_of_a_finished_or_unknown_request_has_no_effect():
    page = Page()
    await page.ask({"id": 1, "type": "audit", "source": {"urls": []}})
    page.worker.receive({"id": 1, "type": "cancel"})
    page.worker.receive({"id": 7, "type": "cancel"})
    await asyncio.sleep(0.01)
    assert [r["type"] for r in page.replies] == ["found", "plan", "done"]


async def test_another_worker_resumes_a_check_from_its_plan():
    """The first worker has died. The links include duplicates and links that cannot be requested, and have places."""
    text = "".join(f"[{n}](/{200 + n % 3})\n[same](/200)\n[mail](mailto:a@b.example)\n" for n in range(20))
    source = {"text": text, "format": "markdown", "base": "http://a.example/", "name": "x.md"}
    first = Page()
    await first.ask({"id": 1, "type": "audit", "source": source})
    whole = dict(first.indexed())
    assert sorted(whole) == list(range(60))
    answered = [index for index in whole if index % 4]

    second = Page()
    plan = first.all("plan")[0]["plan"]
    assert (await second.ask({"id": 1, "type": "resume", "plan": plan, "answered": answered}))["type"] == "done"
    rest = dict(second.indexed())
    assert sorted([*rest, *answered]) == list(range(60))
    places = ("url", "verdict", "rule", "source", "line", "column", "text", "found")
    for index, result in rest.items():
        assert [result[part] for part in places] == [whole[index][part] for part in places]


async def test_cancel_of_a_resumed_check_gives_every_link_a_result():
    page = Page(lambda request: response(200, delay_s=5))
    plan = json.dumps([[["http://a.example/", None, None, None, "", ""]] * 3, []])
    page.worker.receive({"id": 1, "type": "resume", "plan": plan, "answered": [1]})
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    assert [(index, result["rule"]) for index, result in sorted(page.indexed())] == [(0, "cancelled"), (2, "cancelled")]


async def test_cancel_before_its_request_has_no_effect():
    page = Page()
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ask({"id": 1, "type": "export", "format": "csv", "results": []}))["type"] == "done"
