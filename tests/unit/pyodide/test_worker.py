import asyncio
import json
from urllib.parse import unquote

import pytest
from json_head import outage
from json_head.pyodide.worker import Worker, versions
from json_head.transports.fake import FakeTransport, failure, response

HTML = {"content-type": "text/html"}


def answers(request):
    if request.url.endswith("/page"):
        return response(
            200, HTML, body=b'<a href="/200">fine</a> <a href="/404">gone</a> <a href="mailto:x@y.example">mail</a>'
        )
    if request.url.endswith("/hidden"):
        return failure()
    return response(int(request.url.rsplit("/", 1)[1]), delay_s=0.01)


class Page:
    """The page's end: sends messages, keeps replies, checks that each request has exactly one ending."""

    def __init__(self, answer=answers):
        self.replies = []
        self.transport = FakeTransport(answer)
        self.worker = Worker(self.take, self.transport)

    def take(self, reply):
        assert json.loads(json.dumps(reply)) == reply, "a reply is what JSON can carry"
        self.replies.append(reply)

    async def ask(self, message, body=None):
        self.worker.receive(message, body)
        return await self.ending(message["id"])

    async def ending(self, id):
        async with asyncio.timeout(10):
            while not (
                ends := [r for r in self.replies if r["id"] == id and r["type"] in ("done", "error", "cancelled")]
            ):
                await asyncio.sleep(0.001)
        await asyncio.sleep(0.002)
        assert len(ends) == 1
        assert [r for r in self.replies if r["id"] == id][-1] is ends[0]
        return ends[0]

    def results(self, id=1):
        return [
            item
            for reply in self.replies
            if reply["id"] == id and reply["type"] == "results"
            for item in reply["items"]
        ]

    def indexed(self, id=1):
        """The results as ``(index, result)``; no index comes twice."""
        batches = [reply for reply in self.replies if reply["id"] == id and reply["type"] == "results"]
        pairs = [pair for batch in batches for pair in zip(batch["indexes"], batch["items"], strict=True)]
        assert len({index for index, _ in pairs}) == len(pairs)
        return pairs

    def all(self, type):
        return [reply for reply in self.replies if reply["type"] == type]


async def test_a_service_worker_of_the_pages_site_is_named_with_the_links_that_were_found():
    page = Page()
    page.worker = Worker(page.take, page.transport, "http://a.example")
    source = {"urls": ["http://b.example/200", "http://a.example/200"]}
    controller = "http://a.example/sw.js"
    await page.ask({"id": 1, "type": "audit", "source": source, "controller": controller})
    await page.ask({"id": 2, "type": "audit", "source": {"urls": source["urls"][:1]}, "controller": controller})
    await page.ask({"id": 3, "type": "audit", "source": source})
    notes = [reply["notes"] for reply in page.all("found")]
    assert (len(notes[0]), notes[1:]) == (1, [[], []])
    assert controller in notes[0][0]


async def test_results_come_with_their_index():
    page = Page()
    urls = ["http://a.example/200", "nonsense", "http://a.example/404"]
    assert await page.ask({"id": 1, "type": "audit", "source": {"urls": urls}}) == {"id": 1, "type": "done"}
    in_order = [result for _, result in sorted(page.indexed())]
    assert [(r["url"], r["verdict"]) for r in in_order] == list(zip(urls, ["ok", "not-checked", "broken"], strict=True))


async def test_audit_of_a_page():
    page = Page()
    await page.ask({"id": 1, "type": "audit", "source": {"page": " http://a.example/page "}})
    (found,) = page.all("found")
    assert found == {
        "id": 1,
        "type": "found",
        "links": 3,
        "urls": 2,
        "format": "html",
        "source": "http://a.example/page",
        "notes": [],
    }
    assert {r["url"]: r["verdict"] for r in page.results()} == {
        "http://a.example/200": "ok", "http://a.example/404": "broken", "mailto:x@y.example": "not-checked",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("source", "body", "format", "verdicts"),
    [
        ({"text": "http://a.example/200\nnonsense"}, None, "urls", ["ok", "not-checked"]),
        ({"text": "[a](http://a.example/200) and\n\n# more"}, None, "markdown", ["ok"]),
        ({"text": '<a href="/200">a</a>', "base": "http://a.example/", "format": "html"}, None, "html", ["ok"]),
        ({"urls": ["http://a.example/200", "http://a.example/200"]}, None, "urls", ["ok", "ok"]),
        ({"name": "links.md"}, b"<http://a.example/404>", "markdown", ["broken"]),
        ({"name": "page.html", "mediaType": "text/html"}, b"<a href=http://a.example/200>", "html", ["ok"]),
    ],
)
async def test_audit_of_what_is_at_hand(source, body, format, verdicts):
    page = Page()
    assert (await page.ask({"id": 1, "type": "audit", "source": source}, body))["type"] == "done"
    assert page.all("found")[-1]["format"] == format
    assert sorted(r["verdict"] for r in page.results()) == sorted(verdicts)


async def test_results_come_in_batches():
    page = Page(lambda request: response(200))
    await page.ask({"id": 1, "type": "audit", "source": {"urls": [f"http://a.example/{n}" for n in range(500)]}})
    assert len(page.results()) == 500
    assert len(page.all("results")) < 50


async def test_the_policy_goes_along():
    page = Page()
    await page.ask(
        {
            "id": 1,
            "type": "audit",
            "source": {"urls": [f"http://a.example/{n}" for n in range(200, 207)]},
            "policy": {"per_host": 1},
        }
    )
    assert page.transport.peak == 1


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"id": 1, "type": "sing"}, "bad-message"),
        ({"id": 1}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"urls": "http://a.example/"}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"urls": [1]}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"urls": []}, "policy": {"total": 0}}, "bad-policy"),
        ({"id": 1, "type": "audit", "source": {"urls": []}, "policy": [1]}, "bad-policy"),
        ({"id": 1, "type": "audit"}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"text": 5}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"text": "", "format": "pdf"}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"text": "", "format": []}}, "bad-message"),
        ({"id": 1, "type": "audit", "source": {"page": "nonsense"}}, "page-refused"),
        ({"id": 1, "type": "audit", "source": {"page": "http://a.example/404"}}, "page-status"),
        ({"id": 1, "type": "audit", "source": {"page": "http://a.example/hidden"}}, "page-no-answer"),
        ({"id": 1, "type": "audit", "source": {"text": "<html>", "format": "sitemap"}}, "not-a-sitemap"),
        ({"id": 1, "type": "resume", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "nonsense", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[[5]]", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[5]", "answered": []}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[]"}, "bad-message"),
        ({"id": 1, "type": "resume", "plan": "[]", "answered": [True]}, "bad-message"),
        ({"id": 1, "type": "relay", "results": [], "indexes": []}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": 5, "results": [], "indexes": []}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": {}, "indexes": []}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": [], "indexes": [1]}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": [{}], "indexes": ["1"]}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "http://r.example/", "results": [{}], "indexes": [1]}, "bad-message"),
        ({"id": 1, "type": "relay", "relay": "nonsense", "results": [], "indexes": []}, "relay-invalid"),
        ({"id": 1, "type": "audit", "source": {"page": "http://a.example/"}, "relay": "nonsense"}, "relay-invalid"),
        ({"id": 1, "type": "export", "format": "xlsx", "results": []}, "bad-message"),
        ({"id": 1, "type": "export", "format": "csv", "results": [1]}, "bad-message"),
        ({"id": 1, "type": "export", "format": [], "results": []}, "bad-message"),
    ],
)
async def test_a_bad_request_is_an_error_with_a_code_and_a_sentence(message, code):
    page = Page()
    error = await page.ask(message)
    assert (error["type"], error["code"]) == ("error", code)
    assert error["message"] and "Traceback" not in error["message"]
    assert page.transport.sent == [] or code.startswith("page-")


@pytest.mark.parametrize("message", [None, [], "head", {}, {"id": "1"}, {"id": True, "type": "audit"}, {"id": None}])
async def test_what_is_no_message_is_answered_too(message):
    page = Page()
    page.worker.receive(message)
    assert [(r["id"], r["type"], r["code"]) for r in page.replies] == [(0, "error", "bad-message")]


async def test_an_id_in_use_is_refused_and_the_first_goes_on():
    page = Page()
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/200"]}})
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": []}})
    assert page.replies[0]["code"] == "bad-message"
    page.replies.clear()
    assert (await page.ending(1))["type"] == "done"


async def test_requests_run_side_by_side():
    page = Page(lambda request: response(200, delay_s=0.2 if "slow" in request.url else 0))
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://slow.example/"]}})
    page.worker.receive({"id": 2, "type": "audit", "source": {"urls": ["http://quick.example/"]}})
    await page.ending(1)
    assert [reply["id"] for reply in page.all("done")] == [2, 1]


async def test_cancel_of_an_audit_accounts_for_every_link():
    page = Page(lambda request: response(200, delay_s=0.05))
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": [f"http://a.example/{n}" for n in range(50)]}})
    while len(page.transport.sent) < 8:  # four at a time: by now some have been answered
        await asyncio.sleep(0.001)
    page.worker.receive({"id": 1, "type": "cancel"})
    sent = len(page.transport.sent)
    assert (await page.ending(1))["type"] == "cancelled"
    results = page.results()
    assert len(results) == 50
    assert {r["rule"] for r in results} == {"success", "cancelled"}
    await asyncio.sleep(0.1)
    assert len(page.transport.sent) == sent


async def test_no_message_has_so_many_results_that_the_page_would_stutter():
    page = Page()
    urls = [f"http://a.example/200?{n}" for n in range(1010)]  # read at once, before the cancel is heard
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": urls}})
    page.worker.receive({"id": 1, "type": "cancel"})
    await page.ending(1)
    sizes = [len(reply["items"]) for reply in page.replies if reply["type"] == "results"]
    assert (sum(sizes), max(sizes)) == (1010, 200)


async def test_cancel_at_once_accounts_for_every_link_too():
    page = Page(lambda request: response(200, delay_s=5))
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/", "http://b.example/"]}})
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    assert [result["rule"] for result in page.results()] == ["cancelled", "cancelled"]


async def test_cancel_at_once_in_the_fetch_of_a_page_and_of_a_head():
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


async def test_cancel_of_what_is_over_or_never_was_is_of_no_effect():
    page = Page()
    await page.ask({"id": 1, "type": "audit", "source": {"urls": []}})
    page.worker.receive({"id": 1, "type": "cancel"})
    page.worker.receive({"id": 7, "type": "cancel"})
    await asyncio.sleep(0.01)
    assert [r["type"] for r in page.replies] == ["found", "plan", "done"]


async def test_another_worker_goes_on_with_a_plan():
    """As after the first one has died: with equal links, ones that can't be asked, and the places where they stand."""
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


async def test_cancel_of_what_is_resumed():
    page = Page(lambda request: response(200, delay_s=5))
    plan = json.dumps([["http://a.example/", None, None, None, "", ""]] * 3)
    page.worker.receive({"id": 1, "type": "resume", "plan": plan, "answered": [1]})
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ending(1))["type"] == "cancelled"
    assert [(index, result["rule"]) for index, result in sorted(page.indexed())] == [(0, "cancelled"), (2, "cancelled")]


async def test_a_cancel_that_comes_before_its_request_cancels_nothing():
    page = Page()
    page.worker.receive({"id": 1, "type": "cancel"})
    assert (await page.ask({"id": 1, "type": "export", "format": "csv", "results": []}))["type"] == "done"


async def test_an_outage_is_told(monkeypatch):
    monkeypatch.setattr(outage, "OUTAGE_POLL_S", 0.02)
    page = Page(lambda request: response(200) if page.transport.online else failure())
    page.transport.online = False
    page.worker.receive({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/"]}})
    await asyncio.sleep(0.05)
    assert page.replies[-1] == {"id": 1, "type": "outage", "offline": True}
    page.transport.online = True
    assert (await page.ending(1))["type"] == "done"
    assert page.all("outage")[-1]["offline"] is False
    assert [r["verdict"] for r in page.results()] == ["ok"]


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


async def test_export():
    page = Page()
    await page.ask({"id": 1, "type": "export", "format": "csv", "results": [{"url": "http://a.example/"}]})
    (exported,) = page.all("exported")
    assert (exported["mediaType"], exported["extension"]) == ("text/csv", "csv")
    assert "http://a.example/" in exported["text"]


async def test_a_fault_of_our_own_is_told_and_raised():
    def bug(request):
        raise ZeroDivisionError("oops")

    page = Page(bug)
    with pytest.raises(ZeroDivisionError):
        await page.worker.handle({"id": 1, "type": "audit", "source": {"urls": ["http://a.example/"]}})
    error = page.replies[-1]
    assert (error["code"], error["name"]) == ("internal", "ZeroDivisionError")


def test_versions():
    assert set(versions()) == {"json_head", "python"}
