"""Limits of the API: rates, requests at once, and time per request."""

import asyncio
import json
from dataclasses import replace

import pytest
from json_head.asgi import WITHIN_A_BROWSER, App, Settings
from json_head.asgi import app as module
from json_head.transports.base import on_behalf_of
from json_head.transports.fake import FakeTransport, response

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.client import Client, statuses


async def test_a_client_over_its_rate_gets_429_with_retry_after():
    client = Client(client_burst=10, client_rate=2.0)
    ten = path_for(*["http://a.test/"] * 10)
    assert (await client(ten)).status == 200
    reply = await client(ten)
    assert (reply.status, reply.json[0]["error"], len(reply.json)) == (429, "too-many-requests", 10)
    assert 1 <= int(reply.headers["retry-after"]) <= 6
    assert "Retry-After" in reply.headers["access-control-expose-headers"].split(", ")
    assert (await client(ten, address="192.0.2.2")).status == 200


@pytest.mark.parametrize("target", ["/", "/no-such-path", "/healthz", "/?url=a"])
async def test_a_client_that_sends_very_many_requests_is_answered_later(target, monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)

    client = Client(client_burst=10, client_rate=10.0)
    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    for _ in range(23):
        await client(target)
    assert len(waits) == 3 and all(0 < wait <= 1 for wait in waits)
    await client(target, address="192.0.2.2")
    assert len(waits) == 3


async def test_the_transport_knows_the_client_of_each_request():
    requested = []

    def note(request):
        requested.append((request.url, on_behalf_of.get()))
        return response(200, {"content-type": "text/plain"})

    client = Client(note)
    for target, address in (
        ("/?url=http://a.test/&url=http://b.test/", "192.0.2.1"), ("/?url=http://c.test/&format=ndjson", "2001:db8::1"),
        ("/links?url=http://d.test/", "192.0.2.2"),
    ):  # fmt: skip
        await asyncio.create_task(client(target, address=address))  # as a server does
    assert sorted(requested) == [
        ("http://a.test/", "192.0.2.1"), ("http://b.test/", "192.0.2.1"), ("http://c.test/", "2001:db8::/56"),
        ("http://d.test/", "192.0.2.2"),
    ]  # fmt: skip


async def test_the_rate_per_host_applies_to_all_clients_together():
    client = Client(host_burst=2, host_rate=0.001)
    errors = []
    for number in range(4):
        (item,) = (await client(path_for(f"http://A.test/{number}"), address=f"192.0.2.{number}")).json
        errors.append(item.get("error"))
    assert errors == [None, None, "host-limit", "host-limit"]
    assert (await client(path_for("http://b.test/"))).json[0]["ok"]
    assert (await client("/links?url=http://a.test/")).json["error"] == "host-limit"


async def test_requests_at_once_are_limited(monkeypatch):
    monkeypatch.setattr(module, "SLOT_LIMIT_S", 0.05)
    client = Client(lambda request: response(200, delay_s=0.5), requests=3)
    clients = ("192.0.2.1", "192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.3")
    replies = await asyncio.gather(*(client(path_for("http://a.test/"), address=address) for address in clients))
    assert [reply.status for reply in replies] == [200, 200, 503, 200, 503]
    assert {reply.headers.get("retry-after") for reply in replies} == {None, "2"}
    assert (await client(path_for("http://a.test/"))).status == 200


@pytest.mark.parametrize("path", ["/?url=http://a.test/", "/links?url=http://a.test/"])
async def test_requests_wait_for_a_slot(path):
    under_way = []

    def answer(request):
        under_way.append(client.network.under_way)
        return response(200, {"content-type": "text/plain"}, delay_s=0.05)

    client = Client(answer, requests=2, pages=2)
    assert {reply.status for reply in await asyncio.gather(*(client(path) for _ in range(4)))} == {200}
    assert len(under_way) == 4 and max(under_way) <= 1


async def test_a_client_that_holds_its_requests_leaves_slots_for_others():
    def answer(request):
        return response(200, {"content-type": "text/plain"}, delay_s=60 if "tarpit" in request.url else 0)

    client = Client(answer)
    held = [
        asyncio.ensure_future(client(f"{path}http://tarpit-{number}.test/", address="192.0.2.9"))
        for path in ("/?url=", "/links?url=")
        for number in range(60)
    ]
    await asyncio.sleep(0.1)
    for path in ("/?url=", "/links?url="):
        replies = await asyncio.gather(*(client(f"{path}http://a.test/") for _ in range(5)))
        assert {reply.status for reply in replies} == {200}
    for one in held:
        one.cancel()
    await asyncio.gather(*held, return_exceptions=True)


async def test_a_host_with_a_dot_at_its_end_is_the_same_host():
    client = Client(host_burst=3, host_rate=0.001)
    urls = ["http://a.test/1", "http://a.test./2", "http://A.TEST/3", "http://a.test./4"]
    items = [(await client(path_for(url), address=f"192.0.2.{n}")).json[0] for n, url in enumerate(urls)]
    assert [item.get("error") for item in items] == [None, None, None, "host-limit"]


async def test_all_requests_for_a_url_share_its_time_limit():
    limits = []

    def answer(request):
        limits.append(request.timeout_s)
        outcome = response(404)
        # The transport's own time, which excludes waits for DNS look-ups.
        return replace(outcome, observation=outcome.observation._replace(elapsed_ms=300.0))

    await Client(answer, url_timeout=1.0)(path_for("http://a.test/"))
    assert limits == [1, pytest.approx(0.7)]
    assert (Settings().url_timeout, Settings().request_timeout) == (10, 20)


async def test_unfinished_urls_are_cancelled_after_the_time_limit_of_a_request():
    client = Client(
        lambda request: response(200, delay_s=60 if request.url.endswith("slow") else 0), request_timeout=0.3
    )
    reply = await client(path_for("http://a.test/slow", "http://a.test/"))
    assert [item.get("error") for item in reply.json] == ["cancelled", None]
    reply = await client("/links?url=http://a.test/slow")
    assert reply.json["error"] == "page-timeout"


async def test_a_disconnect_of_the_client_ends_its_requests():
    disconnected = asyncio.Event()
    client = Client(lambda request: response(200, delay_s=60))
    running = asyncio.ensure_future(client(path_for("http://a.test/", "http://b.test/"), disconnected=disconnected))
    await asyncio.sleep(0.1)
    assert client.network.under_way == 2
    disconnected.set()
    assert (await running).status == 0
    await asyncio.sleep(0)
    assert client.network.under_way == 0


async def test_no_limits_apply_within_a_browser():
    network = FakeTransport(statuses)
    app = App(WITHIN_A_BROWSER, network, guarded=False)
    messages = []

    async def receive():
        await asyncio.Event().wait()

    async def send(message):
        messages.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    for number in range(1_000):
        text = "&".join(f"url=http://a.test:8080/{number}/{n}" for n in range(10))
        await app(scope | {"query_string": text.encode()}, receive, send)
    bodies = [json.loads(message["body"]) for message in messages if message["type"] == "http.response.body"]
    assert len(bodies) == 1_000 and all(item["ok"] for body in bodies for item in body)
    messages.clear()
    await app(scope | {"query_string": b"", "root_path": "/site/api"}, receive, send)
    assert b"<code>/site/api/?url=" in messages[1]["body"]
