"""Messages to the worker that concern a relay."""

import asyncio
import json
from urllib.parse import unquote

from json_head.pyodide.worker import Worker
from json_head.transports.fake import failure, response

from tests.unit.pyodide.page import Page


def undecided(url, **parts):
    attempt = {"method": "HEAD", "mode": "no-cors", "via": "browser", "outcome": "opaque", "elapsed_ms": 5}
    place = {"source": "x.md", "line": 3, "column": 1, "text": "a link", "found": "markdown link"}
    return {"url": url, "verdict": "answered-unreadable", "attempts": [attempt], **place, **parts}


def gone(url):
    attempt = {"mode": "cors", "via": "native", "outcome": "response", "status": 404, "elapsed_ms": 3}
    return {
        "ok": True, "status": 404, "headers": {"server": "a"}, "url": url, "verdict": "broken", "rule": "gone-twice", "final_url": url,
        "redirected": False, "attempts": [{"method": "HEAD", **attempt}, {"method": "GET", **attempt}],
    }  # fmt: skip


def relaying(times=100, delay_s=0.01):
    """A network in which a relay finds everything gone, so many times, and then has nothing to say."""
    asked = []

    def answer(request):
        urls = [unquote(part.removeprefix("url=")) for part in request.url.partition("?")[2].split("&")]
        asked.append(urls)
        body = json.dumps([gone(url) for url in urls]).encode()
        return (
            response(200, delay_s=delay_s, body=body) if len(asked) <= times else response(200, delay_s=delay_s + 0.01)
        )

    return answer, asked


def to_relay(urls, **parts):
    results = [undecided(url) for url in urls]
    return {
        "id": 1,
        "type": "relay",
        "relay": "http://r.example",
        "results": results,
        "indexes": list(range(7, 7 + len(urls))),
    } | parts


async def test_a_relay_is_asked_about_results():
    answer, asked = relaying()
    page = Page(answer)
    urls = [f"http://a.example/{n}" for n in range(25)]
    assert (await page.ask(to_relay(urls)))["type"] == "done"
    assert sorted(map(len, asked)) == [5, 10, 10]
    results = dict(page.indexed())
    assert [results[index]["url"] for index in range(7, 32)] == urls
    said = results[7]
    assert (said["verdict"], said["via"], said["status"], said["headers"]) == ("broken", "relay", 404, {"server": "a"})
    assert [attempt["via"] for attempt in said["attempts"]] == ["browser", "relay", "relay"]
    assert (said["source"], said["line"], said["text"]) == ("x.md", 3, "a link")


async def test_what_was_decided_comes_back_whole():
    page = Page(relaying()[0])
    decided = (
        gone("http://a.example/") | undecided("http://a.example/") | {"attempts": gone("")["attempts"], "anything": [1]}
    )
    await page.ask(to_relay([], results=[decided], indexes=[3]))
    assert page.indexed() == [(3, decided)]
    assert page.transport.sent == []


async def test_what_a_relay_said_before_it_failed_stays():
    page = Page(relaying(times=1)[0])
    ending = await page.ask(to_relay([f"http://a.example/{n}" for n in range(20)]))
    assert (ending["type"], ending["code"]) == ("error", "relay-nonsense")
    assert sorted(dict(page.indexed())) == list(range(7, 17))


async def test_a_relay_that_refuses_this_page_is_told_with_its_origin():
    page = Page(lambda request: failure())
    page.worker = Worker(page.take, page.transport, "https://page.example")
    ending = await page.ask(to_relay(["http://a.example/"]))
    assert ending["code"] == "relay-no-answer" and "--origin https://page.example" in ending["message"]


async def test_cancel_of_a_relay():
    answer, asked = relaying(delay_s=0.05)
    page = Page(answer)
    page.worker.receive(to_relay([f"http://a.example/{n}" for n in range(200)]))
    while not page.results():
        await asyncio.sleep(0.001)
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    count = len(asked)
    assert 20 <= len(page.results()) <= 10 * count < 200
    await asyncio.sleep(0.1)
    assert len(asked) == count and page.transport.under_way == 0


async def test_a_page_is_read_by_a_relay_where_the_browser_hides_it():
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
        said = {
            "ok": True,
            "url": "http://a.example/",
            "format": "html",
            "source": "http://a.example/",
            "links": [link],
            "notes": [],
        }
        return response(200, body=json.dumps(said).encode())

    page = Page(answer)
    message = {"id": 1, "type": "audit", "source": {"page": "http://a.example/"}, "relay": "http://r.example"}
    assert (await page.ask(message))["type"] == "done"
    assert [(r["url"], r["verdict"], r["line"], r["column"]) for r in page.results()] == [
        ("http://a.example/x", "ok", 2, 3)
    ]
    assert "The relay at r.example read this page" in page.all("found")[-1]["notes"][0]
