"""Requests to the HTTP API and their responses."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from json_head.asgi.query import MAX_QUERY
from json_head.transports.fake import failure, response

from tests.unit.asgi.addresses import path_for
from tests.unit.asgi.client import Client, statuses

KEYS = [
    "verdict", "rule", "reason", "final_url", "redirected", "method", "via", "attempts", "elapsed_ms", "checked_at",
    "source", "line", "column", "text", "found",
]  # fmt: skip


async def test_the_response_is_a_list_in_the_order_of_the_urls():
    urls = ["http://b.test/404", "nonsense", "http://a.test/x?y=1&z=é", "http://b.test/404"]
    reply = await Client()(path_for(*urls))
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    assert reply.headers["access-control-allow-origin"] == "*"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert int(reply.headers["content-length"]) == len(reply.body)
    assert [item["url"] for item in reply.json] == urls
    assert [list(item) for item in reply.json] == [
        ["ok", "status", "headers", "url", *KEYS], ["ok", "error", "url", *KEYS],
        ["ok", "status", "headers", "url", *KEYS], ["ok", "status", "headers", "url", *KEYS],
    ]  # fmt: skip
    assert [item.get("status") for item in reply.json] == [404, None, 200, 404]
    assert [item["verdict"] for item in reply.json] == ["broken", "not-checked", "ok", "broken"]


async def test_the_response_for_one_url_is_a_list():
    assert [item["ok"] for item in (await Client()(path_for("http://a.test/"))).json] == [True]


async def test_urls_are_checked_at_the_same_time():
    client = Client(lambda request: response(200, delay_s=0.2))
    reply = await client(path_for(*(f"http://a.test/{n}" for n in range(10))))
    assert all(item["ok"] for item in reply.json) and client.network.peak == 10


async def test_more_than_ten_urls_are_refused_with_a_list():
    client = Client()
    reply = await client(path_for(*["http://a.test/"] * 11))
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (400, "*")
    assert [(item["ok"], item["error"], item["url"]) for item in reply.json] == [
        (False, "too-many-urls", "http://a.test/")
    ] * 11
    assert [list(item) for item in reply.json] == [["ok", "error", "url", *KEYS]] * 11
    assert not client.network.sent


@pytest.mark.parametrize(
    ("target", "status", "error"),
    [
        ("/?" + "url=a&" * 5_000, 400, "too-many-urls"),
        ("/?" + "url=a&" * 10_000, 414, "query-too-long"),
        ("/?" + "&" * 10_000, 400, "too-many-urls"),
        ("/?url=" + "a" * MAX_QUERY, 414, "query-too-long"),
        ("/?url=a&format=xml", 400, "invalid-format"),
        ("/?url=a&callback=a-b", 400, "invalid-callback"),
        ("/?url=a&callback=a&format=ndjson", 400, "invalid-callback"),
    ],
)
async def test_invalid_requests_are_refused_with_a_list(target, status, error):
    client = Client()
    reply = await client(target)
    assert (reply.status, {item["error"] for item in reply.json}) == (status, {error})
    assert not client.network.sent


async def test_ndjson_is_sent_as_results_complete():
    completed = asyncio.Event()

    class Slow:
        async def observe(self, request):
            if request.url.endswith("slow"):
                await completed.wait()
            return statuses(request).observation

    client = Client()
    client.network.observe = Slow().observe

    async def on_part(reply):
        completed.set()

    reply = await client(path_for("http://a.test/slow", "http://a.test/", format="ndjson"), on_part=on_part)
    assert reply.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in reply.body.splitlines()]
    assert [line["url"] for line in lines] == ["http://a.test/", "http://a.test/slow"]
    assert len(reply.parts) == 3 and reply.ended


async def test_without_a_url_the_response_is_a_page_of_help():
    reply = await Client()("/", host="localhost")
    assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert b"<script" not in reply.body and b"http://localhost/?url=" in reply.body
    reply = await Client(hosts=("*",))("/", host='"><script>')
    assert b"<script" not in reply.body


async def test_targets_are_not_checked_while_the_api_is_offline():
    client = Client(lambda request: failure())
    client.network.online = False
    (item,) = (await client(path_for("http://a.test/"))).json
    assert (item["ok"], item["error"], item["verdict"]) == (False, "offline", "not-checked")


tokens = st.sampled_from(
    ["url=", "&", "=", "%", "%00", "%ff", "%u1234", "callback=", "format=", "ndjson", "json", ";", "+", "http://a.test/",
     "http://127.0.0.1/", "[", "]", "@", "\\", "é", "url", "a.b", "http://[::1]/", "http%3A//x.test", "#", "\x7f"]
)  # fmt: skip


@given(
    st.sampled_from(["/", "/links"]),
    st.lists(tokens | st.text(st.characters(max_codepoint=255), max_size=8), max_size=60),
)
def test_any_query_has_a_response(path, parts):
    text = "".join(parts)
    reply = asyncio.run(Client()(f"{path}?{text}"))
    assert reply.ended and reply.status in (200, 400, 414) and reply.headers["access-control-allow-origin"] == "*"
    if reply.headers["content-type"] == "application/json":
        content = reply.json
        assert isinstance(content, list if path == "/" else dict)
    elif reply.headers["content-type"] == "application/x-ndjson":
        assert all(json.loads(line)["url"] is not None for line in reply.body.splitlines())
