"""Limits of the API: rates, requests at once, and time."""

import asyncio
import json
from dataclasses import replace

import pytest
from json_head.asgi import WITHIN_A_BROWSER, App, Settings
from json_head.transports.base import on_behalf_of
from json_head.transports.fake import FakeTransport, response

from tests.unit.asgi.addresses import query
from tests.unit.asgi.client import Client, statuses


async def test_a_client_that_asks_too_often_is_told_when_to_come_back():
    client = Client(client_burst=10, client_rate=2.0)
    ten = query(*["http://a.test/"] * 10)
    assert (await client(ten)).status == 200
    got = await client(ten)
    assert (got.status, got.json[0]["error"], len(got.json)) == (429, "too-many-requests", 10)
    assert 1 <= int(got.headers["retry-after"]) <= 6
    assert got.headers["access-control-expose-headers"] == "Retry-After"
    assert (await client(ten, address="192.0.2.2")).status == 200


async def test_whom_a_link_is_asked_for_is_known_where_it_is_asked():
    asked = []

    def note(request):
        asked.append((request.url, on_behalf_of.get()))
        return response(200, {"content-type": "text/plain"})

    client = Client(note)
    for target, address in (
        ("/?url=http://a.test/&url=http://b.test/", "192.0.2.1"), ("/?url=http://c.test/&format=ndjson", "2001:db8::1"),
        ("/links?url=http://d.test/", "192.0.2.2"),
    ):  # fmt: skip
        await asyncio.create_task(client(target, address=address))  # as a server does
    assert sorted(asked) == [
        ("http://a.test/", "192.0.2.1"), ("http://b.test/", "192.0.2.1"), ("http://c.test/", "2001:db8::/64"),
        ("http://d.test/", "192.0.2.2"),
    ]  # fmt: skip


async def test_a_host_is_not_asked_too_often_by_all_clients_together():
    client = Client(host_burst=2, host_rate=0.001)
    errors = []
    for number in range(4):
        (item,) = (await client(query(f"http://A.test/{number}"), address=f"192.0.2.{number}")).json
        errors.append(item.get("error"))
    assert errors == [None, None, "host-limit", "host-limit"]
    assert (await client(query("http://b.test/"))).json[0]["ok"]
    assert (await client("/links?url=http://a.test/")).json["error"] == "page-refused"


async def test_too_many_requests_at_once_are_turned_away():
    client = Client(lambda request: response(200, delay_s=0.1), requests=2)
    got = await asyncio.gather(*(client(query("http://a.test/")) for _ in range(5)))
    assert sorted(one.status for one in got) == [200, 200, 503, 503, 503]
    assert {one.headers.get("retry-after") for one in got} == {None, "2"}
    assert (await client(query("http://a.test/"))).status == 200


async def test_a_url_has_ten_seconds_with_all_that_is_asked_for_it():
    limits = []

    def answer(request):
        limits.append(request.timeout_s)
        said = response(404)
        # By its own clock, which stands still while a look-up waits.
        return replace(said, observation=said.observation._replace(elapsed_ms=300.0))

    await Client(answer, url_timeout=1.0)(query("http://a.test/"))
    assert limits == [1, pytest.approx(0.7)]
    assert (Settings().url_timeout, Settings().request_timeout) == (10, 20)


async def test_what_is_not_done_when_the_time_is_over_is_said_to_be_cancelled():
    client = Client(
        lambda request: response(200, delay_s=60 if request.url.endswith("slow") else 0), request_timeout=0.3
    )
    got = await client(query("http://a.test/slow", "http://a.test/"))
    assert [item.get("error") for item in got.json] == ["cancelled", None]
    got = await client("/links?url=http://a.test/slow")
    assert got.json["error"] == "page-timeout"


async def test_nothing_goes_on_for_a_client_that_has_gone():
    gone = asyncio.Event()
    client = Client(lambda request: response(200, delay_s=60))
    asking = asyncio.ensure_future(client(query("http://a.test/", "http://b.test/"), gone=gone))
    await asyncio.sleep(0.1)
    assert client.network.under_way == 2
    gone.set()
    assert (await asking).status == 0
    await asyncio.sleep(0)
    assert client.network.under_way == 0


async def test_within_a_browser_there_is_no_limit_by_name_origin_or_rate():
    network = FakeTransport(statuses)
    app = App(WITHIN_A_BROWSER, network, guarded=False)
    said = []

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        said.append(message)

    asked = {"type": "http", "method": "GET", "path": "/", "headers": []}
    for number in range(1_000):
        text = "&".join(f"url=http://a.test:8080/{number}/{n}" for n in range(10))
        await app(asked | {"query_string": text.encode()}, receive, send)
    bodies = [json.loads(message["body"]) for message in said if message["type"] == "http.response.body"]
    assert len(bodies) == 1_000 and all(item["ok"] for body in bodies for item in body)
    said.clear()
    await app(asked | {"query_string": b"", "root_path": "/site/api"}, receive, send)
    assert b"<code>/site/api/?url=" in said[1]["body"]
