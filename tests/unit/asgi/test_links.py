"""The endpoint /links, which reads the links of a page."""

import asyncio
import math

import pytest
from json_head.asgi import links
from json_head.transports.fake import response

from tests.unit.asgi.client import Client


async def test_others_are_answered_while_a_page_is_read(monkeypatch):
    """One of which Python makes a single step. How long that takes, on a slow machine or under coverage, is not tested here."""
    monkeypatch.setattr(links, "READING_S", math.inf)
    page = response(200, {"content-type": "text/markdown"}, body=b"[" * 300_000)
    client = Client(lambda request: page, request_timeout=120)
    reading = asyncio.ensure_future(client("/links?url=http://a.test/"))
    answered = 0
    while not reading.done():
        assert (await client("/healthz")).status == 200
        await asyncio.sleep(0.001)
        answered += 1
    assert (await reading).json["ok"] is True
    assert answered > 10


async def test_a_stopped_app_reads_no_pages_and_ends_those_that_it_reads():
    client = Client(lambda request: response(200, delay_s=60))
    reading = asyncio.ensure_future(client("/links?url=http://a.test/"))
    await asyncio.sleep(0.05)
    client.app.stop_reading()
    async with asyncio.timeout(1):
        for got in (await reading, await client("/links?url=http://a.test/")):
            assert (got.json["error"], "stopped" in got.json["reason"]) == ("page-timeout", True)


PAGE = b"<a href=/a>one</a> secret words <a href=http://b.test/>two</a>"


async def test_the_links_of_a_page_are_given_and_not_its_content():
    client = Client(lambda request: response(200, {"content-type": "text/html"}, body=PAGE))
    got = await client("/links?url=http://a.test/x")
    said = got.json
    assert (said["ok"], said["url"], said["format"]) == (True, "http://a.test/x", "html")
    assert [(link["url"], link["text"], link["line"]) for link in said["links"]] == [
        ("http://a.test/a", "one", 1), ("http://b.test/", "two", 1),
    ]  # fmt: skip
    assert b"secret" not in got.body


@pytest.mark.parametrize(
    ("settings", "error"), [({"page_bytes": 20}, "page-too-large"), ({"links": 1}, "too-many-links")]
)
async def test_pages_have_limits(settings, error):
    client = Client(lambda request: response(200, {"content-type": "text/html"}, body=PAGE), **settings)
    assert (await client("/links?url=http://a.test/")).json["error"] == error


async def test_a_page_that_can_not_be_read_is_told():
    assert (await Client()("/links?url=http://a.test/404")).json["error"] == "page-status"
    got = await Client()("/links")
    assert (got.status, got.json["error"]) == (400, "one-url")


async def test_few_sitemaps_are_followed():
    index = b"<sitemapindex>" + b"".join(b"<sitemap><loc>http://a.test/%d</loc></sitemap>" % n for n in range(9))

    def answer(request):
        return response(200, {"content-type": "application/xml"}, body=index + b"</sitemapindex>")

    client = Client(answer, sitemaps=2)
    said = (await client("/links?url=http://a.test/index")).json
    assert said["ok"] and len(client.network.sent) == 3 and len(said["notes"]) >= 7


async def test_a_page_counts_as_ten_urls():
    client = Client(lambda request: response(200, {}, body=PAGE), client_burst=20, client_rate=0.001)
    assert [(await client("/links?url=http://a.test/")).status for _ in range(3)] == [200, 200, 429]


async def test_few_pages_are_read_at_a_time():
    client = Client(lambda request: response(200, {}, delay_s=0.1, body=PAGE), pages=1)
    got = await asyncio.gather(*(client("/links?url=http://a.test/") for _ in range(3)))
    assert sorted(one.status for one in got) == [200, 503, 503]
