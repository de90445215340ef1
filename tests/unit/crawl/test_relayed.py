"""A crawl of a site whose pages cannot be read from here: the relay, which is the real API, reads them."""

import asyncio
import json
import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from json_head.asgi.limits import Buckets
from json_head.crawl.crawl import Crawl, Options
from json_head.crawl.scope import Limits
from json_head.model import Outcome
from json_head.policy import Policy
from json_head.relay import client
from json_head.relay.client import Relay
from json_head.store import Store
from json_head.transports.fake import failure, response

from tests.unit.crawl.sites import HTML, ORIGIN, Site, page
from tests.unit.engine.clock import in_no_time
from tests.unit.engine.relay.relays import ADDRESS, LINKS, Api, Prepared, prepared, row_of

PAGES = {
    "/": page("/a", "/gone", "/gone", "/b#part", "http://b.test/x"),
    "/a": page("/", "/b"),
    "/b": response(200, HTML, body=b"<p id=part>"),
}


class _Hidden(Site):
    """A site whose responses cannot be read, except those of the paths in ``readable``. Other sites can be read."""

    def __init__(self, *readable: str) -> None:
        super().__init__({path: PAGES[path] for path in readable})

    def _answer(self, request):
        if not request.url.startswith(ORIGIN + "/"):
            return response(200)
        found = self.pages.get(request.url.removeprefix(ORIGIN))
        return found or failure(Outcome.OPAQUE if request.mode == "no-cors" else Outcome.FAILED)


def _real(request):
    return PAGES.get(request.url.removeprefix(ORIGIN), response(404))


async def test_the_relay_reads_the_pages_of_a_hidden_site():
    api = Api(_real)
    site = _Hidden()
    crawled = await site.crawl(relay=Relay(ADDRESS, api))
    assert crawled.verdicts() == {
        "/": "success", "/a": "success", "/b#part": "success", "/b": "success", "/gone": "gone-twice", "http://b.test/x": "success",
    }  # fmt: skip
    assert crawled.places("/gone") == ["/"]
    assert {row["url"] for row in crawled.rows if row["via"] == "relay"} == {
        ORIGIN + path for path in ("/", "/a", "/b", "/b#part", "/gone")
    }
    assert crawled.crawl.pages_read == 3
    assert not crawled.crawl.errors
    assert crawled.crawl.notes[-2].startswith("The relay read 3 pages that could not be read from here.")
    pages = [url for url in api.requests if "/links?" in url]
    assert len(pages) == len(set(pages)) == 3


class _Limited:
    """A relay with the API's rate limit, in the time of the event loop: five URLs a second, and a page counts as ten.

    The site is a tree of ``pages`` pages.
    """

    def __init__(self, pages):
        self.pages = pages
        self.buckets = None

    def refuse(self, target):
        pass

    async def read(self, url, **options):
        self.buckets = self.buckets or Buckets(5, 100, asyncio.get_running_loop().time)
        await asyncio.sleep(0.1)
        urls = [unquote(encoded) for encoded in re.findall(r"url=([^&]*)", url)]
        is_page = "/links?" in url
        if wait := self.buckets.take("client", 10 if is_page else len(urls)):
            answer = response(429, {"retry-after": str(int(wait) + 1)}, body=b'{"error":"too-many-requests"}')
        else:
            content = self.links_of(urls[0]) if is_page else [row_of(url) for url in urls]
            answer = response(200, body=json.dumps(content).encode())
        return answer.observation, answer.body

    def links_of(self, url):
        number = int(url.removeprefix(ORIGIN + "/") or 0)
        urls = [f"{ORIGIN}/{child}" for child in (2 * number + 1, 2 * number + 2) if child < self.pages]
        return {
            **LINKS,
            "url": url,
            "source": url,
            "notes": [],
            "links": [{**LINKS["links"][0], "url": url} for url in urls],
        }


def test_every_page_is_read_by_a_relay_that_limits_its_rate():
    crawled = in_no_time(_Hidden().crawl(relay=Relay(ADDRESS, _Limited(80))))
    assert not crawled.crawl.errors
    assert crawled.crawl.pages_read == 80, crawled.crawl.notes


async def test_pages_that_can_be_read_are_not_read_by_the_relay():
    api = Api(_real)
    crawled = await _Hidden("/", "/a").crawl(relay=Relay(ADDRESS, api))
    assert [url for url in api.requests if "/links?" in url] == [f"{ADDRESS}/links?url=http%3A%2F%2Fa.test%2Fb"]
    assert crawled.places("/gone") == ["/"]
    assert {row["url"]: row["via"] for row in crawled.rows}[ORIGIN + "/a"] == "browser"


async def test_fragments_of_pages_that_the_relay_read_are_not_told():
    crawled = await _Hidden().crawl(relay=Relay(ADDRESS, Api(_real)))
    (row,) = (row for row in crawled.rows if row["url"] == ORIGIN + "/b#part")
    assert row["verdict"] == "ok"
    assert row["fragment"].startswith("not-told")


async def test_a_page_that_is_gone_is_told_through_the_relay():
    crawled = await _Hidden("/").crawl(relay=Relay(ADDRESS, Api(lambda request: response(404))))
    assert crawled.verdicts()["/a"] == "gone-twice"
    assert crawled.crawl.pages_read == 1


def test_a_relay_that_does_not_respond_for_a_moment_is_asked_again():
    class Moody(_Limited):
        failures = 3

        async def read(self, url, **options):
            if self.failures and "%2F3" in url:
                self.failures -= 1
                return failure(Outcome.FAILED).observation, b""
            return await super().read(url, **options)

    crawled = in_no_time(_Hidden().crawl(relay=Relay(ADDRESS, Moody(40))))
    assert not crawled.crawl.errors
    assert crawled.crawl.pages_read == 40, crawled.crawl.notes


def test_a_relay_that_responds_no_more_is_given_up():
    class Gone(_Limited):
        left = 12

        async def read(self, url, **options):
            self.left -= 1
            return await super().read(url, **options) if self.left > 0 else (failure(Outcome.FAILED).observation, b"")

    crawled = in_no_time(_Hidden().crawl(relay=Relay(ADDRESS, Gone(40))))
    (error,) = crawled.crawl.errors
    assert error.startswith("The relay at 127.0.0.1:8006 did not respond.")
    assert 1 < crawled.crawl.pages_read < 12


async def test_the_crawl_goes_on_without_a_relay_that_fails(monkeypatch):
    monkeypatch.setattr(client, "WAIT_S", 0)
    relay = prepared("nonsense")
    crawled = await _Hidden("/").crawl(relay=Relay(ADDRESS, relay))
    assert [error.partition(" sent")[0] for error in crawled.crawl.errors] == ["The relay at 127.0.0.1:8006"]
    assert crawled.verdicts()["/a"] == "opaque"
    assert crawled.verdicts()["http://b.test/x"] == "success"


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMEOUT])
async def test_the_relay_reads_a_page_that_does_not_answer(outcome):
    class Silent(_Hidden):
        def _answer(self, request):
            return failure(outcome) if request.url == ORIGIN + "/b" else super()._answer(request)

    pages = {"/": page("/b"), "/b": page("/gone")}
    site = Silent()
    site.pages = {"/": pages["/"]}
    api = Api(lambda request: pages.get(request.url.removeprefix(ORIGIN), response(404)))
    crawled = await site.crawl(relay=Relay(ADDRESS, api))
    assert crawled.verdicts() == {"/": "success", "/b": "success", "/gone": "gone-twice"}
    assert crawled.places("/gone") == ["/b"]
    assert crawled.crawl.pages_read == 2


async def test_what_is_no_page_is_checked_by_the_relay_and_not_read():
    api = Api(lambda request: response(200, {"content-type": "image/png"}))
    crawled = await _Hidden("/").crawl(relay=Relay(ADDRESS, api))
    assert crawled.verdicts()["/a"] == "success"
    assert not [url for url in api.requests if "/links?" in url]
    assert [note for note in crawled.crawl.notes if note.startswith(f"{ORIGIN}/")] == []
    assert crawled.crawl.pages_read == 1


@pytest.mark.parametrize("given", ["nonsense", {"ok": False, "url": ORIGIN + "/a", "reason": "It has too many links."}])
async def test_a_page_that_the_relay_cannot_read_is_noted(given):
    api = Api(_real)

    class Unreading(Api):
        async def read(self, url, **options):
            return await (Prepared(*prepared(given).answers) if "%2Fa" in url and "/links" in url else api).read(
                url, **options
            )

    crawled = await _Hidden("/").crawl(relay=Relay(ADDRESS, Unreading(_real)))
    assert [note for note in crawled.crawl.notes if note.startswith(f"{ORIGIN}/a: ")]
    assert crawled.verdicts()["/a"] == "success"
    assert not crawled.crawl.errors


async def test_a_cancelled_crawl_does_not_ask_the_relay():
    class Endless(_Hidden):
        """Its page ``/a`` does not arrive, and neither it nor other sites tell anything about their other URLs."""

        def _answer(self, request):
            if request.url == ORIGIN + "/a":
                waits.set()
                return replace(PAGES["/a"], delay_s=1e6)
            is_own = request.url.startswith(ORIGIN)
            return super()._answer(request) if is_own else failure(Outcome.OPAQUE)

    waits = asyncio.Event()
    api = Api(_real)
    site = Endless("/", "/b")
    store = Store.open(":memory:")
    recorder = store.begin("crawl", ORIGIN)
    crawl = Crawl(
        [f"{ORIGIN}/"], Limits(), Options(), Policy(retries=0), site.transport, recorder, relay=Relay(ADDRESS, api)
    )
    running = asyncio.ensure_future(crawl.run())
    await waits.wait()
    while "http://b.test/x" not in {request.url for request in site.transport.sent}:
        await asyncio.sleep(0)
    await asyncio.sleep(0.05)
    sent = len(api.requests)
    crawl.cancel()
    await running
    assert len(api.requests) == sent
    rules = {row["url"]: row["rule"] for row in store.rows(recorder.run)}
    assert rules["http://b.test/x"] == "opaque"
