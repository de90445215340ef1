"""The API as the service worker calls it, with a network that is a table."""

import asyncio
import json

from json_head.pyodide.service_worker import Service
from json_head.transports.fake import FakeTransport, response

ROOT = "https://example.org/repo/api"


class Caller:
    """What `web/sw/api.js` is to the service."""

    def __init__(self, answer=lambda request: response(200)):
        self.transport = FakeTransport(answer)
        self.service = Service(self.transport)
        self.status = 0
        self.fields = {}
        self.parts = []
        self.gone = asyncio.get_event_loop().create_future()

    async def ask(self, query, path="/", **fields):
        def begin(status, said):
            assert not self.status
            self.status = status
            self.fields = dict(json.loads(said))

        pairs = json.dumps([[name.replace("_", "-"), value] for name, value in fields.items()])
        await self.service.answer(ROOT, path, query, pairs, begin, self.parts.append, self.gone)
        return "".join(self.parts)


async def test_a_request_is_answered():
    caller = Caller()
    said = json.loads(await caller.ask("url=http://127.0.0.1:8/a&url=http://b.test/", accept="*/*"))
    assert (caller.status, caller.fields["content-type"]) == (200, "application/json")
    assert [(row["url"], row["verdict"]) for row in said] == [("http://127.0.0.1:8/a", "ok"), ("http://b.test/", "ok")]


async def test_lines_are_parts():
    caller = Caller()
    await caller.ask("url=http://a.test/&url=http://b.test/&format=ndjson")
    assert [len(part.splitlines()) for part in caller.parts] == [1, 1]


async def test_a_script_of_any_page():
    caller = Caller()
    assert (await caller.ask("url=nonsense&callback=f", sec_fetch_mode="no-cors")).startswith("/**/f([{")


async def test_links():
    page = response(200, {"content-type": "text/html"}, body=b"<a href=/b>b</a>")
    said = json.loads(await Caller(lambda request: page).ask("url=http://a.test/", "/links"))
    assert [link["url"] for link in said["links"]] == ["http://a.test/b"]


async def test_the_page_knows_where_it_is():
    assert f"{ROOT}/?url=" in await Caller().ask("")


async def test_nobody_waits_any_more():
    caller = Caller(lambda request: response(200, delay_s=9))
    task = asyncio.ensure_future(caller.ask("url=http://a.test/"))
    await asyncio.sleep(0.05)
    assert caller.transport.under_way == 1
    caller.gone.set_result(None)
    await asyncio.wait_for(task, 5)
    assert (caller.transport.under_way, caller.status) == (0, 0)
