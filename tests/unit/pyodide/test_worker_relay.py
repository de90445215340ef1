"""Messages to the worker that use a relay."""

import asyncio
import json
from urllib.parse import unquote

import pytest
from json_head.pyodide.worker import Worker
from json_head.transports.base import bearer
from json_head.transports.fake import failure, response

from tests.unit.pyodide.page import Page


def undecided(url, **parts):
    attempt = {"method": "HEAD", "mode": "no-cors", "via": "browser", "outcome": "opaque", "elapsed_ms": 5}
    place = {"source": "x.md", "line": 3, "column": 1, "text": "a link", "found": "markdown link"}
    return {"url": url, "verdict": "answered-unreadable", "attempts": [attempt], **place, **parts}


def broken(url):
    attempt = {"mode": "cors", "via": "native", "outcome": "response", "status": 404, "elapsed_ms": 3}
    return {
        "ok": True, "status": 404, "headers": {"server": "a"}, "url": url, "verdict": "broken", "rule": "gone-twice", "final_url": url,
        "redirected": False, "attempts": [{"method": "HEAD", **attempt}, {"method": "GET", **attempt}],
    }  # fmt: skip


def relaying(times=100, delay_s=0.01):
    """A network with a relay that reports every URL as broken in its first ``times`` responses, and then responds with
    an empty body."""
    batches = []

    def answer(request):
        urls = [unquote(part.removeprefix("url=")) for part in request.url.partition("?")[2].split("&")]
        batches.append(urls)
        body = json.dumps([broken(url) for url in urls]).encode()
        return (
            response(200, delay_s=delay_s, body=body)
            if len(batches) <= times
            else response(200, delay_s=delay_s + 0.01)
        )

    return answer, batches


def to_relay(urls, **parts):
    results = [undecided(url) for url in urls]
    return {
        "id": 1,
        "type": "relay",
        "relay": "http://r.example",
        "results": results,
        "indexes": list(range(7, 7 + len(urls))),
    } | parts


async def test_undecided_results_are_checked_through_the_relay():
    answer, batches = relaying()
    page = Page(answer)
    urls = [f"http://a.example/{n}" for n in range(25)]
    assert (await page.ask(to_relay(urls)))["type"] == "done"
    assert sorted(map(len, batches)) == [5, 10, 10]
    results = dict(page.indexed())
    assert [results[index]["url"] for index in range(7, 32)] == urls
    result = results[7]
    assert (result["verdict"], result["via"], result["status"], result["headers"]) == (
        "broken",
        "relay",
        404,
        {"server": "a"},
    )
    assert [attempt["via"] for attempt in result["attempts"]] == ["browser", "relay", "relay"]
    assert (result["source"], result["line"], result["text"]) == ("x.md", 3, "a link")


async def test_decided_results_are_returned_unchanged():
    page = Page(relaying()[0])
    decided = (
        broken("http://a.example/")
        | undecided("http://a.example/")
        | {"attempts": broken("")["attempts"], "anything": [1]}
    )
    await page.ask(to_relay([], results=[decided], indexes=[3]))
    assert page.indexed() == [(3, decided)]
    assert page.transport.sent == []


async def test_results_before_a_failure_of_the_relay_are_valid():
    page = Page(relaying(times=1)[0])
    ending = await page.ask(to_relay([f"http://a.example/{n}" for n in range(20)]))
    assert (ending["type"], ending["code"]) == ("error", "relay-nonsense")
    assert sorted(dict(page.indexed())) == list(range(7, 17))


async def test_the_error_for_a_refused_page_names_its_origin():
    page = Page(lambda request: failure())
    page.worker = Worker(page.take, page.transport, "https://page.example")
    ending = await page.ask(to_relay(["http://a.example/"]))
    assert ending["code"] == "relay-no-answer" and "--origin https://page.example" in ending["message"]


async def test_cancel_stops_the_requests_to_the_relay():
    answer, batches = relaying(delay_s=0.05)
    page = Page(answer)
    page.worker.receive(to_relay([f"http://a.example/{n}" for n in range(200)]))
    while len(page.results()) < 20:  # two batches are under way at once, and the results of one may arrive first
        await asyncio.sleep(0.001)
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    count = len(batches)
    assert 20 <= len(page.results()) <= 10 * count < 200
    await asyncio.sleep(0.1)
    assert len(batches) == count and page.transport.under_way == 0


async def test_an_unreadable_page_is_read_through_the_relay():
    def answer(request):
        if not request.url.startswith("http://r.example/"):
            return response(200) if request.url.endswith("/x") else failure()
        link = {
            "url": "http://a.example/x",
            "source": "http://a.example/",
            "line": 2,
            "column": 3,
            "text": "x",
            "found": "a href",
        }
        result = {
            "ok": True,
            "url": "http://a.example/",
            "format": "html",
            "source": "http://a.example/",
            "links": [link],
            "notes": [],
        }
        return response(200, body=json.dumps(result).encode())

    page = Page(answer)
    message = {"id": 1, "type": "audit", "source": {"page": "http://a.example/"}, "relay": "http://r.example"}
    assert (await page.ask(message))["type"] == "done"
    assert [(r["url"], r["verdict"], r["line"], r["column"]) for r in page.results()] == [
        ("http://a.example/x", "ok", 2, 3)
    ]
    assert "The relay at r.example read this page" in page.all("found")[-1]["notes"][0]


async def test_the_token_is_sent_to_the_relay_only():
    answer, _ = relaying()
    tokens = []

    def note(request):
        tokens.append((request.url.startswith("http://r.example/"), bearer.get()))
        return answer(request) if tokens[-1][0] else response(200, {"content-type": "text/html"})

    page = Page(note)
    assert (await page.ask(to_relay(["http://a.example/"], relayToken="0123456789abcdef")))["type"] == "done"
    source = {"page": "http://a.example/"}
    await page.ask(
        {"id": 2, "type": "audit", "source": source, "relay": "http://r.example", "relayToken": "0123456789abcdef"}
    )
    assert set(tokens) == {(True, "0123456789abcdef"), (False, None)}


@pytest.mark.parametrize("token", ["a b", "a\n", "é", 1])
async def test_an_invalid_token_is_an_error(token):
    error = await Page(relaying()[0]).ask(to_relay(["http://a.example/"], relayToken=token))
    assert error["code"] == ("relay-invalid" if isinstance(token, str) else "bad-message")
