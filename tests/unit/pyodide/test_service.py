"""The API as the service worker calls it, on a fake network."""

import asyncio
import json

from json_head.pyodide.service_worker import Service
from json_head.transports.fake import FakeTransport, response

ROOT = "https://example.org/repo/api"


class Caller:
    """A stand-in for `web/sw/api.js`."""

    def __init__(self, answer=lambda request: response(200)):
        self.transport = FakeTransport(answer)
        self.service = Service(self.transport)
        self.status = 0
        self.fields = {}
        self.parts = []
        self.cancelled = asyncio.get_event_loop().create_future()

    async def request(self, query, path="/", **fields):
        def begin(status, content):
            assert not self.status
            self.status = status
            self.fields = dict(json.loads(content))

        pairs = json.dumps([[name.replace("_", "-"), value] for name, value in fields.items()])
        await self.service.answer(ROOT, path, query, pairs, begin, self.parts.append, self.cancelled)
        return "".join(self.parts)


async def test_a_request_has_a_response():
    caller = Caller()
    content = json.loads(await caller.request("url=http://127.0.0.1:8/a&url=http://b.test/", accept="*/*"))
    assert (caller.status, caller.fields["content-type"]) == (200, "application/json")
    assert [(row["url"], row["verdict"]) for row in content] == [
        ("http://127.0.0.1:8/a", "ok"),
        ("http://b.test/", "ok"),
    ]


async def test_each_line_of_ndjson_is_a_part():
    caller = Caller()
    await caller.request("url=http://a.test/&url=http://b.test/&format=ndjson")
    assert [len(part.splitlines()) for part in caller.parts] == [1, 1]


async def test_jsonp_is_allowed_for_any_page():
    caller = Caller()
    assert (await caller.request("url=nonsense&callback=f", sec_fetch_mode="no-cors")).startswith("/**/f([{")


async def test_the_links_of_a_page_are_returned():
    page = response(200, {"content-type": "text/html"}, body=b"<a href=/b>b</a>")
    content = json.loads(await Caller(lambda request: page).request("url=http://a.test/", "/links"))
    assert [link["url"] for link in content["links"]] == ["http://a.test/b"]


async def test_the_page_of_help_has_the_url_of_the_api():
    assert f"{ROOT}/?url=" in await Caller().request("")


async def test_a_cancelled_request_ends_its_requests_to_targets():
    caller = Caller(lambda request: response(200, delay_s=9))
    task = asyncio.ensure_future(caller.request("url=http://a.test/"))
    await asyncio.sleep(0.05)
    assert caller.transport.under_way == 1
    caller.cancelled.set_result(None)
    await asyncio.wait_for(task, 5)
    assert (caller.transport.under_way, caller.status) == (0, 0)
