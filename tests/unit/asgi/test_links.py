"""The endpoint /links, which returns the links of a page."""

import asyncio
import math

import pytest
from json_head.asgi import app, links
from json_head.transports.fake import response

from tests.unit.asgi.client import Client


async def test_other_requests_are_answered_while_a_page_is_read(monkeypatch):
    """Extraction of this page is a single step. Its time, on a slow machine or with coverage, is not tested here."""
    monkeypatch.setattr(links, "READING_S", math.inf)
    page = response(200, {"content-type": "text/markdown"}, body=b"[" * 1_200_000)
    client = Client(lambda request: page, request_timeout=120)
    reading = asyncio.ensure_future(client("/links?url=http://a.test/"))
    answered = 0
    while not reading.done():
        assert (await client("/healthz")).status == 200
        await asyncio.sleep(0.001)
        answered += 1
    assert (await reading).json["ok"] is True
    assert answered > 10


async def test_a_stopped_app_ends_the_reading_of_pages():
    client = Client(lambda request: response(200, delay_s=60))
    reading = asyncio.ensure_future(client("/links?url=http://a.test/"))
    await asyncio.sleep(0.05)
    client.app.stop_reading()
    async with asyncio.timeout(1):
        for reply in (await reading, await client("/links?url=http://a.test/")):
            assert (reply.json["error"], "shutting down" in reply.json["reason"]) == ("page-timeout", True)


PAGE = b"<a href=/a>one</a> secret words <a href=http://b.test/>two</a>"


async def test_the_response_has_the_links_of_a_page_and_not_its_content():
    client = Client(lambda request: response(200, {"content-type": "text/html"}, body=PAGE))
    reply = await client("/links?url=http://a.test/x")
    content = reply.json
    assert (content["ok"], content["url"], content["format"]) == (True, "http://a.test/x", "html")
    assert [(link["url"], link["text"], link["line"]) for link in content["links"]] == [
        ("http://a.test/a", "one", 1), ("http://b.test/", "two", 1),
    ]  # fmt: skip
    assert b"secret" not in reply.body


@pytest.mark.parametrize(
    ("settings", "error"), [({"page_bytes": 20}, "page-too-large"), ({"links": 1}, "too-many-links")]
)
async def test_the_size_and_the_links_of_a_page_are_limited(settings, error):
    client = Client(lambda request: response(200, {"content-type": "text/html"}, body=PAGE), **settings)
    assert (await client("/links?url=http://a.test/")).json["error"] == error


async def test_an_unreadable_page_is_an_error():
    assert (await Client()("/links?url=http://a.test/404")).json["error"] == "page-status"
    reply = await Client()("/links")
    assert (reply.status, reply.json["error"]) == (400, "one-url")


async def test_sitemaps_are_limited_in_number():
    index = b"<sitemapindex>" + b"".join(b"<sitemap><loc>http://a.test/%d</loc></sitemap>" % n for n in range(9))

    def answer(request):
        return response(200, {"content-type": "application/xml"}, body=index + b"</sitemapindex>")

    client = Client(answer, sitemaps=2)
    content = (await client("/links?url=http://a.test/index")).json
    assert content["ok"] and len(client.network.sent) == 3 and len(content["notes"]) >= 7


async def test_a_page_counts_as_ten_urls_of_the_rate():
    client = Client(lambda request: response(200, {}, body=PAGE), client_burst=20, client_rate=0.001)
    assert [(await client("/links?url=http://a.test/")).status for _ in range(3)] == [200, 200, 429]


async def test_pages_read_at_once_are_limited(monkeypatch):
    monkeypatch.setattr(app, "SLOT_LIMIT_S", 0.05)
    client = Client(lambda request: response(200, {}, delay_s=0.5, body=PAGE), pages=2)
    addresses = ("192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3")
    replies = await asyncio.gather(*(client("/links?url=http://a.test/", address=address) for address in addresses))
    assert [reply.status for reply in replies] == [200, 503, 200, 503]
